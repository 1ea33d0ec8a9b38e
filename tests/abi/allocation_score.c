/* Failing allocations in rules over tables, in scorecards, in scoring tables and in validating scores. */
#include "allocation.h"

#include <stdlib.h>

static bool
with_numbers(struct world *world)
{
    static const double numbers[] = {0.5, 1.5, 2.5, 0};
    static const uint8_t valid[] = {1, 1, 1, 0};
    static const char *const cities[] = {"Shanghai", "Chengdu", "Xi'an", "Wuhan"};
    return cstm_table_new(&world->table, NULL) == CSTM_OK && cstm_table_add_double(world->table, "number", numbers, valid, 4, NULL) == CSTM_OK
           && living_add_texts(world->table, "city", cities, 4);
}

static bool
with_rule(struct world *world)
{
    static const char text[] = "number > 1.0 && city.contains('a') ? number * 2.0 : number - 1.0";
    return with_numbers(world) && cstm_scope_new("CNY", "Asia/Shanghai", &world->scope, NULL) == CSTM_OK
           && cstm_scope_declare(world->scope, "number", CSTM_TYPE_DOUBLE, NULL) == CSTM_OK
           && cstm_scope_declare(world->scope, "city", CSTM_TYPE_STRING, NULL) == CSTM_OK
           && cstm_rule_compile(world->scope, text, sizeof text - 1, CSTM_TYPE_DOUBLE, &world->rule, NULL) == CSTM_OK;
}

static void
table_state(struct world *world)
{
    note_table(world->table);
}

