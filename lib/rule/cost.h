/* A bound of what one row of a rule can cost, known when it is compiled: what a strategy's limit is held against.
 *
 * The unit is a step: a sub-expression that is evaluated, a turn of a loop, and what a run's budget takes besides for values that are
 * walked as a whole, one step for 16 elements or 64 bytes. Loops multiply. Lists, maps and texts are taken to be as large as they are
 * written; a text that is read by name, to be of 1024 bytes; what is made when the rule runs, no larger than the heap that it is made
 * in. What a run's budget of steps cuts off is left off here, too. */
#ifndef RULE_COST_H
#define RULE_COST_H

#include "rule/ast.h"

/* Of a checked tree; INT64_MAX where it is more. A part never costs more than the whole. */
int64_t cost_of(const struct node *root);

#endif
