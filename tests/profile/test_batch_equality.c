/* The batch says what a profile says that took the same facts one by one, was advanced every day
 * and evaluated at the end of it: every feature, stage and score, on every day. And what a batch says does not depend on threads, on the order of rows or on the blocks that
 * customers fall in. */
#include "world.h"

#include <math.h>

static cstm_result *
run_at_end_of(cstm_batch *batch, int32_t day)
{
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    /* Berlin is behind UTC + 2 at most: 22:30 UTC would be the next day in summer, so take
     * 21:59:59. */
    must(cstm_batch_run(batch, (int64_t) day * INT64_C(86400000000) + INT64_C(79199000000), &result,
                        &error),
         error);
    return result;
}

/* Events of a day arrive up to two days late. */
static void
compare_with_stream(uint64_t seed, const char *more)
{
    struct world *world = world_new(seed, more);
    cstm_batch *batch = batch_of(world, false);
    struct customer customers[CUSTOMERS];
    for (int32_t c = 0; c < CUSTOMERS; c++)
        customers[c] = customer_of(world, c);
    cstm_outcome *outcome = NULL;
    cstm_error *error = NULL;
    must(cstm_outcome_new(world->bank, &outcome, &error), error);
    for (int32_t day = FIRST_DAY; day < FIRST_DAY + DAYS + 15; day++) {
        int64_t end = (int64_t) day * INT64_C(86400000000) + INT64_C(79199000000);
        for (int32_t i = 0; i < EVENTS; i++) {
            const struct fact *fact = &world->facts[i];
            if (fact->time > end - INT64_C(86400000000) && fact->time <= end)
                take(world, &customers[customer_of_fact(world, fact)], fact);
        }
        cstm_result *result = run_at_end_of(batch, day);
        for (int32_t c = 0; c < CUSTOMERS; c++) {
            cstm_profile *profile = customers[c].profile;
            must(cstm_profile_evaluate(profile, end, outcome, &error), error);
            for (cstm_entity e = 0; e < cstm_profile_entity_count(profile); e++)
                compare_entity(world->bank, result, profile, outcome, e, day);
            must(cstm_profile_advance(profile, end, &error), error);
            must(cstm_profile_evaluate(profile, end, outcome, &error), error);
            for (cstm_entity e = 0; e < cstm_profile_entity_count(profile); e++)
                compare_entity(world->bank, result, profile, outcome, e, day);
        }
        cstm_result_free(result);
    }
    cstm_outcome_free(outcome);
    for (int32_t c = 0; c < CUSTOMERS; c++)
        cstm_profile_free(customers[c].profile);
    cstm_batch_free(batch);
    world_free(world);
}

START_TEST(batch_and_profile_agree_on_every_day) { compare_with_stream((uint64_t) _i + 1, ""); }
END_TEST

START_TEST(batch_and_profile_agree_where_every_day_is_stepped)
{
    compare_with_stream((uint64_t) _i + 101, world_patience);
}
END_TEST

START_TEST(the_order_of_rows_does_not_show)
{
    struct world *world = world_new(77, world_patience);
    cstm_batch *forward = batch_of(world, false), *backward = batch_of(world, true);
    cstm_result *a = run_at_end_of(forward, FIRST_DAY + DAYS),
                *b = run_at_end_of(backward, FIRST_DAY + DAYS);
    const cstm_table *x = cstm_result_table(a, 0), *y = cstm_result_table(b, 0);
    for (int64_t row = 0; row < CUSTOMERS; row++)
        for (int32_t c = 0; c < cstm_table_columns(x); c++)
            ck_assert_str_eq(cell(x, row, cstm_table_column_name(x, c)),
                             cell(y, CUSTOMERS - 1 - row, cstm_table_column_name(x, c)));
    cstm_result_free(a);
    cstm_result_free(b);
    cstm_batch_free(forward);
    cstm_batch_free(backward);
    world_free(world);
}
END_TEST

/* --- threads --- */

#define MANY 2000

static cstm_batch *
batch_of_many(cstm_strategy *bank)
{
    cstm_batch *batch = NULL;
    cstm_error *error = NULL;
    char(*texts)[32] = calloc(MANY, sizeof *texts);
    const char **keys = calloc(4 * MANY, sizeof *keys), **words = calloc(4 * MANY, sizeof *words);
    int64_t *times = calloc(4 * MANY, sizeof *times);
    double *weights = calloc(4 * MANY, sizeof *weights);
    cstm_table *customers = table_new(), *visits = table_new();
    for (int32_t i = 0; i < MANY; i++)
        keys[i] = named(texts[i], "customer ", i * 37 % MANY);
    add_texts(customers, "customer", MANY, keys);
    for (int32_t i = 0; i < 4 * MANY; i++) {
        keys[i] = i % 50 == 0 ? "nobody" : texts[(int64_t) i * 31 % MANY];
        words[i] = i % 3 == 0 ? "web" : i % 3 == 1 ? "app" : NULL;
        times[i] = ((int64_t) FIRST_DAY + i % 61) * INT64_C(86400000000) + i;
        weights[i] = i % 97 == 0 ? (double) INFINITY : i * 0.1;
    }
    add_texts(visits, "customer", 4 * MANY, keys);
    add_texts(visits, "channel", 4 * MANY, words);
    must(cstm_table_add_timestamp(visits, "time", times, NULL, 4 * MANY, NULL), NULL);
    must(cstm_table_add_double(visits, "weight", weights, NULL, 4 * MANY, NULL), NULL);
    must(cstm_batch_new(bank, &batch, &error), error);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_events(batch, 0, visits, &error), error);
    cstm_table_free(customers);
    cstm_table_free(visits);
    free(texts);
    free(keys);
    free(words);
    free(times);
    free(weights);
    return batch;
}

