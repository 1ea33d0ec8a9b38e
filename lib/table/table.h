/* A table in memory: typed columns of equal length with missing values. Columns are immutable once
 * they are in a table, and may point into memory that Arrow handed over; `owner` keeps whatever it
 * is alive, so a column can be shared by several tables (column_share()) and outlive each.
 *
 * Bits and offsets of Arrow are resolved on import: every column here is a plain array from row 0,
 * with one validity byte a row (1 there, 0 missing; NULL: all there). That costs a byte a row and
 * spares each reader the offset arithmetic; values that need no conversion are not copied. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <libcustomer/table.h>

#include "base/exact.h"
#include "base/handle.h"

struct table_owner; /* the counted memory of a column, see table/owner.h */

struct table_column {
    char *name;
    cstm_type type;
    int64_t rows;
    const uint8_t *valid; /* NULL: no missing value */
    union {
        const uint8_t *bools;
        const int64_t *int64s; /* INT, TIMESTAMP, MONEY */
        const double *doubles;
        const int32_t *days;  /* DATE */
        const wide *decimals; /* DECIMAL */
    } as;
    /* STRING, and the elements of STRINGS: text i is bytes[offset[i] .. offset[i + 1]). Where codes
     * are given the column is a dictionary and text i is entry codes[i] of it. */
    const int64_t *offsets;
    const char *bytes;
    const int32_t *codes; /* nullable */
    int64_t dictionary_size;
    const int64_t
        *list_offsets; /* STRINGS: elements of row i are list_offsets[i] .. list_offsets[i + 1] */
    char currency[4];  /* MONEY */
    int32_t exponent;  /* MONEY; scale for DECIMAL */
    bool civil; /* TIMESTAMP: micros of the clock on the wall, in no zone (Arrow's naive timestamps)
                 */
    struct table_owner *owner; /* keeps what the pointers above point to; NULL: nothing to keep */
};

struct cstm_table {
    struct handle handle;
    int64_t rows;
    int32_t n_columns;
    int32_t capacity;
    struct table_column *columns;
};

const struct table_column *table_find(const cstm_table *table,
                                      const char *name); /* NULL if there is none */

cstm_table *table_create(void); /* empty; NULL on failure */
/* Puts a column in, after checking its name (UTF-8, not empty, new) and length. Takes the column
 * (and clears the struct) on success only. The first column of a table decides its rows. */
cstm_status table_append(cstm_table *table, struct table_column *column, cstm_error **error);
/* A second column over the same memory, under `name` (copied). False on failed memory. */
bool column_share(const struct table_column *column, const char *name, struct table_column *shared);
void column_clear(struct table_column *column);
/* Rows [from, from + n) of a table, over the same memory; NULL on failure. Elements of lists are
 * still counted from the first of the whole. */
cstm_table *table_slice(const cstm_table *table, int64_t from, int64_t n);

static inline bool
column_is_valid(const struct table_column *column, int64_t row)
{
    return column->valid == NULL || column->valid[row] != 0;
}

static inline const char *
column_text(const struct table_column *column, int64_t row, size_t *size)
{
    int64_t i = column->codes != NULL ? column->codes[row] : row;
    *size = (size_t) (column->offsets[i + 1] - column->offsets[i]);
    return column->bytes + column->offsets[i];
}

#endif
