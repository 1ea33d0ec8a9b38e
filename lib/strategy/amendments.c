/* What amends what, and who sends it: `cancels`, `reduces`, `with`, `by`, `within`; `source` and
 * `accounting_day`. Read when all events are known. */
#include "strategy/fields.h"

#include <string.h>

void
sources_declare(struct compiler *compiler)
{
    struct schema *schema = compiler->schema;
    const struct node *node = key_find(compiler->root, "sources");
    if (node == NULL)
        return;
    GPtrArray *names = read_texts(compiler, node, "'sources:'");
    if (names == NULL)
        return;
    schema->sources = keep_array(names->len, sizeof *schema->sources);
    for (guint i = 0; i < names->len; i++)
        schema->sources[schema->n_sources++] = keep_text(names->pdata[i]);
    g_ptr_array_free(names, TRUE);
    const char *name;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        read_identifier(compiler, item, "a source's name", true, &name);
}

/* A field of an event that is named there; -1: reported. */
static int32_t
read_field_name(struct compiler *compiler, const struct node *node, int32_t event, const char *what)
{
    const struct event_kind *kind = &compiler->schema->events[event];
    const char *name;
    if (!read_text(compiler, node, what, &name))
        return -1;
    int32_t field = schema_find_field(compiler->schema, event, name);
    if (field >= 0)
        return field;
    const char **known = g_new(const char *, (gsize) kind->n_fields + 1);
    for (int32_t f = 0; f < kind->n_fields; f++)
        known[f] = kind->fields[f].name;
    char *where = g_strdup_printf("field of %s", kind->name);
    compiler_fault_unknown(compiler, node, where, name, known, (size_t) kind->n_fields);
    g_free(where);
    g_free(known);
    return -1;
}

static bool
is_computed(const struct compiler *compiler, int32_t event, int32_t field)
{
    const struct field_declaration *declaration = &compiler->field_declarations[event][field];
    return declaration->rule != NULL || declaration->of != NULL || declaration->broken;
}

void
source_read(struct compiler *compiler, int32_t index, const struct node *node)
{
    const struct schema *schema = compiler->schema;
    struct event_kind *kind = &compiler->schema->events[index];
    const struct node *source = key_find(node, "source"), *day = key_find(node, "accounting_day");
    kind->accounting = -1;
    int32_t word;
    if (source != NULL && schema->n_sources == 0)
        compiler_fault(compiler, CSTM_ERROR_MISSING, source,
                       "a source is one of the strategy's 'sources:', and there are none");
    else if (source != NULL && read_word(compiler, source, "source",
                                         (const char *const *) schema->sources,
                                         (size_t) schema->n_sources, &word)) {
        kind->sourced = true;
        kind->source = word;
    }
    if (source != NULL && (kind->opens || kind->closes))
        compiler_fault(compiler, CSTM_ERROR_TYPE, source->key,
                       "an event that opens or closes its entity is not replaced with a day file, and "
                       "has no 'source:'");
    if (day != NULL && source == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, day->key,
                       "'accounting_day:' needs 'source:', whose day it is");
    int32_t field = day == NULL ? -1 : read_field_name(compiler, day, index, "'accounting_day:'");
    if (field < 0)
        return;
    if (kind->fields[field].type != CSTM_TYPE_DATE || is_computed(compiler, index, field))
        compiler_fault(compiler, CSTM_ERROR_TYPE, day,
                       "'accounting_day:' is a date that the event is given");
    else
        kind->accounting = field;
}

/* The event that is amended, into the kind, and its field behind the dot; NULL: reported. */
static bool
read_amended(struct compiler *compiler, const struct node *node, struct event_kind *kind,
             const char **field)
{
    struct schema *schema = compiler->schema;
    const char *text;
    if (!read_text(compiler, node, "what is amended", &text))
        return false;
    const char *dot = strchr(text, '.');
    char *name = dot != NULL ? g_strndup(text, (gsize) (dot - text)) : g_strdup(text);
    int32_t event = schema_find_event(schema, name);
    bool good = event >= 0;
    *field = dot == NULL ? NULL : dot + 1;
    if (!good) {
        const char **known = g_new(const char *, (gsize) schema->n_events + 1);
        for (int32_t i = 0; i < schema->n_events; i++)
            known[i] = schema->events[i].name;
        compiler_fault_unknown(compiler, node, "event", name, known, (size_t) schema->n_events);
        g_free(known);
    } else if (schema->events[event].n_members > 0 || schema->events[event].opens ||
               schema->events[event].closes || &schema->events[event] == kind) {
        const struct event_kind *amended = &schema->events[event];
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       amended->n_members > 0 ? "'%s' is made of others; amend those"
                       : amended == kind      ? "'%s' does not amend itself"
                                              : "'%s' opens or closes its entity, and is not amended",
                       amended->name);
        good = false;
    } else if (schema->events[event].entity != kind->entity) {
        good = false;
        if (schema->events[event].entity >= 0 && kind->entity >= 0)
            compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                           "'%s' happens on %s: an event amends events of its own entity", name,
                           schema->entities[schema->events[event].entity].name);
    }
    kind->amends.event = event;
    g_free(name);
    return good;
}

