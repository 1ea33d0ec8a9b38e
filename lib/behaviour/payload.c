/* The rows of one instance in bytes: events of a kind after its tiles (tiles_bytes.c), settings of an
 * attribute. What is read is checked as if a stranger had sent it: counts against the bytes that are
 * left, values against their types, order and uniqueness against the canonical form. Masks of events
 * are not written: they follow from the fields and the rules. */
#include "behaviour/day_files.h"
#include "behaviour/layout.h"

#define EVENT_IS_SEALED 1u
#define EVENT_HAS_ID 2u
#define EVENT_IS_NAMELESS 16u
#define EVENT_IS_APPLIED 4u
#define EVENT_HAS_DELIVERY 8u
#define ENTRY_IS_PRESENT 1u
#define UNMATCHED_MOST (INT64_C(1) << 40)
#define ENTRY_HAS_ID 2u

static bool
value_write(cstm_type type, const void *value, struct cstm_buffer *buffer)
{
    if (type == CSTM_TYPE_STRING)
        return buffer_put_text(buffer, ((const struct rule_text *) value)->bytes,
                               ((const struct rule_text *) value)->size);
    int64_t number;
    memcpy(&number, value, sizeof number);
    if (type == CSTM_TYPE_DOUBLE)
        return buffer_put_u64(buffer, (uint64_t) number);
    if (type == CSTM_TYPE_BOOL)
        return buffer_put_u8(buffer, (uint8_t) number);
    return buffer_put_svar(buffer, number);
}

static bool
event_write(const struct event_kind *declared, const struct kind_plan *kind,
            const struct event_record *record, int64_t before, struct cstm_buffer *buffer)
{
    uint32_t flags = (record->flags & EVENT_SEALED ? EVENT_IS_SEALED : 0) |
                     (record->id.size > 0 ? EVENT_HAS_ID : 0) |
                     (record->flags & EVENT_APPLIED ? EVENT_IS_APPLIED : 0) |
                     (record->flags & EVENT_NAMELESS ? EVENT_IS_NAMELESS : 0);
    int64_t number = delivery_number(kind, record);
    flags |= number > 0 ? EVENT_HAS_DELIVERY : 0;
    const uint64_t *mask = record_mask(kind, record);
    bool ok = buffer_put_u8(buffer, (uint8_t) flags) &&
              buffer_put_svar(buffer, record->time - before) &&
              (record->id.size == 0 ||
               buffer_put_text(buffer, record->id.bytes, record->id.size)) &&
              (number == 0 || buffer_put_uvar(buffer, (uint64_t) number));
    for (int32_t f = 0; ok && f < declared->n_fields; f += 8)
        ok = buffer_put_u8(buffer, (uint8_t) ((mask[f / 64] >> (f % 64)) &
                                              (declared->n_fields - f >= 8
                                                   ? 255u
                                                   : (1u << (declared->n_fields - f)) - 1)));
    for (int32_t f = 0; ok && f < declared->n_fields; f++)
        if (mask_bit(mask, f))
            ok = value_write(declared->fields[f].type, record_value(kind, record, f), buffer);
    return ok;
}

bool
events_write(const struct plan *plan, int32_t event, const struct event_rows *rows,
             struct cstm_buffer *buffer)
{
    const struct kind_plan *kind = &plan->kinds[event];
    int32_t n = 0;
    for (int32_t e = 0; e < rows->n_events; e++)
        n += !is_derived(record_at(kind, rows->events, e));
    bool ok = tiles_write(plan, event, rows, buffer) && buffer_put_uvar(buffer, (uint64_t) n);
    int64_t before = 0;
    for (int32_t e = 0; ok && e < rows->n_events; e++) {
        const struct event_record *record = record_at(kind, rows->events, e);
        if (is_derived(record))
            continue;
        ok = event_write(&plan->schema->events[event], kind, record, before, buffer);
        before = record->time;
    }
    return ok && buckets_write(plan, event, rows, buffer) &&
           (!plan->schema->events[event].amends.amends ||
            buffer_put_uvar(buffer, (uint64_t) rows->unmatched));
}

