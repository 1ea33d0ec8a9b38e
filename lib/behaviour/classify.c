/* From a record to its civil day and mask: every distinct `where` rule of the kind runs once, when
 * the event arrives, and its answer is four bits for ever. One record (a profile) or a thousand
 * rows of columns (the batch): the same rules, the same bits. */
#include "behaviour/rows.h"

#include <string.h>

static const cstm_status where_errors[8] = {
    CSTM_OK,           CSTM_ERROR_RANGE, CSTM_ERROR_DIVIDE, CSTM_ERROR_NOT_FINITE,
    CSTM_ERROR_SYNTAX, CSTM_ERROR_TYPE,  CSTM_ERROR_LIMIT,  CSTM_ERROR_UNSUPPORTED,
};

uint32_t
where_error_code(cstm_status status)
{
    for (uint32_t code = 1; code < 7; code++)
        if (where_errors[code] == status)
            return code;
    return 7;
}

cstm_status
where_error_status(uint32_t code)
{
    return where_errors[code & 7u];
}

static const enum rule_kind own_kinds[OWN_SLOTS] = {RULE_TIMESTAMP, RULE_DATE};

/* The four bits of a rule's answer: missing matches nothing. */
static inline uint64_t
where_bits(uint8_t state, uint8_t value)
{
    if (state == CSTM_OK)
        return value != 0 ? WHERE_MATCHED : 0;
    if (state == CSTM_ERROR_MISSING)
        return 0;
    return (uint64_t) where_error_code(state) << WHERE_ERROR_SHIFT;
}

/* Rules read a bool as a byte; a record holds it as an int64. */
static void *
column_memory(enum rule_kind kind, void *value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return kind == RULE_BOOL ? (uint8_t *) value + 7 : value;
#else
    (void) kind;
    return value;
#endif
}

/* Room for the columns that a rule reads, from the start of the scratch. */
static inline size_t
inputs_size(const struct event_kind *declared)
{
    size_t n = (size_t) declared->n_fields + OWN_SLOTS;
    return (n * (sizeof(struct rule_column) + 1) + 15) / 16 * 16;
}

static void
fill_lanes(const struct event_kind *declared, const struct kind_plan *kind, void *record,
           uint64_t *mask)
{
    for (int32_t l = 0; l < kind->n_lanes; l++) {
        const struct value_lane *lane = &kind->lanes[l];
        if (mask_bit(mask, lane->field))
            mask[lane->bit / 64] |= lane_of_value(&declared->fields[lane->field], lane,
                                                  record_value(kind, record, lane->field))
                                    << (lane->bit % 64);
    }
}

/* The same of rows: a column's values lie as records hold them, but for bools, which have no lane. */
static void
fill_lanes_of_rows(const struct event_kind *declared, const struct kind_plan *kind,
                   const struct rule_column *columns, int32_t rows, uint64_t *masks)
{
    size_t words = (size_t) kind->mask_words;
    for (int32_t l = 0; l < kind->n_lanes; l++) {
        const struct value_lane *lane = &kind->lanes[l];
        const struct event_field *field = &declared->fields[lane->field];
        const struct rule_column *column = &columns[lane->field];
        size_t size = column->kind == RULE_STRING ? sizeof(struct rule_text) : 8;
        for (int32_t r = 0; r < rows; r++) {
            size_t at = column->constant ? 0 : (size_t) r;
            if (column->states != NULL && column->states[at] != CSTM_OK)
                continue;
            masks[(size_t) r * words + (size_t) lane->bit / 64] |=
                lane_of_value(field, lane, (const uint8_t *) column->as.any + at * size)
                << (lane->bit % 64);
        }
    }
}

void
event_record_classify(const struct plan *plan, int32_t event, void *record,
                      struct zone_cursor *cursor, void *scratch)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    struct event_record *head = record;
    uint64_t *mask = record_mask(kind, record);
    head->day = zone_day(plan->schema->zone, head->time, cursor);
    int32_t bits = declared->n_fields;
    if (bits / 64 < kind->mask_words)
        mask[bits / 64] &= (UINT64_C(1) << (bits % 64)) - 1;
    for (int32_t w = bits / 64 + 1; w < kind->mask_words; w++)
        mask[w] = 0;
    if (kind->n_lanes > 0)
        fill_lanes(declared, kind, record, mask);
    if (kind->n_where == 0)
        return;

    struct rule_column *inputs = scratch;
    uint8_t *states = (uint8_t *) (inputs + declared->n_fields + OWN_SLOTS);
    int64_t *own = (int64_t *) (void *) ((uint8_t *) scratch + inputs_size(declared));
    uint8_t *result = (uint8_t *) (own + OWN_SLOTS);
    for (int32_t i = 0; i < kind->n_reads; i++) {
        int32_t f = kind->reads[i].field;
        states[f] = mask_bit(mask, f) ? CSTM_OK : CSTM_ERROR_MISSING;
        inputs[f].kind = kind->reads[i].kind;
        inputs[f].constant = false;
        inputs[f].as.any = column_memory(kind->reads[i].kind, record_value(kind, record, f));
        inputs[f].states = &states[f];
    }
    own[OWN_TIME] = head->time;
    own[OWN_DAY] = head->day;
    for (int32_t i = 0; i < OWN_SLOTS; i++)
        if (kind->reads_own[i])
            inputs[declared->n_fields + i] =
                (struct rule_column){.kind = own_kinds[i], .as.int64s = &own[i]};
    struct rule_column answer = {.kind = RULE_BOOL, .as.bools = result, .states = result + 1};
    uint32_t bit = (uint32_t) kind->where_bit;
    for (int32_t w = 0; w < kind->n_where; w++, bit += 4) {
        rule_run(kind->where[w], inputs, 1, result + 16, &answer);
        mask[bit / 64] |= where_bits(result[1], result[0]) << (bit % 64);
    }
}

