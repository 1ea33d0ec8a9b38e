/* What must hold for every strategy, history and order of arrival, tried on random ones: the batch equals event by event at
 * every day; order of arrival, splitting and merging cannot be seen in the bytes; reading what was written changes nothing;
 * the number of threads cannot be seen. `test_properties SEED N` tries other worlds than the usual ones. */
#include "compare.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t first_seed = 1;
static int32_t n_worlds = 25;

#define LAST_DAY (WORLD_DAY0 + WORLD_DAYS - 1)

static void
must(cstm_status status, cstm_error **error)
{
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(*error));
}

static void
free_tables(cstm_table *tables[WORLD_TABLES])
{
    for (int i = 0; i < WORLD_TABLES; i++)
        cstm_table_free(tables[i]);
}

START_TEST(batch_equals_event_by_event_at_every_day)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + (uint64_t) _i);
    cstm_profile *profiles[WORLD_CUSTOMERS], *unsealed[WORLD_CUSTOMERS];
    cstm_outcome *outcome;
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        profiles[c] = world_profile(&world, c);
        unsealed[c] = world_profile(&world, c);
    }
    must(cstm_outcome_new(world.strategy, &outcome, &error), &error);
    int32_t order[WORLD_FACTS];
    for (int32_t i = 0; i < world.n_facts; i++)
        order[i] = i;
    for (int32_t day = WORLD_DAY0; day <= LAST_DAY; day++) {
        shuffle(&world.random, order, world.n_facts);
        for (int32_t i = 0; i < world.n_facts; i++) {
            const struct fact *fact = &world.facts[order[i]];
            if (fact->arrives == day) {
                world_record(&world, profiles[fact->customer], fact);
                world_record(&world, unsealed[fact->customer], fact);
            }
        }
        int64_t evening = world_evening(&world, day);
        cstm_table *tables[WORLD_TABLES] = {0};
        cstm_batch *batch = world_batch(&world, day, tables);
        cstm_result *result;
        must(cstm_batch_run(batch, evening, &result, &error), &error);
        ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 0);
        int advance = random_chance(&world.random, 70);
        for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
            if (advance)
                must(cstm_profile_advance(profiles[c], evening, &error), &error);
            must(cstm_profile_evaluate(profiles[c], evening, outcome, &error), &error);
            compare_with_batch(&world, result, profiles[c], outcome, day, "sealed day by day");
            must(cstm_profile_evaluate(unsealed[c], evening, outcome, &error), &error);
            compare_with_batch(&world, result, unsealed[c], outcome, day, "never sealed");
        }
        cstm_result_free(result);
        cstm_batch_free(batch);
        free_tables(tables);
    }
    cstm_outcome_free(outcome);
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        cstm_profile_free(profiles[c]);
        cstm_profile_free(unsealed[c]);
    }
    world_clear(&world);
}
END_TEST

/* Now and then: reading what was written changes nothing. */
static void
restore_perhaps(struct world *world, cstm_profile **profile)
{
    if (!random_chance(&world->random, 10))
        return;
    cstm_profile *restored = copy_of(world, *profile);
    compare_bytes(world, *profile, restored, "what is read is what was written");
    cstm_profile_free(*profile);
    *profile = restored;
}

