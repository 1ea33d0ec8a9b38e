/* Inside the room: how records and tiles of one kind are reached, grown and put in order. Rows are
 * untyped bytes of a size that the plan knows; these few functions are the only ones that know how.
 */
#ifndef BEHAVIOUR_ROWS_H
#define BEHAVIOUR_ROWS_H

#include "behaviour/history.h"

#include <string.h>

/* The four bits of a rule in a mask. */
#define WHERE_MATCHED 1u
#define WHERE_ERROR_SHIFT 1
uint32_t where_error_code(cstm_status status); /* 1 to 7 */
cstm_status where_error_status(uint32_t code);

#define TILE_MASK_OFFSET ((int32_t) sizeof(struct event_tile))

static inline struct event_record *
record_at(const struct kind_plan *kind, const uint8_t *events, int32_t i)
{
    return (struct event_record *) (uintptr_t) (events + (size_t) i * (size_t) kind->record_size);
}

static inline uint64_t *
record_mask(const struct kind_plan *kind, const void *record)
{
    return (uint64_t *) (uintptr_t) ((const uint8_t *) record + kind->mask_offset);
}

static inline void *
record_value(const struct kind_plan *kind, const void *record, int32_t field)
{
    return (void *) (uintptr_t) ((const uint8_t *) record + kind->value_offset[field]);
}

static inline struct event_validity *
event_validity(const struct kind_plan *kind, const void *record)
{
    return (struct event_validity *) (uintptr_t) ((const uint8_t *) record +
                                                  kind->validity_offset);
}

/* Of an event that nothing has amended. */
static inline void
event_is_whole(const struct kind_plan *kind, void *record)
{
    if (kind->validity_offset != 0)
        *event_validity(kind, record) = (struct event_validity){DAY_NONE, INT32_MAX};
}

static inline struct event_tile *
tile_at(const struct kind_plan *kind, const uint8_t *tiles, int32_t i)
{
    return (struct event_tile *) (uintptr_t) (tiles + (size_t) i * (size_t) kind->tile_size);
}

static inline uint64_t *
tile_mask(const struct event_tile *tile)
{
    return (uint64_t *) (uintptr_t) ((const uint8_t *) tile + TILE_MASK_OFFSET);
}

static inline void *
tile_value(const struct event_tile *tile, int32_t offset)
{
    return (void *) (uintptr_t) ((const uint8_t *) tile + offset);
}

static inline bool
mask_bit(const uint64_t *mask, int32_t bit)
{
    return (mask[(uint32_t) bit / 64] >> ((uint32_t) bit % 64) & 1u) != 0;
}

static inline uint32_t
mask_where(const struct kind_plan *kind, const uint64_t *mask, int32_t where)
{
    int32_t bit = kind->where_bit + 4 * where;
    return (uint32_t) (mask[bit / 64] >> (bit % 64)) & 15u;
}

static inline uint32_t
mask_lane(const struct value_lane *lane, const uint64_t *mask)
{
    return (uint32_t) (mask[lane->bit / 64] >> (lane->bit % 64) & LANE_MASK);
}
/* lane.c: finds the table of a lane whose field and bit are set; false without memory. */
bool lane_prepare(const struct event_field *field, struct value_lane *lane);
void lane_free(struct value_lane *lane);

