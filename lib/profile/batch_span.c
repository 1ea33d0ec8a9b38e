/* Where a table of events is in the order of its entities, a block's rows of it lie side by side,
 * and nearly all of their cells can be read where they lie: numbers that need no conversion, days
 * as they are. Which cells can is asked of each block anew; the others are gathered as ever, and
 * where a row would have to be left out before its cells are looked at, the whole block is. */
#include "profile/batch_gather.h"
#include "profile/batch_span.h"

#include <math.h>
#include <string.h>

bool
span_find(const struct block *block, const struct group *group, struct span *span)
{
    const struct members *members = &block->portfolio->members[group->entity];
    *span = (struct span){0, 0, 0};
    if (group->start == NULL)
        return true;
    if (group->n_sources != 1 || group->list != NULL || members->list != NULL)
        return false;
    int32_t from = members_before(members, block->first);
    span->first = group->start[from];
    span->n = group->start[from + block->n_units[group->entity]] - span->first;
    return true;
}

static bool
all_there(const struct table_column *column, const struct span *span)
{
    return column->valid == NULL ||
           memchr(column->valid + span->first, 0, (size_t) span->n) == NULL;
}

void
columns_find_days(struct event_columns *columns)
{
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (int32_t i = 0; i < columns->n; i++) {
        int32_t day = columns->days[i];
        first = day < first ? day : first;
        last = day > last ? day : last;
    }
    columns->first_day = first;
    columns->last_day = last;
}

/* Days are as good as their first instants, of which a day that is over by as_of has none later. */
static bool
days_where_they_lie(const struct table_column *time, const struct span *span,
                    struct event_columns *columns)
{
    columns->days = time->as.days + span->first;
    columns->times = NULL;
    columns_find_days(columns);
    return columns->first_day > CIVIL_DAY_MIN + 1 && columns->last_day < CIVIL_DAY_MAX - 1;
}

static bool
instants_where_they_lie(struct block *block, const struct table_column *time,
                        const struct span *span, int32_t day, struct event_columns *columns)
{
    const struct zone *zone = block->batch->strategy->schema.zone;
    const int64_t *times = time->as.int64s + span->first;
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (int32_t i = 0; i < span->n; i++) {
        first = times[i] < first ? times[i] : first;
        last = times[i] > last ? times[i] : last;
    }
    if (!instant_is_legal(first) || !instant_is_legal(last))
        return false;
    for (int32_t i = 0; i < span->n; i++)
        block->days[i] = zone_day(zone, times[i], &block->cursor);
    /* What comes later on the last day comes after it. */
    for (int32_t i = 0; last > block->as_of && i < span->n; i++)
        block->days[i] = times[i] > block->as_of && block->days[i] <= day ? day + 1 : block->days[i];
    columns->times = times;
    columns->days = block->days;
    columns_find_days(columns);
    return true;
}

/* What a gathered cell would have been refused or changed for. */
static bool
lie_ready(const struct binding *binding, const struct span *span)
{
    if (binding == NULL || binding->plain || binding->read != NULL)
        return false;
    bool ready = true;
    const double *doubles = binding->column.as.doubles + span->first;
    const int64_t *numbers = binding->column.as.int64s + span->first;
    if (binding->type == CSTM_TYPE_DOUBLE)
        for (int32_t i = 0; i < span->n; i++)
            ready &= isfinite(doubles[i]) && (doubles[i] != 0 || signbit(doubles[i]) == 0);
    else if (binding->type == CSTM_TYPE_TIMESTAMP)
        for (int32_t i = 0; i < span->n; i++)
            ready &= instant_is_legal(numbers[i]);
    else if (binding->ranged)
        for (int32_t i = 0; i < span->n; i++)
            ready &= (uint64_t) numbers[i] - (uint64_t) binding->low < (uint64_t) binding->n_values;
    return ready;
}

static bool
point_at_cells(struct block *block, const struct binding *binding, const struct span *span,
               int32_t field)
{
    const struct table_column *column = &binding->column;
    struct rule_column *to = &block->columns[field];
    struct cells *cells = &block->fields[field];
    /* A rule's column is written by some and read by others; this one is only read. */
    to->as.any = (void *) (uintptr_t) (column->as.int64s + span->first);
    to->states = NULL;
    if (all_there(column, span))
        return true;
    if (!memory_reserve(&cells->states, &cells->state_capacity, (size_t) span->n, 1))
        return false;
    const uint8_t *valid = column->valid + span->first;
    for (int32_t i = 0; i < span->n; i++)
        cells->states[i] = valid[i] != 0 ? CSTM_OK : CSTM_ERROR_MISSING;
    to->states = cells->states;
    return true;
}

