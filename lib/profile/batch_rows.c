/* Rows of tables into the histories of a block: cells are gathered column by column for all rows of
 * the block, events are classified in vectors, and each instance adopts its records where they lie.
 * A row with a cell that cannot be used is left out and listed; of a row of attributes only the
 * cell is. */
#include "profile/batch_gather.h"
#include "profile/spread.h"

#include <string.h>

size_t
group_rows(const struct block *block, const struct group *group)
{
    const struct members *members = &block->portfolio->members[group->entity];
    if (group->start == NULL)
        return 0;
    int32_t from = members_before(members, block->first),
            until = members_before(members, block->until);
    size_t rows = 0;
    if (members->list == NULL)
        return (size_t) (group->start[until] - group->start[from]);
    for (int32_t place = from; place < until; place++) {
        int32_t instance = members->list[place];
        rows += (size_t) (group->start[instance + 1] - group->start[instance]);
    }
    return rows;
}

/* The rows of the group that are of the block's instances, unit by unit. */
static cstm_status
collect_rows(struct block *block, const struct group *group, int32_t *n, cstm_error **error)
{
    const struct members *members = &block->portfolio->members[group->entity];
    size_t rows = group_rows(block, group);
    *n = 0;
    if (rows == 0)
        return CSTM_OK;
    if (!memory_reserve(&block->rows, &block->row_capacity, rows, sizeof *block->rows) ||
        !memory_reserve(&block->row_units, &block->row_unit_capacity, rows,
                        sizeof *block->row_units) ||
        !memory_reserve(&block->refused, &block->refused_capacity, rows, 1))
        return error_no_memory(error);
    memset(block->refused, REFUSED_NOT, rows);
    int32_t from = members_before(members, block->first), at = 0;
    for (int32_t u = 0; u < block->n_units[group->entity]; u++) {
        int32_t instance = member_at(members, from + u);
        for (int32_t i = group->start[instance]; i < group->start[instance + 1]; i++) {
            block->rows[at] = group->list == NULL ? i : group->list[i];
            block->row_units[at++] = u;
        }
    }
    *n = at;
    return CSTM_OK;
}

/* Where the row lies: its table and number there. */
cstm_status
reject_row(struct block *block, const struct group *group, int32_t row, int32_t field,
           cstm_status status, cstm_error **error)
{
    int32_t s = 0;
    while (row >= group->base[s + 1])
        s++;
    if (rejections_add(&block->rejections, group->sources[s], row - group->base[s], field, status))
        return CSTM_OK;
    return error_no_memory(error);
}

/* Days of one table as their first instants: the most usual times of all. */
static cstm_status
days_as_times(struct block *block, const struct group *group, int32_t n, cstm_error **error)
{
    const struct zone *zone = block->batch->strategy->schema.zone;
    const struct table_column *column = &block->batch->sources[group->sources[0]].time.column;
    struct part part = {group->sources[0],
                        &block->batch->sources[group->sources[0]].time,
                        FIELD_TIME,
                        block->rows,
                        NULL,
                        n};
    struct zone_cursor *cursor = &block->context.civil;
    if (!cells_reserve(&block->time, (size_t) n, 8) ||
        !memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days))
        return error_no_memory(error);
    int64_t *times = block->time.values;
    block->time.whole = column->valid == NULL;
    for (int32_t i = 0; i < n; i++) {
        int32_t row = block->rows[i], day = column->as.days[row];
        int64_t midnight = (int64_t) day * CIVIL_MICROS_PER_DAY;
        block->days[i] = day;
        if (column->valid != NULL) {
            block->time.states[i] = column->valid[row] != 0 ? CSTM_OK : CSTM_ERROR_MISSING;
            if (column->valid[row] == 0)
                continue;
        }
        if (midnight >= cursor->from && midnight < cursor->until - CIVIL_MICROS_PER_DAY &&
            day > CIVIL_DAY_MIN + 1 && day < CIVIL_DAY_MAX - 1) {
            times[i] = midnight - (int64_t) cursor->offset * 1000000;
            continue;
        }
        (void) zone_instant_near(zone, midnight, cursor);
        times[i] = zone_day_start(zone, day);
        if (!instant_is_legal(times[i]) &&
            cell_reject(block, &part, i, i, CSTM_ERROR_RANGE, &block->time) != CSTM_OK)
            return error_no_memory(error);
    }
    return CSTM_OK;
}

