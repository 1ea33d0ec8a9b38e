/* Inside the room: what every operator of a feature shares while it reads rows. All that does not
 * depend on the row is found once (struct reading); the functions are inlined into one loop per
 * operator. */
#ifndef BEHAVIOUR_READING_H
#define BEHAVIOUR_READING_H

#include "behaviour/coverage.h"
#include "behaviour/summary.h"

#define INLINE static inline __attribute__((always_inline))
#define SEARCH_FROM 24 /* events: below it a walk finds the window's end as quickly */

/* Which events count: those whose mask has these bits. Of one word only the first is looked at where
 * that is all that decides; what asks for nothing cares for no bit. */
struct sieve {
    int32_t word[3];
    uint64_t care[3], want[3];
};

/* All that does not depend on the row. */
struct reading {
    const struct plan *plan;
    const struct feature *feature; /* the plan's plain one: rows are of the day its window ends on */
    struct window before;          /* the feature's window */
    bool moved; /* it is read as of another day than its rows' */
    const struct kind_plan *kind;
    size_t record_size, tile_size;
    int32_t index;  /* of the feature */
    int32_t event;  /* its kind */
    int32_t entity; /* of the event */
    int32_t local;  /* its place among the entity's kinds */
    bool same;      /* the feature is of that very entity */
    bool real;      /* the field is a double */
    int32_t mask_offset;
    struct sieve sieve;
    struct sieve whole; /* SHARE: of what the share is taken */
    enum mask_mode { MASK_NONE, MASK_ONE, MASK_SEVERAL } mask; /* how many words of a mask decide */
    int32_t where_word;
    uint64_t where_error; /* bits of the rule's error; 0 where it cannot fail */
    bool may_fail;        /* it, or the rule of the whole */
    /* The events whose errors count: those with the value that is asked for. */
    int32_t by_word;
    uint64_t by_care, by_want;
    int32_t value_offset;
    int32_t validity_offset; /* 0: events are never amended */
    int32_t slot_offset; /* in a tile; -1 */
    int32_t sum_offset, squares_offset; /* likewise, of the field's sum and squares */
    int32_t buckets; /* QUANTILE: the keep of its buckets */
    bool bounded; /* the window begins on some day */
    bool made_of_others; /* the event kind */
    int32_t observed_day; /* by the strategy; INT32_MAX: none */
    /* What is carried forward of it to the next day (forward.c). */
    enum forwarded {
        FORWARD_NOTHING,
        FORWARD_COUNT, /* of events, or of days */
        FORWARD_SUM,
        FORWARD_MEAN,
        FORWARD_LEAST,
        FORWARD_GREATEST,
        FORWARD_EVENT, /* the first or last */
        FORWARD_RECENCY,
        FORWARD_SHARE,  /* of the part and of the whole */
        FORWARD_RATIO,  /* of the later half and of the earlier one */
        FORWARD_TREND,  /* of the slope, before its one division */
        FORWARD_VALUES, /* how often each value was there */
        FORWARD_HASHES, /* the different values there were, by their hashes */
    } forwarded;
};

struct total {
    int64_t count;
    wide sum;
    int64_t extreme;
    uint64_t errors;
};

/* Where the last row's window began. */
struct window_memo {
    int32_t day, start;
};
#define NO_WINDOW ((struct window_memo){DAY_NONE, DAY_NONE})

/* Rows of a call share their day or walk through days: the start of the last one is remembered. All
 * of history starts before the base tile. The day after an advance is what summaries are made for.
 */
INLINE int32_t
row_window(const struct reading *reading, struct window_memo *memo,
           const struct behaviour_row *row)
{
    if (!reading->bounded)
        return DAY_NONE;
    if (row->day != memo->day) {
        const struct summaries *summaries = row->history->summaries;
        memo->start = summaries != NULL && !reading->moved && row->day == summaries->day + 1
                          ? summaries->starts[reading->index]
                          : window_start(reading->feature->window, row->day);
        memo->day = row->day;
    }
    return memo->start;
}

INLINE int32_t
reading_window(const struct reading *reading, int32_t day)
{
    return reading->bounded ? window_start(reading->feature->window, day) : DAY_NONE;
}

/* Whether a window is covered by observation alone. */
INLINE bool
reading_observed(const struct reading *reading, const struct history *history, int32_t start)
{
    if (reading->made_of_others)
        return false; /* the members say; window_is_covered() asks them */
    int32_t from = history->observed_day[reading->feature->event];
    from = from != INT32_MAX ? from : reading->observed_day;
    if (from == INT32_MAX)
        from = reading->bounded ? history->instances[0].begins_day : DAY_NONE;
    return from <= start && history->feature_floor == NULL;
}

