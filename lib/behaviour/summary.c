/* Summaries of tiles (summary.h): made when a profile is advanced, for the windows of the days that
 * follow. Integers only, whose sums, minima and maxima are the same in any order; a feature of
 * whose tiles some hold an error of its rule has none, since which error it is depends on the
 * window. */
#include "behaviour/reading.h"

static bool
is_summarised(const struct reading *reading)
{
    const struct feature *feature = reading->feature;
    if (feature == NULL || reading->moved || feature->window.unit == WINDOW_LAST || !reading->kind->counts)
        return false;
    switch (feature->operator) {
    case FEATURE_COUNT:
    case FEATURE_DISTINCT_DAYS:
        return true;
    case FEATURE_SUM:
    case FEATURE_MEAN:
        return !reading->real && reading->slot_offset >= 0;
    case FEATURE_MIN:
    case FEATURE_MAX:
        return reading->slot_offset >= 0;
    default:
        return false;
    }
}

/* Goes back from the last tile; entries are filled from the back of their room, one a day. NULL: a
 * tile holds an error. */
static struct summary_entry *
fill_entries(const struct reading *reading, const struct event_rows *rows, int32_t start,
             struct summary_entry *end)
{
    enum feature_operator operator= reading->feature->operator;
    struct summary_entry *at = end;
    *at = (struct summary_entry){.day = INT32_MAX};
    if (operator== FEATURE_MIN || operator== FEATURE_MAX)
        at->as.extreme = operator== FEATURE_MIN ? INT64_MAX : INT64_MIN;
    for (int32_t t = rows->n_tiles - 1; t >= 0; t--) {
        const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
        if (tile->day < start || (operator== FEATURE_DISTINCT_DAYS && tile->day == DAY_NONE))
            break;
        const uint64_t *mask = tile_mask(tile);
        if (mask_errors(reading, mask) != 0)
            return NULL;
        if (!mask_counts(reading, mask))
            continue;
        bool again = at->day == tile->day;
        if (!again) {
            at--;
            *at = at[1];
            at->day = tile->day;
        }
        if (operator== FEATURE_DISTINCT_DAYS) {
            at->count += !again;
            continue;
        }
        at->count += tile->count;
        if (operator== FEATURE_COUNT)
            continue;
        const void *value = tile_value(tile, reading->slot_offset);
        if (operator== FEATURE_SUM || operator== FEATURE_MEAN) {
            at->as.sum += *(const wide *) value;
            continue;
        }
        int64_t extreme = *(const int64_t *) value;
        bool least = operator== FEATURE_MIN;
        if (least ? extreme < at->as.extreme : extreme > at->as.extreme)
            at->as.extreme = extreme;
    }
    return at;
}

static size_t
entries_needed(const struct reading *reading, const struct event_rows *rows, int32_t start)
{
    size_t n = 1;
    for (int32_t t = rows->n_tiles - 1;
         t >= 0 && tile_at(reading->kind, rows->tiles, t)->day >= start; t--)
        n++;
    return n;
}

/* Calls for each feature of each instance's own events: counts their entries, or fills them. */
static size_t
summarise(const struct history *history, int32_t day, struct summaries *summaries,
          struct summary_entry *room)
{
    const struct plan *plan = history->plan;
    size_t n = 0;
    for (int32_t f = 0; f < plan->n_features; f++) {
        const struct reading *reading = &plan->readings[f];
        if (!is_summarised(reading))
            continue;
        int32_t start = reading_window(reading, day);
        for (int32_t i = 0; i < history->n_instances; i++) {
            if (history->instances[i].entity != reading->entity)
                continue;
            const struct event_rows *rows = rows_of(reading, history, i);
            size_t needed = entries_needed(reading, rows, start);
            n += needed;
            if (room == NULL)
                continue;
            struct summary *summary =
                &summaries->of[(size_t) i * (size_t) plan->n_features + (size_t) f];
            summary->start = start;
            summary->last = rows->n_tiles == 0
                                ? DAY_NONE
                                : tile_at(reading->kind, rows->tiles, rows->n_tiles - 1)->day;
            summary->entries = fill_entries(reading, rows, start, room + n - 1);
        }
    }
    return n;
}

