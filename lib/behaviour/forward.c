/* Carried forward (结转): what the windows of the next day already hold at the end of a day. A
 * profile that is advanced to yesterday is asked about today again and again; yesterday's end is
 * folded once, for each feature and instance, and today's events come on top of it. Like the rest
 * of a summary it follows from the facts: a fact of a day up to the summary's marks its event kind
 * (summary_touch), from then on features of that kind read everything as ever, until the next
 * advance.
 *
 * Coverage is carried where it comes from the day on which the kind is observed, which only moves
 * back (history_observe() forgets the summary); where it hangs on an opening it is asked when
 * reading. */
#include "behaviour/reading.h"

static bool
is_single(const struct feature *feature)
{
    switch (feature->operator) {
    case FEATURE_FIRST:
    case FEATURE_LAST:
    case FEATURE_RECENCY:
        return true;
    default:
        return false;
    }
}

static inline bool
carries_event(const struct reading *reading)
{
    return reading->forwarded == FORWARD_EVENT || reading->forwarded == FORWARD_RECENCY;
}

/* Of a rule that may fail nothing: which error it is depends on all of the window. */
static enum forwarded
forwarded_wide(const struct feature *feature)
{
    switch (feature->operator) {
    case FEATURE_SHARE:
        return FORWARD_SHARE;
    case FEATURE_RATIO:
        return FORWARD_RATIO;
    case FEATURE_TREND:
        return FORWARD_TREND;
    case FEATURE_MOST_FREQUENT:
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
        return FORWARD_VALUES;
    case FEATURE_DISTINCT:
        return FORWARD_HASHES;
    default:
        return FORWARD_NOTHING;
    }
}

enum forwarded
forwarded_of(const struct reading *reading)
{
    const struct feature *feature = reading->feature;
    if (feature->window.unit == WINDOW_LAST || reading->moved ||
        reading->validity_offset != 0)
        return FORWARD_NOTHING;
    if (feature->operator> FEATURE_RECENCY)
        return reading->may_fail ? FORWARD_NOTHING : forwarded_wide(feature);
    if (is_single(feature) && reading->where_error != 0)
        return FORWARD_NOTHING; /* which error it is depends on all of the window */
    if (is_single(feature))
        return feature->operator== FEATURE_RECENCY ? FORWARD_RECENCY : FORWARD_EVENT;
    if (!reading->kind->counts)
        return FORWARD_NOTHING;
    if (feature->operator== FEATURE_COUNT || feature->operator== FEATURE_DISTINCT_DAYS)
        return FORWARD_COUNT;
    if (reading->slot_offset < 0)
        return FORWARD_NOTHING;
    if (feature->operator== FEATURE_MIN)
        return FORWARD_LEAST;
    if (feature->operator== FEATURE_MAX)
        return FORWARD_GREATEST;
    if (reading->real)
        return FORWARD_NOTHING;
    return feature->operator== FEATURE_SUM ? FORWARD_SUM : FORWARD_MEAN;
}

static struct forward
carry_event(const struct reading *reading, const struct history *history, int32_t instance,
            int32_t start, int32_t day)
{
    struct forward forward = {.as.event = {.instance = -1}, .known = FORWARD_KNOWN};
    int32_t from = start, of;
    if (reading->feature->operator!= FEATURE_FIRST) {
        int32_t floor = feature_floor(history, reading->feature);
        from = floor > start ? floor : start;
    }
    const struct event_record *record = reading_event(reading, history, instance, from, day, day, &of);
    if (record != NULL) {
        const struct event_rows *rows = rows_of(reading, history, of);
        ptrdiff_t offset = (const uint8_t *) record - rows->events;
        forward.as.event.instance = of;
        forward.as.event.day = record->day;
        forward.as.event.place = (int32_t) ((size_t) offset / reading->record_size);
    }
    return forward;
}

static int32_t
values_of(const struct reading *reading)
{
    return reading->plan->schema->events[reading->event].fields[reading->feature->field].n_values;
}

