/* The standard functions that take lists, maps and values of any kind; equality, order and `in` of such are operators of the tree
 * evaluator itself. */
#include "rule/overload.h"

static uint8_t
size_list(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    *result = cell_of_int(arguments[0].as.list->n);
    return 0;
}

static uint8_t
size_map(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    *result = cell_of_int(arguments[0].as.map->n);
    return 0;
}

static uint8_t
join_lists(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *a = arguments[0].as.list, *b = arguments[1].as.list;
    if (a->n == 0 || b->n == 0) {
        *result = arguments[a->n == 0 ? 1 : 0];
        return 0;
    }
    struct cell *items;
    struct value_list *list = a->n > INT32_MAX - b->n ? NULL : list_new(call->heap, a->n + b->n, &items);
    if (list == NULL)
        return CSTM_ERROR_LIMIT;
    memcpy(items, a->items, sizeof *items * (size_t) a->n);
    memcpy(items + a->n, b->items, sizeof *items * (size_t) b->n);
    *result = (struct cell){.as.list = list, .kind = RULE_LIST};
    return 0;
}

static uint8_t
type_value(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    const char *name = value_type_name((enum rule_kind) arguments[0].kind);
    *result = (struct cell){.as.text = {name, strlen(name)}, .kind = RULE_TYPE};
    return 0;
}

#define ROW(NAME, STYLE, N, CALL, SIGNATURE) {.name = NAME, .style = STYLE, .n = N, .call = CALL, .signature = SIGNATURE}

static const struct overload rows[] = {
    ROW("size", STYLE_BOTH, 1, size_list, "l*>i"),
    ROW("size", STYLE_BOTH, 1, size_map, "m**>i"),
    ROW("_+_", STYLE_FUNCTION, 2, join_lists, "lA,lA>lA"),
    ROW("type", STYLE_FUNCTION, 1, type_value, "*>T"),
};
const struct overload_table core_overloads = {rows, sizeof rows / sizeof rows[0]};
