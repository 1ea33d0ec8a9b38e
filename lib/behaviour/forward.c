/* Carried forward (结转): what the windows of the next day already hold at the end of a day. A profile that is advanced to
 * yesterday is asked about today again and again; yesterday's end is folded once, for each feature and instance, and today's
 * events come on top of it. Like the rest of a summary it follows from the facts: a fact of a day up to the summary's marks its
 * event kind (summary_touch), from then on features of that kind read everything as ever, until the next advance.
 *
 * Coverage is carried where it comes from the day on which the kind is observed, which only moves back (history_observe()
 * forgets the summary); where it hangs on an opening it is asked when reading. */
#include "behaviour/reading.h"

static bool
reads_events(const struct feature *feature)
{
    return feature->operator== FEATURE_FIRST || feature->operator== FEATURE_LAST ||
           feature->operator== FEATURE_RECENCY;
}

enum forwarded
forwarded_of(const struct reading *reading)
{
    const struct feature *feature = reading->feature;
    if (feature->window.unit == WINDOW_LAST)
        return FORWARD_NOTHING;
    if (reads_events(feature) && reading->where_error != 0)
        return FORWARD_NOTHING; /* which error it is depends on all of the window */
    if (reads_events(feature))
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
    const struct event_record *record =
        reading_event(reading, history, instance, from, day, &of);
    if (record != NULL) {
        const struct event_rows *rows = rows_of(reading, history, of);
        ptrdiff_t offset = (const uint8_t *) record - rows->events;
        forward.as.event.instance = of;
        forward.as.event.day = record->day;
        forward.as.event.place = (int32_t) ((size_t) offset / reading->record_size);
    }
    return forward;
}

struct forward
forward_from(const struct plan *plan, int32_t feature, const struct history *history,
             int32_t instance, int32_t start, int32_t day)
{
    const struct reading *reading = &plan->readings[feature];
    bool covered = reading_observed(reading, history, start);
    if (reads_events(reading->feature)) {
        struct forward event = carry_event(reading, history, instance, start, day);
        if (reading->feature->operator== FEATURE_FIRST && !covered)
            event.known = FORWARD_ASKS;
        return event;
    }
    struct total total;
    reading_total(reading, history, instance, start, day, &total);
    struct forward forward = {.count = total.count, .known = covered ? FORWARD_KNOWN : FORWARD_ASKS};
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

/* What is carried, with the row's own day on top. False: the rule may have failed on an event of it. */
static bool
put_with_today(const struct reading *reading, const struct forward *forward,
               const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    struct total total;
    reading_total(reading, row->history, row->instance, row->day, row->day, &total);
    total.count += forward->count;
    if (is_sum(reading))
        total.sum += forward->as.sum;
    else if (reading->forwarded == FORWARD_LEAST)
        total_fold(&total, forward->as.extreme, FOLD_MIN);
    else if (reading->forwarded == FORWARD_GREATEST)
        total_fold(&total, forward->as.extreme, FOLD_MAX);
    if (total.errors != 0)
        return false;
    put_total(reading, &total, r, out);
    return true;
}

static void
put_carried(const struct reading *reading, const struct forward *forward,
            const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    if (!reads_events(reading->feature)) {
        struct total total = {.count = forward->count};
        if (is_sum(reading))
            total.sum = forward->as.sum;
        else
            total.extreme = forward->as.extreme;
        put_total(reading, &total, r, out);
    } else if (forward->as.event.instance < 0) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
    } else {
        const struct event_rows *rows = rows_of(reading, row->history, forward->as.event.instance);
        put_event(reading, record_at(reading->kind, rows->events, forward->as.event.place), row, r,
                  out);
    }
}

/* Where more is to be asked: of coverage, or of events that came in since. */
static __attribute__((noinline)) bool
forward_ask(const struct reading *reading, const struct forward *forward, enum touched touched,
            const struct behaviour_row *row, int32_t r, struct rule_column *out)
{
    bool events = reads_events(reading->feature);
    if (forward->known == FORWARD_UNKNOWN || touched == TOUCHED_BEFORE ||
        (events && touched != TOUCHED_NEVER))
        return false;
    int32_t start = row->history->summaries->starts[reading->index];
    if (forward->known == FORWARD_ASKS && !reading_covered(reading, row, start)) {
        put_state(reading, r, out, CSTM_ERROR_MISSING);
        return true;
    }
    if (touched != TOUCHED_NEVER)
        return put_with_today(reading, forward, row, r, out);
    put_carried(reading, forward, row, r, out);
    return true;
}

/* One row; the answers that need no more than a look stand here. */
INLINE bool
forward_row(const struct reading *reading, const struct behaviour_row *row, int32_t r,
            struct rule_column *out)
{
    const struct summaries *summaries = row->history->summaries;
    if (summaries == NULL || reading->forwarded == FORWARD_NOTHING ||
        row->day != summaries->day + 1 || row->instance >= summaries->n_instances)
        return false;
    const struct forward *forward =
        &summaries->forward[row->instance * summaries->n_features + reading->index];
    enum touched touched = summaries->touched[reading->event];
    if (forward->known != FORWARD_KNOWN || touched != TOUCHED_NEVER)
        return forward_ask(reading, forward, touched, row, r, out);
    if (reading->forwarded == FORWARD_COUNT) {
        out->as.int64s[r] = forward->count;
        out->states[r] = CSTM_OK;
    } else if (reading->forwarded == FORWARD_SUM && wide_fits(forward->as.sum)) {
        out->as.int64s[r] = (int64_t) forward->as.sum;
        out->states[r] = CSTM_OK;
    } else if (reading->forwarded == FORWARD_RECENCY && forward->as.event.instance >= 0) {
        out->as.int64s[r] = row->day - forward->as.event.day;
        out->states[r] = CSTM_OK;
    } else {
        put_carried(reading, forward, row, r, out);
    }
    return true;
}

void
feature_read(const struct plan *plan, const struct feature *feature,
             const struct behaviour_row *rows, int32_t n, struct rule_column *out)
{
    const struct reading *reading = &plan->readings[feature - plan->features];
    for (int32_t r = 0; r < n; r++)
        if (!forward_row(reading, &rows[r], r, out)) {
            reading_rows(reading, rows, n, out);
            return;
        }
}
