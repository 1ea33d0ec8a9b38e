/* Optionals: a value or none. or() and orValue() look at their second operand only where the first is none, which the tree evaluator
 * sees to; what stands here serves both operands known. */
#include "rule/instant.h"
#include "rule/overload.h"

static uint8_t
make_optional(struct heap *heap, const struct cell *some, struct cell *result)
{
    struct cell *held = heap_take(heap, sizeof *held);
    if (held == NULL)
        return CSTM_ERROR_LIMIT;
    *held = *some;
    *result = (struct cell){.as.some = held, .kind = RULE_OPTIONAL};
    return 0;
}

static uint8_t
optional_none(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) arguments;
    (void) n;
    *result = (struct cell){.kind = RULE_OPTIONAL};
    return 0;
}

static uint8_t
optional_of(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    return make_optional(call->heap, &arguments[0], result);
}

static bool
is_zero(const struct cell *value)
{
    switch (value->kind) {
    case RULE_NULL:
        return true;
    case RULE_BOOL:
        return value->as.b == 0;
    case RULE_INT:
    case RULE_UINT:
    case RULE_MONEY:
    case RULE_DURATION:
        return value->as.i == 0;
    case RULE_DOUBLE:
        return value->as.d == 0;
    case RULE_STRING:
    case RULE_BYTES:
        return value->as.text.size == 0;
    case RULE_TIMESTAMP:
        return value->as.i == INSTANT_MIN;
    case RULE_LIST:
        return value->as.list->n == 0;
    case RULE_MAP:
        return value->as.map->n == 0;
    default:
        return false;
    }
}

static uint8_t
optional_of_non_zero(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    return is_zero(&arguments[0]) ? optional_none(call, arguments, n, result) : make_optional(call->heap, &arguments[0], result);
}

static uint8_t
optional_has_value(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    *result = cell_of_bool(arguments[0].as.some != NULL);
    return 0;
}

static uint8_t
optional_value(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    if (arguments[0].as.some == NULL)
        return CSTM_ERROR_UNKNOWN;
    *result = *arguments[0].as.some;
    return 0;
}

static uint8_t
optional_or(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    *result = arguments[0].as.some != NULL ? arguments[0] : arguments[1];
    return 0;
}

static uint8_t
optional_or_value(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    *result = arguments[0].as.some != NULL ? *arguments[0].as.some : arguments[1];
    return 0;
}

/* What the optionals of a list hold, without those that hold nothing. */
static uint8_t
optional_unwrap(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct value_list *from = arguments[0].as.list;
    struct cell *items;
    struct value_list *list = list_new(call->heap, from->n, &items);
    if (list == NULL)
        return CSTM_ERROR_LIMIT;
    list->n = 0;
    for (int32_t i = 0; i < from->n; i++)
        if (from->items[i].as.some != NULL)
            items[list->n++] = *from->items[i].as.some;
    *result = (struct cell){.as.list = list, .kind = RULE_LIST};
    return 0;
}

#define ROW(NAME, STYLE, N, CALL, SIGNATURE) {.name = NAME, .style = STYLE, .n = N, .call = CALL, .signature = SIGNATURE}

static const struct overload rows[] = {
    ROW("optional.none", STYLE_FUNCTION, 0, optional_none, ">oA"),
    ROW("optional.of", STYLE_FUNCTION, 1, optional_of, "A>oA"),
    ROW("optional.ofNonZeroValue", STYLE_FUNCTION, 1, optional_of_non_zero, "A>oA"),
    ROW("hasValue", STYLE_METHOD, 1, optional_has_value, "oA>b"),
    ROW("value", STYLE_METHOD, 1, optional_value, "oA>A"),
    ROW("or", STYLE_METHOD, 2, optional_or, "oA,oA>oA"),
    ROW("orValue", STYLE_METHOD, 2, optional_or_value, "oA,A>A"),
    ROW("optional.unwrap", STYLE_FUNCTION, 1, optional_unwrap, "loA>lA"),
    ROW("unwrapOpt", STYLE_METHOD, 1, optional_unwrap, "loA>lA"),
};
const struct overload_table optional_overloads = {rows, sizeof rows / sizeof rows[0]};