bool
events_measure(const struct plan *plan, int32_t event, const struct event_rows *rows, int32_t *sizes)
{
    const struct kind_plan *kind = &plan->kinds[event];
    struct cstm_buffer buffer = {.data = NULL};
    bool ok = true;
    int64_t before = 0;
    for (int32_t e = 0; ok && e < rows->n_events; e++) {
        const struct event_record *record = record_at(kind, rows->events, e);
        size_t from = buffer.size;
        if (!is_derived(record)) {
            ok = event_write(&plan->schema->events[event], kind, record, before, &buffer);
            before = record->time;
        }
        sizes[e] = (int32_t) (buffer.size - from);
    }
    buffer_clear(&buffer);
    return ok;
}

static bool
value_read(cstm_type type, struct byte_reader *reader, void *value)
{
    if (type == CSTM_TYPE_STRING) {
        struct rule_text *text = value;
        text->bytes = reader_text(reader, &text->size);
        return !reader->failed;
    }
    int64_t number = type == CSTM_TYPE_DOUBLE ? (int64_t) reader_u64(reader)
                     : type == CSTM_TYPE_BOOL ? (int64_t) reader_u8(reader)
                                              : reader_svar(reader);
    memcpy(value, &number, sizeof number);
    /* -0.0 is never written. */
    return !reader->failed && !(type == CSTM_TYPE_DOUBLE && number == INT64_MIN);
}

/* A value that the type allows; one that the strategy no longer declares is as good as absent. */
static cstm_status
field_accept(const struct event_field *field, void *value, bool *there, cstm_error **error)
{
    cstm_status status = field_check(field, value, NULL);
    *there = status == CSTM_OK;
    return status == CSTM_OK || status == CSTM_ERROR_UNKNOWN ? CSTM_OK : corrupt(error, field->name);
}

static cstm_status
value_accept(cstm_type type, const char *name, char *const *values, int32_t n_values, void *value,
             bool *there, cstm_error **error)
{
    cstm_status status = value_check(type, name, values, n_values, value, NULL);
    *there = status == CSTM_OK;
    return status == CSTM_OK || status == CSTM_ERROR_UNKNOWN ? CSTM_OK : corrupt(error, name);
}

