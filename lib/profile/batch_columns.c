/* The shorter way of a run that asks for features of events and nothing else: from the columns of a
 * block straight to totals, without histories, records or an evaluation. Which runs can go this way
 * is decided from the strategy and the tables alone; a block whose ids may tell of redeliveries
 * goes the longer way by itself. Rows are refused and listed by the very functions of that way. */
#include "profile/batch_gather.h"
#include "profile/batch_span.h"
#include "profile/dated_columns.h"
#include "profile/spread.h"

#include <stdlib.h>
#include <string.h>

/* Without attributes and with no event that opens or closes, no instance has an opening, on which
 * coverage could depend. */
static bool
tables_allow(const struct cstm_batch *batch)
{
    const struct schema *schema = &batch->strategy->schema;
    for (size_t i = 0; i < batch->n_sources; i++) {
        const struct source *source = &batch->sources[i];
        if (source->kind == SOURCE_ATTRIBUTES ||
            (source->kind == SOURCE_ENTITIES && source->n_bindings > 0))
            return false;
        if (source->kind == SOURCE_EVENTS &&
            (schema->events[source->what].opens || schema->events[source->what].closes))
            return false;
    }
    return true;
}

bool
batch_reads_columns(const struct cstm_batch *batch, int32_t day)
{
    const cstm_strategy *strategy = batch->strategy;
    const struct plan *plan = strategy->plan;
    if ((batch->parts & CSTM_RUN_FEATURES) == 0 ||
        ((batch->parts & CSTM_RUN_LIFECYCLES) != 0 && strategy->n_machines > 0) ||
        ((batch->parts & CSTM_RUN_SCORES) != 0 && strategy->n_scores > 0) ||
        ((batch->parts & CSTM_RUN_SEGMENTS) != 0 && strategy->n_segments > 0) || !tables_allow(batch))
        return false;
    for (int32_t k = 0; k < strategy->schema.n_events; k++)
        if (strategy->schema.events[k].amends.amends)
            return false; /* those that found nothing are counted in histories */
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        if (!feature_reads_columns(plan, feature))
            return false;
        int64_t from = batch->observed_from[feature->event];
        bool known;
        (void) columns_covered(plan, feature,
                               from == INT64_MAX ? INT32_MAX
                                                 : zone_day(strategy->schema.zone, from, NULL),
                               day, &known);
        if (!known)
            return false;
    }
    return true;
}

void
block_free_features(struct block *block)
{
    for (int32_t i = 0; block->results != NULL && i < block->batch->strategy->n_features; i++)
        memory_free(block->results[i].as.any);
    memory_free(block->results);
    memory_free(block->result_capacity);
    memory_free(block->bounds);
    memory_free(block->above);
    memory_free(block->runs);
    memory_free(block->matched);
    memory_free(block->selected);
    memory_free(block->whole);
    memory_free(block->picked);
    memory_free(block->leaders);
    memory_free(block->sums);
    memory_free(block->slices);
}

/* Values and behind them states, for all units of the feature's entity. */
static bool
reserve_result(struct block *block, int32_t number)
{
    const struct feature *feature = &block->batch->strategy->plan->features[number];
    struct rule_column *result = &block->results[number];
    size_t n = (size_t) block->n_units[feature->entity] + 1;
    if (!memory_reserve(&result->as.any, &block->result_capacity[number], n, 9))
        return false;
    result->kind = feature->kind;
    result->states = (uint8_t *) result->as.any + 8 * n;
    return true;
}

/* Two of the same value are not read together. */
static void
find_leaders(const struct plan *plan, int32_t *leaders)
{
    for (int32_t i = 0; i < plan->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        leaders[i] = columns_by_value(feature) ? i : -1;
        for (int32_t k = 0; k < i && leaders[i] >= 0; k++) {
            if (leaders[k] < 0 || !columns_read_together(&plan->features[k], feature))
                continue;
            leaders[i] = plan->features[k].by_value == feature->by_value ? -1 : leaders[k];
        }
    }
}

