/* Errors: made where the fault is found, carried out through a cstm_error **, placed on the way. Every public entry
 * first calls error_clear(error). Messages name fields, columns and rules, never a customer's values. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <libcustomer/base.h>

#include <stdbool.h>

/* Sets *error to NULL if error is not NULL. */
void error_clear(cstm_error **error);

/* Makes an error and returns its code, so that `return error_set(error, CSTM_ERROR_RANGE, "...")` reads well. Where the
 * object cannot be allocated, a static out-of-memory error stands in for it. error may be NULL. */
cstm_status error_set(cstm_error **error, cstm_status code, const char *format, ...) __attribute__((format(printf, 3, 4)));
cstm_status error_no_memory(cstm_error **error);
cstm_status error_misuse(cstm_error **error, const char *what);   /* "profile is NULL or not a profile" */

/* Adds a place to an error that was just made; each is a no-op where *error is NULL or static. line, column from 1; row from 0.
 * The message that the user reads is composed as file:line:column: message (row and field after it where there is no line). */
void error_at(cstm_error **error, const char *file, int64_t line, int64_t column);
void error_at_row(cstm_error **error, int64_t row);
void error_at_field(cstm_error **error, const char *field);

/* The message without its place, for wrapping. */
const char *error_text(const cstm_error *error);

/* A growing list of errors for a document: all faults at once, in the order of their places, at most `limit` (then one
 * that says how many more). */
struct error_list {
    cstm_error *first;
    cstm_error *last;
    int32_t count;
};
void error_list_add(struct error_list *list, cstm_error *error /* taken */);
/* Sorts by (line, column), stable, and hands the chain to *error (or frees it if error is NULL); returns the first's code, CSTM_OK if empty. */
cstm_status error_list_take(struct error_list *list, cstm_error **error);
void error_list_clear(struct error_list *list);

#endif
