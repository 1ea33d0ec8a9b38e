/* Amendments and events of several kinds: a profile says on every day what the plain model says of the
 * facts that have come in, whatever their order, wherever they were split, sealed or restored; and the
 * batch says what the profile does. */
#include "amended.h"

struct world {
    cstm_strategy *bank;
    struct fact facts[FACTS];
};

static struct world *
world_new(uint64_t seed)
{
    struct world *world = calloc(1, sizeof *world);
    world->bank = bank_compile(amended_document);
    facts_make(world->facts, seed);
    return world;
}

static void
world_free(struct world *world)
{
    cstm_strategy_unref(world->bank);
    free(world);
}

static cstm_profile *
card_holder(const struct world *world)
{
    cstm_profile *profile = customer_new(world->bank, "c");
    customer_entity(profile, world->bank, "card", 0, "0");
    customer_entity(profile, world->bank, "card", 0, "1");
    must(cstm_profile_set_date(profile, 0, 0 /* opened_on */,
                               FIRST_DAY - 200, CSTM_ALWAYS, NULL, 0, NULL),
         NULL);
    return profile;
}

static cstm_status
take(const struct world *world, cstm_profile *profile, const struct fact *fact)
{
    cstm_event *event = NULL;
    cstm_error *error = NULL;
    int32_t kind = bank_find(world->bank, CSTM_PART_EVENT, kind_names[fact->kind]);
    must(cstm_event_new(world->bank, kind, &event, &error), error);
    must(cstm_event_set_entity(event, fact->card + 1, &error), error);
    must(cstm_event_set_id(event, fact->id, strlen(fact->id), &error), error);
    must(cstm_event_set_time(event, fact->time, &error), error);
    if (fact->kind <= REFUND)
        must(cstm_event_set_money(event, cstm_strategy_find_field(world->bank, kind, "amount"),
                                  fact->amount, &error),
             error);
    if (fact->kind >= REFUND)
        must(cstm_event_set_string(event, cstm_strategy_find_field(world->bank, kind, "reference"),
                                   fact->reference, strlen(fact->reference), &error),
             error);
    return record(profile, event);
}

static int64_t
end_of(int32_t day)
{
    return ((int64_t) FIRST_DAY + day + 1) * INT64_C(86400000000) - 1;
}

/* The model's word on a feature; MISSING where it has none. */
struct sums {
    int64_t n, sum, least, most, first, last;
};

static struct sums
sums_of(const struct known *known, int32_t n, uint32_t kinds, int32_t from, int32_t until)
{
    struct sums sums = {0, 0, MISSING, MISSING, MISSING, MISSING};
    for (int32_t i = 0; i < n; i++) {
        if ((kinds >> known[i].fact->kind & 1) == 0 || known[i].fact->day < from ||
            known[i].fact->day > until)
            continue;
        int64_t amount = known[i].amount;
        sums.least = sums.n == 0 || amount < sums.least ? amount : sums.least;
        sums.most = sums.n == 0 || amount > sums.most ? amount : sums.most;
        sums.first = sums.n == 0 ? amount : sums.first;
        sums.last = amount;
        sums.n++;
        sums.sum += amount;
    }
    return sums;
}

static int64_t
days_of(const struct known *known, int32_t n, int32_t from, int32_t until)
{
    int64_t days = 0;
    for (int32_t i = 0, before = -1000; i < n; i++)
        if (known[i].fact->kind == PURCHASE && known[i].fact->day >= from &&
            known[i].fact->day <= until && known[i].fact->day != before) {
            before = known[i].fact->day;
            days++;
        }
    return days;
}

static int64_t
median_of(const struct known *known, int32_t n, int32_t from)
{
    int64_t values[FACTS] = {0}, m = 0;
    for (int32_t i = 0; i < n; i++)
        if (known[i].fact->kind == PURCHASE && known[i].fact->day >= from) {
            int64_t at = m++;
            for (; at > 0 && values[at - 1] > known[i].amount; at--)
                values[at] = values[at - 1];
            values[at] = known[i].amount;
        }
    return m == 0 ? MISSING : values[(m + 1) / 2 - 1];
}

static int64_t
last_three_of(const struct known *known, int32_t n)
{
    int64_t sum = 0;
    for (int32_t i = n - 1, seen = 0; i >= 0 && seen < 3; i--)
        if (known[i].fact->kind == PURCHASE) {
            sum += known[i].amount;
            seen++;
        }
    return sum;
}

