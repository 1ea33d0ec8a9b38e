/* Functions over values. Where the checker knows the row, it is run; else the kinds of the values say which row of that name it is, by
 * its args or by its signature, and operators that take any kind are computed here. */
#include "rule/instant.h"
#include "rule/tree_walk.h"

bool
tree_pay(struct heap *heap, const struct cell *arguments, int32_t n)
{
    int64_t cells = 0;
    for (int32_t i = 0; i < n; i++) {
        if (arguments[i].kind == RULE_LIST)
            cells += arguments[i].as.list->cells;
        else if (arguments[i].kind == RULE_MAP)
            cells += arguments[i].as.map->cells;
        else if (arguments[i].kind == RULE_STRING || arguments[i].kind == RULE_BYTES)
            cells += (int64_t) (arguments[i].as.text.size / 4);
    }
    heap->steps -= cells / 16;
    return heap->steps >= 0;
}

/* Rows. */

/* cells[0..n) are operands, cells[n] becomes the result. */
static uint8_t
run_kernel(const struct overload *row, struct heap *heap, struct cell *cells, int32_t n, int64_t imm, const void *data)
{
    const struct kernel *kernel = row->kernel;
    char none[1];
    struct frame frame = {.cells = cells, .text = none};
    const size_t before = heap->used;
    if (kernel->text_size > 0) {
        frame.text = heap_take(heap, (size_t) kernel->text_size);
        if (frame.text == NULL)
            return CSTM_ERROR_LIMIT;
    }
    const struct op op = {
        .dst = n * OPERAND_SIZE, .a = row->swap ? OPERAND_SIZE : 0, .b = row->swap ? 0 : OPERAND_SIZE,
        .c = 2 * OPERAND_SIZE, .d = 3 * OPERAND_SIZE, .data = data, .imm = imm};
    kernel->row(&op, &frame);
    struct cell *result = &cells[n];
    result->kind = row->result;
    if (kernel->text_size > 0) {
        /* What was not written is given back. */
        heap->used = before;
        if (result->state == 0 && result->as.text.bytes == frame.text)
            heap_take(heap, result->as.text.size);
    }
    return result->state;
}

/* An operand that names a zone, where it is not known before: an offset, as names need the database. */
static uint8_t
zone_operand(const struct node *node, const struct cell *zone, int64_t *imm, const void **data)
{
    *data = NULL;
    if (zone->kind != RULE_STRING)
        return CSTM_ERROR_TYPE;
    if (offset_parse(zone->as.text.bytes, zone->as.text.size, imm))
        return 0;
    if (!node->children[node->n - 1]->constant || node->data == NULL)
        return CSTM_ERROR_UNSUPPORTED;
    *data = node->data;
    return 0;
}

/* The checker has seen to it; a kernel that read a number as a text would read anywhere, so it is looked at once more. */
static inline bool
kinds_fit(const struct overload *row, const struct cell *cells, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (cells[i].kind != row->args[i] && row->args[i] != RULE_DYN)
            return false;
    return true;
}

static uint8_t
run_row(const struct node *node, const struct overload *row, struct heap *heap, struct cell *cells, int32_t n)
{
    struct cell *result = &cells[n];
    if (row->call != NULL) {
        if (!tree_pay(heap, cells, n))
            return CSTM_ERROR_LIMIT;
        const struct builtin_call call = {
            .heap = heap, .node = node, .exponent = (int32_t) node->imm,
            .zone = row->binding == BIND_ZONE ? (struct zone *) node->data : NULL};
        result->state = 0;
        const uint8_t state = row->call(&call, cells, n, result);
        if (state != 0)
            return state;
        result->state = 0;
        return value_is_flat(result) ? 0 : value_measure(result);
    }
    if (row->kernel == NULL) {
        *result = cells[0];
        if (row->result != RULE_DYN)
            result->kind = row->result;
        return 0;
    }
    if ((row->kernel->flags & KERNEL_SLOW) != 0 && !tree_pay(heap, cells, n))
        return CSTM_ERROR_LIMIT;
    int64_t imm = node->imm;
    const void *data = node->data;
    if (row->binding == BIND_ZONE && data == NULL)
        return CSTM_ERROR_UNSUPPORTED;
    if (row->binding == BIND_ZONE_TEXT) {
        if (node->overload == NULL || !node->children[n - 1]->constant) {
            const uint8_t state = zone_operand(node, &cells[n - 1], &imm, &data);
            if (state != 0)
                return state;
        }
        struct cell pair[2];
        pair[0] = cells[0];
        const uint8_t state = run_kernel(row, heap, pair, 1, imm, data);
        *result = pair[1];
        return state;
    }
    return run_kernel(row, heap, cells, n, imm, data);
}

