/* `by: FIELD` of a feature over events: one feature for each value that the field can have, of the
 * events with that value alone: {sum: purchase.amount, by: scene} is `spend.dining`, `spend.travel` and
 * so on, in the order in which the values are declared. */
#include "strategy/aggregate.h"

#include <string.h>

#define BY_LIMIT 256

static void
fault_field(struct compiler *compiler, const struct node *by, const struct event_kind *kind)
{
    GPtrArray *known = g_ptr_array_new();
    char *what = g_strdup_printf("field of %s", kind->name);
    for (int32_t i = 0; i < kind->n_fields; i++)
        g_ptr_array_add(known, kind->fields[i].name);
    compiler_fault_unknown(compiler, by, what, by->text, (const char *const *) known->pdata,
                           known->len);
    g_ptr_array_free(known, TRUE);
    g_free(what);
}

bool
by_read(struct compiler *compiler, const struct node *by, struct feature *feature, int32_t *n)
{
    const struct event_kind *kind = &compiler->schema->events[feature->event];
    const char *name;
    if (!read_text(compiler, by, "'by:'", &name))
        return false;
    int32_t index = schema_find_field(compiler->schema, feature->event, name);
    if (index < 0) {
        fault_field(compiler, by, kind);
        return false;
    }
    const struct event_field *field = &kind->fields[index];
    bool listed = field->ranged || (field->type == CSTM_TYPE_STRING && field->n_values > 0);
    if (!listed) {
        if (field->type != CSTM_TYPE_NONE && field->type != CSTM_TYPE_STRING &&
            field->type != CSTM_TYPE_INT)
            compiler_fault(compiler, CSTM_ERROR_TYPE, by,
                           "'by:' takes a string field with 'values:' or an int field with 'range:', "
                           "not %s",
                           type_name(field->type));
        else if (field->type != CSTM_TYPE_NONE &&
                 !computed_is_broken(compiler, feature->event, index))
            compiler_fault(compiler, CSTM_ERROR_MISSING, by,
                           "'by:' takes a field that says which values it can have: '%s' needs '%s:'",
                           name, field->type == CSTM_TYPE_INT ? "range" : "values");
        return false;
    }
    if (field->n_values > BY_LIMIT) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, by, "'by:' takes a field of at most %d values",
                       BY_LIMIT);
        return false;
    }
    feature->by = true;
    feature->by_field = index;
    *n = field->n_values;
    return true;
}

char *
by_name(const struct compiler *compiler, const struct feature *feature, int32_t value)
{
    const struct event_field *field =
        &compiler->schema->events[feature->event].fields[feature->by_field];
    if (field->ranged)
        return g_strdup_printf("%s.%" G_GINT64_FORMAT, feature->name, field->low + value);
    return g_strdup_printf("%s.%s", feature->name, field->values[value]);
}
