/* The first operand that is no value is what the result is; the operator sees values alone. */
#include "rule/kernel_many.h"

static void
operands_of(const struct op *op, int32_t offsets[KERNEL_OPERANDS])
{
    offsets[0] = op->a;
    offsets[1] = op->b;
    offsets[2] = op->c;
    offsets[3] = op->d;
}

const struct op *
many_row(const struct many *many, const struct op *op, struct frame *frame)
{
    int32_t offsets[KERNEL_OPERANDS];
    const void *operands[KERNEL_OPERANDS] = {NULL};
    struct cell *r = frame_result(frame, op);
    operands_of(op, offsets);
    for (int32_t i = 0; i < many->n; i++) {
        const struct cell *operand = frame_cell(frame, offsets[i]);
        if (operand->state != 0) {
            r->state = operand->state;
            return op + 1;
        }
        operands[i] = &operand->as;
    }
    r->state = many->apply(op, operands, &r->as);
    return op + 1;
}

const struct op *
many_rows(const struct many *many, const struct op *op, struct batch *batch)
{
    int32_t offsets[KERNEL_OPERANDS];
    const struct vector *vectors[KERNEL_OPERANDS] = {NULL};
    const void *operands[KERNEL_OPERANDS] = {NULL};
    bool constant = true;
    operands_of(op, offsets);
    for (int32_t i = 0; i < many->n; i++) {
        vectors[i] = batch_vector(batch, offsets[i]);
        constant &= vectors[i]->constant;
    }
    const int32_t n = constant ? 1 : batch->rows;
    char *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    uint8_t any = 0;
    for (int32_t row = 0; row < n; row++, out += many->size) {
        uint8_t state = 0;
        for (int32_t i = 0; i < many->n && state == 0; i++) {
            state = vector_state(vectors[i], row);
            operands[i] = (const char *) vectors[i]->data + (vectors[i]->constant ? 0 : (size_t) row * many->sizes[i]);
        }
        if (state == 0)
            state = many->apply(op, operands, out);
        else
            memset(out, 0, many->size);
        states[row] = state;
        any |= state;
    }
    batch_set(batch, op, batch_out(batch, op), any != 0 ? states : NULL, constant);
    return op + 1;
}
