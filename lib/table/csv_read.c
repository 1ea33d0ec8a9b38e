/* The loop of the CSV reader: a window over the source, its records one after the other, the header to places of fields, each
 * row into the columns or among the rejected ones, and every error to its line and column. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"

#include <string.h>

#define WINDOW_START 262144
#define ROWS_PER_REPORT 8192

struct csv_reading {
    const struct cstm_csv *csv;
    const char *name;              /* of the file, for errors */
    struct csv_source *source;
    cstm_progress_function progress;
    void *progress_data;
    const cstm_cancel *cancel;

    char *window;
    size_t window_capacity;
    size_t window_at;              /* the next record begins here */
    size_t window_size;
    bool source_ended;

    struct csv_record record;
    const char *raw;               /* the record that was read, until the next */
    int64_t line;                  /* that it begins on */
    int64_t next_line;

    size_t *places;                /* of the declared columns among the fields of a record */
    size_t n_fields;               /* of a right record */
    struct csv_columns columns;
    struct csv_columns rejected;
    int64_t rows_seen;
};

/* ---- places ---- */

static void
place_of(const struct csv_reading *reading, size_t at, int64_t *line, int64_t *column)
{
    const char *raw = reading->raw, *start = raw;
    *line = reading->line;
    for (const char *feed; (feed = memchr(start, '\n', (size_t) (raw + at - start))) != NULL; start = feed + 1)
        (*line)++;
    *column = text_code_points(start, (size_t) (raw + at - start)) + 1;
}

/* An error at a byte of the current record. */
static cstm_status
fail_at(const struct csv_reading *reading, size_t at, const char *field, cstm_status status, const char *what,
        cstm_error **error)
{
    int64_t line, column;
    place_of(reading, at, &line, &column);
    if (field != NULL)
        error_set(error, status, "column '%s': %s", field, what);
    else
        error_set(error, status, "%s", what);
    error_at(error, reading->name, line, column);
    if (field != NULL)
        error_at_field(error, field);
    return status;
}

static const char *
form_text(enum csv_form form)
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
    case CSV_UNTERMINATED:
        return "a quote that is never closed";
    case CSV_GOOD:
    case CSV_MORE:
        break;
    }
    return "a record that cannot be read";
}

/* ---- records ---- */

static cstm_status
record_too_long(const struct csv_reading *reading, cstm_error **error)
{
    error_set(error, CSTM_ERROR_LIMIT, "a record of more than %d bytes; is a quote not closed?", CSTM_CSV_RECORD_LIMIT);
    error_at(error, reading->name, reading->next_line, 1);
    return CSTM_ERROR_LIMIT;
}

/* More of the source into the window, which is moved to the front and doubled when the record fills it. */
static cstm_status
fill_window(struct csv_reading *reading, cstm_error **error)
{
    size_t left = reading->window_size - reading->window_at;
    if (left > CSTM_CSV_RECORD_LIMIT)
        return record_too_long(reading, error);
    if (reading->window_at > 0 && left > 0)
        memmove(reading->window, reading->window + reading->window_at, left);
    reading->window_at = 0;
    reading->window_size = left;
    size_t need = left == reading->window_capacity ? left * 2 : reading->window_capacity;
    if (need < WINDOW_START)
        need = WINDOW_START;
    if (!memory_reserve(&reading->window, &reading->window_capacity, need, 1))
        return error_no_memory(error);
    while (reading->window_size < reading->window_capacity && !reading->source_ended) {
        size_t got;
        cstm_status status = csv_source_read(reading->source, reading->window + reading->window_size,
                                             reading->window_capacity - reading->window_size, &got, error);
        if (status != CSTM_OK) {
            error_at(error, reading->name, 0, 0);
            return status;
        }
        reading->source_ended = got == 0;
        reading->window_size += got;
    }
    return CSTM_OK;
}