size_t
forward_words(const struct plan *plan, int32_t feature, const struct history *history,
              int32_t instance)
{
    const struct reading *reading = &plan->readings[feature];
    if (reading->forwarded == FORWARD_VALUES)
        return (size_t) values_of(reading) + 1;
    if (reading->forwarded != FORWARD_HASHES)
        return 0;
    size_t n = 0;
    for (int32_t i = first_instance(reading, history, instance); i >= 0;
         i = next_instance(reading, history, instance, i))
        n += (size_t) rows_of(reading, history, i)->n_events;
    return n < DISTINCT_EXACT ? n : DISTINCT_EXACT;
}

/* Operators that are more than a total: what the window of the next day holds of it up to `day`. */
static struct forward
carry_wide(const struct reading *reading, const struct history *history, int32_t instance,
           int32_t start, int32_t day, uint64_t *words)
{
    struct behaviour_row next = {.history = history, .instance = instance, .day = day + 1};
    struct forward forward = {.known = reading_observed(reading, history, start) ? FORWARD_KNOWN
                                                                                 : FORWARD_ASKS};
    if (reading->forwarded == FORWARD_VALUES) {
        int64_t counts[CATEGORY_LIMIT + 1] = {0};
        count_values(reading, &next, start, day, counts);
        for (int32_t v = 0; v <= values_of(reading); v++)
            words[v] = (uint64_t) counts[v];
        forward.as.list.words = words;
        forward.as.list.n = values_of(reading) + 1;
    } else if (reading->forwarded == FORWARD_HASHES) {
        forward.as.list.words = words;
        forward.as.list.n = hashes_of(reading, &next, start, day, words);
        if (forward.as.list.n < 0)
            forward.known = FORWARD_UNKNOWN;
    } else {
        struct pair pair = pair_of(reading, &next, start, day);
        forward.as.pair.part = pair.part;
        forward.as.pair.whole = pair.whole;
    }
    return forward;
}

struct forward
forward_from(const struct plan *plan, int32_t feature, const struct history *history,
             int32_t instance, int32_t start, int32_t day, uint64_t *words)
{
    const struct reading *reading = &plan->readings[feature];
    bool covered = reading_observed(reading, history, start);
    if (reading->forwarded >= FORWARD_SHARE)
        return carry_wide(reading, history, instance, start, day, words);
    if (carries_event(reading)) {
        struct forward event = carry_event(reading, history, instance, start, day);
        if (reading->feature->operator== FEATURE_FIRST && !covered)
            event.known = FORWARD_ASKS;
        return event;
    }
    struct total total;
    reading_total(reading, history, instance, start, day, &total);
    struct forward forward = {.count = total.count,
                              .known = covered ? FORWARD_KNOWN : FORWARD_ASKS};
    if (total.errors != 0)
        forward.known = FORWARD_UNKNOWN;
    if (reading->forwarded == FORWARD_SUM || reading->forwarded == FORWARD_MEAN)
        forward.as.sum = total.sum;
    else
        forward.as.extreme = total.extreme;
    return forward;
}

static inline bool
is_sum(const struct reading *reading)
{
    return reading->forwarded == FORWARD_SUM || reading->forwarded == FORWARD_MEAN;
}

static void
put_total(const struct reading *reading, const struct total *total, int32_t r,
          struct rule_column *out)
{
    switch (reading->forwarded) {
    case FORWARD_SUM:
        finish_total(reading, total, r, out, FOLD_SUM, false, false);
        break;
    case FORWARD_MEAN:
        finish_total(reading, total, r, out, FOLD_SUM, true, false);
        break;
    case FORWARD_LEAST:
        finish_total(reading, total, r, out, FOLD_MIN, false, reading->real);
        break;
    case FORWARD_GREATEST:
        finish_total(reading, total, r, out, FOLD_MAX, false, reading->real);
        break;
    default:
        finish_total(reading, total, r, out, FOLD_COUNT, false, false);
        break;
    }
}

/* Takes in the events of the row's own day, none of which is sealed: the last ones, but for those
 * of later days. */
