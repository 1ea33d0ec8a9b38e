/* The habits of a file: the handle of a layout, its marks, its frame, its totals and what happens
 * to bad rows. What is said of one column is in layout_column.c. */
#include "table/layout.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

cstm_status
layout_check(const cstm_layout *layout, cstm_error **error)
{
    error_clear(error);
    return handle_is(layout, HANDLE_LAYOUT) ? CSTM_OK
                                            : error_misuse(error, "layout is NULL or not a layout");
}

cstm_status
layout_check_place(const cstm_layout *layout, struct layout_place place, bool zero,
                   cstm_error **error)
{
    if (place.start < (zero ? 0 : 1) || place.start > CSTM_LAYOUT_POSITION_LIMIT ||
        place.width < 0 || place.width > CSTM_LAYOUT_POSITION_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "a position is counted from 1 to %d",
                         CSTM_LAYOUT_POSITION_LIMIT);
    if (layout->form == CSTM_LAYOUT_DELIMITED && place.width != 0)
        return error_set(error, CSTM_ERROR_RANGE, "a field of a delimited file has no width");
    if (layout->form != CSTM_LAYOUT_DELIMITED && (place.start == 0 || place.width == 0))
        return error_set(error, CSTM_ERROR_RANGE,
                         "a column of fixed width needs its start, from 1, and its width");
    return CSTM_OK;
}

cstm_status
cstm_layout_new(int32_t form, int32_t encoding, cstm_layout **layout, cstm_error **error)
{
    error_clear(error);
    if (layout == NULL)
        return error_misuse(error, "layout is NULL");
    if (form < CSTM_LAYOUT_DELIMITED || form > CSTM_LAYOUT_CHARACTERS)
        return error_misuse(error, "form is not a CSTM_LAYOUT_ constant");
    if (encoding != CSTM_ENCODING_UTF8 && encoding != CSTM_ENCODING_GB18030)
        return error_misuse(error, "encoding is not a CSTM_ENCODING_ constant");
    cstm_layout *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_LAYOUT;
    made->form = form;
    made->encoding = encoding;
    made->delimiter = (struct layout_mark){{'|'}, 1};
    made->left = made->right = form == CSTM_LAYOUT_DELIMITED ? -1 : ' ';
    *layout = made;
    return CSTM_OK;
}

void
cstm_layout_free(cstm_layout *layout)
{
    if (!handle_is(layout, HANDLE_LAYOUT))
        return;
    for (size_t i = 0; i < layout->typed.n_columns; i++) {
        layout_column_clear(&layout->columns[i]);
        memory_free(layout->typed.columns[i].name);
    }
    for (size_t i = 0; i < layout->n_missing; i++)
        memory_free(layout->missing[i].text);
    memory_free(layout->typed.columns);
    memory_free(layout->columns);
    memory_free(layout->comments);
    memory_free(layout->missing);
    memory_free(layout->totals);
    zone_unref(layout->typed.zone);
    layout->handle.tag = HANDLE_FREED;
    memory_free(layout);
}

/* ---- marks ---- */

static cstm_status
take_mark(const uint8_t *bytes, size_t size, size_t least, struct layout_mark *mark,
          cstm_error **error)
{
    if (bytes == NULL && size > 0)
        return error_misuse(error, "bytes is NULL");
    if (size < least || size > CSTM_LAYOUT_MARK_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "a mark has %zu to %d bytes", least,
                         CSTM_LAYOUT_MARK_LIMIT);
    memset(mark, 0, sizeof *mark);
    if (size > 0)
        memcpy(mark->bytes, bytes, size);
    mark->size = size;
    return CSTM_OK;
}

static cstm_status
check_delimited(const cstm_layout *layout, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status == CSTM_OK && layout->form != CSTM_LAYOUT_DELIMITED)
        return error_misuse(error, "the layout is not delimited");
    return status;
}

cstm_status
cstm_layout_set_delimiter(cstm_layout *layout, const uint8_t *bytes, size_t size,
                          cstm_error **error)
{
    cstm_status status = check_delimited(layout, error);
    if (status != CSTM_OK)
        return status;
    if (bytes == NULL)
        return error_misuse(error, "bytes is NULL");
    struct layout_mark mark;
    status = take_mark(bytes, size, 1, &mark, error);
    if (status == CSTM_OK)
        layout->delimiter = mark;
    return status;
}

cstm_status
cstm_layout_set_quote(cstm_layout *layout, int32_t quote, cstm_error **error)
{
    cstm_status status = check_delimited(layout, error);
    if (status != CSTM_OK)
        return status;
    if (quote != 0 && quote != '"' && quote != '\'')
        return error_set(error, CSTM_ERROR_RANGE, "a quote is '\"' or '\\'', or 0 for none");
    layout->quote = (char) quote;
    return CSTM_OK;
}

cstm_status
cstm_layout_set_record_end(cstm_layout *layout, const uint8_t *bytes, size_t size,
                           cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    struct layout_mark mark;
    status = take_mark(bytes, size, 0, &mark, error);
    if (status == CSTM_OK)
        layout->end = mark;
    return status;
}

cstm_status
cstm_layout_set_record_size(cstm_layout *layout, size_t size, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (layout->form == CSTM_LAYOUT_DELIMITED)
        return error_misuse(error, "the layout is delimited: its records have an end");
    if (size > CSTM_LAYOUT_POSITION_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "a record of more than %d bytes",
                         CSTM_LAYOUT_POSITION_LIMIT);
    layout->record_size = size;
    return CSTM_OK;
}