static cstm_status
reserve_features(struct block *block, cstm_error **error)
{
    const cstm_strategy *strategy = block->batch->strategy;
    size_t n = (size_t) strategy->n_features + 1;
    if (block->results == NULL)
        block->results = memory_new_array(n, sizeof *block->results);
    if (block->result_capacity == NULL)
        block->result_capacity = memory_new_array(n, sizeof *block->result_capacity);
    if (block->results == NULL || block->result_capacity == NULL)
        return error_no_memory(error);
    if (block->leaders == NULL) {
        block->leaders = memory_new_array(n, sizeof *block->leaders);
        if (block->leaders == NULL)
            return error_no_memory(error);
        find_leaders(strategy->plan, block->leaders);
    }
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        const struct members *members = &block->portfolio->members[e];
        block->n_units[e] =
            members_before(members, block->until) - members_before(members, block->first);
    }
    for (int32_t i = 0; i < strategy->n_features; i++)
        if (!reserve_result(block, i))
            return error_no_memory(error);
    return CSTM_OK;
}

/* --- the rows of a kind --- */

cstm_status
block_columns_of(struct block *block, int32_t event, int32_t n, struct event_columns *columns,
                 cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    bool ids = false;
    cstm_status status = block_read_rows(block, event, false, &n, &ids, error);
    *columns = (struct event_columns){.n = n, .fields = block->columns};
    if (status != CSTM_OK || n == 0)
        return status;
    if (!memory_reserve(&block->days, &block->day_capacity, (size_t) n, sizeof *block->days))
        return error_no_memory(error);
    const int64_t *times = block->time.values;
    for (int32_t i = 0; !block->days_known && i < n; i++)
        block->days[i] = zone_day(schema->zone, times[i], &block->cursor);
    columns->days = block->days;
    columns->times = block->days_known ? NULL : times;
    for (int32_t f = 0; f < schema->events[event].n_fields; f++)
        columns_of_cells(&block->columns[f], &block->fields[f]);
    if (ids)
        ids_of_cells(&block->id, n, columns);
    if (memchr(block->refused, REFUSED, (size_t) n) != NULL)
        columns->refused = block->refused;
    columns_find_days(columns);
    return CSTM_OK;
}

bool
block_reserve_scratch(struct block *block, size_t n)
{
    return memory_reserve(&block->selected, &block->selected_capacity, n + COLUMN_PADDING, 1) &&
           memory_reserve(&block->whole, &block->whole_capacity, n + COLUMN_PADDING, 1) &&
           memory_reserve(&block->picked, &block->picked_capacity, n + 1, sizeof *block->picked) &&
           memory_reserve(&block->sums, &block->sum_capacity, n + 1, sizeof *block->sums);
}

cstm_status
block_match(struct block *block, int32_t event, struct event_columns *columns, cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct event_kind *declared = &plan->schema->events[event];
    size_t n = (size_t) columns->n, rules = (size_t) plan->kinds[event].n_where;
    size_t fields = (size_t) declared->n_fields;
    if (!memory_reserve(&block->matched, &block->matched_capacity, n * rules + COLUMN_PADDING, 1) ||
        !block_reserve_scratch(block, n) ||
        !memory_reserve(&block->slices, &block->slice_capacity, fields + 1, sizeof *block->slices))
        return error_no_memory(error);
    columns->matched = block->matched;
    columns->stride = n;
    for (int64_t from = 0; rules > 0 && from < columns->n; from += RULE_ROWS) {
        int32_t some = columns->n - from < RULE_ROWS ? (int32_t) (columns->n - from) : RULE_ROWS;
        for (size_t f = 0; f < fields; f++) {
            const struct rule_column *column = &block->columns[f];
            block->slices[f] = *column;
            block->slices[f].as.any =
                (uint8_t *) column->as.any + type_size(declared->fields[f].type) * (size_t) from;
            if (column->states != NULL)
                block->slices[f].states = column->states + from;
        }
        columns_match(plan, event, block->slices,
                      columns->times == NULL ? NULL : columns->times + from, columns->days + from,
                      some, block->scratch, block->matched + from, n);
    }
    return CSTM_OK;
}

