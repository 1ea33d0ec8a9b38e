/* Operators on what spans of days come to: variance and deviation, the share of one rule in
 * another, the trend over parts of a window, the ratio of a window to the one before it. They read
 * exact sums of integers (count, sum, sum of squares) from tiles and from events that are not
 * sealed, and become a double once, at the end: no order of arrival and no split shows. */
#include "behaviour/reading.h"

#include <math.h>

int32_t
tiles_until(const struct reading *reading, const struct event_rows *rows, int32_t day)
{
    int32_t low = 0, high = rows->n_tiles;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (tile_at(reading->kind, rows->tiles, middle)->day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
span_add_event(const struct reading *reading, const struct event_record *record, struct span *span)
{
    span->count++;
    if (reading->feature->field < 0)
        return;
    int64_t value = *(const int64_t *) (const void *) ((const uint8_t *) record +
                                                       reading->value_offset);
    span->sum += value;
    if (reading->squares_offset >= 0)
        span->squares = squares_add(span->squares, square_of(value));
}

static void
span_add_tile(const struct reading *reading, const struct event_tile *tile, struct span *span)
{
    span->count += tile->count;
    if (reading->sum_offset >= 0)
        span->sum += *(const wide *) tile_value(tile, reading->sum_offset);
    if (reading->squares_offset >= 0)
        span->squares = squares_add(span->squares,
                                    *(const wide *) tile_value(tile, reading->squares_offset));
}

struct span
span_of(const struct reading *reading, const struct behaviour_row *row, const struct sieve *sieve,
        int32_t start, int32_t day)
{
    const struct history *history = row->history;
    struct span span = {.count = 0};
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t e = events_until(reading, rows, day) - 1; e >= 0; e--) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            if (record->day < start)
                break;
            if ((record->flags & EVENT_SEALED) == 0 &&
                event_is_known(reading, record, row_known(row)) &&
                sieve_counts(sieve, record_mask(reading->kind, record)))
                span_add_event(reading, record, &span);
        }
        for (int32_t t = tiles_until(reading, rows, day) - 1; t >= 0; t--) {
            const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
            if (tile->day < start)
                break;
            if (sieve_counts(sieve, tile_mask(tile)))
                span_add_tile(reading, tile, &span);
        }
    }
    return span;
}

void
put_double(double value, int32_t r, struct rule_column *out)
{
    bool finite = value - value == 0;
    out->as.doubles[r] = finite ? value : 0;
    out->states[r] = finite ? CSTM_OK : CSTM_ERROR_NOT_FINITE;
}

void
put_money(const struct reading *reading, double minor, int32_t r, struct rule_column *out)
{
    double whole = nearbyint(minor);
    if (!(whole >= -0x1p63 && whole < 0x1p63)) {
        put_state(reading, r, out, CSTM_ERROR_RANGE);
        return;
    }
    out->as.int64s[r] = (int64_t) whole;
    out->states[r] = CSTM_OK;
}

/* With m the mean to a whole number and rest = sum - n m, the squares around the mean add up to
 *     squares - 2 m sum + n m^2 - rest^2 / n,
 * whose first three terms are taken modulo 2^128: what they come to lies between 0 and 2^125, so
 * nothing is lost on the way, and only what is left is rounded. */
double
span_variance(const struct span *span)
{
    int64_t n = span->count, mean = wide_divide(span->sum, n);
    unsigned_wide around = (unsigned_wide) span->squares -
                           2 * (unsigned_wide) (wide) mean * (unsigned_wide) span->sum +
                           (unsigned_wide) n * (unsigned_wide) ((wide) mean * mean);
    wide rest = span->sum - (wide) n * mean, whole, pairs;
    if (!__builtin_mul_overflow((wide) around, (wide) n, &whole)) {
        whole -= rest * rest;
        pairs = (wide) n * (n - 1);
        return wide_fits(pairs) ? wide_ratio(whole, (int64_t) pairs)
                                : wide_ratio(whole, n) / (double) (n - 1);
    }
    return (wide_ratio((wide) around, 1) - wide_ratio(rest * rest, n)) / (double) (n - 1);
}

/* 10 to the power of the currency's exponent, for what is said in major units. */
static double
major_unit(const struct reading *reading)
{
    double unit = 1;
    for (int32_t i = 0; i < reading->plan->schema->exponent; i++)
        unit *= 10;
    return unit;
}

static bool
is_money(const struct reading *reading)
{
    const struct feature *feature = reading->feature;
    return feature->field >= 0 &&
           reading->plan->schema->events[feature->event].fields[feature->field].type ==
               CSTM_TYPE_MONEY;
}