START_TEST(order_of_arrival_and_days_of_sealing_cannot_be_seen_in_the_bytes)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + 1000 + (uint64_t) _i);
    int32_t order[WORLD_FACTS];
    for (int32_t i = 0; i < world.n_facts; i++)
        order[i] = i;
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        cstm_profile *daily = world_profile(&world, c), *at_once = world_profile(&world, c);
        for (int32_t day = WORLD_DAY0; day <= LAST_DAY + world.late; day++) {
            shuffle(&world.random, order, world.n_facts);
            for (int32_t i = 0; i < world.n_facts; i++)
                if (world.facts[order[i]].customer == c && world.facts[order[i]].arrives == day) {
                    world_record(&world, daily, &world.facts[order[i]]);
                    restore_perhaps(&world, &daily);
                }
            if (random_chance(&world.random, 60))
                must(cstm_profile_advance(daily, world_evening(&world, day), &error), &error);
            restore_perhaps(&world, &daily);
        }
        shuffle(&world.random, order, world.n_facts);
        for (int32_t i = 0; i < world.n_facts; i++)
            if (world.facts[order[i]].customer == c)
                world_record(&world, at_once, &world.facts[order[i]]);
        must(cstm_profile_advance(daily, world_evening(&world, LAST_DAY + 12), &error), &error);
        must(cstm_profile_advance(at_once, world_evening(&world, LAST_DAY + 12), &error), &error);
        int32_t visit = cstm_strategy_find(world.strategy, CSTM_PART_EVENT, "visit");
        /* Revisions count changes between savings; saving both once makes them speak of the same facts. */
        while (cstm_profile_revision(daily) != cstm_profile_revision(at_once)) {
            cstm_profile **behind = cstm_profile_revision(daily) < cstm_profile_revision(at_once) ? &daily : &at_once;
            cstm_profile *restored = copy_of(&world, *behind);
            must(cstm_profile_observe(restored, visit, world_evening(&world, WORLD_DAY0 - 40 - (int32_t) cstm_profile_revision(restored)), &error), &error);
            cstm_profile_free(*behind);
            *behind = restored;
        }
        must(cstm_profile_observe(daily, visit, world_evening(&world, WORLD_DAY0 - 300), &error), &error);
        must(cstm_profile_observe(at_once, visit, world_evening(&world, WORLD_DAY0 - 300), &error), &error);
        /* What came for a card after it left stays apart in a profile that knew by then. */
        if (!world.bounded)
            compare_bytes(&world, daily, at_once, "any order, any days of sealing");
        cstm_profile_free(daily);
        cstm_profile_free(at_once);
    }
    world_clear(&world);
}
END_TEST

/* A profile under a strategy that declares the same in another order is the same profile: what it says of each name on every
 * day, and its stored bytes are read with nothing dropped. */
START_TEST(order_of_declarations_cannot_be_seen)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + 5000 + (uint64_t) _i);
    struct world turned = world;
    turned.document = world_shuffle_document(&world);
    cstm_status status = cstm_strategy_parse(turned.document, strlen(turned.document), "turned.yaml", &turned.strategy, &error);
    ck_assert_msg(status == CSTM_OK, "seed %llu: %s", (unsigned long long) world.seed, cstm_error_message(error));
    cstm_outcome *outcome, *turned_outcome;
    must(cstm_outcome_new(world.strategy, &outcome, &error), &error);
    must(cstm_outcome_new(turned.strategy, &turned_outcome, &error), &error);
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        cstm_profile *profile = world_profile(&world, c), *other = world_profile(&turned, c);
        for (int32_t day = WORLD_DAY0; day <= LAST_DAY; day++) {
            int64_t evening = world_evening(&world, day);
            for (int32_t i = 0; i < world.n_facts; i++)
                if (world.facts[i].customer == c && world.facts[i].arrives == day) {
                    world_record(&world, profile, &world.facts[i]);
                    world_record(&turned, other, &world.facts[i]);
                }
            if (random_chance(&world.random, 40))
                must(cstm_profile_advance(profile, evening, &error), &error);
            if (random_chance(&world.random, 40))
                must(cstm_profile_advance(other, evening, &error), &error);
            if (random_chance(&world.random, 10)) {
                cstm_buffer *bytes;
                cstm_migration *migration;
                must(cstm_profile_write(profile, &bytes, &error), &error);
                cstm_profile_free(other);
                must(cstm_profile_read(turned.strategy, cstm_buffer_data(bytes), cstm_buffer_size(bytes), &other, &migration, &error), &error);
                for (int32_t i = 0; i < cstm_migration_count(migration); i++)
                    ck_assert_msg(cstm_migration_fate(migration, i) == CSTM_FATE_KEPT, "seed %llu: %s is not kept", (unsigned long long) world.seed, cstm_migration_name(migration, i));
                cstm_migration_free(migration);
                cstm_buffer_free(bytes);
            }
            if (!random_chance(&world.random, 20))
                continue;
            must(cstm_profile_evaluate(profile, evening, outcome, &error), &error);
            must(cstm_profile_evaluate(other, evening, turned_outcome, &error), &error);
            struct said one = {world.strategy, profile, outcome}, two = {turned.strategy, other, turned_outcome};
            compare_profiles(&world, &one, &two, 0, "declared in another order");
        }
        cstm_profile_free(profile);
        cstm_profile_free(other);
    }
    cstm_outcome_free(outcome);
    cstm_outcome_free(turned_outcome);
    world_clear(&turned);
    world_clear(&world);
}
END_TEST

