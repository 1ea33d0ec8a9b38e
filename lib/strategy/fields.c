/* Fields of events: a type, and perhaps the only values that there are; or what they are computed by
 * when the event arrives (computed.c). */
#include "strategy/fields.h"

#include <string.h>


size_t
entry_count(const struct node *node)
{
    size_t n = 0;
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        n++;
    return n;
}

void
values_read(struct compiler *compiler, const struct node *mapping, cstm_type type, char ***values,
            int32_t *n)
{
    const struct node *node = key_find(mapping, "values");
    if (node == NULL)
        return;
    if (type != CSTM_TYPE_STRING && type != CSTM_TYPE_NONE) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node->key, "'values:' is for strings, not for %s",
                       type_name(type));
        return;
    }
    GPtrArray *texts = read_texts(compiler, node, "'values:'");
    if (texts == NULL)
        return;
    *n = (int32_t) texts->len;
    *values = keep_array(texts->len, sizeof **values);
    for (guint i = 0; i < texts->len; i++)
        (*values)[i] = keep_text(texts->pdata[i]);
    g_ptr_array_free(texts, TRUE);
}

/* `range: [0, 23]`: the only ints that there are. */
static void
read_range(struct compiler *compiler, const struct node *node, struct event_field *field)
{
    int64_t ends[2] = {0, 0};
    int32_t n = 0;
    if (field->type != CSTM_TYPE_INT && field->type != CSTM_TYPE_NONE) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node->key, "'range:' is for ints, not for %s",
                       type_name(field->type));
        return;
    }
    if (!is_sequence(compiler, node, "'range:'"))
        return;
    if (entry_count(node) != 2) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "'range:' is the least and the greatest, like [0, 23]");
        return;
    }
    for (const struct node *item = node->first; item != NULL; item = item->next)
        n += read_integer(compiler, item, "an end of a range", INT64_MIN, INT64_MAX, &ends[n]);
    if (n < 2)
        return;
    if (ends[0] > ends[1] || (uint64_t) ends[1] - (uint64_t) ends[0] >= RANGE_LIMIT) {
        compiler_fault(compiler, ends[0] > ends[1] ? CSTM_ERROR_RANGE : CSTM_ERROR_LIMIT, node,
                       ends[0] > ends[1] ? "a range ends before it begins"
                                         : "a range has at most %d values",
                       RANGE_LIMIT);
        return;
    }
    field->ranged = field->type == CSTM_TYPE_INT;
    field->low = ends[0];
    field->n_values = field->ranged ? (int32_t) (ends[1] - ends[0] + 1) : 0;
}

/* A key that says what the mapping says already. */
static bool
refuse_beside_category(struct compiler *compiler, const struct node *node)
{
    static const char *const keys[] = {"type", "values", "range", "rule"};
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        const struct node *value = key_find(node, keys[i]);
        if (value == NULL)
            continue;
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, value->key,
                       "'%s:' stands beside 'category:', whose mapping says what the field is",
                       keys[i]);
        good = false;
    }
    return good;
}

static const struct mapping *
find_mapping(struct compiler *compiler, const struct node *node)
{
    const cstm_strategy *strategy = compiler->strategy;
    const char *name;
    if (!read_text(compiler, node, "'category:'", &name))
        return NULL;
    const struct mapping *mapping = mappings_find(compiler, name);
    if (mapping != NULL)
        return mapping;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t i = 0; i < strategy->n_mappings; i++)
        g_ptr_array_add(known, (gpointer) mapping_name(strategy->mappings[i]));
    compiler_fault_unknown(compiler, node, "mapping", name, (const char *const *) known->pdata,
                           known->len);
    g_ptr_array_free(known, TRUE);
    return NULL;
}

/* {category: scene, of: mcc}: its values are the mapping's categories. */
static void
read_category(struct compiler *compiler, const struct node *node, const struct node *category,
              struct event_field *field, struct field_declaration *declaration)
{
    const char *text;
    bool good = refuse_beside_category(compiler, node);
    const struct mapping *mapping = find_mapping(compiler, category);
    const struct node *of = key_need(compiler, node, "of", category->key, "'category:'");
    good = of != NULL && read_text(compiler, of, "'of:'", &text) && good && mapping != NULL;
    field->type = CSTM_TYPE_STRING;
    declaration->broken = !good || mapping_kind(mapping) == RULE_ERROR;
    if (declaration->broken)
        return;
    declaration->of = of;
    declaration->mapping = mapping;
    field->n_values = mapping_count(mapping);
    field->values = keep_array((size_t) field->n_values, sizeof *field->values);
    for (int32_t i = 0; i < field->n_values; i++)
        field->values[i] = keep_text(mapping_text(mapping, i).bytes);
}

static void
read_rule(struct compiler *compiler, const struct node *node, const struct node *rule,
          const struct event_field *field, struct field_declaration *declaration)
{
    const char *text;
    if (!read_text(compiler, rule, "a rule", &text)) {
        declaration->broken = true;
    } else if (field->type == CSTM_TYPE_STRING && key_find(node, "values") == NULL) {
        compiler_fault(compiler, CSTM_ERROR_MISSING, node->key,
                       "a computed field of type string needs 'values:', the only texts that it can "
                       "be, or is the 'category:' of a field");
        declaration->broken = true;
    } else {
        declaration->rule = rule;
    }
    declaration->broken |= field->type == CSTM_TYPE_NONE;
}

static void
read_field(struct compiler *compiler, const struct node *node, struct event_field *field,
           struct field_declaration *declaration, struct allowance *allowance)
{
    static const char *const keys[] = {"type",  "values", "sensitivity", "purposes",
                                       "range", "rule",   "category",    "of"};
    if (node->kind != NODE_MAPPING) {
        read_type(compiler, node, &field->type);
        return;
    }
    keys_check(compiler, node, "a field", keys, G_N_ELEMENTS(keys));
    allowance_read(compiler, node, node->key, allowance);
    const struct node *category = key_find(node, "category"), *of = key_find(node, "of");
    if (category != NULL) {
        read_category(compiler, node, category, field, declaration);
        return;
    }
    if (of != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, of->key,
                       "'of:' goes with 'category:', which names the mapping");
    const struct node *type = key_need(compiler, node, "type", node->key, "a field");
    const struct node *range = key_find(node, "range"), *rule = key_find(node, "rule");
    if (type != NULL)
        read_type(compiler, type, &field->type);
    values_read(compiler, node, field->type, &field->values, &field->n_values);
    if (range != NULL)
        read_range(compiler, range, field);
    if (rule != NULL)
        read_rule(compiler, node, rule, field, declaration);
}

void
fields_read(struct compiler *compiler, const struct node *node, struct event_kind *kind,
            int32_t index)
{
    size_t n = 0;
    if (node != NULL && is_mapping(compiler, node, "'fields:'"))
        n = entry_count(node);
    else
        node = NULL;
    kind->fields = keep_array(n, sizeof *kind->fields);
    compiler->field_allowances[index] = g_new0(struct allowance, n + 1);
    compiler->field_nodes[index] = g_new0(const struct node *, n + 1);
    compiler->field_declarations[index] = g_new0(struct field_declaration, n + 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next) {
        const char *name;
        if (!read_identifier(compiler, item->key, "a field's name", false, &name))
            continue;
        struct event_field *field = &kind->fields[kind->n_fields];
        field->name = keep_text(name);
        compiler->field_nodes[index][kind->n_fields] = item->key;
        read_field(compiler, item, field, &compiler->field_declarations[index][kind->n_fields],
                   &compiler->field_allowances[index][kind->n_fields]);
        kind->n_fields++;
    }
}
