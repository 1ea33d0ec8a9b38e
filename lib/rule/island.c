/* The two schedules of an island. */
#include "rule/island.h"

static bool
is_made(const struct heap *heap, const struct rule_text *text)
{
    return text->bytes >= heap->base && text->bytes < heap->base + heap->size;
}

uint8_t
island_state(const struct node *node, const struct heap *heap, const struct cell *value)
{
    if (value->state != 0 || !type_is_scalar(node->type))
        return value->state;
    if (value->kind != (uint8_t) node->type)
        return CSTM_ERROR_TYPE;
    const bool is_text = node->type == RULE_STRING || node->type == RULE_BYTES;
    return is_text && value->as.text.size > TEXT_LIMIT && is_made(heap, &value->as.text) ? CSTM_ERROR_LIMIT : 0;
}

/* A text of the heap would be lost with it. */
static void
keep_text(const struct heap *heap, struct rule_text *text, char *buffer)
{
    if (!is_made(heap, text))
        return;
    memcpy(buffer, text->bytes, text->size);
    text->bytes = buffer;
}

static void
evaluate(const struct island *island, const struct rule_column *inputs, int32_t row, char *memory, char *buffer, struct cell *value)
{
    struct heap heap;
    struct tree_frame frame = {.inputs = inputs, .row = row};
    value->state = CSTM_ERROR_LIMIT;
    if (!tree_start(&heap, memory, HEAP_SIZE, island->n_locals, &frame))
        return;
    tree_evaluate(island->node, &frame, value);
    value->state = island_state(island->node, &heap, value);
    if (value->state != 0)
        return;
    if (island->width == (int32_t) sizeof(struct rule_text))
        keep_text(&heap, &value->as.text, buffer);
    else if (island->width == (int32_t) sizeof(struct cell) && island->finite && !value_is_finite(value))
        value->state = CSTM_ERROR_NOT_FINITE;
}

static const struct op *
island_row(const struct op *op, struct frame *frame)
{
    const struct island *island = op->data;
    const uintptr_t end = (uintptr_t) (frame->text + island->units);
    evaluate(island, frame->inputs, 0, frame->text + island->units + (-end & 15), frame->text + op->text, frame_result(frame, op));
    return op + 1;
}

static const struct op *
island_rows(const struct op *op, struct batch *batch)
{
    const struct island *island = op->data;
    const size_t width = (size_t) island->width;
    char *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    char *memory = (char *) batch->buffers + (size_t) island->units * batch->stride;
    char *texts = (char *) batch->buffers + (size_t) op->text * batch->stride;
    uint8_t any = 0;
    for (int32_t i = 0; i < batch->rows; i++) {
        struct cell value = {.state = 0};
        evaluate(island, batch->inputs, batch_row(batch, i), memory, texts + (size_t) i * TEXT_LIMIT, &value);
        states[i] = value.state;
        any |= value.state;
        if (value.state != 0)
            memset(out + (size_t) i * width, 0, width);
        else
            memcpy(out + (size_t) i * width, &value.as, width);
    }
    batch_set(batch, op, out, any != 0 ? states : NULL, false);
    return op + 1;
}

const struct kernel island_kernel = {.row = island_row, .rows = island_rows, .text_size = 0, .flags = KERNEL_FAILS | KERNEL_SLOW};
const struct kernel island_text_kernel = {.row = island_row, .rows = island_rows, .text_size = TEXT_LIMIT, .flags = KERNEL_FAILS | KERNEL_SLOW};
