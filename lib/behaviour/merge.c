/* Two halves of one customer's history become one. Everything is a sum, a union, a minimum or a
 * maximum, so halves merge in any order and grouping to the same bytes; nothing is sealed or folded
 * on the way (the next advance does). The merge is made in a copy that takes the place of the
 * original only when it is whole. */
#include "behaviour/day_files.h"

void
event_rows_join(const struct plan *plan, int32_t event, struct event_rows *into,
                const struct event_rows *from)
{
    const struct kind_plan *kind = &plan->kinds[event];
    size_t size = (size_t) kind->record_size;
    /* From the back, so that each record moves once. */
    int32_t a = into->n_events - 1, b = from->n_events - 1;
    for (int32_t at = a + b + 1; b >= 0; at--) {
        bool own = a >= 0 && event_record_compare(plan, event, record_at(kind, into->events, a),
                                                  record_at(kind, from->events, b)) > 0;
        const struct event_record *record =
            own ? record_at(kind, into->events, a--) : record_at(kind, from->events, b--);
        memcpy(into->events + (size_t) at * size, record, size);
    }
    into->n_events += from->n_events;
    into->unmatched += from->unmatched;
    for (int32_t t = 0; t < from->n_tiles; t++) {
        const struct event_tile *tile = tile_at(kind, from->tiles, t);
        tile_add_tile(kind, tile_rows_put(kind, into, tile->day, tile_mask(tile)), tile);
    }
    for (int32_t i = 0; i < from->n_buckets; i++)
        bucket_rows_add(into, from->buckets[i]);
}

bool
event_rows_merge(const struct plan *plan, int32_t event, struct event_rows *into,
                 const struct event_rows *from)
{
    const struct kind_plan *kind = &plan->kinds[event];
    if (from->n_events > INT32_MAX / 2 - into->n_events ||
        from->n_tiles > INT32_MAX / 2 - into->n_tiles ||
        from->n_buckets > INT32_MAX / 2 - into->n_buckets)
        return false;
    if ((from->n_events > 0 && !event_rows_reserve(kind, into, into->n_events + from->n_events)) ||
        (from->n_tiles > 0 && !tile_rows_reserve(kind, into, into->n_tiles + from->n_tiles)) ||
        (from->n_buckets > 0 && !bucket_rows_reserve(into, into->n_buckets + from->n_buckets)))
        return false;
    event_rows_join(plan, event, into, from);
    if (from->n_events > 0)
        event_rows_drop_redeliveries(plan, event, into);
    return true;
}

bool
attribute_rows_merge(cstm_type type, struct attribute_rows *into, const struct attribute_rows *from)
{
    if (from->n > INT32_MAX / 2 - into->n ||
        (from->n > 0 && !attribute_rows_reserve(into, into->n + from->n)))
        return false;
    for (int32_t i = 0; i < from->n; i++)
        attribute_rows_insert(type, into, &from->entries[i]);
    return true;
}

/* The rows with their texts in the arena of `history`: a shallow copy of `rows`, to be merged in
 * and freed. */
static cstm_status
rows_for(struct history *history, int32_t event, const struct event_rows *rows,
         struct event_rows *copy, cstm_error **error)
{
    const struct kind_plan *kind = &history->plan->kinds[event];
    *copy = (struct event_rows){.tiles = rows->tiles,
                                 .n_tiles = rows->n_tiles,
                                 .buckets = rows->buckets,
                                 .n_buckets = rows->n_buckets,
                                 .unmatched = rows->unmatched};
    if (rows->n_events == 0)
        return CSTM_OK;
    copy->events = memory_copy(rows->events, (size_t) rows->n_events * (size_t) kind->record_size);
    if (copy->events == NULL)
        return error_no_memory(error);
    copy->n_events = rows->n_events;
    if (history->plan->derives)
        derived_strip(kind, copy);
    for (int32_t i = 0; i < copy->n_events; i++)
        if (!record_keep_texts(history, &history->plan->schema->events[event], kind,
                               record_at(kind, copy->events, i)))
            return error_no_memory(error);
    return CSTM_OK;
}

