/* What must hold for every strategy, history and order of arrival, tried on random ones: the batch equals event by event at
 * every day; order of arrival, splitting and merging cannot be seen in the bytes; reading what was written changes nothing;
 * the number of threads cannot be seen. `test_properties SEED N` tries other worlds than the usual ones. */
#include "random.h"

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

/* One cell of a result as text, so that a difference can be read. */
static void
cell_text(const cstm_table *table, int64_t row, int32_t column, char text[160])
{
    if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE) {
        snprintf(text, 160, "-");
        return;
    }
    size_t size, used = 0;
    switch (cstm_table_column_type(table, column)) {
    case CSTM_TYPE_BOOL: snprintf(text, 160, "%d", cstm_table_bool(table, row, column)); break;
    case CSTM_TYPE_DATE: snprintf(text, 160, "%d", cstm_table_date(table, row, column)); break;
    case CSTM_TYPE_DOUBLE: snprintf(text, 160, "%a", cstm_table_double(table, row, column)); break;
    case CSTM_TYPE_MONEY: snprintf(text, 160, "%lld", (long long) cstm_table_money(table, row, column)); break;
    case CSTM_TYPE_STRING: {
        const char *bytes = cstm_table_string(table, row, column, &size);
        snprintf(text, 160, "%.*s", (int) size, bytes);
        break;
    }
    case CSTM_TYPE_STRINGS:
        text[0] = '\0';
        for (int64_t i = 0; i < cstm_table_string_count(table, row, column); i++) {
            const char *bytes = cstm_table_string_item(table, row, column, i, &size);
            used += (size_t) snprintf(text + used, 160 - used, "%.*s;", (int) size, bytes);
        }
        break;
    default: snprintf(text, 160, "%lld", (long long) cstm_table_int64(table, row, column)); break;
    }
}

static void
value_text(const cstm_strategy *strategy, const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity, char text[160])
{
    size_t size;
    if (cstm_outcome_state(outcome, part, index, entity) != CSTM_STATE_VALUE) {
        snprintf(text, 160, "-");
        return;
    }
    cstm_type type = part == CSTM_PART_SCORE ? CSTM_TYPE_DOUBLE : cstm_strategy_part_type(strategy, part, index);
    if (type == CSTM_TYPE_DOUBLE)
        snprintf(text, 160, "%a", cstm_outcome_double(outcome, part, index, entity));
    else if (type == CSTM_TYPE_STRING) {
        const char *bytes = cstm_outcome_string(outcome, part, index, entity, &size);
        snprintf(text, 160, "%.*s", (int) size, bytes);
    } else
        snprintf(text, 160, "%lld", (long long) cstm_outcome_int64(outcome, part, index, entity));
}

static int64_t
row_of(const cstm_table *table, const char *column, const char *key, size_t key_size)
{
    int32_t of = cstm_table_find(table, column);
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        size_t size;
        const char *text = cstm_table_string(table, row, of, &size);
        if (size == key_size && memcmp(text, key, size) == 0)
            return row;
    }
    ck_abort_msg("no row %s", key);
    return -1;
}

static int64_t compared;

/* The segments of one entity: verdict and status of the outcome against the membership's row. */
static void
compare_segments(struct world *world, const cstm_result *result, int32_t kind, int64_t row, const cstm_outcome *outcome, cstm_entity entity)
{
    const cstm_strategy *s = world->strategy;
    for (int32_t i = 0; i < cstm_strategy_count(s, CSTM_PART_SEGMENT); i++) {
        cstm_membership *membership;
        cstm_error *error;
        if (cstm_strategy_part_entity(s, CSTM_PART_SEGMENT, i) != kind)
            continue;
        must(cstm_result_membership(result, i, &membership, &error), &error);
        cstm_verdict batch = cstm_membership_verdict(membership, row), stream = cstm_outcome_verdict(outcome, i, entity);
        ck_assert_msg(batch == stream && cstm_membership_status(membership, row) == cstm_outcome_status(outcome, CSTM_PART_SEGMENT, i, entity),
                      "seed %llu %s: batch %d (status %d), stream %d (status %d)\n%s", (unsigned long long) world->seed,
                      cstm_strategy_part_name(s, CSTM_PART_SEGMENT, i), batch, cstm_membership_status(membership, row), stream,
                      cstm_outcome_status(outcome, CSTM_PART_SEGMENT, i, entity), world->document);
        cstm_membership_free(membership);
        compared++;
    }
}

