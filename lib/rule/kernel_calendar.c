/* Civil dates and the strategy's calendar as a bank counts them: months and weekdays from 1, whole years and months as the law
 * does. An operand is a date, or a timestamp, which stands for its civil day in the scope's zone.
 *
 * A month after the 31st is the last day of a month that has no 31st, and so a year after 29 February is 28 February: the rule for
 * periods in months and years of the civil codes of China (article 202) and Taiwan (article 121). Age is counted
 * in such years: who was born on 29 February is a year older on 28 February of a common year.
 *
 * Questions about working days are answered by the calendar alone; of a day that it does not cover the answer is CSTM_ERROR_RANGE. */
#include "rule/domain.h"
#include "rule/overload.h"

static inline uint8_t
day_within(int64_t day, int64_t *r)
{
    bool fits = day >= CIVIL_DAY_MIN && day <= CIVIL_DAY_MAX;
    *r = fits ? day : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
days_between(int64_t a, int64_t b, int64_t *r)
{
    *r = (int64_t) ((uint64_t) b - (uint64_t) a);
    return 0;
}

/* The greatest n, for a <= b, such that b is no earlier than n months after a. */
static inline int64_t
whole_months(int32_t a, int32_t b)
{
    struct civil_date from = civil_date_of(a), to = civil_date_of(b);
    int32_t months = (to.year - from.year) * 12 + to.month - from.month;
    bool short_month = to.day < from.day && civil_month_shift(a, months) > b;
    return months - short_month;
}

static inline uint8_t
months_between(int64_t a, int64_t b, int64_t *r)
{
    *r = a <= b ? whole_months((int32_t) a, (int32_t) b) : -whole_months((int32_t) b, (int32_t) a);
    return 0;
}

static inline uint8_t
age_on(int64_t birth, int64_t day, int64_t *r)
{
    *r = birth <= day ? whole_months((int32_t) birth, (int32_t) day) / 12 : 0;
    return birth <= day ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
year_of(int64_t day, int64_t *r)
{
    *r = civil_date_of((int32_t) day).year;
    return 0;
}

static inline uint8_t
month_of(int64_t day, int64_t *r)
{
    *r = civil_date_of((int32_t) day).month;
    return 0;
}

static inline uint8_t
day_of(int64_t day, int64_t *r)
{
    *r = civil_date_of((int32_t) day).day;
    return 0;
}

static inline uint8_t
quarter_of(int64_t day, int64_t *r)
{
    *r = (civil_date_of((int32_t) day).month + 2) / 3;
    return 0;
}

static inline uint8_t
weekday_of(int64_t day, int64_t *r)
{
    *r = civil_weekday((int32_t) day);
    return 0;
}

static inline uint8_t
add_days(int64_t day, int64_t days, int64_t *r)
{
    const int64_t most = CIVIL_DAY_MAX - CIVIL_DAY_MIN;
    if (days < -most || days > most) {
        *r = 0;
        return CSTM_ERROR_RANGE;
    }
    return day_within(day + days, r);
}

static inline uint8_t
add_months(int64_t day, int64_t months, int64_t *r)
{
    struct civil_date date = civil_date_of((int32_t) day);
    int64_t count = (int64_t) date.year * 12 + date.month - 1;
    bool fits = months >= 12 - count && months < 10000 * 12 - count;
    *r = fits ? civil_month_shift((int32_t) day, (int32_t) months) : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static inline uint8_t
start_of_month(int64_t day, int64_t *r)
{
    *r = day - civil_date_of((int32_t) day).day + 1;
    return 0;
}

/* The day before the first of the month that holds the first of this one and 31 days more. */
static inline uint8_t
end_of_month(int64_t day, int64_t *r)
{
    int64_t later = day - civil_date_of((int32_t) day).day + 1 + 31;
    *r = later - civil_date_of((int32_t) later).day;
    return 0;
}

static inline uint8_t
is_holiday(const struct op *op, int64_t day, uint8_t *r)
{
    const struct calendar_binding *binding = op->data;
    bool yes = false;
    cstm_status status = calendar_is_holiday(binding->calendar, day, &yes);
    *r = yes;
    return (uint8_t) status;
}

static inline uint8_t
is_workday(const struct op *op, int64_t day, uint8_t *r)
{
    const struct calendar_binding *binding = op->data;
    bool yes = false;
    cstm_status status = calendar_is_workday(binding->calendar, day, &yes);
    *r = yes;
    return (uint8_t) status;
}

static inline uint8_t
holiday_name(const struct op *op, int64_t day, struct rule_text *r)
{
    const struct calendar_binding *binding = op->data;
    const char *name = "";
    cstm_status status = calendar_holiday_name(binding->calendar, day, &name);
    *r = (struct rule_text){name, strlen(name)};
    return (uint8_t) status;
}

static inline uint8_t
next_workday(const struct op *op, int64_t day, int64_t *r)
{
    const struct calendar_binding *binding = op->data;
    *r = 0;
    return (uint8_t) calendar_next_workday(binding->calendar, day, r);
}

static inline uint8_t
workdays_between(const struct op *op, int64_t a, int64_t b, int64_t *r)
{
    const struct calendar_binding *binding = op->data;
    *r = 0;
    return (uint8_t) calendar_workdays_between(binding->calendar, a, b, r);
}

static inline int64_t
zone_of(const struct op *op, int64_t instant)
{
    return zone_day(op->data, instant, NULL);
}

static inline int64_t
calendar_zone_of(const struct op *op, int64_t instant)
{
    const struct calendar_binding *binding = op->data;
    return zone_day(binding->zone, instant, NULL);
}

/* Of each function one operator per mixture of dates (d) and timestamps (t). */
#define DAY_FLAGS KERNEL_GUARDED | KERNEL_SLOW
#define OF_DAY(NAME)                                                                                \
    static inline uint8_t NAME##_t(const struct op *op, int64_t a, int64_t *r)                      \
    {                                                                                               \
        return NAME(zone_of(op, a), r);                                                             \
    }                                                                                               \
    KERNEL_UNARY(UNARY_PLAIN, NAME, int64_t, int64_t, DAY_FLAGS, 0)                                 \
    KERNEL_UNARY(UNARY_OP, NAME##_t, int64_t, int64_t, DAY_FLAGS, 0)
#define OF_DAY_AND_NUMBER(NAME)                                                                     \
    static inline uint8_t NAME##_t(const struct op *op, int64_t a, int64_t b, int64_t *r)           \
    {                                                                                               \
        return NAME(zone_of(op, a), b, r);                                                          \
    }                                                                                               \
    KERNEL_BINARY(BINARY_PLAIN, NAME, int64_t, int64_t, int64_t, DAY_FLAGS | KERNEL_FAILS, 0)       \
    KERNEL_BINARY(BINARY_OP, NAME##_t, int64_t, int64_t, int64_t, DAY_FLAGS | KERNEL_FAILS, 0)
#define OF_DAYS(NAME, FLAGS)                                                                        \
    static inline uint8_t NAME##_dt(const struct op *op, int64_t a, int64_t b, int64_t *r)          \
    {                                                                                               \
        return NAME(a, zone_of(op, b), r);                                                          \
    }                                                                                               \
    static inline uint8_t NAME##_td(const struct op *op, int64_t a, int64_t b, int64_t *r)          \
    {                                                                                               \
        return NAME(zone_of(op, a), b, r);                                                          \
    }                                                                                               \
    static inline uint8_t NAME##_tt(const struct op *op, int64_t a, int64_t b, int64_t *r)          \
    {                                                                                               \
        return NAME(zone_of(op, a), zone_of(op, b), r);                                             \
    }                                                                                               \
    KERNEL_BINARY(BINARY_PLAIN, NAME, int64_t, int64_t, int64_t, FLAGS, 0)                          \
    KERNEL_BINARY(BINARY_OP, NAME##_dt, int64_t, int64_t, int64_t, DAY_FLAGS | (FLAGS), 0)          \
    KERNEL_BINARY(BINARY_OP, NAME##_td, int64_t, int64_t, int64_t, DAY_FLAGS | (FLAGS), 0)          \
    KERNEL_BINARY(BINARY_OP, NAME##_tt, int64_t, int64_t, int64_t, DAY_FLAGS | (FLAGS), 0)
#define BY_CALENDAR(NAME, RESULT)                                                                   \
    static inline uint8_t NAME##_t(const struct op *op, int64_t a, RESULT *r)                       \
    {                                                                                               \
        return NAME(op, calendar_zone_of(op, a), r);                                                \
    }                                                                                               \
    KERNEL_UNARY(UNARY_OP, NAME, int64_t, RESULT, DAY_FLAGS | KERNEL_FAILS, 0)                      \
    KERNEL_UNARY(UNARY_OP, NAME##_t, int64_t, RESULT, DAY_FLAGS | KERNEL_FAILS, 0)

static inline uint8_t
workdays_between_dt(const struct op *op, int64_t a, int64_t b, int64_t *r)
{
    return workdays_between(op, a, calendar_zone_of(op, b), r);
}

static inline uint8_t
workdays_between_td(const struct op *op, int64_t a, int64_t b, int64_t *r)
{
    return workdays_between(op, calendar_zone_of(op, a), b, r);
}

static inline uint8_t
workdays_between_tt(const struct op *op, int64_t a, int64_t b, int64_t *r)
{
    return workdays_between(op, calendar_zone_of(op, a), calendar_zone_of(op, b), r);
}

OF_DAY(year_of)
OF_DAY(month_of)
OF_DAY(day_of)
OF_DAY(quarter_of)
OF_DAY(weekday_of)
OF_DAY(start_of_month)
OF_DAY(end_of_month)
OF_DAY_AND_NUMBER(add_days)
OF_DAY_AND_NUMBER(add_months)
OF_DAYS(days_between, 0)
OF_DAYS(months_between, DAY_FLAGS)
OF_DAYS(age_on, DAY_FLAGS | KERNEL_FAILS)
BY_CALENDAR(is_holiday, uint8_t)
BY_CALENDAR(is_workday, uint8_t)
BY_CALENDAR(holiday_name, struct rule_text)
BY_CALENDAR(next_workday, int64_t)
KERNEL_BINARY(BINARY_OP, workdays_between, int64_t, int64_t, int64_t, DAY_FLAGS | KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_OP, workdays_between_dt, int64_t, int64_t, int64_t, DAY_FLAGS | KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_OP, workdays_between_td, int64_t, int64_t, int64_t, DAY_FLAGS | KERNEL_FAILS, 0)
KERNEL_BINARY(BINARY_OP, workdays_between_tt, int64_t, int64_t, int64_t, DAY_FLAGS | KERNEL_FAILS, 0)

#define ROW1(NAME, RESULT, A, BINDING, KERNEL)                                                      \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 1, .result = RESULT, .args = {A}, .binding = BINDING, \
     .kernel = &KERNEL##_kernel}
#define ROW2(NAME, RESULT, A, B, BINDING, KERNEL)                                                   \
    {.name = NAME, .style = STYLE_FUNCTION, .n = 2, .result = RESULT, .args = {A, B}, .binding = BINDING, \
     .kernel = &KERNEL##_kernel}
#define ROWS_OF_DAY(NAME, RESULT)                                                                   \
    ROW1(#NAME, RESULT, RULE_DATE, BIND_NOTHING, NAME),                                             \
    ROW1(#NAME, RESULT, RULE_TIMESTAMP, BIND_ZONE, NAME##_t)
#define ROWS_OF_DAY_AND_NUMBER(NAME)                                                                \
    ROW2(#NAME, RULE_DATE, RULE_DATE, RULE_INT, BIND_NOTHING, NAME),                                \
    ROW2(#NAME, RULE_DATE, RULE_TIMESTAMP, RULE_INT, BIND_ZONE, NAME##_t)
#define ROWS_OF_DAYS(NAME, PLAIN, ZONED)                                                            \
    ROW2(#NAME, RULE_INT, RULE_DATE, RULE_DATE, PLAIN, NAME),                                       \
    ROW2(#NAME, RULE_INT, RULE_DATE, RULE_TIMESTAMP, ZONED, NAME##_dt),                             \
    ROW2(#NAME, RULE_INT, RULE_TIMESTAMP, RULE_DATE, ZONED, NAME##_td),                             \
    ROW2(#NAME, RULE_INT, RULE_TIMESTAMP, RULE_TIMESTAMP, ZONED, NAME##_tt)
#define ROWS_BY_CALENDAR(NAME, RESULT)                                                              \
    ROW1(#NAME, RESULT, RULE_DATE, BIND_CALENDAR, NAME),                                            \
    ROW1(#NAME, RESULT, RULE_TIMESTAMP, BIND_CALENDAR_ZONE, NAME##_t)

static const struct overload rows[] = {
    ROWS_OF_DAY(year_of, RULE_INT),
    ROWS_OF_DAY(month_of, RULE_INT),
    ROWS_OF_DAY(day_of, RULE_INT),
    ROWS_OF_DAY(quarter_of, RULE_INT),
    ROWS_OF_DAY(weekday_of, RULE_INT),
    ROWS_OF_DAY(start_of_month, RULE_DATE),
    ROWS_OF_DAY(end_of_month, RULE_DATE),
    ROWS_OF_DAY_AND_NUMBER(add_days),
    ROWS_OF_DAY_AND_NUMBER(add_months),
    ROWS_OF_DAYS(days_between, BIND_NOTHING, BIND_ZONE),
    ROWS_OF_DAYS(months_between, BIND_NOTHING, BIND_ZONE),
    ROWS_OF_DAYS(age_on, BIND_NOTHING, BIND_ZONE),
    ROWS_BY_CALENDAR(is_holiday, RULE_BOOL),
    ROWS_BY_CALENDAR(is_workday, RULE_BOOL),
    ROWS_BY_CALENDAR(holiday_name, RULE_STRING),
    ROWS_BY_CALENDAR(next_workday, RULE_DATE),
    ROWS_OF_DAYS(workdays_between, BIND_CALENDAR, BIND_CALENDAR_ZONE),
};
const struct overload_table calendar_overloads = {rows, sizeof rows / sizeof rows[0]};
