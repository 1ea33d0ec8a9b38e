/* Where windows of civil days begin, and when they leave a day behind. */
#include "bank.h"

static int32_t
date(int32_t year, int32_t month, int32_t day)
{
    return civil_day(year, month, day);
}

START_TEST(n_days_are_that_many_civil_days_up_to_the_day_itself)
{
    ck_assert_int_eq(window_start(days(1), date(2005, 10, 1)), date(2005, 10, 1));
    ck_assert_int_eq(window_start(days(90), date(2005, 10, 1)), date(2005, 7, 4));
    ck_assert_int_eq(window_leaves(days(1), date(2005, 10, 1)), date(2005, 10, 2));
    ck_assert_int_eq(window_leaves(days(90), date(2005, 7, 4)), date(2005, 10, 2));
}
END_TEST

START_TEST(n_months_begin_after_the_same_day_n_months_back_clamped_to_the_months_end)
{
    ck_assert_int_eq(window_start(months(6), date(2005, 10, 1)), date(2005, 4, 2));
    ck_assert_int_eq(window_start(months(1), date(2005, 3, 31)),
                     date(2005, 3, 1)); /* 28 February and a day */
    ck_assert_int_eq(window_start(months(1), date(2004, 3, 31)),
                     date(2004, 3, 1)); /* 29 February, a leap year */
    ck_assert_int_eq(window_start(months(1), date(2005, 5, 31)), date(2005, 5, 1)); /* 30 April */
    ck_assert_int_eq(window_start(months(12), date(2004, 2, 29)),
                     date(2003, 3, 1)); /* 28 February 2003 */
    ck_assert_int_eq(window_start(months(2), date(2005, 1, 15)),
                     date(2004, 11, 16)); /* over a year's end */
}
END_TEST

START_TEST(all_of_history_and_the_last_n_have_no_first_day_and_leave_nothing)
{
    ck_assert_int_eq(window_start(all(), 0), CIVIL_DAY_MIN);
    ck_assert_int_eq(window_start(last(3), 0), CIVIL_DAY_MIN);
    ck_assert_int_eq(window_leaves(all(), 0), INT32_MAX);
    ck_assert_int_eq(window_leaves(last(3), 0), INT32_MAX);
}
END_TEST

START_TEST(a_window_leaves_a_day_on_the_first_day_that_starts_after_it)
{
    const struct window windows[] = {days(1),   days(7),   days(366),  months(1),
                                     months(2), months(5), months(12), months(120)};
    for (size_t w = 0; w < sizeof windows / sizeof *windows; w++)
        for (int32_t day = date(2003, 12, 1); day < date(2005, 4, 1); day++) {
            int32_t leaves = window_leaves(windows[w], day);
            ck_assert_int_gt(window_start(windows[w], leaves), day);
            ck_assert_int_le(window_start(windows[w], leaves - 1), day);
        }
}
END_TEST

START_TEST(windows_at_the_ends_of_the_calendar_stay_in_it)
{
    ck_assert_int_eq(window_start(days(3660), date(1, 1, 5)), CIVIL_DAY_MIN);
    ck_assert_int_eq(window_start(months(120), date(1, 6, 1)), CIVIL_DAY_MIN);
    ck_assert_int_eq(window_leaves(days(90), CIVIL_DAY_MAX), INT32_MAX);
    ck_assert_int_eq(window_leaves(months(6), CIVIL_DAY_MAX), INT32_MAX);
}
END_TEST

static struct window
before(struct window window, struct window by)
{
    window.before = by.n;
    window.before_in = by.unit;
    return window;
}

START_TEST(a_window_before_ends_that_much_earlier)
{
    struct window month_ago = before(days(30), days(30)), year_ago = before(months(1), months(12));
    ck_assert_int_eq(window_end(month_ago, date(2005, 10, 1)), date(2005, 9, 1));
    ck_assert_int_eq(window_start(month_ago, date(2005, 10, 1)), date(2005, 8, 3));
    ck_assert_int_eq(window_end(year_ago, date(2004, 2, 29)), date(2003, 2, 28));
    ck_assert_int_eq(window_start(year_ago, date(2004, 2, 29)), date(2003, 1, 29));
    ck_assert_int_eq(window_end(year_ago, date(2004, 3, 31)), date(2003, 3, 31));
    ck_assert_int_eq(window_start(year_ago, date(2004, 3, 31)), date(2003, 3, 1));
}
END_TEST

START_TEST(a_window_before_reaches_a_day_on_the_first_day_and_leaves_it_on_the_first)
{
    const struct window windows[] = {before(days(1), days(1)),    before(days(30), days(30)),
                                     before(days(7), months(1)),  before(months(1), months(1)),
                                     before(months(2), days(31)), before(months(3), months(12))};
    for (size_t w = 0; w < sizeof windows / sizeof *windows; w++)
        for (int32_t day = date(2003, 12, 1); day < date(2005, 4, 1); day++) {
            int32_t leaves = window_leaves(windows[w], day), on = window_enters(windows[w], day);
            ck_assert_int_gt(window_start(windows[w], leaves), day);
            ck_assert_int_le(window_start(windows[w], leaves - 1), day);
            ck_assert_int_ge(window_end(windows[w], on), day);
            ck_assert_int_lt(window_end(windows[w], on - 1), day);
        }
    ck_assert_int_eq(window_end(windows[1], date(1, 1, 5)), CIVIL_DAY_MIN);
    ck_assert_int_eq(window_end(windows[5], date(1, 6, 1)), CIVIL_DAY_MIN);
    ck_assert_int_eq(window_enters(windows[1], CIVIL_DAY_MAX), INT32_MAX);
    ck_assert_int_eq(window_leaves(windows[5], CIVIL_DAY_MAX), INT32_MAX);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, n_days_are_that_many_civil_days_up_to_the_day_itself);
    tcase_add_test(tcase,
                   n_months_begin_after_the_same_day_n_months_back_clamped_to_the_months_end);
    tcase_add_test(tcase, all_of_history_and_the_last_n_have_no_first_day_and_leave_nothing);
    tcase_add_test(tcase, a_window_leaves_a_day_on_the_first_day_that_starts_after_it);
    tcase_add_test(tcase, windows_at_the_ends_of_the_calendar_stay_in_it);
    tcase_add_test(tcase, a_window_before_ends_that_much_earlier);
    tcase_add_test(tcase,
                   a_window_before_reaches_a_day_on_the_first_day_and_leaves_it_on_the_first);
}

int
main(void)
{
    return run_tests("behaviour window", add_tests);
}
