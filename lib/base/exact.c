/* Exact arithmetic behind sums, means and money. Everything here ends in exact_compose(), the one place where an exact
 * number becomes a double: it rounds once, half to even, subnormal and overflowing results included.
 *
 * exact_sum is a superaccumulator (U. Kulisch; the layout follows R. Neal, "Fast exact summation using small and large
 * superaccumulators", 2015, in its small form): bit 0 of digit 0 weighs 2^-1074, the least double; 66 digits hold the
 * largest, and the four above them leave room for 2^128 additions. Each addition touches three digits; carries are
 * propagated once in 2^30 additions. */
#include "base/exact.h"

#include <math.h>
#include <string.h>

#define MANTISSA_BITS 53
#define LEAST_EXPONENT (-1074)
#define DIGIT_BITS 32
#define PENDING_LIMIT (INT32_C(1) << 30)

static inline int
bit_length(unsigned_wide value)
{
    uint64_t high = (uint64_t) (value >> 64);
    uint64_t low = (uint64_t) value;
    if (high != 0)
        return 128 - __builtin_clzll(high);
    return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

double
exact_compose(bool negative, unsigned_wide mantissa, int32_t exponent, bool sticky)
{
    int length = bit_length(mantissa);
    if (length == 0)
        return negative ? -0.0 : 0.0;
    if (exponent > 1024 || exponent + length > 1024)
        return negative ? -HUGE_VAL : HUGE_VAL;
    /* How many low bits go: down to 53, or to the least exponent of a double. */
    int drop = length - MANTISSA_BITS;
    if (exponent < LEAST_EXPONENT - 130)
        return negative ? -0.0 : 0.0;
    if (exponent + drop < LEAST_EXPONENT)
        drop = LEAST_EXPONENT - exponent;
    uint64_t kept;
    if (drop > 128) {
        kept = 0;
    } else if (drop > 0) {
        unsigned_wide half = (unsigned_wide) 1 << (drop - 1);
        unsigned_wide rest = mantissa & (half | (half - 1));
        kept = drop == 128 ? 0 : (uint64_t) (mantissa >> drop);
        if (rest > half || (rest == half && (sticky || (kept & 1) != 0)))
            kept++;
    } else {
        kept = (uint64_t) mantissa;
        drop = 0;
    }
    /* kept <= 2^53 and the scaling is by a power of two within range, so neither rounds again. */
    double value = ldexp((double) kept, exponent + drop);
    return negative ? -value : value;
}

double
wide_ratio(wide w, int64_t n)
{
    /* Both are doubles as they are, and the division rounds once. */
    if (w >= -(INT64_C(1) << 53) && w <= INT64_C(1) << 53 && n <= INT64_C(1) << 53)
        return (double) (int64_t) w / (double) n + 0.0;
    bool negative = w < 0;
    unsigned_wide magnitude = negative ? 0 - (unsigned_wide) w : (unsigned_wide) w;
    if (magnitude == 0)
        return 0.0;
    /* With the numerator's top bit at 127 the quotient has at least 64 bits, more than rounding needs. */
    int shift = 128 - bit_length(magnitude);
    magnitude <<= shift;
    unsigned_wide quotient = magnitude / (uint64_t) n;
    return exact_compose(negative, quotient, -shift, magnitude % (uint64_t) n != 0);
}

void
exact_sum_start(struct exact_sum *sum)
{
    memset(sum, 0, sizeof *sum);
}

void
exact_sum_carry(struct exact_sum *sum)
{
    int64_t carry = 0;
    for (int i = 0; i < EXACT_SUM_DIGITS - 1; i++) {
        int64_t digit = sum->digit[i] + carry;
        carry = digit >> DIGIT_BITS;
        sum->digit[i] = digit & INT64_C(0xFFFFFFFF);
    }
    sum->digit[EXACT_SUM_DIGITS - 1] += carry;
    sum->pending = 1;
}

void
exact_sum_add(struct exact_sum *sum, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t exponent = (uint32_t) (bits >> 52) & 0x7FF;
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent == 0x7FF) {
        sum->not_finite = true;
        return;
    }
    if (exponent == 0)
        exponent = 1;
    else
        mantissa |= UINT64_C(1) << 52;
    if (sum->pending >= PENDING_LIMIT)
        exact_sum_carry(sum);
    uint32_t position = exponent - 1;
    unsigned_wide shifted = (unsigned_wide) mantissa << (position % DIGIT_BITS);
    int64_t *digit = sum->digit + position / DIGIT_BITS;
    int64_t sign = (bits >> 63) != 0 ? -1 : 1;
    digit[0] += sign * (int64_t) (uint32_t) shifted;
    digit[1] += sign * (int64_t) (uint32_t) (shifted >> DIGIT_BITS);
    digit[2] += sign * (int64_t) (uint32_t) (shifted >> (2 * DIGIT_BITS));
    sum->pending++;
}

