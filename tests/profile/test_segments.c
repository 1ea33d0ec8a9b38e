/* Segments of a strategy in use: the verdict on one customer and why, who of a portfolio is in
 * them, how many, how they overlap, and what changed between two dates. */
#include "bank.h"
#include "tables.h"

/* Transactors 全额还款客户 pay in full, revolvers 循环客户 carry a balance, heavy accounts use half
 * of their limit or more. */
static const char document[] =
    "format: 1\n"
    "strategy: segments\n"
    "version: \"1\"\n"
    "timezone: Asia/Taipei\n"
    "currency: TWD\n"
    "purposes: [service, credit]\n"
    "entities: {account: {of: customer}}\n"
    "attributes:\n"
    "  limit: {for: account, type: money}\n"
    "events:\n"
    "  statement: {on: account, fields: {balance: money, status: int}}\n"
    "features:\n"
    "  status: {last: statement.status}\n"
    "  balance: {for: account, last: statement.balance}\n"
    "  heavy_accounts: {count: account, where: \"in_segment('heavy')\"}\n"
    "segments:\n"
    "  transactors: {when: status == -1, purpose: service}\n"
    "  revolvers: {when: status >= 0, purpose: service}\n"
    "  worth_a_call:\n"
    "    purpose: service\n"
    "    when: \"in_segment('revolvers') && heavy_accounts >= 1\"\n"
    "  heavy: {for: account, when: balance / limit >= 0.5, purpose: credit}\n"
    "lifecycles:\n"
    "  care:\n"
    "    purpose: service\n"
    "    initial: calm\n"
    "    transitions:\n"
    "      - {from: calm, to: called, when: \"in_segment('worth_a_call')\"}\n"
    "      - {from: called, to: calm, when: \"in_segment('transactors')\"}\n";

struct portfolio {
    cstm_strategy *strategy;
    cstm_table *customers, *accounts, *statements;
    cstm_batch *batch;
};

/* a pays in full; b carries 600 of 1000; c has no statement; d was billed, but has a limit of 0. In
 * October a carries 100 and b pays in full. */
static struct portfolio
portfolio_new(void)
{
    struct portfolio p = {.strategy = bank_compile(document),
                          .customers = table_new(),
                          .accounts = table_new(),
                          .statements = table_new()};
    cstm_error *error = NULL;
    add_texts(p.customers, "customer", 4, (const char *[]){"a", "b", "c", "d"});
    add_texts(p.accounts, "account", 4, (const char *[]){"b1", "a1", "d1", "c1"});
    add_texts(p.accounts, "customer", 4, (const char *[]){"b", "a", "d", "c"});
    add_money(p.accounts, "limit", 4, (int64_t[]){100000, 100000, 0, 100000});
    add_texts(p.statements, "account", 5, (const char *[]){"a1", "b1", "d1", "a1", "b1"});
    add_texts(
        p.statements, "time", 5,
        (const char *[]){"2005-09-30", "2005-09-30", "2005-09-30", "2005-10-31", "2005-10-31"});
    add_money(p.statements, "balance", 5, (int64_t[]){1000, 60000, 500, 10000, 0});
    add_ints(p.statements, "status", 5, (int64_t[]){-1, 0, 1, 0, -1});
    cstm_status status = cstm_batch_new(p.strategy, &p.batch, &error);
    must(status, error);
    must(cstm_batch_add_entities(p.batch, 0, p.customers, NULL), NULL);
    must(cstm_batch_add_entities(p.batch, 1, p.accounts, NULL), NULL);
    must(cstm_batch_add_events(p.batch, 0, p.statements, NULL), NULL);
    return p;
}

static void
portfolio_free(struct portfolio *p)
{
    cstm_batch_free(p->batch);
    cstm_table_free(p->customers);
    cstm_table_free(p->accounts);
    cstm_table_free(p->statements);
    cstm_strategy_unref(p->strategy);
}

static cstm_result *
run(struct portfolio *p, const char *day)
{
    cstm_result *result;
    cstm_error *error = NULL;
    cstm_status status = cstm_batch_run(p->batch, bank_end_of(p->strategy, day), &result, &error);
    must(status, error);
    return result;
}

static cstm_membership *
members(const struct portfolio *p, const cstm_result *result, const char *segment)
{
    cstm_membership *membership;
    cstm_error *error = NULL;
    cstm_status status = cstm_result_membership(
        result, bank_find(p->strategy, CSTM_PART_SEGMENT, segment), &membership, &error);
    must(status, error);
    return membership;
}

