/* A stream says what one batch over all of its rows says, however its inputs are cut into arrays and
 * however few rows it works off at a time; it gives inputs back, and says why it cannot go on. */
#include "world.h"

#include <errno.h>

/* --- inputs: tables handed out one after the other --- */

struct source {
    cstm_table *tables[EVENTS + 2];
    int32_t n, at;
    int32_t fails_at; /* -1: never */
    int32_t *released;
};

static int
source_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    struct source *source = stream->private_data;
    struct ArrowArray array;
    must(cstm_table_export_arrow(source->tables[0], schema, &array, NULL), NULL);
    array.release(&array);
    return 0;
}

static int
source_next(struct ArrowArrayStream *stream, struct ArrowArray *array)
{
    struct source *source = stream->private_data;
    struct ArrowSchema schema;
    if (source->at == source->fails_at)
        return ENOSPC;
    memset(array, 0, sizeof *array);
    if (source->at == source->n)
        return 0;
    must(cstm_table_export_arrow(source->tables[source->at++], &schema, array, NULL), NULL);
    schema.release(&schema);
    return 0;
}

static const char *
source_error(struct ArrowArrayStream *stream)
{
    (void) stream;
    return "the disk went away";
}

static void
source_release(struct ArrowArrayStream *stream)
{
    struct source *source = stream->private_data;
    if (source->released != NULL)
        ++*source->released;
    for (int32_t i = 0; i < source->n; i++)
        cstm_table_free(source->tables[i]);
    free(source);
    stream->release = NULL;
}

static struct ArrowArrayStream
stream_of(struct source *source)
{
    return (struct ArrowArrayStream){source_schema, source_next, source_error, source_release,
                                     source};
}

static struct source *
source_new(void)
{
    struct source *source = calloc(1, sizeof *source);
    source->fails_at = -1;
    return source;
}

/* --- the world in the order of its customers --- */

static const struct world *sorting;

static int
by_customer(const void *a, const void *b)
{
    char x[32], y[32];
    named(x, "c", customer_of_fact(sorting, a));
    named(y, "c", customer_of_fact(sorting, b));
    return strcmp(x, y);
}

struct rows {
    char texts[3][EVENTS + 1][32];
    const char *columns[4][EVENTS + 1];
    int64_t times[EVENTS + 1], numbers[EVENTS + 1], others[EVENTS + 1];
    double weights[EVENTS + 1];
    int64_t n;
};

static void
add_columns(cstm_table *table, const struct rows *rows, const char *key, int32_t kind, int64_t from,
            int64_t n)
{
    if (strcmp(key, "customer") != 0)
        add_texts(table, "customer", n, rows->columns[0] + from);
    add_texts(table, key, n, rows->columns[1] + from);
    add_texts(table, "id", n, rows->columns[2] + from);
    must(cstm_table_add_timestamp(table, "time", rows->times + from, NULL, n, NULL), NULL);
    if (kind == 0) {
        add_texts(table, "channel", n, rows->columns[3] + from);
        must(cstm_table_add_double(table, "weight", rows->weights + from, NULL, n, NULL), NULL);
    } else if (kind == 1) {
        add_money(table, "balance", n, rows->numbers + from);
        add_ints(table, "status", n, rows->others + from);
    } else if (kind == 2) {
        add_money(table, "amount", n, rows->numbers + from);
    } else if (kind == 4) {
        add_ints(table, "age", n, rows->others + from);
    } else if (kind == 5) {
        add_money(table, "limit", n, rows->numbers + from);
    }
}

