/* Whole accounting days, replaced. The greatest number of a source and accounting day is remembered
 * until the day is sealed; events of lesser numbers go, and are not taken in any more. A maximum is
 * the same in any order, and so is what is left. What would change a sealed day is refused: once an
 * event of a day file was sealed into a tile, that day is closed to greater numbers. */
#include "behaviour/day_files.h"
#include "behaviour/layout.h"

int32_t
accounting_day(const struct plan *plan, int32_t event, const struct event_record *record)
{
    int32_t field = plan->schema->events[event].accounting;
    const struct kind_plan *kind = &plan->kinds[event];
    if (field < 0 || !mask_bit(record_mask(kind, record), field))
        return record->day;
    return (int32_t) * (const int64_t *) record_value(kind, record, field);
}

static int32_t
place_of(const struct history *history, int32_t source, int32_t day)
{
    int32_t low = 0, high = history->n_day_files;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        const struct day_file *file = &history->day_files[middle];
        if (file->source < source || (file->source == source && file->day < day))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct day_file *
day_file_find(const struct history *history, int32_t source, int32_t day)
{
    int32_t at = place_of(history, source, day);
    if (at == history->n_day_files || history->day_files[at].source != source ||
        history->day_files[at].day != day)
        return NULL;
    return &history->day_files[at];
}

bool
day_files_reserve(struct history *history, int32_t more)
{
    size_t capacity = (size_t) history->day_file_capacity;
    if (history->n_day_files > INT32_MAX / 2 - more ||
        !memory_reserve(&history->day_files, &capacity,
                        (size_t) history->n_day_files + (size_t) more, sizeof *history->day_files))
        return false;
    history->day_file_capacity = (int32_t) capacity;
    return true;
}

/* The entry of a day, made if it is not there. */
static struct day_file *
put(struct history *history, int32_t source, int32_t day)
{
    int32_t at = place_of(history, source, day);
    struct day_file *file = &history->day_files[at];
    if (at < history->n_day_files && file->source == source && file->day == day)
        return file;
    memmove(file + 1, file, (size_t) (history->n_day_files - at) * sizeof *file);
    history->n_day_files++;
    *file = (struct day_file){.source = source, .day = day};
    return file;
}

/* One kind's rows of one instance, of those that a source brings. */
struct walk {
    int32_t instance, event;
};

static bool
next_rows(const struct history *history, int32_t source, struct walk *walk)
{
    const struct schema *schema = history->plan->schema;
    for (;;) {
        if (++walk->event >= schema->n_events) {
            walk->event = 0;
            walk->instance++;
        }
        if (walk->instance >= history->n_instances || schema->n_events == 0)
            return false;
        const struct event_kind *declared = &schema->events[walk->event];
        if (declared->sourced && (source < 0 || declared->source == source) &&
            declared->entity == history->instances[walk->instance].entity)
            return true;
    }
}

static bool
is_lesser(const struct history *history, int32_t event, const struct event_record *record,
          int32_t day, int64_t number)
{
    return !is_derived(record) && delivery_number(&history->plan->kinds[event], record) < number &&
           accounting_day(history->plan, event, record) == day;
}

bool
day_file_replaces(const struct history *history, int32_t source, int32_t day, int64_t number,
                  bool *sealed)
{
    const struct day_file *file = day_file_find(history, source, day);
    bool any = false;
    *sealed = file != NULL && file->closed;
    for (struct walk walk = {0, -1}; next_rows(history, source, &walk);) {
        const struct kind_plan *kind = &history->plan->kinds[walk.event];
        const struct event_rows *rows = history_rows(history, walk.instance, walk.event);
        for (int32_t i = 0; i < rows->n_events; i++) {
            const struct event_record *record = record_at(kind, rows->events, i);
            if (!is_lesser(history, walk.event, record, day, number))
                continue;
            any = true;
            *sealed |= record->day <= history->sealed_day;
        }
    }
    return any;
}

/* Takes out what `gone` says of; sealed events stay, as tiles have them. */
static void
take_out(struct history *history, const struct walk *walk, int32_t day, int64_t number)
{
    const struct kind_plan *kind = &history->plan->kinds[walk->event];
    const struct event_kind *declared = &history->plan->schema->events[walk->event];
    struct event_rows *rows = history_rows(history, walk->instance, walk->event);
    size_t size = (size_t) kind->record_size;
    int32_t kept = 0;
    for (int32_t i = 0; i < rows->n_events; i++) {
        const struct event_record *record = record_at(kind, rows->events, i);
        bool gone = (record->flags & EVENT_SEALED) == 0 &&
                    is_lesser(history, walk->event, record, day, number);
        if (gone) {
            history->text_bytes_dead += record_text_bytes(declared, kind, record);
            continue;
        }
        if (kept != i)
            memmove(rows->events + (size_t) kept * size, record, size);
        kept++;
    }
    rows->n_events = kept;
}

void
day_file_raise(struct history *history, int32_t source, int32_t day, int64_t number)
{
    struct day_file *file = put(history, source, day);
    if (number <= file->number)
        return;
    file->number = number;
    for (struct walk walk = {0, -1}; next_rows(history, source, &walk);)
        take_out(history, &walk, day, number);
}

/* Takes out all that greater numbers have replaced. */
void
day_files_sweep(struct history *history)
{
    for (int32_t i = 0; i < history->n_day_files; i++) {
        const struct day_file *file = &history->day_files[i];
        for (struct walk walk = {0, -1}; next_rows(history, file->source, &walk);)
            take_out(history, &walk, file->day, file->number);
    }
}

cstm_status
day_files_merge(struct history *history, const struct history *other, cstm_error **error)
{
    if (other->n_day_files == 0)
        return CSTM_OK;
    if (!day_files_reserve(history, other->n_day_files))
        return error_no_memory(error);
    for (int32_t i = 0; i < other->n_day_files; i++) {
        const struct day_file *file = &other->day_files[i];
        struct day_file *own = put(history, file->source, file->day);
        own->number = file->number > own->number ? file->number : own->number;
        own->closed |= file->closed;
    }
    return CSTM_OK;
}

/* An event whose own day is sealed before its accounting day is. */
static bool
closes(const struct history *history, int32_t event, const struct event_record *record, int32_t day)
{
    return !is_derived(record) && (record->flags & EVENT_SEALED) == 0 && record->day <= day &&
           accounting_day(history->plan, event, record) > day;
}

int32_t
day_files_to_close(const struct history *history, int32_t day)
{
    int32_t n = 0;
    for (struct walk walk = {0, -1}; next_rows(history, -1, &walk);) {
        const struct kind_plan *kind = &history->plan->kinds[walk.event];
        const struct event_rows *rows = history_rows(history, walk.instance, walk.event);
        for (int32_t i = 0; i < rows->n_events; i++)
            n += closes(history, walk.event, record_at(kind, rows->events, i), day);
    }
    return n;
}

void
day_files_seal(struct history *history, int32_t day)
{
    for (struct walk walk = {0, -1}; next_rows(history, -1, &walk);) {
        const struct kind_plan *kind = &history->plan->kinds[walk.event];
        const struct event_rows *rows = history_rows(history, walk.instance, walk.event);
        for (int32_t i = 0; i < rows->n_events; i++) {
            const struct event_record *record = record_at(kind, rows->events, i);
            if (!closes(history, walk.event, record, day))
                continue;
            struct day_file *file = put(history, history->plan->schema->events[walk.event].source,
                                        accounting_day(history->plan, walk.event, record));
            int64_t number = delivery_number(kind, record);
            file->number = number > file->number ? number : file->number;
            file->closed = true;
        }
    }
    int32_t kept = 0;
    for (int32_t i = 0; i < history->n_day_files; i++)
        if (history->day_files[i].day > day)
            history->day_files[kept++] = history->day_files[i];
    history->n_day_files = kept;
}

cstm_status
history_sift_deliveries(struct history *history, struct workroom *room, cstm_error **error)
{
    size_t n = 0;
    for (struct walk walk = {0, -1}; next_rows(history, -1, &walk);)
        n += (size_t) history_rows(history, walk.instance, walk.event)->n_events;
    if (n == 0)
        return CSTM_OK;
    if (!memory_reserve(&room->bytes, &room->capacity, n * sizeof *history->day_files, 1))
        return error_no_memory(error);
    history->day_files = (struct day_file *) (void *) room->bytes; /* for as long as it takes */
    for (struct walk walk = {0, -1}; next_rows(history, -1, &walk);) {
        const struct kind_plan *kind = &history->plan->kinds[walk.event];
        const struct event_rows *rows = history_rows(history, walk.instance, walk.event);
        for (int32_t i = 0; i < rows->n_events; i++) {
            const struct event_record *record = record_at(kind, rows->events, i);
            struct day_file *file = put(history, history->plan->schema->events[walk.event].source,
                                        accounting_day(history->plan, walk.event, record));
            int64_t number = delivery_number(kind, record);
            file->number = number > file->number ? number : file->number;
        }
    }
    for (struct walk walk = {0, -1}; next_rows(history, -1, &walk);) {
        const struct kind_plan *kind = &history->plan->kinds[walk.event];
        const struct event_rows *rows = history_rows(history, walk.instance, walk.event);
        for (int32_t i = 0; i < rows->n_events; i++) {
            struct event_record *record = record_at(kind, rows->events, i);
            const struct day_file *file =
                day_file_find(history, history->plan->schema->events[walk.event].source,
                              accounting_day(history->plan, walk.event, record));
            if (file != NULL && delivery_number(kind, record) < file->number)
                record->flags |= EVENT_GONE;
        }
    }
    history->day_files = NULL;
    history->n_day_files = 0;
    return CSTM_OK;
}

void
history_drop_replaced(struct history *history, int32_t event, int64_t as_of, int64_t *replaced,
                      int64_t *later)
{
    const struct kind_plan *kind = &history->plan->kinds[event];
    const int32_t entity = history->plan->schema->events[event].entity;
    size_t size = (size_t) kind->record_size;
    *replaced = *later = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        if (history->instances[i].entity != entity)
            continue;
        struct event_rows *rows = history_rows(history, i, event);
        int32_t kept = 0;
        for (int32_t e = 0; e < rows->n_events; e++) {
            const struct event_record *record = record_at(kind, rows->events, e);
            bool after = record->time > as_of, gone = (record->flags & EVENT_GONE) != 0;
            *later += after;
            *replaced += gone && !after;
            if (after || gone)
                continue;
            if (kept != e)
                memmove(rows->events + (size_t) kept * size, record, size);
            kept++;
        }
        rows->n_events = kept;
    }
}

