/* Halves of a history, split in every way that banks split them (event by event, by account or card, by kind of event, by
 * time), sealed or not, merge to what the whole history gives: to the byte where nothing was sealed, and where no more than
 * one half was and the others hold nothing that its sealed days would have had to know. Where halves were sealed apart no
 * lifecycle is known, and every feature is still right, after the merge and on from there.
 * `test_merge SEED N` tries other worlds than the usual ones. */
#include "compare.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint64_t first_seed = 1;
static int32_t n_worlds = 25;

#define PARTS 3
/* The last day of the first part of those that are split by time. */
#define FIRST_OF_TIME (WORLD_DAY0 + 30)
#define LAST_DAY (WORLD_DAY0 + WORLD_DAYS - 1)

static void
must(cstm_status status, cstm_error **error)
{
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(*error));
}

enum split { SPLIT_ANYHOW, SPLIT_BY_ENTITY, SPLIT_BY_KIND, SPLIT_BY_TIME, N_SPLITS };

/* Copies of one event, told by their id, go the same way: sealed days are added, so halves must not overlap in them. */
static int32_t
part_of(struct world *world, enum split split, const struct fact *fact, int32_t n_parts)
{
    uint64_t id = 1469598103934665603u + (uint64_t) fact->kind * 31 + (uint64_t) (fact->account * 5 + fact->card);
    switch (split) {
    case SPLIT_BY_ENTITY: return (fact->account * 3 + fact->card + 4) % n_parts;
    case SPLIT_BY_KIND: return (int32_t) fact->kind % n_parts;
    case SPLIT_BY_TIME: return fact->time <= world_evening(world, FIRST_OF_TIME) ? 0 : fact->time <= world_evening(world, FIRST_OF_TIME + 10) ? 1 : n_parts - 1;
    default: break;
    }
    if (fact->id[0] == '\0')
        return random_below(&world->random, n_parts);
    for (const char *at = fact->id; *at != '\0'; at++)
        id = (id ^ (uint64_t) *at) * 1099511628211u;
    return (int32_t) ((id >> 7) % (uint64_t) n_parts);
}

static cstm_profile *
merged(const struct world *world, const cstm_profile *a, const cstm_profile *b)
{
    cstm_error *error;
    cstm_profile *into = copy_of(world, a);
    must(cstm_profile_merge(into, b, &error), &error);
    return into;
}

/* In all orders and groupings, which must not show; the merged profile. */
static cstm_profile *
merge_every_way(const struct world *world, cstm_profile *const parts[PARTS], int32_t n_parts)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    cstm_error *error;
    cstm_profile *first = merged(world, parts[0], parts[1]);
    if (n_parts == 2) {
        cstm_profile *turned = merged(world, parts[1], parts[0]);
        compare_bytes(world, first, turned, "halves merged the other way round");
        cstm_profile_free(turned);
        return first;
    }
    must(cstm_profile_merge(first, parts[2], &error), &error);
    for (int o = 0; o < 6; o++) {
        const cstm_profile *a = parts[orders[o][0]], *b = parts[orders[o][1]], *c = parts[orders[o][2]];
        cstm_profile *left = merged(world, a, b), *back = merged(world, b, c), *right = merged(world, a, back);
        must(cstm_profile_merge(left, c, &error), &error);
        compare_bytes(world, first, left, "thirds merged in another order");
        compare_bytes(world, first, right, "thirds merged in another grouping");
        cstm_profile_free(left);
        cstm_profile_free(back);
        cstm_profile_free(right);
    }
    return first;
}

static void
free_all(cstm_profile *profiles[PARTS], int32_t n)
{
    for (int32_t p = 0; p < n; p++)
        cstm_profile_free(profiles[p]);
}

START_TEST(histories_that_were_split_merge_to_the_bytes_of_the_whole)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + 2000 + (uint64_t) _i);
    enum split split = (enum split) (_i % N_SPLITS);
    for (int32_t c = 0; c < WORLD_CUSTOMERS; c++) {
        int32_t n_parts = 2 + random_below(&world.random, 2);
        cstm_profile *whole = world_profile(&world, c), *parts[PARTS];
        for (int32_t p = 0; p < n_parts; p++)
            parts[p] = world_profile(&world, c);
        for (int32_t i = 0; i < world.n_facts; i++) {
            const struct fact *fact = &world.facts[i];
            if (fact->customer != c)
                continue;
            world_record(&world, whole, fact);
            world_record(&world, parts[part_of(&world, split, fact, n_parts)], fact);
            if (random_chance(&world.random, 30) && fact->id[0] != '\0')
                world_record(&world, parts[random_below(&world.random, n_parts)], fact); /* halves may overlap */
        }
        cstm_profile *all = merge_every_way(&world, parts, n_parts);
        /* Of the whole only its revision may differ: it was never saved and merged. */
        cstm_profile *empty = world_profile(&world, c), *copy = merged(&world, whole, empty);
        ck_assert_int_eq(cstm_profile_revision(copy), cstm_profile_revision(all));
        compare_bytes(&world, all, copy, "the whole and what merges to it");
        int64_t evening = world_evening(&world, WORLD_DAY0 + random_below(&world.random, WORLD_DAYS + 10));
        must(cstm_profile_advance(all, evening, &error), &error);
        must(cstm_profile_advance(copy, evening, &error), &error);
        compare_bytes(&world, all, copy, "the whole and what merges to it, sealed");
        cstm_profile_free(all);
        cstm_profile_free(copy);
        cstm_profile_free(empty);
        cstm_profile_free(whole);
        free_all(parts, n_parts);
    }
    world_clear(&world);
}
END_TEST

