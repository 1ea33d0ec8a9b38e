/* Tables: typed columns of equal length with missing values; from arrays, Arrow and CSV, and back. Apache-2.0.
 *
 * A table is made empty and filled column by column, or comes whole from Arrow or a CSV file, or is the result of a
 * batch. Rows and columns are numbered from 0. A column once added never changes, except by cstm_table_declare_money(),
 * which puts a money column in the place of one of numbers or text.
 *
 * Missing is a value of its own: not 0, not NaN, not the empty text. A getter of one cell gives 0 (or NULL) for a missing
 * cell and for a cell that it cannot read; cstm_table_state() tells a 0 from a missing cell.
 *
 * A table is exclusive while it is filled and may be read by any number of threads afterwards.
 */
#ifndef LIBCUSTOMER_TABLE_H
#define LIBCUSTOMER_TABLE_H

#include <libcustomer/arrow.h>
#include <libcustomer/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_table cstm_table;
typedef struct cstm_csv cstm_csv;

/* What the numbers of a column are, for cstm_table_declare_money(). */
#define CSTM_MONEY_MINOR 1   /* INT: minor units already (cents) */
#define CSTM_MONEY_MAJOR 2   /* INT, DECIMAL, STRING: major units (yuan), with decimals where the type has them */
#define CSTM_MONEY_DOUBLE 3  /* DOUBLE: major units; each must be a decimal of the currency's exponent in its shortest form */

/* What a CSV reader does with a row that it cannot take. */
#define CSTM_CSV_STOP 0      /* the call fails at the first one */
#define CSTM_CSV_COLLECT 1   /* the row goes to a table of its own with the reason, and reading goes on */

/* The greatest size of one record (row) of a CSV file, in bytes (16 MiB). */
#define CSTM_CSV_RECORD_LIMIT 16777216

/* The key of the Arrow field metadata that makes a decimal column money; its value is the ISO 4217 code. */
#define CSTM_ARROW_CURRENCY_KEY "libcustomer.currency"

