/* Tables by day, rates by code: two binary searches, then one multiplication and one division. The product of an amount of 63 bits and a
 * rate of 60 has 123; what it is divided by is at most 10^18 of the amount's decimals, 10^12 of the rate's and 10^6 units. */
#include "rule/rates.h"

#include "base/bytes.h"
#include "base/exact.h"
#include "base/memory.h"

#include <stdatomic.h>
#include <string.h>

#define AMOUNT_DECIMALS 18
#define RATE_MAX INT64_C(999999999999999999)

struct rate {
    char code[4];
    int32_t exponent;        /* of the currency */
    int32_t decimals;
    int32_t per;
    int64_t digits;
};

struct table {
    int32_t day;
    struct rate *rates;      /* by code */
    size_t n, capacity;
};

struct rates {
    _Atomic int32_t references;
    char *name;
    const struct currency *base;
    int32_t stale;
    struct table *tables;
    size_t n, capacity;
};

struct rates *
rates_new(const char *name, const struct currency *base, int32_t stale)
{
    struct rates *rates = memory_new(sizeof *rates);
    if (rates == NULL)
        return NULL;
    atomic_init(&rates->references, 1);
    rates->base = base;
    rates->stale = stale;
    rates->name = memory_copy(name, strlen(name));
    if (rates->name != NULL)
        return rates;
    rates_unref(rates);
    return NULL;
}

struct rates *
rates_ref(struct rates *rates)
{
    atomic_fetch_add_explicit(&rates->references, 1, memory_order_relaxed);
    return rates;
}

