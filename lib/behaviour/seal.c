/* Sealing: days that no event may change any more become tiles, and what no feature can read again
 * goes. All memory is reserved first, so that a failure changes nothing. Histories that were merged
 * bring raw events of days that the other half sealed already: they are sealed here like any other.
 */
#include "behaviour/day_files.h"
#include "behaviour/delivered.h"
#include "behaviour/seal.h"

/* What the phases share: marks of the events to keep, and room for a tile on its way to the base.
 */
struct sealing {
    struct history *history;
    int32_t day, reads_from;
    uint8_t *marks;
    uint8_t *tile;
    struct hashed_event *hashed; /* NULL where no plan counts different values */
};

static bool
is_sealed(const struct event_record *record)
{
    return (record->flags & EVENT_SEALED) != 0;
}

/* The last day of which an event of the kind settles: one that may be amended stays single for longer;
 * as one of a union as long as where it came from. */
static int32_t
settles_until(const struct sealing *sealing, int32_t event, const struct event_record *record)
{
    const struct schema *schema = sealing->history->plan->schema;
    const struct event_kind *declared = &schema->events[event];
    if (declared->n_members > 0)
        declared = &schema->events[declared->members[record->flags >> EVENT_MEMBER_SHIFT]];
    return sealing->day - declared->settles;
}

static bool
reserve_rows(struct sealing *sealing, const struct kind_plan *kind, struct event_rows *rows,
             int32_t *most)
{
    int32_t n = 0;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        n += record->day <= sealing->day && !is_sealed(record);
    }
    *most = rows->n_events > *most ? rows->n_events : *most;
    int32_t buckets = 0;
    for (int32_t k = 0; k < kind->n_keeps; k++)
        buckets += kind->keeps[k].how == KEEP_BUCKETS;
    if (buckets > 0 && (n > INT32_MAX / 2 / buckets ||
                        !bucket_rows_reserve(rows, rows->n_buckets + n * buckets)))
        return false;
    return event_rows_reserve(kind, rows, rows->n_events) &&
           (!kind->counts || n == 0 || tile_rows_reserve(kind, rows, rows->n_tiles + n));
}

static bool
reserve_all(struct sealing *sealing, int32_t most)
{
    struct history *history = sealing->history;
    const struct plan *plan = history->plan;
    int32_t largest = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        struct instance *instance = &history->instances[i];
        const struct entity *entity = &plan->schema->entities[instance->entity];
        for (int32_t l = 0; l < entity->n_events; l++)
            if (!reserve_rows(sealing, &plan->kinds[plan->entities[instance->entity].events[l]],
                              &instance->kinds[l], &most))
                return false;
        for (int32_t a = 0; a < entity->n_attributes; a++)
            if (!attribute_rows_reserve(&instance->attributes[a], instance->attributes[a].n))
                return false;
    }
    for (int32_t k = 0; k < plan->schema->n_events; k++)
        largest = plan->kinds[k].tile_size > largest ? plan->kinds[k].tile_size : largest;
    sealing->marks = memory_new((size_t) most + 1);
    sealing->tile = memory_new((size_t) largest + 1);
    bool distinct = false;
    for (int32_t k = 0; k < plan->schema->n_events; k++)
        for (int32_t i = 0; i < plan->kinds[k].n_keeps; i++)
            distinct |= plan->kinds[k].keeps[i].how == KEEP_DISTINCT;
    if (distinct)
        sealing->hashed = memory_new_array((size_t) most + 1, sizeof *sealing->hashed);
    return sealing->marks != NULL && sealing->tile != NULL &&
           (!distinct || sealing->hashed != NULL) &&
           day_files_reserve(history, day_files_to_close(history, sealing->day)) &&
           amend_reserve_all(history, &history->room);
}

static void
free_room(struct sealing *sealing)
{
    memory_free(sealing->marks);
    memory_free(sealing->tile);
    memory_free(sealing->hashed);
}

