/* Explains one row: walks the tree with the same kernels that the program runs, in the program's order, leaving out what it
 * would leave out, and then marks what decided.
 *
 * What decides: of a && that is false, the operands that are false; of one that is true, all of them; of one that is missing
 * or an error, the operand whose state it is. || mirrors that. Of a conditional, the condition and the branch taken. Of
 * anything else all operands, or the one whose state the result has. */
#include "rule/apply.h"
#include "rule/program.h"

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

/* The children of a strict call, or of one that is skipped. */
static bool
evaluate_children(struct explainer *explainer, const struct node *node, int32_t depth, bool skip, struct cell *values)
{
    for (int32_t i = 0; i < node->n; i++) {
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
    if (node->overload->binding == BIND_SET) {
        size_t step;
        if (!evaluate(explainer, node->children[0], depth + 1, false, &values[0], &step))
            return false;
    } else if (!evaluate_children(explainer, node, depth, false, values)) {
        return false;
    }
    return apply_call(node, values, &explainer->texts, value);
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
        if (i == 0) {
            *value = operand;
        } else {
            struct cell left = *value;
            apply_join(is_or, &left, &operand, value);
        }
        decided = value->state == 0 && value->as.b == is_or;
    }
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
    const bool yes = condition.state == 0 && condition.as.b != 0, no = condition.state == 0 && condition.as.b == 0;
    if (!evaluate(explainer, node->children[1], depth + 1, !yes, &branch[0], &step) ||
        !evaluate(explainer, node->children[2], depth + 1, !no, &branch[1], &step))
        return false;
    *value = yes ? branch[0] : no ? branch[1] : condition;
    return true;
}

static bool
evaluate_node(struct explainer *explainer, const struct node *node, int32_t depth, struct cell *value)
{
    if (node->constant) {
        *value = node->value;
        return true;
    }
    if (node->slot >= 0) {
        load(explainer, node, value);
        return true;
    }
    if (node->kind == NODE_AND || node->kind == NODE_OR)
        return evaluate_chain(explainer, node, depth, value);
    if (node->kind == NODE_CONDITIONAL)
        return evaluate_conditional(explainer, node, depth, value);
    return evaluate_call(explainer, node, depth, value);
}

/* The steps of a node that is not evaluated: it and everything below. */
static bool
skip_children(struct explainer *explainer, const struct node *node, int32_t depth)
{
    if (node->constant || node->slot >= 0)
        return true;
    const bool is_set = node->overload != NULL && node->overload->binding == BIND_SET;
    if (is_set) {
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
        *node = (struct rule_node){.begin = step->node->begin, .end = step->node->end, .depth = step->depth,
                                   .state = step->state, .decisive = step->decisive, .kind = step->node->type};
        node->value = step->state == 0 ? print_value(step->node->type, &step->value, program->exponent, program->zone)
                                       : memory_copy("", 0);
        if (node->value == NULL) {
            rule_explanation_clear(&written);
            return false;
        }
    }
    *explanation = written;
    return true;
}

cstm_status
rule_explain(const struct rule_program *program, const struct rule_column *inputs, int32_t row, struct rule_explanation *explanation, cstm_error **error)
{
    struct explainer explainer = {.program = program, .inputs = inputs, .row = row};
    struct cell value = {.state = 0};
    size_t step;
    bool good = evaluate(&explainer, program->root, 0, false, &value, &step);
    if (good) {
        mark_decisive(&explainer);
        good = write_steps(&explainer, explanation);
    }
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
