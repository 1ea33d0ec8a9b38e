/* Calendars of working days. The days are those of the State Council's notice for 2024 (国办发明电〔2023〕7号): Spring Festival
 * from 10 to 17 February, worked on Sunday 4 and Sunday 18 February. */
#include "base/calendar.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static int32_t
day(const char *text)
{
    int32_t number;
    ck_assert_msg(civil_parse_date(text, strlen(text), &number), "%s", text);
    return number;
}

/* 2024 with the Spring Festival alone, and 2025 with nothing. */
static struct calendar *
spring(void)
{
    struct calendar *calendar = calendar_new("cn", 2024, 2025);
    for (int32_t at = day("2024-02-10"); at <= day("2024-02-17"); at++)
        ck_assert_int_eq(calendar_mark(calendar, at, true, "春节"), CSTM_OK);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-04"), false, "春节"), CSTM_OK);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-18"), false, "春节"), CSTM_OK);
    calendar_close(calendar);
    return calendar;
}

START_TEST(days_are_off_by_weekend_by_holiday_or_not_at_all)
{
    static const struct {
        const char *day;
        bool holiday, workday;
    } cases[] = {
        {"2024-02-03", false, false},   /* Saturday */
        {"2024-02-04", false, true},    /* a Sunday that is worked */
        {"2024-02-09", false, true},    /* Friday */
        {"2024-02-10", true, false},    /* a Saturday of the holiday */
        {"2024-02-12", true, false},    /* Monday of the holiday */
        {"2024-02-17", true, false},    {"2024-02-18", false, true}, {"2024-02-19", false, true},
        {"2024-01-01", false, true},    {"2025-12-31", false, true},
    };
    struct calendar *calendar = spring();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool holiday = !cases[i].holiday, workday = !cases[i].workday;
        const char *name = NULL;
        ck_assert_int_eq(calendar_is_holiday(calendar, day(cases[i].day), &holiday), CSTM_OK);
        ck_assert_int_eq(calendar_is_workday(calendar, day(cases[i].day), &workday), CSTM_OK);
        ck_assert_int_eq(calendar_holiday_name(calendar, day(cases[i].day), &name), CSTM_OK);
        ck_assert_msg(holiday == cases[i].holiday && workday == cases[i].workday, "%s", cases[i].day);
        ck_assert_str_eq(name, cases[i].holiday ? "春节" : "");
    }
    calendar_unref(calendar);
}
END_TEST

START_TEST(working_days_are_counted_after_the_first_day_through_the_last)
{
    static const struct {
        const char *from, *to;
        int64_t count;
    } cases[] = {
        {"2024-01-31", "2024-02-29", 18},    /* the month's working days, as payroll calendars print them for February 2024 */
        {"2024-02-09", "2024-02-09", 0},     {"2024-02-09", "2024-02-18", 1}, {"2024-02-18", "2024-02-09", -1},
        {"2024-02-02", "2024-02-04", 1},     {"2024-02-08", "2024-02-09", 1}, {"2023-12-31", "2024-01-05", 5},
    };
    struct calendar *calendar = spring();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t count = 999, one_by_one = 0;
        ck_assert_int_eq(calendar_workdays_between(calendar, day(cases[i].from), day(cases[i].to), &count), CSTM_OK);
        ck_assert_msg(count == cases[i].count, "%s to %s: %lld", cases[i].from, cases[i].to, (long long) count);
        for (int32_t at = day(cases[i].from) + 1; at <= day(cases[i].to); at++) {
            bool worked;
            ck_assert_int_eq(calendar_is_workday(calendar, at, &worked), CSTM_OK);
            one_by_one += worked;
        }
        if (count >= 0)
            ck_assert_int_eq(one_by_one, count);
    }
    calendar_unref(calendar);
}
END_TEST

