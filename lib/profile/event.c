/* Events on their way in. A cstm_event is one raw event in the plan's own layout
 * (behaviour/history.h): setting a field writes its slot and its presence bit, so recording needs
 * no conversion. Texts are copied into buffers that stay with the event and only grow, so that
 * refilling allocates nothing. */
#include "profile/event.h"

#include "base/memory.h"
#include "behaviour/history.h"
#include "profile/value.h"

#include <string.h>

static struct event_record *
head_of(const struct cstm_event *event)
{
    return (struct event_record *) (void *) event->record;
}

static void
set_presence(struct cstm_event *event, int32_t field, bool present)
{
    uint64_t *mask = (uint64_t *) (void *) (event->record + event->plan->mask_offset);
    uint64_t bit = UINT64_C(1) << (field & 63);
    if (present)
        mask[field >> 6] |= bit;
    else
        mask[field >> 6] &= ~bit;
}

/* Copies a text into one of the event's buffers; room was made before where failing is not allowed.
 */
static bool
keep_text(struct event_text *buffer, struct rule_text *text)
{
    if (!memory_reserve(&buffer->bytes, &buffer->capacity, text->size + 1, 1))
        return false;
    if (text->size > 0)
        memmove(buffer->bytes, text->bytes, text->size);
    buffer->bytes[text->size] = '\0';
    text->bytes = buffer->bytes;
    return true;
}

/* Writes a checked value into its slot. Only a text can fail, and only for want of memory. */
static bool
put_value(struct cstm_event *event, int32_t field, const struct value *value)
{
    uint8_t *slot = event->record + event->plan->value_offset[field];
    cstm_type type = event->declared->fields[field].type;
    struct rule_text text = {"", 0};
    if (value->present && type == CSTM_TYPE_STRING) {
        text = value->as.text;
        if (!keep_text(&event->texts[field], &text))
            return false;
    }
    if (type == CSTM_TYPE_STRING) {
        memcpy(slot, &text, sizeof text);
    } else if (type == CSTM_TYPE_DOUBLE) {
        double real = value->present ? value->as.real : 0;
        memcpy(slot, &real, sizeof real);
    } else {
        int64_t number = value->present ? value->as.number : 0;
        memcpy(slot, &number, sizeof number);
    }
    set_presence(event, field, value->present);
    return true;
}

static void
empty(struct cstm_event *event)
{
    memset(event->record, 0, (size_t) event->plan->record_size);
    head_of(event)->id = (struct rule_text){"", 0};
    event->entity = CSTM_ENTITY_CUSTOMER;
    event->timed = false;
}

cstm_status
cstm_event_new(cstm_strategy *strategy, int32_t kind, cstm_event **event, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(strategy, HANDLE_STRATEGY))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (event == NULL)
        return error_misuse(error, "event is NULL");
    if (kind < 0 || kind >= strategy->schema.n_events)
        return error_misuse(error, "kind is not an event of the strategy");
    if (strategy->schema.events[kind].n_members > 0)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "an event '%s' is made of others; record one of those",
                         strategy->schema.events[kind].name);
    struct cstm_event *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_EVENT;
    made->strategy = cstm_strategy_ref(strategy);
    made->kind = kind;
    made->plan = &strategy->plan->kinds[kind];
    made->declared = &strategy->schema.events[kind];
    size_t fields = (size_t) made->declared->n_fields;
    made->record = memory_new((size_t) made->plan->record_size);
    made->texts = memory_new_array(fields + 1, sizeof *made->texts);
    made->staged = memory_new_array(fields + 1, sizeof *made->staged);
    made->is_staged = memory_new_array(fields + 1, sizeof *made->is_staged);
    if (made->record == NULL || made->texts == NULL || made->staged == NULL ||
        made->is_staged == NULL) {
        cstm_event_free(made);
        return error_no_memory(error);
    }
    empty(made);
    *event = made;
    return CSTM_OK;
}

void
cstm_event_free(cstm_event *event)
{
    if (!handle_is(event, HANDLE_EVENT))
        return;
    if (event->texts != NULL)
        for (int32_t i = 0; i <= event->declared->n_fields; i++)
            memory_free(event->texts[i].bytes);
    memory_free(event->texts);
    memory_free(event->record);
    memory_free(event->staged);
    memory_free(event->is_staged);
    cstm_strategy_unref(event->strategy);
    event->handle.tag = HANDLE_FREED;
    memory_free(event);
}

cstm_status
cstm_event_clear(cstm_event *event, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    empty(event);
    return CSTM_OK;
}

cstm_status
cstm_event_set_entity(cstm_event *event, cstm_entity entity, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (entity < 0)
        return error_misuse(error, "entity is negative");
    event->entity = entity;
    return CSTM_OK;
}

cstm_status
cstm_event_set_id(cstm_event *event, const char *id, size_t size, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (id == NULL && size > 0)
        return error_misuse(error, "id is NULL and size is not 0");
    cstm_status status = key_check(id, size, "the event's id", error);
    if (status != CSTM_OK)
        return status;
    struct rule_text text = {id, size};
    if (!keep_text(&event->texts[event->declared->n_fields], &text))
        return error_no_memory(error);
    head_of(event)->id = text;
    return CSTM_OK;
}

cstm_status
cstm_event_set_time(cstm_event *event, int64_t time, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (!instant_is_legal_in(event->strategy->schema.zone, time))
        return error_set(error, CSTM_ERROR_RANGE,
                         "the event's time is outside the years 1 to 9999");
    head_of(event)->time = time;
    event->timed = true;
    return CSTM_OK;
}