void
rates_unref(struct rates *rates)
{
    if (rates == NULL || atomic_fetch_sub_explicit(&rates->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < rates->n; i++)
        memory_free(rates->tables[i].rates);
    memory_free(rates->tables);
    memory_free(rates->name);
    memory_free(rates);
}

cstm_status
rates_begin(struct rates *rates, int32_t day)
{
    if (rates->n > 0 && rates->tables[rates->n - 1].day >= day)
        return CSTM_ERROR_RANGE;
    if (!memory_reserve(&rates->tables, &rates->capacity, rates->n + 1, sizeof *rates->tables))
        return CSTM_ERROR_NO_MEMORY;
    rates->tables[rates->n++] = (struct table){.day = day};
    return CSTM_OK;
}

/* Where a code of three letters is, or would be. */
static size_t
place_of(const struct table *table, const char *code)
{
    size_t low = 0, high = table->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(table->rates[middle].code, code, 3) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

cstm_status
rates_add(struct rates *rates, const struct currency *currency, int64_t digits, int32_t decimals, int64_t per)
{
    struct table *table = &rates->tables[rates->n - 1];
    const size_t at = place_of(table, currency->code);
    if (currency == rates->base)
        return CSTM_ERROR_MISMATCH;
    if (digits < 1 || digits > RATE_MAX || decimals < 0 || decimals > RATES_DECIMALS || per < 1 || per > RATES_PER_MAX)
        return CSTM_ERROR_RANGE;
    if (at < table->n && memcmp(table->rates[at].code, currency->code, 3) == 0)
        return CSTM_ERROR_DUPLICATE;
    if (!memory_reserve(&table->rates, &table->capacity, table->n + 1, sizeof *table->rates))
        return CSTM_ERROR_NO_MEMORY;
    memmove(&table->rates[at + 1], &table->rates[at], (table->n - at) * sizeof *table->rates);
    struct rate *rate = &table->rates[at];
    *rate = (struct rate){.exponent = currency->exponent, .decimals = decimals, .per = (int32_t) per, .digits = digits};
    memcpy(rate->code, currency->code, 3);
    table->n++;
    return CSTM_OK;
}

const char *
rates_name(const struct rates *rates)
{
    return rates->name;
}

const struct currency *
rates_base(const struct rates *rates)
{
    return rates->base;
}

bool
rates_digest(const struct rates *rates, struct digest *digest)
{
    struct cstm_buffer bytes = {0};
    const char *base = rates->base == NULL ? "" : rates->base->code;
    bool good = buffer_put_text(&bytes, "rates 1", 7) && buffer_put_text(&bytes, rates->name, strlen(rates->name)) &&
                buffer_put_text(&bytes, base, strlen(base)) && buffer_put_svar(&bytes, rates->stale);
    for (size_t t = 0; good && t < rates->n; t++) {
        const struct table *table = &rates->tables[t];
        good = buffer_put_svar(&bytes, table->day) && buffer_put_uvar(&bytes, table->n);
        for (size_t i = 0; good && i < table->n; i++) {
            const struct rate *rate = &table->rates[i];
            good = buffer_put_text(&bytes, rate->code, 3) && buffer_put_svar(&bytes, rate->digits) &&
                   buffer_put_svar(&bytes, rate->decimals) && buffer_put_svar(&bytes, rate->per);
        }
    }
    if (good)
        *digest = digest_of(bytes.data, bytes.size);
    buffer_clear(&bytes);
    return good;
}

uint8_t
rates_decimal(const char *text, size_t size, int64_t *digits, int32_t *decimals)
{
    const bool negative = size > 0 && text[0] == '-';
    size_t at = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0, point = size;
    const size_t first = at;
    while (at < size && text[at] >= '0' && text[at] <= '9')
        at++;
    if (at == first)
        return CSTM_ERROR_SYNTAX;
    if (at < size) {
        point = at++;
        while (at < size && text[at] >= '0' && text[at] <= '9')
            at++;
        if (text[point] != '.' || at < size || point + 1 == size)
            return CSTM_ERROR_SYNTAX;
    }
    size_t end = size;
    while (point < size && end > point && (text[end - 1] == '0' || end == point + 1))
        end--;
    int64_t sum = 0;
    for (at = first; at < end; at++) {
        const int digit = text[at] - '0';
        if (at != point && (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, negative ? -digit : digit, &sum)))
            return CSTM_ERROR_RANGE;
    }
    const size_t behind = end > point ? end - point - 1 : 0;
    if (behind > AMOUNT_DECIMALS)
        return CSTM_ERROR_RANGE;
    *digits = sum;
    *decimals = (int32_t) behind;
    return 0;
}

/* The latest of `day` or before that is not stale, NULL if there is none. */
static const struct table *
table_of(const struct rates *rates, int64_t day)
{
    size_t low = 0, high = rates->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rates->tables[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || (rates->stale >= 0 && day - rates->tables[low - 1].day > rates->stale))
        return NULL;
    return &rates->tables[low - 1];
}

static const struct rate *
rate_of(const struct rates *rates, struct rule_text currency, int64_t day)
{
    const struct table *table = currency.size == 3 ? table_of(rates, day) : NULL;
    const size_t at = table == NULL ? 0 : place_of(table, currency.bytes);
    return table != NULL && at < table->n && memcmp(table->rates[at].code, currency.bytes, 3) == 0 ? &table->rates[at] : NULL;
}

static wide
power_of_10(int32_t exponent)
{
    wide power = 1;
    for (int32_t i = 0; i < exponent; i++)
        power *= 10;
    return power;
}

/* n / d to a whole number, half to even, d up to 10^36. */
static wide
divide(wide n, wide d)
{
    wide quotient = n / d, rest = n % d;
    rest = rest < 0 ? -rest : rest;
    if (rest > d - rest || (rest == d - rest && (quotient & 1) != 0))
        quotient += n < 0 ? -1 : 1;
    return quotient;
}

uint8_t
rates_convert(const struct rates *rates, int64_t digits, int32_t decimals, struct rule_text currency, int64_t day, int64_t *minor)
{
    const struct currency *base = rates->base;
    const bool own = base != NULL && currency.size == 3 && memcmp(currency.bytes, base->code, 3) == 0;
    const struct rate one = {.exponent = own ? base->exponent : 0, .per = 1, .digits = 1};
    const struct rate *rate = own ? &one : rate_of(rates, currency, day);
    if (rate == NULL || base == NULL)
        return CSTM_ERROR_RANGE;
    wide n = (wide) digits * rate->digits, d = rate->per;
    const int32_t scale = base->exponent - rate->decimals - (decimals < 0 ? rate->exponent : decimals);
    if (scale < 0)
        d *= power_of_10(-scale);
    else if (__builtin_mul_overflow(n, power_of_10(scale), &n))
        return CSTM_ERROR_RANGE;     /* 2^127 over 10^6 is beyond 64 bits, too */
    const wide result = divide(n, d);
    if (!wide_fits(result))
        return CSTM_ERROR_RANGE;
    *minor = (int64_t) result;
    return 0;
}
