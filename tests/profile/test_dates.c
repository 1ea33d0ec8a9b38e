/* A run over many dates says of each customer on each date what a run as of that date alone says,
 * and what a profile says that has taken no more than had happened by then: every feature, stage
 * and score, of customers and of all below them, also in the middle of a day with more to come. */
#include "world.h"

#define PAIRS 400

struct pairs {
    int64_t n;
    int32_t customers[PAIRS];
    int64_t as_of[PAIRS];
    char texts[PAIRS][32];
    const char *keys[PAIRS];
};

/* Ends of days, and instants of days on which most customers have more to come. */
static struct pairs *
pairs_of(struct world *world)
{
    struct pairs *pairs = calloc(1, sizeof *pairs);
    pairs->n = PAIRS;
    for (int32_t i = 0; i < PAIRS; i++) {
        int64_t day = FIRST_DAY - 2 + (int64_t) chance(world, DAYS + 12);
        int64_t second = chance(world, 2) == 0 ? 79199 : (int64_t) chance(world, 86400);
        pairs->customers[i] = (int32_t) chance(world, CUSTOMERS);
        pairs->as_of[i] = day * INT64_C(86400000000) + second * 1000000;
        /* The instant of a fact, and the one before it. */
        if (chance(world, 4) == 0)
            pairs->as_of[i] = world->facts[chance(world, EVENTS)].time - chance(world, 2);
        pairs->keys[i] = named(pairs->texts[i], "c", pairs->customers[i]);
    }
    return pairs;
}

static cstm_table *
table_of_pairs(const struct pairs *pairs)
{
    cstm_table *table = table_new();
    add_texts(table, "customer", pairs->n, pairs->keys);
    must(cstm_table_add_timestamp(table, "as_of", pairs->as_of, NULL, pairs->n, NULL), NULL);
    return table;
}

static cstm_result *
run_dates(cstm_batch *batch, const cstm_table *dates)
{
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    must(cstm_batch_run_dates(batch, dates, &result, &error), error);
    return result;
}

static cstm_result *
run_at(cstm_batch *batch, int64_t as_of)
{
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    must(cstm_batch_run(batch, as_of, &result, &error), error);
    return result;
}

/* The columns of `alone`, which are all of `dated` but as_of. */
static void
assert_rows_equal(const cstm_table *dated, int64_t row, const cstm_table *alone, int64_t at,
                  int64_t as_of)
{
    ck_assert_int_eq(cstm_table_columns(dated), cstm_table_columns(alone) + 1);
    for (int32_t c = 0; c < cstm_table_columns(alone); c++) {
        const char *name = cstm_table_column_name(alone, c), *expected = cell(alone, at, name),
                   *found = cell(dated, row, name);
        ck_assert_msg(strcmp(found, expected) == 0,
                      "row %lld, as of %lld, %s: %s, and on that date alone %s", (long long) row,
                      (long long) as_of, name, found, expected);
    }
}

static const char *
parent_name(int32_t kind)
{
    return kind == 0 ? "customer" : kind == 1 ? "customer" : "account";
}

/* Whose row it is. */
static int32_t
owner(const struct world *world, const cstm_table *table, int32_t kind, int64_t row)
{
    int32_t number = atoi(cell(table, row, parent_name(kind)) + 1);
    return kind == 2 ? world->account_of[number] : number;
}

static void
compare_with_single_dates(uint64_t seed, const char *more, int32_t parts)
{
    struct world *world = world_new(seed, more);
    cstm_batch *batch = batch_of(world, seed % 2 == 0);
    struct pairs *pairs = pairs_of(world);
    cstm_table *dates = table_of_pairs(pairs);
    must(cstm_batch_set_parts(batch, parts, NULL), NULL);
    cstm_result *dated = run_dates(batch, dates);
    ck_assert_int_eq(cstm_table_rows(cstm_result_table(dated, 0)), PAIRS);
    int64_t at[3] = {0};
    for (int32_t i = 0; i < PAIRS; i++) {
        cstm_result *alone = run_at(batch, pairs->as_of[i]);
        for (int32_t kind = 0; kind < 3; kind++) {
            const cstm_table *table = cstm_result_table(alone, kind),
                             *many = cstm_result_table(dated, kind);
            for (int64_t row = 0; row < cstm_table_rows(table); row++) {
                if (owner(world, table, kind, row) != pairs->customers[i])
                    continue;
                ck_assert_int_eq(cstm_table_timestamp(many, at[kind], column_of(many, "as_of")),
                                 pairs->as_of[i]);
                assert_rows_equal(many, at[kind]++, table, row, pairs->as_of[i]);
            }
        }
        cstm_result_free(alone);
    }
    for (int32_t kind = 0; kind < 3; kind++)
        ck_assert_int_eq(at[kind], cstm_table_rows(cstm_result_table(dated, kind)));
    cstm_result_free(dated);
    cstm_table_free(dates);
    cstm_batch_free(batch);
    free(pairs);
    world_free(world);
}

