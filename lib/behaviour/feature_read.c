/* What a window says. Each operator has its own loop over rows, and inside it one loop over the events of a row from the last one
 * back, so that nothing is decided twice; tiles answer for what is sealed. The operators on sums of events (count, sum, mean, min,
 * max, distinct days) read tiles and the events that are not in them; those on single events (first, last, recency, `last n`, sums
 * of doubles) read all events that are kept. coverage.h says when the answer is missing. */
#include "behaviour/coverage.h"

#define INLINE static inline __attribute__((always_inline))
#define SEARCH_FROM 24   /* events: below it a walk finds the window's end as quickly */

/* All that does not depend on the row. */
struct reading {
    const struct plan *plan;
    const struct feature *feature;
    const struct kind_plan *kind;
    size_t record_size, tile_size;
    int32_t entity;              /* of the event */
    int32_t local;               /* its place among the entity's kinds */
    bool same;                   /* the feature is of that very entity */
    bool real;                   /* the field is a double */
    int32_t mask_offset;
    int32_t where_word, field_word;
    uint64_t where_need, field_need;
    uint64_t where_error;        /* bits of the rule's error; 0 where it cannot fail */
    int32_t value_offset;
    int32_t slot_offset;         /* in a tile; -1 */
    int32_t memo_day, memo_start;
    int32_t observed_day;        /* by the strategy; INT32_MAX: none */
};

struct total {
    int64_t count;
    wide sum;
    int64_t extreme;
    uint64_t errors;
};

static void
reading_start(struct reading *reading, const struct plan *plan, const struct feature *feature)
{
    const struct event_kind *declared = &plan->schema->events[feature->event];
    const struct kind_plan *kind = &plan->kinds[feature->event];
    *reading = (struct reading){
        .plan = plan, .feature = feature, .kind = kind, .record_size = (size_t) kind->record_size, .tile_size = (size_t) kind->tile_size,
        .entity = declared->entity, .local = declared->local, .same = declared->entity == feature->entity,
        .mask_offset = kind->mask_offset, .slot_offset = -1, .memo_day = DAY_NONE, .observed_day = kind->observed_day,
    };
    if (feature->where >= 0) {
        int32_t bit = kind->where_bit + 4 * feature->where;
        reading->where_word = bit / 64;
        reading->where_need = UINT64_C(1) << (bit % 64);
        if (kind->where_fails[feature->where])
            reading->where_error = UINT64_C(14) << (bit % 64);
    }
    if (feature->field >= 0) {
        reading->real = declared->fields[feature->field].type == CSTM_TYPE_DOUBLE;
        reading->field_word = feature->field / 64;
        reading->field_need = UINT64_C(1) << (feature->field % 64);
        reading->value_offset = kind->value_offset[feature->field];
    }
    enum feature_operator stored = feature->operator == FEATURE_MEAN ? FEATURE_SUM : feature->operator;
    for (int32_t i = 0; i < kind->n_tile_slots; i++)
        if (kind->tile_slots[i].field == feature->field && kind->tile_slots[i].operator == stored)
            reading->slot_offset = kind->tile_slots[i].offset;
}

/* Rows of a call share their day or walk through days: the start of the last one is remembered. All of history starts before
 * the base tile. */
INLINE int32_t
reading_window(struct reading *reading, int32_t day)
{
    if (day != reading->memo_day) {
        bool bounded = reading->feature->window.unit == WINDOW_DAYS || reading->feature->window.unit == WINDOW_MONTHS;
        reading->memo_start = bounded ? window_start(reading->feature->window, day) : DAY_NONE;
        reading->memo_day = day;
    }
    return reading->memo_start;
}

/* window_is_covered() with its common answer first. */
INLINE bool
reading_covered(const struct reading *reading, const struct behaviour_row *row, int32_t start)
{
    const struct history *history = row->history;
    int32_t from = history->observed_day[reading->feature->event];
    from = from != INT32_MAX ? from : reading->observed_day;
    return (from <= start && history->feature_floor == NULL) ||
           window_is_covered(history, reading->feature, row->instance, start, row->day);
}

INLINE bool
mask_counts(const struct reading *reading, const uint64_t *mask)
{
    return (mask[reading->where_word] & reading->where_need) == reading->where_need &&
           (mask[reading->field_word] & reading->field_need) == reading->field_need;
}