/* Those of one kind, `size` rows an array. */
static struct source *
facts_of(const struct world *world, int32_t kind, int64_t size)
{
    static const char *const keys[] = {"customer", "account", "card", "card", "customer",
                                       "account"};
    struct fact *facts = calloc(EVENTS, sizeof *facts);
    struct rows *rows = calloc(1, sizeof *rows);
    memcpy(facts, world->facts, EVENTS * sizeof *facts);
    sorting = world;
    qsort(facts, EVENTS, sizeof *facts, by_customer);
    for (int32_t i = 0; i < EVENTS; i++) {
        int64_t n = rows->n;
        if (facts[i].kind != kind)
            continue;
        rows->columns[0][n] =
            named(rows->texts[0][n], "c", customer_of_fact(world, &facts[i]));
        rows->columns[1][n] =
            named(rows->texts[1][n], (char[2]){"cakkca"[kind], 0}, facts[i].of);
        rows->columns[2][n] =
            facts[i].id < 0 ? NULL : named(rows->texts[2][n], "id", facts[i].id);
        rows->columns[3][n] = facts[i].number % 2 == 0 ? "web" : "app";
        rows->times[n] = facts[i].time;
        rows->numbers[n] = facts[i].number % 11 == 0 ? MISSING : facts[i].number;
        rows->others[n] = facts[i].number % 3;
        rows->weights[n] = facts[i].weight;
        rows->n++;
    }
    struct source *source = source_new();
    for (int64_t from = 0; from < rows->n || source->n == 0; from += size) {
        cstm_table *table = table_new();
        int64_t left = rows->n - from;
        add_columns(table, rows, keys[kind], kind, from, left < size ? left : size);
        source->tables[source->n++] = table;
    }
    free(facts);
    free(rows);
    return source;
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static struct source *
customers_of(const struct world *world, int64_t size)
{
    char texts[CUSTOMERS][32];
    const char *keys[CUSTOMERS];
    int32_t days[CUSTOMERS];
    uint8_t valid[CUSTOMERS];
    for (int32_t c = 0; c < CUSTOMERS; c++)
        keys[c] = named(texts[c], "c", c);
    qsort(keys, CUSTOMERS, sizeof *keys, by_text);
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        int64_t opened = world->opened[atoi(keys[i] + 1)];
        valid[i] = opened != MISSING;
        days[i] = valid[i] ? (int32_t) opened : 0;
    }
    struct source *source = source_new();
    for (int64_t from = 0; from < CUSTOMERS; from += size) {
        int64_t n = CUSTOMERS - from < size ? CUSTOMERS - from : size;
        cstm_table *table = table_new();
        add_texts(table, "customer", n, keys + from);
        must(cstm_table_add_date(table, "opened_on", days + from, valid + from, n, NULL), NULL);
        source->tables[source->n++] = table;
    }
    return source;
}

/* Accounts, or cards: in the order of customers. */
static struct source *
children_of(const struct world *world, bool cards)
{
    char texts[3][4 * CUSTOMERS][32];
    const char *columns[3][4 * CUSTOMERS], *customers[CUSTOMERS];
    char names[CUSTOMERS][32];
    int64_t n = 0;
    for (int32_t c = 0; c < CUSTOMERS; c++)
        customers[c] = named(names[c], "c", c);
    qsort(customers, CUSTOMERS, sizeof *customers, by_text);
    for (int32_t i = 0; i < CUSTOMERS; i++)
        for (int32_t k = 0; k < (cards ? world->n_cards : world->n_accounts); k++) {
            int32_t account = cards ? world->card_of[k] : k;
            if (world->account_of[account] != atoi(customers[i] + 1))
                continue;
            columns[0][n] = customers[i];
            columns[1][n] = named(texts[1][n], "a", account);
            columns[2][n] = named(texts[2][n], "k", k);
            n++;
        }
    struct source *source = source_new();
    cstm_table *table = table_new();
    add_texts(table, "customer", n, columns[0]);
    add_texts(table, "account", n, columns[1]);
    if (cards)
        add_texts(table, "card", n, columns[2]);
    source->tables[source->n++] = table;
    return source;
}

static void
add_source(cstm_stream *stream, int32_t what, int32_t index, struct source *source)
{
    struct ArrowArrayStream input = stream_of(source);
    cstm_error *error = NULL;
    must(cstm_stream_add(stream, what, index, &input, &error), error);
    ck_assert_ptr_null(input.release);
}

