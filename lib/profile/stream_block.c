/* Blocks of a stream. The least of the keys that inputs have come to is the first customer of whom
 * more may follow: all before are whole. Of these a block takes so many as make up some rows, makes
 * a batch of them and runs it; where customers are no input of their own, they are the keys that
 * the others have. */
#include "profile/stream.h"

#include "table/owner.h"

#include <string.h>

/* --- beginning --- */

/* The column of customers where no input has them. */
static cstm_status
keys_as_table(const struct cstm_stream *stream, int64_t n, int64_t *numbers, int64_t *offsets,
              char *bytes, cstm_table **table, cstm_error **error)
{
    const char *name = stream->batch.strategy->schema.entities[0].name;
    struct table_column column = {.type = stream->key_type, .rows = n, .owner = owner_new()};
    cstm_table *made = table_create();
    column.name = memory_copy(name, strlen(name));
    bool done = made != NULL && column.owner != NULL && column.name != NULL;
    bool kept[3] = {numbers == NULL, offsets == NULL, bytes == NULL};
    if (done && numbers != NULL)
        kept[0] = owner_take(column.owner, numbers);
    if (done && offsets != NULL)
        kept[1] = owner_take(column.owner, offsets);
    if (done && bytes != NULL)
        kept[2] = owner_take(column.owner, bytes);
    done = done && kept[0] && kept[1] && kept[2];
    column.as.int64s = numbers;
    column.offsets = offsets;
    column.bytes = bytes;
    cstm_status status = done ? table_append(made, &column, error) : error_no_memory(error);
    if (!kept[0])
        memory_free(numbers);
    if (!kept[1])
        memory_free(offsets);
    if (!kept[2])
        memory_free(bytes);
    if (status != CSTM_OK) {
        column_clear(&column);
        cstm_table_free(made);
        return status;
    }
    *table = made;
    return CSTM_OK;
}

/* Keys one after the other. */
struct key_list {
    int64_t n;
    int64_t *numbers, *offsets; /* one of them */
    size_t number_capacity, offset_capacity, byte_capacity;
    char *bytes;
    bool texts;
};

static bool
list_add(struct key_list *list, const struct stream_key *key)
{
    if (!list->texts) {
        if (!memory_reserve(&list->numbers, &list->number_capacity, (size_t) list->n + 1,
                            sizeof *list->numbers))
            return false;
        list->numbers[list->n++] = key->number;
        return true;
    }
    size_t used = list->n == 0 ? 0 : (size_t) list->offsets[list->n];
    if (!memory_reserve(&list->offsets, &list->offset_capacity, (size_t) list->n + 2,
                        sizeof *list->offsets) ||
        !memory_reserve(&list->bytes, &list->byte_capacity, used + key->text.size + 1, 1))
        return false;
    if (list->n == 0)
        list->offsets[0] = 0;
    if (key->text.size > 0)
        memcpy(list->bytes + used, key->text.bytes, key->text.size);
    list->offsets[++list->n] = (int64_t) (used + key->text.size);
    return true;
}

/* The first row from `row` on that has a key. */
static int64_t
next_there(const struct table_column *column, int64_t row)
{
    while (row < column->rows && !column_is_valid(column, row))
        row++;
    return row;
}

/* The first row behind those of the key. */
static int64_t
next_key(const struct table_column *column, int64_t row, const struct stream_key *key)
{
    if (column->type == CSTM_TYPE_INT && column->valid == NULL) {
        while (row < column->rows && column->as.int64s[row] == key->number)
            row++;
        return row;
    }
    for (row = next_there(column, row); row < column->rows; row = next_there(column, row + 1)) {
        struct stream_key other = stream_key_at(column, row);
        if (stream_key_order(&other, key, column->type) != 0)
            break;
    }
    return row;
}

