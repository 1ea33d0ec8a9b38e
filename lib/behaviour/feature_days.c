/* Operators on the days on which something counts, one after the other: gaps between them, runs of
 * them, amounts that weigh less with every day. The days of several instances are those of all of
 * them together. Sums of integers go by days from the first to the last; what becomes a double is
 * added in that order. */
#include "behaviour/reading.h"

#include <math.h>

/* The first day after `after` and up to `until` on which something counts; INT32_MAX: none. */
static int32_t
next_day(const struct reading *reading, const struct behaviour_row *row, const struct sieve *sieve,
         int32_t after, int32_t until)
{
    const struct history *history = row->history;
    int32_t least = INT32_MAX;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t t = tiles_until(reading, rows, after); t < rows->n_tiles; t++) {
            const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
            if (tile->day > until || tile->day >= least)
                break;
            if (sieve_counts(sieve, tile_mask(tile)))
                least = tile->day;
        }
        for (int32_t e = events_until(reading, rows, after); e < rows->n_events; e++) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            if (record->day > until || record->day >= least)
                break;
            if ((record->flags & EVENT_SEALED) == 0 &&
                event_is_known(reading, record, row_known(row)) &&
                sieve_counts(sieve, record_mask(reading->kind, record)))
                least = record->day;
        }
    }
    return least;
}

/* The day before the window begins: all of history begins before any day. */
static int32_t
before_window(int32_t start)
{
    return start <= CIVIL_DAY_MIN ? CIVIL_DAY_MIN - 1 : start - 1;
}

/* Gaps between days: how many, and what they and their squares add up to. A gap is below 2^23 and
 * there are fewer than 2^23 of them, so sums stay exact. */
struct gaps {
    int64_t n, longest;
    wide sum, squares;
};

static void
put_gaps(const struct reading *reading, const struct gaps *gaps, int32_t r,
         struct rule_column *out)
{
    enum feature_operator operator= reading->feature->operator;
    if (gaps->n < (operator== FEATURE_GAP_VARIATION ? 2 : 1)) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
    } else if (operator== FEATURE_LONGEST_GAP) {
        out->as.int64s[r] = gaps->longest;
        out->states[r] = CSTM_OK;
    } else if (operator== FEATURE_MEAN_GAP) {
        put_double(wide_ratio(gaps->sum, gaps->n), r, out);
    } else {
        struct span span = {gaps->n, gaps->sum, gaps->squares};
        put_double(sqrt(span_variance(&span)) / wide_ratio(gaps->sum, gaps->n), r, out);
    }
}

static void
read_gaps(const struct reading *reading, const struct behaviour_row *row, int32_t start, int32_t r,
          struct rule_column *out)
{
    struct gaps gaps = {.n = 0};
    int32_t last = next_day(reading, row, &reading->sieve, before_window(start), row->day);
    while (last != INT32_MAX) {
        int32_t day = next_day(reading, row, &reading->sieve, last, row->day);
        if (day == INT32_MAX)
            break;
        int64_t gap = (int64_t) day - last;
        gaps.n++;
        gaps.sum += gap;
        gaps.squares += gap * gap;
        gaps.longest = gap > gaps.longest ? gap : gaps.longest;
        last = day;
    }
    put_gaps(reading, &gaps, r, out);
}

/* Units are numbered so that neighbours differ by one; weeks begin on Monday, and day -3 was one. */
static int32_t
unit_of_day(enum streak_unit unit, int32_t day)
{
    if (unit == STREAK_DAYS)
        return day;
    if (unit == STREAK_WEEKS) {
        int32_t since = day + 3;
        return (since >= 0 ? since : since - 6) / 7;
    }
    struct civil_date date = civil_date_of(day);
    return 12 * date.year + date.month;
}

/* The run that ends with the unit of the row's day, or with the one before it, as that one is not
 * over. */
