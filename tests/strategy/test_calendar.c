/* `calendar:`, and the documents that a strategy names: from its folder, or handed along. */
#include "cases.h"

#include "base/calendar.h"
#include "strategy/strategy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMED HEAD "calendar: c/cn.yaml\nattributes: {due: {type: date}}\nfeatures: {worked: {rule: is_workday(due)}}\n"
#define CALENDAR                                                                                                       \
    "format: 1\ncalendar: cn\nyears: [2024]\nholidays: {新年: [2024-01-01], 春节: [2024-02-12, 2024-02-13]}\n"         \
    "workdays: {春节: [2024-02-04]}\n"

/* The strategy of a text and one file that is handed along; NULL with its faults. */
static cstm_strategy *
parse_with(const char *text, const char *name, const char *file, cstm_error **error)
{
    cstm_files *files = NULL;
    cstm_strategy *strategy = NULL;
    ck_assert_int_eq(cstm_files_new(&files, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_files_add(files, name, file, strlen(file), NULL), CSTM_OK);
    cstm_status status = cstm_strategy_parse_with(text, strlen(text), "t.yaml", files, &strategy, error);
    ck_assert_int_eq(status == CSTM_OK, strategy != NULL);
    cstm_files_free(files);
    return strategy;
}

START_TEST(a_calendar_is_handed_along_with_a_text)
{
    cstm_error *error = NULL;
    cstm_strategy *strategy = parse_with(NAMED, "c/cn.yaml", CALENDAR, &error);
    ck_assert_msg(strategy != NULL, "%s", cstm_error_message(error));
    cstm_strategy_unref(strategy);
    ck_assert_ptr_null(parse_with(NAMED, "cn.yaml", CALENDAR, &error));
    ck_assert_str_eq(cstm_error_message(error),
                     "t.yaml:7:11: 'calendar:' names the file 'c/cn.yaml', which was not handed along with this text");
    ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_MISSING);
    ck_assert_ptr_null(cstm_error_next(error));      /* what asks the calendar adds no fault of its own */
    cstm_error_free(error);
    ck_assert_int_eq(cstm_strategy_parse(NAMED, sizeof NAMED - 1, "t.yaml", &strategy, NULL), CSTM_ERROR_MISSING);
}
END_TEST

