/* Windows in statement cycles (账单周期). A cycle closes with the end of its closing day, which an
 * attribute of the customer or account gives (账单日); of months that are shorter with their last day. What
 * is closed on a day is read as of the day on which the last of its cycles closed, as windows are that
 * ended earlier (feature_before.c); the open cycle is read up to the day itself, and is empty on its
 * closing day. The closing day is the one that is known on the day of reading, also for cycles that
 * closed before it was set: they are cut anew. Without one, or with one that is no day of a month, the
 * feature is missing. */
#include "behaviour/reading.h"

int32_t
cycle_day(const struct plan *plan, const struct feature *feature, const struct behaviour_row *row)
{
    const struct attribute *attribute = &plan->schema->attributes[feature->cycle];
    int32_t at = row->instance;
    while (at >= 0 && row->history->instances[at].entity != attribute->entity)
        at = row->history->instances[at].parent;
    if (at < 0)
        return 0;
    const struct attribute_rows *own =
        &row->history->instances[at].attributes[attribute->local];
    const struct attribute_entry *entry = attribute_rows_on(own, row_known(row));
    bool there = entry != NULL && entry->present && entry->value.number >= 1 &&
                 entry->value.number <= 31;
    return there ? (int32_t) entry->value.number : 0;
}

bool
feature_window(const struct plan *plan, const struct feature *feature,
               const struct behaviour_row *row, struct window *window)
{
    *window = feature->window;
    if (window->unit != WINDOW_CYCLES)
        return true;
    window->cycle = cycle_day(plan, feature, row);
    return window->cycle > 0;
}

bool
cycle_reading(const struct reading *reading, const struct behaviour_row *row,
              struct cycle_reading *made, struct behaviour_row *then)
{
    struct window window = reading->before;
    window.cycle = cycle_day(reading->plan, reading->feature, row);
    if (window.cycle == 0)
        return false;
    made->plain = *reading->feature;
    made->plain.window.cycle = window.cycle;
    made->reading = *reading;
    made->reading.feature = &made->plain;
    *then = *row;
    then->day = window_end(window, row->day);
    then->later = row_known(row) - then->day;
    return true;
}

void
read_cycles(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    struct cycle_reading made;
    struct behaviour_row then;
    for (int32_t r = 0; r < n; r++) {
        if (!cycle_reading(reading, &rows[r], &made, &then)) {
            put_state(reading, r, out, CSTM_ERROR_MISSING);
            continue;
        }
        struct rule_column part = column_from(reading, out, r);
        reading_rows(&made.reading, &then, 1, &part);
        if (!covered_then(&made.reading, &rows[r], then.day))
            put_state(reading, r, out, CSTM_ERROR_MISSING);
    }
}

/* The closing days of the months from `after` to `until`, by every day that the attribute ever gave. */
void
cycle_change_days(const struct plan *plan, const struct feature *feature,
                  const struct history *history, int32_t instance, int32_t after, int32_t until,
                  void (*add)(void *argument, int32_t day), void *argument)
{
    const struct attribute *attribute = &plan->schema->attributes[feature->cycle];
    struct window window = feature->window;
    int32_t at = instance, from = after;
    while (at >= 0 && history->instances[at].entity != attribute->entity)
        at = history->instances[at].parent;
    if (at < 0)
        return;
    attribute_change_days(plan, feature->cycle, history, at, after, until, add, argument);
    const struct attribute_rows *own = &history->instances[at].attributes[attribute->local];
    uint32_t seen = 0; /* a bit a day of the month */
    for (int32_t i = 0; i < own->n && own->entries[i].day <= until; i++) {
        int64_t day = own->entries[i].value.number;
        if (own->entries[i].present && day >= 1 && day <= 31)
            seen |= UINT32_C(1) << day;
    }
    if (seen == 0 || after >= until)
        return;
    /* On a day the last cycle that is closed may be one of the month before; what lies before the day
     * is moved likewise. */
    from = from < CIVIL_DAY_MIN ? CIVIL_DAY_MIN : from;
    struct window moved = {.unit = WINDOW_ALL, .before = window.before, .before_in = window.before_in};
    if (moved.before_in == WINDOW_CYCLES)
        moved.before = 0;
    for (window.cycle = 1; window.cycle <= 31; window.cycle++) {
        if ((seen >> window.cycle & 1) == 0)
            continue;
        int32_t closing = cycle_close(window_end(moved, from), window.cycle);
        for (int32_t on = window_enters(moved, closing); on <= until;) {
            if (on > after)
                add(argument, on);
            int32_t next = cycle_next(closing, window.cycle);
            if (next == INT32_MAX)
                break;
            closing = next;
            on = window_enters(moved, closing);
            if (on == INT32_MAX)
                break;
        }
    }
}