static bool
any_later(const int64_t *times, int32_t n, int64_t as_of)
{
    bool any = false;
    for (int32_t i = 0; i < n; i++)
        any |= times[i] > as_of;
    return any;
}

static bool
group_has_deliveries(const struct block *block, const struct group *group)
{
    for (int32_t s = 0; s < group->n_sources; s++)
        if (block->batch->sources[group->sources[s]].delivery.column.name != NULL)
            return true;
    return false;
}

/* Reads the times and takes out the rows that have none, or one after as_of (`all`: these stay). */
static cstm_status
gather_times(struct block *block, const struct group *group, bool all, int32_t *n,
             cstm_error **error)
{
    const int64_t until = all ? INT64_MAX : block->as_of;
    block->days_known = group->n_sources == 1 &&
                        block->batch->sources[group->sources[0]].time.column.type == CSTM_TYPE_DATE;
    cstm_status status = block->days_known ? days_as_times(block, group, *n, error)
                                           : gather(block, group, *n, FIELD_TIME, 0,
                                                    CSTM_TYPE_TIMESTAMP, &block->time, error);
    int64_t *times = block->time.values;
    if (status == CSTM_OK && block->time.whole && !any_later(times, *n, until))
        return CSTM_OK;
    int32_t kept = 0, later = 0;
    for (int32_t i = 0; status == CSTM_OK && i < *n; i++) {
        bool there = is_there(&block->time, i);
        if (!there && block->refused[i] == REFUSED_NOT)
            status =
                reject_row(block, group, block->rows[i], FIELD_TIME, CSTM_ERROR_MISSING, error);
        later += there && times[i] > until;
        if (!there || times[i] > until)
            continue;
        if (kept < i) {
            times[kept] = times[i];
            block->rows[kept] = block->rows[i];
            block->row_units[kept] = block->row_units[i];
            if (block->days_known)
                block->days[kept] = block->days[i];
        }
        kept++;
    }
    *n = kept;
    block_counts(block, group)[COUNT_LATER] += later;
    memset(block->refused, REFUSED_NOT, (size_t) kept);
    return status;
}

static bool
group_has_ids(const struct block *block, const struct group *group)
{
    for (int32_t s = 0; s < group->n_sources; s++)
        if (block->batch->sources[group->sources[s]].id.column.name != NULL)
            return true;
    return false;
}

static struct rule_text
row_id(const struct block *block, bool ids, int32_t i)
{
    if (!ids || !is_there(&block->id, i))
        return (struct rule_text){"", 0};
    return ((const struct rule_text *) block->id.values)[i];
}

/* --- events --- */

static cstm_status
gather_events(struct block *block, int32_t event, int32_t n, bool ids, cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    const struct event_kind *declared = &block->batch->strategy->schema.events[event];
    cstm_status status = CSTM_OK;
    if (ids)
        status = gather(block, group, n, FIELD_ID, 0, CSTM_TYPE_STRING, &block->id, error);
    for (int32_t f = 0; status == CSTM_OK && f < declared->n_fields; f++) {
        cstm_type type = declared->fields[f].type;
        if (declared->fields[f].computed != NULL)
            continue;
        status = gather_field(block, group, n, f, type, error);
        block->columns[f] =
            (struct rule_column){.kind = rule_kind_of(type), .as.any = block->fields[f].values};
    }
    if (status == CSTM_OK && block->batch->strategy->plan->kinds[event].computes)
        status = compute_fields(block, event, n, block->time.values,
                                block->days_known ? block->days : NULL, error);
    return status;
}

static cstm_status
classify(struct block *block, int32_t event, int32_t n, cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct event_kind *declared = &plan->schema->events[event];
    size_t words = (size_t) plan->kinds[event].mask_words;
    if (!memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days) ||
        !memory_reserve(&block->masks, &block->mask_capacity, (size_t) n * words,
                        sizeof *block->masks))
        return error_no_memory(error);
    const int64_t *times = block->time.values;
    for (int32_t from = 0; from < n; from += RULE_ROWS) {
        int32_t some = n - from < RULE_ROWS ? n - from : RULE_ROWS;
        for (int32_t f = 0; f < declared->n_fields; f++) {
            block->columns[f].as.any = (uint8_t *) block->fields[f].values +
                                       type_size(declared->fields[f].type) * (size_t) from;
            block->columns[f].states =
                block->fields[f].whole ? NULL : block->fields[f].states + from;
        }
        event_classify_rows(plan, event, times + from, block->columns, some, &block->cursor,
                            block->scratch, block->days_known ? NULL : block->days + from,
                            block->masks + (size_t) from * words);
    }
    return CSTM_OK;
}

