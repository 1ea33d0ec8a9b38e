/* Records of a bank file, one after the other, and their fields. A record's end, the delimiter and
 * the quotes are looked for in the bytes of the file, so that nothing is converted that nobody
 * asked for; where they could stand inside a character of GB 18030, characters are stepped over one
 * by one.
 *
 *     record = field *(delimiter field) end          or of fixed width, or of fixed size without an
 * end field  = quoted / plain quoted = quote *(any but quote / quote quote) quote plain  = *(any
 * but delimiter and end; no quote where fields may have them) */
#define _GNU_SOURCE /* memmem */
#include "table/layout.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "table/gb18030.h"

#include <string.h>

/* ---- characters and marks ---- */

static size_t
character_size(const struct cstm_layout *layout, const char *text, size_t size)
{
    unsigned char lead = (unsigned char) text[0];
    if (lead < 0x80)
        return 1;
    uint32_t code;
    size_t length = 1;
    if (layout->encoding == CSTM_ENCODING_GB18030)
        length = gb18030_next(text, size, &code);
    else if (lead >= 0xC0)
        length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return length == 0 || length > size ? 1 : length;
}

static size_t
encoding_error(const struct cstm_layout *layout, const char *text, size_t size)
{
    return layout->encoding == CSTM_ENCODING_GB18030 ? gb18030_error(text, size)
                                                     : text_utf8_error(text, size);
}

static enum csv_form
not_encoded(const struct cstm_layout *layout)
{
    return layout->encoding == CSTM_ENCODING_GB18030 ? CSV_NOT_GB18030 : CSV_NOT_UTF8;
}

/* Where the mark begins, size if nowhere. text begins with a character. */
static size_t
mark_find(const struct cstm_layout *layout, const struct layout_mark *mark, const char *text,
          size_t size)
{
    if (layout->encoding == CSTM_ENCODING_GB18030 &&
        gb18030_is_trail((unsigned char) mark->bytes[0])) {
        for (size_t at = 0; at + mark->size <= size;
             at += character_size(layout, text + at, size - at))
            if (memcmp(text + at, mark->bytes, mark->size) == 0)
                return at;
        return size;
    }
    const char *found = mark->size == 1 ? memchr(text, mark->bytes[0], size)
                                        : memmem(text, size, mark->bytes, mark->size);
    return found != NULL ? (size_t) (found - text) : size;
}

static bool
mark_here(const struct layout_mark *mark, const char *text, size_t size)
{
    return size >= mark->size && memcmp(text, mark->bytes, mark->size) == 0;
}

/* ---- one record ---- */

struct scan {
    struct layout_window *window;
    const char *raw;
    size_t size;
    bool at_end;
    size_t end;  /* of the record, as far as it is known */
    size_t next; /* behind its mark */
};

/* Finds the record's end from a character on. False: the window ends before. */
static bool
find_end(struct scan *scan, size_t from)
{
    const struct cstm_layout *layout = scan->window->layout;
    if (layout->record_size > 0) {
        scan->end = scan->next =
            layout->record_size < scan->size ? layout->record_size : scan->size;
        return scan->at_end || scan->size >= layout->record_size;
    }
    size_t left = scan->size - from;
    if (layout->end.size > 0) {
        size_t found = mark_find(layout, &layout->end, scan->raw + from, left);
        scan->end = from + found;
        scan->next = found < left ? scan->end + layout->end.size : scan->end;
        return found < left || scan->at_end;
    }
    const char *feed = memchr(scan->raw + from, '\n', left);
    scan->end = feed != NULL ? (size_t) (feed - scan->raw) : scan->size;
    scan->next = feed != NULL ? scan->end + 1 : scan->end;
    if (feed != NULL && scan->end > from && scan->raw[scan->end - 1] == '\r')
        scan->end--;
    return feed != NULL || scan->at_end;
}

static bool
add_field(struct csv_record *record, const char *text, size_t size, size_t start, bool quoted)
{
    if (!memory_reserve(&record->fields, &record->capacity, record->n_fields + 1,
                        sizeof *record->fields))
        return false;
    record->fields[record->n_fields++] = (struct csv_field){text, size, start, quoted};
    return true;
}

/* The text between two quotes with doubled ones made single. The scratch has room for the whole
 * window before the first field goes there, so that it never moves under the fields that point into
 * it. */
