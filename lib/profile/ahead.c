/* Features of the days to come, which a model is fitted to: the spend of the ninety days after as_of.
 * They are read from histories of their own, which hold those days, so that nothing else of a run
 * can see them. Where the batch was not said to be observed so far they are missing: no event and
 * none yet must not be taken for each other. */
#include "profile/run.h"

#include <string.h>

struct ahead {
    struct block *block;
    struct behaviour_row *rows;
    size_t row_capacity;
    uint8_t *cells; /* values, then states */
    size_t cell_capacity;
};

void
ahead_free(struct ahead *ahead)
{
    if (ahead == NULL)
        return;
    block_free(ahead->block);
    memory_free(ahead->rows);
    memory_free(ahead->cells);
    memory_free(ahead);
}

int32_t
run_ahead(const struct run *run)
{
    const cstm_strategy *strategy = run->batch->strategy;
    int32_t most = 0;
    for (int32_t i = 0; (run->batch->parts & CSTM_RUN_FEATURES) != 0 && i < strategy->n_features;
         i++)
        if (strategy->features[i].ahead > most)
            most = strategy->features[i].ahead;
    return most;
}

/* The last civil day on which the kind was observed to its end; of a kind that is made of others, on
 * which all were. INT32_MIN: none is known. */
static int32_t
observed_until(const struct cstm_batch *batch, int32_t event)
{
    const struct schema *schema = &batch->strategy->schema;
    const struct event_kind *kind = &schema->events[event];
    int64_t until = batch->observed_until[event];
    if (until == INT64_MIN && kind->n_members > 0) {
        int32_t least = INT32_MAX;
        for (int32_t m = 0; m < kind->n_members; m++) {
            int32_t day = observed_until(batch, kind->members[m]);
            least = day < least ? day : least;
        }
        return least;
    }
    if (until == INT64_MIN)
        return INT32_MIN;
    int32_t day = zone_day(schema->zone, until, NULL);
    return until >= zone_day_end(schema->zone, day) ? day : day - 1;
}

cstm_status
ahead_build(const struct run *run, struct worker *worker, int32_t first, int32_t until,
            size_t n_listed, cstm_error **error)
{
    if (worker->ahead == NULL)
        worker->ahead = memory_new(sizeof *worker->ahead);
    if (worker->ahead == NULL)
        return error_no_memory(error);
    struct ahead *ahead = worker->ahead;
    int32_t day = run->day > CIVIL_DAY_MAX - run->ahead ? CIVIL_DAY_MAX : run->day + run->ahead;
    cstm_status status = CSTM_OK;
    if (ahead->block == NULL)
        status = block_new(run->batch, run->portfolio,
                           zone_day_end(run->batch->strategy->schema.zone, day), &ahead->block,
                           error);
    if (status == CSTM_OK)
        status = block_build(ahead->block, first, until, error);
    if (status != CSTM_OK)
        return status;
    struct rejections *to = &worker->block->rejections, *from = &ahead->block->rejections;
    to->n = n_listed;
    for (size_t i = 0; i < from->n; i++)
        if (!rejections_add(to, from->items[i].source, from->items[i].row, from->items[i].field,
                            from->items[i].status))
            return error_no_memory(error);
    from->n = 0;
    return CSTM_OK;
}

/* The customers' instances of the entity. */
static cstm_status
list_rows(const struct run *run, struct ahead *ahead, int32_t entity, const int32_t *customers,
          int32_t n, int32_t day, int32_t *count, cstm_error **error)
{
    const struct members *members = &run->portfolio->members[entity];
    const struct block *block = ahead->block;
    int32_t before = members_before(members, block->first);
    *count = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t until = members_before(members, customers[i] + 1);
        for (int32_t place = members_before(members, customers[i]); place < until; place++) {
            int32_t number = block->units[entity][place - before];
            if (!memory_reserve(&ahead->rows, &ahead->row_capacity, (size_t) *count + 1,
                                sizeof *ahead->rows))
                return error_no_memory(error);
            ahead->rows[(*count)++] = (struct behaviour_row){
                .history = block_history(block, number), block_local(block, number), day};
        }
    }
    return CSTM_OK;
}

static cstm_status
write_feature(struct run *run, struct worker *worker, int32_t entity, struct output *output,
              int32_t from, int32_t n, const int32_t *targets, int64_t block, cstm_error **error)
{
    struct ahead *ahead = worker->ahead;
    const struct plan *plan = run->batch->strategy->plan;
    const struct feature *feature = &plan->features[output->index];
    if (!memory_reserve(&ahead->cells, &ahead->cell_capacity,
                        (size_t) n * (sizeof(struct rule_text) + 1), 1))
        return error_no_memory(error);
    struct rule_column column = {.kind = feature->kind,
                                 .as.any = ahead->cells,
                                 .states = ahead->cells + (size_t) n * sizeof(struct rule_text)};
    feature_read_ahead(plan, feature->index, ahead->rows, n, &column);
    return writer_column(&run->writer, entity, output, &column, from, n, targets, block,
                         worker->errors, error);
}

cstm_status
ahead_write(struct run *run, struct worker *worker, const int32_t *customers, int32_t n,
            int32_t day, struct dated_rows *rows, int64_t block, cstm_error **error)
{
    const cstm_strategy *strategy = run->batch->strategy;
    cstm_status status = CSTM_OK;
    for (int32_t e = 0; status == CSTM_OK && e < strategy->schema.n_entities; e++) {
        struct entity_writer *writer = &run->writer.entities[e];
        int32_t count = 0, targets;
        bool listed = false;
        for (int32_t i = 0; status == CSTM_OK && i < writer->n_outputs; i++) {
            struct output *output = &writer->outputs[i];
            const struct feature *feature = &strategy->features[output->index];
            if (output->what != OUTPUT_FEATURE || feature->ahead == 0 ||
                observed_until(run->batch, feature->event) < day + feature->ahead)
                continue;
            if (!listed) {
                status = list_rows(run, worker->ahead, e, customers, n, day, &count, error);
                if (status == CSTM_OK && rows != NULL)
                    status = writer_targets(&run->writer, e, rows, &targets, error);
            }
            listed = true;
            if (status == CSTM_OK && count > 0)
                status = write_feature(
                    run, worker, e, output,
                    members_before(&run->portfolio->members[e], worker->ahead->block->first), count,
                    rows == NULL ? NULL : rows->targets, block, error);
        }
    }
    return status;
}
