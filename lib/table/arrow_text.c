/* Text of Arrow made columns: utf8 with 4-byte offsets (widened), large_utf8 (taken as it is),
 * utf8_view (gathered), each maybe behind dictionary codes (kept as codes), and lists of any of
 * these. */
#include "table/arrow.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/check.h"
#include "table/owner.h"

#include <string.h>

static int64_t *
zero_offsets(struct table_column *column, int64_t n)
{
    int64_t *offsets = owner_block(column->owner, (size_t) n + 1, sizeof *offsets);
    column->offsets = offsets;
    column->bytes = "";
    return offsets;
}

static void
widen(const int32_t *restrict from, int64_t n, int64_t *restrict to)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = from[i];
}

/* Offsets [slice.offset, slice.offset + rows] of a buffer as int64 from wherever they lie; borrowed
 * where they are just that. */
static cstm_status
read_offsets(const struct arrow_slice *slice, int32_t width, struct table_column *column,
             const int64_t **offsets, cstm_error **error)
{
    const void *buffer = slice->array->buffers[1];
    if (slice->rows == 0) {
        *offsets = owner_block(column->owner, 1, sizeof **offsets);
        return *offsets != NULL ? CSTM_OK : error_no_memory(error);
    }
    if (buffer == NULL)
        return arrow_corrupt(column, "an Arrow array without its offsets", error);
    const char *first = (const char *) buffer + slice->offset * width;
    if (width == 8 && (uintptr_t) first % _Alignof(int64_t) == 0) {
        *offsets = (const int64_t *) (const void *) first;
        owner_borrow(column->owner, slice->lender);
    } else {
        int64_t *wide_offsets =
            owner_block(column->owner, (size_t) slice->rows + 1, sizeof *wide_offsets);
        if (wide_offsets == NULL)
            return error_no_memory(error);
        if (width == 4 && (uintptr_t) first % _Alignof(int32_t) == 0)
            widen((const int32_t *) (const void *) first, slice->rows + 1, wide_offsets);
        else
            for (int64_t i = 0; i <= slice->rows; i++)
                wide_offsets[i] = arrow_integer(first, width, true, i);
        *offsets = wide_offsets;
    }
    return check_offsets(column, *offsets, slice->rows, slice->first_row, error);
}

static cstm_status
read_plain(int32_t width, const struct arrow_slice *slice, struct table_column *column,
           cstm_error **error)
{
    cstm_status status = arrow_check_array(slice->array, 3, 0, column, error);
    if (status == CSTM_OK)
        status = arrow_check_slice(slice, column, error);
    if (status == CSTM_OK)
        status = arrow_read_valid(slice, column, error);
    if (status == CSTM_OK)
        status = read_offsets(slice, width, column, &column->offsets, error);
    if (status != CSTM_OK)
        return status;
    column->bytes = slice->array->buffers[2];
    if (column->bytes == NULL) {
        if (column->offsets[slice->rows] > 0)
            return arrow_corrupt(column, "an Arrow array of text without its bytes", error);
        column->bytes = "";
    }
    owner_borrow(column->owner, slice->lender);
    return check_texts(column, slice->rows, column->valid, slice->first_row, error);
}

/* A view is 16 bytes: the length, then the text itself (up to 12 bytes), or 4 bytes of it, the
 * buffer and the offset there. The sizes of the buffers stand in the last one, so unlike elsewhere
 * the bounds can be checked. */
struct view_reader {
    const char *views;
    const void *const *data;
    const char *sizes; /* int64 each, of any alignment */
    int64_t n_data;
};

static const char *
view_text(const struct view_reader *reader, int64_t i, int32_t *size)
{
    const char *view = reader->views + i * 16;
    int32_t buffer, offset;
    memcpy(size, view, sizeof *size);
    if (*size < 0)
        return NULL;
    if (*size <= 12)
        return view + 4;
    memcpy(&buffer, view + 8, sizeof buffer);
    memcpy(&offset, view + 12, sizeof offset);
    if (buffer < 0 || buffer >= reader->n_data || offset < 0 || reader->data[buffer] == NULL)
        return NULL;
    int64_t room = arrow_integer(reader->sizes, 8, true, buffer);
    if ((int64_t) offset + *size > room)
        return NULL;
    return (const char *) reader->data[buffer] + offset;
}

static cstm_status
gather_views(const struct view_reader *reader, const struct arrow_slice *slice,
             struct table_column *column, cstm_error **error)
{
    int64_t *offsets = zero_offsets(column, slice->rows);
    if (offsets == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        int32_t size = 0;
        if (column_is_valid(column, i) && view_text(reader, i, &size) == NULL)
            return check_fault(column, slice->first_row + i, CSTM_ERROR_CORRUPT,
                               "a view that leads out of its buffer", error);
        offsets[i + 1] = offsets[i] + size;
    }
    char *bytes = owner_block(column->owner, (size_t) offsets[slice->rows], 1);
    if (bytes == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        int32_t size;
        if (column_is_valid(column, i)) {
            const char *text = view_text(reader, i, &size);
            memcpy(bytes + offsets[i], text, (size_t) size);
        }
    }
    column->bytes = bytes;
    return check_texts(column, slice->rows, column->valid, slice->first_row, error);
}