static int64_t
count_feeds(const char *raw, size_t size)
{
    int64_t feeds = 0;
    for (const char *at = raw, *end = raw + size; (at = memchr(at, '\n', (size_t) (end - at))) != NULL; at++)
        feeds++;
    return feeds;
}

/* The next record; *ended if there is none. */
static cstm_status
next_record(struct csv_reading *reading, enum csv_form *form, bool *ended, cstm_error **error)
{
    *ended = false;
    for (;;) {
        size_t left = reading->window_size - reading->window_at;
        if (left == 0 && reading->source_ended) {
            *ended = true;
            return CSTM_OK;
        }
        *form = CSV_MORE;
        if (left > 0) {
            reading->raw = reading->window + reading->window_at;
            cstm_status status = csv_record_read(&reading->record, reading->raw, left, reading->csv->delimiter,
                                                 reading->source_ended, form, error);
            if (status != CSTM_OK)
                return status;
        }
        if (*form != CSV_MORE)
            break;
        cstm_status status = fill_window(reading, error);
        if (status != CSTM_OK)
            return status;
    }
    if (reading->record.raw_size > CSTM_CSV_RECORD_LIMIT)
        return record_too_long(reading, error);
    reading->line = reading->next_line;
    reading->next_line += count_feeds(reading->raw, reading->record.next);
    reading->window_at += reading->record.next;
    if (*form == CSV_UNTERMINATED)
        return fail_at(reading, reading->record.fault, NULL, CSTM_ERROR_SYNTAX, form_text(*form), error);
    return CSTM_OK;
}

static cstm_status
skip_byte_order_mark(struct csv_reading *reading, cstm_error **error)
{
    cstm_status status = fill_window(reading, error);
    if (status == CSTM_OK && reading->window_size >= 3 && memcmp(reading->window, "\xEF\xBB\xBF", 3) == 0)
        reading->window_at = 3;
    return status;
}

/* ---- header ---- */

static bool
field_is(const struct csv_field *field, const char *name)
{
    return strlen(name) == field->size && memcmp(field->text, name, field->size) == 0;
}

/* The declared column is not in the header: which name there is like it? */
static cstm_status
absent_column(const struct csv_reading *reading, const char *name, cstm_error **error)
{
    const struct csv_record *record = &reading->record;
    struct arena arena = {0};
    const char **words = memory_new_array(record->n_fields, sizeof *words);
    size_t n_words = 0;
    for (size_t i = 0; words != NULL && i < record->n_fields; i++) {
        words[n_words] = arena_text(&arena, record->fields[i].text, record->fields[i].size);
        n_words += words[n_words] != NULL;
    }
    const char *nearest = words != NULL ? text_nearest(name, words, n_words) : NULL;
    if (nearest != NULL)
        error_set(error, CSTM_ERROR_UNKNOWN, "the header has no column '%s'; did you mean '%s'?", name, nearest);
    else
        error_set(error, CSTM_ERROR_UNKNOWN, "the header has no column '%s'", name);
    error_at(error, reading->name, reading->line, 1);
    error_at_field(error, name);
    memory_free(words);
    arena_clear(&arena);
    return CSTM_ERROR_UNKNOWN;
}

/* Where each name stands a second time, told at that second place. A header is short; a long one is sorted by no one. */
static cstm_status
check_header_names(const struct csv_reading *reading, cstm_error **error)
{
    const struct csv_record *record = &reading->record;
    for (size_t c = 0; c < reading->csv->n_columns; c++) {
        bool seen = false;
        for (size_t i = 0; i < record->n_fields; i++) {
            if (!field_is(&record->fields[i], reading->csv->columns[c].name))
                continue;
            if (seen)
                return fail_at(reading, record->fields[i].start, reading->csv->columns[c].name, CSTM_ERROR_DUPLICATE,
                               "the header names it twice", error);
            seen = true;
        }
    }
    return CSTM_OK;
}