#define AS_OF (((int64_t) FIRST_DAY + DAYS) * INT64_C(86400000000) + INT64_C(79199000000))

static cstm_stream *
world_stream(const struct world *world, int32_t kind, const cstm_table *dates, int32_t threads,
             int64_t size, int64_t rows)
{
    static const char *const events[] = {"visit", "statement", "use", "closed"};
    cstm_batch *settings = NULL;
    cstm_stream *stream = NULL;
    cstm_error *error = NULL;
    const cstm_strategy *bank = world->bank;
    int32_t account = bank_find(bank, CSTM_PART_ENTITY, "account");
    must(cstm_batch_new(world->bank, &settings, &error), error);
    must(cstm_batch_set_threads(settings, threads, &error), error);
    must(cstm_stream_new(settings, kind, AS_OF, dates, &stream, &error), error);
    must(cstm_stream_set_rows(stream, rows, &error), error);
    cstm_batch_free(settings);
    for (int32_t e = 0; e < 4; e++)
        add_source(stream, CSTM_SOURCE_EVENTS, bank_find(bank, CSTM_PART_EVENT, events[e]),
                   facts_of(world, e, size));
    add_source(stream, CSTM_SOURCE_ATTRIBUTES, 0, facts_of(world, 4, size));
    add_source(stream, CSTM_SOURCE_ATTRIBUTES, account, facts_of(world, 5, size));
    add_source(stream, CSTM_SOURCE_ENTITIES, 0, customers_of(world, size));
    add_source(stream, CSTM_SOURCE_ENTITIES, account, children_of(world, false));
    add_source(stream, CSTM_SOURCE_ENTITIES, bank_find(bank, CSTM_PART_ENTITY, "card"),
               children_of(world, true));
    return stream;
}

/* --- what comes out --- */

/* The row of the other table with that key, and date. */
static int64_t
find_row(const cstm_table *table, const char *key_name, const char *of, const char *at)
{
    char key[32], as_of[32];
    snprintf(key, sizeof key, "%.31s", of);
    snprintf(as_of, sizeof as_of, "%.31s", at == NULL ? "" : at);
    for (int64_t row = 0; row < cstm_table_rows(table); row++)
        if (strcmp(cell(table, row, key_name), key) == 0 &&
            (at == NULL || strcmp(cell(table, row, "as_of"), as_of) == 0))
            return row;
    ck_abort_msg("no row of %s", key);
    return -1;
}

static void
assert_table_among(const cstm_table *table, const cstm_table *all, const char *key, bool dated)
{
    ck_assert_int_eq(cstm_table_columns(table), cstm_table_columns(all));
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        int64_t other = find_row(all, key, cell(table, row, key),
                                 dated ? cell(table, row, "as_of") : NULL);
        for (int32_t c = 0; c < cstm_table_columns(all); c++) {
            const char *name = cstm_table_column_name(all, c);
            ck_assert_str_eq(cstm_table_column_name(table, c), name);
            ck_assert_msg(strcmp(cell(table, row, name), cell(all, other, name)) == 0,
                          "%s of %s as of %s: %s in the stream, %s in the batch", name,
                          cell(table, row, key), dated ? cell(table, row, "as_of") : "then", cell(table, row, name), cell(all, other, name));
        }
    }
}

static const char *const kinds[] = {"customer", "account", "card"};

