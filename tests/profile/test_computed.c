/* Fields that are computed when an event arrives: hours, weekdays, scenes by merchant code; shares by
 * time and by category. Said by hand for a small history in China, with its make-up working days (调休),
 * then for every day by a batch, by columns, and event by event with sealing and storing in between. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

static const char document[] =
    "format: 1\n"
    "strategy: computed\n"
    "version: \"1\"\n"
    "timezone: Asia/Shanghai\n"
    "currency: TWD\n"
    "late: 1 days\n"
    "calendar: cn.yaml\n"
    "mappings: {scene: scenes.yaml}\n"
    "events:\n"
    "  use:\n"
    "    observed_from: 2023-01-01\n"
    "    fields:\n"
    "      amount: money\n"
    "      mcc: string\n"
    "      parts: {type: int, range: [1, 9]}\n"
    "      scene: {category: scene, of: mcc}\n"
    "      hour: {type: int, range: [0, 23], rule: time.getHours()}\n"
    "      weekday: {type: int, range: [1, 7], rule: weekday_of(day)}\n"
    "      night: {type: bool, rule: hour >= 22 || hour < 6}\n"
    "      worked: {type: bool, rule: is_workday(day)}\n"
    "      last_days: {type: int, rule: \"days_between(day, end_of_month(day))\"}\n"
    "      each: {type: double, rule: double(amount) / double(parts)}\n"
    "      size: {type: string, values: [small, large], rule: \"amount >= money('8.00') ? 'large' : 'small'\"}\n"
    "features:\n"
    "  month: {sum: use.amount, over: 1 month}\n"
    "  by_hour: {share: use.amount, by: hour, over: 1 month}\n"
    "  by_day: {count: use, by: weekday, over: 1 month}\n"
    "  weekend: {share: use.amount, where: weekday >= 6, over: 1 month}\n"
    "  off: {share: use.amount, where: \"!worked\", over: 1 month}\n"
    "  holiday: {share: use.amount, where: is_holiday(day), over: 1 month}\n"
    "  made_up: {sum: use.amount, where: weekday >= 6 && worked, over: 1 month}\n"
    "  month_end: {share: use.amount, where: last_days < 3, over: 1 month}\n"
    "  nights: {count: use, where: night, over: 1 month}\n"
    "  year_ago: {sum: use.amount, over: 1 month, before: 12 months}\n"
    "  season: {rule: month / year_ago}\n"
    "  scenes: {share: use.amount, by: scene, over: 1 month}\n"
    "  spend: {sum: use.amount, by: scene, over: 1 month}\n"
    "  sizes: {most_frequent: use.size, over: 1 month}\n"
    "  variety: {entropy: use.scene, over: 1 month}\n"
    "  hours: {distinct: use.hour, over: 1 month}\n"
    "  last_hour: {last: use.hour}\n"
    "  usual_hour: {most_frequent: use.hour, over: 1 month}\n"
    "  at_usual: {top_share: use.hour, over: 1 month}\n"
    "  rhythm: {entropy: use.hour, over: 1 month}\n"
    "  each_most: {max: use.each, over: 1 month}\n"
    "  fun: {rule: spend.dining + spend.luxury}\n";

#define USES 9
static const struct {
    const char *time;
    int64_t amount;
    const char *mcc;
    int64_t parts;
} uses[USES] = {
    {"2023-09-20T12:30:00", 1000, "5812", 1},
    {"2023-10-10T23:15:00", 2000, "3000", 2},
    {"2024-09-14T09:00:00", 100, "5411", 4},  /* a Saturday, worked */
    {"2024-09-16T12:00:00", 200, "5812", 1},  /* a Monday off: 中秋节 */
    {"2024-09-21T22:30:00", 400, "5812", 8},  /* a Saturday */
    {"2024-09-29T23:59:59", 800, "5999", 1},  /* a Sunday, worked */
    {"2024-09-29T16:00:00Z", 1600, "4511", 1}, /* of the 30th in China, a Monday */
    {"2024-10-05T08:00:00", 3200, "5944", 2}, /* a Saturday off: 国庆节 */
    {"2024-10-12T22:00:00", 6400, "0000", 1}, /* a Saturday, worked; a code that there is not */
};
#define MONTH 12700.0 /* of the last seven */

static void
add_file(cstm_files *files, const char *name, const char *path)
{
    FILE *file = fopen(path, "rb");
    static char text[1 << 16];
    ck_assert_ptr_nonnull(file);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    ck_assert_uint_lt(size, sizeof text);
    must(cstm_files_add(files, name, text, size, NULL), NULL);
}

