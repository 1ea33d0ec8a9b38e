/* What a window says. Each operator has its own loop over rows, and inside it one loop over the
 * events of a row from the last one back, so that nothing is decided twice; tiles answer for what
 * is sealed. The operators on sums of events (count, sum, mean, min, max, distinct days) read tiles
 * and the events that are not in them; those on single events (first, last, recency, `last n`, sums
 * of doubles) read all events that are kept. coverage.h says when the answer is missing. */
#include "behaviour/reading.h"

/* Asks for some bits of a mask, in the word of the sieve that asks there already or in a free one. */
static void
sieve_ask(struct sieve *sieve, int32_t *n, int32_t bit, uint64_t care, uint64_t want)
{
    int32_t i = 0;
    while (i < *n && sieve->word[i] != bit / 64)
        i++;
    *n = i == *n ? i + 1 : *n;
    sieve->word[i] = bit / 64;
    sieve->care[i] |= care << (bit % 64);
    sieve->want[i] |= want << (bit % 64);
}

/* What a feature asks of events: the rule, the field, and the value of another field. */
static enum mask_mode
find_sieve(const struct feature *feature, const struct kind_plan *kind, int32_t where, bool by,
           struct sieve *sieve)
{
    int32_t n = 0;
    *sieve = (struct sieve){.word = {0}};
    if (where >= 0)
        sieve_ask(sieve, &n, kind->where_bit + 4 * where, WHERE_MATCHED, WHERE_MATCHED);
    if (feature->field >= 0)
        sieve_ask(sieve, &n, feature->field, 1, 1);
    if (by)
        sieve_ask(sieve, &n, kind_lane(kind, feature->by_field)->bit, LANE_MASK,
                  (uint64_t) (feature->by_value + 1));
    return n == 0 ? MASK_NONE : n == 1 ? MASK_ONE : MASK_SEVERAL;
}

static void
reading_start(struct reading *reading, const struct plan *plan, const struct feature *feature)
{
    struct feature *plain = &plan->plain[feature->index];
    *plain = *feature;
    plain->window.before = 0;
    const struct event_kind *declared = &plan->schema->events[feature->event];
    const struct kind_plan *kind = &plan->kinds[feature->event];
    *reading = (struct reading){
        .plan = plan,
        .feature = plain,
        .before = feature->window,
        .moved = feature->window.before > 0 || feature->window.unit == WINDOW_CYCLES,
        .index = feature->index,
        .kind = kind,
        .event = feature->event,
        .record_size = (size_t) kind->record_size,
        .tile_size = (size_t) kind->tile_size,
        .entity = declared->entity,
        .local = declared->local,
        .same = declared->entity == feature->entity,
        .mask_offset = kind->mask_offset,
        .slot_offset = -1,
        .bounded = window_is_bounded(feature->window),
        .made_of_others = declared->n_members > 0,
        .observed_day = kind->observed_day,
    };
    if (feature->field >= 0) {
        reading->real = declared->fields[feature->field].type == CSTM_TYPE_DOUBLE;
        reading->value_offset = kind->value_offset[feature->field];
    }
    reading->mask = find_sieve(feature, kind, feature->where, feature->by, &reading->sieve);
    reading->validity_offset = kind->validity_offset;
    if (kind->validity_offset != 0)
        reading->mask = MASK_SEVERAL;
    find_sieve(feature, kind, feature->of, false, &reading->whole);
    if (feature->where >= 0 && kind->where_fails[feature->where]) {
        int32_t bit = kind->where_bit + 4 * feature->where;
        reading->where_word = bit / 64;
        reading->where_error = UINT64_C(14) << (bit % 64);
    }
    reading->may_fail = reading->where_error != 0 ||
                        (feature->of >= 0 && kind->where_fails[feature->of]);
    if (feature->by) {
        int32_t bit = kind_lane(kind, feature->by_field)->bit;
        reading->by_word = bit / 64;
        reading->by_care = LANE_MASK << (bit % 64);
        reading->by_want = (uint64_t) (feature->by_value + 1) << (bit % 64);
    }
    enum feature_operator stored =
        feature->operator== FEATURE_MEAN ? FEATURE_SUM : feature->operator;
    for (int32_t i = 0; i < kind->n_tile_slots; i++)
        if (kind->tile_slots[i].field == feature->field && kind->tile_slots[i].operator== stored)
            reading->slot_offset = kind->tile_slots[i].offset;
    reading->sum_offset = reading->squares_offset = -1;
    for (int32_t i = 0; i < kind->n_tile_slots; i++) {
        const struct tile_slot *slot = &kind->tile_slots[i];
        if (slot->field == feature->field && slot->operator== FEATURE_SUM)
            reading->sum_offset = slot->offset;
        if (slot->field == feature->field && slot->operator== FEATURE_VARIANCE)
            reading->squares_offset = slot->offset;
    }
    struct feature_need need;
    feature_need_of(plan, feature, &need);
    reading->buckets = -1;
    for (int32_t k = 0; k < kind->n_keeps && need.keep.how == KEEP_BUCKETS; k++)
        if (keep_equal(&kind->keeps[k], &need.keep))
            reading->buckets = k;
    reading->forwarded = forwarded_of(reading);
}

