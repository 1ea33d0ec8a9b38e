/* One input of a stream: arrays become tables as they come, keys are seen to rise, and the rows in
 * front are handed on in pieces that share the arrays' memory. Rows without a key go with those
 * around them, to be listed as rejected there. */
#include "profile/stream.h"

#include <errno.h>
#include <string.h>

void
input_clear(struct stream_input *input)
{
    for (size_t i = 0; i < input->n_chunks; i++)
        cstm_table_free(input->chunks[i].table);
    for (size_t i = 0; i < input->n_money; i++)
        memory_free(input->money[i].column);
    if (input->schema.release != NULL)
        input->schema.release(&input->schema);
    if (input->stream.release != NULL)
        input->stream.release(&input->stream);
    cstm_table_free(input->empty);
    memory_free(input->fields.fields);
    memory_free(input->money);
    memory_free(input->chunks);
    memory_free(input->last_text);
    memset(input, 0, sizeof *input);
}

static const char *
input_name(const struct stream_input *input, const struct schema *schema)
{
    return input->kind == SOURCE_EVENTS ? schema->events[input->what].name
                                        : schema->entities[input->what].name;
}

/* What the stream itself says of its failure is its producer's to say. */
static cstm_status
stream_failed(struct stream_input *input, const struct schema *schema, int32_t failed,
              const char *what, int32_t *code, cstm_error **error)
{
    *code = failed;
    if (failed == ENOMEM)
        return error_no_memory(error);
    const char *said = input->stream.get_last_error == NULL
                           ? NULL
                           : input->stream.get_last_error(&input->stream);
    return error_set(error, CSTM_ERROR_IO, "the stream of %s failed to give %s (errno %d)%s%.300s",
                     input_name(input, schema), what, failed, said == NULL ? "" : ": ",
                     said == NULL ? "" : said);
}

static cstm_status
declare_money(const struct stream_input *input, cstm_table *table, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (size_t i = 0; status == CSTM_OK && i < input->n_money; i++)
        status = cstm_table_declare_money(table, input->money[i].column, input->money[i].currency,
                                          input->money[i].how, error);
    return status;
}

static cstm_status
find_key(struct stream_input *input, const struct schema *schema, cstm_error **error)
{
    const char *name = schema->entities[0].name;
    input->key = cstm_table_find(input->empty, name);
    if (input->key < 0) {
        error_set(error, CSTM_ERROR_MISSING,
                  "stream of %s: column '%s' is needed for the order and is not there",
                  input_name(input, schema), name);
        error_at_field(error, name);
        return CSTM_ERROR_MISSING;
    }
    cstm_type type = input->empty->columns[input->key].type;
    if (type != CSTM_TYPE_STRING && type != CSTM_TYPE_INT) {
        error_set(error, CSTM_ERROR_TYPE,
                  "stream of %s: column '%s' holds keys and is neither string nor int",
                  input_name(input, schema), name);
        error_at_field(error, name);
        return CSTM_ERROR_TYPE;
    }
    int32_t entity = input->kind == SOURCE_EVENTS ? schema->events[input->what].entity
                                                  : input->what;
    input->drops_key =
        entity != 0 && !(input->kind == SOURCE_ENTITIES && schema->entities[entity].parent == 0);
    return CSTM_OK;
}

cstm_status
input_begin(struct stream_input *input, const struct schema *schema, int32_t *code,
            cstm_error **error)
{
    int failed = input->stream.get_schema(&input->stream, &input->schema);
    if (failed != 0)
        return stream_failed(input, schema, failed, "its schema", code, error);
    if (input->schema.release == NULL)
        return error_set(error, CSTM_ERROR_CORRUPT, "the stream of %s gave a released schema",
                         input_name(input, schema));
    cstm_status status = arrow_read_schema(&input->schema, &input->fields, error);
    if (status == CSTM_OK)
        status = arrow_read_nothing(&input->fields, &input->empty, error);
    if (status == CSTM_OK)
        status = declare_money(input, input->empty, error);
    return status == CSTM_OK ? find_key(input, schema, error) : status;
}

/* --- order --- */

