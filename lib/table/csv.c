/* The options of a CSV reader: a handle that is filled once and then read by any number of calls;
 * see csv.h for the way from bytes to a table. */
#include "table/csv.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

static cstm_status
check_csv(const cstm_csv *csv, cstm_error **error)
{
    error_clear(error);
    return handle_is(csv, HANDLE_CSV) ? CSTM_OK
                                      : error_misuse(error, "csv is NULL or not a CSV reader");
}

cstm_status
cstm_csv_new(cstm_csv **csv, cstm_error **error)
{
    error_clear(error);
    if (csv == NULL)
        return error_misuse(error, "csv is NULL");
    cstm_csv *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_CSV;
    made->delimiter = ',';
    made->header = true;
    made->reject = CSTM_CSV_STOP;
    *csv = made;
    return CSTM_OK;
}

void
cstm_csv_free(cstm_csv *csv)
{
    if (!handle_is(csv, HANDLE_CSV))
        return;
    for (size_t i = 0; i < csv->n_columns; i++)
        memory_free(csv->columns[i].name);
    memory_free(csv->columns);
    memory_free(csv->missing);
    zone_unref(csv->zone);
    csv->handle.tag = HANDLE_FREED;
    memory_free(csv);
}

static cstm_status
check_declaration(const cstm_csv *csv, const char *name, cstm_type type, cstm_error **error)
{
    size_t size = strlen(name);
    if (size == 0 || text_utf8_error(name, size) != size)
        return error_set(error, CSTM_ERROR_SYNTAX, "the name of a column is %s",
                         size == 0 ? "empty" : "not UTF-8");
    for (size_t i = 0; i < csv->n_columns; i++)
        if (strcmp(csv->columns[i].name, name) == 0) {
            error_set(error, CSTM_ERROR_DUPLICATE, "column '%s' is declared already", name);
            error_at_field(error, name);
            return CSTM_ERROR_DUPLICATE;
        }
    if (type < CSTM_TYPE_BOOL || type > CSTM_TYPE_STRINGS) {
        error_set(error, CSTM_ERROR_TYPE,
                  "column '%s' is declared with a type that CSV has no text for", name);
        error_at_field(error, name);
        return CSTM_ERROR_TYPE;
    }
    return CSTM_OK;
}

cstm_status
cstm_csv_add_column(cstm_csv *csv, const char *name, cstm_type type, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    status = check_declaration(csv, name, type, error);
    if (status != CSTM_OK)
        return status;
    char *copy = memory_copy(name, strlen(name));
    if (copy == NULL ||
        !memory_reserve(&csv->columns, &csv->capacity, csv->n_columns + 1, sizeof *csv->columns)) {
        memory_free(copy);
        return error_no_memory(error);
    }
    csv->columns[csv->n_columns++] = (struct csv_declared){copy, type};
    return CSTM_OK;
}

cstm_status
cstm_csv_set_delimiter(cstm_csv *csv, int32_t delimiter, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    if (delimiter <= 0 || delimiter > 127 || delimiter == '"' || delimiter == '\n' ||
        delimiter == '\r')
        return error_set(error, CSTM_ERROR_RANGE,
                         "the delimiter is not an ASCII character that can separate fields");
    csv->delimiter = (char) delimiter;
    return CSTM_OK;
}

cstm_status
cstm_csv_set_missing(cstm_csv *csv, const char *text, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    size_t size = text != NULL ? strlen(text) : 0;
    char *copy = NULL;
    if (size > 0) {
        if (text_utf8_error(text, size) != size || strpbrk(text, "\"\r\n") != NULL)
            return error_set(error, CSTM_ERROR_SYNTAX,
                             "the text for missing is not UTF-8, or holds a quote or a line end");
        copy = memory_copy(text, size);
        if (copy == NULL)
            return error_no_memory(error);
    }
    memory_free(csv->missing);
    csv->missing = copy;
    return CSTM_OK;
}

cstm_status
cstm_csv_set_zone(cstm_csv *csv, const char *zone, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    struct zone *loaded = NULL;
    if (zone != NULL)
        status = zone_load(zone, &loaded, error);
    if (status != CSTM_OK)
        return status;
    zone_unref(csv->zone);
    csv->zone = loaded;
    return CSTM_OK;
}

cstm_status
cstm_csv_set_currency(cstm_csv *csv, const char *currency, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    if (currency == NULL)
        return error_misuse(error, "currency is NULL");
    const struct currency *found = currency_find(currency, strlen(currency));
    if (found == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%.16s'", currency);
    csv->currency = found;
    return CSTM_OK;
}

cstm_status
cstm_csv_set_header(cstm_csv *csv, int32_t header, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    if (header != 0 && header != 1)
        return error_misuse(error, "header is neither 0 nor 1");
    csv->header = header == 1;
    return CSTM_OK;
}

cstm_status
cstm_csv_set_reject(cstm_csv *csv, int32_t reject, cstm_error **error)
{
    cstm_status status = check_csv(csv, error);
    if (status != CSTM_OK)
        return status;
    if (reject != CSTM_CSV_STOP && reject != CSTM_CSV_COLLECT)
        return error_misuse(error, "reject is neither CSTM_CSV_STOP nor CSTM_CSV_COLLECT");
    csv->reject = reject;
    return CSTM_OK;
}
