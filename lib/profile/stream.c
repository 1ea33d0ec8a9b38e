/* A stream as its caller sees it: inputs are added, then tables are asked for one by one, or an
 * ArrowArrayStream asks. Both are one state: it is freed with the last of them, and inputs are
 * released as soon as they have ended or nobody can ask any more. */
#include "profile/stream.h"

#include <errno.h>
#include <string.h>

static void
close_inputs(struct cstm_stream *stream)
{
    for (size_t i = 0; i < stream->n_inputs; i++)
        input_clear(&stream->inputs[i]);
    stream->n_inputs = 0;
}

static void
stream_unref(struct cstm_stream *stream)
{
    if (atomic_fetch_sub(&stream->references, 1) != 1)
        return;
    close_inputs(stream);
    batch_clear(&stream->batch);
    batch_clear(&stream->names);
    cstm_table_free(stream->dates);
    cstm_table_free(stream->shape);
    memory_free(stream->inputs);
    memory_free(stream->base);
    memory_free(stream->tally.errors);
    memory_free(stream->tally.counts);
    memory_free(stream->tally.first.items);
    memory_free(stream);
}

static cstm_status
copy_settings(const struct cstm_batch *from, struct cstm_stream *stream, cstm_error **error)
{
    cstm_status status = batch_init(&stream->batch, from->strategy, error);
    if (status == CSTM_OK)
        status = batch_init(&stream->names, from->strategy, error);
    if (status != CSTM_OK)
        return status;
    memcpy(stream->batch.observed_from, from->observed_from,
           (size_t) from->strategy->schema.n_events * sizeof *from->observed_from);
    memcpy(stream->batch.observed_until, from->observed_until,
           (size_t) from->strategy->schema.n_events * sizeof *from->observed_until);
    stream->batch.parts = from->parts;
    stream->batch.n_threads = from->n_threads;
    stream->batch.submit = from->submit;
    stream->batch.wait = from->wait;
    stream->batch.executor_data = from->executor_data;
    stream->batch.cancel = from->cancel;
    return CSTM_OK;
}

cstm_status
cstm_stream_new(const cstm_batch *batch, int32_t kind, int64_t as_of, const cstm_table *dates,
                cstm_stream **stream, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(batch, HANDLE_BATCH))
        return error_misuse(error, "batch is NULL or not a batch");
    if (batch->n_sources > 0)
        return error_misuse(error, "batch was given tables, which a stream would not read");
    if (kind < 0 || kind >= batch->strategy->schema.n_entities)
        return error_misuse(error, "kind is not an entity of the strategy");
    if (dates != NULL && !handle_is(dates, HANDLE_TABLE))
        return error_misuse(error, "dates is not a table");
    if (stream == NULL)
        return error_misuse(error, "stream is NULL");
    if (dates == NULL && !instant_is_legal_in(batch->strategy->schema.zone, as_of))
        return error_set(error, CSTM_ERROR_RANGE, "as_of lies outside the years 1 to 9999");
    const char *name = batch->strategy->schema.entities[0].name;
    if (dates != NULL && table_find(dates, name) != NULL) {
        error_set(error, CSTM_ERROR_UNSUPPORTED,
                  "table of dates: column '%s': a stream asks every date of every customer", name);
        error_at_field(error, name);
        return CSTM_ERROR_UNSUPPORTED;
    }
    struct cstm_stream *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_STREAM;
    made->references = 1;
    made->kind = kind;
    made->rows = STREAM_ROWS;
    made->as_of = as_of;
    cstm_status status = copy_settings(batch, made, error);
    if (status == CSTM_OK && dates != NULL) {
        made->dates = table_slice(dates, 0, dates->rows);
        status = made->dates == NULL ? error_no_memory(error) : CSTM_OK;
    }
    if (status != CSTM_OK) {
        stream_unref(made);
        return status;
    }
    *stream = made;
    return CSTM_OK;
}

void
cstm_stream_free(cstm_stream *stream)
{
    if (!handle_is(stream, HANDLE_STREAM))
        return;
    stream->handle.tag = HANDLE_FREED;
    stream_unref(stream);
}

static cstm_status
check_stream(const cstm_stream *stream, cstm_error **error)
{
    error_clear(error);
    return handle_is(stream, HANDLE_STREAM)
               ? CSTM_OK
               : error_misuse(error, "stream is NULL or not a stream");
}

cstm_status
cstm_stream_set_rows(cstm_stream *stream, int64_t rows, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    if (stream->begun)
        return error_misuse(error, "the stream has begun");
    if (rows < 1 || rows > STREAM_ROWS_MOST)
        return error_set(error, CSTM_ERROR_RANGE, "rows lies outside 1 to 100,000,000");
    stream->rows = rows;
    return CSTM_OK;
}

/* --- inputs --- */

