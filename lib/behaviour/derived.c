/* Derived records, kind by kind in the order in which they follow from each other: amended kinds after
 * what amends them, kinds made of others last. All memory is reserved first, so that making them
 * cannot fail. */
#include "behaviour/derived.h"

/* How many records of each kind there may be, in the order of the schema. */
static bool
find_bounds(const struct history *history, int32_t instance, int32_t more, int64_t *bounds)
{
    const struct plan *plan = history->plan;
    const struct schema *schema = plan->schema;
    int32_t entity = history->instances[instance].entity;
    for (int32_t k = 0; k < schema->n_events; k++) {
        bounds[k] = 0;
        if (schema->events[k].entity != entity)
            continue;
        const struct event_rows *rows = history_rows(history, instance, k);
        bounds[k] = more;
        for (int32_t i = 0; i < rows->n_events; i++)
            bounds[k] += !is_derived(record_at(&plan->kinds[k], rows->events, i));
    }
    for (int32_t a = 0; a < plan->n_amended; a++) {
        const struct kind_plan *kind = &plan->kinds[plan->amended[a]];
        for (int32_t i = 0; i < kind->n_amenders; i++)
            bounds[plan->amended[a]] += 2 * bounds[kind->amenders[i]];
    }
    for (int32_t k = 0; k < schema->n_events; k++) {
        if (schema->events[k].entity != entity)
            continue;
        for (int32_t m = 0; m < schema->events[k].n_members; m++)
            bounds[k] += bounds[schema->events[k].members[m]];
        if (bounds[k] > INT32_MAX / 2 - 2)
            return false;
    }
    return true;
}

bool
derived_reserve(struct history *history, int32_t instance, int32_t more, struct workroom *room)
{
    const struct plan *plan = history->plan;
    const struct schema *schema = plan->schema;
    size_t size = (size_t) schema->n_events * sizeof(int64_t);
    if (!memory_reserve(&room->bytes, &room->capacity, size, 1) ||
        !find_bounds(history, instance, more, (int64_t *) (void *) room->bytes))
        return false;
    size_t most = size;
    for (int32_t k = 0; k < schema->n_events; k++) {
        const int64_t *bounds = (const int64_t *) (const void *) room->bytes;
        if (schema->events[k].entity != history->instances[instance].entity)
            continue;
        struct event_rows *rows = history_rows(history, instance, k);
        bool derives = plan->kinds[k].n_amenders > 0 || schema->events[k].n_members > 0;
        if (derives && bounds[k] > rows->n_events &&
            !event_rows_reserve(&plan->kinds[k], rows, (int32_t) bounds[k] + 2))
            return false;
        int64_t amendments = 0;
        for (int32_t i = 0; i < plan->kinds[k].n_amenders; i++)
            amendments += bounds[plan->kinds[k].amenders[i]];
        /* A work record behind the last one, even where nothing comes of it. */
        if (amendments > 0 && !event_rows_reserve(&plan->kinds[k], rows, (int32_t) bounds[k] + 2))
            return false;
        size = amend_room(plan, k, bounds[k], amendments);
        most = size > most ? size : most;
    }
    return memory_reserve(&room->bytes, &room->capacity, most, 1);
}

void
derived_strip(const struct kind_plan *kind, struct event_rows *rows)
{
    size_t size = (size_t) kind->record_size;
    int32_t kept = 0;
    for (int32_t i = 0; i < rows->n_events; i++) {
        struct event_record *record = record_at(kind, rows->events, i);
        if (is_derived(record))
            continue;
        event_is_whole(kind, record);
        if (kept != i)
            memmove(rows->events + (size_t) kept * size, record, size);
        kept++;
    }
    rows->n_events = kept;
}

void
derived_remake(struct history *history, int32_t instance, struct workroom *room, void *scratch)
{
    const struct plan *plan = history->plan;
    const struct schema *schema = plan->schema;
    int32_t entity = history->instances[instance].entity;
    for (int32_t k = 0; k < schema->n_events; k++)
        if (schema->events[k].entity == entity &&
            (plan->kinds[k].n_amenders > 0 || schema->events[k].n_members > 0))
            derived_strip(&plan->kinds[k], history_rows(history, instance, k));
    for (int32_t a = 0; a < plan->n_amended; a++)
        if (schema->events[plan->amended[a]].entity == entity)
            amend_events(history, instance, plan->amended[a], room, scratch);
    for (int32_t k = 0; k < schema->n_events; k++)
        if (schema->events[k].entity == entity && schema->events[k].n_members > 0)
            union_remake(history, instance, k, scratch);
}

cstm_status
history_derive(struct history *history, struct workroom *room, void *scratch, cstm_error **error)
{
    if (!history->plan->derives)
        return CSTM_OK;
    for (int32_t i = 0; i < history->n_instances; i++)
        if (!derived_reserve(history, i, 0, room))
            return error_no_memory(error);
    for (int32_t i = 0; i < history->n_instances; i++)
        derived_remake(history, i, room, scratch);
    return CSTM_OK;
}