cstm_status
block_code(struct block *block, int32_t event, struct event_columns *columns, cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct kind_plan *kind = &plan->kinds[event];
    size_t n = (size_t) columns->n;
    columns->codes = block->coded_at;
    for (int32_t i = 0; i < kind->n_lanes; i++) {
        int32_t f = kind->lanes[i].field;
        const struct event_field *field = &plan->schema->events[event].fields[f];
        const struct rule_column *column = &block->columns[f];
        if (!memory_reserve(&block->codes[f], &block->code_capacity[f], n + COLUMN_PADDING, 1))
            return error_no_memory(error);
        uint8_t *to = block->codes[f];
        block->coded_at[f] = to;
        /* Gathered as codes already. */
        if (field->computed == NULL && field->type == CSTM_TYPE_STRING)
            continue;
        for (int32_t r = 0; r < columns->n; r++) {
            bool there = column->states == NULL || column->states[r] == CSTM_OK;
            const void *value = field->type == CSTM_TYPE_STRING
                                    ? (const void *) &column->as.texts[r]
                                    : (const void *) &column->as.int64s[r];
            uint64_t lane = there && (columns->refused == NULL || columns->refused[r] == 0)
                                ? lane_of_value(field, &kind->lanes[i], value)
                                : 0;
            to[r] = (uint8_t) (lane == 0 ? 0 : lane - 1);
        }
    }
    return CSTM_OK;
}

/* The fields of the kind whose codes are wanted. */
static const bool *
coded_fields(struct block *block, int32_t event)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct kind_plan *kind = &plan->kinds[event];
    memset(block->coded_fields, 0,
           (size_t) plan->schema->events[event].n_fields * sizeof *block->coded_fields);
    for (int32_t i = 0; i < kind->n_lanes; i++)
        block->coded_fields[kind->lanes[i].field] = true;
    return block->coded_fields;
}

/* The block's rows, gathered from wherever they are. */
static cstm_status
gather_block(struct block *block, int32_t event, struct event_columns *columns, cstm_error **error)
{
    int32_t n;
    cstm_status status = block_list_rows(block, event, &n, error);
    return status == CSTM_OK ? block_columns_of(block, event, n, columns, error) : status;
}

/* --- whose rows they are --- */

/* Rows of the kind come unit by unit. span (nullable): where they lie. */
static cstm_status
find_bounds(struct block *block, const struct group *group, const struct span *span,
            struct event_columns *columns, cstm_error **error)
{
    int32_t units = block->n_units[group->entity];
    if (!memory_reserve(&block->bounds, &block->bound_capacity, (size_t) units + 1,
                        sizeof *block->bounds))
        return error_no_memory(error);
    int32_t *bounds = block->bounds;
    columns->bounds = bounds;
    if (span != NULL && columns->n > 0) {
        const struct members *members = &block->portfolio->members[group->entity];
        const int32_t *start = group->start + members_before(members, block->first);
        for (int32_t u = 0; u <= units; u++)
            bounds[u] = start[u] - span->first;
        return CSTM_OK;
    }
    int32_t row = 0;
    for (int32_t u = 0; u < units; u++) {
        bounds[u] = row;
        while (row < columns->n && block->row_units[row] == u)
            row++;
    }
    bounds[units] = row;
    return CSTM_OK;
}

/* Those of customers: units come customer by customer. */
static void
find_bounds_of_customers(struct block *block, int32_t own, int32_t *to)
{
    const struct members *members = &block->portfolio->members[own];
    int32_t first = members_before(members, block->first);
    for (int32_t c = block->first; c <= block->until; c++)
        to[c - block->first] = block->bounds[members_before(members, c) - first];
}

