/* See columns.h. What a total says is said by the same functions that feature_read() uses, and two
 * events are ordered as records are. */
#include "behaviour/columns.h"

#include "behaviour/reading.h"

#include <string.h>

#define SAME_DAY_LIMIT 64 /* events of one day that are compared by pairs */

bool
feature_reads_columns(const struct plan *plan, const struct feature *feature)
{
    if (feature->source != FEATURE_AGGREGATE || feature->window.unit == WINDOW_LAST ||
        feature->operator== FEATURE_DISTINCT_DAYS || feature->kind == RULE_STRING ||(
            feature->where >= 0 && plan->kinds[feature->event].where_fails[feature->where]))
        return false;
    if (feature->field < 0 || feature->operator== FEATURE_FIRST || feature->operator== FEATURE_LAST)
        return true;
    cstm_type type = plan->schema->events[feature->event].fields[feature->field].type;
    bool sum = feature->operator== FEATURE_SUM || feature->operator== FEATURE_MEAN;
    return type != CSTM_TYPE_STRING && type != CSTM_TYPE_BOOL && !(sum && type == CSTM_TYPE_DOUBLE);
}

bool
columns_covered(const struct plan *plan, const struct feature *feature, int32_t observed_day,
                int32_t day, bool *known)
{
    int32_t from =
        observed_day != INT32_MAX ? observed_day : plan->kinds[feature->event].observed_day;
    *known = true;
    if (feature->operator== FEATURE_LAST || feature->operator== FEATURE_RECENCY)
        return true;
    if (feature->window.unit == WINDOW_ALL)
        return from == INT32_MAX || from == DAY_NONE;
    *known = from != INT32_MAX;
    return *known && from <= window_start(feature->window, day);
}

void
columns_match(const struct plan *plan, int32_t event, const struct rule_column *fields,
              int32_t rows, void *scratch, uint8_t *matched, size_t stride)
{
    const struct kind_plan *kind = &plan->kinds[event];
    uint8_t *states = scratch;
    for (int32_t w = 0; w < kind->n_where; w++) {
        uint8_t *to = matched + (size_t) w * stride;
        struct rule_column answer = {.kind = RULE_BOOL, .as.bools = to, .states = states};
        rule_run(kind->where[w], fields, rows, states + RULE_ROWS, &answer);
        for (int32_t r = 0; r < rows; r++)
            to[r] = (uint8_t) ((to[r] != 0) & (states[r] == CSTM_OK));
    }
}

bool
columns_tell_apart(const struct event_columns *columns)
{
    if (columns->ids == NULL)
        return true;
    if (!columns->in_order)
        return false;
    for (int32_t s = 0; s < columns->n_runs; s++) {
        const struct event_run *run = &columns->runs[s];
        for (int32_t i = run->from + 1; i < run->until; i++)
            for (int32_t k = i - 1; k >= run->from && columns->days[k] == columns->days[i]; k--) {
                if (i - k > SAME_DAY_LIMIT)
                    return false;
                if (columns->ids[i].size > 0 && text_equal(columns->ids[i], columns->ids[k]))
                    return false;
            }
    }
    return true;
}

/* The rows that count, a byte each; NULL where all do. Each condition is a pass of its own, so that
 * it runs on as many rows at once as the machine's vectors hold. */
static const uint8_t *
select_rows(const struct feature *feature, const struct event_columns *columns, int32_t start,
            int32_t day, uint8_t *to)
{
    size_t n = (size_t) columns->n;
    const uint8_t *matched =
        feature->where < 0 ? NULL : columns->matched + (size_t) feature->where * n;
    const uint8_t *states = feature->field < 0 ? NULL : columns->fields[feature->field].states;
    const uint8_t *refused = columns->refused;
    const int32_t *days = columns->days;
    bool bounded = columns->first_day < start || columns->last_day > day;
    if (states == NULL && refused == NULL && !bounded)
        return matched;
    if (matched != NULL)
        memcpy(to, matched, n);
    else
        memset(to, 1, n);
    for (size_t i = 0; states != NULL && i < n; i++)
        to[i] &= states[i] == CSTM_OK;
    for (size_t i = 0; refused != NULL && i < n; i++)
        to[i] &= refused[i] == 0;
    uint32_t span = (uint32_t) day - (uint32_t) start;
    for (size_t i = 0; bounded && i < n; i++)
        to[i] &= (uint32_t) days[i] - (uint32_t) start <= span;
    return to;
}

/* sums[i]: how many of the rows before i count. */
static void
sum_counts(const uint8_t *selected, int32_t n, int64_t *sums)
{
    int64_t sum = 0;
    for (int32_t i = 0; i < n; i++) {
        sums[i] = sum;
        sum += selected[i];
    }
    sums[n] = sum;
}

