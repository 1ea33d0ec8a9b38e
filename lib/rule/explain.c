/* Explains one row: walks the tree with the same kernels that the program runs, in the program's order, leaving out what it
 * would leave out, and then marks what decided.
 *
 * A node that the tree evaluator computes is computed by it, and its value is kept; its operands are steps of their own. The body of a
 * macro is not stepped through for every element: of all() and exists(), the one element that decided stands for them.
 *
 * What decides: of a && that is false, the operands that are false; of one that is true, all of them; of one that is missing
 * or an error, the operand whose state it is. || mirrors that. Of a conditional, the condition and the branch taken. Of
 * anything else all operands, or the one whose state the result has. */
#include "rule/apply.h"
#include "rule/island.h"
#include "rule/program.h"
#include "rule/tree.h"

#define NOT_EVALUATED (-1)

struct step {                     /* a node as it was met, in the order of the text */
    const struct node *node;
    struct cell value;
    int32_t state;                /* of the value, or NOT_EVALUATED */
    int32_t depth;
    bool decisive;
};

struct explainer {
    const struct rule_program *program;
    const struct rule_column *inputs;
    int32_t row;
    struct arena texts;           /* made while explaining */
    char *memory;                 /* of a heap, where the program needs one */
    struct cell *locals;
    bool within;                  /* a node that the tree evaluator computes: what stands below is a part of it */
    struct step *steps;
    size_t n, capacity;
    bool failed;
};

/* Where a child's step stands; literals have none. */
#define NO_STEP SIZE_MAX

static bool evaluate(struct explainer *explainer, const struct node *node, int32_t depth, bool skip, struct cell *value, size_t *step);

static void
load(const struct explainer *explainer, const struct node *node, struct cell *value)
{
    const struct rule_column *input = &explainer->inputs[node->slot];
    const int32_t at = input->constant ? 0 : explainer->row;
    value->state = input->states == NULL ? 0 : input->states[at];
    if (node->has) {
        value->as.b = value->state == 0;
        if (value->state == CSTM_ERROR_MISSING)
            value->state = 0;
        return;
    }
    const int32_t width = kind_width(node->type);
    if (value->state == 0)
        memcpy(&value->as, (const char *) input->as.any + (size_t) at * (size_t) width, (size_t) width);
}

/* The operands of a strict call, or of one that is skipped. */
static bool
evaluate_children(struct explainer *explainer, const struct node *node, int32_t depth, bool skip, struct cell *values)
{
    const bool binds_last = node->overload != NULL && overload_binds_last(node->overload);
    for (int32_t i = 0; i < node->n - binds_last; i++) {
        struct cell value = {.state = 0};
        size_t step;
        if (!evaluate(explainer, node->children[i], depth + 1, skip, &value, &step))
            return false;
        if (values != NULL && i < OVERLOAD_ARGS)
            values[i] = value;
    }
    return true;
}

static bool
evaluate_call(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    struct cell values[OVERLOAD_ARGS];
    memset(values, 0, sizeof values);
    if (!evaluate_children(explainer, node, depth, false, values))
        return false;
    return apply_call(node, values, &explainer->texts, value);
}

/* What && || and ?: ask of an operand; one whose kind is known only now may be no bool. */
static void
as_condition(struct cell *operand)
{
    if (operand->state == 0 && operand->kind != RULE_BOOL)
        operand->state = CSTM_ERROR_TYPE;
}

static bool
evaluate_chain(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    const bool is_or = node->kind == NODE_OR;
    bool decided = false;
    for (int32_t i = 0; i < node->n; i++) {
        struct cell operand = {.state = 0};
        size_t step;
        if (!evaluate(explainer, node->children[i], depth + 1, decided, &operand, &step))
            return false;
        if (decided)
            continue;
        as_condition(&operand);
        if (i == 0) {
            *value = operand;
        } else {
            struct cell left = *value;
            apply_join(is_or, &left, &operand, value);
        }
        decided = value->state == 0 && value->as.b == is_or;
    }
    value->kind = RULE_BOOL;
    return true;
}

