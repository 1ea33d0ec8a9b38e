/* Operators of three or four operands. They do more than an instruction or two, so that their schedules need not be written out for each:
 * the operator gets its operands as pointers, and both schedules are here. */
#ifndef RULE_KERNEL_MANY_H
#define RULE_KERNEL_MANY_H

#include "rule/kernel.h"

#define KERNEL_OPERANDS 4

/* operands[i] points to the i-th, which is a value; gives 0 and writes *result, or a cstm_status. */
typedef uint8_t (*many_operator)(const struct op *op, const void *const *operands, void *result);

struct many {
    many_operator apply;
    int32_t n;                           /* operands, at least one */
    uint8_t sizes[KERNEL_OPERANDS];      /* bytes of each, */
    uint8_t size;                        /* and of the result */
};

const struct op *many_row(const struct many *many, const struct op *op, struct frame *frame);
const struct op *many_rows(const struct many *many, const struct op *op, struct batch *batch);

/* NAME_kernel of the operator NAME: N operands, of the sizes that follow. */
#define KERNEL_MANY(NAME, TR, N, ...)                                                               \
    static const struct many NAME##_many = {NAME, N, {__VA_ARGS__}, sizeof(TR)};                    \
    static const struct op *NAME##_row(const struct op *op, struct frame *frame)                    \
    {                                                                                               \
        return many_row(&NAME##_many, op, frame);                                                   \
    }                                                                                               \
    static const struct op *NAME##_rows(const struct op *op, struct batch *batch)                   \
    {                                                                                               \
        return many_rows(&NAME##_many, op, batch);                                                  \
    }                                                                                               \
    static const struct kernel NAME##_kernel = {                                                    \
        .row = NAME##_row, .rows = NAME##_rows, .flags = KERNEL_FAILS | KERNEL_GUARDED | KERNEL_SLOW};

#endif