static const char *
undouble(struct scan *scan, size_t from, size_t to, size_t *size)
{
    struct csv_record *record = &scan->window->csv.record;
    if (record->scratch_used == 0 &&
        !memory_reserve(&record->scratch, &record->scratch_capacity, scan->size, 1))
        return NULL;
    char *start = record->scratch + record->scratch_used, *out = start;
    for (size_t i = from; i < to; i++) {
        *out++ = scan->raw[i];
        if (scan->raw[i] == scan->window->layout->quote)
            i++;
    }
    *size = (size_t) (out - start);
    record->scratch_used += *size;
    return start;
}

/* What a field came to. */
enum step {
    STEP_FIELD, /* another follows */
    STEP_LAST,
    STEP_MORE,
    STEP_FAULT,
    STEP_NO_MEMORY,
};

static enum step
fault(struct scan *scan, size_t at, enum csv_form what, enum csv_form *form)
{
    scan->window->csv.record.fault = at;
    *form = what;
    return STEP_FAULT;
}

static enum step
quoted_field(struct scan *scan, size_t *at, enum csv_form *form)
{
    const struct cstm_layout *layout = scan->window->layout;
    size_t start = *at, open = start + 1, close = open;
    bool doubled = false;
    for (;; close += 2) {
        const char *quote = memchr(scan->raw + close, layout->quote, scan->size - close);
        if (quote == NULL)
            return scan->at_end ? fault(scan, start, CSV_UNTERMINATED, form) : STEP_MORE;
        close = (size_t) (quote - scan->raw);
        if (close + 1 == scan->size && !scan->at_end)
            return STEP_MORE;
        if (close + 1 == scan->size || scan->raw[close + 1] != layout->quote)
            break;
        doubled = true;
    }
    if (close >= scan->end && !find_end(scan, close + 1))
        return STEP_MORE;
    *at = close + 1;
    bool more = *at < scan->end;
    if (more && !mark_here(&layout->delimiter, scan->raw + *at, scan->end - *at))
        return fault(scan, *at, CSV_AFTER_QUOTE, form);
    size_t size = close - open;
    const char *text = doubled ? undouble(scan, open, close, &size) : scan->raw + open;
    if (text == NULL || !add_field(&scan->window->csv.record, text, size, start, true))
        return STEP_NO_MEMORY;
    *at += more ? layout->delimiter.size : 0;
    return more ? STEP_FIELD : STEP_LAST;
}

static enum step
plain_field(struct scan *scan, size_t *at, enum csv_form *form)
{
    const struct cstm_layout *layout = scan->window->layout;
    size_t start = *at, left = scan->end - start;
    size_t size = mark_find(layout, &layout->delimiter, scan->raw + start, left);
    if (layout->quote != '\0') {
        const char *stray = memchr(scan->raw + start, layout->quote, size);
        if (stray != NULL)
            return fault(scan, (size_t) (stray - scan->raw), CSV_STRAY_QUOTE, form);
    }
    if (!add_field(&scan->window->csv.record, scan->raw + start, size, start, false))
        return STEP_NO_MEMORY;
    if (size == left)
        return STEP_LAST;
    *at = start + size + layout->delimiter.size;
    return STEP_FIELD;
}

/* The fields of a delimited record; quoted ones may move its end. */
static enum step
split_fields(struct scan *scan, enum csv_form *form)
{
    struct csv_record *record = &scan->window->csv.record;
    char quote = scan->window->layout->quote;
    record->n_fields = 0;
    record->scratch_used = 0;
    enum step step = STEP_FIELD;
    for (size_t at = 0; step == STEP_FIELD;)
        step = quote != '\0' && at < scan->end && scan->raw[at] == quote
                   ? quoted_field(scan, &at, form)
                   : plain_field(scan, &at, form);
    return step;
}

/* ---- the window ---- */

/* A record of the window that begins at raw[0]; *more if the window ends in it. */
static cstm_status
read_record(struct layout_window *window, size_t size, bool *more, bool *unterminated,
            cstm_error **error)
{
    struct csv_window *csv = &window->csv;
    struct scan scan = {window, csv->raw, size, csv->source_ended, 0, 0};
    enum csv_form form = CSV_GOOD;
    window->split = false;
    *unterminated = false;
    *more = !find_end(&scan, 0);
    if (!*more && window->layout->quote != '\0') {
        enum step step = split_fields(&scan, &form);
        if (step == STEP_NO_MEMORY)
            return error_no_memory(error);
        *more = step == STEP_MORE;
        *unterminated = step == STEP_FAULT && form == CSV_UNTERMINATED;
    }
    csv->record.raw_size = scan.end;
    csv->record.next = scan.next;
    return CSTM_OK;
}

