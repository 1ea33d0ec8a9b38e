/* Batches: a small portfolio whose every figure can be worked out by hand, at several days; what is
 * rejected and why; what a run may be told. Days: 2005-08-01 is 12996 (12,784 days from 1970-01-01
 * to 2005-01-01, and 212 of the year), 2005-09-05 is 13031, 2005-09-19 is 13045, 2005-09-30 is
 * 13056. */
#include "bank.h"
#include "tables.h"

static const char document[] =
    "format: 1\n"
    "strategy: portfolio\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "purposes: [service, credit]\n"
    "entities:\n"
    "  account: {of: customer}\n"
    "  card: {of: account}\n"
    "attributes:\n"
    "  age: {type: int}\n"
    "  town: {type: string}\n"
    "  limit: {for: account, type: money}\n"
    "  colour: {for: card, type: string, values: [gold, blue]}\n"
    "events:\n"
    "  visit: {fields: {channel: string}}\n"
    "  statement: {on: account, fields: {balance: money, status: int}}\n"
    "  use: {on: card, fields: {amount: money}}\n"
    "features:\n"
    "  visits_7d: {count: visit, over: 7 days}\n"
    "  last_channel: {last: visit.channel}\n"
    "  balance: {for: account, last: statement.balance}\n"
    "  late_3m: {for: account, count: statement, where: status >= 1, over: 3 months}\n"
    "  utilisation: {for: account, rule: balance / limit}\n"
    "  used_30d: {sum: use.amount, over: 30 days}\n"
    "  gold_cards: {count: card, where: \"colour == 'gold'\"}\n"
    "  most_late: {max: account.late_3m}\n"
    "  mean_use: {mean: use.amount, over: 30 days}\n"
    "  watched: {for: card, rule: \"delinquency.stage == 'late' && relation.stage == 'quiet'\"}\n"
    "lifecycles:\n"
    "  relation:\n"
    "    purpose: service\n"
    "    initial: quiet\n"
    "    transitions:\n"
    "      - {from: quiet, to: active, when: visits_7d >= 1}\n"
    "      - {from: active, to: quiet, when: visits_7d == 0, for: 3 days}\n"
    "  delinquency:\n"
    "    for: account\n"
    "    purpose: credit\n"
    "    initial: current\n"
    "    transitions:\n"
    "      - {from: current, to: late, when: late_3m >= 1}\n"
    "      - {from: late, to: current, when: late_3m == 0}\n"
    "scores:\n"
    "  risk:\n"
    "    purpose: credit\n"
    "    scorecard:\n"
    "      base: 600\n"
    "      characteristics:\n"
    "        - name: late\n"
    "          feature: most_late\n"
    "          reason: LATE\n"
    "          bins:\n"
    "            - {up_to: 0, points: 20}\n"
    "            - {above: 0, points: -30}\n"
    "            - {missing: true, points: 0}\n"
    "        - name: visits\n"
    "          feature: visits_7d\n"
    "          reason: QUIET\n"
    "          bins:\n"
    "            - {up_to: 0, points: -5}\n"
    "            - {above: 0, points: 10}\n"
    "            - {missing: true, points: 0}\n";

/* The tables of the portfolio: customer A with an account and two cards, customer B of whom nothing
 * is known. */
struct portfolio {
    cstm_strategy *bank;
    cstm_table *customers, *accounts, *cards, *visits, *statements, *uses;
    cstm_batch *batch;
};