/* Whether a lifecycle was not known. */
static int
evaluate_and_compare(struct world *world, cstm_profile *whole, cstm_profile *all, int32_t day, const char *how)
{
    cstm_error *error;
    cstm_outcome *of_whole, *of_all;
    int64_t evening = world_evening(world, day);
    must(cstm_outcome_new(world->strategy, &of_whole, &error), &error);
    must(cstm_outcome_new(world->strategy, &of_all, &error), &error);
    must(cstm_profile_evaluate(whole, evening, of_whole, &error), &error);
    must(cstm_profile_evaluate(all, evening, of_all, &error), &error);
    struct said one = {world->strategy, whole, of_whole}, other = {world->strategy, all, of_all};
    int32_t apart = compare_profiles(world, &one, &other, 1, how);
    cstm_outcome_free(of_whole);
    cstm_outcome_free(of_all);
    return apart > 0;
}

START_TEST(halves_of_which_some_are_sealed_say_what_the_whole_says_or_that_they_were_sealed_apart)
{
    struct world world;
    cstm_error *error;
    world_make(&world, first_seed + 4000 + (uint64_t) _i);
    enum split split = (enum split) (_i % N_SPLITS);
    /* A half in which a card has left knows no more that it was closed, and one that did not know of the closing still has it. */
    for (int32_t c = 0; c < (world.bounded ? 0 : WORLD_CUSTOMERS); c++) {
        int32_t n_parts = 2 + random_below(&world.random, 2), merging = LAST_DAY - 20;
        cstm_profile *whole = world_profile(&world, c), *parts[PARTS];
        for (int32_t p = 0; p < n_parts; p++)
            parts[p] = world_profile(&world, c);
        for (int32_t i = 0; i < world.n_facts; i++) {
            const struct fact *fact = &world.facts[i];
            if (fact->customer != c || fact->arrives > merging)
                continue;
            world_record(&world, whole, fact);
            world_record(&world, parts[part_of(&world, split, fact, n_parts)], fact);
        }
        /* Of parts by time the first alone is sealed, up to days that the others know nothing of. */
        int known = split == SPLIT_BY_TIME;
        for (int32_t p = 0; p < n_parts; p++) {
            int32_t until = known ? FIRST_OF_TIME + world.late + 1 : merging;
            int32_t day = WORLD_DAY0 - 5 + random_below(&world.random, until - WORLD_DAY0 + 6);
            if (known ? p == 0 : random_chance(&world.random, 60))
                must(cstm_profile_advance(parts[p], world_evening(&world, day), &error), &error);
        }
        cstm_profile *all = merge_every_way(&world, parts, n_parts);
        int apart = evaluate_and_compare(&world, whole, all, merging, "merged");
        ck_assert_msg(!known || !apart, "seed %llu", (unsigned long long) world.seed);
        for (int32_t day = merging + 1; day <= LAST_DAY; day++) {
            for (int32_t i = 0; i < world.n_facts; i++)
                if (world.facts[i].customer == c && world.facts[i].arrives == day) {
                    world_record(&world, whole, &world.facts[i]);
                    world_record(&world, all, &world.facts[i]);
                }
            if (random_chance(&world.random, 30))
                must(cstm_profile_advance(all, world_evening(&world, day), &error), &error);
            if (random_chance(&world.random, 30))
                must(cstm_profile_advance(whole, world_evening(&world, day), &error), &error);
            if (random_chance(&world.random, 25))
                evaluate_and_compare(&world, whole, all, day, "merged, and on from there");
        }
        cstm_profile_free(all);
        cstm_profile_free(whole);
        free_all(parts, n_parts);
    }
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
    Suite *suite = suite_create("merging random histories");
    TCase *cases = tcase_create("random worlds");
    tcase_set_timeout(cases, 600);
    tcase_add_loop_test(cases, histories_that_were_split_merge_to_the_bytes_of_the_whole, 0, n_worlds);
    tcase_add_loop_test(cases, halves_of_which_some_are_sealed_say_what_the_whole_says_or_that_they_were_sealed_apart, 0, n_worlds);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
