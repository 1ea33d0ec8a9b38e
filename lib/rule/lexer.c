/* Reads tokens: names, numbers, marks, comments; quoted literals are in literal.c. */
#include "rule/lexer.h"
#include "rule/literal.h"

#include "base/text.h"

#include <math.h>

static const char *const reserved[] = {
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "namespace",
    "null", "package", "return", "true", "var", "void", "while",
};

bool
lexer_is_reserved(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strlen(reserved[i]) == size && memcmp(reserved[i], name, size) == 0)
            return true;
    return false;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int
hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
lexer_is_identifier(const char *name, size_t size)
{
    if (size == 0 || !is_letter(name[0]))
        return false;
    for (size_t i = 1; i < size; i++)
        if (!is_letter(name[i]) && !is_digit(name[i]))
            return false;
    return true;
}

static char
peek(const struct lexer *lexer, int32_t ahead)
{
    int32_t at = lexer->at + ahead;
    return at < lexer->source->size ? lexer->source->text[at] : 0;
}

static void
skip_blanks(struct lexer *lexer)
{
    for (;;) {
        char c = peek(lexer, 0);
        if (lexer->at < lexer->source->size && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f')) {
            lexer->at++;
        } else if (c == '/' && peek(lexer, 1) == '/') {
            while (lexer->at < lexer->source->size && peek(lexer, 0) != '\n')
                lexer->at++;
        } else {
            return;
        }
    }
}

static struct token
fail(struct lexer *lexer, struct token token, cstm_status code, const char *message)
{
    token.kind = TOKEN_FAILED;
    token.end = lexer->at;
    source_error(lexer->source, code, token.begin, "%s", message);
    return token;
}

/* What looks like a mark and is none: a comma of full width, a quote that a word processor bent. */
static struct token
fail_at_character(struct lexer *lexer, struct token token)
{
    const char *text = lexer->source->text + token.begin;
    int32_t size = 1;
    while (token.begin + size < lexer->source->size && ((unsigned char) text[size] & 0xC0) == 0x80)
        size++;
    if ((unsigned char) *text < ' ' || *text == 0x7F)
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "unexpected character");
    token.kind = TOKEN_FAILED;
    token.end = lexer->at;
    source_error(lexer->source, CSTM_ERROR_SYNTAX, token.begin, "unexpected character '%.*s'%s", size, text,
                 size > 1 ? "; names and operators are ASCII" : "");
    return token;
}

/* The end of a number: u makes it a uint; a letter or digit right after it is a mistake. */
static struct token
finish_number(struct lexer *lexer, struct token token, bool fits, uint64_t magnitude)
{
    bool is_uint = peek(lexer, 0) == 'u' || peek(lexer, 0) == 'U';
    if (is_uint)
        lexer->at++;
    if (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "malformed number");
    if (!fits)
        return fail(lexer, token, CSTM_ERROR_RANGE, is_uint ? "the number is beyond uint" : "the number is beyond int");
    token.kind = TOKEN_LITERAL;
    token.type = is_uint ? RULE_UINT : RULE_INT;
    token.value.as.u = magnitude;
    token.end = lexer->at;
    return token;
}

static struct token
read_hex(struct lexer *lexer, struct token token)
{
    uint64_t magnitude = 0;
    bool fits = true;
    lexer->at += 2;
    if (hex_digit(peek(lexer, 0)) < 0)
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "malformed number");
    for (; hex_digit(peek(lexer, 0)) >= 0; lexer->at++) {
        fits = fits && magnitude >> 60 == 0;
        magnitude = magnitude << 4 | (uint64_t) hex_digit(peek(lexer, 0));
    }
    return finish_number(lexer, token, fits, magnitude);
}

static struct token
read_double(struct lexer *lexer, struct token token)
{
    if (peek(lexer, 0) == '.')
        for (lexer->at++; is_digit(peek(lexer, 0));)
            lexer->at++;
    if (peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') {
        lexer->at++;
        if (peek(lexer, 0) == '+' || peek(lexer, 0) == '-')
            lexer->at++;
        if (!is_digit(peek(lexer, 0)))
            return fail(lexer, token, CSTM_ERROR_SYNTAX, "malformed number");
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    }
    if (is_letter(peek(lexer, 0)))
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "malformed number");
    token.end = lexer->at;
    const char *text = lexer->source->text + token.begin;
    size_t size = (size_t) (token.end - token.begin);
    char whole[512];
    if (text[0] == '.' && size < sizeof whole - 1) {
        whole[0] = '0';
        memcpy(whole + 1, text, size);
        text = whole;
        size++;
    }
    if (!text_double(text, size, &token.value.as.d))
        return fail(lexer, token, CSTM_ERROR_RANGE, "the number is beyond double");
    if (!(fabs(token.value.as.d) <= __DBL_MAX__))
        return fail(lexer, token, CSTM_ERROR_RANGE, "the number is beyond double");
    token.kind = TOKEN_LITERAL;
    token.type = RULE_DOUBLE;
    return token;
}