static struct portfolio
portfolio_new(void)
{
    struct portfolio p = {.bank = bank_compile(document)};
    cstm_error *error = NULL;
    p.customers = table_new();
    add_texts(p.customers, "customer", 2, (const char *[]){"B", "A"});
    add_texts(p.customers, "opened_on", 2, (const char *[]){NULL, "2005-08-01"});
    add_ints(p.customers, "age", 2, (int64_t[]){30, 41});
    p.accounts = table_new();
    add_texts(p.accounts, "account", 1, (const char *[]){"A1"});
    add_texts(p.accounts, "customer", 1, (const char *[]){"A"});
    add_texts(p.accounts, "opened_on", 1, (const char *[]){"2005-08-01"});
    add_texts(p.accounts, "limit", 1, (const char *[]){"1000.00"});
    p.cards = table_new();
    add_texts(p.cards, "card", 2, (const char *[]){"C1", "C2"});
    add_texts(p.cards, "account", 2, (const char *[]){"A1", "A1"});
    add_texts(p.cards, "colour", 2, (const char *[]){"gold", "blue"});
    add_texts(p.cards, "opened_on", 2, (const char *[]){"2005-08-15", "2005-08-15"});
    p.visits = table_new();
    add_texts(p.visits, "customer", 2, (const char *[]){"A", "A"});
    add_texts(p.visits, "time", 2, (const char *[]){"2005-09-10 10:00:00", "2005-09-05"});
    add_texts(p.visits, "channel", 2, (const char *[]){"app", "web"});
    p.statements = table_new();
    add_texts(p.statements, "account", 2, (const char *[]){"A1", "A1"});
    add_texts(p.statements, "time", 2, (const char *[]){"2005-08-31", "2005-09-30"});
    add_texts(p.statements, "balance", 2, (const char *[]){"500.00", "250"});
    add_ints(p.statements, "status", 2, (int64_t[]){0, 2});
    p.uses = table_new();
    add_texts(p.uses, "card", 2, (const char *[]){"C1", "C2"});
    add_texts(p.uses, "time", 2, (const char *[]){"2005-09-20T12:00:00+08:00", "2005-09-29"});
    add_money(p.uses, "amount", 2, (int64_t[]){1234, 10001});
    must(cstm_batch_new(p.bank, &p.batch, &error), error);
    must(cstm_batch_add_entities(p.batch, 0, p.customers, &error), error);
    must(cstm_batch_add_entities(p.batch, bank_find(p.bank, CSTM_PART_ENTITY, "account"),
                                 p.accounts, &error),
         error);
    must(cstm_batch_add_entities(p.batch, bank_find(p.bank, CSTM_PART_ENTITY, "card"), p.cards,
                                 &error),
         error);
    must(cstm_batch_add_events(p.batch, bank_find(p.bank, CSTM_PART_EVENT, "visit"), p.visits,
                               &error),
         error);
    must(cstm_batch_add_events(p.batch, bank_find(p.bank, CSTM_PART_EVENT, "statement"),
                               p.statements, &error),
         error);
    must(cstm_batch_add_events(p.batch, bank_find(p.bank, CSTM_PART_EVENT, "use"), p.uses, &error),
         error);
    return p;
}

static void
portfolio_free(struct portfolio *p)
{
    cstm_batch_free(p->batch);
    cstm_table_free(p->customers);
    cstm_table_free(p->accounts);
    cstm_table_free(p->cards);
    cstm_table_free(p->visits);
    cstm_table_free(p->statements);
    cstm_table_free(p->uses);
    cstm_strategy_unref(p->bank);
}

static cstm_result *
run_on(const struct portfolio *p, const char *day)
{
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    must(cstm_batch_run(p->batch, bank_end_of(p->bank, day), &result, &error), error);
    return result;
}

static int32_t
entity(const struct portfolio *p, const char *name)
{
    return bank_find(p->bank, CSTM_PART_ENTITY, name);
}

