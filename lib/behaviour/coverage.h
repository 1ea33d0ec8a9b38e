/* Inside the room: from when a feature's answer can be trusted. A window is covered where the kind
 * was observed from its start, or from the opening of the instance if that came later; after a
 * migration, parts of the sealed state are complete from a day on only, which counts like a later
 * observation (the feature's floor). */
#ifndef BEHAVIOUR_COVERAGE_H
#define BEHAVIOUR_COVERAGE_H

#include "behaviour/rows.h"

/* A kind that is made of others is observed from when all of them are. */
bool union_stated(const struct history *history, int32_t event);
int32_t union_observed_day(const struct history *history, int32_t event);

static inline bool
observation_stated(const struct history *history, int32_t event)
{
    if (history->plan->schema->events[event].n_members > 0)
        return union_stated(history, event);
    return history->observed_day[event] != INT32_MAX ||
           history->plan->kinds[event].observed_day != INT32_MAX;
}

static inline int32_t
observed_day(const struct history *history, int32_t event)
{
    if (history->plan->schema->events[event].n_members > 0)
        return union_observed_day(history, event);
    int32_t day = history->observed_day[event];
    if (day != INT32_MAX)
        return day;
    day = history->plan->kinds[event].observed_day;
    return day != INT32_MAX ? day : history->instances[0].begins_day;
}

static inline int32_t
feature_floor(const struct history *history, const struct feature *feature)
{
    return history->feature_floor == NULL
               ? DAY_NONE
               : history->feature_floor[feature->index];
}

/* The day from which all is known, for a window without a start: DAY_NONE where nothing speaks
 * against it. */
static inline int32_t
known_from(const struct history *history, const struct feature *feature)
{
    int32_t floor = feature_floor(history, feature);
    if (!observation_stated(history, feature->event))
        return floor;
    int32_t day = observed_day(history, feature->event);
    return day > floor ? day : floor;
}

static inline bool
window_is_covered(const struct history *history, const struct feature *feature, int32_t instance,
                  int32_t start, int32_t day)
{
    int32_t from;
    if (feature->window.unit == WINDOW_ALL || feature->window.unit == WINDOW_LAST) {
        from = known_from(history, feature);
        if (from == DAY_NONE)
            return true;
    } else {
        int32_t floor = feature_floor(history, feature);
        from = observed_day(history, feature->event);
        from = floor > from ? floor : from;
        if (from <= start)
            return true;
    }
    int32_t opened = history_opened(history, instance, day);
    return opened != DAY_NONE && from <= opened;
}

/* For the reports of migrations: a line more, and what became of a feature of a history that came
 * from other bytes. */
bool report_add(struct migration_report *report, size_t *capacity, const char *name,
                enum migration_fate fate, int32_t complete_day);
enum migration_fate report_feature(const struct history *to, const struct feature *feature,
                                   int32_t *complete_day);

#endif
