/* What a layout says of one column: where it is, how it is padded, how its dates, numbers and signs
 * are written. */
#include "table/layout.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

void
layout_column_clear(struct layout_column *column)
{
    memory_free(column->positive);
    memory_free(column->negative);
    memory_free(column->format);
}

cstm_status
layout_find(const cstm_layout *layout, const char *name, int32_t *column, cstm_error **error)
{
    const struct cstm_csv *typed = &layout->typed;
    for (size_t i = 0; i < typed->n_columns; i++)
        if (strcmp(typed->columns[i].name, name) == 0) {
            *column = (int32_t) i;
            return CSTM_OK;
        }
    const char **words = memory_new_array(typed->n_columns, sizeof *words);
    for (size_t i = 0; words != NULL && i < typed->n_columns; i++)
        words[i] = typed->columns[i].name;
    const char *nearest = words != NULL ? text_nearest(name, words, typed->n_columns) : NULL;
    error_set(error, CSTM_ERROR_UNKNOWN,
              nearest != NULL ? "the layout has no column '%s'; did you mean '%s'?"
                              : "the layout has no column '%s'",
              name, nearest);
    error_at_field(error, name);
    memory_free(words);
    return CSTM_ERROR_UNKNOWN;
}

static cstm_status
check_declaration(const cstm_layout *layout, const char *name, cstm_type type, cstm_error **error)
{
    size_t size = strlen(name);
    if (size == 0 || text_utf8_error(name, size) != size)
        return error_set(error, CSTM_ERROR_SYNTAX, "the name of a column is %s",
                         size == 0 ? "empty" : "not UTF-8");
    for (size_t i = 0; i < layout->typed.n_columns; i++)
        if (strcmp(layout->typed.columns[i].name, name) == 0) {
            error_set(error, CSTM_ERROR_DUPLICATE, "column '%s' is declared already", name);
            error_at_field(error, name);
            return CSTM_ERROR_DUPLICATE;
        }
    if (type < CSTM_TYPE_BOOL || type > CSTM_TYPE_STRINGS) {
        error_set(error, CSTM_ERROR_TYPE,
                  "column '%s' is declared with a type that files have no text for", name);
        error_at_field(error, name);
        return CSTM_ERROR_TYPE;
    }
    return CSTM_OK;
}

cstm_status
cstm_layout_add_column(cstm_layout *layout, const char *name, cstm_type type, int32_t start,
                       int32_t width, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    struct layout_place place = {start, width};
    status = layout_check_place(layout, place, true, error);
    if (status == CSTM_OK)
        status = check_declaration(layout, name, type, error);
    if (status != CSTM_OK)
        return status;
    struct cstm_csv *typed = &layout->typed;
    char *copy = memory_copy(name, strlen(name));
    if (copy == NULL ||
        !memory_reserve(&typed->columns, &typed->capacity, typed->n_columns + 1,
                        sizeof *typed->columns) ||
        !memory_reserve(&layout->columns, &layout->capacity, typed->n_columns + 1,
                        sizeof *layout->columns)) {
        memory_free(copy);
        return error_no_memory(error);
    }
    layout->columns[typed->n_columns] = (struct layout_column){.place = place,
                                                               .left = layout->left,
                                                               .right = layout->right,
                                                               .decimals = -1,
                                                               .plain = true};
    typed->columns[typed->n_columns++] = (struct csv_declared){copy, type};
    return CSTM_OK;
}

/* ---- padding ---- */

