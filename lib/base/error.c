/* The error object: a code, a text, and the place that was added on the way out.
 *
 * The message that a user reads is composed whenever a place is added, so that reading it is const and may be done by
 * several threads. When there is no memory for the object itself, one static out-of-memory error stands in: it is never
 * written to and never freed. A document's errors are collected in an error_list, sorted by place and handed out as one
 * chain. */
#include "base/error.h"

#include "base/handle.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Longer messages are cut: a name in a message may be as long as its document. */
#define ERROR_TEXT_LIMIT 2000
#define ERROR_LIST_LIMIT 100

struct cstm_error {
    struct handle handle;
    cstm_status code;
    int64_t line;       /* 0: none */
    int64_t column;     /* 0: none */
    int64_t row;        /* -1: none */
    char *text;         /* without the place */
    char *message;      /* with the place; NULL where it would be the text */
    char *file;         /* NULL: none */
    char *field;        /* NULL: none */
    struct cstm_error *next;
};

static char no_memory_text[] = "out of memory";
static struct cstm_error no_memory_error = {
    .handle = {HANDLE_ERROR}, .code = CSTM_ERROR_NO_MEMORY, .row = -1, .text = no_memory_text};

static const char *const status_names[] = {
    [CSTM_OK] = "CSTM_OK",
    [CSTM_ERROR_MISUSE] = "CSTM_ERROR_MISUSE",
    [CSTM_ERROR_NO_MEMORY] = "CSTM_ERROR_NO_MEMORY",
    [CSTM_ERROR_IO] = "CSTM_ERROR_IO",
    [CSTM_ERROR_SYNTAX] = "CSTM_ERROR_SYNTAX",
    [CSTM_ERROR_TYPE] = "CSTM_ERROR_TYPE",
    [CSTM_ERROR_RANGE] = "CSTM_ERROR_RANGE",
    [CSTM_ERROR_UNKNOWN] = "CSTM_ERROR_UNKNOWN",
    [CSTM_ERROR_DUPLICATE] = "CSTM_ERROR_DUPLICATE",
    [CSTM_ERROR_MISSING] = "CSTM_ERROR_MISSING",
    [CSTM_ERROR_LATE] = "CSTM_ERROR_LATE",
    [CSTM_ERROR_PAST] = "CSTM_ERROR_PAST",
    [CSTM_ERROR_CORRUPT] = "CSTM_ERROR_CORRUPT",
    [CSTM_ERROR_VERSION] = "CSTM_ERROR_VERSION",
    [CSTM_ERROR_CANCELLED] = "CSTM_ERROR_CANCELLED",
    [CSTM_ERROR_LIMIT] = "CSTM_ERROR_LIMIT",
    [CSTM_ERROR_CYCLE] = "CSTM_ERROR_CYCLE",
    [CSTM_ERROR_PRIVACY] = "CSTM_ERROR_PRIVACY",
    [CSTM_ERROR_UNREACHABLE] = "CSTM_ERROR_UNREACHABLE",
    [CSTM_ERROR_DIVIDE] = "CSTM_ERROR_DIVIDE",
    [CSTM_ERROR_NOT_FINITE] = "CSTM_ERROR_NOT_FINITE",
    [CSTM_ERROR_MISMATCH] = "CSTM_ERROR_MISMATCH",
    [CSTM_ERROR_SEALED_APART] = "CSTM_ERROR_SEALED_APART",
    [CSTM_ERROR_UNSUPPORTED] = "CSTM_ERROR_UNSUPPORTED",
};

void
error_clear(cstm_error **error)
{
    if (error != NULL)
        *error = NULL;
}

/* A binding decodes messages as UTF-8, and a document's bytes may be anything. */
static void
make_well_formed(char *text)
{
    size_t size = strlen(text);
    for (size_t at = text_utf8_error(text, size); at < size;) {
        text[at] = '?';
        at += 1 + text_utf8_error(text + at + 1, size - at - 1);
    }
}

static void
cut_at_code_point(char *text, size_t limit)
{
    size_t at = limit;
    while (at > 0 && ((unsigned char) text[at] & 0xC0) == 0x80)
        at--;
    text[at] = '\0';
}