/* Whether a value is of the type that a signature says at *at, which is moved past it. */
static bool fits(const char **at, const struct cell *value);

static void
skip(const char **at)
{
    const char c = *(*at)++;
    if (c == 'l' || c == 'o' || c == 'm')
        skip(at);
    if (c == 'm')
        skip(at);
}

static bool
all_fit(const char *at, const struct cell *cells, int32_t n)
{
    if (*at == '*' || *at == 'A' || *at == 'B')
        return true;
    for (int32_t i = 0; i < n; i++) {
        const char *each = at;
        if (!fits(&each, &cells[i]))
            return false;
    }
    return true;
}

static bool
fits(const char **at, const struct cell *value)
{
    static const uint8_t kinds[128] = {
        ['b'] = RULE_BOOL, ['i'] = RULE_INT, ['u'] = RULE_UINT, ['d'] = RULE_DOUBLE, ['s'] = RULE_STRING, ['y'] = RULE_BYTES,
        ['t'] = RULE_TIMESTAMP, ['D'] = RULE_DURATION, ['C'] = RULE_DATE, ['$'] = RULE_MONEY, ['n'] = RULE_NULL, ['T'] = RULE_TYPE,
        ['l'] = RULE_LIST, ['m'] = RULE_MAP, ['o'] = RULE_OPTIONAL};
    const char *pattern = *at;
    const char c = *pattern;
    skip(at);
    if (c == '*' || c == 'A' || c == 'B')
        return true;
    if (c == 'N')
        return value->kind == RULE_INT || value->kind == RULE_UINT || value->kind == RULE_DOUBLE;
    if (kinds[c & 127] != value->kind)
        return false;
    pattern++;
    if (c == 'l')
        return all_fit(pattern, value->as.list->items, value->as.list->n);
    if (c == 'o')
        return value->as.some == NULL || all_fit(pattern, value->as.some, 1);
    if (c == 'm') {
        const char *of_values = pattern;
        skip(&of_values);
        return all_fit(pattern, value->as.map->keys, value->as.map->n) && all_fit(of_values, value->as.map->values, value->as.map->n);
    }
    return true;
}

static bool
row_fits(const struct overload *row, const struct cell *arguments, int32_t n)
{
    if (row->call == NULL) {
        /* What else a row may bind is bound when a rule is compiled, or not at all. */
        const bool binds = row->binding != BIND_NOTHING && row->binding != BIND_EXPONENT && row->binding != BIND_ZONE &&
                           row->binding != BIND_ZONE_TEXT;
        if (row->n != n || n > OVERLOAD_ARGS || binds)
            return false;
        return kinds_fit(row, arguments, n);
    }
    if (row->n != OVERLOAD_ANY && row->n != n)
        return false;
    const char *at = row->signature;
    for (int32_t i = 0; i < n; i++) {
        /* A row of any number of operands says its last for those that follow. */
        const char *here = at;
        if (*at == '>' || *at == 0)
            return false;
        if (!fits(&at, &arguments[i]))
            return false;
        if (*at == ',')
            at++;
        else if (row->n == OVERLOAD_ANY)
            at = here;
    }
    return row->n == OVERLOAD_ANY || *at == '>';
}

