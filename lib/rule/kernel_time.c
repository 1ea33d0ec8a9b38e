/* Dates, timestamps and durations: their arithmetic, and the getters of CEL (months and days from 0 where CEL counts from 0, the week
 * from Sunday). A date is a civil day, a timestamp an instant that is read in the scope's zone unless the getter names
 * another. */
#include "rule/instant.h"
#include "rule/overload.h"

#include "base/exact.h"

static inline uint8_t
duration_of(wide micros, int64_t *r)
{
    bool fits = micros >= -DURATION_MAX && micros <= DURATION_MAX;
    *r = fits ? (int64_t) micros : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
instant_of(wide micros, int64_t *r)
{
    bool fits = micros >= INSTANT_MIN && micros <= INSTANT_MAX;
    *r = fits ? (int64_t) micros : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
add_durations(int64_t a, int64_t b, int64_t *r)
{
    return duration_of((wide) a + b, r);
}

static inline uint8_t
subtract_durations(int64_t a, int64_t b, int64_t *r)
{
    return duration_of((wide) a - b, r);
}

static inline uint8_t
negate_duration(int64_t a, int64_t *r)
{
    return duration_of(-(wide) a, r);
}

static inline uint8_t
add_instant(int64_t a, int64_t b, int64_t *r)
{
    return instant_of((wide) a + b, r);
}

static inline uint8_t
subtract_instant(int64_t a, int64_t b, int64_t *r)
{
    return instant_of((wide) a - b, r);
}

static inline uint8_t
subtract_dates(int64_t a, int64_t b, int64_t *r)
{
    return duration_of(((wide) a - b) * CIVIL_MICROS_PER_DAY, r);
}

/* A date moves by whole days: anything else has no day to end on. */
static inline uint8_t
shift_date(int64_t day, int64_t micros, int64_t *r)
{
    int64_t days = micros / CIVIL_MICROS_PER_DAY;
    bool whole = micros % CIVIL_MICROS_PER_DAY == 0;
    *r = 0;
    if (!whole || !exact_add(day, days, r) || *r < CIVIL_DAY_MIN || *r > CIVIL_DAY_MAX)
        return CSTM_ERROR_RANGE;
    return 0;
}

static inline uint8_t
add_date(int64_t day, int64_t micros, int64_t *r)
{
    return shift_date(day, micros, r);
}

static inline uint8_t
subtract_date(int64_t day, int64_t micros, int64_t *r)
{
    return shift_date(day, -micros, r);
}

/* Getters of a civil day. */
enum part { YEAR, MONTH, DAY_OF_MONTH, DATE, DAY_OF_YEAR, DAY_OF_WEEK, HOURS, MINUTES, SECONDS, MILLISECONDS };

static inline int64_t
day_part(int32_t day, enum part part)
{
    if (part == DAY_OF_WEEK)
        return civil_weekday(day) % 7;
    struct civil_date date = civil_date_of(day);
    switch (part) {
    case YEAR: return date.year;
    case MONTH: return date.month - 1;
    case DAY_OF_MONTH: return date.day - 1;
    case DATE: return date.day;
    default: return day - civil_day(date.year, 1, 1);
    }
}

static inline int64_t
clock_part(int64_t micros, enum part part)
{
    switch (part) {
    case HOURS: return micros / (3600 * MICROS_PER_SECOND);
    case MINUTES: return micros / (60 * MICROS_PER_SECOND) % 60;
    case SECONDS: return micros / MICROS_PER_SECOND % 60;
    default: return micros / 1000 % 1000;
    }
}

static inline uint8_t
instant_part(const struct op *op, int64_t instant, enum part part, int64_t *r)
{
    int64_t offset = op->data == NULL ? op->imm : zone_offset(op->data, instant);
    int64_t civil = instant + offset * MICROS_PER_SECOND;
    int64_t day = civil / CIVIL_MICROS_PER_DAY;
    int64_t rest = civil % CIVIL_MICROS_PER_DAY;
    if (rest < 0) {
        day--;
        rest += CIVIL_MICROS_PER_DAY;
    }
    *r = part >= HOURS ? clock_part(rest, part) : day_part((int32_t) day, part);
    return 0;
}

#define GETTER(NAME, PART)                                                                          \
    static inline uint8_t instant_##NAME(const struct op *op, int64_t a, int64_t *r)                \
    {                                                                                               \
        return instant_part(op, a, PART, r);                                                        \
    }                                                                                               \
    KERNEL_UNARY(UNARY_OP, instant_##NAME, int64_t, int64_t, KERNEL_GUARDED | KERNEL_SLOW, 0)
#define DAY_GETTER(NAME, PART)                                                                      \
    GETTER(NAME, PART)                                                                              \
    static inline uint8_t date_##NAME(int64_t a, int64_t *r)                                        \
    {                                                                                               \
        *r = day_part((int32_t) a, PART);                                                           \
        return 0;                                                                                   \
    }                                                                                               \
    KERNEL_UNARY(UNARY_PLAIN, date_##NAME, int64_t, int64_t, KERNEL_GUARDED | KERNEL_SLOW, 0)

DAY_GETTER(year, YEAR)
DAY_GETTER(month, MONTH)
DAY_GETTER(day_of_month, DAY_OF_MONTH)
DAY_GETTER(date, DATE)
DAY_GETTER(day_of_year, DAY_OF_YEAR)
DAY_GETTER(day_of_week, DAY_OF_WEEK)
GETTER(hours, HOURS)
GETTER(minutes, MINUTES)
GETTER(seconds, SECONDS)
GETTER(milliseconds, MILLISECONDS)

/* Of a duration, hours, minutes and seconds are the whole of it in that unit; milliseconds are what is left of a second. */
static inline uint8_t
duration_hours(int64_t a, int64_t *r)
{
    *r = a / (3600 * MICROS_PER_SECOND);
    return 0;
}

static inline uint8_t
duration_minutes(int64_t a, int64_t *r)
{
    *r = a / (60 * MICROS_PER_SECOND);
    return 0;
}

static inline uint8_t
duration_seconds(int64_t a, int64_t *r)
{
    *r = a / MICROS_PER_SECOND;
    return 0;
}

static inline uint8_t
duration_milliseconds(int64_t a, int64_t *r)
{
    *r = a / 1000 % 1000;
    return 0;
}

KERNEL_BINARY(BINARY_PLAIN, add_durations, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, subtract_durations, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, negate_duration, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, add_instant, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, subtract_instant, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, subtract_dates, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, add_date, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_PLAIN, subtract_date, int64_t, int64_t, int64_t, KERNEL_FAILS, 0)
KERNEL_UNARY(UNARY_PLAIN, duration_hours, int64_t, int64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, duration_minutes, int64_t, int64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, duration_seconds, int64_t, int64_t, 0, 0)
KERNEL_UNARY(UNARY_PLAIN, duration_milliseconds, int64_t, int64_t, 0, 0)

#define OPERATOR(NAME, RESULT, A, B, SWAP, KERNEL)                                                  \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 2, .result = RESULT, .args = {A, B}, .swap = SWAP, \
     .kernel = &KERNEL##_kernel}
#define OF_DATE(NAME, KERNEL)                                                                       \
    {.name = NAME, .style = STYLE_METHOD, .n = 1, .result = RULE_INT, .args = {RULE_DATE}, .kernel = &date_##KERNEL##_kernel}
#define OF_DURATION(NAME, KERNEL)                                                                   \
    {.name = NAME, .style = STYLE_METHOD, .n = 1, .result = RULE_INT, .args = {RULE_DURATION},      \
     .kernel = &duration_##KERNEL##_kernel}
#define OF_INSTANT(NAME, KERNEL)                                                                    \
    {.name = NAME, .style = STYLE_METHOD, .n = 1, .result = RULE_INT, .args = {RULE_TIMESTAMP},     \
     .binding = BIND_ZONE, .kernel = &instant_##KERNEL##_kernel},                                   \
    {.name = NAME, .style = STYLE_METHOD, .n = 2, .result = RULE_INT, .args = {RULE_TIMESTAMP, RULE_STRING}, \
     .binding = BIND_ZONE_TEXT, .kernel = &instant_##KERNEL##_kernel}

static const struct overload rows[] = {
    OPERATOR("_+_", RULE_DURATION, RULE_DURATION, RULE_DURATION, false, add_durations),
    OPERATOR("_-_", RULE_DURATION, RULE_DURATION, RULE_DURATION, false, subtract_durations),
    OPERATOR("_+_", RULE_TIMESTAMP, RULE_TIMESTAMP, RULE_DURATION, false, add_instant),
    OPERATOR("_+_", RULE_TIMESTAMP, RULE_DURATION, RULE_TIMESTAMP, true, add_instant),
    OPERATOR("_-_", RULE_TIMESTAMP, RULE_TIMESTAMP, RULE_DURATION, false, subtract_instant),
    OPERATOR("_-_", RULE_DURATION, RULE_TIMESTAMP, RULE_TIMESTAMP, false, subtract_durations),
    OPERATOR("_+_", RULE_DATE, RULE_DATE, RULE_DURATION, false, add_date),
    OPERATOR("_+_", RULE_DATE, RULE_DURATION, RULE_DATE, true, add_date),
    OPERATOR("_-_", RULE_DATE, RULE_DATE, RULE_DURATION, false, subtract_date),
    OPERATOR("_-_", RULE_DURATION, RULE_DATE, RULE_DATE, false, subtract_dates),
    {.name = "-_", .style = STYLE_FUNCTION, .n = 1, .result = RULE_DURATION, .args = {RULE_DURATION},
     .kernel = &negate_duration_kernel},
    OF_DATE("getFullYear", year),
    OF_DATE("getMonth", month),
    OF_DATE("getDayOfMonth", day_of_month),
    OF_DATE("getDate", date),
    OF_DATE("getDayOfYear", day_of_year),
    OF_DATE("getDayOfWeek", day_of_week),
    OF_INSTANT("getFullYear", year),
    OF_INSTANT("getMonth", month),
    OF_INSTANT("getDayOfMonth", day_of_month),
    OF_INSTANT("getDate", date),
    OF_INSTANT("getDayOfYear", day_of_year),
    OF_INSTANT("getDayOfWeek", day_of_week),
    OF_INSTANT("getHours", hours),
    OF_INSTANT("getMinutes", minutes),
    OF_INSTANT("getSeconds", seconds),
    OF_INSTANT("getMilliseconds", milliseconds),
    OF_DURATION("getHours", hours),
    OF_DURATION("getMinutes", minutes),
    OF_DURATION("getSeconds", seconds),
    OF_DURATION("getMilliseconds", milliseconds),
};
const struct overload_table time_overloads = {rows, sizeof rows / sizeof rows[0]};