static void
make_lanes(struct block *block, int32_t event)
{
    const struct plan *plan = block->batch->strategy->plan;
    for (int32_t f = 0; f < plan->schema->events[event].n_fields; f++)
        block->lanes[f] =
            (struct lane){.values = block->fields[f].values,
                          .states = block->fields[f].whole ? NULL : block->fields[f].states,
                          .size = type_size(plan->schema->events[event].fields[f].type),
                          .offset = plan->kinds[event].value_offset[f]};
}

/* 8 bytes of every row, all of them there: nearly all that there is to write. */
static void
write_whole(const int64_t *values, int32_t n, uint8_t *to, size_t size)
{
    for (int32_t k = 0; k < n; k++, to += size)
        *(int64_t *) (void *) to = values[k];
}

/* A field into the records of n rows, which stand side by side. What is not there is zeros, so that
 * equal records are equal bytes. */
static void
write_lane(const struct lane *lane, const int32_t *kept, int32_t n, uint8_t *records, size_t size)
{
    uint8_t *to = records + lane->offset;
    const uint8_t *states = lane->states;
    const int64_t *numbers = (const int64_t *) (const void *) lane->values;
    const struct rule_text *texts = (const struct rule_text *) (const void *) lane->values;
    if (lane->size == 8 && kept == NULL && states == NULL) {
        write_whole(numbers, n, to, size);
        return;
    }
    for (int32_t k = 0; k < n; k++, to += size) {
        int32_t i = kept == NULL ? k : kept[k];
        bool there = states == NULL || states[i] == CSTM_OK;
        if (lane->size == 8)
            *(int64_t *) (void *) to = there ? numbers[i] : 0;
        else if (lane->size == 1)
            *(int64_t *) (void *) to = there ? lane->values[i] : 0;
        else
            *(struct rule_text *) (void *) to = there ? texts[i] : (struct rule_text){NULL, 0};
    }
}

static void
write_ids(const struct block *block, const int32_t *kept, int32_t n, bool ids, uint8_t *records,
          size_t size)
{
    const struct rule_text none = {"", 0};
    for (int32_t k = 0; k < n; k++)
        ((struct event_record *) (void *) (records + (size_t) k * size))->id =
            ids ? row_id(block, true, kept == NULL ? k : kept[k]) : none;
}

static void
write_heads(const struct block *block, const struct kind_plan *kind, const int32_t *kept, int32_t n,
            uint8_t *records)
{
    size_t size = (size_t) kind->record_size, words = (size_t) kind->mask_words;
    const int64_t *times = block->time.values;
    const int32_t *days = block->days;
    const uint64_t *masks = block->masks;
    int32_t mask_offset = kind->mask_offset;
    for (int32_t k = 0; k < n; k++, records += size) {
        int32_t i = kept == NULL ? k : kept[k];
        struct event_record *head = (struct event_record *) (void *) records;
        uint64_t *mask = (uint64_t *) (void *) (records + mask_offset);
        head->time = times[i];
        head->day = days[i];
        head->flags = 0;
        mask[0] = masks[(size_t) i * words];
        for (size_t w = 1; w < words; w++)
            mask[w] = masks[(size_t) i * words + w];
    }
}

/* The rows that are not refused; NULL where none is. */
static cstm_status
keep_rows(struct block *block, int32_t n, const int32_t **kept, int32_t *n_kept, cstm_error **error)
{
    *kept = NULL;
    *n_kept = n;
    if (memchr(block->refused, REFUSED, (size_t) n) == NULL)
        return CSTM_OK;
    if (!memory_reserve(&block->kept, &block->kept_capacity, (size_t) n, sizeof *block->kept))
        return error_no_memory(error);
    *kept = block->kept;
    *n_kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (block->refused[i] == REFUSED_NOT)
            block->kept[(*n_kept)++] = i;
    return CSTM_OK;
}

