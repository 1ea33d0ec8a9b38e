/* The shorter way of a run over many dates that asks for features of events and nothing else. The
 * columns of a block are read once, up to the latest date; a date's rows of an instance are the first
 * ones of those, as far as they are in the order of days and nothing of the date's own day that is
 * known stands behind what is not. Where that is not so the block goes the longer way. */
#include "behaviour/columns_dates.h"
#include "profile/dated_columns.h"

#include <string.h>

struct dated_columns {
    const struct run *run;
    struct dated_rows rows; /* the block's pairs, customer by customer */
    int32_t *n;             /* per entity: rows of them */
    struct column_date *dates;
    size_t date_capacity;
    struct rule_column *results; /* per feature */
    size_t *result_capacity;
    struct rule_column *fields;
    bool possible; /* so far */
};

void
dated_columns_free(struct dated_columns *dated)
{
    if (dated == NULL)
        return;
    const cstm_strategy *strategy = dated->run->batch->strategy;
    for (int32_t i = 0; dated->results != NULL && i < strategy->n_features; i++)
        memory_free(dated->results[i].as.any);
    memory_free(dated->n);
    memory_free(dated->dates);
    memory_free(dated->results);
    memory_free(dated->result_capacity);
    memory_free(dated->fields);
    memory_free(dated->rows.targets);
    memory_free(dated);
}

static struct dated_columns *
dated_columns_new(const struct run *run)
{
    const cstm_strategy *strategy = run->batch->strategy;
    const struct schema *schema = &strategy->schema;
    size_t entities = (size_t) schema->n_entities, features = (size_t) strategy->n_features + 1;
    int32_t fields = 1;
    for (int32_t k = 0; k < schema->n_events; k++)
        if (schema->events[k].n_fields > fields)
            fields = schema->events[k].n_fields;
    struct dated_columns *made = memory_new(sizeof *made);
    if (made == NULL)
        return NULL;
    made->run = run;
    made->n = memory_new_array(entities, sizeof *made->n);
    made->results = memory_new_array(features, sizeof *made->results);
    made->result_capacity = memory_new_array(features, sizeof *made->result_capacity);
    made->fields = memory_new_array((size_t) fields, sizeof *made->fields);
    if (made->n == NULL || made->results == NULL || made->result_capacity == NULL || made->fields == NULL) {
        dated_columns_free(made);
        return NULL;
    }
    return made;
}

bool
dated_reads_columns(const struct run *run)
{
    const cstm_strategy *strategy = run->batch->strategy;
    if (!batch_reads_columns(run->batch, run->day))
        return false;
    for (int32_t i = 0; i < strategy->n_features; i++)
        if (!feature_reads_dates(&strategy->plan->features[i]))
            return false;
    return true;
}

/* --- one entity --- */

/* What of the unit's rows was known at the pair's instant. False: that is no first part of them. */
static bool
cut_rows(const struct dated_columns *dated, const struct event_columns *columns, int32_t unit,
         int32_t pair, struct column_date *date)
{
    const struct dates *dates = dated->run->dates;
    const struct zone *zone = dated->run->batch->strategy->schema.zone;
    const int32_t *days = columns->days;
    const int64_t *times = columns->times;
    int64_t as_of = dates->as_of[pair];
    int32_t low = columns->bounds[unit], high = columns->bounds[unit + 1], day = dates->day[pair];
    *date = (struct column_date){.day = day, .from = low};
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (days[middle] <= day)
            low = middle + 1;
        else
            high = middle;
    }
    date->until = low;
    if (times == NULL)
        return !columns->sorted || as_of >= zone_day_end(zone, day);
    for (int32_t i = low - 1; i >= date->from && days[i] >= day - 1; i--) {
        if (times[i] <= as_of)
            continue;
        if (i != date->until - 1)
            return false;
        date->until = i;
    }
    return true;
}

