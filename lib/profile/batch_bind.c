/* A table on its way into a batch: every column must be something that the strategy declares, of a
 * type whose cells can be read exactly. Columns are shared, not copied. */
#include "profile/batch.h"

#include "base/text.h"

#include <string.h>

void
source_clear(struct source *source)
{
    column_clear(&source->key);
    column_clear(&source->parent);
    column_clear(&source->time.column);
    column_clear(&source->id.column);
    column_clear(&source->delivery.column);
    for (int32_t i = 0; i < source->n_bindings; i++) {
        column_clear(&source->bindings[i].column);
        declared_free(source->bindings[i].declared);
    }
    memory_free(source->bindings);
    memset(source, 0, sizeof *source);
}

static const char *
source_name(const struct schema *schema, const struct source *source)
{
    return source->kind == SOURCE_EVENTS ? schema->events[source->what].name
                                         : schema->entities[source->what].name;
}

static cstm_status
refuse(cstm_status status, const struct schema *schema, const struct source *source,
       const char *column, const char *what, cstm_error **error)
{
    error_set(error, status, "table of %s: column '%s' %s", source_name(schema, source), column,
              what);
    error_at_field(error, column);
    return status;
}

static cstm_status
share(const struct table_column *column, struct table_column *shared, cstm_error **error)
{
    return column_share(column, column->name, shared) ? CSTM_OK : error_no_memory(error);
}

static cstm_status
bind_key(const struct schema *schema, const struct source *source, const cstm_table *table,
         const char *name, struct table_column *key, cstm_error **error)
{
    const struct table_column *column = table_find(table, name);
    if (column == NULL)
        return refuse(CSTM_ERROR_MISSING, schema, source, name,
                      "is needed for the key and is not there", error);
    if (column->type != CSTM_TYPE_STRING && column->type != CSTM_TYPE_INT)
        return refuse(CSTM_ERROR_TYPE, schema, source, name,
                      "holds keys and is neither string nor int", error);
    return share(column, key, error);
}

/* Looked for once in all bytes rather than in each text. */
static bool
holds_nul(const struct table_column *column)
{
    int64_t n = column->codes != NULL ? column->dictionary_size : column->rows;
    if (n == 0 || column->offsets[n] == column->offsets[0])
        return false;
    return memchr(column->bytes + column->offsets[0], 0,
                  (size_t) (column->offsets[n] - column->offsets[0])) != NULL;
}

static bool
holds_longer(const struct table_column *column, int64_t size)
{
    int64_t n = column->codes != NULL ? column->dictionary_size : column->rows;
    for (int64_t i = 0; i < n; i++)
        if (column->offsets[i + 1] - column->offsets[i] > size)
            return true;
    return false;
}

static cstm_status
bind_cells(const struct schema *schema, const struct source *source,
           const struct table_column *column, cstm_type type, struct binding *binding,
           cstm_error **error)
{
    const char *why;
    cstm_status status = cell_way(schema, type, column, &binding->read, &why);
    if (status != CSTM_OK)
        return refuse(status, schema, source, column->name, why, error);
    binding->type = type;
    if (type == CSTM_TYPE_STRING && column->type == CSTM_TYPE_STRING)
        binding->plain = binding->values == NULL && !holds_nul(column);
    if (binding->values != NULL && type == CSTM_TYPE_STRING) {
        binding->declared = declared_new(binding->values, binding->n_values, column);
        if (binding->declared == NULL)
            return error_no_memory(error);
    }
    return share(column, &binding->column, error);
}

static cstm_status
bind_target(const struct schema *schema, struct source *source, const struct table_column *column,
            cstm_error **error)
{
    struct binding *binding = &source->bindings[source->n_bindings];
    bool of_event = source->kind == SOURCE_EVENTS;
    int32_t target = of_event ? schema_find_field(schema, source->what, column->name)
                              : schema_find_attribute(schema, source->what, column->name);
    if (target < 0) {
        const char *words[256];
        size_t n = 0;
        int32_t known = of_event ? schema->events[source->what].n_fields : schema->n_attributes;
        for (int32_t i = 0; i < known && n < 256; i++)
            if (of_event)
                words[n++] = schema->events[source->what].fields[i].name;
            else if (schema->attributes[i].entity == source->what)
                words[n++] = schema->attributes[i].name;
        const char *near = text_nearest(column->name, words, n);
        error_set(error, CSTM_ERROR_UNKNOWN, "table of %s: unknown column '%s'%s%s%s",
                  source_name(schema, source), column->name, near != NULL ? ", did you mean '" : "",
                  near != NULL ? near : "", near != NULL ? "'?" : "");
        error_at_field(error, column->name);
        return CSTM_ERROR_UNKNOWN;
    }
    if (of_event) {
        const struct event_field *field = &schema->events[source->what].fields[target];
        binding->values = field->values;
        binding->n_values = field->n_values;
        binding->ranged = field->ranged;
        binding->low = field->low;
        binding->type = field->type;
        if (field->computed != NULL)
            return refuse(CSTM_ERROR_MISMATCH, schema, source, column->name,
                          "is computed by the strategy and not read from tables", error);
    } else {
        const struct attribute *attribute = &schema->attributes[target];
        binding->values = attribute->values;
        binding->n_values = attribute->n_values;
        binding->type = attribute->type;
    }
    binding->target = target;
    if (binding->type == CSTM_TYPE_STRING && column->type != CSTM_TYPE_STRING)
        return refuse(CSTM_ERROR_TYPE, schema, source, column->name,
                      "is of a type that does not convert exactly", error);
    cstm_status status = bind_cells(schema, source, column, binding->type, binding, error);
    if (status == CSTM_OK) {
        source->n_bindings++;
    } else {
        declared_free(binding->declared);
        binding->declared = NULL;
    }
    return status;
}