START_TEST(the_next_working_day_is_after_the_day)
{
    struct calendar *calendar = spring();
    int64_t next = 0;
    ck_assert_int_eq(calendar_next_workday(calendar, day("2024-02-09"), &next), CSTM_OK);
    ck_assert_int_eq(next, day("2024-02-18"));
    ck_assert_int_eq(calendar_next_workday(calendar, day("2024-02-03"), &next), CSTM_OK);
    ck_assert_int_eq(next, day("2024-02-04"));
    ck_assert_int_eq(calendar_next_workday(calendar, day("2024-02-19"), &next), CSTM_OK);
    ck_assert_int_eq(next, day("2024-02-20"));
    calendar_unref(calendar);
}
END_TEST

START_TEST(what_a_calendar_does_not_cover_it_does_not_guess)
{
    struct calendar *calendar = spring();
    const int64_t outside[] = {day("2023-12-31"), day("2026-01-01"), CIVIL_DAY_MIN, CIVIL_DAY_MAX, INT64_MIN, INT64_MAX};
    bool answer = true;
    const char *name = "x";
    int64_t number = 7;
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        ck_assert_int_eq(calendar_is_holiday(calendar, outside[i], &answer), CSTM_ERROR_RANGE);
        ck_assert_int_eq(calendar_is_workday(calendar, outside[i], &answer), CSTM_ERROR_RANGE);
        ck_assert_int_eq(calendar_holiday_name(calendar, outside[i], &name), CSTM_ERROR_RANGE);
        ck_assert_int_eq(calendar_workdays_between(calendar, day("2024-06-03"), outside[i], &number),
                         i == 0 ? CSTM_OK : CSTM_ERROR_RANGE);   /* the day before the first is no day of the span */
    }
    ck_assert_int_eq(calendar_next_workday(calendar, day("2025-12-31"), &number), CSTM_ERROR_RANGE);
    ck_assert_int_eq(calendar_next_workday(calendar, INT64_MAX, &number), CSTM_ERROR_RANGE);
    ck_assert(answer);
    calendar_unref(calendar);
}
END_TEST

START_TEST(marks_that_say_nothing_or_two_things_are_refused)
{
    struct calendar *calendar = calendar_new("x", 2024, 2024);
    ck_assert_int_eq(calendar_mark(calendar, day("2023-12-31"), true, ""), CSTM_ERROR_RANGE);
    ck_assert_int_eq(calendar_mark(calendar, day("2025-01-01"), true, ""), CSTM_ERROR_RANGE);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-05"), false, ""), CSTM_ERROR_MISMATCH);   /* a Monday */
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-04"), false, ""), CSTM_OK);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-02-04"), true, ""), CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-01-01"), true, ""), CSTM_OK);
    ck_assert_int_eq(calendar_mark(calendar, day("2024-01-01"), true, ""), CSTM_ERROR_DUPLICATE);
    calendar_unref(calendar);
}
END_TEST

START_TEST(the_digest_is_that_of_what_is_said)
{
    struct calendar *a = spring(), *b = spring(), *c = calendar_new("cn", 2024, 2025);
    struct digest digests[3];
    calendar_close(c);
    ck_assert(calendar_digest(a, &digests[0]) && calendar_digest(b, &digests[1]) && calendar_digest(c, &digests[2]));
    ck_assert_mem_eq(&digests[0], &digests[1], sizeof digests[0]);
    ck_assert_mem_ne(&digests[0], &digests[2], sizeof digests[0]);
    ck_assert_str_eq(calendar_name(a), "cn");
    calendar_unref(calendar_ref(a));
    calendar_unref(a);
    calendar_unref(b);
    calendar_unref(c);
    calendar_unref(NULL);
}
END_TEST

int
main(void)
{
    const TTest *const tests[] = {
        days_are_off_by_weekend_by_holiday_or_not_at_all, working_days_are_counted_after_the_first_day_through_the_last,
        the_next_working_day_is_after_the_day, what_a_calendar_does_not_cover_it_does_not_guess,
        marks_that_say_nothing_or_two_things_are_refused, the_digest_is_that_of_what_is_said,
    };
    Suite *suite = suite_create("calendar");
    TCase *all = tcase_create("calendar");
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
