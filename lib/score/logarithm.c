/* ln x, correctly rounded: the same bits on every machine, which the C library does not promise of
 * log().
 *
 * With x = m 2^e, sqrt(1/2) <= m < sqrt(2) or so, ln x = e ln 2 + 2 atanh((m - 1) / (m + 1)), and
 * atanh s = s + s^3/3 + s^5/5 + ... (Abramowitz and Stegun 4.6.22, 4.6.33). m - 1 and m + 1 are
 * whole numbers of 54 bits times a power of two, so that every step of the series is a
 * multiplication or division of a long fixed-point number by a short whole one: integer arithmetic
 * only. Numbers have 256 bits after the point. Some 200 steps, each cut off below 2^-256, keep the
 * error below 2^-237 even when e ln 2 multiplies it; |ln x| is at least 2^-53.01, so more than 180
 * bits of it are right. The hardest x to round needs 118 (Lefevre and Muller, Worst cases for
 * correct rounding of the elementary functions in double precision, 2001, on ln), so rounding what
 * we have is rounding ln x.
 *
 * It takes some tens of microseconds, and scorers ask for it when they are built. */
#include "score/logarithm.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 uwide;

/* limb[0] is the least; the point is before limb[8]. 64 bits before the point hold 0.2 times 2^54.
 */
#define LIMBS 10
#define FRACTION_LIMBS 8

struct fixed {
    uint32_t limb[LIMBS];
};

static void
fixed_multiply(struct fixed *a, uint64_t factor)
{
    uwide carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uwide) a->limb[i] * factor;
        a->limb[i] = (uint32_t) carry;
        carry >>= 32;
    }
}

static void
fixed_divide(struct fixed *a, uint64_t divisor)
{
    uwide rest = 0;
    for (int i = LIMBS - 1; i >= 0; i--) {
        rest = rest << 32 | a->limb[i];
        a->limb[i] = (uint32_t) (rest / divisor);
        rest %= divisor;
    }
}

static void
fixed_add(struct fixed *a, const struct fixed *b)
{
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t) a->limb[i] + b->limb[i];
        a->limb[i] = (uint32_t) carry;
        carry >>= 32;
    }
}

/* a - b for a >= b. */
static void
fixed_subtract(struct fixed *a, const struct fixed *b)
{
    int64_t borrow = 0;
    for (int i = 0; i < LIMBS; i++) {
        int64_t difference = (int64_t) a->limb[i] - b->limb[i] + borrow;
        a->limb[i] = (uint32_t) difference;
        borrow = difference < 0 ? -1 : 0;
    }
}

static bool
fixed_is_zero(const struct fixed *a)
{
    uint32_t any = 0;
    for (int i = 0; i < LIMBS; i++)
        any |= a->limb[i];
    return any == 0;
}

/* 2 atanh(p / q) for 0 <= p / q < 0.4, q below 2^55. */
static struct fixed
twice_atanh(uint64_t p, uint64_t q)
{
    struct fixed power = {{0}};
    power.limb[FRACTION_LIMBS] = 2;
    fixed_multiply(&power, p);
    fixed_divide(&power, q);
    struct fixed sum = power;
    for (uint64_t k = 3; !fixed_is_zero(&power); k += 2) {
        fixed_multiply(&power, p);
        fixed_divide(&power, q);
        fixed_multiply(&power, p);
        fixed_divide(&power, q);
        struct fixed term = power;
        fixed_divide(&term, k);
        fixed_add(&sum, &term);
    }
    return sum;
}

static bool
fixed_bit(const struct fixed *a, int bit)
{
    return bit >= 0 && (a->limb[bit / 32] >> (bit % 32) & 1) != 0;
}

static double
fixed_round(const struct fixed *a)
{
    int top = LIMBS * 32 - 1;
    while (top >= 0 && !fixed_bit(a, top))
        top--;
    if (top < 0)
        return 0.0;
    uint64_t mantissa = 0;
    for (int i = 0; i < 53; i++)
        mantissa = mantissa << 1 | fixed_bit(a, top - i);
    bool rest = false;
    for (int bit = 0; bit < top - 53; bit++)
        rest |= fixed_bit(a, bit);
    if (fixed_bit(a, top - 53) && (rest || (mantissa & 1) != 0))
        mantissa++;
    return ldexp((double) mantissa, top - 52 - FRACTION_LIMBS * 32);
}

double
logarithm(double x)
{
    if (!(x > 0.0) || x > 0x1.fffffffffffffp1023)
        return (double) NAN;
    int exponent;
    /* m in [1/2, 1) with 53 bits: exact, also for subnormal x. */
    uint64_t m = (uint64_t) ldexp(frexp(x, &exponent), 53);
    uint64_t one = UINT64_C(1) << 53;
    if (m < UINT64_C(6369051672525773)) { /* sqrt(1/2) 2^53 */
        one >>= 1;
        exponent--;
    }
    bool below = m < one;
    struct fixed fraction = twice_atanh(below ? one - m : m - one, one + m);
    if (exponent == 0)
        return below ? -fixed_round(&fraction) : fixed_round(&fraction);

    struct fixed whole = twice_atanh(1, 3); /* ln 2 */
    fixed_multiply(&whole, (uint64_t) (exponent < 0 ? -exponent : exponent));
    if (below == (exponent < 0))
        fixed_add(&whole, &fraction);
    else
        fixed_subtract(&whole, &fraction);
    return exponent < 0 ? -fixed_round(&whole) : fixed_round(&whole);
}
