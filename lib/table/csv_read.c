/* The loop of the CSV reader: the header to places of fields, each row into the columns or among
 * the rejected ones. Records come from csv_window.c, which knows their lines; what their fields
 * hold is read in csv_field.c. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"

#include <string.h>

#define ROWS_PER_REPORT 8192

struct csv_reading {
    const struct cstm_csv *csv;
    cstm_progress_function progress;
    void *progress_data;
    const cstm_cancel *cancel;
    struct csv_window window;

    size_t *places;  /* of the declared columns among the fields of a record */
    size_t n_fields; /* of a right record */
    struct csv_columns columns;
    struct csv_columns rejected;
    int64_t rows_seen;
};

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
    const struct csv_record *record = &reading->window.record;
    struct arena arena = {0};
    const char **words = memory_new_array(record->n_fields, sizeof *words);
    size_t n_words = 0;
    for (size_t i = 0; words != NULL && i < record->n_fields; i++) {
        words[n_words] = arena_text(&arena, record->fields[i].text, record->fields[i].size);
        n_words += words[n_words] != NULL;
    }
    const char *nearest = words != NULL ? text_nearest(name, words, n_words) : NULL;
    if (nearest != NULL)
        error_set(error, CSTM_ERROR_UNKNOWN, "the header has no column '%s'; did you mean '%s'?",
                  name, nearest);
    else
        error_set(error, CSTM_ERROR_UNKNOWN, "the header has no column '%s'", name);
    error_at(error, reading->window.name, reading->window.line, 1);
    error_at_field(error, name);
    memory_free(words);
    arena_clear(&arena);
    return CSTM_ERROR_UNKNOWN;
}

