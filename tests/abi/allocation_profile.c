/* Failing allocations with one customer: making, recording, setting, sealing, evaluating, explaining, serialising, merging. */
#include "allocation.h"

#include <stdlib.h>

static int32_t
attribute(const struct world *world, const char *name)
{
    return cstm_strategy_find(world->strategy, CSTM_PART_ATTRIBUTE, name);
}

static bool
with_profile(struct world *world)
{
    return living_profile(world->strategy, 12, &world->profile);
}

static void
profile_state(struct world *world)
{
    note_profile(world->profile);
}

static cstm_status
act_new(struct world *world, cstm_error **error)
{
    return cstm_profile_new(world->strategy, "c1", 2, (cstm_profile **) &world->out[0], error);
}

static cstm_status
act_entity(struct world *world, cstm_error **error)
{
    cstm_entity entity = -7;
    cstm_status status = cstm_profile_entity(world->profile, cstm_strategy_find(world->strategy, CSTM_PART_ENTITY, "account"),
                                             CSTM_ENTITY_CUSTOMER, "another account", 15, &entity, error);
    if (entity != -7)
        world->number = entity;
    return status;
}

/* -------------------------------------------------------------------------------------------------------- attributes */

static cstm_status
act_set_bool(struct world *world, cstm_error **error)
{
    return cstm_profile_set_bool(world->profile, 0, attribute(world, "vip"), 1, LIVING_AS_OF, "i1", 2, error);
}

static cstm_status
act_set_int64(struct world *world, cstm_error **error)
{
    return cstm_profile_set_int64(world->profile, 0, attribute(world, "age"), 32, LIVING_AS_OF, "i2", 2, error);
}

static cstm_status
act_set_double(struct world *world, cstm_error **error)
{
    return cstm_profile_set_double(world->profile, 0, attribute(world, "income"), 1.5, LIVING_AS_OF, "i3", 2, error);
}

static cstm_status
act_set_string(struct world *world, cstm_error **error)
{
    return cstm_profile_set_string(world->profile, 0, attribute(world, "city"), "Xi'an", 5, LIVING_AS_OF, "i4", 2, error);
}

static cstm_status
act_set_date(struct world *world, cstm_error **error)
{
    return cstm_profile_set_date(world->profile, 0, attribute(world, "birthday"), 7000, LIVING_AS_OF, "i5", 2, error);
}

static cstm_status
act_set_timestamp(struct world *world, cstm_error **error)
{
    return cstm_profile_set_timestamp(world->profile, 0, attribute(world, "seen"), LIVING_AS_OF, LIVING_AS_OF, "i6", 2, error);
}

static cstm_status
act_set_money(struct world *world, cstm_error **error)
{
    return cstm_profile_set_money(world->profile, 1, attribute(world, "limit"), 500, LIVING_AS_OF, "i7", 2, error);
}

static cstm_status
act_set_missing(struct world *world, cstm_error **error)
{
    return cstm_profile_set_missing(world->profile, 0, attribute(world, "age"), LIVING_AS_OF, "i8", 2, error);
}

/* Two entries: age as int64, city as text. */
static size_t
make_row(const struct world *world, uint8_t *row)
{
    uint8_t *at = row;
    int32_t age = attribute(world, "age"), city = attribute(world, "city");
    const uint8_t head[] = {(uint8_t) age, 0, CSTM_ROW_INT64, 44, 0, 0, 0, 0, 0, 0, 0, (uint8_t) city, 0, CSTM_ROW_TEXT, 5, 0, 0, 0};
    memcpy(at, head, sizeof head);
    memcpy(at + sizeof head, "Wuhan", 5);
    return sizeof head + 5;
}

static cstm_status
act_set_row(struct world *world, cstm_error **error)
{
    uint8_t row[64];
    return cstm_profile_set_row(world->profile, 0, row, make_row(world, row), LIVING_AS_OF, "i9", 2, error);
}

static cstm_status
act_observe(struct world *world, cstm_error **error)
{
    return cstm_profile_observe(world->profile, 0, LIVING_AS_OF - 400 * LIVING_DAY, error);
}

/* ------------------------------------------------------------------------------------------------------------ events */

static bool
fill_event(struct world *world)
{
    int32_t spend = cstm_strategy_find(world->strategy, CSTM_PART_EVENT, "spend");
    return cstm_event_new(world->strategy, spend, &world->event, NULL) == CSTM_OK
           && cstm_event_set_entity(world->event, 2, NULL) == CSTM_OK && cstm_event_set_id(world->event, "new", 3, NULL) == CSTM_OK
           && cstm_event_set_time(world->event, LIVING_AS_OF, NULL) == CSTM_OK
           && cstm_event_set_money(world->event, cstm_strategy_find_field(world->strategy, spend, "amount"), 777, NULL) == CSTM_OK;
}

static bool
with_event(struct world *world)
{
    return with_profile(world) && fill_event(world);
}

