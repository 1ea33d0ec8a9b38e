/* The functions of CEL's extension library math, and those of them that make sense of money: abs, greatest, least.
 *
 * What takes one or two numbers of one kind is a kernel and runs over vectors. greatest and least also take any number of
 * operands, operands of different kinds, which are compared as the numbers they are, and a list; they give back the one
 * that won as it is, the first of equals. NaN has no place in that order and is CSTM_ERROR_NOT_FINITE. */
#include "rule/overload.h"

#include "base/exact.h"

#include <math.h>

static inline uint8_t
ceil_double(double a, double *r)
{
    *r = ceil(a);
    return 0;
}

static inline uint8_t
floor_double(double a, double *r)
{
    *r = floor(a);
    return 0;
}

/* Halves go away from zero. */
static inline uint8_t
round_double(double a, double *r)
{
    *r = round(a);
    return 0;
}

static inline uint8_t
trunc_double(double a, double *r)
{
    *r = trunc(a);
    return 0;
}

static inline uint8_t
abs_double(double a, double *r)
{
    *r = fabs(a);
    return 0;
}

/* Of int and of money. */
static inline uint8_t
abs_int(int64_t a, int64_t *r)
{
    *r = a < 0 ? (int64_t) (0 - (uint64_t) a) : a;
    return a == INT64_MIN ? CSTM_ERROR_RANGE : 0;
}

/* Of NaN: NaN; of either zero: 0. */
static inline uint8_t
sign_double(double a, double *r)
{
    *r = a > 0 ? 1.0 : a < 0 ? -1.0 : a == 0 ? 0.0 : a;
    return 0;
}

static inline uint8_t
sign_int(int64_t a, int64_t *r)
{
    *r = (a > 0) - (a < 0);
    return 0;
}

static inline uint8_t
sign_uint(uint64_t a, uint64_t *r)
{
    *r = a > 0;
    return 0;
}

static inline uint8_t
sqrt_double(double a, double *r)
{
    *r = sqrt(a);
    return 0;
}

static inline uint8_t
sqrt_int(int64_t a, double *r)
{
    *r = sqrt((double) a);
    return 0;
}

static inline uint8_t
sqrt_uint(uint64_t a, double *r)
{
    *r = sqrt((double) a);
    return 0;
}

static inline uint8_t
is_nan(double a, uint8_t *r)
{
    *r = a != a;
    return 0;
}

static inline uint8_t
is_infinite(double a, uint8_t *r)
{
    *r = fabs(a) > __DBL_MAX__;
    return 0;
}

static inline uint8_t
is_finite(double a, uint8_t *r)
{
    *r = fabs(a) <= __DBL_MAX__;
    return 0;
}

static inline uint8_t
bit_and(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = a & b;
    return 0;
}

static inline uint8_t
bit_or(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = a | b;
    return 0;
}

static inline uint8_t
bit_xor(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = a ^ b;
    return 0;
}

static inline uint8_t
bit_not(uint64_t a, uint64_t *r)
{
    *r = ~a;
    return 0;
}

/* By 64 and more nothing is left. To the right zeros come in, whatever the sign. */
static inline uint8_t
bit_shift_left(uint64_t a, int64_t by, uint64_t *r)
{
    *r = by >= 0 && by < 64 ? a << by : 0;
    return by < 0 ? CSTM_ERROR_RANGE : 0;
}

static inline uint8_t
bit_shift_right(uint64_t a, int64_t by, uint64_t *r)
{
    *r = by >= 0 && by < 64 ? a >> by : 0;
    return by < 0 ? CSTM_ERROR_RANGE : 0;
}

/* Of int and of money. */
static inline uint8_t
greater_int(int64_t a, int64_t b, int64_t *r)
{
    *r = a < b ? b : a;
    return 0;
}

static inline uint8_t
lesser_int(int64_t a, int64_t b, int64_t *r)
{
    *r = b < a ? b : a;
    return 0;
}

static inline uint8_t
greater_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = a < b ? b : a;
    return 0;
}

static inline uint8_t
lesser_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = b < a ? b : a;
    return 0;
}

