/* Fields that an event is not given: what their rules make of the fields before them, of the instant
 * and of the civil day, when the event arrives. One record (a profile) or many rows of columns (the
 * batch): the same rules, the same values. From then on such a field is like any other; that its rule
 * has changed shows in its definition, by which stored values are known. */
#include "behaviour/rows.h"

static const enum rule_kind own_kinds[OWN_SLOTS] = {RULE_TIMESTAMP, RULE_DATE};

/* The scratch of a call: columns, and behind them what one call needs of them. */
static size_t
columns_size(const struct event_kind *declared)
{
    return ((size_t) declared->n_fields + OWN_SLOTS) * sizeof(struct rule_column) / 16 * 16 + 16;
}

void
compute_scratch(const struct event_kind *declared, size_t *one, size_t *many)
{
    *one = *many = 0;
    for (int32_t f = 0; f < declared->n_fields; f++) {
        const struct rule_program *program = declared->fields[f].computed;
        if (program == NULL)
            continue;
        size_t fields = (size_t) declared->n_fields + OWN_SLOTS;
        size_t size = columns_size(declared) + (fields * 9 + 15) / 16 * 16 + 32 +
                      rule_scratch_size(program, 1);
        *one = *one > size ? *one : size;
        size = columns_size(declared) + OWN_SLOTS * RULE_ROWS * sizeof(int64_t) +
               rule_scratch_size(program, RULE_ROWS);
        *many = *many > size ? *many : size;
    }
}

/* A text of a rule lies where the next run may write: the declared one of the same bytes stays. */
static bool
keep_declared(const struct event_field *field, struct rule_text *text)
{
    for (int32_t i = 0; i < field->n_values; i++) {
        const char *value = field->values[i];
        if ((text->size == 0 || strncmp(value, text->bytes, text->size) == 0) &&
            value[text->size] == '\0') {
            text->bytes = value;
            return true;
        }
    }
    return false;
}

/* Texts of one run that lie at one place are one text, and most are: of a few constants or categories. */
#define MEMOS 64
struct memo {
    struct rule_text text, kept;
};

static bool
keep_seen(const struct event_field *field, struct rule_text *text, struct memo memos[MEMOS])
{
    struct memo *memo = &memos[(uintptr_t) text->bytes / 8 % MEMOS];
    if (memo->kept.bytes == NULL || memo->text.bytes != text->bytes || memo->text.size != text->size) {
        struct rule_text kept = *text;
        if (!keep_declared(field, &kept))
            return false;
        *memo = (struct memo){.text = *text, .kept = kept};
    }
    *text = memo->kept;
    return true;
}

/* Whether a value may stand in the field; it is put in order. */
static cstm_status
accept(const struct event_field *field, void *value)
{
    if (field->type != CSTM_TYPE_STRING)
        return field_check(field, value, NULL);
    return keep_declared(field, value) ? CSTM_OK : CSTM_ERROR_UNKNOWN;
}

/* A record holds a bool in eight bytes, a rule in one. */
static void *
input_of(const struct kind_plan *kind, const struct event_field *field, const void *record,
         int32_t f, uint8_t *bools)
{
    void *value = record_value(kind, record, f);
    if (field->type != CSTM_TYPE_BOOL)
        return value;
    bools[f] = *(const int64_t *) value != 0;
    return &bools[f];
}

static cstm_status
compute_one(const struct plan *plan, int32_t event, int32_t f, void *record, const int64_t own[2],
            void *scratch)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct event_field *field = &declared->fields[f];
    const struct kind_plan *kind = &plan->kinds[event];
    uint64_t *mask = record_mask(kind, record);
    size_t fields = (size_t) declared->n_fields + OWN_SLOTS;
    struct rule_column *inputs = scratch;
    uint8_t *states = (uint8_t *) scratch + columns_size(declared), *bools = states + fields;
    int64_t *instants = (int64_t *) (void *) (states + (fields * 9 + 15) / 16 * 16);
    uint8_t *answer = (uint8_t *) instants;
    const int32_t *slots;
    int32_t n = rule_program_reads(field->computed, &slots);
    struct {
        union {
            uint8_t b;
            int64_t number;
            double real;
            struct rule_text text;
        } as;
        uint8_t state;
    } result = {.state = CSTM_OK};
    for (int32_t i = 0; i < n; i++) {
        int32_t slot = slots[i];
        if (slot >= declared->n_fields) {
            int32_t which = slot - declared->n_fields;
            inputs[slot] = (struct rule_column){.kind = own_kinds[which],
                                                .as.any = (void *) (uintptr_t) &own[which]};
            continue;
        }
        states[slot] = mask_bit(mask, slot) ? CSTM_OK : CSTM_ERROR_MISSING;
        inputs[slot] = (struct rule_column){
            .kind = rule_kind_of(declared->fields[slot].type),
            .as.any = input_of(kind, &declared->fields[slot], record, slot, bools),
            .states = &states[slot]};
    }
    struct rule_column out = {
        .kind = rule_kind_of(field->type), .as.any = &result.as, .states = &result.state};
    rule_run(field->computed, inputs, 1, answer + 32, &out);
    if (result.state != CSTM_OK)
        return result.state;
    if (field->type == CSTM_TYPE_BOOL)
        result.as.number = result.as.b;
    cstm_status status = accept(field, &result.as);
    if (status == CSTM_OK)
        memcpy(record_value(kind, record, f), &result.as,
               field->type == CSTM_TYPE_STRING ? sizeof result.as.text : 8);
    return status;
}

