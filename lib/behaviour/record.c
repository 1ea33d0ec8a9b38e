/* Events into a history: checked, classified, deduplicated and put where they belong, so that a
 * late or repeated delivery leaves the state of an early and single one. A refused event changes
 * nothing. One event after the last is the common case and costs a compare with the last, the scan
 * of its own day for its id (of a day with very many, a look-up: delivered.c), and its rules. */
#include "behaviour/day_files.h"
#include "behaviour/delivered.h"
#include "behaviour/summary.h"

static cstm_status
late(const char *what, cstm_error **error)
{
    return error_set(error, CSTM_ERROR_LATE,
                     "%s is dated to a day that is sealed; a rebuild from history takes it", what);
}

/* What an event that opens or closes sets: its civil day, as known from its own time on. */
static struct attribute_entry
event_sets(const struct event_record *record)
{
    return (struct attribute_entry){.time = record->time,
                                    .day = record->day,
                                    .present = true,
                                    .id = record->id,
                                    .value.number = record->day};
}

static bool
reserve_sets(struct history *history, int32_t instance, const struct event_kind *declared,
             int32_t n)
{
    struct attribute_rows *own = history->instances[instance].attributes;
    return (!declared->opens || attribute_rows_reserve(&own[0], own[0].n + n)) &&
           (!declared->closes || attribute_rows_reserve(&own[1], own[1].n + n));
}

static bool
apply_sets(struct history *history, int32_t instance, const struct event_kind *declared,
           const struct event_record *record)
{
    bool changed = false;
    struct attribute_rows *own = history->instances[instance].attributes;
    struct attribute_entry entry = event_sets(record);
    if (declared->opens) {
        changed |= attribute_rows_insert(CSTM_TYPE_DATE, &own[0], &entry);
        changed |=
            instance_begins(history, instance,
                            zone_day_start(history->plan->schema->zone, record->day), record->day);
    }
    if (declared->closes)
        changed |= attribute_rows_insert(CSTM_TYPE_DATE, &own[1], &entry);
    return changed;
}

/* A field that is not there has no value: zeros, so that equal records are equal bytes. */
static void
clear_absent(const struct event_kind *declared, const struct kind_plan *kind, void *record)
{
    const uint64_t *mask = record_mask(kind, record);
    for (int32_t word = 0; 64 * word < declared->n_fields; word++) {
        int32_t n = declared->n_fields - 64 * word;
        uint64_t absent = ~mask[word] & (n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1);
        while (absent != 0) {
            int32_t f = take_bit(&absent);
            uint64_t *value = record_value(kind, record, 64 * word + f);
            value[0] = 0;
            if ((kind->fields_text[word] >> f & 1) != 0)
                value[1] = 0;
        }
    }
}

/* Puts it over the lesser copy at `twin`, which stands before `place`. */
static void
replace_by_staged(const struct kind_plan *kind, struct event_rows *rows, int32_t twin,
                  int32_t place)
{
    size_t size = (size_t) kind->record_size;
    uint8_t *old = rows->events + (size_t) twin * size;
    memmove(old, old + size, (size_t) (place - twin - 1) * size);
    memcpy(rows->events + (size_t) (place - 1) * size,
           rows->events + (size_t) rows->n_events * size, size);
}

static cstm_status
cannot_compute(const struct event_kind *declared, int32_t field, cstm_status status,
               cstm_error **error)
{
    const char *name = declared->fields[field].name;
    error_set(error, status,
              status == CSTM_ERROR_UNKNOWN
                  ? "the event is refused: its rule gives %s a value that the strategy does not declare"
                  : "the event is refused: the rule of its field %s ends in an error",
              name);
    error_at_field(error, name);
    return status;
}

/* An event on its way in. */
struct arrival {
    struct history *history;
    int32_t instance, event;
    const struct event_kind *declared;
    const struct kind_plan *kind;
    struct event_rows *rows;
    int32_t place, twin; /* where it belongs; the copy that it replaces, -1 */
    /* what else changes: */
    bool remakes;  /* what is derived of the instance's events */
    bool replaces; /* events of lesser deliveries go */
    bool numbers;  /* its delivery is greater than the one that was known */
    int32_t source, accounting;
    int64_t number;
};

static void
find_place(struct arrival *arrival, const struct event_record *staged)
{
    const struct plan *plan = arrival->history->plan;
    const struct event_rows *rows = arrival->rows;
    /* The first of a new day needs no search. */
    arrival->place = rows->n_events;
    arrival->twin = -1;
    if (arrival->place == 0 ||
        record_at(arrival->kind, rows->events, arrival->place - 1)->day < staged->day)
        return;
    arrival->place = event_rows_place(plan, arrival->event, rows, staged);
    if (staged->id.size > 0 && delivered_before(arrival->history, arrival->instance, arrival->event,
                                                staged, arrival->place))
        arrival->twin =
            event_rows_redelivered(plan, arrival->event, rows, staged, arrival->place);
}

