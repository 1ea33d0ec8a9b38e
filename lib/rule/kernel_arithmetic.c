/* Plus, minus, times, divided by, remainder: exact or an error for whole numbers. int and money are int64 and leave their range as
 * CSTM_ERROR_RANGE, and what they are divided by zero is CSTM_ERROR_DIVIDE; doubles follow IEEE 754 within an expression, and only a
 * whole rule's result must be finite. Money knows only what makes sense of it: plus, minus, times an int, and money over money, which is a double. */
#include "rule/overload.h"

#include "base/exact.h"

static inline uint8_t
add_int(int64_t a, int64_t b, int64_t *r)
{
    return exact_add(a, b, r) ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
subtract_int(int64_t a, int64_t b, int64_t *r)
{
    return exact_sub(a, b, r) ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
multiply_int(int64_t a, int64_t b, int64_t *r)
{
    return exact_mul(a, b, r) ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
divide_int(int64_t a, int64_t b, int64_t *r)
{
    *r = 0;
    if (b == 0)
        return CSTM_ERROR_DIVIDE;
    if (b == -1)
        return subtract_int(0, a, r);
    *r = a / b;
    return 0;
}

static inline uint8_t
remainder_int(int64_t a, int64_t b, int64_t *r)
{
    *r = 0;
    if (b == 0)
        return CSTM_ERROR_DIVIDE;
    if (b == -1)
        return a == INT64_MIN ? CSTM_ERROR_RANGE : 0;
    *r = a % b;
    return 0;
}

static inline uint8_t
negate_int(int64_t a, int64_t *r)
{
    return exact_sub(0, a, r) ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
add_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    return __builtin_add_overflow(a, b, r) ? CSTM_ERROR_RANGE : 0;
}

static inline uint8_t
subtract_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    return __builtin_sub_overflow(a, b, r) ? CSTM_ERROR_RANGE : 0;
}

static inline uint8_t
multiply_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    return __builtin_mul_overflow(a, b, r) ? CSTM_ERROR_RANGE : 0;
}

static inline uint8_t
divide_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = b == 0 ? 0 : a / b;
    return b == 0 ? CSTM_ERROR_DIVIDE : 0;
}

static inline uint8_t
remainder_uint(uint64_t a, uint64_t b, uint64_t *r)
{
    *r = b == 0 ? 0 : a % b;
    return b == 0 ? CSTM_ERROR_DIVIDE : 0;
}

static inline uint8_t
add_double(double a, double b, double *r)
{
    *r = a + b;
    return 0;
}

static inline uint8_t
subtract_double(double a, double b, double *r)
{
    *r = a - b;
    return 0;
}

static inline uint8_t
multiply_double(double a, double b, double *r)
{
    *r = a * b;
    return 0;
}

static inline uint8_t
divide_double(double a, double b, double *r)
{
    *r = a / b;
    return 0;
}

static inline uint8_t
negate_double(double a, double *r)
{
    *r = -a;
    return 0;
}

/* Of a rule's result, its last operation. */
static inline uint8_t
finite_double(double a, double *r)
{
    *r = a;
    return __builtin_fabs(a) <= __DBL_MAX__ ? 0 : CSTM_ERROR_NOT_FINITE;
}

/* Correctly rounded. Below 2^53 both sides are doubles already and one division rounds once. */
static inline uint8_t
divide_money(int64_t a, int64_t b, double *r)
{
    const int64_t exact = INT64_C(1) << 53;
    *r = 0;
    if (b == 0)
        return CSTM_ERROR_DIVIDE;
    if (a >= -exact && a <= exact && b >= -exact && b <= exact)
        *r = (double) a / (double) b;
    else if (b == INT64_MIN)
        *r = -(double) a * 0x1p-63;
    else
        *r = b < 0 ? wide_ratio(-(wide) a, -b) : wide_ratio(a, b);
    return 0;
}