static cstm_status
read_views(const struct arrow_slice *slice, struct table_column *column, cstm_error **error)
{
    const struct ArrowArray *array = slice->array;
    if (array->n_buffers < 3)
        return arrow_corrupt(column, "an Arrow array of views without its buffers", error);
    cstm_status status = arrow_check_array(array, array->n_buffers, 0, column, error);
    if (status == CSTM_OK)
        status = arrow_check_slice(slice, column, error);
    if (status == CSTM_OK)
        status = arrow_read_valid(slice, column, error);
    if (status != CSTM_OK)
        return status;
    struct view_reader reader = {.data = array->buffers + 2, .n_data = array->n_buffers - 3};
    reader.sizes = array->buffers[array->n_buffers - 1];
    if (slice->rows == 0)
        return zero_offsets(column, 0) != NULL ? CSTM_OK : error_no_memory(error);
    if (array->buffers[1] == NULL || (reader.n_data > 0 && reader.sizes == NULL))
        return arrow_corrupt(column, "an Arrow array of views without its buffers", error);
    reader.views = (const char *) array->buffers[1] + slice->offset * 16;
    return gather_views(&reader, slice, column, error);
}

static cstm_status
read_direct(int32_t offset_width, const struct arrow_slice *slice, struct table_column *column,
            cstm_error **error)
{
    if (offset_width == 0)
        return read_views(slice, column, error);
    return read_plain(offset_width, slice, column, error);
}

/* The entries of a dictionary as the column's texts. entry_valid is the validity of the entries: a
 * code of a missing entry is a missing cell. */
static cstm_status
read_entries(const struct arrow_text *text, const struct arrow_slice *slice,
             struct table_column *column, const uint8_t **entry_valid, cstm_error **error)
{
    const struct ArrowArray *entries = slice->array->dictionary;
    if (entries == NULL)
        return arrow_corrupt(column, "an Arrow array without its dictionary", error);
    if (entries->length > INT32_MAX) {
        error_set(error, CSTM_ERROR_LIMIT,
                  "column '%s': a dictionary of more than 2,147,483,647 entries", column->name);
        error_at_field(error, column->name);
        return CSTM_ERROR_LIMIT;
    }
    struct arrow_slice whole = {entries, entries->offset, entries->length, 0, slice->lender};
    column->rows = entries->length;
    cstm_status status = read_direct(text->offset_width, &whole, column, error);
    if (status != CSTM_OK)
        return status;
    column->dictionary_size = entries->length;
    *entry_valid = column->valid;
    column->valid = NULL;
    return CSTM_OK;
}

/* Missing cells have code 0, and so do elements behind a missing list, whose own validity is not
 * kept: there is an entry for it in every dictionary, an empty text where the producer's has none.
 */
static cstm_status
entry_for_code_0(struct table_column *column, cstm_error **error)
{
    if (column->dictionary_size > 0)
        return CSTM_OK;
    column->dictionary_size = 1;
    return zero_offsets(column, 1) != NULL ? CSTM_OK : error_no_memory(error);
}

/* True where every code, those of missing cells too, is an entry that is there, so that the buffer
 * can be used as it is. */
static bool
codes_are_clean(const int32_t *codes, int64_t rows, int64_t entries, const uint8_t *entry_valid)
{
    for (int64_t i = 0; i < rows; i++)
        if (codes[i] < 0 || codes[i] >= entries ||
            (entry_valid != NULL && entry_valid[codes[i]] == 0))
            return false;
    return true;
}

/* Codes narrowed or widened to int32; missing cells and cells of a missing entry get code 0 and are
 * missing. */
static cstm_status
copy_codes(const struct arrow_text *text, const struct arrow_slice *slice, const char *first,
           const uint8_t *entry_valid, struct table_column *column, cstm_error **error)
{
    int32_t *codes = owner_block(column->owner, (size_t) slice->rows, sizeof *codes);
    uint8_t *valid = owner_block(column->owner, (size_t) slice->rows, 1);
    if (codes == NULL || valid == NULL)
        return error_no_memory(error);
    bool all_there = true;
    for (int64_t i = 0; i < slice->rows; i++) {
        valid[i] = column_is_valid(column, i);
        if (valid[i] != 0) {
            int64_t code = arrow_integer(first, text->code_width, text->code_signed, i);
            if (code < 0 || code >= column->dictionary_size)
                return check_fault(column, slice->first_row + i, CSTM_ERROR_CORRUPT,
                                   "an index outside its dictionary", error);
            valid[i] = entry_valid == NULL || entry_valid[code] != 0;
            codes[i] = valid[i] != 0 ? (int32_t) code : 0;
        }
        all_there = all_there && valid[i] != 0;
    }
    column->codes = codes;
    column->valid = all_there ? NULL : valid;
    return CSTM_OK;
}