int32_t
event_accounting_day(const struct plan *plan, int32_t event, const void *record)
{
    return accounting_day(plan, event, record);
}

int64_t
event_delivery(const struct plan *plan, int32_t event, const void *record)
{
    return delivery_number(&plan->kinds[event], record);
}

cstm_status
history_replace_day(struct history *history, int32_t source, int32_t day, int64_t number,
                    void *scratch, bool *changed, cstm_error **error)
{
    const char *name = history->plan->schema->sources[source];
    if (day <= history->sealed_day)
        return error_set(error, CSTM_ERROR_LATE,
                         "the accounting day of source '%s' is sealed; a rebuild from history takes "
                         "its day file",
                         name);
    const struct day_file *file = day_file_find(history, source, day);
    if (file != NULL && number <= file->number)
        return CSTM_OK;
    bool sealed;
    bool replaces = day_file_replaces(history, source, day, number, &sealed);
    if (sealed)
        return error_set(error, CSTM_ERROR_LATE,
                         "an event of this accounting day of source '%s' is of a day that is sealed; "
                         "a rebuild from history takes its day file",
                         name);
    bool derives = replaces && history->plan->derives;
    if (!day_files_reserve(history, 1))
        return error_no_memory(error);
    for (int32_t i = 0; derives && i < history->n_instances; i++)
        if (!derived_reserve(history, i, 0, &history->room))
            return error_no_memory(error);
    day_file_raise(history, source, day, number);
    for (int32_t i = 0; derives && i < history->n_instances; i++)
        derived_remake(history, i, &history->room, scratch);
    if (replaces)
        history_forget_summaries(history);
    *changed = true;
    return CSTM_OK;
}