INLINE void
fold_events(const struct reading *reading, const struct event_rows *rows, int32_t start,
            int32_t day, int32_t known, struct total *total, enum fold fold, bool real,
            enum mask_mode mode)
{
    const uint8_t *at =
        row_at(rows->events, events_until(reading, rows, day), reading->record_size);
    while (at > rows->events) {
        at -= reading->record_size;
        const struct event_record *record = (const struct event_record *) (const void *) at;
        if (record->day < start)
            break;
        if ((record->flags & EVENT_SEALED) != 0)
            continue;
        if (mode == MASK_SEVERAL && !event_is_known(reading, at, known))
            continue;
        if (!mask_says(reading, mask_of(reading, at), mode, &total->errors))
            continue;
        total->count++;
        if (fold != FOLD_COUNT)
            total_fold(total, ordered_at(at + reading->value_offset, real), fold);
    }
}

/* Tiles by day are few (one a day and mask), sorted, the base tile first. */
INLINE void
fold_tiles(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day,
           struct total *total, enum fold fold, enum mask_mode mode)
{
    const uint8_t *at = row_at(rows->tiles, rows->n_tiles, reading->tile_size);
    while (at > rows->tiles) {
        at -= reading->tile_size;
        const struct event_tile *tile = (const struct event_tile *) (const void *) at;
        if (tile->day > day)
            continue;
        if (tile->day < start)
            break;
        if (!mask_says(reading, tile_mask(tile), mode, &total->errors))
            continue;
        total->count += tile->count;
        if (fold == FOLD_SUM)
            total->sum += *(const wide *) tile_value(tile, reading->slot_offset);
        else if (fold != FOLD_COUNT)
            total_fold(total, *(const int64_t *) tile_value(tile, reading->slot_offset), fold);
    }
}

/* The same of tiles that were added up before. */
INLINE void
fold_summary(const struct summary_entry *entry, struct total *total, enum fold fold)
{
    total->count += entry->count;
    if (fold == FOLD_SUM)
        total->sum += entry->as.sum;
    else if (fold != FOLD_COUNT)
        total_fold(total, entry->as.extreme, fold);
}

/* The code of a rule's error in a mask; 0 where it did not fail, or where the event is none of those
 * that it is asked about. */
static uint32_t
error_of(const struct reading *reading, const uint64_t *mask, int32_t where, bool by)
{
    if (by && (mask[reading->by_word] & reading->by_care) != reading->by_want)
        return 0;
    return mask_where(reading->kind, mask, where) >> WHERE_ERROR_SHIFT;
}

static cstm_status
window_error_of(const struct reading *reading, const struct behaviour_row *row, int32_t start,
                int32_t where, bool by)
{
    const struct history *history = row->history;
    cstm_status least = INT32_MAX;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        for (int32_t t = 0; t < rows->n_tiles; t++) {
            const struct event_tile *tile = tile_at(reading->kind, rows->tiles, t);
            uint32_t code = error_of(reading, tile_mask(tile), where, by);
            if (code != 0 && tile->day >= start && tile->day <= row->day &&
                where_error_status(code) < least)
                least = where_error_status(code);
        }
        for (int32_t e = 0; e < rows->n_events; e++) {
            const struct event_record *record = record_at(reading->kind, rows->events, e);
            uint32_t code =
                error_of(reading, record_mask(reading->kind, record), where, by);
            if (code != 0 && record->day >= start && record->day <= row->day &&
                event_is_known(reading, record, row_known(row)) && where_error_status(code) < least)
                least = where_error_status(code);
        }
    }
    return least;
}

uint8_t
window_error(const struct reading *reading, const struct behaviour_row *row, int32_t start)
{
    cstm_status least = INT32_MAX;
    if (reading->feature->where >= 0)
        least = window_error_of(reading, row, start, reading->feature->where, true);
    if (reading->feature->of >= 0) {
        cstm_status other = window_error_of(reading, row, start, reading->feature->of, false);
        least = other < least ? other : least;
    }
    return least == INT32_MAX ? CSTM_OK : (uint8_t) least;
}

