/* Features of columns whose operators look at the rows that count one by one: of each instance the
 * rows are picked first, and what is said of them is said by the functions of the event path. Sums
 * of one field by each of its values are made for all values at once; see columns.h. */
#include "behaviour/columns_picked.h"

#include <string.h>

#define PAIRS 48 /* values that are compared by pairs */

/* The rows of instance r that count, to `to`: how many. run: of the runs, where r's begin; it is
 * moved behind them. */
static int32_t
pick_rows(const struct event_columns *columns, const uint8_t *selected, int32_t r, int32_t *run,
          int32_t *to)
{
    int32_t n = 0;
    if (columns->bounds != NULL) {
        for (int32_t i = columns->bounds[r]; i < columns->bounds[r + 1]; i++) {
            to[n] = i;
            n += selected == NULL || selected[i] != 0;
        }
        return n;
    }
    for (; *run < columns->n_runs && columns->runs[*run].instance == r; (*run)++)
        for (int32_t i = columns->runs[*run].from; i < columns->runs[*run].until; i++) {
            to[n] = i;
            n += selected == NULL || selected[i] != 0;
        }
    return n;
}

/* By days, where they are not: in place and without memory. */
static void
sort_by_days(const int32_t *days, int32_t *rows, int32_t n)
{
    int32_t gap = 1;
    while (gap < n / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (int32_t i = gap; i < n; i++) {
            int32_t moved = rows[i], at = i;
            for (; at >= gap && days[rows[at - gap]] > days[moved]; at -= gap)
                rows[at] = rows[at - gap];
            rows[at] = moved;
        }
}

/* --- sums --- */

static wide
amount_of(const struct picking *picking, int32_t row)
{
    return picking->numbers == NULL ? 1 : picking->numbers[row];
}

static void
read_trend(const struct picking *picking, int32_t n, struct rule_column *out)
{
    const struct reading *reading = picking->reading;
    int32_t k = reading->feature->parameter, first[PARTS_MOST], run = 0;
    for (int32_t part = 1; part <= k; part++)
        first[k - part] = part_start(reading, part, picking->day);
    for (int32_t r = 0; r < n; r++) {
        int32_t m = pick_rows(picking->columns, picking->selected, r, &run, picking->picked);
        wide slope = 0;
        for (int32_t i = 0; i < m; i++) {
            int32_t row = picking->picked[i], day = picking->columns->days[row], part = k - 1;
            while (part > 0 && day < first[part])
                part--;
            slope += (wide) 6 * (2 * part - (k - 1)) * amount_of(picking, row);
        }
        put_slope(reading, slope, r, out);
    }
}

/* What the share is taken of need not have the part in it. */
static void
read_share(const struct picking *picking, const uint8_t *whole, int32_t n, struct rule_column *out)
{
    int32_t run = 0;
    for (int32_t r = 0; r < n; r++) {
        int32_t m = pick_rows(picking->columns, NULL, r, &run, picking->picked);
        wide part = 0, all = 0;
        for (int32_t i = 0; i < m; i++) {
            int32_t row = picking->picked[i];
            wide amount = amount_of(picking, row);
            all += whole == NULL || whole[row] != 0 ? amount : 0;
            part += picking->selected == NULL || picking->selected[row] != 0 ? amount : 0;
        }
        put_ratio(picking->reading, part, all, r, out);
    }
}

static void
read_ratio(const struct picking *picking, int32_t n, struct rule_column *out)
{
    int32_t run = 0, middle = part_start(picking->reading, 1, picking->day);
    for (int32_t r = 0; r < n; r++) {
        int32_t m = pick_rows(picking->columns, picking->selected, r, &run, picking->picked);
        wide later = 0, earlier = 0;
        for (int32_t i = 0; i < m; i++) {
            int32_t row = picking->picked[i];
            if (picking->columns->days[row] >= middle)
                later += amount_of(picking, row);
            else
                earlier += amount_of(picking, row);
        }
        put_ratio(picking->reading, later, earlier, r, out);
    }
}

static void
read_spread(const struct picking *picking, int32_t n, struct rule_column *out)
{
    int32_t run = 0;
    for (int32_t r = 0; r < n; r++) {
        struct span span = {.count = 0};
        int32_t m = pick_rows(picking->columns, picking->selected, r, &run, picking->picked);
        for (int32_t i = 0; i < m; i++) {
            int64_t value = picking->numbers[picking->picked[i]];
            span.count++;
            span.sum += value;
            span.squares = squares_add(span.squares, square_of(value));
        }
        put_spread(picking->reading, &span, r, out);
    }
}

/* --- values --- */

static void
read_categories(const struct picking *picking, int32_t n, struct rule_column *out)
{
    const struct reading *reading = picking->reading;
    const struct event_field *field =
        &reading->plan->schema->events[reading->event].fields[reading->feature->field];
    const uint8_t *codes = picking->columns->codes[reading->feature->field];
    int64_t counts[CATEGORY_LIMIT + 1]; /* from 1, as put_values() has them */
    int32_t run = 0;
    for (int32_t r = 0; r < n; r++) {
        int32_t m = pick_rows(picking->columns, picking->selected, r, &run, picking->picked);
        memset(counts, 0, ((size_t) field->n_values + 1) * sizeof *counts);
        for (int32_t i = 0; i < m; i++)
            counts[codes[picking->picked[i]] + 1]++;
        put_values(reading, counts, r, out);
    }
}

/* A text has come as its hash, where it has not come itself. */
static uint64_t
hash_at(const struct picking *picking, cstm_type type, int32_t row)
{
    if (type != CSTM_TYPE_STRING)
        return distinct_hash(type, &picking->numbers[row]);
    return picking->columns->texts_are_hashes
               ? (uint64_t) picking->numbers[row]
               : distinct_hash(type, &picking->column->as.texts[row]);
}

static void
read_distinct(const struct picking *picking, int32_t n, struct rule_column *out)
{
    const struct reading *reading = picking->reading;
    cstm_type type =
        reading->plan->schema->events[reading->event].fields[reading->feature->field].type;
    int32_t run = 0;
    uint64_t *hashes = (uint64_t *) picking->numbers_room;
    for (int32_t r = 0; r < n; r++) {
        int32_t m = pick_rows(picking->columns, picking->selected, r, &run, picking->picked);
        for (int32_t i = 0; i < m; i++)
            hashes[i] = hash_at(picking, type, picking->picked[i]);
        int64_t count = 0;
        for (int32_t i = 0; m <= PAIRS && i < m; i++) {
            uint64_t hash = hashes[i] += hashes[i] == 0, again = 0;
            for (int32_t k = 0; k < i; k++)
                again |= hashes[k] == hash;
            count += again == 0;
        }
        out->as.int64s[r] = m <= PAIRS ? count : count_hashes(hashes, m);
        out->states[r] = CSTM_OK;
    }
}

/* --- days --- */

static void
read_days(const struct picking *picking, int32_t n, struct rule_column *out)
{
    const struct reading *reading = picking->reading;
    enum feature_operator operator= reading->feature->operator;
    const int32_t *days = picking->columns->days;
    bool sorts = !picking->columns->in_order || picking->columns->bounds == NULL;
    int32_t run = 0, *rows = picking->picked;
    for (int32_t r = 0; r < n; r++) {
        int32_t m = pick_rows(picking->columns, picking->selected, r, &run, rows);
        if (sorts)
            sort_by_days(days, rows, m);
        struct days_apart apart = days_apart_start(reading, picking->day);
        for (int32_t i = 0; i < m;) {
            int32_t day = days[rows[i]];
            wide amount = 0;
            for (; i < m && days[rows[i]] == day; i++)
                amount += amount_of(picking, rows[i]);
            days_apart_add(reading, &apart, day, amount);
        }
        if (operator== FEATURE_DISTINCT_DAYS) {
            out->as.int64s[r] = apart.days;
            out->states[r] = CSTM_OK;
        } else {
            days_apart_end(reading, &apart, r, out);
        }
    }
}

void
read_picked(const struct picking *picking, const uint8_t *whole, int32_t n, struct rule_column *out)
{
    switch (picking->reading->feature->operator) {
    case FEATURE_TREND:
        read_trend(picking, n, out);
        break;
    case FEATURE_SHARE:
        read_share(picking, whole, n, out);
        break;
    case FEATURE_RATIO:
        read_ratio(picking, n, out);
        break;
    case FEATURE_VARIANCE:
    case FEATURE_DEVIATION:
        read_spread(picking, n, out);
        break;
    case FEATURE_MOST_FREQUENT:
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
        read_categories(picking, n, out);
        break;
    case FEATURE_DISTINCT:
        read_distinct(picking, n, out);
        break;
    default:
        read_days(picking, n, out);
        break;
    }
}

/* --- one feature for each value of a field --- */

/* Sums, or counts where there is no field, of all values at once; false where one leaves 64 bits:
 * nothing that was written means anything then. */
bool
read_by_value(const struct picking *picking, const uint8_t *codes, int32_t n_values, int32_t n,
              struct rule_column *const *outs)
{
    const struct event_columns *columns = picking->columns;
    int64_t sums[CATEGORY_LIMIT];
    int32_t run = 0;
    bool over = false;
    for (int32_t r = 0; r < n && !over; r++) {
        int32_t m = pick_rows(columns, picking->selected, r, &run, picking->picked);
        memset(sums, 0, (size_t) n_values * sizeof *sums);
        for (int32_t i = 0; i < m; i++) {
            int32_t row = picking->picked[i];
            int64_t amount = picking->numbers == NULL ? 1 : picking->numbers[row];
            over |= __builtin_add_overflow(sums[codes[row]], amount, &sums[codes[row]]);
        }
        for (int32_t v = 0; v < n_values; v++)
            if (outs[v] != NULL) {
                outs[v]->as.int64s[r] = sums[v];
                outs[v]->states[r] = CSTM_OK;
            }
    }
    return !over;
}
