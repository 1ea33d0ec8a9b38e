/* Durations and offsets as text. */
#include "rule/instant.h"

#include "base/exact.h"
#include "base/text.h"

#include <string.h>

struct unit {
    const char *name;
    int64_t nanos;
};
static const struct unit units[] = {
    {"ns", 1}, {"us", 1000}, {"\xc2\xb5s", 1000}, {"ms", 1000000}, {"s", INT64_C(1000000000)},
    {"m", INT64_C(60000000000)}, {"h", INT64_C(3600000000000)}, {"d", INT64_C(86400000000000)},
};

static const struct unit *
unit_at(const char *text, size_t size, size_t *length)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i].name);
        bool longer = n == 1 && units[i].name[0] == 'm' && size > 1 && text[1] == 's';
        if (n <= size && memcmp(text, units[i].name, n) == 0 && !longer) {
            *length = n;
            return &units[i];
        }
    }
    return NULL;
}

/* One "12.5h" at *at, added to *nanos. */
static cstm_status
part_parse(const char *text, size_t size, size_t *at, wide *nanos)
{
    const wide limit = (wide) DURATION_MAX * 1000 + 999;
    wide whole = 0, fraction = 0, scale = 1;
    size_t digits = 0, i = *at;
    for (; i < size && text[i] >= '0' && text[i] <= '9'; i++, digits++)
        whole = whole > limit ? whole : whole * 10 + (text[i] - '0');
    if (i < size && text[i] == '.') {
        for (i++; i < size && text[i] >= '0' && text[i] <= '9'; i++, digits++) {
            if (scale < INT64_C(1000000000000000)) {
                fraction = fraction * 10 + (text[i] - '0');
                scale *= 10;
            }
        }
    }
    size_t length = 0;
    const struct unit *unit = digits == 0 ? NULL : unit_at(text + i, size - i, &length);
    if (unit == NULL)
        return CSTM_ERROR_SYNTAX;
    *at = i + length;
    *nanos += whole * unit->nanos + fraction * unit->nanos / scale;
    return *nanos > limit ? CSTM_ERROR_RANGE : CSTM_OK;
}

cstm_status
duration_parse(const char *text, size_t size, int64_t *micros)
{
    size_t at = 0;
    bool negative = size > 0 && text[0] == '-';
    if (negative || (size > 0 && text[0] == '+'))
        at = 1;
    if (size - at == 1 && text[at] == '0') {
        *micros = 0;
        return CSTM_OK;
    }
    wide nanos = 0;
    cstm_status range = CSTM_OK;
    do {
        cstm_status status = part_parse(text, size, &at, &nanos);
        if (status == CSTM_ERROR_SYNTAX)
            return status;
        if (status == CSTM_ERROR_RANGE) {
            range = status;
            nanos = 0;
        }
    } while (at < size);
    if (range != CSTM_OK)
        return range;
    *micros = (int64_t) ((negative ? -nanos : nanos) / 1000);
    return CSTM_OK;
}

bool
timestamp_is_cut(const char *text, size_t size)
{
    const char *point = memchr(text, '.', size);
    size_t at = point == NULL ? size : (size_t) (point - text) + 1;
    for (size_t digit = 0; at < size && text[at] >= '0' && text[at] <= '9'; at++, digit++)
        if (digit >= 6 && text[at] != '0')
            return true;
    return false;
}

bool
duration_is_cut(const char *text, size_t size)
{
    size_t at = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    wide nanos = 0;
    while (at < size && part_parse(text, size, &at, &nanos) == CSTM_OK)
        ;
    return nanos % 1000 != 0;
}

size_t
duration_write(int64_t micros, char text[32])
{
    size_t n = 0;
    uint64_t magnitude = micros < 0 ? 0 - (uint64_t) micros : (uint64_t) micros;
    if (micros < 0)
        text[n++] = '-';
    n += text_from_int64((int64_t) (magnitude / 1000000), text + n);
    uint64_t fraction = magnitude % 1000000;
    if (fraction != 0) {
        text[n++] = '.';
        for (uint64_t unit = 100000; fraction != 0; unit /= 10) {
            text[n++] = (char) ('0' + fraction / unit);
            fraction %= unit;
        }
    }
    text[n++] = 's';
    text[n] = 0;
    return n;
}

bool
offset_parse(const char *text, size_t size, int64_t *seconds)
{
    if ((size == 3 && memcmp(text, "UTC", 3) == 0) || (size == 1 && text[0] == 'Z')) {
        *seconds = 0;
        return true;
    }
    size_t at = size > 0 && (text[0] == '+' || text[0] == '-') ? 1 : 0;
    if (size - at != 5 || text[at + 2] != ':')
        return false;
    for (size_t i = at; i < size; i++)
        if (i != at + 2 && (text[i] < '0' || text[i] > '9'))
            return false;
    int64_t hours = (text[at] - '0') * 10 + (text[at + 1] - '0');
    int64_t minutes = (text[at + 3] - '0') * 10 + (text[at + 4] - '0');
    if (hours > 23 || minutes > 59)
        return false;
    *seconds = (hours * 60 + minutes) * 60;
    if (text[0] == '-')
        *seconds = -*seconds;
    return true;
}
