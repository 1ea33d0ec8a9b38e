/* One record of a CSV file into its fields, after the grammar of RFC 4180, with LF as a line end
 * beside CRLF:
 *
 *     record = field *(delimiter field) line-end
 *     field  = quoted / plain
 *     quoted = '"' *(any but '"' / '""') '"'
 *     plain  = *(any but '"', delimiter, CR and LF)
 *
 * Fields point into the window; only one with doubled quotes is copied to scratch. A record that
 * does not follow the grammar is skipped to the next line feed, so that the records after it can
 * still be read. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

struct scan {
    struct csv_record *record;
    const char *raw;
    size_t size;
    size_t at;
    char delimiter;
    bool at_end;
};

/* What a part of the scan came to, besides the forms of a record. */
enum step {
    STEP_FIELD, /* a delimiter: another field follows */
    STEP_LINE,  /* the record is over */
    STEP_MORE,
    STEP_FAULT,
    STEP_NO_MEMORY,
};

static enum step
fault(struct scan *scan, enum csv_form what, enum csv_form *form)
{
    *form = what;
    scan->record->fault = scan->at;
    return STEP_FAULT;
}

/* At a delimiter, a line end or the end of the file. */
static enum step
field_end(struct scan *scan, enum csv_form otherwise, enum csv_form *form)
{
    struct csv_record *record = scan->record;
    if (scan->at == scan->size) {
        if (!scan->at_end)
            return STEP_MORE;
        record->raw_size = record->next = scan->at;
        return STEP_LINE;
    }
    char c = scan->raw[scan->at];
    if (c == scan->delimiter) {
        scan->at++;
        return STEP_FIELD;
    }
    size_t line_end = scan->at;
    if (c == '\r') {
        if (scan->at + 1 == scan->size && !scan->at_end)
            return STEP_MORE;
        if (scan->at + 1 == scan->size || scan->raw[scan->at + 1] != '\n')
            return fault(scan, CSV_LONE_RETURN, form);
        line_end++;
    } else if (c != '\n') {
        return fault(scan, otherwise, form);
    }
    record->raw_size = scan->at;
    record->next = line_end + 1;
    return STEP_LINE;
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

static enum step
plain_field(struct scan *scan, enum csv_form *form)
{
    size_t start = scan->at;
    while (scan->at < scan->size) {
        char c = scan->raw[scan->at];
        if (c == scan->delimiter || c == '\n' || c == '\r' || c == '"')
            break;
        scan->at++;
    }
    size_t end = scan->at;
    enum step step = field_end(scan, CSV_STRAY_QUOTE, form);
    if ((step == STEP_FIELD || step == STEP_LINE) &&
        !add_field(scan->record, scan->raw + start, end - start, start, false))
        return STEP_NO_MEMORY;
    return step;
}

/* The text between two quotes with doubled ones made single, in scratch. The scratch has room for
 * all of the window, so it never moves under the fields that point into it. */
static const char *
undouble(struct scan *scan, size_t from, size_t to, size_t *size)
{
    struct csv_record *record = scan->record;
    if (record->scratch_capacity < scan->size) {
        if (record->scratch_used > 0 ||
            !memory_reserve(&record->scratch, &record->scratch_capacity, scan->size, 1))
            return NULL;
    }
    char *start = record->scratch + record->scratch_used, *out = start;
    for (size_t i = from; i < to; i++) {
        *out++ = scan->raw[i];
        if (scan->raw[i] == '"')
            i++;
    }
    *size = (size_t) (out - start);
    record->scratch_used += *size;
    return start;
}

static enum step
quoted_field(struct scan *scan, enum csv_form *form)
{
    size_t start = scan->at, open = start + 1;
    bool doubled = false;
    for (scan->at = open;; scan->at += 2) {
        const char *quote = memchr(scan->raw + scan->at, '"', scan->size - scan->at);
        if (quote == NULL) {
            scan->at = start;
            return scan->at_end ? fault(scan, CSV_UNTERMINATED, form) : STEP_MORE;
        }
        scan->at = (size_t) (quote - scan->raw);
        if (scan->at + 1 == scan->size && !scan->at_end)
            return STEP_MORE;
        if (scan->at + 1 == scan->size || scan->raw[scan->at + 1] != '"')
            break;
        doubled = true;
    }
    size_t close = scan->at++, size = close - open;
    enum step step = field_end(scan, CSV_AFTER_QUOTE, form);
    if (step != STEP_FIELD && step != STEP_LINE)
        return step;
    const char *text = scan->raw + open;
    if (doubled)
        text = undouble(scan, open, close, &size);
    if (text == NULL || !add_field(scan->record, text, size, start, true))
        return STEP_NO_MEMORY;
    return step;
}

/* A record of wrong form ends at the next line feed. */
static enum step
skip_line(struct scan *scan)
{
    struct csv_record *record = scan->record;
    const char *feed = memchr(scan->raw + scan->at, '\n', scan->size - scan->at);
    if (feed == NULL && !scan->at_end)
        return STEP_MORE;
    size_t end = feed != NULL ? (size_t) (feed - scan->raw) : scan->size;
    record->next = feed != NULL ? end + 1 : end;
    record->raw_size = end > scan->at && scan->raw[end - 1] == '\r' ? end - 1 : end;
    return STEP_LINE;
}

/* Of a record whose grammar is right: the characters themselves. */
static enum csv_form
check_characters(struct csv_record *record, const char *raw)
{
    size_t bad = text_utf8_error(raw, record->raw_size);
    const char *nul = record->raw_size > 0
                          ? memchr(raw, '\0', bad < record->raw_size ? bad : record->raw_size)
                          : NULL;
    if (nul != NULL) {
        record->fault = (size_t) (nul - raw);
        return CSV_NUL;
    }
    record->fault = bad;
    return bad < record->raw_size ? CSV_NOT_UTF8 : CSV_GOOD;
}

cstm_status
csv_record_read(struct csv_record *record, const char *raw, size_t size, char delimiter,
                bool at_end, enum csv_form *form, cstm_error **error)
{
    struct scan scan = {record, raw, size, 0, delimiter, at_end};
    enum step step = STEP_FIELD;
    record->n_fields = 0;
    record->scratch_used = 0;
    *form = CSV_GOOD;
    while (step == STEP_FIELD) {
        bool quoted = scan.at < size && raw[scan.at] == '"';
        step = quoted ? quoted_field(&scan, form) : plain_field(&scan, form);
    }
    if (step == STEP_FAULT && *form == CSV_UNTERMINATED) {
        record->raw_size = record->next = size;
        return CSTM_OK;
    }
    if (step == STEP_FAULT)
        step = skip_line(&scan);
    else if (step == STEP_LINE)
        *form = check_characters(record, raw);
    if (step == STEP_MORE)
        *form = CSV_MORE;
    return step == STEP_NO_MEMORY ? error_no_memory(error) : CSTM_OK;
}

void
csv_record_clear(struct csv_record *record)
{
    memory_free(record->fields);
    memory_free(record->scratch);
    memset(record, 0, sizeof *record);
}