/* The numbers of the rows' deliveries; a row with a negative one is left out. */
static cstm_status
gather_deliveries(struct block *block, int32_t event, int32_t n, cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    if (!group_has_deliveries(block, group))
        return CSTM_OK;
    cstm_status status =
        gather(block, group, n, FIELD_DELIVERY, 0, CSTM_TYPE_INT, &block->delivery, error);
    const int64_t *numbers = block->delivery.values;
    for (int32_t i = 0; status == CSTM_OK && i < n; i++) {
        if (!is_there(&block->delivery, i) || numbers[i] >= 0 || block->refused[i] != REFUSED_NOT)
            continue;
        block->refused[i] = REFUSED;
        status =
            reject_row(block, group, block->rows[i], FIELD_DELIVERY, CSTM_ERROR_RANGE, error);
    }
    block->deliveries = true;
    return status;
}

static void
write_deliveries(const struct block *block, int32_t event, const int32_t *kept, int32_t n,
                 uint8_t *records)
{
    const struct kind_plan *kind = &block->batch->strategy->plan->kinds[event];
    bool given = group_has_deliveries(block, &block->portfolio->events[event]);
    for (int32_t k = 0; kind->delivery_offset != 0 && k < n; k++) {
        int32_t i = kept == NULL ? k : kept[k];
        int64_t number = given && is_there(&block->delivery, i)
                             ? ((const int64_t *) block->delivery.values)[i]
                             : 0;
        memcpy(records + (size_t) k * (size_t) kind->record_size + kind->delivery_offset, &number,
               sizeof number);
    }
}

/* One record to the history that is to be filled: of one that is after as_of only its delivery is known. */
static cstm_status
record_one(struct block *block, int32_t local, int32_t event, const void *record,
           cstm_error **error)
{
    const struct event_kind *declared = &block->batch->strategy->schema.events[event];
    bool changed;
    if (((const struct event_record *) record)->time <= block->as_of)
        return history_record(block->target, local, event, record, block->scratch, &changed, error);
    return history_replace_day(block->target, declared->source,
                               event_accounting_day(block->batch->strategy->plan, event, record),
                               event_delivery(block->batch->strategy->plan, event, record),
                               block->scratch, &changed, error);
}

/* Hands n records to the instance that they are of. */
static cstm_status
hand_over(struct block *block, int32_t event, int32_t unit, uint8_t *records, int32_t n,
          cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    int32_t number = block->units[plan->schema->events[event].entity][unit],
            local = block_local(block, number);
    cstm_status status = CSTM_OK;
    if (block->target == NULL) {
        int64_t *counts = block_counts(block, &block->portfolio->events[event]);
        status = history_adopt_events(block_history(block, number), local, event, records, n, error);
        int32_t kept = block->instances[number].kinds[plan->schema->events[event].local].n_events;
        counts[COUNT_TAKEN] += kept;
        counts[COUNT_REDELIVERED] += n - kept;
        return status;
    }
    for (int32_t i = 0; status == CSTM_OK && i < n; i++)
        status = record_one(block, local, event,
                            records + (size_t) i * (size_t) plan->kinds[event].record_size, error);
    return status;
}

static cstm_status
write_records(struct block *block, int32_t event, int32_t n, bool ids, cstm_error **error)
{
    const struct kind_plan *kind = &block->batch->strategy->plan->kinds[event];
    size_t size = (size_t) kind->record_size;
    const int32_t *kept;
    cstm_status status = keep_rows(block, n, &kept, &n, error);
    if (status != CSTM_OK)
        return status;
    if (!memory_reserve(&block->records[event], &block->record_capacity[event], (size_t) n * size,
                        1))
        return error_no_memory(error);
    uint8_t *records = block->records[event];
    make_lanes(block, event);
    write_heads(block, kind, kept, n, records);
    write_ids(block, kept, n, ids, records, size);
    write_deliveries(block, event, kept, n, records);
    for (int32_t f = 0; f < block->batch->strategy->schema.events[event].n_fields; f++)
        write_lane(&block->lanes[f], kept, n, records, size);
    for (int32_t k = 0; status == CSTM_OK && k < n;) {
        int32_t first = k, unit = block->row_units[kept == NULL ? k : kept[k]];
        while (k < n && block->row_units[kept == NULL ? k : kept[k]] == unit)
            k++;
        status = hand_over(block, event, unit, records + (size_t) first * size, k - first, error);
    }
    return status;
}

