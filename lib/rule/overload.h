/* The functions and operators of the language as rows of tables: a name as CEL's definition writes it ("_+_", "size"), the
 * kinds that it takes and gives, and the kernel that computes it. A new function is a new row beside its kernel. */
#ifndef RULE_OVERLOAD_H
#define RULE_OVERLOAD_H

#include "rule/kernel.h"

#define OVERLOAD_ARGS 3

/* What the operation is given besides its operands. */
enum overload_binding {
    BIND_NOTHING,
    BIND_EXPONENT,     /* imm: decimals of the scope's currency */
    BIND_ZONE,         /* data: the scope's zone */
    BIND_ZONE_TEXT,    /* the last argument is a literal: data or imm, and no operand */
    BIND_SET,          /* the last argument is a literal list: data, and no operand */
};

enum overload_style {
    STYLE_FUNCTION = 1,   /* size(x), and every operator */
    STYLE_METHOD = 2,     /* x.size() */
    STYLE_BOTH = 3,
};

struct overload {
    const char *name;
    uint8_t style;
    uint8_t n;
    uint8_t result;                   /* enum rule_kind */
    uint8_t args[OVERLOAD_ARGS];      /* enum rule_kind; of a list, the kind of its elements */
    uint8_t binding;
    bool swap;                        /* the kernel takes the operands the other way round */
    const struct kernel *kernel;      /* NULL: the result is the first argument as it is */
};

struct overload_table {
    const struct overload *rows;
    int32_t n;
};
extern const struct overload_table arithmetic_overloads, compare_overloads, text_overloads, time_overloads,
    convert_overloads, member_overloads;

/* The row that fits, NULL if none does. */
const struct overload *overload_find(const char *name, size_t size, bool method, int32_t n, const enum rule_kind *args);
/* Whether any row has this name; style (nullable) receives the styles that there are. */
bool overload_known(const char *name, size_t size, int32_t *style);
/* The nearest function name, NULL if none is near. */
const char *overload_nearest(const char *name);
/* Well-known names of CEL and its extensions that this release does not offer. */
bool overload_is_later(const char *name, size_t size);

#endif
