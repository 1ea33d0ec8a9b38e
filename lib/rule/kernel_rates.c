/* convert(amount, currency, day): an amount of another currency in the strategy's, by the strategy's table of rates. Money stands for its
 * decimal value, an amount of the other currency that was taken in before its currency was known; a text is a decimal; an int counts
 * minor units of the other currency. */
#include "rule/domain.h"
#include "rule/kernel_many.h"
#include "rule/overload.h"
#include "rule/rates.h"

static uint8_t
convert_on(const struct op *op, int64_t digits, int32_t decimals, const void *currency, int64_t day, void *result)
{
    const struct rates_binding *binding = op->data;
    int64_t *minor = result;
    *minor = 0;
    return rates_convert(binding->rates, digits, decimals, *(const struct rule_text *) currency, day, minor);
}

static uint8_t
convert_money(const struct op *op, const void *const *operands, void *result)
{
    const struct rates_binding *binding = op->data;
    const struct currency *base = rates_base(binding->rates);
    return convert_on(op, *(const int64_t *) operands[0], base == NULL ? 0 : base->exponent, operands[1], *(const int64_t *) operands[2],
                      result);
}

static uint8_t
convert_int(const struct op *op, const void *const *operands, void *result)
{
    return convert_on(op, *(const int64_t *) operands[0], -1, operands[1], *(const int64_t *) operands[2], result);
}

static uint8_t
convert_text(const struct op *op, const void *const *operands, void *result)
{
    const struct rule_text *text = operands[0];
    int64_t digits = 0;
    int32_t decimals = 0;
    memset(result, 0, sizeof(int64_t));
    const uint8_t state = rates_decimal(text->bytes, text->size, &digits, &decimals);
    return state != 0 ? state : convert_on(op, digits, decimals, operands[1], *(const int64_t *) operands[2], result);
}

/* A timestamp stands for its civil day. */
#define ON_TIMESTAMP(NAME)                                                                          \
    static uint8_t NAME##_t(const struct op *op, const void *const *operands, void *result)         \
    {                                                                                               \
        const struct rates_binding *binding = op->data;                                             \
        const int64_t day = zone_day(binding->zone, *(const int64_t *) operands[2], NULL);          \
        const void *const dated[] = {operands[0], operands[1], &day};                               \
        return NAME(op, dated, result);                                                             \
    }

ON_TIMESTAMP(convert_money)
ON_TIMESTAMP(convert_int)
ON_TIMESTAMP(convert_text)

#define TEXT sizeof(struct rule_text)
KERNEL_MANY(convert_money, int64_t, 3, 8, TEXT, 8)
KERNEL_MANY(convert_int, int64_t, 3, 8, TEXT, 8)
KERNEL_MANY(convert_text, int64_t, 3, TEXT, TEXT, 8)
KERNEL_MANY(convert_money_t, int64_t, 3, 8, TEXT, 8)
KERNEL_MANY(convert_int_t, int64_t, 3, 8, TEXT, 8)
KERNEL_MANY(convert_text_t, int64_t, 3, TEXT, TEXT, 8)

#define CONVERT(KIND, KERNEL)                                                                       \
    {.name = "convert", .style = STYLE_FUNCTION, .n = 3, .result = RULE_MONEY, .args = {KIND, RULE_STRING, RULE_DATE}, \
     .binding = BIND_RATES, .kernel = &KERNEL##_kernel},                                            \
    {.name = "convert", .style = STYLE_FUNCTION, .n = 3, .result = RULE_MONEY, .args = {KIND, RULE_STRING, RULE_TIMESTAMP}, \
     .binding = BIND_RATES_ZONE, .kernel = &KERNEL##_t_kernel}

static const struct overload rows[] = {
    CONVERT(RULE_MONEY, convert_money),
    CONVERT(RULE_INT, convert_int),
    CONVERT(RULE_STRING, convert_text),
};
const struct overload_table rates_overloads = {rows, sizeof rows / sizeof rows[0]};
