/* Errors of expressions, placed by line and code point. */
#include "rule/source.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
locate(const struct source *source, int32_t at, int64_t *line, int64_t *column)
{
    const struct rule_place *place = source->place;
    if (place != NULL && place->map != NULL && source->size > 0) {
        int32_t last = at < source->size ? at : source->size - 1;
        *line = place->map[last][0];
        *column = place->map[last][1] + (at > last ? 1 : 0);
        return;
    }
    *line = place != NULL && place->line > 0 ? place->line : 1;
    *column = place != NULL && place->column > 0 ? place->column : 1;
    int32_t start = 0;
    for (int32_t i = 0; i < at; i++) {
        if (source->text[i] == '\n') {
            (*line)++;
            *column = 1;
            start = i + 1;
        }
    }
    for (int32_t i = start; i < at; i++)
        if (((unsigned char) source->text[i] & 0xc0) != 0x80)
            (*column)++;
}

static cstm_error *
place_error(const struct source *source, cstm_status code, int32_t at, const char *message)
{
    cstm_error *error = NULL;
    int64_t line, column;
    locate(source, at, &line, &column);
    error_set(&error, code, "%s", message);
    error_at(&error, source->place != NULL ? source->place->file : NULL, line, column);
    return error;
}

/* A list keeps so many; further ones are counted, without the work of placing them. */
#define SOURCE_ERRORS 200

bool
source_is_full(const struct source *source)
{
    return source->errors->count >= SOURCE_ERRORS;
}

void
source_error(const struct source *source, cstm_status code, int32_t at, const char *format, ...)
{
    if (source_is_full(source)) {
        source->errors->count += source->errors->count < INT32_MAX;
        return;
    }
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    message[text_utf8_error(message, strlen(message))] = 0;
    error_list_add(source->errors, place_error(source, code, at, message));
}

void
source_warning(const struct source *source, int32_t at, const char *format, ...)
{
    if (source->warnings == NULL || source->warnings->count >= SOURCE_ERRORS)
        return;
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    message[text_utf8_error(message, strlen(message))] = 0;
    error_list_add(source->warnings, place_error(source, CSTM_ERROR_UNREACHABLE, at, message));
}

void
source_no_memory(const struct source *source)
{
    cstm_error *error = NULL;
    error_no_memory(&error);
    error_list_add(source->errors, error);
}
