/* Fields of events: a type, and perhaps the only values that there are. */
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

static void
read_field(struct compiler *compiler, const struct node *node, struct event_field *field,
           struct allowance *allowance)
{
    static const char *const keys[] = {"type", "values", "sensitivity", "purposes"};
    if (node->kind != NODE_MAPPING) {
        read_type(compiler, node, &field->type);
        return;
    }
    keys_check(compiler, node, "a field", keys, G_N_ELEMENTS(keys));
    const struct node *type = key_need(compiler, node, "type", node->key, "a field");
    if (type != NULL)
        read_type(compiler, type, &field->type);
    values_read(compiler, node, field->type, &field->values, &field->n_values);
    allowance_read(compiler, node, node->key, allowance);
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
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next) {
        const char *name;
        if (!read_identifier(compiler, item->key, "a field's name", false, &name))
            continue;
        struct event_field *field = &kind->fields[kind->n_fields];
        field->name = keep_text(name);
        compiler->field_nodes[index][kind->n_fields] = item->key;
        read_field(compiler, item, field, &compiler->field_allowances[index][kind->n_fields]);
        kind->n_fields++;
    }
}
