/* What reads no name is computed when the rule is compiled: a call of scalars by its own kernel, anything else by the tree
 * evaluator, so that folding cannot differ from running. What fails stays in the program, since || and && may absorb it; only a
 * literal text that its conversion can never read, such as date('2005-13-01'), is a mistake for certain. */
#include "rule/apply.h"
#include "rule/fold.h"
#include "rule/instant.h"
#include "rule/tree.h"

static bool
reads_literal_text(const struct node *node)
{
    const struct overload *overload = node->overload;
    return node->kind == NODE_CALL && overload != NULL && overload->kernel != NULL && overload->n == 1 &&
           overload->args[0] == RULE_STRING && overload->result != RULE_STRING && node->children[0]->literal;
}

/* CEL writes nanoseconds, instants here count microseconds. */
static void
warn_cut(const struct source *source, const struct node *node)
{
    if (!reads_literal_text(node))
        return;
    const struct node *literal = node->children[0];
    const struct rule_text text = literal->value.as.text;
    const enum rule_kind kind = (enum rule_kind) node->overload->result;
    if ((kind == RULE_TIMESTAMP && timestamp_is_cut(text.bytes, text.size)) ||
        (kind == RULE_DURATION && duration_is_cut(text.bytes, text.size)))
        source_warning(source, literal->begin, "digits below a microsecond are cut off");
}

/* Takes the result, or says what its state means. */
static bool
take(const struct source *source, struct node *node, const struct cell *result)
{
    if (result->state == 0) {
        warn_cut(source, node);
        node->constant = true;
        node->value = *result;
        return true;
    }
    if (reads_literal_text(node)) {
        const struct node *literal = node->children[0];
        bool range = result->state == CSTM_ERROR_RANGE;
        enum rule_kind kind = (enum rule_kind) node->overload->result;
        if (range && kind == RULE_MONEY)
            source_error(source, result->state, literal->begin, "%.*s is no amount of the currency: too great, or too many decimals",
                         literal->end - literal->begin, source->text + literal->begin);
        else
            source_error(source, result->state, literal->begin, "%.*s %s %s", literal->end - literal->begin,
                         source->text + literal->begin, range ? "is out of range for" : "is no", rule_kind_name(kind));
        node->type = RULE_ERROR;
        return false;
    }
    if (result->state != CSTM_ERROR_LIMIT)
        source_warning(source, node->at, "this always fails: %s", cstm_status_name(result->state));
    return true;
}

static bool
fold_call(const struct source *source, struct arena *arena, struct node *node)
{
    struct cell arguments[OVERLOAD_ARGS];
    int32_t n = apply_operands(node);
    for (int32_t i = 0; i < n; i++)
        arguments[i] = node->children[i]->value;
    struct cell result;
    if (!apply_call(node, arguments, arena, &result)) {
        source_no_memory(source);
        return false;
    }
    result.kind = node->overload->result;
    return take(source, node, &result);
}

static bool
fold_tree(const struct source *source, struct arena *arena, struct node *node, size_t *room)
{
    struct cell result;
    if (!tree_fold(node, arena, room, &result)) {
        source_no_memory(source);
        return false;
    }
    return take(source, node, &result);
}

static void
warn_operand(const struct source *source, const struct node *operand)
{
    source_warning(source, operand->begin, "this operand is always %s", operand->value.as.b != 0 ? "true" : "false");
}

static bool
is_known(const struct node *operand)
{
    return operand->constant && operand->value.kind == RULE_BOOL;
}

static void
fold_chain(const struct source *source, struct node *node)
{
    const uint8_t dominant = node->kind == NODE_OR;
    bool all = true, decided = false;
    for (int32_t i = 0; i < node->n; i++) {
        const struct node *operand = node->children[i];
        all = all && is_known(operand);
        decided = decided || (is_known(operand) && operand->value.as.b == dominant);
    }
    if (all || decided) {
        node->constant = true;
        node->value = cell_of_bool(decided ? dominant : !dominant);
    }
    for (int32_t i = 0; i < node->n && !all; i++)
        if (is_known(node->children[i]))
            warn_operand(source, node->children[i]);
}

static void
fold_conditional(const struct source *source, struct node *node)
{
    const struct node *condition = node->children[0];
    if (!is_known(condition))
        return;
    const bool yes = condition->value.as.b != 0;
    const struct node *taken = node->children[yes ? 1 : 2];
    source_warning(source, node->children[yes ? 2 : 1]->begin, "this branch is never taken: the condition is always %s",
                   yes ? "true" : "false");
    node->constant = taken->constant;
    node->value = taken->value;
}

bool
fold_node(const struct source *source, struct arena *arena, struct node *node, size_t *room)
{
    if (node->kind == NODE_AND || node->kind == NODE_OR) {
        fold_chain(source, node);
        return true;
    }
    if (node->kind == NODE_CONDITIONAL) {
        fold_conditional(source, node);
        return true;
    }
    if (!node->fixed || node->reads_locals || node->has)
        return true;
    return node->dynamic ? fold_tree(source, arena, node, room) : fold_call(source, arena, node);
}

void
fold_root(const struct source *source, const struct node *root)
{
    if (root->type == RULE_BOOL && root->constant && !root->literal)
        source_warning(source, root->begin, "the expression is always %s", root->value.as.b != 0 ? "true" : "false");
}
