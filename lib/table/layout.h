/* What the files of the reader of bank files share, from the bytes up. It stands on the CSV
 * reader's ends: bytes come from csv_source.c through the window of csv_window.c, and typed columns
 * grow in csv_field.c. Between them are layout_record.c (one record after the other, and its fields
 * by delimiter or position), layout_value.c (a field as a bank writes it into the text that CSV has
 * for it, so that there is one reading of dates and amounts), layout_total.c (control totals),
 * layout_row.c (rows, and those that are rejected) and layout_read.c (the loop). layout.c and
 * layout_column.c hold the declarations. */
#ifndef TABLE_LAYOUT_H
#define TABLE_LAYOUT_H

#include <libcustomer/layout.h>

#include "base/exact.h"
#include "table/csv.h"

/* Bytes that are looked for: a delimiter, a record's end, a comment's beginning. */
struct layout_mark {
    char bytes[CSTM_LAYOUT_MARK_LIMIT];
    size_t size;
};

/* Where a field is: its number (width 0), or its first byte or character and how many. From 1. */
struct layout_place {
    int32_t start;
    int32_t width;
};

/* What a format that counts from 1970-01-01T00:00:00Z is: one part, whose digits are those below the
 * second. */
#define LAYOUT_SINCE_1970 'u'

/* One part of the format of a date: a letter of "YMDHmsf" and its digits, or a byte of its own. */
struct layout_part {
    char part; /* 0: a byte that stands for itself */
    char byte;
    int8_t digits; /* of a part; 1: one or two */
};
#define LAYOUT_FORMAT_LIMIT 64

struct layout_column {
    struct layout_place place;
    int32_t left, right; /* padding; -1: none */
    int32_t decimals;    /* -1: a point is written */
    int32_t sign;
    char separator;                 /* 0: none */
    bool plain;                     /* a number as CSV has it */
    struct layout_place sign_place; /* start 0: none */
    char *positive, *negative;
    struct layout_part *format; /* nullable */
    int32_t n_format;
};

struct layout_missing {
    int32_t column; /* -1: every one */
    char *text;
    size_t size;
};

struct layout_total {
    int32_t kind;
    int32_t column; /* -1: the count */
    int32_t record;
    struct layout_place place;
};

struct cstm_layout {
    struct handle handle;
    struct cstm_csv typed; /* names, types, zone, currency and rejecting, as CSV has them */
    struct layout_column *columns;
    size_t capacity;
    int32_t form;
    int32_t encoding;
    struct layout_mark delimiter;
    struct layout_mark end; /* size 0: LF or CRLF */
    char quote;             /* 0: none */
    size_t record_size;     /* 0: records have an end */
    int32_t before, names, after;
    int32_t fields; /* 0: not set */
    int32_t left, right;
    struct layout_mark *comments;
    size_t n_comments, comment_capacity;
    struct layout_missing *missing;
    size_t n_missing, missing_capacity;
    struct layout_total *totals;
    size_t n_totals, total_capacity;
    int64_t reject_limit;
};

/* ---- declarations ---- */

/* The public entries' first check. */
cstm_status layout_check(const cstm_layout *layout, cstm_error **error);
/* CSTM_ERROR_RANGE unless the form has such a position. zero: a start of 0 is one, too. */
cstm_status layout_check_place(const cstm_layout *layout, struct layout_place place, bool zero,
                               cstm_error **error);
/* The number of a column by name; CSTM_ERROR_UNKNOWN with the nearest one. */
cstm_status layout_find(const cstm_layout *layout, const char *name, int32_t *column,
                        cstm_error **error);
void layout_column_clear(struct layout_column *column);

/* ---- records ---- */

struct layout_window {
    struct csv_window csv; /* source, bytes, the current record and its line */
    const struct cstm_layout *layout;
    bool split;    /* the fields of the current record are there */
    bool ascii;    /* it is nothing but ASCII; once it is split */
    size_t *marks; /* CHARACTERS: where each begins, and the end; not if it is ASCII */
    size_t n_marks;
    size_t marks_capacity;
    struct cstm_buffer text; /* the field that was last asked for, in UTF-8 */
};

