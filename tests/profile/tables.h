/* Tables in a few words, for the tests of batches. NULL is a missing text, MISSING a missing
 * number. */
#ifndef TESTS_PROFILE_TABLES_H
#define TESTS_PROFILE_TABLES_H

#include <libcustomer.h>

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSING INT64_MIN

static inline void
must(cstm_status status, cstm_error *error)
{
    ck_assert_msg(status == CSTM_OK, "%s",
                  error != NULL ? cstm_error_message(error) : cstm_status_name(status));
}

static inline cstm_table *
table_new(void)
{
    cstm_table *table;
    must(cstm_table_new(&table, NULL), NULL);
    return table;
}

static inline void
add_texts(cstm_table *table, const char *name, int64_t rows, const char *const *texts)
{
    int64_t *offsets = calloc((size_t) rows + 1, sizeof *offsets);
    uint8_t *valid = calloc((size_t) rows + 1, 1);
    size_t size = 0;
    for (int64_t i = 0; i < rows; i++)
        size += texts[i] == NULL ? 0 : strlen(texts[i]);
    char *bytes = calloc(size + 1, 1);
    for (int64_t i = 0; i < rows; i++) {
        size_t length = texts[i] == NULL ? 0 : strlen(texts[i]);
        valid[i] = texts[i] != NULL;
        memcpy(bytes + offsets[i], length == 0 ? "" : texts[i], length);
        offsets[i + 1] = offsets[i] + (int64_t) length;
    }
    cstm_error *error = NULL;
    must(cstm_table_add_string(table, name, offsets, bytes, valid, rows, &error), error);
    free(offsets);
    free(valid);
    free(bytes);
}

static inline uint8_t *
valid_of(int64_t rows, const int64_t *values)
{
    uint8_t *valid = calloc((size_t) rows + 1, 1);
    for (int64_t i = 0; i < rows; i++)
        valid[i] = values[i] != MISSING;
    return valid;
}

static inline void
add_ints(cstm_table *table, const char *name, int64_t rows, const int64_t *values)
{
    uint8_t *valid = valid_of(rows, values);
    must(cstm_table_add_int64(table, name, values, valid, rows, NULL), NULL);
    free(valid);
}

static inline void
add_money(cstm_table *table, const char *name, int64_t rows, const int64_t *minor)
{
    uint8_t *valid = valid_of(rows, minor);
    must(cstm_table_add_money(table, name, minor, valid, rows, "TWD", NULL), NULL);
    free(valid);
}

static inline int32_t
column_of(const cstm_table *table, const char *name)
{
    int32_t column = cstm_table_find(table, name);
    ck_assert_msg(column >= 0, "no column %s", name);
    return column;
}

/* A cell as text; "-" where it is missing. Valid until the eighth next call. */
static inline const char *
cell(const cstm_table *table, int64_t row, const char *name)
{
    static char texts[8][256];
    static int next;
    char *text = texts[next++ % 8];
    int32_t column = column_of(table, name);
    size_t size, used = 0;
    const char *bytes;
    if (cstm_table_state(table, row, column) != CSTM_STATE_VALUE)
        return strcpy(text, "-");
    switch (cstm_table_column_type(table, column)) {
    case CSTM_TYPE_BOOL:
        snprintf(text, 256, "%d", cstm_table_bool(table, row, column));
        break;
    case CSTM_TYPE_DATE:
        snprintf(text, 256, "%d", cstm_table_date(table, row, column));
        break;
    case CSTM_TYPE_TIMESTAMP:
        snprintf(text, 256, "%lld", (long long) cstm_table_timestamp(table, row, column));
        break;
    case CSTM_TYPE_DOUBLE:
        snprintf(text, 256, "%.17g", cstm_table_double(table, row, column));
        break;
    case CSTM_TYPE_MONEY:
        snprintf(text, 256, "%lld", (long long) cstm_table_money(table, row, column));
        break;
    case CSTM_TYPE_STRING:
        bytes = cstm_table_string(table, row, column, &size);
        snprintf(text, 256, "%.*s", (int) size, bytes);
        break;
    case CSTM_TYPE_STRINGS:
        text[0] = '\0';
        for (int64_t i = 0; i < cstm_table_string_count(table, row, column); i++) {
            bytes = cstm_table_string_item(table, row, column, i, &size);
            used += (size_t) snprintf(text + used, 256 - used, "%s%.*s", i > 0 ? " " : "",
                                      (int) size, bytes);
        }
        break;
    default:
        snprintf(text, 256, "%lld", (long long) cstm_table_int64(table, row, column));
        break;
    }
    return text;
}

#define assert_cell(table, row, name, expected) ck_assert_str_eq(cell(table, row, name), expected)

/* A whole table as CSV: what must be the same to the byte. */
static inline char *
csv_of(const cstm_table *table)
{
    cstm_buffer *buffer;
    cstm_error *error = NULL;
    must(cstm_table_write_csv_buffer(table, &buffer, &error), error);
    char *text = calloc(cstm_buffer_size(buffer) + 1, 1);
    memcpy(text, cstm_buffer_data(buffer), cstm_buffer_size(buffer));
    cstm_buffer_free(buffer);
    return text;
}

#endif
