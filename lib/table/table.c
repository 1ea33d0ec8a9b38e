/* The handle: making and freeing tables, putting columns in, finding them by name. How columns come
 * to be is in add.c (arrays), arrow_import.c, csv_read.c and builder.c (results); how cells are
 * read is in read.c. */
#include "table/table.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "table/owner.h"

#include <string.h>

cstm_table *
table_create(void)
{
    cstm_table *table = memory_new(sizeof *table);
    if (table != NULL)
        table->handle.tag = HANDLE_TABLE;
    return table;
}

cstm_status
cstm_table_new(cstm_table **table, cstm_error **error)
{
    error_clear(error);
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    cstm_table *made = table_create();
    if (made == NULL)
        return error_no_memory(error);
    *table = made;
    return CSTM_OK;
}

void
cstm_table_free(cstm_table *table)
{
    if (!handle_is(table, HANDLE_TABLE))
        return;
    for (int32_t i = 0; i < table->n_columns; i++)
        column_clear(&table->columns[i]);
    memory_free(table->columns);
    table->handle.tag = HANDLE_FREED;
    memory_free(table);
}

void
column_clear(struct table_column *column)
{
    memory_free(column->name);
    owner_unref(column->owner);
    memset(column, 0, sizeof *column);
}

bool
column_share(const struct table_column *column, const char *name, struct table_column *shared)
{
    char *copy = memory_copy(name, strlen(name));
    if (copy == NULL)
        return false;
    *shared = *column;
    shared->name = copy;
    owner_ref(shared->owner);
    return true;
}

const struct table_column *
table_find(const cstm_table *table, const char *name)
{
    for (int32_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

static bool
table_reserve(cstm_table *table)
{
    size_t capacity = (size_t) table->capacity;
    if (table->n_columns == INT32_MAX)
        return false;
    if (!memory_reserve(&table->columns, &capacity, (size_t) table->n_columns + 1,
                        sizeof *table->columns))
        return false;
    table->capacity = capacity > INT32_MAX ? INT32_MAX : (int32_t) capacity;
    return true;
}

cstm_status
table_append(cstm_table *table, struct table_column *column, cstm_error **error)
{
    size_t size = strlen(column->name);
    if (size == 0 || text_utf8_error(column->name, size) != size)
        return error_set(error, CSTM_ERROR_SYNTAX, "the name of column %d is %s", table->n_columns,
                         size == 0 ? "empty" : "not UTF-8");
    if (table_find(table, column->name) != NULL) {
        error_set(error, CSTM_ERROR_DUPLICATE, "column '%s' is in the table already", column->name);
        error_at_field(error, column->name);
        return CSTM_ERROR_DUPLICATE;
    }
    if (table->n_columns > 0 && column->rows != table->rows) {
        error_set(error, CSTM_ERROR_MISMATCH, "column '%s' has %lld rows, the table %lld",
                  column->name, (long long) column->rows, (long long) table->rows);
        error_at_field(error, column->name);
        return CSTM_ERROR_MISMATCH;
    }
    if (!table_reserve(table))
        return error_no_memory(error);
    table->rows = column->rows;
    table->columns[table->n_columns++] = *column;
    memset(column, 0, sizeof *column);
    return CSTM_OK;
}
