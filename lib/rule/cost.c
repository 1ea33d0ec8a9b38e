/* The bound of each node from those of its children: what evaluating it takes, and how large its value can be. */
#include "rule/cost.h"

#define NAME_BYTES 1024                                   /* of a text that is read by name */
#define MADE_ITEMS (HEAP_SIZE / (int64_t) sizeof(struct cell))   /* of a list or map that a run makes */
#define LOCALS 64                                         /* variables whose sizes are known; of others, the greatest */

/* A value's size: elements of all below, and a quarter of the bytes of all texts, which is no less than tree_pay() counts; and turns of a
 * loop over it. */
struct extent {
    int64_t cells, items;
};

struct bound {
    int64_t steps;
    int64_t nodes;               /* of the tree, so that what is cut off can be said */
    struct extent extent;
};

struct estimator {
    struct extent locals[LOCALS];
};

static int64_t
plus(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t
times(int64_t a, int64_t b)
{
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

static int64_t
greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static struct extent
widest(struct extent a, struct extent b)
{
    return (struct extent){greater(a.cells, b.cells), greater(a.items, b.items)};
}

static const struct extent scalar = {1, 1};
static const struct extent anything = {VALUE_CELLS * (int64_t) 16, MADE_ITEMS};

static int64_t
cells_of_value(const struct cell *value)
{
    int64_t cells = 1;
    switch (value->kind) {
    case RULE_STRING:
    case RULE_BYTES:
        return (int64_t) (value->as.text.size / 4) + 1;
    case RULE_LIST:
        for (int32_t i = 0; i < value->as.list->n; i++)
            cells = plus(cells, cells_of_value(&value->as.list->items[i]));
        return cells;
    case RULE_MAP:
        for (int32_t i = 0; i < value->as.map->n; i++)
            cells = plus(cells, plus(cells_of_value(&value->as.map->keys[i]), cells_of_value(&value->as.map->values[i])));
        return cells;
    case RULE_OPTIONAL:
        return value->as.some == NULL ? 1 : plus(1, cells_of_value(value->as.some));
    default:
        return 1;
    }
}

static struct extent
extent_of_value(const struct cell *constant, enum rule_kind kind)
{
    struct cell value = *constant;
    if (kind != RULE_DYN)
        value.kind = (uint8_t) kind;
    const int64_t cells = cells_of_value(&value);
    return (struct extent){cells, value.kind == RULE_LIST ? value.as.list->n : value.kind == RULE_MAP ? value.as.map->n : cells};
}

/* What may hold something large, when nothing is known of it but its type. */
static struct extent
extent_of_kind(enum rule_kind kind)
{
    switch (kind) {
    case RULE_STRING:
    case RULE_BYTES:
        return (struct extent){HEAP_SIZE / 4, 1};
    case RULE_LIST:
    case RULE_MAP:
    case RULE_OPTIONAL:
    case RULE_DYN:
        return anything;
    default:
        return scalar;
    }
}

static struct bound estimate(struct estimator *estimator, const struct node *node);

static void
add(struct bound *whole, const struct bound *part)
{
    whole->steps = plus(whole->steps, part->steps);
    whole->nodes = plus(whole->nodes, part->nodes);
}

static void
set_local(struct estimator *estimator, int32_t local, struct extent extent)
{
    if (local >= 0 && local < LOCALS)
        estimator->locals[local] = extent;
}

/* Elements of a list are no larger than the list, and no longer than the heap or what is written in it. */
static struct extent
extent_of_elements(struct extent range)
{
    return (struct extent){range.cells, greater(range.cells, 1)};
}

static struct bound
estimate_macro(struct estimator *estimator, const struct node *node)
{
    struct bound whole = {.steps = 1, .nodes = 1};
    const struct bound range = estimate(estimator, node->children[0]);
    const bool loops = node->macro != MACRO_BIND && node->macro != MACRO_OPT_MAP && node->macro != MACRO_OPT_FLAT_MAP;
    const struct extent element = loops || node->macro != MACRO_BIND ? extent_of_elements(range.extent) : range.extent;
    for (int32_t i = 0; i < node->n_locals; i++)
        set_local(estimator, node->local + i, element);
    struct bound turn = {.steps = loops};
    struct extent body = scalar;
    for (int32_t i = 1; i < node->n; i++) {
        const struct bound part = estimate(estimator, node->children[i]);
        add(&turn, &part);
        body = i == 1 ? part.extent : body;
    }
    add(&whole, &range);
    whole.steps = plus(whole.steps, loops ? times(greater(range.extent.items, 1), turn.steps) : turn.steps);
    whole.nodes = plus(whole.nodes, turn.nodes);
    const int64_t made = times(range.extent.items, plus(body.cells, 1));
    switch (node->macro) {
    case MACRO_ALL:
    case MACRO_EXISTS:
    case MACRO_EXISTS_ONE:
        whole.extent = scalar;
        break;
    case MACRO_FILTER:
    case MACRO_SORT_BY:
        whole.extent = range.extent;
        break;
    case MACRO_MAP:
    case MACRO_TRANSFORM_LIST:
    case MACRO_TRANSFORM_MAP:
        whole.extent = (struct extent){made, range.extent.items};
        break;
    case MACRO_TRANSFORM_ENTRY:
        whole.extent = (struct extent){made, times(range.extent.items, body.items)};
        break;
    default:
        whole.extent = body;
        break;
    }
    return whole;
}

static bool
is_named(const struct node *node, const char *name)
{
    return node->name.size == strlen(name) && memcmp(node->name.bytes, name, node->name.size) == 0;
}

/* What a call can give: sums and choices of its operands are known, anything else is of its type. */
static struct extent
extent_of_call(const struct node *node, const struct bound *operands, struct extent all)
{
    const struct extent largest = widest(extent_of_kind(node->type), all);
    if (extent_of_kind(node->type).cells == 1)
        return scalar;
    if (is_named(node, "_+_") && (node->type == RULE_LIST || node->type == RULE_STRING || node->type == RULE_BYTES))
        return (struct extent){plus(operands->extent.cells, 1), operands->extent.items};
    return largest;
}

static struct bound
estimate_call(struct estimator *estimator, const struct node *node)
{
    const bool binds_last = node->overload != NULL && overload_binds_last(node->overload);
    struct bound whole = {.steps = 1, .nodes = 1};
    struct extent all = scalar;
    struct bound sum = {.steps = 0};
    for (int32_t i = 0; i < node->n - binds_last; i++) {
        const struct bound operand = estimate(estimator, node->children[i]);
        add(&whole, &operand);
        all = widest(all, operand.extent);
        sum.extent.cells = plus(sum.extent.cells, operand.extent.cells);
        sum.extent.items = plus(sum.extent.items, operand.extent.items);
    }
    whole.steps = plus(whole.steps, sum.extent.cells / 16);
    /* A pattern that is known only when the rule runs is compiled then. */
    if (is_named(node, "matches") && !binds_last)
        whole.steps = plus(whole.steps, HEAP_STEPS);
    whole.extent = extent_of_call(node, &sum, all);
    return whole;
}

static struct bound
estimate_parts(struct estimator *estimator, const struct node *node)
{
    struct bound whole = {.steps = 1, .nodes = 1, .extent = {1, 0}};
    struct extent all = scalar;
    int64_t yes = 0;
    for (int32_t i = 0; i < node->n; i++) {
        const struct bound part = estimate(estimator, node->children[i]);
        if (node->kind == NODE_CONDITIONAL && i == 2) {
            /* One branch of two. */
            whole.steps = plus(whole.steps, part.steps > yes ? part.steps - yes : 0);
            whole.nodes = plus(whole.nodes, part.nodes);
        } else {
            add(&whole, &part);
        }
        yes = part.steps;
        if (node->kind != NODE_CONDITIONAL || i > 0)
            all = widest(all, part.extent);
        whole.extent.cells = plus(whole.extent.cells, plus(part.extent.cells, 1));
    }
    whole.extent.items = node->kind == NODE_MAP ? node->n / 2 : node->n;
    if (node->kind != NODE_LIST && node->kind != NODE_MAP)
        whole.extent = widest(all, extent_of_kind(node->type));
    if (node->kind == NODE_CONDITIONAL)
        whole.extent = all;
    /* What is in a list may be as long as all of it. */
    if (node->kind == NODE_INDEX || node->kind == NODE_SELECT)
        whole.extent = extent_of_kind(node->type).cells == 1 ? scalar : widest(whole.extent, extent_of_elements(all));
    return whole;
}

static struct bound
estimate(struct estimator *estimator, const struct node *node)
{
    struct bound bound = {.steps = 1, .nodes = 1, .extent = scalar};
    if (node->constant) {
        bound.extent = extent_of_value(&node->value, node->type);
    } else if (node->kind == NODE_NAME && node->local >= 0) {
        bound.extent = node->local < LOCALS ? estimator->locals[node->local] : (struct extent){anything.cells, VALUE_CELLS};
    } else if (node->slot >= 0) {
        if (!node->has && (node->type == RULE_STRING || node->type == RULE_BYTES))
            bound.extent.cells = NAME_BYTES / 4;
        else if (!node->has && !type_is_scalar(node->type))
            bound.extent = (struct extent){anything.cells, VALUE_CELLS};
    } else if (node->kind == NODE_MACRO) {
        bound = estimate_macro(estimator, node);
    } else if (node->kind == NODE_CALL) {
        bound = estimate_call(estimator, node);
    } else if (node->n > 0 || node->kind == NODE_LIST || node->kind == NODE_MAP) {
        bound = estimate_parts(estimator, node);
    }
    if (node->dynamic) {
        const int64_t most = times(plus(bound.nodes, 1), HEAP_STEPS + 1);
        if (bound.steps > most)
            bound.steps = most;
    }
    return bound;
}

int64_t
cost_of(const struct node *root)
{
    struct estimator estimator;
    memset(&estimator, 0, sizeof estimator);
    return estimate(&estimator, root).steps;
}
