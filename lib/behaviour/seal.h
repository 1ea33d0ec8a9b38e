/* Inside the room: which of the events with one value stay when their days are sealed, and what becomes of
 * children that have left. */
#ifndef BEHAVIOUR_SEAL_H
#define BEHAVIOUR_SEAL_H

#include "behaviour/rows.h"

struct hashed_event {
    uint64_t hash;
    int32_t place; /* among the rows, which are in order */
};

/* Marks the events of sealed days that a keep (not of buckets) keeps. hashed: room for all of them. */
void seal_mark(const struct history *history, int32_t event, const struct event_rows *rows,
               const struct event_keep *keep, int32_t reads_from, uint8_t *marks,
               struct hashed_event *hashed);
/* Marks what stays of n events; sorts them. */
void mark_distinct(struct hashed_event *events, int32_t n, uint8_t *marks);

/* The children that leave by the day, and room for all that moves; *most grows to the events that one instance may
 * have of a kind then. To be freed, also after a failure. NULL where no entity has a bound. */
struct leaving;
cstm_status leaving_find(struct history *history, int32_t day, struct leaving **leaving,
                         int32_t *most, cstm_error **error);
void leaving_free(struct leaving *leaving);
/* After the day is sealed; cannot fail. */
void leaving_move(const struct leaving *leaving);
/* The instances that something moved to, one by one from *at = 0 on; -1 after the last. */
int32_t leaving_next(const struct leaving *leaving, size_t *at);

#endif