/* A declared name that stands twice is told at its second place. */
static cstm_status
check_header_names(const struct csv_reading *reading, cstm_error **error)
{
    const struct csv_record *record = &reading->window.record;
    for (size_t c = 0; c < reading->csv->n_columns; c++) {
        bool seen = false;
        for (size_t i = 0; i < record->n_fields; i++) {
            if (!field_is(&record->fields[i], reading->csv->columns[c].name))
                continue;
            if (seen)
                return csv_window_fail(&reading->window, record->fields[i].start,
                                       reading->csv->columns[c].name, CSTM_ERROR_DUPLICATE,
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
    const struct csv_record *record = &reading->window.record;
    enum csv_form form;
    bool ended;
    cstm_status status = csv_window_next(&reading->window, &form, &ended, error);
    if (status != CSTM_OK)
        return status;
    if (ended) {
        error_set(error, CSTM_ERROR_SYNTAX, "the file is empty; a header was expected");
        error_at(error, reading->window.name, 1, 1);
        return CSTM_ERROR_SYNTAX;
    }
    if (form != CSV_GOOD)
        return csv_window_fail(&reading->window, record->fault, NULL, CSTM_ERROR_SYNTAX,
                               csv_form_text(form), error);
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
    size_t at;         /* byte in the raw record */
    const char *field; /* nullable */
    const char *what;
};

static bool
fault_in_row(struct csv_reading *reading, enum csv_form form, struct row_fault *fault)
{
    const struct csv_record *record = &reading->window.record;
    if (form != CSV_GOOD) {
        *fault = (struct row_fault){CSTM_ERROR_SYNTAX, record->fault, NULL, csv_form_text(form)};
        return true;
    }
    if (record->n_fields != reading->n_fields) {
        bool more = record->n_fields > reading->n_fields;
        *fault = (struct row_fault){
            CSTM_ERROR_MISMATCH, more ? record->fields[reading->n_fields].start : record->raw_size,
            NULL,
            more ? "more fields than the file has columns"
                 : "fewer fields than the file has columns"};
        return true;
    }
    for (size_t c = 0; c < reading->csv->n_columns; c++) {
        const struct csv_field *field = &record->fields[reading->places[c]];
        struct csv_fault bad = csv_columns_put(&reading->columns, c, field);
        if (bad.status == CSTM_OK)
            continue;
        *fault =
            (struct row_fault){bad.status, field->start, reading->csv->columns[c].name, bad.what};
        return true;
    }
    return false;
}

static cstm_status
put_rejected(struct csv_columns *rejected, size_t place, const char *text, size_t size,
             bool missing, cstm_error **error)
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
    csv_window_place(&reading->window, fault->at, &line, &column);
    if (!csv_columns_reserve_row(rejected))
        return error_no_memory(error);
    char number[24];
    struct cstm_buffer text = {0};
    const char *field = fault->field != NULL ? fault->field : "";
    cstm_status status =
        put_rejected(rejected, 0, number, text_from_int64(line, number), false, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 1, number, text_from_int64(column, number), false, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 2, field, strlen(field), fault->field == NULL, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 3, fault->what, strlen(fault->what), false, error);
    if (status == CSTM_OK)
        status =
            printable_record(reading->window.raw, reading->window.record.raw_size, &text, error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 4, text.data != NULL ? (const char *) text.data : "",
                              text.size, false, error);
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
    return csv_window_fail(&reading->window, fault.at, fault.field, fault.status, fault.what,
                           error);
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
    const struct csv_record *record = &reading->window.record;
    for (;;) {
        enum csv_form form;
        bool ended;
        cstm_status status = CSTM_OK;
        if (reading->rows_seen % ROWS_PER_REPORT == 0)
            status = report(reading, error);
        if (status == CSTM_OK)
            status = csv_window_next(&reading->window, &form, &ended, error);
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
    {(char[]){"line"}, CSTM_TYPE_INT},     {(char[]){"column"}, CSTM_TYPE_INT},
    {(char[]){"field"}, CSTM_TYPE_STRING}, {(char[]){"reason"}, CSTM_TYPE_STRING},
    {(char[]){"text"}, CSTM_TYPE_STRING},
};

static cstm_status
reading_start(struct csv_reading *reading, const struct cstm_csv *rejected, cstm_error **error)
{
    const struct cstm_csv *csv = reading->csv;
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
    csv_window_clear(&reading->window);
    memory_free(reading->places);
    csv_columns_clear(&reading->columns);
    csv_columns_clear(&reading->rejected);
}

static cstm_status
reading_end(struct csv_reading *reading, cstm_table **table, cstm_table **rejected,
            cstm_error **error)
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
read_all(struct csv_reading *reading, const char *path, const uint8_t *bytes, size_t size,
         cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    struct cstm_csv plain = {.columns = (struct csv_declared *) rejected_columns, .n_columns = 5};
    cstm_status status = reading_start(reading, &plain, error);
    if (status == CSTM_OK) {
        reading->window.delimiter = reading->csv->delimiter;
        status = csv_source_open(path, bytes, size, &reading->window.source, error);
        if (status != CSTM_OK)
            error_at(error, reading->window.name, 0, 0);
    }
    if (status == CSTM_OK)
        status = csv_window_start(&reading->window, error);
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
cstm_csv_read_file(const cstm_csv *csv, const char *path, cstm_progress_function progress,
                   void *progress_data, const cstm_cancel *cancel, cstm_table **table,
                   cstm_table **rejected, cstm_error **error)
{
    cstm_status status = check_reader(csv, table, rejected, error);
    if (status != CSTM_OK)
        return status;
    if (path == NULL)
        return error_misuse(error, "path is NULL");
    if (cancel != NULL && !handle_is(cancel, HANDLE_CANCEL))
        return error_misuse(error, "cancel is not a cancel flag");
    struct csv_reading reading = {
        .csv = csv, .progress = progress, .progress_data = progress_data, .cancel = cancel};
    reading.window.name = path;
    return read_all(&reading, path, NULL, 0, table, rejected, error);
}

cstm_status
cstm_csv_read_bytes(const cstm_csv *csv, const char *name, const uint8_t *bytes, size_t size,
                    cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    cstm_status status = check_reader(csv, table, rejected, error);
    if (status != CSTM_OK)
        return status;
    if (bytes == NULL && size > 0)
        return error_misuse(error, "bytes is NULL");
    struct csv_reading reading = {.csv = csv};
    reading.window.name = name;
    return read_all(&reading, NULL, bytes, size, table, rejected, error);
}