START_TEST(features_of_each_entity_are_those_worked_out_by_hand)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run_on(&p, "2005-09-30");
    const cstm_table *customers = cstm_result_table(result, 0),
                     *accounts = cstm_result_table(result, entity(&p, "account"));
    ck_assert_int_eq(cstm_table_rows(customers), 2);
    assert_cell(customers, 0, "customer", "B");
    assert_cell(customers, 1, "customer", "A");
    assert_cell(customers, 1, "visits_7d", "0");
    assert_cell(customers, 1, "last_channel", "app");
    assert_cell(customers, 1, "used_30d", "11235"); /* 12.34 + 100.01 */
    assert_cell(customers, 1, "mean_use", "5618");  /* 56.175 to the even minor unit */
    assert_cell(customers, 1, "gold_cards", "1");
    assert_cell(customers, 1, "most_late", "1");
    assert_cell(accounts, 0, "account", "A1");
    assert_cell(accounts, 0, "customer", "A");
    assert_cell(accounts, 0, "balance", "25000");
    assert_cell(accounts, 0, "late_3m", "1");
    assert_cell(accounts, 0, "utilisation", "0.25");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 0);
    ck_assert_int_eq(cstm_table_rows(cstm_result_errors(result)), 0);
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(nothing_known_of_a_customer_is_missing_and_not_zero)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run_on(&p, "2005-09-30");
    const cstm_table *customers = cstm_result_table(result, 0);
    assert_cell(customers, 0, "visits_7d", "-");
    assert_cell(customers, 0, "used_30d", "-");
    assert_cell(customers, 0, "gold_cards", "0"); /* there are none */
    assert_cell(customers, 0, "most_late", "-");
    assert_cell(customers, 0, "relation.stage", "-");
    assert_cell(customers, 0, "relation.since", "-");
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(stages_follow_the_days)
{
    static const struct {
        const char *day, *stage, *since, *days;
    } cases[] = {
        {"2005-08-01", "quiet", "12996", "0"},
        {"2005-09-04", "quiet", "12996", "34"},
        {"2005-09-05", "active", "13031", "0"},
        {"2005-09-18", "active", "13031",
         "13"}, /* the visit of the 10th leaves the week on the 17th: two days without */
        {"2005-09-19", "quiet", "13045", "0"}, /* the third */
        {"2005-09-30", "quiet", "13045", "11"},
    };
    struct portfolio p = portfolio_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_result *result = run_on(&p, cases[i].day);
        const cstm_table *customers = cstm_result_table(result, 0);
        assert_cell(customers, 1, "relation.stage", cases[i].stage);
        assert_cell(customers, 1, "relation.since", cases[i].since);
        assert_cell(customers, 1, "relation.days", cases[i].days);
        assert_cell(customers, 1, "relation.censored", "0");
        cstm_result_free(result);
    }
    portfolio_free(&p);
}
END_TEST

START_TEST(a_rule_reads_stages_of_what_stands_above)
{
    struct portfolio p = portfolio_new();
    cstm_result *before = run_on(&p, "2005-09-29"), *after = run_on(&p, "2005-09-30");
    int32_t card = entity(&p, "card");
    assert_cell(cstm_result_table(before, entity(&p, "account")), 0, "delinquency.stage",
                "current");
    assert_cell(cstm_result_table(after, entity(&p, "account")), 0, "delinquency.stage", "late");
    assert_cell(cstm_result_table(before, card), 1, "watched", "0");
    assert_cell(cstm_result_table(after, card), 0, "watched", "1");
    assert_cell(cstm_result_table(after, card), 1, "watched", "1");
    cstm_result_free(before);
    cstm_result_free(after);
    portfolio_free(&p);
}
END_TEST