/* The keys that the tables have. at: a row of each, all 0. */
static cstm_status
list_customers(const struct cstm_stream *stream, cstm_table *const *tables, int64_t *at,
               cstm_table **customers, cstm_error **error)
{
    struct key_list list = {.texts = stream->key_type == CSTM_TYPE_STRING};
    for (;;) {
        struct stream_key least;
        bool any = false;
        for (size_t i = 0; i < stream->n_inputs; i++) {
            const struct table_column *column = &tables[i]->columns[stream->inputs[i].key];
            at[i] = next_there(column, at[i]);
            if (at[i] == column->rows)
                continue;
            struct stream_key key = stream_key_at(column, at[i]);
            if (!any || stream_key_order(&key, &least, stream->key_type) < 0)
                least = key;
            any = true;
        }
        if (!any)
            break;
        if (!list_add(&list, &least)) {
            memory_free(list.numbers);
            memory_free(list.offsets);
            memory_free(list.bytes);
            return error_no_memory(error);
        }
        for (size_t i = 0; i < stream->n_inputs; i++)
            at[i] = next_key(&tables[i]->columns[stream->inputs[i].key], at[i], &least);
    }
    if (list.texts && list.offsets == NULL)
        list.offsets = memory_new_array(1, sizeof *list.offsets);
    if (list.texts && list.offsets == NULL)
        return error_no_memory(error);
    return keys_as_table(stream, list.n, list.numbers, list.offsets, list.bytes, customers, error);
}

/* --- running --- */

/* The tables of a block into the batch: customers (nullable) first, then input by input. */
static cstm_status
bind_tables(const struct cstm_stream *stream, struct cstm_batch *batch, cstm_table *customers,
            cstm_table *const *tables, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    batch_empty(batch);
    if (customers != NULL)
        status = batch_bind(batch, SOURCE_ENTITIES, 0, customers, error);
    for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++)
        status = batch_bind(batch, stream->inputs[i].kind, stream->inputs[i].what, tables[i],
                            error);
    return status;
}

static cstm_status
run_tables(struct cstm_stream *stream, cstm_table *customers, cstm_table *const *tables,
           cstm_table **table, cstm_error **error)
{
    cstm_result *result = NULL;
    cstm_status status = bind_tables(stream, &stream->batch, customers, tables, error);
    if (status == CSTM_OK)
        status = batch_prepare(&stream->batch, error);
    if (status == CSTM_OK)
        status = stream->dates != NULL ? run_dates(&stream->batch, stream->dates, &result, error)
                                       : run_at(&stream->batch, stream->as_of, &result, error);
    batch_empty(&stream->batch);
    if (status != CSTM_OK)
        return status;
    *table = result->tables[stream->kind];
    result->tables[stream->kind] = NULL;
    cstm_result_free(result);
    return CSTM_OK;
}

/* The first n[i] pending rows of every input. */
static cstm_status
run_rows(struct cstm_stream *stream, const int64_t *n, cstm_table **table, cstm_error **error)
{
    cstm_table **tables = memory_new_array(stream->n_inputs, sizeof *tables), *customers = NULL;
    int64_t *at = memory_new_array(stream->n_inputs, sizeof *at);
    size_t first = stream->customers ? 0 : 1;
    cstm_status status = tables == NULL || at == NULL ? error_no_memory(error) : CSTM_OK;
    for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++) {
        stream->base[first + i] = stream->inputs[i].first;
        status = input_take(&stream->inputs[i], n[i], &tables[i], error);
    }
    if (status == CSTM_OK && !stream->customers)
        status = list_customers(stream, tables, at, &customers, error);
    for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++)
        input_drop_key(&stream->inputs[i], tables[i]);
    if (status == CSTM_OK)
        status = run_tables(stream, customers, tables, table, error);
    for (size_t i = 0; tables != NULL && i < stream->n_inputs; i++)
        cstm_table_free(tables[i]);
    cstm_table_free(customers);
    memory_free(tables);
    memory_free(at);
    return status;
}