static cstm_status
too_long(const struct layout_window *window, cstm_error **error)
{
    error_set(error, CSTM_ERROR_LIMIT, "a record of more than %d bytes", CSTM_CSV_RECORD_LIMIT);
    error_at(error, window->csv.name, window->csv.next_line, 1);
    return CSTM_ERROR_LIMIT;
}

static bool
has_lines(const struct cstm_layout *layout)
{
    return layout->end.size == 0 && layout->record_size == 0;
}

static int64_t
lines_of(const struct layout_window *window, size_t size)
{
    if (!has_lines(window->layout))
        return 1;
    int64_t feeds = 0;
    for (const char *at = window->csv.raw, *end = at + size;
         (at = memchr(at, '\n', (size_t) (end - at))) != NULL; at++)
        feeds++;
    return feeds;
}

static cstm_status
next_record(struct layout_window *window, bool *ended, cstm_error **error)
{
    struct csv_window *csv = &window->csv;
    bool more = true, unterminated = false;
    *ended = false;
    while (more) {
        size_t left = csv->size - csv->at;
        if (left == 0 && csv->source_ended) {
            *ended = true;
            return CSTM_OK;
        }
        csv->raw = csv->bytes + csv->at;
        cstm_status status = CSTM_OK;
        if (left > 0)
            status = read_record(window, left, &more, &unterminated, error);
        if (status == CSTM_OK && more)
            status = csv_window_fill(csv, error);
        if (status != CSTM_OK)
            return status;
    }
    if (csv->record.raw_size > CSTM_CSV_RECORD_LIMIT)
        return too_long(window, error);
    csv->line = csv->next_line;
    csv->next_line += lines_of(window, csv->record.next);
    csv->at += csv->record.next;
    if (unterminated)
        return layout_window_fail(window, csv->record.fault, NULL, CSTM_ERROR_SYNTAX,
                                  csv_form_text(CSV_UNTERMINATED), error);
    return CSTM_OK;
}

static bool
is_skipped(const struct layout_window *window, size_t n_fields)
{
    const struct cstm_layout *layout = window->layout;
    const struct csv_window *csv = &window->csv;
    size_t size = csv->record.raw_size;
    if (size == 0)
        return layout->form != CSTM_LAYOUT_DELIMITED || n_fields != 1;
    bool last = csv->source_ended && csv->at == csv->size;
    if (size == 1 && csv->raw[0] == '\x1A' && last)
        return true;
    for (size_t i = 0; i < layout->n_comments; i++)
        if (mark_here(&layout->comments[i], csv->raw, size))
            return true;
    return false;
}

cstm_status
layout_window_next(struct layout_window *window, size_t n_fields, bool *ended, cstm_error **error)
{
    cstm_status status;
    do
        status = next_record(window, ended, error);
    while (status == CSTM_OK && !*ended && is_skipped(window, n_fields));
    return status;
}

cstm_status
layout_window_start(struct layout_window *window, cstm_error **error)
{
    struct csv_window *csv = &window->csv;
    cstm_status status = csv_window_start(csv, error);
    if (status != CSTM_OK || window->layout->encoding != CSTM_ENCODING_GB18030)
        return status;
    bool marked = csv->size >= 4 && memcmp(csv->bytes, "\x84\x31\x95\x33", 4) == 0;
    csv->at = marked ? 4 : 0;
    return CSTM_OK;
}

void
layout_window_show(struct layout_window *window, const char *raw, size_t size, int64_t line)
{
    window->csv.raw = raw;
    window->csv.record.raw_size = size;
    window->csv.line = line;
    window->split = false;
}

void
layout_window_clear(struct layout_window *window)
{
    csv_window_clear(&window->csv);
    memory_free(window->marks);
    buffer_clear(&window->text);
}

/* ---- fields ---- */

/* Where the characters of the record begin. */
static cstm_status
mark_characters(struct layout_window *window, enum csv_form *form, cstm_error **error)
{
    const char *raw = window->csv.raw;
    size_t size = window->csv.record.raw_size, bad = encoding_error(window->layout, raw, size);
    if (bad < size) {
        window->csv.record.fault = bad;
        *form = not_encoded(window->layout);
        return CSTM_OK;
    }
    if (!memory_reserve(&window->marks, &window->marks_capacity, size + 1, sizeof *window->marks))
        return error_no_memory(error);
    window->n_marks = 0;
    for (size_t at = 0; at < size; at += character_size(window->layout, raw + at, size - at))
        window->marks[window->n_marks++] = at;
    window->marks[window->n_marks] = size;
    return CSTM_OK;
}

