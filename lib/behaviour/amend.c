/* Amendments: a reversal (冲正) or a clearing that takes an authorisation's place cancels the event
 * that it names; a refund takes its amount from it. What is known changes with the amendment's own
 * civil day: on the days before it the event counts as it was, from then on what is left of it, in
 * every window. So an event has versions, each counting for those who read it on some days: itself,
 * and records that are derived from it, classified anew.
 *
 * The rules. An amendment names an event by its id: the last one with that id of a day up to its own,
 * and not more than `within` days before it. On each day the amendments that count on it are taken in
 * the order of their days, times, kinds and ids; one that would take more than is left, less than
 * nothing, or anything from what is cancelled, is not applied. Where nothing is left the event counts
 * no more. An amendment that is itself cancelled counts until then, so that what it took comes back.
 * All of it follows from the set of events alone: no order of arrival shows. What is not applied stays
 * visible as a count (history_unmatched()). */
#include "behaviour/derived.h"

#define AT_THE_END (INT32_MAX - 1) /* after all that was amended */

/* An amendment and what it names. */
struct match {
    int32_t event; /* its kind */
    int32_t place; /* among the rows of it */
    int32_t next;  /* of the same target, in order; -1 */
    bool applied;  /* as of the day that was looked at last */
};

struct amending {
    const struct plan *plan;
    const struct history *history;
    int32_t instance, event;
    int32_t n_targets; /* rows that there were when matches were found */
    int32_t *heads;    /* per target: its first match; -1 */
    struct match *matches;
    int32_t n_matches;
};

static size_t
heads_size(int64_t targets)
{
    return ((size_t) targets + 2) / 2 * 2 * sizeof(int32_t);
}

size_t
amend_room(const struct plan *plan, int32_t event, int64_t targets, int64_t amendments)
{
    (void) plan;
    (void) event;
    return heads_size(targets) + (size_t) amendments * sizeof(struct match);
}

static const struct event_record *
amendment_of(const struct amending *amending, const struct match *match)
{
    return record_at(&amending->plan->kinds[match->event],
                     history_rows(amending->history, amending->instance, match->event)->events,
                     match->place);
}

