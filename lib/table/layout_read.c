/* The loop of the reader of bank files: what stands before the rows, the rows, each into the
 * columns or among the rejected ones, and what stands after them. Which records are the last is
 * known at the end only, so as many are kept aside as may turn out to be no rows. */
#define _GNU_SOURCE /* memmem */
#include "table/layout.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"

#include <string.h>

#define ROWS_PER_REPORT 8192

/* ---- the layout as a whole ---- */

static bool
mark_holds(const struct layout_mark *mark, const struct layout_mark *other)
{
    return other->size > 0 && memmem(mark->bytes, mark->size, other->bytes, other->size) != NULL;
}

/* Whether a mark can be told from the inside of characters. */
static bool
begins_inside(const struct cstm_layout *layout, const struct layout_mark *mark)
{
    unsigned char first = (unsigned char) mark->bytes[0];
    return layout->encoding == CSTM_ENCODING_UTF8 && mark->size > 0 && first >= 0x80 &&
           first < 0xC0;
}

static cstm_status
check_marks(const struct cstm_layout *layout, cstm_error **error)
{
    static const struct layout_mark feed = {{'\n'}, 1};
    const struct layout_mark *end = layout->end.size > 0 ? &layout->end : &feed;
    struct layout_mark quote = {{layout->quote}, layout->quote != '\0'};
    if (layout->form == CSTM_LAYOUT_DELIMITED) {
        if (mark_holds(&layout->delimiter, end) || mark_holds(end, &layout->delimiter) ||
            (end == &feed && memchr(layout->delimiter.bytes, '\r', layout->delimiter.size)))
            return error_misuse(error, "the delimiter and the end of a record hold one the other");
        if (mark_holds(&layout->delimiter, &quote) || mark_holds(end, &quote))
            return error_misuse(error, "the delimiter or the end of a record holds the quote");
        if (begins_inside(layout, &layout->delimiter))
            return error_misuse(error, "the delimiter begins inside a character of UTF-8");
    }
    if (begins_inside(layout, &layout->end))
        return error_misuse(error, "the end of a record begins inside a character of UTF-8");
    return CSTM_OK;
}

static bool
is_beyond(const struct cstm_layout *layout, struct layout_place place)
{
    return layout->form == CSTM_LAYOUT_BYTES && layout->record_size > 0 && place.start > 0 &&
           (size_t) place.start - 1 + (size_t) place.width > layout->record_size;
}

static cstm_status
check_layout(const struct cstm_layout *layout, cstm_error **error)
{
    const struct cstm_csv *typed = &layout->typed;
    if (typed->n_columns == 0)
        return error_misuse(error, "the layout has no columns");
    for (size_t i = 0; i < typed->n_columns; i++) {
        if (typed->columns[i].type == CSTM_TYPE_MONEY && typed->currency == NULL)
            return error_misuse(error, "the layout has a MONEY column and no currency");
        if (is_beyond(layout, layout->columns[i].place) ||
            is_beyond(layout, layout->columns[i].sign_place))
            return error_misuse(error, "a column lies beyond the size of a record");
    }
    for (size_t i = 0; i < layout->n_totals; i++) {
        int32_t record = layout->totals[i].record;
        if (record > layout->before || -record > layout->after)
            return error_misuse(error, "a control total stands in a record that is not before or "
                                       "after the rows");
        if (is_beyond(layout, layout->totals[i].place))
            return error_misuse(error, "a control total lies beyond the size of a record");
    }
    return check_marks(layout, error);
}

/* ---- names ---- */

static cstm_status
absent_column(const struct layout_reading *reading, const char *name, const char *const *words,
              size_t n_words, cstm_error **error)
{
    const char *nearest = text_nearest(name, words, n_words);
    error_set(error, CSTM_ERROR_UNKNOWN,
              nearest != NULL ? "the file names no field '%s'; did you mean '%s'?"
                              : "the file names no field '%s'",
              name, nearest);
    error_at(error, reading->window.csv.name, reading->window.csv.line, 1);
    error_at_field(error, name);
    return CSTM_ERROR_UNKNOWN;
}

