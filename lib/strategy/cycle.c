/* `cycle: ATTRIBUTE` of a feature over statement cycles: which attribute of its entity, or of one that the
 * entity belongs to, gives the day of the month on which they close (账单日). */
#include "strategy/aggregate.h"

#include <string.h>

static bool
is_seen(const struct compiler *compiler, const struct attribute *attribute,
        const struct feature *feature)
{
    return attribute->entity >= 0 && feature->entity >= 0 &&
           schema_is_under(compiler->schema, feature->entity, attribute->entity);
}

static void
fault_attribute(struct compiler *compiler, const struct node *node, const struct feature *feature)
{
    const struct schema *schema = compiler->schema;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t i = 0; i < schema->n_attributes; i++)
        if (schema->attributes[i].type == CSTM_TYPE_INT &&
            is_seen(compiler, &schema->attributes[i], feature))
            g_ptr_array_add(known, schema->attributes[i].name);
    compiler_fault_unknown(compiler, node, "attribute", node->text,
                           (const char *const *) known->pdata, known->len);
    g_ptr_array_free(known, TRUE);
}

/* Two attributes of one name there are not, but for those that every entity has. */
static int32_t
find_attribute(const struct compiler *compiler, const char *name)
{
    for (int32_t i = 0; i < compiler->schema->n_attributes; i++)
        if (compiler->attribute_nodes[i] != NULL &&
            strcmp(compiler->schema->attributes[i].name, name) == 0)
            return i;
    return -1;
}

static bool
read_attribute(struct compiler *compiler, const struct node *node, struct feature *feature)
{
    const struct schema *schema = compiler->schema;
    const char *name;
    if (!read_text(compiler, node, "'cycle:'", &name))
        return false;
    int32_t index = find_attribute(compiler, name);
    if (index < 0) {
        fault_attribute(compiler, node, feature);
        return false;
    }
    const struct attribute *attribute = &schema->attributes[index];
    feature->cycle = index;
    if (attribute->type == CSTM_TYPE_NONE || attribute->entity < 0 || feature->entity < 0)
        return false; /* reported */
    if (attribute->type != CSTM_TYPE_INT) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "'cycle:' takes an int attribute, from 1 to 31, and '%s' is %s", name,
                       type_name(attribute->type));
        return false;
    }
    if (!is_seen(compiler, attribute, feature)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, node, "'%s' belongs to %s and is not seen from %s",
                       name, schema->entities[attribute->entity].name,
                       schema->entities[feature->entity].name);
        return false;
    }
    return true;
}

bool
cycle_read(struct compiler *compiler, struct feature_declaration *declaration,
           struct feature *feature)
{
    const struct node *node = key_find(declaration->node, "cycle");
    bool cycles = feature->window.unit == WINDOW_CYCLES;
    if (cycles && node == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, key_find(declaration->node, "over"),
                       "a window of cycles needs 'cycle:', the attribute that gives the day of the "
                       "month on which they close");
    else if (!cycles && node != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, node->key,
                       "'cycle:' goes with 'over:' in cycles, like '3 cycles' or 'current cycle'");
    if (!cycles || node == NULL)
        return cycles == (node != NULL);
    if (!read_attribute(compiler, node, feature))
        return false;
    declaration->cycle = node;
    return true;
}
