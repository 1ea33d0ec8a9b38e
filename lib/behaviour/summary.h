/* Inside the room: what the tiles of an instance say to each feature, added up from every day on to
 * the last tile, so that a window that ends after it reads one entry instead of walking them. It
 * follows from the tiles alone, which only sealing and merging change (both forget it); events that
 * are not sealed are folded on top of it as ever. */
#ifndef BEHAVIOUR_SUMMARY_H
#define BEHAVIOUR_SUMMARY_H

#include "behaviour/rows.h"

/* What the tiles from `day` on come to; after the last of them one of no tile, on INT32_MAX. */
struct summary_entry {
    union {
        wide sum;        /* FEATURE_SUM, FEATURE_MEAN */
        int64_t extreme; /* FEATURE_MIN, FEATURE_MAX */
    } as;
    int64_t count; /* events; FEATURE_DISTINCT_DAYS: days */
    int32_t day;
};

/* Of one feature and instance. */
struct summary {
    const struct summary_entry *entries; /* NULL: nothing is kept, the tiles are to be walked */
    int32_t start;                       /* for windows that begin on it or later */
    int32_t last;                        /* and end on it or later: the day of the last tile */
};

struct summaries {
    int32_t n_instances; /* those that there were */
    int32_t n_features;
    int32_t day;
    struct summary *of; /* [instance * n_features + feature]; the entries follow */
    int32_t *starts;    /* per feature: where its window of day + 1 begins, if it has one */
};

/* The entry that a window reads; NULL: walk. */
static inline const struct summary_entry *
summary_find(const struct history *history, int32_t instance, int32_t feature, int32_t start,
             int32_t day)
{
    const struct summaries *summaries = history->summaries;
    if (summaries == NULL || instance >= summaries->n_instances)
        return NULL;
    const struct summary *summary =
        &summaries->of[(size_t) instance * (size_t) summaries->n_features + (size_t) feature];
    if (summary->entries == NULL || start < summary->start || day < summary->last)
        return NULL;
    const struct summary_entry *entry = summary->entries;
    while (entry->day < start)
        entry++;
    return entry;
}

#endif
