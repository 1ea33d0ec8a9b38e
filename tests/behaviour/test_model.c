/* The library against the plain model on random histories: any features, any order of arrival, any
 * seals, halves, copies and bytes in between must give what the model computes from the list of
 * facts, and equal bytes where the facts are equal. */
#include "model.h"

enum { TRIALS = 60, SPAN = 150 };

struct world {
    struct bank bank;
    struct model model;
};

static struct world *
world_new(uint64_t *seed, const char *zone, int32_t n_facts)
{
    struct world *world = calloc(1, sizeof *world);
    bank_open(&world->bank, zone);
    world->model.bank = &world->bank;
    if (draw_below(seed, 3) > 0)
        model_declare(&world->bank);
    model_draw_features(&world->model, &world->bank, seed, 30);
    bank_plan(&world->bank);
    model_draw_facts(&world->model, seed, n_facts, SPAN);
    model_draw_settings(&world->model, seed, draw_below(seed, 20), SPAN);
    for (int32_t k = 0; k < N_KINDS; k++)
        world->model.observed[k] =
            draw_below(seed, 2) == 0 ? INT64_MAX : noon(draw_below(seed, SPAN) - SPAN / 2);
    return world;
}

static void
world_free(struct world *world)
{
    bank_close(&world->bank);
    free(world);
}

static void
shuffle(uint64_t *seed, int32_t *order, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        order[i] = i;
    for (int32_t i = n - 1; i > 0; i--) {
        int32_t j = draw_below(seed, i + 1), held = order[i];
        order[i] = order[j];
        order[j] = held;
    }
}

static void
deliver_all(struct world *world, struct history *history, uint64_t *seed)
{
    struct model *model = &world->model;
    int32_t order[MODEL_FACTS + MODEL_SETTINGS], n = model->n_facts + model->n_settings;
    shuffle(seed, order, n);
    model_observe(model, history);
    for (int32_t i = 0; i < n; i++) {
        if (order[i] < model->n_facts)
            model_deliver(model, history, order[i]);
        else
            model_deliver_setting(model, history, order[i] - model->n_facts);
    }
}

static void
all_delivered(struct model *model)
{
    memset(model->delivered, 1, sizeof model->delivered);
    memset(model->set, 1, sizeof model->set);
    model_settle(model);
}

static const char *const zones[3] = {"UTC", "Asia/Taipei", "America/St_Johns"};

START_TEST(features_are_what_the_definitions_say_in_any_order_of_arrival)
{
    uint64_t seed = 1;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 10 + draw_below(&seed, 120));
        struct history first, second;
        all_delivered(&world->model);
        model_start_history(&world->model, &first);
        model_start_history(&world->model, &second);
        deliver_all(world, &first, &seed);
        deliver_all(world, &second, &seed);
        for (int32_t i = 0; i < 12; i++)
            expect_model(&world->model, &first, on(draw_below(&seed, SPAN + 80) - 20));
        expect_same_bytes(&first, &second);
        history_clear(&first);
        history_clear(&second);
        world_free(world);
    }
}
END_TEST

START_TEST(parts_merge_in_any_grouping_to_the_bytes_of_the_whole)
{
    uint64_t seed = 2;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 10 + draw_below(&seed, 120));
        struct model *model = &world->model;
        struct history whole, part[3], left, right;
        model_start_history(model, &whole);
        deliver_all(world, &whole, &seed);
        for (int32_t p = 0; p < 3; p++)
            model_start_history(model, &part[p]);
        model_observe(model, &part[0]);
        for (int32_t i = 0; i < model->n_facts; i++)
            model_deliver(model, &part[draw_below(&seed, 3)], i);
        for (int32_t i = 0; i < model->n_settings; i++)
            model_deliver_setting(model, &part[draw_below(&seed, 3)], i);
        /* (a + b) + c and c + (b + a) */
        ck_assert_int_eq(history_copy(&left, &part[0], NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&left, &part[1], NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&left, &part[2], NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&part[1], &part[0], NULL), CSTM_OK);
        ck_assert_int_eq(history_copy(&right, &part[2], NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&right, &part[1], NULL), CSTM_OK);
        expect_same_bytes(&left, &whole);
        expect_same_bytes(&right, &whole);
        for (int32_t p = 0; p < 3; p++)
            history_clear(&part[p]);
        history_clear(&whole);
        history_clear(&left);
        history_clear(&right);
        world_free(world);
    }
}
END_TEST