static cstm_status
merge_instance_rows(struct history *history, int32_t to, const struct history *other, int32_t from,
                    cstm_error **error)
{
    const struct plan *plan = history->plan;
    int32_t entity = other->instances[from].entity;
    cstm_status status = CSTM_OK;
    for (int32_t l = 0; status == CSTM_OK && l < plan->schema->entities[entity].n_events; l++) {
        struct event_rows copy;
        int32_t event = plan->entities[entity].events[l];
        status = rows_for(history, event, &other->instances[from].kinds[l], &copy, error);
        if (status == CSTM_OK &&
            !event_rows_merge(plan, event, &history->instances[to].kinds[l], &copy))
            status = error_no_memory(error);
        memory_free(copy.events);
    }
    for (int32_t a = 0; status == CSTM_OK && a < plan->schema->entities[entity].n_attributes; a++) {
        cstm_type type = plan->schema->attributes[plan->entities[entity].attributes[a]].type;
        const struct attribute_rows *rows = &other->instances[from].attributes[a];
        struct attribute_rows *into = &history->instances[to].attributes[a];
        if (rows->n == 0)
            continue;
        if (!attribute_rows_reserve(into, into->n + rows->n))
            return error_no_memory(error);
        for (int32_t i = 0; i < rows->n; i++) {
            struct attribute_entry entry = rows->entries[i];
            if (!history_keep_text(history, &entry.id) ||
                (type == CSTM_TYPE_STRING && entry.present &&
                 !history_keep_text(history, &entry.value.text)))
                return error_no_memory(error);
            attribute_rows_insert(type, into, &entry);
        }
    }
    return status;
}

static cstm_status
merge_instances(struct history *history, const struct history *other, cstm_error **error)
{
    int32_t *map = memory_new_array((size_t) other->n_instances, sizeof *map);
    if (map == NULL)
        return error_no_memory(error);
    cstm_status status = CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < other->n_instances; i++) {
        const struct instance *from = &other->instances[i];
        status = i == 0 ? CSTM_OK
                        : history_instance(history, from->entity, map[from->parent],
                                           from->key.bytes, from->key.size, &map[i], error);
        if (status == CSTM_OK) {
            instance_begins(history, map[i], from->begins, from->begins_day);
            status = merge_instance_rows(history, map[i], other, i, error);
        }
    }
    memory_free(map);
    return status;
}

/* Only where one half was migrated: the union is complete from where both are. */
static cstm_status
merge_completeness(struct history *history, const struct history *other, cstm_error **error)
{
    if (other->complete_from == NULL)
        return CSTM_OK;
    int32_t n = history->plan->n_elements;
    if (history->complete_from == NULL) {
        history->complete_from =
            memory_copy(other->complete_from, (size_t) n * sizeof *history->complete_from);
        return history->complete_from == NULL ? error_no_memory(error) : CSTM_OK;
    }
    for (int32_t e = 0; e < n; e++)
        if (other->complete_from[e] > history->complete_from[e])
            history->complete_from[e] = other->complete_from[e];
    return CSTM_OK;
}

static cstm_status
merge_opaque(struct history *history, const struct history *other, cstm_error **error)
{
    for (int32_t i = 0; i < other->n_opaque; i++) {
        struct opaque_section section = other->opaque[i];
        section.bytes = memory_copy(section.bytes, section.size);
        if (section.bytes == NULL)
            return error_no_memory(error);
        cstm_status status = opaque_add(history, section, error);
        if (status != CSTM_OK) {
            memory_free(section.bytes);
            return status;
        }
    }
    return CSTM_OK;
}

static cstm_status
merge_into(struct history *history, const struct history *other, cstm_error **error)
{
    for (int32_t k = 0; k < history->plan->schema->n_events; k++) {
        if (other->observed_from[k] < history->observed_from[k]) {
            history->observed_from[k] = other->observed_from[k];
            history->observed_day[k] = other->observed_day[k];
        }
        if (other->days_from[k] > history->days_from[k])
            history->days_from[k] = other->days_from[k];
    }
    if (other->sealed_day > history->sealed_day)
        history->sealed_day = other->sealed_day;
    history->sealed_parts += other->sealed_parts;
    if (history->sealed_parts > 2)
        history->sealed_parts = 2;
    cstm_status status = merge_instances(history, other, error);
    if (status == CSTM_OK)
        status = merge_completeness(history, other, error);
    if (status == CSTM_OK)
        status = merge_opaque(history, other, error);
    if (status == CSTM_OK)
        status = day_files_merge(history, other, error);
    return status == CSTM_OK ? history_find_floors(history, error) : status;
}

static bool
entries_have(cstm_type type, const struct attribute_rows *rows, const struct attribute_entry *entry)
{
    for (int32_t i = 0; i < rows->n && rows->entries[i].day <= entry->day; i++)
        if (attribute_entry_compare(type, &rows->entries[i], entry) == 0)
            return true;
    return false;
}

/* Whether the instance of the half in which nothing is sealed has a fact of the other's sealed days
 * that the other's instance (nullable) has not. */
