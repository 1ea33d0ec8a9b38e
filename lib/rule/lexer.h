/* Tokens of an expression. */
#ifndef RULE_LEXER_H
#define RULE_LEXER_H

#include "rule/kernel.h"
#include "rule/source.h"

#include "base/memory.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NAME,          /* text: the name; `quoted names` after a dot, too */
    TOKEN_QUOTED_NAME,
    TOKEN_LITERAL,       /* type and value; an int is its magnitude, see below */
    TOKEN_MARK,          /* an operator or bracket: mark, two characters in one number */
    TOKEN_FAILED,        /* the error is in the list */
};

#define MARK1(c) ((int32_t) (c))
#define MARK2(c, d) ((int32_t) (c) << 8 | (int32_t) (d))

struct token {
    enum token_kind kind;
    int32_t begin, end;
    int32_t mark;
    struct rule_text text;
    enum rule_kind type;
    struct cell value;       /* of RULE_INT the magnitude in as.u, up to 2^63: the parser knows about the sign */
};

struct lexer {
    const struct source *source;
    struct arena *arena;
    int32_t at;
};

struct token lexer_next(struct lexer *lexer);
/* What may not be a name: false, in, null, true and the words that CEL keeps for later. */
bool lexer_is_reserved(const char *name, size_t size);
bool lexer_is_identifier(const char *name, size_t size);

#endif
