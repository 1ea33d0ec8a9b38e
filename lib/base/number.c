/* Doubles in decimal, read and written exactly and without the locale.
 *
 * Reading: decimal digits and a power of ten are turned into a 128-bit integer times a power of two, with one bit that
 * says whether anything was left over; exact_compose() rounds that once. Up to 19 digits with |exponent| <= 27 need one
 * 128-bit multiplication or division, since 5^27 < 2^63; the rest goes through integers of up to 3,072 bits.
 *
 * Writing: the shortest digits that lie nearer to the value than to its neighbours, by the free-format algorithm of
 * G. L. Steele and J. L. White ("How to print floating-point numbers accurately", 1990) as R. K. Dybvig and R. G. Burger
 * state it (1996, figure 1). The form is that of Python's repr(): 0.1, 1.0, 1e+100. */
#include "base/exact.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* A double's exact value has at most 767 significant digits, so 770 and "there is more" decide every rounding. */
#define DIGITS_KEPT 770
#define BIG_WORDS 48

/* An unsigned integer, least word first; words from `size` on are not set. */
struct big {
    int size;
    uint64_t word[BIG_WORDS];
};

static void
big_set(struct big *big, uint64_t value)
{
    big->word[0] = value;
    big->size = value != 0;
}

static void
big_multiply(struct big *big, uint64_t factor, uint64_t carry)
{
    for (int i = 0; i < big->size; i++) {
        unsigned_wide product = (unsigned_wide) big->word[i] * factor + carry;
        big->word[i] = (uint64_t) product;
        carry = (uint64_t) (product >> 64);
    }
    if (carry != 0)
        big->word[big->size++] = carry;
}

static void
big_multiply_power_of_5(struct big *big, int power)
{
    for (; power >= 27; power -= 27)
        big_multiply(big, UINT64_C(7450580596923828125), 0);
    uint64_t rest = 1;
    for (; power > 0; power--)
        rest *= 5;
    big_multiply(big, rest, 0);
}

static int
big_bits(const struct big *big)
{
    return big->size == 0 ? 0 : 64 * big->size - __builtin_clzll(big->word[big->size - 1]);
}

static void
big_shift(struct big *big, int bits)
{
    int words = bits / 64, rest = bits % 64;
    if (big->size == 0 || bits == 0)
        return;
    uint64_t high = rest == 0 ? 0 : big->word[big->size - 1] >> (64 - rest);
    for (int i = big->size - 1; i >= 0; i--) {
        uint64_t below = i == 0 || rest == 0 ? 0 : big->word[i - 1] >> (64 - rest);
        big->word[i + words] = big->word[i] << rest | below;
    }
    memset(big->word, 0, (size_t) words * sizeof *big->word);
    big->size += words;
    if (high != 0)
        big->word[big->size++] = high;
}

static int
big_compare(const struct big *a, const struct big *b)
{
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    for (int i = a->size - 1; i >= 0; i--)
        if (a->word[i] != b->word[i])
            return a->word[i] < b->word[i] ? -1 : 1;
    return 0;
}

/* a -= b, where b <= a. */
static void
big_subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < a->size; i++) {
        uint64_t taken = i < b->size ? b->word[i] : 0;
        uint64_t left = a->word[i] - taken;
        uint64_t next = (a->word[i] < taken) | (left < borrow);
        a->word[i] = left - borrow;
        borrow = next;
    }
    while (a->size > 0 && a->word[a->size - 1] == 0)
        a->size--;
}

static void
big_add(struct big *a, const struct big *b)
{
    uint64_t carry = 0;
    int size = a->size > b->size ? a->size : b->size;
    for (int i = 0; i < size; i++) {
        unsigned_wide sum = (unsigned_wide) (i < a->size ? a->word[i] : 0) + (i < b->size ? b->word[i] : 0) + carry;
        a->word[i] = (uint64_t) sum;
        carry = (uint64_t) (sum >> 64);
    }
    a->size = size;
    if (carry != 0)
        a->word[a->size++] = carry;
}

/* What stands in the text: digits without leading and trailing zeros, and the power of ten behind the last of them. */
struct decimal {
    bool negative;
    bool more;            /* digits that are not zero were left out */
    int count;
    int64_t exponent;
    uint8_t digit[DIGITS_KEPT];
};

static void
take_digit(struct decimal *decimal, int digit, bool fraction)
{
    if (decimal->count == 0 && digit == 0) {
        decimal->exponent -= fraction;
        return;
    }
    if (decimal->count == DIGITS_KEPT) {
        decimal->more = decimal->more || digit != 0;
        decimal->exponent += !fraction;
        return;
    }
    decimal->digit[decimal->count++] = (uint8_t) digit;
    decimal->exponent -= fraction;
}