static bool
instance_adds(const struct plan *plan, const struct instance *open, const struct instance *sealed,
              int32_t sealed_day)
{
    const struct entity *entity = &plan->schema->entities[open->entity];
    const struct entity_plan *locals = &plan->entities[open->entity];
    if (open->begins_day <= sealed_day && (sealed == NULL || open->begins < sealed->begins))
        return true;
    for (int32_t l = 0; l < entity->n_events; l++) {
        const struct event_rows *rows = &open->kinds[l];
        if (rows->n_events > 0 &&
            record_at(&plan->kinds[locals->events[l]], rows->events, 0)->day <= sealed_day)
            return true;
    }
    for (int32_t a = 0; a < entity->n_attributes; a++) {
        const struct attribute_rows *rows = &open->attributes[a];
        cstm_type type = plan->schema->attributes[locals->attributes[a]].type;
        for (int32_t i = 0; i < rows->n && rows->entries[i].day <= sealed_day; i++)
            if (sealed == NULL || !entries_have(type, &sealed->attributes[a], &rows->entries[i]))
                return true;
    }
    return false;
}

/* Whether the half in which nothing is sealed knows more of the days that the other one has sealed:
 * what was folded over them then lacks it, as if they had been sealed apart. */
static cstm_status
adds_to_sealed(const struct history *open, const struct history *sealed, bool *adds,
               cstm_error **error)
{
    *adds = false;
    for (int32_t k = 0; k < open->plan->schema->n_events; k++)
        *adds |= open->observed_from[k] < sealed->observed_from[k];
    int32_t *map = memory_new_array((size_t) open->n_instances, sizeof *map);
    if (map == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; !*adds && i < open->n_instances; i++) {
        const struct instance *at = &open->instances[i];
        map[i] = i > 0 && map[at->parent] < 0
                     ? -1
                     : history_find_child(sealed, at->entity, i == 0 ? -1 : map[at->parent],
                                          at->key.bytes, at->key.size);
        *adds = instance_adds(open->plan, at, map[i] < 0 ? NULL : &sealed->instances[map[i]],
                              sealed->sealed_day);
    }
    memory_free(map);
    return CSTM_OK;
}

/* What follows from the events of both: those of greater day files count, and amendments of one half
 * find what they name in the other. */
static cstm_status
derive_anew(struct history *history, cstm_error **error)
{
    day_files_sweep(history);
    if (!history->plan->derives)
        return CSTM_OK;
    void *scratch = memory_new(history->plan->scratch_size);
    if (scratch == NULL)
        return error_no_memory(error);
    cstm_status status = history_derive(history, &history->room, scratch, error);
    memory_free(scratch);
    return status;
}

static cstm_status
copy_facts(struct history *to, const struct history *from, cstm_error **error)
{
    const struct instance *customer = &from->instances[0];
    cstm_status status =
        history_init(to, from->plan, customer->key.bytes, customer->key.size, error);
    if (status != CSTM_OK)
        return status;
    status = merge_into(to, from, error);
    if (status != CSTM_OK)
        history_clear(to);
    return status;
}

cstm_status
history_copy(struct history *to, const struct history *from, cstm_error **error)
{
    cstm_status status = copy_facts(to, from, error);
    if (status != CSTM_OK)
        return status;
    status = derive_anew(to, error);
    if (status != CSTM_OK)
        history_clear(to);
    return status;
}

cstm_status
history_merge(struct history *history, const struct history *other, cstm_error **error)
{
    if (history->plan != other->plan)
        return error_set(error, CSTM_ERROR_MISMATCH, "the halves are of different strategies");
    if (!text_equal(history->instances[0].key, other->instances[0].key))
        return error_set(error, CSTM_ERROR_MISMATCH, "the halves are of different customers");
    struct history merged;
    cstm_status status = copy_facts(&merged, history, error);
    if (status != CSTM_OK)
        return status;
    bool adds = false;
    if (history->sealed_parts == 0 && other->sealed_parts == 1)
        status = adds_to_sealed(history, other, &adds, error);
    if (history->sealed_parts == 1 && other->sealed_parts == 0)
        status = adds_to_sealed(other, history, &adds, error);
    if (status == CSTM_OK)
        status = merge_into(&merged, other, error);
    if (status == CSTM_OK)
        status = derive_anew(&merged, error);
    if (status != CSTM_OK) {
        history_clear(&merged);
        return status;
    }
    if (adds)
        merged.sealed_parts = 2;
    history_clear(history);
    *history = merged;
    return CSTM_OK;
}
