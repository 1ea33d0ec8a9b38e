/* Layouts: how a bank's day files are written, delimited or in fixed width, and reading them into tables. Apache-2.0.
 *
 * A layout says what cstm_csv cannot: delimiters of any bytes, columns by their position, GB 18030, padding, dates and signs as
 * core systems write them, texts that stand for missing, records before and after the rows, and the control totals in these,
 * which are checked before anything is given out. It is filled once and then reads any number of files.
 *
 *     cstm_layout_new(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030, &layout, &error);
 *     cstm_layout_set_delimiter(layout, (const uint8_t *) "|@|", 3, &error);
 *     cstm_layout_set_currency(layout, "CNY", &error);
 *     cstm_layout_set_frame(layout, 0, 0, 1, &error);                                 // one trailer: count|@|sum
 *     cstm_layout_add_column(layout, "card", CSTM_TYPE_STRING, 1, 0, &error);
 *     cstm_layout_add_column(layout, "posted", CSTM_TYPE_DATE, 2, 0, &error);
 *     cstm_layout_set_format(layout, "posted", "YYYYMMDD", &error);
 *     cstm_layout_add_missing(layout, "posted", "00000000", &error);
 *     cstm_layout_add_column(layout, "amount", CSTM_TYPE_MONEY, 3, 0, &error);
 *     cstm_layout_set_number(layout, "amount", 2, CSTM_SIGN_TRAILING, 0, &error);     // 0001250- is -12.50
 *     cstm_layout_add_total(layout, CSTM_TOTAL_COUNT, NULL, -1, 1, 0, &error);
 *     cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "amount", -1, 2, 0, &error);
 *     cstm_layout_read_file(layout, "20240105.dat", NULL, NULL, NULL, &table, NULL, &error);
 */
#ifndef LIBCUSTOMER_LAYOUT_H
#define LIBCUSTOMER_LAYOUT_H

#include <libcustomer/table.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cstm_layout cstm_layout;

/* How the columns of a record are told apart. */
#define CSTM_LAYOUT_DELIMITED 0    /* by a delimiter; positions are numbers of fields */
#define CSTM_LAYOUT_BYTES 1        /* by start and width in bytes, as the file has them */
#define CSTM_LAYOUT_CHARACTERS 2   /* by start and width in characters */

/* How the characters of a file are written. */
#define CSTM_ENCODING_UTF8 0       /* a byte order mark is skipped */
#define CSTM_ENCODING_GB18030 1    /* edition of 2022, all four-byte characters; GBK and GB 2312 are subsets */

/* Where the sign of a number stands. */
#define CSTM_SIGN_LEADING 0        /* -12, +12, 12 */
#define CSTM_SIGN_TRAILING 1       /* 12-, 12+, 12 */
#define CSTM_SIGN_OVERPUNCH 2      /* in the last digit: { A to I are +0 to +9, } J to R are -0 to -9, a plain digit is positive */

/* What a control total counts. */
#define CSTM_TOTAL_COUNT 0         /* the rows, rejected ones with them */
#define CSTM_TOTAL_SUM 1           /* the sum of an INT or MONEY column */
#define CSTM_TOTAL_ABSOLUTE 2      /* the sum of its absolute values */

/* The greatest position and width of a column, and number of fields. */
#define CSTM_LAYOUT_POSITION_LIMIT 16777216
/* The most records before the rows, and after them. */
#define CSTM_LAYOUT_FRAME_LIMIT 1000
/* The most bytes of a delimiter, of a record's end, and of what a comment begins with. */
#define CSTM_LAYOUT_MARK_LIMIT 16

