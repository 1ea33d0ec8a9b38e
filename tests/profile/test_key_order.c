/* Keys that rise: what holds, what a walk finds, and that a portfolio is made the short way where
 * it can be. That the long way gives the same is for test_columnar.c. */
#include "columnar.h"

#include "profile/key_order.h"

#define N 40

static char texts[N][16];

static struct table_column *
text_column(const char *const *keys, int64_t n)
{
    cstm_table *table = table_new();
    add_texts(table, "key", n, keys);
    struct table_column *column = calloc(1, sizeof *column);
    ck_assert(column_share(&table->columns[0], "key", column));
    cstm_table_free(table);
    return column;
}

static struct table_column *
number_column(const int64_t *keys, int64_t n)
{
    cstm_table *table = table_new();
    add_ints(table, "key", n, keys);
    struct table_column *column = calloc(1, sizeof *column);
    ck_assert(column_share(&table->columns[0], "key", column));
    cstm_table_free(table);
    return column;
}

static void
column_drop(struct table_column *column)
{
    column_clear(column);
    free(column);
}

static bool
holds(const char *const *keys, int32_t n)
{
    struct table_column *column = text_column(keys, n);
    struct key_order order = key_order_of(column);
    bool all = key_order_holds(&order, 0, n);
    for (int32_t cut = 1; cut < n; cut++) /* in two pieces it is no other */
        ck_assert_int_eq(key_order_holds(&order, 0, cut) && key_order_holds(&order, cut, n), all);
    column_drop(column);
    return all;
}

START_TEST(keys_rise_by_size_or_by_bytes)
{
    ck_assert(holds((const char *[]){"C8", "C9", "C10", "C11"}, 4));
    ck_assert(holds((const char *[]){"C1", "C10", "C11", "C8"}, 4));
    ck_assert(holds((const char *[]){"a", "bb", "cccccc", "cccccd", "zzzzzzzzzzzzzzzzzzzzzz"}, 5));
    ck_assert(holds((const char *[]){"zz", "\xc3\xa9"}, 2)); /* bytes are without a sign */
    ck_assert(holds((const char *[]){"zzzz", "zz\xc3\xa9"}, 2));
    ck_assert(holds((const char *[]){"zzzzzzzz", "zzzzzz\xc3\xa9", "\xc3\xa9zzzzzz"}, 3));
    ck_assert(holds((const char *[]){"0123456789abcdef0", "0123456789abcdef1"}, 2));
    ck_assert(holds((const char *[]){"only"}, 1));
    ck_assert(holds((const char *[]){""}, 0));
}
END_TEST

START_TEST(keys_that_fall_repeat_or_may_not_be_do_not)
{
    ck_assert(!holds((const char *[]){"C1", "C3", "C2"}, 3));
    ck_assert(!holds((const char *[]){"C1", "C2", "C2"}, 3));
    ck_assert(!holds((const char *[]){"C1", NULL, "C2"}, 3));
    ck_assert(!holds((const char *[]){"", "C1", "C2"}, 3));
    ck_assert(!holds((const char *[]){"C10", "C9", "C11"}, 3));
}
END_TEST

START_TEST(a_key_with_a_nul_or_too_long_does_not_hold)
{
    static char bytes[2 * 65536 + 8];
    memset(bytes, 'x', sizeof bytes);
    bytes[1] = 0;
    cstm_table *table = table_new();
    must(cstm_table_add_string(table, "nul", (int64_t[]){0, 3, 6}, bytes, NULL, 2, NULL), NULL);
    must(cstm_table_add_string(table, "long", (int64_t[]){6, 8, 8 + 65536}, bytes, NULL, 2, NULL),
         NULL);
    must(cstm_table_add_string(table, "fits", (int64_t[]){6, 8, 8 + 65535}, bytes, NULL, 2, NULL),
         NULL);
    for (int32_t i = 0; i < 3; i++) {
        struct key_order order = key_order_of(&table->columns[i]);
        ck_assert_int_eq(key_order_holds(&order, 0, 2), i == 2);
    }
    cstm_table_free(table);
}
END_TEST