static inline uint8_t
greater_double(double a, double b, double *r)
{
    *r = a < b ? b : a;
    return a != a || b != b ? CSTM_ERROR_NOT_FINITE : 0;
}

static inline uint8_t
lesser_double(double a, double b, double *r)
{
    *r = b < a ? b : a;
    return a != a || b != b ? CSTM_ERROR_NOT_FINITE : 0;
}

KERNEL_UNARY(UNARY_PLAIN, ceil_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, floor_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, round_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, trunc_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, abs_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, abs_int, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, sign_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, sign_int, int64_t, int64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, sign_uint, uint64_t, uint64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, sqrt_double, double, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, sqrt_int, int64_t, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, sqrt_uint, uint64_t, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, is_nan, double, uint8_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, is_infinite, double, uint8_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, is_finite, double, uint8_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, bit_and, uint64_t, uint64_t, uint64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, bit_or, uint64_t, uint64_t, uint64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, bit_xor, uint64_t, uint64_t, uint64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, bit_not, uint64_t, uint64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, bit_shift_left, uint64_t, int64_t, uint64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, bit_shift_right, uint64_t, int64_t, uint64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, greater_int, int64_t, int64_t, int64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, lesser_int, int64_t, int64_t, int64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, greater_uint, uint64_t, uint64_t, uint64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, lesser_uint, uint64_t, uint64_t, uint64_t, 0, 0)
KERNEL_BINARY(BINARY_PLAIN, greater_double, double, double, double, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, lesser_double, double, double, double, KERNEL_FAILS, 0)

static bool
has_place(const struct cell *value, uint8_t first_kind)
{
    if (first_kind == RULE_MONEY)
        return value->kind == RULE_MONEY;
    return value->kind == RULE_INT || value->kind == RULE_UINT || value->kind == RULE_DOUBLE;
}

/* The first of those that no other goes beyond in the direction: 1 greatest, -1 least. */
static uint8_t
outermost(const struct cell *values, int32_t n, int32_t direction, struct cell *result)
{
    if (n == 0)
        return CSTM_ERROR_RANGE;
    const struct cell *best = &values[0];
    if (!has_place(best, best->kind))
        return CSTM_ERROR_TYPE;
    for (int32_t i = 1; i < n; i++) {
        if (!has_place(&values[i], values[0].kind))
            return CSTM_ERROR_TYPE;
        const int32_t order = value_compare(&values[i], best);
        if (order > 1)
            return CSTM_ERROR_NOT_FINITE;
        if (order == direction)
            best = &values[i];
    }
    *result = *best;
    return 0;
}

static uint8_t
greatest(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    return outermost(arguments, n, 1, result);
}

static uint8_t
least(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    return outermost(arguments, n, -1, result);
}

static uint8_t
greatest_of_list(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    return outermost(arguments[0].as.list->items, arguments[0].as.list->n, 1, result);
}

static uint8_t
least_of_list(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    return outermost(arguments[0].as.list->items, arguments[0].as.list->n, -1, result);
}

#define SAME(NAME, KIND) {.name = NAME, .style = STYLE_FUNCTION, .n = 1, .result = KIND, .args = {KIND}}
#define UNARY(NAME, RESULT, KIND, KERNEL) \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 1, .result = RESULT, .args = {KIND}, .kernel = &KERNEL##_kernel}
#define BINARY(NAME, KIND, SECOND, KERNEL)                                                          \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 2, .result = KIND, .args = {KIND, SECOND},         \
     .kernel = &KERNEL##_kernel}
#define ANY(NAME, N, KIND, SIGNATURE, CALL) \
    {.name = NAME, .style = STYLE_FUNCTION, .n = N, .result = KIND, .call = CALL, .signature = SIGNATURE}

