/* What a history takes in bytes, by what it is and by which features read it. */
#ifndef BEHAVIOUR_FOOTPRINT_H
#define BEHAVIOUR_FOOTPRINT_H

#include "behaviour/history.h"

struct footprint {
    int64_t tiles;    /* with their lists of values and masks */
    int64_t events;   /* single events of sealed days */
    int64_t sketches; /* those that count different values, and buckets */
    int64_t open;     /* events of days that are not sealed */
    int64_t attributes;
    /* per feature, all 0 before: of the tiles, kept events and sketches that it reads; that no other
     * feature reads */
    int64_t *reads, *own;
};

/* False without memory. */
bool history_footprint(const struct history *history, struct footprint *footprint);

#endif
