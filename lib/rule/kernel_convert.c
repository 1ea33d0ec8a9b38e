/* Conversions. Each that cannot keep the value says so: CSTM_ERROR_RANGE for a number outside the new kind's range,
 * CSTM_ERROR_SYNTAX for a text that does not read as one. double(money) is in major units; a timestamp becomes a date in the
 * scope's zone, and a date its first instant there. */
#include "rule/instant.h"
#include "rule/overload.h"

#include "base/money.h"
#include "base/text.h"

#include <math.h>

#define LONGEST_NUMBER 40

static inline uint8_t
int_from_uint(uint64_t a, int64_t *r)
{
    *r = (int64_t) a;
    return a <= INT64_MAX ? 0 : CSTM_ERROR_RANGE;
}

/* Towards zero. */
static inline uint8_t
int_from_double(double a, int64_t *r)
{
    bool fits = a > -0x1p63 && a < 0x1p63;
    *r = fits ? (int64_t) a : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

/* Whether a text that is no int64 has the form of one, and so is out of range. */
static bool
is_whole_number(struct rule_text text)
{
    size_t at = text.size > 0 && (text.bytes[0] == '-' || text.bytes[0] == '+') ? 1 : 0;
    if (at == text.size)
        return false;
    for (; at < text.size; at++)
        if (text.bytes[at] < '0' || text.bytes[at] > '9')
            return false;
    return true;
}

static inline uint8_t
int_from_text(struct rule_text a, int64_t *r)
{
    *r = 0;
    if (text_int64(a.bytes, a.size, r))
        return 0;
    return is_whole_number(a) ? CSTM_ERROR_RANGE : CSTM_ERROR_SYNTAX;
}

/* Seconds since the epoch, downwards. */
static inline uint8_t
int_from_instant(int64_t a, int64_t *r)
{
    *r = a / MICROS_PER_SECOND - (a % MICROS_PER_SECOND < 0);
    return 0;
}

static inline uint8_t
uint_from_int(int64_t a, uint64_t *r)
{
    *r = (uint64_t) a;
    return a >= 0 ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
uint_from_double(double a, uint64_t *r)
{
    bool fits = a >= 0 && a < 0x1p64;
    *r = fits ? (uint64_t) a : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
uint_from_text(struct rule_text a, uint64_t *r)
{
    *r = 0;
    if (!is_whole_number(a) || a.bytes[0] == '-' || a.bytes[0] == '+')
        return is_whole_number(a) && a.bytes[0] == '-' ? CSTM_ERROR_RANGE : CSTM_ERROR_SYNTAX;
    for (size_t i = 0; i < a.size; i++) {
        if (__builtin_mul_overflow(*r, UINT64_C(10), r) || __builtin_add_overflow(*r, (uint64_t) (a.bytes[i] - '0'), r)) {
            *r = 0;
            return CSTM_ERROR_RANGE;
        }
    }
    return 0;
}

static inline uint8_t
double_from_int(int64_t a, double *r)
{
    *r = (double) a;
    return 0;
}

static inline uint8_t
double_from_uint(uint64_t a, double *r)
{
    *r = (double) a;
    return 0;
}

/* "inf", "Infinity" and "NaN" in any case, with a sign. */
static bool
special_double(struct rule_text a, double *r)
{
    static const char *const words[] = {"inf", "infinity", "nan"};
    const bool negative = a.size > 0 && a.bytes[0] == '-';
    const size_t at = negative || (a.size > 0 && a.bytes[0] == '+') ? 1 : 0;
    for (size_t i = 0; i < 3; i++) {
        size_t n = 0;
        while (at + n < a.size && n < strlen(words[i]) && (a.bytes[at + n] | 0x20) == words[i][n])
            n++;
        if (at + n == a.size && n == strlen(words[i])) {
            const double value = i < 2 ? (double) INFINITY : (double) NAN;
            *r = negative ? -value : value;
            return true;
        }
    }
    return false;
}

static inline uint8_t
double_from_text(struct rule_text a, double *r)
{
    *r = 0;
    if (special_double(a, r))
        return 0;
    if (!text_double(a.bytes, a.size, r))
        return CSTM_ERROR_SYNTAX;
    return fabs(*r) <= __DBL_MAX__ ? 0 : CSTM_ERROR_NOT_FINITE;
}

/* Major units, correctly rounded: below 2^53 both sides of the division are exact. */
static inline uint8_t
double_from_money(const struct op *op, int64_t a, double *r)
{
    static const double powers[] = {1, 10, 100, 1000, 10000};
    const int64_t exact = INT64_C(1) << 53;
    if (a >= -exact && a <= exact && op->imm >= 0 && op->imm <= 4)
        *r = (double) a / powers[op->imm];
    else
        *r = money_to_double(a, (int32_t) op->imm);
    return 0;
}

static inline uint8_t
bool_from_text(struct rule_text a, uint8_t *r)
{
    static const char *const words[] = {"true", "t", "True", "TRUE", "1", "false", "f", "False", "FALSE", "0"};
    *r = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == a.size && memcmp(words[i], a.bytes, a.size) == 0) {
            *r = i < 5;
            return 0;
        }
    }
    return CSTM_ERROR_SYNTAX;
}

static inline uint8_t
date_from_text(struct rule_text a, int64_t *r)
{
    int32_t day = 0;
    bool legal = civil_parse_date(a.bytes, a.size, &day);
    *r = day;
    return legal ? 0 : CSTM_ERROR_SYNTAX;
}

static inline uint8_t
date_from_instant(const struct op *op, int64_t a, int64_t *r)
{
    *r = zone_day(op->data, a, NULL);
    return 0;
}

/* An instant has microseconds: what a text says below them, to nanoseconds, is cut off. */
static struct rule_text
without_nanos(struct rule_text a, char buffer[64])
{
    const char *point = a.size == 0 || a.size > 60 ? NULL : memchr(a.bytes, '.', a.size);
    const size_t from = point == NULL ? 0 : (size_t) (point - a.bytes) + 1;
    size_t digits = 0;
    while (point != NULL && from + digits < a.size && a.bytes[from + digits] >= '0' && a.bytes[from + digits] <= '9')
        digits++;
    if (digits <= 6 || digits > 9)
        return a;
    memcpy(buffer, a.bytes, from + 6);
    memcpy(buffer + from + 6, a.bytes + from + digits, a.size - from - digits);
    return (struct rule_text){buffer, a.size - digits + 6};
}

static inline uint8_t
instant_from_text(const struct op *op, struct rule_text a, int64_t *r)
{
    char buffer[64];
    *r = 0;
    a = without_nanos(a, buffer);
    if (!civil_parse_instant(a.bytes, a.size, op->data, false, r))
        return CSTM_ERROR_SYNTAX;
    return instant_fits(*r) ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
instant_from_date(const struct op *op, int64_t a, int64_t *r)
{
    *r = zone_day_start(op->data, (int32_t) a);
    return 0;
}

static inline uint8_t
instant_from_int(int64_t a, int64_t *r)
{
    bool fits = a >= INSTANT_MIN / MICROS_PER_SECOND && a <= INSTANT_MAX / MICROS_PER_SECOND;
    *r = fits ? a * MICROS_PER_SECOND : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
duration_from_text(struct rule_text a, int64_t *r)
{
    *r = 0;
    return (uint8_t) duration_parse(a.bytes, a.size, r);
}

static inline uint8_t
money_from_text(const struct op *op, struct rule_text a, int64_t *r)
{
    *r = 0;
    return (uint8_t) money_parse(a.bytes, a.size, (int32_t) op->imm, r, NULL);
}

static inline uint8_t
text_from_bytes(struct rule_text a, struct rule_text *r)
{
    *r = a;
    return a.size == 0 || text_utf8_error(a.bytes, a.size) == a.size ? 0 : CSTM_ERROR_SYNTAX;
}

/* Texts that are made: written into the row's part of the operation's buffer. */

static inline uint8_t
made(char *buffer, size_t size, struct rule_text *r)
{
    r->bytes = buffer;
    r->size = size;
    return 0;
}

static inline uint8_t
text_of_bool(const struct op *op, char *buffer, uint8_t a, struct rule_text *r)
{
    (void) op;
    (void) buffer;
    r->bytes = a != 0 ? "true" : "false";
    r->size = a != 0 ? 4 : 5;
    return 0;
}

static inline uint8_t
text_of_int(const struct op *op, char *buffer, int64_t a, struct rule_text *r)
{
    (void) op;
    return made(buffer, text_from_int64(a, buffer), r);
}

static inline uint8_t
text_of_uint(const struct op *op, char *buffer, uint64_t a, struct rule_text *r)
{
    (void) op;
    size_t n = 0;
    if (a >= 10)
        n = text_from_int64((int64_t) (a / 10), buffer);
    buffer[n++] = (char) ('0' + a % 10);
    return made(buffer, n, r);
}

/* The shortest text that reads back; a whole number is written without a point, as CEL does. */
static inline uint8_t
text_of_double(const struct op *op, char *buffer, double a, struct rule_text *r)
{
    (void) op;
    size_t n = text_from_double(a, buffer);
    if (n > 2 && buffer[n - 1] == '0' && buffer[n - 2] == '.')
        n -= 2;
    return made(buffer, n, r);
}

static inline uint8_t
text_of_date(const struct op *op, char *buffer, int64_t a, struct rule_text *r)
{
    (void) op;
    return made(buffer, civil_write_date((int32_t) a, buffer), r);
}

/* In UTC, with as many decimals as it needs. */
static inline uint8_t
text_of_instant(const struct op *op, char *buffer, int64_t a, struct rule_text *r)
{
    (void) op;
    size_t n = civil_write_instant(a, NULL, buffer) - strlen("+00:00");
    if (a % MICROS_PER_SECOND != 0)
        while (buffer[n - 1] == '0')
            n--;
    buffer[n++] = 'Z';
    return made(buffer, n, r);
}

static inline uint8_t
text_of_duration(const struct op *op, char *buffer, int64_t a, struct rule_text *r)
{
    (void) op;
    return made(buffer, duration_write(a, buffer), r);
}

static inline uint8_t
text_of_money(const struct op *op, char *buffer, int64_t a, struct rule_text *r)
{
    return made(buffer, money_write(a, (int32_t) op->imm, buffer), r);
}

#define READS_TEXT KERNEL_FAILS | KERNEL_GUARDED | KERNEL_SLOW
#define MAKES_TEXT KERNEL_GUARDED | KERNEL_SLOW
KERNEL_UNARY(UNARY_PLAIN, int_from_uint, uint64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, int_from_double, double, int64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, int_from_text, struct rule_text, int64_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_PLAIN, int_from_instant, int64_t, int64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, uint_from_int, int64_t, uint64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, uint_from_double, double, uint64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, uint_from_text, struct rule_text, uint64_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_PLAIN, double_from_int, int64_t, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, double_from_uint, uint64_t, double, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, double_from_text, struct rule_text, double, READS_TEXT, 0)
UNARY_SCHEDULES(UNARY_OP, double_from_money, int64_t, double, KERNEL_GUARDED, 0)

/* Whether all are small enough for both sides of the division to be exact; if so, divides. */
static inline __attribute__((always_inline)) bool
divide_all(const int64_t *restrict x, int32_t n, double power, double *restrict out)
{
    const uint64_t exact = UINT64_C(1) << 51;
    const double magic = 0x1.8p52;
    uint64_t outside = 0;
    for (int32_t i = 0; i < n; i++)
        outside |= (uint64_t) x[i] + exact;
    if (outside >= exact << 1)
        return false;
    /* Of whole numbers below 2^51 the sum with 1.5 * 2^52 has the number in its lowest bits: vectors have no other conversion. */
    for (int32_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &magic, sizeof bits);
        bits += (uint64_t) x[i];
        double sum;
        memcpy(&sum, &bits, sizeof sum);
        out[i] = (sum - magic) / power;
    }
    return true;
}

static bool divide_plain(const int64_t *x, int32_t n, double power, double *out) { return divide_all(x, n, power, out); }
WIDE_TARGET static bool divide_wide(const int64_t *x, int32_t n, double power, double *out) { return divide_all(x, n, power, out); }

/* A row that is no value may lie anywhere: then each is looked at. */
static inline const struct op *
double_from_money_many(const struct op *op, struct batch *batch, bool wide)
{
    static const double powers[] = {1, 10, 100, 1000, 10000};
    const struct vector *a = batch_vector(batch, op->a);
    const int32_t n = a->constant ? 1 : batch->rows;
    double *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    if (op->imm < 0 || op->imm > 4 || !(wide ? divide_wide : divide_plain)(a->data, n, powers[op->imm], out))
        return double_from_money_rows(op, batch);
    if (a->states != NULL)
        memcpy(states, a->states, (size_t) n);
    batch_set(batch, op, out, a->states != NULL ? states : NULL, a->constant);
    return op + 1;
}

static const struct op *double_from_money_quick(const struct op *op, struct batch *batch) { return double_from_money_many(op, batch, false); }
static const struct op *double_from_money_wide(const struct op *op, struct batch *batch) { return double_from_money_many(op, batch, true); }

static const struct kernel double_from_money_kernel = {
    .row = double_from_money_row, .loaded = double_from_money_loaded, .rows = double_from_money_quick, .flags = KERNEL_GUARDED,
    .wide = double_from_money_wide};
KERNEL_UNARY(UNARY_PLAIN, bool_from_text, struct rule_text, uint8_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_PLAIN, date_from_text, struct rule_text, int64_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_OP, date_from_instant, int64_t, int64_t, KERNEL_GUARDED | KERNEL_SLOW, 0)
KERNEL_UNARY(UNARY_OP, instant_from_text, struct rule_text, int64_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_OP, instant_from_date, int64_t, int64_t, KERNEL_GUARDED | KERNEL_SLOW, 0)
KERNEL_UNARY(UNARY_PLAIN, instant_from_int, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, duration_from_text, struct rule_text, int64_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_OP, money_from_text, struct rule_text, int64_t, READS_TEXT, 0)
KERNEL_UNARY(UNARY_PLAIN, text_from_bytes, struct rule_text, struct rule_text, READS_TEXT, 0)
KERNEL_UNARY(UNARY_TEXT, text_of_bool, uint8_t, struct rule_text, KERNEL_GUARDED, 0)
KERNEL_UNARY(UNARY_TEXT, text_of_int, int64_t, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)
KERNEL_UNARY(UNARY_TEXT, text_of_uint, uint64_t, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)
KERNEL_UNARY(UNARY_TEXT, text_of_double, double, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)
KERNEL_UNARY(UNARY_TEXT, text_of_date, int64_t, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)
KERNEL_UNARY(UNARY_TEXT, text_of_instant, int64_t, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)
KERNEL_UNARY(UNARY_TEXT, text_of_duration, int64_t, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)
KERNEL_UNARY(UNARY_TEXT, text_of_money, int64_t, struct rule_text, MAKES_TEXT, LONGEST_NUMBER)

#define CONVERT(NAME, RESULT, FROM, BINDING, KERNEL)                                                \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 1, .result = RESULT, .args = {FROM}, .binding = BINDING, \
     .kernel = &KERNEL##_kernel}
#define SAME(NAME, KIND) {.name = NAME, .style = STYLE_FUNCTION, .n = 1, .result = KIND, .args = {KIND}}

static const struct overload rows[] = {
    SAME("int", RULE_INT),
    CONVERT("int", RULE_INT, RULE_UINT, BIND_NOTHING, int_from_uint),
    CONVERT("int", RULE_INT, RULE_DOUBLE, BIND_NOTHING, int_from_double),
    CONVERT("int", RULE_INT, RULE_STRING, BIND_NOTHING, int_from_text),
    CONVERT("int", RULE_INT, RULE_TIMESTAMP, BIND_NOTHING, int_from_instant),
    SAME("uint", RULE_UINT),
    CONVERT("uint", RULE_UINT, RULE_INT, BIND_NOTHING, uint_from_int),
    CONVERT("uint", RULE_UINT, RULE_DOUBLE, BIND_NOTHING, uint_from_double),
    CONVERT("uint", RULE_UINT, RULE_STRING, BIND_NOTHING, uint_from_text),
    SAME("double", RULE_DOUBLE),
    CONVERT("double", RULE_DOUBLE, RULE_INT, BIND_NOTHING, double_from_int),
    CONVERT("double", RULE_DOUBLE, RULE_UINT, BIND_NOTHING, double_from_uint),
    CONVERT("double", RULE_DOUBLE, RULE_STRING, BIND_NOTHING, double_from_text),
    CONVERT("double", RULE_DOUBLE, RULE_MONEY, BIND_EXPONENT, double_from_money),
    SAME("bool", RULE_BOOL),
    CONVERT("bool", RULE_BOOL, RULE_STRING, BIND_NOTHING, bool_from_text),
    SAME("string", RULE_STRING),
    CONVERT("string", RULE_STRING, RULE_BYTES, BIND_NOTHING, text_from_bytes),
    CONVERT("string", RULE_STRING, RULE_BOOL, BIND_NOTHING, text_of_bool),
    CONVERT("string", RULE_STRING, RULE_INT, BIND_NOTHING, text_of_int),
    CONVERT("string", RULE_STRING, RULE_UINT, BIND_NOTHING, text_of_uint),
    CONVERT("string", RULE_STRING, RULE_DOUBLE, BIND_NOTHING, text_of_double),
    CONVERT("string", RULE_STRING, RULE_DATE, BIND_NOTHING, text_of_date),
    CONVERT("string", RULE_STRING, RULE_TIMESTAMP, BIND_NOTHING, text_of_instant),
    CONVERT("string", RULE_STRING, RULE_DURATION, BIND_NOTHING, text_of_duration),
    CONVERT("string", RULE_STRING, RULE_MONEY, BIND_EXPONENT, text_of_money),
    SAME("bytes", RULE_BYTES),
    {.name = "bytes", .style = STYLE_FUNCTION, .n = 1, .result = RULE_BYTES, .args = {RULE_STRING}},
    SAME("date", RULE_DATE),
    CONVERT("date", RULE_DATE, RULE_STRING, BIND_NOTHING, date_from_text),
    CONVERT("date", RULE_DATE, RULE_TIMESTAMP, BIND_ZONE, date_from_instant),
    SAME("timestamp", RULE_TIMESTAMP),
    CONVERT("timestamp", RULE_TIMESTAMP, RULE_STRING, BIND_ZONE, instant_from_text),
    CONVERT("timestamp", RULE_TIMESTAMP, RULE_DATE, BIND_ZONE, instant_from_date),
    CONVERT("timestamp", RULE_TIMESTAMP, RULE_INT, BIND_NOTHING, instant_from_int),
    SAME("duration", RULE_DURATION),
    CONVERT("duration", RULE_DURATION, RULE_STRING, BIND_NOTHING, duration_from_text),
    SAME("money", RULE_MONEY),
    CONVERT("money", RULE_MONEY, RULE_STRING, BIND_EXPONENT, money_from_text),
};
const struct overload_table convert_overloads = {rows, sizeof rows / sizeof rows[0]};