static inline int
text_compare(struct rule_text a, struct rule_text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.bytes, b.bytes, size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static inline bool
text_equal(struct rule_text a, struct rule_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

/* An int64 that orders values of any type but text as they should be: doubles in their total order.
 */
static inline int64_t
value_ordered(cstm_type type, const void *value)
{
    if (type == CSTM_TYPE_DOUBLE)
        return exact_from_double(*(const double *) value);
    return *(const int64_t *) value;
}

/* Takes the lowest bit out of *bits: the fields of a mask one by one. */
static inline int32_t
take_bit(uint64_t *bits)
{
    int32_t bit = __builtin_ctzll(*bits);
    *bits &= *bits - 1;
    return bit;
}

/* Room for `need` rows of `size` bytes; rows that were borrowed (capacity 0) are copied. False
 * leaves all as it was. */
bool rows_reserve(uint8_t **rows, int32_t *capacity, int32_t n, int32_t need, size_t size);
static inline bool
event_rows_reserve(const struct kind_plan *kind, struct event_rows *rows, int32_t need)
{
    return need <= rows->event_capacity ||
           rows_reserve(&rows->events, &rows->event_capacity, rows->n_events, need,
                        (size_t) kind->record_size);
}
static inline bool
tile_rows_reserve(const struct kind_plan *kind, struct event_rows *rows, int32_t need)
{
    return rows_reserve(&rows->tiles, &rows->tile_capacity, rows->n_tiles, need,
                        (size_t) kind->tile_size);
}
bool attribute_rows_reserve(struct attribute_rows *rows, int32_t need);

/* Where a record belongs among the first n (after all that are not greater), and the record of the
 * same id and day; -1. */
int32_t event_rows_place(const struct plan *plan, int32_t event, const struct event_rows *rows,
                         const void *record);
int32_t event_rows_redelivered(const struct plan *plan, int32_t event,
                               const struct event_rows *rows, const struct event_record *record,
                               int32_t place);
/* Puts the record in slot n of the rows to `place`; slot n + 1 is free. */
void event_rows_insert_staged(const struct kind_plan *kind, struct event_rows *rows, int32_t place);
/* Sorts by event_record_compare, in place and without memory. */
void event_rows_sort(const struct plan *plan, int32_t event, struct event_rows *rows);
/* Drops all but the greatest copy of each redelivery, of sorted rows; a sealed copy outlives one
 * that is not. */
void event_rows_drop_redeliveries(const struct plan *plan, int32_t event, struct event_rows *rows);

/* Merges rows of another instance or half in, for which there is room; redeliveries stay. merge.c */
void event_rows_join(const struct plan *plan, int32_t event, struct event_rows *into,
                     const struct event_rows *from);

/* The civil day of a setting; false outside the years 1 to 9999. */
bool entry_day(const struct zone *zone, int64_t time, struct zone_cursor *cursor, int32_t *day);
int attribute_entry_compare(cstm_type type, const struct attribute_entry *a,
                            const struct attribute_entry *b);
/* Puts an entry (texts final) where it belongs; room was reserved. False: it is a lesser copy,
 * nothing changed. */
bool attribute_rows_insert(cstm_type type, struct attribute_rows *rows,
                           const struct attribute_entry *entry);
static inline struct attribute_rows *
history_attribute(const struct history *history, int32_t instance, int32_t attribute)
{
    return &history->instances[instance]
                .attributes[history->plan->schema->attributes[attribute].local];
}
static inline struct event_rows *
history_rows(const struct history *history, int32_t instance, int32_t event)
{
    return &history->instances[instance].kinds[history->plan->schema->events[event].local];
}

/* Tiles of (day, mask), made if not there; room was reserved. The mask is cut to the plan's needed
 * bits by the caller. */
struct event_tile *tile_rows_put(const struct kind_plan *kind, struct event_rows *rows, int32_t day,
                                 const uint64_t *mask);
void tile_add_event(const struct schema *schema, int32_t event, const struct kind_plan *kind,
                    struct event_tile *tile, const void *record);
void tile_add_tile(const struct kind_plan *kind, struct event_tile *tile,
                   const struct event_tile *other);
/* A value by which it is told from others, the same on every machine for ever; and where it stands
 * in HyperLogLog: its register and rank. feature_values.c */
uint64_t distinct_hash(cstm_type type, const void *value);
int32_t distinct_register(uint64_t hash, uint8_t *rank);

/* Buckets of values, for quantiles: buckets.c. They rise with the value; of ints and money, and of
 * doubles. */
int32_t bucket_of(cstm_type type, const void *value);
int64_t bucket_whole(int32_t bucket);
double bucket_double(int32_t bucket);
/* The greatest bucket of a type; the least is its negative. */
int32_t bucket_most(cstm_type type);
bool bucket_rows_reserve(struct event_rows *rows, int32_t need);
/* Room was reserved. */
void bucket_rows_add(struct event_rows *rows, struct bucket_row row);
void bucket_rows_add_event(const struct event_kind *declared, const struct kind_plan *kind,
                           struct event_rows *rows, const struct event_record *record);
bool bucket_rows_merge(struct event_rows *into, const struct event_rows *from);
void bucket_rows_prune(const struct kind_plan *kind, struct event_rows *rows, int32_t reads_from);

/* Sums of squares, up to SQUARES_MOST. */
wide squares_add(wide a, wide b);
wide square_of(int64_t value);
int tile_compare(const struct kind_plan *kind, const struct event_tile *a,
                 const struct event_tile *b);

/* begins of an instance and of those above it, never later than `time`. */
bool instance_begins(struct history *history, int32_t instance, int64_t time, int32_t day);
/* A text into the history's arena, or as it is where the history borrows. */
bool history_keep_text(struct history *history, struct rule_text *text);
/* What a record's texts take in the arena. */
size_t record_text_bytes(const struct event_kind *declared, const struct kind_plan *kind,
                         const struct event_record *record);
bool record_keep_texts(struct history *history, const struct event_kind *declared,
                       const struct kind_plan *kind, struct event_record *record);
/* Once half of the arena is dead: the living move to a new one. Where there is no memory for it,
 * all stays as it is. */
void history_compact_texts(struct history *history);
/* feature_floor from complete_from, after a read or merge. */
cstm_status history_find_floors(struct history *history, cstm_error **error);
/* Adds what `from` holds (texts final) to `into`; room is reserved first, false leaves `into` as it
 * was. */
bool event_rows_merge(const struct plan *plan, int32_t event, struct event_rows *into,
                      const struct event_rows *from);
bool attribute_rows_merge(cstm_type type, struct attribute_rows *into,
                          const struct attribute_rows *from);
/* Takes a section in (bytes are owned by the history on success); any order, any number of equals.
 */
cstm_status opaque_add(struct history *history, struct opaque_section section, cstm_error **error);
int opaque_compare(const void *a, const void *b);

#endif