static void
swap_for_restored(const struct bank *bank, struct history *history)
{
    struct cstm_buffer bytes = bank_bytes(history);
    struct history restored;
    ck_assert_int_eq(bank_restore(bank->plan, bytes.data, bytes.size, &restored), CSTM_OK);
    expect_same_bytes(history, &restored);
    history_clear(history);
    *history = restored;
    buffer_clear(&bytes);
}

/* Delivers, in random order, what is of days up to `day` for sure, and some of what comes later. */
static void
deliver_until(struct world *world, struct history *history, int32_t day, uint64_t *seed)
{
    struct model *model = &world->model;
    int32_t order[MODEL_FACTS + MODEL_SETTINGS], n = model->n_facts + model->n_settings;
    shuffle(seed, order, n);
    for (int32_t i = 0; i < n; i++) {
        int32_t at = order[i] < model->n_facts ? order[i] : order[i] - model->n_facts;
        bool fact = order[i] < model->n_facts;
        bool *done = fact ? &model->delivered[at] : &model->set[at];
        int32_t of = fact ? model->facts[at].day : model->settings[at].day;
        if (*done || (of > day && draw_below(seed, 8) > 0))
            continue;
        *done = true;
        if (fact)
            model_deliver(model, history, at);
        else
            model_deliver_setting(model, history, at);
    }
    model_settle(model);
}

START_TEST(sealing_restoring_and_copying_on_the_way_change_no_value)
{
    uint64_t seed = 3;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 10 + draw_below(&seed, 150));
        struct history history;
        model_start_history(&world->model, &history);
        model_observe(&world->model, &history);
        for (int32_t day = 0; day < SPAN + 60; day += 1 + draw_below(&seed, 40)) {
            deliver_until(world, &history, on(day), &seed);
            ck_assert_int_eq(history_seal(&history, on(day), on(day) + 1, NULL), CSTM_OK);
            for (int32_t i = 0; i < 4; i++)
                expect_model(&world->model, &history, on(day + 1 + draw_below(&seed, 70)));
            /* What is remembered of the tiles, of whichever day, must not show. */
            history_summarise(&history, on(day + draw_below(&seed, 20)));
            for (int32_t i = 0; i < 4; i++)
                expect_model(&world->model, &history, on(day + 1 + draw_below(&seed, 70)));
            deliver_until(world, &history, on(day + 10), &seed);
            expect_model(&world->model, &history, on(day + 1 + draw_below(&seed, 20)));
            if (draw_below(&seed, 2) == 0)
                swap_for_restored(&world->bank, &history);
            expect_model(&world->model, &history, on(day + 1));
        }
        history_clear(&history);
        world_free(world);
    }
}
END_TEST

/* An evening's summary, then facts one by one: of the next day, of days before it and after it.
 * What was carried forward must say at each moment what the facts say, on the next day and on
 * others. */
