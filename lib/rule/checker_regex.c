/* Patterns that are constant are compiled when the rule is checked; what is wrong with one is reported at its very letter in the
 * text of the expression. */
#include "rule/checking.h"
#include "rule/regex.h"

#include "base/memory.h"

/* How many bytes of text and of value an escape is, at its backslash. */
static void
measure_escape(const char *text, int32_t left, int32_t *read, int32_t *made)
{
    const char c = left > 1 ? text[1] : '\0';
    *read = c == 'x' || c == 'X' || (c >= '0' && c <= '3') ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
    *made = 1;
    const bool octal = c >= '0' && c <= '3';
    uint32_t code = 0;
    for (int32_t i = octal ? 1 : 2; *read > 2 && i < *read && i < left; i++) {
        const char digit = text[i];
        code = code * (octal ? 8 : 16) + (uint32_t) (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    if (*read > 2)
        *made = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* Where a byte of a pattern stands in the expression: in a literal where it was written, else where the operand begins. */
static int32_t
place_in(const struct checker *checker, const struct node *pattern, int32_t at)
{
    if (!pattern->literal)
        return pattern->begin;
    const char *text = checker->source->text;
    int32_t from = pattern->begin;
    bool raw = false;
    for (; from < pattern->end && text[from] != '\'' && text[from] != '"'; from++)
        raw |= text[from] == 'r' || text[from] == 'R';
    const char quote = from < pattern->end ? text[from] : '\0';
    const bool triple = pattern->end - from >= 6 && text[from + 1] == quote && text[from + 2] == quote;
    from += triple ? 3 : 1;
    for (int32_t i = 0; i < at && from < pattern->end;) {
        int32_t read = 1, made = 1;
        if (text[from] == '\\' && !raw)
            measure_escape(text + from, pattern->end - from, &read, &made);
        from += read;
        i += made;
    }
    return from < pattern->end ? from : pattern->begin;
}

bool
check_bind_regex(struct checker *checker, struct node *node)
{
    const struct node *pattern = node->children[node->n - 1];
    const struct rule_text text = pattern->value.as.text;
    struct regex_fault fault;
    node->data = regex_compile(checker->arena, text.bytes, text.size, &fault);
    if (node->data != NULL)
        return true;
    if (fault.state == CSTM_ERROR_NO_MEMORY) {
        checker_no_memory(checker, node);
    } else if (checker->scope->unchecked) {
        node->overload = NULL;           /* it is an error when it runs, if it does */
        return true;
    } else {
        REFUSE(checker, node, fault.state, place_in(checker, pattern, fault.at), "in the pattern: %s", fault.message);
    }
    return false;
}
