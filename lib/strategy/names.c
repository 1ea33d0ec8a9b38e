/* The names in the text of a rule, found without compiling it: who reads whom must be known before
 * types are, and of rules that do not compile, too. It is the lexer's view of the language (texts,
 * comments, numbers, names), with one rule of the parser: what stands before a bracket is a
 * function. A name too many is harmless; a name too few would be found by check_traced() in load.c.
 */
#include "strategy/compile.h"

#include <string.h>

static bool
is_letter(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

/* Behind a quoted text that starts at `at`: 'x', "x", three of them, raw or not. */
static size_t
skip_quoted(const char *text, size_t size, size_t at, bool raw)
{
    char quote = text[at];
    size_t marks = at + 2 < size && text[at + 1] == quote && text[at + 2] == quote ? 3 : 1;
    for (at += marks; at < size; at++) {
        if (text[at] == '\\' && !raw)
            at++;
        else if (text[at] == quote &&
                 (marks == 1 || (at + 2 < size && text[at + 1] == quote && text[at + 2] == quote)))
            return at + marks;
    }
    return size;
}

static size_t
skip_space(const char *text, size_t size, size_t at)
{
    while (at < size &&
           (g_ascii_isspace(text[at]) || (text[at] == '/' && at + 1 < size && text[at + 1] == '/')))
        at += text[at] == '/' ? strcspn(text + at, "\n") : 1;
    return at;
}

static size_t
skip_number(const char *text, size_t size, size_t at)
{
    while (at < size &&
           (g_ascii_isalnum(text[at]) ||
            (text[at] == '.' && at + 1 < size && g_ascii_isdigit(text[at + 1]))))
        at++;
    return at;
}

static size_t
skip_word(const char *text, size_t size, size_t at)
{
    while (at < size && (is_letter(text[at]) || g_ascii_isdigit(text[at])))
        at++;
    return at;
}

static void
add_word(struct rule_name *name, const char *word, size_t size)
{
    size_t length = strlen(name->text);
    if (length + size + 2 > sizeof name->text)
        return; /* longer than anything that is declared */
    if (length > 0)
        name->text[length++] = '.';
    memcpy(name->text + length, word, size);
    name->text[length + size] = '\0';
    if (name->first == 0)
        name->first = length + size;
    else if (name->second == 0)
        name->second = length + size;
    else if (name->third == 0)
        name->third = length + size;
}

/* `a . b . c`, but no word that stands before a bracket: that is a function's. Returns what is
 * behind. */
static size_t
read_chain(const char *text, size_t size, size_t at, struct rule_name *name)
{
    *name = (struct rule_name){.begin = at};
    for (;;) {
        size_t end = skip_word(text, size, at);
        size_t behind = skip_space(text, size, end);
        if (behind < size && text[behind] == '(')
            return end;
        add_word(name, text + at, end - at);
        size_t next = size;
        if (behind < size && text[behind] == '.')
            next = skip_space(text, size, behind + 1);
        if (next >= size || !is_letter(text[next]))
            return end;
        at = next;
    }
}

static bool
put_segment(struct rule_name *name, size_t begin, const char *word, size_t size)
{
    *name = (struct rule_name){.begin = begin};
    add_word(name, "segment", strlen("segment"));
    add_word(name, word, size);
    return name->second > 0;
}

/* Behind a text that is quoted at `at`, with or without r and b in front; `at` if there is none. */
static size_t
skip_text(const char *text, size_t size, size_t at)
{
    bool raw = false;
    size_t quote = at;
    for (; quote < size && quote - at < 2 && strchr("rRbB", text[quote]) != NULL; quote++)
        raw |= text[quote] == 'r' || text[quote] == 'R';
    if (quote >= size || (text[quote] != '\'' && text[quote] != '"'))
        return at;
    return skip_quoted(text, size, quote, raw);
}

/* in_segment('x') reads the name segment.x. The text is a name, so that nothing in it is escaped:
 * of another the compiler finds no segment. */
static bool
read_segment(const char *text, size_t size, size_t *at, struct rule_name *name)
{
    size_t begin = *at, end = skip_word(text, size, begin);
    if (end - begin != strlen("in_segment") || memcmp(text + begin, "in_segment", end - begin) != 0)
        return false;
    end = skip_space(text, size, end);
    if (end >= size || text[end] != '(')
        return false;
    size_t from = skip_space(text, size, end + 1), behind = skip_text(text, size, from);
    while (from < behind && strchr("rRbB", text[from]) != NULL)
        from++;
    size_t until = behind;
    while (from < until && (text[from] == '\'' || text[from] == '"'))
        from++;
    while (until > from && (text[until - 1] == '\'' || text[until - 1] == '"'))
        until--;
    *at = behind;
    return until > from && put_segment(name, begin, text + from, until - from);
}

bool
names_next(const char *text, size_t size, size_t *at, struct rule_name *name)
{
    size_t i = skip_space(text, size, *at);
    while (i < size) {
        size_t behind = skip_text(text, size, i);
        if (behind == i && g_ascii_isdigit(text[i]))
            behind = skip_number(text, size, i);
        else if (behind == i && is_letter(text[i])) {
            size_t next = i;
            if (read_segment(text, size, &next, name)) {
                *at = next;
                return true;
            }
            behind = read_chain(text, size, i, name);
            if (name->first > 0) {
                *at = behind;
                return true;
            }
        }
        i = skip_space(text, size, behind > i ? behind : i + 1);
    }
    *at = size;
    return false;
}

/* Where the blanks before `at` begin, and where the word before `at` does. */
static size_t
before_blanks(const char *text, size_t at)
{
    while (at > 0 && g_ascii_isspace(text[at - 1]))
        at--;
    return at;
}

static size_t
before_word(const char *text, size_t at)
{
    while (at > 0 && (is_letter(text[at - 1]) || g_ascii_isdigit(text[at - 1])))
        at--;
    return at;
}

static bool
is_binder(const char *word, size_t size)
{
    static const char *const binders[] = {
        "all",  "exists", "exists_one", "existsOne",     "map",           "filter",
        "bind", "optMap", "optFlatMap", "sortBy",        "transformList", "transformMap",
        "transformMapEntry"};
    for (size_t i = 0; i < G_N_ELEMENTS(binders); i++)
        if (strlen(binders[i]) == size && memcmp(binders[i], word, size) == 0)
            return true;
    return false;
}

/* Whether a macro begins before `at`, the word there being its first or second variable. */
static bool
is_bound_at(const char *text, size_t at)
{
    at = before_blanks(text, at);
    if (at > 0 && text[at - 1] == ',')
        at = before_blanks(text, before_word(text, before_blanks(text, at - 1)));
    if (at == 0 || text[at - 1] != '(')
        return false;
    size_t end = before_blanks(text, at - 1), begin = before_word(text, end);
    return is_binder(text + begin, end - begin);
}

bool
names_binds(const char *text, size_t size, const char *word, size_t word_size)
{
    for (size_t at = 0; at + word_size < size; at++) {
        if (memcmp(text + at, word, word_size) != 0 || before_word(text, at) != at)
            continue;
        size_t behind = skip_space(text, size, at + word_size);
        if (behind < size && text[behind] == ',' && is_bound_at(text, at))
            return true;
    }
    return false;
}
