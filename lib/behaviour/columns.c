/* See columns.h. Each operator is one loop over runs of rows, with its total in registers for as
 * long as the run lasts; what a total says is said by the same function that feature_read() uses.
 */
#include "behaviour/columns.h"

#include "behaviour/reading.h"

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

/* What a loop over rows asks for, in registers. */
struct asked {
    const int32_t *days;
    const uint64_t *where, *field; /* the words of row 0 */
    size_t words;
    uint64_t where_need, field_need;
    int32_t start;
};

INLINE bool
row_counts(const struct asked *asked, int32_t row, bool two)
{
    size_t at = (size_t) row * asked->words;
    bool says = (asked->where[at] & asked->where_need) == asked->where_need;
    if (two)
        says = says & ((asked->field[at] & asked->field_need) == asked->field_need);
    return says & (asked->days[row] >= asked->start);
}

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
fold_runs(const struct asked *asked, const struct event_columns *columns,
          const struct rule_column *column, enum fold fold, bool plain, bool two,
          struct column_total *totals)
{
    for (int32_t s = 0; s < columns->n_runs; s++) {
        const struct event_run *run = &columns->runs[s];
        struct column_total *total = &totals[run->instance];
        int64_t count = 0, extreme = total->extreme;
        wide sum = 0;
        for (int32_t i = run->from; i < run->until; i++) {
            bool counts = row_counts(asked, i, two);
            count += counts;
            if (fold == FOLD_COUNT)
                continue;
            int64_t value = plain ? column->as.int64s[i] : counts ? cell_ordered(column, i) : 0;
            if (fold == FOLD_SUM)
                sum += counts ? value : 0;
            else if (fold == FOLD_MIN)
                extreme = counts && value < extreme ? value : extreme;
            else
                extreme = counts && value > extreme ? value : extreme;
        }
        total->count += count;
        if (fold == FOLD_SUM)
            total->sum += sum;
        else if (fold != FOLD_COUNT)
            total->extreme = extreme;
    }
}

INLINE void
fold_column(const struct asked *asked, const struct event_columns *columns,
            const struct rule_column *column, enum fold fold, bool two, struct column_total *totals)
{
    if (fold == FOLD_COUNT || (column->kind != RULE_BOOL && column->kind != RULE_DOUBLE))
        fold_runs(asked, columns, column, fold, true, two, totals);
    else
        fold_runs(asked, columns, column, fold, false, two, totals);
}

/* As event_record_compare() of two rows of one day and instant, without ids. */
static int
compare_fields(const struct reading *reading, const struct event_columns *columns, int32_t a,
               int32_t b)
{
    const struct event_kind *declared = &reading->plan->schema->events[reading->feature->event];
    size_t words = (size_t) reading->kind->mask_words;
    const uint64_t *p = columns->masks + (size_t) a * words,
                   *q = columns->masks + (size_t) b * words;
    for (int32_t f = 0; f < declared->n_fields; f++) {
        const struct rule_column *column = &columns->fields[f];
        bool there = mask_bit(p, f);
        if (there != mask_bit(q, f))
            return there ? 1 : -1;
        if (!there)
            continue;
        if (column->kind == RULE_STRING) {
            int order = text_compare(column->as.texts[a], column->as.texts[b]);
            if (order != 0)
                return order;
            continue;
        }
        int64_t m = cell_ordered(column, a), n = cell_ordered(column, b);
        if (m != n)
            return m < n ? -1 : 1;
    }
    return 0;
}

INLINE int
compare_rows(const struct reading *reading, const struct event_columns *columns, int32_t a,
             int32_t b)
{
    if (columns->days[a] != columns->days[b])
        return columns->days[a] < columns->days[b] ? -1 : 1;
    if (columns->times[a] != columns->times[b])
        return columns->times[a] < columns->times[b] ? -1 : 1;
    return compare_fields(reading, columns, a, b);
}

INLINE void
find_runs(const struct reading *reading, const struct asked *asked,
          const struct event_columns *columns, bool first, struct column_total *totals)
{
    for (int32_t s = 0; s < columns->n_runs; s++) {
        const struct event_run *run = &columns->runs[s];
        int32_t best = totals[run->instance].best;
        for (int32_t i = run->from; i < run->until; i++) {
            if (!row_counts(asked, i, true))
                continue;
            int order = best < 0 ? 0 : compare_rows(reading, columns, i, best);
            if (best < 0 || (first ? order < 0 : order > 0))
                best = i;
        }
        totals[run->instance].best = best;
    }
}