static cstm_status
read_header(struct csv_reading *reading, cstm_error **error)
{
    const struct cstm_csv *csv = reading->csv;
    const struct csv_record *record = &reading->record;
    enum csv_form form;
    bool ended;
    cstm_status status = next_record(reading, &form, &ended, error);
    if (status != CSTM_OK)
        return status;
    if (ended) {
        error_set(error, CSTM_ERROR_SYNTAX, "the file is empty; a header was expected");
        error_at(error, reading->name, 1, 1);
        return CSTM_ERROR_SYNTAX;
    }
    if (form != CSV_GOOD)
        return fail_at(reading, record->fault, NULL, CSTM_ERROR_SYNTAX, form_text(form), error);
    status = check_header_names(reading, error);
    if (status != CSTM_OK)
        return status;
    for (size_t c = 0; c < csv->n_columns; c++) {
        size_t i = 0;
        while (i < record->n_fields && !field_is(&record->fields[i], csv->columns[c].name))
            i++;
        if (i == record->n_fields)
            return absent_column(reading, csv->columns[c].name, error);
        reading->places[c] = i;
    }
    reading->n_fields = record->n_fields;
    return CSTM_OK;
}

/* ---- rows ---- */

/* What is wrong with a row, and where. */
struct row_fault {
    cstm_status status;
    size_t at;               /* byte in the raw record */
    const char *field;       /* nullable */
    const char *what;
};

static bool
fault_in_row(struct csv_reading *reading, enum csv_form form, struct row_fault *fault)
{
    const struct csv_record *record = &reading->record;
    if (form != CSV_GOOD) {
        *fault = (struct row_fault){CSTM_ERROR_SYNTAX, record->fault, NULL, form_text(form)};
        return true;
    }
    if (record->n_fields != reading->n_fields) {
        bool more = record->n_fields > reading->n_fields;
        *fault = (struct row_fault){CSTM_ERROR_MISMATCH,
                                    more ? record->fields[reading->n_fields].start : record->raw_size, NULL,
                                    more ? "more fields than the file has columns"
                                         : "fewer fields than the file has columns"};
        return true;
    }
    for (size_t c = 0; c < reading->csv->n_columns; c++) {
        const struct csv_field *field = &record->fields[reading->places[c]];
        struct csv_fault bad = csv_columns_put(&reading->columns, c, field);
        if (bad.status == CSTM_OK)
            continue;
        *fault = (struct row_fault){bad.status, field->start, reading->csv->columns[c].name, bad.what};
        return true;
    }
    return false;
}

static cstm_status
put_rejected(struct csv_columns *rejected, size_t place, const char *text, size_t size, bool missing, cstm_error **error)
{
    struct csv_field field = {text, size, 0, !missing};
    struct csv_fault fault = csv_columns_put(rejected, place, &field);
    return fault.status == CSTM_OK ? CSTM_OK : error_no_memory(error);
}

/* The record as it stands in the file, each byte that is NUL or no UTF-8 as U+FFFD. */
static cstm_status
printable_record(const char *raw, size_t size, struct cstm_buffer *text, cstm_error **error)
{
    bool room = true;
    while (room && size > 0) {
        size_t right = text_utf8_error(raw, size);
        const char *nul = right > 0 ? memchr(raw, '\0', right) : NULL;
        if (nul != NULL)
            right = (size_t) (nul - raw);
        room = buffer_put(text, raw, right);
        if (right < size) {
            room = room && buffer_put(text, "\xEF\xBF\xBD", 3);
            right++;
        }
        raw += right;
        size -= right;
    }
    return room ? CSTM_OK : error_no_memory(error);
}

