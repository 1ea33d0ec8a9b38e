/* Tables handed out as Arrow arrays. Numbers and text are not copied: every exported array holds a
 * reference on the memory of its column, beside the blocks that had to be made for it (validity
 * bits, narrow offsets, decimals), so that children can be moved out and released in any order, on
 * any thread, long after the table.
 *
 * A struct with its children is built from the inside: whatever is made hangs in its parent at
 * once, so one release of the root undoes a half-built tree when memory fails. */
#include "table/arrow.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/owner.h"

#include <stdio.h>
#include <string.h>

/* ---- schemas ---- */

struct schema_memory {
    char *format;
    char *name;
    char *metadata;
};

static void
release_schema(struct ArrowSchema *schema)
{
    struct schema_memory *memory = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child != NULL && child->release != NULL)
            child->release(child);
        memory_free(child);
    }
    memory_free(schema->children);
    if (schema->dictionary != NULL && schema->dictionary->release != NULL)
        schema->dictionary->release(schema->dictionary);
    memory_free(schema->dictionary);
    memory_free(memory->format);
    memory_free(memory->name);
    memory_free(memory->metadata);
    memory_free(memory);
    schema->release = NULL;
}

/* A schema without children yet, but with room for n of them. On failure nothing is left. */
static bool
schema_start(struct ArrowSchema *schema, const char *format, const char *name, int64_t n_children)
{
    memset(schema, 0, sizeof *schema);
    struct schema_memory *memory = memory_new(sizeof *memory);
    if (memory == NULL)
        return false;
    schema->private_data = memory;
    schema->release = release_schema;
    memory->format = memory_copy(format, strlen(format));
    memory->name = memory_copy(name, strlen(name));
    schema->children =
        n_children > 0 ? memory_new_array((size_t) n_children, sizeof *schema->children) : NULL;
    schema->format = memory->format;
    schema->name = memory->name;
    if (memory->format != NULL && memory->name != NULL &&
        (n_children == 0 || schema->children != NULL)) {
        schema->n_children = n_children;
        return true;
    }
    schema->release(schema);
    return false;
}

static bool
put_metadata(char **to, const char *key, const char *value)
{
    int32_t count = 1, key_size = (int32_t) strlen(key), value_size = (int32_t) strlen(value);
    char *at = memory_new(sizeof count + sizeof key_size + sizeof value_size + (size_t) key_size +
                          (size_t) value_size);
    *to = at;
    if (at == NULL)
        return false;
    memcpy(at, &count, sizeof count);
    at += sizeof count;
    memcpy(at, &key_size, sizeof key_size);
    memcpy(at + sizeof key_size, key, (size_t) key_size);
    at += sizeof key_size + (size_t) key_size;
    memcpy(at, &value_size, sizeof value_size);
    memcpy(at + sizeof value_size, value, (size_t) value_size);
    return true;
}

/* Texts and cells of a text column as its Arrow array has them. */
static int64_t
text_count(const struct table_column *column)
{
    if (column->codes != NULL)
        return column->dictionary_size;
    return column->type == CSTM_TYPE_STRINGS ? column->list_offsets[column->rows] : column->rows;
}

static int64_t
cell_count(const struct table_column *column)
{
    return column->type == CSTM_TYPE_STRINGS ? column->list_offsets[column->rows] : column->rows;
}

static bool
text_is_large(const struct table_column *column)
{
    return column->offsets[text_count(column)] - column->offsets[0] > INT32_MAX;
}

static bool
lists_are_large(const struct table_column *column)
{
    return column->list_offsets[column->rows] > INT32_MAX;
}

static bool
write_text_schema(const struct table_column *column, const char *name, struct ArrowSchema *schema)
{
    const char *text = text_is_large(column) ? "U" : "u";
    if (column->codes == NULL)
        return schema_start(schema, text, name, 0);
    if (!schema_start(schema, "i", name, 0))
        return false;
    schema->dictionary = memory_new(sizeof *schema->dictionary);
    if (schema->dictionary != NULL && schema_start(schema->dictionary, text, "", 0))
        return true;
    schema->release(schema);
    return false;
}

static bool
write_list_schema(const struct table_column *column, struct ArrowSchema *schema)
{
    if (!schema_start(schema, lists_are_large(column) ? "+L" : "+l", column->name, 1))
        return false;
    schema->children[0] = memory_new(sizeof **schema->children);
    if (schema->children[0] != NULL && write_text_schema(column, "item", schema->children[0])) {
        /* No element is missing, but list<item: string> is what others call the type. */
        schema->children[0]->flags = ARROW_FLAG_NULLABLE;
        return true;
    }
    schema->release(schema);
    return false;
}

