/* Rows of records, entries and tiles: grown, searched, inserted and sorted. All of it works on rows
 * of a size known only to the plan, in place; nothing here allocates but the functions named
 * reserve. */
#include "behaviour/day_files.h"

bool
rows_reserve(uint8_t **rows, int32_t *capacity, int32_t n, int32_t need, size_t size)
{
    if (need <= *capacity)
        return true;
    if (*capacity > 0 || n == 0) {
        size_t room = *capacity > 0 ? (size_t) *capacity : 0;
        uint8_t *grown = *capacity > 0 ? *rows : NULL;
        if (need > INT32_MAX / 2 || !memory_reserve(&grown, &room, (size_t) need, size))
            return false;
        *rows = grown;
        *capacity = room > INT32_MAX ? INT32_MAX : (int32_t) room;
        return true;
    }
    /* Borrowed rows stay where they are; ours begin as a copy. */
    uint8_t *made = memory_new_array((size_t) need, size);
    if (made == NULL)
        return false;
    memcpy(made, *rows, (size_t) n * size);
    *rows = made;
    *capacity = need;
    return true;
}

bool
attribute_rows_reserve(struct attribute_rows *rows, int32_t need)
{
    uint8_t *bytes = (uint8_t *) rows->entries;
    if (!rows_reserve(&bytes, &rows->capacity, rows->n, need, sizeof *rows->entries))
        return false;
    rows->entries = (struct attribute_entry *) (void *) bytes;
    return true;
}

int32_t
event_rows_place(const struct plan *plan, int32_t event, const struct event_rows *rows,
                 const void *record)
{
    const struct kind_plan *kind = &plan->kinds[event];
    int32_t high = rows->n_events;
    if (high == 0 ||
        event_record_compare(plan, event, record_at(kind, rows->events, high - 1), record) <= 0)
        return high;
    int32_t low = 0;
    high--;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (event_record_compare(plan, event, record_at(kind, rows->events, middle), record) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether two events of one day are copies of one delivery: of day files also of one accounting day.
 * Of a kind that is made of others there are none: its members have dropped theirs, and an id of one
 * member is not that of another. */
static bool
is_copy(const struct plan *plan, int32_t event, const struct event_record *a,
        const struct event_record *b)
{
    return text_equal(a->id, b->id) && !is_derived(a) && !is_derived(b) &&
           plan->schema->events[event].n_members == 0 &&
           (!plan->schema->events[event].sourced ||
            accounting_day(plan, event, a) == accounting_day(plan, event, b));
}

int32_t
event_rows_redelivered(const struct plan *plan, int32_t event, const struct event_rows *rows,
                       const struct event_record *record, int32_t place)
{
    const struct kind_plan *kind = &plan->kinds[event];
    if (record->id.size == 0)
        return -1;
    for (int32_t i = place - 1; i >= 0; i--) {
        const struct event_record *other = record_at(kind, rows->events, i);
        if (other->day != record->day)
            break;
        if (is_copy(plan, event, other, record))
            return i;
    }
    for (int32_t i = place; i < rows->n_events; i++) {
        const struct event_record *other = record_at(kind, rows->events, i);
        if (other->day != record->day)
            break;
        if (is_copy(plan, event, other, record))
            return i;
    }
    return -1;
}

void
event_rows_insert_staged(const struct kind_plan *kind, struct event_rows *rows, int32_t place)
{
    size_t size = (size_t) kind->record_size;
    uint8_t *at = rows->events + (size_t) place * size,
            *staged = rows->events + (size_t) rows->n_events * size;
    if (at != staged) {
        memcpy(staged + size, staged, size);
        memmove(at + size, at, (size_t) (staged - at));
        memcpy(at, staged + size, size);
    }
    rows->n_events++;
}

static void
rows_swap(uint8_t *a, uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t x, y;
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        memcpy(a + i, &y, 8);
        memcpy(b + i, &x, 8);
    }
}

static void
sift_down(const struct plan *plan, int32_t event, uint8_t *events, int32_t at, int32_t n)
{
    const struct kind_plan *kind = &plan->kinds[event];
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= n)
            return;
        if (child + 1 < n && event_record_compare(plan, event, record_at(kind, events, child),
                                                  record_at(kind, events, child + 1)) < 0)
            child++;
        if (event_record_compare(plan, event, record_at(kind, events, at),
                                 record_at(kind, events, child)) >= 0)
            return;
        rows_swap((uint8_t *) record_at(kind, events, at),
                  (uint8_t *) record_at(kind, events, child), (size_t) kind->record_size);
        at = child;
    }
}