static const struct overload rows[] = {
    SAME("math.greatest", RULE_INT),
    SAME("math.greatest", RULE_UINT),
    SAME("math.greatest", RULE_DOUBLE),
    SAME("math.greatest", RULE_MONEY),
    BINARY("math.greatest", RULE_INT, RULE_INT, greater_int),
    BINARY("math.greatest", RULE_UINT, RULE_UINT, greater_uint),
    BINARY("math.greatest", RULE_DOUBLE, RULE_DOUBLE, greater_double),
    BINARY("math.greatest", RULE_MONEY, RULE_MONEY, greater_int),
    ANY("math.greatest", OVERLOAD_ANY, RULE_DYN, "N>N", greatest),
    ANY("math.greatest", OVERLOAD_ANY, RULE_MONEY, "$>$", greatest),
    ANY("math.greatest", 1, RULE_DYN, "lN>N", greatest_of_list),
    ANY("math.greatest", 1, RULE_MONEY, "l$>$", greatest_of_list),
    SAME("math.least", RULE_INT),
    SAME("math.least", RULE_UINT),
    SAME("math.least", RULE_DOUBLE),
    SAME("math.least", RULE_MONEY),
    BINARY("math.least", RULE_INT, RULE_INT, lesser_int),
    BINARY("math.least", RULE_UINT, RULE_UINT, lesser_uint),
    BINARY("math.least", RULE_DOUBLE, RULE_DOUBLE, lesser_double),
    BINARY("math.least", RULE_MONEY, RULE_MONEY, lesser_int),
    ANY("math.least", OVERLOAD_ANY, RULE_DYN, "N>N", least),
    ANY("math.least", OVERLOAD_ANY, RULE_MONEY, "$>$", least),
    ANY("math.least", 1, RULE_DYN, "lN>N", least_of_list),
    ANY("math.least", 1, RULE_MONEY, "l$>$", least_of_list),
    UNARY("math.ceil", RULE_DOUBLE, RULE_DOUBLE, ceil_double),
    UNARY("math.floor", RULE_DOUBLE, RULE_DOUBLE, floor_double),
    UNARY("math.round", RULE_DOUBLE, RULE_DOUBLE, round_double),
    UNARY("math.trunc", RULE_DOUBLE, RULE_DOUBLE, trunc_double),
    UNARY("math.abs", RULE_DOUBLE, RULE_DOUBLE, abs_double),
    UNARY("math.abs", RULE_INT, RULE_INT, abs_int),
    SAME("math.abs", RULE_UINT),
    UNARY("math.abs", RULE_MONEY, RULE_MONEY, abs_int),
    UNARY("math.sign", RULE_DOUBLE, RULE_DOUBLE, sign_double),
    UNARY("math.sign", RULE_INT, RULE_INT, sign_int),
    UNARY("math.sign", RULE_UINT, RULE_UINT, sign_uint),
    UNARY("math.sqrt", RULE_DOUBLE, RULE_DOUBLE, sqrt_double),
    UNARY("math.sqrt", RULE_DOUBLE, RULE_INT, sqrt_int),
    UNARY("math.sqrt", RULE_DOUBLE, RULE_UINT, sqrt_uint),
    UNARY("math.isNaN", RULE_BOOL, RULE_DOUBLE, is_nan),
    UNARY("math.isInf", RULE_BOOL, RULE_DOUBLE, is_infinite),
    UNARY("math.isFinite", RULE_BOOL, RULE_DOUBLE, is_finite),
    BINARY("math.bitAnd", RULE_INT, RULE_INT, bit_and),
    BINARY("math.bitAnd", RULE_UINT, RULE_UINT, bit_and),
    BINARY("math.bitOr", RULE_INT, RULE_INT, bit_or),
    BINARY("math.bitOr", RULE_UINT, RULE_UINT, bit_or),
    BINARY("math.bitXor", RULE_INT, RULE_INT, bit_xor),
    BINARY("math.bitXor", RULE_UINT, RULE_UINT, bit_xor),
    UNARY("math.bitNot", RULE_INT, RULE_INT, bit_not),
    UNARY("math.bitNot", RULE_UINT, RULE_UINT, bit_not),
    BINARY("math.bitShiftLeft", RULE_INT, RULE_INT, bit_shift_left),
    BINARY("math.bitShiftLeft", RULE_UINT, RULE_INT, bit_shift_left),
    BINARY("math.bitShiftRight", RULE_INT, RULE_INT, bit_shift_right),
    BINARY("math.bitShiftRight", RULE_UINT, RULE_INT, bit_shift_right),
};
const struct overload_table math_overloads = {rows, sizeof rows / sizeof rows[0]};
