/* Kinds that are made of others: an event of a member is one of the union, too, with the fields that
 * the union names. It stands among the union's rows as a derived record until its day is sealed; what
 * sealing leaves of it is the union's own. A version of an amended event is projected like any other,
 * with the days on which it counts. */
#include "behaviour/derived.h"

void
union_project(const struct plan *plan, struct union_place place, int32_t event,
              const struct event_record *record, struct event_record *made,
              struct zone_cursor *cursor, void *scratch)
{
    const struct event_kind *declared = &plan->schema->events[place.event];
    const struct kind_plan *kind = &plan->kinds[place.event], *member = &plan->kinds[event];
    const int32_t *fields =
        kind->member_fields + (size_t) place.member * (size_t) declared->n_fields;
    memset(made, 0, (size_t) kind->record_size);
    made->time = record->time;
    made->day = record->day;
    made->id = record->id;
    made->flags = EVENT_DERIVED | (uint32_t) place.member << EVENT_MEMBER_SHIFT;
    uint64_t *mask = record_mask(kind, made);
    const uint64_t *from = record_mask(member, record);
    const char *name = declared->fields[0].values[place.member];
    *(struct rule_text *) record_value(kind, made, 0) = (struct rule_text){name, strlen(name)};
    mask[0] |= 1;
    for (int32_t f = 1; f < declared->n_fields; f++) {
        if (!mask_bit(from, fields[f]))
            continue;
        mask[f / 64] |= UINT64_C(1) << (f % 64);
        memcpy(record_value(kind, made, f), record_value(member, record, fields[f]),
               declared->fields[f].type == CSTM_TYPE_STRING ? sizeof(struct rule_text) : 8);
    }
    event_record_classify(plan, place.event, made, cursor, scratch);
    event_is_whole(kind, made);
    if (member->validity_offset != 0)
        *event_validity(kind, made) = *event_validity(member, record);
}

bool
union_reserve(struct history *history, int32_t instance, int32_t event)
{
    const struct kind_plan *kind = &history->plan->kinds[event];
    for (int32_t u = 0; u < kind->n_unions; u++) {
        struct event_rows *rows = history_rows(history, instance, kind->unions[u].event);
        if (rows->n_events > INT32_MAX / 2 - 2 ||
            !event_rows_reserve(&history->plan->kinds[kind->unions[u].event], rows,
                                rows->n_events + 2))
            return false;
    }
    return true;
}

void
union_add(struct history *history, int32_t instance, int32_t event,
          const struct event_record *record, void *scratch)
{
    const struct plan *plan = history->plan;
    const struct kind_plan *kind = &plan->kinds[event];
    for (int32_t u = 0; u < kind->n_unions; u++) {
        int32_t of = kind->unions[u].event;
        struct event_rows *rows = history_rows(history, instance, of);
        struct event_record *made = record_at(&plan->kinds[of], rows->events, rows->n_events);
        union_project(plan, kind->unions[u], event, record, made, &history->cursor, scratch);
        event_rows_insert_staged(&plan->kinds[of], rows, event_rows_place(plan, of, rows, made));
    }
}

/* A derived record of a member with an id is told by its day, its id and the member. */
void
union_remove(struct history *history, int32_t instance, int32_t event,
             const struct event_record *record)
{
    const struct kind_plan *member = &history->plan->kinds[event];
    for (int32_t u = 0; u < member->n_unions; u++) {
        struct event_rows *rows = history_rows(history, instance, member->unions[u].event);
        const struct kind_plan *kind = &history->plan->kinds[member->unions[u].event];
        uint32_t flags =
            EVENT_DERIVED | (uint32_t) member->unions[u].member << EVENT_MEMBER_SHIFT;
        for (int32_t i = rows->n_events - 1; i >= 0; i--) {
            struct event_record *made = record_at(kind, rows->events, i);
            if (made->day < record->day)
                break;
            if (made->day > record->day || made->flags != flags || made->time != record->time ||
                !text_equal(made->id, record->id))
                continue;
            memmove(made, (uint8_t *) made + kind->record_size,
                    (size_t) (rows->n_events - i - 1) * (size_t) kind->record_size);
            rows->n_events--;
            break;
        }
    }
}

/* Members that have settled are the union's own by now. */
void
union_remake(struct history *history, int32_t instance, int32_t event, void *scratch)
{
    const struct plan *plan = history->plan;
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    struct event_rows *rows = history_rows(history, instance, event);
    for (int32_t m = 0; m < declared->n_members; m++) {
        int32_t of = declared->members[m];
        const struct event_rows *from = history_rows(history, instance, of);
        for (int32_t i = 0; i < from->n_events; i++) {
            const struct event_record *record = record_at(&plan->kinds[of], from->events, i);
            if ((record->flags & EVENT_SEALED) == 0)
                union_project(plan, (struct union_place){event, m}, of, record,
                              record_at(kind, rows->events, rows->n_events++), &history->cursor,
                              scratch);
        }
    }
    event_rows_sort(plan, event, rows);
}