#define WORDS 19
static const char *const words[WORDS] = {
    "n_purchases", "spent", "all_spent", "big",      "least",        "most",     "last",
    "first",       "days",  "middle",    "last_three", "spent_before", "refunded", "n_uses",
    "used",        "drawn", "both",      "shown",    "doubled",
};

static void
model_says(const struct fact *facts, int32_t n, int32_t day, int64_t *said)
{
    struct known known[FACTS] = {{NULL, 0}};
    int32_t m = known_on(facts, n, day, known);
    const uint32_t purchases = 1u << PURCHASE, uses = purchases | 1u << CASH;
    struct sums month = sums_of(known, m, purchases, day - 29, day);
    struct sums forty = sums_of(known, m, purchases, day - 39, day);
    int64_t big = 0;
    for (int32_t i = 0; i < m; i++)
        big += known[i].fact->kind == PURCHASE && known[i].amount > 5000;
    int64_t all[WORDS] = {
        month.n,
        month.sum,
        sums_of(known, m, purchases, -1000, day).sum,
        big,
        forty.least,
        forty.most,
        month.last,
        month.first,
        days_of(known, m, day - 29, day),
        median_of(known, m, day - 29),
        last_three_of(known, m),
        sums_of(known, m, purchases, day - 39, day - 20).sum,
        sums_of(known, m, 1u << REFUND, day - 29, day).sum,
        sums_of(known, m, uses, day - 29, day).n,
        sums_of(known, m, uses, day - 24, day).sum,
        sums_of(known, m, 1u << CASH, -1000, day).n,
        sums_of(known, m, uses, day - 29, day).sum,
        sums_of(known, m, uses, -1000, day).n,
        2 * month.sum,
    };
    memcpy(said, all, sizeof all);
}

static void
expect_day(const struct world *world, const cstm_profile *profile, cstm_outcome *outcome,
           const struct fact *facts, int32_t n, int32_t day)
{
    cstm_error *error = NULL;
    int64_t said[WORDS];
    must(cstm_profile_evaluate(profile, end_of(day), outcome, &error), error);
    model_says(facts, n, day, said);
    for (int32_t w = 0; w < WORDS; w++) {
        int32_t index = bank_find(world->bank, CSTM_PART_FEATURE, words[w]);
        bool there =
            cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, 0) == CSTM_STATE_VALUE;
        int64_t value =
            there ? cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, 0) : MISSING;
        int64_t off = strcmp(words[w], "middle") == 0 && there ? said[w] / 100 : 0; /* in buckets */
        ck_assert_msg(value >= said[w] - off && value <= said[w] + off, "%s on day %d is %lld, and %lld by the model", words[w],
                      day, (long long) value, (long long) said[w]);
    }
    for (int32_t kind = REFUND; kind < N_KINDS; kind++) {
        int64_t count = -1;
        int32_t index = bank_find(world->bank, CSTM_PART_EVENT, kind_names[kind]);
        must(cstm_profile_unmatched(profile, index, end_of(day), &count, &error), error);
        int64_t model = unmatched_on(facts, n, kind, day);
        ck_assert_msg(count == model, "%s: %lld unmatched on day %d, and %lld by the model",
                      kind_names[kind], (long long) count, day, (long long) model);
    }
}

static void
shuffle(struct fact *facts, int32_t n, uint64_t *seed)
{
    for (int32_t i = n - 1; i > 0; i--) {
        int32_t j = below(seed, i + 1);
        struct fact kept = facts[i];
        facts[i] = facts[j];
        facts[j] = kept;
    }
}

START_TEST(any_order_of_arrival_gives_what_the_model_says)
{
    uint64_t seed = (uint64_t) _i + 1;
    struct world *world = world_new(seed);
    cstm_outcome *outcome = NULL;
    must(cstm_outcome_new(world->bank, &outcome, NULL), NULL);
    cstm_profile *first = NULL;
    for (int32_t round = 0; round < 3; round++) {
        cstm_profile *profile = card_holder(world);
        shuffle(world->facts, FACTS, &seed);
        for (int32_t i = 0; i < FACTS; i++) {
            must(take(world, profile, &world->facts[i]), NULL);
            if (below(&seed, 9) == 0) /* delivered again */
                must(take(world, profile, &world->facts[below(&seed, i + 1)]), NULL);
            if (below(&seed, 30) == 0)
                expect_day(world, profile, outcome, world->facts, i + 1, below(&seed, DAYS));
        }
        for (int32_t day = 0; day < DAYS; day += 3)
            expect_day(world, profile, outcome, world->facts, FACTS, day);
        if (first != NULL)
            assert_same_bytes(first, profile);
        cstm_profile *again = restored(world->bank, profile);
        for (int32_t day = 1; day < DAYS; day += 5)
            expect_day(world, again, outcome, world->facts, FACTS, day);
        cstm_profile_free(again);
        if (first == NULL)
            first = profile;
        else
            cstm_profile_free(profile);
    }
    cstm_profile_free(first);
    cstm_outcome_free(outcome);
    world_free(world);
}
END_TEST

