/* The checker walks the tree once, leaves first. A node that is refused gets the kind RULE_ERROR, which everything above
 * takes silently, so that each mistake is reported once and all of them are. */
#include "rule/checking.h"
#include "rule/fold.h"
#include "rule/implications.h"

void
checker_fail(struct checker *checker, struct node *node)
{
    node->type = RULE_ERROR;
    node->full = type_of(RULE_ERROR);
    checker->failed = true;
}

void
checker_defer(struct node *node)
{
    node->full = type_of(RULE_DYN);
    node->type = RULE_DYN;
    node->overload = NULL;
    node->dynamic = true;
}

void
checker_lost(struct checker *checker)
{
    source_no_memory(checker->source);
    checker->failed = true;
}

void
checker_no_memory(struct checker *checker, struct node *node)
{
    checker_lost(checker);
    checker_fail(checker, node);
}

void
checker_type(struct checker *checker, struct node *node, const struct type *type)
{
    if (type == NULL) {
        checker_no_memory(checker, node);
        return;
    }
    node->full = type;
    node->type = type->kind;
}

/* Logic. */

bool
check_condition(struct checker *checker, struct node *node, struct node *operand, const char *what)
{
    if (operand->type == RULE_BOOL || operand->type == RULE_DYN)
        return true;
    if (operand->type == RULE_ERROR) {
        node->type = RULE_ERROR;
        return false;
    }
    if (checker->scope->unchecked) {
        node->dynamic = true;
        return true;
    }
    char found[128];
    type_print(operand->full, found, sizeof found);
    REFUSE(checker, node, CSTM_ERROR_TYPE, operand->begin, "%s takes bool, this is %s", what, found);
    return false;
}

static void
check_chain(struct checker *checker, struct node *node)
{
    bool good = true;
    for (int32_t i = 0; i < node->n; i++) {
        check_node(checker, node->children[i]);
        good &= check_condition(checker, node, node->children[i], node->kind == NODE_AND ? "'&&'" : "'||'");
    }
    if (good)
        checker_type(checker, node, type_of(RULE_BOOL));
    else
        node->type = RULE_ERROR;
}

static void
check_conditional(struct checker *checker, struct node *node)
{
    for (int32_t i = 0; i < 3; i++)
        check_node(checker, node->children[i]);
    const struct node *yes = node->children[1], *no = node->children[2];
    bool good = check_condition(checker, node, node->children[0], "'?'");
    if (!good || yes->type == RULE_ERROR || no->type == RULE_ERROR) {
        node->type = RULE_ERROR;
        return;
    }
    const struct type *type = type_join(checker->arena, yes->full, no->full);
    if (type == NULL || type->kind != RULE_ERROR) {
        checker_type(checker, node, type);
        return;
    }
    char a[128], b[128];
    type_print(yes->full, a, sizeof a);
    type_print(no->full, b, sizeof b);
    MISTAKE(checker, node, CSTM_ERROR_TYPE, no->begin, "the branches are %s and %s; they must be alike", a, b);
}

/* Lists and maps. Elements that are not alike make a list of dyn. */

static const struct type *
gather(struct checker *checker, const struct type *all, const struct type *next)
{
    if (all == NULL)
        return next;
    const struct type *joined = type_join(checker->arena, all, next);
    if (joined == NULL)
        checker_lost(checker);
    return joined == NULL || joined->kind == RULE_ERROR ? type_of(RULE_DYN) : joined;
}

/* What ?x adds: what the optional holds. */
static const struct type *
optional_part(struct checker *checker, struct node *node, const struct node *element)
{
    if (element->type == RULE_OPTIONAL)
        return element->full->a;
    if (element->type != RULE_DYN) {
        char found[128];
        type_print(element->full, found, sizeof found);
        MISTAKE(checker, node, CSTM_ERROR_TYPE, element->begin, "'?' takes an optional, this is %s", found);
    }
    return type_of(RULE_DYN);
}

void
check_list(struct checker *checker, struct node *node)
{
    const struct type *all = NULL;
    bool good = true;
    for (int32_t i = 0; i < node->n; i++) {
        const struct node *element = node->children[i];
        good &= element->type != RULE_ERROR;
        if (element->type != RULE_ERROR)
            all = gather(checker, all, element->optional_element ? optional_part(checker, node, element) : element->full);
    }
    if (!good || checker_refused(node))
        node->type = RULE_ERROR;
    else
        checker_type(checker, node, type_list(checker->arena, all == NULL ? type_of(RULE_DYN) : all));
}

static bool
is_key(enum rule_kind kind)
{
    return kind == RULE_BOOL || kind == RULE_INT || kind == RULE_UINT || kind == RULE_STRING || kind == RULE_DYN;
}

