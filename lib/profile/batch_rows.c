/* Rows of tables into the histories of a block: cells are gathered column by column for all rows of the block, events are classified
 * in vectors, and each instance adopts its records where they lie. A row with a cell that cannot be used is left out and
 * listed; of a row of attributes only the cell is. */
#include "profile/batch.h"

#include <math.h>
#include <string.h>

enum { REFUSED_NOT, REFUSED };

static bool
cells_reserve(struct cells *cells, size_t rows, size_t size)
{
    return memory_reserve(&cells->values, &cells->capacity, rows * size, 1) && memory_reserve(&cells->states, &cells->state_capacity, rows, 1);
}

static size_t
type_size(cstm_type type)
{
    return type == CSTM_TYPE_BOOL ? 1 : type == CSTM_TYPE_STRING ? sizeof(struct rule_text) : 8;
}

/* The rows of one table among those of the block. */
struct part {
    int32_t source;
    const struct binding *binding;
    int32_t field;                /* for the list of rejections */
    const int32_t *rows;
    const int32_t *places;        /* NULL: 0, 1, 2, ... */
    int32_t n;
};

static cstm_status
reject(struct block *block, const struct part *part, int32_t i, int32_t place, cstm_status status, struct cells *cells)
{
    if (cells->whole)
        memset(cells->states, CSTM_OK, (size_t) part->n);
    cells->whole = false;
    cells->states[place] = (uint8_t) status;
    block->refused[place] = REFUSED;
    return rejections_add(&block->rejections, part->source, part->rows[i], part->field, status) ? CSTM_OK : CSTM_ERROR_NO_MEMORY;
}

static bool
is_declared(const struct binding *binding, const struct rule_text *text)
{
    for (int32_t i = 0; i < binding->n_values; i++)
        if (strncmp(binding->values[i], text->bytes, text->size) == 0 && binding->values[i][text->size] == 0)
            return true;
    return false;
}

/* 8 bytes as they are. */
static void
copy_cells(const struct part *part, struct cells *cells)
{
    const struct table_column *column = &part->binding->column;
    const int64_t *from = column->as.int64s;
    int64_t *to = cells->values;
    const uint8_t *valid = column->valid;
    if (valid == NULL && part->places == NULL) {
        for (int32_t i = 0; i < part->n; i++)
            to[i] = from[part->rows[i]];
        cells->whole = true;
        return;
    }
    for (int32_t i = 0; i < part->n; i++) {
        int32_t place = part->places == NULL ? i : part->places[i];
        to[place] = from[part->rows[i]];
        cells->states[place] = valid == NULL || valid[part->rows[i]] != 0 ? CSTM_OK : CSTM_ERROR_MISSING;
    }
}

/* What copied instants and doubles must be. */
static cstm_status
check_copies(struct block *block, const struct part *part, struct cells *cells)
{
    cstm_type type = part->binding->type;
    cstm_status status = CSTM_OK;
    if (type != CSTM_TYPE_TIMESTAMP && type != CSTM_TYPE_DOUBLE)
        return status;
    double *doubles = cells->values;
    const int64_t *instants = cells->values;
    for (int32_t i = 0; i < part->n && status == CSTM_OK; i++) {
        int32_t place = part->places == NULL ? i : part->places[i];
        if ((!cells->whole && cells->states[place] != CSTM_OK) || block->refused[place] != REFUSED_NOT)
            continue;
        if (type == CSTM_TYPE_TIMESTAMP && !instant_is_legal(instants[place]))
            status = reject(block, part, i, place, CSTM_ERROR_RANGE, cells);
        else if (type == CSTM_TYPE_DOUBLE && !isfinite(doubles[place]))
            status = reject(block, part, i, place, CSTM_ERROR_NOT_FINITE, cells);
        else if (type == CSTM_TYPE_DOUBLE && doubles[place] == 0)
            doubles[place] = 0;
    }
    return status;
}

