/* Every allocation of a run that reads columns fails, once and from then on: the run says
 * CSTM_ERROR_NO_MEMORY, gives no result, leaks nothing, and leaves a batch that runs and gives what
 * it gives when nothing fails. Links the rooms with the allocator wrapped; Check allocates too, so
 * nothing is asserted while requests are counted. */
#include "columnar.h"

#include <limits.h>
#include <stdatomic.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void __real_free(void *pointer);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void __wrap_free(void *pointer);

static _Atomic long requests, living;
static _Atomic long fails_at = -1; /* the request that fails, counted from 0; -1: none */
static _Atomic bool lasting;       /* and all after it */

static bool
is_refused(void)
{
    long at = atomic_load(&fails_at), number = atomic_fetch_add(&requests, 1);
    return at >= 0 && (number == at || (number > at && atomic_load(&lasting)));
}

static void *
counted(void *pointer)
{
    if (pointer != NULL)
        atomic_fetch_add(&living, 1);
    return pointer;
}

void *
__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : counted(__real_malloc(size));
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : counted(__real_calloc(count, size));
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    if (is_refused())
        return NULL;
    void *moved = __real_realloc(pointer, size);
    return pointer == NULL ? counted(moved) : moved;
}

void
__wrap_free(void *pointer)
{
    if (pointer != NULL)
        atomic_fetch_sub(&living, 1);
    __real_free(pointer);
}

/* Three ways through: as the tables lie; keys mapped and cells gathered, with rows refused; and a
 * block that goes the longer way for an id that came twice. */
static const struct shape shapes[] = {
    {.customers = 260, .accounts = 270, .cards = 280, .rows = 400, .days_rise = true},
    {.customers = 260,
     .accounts = 270,
     .cards = 280,
     .rows = 400,
     .keys = KEYS_BAD,
     .order = ROWS_ANYHOW,
     .bad = true,
     .two_tables = true,
     .crossed = true},
    {.customers = 30,
     .accounts = 40,
     .cards = 50,
     .rows = 300,
     .ids = IDS_TWICE,
     .days_rise = true},
};

#define AS_OF ((COLUMNAR_FIRST_DAY + 55) * INT64_C(86400000000))

/* All that a result says. */
static char *
told(const cstm_result *result)
{
    const cstm_table *tables[] = {cstm_result_table(result, 0), cstm_result_table(result, 1),
                                  cstm_result_table(result, 2), cstm_result_rejected(result),
                                  cstm_result_errors(result)};
    char *all = calloc(1, 1);
    size_t size = 0;
    for (int32_t i = 0; i < 5; i++) {
        char *csv = csv_of(tables[i]);
        all = realloc(all, size + strlen(csv) + 1);
        strcpy(all + size, csv);
        size += strlen(csv);
        free(csv);
    }
    return all;
}

static cstm_batch *
batch_on(cstm_strategy *bank, const struct shape *shape, int32_t threads)
{
    cstm_batch *batch = columnar_batch(bank, shape, 9);
    must(cstm_batch_set_parts(batch, CSTM_RUN_FEATURES, NULL), NULL);
    must(cstm_batch_set_threads(batch, threads, NULL), NULL);
    return batch;
}

/* The first run of a batch with request `at` refused, then another; false where it is not reached.
 * *freed: how many pieces more are freed than made, from before the first run to the batch's end.
 */
static bool
fail_once(cstm_strategy *bank, const struct shape *shape, int32_t threads, long at, bool for_good,
          const char *expected, long *freed)
{
    cstm_batch *batch = batch_on(bank, shape, threads);
    cstm_result *untouched = (cstm_result *) (void *) batch, *result = untouched;
    cstm_error *error = NULL;
    long before = atomic_load(&living);
    atomic_store(&lasting, for_good);
    atomic_store(&requests, 0);
    atomic_store(&fails_at, at);
    cstm_status status = cstm_batch_run(batch, AS_OF, &result, &error);
    atomic_store(&fails_at, -1);
    bool hit = atomic_load(&requests) > at;
    bool written = result != untouched;
    cstm_error_free(error);
    cstm_result *again = NULL;
    cstm_status second = cstm_batch_run(batch, AS_OF, &again, NULL);
    if (status == CSTM_OK)
        cstm_result_free(result);
    char *text = second == CSTM_OK ? told(again) : NULL;
    cstm_result_free(again);
    cstm_batch_free(batch);
    long after = atomic_load(&living);
    ck_assert_int_eq(second, CSTM_OK);
    ck_assert_msg(strcmp(text, expected) == 0, "a run after allocation %ld failed differs", at);
    free(text);
    ck_assert_msg(status == (hit ? CSTM_ERROR_NO_MEMORY : CSTM_OK),
                  "allocation %ld failed and the status is %s", at, cstm_status_name(status));
    ck_assert(written == (status == CSTM_OK));
    *freed = before - after;
    return hit;
}

START_TEST(every_allocation_may_fail)
{
    cstm_strategy *bank = bank_compile(spread_document);
    const struct shape *shape = &shapes[_i / 2];
    int32_t threads = 1 + _i % 2;
    cstm_batch *batch = batch_on(bank, shape, 1);
    cstm_result *result;
    must(cstm_batch_run(batch, AS_OF, &result, NULL), NULL);
    char *expected = told(result);
    cstm_result_free(result);
    cstm_batch_free(batch);
    long freed, usual;
    ck_assert(!fail_once(bank, shape, threads, LONG_MAX - 1, false, expected, &usual));
    for (int32_t for_good = 0; for_good < 2; for_good++) {
        long at = 0;
        bool hit = true;
        for (; hit; at++) {
            hit = fail_once(bank, shape, threads, at, for_good != 0, expected, &freed);
            ck_assert_msg(freed == usual, "allocation %ld leaves %ld pieces", at, usual - freed);
        }
        ck_assert_int_gt(at, 100);
    }
    free(expected);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory of a run over columns");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, every_allocation_may_fail, 0, 6);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