/* window_is_covered() with its common answer first; feature_before.c asks it otherwise. */
INLINE bool
reading_covered(const struct reading *reading, const struct behaviour_row *row, int32_t start)
{
    return reading->moved || reading_observed(reading, row->history, start) ||
           window_is_covered(row->history, reading->feature, row->instance, start, row->day);
}

INLINE bool
sieve_counts(const struct sieve *sieve, const uint64_t *mask)
{
    return (((mask[sieve->word[0]] & sieve->care[0]) ^ sieve->want[0]) |
            ((mask[sieve->word[1]] & sieve->care[1]) ^ sieve->want[1]) |
            ((mask[sieve->word[2]] & sieve->care[2]) ^ sieve->want[2])) == 0;
}

INLINE bool
mask_counts(const struct reading *reading, const uint64_t *mask)
{
    const struct sieve *sieve = &reading->sieve;
    if (reading->mask != MASK_SEVERAL)
        return (mask[sieve->word[0]] & sieve->care[0]) == sieve->want[0];
    return sieve_counts(sieve, mask);
}

/* The bits that say that the rule failed on an event, 0 where it did not. */
INLINE uint64_t
mask_errors(const struct reading *reading, const uint64_t *mask)
{
    if (reading->where_error == 0 || (mask[reading->by_word] & reading->by_care) != reading->by_want)
        return 0;
    return mask[reading->where_word] & reading->where_error;
}

/* Whether an event counts for those who read on the day `known`. Events that may be amended are read
 * as MASK_SEVERAL. */
INLINE bool
event_is_known(const struct reading *reading, const void *record, int32_t known)
{
    if (reading->validity_offset == 0)
        return true;
    const struct event_validity *validity = (const struct event_validity *) (const void *)
        ((const uint8_t *) record + reading->validity_offset);
    return validity->known <= known && known < validity->gone;
}

/* The day on which a row is read. */
INLINE int32_t
row_known(const struct behaviour_row *row)
{
    return row->day + row->later;
}

INLINE const uint64_t *
mask_of(const struct reading *reading, const uint8_t *record)
{
    return (const uint64_t *) (const void *) (record + reading->mask_offset);
}

/* Where row n of rows begins: of no rows, which have no address, too. */
INLINE const uint8_t *
row_at(const uint8_t *rows, int32_t n, size_t size)
{
    return (const uint8_t *) ((uintptr_t) rows + (size_t) n * size);
}

/* How many events are of days up to `day`. */
INLINE int32_t
events_until(const struct reading *reading, const struct event_rows *rows, int32_t day)
{
    int32_t n = rows->n_events;
    if (n > SEARCH_FROM) {
        int32_t low = 0;
        while (low < n) {
            int32_t middle = low + (n - low) / 2;
            if (record_at(reading->kind, rows->events, middle)->day <= day)
                low = middle + 1;
            else
                n = middle;
        }
        return low;
    }
    const uint8_t *at = row_at(rows->events, n, reading->record_size);
    while (n > 0 &&
           ((const struct event_record *) (const void *) (at - reading->record_size))->day > day) {
        at -= reading->record_size;
        n--;
    }
    return n;
}

INLINE const struct event_rows *
rows_of(const struct reading *reading, const struct history *history, int32_t instance)
{
    return &history->instances[instance].kinds[reading->local];
}

/* The instances below a row's that may have events of the kind, one by one; -1 after the last. */
INLINE int32_t
next_instance(const struct reading *reading, const struct history *history, int32_t root,
              int32_t at)
{
    if (reading->same)
        return -1;
    do
        at = history_next_below(history, root, at);
    while (at >= 0 && history->instances[at].entity != reading->entity);
    return at;
}

INLINE int32_t
first_instance(const struct reading *reading, const struct history *history, int32_t root)
{
    return reading->same ? root : next_instance(reading, history, root, root);
}

enum fold { FOLD_COUNT, FOLD_SUM, FOLD_MIN, FOLD_MAX };

INLINE void
total_fold(struct total *total, int64_t value, enum fold fold)
{
    if (fold == FOLD_SUM)
        total->sum += value;
    else if (fold == FOLD_MIN && value < total->extreme)
        total->extreme = value;
    else if (fold == FOLD_MAX && value > total->extreme)
        total->extreme = value;
}