static bool
write_money_schema(const struct table_column *column, struct ArrowSchema *schema)
{
    char format[32];
    snprintf(format, sizeof format, "d:19,%d", column->exponent);
    if (!schema_start(schema, format, column->name, 0))
        return false;
    struct schema_memory *memory = schema->private_data;
    if (put_metadata(&memory->metadata, CSTM_ARROW_CURRENCY_KEY, column->currency)) {
        schema->metadata = memory->metadata;
        return true;
    }
    schema->release(schema);
    return false;
}

static bool
write_column_schema(const struct table_column *column, struct ArrowSchema *schema)
{
    char decimal[32];
    bool made = false;
    switch (column->type) {
    case CSTM_TYPE_BOOL:
        made = schema_start(schema, "b", column->name, 0);
        break;
    case CSTM_TYPE_INT:
        made = schema_start(schema, "l", column->name, 0);
        break;
    case CSTM_TYPE_DOUBLE:
        made = schema_start(schema, "g", column->name, 0);
        break;
    case CSTM_TYPE_DATE:
        made = schema_start(schema, "tdD", column->name, 0);
        break;
    case CSTM_TYPE_TIMESTAMP:
        made = schema_start(schema, column->civil ? "tsu:" : "tsu:UTC", column->name, 0);
        break;
    case CSTM_TYPE_MONEY:
        made = write_money_schema(column, schema);
        break;
    case CSTM_TYPE_DECIMAL:
        snprintf(decimal, sizeof decimal, "d:38,%d", column->exponent);
        made = schema_start(schema, decimal, column->name, 0);
        break;
    case CSTM_TYPE_STRINGS:
        made = write_list_schema(column, schema);
        break;
    default:
        made = write_text_schema(column, column->name, schema);
        break;
    }
    if (made)
        schema->flags = ARROW_FLAG_NULLABLE;
    return made;
}

bool
arrow_write_schema(const cstm_table *table, struct ArrowSchema *schema)
{
    struct ArrowSchema made;
    if (!schema_start(&made, "+s", "", table->n_columns))
        return false;
    for (int32_t i = 0; i < table->n_columns; i++) {
        made.children[i] = memory_new(sizeof **made.children);
        if (made.children[i] == NULL ||
            !write_column_schema(&table->columns[i], made.children[i])) {
            made.release(&made);
            return false;
        }
    }
    *schema = made;
    return true;
}

/* ---- arrays ---- */

struct array_memory {
    struct table_owner *owner; /* of the column that the buffers point into */
    const void *buffers[3];
    void *blocks[2]; /* what was made for this array: bits of validity, and values or offsets */
};

static void
release_array(struct ArrowArray *array)
{
    struct array_memory *memory = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++) {
        struct ArrowArray *child = array->children[i];
        if (child != NULL && child->release != NULL)
            child->release(child);
        memory_free(child);
    }
    memory_free(array->children);
    if (array->dictionary != NULL && array->dictionary->release != NULL)
        array->dictionary->release(array->dictionary);
    memory_free(array->dictionary);
    owner_unref(memory->owner);
    memory_free(memory->blocks[0]);
    memory_free(memory->blocks[1]);
    memory_free(memory);
    array->release = NULL;
}

/* An array of `length` with so many buffers (all NULL yet) and children (none yet). */
static bool
array_start(struct ArrowArray *array, int64_t length, int64_t n_buffers, int64_t n_children,
            struct table_owner *owner)
{
    memset(array, 0, sizeof *array);
    struct array_memory *memory = memory_new(sizeof *memory);
    if (memory == NULL)
        return false;
    array->children =
        n_children > 0 ? memory_new_array((size_t) n_children, sizeof *array->children) : NULL;
    if (n_children > 0 && array->children == NULL) {
        memory_free(memory);
        return false;
    }
    memory->owner = owner_ref(owner);
    array->length = length;
    array->n_buffers = n_buffers;
    array->n_children = n_children;
    array->buffers = memory->buffers;
    array->private_data = memory;
    array->release = release_array;
    return true;
}

/* Bytes of truth to bits. */
static uint8_t *
pack_bits(const uint8_t *bytes, int64_t n, int64_t *zeros)
{
    uint8_t *bits = memory_new((size_t) (n / 8 + 1));
    *zeros = 0;
    for (int64_t i = 0; bits != NULL && i < n; i++) {
        if (bytes[i] != 0)
            bits[i / 8] = (uint8_t) (bits[i / 8] | 1u << (i % 8));
        else
            (*zeros)++;
    }
    return bits;
}

static bool
array_valid(struct ArrowArray *array, const uint8_t *valid)
{
    struct array_memory *memory = array->private_data;
    if (valid == NULL)
        return true;
    memory->blocks[0] = pack_bits(valid, array->length, &array->null_count);
    memory->buffers[0] = memory->blocks[0];
    return memory->blocks[0] != NULL;
}

/* Buffer 1 as it lies; a column without rows may have none, which Arrow wants not to be NULL
 * everywhere. */