/* What is computed for features alone goes another way than what lifecycles read. */
START_TEST(features_alone_are_what_they_are_beside_everything_else)
{
    struct world world;
    cstm_error *error;
    world_make_plain(&world, first_seed + 6000 + (uint64_t) _i);
    for (int32_t day = WORLD_DAY0; day <= LAST_DAY; day += 1 + random_below(&world.random, 9)) {
        cstm_table *tables[WORLD_TABLES] = {0};
        cstm_batch *batch = world_batch(&world, day, tables);
        cstm_result *all, *alone;
        must(cstm_batch_run(batch, world_evening(&world, day), &all, &error), &error);
        must(cstm_batch_set_parts(batch, CSTM_RUN_FEATURES, &error), &error);
        must(cstm_batch_set_threads(batch, 1 + random_below(&world.random, 3), &error), &error);
        must(cstm_batch_run(batch, world_evening(&world, day), &alone, &error), &error);
        for (int32_t kind = 0; kind < 3; kind++)
            compare_tables(&world, cstm_result_table(all, kind), cstm_result_table(alone, kind), "features alone");
        cstm_result_free(all);
        cstm_result_free(alone);
        cstm_batch_free(batch);
        free_tables(tables);
    }
    world_clear(&world);
}
END_TEST

/* Some customers on some dates, each asked for in no order; and everybody on every date. */
static cstm_table *
dates_of(struct world *world, const int64_t *instants, int32_t n, int everybody)
{
    enum { ROWS = 40 };
    int64_t times[ROWS], offsets[ROWS + 1] = {0};
    char keys[ROWS * 16] = "";
    cstm_error *error;
    cstm_table *table;
    int32_t rows = everybody ? n : 1 + random_below(&world->random, ROWS);
    must(cstm_table_new(&table, &error), &error);
    for (int32_t i = 0; i < rows; i++) {
        times[i] = instants[everybody ? i : random_below(&world->random, n)];
        offsets[i + 1] = offsets[i] + sprintf(keys + offsets[i], "C%d", random_below(&world->random, WORLD_CUSTOMERS));
    }
    must(cstm_table_add_timestamp(table, "as_of", times, NULL, rows, &error), &error);
    if (!everybody)
        must(cstm_table_add_string(table, "customer", offsets, keys, NULL, rows, &error), &error);
    return table;
}

