/* Windows of civil days: where one that is read on a given day begins and ends, and when it leaves a
 * given day behind. All are monotone in the day, which is what lets features be read by search and
 * lifecycles be stepped by changes. */
#include "behaviour/feature.h"

/* The day that many months back, clamped to its month's end. */
static int32_t
months_back(int32_t day, int32_t n)
{
    return day < civil_day(1, 1, 1) + 31 * (n + 1) ? CIVIL_DAY_MIN : civil_month_shift(day, -n);
}

/* The closing day of the month that is `months` after that of `day`. */
static int32_t
closing_in(int32_t day, int32_t months, int32_t cycle)
{
    struct civil_date date = civil_date_of(day);
    int32_t count = 12 * date.year + date.month - 1 + months;
    if (count < 12)
        return CIVIL_DAY_MIN;
    if (count >= 12 * 10000)
        return INT32_MAX;
    while (!civil_date_is_legal(count / 12, count % 12 + 1, cycle))
        cycle--;
    return civil_day(count / 12, count % 12 + 1, cycle);
}

int32_t
cycle_close(int32_t day, int32_t cycle)
{
    int32_t closing = closing_in(day, 0, cycle);
    return closing <= day ? closing : closing_in(day, -1, cycle);
}

int32_t
cycle_next(int32_t closing, int32_t cycle)
{
    return closing_in(closing, 1, cycle);
}

/* The months that hold so many closed cycles and the open one, wherever they close: of windows whose
 * closing day is not known. */
static int32_t
cycle_months(struct window window)
{
    return window.n + 1 + (window.before_in == WINDOW_CYCLES ? window.before : 0);
}

static int32_t
day_before(struct window window, int32_t day)
{
    if (window.before == 0 || window.before_in == WINDOW_CYCLES)
        return day;
    if (window.before_in == WINDOW_MONTHS)
        return months_back(day, window.before);
    int64_t end = (int64_t) day - window.before;
    return end < CIVIL_DAY_MIN ? CIVIL_DAY_MIN : (int32_t) end;
}

int32_t
window_end(struct window window, int32_t day)
{
    int32_t end = day_before(window, day);
    if (window.unit != WINDOW_CYCLES || window.n == 0 || window.cycle == 0)
        return end;
    end = cycle_close(end, window.cycle);
    return window.before_in == WINDOW_CYCLES ? closing_in(end, -window.before, window.cycle) : end;
}
static int32_t
plain_start(struct window window, int32_t day)
{
    if (window.unit == WINDOW_ALL || window.unit == WINDOW_LAST)
        return CIVIL_DAY_MIN;
    if (window.unit == WINDOW_CYCLES && window.cycle > 0) {
        int32_t before = closing_in(cycle_close(day, window.cycle), -window.n, window.cycle);
        return before == CIVIL_DAY_MIN ? before : before + 1;
    }
    if (window.unit == WINDOW_CYCLES)
        window.n = cycle_months(window);
    if (window.unit == WINDOW_MONTHS || window.unit == WINDOW_CYCLES) {
        if (day < civil_day(1, 1, 1) + 31 * (window.n + 1))
            return CIVIL_DAY_MIN;
        return civil_month_shift(day, -window.n) + 1;
    }
    int64_t start = (int64_t) day - window.n + 1;
    return start < CIVIL_DAY_MIN ? CIVIL_DAY_MIN : (int32_t) start;
}

int32_t
window_start(struct window window, int32_t day)
{
    return plain_start(window, window_end(window, day));
}

int32_t
window_enters(struct window window, int32_t day)
{
    if (window.before == 0 || window.before_in == WINDOW_CYCLES)
        return day;
    if (window.before_in == WINDOW_DAYS)
        return (int64_t) day + window.before > CIVIL_DAY_MAX ? INT32_MAX : day + window.before;
    if (day > CIVIL_DAY_MAX - 31 * (window.before + 1))
        return INT32_MAX;
    /* Clamping lets several days end on one, and passes over others. */
    int32_t on = civil_month_shift(day, window.before) - 3;
    while (day_before(window, on) < day)
        on++;
    return on;
}

static int32_t
plain_leaves(struct window window, int32_t day)
{
    if (window.unit == WINDOW_ALL || window.unit == WINDOW_LAST)
        return INT32_MAX;
    if (window.unit == WINDOW_DAYS)
        return (int32_t) ((int64_t) day + window.n > CIVIL_DAY_MAX ? INT32_MAX : day + window.n);
    int32_t months = window.unit == WINDOW_CYCLES ? cycle_months(window) : window.n;
    if (day > CIVIL_DAY_MAX - 31 * (months + 1))
        return INT32_MAX;
    /* Clamping makes several ends share a start: the least of them is at most three days before the
     * plain shift. */
    int32_t end = civil_month_shift(day, months) - 3;
    while (plain_start(window, end) <= day)
        end++;
    return end;
}

int32_t
window_leaves(struct window window, int32_t day)
{
    int32_t end = plain_leaves(window, day);
    return end == INT32_MAX ? end : window_enters(window, end);
}

bool
window_equal(struct window a, struct window b)
{
    return a.unit == b.unit && a.n == b.n && a.before == b.before &&
           (a.before == 0 || a.before_in == b.before_in) && a.cycle == b.cycle;
}