static cstm_status
read_coded(const struct arrow_text *text, const struct arrow_slice *slice,
           struct table_column *column, cstm_error **error)
{
    const uint8_t *entry_valid = NULL;
    cstm_status status = arrow_check_array(slice->array, 2, 0, column, error);
    if (status == CSTM_OK)
        status = arrow_check_slice(slice, column, error);
    if (status == CSTM_OK)
        status = read_entries(text, slice, column, &entry_valid, error);
    if (status != CSTM_OK)
        return status;
    column->rows = slice->rows;
    status = arrow_read_valid(slice, column, error);
    if (status != CSTM_OK)
        return status;
    if (slice->array->buffers[1] == NULL && slice->rows > 0)
        return arrow_corrupt(column, "an Arrow array without its indices", error);
    const char *first =
        slice->rows > 0 ? (const char *) slice->array->buffers[1] + slice->offset * text->code_width
                        : "";
    const int32_t *as_is = (const int32_t *) (const void *) first;
    bool fits = text->code_width == 4 && text->code_signed && slice->rows > 0 &&
                (uintptr_t) first % _Alignof(int32_t) == 0;
    if (fits && codes_are_clean(as_is, slice->rows, column->dictionary_size, entry_valid)) {
        column->codes = as_is;
        owner_borrow(column->owner, slice->lender);
    } else {
        status = copy_codes(text, slice, first, entry_valid, column, error);
    }
    return status == CSTM_OK ? entry_for_code_0(column, error) : status;
}

cstm_status
arrow_read_text(const struct arrow_text *text, const struct arrow_slice *slice,
                struct table_column *column, cstm_error **error)
{
    if (text->code_width > 0)
        return read_coded(text, slice, column, error);
    return read_direct(text->offset_width, slice, column, error);
}

/* A fault among the elements is told by the row that holds the element. */
static cstm_status
list_fault(const struct table_column *column, const int64_t *offsets,
           const struct arrow_slice *slice, cstm_error *fault, cstm_status status,
           cstm_error **error)
{
    int64_t element = cstm_error_row(fault), row = 0;
    (void) column;
    if (element >= 0) {
        while (row + 1 < slice->rows && offsets[row + 1] - offsets[0] <= element)
            row++;
        error_at_row(&fault, slice->first_row + row);
    }
    if (error != NULL)
        *error = fault;
    else
        cstm_error_free(fault);
    return status;
}

/* Offsets of the lists from 0, over the elements that the rows really use. */
static cstm_status
rebase_lists(struct table_column *column, const int64_t *offsets, int64_t rows, cstm_error **error)
{
    column->list_offsets = offsets;
    if (offsets[0] == 0)
        return CSTM_OK;
    int64_t *rebased = owner_block(column->owner, (size_t) rows + 1, sizeof *rebased);
    if (rebased == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i <= rows; i++)
        rebased[i] = offsets[i] - offsets[0];
    column->list_offsets = rebased;
    return CSTM_OK;
}

static cstm_status
check_elements(const struct table_column *column, const uint8_t *element_valid,
               const struct arrow_slice *slice, cstm_error **error)
{
    for (int64_t i = 0; element_valid != NULL && i < slice->rows; i++)
        for (int64_t j = column->list_offsets[i];
             column_is_valid(column, i) && j < column->list_offsets[i + 1]; j++)
            if (element_valid[j] == 0)
                return check_fault(column, slice->first_row + i, CSTM_ERROR_MISSING,
                                   "a list with a missing element", error);
    return CSTM_OK;
}

cstm_status
arrow_read_list(const struct arrow_field *field, const struct arrow_slice *slice,
                struct table_column *column, cstm_error **error)
{
    const int64_t *offsets = NULL;
    cstm_status status = arrow_check_array(slice->array, 2, 1, column, error);
    if (status == CSTM_OK)
        status = arrow_check_slice(slice, column, error);
    if (status == CSTM_OK)
        status = read_offsets(slice, field->width, column, &offsets, error);
    if (status != CSTM_OK)
        return status;
    const struct ArrowArray *child = slice->array->children[0];
    struct arrow_slice elements = {child, 0, offsets[slice->rows] - offsets[0], 0, slice->lender};
    if (child->offset < 0 || __builtin_add_overflow(child->offset, offsets[0], &elements.offset))
        return arrow_corrupt(column, "an Arrow list whose elements have an impossible offset",
                             error);
    cstm_error *fault = NULL;
    column->rows = elements.rows;
    status = arrow_read_text(&field->text, &elements, column, &fault);
    if (status != CSTM_OK)
        return list_fault(column, offsets, slice, fault, status, error);
    const uint8_t *element_valid = column->valid;
    column->valid = NULL;
    column->rows = slice->rows;
    status = arrow_read_valid(slice, column, error);
    if (status == CSTM_OK)
        status = rebase_lists(column, offsets, slice->rows, error);
    return status == CSTM_OK ? check_elements(column, element_valid, slice, error) : status;
}
