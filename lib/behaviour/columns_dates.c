/* See columns_dates.h. */
#include "behaviour/columns_dates.h"

#include "behaviour/reading.h"

#include <string.h>

#define PART_ROWS 64 /* whose extreme is kept */

bool
feature_reads_dates(const struct feature *feature)
{
    /* Of a stretch that is read for itself, codes would have to move, too. */
    return feature->operator<= FEATURE_MAX ||
           (feature->operator<= FEATURE_RECENCY && !feature->by);
}

/* The first row of the window. */
static int32_t
window_from(const struct feature *feature, const struct event_columns *columns,
            const struct column_date *date)
{
    const int32_t *days = columns->days;
    int32_t low = date->from, high = date->until;
    if (feature->window.unit == WINDOW_ALL)
        return low;
    int32_t start = window_start(feature->window, date->day);
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (days[middle] < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int32_t
count_rows(const uint8_t *selected, int32_t from, int32_t until)
{
    if (selected == NULL)
        return until - from;
    int32_t count = 0;
    for (int32_t i = from; i < until; i++)
        count += selected[i];
    return count;
}

/* Sums of a stretch, from running ones where these fit. */
static wide
sum_rows(const int64_t *values, const uint8_t *selected, const int64_t *sums, int32_t from,
         int32_t until)
{
    if (sums != NULL)
        return (wide) sums[until] - sums[from];
    wide sum = 0;
    for (int32_t i = from; i < until; i++)
        if (selected == NULL || selected[i] != 0)
            sum += values[i];
    return sum;
}

INLINE int64_t
extreme_of(const struct rule_column *field, const uint8_t *selected, int32_t from, int32_t until,
           enum fold fold, bool real, int64_t extreme)
{
    for (int32_t i = from; i < until; i++) {
        if (selected != NULL && selected[i] == 0)
            continue;
        int64_t value = real ? exact_from_double(field->as.doubles[i]) : field->as.int64s[i];
        if (fold == FOLD_MIN ? value < extreme : value > extreme)
            extreme = value;
    }
    return extreme;
}

INLINE void
read_extremes(const struct reading *reading, const struct event_columns *columns,
              const uint8_t *selected, const struct column_date *dates, int32_t n, enum fold fold,
              bool real, int64_t *parts, struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    const struct rule_column *field = &columns->fields[feature->field];
    const int64_t none = fold == FOLD_MIN ? INT64_MAX : INT64_MIN;
    for (int32_t part = 0; (part + 1) * PART_ROWS <= columns->n; part++)
        parts[part] = extreme_of(field, selected, part * PART_ROWS, (part + 1) * PART_ROWS, fold,
                                 real, none);
    for (int32_t r = 0; r < n; r++) {
        if (!dates[r].covered) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        int32_t from = window_from(feature, columns, &dates[r]), until = dates[r].until;
        struct total total = {.extreme = none, .count = count_rows(selected, from, until)};
        int32_t first = (from + PART_ROWS - 1) / PART_ROWS, last = until / PART_ROWS;
        if (first >= last) {
            total.extreme = extreme_of(field, selected, from, until, fold, real, none);
        } else {
            total.extreme =
                extreme_of(field, selected, from, first * PART_ROWS, fold, real, total.extreme);
            for (int32_t part = first; part < last; part++)
                if (fold == FOLD_MIN ? parts[part] < total.extreme : parts[part] > total.extreme)
                    total.extreme = parts[part];
            total.extreme =
                extreme_of(field, selected, last * PART_ROWS, until, fold, real, total.extreme);
        }
        finish_total(reading, &total, r, out, fold, false, real);
    }
}

static void
read_totals(const struct reading *reading, const struct event_columns *columns,
            const uint8_t *selected, const struct column_date *dates, int32_t n, int64_t *sums,
            struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    bool counts = feature->operator== FEATURE_COUNT, mean = feature->operator== FEATURE_MEAN;
    const int64_t *values = counts ? NULL : columns->fields[feature->field].as.int64s;
    if (!counts && !columns_sum(values, selected, columns->n, sums))
        sums = NULL;
    for (int32_t r = 0; r < n; r++) {
        if (!dates[r].covered) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        int32_t from = window_from(feature, columns, &dates[r]), until = dates[r].until;
        struct total total = {.extreme = INT64_MIN};
        if (counts || mean)
            total.count = count_rows(selected, from, until);
        if (!counts)
            total.sum = sum_rows(values, selected, sums, from, until);
        finish_total(reading, &total, r, out, counts ? FOLD_COUNT : FOLD_SUM, mean, false);
    }
}

static size_t
cell_size(enum rule_kind kind)
{
    return kind == RULE_BOOL ? 1 : kind == RULE_STRING ? sizeof(struct rule_text) : 8;
}

/* Of other operators each date's stretch is read as if it were all that there is. */
static void
read_stretches(const struct reading *reading, const struct event_columns *columns,
               const struct column_date *dates, int32_t n, const struct dates_scratch *scratch,
               struct rule_column *out)
{
    const struct plan *plan = reading->plan;
    const struct feature *feature = reading->feature;
    int32_t fields = plan->schema->events[feature->event].n_fields;
    for (int32_t r = 0; r < n; r++) {
        int32_t from = window_from(feature, columns, &dates[r]), rows = dates[r].until - from;
        const int32_t bounds[2] = {0, rows};
        struct rule_column part = column_from(reading, out, r);
        struct event_columns some = *columns;
        some.n = rows;
        some.first_day = rows == 0 ? INT32_MAX : columns->days[from];
        some.last_day = rows == 0 ? INT32_MIN : columns->days[dates[r].until - 1];
        some.days += from;
        some.times = columns->times == NULL ? NULL : columns->times + from;
        some.ids = columns->ids == NULL ? NULL : columns->ids + from;
        some.hashes = columns->hashes == NULL ? NULL : columns->hashes + from;
        some.matched = columns->matched == NULL ? NULL : columns->matched + from;
        some.refused = columns->refused == NULL ? NULL : columns->refused + from;
        some.bounds = bounds;
        some.fields = scratch->fields;
        for (int32_t f = 0; f < fields; f++) {
            const struct rule_column *field = &columns->fields[f];
            scratch->fields[f] = *field;
            scratch->fields[f].as.any =
                (uint8_t *) field->as.any + cell_size(field->kind) * (size_t) from;
            if (field->states != NULL)
                scratch->fields[f].states = field->states + from;
        }
        feature_read_columns(plan, feature, &some, dates[r].covered, dates[r].day, 1,
                             &scratch->columns, &part);
    }
}

void
feature_read_dates(const struct plan *plan, const struct feature *feature,
                   const struct event_columns *columns, const struct column_date *dates, int32_t n,
                   const struct dates_scratch *scratch, struct rule_column *out)
{
    const struct reading *reading = &plan->readings[feature->index];
    const uint8_t *selected = NULL;
    int64_t *sums = scratch->columns.sums;
    switch (feature->operator) {
    case FEATURE_COUNT:
    case FEATURE_SUM:
    case FEATURE_MEAN:
        selected = columns_select(feature, columns, scratch->columns.selected);
        read_totals(reading, columns, selected, dates, n, sums, out);
        break;
    case FEATURE_MIN:
    case FEATURE_MAX:
        selected = columns_select(feature, columns, scratch->columns.selected);
        if (feature->operator== FEATURE_MIN && reading->real)
            read_extremes(reading, columns, selected, dates, n, FOLD_MIN, true, sums, out);
        else if (feature->operator== FEATURE_MIN)
            read_extremes(reading, columns, selected, dates, n, FOLD_MIN, false, sums, out);
        else if (reading->real)
            read_extremes(reading, columns, selected, dates, n, FOLD_MAX, true, sums, out);
        else
            read_extremes(reading, columns, selected, dates, n, FOLD_MAX, false, sums, out);
        break;
    default:
        read_stretches(reading, columns, dates, n, scratch, out);
        break;
    }
}
