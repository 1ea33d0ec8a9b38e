/* Operators that read single events, which outlive their sealing for them: the first, the last, how
 * long ago it was, sums of doubles (exact, so that no order shows), and whatever is asked of the
 * last n events of a kind. */
#include "behaviour/reading.h"

#include <math.h>

static bool
reads_first(const struct feature *feature)
{
    return feature->operator== FEATURE_FIRST || feature->operator== FEATURE_SINCE_FIRST;
}

static const struct event_record *
last_in(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day,
        int32_t known)
{
    for (int32_t i = events_until(reading, rows, day) - 1; i >= 0; i--) {
        const struct event_record *record = record_at(reading->kind, rows->events, i);
        if (record->day < start)
            return NULL;
        if (event_is_known(reading, record, known) &&
            mask_counts(reading, record_mask(reading->kind, record)))
            return record;
    }
    return NULL;
}

static const struct event_record *
first_in(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day,
         int32_t known)
{
    for (int32_t i = start == DAY_NONE ? 0 : events_until(reading, rows, start - 1);
         i < rows->n_events; i++) {
        const struct event_record *record = record_at(reading->kind, rows->events, i);
        if (record->day > day)
            return NULL;
        if (event_is_known(reading, record, known) &&
            mask_counts(reading, record_mask(reading->kind, record)))
            return record;
    }
    return NULL;
}

const struct event_record *
reading_event(const struct reading *reading, const struct history *history, int32_t root,
              int32_t from, int32_t day, int32_t known, int32_t *instance)
{
    bool first = reads_first(reading->feature);
    const struct event_record *best = NULL;
    for (int32_t i = first_instance(reading, history, root); i >= 0;
         i = next_instance(reading, history, root, i)) {
        const struct event_rows *of = rows_of(reading, history, i);
        const struct event_record *record =
            first ? first_in(reading, of, from, day, known) : last_in(reading, of, from, day, known);
        if (record == NULL)
            continue;
        int order = best == NULL ? 0
                                 : event_record_compare(reading->plan, reading->feature->event,
                                                        record, best);
        if (best == NULL || (first ? order < 0 : order > 0)) {
            best = record;
            *instance = i;
        }
    }
    return best;
}

static void
put_field(const struct reading *reading, const struct event_record *record, int32_t r,
          struct rule_column *out)
{
    const void *value = (const uint8_t *) record + reading->value_offset;
    out->states[r] = CSTM_OK;
    switch (reading->feature->kind) {
    case RULE_BOOL:
        out->as.bools[r] = *(const int64_t *) value != 0;
        break;
    case RULE_DOUBLE:
        out->as.doubles[r] = *(const double *) value;
        break;
    case RULE_STRING:
        out->as.texts[r] = *(const struct rule_text *) value;
        break;
    default:
        out->as.int64s[r] = *(const int64_t *) value;
        break;
    }
}

void
put_event(const struct reading *reading, const struct event_record *record,
          const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    if (reading->feature->operator== FEATURE_RECENCY ||
        reading->feature->operator== FEATURE_SINCE_FIRST) {
        out->as.int64s[r] = row->day - record->day;
        out->states[r] = CSTM_OK;
    } else {
        put_field(reading, record, r, out);
    }
}

void
read_single(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    bool first = reads_first(reading->feature);
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = row_window(reading, &memo, row), from = start;
        if (first && !reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        if (!first) {
            int32_t floor = feature_floor(history, reading->feature);
            from = floor > start ? floor : start;
        }
        int32_t instance;
        const struct event_record *best =
            reading_event(reading, history, row->instance, from, row->day, row_known(row), &instance);
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        if (error != CSTM_OK || best == NULL) {
            put_state(reading, r, out, error != CSTM_OK ? error : CSTM_ERROR_MISSING);
        } else {
            put_event(reading, best, row, r, out);
        }
    }
}

static void
put_real(double value, int32_t r, struct rule_column *out)
{
    bool finite = value - value == 0;
    out->as.doubles[r] = finite ? value : 0;
    out->states[r] = finite ? CSTM_OK : CSTM_ERROR_NOT_FINITE;
}

/* Sums of doubles are those of the exact numbers, rounded once: one value is itself and two are an
 * addition; from three on the long accumulator is needed. */
struct real_total {
    int64_t count;
    double first, second;
    struct exact_sum sum;
};