START_TEST(each_row_is_what_its_date_alone_says)
{
    compare_with_single_dates((uint64_t) _i + 1, "", CSTM_RUN_ALL);
}
END_TEST

START_TEST(each_row_is_what_its_date_alone_says_where_every_day_is_stepped)
{
    compare_with_single_dates((uint64_t) _i + 101, world_patience, CSTM_RUN_ALL);
}
END_TEST

START_TEST(parts_can_be_asked_for_alone)
{
    static const int32_t parts[] = {CSTM_RUN_FEATURES, CSTM_RUN_LIFECYCLES, CSTM_RUN_SCORES};
    compare_with_single_dates(7, "", parts[_i]);
}
END_TEST

/* A profile that never heard of what came later. */
START_TEST(each_row_is_what_a_profile_of_then_says)
{
    struct world *world = world_new((uint64_t) _i + 11, "");
    cstm_batch *batch = batch_of(world, false);
    struct pairs *pairs = pairs_of(world);
    cstm_table *dates = table_of_pairs(pairs);
    cstm_result *dated = run_dates(batch, dates);
    cstm_outcome *outcome = NULL;
    must(cstm_outcome_new(world->bank, &outcome, NULL), NULL);
    for (int32_t i = 0; i < PAIRS; i++) {
        struct customer customer = customer_of(world, pairs->customers[i]);
        for (int32_t k = 0; k < EVENTS; k++)
            if (world->facts[k].time <= pairs->as_of[i] &&
                customer_of_fact(world, &world->facts[k]) == pairs->customers[i])
                take(world, &customer, &world->facts[k]);
        must(cstm_profile_evaluate(customer.profile, pairs->as_of[i], outcome, NULL), NULL);
        compare_row(world->bank, cstm_result_table(dated, 0), i, customer.profile, outcome, 0,
                    (int32_t) (pairs->as_of[i] / INT64_C(86400000000)));
        cstm_profile_free(customer.profile);
    }
    cstm_outcome_free(outcome);
    cstm_result_free(dated);
    cstm_table_free(dates);
    cstm_batch_free(batch);
    free(pairs);
    world_free(world);
}
END_TEST

START_TEST(the_order_of_the_dates_does_not_show)
{
    struct world *world = world_new(5, "");
    cstm_batch *batch = batch_of(world, false);
    struct pairs *pairs = pairs_of(world), *turned = calloc(1, sizeof *turned);
    turned->n = PAIRS;
    for (int32_t i = 0; i < PAIRS; i++) {
        turned->keys[i] = pairs->keys[PAIRS - 1 - i];
        turned->as_of[i] = pairs->as_of[PAIRS - 1 - i];
    }
    cstm_table *dates = table_of_pairs(pairs), *others = table_of_pairs(turned);
    cstm_result *a = run_dates(batch, dates);
    must(cstm_batch_set_threads(batch, 3, NULL), NULL);
    cstm_result *b = run_dates(batch, others);
    const cstm_table *x = cstm_result_table(a, 0), *y = cstm_result_table(b, 0);
    for (int64_t row = 0; row < PAIRS; row++)
        for (int32_t c = 0; c < cstm_table_columns(x); c++)
            ck_assert_str_eq(cell(x, row, cstm_table_column_name(x, c)),
                             cell(y, PAIRS - 1 - row, cstm_table_column_name(x, c)));
    cstm_result_free(a);
    cstm_result_free(b);
    cstm_table_free(dates);
    cstm_table_free(others);
    cstm_batch_free(batch);
    free(pairs);
    free(turned);
    world_free(world);
}
END_TEST