static cstm_status
read_cells(struct block *block, const struct part *part, struct cells *cells)
{
    const struct binding *binding = part->binding;
    const struct table_column *column = &binding->column;
    size_t size = type_size(binding->type);
    cells->whole = false;
    for (int32_t i = 0; i < part->n; i++) {
        int32_t place = part->places == NULL ? i : part->places[i], row = part->rows[i];
        if (block->refused[place] != REFUSED_NOT)
            continue;
        if (!column_is_valid(column, row)) {
            cells->states[place] = CSTM_ERROR_MISSING;
            continue;
        }
        void *value = (uint8_t *) cells->values + size * (size_t) place;
        cstm_status status = binding->read(&block->context, column, row, value);
        cells->states[place] = (uint8_t) status;
        if (status == CSTM_ERROR_NO_MEMORY)
            return status;
        if (status == CSTM_OK && binding->values != NULL && !is_declared(binding, value))
            status = CSTM_ERROR_UNKNOWN;
        if (status != CSTM_OK)
            status = reject(block, part, i, place, status, cells);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

static cstm_status
gather_part(struct block *block, const struct part *part, struct cells *cells)
{
    if (part->binding->read != NULL)
        return read_cells(block, part, cells);
    copy_cells(part, cells);
    return check_copies(block, part, cells);
}

static const struct binding *
binding_of(const struct source *source, int32_t field, int32_t target, int32_t *number)
{
    *number = field;
    if (field == FIELD_TIME)
        return &source->time;
    if (field == FIELD_ID)
        return source->id.column.name == NULL ? NULL : &source->id;
    for (int32_t i = 0; i < source->n_bindings; i++) {
        *number = i;
        if (source->bindings[i].target == target)
            return &source->bindings[i];
    }
    return NULL;
}

/* Takes the rows of table s out of those of the group. */
static cstm_status
split_rows(struct block *block, const struct group *group, int32_t s, int32_t n, struct part *part)
{
    if (!memory_reserve(&block->part_rows, &block->part_row_capacity, (size_t) n, sizeof *block->part_rows) ||
        !memory_reserve(&block->part_places, &block->part_place_capacity, (size_t) n, sizeof *block->part_places))
        return CSTM_ERROR_NO_MEMORY;
    part->n = 0;
    for (int32_t i = 0; i < n; i++) {
        if (block->rows[i] < group->base[s] || block->rows[i] >= group->base[s + 1])
            continue;
        block->part_rows[part->n] = block->rows[i] - group->base[s];
        block->part_places[part->n++] = i;
    }
    part->rows = block->part_rows;
    part->places = block->part_places;
    return CSTM_OK;
}

/* The cells of one field (FIELD_TIME, FIELD_ID, or 0 for a target) over the first n rows of the group. Where a table does not have the column they are
 * missing. */
static cstm_status
gather(struct block *block, const struct group *group, int32_t n, int32_t field, int32_t target, cstm_type type, struct cells *cells,
       cstm_error **error)
{
    if (!cells_reserve(cells, (size_t) n, type_size(type)))
        return error_no_memory(error);
    cstm_status status = CSTM_OK;
    bool bound = false;
    cells->whole = false;
    if (group->n_sources > 1)
        memset(cells->states, CSTM_ERROR_MISSING, (size_t) n);
    for (int32_t s = 0; status == CSTM_OK && s < group->n_sources; s++) {
        struct part part = { .source = group->sources[s], .rows = block->rows, .n = n };
        part.binding = binding_of(&block->batch->sources[part.source], field, target, &part.field);
        if (part.binding == NULL)
            continue;
        bound = true;
        if (group->n_sources > 1)
            status = split_rows(block, group, s, n, &part);
        if (status == CSTM_OK)
            status = gather_part(block, &part, cells);
    }
    if (!bound)
        memset(cells->states, CSTM_ERROR_MISSING, (size_t) n);
    return status == CSTM_OK ? status : error_no_memory(error);
}

static inline bool
is_there(const struct cells *cells, int32_t i)
{
    return cells->whole || cells->states[i] == CSTM_OK;
}

size_t
group_rows(const struct block *block, const struct group *group)
{
    const struct members *members = &block->portfolio->members[group->entity];
    if (group->start == NULL)
        return 0;
    int32_t from = members_before(members, block->first), until = members_before(members, block->until);
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
        !memory_reserve(&block->row_units, &block->row_unit_capacity, rows, sizeof *block->row_units) ||
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
static cstm_status
reject_row(struct block *block, const struct group *group, int32_t row, int32_t field, cstm_status status, cstm_error **error)
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
    struct part part = { group->sources[0], &block->batch->sources[group->sources[0]].time, FIELD_TIME, block->rows, NULL, n };
    struct zone_cursor *cursor = &block->context.civil;
    if (!cells_reserve(&block->time, (size_t) n, 8) || !memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days))
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
        if (midnight >= cursor->from && midnight < cursor->until - CIVIL_MICROS_PER_DAY && day > CIVIL_DAY_MIN + 1 && day < CIVIL_DAY_MAX - 1) {
            times[i] = midnight - (int64_t) cursor->offset * 1000000;
            continue;
        }
        (void) zone_instant_near(zone, midnight, cursor);
        times[i] = zone_day_start(zone, day);
        if (!instant_is_legal(times[i]) && reject(block, &part, i, i, CSTM_ERROR_RANGE, &block->time) != CSTM_OK)
            return error_no_memory(error);
    }
    return CSTM_OK;
}

