/* The civil calendar: proleptic Gregorian dates against days numbered from 1970-01-01, and dates as text. Instants as
 * text, which need a zone, are here too; zones themselves are in zone.c.
 *
 * Dates from days are by the formulas of C. Neri and L. Schneider ("Euclidean affine functions and their application to
 * calendar algorithms", 2023): multiplications and shifts, no loop and no table. They hold for every int32 day. */
#include "base/civil.h"

#include <string.h>

/* Days are counted from 0000-03-01 in whole cycles of 400 years (146097 days); so many cycles are added that no int32
 * day is negative. */
#define CYCLE_DAYS 146097
#define CYCLES 14704
#define EPOCH_SHIFT (INT64_C(719468) + INT64_C(146097) * CYCLES)

int32_t
civil_day(int32_t year, int32_t month, int32_t day)
{
    int64_t y = (int64_t) year + INT64_C(400) * CYCLES - (month <= 2);
    int64_t m = month <= 2 ? month + 9 : month - 3;   /* from March */
    int64_t century = y / 100;
    int64_t days = y * 365 + y / 4 - century + century / 4 + (153 * m + 2) / 5 + day - 1;
    return (int32_t) (days - EPOCH_SHIFT);
}

struct civil_date
civil_date_of(int32_t day)
{
    uint64_t n = (uint64_t) (day + EPOCH_SHIFT);
    uint64_t n1 = 4 * n + 3;
    uint64_t century = n1 / CYCLE_DAYS;
    uint32_t n2 = (uint32_t) (n1 % CYCLE_DAYS) | 3;
    uint64_t p2 = UINT64_C(2939745) * n2;
    uint32_t year_of_century = (uint32_t) (p2 >> 32);
    uint32_t day_of_year = (uint32_t) p2 / 2939745 / 4;
    uint32_t n3 = 2141 * day_of_year + 197913;
    int32_t month = (int32_t) (n3 >> 16);
    bool next_year = day_of_year >= 306;
    int64_t year = (int64_t) (100 * century + year_of_century) - INT64_C(400) * CYCLES + next_year;
    return (struct civil_date) {
        .year = (int32_t) year,
        .month = next_year ? month - 12 : month,
        .day = (int32_t) ((n3 & 0xFFFF) / 2141 + 1),
    };
}