START_TEST(what_is_carried_forward_to_the_next_day_never_shows)
{
    uint64_t seed = 7;
    int32_t checks = 0;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 20 + draw_below(&seed, 150));
        struct model *model = &world->model;
        struct history history;
        model_start_history(model, &history);
        int64_t observed[N_KINDS]; /* of every other world it is stated only later */
        memcpy(observed, model->observed, sizeof observed);
        for (int32_t k = 0; k < N_KINDS && trial % 2 == 1; k++)
            model->observed[k] = INT64_MAX;
        model_observe(model, &history);
        for (int32_t evening = 20; evening < SPAN; evening += 1 + draw_below(&seed, 60)) {
            int32_t sealed = evening - 1 - draw_below(&seed, 9);
            deliver_until(world, &history, on(evening), &seed);
            ck_assert_int_eq(history_seal(&history, on(sealed), on(sealed) + 1, NULL), CSTM_OK);
            history_summarise(&history, on(evening));
            expect_model(model, &history, on(evening + 1));
            for (int32_t i = 0; i < model->n_facts; i++) {
                int32_t day = model->facts[i].day;
                if (model->delivered[i] || day <= on(sealed) || day > on(evening + 3))
                    continue;
                model->delivered[i] = true;
                model_deliver(model, &history, i);
                model_settle(model);
                expect_model(model, &history, on(evening + 1));
                checks++;
            }
            for (int32_t i = 0; i < model->n_settings; i++) {
                int32_t day = model->settings[i].day;
                if (model->set[i] || day <= on(sealed) || day > on(evening + 3))
                    continue;
                model->set[i] = true;
                model_deliver_setting(model, &history, i);
                model_settle(model);
                expect_model(model, &history, on(evening + 1));
            }
            if (draw_below(&seed, 2) == 0) {
                memcpy(model->observed, observed, sizeof observed);
                history_summarise(&history, on(evening));
                model_observe(model, &history);
                expect_model(model, &history, on(evening + 1));
            }
            expect_model(model, &history, on(evening + 2));
        }
        history_clear(&history);
        world_free(world);
    }
    ck_assert_int_gt(checks, 100); /* or nothing came in after a summary */
}
END_TEST

START_TEST(halves_sealed_apart_merge_to_the_values_of_the_whole)
{
    uint64_t seed = 4;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 10 + draw_below(&seed, 120));
        struct model *model = &world->model;
        struct history half[2], other;
        int32_t seals[2] = {draw_below(&seed, SPAN), draw_below(&seed, SPAN)};
        for (int32_t h = 0; h < 2; h++) {
            model_start_history(model, &half[h]);
            model_observe(model, &half[h]);
        }
        /* Redeliveries go where the first copy went: a half does not know what the other has
         * sealed. */
        for (int32_t i = 0; i < model->n_facts; i++)
            model_deliver(model, &half[model->facts[i].id[0] % 2], i);
        for (int32_t i = 0; i < model->n_settings; i++)
            model_deliver_setting(model, &half[draw_below(&seed, 2)], i);
        all_delivered(model);
        for (int32_t h = 0; h < 2; h++)
            ck_assert_int_eq(history_seal(&half[h], on(seals[h]), on(seals[h]) + 1, NULL), CSTM_OK);
        ck_assert_int_eq(history_copy(&other, &half[1], NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&other, &half[0], NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&half[0], &half[1], NULL), CSTM_OK);
        expect_same_bytes(&half[0], &other);
        ck_assert_int_eq(half[0].sealed_parts, 2);
        int32_t sealed = seals[0] > seals[1] ? seals[0] : seals[1];
        for (int32_t i = 0; i < 5; i++)
            expect_model(model, &half[0], on(sealed + 1 + draw_below(&seed, 60)));
        history_summarise(&half[0], on(sealed));
        for (int32_t i = 0; i < 5; i++)
            expect_model(model, &half[0], on(sealed + 1 + draw_below(&seed, 60)));
        swap_for_restored(&world->bank, &half[0]);
        sealed += 1 + draw_below(&seed, 40);
        ck_assert_int_eq(history_seal(&half[0], on(sealed), on(sealed) + 1, NULL), CSTM_OK);
        for (int32_t i = 0; i < 5; i++)
            expect_model(model, &half[0], on(sealed + 1 + draw_below(&seed, 60)));
        history_clear(&half[0]);
        history_clear(&half[1]);
        history_clear(&other);
        world_free(world);
    }
}
END_TEST