INLINE int64_t
ordered_at(const uint8_t *value, bool real)
{
    return real ? exact_from_double(*(const double *) (const void *) value)
                : *(const int64_t *) (const void *) value;
}

INLINE void
finish_total(const struct reading *reading, const struct total *total, int32_t r,
             struct rule_column *out, enum fold fold, bool mean, bool real)
{
    if (fold == FOLD_COUNT) {
        out->as.int64s[r] = total->count;
        out->states[r] = CSTM_OK;
    } else if (fold == FOLD_SUM && !mean) {
        bool fits = wide_fits(total->sum);
        out->as.int64s[r] = fits ? (int64_t) total->sum : 0;
        out->states[r] = fits ? CSTM_OK : CSTM_ERROR_RANGE;
    } else if (total->count == 0 ||
               (real && fold != FOLD_SUM &&
                (total->extreme == INT64_MAX || total->extreme == INT64_MIN))) {
        if (reading->feature->kind == RULE_DOUBLE)
            out->as.doubles[r] = 0;
        else
            out->as.int64s[r] = 0;
        out->states[r] = CSTM_ERROR_MISSING;
    } else {
        out->states[r] = CSTM_OK;
        if (fold != FOLD_SUM && real)
            out->as.doubles[r] = exact_to_double(total->extreme);
        else if (fold != FOLD_SUM)
            out->as.int64s[r] = total->extreme;
        else if (reading->feature->kind == RULE_MONEY)
            out->as.int64s[r] = wide_divide(total->sum, total->count);
        else
            out->as.doubles[r] = wide_ratio(total->sum, total->count);
    }
}

/* What an event's mask says, for a mode that is known when the loop is compiled: whether it counts,
 * and errors of its rule. */
INLINE bool
mask_says(const struct reading *reading, const uint64_t *mask, enum mask_mode mode, uint64_t *errors)
{
    if (mode == MASK_NONE)
        return true;
    *errors |= mask_errors(reading, mask);
    const struct sieve *sieve = &reading->sieve;
    return mode == MASK_ONE ? (mask[sieve->word[0]] & sieve->care[0]) == sieve->want[0]
                            : sieve_counts(sieve, mask);
}

/* A row that has no value: missing, or an error. */
void put_state(const struct reading *reading, int32_t r, struct rule_column *out, uint8_t state);
/* The least status among the errors of the rule in the window, so that no order shows; CSTM_OK:
 * none. */
uint8_t window_error(const struct reading *reading, const struct behaviour_row *row, int32_t start);

/* What a feature's events of the days [start, day] come to, of an instance and those below it: for
 * operators on sums of events. errors is not 0 where the rule may have failed on one. */
void reading_total(const struct reading *reading, const struct history *history, int32_t root,
                   int32_t start, int32_t day, struct total *total);
/* The event that an operator on single events reads, of the days [from, day] as known on the day
 * `known`: NULL without one. */
const struct event_record *reading_event(const struct reading *reading,
                                         const struct history *history, int32_t root, int32_t from,
                                         int32_t day, int32_t known, int32_t *instance);
/* Its field, or how long ago it was, as the row's value. */
void put_event(const struct reading *reading, const struct event_record *record,
               const struct behaviour_row *row, int32_t r, struct rule_column *out);

/* Rows of a feature whose window ended before their day: as those of that day. */
void read_before(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out);

/* Whether a row that is read as of `end` is covered: where the window reaches back too far, the opening must
 * lie within it. */
bool covered_then(const struct reading *reading, const struct behaviour_row *row, int32_t end);
/* The column from row r on. */
struct rule_column column_from(const struct reading *reading, const struct rule_column *out, int32_t r);

/* Windows in statement cycles: the day of the month on which the row's cycles close, as known on the day of
 * reading; 0: none. */
int32_t cycle_day(const struct plan *plan, const struct feature *feature,
                  const struct behaviour_row *row);
/* The reading of one row, and the row of the day on which its window ends. False: it has no closing day. */
struct cycle_reading {
    struct feature plain;
    struct reading reading;
};
bool cycle_reading(const struct reading *reading, const struct behaviour_row *row,
                   struct cycle_reading *made, struct behaviour_row *then);
void read_cycles(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out);
/* The days on which such a feature may change though nothing happens. */
void cycle_change_days(const struct plan *plan, const struct feature *feature,
                       const struct history *history, int32_t instance, int32_t after, int32_t until,
                       void (*add)(void *argument, int32_t day), void *argument);

