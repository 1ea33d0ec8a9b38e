/* A calendar of working days, frozen: which days of its years are days off, and which are worked though they fall on a
 * weekend (make-up days, 调休). Every other day of these years is off on Saturday and Sunday and worked from Monday to Friday. Of a
 * day outside these years a calendar knows nothing, and says so: CSTM_ERROR_RANGE, never a guess by the weekday.
 *
 * It is filled by calendar_mark(), closed by calendar_close(), and from then on immutable and counted by reference. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/civil.h"
#include "base/hash.h"

struct calendar;

/* Of the years first_year to last_year (1 to 9999, in order); NULL where memory failed. */
struct calendar *calendar_new(const char *name, int32_t first_year, int32_t last_year);
struct calendar *calendar_ref(struct calendar *calendar);
void calendar_unref(struct calendar *calendar /* nullable */);

/* Says that a day is off, or worked though it is a weekend. label names the holiday ("" for none). CSTM_OK;
 * CSTM_ERROR_RANGE for a day outside the years; CSTM_ERROR_DUPLICATE for one that was marked before;
 * CSTM_ERROR_MISMATCH for a day that is worked anyway; CSTM_ERROR_NO_MEMORY. */
cstm_status calendar_mark(struct calendar *calendar, int32_t day, bool off, const char *label);
/* After the last mark, before the first question. */
void calendar_close(struct calendar *calendar);

const char *calendar_name(const struct calendar *calendar);
/* What it says of every day, for digests. */
bool calendar_digest(const struct calendar *calendar, struct digest *digest);

/* Questions: CSTM_OK, or CSTM_ERROR_RANGE where a day that matters lies outside the years. */
cstm_status calendar_is_holiday(const struct calendar *calendar, int64_t day, bool *holiday);   /* marked off */
cstm_status calendar_is_workday(const struct calendar *calendar, int64_t day, bool *workday);
/* What the holiday is called, "" on other days. The text lives as long as the calendar. */
cstm_status calendar_holiday_name(const struct calendar *calendar, int64_t day, const char **name);
/* The first working day after `day`. */
cstm_status calendar_next_workday(const struct calendar *calendar, int64_t day, int64_t *next);
/* The working days after `from`, up to and with `to`; negative where `to` lies before. */
cstm_status calendar_workdays_between(const struct calendar *calendar, int64_t from, int64_t to, int64_t *count);

#endif