static bool
is_padding(int32_t code)
{
    return code >= -1 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

cstm_status
cstm_layout_set_padding(cstm_layout *layout, const char *name, int32_t left, int32_t right,
                        cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (!is_padding(left) || !is_padding(right))
        return error_set(error, CSTM_ERROR_RANGE, "padding is a code point, or -1 for none");
    int32_t column = -1;
    if (name != NULL)
        status = layout_find(layout, name, &column, error);
    if (status != CSTM_OK)
        return status;
    for (int32_t i = 0; i < (int32_t) layout->typed.n_columns; i++)
        if (column < 0 || column == i) {
            layout->columns[i].left = left;
            layout->columns[i].right = right;
        }
    if (column < 0) {
        layout->left = left;
        layout->right = right;
    }
    return CSTM_OK;
}

/* ---- dates ---- */

struct format_scan {
    struct layout_part parts[LAYOUT_FORMAT_LIMIT];
    int32_t n_parts;
    bool seen[7]; /* of "YMDHmsf" */
};

static const char format_parts[] = "YMDHmsf";

/* The part that a letter of a format stands for: an M behind the hours is minutes. 0: itself. */
static char
part_of(const struct format_scan *scan, char letter)
{
    if (letter == 'M' && scan->seen[3])
        return 'm';
    if (letter == 'S')
        return 's';
    return letter != '\0' && strchr(format_parts, letter) != NULL ? letter : '\0';
}

/* One run of a letter. A time of day goes from the hours down, each behind the one before. */
static bool
scan_part(struct format_scan *scan, char part, size_t letters)
{
    size_t which = (size_t) (strchr(format_parts, part) - format_parts);
    bool right = part == 'Y' ? letters == 4 : part == 'f' ? letters <= 6 : letters <= 2;
    if (!right || scan->seen[which] || (which > 3 && !scan->seen[which - 1]))
        return false;
    if (which >= 3)
        for (size_t later = which + 1; later < sizeof scan->seen; later++)
            if (scan->seen[later])
                return false;
    scan->seen[which] = true;
    scan->parts[scan->n_parts++] = (struct layout_part){part, 0, (int8_t) letters};
    return true;
}

static bool
scan_format(const char *format, size_t size, struct format_scan *scan)
{
    static const struct {
        const char *word;
        int8_t digits;
    } counts[] = {{"seconds", 0}, {"milliseconds", 3}, {"microseconds", 6}};
    memset(scan, 0, sizeof *scan);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (strcmp(format, counts[i].word) == 0) {
            scan->parts[scan->n_parts++] = (struct layout_part){LAYOUT_SINCE_1970, 0, counts[i].digits};
            scan->seen[3] = true; /* it is a time of day, too */
            return true;
        }
    }
    for (size_t at = 0; at < size;) {
        char part = part_of(scan, format[at]);
        size_t end = at + 1;
        if (part == '\0') {
            scan->parts[scan->n_parts++] = (struct layout_part){0, format[at], 0};
        } else {
            while (end < size && format[end] == format[at])
                end++;
            if (!scan_part(scan, part, end - at))
                return false;
        }
        at = end;
    }
    bool time_is_whole = !scan->seen[3] || scan->seen[4];
    return scan->seen[0] && scan->seen[1] && scan->seen[2] && time_is_whole;
}

static cstm_status
wrong_type(const char *name, const char *what, cstm_error **error)
{
    error_set(error, CSTM_ERROR_TYPE, "column '%s' %s", name, what);
    error_at_field(error, name);
    return CSTM_ERROR_TYPE;
}

cstm_status
cstm_layout_set_format(cstm_layout *layout, const char *name, const char *format,
                       cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (name == NULL || format == NULL)
        return error_misuse(error, name == NULL ? "name is NULL" : "format is NULL");
    int32_t column;
    status = layout_find(layout, name, &column, error);
    if (status != CSTM_OK)
        return status;
    cstm_type type = layout->typed.columns[column].type;
    if (type != CSTM_TYPE_DATE && type != CSTM_TYPE_TIMESTAMP)
        return wrong_type(name, "is neither DATE nor TIMESTAMP: it has no format", error);
    size_t size = strlen(format);
    struct format_scan scan;
    if (size > LAYOUT_FORMAT_LIMIT || text_utf8_error(format, size) != size ||
        !scan_format(format, size, &scan)) {
        error_set(error, CSTM_ERROR_SYNTAX, "column '%s': not a format of dates like YYYYMMDD",
                  name);
        error_at_field(error, name);
        return CSTM_ERROR_SYNTAX;
    }
    if (type == CSTM_TYPE_DATE && scan.seen[3])
        return wrong_type(name, "is a DATE, and its format has a time of day", error);
    struct layout_part *copy =
        memory_copy(scan.parts, (size_t) scan.n_parts * sizeof scan.parts[0]);
    if (copy == NULL)
        return error_no_memory(error);
    memory_free(layout->columns[column].format);
    layout->columns[column].format = copy;
    layout->columns[column].n_format = scan.n_parts;
    return CSTM_OK;
}