/* What gathering needs to know of the rows. */
static bool
list_rows(struct block *block, const struct group *group, const struct span *span)
{
    size_t n = (size_t) span->n;
    if (!memory_reserve(&block->rows, &block->row_capacity, n, sizeof *block->rows) ||
        !memory_reserve(&block->refused, &block->refused_capacity, n, 1))
        return false;
    for (int32_t i = 0; i < span->n; i++)
        block->rows[i] = group->base[span->source] + span->first + i;
    memset(block->refused, REFUSED_NOT, n);
    return true;
}

void
columns_of_cells(struct rule_column *column, const struct cells *cells)
{
    column->as.any = cells->values;
    column->states = cells->whole ? NULL : cells->states;
}

void
ids_of_cells(struct cells *cells, int32_t n, struct event_columns *columns)
{
    struct rule_text *ids = cells->values;
    for (int32_t i = 0; !cells->whole && i < n; i++)
        if (cells->states[i] != CSTM_OK)
            ids[i] = (struct rule_text){"", 0};
    columns->ids = ids;
}

static cstm_status
span_fields(struct block *block, int32_t event, const struct span *span,
            struct event_columns *columns, cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    const struct event_kind *declared = &block->batch->strategy->schema.events[event];
    const struct source *source = &block->batch->sources[group->sources[span->source]];
    cstm_status status = CSTM_OK;
    bool listed = false;
    /* The id first, as the longer way does it: a row that it refuses is refused once. */
    for (int32_t f = -1; status == CSTM_OK && f < declared->n_fields; f++) {
        int32_t number;
        if ((f < 0 && source->id.column.name == NULL) ||
            (f >= 0 && declared->fields[f].computed != NULL))
            continue;
        const struct binding *binding = f < 0 ? NULL : binding_of(source, 0, f, &number);
        if (lie_ready(binding, span)) {
            block->columns[f].kind = rule_kind_of(declared->fields[f].type);
            if (!point_at_cells(block, binding, span, f))
                return error_no_memory(error);
            continue;
        }
        /* Nobody looks at it, and nothing in it can be wrong. */
        if (f >= 0 && block->wanted != NULL && !block->wanted[f] && !block->coded[f] &&
            binding != NULL && binding->plain) {
            block->columns[f] = (struct rule_column){.kind = rule_kind_of(declared->fields[f].type)};
            continue;
        }
        if (!listed && !list_rows(block, group, span))
            return error_no_memory(error);
        listed = true;
        if (f < 0) {
            status =
                gather(block, group, span->n, FIELD_ID, 0, CSTM_TYPE_STRING, &block->id, error);
            if (status == CSTM_OK)
                ids_of_cells(&block->id, span->n, columns);
            continue;
        }
        cstm_type type = declared->fields[f].type;
        status = gather_field(block, group, span->n, f, type, error);
        block->columns[f] = (struct rule_column){.kind = rule_kind_of(type)};
        columns_of_cells(&block->columns[f], &block->fields[f]);
    }
    if (status == CSTM_OK && block->batch->strategy->plan->kinds[event].computes) {
        if (!listed && !list_rows(block, group, span))
            return error_no_memory(error);
        listed = true;
        status = compute_fields(block, event, span->n, columns->times, columns->days, error);
    }
    if (listed && memchr(block->refused, REFUSED, (size_t) span->n) != NULL)
        columns->refused = block->refused;
    return status;
}

/* Whether some cell may be refused. */
static bool
may_refuse(const struct source *source, bool computes, const struct span *span)
{
    if (source->id.column.name != NULL && !source->id.plain)
        return true;
    if (computes)
        return true;
    for (int32_t b = 0; b < source->n_bindings; b++)
        if (!source->bindings[b].plain && !lie_ready(&source->bindings[b], span))
            return true;
    return false;
}

cstm_status
span_read(struct block *block, int32_t event, const struct span *span, int32_t day, bool *read,
          struct event_columns *columns, cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    const struct source *source = &block->batch->sources[group->sources[span->source]];
    const struct table_column *time = &source->time.column;
    *read = false;
    *columns = (struct event_columns){.n = span->n, .fields = block->columns};
    if (!memory_reserve(&block->days, &block->day_capacity, (size_t) span->n, sizeof *block->days))
        return error_no_memory(error);
    bool computes = block->batch->strategy->plan->kinds[event].computes;
    bool lie = all_there(time, span);
    if (time->type == CSTM_TYPE_DATE)
        lie = lie && days_where_they_lie(time, span, columns);
    else
        lie =
            lie && source->time.read == NULL && instants_where_they_lie(block, time, span, day, columns);
    /* A row after as_of counts nowhere, and what stands in it is nobody's business yet. */
    if (!lie || (columns->last_day > day && may_refuse(source, computes, span)))
        return CSTM_OK;
    *read = true;
    return span_fields(block, event, span, columns, error);
}