static struct token
read_number(struct lexer *lexer, struct token token)
{
    if (peek(lexer, 0) == '0' && (peek(lexer, 1) == 'x' || peek(lexer, 1) == 'X'))
        return read_hex(lexer, token);
    uint64_t magnitude = 0;
    bool fits = true;
    for (; is_digit(peek(lexer, 0)); lexer->at++) {
        uint64_t digit = (uint64_t) (peek(lexer, 0) - '0');
        if (__builtin_mul_overflow(magnitude, UINT64_C(10), &magnitude) ||
            __builtin_add_overflow(magnitude, digit, &magnitude))
            fits = false;
    }
    bool fraction = peek(lexer, 0) == '.' && is_digit(peek(lexer, 1));
    if (fraction || peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E')
        return read_double(lexer, token);
    return finish_number(lexer, token, fits, magnitude);
}

static struct token
read_quoted(struct lexer *lexer, struct token token, bool raw, bool bytes)
{
    struct literal literal = {.raw = raw, .bytes = bytes};
    if (!literal_read(lexer, &literal)) {
        token.kind = TOKEN_FAILED;
        return token;
    }
    token.kind = TOKEN_LITERAL;
    token.type = bytes ? RULE_BYTES : RULE_STRING;
    token.value.as.text = literal.value;
    token.end = lexer->at;
    return token;
}

/* r, b and br in any case before a quote. */
static bool
quote_prefix(const struct lexer *lexer, int32_t *length, bool *raw, bool *bytes)
{
    int32_t n = 0;
    *bytes = peek(lexer, n) == 'b' || peek(lexer, n) == 'B';
    n += *bytes;
    *raw = peek(lexer, n) == 'r' || peek(lexer, n) == 'R';
    n += *raw;
    *length = n;
    return peek(lexer, n) == '\'' || peek(lexer, n) == '"';
}

static struct token
read_name(struct lexer *lexer, struct token token)
{
    while (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0)))
        lexer->at++;
    token.end = lexer->at;
    token.text.bytes = lexer->source->text + token.begin;
    token.text.size = (size_t) (token.end - token.begin);
    token.kind = TOKEN_NAME;
    const struct { const char *word; enum rule_kind type; uint8_t value; } words[] = {
        {"true", RULE_BOOL, 1}, {"false", RULE_BOOL, 0}, {"null", RULE_NULL, 0}};
    for (size_t i = 0; i < 3; i++) {
        if (strlen(words[i].word) == token.text.size && memcmp(words[i].word, token.text.bytes, token.text.size) == 0) {
            token.kind = TOKEN_LITERAL;
            token.type = words[i].type;
            token.value.as.b = words[i].value;
        }
    }
    return token;
}

static bool
is_quotable(char c)
{
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
}

static struct token
read_quoted_name(struct lexer *lexer, struct token token)
{
    lexer->at++;
    while (is_quotable(peek(lexer, 0)))
        lexer->at++;
    if (lexer->at >= lexer->source->size || peek(lexer, 0) == '\n')
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "the quoted name is not closed");
    if (peek(lexer, 0) != '`' || lexer->at == token.begin + 1)
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "a quoted name is made of letters, digits, blanks and _ . - /");
    token.text.bytes = lexer->source->text + token.begin + 1;
    token.text.size = (size_t) (lexer->at - token.begin - 1);
    token.kind = TOKEN_QUOTED_NAME;
    token.end = ++lexer->at;
    return token;
}

static struct token
read_mark(struct lexer *lexer, struct token token)
{
    static const char pairs[][3] = {"==", "!=", "<=", ">=", "&&", "||"};
    char c = peek(lexer, 0);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (c == pairs[i][0] && peek(lexer, 1) == pairs[i][1]) {
            lexer->at += 2;
            token.kind = TOKEN_MARK;
            token.mark = MARK2(pairs[i][0], pairs[i][1]);
            token.end = lexer->at;
            return token;
        }
    }
    if (c != 0 && strchr("<>!+-*/%?:.,()[]{}", c) != NULL) {
        lexer->at++;
        token.kind = TOKEN_MARK;
        token.mark = MARK1(c);
        token.end = lexer->at;
        return token;
    }
    if (c == '=')
        return fail(lexer, token, CSTM_ERROR_SYNTAX, "'=' is no operator, '==' compares");
    if (c == '&' || c == '|')
        return fail(lexer, token, CSTM_ERROR_SYNTAX, c == '&' ? "'&' is no operator, '&&' is" : "'|' is no operator, '||' is");
    return fail_at_character(lexer, token);
}

struct token
lexer_next(struct lexer *lexer)
{
    skip_blanks(lexer);
    struct token token = {.kind = TOKEN_END, .begin = lexer->at, .end = lexer->at};
    if (lexer->at >= lexer->source->size)
        return token;
    char c = peek(lexer, 0);
    bool raw = false, bytes = false;
    int32_t prefix = 0;
    if (quote_prefix(lexer, &prefix, &raw, &bytes)) {
        lexer->at += prefix;
        return read_quoted(lexer, token, raw, bytes);
    }
    if (is_letter(c))
        return read_name(lexer, token);
    if (is_digit(c))
        return read_number(lexer, token);
    if (c == '.' && is_digit(peek(lexer, 1)))
        return read_double(lexer, token);
    if (c == '`')
        return read_quoted_name(lexer, token);
    return read_mark(lexer, token);
}
