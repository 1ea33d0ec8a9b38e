/* Ranks and quantiles that a batch has measured: the same for the portfolio and for the customer whose event has just come, from
 * the day of the table on and not before. */
#include "bank.h"
#include "tables.h"

#define PORTFOLIO                                                                                                      \
    "format: 1\n"                                                                                                      \
    "strategy: ranked\n"                                                                                               \
    "version: \"1\"\n"                                                                                                 \
    "timezone: Asia/Taipei\n"                                                                                          \
    "currency: TWD\n"                                                                                                  \
    "purposes: [service]\n"                                                                                            \
    "quantiles: {spent: spent.yaml}\n"                                                                                 \
    "constants: {top: {type: double, value: 0.75}}\n"                                                                  \
    "events:\n"                                                                                                        \
    "  use: {fields: {amount: money}}\n"                                                                               \
    "features:\n"                                                                                                      \
    "  spent: {sum: use.amount}\n"                                                                                     \
    "  share: {rule: \"quantile(spent, today, 'spent')\"}\n"                                                           \
    "  place: {rule: \"rank_of(spent, today, 'spent')\"}\n"                                                            \
    "  group: {rule: \"bucket(spent, [money('10'), money('20')])\"}\n"                                                 \
    "lifecycles:\n"                                                                                                    \
    "  standing:\n"                                                                                                    \
    "    purpose: service\n"                                                                                           \
    "    initial: plain\n"                                                                                             \
    "    transitions:\n"                                                                                               \
    "      - {from: plain, to: best, when: share >= top}\n"
#define NO_TABLE "format: 1\nquantiles: spent\ntype: money\ncurrency: TWD\ntables: []\n"

enum { CUSTOMERS = 4, D_2005_09_30 = 13056 };
static const char *const keys[CUSTOMERS] = {"A", "B", "C", "D"};
static const int64_t spent[CUSTOMERS] = {1000, 3000, 3000, 500};

static cstm_strategy *
compiled(const char *table)
{
    cstm_files *files = NULL;
    cstm_strategy *bank = NULL;
    cstm_error *error = NULL;
    must(cstm_files_new(&files, NULL), NULL);
    must(cstm_files_add(files, "spent.yaml", table, strlen(table), NULL), NULL);
    cstm_strategy_parse_with(PORTFOLIO, sizeof PORTFOLIO - 1, "ranked.yaml", files, &bank, &error);
    ck_assert_msg(bank != NULL, "%s", cstm_error_message(error));
    cstm_files_free(files);
    return bank;
}

/* Every customer spends once, on 2005-09-20. */
static cstm_result *
run_on(cstm_strategy *bank, const char *day)
{
    static const char *const times[CUSTOMERS] = {"2005-09-20", "2005-09-20", "2005-09-20", "2005-09-20"};
    cstm_table *customers = table_new(), *uses = table_new();
    cstm_batch *batch = NULL;
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    add_texts(customers, "customer", CUSTOMERS, keys);
    add_texts(uses, "customer", CUSTOMERS, keys);
    add_texts(uses, "time", CUSTOMERS, times);
    add_money(uses, "amount", CUSTOMERS, spent);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, customers, NULL), NULL);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "use"), uses, NULL), NULL);
    cstm_status status = cstm_batch_run(batch, bank_end_of(bank, day), &result, &error);
    must(status, error);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(uses);
    return result;
}

/* The table of the portfolio at the end of 30 September. */
static char *
measured(void)
{
    cstm_strategy *bank = compiled(NO_TABLE);
    cstm_result *result = run_on(bank, "2005-09-30");
    cstm_buffer *text = NULL;
    cstm_error *error = NULL;
    const cstm_table *customers = cstm_result_table(result, 0);
    ck_assert_int_eq(cstm_table_state(customers, 0, column_of(customers, "place")), CSTM_STATE_MISSING);
    cstm_status status = cstm_quantiles_measure(customers, "spent", "spent", D_2005_09_30, 1000, NO_TABLE, sizeof NO_TABLE - 1, &text, &error);
    must(status, error);
    char *copy = strdup((const char *) cstm_buffer_data(text));
    cstm_buffer_free(text);
    cstm_result_free(result);
    cstm_strategy_unref(bank);
    return copy;
}