void
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
        out->as.texts[r] = (struct rule_text){"", 0};
        break;
    default:
        out->as.int64s[r] = 0;
        break;
    }
}

/* What the events of an instance and of those below it come to, from `start` to `day`. */
INLINE void
fold_instances(const struct reading *reading, const struct history *history, int32_t root,
               int32_t start, int32_t day, int32_t known, struct total *total, enum fold fold,
               bool real, enum mask_mode mode)
{
    for (int32_t i = first_instance(reading, history, root); i >= 0;
         i = next_instance(reading, history, root, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        fold_events(reading, rows, start, day, known, total, fold, real, mode);
        if (rows->n_tiles == 0)
            continue;
        const struct summary_entry *sum = summary_find(history, i, reading->index, start, day);
        if (sum != NULL)
            fold_summary(sum, total, fold);
        else
            fold_tiles(reading, rows, start, day, total, fold, mode);
    }
}

INLINE void
read_masked(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out, enum fold fold, bool mean, bool real, enum mask_mode mode)
{
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = row_window(reading, &memo, row);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        struct total total = {.extreme = fold == FOLD_MIN ? INT64_MAX : INT64_MIN};
        fold_instances(reading, history, row->instance, start, row->day, row_known(row), &total,
                       fold, real, mode);
        if (total.errors != 0)
            put_state(reading, r, out, window_error(reading, row, start));
        else
            finish_total(reading, &total, r, out, fold, mean, real);
    }
}

INLINE void
read_totals(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out, enum fold fold, bool mean, bool real)
{
    if (reading->mask == MASK_NONE)
        read_masked(reading, rows, n, out, fold, mean, real, MASK_NONE);
    else if (reading->mask == MASK_ONE)
        read_masked(reading, rows, n, out, fold, mean, real, MASK_ONE);
    else
        read_masked(reading, rows, n, out, fold, mean, real, MASK_SEVERAL);
}

/* The greatest day below `before` on which something counts, DAY_NONE if there is none from `start`
 * on. */
INLINE int32_t
day_before(const struct reading *reading, const struct event_rows *rows, int32_t start,
           int32_t before, int32_t known, uint64_t *errors)
{
    int32_t found = DAY_NONE;
    for (int32_t i = events_until(reading, rows, before - 1) - 1; i >= 0; i--) {
        const struct event_record *record = record_at(reading->kind, rows->events, i);
        if (record->day < start)
            break;
        if ((record->flags & EVENT_SEALED) != 0 || !event_is_known(reading, record, known))
            continue;
        const uint64_t *mask = record_mask(reading->kind, record);
        *errors |= mask_errors(reading, mask);
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
        *errors |= mask_errors(reading, mask);
        if (mask_counts(reading, mask))
            return tile->day;
    }
    return found;
}

/* Of one instance: its days from the last one back, in one walk over events and tiles together. */
INLINE int64_t
count_days(const struct reading *reading, const struct event_rows *rows, int32_t start, int32_t day,
           int32_t known, uint64_t *errors)
{
    const uint8_t *event =
        row_at(rows->events, events_until(reading, rows, day), reading->record_size);
    const uint8_t *tile = row_at(rows->tiles, rows->n_tiles, reading->tile_size);
    int32_t last = INT32_MAX, of_event = DAY_NONE, of_tile = DAY_NONE;
    int64_t count = 0;
    for (;;) {
        while (of_event == DAY_NONE && event > rows->events) {
            event -= reading->record_size;
            const struct event_record *record = (const struct event_record *) (const void *) event;
            if (record->day < start)
                break;
            const uint64_t *mask = mask_of(reading, event);
            if ((record->flags & EVENT_SEALED) != 0 || !event_is_known(reading, event, known))
                continue;
            *errors |= mask_errors(reading, mask);
            of_event = mask_counts(reading, mask) ? record->day : DAY_NONE;
        }
        while (of_tile == DAY_NONE && tile > rows->tiles) {
            tile -= reading->tile_size;
            const struct event_tile *at = (const struct event_tile *) (const void *) tile;
            if (at->day < start || at->day == DAY_NONE)
                break;
            if (at->day > day)
                continue;
            *errors |= mask_errors(reading, tile_mask(at));
            of_tile = mask_counts(reading, tile_mask(at)) ? at->day : DAY_NONE;
        }
        int32_t found = of_event > of_tile ? of_event : of_tile;
        if (found == DAY_NONE)
            return count;
        count += found != last;
        last = found;
        of_event = of_event == found ? DAY_NONE : of_event;
        of_tile = of_tile == found ? DAY_NONE : of_tile;
    }
}