static void
assert_csv(cstm_table *table, const char *expected)
{
    char *text = csv_of(table);
    ck_assert_str_eq(text, expected);
    free(text);
    cstm_table_free(table);
}

static cstm_verdict
verdict(const cstm_outcome *outcome, const cstm_strategy *strategy, const char *segment,
        cstm_entity entity)
{
    return cstm_outcome_verdict(outcome, bank_find(strategy, CSTM_PART_SEGMENT, segment), entity);
}

static cstm_profile *
profile_of(struct portfolio *p, const char *key, const char *day)
{
    cstm_profile *profile;
    cstm_error *error = NULL;
    cstm_status status = cstm_batch_profile(p->batch, key, strlen(key),
                                            bank_end_of(p->strategy, day), &profile, &error);
    must(status, error);
    return profile;
}

START_TEST(a_customer_is_in_a_segment_or_not_or_it_cannot_be_said)
{
    struct portfolio p = portfolio_new();
    cstm_profile *b = profile_of(&p, "b", "2005-09-30"), *c = profile_of(&p, "c", "2005-09-30");
    cstm_profile *d = profile_of(&p, "d", "2005-09-30");
    cstm_outcome *outcome = outcome_on(b, p.strategy, "2005-09-30");
    int32_t heavy = bank_find(p.strategy, CSTM_PART_SEGMENT, "heavy");
    int32_t revolvers = bank_find(p.strategy, CSTM_PART_SEGMENT, "revolvers");
    ck_assert_int_eq(verdict(outcome, p.strategy, "revolvers", 0), CSTM_VERDICT_MET);
    ck_assert_int_eq(verdict(outcome, p.strategy, "transactors", 0), CSTM_VERDICT_NOT_MET);
    ck_assert_int_eq(verdict(outcome, p.strategy, "worth_a_call", 0), CSTM_VERDICT_MET);
    ck_assert_int_eq(verdict(outcome, p.strategy, "heavy", 1), CSTM_VERDICT_MET);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_SEGMENT, revolvers, 0), 1);
    ck_assert_int_eq(cstm_outcome_verdict(outcome, heavy, 0), CSTM_VERDICT_UNDECIDED);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_SEGMENT, heavy, 0), CSTM_ERROR_MISUSE);
    cstm_outcome_free(outcome);
    outcome = outcome_on(b, p.strategy, "2005-10-01"); /* the day after the lifecycle began */
    ck_assert_str_eq(stage_of(outcome, p.strategy, "care", 0), "called");
    cstm_outcome_free(outcome);

    outcome = outcome_on(c, p.strategy, "2005-09-30"); /* no statement: nothing to say */
    ck_assert_int_eq(verdict(outcome, p.strategy, "revolvers", 0), CSTM_VERDICT_UNDECIDED);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_SEGMENT, revolvers, 0),
                     CSTM_ERROR_MISSING);
    ck_assert_int_eq(verdict(outcome, p.strategy, "worth_a_call", 0), CSTM_VERDICT_NOT_MET);
    cstm_outcome_free(outcome);

    outcome = outcome_on(d, p.strategy, "2005-09-30"); /* 500 of nothing */
    ck_assert_int_eq(verdict(outcome, p.strategy, "heavy", 1), CSTM_VERDICT_UNDECIDED);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_SEGMENT, heavy, 1), CSTM_ERROR_DIVIDE);
    cstm_outcome_free(outcome);
    cstm_profile_free(b);
    cstm_profile_free(c);
    cstm_profile_free(d);
    portfolio_free(&p);
}
END_TEST

/* The lines of an explanation, "text = value", deeper ones further in. */
static char *
lines_of(const cstm_explanation *explanation)
{
    char *text = calloc(1, 4096);
    for (int32_t i = 0; i < cstm_explanation_count(explanation); i++) {
        int32_t status = cstm_explanation_status(explanation, i);
        sprintf(text + strlen(text), "%*s%s = %s\n", 2 * cstm_explanation_depth(explanation, i), "",
                cstm_explanation_text(explanation, i),
                status == CSTM_OK ? cstm_explanation_value(explanation, i)
                : status > 0      ? cstm_status_name(status)
                                  : "(not asked)");
    }
    return text;
}

