/* Constants: what can be computed when the rule is compiled, and warnings for what that makes pointless. */
#ifndef RULE_FOLD_H
#define RULE_FOLD_H

#include "rule/ast.h"
#include "rule/source.h"

/* Folds one checked node whose children are folded. False: memory failed, or a literal that can never be read was reported. */
bool fold_node(const struct source *source, struct arena *arena, struct node *node);
/* Warns if the whole expression is always true or false. */
void fold_root(const struct source *source, const struct node *root);

#endif
