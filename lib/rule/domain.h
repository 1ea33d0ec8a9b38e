/* What the domain functions are bound to when a rule is compiled: a calendar with the zone, the edges of buckets, a quantile
 * table, rates. Each lives in the program's arena or is held by the program; struct op and struct node point to it as data. */
#ifndef RULE_DOMAIN_H
#define RULE_DOMAIN_H

#include "rule/ast.h"
#include "rule/source.h"

#include "base/calendar.h"

struct calendar_binding {
    const struct calendar *calendar;
    const struct zone *zone;     /* NULL where the operands are dates */
};

struct rates_binding {
    const struct rates *rates;
    const struct zone *zone;     /* NULL where the day is a date */
};

/* Ascending; values of which both read as 8 bytes. */
struct bucket_edges {
    int32_t n;
    union {
        const int64_t *ints;     /* also dates, timestamps, money, durations */
        const double *doubles;
    } as;
};

/* Binds a call whose row asks for BIND_CALENDAR, BIND_CALENDAR_ZONE (then node->data is the zone), BIND_EDGES, BIND_QUANTILES,
 * BIND_RATES or BIND_RATES_ZONE (as the calendar). False: the source has the error. */
bool domain_bind(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct node *node);

#endif