cstm_status
cstm_event_set_delivery(cstm_event *event, int64_t number, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (!event->declared->sourced)
        return error_set(error, CSTM_ERROR_TYPE, "event '%s' has no source",
                         event->declared->name);
    if (number < 0)
        return error_set(error, CSTM_ERROR_RANGE, "the number of a delivery is negative");
    memcpy(event->record + event->plan->delivery_offset, &number, sizeof number);
    return CSTM_OK;
}

static cstm_status
set_field(cstm_event *event, int32_t field, cstm_type type, struct value *value, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (field < 0 || field >= event->declared->n_fields)
        return error_misuse(error, "field is not a field of the event");
    struct value_place place = value_place_of_field(&event->declared->fields[field]);
    cstm_status status = CSTM_OK;
    if (value->present)
        status = place_check_type(&place, type, error);
    if (status == CSTM_OK)
        status = place_check(&place, value, error);
    if (status != CSTM_OK)
        return status;
    return put_value(event, field, value) ? CSTM_OK : error_no_memory(error);
}

static cstm_status
set_number(cstm_event *event, int32_t field, cstm_type type, int64_t number, cstm_error **error)
{
    struct value value = {.present = true, .as.number = number};
    return set_field(event, field, type, &value, error);
}

cstm_status
cstm_event_set_bool(cstm_event *event, int32_t field, int32_t value, cstm_error **error)
{
    return set_number(event, field, CSTM_TYPE_BOOL, value, error);
}

cstm_status
cstm_event_set_int64(cstm_event *event, int32_t field, int64_t value, cstm_error **error)
{
    return set_number(event, field, CSTM_TYPE_INT, value, error);
}

cstm_status
cstm_event_set_double(cstm_event *event, int32_t field, double value, cstm_error **error)
{
    struct value real = {.present = true, .as.real = value};
    return set_field(event, field, CSTM_TYPE_DOUBLE, &real, error);
}

cstm_status
cstm_event_set_string(cstm_event *event, int32_t field, const char *text, size_t size,
                      cstm_error **error)
{
    error_clear(error);
    if (text == NULL)
        return error_misuse(error, "text is NULL");
    struct value value = {.present = true, .as.text = {text, size}};
    return set_field(event, field, CSTM_TYPE_STRING, &value, error);
}

cstm_status
cstm_event_set_date(cstm_event *event, int32_t field, int32_t value, cstm_error **error)
{
    return set_number(event, field, CSTM_TYPE_DATE, value, error);
}

cstm_status
cstm_event_set_timestamp(cstm_event *event, int32_t field, int64_t value, cstm_error **error)
{
    return set_number(event, field, CSTM_TYPE_TIMESTAMP, value, error);
}

cstm_status
cstm_event_set_money(cstm_event *event, int32_t field, int64_t value, cstm_error **error)
{
    return set_number(event, field, CSTM_TYPE_MONEY, value, error);
}

cstm_status
cstm_event_set_missing(cstm_event *event, int32_t field, cstm_error **error)
{
    struct value missing = {.present = false};
    return set_field(event, field, CSTM_TYPE_NONE, &missing, error);
}

/* Reads the whole row into event->staged, and makes room for its texts: what comes behind cannot
 * fail. */
static cstm_status
stage_row(struct cstm_event *event, const uint8_t *row, size_t size, cstm_error **error)
{
    struct byte_reader reader;
    reader_init(&reader, row, size);
    memset(event->is_staged, 0, (size_t) event->declared->n_fields * sizeof *event->is_staged);
    while (reader.at < reader.end) {
        struct row_entry entry;
        cstm_status status = row_next(&reader, &entry, error);
        if (status != CSTM_OK)
            return status;
        if (entry.index >= event->declared->n_fields)
            return error_misuse(error, "the row names a field that the event does not have");
        struct value_place place = value_place_of_field(&event->declared->fields[entry.index]);
        if (event->is_staged[entry.index])
            return error_set(error, CSTM_ERROR_CORRUPT, "the row names field '%s' twice",
                             place.name);
        struct value *value = &event->staged[entry.index];
        status = row_value(&entry, &place, &event->strategy->schema, value, error);
        if (status != CSTM_OK)
            return status;
        event->is_staged[entry.index] = true;
        struct event_text *buffer = &event->texts[entry.index];
        if (place.type == CSTM_TYPE_STRING && value->present &&
            buffer->capacity <= value->as.text.size) {
            /* The record may point into the buffer, which moves: point it there again. */
            if (!memory_reserve(&buffer->bytes, &buffer->capacity, value->as.text.size + 1, 1))
                return error_no_memory(error);
            struct rule_text *slot =
                (struct rule_text *) (void *) (event->record +
                                               event->plan->value_offset[entry.index]);
            slot->bytes = buffer->bytes;
        }
    }
    return CSTM_OK;
}

cstm_status
cstm_event_set_row(cstm_event *event, const uint8_t *row, size_t size, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(event, HANDLE_EVENT))
        return error_misuse(error, "event is NULL or not an event");
    if (row == NULL && size > 0)
        return error_misuse(error, "row is NULL");
    if (size == 0)
        return CSTM_OK;
    cstm_status status = stage_row(event, row, size, error);
    if (status != CSTM_OK)
        return status;
    for (int32_t field = 0; field < event->declared->n_fields; field++)
        if (event->is_staged[field] && !put_value(event, field, &event->staged[field]))
            return error_no_memory(error);
    return CSTM_OK;
}
