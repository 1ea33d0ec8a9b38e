/* Measures a quantile table over a column, and writes the document that strategies name. Values are
 * sorted and counted; where there are more distinct ones than points were asked for, those are kept
 * at which the share of the portfolio passes 1/n, 2/n and so on: at each point the count is exact,
 * between two it is that of the lower. */
#include "strategy/keys.h"
#include "strategy/quantiles.h"

#include "base/bytes.h"
#include "base/money.h"
#include "base/text.h"
#include "table/table.h"

#include <stdlib.h>
#include <string.h>

/* A column's values that are there, and the document as it grows. */
struct measure {
    const struct table_column *column;
    union {
        int64_t *ints;
        double *doubles;
    } values;
    int64_t n;
    int64_t points[CSTM_QUANTILE_POINTS + 1]; /* or doubles */
    int64_t counts[CSTM_QUANTILE_POINTS + 1];
    int32_t n_points;
};

static int
compare_ints(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

/* 0 and -0 are one value, written 0.0; what is not finite is an error of its row. */
static void
take_values(struct measure *measure)
{
    const struct table_column *column = measure->column;
    for (int64_t row = 0; row < column->rows; row++) {
        if (!column_is_valid(column, row))
            continue;
        if (column->type == CSTM_TYPE_DOUBLE) {
            double value = column->as.doubles[row];
            if (value - value == 0)
                measure->values.doubles[measure->n++] = value == 0 ? 0 : value;
        } else {
            measure->values.ints[measure->n++] =
                column->type == CSTM_TYPE_DATE ? column->as.days[row] : column->as.int64s[row];
        }
    }
    qsort(measure->values.ints, (size_t) measure->n, sizeof(int64_t),
          column->type == CSTM_TYPE_DOUBLE ? compare_doubles : compare_ints);
}

static bool
is_same(const struct measure *measure, int64_t a, int64_t b)
{
    return measure->column->type == CSTM_TYPE_DOUBLE
               ? measure->values.doubles[a] == measure->values.doubles[b]
               : measure->values.ints[a] == measure->values.ints[b];
}

/* Whether the share that is not above passes one of the n-ths between two counts. */
static bool
passes(int64_t before, int64_t count, int64_t total, int32_t n)
{
    return (int64_t) ((wide) before * n / total) != (int64_t) ((wide) count * n / total);
}

static void
choose_points(struct measure *measure, int32_t n)
{
    int64_t distinct = 0;
    for (int64_t i = 0; i < measure->n; i++)
        distinct += i + 1 == measure->n || !is_same(measure, i, i + 1);
    int64_t before = 0;
    for (int64_t i = 0; i < measure->n; i++) {
        if (i + 1 < measure->n && is_same(measure, i, i + 1))
            continue;
        if (distinct <= n || before == 0 || passes(before, i + 1, measure->n, n)) {
            memcpy(&measure->points[measure->n_points], &measure->values.ints[i], sizeof(int64_t));
            measure->counts[measure->n_points++] = i + 1;
        }
        before = i + 1;
    }
}

static bool
put(struct cstm_buffer *buffer, const char *text)
{
    return buffer_put(buffer, text, strlen(text));
}

static bool
put_value(struct cstm_buffer *buffer, cstm_type type, int32_t exponent, int64_t bits)
{
    char text[48];
    double number;
    switch (type) {
    case CSTM_TYPE_DOUBLE:
        memcpy(&number, &bits, sizeof number);
        return buffer_put(buffer, text, text_from_double(number, text));
    case CSTM_TYPE_MONEY:
        return buffer_put(buffer, text, money_write(bits, exponent, text));
    case CSTM_TYPE_DATE:
        return buffer_put(buffer, text, civil_write_date((int32_t) bits, text));
    case CSTM_TYPE_TIMESTAMP:
        return buffer_put(buffer, text, civil_write_instant(bits, NULL, text));
    default:
        return buffer_put(buffer, text, text_from_int64(bits, text));
    }
}

static bool
put_list(struct cstm_buffer *buffer, const char *key, cstm_type type, int32_t exponent,
         const void *values, int32_t n)
{
    bool good = put(buffer, key);
    for (int32_t i = 0; good && i < n; i++) {
        int64_t bits;
        memcpy(&bits, (const char *) values + sizeof bits * (size_t) i, sizeof bits);
        good = put(buffer, i == 0        ? "["
                           : i % 10 == 0 ? ",\n      "
                                         : ", ") &&
               put_value(buffer, type, exponent, bits);
    }
    return good && put(buffer, "]\n");
}

static bool
put_table(struct cstm_buffer *buffer, cstm_type type, int32_t exponent, int32_t day,
          const void *points, const int64_t *counts, int32_t n)
{
    char text[16];
    civil_write_date(day, text);
    return put(buffer, "  - as_of: ") && put(buffer, text) && put(buffer, "\n") &&
           put_list(buffer, "    values: ", type, exponent, points, n) &&
           put_list(buffer, "    counts: ", CSTM_TYPE_INT, 0, counts, n);
}

static bool
put_document(struct cstm_buffer *buffer, const struct measure *measure, const char *name,
             const struct quantiles *before, int32_t day)
{
    const struct table_column *column = measure->column;
    bool money = column->type == CSTM_TYPE_MONEY;
    bool good = put(buffer, "format: 1\nquantiles: ") && put(buffer, name) &&
                put(buffer, "\ntype: ") && put(buffer, type_name(column->type)) &&
                (!money || (put(buffer, "\ncurrency: ") && put(buffer, column->currency))) &&
                put(buffer, "\ntables:\n");
    for (int32_t i = 0; good && before != NULL && i < quantiles_count(before); i++) {
        const void *points;
        const int64_t *counts;
        int32_t then, n = quantiles_table(before, i, &then, &points, &counts);
        good = put_table(buffer, column->type, column->exponent, then, points, counts, n);
    }
    return good && put_table(buffer, column->type, column->exponent, day, measure->points,
                             measure->counts, measure->n_points);
}

/* The tables measured before; CSTM_OK and NULL where there are none. */
static cstm_status
read_before(const char *text, size_t size, const char *name, const struct table_column *column,
            int32_t day, struct quantiles **before, cstm_error **error)
{
    *before = NULL;
    if (size == 0)
        return CSTM_OK;
    struct schema schema = {.currency = ""};
    struct compiler compiler = {.file = name, .schema = &schema};
    struct named_file file = {.outer = name};
    if (column->type == CSTM_TYPE_MONEY) {
        memcpy(schema.currency, column->currency, sizeof schema.currency);
        schema.exponent = column->exponent;
    }
    document_read(&file.document, text, size, name, &compiler.errors);
    if (file.document.well_formed && file.document.root != NULL)
        *before = quantiles_read(&compiler, &file, name);
    named_file_close(&compiler, &file);
    cstm_status status = error_list_take(&compiler.errors, error);
    int32_t last = CIVIL_DAY_MIN - 1, count = *before != NULL ? quantiles_count(*before) : 0;
    const void *points;
    const int64_t *counts;
    if (count > 0)
        quantiles_table(*before, count - 1, &last, &points, &counts);
    if (status == CSTM_OK && quantiles_kind(*before) != rule_kind_of(column->type))
        status = error_set(
            error, CSTM_ERROR_MISMATCH, "the tables before are of %s, the column '%s' is %s",
            rule_kind_name(quantiles_kind(*before)), column->name, type_name(column->type));
    else if (status == CSTM_OK && last >= day)
        status =
            error_set(error, CSTM_ERROR_PAST, "the tables before go up to this day or beyond it");
    if (status == CSTM_OK)
        return CSTM_OK;
    quantiles_unref(*before);
    *before = NULL;
    return status;
}

static bool
is_identifier(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");
    return size > 0 && size <= IDENTIFIER_LIMIT && name[size] == '\0' && !g_ascii_isdigit(name[0]);
}

static cstm_status
measure_column(struct measure *measure, const cstm_table *table, const char *column, int32_t points,
               cstm_error **error)
{
    const struct table_column *found = table_find(table, column);
    if (found == NULL) {
        error_set(error, CSTM_ERROR_UNKNOWN, "the table has no column '%s'", column);
        error_at_field(error, column);
        return CSTM_ERROR_UNKNOWN;
    }
    bool ordered = found->type == CSTM_TYPE_INT || found->type == CSTM_TYPE_DOUBLE ||
                   found->type == CSTM_TYPE_DATE || found->type == CSTM_TYPE_MONEY ||
                   (found->type == CSTM_TYPE_TIMESTAMP && !found->civil);
    if (!ordered) {
        error_set(error, CSTM_ERROR_TYPE,
                  "quantiles are of int, double, money, date or timestamp (with a zone), not of "
                  "column '%s'",
                  column);
        error_at_field(error, column);
        return CSTM_ERROR_TYPE;
    }
    measure->column = found;
    measure->values.ints = memory_new_array((size_t) found->rows, sizeof *measure->values.ints);
    if (measure->values.ints == NULL)
        return error_no_memory(error);
    take_values(measure);
    if (measure->n == 0) {
        error_set(error, CSTM_ERROR_MISSING, "column '%s' has no value", column);
        error_at_field(error, column);
        return CSTM_ERROR_MISSING;
    }
    choose_points(measure, points);
    return CSTM_OK;
}

cstm_status
cstm_quantiles_measure(const cstm_table *table, const char *column, const char *name, int32_t day,
                       int32_t points, const char *before, size_t size, cstm_buffer **text,
                       cstm_error **error)
{
    error_clear(error);
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or no table");
    if (column == NULL || name == NULL)
        return error_misuse(error, column == NULL ? "column is NULL" : "name is NULL");
    if (before == NULL && size > 0)
        return error_misuse(error, "before is NULL");
    if (text == NULL)
        return error_misuse(error, "text is NULL");
    if (!is_identifier(name))
        return error_set(error, CSTM_ERROR_SYNTAX,
                         "the name of quantiles is written with a-z, 0-9 and _, and does not begin "
                         "with a digit");
    if (day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX)
        return error_set(error, CSTM_ERROR_RANGE, "the day is outside the years 1 to 9999");
    if (points < 1 || points > CSTM_QUANTILE_POINTS)
        return error_set(error, CSTM_ERROR_RANGE, "points are from 1 to %d", CSTM_QUANTILE_POINTS);
    struct measure *measure = memory_new(sizeof *measure);
    struct quantiles *earlier = NULL;
    if (measure == NULL)
        return error_no_memory(error);
    cstm_status status = measure_column(measure, table, column, points, error);
    if (status == CSTM_OK)
        status = read_before(before, size, name, measure->column, day, &earlier, error);
    cstm_buffer *buffer = status == CSTM_OK ? buffer_new() : NULL;
    if (status == CSTM_OK &&
        (buffer == NULL || !put_document(buffer, measure, name, earlier, day))) {
        cstm_buffer_free(buffer);
        status = error_no_memory(error);
    }
    if (status == CSTM_OK)
        *text = buffer;
    quantiles_unref(earlier);
    memory_free(measure->values.ints);
    memory_free(measure);
    return status;
}
