/* Whether operands fit a row of the table of functions, and of what type the result is then. */
#ifndef RULE_SIGNATURE_H
#define RULE_SIGNATURE_H

#include "rule/overload.h"
#include "rule/type.h"

enum signature_match {
    SIGNATURE_NO,
    SIGNATURE_MAYBE,     /* if the values turn out so: a dyn stands where the row wants a kind */
    SIGNATURE_YES,
};

/* result (nullable) receives the type of the result unless the answer is NO; NULL where memory failed. */
enum signature_match signature_match(const struct overload *row, const struct type *const *args, int32_t n,
                                     struct arena *arena, const struct type **result);
/* What operand i must be, as a reader would say it: "string", "list(string)", "any value"; "" past the last.
 * text has room for at least 64 bytes. */
void signature_operand(const struct overload *row, int32_t i, char *text, size_t size);

#endif