static bool
evaluate_conditional(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    struct cell condition = {.state = 0}, branch[2];
    memset(branch, 0, sizeof branch);
    size_t step;
    if (!evaluate(explainer, node->children[0], depth + 1, false, &condition, &step))
        return false;
    as_condition(&condition);
    const bool yes = condition.state == 0 && condition.as.b != 0, no = condition.state == 0 && condition.as.b == 0;
    if (!evaluate(explainer, node->children[1], depth + 1, !yes, &branch[0], &step) ||
        !evaluate(explainer, node->children[2], depth + 1, !no, &branch[1], &step))
        return false;
    *value = yes ? branch[0] : no ? branch[1] : condition;
    return true;
}

/* Computes a node as a program would, and keeps what it gives. */
static bool
evaluate_tree(struct explainer *explainer, const struct node *node, struct cell *value)
{
    const bool is_island = node->dynamic && !explainer->within;
    struct heap heap;
    struct tree_frame frame = {.inputs = explainer->inputs, .row = explainer->row};
    struct cell made = {.state = CSTM_ERROR_LIMIT};
    if (tree_start(&heap, explainer->memory, HEAP_SIZE, explainer->program->n_locals, &frame)) {
        const size_t size = sizeof *frame.locals * (size_t) explainer->program->n_locals;
        if (size > 0)
            memcpy(frame.locals, explainer->locals, size);
        tree_evaluate(node, &frame, &made);
        if (is_island)
            made.state = island_state(node, &heap, &made);
    }
    return value_keep(&explainer->texts, &made, value);
}

/* Element i of what a macro walks becomes its variables. False: there is none. */
static bool
bind_element(struct explainer *explainer, const struct node *node, const struct cell *range, int32_t i)
{
    struct cell *locals = &explainer->locals[node->local];
    if (range->kind == RULE_LIST && i < range->as.list->n) {
        const struct cell element = range->as.list->items[i];
        locals[0] = node->n_locals == 1 ? element : cell_of_int(i);
        locals[node->n_locals - 1] = element;
        return true;
    }
    if (range->kind == RULE_MAP && i < range->as.map->n) {
        locals[node->n_locals - 1] = range->as.map->values[i];
        locals[0] = range->as.map->keys[i];
        return true;
    }
    return false;
}

/* The element that all() or exists() came to its value by, or its state, as steps of the body; none where all of them did. */
static bool
evaluate_witness(struct explainer *explainer, const struct node *node, int32_t depth, const struct cell *range, const struct cell *value)
{
    const uint8_t dominant = node->macro == MACRO_EXISTS;
    if (value->state == 0 && value->as.b != dominant)
        return true;
    for (int32_t i = 0; bind_element(explainer, node, range, i); i++) {
        struct cell holds;
        if (!evaluate_tree(explainer, node->children[1], &holds))
            return false;
        as_condition(&holds);
        if (holds.state == value->state && (holds.state != 0 || holds.as.b == dominant)) {
            size_t step;
            return evaluate(explainer, node->children[1], depth + 1, false, &holds, &step);
        }
    }
    return true;
}

/* The variable that bind() and the optional macros give to their body: false where the body is not reached. */
static bool
bind_value(struct explainer *explainer, const struct node *node, const struct cell *bound)
{
    struct cell *local = &explainer->locals[node->local];
    *local = *bound;
    if (node->macro == MACRO_BIND)
        return true;
    if (bound->state != 0 || bound->kind != RULE_OPTIONAL || bound->as.some == NULL)
        return false;
    *local = *bound->as.some;
    return true;
}

static bool
evaluate_macro(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    struct cell range = {.state = 0};
    size_t step;
    if (!evaluate(explainer, node->children[0], depth + 1, false, &range, &step))
        return false;
    const bool binds = node->macro == MACRO_BIND || node->macro == MACRO_OPT_MAP || node->macro == MACRO_OPT_FLAT_MAP;
    if (binds) {
        struct cell body = {.state = 0};
        const bool reached = bind_value(explainer, node, &range);
        if (!evaluate(explainer, node->children[1], depth + 1, !reached, &body, &step))
            return false;
    }
    if (!evaluate_tree(explainer, node, value))
        return false;
    if ((node->macro != MACRO_ALL && node->macro != MACRO_EXISTS) || range.state != 0)
        return true;
    return evaluate_witness(explainer, node, depth, &range, value);
}