/* Columns of the rejected: line, column, field, reason, text. */
static cstm_status
reject_row(struct csv_reading *reading, const struct row_fault *fault, cstm_error **error)
{
    struct csv_columns *rejected = &reading->rejected;
    int64_t line, column;
    place_of(reading, fault->at, &line, &column);
    if (!csv_columns_reserve_row(rejected))
        return error_no_memory(error);
    char number[24];
    struct cstm_buffer text = {0};
    const char *field = fault->field != NULL ? fault->field : "";
    cstm_status status = put_rejected(rejected, 0, number, text_from_int64(line, number), false, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 1, number, text_from_int64(column, number), false, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 2, field, strlen(field), fault->field == NULL, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 3, fault->what, strlen(fault->what), false, error);
    if (status == CSTM_OK)
        status = printable_record(reading->raw, reading->record.raw_size, &text, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 4, text.data != NULL ? (const char *) text.data : "", text.size, false, error);
    buffer_clear(&text);
    if (status == CSTM_OK)
        csv_columns_commit_row(rejected);
    return status;
}

static cstm_status
take_row(struct csv_reading *reading, enum csv_form form, cstm_error **error)
{
    struct row_fault fault;
    if (!csv_columns_reserve_row(&reading->columns))
        return error_no_memory(error);
    if (!fault_in_row(reading, form, &fault)) {
        csv_columns_commit_row(&reading->columns);
        return CSTM_OK;
    }
    csv_columns_undo_row(&reading->columns);
    if (fault.status == CSTM_ERROR_NO_MEMORY)
        return error_no_memory(error);
    /* Times that mix with those of the rows before concern the column, not this row. */
    bool whole = fault.status == CSTM_ERROR_MISMATCH && fault.field != NULL;
    if (reading->csv->reject == CSTM_CSV_COLLECT && !whole)
        return reject_row(reading, &fault, error);
    return fail_at(reading, fault.at, fault.field, fault.status, fault.what, error);
}

static cstm_status
report(struct csv_reading *reading, cstm_error **error)
{
    bool stop = reading->cancel != NULL && cstm_cancel_requested(reading->cancel);
    if (!stop && reading->progress != NULL)
        stop = reading->progress(reading->progress_data, reading->rows_seen, 0) != 0;
    return stop ? error_set(error, CSTM_ERROR_CANCELLED, "reading was cancelled") : CSTM_OK;
}

static cstm_status
read_rows(struct csv_reading *reading, cstm_error **error)
{
    const struct csv_record *record = &reading->record;
    for (;;) {
        enum csv_form form;
        bool ended;
        cstm_status status = CSTM_OK;
        if (reading->rows_seen % ROWS_PER_REPORT == 0)
            status = report(reading, error);
        if (status == CSTM_OK)
            status = next_record(reading, &form, &ended, error);
        if (status != CSTM_OK || ended)
            return status;
        bool blank = form == CSV_GOOD && record->raw_size == 0 && reading->n_fields != 1;
        if (blank)
            continue;
        status = take_row(reading, form, error);
        if (status != CSTM_OK)
            return status;
        reading->rows_seen++;
    }
}

/* ---- the calls ---- */

/* The rejected rows are columns like any other, filled by the same code. */
static const struct csv_declared rejected_columns[] = {
    {(char[]){"line"}, CSTM_TYPE_INT},
    {(char[]){"column"}, CSTM_TYPE_INT},
    {(char[]){"field"}, CSTM_TYPE_STRING},
    {(char[]){"reason"}, CSTM_TYPE_STRING},
    {(char[]){"text"}, CSTM_TYPE_STRING},
};

static cstm_status
reading_start(struct csv_reading *reading, const struct cstm_csv *rejected, cstm_error **error)
{
    const struct cstm_csv *csv = reading->csv;
    reading->next_line = 1;
    reading->places = memory_new_array(csv->n_columns, sizeof *reading->places);
    if (reading->places == NULL)
        return error_no_memory(error);
    for (size_t i = 0; i < csv->n_columns; i++)
        reading->places[i] = i;
    reading->n_fields = csv->n_columns;
    cstm_status status = csv_columns_start(&reading->columns, csv, error);
    if (status == CSTM_OK)
        status = csv_columns_start(&reading->rejected, rejected, error);
    return status;
}

