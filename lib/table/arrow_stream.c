/* Streams of Arrow arrays in and out. In: every array becomes a table, and several are joined
 * (arrow_join.c). Out: one array, made from a copy of the table's columns that shares their memory,
 * so that the table may go before the stream is read. */
#include "table/arrow.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/owner.h"

#include <errno.h>
#include <string.h>

struct chunks {
    cstm_table **tables;
    size_t count;
    size_t capacity;
    int64_t rows;
};

static void
chunks_clear(struct chunks *chunks)
{
    for (size_t i = 0; i < chunks->count; i++)
        cstm_table_free(chunks->tables[i]);
    memory_free(chunks->tables);
}

static cstm_status
stream_failed(int code, const char *what, cstm_error **error)
{
    if (code == ENOMEM)
        return error_no_memory(error);
    return error_set(
        error, CSTM_ERROR_IO,
        "the Arrow stream failed to give %s (errno %d); its get_last_error() may say more", what,
        code);
}

static cstm_status
pull_chunk(struct ArrowArrayStream *stream, const struct arrow_fields *fields,
           struct chunks *chunks, bool *ended, cstm_error **error)
{
    struct ArrowArray array;
    memset(&array, 0, sizeof array);
    int code = stream->get_next(stream, &array);
    if (code != 0)
        return stream_failed(code, "its next array", error);
    *ended = array.release == NULL;
    if (*ended)
        return CSTM_OK;
    cstm_status status = CSTM_OK;
    if (!memory_reserve(&chunks->tables, &chunks->capacity, chunks->count + 1,
                        sizeof *chunks->tables))
        status = error_no_memory(error);
    if (status == CSTM_OK)
        status =
            arrow_take_array(fields, &array, chunks->rows, &chunks->tables[chunks->count], error);
    if (status != CSTM_OK) {
        array.release(&array);
        return status;
    }
    chunks->rows += chunks->tables[chunks->count]->rows;
    chunks->count++;
    return CSTM_OK;
}

static cstm_status
read_chunks(struct ArrowArrayStream *stream, const struct arrow_fields *fields,
            struct chunks *chunks, cstm_table **table, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (bool ended = false; status == CSTM_OK && !ended;)
        status = pull_chunk(stream, fields, chunks, &ended, error);
    if (status != CSTM_OK)
        return status;
    if (chunks->count == 1) {
        *table = chunks->tables[0];
        chunks->count = 0;
        return CSTM_OK;
    }
    if (chunks->count > 1)
        return arrow_join(chunks->tables, chunks->count, table, error);
    return arrow_read_nothing(fields, table, error);
}

cstm_status
cstm_table_import_stream(struct ArrowArrayStream *stream, cstm_table **table, cstm_error **error)
{
    error_clear(error);
    if (stream == NULL || stream->release == NULL)
        return error_misuse(error, "stream is NULL or released");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    struct ArrowSchema schema;
    memset(&schema, 0, sizeof schema);
    int code = stream->get_schema(stream, &schema);
    if (code != 0)
        return stream_failed(code, "its schema", error);
    if (schema.release == NULL)
        return error_set(error, CSTM_ERROR_CORRUPT, "the Arrow stream gave a released schema");
    struct arrow_fields fields;
    struct chunks chunks = {0};
    cstm_table *made = NULL;
    cstm_status status = arrow_read_schema(&schema, &fields, error);
    if (status == CSTM_OK) {
        status = read_chunks(stream, &fields, &chunks, &made, error);
        memory_free(fields.fields);
        chunks_clear(&chunks);
    }
    schema.release(&schema);
    if (status != CSTM_OK)
        return status;
    stream->release(stream);
    stream->release = NULL;
    *table = made;
    return CSTM_OK;
}

struct outgoing {
    cstm_table *table; /* the stream's own, over shared memory */
    bool given;
};

static int
outgoing_schema(struct ArrowArrayStream *stream, struct ArrowSchema *schema)
{
    const struct outgoing *outgoing = stream->private_data;
    return arrow_write_schema(outgoing->table, schema) ? 0 : ENOMEM;
}

static int
outgoing_next(struct ArrowArrayStream *stream, struct ArrowArray *array)
{
    struct outgoing *outgoing = stream->private_data;
    if (outgoing->given) {
        memset(array, 0, sizeof *array);
        return 0;
    }
    if (!arrow_write_array(outgoing->table, array))
        return ENOMEM;
    outgoing->given = true;
    return 0;
}

static const char *
outgoing_error(struct ArrowArrayStream *stream)
{
    (void) stream;
    return "out of memory";
}

static void
outgoing_release(struct ArrowArrayStream *stream)
{
    struct outgoing *outgoing = stream->private_data;
    cstm_table_free(outgoing->table);
    memory_free(outgoing);
    stream->release = NULL;
}

static cstm_table *
share_table(const cstm_table *table)
{
    cstm_table *shared = table_create();
    if (shared == NULL)
        return NULL;
    shared->columns = memory_new_array((size_t) table->n_columns, sizeof *shared->columns);
    shared->capacity = shared->columns != NULL ? table->n_columns : 0;
    for (int32_t i = 0; shared->columns != NULL && i < table->n_columns; i++) {
        const struct table_column *column = &table->columns[i];
        if (!column_share(column, column->name, &shared->columns[i]))
            break;
        shared->n_columns++;
    }
    if (shared->columns == NULL || shared->n_columns < table->n_columns) {
        cstm_table_free(shared);
        return NULL;
    }
    shared->rows = table->rows;
    return shared;
}

cstm_status
cstm_table_export_stream(const cstm_table *table, struct ArrowArrayStream *stream,
                         cstm_error **error)
{
    error_clear(error);
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (stream == NULL)
        return error_misuse(error, "stream is NULL");
    struct outgoing *outgoing = memory_new(sizeof *outgoing);
    if (outgoing == NULL)
        return error_no_memory(error);
    outgoing->table = share_table(table);
    if (outgoing->table == NULL) {
        memory_free(outgoing);
        return error_no_memory(error);
    }
    *stream = (struct ArrowArrayStream){outgoing_schema, outgoing_next, outgoing_error,
                                        outgoing_release, outgoing};
    return CSTM_OK;
}