static void
put_cell(const struct reading *reading, const struct event_columns *columns, int32_t row, int32_t r,
         struct rule_column *out)
{
    const struct rule_column *column = &columns->fields[reading->feature->field];
    out->states[r] = CSTM_OK;
    if (reading->feature->kind == RULE_BOOL)
        out->as.bools[r] = column->as.bools[row] != 0;
    else if (reading->feature->kind == RULE_DOUBLE)
        out->as.doubles[r] = column->as.doubles[row];
    else
        out->as.int64s[r] = column->as.int64s[row];
}

static void
read_found(const struct reading *reading, const struct asked *asked,
           const struct event_columns *columns, int32_t day, int32_t n, struct column_total *totals,
           struct rule_column *out)
{
    for (int32_t r = 0; r < n; r++)
        totals[r].best = -1;
    if (reading->feature->operator== FEATURE_FIRST)
        find_runs(reading, asked, columns, true, totals);
    else
        find_runs(reading, asked, columns, false, totals);
    for (int32_t r = 0; r < n; r++) {
        int32_t best = totals[r].best;
        if (best < 0) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
        } else if (reading->feature->operator== FEATURE_RECENCY) {
            out->as.int64s[r] = day - columns->days[best];
            out->states[r] = CSTM_OK;
        } else {
            put_cell(reading, columns, best, r, out);
        }
    }
}

INLINE void
read_folded(const struct reading *reading, const struct asked *asked,
            const struct event_columns *columns, int32_t n, enum fold fold, bool mean, bool real,
            struct column_total *totals, struct rule_column *out)
{
    const struct rule_column *column =
        fold == FOLD_COUNT ? NULL : &columns->fields[reading->feature->field];
    for (int32_t r = 0; r < n; r++)
        totals[r] =
            (struct column_total){.extreme = fold == FOLD_MIN ? INT64_MAX : INT64_MIN, .best = -1};
    if (reading->mask == MASK_TWO)
        fold_column(asked, columns, column, fold, true, totals);
    else
        fold_column(asked, columns, column, fold, false, totals);
    for (int32_t r = 0; r < n; r++) {
        struct total total = {
            .count = totals[r].count, .sum = totals[r].sum, .extreme = totals[r].extreme};
        finish_total(reading, &total, r, out, fold, mean, real);
    }
}

void
feature_read_columns(const struct plan *plan, const struct feature *feature,
                     const struct event_columns *columns, bool covered, int32_t day, int32_t n,
                     struct column_total *totals, struct rule_column *out)
{
    struct reading reading = plan->readings[feature - plan->features];
    struct asked asked = {.days = columns->days,
                          .where = columns->masks + reading.where_word,
                          .field = columns->masks + reading.field_word,
                          .words = (size_t) reading.kind->mask_words,
                          .where_need =
                              reading.mask == MASK_TWO ? reading.where_need : reading.need,
                          .field_need = reading.mask == MASK_TWO ? reading.field_need : 0,
                          .start = window_start(feature->window, day)};
    if (!covered) {
        for (int32_t r = 0; r < n; r++)
            put_state(&reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    switch (feature->operator) {
    case FEATURE_COUNT:
        read_folded(&reading, &asked, columns, n, FOLD_COUNT, false, false, totals, out);
        break;
    case FEATURE_SUM:
        read_folded(&reading, &asked, columns, n, FOLD_SUM, false, false, totals, out);
        break;
    case FEATURE_MEAN:
        read_folded(&reading, &asked, columns, n, FOLD_SUM, true, false, totals, out);
        break;
    case FEATURE_MIN:
        read_folded(&reading, &asked, columns, n, FOLD_MIN, false, reading.real, totals, out);
        break;
    case FEATURE_MAX:
        read_folded(&reading, &asked, columns, n, FOLD_MAX, false, reading.real, totals, out);
        break;
    case FEATURE_FIRST:
    case FEATURE_LAST:
    case FEATURE_RECENCY:
        read_found(&reading, &asked, columns, day, n, totals, out);
        break;
    case FEATURE_DISTINCT_DAYS:
        break;
    }
}