static char *format_text(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static char *
format_text(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = length < 0 ? 0 : (size_t) length;
    size_t room = size < ERROR_TEXT_LIMIT ? size : ERROR_TEXT_LIMIT;
    char *text = memory_new(room + 5);
    if (text == NULL)
        return NULL;
    if (length >= 0)
        vsnprintf(text, room + 1, format, arguments);
    if (size > ERROR_TEXT_LIMIT) {
        /* The last byte that fits may be the middle of a code point. */
        cut_at_code_point(text, room - 4);
        strcat(text, "...");
    }
    make_well_formed(text);
    return text;
}

cstm_status
error_set(cstm_error **error, cstm_status code, const char *format, ...)
{
    if (error == NULL)
        return code;
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(format, arguments);
    va_end(arguments);
    struct cstm_error *made = text == NULL ? NULL : memory_new(sizeof *made);
    if (made == NULL) {
        memory_free(text);
        *error = &no_memory_error;
        return code;
    }
    made->handle.tag = HANDLE_ERROR;
    made->code = code;
    made->row = -1;
    made->text = text;
    *error = made;
    return code;
}

cstm_status
error_no_memory(cstm_error **error)
{
    if (error != NULL)
        *error = &no_memory_error;
    return CSTM_ERROR_NO_MEMORY;
}

cstm_status
error_misuse(cstm_error **error, const char *what)
{
    return error_set(error, CSTM_ERROR_MISUSE, "%s", what);
}

/* The object to place, or NULL where there is nothing that may be written to. */
static struct cstm_error *
placeable(cstm_error **error)
{
    return error == NULL || *error == &no_memory_error ? NULL : *error;
}

/* Whether the text names the field itself, in quotes. */
static bool
is_said(const struct cstm_error *error)
{
    size_t size = strlen(error->field);
    for (const char *at = strstr(error->text, error->field); at != NULL; at = strstr(at + 1, error->field))
        if (at > error->text && at[-1] == '\'' && at[size] == '\'')
            return true;
    return false;
}

/* "file:line:column: text", or "file: text (row 3, field 'limit')" where there is no line. Without memory the message
 * stays as it was: the numbers can still be asked for. */
static void
compose(struct cstm_error *error)
{
    const char *file = error->file == NULL ? "" : error->file;
    const char *field = error->field == NULL || *error->field == '\0' || is_said(error) ? "" : error->field;
    size_t room = strlen(error->text) + strlen(file) + strlen(field) + 120;
    char *message = memory_new(room);
    if (message == NULL)
        return;
    size_t at = 0;
    if (*file != '\0')
        at += (size_t) snprintf(message + at, room - at, "%s:", file);
    if (error->line > 0)
        at += (size_t) snprintf(message + at, room - at, "%lld:", (long long) error->line);
    if (error->line > 0 && error->column > 0)
        at += (size_t) snprintf(message + at, room - at, "%lld:", (long long) error->column);
    at += (size_t) snprintf(message + at, room - at, "%s%s", at > 0 ? " " : "", error->text);
    if (error->line == 0 && error->row >= 0 && *field != '\0')
        snprintf(message + at, room - at, " (row %lld, %s)", (long long) error->row, field);
    else if (error->line == 0 && error->row >= 0)
        snprintf(message + at, room - at, " (row %lld)", (long long) error->row);
    else if (error->line == 0 && *field != '\0')
        snprintf(message + at, room - at, " (%s)", field);
    memory_free(error->message);
    error->message = message;
}

static void
set_name(char **name, const char *value)
{
    if (value == NULL)
        return;
    char *copy = memory_copy(value, strlen(value));
    if (copy == NULL)
        return;
    make_well_formed(copy);
    memory_free(*name);
    *name = copy;
}

void
error_at(cstm_error **error, const char *file, int64_t line, int64_t column)
{
    struct cstm_error *placed = placeable(error);
    if (placed == NULL)
        return;
    set_name(&placed->file, file);
    placed->line = line < 0 ? 0 : line;
    placed->column = column < 0 ? 0 : column;
    compose(placed);
}

void
error_at_row(cstm_error **error, int64_t row)
{
    struct cstm_error *placed = placeable(error);
    if (placed == NULL)
        return;
    placed->row = row < 0 ? -1 : row;
    compose(placed);
}

void
error_at_field(cstm_error **error, const char *field)
{
    struct cstm_error *placed = placeable(error);
    if (placed == NULL)
        return;
    set_name(&placed->field, field);
    compose(placed);
}

const char *
error_text(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) ? error->text : "";
}

