/* One record of a bank file as a row: its columns, with their signs, or what is wrong with it and
 * where, and then the row among the rejected ones. */
#include "table/layout.h"

#include "base/error.h"
#include "base/text.h"
#include "table/gb18030.h"

#include <string.h>

struct row_fault {
    cstm_status status; /* CSTM_OK: none */
    size_t at;          /* byte in the raw record */
    const char *field;  /* nullable */
    const char *what;
};

/* The sign that a column's own field says. A blank field is the word "". */
static struct csv_fault
read_sign(struct layout_reading *reading, size_t c, size_t *at, int *sign)
{
    const struct layout_column *how = &reading->layout->columns[c];
    struct csv_field field;
    const char *text;
    size_t size;
    if (!layout_window_field(&reading->window, how->sign_place, &field)) {
        *at = reading->window.csv.record.raw_size;
        return (struct csv_fault){CSTM_ERROR_SYNTAX, "the record ends before its sign"};
    }
    *at = field.start;
    struct csv_fault fault = layout_window_text(&reading->window, &field, &text, &size);
    if (fault.status != CSTM_OK)
        return fault;
    layout_strip(&text, &size);
    *sign = 0;
    if (strlen(how->positive) == size && memcmp(how->positive, text, size) == 0)
        *sign = 1;
    else if (strlen(how->negative) == size && memcmp(how->negative, text, size) == 0)
        *sign = -1;
    return *sign != 0 ? fault
                      : (struct csv_fault){CSTM_ERROR_SYNTAX,
                                           "its sign is neither of the words that are declared"};
}

static struct csv_fault
put_text(struct layout_reading *reading, size_t c, const char *text, size_t size,
         const struct csv_field *field)
{
    struct csv_field plain = {text, size, field->start, field->quoted && size == 0};
    return csv_columns_put(&reading->columns, c, &plain);
}

/* One column of the current record. */
static struct csv_fault
put_column(struct layout_reading *reading, size_t c, size_t *at)
{
    const struct cstm_layout *layout = reading->layout;
    struct csv_field field;
    const char *text;
    size_t size;
    if (!layout_window_field(&reading->window, reading->places[c], &field)) {
        *at = reading->window.csv.record.raw_size;
        return (struct csv_fault){CSTM_ERROR_SYNTAX, "the record ends before it"};
    }
    *at = field.start;
    /* The sign first: the text that is asked for last is the one that stays. */
    int sign = 0;
    size_t sign_at = field.start;
    struct csv_fault bad_sign = {CSTM_OK, NULL};
    if (layout->columns[c].sign_place.start > 0)
        bad_sign = read_sign(reading, c, &sign_at, &sign);
    struct csv_fault fault = layout_window_text(&reading->window, &field, &text, &size);
    if (fault.status != CSTM_OK)
        return fault;
    if (layout_is_missing(layout, c, text, size))
        return put_text(reading, c, "", 0, &(struct csv_field){0});
    if (!field.quoted)
        layout_unpad(layout, c, &text, &size);
    if (size == 0 || layout_is_missing(layout, c, text, size))
        return put_text(reading, c, "", 0, size == 0 ? &field : &(struct csv_field){0});
    if (bad_sign.status != CSTM_OK) {
        *at = sign_at;
        return bad_sign;
    }
    fault = layout_value(layout, c, text, size, sign, &reading->plain);
    if (fault.status != CSTM_OK)
        return fault;
    fault = put_text(reading, c, reading->plain.text, reading->plain.size, &field);
    if (fault.status == CSTM_ERROR_SYNTAX && layout->columns[c].format != NULL)
        fault.what = "no such date or time";
    return fault;
}

static bool
has_total(const struct cstm_layout *layout, size_t c)
{
    for (size_t i = 0; i < layout->n_totals; i++)
        if (layout->totals[i].column == (int32_t) c)
            return true;
    return false;
}

static bool
fault_in_form(const struct layout_reading *reading, enum csv_form form, struct row_fault *fault)
{
    const struct csv_record *record = &reading->window.csv.record;
    const struct cstm_layout *layout = reading->layout;
    if (form != CSV_GOOD) {
        *fault = (struct row_fault){CSTM_ERROR_SYNTAX, record->fault, NULL, csv_form_text(form)};
        return true;
    }
    if (record->raw_size < layout->record_size) {
        *fault = (struct row_fault){CSTM_ERROR_SYNTAX, record->raw_size, NULL,
                                    "the file ends inside a record"};
        return true;
    }
    if (layout->form != CSTM_LAYOUT_DELIMITED || record->n_fields == reading->n_fields)
        return false;
    bool more = record->n_fields > reading->n_fields;
    *fault = (struct row_fault){
        CSTM_ERROR_MISMATCH, more ? record->fields[reading->n_fields].start : record->raw_size,
        NULL, more ? "more fields than a row has" : "fewer fields than a row has"};
    return true;
}

/* Puts the record into the row that is being filled. Behind a fault only the columns that a control
 * total asks for are read on. */