static cstm_status
check_input(const cstm_stream *stream, int32_t source, int32_t index, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    const struct schema *schema = &stream->batch.strategy->schema;
    if (source != CSTM_SOURCE_ENTITIES && source != CSTM_SOURCE_ATTRIBUTES &&
        source != CSTM_SOURCE_EVENTS)
        return error_misuse(error, "source is none of CSTM_SOURCE_*");
    if (index < 0 ||
        index >= (source == CSTM_SOURCE_EVENTS ? schema->n_events : schema->n_entities))
        return error_misuse(error, source == CSTM_SOURCE_EVENTS
                                       ? "index is not an event kind of the strategy"
                                       : "index is not an entity of the strategy");
    if (stream->begun)
        return error_misuse(error, "the stream has begun");
    return CSTM_OK;
}

cstm_status
cstm_stream_add(cstm_stream *stream, int32_t source, int32_t index, struct ArrowArrayStream *input,
                cstm_error **error)
{
    cstm_status status = check_input(stream, source, index, error);
    if (status != CSTM_OK)
        return status;
    if (input == NULL || input->release == NULL)
        return error_misuse(error, "input is NULL or released");
    if (!memory_reserve(&stream->inputs, &stream->input_capacity, stream->n_inputs + 1,
                        sizeof *stream->inputs))
        return error_no_memory(error);
    stream->inputs[stream->n_inputs++] = (struct stream_input){
        .stream = *input, .kind = (enum source_kind) source, .what = index};
    input->release = NULL;
    return CSTM_OK;
}

cstm_status
cstm_stream_declare_money(cstm_stream *stream, int32_t source, int32_t index, const char *column,
                          const char *currency, int32_t how, cstm_error **error)
{
    cstm_status status = check_input(stream, source, index, error);
    if (status != CSTM_OK)
        return status;
    if (column == NULL || currency == NULL)
        return error_misuse(error, column == NULL ? "column is NULL" : "currency is NULL");
    if (how != CSTM_MONEY_MINOR && how != CSTM_MONEY_MAJOR && how != CSTM_MONEY_DOUBLE)
        return error_misuse(
            error, "how is not one of CSTM_MONEY_MINOR, CSTM_MONEY_MAJOR, CSTM_MONEY_DOUBLE");
    struct stream_input *input = NULL;
    for (size_t i = 0; i < stream->n_inputs; i++)
        if (stream->inputs[i].kind == (enum source_kind) source && stream->inputs[i].what == index)
            input = &stream->inputs[i];
    if (input == NULL)
        return error_misuse(error, "the stream was not given that input");
    if (strlen(currency) != 3)
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%.16s'", currency);
    if (!memory_reserve(&input->money, &input->money_capacity, input->n_money + 1,
                        sizeof *input->money))
        return error_no_memory(error);
    struct stream_money *money = &input->money[input->n_money];
    money->column = memory_copy(column, strlen(column));
    if (money->column == NULL)
        return error_no_memory(error);
    memcpy(money->currency, currency, 4);
    money->how = how;
    input->n_money++;
    return CSTM_OK;
}

/* --- tables out --- */

/* Keeps why nothing more will come. */
static cstm_status
fail(struct cstm_stream *stream, cstm_status status, const cstm_error *error)
{
    stream->failed = status;
    if (stream->code == 0)
        stream->code = status == CSTM_ERROR_NO_MEMORY   ? ENOMEM
                       : status == CSTM_ERROR_CANCELLED ? ECANCELED
                                                        : EINVAL;
    const char *message = error != NULL ? cstm_error_message(error) : cstm_status_name(status);
    strncpy(stream->message, message, sizeof stream->message - 1);
    close_inputs(stream);
    return status;
}

/* The next table of any rows; NULL after the last. */
static cstm_status
next_table(struct cstm_stream *stream, cstm_table **table, cstm_error **error)
{
    cstm_error *own = NULL;
    *table = NULL;
    if (stream->failed != CSTM_OK)
        return error_set(error, stream->failed, "%s", stream->message);
    if (stream->ended)
        return CSTM_OK;
    cstm_status status = stream_begin(stream, &own);
    if (status == CSTM_OK)
        status = stream_block(stream, table, &own);
    if (status != CSTM_OK) {
        (void) fail(stream, status, own);
        if (error != NULL)
            *error = own;
        else
            cstm_error_free(own);
        return status;
    }
    if (*table == NULL) {
        stream->ended = true;
        close_inputs(stream);
    }
    return CSTM_OK;
}

cstm_status
cstm_stream_next(cstm_stream *stream, cstm_table **table, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    if (stream->exported)
        return error_misuse(error, "the stream was exported: its rows come out there");
    cstm_table *made;
    status = next_table(stream, &made, error);
    if (status == CSTM_OK)
        *table = made;
    return status;
}

/* --- as an ArrowArrayStream --- */