/* What stays as it is from block to block. */
static cstm_status
make_names(struct cstm_stream *stream, cstm_error **error)
{
    cstm_table **tables = memory_new_array(stream->n_inputs, sizeof *tables), *customers = NULL;
    int64_t *at = memory_new_array(stream->n_inputs, sizeof *at);
    cstm_status status = tables == NULL || at == NULL ? error_no_memory(error) : CSTM_OK;
    for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++)
        status = input_take(&stream->inputs[i], 0, &tables[i], error);
    if (status == CSTM_OK && !stream->customers)
        status = list_customers(stream, tables, at, &customers, error);
    for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++)
        input_drop_key(&stream->inputs[i], tables[i]);
    if (status == CSTM_OK)
        status = bind_tables(stream, &stream->names, customers, tables, error);
    for (size_t i = 0; tables != NULL && i < stream->n_inputs; i++)
        cstm_table_free(tables[i]);
    cstm_table_free(customers);
    memory_free(tables);
    memory_free(at);
    return status;
}

static cstm_status
begin_inputs(struct cstm_stream *stream, cstm_error **error)
{
    const struct schema *schema = &stream->batch.strategy->schema;
    cstm_status status = CSTM_OK;
    for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++) {
        struct stream_input *input = &stream->inputs[i];
        status = input_begin(input, schema, &stream->code, error);
        if (status != CSTM_OK)
            return status;
        cstm_type type = input->empty->columns[input->key].type;
        if (i == 0)
            stream->key_type = type;
        if (type != stream->key_type) {
            const char *name = schema->entities[0].name;
            error_set(error, CSTM_ERROR_TYPE,
                      "column '%s' is string in one stream and int in another", name);
            error_at_field(error, name);
            return CSTM_ERROR_TYPE;
        }
        stream->customers =
            stream->customers || (input->kind == SOURCE_ENTITIES && input->what == 0);
    }
    return status;
}

cstm_status
stream_begin(struct cstm_stream *stream, cstm_error **error)
{
    const cstm_strategy *strategy = stream->batch.strategy;
    if (stream->begun)
        return CSTM_OK;
    stream->begun = true;
    if (stream->n_inputs == 0)
        return error_set(error, CSTM_ERROR_MISSING, "the stream was given nothing to read");
    cstm_status status = begin_inputs(stream, error);
    if (status != CSTM_OK)
        return status;
    size_t sources = stream->n_inputs + 1;
    stream->base = memory_new_array(sources, sizeof *stream->base);
    stream->tally.errors = memory_new_array((size_t) writer_items(strategy) * STATUS_LIMIT,
                                            sizeof *stream->tally.errors);
    stream->tally.counts =
        memory_new_array(counts_size(&strategy->schema), sizeof *stream->tally.counts);
    int64_t *n = memory_new_array(sources, sizeof *n);
    if (stream->base == NULL || stream->tally.errors == NULL || stream->tally.counts == NULL ||
        n == NULL) {
        memory_free(n);
        return error_no_memory(error);
    }
    stream->base[0] = -1;
    stream->tally.base = stream->base;
    stream->tally.most = STREAM_REJECTED;
    stream->batch.tally = &stream->tally;
    stream->names.tally = &stream->tally;
    stream->batch.plain_keys = true;
    status = make_names(stream, error);
    if (status == CSTM_OK)
        status = run_rows(stream, n, &stream->shape, error);
    memory_free(n);
    if (status == CSTM_OK && stream->shape == NULL)
        return error_set(error, CSTM_ERROR_MISSING, "the stream was given no input of %s",
                         strategy->schema.entities[stream->kind].name);
    return status;
}

/* --- which rows --- */

/* The customer up to whom every input has been read, if there may be more; the least rows that a
 * block of those before would have. */
