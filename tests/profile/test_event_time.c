/* The event's own time in `where`: `time`, its instant, and `day`, its civil day. What a rule says
 * of an event is the same when it is recorded, when a batch classifies it in a row of records and
 * when it reads columns where they lie, of instants or of days. */
#include "bank.h"
#include "tables.h"

#include <string.h>

/* Nothing here can fail, so that a batch of one kind may read columns. */
#define HEAD                                                                                       \
    "format: 1\n"                                                                                  \
    "strategy: clock\n"                                                                            \
    "version: \"1\"\n"                                                                             \
    "timezone: Asia/Shanghai\n"                                                                    \
    "currency: TWD\n"                                                                              \
    "late: 2 days\n"
#define EVENTS "events: {use: {fields: {amount: money}, observed_from: 2023-01-01}}\n"
#define FEATURES                                                                                   \
    "features:\n"                                                                                  \
    "  all: {count: use, over: 20 days}\n"                                                         \
    "  night: {count: use, where: time.getHours() >= 22, over: 20 days}\n"                         \
    "  weekend: {sum: use.amount, where: weekday_of(day) >= 6, over: 20 days}\n"                   \
    "  month_end: {count: use, where: day_of(day) >= 25, over: 20 days}\n"                             \
    "  utc: {count: use, where: \"time.getHours('UTC') >= 22\", over: 20 days}\n"
static const char columns_document[] = HEAD EVENTS FEATURES;
/* A calendar may fail, and the last n are read from records. */
static const char records_document[] =
    HEAD "calendar: cn.yaml\n" EVENTS FEATURES
         "  holiday: {count: use, where: is_holiday(day), over: 12 months}\n"
         "  last_night: {last: use.amount, where: time.getHours() >= 22, over: last 4}\n";
static const char calendar[] = "format: 1\ncalendar: cn\nyears: [2024]\n"
                               "holidays: {春节: [2024-02-12, 2024-02-13]}\n"
                               "workdays: {春节: [2024-02-04]}\n";

/* Civil time of Shanghai, 8 hours before UTC. 2024-02-10 was a Saturday, -25 a Sunday, -29 a
 * Thursday. */
#define USES 6
static const struct {
    const char *time;
    int64_t amount;
} uses[USES] = {
    {"2024-02-10T21:59:59", 1}, {"2024-02-10T22:00:00", 2},  {"2024-02-12T23:30:00", 4},
    {"2024-02-13T06:10:00", 8}, {"2024-02-25T12:00:00", 16}, {"2024-02-29T23:59:59", 32},
};

static cstm_strategy *
strategy_new(const char *document)
{
    cstm_files *files = NULL;
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    must(cstm_files_new(&files, NULL), NULL);
    must(cstm_files_add(files, "cn.yaml", calendar, sizeof calendar - 1, NULL), NULL);
    cstm_status status =
        cstm_strategy_parse_with(document, strlen(document), "t.yaml", files, &strategy, &error);
    must(status, error);
    cstm_files_free(files);
    return strategy;
}

/* Uses number `order[i]`, those up to and with `last` only. */
static void
record_uses(cstm_profile *customer, cstm_strategy *strategy, int first, int last, int step)
{
    for (int i = first; step > 0 ? i <= last : i >= last; i += step) {
        char id[8];
        snprintf(id, sizeof id, "u%d", i);
        cstm_event *event = event_of(strategy, "use", 0, id, uses[i].time);
        event_money(strategy, event, "amount", uses[i].amount);
        ck_assert_int_eq(record(customer, event), CSTM_OK);
    }
}

static int64_t
money_of(const cstm_outcome *outcome, const cstm_strategy *strategy, const char *feature)
{
    return cstm_outcome_int64(outcome, CSTM_PART_FEATURE,
                              bank_find(strategy, CSTM_PART_FEATURE, feature), 0);
}

START_TEST(hours_and_days_of_an_event_are_those_of_the_strategys_zone)
{
    cstm_strategy *strategy = strategy_new(records_document);
    cstm_profile *customer = customer_new(strategy, "a");
    record_uses(customer, strategy, USES - 1, 0, -1);
    cstm_outcome *outcome = outcome_on(customer, strategy, "2024-02-29");
    /* 20 days are from the 10th on. */
    ck_assert_int_eq(feature_int(outcome, strategy, "all", 0), 6);
    ck_assert_int_eq(feature_int(outcome, strategy, "night", 0), 3);     /* 2, 4, 32 */
    ck_assert_int_eq(money_of(outcome, strategy, "weekend"), 1 + 2 + 16);
    ck_assert_int_eq(feature_int(outcome, strategy, "month_end", 0), 2); /* 16, 32 */
    ck_assert_int_eq(feature_int(outcome, strategy, "utc", 0), 1);       /* 06:10 is 22:10 UTC */
    ck_assert_int_eq(feature_int(outcome, strategy, "holiday", 0), 2);   /* 4, 8 */
    ck_assert_int_eq(money_of(outcome, strategy, "last_night"), 32);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(a_day_that_the_calendar_does_not_know_is_an_error_of_the_feature)
{
    cstm_strategy *strategy = strategy_new(records_document);
    cstm_profile *customer = customer_new(strategy, "a");
    record_uses(customer, strategy, 0, USES - 1, 1);
    ck_assert_int_eq(record(customer, event_of(strategy, "use", 0, "new year", "2025-01-01")), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, strategy, "2025-01-02");
    ck_assert_int_eq(feature_status(outcome, strategy, "holiday", 0), CSTM_ERROR_RANGE);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, strategy, "2024-12-31");
    ck_assert_int_eq(feature_int(outcome, strategy, "holiday", 0), 2);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(strategy);
}
END_TEST

