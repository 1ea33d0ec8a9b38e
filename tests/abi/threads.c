/* Many threads on what may be shared: one strategy, profile, table, rule and scorer, read by all at once while each writes only what is
 * its own; references taken and given back everywhere; a run on three threads that another thread cancels. Results are those of
 * one thread. TSan watches this in CI. */
#include "living.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 30 };

static struct living living;

struct worker {
    pthread_t thread;
    double score;
    int64_t value;
    size_t size;
    int faults;
};

static void *
read_what_is_shared(void *argument)
{
    struct worker *worker = argument;
    cstm_outcome *outcome;
    if (cstm_outcome_new(living.strategy, &outcome, NULL) != CSTM_OK) {
        worker->faults++;
        return NULL;
    }
    for (int i = 0; i < ROUNDS; i++) {
        cstm_buffer *buffer = NULL;
        cstm_table *scored = NULL, *met = NULL;
        cstm_explanation *explanation = NULL;
        cstm_error *error;
        cstm_strategy *strategy = cstm_strategy_ref(living.strategy);
        cstm_rule *rule = cstm_rule_ref(living.rule);
        cstm_scorer *scorer = cstm_scorer_ref(living.scorer);
        int32_t risk = cstm_strategy_find(strategy, CSTM_PART_SCORE, "risk");
        worker->faults += cstm_profile_evaluate(living.profile, LIVING_AS_OF, outcome, NULL) != CSTM_OK;
        worker->score = cstm_outcome_double(outcome, CSTM_PART_SCORE, risk, CSTM_ENTITY_CUSTOMER);
        worker->faults += cstm_profile_explain(living.profile, LIVING_AS_OF, CSTM_PART_SCORE, risk, 0, &explanation, NULL) != CSTM_OK;
        worker->faults += cstm_profile_write(living.profile, &buffer, NULL) != CSTM_OK;
        worker->size = cstm_buffer_size(buffer);
        worker->faults += cstm_rule_evaluate(rule, living.table, &met, NULL) != CSTM_OK;
        worker->value = cstm_table_rows(met);
        worker->faults += cstm_scorer_score_table(scorer, living.table, 2, NULL, NULL, NULL, &scored, NULL) != CSTM_OK;
        worker->faults += cstm_strategy_parse("nonsense", 8, "nonsense.yaml", &strategy, &error) == CSTM_OK;
        cstm_error_free(error);
        cstm_explanation_free(explanation);
        cstm_buffer_free(buffer);
        cstm_table_free(met);
        cstm_table_free(scored);
        cstm_rule_unref(rule);
        cstm_scorer_unref(scorer);
        cstm_strategy_unref(strategy);
    }
    cstm_outcome_free(outcome);
    return NULL;
}

START_TEST(shared_handles_give_every_thread_the_same)
{
    struct worker workers[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, read_what_is_shared, &workers[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(workers[i].faults, 0);
        ck_assert_double_eq(workers[i].score, workers[0].score);
        ck_assert_uint_eq(workers[i].size, workers[0].size);
        ck_assert_int_eq(workers[i].value, 3);
    }
}
END_TEST

/* A batch of its own for each thread over the same tables. */
static void *
run_a_batch(void *argument)
{
    struct worker *worker = argument;
    struct living own = {.strategy = living.strategy, .customers = living.customers, .accounts = living.accounts,
                         .cards = living.cards, .spends = living.spends};
    if (!living_batch(&own)) {
        worker->faults++;
        return NULL;
    }
    for (int i = 0; i < ROUNDS; i++) {
        cstm_result *result = NULL;
        worker->faults += cstm_batch_set_threads(own.batch, 1 + i % 3, NULL) != CSTM_OK;
        worker->faults += cstm_batch_run(own.batch, LIVING_AS_OF, &result, NULL) != CSTM_OK;
        worker->value = cstm_table_rows(cstm_result_table(result, 0));
        cstm_result_free(result);
    }
    cstm_batch_free(own.batch);
    return NULL;
}

START_TEST(batches_over_the_same_tables_run_side_by_side)
{
    struct worker workers[THREADS] = {0};
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, run_a_batch, &workers[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(workers[i].faults, 0);
        ck_assert_int_eq(workers[i].value, 2);
    }
}
END_TEST

static void *
request(void *cancel)
{
    cstm_cancel_request(cancel);
    return NULL;
}

/* Customers of many blocks, so that there is something left to cancel. */
static cstm_table *
many_customers(void)
{
    enum { CUSTOMERS = 5000 };
    static char keys[CUSTOMERS * 8];
    static int64_t offsets[CUSTOMERS + 1];
    int64_t used = 0;
    cstm_table *table;
    for (int i = 0; i < CUSTOMERS; i++) {
        used += snprintf(keys + used, sizeof keys - (size_t) used, "c%d", i);
        offsets[i + 1] = used;
    }
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_string(table, "customer", offsets, keys, NULL, CUSTOMERS, NULL), CSTM_OK);
    return table;
}

START_TEST(a_run_may_be_cancelled_from_another_thread)
{
    cstm_table *customers = many_customers();
    for (int i = 0; i < 10; i++) {
        cstm_batch *batch;
        cstm_cancel *cancel;
        cstm_result *result = NULL;
        cstm_error *error;
        pthread_t thread;
        ck_assert_int_eq(cstm_batch_new(living.strategy, &batch, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_cancel_new(&cancel, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_batch_add_entities(batch, 0, customers, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_batch_set_threads(batch, 3, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_batch_set_progress(batch, NULL, NULL, cancel, NULL), CSTM_OK);
        ck_assert_int_eq(pthread_create(&thread, NULL, request, cancel), 0);
        cstm_status status = cstm_batch_run(batch, LIVING_AS_OF, &result, &error);
        pthread_join(thread, NULL);
        ck_assert_msg(status == CSTM_OK || status == CSTM_ERROR_CANCELLED, "%s", cstm_error_message(error));
        ck_assert(cstm_cancel_requested(cancel));
        ck_assert((status == CSTM_OK) == (result != NULL));
        cstm_error_free(error);
        cstm_result_free(result);
        status = cstm_batch_run(batch, LIVING_AS_OF, &result, &error);     /* the flag stays up */
        ck_assert_int_eq(status, CSTM_ERROR_CANCELLED);
        cstm_error_free(error);
        cstm_batch_free(batch);
        cstm_cancel_free(cancel);
    }
    cstm_table_free(customers);
}
END_TEST

int
main(void)
{
    if (!living_make(&living))
        return 2;
    Suite *suite = suite_create("threads");
    TCase *tcase = tcase_create("shared handles");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, shared_handles_give_every_thread_the_same);
    tcase_add_test(tcase, batches_over_the_same_tables_run_side_by_side);
    tcase_add_test(tcase, a_run_may_be_cancelled_from_another_thread);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    living_free(&living);
    return failed != 0;
}