static cstm_strategy *
compile(const char *text)
{
    cstm_files *files;
    cstm_strategy *bank = NULL;
    cstm_error *error = NULL;
    must(cstm_files_new(&files, NULL), NULL);
    add_file(files, "cn.yaml", EXAMPLES "/calendars/cn.yaml");
    add_file(files, "scenes.yaml", EXAMPLES "/mappings/scenes.yaml");
    must(cstm_strategy_parse_with(text, strlen(text), "bank", files, &bank, &error), error);
    cstm_files_free(files);
    return bank;
}

static cstm_event *
use_of(cstm_strategy *bank, int i)
{
    char id[8];
    snprintf(id, sizeof id, "u%d", i);
    cstm_event *event = event_of(bank, "use", 0, id, uses[i].time);
    event_money(bank, event, "amount", uses[i].amount);
    event_text(bank, event, "mcc", uses[i].mcc);
    event_int(bank, event, "parts", uses[i].parts);
    return event;
}

static void
assert_feature(const cstm_outcome *outcome, const cstm_strategy *bank, const char *name, double value)
{
    int32_t index = bank_find(bank, CSTM_PART_FEATURE, name);
    ck_assert_msg(cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, 0) == CSTM_STATE_VALUE, "%s",
                  name);
    bool real = cstm_strategy_part_type(bank, CSTM_PART_FEATURE, index) == CSTM_TYPE_DOUBLE;
    double is = real ? cstm_outcome_double(outcome, CSTM_PART_FEATURE, index, 0)
                     : (double) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, 0);
    ck_assert_msg(is == value, "%s is %.17g, not %.17g", name, is, value);
}

static cstm_profile *
customer_of(cstm_strategy *bank)
{
    cstm_profile *customer = customer_new(bank, "a");
    for (int i = USES - 1; i >= 0; i--)
        ck_assert_int_eq(record(customer, use_of(bank, i)), CSTM_OK);
    return customer;
}

