/* The state of one customer: instances of entities with their dated attributes and events, sealed
 * tiles before sealed_day and raw events after it. A commutative monoid: any order of arrival,
 * split or merge of the same facts gives the same bytes.
 *
 * The batch builds the same struct for a moment for each customer of a block, with texts pointing
 * into its tables, and reads it with the same functions. Read next: feature_read.c (what a window
 * says), seal.c, history_bytes.c. */
#ifndef BEHAVIOUR_HISTORY_H
#define BEHAVIOUR_HISTORY_H

#include "behaviour/feature.h"

#include "base/bytes.h"
#include "base/exact.h"
#include "base/memory.h"

/* nothing sealed; no opening; the base tile's day */
#define DAY_NONE INT32_MIN
/* CSTM_ALWAYS: of attributes, as if they had always been so */
#define HISTORY_ALWAYS INT64_C(-62135596800000000)

/* A raw event, followed by mask words and values at the plan's offsets: int64 (bool, int, date,
 * timestamp, money), double, or struct rule_text. */
struct event_record {
    int64_t time;
    int32_t day;
    uint32_t flags;
    struct rule_text id; /* size 0: none */
};
/* its day is sealed and its tile has it; kept for last, first and the like */
#define EVENT_SEALED 1u
/* of a child that is gone, in the instance without a name: its id is told from others' no more */
#define EVENT_NAMELESS 16u
/* it follows from other events: derived.h; above the shift, which member of a union it is of */
#define EVENT_DERIVED 2u
#define EVENT_MEMBER_SHIFT 8
/* an amendment that was applied to an event which has settled since */
#define EVENT_APPLIED 4u
/* while days are sealed: it goes */
#define EVENT_GONE 8u

/* Behind the values of an event that may be amended, at the plan's offset: on which days of reading
 * it counts. What is left of it after an amendment is another record. */
struct event_validity {
    int32_t known, gone; /* from the first of these days on, up to the day before the second */
};

/* A tile: the events of a day with one mask; slots of the plan behind the mask. day is DAY_NONE for
 * the base tile. */
struct event_tile {
    int32_t day;
    int32_t reserved;
    int64_t count;
};

struct event_rows {
    uint8_t *tiles; /* by (day, mask) */
    int32_t n_tiles, tile_capacity;
    uint8_t *events;                  /* by (day, time, id, canonical bytes) */
    int32_t n_events, event_capacity; /* capacity 0: borrowed, see history_adopt_events() */
    struct bucket_row *buckets;       /* by (keep, day, by, bucket): buckets.c */
    int32_t n_buckets, bucket_capacity;
    int64_t unmatched; /* of amendments that have settled: those that were not applied */
};

/* How many values of a sealed day fell into a bucket. */
struct bucket_row {
    int32_t keep; /* into the plan's keeps of the kind */
    int32_t day;  /* DAY_NONE: of all that is older */
    int32_t by;   /* the value of the keep's `by`, as its lane has it; 0 */
    int32_t bucket;
    int64_t count;
};

struct attribute_entry {
    int64_t time;
    int32_t day;
    bool present; /* false: set to missing */
    struct rule_text id;
    union {
        int64_t number; /* BOOL, INT, DATE, TIMESTAMP, MONEY */
        double real;
        struct rule_text text;
    } value;
};

struct attribute_rows {
    struct attribute_entry *entries; /* by (day, time, id, canonical bytes) */
    int32_t n, capacity;             /* capacity 0: borrowed */
};

struct instance {
    int32_t entity;
    int32_t parent; /* index of an instance; -1 for the customer, which is instance 0 */
    struct rule_text key;
    /* the earliest instant known of it or of anything below it; INT64_MAX: none */
    int64_t begins;
    int32_t begins_day;  /* its civil day; INT32_MAX: none */
    bool left;           /* the last sealing moved what was known of it to the nameless one */
    int32_t first_child; /* -1: none; order of no meaning */
    int32_t next_sibling;
    struct attribute_rows *attributes; /* one per attribute of the entity */
    struct event_rows *kinds;          /* one per event kind on the entity */
};

