/* Quoted literals: four kinds of quote, raw or with escapes, text or bytes. */
#ifndef RULE_LITERAL_H
#define RULE_LITERAL_H

#include "rule/lexer.h"

struct literal {
    bool raw;
    bool bytes;
    struct rule_text value;   /* in the lexer's arena, or in the source's text */
};

/* From the opening quote past the closing one. False: the error is in the list. */
bool literal_read(struct lexer *lexer, struct literal *literal);

#endif