static cstm_status
event_read(struct history *history, const struct layout *layout, struct byte_reader *reader,
           int64_t before, void *scratch, struct event_record *record, cstm_error **error)
{
    const struct event_kind *declared = &history->plan->schema->events[layout->event];
    const struct kind_plan *kind = &history->plan->kinds[layout->event];
    memset(record, 0, (size_t) kind->record_size);
    event_is_whole(kind, record);
    uint8_t flags = reader_u8(reader);
    int64_t step = reader_svar(reader);
    if ((flags & EVENT_HAS_ID) != 0)
        record->id.bytes = reader_text(reader, &record->id.size);
    uint64_t number = (flags & EVENT_HAS_DELIVERY) != 0 ? reader_uvar(reader) : 0;
    const uint8_t *there = reader_take(reader, ((size_t) layout->n_fields + 7) / 8);
    uint32_t allowed = EVENT_IS_SEALED | EVENT_HAS_ID | EVENT_IS_NAMELESS |
                       (layout->amends ? EVENT_IS_APPLIED : 0) |
                       (layout->sourced ? EVENT_HAS_DELIVERY : 0);
    if (reader->failed || (flags & ~allowed) != 0 ||
        (flags & (EVENT_IS_SEALED | EVENT_IS_NAMELESS)) == EVENT_IS_NAMELESS || number > INT64_MAX ||
        ((flags & EVENT_HAS_DELIVERY) != 0) != (number > 0) || !packed_tail_is_clear(there, layout->n_fields) ||
        !exact_add(before, step, &record->time) ||
        ((flags & EVENT_HAS_ID) != 0 && record->id.size == 0))
        return corrupt(error, "an event");
    record->flags = (flags & EVENT_IS_SEALED ? EVENT_SEALED : 0) |
                    (flags & EVENT_IS_NAMELESS ? EVENT_NAMELESS : 0);
    if ((flags & EVENT_IS_APPLIED) != 0 && declared->amends.amends)
        record->flags |= EVENT_APPLIED;
    set_delivery_number(kind, record, (int64_t) number);
    uint64_t *mask = record_mask(kind, record);
    for (int32_t f = 0; f < layout->n_fields; f++) {
        if (!packed_bit(there, f))
            continue;
        const struct layout_field *field = &layout->fields[f];
        struct rule_text value;
        if (!value_read(field->type, reader, &value))
            return corrupt(error, "a field of an event");
        if (field->field < 0)
            continue;
        const struct event_field *known = &declared->fields[field->field];
        bool accepted;
        cstm_status status = field_accept(known, &value, &accepted, error);
        if (status != CSTM_OK)
            return status;
        if (!accepted)
            continue;
        memcpy(record_value(kind, record, field->field), &value,
               field->type == CSTM_TYPE_STRING ? sizeof value : 8);
        mask[field->field / 64] |= UINT64_C(1) << (field->field % 64);
    }
    if (event_record_check(history->plan, layout->event, record, NULL) != CSTM_OK)
        return corrupt(error, declared->name);
    /* What was computed otherwise, or not yet, is computed now; where that fails it is missing. */
    int32_t failed;
    (void) event_record_compute(history->plan, layout->event, record, layout->known,
                                &history->cursor, scratch, &failed);
    event_record_classify(history->plan, layout->event, record, &history->cursor, scratch);
    if ((record->flags & EVENT_SEALED) != 0 &&
        (history->sealed_day == DAY_NONE || record->day > history->sealed_day)) {
        if (layout->same_zone)
            return corrupt(error, "a sealed event of a day that is not");
        record->flags &= ~EVENT_SEALED; /* in this zone its day is yet to be sealed */
    }
    return record_keep_texts(history, declared, kind, record) ? CSTM_OK : error_no_memory(error);
}

cstm_status
events_read(struct history *history, const struct layout *layout, struct byte_reader *reader,
            void *scratch, void *tile, struct event_rows *rows, cstm_error **error)
{
    const struct plan *plan = history->plan;
    const struct event_kind *declared = &plan->schema->events[layout->event];
    const struct kind_plan *kind = &plan->kinds[layout->event];
    cstm_status status = tiles_read(history, layout, reader, tile, rows, error);
    if (status != CSTM_OK)
        return status;
    uint64_t n = reader_uvar(reader);
    if (reader->failed || n > (size_t) (reader->end - reader->at) / 2)
        return corrupt(error, "the number of events");
    int64_t before = 0;
    for (uint64_t e = 0; e < n; e++) {
        if (!event_rows_reserve(kind, rows, rows->n_events + 1))
            return error_no_memory(error);
        struct event_record *record = record_at(kind, rows->events, rows->n_events);
        status = event_read(history, layout, reader, before, scratch, record, error);
        if (status != CSTM_OK)
            return status;
        before = record->time;
        /* What a kind made of others has of open days follows from those. */
        if (declared->n_members > 0 && (record->flags & EVENT_SEALED) == 0) {
            if (layout->same_zone)
                return corrupt(error, "an open event of a kind that is made of others");
            continue;
        }
        if (layout->exact && layout->same_zone && rows->n_events > 0 &&
            event_record_compare(plan, layout->event,
                                 record_at(kind, rows->events, rows->n_events - 1), record) > 0)
            return corrupt(error, "the order of events");
        rows->n_events++;
    }
    event_rows_sort(plan, layout->event, rows);
    int32_t all = rows->n_events;
    event_rows_drop_redeliveries(plan, layout->event, rows);
    if (layout->exact && layout->same_zone && rows->n_events != all)
        return corrupt(error, "an event that is there twice");
    status = buckets_read(history, layout, reader, rows, error);
    if (status != CSTM_OK)
        return status;
    uint64_t unmatched = layout->amends ? reader_uvar(reader) : 0;
    if (reader->failed || unmatched > (uint64_t) UNMATCHED_MOST)
        return corrupt(error, "the number of amendments that found nothing");
    rows->unmatched = declared->amends.amends ? (int64_t) unmatched : 0;
    return CSTM_OK;
}