/* An accounting day of a source: the greatest delivery number that is known of it. */
struct day_file {
    int32_t source, day;
    int64_t number; /* 0: events without one */
    bool closed;    /* an event of it is sealed: no greater number can replace it any more */
};

/* Memory for working out amendments; grows and is kept. */
struct workroom {
    uint8_t *bytes;
    size_t capacity;
};

struct history {
    const struct plan *plan;
    int32_t n_instances, instance_capacity;
    struct instance *instances; /* parents before children; in order of arrival */
    int64_t *observed_from;     /* per event kind; INT64_MAX: not stated */
    int32_t sealed_day;         /* days up to and including it are sealed; DAY_NONE */
    /* how many halves with sealed facts went into it: 0, 1, 2 (two or more, or one that another half
     * knew more of its sealed days than) */
    int32_t sealed_parts;
    struct arena texts;
    /* copied in; no longer referred to: compacted when half is dead */
    size_t text_bytes, text_bytes_dead;
    bool borrows;        /* texts are not copied: the caller keeps them alive (the batch) */
    struct arena blocks; /* the instances' arrays of rows */
    struct zone_cursor cursor;
    /* per event kind: the civil day of observed_from; INT32_MAX: not stated */
    int32_t *observed_day;
    /* per event kind: before this day tiles were folded or dropped; DAY_NONE: none were */
    int32_t *days_from;
    int32_t *complete_from; /* per state element, after a migration; NULL: all complete */
    int32_t *feature_floor; /* per feature, from complete_from; NULL: all DAY_NONE */
    int32_t *index;         /* instances by hash of key, once there are many; NULL before */
    int32_t index_size;
    int32_t n_opaque, opaque_capacity;
    struct opaque_section *opaque; /* what the plan does not know, in canonical order */
    int32_t n_day_files, day_file_capacity;
    struct day_file *day_files; /* by source and day; of days that are not sealed */
    struct workroom room;
    struct summaries *summaries;   /* summary.h; NULL: none */
    struct delivered *delivered;   /* delivered.c; NULL: no day had very many events */
};

/* A payload that another strategy wrote for something unknown here: whole, with the path of its
 * instance by names and keys. */
struct opaque_section {
    uint8_t *bytes; /* owned */
    size_t size;
    /* bytes[0 .. definition_size): type and definition; then the path; then the payload */
    size_t definition_size;
    size_t path_size;
};

cstm_status history_init(struct history *history, const struct plan *plan, const char *key,
                         size_t size, cstm_error **error);
void history_clear(struct history *history);
/* Empty again for another customer, keeping what was allocated. With `borrows`, keys, ids and texts
 * handed in from now on are not copied: the caller keeps them alive. */
cstm_status history_reset(struct history *history, const char *key, size_t size, bool borrows,
                          cstm_error **error);
/* `to` is not initialised before */
cstm_status history_copy(struct history *to, const struct history *from, cstm_error **error);
/* The instance with that key under that parent, made if it is not there. */
cstm_status history_instance(struct history *history, int32_t entity, int32_t parent,
                             const char *key, size_t size, int32_t *instance, cstm_error **error);
/* The one with that key under that parent (-1: the customer's own); -1 if there is none. */
int32_t history_find_child(const struct history *history, int32_t entity, int32_t parent,
                           const char *key, size_t size);
/* by key alone; -1. Of several under different parents the first in canonical order. */
int32_t history_find(const struct history *history, int32_t entity, const char *key, size_t size);
/* Under each parent whose children leave (children.c) one instance with an empty key, which no child of a
 * bank has, holds what happened on those that are gone. */
static inline bool
instance_is_nameless(const struct instance *instance)
{
    return instance->parent >= 0 && instance->key.size == 0;
}

/* When a child closed, while they are put in order. */
struct child_closing {
    int32_t instance, parent, day;
    struct rule_text key;
};
/* Whether instances of the entity leave, or what they belong to does. */
bool entity_leaves(const struct schema *schema, int32_t entity);
/* For each instance of the entity, and of those above it, the first day on which it is not there any more, as too many
 * others have closed after it, or with what it belongs to; INT32_MAX: none. days and room have a place for each instance of the history. */
void history_find_left(const struct history *history, int32_t entity, struct child_closing *room,
                       int32_t *days);
