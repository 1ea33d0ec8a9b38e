/* What a strategy says a bank has: the head of the document, entities and attributes, into the
 * schema; events follow in events.c. Indices follow the document, but that an entity always stands
 * after the one it belongs to. */
#include "strategy/fields.h"

#include "base/civil.h"
#include "base/money.h"
#include "base/text.h"

#include <string.h>

static const char *const top_keys[] = {
    "format",   "strategy",   "version", "timezone", "currency",   "late",   "purposes",
    "entities", "attributes", "events",  "features", "lifecycles", "scores", "segments",
    "calendar", "constants",  "lists",   "quantiles", "limits", "rates",
    "mappings", "sources",
};

/* Parts of strategies that come with later releases. */
static const char *const later_keys[] = {
    "offers",  "policies",  "models",   "experiments",
    "holdouts", "budgets", "merchants", "consents",
};

static void
check_top_keys(struct compiler *compiler)
{
    for (const struct node *value = compiler->root->first; value != NULL; value = value->next) {
        const char *key = value->key->text;
        bool known = false, later = false;
        for (size_t i = 0; i < G_N_ELEMENTS(top_keys); i++)
            known |= strcmp(key, top_keys[i]) == 0;
        for (size_t i = 0; i < G_N_ELEMENTS(later_keys); i++)
            later |= strcmp(key, later_keys[i]) == 0;
        if (later) {
            compiler_fault(compiler, CSTM_ERROR_UNSUPPORTED, value->key,
                           "'%s:' is not offered by this release", key);
        } else if (!known) {
            const char *near = text_nearest(key, top_keys, G_N_ELEMENTS(top_keys));
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, value->key,
                           near != NULL ? "unknown key '%s' of a strategy, did you mean '%s'?"
                                        : "unknown key '%s' of a strategy",
                           key, near);
        }
    }
}

static char *
head_text(struct compiler *compiler, const char *key)
{
    const char *text;
    const struct node *node = key_need(compiler, compiler->root, key, compiler->root, "a strategy");
    char what[32];
    g_snprintf(what, sizeof what, "'%s:'", key);
    return node != NULL && read_text(compiler, node, what, &text) ? keep_text(text) : keep_text("");
}

static void
head_timezone(struct compiler *compiler)
{
    const char *name;
    const struct node *node =
        key_need(compiler, compiler->root, "timezone", compiler->root, "a strategy");
    if (node == NULL || !read_text(compiler, node, "'timezone:'", &name))
        return;
    cstm_error *error = NULL;
    if (zone_load(name, &compiler->schema->zone, &error) != CSTM_OK) {
        compiler_fault(compiler, cstm_error_code(error), node, "%s", error_text(error));
        cstm_error_free(error);
    }
}

static void
head_currency(struct compiler *compiler)
{
    const char *code;
    compiler->currency = key_find(compiler->root, "currency");
    if (compiler->currency == NULL ||
        !read_text(compiler, compiler->currency, "'currency:'", &code))
        return;
    const struct currency *currency = currency_find(code, strlen(code));
    if (currency == NULL) {
        compiler_fault(
            compiler, CSTM_ERROR_UNKNOWN, compiler->currency,
            "unknown currency '%s'; a currency is a code of ISO 4217 with a minor unit, like TWD",
            code);
        return;
    }
    memcpy(compiler->schema->currency, currency->code, sizeof compiler->schema->currency);
    compiler->schema->exponent = currency->exponent;
}

/* What rules may cost. */
static void
head_limits(struct compiler *compiler)
{
    static const char *const keys[] = {"rule_cost"};
    const struct node *limits = key_find(compiler->root, "limits");
    compiler->rule_cost = INT64_MAX;
    if (limits == NULL || !is_mapping(compiler, limits, "'limits:'"))
        return;
    keys_check(compiler, limits, "'limits:'", keys, G_N_ELEMENTS(keys));
    const struct node *cost = key_find(limits, "rule_cost");
    if (cost != NULL)
        read_integer(compiler, cost, "'rule_cost:'", 1, INT64_MAX, &compiler->rule_cost);
}

bool
declare_head(struct compiler *compiler)
{
    const struct node *format =
        key_need(compiler, compiler->root, "format", compiler->root, "a strategy");
    int64_t number = 1;
    if (format != NULL && read_integer(compiler, format, "'format:'", 1, INT32_MAX, &number) &&
        number != 1) {
        compiler_fault(compiler, CSTM_ERROR_VERSION, format,
                       "format %" G_GINT64_FORMAT
                       " is not known to this release, which reads format 1",
                       number);
        return false;
    }
    check_top_keys(compiler);
    compiler->strategy->name = head_text(compiler, "strategy");
    compiler->strategy->version = head_text(compiler, "version");
    head_timezone(compiler);
    head_currency(compiler);
    head_limits(compiler);
    compiler->schema->late_days = 7;
    const struct node *late = key_find(compiler->root, "late");
    if (late != NULL)
        read_days(compiler, late, "'late:'", 0, 366, &compiler->schema->late_days);
    return true;
}