const struct rule_column *
event_inputs(const struct plan *plan, int32_t event, const struct rule_column *fields,
             const int64_t *times, const int32_t *days, int32_t rows, struct zone_cursor *cursor,
             void **scratch)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    const struct zone *zone = plan->schema->zone;
    struct rule_column *inputs = *scratch;
    if (!kind->reads_own[OWN_TIME] && !kind->reads_own[OWN_DAY])
        return fields;
    int64_t *instants = (int64_t *) (void *) ((uint8_t *) *scratch + inputs_size(declared));
    int64_t *civil = instants + RULE_ROWS;
    *scratch = civil + RULE_ROWS;
    memcpy(inputs, fields, (size_t) declared->n_fields * sizeof *inputs);
    struct rule_column *own = inputs + declared->n_fields;
    own[OWN_TIME] = (struct rule_column){.kind = own_kinds[OWN_TIME], .as.int64s = instants};
    own[OWN_DAY] = (struct rule_column){.kind = own_kinds[OWN_DAY], .as.int64s = civil};
    for (int32_t r = 0; kind->reads_own[OWN_TIME] && r < rows; r++)
        instants[r] = times != NULL ? times[r] : zone_day_start(zone, days[r]);
    for (int32_t r = 0; kind->reads_own[OWN_DAY] && r < rows; r++)
        civil[r] = days != NULL ? days[r] : zone_day(zone, times[r], cursor);
    return inputs;
}

void
event_classify_rows(const struct plan *plan, int32_t event, const int64_t *times,
                    const struct rule_column *columns, int32_t rows, struct zone_cursor *cursor,
                    void *scratch, int32_t *days, uint64_t *masks)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    size_t words = (size_t) kind->mask_words;
    if (days != NULL)
        for (int32_t r = 0; r < rows; r++)
            days[r] = zone_day(plan->schema->zone, times[r], cursor);
    memset(masks, 0, (size_t) rows * words * sizeof *masks);
    for (int32_t f = 0; f < declared->n_fields; f++) {
        const uint8_t *states = columns[f].states;
        uint64_t *at = masks + f / 64;
        for (int32_t r = 0; r < rows; r++)
            at[(size_t) r * words] |=
                (uint64_t) (states == NULL || states[columns[f].constant ? 0 : r] == CSTM_OK)
                << (f % 64);
    }
    fill_lanes_of_rows(declared, kind, columns, rows, masks);
    columns = event_inputs(plan, event, columns, times, days, rows, cursor, &scratch);
    uint8_t *values = scratch;
    uint8_t *states = values + RULE_ROWS;
    for (int32_t w = 0; w < kind->n_where; w++) {
        struct rule_column answer = {.kind = RULE_BOOL, .as.bools = values, .states = states};
        rule_run(kind->where[w], columns, rows, states + RULE_ROWS, &answer);
        int32_t bit = kind->where_bit + 4 * w;
        uint64_t *at = masks + bit / 64;
        for (int32_t r = 0; r < rows; r++)
            at[(size_t) r * words] |= where_bits(states[r], values[r]) << (bit % 64);
    }
}

int
event_record_compare(const struct plan *plan, int32_t event, const void *a, const void *b)
{
    const struct event_record *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    int order = text_compare(x->id, y->id);
    if (order != 0)
        return order;
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    const uint64_t *p = record_mask(kind, a), *q = record_mask(kind, b);
    for (int32_t f = 0; f < declared->n_fields; f++) {
        bool there = mask_bit(p, f);
        if (there != mask_bit(q, f))
            return there ? 1 : -1;
        if (!there)
            continue;
        const void *v = record_value(kind, a, f), *w = record_value(kind, b, f);
        if (declared->fields[f].type == CSTM_TYPE_STRING) {
            order = text_compare(*(const struct rule_text *) v, *(const struct rule_text *) w);
            if (order != 0)
                return order;
            continue;
        }
        int64_t m = value_ordered(declared->fields[f].type, v),
                n = value_ordered(declared->fields[f].type, w);
        if (m != n)
            return m < n ? -1 : 1;
    }
    /* Equal in all that was said: a sealed one goes first, so that a merge has one order. */
    int32_t sealed = (int32_t) (y->flags & EVENT_SEALED) - (int32_t) (x->flags & EVENT_SEALED);
    if (sealed != 0)
        return sealed;
    return (int) (x->flags & EVENT_APPLIED) - (int) (y->flags & EVENT_APPLIED);
}