/**
 * An empty layout. As it is made: delimiter '|', no quotes, records end in LF or CRLF, every record is a row, blanks around
 * the fields are padding in the fixed forms and belong to them in the delimited one, the first bad row stops.
 *
 * @param form      CSTM_LAYOUT_DELIMITED, CSTM_LAYOUT_BYTES or CSTM_LAYOUT_CHARACTERS.
 * @param encoding  CSTM_ENCODING_UTF8 or CSTM_ENCODING_GB18030.
 * @param layout    (out, owned)
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a NULL out or a number that is none of these; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_new(int32_t form, int32_t encoding, cstm_layout **layout, cstm_error **error);

/**
 * Frees a layout. Tables that it read live on.
 *
 * @param layout  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_layout_free(cstm_layout *layout);

/**
 * Declares a column. The table has the declared ones in the order of their declaration; what lies between is skipped.
 *
 * Values are written as cstm_csv_add_column() says, if nothing else is declared for the column. A field that is empty or
 * nothing but padding is missing.
 *
 * @param layout  (borrowed)
 * @param name    (borrowed) UTF-8, not empty, not yet declared.
 * @param type    CSTM_TYPE_BOOL, INT, DOUBLE, STRING, DATE, TIMESTAMP, MONEY or STRINGS.
 * @param start   from 1: the number of the field, byte or character. Delimited, 0: the field of that name if the file names its
 *                fields, else the one after the column before (the first: 1).
 * @param width   in bytes or characters; delimited: 0.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for a position that the form does not have or beyond
 *         CSTM_LAYOUT_POSITION_LIMIT; CSTM_ERROR_TYPE for another type; CSTM_ERROR_DUPLICATE; CSTM_ERROR_SYNTAX for a name that
 *         is empty or not UTF-8; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_add_column(cstm_layout *layout, const char *name, cstm_type type, int32_t start, int32_t width,
                                            cstm_error **error);

/**
 * Sets what separates the fields of a delimited file: any bytes, in the file's encoding. It is looked for where characters
 * begin, so that '|' is not found inside a character of GB 18030 whose second byte is that of '|'.
 *
 * @param layout  (borrowed)
 * @param bytes   (borrowed) such as "|", "|@|", or one byte 0x01 or 0x1B.
 * @param size    1 to CSTM_LAYOUT_MARK_LIMIT.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a layout that is not delimited; CSTM_ERROR_RANGE for the size.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_delimiter(cstm_layout *layout, const uint8_t *bytes, size_t size, cstm_error **error);

/**
 * Sets what may stand around a field of a delimited file, which may then hold the delimiter, record ends and, doubled, the quote,
 * as in CSV. A field that does not begin with one holds none. Padding inside quotes belongs to the field; an empty field in
 * quotes is the empty text.
 *
 * @param layout  (borrowed)
 * @param quote   '"' or '\''; 0: none, and these are characters like others.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a layout that is not delimited; CSTM_ERROR_RANGE for another character.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_quote(cstm_layout *layout, int32_t quote, cstm_error **error);

/**
 * Sets what ends a record, instead of LF or CRLF: any bytes. The last record need not have it. Lines in errors are then numbers
 * of records.
 *
 * @param layout  (borrowed)
 * @param bytes   (borrowed, NULL only if size is 0)
 * @param size    0 (LF or CRLF) to CSTM_LAYOUT_MARK_LIMIT.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for the size.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_record_end(cstm_layout *layout, const uint8_t *bytes, size_t size, cstm_error **error);

/**
 * Sets that every record of a file of fixed width has so many bytes, and nothing ends it. Lines in errors are then numbers of
 * records.
 *
 * @param layout  (borrowed)
 * @param size    bytes; 0: records have an end.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a delimited layout; CSTM_ERROR_RANGE beyond CSTM_LAYOUT_POSITION_LIMIT.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_record_size(cstm_layout *layout, size_t size, cstm_error **error);

/**
 * Sets what stands around the rows. Records without a character and comments are not counted.
 *
 * @param layout  (borrowed)
 * @param before  records at the beginning that are no rows; 0 to CSTM_LAYOUT_FRAME_LIMIT.
 * @param names   1: the record after these names the fields of a delimited file; 0: none does.
 * @param after   records at the end that are no rows (trailers); 0 to CSTM_LAYOUT_FRAME_LIMIT.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for names in a layout that is not delimited; CSTM_ERROR_RANGE for before or after.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_frame(cstm_layout *layout, int32_t before, int32_t names, int32_t after, cstm_error **error);

/**
 * Sets how many fields a row of a delimited file has, just so many. If it is not set: as many as there are names, else up to the
 * last one that is declared. A delimiter at the end of the record makes a field.
 *
 * @param layout  (borrowed)
 * @param fields  0 (not set) to CSTM_LAYOUT_POSITION_LIMIT.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a layout that is not delimited; CSTM_ERROR_RANGE.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_fields(cstm_layout *layout, int32_t fields, cstm_error **error);

/**
 * Sets that records which begin with these bytes are comments, which are skipped. May be called for several beginnings.
 *
 * @param layout  (borrowed)
 * @param bytes   (borrowed)
 * @param size    1 to CSTM_LAYOUT_MARK_LIMIT.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for the size; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_add_comment(cstm_layout *layout, const uint8_t *bytes, size_t size, cstm_error **error);

/**
 * Declares a control total: a field of a record before or after the rows that says how many rows there are, or what a column
 * comes to. A file that says otherwise is refused whole. Rows that are rejected are counted, and summed where the column
 * can be read in them; a missing amount is 0. The sum is written as the column is (a column with a sign field: with its own sign).
 *
 * @param layout  (borrowed)
 * @param kind    CSTM_TOTAL_COUNT, CSTM_TOTAL_SUM or CSTM_TOTAL_ABSOLUTE.
 * @param name    (borrowed, nullable) the column; of a count it is not looked at.
 * @param record  which one: 1, 2 and so on from the first of the file, -1, -2 from the last.
 * @param start   from 1: the number of the field, byte or character in that record.
 * @param width   in bytes or characters; delimited: 0.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE, also for a sum without a column; CSTM_ERROR_RANGE for the record or position;
 *         CSTM_ERROR_UNKNOWN for the column; CSTM_ERROR_TYPE for a column that is neither INT nor MONEY; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_add_total(cstm_layout *layout, int32_t kind, const char *name, int32_t record, int32_t start,
                                           int32_t width, cstm_error **error);

/**
 * Sets the characters that fill a field up and are taken away. Of a number, zeros are taken from the left only, and the last
 * digit stays.
 *
 * @param layout  (borrowed)
 * @param name    (borrowed, nullable) the column; NULL: every one that is declared, and those to come.
 * @param left    the code point before the value: ' ', '0', 0x3000, or 0 for NUL bytes; -1: none.
 * @param right   the code point after it; -1: none.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for what is no code point; CSTM_ERROR_UNKNOWN for the column.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_padding(cstm_layout *layout, const char *name, int32_t left, int32_t right,
                                             cstm_error **error);

/**
 * Sets how a DATE or TIMESTAMP column is written: YYYY year; MM month; DD day; HH hour; MM (after HH) or mm minute; SS or ss
 * second; f to ffffff parts of a second. Two letters are two digits, M, D, H, m, S or s alone one or two; other characters stand for
 * themselves ("YYYYMMDD", "YYYY/MM/DD", "YYYYMMDDHHMMSS", "D.M.YYYY"). Times have no offset, see cstm_layout_set_zone(). Or
 * "seconds", "milliseconds" or "microseconds": a whole number of them since 1970-01-01T00:00:00Z (UNIX time), of a TIMESTAMP.
 *
 * @param layout  (borrowed)
 * @param name    (borrowed) the column.
 * @param format  (borrowed) UTF-8, at most 64 bytes; year, month and day once each, hour, minute and so on in this order.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_UNKNOWN for the column; CSTM_ERROR_TYPE for a column of another type, or a time
 *         of day in a DATE column; CSTM_ERROR_SYNTAX for what is no format.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_format(cstm_layout *layout, const char *name, const char *format, cstm_error **error);

/**
 * Declares a text that stands for missing, with its padding or without it, quoted or not: sentinels such as "00000000",
 * "99991231", "NULL". May be called for several.
 *
 * @param layout  (borrowed)
 * @param name    (borrowed, nullable) the column; NULL: every one.
 * @param text    (borrowed) UTF-8, not empty.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_UNKNOWN for the column; CSTM_ERROR_SYNTAX for text that is empty or not
 *         UTF-8; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_add_missing(cstm_layout *layout, const char *name, const char *text, cstm_error **error);

/**
 * Sets how an INT, DOUBLE or MONEY column is written.
 *
 * @param layout     (borrowed)
 * @param name       (borrowed) the column.
 * @param decimals   how many of the last digits are decimals, without a point (0 to 18; INT: 0); -1: a point is written if there
 *                   are decimals.
 * @param sign       CSTM_SIGN_LEADING, CSTM_SIGN_TRAILING or CSTM_SIGN_OVERPUNCH.
 * @param separator  ',', '.' (only with decimals given), '\'', '_' or ' ': may stand between groups of three digits; 0: none.
 * @param error      (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for a number that is none of these; CSTM_ERROR_UNKNOWN for the column;
 *         CSTM_ERROR_TYPE for a column of another type, or decimals of an INT.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_number(cstm_layout *layout, const char *name, int32_t decimals, int32_t sign,
                                            int32_t separator, cstm_error **error);

/**
 * Sets that the sign of an INT, DOUBLE or MONEY column stands in a field of its own (debit and credit, 借 and 贷). The number has
 * then no sign; a row with a number and neither of the words is refused.
 *
 * @param layout    (borrowed)
 * @param name      (borrowed) the column.
 * @param start     from 1: the number of the sign's field, byte or character.
 * @param width     in bytes or characters; delimited: 0.
 * @param positive  (borrowed) UTF-8: what it holds beside a number that is not negative; "": it is blank.
 * @param negative  (borrowed) UTF-8: what it holds beside a negative one; "": it is blank. Not the same.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for the position; CSTM_ERROR_UNKNOWN for the column; CSTM_ERROR_TYPE for a
 *         column of another type; CSTM_ERROR_SYNTAX for words that are the same or not UTF-8; CSTM_ERROR_NO_MEMORY.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_sign(cstm_layout *layout, const char *name, int32_t start, int32_t width,
                                          const char *positive, const char *negative, cstm_error **error);

/**
 * Sets the zone of timestamps that are written without an offset, as cstm_csv_set_zone().
 *
 * @param layout  (borrowed)
 * @param zone    (borrowed, nullable) IANA name; NULL: none, and they are kept as civil time.
 * @param error   (owned by caller, nullable)
 * @return as cstm_csv_set_zone().
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_zone(cstm_layout *layout, const char *zone, cstm_error **error);

/**
 * Sets the currency of the MONEY columns. A layout that declares one needs it.
 *
 * @param layout    (borrowed)
 * @param currency  (borrowed) ISO 4217 code.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_UNKNOWN for the currency.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_currency(cstm_layout *layout, const char *currency, cstm_error **error);

/**
 * Sets what happens to a row that cannot be taken.
 *
 * @param layout  (borrowed)
 * @param reject  CSTM_CSV_STOP or CSTM_CSV_COLLECT.
 * @param limit   the most rows to collect, not negative; one more fails the call. Without collecting it is not looked at.
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE; CSTM_ERROR_RANGE for a negative limit.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_set_reject(cstm_layout *layout, int32_t reject, int64_t limit, cstm_error **error);

/**
 * Reads a file, plain or compressed with gzip. Records without a character are skipped (but where a row is one delimited field),
 * and so is a last one that is only 0x1A.
 *
 * Errors stand at file, line and column (from 1, in characters) and name the field. Rows are rejected as in
 * cstm_csv_read_file(), with the same columns of *rejected, and also for bytes that are not of the encoding in any field of a delimited
 * record or a declared one of a fixed one, for records that end before a column, and for signs that are not declared. What
 * concerns the whole file always fails the call: in addition, fewer records than stand around the rows, a control total that
 * cannot be read or is not met, and more rejected rows than the limit. In a delimited file a row of another number of fields is
 * rejected; in a fixed one, bytes after the last column are of no matter.
 *
 * @param layout         (borrowed) not changed; may be used for any number of files.
 * @param path           (borrowed) file name.
 * @param progress       (nullable) told the rows read; the total is not known (0).
 * @param progress_data  passed on to progress.
 * @param cancel         (borrowed, nullable)
 * @param table          (out, owned) the rows taken.
 * @param rejected       (out, owned, NULL only with CSTM_CSV_STOP) the rows not taken, maybe none; with CSTM_CSV_STOP NULL
 *                       is written.
 * @param error          (owned by caller, nullable)
 * @return as cstm_csv_read_file(); CSTM_ERROR_MISUSE also for a layout that contradicts itself: a delimiter or record end inside the
 *         other or inside characters, a column beyond the record, a total in a record that is not there;
 *         CSTM_ERROR_MISMATCH also for a control total; CSTM_ERROR_LIMIT also for rejected rows.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_read_file(const cstm_layout *layout, const char *path, cstm_progress_function progress,
                                           void *progress_data, const cstm_cancel *cancel, cstm_table **table,
                                           cstm_table **rejected, cstm_error **error);

/**
 * Reads a file from memory, plain or gzip, as cstm_layout_read_file().
 *
 * @param layout    (borrowed) not changed.
 * @param name      (borrowed, nullable) stands for the file in errors.
 * @param bytes     (borrowed, NULL only if size is 0)
 * @param size      how many bytes.
 * @param table     (out, owned) the rows taken.
 * @param rejected  (out, owned, NULL only with CSTM_CSV_STOP) the rows not taken; with CSTM_CSV_STOP NULL is written.
 * @param error     (owned by caller, nullable)
 * @return as cstm_layout_read_file().
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_layout_read_bytes(const cstm_layout *layout, const char *name, const uint8_t *bytes, size_t size,
                                            cstm_table **table, cstm_table **rejected, cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
