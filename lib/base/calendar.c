/* A calendar is two arrays over the days of its years: what each day is, and how many working days there were from the first day
 * through it, so that a span of any length is one subtraction. */
#include "base/calendar.h"

#include "base/memory.h"

#include <stdatomic.h>
#include <string.h>

enum mark { MARK_NONE, MARK_OFF, MARK_WORKED };

struct calendar_day {
    const char *label;       /* in the arena; NULL where nothing marks the day */
    int32_t worked;          /* working days from the first day through this one */
    uint8_t mark;
};

struct calendar {
    _Atomic int32_t references;
    struct arena arena;      /* names */
    const char *name;
    const char *last_label;  /* holidays last some days: their name is kept once */
    int32_t first, last;     /* days covered */
    struct calendar_day *days;
};

struct calendar *
calendar_new(const char *name, int32_t first_year, int32_t last_year)
{
    struct calendar *calendar = memory_new(sizeof *calendar);
    if (calendar == NULL)
        return NULL;
    atomic_init(&calendar->references, 1);
    calendar->first = civil_day(first_year, 1, 1);
    calendar->last = civil_day(last_year, 12, 31);
    calendar->days = memory_new_array((size_t) (calendar->last - calendar->first + 1), sizeof *calendar->days);
    calendar->name = arena_text(&calendar->arena, name, strlen(name));
    if (calendar->days != NULL && calendar->name != NULL)
        return calendar;
    calendar_unref(calendar);
    return NULL;
}

struct calendar *
calendar_ref(struct calendar *calendar)
{
    atomic_fetch_add_explicit(&calendar->references, 1, memory_order_relaxed);
    return calendar;
}

void
calendar_unref(struct calendar *calendar)
{
    if (calendar == NULL || atomic_fetch_sub_explicit(&calendar->references, 1, memory_order_acq_rel) != 1)
        return;
    memory_free(calendar->days);
    arena_clear(&calendar->arena);
    memory_free(calendar);
}

static bool
is_weekend(int32_t day)
{
    return civil_weekday(day) >= 6;
}

static const char *
keep_label(struct calendar *calendar, const char *label)
{
    if (calendar->last_label == NULL || strcmp(calendar->last_label, label) != 0)
        calendar->last_label = arena_text(&calendar->arena, label, strlen(label));
    return calendar->last_label;
}

cstm_status
calendar_mark(struct calendar *calendar, int32_t day, bool off, const char *label)
{
    if (day < calendar->first || day > calendar->last)
        return CSTM_ERROR_RANGE;
    struct calendar_day *entry = &calendar->days[day - calendar->first];
    if (entry->mark != MARK_NONE)
        return CSTM_ERROR_DUPLICATE;
    if (!off && !is_weekend(day))
        return CSTM_ERROR_MISMATCH;
    const char *kept = keep_label(calendar, label);
    if (kept == NULL)
        return CSTM_ERROR_NO_MEMORY;
    entry->label = kept;
    entry->mark = off ? MARK_OFF : MARK_WORKED;
    return CSTM_OK;
}

static bool
is_worked(const struct calendar *calendar, int32_t day)
{
    uint8_t mark = calendar->days[day - calendar->first].mark;
    return mark == MARK_WORKED || (mark == MARK_NONE && !is_weekend(day));
}

void
calendar_close(struct calendar *calendar)
{
    int32_t worked = 0;
    for (int32_t day = calendar->first; day <= calendar->last; day++) {
        worked += is_worked(calendar, day);
        calendar->days[day - calendar->first].worked = worked;
    }
}

const char *
calendar_name(const struct calendar *calendar)
{
    return calendar->name;
}

bool
calendar_digest(const struct calendar *calendar, struct digest *digest)
{
    struct cstm_buffer bytes = {0};
    bool good = buffer_put_text(&bytes, "calendar 1", 10) &&
                buffer_put_text(&bytes, calendar->name, strlen(calendar->name)) &&
                buffer_put_svar(&bytes, calendar->first) && buffer_put_svar(&bytes, calendar->last);
    for (int32_t day = calendar->first; good && day <= calendar->last; day++) {
        const struct calendar_day *entry = &calendar->days[day - calendar->first];
        if (entry->mark != MARK_NONE)
            good = buffer_put_svar(&bytes, day) && buffer_put_u8(&bytes, entry->mark) &&
                   buffer_put_text(&bytes, entry->label, strlen(entry->label));
    }
    if (good)
        *digest = digest_of(bytes.data, bytes.size);
    buffer_clear(&bytes);
    return good;
}

static const struct calendar_day *
day_at(const struct calendar *calendar, int64_t day)
{
    return day < calendar->first || day > calendar->last ? NULL : &calendar->days[day - calendar->first];
}

cstm_status
calendar_is_holiday(const struct calendar *calendar, int64_t day, bool *holiday)
{
    const struct calendar_day *entry = day_at(calendar, day);
    if (entry == NULL)
        return CSTM_ERROR_RANGE;
    *holiday = entry->mark == MARK_OFF;
    return CSTM_OK;
}

cstm_status
calendar_is_workday(const struct calendar *calendar, int64_t day, bool *workday)
{
    const struct calendar_day *entry = day_at(calendar, day);
    if (entry == NULL)
        return CSTM_ERROR_RANGE;
    int32_t before = day == calendar->first ? 0 : entry[-1].worked;
    *workday = entry->worked != before;
    return CSTM_OK;
}

cstm_status
calendar_holiday_name(const struct calendar *calendar, int64_t day, const char **name)
{
    const struct calendar_day *entry = day_at(calendar, day);
    if (entry == NULL)
        return CSTM_ERROR_RANGE;
    *name = entry->mark == MARK_OFF ? entry->label : "";
    return CSTM_OK;
}

cstm_status
calendar_next_workday(const struct calendar *calendar, int64_t day, int64_t *next)
{
    if (day < calendar->first - 1 || day > calendar->last)
        return CSTM_ERROR_RANGE;
    for (int32_t at = (int32_t) day + 1; at <= calendar->last; at++) {
        if (is_worked(calendar, at)) {
            *next = at;
            return CSTM_OK;
        }
    }
    return CSTM_ERROR_RANGE;
}

/* Working days of the calendar through a day; the day before its first counts as none. -1: outside. */
static int32_t
worked_through(const struct calendar *calendar, int64_t day)
{
    const struct calendar_day *entry = day_at(calendar, day);
    if (entry != NULL)
        return entry->worked;
    return day == (int64_t) calendar->first - 1 ? 0 : -1;
}

cstm_status
calendar_workdays_between(const struct calendar *calendar, int64_t from, int64_t to, int64_t *count)
{
    int32_t before = worked_through(calendar, from), through = worked_through(calendar, to);
    if (before < 0 || through < 0)
        return CSTM_ERROR_RANGE;
    *count = through - before;
    return CSTM_OK;
}