/* Rows of which nothing is carried forward: feature_read() without that. */
void reading_rows(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                  struct rule_column *out);
enum forwarded forwarded_of(const struct reading *reading);

/* Finds which kinds amend which, and which are made of which (relations.c); false without memory. */
bool plan_relate(struct plan *plan);
/* plan->logarithms */
void find_logarithms(struct plan *plan);
/* Finds plan->readings; false without memory. */
bool plan_prepare_readings(struct plan *plan);

/* Operators on single events: feature_events.c. */
void read_single(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out);
void read_real_totals(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                      struct rule_column *out);
/* Variance and deviation of doubles. */
void read_real_spread(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                      struct rule_column *out);
void read_last_n(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out);

/* Operators on what spans of days come to: feature_spans.c. */

struct span {
    int64_t count;
    wide sum;     /* of the field; 0 where there is none */
    wide squares; /* likewise, up to SQUARES_MOST */
};

/* How many tiles are of days up to `day`, the base tile among them. */
int32_t tiles_until(const struct reading *reading, const struct event_rows *rows, int32_t day);
/* What the days [start, day] come to, of the row's instance and those below it. */
struct span span_of(const struct reading *reading, const struct behaviour_row *row,
                    const struct sieve *sieve, int32_t start, int32_t day);
void put_double(double value, int32_t r, struct rule_column *out);
/* Whole minor units; half to even. */
void put_money(const struct reading *reading, double minor, int32_t r, struct rule_column *out);
/* part / whole as a double; missing of nothing. */
void put_ratio(const struct reading *reading, wide part, wide whole, int32_t r,
               struct rule_column *out);
/* The variance of a sample in squares of units. n > 1, and squares below SQUARES_MOST. */
double span_variance(const struct span *span);
void read_spans(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                struct rule_column *out);
/* What an operator on spans divides: SHARE, RATIO: the part and the whole; TREND: the slope's divisor
 * is known. Of a window that begins on `start`, of which the row's day is the last one. */
struct pair {
    wide part, whole;
};
struct pair pair_of(const struct reading *reading, const struct behaviour_row *row, int32_t start,
                    int32_t until);
void put_pair(const struct reading *reading, const struct pair *pair, int32_t r,
              struct rule_column *out);
/* Of CATEGORY_LIMIT + 1 counts by value, of the days [start, until]; what they come to. */
void count_values(const struct reading *reading, const struct behaviour_row *row, int32_t start,
                  int32_t until, int64_t *counts);
void put_values(const struct reading *reading, const int64_t *counts, int32_t r,
                struct rule_column *out);
/* The hashes of different values of the days [start, until], ascending: at most DISTINCT_EXACT of
 * them, -1 where there are more. */
int32_t hashes_of(const struct reading *reading, const struct behaviour_row *row, int32_t start,
                  int32_t until, uint64_t *hashes);
/* For columns, which say the same of the rows that they pick. Where the last `part` of the window's
 * parts begin; 6 sum((2 i - (k - 1)) y_i) as the slope; a spread. */
#define PARTS_MOST 64 /* of a trend that is read from columns */
int32_t part_start(const struct reading *reading, int32_t part, int32_t day);
void put_slope(const struct reading *reading, wide slope, int32_t r, struct rule_column *out);
void put_spread(const struct reading *reading, const struct span *span, int32_t r,
                struct rule_column *out);
/* How many different values have these hashes. */
int64_t count_hashes(const uint64_t *hashes, int32_t n);
/* What days one after the other come to, with the amount of each: gaps, a streak, what is decayed. */
struct days_apart {
    int32_t last, last_unit, day; /* of as_of */
    int64_t days, run;
    int64_t gaps, longest;
    wide sum, squares;
    double total;
};
struct days_apart days_apart_start(const struct reading *reading, int32_t day);
void days_apart_add(const struct reading *reading, struct days_apart *apart, int32_t day,
                    wide amount);
void days_apart_end(const struct reading *reading, const struct days_apart *apart, int32_t r,
                    struct rule_column *out);
/* Operators on the values of single events: feature_values.c. */
void read_values(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out);
/* Operators on where events happen, and the days on which a home changes: feature_places.c. */
void read_places(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out);
void near_change_days(const struct plan *plan, const struct feature *feature,
                      const struct history *history, int32_t instance, int32_t after, int32_t until,
                      void (*add)(void *argument, int32_t day), void *argument);
/* Operators on the days on which something counts: feature_days.c. */
void read_days_apart(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                     struct rule_column *out);

#endif
