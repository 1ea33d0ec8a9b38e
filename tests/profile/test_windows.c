/* Windows of weeks, and windows that ended earlier: the one before the last, the same a year ago.
 * Said by hand for a small history, then for every day by a batch and event by event, with sealing
 * and storing in between. */
#include "bank.h"
#include "tables.h"

static const char document[] =
    "format: 1\n"
    "strategy: windows\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "late: 1 days\n"
    "purposes: [service]\n"
    "events: {use: {fields: {amount: money, rate: double, place: string}, observed_from: 2004-02-01}}\n"
    "features:\n"
    "  fortnight: {count: use, over: 2 weeks}\n"
    "  month: {sum: use.amount, over: 1 month}\n"
    "  month_before: {sum: use.amount, over: 1 month, before: 1 month}\n"
    "  year_ago: {sum: use.amount, over: 1 month, before: 12 months}\n"
    "  growth: {rule: month / year_ago}\n"
    "  week_before: {count: use, over: 1 week, before: 1 week}\n"
    "  last_before: {last: use.place, over: 3 weeks, before: 5 days}\n"
    "  first_before: {first: use.place, over: 3 weeks, before: 5 days}\n"
    "  since_before: {recency: use, over: 3 weeks, before: 5 days}\n"
    "  rates_before: {sum: use.rate, over: 3 weeks, before: 5 days}\n"
    "  dear_before: {max: use.amount, where: amount > money('1.00'), over: 3 weeks, before: 5 days}\n"
    "  days_before: {distinct_days: use, over: 30 days, before: 30 days}\n"
    "lifecycles:\n"
    "  pace:\n"
    "    purpose: service\n"
    "    initial: calm\n"
    "    transitions:\n"
    "      - {from: calm, to: rising, when: month > month_before}\n"
    "      - {from: rising, to: calm, when: week_before == 0}\n";
static const char *const features[] = {"fortnight",   "month",        "month_before", "year_ago",
                                       "week_before", "last_before",  "first_before", "since_before",
                                       "dear_before", "rates_before", "days_before",  "growth"};

#define USES 9
static const struct {
    const char *day;
    int64_t amount;
    double rate;
    const char *place;
} uses[USES] = {
    {"2004-09-05", 5000, 0.5, "a"}, {"2004-10-01", 10000, 0.5, "b"}, {"2005-08-15", 300, 0.25, "c"},
    {"2005-08-31", 700, 0.1, "d"},  {"2005-09-01", 1100, 0.2, "e"},  {"2005-09-10", 60, 0.3, "f"},
    {"2005-09-24", 2000, 1, "g"},   {"2005-09-26", 4000, 2, "h"},    {"2005-10-01", 9000, 4, "i"},
};

static void
record_use(cstm_profile *customer, cstm_strategy *bank, int i)
{
    char id[8];
    snprintf(id, sizeof id, "u%d", i);
    cstm_event *event = event_of(bank, "use", 0, id, uses[i].day);
    event_money(bank, event, "amount", uses[i].amount);
    event_text(bank, event, "place", uses[i].place);
    int32_t kind = bank_find(bank, CSTM_PART_EVENT, "use");
    must(cstm_event_set_double(event, cstm_strategy_find_field(bank, kind, "rate"), uses[i].rate, NULL),
         NULL);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

static int64_t
number(const cstm_outcome *outcome, const cstm_strategy *bank, const char *feature)
{
    return cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, feature),
                              0);
}

