/* Validity, truth values, numbers, dates and decimals of Arrow made columns: taken as they lie
 * where the layout is ours, converted one by one where it is not. A conversion that is not exact is
 * an error with its row, never a rounding. */
#include "table/arrow_number.h"

#include "base/error.h"
#include "base/money.h"
#include "table/check.h"
#include "table/owner.h"

#include <string.h>

cstm_status
arrow_corrupt(const struct table_column *column, const char *what, cstm_error **error)
{
    error_set(error, CSTM_ERROR_CORRUPT, "column '%s': %s", column->name, what);
    error_at_field(error, column->name);
    return CSTM_ERROR_CORRUPT;
}

/* No buffer of more elements can exist; below it, no offset times a width overflows. */
#define ARROW_LENGTH_LIMIT (INT64_C(1) << 56)

cstm_status
arrow_check_array(const struct ArrowArray *array, int64_t n_buffers, int64_t n_children,
                  const struct table_column *column, cstm_error **error)
{
    if (array == NULL || array->release == NULL)
        return arrow_corrupt(column, "an Arrow array that is not there or released", error);
    if (array->length < 0 || array->offset < 0 || array->length > ARROW_LENGTH_LIMIT ||
        array->offset > ARROW_LENGTH_LIMIT)
        return arrow_corrupt(column, "an Arrow array with an impossible length or offset", error);
    if (array->n_buffers != n_buffers || (n_buffers > 0 && array->buffers == NULL))
        return arrow_corrupt(
            column, "an Arrow array with another number of buffers than its type has", error);
    if (array->n_children != n_children || (n_children > 0 && array->children == NULL))
        return arrow_corrupt(
            column, "an Arrow array with another number of children than its type has", error);
    return CSTM_OK;
}

cstm_status
arrow_check_slice(const struct arrow_slice *slice, const struct table_column *column,
                  cstm_error **error)
{
    const struct ArrowArray *array = slice->array;
    int64_t end;
    if (slice->rows < 0 || slice->offset < array->offset ||
        __builtin_add_overflow(slice->offset, slice->rows, &end) ||
        end > array->offset + array->length)
        return arrow_corrupt(column, "an Arrow array that is shorter than what holds it", error);
    return CSTM_OK;
}

int64_t
arrow_integer(const void *buffer, int32_t width, bool is_signed, int64_t i)
{
    const char *at = (const char *) buffer + i * width;
    uint64_t value = 0;
    memcpy(&value, at, (size_t) width); /* little-endian, as every platform that is supported */
    int32_t unused = 64 - 8 * width;
    if (is_signed)
        return (int64_t) (value << unused) >> unused;
    return (int64_t) value;
}

static bool
bit_at(const uint8_t *bits, int64_t i)
{
    return (bits[i / 8] >> (i % 8)) & 1;
}

/* Bits to bytes, a whole byte of bits at a time where it is full. Returns whether every bit was
 * set. */
static bool
spread_bits(const uint8_t *bits, int64_t offset, int64_t n, uint8_t *bytes)
{
    bool all = true;
    for (int64_t i = 0; i < n;) {
        if ((offset + i) % 8 == 0 && i + 8 <= n && bits[(offset + i) / 8] == 0xFF) {
            memset(bytes + i, 1, 8);
            i += 8;
            continue;
        }
        bytes[i] = bit_at(bits, offset + i);
        all = all && bytes[i] != 0;
        i++;
    }
    return all;
}

static bool
all_bits_set(const uint8_t *bits, int64_t offset, int64_t n)
{
    int64_t i = 0;
    for (; i < n && (offset + i) % 8 != 0; i++)
        if (!bit_at(bits, offset + i))
            return false;
    for (; i + 8 <= n; i += 8)
        if (bits[(offset + i) / 8] != 0xFF)
            return false;
    for (; i < n; i++)
        if (!bit_at(bits, offset + i))
            return false;
    return true;
}

cstm_status
arrow_read_valid(const struct arrow_slice *slice, struct table_column *column, cstm_error **error)
{
    const uint8_t *bits = slice->array->buffers[0];
    column->valid = NULL;
    if (slice->rows == 0 || (bits == NULL && slice->array->null_count <= 0))
        return CSTM_OK;
    if (bits == NULL)
        return arrow_corrupt(column, "an Arrow array with nulls and without validity", error);
    if (all_bits_set(bits, slice->offset, slice->rows))
        return CSTM_OK;
    uint8_t *valid = owner_block(column->owner, (size_t) slice->rows, 1);
    if (valid == NULL)
        return error_no_memory(error);
    spread_bits(bits, slice->offset, slice->rows, valid);
    column->valid = valid;
    return CSTM_OK;
}

/* The array is in order, its validity is read, and its values begin at *first ("" for none). */
static cstm_status
read_values(const struct arrow_slice *slice, int32_t width, struct table_column *column,
            const char **first, cstm_error **error)
{
    cstm_status status = arrow_check_array(slice->array, 2, 0, column, error);
    if (status == CSTM_OK)
        status = arrow_check_slice(slice, column, error);
    if (status == CSTM_OK)
        status = arrow_read_valid(slice, column, error);
    if (status != CSTM_OK)
        return status;
    *first = slice->array->buffers[1];
    if (*first == NULL && slice->rows > 0)
        return arrow_corrupt(column, "an Arrow array without its values", error);
    *first = slice->rows > 0 ? *first + slice->offset * width : NULL;
    return CSTM_OK;
}

