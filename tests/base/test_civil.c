/* The civil calendar and its text. */
#include "base/civil.h"

#include <check.h>
#include <string.h>

START_TEST(every_day_of_the_calendar_is_the_one_after_the_last)
{
    int32_t year = 1, month = 1, of_month = 1, wrong = 0;
    for (int32_t day = CIVIL_DAY_MIN; day <= CIVIL_DAY_MAX; day++) {
        struct civil_date date = civil_date_of(day);
        wrong += date.year != year || date.month != month || date.day != of_month;
        wrong += civil_day(year, month, of_month) != day;
        of_month++;
        if (!civil_date_is_legal(year, month, of_month)) {
            of_month = 1;
            month = month % 12 + 1;
            year += month == 1;
        }
    }
    ck_assert_int_eq(wrong, 0);
    ck_assert_int_eq(year, 10000);
}
END_TEST

START_TEST(known_days_have_their_numbers)
{
    ck_assert_int_eq(civil_day(1970, 1, 1), 0);
    ck_assert_int_eq(civil_day(1, 1, 1), CIVIL_DAY_MIN);
    ck_assert_int_eq(civil_day(9999, 12, 31), CIVIL_DAY_MAX);
    ck_assert_int_eq(civil_day(2000, 3, 1), 11017);     /* POSIX: (946684800 + 60 days) / 86400 */
    ck_assert_int_eq(civil_day(2005, 10, 1), 13057);    /* date -d 2005-10-01 +%s / 86400 */
}
END_TEST

START_TEST(days_far_outside_the_calendar_are_still_dates)
{
    static const int32_t days[] = {INT32_MIN, INT32_MIN + 1, -100000000, 100000000, INT32_MAX - 1, INT32_MAX};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct civil_date date = civil_date_of(days[i]);
        ck_assert_int_eq(civil_day(date.year, date.month, date.day), days[i]);
        char text[16];
        ck_assert_uint_lt(civil_write_date(days[i], text), sizeof text);
    }
}
END_TEST

START_TEST(legal_dates_are_told_from_others)
{
    ck_assert(civil_date_is_legal(2004, 2, 29) && civil_date_is_legal(2000, 2, 29));
    ck_assert(!civil_date_is_legal(2005, 2, 29) && !civil_date_is_legal(1900, 2, 29));
    ck_assert(!civil_date_is_legal(0, 1, 1) && !civil_date_is_legal(10000, 1, 1));
    ck_assert(!civil_date_is_legal(2005, 0, 1) && !civil_date_is_legal(2005, 13, 1));
    ck_assert(!civil_date_is_legal(2005, 4, 31) && !civil_date_is_legal(2005, 4, 0));
}
END_TEST

