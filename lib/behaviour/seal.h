/* Inside the room: which of the events with one value stay when their days are sealed. */
#ifndef BEHAVIOUR_SEAL_H
#define BEHAVIOUR_SEAL_H

#include "behaviour/rows.h"

struct hashed_event {
    uint64_t hash;
    int32_t place; /* among the rows, which are in order */
};

/* Marks what stays of n events; sorts them. */
void mark_distinct(struct hashed_event *events, int32_t n, uint8_t *marks);

#endif
