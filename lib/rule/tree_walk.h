/* Between the parts of the tree evaluator: what walks, what binds variables, what finds and runs functions. */
#ifndef RULE_TREE_WALK_H
#define RULE_TREE_WALK_H

#include "rule/tree.h"

static inline void
tree_fail(struct cell *value, uint8_t state)
{
    value->state = state;
    value->kind = RULE_ERROR;
}

/* Whether what it says stands in the cell alone, so that the heap may be given back. */
static inline bool
value_is_flat(const struct cell *value)
{
    static const uint32_t pointing = 1u << RULE_STRING | 1u << RULE_BYTES | 1u << RULE_TYPE | 1u << RULE_LIST | 1u << RULE_MAP |
                                     1u << RULE_OPTIONAL;
    return value->state != 0 || (pointing >> value->kind & 1) == 0;
}

/* One turn of a loop. */
static inline bool
heap_step(struct heap *heap)
{
    return heap->steps-- > 0;
}

/* The operands' walk is paid for before it is made: a step for each sixteen cells. False: the budget is spent. */
bool tree_pay(struct heap *heap, const struct cell *arguments, int32_t n);

void tree_call_node(const struct node *node, struct tree_frame *frame, struct cell *value);
void tree_macro(const struct node *node, struct tree_frame *frame, struct cell *value);

/* Selects and indices, tree_access.c. */
void tree_select(const struct node *node, struct tree_frame *frame, struct cell *value);
void tree_index(const struct node *node, struct tree_frame *frame, struct cell *value);
void tree_list(const struct node *node, struct tree_frame *frame, struct cell *value);
void tree_map(const struct node *node, struct tree_frame *frame, struct cell *value);
/* value becomes optional.of(some), or none. */
void tree_optional(struct heap *heap, const struct cell *some, struct cell *value);

#endif