START_TEST(months_shift_to_the_same_day_or_the_last_of_the_month)
{
    static const struct {
        int32_t from[3], months, to[3];
    } cases[] = {
        {{2005, 10, 1}, -6, {2005, 4, 1}},    {{2005, 3, 31}, -1, {2005, 2, 28}},  {{2004, 3, 31}, -1, {2004, 2, 29}},
        {{2004, 2, 29}, 12, {2005, 2, 28}},   {{2004, 2, 29}, 48, {2008, 2, 29}},  {{2005, 1, 31}, 1, {2005, 2, 28}},
        {{2005, 1, 15}, -1, {2004, 12, 15}},  {{2005, 12, 31}, 1, {2006, 1, 31}},  {{2005, 5, 5}, 0, {2005, 5, 5}},
        {{1, 3, 31}, -1, {1, 2, 28}},         {{1, 1, 31}, -1, {1, 1, 1}},         {{9999, 12, 1}, 1, {9999, 12, 31}},
        {{2005, 5, 5}, INT32_MIN, {1, 1, 1}}, {{2005, 5, 5}, INT32_MAX, {9999, 12, 31}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int32_t *from = cases[i].from, *to = cases[i].to;
        ck_assert_int_eq(civil_month_shift(civil_day(from[0], from[1], from[2]), cases[i].months),
                         civil_day(to[0], to[1], to[2]));
    }
}
END_TEST

START_TEST(weekdays_run_from_monday_to_sunday)
{
    ck_assert_int_eq(civil_weekday(0), 4);                          /* 1970-01-01, Thursday */
    ck_assert_int_eq(civil_weekday(civil_day(2005, 10, 1)), 6);     /* Saturday */
    ck_assert_int_eq(civil_weekday(CIVIL_DAY_MIN), 1);              /* 0001-01-01, Monday (proleptic) */
    ck_assert_int_eq(civil_weekday(-4), 7);
    for (int32_t day = -20; day < 20; day++)
        ck_assert_int_eq(civil_weekday(day + 1), civil_weekday(day) % 7 + 1);
    civil_weekday(INT32_MIN);
    civil_weekday(INT32_MAX);
}
END_TEST

START_TEST(dates_are_read_whole_and_written_back)
{
    static const char *const good[] = {"2005-10-01", "0001-01-01", "9999-12-31", "2004-02-29"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int32_t day;
        char text[16];
        ck_assert(civil_parse_date(good[i], 10, &day));
        ck_assert_uint_eq(civil_write_date(day, text), 10);
        ck_assert_str_eq(text, good[i]);
    }
    static const char *const bad[] = {"", "2005", "2005-10", "2005-10-1", "2005-1-01", "05-10-01", "2005/10/01",
                                      "2005-02-29", "2005-13-01", "0000-01-01", "12005-10-01", "2005-10-01 ",
                                      " 2005-10-01", "2005-10-01T00:00", "20051001", "-005-10-01", "+005-10-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t day = 77;
        ck_assert_msg(!civil_parse_date(bad[i], strlen(bad[i]), &day), "%s", bad[i]);
        ck_assert_int_eq(day, 77);
    }
}
END_TEST

/* Instants of these cases: python3 -c "datetime.fromisoformat(...).timestamp()". */
START_TEST(instants_are_read_with_their_offset)
{
    static const struct {
        const char *text;
        int64_t instant;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01 00:00z", 0},
        {"1970-01-01t08:00+08:00", 0},
        {"2005-10-01T12:34:56Z", INT64_C(1128170096000000)},
        {"2005-10-01T12:34:56.5Z", INT64_C(1128170096500000)},
        {"2005-10-01T12:34:56.123456Z", INT64_C(1128170096123456)},
        {"2005-10-01T12:34:56.123456000Z", INT64_C(1128170096123456)},
        {"2005-10-01T12:34:56-03:30", INT64_C(1128182696000000)},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"0001-01-01T00:00:00Z", CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY},
        {"9999-12-31T23:59:59.999999Z", (CIVIL_DAY_MAX + 1) * CIVIL_MICROS_PER_DAY - 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t instant;
        ck_assert_msg(civil_parse_instant(cases[i].text, strlen(cases[i].text), NULL, false, &instant), "%s", cases[i].text);
        ck_assert_int_eq(instant, cases[i].instant);
    }
}
END_TEST

START_TEST(what_is_no_instant_is_refused)
{
    struct zone *utc = NULL;
    ck_assert_int_eq(zone_load("UTC", &utc, NULL), CSTM_OK);
    static const char *const bad[] = {
        "", "2005-10-01T", "2005-10-01T1", "2005-10-01T12", "2005-10-01T24:00", "2005-10-01T12:60", "2005-10-01T12:00:60",
        "2005-10-01T12:00:00.", "2005-10-01T12:00:00.1234567", "2005-10-01T12:00:00,5", "2005-10-01  12:00",
        "2005-10-01T12:00:00+8", "2005-10-01T12:00:00+0800", "2005-10-01T12:00:00+24:00", "2005-10-01T12:00:00+08:60",
        "2005-10-01T12:00:00Zx", "2005-10-01T12:00:00 Z", "2005-10-01x12:00", "2005-10-01Z", "2005-10-01T-1:00",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t instant = 77;
        ck_assert_msg(!civil_parse_instant(bad[i], strlen(bad[i]), utc, false, &instant), "%s", bad[i]);
        ck_assert_int_eq(instant, 77);
    }
    int64_t instant;
    ck_assert(!civil_parse_instant("2005-10-01", 10, NULL, false, &instant));
    ck_assert(!civil_parse_instant("2005-10-01T12:00", 16, NULL, false, &instant));
    zone_unref(utc);
}
END_TEST

START_TEST(a_bare_date_is_its_first_instant_or_its_last)
{
    struct zone *utc = NULL;
    zone_load("UTC", &utc, NULL);
    int64_t first, last;
    ck_assert(civil_parse_instant("2005-10-01", 10, utc, false, &first));
    ck_assert(civil_parse_instant("2005-10-01", 10, utc, true, &last));
    ck_assert_int_eq(first, 13057 * CIVIL_MICROS_PER_DAY);
    ck_assert_int_eq(last, 13058 * CIVIL_MICROS_PER_DAY - 1);
    zone_unref(utc);
}
END_TEST

START_TEST(instants_are_written_with_a_fraction_only_if_they_have_one)
{
    char text[40];
    civil_write_instant(INT64_C(1128170096000000), NULL, text);
    ck_assert_str_eq(text, "2005-10-01T12:34:56+00:00");
    civil_write_instant(INT64_C(1128170096000050), NULL, text);
    ck_assert_str_eq(text, "2005-10-01T12:34:56.000050+00:00");
    civil_write_instant(-1, NULL, text);
    ck_assert_str_eq(text, "1969-12-31T23:59:59.999999+00:00");
    ck_assert_uint_lt(civil_write_instant(INT64_MIN, NULL, text), sizeof text);
    ck_assert_uint_lt(civil_write_instant(INT64_MAX, NULL, text), sizeof text);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("civil");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_day_of_the_calendar_is_the_one_after_the_last);
    tcase_add_test(tcase, known_days_have_their_numbers);
    tcase_add_test(tcase, days_far_outside_the_calendar_are_still_dates);
    tcase_add_test(tcase, legal_dates_are_told_from_others);
    tcase_add_test(tcase, months_shift_to_the_same_day_or_the_last_of_the_month);
    tcase_add_test(tcase, weekdays_run_from_monday_to_sunday);
    tcase_add_test(tcase, dates_are_read_whole_and_written_back);
    tcase_add_test(tcase, instants_are_read_with_their_offset);
    tcase_add_test(tcase, what_is_no_instant_is_refused);
    tcase_add_test(tcase, a_bare_date_is_its_first_instant_or_its_last);
    tcase_add_test(tcase, instants_are_written_with_a_fraction_only_if_they_have_one);
    Suite *suite = suite_create("civil");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