/* The instances of the subtree of `root` one by one, root first: -1 after the last. */
static inline int32_t
history_next_below(const struct history *history, int32_t root, int32_t at)
{
    const struct instance *instances = history->instances;
    if (instances[at].first_child >= 0)
        return instances[at].first_child;
    while (at != root && instances[at].next_sibling < 0)
        at = instances[at].parent;
    return at == root ? -1 : instances[at].next_sibling;
}

/* `record` is laid out as the plan says (texts are copied in); mask and day are computed here. A
 * copy with the same id on the same civil day of the same kind and instance is a redelivery: the
 * one with the greater (time, canonical bytes) stays. */
cstm_status history_record(struct history *history, int32_t instance, int32_t event,
                           const void *record, void *scratch, bool *changed, cstm_error **error);
/* Of an accounting day of a source only events of the delivery with this number, or a greater one,
 * count from now on. CSTM_ERROR_LATE: the day, or an event of it, is sealed. */
cstm_status history_replace_day(struct history *history, int32_t source, int32_t day,
                                int64_t number, void *scratch, bool *changed, cstm_error **error);
/* How many amendments of a kind, as known on the day, found nothing to amend, or not as much as they
 * would take. */
cstm_status history_unmatched(const struct history *history, int32_t event, int32_t day,
                              struct workroom *room, int64_t *count, cstm_error **error);
cstm_status history_set(struct history *history, int32_t instance, int32_t attribute,
                        const struct attribute_entry *entry, bool *changed, cstm_error **error);
/* Takes n records that lie in the caller's memory, classified and checked, without copying them;
 * the instance must have none of the kind. Sorts them in place and drops redeliveries; what stays
 * is read where it lies, and is not freed. What follows from them is not made: history_derive(). */
cstm_status history_adopt_events(struct history *history, int32_t instance, int32_t event,
                                 void *records, int32_t n, cstm_error **error);
/* Of events that were adopted, finds those of lesser deliveries than are known; then takes them out of a
 * kind, and those after as_of, and says how many there were. */
cstm_status history_sift_deliveries(struct history *history, struct workroom *room,
                                    cstm_error **error);
void history_drop_replaced(struct history *history, int32_t event, int64_t as_of,
                           int64_t *replaced, int64_t *later);
/* The accounting day of an event of a source, and the number of its delivery. */
int32_t event_accounting_day(const struct plan *plan, int32_t event, const void *record);
int64_t event_delivery(const struct plan *plan, int32_t event, const void *record);
/* Makes what follows from events that were adopted: what amendments leave of them, and what they are
 * as members of other kinds. */
cstm_status history_derive(struct history *history, struct workroom *room, void *scratch,
                           cstm_error **error);
/* Likewise dated entries of an attribute, checked, their days filled in. */
cstm_status history_adopt_entries(struct history *history, int32_t instance, int32_t attribute,
                                  struct attribute_entry *entries, int32_t n, cstm_error **error);
cstm_status history_observe(struct history *history, int32_t event, int64_t from,
                            cstm_error **error);

/* Fills in record->day and the mask of a record whose time, fields and presence bits are set: what
 * history_record and the batch both call. */
void event_record_classify(const struct plan *plan, int32_t event, void *record,
                           struct zone_cursor *cursor, void *scratch);
/* The same for up to RULE_ROWS rows of columns (one per field): days (nullable) from times, and
 * masks, mask_words a row, presence bits too. */
void event_classify_rows(const struct plan *plan, int32_t event, const int64_t *times,
                         const struct rule_column *columns, int32_t rows,
                         struct zone_cursor *cursor, void *scratch, int32_t *days, uint64_t *masks);
/* The columns that the where rules of the kind read, given those of its fields: themselves, or a
 * copy with the events' own instants and days behind. times or days may be NULL: the instants are
 * the days' first ones, the days the instants'. Takes what it needs from the front of scratch
 * (plan->scratch_size_rows). */
const struct rule_column *event_inputs(const struct plan *plan, int32_t event,
                                       const struct rule_column *fields, const int64_t *times,
                                       const int32_t *days, int32_t rows,
                                       struct zone_cursor *cursor, void **scratch);