static void
check_fields(struct layout_window *window, enum csv_form *form)
{
    struct csv_record *record = &window->csv.record;
    for (size_t i = 0; i < record->n_fields; i++) {
        const struct csv_field *field = &record->fields[i];
        size_t bad = encoding_error(window->layout, field->text, field->size);
        if (bad == field->size)
            continue;
        /* Behind doubled quotes the byte stands further on: the field is place enough. */
        bool in_place = !field->quoted;
        record->fault = in_place ? field->start + bad : field->start;
        *form = not_encoded(window->layout);
        return;
    }
}

cstm_status
layout_window_split(struct layout_window *window, enum csv_form *form, cstm_error **error)
{
    struct csv_record *record = &window->csv.record;
    *form = CSV_GOOD;
    const char *raw = window->csv.raw;
    unsigned char high =
        0; /* every byte is looked at: a loop without an exit is done many at a time */
    for (size_t i = 0; i < record->raw_size; i++)
        high |= (unsigned char) raw[i];
    window->ascii = high < 0x80;
    if (window->layout->form == CSTM_LAYOUT_CHARACTERS && !window->ascii)
        return mark_characters(window, form, error);
    if (window->layout->form != CSTM_LAYOUT_DELIMITED)
        return CSTM_OK;
    struct scan scan = {window, raw, record->raw_size, true, record->raw_size, record->raw_size};
    enum step step = split_fields(&scan, form);
    record->raw_size = scan.size;
    if (step == STEP_NO_MEMORY)
        return error_no_memory(error);
    if (step == STEP_LAST && !window->ascii)
        check_fields(window, form);
    return CSTM_OK;
}

bool
layout_window_field(const struct layout_window *window, struct layout_place place,
                    struct csv_field *field)
{
    const struct csv_record *record = &window->csv.record;
    size_t start = (size_t) place.start - 1, end = start + (size_t) place.width;
    if (window->layout->form == CSTM_LAYOUT_DELIMITED) {
        if (start >= record->n_fields)
            return false;
        *field = record->fields[start];
        return true;
    }
    bool counted = window->layout->form == CSTM_LAYOUT_CHARACTERS && !window->ascii;
    if (end > (counted ? window->n_marks : record->raw_size))
        return false;
    if (counted) {
        start = window->marks[start];
        end = window->marks[end];
    }
    *field = (struct csv_field){window->csv.raw + start, end - start, start, false};
    return true;
}

struct csv_fault
layout_window_text(struct layout_window *window, const struct csv_field *field, const char **text,
                   size_t *size)
{
    *text = field->text;
    *size = field->size;
    if (window->ascii)
        return (struct csv_fault){CSTM_OK, NULL};
    bool checked = window->layout->form != CSTM_LAYOUT_BYTES;
    if (!checked && encoding_error(window->layout, field->text, field->size) != field->size)
        return (struct csv_fault){CSTM_ERROR_SYNTAX, csv_form_text(not_encoded(window->layout))};
    if (window->layout->encoding == CSTM_ENCODING_UTF8)
        return (struct csv_fault){CSTM_OK, NULL};
    window->text.size = 0;
    if (!gb18030_to_utf8(field->text, field->size, &window->text))
        return (struct csv_fault){CSTM_ERROR_NO_MEMORY, NULL};
    *text = (const char *) window->text.data;
    *size = window->text.size;
    return (struct csv_fault){CSTM_OK, NULL};
}

/* ---- places ---- */

void
layout_window_place(const struct layout_window *window, size_t at, int64_t *line, int64_t *column)
{
    const char *start = window->csv.raw, *end = start + at;
    *line = window->csv.line;
    if (has_lines(window->layout))
        for (const char *feed; (feed = memchr(start, '\n', (size_t) (end - start))) != NULL;
             start = feed + 1)
            (*line)++;
    *column = 1;
    for (; start < end; start += character_size(window->layout, start, (size_t) (end - start)))
        (*column)++;
}

cstm_status
layout_window_fail(const struct layout_window *window, size_t at, const char *field,
                   cstm_status status, const char *what, cstm_error **error)
{
    int64_t line, column;
    layout_window_place(window, at, &line, &column);
    if (field != NULL)
        error_set(error, status, "column '%s': %s", field, what);
    else
        error_set(error, status, "%s", what);
    error_at(error, window->csv.name, line, column);
    if (field != NULL)
        error_at_field(error, field);
    return status;
}
