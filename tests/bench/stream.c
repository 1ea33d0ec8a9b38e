/* Events by the hundred million through a stream: how many a second, and how much memory the whole
 * program takes at most. Events are made as they are asked for and never stored: customers of a
 * hundred events each, in arrays of 65,536.
 *
 *     bench_stream EVENTS THREADS [most megabytes] */
#include <libcustomer.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define ARRAY_ROWS 65536
#define OF_CUSTOMER 100
#define AS_OF INT64_C(1714536000000000) /* 2024-05-01 */

static const char document[] =
    "format: 1\nstrategy: stream\nversion: \"1\"\ntimezone: Asia/Shanghai\ncurrency: CNY\n"
    "purposes: [service]\n"
    "events:\n  purchase: {observed_from: \"2023-01-01\", fields: {amount: money}}\n"
    "features:\n"
    "  purchases: {count: purchase, over: 365 days}\n"
    "  spend: {sum: purchase.amount, over: 365 days}\n"
    "  largest: {max: purchase.amount, over: 365 days}\n"
    "  last: {last: purchase.amount}\n";

static double
now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

static void
must(cstm_status status, cstm_error *error)
{
    if (status == CSTM_OK)
        return;
    fprintf(stderr, "%s\n", error != NULL ? cstm_error_message(error) : cstm_status_name(status));
    exit(1);
}

/* --- the events --- */

struct made {
    int64_t next, events;
    double seconds; /* that making took */
    int32_t *days;  /* of one array; amounts likewise: they repeat */
    int64_t *amounts;
};

static void
release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++)
        free(schema->children[i]);
    free(schema->children);
    schema->release = NULL;
}

static void
release_child_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static int
made_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    static const char *const names[] = {"customer", "time", "amount"}, *const formats[] = {"l", "tdD",
                                                                                         "l"};
    (void) stream;
    *schema = (struct ArrowSchema){
        .format = "+s", .name = "", .n_children = 3, .release = release_schema};
    schema->children = calloc(3, sizeof *schema->children);
    for (int i = 0; schema->children != NULL && i < 3; i++) {
        schema->children[i] = calloc(1, sizeof **schema->children);
        if (schema->children[i] == NULL)
            return ENOMEM;
        *schema->children[i] = (struct ArrowSchema){
            .format = formats[i], .name = names[i], .release = release_child_schema};
    }
    return schema->children == NULL ? ENOMEM : 0;
}

static void
release_child(struct ArrowArray *array)
{
    array->release = NULL;
}

struct memory {
    const void *buffers[3][2], *none[1];
    struct ArrowArray children[3], *pointers[3];
    int64_t keys[ARRAY_ROWS];
};

static void
release_array(struct ArrowArray *array)
{
    free(array->private_data);
    array->release = NULL;
}

static int
made_next(struct ArrowArrayStream *stream, struct ArrowArray *array)
{
    struct made *made = stream->private_data;
    double start = now();
    memset(array, 0, sizeof *array);
    int64_t left = made->events - made->next, n = left < ARRAY_ROWS ? left : ARRAY_ROWS;
    if (n == 0)
        return 0;
    struct memory *memory = malloc(sizeof *memory);
    if (memory == NULL)
        return ENOMEM;
    for (int64_t i = 0; i < n; i++)
        memory->keys[i] = (made->next + i) / OF_CUSTOMER;
    const void *values[3] = {memory->keys, made->days, made->amounts};
    for (int c = 0; c < 3; c++) {
        memory->buffers[c][0] = NULL;
        memory->buffers[c][1] = values[c];
        memory->pointers[c] = &memory->children[c];
        memory->children[c] = (struct ArrowArray){
            .length = n, .n_buffers = 2, .buffers = memory->buffers[c], .release = release_child};
    }
    memory->none[0] = NULL;
    *array = (struct ArrowArray){.length = n,
                                 .n_buffers = 1,
                                 .buffers = memory->none,
                                 .n_children = 3,
                                 .children = memory->pointers,
                                 .release = release_array,
                                 .private_data = memory};
    made->next += n;
    made->seconds += now() - start;
    return 0;
}

static const char *
made_error(struct ArrowArrayStream *stream)
{
    (void) stream;
    return "out of memory";
}

static void
made_release(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

int
main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    struct made made = {.events = atoll(argv[1])};
    made.days = malloc(ARRAY_ROWS * sizeof *made.days);
    made.amounts = malloc(ARRAY_ROWS * sizeof *made.amounts);
    if (made.days == NULL || made.amounts == NULL)
        return 1;
    for (int64_t i = 0; i < ARRAY_ROWS; i++) {
        made.days[i] = 19844 - 730 + (int32_t) (i % OF_CUSTOMER) * 7;
        made.amounts[i] = i * 7919 % 100000;
    }
    cstm_error *error = NULL;
    cstm_strategy *strategy;
    cstm_batch *settings;
    cstm_stream *stream;
    struct ArrowArrayStream input = {made_schema, made_next, made_error, made_release, &made};
    must(cstm_strategy_parse(document, strlen(document), "stream.yaml", &strategy, &error), error);
    must(cstm_batch_new(strategy, &settings, &error), error);
    must(cstm_batch_set_threads(settings, atoi(argv[2]), &error), error);
    must(cstm_stream_new(settings, 0, AS_OF, NULL, &stream, &error), error);
    must(cstm_stream_add(stream, CSTM_SOURCE_EVENTS, 0, &input, &error), error);
    must(cstm_stream_declare_money(stream, CSTM_SOURCE_EVENTS, 0, "amount", "CNY",
                                   CSTM_MONEY_MINOR, &error),
         error);
    double start = now();
    int64_t customers = 0, purchases = 0;
    for (cstm_table *table;; cstm_table_free(table)) {
        must(cstm_stream_next(stream, &table, &error), error);
        if (table == NULL)
            break;
        int32_t column = cstm_table_find(table, "purchases");
        const int64_t *counts = cstm_table_int64_values(table, column);
        for (int64_t row = 0; row < cstm_table_rows(table); row++)
            purchases += counts[row];
        customers += cstm_table_rows(table);
    }
    double seconds = now() - start;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double megabytes = (double) usage.ru_maxrss / 1024;
    printf("%s events, %s threads: %.2f s, %.1f million a second (%.2f s of it making them), %lld "
           "customers, %lld purchases within the year; at most %.0f MB\n",
           argv[1], argv[2], seconds, (double) made.events / seconds / 1e6, made.seconds,
           (long long) customers, (long long) purchases, megabytes);
    cstm_stream_free(stream);
    cstm_batch_free(settings);
    cstm_strategy_unref(strategy);
    free(made.days);
    free(made.amounts);
    return customers == (made.events + OF_CUSTOMER - 1) / OF_CUSTOMER &&
                   megabytes < (argc > 3 ? atof(argv[3]) : 1e9)
               ? 0
               : 1;
}
