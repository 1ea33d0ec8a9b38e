/* Looks functions up: a walk over a hundred rows, at compile time only. */
#include "rule/overload.h"

#include "base/text.h"

static const struct overload_table *const tables[] = {
    &arithmetic_overloads, &compare_overloads, &text_overloads, &time_overloads, &convert_overloads, &member_overloads,
};
#define N_TABLES (sizeof tables / sizeof tables[0])

/* Macros, functions of CEL's standard library and of its extensions. */
static const char *const later[] = {
    "matches", "map", "filter", "all", "exists", "exists_one", "existsOne", "transformList", "transformMap",
    "transformMapEntry", "type", "charAt", "indexOf", "lastIndexOf", "lowerAscii", "upperAscii", "replace", "split",
    "join", "substring", "trim", "reverse", "format", "quote", "orValue", "or", "hasValue", "value", "optMap",
    "optFlatMap", "slice", "flatten", "sort", "sortBy", "distinct", "range", "first", "last", "bind", "greatest", "least",
    "ceil", "floor", "round", "trunc", "abs", "sign", "isNaN", "isInf", "isFinite", "bitOr", "bitAnd", "bitXor", "bitNot",
    "bitShiftLeft", "bitShiftRight", "sqrt", "encode", "decode", "of", "none", "ofNonZeroValue", "intersects",
    "equivalent", "unwrap", "unwrapOpt",
};

static bool
name_is(const char *known, const char *name, size_t size)
{
    return strlen(known) == size && memcmp(known, name, size) == 0;
}

const struct overload *
overload_find(const char *name, size_t size, bool method, int32_t n, const enum rule_kind *args)
{
    const uint8_t style = method ? STYLE_METHOD : STYLE_FUNCTION;
    for (size_t t = 0; t < N_TABLES; t++) {
        for (int32_t i = 0; i < tables[t]->n; i++) {
            const struct overload *row = &tables[t]->rows[i];
            if (row->n != n || (row->style & style) == 0 || !name_is(row->name, name, size))
                continue;
            int32_t k = 0;
            while (k < n && row->args[k] == (uint8_t) args[k])
                k++;
            if (k == n)
                return row;
        }
    }
    return NULL;
}

bool
overload_known(const char *name, size_t size, int32_t *style)
{
    int32_t found = 0;
    for (size_t t = 0; t < N_TABLES; t++)
        for (int32_t i = 0; i < tables[t]->n; i++)
            if (name_is(tables[t]->rows[i].name, name, size))
                found |= tables[t]->rows[i].style;
    if (style != NULL)
        *style = found;
    return found != 0;
}

const char *
overload_nearest(const char *name)
{
    const char *words[512];
    size_t n = 0;
    for (size_t t = 0; t < N_TABLES; t++) {
        for (int32_t i = 0; i < tables[t]->n && n < 511; i++) {
            const char *word = tables[t]->rows[i].name;
            bool is_operator = strchr(word, '_') != NULL || word[0] == '@';
            if (!is_operator && (n == 0 || strcmp(words[n - 1], word) != 0))
                words[n++] = word;
        }
    }
    words[n++] = "has";
    return text_nearest(name, words, n);
}

bool
overload_is_later(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
        if (name_is(later[i], name, size))
            return true;
    return false;
}