/* Takes the values as they lie if they are aligned, else a copy. */
static cstm_status
keep_values(const struct arrow_slice *slice, const char *first, size_t size, size_t alignment,
            struct table_column *column, cstm_error **error)
{
    if (slice->rows > 0 && (uintptr_t) first % alignment == 0) {
        column->as.bools = (const uint8_t *) first;
        owner_borrow(column->owner, slice->lender);
        return CSTM_OK;
    }
    void *copy = owner_block(column->owner, (size_t) slice->rows, size);
    if (copy == NULL)
        return error_no_memory(error);
    if (slice->rows > 0)
        memcpy(copy, first, (size_t) slice->rows * size);
    column->as.bools = copy;
    return CSTM_OK;
}

static void *
new_values(const struct arrow_slice *slice, size_t size, struct table_column *column)
{
    void *values = owner_block(column->owner, (size_t) slice->rows, size);
    column->as.bools = values;
    return values;
}

static cstm_status
read_nulls(const struct arrow_slice *slice, struct table_column *column, cstm_error **error)
{
    cstm_status status = arrow_check_array(
        slice->array, slice->array != NULL ? slice->array->n_buffers : 0, 0, column, error);
    if (status == CSTM_OK)
        status = arrow_check_slice(slice, column, error);
    if (status != CSTM_OK)
        return status;
    column->offsets = owner_block(column->owner, (size_t) slice->rows + 1, sizeof *column->offsets);
    column->valid = slice->rows > 0 ? owner_block(column->owner, (size_t) slice->rows, 1) : NULL;
    column->bytes = "";
    if (column->offsets == NULL || (slice->rows > 0 && column->valid == NULL))
        return error_no_memory(error);
    return CSTM_OK;
}

static cstm_status
read_bools(const struct arrow_slice *slice, struct table_column *column, cstm_error **error)
{
    const char *unused;
    cstm_status status = read_values(slice, 0, column, &unused, error);
    if (status != CSTM_OK)
        return status;
    uint8_t *values = new_values(slice, 1, column);
    if (values == NULL)
        return error_no_memory(error);
    spread_bits(slice->array->buffers[1], slice->offset, slice->rows, values);
    return CSTM_OK;
}

static cstm_status
read_integers(const struct arrow_field *field, const struct arrow_slice *slice,
              struct table_column *column, cstm_error **error)
{
    const char *first;
    cstm_status status = read_values(slice, field->width, column, &first, error);
    if (status != CSTM_OK)
        return status;
    if (field->width == 8) {
        status = keep_values(slice, first, sizeof(int64_t), _Alignof(int64_t), column, error);
        for (int64_t i = 0; status == CSTM_OK && !field->is_signed && i < slice->rows; i++)
            if (column->as.int64s[i] < 0 && column_is_valid(column, i))
                status = check_fault(column, slice->first_row + i, CSTM_ERROR_RANGE,
                                     "an unsigned integer beyond 9,223,372,036,854,775,807", error);
        return status;
    }
    int64_t *values = new_values(slice, sizeof *values, column);
    if (values == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++)
        values[i] = arrow_integer(first, field->width, field->is_signed, i);
    return CSTM_OK;
}

static cstm_status
read_floats(const struct arrow_field *field, const struct arrow_slice *slice,
            struct table_column *column, cstm_error **error)
{
    const char *first;
    cstm_status status = read_values(slice, field->width, column, &first, error);
    if (status != CSTM_OK)
        return status;
    if (field->width == 8)
        return keep_values(slice, first, sizeof(double), _Alignof(double), column, error);
    double *values = new_values(slice, sizeof *values, column);
    if (values == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        float value;
        memcpy(&value, first + i * 4, sizeof value);
        values[i] = value;
    }
    return CSTM_OK;
}

static cstm_status
read_days(const struct arrow_slice *slice, struct table_column *column, cstm_error **error)
{
    const char *first;
    cstm_status status = read_values(slice, 4, column, &first, error);
    if (status == CSTM_OK)
        status = keep_values(slice, first, sizeof(int32_t), _Alignof(int32_t), column, error);
    return status == CSTM_OK ? check_days(column, slice->first_row, error) : status;
}

/* date64: milliseconds, which the specification wants to be whole days. */
static cstm_status
read_millis_as_days(const struct arrow_slice *slice, struct table_column *column,
                    cstm_error **error)
{
    const int64_t millis_per_day = CIVIL_MICROS_PER_DAY / 1000;
    const char *first;
    cstm_status status = read_values(slice, 8, column, &first, error);
    if (status != CSTM_OK)
        return status;
    int32_t *days = new_values(slice, sizeof *days, column);
    if (days == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        int64_t millis = arrow_integer(first, 8, true, i), day = millis / millis_per_day;
        if (!column_is_valid(column, i))
            continue;
        if (millis % millis_per_day != 0)
            return check_fault(column, slice->first_row + i, CSTM_ERROR_RANGE,
                               "a date that is not a whole day", error);
        if (day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX)
            return check_fault(column, slice->first_row + i, CSTM_ERROR_RANGE,
                               "a date outside the years 1 to 9999", error);
        days[i] = (int32_t) day;
    }
    return CSTM_OK;
}

