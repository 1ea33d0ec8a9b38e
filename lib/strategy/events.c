/* What happens: kinds of events with their fields, into the schema. */
#include "strategy/fields.h"

#include "base/civil.h"

#include <string.h>

static void
read_observed_from(struct compiler *compiler, const struct node *mapping, struct event_kind *kind)
{
    int32_t day;
    const struct node *node = key_find(mapping, "observed_from");
    kind->observed_from = INT64_MAX;
    if (node != NULL && read_date(compiler, node, "'observed_from:'", &day) &&
        compiler->schema->zone != NULL)
        kind->observed_from = zone_day_start(compiler->schema->zone, day);
}

static void
read_event(struct compiler *compiler, const struct node *node)
{
    static const char *const keys[] = {"on",      "fields",         "opens", "closes",
                                       "cancels", "reduces",        "with",  "by",
                                       "within",  "observed_from", "source", "accounting_day"};
    struct schema *schema = compiler->schema;
    const char *name;
    if (!read_identifier(compiler, node->key, "an event's name", false, &name))
        return;
    if (schema_find_entity(schema, name) >= 0) {
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, node->key,
                       "'%s' is an entity; an event needs another name", name);
        return;
    }
    bool empty = is_empty(node);
    if (!empty && !is_mapping(compiler, node, "an event")) {
        g_ptr_array_add(compiler->broken_events, (gpointer) name);
        return;
    }
    int32_t index = schema->n_events++;
    struct event_kind *kind = &schema->events[index];
    compiler->event_nodes[index] = node->key;
    if (key_find(node, "any_of") != NULL) { /* read once its members are known */
        keys_check(compiler, node, "an event that is made of others",
                   (const char *const[]){"any_of"}, 1);
        *kind = (struct event_kind){.name = keep_text(name), .entity = -1};
        return;
    }
    if (!empty)
        keys_check(compiler, node, "an event", keys, G_N_ELEMENTS(keys));
    *kind =
        (struct event_kind){.name = keep_text(name), .entity = declare_owner(compiler, node, "on")};
    fields_read(compiler, key_find(node, "fields"), kind, index);
    const struct node *opens = key_find(node, "opens"), *closes = key_find(node, "closes");
    if (opens != NULL)
        read_bool(compiler, opens, "'opens:'", &kind->opens);
    if (closes != NULL)
        read_bool(compiler, closes, "'closes:'", &kind->closes);
    if (kind->opens && kind->closes)
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, closes,
                       "an event cannot both open and close its entity");
    read_observed_from(compiler, node, kind);
    if (kind->entity >= 0)
        kind->local = schema->entities[kind->entity].n_events++;
}

/* What stands behind the name. */
static const struct node *
event_node(const struct node *events, const struct node *name)
{
    for (const struct node *item = events->first; item != NULL; item = item->next)
        if (item->key == name)
            return item;
    return NULL;
}

void
declare_events(struct compiler *compiler)
{
    struct schema *schema = compiler->schema;
    const struct node *node = key_find(compiler->root, "events");
    if (node != NULL && !is_mapping(compiler, node, "'events:'"))
        node = NULL;
    size_t n = entry_count(node) + unions_unnamed(compiler);
    sources_declare(compiler);
    schema->events = keep_array(n, sizeof *schema->events);
    compiler->event_nodes = g_new0(const struct node *, n + 1);
    compiler->field_allowances = g_new0(struct allowance *, n + 1);
    compiler->field_nodes = g_new0(const struct node **, n + 1);
    compiler->field_declarations = g_new0(struct field_declaration *, n + 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        read_event(compiler, item);
    for (int32_t e = 0; e < schema->n_events; e++) {
        const struct node *own = event_node(node, compiler->event_nodes[e]);
        if (key_find(own, "any_of") != NULL)
            continue;
        source_read(compiler, e, own);
        amendment_read(compiler, e, own);
    }
    for (int32_t e = 0; e < schema->n_events; e++) {
        const struct node *list = key_find(event_node(node, compiler->event_nodes[e]), "any_of");
        if (list != NULL)
            union_read(compiler, e, list);
    }
    amendments_settle(compiler);
}