static void
reading_clear(struct csv_reading *reading)
{
    csv_source_close(reading->source);
    memory_free(reading->window);
    memory_free(reading->places);
    csv_record_clear(&reading->record);
    csv_columns_clear(&reading->columns);
    csv_columns_clear(&reading->rejected);
}

static cstm_status
reading_end(struct csv_reading *reading, cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    bool collect = reading->csv->reject == CSTM_CSV_COLLECT;
    cstm_table *taken = NULL, *refused = NULL;
    cstm_status status = csv_columns_end(&reading->columns, &taken, error);
    if (status == CSTM_OK && collect)
        status = csv_columns_end(&reading->rejected, &refused, error);
    if (status != CSTM_OK) {
        cstm_table_free(taken);
        return status;
    }
    *table = taken;
    if (rejected != NULL)
        *rejected = refused;
    return CSTM_OK;
}

static cstm_status
read_all(struct csv_reading *reading, const char *path, const uint8_t *bytes, size_t size, cstm_table **table,
         cstm_table **rejected, cstm_error **error)
{
    struct cstm_csv plain = {.columns = (struct csv_declared *) rejected_columns, .n_columns = 5};
    cstm_status status = reading_start(reading, &plain, error);
    if (status == CSTM_OK) {
        status = csv_source_open(path, bytes, size, &reading->source, error);
        if (status != CSTM_OK)
            error_at(error, reading->name, 0, 0);
    }
    if (status == CSTM_OK)
        status = skip_byte_order_mark(reading, error);
    if (status == CSTM_OK && reading->csv->header)
        status = read_header(reading, error);
    if (status == CSTM_OK)
        status = read_rows(reading, error);
    if (status == CSTM_OK)
        status = reading_end(reading, table, rejected, error);
    reading_clear(reading);
    return status;
}

static cstm_status
check_reader(const cstm_csv *csv, cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(csv, HANDLE_CSV))
        return error_misuse(error, "csv is NULL or not a CSV reader");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    if (rejected == NULL && csv->reject == CSTM_CSV_COLLECT)
        return error_misuse(error, "rejected is NULL, but rejected rows are to be collected");
    if (csv->n_columns == 0)
        return error_misuse(error, "csv has no columns");
    for (size_t i = 0; i < csv->n_columns; i++)
        if (csv->columns[i].type == CSTM_TYPE_MONEY && csv->currency == NULL)
            return error_misuse(error, "csv has a MONEY column and no currency");
    return CSTM_OK;
}

cstm_status
cstm_csv_read_file(const cstm_csv *csv, const char *path, cstm_progress_function progress, void *progress_data,
                   const cstm_cancel *cancel, cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    cstm_status status = check_reader(csv, table, rejected, error);
    if (status != CSTM_OK)
        return status;
    if (path == NULL)
        return error_misuse(error, "path is NULL");
    if (cancel != NULL && !handle_is(cancel, HANDLE_CANCEL))
        return error_misuse(error, "cancel is not a cancel flag");
    struct csv_reading reading = {.csv = csv, .name = path, .progress = progress, .progress_data = progress_data,
                                  .cancel = cancel};
    return read_all(&reading, path, NULL, 0, table, rejected, error);
}

cstm_status
cstm_csv_read_bytes(const cstm_csv *csv, const char *name, const uint8_t *bytes, size_t size, cstm_table **table,
                    cstm_table **rejected, cstm_error **error)
{
    cstm_status status = check_reader(csv, table, rejected, error);
    if (status != CSTM_OK)
        return status;
    if (bytes == NULL && size > 0)
        return error_misuse(error, "bytes is NULL");
    struct csv_reading reading = {.csv = csv, .name = name};
    return read_all(&reading, NULL, bytes, size, table, rejected, error);
}