bool
entries_write(cstm_type type, const struct attribute_rows *rows, struct cstm_buffer *buffer)
{
    bool ok = buffer_put_uvar(buffer, (uint64_t) rows->n);
    int64_t before = 0;
    for (int32_t i = 0; ok && i < rows->n; i++) {
        const struct attribute_entry *entry = &rows->entries[i];
        uint32_t flags =
            (entry->present ? ENTRY_IS_PRESENT : 0) | (entry->id.size > 0 ? ENTRY_HAS_ID : 0);
        ok = buffer_put_u8(buffer, (uint8_t) flags) &&
             buffer_put_svar(buffer, entry->time - before) &&
             (entry->id.size == 0 || buffer_put_text(buffer, entry->id.bytes, entry->id.size)) &&
             (!entry->present || value_write(type, &entry->value, buffer));
        before = entry->time;
    }
    return ok;
}

static cstm_status
entry_read(struct history *history, const struct attribute *declared, struct byte_reader *reader,
           int64_t before, struct attribute_entry *entry, cstm_error **error)
{
    const struct zone *zone = history->plan->schema->zone;
    memset(entry, 0, sizeof *entry);
    uint8_t flags = reader_u8(reader);
    int64_t step = reader_svar(reader);
    if ((flags & ENTRY_HAS_ID) != 0)
        entry->id.bytes = reader_text(reader, &entry->id.size);
    if (reader->failed || flags > 3 || !exact_add(before, step, &entry->time) ||
        !entry_day(zone, entry->time, &history->cursor, &entry->day) ||
        ((flags & ENTRY_HAS_ID) != 0 && entry->id.size == 0) ||
        value_check(CSTM_TYPE_STRING, "id", NULL, 0, &entry->id, NULL) != CSTM_OK)
        return corrupt(error, declared->name);
    if ((flags & ENTRY_IS_PRESENT) != 0) {
        if (!value_read(declared->type, reader, &entry->value))
            return corrupt(error, declared->name);
        cstm_status status =
            value_accept(declared->type, declared->name, declared->values, declared->n_values,
                         &entry->value, &entry->present, error);
        if (status != CSTM_OK)
            return status;
        if (!entry->present)
            memset(&entry->value, 0, sizeof entry->value);
    }
    if (!history_keep_text(history, &entry->id) ||
        (declared->type == CSTM_TYPE_STRING && entry->present &&
         !history_keep_text(history, &entry->value.text)))
        return error_no_memory(error);
    return CSTM_OK;
}

cstm_status
entries_read(struct history *history, int32_t attribute, struct byte_reader *reader,
             struct attribute_rows *rows, cstm_error **error)
{
    const struct attribute *declared = &history->plan->schema->attributes[attribute];
    uint64_t n = reader_uvar(reader);
    if (reader->failed || n == 0 || n > (size_t) (reader->end - reader->at) / 2)
        return corrupt(error, "the number of an attribute's settings");
    int64_t before = 0;
    for (uint64_t i = 0; i < n; i++) {
        struct attribute_entry entry;
        cstm_status status = entry_read(history, declared, reader, before, &entry, error);
        if (status != CSTM_OK)
            return status;
        before = entry.time;
        if (!attribute_rows_reserve(rows, rows->n + 1))
            return error_no_memory(error);
        if (rows->n > 0 &&
            attribute_entry_compare(declared->type, &rows->entries[rows->n - 1], &entry) >= 0 &&
            declared->values == NULL)
            return corrupt(error, "the order of an attribute's settings");
        if (!attribute_rows_insert(declared->type, rows, &entry) && declared->values == NULL)
            return corrupt(error, "an attribute's setting that is there twice");
    }
    return CSTM_OK;
}