static bool
parse_decimal(const char *text, size_t size, struct decimal *decimal)
{
    decimal->negative = size > 0 && text[0] == '-';
    decimal->more = false;
    decimal->count = 0;
    decimal->exponent = 0;
    size_t at = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    bool fraction = false, any = false;
    for (; at < size; at++) {
        if (text[at] == '.' && !fraction) {
            fraction = true;
        } else if (text[at] >= '0' && text[at] <= '9') {
            take_digit(decimal, text[at] - '0', fraction);
            any = true;
        } else {
            break;
        }
    }
    if (!any)
        return false;
    if (at < size) {
        if (text[at] != 'e' && text[at] != 'E')
            return false;
        at++;
        bool down = at < size && text[at] == '-';
        if (at < size && (text[at] == '-' || text[at] == '+'))
            at++;
        if (at == size)
            return false;
        int64_t exponent = 0;
        for (; at < size; at++) {
            if (text[at] < '0' || text[at] > '9')
                return false;
            /* Saturates far beyond what the digits of any text in memory could make up for. */
            if (exponent < INT64_C(1000000000000000))
                exponent = exponent * 10 + (text[at] - '0');
        }
        decimal->exponent += down ? -exponent : exponent;
    }
    while (decimal->count > 0 && !decimal->more && decimal->digit[decimal->count - 1] == 0) {
        decimal->count--;
        decimal->exponent++;
    }
    return true;
}

/* n / d as a double, correctly rounded: 66 bits of the quotient, one at a time, and whether anything is left. */
static double
round_quotient(bool negative, struct big *n, struct big *d, int32_t exponent, bool more)
{
    /* d <= n < 4 d, then the first bit weighs 2^shift. */
    int shift = big_bits(n) - big_bits(d) - 1;
    if (shift > 0)
        big_shift(d, shift);
    else
        big_shift(n, -shift);
    unsigned_wide quotient = 0;
    for (int i = 0; i < 66; i++) {
        int bit = 0;
        for (; bit < 4 && big_compare(n, d) >= 0; bit++)
            big_subtract(n, d);
        quotient = (quotient << 1) + (unsigned) bit;
        big_shift(n, 1);
    }
    return exact_compose(negative, quotient, exponent + shift - 65, more || n->size > 0);
}

static double
round_decimal(const struct decimal *decimal)
{
    int exponent = (int) decimal->exponent;
    struct big n, d;
    big_set(&n, 0);
    for (int i = 0; i < decimal->count; i++)
        big_multiply(&n, 10, decimal->digit[i]);
    /* A tail that was cut off makes the number a little larger: one more digit 1 says so. */
    if (decimal->more) {
        big_multiply(&n, 10, 1);
        exponent--;
    }
    big_set(&d, 1);
    if (exponent >= 0)
        big_multiply_power_of_5(&n, exponent);
    else
        big_multiply_power_of_5(&d, -exponent);
    return round_quotient(decimal->negative, &n, &d, exponent, false);
}

/* At most 19 digits and a power of ten within 27 either way. */
static double
round_short(const struct decimal *decimal)
{
    int exponent = (int) decimal->exponent;
    uint64_t digits = 0;
    for (int i = 0; i < decimal->count; i++)
        digits = digits * 10 + decimal->digit[i];
    uint64_t power = 1;
    for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--)
        power *= 5;
    if (exponent >= 0)
        return exact_compose(decimal->negative, (unsigned_wide) digits * power, exponent, false);
    int shift = __builtin_clzll(digits);
    unsigned_wide numerator = (unsigned_wide) (digits << shift) << 64;
    return exact_compose(decimal->negative, numerator / power, exponent - shift - 64, numerator % power != 0);
}

bool
text_double(const char *text, size_t size, double *value)
{
    struct decimal decimal;
    if (!parse_decimal(text, size, &decimal))
        return false;
    /* 0.d1d2... * 10^magnitude */
    int64_t magnitude = decimal.exponent + decimal.count;
    double result;
    if (decimal.count == 0 || magnitude < -330)
        result = decimal.negative ? -0.0 : 0.0;
    else if (magnitude > 310)
        return false;
    else if (decimal.count <= 19 && decimal.exponent >= -27 && decimal.exponent <= 27)
        result = round_short(&decimal);
    else
        result = round_decimal(&decimal);
    if (!isfinite(result))
        return false;
    *value = result;
    return true;
}

/* Dybvig and Burger: value = r / s * 10^point, and m_plus / s, m_minus / s are half of the gaps above and below. */
struct generator {
    struct big r, s, m_plus, m_minus;
    bool even;
};

static void
generator_start(struct generator *g, uint64_t mantissa, int exponent, bool narrow_below)
{
    g->even = (mantissa & 1) == 0;
    big_set(&g->r, mantissa);
    big_set(&g->s, 1);
    big_set(&g->m_plus, 1);
    big_set(&g->m_minus, 1);
    int wider = narrow_below ? 1 : 0;
    big_shift(&g->r, (exponent > 0 ? exponent : 0) + 1 + wider);
    big_shift(&g->s, (exponent < 0 ? -exponent : 0) + 1 + wider);
    big_shift(&g->m_plus, (exponent > 0 ? exponent : 0) + wider);
    big_shift(&g->m_minus, exponent > 0 ? exponent : 0);
}