static void
add_today(const struct reading *reading, const struct behaviour_row *row, struct total *total)
{
    const struct history *history = row->history;
    int64_t before = total->count;
    for (int32_t i = first_instance(reading, history, row->instance); i >= 0;
         i = next_instance(reading, history, row->instance, i)) {
        const struct event_rows *rows = rows_of(reading, history, i);
        const uint8_t *at = row_at(rows->events, rows->n_events, reading->record_size);
        while (at > rows->events) {
            at -= reading->record_size;
            int32_t day = ((const struct event_record *) (const void *) at)->day;
            if (day < row->day)
                break;
            if (day > row->day ||
                !mask_says(reading, mask_of(reading, at), MASK_SEVERAL, &total->errors))
                continue;
            total->count++;
            if (reading->forwarded == FORWARD_COUNT)
                continue;
            int64_t value = ordered_at(at + reading->value_offset, reading->real);
            total_fold(total, value,
                       is_sum(reading)                       ? FOLD_SUM
                       : reading->forwarded == FORWARD_LEAST ? FOLD_MIN
                                                             : FOLD_MAX);
        }
    }
    if (total->count > before && reading->feature->operator== FEATURE_DISTINCT_DAYS)
        total->count = before + 1;
}

static struct total
carried_total(const struct reading *reading, const struct forward *forward)
{
    struct total total = {.count = forward->count};
    if (is_sum(reading))
        total.sum = forward->as.sum;
    else
        total.extreme = forward->as.extreme;
    return total;
}

static void
put_carried_event(const struct reading *reading, const struct forward *forward,
                  const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    if (forward->as.event.instance < 0) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    const struct event_rows *rows = rows_of(reading, row->history, forward->as.event.instance);
    put_event(reading, record_at(reading->kind, rows->events, forward->as.event.place), row, r,
              out);
}

/* The last event is of the row's own day, if one counts; the first is, if there was none before. */
static void
put_event_with_today(const struct reading *reading, const struct forward *forward,
                     const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    int32_t instance;
    const struct event_record *today = NULL;
    if (forward->as.event.instance < 0 || reading->feature->operator!= FEATURE_FIRST)
        today = reading_event(reading, row->history, row->instance, row->day, row->day, row->day,
                              &instance);
    if (today != NULL)
        put_event(reading, today, row, r, out);
    else
        put_carried_event(reading, forward, row, r, out);
}

/* Today's part of a pair: of a window's last day, and of the last part of a trend. */
static struct pair
pair_of_today(const struct reading *reading, const struct behaviour_row *row)
{
    struct span part = span_of(reading, row, &reading->sieve, row->day, row->day);
    bool counts = reading->feature->field < 0;
    struct pair pair = {.part = counts ? part.count : part.sum};
    if (reading->forwarded == FORWARD_SHARE) {
        struct span whole = span_of(reading, row, &reading->whole, row->day, row->day);
        pair.whole = counts ? whole.count : whole.sum;
    } else if (reading->forwarded == FORWARD_TREND) {
        pair.part *= (wide) 6 * (reading->feature->parameter - 1);
    }
    return pair;
}

/* False where there may be too many. */
static bool
put_hashes(const struct reading *reading, const struct forward *forward,
           const struct behaviour_row *row, bool touched, int32_t r, struct rule_column *out)
{
    uint64_t today[DISTINCT_EXACT];
    int32_t n = forward->as.list.n,
            more = touched ? hashes_of(reading, row, row->day, row->day, today) : 0;
    if (more < 0)
        return false;
    const uint64_t *known = forward->as.list.words;
    for (int32_t i = 0; i < more; i++) {
        int32_t low = 0, high = forward->as.list.n;
        while (low < high) {
            int32_t middle = low + (high - low) / 2;
            if (known[middle] < today[i])
                low = middle + 1;
            else
                high = middle;
        }
        n += low == forward->as.list.n || known[low] != today[i];
    }
    out->as.int64s[r] = n;
    out->states[r] = CSTM_OK;
    return n <= DISTINCT_EXACT;
}

static bool
put_wide_with_today(const struct reading *reading, const struct forward *forward,
                    const struct behaviour_row *row, bool touched, int32_t r,
                    struct rule_column *out)
{
    if (reading->forwarded == FORWARD_HASHES)
        return put_hashes(reading, forward, row, touched, r, out);
    if (reading->forwarded == FORWARD_VALUES) {
        int64_t counts[CATEGORY_LIMIT + 1];
        memcpy(counts, forward->as.list.words, (size_t) forward->as.list.n * sizeof *counts);
        if (touched)
            count_values(reading, row, row->day, row->day, counts);
        put_values(reading, counts, r, out);
        return true;
    }
    struct pair pair = {forward->as.pair.part, forward->as.pair.whole};
    if (touched) {
        struct pair today = pair_of_today(reading, row);
        pair.part += today.part;
        pair.whole += today.whole;
    }
    put_pair(reading, &pair, r, out);
    return true;
}