/* Lays the model's facts of one kind and instance out as a batch would, columns classified
 * together. */
static void
adopt(struct world *world, struct history *history, int32_t event, int32_t instance,
      uint8_t *memory)
{
    struct model *model = &world->model;
    const struct plan *plan = world->bank.plan;
    const struct kind_plan *kind = &plan->kinds[event];
    int32_t n = 0, n_fields = world->bank.schema.events[event].n_fields;
    int64_t times[MODEL_FACTS] = {0}, numbers[N_USE_FIELDS][MODEL_FACTS];
    double reals[MODEL_FACTS];
    uint8_t bools[MODEL_FACTS], states[N_USE_FIELDS][MODEL_FACTS];
    struct rule_text texts[MODEL_FACTS];
    struct rule_column columns[N_USE_FIELDS] = {{.kind = RULE_INT}};
    for (int32_t i = 0; i < model->n_facts; i++) {
        const struct fact *fact = &model->facts[i];
        if (fact->event != event || fact->instance != instance)
            continue;
        struct draft draft = model_draft(model, fact);
        ck_assert_int_eq(event_record_check(plan, event, draft.bytes, NULL), CSTM_OK);
        struct event_record *record = (struct event_record *) (void *) draft.bytes;
        record->id.bytes = fact->id;
        memcpy(memory + (size_t) n * (size_t) kind->record_size, draft.bytes,
               (size_t) kind->record_size);
        times[n] = fact->time;
        for (int32_t f = 0; f < n_fields; f++) {
            numbers[f][n] = fact->number[f];
            states[f][n] = fact->there[f] ? CSTM_OK : CSTM_ERROR_MISSING;
        }
        reals[n] = (double) fact->number[USE_RATE] / 4;
        bools[n] = fact->number[USE_ONLINE] != 0;
        texts[n] = (struct rule_text){model_shops[fact->number[USE_SHOP]],
                                      strlen(model_shops[fact->number[USE_SHOP]])};
        n++;
    }
    for (int32_t f = 0; f < n_fields; f++) {
        columns[f] = (struct rule_column){
            .kind = rule_kind_of(world->bank.schema.events[event].fields[f].type),
            .states = states[f]};
        columns[f].as.int64s = numbers[f];
        if (columns[f].kind == RULE_DOUBLE)
            columns[f].as.doubles = reals;
        else if (columns[f].kind == RULE_STRING)
            columns[f].as.texts = texts;
        else if (columns[f].kind == RULE_BOOL)
            columns[f].as.bools = bools;
    }
    int32_t record_days[MODEL_FACTS];
    uint64_t masks[MODEL_FACTS * 4];
    struct zone_cursor cursor = {0};
    event_classify_rows(plan, event, times, columns, n, &cursor, world->bank.scratch, record_days,
                        masks);
    for (int32_t i = 0; i < n; i++) {
        uint8_t *record = memory + (size_t) i * (size_t) kind->record_size;
        uint64_t *mask = (uint64_t *) (void *) (record + kind->mask_offset);
        event_record_classify(plan, event, record, &cursor, world->bank.scratch);
        ck_assert_mem_eq(mask, masks + i * kind->mask_words, (size_t) kind->mask_words * 8);
        ck_assert_int_eq(((struct event_record *) (void *) record)->day, record_days[i]);
    }
    ck_assert_int_eq(history_adopt_events(history, model_instance(model, history, instance), event,
                                          memory, n, NULL),
                     CSTM_OK);
}

