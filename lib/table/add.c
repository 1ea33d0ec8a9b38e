/* Columns from plain arrays: what a caller without Arrow fills a table with. Values are copied and
 * checked; where anything is wrong the table stays as it was. */
#include "table/table.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/money.h"
#include "table/check.h"
#include "table/owner.h"

#include <string.h>

struct addition {
    cstm_table *table;
    struct table_column column;
};

static void *
copy_block(struct table_owner *owner, const void *values, int64_t count, size_t size)
{
    void *block = owner_block(owner, (size_t) count, size);
    if (block != NULL && count > 0)
        memcpy(block, values, (size_t) count * size);
    return block;
}

/* Copies validity; a column without a missing cell has none. */
static bool
copy_valid(struct table_column *column, const uint8_t *valid)
{
    if (valid == NULL || column->rows == 0 || memchr(valid, 0, (size_t) column->rows) == NULL)
        return true;
    column->valid = copy_block(column->owner, valid, column->rows, 1);
    return column->valid != NULL;
}

static cstm_status
addition_start(struct addition *add, cstm_table *table, const char *name, cstm_type type,
               const uint8_t *valid, int64_t rows, cstm_error **error)
{
    memset(add, 0, sizeof *add);
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    if (rows < 0)
        return error_misuse(error, "rows is negative");
    add->table = table;
    add->column.type = type;
    add->column.rows = rows;
    add->column.name = memory_copy(name, strlen(name));
    add->column.owner = owner_new();
    if (add->column.name != NULL && add->column.owner != NULL && copy_valid(&add->column, valid))
        return CSTM_OK;
    column_clear(&add->column);
    return error_no_memory(error);
}

/* Appends, or clears what was made. */
static cstm_status
addition_end(struct addition *add, cstm_status status, cstm_error **error)
{
    if (status == CSTM_OK)
        status = table_append(add->table, &add->column, error);
    if (status != CSTM_OK)
        column_clear(&add->column);
    return status;
}

static cstm_status
add_values(cstm_table *table, const char *name, cstm_type type, const void *values, size_t size,
           const uint8_t *valid, int64_t rows, struct addition *add, cstm_error **error)
{
    error_clear(error);
    if (values == NULL && rows > 0)
        return error_misuse(error, "values is NULL");
    cstm_status status = addition_start(add, table, name, type, valid, rows, error);
    if (status != CSTM_OK)
        return status;
    add->column.as.bools = copy_block(add->column.owner, values, rows, size);
    if (add->column.as.bools != NULL)
        return CSTM_OK;
    column_clear(&add->column);
    return error_no_memory(error);
}

cstm_status
cstm_table_add_bool(cstm_table *table, const char *name, const uint8_t *values,
                    const uint8_t *valid, int64_t rows, cstm_error **error)
{
    struct addition add;
    cstm_status status =
        add_values(table, name, CSTM_TYPE_BOOL, values, 1, valid, rows, &add, error);
    if (status != CSTM_OK)
        return status;
    uint8_t *bools = (uint8_t *) add.column.as.bools;
    for (int64_t i = 0; i < rows; i++)
        bools[i] = bools[i] != 0;
    return addition_end(&add, CSTM_OK, error);
}

cstm_status
cstm_table_add_int64(cstm_table *table, const char *name, const int64_t *values,
                     const uint8_t *valid, int64_t rows, cstm_error **error)
{
    struct addition add;
    cstm_status status =
        add_values(table, name, CSTM_TYPE_INT, values, sizeof *values, valid, rows, &add, error);
    return status != CSTM_OK ? status : addition_end(&add, CSTM_OK, error);
}

cstm_status
cstm_table_add_double(cstm_table *table, const char *name, const double *values,
                      const uint8_t *valid, int64_t rows, cstm_error **error)
{
    struct addition add;
    cstm_status status =
        add_values(table, name, CSTM_TYPE_DOUBLE, values, sizeof *values, valid, rows, &add, error);
    return status != CSTM_OK ? status : addition_end(&add, CSTM_OK, error);
}

cstm_status
cstm_table_add_date(cstm_table *table, const char *name, const int32_t *values,
                    const uint8_t *valid, int64_t rows, cstm_error **error)
{
    struct addition add;
    cstm_status status =
        add_values(table, name, CSTM_TYPE_DATE, values, sizeof *values, valid, rows, &add, error);
    if (status != CSTM_OK)
        return status;
    return addition_end(&add, check_days(&add.column, 0, error), error);
}

cstm_status
cstm_table_add_timestamp(cstm_table *table, const char *name, const int64_t *values,
                         const uint8_t *valid, int64_t rows, cstm_error **error)
{
    struct addition add;
    cstm_status status = add_values(table, name, CSTM_TYPE_TIMESTAMP, values, sizeof *values, valid,
                                    rows, &add, error);
    if (status != CSTM_OK)
        return status;
    return addition_end(&add, check_instants(&add.column, 0, error), error);
}