static bool
evaluate_dynamic(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    if (node->kind == NODE_MACRO)
        return evaluate_macro(explainer, node, depth, value);
    const bool binds_last = node->overload != NULL && overload_binds_last(node->overload);
    for (int32_t i = 0; i < node->n - binds_last; i++) {
        struct cell operand = {.state = 0};
        size_t step;
        if (!evaluate(explainer, node->children[i], depth + 1, false, &operand, &step))
            return false;
    }
    return evaluate_tree(explainer, node, value);
}

static bool evaluate_node(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value);

/* The value is the island's; what stands below it is stepped through for its own sake. */
static bool
evaluate_island(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    struct cell of_steps = {.state = 0};
    if (!evaluate_tree(explainer, node, value))
        return false;
    explainer->within = true;
    const bool good = evaluate_node(explainer, node, depth, &of_steps);
    explainer->within = false;
    return good;
}

static bool
evaluate_node(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    if (node->constant) {
        *value = node->value;
        return true;
    }
    if (node->kind == NODE_NAME && node->local >= 0) {
        *value = explainer->locals[node->local];
        return true;
    }
    if (node->slot >= 0 && (node->has || !node->dynamic)) {
        load(explainer, node, value);
        return true;
    }
    if (node->dynamic && !explainer->within)
        return evaluate_island(explainer, node, depth, value);
    if (node->kind == NODE_AND || node->kind == NODE_OR)
        return evaluate_chain(explainer, node, depth, value);
    if (node->kind == NODE_CONDITIONAL)
        return evaluate_conditional(explainer, node, depth, value);
    if (node->slot >= 0 || node->n == 0)
        return evaluate_tree(explainer, node, value);
    if (node->dynamic || node->overload == NULL)
        return evaluate_dynamic(explainer, node, depth, value);
    return evaluate_call(explainer, node, depth, value);
}

/* The steps of a node that is not evaluated: it and everything below. */
static bool
skip_children(struct explainer *explainer, const struct node *node, int32_t depth)
{
    if (node->constant || node->slot >= 0 || node->n == 0)
        return true;
    if (node->kind == NODE_MACRO) {
        struct cell value = {.state = 0};
        size_t step;
        return evaluate(explainer, node->children[0], depth + 1, true, &value, &step);
    }
    return evaluate_children(explainer, node, depth, true, NULL);
}

/* Literals below the root are left out: they say nothing that the text does not. */
static bool
evaluate(struct explainer *explainer, const struct node *node, int32_t depth, bool skip, struct cell *value, size_t *step)
{
    *step = NO_STEP;
    if (node->literal && depth > 0) {
        *value = node->value;
        if (node->type != RULE_DYN)
            value->kind = (uint8_t) node->type;
        return true;
    }
    if (!memory_reserve(&explainer->steps, &explainer->capacity, explainer->n + 1, sizeof *explainer->steps))
        return false;
    *step = explainer->n++;
    explainer->steps[*step] = (struct step){.node = node, .state = NOT_EVALUATED, .depth = depth};
    if (skip)
        return skip_children(explainer, node, depth);
    if (!evaluate_node(explainer, node, depth, value))
        return false;
    /* Kernels leave it to whoever runs them. */
    if (type_is_scalar(node->type))
        value->kind = (uint8_t) node->type;
    explainer->steps[*step].value = *value;
    explainer->steps[*step].state = value->state;
    return true;
}

/* The step's children are the steps after it that are one deeper, up to the next that is not deeper than it. */
static size_t
next_child(const struct explainer *explainer, size_t parent, size_t after)
{
    for (size_t i = after + 1; i < explainer->n && explainer->steps[i].depth > explainer->steps[parent].depth; i++)
        if (explainer->steps[i].depth == explainer->steps[parent].depth + 1)
            return i;
    return NO_STEP;
}

