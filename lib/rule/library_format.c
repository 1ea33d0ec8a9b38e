/* '...'.format([...]) and strings.quote() of CEL's extension library for strings.
 *
 * A clause is % and s d f e x X o b, with a precision after a dot that f and e heed; %% is a percent sign. Numbers are
 * written without regard to any locale, exactly: see base/digits.c. A map is written with its keys in the order of their
 * texts, so that equal maps look alike. */
#include "rule/heap_text.h"
#include "rule/instant.h"
#include "rule/overload.h"

#include "base/money.h"
#include "base/text.h"

#include <math.h>

#define PRECISION_LIMIT 1000
#define PRECISION_USUAL 6
#define NESTING_LIMIT 250

static void
put_text(struct heap_text *out, struct rule_text text)
{
    heap_text_put(out, text.bytes, text.size);
}

static void
put_word(struct heap_text *out, const char *word)
{
    heap_text_put(out, word, strlen(word));
}

/* In base 2, 8, 10 or 16. */
static void
put_magnitude(struct heap_text *out, uint64_t magnitude, uint64_t base, const char *digits)
{
    char text[64];
    size_t at = sizeof text;
    do {
        text[--at] = digits[magnitude % base];
        magnitude /= base;
    } while (magnitude > 0);
    heap_text_put(out, text + at, sizeof text - at);
}

static const char lower_digits[] = "0123456789abcdef";
static const char upper_digits[] = "0123456789ABCDEF";

static void
put_whole(struct heap_text *out, const struct cell *value, uint64_t base, const char *digits)
{
    bool negative = value->kind == RULE_INT && value->as.i < 0;
    if (negative)
        heap_text_put_char(out, '-');
    put_magnitude(out, negative ? 0 - value->as.u : value->as.u, base, digits);
}

/* Whether the value is no number that digits could write. */
static bool
put_if_not_finite(struct heap_text *out, double value)
{
    if (isnan(value))
        put_word(out, "NaN");
    else if (isinf(value))
        put_word(out, value < 0 ? "-Infinity" : "Infinity");
    return !isfinite(value);
}

static void
put_double(struct heap_text *out, double value)
{
    char text[352];
    if (!put_if_not_finite(out, value))
        heap_text_put(out, text, text_positional(value, text));
}

/* In UTC, with as many decimals as it needs. */
static void
put_instant(struct heap_text *out, int64_t instant)
{
    char text[40];
    size_t n = civil_write_instant(instant, NULL, text) - strlen("+00:00");
    if (instant % MICROS_PER_SECOND != 0)
        while (text[n - 1] == '0')
            n--;
    heap_text_put(out, text, n);
    heap_text_put_char(out, 'Z');
}

static uint8_t put_value(struct heap_text *out, const struct builtin_call *call, const struct cell *value, int32_t depth);

/* The order of a map's entries: their keys as texts, and of equal ones ("1" and 1) the one written first. */
struct entry {
    struct rule_text key;
    int32_t index;
    char digits[24];
};

static bool
entry_is_before(const struct entry *a, const struct entry *b)
{
    const size_t size = a->key.size < b->key.size ? a->key.size : b->key.size;
    const int order = size == 0 ? 0 : memcmp(a->key.bytes, b->key.bytes, size);
    if (order != 0)
        return order < 0;
    return a->key.size != b->key.size ? a->key.size < b->key.size : a->index < b->index;
}

static bool
entry_set(struct entry *entry, const struct cell *key, int32_t index)
{
    entry->index = index;
    entry->key = (struct rule_text){entry->digits, 0};
    switch (key->kind) {
    case RULE_STRING:
        entry->key = key->as.text;
        return true;
    case RULE_BOOL:
        entry->key = key->as.b != 0 ? (struct rule_text){"true", 4} : (struct rule_text){"false", 5};
        return true;
    case RULE_INT:
        entry->key.size = text_from_int64(key->as.i, entry->digits);
        return true;
    case RULE_UINT:
        if (key->as.u >= 10)
            entry->key.size = text_from_int64((int64_t) (key->as.u / 10), entry->digits);
        entry->digits[entry->key.size++] = (char) ('0' + key->as.u % 10);
        return true;
    default:
        return false;
    }
}

/* A heap sort of numbers of entries: in place, and never slower than n log n. */
static void
sift_down(int32_t *order, const struct entry *entries, int32_t from, int32_t n)
{
    for (int32_t child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && entry_is_before(&entries[order[child]], &entries[order[child + 1]]))
            child++;
        if (entry_is_before(&entries[order[child]], &entries[order[from]]))
            return;
        const int32_t swapped = order[from];
        order[from] = order[child];
        order[child] = swapped;
    }
}

static void
sort_entries(int32_t *order, const struct entry *entries, int32_t n)
{
    for (int32_t i = n / 2; i-- > 0;)
        sift_down(order, entries, i, n);
    for (int32_t last = n - 1; last > 0; last--) {
        const int32_t swapped = order[0];
        order[0] = order[last];
        order[last] = swapped;
        sift_down(order, entries, 0, last);
    }
}