static int
compare_runs(const void *a, const void *b)
{
    const struct event_run *x = a, *y = b;
    if (x->instance != y->instance)
        return x->instance < y->instance ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

/* The unit of entity `to` that stands over unit u of entity `from`. */
static int32_t
unit_above(const struct block *block, int32_t from, int32_t to, int32_t u)
{
    const struct members *members = &block->portfolio->members[from];
    int32_t at = member_at(members, members_before(members, block->first) + u);
    for (int32_t e = from; e != to; e = block->batch->strategy->schema.entities[e].parent)
        at = block->portfolio->members[e].parent[at];
    members = &block->portfolio->members[to];
    return (members->place == NULL ? at : members->place[at]) -
           members_before(members, block->first);
}

/* Those of instances between: units of one need not stand together. */
static int32_t
find_runs(struct block *block, int32_t own, int32_t entity, struct event_run *runs)
{
    const int32_t *bounds = block->bounds;
    int32_t count = 0;
    bool rising = true;
    for (int32_t u = 0; u < block->n_units[own]; u++) {
        if (bounds[u] == bounds[u + 1])
            continue;
        int32_t above = unit_above(block, own, entity, u);
        if (count > 0 && runs[count - 1].instance == above) {
            runs[count - 1].until = bounds[u + 1];
            continue;
        }
        rising = rising && (count == 0 || runs[count - 1].instance < above);
        runs[count++] = (struct event_run){above, bounds[u], bounds[u + 1]};
    }
    if (!rising)
        qsort(runs, (size_t) count, sizeof *runs, compare_runs);
    return count;
}

/* The rows of each instance of an entity that stands above those of the kind's own. */
static cstm_status
find_rows_above(struct block *block, int32_t own, int32_t entity, struct event_columns *columns,
                cstm_error **error)
{
    columns->bounds = NULL;
    columns->n_runs = 0;
    if (entity == 0) {
        if (!memory_reserve(&block->above, &block->above_capacity,
                            (size_t) (block->until - block->first) + 1, sizeof *block->above))
            return error_no_memory(error);
        find_bounds_of_customers(block, own, block->above);
        columns->bounds = block->above;
        return CSTM_OK;
    }
    if (!memory_reserve(&block->runs, &block->run_capacity, (size_t) block->n_units[own] + 1,
                        sizeof *block->runs))
        return error_no_memory(error);
    columns->runs = block->runs;
    columns->n_runs = find_runs(block, own, entity, block->runs);
    return CSTM_OK;
}

/* How often the day falls from one row to the next. */
static int32_t
count_falls(const struct event_columns *columns)
{
    const int32_t *days = columns->days;
    int32_t falls = 0;
    for (int32_t i = 0; i + 1 < columns->n; i++)
        falls += days[i] > days[i + 1];
    return falls;
}

static inline int32_t
falls_before(const struct event_columns *columns, int32_t row)
{
    return row > 0 && row < columns->n && columns->days[row - 1] > columns->days[row];
}

/* Days that fall do so between the rows of one instance and those of another. */
static bool
days_in_order(const struct event_columns *columns, int32_t n, int32_t falls)
{
    int32_t between = 0;
    for (int32_t r = 0; columns->bounds != NULL && r < n; r++)
        if (columns->bounds[r] < columns->bounds[r + 1])
            between += falls_before(columns, columns->bounds[r]);
    for (int32_t s = 0; s < columns->n_runs; s++)
        between += falls_before(columns, columns->runs[s].from);
    return between == falls;
}

/* --- features --- */

/* Features that differ from this one in a field's value alone, this one being the first of them. */
static void
read_by_values(struct block *block, int32_t leader, const struct event_columns *columns,
               int32_t day, const struct column_scratch *scratch)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct feature *feature = &plan->features[leader];
    struct rule_column *outs[CATEGORY_LIMIT] = {NULL};
    int32_t n = block->n_units[feature->entity];
    for (int32_t i = leader; i < plan->n_features; i++)
        if (block->leaders[i] == leader)
            outs[plan->features[i].by_value] = &block->results[i];
    if (feature_read_by_value(plan, feature, columns, day, n, scratch, outs))
        return;
    for (int32_t i = leader; i < plan->n_features; i++)
        if (block->leaders[i] == leader)
            feature_read_columns(plan, &plan->features[i], columns, true, day, n, scratch,
                                 &block->results[i]);
}