/* Facts come in up to four days late; days are sealed on some evenings, and the profile is restored on
 * others. */
START_TEST(sealing_any_day_between_changes_no_answer)
{
    uint64_t seed = (uint64_t) _i + 1001;
    struct world *world = world_new(seed);
    cstm_outcome *outcome = NULL;
    cstm_error *error = NULL;
    must(cstm_outcome_new(world->bank, &outcome, NULL), NULL);
    cstm_profile *profile = card_holder(world), *open = card_holder(world);
    struct fact known[FACTS];
    int32_t n = 0, often = 1 + below(&seed, 9);
    for (int32_t day = 0; day < DAYS + 20; day++) {
        for (int32_t i = 0; i < FACTS; i++)
            if (world->facts[i].delivered == day) {
                known[n++] = world->facts[i];
                must(take(world, profile, &world->facts[i]), NULL);
                must(take(world, open, &world->facts[i]), NULL);
            }
        expect_day(world, open, outcome, known, n, day);
        char stage[16];
        snprintf(stage, sizeof stage, "%s", stage_of(outcome, world->bank, "spending", 0));
        expect_day(world, profile, outcome, known, n, day);
        ck_assert_str_eq(stage, stage_of(outcome, world->bank, "spending", 0));
        if (below(&seed, often) == 0) {
            must(cstm_profile_advance(profile, end_of(day), &error), error);
            expect_day(world, profile, outcome, known, n, day);
        }
        if (below(&seed, 4) == 0) {
            cstm_profile *again = restored(world->bank, profile);
            assert_same_bytes(profile, again);
            cstm_profile_free(profile);
            profile = again;
            expect_day(world, profile, outcome, known, n, day);
        }
    }
    cstm_profile_free(profile);
    cstm_profile_free(open);
    cstm_outcome_free(outcome);
    world_free(world);
}
END_TEST

START_TEST(amendments_of_one_half_find_events_of_the_other)
{
    uint64_t seed = (uint64_t) _i + 2001;
    struct world *world = world_new(seed);
    cstm_outcome *outcome = NULL;
    cstm_error *error = NULL;
    must(cstm_outcome_new(world->bank, &outcome, NULL), NULL);
    cstm_profile *whole = card_holder(world), *halves[4];
    for (int32_t h = 0; h < 4; h++)
        halves[h] = card_holder(world);
    for (int32_t i = 0; i < FACTS; i++) {
        must(take(world, whole, &world->facts[i]), NULL);
        int32_t half = below(&seed, 3);
        must(take(world, halves[half], &world->facts[i]), NULL);
        if (half == 2) /* another that is the same */
            must(take(world, halves[3], &world->facts[i]), NULL);
    }
    cstm_profile *other = halves[3];
    must(cstm_profile_merge(halves[0], halves[1], &error), error);
    must(cstm_profile_merge(other, halves[0], &error), error);
    must(cstm_profile_merge(halves[0], halves[2], &error), error);
    assert_same_bytes(whole, halves[0]);
    assert_same_bytes(whole, other);
    for (int32_t day = 0; day < DAYS; day += 4) {
        expect_day(world, halves[0], outcome, world->facts, FACTS, day);
        expect_day(world, other, outcome, world->facts, FACTS, day);
    }
    cstm_profile_free(whole);
    for (int32_t h = 0; h < 4; h++)
        cstm_profile_free(halves[h]);
    cstm_outcome_free(outcome);
    world_free(world);
}
END_TEST

