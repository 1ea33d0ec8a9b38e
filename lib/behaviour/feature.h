/* Features and the plan that they compile to. A feature is an aggregate of an event kind, an
 * aggregate over children, or a rule; the plan says what the state keeps of each event for all of
 * them together, and for how long.
 *
 * Layout. Of each event kind the plan numbers mask bits: one per declared field (present), then
 * four per distinct `where` rule (matched, and three that say which error it ended in), then a lane
 * of sixteen per field that is read by value (0: missing, else which of the declared values it is,
 * from 1). A raw event carries its mask; a tile sums the events of one civil day that have the same
 * mask (of the bits that some feature reads). So one loop reads both: is the day in the window, are
 * the bits as they should be. */
#ifndef BEHAVIOUR_FEATURE_H
#define BEHAVIOUR_FEATURE_H

#include "behaviour/schema.h"

#include "base/exact.h"

/* What a rule over an event reads beside its fields, in the slots behind them: the instant and the
 * civil day of the event itself. */
enum own_slot { OWN_TIME, OWN_DAY, OWN_SLOTS };

enum feature_source { FEATURE_AGGREGATE, FEATURE_CHILDREN, FEATURE_RULE };

enum feature_operator {
    FEATURE_COUNT,
    FEATURE_SUM,
    FEATURE_MEAN,
    FEATURE_MIN,
    FEATURE_MAX,
    FEATURE_FIRST,
    FEATURE_LAST,
    FEATURE_DISTINCT_DAYS,
    FEATURE_RECENCY, /* days from the last event's civil day to the civil day of as_of */
    /* From here on read whole at every evaluation (feature_spans.c, feature_days.c). */
    FEATURE_VARIANCE,      /* of a sample, n - 1; of money in major units, squared */
    FEATURE_DEVIATION,     /* its square root */
    FEATURE_LONGEST_GAP,   /* days between days on which something counts, one after the other */
    FEATURE_MEAN_GAP,      /* likewise */
    FEATURE_GAP_VARIATION, /* their standard deviation over their mean */
    FEATURE_STREAK,        /* units with events, one after the other, up to now */
    FEATURE_SINCE_FIRST,   /* days from the first event's civil day to the civil day of as_of */
    FEATURE_SHARE,         /* of what `where` picks in what `of` picks */
    FEATURE_DECAYED,       /* each day's weighs half as much a half-life later */
    FEATURE_TREND,         /* slope over the window's parts, by least squares */
    FEATURE_RATIO,         /* of the later half of the window to the earlier one */
    /* Of single events (feature_values.c). */
    FEATURE_DISTINCT,      /* different values: exact up to DISTINCT_EXACT, else HyperLogLog */
    FEATURE_MOST_FREQUENT, /* of the declared values; of several the one declared first */
    FEATURE_TOP_SHARE,     /* of that one among all */
    FEATURE_ENTROPY,       /* over the declared values, in bits */
    FEATURE_QUANTILE,      /* by nearest rank, within 0.4 % (buckets.c) */
    /* By where it happened, against a home (feature_places.c). */
    FEATURE_NEAR_COUNT,
    FEATURE_NEAR_SUM,
    FEATURE_NEAR_SHARE,    /* of what happened near in all, or in what `of` picks */
    FEATURE_MEAN_DISTANCE, /* in kilometres */
};

/* Of the operators on places: two double fields of the event and two double attributes of the feature's
 * entity or of one above it, in degrees. */
struct near {
    int32_t latitude, longitude;
    int32_t home_latitude, home_longitude;
    double km; /* as far as this is near; not of MEAN_DISTANCE */
};

#define DISTINCT_EXACT 256
#define DISTINCT_LOG_REGISTERS 10
/* Of fields whose values are counted apart. */
#define CATEGORY_LIMIT 256
#define LOGARITHMS 256
#define LANE_BITS 16
#define LANE_MASK UINT64_C(0xffff)
/* What a quantile is asked for in: millionths. */
#define QUANTILE_UNIT 1000000

/* What a streak is counted in. */
enum streak_unit { STREAK_DAYS, STREAK_WEEKS, STREAK_MONTHS };

enum window_unit { WINDOW_ALL, WINDOW_DAYS, WINDOW_MONTHS, WINDOW_LAST, WINDOW_CYCLES };