cstm_status layout_window_start(struct layout_window *window, cstm_error **error);
/* The next record that is neither blank nor a comment; n_fields tells what a blank record may be.
 */
cstm_status layout_window_next(struct layout_window *window, size_t n_fields, bool *ended,
                               cstm_error **error);
/* Finds the fields of the current record. Only failed memory is a status. */
cstm_status layout_window_split(struct layout_window *window, enum csv_form *form,
                                cstm_error **error);
/* Makes another record the current one: it was kept aside. */
void layout_window_show(struct layout_window *window, const char *raw, size_t size, int64_t line);
/* A field of the record that was split, as it stands in the file; false: the record ends before. */
bool layout_window_field(const struct layout_window *window, struct layout_place place,
                         struct csv_field *field);
/* That field in UTF-8, until the next call; bytes of another encoding are CSTM_ERROR_SYNTAX. */
struct csv_fault layout_window_text(struct layout_window *window, const struct csv_field *field,
                                    const char **text, size_t *size);
void layout_window_place(const struct layout_window *window, size_t at, int64_t *line,
                         int64_t *column);
cstm_status layout_window_fail(const struct layout_window *window, size_t at, const char *field,
                               cstm_status status, const char *what, cstm_error **error);
void layout_window_clear(struct layout_window *window);

/* ---- values ---- */

/* Takes blanks away at both ends. */
void layout_strip(const char **text, size_t *size);
/* Takes the padding of a column away. */
void layout_unpad(const struct cstm_layout *layout, size_t column, const char **text, size_t *size);
bool layout_is_missing(const struct cstm_layout *layout, size_t column, const char *text,
                       size_t size);

/* The text that CSV has for a value. */
#define LAYOUT_PLAIN_LIMIT 512
struct layout_plain {
    const char *text; /* what was given, or in room */
    size_t size;
    char room[LAYOUT_PLAIN_LIMIT];
};
/* sign: -1, 1, or 0 where the number has its own. */
struct csv_fault layout_value(const struct cstm_layout *layout, size_t column, const char *text,
                              size_t size, int sign, struct layout_plain *plain);

/* ---- totals ---- */

struct layout_sum {
    wide rows;     /* what the rows come to */
    bool declared; /* the control record was read: */
    wide control;  /* what it says, and where */
    int64_t line;
    int64_t column;
};

/* Reads the totals that stand in the current, split record: number `record` of its end of the file.
 */
cstm_status layout_totals_read(struct layout_window *window, int32_t record,
                               struct layout_sum *sums, cstm_error **error);
/* Adds a row's value of a column. */
void layout_totals_add(const struct cstm_layout *layout, struct layout_sum *sums, int32_t column,
                       int64_t value);
/* CSTM_ERROR_MISMATCH for the first one that is not met. rejected: how many rows were. */
cstm_status layout_totals_check(const struct layout_window *window, const struct layout_sum *sums,
                                int64_t rows, int64_t rejected, cstm_error **error);

/* ---- rows ---- */

/* A record that was kept aside. */
struct layout_held {
    struct cstm_buffer bytes;
    int64_t line;
};

struct layout_reading {
    const struct cstm_layout *layout;
    cstm_progress_function progress;
    void *progress_data;
    const cstm_cancel *cancel;
    struct layout_window window;
    struct layout_place *places; /* of the columns */
    size_t n_fields;             /* of a right row; 0: not known yet, or fixed */
    struct csv_columns columns;
    struct csv_columns rejected;
    struct layout_sum *sums;  /* one a control total */
    struct layout_held *held; /* a ring of layout->after */
    int64_t n_held;           /* ever */
    int64_t rows_seen;
    struct layout_plain plain;
};

/* Takes the current record as a row, or among the rejected ones, or fails where it is to stop. */
cstm_status layout_row_take(struct layout_reading *reading, enum csv_form form, cstm_error **error);

#endif
