/* Purchases abroad: settled in the strategy's currency when they arrive, one by one and in a batch, and refused where that day has no rate. */
#include "bank.h"
#include "tables.h"

#include <string.h>

static const char document[] =
    "format: 1\n"
    "strategy: abroad\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "rates: twd.yaml\n"
    "events:\n"
    "  buy:\n"
    "    observed_from: 2005-01-01\n"
    "    fields: {amount: money, currency: string, settled: {type: money, rule: \"convert(amount, currency, day)\"}}\n"
    "features:\n"
    "  spent: {sum: buy.settled, over: 30 days}\n"
    "  large: {count: buy, where: \"convert(amount, currency, time) >= money('1000')\", over: 30 days}\n";
static const char rates[] = "format: 1\nrates: twd\nbase: TWD\nstale: 5 days\ntables:\n"
                            "  - {as_of: 2005-09-29, rates: {USD: 33.19, JPY: {rate: 29.2, per: 100}}}\n"
                            "  - {as_of: 2005-09-30, rates: {USD: 33.205, JPY: {rate: 29.25, per: 100}}}\n";

#define BUYS 6
static const struct {
    const char *time, *currency;
    int64_t amount, settled; /* -1: no rate */
} buys[BUYS] = {
    {"2005-09-29T12:00:00", "USD", 10000, 331900}, /* 100 dollars at 33.19 */
    {"2005-09-30T23:59:59", "USD", 3333, 110672},  /* 33.33 at 33.205: 1106.72265 */
    {"2005-09-30T00:00:00", "JPY", 123400, 36094}, /* 1234 at 0.2925: 360.945, a half, to even */
    {"2005-10-05T08:00:00", "TWD", 777, 777},
    {"2005-10-06T08:00:00", "USD", 100, -1}, /* six days after the table */
    {"2005-09-30T08:00:00", "EUR", 100, -1},
};

static cstm_strategy *
strategy_new(void)
{
    cstm_files *files = NULL;
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    must(cstm_files_new(&files, NULL), NULL);
    must(cstm_files_add(files, "twd.yaml", rates, sizeof rates - 1, NULL), NULL);
    cstm_status status = cstm_strategy_parse_with(document, sizeof document - 1, "t.yaml", files, &strategy, &error);
    must(status, error);
    cstm_files_free(files);
    return strategy;
}

static int64_t
spent(const cstm_outcome *outcome, const cstm_strategy *strategy)
{
    return cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(strategy, CSTM_PART_FEATURE, "spent"), 0);
}

START_TEST(purchases_are_settled_at_the_rate_of_their_day_and_refused_without_one)
{
    cstm_strategy *strategy = strategy_new();
    cstm_profile *customer = customer_new(strategy, "a");
    int64_t all = 0;
    for (int i = 0; i < BUYS; i++) {
        cstm_event *event = event_of(strategy, "buy", 0, NULL, buys[i].time);
        event_money(strategy, event, "amount", buys[i].amount);
        event_text(strategy, event, "currency", buys[i].currency);
        ck_assert_int_eq(record(customer, event), buys[i].settled < 0 ? CSTM_ERROR_RANGE : CSTM_OK);
        all += buys[i].settled < 0 ? 0 : buys[i].settled;
    }
    cstm_outcome *outcome = outcome_on(customer, strategy, "2005-10-06");
    ck_assert_int_eq(spent(outcome, strategy), all);
    ck_assert_int_eq(feature_int(outcome, strategy, "large", 0), 2);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(a_batch_rejects_the_same_rows_and_says_why)
{
    cstm_strategy *strategy = strategy_new();
    cstm_table *customers = table_new(), *rows = table_new();
    cstm_batch *batch;
    cstm_result *result;
    const char *keys[BUYS], *times[BUYS], *currencies[BUYS];
    int64_t amounts[BUYS], all = 0;
    for (int i = 0; i < BUYS; i++) {
        keys[i] = "a";
        times[i] = buys[i].time;
        currencies[i] = buys[i].currency;
        amounts[i] = buys[i].amount;
        all += buys[i].settled < 0 ? 0 : buys[i].settled;
    }
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    add_texts(rows, "customer", BUYS, keys);
    add_texts(rows, "time", BUYS, times);
    add_texts(rows, "currency", BUYS, currencies);
    add_money(rows, "amount", BUYS, amounts);
    must(cstm_batch_new(strategy, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, rows, NULL), NULL);
    must(cstm_batch_run(batch, bank_end_of(strategy, "2005-10-06"), &result, NULL), NULL);
    char expected[32];
    snprintf(expected, sizeof expected, "%lld", (long long) all);
    assert_cell(cstm_result_table(result, 0), 0, "spent", expected);
    assert_cell(cstm_result_table(result, 0), 0, "large", "2");
    const cstm_table *rejected = cstm_result_rejected(result);
    ck_assert_int_eq(cstm_table_rows(rejected), 2);
    assert_cell(rejected, 0, "row", "4");
    assert_cell(rejected, 0, "field", "settled");
    assert_cell(rejected, 1, "row", "5");
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(rows);
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rates");
    TCase *tcase = tcase_create("rates");
    tcase_add_test(tcase, purchases_are_settled_at_the_rate_of_their_day_and_refused_without_one);
    tcase_add_test(tcase, a_batch_rejects_the_same_rows_and_says_why);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
