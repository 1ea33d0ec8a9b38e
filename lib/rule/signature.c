/* Reads signatures such as "lA,A>lA". A pattern is matched against a type from the left; what A, B and N have been is kept on the
 * way, for operands to the right and for the result. Signatures are short, and they are read while a rule is compiled only. */
#include "rule/signature.h"

#include <stdio.h>

struct reading {
    const char *at;
    struct arena *arena;
    const struct type *a, *b;    /* what A and B are; NULL: not known yet */
    const struct type *number;   /* what N was */
    bool maybe;
    bool no_memory;
};

static enum rule_kind
kind_of(char letter)
{
    switch (letter) {
    case 'b': return RULE_BOOL;
    case 'i': return RULE_INT;
    case 'u': return RULE_UINT;
    case 'd': return RULE_DOUBLE;
    case 's': return RULE_STRING;
    case 'y': return RULE_BYTES;
    case 't': return RULE_TIMESTAMP;
    case 'D': return RULE_DURATION;
    case 'C': return RULE_DATE;
    case '$': return RULE_MONEY;
    case 'n': return RULE_NULL;
    case 'T': return RULE_TYPE;
    default: return RULE_DYN;
    }
}

static bool
match_variable(struct reading *reading, const struct type **variable, const struct type *type)
{
    if (*variable != NULL)
        type = type_join(reading->arena, *variable, type);
    if (type == NULL)
        reading->no_memory = true;
    if (type == NULL || type->kind == RULE_ERROR)
        return false;
    *variable = type;
    return true;
}

static bool
match_number(struct reading *reading, const struct type *type)
{
    const enum rule_kind kind = type->kind;
    if (kind == RULE_DYN)
        reading->maybe = true;
    else if (kind != RULE_INT && kind != RULE_UINT && kind != RULE_DOUBLE)
        return false;
    reading->number = reading->number == NULL || reading->number->kind == kind ? type : type_of(RULE_DYN);
    return true;
}

/* The pattern is read to its end also where the type is dyn, which stands for all of its parts. */
static bool
match_pattern(struct reading *reading, const struct type *type)
{
    const char letter = *reading->at++;
    const struct type *dyn = type_of(RULE_DYN);
    enum rule_kind kind;
    switch (letter) {
    case '*':
        return true;
    case 'N':
        return match_number(reading, type);
    case 'A':
        return match_variable(reading, &reading->a, type);
    case 'B':
        return match_variable(reading, &reading->b, type);
    case 'l':
    case 'o':
    case 'm':
        kind = letter == 'l' ? RULE_LIST : letter == 'o' ? RULE_OPTIONAL : RULE_MAP;
        if (type->kind != kind && type->kind != RULE_DYN)
            return false;
        reading->maybe |= type->kind == RULE_DYN;
        if (!match_pattern(reading, type->kind == kind ? type->a : dyn))
            return false;
        return letter != 'm' || match_pattern(reading, type->kind == kind ? type->b : dyn);
    default:
        reading->maybe |= type->kind == RULE_DYN;
        return type->kind == RULE_DYN || type->kind == kind_of(letter);
    }
}

static const struct type *
build(struct reading *reading)
{
    const char letter = *reading->at++;
    const struct type *dyn = type_of(RULE_DYN), *key, *value;
    switch (letter) {
    case 'A':
        return reading->a == NULL ? dyn : reading->a;
    case 'B':
        return reading->b == NULL ? dyn : reading->b;
    case 'N':
        return reading->number == NULL ? dyn : reading->number;
    case 'l':
        return type_list(reading->arena, build(reading));
    case 'o':
        return type_optional(reading->arena, build(reading));
    case 'm':
        key = build(reading);
        value = build(reading);
        return type_map(reading->arena, key, value);
    default:
        return type_of(kind_of(letter));
    }
}

static enum signature_match
match_kinds(const struct overload *row, const struct type *const *args, int32_t n, const struct type **result)
{
    bool maybe = false;
    if (n != row->n)
        return SIGNATURE_NO;
    for (int32_t i = 0; i < n; i++) {
        if (args[i]->kind == RULE_DYN)
            maybe = true;
        else if (args[i]->kind != (enum rule_kind) row->args[i])
            return SIGNATURE_NO;
    }
    if (result != NULL)
        *result = type_of((enum rule_kind) row->result);
    return maybe ? SIGNATURE_MAYBE : SIGNATURE_YES;
}

enum signature_match
signature_match(const struct overload *row, const struct type *const *args, int32_t n, struct arena *arena,
                const struct type **result)
{
    if (row->signature == NULL)
        return match_kinds(row, args, n, result);
    if (row->n == OVERLOAD_ANY ? n < 1 : n != row->n)
        return SIGNATURE_NO;
    struct reading reading = {.at = row->signature, .arena = arena};
    for (int32_t i = 0; i < n; i++) {
        const char *begin = reading.at;
        if (*begin == '>' || *begin == 0)
            return SIGNATURE_NO;
        if (!match_pattern(&reading, args[i])) {
            if (!reading.no_memory)
                return SIGNATURE_NO;
            if (result != NULL)
                *result = NULL;
            return SIGNATURE_YES;
        }
        if (*reading.at == ',')
            reading.at++;
        else if (*reading.at == '>' && row->n == OVERLOAD_ANY && i + 1 < n)
            reading.at = begin;      /* the last pattern holds for all operands that follow */
    }
    while (*reading.at != '>' && *reading.at != 0)
        reading.at++;
    if (*reading.at == '>')
        reading.at++;
    if (result != NULL)
        *result = build(&reading);
    return reading.maybe ? SIGNATURE_MAYBE : SIGNATURE_YES;
}

/* Parts that may be anything are not said: a list, an optional, any value. */
static const char *
pattern_name(char letter)
{
    switch (letter) {
    case 'l': return "list";
    case 'o': return "optional";
    case 'm': return "map";
    case 'N': return "number";
    case '*':
    case 'A':
    case 'B': return "any value";
    default: return rule_kind_name(kind_of(letter));
    }
}

static void
skip_pattern(const char **at)
{
    const char letter = *(*at)++;
    const int parts = letter == 'm' ? 2 : letter == 'l' || letter == 'o' ? 1 : 0;
    for (int i = 0; i < parts; i++)
        skip_pattern(at);
}

static void
write_pattern(const char *at, char *text, size_t size)
{
    const char *element = at + 1;
    if ((*at == 'l' || *at == 'o') && strchr("*AB", *element) == NULL) {
        size_t n = strlen(pattern_name(*at));
        snprintf(text, size, "%s(", pattern_name(*at));
        write_pattern(element, text + n + 1, size - n - 1);
        n = strlen(text);
        if (n + 1 < size)
            memcpy(text + n, ")", 2);
    } else {
        snprintf(text, size, "%s", pattern_name(*at));
    }
}

void
signature_operand(const struct overload *row, int32_t i, char *text, size_t size)
{
    text[0] = 0;
    if (row->signature == NULL) {
        if (i < row->n)
            snprintf(text, size, "%s", rule_kind_name((enum rule_kind) row->args[i]));
        return;
    }
    const char *at = row->signature;
    for (; i > 0 && *at != '>' && *at != 0; i--) {
        skip_pattern(&at);
        if (*at == ',')
            at++;
    }
    if (*at != '>' && *at != 0)
        write_pattern(at, text, size);
}