/* Those of one entity that read the kind. */
static void
read_entity(struct block *block, int32_t event, int32_t entity, int32_t day,
            const struct event_columns *columns)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct column_scratch scratch = {.sums = block->sums,
                                           .selected = block->selected,
                                           .whole = block->whole,
                                           .picked = block->picked};
    if (block->dated != NULL) {
        dated_read_entity(block->dated, block, event, entity, columns, &scratch);
        return;
    }
    for (int32_t i = 0; i < plan->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        if (feature->event != event || feature->entity != entity)
            continue;
        bool known;
        bool covered = columns_covered(plan, feature, block->observed_day[event], day, &known);
        if (covered && block->leaders[i] == i)
            read_by_values(block, i, columns, day, &scratch);
        if (covered && block->leaders[i] >= 0)
            continue;
        feature_read_columns(plan, feature, columns, covered, day, block->n_units[entity], &scratch,
                             &block->results[i]);
    }
}

/* The columns of the block's rows of a kind with all that features ask of them, but for bounds. */
static cstm_status
read_columns(struct block *block, int32_t event, int32_t day, struct event_columns *columns,
             cstm_error **error)
{
    const struct group *group = &block->portfolio->events[event];
    struct span span;
    bool lie = span_find(block, group, &span);
    cstm_status status = CSTM_OK;
    block->coded = coded_fields(block, event);
    if (lie && span.n == 0)
        *columns = (struct event_columns){.fields = block->columns};
    else if (lie)
        status = span_read(block, event, &span, day, &lie, columns, error);
    if (status == CSTM_OK && !lie)
        status = gather_block(block, event, columns, error);
    block->coded = NULL;
    if (status == CSTM_OK)
        status = block_match(block, event, columns, error);
    if (status == CSTM_OK)
        status = block_code(block, event, columns, error);
    return status == CSTM_OK ? find_bounds(block, group, lie ? &span : NULL, columns, error)
                             : status;
}

/* Rows of days that lie in the table may be later ones. */
static void
count_taken(struct block *block, const struct group *group, int32_t day,
            const struct event_columns *columns)
{
    int64_t *counts = block_counts(block, group), later = 0, refused = 0;
    for (int32_t i = 0; columns->n > 0 && columns->last_day > day && i < columns->n; i++)
        later += columns->days[i] > day;
    for (int32_t i = 0; columns->refused != NULL && i < columns->n; i++)
        refused += columns->refused[i] != 0;
    counts[COUNT_LATER] += later;
    counts[COUNT_TAKEN] += columns->n - later - refused;
}

static cstm_status
read_kind(struct block *block, int32_t event, int32_t day, bool *done, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    int32_t own = schema->events[event].entity;
    struct event_columns columns;
    cstm_status status = spread_of(block, event) != NULL
                             ? spread_read(block, event, &columns, error)
                             : read_columns(block, event, day, &columns, error);
    if (status != CSTM_OK)
        return status;
    count_taken(block, &block->portfolio->events[event], day, &columns);
    int32_t falls = count_falls(&columns);
    columns.in_order = days_in_order(&columns, block->n_units[own], falls);
    *done = columns_tell_apart(&columns, block->n_units[own]);
    for (int32_t e = own; *done && status == CSTM_OK && e >= 0; e = schema->entities[e].parent) {
        if (e != own) {
            columns.sorted = false;
            status = find_rows_above(block, own, e, &columns, error);
            columns.in_order = days_in_order(&columns, block->n_units[e], falls);
        }
        if (status == CSTM_OK)
            read_entity(block, event, e, day, &columns);
    }
    return status;
}

void
block_forget(struct block *block, size_t n_listed)
{
    block->rejections.n = n_listed;
    memcpy(block->counts, block->kept_counts,
           counts_size(&block->batch->strategy->schema) * sizeof *block->counts);
}

cstm_status
block_read_features(struct block *block, int32_t day, int32_t first, int32_t until, bool *done,
                    cstm_error **error)
{
    const cstm_strategy *strategy = block->batch->strategy;
    size_t rejected = block->rejections.n;
    memcpy(block->kept_counts, block->counts,
           counts_size(&strategy->schema) * sizeof *block->counts);
    block->first = first;
    block->until = until;
    if (block->texts.blocks != NULL)
        arena_reset(&block->texts);
    *done = true;
    cstm_status status = reserve_features(block, error);
    for (int32_t k = 0; status == CSTM_OK && *done && k < strategy->schema.n_events; k++)
        status = read_kind(block, k, day, done, error);
    /* The longer way lists and counts them again. */
    if (!*done)
        block_forget(block, rejected);
    return status;
}
