/* From TZif bytes (RFC 8536, version 2 and later) to a frozen zone. The file lists changes up to some year and ends with
 * a rule in the notation of POSIX TZ ("CET-1CEST,M3.5.0,M10.5.0/3") for all that follows, which is worked out here for
 * one Gregorian cycle. The bytes may be hostile: every length and index is checked before it is used. */
#include "base/error.h"
#include "base/memory.h"
#include "base/zone_table.h"

#include <string.h>

#define SECONDS_PER_DAY 86400
/* RFC 8536, 3.2: offsets lie in [-89999, 93599]. */
#define OFFSET_MIN (-89999)
#define OFFSET_MAX 93599

/* One of the two changes of a year: day by one of POSIX's three notations, and seconds from its midnight. */
struct change {
    char kind;             /* 'M', 'J' or '0' (days from 0, leap day counted) */
    int32_t month, week, weekday, day;
    int32_t time;
};

struct rule {
    int32_t standard;      /* seconds east */
    int32_t saving;
    bool has_saving;
    struct change to_saving, to_standard;
};

/* The table while it grows. */
struct draft {
    size_t n, capacity_at, capacity_offset;
    int64_t *at;           /* microseconds */
    int32_t *offset;
};

static bool
draft_add(struct draft *draft, int64_t seconds, int32_t offset)
{
    int64_t at;
    if (__builtin_mul_overflow(seconds, INT64_C(1000000), &at))
        at = seconds < 0 ? INT64_MIN : INT64_MAX;
    /* Two changes at one instant, as in a rule of saving time all year: the later one holds. */
    if (draft->n > 0 && at <= draft->at[draft->n - 1]) {
        draft->offset[draft->n - 1] = offset;
        return true;
    }
    if (draft->n > 0 && draft->offset[draft->n - 1] == offset)
        return true;
    if (!memory_reserve(&draft->at, &draft->capacity_at, draft->n + 1, sizeof *draft->at) ||
        !memory_reserve(&draft->offset, &draft->capacity_offset, draft->n + 1, sizeof *draft->offset))
        return false;
    draft->at[draft->n] = at;
    draft->offset[draft->n++] = offset;
    return true;
}