INLINE const uint64_t *
mask_of(const struct reading *reading, const uint8_t *record)
{
    return (const uint64_t *) (const void *) (record + reading->mask_offset);
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
    const uint8_t *at = rows->events + (size_t) n * reading->record_size;
    while (n > 0 && ((const struct event_record *) (const void *) (at - reading->record_size))->day > day) {
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
next_instance(const struct reading *reading, const struct history *history, int32_t root, int32_t at)
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

/* --- operators on sums of events ------------------------------------------------------------------------------------- */

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
    return real ? exact_from_double(*(const double *) (const void *) value) : *(const int64_t *) (const void *) value;
}

INLINE void
fold_events(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day, struct total *total,
            enum fold fold, bool real)
{
    const uint8_t *at = rows->events + (size_t) events_until(reading, rows, day) * reading->record_size;
    while (at > rows->events) {
        at -= reading->record_size;
        const struct event_record *record = (const struct event_record *) (const void *) at;
        if (record->day < start)
            break;
        if ((record->flags & EVENT_SEALED) != 0)
            continue;
        const uint64_t *mask = mask_of(reading, at);
        total->errors |= mask[reading->where_word] & reading->where_error;
        if (!mask_counts(reading, mask))
            continue;
        total->count++;
        if (fold != FOLD_COUNT)
            total_fold(total, ordered_at(at + reading->value_offset, real), fold);
    }
}

/* Tiles by day are few (one a day and mask), sorted, the base tile first. */
INLINE void
fold_tiles(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day, struct total *total, enum fold fold)
{
    const uint8_t *at = rows->tiles + (size_t) rows->n_tiles * reading->tile_size;
    while (at > rows->tiles) {
        at -= reading->tile_size;
        const struct event_tile *tile = (const struct event_tile *) (const void *) at;
        if (tile->day > day)
            continue;
        if (tile->day < start)
            break;
        const uint64_t *mask = tile_mask(tile);
        total->errors |= mask[reading->where_word] & reading->where_error;
        if (!mask_counts(reading, mask))
            continue;
        total->count += tile->count;
        if (fold == FOLD_SUM)
            total->sum += *(const wide *) tile_value(tile, reading->slot_offset);
        else if (fold != FOLD_COUNT)
            total_fold(total, *(const int64_t *) tile_value(tile, reading->slot_offset), fold);
    }
}

/* The least status among the errors of the rule in the window, so that no order shows. */
static uint8_t __attribute__((noinline))
window_error(const struct reading *reading, const struct behaviour_row *row, int32_t start)
{
    const struct history *history = row->history;
    int32_t where = reading->feature->where;
    cstm_status least = INT32_MAX;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0; i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t t = 0; t < rows->n_tiles; t++) {
            const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
            uint32_t code = mask_where(reading->kind, tile_mask(tile), where) >> WHERE_ERROR_SHIFT;
            if (code != 0 && tile->day >= start && tile->day <= row->day && where_error_status(code) < least)
                least = where_error_status(code);
        }
        for (int32_t e = 0; e < rows->n_events; e++) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            uint32_t code = mask_where(reading->kind, record_mask(reading->kind, record), where) >> WHERE_ERROR_SHIFT;
            if (code != 0 && record->day >= start && record->day <= row->day && where_error_status(code) < least)
                least = where_error_status(code);
        }
    }
    return least == INT32_MAX ? CSTM_OK : (uint8_t) least;
}

/* Sum over count to the minor unit, half to even. */
static int64_t
money_mean(wide sum, int64_t count)
{
    if (!wide_fits(sum)) {
        wide quotient = sum / count, rest = sum % count;
        wide twice = 2 * (rest < 0 ? -rest : rest);
        if (twice > count || (twice == count && (quotient & 1) != 0))
            quotient += sum < 0 ? -1 : 1;
        return (int64_t) quotient;
    }
    int64_t quotient = (int64_t) sum / count, rest = (int64_t) sum % count;
    rest = rest < 0 ? -rest : rest;
    if (rest > count - rest || (rest == count - rest && (quotient & 1) != 0))
        quotient += sum < 0 ? -1 : 1;
    return quotient;
}