bool
declare_name(struct compiler *compiler, const struct node *key, const char *what)
{
    static const char *const builtin[] = {"today", "opened_on", "closed_on"};
    const char *name;
    if (!read_identifier(compiler, key, what, false, &name))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(builtin); i++) {
        if (strcmp(name, builtin[i]) == 0) {
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, key, "'%s' is there in every strategy",
                           name);
            return false;
        }
    }
    const struct node *before = g_hash_table_lookup(compiler->names, name);
    if (before != NULL) {
        compiler_fault(
            compiler, CSTM_ERROR_DUPLICATE, key,
            "the name '%s' is taken on line %" G_GINT64_FORMAT
            ": constants, lists, attributes, features, lifecycles, scores and segments share one "
            "set of names",
            name, before->line);
        return false;
    }
    g_hash_table_insert(compiler->names, (gpointer) name, (gpointer) key);
    return true;
}

/* Entities. */

#define KEEP_CLOSED_LIMIT 1000000

struct entity_declaration {
    const struct node *key;
    const struct node *of;
    const char *parent;
    int32_t index; /* in the schema; -1: not placed yet */
    int64_t keep_closed;
};

static void
read_entity(struct compiler *compiler, const struct node *node, GArray *declarations)
{
    static const char *const keys[] = {"of", "keep_closed"};
    struct entity_declaration declaration = {.key = node->key, .index = -1};
    const char *name;
    if (!read_identifier(compiler, node->key, "an entity's name", false, &name))
        return;
    if (strcmp(name, "customer") == 0) {
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, node->key,
                       "'customer' is there in every strategy");
        return;
    }
    g_ptr_array_add(compiler->broken_entities, (gpointer) name); /* until it is placed */
    if (!is_mapping(compiler, node, "an entity"))
        return;
    keys_check(compiler, node, "an entity", keys, G_N_ELEMENTS(keys));
    const struct node *bound = key_find(node, "keep_closed");
    if (bound != NULL)
        read_integer(compiler, bound, "'keep_closed:'", 1, KEEP_CLOSED_LIMIT, &declaration.keep_closed);
    declaration.of = key_need(compiler, node, "of", node->key, "an entity");
    if (declaration.of != NULL && read_text(compiler, declaration.of, "'of:'", &declaration.parent))
        g_array_append_val(declarations, declaration);
}

static void
place_entity(struct compiler *compiler, struct entity_declaration *declaration, int32_t parent)
{
    struct schema *schema = compiler->schema;
    declaration->index = schema->n_entities;
    schema->entities[schema->n_entities++] = (struct entity){
        .name = keep_text(declaration->key->text), .parent = parent, .n_attributes = 2,
        .keep_closed = (int32_t) declaration->keep_closed};
    g_ptr_array_remove(compiler->broken_entities, (gpointer) declaration->key->text);
}

/* Of an entity whose parent has no place: is there none, or do they belong to each other? */
static void
fault_unplaced(struct compiler *compiler, GArray *declarations,
               const struct entity_declaration *declaration)
{
    GPtrArray *known = g_ptr_array_new();
    bool declared = false;
    g_ptr_array_add(known, (gpointer) "customer");
    for (guint i = 0; i < declarations->len; i++) {
        const char *name = g_array_index(declarations, struct entity_declaration, i).key->text;
        g_ptr_array_add(known, (gpointer) name);
        declared |= strcmp(name, declaration->parent) == 0;
    }
    for (guint i = 0; i < compiler->broken_entities->len; i++)
        declared |= strcmp(compiler->broken_entities->pdata[i], declaration->parent) == 0;
    if (!declared) {
        compiler_fault_unknown(compiler, declaration->of, "entity", declaration->parent,
                               (const char *const *) known->pdata, known->len);
    } else {
        const char *at = declaration->parent; /* up from parent to parent: does it come back? */
        for (guint round = 0; round <= declarations->len && at != NULL; round++) {
            const char *up = NULL;
            for (guint i = 0; i < declarations->len; i++) {
                const struct entity_declaration *other =
                    &g_array_index(declarations, struct entity_declaration, i);
                if (strcmp(other->key->text, at) == 0)
                    up = other->parent;
            }
            at = up;
            if (at != NULL && strcmp(at, declaration->key->text) == 0)
                break;
        }
        if (at != NULL || strcmp(declaration->parent, declaration->key->text) == 0)
            compiler_fault(compiler, CSTM_ERROR_CYCLE, declaration->of,
                           "the entity '%s' belongs to itself", declaration->key->text);
    }
    g_ptr_array_free(known, TRUE);
}