/* sums[i]: the sum of the values before row i that count; false where one does not fit. */
static bool
sum_values(const int64_t *values, const uint8_t *selected, int32_t n, int64_t *sums)
{
    int64_t sum = 0;
    bool over = false;
    for (int32_t i = 0; i < n; i++) {
        sums[i] = sum;
        int64_t value = selected == NULL || selected[i] != 0 ? values[i] : 0;
        over |= __builtin_add_overflow(sum, value, &sum);
    }
    sums[n] = sum;
    return !over;
}

/* All that the loops over runs look at. */
struct asked {
    const struct event_columns *columns;
    const struct rule_column *field;
    const uint8_t *selected; /* NULL: every row counts */
    const int64_t *sums;     /* NULL: none were made */
};

INLINE int64_t
cell_ordered(const struct rule_column *column, int32_t row)
{
    if (column->kind == RULE_BOOL)
        return column->as.bools[row];
    if (column->kind == RULE_DOUBLE)
        return exact_from_double(column->as.doubles[row]);
    return column->as.int64s[row];
}

INLINE void
fold_run(const struct asked *asked, int32_t from, int32_t until, enum fold fold, bool real,
         bool all, struct total *total)
{
    for (int32_t i = from; i < until; i++) {
        if (!all && asked->selected[i] == 0)
            continue;
        total->count++;
        int64_t value = real ? exact_from_double(asked->field->as.doubles[i])
                             : asked->field->as.int64s[i];
        total_fold(total, value, fold);
    }
}

/* by_sums: from the differences of running sums, else row by row. */
INLINE void
fold_instances(const struct reading *reading, const struct asked *asked, int32_t n, enum fold fold,
               bool mean, bool real, bool by_sums, bool all, struct rule_column *out)
{
    const struct event_run *run = asked->columns->runs, *end = run + asked->columns->n_runs;
    const int64_t *sums = asked->sums;
    for (int32_t r = 0; r < n; r++) {
        struct total total = {.extreme = fold == FOLD_MIN ? INT64_MAX : INT64_MIN};
        for (; run < end && run->instance == r; run++) {
            if (fold == FOLD_COUNT)
                total.count += all ? run->until - run->from : sums[run->until] - sums[run->from];
            else if (by_sums)
                total.sum += (wide) sums[run->until] - sums[run->from];
            else
                fold_run(asked, run->from, run->until, fold, real, all, &total);
        }
        finish_total(reading, &total, r, out, fold, mean, real);
    }
}

INLINE void
read_folded(const struct reading *reading, const struct asked *asked, int32_t n, enum fold fold,
            bool mean, bool real, bool by_sums, struct rule_column *out)
{
    if (asked->selected == NULL)
        fold_instances(reading, asked, n, fold, mean, real, by_sums, true, out);
    else
        fold_instances(reading, asked, n, fold, mean, real, by_sums, false, out);
}

static void
read_count(const struct reading *reading, struct asked *asked, int64_t *sums, int32_t n,
           struct rule_column *out)
{
    if (asked->selected != NULL)
        sum_counts(asked->selected, asked->columns->n, sums);
    asked->sums = sums;
    read_folded(reading, asked, n, FOLD_COUNT, false, false, true, out);
}

/* Where a running sum leaves 64 bits, each instance is summed up in 128. */
static void
read_sum(const struct reading *reading, struct asked *asked, int64_t *sums, int32_t n,
         struct rule_column *out)
{
    asked->sums = sums;
    if (sum_values(asked->field->as.int64s, asked->selected, asked->columns->n, sums))
        read_folded(reading, asked, n, FOLD_SUM, false, false, true, out);
    else
        read_folded(reading, asked, n, FOLD_SUM, false, false, false, out);
}

INLINE void
read_extreme(const struct reading *reading, const struct asked *asked, int32_t n, enum fold fold,
             struct rule_column *out)
{
    if (reading->real)
        read_folded(reading, asked, n, fold, false, true, false, out);
    else
        read_folded(reading, asked, n, fold, false, false, false, out);
}

/* --- single events --- */

static bool
is_there(const struct rule_column *column, int32_t row)
{
    return column->states == NULL || column->states[row] == CSTM_OK;
}

/* As event_record_compare() of two rows of one day and instant. */
static int
compare_cells(const struct event_kind *declared, const struct event_columns *columns, int32_t a,
              int32_t b)
{
    int order = columns->ids == NULL ? 0 : text_compare(columns->ids[a], columns->ids[b]);
    for (int32_t f = 0; order == 0 && f < declared->n_fields; f++) {
        const struct rule_column *column = &columns->fields[f];
        bool there = is_there(column, a);
        if (there != is_there(column, b))
            return there ? 1 : -1;
        if (!there)
            continue;
        if (column->kind == RULE_STRING) {
            order = text_compare(column->as.texts[a], column->as.texts[b]);
            continue;
        }
        int64_t m = cell_ordered(column, a), n = cell_ordered(column, b);
        order = (m > n) - (m < n);
    }
    return order;
}

