/* Instalment plans (分期) under an account: what the last event of each says, read from the account. Two years of them are played event by
 * event, sealed and restored as the days go by, beside a batch over everything. */
#include "bank.h"
#include "tables.h"

#include <string.h>

#define HEAD                                                                                       \
    "format: 1\n"                                                                                  \
    "strategy: plans\n"                                                                            \
    "version: \"1\"\n"                                                                             \
    "timezone: Asia/Taipei\n"                                                                      \
    "currency: TWD\n"                                                                              \
    "late: 3 days\n"                                                                               \
    "purposes: [service]\n"
#define EVENTS                                                                                     \
    "events:\n"                                                                                    \
    "  start: {on: plan, opens: true, fields: {total: money}, observed_from: 2020-01-01}\n"        \
    "  due: {on: plan, fields: {status: {type: string, values: [open, late, done]}, left: money, weight: double}, observed_from: 2020-01-01}\n" \
    "  paid: {on: plan, fields: {amount: money, left: money}, observed_from: 2020-01-01}\n"        \
    "  end: {on: plan, closes: true, observed_from: 2020-01-01}\n"
static const char document[] = HEAD "entities: {account: {of: customer}, plan: {of: account}}\n" EVENTS
    "features:\n"
    "  plans: {for: account, count: plan}\n"
    "  open_plans: {for: account, count: plan, where: \"last.status == 'open'\"}\n"
    "  still_left: {for: account, sum: plan.last.due.left, where: \"last.due.left > money('0')\"}\n"
    "  total: {for: account, max: plan.last.total}\n"
    "  due_now: {for: plan, rule: \"has(last.status) && last.status == 'late'\"}\n"
    "segments: {behind: {for: plan, purpose: service, when: \"last.status == 'late' || last.paid.left > last.due.left\"}}\n";

static void
pay(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time, int64_t amount, int64_t left)
{
    cstm_event *event = event_of(bank, "paid", plan, NULL, time);
    event_money(bank, event, "amount", amount);
    event_money(bank, event, "left", left);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

static void
fall_due(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time, const char *status, int64_t left)
{
    cstm_event *event = event_of(bank, "due", plan, NULL, time);
    event_text(bank, event, "status", status);
    event_money(bank, event, "left", left);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

static void
start(cstm_profile *customer, cstm_strategy *bank, cstm_entity plan, const char *time, int64_t total)
{
    cstm_event *event = event_of(bank, "start", plan, NULL, time);
    event_money(bank, event, "total", total);
    ck_assert_int_eq(record(customer, event), CSTM_OK);
}

START_TEST(the_last_value_of_a_field_is_read_without_a_feature_for_it)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "x");
    cstm_entity one = customer_entity(customer, bank, "plan", account, "1"), two = customer_entity(customer, bank, "plan", account, "2");
    start(customer, bank, one, "2024-01-05", 12000);
    start(customer, bank, two, "2024-01-07", 6000);
    fall_due(customer, bank, one, "2024-02-05", "open", 11000);
    fall_due(customer, bank, two, "2024-02-07", "late", 6000);
    pay(customer, bank, two, "2024-02-08", 500, 5500);
    fall_due(customer, bank, two, "2024-03-07", "open", 0);
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-02-28");
    ck_assert_int_eq(feature_int(outcome, bank, "plans", account), 2);
    ck_assert_int_eq(feature_int(outcome, bank, "open_plans", account), 1);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "still_left"), account), 17000);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "total"), account), 12000);
    ck_assert_int_eq(cstm_outcome_verdict(outcome, bank_find(bank, CSTM_PART_SEGMENT, "behind"), two), CSTM_VERDICT_MET);
    cstm_outcome_free(outcome);
    outcome = outcome_on(customer, bank, "2024-03-10");
    ck_assert_int_eq(feature_int(outcome, bank, "open_plans", account), 2);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, bank_find(bank, CSTM_PART_FEATURE, "still_left"), account), 11000);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(what_nobody_declared_is_not_among_the_features)
{
    cstm_strategy *bank = bank_compile(document);
    ck_assert_int_eq(cstm_strategy_count(bank, CSTM_PART_FEATURE), 5);
    ck_assert_int_eq(cstm_strategy_find(bank, CSTM_PART_FEATURE, "plan.last.status"), -1);
    cstm_profile *customer = customer_new(bank, "a");
    cstm_outcome *outcome = outcome_on(customer, bank, "2024-02-28");
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE, 5, 0), CSTM_STATE_MISSING);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("children");
    TCase *tcase = tcase_create("children");
    tcase_add_test(tcase, the_last_value_of_a_field_is_read_without_a_feature_for_it);
    tcase_add_test(tcase, what_nobody_declared_is_not_among_the_features);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