static bool
is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t
month_length(int32_t year, int32_t month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

bool
civil_date_is_legal(int32_t year, int32_t month, int32_t day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= month_length(year, month);
}

int32_t
civil_month_shift(int32_t day, int32_t months)
{
    struct civil_date date = civil_date_of(day);
    int64_t count = (int64_t) date.year * 12 + date.month - 1 + months;
    if (count < 12)
        return CIVIL_DAY_MIN;
    if (count >= INT64_C(10000) * 12)
        return CIVIL_DAY_MAX;
    int32_t year = (int32_t) (count / 12), month = (int32_t) (count % 12) + 1;
    int32_t last = month_length(year, month);
    return civil_day(year, month, date.day < last ? date.day : last);
}

int32_t
civil_weekday(int32_t day)
{
    int64_t from_monday = ((int64_t) day + 3) % 7;   /* 1970-01-01 was a Thursday */
    return (int32_t) (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

/* Exactly `count` digits at *at; -1 if there are none. */
static int32_t
take_digits(const char **at, const char *end, int count)
{
    if (end - *at < count)
        return -1;
    int32_t value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return -1;
        value = value * 10 + (**at - '0');
    }
    return value;
}

static bool
take_char(const char **at, const char *end, char wanted)
{
    if (*at == end || **at != wanted)
        return false;
    (*at)++;
    return true;
}

static bool
take_date(const char **at, const char *end, int32_t *day)
{
    int32_t year = take_digits(at, end, 4);
    if (year < 0 || !take_char(at, end, '-'))
        return false;
    int32_t month = take_digits(at, end, 2);
    if (month < 0 || !take_char(at, end, '-'))
        return false;
    int32_t of_month = take_digits(at, end, 2);
    if (!civil_date_is_legal(year, month, of_month))
        return false;
    *day = civil_day(year, month, of_month);
    return true;
}

bool
civil_parse_date(const char *text, size_t size, int32_t *day)
{
    const char *at = text, *end = text + size;
    int32_t taken;
    if (!take_date(&at, end, &taken) || at != end)
        return false;
    *day = taken;
    return true;
}

/* Digits of a second behind the point; beyond the sixth only zeros. */
static bool
take_fraction(const char **at, const char *end, int64_t *micros)
{
    int64_t value = 0, weight = 100000;
    const char *start = *at;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++, weight /= 10) {
        if (weight == 0 && **at != '0')
            return false;
        value += (**at - '0') * weight;
    }
    *micros = value;
    return *at > start;
}

/* hh:mm[:ss[.ffffff]]. A leap second has no place in the count of microseconds and is refused. */
static bool
take_time(const char **at, const char *end, int64_t *micros)
{
    int32_t hour = take_digits(at, end, 2);
    if (hour < 0 || hour > 23 || !take_char(at, end, ':'))
        return false;
    int32_t minute = take_digits(at, end, 2);
    if (minute < 0 || minute > 59)
        return false;
    int32_t second = 0;
    int64_t fraction = 0;
    if (take_char(at, end, ':')) {
        second = take_digits(at, end, 2);
        if (second < 0 || second > 59)
            return false;
        if (take_char(at, end, '.') && !take_fraction(at, end, &fraction))
            return false;
    }
    *micros = ((hour * INT64_C(60) + minute) * 60 + second) * 1000000 + fraction;
    return true;
}

/* Z or +hh:mm, in seconds east. */
static bool
take_offset(const char **at, const char *end, int32_t *offset)
{
    if (take_char(at, end, 'Z') || take_char(at, end, 'z')) {
        *offset = 0;
        return true;
    }
    int32_t sign = take_char(at, end, '-') ? -1 : 1;
    if (sign > 0 && !take_char(at, end, '+'))
        return false;
    int32_t hour = take_digits(at, end, 2);
    if (hour < 0 || hour > 23 || !take_char(at, end, ':'))
        return false;
    int32_t minute = take_digits(at, end, 2);
    if (minute < 0 || minute > 59)
        return false;
    *offset = sign * (hour * 3600 + minute * 60);
    return true;
}

bool
civil_parse_instant(const char *text, size_t size, const struct zone *zone, bool end_of_day, int64_t *instant)
{
    const char *at = text, *end = text + size;
    int32_t day;
    if (!take_date(&at, end, &day))
        return false;
    if (at == end) {
        if (zone == NULL)
            return false;
        *instant = end_of_day ? zone_day_end(zone, day) : zone_day_start(zone, day);
        return true;
    }
    if (!take_char(&at, end, 'T') && !take_char(&at, end, 't') && !take_char(&at, end, ' '))
        return false;
    int64_t micros;
    if (!take_time(&at, end, &micros))
        return false;
    int64_t civil = day * CIVIL_MICROS_PER_DAY + micros;
    int32_t offset;
    if (at == end && zone != NULL)
        *instant = zone_instant(zone, civil);
    else if (at < end && take_offset(&at, end, &offset) && at == end)
        *instant = civil - offset * INT64_C(1000000);
    else
        return false;
    return true;
}

/* `count` digits with leading zeros, more where the value needs them. */
static size_t
put_digits(char *text, uint32_t value, size_t count)
{
    char reversed[12];
    size_t size = 0;
    while (value > 0 || size < count) {
        reversed[size++] = (char) ('0' + value % 10);
        value /= 10;
    }
    for (size_t i = 0; i < size; i++)
        text[i] = reversed[size - 1 - i];
    return size;
}

size_t
civil_write_date(int32_t day, char text[16])
{
    struct civil_date date = civil_date_of(day);
    size_t at = 0;
    if (date.year < 0)
        text[at++] = '-';
    at += put_digits(text + at, (uint32_t) (date.year < 0 ? -date.year : date.year), 4);
    text[at++] = '-';
    at += put_digits(text + at, (uint32_t) date.month, 2);
    text[at++] = '-';
    at += put_digits(text + at, (uint32_t) date.day, 2);
    text[at] = '\0';
    return at;
}

/* RFC 3339 has no seconds in its offsets; local mean times of before 1900 do. Such an instant is written at the whole
 * minute below, so that what is read back is the same instant. */
size_t
civil_write_instant(int64_t instant, const struct zone *zone, char text[40])
{
    int32_t offset = zone == NULL ? 0 : zone_offset(zone, instant);
    offset -= offset % 60;
    int64_t day = instant / CIVIL_MICROS_PER_DAY;
    int64_t rest = instant % CIVIL_MICROS_PER_DAY + offset * INT64_C(1000000);
    for (; rest < 0; rest += CIVIL_MICROS_PER_DAY)
        day--;
    for (; rest >= CIVIL_MICROS_PER_DAY; rest -= CIVIL_MICROS_PER_DAY)
        day++;
    size_t at = civil_write_date((int32_t) day, text);
    uint32_t seconds = (uint32_t) (rest / 1000000), micros = (uint32_t) (rest % 1000000);
    text[at++] = 'T';
    at += put_digits(text + at, seconds / 3600, 2);
    text[at++] = ':';
    at += put_digits(text + at, seconds / 60 % 60, 2);
    text[at++] = ':';
    at += put_digits(text + at, seconds % 60, 2);
    if (micros != 0) {
        text[at++] = '.';
        at += put_digits(text + at, micros, 6);
    }
    uint32_t minutes = (uint32_t) (offset < 0 ? -offset : offset) / 60;
    text[at++] = offset < 0 ? '-' : '+';
    at += put_digits(text + at, minutes / 60, 2);
    text[at++] = ':';
    at += put_digits(text + at, minutes % 60, 2);
    text[at] = '\0';
    return at;
}
