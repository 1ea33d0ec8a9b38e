/* Columns of results, written in place; see builder.h. The table owns each column from the start,
 * so a failure half way frees all of them at once, and the pointers stay good while more columns
 * are added. */
#include "table/builder.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/money.h"
#include "table/owner.h"

#include <string.h>

cstm_status
builder_start(struct builder *builder, int64_t rows, cstm_error **error)
{
    memset(builder, 0, sizeof *builder);
    builder->rows = rows;
    builder->table = table_create();
    return builder->table != NULL ? CSTM_OK : error_no_memory(error);
}

static void
builder_failed(struct builder *builder, cstm_status status, cstm_error *error)
{
    if (builder->status != CSTM_OK) {
        cstm_error_free(error);
        return;
    }
    builder->status = status;
    builder->error = error;
}

static void
builder_out_of_memory(struct builder *builder)
{
    cstm_error *error = NULL;
    cstm_status status = error_no_memory(&error); /* first: arguments are evaluated in any order */
    builder_failed(builder, status, error);
}

static bool
column_start(struct builder *builder, const char *name, cstm_type type, struct table_column *column)
{
    memset(column, 0, sizeof *column);
    column->type = type;
    column->rows = builder->rows;
    column->name = memory_copy(name, strlen(name));
    column->owner = owner_new();
    if (column->name != NULL && column->owner != NULL)
        return true;
    column_clear(column);
    builder_out_of_memory(builder);
    return false;
}

static bool
column_end(struct builder *builder, struct table_column *column)
{
    cstm_error *error = NULL;
    cstm_status status = table_append(builder->table, column, &error);
    if (status == CSTM_OK)
        return true;
    column_clear(column);
    builder_failed(builder, status, error);
    return false;
}

static bool
column_valid(struct table_column *column, uint8_t **valid)
{
    if (valid == NULL)
        return true;
    *valid = owner_block(column->owner, (size_t) column->rows, 1);
    column->valid = *valid;
    return *valid != NULL;
}

/* A column of fixed-width values; NULL after a failure. */
static void *
builder_values(struct builder *builder, const char *name, cstm_type type, size_t size,
               const struct currency *currency, uint8_t **valid)
{
    struct table_column column;
    if (!column_start(builder, name, type, &column))
        return NULL;
    void *values = owner_block(column.owner, (size_t) column.rows, size);
    if (values == NULL || !column_valid(&column, valid)) {
        column_clear(&column);
        builder_out_of_memory(builder);
        return NULL;
    }
    column.as.bools = values;
    if (currency != NULL) {
        memcpy(column.currency, currency->code, sizeof currency->code);
        column.exponent = currency->exponent;
    }
    return column_end(builder, &column) ? values : NULL;
}

uint8_t *
builder_bools(struct builder *builder, const char *name, uint8_t **valid)
{
    return builder_values(builder, name, CSTM_TYPE_BOOL, 1, NULL, valid);
}

int64_t *
builder_int64s(struct builder *builder, const char *name, uint8_t **valid)
{
    return builder_values(builder, name, CSTM_TYPE_INT, sizeof(int64_t), NULL, valid);
}

double *
builder_doubles(struct builder *builder, const char *name, uint8_t **valid)
{
    return builder_values(builder, name, CSTM_TYPE_DOUBLE, sizeof(double), NULL, valid);
}

int32_t *
builder_days(struct builder *builder, const char *name, uint8_t **valid)
{
    return builder_values(builder, name, CSTM_TYPE_DATE, sizeof(int32_t), NULL, valid);
}

int64_t *
builder_instants(struct builder *builder, const char *name, uint8_t **valid)
{
    return builder_values(builder, name, CSTM_TYPE_TIMESTAMP, sizeof(int64_t), NULL, valid);
}

int64_t *
builder_money(struct builder *builder, const char *name, const char *currency, uint8_t **valid)
{
    const struct currency *found = currency_find(currency, strlen(currency));
    if (found == NULL) {
        cstm_error *error = NULL;
        error_set(&error, CSTM_ERROR_UNKNOWN, "unknown currency '%.16s'", currency);
        builder_failed(builder, CSTM_ERROR_UNKNOWN, error);
        return NULL;
    }
    return builder_values(builder, name, CSTM_TYPE_MONEY, sizeof(int64_t), found, valid);
}

/* The words as the dictionary of a column. One entry at least, so that code 0 of a missing cell
 * leads to a text. */
static bool
column_words(struct table_column *column, const char *const *words, int32_t n_words)
{
    size_t size = 0;
    for (int32_t i = 0; i < n_words; i++)
        size += strlen(words[i]);
    size_t entries = n_words > 0 ? (size_t) n_words : 1;
    int64_t *offsets = owner_block(column->owner, entries + 1, sizeof *offsets);
    char *bytes = owner_block(column->owner, size, 1);
    if (offsets == NULL || bytes == NULL)
        return false;
    size_t at = 0;
    for (int32_t i = 0; i < n_words; i++) {
        size_t length = strlen(words[i]);
        memcpy(bytes + at, words[i], length);
        at += length;
        offsets[i + 1] = (int64_t) at;
    }
    column->offsets = offsets;
    column->bytes = bytes;
    column->dictionary_size = n_words;
    return true;
}