/* The field of each column that has no number, among the names of the current record. */
static cstm_status
place_by_names(struct layout_reading *reading, const char *const *names, size_t n_names,
               cstm_error **error)
{
    const struct csv_record *record = &reading->window.csv.record;
    for (size_t c = 0; c < reading->layout->typed.n_columns; c++) {
        if (reading->places[c].start > 0)
            continue;
        const char *name = reading->layout->typed.columns[c].name;
        for (size_t i = 0; i < n_names; i++) {
            if (strcmp(names[i], name) != 0)
                continue;
            if (reading->places[c].start > 0)
                return layout_window_fail(&reading->window, record->fields[i].start, name,
                                          CSTM_ERROR_DUPLICATE, "the file names it twice", error);
            reading->places[c].start = (int32_t) i + 1;
        }
        if (reading->places[c].start == 0)
            return absent_column(reading, name, names, n_names, error);
    }
    return CSTM_OK;
}

static cstm_status
read_names(struct layout_reading *reading, cstm_error **error)
{
    struct layout_window *window = &reading->window;
    size_t n = window->csv.record.n_fields;
    struct arena arena = {0};
    const char **names = memory_new_array(n, sizeof *names);
    cstm_status status = names != NULL ? CSTM_OK : error_no_memory(error);
    for (size_t i = 0; status == CSTM_OK && i < n; i++) {
        const char *text;
        size_t size;
        if (layout_window_text(window, &window->csv.record.fields[i], &text, &size).status ==
            CSTM_OK) {
            layout_strip(&text, &size);
            names[i] = arena_text(&arena, text, size);
        }
        if (names[i] == NULL)
            status = error_no_memory(error);
    }
    if (status == CSTM_OK)
        status = place_by_names(reading, names, n, error);
    if (status == CSTM_OK && reading->n_fields == 0)
        reading->n_fields = n;
    memory_free(names);
    arena_clear(&arena);
    return status;
}

/* ---- rows ---- */

static cstm_status
report(struct layout_reading *reading, cstm_error **error)
{
    bool stop = reading->cancel != NULL && cstm_cancel_requested(reading->cancel);
    if (!stop && reading->progress != NULL)
        stop = reading->progress(reading->progress_data, reading->rows_seen, 0) != 0;
    return stop ? error_set(error, CSTM_ERROR_CANCELLED, "reading was cancelled") : CSTM_OK;
}

/* The current record is a row. */
static cstm_status
take_row(struct layout_reading *reading, cstm_error **error)
{
    enum csv_form form;
    cstm_status status = CSTM_OK;
    if (reading->rows_seen++ % ROWS_PER_REPORT == 0)
        status = report(reading, error);
    if (status == CSTM_OK)
        status = layout_window_split(&reading->window, &form, error);
    if (status != CSTM_OK)
        return status;
    return layout_row_take(reading, form, error);
}

/* ---- before, between and after ---- */

static cstm_status
frame_is_short(const struct layout_reading *reading, cstm_error **error)
{
    error_set(error, CSTM_ERROR_SYNTAX,
              "the file has fewer records than stand before and after its rows");
    error_at(error, reading->window.csv.name, reading->window.csv.next_line, 1);
    return CSTM_ERROR_SYNTAX;
}

/* Splits a record that is no row; it has to be right in its form. */
static cstm_status
split_other(struct layout_reading *reading, cstm_error **error)
{
    enum csv_form form;
    cstm_status status = layout_window_split(&reading->window, &form, error);
    if (status == CSTM_OK && form != CSV_GOOD)
        return layout_window_fail(&reading->window, reading->window.csv.record.fault, NULL,
                                  CSTM_ERROR_SYNTAX, csv_form_text(form), error);
    return status;
}