/* Whether an instant lies in the years 1 to 9999 of UTC; of the zone, as times of events and
 * entries must. */
bool instant_is_legal(int64_t instant);
bool instant_is_legal_in(const struct zone *zone, int64_t instant);
/* Refuses what no field or attribute of the type may hold: doubles that are not finite, dates and
 * instants outside the years 1 to 9999, malformed text, texts outside the declared list; makes -0.0
 * zero. value points to an int64_t, double or struct rule_text. */
cstm_status value_check(cstm_type type, const char *name, char *const *values, int32_t n_values,
                        void *value, cstm_error **error);
/* Likewise a field's, within its declared range, too. */
cstm_status field_check(const struct event_field *field, void *value, cstm_error **error);
/* Likewise times, ids and the values of the fields that are present. */
cstm_status event_record_check(const struct plan *plan, int32_t event, void *record,
                               cstm_error **error);
/* Computes the fields that have a rule, of a record that was checked: but those that are known (nullable:
 * none is). A field whose rule ends in missing is missing; in an error, or in a value that the field does
 * not declare: that status, and *failed;
 * the first of several, and the others are computed all the same. scratch as event_record_classify() has it. */
cstm_status event_record_compute(const struct plan *plan, int32_t event, void *record,
                                 const bool *known, struct zone_cursor *cursor, void *scratch,
                                 int32_t *failed);
/* Rows as a batch has them: a column a field, plain; times or days may be NULL: the instants are the
 * days' first ones, the days the instants'. */
struct event_rows_given {
    int32_t n;
    const struct rule_column *fields;
    const int64_t *times;
    const int32_t *days;
};
/* The values of one computed field for all rows, as a column's elements, and their states: an error's where
 * the event is to be refused. Texts are the schema's. Whether all are values. scratch:
 * plan->scratch_size_rows. */
bool event_compute_rows(const struct plan *plan, int32_t event, int32_t field,
                        const struct event_rows_given *given, struct zone_cursor *cursor,
                        void *values, uint8_t *states, void *scratch);
/* What computing takes of the scratch, of one record and of RULE_ROWS rows. */
void compute_scratch(const struct event_kind *declared, size_t *one, size_t *many);
/* The order of records of one kind: day (which time implies but where a zone's clocks went back
 * over midnight), time, id, canonical bytes. */
int event_record_compare(const struct plan *plan, int32_t event, const void *a, const void *b);

/* Seals every day up to and including `day`: tiles grow, raw events go unless kept, what no window
 * can reach from `reads_from` on (the first day that anything will still be read at) is dropped. */
cstm_status history_seal(struct history *history, int32_t day, int32_t reads_from,
                         cstm_error **error);

/* Remembers what the tiles say to the windows of `day` and of the days after it, so that reading need
 * not walk them: until the next sealing or merge. No fact, and not written; without memory for it
 * nothing is remembered and nothing is wrong. */
void history_summarise(struct history *history, int32_t day);
void history_forget_summaries(struct history *history);

/* One row to read: an instance of a history at the end of a civil day. */
struct behaviour_row {
    const struct history *history;
    int32_t instance;
    int32_t day;
    /* It is read so many days after that day: amendments that came to be known until then count. */
    int32_t later;
};
/* Reads an aggregate feature for each row into out (kind's array and states; texts point into the
 * history). Allocates nothing. */
void feature_read(const struct plan *plan, const struct feature *feature,
                  const struct behaviour_row *rows, int32_t n, struct rule_column *out);
/* A feature of the days ahead, of histories that hold them: what its window says after so many. */
void feature_read_ahead(const struct plan *plan, int32_t feature, const struct behaviour_row *rows,
                        int32_t n, struct rule_column *out);
/* The same by the feature's place in the plan. */
void feature_read_at(const struct plan *plan, int32_t feature, const struct behaviour_row *rows,
                     int32_t n, struct rule_column *out);
/* The feature's window on the row's day, with the closing day of its cycles: false where there is none. */
bool feature_window(const struct plan *plan, const struct feature *feature,
                    const struct behaviour_row *row, struct window *window);