/* The facts as tables, in any order. */
static cstm_batch *
batch_of(struct world *world)
{
    cstm_batch *batch = NULL;
    cstm_error *error = NULL;
    const int32_t opened = FIRST_DAY - 200;
    const char *const owner[2] = {"c", "c"}, *const keys[2] = {"0", "1"};
    cstm_table *customers = table_new(), *cards = table_new();
    add_texts(customers, "customer", 1, owner);
    must(cstm_table_add_date(customers, "opened_on", &opened, NULL, 1, NULL), NULL);
    add_texts(cards, "card", 2, keys);
    add_texts(cards, "customer", 2, owner);
    must(cstm_batch_new(world->bank, &batch, &error), error);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, bank_find(world->bank, CSTM_PART_ENTITY, "card"), cards,
                                 &error),
         error);
    cstm_table_free(customers);
    cstm_table_free(cards);
    for (int32_t kind = 0; kind < N_KINDS; kind++) {
        const char *of[FACTS], *ids[FACTS], *references[FACTS];
        int64_t times[FACTS], amounts[FACTS], n = 0;
        for (int32_t i = 0; i < FACTS; i++) {
            const struct fact *fact = &world->facts[i];
            if (fact->kind != kind)
                continue;
            of[n] = keys[fact->card];
            ids[n] = fact->id;
            references[n] = fact->reference;
            times[n] = fact->time;
            amounts[n++] = fact->amount;
        }
        cstm_table *table = table_new();
        add_texts(table, "card", n, of);
        add_texts(table, "id", n, ids);
        must(cstm_table_add_timestamp(table, "time", times, NULL, n, NULL), NULL);
        if (kind <= REFUND)
            add_money(table, "amount", n, amounts);
        if (kind >= REFUND)
            add_texts(table, "reference", n, references);
        must(cstm_batch_add_events(
                 batch, bank_find(world->bank, CSTM_PART_EVENT, kind_names[kind]), table, &error),
             error);
        cstm_table_free(table);
    }
    return batch;
}

/* The batch on many days: what the model says, and the stage that a profile has which took everything. */
START_TEST(a_batch_says_what_the_model_and_a_profile_say)
{
    uint64_t seed = (uint64_t) _i + 3001;
    struct world *world = world_new(seed);
    shuffle(world->facts, FACTS, &seed);
    cstm_batch *batch = batch_of(world);
    cstm_profile *profile = card_holder(world);
    cstm_outcome *outcome = NULL;
    cstm_error *error = NULL;
    must(cstm_outcome_new(world->bank, &outcome, NULL), NULL);
    for (int32_t i = 0; i < FACTS; i++)
        must(take(world, profile, &world->facts[i]), NULL);
    for (int32_t day = 1; day < DAYS; day += 4) {
        cstm_result *result = NULL;
        int64_t said[WORDS];
        model_says(world->facts, FACTS, day, said);
        must(cstm_profile_evaluate(profile, end_of(day), outcome, &error), error);
        must(cstm_batch_run(batch, end_of(day), &result, &error), error);
        const cstm_table *table = cstm_result_table(result, 0);
        for (int32_t w = 0; w < WORDS; w++) {
            const char *text = cell(table, 0, words[w]);
            int64_t value = strcmp(text, "-") == 0 ? MISSING : strtoll(text, NULL, 10);
            int32_t index = bank_find(world->bank, CSTM_PART_FEATURE, words[w]);
            bool there =
                cstm_outcome_state(outcome, CSTM_PART_FEATURE, index, 0) == CSTM_STATE_VALUE;
            int64_t off = strcmp(words[w], "middle") == 0 && there ? said[w] / 100 : 0;
            ck_assert_msg(value >= said[w] - off && value <= said[w] + off,
                          "%s on day %d is %lld in the batch, and %lld by the model", words[w], day,
                          (long long) value, (long long) said[w]);
            ck_assert_int_eq(value, there ? cstm_outcome_int64(outcome, CSTM_PART_FEATURE, index, 0)
                                          : MISSING);
        }
        assert_cell(table, 0, "spending.stage", stage_of(outcome, world->bank, "spending", 0));
        cstm_result_free(result);
        cstm_profile *built = NULL;
        must(cstm_batch_profile(batch, "c", 1, end_of(day), &built, &error), error);
        expect_day(world, built, outcome, world->facts, FACTS, day);
        cstm_profile_free(built);
    }
    cstm_profile_free(profile);
    cstm_outcome_free(outcome);
    cstm_batch_free(batch);
    world_free(world);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("amendments");
    TCase *tcase = tcase_create("amendments");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, any_order_of_arrival_gives_what_the_model_says, 0, 6);
    tcase_add_loop_test(tcase, sealing_any_day_between_changes_no_answer, 0, 12);
    tcase_add_loop_test(tcase, amendments_of_one_half_find_events_of_the_other, 0, 6);
    tcase_add_loop_test(tcase, a_batch_says_what_the_model_and_a_profile_say, 0, 6);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