void
event_rows_sort(const struct plan *plan, int32_t event, struct event_rows *rows)
{
    const struct kind_plan *kind = &plan->kinds[event];
    int32_t n = rows->n_events, i = 1;
    while (i < n && event_record_compare(plan, event, record_at(kind, rows->events, i - 1),
                                         record_at(kind, rows->events, i)) <= 0)
        i++;
    if (i >= n)
        return;
    if (n <= 24) {
        for (; i < n; i++)
            for (int32_t j = i; j > 0; j--) {
                struct event_record *a = record_at(kind, rows->events, j - 1),
                                    *b = record_at(kind, rows->events, j);
                if (event_record_compare(plan, event, a, b) <= 0)
                    break;
                rows_swap((uint8_t *) a, (uint8_t *) b, (size_t) kind->record_size);
            }
        return;
    }
    for (i = n / 2 - 1; i >= 0; i--)
        sift_down(plan, event, rows->events, i, n);
    for (int32_t end = n - 1; end > 0; end--) {
        rows_swap(rows->events, (uint8_t *) record_at(kind, rows->events, end),
                  (size_t) kind->record_size);
        sift_down(plan, event, rows->events, 0, end);
    }
}

/* Which of two copies of one delivery stays: the sealed one, as a tile has it; else that of the greater
 * day file, or the greater, which stands later. */
static bool
copy_yields(const struct kind_plan *kind, const struct event_record *earlier,
            const struct event_record *later)
{
    bool sealed = (earlier->flags & EVENT_SEALED) != 0;
    if (sealed != ((later->flags & EVENT_SEALED) != 0))
        return !sealed;
    return delivery_number(kind, earlier) <= delivery_number(kind, later);
}

void
event_rows_drop_redeliveries(const struct plan *plan, int32_t event, struct event_rows *rows)
{
    const struct kind_plan *kind = &plan->kinds[event];
    size_t size = (size_t) kind->record_size;
    int32_t kept = 0;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        int32_t twin = -1;
        for (int32_t j = kept - 1; record->id.size > 0 && j >= 0; j--) {
            const struct event_record *other = record_at(kind, rows->events, j);
            if (other->day != record->day)
                break;
            if (is_copy(plan, event, other, record) &&
                (other->flags & record->flags & EVENT_NAMELESS) == 0) {
                twin = j;
                break;
            }
        }
        if (twin >= 0 && !copy_yields(kind, record_at(kind, rows->events, twin), record))
            continue;
        if (twin >= 0) {
            memmove(rows->events + (size_t) twin * size, rows->events + (size_t) (twin + 1) * size,
                    (size_t) (kept - twin - 1) * size);
            kept--;
        }
        if (kept != i)
            memmove(rows->events + (size_t) kept * size, rows->events + (size_t) i * size, size);
        kept++;
    }
    rows->n_events = kept;
}

int
attribute_entry_compare(cstm_type type, const struct attribute_entry *a,
                        const struct attribute_entry *b)
{
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    int order = text_compare(a->id, b->id);
    if (order != 0)
        return order;
    if (a->present != b->present)
        return a->present ? 1 : -1;
    if (!a->present)
        return 0;
    if (type == CSTM_TYPE_STRING)
        return text_compare(a->value.text, b->value.text);
    int64_t x = value_ordered(type, &a->value), y = value_ordered(type, &b->value);
    return (x > y) - (x < y);
}

bool
attribute_rows_insert(cstm_type type, struct attribute_rows *rows,
                      const struct attribute_entry *entry)
{
    for (int32_t i = rows->n - 1; i >= 0 && rows->entries[i].day >= entry->day; i--) {
        if (rows->entries[i].day != entry->day)
            continue;
        int order = attribute_entry_compare(type, &rows->entries[i], entry);
        bool twin = entry->id.size > 0 && text_equal(rows->entries[i].id, entry->id);
        if (order == 0 || (twin && order > 0))
            return false;
        if (twin) {
            memmove(&rows->entries[i], &rows->entries[i + 1],
                    (size_t) (rows->n - i - 1) * sizeof *rows->entries);
            rows->n--;
            break;
        }
    }
    int32_t place = rows->n;
    while (place > 0 && attribute_entry_compare(type, &rows->entries[place - 1], entry) > 0)
        place--;
    memmove(&rows->entries[place + 1], &rows->entries[place],
            (size_t) (rows->n - place) * sizeof *rows->entries);
    rows->entries[place] = *entry;
    rows->n++;
    return true;
}

int32_t
attribute_rows_until(const struct attribute_rows *rows, int32_t day)
{
    /* Mostly all that is known is known on the day. */
    if (rows->n == 0 || rows->entries[rows->n - 1].day <= day)
        return rows->n;
    int32_t n = rows->n;
    if (n > 16) {
        int32_t low = 0;
        while (low < n) {
            int32_t middle = low + (n - low) / 2;
            if (rows->entries[middle].day <= day)
                low = middle + 1;
            else
                n = middle;
        }
        return low;
    }
    while (n > 0 && rows->entries[n - 1].day > day)
        n--;
    return n;
}