static bool
read_reduced(struct compiler *compiler, int32_t index, const struct node *node,
             const struct node *reduces, const char *name)
{
    const struct schema *schema = compiler->schema;
    struct event_kind *kind = &compiler->schema->events[index];
    struct amendment *amends = &kind->amends;
    const struct node *with = key_need(compiler, node, "with", reduces->key, "'reduces:'");
    if (name == NULL) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, reduces,
                       "'reduces:' takes a field of an event, like '%s.amount'",
                       schema->events[amends->event].name);
        return false;
    }
    amends->reduced = schema_find_field(schema, amends->event, name);
    if (amends->reduced < 0) {
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, reduces, "unknown field '%s' of %s", name,
                       schema->events[amends->event].name);
        return false;
    }
    const struct event_field *field = &schema->events[amends->event].fields[amends->reduced];
    if ((field->type != CSTM_TYPE_MONEY && field->type != CSTM_TYPE_INT) || field->ranged ||
        is_computed(compiler, amends->event, amends->reduced)) {
        if (field->type != CSTM_TYPE_NONE)
            compiler_fault(compiler, CSTM_ERROR_TYPE, reduces,
                           "what is reduced is money, or an int without a range, that the event is "
                           "given");
        return false;
    }
    if (with == NULL || (amends->by = read_field_name(compiler, with, index, "'with:'")) < 0)
        return false;
    if (kind->fields[amends->by].type != field->type) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, with, "'%s' is %s, and '%s.%s' is %s",
                       kind->fields[amends->by].name, type_name(kind->fields[amends->by].type),
                       schema->events[amends->event].name, name, type_name(field->type));
        return false;
    }
    return true;
}

static void
fault_alone(struct compiler *compiler, const struct node *node)
{
    static const char *const keys[] = {"by", "within", "with"};
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const struct node *value = key_find(node, keys[i]);
        if (value != NULL)
            compiler_fault(compiler, CSTM_ERROR_MISSING, value->key,
                           "'%s:' goes with 'cancels:' or 'reduces:'", keys[i]);
    }
}

void
amendment_read(struct compiler *compiler, int32_t index, const struct node *node)
{
    struct event_kind *kind = &compiler->schema->events[index];
    const struct node *cancels = key_find(node, "cancels"), *reduces = key_find(node, "reduces");
    const struct node *which = cancels != NULL ? cancels : reduces;
    const char *field = NULL;
    kind->amends = (struct amendment){.reduced = -1, .by = -1};
    if (which == NULL) {
        fault_alone(compiler, node);
        return;
    }
    if (cancels != NULL && reduces != NULL)
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, reduces->key,
                       "an event cancels another or reduces it, not both");
    const struct node *by = key_need(compiler, node, "by", which->key, "an amendment");
    const struct node *within = key_need(compiler, node, "within", which->key, "an amendment");
    bool good = read_amended(compiler, which, kind, &field);
    if (good && cancels != NULL && field != NULL) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, cancels,
                       "'cancels:' takes an event, not a field of it");
        good = false;
    } else if (good && cancels == NULL) {
        good = read_reduced(compiler, index, node, reduces, field);
    }
    if (cancels != NULL && key_find(node, "with") != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, key_find(node, "with")->key,
                       "'with:' goes with 'reduces:'");
    good = within != NULL &&
           read_days(compiler, within, "'within:'", 1, 3660, &kind->amends.within) && good;
    kind->amends.reference =
        by == NULL ? -1 : read_field_name(compiler, by, index, "'by:'");
    if (kind->amends.reference < 0)
        return;
    if (kind->fields[kind->amends.reference].type != CSTM_TYPE_STRING) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, by,
                       "'by:' is a string field, which holds the other event's id");
        return;
    }
    kind->amends.amends = good;
}

void
amendments_settle(struct compiler *compiler)
{
    struct schema *schema = compiler->schema;
    if (schema_settle(schema))
        return;
    for (int32_t i = 0; i < schema->n_events; i++) {
        if (!schema->events[i].amends.amends)
            continue;
        compiler_fault(compiler, CSTM_ERROR_CYCLE, compiler->event_nodes[i],
                       "events amend each other in a ring, or over more than %d steps",
                       AMENDMENT_DEPTH);
        break;
    }
    for (int32_t i = 0; i < schema->n_events; i++)
        schema->events[i].amends.amends = false;
    (void) schema_settle(schema);
}
