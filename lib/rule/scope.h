/* The names of a scope, found by hash. */
#ifndef RULE_SCOPE_H
#define RULE_SCOPE_H

#include "rule/rule.h"

#include "base/memory.h"

struct scope_name {
    const char *name;
    size_t size;
    enum rule_kind kind;
    int32_t slot;
    int32_t n_values;
    const char *const *values;
    const struct cell *constants;   /* of a named constant or list: what it stands for; NULL: a name that has a slot */
    int32_t n_constants;
    bool is_list;                   /* of `kind` */
};

struct rule_scope {
    struct arena arena;
    struct scope_name *names;
    size_t n, capacity;
    int32_t *buckets;            /* open addressing, -1 free */
    size_t n_buckets;
    char *zone_name;             /* nullable: UTC */
    struct zone *zone;           /* nullable, borrowed */
    char currency[4];
    int32_t exponent;            /* -1: no currency */
    char *container;             /* nullable: the namespace that names are resolved in */
    bool unchecked;
    bool infinite;               /* a result may be infinite or NaN */
    const struct calendar *calendar;                      /* nullable, borrowed */
    const struct rates *rates;                            /* nullable, borrowed */
    const struct quantiles *quantiles[RULE_QUANTILES];    /* borrowed */
    int32_t n_quantiles;
    const struct mapping *mappings[RULE_MAPPINGS];        /* borrowed */
    int32_t n_mappings;
};

const struct scope_name *scope_find(const struct rule_scope *scope, const char *name, size_t size);
/* Whether a scope could hold it: identifiers with dots between, none of them reserved. */
bool scope_is_name(const char *name);
const char *scope_nearest(const struct rule_scope *scope, const char *name);

#endif