struct window {
    enum window_unit unit;
    int32_t n; /* of CYCLES: the last n that are closed; 0: the one that is open */
    /* Of days, months or cycles: it ended so many days or months earlier, or that many closed cycles;
     * 0: it ends with the day, or the last cycle that is closed. */
    int32_t before;
    enum window_unit before_in;
    /* Of CYCLES: the day of the month on which they close, where it is known: of a row that is read. 0: the
     * window is the widest that any day of the month makes it. */
    int32_t cycle;
};

struct feature {
    char *name;
    int32_t index; /* in the plan, which sets it */
    int32_t entity; /* whose feature it is */
    enum feature_source source;
    /* of its value: COUNT, DISTINCT_DAYS, RECENCY, LONGEST_GAP, STREAK, SINCE_FIRST int; SUM, MIN,
     * MAX, FIRST, LAST the field's (SUM of children likewise); MEAN, DEVIATION, TREND, DECAYED
     * double, of money money; DISTINCT int, MOST_FREQUENT the field's, QUANTILE the field's; the others
     * double */
    enum rule_kind kind;
    enum feature_operator operator; /* not for FEATURE_RULE */
    struct window window;           /* FEATURE_AGGREGATE */
    int32_t event;                  /* FEATURE_AGGREGATE: event kind, on `entity` or below it */
    /* FEATURE_AGGREGATE: -1 where events or days are counted: always of some operators, or instead
     * of a sum of SHARE, DECAYED, TREND, RATIO */
    int32_t field;
    /* FEATURE_AGGREGATE: index into the plan's where rules of the kind, -1 none; set by
     * plan_build */
    int32_t where;
    /* nullable; AGGREGATE: over the fields of the event (slot = field index) and then enum own_slot; CHILDREN: over
     * slots of the child entity's frame */
    struct rule_program *where_rule;
    int32_t of;                   /* as `where`: SHARE, of the whole */
    struct rule_program *of_rule; /* nullable: the whole is all */
    /* STREAK: enum streak_unit; DECAYED: half-life in days; TREND, RATIO: parts of the window;
     * QUANTILE: in QUANTILE_UNIT */
    int32_t parameter;
    /* FEATURE_AGGREGATE: only events whose field `by_field` has the value of that index count (of a
     * ranged int: low + by_value), as if `where` said so, too; not of `of` */
    bool by;
    int32_t by_field, by_value;
    /* WINDOW_CYCLES: the int attribute, of the feature's entity or above it, that gives the day of the
     * month on which a statement cycle closes (账单日); months that are shorter close on their last day */
    int32_t cycle;
    struct near near;
    int32_t child; /* FEATURE_CHILDREN: the child entity */
    /* FEATURE_CHILDREN: frame slot of the child entity that is aggregated; -1 for COUNT */
    int32_t child_slot;
    struct rule_program *rule; /* FEATURE_RULE: over slots of its entity's frame */
    int32_t slot;              /* the frame slot that it writes */
    /* of its definition, names and not indices: what keys serialised state */
    struct digest digest;
    bool daily; /* RECENCY, or reads such: changes with every day */
    /* So many days that come after: the window is these. Missing to all that does not know them
     * (feature_read() for one), and read by nothing. 0: none. */
    int32_t ahead;
};
/* What is money of money is rounded half to even to the minor unit. */

/* Whether it differs from day to day though nothing happens. */
static inline bool
feature_is_daily(const struct feature *feature)
{
    switch (feature->operator) {
    case FEATURE_RECENCY:
    case FEATURE_SINCE_FIRST:
    case FEATURE_STREAK:
    case FEATURE_DECAYED:
    case FEATURE_TREND:
    case FEATURE_RATIO:
        return feature->source == FEATURE_AGGREGATE;
    default:
        return false;
    }
}

/* The bits of a mask that hold which value a field has. */
struct value_lane {
    int32_t field;
    int32_t bit;   /* a multiple of LANE_BITS */
    int32_t slots; /* of the table; a power of two */
    uint16_t *table;  /* of texts by hash: places in the declared list from 1, 0 where free */
    uint32_t *sizes;  /* of the declared texts */
    uint16_t *ranked; /* places in the declared list from 0, in the order of the texts' bytes */
};

/* What is kept of one event kind. */
struct tile_slot {
    int32_t field;
    /* SUM, VARIANCE (16 bytes: wide; the second is the sum of squares, SQUARES_MOST at most), MIN,
     * MAX (8 bytes; doubles in exact_from_double order) */
    enum feature_operator operator;
    int32_t offset; /* from the start of the tile */
};