cstm_status
event_record_compute(const struct plan *plan, int32_t event, void *record, const bool *known,
                     struct zone_cursor *cursor, void *scratch, int32_t *failed)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct kind_plan *kind = &plan->kinds[event];
    uint64_t *mask = record_mask(kind, record);
    if (!kind->computes)
        return CSTM_OK;
    cstm_status first = CSTM_OK;
    int64_t time = ((const struct event_record *) record)->time;
    const int64_t own[OWN_SLOTS] = {[OWN_TIME] = time,
                                    [OWN_DAY] = zone_day(plan->schema->zone, time, cursor)};
    for (int32_t f = 0; f < declared->n_fields; f++) {
        if (declared->fields[f].computed == NULL || (known != NULL && known[f]))
            continue;
        uint64_t bit = UINT64_C(1) << (f % 64);
        memset(record_value(kind, record, f), 0,
               declared->fields[f].type == CSTM_TYPE_STRING ? sizeof(struct rule_text) : 8);
        mask[f / 64] &= ~bit;
        cstm_status status = compute_one(plan, event, f, record, own, scratch);
        if (status == CSTM_OK) {
            mask[f / 64] |= bit;
        } else if (status != CSTM_ERROR_MISSING && first == CSTM_OK) {
            *failed = f;
            first = status;
        }
    }
    return first;
}

static size_t
element_size(cstm_type type)
{
    return type == CSTM_TYPE_BOOL ? 1 : type == CSTM_TYPE_STRING ? sizeof(struct rule_text) : 8;
}

static cstm_status
accept_row(const struct event_field *field, uint8_t *value, struct memo memos[MEMOS])
{
    if (field->type == CSTM_TYPE_BOOL)
        return CSTM_OK;
    if (field->type != CSTM_TYPE_STRING)
        return field_check(field, value, NULL);
    return keep_seen(field, (struct rule_text *) (void *) value, memos) ? CSTM_OK : CSTM_ERROR_UNKNOWN;
}

/* Up to RULE_ROWS rows of columns that begin at `from`. */
static bool
compute_some(const struct plan *plan, int32_t event, int32_t f, const struct event_rows_given *given,
             int32_t from, int32_t rows, struct zone_cursor *cursor, uint8_t *values, uint8_t *states,
             void *scratch)
{
    const struct event_kind *declared = &plan->schema->events[event];
    const struct event_field *field = &declared->fields[f];
    const struct zone *zone = plan->schema->zone;
    size_t size = element_size(field->type);
    struct rule_column *inputs = scratch;
    int64_t *instants = (int64_t *) (void *) ((uint8_t *) scratch + columns_size(declared));
    int64_t *civil = instants + RULE_ROWS;
    const int32_t *slots;
    int32_t n = rule_program_reads(field->computed, &slots);
    for (int32_t i = 0; i < n; i++) {
        int32_t slot = slots[i];
        if (slot >= declared->n_fields) {
            bool time = slot - declared->n_fields == OWN_TIME;
            for (int32_t r = 0; r < rows; r++) {
                int32_t at = from + r;
                if (time)
                    instants[r] = given->times != NULL ? given->times[at]
                                                       : zone_day_start(zone, given->days[at]);
                else
                    civil[r] = given->days != NULL ? given->days[at]
                                                   : zone_day(zone, given->times[at], cursor);
            }
            inputs[slot] = (struct rule_column){.kind = own_kinds[slot - declared->n_fields],
                                                .as.any = time ? instants : civil};
            continue;
        }
        const struct rule_column *column = &given->fields[slot];
        inputs[slot] = *column;
        if (!column->constant)
            inputs[slot].as.any = (uint8_t *) column->as.any +
                                  element_size(declared->fields[slot].type) * (size_t) from;
        if (!column->constant && column->states != NULL)
            inputs[slot].states = column->states + from;
    }
    struct rule_column out = {
        .kind = rule_kind_of(field->type), .as.any = values, .states = states};
    rule_run(field->computed, inputs, rows, civil + RULE_ROWS, &out);
    bool whole = true;
    struct memo memos[MEMOS] = {0};
    for (int32_t r = 0; r < rows; r++) {
        if (states[r] == CSTM_OK)
            states[r] = (uint8_t) accept_row(field, values + size * (size_t) r, memos);
        whole = whole && states[r] == CSTM_OK;
    }
    return whole;
}

bool
event_compute_rows(const struct plan *plan, int32_t event, int32_t f,
                   const struct event_rows_given *given, struct zone_cursor *cursor, void *values,
                   uint8_t *states, void *scratch)
{
    size_t size = element_size(plan->schema->events[event].fields[f].type);
    bool whole = true;
    for (int32_t from = 0; from < given->n; from += RULE_ROWS) {
        int32_t rows = given->n - from < RULE_ROWS ? given->n - from : RULE_ROWS;
        whole &= compute_some(plan, event, f, given, from, rows, cursor,
                              (uint8_t *) values + size * (size_t) from, states + from, scratch);
    }
    return whole;
}
