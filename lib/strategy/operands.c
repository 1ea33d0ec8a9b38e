/* What a feature aggregates: an event or a field of it, a child or a name of it, as the document
 * writes it behind the operator. */
#include "strategy/aggregate.h"

#include <string.h>

static bool
is_broken(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

static void
fault_unknown_operand(struct compiler *compiler, const struct node *at, const char *name)
{
    const struct schema *schema = compiler->schema;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t i = 0; i < schema->n_events; i++)
        g_ptr_array_add(known, schema->events[i].name);
    for (int32_t i = 1; i < schema->n_entities; i++)
        g_ptr_array_add(known, schema->entities[i].name);
    compiler_fault_unknown(compiler, at, "event or entity", name,
                           (const char *const *) known->pdata, known->len);
    g_ptr_array_free(known, TRUE);
}

/* {sum: spend}: a feature or attribute where an event's field or a child's name is meant. False: it
 * is none. They are looked for in the document, as not all of it is read yet. */
static bool
fault_bare_name(struct compiler *compiler, const struct node *at, size_t o, const char *name,
                int32_t entity)
{
    const struct node *sections[] = {key_find(compiler->root, "features"),
                                     key_find(compiler->root, "attributes")};
    const struct schema *schema = compiler->schema;
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        const struct node *found = sections[i] != NULL && sections[i]->kind == NODE_MAPPING
                                       ? key_find(sections[i], name)
                                       : NULL;
        if (found == NULL || found->kind != NODE_MAPPING)
            continue;
        const struct node *whose = key_find(found, "for");
        int32_t of = whose == NULL                  ? 0
                     : whose->kind == NODE_SCALAR ? schema_find_entity(schema, whose->text)
                                                  : -1;
        if (of < 0 || entity < 0)
            continue;
        if (of != entity && schema_is_under(schema, of, entity))
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at,
                           "'%s' takes EVENT.FIELD or CHILD.NAME, did you mean '%s.%s'?",
                           operators[o].key, schema->entities[of].name, name);
        else
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at,
                           "'%s' takes EVENT.FIELD or CHILD.NAME, and '%s' is a single value of %s",
                           operators[o].key, name, schema->entities[of].name);
        return true;
    }
    return false;
}

/* statement.status: the field, its type decides the feature's. False: reported. */
static bool
read_event_operand(struct compiler *compiler, const struct node *operand, const char *dot, size_t o,
                   struct feature *feature)
{
    const struct event_kind *kind = &compiler->schema->events[feature->event];
    if (kind->entity >= 0 && feature->entity >= 0 &&
        !schema_is_under(compiler->schema, kind->entity, feature->entity)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' happens on %s, which is not %s nor below it", kind->name,
                       compiler->schema->entities[kind->entity].name,
                       compiler->schema->entities[feature->entity].name);
        return false;
    }
    if (operators[o].reads == NO_FIELD) {
        if (dot != NULL)
            compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                           "'%s' takes an event, '%s', not a field of it", operators[o].key,
                           kind->name);
        return dot == NULL;
    }
    if (dot == NULL && operators[o].reads == EITHER)
        return true;
    if (dot == NULL) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' takes a field of the event, like '%s.%s'", operators[o].key,
                       kind->name, kind->n_fields > 0 ? kind->fields[0].name : "amount");
        return false;
    }
    feature->field = schema_find_field(compiler->schema, feature->event, dot + 1);
    if (feature->field < 0) {
        GPtrArray *known = g_ptr_array_new();
        char *what = g_strdup_printf("field of %s", kind->name);
        for (int32_t i = 0; i < kind->n_fields; i++)
            g_ptr_array_add(known, kind->fields[i].name);
        compiler_fault_unknown(compiler, operand, what, dot + 1, (const char *const *) known->pdata,
                               known->len);
        g_ptr_array_free(known, TRUE);
        g_free(what);
        return false;
    }
    cstm_type type = kind->fields[feature->field].type;
    if (type == CSTM_TYPE_NONE)
        return false; /* its type was reported */
    feature->kind = operator_kind(feature->operator, rule_kind_of(type));
    if (feature->kind == RULE_ERROR)
        operator_fault_kind(compiler, operand, feature->operator, rule_kind_of(type));
    return feature->kind != RULE_ERROR;
}

/* card, card.days_since_use: the name is looked up when all names are known (graph.c). */
static bool
read_child_operand(struct compiler *compiler, const struct node *operand, const char *dot, size_t o,
                   struct feature *feature)
{
    const struct entity *entities = compiler->schema->entities;
    const char *child = entities[feature->child].name;
    if (!operators[o].over_children) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' is over events; over '%s' there are count, sum, mean, min, max",
                       operators[o].key, child);
        return false;
    }
    if (feature->entity >= 0 &&
        (feature->child == feature->entity ||
         !schema_is_under(compiler->schema, feature->child, feature->entity))) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand, "'%s' does not stand below %s", child,
                       entities[feature->entity].name);
        return false;
    }
    if (feature->operator== FEATURE_COUNT && dot != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'count' takes an entity, '%s', not a name of it", child);
    else if (feature->operator!= FEATURE_COUNT && dot == NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' takes a name of the entity, like '%s.NAME'", operators[o].key, child);
    return (feature->operator== FEATURE_COUNT) == (dot == NULL);
}

/* [purchase.amount, cash.amount]: events of several kinds together, and the field that they share. */
static bool
read_operand_list(struct compiler *compiler, const struct node *operand, size_t o,
                  struct feature *feature)
{
    const char *field;
    feature->event = union_of_operand(compiler, operand, &field);
    if (feature->event < 0)
        return false;
    const char *name = compiler->schema->events[feature->event].name;
    char *text = field != NULL ? g_strdup_printf("%s.%s", name, field) : NULL;
    bool good = read_event_operand(compiler, operand, text != NULL ? text + strlen(name) : NULL, o,
                                   feature);
    g_free(text);
    return good;
}

bool
operand_read(struct compiler *compiler, const struct node *operand, size_t o,
             struct feature *feature)
{
    const char *text;
    feature->operator= operators[o].operator;
    feature->kind = operator_counted_kind(o);
    if (operand->kind == NODE_SEQUENCE) {
        feature->source = FEATURE_AGGREGATE;
        if (read_operand_list(compiler, operand, o, feature))
            return true;
        feature->kind = operator_counted_kind(o);
        return false;
    }
    if (!read_text(compiler, operand, "what is aggregated", &text))
        return false;
    const char *dot = strchr(text, '.');
    char *head = dot != NULL ? g_strndup(text, (gsize) (dot - text)) : g_strdup(text);
    bool good = false;
    if ((feature->event = schema_find_event(compiler->schema, head)) >= 0)
        good = read_event_operand(compiler, operand, dot, o, feature);
    else if ((feature->child = schema_find_entity(compiler->schema, head)) >= 0)
        good = read_child_operand(compiler, operand, dot, o, feature);
    else if (!is_broken(compiler->broken_events, head) &&
             !is_broken(compiler->broken_entities, head) &&
             (dot != NULL || !fault_bare_name(compiler, operand, o, head, feature->entity)))
        fault_unknown_operand(compiler, operand, head);
    feature->source = feature->child >= 0 ? FEATURE_CHILDREN : FEATURE_AGGREGATE;
    g_free(head);
    if (!good) { /* its `where` is checked all the same, over the event if that is known */
        feature->child = -1;
        feature->kind = operator_counted_kind(o);
    }
    return good;
}