cstm_status
cstm_layout_add_comment(cstm_layout *layout, const uint8_t *bytes, size_t size, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (bytes == NULL)
        return error_misuse(error, "bytes is NULL");
    struct layout_mark mark;
    status = take_mark(bytes, size, 1, &mark, error);
    if (status != CSTM_OK)
        return status;
    if (!memory_reserve(&layout->comments, &layout->comment_capacity, layout->n_comments + 1,
                        sizeof *layout->comments))
        return error_no_memory(error);
    layout->comments[layout->n_comments++] = mark;
    return CSTM_OK;
}

/* ---- frame ---- */

cstm_status
cstm_layout_set_frame(cstm_layout *layout, int32_t before, int32_t names, int32_t after,
                      cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (names != 0 && names != 1)
        return error_misuse(error, "names is neither 0 nor 1");
    if (names == 1 && layout->form != CSTM_LAYOUT_DELIMITED)
        return error_misuse(error, "the layout is not delimited: its columns are not named");
    if (before < 0 || before > CSTM_LAYOUT_FRAME_LIMIT || after < 0 ||
        after > CSTM_LAYOUT_FRAME_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "0 to %d records stand before or after the rows",
                         CSTM_LAYOUT_FRAME_LIMIT);
    layout->before = before;
    layout->names = names;
    layout->after = after;
    return CSTM_OK;
}

cstm_status
cstm_layout_set_fields(cstm_layout *layout, int32_t fields, cstm_error **error)
{
    cstm_status status = check_delimited(layout, error);
    if (status != CSTM_OK)
        return status;
    if (fields < 0 || fields > CSTM_LAYOUT_POSITION_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "a row has 1 to %d fields",
                         CSTM_LAYOUT_POSITION_LIMIT);
    layout->fields = fields;
    return CSTM_OK;
}

static cstm_status
total_column(const cstm_layout *layout, const char *name, int32_t *column, cstm_error **error)
{
    if (name == NULL)
        return error_misuse(error, "name is NULL, but a sum has a column");
    cstm_status status = layout_find(layout, name, column, error);
    if (status != CSTM_OK)
        return status;
    cstm_type type = layout->typed.columns[*column].type;
    if (type == CSTM_TYPE_INT || type == CSTM_TYPE_MONEY)
        return CSTM_OK;
    error_set(error, CSTM_ERROR_TYPE, "column '%s' is neither INT nor MONEY: it has no total",
              name);
    error_at_field(error, name);
    return CSTM_ERROR_TYPE;
}

cstm_status
cstm_layout_add_total(cstm_layout *layout, int32_t kind, const char *name, int32_t record,
                      int32_t start, int32_t width, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (kind < CSTM_TOTAL_COUNT || kind > CSTM_TOTAL_ABSOLUTE)
        return error_misuse(error, "kind is not a CSTM_TOTAL_ constant");
    if (record == 0 || record > CSTM_LAYOUT_FRAME_LIMIT || record < -CSTM_LAYOUT_FRAME_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE,
                         "a record of a total is counted from 1, or from -1 from the end");
    struct layout_total total = {kind, -1, record, {start, width}};
    status = layout_check_place(layout, total.place, false, error);
    if (status == CSTM_OK && kind != CSTM_TOTAL_COUNT)
        status = total_column(layout, name, &total.column, error);
    if (status != CSTM_OK)
        return status;
    if (!memory_reserve(&layout->totals, &layout->total_capacity, layout->n_totals + 1,
                        sizeof *layout->totals))
        return error_no_memory(error);
    layout->totals[layout->n_totals++] = total;
    return CSTM_OK;
}

/* ---- what the rows share ---- */

cstm_status
cstm_layout_add_missing(cstm_layout *layout, const char *name, const char *text, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (text == NULL)
        return error_misuse(error, "text is NULL");
    struct layout_missing missing = {-1, NULL, strlen(text)};
    if (name != NULL)
        status = layout_find(layout, name, &missing.column, error);
    if (status != CSTM_OK)
        return status;
    if (missing.size == 0 || text_utf8_error(text, missing.size) != missing.size)
        return error_set(error, CSTM_ERROR_SYNTAX, "the text for missing is %s",
                         missing.size == 0 ? "empty, which is missing anyhow" : "not UTF-8");
    missing.text = memory_copy(text, missing.size);
    if (missing.text == NULL || !memory_reserve(&layout->missing, &layout->missing_capacity,
                                                layout->n_missing + 1, sizeof *layout->missing)) {
        memory_free(missing.text);
        return error_no_memory(error);
    }
    layout->missing[layout->n_missing++] = missing;
    return CSTM_OK;
}

cstm_status
cstm_layout_set_zone(cstm_layout *layout, const char *zone, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    struct zone *loaded = NULL;
    if (zone != NULL)
        status = zone_load(zone, &loaded, error);
    if (status != CSTM_OK)
        return status;
    zone_unref(layout->typed.zone);
    layout->typed.zone = loaded;
    return CSTM_OK;
}

cstm_status
cstm_layout_set_currency(cstm_layout *layout, const char *currency, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (currency == NULL)
        return error_misuse(error, "currency is NULL");
    const struct currency *found = currency_find(currency, strlen(currency));
    if (found == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%.16s'", currency);
    layout->typed.currency = found;
    return CSTM_OK;
}

cstm_status
cstm_layout_set_reject(cstm_layout *layout, int32_t reject, int64_t limit, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (reject != CSTM_CSV_STOP && reject != CSTM_CSV_COLLECT)
        return error_misuse(error, "reject is neither CSTM_CSV_STOP nor CSTM_CSV_COLLECT");
    if (limit < 0)
        return error_set(error, CSTM_ERROR_RANGE, "the limit of rejected rows is negative");
    layout->typed.reject = reject;
    layout->reject_limit = limit;
    return CSTM_OK;
}
