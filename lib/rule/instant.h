/* Limits of instants and durations, and durations as text. An instant lies in the years 1 to 9999; a duration has the range
 * that CEL's implementations share, that of int64 nanoseconds, some 292 years either way, kept in microseconds. */
#ifndef RULE_INSTANT_H
#define RULE_INSTANT_H

#include "base/civil.h"

#define DURATION_MAX INT64_C(9223372036854775)
#define INSTANT_MIN ((int64_t) CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY)
#define INSTANT_MAX ((int64_t) (CIVIL_DAY_MAX + 1) * CIVIL_MICROS_PER_DAY - 1)
#define MICROS_PER_SECOND INT64_C(1000000)

static inline bool
duration_fits(int64_t micros)
{
    return micros >= -DURATION_MAX && micros <= DURATION_MAX;
}

static inline bool
instant_fits(int64_t micros)
{
    return micros >= INSTANT_MIN && micros <= INSTANT_MAX;
}

/* "90s", "-1.5h", "1h30m", "250ms", "7us"; also "2d" for days of 24 hours. CSTM_OK, CSTM_ERROR_SYNTAX or CSTM_ERROR_RANGE;
 * what is below a microsecond is cut off, as int64 microseconds are all that an instant has. */
cstm_status duration_parse(const char *text, size_t size, int64_t *micros);
/* Whether the text of a timestamp or duration, which is one, has digits below a microsecond other than 0. */
bool timestamp_is_cut(const char *text, size_t size);
bool duration_is_cut(const char *text, size_t size);
/* As CEL prints it, in seconds: "5400s", "1.5s". */
size_t duration_write(int64_t micros, char text[32]);
/* A fixed offset from UTC: "+05:30", "-00:00", "UTC", "Z"; seconds. */
bool offset_parse(const char *text, size_t size, int64_t *seconds);

#endif
