/* Civil time: proleptic Gregorian days numbered from 1970-01-01, and zones of the IANA database.
 *
 * A zone is read once from TZif bytes (version 2 or later, footer rule included) and frozen: instants to days by a binary
 * search that remembers the last answer, so a run of events costs a compare each. Days run from CIVIL_DAY_MIN
 * (0001-01-01) to CIVIL_DAY_MAX (9999-12-31); instants outside that are refused by whoever takes them in. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <libcustomer/base.h>

#include "base/bytes.h"

#include <stdbool.h>

#define CIVIL_DAY_MIN (-719162)
#define CIVIL_DAY_MAX 2932896
#define CIVIL_MICROS_PER_DAY INT64_C(86400000000)
#define INSTANT_MIN ((int64_t) CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY)
#define INSTANT_MAX ((int64_t) (CIVIL_DAY_MAX + 1) * CIVIL_MICROS_PER_DAY - 1)

struct civil_date {
    int32_t year;
    int32_t month;   /* 1 to 12 */
    int32_t day;     /* 1 to 31 */
};

int32_t civil_day(int32_t year, int32_t month, int32_t day);           /* legal dates only */
struct civil_date civil_date_of(int32_t day);
bool civil_date_is_legal(int32_t year, int32_t month, int32_t day);
int32_t civil_month_shift(int32_t day, int32_t months);                /* same day of month, clamped to the month's end */
int32_t civil_weekday(int32_t day);                                    /* 1 Monday to 7 Sunday */

struct zone;
/* By name from the directory of the system's database ("Asia/Taipei"; "UTC" needs no file). A name with '..' or a leading
 * '/' is refused. */
cstm_status zone_load(const char *name, struct zone **zone, cstm_error **error);
/* From bytes: what the fuzzer and tests use. */
cstm_status zone_read(const char *name, const uint8_t *bytes, size_t size, struct zone **zone, cstm_error **error);
struct zone *zone_ref(struct zone *zone);
void zone_unref(struct zone *zone);
const char *zone_name(const struct zone *zone);
/* The frozen transitions, for the digest of what made an outcome. */
bool zone_write(const struct zone *zone, struct cstm_buffer *buffer);

int32_t zone_offset(const struct zone *zone, int64_t instant);         /* seconds east of UTC */
/* The civil day of an instant. cursor (nullable) is the caller's memory of the last lookup, zeroed at first. */
struct zone_cursor {
    int64_t from;
    int64_t until;      /* [from, until): offset holds; both 0: nothing remembered */
    int32_t offset;
};
int32_t zone_day(const struct zone *zone, int64_t instant, struct zone_cursor *cursor);
/* Civil micros (as if UTC) to an instant; a gap gives the later instant, a fold the earlier. */
int64_t zone_instant(const struct zone *zone, int64_t civil_micros);
/* The same with a memory of the last lookup, of its own: from and until are civil micros there. */
int64_t zone_instant_near(const struct zone *zone, int64_t civil_micros, struct zone_cursor *cursor);
int64_t zone_day_start(const struct zone *zone, int32_t day);          /* first instant of the civil day */
int64_t zone_day_end(const struct zone *zone, int32_t day);            /* last microsecond of the civil day */

/* "2005-10-01". Whole text. */
bool civil_parse_date(const char *text, size_t size, int32_t *day);
/* RFC 3339, blank or T between, seconds optional, fraction to 6 digits (more only zeros); without an offset the civil time
 * of the zone; a bare date is its first instant, or its last if end_of_day. */
bool civil_parse_instant(const char *text, size_t size, const struct zone *zone, bool end_of_day, int64_t *instant);
size_t civil_write_date(int32_t day, char text[16]);
size_t civil_write_instant(int64_t instant, const struct zone *zone, char text[40]);   /* with offset; fraction only if any */

#endif
