/* See columns.h. What a total says is said by the same functions that feature_read() uses, and two
 * events are ordered as records are. */
#include "behaviour/columns.h"

#include "behaviour/columns_picked.h"

#include <string.h>

#define ID_LIMIT 64 /* events whose ids are compared by pairs */

bool
feature_reads_columns(const struct plan *plan, const struct feature *feature)
{
    if (feature->ahead > 0)
        return false;
    if (feature->source != FEATURE_AGGREGATE || feature->window.unit == WINDOW_LAST ||
        feature->operator>= FEATURE_QUANTILE || feature->operator== FEATURE_SINCE_FIRST ||
        feature->window.before > 0 || feature->window.unit == WINDOW_CYCLES ||
        feature->kind == RULE_STRING)
        return false;
    const struct kind_plan *kind = &plan->kinds[feature->event];
    const struct event_kind *declared = &plan->schema->events[feature->event];
    /* What others leave of events is found in histories. */
    if (kind->validity_offset != 0 || declared->n_members > 0 || declared->settles > 0 ||
        declared->sourced || (feature->where >= 0 && kind->where_fails[feature->where]))
        return false;
    if (feature->operator== FEATURE_SHARE && feature->of >= 0 && kind->where_fails[feature->of])
        return false;
    if (feature->operator== FEATURE_TREND && feature->parameter > PARTS_MOST)
        return false;
    if (feature->field < 0 || feature->operator== FEATURE_FIRST || feature->operator== FEATURE_LAST ||
        columns_by_code(feature))
        return true;
    cstm_type type = declared->fields[feature->field].type;
    if (feature->operator== FEATURE_DISTINCT)
        return type != CSTM_TYPE_BOOL;
    bool sum = feature->operator!= FEATURE_MIN && feature->operator!= FEATURE_MAX;
    return type != CSTM_TYPE_STRING && type != CSTM_TYPE_BOOL && !(sum && type == CSTM_TYPE_DOUBLE);
}

bool
columns_by_code(const struct feature *feature)
{
    return feature->operator== FEATURE_MOST_FREQUENT || feature->operator== FEATURE_TOP_SHARE ||
           feature->operator== FEATURE_ENTROPY;
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
              const int64_t *times, const int32_t *days, int32_t rows, void *scratch,
              uint8_t *matched, size_t stride)
{
    const struct kind_plan *kind = &plan->kinds[event];
    fields = event_inputs(plan, event, fields, times, days, rows, NULL, &scratch);
    uint8_t *states = scratch;
    for (int32_t w = 0; w < kind->n_where; w++) {
        uint8_t *to = matched + (size_t) w * stride;
        struct rule_column answer = {.kind = RULE_BOOL, .as.bools = to, .states = states};
        rule_run(kind->where[w], fields, rows, states + RULE_ROWS, &answer);
        for (int32_t r = 0; r < rows; r++)
            to[r] = (uint8_t) ((to[r] != 0) & (states[r] == CSTM_OK));
    }
}

/* Against the rows before it: of its day where the days are in order, else of all. */
static bool
is_first_of_id(const struct event_columns *columns, int32_t from, int32_t row)
{
    const struct rule_text *ids = columns->ids;
    const uint64_t *hashes = columns->hashes;
    for (int32_t i = row - 1; i >= from; i--) {
        bool same_day = columns->days[i] == columns->days[row];
        if (!same_day && columns->in_order)
            return true;
        if (row - i > ID_LIMIT ||
            (same_day && (hashes != NULL ? hashes[i] == hashes[row] : text_equal(ids[i], ids[row]))))
            return false;
    }
    return true;
}

static bool
has_id(const struct event_columns *columns, int32_t row)
{
    return columns->hashes != NULL ? columns->hashes[row] != 0 : columns->ids[row].size > 0;
}

bool
columns_tell_apart(const struct event_columns *columns, int32_t n)
{
    bool ids = columns->ids != NULL || columns->hashes != NULL;
    for (int32_t r = 0; ids && r < n; r++)
        for (int32_t i = columns->bounds[r] + 1; i < columns->bounds[r + 1]; i++)
            if (has_id(columns, i) && !is_first_of_id(columns, columns->bounds[r], i))
                return false;
    return true;
}