static void
compare_with_batch(uint64_t seed, int32_t kind, const cstm_table *dates, int32_t threads,
                   int64_t size, int64_t rows, int32_t blocks)
{
    struct world *world = world_new(seed, "");
    cstm_batch *batch = batch_of(world, false);
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    must(dates == NULL ? cstm_batch_run(batch, AS_OF, &result, &error)
                       : cstm_batch_run_dates(batch, dates, &result, &error),
         error);
    const cstm_table *all = cstm_result_table(result, kind);
    cstm_stream *stream = world_stream(world, kind, dates, threads, size, rows);
    int64_t found = 0;
    int32_t n = 0;
    char last[32] = "";
    for (cstm_table *table = NULL;; cstm_table_free(table)) {
        must(cstm_stream_next(stream, &table, &error), error);
        if (table == NULL)
            break;
        ck_assert_int_gt(cstm_table_rows(table), 0);
        assert_table_among(table, all, kinds[kind], dates != NULL);
        found += cstm_table_rows(table);
        n++;
        for (int64_t row = 0; kind == 0 && row < cstm_table_rows(table); row++) {
            ck_assert_int_le(strcmp(last, cell(table, row, "customer")), 0);
            snprintf(last, sizeof last, "%.31s", cell(table, row, "customer"));
        }
    }
    ck_assert_int_eq(found, cstm_table_rows(all));
    ck_assert_int_ge(n, blocks);
    cstm_table *again = NULL;
    must(cstm_stream_next(stream, &again, NULL), NULL);
    ck_assert_ptr_null(again);
    cstm_stream_free(stream);
    cstm_result_free(result);
    cstm_batch_free(batch);
    world_free(world);
}

static const struct cut {
    int32_t kind, threads;
    int64_t size, rows;
    int32_t blocks;
} cuts[] = {
    {0, 1, 1, 1, CUSTOMERS},  {0, 1, 7, 40, 8},      {0, 2, 1000, 60, 6}, {0, 1, 1000, 100000, 1},
    {1, 1, 3, 20, 8}, {2, 2, 50, 30, 8}, {2, 1, 1, 100000, 1},
};

START_TEST(a_stream_says_what_one_batch_says)
{
    const struct cut *cut = &cuts[_i];
    compare_with_batch((uint64_t) _i + 1, cut->kind, NULL, cut->threads, cut->size, cut->rows,
                       cut->blocks);
}
END_TEST

START_TEST(a_stream_over_many_dates_says_what_one_batch_says)
{
    static const char *const texts[] = {"2005-04-11", "2005-05-01T12:00:00", "2005-03-30"};
    cstm_table *dates = table_new();
    add_texts(dates, "as_of", 3, texts);
    compare_with_batch(4, 0, dates, 1, 9, 50, 5);
    compare_with_batch(5, 2, dates, 1, 9, 50, 5);
    cstm_table_free(dates);
}
END_TEST

/* --- one simple kind of events --- */

static cstm_strategy *
simple_bank(void)
{
    return bank_compile("format: 1\nstrategy: simple\nversion: \"1\"\ntimezone: Asia/Taipei\n"
                        "currency: TWD\npurposes: [service]\n"
                        "events:\n  spend: {fields: {amount: money, channel: {type: string, "
                        "values: [web, app]}}}\n"
                        "features:\n  spent: {sum: spend.amount}\n  spends: {count: spend}\n");
}

/* Spends of keys as ints, which rise but where said. */
static struct source *
spends(const int64_t *keys, int64_t n, int64_t size, const char *const *channels)
{
    struct source *source = source_new();
    int64_t times[64], amounts[64];
    for (int64_t i = 0; i < n; i++) {
        times[i] = (int64_t) FIRST_DAY * INT64_C(86400000000) + i;
        amounts[i] = 100 + i;
    }
    for (int64_t from = 0; from < n; from += size) {
        int64_t some = n - from < size ? n - from : size;
        cstm_table *table = table_new();
        add_ints(table, "customer", some, keys + from);
        must(cstm_table_add_timestamp(table, "time", times + from, NULL, some, NULL), NULL);
        must(cstm_table_add_int64(table, "amount", amounts + from, NULL, some, NULL), NULL);
        add_texts(table, "channel", some, channels + from);
        source->tables[source->n++] = table;
    }
    return source;
}

static const char *const webs[64] = {"web", "web", "web", "web", "web", "web", "web", "web"};