static uint8_t
put_entries(struct heap_text *out, const struct builtin_call *call, const struct value_map *map, struct entry *entries,
            int32_t depth)
{
    int32_t *order = (int32_t *) (entries + map->n);
    for (int32_t i = 0; i < map->n; i++) {
        order[i] = i;
        if (!entry_set(&entries[i], &map->keys[i], i))
            return CSTM_ERROR_TYPE;
    }
    sort_entries(order, entries, map->n);
    for (int32_t i = 0; i < map->n; i++) {
        const struct entry *entry = &entries[order[i]];
        if (i > 0)
            put_word(out, ", ");
        put_text(out, entry->key);
        put_word(out, ": ");
        const uint8_t state = put_value(out, call, &map->values[entry->index], depth + 1);
        if (state != 0)
            return state;
    }
    return 0;
}

/* The entries stand at the far end of the heap until they are written, since the text grows at the near one. */
static uint8_t
put_map(struct heap_text *out, const struct builtin_call *call, const struct value_map *map, int32_t depth)
{
    struct heap *heap = out->heap;
    const size_t size = heap->size;
    const size_t room = (size - heap->used - out->size) & ~(size_t) 15;
    const size_t need = (size_t) map->n * (sizeof(struct entry) + sizeof(int32_t));
    if (out->full || need + 16 > room)
        return CSTM_ERROR_LIMIT;
    heap->size = (size - need) & ~(size_t) 15;
    heap_text_put_char(out, '{');
    const uint8_t state = put_entries(out, call, map, (struct entry *) (heap->base + heap->size), depth);
    heap->size = size;
    heap_text_put_char(out, '}');
    return state;
}

static uint8_t
put_list(struct heap_text *out, const struct builtin_call *call, const struct value_list *list, int32_t depth)
{
    heap_text_put_char(out, '[');
    for (int32_t i = 0; i < list->n; i++) {
        if (i > 0)
            put_word(out, ", ");
        const uint8_t state = put_value(out, call, &list->items[i], depth + 1);
        if (state != 0)
            return state;
    }
    heap_text_put_char(out, ']');
    return 0;
}

/* %s: any value but an optional. */
static uint8_t
put_value(struct heap_text *out, const struct builtin_call *call, const struct cell *value, int32_t depth)
{
    char text[64];
    if (depth > NESTING_LIMIT || out->full)
        return CSTM_ERROR_LIMIT;
    switch (value->kind) {
    case RULE_NULL:
        put_word(out, "null");
        return 0;
    case RULE_BOOL:
        put_word(out, value->as.b != 0 ? "true" : "false");
        return 0;
    case RULE_INT:
    case RULE_UINT:
        put_whole(out, value, 10, lower_digits);
        return 0;
    case RULE_DOUBLE:
        put_double(out, value->as.d);
        return 0;
    case RULE_BYTES:
        if (value->as.text.size > 0 && text_utf8_error(value->as.text.bytes, value->as.text.size) != value->as.text.size)
            return CSTM_ERROR_SYNTAX;
        put_text(out, value->as.text);
        return 0;
    case RULE_STRING:
    case RULE_TYPE:
        put_text(out, value->as.text);
        return 0;
    case RULE_DATE:
        heap_text_put(out, text, civil_write_date((int32_t) value->as.i, text));
        return 0;
    case RULE_TIMESTAMP:
        put_instant(out, value->as.i);
        return 0;
    case RULE_DURATION:
        heap_text_put(out, text, duration_write(value->as.i, text));
        return 0;
    case RULE_MONEY:
        heap_text_put(out, text, money_write(value->as.i, call->exponent, text));
        return 0;
    case RULE_LIST:
        return put_list(out, call, value->as.list, depth);
    case RULE_MAP:
        return put_map(out, call, value->as.map, depth);
    default:
        return CSTM_ERROR_TYPE;
    }
}

/* %d */
static uint8_t
put_decimal(struct heap_text *out, const struct cell *value)
{
    if (value->kind == RULE_DOUBLE)
        put_double(out, value->as.d);
    else if (value->kind == RULE_INT || value->kind == RULE_UINT)
        put_whole(out, value, 10, lower_digits);
    else
        return CSTM_ERROR_TYPE;
    return 0;
}

/* %f and %e */
static uint8_t
put_rounded(struct heap_text *out, const struct cell *value, int decimals, size_t (*write)(double, int, char *))
{
    char text[312 + PRECISION_LIMIT];
    double number;
    if (value->kind == RULE_DOUBLE)
        number = value->as.d;
    else if (value->kind == RULE_INT)
        number = (double) value->as.i;
    else if (value->kind == RULE_UINT)
        number = (double) value->as.u;
    else
        return CSTM_ERROR_TYPE;
    if (!put_if_not_finite(out, number))
        heap_text_put(out, text, write(number, decimals, text));
    return 0;
}

