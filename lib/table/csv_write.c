/* Tables as CSV: RFC 4180 with LF, every value as the text that reads back to the same value. A
 * file appears whole or not at all: it is written under a name beside its own, flushed to the disk
 * and renamed. What is no regular file (a pipe, a terminal) is written straight, as a rename would
 * put a file in its place. */
#include "table/table.h"

#include "base/bytes.h"
#include "base/civil.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/money.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_AT 262144

struct csv_writer {
    struct cstm_buffer *buffer;
    struct cstm_buffer cell; /* a list being joined */
    struct zone *utc;
    int file; /* -1: the buffer keeps all */
};

static bool
needs_quotes(const char *text, size_t size)
{
    if (size == 0)
        return true;
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        return true; /* at the start of a file it would be taken for a byte order mark */
    for (size_t i = 0; i < size; i++)
        if (text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r')
            return true;
    return false;
}

static bool
put_text(struct cstm_buffer *buffer, const char *text, size_t size)
{
    if (!needs_quotes(text, size))
        return buffer_put(buffer, text, size);
    bool room = buffer_put_u8(buffer, '"');
    for (size_t i = 0; room && i < size;) {
        const char *quote = memchr(text + i, '"', size - i);
        size_t end = quote != NULL ? (size_t) (quote - text) + 1 : size;
        room =
            buffer_put(buffer, text + i, end - i) && (quote == NULL || buffer_put_u8(buffer, '"'));
        i = end;
    }
    return room && buffer_put_u8(buffer, '"');
}

/* A 128-bit integer and a scale: 12345 and 2 is 123.45, 12345 and -2 is 1234500. */
static size_t
write_decimal(wide value, int32_t scale, char text[160])
{
    char digits[48];
    size_t n = 0, at = 0;
    bool negative = value < 0;
    do {
        int32_t digit = (int32_t) (value % 10);
        digits[n++] = (char) ('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative)
        text[at++] = '-';
    size_t decimals = scale > 0 ? (size_t) scale : 0;
    for (size_t i = n > decimals ? n : decimals + 1; i-- > 0;) {
        text[at++] = i < n ? digits[i] : '0';
        if (i == decimals && i > 0)
            text[at++] = '.';
    }
    bool zero = n == 1 && digits[0] == '0';
    for (int32_t i = scale; i < 0 && !zero; i++)
        text[at++] = '0';
    return at;
}

static cstm_status
cell_fault(const struct table_column *column, int64_t row, const char *what, cstm_error **error)
{
    error_set(error, CSTM_ERROR_UNSUPPORTED, "column '%s': %s", column->name, what);
    error_at_row(error, row);
    error_at_field(error, column->name);
    return CSTM_ERROR_UNSUPPORTED;
}

static cstm_status
put_list(struct csv_writer *writer, const struct table_column *column, int64_t row,
         cstm_error **error)
{
    int64_t from = column->list_offsets[row], to = column->list_offsets[row + 1];
    bool room = true;
    writer->cell.size = 0;
    for (int64_t i = from; room && i < to; i++) {
        size_t size;
        const char *text = column_text(column, i, &size);
        if (size > 0 && memchr(text, ';', size) != NULL)
            return cell_fault(column, row, "an element of the list holds ';', which joins them",
                              error);
        if (size == 0 && to - from == 1)
            return cell_fault(column, row,
                              "a list of one empty text, which would read back as an empty list",
                              error);
        room = (i == from || buffer_put_u8(&writer->cell, ';')) &&
               buffer_put(&writer->cell, text, size);
    }
    room = room &&
           put_text(writer->buffer, writer->cell.size > 0 ? (const char *) writer->cell.data : "",
                    writer->cell.size);
    return room ? CSTM_OK : error_no_memory(error);
}

/* The text of a cell that is no text itself. */
static size_t
write_value(const struct csv_writer *writer, const struct table_column *column, int64_t row,
            char text[160])
{
    switch (column->type) {
    case CSTM_TYPE_BOOL:
        strcpy(text, column->as.bools[row] != 0 ? "true" : "false");
        return strlen(text);
    case CSTM_TYPE_INT:
        return text_from_int64(column->as.int64s[row], text);
    case CSTM_TYPE_DOUBLE:
        return text_from_double(column->as.doubles[row], text);
    case CSTM_TYPE_DATE:
        return civil_write_date(column->as.days[row], text);
    case CSTM_TYPE_MONEY:
        return money_write(column->as.int64s[row], column->exponent, text);
    case CSTM_TYPE_DECIMAL:
        return write_decimal(column->as.decimals[row], column->exponent, text);
    default:
        break;
    }
    size_t size = civil_write_instant(column->as.int64s[row], writer->utc, text);
    /* The offset is "+00:00": none for civil times, the short form for instants. */
    size -= strlen("+00:00");
    if (!column->civil)
        text[size++] = 'Z';
    return size;
}

static cstm_status
put_cell(struct csv_writer *writer, const struct table_column *column, int64_t row,
         cstm_error **error)
{
    if (!column_is_valid(column, row))
        return CSTM_OK;
    if (column->type == CSTM_TYPE_STRINGS)
        return put_list(writer, column, row, error);
    char value[160];
    size_t size;
    bool room;
    if (column->type == CSTM_TYPE_STRING) {
        const char *text = column_text(column, row, &size);
        room = put_text(writer->buffer, text, size);
    } else {
        size = write_value(writer, column, row, value);
        room = buffer_put(writer->buffer, value, size);
    }
    return room ? CSTM_OK : error_no_memory(error);
}

static cstm_status
flush(struct csv_writer *writer, cstm_error **error)
{
    const uint8_t *at = writer->buffer->data;
    size_t left = writer->buffer->size;
    while (left > 0) {
        ssize_t written = write(writer->file, at, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_set(error, CSTM_ERROR_IO, "cannot be written (errno %d)", errno);
        at += written;
        left -= (size_t) written;
    }
    writer->buffer->size = 0;
    return CSTM_OK;
}

static cstm_status
put_table(struct csv_writer *writer, const cstm_table *table, cstm_error **error)
{
    bool room = true;
    for (int32_t c = 0; room && c < table->n_columns; c++)
        room = (c == 0 || buffer_put_u8(writer->buffer, ',')) &&
               put_text(writer->buffer, table->columns[c].name, strlen(table->columns[c].name));
    if (!room || !buffer_put_u8(writer->buffer, '\n'))
        return error_no_memory(error);
    for (int64_t row = 0; row < table->rows; row++) {
        for (int32_t c = 0; c < table->n_columns; c++) {
            if (c > 0 && !buffer_put_u8(writer->buffer, ','))
                return error_no_memory(error);
            cstm_status status = put_cell(writer, &table->columns[c], row, error);
            if (status != CSTM_OK)
                return status;
        }
        if (!buffer_put_u8(writer->buffer, '\n'))
            return error_no_memory(error);
        if (writer->file >= 0 && writer->buffer->size >= FLUSH_AT) {
            cstm_status status = flush(writer, error);
            if (status != CSTM_OK)
                return status;
        }
    }
    return writer->file >= 0 ? flush(writer, error) : CSTM_OK;
}

static cstm_status
write_table(const cstm_table *table, struct cstm_buffer *buffer, int file, cstm_error **error)
{
    struct csv_writer writer = {.buffer = buffer, .file = file};
    cstm_status status = zone_load("UTC", &writer.utc, error);
    if (status == CSTM_OK)
        status = put_table(&writer, table, error);
    buffer_clear(&writer.cell);
    zone_unref(writer.utc);
    return status;
}

static cstm_status
check_table(const cstm_table *table, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    return table->n_columns > 0 ? CSTM_OK : error_misuse(error, "table has no columns");
}

cstm_status
cstm_table_write_csv_buffer(const cstm_table *table, cstm_buffer **buffer, cstm_error **error)
{
    cstm_status status = check_table(table, error);
    if (status != CSTM_OK)
        return status;
    if (buffer == NULL)
        return error_misuse(error, "buffer is NULL");
    cstm_buffer *made = buffer_new();
    if (made == NULL)
        return error_no_memory(error);
    status = write_table(table, made, -1, error);
    if (status == CSTM_OK)
        *buffer = made;
    else
        cstm_buffer_free(made);
    return status;
}

/* A name beside the file's own that nothing has yet. The kernel sets its mode by the process's
 * mask. */
static int
open_beside(const char *path, char *beside, size_t capacity)
{
    for (int32_t i = 0; i < 1000; i++) {
        snprintf(beside, capacity, "%s.%d.part", path, i);
        int file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    return -1;
}

static cstm_status
write_beside(const cstm_table *table, const char *path, char *beside, size_t capacity,
             cstm_error **error)
{
    int file = open_beside(path, beside, capacity);
    if (file < 0)
        return error_set(error, CSTM_ERROR_IO, "cannot be created (errno %d)", errno);
    struct cstm_buffer buffer = {0};
    cstm_status status = write_table(table, &buffer, file, error);
    buffer_clear(&buffer);
    if (status == CSTM_OK && fsync(file) != 0 && errno != EINVAL)
        status = error_set(error, CSTM_ERROR_IO, "cannot be written (errno %d)", errno);
    if (close(file) != 0 && status == CSTM_OK)
        status = error_set(error, CSTM_ERROR_IO, "cannot be written (errno %d)", errno);
    if (status == CSTM_OK && rename(beside, path) != 0)
        status = error_set(error, CSTM_ERROR_IO, "cannot be put in its place (errno %d)", errno);
    if (status != CSTM_OK)
        unlink(beside);
    return status;
}

static cstm_status
write_straight(const cstm_table *table, const char *path, cstm_error **error)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return error_set(error, CSTM_ERROR_IO, "cannot be opened (errno %d)", errno);
    struct cstm_buffer buffer = {0};
    cstm_status status = write_table(table, &buffer, file, error);
    buffer_clear(&buffer);
    if (close(file) != 0 && status == CSTM_OK)
        status = error_set(error, CSTM_ERROR_IO, "cannot be written (errno %d)", errno);
    return status;
}

cstm_status
cstm_table_write_csv(const cstm_table *table, const char *path, cstm_error **error)
{
    cstm_status status = check_table(table, error);
    if (status != CSTM_OK)
        return status;
    if (path == NULL)
        return error_misuse(error, "path is NULL");
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        status = write_straight(table, path, error);
    } else {
        size_t capacity = strlen(path) + 16;
        char *beside = memory_new(capacity);
        if (beside == NULL)
            return error_no_memory(error);
        status = write_beside(table, path, beside, capacity, error);
        memory_free(beside);
    }
    if (status == CSTM_ERROR_IO)
        error_at(error, path, 0, 0);
    return status;
}