/* Whether its day file counts; false with CSTM_OK: a greater one is known. */
static cstm_status
check_delivery(struct arrival *arrival, const struct event_record *staged, bool *counts,
               cstm_error **error)
{
    const struct history *history = arrival->history;
    arrival->source = arrival->declared->source;
    arrival->accounting = accounting_day(history->plan, arrival->event, staged);
    arrival->number = delivery_number(arrival->kind, staged);
    if (arrival->accounting <= history->sealed_day)
        return late(arrival->declared->name, error);
    const struct day_file *file = day_file_find(history, arrival->source, arrival->accounting);
    int64_t known = file == NULL ? 0 : file->number;
    *counts = arrival->number >= known;
    arrival->numbers = arrival->number > known;
    if (!arrival->numbers)
        return CSTM_OK;
    bool sealed;
    arrival->replaces = day_file_replaces(history, arrival->source, arrival->accounting,
                                          arrival->number, &sealed);
    return sealed ? late(arrival->declared->name, error) : CSTM_OK;
}

static bool
reserve_others(const struct arrival *arrival)
{
    struct history *history = arrival->history;
    if (arrival->numbers && !day_files_reserve(history, 1))
        return false;
    if (!history->plan->derives)
        return true;
    for (int32_t i = 0; arrival->replaces && i < history->n_instances; i++)
        if (!derived_reserve(history, i, 1, &history->room))
            return false;
    if (arrival->remakes && !arrival->replaces &&
        !derived_reserve(history, arrival->instance, 1, &history->room))
        return false;
    return union_reserve(history, arrival->instance, arrival->event);
}

/* What else follows from the event, which is in. */
static void
make_others(const struct arrival *arrival, const struct event_record *record, void *scratch)
{
    struct history *history = arrival->history;
    const struct kind_plan *kind = arrival->kind;
    if (arrival->replaces) {
        history_forget_summaries(history);
        for (int32_t i = 0; history->plan->derives && i < history->n_instances; i++)
            derived_remake(history, i, &history->room, scratch);
    } else if (arrival->remakes) {
        derived_remake(history, arrival->instance, &history->room, scratch);
    } else {
        union_add(history, arrival->instance, arrival->event, record, scratch);
    }
    for (int32_t u = 0; history->summaries != NULL && u < kind->n_unions; u++)
        summary_touch(history->summaries, kind->unions[u].event, record->day);
}

static void
put_in(struct arrival *arrival, void *scratch)
{
    struct history *history = arrival->history;
    const struct kind_plan *kind = arrival->kind;
    struct event_rows *rows = arrival->rows;
    int32_t at = arrival->twin >= 0 ? arrival->place - 1 : arrival->place;
    if (arrival->twin >= 0) {
        const struct event_record *old = record_at(kind, rows->events, arrival->twin);
        record_at(kind, rows->events, rows->n_events)->flags |= old->flags & EVENT_APPLIED;
        history->text_bytes_dead += record_text_bytes(arrival->declared, kind, old);
        if (!arrival->remakes && !arrival->replaces)
            union_remove(history, arrival->instance, arrival->event, old);
        replace_by_staged(kind, rows, arrival->twin, arrival->place);
    } else {
        event_rows_insert_staged(kind, rows, arrival->place);
    }
    const struct event_record *record = record_at(kind, rows->events, at);
    int32_t day = record->day;
    instance_begins(history, arrival->instance, record->time, day);
    if (history->summaries != NULL)
        summary_touch(history->summaries, arrival->event, day);
    if (kind->n_unions > 0 || arrival->remakes || arrival->replaces)
        make_others(arrival, record, scratch);
}

/* Takes in what is staged behind the rows; all that can fail comes before anything changes. */
static cstm_status
take_in(struct arrival *arrival, struct event_record *staged, void *scratch, bool *changed,
        cstm_error **error)
{
    struct history *history = arrival->history;
    const struct plan *plan = history->plan;
    bool counts = true;
    if (arrival->declared->sourced) {
        cstm_status status = check_delivery(arrival, staged, &counts, error);
        if (status != CSTM_OK)
            return status;
    }
    find_place(arrival, staged);
    if (arrival->twin >= 0) {
        const struct event_record *twin =
            record_at(arrival->kind, arrival->rows->events, arrival->twin);
        int64_t number = delivery_number(arrival->kind, twin);
        counts = counts && (number < arrival->number ||
                            (number == arrival->number &&
                             event_record_compare(plan, arrival->event, twin, staged) < 0));
    }
    if (!counts) {
        *changed = instance_begins(history, arrival->instance, staged->time, staged->day);
        return CSTM_OK;
    }
    if (arrival->twin >= 0)
        arrival->remakes = arrival->declared->settles > 0 ||
                           (arrival->declared->sourced && arrival->kind->n_unions > 0);
    else if (arrival->declared->settles > 0 && is_amending(plan, arrival->event))
        arrival->remakes =
            amendment_touches(history, arrival->instance, arrival->event, staged);
    if (plan->derives || arrival->numbers) {
        if (!reserve_others(arrival))
            return error_no_memory(error);
        staged = record_at(arrival->kind, arrival->rows->events, arrival->rows->n_events);
    }
    if (!record_keep_texts(history, arrival->declared, arrival->kind, staged))
        return error_no_memory(error);
    if (arrival->declared->opens || arrival->declared->closes)
        apply_sets(history, arrival->instance, arrival->declared, staged);
    if (arrival->numbers) {
        size_t size = (size_t) arrival->kind->record_size;
        const uint8_t *from = (const uint8_t *) staged;
        day_file_raise(history, arrival->source, arrival->accounting, arrival->number);
        staged = record_at(arrival->kind, arrival->rows->events, arrival->rows->n_events);
        memmove(staged, from, size);
        find_place(arrival, staged);
    }
    put_in(arrival, scratch);
    *changed = true;
    return CSTM_OK;
}