START_TEST(scores_come_with_their_reasons)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run_on(&p, "2005-09-30");
    const cstm_table *customers = cstm_result_table(result, 0);
    assert_cell(customers, 1, "risk", "565");                /* 600 - 30 - 5 */
    assert_cell(customers, 1, "risk.reasons", "LATE QUIET"); /* 50 and 15 points below the best */
    assert_cell(customers, 0, "risk", "600");
    assert_cell(customers, 0, "risk.reasons", "LATE QUIET"); /* 20 and 10 */
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(columns_stand_in_the_order_that_the_header_says)
{
    static const char *const expected[] = {
        "customer",          "visits_7d", "last_channel",   "used_30d",       "gold_cards",
        "most_late",         "mean_use",  "relation.stage", "relation.since", "relation.days",
        "relation.censored", "risk",      "risk.reasons"};
    struct portfolio p = portfolio_new();
    cstm_result *result = run_on(&p, "2005-09-30");
    const cstm_table *customers = cstm_result_table(result, 0);
    ck_assert_int_eq(cstm_table_columns(customers), (int) (sizeof expected / sizeof *expected));
    for (int32_t i = 0; i < cstm_table_columns(customers); i++)
        ck_assert_str_eq(cstm_table_column_name(customers, i), expected[i]);
    ck_assert_int_eq(cstm_table_column_type(customers, 3), CSTM_TYPE_MONEY);
    ck_assert_str_eq(cstm_table_column_currency(customers, 3), "TWD");
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(a_result_outlives_batch_and_tables)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run_on(&p, "2005-09-30");
    portfolio_free(&p);
    assert_cell(cstm_result_table(result, 0), 1, "customer", "A");
    ck_assert_ptr_nonnull(strstr(cstm_result_digest(result), " as_of "));
    cstm_result_free(result);
}
END_TEST