static cstm_status
read_instants(const struct arrow_field *field, const struct arrow_slice *slice,
              struct table_column *column, cstm_error **error)
{
    const char *first;
    cstm_status status = read_values(slice, 8, column, &first, error);
    if (status != CSTM_OK)
        return status;
    if (field->multiply == 1 && field->divide == 1) {
        status = keep_values(slice, first, sizeof(int64_t), _Alignof(int64_t), column, error);
        return status == CSTM_OK ? check_instants(column, slice->first_row, error) : status;
    }
    int64_t *values = new_values(slice, sizeof *values, column);
    if (values == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        int64_t value = arrow_integer(first, 8, true, i);
        if (!column_is_valid(column, i))
            continue;
        if (value % field->divide != 0)
            return check_fault(column, slice->first_row + i, CSTM_ERROR_RANGE,
                               "an instant that is not a whole number of microseconds", error);
        if (!exact_mul(value / field->divide, field->multiply, &values[i]))
            return check_fault(column, slice->first_row + i, CSTM_ERROR_RANGE,
                               "an instant outside the years 1 to 9999", error);
    }
    return check_instants(column, slice->first_row, error);
}

/* 38 digits are what 128 bits always hold. */
static wide
decimal_limit(void)
{
    wide limit = 1;
    for (int32_t i = 0; i < 38; i++)
        limit *= 10;
    return limit;
}

/* One decimal of 4 to 32 bytes; false if it does not fit into 128 bits. */
static bool
decimal_at(const char *first, int32_t width, int64_t i, wide *value)
{
    const char *at = first + i * width;
    if (width < 16) {
        *value = arrow_integer(first, width, true, i);
        return true;
    }
    memcpy(value, at, sizeof *value);
    if (width == 16)
        return true;
    wide upper;
    memcpy(&upper, at + 16, sizeof upper);
    return upper == (*value < 0 ? -1 : 0);
}

static cstm_status
decimal_fault(const struct table_column *column, const struct arrow_slice *slice, int64_t row,
              cstm_error **error)
{
    return check_fault(column, slice->first_row + row, CSTM_ERROR_RANGE,
                       "a decimal of more than 38 digits", error);
}

static cstm_status
read_money(const struct arrow_field *field, const struct arrow_slice *slice, const char *first,
           struct table_column *column, cstm_error **error)
{
    int64_t *minor = new_values(slice, sizeof *minor, column);
    if (minor == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        wide value;
        if (!column_is_valid(column, i))
            continue;
        if (!decimal_at(first, field->width, i, &value))
            return decimal_fault(column, slice, i, error);
        if (!money_from_decimal(value, field->scale, field->exponent, &minor[i]))
            return check_fault(column, slice->first_row + i, CSTM_ERROR_RANGE,
                               "not an exact amount of the currency", error);
    }
    return CSTM_OK;
}

static cstm_status
read_decimals(const struct arrow_field *field, const struct arrow_slice *slice,
              struct table_column *column, cstm_error **error)
{
    const char *first;
    cstm_status status = read_values(slice, field->width, column, &first, error);
    if (status != CSTM_OK)
        return status;
    if (field->currency[0] != '\0')
        return read_money(field, slice, first, column, error);
    wide *values = new_values(slice, sizeof *values, column);
    wide limit = decimal_limit();
    if (values == NULL)
        return error_no_memory(error);
    for (int64_t i = 0; i < slice->rows; i++) {
        wide value;
        if (!column_is_valid(column, i))
            continue;
        if (!decimal_at(first, field->width, i, &value) || value >= limit || value <= -limit)
            return decimal_fault(column, slice, i, error);
        values[i] = value;
    }
    return CSTM_OK;
}

cstm_status
arrow_read_column(const struct arrow_field *field, const struct arrow_slice *slice,
                  struct table_column *column, cstm_error **error)
{
    switch (field->kind) {
    case ARROW_NULL:
        return read_nulls(slice, column, error);
    case ARROW_BOOL:
        return read_bools(slice, column, error);
    case ARROW_INT:
        return read_integers(field, slice, column, error);
    case ARROW_FLOAT:
        return read_floats(field, slice, column, error);
    case ARROW_DATE_DAYS:
        return read_days(slice, column, error);
    case ARROW_DATE_MILLIS:
        return read_millis_as_days(slice, column, error);
    case ARROW_TIMESTAMP:
        return read_instants(field, slice, column, error);
    case ARROW_DECIMAL:
        return read_decimals(field, slice, column, error);
    case ARROW_TEXT:
        return arrow_read_text(&field->text, slice, column, error);
    case ARROW_LIST:
        return arrow_read_list(field, slice, column, error);
    }
    return arrow_corrupt(column, "an Arrow type that is not known", error);
}
