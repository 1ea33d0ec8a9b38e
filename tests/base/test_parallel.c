/* Work in blocks: the same results on any number of threads or executor, the same error, progress in order, and cancel. */
#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>

#define BLOCKS 500

static int32_t failing_pthread_create_after = -1;   /* -1: none fails */
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);

int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    if (failing_pthread_create_after == 0)
        return 11;   /* EAGAIN */
    if (failing_pthread_create_after > 0)
        failing_pthread_create_after--;
    return __real_pthread_create(thread, attributes, start, argument);
}

struct squares {
    int64_t result[BLOCKS];
    int64_t scratch[300];
    _Atomic int32_t in_worker[300];
    _Atomic int32_t runs;
    _Atomic int32_t shared_worker;
    int64_t fail_from;      /* this block and every third after it fail; -1: none */
};

static cstm_status
square(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    struct squares *squares = argument;
    if (atomic_fetch_add(&squares->in_worker[worker], 1) != 0)
        atomic_store(&squares->shared_worker, 1);
    squares->scratch[worker] = block;
    atomic_fetch_add(&squares->runs, 1);
    squares->result[block] = squares->scratch[worker] * squares->scratch[worker];
    atomic_fetch_sub(&squares->in_worker[worker], 1);
    if (squares->fail_from >= 0 && block >= squares->fail_from && (block - squares->fail_from) % 3 == 0)
        return error_set(error, CSTM_ERROR_RANGE, "block %d", (int) block);
    return CSTM_OK;
}

static void
check_squares(const struct squares *squares)
{
    ck_assert_int_eq(squares->runs, BLOCKS);
    ck_assert_int_eq(squares->shared_worker, 0);
    for (int64_t i = 0; i < BLOCKS; i++)
        ck_assert_int_eq(squares->result[i], i * i);
}

START_TEST(every_block_runs_once_on_any_number_of_threads)
{
    static const int32_t threads[] = {1, 2, 7, 64, 1000};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct squares squares = {.fail_from = -1};
        struct parallel parallel = {.n_threads = threads[i]};
        cstm_error *error = NULL;
        ck_assert_int_eq(parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, &error), CSTM_OK);
        ck_assert_ptr_null(error);
        check_squares(&squares);
    }
}
END_TEST

START_TEST(no_blocks_are_no_work)
{
    struct squares squares = {.fail_from = -1};
    struct parallel parallel = {.n_threads = 4};
    ck_assert_int_eq(parallel_for(&parallel, 0, 0, square, &squares, NULL), CSTM_OK);
    ck_assert_int_eq(squares.runs, 0);
}
END_TEST

START_TEST(threads_that_cannot_be_started_are_done_without)
{
    for (int32_t after = 0; after < 4; after++) {
        struct squares squares = {.fail_from = -1};
        struct parallel parallel = {.n_threads = 4};
        failing_pthread_create_after = after;
        cstm_status status = parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, NULL);
        failing_pthread_create_after = -1;
        ck_assert_int_eq(status, CSTM_OK);
        check_squares(&squares);
    }
}
END_TEST

START_TEST(the_error_of_the_lowest_failing_block_is_that_of_the_call)
{
    static const int32_t threads[] = {1, 2, 7};
    for (int round = 0; round < 60; round++) {
        struct squares squares = {.fail_from = round * 7};
        struct parallel parallel = {.n_threads = threads[round % 3]};
        cstm_error *error = NULL;
        ck_assert_int_eq(parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, &error), CSTM_ERROR_RANGE);
        char expected[32];
        snprintf(expected, sizeof expected, "block %d", round * 7);
        ck_assert_str_eq(cstm_error_message(error), expected);
        cstm_error_free(error);
    }
}
END_TEST

static cstm_status
fail_silently(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) argument, (void) block, (void) worker, (void) error;
    return CSTM_ERROR_CORRUPT;
}

START_TEST(a_task_that_fails_without_an_error_object_still_gives_one)
{
    struct parallel parallel = {.n_threads = 2};
    cstm_error *error = NULL;
    ck_assert_int_eq(parallel_for(&parallel, 9, 9, fail_silently, NULL, &error), CSTM_ERROR_CORRUPT);
    ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_CORRUPT);
    cstm_error_free(error);
    ck_assert_int_eq(parallel_for(&parallel, 9, 9, fail_silently, NULL, NULL), CSTM_ERROR_CORRUPT);
}
END_TEST