/* Of the versions of an event the last one stays, if there is one; the others go. False: it goes. */
static bool
settle(const struct plan *plan, int32_t event, struct event_rows *rows, struct event_record *record)
{
    const struct kind_plan *kind = &plan->kinds[event];
    if (kind->validity_offset != 0 && event_validity(kind, record)->gone != INT32_MAX) {
        record->flags |= EVENT_GONE;
        return false;
    }
    event_is_whole(kind, record);
    rows->unmatched +=
        plan->schema->events[event].amends.amends && (record->flags & EVENT_APPLIED) == 0;
    set_delivery_number(kind, record, 0);
    record->flags = EVENT_SEALED;
    return true;
}

static void
seal_events(struct sealing *sealing, int32_t event, struct event_rows *rows)
{
    const struct plan *plan = sealing->history->plan;
    const struct kind_plan *kind = &plan->kinds[event];
    for (int32_t i = 0; i < rows->n_events; i++) {
        struct event_record *record = record_at(kind, rows->events, i);
        if (record->day > sealing->day)
            break;
        if (is_sealed(record) || record->day > settles_until(sealing, event, record))
            continue;
        if (!settle(plan, event, rows, record))
            continue;
        bucket_rows_add_event(&plan->schema->events[event], kind, rows, record);
        if (!kind->counts)
            continue;
        uint64_t *cut = (uint64_t *) (void *) sealing->tile;
        for (int32_t w = 0; w < kind->mask_words; w++)
            cut[w] = record_mask(kind, record)[w] & kind->mask_needed[w];
        tile_add_event(plan->schema, event, kind, tile_rows_put(kind, rows, record->day, cut),
                       record);
    }
}

/* The first day whose tile some window can still read on its own. */
static int32_t
first_needed(const struct kind_plan *kind, int32_t reads_from)
{
    int32_t first = reads_from;
    for (int32_t w = 0; w < kind->n_windows; w++) {
        int32_t start = window_start(kind->windows[w], reads_from);
        first = start < first ? start : first;
    }
    return first;
}

/* Tiles of days before `first` join the base tile, or go. */
static void
fold_old_tiles(struct sealing *sealing, const struct kind_plan *kind, struct event_rows *rows,
               int32_t first)
{
    size_t size = (size_t) kind->tile_size;
    int32_t t = 0;
    while (t < rows->n_tiles && tile_at(kind, rows->tiles, t)->day == DAY_NONE)
        t++;
    int32_t old = t;
    while (old < rows->n_tiles && tile_at(kind, rows->tiles, old)->day < first)
        old++;
    if (kind->keeps_all) {
        for (int32_t i = t; i < old; i++) {
            struct event_tile *tile = (struct event_tile *) (void *) sealing->tile;
            memcpy(tile, tile_at(kind, rows->tiles, t), size);
            memmove(rows->tiles + (size_t) t * size, rows->tiles + (size_t) (t + 1) * size,
                    (size_t) (rows->n_tiles - t - 1) * size);
            rows->n_tiles--;
            int32_t before = rows->n_tiles;
            tile_add_tile(kind, tile_rows_put(kind, rows, DAY_NONE, tile_mask(tile)), tile);
            t += rows->n_tiles - before;
        }
        return;
    }
    if (old == t)
        return;
    memmove(rows->tiles + (size_t) t * size, rows->tiles + (size_t) old * size,
            (size_t) (rows->n_tiles - old) * size);
    rows->n_tiles -= old - t;
}

/* value: of keep->by, as its lane has it; 0: whichever. */
static bool
keep_wants(const struct kind_plan *kind, const struct event_keep *keep,
           const struct event_record *record, uint32_t value)
{
    const uint64_t *mask = record_mask(kind, record);
    if (!is_sealed(record) ||
        (keep->where >= 0 && (mask_where(kind, mask, keep->where) & WHERE_MATCHED) == 0) ||
        (keep->field >= 0 && !mask_bit(mask, keep->field)))
        return false;
    return value == 0 || mask_lane(kind_lane(kind, keep->by), mask) == value;
}