KERNEL_BINARY(BINARY_PLAIN, add_int, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, subtract_int, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, multiply_int, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, divide_int, int64_t, int64_t, int64_t, KERNEL_FAILS | KERNEL_SLOW, 0)
KERNEL_BINARY(BINARY_PLAIN, remainder_int, int64_t, int64_t, int64_t, KERNEL_FAILS | KERNEL_SLOW, 0)
KERNEL_UNARY(UNARY_PLAIN, negate_int, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, add_uint, uint64_t, uint64_t, uint64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, subtract_uint, uint64_t, uint64_t, uint64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, multiply_uint, uint64_t, uint64_t, uint64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, divide_uint, uint64_t, uint64_t, uint64_t, KERNEL_FAILS | KERNEL_SLOW, 0)
KERNEL_BINARY(BINARY_PLAIN, remainder_uint, uint64_t, uint64_t, uint64_t, KERNEL_FAILS | KERNEL_SLOW, 0)
KERNEL_BINARY_WIDE(BINARY_PLAIN, add_double, double, double, double, 0)
KERNEL_BINARY_WIDE(BINARY_PLAIN, subtract_double, double, double, double, 0)
KERNEL_BINARY_WIDE(BINARY_PLAIN, multiply_double, double, double, double, 0)
KERNEL_BINARY_WIDE(BINARY_PLAIN, divide_double, double, double, double, 0)
KERNEL_UNARY_WIDE(UNARY_PLAIN, negate_double, double, double, 0)
KERNEL_UNARY(UNARY_PLAIN, finite_double, double, double, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, divide_money, int64_t, int64_t, double, KERNEL_FAILS | KERNEL_SLOW, 0)

const struct kernel *const finite_kernel = &finite_double_kernel;

#define OPERATOR(NAME, RESULT, A, B, KERNEL) \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 2, .result = RESULT, .args = {A, B}, .kernel = &KERNEL##_kernel}
#define MINUS(KIND, KERNEL) \
    {.name = "-_", .style = STYLE_FUNCTION, .n = 1, .result = KIND, .args = {KIND}, .kernel = &KERNEL##_kernel}

static const struct overload rows[] = {
    OPERATOR("_+_", RULE_INT, RULE_INT, RULE_INT, add_int),
    OPERATOR("_-_", RULE_INT, RULE_INT, RULE_INT, subtract_int),
    OPERATOR("_*_", RULE_INT, RULE_INT, RULE_INT, multiply_int),
    OPERATOR("_/_", RULE_INT, RULE_INT, RULE_INT, divide_int),
    OPERATOR("_%_", RULE_INT, RULE_INT, RULE_INT, remainder_int),
    OPERATOR("_+_", RULE_UINT, RULE_UINT, RULE_UINT, add_uint),
    OPERATOR("_-_", RULE_UINT, RULE_UINT, RULE_UINT, subtract_uint),
    OPERATOR("_*_", RULE_UINT, RULE_UINT, RULE_UINT, multiply_uint),
    OPERATOR("_/_", RULE_UINT, RULE_UINT, RULE_UINT, divide_uint),
    OPERATOR("_%_", RULE_UINT, RULE_UINT, RULE_UINT, remainder_uint),
    OPERATOR("_+_", RULE_DOUBLE, RULE_DOUBLE, RULE_DOUBLE, add_double),
    OPERATOR("_-_", RULE_DOUBLE, RULE_DOUBLE, RULE_DOUBLE, subtract_double),
    OPERATOR("_*_", RULE_DOUBLE, RULE_DOUBLE, RULE_DOUBLE, multiply_double),
    OPERATOR("_/_", RULE_DOUBLE, RULE_DOUBLE, RULE_DOUBLE, divide_double),
    OPERATOR("_+_", RULE_MONEY, RULE_MONEY, RULE_MONEY, add_int),
    OPERATOR("_-_", RULE_MONEY, RULE_MONEY, RULE_MONEY, subtract_int),
    OPERATOR("_*_", RULE_MONEY, RULE_MONEY, RULE_INT, multiply_int),
    OPERATOR("_*_", RULE_MONEY, RULE_INT, RULE_MONEY, multiply_int),
    OPERATOR("_/_", RULE_DOUBLE, RULE_MONEY, RULE_MONEY, divide_money),
    MINUS(RULE_INT, negate_int),
    MINUS(RULE_DOUBLE, negate_double),
    MINUS(RULE_MONEY, negate_int),
};
const struct overload_table arithmetic_overloads = {rows, sizeof rows / sizeof rows[0]};
