/* Arrow arrays and schemas over data that lies in a test: made from the inside, counted, and
 * released as a producer would. */
#ifndef TESTS_TABLE_ARRAYS_H
#define TESTS_TABLE_ARRAYS_H

#include <libcustomer/table.h>

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int live_arrays; /* made and not yet released */
static int live_schemas;

static void
array_release(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    free(array->children);
    if (array->dictionary != NULL) {
        array->dictionary->release(array->dictionary);
        free(array->dictionary);
    }
    free(array->private_data);
    array->release = NULL;
    live_arrays--;
}

static void
schema_release(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    if (schema->dictionary != NULL) {
        schema->dictionary->release(schema->dictionary);
        free(schema->dictionary);
    }
    schema->release = NULL;
    live_schemas--;
}

static inline struct ArrowSchema *
schema_new(const char *format, const char *name)
{
    struct ArrowSchema *schema = calloc(1, sizeof *schema);
    *schema = (struct ArrowSchema){
        .format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .release = schema_release};
    live_schemas++;
    return schema;
}

/* The buffers stay the test's own; up to five of them. */
static inline struct ArrowArray *
array_new(int64_t length, int64_t offset, int64_t n_buffers, const void *const *buffers)
{
    struct ArrowArray *array = calloc(1, sizeof *array);
    const void **own = calloc(5, sizeof *own);
    memcpy(own, buffers, (size_t) n_buffers * sizeof *own);
    *array = (struct ArrowArray){.length = length,
                                 .null_count = -1,
                                 .offset = offset,
                                 .n_buffers = n_buffers,
                                 .buffers = own,
                                 .release = array_release,
                                 .private_data = own};
    live_arrays++;
    return array;
}

#define BUFFERS(...)                                                                               \
    (const void *const[]) { __VA_ARGS__ }

static inline void
array_adopt(struct ArrowArray *parent, struct ArrowArray *child)
{
    parent->children =
        realloc(parent->children, (size_t) (parent->n_children + 1) * sizeof *parent->children);
    parent->children[parent->n_children++] = child;
}

static inline void
schema_adopt(struct ArrowSchema *parent, struct ArrowSchema *child)
{
    parent->children =
        realloc(parent->children, (size_t) (parent->n_children + 1) * sizeof *parent->children);
    parent->children[parent->n_children++] = child;
}

static inline struct ArrowArray *
with_dictionary(struct ArrowArray *codes, struct ArrowArray *dictionary)
{
    codes->dictionary = dictionary;
    return codes;
}

static inline struct ArrowSchema *
coded(const char *format, const char *name, const char *values)
{
    struct ArrowSchema *schema = schema_new(format, name);
    schema->dictionary = schema_new(values, NULL);
    return schema;
}

static inline struct ArrowSchema *
list_of(const char *format, struct ArrowSchema *element)
{
    struct ArrowSchema *schema = schema_new(format, "l");
    schema_adopt(schema, element);
    return schema;
}

static inline struct ArrowArray *
list_array(struct ArrowArray *list, struct ArrowArray *elements)
{
    array_adopt(list, elements);
    return list;
}

struct batch {
    struct ArrowSchema *schema;
    struct ArrowArray *array;
};

/* A record batch of `length` rows that begins at `offset` of its children. */
static inline struct batch
batch_new(int64_t length, int64_t offset)
{
    return (struct batch){schema_new("+s", ""), array_new(length, offset, 1, BUFFERS(NULL))};
}

static inline void
batch_add(struct batch *batch, struct ArrowSchema *schema, struct ArrowArray *array)
{
    schema_adopt(batch->schema, schema);
    array_adopt(batch->array, array);
}

/* Imports; on failure nothing may have been touched, and both are released here. */
static inline cstm_status
batch_import(struct batch *batch, cstm_table **table, cstm_error **error)
{
    int arrays = live_arrays, schemas = live_schemas;
    cstm_table *untouched = (cstm_table *) 7, *out = untouched;
    cstm_status status = cstm_table_import_arrow(batch->schema, batch->array, &out, error);
    if (status == CSTM_OK) {
        ck_assert_ptr_null(batch->schema->release);
        ck_assert_ptr_null(batch->array->release);
        *table = out;
    } else {
        ck_assert_ptr_eq(out, untouched);
        ck_assert_int_eq(live_arrays, arrays);
        ck_assert_int_eq(live_schemas, schemas);
        batch->schema->release(batch->schema);
        batch->array->release(batch->array);
    }
    free(batch->schema);
    free(batch->array);
    return status;
}