static cstm_status
act_evaluate(struct world *world, cstm_error **error)
{
    return cstm_rule_evaluate(world->rule, world->table, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_explain(struct world *world, cstm_error **error)
{
    return cstm_rule_explain(world->rule, world->table, 1, (cstm_explanation **) &world->out[0], error);
}

static bool
with_eligibility(struct world *world)
{
    static const char text[] = "number > 2.0 && city in ['Paris', 'Rome'] && (number < 9.0 || city.startsWith('Ro'))";
    return with_numbers(world) && cstm_scope_new("CNY", "Asia/Shanghai", &world->scope, NULL) == CSTM_OK
           && cstm_scope_declare(world->scope, "number", CSTM_TYPE_DOUBLE, NULL) == CSTM_OK
           && cstm_scope_declare(world->scope, "city", CSTM_TYPE_STRING, NULL) == CSTM_OK
           && cstm_rule_compile(world->scope, text, sizeof text - 1, CSTM_TYPE_BOOL, &world->rule, NULL) == CSTM_OK;
}

static cstm_status
act_nearest(struct world *world, cstm_error **error)
{
    return cstm_rule_nearest(world->rule, world->table, 1, (cstm_nearest **) &world->out[0], error);
}

/* -------------------------------------------------------------------------------------------------------- scorecards */

static bool
with_card(struct world *world)
{
    int32_t number, city;
    return cstm_scorecard_new("card", 500, &world->card, NULL) == CSTM_OK
           && cstm_scorecard_add_characteristic(world->card, "number", "number", CSTM_TYPE_DOUBLE, "NUMBER", &number, NULL) == CSTM_OK
           && cstm_scorecard_add_bin_up_to(world->card, number, 1, 10, NULL, NULL) == CSTM_OK
           && cstm_scorecard_add_bin_above(world->card, number, 1, 30, NULL, NULL) == CSTM_OK
           && cstm_scorecard_add_bin_missing(world->card, number, 0, "NO_NUMBER", NULL) == CSTM_OK
           && cstm_scorecard_add_characteristic(world->card, "city", "city", CSTM_TYPE_STRING, "CITY", &city, NULL) == CSTM_OK
           && cstm_scorecard_add_bin_text(world->card, city, "Shanghai", 8, 20, NULL, NULL) == CSTM_OK
           && cstm_scorecard_add_bin_other(world->card, city, 5, NULL, NULL) == CSTM_OK;
}

/* A builder is seen by the digest of what it builds. */
static void
card_state(struct world *world)
{
    cstm_scorer *scorer;
    cstm_error *error;
    note_number(cstm_scorecard_build(world->card, "CNY", &scorer, &error));
    note_text(cstm_error_message(error));
    if (error == NULL) {
        note_text(cstm_scorer_digest(scorer));
        cstm_scorer_unref(scorer);
    }
    cstm_error_free(error);
}

static cstm_status
act_card_new(struct world *world, cstm_error **error)
{
    return cstm_scorecard_new("card", 500, (cstm_scorecard **) &world->out[0], error);
}

static cstm_status
act_characteristic(struct world *world, cstm_error **error)
{
    int32_t characteristic = -7;
    cstm_status status = cstm_scorecard_add_characteristic(world->card, "a third one", "third", CSTM_TYPE_BOOL, "THIRD", &characteristic, error);
    if (characteristic != -7)
        world->number = characteristic;
    return status;
}

static cstm_status
act_bin_text(struct world *world, cstm_error **error)
{
    return cstm_scorecard_add_bin_text(world->card, 1, "Chengdu", 7, 15, "WEST", error);
}

static bool
with_card_of_one_bin(struct world *world)
{
    int32_t number;
    return cstm_scorecard_new("card", 500, &world->card, NULL) == CSTM_OK
           && cstm_scorecard_add_characteristic(world->card, "number", "number", CSTM_TYPE_DOUBLE, "NUMBER", &number, NULL) == CSTM_OK
           && cstm_scorecard_add_bin_up_to(world->card, number, 1, 10, NULL, NULL) == CSTM_OK;
}

static cstm_status
act_bin_above(struct world *world, cstm_error **error)
{
    return cstm_scorecard_add_bin_above(world->card, 0, 1, 30, "ABOVE", error);
}

static cstm_status
act_build(struct world *world, cstm_error **error)
{
    return cstm_scorecard_build(world->card, "CNY", (cstm_scorer **) &world->out[0], error);
}

static bool
with_scorer(struct world *world)
{
    return with_card(world) && with_numbers(world) && cstm_scorecard_build(world->card, "CNY", &world->scorer, NULL) == CSTM_OK;
}

static cstm_status
act_score(struct world *world, cstm_error **error)
{
    return cstm_scorer_score_table(world->scorer, world->table, 1, NULL, NULL, NULL, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_score_threads(struct world *world, cstm_error **error)
{
    return cstm_scorer_score_table(world->scorer, world->table, 2, NULL, NULL, NULL, (cstm_table **) &world->out[0], error);
}

/* -------------------------------------------------------------------------------------------------------- validation */

static const double SCORES[] = {410, 420, 420, 455, 470, 500, 510, 530, 530, 560}, WEIGHTS[] = {1, 2, 1, 1, 1, 3, 1, 1, 1, 1};
static const uint8_t OUTCOMES[] = {1, 1, 0, 1, 0, 0, 1, 0, 0, 0};

static bool
with_validation(struct world *world)
{
    return cstm_validation_new(SCORES, OUTCOMES, WEIGHTS, 10, CSTM_HIGHER_IS_SAFER, &world->validation, NULL) == CSTM_OK;
}

static cstm_status
act_validate(struct world *world, cstm_error **error)
{
    return cstm_validation_new(SCORES, OUTCOMES, WEIGHTS, 10, CSTM_HIGHER_IS_SAFER, (cstm_validation **) &world->out[0], error);
}

static cstm_status
act_bands(struct world *world, cstm_error **error)
{
    return cstm_validation_bands(world->validation, 4, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_bands_at(struct world *world, cstm_error **error)
{
    static const double cuts[] = {450, 500};
    return cstm_validation_bands_at(world->validation, cuts, 2, (cstm_table **) &world->out[0], error);
}

const struct allocation_case score_cases[] = {
    {"a rule over a table", with_rule, act_evaluate, table_state, {&gives_table, NULL}, false, false},
    {"explaining a rule", with_rule, act_explain, table_state, {&gives_explanation, NULL}, false, false},
    {"the nearest change", with_eligibility, act_nearest, table_state, {&gives_nearest, NULL}, false, false},
    {"a scorecard", NULL, act_card_new, NULL, {&gives_scorecard, NULL}, false, false},
    {"a characteristic", with_card, act_characteristic, card_state, {NULL, NULL}, false, false},
    {"a bin of text", with_card, act_bin_text, card_state, {NULL, NULL}, false, false},
    {"a bin of numbers", with_card_of_one_bin, act_bin_above, card_state, {NULL, NULL}, false, false},
    {"a scorer", with_card, act_build, card_state, {&gives_scorer, NULL}, false, false},
    {"scoring a table", with_scorer, act_score, table_state, {&gives_table, NULL}, false, false},
    {"scoring a table on two threads", with_scorer, act_score_threads, table_state, {&gives_table, NULL}, false, false},
    {"a validation", NULL, act_validate, NULL, {&gives_validation, NULL}, false, false},
    {"bands of equal size", with_validation, act_bands, NULL, {&gives_table, NULL}, false, false},
    {"bands at cuts", with_validation, act_bands_at, NULL, {&gives_table, NULL}, false, false},
};
const int n_score_cases = sizeof score_cases / sizeof *score_cases;