/* An event is seen by what recording it makes of a profile. */
static void
event_state(struct world *world)
{
    cstm_profile *profile;
    cstm_error *error;
    living_profile(world->strategy, 0, &profile);
    note_number(cstm_profile_record(profile, world->event, &error));
    cstm_error_free(error);
    note_profile(profile);
    cstm_profile_free(profile);
}

static cstm_status
act_event_new(struct world *world, cstm_error **error)
{
    return cstm_event_new(world->strategy, 0, (cstm_event **) &world->out[0], error);
}

static cstm_status
act_event_id(struct world *world, cstm_error **error)
{
    return cstm_event_set_id(world->event, "an id that is longer than the one before it, so that it needs room", 66, error);
}

static cstm_status
act_event_string(struct world *world, cstm_error **error)
{
    return cstm_event_set_string(world->event, cstm_strategy_find_field(world->strategy, 0, "merchant"),
                                 "a merchant of a long name, with branches in many towns", 54, error);
}

static cstm_status
act_event_row(struct world *world, cstm_error **error)
{
    uint8_t row[64];
    int32_t merchant = cstm_strategy_find_field(world->strategy, 0, "merchant");
    const uint8_t head[] = {(uint8_t) merchant, 0, CSTM_ROW_TEXT, 8, 0, 0, 0};
    memcpy(row, head, sizeof head);
    memcpy(row + sizeof head, "bookshop", 8);
    return cstm_event_set_row(world->event, row, sizeof head + 8, error);
}

static cstm_status
act_record(struct world *world, cstm_error **error)
{
    return cstm_profile_record(world->profile, world->event, error);
}

static bool
with_first_event(struct world *world)
{
    int32_t visit = cstm_strategy_find(world->strategy, CSTM_PART_EVENT, "visit");
    return cstm_profile_new(world->strategy, "c1", 2, &world->profile, NULL) == CSTM_OK
           && cstm_event_new(world->strategy, visit, &world->event, NULL) == CSTM_OK
           && cstm_event_set_id(world->event, "v1", 2, NULL) == CSTM_OK
           && cstm_event_set_time(world->event, LIVING_AS_OF, NULL) == CSTM_OK;
}

static cstm_status
act_advance(struct world *world, cstm_error **error)
{
    return cstm_profile_advance(world->profile, LIVING_AS_OF, error);
}

/* -------------------------------------------------------------------------------------------------- evaluate, explain */

static bool
with_outcome(struct world *world)
{
    return with_profile(world) && cstm_outcome_new(world->strategy, &world->outcome, NULL) == CSTM_OK;
}

/* An outcome that holds another customer's results, which a failure must leave. */
static bool
with_used_outcome(struct world *world)
{
    return with_outcome(world) && living_profile(world->strategy, 2, &world->other)
           && cstm_profile_evaluate(world->other, LIVING_AS_OF - 3 * LIVING_DAY, world->outcome, NULL) == CSTM_OK;
}

static bool
with_sealed_profile(struct world *world)
{
    return with_outcome(world) && cstm_profile_advance(world->profile, LIVING_AS_OF - LIVING_DAY, NULL) == CSTM_OK;
}

static void
outcome_state(struct world *world)
{
    note_profile(world->profile);
    note_outcome(world->strategy, world->outcome);
}

static cstm_status
act_outcome_new(struct world *world, cstm_error **error)
{
    return cstm_outcome_new(world->strategy, (cstm_outcome **) &world->out[0], error);
}

static cstm_status
act_evaluate(struct world *world, cstm_error **error)
{
    return cstm_profile_evaluate(world->profile, LIVING_AS_OF, world->outcome, error);
}

static cstm_status
explain(struct world *world, cstm_part part, const char *name, cstm_entity entity, cstm_error **error)
{
    return cstm_profile_explain(world->profile, LIVING_AS_OF, part, cstm_strategy_find(world->strategy, part, name), entity,
                                (cstm_explanation **) &world->out[0], error);
}

static cstm_status
act_explain_window(struct world *world, cstm_error **error)
{
    return explain(world, CSTM_PART_FEATURE, "online", 0, error);
}

static cstm_status
act_explain_rule(struct world *world, cstm_error **error)
{
    return explain(world, CSTM_PART_FEATURE, "used_up", 1, error);
}

static cstm_status
act_explain_lifecycle(struct world *world, cstm_error **error)
{
    return explain(world, CSTM_PART_LIFECYCLE, "customer", 0, error);
}

static cstm_status
act_explain_score(struct world *world, cstm_error **error)
{
    return explain(world, CSTM_PART_SCORE, "risk", 0, error);
}

/* ---------------------------------------------------------------------------------------------------- bytes and merging */

static bool
with_bytes(struct world *world)
{
    return with_profile(world) && cstm_profile_advance(world->profile, LIVING_AS_OF, NULL) == CSTM_OK
           && cstm_profile_write(world->profile, &world->bytes, NULL) == CSTM_OK;
}

static cstm_status
act_write(struct world *world, cstm_error **error)
{
    return cstm_profile_write(world->profile, (cstm_buffer **) &world->out[0], error);
}