INLINE void
finish_total(const struct reading *reading, const struct total *total, int32_t r, struct rule_column *out, enum fold fold, bool mean, bool real)
{
    if (fold == FOLD_COUNT) {
        out->as.int64s[r] = total->count;
        out->states[r] = CSTM_OK;
    } else if (fold == FOLD_SUM && !mean) {
        bool fits = wide_fits(total->sum);
        out->as.int64s[r] = fits ? (int64_t) total->sum : 0;
        out->states[r] = fits ? CSTM_OK : CSTM_ERROR_RANGE;
    } else if (total->count == 0 || (real && fold != FOLD_SUM && (total->extreme == INT64_MAX || total->extreme == INT64_MIN))) {
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
            out->as.int64s[r] = money_mean(total->sum, total->count);
        else
            out->as.doubles[r] = wide_ratio(total->sum, total->count);
    }
}

static void
put_state(const struct reading *reading, int32_t r, struct rule_column *out, uint8_t state)
{
    out->states[r] = state;
    switch (reading->feature->kind) {
    case RULE_BOOL:
        out->as.bools[r] = 0;
        break;
    case RULE_DOUBLE:
        out->as.doubles[r] = 0;
        break;
    case RULE_STRING:
        out->as.texts[r] = (struct rule_text){ "", 0 };
        break;
    default:
        out->as.int64s[r] = 0;
        break;
    }
}

INLINE void
read_totals(struct reading *reading, const struct behaviour_row *rows, int32_t n, struct rule_column *out, enum fold fold, bool mean, bool real)
{
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = reading_window(reading, row->day);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        struct total total = { .extreme = fold == FOLD_MIN ? INT64_MAX : INT64_MIN };
        for (int32_t i = first_instance(reading, history, row->instance); i >= 0; i = next_instance(reading, history, row->instance, i)) {
            const struct event_rows *of = rows_of(reading, history, i);
            fold_events(reading, of, start, row->day, &total, fold, real);
            if (of->n_tiles > 0)
                fold_tiles(reading, of, start, row->day, &total, fold);
        }
        if (total.errors != 0)
            put_state(reading, r, out, window_error(reading, row, start));
        else
            finish_total(reading, &total, r, out, fold, mean, real);
    }
}

/* The greatest day below `before` on which something counts, DAY_NONE if there is none from `start` on. */
INLINE int32_t
day_before(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t before, uint64_t *errors)
{
    int32_t found = DAY_NONE;
    for (int32_t i = events_until(reading, rows, before - 1) - 1; i >= 0; i--) {
        const struct event_record *record = record_at(reading->kind, rows->events, i);
        if (record->day < start)
            break;
        if ((record->flags & EVENT_SEALED) != 0)
            continue;
        const uint64_t *mask = record_mask(reading->kind, record);
        *errors |= mask[reading->where_word] & reading->where_error;
        if (mask_counts(reading, mask)) {
            found = record->day;
            break;
        }
    }
    int32_t low = 0, high = rows->n_tiles;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (tile_at(reading->kind, rows->tiles, middle)->day < before)
            low = middle + 1;
        else
            high = middle;
    }
    for (int32_t t = low - 1; t >= 0; t--) {
        const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
        if (tile->day < start || tile->day <= found || tile->day == DAY_NONE)
            break;
        const uint64_t *mask = tile_mask(tile);
        *errors |= mask[reading->where_word] & reading->where_error;
        if (mask_counts(reading, mask))
            return tile->day;
    }
    return found;
}

static void
read_distinct_days(struct reading *reading, const struct behaviour_row *rows, int32_t n, struct rule_column *out)
{
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = reading_window(reading, row->day);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        int64_t count = 0;
        for (int32_t before = row->day + 1;;) {
            int32_t day = DAY_NONE;
            uint64_t errors = 0;
            for (int32_t i = first_instance(reading, history, row->instance); i >= 0; i = next_instance(reading, history, row->instance, i)) {
                int32_t found = day_before(reading, rows_of(reading, history, i), start, before, &errors);
                day = found > day ? found : day;
            }
            if (day == DAY_NONE)
                break;
            count++;
            before = day;
        }
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        out->as.int64s[r] = error == CSTM_OK ? count : 0;
        out->states[r] = error;
    }
}

/* --- operators on single events -------------------------------------------------------------------------------------- */

static const struct event_record *
last_in(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day)
{
    for (int32_t i = events_until(reading, rows, day) - 1; i >= 0; i--) {
        const struct event_record *record = record_at(reading->kind, rows->events, i);
        if (record->day < start)
            return NULL;
        if (mask_counts(reading, record_mask(reading->kind, record)))
            return record;
    }
    return NULL;
}