/* Every feature, stage, score and segment of every entity of one customer: the outcome against the batch's row. */
static void
compare(struct world *world, const cstm_result *result, const cstm_profile *profile, const cstm_outcome *outcome, int32_t day, const char *how)
{
    const cstm_strategy *s = world->strategy;
    for (cstm_entity entity = 0; entity < cstm_profile_entity_count(profile); entity++) {
        int32_t kind = cstm_profile_entity_kind(profile, entity);
        const cstm_table *table = cstm_result_table(result, kind);
        size_t size;
        const char *key = cstm_profile_entity_key(profile, entity, &size);
        int64_t row = row_of(table, cstm_strategy_part_name(s, CSTM_PART_ENTITY, kind), key, size);
        char batch[160], stream[160], name[64];
        for (int p = 0; p < 2; p++) {
            cstm_part part = p == 0 ? CSTM_PART_FEATURE : CSTM_PART_SCORE;
            for (int32_t i = 0; i < cstm_strategy_count(s, part); i++) {
                if (cstm_strategy_part_entity(s, part, i) != kind)
                    continue;
                const char *column = cstm_strategy_part_name(s, part, i);
                cell_text(table, row, cstm_table_find(table, column), batch);
                value_text(s, outcome, part, i, entity, stream);
                ck_assert_msg(strcmp(batch, stream) == 0, "seed %llu day %d %s %s of %s: batch %s, stream %s (status %d)\n%s", (unsigned long long) world->seed, day, how,
                              column, key, batch, stream, cstm_outcome_status(outcome, part, i, entity), world->document);
                compared++;
            }
        }
        for (int32_t i = 0; i < cstm_strategy_count(s, CSTM_PART_LIFECYCLE); i++) {
            if (cstm_strategy_part_entity(s, CSTM_PART_LIFECYCLE, i) != kind)
                continue;
            const char *lifecycle = cstm_strategy_part_name(s, CSTM_PART_LIFECYCLE, i);
            const char *stage = cstm_outcome_stage_name(outcome, i, entity);
            snprintf(stream, sizeof stream, "%s", *stage ? stage : "-");
            snprintf(name, sizeof name, "%s.stage", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            ck_assert_msg(strcmp(batch, stream) == 0, "seed %llu day %d %s stage %s of %s: batch %s, stream %s\n%s", (unsigned long long) world->seed, day, how, lifecycle, key,
                          batch, stream, world->document);
            if (*stage == '\0')
                continue;
            snprintf(stream, sizeof stream, "%d", cstm_outcome_stage_since(outcome, i, entity));
            snprintf(name, sizeof name, "%s.since", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            ck_assert_msg(strcmp(batch, stream) == 0, "seed %llu day %d %s since %s of %s: batch %s, stream %s\n%s", (unsigned long long) world->seed, day, how, lifecycle, key,
                          batch, stream, world->document);
            snprintf(stream, sizeof stream, "%d", cstm_outcome_stage_days(outcome, i, entity));
            snprintf(name, sizeof name, "%s.days", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            ck_assert_str_eq(batch, stream);
            snprintf(stream, sizeof stream, "%d", cstm_outcome_stage_censored(outcome, i, entity));
            snprintf(name, sizeof name, "%s.censored", lifecycle);
            cell_text(table, row, cstm_table_find(table, name), batch);
            ck_assert_str_eq(batch, stream);
            compared += 4;
        }
        compare_segments(world, result, kind, row, outcome, entity);
        if (kind == 0 && cstm_strategy_count(s, CSTM_PART_SCORE) > 0) {
            stream[0] = '\0';
            size_t used = 0;
            for (int32_t i = 0; i < cstm_outcome_reason_count(outcome, 0, entity); i++)
                used += (size_t) snprintf(stream + used, sizeof stream - used, "%s;", cstm_outcome_reason_code(outcome, 0, entity, i));
            cell_text(table, row, cstm_table_find(table, "risk.reasons"), batch);
            if (cstm_outcome_state(outcome, CSTM_PART_SCORE, 0, entity) == CSTM_STATE_VALUE)
                ck_assert_str_eq(batch, stream);
        }
    }
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
            compare(&world, result, profiles[c], outcome, day, "sealed day by day");
            must(cstm_profile_evaluate(unsealed[c], evening, outcome, &error), &error);
            compare(&world, result, unsealed[c], outcome, day, "never sealed");
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

static void
expect_equal_bytes(const struct world *world, const cstm_profile *a, const cstm_profile *b, const char *what)
{
    cstm_error *error;
    cstm_buffer *of_a, *of_b;
    must(cstm_profile_write(a, &of_a, &error), &error);
    must(cstm_profile_write(b, &of_b, &error), &error);
    ck_assert_msg(cstm_buffer_size(of_a) == cstm_buffer_size(of_b) && memcmp(cstm_buffer_data(of_a), cstm_buffer_data(of_b), cstm_buffer_size(of_a)) == 0,
                  "seed %llu: %s: %zu and %zu bytes\n%s", (unsigned long long) world->seed, what, cstm_buffer_size(of_a), cstm_buffer_size(of_b), world->document);
    cstm_buffer_free(of_a);
    cstm_buffer_free(of_b);
}

static cstm_profile *
copy_of(const struct world *world, const cstm_profile *profile)
{
    cstm_error *error;
    cstm_buffer *buffer;
    cstm_profile *copy;
    must(cstm_profile_write(profile, &buffer, &error), &error);
    must(cstm_profile_read(world->strategy, cstm_buffer_data(buffer), cstm_buffer_size(buffer), &copy, NULL, &error), &error);
    cstm_buffer_free(buffer);
    return copy;
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
                if (world.facts[order[i]].customer == c && world.facts[order[i]].arrives == day)
                    world_record(&world, daily, &world.facts[order[i]]);
            if (random_chance(&world.random, 60))
                must(cstm_profile_advance(daily, world_evening(&world, day), &error), &error);
            if (random_chance(&world.random, 10)) {
                cstm_profile *restored = copy_of(&world, daily);
                expect_equal_bytes(&world, daily, restored, "what is read is what was written");
                cstm_profile_free(daily);
                daily = restored;
            }
        }
        shuffle(&world.random, order, world.n_facts);
        for (int32_t i = 0; i < world.n_facts; i++)
            if (world.facts[order[i]].customer == c)
                world_record(&world, at_once, &world.facts[order[i]]);
        must(cstm_profile_advance(daily, world_evening(&world, LAST_DAY + 12), &error), &error);
        must(cstm_profile_advance(at_once, world_evening(&world, LAST_DAY + 12), &error), &error);
        /* Revisions count changes between savings; saving both once makes them speak of the same facts. */
        while (cstm_profile_revision(daily) != cstm_profile_revision(at_once)) {
            cstm_profile **behind = cstm_profile_revision(daily) < cstm_profile_revision(at_once) ? &daily : &at_once;
            cstm_profile *restored = copy_of(&world, *behind);
            must(cstm_profile_observe(restored, 2, world_evening(&world, WORLD_DAY0 - 40 - (int32_t) cstm_profile_revision(restored)), &error), &error);
            cstm_profile_free(*behind);
            *behind = restored;
        }
        must(cstm_profile_observe(daily, 2, world_evening(&world, WORLD_DAY0 - 300), &error), &error);
        must(cstm_profile_observe(at_once, 2, world_evening(&world, WORLD_DAY0 - 300), &error), &error);
        expect_equal_bytes(&world, daily, at_once, "any order, any days of sealing");
        cstm_profile_free(daily);
        cstm_profile_free(at_once);
    }
    world_clear(&world);
}
END_TEST

START_TEST(merging_commutes_and_associates_to_the_byte)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + 2000 + (uint64_t) _i);
    int sealed = _i % 2;
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        cstm_profile *whole = world_profile(&world, c), *parts[3];
        for (int p = 0; p < 3; p++)
            parts[p] = world_profile(&world, c);
        for (int32_t i = 0; i < world.n_facts; i++) {
            if (world.facts[i].customer != c)
                continue;
            world_record(&world, whole, &world.facts[i]);
            world_record(&world, parts[random_below(&world.random, 3)], &world.facts[i]);
            if (!sealed && random_chance(&world.random, 30) && world.facts[i].id[0] != '\0')
                world_record(&world, parts[random_below(&world.random, 3)], &world.facts[i]);   /* halves may overlap */
        }
        for (int p = 0; sealed && p < 3; p++)
            if (random_chance(&world.random, 70))
                must(cstm_profile_advance(parts[p], world_evening(&world, WORLD_DAY0 + random_below(&world.random, WORLD_DAYS)), &error), &error);
        static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        cstm_profile *first = NULL;
        for (int o = 0; o < 6; o++)
            for (int right = 0; right < 2; right++) {
                cstm_profile *merged = copy_of(&world, parts[orders[o][0]]);
                if (right) {
                    cstm_profile *tail = copy_of(&world, parts[orders[o][1]]);
                    must(cstm_profile_merge(tail, parts[orders[o][2]], &error), &error);
                    must(cstm_profile_merge(merged, tail, &error), &error);
                    cstm_profile_free(tail);
                } else {
                    must(cstm_profile_merge(merged, parts[orders[o][1]], &error), &error);
                    must(cstm_profile_merge(merged, parts[orders[o][2]], &error), &error);
                }
                if (first == NULL)
                    first = merged;
                else {
                    expect_equal_bytes(&world, first, merged, "halves merged in another order");
                    cstm_profile_free(merged);
                }
            }
        if (!sealed) {
            /* Of whole only its revision may differ: it was never saved and merged. */
            cstm_profile *empty = world_profile(&world, c);
            cstm_profile *copy = copy_of(&world, whole);
            must(cstm_profile_merge(copy, empty, &error), &error);
            ck_assert_int_eq(cstm_profile_revision(copy), cstm_profile_revision(first));
            expect_equal_bytes(&world, first, copy, "halves merged and the whole");
            cstm_profile_free(empty);
            cstm_profile_free(copy);
        }
        cstm_profile_free(first);
        cstm_profile_free(whole);
        for (int p = 0; p < 3; p++)
            cstm_profile_free(parts[p]);
    }
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
    tcase_add_loop_test(cases, merging_commutes_and_associates_to_the_byte, 0, n_worlds);
    tcase_add_loop_test(cases, the_number_of_threads_cannot_be_seen, 0, n_worlds);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