START_TEST(a_verdict_is_explained_by_its_rule)
{
    struct portfolio p = portfolio_new();
    static const struct {
        const char *customer, *expected;
    } cases[] = {
        {"b", "worth_a_call = true\n"
              "  in_segment('revolvers') && heavy_accounts >= 1 = true\n"
              "    in_segment('revolvers') = true\n"
              "      status >= 0 = true\n"
              "        status = 0\n"
              "    heavy_accounts >= 1 = true\n"
              "      heavy_accounts = 1\n"},
        {"a", "worth_a_call = false\n"
              "  in_segment('revolvers') && heavy_accounts >= 1 = false\n"
              "    in_segment('revolvers') = false\n"
              "      status >= 0 = false\n"
              "        status = -1\n"
              "    heavy_accounts >= 1 = (not asked)\n"
              "      heavy_accounts = (not asked)\n"},
    };
    int32_t segment = bank_find(p.strategy, CSTM_PART_SEGMENT, "worth_a_call");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_profile *profile = profile_of(&p, cases[i].customer, "2005-09-30");
        cstm_explanation *explanation;
        must(cstm_profile_explain(profile, bank_end_of(p.strategy, "2005-09-30"), CSTM_PART_SEGMENT,
                                  segment, 0, &explanation, NULL),
             NULL);
        char *text = lines_of(explanation);
        ck_assert_str_eq(text, cases[i].expected);
        free(text);
        cstm_explanation_free(explanation);
        cstm_profile_free(profile);
    }
    portfolio_free(&p);
}
END_TEST

/* The rule of an account's segment under the feature that counts its accounts. */
START_TEST(a_segment_that_a_child_is_asked_for_is_explained_for_that_child)
{
    struct portfolio p = portfolio_new();
    cstm_profile *profile = profile_of(&p, "b", "2005-09-30");
    cstm_explanation *explanation;
    must(cstm_profile_explain(profile, bank_end_of(p.strategy, "2005-09-30"), CSTM_PART_FEATURE,
                              bank_find(p.strategy, CSTM_PART_FEATURE, "heavy_accounts"), 0,
                              &explanation, NULL),
         NULL);
    char *text = lines_of(explanation);
    ck_assert_msg(strstr(text, "in_segment('heavy') = true\n      balance / limit >= 0.5 = true\n") != NULL, "%s", text);
    free(text);
    cstm_explanation_free(explanation);
    cstm_profile_free(profile);
    portfolio_free(&p);
}
END_TEST

/* What sealed days leave of a transition's operands is kept with the stage. */
START_TEST(a_stage_that_a_segment_led_to_is_explained_after_its_day_was_sealed)
{
    struct portfolio p = portfolio_new();
    cstm_profile *profile = profile_of(&p, "b", "2005-10-01");
    cstm_explanation *explanation;
    advance_to(profile, p.strategy, "2005-10-20");
    must(cstm_profile_explain(profile, bank_end_of(p.strategy, "2005-10-20"), CSTM_PART_LIFECYCLE,
                              0, 0, &explanation, NULL),
         NULL);
    char *text = lines_of(explanation);
    ck_assert_msg(strstr(text, "care = called\n") != NULL &&
                      strstr(text, "in_segment('worth_a_call') = true\n") != NULL,
                  "%s", text);
    free(text);
    cstm_explanation_free(explanation);
    cstm_profile_free(profile);
    portfolio_free(&p);
}
END_TEST

START_TEST(a_result_says_who_is_in_each_segment)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run(&p, "2005-09-30");
    const cstm_table *table = cstm_result_table(result, 0);
    static const char *const expected[4][3] = {
        {"1", "0", "0"}, {"0", "1", "1"}, {"-", "-", "-"}, {"0", "1", "-"}};
    for (int64_t row = 0; row < 4; row++) {
        assert_cell(table, row, "segment.transactors", expected[row][0]);
        assert_cell(table, row, "segment.revolvers", expected[row][1]);
    }
    assert_cell(table, 1, "segment.worth_a_call", "1");
    assert_cell(cstm_result_table(result, 1), 0, "segment.heavy", "1");
    cstm_table *segments, *overlap;
    must(cstm_result_segments(result, &segments, NULL), NULL);
    assert_csv(segments, "segment,entity,met,not_met,undecided,share\n"
                         "transactors,customer,1,2,1,0.25\n"
                         "revolvers,customer,2,1,1,0.5\n"
                         "worth_a_call,customer,1,2,1,0.25\n"
                         "heavy,account,1,1,2,0.25\n");
    must(cstm_result_overlap(result, 0, &overlap, NULL), NULL);
    assert_csv(overlap, "segment,other,both,either,undecided,jaccard\n"
                        "transactors,revolvers,0,3,1,0.0\n"
                        "transactors,worth_a_call,0,2,2,0.0\n"
                        "revolvers,worth_a_call,1,2,2,0.5\n");
    cstm_membership *heavy = members(&p, result, "heavy");
    cstm_table *undecided;
    must(cstm_membership_select(heavy, CSTM_VERDICT_UNDECIDED, &undecided, NULL), NULL);
    assert_csv(undecided, "account,row,status,reason\n"
                          "d1,2,19,CSTM_ERROR_DIVIDE\n"
                          "c1,3,9,CSTM_ERROR_MISSING\n");
    cstm_membership_free(heavy);
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(what_could_not_be_decided_for_an_error_is_counted)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run(&p, "2005-09-30");
    char *text = csv_of(cstm_result_errors(result));
    ck_assert_str_eq(text, "part,name,status,count\n"
                           "feature,heavy_accounts,19,1\n"
                           "segment,worth_a_call,19,1\n"
                           "segment,heavy,19,1\n");
    free(text);
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(memberships_outlive_their_result_and_say_what_changed_since)
{
    struct portfolio p = portfolio_new();
    cstm_result *september = run(&p, "2005-09-30"), *october = run(&p, "2005-10-31");
    cstm_membership *then = members(&p, september, "revolvers");
    cstm_membership *now = members(&p, october, "revolvers");
    cstm_result_free(september);
    cstm_result_free(october);
    portfolio_free(&p);
    cstm_table *changes;
    must(cstm_membership_changes(now, then, &changes, NULL), NULL);
    assert_csv(changes, "customer,from,to,change\n"
                        "a,not met,met,joined\n"
                        "b,met,not met,left\n");
    cstm_membership_free(now);
    cstm_membership_free(then);
}
END_TEST

