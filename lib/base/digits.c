/* Doubles in decimal with a number of digits that the caller asks for, as reports and formatted texts want them.
 *
 * Every double is a whole number of some power of two, so its decimal expansion ends: at most 767 digits. They are all
 * computed, in words of nine digits, and then rounded once, half to even, so that every machine writes the same text
 * whatever its C library or locale. What number.c writes is the shortest text that reads back; this is the exact one. */
#include "base/text.h"

#include <math.h>
#include <string.h>

#define WORD UINT32_C(1000000000)
#define WORDS 88                     /* 2^53 * 5^1074 < 10^767 */
#define DIGITS 792

/* A whole number, least word first. */
struct words {
    int n;
    uint32_t word[WORDS];
};

static void
multiply(struct words *words, uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < words->n; i++) {
        carry += (uint64_t) words->word[i] * factor;
        words->word[i] = (uint32_t) (carry % WORD);
        carry /= WORD;
    }
    for (; carry > 0; carry /= WORD)
        words->word[words->n++] = (uint32_t) (carry % WORD);
}

/* 0.d1d2... * 10^point without the sign: no zero at either end, no digit at all for zero. */
struct decimal {
    int n, point;
    char digit[DIGITS];
};

/* value = mantissa * 2^exponent. Below the point a power of two is one of five over one of ten. */
static void
expand(double value, struct decimal *decimal)
{
    decimal->n = decimal->point = 0;
    if (value == 0)
        return;
    int exponent;
    uint64_t mantissa = (uint64_t) ldexp(frexp(fabs(value), &exponent), 53);
    exponent -= 53;
    int spare = __builtin_ctzll(mantissa);
    mantissa >>= spare;
    exponent += spare;

    struct words words = {0};
    for (; mantissa > 0; mantissa /= WORD)
        words.word[words.n++] = (uint32_t) (mantissa % WORD);
    int left = exponent < 0 ? -exponent : exponent;
    for (const int step = exponent < 0 ? 13 : 29; left >= step; left -= step)
        multiply(&words, exponent < 0 ? UINT32_C(1220703125) : UINT32_C(1) << 29);
    for (; left > 0; left--)
        multiply(&words, exponent < 0 ? 5 : 2);

    for (int i = words.n - 1; i >= 0; i--)
        for (uint32_t unit = WORD / 10; unit > 0; unit /= 10)
            if (decimal->n > 0 || words.word[i] / unit > 0)
                decimal->digit[decimal->n++] = (char) ('0' + words.word[i] / unit % 10);
    decimal->point = decimal->n + (exponent < 0 ? exponent : 0);
    while (decimal->digit[decimal->n - 1] == '0')
        decimal->n--;
}

/* To the first `keep` digits, half to even. */
static void
round_to(struct decimal *decimal, int keep)
{
    if (keep >= decimal->n)
        return;
    if (keep < 0) {
        decimal->n = 0;
        return;
    }
    const char *digit = decimal->digit;
    bool more = keep + 1 < decimal->n;
    bool odd = keep > 0 && (digit[keep - 1] & 1) != 0;
    bool up = digit[keep] > '5' || (digit[keep] == '5' && (more || odd));
    decimal->n = keep;
    if (!up)
        return;
    while (decimal->n > 0 && digit[decimal->n - 1] == '9')
        decimal->n--;
    if (decimal->n > 0) {
        decimal->digit[decimal->n - 1]++;
    } else {
        decimal->digit[decimal->n++] = '1';
        decimal->point++;
    }
}

static char
digit_at(const struct decimal *decimal, int i)
{
    return i >= 0 && i < decimal->n ? decimal->digit[i] : '0';
}

static size_t
write_positional(const struct decimal *decimal, bool negative, int decimals, char *text)
{
    size_t at = 0;
    if (negative)
        text[at++] = '-';
    if (decimal->point <= 0)
        text[at++] = '0';
    for (int i = 0; i < decimal->point; i++)
        text[at++] = digit_at(decimal, i);
    if (decimals > 0)
        text[at++] = '.';
    for (int i = 0; i < decimals; i++)
        text[at++] = digit_at(decimal, decimal->point + i);
    return at;
}

size_t
text_fixed(double value, int decimals, char *text)
{
    struct decimal decimal;
    expand(value, &decimal);
    round_to(&decimal, decimal.point + decimals);
    return write_positional(&decimal, signbit(value), decimals, text);
}

size_t
text_scientific(double value, int decimals, char *text)
{
    struct decimal decimal;
    expand(value, &decimal);
    round_to(&decimal, decimals + 1);
    size_t at = 0;
    if (signbit(value))
        text[at++] = '-';
    text[at++] = digit_at(&decimal, 0);
    if (decimals > 0)
        text[at++] = '.';
    for (int i = 1; i <= decimals; i++)
        text[at++] = digit_at(&decimal, i);
    int exponent = decimal.n == 0 ? 0 : decimal.point - 1;
    text[at++] = 'e';
    text[at++] = exponent < 0 ? '-' : '+';
    int size = exponent < 0 ? -exponent : exponent;
    if (size >= 100)
        text[at++] = (char) ('0' + size / 100);
    text[at++] = (char) ('0' + size / 10 % 10);
    text[at++] = (char) ('0' + size % 10);
    return at;
}

size_t
text_positional(double value, char text[352])
{
    struct decimal decimal = {0};
    if (value != 0)
        decimal.n = text_shortest(value, decimal.digit, &decimal.point);
    return write_positional(&decimal, signbit(value), decimal.n > decimal.point ? decimal.n - decimal.point : 0, text);
}
