/* What sealing does to children that have left (children.c): all that is known of them and of what is below them up to the sealed day
 * moves into instances without a name under the same parent, one per entity and level; what is known of later days stays, and begins
 * them anew. An instance that nothing is known of any more stays where it is in memory, as callers hold its number, and is not
 * written.
 *
 * Events keep their ids, which order those of one instant; as ids are of one child only, two of the same id are no
 * redelivery there (EVENT_NAMELESS). */
#include "behaviour/seal.h"

struct move {
    int32_t from, to;
};

struct leaving {
    struct history *history;
    int32_t day;
    struct move *moves;      /* ascending by `to` once they are sorted */
    size_t n, capacity;
    int32_t *days;           /* of the instances when it began */
    struct child_closing *room;
    bool *taken;
};

static bool
has_bound(const struct schema *schema)
{
    bool any = false;
    for (int32_t e = 0; e < schema->n_entities; e++)
        any |= schema->entities[e].keep_closed > 0;
    return any;
}

/* The instance below `root` and all below it, to nameless ones under `parent`. */
static cstm_status
add_moves(struct leaving *leaving, int32_t root, cstm_error **error)
{
    struct history *history = leaving->history;
    const size_t first = leaving->n;
    for (int32_t at = root; at >= 0; at = history_next_below(history, root, at)) {
        if (!memory_reserve(&leaving->moves, &leaving->capacity, leaving->n + 1,
                            sizeof *leaving->moves))
            return error_no_memory(error);
        leaving->moves[leaving->n++] = (struct move){at, -1};
        leaving->taken[at] = true;
    }
    for (size_t i = first; i < leaving->n; i++) {
        struct move *move = &leaving->moves[i];
        const int32_t above = history->instances[move->from].parent;
        int32_t parent = above;      /* of the root its own parent, of others where that went */
        for (size_t k = first; k < i; k++)
            if (leaving->moves[k].from == above)
                parent = leaving->moves[k].to;
        cstm_status status = history_instance(history, history->instances[move->from].entity, parent,
                                              "", 0, &move->to, error);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

static void
sort_moves(struct move *moves, size_t n)
{
    for (size_t gap = n / 2; gap > 0; gap /= 2)
        for (size_t i = gap; i < n; i++) {
            struct move moved = moves[i];
            size_t at = i;
            for (; at >= gap && moves[at - gap].to > moved.to; at -= gap)
                moves[at] = moves[at - gap];
            moves[at] = moved;
        }
}

/* Room in the nameless instances for what comes, before anything is sealed. */
static bool
reserve_moves(struct leaving *leaving, int32_t *most)
{
    struct history *history = leaving->history;
    const struct plan *plan = history->plan;
    for (size_t first = 0, end; first < leaving->n; first = end) {
        const int32_t to = leaving->moves[first].to;
        const struct instance *into = &history->instances[to];
        for (end = first; end < leaving->n && leaving->moves[end].to == to; end++)
            ;
        for (int32_t l = 0; l < plan->schema->entities[into->entity].n_events; l++) {
            const struct kind_plan *kind = &plan->kinds[plan->entities[into->entity].events[l]];
            struct event_rows *rows = &into->kinds[l];
            int64_t events = rows->n_events, tiles = rows->n_tiles, buckets = rows->n_buckets;
            for (size_t i = first; i < end; i++) {
                const struct event_rows *from =
                    &history->instances[leaving->moves[i].from].kinds[l];
                events += from->n_events;
                tiles += from->n_tiles + (kind->counts ? from->n_events : 0);
                buckets += from->n_buckets + (int64_t) from->n_events * kind->n_keeps;
            }
            if (events > INT32_MAX / 2 || tiles > INT32_MAX / 2 || buckets > INT32_MAX / 2 ||
                !event_rows_reserve(kind, rows, (int32_t) events) ||
                !bucket_rows_reserve(rows, (int32_t) buckets) ||
                (tiles > 0 && !tile_rows_reserve(kind, rows, (int32_t) tiles)))
                return false;
            *most = events > *most ? (int32_t) events : *most;
        }
    }
    return true;
}

/* Whether events of the instance, or of what is below it, are of sealed days and may be amended yet:
 * until they have settled it stays. */
static bool
is_unsettled(const struct history *history, int32_t root, int32_t day)
{
    const struct plan *plan = history->plan;
    for (int32_t at = root; at >= 0; at = history_next_below(history, root, at)) {
        const struct instance *instance = &history->instances[at];
        for (int32_t l = 0; l < plan->schema->entities[instance->entity].n_events; l++) {
            int32_t event = plan->entities[instance->entity].events[l];
            int32_t settles = plan->schema->events[event].settles;
            const struct event_rows *rows = &instance->kinds[l];
            for (int32_t i = 0; settles > 0 && i < rows->n_events; i++) {
                const struct event_record *record = record_at(&plan->kinds[event], rows->events, i);
                if ((record->flags & EVENT_SEALED) == 0 && record->day <= day &&
                    record->day > day - settles)
                    return true;
            }
        }
    }
    return false;
}

cstm_status
leaving_find(struct history *history, int32_t day, struct leaving **leaving, int32_t *most,
             cstm_error **error)
{
    const struct schema *schema = history->plan->schema;
    const int32_t n = history->n_instances;
    *leaving = NULL;
    if (!has_bound(schema))
        return CSTM_OK;
    struct leaving *found = memory_new(sizeof *found);
    if (found == NULL)
        return error_no_memory(error);
    found->history = history;
    found->day = day;
    found->days = memory_new_array((size_t) n + 1, sizeof *found->days);
    found->room = memory_new_array((size_t) n + 1, sizeof *found->room);
    found->taken = memory_new_array((size_t) n + 1, sizeof *found->taken);
    *leaving = found;
    if (found->days == NULL || found->room == NULL || found->taken == NULL)
        return error_no_memory(error);
    cstm_status status = CSTM_OK;
    /* Parents have lower numbers than children: what leaves with its parent is taken before. */
    for (int32_t e = 0; e < schema->n_entities; e++)
        history_find_left(history, e, found->room, found->days);
    for (int32_t i = 0; status == CSTM_OK && i < n; i++)
        if (!found->taken[i] && found->days[i] <= day &&
            !instance_is_nameless(&history->instances[i]) && !is_unsettled(history, i, day))
            status = add_moves(found, i, error);
    sort_moves(found->moves, found->n);
    if (status == CSTM_OK && !reserve_moves(found, most))
        status = error_no_memory(error);
    return status;
}

void
leaving_free(struct leaving *leaving)
{
    if (leaving == NULL)
        return;
    memory_free(leaving->moves);
    memory_free(leaving->days);
    memory_free(leaving->room);
    memory_free(leaving->taken);
    memory_free(leaving);
}

/* Sealed events are the first; all tiles are of sealed days. */
static void
move_rows(const struct plan *plan, int32_t event, struct event_rows *from, struct event_rows *into)
{
    const struct kind_plan *kind = &plan->kinds[event];
    int32_t n = 0;
    while (n < from->n_events && (record_at(kind, from->events, n)->flags & EVENT_SEALED) != 0)
        record_at(kind, from->events, n++)->flags |= EVENT_NAMELESS;
    struct event_rows sealed = {.tiles = from->tiles,
                                .n_tiles = from->n_tiles,
                                .buckets = from->buckets,
                                .n_buckets = from->n_buckets,
                                .events = from->events,
                                .n_events = n,
                                .unmatched = from->unmatched};
    event_rows_join(plan, event, into, &sealed);
    from->unmatched = 0;
    from->n_tiles = from->n_buckets = 0;
    from->n_events -= n;
    if (n > 0)
        memmove(from->events, from->events + (size_t) n * (size_t) kind->record_size,
                (size_t) from->n_events * (size_t) kind->record_size);
}

/* What the rest of an instance lets it begin with, as record.c and attribute.c would. */
static void
begin_anew(struct history *history, int32_t at)
{
    const struct plan *plan = history->plan;
    const struct schema *schema = plan->schema;
    const int32_t entity = history->instances[at].entity;
    for (int32_t l = 0; l < schema->entities[entity].n_events; l++) {
        const int32_t event = plan->entities[entity].events[l];
        const struct event_rows *rows = &history->instances[at].kinds[l];
        for (int32_t i = 0; i < rows->n_events; i++) {
            const struct event_record *record = record_at(&plan->kinds[event], rows->events, i);
            instance_begins(history, at, record->time, record->day);
            if (schema->events[event].opens)
                instance_begins(history, at, zone_day_start(schema->zone, record->day), record->day);
        }
    }
    for (int32_t a = 0; a < schema->entities[entity].n_attributes; a++) {
        const struct attribute_rows *rows = &history->instances[at].attributes[a];
        for (int32_t i = 0; i < rows->n; i++)
            instance_begins(history, at, rows->entries[i].time, rows->entries[i].day);
    }
}

static void
forget_settings(struct history *history, const struct attribute *declared,
                struct attribute_rows *rows, int32_t day)
{
    const int32_t n = attribute_rows_until(rows, day);
    for (int32_t i = 0; i < n; i++) {
        const struct attribute_entry *entry = &rows->entries[i];
        history->text_bytes_dead += entry->id.size > 0 ? entry->id.size + 1 : 0;
        if (declared->type == CSTM_TYPE_STRING && entry->present && entry->value.text.size > 0)
            history->text_bytes_dead += entry->value.text.size + 1;
    }
    rows->n -= n;
    if (n > 0)
        memmove(rows->entries, rows->entries + n, (size_t) rows->n * sizeof *rows->entries);
}

void
leaving_move(const struct leaving *leaving)
{
    for (int32_t i = 0; leaving != NULL && i < leaving->history->n_instances; i++)
        leaving->history->instances[i].left = false;
    for (size_t m = 0; leaving != NULL && m < leaving->n; m++) {
        struct history *history = leaving->history;
        const struct plan *plan = history->plan;
        struct instance *from = &history->instances[leaving->moves[m].from],
                        *into = &history->instances[leaving->moves[m].to];
        const struct entity_plan *locals = &plan->entities[from->entity];
        for (int32_t l = 0; l < plan->schema->entities[from->entity].n_events; l++)
            move_rows(plan, locals->events[l], &from->kinds[l], &into->kinds[l]);
        for (int32_t a = 0; a < plan->schema->entities[from->entity].n_attributes; a++)
            forget_settings(history, &plan->schema->attributes[locals->attributes[a]],
                            &from->attributes[a], leaving->day);
        from->begins = INT64_MAX;
        from->begins_day = INT32_MAX;
        from->left = true;
    }
    for (size_t m = 0; leaving != NULL && m < leaving->n; m++)
        begin_anew(leaving->history, leaving->moves[m].from);
}

int32_t
leaving_next(const struct leaving *leaving, size_t *at)
{
    if (leaving == NULL || *at >= leaving->n)
        return -1;
    const int32_t to = leaving->moves[*at].to;
    while (*at < leaving->n && leaving->moves[*at].to == to)
        ++*at;
    return to;
}