static void
mark_kept(const struct kind_plan *kind, const struct event_keep *keep,
          const struct event_rows *rows, int32_t reads_from, uint32_t value, uint8_t *marks)
{
    int32_t left = keep->n, before = DAY_NONE;
    if (keep->how == KEEP_LAST) {
        for (int32_t i = rows->n_events - 1; i >= 0 && left > 0; i--)
            if (keep_wants(kind, keep, record_at(kind, rows->events, i), value)) {
                marks[i] = 1;
                left--;
            }
        return;
    }
    bool bounded = keep->how != KEEP_FIRST && keep->window.unit != WINDOW_ALL;
    int32_t start = bounded ? window_start(keep->window, reads_from) : DAY_NONE;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        if (record->day < start || !keep_wants(kind, keep, record, value) ||
            (keep->how == KEEP_FIRST_OF_DAY && record->day == before))
            continue;
        marks[i] = 1;
        before = record->day;
        if (keep->how == KEEP_FIRST)
            return;
    }
}

/* Of each day, as any may be the first of a window; over all history of all of it. */
static void
mark_values(struct sealing *sealing, const struct event_kind *declared,
            const struct kind_plan *kind, const struct event_keep *keep,
            const struct event_rows *rows, uint32_t value)
{
    bool bounded = keep->window.unit != WINDOW_ALL;
    int32_t start = bounded ? window_start(keep->window, sealing->reads_from) : DAY_NONE;
    int32_t n = 0, day = DAY_NONE;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        if (record->day < start || !keep_wants(kind, keep, record, value))
            continue;
        if (bounded && record->day != day && n > 0) {
            mark_distinct(sealing->hashed, n, sealing->marks);
            n = 0;
        }
        day = record->day;
        sealing->hashed[n++] = (struct hashed_event){
            distinct_hash(declared->fields[keep->field].type,
                          record_value(kind, record, keep->field)),
            i};
    }
    if (n > 0)
        mark_distinct(sealing->hashed, n, sealing->marks);
}

void
seal_mark(const struct history *history, int32_t event, const struct event_rows *rows,
          const struct event_keep *keep, int32_t reads_from, uint8_t *marks,
          struct hashed_event *hashed)
{
    const struct kind_plan *kind = &history->plan->kinds[event];
    const struct event_kind *declared = &history->plan->schema->events[event];
    struct sealing sealing = {.reads_from = reads_from, .marks = marks, .hashed = hashed};
    uint32_t first = keep->by >= 0 ? 1 : 0,
             last = keep->by >= 0 ? (uint32_t) declared->fields[keep->by].n_values : 0;
    for (uint32_t value = first; value <= last; value++)
        if (keep->how == KEEP_DISTINCT)
            mark_values(&sealing, declared, kind, keep, rows, value);
        else
            mark_kept(kind, keep, rows, reads_from, value, marks);
}

static void
prune_events(struct sealing *sealing, int32_t event, struct event_rows *rows)
{
    struct history *history = sealing->history;
    const struct kind_plan *kind = &history->plan->kinds[event];
    const struct event_kind *declared = &history->plan->schema->events[event];
    size_t size = (size_t) kind->record_size;
    memset(sealing->marks, 0, (size_t) rows->n_events);
    for (int32_t k = 0; k < kind->n_keeps; k++)
        if (kind->keeps[k].how != KEEP_BUCKETS)
            seal_mark(history, event, rows, &kind->keeps[k], sealing->reads_from, sealing->marks,
                      sealing->hashed);
    int32_t kept = 0;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        bool gone = (record->flags & EVENT_GONE) != 0;
        if (gone || (is_sealed(record) && !sealing->marks[i])) {
            if (!is_derived(record))
                history->text_bytes_dead += record_text_bytes(declared, kind, record);
            continue;
        }
        if (kept != i)
            memmove(rows->events + (size_t) kept * size, record, size);
        kept++;
    }
    rows->n_events = kept;
}

/* Of the settings of sealed days only the last can be read again. */
static void
prune_entries(struct history *history, cstm_type type, struct attribute_rows *rows, int32_t day)
{
    int32_t until = attribute_rows_until(rows, day);
    if (until <= 1)
        return;
    for (int32_t i = 0; i < until - 1; i++) {
        const struct attribute_entry *entry = &rows->entries[i];
        history->text_bytes_dead += entry->id.size > 0 ? entry->id.size + 1 : 0;
        if (type == CSTM_TYPE_STRING && entry->present && entry->value.text.size > 0)
            history->text_bytes_dead += entry->value.text.size + 1;
    }
    memmove(rows->entries, rows->entries + until - 1,
            (size_t) (rows->n - until + 1) * sizeof *rows->entries);
    rows->n -= until - 1;
}

