/* The batch path alone, from C: time of a run by parts, and the greatest amount of heap that it
 * takes beside its input and its output.
 *
 *     bench_batch STRATEGY.yaml TABLES_DIRECTORY PARTS THREADS ROUNDS
 *
 * PARTS is a sum of CSTM_RUN_*. Tables are those of examples/portfolio.py. */
#include <libcustomer.h>

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Every allocation of the library passes here: the program is linked with --wrap. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *pointer, size_t size);
void __real_free(void *pointer);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
void __wrap_free(void *pointer);

static _Atomic int64_t living, peak;

static void
count(void *pointer, int64_t sign)
{
    if (pointer == NULL)
        return;
    int64_t at = atomic_fetch_add(&living, sign * (int64_t) malloc_usable_size(pointer)) +
                 sign * (int64_t) malloc_usable_size(pointer);
    int64_t most = atomic_load(&peak);
    while (at > most && !atomic_compare_exchange_weak(&peak, &most, at)) {
    }
}

void *
__wrap_malloc(size_t size)
{
    void *pointer = __real_malloc(size);
    count(pointer, 1);
    return pointer;
}

void *
__wrap_calloc(size_t n, size_t size)
{
    void *pointer = __real_calloc(n, size);
    count(pointer, 1);
    return pointer;
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    count(pointer, -1);
    void *moved = __real_realloc(pointer, size);
    count(moved != NULL ? moved : pointer, 1);
    return moved;
}

void
__wrap_free(void *pointer)
{
    count(pointer, -1);
    __real_free(pointer);
}

static void
must(cstm_status status, cstm_error **error)
{
    if (status != CSTM_OK) {
        fprintf(stderr, "%s\n", cstm_error_message(*error));
        exit(1);
    }
}

static cstm_table *
read_table(const char *directory, const char *file, const char *const *names,
           const cstm_type *types, int n)
{
    cstm_error *error;
    cstm_csv *csv;
    cstm_table *table;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    must(cstm_csv_new(&csv, &error), &error);
    must(cstm_csv_set_currency(csv, "TWD", &error), &error);
    for (int i = 0; i < n; i++)
        must(cstm_csv_add_column(csv, names[i], types[i], &error), &error);
    must(cstm_csv_read_file(csv, path, NULL, NULL, NULL, &table, NULL, &error), &error);
    cstm_csv_free(csv);
    return table;
}

static double
now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

static int
ascending(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
    static const char *const customers[] = {"customer"};
    static const char *const accounts[] = {"account", "customer", "limit"};
    static const char *const statements[] = {"account", "id", "time", "balance", "use", "status"};
    static const char *const repayments[] = {"account", "id", "time", "amount"};
    static const cstm_type text[] = {CSTM_TYPE_STRING};
    static const cstm_type of_accounts[] = {CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_MONEY};
    static const cstm_type of_statements[] = {CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_DATE,
                                              CSTM_TYPE_MONEY,  CSTM_TYPE_MONEY,  CSTM_TYPE_INT};
    static const cstm_type of_repayments[] = {CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_DATE,
                                              CSTM_TYPE_MONEY};
    if (argc != 6)
        return 2;
    cstm_error *error;
    cstm_strategy *strategy;
    must(cstm_strategy_load(argv[1], &strategy, &error), &error);
    int has_limit = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "limit") >= 0;
    cstm_table *tables[] = {
        read_table(argv[2], "customers.csv", customers, text, 1),
        read_table(argv[2], "accounts.csv", accounts, of_accounts, has_limit ? 3 : 2),
        read_table(argv[2], "statements.csv", statements, of_statements, 6),
        read_table(argv[2], "repayments.csv", repayments, of_repayments, 4),
    };
    int64_t as_of;
    must(cstm_strategy_parse_time(strategy, "2005-10-01", 10, 1, &as_of, &error), &error);
    int rounds = atoi(argv[5]);
    double *times = malloc((size_t) rounds * sizeof *times);
    int64_t customers_n = cstm_table_rows(tables[0]), extra = 0;
    for (int r = 0; r < rounds + 1 && times != NULL; r++) {
        cstm_batch *batch;
        cstm_result *result;
        int64_t before = atomic_load(&living);
        atomic_store(&peak, before);
        double start = now();
        must(cstm_batch_new(strategy, &batch, &error), &error);
        must(cstm_batch_add_entities(batch, 0, tables[0], &error), &error);
        must(cstm_batch_add_entities(batch, 1, tables[1], &error), &error);
        must(cstm_batch_add_events(batch, 0, tables[2], &error), &error);
        must(cstm_batch_add_events(batch, 1, tables[3], &error), &error);
        must(cstm_batch_set_parts(batch, atoi(argv[3]), &error), &error);
        must(cstm_batch_set_threads(batch, atoi(argv[4]), &error), &error);
        must(cstm_batch_run(batch, as_of, &result, &error), &error);
        if (r > 0)
            times[r - 1] = now() - start;
        int64_t most = atomic_load(&peak);
        cstm_batch_free(batch);
        int64_t output = atomic_load(&living) - before;
        if (r > 0 && most - before - output > extra)
            extra = most - before - output;
        cstm_result_free(result);
    }
    qsort(times, (size_t) rounds, sizeof *times, ascending);
    printf("parts %s, %s threads: median %.2f ms, min %.2f, max %.2f over %d rounds; %.0f bytes a "
           "customer over input and output\n",
           argv[3], argv[4], times[rounds / 2], times[0], times[rounds - 1], rounds,
           (double) extra / (double) customers_n);
    free(times);
    for (int i = 0; i < 4; i++)
        cstm_table_free(tables[i]);
    cstm_strategy_unref(strategy);
    return 0;
}
