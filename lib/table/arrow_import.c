/* A table taken over from an Arrow struct array. The schema is understood first (arrow_schema.c),
 * then each child becomes a column (arrow_number.c, arrow_text.c) that may point into the array;
 * only when all of them stand is the array moved into an owner that those columns hold together, so
 * on failure the caller's structs are as they were. */
#include "table/arrow.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/arrow_number.h"
#include "table/owner.h"

#include <string.h>

static cstm_type
column_type_of(const struct arrow_field *field)
{
    switch (field->kind) {
    case ARROW_BOOL:
        return CSTM_TYPE_BOOL;
    case ARROW_INT:
        return CSTM_TYPE_INT;
    case ARROW_FLOAT:
        return CSTM_TYPE_DOUBLE;
    case ARROW_DATE_DAYS:
    case ARROW_DATE_MILLIS:
        return CSTM_TYPE_DATE;
    case ARROW_TIMESTAMP:
        return CSTM_TYPE_TIMESTAMP;
    case ARROW_DECIMAL:
        return field->currency[0] != '\0' ? CSTM_TYPE_MONEY : CSTM_TYPE_DECIMAL;
    case ARROW_LIST:
        return CSTM_TYPE_STRINGS;
    case ARROW_NULL:
    case ARROW_TEXT:
        break;
    }
    return CSTM_TYPE_STRING;
}

static bool
column_start(const struct arrow_field *field, int64_t rows, struct table_column *column)
{
    memset(column, 0, sizeof *column);
    column->type = column_type_of(field);
    column->rows = rows;
    column->civil = field->civil;
    memcpy(column->currency, field->currency, sizeof column->currency);
    column->exponent = column->type == CSTM_TYPE_MONEY ? field->exponent : field->scale;
    column->name = memory_copy(field->name, strlen(field->name));
    column->owner = owner_new();
    if (column->name != NULL && column->owner != NULL)
        return true;
    column_clear(column);
    return false;
}

/* The struct itself: lengths, children, and no row of it null. */
static cstm_status
check_struct(const struct arrow_fields *fields, const struct ArrowArray *array, int64_t first_row,
             cstm_error **error)
{
    struct table_column batch = {.name = (char[]){"(record batch)"}};
    cstm_status status = arrow_check_array(array, 1, fields->count, &batch, error);
    if (status != CSTM_OK)
        return status;
    const uint8_t *bits = array->buffers[0];
    for (int64_t i = 0; bits != NULL && i < array->length; i++) {
        int64_t at = array->offset + i;
        if (((bits[at / 8] >> (at % 8)) & 1) == 0) {
            error_set(error, CSTM_ERROR_TYPE, "a row of the Arrow struct is null as a whole");
            error_at_row(error, first_row + i);
            return CSTM_ERROR_TYPE;
        }
    }
    return CSTM_OK;
}

static cstm_status
read_child(const struct arrow_field *field, const struct ArrowArray *array, int64_t place,
           int64_t first_row, struct table_owner *lender, cstm_table *table, cstm_error **error)
{
    struct table_column column;
    if (!column_start(field, array->length, &column))
        return error_no_memory(error);
    const struct ArrowArray *child = array->children[place];
    struct arrow_slice slice = {child, 0, array->length, first_row, lender};
    cstm_status status = CSTM_OK;
    if (child == NULL || child->release == NULL)
        status = arrow_corrupt(&column, "an Arrow array that is not there or released", error);
    else if (child->offset < 0 ||
             __builtin_add_overflow(child->offset, array->offset, &slice.offset))
        status =
            arrow_corrupt(&column, "an Arrow array with an impossible length or offset", error);
    if (status == CSTM_OK)
        status = arrow_read_column(field, &slice, &column, error);
    if (status == CSTM_OK)
        status = table_append(table, &column, error);
    if (status != CSTM_OK)
        column_clear(&column);
    return status;
}

cstm_status
arrow_read_array(const struct arrow_fields *fields, const struct ArrowArray *array,
                 int64_t first_row, struct table_owner *lender, cstm_table **table,
                 cstm_error **error)
{
    cstm_status status = check_struct(fields, array, first_row, error);
    if (status != CSTM_OK)
        return status;
    cstm_table *made = table_create();
    if (made == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; status == CSTM_OK && i < fields->count; i++)
        status = read_child(&fields->fields[i], array, i, first_row, lender, made, error);
    if (status != CSTM_OK) {
        cstm_table_free(made);
        return status;
    }
    made->rows = array->length;
    *table = made;
    return CSTM_OK;
}

/* A column of no rows: what its type needs is there all the same, and a dictionary has an entry for
 * code 0. */
static bool
column_without_rows(const struct arrow_field *field, struct table_column *column)
{
    if (!column_start(field, 0, column))
        return false;
    /* One block of zeros serves as values, offsets, codes and list offsets alike. */
    int64_t *zeros = owner_block(column->owner, 2, sizeof *zeros);
    if (zeros == NULL) {
        column_clear(column);
        return false;
    }
    if (column->type == CSTM_TYPE_STRING || column->type == CSTM_TYPE_STRINGS) {
        column->offsets = zeros;
        column->bytes = "";
        column->list_offsets = column->type == CSTM_TYPE_STRINGS ? zeros : NULL;
        column->codes = field->text.code_width > 0 ? (const int32_t *) (const void *) zeros : NULL;
    } else {
        column->as.int64s = zeros;
    }
    return true;
}

cstm_status
arrow_read_nothing(const struct arrow_fields *fields, cstm_table **table, cstm_error **error)
{
    cstm_table *made = table_create();
    if (made == NULL)
        return error_no_memory(error);
    cstm_status status = CSTM_OK;
    for (int64_t i = 0; status == CSTM_OK && i < fields->count; i++) {
        struct table_column column;
        if (!column_without_rows(&fields->fields[i], &column)) {
            status = error_no_memory(error);
            break;
        }
        status = table_append(made, &column, error);
        if (status != CSTM_OK)
            column_clear(&column);
    }
    if (status != CSTM_OK)
        cstm_table_free(made);
    else
        *table = made;
    return status;
}

cstm_status
arrow_take_array(const struct arrow_fields *fields, struct ArrowArray *array, int64_t first_row,
                 cstm_table **table, cstm_error **error)
{
    struct table_owner *lender = owner_new();
    if (lender == NULL)
        return error_no_memory(error);
    cstm_status status = arrow_read_array(fields, array, first_row, lender, table, error);
    if (status == CSTM_OK) {
        lender->array = *array;
        array->release = NULL;
    }
    /* Where no column points into the array, this was the last reference and it goes back at once.
     */
    owner_unref(lender);
    return status;
}

cstm_status
cstm_table_import_arrow(struct ArrowSchema *schema, struct ArrowArray *array, cstm_table **table,
                        cstm_error **error)
{
    error_clear(error);
    if (schema == NULL || schema->release == NULL)
        return error_misuse(error, "schema is NULL or released");
    if (array == NULL || array->release == NULL)
        return error_misuse(error, "array is NULL or released");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    struct arrow_fields fields;
    cstm_status status = arrow_read_schema(schema, &fields, error);
    if (status != CSTM_OK)
        return status;
    status = arrow_take_array(&fields, array, 0, table, error);
    memory_free(fields.fields);
    if (status == CSTM_OK)
        schema->release(schema);
    return status;
}
