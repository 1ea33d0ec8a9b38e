/* Static types. Those that have no parts, and lists, optionals and types of such, are constants; what is made of others is made in
 * an arena. Depth is bounded by that of the expression, so these functions recurse. */
#include "rule/type.h"

#define N_KINDS (RULE_OPTIONAL + 1)

#define PLAIN(KIND) [KIND] = {.kind = KIND}
#define OF(KIND, PART) [PART] = {.kind = KIND, .a = &plain[PART]}
#define OF_EACH(KIND)                                                                               \
    OF(KIND, RULE_BOOL), OF(KIND, RULE_INT), OF(KIND, RULE_DOUBLE), OF(KIND, RULE_STRING), OF(KIND, RULE_DATE),  \
    OF(KIND, RULE_TIMESTAMP), OF(KIND, RULE_MONEY), OF(KIND, RULE_DURATION), OF(KIND, RULE_UINT),   \
    OF(KIND, RULE_NULL), OF(KIND, RULE_BYTES), OF(KIND, RULE_DYN)

static const struct type plain[N_KINDS] = {
    PLAIN(RULE_ERROR), PLAIN(RULE_BOOL), PLAIN(RULE_INT), PLAIN(RULE_DOUBLE), PLAIN(RULE_STRING), PLAIN(RULE_DATE),
    PLAIN(RULE_TIMESTAMP), PLAIN(RULE_MONEY), PLAIN(RULE_DURATION), PLAIN(RULE_UINT), PLAIN(RULE_NULL), PLAIN(RULE_BYTES),
    PLAIN(RULE_DYN),
    [RULE_TYPE] = {.kind = RULE_TYPE, .a = &plain[RULE_DYN]},
    [RULE_LIST] = {.kind = RULE_LIST, .a = &plain[RULE_DYN]},
    [RULE_MAP] = {.kind = RULE_MAP, .a = &plain[RULE_DYN], .b = &plain[RULE_DYN]},
    [RULE_OPTIONAL] = {.kind = RULE_OPTIONAL, .a = &plain[RULE_DYN]},
};
static const struct type lists[N_KINDS] = {OF_EACH(RULE_LIST)};
static const struct type optionals[N_KINDS] = {OF_EACH(RULE_OPTIONAL)};
static const struct type types[N_KINDS] = {OF_EACH(RULE_TYPE)};

const struct type *
type_of(enum rule_kind kind)
{
    return &plain[(size_t) kind < N_KINDS ? kind : RULE_ERROR];
}

static const struct type *
make(struct arena *arena, enum rule_kind kind, const struct type *a, const struct type *b)
{
    struct type *type = arena_new(arena, sizeof *type);
    if (type != NULL)
        *type = (struct type){kind, a, b};
    return type;
}

/* A constant where there is one. */
static const struct type *
made_of(struct arena *arena, enum rule_kind kind, const struct type *constants, const struct type *of)
{
    if (of == NULL)
        return NULL;
    if (of == &plain[of->kind] && constants[of->kind].a != NULL)
        return &constants[of->kind];
    return make(arena, kind, of, NULL);
}

const struct type *
type_list(struct arena *arena, const struct type *element)
{
    return made_of(arena, RULE_LIST, lists, element);
}

const struct type *
type_optional(struct arena *arena, const struct type *of)
{
    return made_of(arena, RULE_OPTIONAL, optionals, of);
}

const struct type *
type_type(struct arena *arena, const struct type *of)
{
    return made_of(arena, RULE_TYPE, types, of);
}

const struct type *
type_map(struct arena *arena, const struct type *key, const struct type *value)
{
    return key == NULL || value == NULL ? NULL : make(arena, RULE_MAP, key, value);
}

bool
type_same(const struct type *a, const struct type *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->kind != b->kind)
        return false;
    return type_same(a->a, b->a) && type_same(a->b, b->b);
}

static bool
is_number(enum rule_kind kind)
{
    return kind == RULE_INT || kind == RULE_UINT || kind == RULE_DOUBLE;
}

/* What CEL lets null stand for. */
static bool
may_be_null(enum rule_kind kind)
{
    return kind == RULE_NULL || kind == RULE_TIMESTAMP || kind == RULE_DURATION || kind == RULE_OPTIONAL;
}

bool
type_like(const struct type *a, const struct type *b)
{
    if (a->kind == RULE_DYN || b->kind == RULE_DYN)
        return true;
    if (is_number(a->kind) && is_number(b->kind))
        return true;
    if (a->kind == RULE_NULL || b->kind == RULE_NULL)
        return may_be_null(a->kind) && may_be_null(b->kind);
    if (a->kind != b->kind)
        return false;
    if (a->kind == RULE_TYPE || a->a == NULL)
        return true;
    return type_like(a->a, b->a) && (a->b == NULL || type_like(a->b, b->b));
}

/* Of the parts that were joined: not alike if any is not, NULL if any is. */
static const struct type *
join_parts(struct arena *arena, enum rule_kind kind, const struct type *a, const struct type *b)
{
    if (a == NULL || b == NULL)
        return NULL;
    if (a->kind == RULE_ERROR || b->kind == RULE_ERROR)
        return type_of(RULE_ERROR);
    return kind == RULE_LIST ? type_list(arena, a) : kind == RULE_OPTIONAL ? type_optional(arena, a) : type_map(arena, a, b);
}

const struct type *
type_join(struct arena *arena, const struct type *a, const struct type *b)
{
    if (type_same(a, b))
        return a;
    if (a->kind == RULE_DYN || b->kind == RULE_DYN || a->kind == RULE_NULL || b->kind == RULE_NULL)
        return type_of(RULE_DYN);
    if (a->kind != b->kind)
        return type_of(RULE_ERROR);
    if (a->kind == RULE_TYPE)
        return type_of(RULE_TYPE);
    if (a->a == NULL)
        return type_of(RULE_ERROR);
    const struct type *first = type_join(arena, a->a, b->a);
    return join_parts(arena, a->kind, first, a->b == NULL ? first : type_join(arena, a->b, b->b));
}

static size_t
put(char *text, size_t size, size_t n, const char *part)
{
    for (; *part != 0; part++, n++)
        if (n + 1 < size)
            text[n] = *part;
    return n;
}

static size_t
print(const struct type *type, char *text, size_t size, size_t n)
{
    n = put(text, size, n, rule_kind_name(type->kind));
    bool plain_type = type->kind == RULE_TYPE && (type->a == NULL || type->a->kind == RULE_DYN);
    if (type->a == NULL || plain_type || n >= size)
        return n;
    n = put(text, size, n, "(");
    n = print(type->a, text, size, n);
    if (type->b != NULL) {
        n = put(text, size, n, ", ");
        n = print(type->b, text, size, n);
    }
    return put(text, size, n, ")");
}

void
type_print(const struct type *type, char *text, size_t size)
{
    if (size == 0)
        return;
    size_t n = print(type, text, size, 0);
    text[n < size ? n : size - 1] = 0;
}

bool
type_is_scalar(enum rule_kind kind)
{
    return kind >= RULE_BOOL && kind <= RULE_BYTES && kind != RULE_NULL;
}