cstm_status
history_record(struct history *history, int32_t instance, int32_t event, const void *record,
               void *scratch, bool *changed, cstm_error **error)
{
    const struct plan *plan = history->plan;
    if (instance < 0 || instance >= history->n_instances || event < 0 ||
        event >= plan->schema->n_events)
        return error_misuse(error, "instance or event kind is out of range");
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    if (declared->n_members > 0)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "an event %s is made of others; record one of those", declared->name);
    if (history->instances[instance].entity != declared->entity)
        return error_set(error, CSTM_ERROR_MISMATCH, "an event %s happens on %s, not on %s",
                         declared->name, plan->schema->entities[declared->entity].name,
                         plan->schema->entities[history->instances[instance].entity].name);
    struct event_rows *rows = &history->instances[instance].kinds[declared->local];
    if (rows->n_events > INT32_MAX / 2 - 2)
        return error_set(error, CSTM_ERROR_LIMIT, "too many events %s", declared->name);
    if (!event_rows_reserve(kind, rows, rows->n_events + 2) ||
        !reserve_sets(history, instance, declared, 1))
        return error_no_memory(error);

    struct event_record *staged = record_at(kind, rows->events, rows->n_events);
    memcpy(staged, record, (size_t) kind->record_size);
    staged->flags = 0;
    event_is_whole(kind, staged);
    clear_absent(declared, kind, staged);
    cstm_status status = event_record_check(plan, event, staged, error);
    if (status != CSTM_OK)
        return status;
    if (kind->computes) {
        int32_t failed = 0;
        status = event_record_compute(plan, event, staged, NULL, &history->cursor, scratch, &failed);
        if (status != CSTM_OK)
            return cannot_compute(declared, failed, status, error);
    }
    event_record_classify(plan, event, staged, &history->cursor, scratch);
    if (staged->day <= history->sealed_day)
        return late(declared->name, error);
    struct arrival arrival = {.history = history,
                              .instance = instance,
                              .event = event,
                              .declared = declared,
                              .kind = kind,
                              .rows = rows};
    return take_in(&arrival, staged, scratch, changed, error);
}

cstm_status
history_adopt_events(struct history *history, int32_t instance, int32_t event, void *records,
                     int32_t n, cstm_error **error)
{
    const struct plan *plan = history->plan;
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    struct event_rows *rows = &history->instances[instance].kinds[declared->local];
    if (n == 0)
        return CSTM_OK;
    if (rows->n_events > 0 || history->sealed_day != DAY_NONE ||
        history->instances[instance].entity != declared->entity)
        return error_misuse(
            error, "events are adopted into an instance that has some, or into a sealed history");
    if (!reserve_sets(history, instance, declared, n))
        return error_no_memory(error);
    if (rows->event_capacity > 0)
        memory_free(rows->events);
    rows->events = records;
    rows->n_events = n;
    rows->event_capacity = 0;
    bool ids = false, sorted = true;
    const struct event_record *first = records, *before = NULL;
    for (int32_t i = 0; i < n; i++) {
        struct event_record *record = record_at(kind, rows->events, i);
        record->flags = 0;
        event_is_whole(kind, record);
        ids |= record->id.size > 0;
        if (record->time < first->time)
            first = record;
        if (before != NULL && (before->day > record->day ||
                               (before->day == record->day && before->time >= record->time)))
            sorted = sorted && event_record_compare(plan, event, before, record) <= 0;
        before = record;
        if (declared->opens || declared->closes)
            apply_sets(history, instance, declared, record);
    }
    instance_begins(history, instance, first->time, first->day);
    if (!sorted)
        event_rows_sort(plan, event, rows);
    if (ids)
        event_rows_drop_redeliveries(plan, event, rows);
    return CSTM_OK;
}