static void
array_values(struct ArrowArray *array, const void *values)
{
    static const int64_t nothing[2];
    struct array_memory *memory = array->private_data;
    memory->buffers[1] = values != NULL ? values : nothing;
}

static bool
array_values_made(struct ArrowArray *array, void *values)
{
    struct array_memory *memory = array->private_data;
    memory->blocks[1] = values;
    memory->buffers[1] = values;
    return values != NULL;
}

static int32_t *
narrow_offsets(const int64_t *offsets, int64_t n)
{
    int32_t *narrow = memory_new_array((size_t) n + 1, sizeof *narrow);
    for (int64_t i = 0; narrow != NULL && i <= n; i++)
        narrow[i] = (int32_t) (offsets[i] - offsets[0]);
    return narrow;
}

static bool
write_plain_text(const struct table_column *column, int64_t n, struct ArrowArray *array)
{
    if (!array_start(array, n, 3, 0, column->owner))
        return false;
    struct array_memory *memory = array->private_data;
    if (text_is_large(column)) {
        array_values(array, column->offsets);
        memory->buffers[2] = column->bytes;
        return true;
    }
    memory->buffers[2] = column->bytes + column->offsets[0];
    if (array_values_made(array, narrow_offsets(column->offsets, n)))
        return true;
    array->release(array);
    return false;
}

static bool
write_texts(const struct table_column *column, int64_t cells, const uint8_t *valid,
            struct ArrowArray *array)
{
    bool made = column->codes == NULL ? write_plain_text(column, cells, array)
                                      : array_start(array, cells, 2, 0, column->owner);
    if (!made)
        return false;
    if (column->codes != NULL) {
        array_values(array, column->codes);
        array->dictionary = memory_new(sizeof *array->dictionary);
        made = array->dictionary != NULL &&
               write_plain_text(column, column->dictionary_size, array->dictionary);
    }
    if (made && array_valid(array, valid))
        return true;
    array->release(array);
    return false;
}

static bool
write_lists(const struct table_column *column, struct ArrowArray *array)
{
    if (!array_start(array, column->rows, 2, 1, column->owner))
        return false;
    bool made = true;
    if (lists_are_large(column))
        array_values(array, column->list_offsets);
    else
        made = array_values_made(array, narrow_offsets(column->list_offsets, column->rows));
    array->children[0] = memory_new(sizeof **array->children);
    made = made && array->children[0] != NULL &&
           write_texts(column, cell_count(column), NULL, array->children[0]);
    if (made && array_valid(array, column->valid))
        return true;
    array->release(array);
    return false;
}

static wide *
widen(const int64_t *minor, int64_t n)
{
    wide *values = memory_new_array((size_t) n, sizeof *values);
    for (int64_t i = 0; values != NULL && i < n; i++)
        values[i] = minor[i];
    return values;
}

static bool
write_values(const struct table_column *column, struct ArrowArray *array)
{
    if (!array_start(array, column->rows, 2, 0, column->owner))
        return false;
    int64_t unused;
    bool made = true;
    if (column->type == CSTM_TYPE_BOOL)
        made = array_values_made(array, pack_bits(column->as.bools, column->rows, &unused));
    else if (column->type == CSTM_TYPE_MONEY)
        made = array_values_made(array, widen(column->as.int64s, column->rows));
    else
        array_values(array, column->as.bools);
    if (made && array_valid(array, column->valid))
        return true;
    array->release(array);
    return false;
}

static bool
write_column(const struct table_column *column, struct ArrowArray *array)
{
    if (column->type == CSTM_TYPE_STRING)
        return write_texts(column, column->rows, column->valid, array);
    return column->type == CSTM_TYPE_STRINGS ? write_lists(column, array)
                                             : write_values(column, array);
}

bool
arrow_write_array(const cstm_table *table, struct ArrowArray *array)
{
    struct ArrowArray made;
    if (!array_start(&made, table->rows, 1, table->n_columns, NULL))
        return false;
    for (int32_t i = 0; i < table->n_columns; i++) {
        made.children[i] = memory_new(sizeof **made.children);
        if (made.children[i] == NULL || !write_column(&table->columns[i], made.children[i])) {
            made.release(&made);
            return false;
        }
    }
    *array = made;
    return true;
}

cstm_status
cstm_table_export_arrow(const cstm_table *table, struct ArrowSchema *schema,
                        struct ArrowArray *array, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (schema == NULL || array == NULL)
        return error_misuse(error, schema == NULL ? "schema is NULL" : "array is NULL");
    struct ArrowSchema made;
    if (!arrow_write_schema(table, &made))
        return error_no_memory(error);
    if (!arrow_write_array(table, array)) {
        made.release(&made);
        return error_no_memory(error);
    }
    *schema = made;
    return CSTM_OK;
}
