/* A field as a bank writes it into the text that CSV has for the same value: 20240105 into
 * 2024-01-05, 0001250- into -12.50. What is legal is then decided in one place, csv_field.c, for
 * both readers. */
#include "table/layout.h"

#include "base/text.h"

#include <string.h>

static const struct csv_fault good = {CSTM_OK, NULL};

/* ---- padding and missing ---- */

void
layout_strip(const char **text, size_t *size)
{
    while (*size > 0 && **text == ' ') {
        ++*text;
        --*size;
    }
    while (*size > 0 && (*text)[*size - 1] == ' ')
        --*size;
}

static size_t
code_point_utf8(int32_t code, char bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (char) code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const int leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char) (0x80 | (code & 0x3F));
    bytes[0] = (char) (leads[size] | code);
    return size;
}

static bool
is_number(cstm_type type)
{
    return type == CSTM_TYPE_INT || type == CSTM_TYPE_DOUBLE || type == CSTM_TYPE_MONEY;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void
layout_unpad(const struct cstm_layout *layout, size_t column, const char **text, size_t *size)
{
    const struct layout_column *how = &layout->columns[column];
    bool number = is_number(layout->typed.columns[column].type);
    char pad[4];
    if (how->left >= 0) {
        size_t wide_pad = code_point_utf8(how->left, pad);
        bool zeros = number && how->left == '0';
        while (*size >= wide_pad && memcmp(*text, pad, wide_pad) == 0 &&
               (!zeros || (*size > 1 && is_digit((*text)[1])))) {
            *text += wide_pad;
            *size -= wide_pad;
        }
    }
    if (how->right >= 0 && !(number && how->right == '0')) {
        size_t wide_pad = code_point_utf8(how->right, pad);
        while (*size >= wide_pad && memcmp(*text + *size - wide_pad, pad, wide_pad) == 0)
            *size -= wide_pad;
    }
}

bool
layout_is_missing(const struct cstm_layout *layout, size_t column, const char *text, size_t size)
{
    for (size_t i = 0; i < layout->n_missing; i++) {
        const struct layout_missing *missing = &layout->missing[i];
        if ((missing->column < 0 || missing->column == (int32_t) column) && missing->size == size &&
            memcmp(missing->text, text, size) == 0)
            return true;
    }
    return false;
}

/* ---- text being made ---- */

static void
put(struct layout_plain *plain, char c)
{
    plain->room[plain->size++] = c; /* callers stay within the room */
}

static void
put_number(struct layout_plain *plain, int value, int digits)
{
    static const int powers[] = {1, 10, 100, 1000, 10000, 100000};
    for (int i = digits - 1; i >= 0; i--)
        put(plain, (char) ('0' + value / powers[i] % 10));
}

/* ---- numbers ---- */

/* The digits of a number, apart from its sign, point and separators. */
struct digits {
    char digit[LAYOUT_PLAIN_LIMIT / 2];
    size_t n;
    size_t whole; /* before the point */
    bool negative;
};

/* The digit and sign that an overpunched character stands for. */
static bool
overpunch(char c, char *digit, bool *negative)
{
    *negative = c == '}' || (c >= 'J' && c <= 'R');
    if (is_digit(c))
        *digit = c;
    else if (c == '{' || c == '}')
        *digit = '0';
    else if (c >= 'A' && c <= 'I')
        *digit = (char) ('1' + (c - 'A'));
    else if (c >= 'J' && c <= 'R')
        *digit = (char) ('1' + (c - 'J'));
    else
        return false;
    return true;
}

/* Digits, in groups of three behind the first if they are separated, then decimals behind a point.
 */
static bool
gather(const struct layout_column *how, const char *text, size_t size, struct digits *digits)
{
    size_t group = 0;
    bool separated = false, point = false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (is_digit(c)) {
            if (digits->n == sizeof digits->digit)
                return false;
            digits->digit[digits->n++] = c;
            group++;
        } else if (c == how->separator && c != '\0' && !point) {
            if (separated ? group != 3 : group == 0 || group > 3)
                return false;
            separated = true;
            group = 0;
        } else if (c == '.' && how->decimals < 0 && !point) {
            if (separated && group != 3)
                return false;
            digits->whole = digits->n;
            point = true;
            group = 0;
        } else {
            return false;
        }
    }
    if (!point)
        digits->whole = digits->n;
    return digits->whole > 0 && group > 0 && (point || !separated || group == 3);
}

static bool
take_number(const struct layout_column *how, const char *text, size_t size, int sign,
            struct digits *digits)
{
    char last = '\0';
    digits->n = digits->whole = 0;
    digits->negative = sign < 0;
    if (size > 0 && sign == 0) {
        char mark = how->sign == CSTM_SIGN_LEADING ? text[0] : text[size - 1];
        bool has_mark = mark == '+' || mark == '-';
        if (how->sign == CSTM_SIGN_OVERPUNCH) {
            if (!overpunch(mark, &last, &digits->negative))
                return false;
            size--;
        } else if (has_mark) {
            digits->negative = mark == '-';
            text += how->sign == CSTM_SIGN_LEADING ? 1 : 0;
            size--;
        }
    }
    if (last == '\0')
        return gather(how, text, size, digits);
    char whole[LAYOUT_PLAIN_LIMIT / 2];
    if (size + 1 > sizeof whole)
        return false;
    memcpy(whole, text, size);
    whole[size] = last;
    return gather(how, whole, size + 1, digits);
}

