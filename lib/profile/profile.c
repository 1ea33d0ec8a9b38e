/* The life of a profile and what goes into it: entities and events. The facts themselves are
 * behaviour's (behaviour/history.h); here are the guards of the public entries, and the revision
 * that says whether anything changed. Read next: attribute.c (attributes), outcome.c (evaluating),
 * advance.c (sealing), profile_bytes.c, merge.c. */
#include "profile/profile.h"

#include "base/memory.h"
#include "profile/event.h"
#include "profile/outcome.h"

#include <string.h>

struct cstm_profile *
profile_new_shell(cstm_strategy *strategy)
{
    struct cstm_profile *profile = memory_new(sizeof *profile);
    if (profile == NULL)
        return NULL;
    size_t attributes = (size_t) strategy->schema.n_attributes;
    profile->handle.tag = HANDLE_PROFILE;
    profile->provisional_day = NO_DAY;
    profile->scratch = memory_new(strategy->plan->scratch_size);
    profile->staged = memory_new_array(attributes + 1, sizeof *profile->staged);
    profile->is_staged = memory_new_array(attributes + 1, sizeof *profile->is_staged);
    profile->beginnings =
        memory_new_array((size_t) strategy->schema.n_entities, sizeof *profile->beginnings);
    profile->strategy = cstm_strategy_ref(strategy);
    if (profile->scratch == NULL || profile->staged == NULL || profile->is_staged == NULL ||
        profile->beginnings == NULL) {
        profile_free_shell(profile);
        return NULL;
    }
    return profile;
}

void
profile_free_shell(struct cstm_profile *profile)
{
    standing_clear(&profile->standing, profile->strategy);
    provisional_forget(profile);
    carried_clear(&profile->machines);
    carried_clear(&profile->sections);
    memory_free(profile->scratch);
    memory_free(profile->staged);
    memory_free(profile->is_staged);
    memory_free(profile->undo);
    memory_free(profile->beginnings);
    cstm_strategy_unref(profile->strategy);
    profile->handle.tag = HANDLE_FREED;
    memory_free(profile);
}

cstm_status
cstm_profile_new(cstm_strategy *strategy, const char *key, size_t size, cstm_profile **profile,
                 cstm_error **error)
{
    error_clear(error);
    if (!handle_is(strategy, HANDLE_STRATEGY))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (key == NULL || profile == NULL)
        return error_misuse(error, "key or profile is NULL");
    if (size == 0)
        return error_set(error, CSTM_ERROR_LIMIT, "the customer's key is empty");
    cstm_status status = key_check(key, size, "the customer's key", error);
    if (status != CSTM_OK)
        return status;
    struct cstm_profile *made = profile_new_shell(strategy);
    if (made == NULL)
        return error_no_memory(error);
    status = history_init(&made->history, strategy->plan, key, size, error);
    if (status != CSTM_OK) {
        profile_free_shell(made);
        return status;
    }
    *profile = made;
    return CSTM_OK;
}

void
cstm_profile_free(cstm_profile *profile)
{
    if (!handle_is(profile, HANDLE_PROFILE))
        return;
    history_clear(&profile->history);
    profile_free_shell(profile);
}

const char *
cstm_profile_key(const cstm_profile *profile, size_t *size)
{
    return cstm_profile_entity_key(profile, CSTM_ENTITY_CUSTOMER, size);
}

int64_t
cstm_profile_revision(const cstm_profile *profile)
{
    if (!handle_is(profile, HANDLE_PROFILE))
        return -1;
    return profile->base_revision + (profile->changed ? 1 : 0);
}

int32_t
cstm_profile_sealed_day(const cstm_profile *profile)
{
    return handle_is(profile, HANDLE_PROFILE) ? profile->history.sealed_day : INT32_MIN;
}

cstm_status
cstm_profile_entity(cstm_profile *profile, int32_t kind, cstm_entity parent, const char *key,
                    size_t size, cstm_entity *entity, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (key == NULL || entity == NULL)
        return error_misuse(error, "key or entity is NULL");
    struct history *history = &profile->history;
    const struct schema *schema = &profile->strategy->schema;
    if (kind <= 0 || kind >= schema->n_entities)
        return error_misuse(error, "kind is not an entity under the customer");
    if (parent < 0 || parent >= history->n_instances)
        return error_misuse(error, "parent is not an entity of the profile");
    const struct entity *declared = &schema->entities[kind];
    if (history->instances[parent].entity != declared->parent)
        return error_set(error, CSTM_ERROR_MISUSE, "%s belongs to %s, not to %s",
                         declared->name, schema->entities[declared->parent].name,
                         schema->entities[history->instances[parent].entity].name);
    if (size == 0)
        return error_set(error, CSTM_ERROR_LIMIT, "the key of the %s is empty", declared->name);
    cstm_status status = key_check(key, size, "the entity's key", error);
    if (status != CSTM_OK)
        return status;
    int32_t known = history_find(history, kind, key, size);
    if (known >= 0 && history->instances[known].parent != parent)
        return error_set(error, CSTM_ERROR_MISMATCH, "this %s is known under another %s",
                         declared->name, schema->entities[declared->parent].name);
    if (known < 0) {
        status = history_instance(history, kind, parent, key, size, &known, error);
        if (status != CSTM_OK)
            return status;
        profile_changed(profile, PROFILE_ANY_TIME);
    }
    *entity = known;
    return CSTM_OK;
}

static const struct instance *
instance_of(const cstm_profile *profile, cstm_entity entity)
{
    if (!handle_is(profile, HANDLE_PROFILE) || entity < 0 || entity >= profile->history.n_instances)
        return NULL;
    return &profile->history.instances[entity];
}

