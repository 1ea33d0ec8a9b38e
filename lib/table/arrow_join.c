/* Tables of the same columns, one after the other: what a stream of several arrays comes to.
 * Numbers and text are copied into columns of the whole length; a dictionary that every chunk
 * repeats is kept once. */
#include "table/arrow.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/owner.h"

#include <string.h>

struct join {
    cstm_table *const *chunks;
    size_t n_chunks;
    int32_t place; /* of the column in every chunk */
};

static const struct table_column *
chunk_column(const struct join *join, size_t chunk)
{
    return &join->chunks[chunk]->columns[join->place];
}

static bool
join_valid(const struct join *join, struct table_column *column)
{
    bool any = false;
    for (size_t i = 0; i < join->n_chunks; i++)
        any = any || chunk_column(join, i)->valid != NULL;
    if (!any)
        return true;
    uint8_t *valid = owner_block(column->owner, (size_t) column->rows, 1), *at = valid;
    if (valid == NULL)
        return false;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        if (chunk->valid != NULL)
            memcpy(at, chunk->valid, (size_t) chunk->rows);
        else
            memset(at, 1, (size_t) chunk->rows);
        at += chunk->rows;
    }
    column->valid = valid;
    return true;
}

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

static bool
join_values(const struct join *join, struct table_column *column)
{
    size_t size = value_size(column->type);
    uint8_t *values = owner_block(column->owner, (size_t) column->rows, size), *at = values;
    if (values == NULL)
        return false;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        if (chunk->rows > 0)
            memcpy(at, chunk->as.bools, (size_t) chunk->rows * size);
        at += (size_t) chunk->rows * size;
    }
    column->as.bools = values;
    return true;
}

/* How many texts a column lists in its own offsets, codes aside. */
static int64_t
texts_of(const struct table_column *column)
{
    if (column->codes != NULL)
        return column->dictionary_size;
    return column->type == CSTM_TYPE_STRINGS ? column->list_offsets[column->rows] : column->rows;
}

/* How many cells lead to a text: rows, or elements of lists. */
static int64_t
cells_of(const struct table_column *column)
{
    return column->type == CSTM_TYPE_STRINGS ? column->list_offsets[column->rows] : column->rows;
}

static bool
same_dictionary(const struct table_column *a, const struct table_column *b)
{
    if (a->dictionary_size != b->dictionary_size)
        return false;
    for (int64_t i = 0; i <= a->dictionary_size; i++)
        if (a->offsets[i] - a->offsets[0] != b->offsets[i] - b->offsets[0])
            return false;
    size_t size = (size_t) (a->offsets[a->dictionary_size] - a->offsets[0]);
    return size == 0 || memcmp(a->bytes + a->offsets[0], b->bytes + b->offsets[0], size) == 0;
}

/* A chunk's texts stand in the joined ones, unless the chunk before has the very same dictionary.
 */
static bool
brings_texts(const struct join *join, size_t chunk)
{
    return chunk == 0 || chunk_column(join, chunk)->codes == NULL ||
           !same_dictionary(chunk_column(join, chunk - 1), chunk_column(join, chunk));
}

static bool
join_texts(const struct join *join, const bool *brings, struct table_column *column)
{
    int64_t texts = 0, size = 0;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        int64_t n = texts_of(chunk);
        texts += brings[i] ? n : 0;
        size += brings[i] ? chunk->offsets[n] - chunk->offsets[0] : 0;
    }
    int64_t *offsets = owner_block(column->owner, (size_t) texts + 1, sizeof *offsets);
    char *bytes = owner_block(column->owner, (size_t) size, 1);
    if (offsets == NULL || bytes == NULL)
        return false;
    int64_t at = 0, text = 0;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        if (!brings[i])
            continue;
        int64_t n = texts_of(chunk), first = chunk->offsets[0], all = chunk->offsets[n] - first;
        for (int64_t j = 0; j < n; j++)
            offsets[text + j] = at + chunk->offsets[j] - first;
        if (all > 0)
            memcpy(bytes + at, chunk->bytes + first, (size_t) all);
        at += all;
        text += n;
    }
    offsets[texts] = at;
    column->offsets = offsets;
    column->bytes = bytes;
    return true;
}