static void
check_map(struct checker *checker, struct node *node)
{
    const struct type *keys = NULL, *values = NULL;
    bool good = true;
    for (int32_t i = 0; i < node->n; i += 2) {
        struct node *key = node->children[i], *value = node->children[i + 1];
        check_node(checker, key);
        check_node(checker, value);
        good &= key->type != RULE_ERROR && value->type != RULE_ERROR;
        if (key->type == RULE_ERROR || value->type == RULE_ERROR)
            continue;
        if (!is_key(key->type)) {
            char found[128];
            type_print(key->full, found, sizeof found);
            MISTAKE(checker, node, CSTM_ERROR_TYPE, key->begin, "a key of a map is bool, int, uint or string, this is %s", found);
        }
        keys = gather(checker, keys, key->full);
        values = gather(checker, values, key->optional_element ? optional_part(checker, node, value) : value->full);
    }
    const struct type *dyn = type_of(RULE_DYN);
    if (!good || checker_refused(node))
        node->type = RULE_ERROR;
    else
        checker_type(checker, node, type_map(checker->arena, keys == NULL ? dyn : keys, values == NULL ? dyn : values));
}

static void
check_kind(struct checker *checker, struct node *node)
{
    switch (node->kind) {
    case NODE_LITERAL:
        node->value.kind = (uint8_t) node->type;
        checker_type(checker, node, type_of(node->type));
        break;
    case NODE_SELECT:
    case NODE_NAME:
        check_name(checker, node);
        break;
    case NODE_CALL:
        check_call(checker, node);
        break;
    case NODE_AND:
    case NODE_OR:
        check_chain(checker, node);
        break;
    case NODE_CONDITIONAL:
        check_conditional(checker, node);
        break;
    case NODE_INDEX:
        check_index(checker, node);
        break;
    case NODE_LIST:
        for (int32_t i = 0; i < node->n; i++)
            check_node(checker, node->children[i]);
        check_list(checker, node);
        break;
    case NODE_MAP:
        check_map(checker, node);
        break;
    case NODE_MESSAGE:
        for (int32_t i = 0; i < node->n; i++)
            check_node(checker, node->children[i]);
        REFUSE(checker, node, CSTM_ERROR_UNSUPPORTED, node->at, "messages are not offered");
        break;
    case NODE_MACRO:
        break;
    }
}

/* Flags. */

static bool
is_bound(const struct node *node, int32_t i)
{
    return i == node->n - 1 && node->overload != NULL && overload_binds_last(node->overload);
}

static void
gather_flags(struct node *node)
{
    node->fixed = !node->unknown;
    for (int32_t i = 0; i < node->n; i++) {
        const struct node *child = node->children[i];
        if (is_bound(node, i))
            continue;
        node->fixed &= child->fixed;
        node->slow |= child->slow;
        node->dynamic |= !type_is_scalar(child->type);
        /* A macro's own variables end with it. */
        if (child->lowest < node->lowest && !(node->kind == NODE_MACRO && child->lowest >= node->local))
            node->lowest = child->lowest;
    }
}

static bool
is_walked(const struct node *node)
{
    switch (node->kind) {
    case NODE_CALL:
        return !node->has && (node->overload == NULL || node->overload->call != NULL);
    case NODE_SELECT:
    case NODE_INDEX:
    case NODE_LIST:
    case NODE_MAP:
    case NODE_MACRO:
        return true;
    default:
        return false;
    }
}

void
check_settle(struct checker *checker, struct node *node)
{
    if (node->declared != NULL) {
        node->dynamic = !type_is_scalar(node->type);
        return;
    }
    if (node->kind == NODE_LITERAL || node->constant) {
        node->fixed = true;
        node->dynamic = !type_is_scalar(node->type);
        return;
    }
    if (node->local >= 0 && node->kind == NODE_NAME) {
        node->reads_locals = node->dynamic = true;
        return;
    }
    gather_flags(node);
    if (node->kind == NODE_CALL && node->overload != NULL && node->overload->kernel != NULL)
        node->slow |= (node->overload->kernel->flags & KERNEL_SLOW) != 0;
    node->reads_locals = node->lowest != NO_LOCAL;
    node->dynamic |= node->reads_locals || is_walked(node) || !type_is_scalar(node->type);
    node->slow |= node->dynamic;
    bool may_fold = node->kind != NODE_MACRO || (node->fixed && !node->reads_locals && checker->folds++ < FOLD_LIMIT);
    if (may_fold && !fold_node(checker->source, checker->arena, node, &checker->fold_room))
        checker->failed = true;
    if (node->constant) {
        node->fixed = true;
        node->reads_locals = false;
        node->lowest = NO_LOCAL;
    } else {
        node->fixed &= node->reads_locals;
    }
}

void
check_node(struct checker *checker, struct node *node)
{
    check_kind(checker, node);
    if (node->type != RULE_ERROR)
        check_settle(checker, node);
}

bool
check(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct zone_list *zones,
      enum rule_kind expected, struct node *root)
{
    struct checker checker = {.source = source, .arena = arena, .scope = scope, .zones = zones, .fold_room = FOLD_ROOM};
    check_node(&checker, root);
    if (root->type != RULE_ERROR && expected != RULE_DYN && expected != root->type) {
        char found[128];
        type_print(root->full, found, sizeof found);
        const char *advice = root->type == RULE_DYN && type_is_scalar(expected) ? "; convert it" : "";
        REFUSE(&checker, root, CSTM_ERROR_TYPE, root->begin, "the expression is %s, %s is expected%s", found,
               rule_kind_name(expected), advice);
    }
    memory_free(checker.locals);
    if (checker.failed)
        return false;
    fold_root(source, root);
    implications_warn(source, root);
    return true;
}