static const struct event_record *
first_in(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day)
{
    for (int32_t i = start == DAY_NONE ? 0 : events_until(reading, rows, start - 1); i < rows->n_events; i++) {
        const struct event_record *record = record_at(reading->kind, rows->events, i);
        if (record->day > day)
            return NULL;
        if (mask_counts(reading, record_mask(reading->kind, record)))
            return record;
    }
    return NULL;
}

static void
put_field(const struct reading *reading, const struct event_record *record, int32_t r, struct rule_column *out)
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

INLINE void
read_single(struct reading *reading, const struct behaviour_row *rows, int32_t n, struct rule_column *out, bool first)
{
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = reading_window(reading, row->day), from = start;
        if (first && !reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        if (!first) {
            int32_t floor = feature_floor(history, reading->feature);
            from = floor > start ? floor : start;
        }
        const struct event_record *best = NULL;
        for (int32_t i = first_instance(reading, history, row->instance); i >= 0; i = next_instance(reading, history, row->instance, i)) {
            const struct event_rows *of = rows_of(reading, history, i);
            const struct event_record *record = first ? first_in(reading, of, from, row->day) : last_in(reading, of, from, row->day);
            if (record == NULL)
                continue;
            int order = best == NULL ? 0 : event_record_compare(reading->plan, reading->feature->event, record, best);
            if (best == NULL || (first ? order < 0 : order > 0))
                best = record;
        }
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        if (error != CSTM_OK || best == NULL) {
            put_state(reading, r, out, error != CSTM_OK ? error : CSTM_ERROR_MISSING);
        } else if (reading->feature->operator == FEATURE_RECENCY) {
            out->as.int64s[r] = row->day - best->day;
            out->states[r] = CSTM_OK;
        } else {
            put_field(reading, best, r, out);
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

/* Sums of doubles are those of the exact numbers, rounded once: one value is itself and two are an addition; from three on the
 * long accumulator is needed. */
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
        put_real(mean ? exact_sum_ratio(&total->sum, total->count) : exact_sum_round(&total->sum), r, out);
    }
}

static void
read_real_totals(struct reading *reading, const struct behaviour_row *rows, int32_t n, struct rule_column *out)
{
    bool mean = reading->feature->operator == FEATURE_MEAN;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = reading_window(reading, row->day);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        struct real_total total;
        total.count = 0;
        for (int32_t i = first_instance(reading, history, row->instance); i >= 0; i = next_instance(reading, history, row->instance, i)) {
            const struct event_rows *of = rows_of(reading, history, i);
            for (int32_t e = events_until(reading, of, row->day) - 1; e >= 0; e--) {
                const struct event_record *record = record_at(reading->kind, of->events, e);
                if (record->day < start)
                    break;
                if (mask_counts(reading, record_mask(reading->kind, record)))
                    real_add(&total, *(const double *) (const void *) ((const uint8_t *) record + reading->value_offset));
            }
        }
        uint8_t error = reading->where_error == 0 ? CSTM_OK : window_error(reading, row, start);
        if (error != CSTM_OK)
            put_state(reading, r, out, error);
        else
            put_real_total(&total, mean, r, out);
    }
}

/* --- windows of the last n events ------------------------------------------------------------------------------------ */

/* Where the walk over the last events of several instances stands: all that is greater has been seen. Equal records of
 * different instances say the same, so their order is of no account; here it is that of the instances. */
struct walk {
    const struct event_record *record;   /* NULL at first */
    int32_t instance, place;
};

static bool
walk_back(const struct reading *reading, const struct behaviour_row *row, int32_t floor, struct walk *walk)
{
    const struct history *history = row->history;
    struct walk best = { .record = NULL };
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0; i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        int32_t place = events_until(reading, rows, row->day);
        if (walk->record != NULL && i == walk->instance)
            place = walk->place;
        for (; walk->record != NULL && i != walk->instance && place > 0; place--) {
            int order = event_record_compare(reading->plan, reading->feature->event, record_at(reading->kind, rows->events, place - 1), walk->record);
            if (order < 0 || (order == 0 && i < walk->instance))
                break;
        }
        if (place == 0 || record_at(reading->kind, rows->events, place - 1)->day < floor)
            continue;
        const struct event_record *record = record_at(reading->kind, rows->events, place - 1);
        int order = best.record == NULL ? 1 : event_record_compare(reading->plan, reading->feature->event, record, best.record);
        if (order > 0 || (order == 0 && i > best.instance))
            best = (struct walk){ record, i, place - 1 };
    }
    *walk = best;
    return best.record != NULL;
}