cstm_status
block_list_rows(struct block *block, int32_t event, int32_t *n, cstm_error **error)
{
    return spread_of(block, event) != NULL
               ? spread_rows(block, event, n, error)
               : collect_rows(block, &block->portfolio->events[event], n, error);
}

cstm_status
block_read_events(struct block *block, int32_t event, bool classified, int32_t *n, bool *ids,
                  cstm_error **error)
{
    cstm_status status = block_list_rows(block, event, n, error);
    return status == CSTM_OK ? block_read_rows(block, event, classified, n, ids, error) : status;
}

cstm_status
block_read_rows(struct block *block, int32_t event, bool classified, int32_t *n, bool *ids,
                cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    cstm_status status = *n > 0 ? gather_times(block, group, group_has_deliveries(block, group), n, error) : CSTM_OK;
    if (status != CSTM_OK || *n == 0)
        return status;
    *ids = group_has_ids(block, group);
    status = gather_events(block, event, *n, *ids, error);
    return status == CSTM_OK && classified ? classify(block, event, *n, error) : status;
}

cstm_status
block_add_events(struct block *block, int32_t event, cstm_error **error)
{
    int32_t n;
    bool ids;
    cstm_status status = block_read_events(block, event, true, &n, &ids, error);
    if (status == CSTM_OK && n > 0)
        status = gather_deliveries(block, event, n, error);
    return status == CSTM_OK && n > 0 ? write_records(block, event, n, ids, error) : status;
}

/* --- attributes --- */

static struct attribute_entry
entry_of(const struct cells *cells, cstm_type type, int32_t i)
{
    struct attribute_entry entry = {
        .time = CSTM_ALWAYS, .day = CIVIL_DAY_MIN, .present = true, .id = {"", 0}};
    if (type == CSTM_TYPE_STRING)
        entry.value.text = ((const struct rule_text *) cells->values)[i];
    else if (type == CSTM_TYPE_BOOL)
        entry.value.number = ((const uint8_t *) cells->values)[i];
    else
        entry.value.number = ((const int64_t *) cells->values)[i];
    return entry;
}

/* An opening lets the instance, and all above it, begin with its day. */
static void
begin_with(struct history *history, int32_t instance, int64_t time, int32_t day)
{
    for (int32_t at = instance; at >= 0 && time < history->instances[at].begins;
         at = history->instances[at].parent) {
        history->instances[at].begins = time;
        history->instances[at].begins_day = day;
    }
}

/* What has always been so is the first entry of all, and opens no history but by an opening. */
static cstm_status
set_constant(struct block *block, int32_t attribute, int32_t number,
             const struct attribute_entry *entry, cstm_error **error)
{
    const struct attribute *declared = &block->batch->strategy->schema.attributes[attribute];
    struct history *history = block_history(block, number);
    int32_t local = block_local(block, number);
    bool changed;
    if (block->target != NULL)
        return history_set(block->target, local, attribute, entry, &changed, error);
    struct attribute_entry *kept = &block->entries[block->n_entries++];
    *kept = *entry;
    history->instances[local].attributes[declared->local] =
        (struct attribute_rows){.entries = kept, .n = 1, .capacity = 0};
    if (declared->local == 0) {
        int32_t day = (int32_t) entry->value.number;
        begin_with(history, local, zone_day_start(history->plan->schema->zone, day), day);
    }
    return CSTM_OK;
}