START_TEST(a_file_is_named_from_the_folder_of_the_strategy)
{
    char folder[] = "/tmp/calendarXXXXXX", path[64], named[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/s.yaml", folder);
    snprintf(named, sizeof named, "%s/cn.yaml", folder);
    FILE *out = fopen(path, "w");
    fputs(HEAD "calendar: cn.yaml\n", out);
    fclose(out);
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    char expected[256];
    ck_assert_int_eq(cstm_strategy_load(path, &strategy, &error), CSTM_ERROR_IO);
    snprintf(expected, sizeof expected, "%s:7:11: '%s' cannot be opened: No such file or directory", path, named);
    ck_assert_str_eq(cstm_error_message(error), expected);
    cstm_error_free(error);
    out = fopen(named, "w");
    fputs(CALENDAR, out);
    fclose(out);
    ck_assert_int_eq(cstm_strategy_load(path, &strategy, &error), CSTM_OK);
    cstm_strategy_unref(strategy);
    unlink(path);
    unlink(named);
    rmdir(folder);
}
END_TEST

START_TEST(what_is_wrong_with_a_calendar_stands_in_its_own_file)
{
    static const struct {
        const char *calendar, *faults;
    } cases[] = {
        {"", "1:1 MISSING the document is empty\n"},
        {"[1]\n", "1:1 TYPE a calendar is a mapping of keys to values\n"},
        {"format: 2\n", "1:9 VERSION format 2 is not known to this release, which reads format 1\n"},
        {"format: 1\n", "1:1 MISSING a calendar needs 'calendar:'\n1:1 MISSING a calendar needs 'years:'\n"},
        {"format: 1\ncalendar: x\nyears: []\n", "3:8 MISSING 'years:' is an empty list\n"},
        {"format: 1\ncalendar: x\nyears: [2024, 2026]\n",
         "3:15 RANGE the years of a calendar follow each other: 2025 comes after 2024\n"},
        {"format: 1\ncalendar: x\nyears: [0]\n", "3:9 RANGE a year is from 1 to 9999\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nholliday: []\n",
         "4:1 UNKNOWN unknown key 'holliday' of a calendar, did you mean 'holidays'?\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nholidays: [2025-01-01]\n", "4:12 RANGE 2025-01-01 is not in the years of the calendar\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nholidays: [2024-01-01, 2024-01-01]\n",
         "4:24 DUPLICATE 2024-01-01 stands in the calendar twice\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nworkdays: [2024-02-05]\n", "4:12 MISMATCH 2024-02-05 is a working day anyway\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nholidays: {a: 2024-01-01}\n", "4:15 TYPE what a holiday's name stands for is a list\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nholidays: {a: [2024-13-01]}\n", "4:16 TYPE a day of a calendar is a date like 2005-10-01\n"},
        {"format: 1\ncalendar: x\nyears: [2024]\nholidays: {a: [}\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_error *error = NULL;
        char faults[2000] = "";
        ck_assert_ptr_null(parse_with(NAMED, "c/cn.yaml", cases[i].calendar, &error));
        for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e)) {
            const char *text = cstm_error_message(e);
            char place[64];
            ck_assert_str_eq(cstm_error_file(e), "c/cn.yaml");
            snprintf(place, sizeof place, "c/cn.yaml:%d:%d: ", (int) cstm_error_line(e), (int) cstm_error_column(e));
            ck_assert_msg(strncmp(text, place, strlen(place)) == 0, "%s", text);
            snprintf(faults + strlen(faults), sizeof faults - strlen(faults), "%d:%d %s %s\n", (int) cstm_error_line(e),
                     (int) cstm_error_column(e), cstm_status_name(cstm_error_code(e)) + strlen("CSTM_ERROR_"), text + strlen(place));
        }
        ck_assert_msg(cases[i].faults == NULL ? faults[0] != 0 : strcmp(faults, cases[i].faults) == 0, "%s\n%s", cases[i].calendar, faults);
        cstm_error_free(error);
    }
}
END_TEST

/* What it says is in the strategy's digest; the feature that asks it has that of its name, as it has of the zone's. */
START_TEST(a_further_year_is_another_strategy_and_the_same_feature)
{
    static const char *const calendars[] = {
        CALENDAR, "format: 1\ncalendar: cn\nyears: [2024]\nholidays: {新年: [2024-01-01], 春节: [2024-02-13, 2024-02-12]}\nworkdays: {春节: [2024-02-04]}\n",
        "format: 1\ncalendar: cn\nyears: [2024, 2025]\n", "format: 1\ncalendar: tw\nyears: [2024]\n"};
    cstm_strategy *strategies[4];
    for (int i = 0; i < 4; i++)
        strategies[i] = parse_with(NAMED, "c/cn.yaml", calendars[i], NULL);
    struct digest *features[4];
    for (int i = 0; i < 4; i++)
        features[i] = &strategies[i]->features[0].digest;
    ck_assert_str_eq(cstm_strategy_digest(strategies[0]), cstm_strategy_digest(strategies[1]));
    ck_assert_str_ne(cstm_strategy_digest(strategies[0]), cstm_strategy_digest(strategies[2]));
    ck_assert_mem_eq(features[0], features[2], sizeof *features[0]);
    ck_assert_mem_ne(features[0], features[3], sizeof *features[0]);
    for (int i = 0; i < 4; i++)
        cstm_strategy_unref(strategies[i]);
}
END_TEST

