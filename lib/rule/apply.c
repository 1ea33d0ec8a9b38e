/* Builds an operation of one call on the stack and runs its single-row schedule. */
#include "rule/apply.h"

int32_t
apply_operands(const struct node *node)
{
    return overload_binds_last(node->overload) || node->overload->binding == BIND_ZONE_TEXT ? node->n - 1 : node->n;
}

bool
apply_call(const struct node *node, const struct cell *arguments, struct arena *arena, struct cell *result)
{
    const struct overload *overload = node->overload;
    if (overload->kernel == NULL) {
        *result = arguments[0];
        return true;
    }
    struct cell cells[OVERLOAD_ARGS + 1];
    memset(cells, 0, sizeof cells);
    int32_t n = apply_operands(node);
    for (int32_t i = 0; i < n; i++)
        cells[i] = arguments[i];
    char none[1];
    struct frame frame = {.cells = cells, .text = none};
    if (overload->kernel->text_size > 0) {
        frame.text = arena_new(arena, (size_t) overload->kernel->text_size);
        if (frame.text == NULL)
            return false;
    }
    const struct op op = {
        .dst = OVERLOAD_ARGS * OPERAND_SIZE, .a = overload->swap ? OPERAND_SIZE : 0, .b = overload->swap ? 0 : OPERAND_SIZE,
        .c = 2 * OPERAND_SIZE, .d = 3 * OPERAND_SIZE, .data = node->data, .imm = node->imm};
    overload->kernel->row(&op, &frame);
    *result = cells[OVERLOAD_ARGS];
    return true;
}

void
apply_join(bool is_or, const struct cell *left, const struct cell *right, struct cell *result)
{
    struct cell cells[3] = {*left, *right};
    struct frame frame = {.cells = cells};
    const struct op op = {.dst = 2 * OPERAND_SIZE, .a = 0, .b = OPERAND_SIZE};
    (is_or ? &or_kernel : &and_kernel)->row(&op, &frame);
    *result = cells[2];
}