static void
real_add(struct real_total *total, double value)
{
    total->count++;
    if (total->count == 1) {
        total->first = value;
    } else if (total->count == 2) {
        total->second = value;
    } else {
        if (total->count == 3) {
            exact_sum_start(&total->sum);
            exact_sum_add(&total->sum, total->first);
            exact_sum_add(&total->sum, total->second);
        }
        exact_sum_add(&total->sum, value);
    }
}

static void
put_real_total(struct real_total *total, bool mean, int32_t r, struct rule_column *out)
{
    if (total->count == 0) {
        out->as.doubles[r] = 0;
        out->states[r] = mean ? CSTM_ERROR_MISSING : CSTM_OK;
    } else if (total->count == 1) {
        put_real(total->first, r, out);
    } else if (total->count == 2 && !mean) {
        put_real(total->first + total->second, r, out);
    } else {
        if (total->count == 2) {
            exact_sum_start(&total->sum);
            exact_sum_add(&total->sum, total->first);
            exact_sum_add(&total->sum, total->second);
        }
        put_real(mean ? exact_sum_ratio(&total->sum, total->count) : exact_sum_round(&total->sum),
                 r, out);
    }
}

void
read_real_totals(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                 struct rule_column *out)
{
    bool mean = reading->feature->operator== FEATURE_MEAN;
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = row_window(reading, &memo, row);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        struct real_total total;
        total.count = 0;
        for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
             i = next_instance(reading, history, row->instance, i)) {
            const struct event_rows *of = rows_of(reading, history, i);
            for (int32_t e = events_until(reading, of, row->day) - 1; e >= 0; e--) {
                const struct event_record *record = record_at(reading->kind, of->events, e);
                if (record->day < start)
                    break;
                if (event_is_known(reading, record, row_known(row)) &&
                    mask_counts(reading, record_mask(reading->kind, record)))
                    real_add(&total, *(const double *) (const void *) ((const uint8_t *) record +
                                                                       reading->value_offset));
            }
        }
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        if (error != CSTM_OK)
            put_state(reading, r, out, error);
        else
            put_real_total(&total, mean, r, out);
    }
}

/* Adds up the doubles of the window, less `center`, and their squares; how many there are. */
static int64_t
add_reals(const struct reading *reading, const struct behaviour_row *row, int32_t start,
          double center, struct exact_sum *sum, struct exact_sum *squares)
{
    const struct history *history = row->history;
    int64_t count = 0;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *of = rows_of(reading, history, i);
        for (int32_t e = events_until(reading, of, row->day) - 1; e >= 0; e--) {
            const struct event_record *record = record_at(reading->kind, of->events, e);
            if (record->day < start)
                break;
            if (!event_is_known(reading, record, row_known(row)) ||
                !mask_counts(reading, record_mask(reading->kind, record)))
                continue;
            double value = *(const double *) (const void *) ((const uint8_t *) record +
                                                             reading->value_offset) -
                           center;
            count++;
            exact_sum_add(sum, value);
            if (squares != NULL)
                exact_sum_add(squares, value * value);
        }
    }
    return count;
}

/* Around the rounded mean m the squares add up to sum((x - m)^2) - (sum(x - m))^2 / n, each sum
 * exact over its rounded terms, so that no order shows. */
void
read_real_spread(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
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
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        struct exact_sum sum, squares;
        exact_sum_start(&sum);
        int64_t count = add_reals(reading, row, start, 0, &sum, NULL);
        if (error != CSTM_OK || count < 2) {
            put_state(reading, r, out, error != CSTM_OK ? error : CSTM_ERROR_MISSING);
            continue;
        }
        double mean = exact_sum_ratio(&sum, count);
        exact_sum_start(&sum);
        exact_sum_start(&squares);
        add_reals(reading, row, start, mean, &sum, &squares);
        double rest = exact_sum_round(&sum);
        double around = exact_sum_round(&squares) - rest * rest / (double) count;
        double variance = (around > 0 || around != around ? around : 0) / (double) (count - 1);
        put_real(reading->feature->operator== FEATURE_VARIANCE ? variance : sqrt(variance), r, out);
    }
}

/* Where the walk over the last events of several instances stands: all that is greater has been
 * seen. Equal records of different instances say the same, so their order is of no account; here it
 * is that of the instances. */
struct walk {
    const struct event_record *record; /* NULL at first */
    int32_t instance, place;
};