void
dated_read_entity(struct dated_columns *dated, const struct block *block, int32_t event,
                  int32_t entity, const struct event_columns *columns,
                  const struct column_scratch *columns_scratch)
{
    const struct plan *plan = dated->run->batch->strategy->plan;
    const struct dates_scratch scratch = {
        .columns = *columns_scratch, .fields = dated->fields};
    int32_t n = dated->n[entity], row = 0;
    bool any = false;
    for (int32_t i = 0; i < plan->n_features; i++)
        any |= plan->features[i].event == event && plan->features[i].entity == entity;
    if (!any || !dated->possible)
        return;
    dated->possible = columns->n == 0 || (columns->bounds != NULL && columns->in_order);
    const struct members *members = &dated->run->portfolio->members[entity];
    int32_t before = members_before(members, block->first);
    for (int32_t p = 0; dated->possible && p < dated->rows.n; p++) {
        int32_t pair = dated->rows.pairs[p], customer = dated->run->dates->customer[pair];
        int32_t until = members_before(members, customer + 1);
        for (int32_t place = members_before(members, customer); dated->possible && place < until;
             place++, row++) {
            dated->dates[row] = (struct column_date){.day = dated->run->dates->day[pair]};
            if (columns->n > 0)
                dated->possible =
                    cut_rows(dated, columns, place - before, pair, &dated->dates[row]);
        }
    }
    for (int32_t i = 0; dated->possible && i < plan->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        if (feature->event != event || feature->entity != entity)
            continue;
        bool known;
        for (int32_t r = 0; r < n; r++)
            dated->dates[r].covered = columns_covered(plan, feature, block->observed_day[event],
                                                      dated->dates[r].day, &known);
        feature_read_dates(plan, feature, columns, dated->dates, n, &scratch, &dated->results[i]);
    }
}

/* --- a block --- */

/* Room for the rows of the pairs of customers [first, until). */
static cstm_status
reserve(struct dated_columns *dated, int32_t first, int32_t until, cstm_error **error)
{
    const struct run *run = dated->run;
    const cstm_strategy *strategy = run->batch->strategy;
    const struct dates *dates = run->dates;
    dated->rows.pairs = dates->list + dates->start[first];
    dated->rows.n = dates->start[until] - dates->start[first];
    dated->possible = true;
    size_t most = 1;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        const struct members *members = &run->portfolio->members[e];
        int64_t n = 0;
        for (int32_t p = 0; p < dated->rows.n; p++) {
            int32_t customer = dates->customer[dated->rows.pairs[p]];
            n += members_before(members, customer + 1) - members_before(members, customer);
        }
        dated->n[e] = (int32_t) n;
        most = (size_t) n > most ? (size_t) n : most;
    }
    if (!memory_reserve(&dated->dates, &dated->date_capacity, most, sizeof *dated->dates))
        return error_no_memory(error);
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->plan->features[i];
        struct rule_column *result = &dated->results[i];
        size_t n = (size_t) dated->n[feature->entity] + 1;
        if (!memory_reserve(&result->as.any, &dated->result_capacity[i], n, 9))
            return error_no_memory(error);
        result->kind = feature->kind;
        result->states = (uint8_t *) result->as.any + 8 * n;
    }
    return CSTM_OK;
}

static cstm_status
write_results(struct run *run, struct worker *worker, struct dated_columns *dated, int64_t number,
              cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (int32_t e = 0; status == CSTM_OK && e < run->batch->strategy->schema.n_entities; e++) {
        struct entity_writer *writer = &run->writer.entities[e];
        int32_t n;
        if (writer->n_outputs == 0)
            continue;
        status = writer_targets(&run->writer, e, &dated->rows, &n, error);
        for (int32_t i = 0; status == CSTM_OK && n > 0 && i < writer->n_outputs; i++)
            status = writer_column(&run->writer, e, &writer->outputs[i],
                                   &dated->results[writer->outputs[i].index], 0, n,
                                   dated->rows.targets, number, worker->errors, error);
    }
    return status;
}

cstm_status
dated_columns_run(struct run *run, struct worker *worker, struct dated_columns **own,
                  int32_t first, int32_t until, int64_t number, bool *done, cstm_error **error)
{
    *done = false;
    if (*own == NULL)
        *own = dated_columns_new(run);
    if (*own == NULL)
        return error_no_memory(error);
    struct dated_columns *dated = *own;
    struct block *block = worker->block;
    size_t listed = block->rejections.n;
    cstm_status status = reserve(dated, first, until, error);
    if (status != CSTM_OK)
        return status;
    block->dated = dated;
    status = block_read_features(block, run->day, first, until, done, error);
    block->dated = NULL;
    if (status == CSTM_OK && *done && !dated->possible) {
        *done = false;
        block_forget(block, listed);
    }
    return status == CSTM_OK && *done ? write_results(run, worker, dated, number, error) : status;
}