static void
put_amount(struct layout_plain *plain, const struct digits *digits, int32_t decimals)
{
    size_t whole = digits->whole;
    if (digits->negative)
        put(plain, '-');
    if (decimals > 0) {
        size_t n = (size_t) decimals;
        for (size_t zeros = digits->n; zeros <= n; zeros++) {
            put(plain, '0');
            if (zeros == digits->n)
                put(plain, '.');
        }
        whole = digits->n > n ? digits->n - n : 0;
    }
    for (size_t i = 0; i < digits->n; i++) {
        if (i == whole && whole > 0)
            put(plain, '.');
        put(plain, digits->digit[i]);
    }
}

/* ---- dates ---- */

struct instant_parts {
    int value[128]; /* by the letter of the part */
    int fraction_digits;
    bool has_time, has_seconds;
};

static bool
take_part(const struct layout_part *part, const char *text, size_t size, size_t *at,
          struct instant_parts *parts)
{
    size_t most = part->digits == 1 && part->part != 'f' ? 2 : (size_t) part->digits;
    size_t least = part->digits == 1 ? 1 : most;
    size_t start = *at;
    int value = 0;
    while (*at < size && *at - start < most && is_digit(text[*at]))
        value = value * 10 + (text[(*at)++] - '0');
    if (*at - start < least)
        return false;
    parts->value[(unsigned char) part->part] = value;
    parts->has_time = parts->has_time || part->part == 'H';
    parts->has_seconds = parts->has_seconds || part->part == 's';
    if (part->part == 'f')
        parts->fraction_digits = part->digits;
    return true;
}

static bool
take_instant(const struct layout_column *how, const char *text, size_t size,
             struct instant_parts *parts)
{
    size_t at = 0;
    for (int32_t i = 0; i < how->n_format; i++) {
        const struct layout_part *part = &how->format[i];
        if (part->part == '\0') {
            if (at == size || text[at] != part->byte)
                return false;
            at++;
        } else if (!take_part(part, text, size, &at, parts)) {
            return false;
        }
    }
    return at == size;
}

static void
put_instant(struct layout_plain *plain, const struct instant_parts *parts)
{
    put_number(plain, parts->value['Y'], 4);
    put(plain, '-');
    put_number(plain, parts->value['M'], 2);
    put(plain, '-');
    put_number(plain, parts->value['D'], 2);
    if (!parts->has_time)
        return;
    put(plain, 'T');
    put_number(plain, parts->value['H'], 2);
    put(plain, ':');
    put_number(plain, parts->value['m'], 2);
    put(plain, ':');
    put_number(plain, parts->value['s'], 2);
    if (parts->fraction_digits == 0)
        return;
    put(plain, '.');
    put_number(plain, parts->value['f'], parts->fraction_digits);
}

/* A count of seconds, or of parts of them, as the instant that it stands for. Outside the years 1 to
 * 9999 of UTC it is none. */
static bool
put_counted(struct layout_plain *plain, int digits, const char *text, size_t size)
{
    static const int64_t units[] = {[0] = 1000000, [3] = 1000, [6] = 1};
    size_t at = size > 0 && text[0] == '-';
    wide count = 0;
    if (at == size || size - at > 18)
        return false;
    for (size_t i = at; i < size; i++) {
        if (!is_digit(text[i]))
            return false;
        count = count * 10 + (text[i] - '0');
    }
    wide micros = (at > 0 ? -count : count) * units[digits];
    if (micros < INSTANT_MIN || micros > INSTANT_MAX)
        return false;
    int64_t instant = (int64_t) micros - INSTANT_MIN;
    struct civil_date date =
        civil_date_of((int32_t) (instant / CIVIL_MICROS_PER_DAY) + CIVIL_DAY_MIN);
    int64_t second = instant % CIVIL_MICROS_PER_DAY / 1000000;
    struct instant_parts parts = {
        .has_time = true, .has_seconds = true, .fraction_digits = instant % 1000000 != 0 ? 6 : 0};
    parts.value['Y'] = date.year;
    parts.value['M'] = date.month;
    parts.value['D'] = date.day;
    parts.value['H'] = (int) (second / 3600);
    parts.value['m'] = (int) (second / 60 % 60);
    parts.value['s'] = (int) (second % 60);
    parts.value['f'] = (int) (instant % 1000000);
    plain->text = plain->room;
    plain->size = 0;
    put_instant(plain, &parts);
    put(plain, 'Z');
    return true;
}

/* ---- the value ---- */

struct csv_fault
layout_value(const struct cstm_layout *layout, size_t column, const char *text, size_t size,
             int sign, struct layout_plain *plain)
{
    const struct layout_column *how = &layout->columns[column];
    cstm_type type = layout->typed.columns[column].type;
    plain->text = text;
    plain->size = size;
    if (type == CSTM_TYPE_STRING || type == CSTM_TYPE_STRINGS)
        return size > 0 && memchr(text, '\0', size) != NULL
                   ? (struct csv_fault){CSTM_ERROR_SYNTAX, csv_form_text(CSV_NUL)}
                   : good;
    if (is_number(type) && (!how->plain || sign != 0)) {
        struct digits digits;
        if (!take_number(how, text, size, sign, &digits))
            return (struct csv_fault){CSTM_ERROR_SYNTAX, "not a number as it is declared"};
        plain->text = plain->room;
        plain->size = 0;
        put_amount(plain, &digits, how->decimals);
    } else if (how->format != NULL && how->format[0].part == LAYOUT_SINCE_1970) {
        if (!put_counted(plain, how->format[0].digits, text, size))
            return (struct csv_fault){CSTM_ERROR_SYNTAX, "no such count since 1970"};
    } else if (how->format != NULL) {
        struct instant_parts parts = {.has_time = false};
        if (!take_instant(how, text, size, &parts))
            return (struct csv_fault){CSTM_ERROR_SYNTAX, "not a date of the declared format"};
        plain->text = plain->room;
        plain->size = 0;
        put_instant(plain, &parts);
    }
    return good;
}