START_TEST(the_number_of_threads_does_not_show)
{
    static const int32_t threads[] = {1, 2, 7};
    char text[8192], *first[3] = {NULL};
    snprintf(text, sizeof text, world_document, "");
    cstm_strategy *bank = bank_compile(text);
    for (size_t i = 0; i < 3; i++) {
        cstm_batch *batch = batch_of_many(bank);
        must(cstm_batch_set_threads(batch, threads[i], NULL), NULL);
        cstm_result *result = run_at_end_of(batch, FIRST_DAY + 61);
        cstm_table *funnel = NULL;
        must(cstm_result_funnel(result, bank_find(bank, CSTM_PART_LIFECYCLE, "relation"),
                                FIRST_DAY + 30, &funnel, NULL),
             NULL);
        char *csv[3] = {csv_of(cstm_result_table(result, 0)), csv_of(cstm_result_rejected(result)),
                        csv_of(funnel)};
        ck_assert_int_gt(cstm_table_rows(cstm_result_rejected(result)), 200);
        for (size_t k = 0; k < 3; k++) {
            if (i == 0)
                first[k] = csv[k];
            else {
                ck_assert_str_eq(first[k], csv[k]);
                free(csv[k]);
            }
        }
        cstm_table_free(funnel);
        cstm_result_free(result);
        cstm_batch_free(batch);
    }
    for (size_t k = 0; k < 3; k++)
        free(first[k]);
    cstm_strategy_unref(bank);
}
END_TEST

static int32_t
run_now(void *data, cstm_task_function task, void *argument, int64_t count)
{
    *(int64_t *) data += count;
    for (int64_t i = count - 1; i >= 0; i--)
        task(argument, i);
    return 0;
}

static void
wait_for_nothing(void *data)
{
    (void) data;
}

static int32_t
stop_after_a_while(void *data, int64_t done, int64_t total)
{
    ck_assert_int_eq(total, MANY);
    *(int64_t *) data = done;
    return done > MANY / 3;
}

START_TEST(executor_progress_and_cancel_are_honoured)
{
    char text[8192];
    snprintf(text, sizeof text, world_document, "");
    cstm_strategy *bank = bank_compile(text);
    cstm_batch *batch = batch_of_many(bank);
    int64_t tasks = 0, done = 0;
    cstm_result *result = NULL;
    must(cstm_batch_set_threads(batch, 3, NULL), NULL);
    must(cstm_batch_set_executor(batch, run_now, wait_for_nothing, &tasks, NULL), NULL);
    result = run_at_end_of(batch, FIRST_DAY + 61);
    ck_assert_int_ge(tasks, 3);
    cstm_result_free(result);
    must(cstm_batch_set_executor(batch, NULL, NULL, NULL, NULL), NULL);
    must(cstm_batch_set_progress(batch, stop_after_a_while, &done, NULL, NULL), NULL);
    result = NULL;
    ck_assert_int_eq(cstm_batch_run(batch, INT64_C(86400000000) * FIRST_DAY, &result, NULL),
                     CSTM_ERROR_CANCELLED);
    ck_assert_ptr_null(result);
    ck_assert_int_gt(done, 0);
    cstm_cancel *cancel = NULL;
    must(cstm_cancel_new(&cancel, NULL), NULL);
    cstm_cancel_request(cancel);
    must(cstm_batch_set_progress(batch, NULL, NULL, cancel, NULL), NULL);
    ck_assert_int_eq(cstm_batch_run(batch, INT64_C(86400000000) * FIRST_DAY, &result, NULL),
                     CSTM_ERROR_CANCELLED);
    cstm_batch_free(batch);
    cstm_cancel_free(cancel);
    cstm_strategy_unref(bank);
}
END_TEST

static Suite *
equality_suite(void)
{
    Suite *suite = suite_create("batch and profile");
    TCase *tests = tcase_create("equality");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, batch_and_profile_agree_on_every_day, 0, 4);
    tcase_add_loop_test(tests, batch_and_profile_agree_where_every_day_is_stepped, 0, 2);
    tcase_add_test(tests, the_order_of_rows_does_not_show);
    tcase_add_test(tests, the_number_of_threads_does_not_show);
    tcase_add_test(tests, executor_progress_and_cancel_are_honoured);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(equality_suite());
}
