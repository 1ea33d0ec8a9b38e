/* Where a value stands: in which bucket between edges that the rule names, or in which quantile or rank of the portfolio by a
 * table that a batch has measured.
 *
 * Buckets are numbered from 0 and bounded as the bins of scorecards are, (previous, up_to]: a value that equals an edge is below it. */
#include "rule/domain.h"
#include "rule/overload.h"
#include "rule/quantiles.h"

#define WALK 12              /* edges up to which all are compared, without a branch */

static inline uint8_t
bucket_int(const struct op *op, int64_t a, int64_t *r)
{
    const struct bucket_edges *edges = op->data;
    const int64_t *base = edges->as.ints;
    int32_t below = 0;
    if (edges->n <= WALK) {
        for (int32_t i = 0; i < edges->n; i++)
            below += base[i] < a;
    } else {
        for (int32_t high = edges->n; below < high;) {
            int32_t middle = below + (high - below) / 2;
            if (base[middle] < a)
                below = middle + 1;
            else
                high = middle;
        }
    }
    *r = below;
    return 0;
}

static inline uint8_t
bucket_double(const struct op *op, double a, int64_t *r)
{
    const struct bucket_edges *edges = op->data;
    const double *base = edges->as.doubles;
    int32_t below = 0;
    if (edges->n <= WALK) {
        for (int32_t i = 0; i < edges->n; i++)
            below += base[i] < a;
    } else {
        for (int32_t high = edges->n; below < high;) {
            int32_t middle = below + (high - below) / 2;
            if (base[middle] < a)
                below = middle + 1;
            else
                high = middle;
        }
    }
    *r = below;
    return a == a ? 0 : CSTM_ERROR_NOT_FINITE;
}

/* The share of the portfolio's values that are not above this one: 0 to 1. */
static inline uint8_t
share(uint8_t state, int64_t count, int64_t total, double *r)
{
    *r = state == 0 ? (double) count / (double) total : 0;
    return state;
}

/* 1 for what nothing is above; equal values have equal ranks, and the next has as many more as they are. */
static inline uint8_t
place(uint8_t state, int64_t count, int64_t total, int64_t *r)
{
    *r = state == 0 ? total - count + 1 : 0;
    return state;
}

static inline uint8_t
quantile_int(const struct op *op, int64_t a, int64_t day, double *r)
{
    int64_t count = 0, total = 1;
    uint8_t state = quantiles_below_int(op->data, a, day, &count, &total);
    return share(state, count, total, r);
}

static inline uint8_t
quantile_double(const struct op *op, double a, int64_t day, double *r)
{
    int64_t count = 0, total = 1;
    uint8_t state = a == a ? quantiles_below_double(op->data, a, day, &count, &total) : CSTM_ERROR_NOT_FINITE;
    return share(state, count, total, r);
}

static inline uint8_t
rank_int(const struct op *op, int64_t a, int64_t day, int64_t *r)
{
    int64_t count = 0, total = 1;
    uint8_t state = quantiles_below_int(op->data, a, day, &count, &total);
    return place(state, count, total, r);
}

static inline uint8_t
rank_double(const struct op *op, double a, int64_t day, int64_t *r)
{
    int64_t count = 0, total = 1;
    uint8_t state = a == a ? quantiles_below_double(op->data, a, day, &count, &total) : CSTM_ERROR_NOT_FINITE;
    return place(state, count, total, r);
}

#define BY_TABLE KERNEL_FAILS | KERNEL_GUARDED | KERNEL_SLOW
KERNEL_UNARY(UNARY_OP, bucket_int, int64_t, int64_t, KERNEL_GUARDED, 0)
KERNEL_UNARY(UNARY_OP, bucket_double, double, int64_t, KERNEL_GUARDED | KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_OP, quantile_int, int64_t, int64_t, double, BY_TABLE, 0)
KERNEL_BINARY(BINARY_OP, quantile_double, double, int64_t, double, BY_TABLE, 0)
KERNEL_BINARY(BINARY_OP, rank_int, int64_t, int64_t, int64_t, BY_TABLE, 0)
KERNEL_BINARY(BINARY_OP, rank_double, double, int64_t, int64_t, BY_TABLE, 0)

#define BUCKET(KIND, KERNEL)                                                                        \
    {.name = "bucket", .style = STYLE_FUNCTION, .n = 2, .result = RULE_INT, .args = {KIND, RULE_LIST}, \
     .binding = BIND_EDGES, .kernel = &KERNEL##_kernel}
#define BY_QUANTILES(NAME, RESULT, KIND, KERNEL)                                                    \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 3, .result = RESULT, .args = {KIND, RULE_DATE, RULE_STRING}, \
     .binding = BIND_QUANTILES, .kernel = &KERNEL##_kernel}

static const struct overload rows[] = {
    BUCKET(RULE_INT, bucket_int),
    BUCKET(RULE_MONEY, bucket_int),
    BUCKET(RULE_DATE, bucket_int),
    BUCKET(RULE_TIMESTAMP, bucket_int),
    BUCKET(RULE_DURATION, bucket_int),
    BUCKET(RULE_DOUBLE, bucket_double),
    BY_QUANTILES("quantile", RULE_DOUBLE, RULE_INT, quantile_int),
    BY_QUANTILES("quantile", RULE_DOUBLE, RULE_MONEY, quantile_int),
    BY_QUANTILES("quantile", RULE_DOUBLE, RULE_DATE, quantile_int),
    BY_QUANTILES("quantile", RULE_DOUBLE, RULE_TIMESTAMP, quantile_int),
    BY_QUANTILES("quantile", RULE_DOUBLE, RULE_DOUBLE, quantile_double),
    BY_QUANTILES("rank_of", RULE_INT, RULE_INT, rank_int),
    BY_QUANTILES("rank_of", RULE_INT, RULE_MONEY, rank_int),
    BY_QUANTILES("rank_of", RULE_INT, RULE_DATE, rank_int),
    BY_QUANTILES("rank_of", RULE_INT, RULE_TIMESTAMP, rank_int),
    BY_QUANTILES("rank_of", RULE_INT, RULE_DOUBLE, rank_double),
};
const struct overload_table bucket_overloads = {rows, sizeof rows / sizeof rows[0]};