void
put_spread(const struct reading *reading, const struct span *span, int32_t r,
           struct rule_column *out)
{
    if (span->count < 2) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
    } else if (span->squares >= SQUARES_MOST) {
        put_state(reading, r, out, CSTM_ERROR_RANGE);
    } else {
        double variance = span_variance(span), unit = is_money(reading) ? major_unit(reading) : 1;
        if (reading->feature->operator== FEATURE_VARIANCE)
            put_double(variance / (unit * unit), r, out);
        else if (reading->feature->kind == RULE_MONEY)
            put_money(reading, sqrt(variance), r, out);
        else
            put_double(sqrt(variance), r, out);
    }
}

/* What a span says to an operator that counts events or adds up a field. */
static wide
span_amount(const struct reading *reading, const struct span *span)
{
    return reading->feature->field < 0 ? span->count : span->sum;
}

/* A part of a whole; missing of nothing. */
void
put_ratio(const struct reading *reading, wide part, wide whole, int32_t r, struct rule_column *out)
{
    if (whole == 0)
        put_state(reading, r, out, CSTM_ERROR_MISSING);
    else if (whole > INT64_MAX || whole < -INT64_MAX)
        put_state(reading, r, out, CSTM_ERROR_RANGE);
    else
        put_double(whole < 0 ? wide_ratio(-part, (int64_t) -whole)
                             : wide_ratio(part, (int64_t) whole),
                   r, out);
}

/* Where the last `part` of the window's parts begin. */
int32_t
part_start(const struct reading *reading, int32_t part, int32_t day)
{
    struct window window = reading->feature->window;
    window.n = window.n / reading->feature->parameter * part;
    return window_start(window, day);
}

/* The slope of the parts' amounts y over 0, 1, ..., k - 1 by least squares,
 *     6 sum((2 i - (k - 1)) y_i) / (k (k^2 - 1)),
 * exact up to the one division. Parts count from the last one back. */
static wide
slope_of(const struct reading *reading, const struct behaviour_row *row, int32_t until)
{
    int32_t k = reading->feature->parameter, end = row->day;
    wide slope = 0;
    for (int32_t part = 1; part <= k; part++) {
        int32_t start = part_start(reading, part, row->day);
        struct span span =
            span_of(reading, row, &reading->sieve, start, end < until ? end : until);
        slope += (wide) 6 * (2 * (k - part) - (k - 1)) * span_amount(reading, &span);
        end = start - 1;
    }
    return slope;
}

void
put_slope(const struct reading *reading, wide slope, int32_t r, struct rule_column *out)
{
    int32_t k = reading->feature->parameter;
    int64_t divisor = (int64_t) k * ((int64_t) k * k - 1);
    if (reading->feature->kind != RULE_MONEY) {
        put_double(wide_ratio(slope, divisor), r, out);
    } else if (wide_fits(slope / divisor) && wide_fits(slope / divisor + (slope < 0 ? -1 : 1))) {
        out->as.int64s[r] = wide_divide(slope, divisor);
        out->states[r] = CSTM_OK;
    } else {
        put_state(reading, r, out, CSTM_ERROR_RANGE);
    }
}

/* until: the last day of the window that is looked at. */
struct pair
pair_of(const struct reading *reading, const struct behaviour_row *row, int32_t start,
        int32_t until)
{
    if (reading->feature->operator== FEATURE_TREND)
        return (struct pair){.part = slope_of(reading, row, until)};
    bool share = reading->feature->operator== FEATURE_SHARE;
    int32_t middle = share ? start : part_start(reading, 1, row->day);
    struct span part = span_of(reading, row, &reading->sieve, middle, until);
    struct span whole = share ? span_of(reading, row, &reading->whole, start, until)
                              : span_of(reading, row, &reading->sieve, start, middle - 1);
    return (struct pair){span_amount(reading, &part), span_amount(reading, &whole)};
}

void
put_pair(const struct reading *reading, const struct pair *pair, int32_t r, struct rule_column *out)
{
    if (reading->feature->operator== FEATURE_TREND)
        put_slope(reading, pair->part, r, out);
    else
        put_ratio(reading, pair->part, pair->whole, r, out);
}

void
read_spans(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
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
        if (error != CSTM_OK) {
            put_state(reading, r, out, error);
            continue;
        }
        if (reading->feature->operator!= FEATURE_VARIANCE &&
            reading->feature->operator!= FEATURE_DEVIATION) {
            struct pair pair = pair_of(reading, row, start, row->day);
            put_pair(reading, &pair, r, out);
        } else {
            struct span span =
                span_of(reading, row, &reading->sieve, start, row->day);
            put_spread(reading, &span, r, out);
        }
    }
}