/* %x and %X: of a text or bytes each byte. */
static uint8_t
put_hexadecimal(struct heap_text *out, const struct cell *value, const char *digits)
{
    if (value->kind == RULE_INT || value->kind == RULE_UINT) {
        put_whole(out, value, 16, digits);
        return 0;
    }
    if (value->kind != RULE_STRING && value->kind != RULE_BYTES)
        return CSTM_ERROR_TYPE;
    for (size_t i = 0; i < value->as.text.size && !out->full; i++) {
        const unsigned char c = (unsigned char) value->as.text.bytes[i];
        heap_text_put_char(out, digits[c >> 4]);
        heap_text_put_char(out, digits[c & 15]);
    }
    return 0;
}

/* %b and %o */
static uint8_t
put_bits(struct heap_text *out, const struct cell *value, uint64_t base)
{
    if (base == 2 && value->kind == RULE_BOOL)
        heap_text_put_char(out, value->as.b != 0 ? '1' : '0');
    else if (value->kind == RULE_INT || value->kind == RULE_UINT)
        put_whole(out, value, base, lower_digits);
    else
        return CSTM_ERROR_TYPE;
    return 0;
}

static uint8_t
put_clause(struct heap_text *out, const struct builtin_call *call, char clause, int precision, const struct cell *value)
{
    switch (clause) {
    case 's':
        return put_value(out, call, value, 0);
    case 'd':
        return put_decimal(out, value);
    case 'f':
        return put_rounded(out, value, precision, text_fixed);
    case 'e':
        return put_rounded(out, value, precision, text_scientific);
    case 'x':
        return put_hexadecimal(out, value, lower_digits);
    case 'X':
        return put_hexadecimal(out, value, upper_digits);
    case 'o':
        return put_bits(out, value, 8);
    case 'b':
        return put_bits(out, value, 2);
    default:
        return CSTM_ERROR_SYNTAX;
    }
}

/* Reads ".12" where it stands; false for a dot without digits or too many decimals. */
static bool
read_precision(struct rule_text format, size_t *at, int *precision)
{
    *precision = PRECISION_USUAL;
    if (*at == format.size || format.bytes[*at] != '.')
        return true;
    const size_t first = ++*at;
    *precision = 0;
    for (; *at < format.size && format.bytes[*at] >= '0' && format.bytes[*at] <= '9'; ++*at) {
        *precision = 10 * *precision + (format.bytes[*at] - '0');
        if (*precision > PRECISION_LIMIT)
            return false;
    }
    return *at > first;
}

static uint8_t
format(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct rule_text format = arguments[0].as.text;
    const struct value_list *values = arguments[1].as.list;
    struct heap_text out = heap_text_new(call->heap);
    int32_t next = 0;
    for (size_t at = 0; at < format.size;) {
        const char *percent = memchr(format.bytes + at, '%', format.size - at);
        const size_t end = percent == NULL ? format.size : (size_t) (percent - format.bytes);
        heap_text_put(&out, format.bytes + at, end - at);
        if (percent == NULL)
            break;
        at = end + 1;
        if (at < format.size && format.bytes[at] == '%') {
            heap_text_put_char(&out, '%');
            at++;
            continue;
        }
        int precision;
        if (!read_precision(format, &at, &precision) || at == format.size)
            return CSTM_ERROR_SYNTAX;
        if (next == values->n)
            return CSTM_ERROR_RANGE;
        const uint8_t state = put_clause(&out, call, format.bytes[at++], precision, &values->items[next++]);
        if (state != 0)
            return state;
    }
    return heap_text_finish(&out, result);
}

/* "text", as a literal would be written. */
static uint8_t
quote(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    static const char plain[] = "\a\b\f\n\r\t\v\\\"", escaped[] = "abfnrtv\\\"";
    (void) n;
    const struct rule_text text = arguments[0].as.text;
    struct heap_text out = heap_text_new(call->heap);
    heap_text_put_char(&out, '"');
    for (size_t i = 0; i < text.size && !out.full; i++) {
        const char *special = text.bytes[i] == 0 ? NULL : strchr(plain, text.bytes[i]);
        if (special != NULL)
            heap_text_put_char(&out, '\\');
        heap_text_put_char(&out, special == NULL ? text.bytes[i] : escaped[special - plain]);
    }
    heap_text_put_char(&out, '"');
    return heap_text_finish(&out, result);
}

static const struct overload rows[] = {
    {.name = "format", .style = STYLE_METHOD, .n = 2, .result = RULE_STRING, .binding = BIND_EXPONENT, .call = format,
     .signature = "s,l*>s"},
    {.name = "strings.quote", .style = STYLE_FUNCTION, .n = 1, .result = RULE_STRING, .call = quote, .signature = "s>s"},
};
const struct overload_table format_overloads = {rows, sizeof rows / sizeof rows[0]};