cstm_status
cstm_table_add_money(cstm_table *table, const char *name, const int64_t *values,
                     const uint8_t *valid, int64_t rows, const char *currency, cstm_error **error)
{
    error_clear(error);
    if (currency == NULL)
        return error_misuse(error, "currency is NULL");
    const struct currency *found = currency_find(currency, strlen(currency));
    if (found == NULL && handle_is(table, HANDLE_TABLE))
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%.16s'", currency);
    struct addition add;
    cstm_status status =
        add_values(table, name, CSTM_TYPE_MONEY, values, sizeof *values, valid, rows, &add, error);
    if (status != CSTM_OK)
        return status;
    memcpy(add.column.currency, found->code, sizeof found->code);
    add.column.exponent = found->exponent;
    return addition_end(&add, CSTM_OK, error);
}

/* Copies n texts into the column. Offsets are looked at before the bytes that they lead to. */
static cstm_status
add_texts(struct table_column *column, const int64_t *offsets, const char *bytes, int64_t n,
          cstm_error **error)
{
    if (offsets == NULL && n > 0)
        return error_misuse(error, "offsets is NULL");
    int64_t none = 0;
    if (n == 0)
        offsets = &none;
    cstm_status status = check_offsets(column, offsets, n, 0, error);
    if (status != CSTM_OK)
        return status;
    int64_t first = offsets[0], all = offsets[n] - first;
    if (bytes == NULL && all > 0)
        return error_misuse(error, "bytes is NULL");
    int64_t *copy = owner_block(column->owner, (size_t) n + 1, sizeof *copy);
    column->bytes = copy_block(column->owner, all > 0 ? bytes + first : NULL, all, 1);
    if (copy == NULL || column->bytes == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i <= n; i++)
        copy[i] = offsets[i] - first;
    column->offsets = copy;
    return CSTM_OK;
}

cstm_status
cstm_table_add_string(cstm_table *table, const char *name, const int64_t *offsets,
                      const char *bytes, const uint8_t *valid, int64_t rows, cstm_error **error)
{
    struct addition add;
    error_clear(error);
    cstm_status status = addition_start(&add, table, name, CSTM_TYPE_STRING, valid, rows, error);
    if (status != CSTM_OK)
        return status;
    status = add_texts(&add.column, offsets, bytes, rows, error);
    if (status == CSTM_OK)
        status = check_texts(&add.column, rows, add.column.valid, 0, error);
    return addition_end(&add, status, error);
}

/* The elements of a list column; a fault among them is told by the row that holds the element. */
static cstm_status
add_list_texts(struct table_column *column, const int64_t *offsets, const char *bytes,
               cstm_error **error)
{
    int64_t n = column->list_offsets[column->rows];
    cstm_error *fault = NULL;
    cstm_status status = add_texts(column, offsets, bytes, n, &fault);
    if (status == CSTM_OK)
        status = check_texts(column, n, NULL, 0, &fault);
    if (status == CSTM_OK)
        return CSTM_OK;
    int64_t element = cstm_error_row(fault), row = 0;
    if (element >= 0) {
        while (row + 1 < column->rows && column->list_offsets[row + 1] <= element)
            row++;
        error_at_row(&fault, row);
    }
    if (error != NULL)
        *error = fault;
    else
        cstm_error_free(fault);
    return status;
}

cstm_status
cstm_table_add_strings(cstm_table *table, const char *name, const int64_t *list_offsets,
                       const int64_t *offsets, const char *bytes, const uint8_t *valid,
                       int64_t rows, cstm_error **error)
{
    struct addition add;
    error_clear(error);
    if (list_offsets == NULL && rows > 0)
        return error_misuse(error, "list_offsets is NULL");
    cstm_status status = addition_start(&add, table, name, CSTM_TYPE_STRINGS, valid, rows, error);
    if (status != CSTM_OK)
        return status;
    int64_t none = 0;
    if (rows == 0)
        list_offsets = &none;
    status = check_offsets(&add.column, list_offsets, rows, 0, error);
    if (status != CSTM_OK)
        return addition_end(&add, status, error);
    int64_t first = list_offsets[0];
    int64_t *copy = owner_block(add.column.owner, (size_t) rows + 1, sizeof *copy);
    if (copy == NULL)
        return addition_end(&add, error_no_memory(error), error);
    for (int64_t i = 0; i <= rows; i++)
        copy[i] = list_offsets[i] - first;
    add.column.list_offsets = copy;
    status = add_list_texts(&add.column, offsets != NULL ? offsets + first : NULL, bytes, error);
    return addition_end(&add, status, error);
}