struct stream_key
stream_key_at(const struct table_column *column, int64_t row)
{
    struct stream_key key = {0, {"", 0}};
    if (column->type == CSTM_TYPE_INT)
        key.number = column->as.int64s[row];
    else
        key.text.bytes = column_text(column, row, &key.text.size);
    return key;
}

int
stream_key_order(const struct stream_key *a, const struct stream_key *b, cstm_type type)
{
    if (type == CSTM_TYPE_INT)
        return (a->number > b->number) - (a->number < b->number);
    size_t size = a->text.size < b->text.size ? a->text.size : b->text.size;
    int order = size == 0 ? 0 : memcmp(a->text.bytes, b->text.bytes, size);
    return order != 0 ? order : (a->text.size > b->text.size) - (a->text.size < b->text.size);
}

/* The first row whose key is below the one before it; -1: none is. */
static int64_t
find_fall(const struct stream_input *input, const struct table_column *column)
{
    struct stream_key last = input->last;
    bool any = input->any;
    int32_t code = -1;
    const int64_t *numbers = column->as.int64s;
    if (column->type == CSTM_TYPE_INT && column->valid == NULL) {
        int64_t before = any ? last.number : INT64_MIN;
        for (int64_t row = 0; row < column->rows; row++) {
            if (numbers[row] < before)
                return row;
            before = numbers[row];
        }
        return -1;
    }
    for (int64_t row = 0; row < column->rows; row++) {
        if (!column_is_valid(column, row))
            continue;
        if (column->codes != NULL && column->codes[row] == code)
            continue;
        code = column->codes != NULL ? column->codes[row] : -1;
        struct stream_key key = stream_key_at(column, row);
        if (any && stream_key_order(&key, &last, column->type) < 0)
            return row;
        last = key;
        any = true;
    }
    return -1;
}

/* Keeps the last key of a chunk, whose memory may go before it does. */
static bool
remember_last(struct stream_input *input, const struct table_column *column)
{
    int64_t row = column->rows - 1;
    while (row >= 0 && !column_is_valid(column, row))
        row--;
    if (row < 0)
        return true;
    struct stream_key key = stream_key_at(column, row);
    if (!memory_reserve(&input->last_text, &input->last_capacity, key.text.size + 1, 1))
        return false;
    if (key.text.size > 0)
        memcpy(input->last_text, key.text.bytes, key.text.size);
    key.text.bytes = input->last_text;
    input->last = key;
    input->any = true;
    return true;
}

static cstm_status
take_chunk(struct stream_input *input, const struct schema *schema, cstm_table *table,
           cstm_error **error)
{
    const struct table_column *column = &table->columns[input->key];
    int64_t fall = find_fall(input, column), row = input->first + input->pending;
    if (fall >= 0) {
        error_set(error, CSTM_ERROR_MISMATCH,
                  "stream of %s: row %lld is of a customer whose key is below that of the row before",
                  input_name(input, schema), (long long) (row + fall));
        error_at_row(error, row + fall);
        error_at_field(error, column->name);
        return CSTM_ERROR_MISMATCH;
    }
    if (!memory_reserve(&input->chunks, &input->chunk_capacity, input->n_chunks + 1,
                        sizeof *input->chunks) ||
        !remember_last(input, column))
        return error_no_memory(error);
    input->chunks[input->n_chunks++] = (struct stream_chunk){table, 0};
    input->pending += table->rows;
    return CSTM_OK;
}

cstm_status
input_pull(struct stream_input *input, const struct schema *schema, int32_t *code,
           cstm_error **error)
{
    struct ArrowArray array;
    memset(&array, 0, sizeof array);
    int failed = input->stream.get_next(&input->stream, &array);
    if (failed != 0)
        return stream_failed(input, schema, failed, "its next array", code, error);
    if (array.release == NULL) {
        input->ended = true;
        input->stream.release(&input->stream);
        memset(&input->stream, 0, sizeof input->stream);
        return CSTM_OK;
    }
    cstm_table *table = NULL;
    cstm_status status = arrow_take_array(&input->fields, &array, input->first + input->pending,
                                          &table, error);
    if (status != CSTM_OK) {
        array.release(&array);
        return status;
    }
    status = declare_money(input, table, error);
    if (status == CSTM_OK && table->rows > 0)
        status = take_chunk(input, schema, table, error);
    if (status != CSTM_OK || table->rows == 0)
        cstm_table_free(table);
    return status;
}

