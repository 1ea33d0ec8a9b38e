/* Inside the room: whether an event may be a redelivery, for days with very many. */
#ifndef BEHAVIOUR_DELIVERED_H
#define BEHAVIOUR_DELIVERED_H

#include "behaviour/rows.h"

/* Whether an event with the record's id may be among those of its day, where it belongs at `place`:
 * the walk will tell. False: there is none, and this one is remembered as coming in. The record has
 * an id. */
bool delivered_before(struct history *history, int32_t instance, int32_t event,
                      const struct event_record *record, int32_t place);
void delivered_free(struct delivered *delivered);

#endif
