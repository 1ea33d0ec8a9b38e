/* What a bank has, as a strategy declares it: entities in a tree under the customer, their dated
 * attributes, and the events that happen on them. Indices are positions in these arrays; entity 0
 * is the customer. Immutable once built.
 *
 * Every entity has two attributes of its own, `opened_on` and `closed_on` (dates), first in its
 * list: set like any other, or by an event kind that declares `opens` or `closes`. */
#ifndef BEHAVIOUR_SCHEMA_H
#define BEHAVIOUR_SCHEMA_H

#include "base/civil.h"
#include "base/error.h"
#include "rule/rule.h"

struct entity {
    char *name;
    int32_t parent;       /* -1 for customer */
    int32_t n_attributes; /* of this entity, opened_on and closed_on included */
    int32_t n_events;     /* kinds on this entity itself */
};

struct attribute {
    char *name;
    int32_t entity;
    int32_t local; /* position among the entity's attributes; 0 opened_on, 1 closed_on */
    cstm_type type;
    char **values; /* nullable: the only texts allowed */
    int32_t n_values;
};

struct event_field {
    char *name;
    cstm_type type;
    char **values;
    int32_t n_values;
};

struct event_kind {
    char *name;
    int32_t entity;
    int32_t local; /* position among the entity's kinds */
    /* sets opened_on / closed_on of its entity to the civil day of the event */
    bool opens, closes;
    /* the strategy's word on where the bank's records begin; INT64_MAX: none */
    int64_t observed_from;
    int32_t n_fields;
    struct event_field *fields;
};

struct schema {
    struct zone *zone;
    char currency[4]; /* "" where the strategy has none */
    int32_t exponent;
    int32_t late_days;
    int32_t n_entities;
    struct entity *entities;
    int32_t n_attributes;
    struct attribute *attributes;
    int32_t n_events;
    struct event_kind *events;
};

/* Whether `entity` is `ancestor` or stands below it. */
bool schema_is_under(const struct schema *schema, int32_t entity, int32_t ancestor);
/* -1 if there is none; likewise below */
int32_t schema_find_entity(const struct schema *schema, const char *name);
int32_t schema_find_attribute(const struct schema *schema, int32_t entity /* -1 any */,
                              const char *name);
int32_t schema_find_event(const struct schema *schema, const char *name);
int32_t schema_find_field(const struct schema *schema, int32_t event, const char *name);
/* members were made with memory_new and memory_copy */
void schema_clear(struct schema *schema);

#endif
