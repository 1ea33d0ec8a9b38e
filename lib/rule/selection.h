/* Selections: the rows that a && || or ?: leaves open, while what is left of it runs over them alone.
 *
 * While a selection holds, batch->rows counts its rows, batch->index says which rows of the inputs they are, and every vector that is
 * made has as many rows. Each && || and ?: that can narrow has a level of its own (a ?: two, one for each side), which remembers what
 * held before, so that selections nest. The rows of a selection ascend. */
#ifndef RULE_SELECTION_H
#define RULE_SELECTION_H

#include "rule/kernel.h"

struct level {
    bool active;             /* narrower than what held before */
    int32_t base_rows;
    const int32_t *base_index;
    int32_t rows;
    int32_t *index;          /* of the inputs */
    int32_t *within;         /* of what held before; may be `index` */
};

/* Bytes a row of a level's buffers: its two lists of rows, a value and a state. */
#define LEVEL_UNITS 10

/* Starts with all rows that hold now. */
static inline struct level *
level_open(const struct op *op, struct batch *batch)
{
    struct level *level = &batch->levels[op->level];
    level->active = false;
    level->base_rows = batch->rows;
    level->base_index = batch->index;
    return level;
}

/* What held before the level holds again. */
static inline void
level_close(const struct level *level, struct batch *batch)
{
    batch->rows = level->base_rows;
    batch->index = level->base_index;
}

static inline uint8_t *
level_buffer(const struct op *op, const struct batch *batch)
{
    return batch->buffers + ((size_t) batch->level_units + LEVEL_UNITS * (size_t) op->level) * batch->stride;
}

static inline uint8_t *
level_values(const struct op *op, const struct batch *batch)
{
    return level_buffer(op, batch) + 8 * batch->stride;
}

static inline uint8_t *
level_states(const struct op *op, const struct batch *batch)
{
    return level_buffer(op, batch) + 9 * batch->stride;
}

/* Whether it pays to go on with `open` of the rows alone. */
static inline bool
selection_pays(const struct op *op, int32_t open, int32_t rows)
{
    return op->worth == WORTH_MUCH ? open <= rows - rows / 8 - 1 : op->worth == WORTH_SOME && rows >= 64 && open <= rows / 2;
}

/* Goes on with the rows whose pick[i] is 1. */
void level_narrow(const struct op *op, struct batch *batch, const uint8_t *pick);
/* Rows of n whose value is not `value`, or that have a state. states nullable. */
int32_t count_open(const uint8_t *values, const uint8_t *states, int32_t n, uint8_t value);

#endif
