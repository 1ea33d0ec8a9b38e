/* The functions and operators of the language as rows of tables: a name as CEL's definition writes it ("_+_", "size"), the
 * kinds that it takes and gives, and the kernel that computes it. A new function is a new row beside its kernel. */
#ifndef RULE_OVERLOAD_H
#define RULE_OVERLOAD_H

#include "rule/kernel.h"

#define OVERLOAD_ARGS 4
#define OVERLOAD_ANY 255      /* n of a builtin that takes any number of operands from one up; where a kernel of the same name takes
                                 two of one kind, more of that kind go to it in pairs */

/* What the operation is given besides its operands. */
enum overload_binding {
    BIND_NOTHING,
    BIND_EXPONENT,     /* imm: decimals of the scope's currency; of a builtin where it has none: 0 */
    BIND_ZONE,         /* data: the scope's zone */
    BIND_ZONE_TEXT,    /* the last argument is a literal: data or imm, and no operand */
    BIND_SET,          /* the last argument is a literal list: data, and no operand */
    BIND_REGEX,        /* the last argument is a constant pattern: data, and no operand; another row takes any pattern */
    BIND_EDGES,        /* the last argument is a list of constants, ascending: data is struct bucket_edges, and no operand */
    BIND_QUANTILES,    /* the last argument is a literal text that names a quantile table: data, and no operand */
    BIND_MAPPING,      /* the last argument is a literal text that names a mapping: data, and no operand */
    BIND_CALENDAR,     /* data: struct calendar_binding of the scope's calendar, */
    BIND_CALENDAR_ZONE, /* and with the scope's zone */
    BIND_RATES,        /* data: struct rates_binding of the scope's rates, */
    BIND_RATES_ZONE,   /* and with the scope's zone */
};

enum overload_style {
    STYLE_FUNCTION = 1,   /* size(x), and every operator */
    STYLE_METHOD = 2,     /* x.size() */
    STYLE_BOTH = 3,
};

/* What a builtin is given beside its operands. */
struct builtin_call {
    struct heap *heap;
    const struct node *node;          /* nullable when it is tried alone */
    struct zone *zone;                /* where the row binds BIND_ZONE, else NULL */
    int32_t exponent;                 /* where it binds BIND_EXPONENT */
};

/* Computes a function row by row in the tree evaluator. The operands are values (state 0) with their kinds, and fit the signature.
 * Gives 0 and a result with its kind, or a cstm_status. What it makes it takes from the heap. */
typedef uint8_t (*builtin)(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result);

struct overload {
    const char *name;                 /* may be dotted: "math.greatest" */
    uint8_t style;
    uint8_t n;
    uint8_t result;                   /* enum rule_kind */
    uint8_t args[OVERLOAD_ARGS];      /* enum rule_kind; of a list, the kind of its elements */
    uint8_t binding;
    bool swap;                        /* the kernel takes the operands the other way round */
    const struct kernel *kernel;      /* NULL, and no builtin: the result is the first argument as it is */
    builtin call;                     /* instead of a kernel */
    /* Of a builtin, instead of result and args: operands with commas between, '>', the result. b bool, i int, u uint, d double,
     * s string, y bytes, t timestamp, D duration, C civil date, $ money, n null, T type, * dyn, N any number, lX list of X,
     * mXY map of X to Y, oX optional of X; A and B stand for any type, the same wherever they stand. "lA,i,i>lA" */
    const char *signature;
};

/* Whether the last argument stands in data, and is no operand. Of a BIND_ZONE_TEXT it depends on the call. */
static inline bool
overload_binds_last(const struct overload *row)
{
    return row->binding == BIND_SET || row->binding == BIND_REGEX || row->binding == BIND_EDGES || row->binding == BIND_QUANTILES ||
           row->binding == BIND_MAPPING;
}

struct overload_table {
    const struct overload *rows;
    int32_t n;
};
extern const struct overload_table calendar_overloads, bucket_overloads, category_overloads, place_overloads, rates_overloads;
extern const struct overload_table arithmetic_overloads, compare_overloads, text_overloads, time_overloads,
    convert_overloads, member_overloads, regex_overloads, lists_overloads, sets_overloads;
extern const struct overload_table core_overloads, optional_overloads, strings_overloads, format_overloads, math_overloads, encoders_overloads;

/* All rows of one name, in the order of the tables. */
struct overload_family {
    const char *name;
    size_t size;
    const struct overload **rows;
    int32_t n;
    int32_t styles;               /* enum overload_style, of any row */
};
/* NULL: no function has this name. A dotted name is one name. */
const struct overload_family *overload_family(const char *name, size_t size);
/* Whether any row has this name; style (nullable) receives the styles that there are. */
bool overload_known(const char *name, size_t size, int32_t *style);
/* The nearest function name, NULL if none is near. */
const char *overload_nearest(const char *name);
/* How many rows there are, and names; -1 where the index has no room for them. */
int32_t overload_count(int32_t *n_names);
/* A row by its number, in the order of the tables; NULL beyond the last. */
const struct overload *overload_at(int32_t i);

#endif