static cstm_stream *
simple_stream(cstm_strategy *bank, struct source *source, int64_t rows)
{
    cstm_batch *settings = NULL;
    cstm_stream *stream = NULL;
    must(cstm_batch_new(bank, &settings, NULL), NULL);
    must(cstm_stream_new(settings, 0, AS_OF, NULL, &stream, NULL), NULL);
    must(cstm_stream_set_rows(stream, rows, NULL), NULL);
    add_source(stream, CSTM_SOURCE_EVENTS, 0, source);
    must(cstm_stream_declare_money(stream, CSTM_SOURCE_EVENTS, 0, "amount", "TWD",
                                   CSTM_MONEY_MINOR, NULL),
         NULL);
    cstm_batch_free(settings);
    return stream;
}

START_TEST(customers_are_those_that_events_name)
{
    static const int64_t keys[] = {-3, -3, 5, 5, 5, 20, 21, 21};
    cstm_strategy *bank = simple_bank();
    cstm_stream *stream = simple_stream(bank, spends(keys, 8, 3, webs), 2);
    static const char *const expected[][3] = {
        {"-3", "2", "201"}, {"5", "3", "309"}, {"20", "1", "105"}, {"21", "2", "213"}};
    int32_t n = 0;
    for (cstm_table *table = NULL;; cstm_table_free(table)) {
        must(cstm_stream_next(stream, &table, NULL), NULL);
        if (table == NULL)
            break;
        for (int64_t row = 0; row < cstm_table_rows(table); row++, n++) {
            assert_cell(table, row, "customer", expected[n][0]);
            assert_cell(table, row, "spends", expected[n][1]);
            assert_cell(table, row, "spent", expected[n][2]);
        }
    }
    ck_assert_int_eq(n, 4);
    cstm_stream_free(stream);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(rows_out_of_order_are_an_error_with_their_number)
{
    static const int64_t keys[] = {1, 1, 2, 3, 3, 2, 9, 9};
    cstm_strategy *bank = simple_bank();
    for (int64_t size = 1; size < 9; size++) {
        int32_t released = 0;
        struct source *source = spends(keys, 8, size, webs);
        source->released = &released;
        cstm_stream *stream = simple_stream(bank, source, 1);
        cstm_error *error = NULL;
        cstm_table *table = NULL;
        cstm_status status;
        while ((status = cstm_stream_next(stream, &table, &error)) == CSTM_OK && table != NULL)
            cstm_table_free(table);
        ck_assert_int_eq(status, CSTM_ERROR_MISMATCH);
        ck_assert_int_eq(cstm_error_row(error), 5);
        ck_assert_int_eq(released, 1);
        cstm_error_free(error);
        error = NULL;
        ck_assert_int_eq(cstm_stream_next(stream, &table, &error), CSTM_ERROR_MISMATCH);
        cstm_error_free(error);
        cstm_stream_free(stream);
    }
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(what_an_input_fails_with_comes_out)
{
    static const int64_t keys[] = {1, 1, 2, 3, 3, 4, 9, 9};
    cstm_strategy *bank = simple_bank();
    for (int32_t at = 0; at < 5; at++) {
        int32_t released = 0;
        struct source *source = spends(keys, 8, 2, webs);
        source->fails_at = at;
        source->released = &released;
        cstm_stream *stream = simple_stream(bank, source, 1);
        struct ArrowArrayStream out;
        struct ArrowArray array;
        int code;
        must(cstm_stream_export(stream, &out, NULL), NULL);
        cstm_stream_free(stream);
        while ((code = out.get_next(&out, &array)) == 0 && array.release != NULL)
            array.release(&array);
        ck_assert_int_eq(code, ENOSPC);
        ck_assert_ptr_nonnull(strstr(out.get_last_error(&out), "the disk went away"));
        ck_assert_int_eq(out.get_next(&out, &array), ENOSPC);
        ck_assert_int_eq(released, 1);
        out.release(&out);
        ck_assert_ptr_null(out.release);
    }
    cstm_strategy_unref(bank);
}
END_TEST

/* The reader may stop at any time, and the stream's handle may go before or after. */
START_TEST(inputs_are_given_back_when_nobody_reads_on)
{
    static const int64_t keys[] = {1, 1, 2, 3, 3, 4, 9, 9};
    cstm_strategy *bank = simple_bank();
    for (int32_t reads = 0; reads < 4; reads++)
        for (int32_t early = 0; early < 2; early++) {
            int32_t released = 0;
            struct source *source = spends(keys, 8, 2, webs);
            source->released = &released;
            cstm_stream *stream = simple_stream(bank, source, 1);
            struct ArrowArrayStream out;
            struct ArrowSchema schema;
            struct ArrowArray array;
            must(cstm_stream_export(stream, &out, NULL), NULL);
            if (early)
                cstm_stream_free(stream);
            ck_assert_int_eq(out.get_schema(&out, &schema), 0);
            ck_assert_int_eq(schema.n_children, 3);
            schema.release(&schema);
            for (int32_t i = 0; i < reads; i++) {
                ck_assert_int_eq(out.get_next(&out, &array), 0);
                ck_assert_int_eq(array.n_children, 3);
                array.release(&array);
            }
            ck_assert_int_eq(released, 0);
            out.release(&out);
            ck_assert_int_eq(released, 1);
            if (!early) {
                cstm_table *table = NULL;
                must(cstm_stream_errors(stream, &table, NULL), NULL);
                cstm_table_free(table);
                cstm_stream_free(stream);
            }
        }
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(rejected_rows_are_numbered_from_the_beginning)
{
    static const int64_t keys[] = {1, 1, 2, MISSING, 3, 4, 9, 9};
    static const char *const channels[] = {"web", "fax", "app", "web", "web", "web", "web", "fax"};
    cstm_strategy *bank = simple_bank();
    cstm_stream *stream = simple_stream(bank, spends(keys, 8, 2, channels), 1);
    cstm_table *table = NULL, *rejected = NULL;
    int64_t spent = 0;
    for (;; cstm_table_free(table)) {
        must(cstm_stream_next(stream, &table, NULL), NULL);
        if (table == NULL)
            break;
        for (int64_t row = 0; row < cstm_table_rows(table); row++)
            spent += atoi(cell(table, row, "spends"));
    }
    ck_assert_int_eq(spent, 5);
    must(cstm_stream_rejected(stream, &rejected, NULL), NULL);
    static const char *const expected[][3] = {
        {"1", "channel", "none of the values that the strategy declares"},
        {"3", "customer", "the key is missing"},
        {"7", "channel", "none of the values that the strategy declares"}};
    ck_assert_int_eq(cstm_table_rows(rejected), 3);
    for (int32_t i = 0; i < 3; i++) {
        assert_cell(rejected, i, "source", "spend");
        assert_cell(rejected, i, "row", expected[i][0]);
        assert_cell(rejected, i, "field", expected[i][1]);
        assert_cell(rejected, i, "reason", expected[i][2]);
    }
    cstm_table *report = NULL;
    must(cstm_stream_report(stream, &report, NULL), NULL);
    ck_assert_int_eq(cstm_table_rows(report), 1);
    assert_cell(report, 0, "name", "spend");
    assert_cell(report, 0, "rows", "8");
    assert_cell(report, 0, "taken", "5");
    assert_cell(report, 0, "rejected", "3");
    assert_cell(report, 0, "unknown_value", "2");
    assert_cell(report, 0, "missing", "1");
    cstm_table_free(report);
    cstm_table_free(rejected);
    cstm_stream_free(stream);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(a_cancelled_stream_ends)
{
    static const int64_t keys[] = {1, 1, 2, 3, 3, 4, 9, 9};
    cstm_strategy *bank = simple_bank();
    cstm_batch *settings = NULL;
    cstm_stream *stream = NULL;
    cstm_cancel *cancel = NULL;
    struct ArrowArrayStream out;
    struct ArrowArray array;
    must(cstm_cancel_new(&cancel, NULL), NULL);
    must(cstm_batch_new(bank, &settings, NULL), NULL);
    must(cstm_batch_set_progress(settings, NULL, NULL, cancel, NULL), NULL);
    must(cstm_stream_new(settings, 0, AS_OF, NULL, &stream, NULL), NULL);
    must(cstm_stream_set_rows(stream, 1, NULL), NULL);
    add_source(stream, CSTM_SOURCE_EVENTS, 0, spends(keys, 8, 2, webs));
    must(cstm_stream_declare_money(stream, CSTM_SOURCE_EVENTS, 0, "amount", "TWD",
                                   CSTM_MONEY_MINOR, NULL),
         NULL);
    must(cstm_stream_export(stream, &out, NULL), NULL);
    ck_assert_int_eq(out.get_next(&out, &array), 0);
    array.release(&array);
    cstm_cancel_request(cancel);
    ck_assert_int_eq(out.get_next(&out, &array), ECANCELED);
    out.release(&out);
    cstm_stream_free(stream);
    cstm_batch_free(settings);
    cstm_cancel_free(cancel);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(calls_out_of_order_are_refused)
{
    static const int64_t keys[] = {1, 1, 2, 3};
    cstm_strategy *bank = simple_bank();
    struct source *other = spends(keys, 4, 2, webs);
    struct ArrowArrayStream input = stream_of(other);
    cstm_table *table = NULL;
    cstm_stream *stream = simple_stream(bank, spends(keys, 4, 2, webs), 10);
    ck_assert_int_eq(cstm_stream_declare_money(stream, CSTM_SOURCE_ENTITIES, 0, "amount", "TWD",
                                               CSTM_MONEY_MINOR, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_stream_add(stream, 3, 0, &input, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_stream_set_rows(stream, 0, NULL), CSTM_ERROR_RANGE);
    must(cstm_stream_next(stream, &table, NULL), NULL);
    ck_assert_int_eq(cstm_table_rows(table), 3);
    ck_assert_int_eq(cstm_stream_add(stream, CSTM_SOURCE_EVENTS, 0, &input, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_ptr_nonnull(input.release);
    input.release(&input);
    struct ArrowArrayStream out;
    must(cstm_stream_export(stream, &out, NULL), NULL);
    ck_assert_int_eq(cstm_stream_export(stream, &out, NULL), CSTM_ERROR_MISUSE);
    cstm_table *more = NULL;
    ck_assert_int_eq(cstm_stream_next(stream, &more, NULL), CSTM_ERROR_MISUSE);
    out.release(&out);
    cstm_table_free(table);
    cstm_stream_free(stream);

    cstm_batch *settings = NULL;
    static const char *const texts[] = {"1"};
    cstm_table *dates = table_new();
    add_texts(dates, "customer", 1, texts);
    must(cstm_batch_new(bank, &settings, NULL), NULL);
    ck_assert_int_eq(cstm_stream_new(settings, 0, AS_OF, dates, &stream, NULL),
                     CSTM_ERROR_UNSUPPORTED);
    must(cstm_stream_new(settings, 0, AS_OF, NULL, &stream, NULL), NULL);
    ck_assert_int_eq(cstm_stream_next(stream, &more, NULL), CSTM_ERROR_MISSING);
    cstm_stream_free(stream);
    cstm_table_free(dates);
    cstm_batch_free(settings);
    cstm_strategy_unref(bank);
}
END_TEST

static Suite *
stream_suite(void)
{
    Suite *suite = suite_create("stream");
    TCase *tests = tcase_create("stream");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_stream_says_what_one_batch_says, 0,
                        sizeof cuts / sizeof *cuts);
    tcase_add_test(tests, a_stream_over_many_dates_says_what_one_batch_says);
    tcase_add_test(tests, customers_are_those_that_events_name);
    tcase_add_test(tests, rows_out_of_order_are_an_error_with_their_number);
    tcase_add_test(tests, what_an_input_fails_with_comes_out);
    tcase_add_test(tests, inputs_are_given_back_when_nobody_reads_on);
    tcase_add_test(tests, rejected_rows_are_numbered_from_the_beginning);
    tcase_add_test(tests, a_cancelled_stream_ends);
    tcase_add_test(tests, calls_out_of_order_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(stream_suite());
}
