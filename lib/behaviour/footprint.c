/* How large the state is and what makes it so: each tile, kept event and keep of buckets as it stands
 * in bytes, and which features read it. What no other feature reads would go without the one that
 * does. What units share (lists of values and masks, definitions) is counted in the totals only. */
#include "behaviour/footprint.h"

#include "behaviour/layout.h"
#include "behaviour/reading.h"
#include "behaviour/seal.h"

#include <string.h>

/* One event kind of one instance while it is measured. */
struct measuring {
    const struct history *history;
    const struct event_rows *rows;
    struct footprint *footprint;
    int32_t event;
    int32_t reads_from;
    int32_t *sizes; /* of tiles, then of events */
    uint8_t *marks; /* per keep, of each event */
    struct hashed_event *hashed;
};

/* The features that read a unit: how many, and the last one found. */
struct readers {
    int32_t n, last;
};

static void
charge(struct footprint *footprint, struct readers *readers, int32_t feature, int64_t size)
{
    footprint->reads[feature] += size;
    readers->n++;
    readers->last = feature;
}

static void
settle_charge(struct footprint *footprint, const struct readers *readers, int64_t size)
{
    if (readers->n == 1)
        footprint->own[readers->last] += size;
}

static bool
window_reaches(struct window window, int32_t reads_from, int32_t day)
{
    bool bounded = window.unit == WINDOW_DAYS || window.unit == WINDOW_MONTHS;
    return !bounded || (day != DAY_NONE && day >= window_start(window, reads_from));
}

static bool
reads_tile(const struct measuring *measuring, int32_t feature, const struct event_tile *tile)
{
    const struct plan *plan = measuring->history->plan;
    const struct feature *of = &plan->features[feature];
    const struct reading *reading = &plan->readings[feature];
    struct feature_need need;
    feature_need_of(plan, of, &need);
    if (!need.tiles || !window_reaches(of->window, measuring->reads_from, tile->day))
        return false;
    return mask_counts(reading, tile_mask(tile)) || mask_errors(reading, tile_mask(tile)) != 0 ||
           (of->operator== FEATURE_SHARE && sieve_counts(&reading->whole, tile_mask(tile)));
}

/* Whether a feature is why the plan has the keep. */
static bool
reads_keep(const struct plan *plan, int32_t feature, const struct event_keep *keep)
{
    struct feature_need need;
    feature_need_of(plan, &plan->features[feature], &need);
    if (!need.keeps || need.keep.how != keep->how || need.keep.where != keep->where ||
        need.keep.field != keep->field || need.keep.by != keep->by)
        return false;
    return keep->how == KEEP_LAST || keep->how == KEEP_FIRST ||
           window_equal(need.keep.window, keep->window);
}

static bool
is_of(const struct plan *plan, int32_t feature, int32_t event)
{
    return plan->features[feature].source == FEATURE_AGGREGATE &&
           plan->features[feature].event == event;
}

static void
measure_tiles(const struct measuring *measuring)
{
    const struct plan *plan = measuring->history->plan;
    const struct kind_plan *kind = &plan->kinds[measuring->event];
    for (int32_t t = 0; t < measuring->rows->n_tiles; t++) {
        const struct event_tile *tile = tile_at(kind, measuring->rows->tiles, t);
        struct readers readers = {0, -1};
        for (int32_t f = 0; f < plan->n_features; f++)
            if (is_of(plan, f, measuring->event) && reads_tile(measuring, f, tile))
                charge(measuring->footprint, &readers, f, measuring->sizes[t]);
        settle_charge(measuring->footprint, &readers, measuring->sizes[t]);
    }
}