START_TEST(habits_by_time_are_of_the_zone_and_the_calendar)
{
    static const struct {
        const char *feature;
        double value;
    } expected[] = {
        {"month", MONTH}, /* 13 September to 12 October */
        {"by_hour.0", 1600 / MONTH}, {"by_hour.8", 3200 / MONTH}, {"by_hour.9", 100 / MONTH},
        {"by_hour.12", 200 / MONTH}, {"by_hour.22", 6800 / MONTH}, {"by_hour.23", 800 / MONTH},
        {"by_hour.16", 0},
        {"by_day.1", 2}, {"by_day.2", 0}, {"by_day.6", 4}, {"by_day.7", 1},
        {"weekend", (100 + 400 + 800 + 3200 + 6400) / MONTH},
        {"off", (200 + 400 + 3200) / MONTH}, {"holiday", (200 + 3200) / MONTH},
        {"made_up", 100 + 800 + 6400},
        {"month_end", (800 + 1600) / MONTH},
        {"nights", 4}, /* 22:30, 23:59, 00:00, 22:00 */
        {"year_ago", 3000}, {"season", MONTH / 3000},
        {"last_hour", 22}, {"hours", 6}, {"usual_hour", 22}, {"at_usual", 2 / 7.0}, {"each_most", 64.0},
    };
    cstm_strategy *bank = compile(document);
    cstm_profile *customer = customer_of(bank);
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-10-12");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_feature(outcome, bank, expected[i].feature, expected[i].value);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(habits_by_category_are_of_the_strategys_own_scenes)
{
    cstm_strategy *bank = compile(document);
    cstm_profile *customer = customer_of(bank);
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-10-12");
    static const char *const order[] = {"dining", "groceries", "online", "shopping", "luxury"};
    int32_t first = bank_find(bank, CSTM_PART_FEATURE, "spend.dining");
    for (int i = 0; i < 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "spend.%s", order[i]);
        ck_assert_str_eq(cstm_strategy_part_name(bank, CSTM_PART_FEATURE, first + i), name);
    }
    assert_feature(outcome, bank, "spend.dining", 600);
    assert_feature(outcome, bank, "spend.groceries", 100);
    assert_feature(outcome, bank, "spend.online", 0);
    assert_feature(outcome, bank, "scenes.shopping", 800 / MONTH);
    assert_feature(outcome, bank, "scenes.travel", 1600 / MONTH);
    assert_feature(outcome, bank, "scenes.other", 6400 / MONTH);
    assert_feature(outcome, bank, "fun", 3800);
    cstm_explanation *explanation;
    must(cstm_profile_explain(customer, bank_end_of(bank, "2024-10-12"), CSTM_PART_FEATURE, first, 0,
                              &explanation, NULL),
         NULL);
    bool by = false;
    for (int32_t i = 0; i < cstm_explanation_count(explanation); i++)
        by |= strcmp(cstm_explanation_text(explanation, i), "by scene") == 0 &&
              strcmp(cstm_explanation_value(explanation, i), "dining") == 0;
    ck_assert(by);
    cstm_explanation_free(explanation);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

/* The 981 codes of tests/data/mcc. */
START_TEST(every_merchant_category_code_has_a_scene)
{
    cstm_strategy *bank = compile("format: 1\nstrategy: s\nversion: \"1\"\ntimezone: Asia/Shanghai\n"
                                  "mappings: {scene: scenes.yaml}\n"
                                  "events: {use: {fields: {mcc: string, scene: {category: scene, of: mcc}}, "
                                  "observed_from: 2024-01-01}}\n"
                                  "features: {uses: {count: use, over: 30 days}, by: {count: use, by: scene, over: 30 days}}\n");
    cstm_profile *customer = customer_new(bank, "a");
    FILE *file = fopen(CODES, "r");
    char line[64];
    int n = 0;
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == 'm')
            continue;
        cstm_event *event = event_of(bank, "use", 0, line, "2024-10-01T09:00:00");
        event_text(bank, event, "mcc", line);
        ck_assert_int_eq(record(customer, event), CSTM_OK);
        n++;
    }
    fclose(file);
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-10-12");
    ck_assert_int_eq(n, 981);
    assert_feature(outcome, bank, "uses", 981);
    assert_feature(outcome, bank, "by.other", 0);
    assert_feature(outcome, bank, "by.dining", 4); /* 5811 to 5814 */
    assert_feature(outcome, bank, "by.cash", 10);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(what_is_computed_is_not_given_and_what_is_not_declared_is_refused)
{
    cstm_strategy *bank = compile(document);
    cstm_profile *customer = customer_of(bank), *same = customer_of(bank);
    cstm_event *event = event_of(bank, "use", 0, "x", "2024-10-12T09:00:00");
    cstm_error *error = NULL;
    int32_t kind = bank_find(bank, CSTM_PART_EVENT, "use");
    int32_t hour = cstm_strategy_find_field(bank, kind, "hour"),
            parts = cstm_strategy_find_field(bank, kind, "parts");
    ck_assert_int_eq(cstm_event_set_int64(event, hour, 9, &error), CSTM_ERROR_MISUSE);
    ck_assert_str_eq(cstm_error_field(error), "hour");
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), "is computed by the strategy"));
    cstm_error_free(error);
    ck_assert_int_eq(cstm_event_set_missing(event, hour, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_event_set_int64(event, parts, 10, &error), CSTM_ERROR_UNKNOWN);
    ck_assert_str_eq(cstm_error_field(error), "parts");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_event_set_int64(event, parts, 0, NULL), CSTM_ERROR_UNKNOWN);
    must(cstm_event_set_int64(event, parts, 9, NULL), NULL);
    cstm_event_free(event);
    /* 2027 is in no year of the calendar: the event cannot be computed, and nothing happens. */
    event = event_of(bank, "use", 0, "x", "2027-10-12T09:00:00");
    ck_assert_int_eq(cstm_profile_record(customer, event, &error), CSTM_ERROR_RANGE);
    ck_assert_str_eq(cstm_error_field(error), "worked");
    cstm_error_free(error);
    cstm_event_free(event);
    assert_same_bytes(customer, same);
    cstm_profile_free(customer);
    cstm_profile_free(same);
    cstm_strategy_unref(bank);
}
END_TEST

static cstm_table *
rows_of(int n)
{
    int64_t amounts[USES], parts[USES];
    const char *keys[USES], *times[USES], *codes[USES];
    cstm_table *rows = table_new();
    for (int i = 0; i < n; i++) {
        keys[i] = "a";
        times[i] = uses[i].time;
        amounts[i] = uses[i].amount;
        codes[i] = uses[i].mcc;
        parts[i] = uses[i].parts;
    }
    add_texts(rows, "customer", n, keys);
    add_texts(rows, "time", n, times);
    add_money(rows, "amount", n, amounts);
    add_texts(rows, "mcc", n, codes);
    add_ints(rows, "parts", n, parts);
    return rows;
}