int
tile_compare(const struct kind_plan *kind, const struct event_tile *a, const struct event_tile *b)
{
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    const uint64_t *p = tile_mask(a), *q = tile_mask(b);
    for (int32_t w = 0; w < kind->mask_words; w++)
        if (p[w] != q[w])
            return p[w] < q[w] ? -1 : 1;
    return 0;
}

/* A tile of nothing. */
static void
tile_start(const struct kind_plan *kind, struct event_tile *tile, int32_t day, const uint64_t *mask)
{
    memset(tile, 0, (size_t) kind->tile_size);
    tile->day = day;
    memcpy(tile_mask(tile), mask, (size_t) kind->mask_words * sizeof *mask);
    for (int32_t i = 0; i < kind->n_tile_slots; i++) {
        const struct tile_slot *slot = &kind->tile_slots[i];
        if (!slot_is_wide(slot))
            *(int64_t *) tile_value(tile, slot->offset) =
                slot->operator== FEATURE_MIN ? INT64_MAX : INT64_MIN;
    }
}

static int
tile_key_compare(const struct kind_plan *kind, const struct event_tile *tile, int32_t day,
                 const uint64_t *mask)
{
    if (tile->day != day)
        return tile->day < day ? -1 : 1;
    const uint64_t *p = tile_mask(tile);
    for (int32_t w = 0; w < kind->mask_words; w++)
        if (p[w] != mask[w])
            return p[w] < mask[w] ? -1 : 1;
    return 0;
}

struct event_tile *
tile_rows_put(const struct kind_plan *kind, struct event_rows *rows, int32_t day,
              const uint64_t *mask)
{
    int32_t low = 0, high = rows->n_tiles;
    if (high > 0 && tile_key_compare(kind, tile_at(kind, rows->tiles, high - 1), day, mask) < 0)
        low = high;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (tile_key_compare(kind, tile_at(kind, rows->tiles, middle), day, mask) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct event_tile *tile = tile_at(kind, rows->tiles, low);
    if (low < rows->n_tiles && tile_key_compare(kind, tile, day, mask) == 0)
        return tile;
    memmove((uint8_t *) tile + kind->tile_size, tile,
            (size_t) (rows->n_tiles - low) * (size_t) kind->tile_size);
    rows->n_tiles++;
    tile_start(kind, tile, day, mask);
    return tile;
}

/* Squares are never negative, so that adding up to the most there can be is the same in any order. */
wide
squares_add(wide a, wide b)
{
    return a > SQUARES_MOST - b ? SQUARES_MOST : a + b;
}

wide
square_of(int64_t value)
{
    wide square = (wide) value * value;
    return square > SQUARES_MOST ? SQUARES_MOST : square;
}

static void
slot_fold(const struct tile_slot *slot, void *at, int64_t value)
{
    int64_t *extreme = at;
    if (slot->operator== FEATURE_SUM)
        *(wide *) at += value;
    else if (slot->operator== FEATURE_VARIANCE)
        *(wide *) at = squares_add(*(wide *) at, square_of(value));
    else if (slot->operator== FEATURE_MIN ? value < *extreme : value> * extreme)
        *extreme = value;
}

void
tile_add_event(const struct schema *schema, int32_t event, const struct kind_plan *kind,
               struct event_tile *tile, const void *record)
{
    const uint64_t *mask = record_mask(kind, record);
    tile->count++;
    for (int32_t i = 0; i < kind->n_tile_slots; i++) {
        const struct tile_slot *slot = &kind->tile_slots[i];
        if (mask_bit(mask, slot->field))
            slot_fold(slot, tile_value(tile, slot->offset),
                      value_ordered(schema->events[event].fields[slot->field].type,
                                    record_value(kind, record, slot->field)));
    }
}

void
tile_add_tile(const struct kind_plan *kind, struct event_tile *tile, const struct event_tile *other)
{
    tile->count += other->count;
    for (int32_t i = 0; i < kind->n_tile_slots; i++) {
        const struct tile_slot *slot = &kind->tile_slots[i];
        if (slot->operator== FEATURE_SUM)
            *(wide *) tile_value(tile, slot->offset) +=
                *(const wide *) tile_value(other, slot->offset);
        else if (slot->operator== FEATURE_VARIANCE)
            *(wide *) tile_value(tile, slot->offset) =
                squares_add(*(const wide *) tile_value(tile, slot->offset),
                            *(const wide *) tile_value(other, slot->offset));
        else
            slot_fold(slot, tile_value(tile, slot->offset),
                      *(const int64_t *) tile_value(other, slot->offset));
    }
}