/* Without keys: the dates of the first customer, then those of the next. */
START_TEST(dates_alone_are_asked_of_every_customer)
{
    struct world *world = world_new(3, "");
    cstm_batch *batch = batch_of(world, false);
    static const char *const texts[] = {"2005-05-01", "2005-04-01T12:00:00", "2005-04-11"};
    cstm_table *dates = table_new();
    add_texts(dates, "as_of", 3, texts);
    cstm_result *dated = run_dates(batch, dates);
    const cstm_table *many = cstm_result_table(dated, 0);
    ck_assert_int_eq(cstm_table_rows(many), 3 * CUSTOMERS);
    for (int32_t d = 0; d < 3; d++) {
        int64_t as_of;
        must(cstm_strategy_parse_time(world->bank, texts[d], strlen(texts[d]), 1, &as_of, NULL),
             NULL);
        cstm_result *alone = run_at(batch, as_of);
        for (int32_t c = 0; c < CUSTOMERS; c++)
            assert_rows_equal(many, 3 * (int64_t) c + d, cstm_result_table(alone, 0), c, as_of);
        cstm_result_free(alone);
    }
    cstm_result_free(dated);
    cstm_table_free(dates);
    cstm_batch_free(batch);
    world_free(world);
}
END_TEST

START_TEST(rows_that_cannot_be_used_are_listed)
{
    struct world *world = world_new(3, "");
    cstm_batch *batch = batch_of(world, false);
    static const char *const keys[] = {"c1", "nobody", NULL, "c2", "c2", "c1", "nobody"};
    static const char *const texts[] = {"2005-05-01", "2005-05-01", "2005-05-01", "soon",
                                        NULL,         "2005-05-02", "10000-01-01"};
    static const char *const reasons[][2] = {{"customer", "nothing has this key"},
                                             {"customer", "the key is missing"},
                                             {"as_of", "the text is no time"},
                                             {"as_of", "the time is missing"},
                                             {"as_of", "the text is no time"},
                                             {"customer", "nothing has this key"}};
    static const int64_t rows[] = {1, 2, 3, 4, 6, 6};
    cstm_table *dates = table_new();
    add_texts(dates, "customer", 7, keys);
    add_texts(dates, "as_of", 7, texts);
    cstm_result *dated = run_dates(batch, dates);
    const cstm_table *rejected = cstm_result_rejected(dated);
    ck_assert_int_eq(cstm_table_rows(cstm_result_table(dated, 0)), 2);
    ck_assert_int_eq(cstm_table_rows(rejected), 6);
    for (int32_t i = 0; i < 6; i++) {
        assert_cell(rejected, i, "source", "dates");
        assert_cell(rejected, i, "field", reasons[i][0]);
        assert_cell(rejected, i, "reason", reasons[i][1]);
        ck_assert_int_eq(cstm_table_int64(rejected, i, column_of(rejected, "row")), rows[i]);
    }
    cstm_result_free(dated);
    cstm_table_free(dates);
    cstm_batch_free(batch);
    world_free(world);
}
END_TEST

START_TEST(a_table_of_dates_of_another_shape_is_refused)
{
    struct world *world = world_new(3, "");
    cstm_batch *batch = batch_of(world, false);
    static const char *const texts[] = {"2005-05-01"};
    static const int64_t numbers[] = {1};
    cstm_result *result = NULL;
    cstm_table *bare = table_new(), *more = table_new(), *typed = table_new();
    add_texts(bare, "customer", 1, texts);
    ck_assert_int_eq(cstm_batch_run_dates(batch, bare, &result, NULL), CSTM_ERROR_MISSING);
    add_texts(more, "as_of", 1, texts);
    add_texts(more, "account", 1, texts);
    ck_assert_int_eq(cstm_batch_run_dates(batch, more, &result, NULL), CSTM_ERROR_UNKNOWN);
    add_ints(typed, "as_of", 1, numbers);
    ck_assert_int_eq(cstm_batch_run_dates(batch, typed, &result, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_batch_run_dates(batch, NULL, &result, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_batch_run_dates(batch, bare, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_ptr_null(result);
    cstm_table_free(bare);
    cstm_table_free(more);
    cstm_table_free(typed);
    cstm_batch_free(batch);
    world_free(world);
}
END_TEST

static Suite *
dates_suite(void)
{
    Suite *suite = suite_create("dates");
    TCase *tests = tcase_create("dates");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, each_row_is_what_its_date_alone_says, 0, 3);
    tcase_add_loop_test(tests, each_row_is_what_its_date_alone_says_where_every_day_is_stepped, 0,
                        2);
    tcase_add_loop_test(tests, parts_can_be_asked_for_alone, 0, 3);
    tcase_add_loop_test(tests, each_row_is_what_a_profile_of_then_says, 0, 3);
    tcase_add_test(tests, the_order_of_the_dates_does_not_show);
    tcase_add_test(tests, dates_alone_are_asked_of_every_customer);
    tcase_add_test(tests, rows_that_cannot_be_used_are_listed);
    tcase_add_test(tests, a_table_of_dates_of_another_shape_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(dates_suite());
}