static int32_t *
builder_coded(struct builder *builder, struct table_column *column, const char *const *words,
              int32_t n_words, int64_t n_codes, uint8_t **valid)
{
    int32_t *codes = owner_block(column->owner, (size_t) n_codes, sizeof *codes);
    column->codes = codes;
    if (codes == NULL || !column_words(column, words, n_words) || !column_valid(column, valid)) {
        column_clear(column);
        builder_out_of_memory(builder);
        return NULL;
    }
    return column_end(builder, column) ? codes : NULL;
}

int32_t *
builder_codes(struct builder *builder, const char *name, const char *const *words, int32_t n_words,
              uint8_t **valid)
{
    struct table_column column;
    if (!column_start(builder, name, CSTM_TYPE_STRING, &column))
        return NULL;
    return builder_coded(builder, &column, words, n_words, builder->rows, valid);
}

int32_t *
builder_code_lists(struct builder *builder, const char *name, const char *const *words,
                   int32_t n_words, int64_t n_codes, int64_t **list_offsets, uint8_t **valid)
{
    struct table_column column;
    if (!column_start(builder, name, CSTM_TYPE_STRINGS, &column))
        return NULL;
    *list_offsets = owner_block(column.owner, (size_t) builder->rows + 1, sizeof **list_offsets);
    column.list_offsets = *list_offsets;
    if (*list_offsets == NULL) {
        column_clear(&column);
        builder_out_of_memory(builder);
        return NULL;
    }
    return builder_coded(builder, &column, words, n_words, n_codes, valid);
}

/* The blocks become the owner's only when nothing can fail any more: a failed column leaves them
 * with the caller. */
static bool
builder_taken(struct builder *builder, struct table_column *column, const uint8_t *valid,
              void *const blocks[3])
{
    uint8_t *copy = NULL;
    if (valid != NULL && !column_valid(column, &copy)) {
        column_clear(column);
        builder_out_of_memory(builder);
        return false;
    }
    if (valid != NULL && column->rows > 0)
        memcpy(copy, valid, (size_t) column->rows);
    struct table_owner *owner = column->owner;
    if (!column_end(builder, column))
        return false;
    for (int32_t i = 0; i < 3; i++)
        if (blocks[i] != NULL)
            (void) owner_take(owner, blocks[i]); /* 4 of 8 places at most */
    return true;
}

bool
builder_texts(struct builder *builder, const char *name, int64_t *offsets, char *bytes,
              const uint8_t *valid)
{
    struct table_column column;
    if (!column_start(builder, name, CSTM_TYPE_STRING, &column))
        return false;
    column.offsets = offsets;
    column.bytes = bytes;
    return builder_taken(builder, &column, valid, (void *const[3]){offsets, bytes, NULL});
}

bool
builder_text_lists(struct builder *builder, const char *name, int64_t *list_offsets,
                   int64_t *offsets, char *bytes, const uint8_t *valid)
{
    struct table_column column;
    if (!column_start(builder, name, CSTM_TYPE_STRINGS, &column))
        return false;
    column.list_offsets = list_offsets;
    column.offsets = offsets;
    column.bytes = bytes;
    return builder_taken(builder, &column, valid, (void *const[3]){list_offsets, offsets, bytes});
}

bool
builder_share(struct builder *builder, const char *name, const struct table_column *column)
{
    struct table_column shared;
    if (!column_share(column, name, &shared)) {
        builder_out_of_memory(builder);
        return false;
    }
    return column_end(builder, &shared);
}

cstm_status
builder_end(struct builder *builder, cstm_table **table, cstm_error **error)
{
    if (builder->status != CSTM_OK)
        return builder_fail(builder, error);
    for (int32_t i = 0; i < builder->table->n_columns; i++) {
        struct table_column *column = &builder->table->columns[i];
        if (column->valid != NULL && memchr(column->valid, 0, (size_t) column->rows) == NULL)
            column->valid = NULL;
    }
    builder->table->rows = builder->rows;
    *table = builder->table;
    memset(builder, 0, sizeof *builder);
    return CSTM_OK;
}

cstm_status
builder_fail(struct builder *builder, cstm_error **error)
{
    cstm_status status = builder->status;
    cstm_table_free(builder->table);
    if (status == CSTM_OK)
        status = error_no_memory(error);
    else if (error != NULL)
        *error = builder->error;
    else
        cstm_error_free(builder->error);
    memset(builder, 0, sizeof *builder);
    return status;
}

void
builder_drop(struct builder *builder)
{
    cstm_table_free(builder->table);
    cstm_error_free(builder->error);
    memset(builder, 0, sizeof *builder);
}
