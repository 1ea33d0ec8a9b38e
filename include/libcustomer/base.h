/* What every room shares: status and error, buffers, money as text, progress, cancel and executors. Apache-2.0.
 *
 * A function that can fail returns a cstm_status and takes a cstm_error ** last. The pointer may be NULL; where it is
 * not, it is written on every call (NULL on success) and never read, so it needs no initial value. The caller owns what
 * was written and frees it with cstm_error_free(). On failure nothing is written to the outputs and nothing is taken
 * from the inputs.
 */
#ifndef LIBCUSTOMER_BASE_H
#define LIBCUSTOMER_BASE_H

#include <libcustomer/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a call came to. The numbers never change. */
typedef int32_t cstm_status;
#define CSTM_OK 0
#define CSTM_ERROR_MISUSE 1      /* a NULL, foreign or freed handle, an index out of range, a call out of order */
#define CSTM_ERROR_NO_MEMORY 2   /* an allocation failed; nothing was changed */
#define CSTM_ERROR_IO 3          /* a file that was named could not be read or written */
#define CSTM_ERROR_SYNTAX 4      /* text that is not well-formed: YAML, CSV, an expression, a number, UTF-8 */
#define CSTM_ERROR_TYPE 5        /* a value or expression of another type than its place asks for */
#define CSTM_ERROR_RANGE 6       /* a value outside its range; arithmetic beyond int64 */
#define CSTM_ERROR_UNKNOWN 7     /* a name that nothing declares */
#define CSTM_ERROR_DUPLICATE 8   /* a name, key or row that is there already */
#define CSTM_ERROR_MISSING 9     /* a value that is needed and is missing */
#define CSTM_ERROR_LATE 10       /* an event or attribute for a sealed day */
#define CSTM_ERROR_PAST 11       /* as_of in a sealed day, or before a later event of its own day */
#define CSTM_ERROR_CORRUPT 12    /* bytes that are not what this library wrote */
#define CSTM_ERROR_VERSION 13    /* bytes or a document of a format that this release does not know */
#define CSTM_ERROR_CANCELLED 14  /* the caller's cancel was seen */
#define CSTM_ERROR_LIMIT 15      /* larger, deeper or longer than a stated limit */
#define CSTM_ERROR_CYCLE 16      /* definitions that read each other in a circle */
#define CSTM_ERROR_PRIVACY 17    /* a sensitive attribute reaches a purpose that it is not allowed for */
#define CSTM_ERROR_UNREACHABLE 18 /* a stage that nothing leads to, a transition that can never fire */
#define CSTM_ERROR_DIVIDE 19     /* division or remainder by zero */
#define CSTM_ERROR_NOT_FINITE 20 /* a result that is infinite or not a number */
#define CSTM_ERROR_MISMATCH 21   /* two things of different strategies, customers or shapes */
#define CSTM_ERROR_SEALED_APART 22 /* a lifecycle of a customer whose halves were sealed apart: rebuild it from history */
#define CSTM_ERROR_UNSUPPORTED 23 /* well-formed and known, but not offered by this release */

/* What a value is: there, missing, or impossible to compute. */
typedef int32_t cstm_state;
#define CSTM_STATE_VALUE 0
#define CSTM_STATE_MISSING 1
#define CSTM_STATE_ERROR 2

/* Types of columns, attributes, event fields, features and rules. */
typedef int32_t cstm_type;
#define CSTM_TYPE_NONE 0
#define CSTM_TYPE_BOOL 1
#define CSTM_TYPE_INT 2          /* int64 */
#define CSTM_TYPE_DOUBLE 3
#define CSTM_TYPE_STRING 4       /* UTF-8 */
#define CSTM_TYPE_DATE 5         /* civil day: int32 days since 1970-01-01 */
#define CSTM_TYPE_TIMESTAMP 6    /* int64 microseconds since 1970-01-01T00:00:00Z */
#define CSTM_TYPE_MONEY 7        /* int64 minor units of one currency (ISO 4217) */
#define CSTM_TYPE_STRINGS 8      /* list of strings; columns of tables only */
#define CSTM_TYPE_DECIMAL 9      /* 128-bit integer and scale, as it came from Arrow; columns of tables only */

typedef struct cstm_error cstm_error;
typedef struct cstm_buffer cstm_buffer;
typedef struct cstm_cancel cstm_cancel;

/**
 * Told how far a long call has come: done of total units (rows or customers), at most once per block.
 *
 * @param data   what the caller gave beside the function.
 * @param done   units finished, never decreasing.
 * @param total  all units; 0 while it is not known.
 * @return 0 to go on; anything else cancels: the call returns CSTM_ERROR_CANCELLED with its outputs unwritten.
 * @thread called from the thread that made the long call, or from its workers one at a time
 * @since 0.1
 */
typedef int32_t (*cstm_progress_function)(void *data, int64_t done, int64_t total);

/* One unit of work that an executor runs: task(argument, index). */
typedef void (*cstm_task_function)(void *argument, int64_t index);

/**
 * The caller's executor, first half: run task(argument, i) for every i in [0, count), on any threads, in any order.
 *
 * @param data      what the caller gave beside the functions.
 * @param task      the work; it never throws, exits or unwinds.
 * @param argument  passed on to task.
 * @param count     how many indices there are.
 * @return 0 if every index has been or will be run before the second half returns; anything else if none was started
 *         (the library then runs them all on the calling thread).
 * @since 0.1
 */
typedef int32_t (*cstm_executor_submit)(void *data, cstm_task_function task, void *argument, int64_t count);

/**
 * The caller's executor, second half: wait until all that was submitted has ended.
 *
 * @param data  what the caller gave beside the functions.
 * @since 0.1
 */
typedef void (*cstm_executor_wait)(void *data);

