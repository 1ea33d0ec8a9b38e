/* The text of an expression and where it stands in its document: from a byte of it to the line and column of an error. */
#ifndef RULE_SOURCE_H
#define RULE_SOURCE_H

#include "rule/rule.h"

struct source {
    const char *text;
    int32_t size;
    const struct rule_place *place;   /* nullable */
    struct error_list *errors;
    struct error_list *warnings;      /* nullable */
};

/* Adds an error at a byte of the text. */
void source_error(const struct source *source, cstm_status code, int32_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void source_warning(const struct source *source, int32_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Whether so many errors are there that a further one is only counted: no need to look for what was meant. */
bool source_is_full(const struct source *source);
void source_no_memory(const struct source *source);

#endif