static cstm_batch *
batch_of(cstm_strategy *bank, cstm_table *rows, int32_t parts)
{
    cstm_table *customers = table_new();
    cstm_batch *batch;
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, rows, NULL), NULL);
    must(cstm_batch_set_parts(batch, parts, NULL), NULL);
    cstm_table_free(customers);
    cstm_table_free(rows);
    return batch;
}

START_TEST(a_batch_refuses_the_rows_that_cannot_be_computed_once)
{
    cstm_strategy *bank = compile(document);
    cstm_table *rows = table_new(), *given = table_new();
    add_texts(rows, "customer", 4, (const char *[]){"a", "a", "a", "a"});
    add_texts(rows, "time", 4, (const char *[]){"2027-01-01", "2024-10-01", "2024-10-02", "2027-01-02"});
    add_ints(rows, "parts", 4, (const int64_t[]){1, 10, 9, 0});
    cstm_batch *batch = batch_of(bank, rows, CSTM_RUN_ALL);
    cstm_result *result;
    must(cstm_batch_run(batch, bank_at(bank, "2027-02-01"), &result, NULL), NULL);
    const cstm_table *rejected = cstm_result_rejected(result);
    ck_assert_int_eq(cstm_table_rows(rejected), 3);
    assert_cell(rejected, 0, "row", "0");
    assert_cell(rejected, 0, "field", "worked");
    assert_cell(rejected, 0, "reason", "its rule ends in an error");
    assert_cell(rejected, 1, "row", "1");
    assert_cell(rejected, 1, "field", "parts");
    assert_cell(rejected, 1, "reason", "none of the values that the strategy declares");
    assert_cell(rejected, 2, "row", "3");
    assert_cell(rejected, 2, "field", "parts");
    cstm_result_free(result);
    add_texts(given, "customer", 1, (const char *[]){"a"});
    add_texts(given, "time", 1, (const char *[]){"2024-10-01"});
    add_ints(given, "hour", 1, (const int64_t[]){1});
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_batch_add_events(batch, 0, given, &error), CSTM_ERROR_MISMATCH);
    ck_assert_str_eq(cstm_error_field(error), "hour");
    cstm_error_free(error);
    cstm_table_free(given);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

static void
say(const cstm_outcome *outcome, const cstm_strategy *bank, int32_t index, char *text, size_t room)
{
    size_t size = 0;
    const char *bytes;
    snprintf(text, room, "-");
    if (cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, 0) != CSTM_STATE_VALUE)
        return;
    switch (cstm_strategy_part_type(bank, CSTM_PART_FEATURE, index)) {
    case CSTM_TYPE_STRING:
        bytes = cstm_outcome_string(outcome, CSTM_PART_FEATURE, index, 0, &size);
        snprintf(text, room, "%.*s", (int) size, bytes);
        break;
    case CSTM_TYPE_DOUBLE:
        snprintf(text, room, "%.17g", cstm_outcome_double(outcome, CSTM_PART_FEATURE, index, 0));
        break;
    default:
        snprintf(text, room, "%lld",
                 (long long) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, 0));
        break;
    }
}