static void
put_last_n(const struct reading *reading, const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    struct total total = { .extreme = feature->operator == FEATURE_MIN ? INT64_MAX : INT64_MIN };
    struct real_total real;
    real.count = 0;
    cstm_status error = INT32_MAX;
    int32_t seen = 0, floor = feature_floor(row->history, feature), day = DAY_NONE;
    const struct event_record *latest = NULL, *earliest = NULL;
    bool sums = feature->operator == FEATURE_SUM || feature->operator == FEATURE_MEAN;
    for (struct walk walk = { .record = NULL }; seen < feature->window.n && walk_back(reading, row, floor, &walk); seen++) {
        const uint64_t *mask = record_mask(reading->kind, walk.record);
        if ((mask[reading->where_word] & reading->where_error) != 0) {
            cstm_status status = where_error_status(mask_where(reading->kind, mask, feature->where) >> WHERE_ERROR_SHIFT);
            error = status < error ? status : error;
        }
        if (!mask_counts(reading, mask))
            continue;
        const uint8_t *value = (const uint8_t *) walk.record + reading->value_offset;
        latest = latest == NULL ? walk.record : latest;
        earliest = walk.record;
        if (feature->operator == FEATURE_DISTINCT_DAYS && walk.record->day == day)
            continue;
        day = walk.record->day;
        total.count++;
        if (sums && reading->real)
            real_add(&real, *(const double *) (const void *) value);
        else if (sums)
            total_fold(&total, ordered_at(value, false), FOLD_SUM);
        else if (feature->operator == FEATURE_MIN)
            total_fold(&total, ordered_at(value, reading->real), FOLD_MIN);
        else if (feature->operator == FEATURE_MAX)
            total_fold(&total, ordered_at(value, reading->real), FOLD_MAX);
    }
    if (seen < feature->window.n && !window_is_covered(row->history, feature, row->instance, DAY_NONE, row->day)) {
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
            put_real_total(&real, feature->operator == FEATURE_MEAN, r, out);
        else
            finish_total(reading, &total, r, out, FOLD_SUM, feature->operator == FEATURE_MEAN, false);
        break;
    case FEATURE_MIN:
    case FEATURE_MAX:
        finish_total(reading, &total, r, out, FOLD_MIN, false, reading->real);
        break;
    default:
        if (latest == NULL) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
        } else if (feature->operator == FEATURE_RECENCY) {
            out->as.int64s[r] = row->day - latest->day;
            out->states[r] = CSTM_OK;
        } else {
            put_field(reading, feature->operator == FEATURE_FIRST ? earliest : latest, r, out);
        }
    }
}

void
feature_read(const struct plan *plan, const struct feature *feature, const struct behaviour_row *rows, int32_t n, struct rule_column *out)
{
    struct reading reading;
    reading_start(&reading, plan, feature);
    if (feature->window.unit == WINDOW_LAST) {
        for (int32_t r = 0; r < n; r++)
            put_last_n(&reading, &rows[r], r, out);
        return;
    }
    switch (feature->operator) {
    case FEATURE_COUNT:
        read_totals(&reading, rows, n, out, FOLD_COUNT, false, false);
        break;
    case FEATURE_SUM:
    case FEATURE_MEAN:
        if (reading.real)
            read_real_totals(&reading, rows, n, out);
        else if (feature->operator == FEATURE_SUM)
            read_totals(&reading, rows, n, out, FOLD_SUM, false, false);
        else
            read_totals(&reading, rows, n, out, FOLD_SUM, true, false);
        break;
    case FEATURE_MIN:
        if (reading.real)
            read_totals(&reading, rows, n, out, FOLD_MIN, false, true);
        else
            read_totals(&reading, rows, n, out, FOLD_MIN, false, false);
        break;
    case FEATURE_MAX:
        if (reading.real)
            read_totals(&reading, rows, n, out, FOLD_MAX, false, true);
        else
            read_totals(&reading, rows, n, out, FOLD_MAX, false, false);
        break;
    case FEATURE_DISTINCT_DAYS:
        read_distinct_days(&reading, rows, n, out);
        break;
    case FEATURE_FIRST:
        read_single(&reading, rows, n, out, true);
        break;
    case FEATURE_LAST:
    case FEATURE_RECENCY:
        read_single(&reading, rows, n, out, false);
        break;
    }
}