void
history_forget_summaries(struct history *history)
{
    memory_free(history->summaries);
    history->summaries = NULL;
}

/* A block of bytes cut into arrays. */
static size_t
cut(size_t *size, size_t align, size_t n, size_t each)
{
    size_t at = *size + (-*size & (align - 1));
    *size = at + n * each;
    return at;
}

/* Events and attributes of later days that are there already. */
static void
touch_later(const struct history *history, struct summaries *summaries)
{
    const struct schema *schema = history->plan->schema;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *instance = &history->instances[i];
        const struct entity *entity = &schema->entities[instance->entity];
        for (int32_t l = 0; l < entity->n_events; l++) {
            int32_t event = history->plan->entities[instance->entity].events[l];
            const struct event_rows *rows = &instance->kinds[l];
            if (rows->n_events == 0)
                continue;
            int32_t last =
                record_at(&history->plan->kinds[event], rows->events, rows->n_events - 1)->day;
            if (last > summaries->day)
                summary_touch(summaries, event, last);
        }
        for (int32_t a = 0; a < entity->n_attributes; a++) {
            const struct attribute_rows *rows = &instance->attributes[a];
            if (rows->n > 0 && rows->entries[rows->n - 1].day > summaries->day)
                summaries->touched_any = true;
        }
    }
}

/* Without memory it says how many words lists need. */
static size_t
carry_forward(const struct history *history, struct summaries *summaries, int32_t day,
              uint64_t *words)
{
    const struct plan *plan = history->plan;
    size_t n = 0;
    for (int32_t f = 0; f < plan->n_features; f++) {
        const struct reading *reading = &plan->readings[f];
        if (summaries != NULL)
            summaries->starts[f] = DAY_NONE;
        if (reading->feature == NULL)
            continue;
        if (summaries != NULL)
            summaries->starts[f] = reading_window(reading, day + 1);
        for (int32_t i = 0; reading->forwarded != FORWARD_NOTHING && i < history->n_instances;
             i++) {
            if (history->instances[i].entity != reading->feature->entity)
                continue;
            if (summaries != NULL)
                summaries->forward[(size_t) i * (size_t) plan->n_features + (size_t) f] =
                    forward_from(plan, f, history, i, summaries->starts[f], day, words + n);
            n += forward_words(plan, f, history, i);
        }
    }
    return n;
}

void
history_summarise(struct history *history, int32_t day)
{
    size_t features = (size_t) history->plan->n_features;
    size_t events = (size_t) history->plan->schema->n_events;
    const struct summaries *old = history->summaries;
    if (old != NULL && old->day == day && old->n_instances == history->n_instances &&
        !old->touched_any)
        return;
    history_forget_summaries(history);
    if (history->sealed_day == DAY_NONE || features == 0)
        return;
    size_t entries = summarise(history, day, NULL, NULL);
    size_t cells = (size_t) history->n_instances * features, size = sizeof(struct summaries);
    size_t of = cut(&size, _Alignof(struct summary), cells, sizeof(struct summary));
    size_t forward = cut(&size, _Alignof(struct forward), cells, sizeof(struct forward));
    size_t entry =
        cut(&size, _Alignof(struct summary_entry), entries, sizeof(struct summary_entry));
    size_t starts = cut(&size, sizeof(int32_t), features, sizeof(int32_t));
    size_t n_words = carry_forward(history, NULL, day, NULL);
    size_t words = cut(&size, _Alignof(uint64_t), n_words, sizeof(uint64_t));
    size_t touched = cut(&size, 1, events, 1);
    uint8_t *block = memory_new(size);
    if (block == NULL)
        return;
    struct summaries *made = (struct summaries *) (void *) block;
    made->n_instances = history->n_instances;
    made->n_features = history->plan->n_features;
    made->day = day;
    made->of = (struct summary *) (void *) (block + of);
    made->forward = (struct forward *) (void *) (block + forward);
    made->starts = (int32_t *) (void *) (block + starts);
    made->touched = block + touched;
    touch_later(history, made);
    summarise(history, day, made, (struct summary_entry *) (void *) (block + entry));
    carry_forward(history, made, day, (uint64_t *) (void *) (block + words));
    history->summaries = made;
}