/* ---- numbers ---- */

static cstm_status
find_number(const cstm_layout *layout, const char *name, int32_t *column, cstm_error **error)
{
    cstm_status status = layout_find(layout, name, column, error);
    if (status != CSTM_OK)
        return status;
    cstm_type type = layout->typed.columns[*column].type;
    if (type != CSTM_TYPE_INT && type != CSTM_TYPE_DOUBLE && type != CSTM_TYPE_MONEY)
        return wrong_type(name, "is not a number", error);
    return CSTM_OK;
}

static bool
is_separator(int32_t separator, int32_t decimals)
{
    return separator == 0 || separator == ',' || separator == '\'' || separator == '_' ||
           separator == ' ' || (separator == '.' && decimals >= 0);
}

cstm_status
cstm_layout_set_number(cstm_layout *layout, const char *name, int32_t decimals, int32_t sign,
                       int32_t separator, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    if (decimals < -1 || decimals > 18)
        return error_set(error, CSTM_ERROR_RANGE, "a number has 0 to 18 decimals, or a point (-1)");
    if (sign < CSTM_SIGN_LEADING || sign > CSTM_SIGN_OVERPUNCH)
        return error_misuse(error, "sign is not a CSTM_SIGN_ constant");
    if (!is_separator(separator, decimals))
        return error_set(error, CSTM_ERROR_RANGE,
                         "the separator is not one that may stand between groups of digits");
    int32_t column;
    status = find_number(layout, name, &column, error);
    if (status != CSTM_OK)
        return status;
    if (layout->typed.columns[column].type == CSTM_TYPE_INT && decimals > 0)
        return wrong_type(name, "is an INT: it has no decimals", error);
    struct layout_column *to = &layout->columns[column];
    to->decimals = decimals;
    to->sign = sign;
    to->separator = (char) separator;
    to->plain = decimals < 0 && sign == CSTM_SIGN_LEADING && separator == 0;
    return CSTM_OK;
}

cstm_status
cstm_layout_set_sign(cstm_layout *layout, const char *name, int32_t start, int32_t width,
                     const char *positive, const char *negative, cstm_error **error)
{
    cstm_status status = layout_check(layout, error);
    if (status != CSTM_OK)
        return status;
    if (name == NULL || positive == NULL || negative == NULL)
        return error_misuse(error, "name, positive or negative is NULL");
    struct layout_place place = {start, width};
    status = layout_check_place(layout, place, false, error);
    int32_t column;
    if (status == CSTM_OK)
        status = find_number(layout, name, &column, error);
    if (status != CSTM_OK)
        return status;
    if (strcmp(positive, negative) == 0 ||
        text_utf8_error(positive, strlen(positive)) != strlen(positive) ||
        text_utf8_error(negative, strlen(negative)) != strlen(negative))
        return error_set(error, CSTM_ERROR_SYNTAX,
                         "the words of a sign are the same, or not UTF-8");
    char *plus = memory_copy(positive, strlen(positive));
    char *minus = memory_copy(negative, strlen(negative));
    if (plus == NULL || minus == NULL) {
        memory_free(plus);
        memory_free(minus);
        return error_no_memory(error);
    }
    struct layout_column *to = &layout->columns[column];
    memory_free(to->positive);
    memory_free(to->negative);
    to->positive = plus;
    to->negative = minus;
    to->sign_place = place;
    return CSTM_OK;
}
