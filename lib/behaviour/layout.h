/* Inside the room: how a kind was laid out when its state was written. Bytes say it in names and
 * digests, so that another strategy can tell what of it means the same there: which bit, slot or
 * kept event of the old layout is which of the new, and from which day on what it lacks will be
 * whole.
 *
 * The bytes of a history (format 2; numbers LEB128, signed ones zig-zag, texts with their length
 * before them): 1, sealed day, sealed parts; instances, the customer first: [entity, parent's
 * number,] key, begins; sections in the order of their definitions: 1 attribute or 2 event kind,
 * or 4 source, definition, payloads: instance's number, rows. Of a kind that is made of others only what
 * is its own is written, and of one that is amended only what came in: the rest follows. */
#ifndef BEHAVIOUR_LAYOUT_H
#define BEHAVIOUR_LAYOUT_H

#include "behaviour/rows.h"

#define HISTORY_FORMAT 2
#define SECTION_ATTRIBUTE 1
#define SECTION_KIND 2
#define SECTION_SOURCE 4 /* the greatest deliveries of its days */
#define SECTION_INSTANCE                                                                           \
    3                  /* in memory only: an instance of an entity that the plan does not know */
#define DIGEST_KEPT 16 /* bytes of a rule's digest that the state carries */

struct layout_field {
    const char *name;
    size_t name_size;
    cstm_type type;
    int32_t field; /* in the plan; -1: unknown or of another type */
    int32_t presence; /* its bit among the packed ones of a tile's mask; -1 */
};

struct layout_element {
    int32_t part;         /* as state_element */
    int32_t field;        /* FIELD, SLOT, KEEP, LANE: place among the layout's fields, -1 */
    int32_t by;           /* KEEP: likewise */
    const uint8_t *where; /* WHERE, KEEP: the digest, NULL */
    int32_t operator;     /* SLOT */
    bool first;           /* SLOT: no earlier one is of the field */
    int32_t how, n;       /* KEEP */
    struct window window;
    int32_t complete_from;
    int32_t bit;    /* FIELD, WHERE, LANE: of the plan's mask; -1 */
    int32_t offset; /* SLOT: in the plan's tile; -1 */
};

struct layout {
    int32_t event; /* in the plan; -1: unknown */
    bool same_zone;
    bool exact; /* every field, bit and slot has its place in the plan */
    int64_t observed_from;
    int32_t days_from;
    bool counts, keeps_all, keeps_days;
    bool amends, settles, sourced; /* how its events and payloads are written, and what they are */
    int32_t accounting;            /* sourced: among the layout's fields; -1 */
    int32_t n_fields;
    struct layout_field *fields;
    bool *known; /* per field of the plan's kind: whether it is among them */
    int32_t n_elements;
    struct layout_element *elements;
    int32_t mask_bits; /* of fields and rules */
    int32_t n_lanes;
};

/* One bit of a run of packed ones; the bits past the end of the last byte must be 0. */
static inline bool
packed_bit(const uint8_t *bytes, int32_t i)
{
    return (bytes[i / 8] >> (i % 8) & 1) != 0;
}

static inline bool
packed_tail_is_clear(const uint8_t *bytes, int32_t n)
{
    return n % 8 == 0 || bytes[n / 8] >> (n % 8) == 0;
}

bool layout_write(const struct history *history, int32_t event, struct cstm_buffer *buffer);
/* Parses a definition; points into the bytes. CSTM_ERROR_CORRUPT or NO_MEMORY. */
cstm_status layout_read(struct layout *layout, const struct plan *plan, const uint8_t *bytes,
                        size_t size, cstm_error **error);
void layout_clear(struct layout *layout);
/* From which day each element of the plan's kind is complete, given what the layout held; elements
 * of a kind that was unknown (layout NULL) are complete after the sealed day. */
void layout_completeness(const struct layout *layout, const struct plan *plan, int32_t event,
                         int32_t sealed_day, int32_t *complete_from);

bool events_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
                  struct cstm_buffer *buffer);
cstm_status events_read(struct history *history, const struct layout *layout,
                        struct byte_reader *reader, void *scratch, void *tile,
                        struct event_rows *rows, cstm_error **error);
/* Values of a field that is read by value, by their texts or numbers, ascending: those v whose
 * places[v] is not 0, as a lane has it, which becomes the place in the list from 1. */
bool lane_values_write(const struct event_field *field, const struct value_lane *lane, uint16_t *places,
                  struct cstm_buffer *buffer);
/* A value as the bytes list it: what it is in the plan's lane, 0 where it is not declared there. */
struct listed_value {
    uint16_t lane;
    bool used;
};
/* Of a field of the layout, which the caller frees; from 1. */
cstm_status lane_values_read(const struct plan *plan, const struct layout *layout, int32_t field,
                        struct byte_reader *reader, struct listed_value **values, uint64_t *n,
                        cstm_error **error);
/* buckets_bytes.c */
bool buckets_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
                   struct cstm_buffer *buffer);
cstm_status buckets_read(const struct history *history, const struct layout *layout,
                         struct byte_reader *reader, struct event_rows *rows, cstm_error **error);
/* The element of the layout whose buckets are those that the keep asks for, from some day on; -1. */
int32_t layout_buckets(const struct layout *layout, const struct kind_plan *kind,
                       const struct event_keep *keep, int32_t sealed_day);
/* tiles_bytes.c */
bool tiles_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
                 struct cstm_buffer *buffer);
cstm_status tiles_read(struct history *history, const struct layout *layout,
                       struct byte_reader *reader, struct event_tile *tile, struct event_rows *rows,
                       cstm_error **error);
/* The sources' days, of which a history knows the deliveries. */
bool day_files_write(const struct history *history, int32_t source, struct cstm_buffer *buffer);
cstm_status day_files_read(struct history *history, int32_t source, struct byte_reader *reader,
                           cstm_error **error);
/* What of these bytes is of each tile, of each event (0 for what is not written) and of each keep of
 * buckets; *whole: of all tiles, with what they share. */
bool tiles_measure(const struct plan *plan, int32_t event, const struct event_rows *rows,
                   int32_t *sizes, int64_t *whole);
bool events_measure(const struct plan *plan, int32_t event, const struct event_rows *rows,
                    int32_t *sizes);
bool buckets_measure(const struct plan *plan, int32_t event, const struct event_rows *rows,
                     int32_t *sizes);
bool entries_write(cstm_type type, const struct attribute_rows *rows, struct cstm_buffer *buffer);
cstm_status entries_read(struct history *history, int32_t attribute, struct byte_reader *reader,
                         struct attribute_rows *rows, cstm_error **error);
cstm_status corrupt(cstm_error **error, const char *what);

#endif