START_TEST(later_facts_are_left_out)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = NULL;
    must(cstm_batch_run(p.batch, bank_at(p.bank, "2005-09-10 09:59:59"), &result, NULL), NULL);
    assert_cell(cstm_result_table(result, 0), 1, "last_channel", "web");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 0);
    cstm_result_free(result);
    must(cstm_batch_run(p.batch, bank_at(p.bank, "2005-09-10 10:00:00"), &result, NULL), NULL);
    assert_cell(cstm_result_table(result, 0), 1, "last_channel", "app");
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(only_wanted_parts_are_given_out)
{
    struct portfolio p = portfolio_new();
    cstm_error *error = NULL;
    must(cstm_batch_set_parts(p.batch, CSTM_RUN_FEATURES, &error), error);
    cstm_result *result = run_on(&p, "2005-09-30");
    ck_assert_int_eq(cstm_table_find(cstm_result_table(result, 0), "relation.stage"), -1);
    ck_assert_int_eq(cstm_table_find(cstm_result_table(result, 0), "risk"), -1);
    assert_cell(cstm_result_table(result, entity(&p, "card")), 0, "watched",
                "1"); /* reads stages, which are run for it */
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_result_funnel(result, 0, 13056, &table, NULL), CSTM_ERROR_MISUSE);
    cstm_result_free(result);
    must(cstm_batch_set_parts(p.batch, CSTM_RUN_SCORES, &error), error);
    result = run_on(&p, "2005-09-30");
    ck_assert_int_eq(cstm_table_columns(cstm_result_table(result, 0)), 3);
    assert_cell(cstm_result_table(result, 0), 1, "risk", "565");
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(the_funnel_of_any_day_can_be_asked_for)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run_on(&p, "2005-09-30");
    int32_t relation = bank_find(p.bank, CSTM_PART_LIFECYCLE, "relation");
    cstm_table *table = NULL;
    cstm_error *error = NULL;
    must(cstm_result_funnel(result, relation, bank_day("2005-09-18"), &table, &error), error);
    ck_assert_int_eq(cstm_table_rows(table), 2);
    assert_cell(table, 0, "stage", "quiet");
    assert_cell(table, 0, "count", "0");
    assert_cell(table, 0, "share", "0");
    assert_cell(table, 0, "mean_days", "-");
    assert_cell(table, 1, "stage", "active");
    assert_cell(table, 1, "count", "1");
    assert_cell(table, 1, "share", "1");
    assert_cell(table, 1, "censored", "0");
    assert_cell(table, 1, "mean_days", "13");
    cstm_table_free(table);
    must(cstm_result_transitions(result, relation, bank_day("2005-09-04"), bank_day("2005-09-30"),
                                 &table, &error),
         error);
    ck_assert_int_eq(cstm_table_rows(table), 2);
    assert_cell(table, 0, "from", "quiet");
    assert_cell(table, 0, "to", "active");
    assert_cell(table, 1, "from", "active");
    assert_cell(table, 1, "count", "1");
    cstm_table_free(table);
    must(cstm_result_transitions(result, relation, bank_day("2005-09-05"), bank_day("2005-09-18"),
                                 &table, &error),
         error);
    ck_assert_int_eq(cstm_table_rows(table), 0);
    cstm_table_free(table);
    ck_assert_int_eq(cstm_result_funnel(result, relation, 13057, &table, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_result_transitions(result, relation, 13050, 13049, &table, NULL),
                     CSTM_ERROR_RANGE);
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(the_profile_of_a_customer_says_what_the_batch_said)
{
    struct portfolio p = portfolio_new();
    cstm_profile *customer = NULL;
    cstm_error *error = NULL;
    must(cstm_batch_profile(p.batch, "A", 1, bank_end_of(p.bank, "2005-09-30"), &customer, &error),
         error);
    cstm_outcome *outcome = outcome_on(customer, p.bank, "2005-09-30");
    ck_assert_int_eq(cstm_profile_entity_count(customer), 4);
    ck_assert_int_eq(feature_int(outcome, p.bank, "used_30d", 0), 11235);
    ck_assert_int_eq(feature_int(outcome, p.bank, "visits_7d", 0), 0);
    ck_assert_str_eq(stage_of(outcome, p.bank, "relation", 0), "quiet");
    ck_assert_int_eq(
        cstm_outcome_stage_since(outcome, bank_find(p.bank, CSTM_PART_LIFECYCLE, "relation"), 0),
        13045);
    ck_assert_double_eq(cstm_outcome_double(outcome, CSTM_PART_SCORE, 0, 0), 565);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    ck_assert_int_eq(
        cstm_batch_profile(p.batch, "Z", 1, bank_end_of(p.bank, "2005-09-30"), &customer, NULL),
        CSTM_ERROR_UNKNOWN);
    portfolio_free(&p);
}
END_TEST

START_TEST(observed_from_makes_earlier_windows_missing)
{
    struct portfolio p = portfolio_new();
    cstm_error *error = NULL;
    must(cstm_batch_observe(p.batch, bank_find(p.bank, CSTM_PART_EVENT, "use"),
                            bank_at(p.bank, "2005-09-15"), &error),
         error);
    cstm_result *result = run_on(&p, "2005-09-30");
    assert_cell(cstm_result_table(result, 0), 1, "used_30d",
                "-"); /* the window begins on the 1st */
    assert_cell(cstm_result_table(result, 0), 1, "visits_7d", "0");
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

static Suite *
batch_suite(void)
{
    Suite *suite = suite_create("batch");
    TCase *tests = tcase_create("portfolio");
    tcase_add_test(tests, features_of_each_entity_are_those_worked_out_by_hand);
    tcase_add_test(tests, nothing_known_of_a_customer_is_missing_and_not_zero);
    tcase_add_test(tests, stages_follow_the_days);
    tcase_add_test(tests, a_rule_reads_stages_of_what_stands_above);
    tcase_add_test(tests, scores_come_with_their_reasons);
    tcase_add_test(tests, columns_stand_in_the_order_that_the_header_says);
    tcase_add_test(tests, a_result_outlives_batch_and_tables);
    tcase_add_test(tests, later_facts_are_left_out);
    tcase_add_test(tests, only_wanted_parts_are_given_out);
    tcase_add_test(tests, the_funnel_of_any_day_can_be_asked_for);
    tcase_add_test(tests, the_profile_of_a_customer_says_what_the_batch_said);
    tcase_add_test(tests, observed_from_makes_earlier_windows_missing);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(batch_suite());
}