/* Operators that take values of any kind. */

enum any_operator { NO_OPERATOR, EQUAL, UNEQUAL, LESS, AT_MOST, GREATER, AT_LEAST, MEMBER, IDENTITY, TYPE_OF };

static enum any_operator
operator_of(const struct node *node)
{
    const char *name = node->name.bytes;
    const size_t size = node->name.size;
    if (node->method || size < 3)
        return NO_OPERATOR;
    if (node->n == 2 && name[0] == '_') {
        switch (name[1]) {
        case '=': return EQUAL;
        case '!': return UNEQUAL;
        case '<': return size == 3 ? LESS : AT_MOST;
        case '>': return size == 3 ? GREATER : AT_LEAST;
        default: return NO_OPERATOR;
        }
    }
    if (node->n == 2 && name[0] == '@' && size == 3 && memcmp(name, "@in", 3) == 0)
        return MEMBER;
    if (node->n == 1 && size == 3 && memcmp(name, "dyn", 3) == 0)
        return IDENTITY;
    if (node->n == 1 && size == 4 && memcmp(name, "type", 4) == 0)
        return TYPE_OF;
    return NO_OPERATOR;
}

static uint8_t
order_holds(enum any_operator operator, const struct cell *cells, struct cell *result)
{
    const int32_t order = value_compare(&cells[0], &cells[1]);
    if (order == 2)
        return CSTM_ERROR_TYPE;
    bool holds = false;
    if (order != 3)
        holds = operator == LESS ? order < 0 : operator == AT_MOST ? order <= 0 : operator == GREATER ? order > 0 : order >= 0;
    *result = cell_of_bool(holds);
    return 0;
}

static uint8_t
is_member(const struct cell *cells, struct cell *result)
{
    bool found = false;
    if (cells[1].kind == RULE_MAP) {
        found = map_find(cells[1].as.map, &cells[0]) != NULL;
    } else if (cells[1].kind == RULE_LIST) {
        const struct value_list *list = cells[1].as.list;
        for (int32_t i = 0; i < list->n && !found; i++)
            found = value_equal(&list->items[i], &cells[0]);
    } else {
        return CSTM_ERROR_TYPE;
    }
    *result = cell_of_bool(found);
    return 0;
}

static uint8_t
run_operator(enum any_operator operator, struct heap *heap, const struct cell *cells, int32_t n, struct cell *result)
{
    if (operator <= MEMBER && !tree_pay(heap, cells, n))
        return CSTM_ERROR_LIMIT;
    switch (operator) {
    case EQUAL:
        *result = cell_of_bool(value_equal(&cells[0], &cells[1]));
        return 0;
    case UNEQUAL:
        *result = cell_of_bool(!value_equal(&cells[0], &cells[1]));
        return 0;
    case MEMBER:
        return is_member(cells, result);
    case IDENTITY:
        *result = cells[0];
        return 0;
    case TYPE_OF: {
        const char *name = value_type_name((enum rule_kind) cells[0].kind);
        *result = (struct cell){.as.text = {name, strlen(name)}, .kind = RULE_TYPE};
        return 0;
    }
    default:
        return order_holds(operator, cells, result);
    }
}

/* cells has n operands, all values, and room for the result after them. */
static uint8_t
dispatch(const struct node *node, struct heap *heap, struct cell *cells, int32_t n)
{
    const enum any_operator operator = operator_of(node);
    if (operator != NO_OPERATOR)
        return run_operator(operator, heap, cells, n, &cells[n]);
    const struct overload_family *family =
        node->family != NULL ? node->family : overload_family(node->name.bytes, node->name.size);
    if (family == NULL)
        return CSTM_ERROR_UNKNOWN;
    const uint8_t style = node->method ? STYLE_METHOD : STYLE_FUNCTION;
    for (int32_t i = 0; i < family->n; i++)
        if ((family->rows[i]->style & style) != 0 && row_fits(family->rows[i], cells, n))
            return run_row(node, family->rows[i], heap, cells, n);
    return CSTM_ERROR_TYPE;
}