#define SQUARES_MOST (((wide) 1 << 124) - 1)

static inline bool
slot_is_wide(const struct tile_slot *slot)
{
    return slot->operator== FEATURE_SUM || slot->operator== FEATURE_VARIANCE;
}

struct kind_plan {
    int32_t mask_words;
    int32_t n_lanes;
    struct value_lane *lanes; /* ascending by field */
    int32_t *lane_of;         /* per field: its lane; -1 */
    int32_t n_where;
    struct rule_program **where; /* distinct by digest */
    /* of the rule and of the types of the fields that it reads */
    struct digest *where_digest;
    bool *where_fails; /* whether it can end in an error other than missing */
    /* the first bit of rule 0: a multiple of 4, as is the step to the next */
    int32_t where_bit;
    uint64_t *mask_needed; /* bits that a tile keeps apart */
    int32_t record_size;   /* bytes of a raw event: struct event_record, mask, values */
    /* of its struct event_validity, within a record; 0: events of the kind are never amended */
    int32_t validity_offset;
    int32_t delivery_offset; /* of the number of its delivery, an int64; 0: no day files bring them */
    /* the kinds that amend it, and those that it is a member of: as which of theirs */
    int32_t n_amenders, *amenders;
    int32_t n_unions;
    struct union_place {
        int32_t event, member;
    } *unions;
    /* of a kind made of others, [member * n_fields + field]: which of the member's it is; -1: `kind` */
    int32_t *member_fields;
    int32_t mask_offset;   /* within a record; a tile's mask follows its struct event_tile */
    /* per field, within a record; a string takes a struct rule_text */
    int32_t *value_offset;
    bool computes;            /* whether any field is computed */
    uint64_t *fields_checked; /* bits of the fields whose type does not allow every value */
    uint64_t *fields_text;    /* bits of the string fields */
    int32_t n_reads;          /* the fields that some rule reads */
    struct rule_read {
        int32_t field;
        enum rule_kind kind;
    } *reads;
    bool reads_own[OWN_SLOTS]; /* whether some rule reads the event's instant, its day */
    int32_t tile_size;
    int32_t n_tile_slots;
    struct tile_slot *tile_slots;
    /* whether tiles are kept at all (count, sum, mean, min, max, distinct days) */
    bool counts;
    /* a feature over all history reads the tiles: old ones fold into one base tile */
    bool keeps_all;
    bool keeps_days;   /* distinct days over all history: tiles of each day stay */
    int32_t n_windows; /* the windows that read tiles or kept events by day */
    struct window *windows;
    /* Raw events that outlive their sealing, because a feature reads single events: of each
     * (instance, where bit, value of a field) the last n (last, recency, `last n` windows), the
     * first of all, the first of each day in a window, all in a window (sums of doubles), of
     * different values one a day, or one of all history (seal_distinct.c). */
    int32_t n_keeps;
    struct event_keep {
        enum {
            KEEP_LAST,
            KEEP_FIRST,
            KEEP_FIRST_OF_DAY,
            KEEP_WINDOW,
            KEEP_DISTINCT,
            KEEP_BUCKETS, /* not the events, but how many values fell into which bucket */
        } how;
        int32_t where;        /* -1: any event */
        int32_t field;        /* -1, or only events in which the field is present */
        int32_t by;           /* -1, or a field of a lane: of each of its values so much */
        int32_t n;            /* KEEP_LAST */
        struct window window; /* KEEP_FIRST_OF_DAY, KEEP_WINDOW, KEEP_DISTINCT, KEEP_BUCKETS */
    } *keeps;
    /* what sealed state consists of, each with a day from which it is complete */
    int32_t n_elements;
    struct state_element *elements;
    int32_t first_element; /* of this kind, in history.complete_from */
    int32_t observed_day;  /* of the schema's observed_from; INT32_MAX: none */
};

/* One part of what sealing leaves of a kind. After a migration a part may be complete from some day
 * on only. */
struct state_element {
    enum {
        ELEMENT_TILES, /* tiles by day */
        ELEMENT_BASE,  /* the base tile: all that is older */
        ELEMENT_DAYS,  /* tiles of each day, for ever */
        ELEMENT_FIELD, /* the mask bit of a field's presence; index: the field */
        ELEMENT_WHERE, /* the mask bits of a rule; index: the rule */
        ELEMENT_SLOT,  /* index: the tile slot */
        ELEMENT_KEEP,  /* index: the keep */
        ELEMENT_LANE,  /* the mask bits of a field's values; index: the lane */
    } part;
    int32_t index;
};

