/* The ids of a day with very many events. A redelivery is told by its id among the events of its
 * own day; most days have a handful, and a walk over them is the quickest. Where a day has hundreds
 * the walk would make recording them quadratic, so their hashes are remembered: an id whose hash is
 * not among them is new, and for any other the walk is made as ever, from where the event belongs,
 * so that a copy with the same time is found at once.
 *
 * What is remembered may hold more than there is (an event that was refused in the end, one that
 * was replaced) but never less: all events of the day come in by history_record(), and the memory
 * goes with the rows when a history is cleared. Without memory for it the walk is made. */
#include "behaviour/delivered.h"

#include "base/hash.h"

#define BUSY 64 /* events of the day next to where one belongs: from here on they are remembered   \
                 */
#define DAYS_KEPT 8 /* of different instances and kinds; they take turns where two share a place   \
                     */
#define ROOM_FIRST 512

struct delivered_day {
    int32_t instance, event, day;
    size_t n, room;   /* room is a power of two, at most half full; 0: nothing is remembered */
    uint64_t *hashes; /* 0: free */
};

struct delivered {
    struct delivered_day days[DAYS_KEPT];
};

static void
day_forget(struct delivered_day *of)
{
    memory_free(of->hashes);
    *of = (struct delivered_day){.hashes = NULL};
}

void
delivered_free(struct delivered *delivered)
{
    if (delivered == NULL)
        return;
    for (int32_t i = 0; i < DAYS_KEPT; i++)
        day_forget(&delivered->days[i]);
    memory_free(delivered);
}

/* Where a hash stands, or the free cell where it would. */
static uint64_t *
cell_of(const struct delivered_day *of, uint64_t hash)
{
    size_t at = (size_t) hash & (of->room - 1);
    while (of->hashes[at] != 0 && of->hashes[at] != hash)
        at = (at + 1) & (of->room - 1);
    return &of->hashes[at];
}

static bool
day_grow(struct delivered_day *of)
{
    struct delivered_day grown = *of;
    grown.room = of->room == 0 ? ROOM_FIRST : 2 * of->room;
    grown.hashes = memory_new_array(grown.room, sizeof *grown.hashes);
    if (grown.hashes == NULL)
        return false;
    for (size_t i = 0; i < of->room; i++)
        if (of->hashes[i] != 0)
            *cell_of(&grown, of->hashes[i]) = of->hashes[i];
    memory_free(of->hashes);
    *of = grown;
    return true;
}

/* Whether the id was there; false takes it in. Without memory nothing is remembered any more, and
 * any id may have been there. */
static bool
day_take(struct delivered_day *of, struct rule_text id)
{
    uint64_t hash = hash_bytes(id.bytes, id.size, 0) | 1;
    if (2 * of->n >= of->room && !day_grow(of)) {
        day_forget(of);
        return true;
    }
    uint64_t *cell = cell_of(of, hash);
    if (*cell == hash)
        return true;
    *cell = hash;
    of->n++;
    return false;
}

static bool
is_of_day(const struct kind_plan *kind, const struct event_rows *rows, int32_t at, int32_t day)
{
    return at >= 0 && at < rows->n_events && record_at(kind, rows->events, at)->day == day;
}

/* Takes in what the rows have of the day already. */
static bool
day_start(struct delivered_day *of, const struct kind_plan *kind, const struct event_rows *rows,
          int32_t place)
{
    int32_t first = place;
    while (is_of_day(kind, rows, first - 1, of->day))
        first--;
    if (!day_grow(of))
        return false;
    for (int32_t i = first; of->room > 0 && is_of_day(kind, rows, i, of->day); i++)
        if (record_at(kind, rows->events, i)->id.size > 0)
            day_take(of, record_at(kind, rows->events, i)->id);
    return of->room > 0;
}

bool
delivered_before(struct history *history, int32_t instance, int32_t event,
                 const struct event_record *record, int32_t place)
{
    const struct kind_plan *kind = &history->plan->kinds[event];
    const struct event_rows *rows = history_rows(history, instance, event);
    bool busy = is_of_day(kind, rows, place - BUSY, record->day) ||
                is_of_day(kind, rows, place + BUSY - 1, record->day);
    if (history->delivered == NULL && !busy)
        return true;
    if (history->delivered == NULL)
        history->delivered = memory_new(sizeof *history->delivered);
    if (history->delivered == NULL)
        return true;
    uint32_t turn = ((uint32_t) instance * 31 + (uint32_t) event) % DAYS_KEPT;
    struct delivered_day *of = &history->delivered->days[turn];
    if (of->room == 0 || of->instance != instance || of->event != event || of->day != record->day) {
        if (!busy)
            return true;
        day_forget(of);
        of->instance = instance;
        of->event = event;
        of->day = record->day;
        if (!day_start(of, kind, rows, place))
            return true;
    }
    return day_take(of, record->id);
}