static cstm_status
read_before(struct layout_reading *reading, cstm_error **error)
{
    const struct cstm_layout *layout = reading->layout;
    for (int32_t i = 1; i <= layout->before + layout->names; i++) {
        bool ended;
        cstm_status status = layout_window_next(&reading->window, reading->n_fields, &ended, error);
        if (status == CSTM_OK && ended)
            return frame_is_short(reading, error);
        if (status == CSTM_OK)
            status = split_other(reading, error);
        if (status == CSTM_OK && i > layout->before)
            status = read_names(reading, error);
        else if (status == CSTM_OK)
            status = layout_totals_read(&reading->window, i, reading->sums, error);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

/* Keeps the current record and gives the one back that was kept longest, if there are enough. */
static cstm_status
hold_record(struct layout_reading *reading, bool *row, cstm_error **error)
{
    struct layout_window *window = &reading->window;
    int32_t after = reading->layout->after;
    struct layout_held *oldest = &reading->held[reading->n_held % (after + 1)];
    oldest->bytes.size = 0;
    oldest->line = window->csv.line;
    if (!buffer_put(&oldest->bytes, window->csv.raw, window->csv.record.raw_size))
        return error_no_memory(error);
    reading->n_held++;
    *row = reading->n_held > after;
    if (!*row)
        return CSTM_OK;
    const struct layout_held *first = &reading->held[reading->n_held % (after + 1)];
    layout_window_show(window, (const char *) first->bytes.data, first->bytes.size, first->line);
    return CSTM_OK;
}

static cstm_status
read_rows(struct layout_reading *reading, cstm_error **error)
{
    for (;;) {
        bool ended, row = true;
        cstm_status status = layout_window_next(&reading->window, reading->n_fields, &ended, error);
        if (status != CSTM_OK || ended)
            return status;
        if (reading->layout->after > 0)
            status = hold_record(reading, &row, error);
        if (status == CSTM_OK && row)
            status = take_row(reading, error);
        if (status != CSTM_OK)
            return status;
    }
}

static cstm_status
read_after(struct layout_reading *reading, cstm_error **error)
{
    int32_t after = reading->layout->after;
    if (reading->n_held < after)
        return frame_is_short(reading, error);
    for (int32_t i = 1; i <= after; i++) {
        const struct layout_held *held = &reading->held[(reading->n_held - i) % (after + 1)];
        layout_window_show(&reading->window, (const char *) held->bytes.data, held->bytes.size,
                           held->line);
        cstm_status status = split_other(reading, error);
        if (status == CSTM_OK)
            status = layout_totals_read(&reading->window, -i, reading->sums, error);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

/* ---- the calls ---- */

/* The rejected rows are columns like any other, filled by the same code. */
static const struct csv_declared rejected_columns[] = {
    {(char[]){"line"}, CSTM_TYPE_INT},     {(char[]){"column"}, CSTM_TYPE_INT},
    {(char[]){"field"}, CSTM_TYPE_STRING}, {(char[]){"reason"}, CSTM_TYPE_STRING},
    {(char[]){"text"}, CSTM_TYPE_STRING},
};

/* Columns without a number stand behind the one before them, unless the file names them. */
static void
place_columns(struct layout_reading *reading)
{
    const struct cstm_layout *layout = reading->layout;
    int32_t last = 0;
    size_t most = 0;
    for (size_t c = 0; c < layout->typed.n_columns; c++) {
        struct layout_place *place = &reading->places[c];
        *place = layout->columns[c].place;
        if (place->start == 0 && layout->names == 0)
            place->start = last + 1;
        last = place->start;
        int32_t sign = layout->columns[c].sign_place.start;
        int32_t further = sign > last ? sign : last;
        most = (size_t) further > most ? (size_t) further : most;
    }
    reading->n_fields = layout->fields > 0 ? (size_t) layout->fields : layout->names ? 0 : most;
}

static cstm_status
reading_start(struct layout_reading *reading, const struct cstm_csv *rejected, cstm_error **error)
{
    const struct cstm_layout *layout = reading->layout;
    reading->window.layout = layout;
    reading->places = memory_new_array(layout->typed.n_columns, sizeof *reading->places);
    reading->sums = memory_new_array(layout->n_totals, sizeof *reading->sums);
    reading->held = memory_new_array((size_t) layout->after + 1, sizeof *reading->held);
    if (reading->places == NULL || reading->sums == NULL || reading->held == NULL)
        return error_no_memory(error);
    place_columns(reading);
    cstm_status status = csv_columns_start(&reading->columns, &layout->typed, error);
    if (status == CSTM_OK)
        status = csv_columns_start(&reading->rejected, rejected, error);
    return status;
}

static void
reading_clear(struct layout_reading *reading)
{
    layout_window_clear(&reading->window);
    for (int32_t i = 0; reading->held != NULL && i <= reading->layout->after; i++)
        buffer_clear(&reading->held[i].bytes);
    memory_free(reading->held);
    memory_free(reading->sums);
    memory_free(reading->places);
    csv_columns_clear(&reading->columns);
    csv_columns_clear(&reading->rejected);
}

static cstm_status
reading_end(struct layout_reading *reading, cstm_table **table, cstm_table **rejected,
            cstm_error **error)
{
    bool collect = reading->layout->typed.reject == CSTM_CSV_COLLECT;
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
read_all(struct layout_reading *reading, const char *path, const uint8_t *bytes, size_t size,
         cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    struct cstm_csv plain = {.columns = (struct csv_declared *) rejected_columns, .n_columns = 5};
    cstm_status status = reading_start(reading, &plain, error);
    if (status == CSTM_OK) {
        status = csv_source_open(path, bytes, size, &reading->window.csv.source, error);
        if (status != CSTM_OK)
            error_at(error, reading->window.csv.name, 0, 0);
    }
    if (status == CSTM_OK)
        status = layout_window_start(&reading->window, error);
    if (status == CSTM_OK)
        status = read_before(reading, error);
    if (status == CSTM_OK)
        status = read_rows(reading, error);
    if (status == CSTM_OK)
        status = read_after(reading, error);
    if (status == CSTM_OK)
        status = layout_totals_check(&reading->window, reading->sums, reading->rows_seen,
                                     (int64_t) reading->rejected.rows, error);
    if (status == CSTM_OK)
        status = reading_end(reading, table, rejected, error);
    reading_clear(reading);
    return status;
}

static cstm_status
check_reading(const cstm_layout *layout, cstm_table **table, cstm_table **rejected,
              cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    if (rejected == NULL && layout->typed.reject == CSTM_CSV_COLLECT)
        return error_misuse(error, "rejected is NULL, but rejected rows are to be collected");
    return check_layout(layout, error);
}

cstm_status
cstm_layout_read_file(const cstm_layout *layout, const char *path, cstm_progress_function progress,
                      void *progress_data, const cstm_cancel *cancel, cstm_table **table,
                      cstm_table **rejected, cstm_error **error)
{
    cstm_status status = check_reading(layout, table, rejected, error);
    if (status != CSTM_OK)
        return status;
    if (path == NULL)
        return error_misuse(error, "path is NULL");
    if (cancel != NULL && !handle_is(cancel, HANDLE_CANCEL))
        return error_misuse(error, "cancel is not a cancel flag");
    struct layout_reading reading = {
        .layout = layout, .progress = progress, .progress_data = progress_data, .cancel = cancel};
    reading.window.csv.name = path;
    return read_all(&reading, path, NULL, 0, table, rejected, error);
}

cstm_status
cstm_layout_read_bytes(const cstm_layout *layout, const char *name, const uint8_t *bytes,
                       size_t size, cstm_table **table, cstm_table **rejected, cstm_error **error)
{
    cstm_status status = check_reading(layout, table, rejected, error);
    if (status != CSTM_OK)
        return status;
    if (bytes == NULL && size > 0)
        return error_misuse(error, "bytes is NULL");
    struct layout_reading reading = {.layout = layout};
    reading.window.csv.name = name;
    return read_all(&reading, NULL, bytes, size, table, rejected, error);
}