static bool
find_frontier(const struct cstm_stream *stream, size_t *input, struct stream_key *key,
              int64_t *rows)
{
    bool any = false;
    *rows = 0;
    for (size_t i = 0; i < stream->n_inputs; i++) {
        const struct stream_input *other = &stream->inputs[i];
        if (other->ended)
            continue;
        if (!any || stream_key_order(&other->last, key, stream->key_type) < 0) {
            *key = other->last;
            *input = i;
        }
        any = true;
    }
    for (size_t i = 0; any && i < stream->n_inputs; i++)
        *rows += input_rows_below(&stream->inputs[i], key, false);
    return any;
}

/* Reads on until there is enough for a block. *bounded: customers from `key` on are not whole. */
static cstm_status
read_inputs(struct cstm_stream *stream, struct stream_key *key, bool *bounded, cstm_error **error)
{
    const struct schema *schema = &stream->batch.strategy->schema;
    for (;;) {
        cstm_status status = CSTM_OK;
        for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++) {
            struct stream_input *input = &stream->inputs[i];
            while (status == CSTM_OK && !input->ended && !input->any)
                status = input_pull(input, schema, &stream->code, error);
        }
        size_t least = 0;
        int64_t rows;
        if (status != CSTM_OK)
            return status;
        *bounded = find_frontier(stream, &least, key, &rows);
        if (!*bounded || rows >= stream->rows)
            return CSTM_OK;
        status = input_pull(&stream->inputs[least], schema, &stream->code, error);
        if (status != CSTM_OK)
            return status;
    }
}

/* The first customer of those that are left. */
static bool
first_customer(const struct cstm_stream *stream, struct stream_key *first)
{
    bool any = false;
    for (size_t i = 0; i < stream->n_inputs; i++) {
        struct stream_key key;
        if (!input_key(&stream->inputs[i], 0, &key))
            continue;
        if (!any || stream_key_order(&key, first, stream->key_type) < 0)
            *first = key;
        any = true;
    }
    return any;
}

/* Not more rows of an input than a block aims at, but where one customer has more. */
static void
bound_rows(const struct cstm_stream *stream, struct stream_key *key, bool *bounded)
{
    struct stream_key first, cut;
    if (!first_customer(stream, &first))
        return;
    for (size_t i = 0; i < stream->n_inputs; i++) {
        const struct stream_input *input = &stream->inputs[i];
        if (input->pending <= stream->rows || !input_key(input, stream->rows, &cut))
            continue;
        if (stream_key_order(&cut, &first, stream->key_type) <= 0 &&
            !input_key(input, input_rows_below(input, &first, true), &cut))
            continue;
        if (!*bounded || stream_key_order(&cut, key, stream->key_type) < 0)
            *key = cut;
        *bounded = true;
    }
}

cstm_status
stream_block(struct cstm_stream *stream, cstm_table **table, cstm_error **error)
{
    *table = NULL;
    int64_t *n = memory_new_array(stream->n_inputs, sizeof *n);
    cstm_status status = n == NULL ? error_no_memory(error) : CSTM_OK;
    while (status == CSTM_OK) {
        struct stream_key key;
        bool bounded;
        int64_t rows = 0;
        status = read_inputs(stream, &key, &bounded, error);
        if (status != CSTM_OK)
            break;
        bound_rows(stream, &key, &bounded);
        for (size_t i = 0; i < stream->n_inputs; i++) {
            n[i] = bounded ? input_rows_below(&stream->inputs[i], &key, false)
                           : stream->inputs[i].pending;
            rows += n[i];
        }
        if (rows == 0) /* all inputs have ended */
            break;
        status = run_rows(stream, n, table, error);
        for (size_t i = 0; status == CSTM_OK && i < stream->n_inputs; i++)
            input_drop(&stream->inputs[i], n[i]);
        if (status != CSTM_OK || (*table)->rows > 0)
            break;
        cstm_table_free(*table);
        *table = NULL;
    }
    memory_free(n);
    return status;
}