/**
 * The code of an error.
 *
 * @param error  (borrowed, nullable)
 * @return the code; CSTM_OK for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_error_code(const cstm_error *error);

/**
 * The message, with its place in front where there is one ("card-portfolio.yaml:31:14: unknown feature 'limt', did you
 * mean 'limit'?"). It names fields, columns and rules, never a customer's values.
 *
 * @param error  (borrowed, nullable)
 * @return borrowed until the error is freed; "" for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_error_message(const cstm_error *error);

/**
 * The file or document that the error stands in.
 *
 * @param error  (borrowed, nullable)
 * @return borrowed until the error is freed; "" where the error has no file, and for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_error_file(const cstm_error *error);

/**
 * The line, from 1.
 *
 * @param error  (borrowed, nullable)
 * @return 0 where the error has no line, and for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_error_line(const cstm_error *error);

/**
 * The column in the line, from 1, in code points.
 *
 * @param error  (borrowed, nullable)
 * @return 0 where the error has no column, and for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_error_column(const cstm_error *error);

/**
 * The row of a table, from 0.
 *
 * @param error  (borrowed, nullable)
 * @return -1 where the error has no row, and for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API int64_t cstm_error_row(const cstm_error *error);

/**
 * The column, field, feature, rule or parameter by name.
 *
 * @param error  (borrowed, nullable)
 * @return borrowed until the error is freed; "" where the error names none, and for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_error_field(const cstm_error *error);

/**
 * The next error of the same call: a document reports all that is wrong with it at once.
 *
 * @param error  (borrowed, nullable)
 * @return borrowed, freed with the first; NULL after the last, and for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API const cstm_error *cstm_error_next(const cstm_error *error);

/**
 * Frees an error and all that follow it.
 *
 * @param error  (owned, nullable) only the first of a chain.
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_error_free(cstm_error *error);

/**
 * The name of a status: "CSTM_ERROR_LATE".
 *
 * @param status  any number.
 * @return static; "CSTM_ERROR_?" for a number that this release does not know.
 * @thread shared
 * @since 0.1
 */
CSTM_API const char *cstm_status_name(cstm_status status);

/**
 * The bytes of a buffer.
 *
 * @param buffer  (borrowed, nullable)
 * @return borrowed until the buffer is freed, followed by one NUL that is not counted; NULL for a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API const uint8_t *cstm_buffer_data(const cstm_buffer *buffer);

/**
 * How many bytes a buffer holds.
 *
 * @param buffer  (borrowed, nullable)
 * @return the count; 0 for NULL or a foreign handle.
 * @thread shared
 * @since 0.1
 */
CSTM_API size_t cstm_buffer_size(const cstm_buffer *buffer);

/**
 * Frees a buffer.
 *
 * @param buffer  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_buffer_free(cstm_buffer *buffer);

/**
 * A flag that any thread may raise and that long calls look at once per block.
 *
 * @param cancel  (out, owned)
 * @param error   (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_MISUSE for a NULL out; CSTM_ERROR_NO_MEMORY.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_cancel_new(cstm_cancel **cancel, cstm_error **error);

/**
 * Raises the flag; it stays raised.
 *
 * @param cancel  (borrowed, nullable)
 * @thread synchronised
 * @since 0.1
 */
CSTM_API void cstm_cancel_request(cstm_cancel *cancel);

/**
 * Whether the flag is raised.
 *
 * @param cancel  (borrowed, nullable)
 * @return 1 or 0; 0 for NULL or a foreign handle.
 * @thread synchronised
 * @since 0.1
 */
CSTM_API int32_t cstm_cancel_requested(const cstm_cancel *cancel);

/**
 * Frees a cancel flag. No call that was given it may still run.
 *
 * @param cancel  (owned, nullable)
 * @thread exclusive
 * @since 0.1
 */
CSTM_API void cstm_cancel_free(cstm_cancel *cancel);

/**
 * How many decimals a currency has (ISO 4217): 2 for CNY, 0 for JPY, 3 for KWD.
 *
 * @param currency  (borrowed) the three-letter code.
 * @return 0 to 4; -1 for NULL, an unknown code, or one without a minor unit (XAU).
 * @thread shared
 * @since 0.1
 */
CSTM_API int32_t cstm_currency_exponent(const char *currency);

/**
 * Reads an amount exactly: an optional sign, digits, and at most as many decimals as the currency has. More decimals
 * are accepted only if they are zeros; no grouping, exponent, symbol or blank is.
 *
 * @param text      (borrowed) UTF-8, need not be NUL-terminated.
 * @param size      bytes of text.
 * @param currency  (borrowed) ISO 4217 code.
 * @param minor     (out) minor units: "8000.00" CNY is 800000.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_SYNTAX; CSTM_ERROR_RANGE beyond int64 or for digits below the minor unit;
 *         CSTM_ERROR_UNKNOWN for the currency; CSTM_ERROR_MISUSE for NULL.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_money_parse(const char *text, size_t size, const char *currency, int64_t *minor, cstm_error **error);

/**
 * Writes an amount with all decimals of its currency: 800000 CNY is "8000.00". Reading it back gives the same number.
 *
 * @param minor     any int64.
 * @param currency  (borrowed) ISO 4217 code.
 * @param text      (out) receives the text and a NUL.
 * @param capacity  bytes at text; 32 is always enough.
 * @param error     (owned by caller, nullable)
 * @return CSTM_OK; CSTM_ERROR_LIMIT if capacity is too small; CSTM_ERROR_UNKNOWN for the currency; CSTM_ERROR_MISUSE.
 * @thread shared
 * @since 0.1
 */
CSTM_API cstm_status cstm_money_format(int64_t minor, const char *currency, char *text, size_t capacity, cstm_error **error);

#ifdef __cplusplus
}
#endif

#endif
