/* Money: int64 minor units of one ISO 4217 currency. Parsing and printing are exact; see cstm_money_parse(). */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <libcustomer/base.h>

#include <stdbool.h>

struct currency {
    char code[4];
    int16_t number;
    int8_t exponent;
};
/* NULL if unknown or without minor units. Static, sorted table of every ISO 4217 code. */
const struct currency *currency_find(const char *code, size_t size);

cstm_status money_parse(const char *text, size_t size, int32_t exponent, int64_t *minor, cstm_error **error);
size_t money_write(int64_t minor, int32_t exponent, char text[32]);
double money_to_double(int64_t minor, int32_t exponent);                   /* major units, correctly rounded */
/* Exact or false: a double that is a decimal of at most `exponent` places in its shortest form. */
bool money_from_double(double major, int32_t exponent, int64_t *minor);
/* A decimal (128-bit integer, scale) to minor units, exact or false. */
bool money_from_decimal(__int128 value, int32_t scale, int32_t exponent, int64_t *minor);

#endif