START_TEST(adopted_columns_give_the_state_of_events_recorded_one_by_one)
{
    uint64_t seed = 5;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 10 + draw_below(&seed, 120));
        struct model *model = &world->model;
        struct history recorded, adopted;
        all_delivered(model);
        model_start_history(model, &recorded);
        deliver_all(world, &recorded, &seed);
        model_start_history(model, &adopted);
        ck_assert_int_eq(history_reset(&adopted, model_key[0], strlen(model_key[0]), true, NULL),
                         CSTM_OK);
        model_observe(model, &adopted);
        uint8_t *memory = aligned_alloc(16, (size_t) MODEL_INSTANCES * N_KINDS * MODEL_FACTS * 512);
        uint8_t *at = memory;
        for (int32_t i = 0; i < MODEL_INSTANCES; i++)
            for (int32_t k = 0; k <= VISIT; k++, at += (size_t) MODEL_FACTS * 512)
                if (world->bank.schema.events[k].entity == model_entity[i]) {
                    bool any = false;
                    for (int32_t f = 0; f < model->n_facts; f++)
                        any |= model->facts[f].event == k && model->facts[f].instance == i;
                    if (any)
                        adopt(world, &adopted, k, i, at);
                }
        for (int32_t i = 0; i < model->n_settings; i++)
            model_deliver_setting(model, &adopted, i);
        expect_same_bytes(&recorded, &adopted);
        for (int32_t i = 0; i < 5; i++)
            expect_model(model, &adopted, on(draw_below(&seed, SPAN + 60)));
        history_clear(&recorded);
        history_clear(&adopted);
        free(memory);
        world_free(world);
    }
}
END_TEST

struct day_set {
    bool has[SPAN + 400];
    int32_t after, until;
};

static void
day_set_add(void *argument, int32_t day)
{
    struct day_set *set = argument;
    ck_assert_int_gt(day, set->after);
    ck_assert_int_le(day, set->until);
    set->has[day - on(-100)] = true;
}

START_TEST(a_feature_changes_on_no_day_that_was_not_named)
{
    uint64_t seed = 6;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        struct world *world = world_new(&seed, zones[trial % 3], 1 + draw_below(&seed, 25));
        const struct bank *bank = &world->bank;
        struct history history;
        model_start_history(&world->model, &history);
        deliver_all(world, &history, &seed);
        int32_t after = on(draw_below(&seed, 30) - 60);
        if (trial % 2 == 1) {
            after = on(draw_below(&seed, 100));
            ck_assert_int_eq(history_seal(&history, after, after + 1, NULL), CSTM_OK);
            after++;
        }
        for (int32_t f = 0; f < bank->n_features; f++)
            for (int32_t i = 0; i < history.n_instances; i++) {
                const struct feature *feature = &bank->features[f];
                bool every_day = feature_is_daily(feature) && feature->operator!= FEATURE_RECENCY;
                if (history.instances[i].entity != feature->entity || every_day)
                    continue;
                struct day_set set = {.after = after, .until = on(SPAN + 100)};
                feature_change_days(bank->plan, feature, &history, i, set.after, set.until,
                                    day_set_add, &set);
                struct answer before = bank_read(bank, f, &history, i, after);
                for (int32_t day = after + 1; day <= set.until; day++) {
                    struct answer now = bank_read(bank, f, &history, i, day);
                    if (feature->operator== FEATURE_RECENCY && before.state == CSTM_OK)
                        before.number += window_end(feature->window, day) -
                                         window_end(feature->window, day - 1);
                    if (!set.has[day - on(-100)])
                        expect_answer(now, before, f, i, day);
                    before = now;
                }
            }
        history_clear(&history);
        world_free(world);
    }
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, features_are_what_the_definitions_say_in_any_order_of_arrival);
    tcase_add_test(tcase, parts_merge_in_any_grouping_to_the_bytes_of_the_whole);
    tcase_add_test(tcase, sealing_restoring_and_copying_on_the_way_change_no_value);
    tcase_add_test(tcase, what_is_carried_forward_to_the_next_day_never_shows);
    tcase_add_test(tcase, halves_sealed_apart_merge_to_the_values_of_the_whole);
    tcase_add_test(tcase, adopted_columns_give_the_state_of_events_recorded_one_by_one);
    tcase_add_test(tcase, a_feature_changes_on_no_day_that_was_not_named);
}

int
main(void)
{
    return run_tests("behaviour model", add_tests);
}