static struct row_fault
fill_row(struct layout_reading *reading, enum csv_form form)
{
    const struct cstm_layout *layout = reading->layout;
    struct row_fault fault = {CSTM_OK, 0, NULL, NULL};
    if (fault_in_form(reading, form, &fault))
        return fault;
    for (size_t c = 0; c < layout->typed.n_columns; c++) {
        bool total = layout->n_totals > 0 && has_total(layout, c);
        if (fault.status != CSTM_OK && !total)
            continue;
        size_t at;
        struct csv_fault bad = put_column(reading, c, &at);
        if (bad.status == CSTM_ERROR_NO_MEMORY)
            return (struct row_fault){bad.status, 0, NULL, NULL};
        if (bad.status != CSTM_OK && fault.status == CSTM_OK)
            fault = (struct row_fault){bad.status, at, layout->typed.columns[c].name, bad.what};
        if (bad.status == CSTM_OK && total)
            layout_totals_add(
                layout, reading->sums, (int32_t) c,
                ((const int64_t *) reading->columns.columns[c].values)[reading->columns.rows]);
    }
    return fault;
}

static cstm_status
put_rejected(struct csv_columns *rejected, size_t place, const char *text, size_t size,
             bool missing, cstm_error **error)
{
    struct csv_field field = {text, size, 0, !missing};
    struct csv_fault fault = csv_columns_put(rejected, place, &field);
    return fault.status == CSTM_OK ? CSTM_OK : error_no_memory(error);
}

/* The record in UTF-8, each byte that is NUL or not of the encoding as U+FFFD. */
static bool
printable_record(const struct layout_reading *reading, struct cstm_buffer *text)
{
    const char *raw = reading->window.csv.raw;
    size_t size = reading->window.csv.record.raw_size;
    bool gb = reading->layout->encoding == CSTM_ENCODING_GB18030, room = true;
    while (room && size > 0) {
        size_t right = gb ? gb18030_error(raw, size) : text_utf8_error(raw, size);
        const char *nul = right > 0 ? memchr(raw, '\0', right) : NULL;
        if (nul != NULL)
            right = (size_t) (nul - raw);
        room = gb ? gb18030_to_utf8(raw, right, text) : buffer_put(text, raw, right);
        if (right < size) {
            room = room && buffer_put(text, "\xEF\xBF\xBD", 3);
            right++;
        }
        raw += right;
        size -= right;
    }
    return room;
}

static cstm_status
too_many(const struct layout_reading *reading, const struct row_fault *fault, int64_t line,
         int64_t column, cstm_error **error)
{
    long long limit = (long long) reading->layout->reject_limit;
    if (fault->field != NULL)
        error_set(error, CSTM_ERROR_LIMIT,
                  "more than %lld rows are rejected; this one: column '%s': %s", limit,
                  fault->field, fault->what);
    else
        error_set(error, CSTM_ERROR_LIMIT, "more than %lld rows are rejected; this one: %s", limit,
                  fault->what);
    error_at(error, reading->window.csv.name, line, column);
    if (fault->field != NULL)
        error_at_field(error, fault->field);
    return CSTM_ERROR_LIMIT;
}

/* Columns of the rejected: line, column, field, reason, text. */
static cstm_status
reject_row(struct layout_reading *reading, const struct row_fault *fault, cstm_error **error)
{
    struct csv_columns *rejected = &reading->rejected;
    int64_t line, column;
    layout_window_place(&reading->window, fault->at, &line, &column);
    if ((int64_t) rejected->rows >= reading->layout->reject_limit)
        return too_many(reading, fault, line, column, error);
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
    if (status == CSTM_OK && !printable_record(reading, &text))
        status = error_no_memory(error);
    if (status == CSTM_OK)
        status = put_rejected(rejected, 4, text.data != NULL ? (const char *) text.data : "",
                              text.size, false, error);
    buffer_clear(&text);
    if (status == CSTM_OK)
        csv_columns_commit_row(rejected);
    return status;
}

cstm_status
layout_row_take(struct layout_reading *reading, enum csv_form form, cstm_error **error)
{
    if (!csv_columns_reserve_row(&reading->columns))
        return error_no_memory(error);
    struct row_fault fault = fill_row(reading, form);
    if (fault.status == CSTM_OK) {
        csv_columns_commit_row(&reading->columns);
        return CSTM_OK;
    }
    csv_columns_undo_row(&reading->columns);
    if (fault.status == CSTM_ERROR_NO_MEMORY)
        return error_no_memory(error);
    /* Times that mix with those of the rows before concern the column, not this row. */
    bool whole = fault.status == CSTM_ERROR_MISMATCH && fault.field != NULL;
    if (reading->layout->typed.reject == CSTM_CSV_COLLECT && !whole)
        return reject_row(reading, &fault, error);
    return layout_window_fail(&reading->window, fault.at, fault.field, fault.status, fault.what,
                              error);
}