START_TEST(only_what_is_asked_for_is_computed)
{
    struct portfolio p = portfolio_new();
    cstm_membership *membership = NULL;
    cstm_table *table = NULL;
    cstm_error *error;
    must(cstm_batch_set_parts(p.batch, CSTM_RUN_FEATURES, NULL), NULL);
    cstm_result *result = run(&p, "2005-09-30");
    ck_assert_int_eq(cstm_table_find(cstm_result_table(result, 0), "segment.revolvers"), -1);
    ck_assert_int_eq(cstm_result_membership(result, 0, &membership, &error), CSTM_ERROR_MISUSE);
    ck_assert_str_eq(cstm_error_message(error), "the run did not compute segments");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_result_segments(result, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_result_overlap(result, 0, &table, NULL), CSTM_ERROR_MISUSE);
    cstm_result_free(result);
    must(cstm_batch_set_parts(p.batch, CSTM_RUN_SEGMENTS, NULL), NULL);
    result = run(&p, "2005-09-30");
    const cstm_table *customers = cstm_result_table(result, 0);
    ck_assert_int_eq(cstm_table_columns(customers), 4); /* the key and three segments */
    assert_cell(customers, 1, "segment.worth_a_call", "1");
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

START_TEST(segments_of_an_entity_without_rows_are_left_out)
{
    struct portfolio p = portfolio_new();
    cstm_batch *batch;
    cstm_result *result;
    cstm_table *segments;
    cstm_membership *membership = NULL;
    cstm_error *error;
    must(cstm_batch_new(p.strategy, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, p.customers, NULL), NULL);
    must(cstm_batch_run(batch, bank_end_of(p.strategy, "2005-09-30"), &result, NULL), NULL);
    must(cstm_result_segments(result, &segments, NULL), NULL);
    ck_assert_int_eq(cstm_table_rows(segments), 3);
    cstm_table_free(segments);
    int32_t heavy = bank_find(p.strategy, CSTM_PART_SEGMENT, "heavy");
    ck_assert_int_eq(cstm_result_membership(result, heavy, &membership, &error),
                     CSTM_ERROR_MISSING);
    ck_assert_str_eq(cstm_error_message(error), "the batch was given no table of account");
    cstm_error_free(error);
    cstm_result_free(result);
    cstm_batch_free(batch);
    portfolio_free(&p);
}
END_TEST

/* A rule that stands alone reads a result's segments as the strategy's rules do. */
START_TEST(a_rule_over_a_result_asks_for_its_segments)
{
    struct portfolio p = portfolio_new();
    cstm_result *result = run(&p, "2005-09-30");
    static const char text[] = "in_segment('revolvers') || in_segment('worth_a_call')";
    static const char *const names[] = {"segment.revolvers", "segment.worth_a_call"};
    cstm_scope *scope;
    cstm_rule *rule;
    cstm_membership *membership;
    cstm_error *error = NULL;
    must(cstm_scope_new(NULL, NULL, &scope, NULL), NULL);
    for (int i = 0; i < 2; i++)
        must(cstm_scope_declare(scope, names[i], CSTM_TYPE_BOOL, NULL), NULL);
    cstm_status status =
        cstm_rule_compile(scope, text, strlen(text), CSTM_TYPE_BOOL, &rule, &error);
    must(status, error);
    status = cstm_membership_of_rule(rule, cstm_result_table(result, 0), "customer", &membership,
                                     &error);
    must(status, error);
    static const cstm_verdict expected[] = {CSTM_VERDICT_NOT_MET, CSTM_VERDICT_MET,
                                            CSTM_VERDICT_UNDECIDED, CSTM_VERDICT_MET};
    for (int64_t row = 0; row < 4; row++)
        ck_assert_int_eq(cstm_membership_verdict(membership, row), expected[row]);
    cstm_membership_free(membership);
    cstm_rule_unref(rule);
    cstm_scope_free(scope);
    cstm_result_free(result);
    portfolio_free(&p);
}
END_TEST

/* Blocks are of a few thousand customers; some of these are undecided, some not met. */
START_TEST(threads_cannot_be_seen_in_a_membership)
{
    enum { N = 9000 };
    static char names[N][8];
    static const char *keys[N], *times[N];
    static int64_t balances[N], statuses[N];
    cstm_strategy *strategy = bank_compile(document);
    cstm_table *customers = table_new(), *accounts = table_new(), *statements = table_new();
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "k%d", i);
        keys[i] = names[i];
        times[i] = i % 7 == 0 ? "2005-11-01" : "2005-09-30"; /* of some nothing is known yet */
        balances[i] = i % 1000 * 100;
        statuses[i] = i % 4 - 2;
    }
    add_texts(customers, "customer", N, keys);
    add_texts(accounts, "account", N, keys);
    add_texts(accounts, "customer", N, keys);
    add_texts(statements, "account", N, keys);
    add_texts(statements, "time", N, times);
    add_money(statements, "balance", N, balances);
    add_ints(statements, "status", N, statuses);
    uint8_t *first = NULL;
    static const int32_t threads[] = {1, 2, 7};
    for (int t = 0; t < 3; t++) {
        cstm_batch *batch;
        cstm_result *result;
        cstm_membership *membership;
        size_t size;
        must(cstm_batch_new(strategy, &batch, NULL), NULL);
        must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
        must(cstm_batch_add_entities(batch, 1, accounts, NULL), NULL);
        must(cstm_batch_add_events(batch, 0, statements, NULL), NULL);
        must(cstm_batch_set_threads(batch, threads[t], NULL), NULL);
        must(cstm_batch_run(batch, bank_end_of(strategy, "2005-10-15"), &result, NULL), NULL);
        int32_t revolvers = bank_find(strategy, CSTM_PART_SEGMENT, "revolvers");
        must(cstm_result_membership(result, revolvers, &membership, NULL), NULL);
        const uint8_t *met = cstm_membership_bits(membership, CSTM_VERDICT_MET, &size);
        const uint8_t *undecided = cstm_membership_bits(membership, CSTM_VERDICT_UNDECIDED, NULL);
        if (first == NULL) {
            first = calloc(2, size);
            memcpy(first, met, size);
            memcpy(first + size, undecided, size);
            ck_assert_int_eq(cstm_membership_count(membership, CSTM_VERDICT_UNDECIDED),
                             (N + 6) / 7);
        }
        ck_assert_mem_eq(first, met, size);
        ck_assert_mem_eq(first + size, undecided, size);
        cstm_membership_free(membership);
        cstm_result_free(result);
        cstm_batch_free(batch);
    }
    free(first);
    cstm_table_free(customers);
    cstm_table_free(accounts);
    cstm_table_free(statements);
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("profile segments");
    TCase *tcase = tcase_create("segments");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_customer_is_in_a_segment_or_not_or_it_cannot_be_said);
    tcase_add_test(tcase, a_verdict_is_explained_by_its_rule);
    tcase_add_test(tcase, a_segment_that_a_child_is_asked_for_is_explained_for_that_child);
    tcase_add_test(tcase, a_stage_that_a_segment_led_to_is_explained_after_its_day_was_sealed);
    tcase_add_test(tcase, a_result_says_who_is_in_each_segment);
    tcase_add_test(tcase, what_could_not_be_decided_for_an_error_is_counted);
    tcase_add_test(tcase, memberships_outlive_their_result_and_say_what_changed_since);
    tcase_add_test(tcase, only_what_is_asked_for_is_computed);
    tcase_add_test(tcase, segments_of_an_entity_without_rows_are_left_out);
    tcase_add_test(tcase, a_rule_over_a_result_asks_for_its_segments);
    tcase_add_test(tcase, threads_cannot_be_seen_in_a_membership);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
