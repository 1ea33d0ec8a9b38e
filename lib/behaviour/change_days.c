/* When a feature may change: the days on which its events happen or are amended, the days on which they
 * leave its window, and the day on which the window is covered for the first time. Between them it is
 * constant (but for a recency, which grows by one a day), so a lifecycle need not be stepped there.
 */
#include "behaviour/reading.h"

struct changes {
    int32_t after, until;
    struct window window;
    void (*add)(void *argument, int32_t day);
    void *argument;
    int32_t last; /* the day added before: runs of events on one day add once */
};

static void
change_on(struct changes *changes, int32_t day)
{
    if (day > changes->after && day <= changes->until)
        changes->add(changes->argument, day);
}

static void
change_by_event(struct changes *changes, int32_t day)
{
    if (day == changes->last || day == DAY_NONE)
        return;
    changes->last = day;
    change_on(changes, window_enters(changes->window, day));
    if (window_is_bounded(changes->window))
        change_on(changes, window_leaves(changes->window, day));
}

/* The days on which a window that ended earlier first holds an opening. */
static void
change_by_openings(struct changes *changes, const struct attribute_rows *openings)
{
    for (int32_t i = 0; i < openings->n && openings->entries[i].day <= changes->until; i++)
        if (openings->entries[i].present)
            change_on(changes,
                      window_enters(changes->window, (int32_t) openings->entries[i].value.number));
}

void
feature_change_days(const struct plan *plan, const struct feature *feature,
                    const struct history *history, int32_t instance, int32_t after, int32_t until,
                    void (*add)(void *argument, int32_t day), void *argument)
{
    const struct event_kind *declared = &plan->schema->events[feature->event];
    const struct kind_plan *kind = &plan->kinds[feature->event];
    struct changes changes = {after, until, feature->window, add, argument, DAY_NONE};
    bool bounded = window_is_bounded(feature->window);
    for (int32_t i = instance; i >= 0; i = history_next_below(history, instance, i)) {
        if (history->instances[i].entity != declared->entity)
            continue;
        const struct event_rows *rows = &history->instances[i].kinds[declared->local];
        for (int32_t t = 0; t < rows->n_tiles; t++)
            change_by_event(&changes, tile_at(kind, rows->tiles, t)->day);
        for (int32_t b = 0; b < rows->n_buckets; b++)
            change_by_event(&changes, rows->buckets[b].day);
        for (int32_t e = 0; e < rows->n_events; e++) {
            const struct event_record *record = record_at(kind, rows->events, e);
            change_by_event(&changes, record->day);
            if (kind->validity_offset != 0) {
                change_on(&changes, event_validity(kind, record)->known);
                change_on(&changes, event_validity(kind, record)->gone);
            }
        }
    }
    int32_t from = known_from(history, feature);
    if (from == DAY_NONE)
        from = observed_day(history, feature->event);
    else if (bounded && observed_day(history, feature->event) > from)
        from = observed_day(history, feature->event);
    if (from != DAY_NONE && from != INT32_MAX) {
        /* Covered once the window starts on that day: where the day before it has left. */
        change_on(&changes, from);
        if (bounded)
            change_on(&changes, window_leaves(feature->window, from - 1));
    }
    if (feature->operator>= FEATURE_NEAR_COUNT)
        near_change_days(plan, feature, history, instance, after, until, add, argument);
    if (feature->window.unit == WINDOW_CYCLES)
        cycle_change_days(plan, feature, history, instance, after, until, add, argument);
    if (feature->window.before > 0 || feature->window.unit == WINDOW_CYCLES)
        change_by_openings(&changes, &history->instances[instance].attributes[0]);
    attribute_change_days(plan, plan->entities[feature->entity].attributes[0], history, instance,
                          after, until, add, argument);
}