START_TEST(what_a_batch_has_measured_ranks_the_portfolio)
{
    char *table = measured();
    cstm_strategy *bank = compiled(table);
    cstm_result *result = run_on(bank, "2005-10-05");
    const cstm_table *customers = cstm_result_table(result, 0);
    /* 5.00, 10.00, 30.00 and 30.00: two are first, then the third, then the fourth. */
    static const int64_t places[CUSTOMERS] = {3, 1, 1, 4}, groups[CUSTOMERS] = {0, 2, 2, 0};
    static const double shares[CUSTOMERS] = {0.5, 1.0, 1.0, 0.25};
    for (int64_t row = 0; row < CUSTOMERS; row++) {
        ck_assert_int_eq(cstm_table_int64(customers, row, column_of(customers, "place")), places[row]);
        ck_assert_int_eq(cstm_table_int64(customers, row, column_of(customers, "group")), groups[row]);
        ck_assert_double_eq(cstm_table_double(customers, row, column_of(customers, "share")), shares[row]);
    }
    cstm_result_free(result);
    cstm_strategy_unref(bank);
    free(table);
}
END_TEST

START_TEST(nothing_of_it_shows_before_its_day)
{
    char *table = measured();
    cstm_strategy *bank = compiled(table);
    static const struct {
        const char *day;
        cstm_state state;
        const char *stage;
    } cases[] = {
        {"2005-09-29", CSTM_STATE_MISSING, "plain"}, {"2005-09-30", CSTM_STATE_VALUE, "best"}, {"2006-03-01", CSTM_STATE_VALUE, "best"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_result *result = run_on(bank, cases[i].day);
        const cstm_table *customers = cstm_result_table(result, 0);
        size_t size;
        ck_assert_int_eq(cstm_table_state(customers, 1, column_of(customers, "share")), cases[i].state);
        const char *stage = cstm_table_string(customers, 1, column_of(customers, "standing.stage"), &size);
        ck_assert_msg(strlen(cases[i].stage) == size && memcmp(stage, cases[i].stage, size) == 0, "%s: %.*s", cases[i].day, (int) size, stage);
        cstm_result_free(result);
    }
    cstm_strategy_unref(bank);
    free(table);
}
END_TEST

/* The last days before the table and the first after it, with each customer advanced to each of them. */
START_TEST(a_customer_alone_has_the_ranks_and_the_stage_of_the_batch)
{
    static const char *const days[] = {"2005-09-20", "2005-09-29", "2005-09-30", "2005-10-01", "2005-10-20"};
    char *table = measured();
    cstm_strategy *bank = compiled(table);
    int32_t place = bank_find(bank, CSTM_PART_FEATURE, "place"), share = bank_find(bank, CSTM_PART_FEATURE, "share");
    for (int c = 0; c < CUSTOMERS; c++) {
        cstm_profile *customer = customer_new(bank, keys[c]);
        cstm_event *use = event_of(bank, "use", CSTM_ENTITY_CUSTOMER, NULL, "2005-09-20");
        event_money(bank, use, "amount", spent[c]);
        ck_assert_int_eq(record(customer, use), CSTM_OK);
        for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
            advance_to(customer, bank, days[d]);
            cstm_outcome *outcome = outcome_on(customer, bank, days[d]);
            cstm_result *result = run_on(bank, days[d]);
            const cstm_table *customers = cstm_result_table(result, 0);
            cstm_state state = cstm_table_state(customers, c, column_of(customers, "place"));
            ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE, place, CSTM_ENTITY_CUSTOMER), state);
            ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE, share, CSTM_ENTITY_CUSTOMER), state);
            if (state == CSTM_STATE_VALUE) {
                double batch = cstm_table_double(customers, c, column_of(customers, "share"));
                double alone = cstm_outcome_double(outcome, CSTM_PART_FEATURE, share, CSTM_ENTITY_CUSTOMER);
                ck_assert_mem_eq(&batch, &alone, sizeof batch);
                ck_assert_int_eq(feature_int(outcome, bank, "place", CSTM_ENTITY_CUSTOMER),
                                 cstm_table_int64(customers, c, column_of(customers, "place")));
            }
            size_t size;
            const char *stage = cstm_table_string(customers, c, column_of(customers, "standing.stage"), &size);
            const char *stage_alone = stage_of(outcome, bank, "standing", CSTM_ENTITY_CUSTOMER);
            ck_assert_msg(strlen(stage_alone) == size && memcmp(stage, stage_alone, size) == 0, "%s on %s", keys[c], days[d]);
            cstm_outcome_free(outcome);
            cstm_result_free(result);
        }
        cstm_profile_free(customer);
    }
    cstm_strategy_unref(bank);
    free(table);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("quantiles");
    TCase *all = tcase_create("quantiles");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, what_a_batch_has_measured_ranks_the_portfolio);
    tcase_add_test(all, nothing_of_it_shows_before_its_day);
    tcase_add_test(all, a_customer_alone_has_the_ranks_and_the_stage_of_the_batch);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
