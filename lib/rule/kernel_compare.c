/* Comparison. Numbers of different kinds stand on one line, as rule/value.h says; an integer is compared with a double as a double, once
 * the double is within the integers' range. Texts are ordered by code point, which is the order of their UTF-8 bytes. A NaN is unordered:
 * each ORDER gives 2 for it. */
#include "rule/overload.h"
#include "rule/spans.h"

/* One operator from an expression of x and y. */
#define COMPARE(NAME, TA, TB, HOLDS, FLAGS)                                                         \
    static inline uint8_t NAME(TA x, TB y, uint8_t *r)                                              \
    {                                                                                               \
        *r = HOLDS;                                                                                 \
        return 0;                                                                                   \
    }                                                                                               \
    KERNEL_BINARY(BINARY_PLAIN, NAME, TA, TB, uint8_t, FLAGS, 0)

#define COMPARE_WIDE(NAME, T, HOLDS)                                                                \
    static inline uint8_t NAME(T x, T y, uint8_t *r)                                                \
    {                                                                                               \
        *r = HOLDS;                                                                                 \
        return 0;                                                                                   \
    }                                                                                               \
    KERNEL_BINARY_WIDE(BINARY_PLAIN, NAME, T, T, uint8_t, 0)

#define COMPARE_PLAIN(SUFFIX, T)                                                                    \
    COMPARE_WIDE(equal_##SUFFIX, T, x == y)                                                         \
    COMPARE_WIDE(unequal_##SUFFIX, T, x != y)                                                       \
    COMPARE_WIDE(less_##SUFFIX, T, x < y)                                                           \
    COMPARE_WIDE(at_most_##SUFFIX, T, x <= y)                                                       \
    COMPARE_WIDE(greater_##SUFFIX, T, x > y)                                                        \
    COMPARE_WIDE(at_least_##SUFFIX, T, x >= y)

#define COMPARE_ORDERED(SUFFIX, TA, TB, ORDER, FLAGS)                                               \
    COMPARE(less_##SUFFIX, TA, TB, ORDER(x, y) == -1, FLAGS)                                        \
    COMPARE(at_most_##SUFFIX, TA, TB, ORDER(x, y) <= 0, FLAGS)                                      \
    COMPARE(greater_##SUFFIX, TA, TB, ORDER(x, y) == 1, FLAGS)                                      \
    COMPARE(at_least_##SUFFIX, TA, TB, (ORDER(x, y) & ~1) == 0, FLAGS)

/* Spans against one text. */
#define COMPARE_SPANS(NAME, HOLDS, NEGATED)                                                         \
    static inline uint8_t NAME(struct rule_text x, struct rule_text y, uint8_t *r)                  \
    {                                                                                               \
        *r = HOLDS;                                                                                 \
        return 0;                                                                                   \
    }                                                                                               \
    BINARY_SCHEDULES(BINARY_PLAIN, NAME, struct rule_text, struct rule_text, uint8_t, KERNEL_GUARDED | KERNEL_SLOW, 0) \
    static const struct op *NAME##_spans(const struct op *load, struct batch *batch)                \
    {                                                                                               \
        const struct op *op = load + 1;                                                             \
        const struct rule_text *text = batch_vector(batch, op->a < 0 ? op->a : op->b)->data;        \
        return spans_among(load, batch, text, 1, NEGATED);                                          \
    }                                                                                               \
    static const struct kernel NAME##_kernel = {                                                    \
        .row = NAME##_row, .loaded = NAME##_loaded, .rows = NAME##_rows, .flags = KERNEL_GUARDED | KERNEL_SLOW, .spans = NAME##_spans};

COMPARE_PLAIN(bool, uint8_t)
COMPARE_PLAIN(int, int64_t)
COMPARE_PLAIN(uint, uint64_t)
COMPARE_PLAIN(double, double)
COMPARE_SPANS(equal_bytes, same_texts(x, y), false)
COMPARE_SPANS(unequal_bytes, !same_texts(x, y), true)
COMPARE_ORDERED(bytes, struct rule_text, struct rule_text, order_texts, KERNEL_GUARDED | KERNEL_SLOW)
COMPARE(equal_int_double, int64_t, double, order_int_double(x, y) == 0, KERNEL_GUARDED)
COMPARE(unequal_int_double, int64_t, double, order_int_double(x, y) != 0, KERNEL_GUARDED)
COMPARE_ORDERED(int_double, int64_t, double, order_int_double, KERNEL_GUARDED)
COMPARE(equal_uint_double, uint64_t, double, order_uint_double(x, y) == 0, KERNEL_GUARDED)
COMPARE(unequal_uint_double, uint64_t, double, order_uint_double(x, y) != 0, KERNEL_GUARDED)
COMPARE_ORDERED(uint_double, uint64_t, double, order_uint_double, KERNEL_GUARDED)
COMPARE(equal_int_uint, int64_t, uint64_t, order_int_uint(x, y) == 0, 0)
COMPARE(unequal_int_uint, int64_t, uint64_t, order_int_uint(x, y) != 0, 0)
COMPARE_ORDERED(int_uint, int64_t, uint64_t, order_int_uint, 0)

static inline uint8_t
not_bool(uint8_t a, uint8_t *r)
{
    *r = a ^ 1;
    return 0;
}
KERNEL_UNARY(UNARY_PLAIN, not_bool, uint8_t, uint8_t, 0, 0)

#define ROW(NAME, A, B, SWAP, KERNEL)                                                               \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 2, .result = RULE_BOOL, .args = {A, B}, .swap = SWAP, \
     .kernel = &KERNEL##_kernel}
#define SAME(KIND, SUFFIX)                                                                          \
    ROW("_==_", KIND, KIND, false, equal_##SUFFIX), ROW("_!=_", KIND, KIND, false, unequal_##SUFFIX), \
    ROW("_<_", KIND, KIND, false, less_##SUFFIX), ROW("_<=_", KIND, KIND, false, at_most_##SUFFIX), \
    ROW("_>_", KIND, KIND, false, greater_##SUFFIX), ROW("_>=_", KIND, KIND, false, at_least_##SUFFIX)
#define MIXED(A, B, SUFFIX)                                                                         \
    ROW("_==_", A, B, false, equal_##SUFFIX), ROW("_==_", B, A, true, equal_##SUFFIX),              \
    ROW("_!=_", A, B, false, unequal_##SUFFIX), ROW("_!=_", B, A, true, unequal_##SUFFIX),          \
    ROW("_<_", A, B, false, less_##SUFFIX), ROW("_<_", B, A, true, greater_##SUFFIX),               \
    ROW("_<=_", A, B, false, at_most_##SUFFIX), ROW("_<=_", B, A, true, at_least_##SUFFIX),         \
    ROW("_>_", A, B, false, greater_##SUFFIX), ROW("_>_", B, A, true, less_##SUFFIX),               \
    ROW("_>=_", A, B, false, at_least_##SUFFIX), ROW("_>=_", B, A, true, at_most_##SUFFIX)

static const struct overload rows[] = {
    SAME(RULE_BOOL, bool),
    SAME(RULE_INT, int),
    SAME(RULE_UINT, uint),
    SAME(RULE_DOUBLE, double),
    SAME(RULE_STRING, bytes),
    SAME(RULE_BYTES, bytes),
    SAME(RULE_DATE, int),
    SAME(RULE_TIMESTAMP, int),
    SAME(RULE_MONEY, int),
    SAME(RULE_DURATION, int),
    MIXED(RULE_INT, RULE_DOUBLE, int_double),
    MIXED(RULE_UINT, RULE_DOUBLE, uint_double),
    MIXED(RULE_INT, RULE_UINT, int_uint),
    ROW("_==_", RULE_NULL, RULE_NULL, false, equal_bool),
    ROW("_!=_", RULE_NULL, RULE_NULL, false, unequal_bool),
    {.name = "!_", .style = STYLE_FUNCTION, .n = 1, .result = RULE_BOOL, .args = {RULE_BOOL}, .kernel = &not_bool_kernel},
};
const struct overload_table compare_overloads = {rows, sizeof rows / sizeof rows[0]};