static bool
child_decides(const struct step *parent, const struct step *child)
{
    if (child->state == NOT_EVALUATED)
        return false;
    if (parent->node->kind == NODE_CONDITIONAL && child->node == parent->node->children[0])
        return true;
    if (parent->state != 0)
        return child->state == parent->state;
    if (child->state != 0)
        return false;
    if (parent->node->kind == NODE_AND)
        return parent->value.as.b != 0 || child->value.as.b == 0;
    if (parent->node->kind == NODE_OR)
        return parent->value.as.b == 0 || child->value.as.b != 0;
    return true;
}

/* Parents come before their children, so one walk is enough. An error has one source: the first child that has its state. */
static void
mark_decisive(struct explainer *explainer)
{
    if (explainer->n > 0)
        explainer->steps[0].decisive = true;
    for (size_t i = 0; i < explainer->n; i++) {
        const struct step *parent = &explainer->steps[i];
        bool found = false, inherited = false;
        if (!parent->decisive)
            continue;
        for (size_t k = next_child(explainer, i, i); k != NO_STEP; k = next_child(explainer, i, k))
            inherited |= parent->state != 0 && explainer->steps[k].state == parent->state;
        for (size_t k = next_child(explainer, i, i); k != NO_STEP; k = next_child(explainer, i, k)) {
            struct step *child = &explainer->steps[k];
            /* An error that arose here came of the values of all operands. */
            bool decides = parent->state != 0 && !inherited ? child->state == 0 : child_decides(parent, child);
            if (decides && inherited && found)
                continue;
            child->decisive = decides;
            found |= decides && child->state == parent->state;
        }
    }
}

static bool
write_steps(const struct explainer *explainer, struct rule_explanation *explanation)
{
    const struct rule_program *program = explainer->program;
    struct rule_explanation written = {.nodes = memory_new_array(explainer->n, sizeof *written.nodes)};
    if (written.nodes == NULL)
        return false;
    for (size_t i = 0; i < explainer->n; i++) {
        const struct step *step = &explainer->steps[i];
        struct rule_node *node = &written.nodes[written.n++];
        const enum rule_kind kind = step->state == 0 && !type_is_scalar(step->node->type) ? (enum rule_kind) step->value.kind
                                                                                          : step->node->type;
        *node = (struct rule_node){.begin = step->node->begin, .end = step->node->end, .depth = step->depth,
                                   .state = step->state, .decisive = step->decisive, .kind = kind};
        node->value = step->state == 0 ? print_value(kind, &step->value, program->exponent, program->zone) : memory_copy("", 0);
        if (node->value == NULL) {
            rule_explanation_clear(&written);
            return false;
        }
    }
    *explanation = written;
    return true;
}

/* What a rule's last operation does. */
static void
check_finite(const struct rule_program *program, struct step *root)
{
    if (root->state == 0 && !program->infinite && !value_is_finite(&root->value))
        root->state = CSTM_ERROR_NOT_FINITE;
}

cstm_status
rule_explain(const struct rule_program *program, const struct rule_column *inputs, int32_t row, struct rule_explanation *explanation, cstm_error **error)
{
    struct explainer explainer = {.program = program, .inputs = inputs, .row = row};
    struct cell value = {.state = 0};
    size_t step;
    bool good = true;
    if (program->has_heap) {
        explainer.memory = memory_new(HEAP_SIZE);
        explainer.locals = memory_new_array((size_t) program->n_locals + 1, sizeof *explainer.locals);
        good = explainer.memory != NULL && explainer.locals != NULL;
    }
    good = good && evaluate(&explainer, program->root, 0, false, &value, &step);
    if (good) {
        check_finite(program, &explainer.steps[0]);
        mark_decisive(&explainer);
        good = write_steps(&explainer, explanation);
    }
    memory_free(explainer.memory);
    memory_free(explainer.locals);
    memory_free(explainer.steps);
    arena_clear(&explainer.texts);
    return good ? CSTM_OK : error_no_memory(error);
}

void
rule_explanation_clear(struct rule_explanation *explanation)
{
    for (int32_t i = 0; i < explanation->n; i++)
        memory_free(explanation->nodes[i].value);
    memory_free(explanation->nodes);
    *explanation = (struct rule_explanation){0};
}