static bool
walk_back(const struct reading *reading, const struct behaviour_row *row, int32_t floor,
          struct walk *walk)
{
    const struct history *history = row->history;
    struct walk best = {.record = NULL};
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        int32_t place = events_until(reading, rows, row->day);
        if (walk->record != NULL && i == walk->instance)
            place = walk->place;
        for (; walk->record != NULL && i != walk->instance && place > 0; place--) {
            int order = event_record_compare(reading->plan, reading->feature->event,
                                             record_at(reading->kind, rows->events, place - 1),
                                             walk->record);
            if (order < 0 || (order == 0 && i < walk->instance))
                break;
        }
        while (place > 0 && !event_is_known(reading, record_at(reading->kind, rows->events, place - 1),
                                            row_known(row)))
            place--;
        if (place == 0 || record_at(reading->kind, rows->events, place - 1)->day < floor)
            continue;
        const struct event_record *record = record_at(reading->kind, rows->events, place - 1);
        int order =
            best.record == NULL
                ? 1
                : event_record_compare(reading->plan, reading->feature->event, record, best.record);
        if (order > 0 || (order == 0 && i > best.instance))
            best = (struct walk){record, i, place - 1};
    }
    *walk = best;
    return best.record != NULL;
}

static void
put_last_n(const struct reading *reading, const struct behaviour_row *row, int32_t r,
           struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    struct total total = {.extreme = feature->operator== FEATURE_MIN ? INT64_MAX : INT64_MIN };
    struct real_total real;
    real.count = 0;
    cstm_status error = INT32_MAX;
    int32_t seen = 0, floor = feature_floor(row->history, feature), day = DAY_NONE;
    const struct event_record *latest = NULL, *earliest = NULL;
    bool sums = feature->operator== FEATURE_SUM || feature->operator== FEATURE_MEAN;
    for (struct walk walk = {.record = NULL};
         seen < feature->window.n && walk_back(reading, row, floor, &walk); seen++) {
        const uint64_t *mask = record_mask(reading->kind, walk.record);
        if (mask_errors(reading, mask) != 0) {
            cstm_status status = where_error_status(
                mask_where(reading->kind, mask, feature->where) >> WHERE_ERROR_SHIFT);
            error = status < error ? status : error;
        }
        if (!mask_counts(reading, mask))
            continue;
        const uint8_t *value = (const uint8_t *) walk.record + reading->value_offset;
        latest = latest == NULL ? walk.record : latest;
        earliest = walk.record;
        if (feature->operator== FEATURE_DISTINCT_DAYS && walk.record->day == day)
            continue;
        day = walk.record->day;
        total.count++;
        if (sums && reading->real)
            real_add(&real, *(const double *) (const void *) value);
        else if (sums)
            total_fold(&total, ordered_at(value, false), FOLD_SUM);
        else if (feature->operator== FEATURE_MIN)
            total_fold(&total, ordered_at(value, reading->real), FOLD_MIN);
        else if (feature->operator== FEATURE_MAX)
            total_fold(&total, ordered_at(value, reading->real), FOLD_MAX);
    }
    if (seen < feature->window.n &&
        !window_is_covered(row->history, feature, row->instance, DAY_NONE, row->day)) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    if (error != INT32_MAX) {
        put_state(reading, r, out, (uint8_t) error);
        return;
    }
    switch (feature->operator) {
    case FEATURE_COUNT:
    case FEATURE_DISTINCT_DAYS:
        finish_total(reading, &total, r, out, FOLD_COUNT, false, false);
        break;
    case FEATURE_SUM:
    case FEATURE_MEAN:
        if (reading->real)
            put_real_total(&real, feature->operator== FEATURE_MEAN, r, out);
        else
            finish_total(reading, &total, r, out, FOLD_SUM, feature->operator== FEATURE_MEAN,
                         false);
        break;
    case FEATURE_MIN:
    case FEATURE_MAX:
        finish_total(reading, &total, r, out, FOLD_MIN, false, reading->real);
        break;
    default:
        if (latest == NULL) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
        } else if (feature->operator== FEATURE_RECENCY) {
            out->as.int64s[r] = row->day - latest->day;
            out->states[r] = CSTM_OK;
        } else {
            put_field(reading, feature->operator== FEATURE_FIRST ? earliest : latest, r, out);
        }
    }
}

void
read_last_n(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    for (int32_t r = 0; r < n; r++)
        put_last_n(reading, &rows[r], r, out);
}
