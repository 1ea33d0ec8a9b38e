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
    /* Of those that are closed only so many, the last closed ones, are there for their parent; what
     * happened on the others counts still. 0: all are. */
    int32_t keep_closed;
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
    char **values; /* nullable: the only texts allowed */
    int32_t n_values;
    /* of an int: only `low` to `low` + n_values - 1 are allowed; values is NULL */
    bool ranged;
    int64_t low;
    /* nullable: it is not given but computed when the event arrives, over the fields before it (slot =
     * field index) and then enum own_slot. Missing where the rule is; an error refuses the event. */
    struct rule_program *computed;
    /* Of what is computed, also in members of the kind: of its rule and all that it reads, so that a value
     * is known by what it was computed with. Zeros: it is given. */
    struct digest definition;
};

/* What an event does to an earlier one of the same entity, whose id it names. From its own civil day
 * on, that one no longer counts, or counts with what is left of one of its fields. */
struct amendment {
    bool amends;       /* false: the kind amends nothing */
    int32_t event;     /* the kind that is amended */
    int32_t reference; /* the string field that holds the other's id */
    int32_t reduced;   /* the other's field; -1: all of it is cancelled */
    int32_t by;        /* the own field that is taken from it; -1 with reduced */
    int32_t within;    /* days after the other's own day, at most */
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
    /* Of a kind that is made of others (n_members > 0): each event of a member is one of this kind, too,
     * with the fields of the same names. Its first field, `kind`, says which member; it has the
     * members' names as values. */
    int32_t n_members;
    int32_t *members;
    struct amendment amends;
    /* So many days longer its events stay single after their day is sealed, so that amendments find
     * them, and what they amend; set by schema_settle(). 0: neither is it amended, nor does it amend. */
    int32_t settles;
    bool sourced;       /* day files of a source bring it: */
    int32_t source;     /* into schema.sources */
    int32_t accounting; /* the date field that holds the accounting day (会计日); -1: the
                           civil day */
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
    int32_t n_sources;
    char **sources;
};

/* Whether its values, or those of a member's field, are computed. */
static inline bool
field_is_defined(const struct event_field *field)
{
    uint8_t any = 0;
    for (size_t i = 0; i < sizeof field->definition.bytes; i++)
        any |= field->definition.bytes[i];
    return any != 0;
}
/* Whether `entity` is `ancestor` or stands below it. */
bool schema_is_under(const struct schema *schema, int32_t entity, int32_t ancestor);
/* -1 if there is none; likewise below */
int32_t schema_find_entity(const struct schema *schema, const char *name);
int32_t schema_find_attribute(const struct schema *schema, int32_t entity /* -1 any */,
                              const char *name);
int32_t schema_find_event(const struct schema *schema, const char *name);
int32_t schema_find_field(const struct schema *schema, int32_t event, const char *name);
/* Fills in `settles` of all kinds. False: kinds amend each other in a ring, or over more than
 * AMENDMENT_DEPTH steps. */
bool schema_settle(struct schema *schema);
#define AMENDMENT_DEPTH 3
/* Whether events of the kind are amended by another's. */
bool schema_is_amended(const struct schema *schema, int32_t event);
/* members were made with memory_new and memory_copy */
void schema_clear(struct schema *schema);

#endif
