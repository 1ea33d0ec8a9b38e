/* Children of which a bank closes one after the other, such as instalment plans (分期): of those that one parent has closed only the last
 * schema->entities[].keep_closed are there. A child closes on the first day at whose end its opening is known and a closing day that
 * has come; whatever is set later, that day stays. In the order of these days, of one day in that of the keys, a child
 * leaves on the day on which so many others have closed after it, and is never there again: so what is there on a day follows
 * from what was known at its end, and no later fact changes it.
 *
 * Sealing a day (seal_children.c) moves what is known of the children that have left into one instance without a name under the same
 * parent. It is no child, but its events count for the entities above, as they did. */
#include "behaviour/rows.h"

/* The first day in both spans of days, INT32_MAX: none. */
static int32_t
first_common(int32_t first, int32_t last, int32_t other_first, int32_t other_last)
{
    int32_t from = first > other_first ? first : other_first;
    return from <= last && from <= other_last ? from : INT32_MAX;
}

/* Up to when a setting stands: the day before the next one. */
static int32_t
stands_until(const struct attribute_rows *rows, int32_t i)
{
    return i + 1 < rows->n ? rows->entries[i + 1].day - 1 : INT32_MAX - 1;
}

static int32_t
closing_day(const struct instance *instance)
{
    const struct attribute_rows *opened = &instance->attributes[0], *closed = &instance->attributes[1];
    int32_t first = INT32_MAX;
    for (int32_t c = 0; c < closed->n; c++) {
        const struct attribute_entry *entry = &closed->entries[c];
        int32_t from = entry->day;
        if (!entry->present)
            continue;
        if (entry->value.number > from)
            from = (int32_t) entry->value.number;
        for (int32_t o = 0; o < opened->n; o++) {
            if (!opened->entries[o].present)
                continue;
            int32_t day = first_common(from, stands_until(closed, c), opened->entries[o].day,
                                       stands_until(opened, o));
            first = day < first ? day : first;
        }
    }
    return first;
}

/* By parent, day, key. */
static bool
comes_after(const struct child_closing *a, const struct child_closing *b)
{
    if (a->parent != b->parent)
        return a->parent > b->parent;
    if (a->day != b->day)
        return a->day > b->day;
    return text_compare(a->key, b->key) > 0;
}

/* In place, without memory: by gaps that shrink. */
static void
sort_closings(struct child_closing *closings, int32_t n)
{
    int32_t gap = 1;
    while (gap < n / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (int32_t i = gap; i < n; i++) {
            struct child_closing moved = closings[i];
            int32_t at = i;
            for (; at >= gap && comes_after(&closings[at - gap], &moved); at -= gap)
                closings[at] = closings[at - gap];
            closings[at] = moved;
        }
}

/* Of the entity alone. */
static void
find_own(const struct history *history, int32_t entity, struct child_closing *room, int32_t *days)
{
    const int32_t kept = history->plan->schema->entities[entity].keep_closed;
    int32_t n = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *instance = &history->instances[i];
        if (instance->entity != entity)
            continue;
        days[i] = INT32_MAX;
        int32_t day = kept > 0 ? closing_day(instance) : INT32_MAX;
        if (day != INT32_MAX)
            room[n++] = (struct child_closing){i, instance->parent, day, instance->key};
    }
    sort_closings(room, n);
    for (int32_t i = 0; i + kept < n; i++)
        if (room[i + kept].parent == room[i].parent)
            days[room[i].instance] = room[i + kept].day;
}

bool
entity_leaves(const struct schema *schema, int32_t entity)
{
    while (entity >= 0 && schema->entities[entity].keep_closed == 0)
        entity = schema->entities[entity].parent;
    return entity >= 0;
}

void
history_find_left(const struct history *history, int32_t entity, struct child_closing *room,
                  int32_t *days)
{
    const int32_t above = history->plan->schema->entities[entity].parent;
    if (above >= 0)
        history_find_left(history, above, room, days);
    find_own(history, entity, room, days);
    /* What is below leaves with what it belongs to. */
    for (int32_t i = 0; above >= 0 && i < history->n_instances; i++) {
        const struct instance *instance = &history->instances[i];
        if (instance->entity == entity && days[instance->parent] < days[i])
            days[i] = days[instance->parent];
    }
}