void
declare_entities(struct compiler *compiler)
{
    struct schema *schema = compiler->schema;
    const struct node *node = key_find(compiler->root, "entities");
    GArray *declarations = g_array_new(FALSE, FALSE, sizeof(struct entity_declaration));
    if (node != NULL && is_mapping(compiler, node, "'entities:'"))
        for (const struct node *entity = node->first; entity != NULL; entity = entity->next)
            read_entity(compiler, entity, declarations);
    if (declarations->len >= ENTITY_LIMIT) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node, "a strategy has at most %d entities",
                       ENTITY_LIMIT);
        g_array_set_size(declarations, 0);
    }
    schema->entities = keep_array(declarations->len + 1, sizeof *schema->entities);
    schema->entities[schema->n_entities++] =
        (struct entity){.name = keep_text("customer"), .parent = -1, .n_attributes = 2};
    bool placed = true;
    while (placed) { /* the first in the document whose parent has a place */
        placed = false;
        for (guint i = 0; i < declarations->len && !placed; i++) {
            struct entity_declaration *declaration =
                &g_array_index(declarations, struct entity_declaration, i);
            int32_t parent =
                declaration->index < 0 ? schema_find_entity(schema, declaration->parent) : -1;
            if ((placed = parent >= 0))
                place_entity(compiler, declaration, parent);
        }
    }
    for (guint i = 0; i < declarations->len; i++) {
        const struct entity_declaration *declaration =
            &g_array_index(declarations, struct entity_declaration, i);
        if (declaration->index < 0)
            fault_unplaced(compiler, declarations, declaration);
    }
    g_array_free(declarations, TRUE);
}

static bool
is_broken_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

int32_t
declare_owner(struct compiler *compiler, const struct node *mapping, const char *key)
{
    const struct schema *schema = compiler->schema;
    const struct node *node = key_find(mapping, key);
    const char *name, *known[ENTITY_LIMIT];
    if (node == NULL)
        return 0;
    if (!read_text(compiler, node, "an entity", &name))
        return -1;
    int32_t entity = schema_find_entity(schema, name);
    if (entity >= 0 || is_broken_name(compiler->broken_entities, name))
        return entity;
    for (int32_t i = 0; i < schema->n_entities; i++)
        known[i] = schema->entities[i].name;
    compiler_fault_unknown(compiler, node, "entity", name, known, (size_t) schema->n_entities);
    return -1;
}

/* Attributes. */

/* opened_on and closed_on of every entity come first. */
static int32_t
add_builtin_attributes(struct schema *schema)
{
    int32_t n = 0;
    for (int32_t e = 0; e < schema->n_entities; e++) {
        static const char *const names[] = {"opened_on", "closed_on"};
        for (int32_t local = 0; local < 2; local++)
            schema->attributes[n++] = (struct attribute){.name = keep_text(names[local]),
                                                         .entity = e,
                                                         .local = local,
                                                         .type = CSTM_TYPE_DATE};
    }
    return n;
}

/* Fields of events may be their type alone, and so attributes are written, too. */
static bool
is_type_alone(struct compiler *compiler, const struct node *node)
{
    if (node->kind != NODE_SCALAR || is_empty(node))
        return false;
    compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                   "an attribute is a mapping of keys to values: {type: %s}", node->text);
    return true;
}

static void
read_attribute(struct compiler *compiler, const struct node *node)
{
    static const char *const keys[] = {"for", "type", "values", "sensitivity", "purposes"};
    struct schema *schema = compiler->schema;
    if (!declare_name(compiler, node->key, "an attribute's name") ||
        is_type_alone(compiler, node) || !is_mapping(compiler, node, "an attribute"))
        return;
    keys_check(compiler, node, "an attribute", keys, G_N_ELEMENTS(keys));
    int32_t index = schema->n_attributes;
    struct attribute attribute = {.entity = declare_owner(compiler, node, "for")};
    const struct node *type = key_need(compiler, node, "type", node->key, "an attribute");
    if (type != NULL)
        read_type(compiler, type, &attribute.type);
    values_read(compiler, node, attribute.type, &attribute.values, &attribute.n_values);
    allowance_read(compiler, node, node->key, &compiler->attribute_allowances[index]);
    compiler->attribute_nodes[index] = node->key;
    attribute.name = keep_text(node->key->text);
    if (attribute.entity >= 0)
        attribute.local = schema->entities[attribute.entity].n_attributes++;
    schema->attributes[schema->n_attributes++] = attribute;
}

void
declare_attributes(struct compiler *compiler)
{
    struct schema *schema = compiler->schema;
    const struct node *node = key_find(compiler->root, "attributes");
    if (node != NULL && !is_mapping(compiler, node, "'attributes:'"))
        node = NULL;
    size_t n = 2 * (size_t) schema->n_entities + entry_count(node);
    schema->attributes = keep_array(n, sizeof *schema->attributes);
    compiler->attribute_allowances = g_new0(struct allowance, n);
    compiler->attribute_nodes = g_new0(const struct node *, n);
    schema->n_attributes = add_builtin_attributes(schema);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        read_attribute(compiler, item);
}
