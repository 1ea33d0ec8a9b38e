/* Checks that every column passes on its way into a table; see check.h. Each is one pass without
 * branches that a good column takes, and a second look only where something is wrong. */
#include "table/check.h"

#include "base/error.h"
#include "base/text.h"
#include "table/owner.h"

#include <string.h>

cstm_status
check_fault(const struct table_column *column, int64_t row, cstm_status code, const char *what,
            cstm_error **error)
{
    error_set(error, code, "column '%s': %s", column->name, what);
    error_at_row(error, row);
    error_at_field(error, column->name);
    return code;
}

cstm_status
check_days(const struct table_column *column, int64_t first_row, cstm_error **error)
{
    bool outside = false; /* of any, missing or not: looked at many at a time */
    for (int64_t i = 0; i < column->rows; i++)
        outside |= column->as.days[i] < CIVIL_DAY_MIN || column->as.days[i] > CIVIL_DAY_MAX;
    for (int64_t i = 0; outside && i < column->rows; i++) {
        int32_t day = column->as.days[i];
        if ((day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX) && column_is_valid(column, i))
            return check_fault(column, first_row + i, CSTM_ERROR_RANGE,
                               "a date outside the years 1 to 9999", error);
    }
    return CSTM_OK;
}

cstm_status
check_instants(const struct table_column *column, int64_t first_row, cstm_error **error)
{
    for (int64_t i = 0; i < column->rows; i++) {
        int64_t instant = column->as.int64s[i];
        if ((instant < CHECK_INSTANT_MIN || instant > CHECK_INSTANT_MAX) &&
            column_is_valid(column, i))
            return check_fault(column, first_row + i, CSTM_ERROR_RANGE,
                               "an instant outside the years 1 to 9999", error);
    }
    return CSTM_OK;
}

cstm_status
check_offsets(const struct table_column *column, const int64_t *offsets, int64_t n,
              int64_t first_row, cstm_error **error)
{
    if (offsets[0] < 0)
        return check_fault(column, first_row, CSTM_ERROR_RANGE, "a negative offset", error);
    bool decrease = false;
    for (int64_t i = 0; i < n; i++)
        decrease |= offsets[i + 1] < offsets[i];
    for (int64_t i = 0; decrease && i < n; i++)
        if (offsets[i + 1] < offsets[i])
            return check_fault(column, first_row + i, CSTM_ERROR_RANGE, "offsets that decrease",
                               error);
    return CSTM_OK;
}

static bool
starts_inside_character(const char *bytes, const int64_t *offsets, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (offsets[i] < offsets[n] && ((unsigned char) bytes[offsets[i]] & 0xC0) == 0x80)
            return true;
    return false;
}

/* The texts of the values one after the other, each other one empty. */
static cstm_status
gather_values(struct table_column *column, int64_t n, const uint8_t *valid, cstm_error **error)
{
    const int64_t *from = column->offsets;
    int64_t *offsets = owner_block(column->owner, (size_t) n + 1, sizeof *offsets);
    if (offsets == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < n; i++)
        offsets[i + 1] = offsets[i] + (valid[i] != 0 ? from[i + 1] - from[i] : 0);
    char *bytes = owner_block(column->owner, (size_t) offsets[n], 1);
    if (bytes == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < n; i++)
        if (offsets[i + 1] > offsets[i])
            memcpy(bytes + offsets[i], column->bytes + from[i],
                   (size_t) (offsets[i + 1] - offsets[i]));
    column->offsets = offsets;
    column->bytes = bytes;
    return CSTM_OK;
}

/* All the bytes at once first: where they are UTF-8 and no text begins inside a character, each
 * text is. */
cstm_status
check_texts(struct table_column *column, int64_t n, const uint8_t *valid, int64_t first_row,
            cstm_error **error)
{
    const int64_t *offsets = column->offsets;
    size_t all = (size_t) (offsets[n] - offsets[0]);
    if (all == 0)
        return CSTM_OK;
    if (text_utf8_error(column->bytes + offsets[0], all) == all &&
        !starts_inside_character(column->bytes, offsets, n))
        return CSTM_OK;
    for (int64_t i = 0; i < n; i++) {
        size_t size = (size_t) (offsets[i + 1] - offsets[i]);
        if ((valid == NULL || valid[i] != 0) && size > 0 &&
            text_utf8_error(column->bytes + offsets[i], size) != size)
            return check_fault(column, first_row + i, CSTM_ERROR_SYNTAX, "text that is not UTF-8",
                               error);
    }
    return valid != NULL ? gather_values(column, n, valid, error) : CSTM_OK;
}
