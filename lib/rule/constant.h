/* Named constants and lists: what a scope says they are, and how a tree takes them in. */
#ifndef RULE_CONSTANT_H
#define RULE_CONSTANT_H

#include "rule/ast.h"
#include "rule/scope.h"

/* Makes of a name what it stands for: a literal, or a list of literals, as if it were written out there. Texts are copied into the
 * arena. False where memory failed. The node, and what it now has below it, is checked like any other. */
bool constant_expand(struct arena *arena, const struct scope_name *name, struct node *node);

#endif
