/* What the tests of bank files share: layouts in few words, and what a file comes to, compared as
 * CSV. */
#ifndef TESTS_TABLE_LAYOUTS_H
#define TESTS_TABLE_LAYOUTS_H

#include <libcustomer/layout.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE(letter) CSTM_TYPE_##letter

static inline void
must(cstm_status status, cstm_error **error)
{
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(*error));
}

static inline cstm_layout *
new_layout(int32_t form, int32_t encoding)
{
    cstm_layout *layout;
    cstm_error *error;
    must(cstm_layout_new(form, encoding, &layout, &error), &error);
    must(cstm_layout_set_currency(layout, "CNY", &error), &error);
    return layout;
}

static inline void
column(cstm_layout *layout, const char *name, cstm_type type, int32_t start, int32_t width)
{
    cstm_error *error;
    must(cstm_layout_add_column(layout, name, type, start, width, &error), &error);
}

static inline void
delimit(cstm_layout *layout, const char *delimiter)
{
    cstm_error *error;
    must(cstm_layout_set_delimiter(layout, (const uint8_t *) delimiter, strlen(delimiter), &error),
         &error);
}

static inline void
collect(cstm_layout *layout, int64_t limit)
{
    cstm_error *error;
    must(cstm_layout_set_reject(layout, CSTM_CSV_COLLECT, limit, &error), &error);
}

static inline char *
csv_of(const cstm_table *table)
{
    cstm_buffer *buffer;
    cstm_error *error;
    must(cstm_table_write_csv_buffer(table, &buffer, &error), &error);
    char *text = strndup((const char *) cstm_buffer_data(buffer), cstm_buffer_size(buffer));
    cstm_buffer_free(buffer);
    return text;
}

/* Reads and frees the layout. rejected: as CSV without its header, NULL where it stops. */
static inline void
gives(cstm_layout *layout, const char *bytes, size_t size, const char *table, const char *rejected)
{
    cstm_table *taken, *refused;
    cstm_error *error;
    must(cstm_layout_read_bytes(layout, "day.dat", (const uint8_t *) bytes, size, &taken, &refused,
                                &error),
         &error);
    char *text = csv_of(taken);
    ck_assert_str_eq(text, table);
    free(text);
    if (rejected != NULL) {
        text = csv_of(refused);
        ck_assert_str_eq(strchr(text, '\n') + 1, rejected);
        free(text);
    } else {
        ck_assert_ptr_null(refused);
    }
    cstm_table_free(taken);
    cstm_table_free(refused);
    cstm_layout_free(layout);
}
#define GIVES(layout, bytes, table, rejected)                                                      \
    gives(layout, bytes, sizeof(bytes) - 1, table, rejected)

static inline void
fails(cstm_layout *layout, const char *bytes, size_t size, cstm_status status, const char *message)
{
    cstm_table *taken = (cstm_table *) layout, *refused = (cstm_table *) layout;
    cstm_error *error;
    ck_assert_int_eq(cstm_layout_read_bytes(layout, "day.dat", (const uint8_t *) bytes, size,
                                            &taken, &refused, &error),
                     status);
    ck_assert_str_eq(cstm_error_message(error), message);
    ck_assert(taken == (cstm_table *) layout && refused == (cstm_table *) layout);
    cstm_error_free(error);
    cstm_layout_free(layout);
}
#define FAILS(layout, bytes, status, message)                                                      \
    fails(layout, bytes, sizeof(bytes) - 1, status, message)

#endif