START_TEST(without_one_its_functions_do_not_compile)
{
    static const struct fault_case cases[] = {
        {HEAD "features: {x: {rule: is_holiday(today)}}\n",
         "7:22 MISSING 'is_holiday' asks a calendar, and none is named: a strategy names one with 'calendar:'\n"},
        {HEAD "calendar:\n", "7:1 MISSING 'calendar:' is empty\n"},
        {HEAD "calendar: [a]\n", "7:11 TYPE 'calendar:' is a text\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

static int64_t
worked(const struct calendar *calendar, int32_t year, int32_t month, int32_t to_month)
{
    int64_t count = -1;
    int32_t before = civil_day(year, month, 1) - 1, last = to_month == 12 ? civil_day(year, 12, 31) : civil_day(year, to_month + 1, 1) - 1;
    ck_assert_int_eq(calendar_workdays_between(calendar, before, last, &count), CSTM_OK);
    return count;
}

START_TEST(the_calendar_of_china_has_the_working_days_that_are_published)
{
    char path[] = "/tmp/strategyXXXXXX";
    int file = mkstemp(path);
    FILE *out = fdopen(file, "w");
    fputs(HEAD "calendar: " CALENDARS "/cn.yaml\n", out);
    fclose(out);
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    cstm_strategy_load(path, &strategy, &error);
    ck_assert_msg(strategy != NULL, "%s", cstm_error_message(error));
    const struct calendar *calendar = strategy->calendar;
    /* Ministry of Human Resources and Social Security, 人社部发〔2025〕2号: 365 - 104 - 13 = 248 working days a year. */
    ck_assert_int_eq(worked(calendar, 2025, 1, 12), 248);
    /* 人社部发〔2008〕3号: 365 - 104 - 11 = 250 in a common year, which 2010, 2011, 2013 and 2014 are. */
    ck_assert_int_eq(worked(calendar, 2010, 1, 12), 250);
    ck_assert_int_eq(worked(calendar, 2011, 1, 12), 250);
    ck_assert_int_eq(worked(calendar, 2013, 1, 12), 250);
    ck_assert_int_eq(worked(calendar, 2014, 1, 12), 250);
    /* 2024 is leap: 366 - 104 - 11 = 251; February with the Spring Festival and two make-up days has 18. */
    ck_assert_int_eq(worked(calendar, 2024, 1, 12), 251);
    ck_assert_int_eq(worked(calendar, 2024, 2, 2), 18);
    bool yes = false;
    const char *name = "";
    ck_assert(calendar_is_workday(calendar, civil_day(2024, 2, 4), &yes) == CSTM_OK && yes);
    ck_assert(calendar_is_holiday(calendar, civil_day(2024, 10, 7), &yes) == CSTM_OK && yes);
    ck_assert(calendar_holiday_name(calendar, civil_day(2024, 6, 10), &name) == CSTM_OK);
    ck_assert_str_eq(name, "端午节");
    ck_assert_int_eq(calendar_is_workday(calendar, civil_day(2027, 1, 1), &yes), CSTM_ERROR_RANGE);
    cstm_strategy_unref(strategy);
    unlink(path);
}
END_TEST

START_TEST(files_are_kept_by_name)
{
    cstm_files *files = NULL;
    ck_assert_int_eq(cstm_files_new(NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_files_new(&files, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_files_add(NULL, "a", "", 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_files_add(files, NULL, "", 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_files_add(files, "a", NULL, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_files_add(files, "a", NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_files_add(files, "a", "x", 1, NULL), CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(cstm_files_add(files, "b", "x", (size_t) CSTM_DOCUMENT_LIMIT + 1, NULL), CSTM_ERROR_LIMIT);
    cstm_files_free(files);
    cstm_files_free(NULL);
}
END_TEST

int
main(void)
{
    return run_tests("calendar", (const TTest *const[]){a_calendar_is_handed_along_with_a_text, a_file_is_named_from_the_folder_of_the_strategy,
                                                        what_is_wrong_with_a_calendar_stands_in_its_own_file,
                                                        a_further_year_is_another_strategy_and_the_same_feature,
                                                        without_one_its_functions_do_not_compile,
                                                        the_calendar_of_china_has_the_working_days_that_are_published, files_are_kept_by_name,
                                                        NULL});
}