/* The same where all tiles were counted before, and all other events are of later days; -1: they are
 * not. */
INLINE int64_t
count_days_after(const struct reading *reading, const struct history *history, int32_t instance,
                 int32_t start, int32_t day, int32_t known, uint64_t *errors)
{
    const struct summary_entry *sum = summary_find(history, instance, reading->index, start, day);
    if (sum == NULL)
        return -1;
    const struct event_rows *rows = rows_of(reading, history, instance);
    const uint8_t *event =
        row_at(rows->events, events_until(reading, rows, day), reading->record_size);
    int32_t tiled = rows->n_tiles == 0
                        ? DAY_NONE
                        : tile_at(reading->kind, rows->tiles, rows->n_tiles - 1)->day;
    int32_t last = INT32_MAX;
    int64_t count = sum->count;
    while (event > rows->events) {
        event -= reading->record_size;
        const struct event_record *record = (const struct event_record *) (const void *) event;
        if (record->day < start)
            break;
        if ((record->flags & EVENT_SEALED) != 0 || !event_is_known(reading, event, known))
            continue;
        if (record->day <= tiled)
            return -1;
        const uint64_t *mask = mask_of(reading, event);
        *errors |= mask_errors(reading, mask);
        if (!mask_counts(reading, mask))
            continue;
        count += record->day != last;
        last = record->day;
    }
    return count;
}

/* Of several: their greatest day below the last one, again and again. */
static int64_t
count_days_of_all(const struct reading *reading, const struct history *history, int32_t root,
                  int32_t start, int32_t day, int32_t known)
{
    uint64_t errors = 0; /* not all of a day's events are seen here: distinct_days() asks itself */
    int64_t count = 0;
    for (int32_t before = day + 1;; count++) {
        int32_t last = DAY_NONE;
        for (int32_t i = first_instance(reading, history, root); i >= 0;
             i = next_instance(reading, history, root, i)) {
            int32_t found =
                day_before(reading, rows_of(reading, history, i), start, before, known, &errors);
            last = found > last ? found : last;
        }
        if (last == DAY_NONE)
            return count;
        before = last;
    }
}

/* errors: not 0 where the rule may have failed in the window. */
static int64_t
distinct_days(const struct reading *reading, const struct history *history, int32_t root,
              int32_t start, int32_t day, int32_t known, uint64_t *errors)
{
    int32_t only = first_instance(reading, history, root);
    *errors = 0;
    if (only < 0)
        return 0;
    if (next_instance(reading, history, root, only) >= 0) {
        *errors = reading->where_error;
        return count_days_of_all(reading, history, root, start, day, known);
    }
    int64_t count = count_days_after(reading, history, only, start, day, known, errors);
    return count >= 0
               ? count
               : count_days(reading, rows_of(reading, history, only), start, day, known, errors);
}