/* The attributes and event kinds of an entity by their local position. */
struct entity_plan {
    int32_t *attributes;
    int32_t *events;
};

struct plan {
    const struct schema *schema; /* borrowed: the strategy owns both */
    int32_t n_features;
    struct feature *features; /* borrowed */
    struct kind_plan *kinds;  /* one per event kind */
    size_t scratch_size;      /* for the where rules, one row */
    size_t scratch_size_rows; /* for RULE_ROWS rows: event_classify_rows() */
    struct reading *readings; /* per feature: what reading it needs to know, found once */
    /* per feature: itself without `before`, which is read on the day on which its window ended */
    struct feature *plain;
    double logarithms[LOGARITHMS]; /* to the base of 2, of small numbers */
    int32_t n_slots;
    struct entity_plan *entities;
    int32_t n_elements; /* of all kinds */
    /* the kinds that are amended: those that amend stand before what they amend */
    int32_t n_amended, *amended;
    bool derives; /* whether any kind is amended, or made of others */
};

/* What one aggregate feature reads of the state: the plan is the union of these, and coverage asks
 * each in turn. */
struct feature_need {
    bool tiles;     /* reads tiles (all of the rule's bits among them, if there is a rule) */
    bool base;      /* over all history */
    bool days;      /* and needs the days of it */
    bool field_bit; /* tells events with the field from those without */
    int32_t slot;   /* FEATURE_SUM, FEATURE_MIN, FEATURE_MAX; -1: none */
    bool squares;   /* and FEATURE_VARIANCE */
    int32_t by;     /* field whose value it asks for; -1 */
    int32_t counted; /* field whose values it counts apart; -1 */
    bool keeps;     /* reads single events: */
    struct event_keep keep;
};
void feature_need_of(const struct plan *plan, const struct feature *feature,
                     struct feature_need *need);
/* Whether the events that it counts can be counted by days: by tiles as far as they are sealed. */
bool feature_reads_tiles(const struct plan *plan, const struct feature *feature);
/* The lane of a field; NULL: it has none. */
const struct value_lane *kind_lane(const struct kind_plan *kind, int32_t field);
/* What the lane of a declared field says of a value (an int64_t or struct rule_text): 0 for one that
 * is not declared. */
uint64_t lane_of_value(const struct event_field *field, const struct value_lane *lane,
                       const void *value);

/* Builds the plan of all aggregate features and fills in feature.where. GLib may be used. */
struct plan *plan_build(const struct schema *schema, struct feature *features, int32_t n_features);
void plan_free(struct plan *plan);

/* Whether it begins on some day. */
static inline bool
window_is_bounded(struct window window)
{
    return window.unit == WINDOW_DAYS || window.unit == WINDOW_MONTHS ||
           window.unit == WINDOW_CYCLES;
}
/* The last day up to `day` on which a cycle closes that closes on that day of each month, and the first
 * after a closing day; CIVIL_DAY_MIN, INT32_MAX beyond the calendar. */
int32_t cycle_close(int32_t day, int32_t cycle);
int32_t cycle_next(int32_t closing, int32_t cycle);
/* The last civil day of the window of `day`: itself, or what lies `before` it; no day before
 * CIVIL_DAY_MIN. */
int32_t window_end(struct window window, int32_t day);
/* The first civil day of a window that ends with `end`: end - n + 1; the day after the same day of
 * month n months back; CIVIL_DAY_MIN for ALL and LAST. `end` is what window_end() says of `day`. */
int32_t window_start(struct window window, int32_t day);
/* The first day whose window begins after `day`: on it, what happened on `day` has left. INT32_MAX
 * for ALL and LAST. */
int32_t window_leaves(struct window window, int32_t day);
/* The first day whose window reaches up to `day`: itself where nothing lies between. INT32_MAX:
 * after the last day of the calendar. */
int32_t window_enters(struct window window, int32_t day);
bool window_equal(struct window a, struct window b);
/* Of keeps of events by day: whether one serves for the other. */
bool keep_equal(const struct event_keep *a, const struct event_keep *b);

#endif
