/* Some rows of a table, without a copy: what a stream of many arrays is worked off in. */
#include "table/table.h"

#include "base/memory.h"

static size_t
value_size(cstm_type type)
{
    switch (type) {
    case CSTM_TYPE_BOOL:
        return 1;
    case CSTM_TYPE_DATE:
        return sizeof(int32_t);
    case CSTM_TYPE_DECIMAL:
        return sizeof(wide);
    default:
        return sizeof(int64_t);
    }
}

static void
column_slice(struct table_column *column, int64_t from, int64_t n)
{
    column->rows = n;
    if (column->valid != NULL)
        column->valid += from;
    if (column->type == CSTM_TYPE_STRINGS)
        column->list_offsets += from;
    else if (column->codes != NULL)
        column->codes += from;
    else if (column->type == CSTM_TYPE_STRING)
        column->offsets += from;
    else if (column->as.bools != NULL)
        column->as.bools += (size_t) from * value_size(column->type);
}

cstm_table *
table_slice(const cstm_table *table, int64_t from, int64_t n)
{
    cstm_table *slice = table_create();
    if (slice == NULL)
        return NULL;
    slice->columns = memory_new_array((size_t) table->n_columns, sizeof *slice->columns);
    slice->capacity = slice->columns != NULL ? table->n_columns : 0;
    for (int32_t i = 0; slice->columns != NULL && i < table->n_columns; i++) {
        const struct table_column *column = &table->columns[i];
        if (!column_share(column, column->name, &slice->columns[i]))
            break;
        column_slice(&slice->columns[i], from, n);
        slice->n_columns++;
    }
    if (slice->columns == NULL || slice->n_columns < table->n_columns) {
        cstm_table_free(slice);
        return NULL;
    }
    slice->rows = n;
    return slice;
}
