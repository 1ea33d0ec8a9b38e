/* What the files that speak Arrow share: a schema understood once (arrow_schema.c), arrays made
 * columns under it (arrow_import.c, with text in arrow_text.c), streams joined (arrow_stream.c),
 * columns handed out (arrow_export.c).
 *
 * Arrow gives no sizes of buffers, so every read here is bounded by the lengths and offsets of the
 * arrays, which are checked against each other first; that the buffers are as large as these say is
 * the producer's promise. */
#ifndef TABLE_ARROW_H
#define TABLE_ARROW_H

#include "table/table.h"

#define ARROW_COLUMN_LIMIT 10000

enum arrow_kind {
    ARROW_NULL,
    ARROW_BOOL,
    ARROW_INT,
    ARROW_FLOAT,
    ARROW_DATE_DAYS,
    ARROW_DATE_MILLIS,
    ARROW_TIMESTAMP,
    ARROW_DECIMAL,
    ARROW_TEXT,
    ARROW_LIST,
};

/* How text is laid out: offsets of 4 or 8 bytes, or views (0); maybe behind integer codes. */
struct arrow_text {
    int32_t offset_width;
    int32_t code_width; /* 0: no dictionary */
    bool code_signed;
};

/* One field of the schema, understood. */
struct arrow_field {
    const char *name; /* borrowed from the schema */
    enum arrow_kind kind;
    int32_t width;    /* bytes of an INT, FLOAT or DECIMAL; of a LIST's offsets */
    bool is_signed;   /* INT */
    bool civil;       /* TIMESTAMP without a zone */
    int64_t multiply; /* TIMESTAMP: micros = value * multiply / divide; one of them is 1 */
    int64_t divide;
    int32_t scale;          /* DECIMAL */
    struct arrow_text text; /* TEXT, and elements of a LIST */
    char currency[4];       /* DECIMAL that is money, else "" */
    int32_t exponent;
};

struct arrow_fields {
    int64_t count;
    struct arrow_field *fields; /* from base/memory */
};

/* Understands a struct schema. Names are borrowed from it. */
cstm_status arrow_read_schema(const struct ArrowSchema *schema, struct arrow_fields *fields,
                              cstm_error **error);

/* The table under an array; rows in errors count from first_row. The table's columns may point into
 * the array's buffers: `lender` is the owner that the caller puts the array into once all is well.
 */
cstm_status arrow_read_array(const struct arrow_fields *fields, const struct ArrowArray *array,
                             int64_t first_row, struct table_owner *lender, cstm_table **table,
                             cstm_error **error);

/* arrow_read_array(), and takes the array over on success. */
cstm_status arrow_take_array(const struct arrow_fields *fields, struct ArrowArray *array,
                             int64_t first_row, cstm_table **table, cstm_error **error);

/* The table without rows of a stream without arrays. */
cstm_status arrow_read_nothing(const struct arrow_fields *fields, cstm_table **table,
                               cstm_error **error);

/* A part of an array: rows from `offset` (that of parents included), `rows` of them, made into
 * *column, whose name and owner are there already. */
struct arrow_slice {
    const struct ArrowArray *array;
    int64_t offset;
    int64_t rows;
    int64_t first_row; /* what row 0 of the slice is called in errors */
    struct table_owner *lender;
};
cstm_status arrow_read_text(const struct arrow_text *text, const struct arrow_slice *slice,
                            struct table_column *column, cstm_error **error);
cstm_status arrow_read_list(const struct arrow_field *field, const struct arrow_slice *slice,
                            struct table_column *column, cstm_error **error);

/* The validity bitmap as bytes: column->valid, NULL where nothing is missing. */
cstm_status arrow_read_valid(const struct arrow_slice *slice, struct table_column *column,
                             cstm_error **error);
/* An array's own numbers make sense, with so many buffers and children; then its rows [offset,
 * offset + rows) exist. */
cstm_status arrow_check_array(const struct ArrowArray *array, int64_t n_buffers, int64_t n_children,
                              const struct table_column *column, cstm_error **error);
cstm_status arrow_check_slice(const struct arrow_slice *slice, const struct table_column *column,
                              cstm_error **error);
cstm_status arrow_corrupt(const struct table_column *column, const char *what, cstm_error **error);

/* Integer i of a buffer of integers of 1 to 8 bytes; unsigned ones of 8 bytes wrap. */
int64_t arrow_integer(const void *buffer, int32_t width, bool is_signed, int64_t i);

/* Handing out, each leaving nothing behind on failed memory. */
bool arrow_write_schema(const cstm_table *table, struct ArrowSchema *schema);
bool arrow_write_array(const cstm_table *table, struct ArrowArray *array);

/* Tables of the same columns, one after the other; at least one. */
cstm_status arrow_join(cstm_table *const *chunks, size_t n_chunks, cstm_table **table,
                       cstm_error **error);

#endif