/**
 * An empty table, without columns.
 *
 * @param table  (out, owned)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a NULL out; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_new(cstm_table **table, cstm_error **error);

/**
 * Frees a table. Arrays that were exported from it live on.
 *
 * @param table  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_table_free(cstm_table *table);

/**
 * Adds a column of truth values. The first column added decides how many rows the table has.
 *
 * @param table   (borrowed) grows by one column on success.
 * @param name    (borrowed) UTF-8, not empty, not yet in the table.
 * @param values  (borrowed, NULL only if rows is 0) copied; 0 is false, anything else is true.
 * @param valid   (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows    how many; that of the table's other columns.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for NULL, a foreign handle or a negative number of rows; CSTM_ERROR_MISMATCH for
 *         another number of rows than the table's; CSTM_ERROR_DUPLICATE for the name; CSTM_ERROR_SYNTAX for a name that is
 *         empty or not UTF-8; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_bool(cstm_table *table, const char *name, const uint8_t *values, const uint8_t *valid,
                                         int64_t rows, cstm_error **error);

/**
 * Adds a column of integers.
 *
 * @param table   (borrowed) grows by one column on success.
 * @param name    (borrowed) UTF-8, not empty, not yet in the table.
 * @param values  (borrowed, NULL only if rows is 0) copied.
 * @param valid   (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows    how many; that of the table's other columns.
 * @param error   (owned by caller, nullable)
 * @return as cstm_table_add_bool().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_int64(cstm_table *table, const char *name, const int64_t *values, const uint8_t *valid,
                                          int64_t rows, cstm_error **error);

/**
 * Adds a column of floating numbers. A NaN is kept as it is: it is not a missing value.
 *
 * @param table   (borrowed) grows by one column on success.
 * @param name    (borrowed) UTF-8, not empty, not yet in the table.
 * @param values  (borrowed, NULL only if rows is 0) copied.
 * @param valid   (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows    how many; that of the table's other columns.
 * @param error   (owned by caller, nullable)
 * @return as cstm_table_add_bool().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_double(cstm_table *table, const char *name, const double *values, const uint8_t *valid,
                                           int64_t rows, cstm_error **error);

/**
 * Adds a column of civil days.
 *
 * @param table   (borrowed) grows by one column on success.
 * @param name    (borrowed) UTF-8, not empty, not yet in the table.
 * @param values  (borrowed, NULL only if rows is 0) days since 1970-01-01, from 0001-01-01 to 9999-12-31; copied.
 * @param valid   (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows    how many; that of the table's other columns.
 * @param error   (owned by caller, nullable)
 * @return as cstm_table_add_bool(); CSTM_ERROR_RANGE with the row for a day outside the years 1 to 9999.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_date(cstm_table *table, const char *name, const int32_t *values, const uint8_t *valid,
                                         int64_t rows, cstm_error **error);

/**
 * Adds a column of instants.
 *
 * @param table   (borrowed) grows by one column on success.
 * @param name    (borrowed) UTF-8, not empty, not yet in the table.
 * @param values  (borrowed, NULL only if rows is 0) microseconds since 1970-01-01T00:00:00Z, years 1 to 9999; copied.
 * @param valid   (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows    how many; that of the table's other columns.
 * @param error   (owned by caller, nullable)
 * @return as cstm_table_add_bool(); CSTM_ERROR_RANGE with the row for an instant outside the years 1 to 9999.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_timestamp(cstm_table *table, const char *name, const int64_t *values,
                                              const uint8_t *valid, int64_t rows, cstm_error **error);

/**
 * Adds a column of amounts in minor units of one currency.
 *
 * @param table     (borrowed) grows by one column on success.
 * @param name      (borrowed) UTF-8, not empty, not yet in the table.
 * @param values    (borrowed, NULL only if rows is 0) minor units; copied.
 * @param valid     (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows      how many; that of the table's other columns.
 * @param currency  (borrowed) ISO 4217 code.
 * @param error     (owned by caller, nullable)
 * @return as cstm_table_add_bool(); CSTM_ERROR_UNKNOWN for the currency.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_money(cstm_table *table, const char *name, const int64_t *values, const uint8_t *valid,
                                          int64_t rows, const char *currency, cstm_error **error);

/**
 * Adds a column of text. Text i is bytes[offsets[i]] to bytes[offsets[i + 1]], without a NUL.
 *
 * @param table    (borrowed) grows by one column on success.
 * @param name     (borrowed) UTF-8, not empty, not yet in the table.
 * @param offsets  (borrowed, NULL only if rows is 0) rows + 1 numbers, not negative, never decreasing; copied.
 * @param bytes    (borrowed, NULL only if there is no byte) UTF-8; copied.
 * @param valid    (borrowed, nullable) one byte a row, copied: 0 is missing. NULL: nothing is missing.
 * @param rows     how many; that of the table's other columns.
 * @param error    (owned by caller, nullable)
 * @return as cstm_table_add_bool(); CSTM_ERROR_SYNTAX with the row for text that is not UTF-8; CSTM_ERROR_RANGE with the row
 *         for offsets that are negative or decrease.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_string(cstm_table *table, const char *name, const int64_t *offsets, const char *bytes,
                                           const uint8_t *valid, int64_t rows, cstm_error **error);

/**
 * Adds a column of lists of text. The elements of row i are the texts list_offsets[i] to list_offsets[i + 1]; text j is
 * bytes[offsets[j]] to bytes[offsets[j + 1]].
 *
 * @param table         (borrowed) grows by one column on success.
 * @param name          (borrowed) UTF-8, not empty, not yet in the table.
 * @param list_offsets  (borrowed, NULL only if rows is 0) rows + 1 numbers, not negative, never decreasing; copied.
 * @param offsets       (borrowed, NULL only if there is no element) one more than there are elements; copied.
 * @param bytes         (borrowed, NULL only if there is no byte) UTF-8; copied.
 * @param valid         (borrowed, nullable) one byte a row, copied: 0 is missing (an empty list is not). NULL: nothing is.
 * @param rows          how many; that of the table's other columns.
 * @param error         (owned by caller, nullable)
 * @return as cstm_table_add_string().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_add_strings(cstm_table *table, const char *name, const int64_t *list_offsets,
                                            const int64_t *offsets, const char *bytes, const uint8_t *valid, int64_t rows,
                                            cstm_error **error);

/**
 * Makes a column money, exactly or not at all: cents that were given as integers, or decimals, text or (if asked for)
 * doubles in major units. Missing cells stay missing. Pointers that were borrowed from the column end.
 *
 * @param table     (borrowed) the column keeps its name and place.
 * @param name      (borrowed) the column.
 * @param currency  (borrowed) ISO 4217 code.
 * @param how       CSTM_MONEY_MINOR, CSTM_MONEY_MAJOR or CSTM_MONEY_DOUBLE: what the numbers are.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_TYPE if the column's type is not one that `how` reads; CSTM_ERROR_RANGE or
 *         CSTM_ERROR_SYNTAX with column and row for a cell that is not an exact amount of the currency;
 *         CSTM_ERROR_MISMATCH for money of another currency; CSTM_ERROR_UNKNOWN for the column or currency;
 *         CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_declare_money(cstm_table *table, const char *name, const char *currency, int32_t how,
                                              cstm_error **error);

/**
 * How many rows a table has.
 *
 * @param table  (borrowed, nullable)
 * @return the count; 0 for a table without columns; -1 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_table_rows(const cstm_table *table);

/**
 * How many columns a table has.
 *
 * @param table  (borrowed, nullable)
 * @return the count; -1 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_table_columns(const cstm_table *table);

/**
 * The name of a column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return borrowed from the table, NUL-terminated; NULL for a foreign handle or a column that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_table_column_name(const cstm_table *table, int32_t column);

/**
 * The type of a column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return CSTM_TYPE_BOOL and so on; CSTM_TYPE_NONE for a foreign handle or a column that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_type cstm_table_column_type(const cstm_table *table, int32_t column);

/**
 * The currency of a MONEY column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return borrowed from the table, NUL-terminated ISO 4217 code; "" for a column of another type; NULL for a foreign handle
 *         or a column that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_table_column_currency(const cstm_table *table, int32_t column);

/**
 * How many decimals the numbers of a MONEY or DECIMAL column have: the value is the integer divided by ten to this power.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return the exponent, for DECIMAL the scale (which may be negative); 0 for other types and for a column that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_table_column_exponent(const cstm_table *table, int32_t column);

/**
 * Whether a TIMESTAMP column holds civil times without a zone (what Arrow calls a naive timestamp): its numbers are
 * microseconds as if the clock on the wall showed UTC. A batch reads them in the zone of its strategy.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return 1 or 0; 0 for other types and for a column that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_table_column_civil(const cstm_table *table, int32_t column);

/**
 * Looks a column up by name.
 *
 * @param table  (borrowed, nullable)
 * @param name   (borrowed, nullable)
 * @return its number; -1 if there is none, for NULL and for a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_table_find(const cstm_table *table, const char *name);

/**
 * Whether a cell has a value.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return CSTM_STATE_VALUE or CSTM_STATE_MISSING; CSTM_STATE_ERROR for a foreign handle or a cell that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_table_state(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of a BOOL column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return 1 or 0; 0 where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_table_bool(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of an INT column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return the number; 0 where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_table_int64(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of a DOUBLE column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return the number; 0 where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API double cstm_table_double(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of a DATE column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return days since 1970-01-01; 0 where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_table_date(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of a TIMESTAMP column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return microseconds since 1970-01-01T00:00:00Z (civil where cstm_table_column_civil() is 1); 0 where it is missing, of
 *         another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_table_timestamp(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of a MONEY column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return minor units; 0 where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_table_money(const cstm_table *table, int64_t row, int32_t column);

/**
 * A cell of a DECIMAL column: a 128-bit integer in two halves, to be divided by ten to cstm_table_column_exponent().
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @param high    (out, nullable) the upper 64 bits with the sign; written only where there is a value.
 * @param low     (out, nullable) the lower 64 bits; written only where there is a value.
 * @return CSTM_STATE_VALUE; CSTM_STATE_MISSING; CSTM_STATE_ERROR for a foreign handle, another type or a cell not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_state cstm_table_decimal(const cstm_table *table, int64_t row, int32_t column, int64_t *high, uint64_t *low);

/**
 * A cell of a STRING column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @param size    (out, nullable) bytes of the text; 0 where NULL is returned.
 * @return UTF-8 borrowed from the table, not NUL-terminated; NULL where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_table_string(const cstm_table *table, int64_t row, int32_t column, size_t *size);

/**
 * How many elements a cell of a STRINGS column has.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @return the count; 0 where it is missing, of another type or not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_table_string_count(const cstm_table *table, int64_t row, int32_t column);

/**
 * An element of a cell of a STRINGS column.
 *
 * @param table   (borrowed, nullable)
 * @param row     from 0.
 * @param column  from 0.
 * @param item    from 0.
 * @param size    (out, nullable) bytes of the text; 0 where NULL is returned.
 * @return UTF-8 borrowed from the table, not NUL-terminated; NULL where the cell or the element is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_table_string_item(const cstm_table *table, int64_t row, int32_t column, int64_t item, size_t *size);

/**
 * The validity of a whole column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return one byte a row (0: missing, else there), borrowed from the table; NULL if no cell of the column is missing, for a
 *         foreign handle and for a column that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const uint8_t *cstm_table_valid(const cstm_table *table, int32_t column);

/**
 * The values of a whole BOOL column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return one byte a row (0 or 1), borrowed from the table, unspecified where missing; NULL for a column of another type or
 *         without rows, or one that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const uint8_t *cstm_table_bool_values(const cstm_table *table, int32_t column);

/**
 * The values of a whole INT, TIMESTAMP or MONEY column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return one number a row, borrowed from the table, unspecified where missing; NULL for a column of another type or without
 *         rows, or one that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const int64_t *cstm_table_int64_values(const cstm_table *table, int32_t column);

/**
 * The values of a whole DOUBLE column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return one number a row, borrowed from the table, unspecified where missing; NULL for a column of another type or without
 *         rows, or one that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const double *cstm_table_double_values(const cstm_table *table, int32_t column);

/**
 * The values of a whole DATE column.
 *
 * @param table   (borrowed, nullable)
 * @param column  from 0.
 * @return days since 1970-01-01, one a row, borrowed from the table, unspecified where missing; NULL for a column of another
 *         type or without rows, or one that is not there.
 * @thread shared
 * @since 0.1
 */