int32_t
cstm_profile_entity_count(const cstm_profile *profile)
{
    return handle_is(profile, HANDLE_PROFILE) ? profile->history.n_instances : 0;
}

int32_t
cstm_profile_entity_kind(const cstm_profile *profile, cstm_entity entity)
{
    const struct instance *instance = instance_of(profile, entity);
    return instance == NULL ? -1 : instance->entity;
}

cstm_entity
cstm_profile_entity_parent(const cstm_profile *profile, cstm_entity entity)
{
    const struct instance *instance = instance_of(profile, entity);
    return instance == NULL ? -1 : instance->parent;
}

const char *
cstm_profile_entity_key(const cstm_profile *profile, cstm_entity entity, size_t *size)
{
    const struct instance *instance = instance_of(profile, entity);
    if (size != NULL)
        *size = instance == NULL ? 0 : instance->key.size;
    return instance == NULL ? "" : instance->key.bytes;
}

cstm_status
cstm_profile_observe(cstm_profile *profile, int32_t kind, int64_t from, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (kind < 0 || kind >= profile->strategy->schema.n_events)
        return error_misuse(error, "kind is not an event of the strategy");
    if (profile->strategy->schema.events[kind].n_members > 0)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "an event '%s' is made of others, which are observed",
                         profile->strategy->schema.events[kind].name);
    int64_t before = profile->history.observed_from[kind];
    cstm_status status = history_observe(&profile->history, kind, from, error);
    if (status == CSTM_OK && profile->history.observed_from[kind] != before)
        profile_changed(profile, PROFILE_ANY_TIME);
    return status;
}

cstm_status
cstm_profile_record(cstm_profile *profile, const cstm_event *event, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (event->strategy != profile->strategy)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "the event is of another strategy than the profile");
    if (!event->timed)
        return error_set(error, CSTM_ERROR_MISSING, "the event has no time");
    if (event->entity >= profile->history.n_instances)
        return error_misuse(error, "the event's entity is not in the profile");
    if (profile->history.instances[event->entity].entity != event->declared->entity)
        return error_set(error, CSTM_ERROR_MISMATCH, "event '%s' is on entity '%s'",
                         event->declared->name,
                         profile->strategy->schema.entities[event->declared->entity].name);
    bool changed = false;
    cstm_status status = history_record(&profile->history, event->entity, event->kind,
                                        event->record, profile->scratch, &changed, error);
    if (changed)
        profile_changed(profile, event->declared->sourced /* others may have gone */
                                     ? PROFILE_ANY_TIME
                                     : ((const struct event_record *) event->record)->time);
    return status;
}

cstm_status
profile_day(const struct cstm_profile *profile, int64_t as_of, int32_t *day, cstm_error **error)
{
    const struct zone *zone = profile->strategy->schema.zone;
    if (!instant_is_legal_in(zone, as_of))
        return error_set(error, CSTM_ERROR_RANGE, "as_of is outside the years 1 to 9999");
    struct zone_cursor cursor = profile->cursor;
    int32_t on = zone_day(zone, as_of, &cursor);
    if (on <= profile->history.sealed_day)
        return error_set(error, CSTM_ERROR_PAST, "as_of lies in a day that is sealed");
    /* Nothing of a day is later than its end, but for days on which clocks go back over midnight.
     */
    if (history_latest_on(&profile->history, on) > as_of && as_of != zone_day_end(zone, on))
        return error_set(error, CSTM_ERROR_PAST,
                         "as_of lies before a later event or attribute of its own day");
    *day = on;
    return CSTM_OK;
}

cstm_status
cstm_profile_replace_day(cstm_profile *profile, int32_t source, int32_t day, int64_t number,
                         cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (source < 0 || source >= profile->strategy->schema.n_sources)
        return error_misuse(error, "source is not a source of the strategy");
    if (number < 1 || day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX)
        return error_set(error, CSTM_ERROR_RANGE,
                         "a delivery has a number from 1 and a day of the years 1 to 9999");
    bool changed = false;
    cstm_status status = history_replace_day(&profile->history, source, day, number,
                                             profile->scratch, &changed, error);
    if (changed)
        profile_changed(profile, PROFILE_ANY_TIME);
    return status;
}

cstm_status
cstm_profile_unmatched(const cstm_profile *profile, int32_t kind, int64_t as_of, int64_t *count,
                       cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (kind < 0 || kind >= profile->strategy->schema.n_events)
        return error_misuse(error, "kind is not an event of the strategy");
    if (count == NULL)
        return error_misuse(error, "count is NULL");
    int32_t day;
    cstm_status status = profile_day(profile, as_of, &day, error);
    int64_t found = 0;
    struct workroom room = {.bytes = NULL};
    if (status == CSTM_OK)
        status = history_unmatched(&profile->history, kind, day, &room, &found, error);
    memory_free(room.bytes);
    if (status == CSTM_OK)
        *count = found;
    return status;
}

cstm_status
cstm_profile_evaluate(const cstm_profile *profile, int64_t as_of, cstm_outcome *outcome,
                      cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (!handle_is(outcome, HANDLE_OUTCOME))
        return error_misuse(error, "outcome is NULL or not an outcome");
    if (outcome->strategy != profile->strategy)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "the outcome is of another strategy than the profile");
    int32_t day;
    cstm_status status = profile_day(profile, as_of, &day, error);
    if (status != CSTM_OK)
        return status;
    return outcome_fill(outcome, &profile->history, profile_checkpoints(profile, day), as_of, day,
                        error);
}