/* Reads the times and takes out the rows that have none, or one after as_of. */
static cstm_status
gather_times(struct block *block, const struct group *group, int32_t *n, cstm_error **error)
{
    block->days_known = group->n_sources == 1 && block->batch->sources[group->sources[0]].time.column.type == CSTM_TYPE_DATE;
    cstm_status status = block->days_known ? days_as_times(block, group, *n, error)
                                           : gather(block, group, *n, FIELD_TIME, 0, CSTM_TYPE_TIMESTAMP, &block->time, error);
    int64_t *times = block->time.values;
    int32_t kept = 0;
    for (int32_t i = 0; status == CSTM_OK && i < *n; i++) {
        bool there = is_there(&block->time, i);
        if (!there && block->refused[i] == REFUSED_NOT)
            status = reject_row(block, group, block->rows[i], FIELD_TIME, CSTM_ERROR_MISSING, error);
        if (!there || times[i] > block->as_of)
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
        return (struct rule_text) { "", 0 };
    return ((const struct rule_text *) block->id.values)[i];
}

/* --- events --------------------------------------------------------------------------------------------------------- */

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
        status = gather(block, group, n, 0, f, type, &block->fields[f], error);
        block->columns[f] = (struct rule_column) { .kind = rule_kind_of(type), .as.any = block->fields[f].values };
    }
    return status;
}

static cstm_status
classify(struct block *block, int32_t event, int32_t n, cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct event_kind *declared = &plan->schema->events[event];
    size_t words = (size_t) plan->kinds[event].mask_words;
    if (!memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days) ||
        !memory_reserve(&block->masks, &block->mask_capacity, (size_t) n * words, sizeof *block->masks))
        return error_no_memory(error);
    const int64_t *times = block->time.values;
    for (int32_t from = 0; from < n; from += RULE_ROWS) {
        int32_t some = n - from < RULE_ROWS ? n - from : RULE_ROWS;
        for (int32_t f = 0; f < declared->n_fields; f++) {
            block->columns[f].as.any = (uint8_t *) block->fields[f].values + type_size(declared->fields[f].type) * (size_t) from;
            block->columns[f].states = block->fields[f].whole ? NULL : block->fields[f].states + from;
        }
        event_classify_rows(plan, event, times + from, block->columns, some, &block->cursor, block->scratch,
                            block->days_known ? NULL : block->days + from,
                            block->masks + (size_t) from * words);
    }
    return CSTM_OK;
}