/* Kept events are sketches where they are there for nothing but the count of different values. */
static void
measure_events(const struct measuring *measuring)
{
    const struct plan *plan = measuring->history->plan;
    const struct kind_plan *kind = &plan->kinds[measuring->event];
    int32_t n = measuring->rows->n_events;
    for (int32_t k = 0; k < kind->n_keeps; k++)
        if (kind->keeps[k].how != KEEP_BUCKETS)
            seal_mark(measuring->history, measuring->event, measuring->rows, &kind->keeps[k],
                      measuring->reads_from, measuring->marks + (size_t) k * (size_t) n,
                      measuring->hashed);
    for (int32_t e = 0; e < n; e++) {
        int64_t size = measuring->sizes[e];
        if ((record_at(kind, measuring->rows->events, e)->flags & EVENT_SEALED) == 0) {
            measuring->footprint->open += size;
            continue;
        }
        struct readers readers = {0, -1};
        bool sketch = false, single = false;
        for (int32_t k = 0; k < kind->n_keeps; k++) {
            if (measuring->marks[(size_t) k * (size_t) n + (size_t) e] == 0)
                continue;
            sketch |= kind->keeps[k].how == KEEP_DISTINCT;
            single |= kind->keeps[k].how != KEEP_DISTINCT;
            for (int32_t f = 0; f < plan->n_features; f++)
                if (is_of(plan, f, measuring->event) && reads_keep(plan, f, &kind->keeps[k]))
                    charge(measuring->footprint, &readers, f, size);
        }
        settle_charge(measuring->footprint, &readers, size);
        if (sketch && !single)
            measuring->footprint->sketches += size;
        else
            measuring->footprint->events += size;
    }
}

static void
measure_buckets(const struct measuring *measuring, const int32_t *sizes)
{
    const struct plan *plan = measuring->history->plan;
    const struct kind_plan *kind = &plan->kinds[measuring->event];
    for (int32_t k = 0; k < kind->n_keeps; k++) {
        if (kind->keeps[k].how != KEEP_BUCKETS)
            continue;
        struct readers readers = {0, -1};
        for (int32_t f = 0; f < plan->n_features; f++)
            if (is_of(plan, f, measuring->event) && reads_keep(plan, f, &kind->keeps[k]))
                charge(measuring->footprint, &readers, f, sizes[k]);
        settle_charge(measuring->footprint, &readers, sizes[k]);
        measuring->footprint->sketches += sizes[k];
    }
}

static bool
measure_kind(const struct history *history, int32_t event, const struct event_rows *rows,
             struct footprint *footprint)
{
    const struct plan *plan = history->plan;
    const struct kind_plan *kind = &plan->kinds[event];
    size_t events = (size_t) rows->n_events + 1, keeps = (size_t) kind->n_keeps + 1;
    struct measuring measuring = {.history = history,
                                  .rows = rows,
                                  .footprint = footprint,
                                  .event = event,
                                  .reads_from = history->sealed_day == DAY_NONE
                                                    ? DAY_NONE
                                                    : history->sealed_day + 1};
    int32_t *tiles = memory_new_array((size_t) rows->n_tiles + 1, sizeof *tiles);
    int32_t *sizes = memory_new_array(events, sizeof *sizes);
    int32_t *buckets = memory_new_array(keeps, sizeof *buckets);
    measuring.marks = memory_new_array(events * keeps, 1);
    measuring.hashed = memory_new_array(events, sizeof *measuring.hashed);
    int64_t whole = 0;
    bool ok = tiles != NULL && sizes != NULL && buckets != NULL && measuring.marks != NULL &&
              measuring.hashed != NULL && tiles_measure(plan, event, rows, tiles, &whole) &&
              events_measure(plan, event, rows, sizes) &&
              buckets_measure(plan, event, rows, buckets);
    if (ok) {
        footprint->tiles += whole;
        measuring.sizes = tiles;
        measure_tiles(&measuring);
        measuring.sizes = sizes;
        measure_events(&measuring);
        measure_buckets(&measuring, buckets);
    }
    memory_free(tiles);
    memory_free(sizes);
    memory_free(buckets);
    memory_free(measuring.marks);
    memory_free(measuring.hashed);
    return ok;
}

bool
history_footprint(const struct history *history, struct footprint *footprint)
{
    const struct schema *schema = history->plan->schema;
    struct cstm_buffer entries = {.data = NULL};
    bool ok = true;
    for (int32_t i = 0; ok && i < history->n_instances; i++) {
        const struct instance *at = &history->instances[i];
        const struct entity_plan *locals = &history->plan->entities[at->entity];
        for (int32_t l = 0; ok && l < schema->entities[at->entity].n_events; l++)
            ok = measure_kind(history, locals->events[l], &at->kinds[l], footprint);
        for (int32_t a = 0; ok && a < schema->entities[at->entity].n_attributes; a++)
            ok = at->attributes[a].n == 0 ||
                 entries_write(schema->attributes[locals->attributes[a]].type, &at->attributes[a],
                               &entries);
    }
    footprint->attributes = (int64_t) entries.size;
    buffer_clear(&entries);
    return ok;
}
