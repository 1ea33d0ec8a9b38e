/* The static type of an expression: a kind, and of a list, map, optional or type value what it is of. Types are immutable; those of
 * scalars are constants, others live in the program's arena. Two are the same if they look the same: compare with type_same(). */
#ifndef RULE_TYPE_H
#define RULE_TYPE_H

#include "rule/rule.h"

#include "base/memory.h"

struct type {
    enum rule_kind kind;
    const struct type *a;        /* element of a list, key of a map, what an optional or a type value is of; else NULL */
    const struct type *b;        /* value of a map; else NULL */
};

/* The type of a kind; of a list, map, optional or type that of dyn elements. */
const struct type *type_of(enum rule_kind kind);
/* NULL where memory failed; a NULL argument gives NULL. */
const struct type *type_list(struct arena *arena, const struct type *element);
const struct type *type_map(struct arena *arena, const struct type *key, const struct type *value);
const struct type *type_optional(struct arena *arena, const struct type *of);
const struct type *type_type(struct arena *arena, const struct type *of);   /* of a type as a value */
bool type_same(const struct type *a, const struct type *b);
/* Whether a value of one can equal a value of the other: the same, dyn, numbers among themselves, null where a value may be null,
 * and what is made of such. */
bool type_like(const struct type *a, const struct type *b);
/* What both are: the one of two that are the same, dyn where one is dyn or null, the type of RULE_ERROR where they are not alike. NULL
 * where memory failed. */
const struct type *type_join(struct arena *arena, const struct type *a, const struct type *b);
/* "list(int)", "map(string, dyn)": into text, cut to size. */
void type_print(const struct type *type, char *text, size_t size);
/* Whether vectors hold it: bool, int, uint, double, string, bytes, date, timestamp, money, duration. Anything else is computed by the
 * tree evaluator, row by row. */
bool type_is_scalar(enum rule_kind kind);

#endif
