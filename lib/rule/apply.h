/* One operator applied to cells, by the same kernels that programs run: for folding constants and for explanations. */
#ifndef RULE_APPLY_H
#define RULE_APPLY_H

#include "rule/ast.h"

/* A call whose overload is known. arguments has the call's operands in their written order; a text that is made is put into
 * the arena. False where memory failed. */
bool apply_call(const struct node *node, const struct cell *arguments, struct arena *arena, struct cell *result);
/* The state of && or || over operands that were evaluated, in order: what the joining kernels do, step by step. */
void apply_join(bool is_or, const struct cell *left, const struct cell *right, struct cell *result);
/* How many operands a call hands to its kernel: a set or a zone is none. */
int32_t apply_operands(const struct node *node);

#endif