static void
make_lanes(struct block *block, int32_t event)
{
    const struct plan *plan = block->batch->strategy->plan;
    for (int32_t f = 0; f < plan->schema->events[event].n_fields; f++)
        block->lanes[f] = (struct lane) {
            .values = block->fields[f].values, .states = block->fields[f].whole ? NULL : block->fields[f].states,
            .size = type_size(plan->schema->events[event].fields[f].type), .offset = plan->kinds[event].value_offset[f] };
}

/* What is not there is zeros, so that equal records are equal bytes. */
static inline void
write_value(const struct lane *lane, int32_t i, uint8_t *to)
{
    bool there = lane->states == NULL || lane->states[i] == CSTM_OK;
    if (lane->size == 8)
        *(int64_t *) (void *) to = there ? ((const int64_t *) (const void *) lane->values)[i] : 0;
    else if (lane->size == 1)
        *(int64_t *) (void *) to = there ? lane->values[i] : 0;
    else
        *(struct rule_text *) (void *) to = there ? ((const struct rule_text *) (const void *) lane->values)[i] : (struct rule_text) { NULL, 0 };
}

static inline void
write_record(const struct block *block, const struct kind_plan *kind, int32_t n_fields, int32_t i, bool ids, uint8_t *to)
{
    *(struct event_record *) (void *) to = (struct event_record) {
        .time = ((const int64_t *) block->time.values)[i], .day = block->days[i], .flags = 0, .id = row_id(block, ids, i) };
    uint64_t *mask = (uint64_t *) (void *) (to + kind->mask_offset);
    for (int32_t w = 0; w < kind->mask_words; w++)
        mask[w] = block->masks[(size_t) i * (size_t) kind->mask_words + (size_t) w];
    for (int32_t f = 0; f < n_fields; f++)
        write_value(&block->lanes[f], i, to + block->lanes[f].offset);
}

/* Hands n records to the instance that they are of. */
static cstm_status
hand_over(struct block *block, int32_t event, int32_t unit, uint8_t *records, int32_t n, cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    int32_t number = block->units[plan->schema->events[event].entity][unit], local = block_local(block, number);
    if (block->target == NULL)
        return history_adopt_events(block_history(block, number), local, event, records, n, error);
    cstm_status status = CSTM_OK;
    bool changed;
    for (int32_t i = 0; status == CSTM_OK && i < n; i++)
        status = history_record(block->target, local, event, records + (size_t) i * (size_t) plan->kinds[event].record_size, block->scratch, &changed,
                                error);
    return status;
}

cstm_status
block_add_events(struct block *block, int32_t event, cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    const struct kind_plan *kind = &block->batch->strategy->plan->kinds[event];
    size_t size = (size_t) kind->record_size;
    int32_t n_fields = block->batch->strategy->schema.events[event].n_fields;
    int32_t n;
    cstm_status status = collect_rows(block, group, &n, error);
    if (status == CSTM_OK && n > 0)
        status = gather_times(block, group, &n, error);
    if (status != CSTM_OK || n == 0)
        return status;
    bool ids = group_has_ids(block, group);
    status = gather_events(block, event, n, ids, error);
    if (status == CSTM_OK)
        status = classify(block, event, n, error);
    if (status != CSTM_OK)
        return status;
    if (!memory_reserve(&block->records[event], &block->record_capacity[event], (size_t) n * size, 1))
        return error_no_memory(error);
    uint8_t *to = block->records[event];
    make_lanes(block, event);
    for (int32_t i = 0; status == CSTM_OK && i < n;) {
        int32_t unit = block->row_units[i], count = 0;
        uint8_t *first = to;
        for (; i < n && block->row_units[i] == unit; i++) {
            if (block->refused[i] != REFUSED_NOT)
                continue;
            write_record(block, kind, n_fields, i, ids, to);
            to += size;
            count++;
        }
        if (count > 0)
            status = hand_over(block, event, unit, first, count, error);
    }
    return status;
}

/* --- attributes ----------------------------------------------------------------------------------------------------- */