/* Rows that name key k[i] of those that rise; what a walk in pieces of `piece` says. */
static bool
walks(const struct table_column *keys, const struct table_column *column, int32_t piece,
      int32_t *instances, int32_t *start)
{
    struct key_order order = key_order_of(keys);
    bool good = true;
    int32_t rows = (int32_t) column->rows;
    for (int32_t from = 0; from < rows; from += piece) {
        int32_t until = rows - from < piece ? rows : from + piece;
        good = key_order_walk(&order, column, from, until, instances + from, start) && good;
    }
    return good;
}

START_TEST(a_walk_finds_the_rows_of_every_key)
{
    static const int32_t of[] = {2, 2, 2, 3, 3, 7, 7, 7, 7, 8, 20, 20, 21, 38};
    enum { ROWS = sizeof of / sizeof *of };
    const char *keys[N], *named[ROWS];
    int64_t numbers[N], counted[ROWS];
    for (int32_t i = 0; i < N; i++) {
        snprintf(texts[i], sizeof texts[i], _i == 0 ? "%d" : _i == 1 ? "%06d" : "key-%010d", i);
        keys[i] = texts[i];
        numbers[i] = i * INT64_C(1000) - 5000;
    }
    for (int32_t i = 0; i < ROWS; i++) {
        named[i] = keys[of[i]];
        counted[i] = numbers[of[i]];
    }
    for (int32_t kind = 0; kind < 2; kind++) {
        struct table_column *known = kind == 0 ? text_column(keys, N) : number_column(numbers, N);
        struct table_column *rows =
            kind == 0 ? text_column(named, ROWS) : number_column(counted, ROWS);
        for (int32_t piece = 1; piece <= ROWS; piece++) {
            int32_t instances[ROWS], start[N + 1];
            memset(start, 0x55, sizeof start);
            ck_assert(walks(known, rows, piece, instances, start));
            for (int32_t i = 0; i < ROWS; i++)
                ck_assert_int_eq(instances[i], of[i]);
            for (int32_t i = 0, row = 0; i <= N; i++) {
                while (row < ROWS && of[row] < i)
                    row++;
                ck_assert_int_eq(start[i], row);
            }
        }
        column_drop(known);
        column_drop(rows);
    }
}
END_TEST

START_TEST(a_walk_ends_where_rows_fall_or_are_nobodys)
{
    const char *const keys[] = {"C01", "C02", "C03", "C05"};
    static const char *const bad[][4] = {{"C01", "C03", "C02", "C05"}, {"C01", "C02", "C04", "C05"},
                                         {"C01", NULL, "C03", "C05"},  {"C01", "C03", "C03", "C01"},
                                         {"C06", "C06", "C06", "C06"}, {"", "C01", "C01", "C01"}};
    struct table_column *known = text_column(keys, 4);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct table_column *rows = text_column(bad[i], 4);
        for (int32_t piece = 1; piece <= 4; piece++) {
            int32_t instances[4], start[5];
            ck_assert_msg(!walks(known, rows, piece, instances, start), "%d in pieces of %d",
                          (int) i, piece);
        }
        column_drop(rows);
    }
    const int64_t numbers[] = {1, 2, 3, 4};
    struct table_column *other = number_column(numbers, 4);
    int32_t instances[4], start[5];
    ck_assert(!walks(known, other, 4, instances, start)); /* texts and numbers: not by walking */
    column_drop(other);
    column_drop(known);
}
END_TEST