struct watcher {
    int64_t last, calls, total, stop_at;
    bool fell;
};

static int32_t
watch(void *data, int64_t done, int64_t total)
{
    struct watcher *watcher = data;   /* no lock: calls come one at a time, which a thread sanitizer checks */
    watcher->fell = watcher->fell || done < watcher->last;
    watcher->last = done;
    watcher->total = total;
    watcher->calls++;
    return watcher->stop_at > 0 && done >= watcher->stop_at;
}

START_TEST(progress_rises_to_the_total_once_a_block)
{
    static const int32_t threads[] = {1, 2, 7};
    for (size_t i = 0; i < 3; i++) {
        struct squares squares = {.fail_from = -1};
        struct watcher watcher = {0};
        struct parallel parallel = {.n_threads = threads[i], .progress = watch, .progress_data = &watcher};
        ck_assert_int_eq(parallel_for(&parallel, BLOCKS, 30001, square, &squares, NULL), CSTM_OK);
        ck_assert(!watcher.fell);
        ck_assert_int_eq(watcher.calls, BLOCKS);
        ck_assert_int_eq(watcher.last, 30001);
        ck_assert_int_eq(watcher.total, 30001);
    }
}
END_TEST

START_TEST(progress_that_says_stop_cancels_even_at_the_end)
{
    static const int64_t stops[] = {1, 100, BLOCKS};
    for (size_t i = 0; i < 6; i++) {
        struct squares squares = {.fail_from = -1};
        struct watcher watcher = {.stop_at = stops[i % 3]};
        struct parallel parallel = {.n_threads = i < 3 ? 1 : 3, .progress = watch, .progress_data = &watcher};
        cstm_error *error = NULL;
        ck_assert_int_eq(parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, &error), CSTM_ERROR_CANCELLED);
        ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_CANCELLED);
        ck_assert_int_eq(watcher.last, stops[i % 3]);
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(a_cancel_that_is_raised_before_stops_everything)
{
    cstm_cancel *cancel = NULL;
    ck_assert_int_eq(cstm_cancel_new(&cancel, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_cancel_requested(cancel), 0);
    cstm_cancel_request(cancel);
    ck_assert_int_eq(cstm_cancel_requested(cancel), 1);
    struct squares squares = {.fail_from = -1};
    struct parallel parallel = {.n_threads = 3, .cancel = cancel};
    ck_assert_int_eq(parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, NULL), CSTM_ERROR_CANCELLED);
    ck_assert_int_eq(squares.runs, 0);
    cstm_cancel_free(cancel);
}
END_TEST

static cstm_status
request_cancel(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) worker, (void) error;
    if (block == 20)
        cstm_cancel_request(argument);
    return CSTM_OK;
}

START_TEST(a_cancel_that_is_raised_meanwhile_is_seen_between_blocks)
{
    for (int32_t threads = 1; threads < 5; threads++) {
        cstm_cancel *cancel = NULL;
        ck_assert_int_eq(cstm_cancel_new(&cancel, NULL), CSTM_OK);
        struct watcher watcher = {0};
        struct parallel parallel = {.n_threads = threads, .cancel = cancel, .progress = watch, .progress_data = &watcher};
        ck_assert_int_eq(parallel_for(&parallel, 1000000, 1000000, request_cancel, cancel, NULL), CSTM_ERROR_CANCELLED);
        ck_assert_int_lt(watcher.last, 1000000);
        cstm_cancel_free(cancel);
    }
}
END_TEST

START_TEST(a_cancel_answers_as_the_header_says)
{
    uint32_t foreign[8] = {0};
    ck_assert_int_eq(cstm_cancel_new(NULL, NULL), CSTM_ERROR_MISUSE);
    cstm_cancel_request(NULL);
    cstm_cancel_request((cstm_cancel *) foreign);
    ck_assert_int_eq(cstm_cancel_requested(NULL), 0);
    ck_assert_int_eq(cstm_cancel_requested((cstm_cancel *) foreign), 0);
    cstm_cancel_free(NULL);
    cstm_cancel_free((cstm_cancel *) foreign);
}
END_TEST

/* Executors: how they run what they were given. */
enum conduct { REFUSES, RUNS_AT_ONCE, RUNS_BACKWARDS_WHEN_WAITED_FOR, RUNS_ON_THREADS, RUNS_HALF, RUNS_TWICE };