void
exact_sum_merge(struct exact_sum *sum, const struct exact_sum *other)
{
    struct exact_sum copy = *other;
    if (copy.pending >= PENDING_LIMIT / 2)
        exact_sum_carry(&copy);
    if (sum->pending >= PENDING_LIMIT / 2)
        exact_sum_carry(sum);
    for (int i = 0; i < EXACT_SUM_DIGITS; i++)
        sum->digit[i] += copy.digit[i];
    sum->pending += copy.pending;
    sum->not_finite = sum->not_finite || copy.not_finite;
}

/* The sum's magnitude in carried digits, each in [0, 2^32); whether it was negative; and the highest digit that is not
 * zero, -1 if there is none. */
static int
magnitude_of(const struct exact_sum *sum, struct exact_sum *magnitude, bool *negative)
{
    *magnitude = *sum;
    exact_sum_carry(magnitude);
    *negative = magnitude->digit[EXACT_SUM_DIGITS - 1] < 0;
    if (*negative) {
        for (int i = 0; i < EXACT_SUM_DIGITS; i++)
            magnitude->digit[i] = -magnitude->digit[i];
        exact_sum_carry(magnitude);
    }
    int top = EXACT_SUM_DIGITS - 1;
    while (top >= 0 && magnitude->digit[top] == 0)
        top--;
    return top;
}

/* Digits, the highest first, as a double: 128 bits of them from the first one on, the rest only as "there is more". */
static double
round_digits(bool negative, const int64_t *digits, int top, int32_t exponent, bool sticky)
{
    unsigned_wide mantissa = 0;
    int low = top - 3 > 0 ? top - 3 : 0;
    for (int i = top; i >= low; i--)
        mantissa = mantissa << DIGIT_BITS | (uint64_t) digits[i];
    for (int i = 0; i < low && !sticky; i++)
        sticky = digits[i] != 0;
    return exact_compose(negative, mantissa, exponent + DIGIT_BITS * low, sticky);
}

double
exact_sum_round(const struct exact_sum *sum)
{
    if (sum->not_finite)
        return NAN;
    struct exact_sum magnitude;
    bool negative;
    int top = magnitude_of(sum, &magnitude, &negative);
    return top < 0 ? 0.0 : round_digits(negative, magnitude.digit, top, LEAST_EXPONENT, false);
}

double
exact_sum_ratio(const struct exact_sum *sum, int64_t n)
{
    if (sum->not_finite)
        return NAN;
    struct exact_sum magnitude;
    bool negative;
    int top = magnitude_of(sum, &magnitude, &negative);
    if (top < 0)
        return 0.0;
    /* Long division, four digits of fraction behind the last: a quotient of a 32-bit sum by a 63-bit count still has
     * 64 bits that are not zero. */
    enum { FRACTION = 4 };
    int64_t quotient[EXACT_SUM_DIGITS + FRACTION] = {0};
    uint64_t remainder = 0;
    for (int i = top + FRACTION; i >= 0; i--) {
        uint64_t digit = i < FRACTION ? 0 : (uint64_t) magnitude.digit[i - FRACTION];
        unsigned_wide part = (unsigned_wide) remainder << DIGIT_BITS | digit;
        quotient[i] = (int64_t) (uint64_t) (part / (uint64_t) n);
        remainder = (uint64_t) (part % (uint64_t) n);
    }
    top += FRACTION;
    while (top > 0 && quotient[top] == 0)
        top--;
    return round_digits(negative, quotient, top, LEAST_EXPONENT - FRACTION * DIGIT_BITS, remainder != 0);
}

int64_t
exact_from_double(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits < 0 ? -(bits & INT64_MAX) : bits;
}

double
exact_to_double(int64_t ordered)
{
    uint64_t bits = ordered < 0 ? (UINT64_C(1) << 63) | (0 - (uint64_t) ordered) : (uint64_t) ordered;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