static void
assert_same(const cstm_outcome *outcome, const cstm_strategy *strategy, const cstm_table *table,
            const char *feature, const char *day)
{
    int32_t index = bank_find(strategy, CSTM_PART_FEATURE, feature);
    char expected[32] = "-";
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, 0) == CSTM_STATE_VALUE)
        snprintf(expected, sizeof expected, "%lld",
                 (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, 0));
    ck_assert_msg(strcmp(cell(table, 0, feature), expected) == 0, "%s on %s: %s, not %s", feature, day,
                  cell(table, 0, feature), expected);
}

/* Event by event, sealed as the days go by and stored and restored, beside a batch of all. */
static void
play(const char *document, const char *const *features, int n, int whole_days)
{
    cstm_strategy *strategy = strategy_new(document);
    cstm_profile *customer = customer_new(strategy, "a");
    cstm_table *customers = table_new(), *rows = table_new();
    cstm_batch *batch;
    int64_t amounts[USES];
    const char *keys[USES], *times[USES];
    int32_t days[USES];
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    for (int i = 0; i < USES; i++) {
        char text[16];
        snprintf(text, sizeof text, "%.10s", uses[i].time);
        days[i] = bank_day(text);
        amounts[i] = uses[i].amount;
        keys[i] = "a";
        times[i] = uses[i].time;
    }
    add_texts(rows, "customer", USES, keys);
    if (whole_days)
        must(cstm_table_add_date(rows, "time", days, NULL, USES, NULL), NULL);
    else
        add_texts(rows, "time", USES, times);
    add_money(rows, "amount", USES, amounts);
    must(cstm_batch_new(strategy, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, rows, NULL), NULL);
    int done = 0;
    for (int32_t d = bank_day("2024-02-08"); d <= bank_day("2024-03-25"); d++) {
        char day[16];
        int march = d >= bank_day("2024-03-01");
        snprintf(day, sizeof day, "2024-%02d-%02d", march ? 3 : 2,
                 1 + d - bank_day(march ? "2024-03-01" : "2024-02-01"));
        for (; done < USES && days[done] <= d; done++) {
            char midnight[16];
            snprintf(midnight, sizeof midnight, "%.10s", uses[done].time);
            cstm_event *event =
                event_of(strategy, "use", 0, NULL, whole_days ? midnight : uses[done].time);
            event_money(strategy, event, "amount", uses[done].amount);
            ck_assert_int_eq(record(customer, event), CSTM_OK);
        }
        cstm_outcome *outcome = outcome_on(customer, strategy, day);
        cstm_result *result;
        must(cstm_batch_run(batch, bank_end_of(strategy, day), &result, NULL), NULL);
        for (int f = 0; f < n; f++)
            assert_same(outcome, strategy, cstm_result_table(result, 0), features[f], day);
        cstm_result_free(result);
        cstm_outcome_free(outcome);
        advance_to(customer, strategy, day);
        cstm_profile *copy = restored(strategy, customer);
        cstm_profile_free(customer);
        customer = copy;
    }
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(rows);
    cstm_profile_free(customer);
    cstm_strategy_unref(strategy);
}

START_TEST(a_batch_says_of_every_day_what_the_events_said_one_by_one)
{
    static const char *const features[] = {"all",       "night", "weekend",   "month_end",
                                           "utc",       "holiday", "last_night"};
    play(records_document, features, 7, 0);
    play(columns_document, features, 5, 0);
}
END_TEST

START_TEST(an_event_of_a_day_without_an_hour_is_of_the_days_first_instant)
{
    static const char *const features[] = {"all",       "night", "weekend",   "month_end",
                                           "utc",       "holiday", "last_night"};
    play(records_document, features, 7, 1);
    play(columns_document, features, 5, 1);
}
END_TEST

START_TEST(a_field_or_constant_of_that_name_stays_what_the_name_means)
{
    cstm_strategy *strategy = bank_compile(
        HEAD "constants: {time: {type: int, value: 7}}\n"
             "events: {use: {fields: {amount: money, day: int}, observed_from: 2023-01-01}}\n"
             "features: {f: {count: use, where: day == time, over: 9 days}, g: {count: use, where: day != time, over: 9 days}}\n");
    cstm_profile *customer = customer_new(strategy, "a");
    cstm_event *event = event_of(strategy, "use", 0, NULL, "2024-02-08");
    event_int(strategy, event, "day", 7);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, strategy, "2024-02-09");
    ck_assert_int_eq(feature_int(outcome, strategy, "f", 0), 1);
    ck_assert_int_eq(feature_int(outcome, strategy, "g", 0), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("event time");
    TCase *tcase = tcase_create("time");
    tcase_add_test(tcase, hours_and_days_of_an_event_are_those_of_the_strategys_zone);
    tcase_add_test(tcase, a_day_that_the_calendar_does_not_know_is_an_error_of_the_feature);
    tcase_add_test(tcase, a_batch_says_of_every_day_what_the_events_said_one_by_one);
    tcase_add_test(tcase, an_event_of_a_day_without_an_hour_is_of_the_days_first_instant);
    tcase_add_test(tcase, a_field_or_constant_of_that_name_stays_what_the_name_means);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