/* A table of one column, whose rows are [offset, offset + length) of the array's own. */
static inline cstm_status
import_column(struct ArrowSchema *schema, struct ArrowArray *array, cstm_table **table,
              cstm_error **error)
{
    struct batch batch = batch_new(array->length, 0);
    batch_add(&batch, schema, array);
    return batch_import(&batch, table, error);
}

static inline void
assert_text(const cstm_table *table, int64_t row, int32_t column, const char *expected)
{
    size_t size;
    const char *text = cstm_table_string(table, row, column, &size);
    if (expected == NULL) {
        ck_assert_ptr_null(text);
        ck_assert_int_eq(cstm_table_state(table, row, column), CSTM_STATE_MISSING);
        return;
    }
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(size, strlen(expected));
    ck_assert_mem_eq(text, expected, size);
}

static inline void
assert_item(const cstm_table *table, int64_t row, int32_t column, int64_t item,
            const char *expected)
{
    size_t size;
    const char *text = cstm_table_string_item(table, row, column, item, &size);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(size, strlen(expected));
    ck_assert_mem_eq(text, expected, size);
}

/* Every cell of two tables is the same, and every column has the same name, type and currency. */
static inline void
assert_tables_equal(const cstm_table *a, const cstm_table *b)
{
    ck_assert_int_eq(cstm_table_rows(a), cstm_table_rows(b));
    ck_assert_int_eq(cstm_table_columns(a), cstm_table_columns(b));
    for (int32_t c = 0; c < cstm_table_columns(a); c++) {
        ck_assert_str_eq(cstm_table_column_name(a, c), cstm_table_column_name(b, c));
        ck_assert_int_eq(cstm_table_column_type(a, c), cstm_table_column_type(b, c));
        ck_assert_str_eq(cstm_table_column_currency(a, c), cstm_table_column_currency(b, c));
        ck_assert_int_eq(cstm_table_column_exponent(a, c), cstm_table_column_exponent(b, c));
        ck_assert_int_eq(cstm_table_column_civil(a, c), cstm_table_column_civil(b, c));
        for (int64_t row = 0; row < cstm_table_rows(a); row++) {
            double x = cstm_table_double(a, row, c), y = cstm_table_double(b, row, c);
            int64_t high_a = 0, high_b = 0;
            uint64_t low_a = 0, low_b = 0;
            size_t size_a, size_b;
            ck_assert_int_eq(cstm_table_state(a, row, c), cstm_table_state(b, row, c));
            ck_assert_int_eq(cstm_table_bool(a, row, c), cstm_table_bool(b, row, c));
            ck_assert_int_eq(cstm_table_int64(a, row, c), cstm_table_int64(b, row, c));
            ck_assert_mem_eq(&x, &y, sizeof x);
            ck_assert_int_eq(cstm_table_date(a, row, c), cstm_table_date(b, row, c));
            ck_assert_int_eq(cstm_table_timestamp(a, row, c), cstm_table_timestamp(b, row, c));
            ck_assert_int_eq(cstm_table_money(a, row, c), cstm_table_money(b, row, c));
            cstm_table_decimal(a, row, c, &high_a, &low_a);
            cstm_table_decimal(b, row, c, &high_b, &low_b);
            ck_assert(high_a == high_b && low_a == low_b);
            const char *text_a = cstm_table_string(a, row, c, &size_a),
                       *text_b = cstm_table_string(b, row, c, &size_b);
            ck_assert_uint_eq(size_a, size_b);
            ck_assert((text_a == NULL) == (text_b == NULL) &&
                      (size_a == 0 || memcmp(text_a, text_b, size_a) == 0));
            ck_assert_int_eq(cstm_table_string_count(a, row, c),
                             cstm_table_string_count(b, row, c));
            for (int64_t i = 0; i < cstm_table_string_count(a, row, c); i++) {
                text_a = cstm_table_string_item(a, row, c, i, &size_a);
                text_b = cstm_table_string_item(b, row, c, i, &size_b);
                ck_assert(size_a == size_b && memcmp(text_a, text_b, size_a) == 0);
            }
        }
    }
}

#endif
