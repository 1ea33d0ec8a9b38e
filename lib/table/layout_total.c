/* Control totals: what a file says of its own rows, in a record before or after them, held against
 * what was read. Both are control data, not customers', so that a message may name them; but the
 * sum over a single row is that customer's amount and is not named. */
#include "table/layout.h"

#include "base/error.h"
#include "base/money.h"
#include "base/text.h"

#include <string.h>

static const char *
total_name(const struct cstm_layout *layout, const struct layout_total *total)
{
    return total->column >= 0 ? layout->typed.columns[total->column].name : NULL;
}

/* The text of a total as a number of its column, or of rows. */
static bool
parse_total(const struct cstm_layout *layout, const struct layout_total *total, const char *text,
            size_t size, wide *value)
{
    int64_t number;
    layout_strip(&text, &size);
    if (total->column < 0) {
        if (!text_int64(text, size, &number) || number < 0)
            return false;
        *value = number;
        return true;
    }
    size_t column = (size_t) total->column;
    layout_unpad(layout, column, &text, &size);
    struct layout_plain plain;
    if (size == 0 || layout_value(layout, column, text, size, 0, &plain).status != CSTM_OK)
        return false;
    bool money = layout->typed.columns[column].type == CSTM_TYPE_MONEY;
    bool right = money ? money_parse(plain.text, plain.size, layout->typed.currency->exponent,
                                     &number, NULL) == CSTM_OK
                       : text_int64(plain.text, plain.size, &number);
    *value = right ? number : 0;
    return right;
}

cstm_status
layout_totals_read(struct layout_window *window, int32_t record, struct layout_sum *sums,
                   cstm_error **error)
{
    const struct cstm_layout *layout = window->layout;
    for (size_t i = 0; i < layout->n_totals; i++) {
        const struct layout_total *total = &layout->totals[i];
        if (total->record != record)
            continue;
        const char *name = total_name(layout, total);
        struct csv_field field;
        const char *text;
        size_t size;
        if (!layout_window_field(window, total->place, &field))
            return layout_window_fail(window, window->csv.record.raw_size, name, CSTM_ERROR_SYNTAX,
                                      "the record ends before its control total", error);
        struct csv_fault fault = layout_window_text(window, &field, &text, &size);
        if (fault.status == CSTM_ERROR_NO_MEMORY)
            return error_no_memory(error);
        if (fault.status != CSTM_OK || !parse_total(layout, total, text, size, &sums[i].control))
            return layout_window_fail(window, field.start, name, CSTM_ERROR_SYNTAX,
                                      "the control total is not a number of its column", error);
        sums[i].declared = true;
        layout_window_place(window, field.start, &sums[i].line, &sums[i].column);
    }
    return CSTM_OK;
}

void
layout_totals_add(const struct cstm_layout *layout, struct layout_sum *sums, int32_t column,
                  int64_t value)
{
    for (size_t i = 0; i < layout->n_totals; i++)
        if (layout->totals[i].column == column)
            sums[i].rows +=
                layout->totals[i].kind == CSTM_TOTAL_ABSOLUTE && value < 0 ? -(wide) value : value;
}

/* A number of any size with so many decimals. */
static const char *
write_wide(wide value, int32_t decimals, char text[64])
{
    char *at = text + 63;
    *at = '\0';
    unsigned_wide left = value < 0 ? -(unsigned_wide) value : (unsigned_wide) value;
    for (int32_t i = 0; left > 0 || i <= decimals; i++, left /= 10) {
        if (i == decimals && decimals > 0)
            *--at = '.';
        *--at = (char) ('0' + (int) (left % 10));
    }
    if (value < 0)
        *--at = '-';
    return at;
}

static cstm_status
not_met(const struct layout_window *window, size_t i, const struct layout_sum *sum, int64_t rows,
        int64_t rejected, cstm_error **error)
{
    const struct cstm_layout *layout = window->layout;
    const struct layout_total *total = &layout->totals[i];
    const char *name = total_name(layout, total);
    const char *of = total->kind == CSTM_TOTAL_ABSOLUTE ? "absolute values of column" : "column";
    char is[64], says[64];
    int32_t decimals = 0;
    if (name != NULL && layout->typed.columns[total->column].type == CSTM_TYPE_MONEY)
        decimals = layout->typed.currency->exponent;
    const char *read = write_wide(sum->rows, decimals, is);
    const char *control = write_wide(sum->control, decimals, says);
    if (name == NULL)
        error_set(error, CSTM_ERROR_MISMATCH,
                  "the control total says %s rows, but the file has %s (%lld of them rejected)",
                  control, read, (long long) rejected);
    else if (rows > 1)
        error_set(error, CSTM_ERROR_MISMATCH,
                  "the control total says that the %s '%s' comes to %s, but its %lld rows come to "
                  "%s (%lld of them rejected)",
                  of, name, control, (long long) rows, read, (long long) rejected);
    else
        error_set(error, CSTM_ERROR_MISMATCH,
                  "the control total of the %s '%s' is not what its rows come to (%lld of %lld "
                  "rejected)",
                  of, name, (long long) rejected, (long long) rows);
    error_at(error, window->csv.name, sum->line, sum->column);
    if (name != NULL)
        error_at_field(error, name);
    return CSTM_ERROR_MISMATCH;
}

cstm_status
layout_totals_check(const struct layout_window *window, const struct layout_sum *sums, int64_t rows,
                    int64_t rejected, cstm_error **error)
{
    for (size_t i = 0; i < window->layout->n_totals; i++) {
        struct layout_sum sum = sums[i];
        if (window->layout->totals[i].column < 0)
            sum.rows = rows;
        if (sum.rows != sum.control)
            return not_met(window, i, &sum, rows, rejected, error);
    }
    return CSTM_OK;
}