static cstm_batch *
ran(cstm_strategy *bank, struct shape shape)
{
    cstm_batch *batch = columnar_batch(bank, &shape, 3);
    cstm_error *error = NULL;
    cstm_result *result;
    must(cstm_batch_set_parts(batch, CSTM_RUN_FEATURES, &error), error);
    must(cstm_batch_run(batch, (COLUMNAR_FIRST_DAY + 70) * INT64_C(86400000000), &result, &error),
         error);
    cstm_result_free(result);
    return batch;
}

/* Whether nothing of the portfolio had to be put in order. */
static bool
lies_in_order(const cstm_batch *batch)
{
    const struct schema *schema = &batch->strategy->schema;
    bool order = true;
    for (int32_t e = 0; e < schema->n_entities; e++)
        order = order && batch->portfolio->members[e].rows == NULL &&
                batch->portfolio->members[e].list == NULL;
    for (int32_t k = 0; k < schema->n_events; k++)
        order = order && batch->portfolio->events[k].list == NULL;
    return order;
}

START_TEST(tables_in_order_are_taken_as_they_lie)
{
    cstm_strategy *bank = bank_compile(columnar_document);
    struct shape shape = {.customers = 300, .accounts = 450, .cards = 600, .rows = 3000};
    for (int32_t keys = 0; keys < N_KEYS; keys++)
        for (int32_t order = 0; order < N_ROWS; order++) {
            shape.keys = keys;
            shape.order = order;
            cstm_batch *batch = ran(bank, shape);
            bool expected = order == ROWS_IN_ORDER && keys != KEYS_FALLING && keys != KEYS_BAD;
            ck_assert_msg(lies_in_order(batch) == expected, "%s", shape_text(&shape));
            cstm_batch_free(batch);
        }
    cstm_strategy_unref(bank);
}
END_TEST

/* Blocks that are read from columns, of all. */
static int32_t
blocks_read(cstm_strategy *bank, struct shape shape, int32_t *all)
{
    cstm_batch *batch = ran(bank, shape);
    struct block *block;
    int32_t n = batch->portfolio->members[0].n, read = 0;
    *all = 0;
    cstm_error *error = NULL;
    int32_t day = COLUMNAR_FIRST_DAY + 70;
    ck_assert(batch_reads_columns(batch, day));
    must(block_new(batch, batch->portfolio, day * INT64_C(86400000000), &block, &error), error);
    for (int32_t first = 0; first < n; first += 10) {
        bool done;
        must(block_read_features(block, day, first, n - first < 10 ? n : first + 10, &done, &error),
             error);
        read += done;
        ++*all;
    }
    block_free(block);
    cstm_batch_free(batch);
    return read;
}

START_TEST(blocks_with_an_id_twice_on_a_day_go_the_longer_way)
{
    cstm_strategy *bank = bank_compile(columnar_document);
    struct shape shape = {
        .customers = 300, .accounts = 450, .cards = 600, .rows = 900, .days_rise = true};
    int32_t all;
    ck_assert_int_eq(blocks_read(bank, shape, &all), 30);
    ck_assert_int_eq(all, 30);
    shape.ids = IDS_UNIQUE;
    ck_assert_int_eq(blocks_read(bank, shape, &all), 30);
    shape.ids = IDS_TWICE;
    int32_t some = blocks_read(bank, shape, &all);
    ck_assert_int_gt(some, 0);
    ck_assert_int_lt(some, 30);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("key order");
    TCase *tests = tcase_create("key order");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, keys_rise_by_size_or_by_bytes);
    tcase_add_test(tests, keys_that_fall_repeat_or_may_not_be_do_not);
    tcase_add_test(tests, a_key_with_a_nul_or_too_long_does_not_hold);
    tcase_add_loop_test(tests, a_walk_finds_the_rows_of_every_key, 0, 3);
    tcase_add_test(tests, a_walk_ends_where_rows_fall_or_are_nobodys);
    tcase_add_test(tests, tables_in_order_are_taken_as_they_lie);
    tcase_add_test(tests, blocks_with_an_id_twice_on_a_day_go_the_longer_way);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