/* Of dates from which a child's closing day follows (children.c), the settings that say what the one before
 * says are not needed either; but the last stays, as that of every attribute. */
static void
prune_closings(struct history *history, struct attribute_rows *rows, int32_t day)
{
    int32_t until = attribute_rows_until(rows, day), kept = 0;
    for (int32_t i = 0; i < rows->n; i++) {
        const struct attribute_entry *entry = &rows->entries[i],
                                     *before = kept > 0 ? &rows->entries[kept - 1] : NULL;
        if (i + 1 < until && before != NULL && before->present == entry->present &&
            before->value.number == entry->value.number) {
            history->text_bytes_dead += entry->id.size > 0 ? entry->id.size + 1 : 0;
            continue;
        }
        rows->entries[kept++] = *entry;
    }
    rows->n = kept;
}

static void
seal_instance(struct sealing *sealing, struct instance *instance)
{
    struct history *history = sealing->history;
    const struct plan *plan = history->plan;
    const struct entity *entity = &plan->schema->entities[instance->entity];
    const struct entity_plan *locals = &plan->entities[instance->entity];
    for (int32_t l = 0; l < entity->n_events; l++) {
        const struct kind_plan *kind = &plan->kinds[locals->events[l]];
        seal_events(sealing, locals->events[l], &instance->kinds[l]);
        if (!kind->keeps_days)
            fold_old_tiles(sealing, kind, &instance->kinds[l],
                           first_needed(kind, sealing->reads_from));
        prune_events(sealing, locals->events[l], &instance->kinds[l]);
        bucket_rows_prune(kind, &instance->kinds[l], sealing->reads_from);
    }
    for (int32_t a = 0; a < entity->n_attributes; a++) {
        if (entity->keep_closed > 0 && a < 2)
            prune_closings(history, &instance->attributes[a], sealing->day);
        else
            prune_entries(history, plan->schema->attributes[locals->attributes[a]].type,
                          &instance->attributes[a], sealing->day);
    }
}

cstm_status
history_seal(struct history *history, int32_t day, int32_t reads_from, cstm_error **error)
{
    const struct plan *plan = history->plan;
    if (day <= history->sealed_day)
        return CSTM_OK;
    if (day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX || reads_from > day + 1)
        return error_misuse(error, "day to seal is out of range");
    struct sealing sealing = {.history = history, .day = day, .reads_from = reads_from};
    struct leaving *leaving;
    int32_t most = 0;
    cstm_status status = leaving_find(history, day, &leaving, &most, error);
    if (status == CSTM_OK && !reserve_all(&sealing, most))
        status = error_no_memory(error);
    if (status != CSTM_OK) {
        free_room(&sealing);
        leaving_free(leaving);
        return status;
    }
    history_forget_summaries(history);
    delivered_free(history->delivered); /* of a day that is still open it comes back when asked */
    history->delivered = NULL;
    amend_settle(history, day, &history->room);
    day_files_seal(history, day);
    for (int32_t i = 0; i < history->n_instances; i++)
        seal_instance(&sealing, &history->instances[i]);
    leaving_move(leaving);
    size_t at = 0;
    for (int32_t to = leaving_next(leaving, &at); to >= 0; to = leaving_next(leaving, &at))
        seal_instance(&sealing, &history->instances[to]);
    leaving_free(leaving);
    for (int32_t k = 0; k < plan->schema->n_events; k++) {
        const struct kind_plan *kind = &plan->kinds[k];
        int32_t first = first_needed(kind, reads_from);
        if (kind->counts && !kind->keeps_days && first > history->days_from[k])
            history->days_from[k] = first;
    }
    history->sealed_day = day;
    if (history->sealed_parts == 0)
        history->sealed_parts = 1;
    free_room(&sealing);
    history_compact_texts(history);
    return CSTM_OK;
}