cstm_status
block_add_constants(struct block *block, int32_t entity, cstm_error **error)
{
    const struct members *members = &block->portfolio->members[entity];
    int32_t n = block->n_units[entity];
    if (members->source == NULL || n == 0 || members->source->n_bindings == 0)
        return CSTM_OK;
    if (!memory_reserve(&block->rows, &block->row_capacity, (size_t) n, sizeof *block->rows) ||
        !memory_reserve(&block->refused, &block->refused_capacity, (size_t) n, 1))
        return error_no_memory(error);
    int32_t from = members_before(members, block->first);
    for (int32_t u = 0; u < n; u++)
        block->rows[u] = (int32_t) member_row(members, member_at(members, from + u));
    for (int32_t b = 0; b < members->source->n_bindings; b++) {
        const struct binding *binding = &members->source->bindings[b];
        struct part part = {
            (int32_t) (members->source - block->batch->sources), binding, b, block->rows, NULL, n};
        struct cells *cells = &block->fields[0];
        memset(block->refused, REFUSED_NOT, (size_t) n);
        cells->whole = false;
        if (!cells_reserve(cells, (size_t) n, type_size(binding->type)) ||
            gather_part(block, &part, cells) != CSTM_OK)
            return error_no_memory(error);
        for (int32_t u = 0; u < n; u++) {
            if (!is_there(cells, u))
                continue;
            struct attribute_entry entry = entry_of(cells, binding->type, u);
            cstm_status status =
                set_constant(block, binding->target, block->units[entity][u], &entry, error);
            if (status != CSTM_OK)
                return status;
        }
    }
    return CSTM_OK;
}

/* Hands over n entries of one attribute that stand at the end of the block's. */
static cstm_status
hand_over_entries(struct block *block, int32_t attribute, int32_t number, int32_t n,
                  cstm_error **error)
{
    struct attribute_entry *first = block->entries + block->n_entries - (size_t) n;
    int32_t local = block_local(block, number);
    if (block->target == NULL)
        return history_adopt_entries(block_history(block, number), local, attribute, first, n,
                                     error);
    cstm_status status = CSTM_OK;
    bool changed;
    for (int32_t i = 0; status == CSTM_OK && i < n; i++)
        status = history_set(block->target, local, attribute, &first[i], &changed, error);
    return status;
}

static cstm_status
add_attribute(struct block *block, int32_t attribute, int32_t n, bool ids, cstm_error **error)
{
    const struct attribute *declared = &block->batch->strategy->schema.attributes[attribute];
    struct cells *cells = &block->fields[0];
    memset(block->refused, REFUSED_NOT, (size_t) n);
    cstm_status status = gather(block, &block->portfolio->attributes[declared->entity], n, 0,
                                attribute, declared->type, cells, error);
    for (int32_t i = 0; status == CSTM_OK && i < n;) {
        int32_t unit = block->row_units[i], count = 0;
        for (; i < n && block->row_units[i] == unit; i++) {
            if (!is_there(cells, i) ||
                (ids && !is_there(&block->id, i) && block->id.states[i] != CSTM_ERROR_MISSING))
                continue;
            struct attribute_entry entry = entry_of(cells, declared->type, i);
            entry.time = ((const int64_t *) block->time.values)[i];
            entry.day = block->days[i];
            entry.id = row_id(block, ids, i);
            block->entries[block->n_entries++] = entry;
            count++;
        }
        if (count > 0)
            status = hand_over_entries(block, attribute, block->units[declared->entity][unit],
                                       count, error);
    }
    return status;
}

cstm_status
block_add_attributes(struct block *block, int32_t entity, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    const struct group *group = &block->portfolio->attributes[entity];
    int32_t n;
    cstm_status status = collect_rows(block, group, &n, error);
    if (status == CSTM_OK && n > 0)
        status = gather_times(block, group, false, &n, error);
    if (status != CSTM_OK || n == 0)
        return status;
    if (!memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days))
        return error_no_memory(error);
    for (int32_t i = 0; !block->days_known && i < n; i++)
        block->days[i] =
            zone_day(schema->zone, ((const int64_t *) block->time.values)[i], &block->cursor);
    block_counts(block, group)[COUNT_TAKEN] += n;
    bool ids = group_has_ids(block, group);
    if (ids)
        status = gather(block, group, n, FIELD_ID, 0, CSTM_TYPE_STRING, &block->id, error);
    for (int32_t a = 0; status == CSTM_OK && a < schema->n_attributes; a++) {
        int32_t number;
        bool given = false;
        for (int32_t s = 0; schema->attributes[a].entity == entity && s < group->n_sources; s++)
            given = given ||
                    binding_of(&block->batch->sources[group->sources[s]], 0, a, &number) != NULL;
        if (given)
            status = add_attribute(block, a, n, ids, error);
    }
    return status;
}
