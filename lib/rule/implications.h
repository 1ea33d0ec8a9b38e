/* Warnings for what an operand cannot change: conditions on one name that contradict one another, that cover all of its values, or
 * that follow from those beside them. */
#ifndef RULE_IMPLICATIONS_H
#define RULE_IMPLICATIONS_H

#include "rule/ast.h"
#include "rule/scope.h"
#include "rule/source.h"

/* Of a checked tree, once all of it is folded. Reads the scope's names: before the scope may go. */
void implications_warn(const struct source *source, const struct node *root);

#endif