static void
read_distinct_days(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
                   struct rule_column *out)
{
    struct window_memo memo = NO_WINDOW;
    for (int32_t r = 0; r < n; r++) {
        const struct behaviour_row *row = &rows[r];
        const struct history *history = row->history;
        int32_t start = row_window(reading, &memo, row);
        if (!reading_covered(reading, row, start)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        uint64_t errors;
        int64_t count =
            distinct_days(reading, history, row->instance, start, row->day, row_known(row), &errors);
        uint8_t error = errors == 0 ? CSTM_OK : window_error(reading, row, start);
        out->as.int64s[r] = error == CSTM_OK ? count : 0;
        out->states[r] = error;
    }
}

void
reading_total(const struct reading *reading, const struct history *history, int32_t root,
              int32_t start, int32_t day, struct total *total)
{
    enum mask_mode mode = MASK_SEVERAL; /* asks all there is to ask */
    *total = (struct total){.count = 0};
    switch (reading->feature->operator) {
    case FEATURE_SUM:
    case FEATURE_MEAN:
        fold_instances(reading, history, root, start, day, day, total, FOLD_SUM, false, mode);
        break;
    case FEATURE_MIN:
        total->extreme = INT64_MAX;
        fold_instances(reading, history, root, start, day, day, total, FOLD_MIN, reading->real, mode);
        break;
    case FEATURE_MAX:
        total->extreme = INT64_MIN;
        fold_instances(reading, history, root, start, day, day, total, FOLD_MAX, reading->real, mode);
        break;
    case FEATURE_DISTINCT_DAYS:
        total->count = distinct_days(reading, history, root, start, day, day, &total->errors);
        break;
    default:
        fold_instances(reading, history, root, start, day, day, total, FOLD_COUNT, false, mode);
        break;
    }
}

bool
plan_prepare_readings(struct plan *plan)
{
    plan->readings = memory_new_array((size_t) plan->n_features + 1, sizeof *plan->readings);
    plan->plain = memory_new_array((size_t) plan->n_features + 1, sizeof *plan->plain);
    if (plan->readings == NULL || plan->plain == NULL)
        return false;
    find_logarithms(plan);
    for (int32_t i = 0; i < plan->n_features; i++)
        if (plan->features[i].source == FEATURE_AGGREGATE)
            reading_start(&plan->readings[i], plan, &plan->features[i]);
    return true;
}

void
reading_rows(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    const struct feature *feature = reading->feature;
    if (feature->window.unit == WINDOW_LAST) {
        read_last_n(reading, rows, n, out);
        return;
    }
    switch (feature->operator) {
    case FEATURE_COUNT:
        read_totals(reading, rows, n, out, FOLD_COUNT, false, false);
        break;
    case FEATURE_SUM:
    case FEATURE_MEAN:
        if (reading->real)
            read_real_totals(reading, rows, n, out);
        else if (feature->operator== FEATURE_SUM)
            read_totals(reading, rows, n, out, FOLD_SUM, false, false);
        else
            read_totals(reading, rows, n, out, FOLD_SUM, true, false);
        break;
    case FEATURE_MIN:
        if (reading->real)
            read_totals(reading, rows, n, out, FOLD_MIN, false, true);
        else
            read_totals(reading, rows, n, out, FOLD_MIN, false, false);
        break;
    case FEATURE_MAX:
        if (reading->real)
            read_totals(reading, rows, n, out, FOLD_MAX, false, true);
        else
            read_totals(reading, rows, n, out, FOLD_MAX, false, false);
        break;
    case FEATURE_DISTINCT_DAYS:
        read_distinct_days(reading, rows, n, out);
        break;
    case FEATURE_FIRST:
    case FEATURE_LAST:
    case FEATURE_RECENCY:
    case FEATURE_SINCE_FIRST:
        read_single(reading, rows, n, out);
        break;
    case FEATURE_LONGEST_GAP:
    case FEATURE_MEAN_GAP:
    case FEATURE_GAP_VARIATION:
    case FEATURE_STREAK:
    case FEATURE_DECAYED:
        read_days_apart(reading, rows, n, out);
        break;
    case FEATURE_VARIANCE:
    case FEATURE_DEVIATION:
        if (reading->real)
            read_real_spread(reading, rows, n, out);
        else
            read_spans(reading, rows, n, out);
        break;
    case FEATURE_DISTINCT:
    case FEATURE_MOST_FREQUENT:
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
    case FEATURE_QUANTILE:
        read_values(reading, rows, n, out);
        break;
    case FEATURE_SHARE:
    case FEATURE_TREND:
    case FEATURE_RATIO:
        read_spans(reading, rows, n, out);
        break;
    case FEATURE_NEAR_COUNT:
    case FEATURE_NEAR_SUM:
    case FEATURE_NEAR_SHARE:
    case FEATURE_MEAN_DISTANCE:
        read_places(reading, rows, n, out);
        break;
    }
}

void
feature_count_events(const struct plan *plan, const struct feature *feature,
                     const struct behaviour_row *row, struct rule_column *out)
{
    const struct reading *reading = &plan->readings[feature->index];
    struct behaviour_row then = *row;
    struct cycle_reading made;
    /* A count that is missing is put as a missing value of the feature's own kind. */
    union {
        int64_t number;
        struct rule_text text;
    } value = {.text = {NULL, 0}};
    struct rule_column count = {
        .kind = out->kind, .as.any = &value, .states = out->states};
    if (feature->window.unit == WINDOW_CYCLES) {
        if (cycle_reading(reading, row, &made, &then))
            read_totals(&made.reading, &then, 1, &count, FOLD_COUNT, false, false);
        else
            put_state(reading, 0, &count, CSTM_ERROR_MISSING);
    } else {
        then.day = window_end(feature->window, row->day);
        then.later = row_known(row) - then.day;
        read_totals(reading, &then, 1, &count, FOLD_COUNT, false, false);
    }
    out->as.int64s[0] = count.states[0] == CSTM_OK ? value.number : 0;
}
