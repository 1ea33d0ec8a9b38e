/* Exact arithmetic: checked int64, 128-bit sums, and sums of doubles that do not depend on order.
 *
 * exact_sum holds a sum of finite doubles exactly (a fixed-point number of 70 signed digits of 32 bits), so that any
 * order and any grouping of additions gives the same correctly rounded result. */
#ifndef BASE_EXACT_H
#define BASE_EXACT_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

static inline bool exact_add(int64_t a, int64_t b, int64_t *r) { return !__builtin_add_overflow(a, b, r); }
static inline bool exact_sub(int64_t a, int64_t b, int64_t *r) { return !__builtin_sub_overflow(a, b, r); }
static inline bool exact_mul(int64_t a, int64_t b, int64_t *r) { return !__builtin_mul_overflow(a, b, r); }
static inline bool wide_fits(wide w) { return w >= INT64_MIN && w <= INT64_MAX; }

/* mantissa * 2^exponent as a double, rounded once (half to even; beyond the largest double: infinity). sticky: the true
 * value is a little larger than that, which matters only for a tie. */
double exact_compose(bool negative, unsigned_wide mantissa, int32_t exponent, bool sticky);

/* w / n correctly rounded to double (half to even); n > 0. */
double wide_ratio(wide w, int64_t n);

/* w / n to a whole number, half to even; n > 0, and the quotient fits: a mean of int64 does. */
static inline int64_t
wide_divide(wide w, int64_t n)
{
    if (!wide_fits(w)) {
        wide quotient = w / n, rest = w % n;
        wide twice = 2 * (rest < 0 ? -rest : rest);
        if (twice > n || (twice == n && (quotient & 1) != 0))
            quotient += w < 0 ? -1 : 1;
        return (int64_t) quotient;
    }
    /* The common case, without 128-bit division. */
    int64_t quotient = (int64_t) w / n, rest = (int64_t) w % n;
    rest = rest < 0 ? -rest : rest;
    if (rest > n - rest || (rest == n - rest && (quotient & 1) != 0))
        quotient += w < 0 ? -1 : 1;
    return quotient;
}

#define EXACT_SUM_DIGITS 70
struct exact_sum {
    int64_t digit[EXACT_SUM_DIGITS];   /* base 2^32, least first; carries are delayed */
    int32_t pending;                   /* additions since the last carry */
    bool not_finite;                   /* an infinity or NaN was added */
};
void exact_sum_start(struct exact_sum *sum);
void exact_sum_add(struct exact_sum *sum, double value);
void exact_sum_merge(struct exact_sum *sum, const struct exact_sum *other);
/* Propagates the delayed carries: all digits but the highest are then in [0, 2^32), so equal sums have equal digits. */
void exact_sum_carry(struct exact_sum *sum);
double exact_sum_round(const struct exact_sum *sum);                 /* correctly rounded; NaN if not_finite */
double exact_sum_ratio(const struct exact_sum *sum, int64_t n);      /* sum / n, correctly rounded once; n > 0 */

/* Doubles in an order that is total: maps to int64 so that a < b iff map(a) < map(b); -0 and 0 are one, NaN is refused by
 * whoever takes values in. */
int64_t exact_from_double(double value);
double exact_to_double(int64_t ordered);

#endif
