/* A part of a program that vectors cannot hold: one operation that evaluates a tree row by row. Around it, everything runs over
 * vectors. Its heap stands behind all buffers of the scratch and is given back before each row, so that a text which it gives is
 * copied to the operation's own room; of a root that is no scalar, the cell points into the heap. */
#ifndef RULE_ISLAND_H
#define RULE_ISLAND_H

#include "rule/kernel.h"
#include "rule/tree.h"

struct island {
    const struct node *node;
    int32_t n_locals;
    int32_t units;           /* bytes a row of what stands before the heap */
    int32_t width;           /* of its value */
    bool finite;             /* nothing in a value that is no scalar may be infinite or NaN */
};

/* The state of what a tree gave as an island's value: of a text that stands in the heap, whether there is room for it; of another kind
 * than the checker said, CSTM_ERROR_TYPE. */
uint8_t island_state(const struct node *node, const struct heap *heap, const struct cell *value);

#endif
