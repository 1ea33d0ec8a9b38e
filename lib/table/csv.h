/* What the files of the CSV reader share, from the bytes up: csv_source.c (a file or memory, plain
 * or gzip), csv_record.c (the grammar of RFC 4180: one record into fields), csv_window.c (one
 * record after the other, and where they stand), csv_field.c (a field's text into a typed column),
 * csv_read.c (the loop: header, rows, rejected rows, errors with their place). csv.c holds the
 * reader's options. */
#ifndef TABLE_CSV_H
#define TABLE_CSV_H

#include "base/civil.h"
#include "base/money.h"
#include "table/table.h"

struct csv_declared {
    char *name;
    cstm_type type;
};

struct cstm_csv {
    struct handle handle;
    struct csv_declared *columns;
    size_t n_columns;
    size_t capacity;
    char delimiter;
    bool header;
    int32_t reject;
    char *missing;                   /* nullable */
    struct zone *zone;               /* nullable */
    const struct currency *currency; /* nullable */
};

/* ---- source: bytes one after the other ---- */

struct csv_source;
/* Either a path or bytes. gzip is told by its first two bytes. */
cstm_status csv_source_open(const char *path, const uint8_t *bytes, size_t size,
                            struct csv_source **source, cstm_error **error);
/* Fills up to room bytes; *got 0 only at the end. */
cstm_status csv_source_read(struct csv_source *source, char *to, size_t room, size_t *got,
                            cstm_error **error);
void csv_source_close(struct csv_source *source);

/* ---- record: fields of one line, or of several where quotes hold line ends ---- */

struct csv_field {
    const char *text; /* without its quotes; valid until the next record */
    size_t size;
    size_t start; /* where the field begins in the raw record, its quote included */
    bool quoted;
};

/* What is wrong with the form of a record. */
enum csv_form {
    CSV_GOOD,
    CSV_MORE,        /* the window ends inside the record */
    CSV_STRAY_QUOTE, /* in a field that does not begin with one */
    CSV_AFTER_QUOTE, /* text between the closing quote and the delimiter */
    CSV_LONE_RETURN, /* a carriage return that no line feed follows */
    CSV_NUL,
    CSV_NOT_UTF8,
    CSV_UNTERMINATED, /* the file ends inside quotes */
    CSV_NOT_GB18030,  /* of bank files only */
};

struct csv_record {
    struct csv_field *fields;
    size_t n_fields;
    size_t capacity;
    char *scratch; /* fields whose doubled quotes were undone */
    size_t scratch_used;
    size_t scratch_capacity;
    size_t raw_size; /* without the line end */
    size_t next;     /* where the next record begins */
    size_t fault;    /* where the form is wrong */
};

/* Reads the record that begins at raw[0]. *form says what it came to; only failed memory is a
 * status. at_end: nothing follows the window. With a wrong form the record ends at the next line
 * feed and its fields are those before the fault. */
cstm_status csv_record_read(struct csv_record *record, const char *raw, size_t size, char delimiter,
                            bool at_end, enum csv_form *form, cstm_error **error);
void csv_record_clear(struct csv_record *record);

/* ---- window: records one after the other, with their places ---- */

struct csv_window {
    const char *name; /* of the file, for errors; nullable */
    struct csv_source *source;
    char delimiter;
    char *bytes;
    size_t capacity;
    size_t at; /* the next record begins here */
    size_t size;
    bool source_ended;
    struct csv_record record;
    const char *raw; /* the record that was read, until the next */
    int64_t line;    /* that it begins on */
    int64_t next_line;
};

/* The first bytes, a byte order mark skipped. name, source and delimiter are set. */
cstm_status csv_window_start(struct csv_window *window, cstm_error **error);
/* More of the source behind what is left from `at` on, which begins the window then; a record beyond
 * the limit fails. */
cstm_status csv_window_fill(struct csv_window *window, cstm_error **error);
/* The next record; *ended if there is none. A quote that is never closed and a record beyond the
 * limit fail. */
cstm_status csv_window_next(struct csv_window *window, enum csv_form *form, bool *ended,
                            cstm_error **error);
/* Line and column (in code points) of a byte of the current record. */
void csv_window_place(const struct csv_window *window, size_t at, int64_t *line, int64_t *column);
/* An error there; field is nullable. */
cstm_status csv_window_fail(const struct csv_window *window, size_t at, const char *field,
                            cstm_status status, const char *what, cstm_error **error);
/* What is wrong with a record, in words. */
const char *csv_form_text(enum csv_form form);
void csv_window_clear(struct csv_window *window);

/* ---- field: text to a value in a growing column ---- */

struct csv_column {
    const char *name;
    cstm_type type;
    void *values; /* of the type's width, `capacity` of them; NULL for text */
    uint8_t *valid;
    bool any_missing;
    struct cstm_buffer bytes; /* STRING, STRINGS */
    int64_t *offsets;         /* of texts; text_capacity + 1 */
    size_t texts;
    size_t text_capacity;
    int64_t *list_offsets; /* STRINGS; capacity + 1 */
    /* TIMESTAMP: how the times of the rows taken are written, and that of the row being filled. */
    bool saw_offset;
    bool saw_civil;
    bool row_has_offset;
    bool row_is_civil;
};

struct csv_fault {
    cstm_status status;
    const char *what; /* static; never holds the value */
};

struct csv_columns {
    const struct cstm_csv *csv;
    struct csv_column *columns;
    size_t n_columns;
    size_t rows;
    size_t capacity;
    struct zone *utc;
};

cstm_status csv_columns_start(struct csv_columns *columns, const struct cstm_csv *csv,
                              cstm_error **error);
void csv_columns_clear(struct csv_columns *columns);
bool csv_columns_reserve_row(struct csv_columns *columns);
/* Puts a field into the row that is being filled. status CSTM_ERROR_NO_MEMORY has no `what`. A
 * timestamp that mixes with the column's others is CSTM_ERROR_MISMATCH. */
struct csv_fault csv_columns_put(struct csv_columns *columns, size_t place,
                                 const struct csv_field *field);
void csv_columns_commit_row(struct csv_columns *columns);
/* Takes what the fields of the unfinished row left behind out again. */
void csv_columns_undo_row(struct csv_columns *columns);
/* Hands the columns over as a table. */
cstm_status csv_columns_end(struct csv_columns *columns, cstm_table **table, cstm_error **error);

#endif