static struct attribute_entry
entry_of(const struct cells *cells, cstm_type type, int32_t i)
{
    struct attribute_entry entry = { .time = CSTM_ALWAYS, .day = CIVIL_DAY_MIN, .present = true, .id = { "", 0 } };
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
    for (int32_t at = instance; at >= 0 && time < history->instances[at].begins; at = history->instances[at].parent) {
        history->instances[at].begins = time;
        history->instances[at].begins_day = day;
    }
}

/* What has always been so is the first entry of all, and opens no history but by an opening. */
static cstm_status
set_constant(struct block *block, int32_t attribute, int32_t number, const struct attribute_entry *entry, cstm_error **error)
{
    const struct attribute *declared = &block->batch->strategy->schema.attributes[attribute];
    struct history *history = block_history(block, number);
    int32_t local = block_local(block, number);
    bool changed;
    if (block->target != NULL)
        return history_set(block->target, local, attribute, entry, &changed, error);
    struct attribute_entry *kept = &block->entries[block->n_entries++];
    *kept = *entry;
    history->instances[local].attributes[declared->local] = (struct attribute_rows) { .entries = kept, .n = 1, .capacity = 0 };
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
        struct part part = { (int32_t) (members->source - block->batch->sources), binding, b, block->rows, NULL, n };
        struct cells *cells = &block->fields[0];
        memset(block->refused, REFUSED_NOT, (size_t) n);
        cells->whole = false;
        if (!cells_reserve(cells, (size_t) n, type_size(binding->type)) || gather_part(block, &part, cells) != CSTM_OK)
            return error_no_memory(error);
        for (int32_t u = 0; u < n; u++) {
            if (!is_there(cells, u))
                continue;
            struct attribute_entry entry = entry_of(cells, binding->type, u);
            cstm_status status = set_constant(block, binding->target, block->units[entity][u], &entry, error);
            if (status != CSTM_OK)
                return status;
        }
    }
    return CSTM_OK;
}

/* Hands over n entries of one attribute that stand at the end of the block's. */
static cstm_status
hand_over_entries(struct block *block, int32_t attribute, int32_t number, int32_t n, cstm_error **error)
{
    struct attribute_entry *first = block->entries + block->n_entries - (size_t) n;
    int32_t local = block_local(block, number);
    if (block->target == NULL)
        return history_adopt_entries(block_history(block, number), local, attribute, first, n, error);
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
    cstm_status status = gather(block, &block->portfolio->attributes[declared->entity], n, 0, attribute, declared->type, cells, error);
    for (int32_t i = 0; status == CSTM_OK && i < n;) {
        int32_t unit = block->row_units[i], count = 0;
        for (; i < n && block->row_units[i] == unit; i++) {
            if (!is_there(cells, i) || (ids && !is_there(&block->id, i) && block->id.states[i] != CSTM_ERROR_MISSING))
                continue;
            struct attribute_entry entry = entry_of(cells, declared->type, i);
            entry.time = ((const int64_t *) block->time.values)[i];
            entry.day = block->days[i];
            entry.id = row_id(block, ids, i);
            block->entries[block->n_entries++] = entry;
            count++;
        }
        if (count > 0)
            status = hand_over_entries(block, attribute, block->units[declared->entity][unit], count, error);
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
        status = gather_times(block, group, &n, error);
    if (status != CSTM_OK || n == 0)
        return status;
    if (!memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days))
        return error_no_memory(error);
    for (int32_t i = 0; !block->days_known && i < n; i++)
        block->days[i] = zone_day(schema->zone, ((const int64_t *) block->time.values)[i], &block->cursor);
    bool ids = group_has_ids(block, group);
    if (ids)
        status = gather(block, group, n, FIELD_ID, 0, CSTM_TYPE_STRING, &block->id, error);
    for (int32_t a = 0; status == CSTM_OK && a < schema->n_attributes; a++) {
        int32_t number;
        bool given = false;
        for (int32_t s = 0; schema->attributes[a].entity == entity && s < group->n_sources; s++)
            given = given || binding_of(&block->batch->sources[group->sources[s]], 0, a, &number) != NULL;
        if (given)
            status = add_attribute(block, a, n, ids, error);
    }
    return status;
}