static void
free_one(struct cstm_error *error)
{
    if (error == &no_memory_error)
        return;
    error->handle.tag = HANDLE_FREED;
    memory_free(error->text);
    memory_free(error->message);
    memory_free(error->file);
    memory_free(error->field);
    memory_free(error);
}

/* One that ran out of memory replaces the whole list: what was collected is not all there is. */
static void
list_add_one(struct error_list *list, struct cstm_error *error)
{
    if (list->first == &no_memory_error)
        return free_one(error);
    if (error == &no_memory_error) {
        error_list_clear(list);
        list->first = list->last = error;
        list->count = 1;
        return;
    }
    if (list->count < INT32_MAX)
        list->count++;
    if (list->count > ERROR_LIST_LIMIT)
        return free_one(error);
    error->next = NULL;
    if (list->last == NULL)
        list->first = error;
    else
        list->last->next = error;
    list->last = error;
}

void
error_list_add(struct error_list *list, cstm_error *error)
{
    while (error != NULL) {
        struct cstm_error *next = error->next;
        list_add_one(list, error);
        error = next;
    }
}

static bool
comes_before(const struct cstm_error *a, const struct cstm_error *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* Insertion into a chain that is sorted so far; at most ERROR_LIST_LIMIT long. */
static struct cstm_error *
sorted(struct cstm_error *chain)
{
    struct cstm_error *first = NULL;
    while (chain != NULL) {
        struct cstm_error *taken = chain;
        chain = chain->next;
        struct cstm_error **at = &first;
        while (*at != NULL && !comes_before(taken, *at))
            at = &(*at)->next;
        taken->next = *at;
        *at = taken;
    }
    return first;
}

cstm_status
error_list_take(struct error_list *list, cstm_error **error)
{
    error_clear(error);
    if (list->first == NULL)
        return CSTM_OK;
    if (list->count > ERROR_LIST_LIMIT) {
        cstm_error *more = NULL;
        error_set(&more, CSTM_ERROR_LIMIT, "and %d more errors",
                  (int) (list->count - ERROR_LIST_LIMIT));
        list->first = sorted(list->first);
        struct cstm_error *last = list->first;
        while (last->next != NULL)
            last = last->next;
        last->next = more;
    } else if (list->first != &no_memory_error) {
        list->first = sorted(list->first);
    }
    cstm_status code = list->first->code;
    if (error != NULL)
        *error = list->first;
    else
        cstm_error_free(list->first);
    *list = (struct error_list) {NULL, NULL, 0};
    return code;
}

void
error_list_clear(struct error_list *list)
{
    cstm_error_free(list->first);
    *list = (struct error_list) {NULL, NULL, 0};
}

cstm_status
cstm_error_code(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) ? error->code : CSTM_OK;
}

const char *
cstm_error_message(const cstm_error *error)
{
    if (!handle_is(error, HANDLE_ERROR))
        return "";
    return error->message == NULL ? error->text : error->message;
}

const char *
cstm_error_file(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) && error->file != NULL ? error->file : "";
}

int64_t
cstm_error_line(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) ? error->line : 0;
}

int64_t
cstm_error_column(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) ? error->column : 0;
}

int64_t
cstm_error_row(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) ? error->row : -1;
}

const char *
cstm_error_field(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) && error->field != NULL ? error->field : "";
}

const cstm_error *
cstm_error_next(const cstm_error *error)
{
    return handle_is(error, HANDLE_ERROR) ? error->next : NULL;
}

void
cstm_error_free(cstm_error *error)
{
    while (handle_is(error, HANDLE_ERROR)) {
        struct cstm_error *next = error->next;
        free_one(error);
        error = next;
    }
}

const char *
cstm_status_name(cstm_status status)
{
    if (status < 0 || status >= (cstm_status) (sizeof status_names / sizeof *status_names))
        return "CSTM_ERROR_?";
    return status_names[status];
}