/* Where there is more to it: coverage to be asked for, events that came in since, an operator whose
 * answer is not what is carried. False: it is not known. */
static __attribute__((noinline)) bool
forward_ask(const struct reading *reading, const struct forward *forward, enum touched touched,
            const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    if (forward->known == FORWARD_UNKNOWN || touched == TOUCHED_BEFORE)
        return false;
    if (forward->known == FORWARD_ASKS &&
        !reading_covered(reading, row, row->history->summaries->starts[reading->index])) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
        return true;
    }
    if (reading->forwarded >= FORWARD_SHARE) {
        return put_wide_with_today(reading, forward, row, touched != TOUCHED_NEVER, r, out);
    } else if (carries_event(reading) && touched == TOUCHED_NEVER) {
        put_carried_event(reading, forward, row, r, out);
    } else if (carries_event(reading)) {
        put_event_with_today(reading, forward, row, r, out);
    } else {
        struct total total = carried_total(reading, forward);
        if (touched != TOUCHED_NEVER)
            add_today(reading, row, &total);
        if (total.errors != 0) /* which one the window ends in is for all of it to say */
            return false;
        put_total(reading, &total, r, out);
    }
    return true;
}

/* One row; the commonest answers stand here. */
INLINE bool
forward_row(const struct reading *reading, const struct behaviour_row *row, int32_t r,
            struct rule_column *out)
{
    const struct summaries *summaries = row->history->summaries;
    if (summaries == NULL || row->day != summaries->day + 1 ||
        row->instance >= summaries->n_instances)
        return false;
    const struct forward *forward =
        &summaries->forward[(size_t) row->instance * (size_t) summaries->n_features +
                            (size_t) reading->index];
    enum touched touched = summaries->touched[reading->event];
    if (forward->known != FORWARD_KNOWN || touched != TOUCHED_NEVER)
        return forward_ask(reading, forward, touched, row, r, out);
    int64_t value;
    if (reading->forwarded == FORWARD_COUNT)
        value = forward->count;
    else if (reading->forwarded == FORWARD_SUM && wide_fits(forward->as.sum))
        value = (int64_t) forward->as.sum;
    else if (reading->forwarded == FORWARD_RECENCY && forward->as.event.instance >= 0)
        value = row->day - forward->as.event.day;
    else
        return forward_ask(reading, forward, touched, row, r, out);
    out->as.int64s[r] = value;
    out->states[r] = CSTM_OK;
    return true;
}

void
feature_read_at(const struct plan *plan, int32_t index, const struct behaviour_row *rows, int32_t n,
                struct rule_column *out)
{
    const struct reading *reading = &plan->readings[index];
    if (reading->feature->ahead > 0) {
        for (int32_t r = 0; r < n; r++)
            put_state(reading, r, out, CSTM_ERROR_MISSING);
        return;
    }
    if (reading->before.unit == WINDOW_CYCLES) {
        read_cycles(reading, rows, n, out);
        return;
    }
    if (reading->moved) {
        read_before(reading, rows, n, out);
        return;
    }
    for (int32_t r = 0; r < n; r++)
        if (!forward_row(reading, &rows[r], r, out)) {
            reading_rows(reading, rows, n, out);
            return;
        }
}

void
feature_read_ahead(const struct plan *plan, int32_t index, const struct behaviour_row *rows,
                   int32_t n, struct rule_column *out)
{
    const struct reading *reading = &plan->readings[index];
    for (int32_t r = 0; r < n; r++) {
        struct behaviour_row then = rows[r];
        struct rule_column part = column_from(reading, out, r);
        then.day += reading->feature->ahead;
        reading_rows(reading, &then, 1, &part);
    }
}

void
feature_read(const struct plan *plan, const struct feature *feature,
             const struct behaviour_row *rows, int32_t n, struct rule_column *out)
{
    feature_read_at(plan, feature->index, rows, n, out);
}
