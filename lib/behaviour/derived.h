/* Inside the room: records that follow from others. What is left of an event after an amendment
 * (amend.c) and an event as one of a kind that is made of others (union.c) stand among the rows of
 * their kind, with EVENT_DERIVED, so that every operator reads them like any event. They are made anew
 * whenever what they follow from changes, and are not written: bytes and merges know originals only.
 * Once its day has settled, what a kind reads of a derived record is its own (seal.c). Derived records
 * share the texts of their originals. */
#ifndef BEHAVIOUR_DERIVED_H
#define BEHAVIOUR_DERIVED_H

#include "behaviour/rows.h"

/* Whether events of the kind are amended, or amend. */
static inline bool
is_amending(const struct plan *plan, int32_t event)
{
    return plan->kinds[event].n_amenders > 0 || plan->schema->events[event].amends.amends;
}

static inline bool
is_derived(const struct event_record *record)
{
    return (record->flags & EVENT_DERIVED) != 0;
}

/* Whether the record, or one with its id, may be what amendments of the instance change. */
bool amendment_touches(const struct history *history, int32_t instance, int32_t event,
                       const struct event_record *record);
/* Makes room for all that follows from an instance's events, and `more` of each kind; false without
 * memory. */
bool derived_reserve(struct history *history, int32_t instance, int32_t more,
                     struct workroom *room);
/* Makes all derived records of an instance anew; room was made. */
void derived_remake(struct history *history, int32_t instance, struct workroom *room,
                    void *scratch);
/* Drops the derived records of rows. */
void derived_strip(const struct kind_plan *kind, struct event_rows *rows);

/* amend.c: what derived_remake() does of a kind that is amended; how many records it may need room for
 * in the workroom. */
size_t amend_room(const struct plan *plan, int32_t event, int64_t targets, int64_t amendments);
void amend_events(struct history *history, int32_t instance, int32_t event, struct workroom *room,
                  void *scratch);
/* Before days settle: says of the amendments of events that will do so that they were applied. */
bool amend_reserve_all(const struct history *history, struct workroom *room);
void amend_settle(struct history *history, int32_t day, struct workroom *room);

/* union.c: an event as one of a kind that it is a member of. */
void union_project(const struct plan *plan, struct union_place place, int32_t event,
                   const struct event_record *record, struct event_record *made,
                   struct zone_cursor *cursor, void *scratch);
/* Room for one event more in all kinds that it is a member of; then puts it there, or takes out what a
 * replaced copy left. */
bool union_reserve(struct history *history, int32_t instance, int32_t event);
void union_add(struct history *history, int32_t instance, int32_t event,
               const struct event_record *record, void *scratch);
void union_remove(struct history *history, int32_t instance, int32_t event,
                  const struct event_record *record);
void union_remake(struct history *history, int32_t instance, int32_t event, void *scratch);

#endif