/* The rows that count, a byte each; NULL where all do. Each condition is a pass of its own, so that
 * it runs on as many rows at once as the machine's vectors hold. */
static const uint8_t *
select_rows(const struct feature *feature, const struct event_columns *columns, bool whole,
            int32_t start, int32_t day, uint8_t *to)
{
    size_t n = (size_t) columns->n;
    int32_t where = whole ? feature->of : feature->where;
    const uint8_t *matched = where < 0 ? NULL : columns->matched + (size_t) where * columns->stride;
    const uint8_t *states = feature->field < 0 ? NULL : columns->fields[feature->field].states;
    const uint8_t *refused = columns->refused;
    const int32_t *days = columns->days;
    bool bounded = columns->first_day < start || columns->last_day > day;
    bool by = feature->by && !whole;
    if (states == NULL && refused == NULL && !bounded && !by)
        return matched;
    if (matched != NULL)
        memcpy(to, matched, n);
    else
        memset(to, 1, n);
    for (size_t i = 0; states != NULL && i < n; i++)
        to[i] &= states[i] == CSTM_OK;
    for (size_t i = 0; refused != NULL && i < n; i++)
        to[i] &= refused[i] == 0;
    const uint8_t *by_states = by ? columns->fields[feature->by_field].states : NULL;
    for (size_t i = 0; by_states != NULL && i < n; i++)
        to[i] &= by_states[i] == CSTM_OK;
    const uint8_t *codes = by ? columns->codes[feature->by_field] : NULL;
    for (size_t i = 0; by && feature->by_value >= 0 && i < n; i++)
        to[i] &= codes[i] == feature->by_value;
    uint32_t span = (uint32_t) day - (uint32_t) start;
    for (size_t i = 0; bounded && i < n; i++)
        to[i] &= (uint32_t) days[i] - (uint32_t) start <= span;
    return to;
}

/* How many of n bytes are 1, the others being 0, eight at a time. */
INLINE int64_t
count_bytes(const uint8_t *bytes, int32_t n)
{
    int64_t count = 0;
    for (; n > 0; n -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        if (n < 8)
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
            word >>= 64 - 8 * n;
#else
            word <<= 64 - 8 * n;
#endif
        count += (int64_t) (word * UINT64_C(0x0101010101010101) >> 56);
    }
    return count;
}

/* sums[i]: the sum of the values before row i that count; false where one does not fit. */
static bool
sum_values(const int64_t *values, const uint8_t *selected, int32_t n, int64_t *sums)
{
    int64_t sum = 0;
    bool over = false;
    for (int32_t i = 0; selected == NULL && i < n; i++) {
        sums[i] = sum;
        over |= __builtin_add_overflow(sum, values[i], &sum);
    }
    for (int32_t i = 0; selected != NULL && i < n; i++) {
        sums[i] = sum;
        over |= __builtin_add_overflow(sum, values[i] & -(int64_t) selected[i], &sum);
    }
    sums[n] = sum;
    return !over;
}

/* All that the loops over instances look at. */
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
fold_rows(const struct asked *asked, int32_t from, int32_t until, enum fold fold, bool real,
          bool all, struct total *into)
{
    struct total total = *into;
    const uint8_t *selected = asked->selected;
    const int64_t *numbers = asked->field->as.int64s;
    const double *doubles = asked->field->as.doubles;
    /* What does not count is folded in as what changes nothing, so that nothing has to be guessed. */
    const int64_t nothing = fold == FOLD_SUM ? 0 : fold == FOLD_MIN ? INT64_MAX : INT64_MIN;
    for (int32_t i = from; i < until; i++) {
        int64_t value = real ? exact_from_double(doubles[i]) : numbers[i], counts = all;
        if (!all) {
            counts = selected[i];
            value = (value & -counts) | (nothing & (counts - 1));
        }
        total.count += counts;
        total_fold(&total, value, fold);
    }
    *into = total;
}