/* The rows of days up to `day`. */
static int32_t
rows_until(const struct kind_plan *kind, const struct event_rows *rows, int32_t day)
{
    int32_t low = 0, high = rows->n_events;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (record_at(kind, rows->events, middle)->day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether the record may be amended: an original that has not settled. */
static bool
is_open(const struct event_record *record)
{
    return (record->flags & (EVENT_SEALED | EVENT_DERIVED)) == 0;
}

static struct rule_text
reference_of(const struct plan *plan, int32_t event, const struct event_record *record)
{
    int32_t field = plan->schema->events[event].amends.reference;
    const struct kind_plan *kind = &plan->kinds[event];
    if (!mask_bit(record_mask(kind, record), field))
        return (struct rule_text){"", 0};
    return *(const struct rule_text *) record_value(kind, record, field);
}

/* What the amendment names, among the first n rows; -1. */
static int32_t
target_of(const struct plan *plan, const struct history *history, int32_t instance, int32_t event,
          const struct event_record *record)
{
    const struct amendment *amends = &plan->schema->events[event].amends;
    struct rule_text reference = reference_of(plan, event, record);
    if (reference.size == 0)
        return -1;
    const struct kind_plan *kind = &plan->kinds[amends->event];
    const struct event_rows *rows = history_rows(history, instance, amends->event);
    for (int32_t i = rows_until(kind, rows, record->day) - 1; i >= 0; i--) {
        const struct event_record *target = record_at(kind, rows->events, i);
        if (target->day < record->day - amends->within)
            break;
        if (is_open(target) && text_equal(target->id, reference))
            return i;
    }
    return -1;
}

bool
amendment_touches(const struct history *history, int32_t instance, int32_t event,
                  const struct event_record *record)
{
    const struct plan *plan = history->plan;
    if (plan->schema->events[event].amends.amends &&
        target_of(plan, history, instance, event, record) >= 0)
        return true;
    for (int32_t a = 0; record->id.size > 0 && a < plan->kinds[event].n_amenders; a++) {
        int32_t by = plan->kinds[event].amenders[a];
        const struct kind_plan *kind = &plan->kinds[by];
        const struct event_rows *rows = history_rows(history, instance, by);
        for (int32_t i = rows->n_events - 1; i >= 0; i--) {
            const struct event_record *amendment = record_at(kind, rows->events, i);
            if (amendment->day < record->day)
                break;
            if ((amendment->flags & (EVENT_SEALED | EVENT_APPLIED)) == 0 &&
                text_equal(reference_of(plan, by, amendment), record->id))
                return true;
        }
    }
    return false;
}

static int
match_compare(const struct amending *amending, const struct match *a, const struct match *b)
{
    const struct event_record *x = amendment_of(amending, a), *y = amendment_of(amending, b);
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static void
add_match(struct amending *amending, int32_t target, int32_t event, int32_t place)
{
    struct match *made = &amending->matches[amending->n_matches];
    *made = (struct match){.event = event, .place = place};
    int32_t *at = &amending->heads[target];
    while (*at >= 0 && match_compare(amending, &amending->matches[*at], made) < 0)
        at = &amending->matches[*at].next;
    made->next = *at;
    *at = amending->n_matches++;
}

/* Which amendment names which event of the kind, as the rows are now. Those that were applied to
 * events that have settled name nothing any more. */
static void
find_matches(struct amending *amending, const struct history *history, int32_t instance,
             int32_t event, struct workroom *room)
{
    const struct plan *plan = history->plan;
    *amending = (struct amending){.plan = plan,
                                  .history = history,
                                  .instance = instance,
                                  .event = event,
                                  .n_targets = history_rows(history, instance, event)->n_events};
    amending->heads = (int32_t *) (void *) room->bytes;
    amending->matches =
        (struct match *) (void *) (room->bytes + heads_size(amending->n_targets));
    for (int32_t i = 0; i < amending->n_targets; i++)
        amending->heads[i] = -1;
    for (int32_t a = 0; a < plan->kinds[event].n_amenders; a++) {
        int32_t by = plan->kinds[event].amenders[a];
        const struct event_rows *rows = history_rows(history, instance, by);
        for (int32_t i = 0; i < rows->n_events; i++) {
            const struct event_record *record = record_at(&plan->kinds[by], rows->events, i);
            if ((record->flags & (EVENT_SEALED | EVENT_APPLIED)) != 0)
                continue;
            int32_t target = target_of(plan, history, instance, by, record);
            if (target >= 0)
                add_match(amending, target, by, i);
        }
    }
}

/* From which day on an amendment counts, and from which it does not any more. */
static struct event_validity
amendment_counts(const struct amending *amending, const struct match *match)
{
    const struct event_record *record = amendment_of(amending, match);
    struct event_validity validity =
        *event_validity(&amending->plan->kinds[match->event], record);
    validity.known = record->day > validity.known ? record->day : validity.known;
    return validity;
}

/* Takes one amendment from `left`; false: it is not applied. *whole: something is left. */
static bool
take(const struct amending *amending, const struct match *match, struct event_record *left,
     bool *whole)
{
    const struct amendment *amends = &amending->plan->schema->events[match->event].amends;
    const struct kind_plan *own = &amending->plan->kinds[match->event],
                           *kind = &amending->plan->kinds[amending->event];
    const struct event_record *record = amendment_of(amending, match);
    if (!*whole)
        return false;
    if (amends->reduced < 0) {
        *whole = false;
        return true;
    }
    if (!mask_bit(record_mask(own, record), amends->by) ||
        !mask_bit(record_mask(kind, left), amends->reduced))
        return false;
    int64_t taken = *(const int64_t *) record_value(own, record, amends->by);
    int64_t *value = record_value(kind, left, amends->reduced);
    if (taken < 0 || taken > *value)
        return false;
    *value -= taken;
    *whole = taken == 0 || *value > 0;
    return true;
}

/* What is left of a target on `day`, into `left`; false: nothing. */
static bool
left_on(const struct amending *amending, int32_t target, int32_t day, struct event_record *left)
{
    const struct kind_plan *kind = &amending->plan->kinds[amending->event];
    const struct event_rows *rows =
        history_rows(amending->history, amending->instance, amending->event);
    memcpy(left, record_at(kind, rows->events, target), (size_t) kind->record_size);
    bool whole = true;
    for (int32_t m = amending->heads[target]; m >= 0; m = amending->matches[m].next) {
        struct match *match = &amending->matches[m];
        struct event_validity counts = amendment_counts(amending, match);
        match->applied =
            counts.known <= day && day < counts.gone && take(amending, match, left, &whole);
    }
    return whole;
}

/* The next day after `day` on which an amendment of the target begins or ceases to count; INT32_MAX. */
static int32_t
next_change(const struct amending *amending, int32_t target, int32_t day)
{
    int32_t next = INT32_MAX;
    for (int32_t m = amending->heads[target]; m >= 0; m = amending->matches[m].next) {
        struct event_validity counts = amendment_counts(amending, &amending->matches[m]);
        if (counts.known >= counts.gone)
            continue;
        if (counts.known > day && counts.known < next)
            next = counts.known;
        if (counts.gone > day && counts.gone < next)
            next = counts.gone;
    }
    return next;
}

static bool
says_the_same(const struct kind_plan *kind, const void *a, const void *b)
{
    size_t from = (size_t) kind->mask_offset + 8 * (size_t) kind->mask_words;
    return memcmp((const uint8_t *) a + from, (const uint8_t *) b + from,
                  (size_t) kind->validity_offset - from) == 0;
}

static void
make_versions(const struct amending *amending, struct event_rows *rows, int32_t target,
              struct zone_cursor *cursor, void *scratch)
{
    const struct kind_plan *kind = &amending->plan->kinds[amending->event];
    struct event_record *current = record_at(kind, rows->events, target);
    bool counts = true;
    for (int32_t day = next_change(amending, target, DAY_NONE); day != INT32_MAX;
         day = next_change(amending, target, day)) {
        struct event_record *made = record_at(kind, rows->events, rows->n_events);
        bool whole = left_on(amending, target, day, made);
        if (whole) {
            int32_t failed; /* what cannot be computed of what is left is missing */
            (void) event_record_compute(amending->plan, amending->event, made, NULL, cursor, scratch,
                                        &failed);
            event_record_classify(amending->plan, amending->event, made, cursor, scratch);
        }
        if (whole && counts && says_the_same(kind, current, made))
            continue;
        if (counts)
            event_validity(kind, current)->gone = day;
        counts = whole;
        if (!whole)
            continue;
        made->flags = EVENT_DERIVED;
        *event_validity(kind, made) = (struct event_validity){day, INT32_MAX};
        current = made;
        rows->n_events++;
    }
}

void
amend_events(struct history *history, int32_t instance, int32_t event, struct workroom *room,
             void *scratch)
{
    struct amending amending;
    find_matches(&amending, history, instance, event, room);
    if (amending.n_matches == 0)
        return;
    struct event_rows *rows = history_rows(history, instance, event);
    for (int32_t t = 0; t < amending.n_targets; t++)
        if (amending.heads[t] >= 0)
            make_versions(&amending, rows, t, &history->cursor, scratch);
    event_rows_sort(history->plan, event, rows);
}

bool
amend_reserve_all(const struct history *history, struct workroom *room)
{
    const struct plan *plan = history->plan;
    size_t most = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        for (int32_t a = 0; a < plan->n_amended; a++) {
            int32_t event = plan->amended[a];
            if (plan->schema->events[event].entity != history->instances[i].entity)
                continue;
            int64_t amendments = 0;
            for (int32_t k = 0; k < plan->kinds[event].n_amenders; k++)
                amendments += history_rows(history, i, plan->kinds[event].amenders[k])->n_events;
            size_t size = amend_room(plan, event, history_rows(history, i, event)->n_events,
                                     amendments) +
                          (size_t) plan->kinds[event].record_size;
            most = size > most ? size : most;
        }
    }
    return most == 0 || memory_reserve(&room->bytes, &room->capacity, most, 1);
}

/* Room for a record behind the matches. */
static struct event_record *
work_record(const struct amending *amending)
{
    return (struct event_record *) (void *) (amending->matches + amending->n_matches);
}

/* All versions of one amendment say that it was applied. */
static void
mark_applied(const struct amending *amending, const struct match *match)
{
    const struct kind_plan *kind = &amending->plan->kinds[match->event];
    const struct event_rows *rows =
        history_rows(amending->history, amending->instance, match->event);
    const struct event_record *record = amendment_of(amending, match);
    int32_t first = match->place;
    while (first > 0 && record_at(kind, rows->events, first - 1)->time == record->time)
        first--;
    for (int32_t i = first; i < rows->n_events; i++) {
        struct event_record *other = record_at(kind, rows->events, i);
        if (other->time != record->time || other->day != record->day)
            break;
        if (other == record || (other->id.size > 0 && text_equal(other->id, record->id)))
            other->flags |= EVENT_APPLIED;
    }
}

void
amend_settle(struct history *history, int32_t day, struct workroom *room)
{
    const struct plan *plan = history->plan;
    for (int32_t a = plan->n_amended - 1; a >= 0; a--) {
        int32_t event = plan->amended[a], settles = plan->schema->events[event].settles;
        const struct kind_plan *kind = &plan->kinds[event];
        for (int32_t i = 0; i < history->n_instances; i++) {
            if (plan->schema->events[event].entity != history->instances[i].entity)
                continue;
            const struct event_rows *rows = history_rows(history, i, event);
            if (rows->n_events == 0)
                continue;
            struct amending amending;
            find_matches(&amending, history, i, event, room);
            for (int32_t t = 0; amending.n_matches > 0 && t < amending.n_targets; t++) {
                if (amending.heads[t] < 0 ||
                    record_at(kind, rows->events, t)->day > day - settles)
                    continue;
                (void) left_on(&amending, t, AT_THE_END, work_record(&amending));
                for (int32_t m = amending.heads[t]; m >= 0; m = amending.matches[m].next)
                    if (amending.matches[m].applied)
                        mark_applied(&amending, &amending.matches[m]);
            }
        }
    }
}

/* Of the instance's amendments of a kind: those that count on the day and were not applied. */
static int64_t
unmatched_of(const struct history *history, int32_t instance, int32_t event, int32_t day,
             struct workroom *room)
{
    const struct plan *plan = history->plan;
    const struct kind_plan *kind = &plan->kinds[event];
    const struct event_rows *rows = history_rows(history, instance, event);
    int64_t n = rows->unmatched;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        const struct event_validity *validity = event_validity(kind, record);
        n += (record->flags & (EVENT_SEALED | EVENT_APPLIED)) == 0 && record->day <= day &&
             validity->known <= day && day < validity->gone;
    }
    if (n == rows->unmatched)
        return n;
    struct amending amending;
    find_matches(&amending, history, instance, plan->schema->events[event].amends.event, room);
    for (int32_t t = 0; t < amending.n_targets; t++) {
        if (amending.heads[t] < 0)
            continue;
        (void) left_on(&amending, t, day, work_record(&amending));
        for (int32_t m = amending.heads[t]; m >= 0; m = amending.matches[m].next)
            n -= amending.matches[m].event == event && amending.matches[m].applied;
    }
    return n;
}

cstm_status
history_unmatched(const struct history *history, int32_t event, int32_t day,
                  struct workroom *room, int64_t *count, cstm_error **error)
{
    const struct schema *schema = history->plan->schema;
    *count = 0;
    if (!schema->events[event].amends.amends)
        return CSTM_OK;
    if (!amend_reserve_all(history, room))
        return error_no_memory(error);
    for (int32_t i = 0; i < history->n_instances; i++)
        if (history->instances[i].entity == schema->events[event].entity)
            *count += unmatched_of(history, i, event, day, room);
    return CSTM_OK;
}