START_TEST(a_batch_says_of_every_day_what_a_sealed_profile_says)
{
    cstm_strategy *bank = compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_batch *batch = batch_of(bank, rows_of(USES), CSTM_RUN_ALL),
               *columns = batch_of(bank, rows_of(USES), CSTM_RUN_FEATURES);
    int done = 0;
    for (int32_t d = bank_day("2023-09-19"); d <= bank_day("2024-12-01"); d++) {
        if (d == bank_day("2023-11-20")) /* nothing happens until next September */
            d = bank_day("2024-09-10");
        int64_t as_of = bank_end_of(bank, "2023-09-19") +
                        (int64_t) (d - bank_day("2023-09-19")) * INT64_C(86400000000);
        for (; done < USES && bank_at(bank, uses[done].time) <= as_of; done++)
            ck_assert_int_eq(record(customer, use_of(bank, done)), CSTM_OK);
        cstm_outcome *outcome;
        cstm_result *result, *read;
        must(cstm_outcome_new(bank, &outcome, NULL), NULL);
        must(cstm_profile_evaluate(customer, as_of, outcome, NULL), NULL);
        must(cstm_batch_run(batch, as_of, &result, NULL), NULL);
        must(cstm_batch_run(columns, as_of, &read, NULL), NULL);
        for (int32_t f = 0; f < cstm_strategy_count(bank, CSTM_PART_FEATURE); f++) {
            const char *name = cstm_strategy_part_name(bank, CSTM_PART_FEATURE, f);
            char text[64];
            say(outcome, bank, f, text, sizeof text);
            ck_assert_msg(strcmp(text, cell(cstm_result_table(result, 0), 0, name)) == 0 &&
                              strcmp(text, cell(cstm_result_table(read, 0), 0, name)) == 0,
                          "%s on day %d: %s, batch %s, columns %s", name, d, text,
                          cell(cstm_result_table(result, 0), 0, name),
                          cell(cstm_result_table(read, 0), 0, name));
        }
        cstm_result_free(result);
        cstm_result_free(read);
        cstm_outcome_free(outcome);
        must(cstm_profile_advance(customer, as_of, NULL), NULL);
        if (d % 3 == 0) {
            cstm_profile *copy = restored(bank, customer);
            assert_same_bytes(customer, copy);
            cstm_profile_free(customer);
            customer = copy;
        }
    }
    ck_assert_int_eq(done, USES);
    cstm_batch_free(batch);
    cstm_batch_free(columns);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

static const char first_version[] =
    "format: 1\nstrategy: s\nversion: \"1\"\ntimezone: Asia/Shanghai\nlate: 7 days\n"
    "events:\n"
    "  use: {fields: {n: int, twice: {type: int, rule: n * 2}}, observed_from: 2024-01-01}\n"
    "  pay: {fields: {twice: int}, observed_from: 2024-01-01}\n"
    "  both: {any_of: [use, pay]}\n"
    "features: {most: {max: use.twice, over: 60 days}, last: {last: use.twice}, plain: {max: use.n, over: 60 days},\n"
    "  any: {max: both.twice, over: 60 days}}\n";
static const char second_version[] =
    "format: 1\nstrategy: s\nversion: \"2\"\ntimezone: Asia/Shanghai\nlate: 7 days\n"
    "events:\n"
    "  use: {fields: {n: int, twice: {type: int, rule: n * 3}}, observed_from: 2024-01-01}\n"
    "  pay: {fields: {twice: int}, observed_from: 2024-01-01}\n"
    "  both: {any_of: [use, pay]}\n"
    "features: {most: {max: use.twice, over: 60 days}, last: {last: use.twice}, plain: {max: use.n, over: 60 days},\n"
    "  any: {max: both.twice, over: 60 days}}\n";

/* What is still single is computed anew; what was summed up with the old rule is not taken for the new. */
START_TEST(another_rule_is_another_field)
{
    cstm_strategy *old = bank_compile(first_version), *now = bank_compile(second_version);
    for (int sealed = 0; sealed < 2; sealed++) {
        cstm_profile *customer = customer_new(old, "a"), *moved;
        cstm_event *event = event_of(old, "use", 0, "u", "2024-10-01T09:00:00");
        event_int(old, event, "n", 5);
        ck_assert_int_eq(record(customer, event), CSTM_OK);
        if (sealed != 0)
            advance_to(customer, old, "2024-10-20");
        moved = restored(now, customer);
        cstm_outcome *outcome = outcome_on(moved, now, "2024-10-20");
        assert_feature(outcome, now, "plain", 5);
        for (int i = 0; i < 3; i++) {
            const char *name = i == 0 ? "most" : i == 1 ? "last" : "any";
            if (sealed == 0)
                assert_feature(outcome, now, name, 15);
            else
                ck_assert_int_eq(feature_status(outcome, now, name, 0), CSTM_ERROR_MISSING);
        }
        cstm_outcome_free(outcome);
        cstm_profile_free(customer);
        cstm_profile_free(moved);
    }
    cstm_strategy_unref(old);
    cstm_strategy_unref(now);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("computed");
    TCase *tcase = tcase_create("computed");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, habits_by_time_are_of_the_zone_and_the_calendar);
    tcase_add_test(tcase, habits_by_category_are_of_the_strategys_own_scenes);
    tcase_add_test(tcase, every_merchant_category_code_has_a_scene);
    tcase_add_test(tcase, what_is_computed_is_not_given_and_what_is_not_declared_is_refused);
    tcase_add_test(tcase, a_batch_refuses_the_rows_that_cannot_be_computed_once);
    tcase_add_test(tcase, a_batch_says_of_every_day_what_a_sealed_profile_says);
    tcase_add_test(tcase, another_rule_is_another_field);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
