/* What every way into a table checks: days and instants within the years 1 to 9999, and text that
 * is UTF-8. */
#ifndef TABLE_CHECK_H
#define TABLE_CHECK_H

#include "base/civil.h"
#include "table/table.h"

#define CHECK_INSTANT_MIN ((int64_t) CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY)
#define CHECK_INSTANT_MAX (((int64_t) CIVIL_DAY_MAX + 1) * CIVIL_MICROS_PER_DAY - 1)

/* Each looks at the valid rows only and sets an error with column and row; row numbers are counted
 * from first_row. */
cstm_status check_days(const struct table_column *column, int64_t first_row, cstm_error **error);
cstm_status check_instants(const struct table_column *column, int64_t first_row,
                           cstm_error **error);
/* Offsets 0..n not negative and never decreasing. `n` texts of the column's offsets, whatever its
 * type. */
cstm_status check_offsets(const struct table_column *column, const int64_t *offsets, int64_t n,
                          int64_t first_row, cstm_error **error);
/* Each of `n` texts is UTF-8. valid (nullable) says which are values: what the others hold is of no
 * matter, but where it is not UTF-8 the texts are gathered anew with those empty, so that every
 * text of a column is UTF-8. */
cstm_status check_texts(struct table_column *column, int64_t n, const uint8_t *valid,
                        int64_t first_row, cstm_error **error);

/* An error about a cell: code, place, and "column 'x': what". */
cstm_status check_fault(const struct table_column *column, int64_t row, cstm_status code,
                        const char *what, cstm_error **error);

#endif
