/* Exchange rates by day: what a unit of a currency is worth in the base currency, as an exact decimal. One name holds the tables of several
 * days; what is converted on a day takes the latest table of that day or before, never a later one, and no currency that this
 * table has not: a currency that was dropped has no rate, instead of an old one. Amounts are converted in 128-bit integers and
 * rounded once, half to even, to the minor unit of the base. */
#ifndef RULE_RATES_H
#define RULE_RATES_H

#include "rule/rule.h"

#include "base/money.h"

/* A rate has at most 18 digits, RATES_DECIMALS of them behind the point, and is for 1 to RATES_PER_MAX units. */
#define RATES_DECIMALS 12
#define RATES_PER_MAX 1000000

struct rates;

/* NULL where memory failed. base: nullable where the document could not be read, and was reported. stale: on a day more than so many days
 * after a table it is not taken; -1: however old. */
struct rates *rates_new(const char *name, const struct currency *base, int32_t stale);
struct rates *rates_ref(struct rates *rates);
void rates_unref(struct rates *rates /* nullable */);

/* Begins the table of a day, which must be after all before: CSTM_OK, CSTM_ERROR_RANGE, CSTM_ERROR_NO_MEMORY. */
cstm_status rates_begin(struct rates *rates, int32_t day);
/* To the table of the last day: `per` units of the currency are worth digits / 10^decimals of the base. CSTM_OK; CSTM_ERROR_DUPLICATE;
 * CSTM_ERROR_MISMATCH of the base itself; CSTM_ERROR_RANGE beyond the limits above, or not above 0; CSTM_ERROR_NO_MEMORY. */
cstm_status rates_add(struct rates *rates, const struct currency *currency, int64_t digits, int32_t decimals, int64_t per);

const char *rates_name(const struct rates *rates);
const struct currency *rates_base(const struct rates *rates);   /* NULL: not known */
bool rates_digest(const struct rates *rates, struct digest *digest);

/* A decimal, an optional sign, digits, and decimals behind a point, exactly: digits / 10^decimals, without zeros at the end behind the
 * point. 0; CSTM_ERROR_SYNTAX; CSTM_ERROR_RANGE of more than 18 decimals or beyond 64 bits. */
uint8_t rates_decimal(const char *text, size_t size, int64_t *digits, int32_t *decimals);

/* digits / 10^decimals of a currency (decimals 0 to 18; -1: digits are its minor units), on a day, in minor units of the base. 0;
 * CSTM_ERROR_RANGE without a rate of that day, where the latest table is stale, or beyond 64 bits. */
uint8_t rates_convert(const struct rates *rates, int64_t digits, int32_t decimals, struct rule_text currency, int64_t day, int64_t *minor);

#endif