struct executor {
    enum conduct conduct;
    cstm_task_function task;
    void *argument;
    int64_t count;
    pthread_t threads[64];
    struct executor_index {
        struct executor *executor;
        int64_t index;
    } indices[64];
};

static void *
executor_thread(void *data)
{
    struct executor_index *index = data;
    index->executor->task(index->executor->argument, index->index);
    return NULL;
}

static int32_t
submit(void *data, cstm_task_function task, void *argument, int64_t count)
{
    struct executor *executor = data;
    executor->task = task;
    executor->argument = argument;
    executor->count = count;
    for (int64_t i = 0; i < count; i++) {
        if (executor->conduct == RUNS_AT_ONCE || executor->conduct == RUNS_TWICE ||
            (executor->conduct == RUNS_HALF && i % 2 == 1))
            task(argument, i);
        if (executor->conduct == RUNS_TWICE)
            task(argument, i);
        if (executor->conduct == RUNS_ON_THREADS) {
            executor->indices[i] = (struct executor_index) {executor, i};
            pthread_create(executor->threads + i, NULL, executor_thread, executor->indices + i);
        }
    }
    return executor->conduct == REFUSES ? 1 : 0;
}

static void
wait_for(void *data)
{
    struct executor *executor = data;
    for (int64_t i = executor->count - 1; i >= 0; i--) {
        if (executor->conduct == RUNS_BACKWARDS_WHEN_WAITED_FOR)
            executor->task(executor->argument, i);
        if (executor->conduct == RUNS_ON_THREADS)
            pthread_join(executor->threads[i], NULL);
    }
}

START_TEST(the_callers_executor_gives_what_own_threads_give)
{
    for (enum conduct conduct = REFUSES; conduct <= RUNS_TWICE; conduct++) {
        for (int32_t threads = 1; threads < 6; threads += 2) {
            struct squares squares = {.fail_from = -1};
            struct executor executor = {.conduct = conduct};
            struct parallel parallel = {
                .n_threads = threads, .submit = submit, .wait = wait_for, .executor_data = &executor};
            ck_assert_int_le(parallel_workers(&parallel), 64);
            ck_assert_int_eq(parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, NULL), CSTM_OK);
            check_squares(&squares);
        }
        struct squares squares = {.fail_from = 31};
        struct executor executor = {.conduct = conduct};
        struct parallel parallel = {.n_threads = 4, .submit = submit, .wait = wait_for, .executor_data = &executor};
        cstm_error *error = NULL;
        ck_assert_int_eq(parallel_for(&parallel, BLOCKS, BLOCKS, square, &squares, &error), CSTM_ERROR_RANGE);
        ck_assert_str_eq(cstm_error_message(error), "block 31");
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(workers_are_numbered_below_what_was_said)
{
    ck_assert_int_eq(parallel_workers(&(struct parallel) {.n_threads = 1}), 1);
    ck_assert_int_eq(parallel_workers(&(struct parallel) {.n_threads = 7}), 7);
    ck_assert_int_eq(parallel_workers(&(struct parallel) {.n_threads = 0}), 1);
    ck_assert_int_le(parallel_workers(&(struct parallel) {.n_threads = INT32_MAX}), 256);
    ck_assert_int_gt(parallel_workers(&(struct parallel) {.n_threads = 1, .submit = submit, .wait = wait_for}), 1);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("parallel");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_block_runs_once_on_any_number_of_threads);
    tcase_add_test(tcase, no_blocks_are_no_work);
    tcase_add_test(tcase, threads_that_cannot_be_started_are_done_without);
    tcase_add_test(tcase, the_error_of_the_lowest_failing_block_is_that_of_the_call);
    tcase_add_test(tcase, a_task_that_fails_without_an_error_object_still_gives_one);
    tcase_add_test(tcase, progress_rises_to_the_total_once_a_block);
    tcase_add_test(tcase, progress_that_says_stop_cancels_even_at_the_end);
    tcase_add_test(tcase, a_cancel_that_is_raised_before_stops_everything);
    tcase_add_test(tcase, a_cancel_that_is_raised_meanwhile_is_seen_between_blocks);
    tcase_add_test(tcase, a_cancel_answers_as_the_header_says);
    tcase_add_test(tcase, the_callers_executor_gives_what_own_threads_give);
    tcase_add_test(tcase, workers_are_numbered_below_what_was_said);
    Suite *suite = suite_create("parallel");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
