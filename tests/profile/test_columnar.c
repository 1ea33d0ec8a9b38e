/* A run that asks for features of events alone goes a shorter way than one that asks for lifecycles
 * as well, and both say the same: of keys that rise, fall or are not unique, of rows in the order
 * of the keys, in none, or in one that breaks off, of late rows, missing and refused cells, several
 * tables of a kind, times that are equal to the last field, events delivered twice, and on any
 * number of threads. */
#include "columnar.h"

static void
same_tables(const cstm_table *a, const cstm_table *b, const char *what)
{
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert_int_eq(cstm_table_rows(a), cstm_table_rows(b));
    for (int32_t c = 0; c < cstm_table_columns(a); c++) {
        const char *name = cstm_table_column_name(a, c);
        for (int64_t r = 0; r < cstm_table_rows(a); r++) {
            const char *x = cell(a, r, name), *y = cell(b, r, name);
            if (strcmp(x, y) != 0)
                ck_abort_msg("%s of row %lld: %s against %s (%s)", name, (long long) r, x, y, what);
        }
    }
}

static cstm_result *
run(cstm_batch *batch, int32_t parts, int32_t threads, int64_t as_of)
{
    cstm_error *error = NULL;
    cstm_result *result = NULL;
    must(cstm_batch_set_parts(batch, parts, &error), error);
    must(cstm_batch_set_threads(batch, threads, &error), error);
    must(cstm_batch_run(batch, as_of, &result, &error), error);
    return result;
}

/* Each way with a batch of its own, so that each numbers the keys by itself. */
static void
both_ways(cstm_strategy *bank, const struct shape *shape, uint64_t seed, int32_t day,
          int32_t threads)
{
    static const char *const kinds[] = {"customer", "account", "card"};
    const char *what = shape_text(shape);
    int64_t as_of = day * INT64_C(86400000000) + INT64_C(40000000000);
    cstm_batch *batch = columnar_batch(bank, shape, seed),
               *other = columnar_batch(bank, shape, seed);
    cstm_result *alone = run(batch, CSTM_RUN_FEATURES, threads, as_of);
    cstm_result *whole = run(other, CSTM_RUN_FEATURES | CSTM_RUN_LIFECYCLES, 1, as_of);
    for (int32_t e = 0; e < 3; e++) {
        int32_t entity = bank_find(bank, CSTM_PART_ENTITY, kinds[e]);
        same_tables(cstm_result_table(alone, entity), cstm_result_table(whole, entity), what);
    }
    same_tables(cstm_result_rejected(alone), cstm_result_rejected(whole), what);
    same_tables(cstm_result_errors(alone), cstm_result_errors(whole), what);
    cstm_result_free(whole);
    cstm_result_free(alone);
    cstm_batch_free(batch);
    cstm_batch_free(other);
}

#define SHAPES 180

START_TEST(features_alone_are_those_of_a_run_with_lifecycles)
{
    cstm_strategy *bank = bank_compile(_i % 3 == 0   ? columnar_document
                                       : _i % 3 == 1 ? spread_document
                                                     : wide_document);
    for (int32_t i = _i / 3; i < SHAPES; i += 6) {
        struct shape shape = shape_number(i);
        /* Some days are before the last events, which are late then. */
        both_ways(bank, &shape, (uint64_t) i + 1, COLUMNAR_FIRST_DAY + 10 + i * 7 % 65, 1 + i % 3);
    }
    cstm_strategy_unref(bank);
}
END_TEST

/* Keys are matched in pieces of 16,384 rows: an order that breaks off in the last one breaks off
 * for all. */
START_TEST(an_order_that_breaks_off_in_a_late_piece_gives_the_same)
{
    cstm_strategy *bank = bank_compile(_i % 2 == 0 ? spread_document : wide_document);
    struct shape shape = {.customers = 900,
                          .accounts = 1000,
                          .cards = 1300,
                          .rows = COLUMNAR_ROWS,
                          .keys = _i % 2 == 0 ? KEYS_PADDED : KEYS_NUMBERS,
                          .order = _i < 2 ? ROWS_IN_ORDER : ROWS_BROKEN,
                          .days_rise = true};
    both_ways(bank, &shape, 77, COLUMNAR_FIRST_DAY + 50, 2);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(one_customer_with_one_event_is_a_block)
{
    cstm_strategy *bank = bank_compile(_i == 0 ? columnar_document : spread_document);
    struct shape shape = {.customers = 1, .accounts = 1, .cards = 1, .rows = 1};
    for (int32_t ids = 0; ids < N_IDS; ids++) {
        shape.ids = ids;
        both_ways(bank, &shape, 5 + (uint64_t) ids, COLUMNAR_FIRST_DAY + 70, 2);
    }
    shape.rows = 0;
    both_ways(bank, &shape, 6, COLUMNAR_FIRST_DAY + 70, 1);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("columnar");
    TCase *tests = tcase_create("columnar");
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, features_alone_are_those_of_a_run_with_lifecycles, 0, 18);
    tcase_add_loop_test(tests, an_order_that_breaks_off_in_a_late_piece_gives_the_same, 0, 4);
    tcase_add_loop_test(tests, one_customer_with_one_event_is_a_block, 0, 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