/* Whether `delivery` is the number of a day file, not a field. */
static bool
has_delivery(const struct schema *schema, const struct source *source)
{
    return source->kind == SOURCE_EVENTS && schema->events[source->what].sourced;
}

/* The columns that are not targets; true if this is one. */
static cstm_status
bind_named(const struct schema *schema, struct source *source, const cstm_table *table,
           cstm_error **error)
{
    int32_t entity =
        source->kind == SOURCE_EVENTS ? schema->events[source->what].entity : source->what;
    int32_t parent = schema->entities[entity].parent;
    cstm_status status =
        bind_key(schema, source, table, schema->entities[entity].name, &source->key, error);
    if (status != CSTM_OK)
        return status;
    if (source->kind == SOURCE_ENTITIES)
        return parent < 0 ? CSTM_OK
                          : bind_key(schema, source, table, schema->entities[parent].name,
                                     &source->parent, error);
    const struct table_column *time = table_find(table, "time");
    if (time == NULL)
        return refuse(CSTM_ERROR_MISSING, schema, source, "time", "is needed and is not there",
                      error);
    status = bind_cells(schema, source, time, CSTM_TYPE_TIMESTAMP, &source->time, error);
    const struct table_column *id = table_find(table, "id");
    if (status == CSTM_OK && id != NULL)
        status = bind_cells(schema, source, id, CSTM_TYPE_STRING, &source->id, error);
    const struct table_column *delivery =
        has_delivery(schema, source) ? table_find(table, "delivery") : NULL;
    if (status == CSTM_OK && delivery != NULL)
        status = bind_cells(schema, source, delivery, CSTM_TYPE_INT, &source->delivery, error);
    if (status == CSTM_OK && source->id.plain && holds_longer(&source->id.column, KEY_LIMIT))
        source->id.plain = false;
    return status;
}

static bool
is_named(const struct schema *schema, const struct source *source, const char *name)
{
    if (has_delivery(schema, source) && strcmp(name, "delivery") == 0)
        return true;
    if (strcmp(name, source->key.name) == 0 ||
        (source->parent.name != NULL && strcmp(name, source->parent.name) == 0))
        return true;
    return source->kind != SOURCE_ENTITIES &&
           (strcmp(name, "time") == 0 || strcmp(name, "id") == 0);
}

static cstm_status
bind_source(const struct schema *schema, struct source *source, const cstm_table *table,
            cstm_error **error)
{
    source->bindings = memory_new_array((size_t) table->n_columns, sizeof *source->bindings);
    if (source->bindings == NULL)
        return error_no_memory(error);
    cstm_status status = bind_named(schema, source, table, error);
    for (int32_t i = 0; status == CSTM_OK && i < table->n_columns; i++)
        if (!is_named(schema, source, table->columns[i].name))
            status = bind_target(schema, source, &table->columns[i], error);
    return status;
}

cstm_status
batch_bind(struct cstm_batch *batch, enum source_kind kind, int32_t what, const cstm_table *table,
           cstm_error **error)
{
    struct source source = {.kind = kind, .what = what, .rows = table->rows};
    const struct schema *schema = &batch->strategy->schema;
    if (table->rows > INT32_MAX - 1)
        return error_set(error, CSTM_ERROR_LIMIT, "table of %s: more than 2,147,483,646 rows",
                         source_name(schema, &source));
    for (size_t i = 0; i < batch->n_sources; i++) {
        const struct source *other = &batch->sources[i];
        if (other->what != what || (other->kind == SOURCE_EVENTS) != (kind == SOURCE_EVENTS))
            continue;
        if (kind == SOURCE_ENTITIES && other->kind == kind)
            return error_set(error, CSTM_ERROR_DUPLICATE, "a second table of %s",
                             source_name(schema, &source));
        source.number++;
    }
    if (!memory_reserve(&batch->sources, &batch->source_capacity, batch->n_sources + 1,
                        sizeof source))
        return error_no_memory(error);
    cstm_status status = bind_source(schema, &source, table, error);
    if (status != CSTM_OK) {
        source_clear(&source);
        return status;
    }
    batch->sources[batch->n_sources++] = source;
    return CSTM_OK;
}