static cstm_status
act_read(struct world *world, cstm_error **error)
{
    return cstm_profile_read(world->strategy, cstm_buffer_data(world->bytes), cstm_buffer_size(world->bytes),
                             (cstm_profile **) &world->out[0], (cstm_migration **) &world->out[1], error);
}

static cstm_status
act_migrate(struct world *world, cstm_error **error)
{
    return cstm_profile_read(world->later, cstm_buffer_data(world->bytes), cstm_buffer_size(world->bytes),
                             (cstm_profile **) &world->out[0], (cstm_migration **) &world->out[1], error);
}

/* The other half: other events, and one that both know. */
static bool
with_halves(struct world *world)
{
    if (!with_event(world) || !living_profile(world->strategy, 3, &world->other))
        return false;
    return cstm_profile_record(world->other, world->event, NULL) == CSTM_OK
           && cstm_profile_set_int64(world->other, 0, attribute(world, "age"), 40, LIVING_AS_OF, "i", 1, NULL) == CSTM_OK;
}

static void
halves_state(struct world *world)
{
    note_profile(world->profile);
    note_profile(world->other);
}

static cstm_status
act_merge(struct world *world, cstm_error **error)
{
    return cstm_profile_merge(world->profile, world->other, error);
}

static cstm_status
act_unmatched(struct world *world, cstm_error **error)
{
    return cstm_profile_unmatched(world->profile, cstm_strategy_find(world->strategy, CSTM_PART_EVENT, "refund"), LIVING_AS_OF, &world->number, error);
}

const struct allocation_case profile_cases[] = {
    {"a profile", NULL, act_new, NULL, {&gives_profile, NULL}, false, false},
    {"an account", with_profile, act_entity, profile_state, {NULL, NULL}, false, false},
    {"setting a bool", with_profile, act_set_bool, profile_state, {NULL, NULL}, false, false},
    {"setting an int", with_profile, act_set_int64, profile_state, {NULL, NULL}, false, false},
    {"setting a double", with_profile, act_set_double, profile_state, {NULL, NULL}, false, false},
    {"setting a string", with_profile, act_set_string, profile_state, {NULL, NULL}, false, false},
    {"setting a date", with_profile, act_set_date, profile_state, {NULL, NULL}, false, false},
    {"setting a timestamp", with_profile, act_set_timestamp, profile_state, {NULL, NULL}, false, false},
    {"setting money", with_profile, act_set_money, profile_state, {NULL, NULL}, false, false},
    {"setting missing", with_profile, act_set_missing, profile_state, {NULL, NULL}, false, false},
    {"setting a row", with_profile, act_set_row, profile_state, {NULL, NULL}, false, false},
    {"observing", with_profile, act_observe, profile_state, {NULL, NULL}, false, false},
    {"an event", NULL, act_event_new, NULL, {&gives_event, NULL}, false, false},
    {"the id of an event", fill_event, act_event_id, event_state, {NULL, NULL}, false, false},
    {"a text of an event", fill_event, act_event_string, event_state, {NULL, NULL}, false, false},
    {"a row of an event", fill_event, act_event_row, event_state, {NULL, NULL}, false, false},
    {"recording", with_event, act_record, profile_state, {NULL, NULL}, false, false},
    {"recording the first event", with_first_event, act_record, profile_state, {NULL, NULL}, false, false},
    {"sealing", with_profile, act_advance, profile_state, {NULL, NULL}, false, false},
    {"an outcome", NULL, act_outcome_new, NULL, {&gives_outcome, NULL}, false, false},
    {"evaluating", with_outcome, act_evaluate, outcome_state, {NULL, NULL}, false, false},
    {"evaluating into a used outcome", with_used_outcome, act_evaluate, outcome_state, {NULL, NULL}, false, false},
    {"evaluating what is sealed", with_sealed_profile, act_evaluate, outcome_state, {NULL, NULL}, false, false},
    {"explaining a window", with_profile, act_explain_window, profile_state, {&gives_explanation, NULL}, false, false},
    {"explaining a rule", with_profile, act_explain_rule, profile_state, {&gives_explanation, NULL}, false, false},
    {"explaining a stage", with_profile, act_explain_lifecycle, profile_state, {&gives_explanation, NULL}, false, false},
    {"explaining a score", with_profile, act_explain_score, profile_state, {&gives_explanation, NULL}, false, false},
    {"serialising", with_profile, act_write, profile_state, {&gives_buffer, NULL}, false, false},
    {"serialising what is sealed", with_sealed_profile, act_write, profile_state, {&gives_buffer, NULL}, false, false},
    {"restoring", with_bytes, act_read, profile_state, {&gives_profile, &gives_migration}, false, false},
    {"restoring under the next strategy", with_bytes, act_migrate, profile_state, {&gives_profile, &gives_migration}, false, false},
    {"amendments that found nothing", with_profile, act_unmatched, profile_state, {NULL, NULL}, false, false},
    {"merging", with_halves, act_merge, halves_state, {NULL, NULL}, false, false},
};
const int n_profile_cases = sizeof profile_cases / sizeof *profile_cases;
