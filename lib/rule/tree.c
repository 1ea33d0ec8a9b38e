/* The walk of the tree evaluator: one function a kind of node, over cells that know their kinds. What is strict gives the state of
 * the first operand that has one; && and || absorb as their kernels do. */
#include "rule/tree_walk.h"

#include "rule/program.h"

static void
load(const struct node *node, const struct tree_frame *frame, struct cell *value)
{
    const struct rule_column *input = &frame->inputs[node->slot];
    const size_t at = input->constant ? 0 : (size_t) frame->row;
    const uint8_t state = input->states == NULL ? 0 : input->states[at];
    if (node->has) {
        *value = cell_of_bool(state == 0);
        if (state != 0 && state != CSTM_ERROR_MISSING)
            tree_fail(value, state);
        return;
    }
    if (state != 0) {
        tree_fail(value, state);
        return;
    }
    switch (node->type) {
    case RULE_BOOL:
        *value = cell_of_bool(input->as.bools[at] != 0);
        return;
    case RULE_STRING:
    case RULE_BYTES:
        *value = (struct cell){.as.text = input->as.texts[at], .kind = (uint8_t) node->type};
        return;
    case RULE_INT:
    case RULE_UINT:
    case RULE_DOUBLE:
    case RULE_DATE:
    case RULE_TIMESTAMP:
    case RULE_MONEY:
    case RULE_DURATION:
        memcpy(&value->as, &input->as.int64s[at], 8);
        value->state = 0;
        value->kind = (uint8_t) node->type;
        return;
    default:
        *value = input->as.cells[at];
        if (value->state == 0 && value->kind == RULE_ERROR)
            tree_fail(value, CSTM_ERROR_TYPE);
        return;
    }
}

/* An operand of && and ||, which is a bool or a state. */
static void
operand(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    tree_evaluate(node, frame, value);
    if (value->state == 0 && value->kind != RULE_BOOL)
        tree_fail(value, CSTM_ERROR_TYPE);
}

static void
chain(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    const uint8_t dominant = node->kind == NODE_OR;
    uint8_t state = 0;
    for (int32_t i = 0; i < node->n; i++) {
        operand(node->children[i], frame, value);
        if (value->state == 0 && value->as.b == dominant)
            return;
        if (state == 0)
            state = value->state;
    }
    if (state != 0)
        tree_fail(value, state);
    else
        *value = cell_of_bool(dominant == 0);
}

static void
conditional(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    operand(node->children[0], frame, value);
    if (value->state == 0)
        tree_evaluate(node->children[value->as.b != 0 ? 1 : 2], frame, value);
}

void
tree_evaluate(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    if (node->constant) {
        *value = node->value;
        if (node->type != RULE_DYN)
            value->kind = (uint8_t) node->type;
        return;
    }
    if (node->local >= 0 && node->kind == NODE_NAME) {
        *value = frame->locals[node->local];
        return;
    }
    if (node->slot >= 0) {
        load(node, frame, value);
        return;
    }
    if (node->unknown) {
        tree_fail(value, CSTM_ERROR_UNKNOWN);
        return;
    }
    if (node->present) {
        tree_select(node, frame, value);
        return;
    }
    switch (node->kind) {
    case NODE_AND:
    case NODE_OR:
        chain(node, frame, value);
        return;
    case NODE_CONDITIONAL:
        conditional(node, frame, value);
        return;
    case NODE_CALL:
        tree_call_node(node, frame, value);
        return;
    case NODE_MACRO:
        tree_macro(node, frame, value);
        return;
    case NODE_SELECT:
        tree_select(node, frame, value);
        return;
    case NODE_INDEX:
        tree_index(node, frame, value);
        return;
    case NODE_LIST:
        tree_list(node, frame, value);
        return;
    case NODE_MAP:
        tree_map(node, frame, value);
        return;
    case NODE_LITERAL:
        *value = node->value;
        if (node->type != RULE_DYN)
            value->kind = (uint8_t) node->type;
        return;
    default:
        tree_fail(value, node->kind == NODE_NAME ? CSTM_ERROR_UNKNOWN : CSTM_ERROR_UNSUPPORTED);
        return;
    }
}

/* Preparing, and folding. */

void
tree_prepare(struct node *node, int32_t *n_locals)
{
    if (node->constant || node->slot >= 0)
        return;
    if (node->kind == NODE_MACRO && *n_locals < node->local + node->n_locals)
        *n_locals = node->local + node->n_locals;
    if (node->kind == NODE_CALL && node->overload == NULL)
        node->family = overload_family(node->name.bytes, node->name.size);
    for (int32_t i = 0; i < node->n; i++)
        tree_prepare(node->children[i], n_locals);
}

bool
tree_start(struct heap *heap, char *memory, size_t size, int32_t n_locals, struct tree_frame *frame)
{
    *heap = (struct heap){.base = memory, .size = size, .steps = HEAP_STEPS};
    frame->heap = heap;
    frame->locals = n_locals == 0 ? NULL : heap_take(heap, sizeof *frame->locals * (size_t) n_locals);
    return n_locals == 0 || frame->locals != NULL;
}

/* A list of many constants is larger than what a row may make: the heap grows until it is folded. */
#define FOLD_HEAP_LIMIT ((size_t) 1 << 23)
#define FOLD_STEPS 100000    /* what takes longer is left to the run */

bool
tree_fold(const struct node *node, struct arena *arena, size_t *room, struct cell *value)
{
    if (*room == 0) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return true;
    }
    int32_t n_locals = 0;
    tree_prepare((struct node *) node, &n_locals);
    char small[2048] __attribute__((aligned(16)));
    struct tree_frame frame = {.row = 0};
    struct heap heap;
    char *memory = NULL;
    bool kept = true;
    for (size_t size = sizeof small;; size = size * 32 > FOLD_HEAP_LIMIT ? FOLD_HEAP_LIMIT : size * 32) {
        memory_free(memory);
        memory = size == sizeof small ? NULL : memory_new(size);
        if (memory == NULL && size != sizeof small)
            return false;
        struct cell result = {.state = CSTM_ERROR_LIMIT};
        if (tree_start(&heap, memory == NULL ? small : memory, size, n_locals, &frame)) {
            heap.steps = FOLD_STEPS;
            tree_evaluate(node, &frame, &result);
        }
        const size_t taken = result.state == CSTM_ERROR_LIMIT ? size : result.state == 0 ? value_size(&result) : 0;
        if (result.state == CSTM_ERROR_LIMIT && heap.steps > 0 && size < FOLD_HEAP_LIMIT)
            continue;                    /* in a larger one */
        if (taken > *room)
            tree_fail(&result, CSTM_ERROR_LIMIT);
        *room -= taken > *room ? *room : taken;
        kept = value_keep(arena, &result, value);
        break;
    }
    memory_free(memory);
    return kept;
}