/* by_sums: from the differences of running sums, else row by row. */
INLINE void
fold_piece(const struct asked *asked, int32_t from, int32_t until, enum fold fold, bool real,
           bool by_sums, bool all, struct total *total)
{
    if (fold == FOLD_COUNT)
        total->count += all ? until - from : count_bytes(asked->selected + from, until - from);
    else if (by_sums)
        total->sum += (wide) asked->sums[until] - asked->sums[from];
    else
        fold_rows(asked, from, until, fold, real, all, total);
}

INLINE void
fold_instances(const struct reading *reading, const struct asked *asked, int32_t n, enum fold fold,
               bool mean, bool real, bool by_sums, bool all, struct rule_column *out)
{
    const int32_t *bounds = asked->columns->bounds;
    const struct event_run *runs = asked->columns->runs;
    int32_t n_runs = asked->columns->n_runs;
    const struct total none = {.extreme = fold == FOLD_MIN ? INT64_MAX : INT64_MIN};
    for (int32_t r = 0; bounds != NULL && r < n; r++) {
        struct total total = none;
        fold_piece(asked, bounds[r], bounds[r + 1], fold, real, by_sums, all, &total);
        finish_total(reading, &total, r, out, fold, mean, real);
    }
    for (int32_t r = 0, s = 0; bounds == NULL && r < n; r++) {
        struct total total = none;
        for (; s < n_runs && runs[s].instance == r; s++)
            fold_piece(asked, runs[s].from, runs[s].until, fold, real, by_sums, all, &total);
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

static int
compare_days(const struct event_columns *columns, int32_t a, int32_t b)
{
    return (columns->days[a] > columns->days[b]) - (columns->days[a] < columns->days[b]);
}

/* The first or last event of some rows by comparison; declared: NULL where days decide. step: from the first row on, or from the last
 * row back; where the days are in that order, what lies on another day than the first found does
 * not matter. -1: none counts. */
static int32_t
find_by_comparison(const struct event_kind *declared, const struct asked *asked, int32_t from,
                   int32_t until, int32_t step)
{
    const struct event_columns *columns = asked->columns;
    const uint8_t *selected = asked->selected;
    int32_t best = -1;
    for (int32_t i = step > 0 ? from : until - 1; i >= from && i < until; i += step) {
        if (selected != NULL && selected[i] == 0)
            continue;
        if (best < 0) {
            best = i;
            if (columns->sorted)
                break;
            continue;
        }
        if (columns->in_order && columns->days[i] != columns->days[best])
            break;
        int order = declared == NULL ? compare_days(columns, i, best)
                                     : compare_rows(declared, columns, i, best);
        if (step > 0 ? order < 0 : order > 0)
            best = i;
    }
    return best;
}

/* Nearly always the last row is the last event. */
INLINE int32_t
find_event(const struct event_kind *declared, const struct asked *asked, int32_t from,
           int32_t until, int32_t step)
{
    const int32_t *days = asked->columns->days;
    if (from == until)
        return -1;
    if (step < 0 && asked->selected == NULL && asked->columns->in_order &&
        (asked->columns->sorted || declared == NULL || from == until - 1 ||
         days[until - 2] != days[until - 1]))
        return until - 1;
    return find_by_comparison(declared, asked, from, until, step);
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

INLINE void
put_found(const struct reading *reading, const struct asked *asked, int32_t found, int32_t day,
          int32_t r, struct rule_column *out)
{
    if (found < 0) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
    } else if (reading->feature->operator== FEATURE_RECENCY) {
        out->as.int64s[r] = day - asked->columns->days[found];
        out->states[r] = CSTM_OK;
    } else {
        put_cell(reading, asked->field, found, r, out);
    }
}

static void
read_found(const struct reading *reading, const struct asked *asked, int32_t day, int32_t n,
           struct rule_column *out)
{
    const struct event_columns *columns = asked->columns;
    const struct event_kind *declared =
        reading->feature->operator== FEATURE_RECENCY
            ? NULL
            : &reading->plan->schema->events[reading->feature->event];
    const int32_t *bounds = columns->bounds;
    const struct event_run *runs = columns->runs;
    int32_t step = reading->feature->operator== FEATURE_FIRST ? 1 : - 1;
    for (int32_t r = 0; bounds != NULL && r < n; r++) {
        int32_t found = find_event(declared, asked, bounds[r], bounds[r + 1], step);
        put_found(reading, asked, found, day, r, out);
    }
    for (int32_t r = 0, s = 0; bounds == NULL && r < n; r++) {
        int32_t best = -1;
        for (; s < columns->n_runs && runs[s].instance == r; s++) {
            int32_t found = find_event(declared, asked, runs[s].from, runs[s].until, step);
            if (found < 0)
                continue;
            int order = best < 0            ? -step
                        : declared == NULL ? compare_days(columns, found, best)
                                           : compare_rows(declared, columns, found, best);
            if (step * order < 0)
                best = found;
        }
        put_found(reading, asked, best, day, r, out);
    }
}

static int32_t
window_of(const struct feature *feature, int32_t day)
{
    return window_start(feature->window, day);
}

static struct picking
picking_of(const struct reading *reading, const struct asked *asked,
           const struct column_scratch *scratch, int32_t day)
{
    return (struct picking){.reading = reading,
                            .columns = asked->columns,
                            .selected = asked->selected,
                            .column = asked->field,
                            .numbers = asked->field == NULL ? NULL : asked->field->as.int64s,
                            .picked = scratch->picked,
                            .numbers_room = scratch->sums,
                            .day = day};
}

bool
columns_by_value(const struct feature *feature)
{
    return feature->by && (feature->operator== FEATURE_COUNT || feature->operator== FEATURE_SUM);
}

bool
columns_read_together(const struct feature *a, const struct feature *b)
{
    return columns_by_value(a) && columns_by_value(b) && a->by_field == b->by_field &&
           a->operator== b->operator&& a->event == b->event && a->entity == b->entity &&
           a->field == b->field && a->where == b->where && window_equal(a->window, b->window);
}

bool
feature_read_by_value(const struct plan *plan, const struct feature *feature,
                      const struct event_columns *columns, int32_t day, int32_t n,
                      const struct column_scratch *scratch, struct rule_column *const *outs)
{
    const struct reading *reading = &plan->readings[feature->index];
    struct feature any = *feature;
    any.by_value = -1;
    struct asked asked = {.columns = columns,
                          .field = feature->field < 0 ? NULL : &columns->fields[feature->field],
                          .selected = select_rows(&any, columns, false, window_of(feature, day), day,
                                                  scratch->selected)};
    struct picking picking = picking_of(reading, &asked, scratch, day);
    return read_by_value(&picking, columns->codes[feature->by_field],
                         plan->schema->events[feature->event].fields[feature->by_field].n_values, n,
                         outs);
}

void
feature_read_columns(const struct plan *plan, const struct feature *feature,
                     const struct event_columns *columns, bool covered, int32_t day, int32_t n,
                     const struct column_scratch *scratch, struct rule_column *out)
{
    struct reading reading = plan->readings[feature->index];
    if (!covered) {
        for (int32_t r = 0; r < n; r++)
            put_state(&reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    struct asked asked = {.columns = columns,
                          .field = feature->field < 0 ? NULL : &columns->fields[feature->field],
                          .selected =
                              select_rows(feature, columns, false, window_of(feature, day), day,
                                          scratch->selected)};
    if (feature->operator> FEATURE_RECENCY || feature->operator== FEATURE_DISTINCT_DAYS) {
        struct picking picking = picking_of(&reading, &asked, scratch, day);
        const uint8_t *whole = NULL;
        if (feature->operator== FEATURE_SHARE)
            whole = select_rows(feature, columns, true, window_of(feature, day), day, scratch->whole);
        read_picked(&picking, whole, n, out);
        return;
    }
    switch (feature->operator) {
    case FEATURE_COUNT:
        read_folded(&reading, &asked, n, FOLD_COUNT, false, false, false, out);
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
    default: /* feature_reads_columns() said no */
        break;
    }
}

const uint8_t *
columns_select(const struct feature *feature, const struct event_columns *columns, uint8_t *to)
{
    return select_rows(feature, columns, false, INT32_MIN, INT32_MAX, to);
}

bool
columns_sum(const int64_t *values, const uint8_t *selected, int32_t n, int64_t *sums)
{
    return sum_values(values, selected, n, sums);
}
