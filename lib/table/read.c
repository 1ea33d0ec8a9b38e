/* Reading cells and columns through the ABI. Every getter answers a question about a cell that may
 * be missing, of another type or not there at all with its sentinel; cstm_table_state() tells
 * which. */
#include "table/table.h"

#include <string.h>

static const struct table_column *
column_at(const cstm_table *table, int32_t column)
{
    if (!handle_is(table, HANDLE_TABLE) || column < 0 || column >= table->n_columns)
        return NULL;
    return &table->columns[column];
}

/* The column if the cell is there, of the type and not missing. */
static const struct table_column *
cell_at(const cstm_table *table, int64_t row, int32_t column, cstm_type type)
{
    const struct table_column *found = column_at(table, column);
    if (found == NULL || found->type != type || row < 0 || row >= found->rows ||
        !column_is_valid(found, row))
        return NULL;
    return found;
}

int64_t
cstm_table_rows(const cstm_table *table)
{
    return handle_is(table, HANDLE_TABLE) ? table->rows : -1;
}

int32_t
cstm_table_columns(const cstm_table *table)
{
    return handle_is(table, HANDLE_TABLE) ? table->n_columns : -1;
}

const char *
cstm_table_column_name(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL ? found->name : NULL;
}

cstm_type
cstm_table_column_type(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL ? found->type : CSTM_TYPE_NONE;
}

const char *
cstm_table_column_currency(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL ? found->currency : NULL;
}

int32_t
cstm_table_column_exponent(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL ? found->exponent : 0;
}

int32_t
cstm_table_column_civil(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL && found->civil;
}

int32_t
cstm_table_find(const cstm_table *table, const char *name)
{
    if (!handle_is(table, HANDLE_TABLE) || name == NULL)
        return -1;
    const struct table_column *found = table_find(table, name);
    return found != NULL ? (int32_t) (found - table->columns) : -1;
}

cstm_state
cstm_table_state(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    if (found == NULL || row < 0 || row >= found->rows)
        return CSTM_STATE_ERROR;
    return column_is_valid(found, row) ? CSTM_STATE_VALUE : CSTM_STATE_MISSING;
}

int32_t
cstm_table_bool(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_BOOL);
    return cell != NULL ? cell->as.bools[row] : 0;
}

int64_t
cstm_table_int64(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_INT);
    return cell != NULL ? cell->as.int64s[row] : 0;
}

double
cstm_table_double(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_DOUBLE);
    return cell != NULL ? cell->as.doubles[row] : 0;
}

int32_t
cstm_table_date(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_DATE);
    return cell != NULL ? cell->as.days[row] : 0;
}

int64_t
cstm_table_timestamp(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_TIMESTAMP);
    return cell != NULL ? cell->as.int64s[row] : 0;
}

int64_t
cstm_table_money(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_MONEY);
    return cell != NULL ? cell->as.int64s[row] : 0;
}

cstm_state
cstm_table_decimal(const cstm_table *table, int64_t row, int32_t column, int64_t *high,
                   uint64_t *low)
{
    const struct table_column *found = column_at(table, column);
    if (found == NULL || found->type != CSTM_TYPE_DECIMAL || row < 0 || row >= found->rows)
        return CSTM_STATE_ERROR;
    if (!column_is_valid(found, row))
        return CSTM_STATE_MISSING;
    wide value = found->as.decimals[row];
    if (high != NULL)
        *high = (int64_t) (value >> 64);
    if (low != NULL)
        *low = (uint64_t) value;
    return CSTM_STATE_VALUE;
}

const char *
cstm_table_string(const cstm_table *table, int64_t row, int32_t column, size_t *size)
{
    size_t unasked;
    if (size == NULL)
        size = &unasked;
    *size = 0;
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_STRING);
    return cell != NULL ? column_text(cell, row, size) : NULL;
}

int64_t
cstm_table_string_count(const cstm_table *table, int64_t row, int32_t column)
{
    const struct table_column *cell = cell_at(table, row, column, CSTM_TYPE_STRINGS);
    return cell != NULL ? cell->list_offsets[row + 1] - cell->list_offsets[row] : 0;
}

const char *
cstm_table_string_item(const cstm_table *table, int64_t row, int32_t column, int64_t item,
                       size_t *size)
{
    size_t unasked;
    if (size == NULL)
        size = &unasked;
    *size = 0;
    if (item < 0 || item >= cstm_table_string_count(table, row, column))
        return NULL;
    const struct table_column *cell = &table->columns[column];
    return column_text(cell, cell->list_offsets[row] + item, size);
}

const uint8_t *
cstm_table_valid(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL ? found->valid : NULL;
}

static const struct table_column *
column_with_rows(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_at(table, column);
    return found != NULL && found->rows > 0 ? found : NULL;
}

const uint8_t *
cstm_table_bool_values(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_with_rows(table, column);
    return found != NULL && found->type == CSTM_TYPE_BOOL ? found->as.bools : NULL;
}

const int64_t *
cstm_table_int64_values(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_with_rows(table, column);
    if (found == NULL)
        return NULL;
    bool fits = found->type == CSTM_TYPE_INT || found->type == CSTM_TYPE_TIMESTAMP ||
                found->type == CSTM_TYPE_MONEY;
    return fits ? found->as.int64s : NULL;
}

const double *
cstm_table_double_values(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_with_rows(table, column);
    return found != NULL && found->type == CSTM_TYPE_DOUBLE ? found->as.doubles : NULL;
}

const int32_t *
cstm_table_date_values(const cstm_table *table, int32_t column)
{
    const struct table_column *found = column_with_rows(table, column);
    return found != NULL && found->type == CSTM_TYPE_DATE ? found->as.days : NULL;
}
