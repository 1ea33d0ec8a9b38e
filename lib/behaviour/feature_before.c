/* Windows that ended earlier: the window before the last one, the same one a year ago. What such a
 * feature says on a day is what it would have said, without `before`, on the day on which its window
 * ended, and so it is read. Days that are sealed answer from the tiles and events that the plan
 * keeps for it. Amendments that are known since count in it, too. Only coverage is asked of the day itself: an opening that was set since is known, and
 * of what was set before sealed days nothing but the last is. */
#include "behaviour/reading.h"

#define ROWS_AT_ONCE 64

static size_t
cell_size(enum rule_kind kind)
{
    return kind == RULE_BOOL ? 1 : kind == RULE_STRING ? sizeof(struct rule_text) : 8;
}

struct rule_column
column_from(const struct reading *reading, const struct rule_column *out, int32_t r)
{
    struct rule_column part = *out;
    part.as.any = (uint8_t *) out->as.any + cell_size(reading->feature->kind) * (size_t) r;
    part.states = out->states + r;
    return part;
}

bool
covered_then(const struct reading *reading, const struct behaviour_row *row, int32_t end)
{
    const struct feature *feature = reading->feature;
    const struct history *history = row->history;
    if (feature->operator== FEATURE_LAST || feature->operator== FEATURE_RECENCY)
        return true;
    int32_t from = observed_day(history, feature->event), floor = feature_floor(history, feature);
    from = floor > from ? floor : from;
    if (from <= window_start(feature->window, end))
        return true;
    int32_t opened = history_opened(history, row->instance, row->day);
    return opened != DAY_NONE && from <= opened && opened <= end;
}

void
read_before(const struct reading *reading, const struct behaviour_row *rows, int32_t n,
            struct rule_column *out)
{
    struct behaviour_row then[ROWS_AT_ONCE];
    for (int32_t from = 0; from < n; from += ROWS_AT_ONCE) {
        int32_t some = n - from < ROWS_AT_ONCE ? n - from : ROWS_AT_ONCE;
        for (int32_t r = 0; r < some; r++) {
            then[r] = rows[from + r];
            then[r].day = window_end(reading->before, then[r].day);
            then[r].later = row_known(&rows[from + r]) - then[r].day;
        }
        struct rule_column part = column_from(reading, out, from);
        reading_rows(reading, then, some, &part);
        for (int32_t r = 0; r < some; r++)
            if (!covered_then(reading, &rows[from + r], then[r].day))
                put_state(reading, r, &part, CSTM_ERROR_MISSING);
    }
}
