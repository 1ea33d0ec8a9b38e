/* Constants: what can be computed when the rule is compiled, and warnings for what that makes pointless. */
#ifndef RULE_FOLD_H
#define RULE_FOLD_H

#include "rule/ast.h"
#include "rule/source.h"

/* What the values that are folded in one rule may take in all: a short text could name many that are long. */
#define FOLD_ROOM ((size_t) 1 << 24)

/* Folds one checked node whose children are folded. room: what is left of FOLD_ROOM; where a value has none, it is left to the run. False: memory failed, or a literal that can never be read was reported. */
bool fold_node(const struct source *source, struct arena *arena, struct node *node, size_t *room);
/* Warns if the whole expression is always true or false. */
void fold_root(const struct source *source, const struct node *root);

#endif