START_TEST(a_window_ends_with_the_day_or_so_much_before)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    for (int i = USES - 1; i >= 0; i--)
        record_use(customer, bank, i);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-10-01");
    ck_assert_int_eq(number(outcome, bank, "fortnight"), 3); /* 18 September to 1 October */
    ck_assert_int_eq(number(outcome, bank, "month"), 60 + 2000 + 4000 + 9000); /* from the 2nd */
    ck_assert_int_eq(number(outcome, bank, "month_before"), 300 + 700 + 1100); /* 2 Aug to 1 Sep */
    ck_assert_int_eq(number(outcome, bank, "year_ago"), 5000 + 10000);
    ck_assert_double_eq(cstm_outcome_double(outcome, CSTM_PART_FEATURE,
                                            bank_find(bank, CSTM_PART_FEATURE, "growth"), 0),
                        15060.0 / 15000.0);
    ck_assert_int_eq(number(outcome, bank, "week_before"), 1); /* 18 to 24 September */
    ck_assert_int_eq(number(outcome, bank, "since_before"), 0); /* 26 September, to that day */
    ck_assert_int_eq(number(outcome, bank, "dear_before"), 4000);
    ck_assert_int_eq(number(outcome, bank, "days_before"), 3); /* 3 August to 1 September */
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(a_window_that_ended_before_anything_was_observed_is_missing)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    record_use(customer, bank, 0);
    /* Observed from 1 February 2004: the month that ended on 28 February 2004 began on 29 January,
     * that of 1 March on 2 February. */
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-02-28");
    ck_assert_int_eq(feature_status(outcome, bank, "year_ago", 0), CSTM_ERROR_MISSING);
    ck_assert_int_eq(number(outcome, bank, "month_before"), 0);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, bank, "2005-03-01");
    ck_assert_int_eq(feature_status(outcome, bank, "year_ago", 0), CSTM_OK);
    ck_assert_int_eq(number(outcome, bank, "year_ago"), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

static void
say(const cstm_outcome *outcome, const cstm_strategy *bank, const char *feature, char *text, size_t room)
{
    int32_t index = bank_find(bank, CSTM_PART_FEATURE, feature);
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

static cstm_batch *
batch_of(cstm_strategy *bank)
{
    cstm_table *customers = table_new(), *rows = table_new();
    cstm_batch *batch;
    int64_t amounts[USES];
    double rates[USES];
    const char *keys[USES], *times[USES], *places[USES];
    for (int i = 0; i < USES; i++) {
        keys[i] = "a";
        times[i] = uses[i].day;
        amounts[i] = uses[i].amount;
        rates[i] = uses[i].rate;
        places[i] = uses[i].place;
    }
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    add_texts(rows, "customer", USES, keys);
    add_texts(rows, "time", USES, times);
    add_money(rows, "amount", USES, amounts);
    must(cstm_table_add_double(rows, "rate", rates, NULL, USES, NULL), NULL);
    add_texts(rows, "place", USES, places);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, rows, NULL), NULL);
    cstm_table_free(customers);
    cstm_table_free(rows);
    return batch;
}

START_TEST(a_batch_says_of_every_day_what_a_sealed_profile_says)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_batch *batch = batch_of(bank);
    int done = 0, moved = 0;
    for (int32_t d = bank_day("2004-09-01"); d <= bank_day("2005-12-31"); d++) {
        int64_t as_of = bank_end_of(bank, "2004-09-01") +
                        (int64_t) (d - bank_day("2004-09-01")) * INT64_C(86400000000);
        cstm_outcome *outcome;
        cstm_result *result;
        for (; done < USES && bank_day(uses[done].day) <= d; done++)
            record_use(customer, bank, done);
        must(cstm_outcome_new(bank, &outcome, NULL), NULL);
        must(cstm_profile_evaluate(customer, as_of, outcome, NULL), NULL);
        must(cstm_batch_run(batch, as_of, &result, NULL), NULL);
        const cstm_table *table = cstm_result_table(result, 0);
        for (size_t f = 0; f < sizeof features / sizeof *features; f++) {
            char text[64];
            say(outcome, bank, features[f], text, sizeof text);
            ck_assert_msg(strcmp(text, cell(table, 0, features[f])) == 0, "%s on day %d: %s, batch %s",
                          features[f], d, text, cell(table, 0, features[f]));
        }
        const char *stage = stage_of(outcome, bank, "pace", 0);
        ck_assert_str_eq(*stage == '\0' ? "-" : stage, cell(table, 0, "pace.stage"));
        moved += strcmp(cell(table, 0, "pace.stage"), "rising") == 0;
        cstm_result_free(result);
        cstm_outcome_free(outcome);
        must(cstm_profile_advance(customer, as_of, NULL), NULL);
        if (d % 3 == 0) {
            cstm_profile *copy = restored(bank, customer);
            assert_same_bytes(customer, copy);
            cstm_profile_free(customer);
            customer = copy;
        }
    }
    ck_assert_int_gt(moved, 0);
    cstm_batch_free(batch);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("windows");
    TCase *tcase = tcase_create("windows");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_window_ends_with_the_day_or_so_much_before);
    tcase_add_test(tcase, a_window_that_ended_before_anything_was_observed_is_missing);
    tcase_add_test(tcase, a_batch_says_of_every_day_what_a_sealed_profile_says);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