/* How many events a row's value stands on, for explanations: of a feature that reads totals over days,
 * months, cycles or all of history. */
void feature_count_events(const struct plan *plan, const struct feature *feature,
                          const struct behaviour_row *row, struct rule_column *out);
void attribute_read(const struct plan *plan, int32_t attribute, const struct behaviour_row *rows,
                    int32_t n, struct rule_column *out);
/* How many entries are of days up to `day`. */
int32_t attribute_rows_until(const struct attribute_rows *rows, int32_t day);
/* The setting that stands on a day; NULL: there was none up to it. */
static inline const struct attribute_entry *
attribute_rows_on(const struct attribute_rows *rows, int32_t day)
{
    if (rows->n == 0)
        return NULL;
    const struct attribute_entry *last = &rows->entries[rows->n - 1];
    if (last->day <= day)
        return last;
    int32_t until = attribute_rows_until(rows, day);
    return until > 0 ? &rows->entries[until - 1] : NULL;
}
/* The day from which the kind is observed for the customer: as stated, by the strategy, or where
 * nothing is stated from what is known first. */
int32_t history_observed_day(const struct history *history, int32_t event);
/* opened_on as known on `day`; DAY_NONE */
int32_t history_opened(const struct history *history, int32_t instance, int32_t day);
/* Whether an instance is there on a day: something of it has happened, its opening has come, or, where no opening is known,
 * something has always been so of it; of an entity whose children leave (children.c): its opening is known and has come. */
bool history_is_there(const struct history *history, int32_t instance, int32_t day);

/* Calls add(argument, d) for every civil day in (after, until] on which the value of the feature or
 * attribute may differ from the day before, for the instance: events, their leaving the window,
 * coverage beginning, attribute changes. Days may come twice and in any order. Of a recency, which
 * grows on all other days with its window's end (feature.daily says so), the days on which it does
 * anything else. */
void feature_change_days(const struct plan *plan, const struct feature *feature,
                         const struct history *history, int32_t instance, int32_t after,
                         int32_t until, void (*add)(void *argument, int32_t day), void *argument);
void attribute_change_days(const struct plan *plan, int32_t attribute,
                           const struct history *history, int32_t instance, int32_t after,
                           int32_t until, void (*add)(void *argument, int32_t day), void *argument);
/* The latest instant of any event or attribute on `day` in the whole history; INT64_MIN if none
 * (CSTM_ERROR_PAST). */
int64_t history_latest_on(const struct history *history, int32_t day);

/* Canonical bytes: written by name and definition digest, not by index. Reading checks everything
 * and changes nothing on failure. What the plan does not know is kept as opaque sections, written
 * back unharmed. */
bool history_write(const struct history *history, struct cstm_buffer *buffer);
cstm_status history_read(struct history *history, const struct plan *plan,
                         struct byte_reader *reader, cstm_error **error);
/* Adds `other` to `history`; both of one plan and key. Instances are matched by key. */
cstm_status history_merge(struct history *history, const struct history *other, cstm_error **error);

/* What became of each thing on the way from one plan to another. */
enum migration_fate { MIGRATION_KEPT, MIGRATION_WARMING, MIGRATION_DROPPED };
struct migration_line {
    char *name; /* of the feature, attribute or event kind */
    enum migration_fate fate;
    /* WARMING: the first day on which the value is there again; INT32_MAX: once enough events
     * have happened */
    int32_t complete_day;
};
struct migration_report {
    int32_t n;
    struct migration_line *lines;
};
/* `from` under its plan to a new history under `plan`. A feature whose definition digest is
 * unchanged is kept; one that the unsealed raw events or tiles can still feed from some day on is
 * warming (missing until then: coverage says so); others are dropped. */
cstm_status history_migrate(const struct history *from, const struct plan *plan, struct history *to,
                            struct migration_report *report, cstm_error **error);
void migration_report_clear(struct migration_report *report);
/* The same of a history that was read from bytes, whose strategy is not at hand: attributes, event
 * kinds and features of its plan, and what the bytes hold that the plan does not know. Features of
 * which nothing is left in the bytes cannot be named. */
cstm_status history_report(const struct history *history, struct migration_report *report,
                           cstm_error **error);

#endif