/* Calls. */

static void
finish(uint8_t state, size_t before, struct heap *heap, const struct cell *result, struct cell *value)
{
    if (state != 0) {
        heap->used = before;
        tree_fail(value, state);
        return;
    }
    *value = *result;
    if (value_is_flat(value))
        heap->used = before;
}

/* or() and orValue() do not ask for their second operand where the first holds something. */
static bool
is_decided(const struct node *node, const struct cell *first, struct cell *value)
{
    const struct rule_text name = node->name;
    if (!node->method || node->n != 2 || first->kind != RULE_OPTIONAL || first->as.some == NULL)
        return false;
    if (name.size == 2 && memcmp(name.bytes, "or", 2) == 0)
        *value = *first;
    else if (name.size == 7 && memcmp(name.bytes, "orValue", 7) == 0)
        *value = *first->as.some;
    else
        return false;
    return true;
}

/* A builtin may take more operands than there is room for beside the call. */
#define CELLS (OVERLOAD_ARGS + 1)

static void
call_with(const struct node *node, struct tree_frame *frame, struct cell *cells, struct cell *value)
{
    const struct overload *row = node->overload;
    const size_t before = frame->heap->used;
    int32_t n = node->n;
    /* The list stands for itself in data, as does a zone that is known. */
    if (row != NULL && (overload_binds_last(row) || (row->binding == BIND_ZONE_TEXT && node->children[n - 1]->constant)))
        n--;
    for (int32_t i = 0; i < n; i++) {
        tree_evaluate(node->children[i], frame, &cells[i]);
        if (cells[i].state != 0) {
            finish(cells[i].state, before, frame->heap, &cells[i], value);
            return;
        }
        if (i == 0 && cells[0].kind == RULE_OPTIONAL && is_decided(node, &cells[0], value))
            return;
    }
    cells[n].state = 0;
    uint8_t state;
    if (row == NULL) {
        state = dispatch(node, frame->heap, cells, n);
    } else if (row->kernel != NULL && !kinds_fit(row, cells, n)) {
        state = CSTM_ERROR_TYPE;
    } else if (n < node->n) {
        state = run_kernel(row, frame->heap, cells, n, node->imm, node->data);
    } else {
        state = run_row(node, row, frame->heap, cells, n);
    }
    finish(state, before, frame->heap, &cells[n], value);
}

static __attribute__((noinline)) void
call_with_many(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    struct cell *cells = heap_take(frame->heap, sizeof *cells * ((size_t) node->n + 1));
    if (cells == NULL)
        tree_fail(value, CSTM_ERROR_LIMIT);
    else
        call_with(node, frame, cells, value);
}

void
tree_call_node(const struct node *node, struct tree_frame *frame, struct cell *value)
{
    struct cell cells[CELLS];
    if (node->n < CELLS)
        call_with(node, frame, cells, value);
    else
        call_with_many(node, frame, value);
}

void
tree_call(const struct node *node, const struct cell *arguments, int32_t n, struct heap *heap, struct cell *value)
{
    const size_t before = heap->used;
    struct cell *cells = heap_take(heap, sizeof *cells * ((size_t) n + 1));
    if (cells == NULL) {
        tree_fail(value, CSTM_ERROR_LIMIT);
        return;
    }
    memcpy(cells, arguments, sizeof *cells * (size_t) n);
    cells[n].state = 0;
    const uint8_t state = node->overload == NULL ? dispatch(node, heap, cells, n) : run_row(node, node->overload, heap, cells, n);
    finish(state, before, heap, &cells[n], value);
}
