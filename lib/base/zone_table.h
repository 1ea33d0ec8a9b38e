/* What a zone is inside: shared by zone_read.c, which makes it, and zone.c, which looks things up in it. */
#ifndef BASE_ZONE_TABLE_H
#define BASE_ZONE_TABLE_H

#include "base/civil.h"

#include <stdatomic.h>

/* 400 years of the Gregorian calendar, 20871 weeks. */
#define ZONE_CYCLE (INT64_C(146097) * CIVIL_MICROS_PER_DAY)

/* Stretches of equal offset, in order; at[0] is INT64_MIN. */
struct zone {
    _Atomic int32_t references;
    int32_t n;
    int64_t cycle_start;   /* from here on the table repeats every ZONE_CYCLE; INT64_MAX: the last stretch never ends */
    int64_t *at;           /* first instant */
    int64_t *wall;         /* from this civil time on; the greater of both at a change */
    int32_t *offset;       /* seconds east of UTC */
    char *name;
};

#endif