static int
outgoing_schema(struct ArrowArrayStream *out, struct ArrowSchema *schema)
{
    struct cstm_stream *stream = out->private_data;
    cstm_error *error = NULL;
    cstm_status status = stream->failed;
    if (status == CSTM_OK) {
        status = stream_begin(stream, &error);
        if (status != CSTM_OK)
            (void) fail(stream, status, error);
        cstm_error_free(error);
    }
    if (status != CSTM_OK)
        return stream->code;
    return arrow_write_schema(stream->shape, schema) ? 0 : ENOMEM;
}

static int
outgoing_next(struct ArrowArrayStream *out, struct ArrowArray *array)
{
    struct cstm_stream *stream = out->private_data;
    cstm_table *table = NULL;
    memset(array, 0, sizeof *array);
    if (next_table(stream, &table, NULL) != CSTM_OK)
        return stream->code;
    if (table == NULL)
        return 0;
    bool done = arrow_write_array(table, array);
    cstm_table_free(table);
    if (done)
        return 0;
    (void) fail(stream, CSTM_ERROR_NO_MEMORY, NULL);
    return ENOMEM;
}

static const char *
outgoing_error(struct ArrowArrayStream *out)
{
    const struct cstm_stream *stream = out->private_data;
    return stream->failed == CSTM_OK ? "out of memory" : stream->message;
}

static void
outgoing_release(struct ArrowArrayStream *out)
{
    struct cstm_stream *stream = out->private_data;
    out->release = NULL;
    out->private_data = NULL;
    close_inputs(stream);
    stream->ended = true;
    stream_unref(stream);
}

cstm_status
cstm_stream_export(cstm_stream *stream, struct ArrowArrayStream *out, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    if (out == NULL)
        return error_misuse(error, "out is NULL");
    if (stream->exported)
        return error_misuse(error, "the stream was exported before");
    stream->exported = true;
    atomic_fetch_add(&stream->references, 1);
    *out = (struct ArrowArrayStream){outgoing_schema, outgoing_next, outgoing_error,
                                     outgoing_release, stream};
    return CSTM_OK;
}

/* --- what else there is to tell --- */

/* A result of nothing but what was counted. */
static cstm_status
told_result(const struct cstm_stream *stream, struct cstm_result **result, cstm_error **error)
{
    struct run run = {.batch = &stream->batch, .as_of = stream->as_of};
    struct portfolio portfolio = {.members = NULL};
    struct members none = {.n = 0};
    portfolio.members = &none;
    run.portfolio = &portfolio;
    return run_result(&run, result, error);
}

cstm_status
cstm_stream_rejected(const cstm_stream *stream, cstm_table **table, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    struct cstm_result *told = NULL;
    struct rejections list = {.items = NULL};
    status = told_result(stream, &told, error);
    if (status == CSTM_OK && stream->tally.first.n > 0) {
        list = stream->tally.first;
        list.items = memory_copy(list.items, list.n * sizeof *list.items);
        status = list.items == NULL ? error_no_memory(error) : CSTM_OK;
    }
    if (status == CSTM_OK)
        status = result_rejected(told, &stream->names, &list, error);
    if (status == CSTM_OK) {
        *table = told->rejected;
        told->rejected = NULL;
    }
    memory_free(list.items);
    cstm_result_free(told);
    return status;
}

cstm_status
cstm_stream_errors(const cstm_stream *stream, cstm_table **table, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    const cstm_strategy *strategy = stream->batch.strategy;
    size_t items = (size_t) writer_items(strategy) * STATUS_LIMIT;
    int64_t *none = stream->tally.errors == NULL ? memory_new_array(items, sizeof *none) : NULL;
    const int64_t *errors = stream->tally.errors == NULL ? none : stream->tally.errors;
    struct cstm_result *told = NULL;
    status = errors == NULL ? error_no_memory(error) : told_result(stream, &told, error);
    if (status == CSTM_OK)
        status = result_errors(told, errors, error);
    if (status == CSTM_OK) {
        *table = told->errors;
        told->errors = NULL;
    }
    memory_free(none);
    cstm_result_free(told);
    return status;
}

cstm_status
cstm_stream_report(const cstm_stream *stream, cstm_table **table, cstm_error **error)
{
    cstm_status status = check_stream(stream, error);
    if (status != CSTM_OK)
        return status;
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    size_t size = counts_size(&stream->batch.strategy->schema);
    int64_t *none = stream->tally.counts == NULL ? memory_new_array(size, sizeof *none) : NULL;
    const int64_t *counts = stream->tally.counts == NULL ? none : stream->tally.counts;
    struct cstm_result *told = NULL;
    status = counts == NULL ? error_no_memory(error) : told_result(stream, &told, error);
    if (status == CSTM_OK)
        status = result_report(told, &stream->names, counts, error);
    if (status == CSTM_OK) {
        *table = told->report;
        told->report = NULL;
    }
    memory_free(none);
    cstm_result_free(told);
    return status;
}