static bool
take(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

static bool
take_number(const char **at, int32_t low, int32_t high, int32_t *value)
{
    if (**at < '0' || **at > '9')
        return false;
    int32_t number = 0;
    for (int digits = 0; **at >= '0' && **at <= '9'; (*at)++) {
        if (++digits > 4)
            return false;
        number = number * 10 + (**at - '0');
    }
    *value = number;
    return number >= low && number <= high;
}

/* CET or <+0330>. */
static bool
skip_name(const char **at)
{
    bool quoted = take(at, '<');
    size_t length = 0;
    for (;; (*at)++, length++) {
        bool letter = (**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z');
        bool other = (**at >= '0' && **at <= '9') || **at == '+' || **at == '-';
        if (!letter && !(quoted && other))
            break;
    }
    return length >= 3 && (!quoted || take(at, '>'));
}

/* [+-]hh[:mm[:ss]], in seconds. */
static bool
take_hours(const char **at, int32_t limit, int32_t *seconds)
{
    int32_t sign = take(at, '-') ? -1 : 1;
    if (sign > 0)
        take(at, '+');
    int32_t hours, minutes = 0, rest = 0;
    if (!take_number(at, 0, limit, &hours))
        return false;
    if (take(at, ':')) {
        if (!take_number(at, 0, 59, &minutes) || (take(at, ':') && !take_number(at, 0, 59, &rest)))
            return false;
    }
    *seconds = sign * (hours * 3600 + minutes * 60 + rest);
    return true;
}

static bool
take_change(const char **at, struct change *change)
{
    *change = (struct change) {.kind = '0', .time = 7200};
    bool taken;
    if (take(at, 'M')) {
        change->kind = 'M';
        taken = take_number(at, 1, 12, &change->month) && take(at, '.') &&
                take_number(at, 1, 5, &change->week) && take(at, '.') && take_number(at, 0, 6, &change->weekday);
    } else if (take(at, 'J')) {
        change->kind = 'J';
        taken = take_number(at, 1, 365, &change->day);
    } else {
        taken = take_number(at, 0, 365, &change->day);
    }
    /* RFC 8536, 3.3.1: hours to 167 either way. */
    return taken && (!take(at, '/') || take_hours(at, 167, &change->time));
}

static bool
read_rule(const char *text, struct rule *rule)
{
    const char *at = text;
    int32_t west;
    *rule = (struct rule) {0};
    if (!skip_name(&at) || !take_hours(&at, 24, &west))
        return false;
    rule->standard = -west;
    if (*at == '\0')
        return true;
    rule->has_saving = true;
    rule->saving = rule->standard + 3600;
    if (!skip_name(&at))
        return false;
    if (*at != ',') {
        if (!take_hours(&at, 24, &west))
            return false;
        rule->saving = -west;
    }
    return take(&at, ',') && take_change(&at, &rule->to_saving) && take(&at, ',') &&
           take_change(&at, &rule->to_standard) && *at == '\0';
}

/* The civil second, as if UTC, at which the change of a year falls. */
static int64_t
change_second(const struct change *change, int32_t year)
{
    int32_t first = civil_day(year, 1, 1);
    bool leap = civil_day(year, 3, 1) - first == 60;
    int32_t day;
    if (change->kind == 'M') {
        int32_t month_first = civil_day(year, change->month, 1);
        int32_t next_first = change->month == 12 ? civil_day(year + 1, 1, 1) : civil_day(year, change->month + 1, 1);
        int32_t ahead = (change->weekday - civil_weekday(month_first) % 7 + 7) % 7;
        day = month_first + ahead + 7 * (change->week - 1);
        if (day >= next_first)
            day -= 7;
    } else if (change->kind == 'J') {
        day = first + change->day - 1 + (leap && change->day >= 60);
    } else {
        day = first + change->day;
    }
    return (int64_t) day * SECONDS_PER_DAY + change->time;
}

/* Works the rule out from the year of the last listed change (year 1 if the file lists none) for a cycle and a year. */
static bool
add_rule(struct draft *draft, const struct rule *rule, int64_t *cycle_start)
{
    *cycle_start = INT64_MAX;
    bool listed = draft->n > 1;
    if (!rule->has_saving) {
        if (!listed)
            draft->offset[0] = rule->standard;
        return true;
    }
    int64_t last = listed ? draft->at[draft->n - 1] : INT64_MIN;
    int32_t first_year = 1;
    if (listed && last >= CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY)
        first_year = civil_date_of((int32_t) (last / CIVIL_MICROS_PER_DAY - 1)).year;
    if (first_year > 9999)
        return true;
    if (!listed)
        draft->offset[0] = rule->standard;
    for (int32_t year = first_year; year <= first_year + 403; year++) {
        int64_t saving = change_second(&rule->to_saving, year) - rule->standard;
        int64_t standard = change_second(&rule->to_standard, year) - rule->saving;
        bool saving_first = saving < standard;
        int64_t seconds[2] = {saving_first ? saving : standard, saving_first ? standard : saving};
        int32_t offsets[2] = {saving_first ? rule->saving : rule->standard,
                              saving_first ? rule->standard : rule->saving};
        for (int i = 0; i < 2; i++)
            if ((!listed || seconds[i] * 1000000 > last) && !draft_add(draft, seconds[i], offsets[i]))
                return false;
    }
    *cycle_start = civil_day(first_year + 2, 1, 1) * CIVIL_MICROS_PER_DAY;
    return true;
}

static uint32_t
big_endian_32(const uint8_t *bytes)
{
    return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16 | (uint32_t) bytes[2] << 8 | bytes[3];
}

static int64_t
big_endian_64(const uint8_t *bytes)
{
    return (int64_t) ((uint64_t) big_endian_32(bytes) << 32 | big_endian_32(bytes + 4));
}

/* RFC 8536, 3.1. */
struct header {
    uint8_t version;
    uint32_t isut, isstd, leap, time, type, text;
};

static bool
read_header(struct byte_reader *reader, struct header *header)
{
    const uint8_t *bytes = reader_take(reader, 44);
    if (bytes == NULL || memcmp(bytes, "TZif", 4) != 0)
        return false;
    header->version = bytes[4];
    uint32_t *counts[] = {&header->isut, &header->isstd, &header->leap, &header->time, &header->type, &header->text};
    for (int i = 0; i < 6; i++)
        *counts[i] = big_endian_32(bytes + 20 + 4 * i);
    return true;
}

static uint64_t
body_size(const struct header *header, uint64_t time_size)
{
    return header->time * (time_size + 1) + header->type * UINT64_C(6) + header->text +
           header->leap * (time_size + 4) + header->isstd + header->isut;
}

static cstm_status
corrupt(const char *name, const char *what, cstm_error **error)
{
    return error_set(error, CSTM_ERROR_CORRUPT, "time zone '%s': %s", name, what);
}

/* The changes of the second body: instants, the type of each, and the types. */
static cstm_status
read_changes(const char *name, const struct header *header, const uint8_t *body, struct draft *draft,
             cstm_error **error)
{
    const uint8_t *indices = body + (size_t) header->time * 8;
    const uint8_t *types = indices + header->time;
    for (uint32_t i = 0; i < header->type; i++) {
        int32_t offset = (int32_t) big_endian_32(types + (size_t) i * 6);
        if (offset < OFFSET_MIN || offset > OFFSET_MAX)
            return corrupt(name, "an offset from UTC out of range", error);
    }
    if (!draft_add(draft, INT64_MIN, (int32_t) big_endian_32(types)))
        return error_no_memory(error);
    for (uint32_t i = 0; i < header->time; i++) {
        int64_t at = big_endian_64(body + (size_t) i * 8);
        if (i > 0 && at <= big_endian_64(body + (size_t) (i - 1) * 8))
            return corrupt(name, "changes out of order", error);
        if (indices[i] >= header->type)
            return corrupt(name, "a change to a type that is not there", error);
        int32_t offset = (int32_t) big_endian_32(types + (size_t) indices[i] * 6);
        if (!draft_add(draft, at, offset))
            return error_no_memory(error);
    }
    return CSTM_OK;
}

/* The line behind the second body, between two newlines. */
static cstm_status
read_footer(const char *name, struct byte_reader *reader, struct draft *draft, int64_t *cycle_start,
            cstm_error **error)
{
    size_t size = (size_t) (reader->end - reader->at);
    if (size < 2 || reader->at[0] != '\n' || reader->at[size - 1] != '\n')
        return corrupt(name, "no rule behind the changes", error);
    char text[256];
    if (size - 2 >= sizeof text)
        return corrupt(name, "a rule too long", error);
    memcpy(text, reader->at + 1, size - 2);
    text[size - 2] = '\0';
    *cycle_start = INT64_MAX;
    if (size == 2)
        return CSTM_OK;
    struct rule rule;
    if (strlen(text) != size - 2 || !read_rule(text, &rule))
        return corrupt(name, "a rule that cannot be read", error);
    return add_rule(draft, &rule, cycle_start) ? CSTM_OK : error_no_memory(error);
}

static cstm_status
read_draft(const char *name, const uint8_t *bytes, size_t size, struct draft *draft, int64_t *cycle_start,
           cstm_error **error)
{
    struct byte_reader reader;
    struct header header;
    reader_init(&reader, bytes, size);
    if (!read_header(&reader, &header))
        return corrupt(name, "not a time zone file (TZif)", error);
    if (header.version < '2')
        return error_set(error, CSTM_ERROR_VERSION, "time zone '%s': TZif of version 1; version 2 or later is needed",
                         name);
    /* The first body, for readers of version 1, is passed over. */
    if (body_size(&header, 4) > size || reader_take(&reader, (size_t) body_size(&header, 4)) == NULL ||
        !read_header(&reader, &header))
        return corrupt(name, "cut off", error);
    if (body_size(&header, 8) > size)
        return corrupt(name, "cut off", error);
    const uint8_t *body = reader_take(&reader, (size_t) body_size(&header, 8));
    if (body == NULL)
        return corrupt(name, "cut off", error);
    if (header.type == 0 || header.type > 256)
        return corrupt(name, "no types, or too many", error);
    if (header.leap != 0)
        return error_set(error, CSTM_ERROR_UNSUPPORTED, "time zone '%s': counts leap seconds", name);
    cstm_status status = read_changes(name, &header, body, draft, error);
    return status != CSTM_OK ? status : read_footer(name, &reader, draft, cycle_start, error);
}

static struct zone *
freeze(const char *name, struct draft *draft, int64_t cycle_start)
{
    struct zone *zone = memory_new(sizeof *zone);
    if (zone == NULL)
        return NULL;
    atomic_init(&zone->references, 1);
    zone->n = (int32_t) draft->n;
    zone->cycle_start = cycle_start;
    zone->name = memory_copy(name, strlen(name));
    zone->wall = memory_new_array(draft->n, sizeof *zone->wall);
    if (zone->name == NULL || zone->wall == NULL) {
        zone_unref(zone);
        return NULL;
    }
    zone->at = draft->at;
    zone->offset = draft->offset;
    *draft = (struct draft) {0};
    zone->wall[0] = INT64_MIN;
    for (int32_t i = 1; i < zone->n; i++) {
        int32_t greater = zone->offset[i] > zone->offset[i - 1] ? zone->offset[i] : zone->offset[i - 1];
        int64_t wall;
        if (__builtin_add_overflow(zone->at[i], greater * INT64_C(1000000), &wall))
            wall = greater < 0 ? INT64_MIN : INT64_MAX;
        /* Changes of a garbled file may lie nearer than their offsets are apart; the search needs an order. */
        zone->wall[i] = wall > zone->wall[i - 1] ? wall : zone->wall[i - 1];
    }
    return zone;
}

cstm_status
zone_read(const char *name, const uint8_t *bytes, size_t size, struct zone **zone, cstm_error **error)
{
    error_clear(error);
    struct draft draft = {0};
    int64_t cycle_start = INT64_MAX;
    cstm_status status = read_draft(name, bytes, size, &draft, &cycle_start, error);
    if (status == CSTM_OK) {
        struct zone *made = freeze(name, &draft, cycle_start);
        if (made == NULL)
            status = error_no_memory(error);
        else
            *zone = made;
    }
    memory_free(draft.at);
    memory_free(draft.offset);
    return status;
}
