/* The shorter way of a run that asks for features of events and nothing else: from the gathered
 * columns of a block straight to totals, without histories, records or an evaluation. Which runs
 * can go this way is decided from the strategy and the tables alone, so that it cannot depend on a
 * block; rows are refused and listed by the very functions of the longer way. */
#include "profile/batch.h"

#include "behaviour/columns.h"

#include <string.h>

/* Without attributes and with no event that opens or closes, no instance has an opening, on which
 * coverage could depend; without ids no event is another's copy. */
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
            (source->id.column.name != NULL || schema->events[source->what].opens ||
             schema->events[source->what].closes))
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
        ((batch->parts & CSTM_RUN_SCORES) != 0 && strategy->n_scores > 0) || !tables_allow(batch))
        return false;
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
    memory_free(block->runs);
    memory_free(block->totals);
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

static cstm_status
reserve_features(struct block *block, cstm_error **error)
{
    const cstm_strategy *strategy = block->batch->strategy;
    size_t n = (size_t) strategy->n_features + 1, most = 0;
    if (block->results == NULL)
        block->results = memory_new_array(n, sizeof *block->results);
    if (block->result_capacity == NULL)
        block->result_capacity = memory_new_array(n, sizeof *block->result_capacity);
    if (block->results == NULL || block->result_capacity == NULL)
        return error_no_memory(error);
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        const struct members *members = &block->portfolio->members[e];
        block->n_units[e] =
            members_before(members, block->until) - members_before(members, block->first);
        if ((size_t) block->n_units[e] > most)
            most = (size_t) block->n_units[e];
    }
    if (!memory_reserve(&block->totals, &block->total_capacity, most, sizeof *block->totals))
        return error_no_memory(error);
    for (int32_t i = 0; i < strategy->n_features; i++)
        if (!reserve_result(block, i))
            return error_no_memory(error);
    return CSTM_OK;
}

/* The unit of entity `to` that stands over unit u of entity `from`, or is that. */
static int32_t
unit_above(const struct block *block, int32_t from, int32_t to, int32_t u)
{
    const struct members *members = &block->portfolio->members[from];
    if (from == to)
        return u;
    int32_t at = member_at(members, members_before(members, block->first) + u);
    for (int32_t e = from; e != to; e = block->batch->strategy->schema.entities[e].parent)
        at = block->portfolio->members[e].parent[at];
    members = &block->portfolio->members[to];
    return (members->place == NULL ? at : members->place[at]) -
           members_before(members, block->first);
}

/* Rows that are not refused, in runs of one instance of `entity`. */
static cstm_status
find_runs(struct block *block, int32_t event, int32_t entity, int32_t n, int32_t *n_runs,
          cstm_error **error)
{
    int32_t from = block->batch->strategy->schema.events[event].entity;
    if (!memory_reserve(&block->runs, &block->run_capacity, (size_t) n, sizeof *block->runs))
        return error_no_memory(error);
    struct event_run *runs = block->runs;
    int32_t count = 0, unit = -1, above = -1;
    for (int32_t i = 0; i < n; i++) {
        if (block->refused[i] != 0)
            continue;
        if (block->row_units[i] != unit) {
            unit = block->row_units[i];
            above = unit_above(block, from, entity, unit);
        }
        if (count > 0 && runs[count - 1].instance == above && runs[count - 1].until == i)
            runs[count - 1].until++;
        else
            runs[count++] = (struct event_run){above, i, i + 1};
    }
    *n_runs = count;
    return CSTM_OK;
}

/* The features that read the kind, those of one entity after the other. */
static cstm_status
read_kind(struct block *block, int32_t event, int32_t day, int32_t n, cstm_error **error)
{
    const cstm_strategy *strategy = block->batch->strategy;
    const struct plan *plan = strategy->plan;
    struct event_columns columns = {.times = block->time.values,
                                    .days = block->days,
                                    .masks = block->masks,
                                    .fields = block->columns};
    for (int32_t f = 0; n > 0 && f < strategy->schema.events[event].n_fields; f++)
        block->columns[f].as.any = block->fields[f].values;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        bool found = n == 0;
        for (int32_t i = 0; i < plan->n_features; i++) {
            const struct feature *feature = &plan->features[i];
            if (feature->event != event || feature->entity != e)
                continue;
            if (!found) {
                cstm_status status = find_runs(block, event, e, n, &columns.n_runs, error);
                if (status != CSTM_OK)
                    return status;
                columns.runs = block->runs;
                found = true;
            }
            bool known;
            bool covered = columns_covered(plan, feature, block->observed_day[event], day, &known);
            feature_read_columns(plan, feature, &columns, covered, day, block->n_units[e],
                                 block->totals, &block->results[i]);
        }
    }
    return CSTM_OK;
}

cstm_status
block_read_features(struct block *block, int32_t day, int32_t first, int32_t until,
                    cstm_error **error)
{
    const cstm_strategy *strategy = block->batch->strategy;
    block->first = first;
    block->until = until;
    if (block->texts.blocks != NULL)
        arena_reset(&block->texts);
    cstm_status status = reserve_features(block, error);
    for (int32_t k = 0; status == CSTM_OK && k < strategy->schema.n_events; k++) {
        int32_t n = 0;
        bool ids;
        status = block_read_events(block, k, true, &n, &ids, error);
        if (status == CSTM_OK)
            status = read_kind(block, k, day, n, error);
    }
    return status;
}