/* Whether the upper end of the interval reaches s. */
static bool
reaches(const struct generator *g)
{
    struct big high = g->r;
    big_add(&high, &g->m_plus);
    int order = big_compare(&high, &g->s);
    return g->even ? order >= 0 : order > 0;
}

static void
scale_by_ten(struct generator *g)
{
    big_multiply(&g->r, 10, 0);
    big_multiply(&g->m_plus, 10, 0);
    big_multiply(&g->m_minus, 10, 0);
}

/* What has at most 15 digits and 15 decimals, as amounts do. No two decimals of 15 digits share a double, so if one gives
 * the value back, it is the shortest and the only one: m and 10^k are exact and the division rounds once. 0 if none does. */
static int
shortest_of_15(double value, char digits[17], int *point)
{
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    if (!(value >= 1e-5 && value < 1e15))
        return 0;
    int whole = 0;
    while (value >= power[whole])
        whole++;
    int k = 15 - whole;
    double scaled = rint(value * power[k]);
    if (scaled / power[k] != value || scaled > 999999999999999)
        return 0;
    uint64_t m = (uint64_t) scaled;
    for (; m % 10 == 0; k--)
        m /= 10;
    int count = 0;
    for (uint64_t left = m; left > 0; left /= 10)
        count++;
    for (int i = count - 1; i >= 0; i--, m /= 10)
        digits[i] = (char) ('0' + m % 10);
    *point = count - k;
    return count;
}

int
text_shortest(double value, char digits[17], int *point)
{
    int short_count = shortest_of_15(fabs(value), digits, point);
    if (short_count > 0)
        return short_count;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    int biased = (int) (bits >> 52) & 0x7FF;
    bool narrow_below = mantissa == 0 && biased > 1;
    int exponent = biased == 0 ? -1074 : biased - 1075;
    if (biased != 0)
        mantissa |= UINT64_C(1) << 52;

    struct generator g;
    generator_start(&g, mantissa, exponent, narrow_below);
    /* log10(2) to a part in 10^9; off by one at most, mended below. */
    int length = 64 - __builtin_clzll(mantissa);
    int k = (int) ceil((exponent + length - 1) * 0.301029995663981195 - 1e-9);
    if (k >= 0) {
        big_multiply_power_of_5(&g.s, k);
        big_shift(&g.s, k);
    } else {
        struct big *scaled[] = {&g.r, &g.m_plus, &g.m_minus};
        for (int i = 0; i < 3; i++) {
            big_multiply_power_of_5(scaled[i], -k);
            big_shift(scaled[i], -k);
        }
    }
    if (reaches(&g))
        k++;
    else
        scale_by_ten(&g);
    *point = k;

    int count = 0;
    for (;;) {
        int digit = 0;
        while (big_compare(&g.r, &g.s) >= 0) {
            big_subtract(&g.r, &g.s);
            digit++;
        }
        int below = big_compare(&g.r, &g.m_minus);
        bool low = g.even ? below <= 0 : below < 0;
        bool high = reaches(&g);
        if (low || high) {
            /* Both ends are near: the closer one. */
            struct big twice = g.r;
            big_shift(&twice, 1);
            int half = big_compare(&twice, &g.s);
            if (high && (!low || half > 0 || (half == 0 && (digit & 1) != 0)))
                digit++;
            digits[count++] = (char) ('0' + digit);
            return count;
        }
        digits[count++] = (char) ('0' + digit);
        scale_by_ten(&g);
    }
}

static size_t
write_text(char *to, const char *text)
{
    size_t size = strlen(text);
    memcpy(to, text, size + 1);
    return size;
}

static size_t
write_exponent(char *to, int exponent)
{
    size_t size = 0;
    int left = exponent < 0 ? -exponent : exponent;
    to[size++] = 'e';
    to[size++] = exponent < 0 ? '-' : '+';
    if (left >= 100)
        to[size++] = (char) ('0' + left / 100);
    to[size++] = (char) ('0' + left / 10 % 10);
    to[size++] = (char) ('0' + left % 10);
    return size;
}

size_t
text_from_double(double value, char text[32])
{
    if (isnan(value))
        return write_text(text, "nan");
    size_t at = 0;
    if (signbit(value))
        text[at++] = '-';
    if (isinf(value))
        return at + write_text(text + at, "inf");
    if (value == 0)
        return at + write_text(text + at, "0.0");
    char digits[17];
    int point;
    int count = text_shortest(value, digits, &point);
    if (point < -3 || point > 16) {
        text[at++] = digits[0];
        if (count > 1)
            text[at++] = '.';
        for (int i = 1; i < count; i++)
            text[at++] = digits[i];
        at += write_exponent(text + at, point - 1);
    } else {
        for (int i = point < 1 ? point - 1 : 0; i < count || i <= point; i++) {
            if (i == point)
                text[at++] = '.';
            text[at++] = i >= 0 && i < count ? digits[i] : '0';
        }
    }
    text[at] = '\0';
    return at;
}
