/* Inside the room: what a profile that is advanced remembers, so that reading need not walk all
 * that is kept. Of the tiles of an instance, what they say to each feature, added up from every day
 * on to the last one: a window that ends after it reads one entry, and events that are not sealed
 * are folded on top as ever. Of the day after the summary's own, what each feature's window already
 * holds (forward.c). Tiles change with sealing and merging only, both of which forget the whole
 * summary; an event that comes later touches its kind, which the second part looks at. */
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

/* What the window of the next day holds at the end of the summary's day, of one feature and one
 * instance of its entity with all that is below it. */
struct forward {
    union {
        wide sum;        /* FORWARD_SUM, FORWARD_MEAN */
        int64_t extreme; /* FORWARD_LEAST, FORWARD_GREATEST */
        struct {
            int32_t instance; /* whose event it is; -1: there is none */
            int32_t place;    /* events of later days stand behind it */
            int32_t day;
        } event; /* FORWARD_EVENT, FORWARD_RECENCY */
        struct {
            wide part, whole;
        } pair; /* FORWARD_SHARE, FORWARD_RATIO, FORWARD_TREND */
        struct {
            uint64_t *words; /* FORWARD_VALUES: counts; FORWARD_HASHES: n hashes, ascending */
            int32_t n;
        } list;
    } as;
    int64_t count;
    enum {
        FORWARD_UNKNOWN,
        FORWARD_KNOWN, /* and covered, where that counts */
        FORWARD_ASKS,  /* coverage is to be asked when reading */
    } known;
};

/* What came in of an event kind since the summary was made. */
enum touched {
    TOUCHED_NEVER,
    TOUCHED_AFTER,  /* events of later days only */
    TOUCHED_BEFORE, /* of days that it covers, too */
};

struct summaries {
    int32_t n_instances; /* those that there were */
    int32_t n_features;
    int32_t day;
    bool touched_any;        /* an event or attribute of a later day was there or came in */
    uint8_t *touched;        /* per event kind: enum touched */
    struct summary *of;      /* [instance * n_features + feature]; the entries follow */
    struct forward *forward; /* likewise */
    int32_t *
        starts; /* per feature: where its window of day + 1 begins; DAY_NONE: it has no beginning */
};

/* Of feature `feature`, at the end of `day`, for a window of the next day that begins on `start`.
 */
/* How many words it needs in its list, at most. */
size_t forward_words(const struct plan *plan, int32_t feature, const struct history *history,
                     int32_t instance);
struct forward forward_from(const struct plan *plan, int32_t feature, const struct history *history,
                            int32_t instance, int32_t start, int32_t day, uint64_t *words);

/* An event of the kind came in, or was replaced. */
static inline void
summary_touch(struct summaries *summaries, int32_t event, int32_t day)
{
    if (day <= summaries->day)
        summaries->touched[event] = TOUCHED_BEFORE;
    else if (summaries->touched[event] == TOUCHED_NEVER)
        summaries->touched[event] = TOUCHED_AFTER;
    summaries->touched_any = true;
}

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