static void
read_streak(const struct reading *reading, const struct behaviour_row *row, int32_t start,
            int32_t r, struct rule_column *out)
{
    enum streak_unit counted = (enum streak_unit) reading->feature->parameter;
    int32_t last = INT32_MIN, now = unit_of_day(counted, row->day);
    int64_t run = 0;
    for (int32_t day = before_window(start);
         (day = next_day(reading, row, &reading->sieve, day, row->day)) != INT32_MAX;) {
        int32_t unit = unit_of_day(counted, day);
        if (unit == last)
            continue;
        run = run > 0 && unit == last + 1 ? run + 1 : 1;
        last = unit;
    }
    out->as.int64s[r] = run > 0 && last >= now - 1 ? run : 0;
    out->states[r] = CSTM_OK;
}

/* 2^(-age / half_life): the whole half-lives are exact, of the rest e^x by its series, x in
 * (-ln 2, 0], 20 terms by Horner's rule (the next is below 2^-75). The same operations on every
 * machine; the error is below 2 units in the last place. */
static double
decay_weight(int32_t age, int32_t half_life)
{
    double x = -0x1.62e42fefa39efp-1 * ((double) (age % half_life) / (double) half_life);
    double power = 1;
    for (int32_t term = 20; term >= 1; term--)
        power = 1 + power * x / term;
    return ldexp(power, -(age / half_life));
}

static void
read_decayed(const struct reading *reading, const struct behaviour_row *row, int32_t start,
             int32_t r, struct rule_column *out)
{
    double total = 0;
    for (int32_t day = before_window(start);
         (day = next_day(reading, row, &reading->sieve, day, row->day)) != INT32_MAX;) {
        struct span span = span_of(reading, row, &reading->sieve, day, day);
        wide amount = reading->feature->field < 0 ? span.count : span.sum;
        total += wide_ratio(amount, 1) * decay_weight(row->day - day, reading->feature->parameter);
    }
    if (reading->feature->kind == RULE_MONEY)
        put_money(reading, total, r, out);
    else
        put_double(total, r, out);
}

struct days_apart
days_apart_start(const struct reading *reading, int32_t day)
{
    (void) reading;
    return (struct days_apart){.last_unit = INT32_MIN, .day = day};
}

void
days_apart_add(const struct reading *reading, struct days_apart *apart, int32_t day, wide amount)
{
    const struct feature *feature = reading->feature;
    if (feature->operator== FEATURE_STREAK) {
        int32_t unit = unit_of_day((enum streak_unit) feature->parameter, day);
        if (unit != apart->last_unit)
            apart->run = apart->run > 0 && unit == apart->last_unit + 1 ? apart->run + 1 : 1;
        apart->last_unit = unit;
    } else if (feature->operator== FEATURE_DECAYED) {
        apart->total +=
            wide_ratio(amount, 1) * decay_weight(apart->day - day, feature->parameter);
    } else if (apart->days > 0) {
        int64_t gap = (int64_t) day - apart->last;
        apart->gaps++;
        apart->sum += gap;
        apart->squares += gap * gap;
        apart->longest = gap > apart->longest ? gap : apart->longest;
    }
    apart->days++;
    apart->last = day;
}

void
days_apart_end(const struct reading *reading, const struct days_apart *apart, int32_t r,
               struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    if (feature->operator== FEATURE_STREAK) {
        int32_t now = unit_of_day((enum streak_unit) feature->parameter, apart->day);
        out->as.int64s[r] = apart->run > 0 && apart->last_unit >= now - 1 ? apart->run : 0;
        out->states[r] = CSTM_OK;
    } else if (feature->operator== FEATURE_DECAYED && feature->kind == RULE_MONEY) {
        put_money(reading, apart->total, r, out);
    } else if (feature->operator== FEATURE_DECAYED) {
        put_double(apart->total, r, out);
    } else {
        struct gaps gaps = {apart->gaps, apart->longest, apart->sum, apart->squares};
        put_gaps(reading, &gaps, r, out);
    }
}

void
read_days_apart(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                struct rule_column *out)
{
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        int32_t start = row_window(reading, &memo, row);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        uint8_t error = reading->may_fail ? window_error(reading, row, start) : CSTM_OK;
        if (error != CSTM_OK)
            put_state(reading, r, out, error);
        else if (reading->feature->operator== FEATURE_STREAK)
            read_streak(reading, row, start, r, out);
        else if (reading->feature->operator== FEATURE_DECAYED)
            read_decayed(reading, row, start, r, out);
        else
            read_gaps(reading, row, start, r, out);
    }
}
