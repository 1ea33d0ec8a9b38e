/* A zone of the IANA database, frozen: the instants at which its offset changes, and the offsets. Lookups know nothing
 * of files or rules; zone_read.c makes the table.
 *
 * The rule by which a zone goes on for ever repeats with the Gregorian calendar, every 400 years. So the table is carried
 * on for a little more than one such cycle behind the last change that the file lists, and what lies further on is
 * looked up where it falls in that cycle: an event dated 9999 costs what any other does. */
#include "base/zone_table.h"

#include "base/memory.h"

#include <string.h>

#define MICROS_PER_SECOND INT64_C(1000000)

static int64_t
micros_of(int32_t offset)
{
    return offset * MICROS_PER_SECOND;
}

static int64_t
saturated_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static int32_t
floor_day(int64_t micros)
{
    int64_t day = micros / CIVIL_MICROS_PER_DAY;
    return (int32_t) (day - (micros % CIVIL_MICROS_PER_DAY < 0));
}

struct zone *
zone_ref(struct zone *zone)
{
    atomic_fetch_add_explicit(&zone->references, 1, memory_order_relaxed);
    return zone;
}

void
zone_unref(struct zone *zone)
{
    if (zone == NULL || atomic_fetch_sub_explicit(&zone->references, 1, memory_order_acq_rel) != 1)
        return;
    memory_free(zone->name);
    memory_free(zone->at);
    memory_free(zone->wall);
    memory_free(zone->offset);
    memory_free(zone);
}

const char *
zone_name(const struct zone *zone)
{
    return zone->name;
}

bool
zone_write(const struct zone *zone, struct cstm_buffer *buffer)
{
    bool done = buffer_put_text(buffer, zone->name, strlen(zone->name)) &&
                buffer_put_svar(buffer, zone->cycle_start) && buffer_put_uvar(buffer, (uint64_t) zone->n);
    for (int32_t i = 0; done && i < zone->n; i++)
        done = buffer_put_svar(buffer, zone->at[i]) && buffer_put_svar(buffer, zone->offset[i]);
    return done;
}

/* Where an instant beyond the table falls in the last cycle. The cycle starts after the last listed change. */
static int64_t
cycles_beyond(int64_t start, int64_t instant)
{
    if (start == INT64_MAX || instant < start)
        return 0;
    return (int64_t) (((uint64_t) instant - (uint64_t) start) / (uint64_t) ZONE_CYCLE) * ZONE_CYCLE;
}

/* The last entry at or before `value`; entry 0 is before everything. */
static int32_t
last_at(const int64_t *values, int32_t n, int64_t value)
{
    int32_t low = 0, count = n;
    while (count > 1) {
        int32_t half = count / 2;
        low += values[low + half] <= value ? half : 0;
        count -= half;
    }
    return low;
}

/* Fills the cursor with the stretch of equal offset around the instant. */
static void
look_up(const struct zone *zone, int64_t instant, struct zone_cursor *cursor)
{
    int64_t beyond = cycles_beyond(zone->cycle_start, instant);
    int32_t i = last_at(zone->at, zone->n, instant - beyond);
    int64_t from = zone->at[i];
    int64_t until = i + 1 < zone->n ? zone->at[i + 1] : INT64_MAX;
    if (beyond > 0) {
        if (from < zone->cycle_start)
            from = zone->cycle_start;
        from += beyond;
        until = saturated_add(until, beyond);
    }
    cursor->from = from;
    cursor->until = until;
    cursor->offset = zone->offset[i];
}

int32_t
zone_offset(const struct zone *zone, int64_t instant)
{
    struct zone_cursor cursor;
    look_up(zone, instant, &cursor);
    return cursor.offset;
}

int32_t
zone_day(const struct zone *zone, int64_t instant, struct zone_cursor *cursor)
{
    struct zone_cursor own = {0, 0, 0};
    if (cursor == NULL)
        cursor = &own;
    if (instant < cursor->from || instant >= cursor->until)
        look_up(zone, instant, cursor);
    return floor_day(saturated_add(instant, micros_of(cursor->offset)));
}

/* The stretch whose civil times hold `civil`. wall[i] is the greater of the two civil times at change i, so a civil
 * time in a gap or a fold still belongs to the stretch before. */
static int32_t
stretch_before(const struct zone *zone, int64_t civil, int64_t *beyond)
{
    *beyond = cycles_beyond(saturated_add(zone->cycle_start, 2 * CIVIL_MICROS_PER_DAY), civil);
    return last_at(zone->wall, zone->n, civil - *beyond);
}

int64_t
zone_instant(const struct zone *zone, int64_t civil_micros)
{
    int64_t beyond;
    int32_t i = stretch_before(zone, civil_micros, &beyond);
    return saturated_add(civil_micros, -micros_of(zone->offset[i]));
}

int64_t
zone_instant_near(const struct zone *zone, int64_t civil_micros, struct zone_cursor *cursor)
{
    if (civil_micros < cursor->from || civil_micros >= cursor->until) {
        int64_t beyond, cycle = saturated_add(zone->cycle_start, 2 * CIVIL_MICROS_PER_DAY);
        int32_t i = stretch_before(zone, civil_micros, &beyond);
        cursor->from = saturated_add(zone->wall[i], beyond);
        cursor->until = i + 1 < zone->n ? saturated_add(zone->wall[i + 1], beyond) : INT64_MAX;
        if (beyond > 0 && cursor->from < saturated_add(cycle, beyond))
            cursor->from = saturated_add(cycle, beyond);
        int64_t next_cycle = saturated_add(saturated_add(cycle, beyond), ZONE_CYCLE);
        if (cursor->until > next_cycle)
            cursor->until = next_cycle;
        cursor->offset = zone->offset[i];
    }
    return saturated_add(civil_micros, -micros_of(cursor->offset));
}

static int64_t
midnight(int64_t day)
{
    int64_t micros;
    if (__builtin_mul_overflow(day, CIVIL_MICROS_PER_DAY, &micros))
        return day < 0 ? INT64_MIN : INT64_MAX;
    return micros;
}

/* Midnight may lie in a gap (the day then begins with the change itself) or in a fold (then the earlier one counts). */
int64_t
zone_day_start(const struct zone *zone, int32_t day)
{
    int64_t civil = midnight(day), beyond;
    int32_t i = stretch_before(zone, civil, &beyond);
    int64_t instant = saturated_add(civil, -micros_of(zone->offset[i]));
    if (i + 1 < zone->n) {
        int64_t next = saturated_add(zone->at[i + 1], beyond);
        return instant < next ? instant : next;
    }
    return instant;
}

/* One before the next midnight: the change itself where that lies in a gap, the later one where it lies in a fold. */
int64_t
zone_day_end(const struct zone *zone, int32_t day)
{
    int64_t civil = midnight((int64_t) day + 1), beyond;
    int32_t i = stretch_before(zone, civil, &beyond);
    int64_t offset = micros_of(zone->offset[i]);
    int64_t instant = saturated_add(civil, -offset);
    /* The stretch after holds civil from the lesser of its two civil times on. */
    if (i + 1 < zone->n) {
        int64_t next = saturated_add(zone->at[i + 1], beyond), next_offset = micros_of(zone->offset[i + 1]);
        int64_t lesser = saturated_add(next, offset < next_offset ? offset : next_offset);
        if (lesser <= civil) {
            int64_t after = saturated_add(civil, -next_offset);
            instant = after > next ? after : next;
        }
    }
    return saturated_add(instant, -1);
}
