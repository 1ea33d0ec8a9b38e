/* Windows of civil days: where one that ends on a given day begins, and when it leaves a given day
 * behind. Both are monotone in the day, which is what lets features be read by search and
 * lifecycles be stepped by changes. */
#include "behaviour/feature.h"

int32_t
window_start(struct window window, int32_t day)
{
    if (window.unit == WINDOW_ALL || window.unit == WINDOW_LAST)
        return CIVIL_DAY_MIN;
    if (window.unit == WINDOW_MONTHS) {
        if (day < civil_day(1, 1, 1) + 31 * (window.n + 1))
            return CIVIL_DAY_MIN;
        return civil_month_shift(day, -window.n) + 1;
    }
    int64_t start = (int64_t) day - window.n + 1;
    return start < CIVIL_DAY_MIN ? CIVIL_DAY_MIN : (int32_t) start;
}

int32_t
window_leaves(struct window window, int32_t day)
{
    if (window.unit == WINDOW_ALL || window.unit == WINDOW_LAST)
        return INT32_MAX;
    if (window.unit == WINDOW_DAYS)
        return (int32_t) ((int64_t) day + window.n > CIVIL_DAY_MAX ? INT32_MAX : day + window.n);
    if (day > CIVIL_DAY_MAX - 31 * (window.n + 1))
        return INT32_MAX;
    /* Clamping makes several ends share a start: the least of them is at most three days before the
     * plain shift. */
    int32_t end = civil_month_shift(day, window.n) - 3;
    while (window_start(window, end) <= day)
        end++;
    return end;
}