START_TEST(many_dates_in_one_pass_are_each_date_by_itself)
{
    enum { DATES = 6 };
    struct world world;
    cstm_error *error;
    if (_i % 3 == 0)
        world_make_plain(&world, first_seed + 7000 + (uint64_t) _i);
    else
        world_make(&world, first_seed + 7000 + (uint64_t) _i);
    int64_t instants[DATES];
    cstm_result *runs[DATES];
    cstm_table *tables[WORLD_TABLES] = {0};
    cstm_batch *batch = world_batch(&world, LAST_DAY, tables);
    /* So that windows ahead are of days that were observed, at least for the earlier dates. */
    must(cstm_batch_observe_until(batch, cstm_strategy_find(world.strategy, CSTM_PART_EVENT, "purchase"), world_evening(&world, LAST_DAY), &error), &error);
    for (int i = 0; i < DATES; i++) {
        /* Not always in the evening: what happens later on that day does not count. */
        instants[i] = world_evening(&world, WORLD_DAY0 + i * WORLD_DAYS / DATES + random_below(&world.random, WORLD_DAYS / DATES));
        if (random_chance(&world.random, 30))
            instants[i] -= 3600000000LL * random_below(&world.random, 20);
        must(cstm_batch_run(batch, instants[i], &runs[i], &error), &error);
    }
    for (int everybody = 0; everybody < 2; everybody++) {
        cstm_table *dates = dates_of(&world, instants, DATES, everybody);
        cstm_result *result;
        must(cstm_batch_set_threads(batch, 1 + random_below(&world.random, 3), &error), &error);
        must(cstm_batch_run_dates(batch, dates, &result, &error), &error);
        ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 0);
        ck_assert_int_eq(cstm_table_rows(cstm_result_table(result, 0)), cstm_table_rows(dates) * (everybody ? WORLD_CUSTOMERS : 1));
        for (int32_t kind = 0; kind < 3; kind++)
            compare_dates(&world, result, kind, instants, runs, DATES);
        cstm_result_free(result);
        cstm_table_free(dates);
    }
    for (int i = 0; i < DATES; i++)
        cstm_result_free(runs[i]);
    cstm_batch_free(batch);
    free_tables(tables);
    world_clear(&world);
}
END_TEST

START_TEST(the_number_of_threads_cannot_be_seen)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + 3000 + (uint64_t) _i);
    cstm_table *tables[WORLD_TABLES] = {0};
    cstm_batch *batch = world_batch(&world, LAST_DAY, tables);
    cstm_buffer *expected[3] = {0};
    static const int32_t threads[] = {1, 2, 7};
    for (int t = 0; t < 3; t++) {
        cstm_result *result;
        must(cstm_batch_set_threads(batch, threads[t], &error), &error);
        must(cstm_batch_run(batch, world_evening(&world, LAST_DAY), &result, &error), &error);
        for (int32_t kind = 0; kind < 3; kind++) {
            cstm_buffer *csv;
            must(cstm_table_write_csv_buffer(cstm_result_table(result, kind), &csv, &error), &error);
            if (t == 0) {
                expected[kind] = csv;
                continue;
            }
            ck_assert_uint_eq(cstm_buffer_size(csv), cstm_buffer_size(expected[kind]));
            ck_assert_mem_eq(cstm_buffer_data(csv), cstm_buffer_data(expected[kind]), cstm_buffer_size(csv));
            cstm_buffer_free(csv);
        }
        cstm_result_free(result);
    }
    for (int32_t kind = 0; kind < 3; kind++)
        cstm_buffer_free(expected[kind]);
    cstm_batch_free(batch);
    free_tables(tables);
    world_clear(&world);
}
END_TEST

int
main(int argc, char **argv)
{
    if (argc > 1)
        first_seed = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        n_worlds = (int32_t) strtol(argv[2], NULL, 10);
    Suite *suite = suite_create("properties");
    TCase *cases = tcase_create("random worlds");
    tcase_set_timeout(cases, 600);
    tcase_add_loop_test(cases, batch_equals_event_by_event_at_every_day, 0, n_worlds);
    tcase_add_loop_test(cases, order_of_arrival_and_days_of_sealing_cannot_be_seen_in_the_bytes, 0, n_worlds);
    tcase_add_loop_test(cases, order_of_declarations_cannot_be_seen, 0, n_worlds);
    tcase_add_loop_test(cases, features_alone_are_what_they_are_beside_everything_else, 0, n_worlds);
    tcase_add_loop_test(cases, many_dates_in_one_pass_are_each_date_by_itself, 0, n_worlds);
    tcase_add_loop_test(cases, the_number_of_threads_cannot_be_seen, 0, n_worlds);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