static cstm_status
join_codes(const struct join *join, const bool *brings, struct table_column *column,
           cstm_error **error)
{
    int64_t cells = 0, entries = 0;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        cells += cells_of(chunk);
        entries += brings[i] ? chunk->dictionary_size : 0;
    }
    if (entries > INT32_MAX) {
        error_set(error, CSTM_ERROR_LIMIT,
                  "column '%s': dictionaries of more than 2,147,483,647 entries in all",
                  column->name);
        error_at_field(error, column->name);
        return CSTM_ERROR_LIMIT;
    }
    int32_t *codes = owner_block(column->owner, (size_t) cells, sizeof *codes);
    if (codes == NULL)
        return error_no_memory(error);
    int64_t at = 0, base = 0, next = 0;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        if (brings[i]) {
            base = next;
            next += chunk->dictionary_size;
        }
        int64_t n = cells_of(chunk);
        for (int64_t j = 0; j < n; j++)
            codes[at + j] = (int32_t) (chunk->codes[j] + base);
        at += n;
    }
    column->codes = codes;
    column->dictionary_size = entries;
    return CSTM_OK;
}

static bool
join_lists(const struct join *join, struct table_column *column)
{
    int64_t *offsets = owner_block(column->owner, (size_t) column->rows + 1, sizeof *offsets);
    if (offsets == NULL)
        return false;
    int64_t row = 0, base = 0;
    for (size_t i = 0; i < join->n_chunks; i++) {
        const struct table_column *chunk = chunk_column(join, i);
        for (int64_t j = 0; j <= chunk->rows; j++)
            offsets[row + j] = base + chunk->list_offsets[j];
        row += chunk->rows;
        base += chunk->list_offsets[chunk->rows];
    }
    column->list_offsets = offsets;
    return true;
}

static cstm_status
join_text_column(const struct join *join, struct table_column *column, cstm_error **error)
{
    bool *brings = memory_new_array(join->n_chunks, sizeof *brings);
    if (brings == NULL)
        return error_no_memory(error);
    for (size_t i = 0; i < join->n_chunks; i++)
        brings[i] = brings_texts(join, i);
    cstm_status status = CSTM_OK;
    if (!join_texts(join, brings, column) ||
        (column->type == CSTM_TYPE_STRINGS && !join_lists(join, column)))
        status = error_no_memory(error);
    if (status == CSTM_OK && chunk_column(join, 0)->codes != NULL)
        status = join_codes(join, brings, column, error);
    memory_free(brings);
    return status;
}

static cstm_status
join_column(const struct join *join, int64_t rows, struct table_column *column, cstm_error **error)
{
    const struct table_column *first = chunk_column(join, 0);
    memset(column, 0, sizeof *column);
    column->type = first->type;
    column->rows = rows;
    memcpy(column->currency, first->currency, sizeof column->currency);
    column->exponent = first->exponent;
    column->civil = first->civil;
    column->name = memory_copy(first->name, strlen(first->name));
    column->owner = owner_new();
    if (column->name == NULL || column->owner == NULL || !join_valid(join, column))
        return error_no_memory(error);
    if (column->type == CSTM_TYPE_STRING || column->type == CSTM_TYPE_STRINGS)
        return join_text_column(join, column, error);
    return join_values(join, column) ? CSTM_OK : error_no_memory(error);
}

cstm_status
arrow_join(cstm_table *const *chunks, size_t n_chunks, cstm_table **table, cstm_error **error)
{
    int64_t rows = 0;
    for (size_t i = 0; i < n_chunks; i++)
        rows += chunks[i]->rows;
    cstm_table *made = table_create();
    if (made == NULL)
        return error_no_memory(error);
    cstm_status status = CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < chunks[0]->n_columns; i++) {
        struct join join = {chunks, n_chunks, i};
        struct table_column column;
        status = join_column(&join, rows, &column, error);
        if (status == CSTM_OK)
            status = table_append(made, &column, error);
        if (status != CSTM_OK)
            column_clear(&column);
    }
    if (status != CSTM_OK) {
        cstm_table_free(made);
        return status;
    }
    made->rows = rows;
    *table = made;
    return CSTM_OK;
}
