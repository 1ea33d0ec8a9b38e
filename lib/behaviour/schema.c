/* Look-ups by name, and the release of what a strategy declares. A schema is small (tens of names)
 * and is searched while a document is compiled or a caller binds names once, so a walk serves. Read
 * next: feature.h, what is computed from it. */
#include "behaviour/schema.h"

#include "base/memory.h"

#include <string.h>

bool
schema_is_under(const struct schema *schema, int32_t entity, int32_t ancestor)
{
    for (int32_t at = entity; at >= 0; at = schema->entities[at].parent)
        if (at == ancestor)
            return true;
    return false;
}

int32_t
schema_find_entity(const struct schema *schema, const char *name)
{
    for (int32_t i = 0; i < schema->n_entities; i++)
        if (strcmp(schema->entities[i].name, name) == 0)
            return i;
    return -1;
}

int32_t
schema_find_attribute(const struct schema *schema, int32_t entity, const char *name)
{
    for (int32_t i = 0; i < schema->n_attributes; i++) {
        const struct attribute *attribute = &schema->attributes[i];
        if ((entity < 0 || attribute->entity == entity) && strcmp(attribute->name, name) == 0)
            return i;
    }
    return -1;
}

int32_t
schema_find_event(const struct schema *schema, const char *name)
{
    for (int32_t i = 0; i < schema->n_events; i++)
        if (strcmp(schema->events[i].name, name) == 0)
            return i;
    return -1;
}

int32_t
schema_find_field(const struct schema *schema, int32_t event, const char *name)
{
    const struct event_kind *kind = &schema->events[event];
    for (int32_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, name) == 0)
            return i;
    return -1;
}

bool
schema_is_amended(const struct schema *schema, int32_t event)
{
    for (int32_t i = 0; i < schema->n_events; i++)
        if (schema->events[i].amends.amends && schema->events[i].amends.event == event)
            return true;
    return false;
}

/* After how many days nothing more can change of an event: by what amends it, and what amends that. -1
 * beyond `depth`. */
static int32_t
amended_for(const struct schema *schema, int32_t event, int32_t depth)
{
    int32_t most = 0;
    for (int32_t i = 0; i < schema->n_events; i++) {
        const struct amendment *amends = &schema->events[i].amends;
        if (!amends->amends || amends->event != event)
            continue;
        int32_t more = depth > 0 ? amended_for(schema, i, depth - 1) : -1;
        if (more < 0)
            return -1;
        most = amends->within + more > most ? amends->within + more : most;
    }
    return most;
}

/* An amendment stays as long as what it amends, which is older. */
bool
schema_settle(struct schema *schema)
{
    for (int32_t i = 0; i < schema->n_events; i++) {
        struct event_kind *kind = &schema->events[i];
        kind->settles = 0;
        int32_t at = i;
        for (int32_t step = 0; step <= AMENDMENT_DEPTH; step++) {
            int32_t days = amended_for(schema, at, AMENDMENT_DEPTH);
            if (days < 0)
                return false;
            kind->settles = days > kind->settles ? days : kind->settles;
            if (!schema->events[at].amends.amends)
                break;
            at = schema->events[at].amends.event;
        }
    }
    for (int32_t i = 0; i < schema->n_events; i++) {
        struct event_kind *kind = &schema->events[i];
        for (int32_t m = 0; m < kind->n_members; m++) {
            int32_t days = schema->events[kind->members[m]].settles;
            kind->settles = days > kind->settles ? days : kind->settles;
        }
    }
    return true;
}

static void
texts_free(char **texts, int32_t n)
{
    for (int32_t i = 0; texts != NULL && i < n; i++)
        memory_free(texts[i]);
    memory_free(texts);
}

void
schema_clear(struct schema *schema)
{
    for (int32_t i = 0; i < schema->n_entities; i++)
        memory_free(schema->entities[i].name);
    for (int32_t i = 0; i < schema->n_attributes; i++) {
        memory_free(schema->attributes[i].name);
        texts_free(schema->attributes[i].values, schema->attributes[i].n_values);
    }
    for (int32_t i = 0; i < schema->n_events; i++) {
        struct event_kind *kind = &schema->events[i];
        for (int32_t f = 0; f < kind->n_fields; f++) {
            rule_program_unref(kind->fields[f].computed);
            memory_free(kind->fields[f].name);
            texts_free(kind->fields[f].values, kind->fields[f].n_values);
        }
        memory_free(kind->fields);
        memory_free(kind->members);
        memory_free(kind->name);
    }
    memory_free(schema->entities);
    memory_free(schema->attributes);
    memory_free(schema->events);
    texts_free(schema->sources, schema->n_sources);
    if (schema->zone != NULL)
        zone_unref(schema->zone);
    memset(schema, 0, sizeof *schema);
}
