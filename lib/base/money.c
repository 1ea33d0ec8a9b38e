/* Money in and out: decimal text, doubles and decimals against int64 minor units. Nothing is ever rounded on the way in:
 * what is not a whole number of minor units is refused. */
#include "base/money.h"

#include "base/error.h"
#include "base/exact.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define EXPONENT_MAX 18

static const int64_t powers_of_10[EXPONENT_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* An amount's parts, as positions in its text: digits in [whole, whole_end) and [decimals, size). */
struct parts {
    size_t whole, whole_end, decimals;
};

static size_t
skip_digits(const char *text, size_t size, size_t at)
{
    while (at < size && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

static bool
split_amount(const char *text, size_t size, struct parts *parts)
{
    parts->whole = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    parts->whole_end = parts->decimals = skip_digits(text, size, parts->whole);
    if (parts->whole_end == parts->whole)
        return false;
    if (parts->whole_end == size)
        return true;
    parts->decimals = parts->whole_end + 1;
    return text[parts->whole_end] == '.' && parts->decimals < size && skip_digits(text, size, parts->decimals) == size;
}

static bool
push_digit(int64_t *minor, int digit, bool negative)
{
    return !__builtin_mul_overflow(*minor, 10, minor) &&
           !__builtin_add_overflow(*minor, negative ? -digit : digit, minor);
}

cstm_status
money_parse(const char *text, size_t size, int32_t exponent, int64_t *minor, cstm_error **error)
{
    error_clear(error);
    struct parts parts;
    if (!split_amount(text, size, &parts))
        return error_set(error, CSTM_ERROR_SYNTAX,
                         "not an amount: an optional sign, digits, and decimals behind a point are expected");
    bool negative = text[0] == '-', fits = true;
    int64_t sum = 0;
    for (size_t at = parts.whole; at < parts.whole_end && fits; at++)
        fits = push_digit(&sum, text[at] - '0', negative);
    size_t end = parts.decimals + (size_t) exponent;
    for (size_t at = parts.decimals; at < end && fits; at++)
        fits = push_digit(&sum, at < size ? text[at] - '0' : 0, negative);
    for (size_t at = end; at < size; at++)
        if (text[at] != '0')
            return error_set(error, CSTM_ERROR_RANGE, "an amount with more than %d decimals", (int) exponent);
    if (!fits)
        return error_set(error, CSTM_ERROR_RANGE, "an amount beyond the range of 64 bits");
    *minor = sum;
    return CSTM_OK;
}

size_t
money_write(int64_t minor, int32_t exponent, char text[32])
{
    char digits[24];
    size_t size = text_from_int64(minor, digits);
    size_t at = 0, from = 0;
    if (minor < 0)
        text[at++] = digits[from++];
    size_t whole = size - from > (size_t) exponent ? size - from - (size_t) exponent : 0;
    if (whole == 0)
        text[at++] = '0';
    for (size_t i = 0; i < whole; i++)
        text[at++] = digits[from++];
    if (exponent > 0) {
        text[at++] = '.';
        for (size_t i = size - from; i < (size_t) exponent; i++)
            text[at++] = '0';
        while (from < size)
            text[at++] = digits[from++];
    }
    text[at] = '\0';
    return at;
}

double
money_to_double(int64_t minor, int32_t exponent)
{
    /* Below 2^53 both operands are exact, so the division rounds once. */
    const int64_t exact = INT64_C(1) << 53;
    if (minor >= -exact && minor <= exact && exponent <= 15)
        return (double) minor / (double) powers_of_10[exponent];
    return wide_ratio(minor, powers_of_10[exponent]);
}

bool
money_from_double(double major, int32_t exponent, int64_t *minor)
{
    if (!isfinite(major))
        return false;
    if (major == 0) {
        *minor = 0;
        return true;
    }
    /* No two decimals of 15 digits share a double, so for these a division that gives the double back decides. */
    double scaled = major * (double) powers_of_10[exponent];
    if (exponent <= 15 && scaled > -1e15 && scaled < 1e15) {
        double nearest = nearbyint(scaled);
        if (nearest / (double) powers_of_10[exponent] != major)
            return false;
        *minor = (int64_t) nearest;
        return true;
    }
    char digits[17];
    int point;
    int count = text_shortest(major, digits, &point);
    int64_t sum = 0;
    if (point + exponent < count || point + exponent > 19)
        return false;
    for (int i = 0; i < point + exponent; i++)
        if (!push_digit(&sum, i < count ? digits[i] - '0' : 0, major < 0))
            return false;
    *minor = sum;
    return true;
}

bool
money_from_decimal(__int128 value, int32_t scale, int32_t exponent, int64_t *minor)
{
    wide result = value;
    /* A 128-bit number other than 0 ends or overflows within 39 steps. */
    for (int64_t up = (int64_t) exponent - scale; up > 0 && result != 0; up--)
        if (__builtin_mul_overflow(result, (wide) 10, &result))
            return false;
    for (int64_t down = (int64_t) scale - exponent; down > 0 && result != 0; down--) {
        if (result % 10 != 0)
            return false;
        result /= 10;
    }
    if (!wide_fits(result))
        return false;
    *minor = (int64_t) result;
    return true;
}

/* Asked with NULL checked. */
static cstm_status
find_currency(const char *code, const struct currency **found, cstm_error **error)
{
    *found = currency_find(code, strlen(code));
    if (*found == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%s', or one without a minor unit (ISO 4217)",
                         code);
    return CSTM_OK;
}

cstm_status
cstm_money_parse(const char *text, size_t size, const char *currency, int64_t *minor, cstm_error **error)
{
    error_clear(error);
    if (text == NULL || currency == NULL || minor == NULL)
        return error_misuse(error, "text, currency or minor is NULL");
    const struct currency *found;
    cstm_status status = find_currency(currency, &found, error);
    return status != CSTM_OK ? status : money_parse(text, size, found->exponent, minor, error);
}

cstm_status
cstm_money_format(int64_t minor, const char *currency, char *text, size_t capacity, cstm_error **error)
{
    error_clear(error);
    if (text == NULL || currency == NULL)
        return error_misuse(error, "text or currency is NULL");
    const struct currency *found;
    cstm_status status = find_currency(currency, &found, error);
    if (status != CSTM_OK)
        return status;
    char written[32];
    size_t size = money_write(minor, found->exponent, written);
    if (size >= capacity)
        return error_set(error, CSTM_ERROR_LIMIT, "capacity is too small for the amount; 32 is always enough");
    memcpy(text, written, size + 1);
    return CSTM_OK;
}
