/* A window over the source of a CSV file: records one after the other, each whole in memory, and
 * where in the file they stand. A record that the window ends in is read again after more of the
 * source has come; as the window doubles where a record fills it, all readings of one come to a
 * small multiple of its length. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

#define WINDOW_START 262144

void
csv_window_place(const struct csv_window *window, size_t at, int64_t *line, int64_t *column)
{
    const char *raw = window->raw, *start = raw;
    *line = window->line;
    for (const char *feed; (feed = memchr(start, '\n', (size_t) (raw + at - start))) != NULL;
         start = feed + 1)
        (*line)++;
    *column = text_code_points(start, (size_t) (raw + at - start)) + 1;
}

/* An error at a byte of the current record. */
cstm_status
csv_window_fail(const struct csv_window *window, size_t at, const char *field, cstm_status status,
                const char *what, cstm_error **error)
{
    int64_t line, column;
    csv_window_place(window, at, &line, &column);
    if (field != NULL)
        error_set(error, status, "column '%s': %s", field, what);
    else
        error_set(error, status, "%s", what);
    error_at(error, window->name, line, column);
    if (field != NULL)
        error_at_field(error, field);
    return status;
}

const char *
csv_form_text(enum csv_form form)
{
    switch (form) {
    case CSV_STRAY_QUOTE:
        return "a quote inside a field that does not begin with one";
    case CSV_AFTER_QUOTE:
        return "text after the closing quote of a field";
    case CSV_LONE_RETURN:
        return "a carriage return without a line feed";
    case CSV_NUL:
        return "a NUL byte";
    case CSV_NOT_UTF8:
        return "bytes that are not UTF-8";
    case CSV_NOT_GB18030:
        return "bytes that are not GB 18030";
    case CSV_UNTERMINATED:
        return "a quote that is never closed";
    case CSV_GOOD:
    case CSV_MORE:
        break;
    }
    return "a record that cannot be read";
}

static cstm_status
record_too_long(const struct csv_window *window, cstm_error **error)
{
    error_set(error, CSTM_ERROR_LIMIT, "a record of more than %d bytes; is a quote not closed?",
              CSTM_CSV_RECORD_LIMIT);
    error_at(error, window->name, window->next_line, 1);
    return CSTM_ERROR_LIMIT;
}

/* More of the source into the window, which is moved to the front and doubled when the record fills
 * it. */
cstm_status
csv_window_fill(struct csv_window *window, cstm_error **error)
{
    size_t left = window->size - window->at;
    if (left > CSTM_CSV_RECORD_LIMIT)
        return record_too_long(window, error);
    if (window->at > 0 && left > 0)
        memmove(window->bytes, window->bytes + window->at, left);
    window->at = 0;
    window->size = left;
    size_t need = left == window->capacity ? left * 2 : window->capacity;
    if (need < WINDOW_START)
        need = WINDOW_START;
    if (!memory_reserve(&window->bytes, &window->capacity, need, 1))
        return error_no_memory(error);
    while (window->size < window->capacity && !window->source_ended) {
        size_t got;
        cstm_status status = csv_source_read(window->source, window->bytes + window->size,
                                             window->capacity - window->size, &got, error);
        if (status != CSTM_OK) {
            error_at(error, window->name, 0, 0);
            return status;
        }
        window->source_ended = got == 0;
        window->size += got;
    }
    return CSTM_OK;
}

static int64_t
count_feeds(const char *raw, size_t size)
{
    int64_t feeds = 0;
    for (const char *at = raw, *end = raw + size;
         (at = memchr(at, '\n', (size_t) (end - at))) != NULL; at++)
        feeds++;
    return feeds;
}

/* The next record; *ended if there is none. */
cstm_status
csv_window_next(struct csv_window *window, enum csv_form *form, bool *ended, cstm_error **error)
{
    *ended = false;
    for (;;) {
        size_t left = window->size - window->at;
        if (left == 0 && window->source_ended) {
            *ended = true;
            return CSTM_OK;
        }
        *form = CSV_MORE;
        if (left > 0) {
            window->raw = window->bytes + window->at;
            cstm_status status =
                csv_record_read(&window->record, window->raw, left, window->delimiter,
                                window->source_ended, form, error);
            if (status != CSTM_OK)
                return status;
        }
        if (*form != CSV_MORE)
            break;
        cstm_status status = csv_window_fill(window, error);
        if (status != CSTM_OK)
            return status;
    }
    if (window->record.raw_size > CSTM_CSV_RECORD_LIMIT)
        return record_too_long(window, error);
    window->line = window->next_line;
    window->next_line += count_feeds(window->raw, window->record.next);
    window->at += window->record.next;
    if (*form == CSV_UNTERMINATED)
        return csv_window_fail(window, window->record.fault, NULL, CSTM_ERROR_SYNTAX,
                               csv_form_text(*form), error);
    return CSTM_OK;
}

cstm_status
csv_window_start(struct csv_window *window, cstm_error **error)
{
    window->next_line = 1;
    cstm_status status = csv_window_fill(window, error);
    if (status == CSTM_OK && window->size >= 3 && memcmp(window->bytes, "\xEF\xBB\xBF", 3) == 0)
        window->at = 3;
    return status;
}

void
csv_window_clear(struct csv_window *window)
{
    csv_source_close(window->source);
    memory_free(window->bytes);
    csv_record_clear(&window->record);
    memset(window, 0, sizeof *window);
}