/* --- rows in front --- */

bool
input_key(const struct stream_input *input, int64_t i, struct stream_key *key)
{
    for (size_t c = 0; c < input->n_chunks; c++) {
        const struct stream_chunk *chunk = &input->chunks[c];
        const struct table_column *column = &chunk->table->columns[input->key];
        int64_t rows = chunk->table->rows - chunk->from;
        for (; i < rows; i++)
            if (column_is_valid(column, chunk->from + i)) {
                *key = stream_key_at(column, chunk->from + i);
                return true;
            }
        i -= rows;
    }
    return false;
}

/* Of one chunk, from the rows that are not done. */
static int64_t
chunk_rows_below(const struct stream_chunk *chunk, const struct table_column *column,
                 const struct stream_key *key, bool and_of)
{
    int64_t low = chunk->from, high = chunk->table->rows;
    int most = and_of ? 0 : -1;
    if (column->valid != NULL) {
        for (; low < high; low++) {
            if (column->valid[low] == 0)
                continue;
            struct stream_key other = stream_key_at(column, low);
            if (stream_key_order(&other, key, column->type) > most)
                break;
        }
        return low - chunk->from;
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        struct stream_key other = stream_key_at(column, middle);
        if (stream_key_order(&other, key, column->type) <= most)
            low = middle + 1;
        else
            high = middle;
    }
    return low - chunk->from;
}

int64_t
input_rows_below(const struct stream_input *input, const struct stream_key *key, bool and_of)
{
    int64_t n = 0;
    for (size_t c = 0; c < input->n_chunks; c++) {
        const struct stream_chunk *chunk = &input->chunks[c];
        const struct table_column *column = &chunk->table->columns[input->key];
        int64_t rows = chunk->table->rows - chunk->from,
                some = chunk_rows_below(chunk, column, key, and_of);
        n += some;
        if (some < rows)
            break;
    }
    return n;
}

void
input_drop_key(const struct stream_input *input, cstm_table *table)
{
    if (!input->drops_key)
        return;
    column_clear(&table->columns[input->key]);
    for (int32_t i = input->key; i + 1 < table->n_columns; i++)
        table->columns[i] = table->columns[i + 1];
    table->n_columns--;
}

cstm_status
input_take(const struct stream_input *input, int64_t n, cstm_table **table, cstm_error **error)
{
    cstm_table **slices = memory_new_array(input->n_chunks + 1, sizeof *slices);
    size_t count = 0;
    cstm_status status = slices == NULL ? error_no_memory(error) : CSTM_OK;
    for (size_t c = 0; status == CSTM_OK && c < input->n_chunks && n > 0; c++) {
        const struct stream_chunk *chunk = &input->chunks[c];
        int64_t rows = chunk->table->rows - chunk->from, some = n < rows ? n : rows;
        slices[count] = table_slice(chunk->table, chunk->from, some);
        if (slices[count] == NULL)
            status = error_no_memory(error);
        else
            count++;
        n -= some;
    }
    if (status == CSTM_OK && count == 0) {
        slices[0] = table_slice(input->empty, 0, 0);
        count = slices[0] != NULL;
        status = slices[0] == NULL ? error_no_memory(error) : CSTM_OK;
    }
    if (status == CSTM_OK && count == 1) {
        *table = slices[0];
        count = 0;
    } else if (status == CSTM_OK) {
        status = arrow_join(slices, count, table, error);
    }
    for (size_t i = 0; i < count; i++)
        cstm_table_free(slices[i]);
    memory_free(slices);
    return status;
}

void
input_drop(struct stream_input *input, int64_t n)
{
    size_t gone = 0;
    input->first += n;
    input->pending -= n;
    while (n > 0) {
        struct stream_chunk *chunk = &input->chunks[gone];
        int64_t rows = chunk->table->rows - chunk->from;
        if (n < rows) {
            chunk->from += n;
            break;
        }
        cstm_table_free(chunk->table);
        gone++;
        n -= rows;
    }
    for (size_t c = gone; c < input->n_chunks; c++)
        input->chunks[c - gone] = input->chunks[c];
    input->n_chunks -= gone;
}