static int
compare_rows(const struct event_kind *declared, const struct event_columns *columns, int32_t a,
             int32_t b)
{
    if (columns->days[a] != columns->days[b])
        return columns->days[a] < columns->days[b] ? -1 : 1;
    if (columns->times != NULL && columns->times[a] != columns->times[b])
        return columns->times[a] < columns->times[b] ? -1 : 1;
    return compare_cells(declared, columns, a, b);
}

/* The first or last event of a run by comparison. step: from the first row on, or from the last row
 * back; where the days are in that order, what lies on another day than the first found does not
 * matter. -1: none counts. */
static int32_t
find_in_run(const struct event_kind *declared, const struct asked *asked,
            const struct event_run *run, int32_t step)
{
    const struct event_columns *columns = asked->columns;
    const uint8_t *selected = asked->selected;
    int32_t i = step > 0 ? run->from : run->until - 1, best = -1;
    for (; i >= run->from && i < run->until; i += step) {
        if (selected != NULL && selected[i] == 0)
            continue;
        if (best < 0) {
            best = i;
            continue;
        }
        if (columns->in_order && columns->days[i] != columns->days[best])
            break;
        int order = compare_rows(declared, columns, i, best);
        if (step > 0 ? order < 0 : order > 0)
            best = i;
    }
    return best;
}

static void
put_cell(const struct reading *reading, const struct rule_column *column, int32_t row, int32_t r,
         struct rule_column *out)
{
    out->states[r] = CSTM_OK;
    if (reading->feature->kind == RULE_BOOL)
        out->as.bools[r] = column->as.bools[row] != 0;
    else if (reading->feature->kind == RULE_DOUBLE)
        out->as.doubles[r] = column->as.doubles[row];
    else
        out->as.int64s[r] = column->as.int64s[row];
}

static void
read_found(const struct reading *reading, const struct asked *asked, int32_t day, int32_t n,
           struct rule_column *out)
{
    const struct event_columns *columns = asked->columns;
    const struct event_kind *declared = &reading->plan->schema->events[reading->feature->event];
    const struct event_run *run = columns->runs, *end = run + columns->n_runs;
    bool recency = reading->feature->operator== FEATURE_RECENCY;
    int32_t step = reading->feature->operator== FEATURE_FIRST ? 1 : -1;
    for (int32_t r = 0; r < n; r++) {
        int32_t best = -1;
        for (; run < end && run->instance == r; run++) {
            int32_t found = find_in_run(declared, asked, run, step);
            if (found >= 0 &&
                (best < 0 || step * compare_rows(declared, columns, found, best) < 0))
                best = found;
        }
        if (best < 0) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
        } else if (recency) {
            out->as.int64s[r] = day - columns->days[best];
            out->states[r] = CSTM_OK;
        } else {
            put_cell(reading, asked->field, best, r, out);
        }
    }
}

void
feature_read_columns(const struct plan *plan, const struct feature *feature,
                     const struct event_columns *columns, bool covered, int32_t day, int32_t n,
                     const struct column_scratch *scratch, struct rule_column *out)
{
    struct reading reading = plan->readings[feature - plan->features];
    if (!covered) {
        for (int32_t r = 0; r < n; r++)
            put_state(&reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    struct asked asked = {
        .columns = columns,
        .field = feature->field < 0 ? NULL : &columns->fields[feature->field],
        .selected = select_rows(feature, columns, window_start(feature->window, day), day,
                                scratch->selected)};
    switch (feature->operator) {
    case FEATURE_COUNT:
        read_count(&reading, &asked, scratch->sums, n, out);
        break;
    case FEATURE_SUM:
        read_sum(&reading, &asked, scratch->sums, n, out);
        break;
    case FEATURE_MEAN:
        read_folded(&reading, &asked, n, FOLD_SUM, true, false, false, out);
        break;
    case FEATURE_MIN:
        read_extreme(&reading, &asked, n, FOLD_MIN, out);
        break;
    case FEATURE_MAX:
        read_extreme(&reading, &asked, n, FOLD_MAX, out);
        break;
    case FEATURE_FIRST:
    case FEATURE_LAST:
    case FEATURE_RECENCY:
        read_found(&reading, &asked, day, n, out);
        break;
    case FEATURE_DISTINCT_DAYS:
        break;
    }
}