bool
day_files_write(const struct history *history, int32_t source, struct cstm_buffer *buffer)
{
    uint64_t n = 0;
    for (int32_t i = 0; i < history->n_day_files; i++)
        n += history->day_files[i].source == source;
    bool ok = buffer_put_uvar(buffer, n);
    for (int32_t i = 0; ok && i < history->n_day_files; i++) {
        const struct day_file *file = &history->day_files[i];
        if (file->source == source)
            ok = buffer_put_svar(buffer, file->day) &&
                 buffer_put_uvar(buffer, (uint64_t) file->number) &&
                 buffer_put_u8(buffer, file->closed);
    }
    return ok;
}

cstm_status
day_files_read(struct history *history, int32_t source, struct byte_reader *reader,
               cstm_error **error)
{
    uint64_t n = reader_uvar(reader);
    if (reader->failed || n == 0 || n > (size_t) (reader->end - reader->at) / 3)
        return corrupt(error, "the deliveries of a source");
    if (!day_files_reserve(history, (int32_t) n))
        return error_no_memory(error);
    int64_t before = INT64_MIN;
    for (uint64_t i = 0; i < n; i++) {
        int64_t day = reader_svar(reader);
        uint64_t number = reader_uvar(reader);
        uint8_t closed = reader_u8(reader);
        if (reader->failed || day <= before || day < CIVIL_DAY_MIN || day > CIVIL_DAY_MAX ||
            number > INT64_MAX || closed > 1 || (number == 0 && closed == 0))
            return corrupt(error, "the deliveries of a source");
        before = day;
        struct day_file *file = put(history, source, (int32_t) day);
        file->number = (int64_t) number > file->number ? (int64_t) number : file->number;
        file->closed |= closed != 0;
    }
    return CSTM_OK;
}