CSTM_API const int32_t *cstm_table_date_values(const cstm_table *table, int32_t column);

/**
 * Takes a table over from Arrow: a struct array (record batch) whose children are the columns.
 *
 * Read are: null; bool; integers of every width and sign (INT); float32 and float64 (DOUBLE, NaN kept); utf8, large_utf8,
 * utf8_view and dictionaries of these with any integer index (STRING); date32 and date64 (DATE); timestamps of every unit,
 * exact to the microsecond (TIMESTAMP, civil if without a zone); decimals of 32 to 256 bits (MONEY where the field's
 * metadata holds CSTM_ARROW_CURRENCY_KEY, else DECIMAL); list and large_list of text (STRINGS). A null column is STRING
 * with every cell missing. Offsets and validity are honoured; columns whose layout is ours already are not copied.
 *
 * Checked are the structure, lengths, offsets, UTF-8 and ranges. Arrow does not say how large a buffer is: that each one
 * is as large as the array's length and offsets say is the producer's promise and cannot be checked here.
 *
 * @param schema  (owned on success) released and marked so; on failure it stays the caller's, unchanged.
 * @param array   (owned on success) moved; on failure it stays the caller's, unchanged.
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for NULL or what is already released; CSTM_ERROR_TYPE for something other than a struct,
 *         or a row of it that is null; CSTM_ERROR_UNSUPPORTED with the column for a type that is not read; CSTM_ERROR_CORRUPT
 *         for a structure that Arrow forbids; CSTM_ERROR_RANGE with column and row for a value outside its range or not
 *         exact; CSTM_ERROR_SYNTAX with column and row for text that is not UTF-8; CSTM_ERROR_DUPLICATE for names;
 *         CSTM_ERROR_UNKNOWN for a currency; CSTM_ERROR_MISSING with column and row for a list with a missing element;
 *         CSTM_ERROR_LIMIT for more columns or dictionary entries than are read; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_import_arrow(struct ArrowSchema *schema, struct ArrowArray *array, cstm_table **table,
                                             cstm_error **error);

/**
 * Takes a table over from an Arrow stream of struct arrays, to its end. A stream of one array is not copied where its
 * layout is ours; several are joined.
 *
 * @param stream  (owned on success) released and marked so; on failure it stays the caller's, but the arrays that were
 *                pulled from it are gone. After CSTM_ERROR_IO its get_last_error() may say more.
 * @param table   (out, owned)
 * @param error   (owned by caller, nullable)
 * @return as cstm_table_import_arrow(), rows counted over the whole stream; CSTM_ERROR_IO if the stream itself failed.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_import_stream(struct ArrowArrayStream *stream, cstm_table **table, cstm_error **error);

/**
 * Hands a table over as one Arrow struct array. The table stays; numbers and text are shared, not copied, and each child
 * keeps its own memory alive, so children may be moved out and released in any order, on any thread, after the table.
 *
 * BOOL is bool, INT int64, DOUBLE float64, DATE date32, TIMESTAMP timestamp[us, UTC] (without zone if civil), DECIMAL
 * decimal128(38, scale), MONEY decimal128(19, exponent) with the currency under CSTM_ARROW_CURRENCY_KEY, STRING utf8 (large_utf8
 * if the column holds more than 2 GiB; a dictionary with int32 indices if it was one), STRINGS list (or large_list) of the
 * same. Importing the result gives an equal table.
 *
 * @param table   (borrowed)
 * @param schema  (out) written over without being released; the caller releases it.
 * @param array   (out) written over without being released; the caller releases it.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_export_arrow(const cstm_table *table, struct ArrowSchema *schema, struct ArrowArray *array,
                                             cstm_error **error);

/**
 * Hands a table over as an Arrow stream of one struct array. The table may be freed before the stream is read.
 *
 * @param table   (borrowed)
 * @param stream  (out) written over without being released; the caller releases it.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_export_stream(const cstm_table *table, struct ArrowArrayStream *stream, cstm_error **error);

/**
 * A reader of CSV files: what its columns are and how they are written.
 *
 * As it is made: comma, a header line, no columns, the empty unquoted field is missing, the first bad row stops.
 *
 * @param csv    (out, owned)
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a NULL out; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_new(cstm_csv **csv, cstm_error **error);

/**
 * Frees a reader. Tables that it read live on.
 *
 * @param csv  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_csv_free(cstm_csv *csv);

/**
 * Declares a column to read. Columns of the file that are not declared are skipped; the table has the declared ones in the
 * order of their declaration.
 *
 * As text: BOOL true, false (in lower case, upper case or capitalised), 1, 0; INT decimal digits with an optional sign; DOUBLE
 * decimal or scientific, finite; DATE 2005-10-01; TIMESTAMP RFC 3339, T or blank between, the offset optional, a bare date
 * its first instant; MONEY in major units, as cstm_money_parse(); STRINGS joined by ';'. Blanks around a value are not
 * taken away.
 *
 * @param csv    (borrowed)
 * @param name   (borrowed) as in the header, UTF-8, not empty, not yet declared.
 * @param type   CSTM_TYPE_BOOL, INT, DOUBLE, STRING, DATE, TIMESTAMP, MONEY or STRINGS.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_TYPE for another type; CSTM_ERROR_DUPLICATE; CSTM_ERROR_SYNTAX for a name
 *         that is empty or not UTF-8; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_add_column(cstm_csv *csv, const char *name, cstm_type type, cstm_error **error);

/**
 * Sets what separates fields.
 *
 * @param csv        (borrowed)
 * @param delimiter  one ASCII character, such as ';', '|' or a tab; not a quote, line feed, carriage return or NUL.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for a character that cannot separate.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_set_delimiter(cstm_csv *csv, int32_t delimiter, cstm_error **error);

/**
 * Sets a text that means missing where it stands unquoted ("NA", "NULL"), beside the empty unquoted field, which always
 * does. A quoted empty field is the empty text in a STRING column, the empty list in a STRINGS column, missing in others.
 *
 * @param csv    (borrowed)
 * @param text   (borrowed, nullable) UTF-8 without line ends; NULL or "": only the empty field.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_SYNTAX for text that is not UTF-8 or holds a quote or line end;
 *         CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_set_missing(cstm_csv *csv, const char *text, cstm_error **error);

/**
 * Sets the zone of timestamps that are written without an offset. Without it, a column none of whose timestamps has an
 * offset is kept as civil time (cstm_table_column_civil()), and one that mixes both kinds is an error.
 *
 * @param csv    (borrowed)
 * @param zone   (borrowed, nullable) IANA name ("Asia/Taipei"), read from the system's database; NULL: none.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_UNKNOWN for a name that is not there; CSTM_ERROR_IO; CSTM_ERROR_CORRUPT for
 *         a zone file that is damaged; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_set_zone(cstm_csv *csv, const char *zone, cstm_error **error);

/**
 * Sets the currency of the MONEY columns. A reader that declares one needs it.
 *
 * @param csv       (borrowed)
 * @param currency  (borrowed) ISO 4217 code.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_UNKNOWN for the currency.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_set_currency(cstm_csv *csv, const char *currency, cstm_error **error);

/**
 * Sets whether the file begins with a line of names. Without one the declared columns are the file's, in their order, and
 * each record has just as many fields.
 *
 * @param csv     (borrowed)
 * @param header  1 or 0.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_set_header(cstm_csv *csv, int32_t header, cstm_error **error);

/**
 * Sets what happens to a row that cannot be taken.
 *
 * @param csv     (borrowed)
 * @param reject  CSTM_CSV_STOP or CSTM_CSV_COLLECT.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_set_reject(cstm_csv *csv, int32_t reject, cstm_error **error);

/**
 * Reads a CSV file (RFC 4180; lines end in LF or CRLF; UTF-8, a byte order mark is skipped), plain or compressed with
 * gzip, which is told by its first bytes. Lines without any character are skipped, except in a file of one column, where
 * they are a missing value.
 *
 * Errors stand at file, line and column (from 1, in code points) and name the field. With CSTM_CSV_COLLECT, rows with a wrong
 * number of fields, stray quotes, bad UTF-8, NUL bytes, or a field that is not of its type go to *rejected, with columns line INT,
 * column INT, field STRING (missing where it is none), reason STRING and text STRING (the record as it stands in the
 * file, which is customers' data; bytes that are not UTF-8 or are NUL become U+FFFD). What concerns the whole file always fails the
 * call: an unreadable or damaged file, a header that lacks a column or names one twice, a quote that is never closed, a
 * record beyond CSTM_CSV_RECORD_LIMIT, and a timestamp column that mixes times with and without an offset.
 *
 * @param csv            (borrowed) not changed; may be used for any number of files.
 * @param path           (borrowed) file name.
 * @param progress       (nullable) told the rows read; the total is not known (0).
 * @param progress_data  passed on to progress.
 * @param cancel         (borrowed, nullable)
 * @param table          (out, owned) the rows taken.
 * @param rejected       (out, owned, NULL only with CSTM_CSV_STOP) the rows not taken, maybe none; with CSTM_CSV_STOP NULL
 *                       is written.
 * @param error          (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a reader without columns, or with MONEY columns and no currency;
 *         CSTM_ERROR_IO; CSTM_ERROR_CORRUPT for damaged or truncated gzip; CSTM_ERROR_SYNTAX; CSTM_ERROR_RANGE;
 *         CSTM_ERROR_UNKNOWN for a declared column that is not in the header; CSTM_ERROR_DUPLICATE for a header that names a
 *         column twice; CSTM_ERROR_MISMATCH for a wrong number of fields, or times with and without an offset in one column;
 *         CSTM_ERROR_LIMIT; CSTM_ERROR_CANCELLED; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_read_file(const cstm_csv *csv, const char *path, cstm_progress_function progress,
                                        void *progress_data, const cstm_cancel *cancel, cstm_table **table,
                                        cstm_table **rejected, cstm_error **error);

/**
 * Reads CSV from memory, plain or gzip, as cstm_csv_read_file().
 *
 * @param csv       (borrowed) not changed.
 * @param name      (borrowed, nullable) stands for the file in errors.
 * @param bytes     (borrowed, NULL only if size is 0)
 * @param size      how many bytes.
 * @param table     (out, owned) the rows taken.
 * @param rejected  (out, owned, NULL only with CSTM_CSV_STOP) the rows not taken; with CSTM_CSV_STOP NULL is written.
 * @param error     (owned by caller, nullable)
 * @return as cstm_csv_read_file().
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_csv_read_bytes(const cstm_csv *csv, const char *name, const uint8_t *bytes, size_t size,
                                         cstm_table **table, cstm_table **rejected, cstm_error **error);

/**
 * Writes a table as a CSV file with a header: comma, LF, UTF-8, quotes where needed.
 *
 * Money and decimals are printed exactly, with all their decimals; dates as 2005-10-01; instants as RFC 3339 in UTC
 * (2005-10-01T00:00:00Z), civil times without an offset; doubles as the shortest text that reads back to the same number;
 * lists joined by ';'. A missing cell is an empty field; an empty text or list is "". What cstm_csv_read_file() reads back
 * with the same types is an equal table. The file appears whole or not at all: it is written under another name beside
 * its own and then renamed.
 *
 * @param table  (borrowed)
 * @param path   (borrowed) file name; a file that is there is replaced.
 * @param error  (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a table without columns; CSTM_ERROR_IO; CSTM_ERROR_UNSUPPORTED with column
 *         and row for a list that cannot be joined (an element holds ';', or the only element is empty);
 *         CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_write_csv(const cstm_table *table, const char *path, cstm_error **error);

/**
 * Writes a table as CSV into a buffer, as cstm_table_write_csv().
 *
 * @param table   (borrowed)
 * @param buffer  (out, owned)
 * @param error   (owned by caller, nullable)
 * @return as cstm_table_write_csv(), without CSTM_ERROR_IO.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_table_write_csv_buffer(const cstm_table *table, cstm_buffer **buffer, cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
