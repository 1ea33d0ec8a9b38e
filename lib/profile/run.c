/* A run over all customers as they were at one instant: fixed blocks of customers, each by whichever
 * worker is free, in the memory of that worker. What runs over many dates share with it is here,
 * too. */
#include "profile/run.h"
#include "profile/spread.h"

#include "base/text.h"

#include <string.h>

struct parallel
batch_parallel(const struct cstm_batch *batch)
{
    return (struct parallel){.n_threads = batch->n_threads,
                             .submit = batch->submit,
                             .wait = batch->wait,
                             .executor_data = batch->executor_data,
                             .cancel = batch->cancel};
}

static bool
has_entities(const struct cstm_batch *batch, int32_t entity)
{
    for (size_t i = 0; i < batch->n_sources; i++)
        if (batch->sources[i].kind == SOURCE_ENTITIES && batch->sources[i].what == entity)
            return true;
    return false;
}

/* Whose keys the rows of a table name; -1 for the table of customers. */
static int32_t
entity_needed(const struct schema *schema, const struct source *source)
{
    if (source->kind == SOURCE_EVENTS)
        return schema->events[source->what].entity;
    return source->kind == SOURCE_ENTITIES ? schema->entities[source->what].parent : source->what;
}

/* What a run is told of its progress begins with its blocks. */
cstm_status
batch_prepare(cstm_batch *batch, cstm_error **error)
{
    const struct schema *schema = &batch->strategy->schema;
    if (!has_entities(batch, 0))
        return error_set(error, CSTM_ERROR_MISSING, "the batch was given no table of %s",
                         schema->entities[0].name);
    for (size_t i = 0; i < batch->n_sources; i++) {
        const struct source *source = &batch->sources[i];
        int32_t needed = entity_needed(schema, source);
        if (source->rows > 0 && needed >= 0 && !has_entities(batch, needed))
            return error_set(error, CSTM_ERROR_MISSING,
                             "the batch was given no table of %s, to which rows of %s belong",
                             schema->entities[needed].name,
                             source->kind == SOURCE_EVENTS ? schema->events[source->what].name
                                                           : schema->entities[source->what].name);
    }
    if (batch->portfolio != NULL)
        return CSTM_OK;
    struct parallel parallel = batch_parallel(batch);
    return portfolio_new(batch, &parallel, &batch->portfolio, error);
}

cstm_status
worker_start(struct run *run, struct worker *worker, cstm_error **error)
{
    const cstm_strategy *strategy = run->batch->strategy;
    if (worker->errors == NULL)
        worker->errors = memory_new_array((size_t) writer_items(strategy) * STATUS_LIMIT,
                                          sizeof *worker->errors);
    if (worker->errors == NULL)
        return error_no_memory(error);
    if (worker->block != NULL)
        return CSTM_OK;
    cstm_status status = block_new(run->batch, run->portfolio, run->as_of, &worker->block, error);
    if (status == CSTM_OK)
        worker->block->spreads = run->spreads;
    return status;
}

static cstm_status
look_ahead(struct run *run, struct worker *worker, int64_t number, int32_t first, int32_t until,
           size_t listed, cstm_error **error)
{
    int32_t customers[BLOCK_CUSTOMERS];
    for (int32_t c = first; c < until; c++)
        customers[c - first] = c;
    cstm_status status = ahead_build(run, worker, first, until, listed, error);
    return status == CSTM_OK ? ahead_write(run, worker, customers, until - first, run->day, NULL,
                                           number, error)
                             : status;
}

static cstm_status
evaluate_block(struct run *run, struct worker *worker, int64_t number, int32_t first, int32_t until,
               cstm_error **error)
{
    cstm_status status = CSTM_OK;
    if (worker->evaluation == NULL)
        status = evaluation_new(run->batch->strategy, &worker->evaluation, error);
    size_t listed = worker->block->rejections.n;
    if (status == CSTM_OK)
        status = block_build(worker->block, first, until, error);
    if (status == CSTM_OK)
        status = block_count_unmatched(worker->block, run->day, error);
    if (status != CSTM_OK)
        return status;
    evaluation_reset(worker->evaluation);
    for (int32_t c = 0; status == CSTM_OK && c < until - first; c++)
        status = evaluation_add(worker->evaluation, &worker->block->histories[c], NULL, error);
    if (status == CSTM_OK)
        status = evaluation_run(worker->evaluation, run->day, run->batch->parts, true, error);
    if (status == CSTM_OK)
        status =
            writer_block(&run->writer, worker->evaluation, number, first, worker->errors, error);
    return status == CSTM_OK && run->ahead > 0
               ? look_ahead(run, worker, number, first, until, listed, error)
               : status;
}

static cstm_status
run_block(struct run *run, int64_t number, struct worker *worker, cstm_error **error)
{
    int32_t customers = run->portfolio->members[0].n, first = (int32_t) number * BLOCK_CUSTOMERS;
    int32_t until = customers - first < BLOCK_CUSTOMERS ? customers : first + BLOCK_CUSTOMERS;
    bool done = false;
    cstm_status status = worker_start(run, worker, error);
    if (status == CSTM_OK && run->columns)
        status = block_read_features(worker->block, run->day, first, until, &done, error);
    if (status != CSTM_OK)
        return status;
    if (!done)
        return evaluate_block(run, worker, number, first, until, error);
    writer_features(&run->writer, worker->block, worker->errors);
    return CSTM_OK;
}

static cstm_status
run_together(void *argument, int64_t number, int32_t index, cstm_error **error)
{
    struct run *run = argument;
    int64_t blocks =
        ((int64_t) run->portfolio->members[0].n + BLOCK_CUSTOMERS - 1) / BLOCK_CUSTOMERS;
    int64_t first = number * run->together, until = first + run->together;
    cstm_status status = CSTM_OK;
    for (int64_t block = first; status == CSTM_OK && block < until && block < blocks; block++)
        status = run_block(run, block, &run->workers[index], error);
    return status;
}

static cstm_status
run_piece(void *argument, int64_t number, int32_t index, cstm_error **error)
{
    struct run *run = argument;
    struct worker *worker = &run->workers[index];
    cstm_status status = worker_start(run, worker, error);
    return status == CSTM_OK ? spreads_fill(run->spreads, number, worker->block, error) : status;
}

/* Brings events that are in no order near to those of their customers; where that cannot be, or is
 * not enough, lists them. */
static cstm_status
order_events(struct run *run, const struct parallel *parallel, cstm_error **error)
{
    const struct schema *schema = &run->batch->strategy->schema;
    bool possible = false;
    cstm_status status = CSTM_OK;
    run->together = 1;
    if (run->columns && run->dates == NULL)
        status = spreads_new(run->batch, run->portfolio, parallel, run->day, &run->spreads,
                             &possible, error);
    if (status == CSTM_OK && !possible)
        return portfolio_list(run->batch->portfolio, schema, parallel, error);
    if (status != CSTM_OK || run->spreads == NULL)
        return status;
    run->together = (1 << run->spreads->shift) / BLOCK_CUSTOMERS;
    return parallel_for(parallel, run->spreads->n_pieces, run->spreads->n_pieces, run_piece, run,
                        error);
}

/* Adds what one run of many counted and listed. */
static cstm_status
tally_add(struct tally *tally, const int64_t *errors, size_t items, const int64_t *counts,
          size_t n_counts, struct rejections *all, cstm_error **error)
{
    for (size_t i = 0; i < n_counts; i++)
        tally->counts[i] += counts[i];
    for (size_t i = 0; i < items; i++)
        tally->errors[i] += errors[i];
    rejections_sort(all);
    for (size_t i = 0; i < all->n && tally->first.n < tally->most; i++) {
        const struct rejection *item = &all->items[i];
        int64_t base = item->source == SOURCE_DATES ? 0 : tally->base[item->source];
        if (base >= 0 && !rejections_add(&tally->first, item->source, item->row + base,
                                         item->field, item->status))
            return error_no_memory(error);
    }
    return CSTM_OK;
}

static cstm_status
tell(const struct run *run, cstm_result *result, const int64_t *errors, const int64_t *counts,
     struct rejections *all, cstm_error **error)
{
    cstm_status status = result_errors(result, errors, error);
    if (status == CSTM_OK)
        status = result_report(result, run->batch, counts, error);
    return status == CSTM_OK ? result_rejected(result, run->batch, all, error) : status;
}

/* What workers counted and listed, together. */
static cstm_status
collect(struct run *run, cstm_result *result, cstm_error **error)
{
    const struct rejections *known = &run->portfolio->rejections,
                            none = {.n = 0},
                            *asked = run->dates == NULL ? &none : &run->dates->rejections;
    size_t items = (size_t) writer_items(run->batch->strategy) * STATUS_LIMIT,
           n = known->n + asked->n;
    for (int32_t w = 0; w < run->n_workers; w++)
        n += run->workers[w].block == NULL ? 0 : run->workers[w].block->rejections.n;
    int64_t *errors = memory_new_array(items, sizeof *errors);
    size_t n_counts = counts_size(&run->batch->strategy->schema);
    int64_t *counts = memory_new_array(n_counts, sizeof *counts);
    struct rejections all = {.items = memory_new_array(n, sizeof *all.items)};
    cstm_status status = errors == NULL || counts == NULL || all.items == NULL
                             ? error_no_memory(error)
                             : CSTM_OK;
    if (status == CSTM_OK && known->n > 0)
        memcpy(all.items, known->items, known->n * sizeof *all.items);
    if (status == CSTM_OK && asked->n > 0)
        memcpy(all.items + known->n, asked->items, asked->n * sizeof *all.items);
    all.n = known->n + asked->n;
    for (int32_t w = 0; status == CSTM_OK && w < run->n_workers; w++) {
        const struct worker *worker = &run->workers[w];
        for (size_t i = 0; worker->errors != NULL && i < items; i++)
            errors[i] += worker->errors[i];
        for (size_t i = 0; worker->block != NULL && i < n_counts; i++)
            counts[i] += worker->block->counts[i];
        if (worker->block == NULL || worker->block->rejections.n == 0)
            continue;
        memcpy(all.items + all.n, worker->block->rejections.items,
               worker->block->rejections.n * sizeof *all.items);
        all.n += worker->block->rejections.n;
    }
    if (status == CSTM_OK)
        counts_complete(run->batch, &all, errors, counts);
    if (status == CSTM_OK && run->batch->tally != NULL)
        status =
            tally_add(run->batch->tally, errors, items, counts, n_counts, &all, error);
    else if (status == CSTM_OK)
        status = tell(run, result, errors, counts, &all, error);
    memory_free(counts);
    memory_free(errors);
    memory_free(all.items);
    return status;
}

static void
workers_clear(struct run *run)
{
    for (int32_t w = 0; run->workers != NULL && w < run->n_workers; w++) {
        block_free(run->workers[w].block);
        dated_free(run->workers[w].dated);
        ahead_free(run->workers[w].ahead);
        evaluation_free(run->workers[w].evaluation);
        memory_free(run->workers[w].errors);
    }
    memory_free(run->workers);
    spreads_free(run->spreads, &run->batch->strategy->schema);
}

cstm_status
run_blocks(struct run *run, parallel_task task, cstm_result *result, cstm_error **error)
{
    struct parallel parallel = batch_parallel(run->batch);
    run->n_workers = parallel_workers(&parallel);
    run->workers = memory_new_array((size_t) run->n_workers, sizeof *run->workers);
    if (run->workers == NULL)
        return error_no_memory(error);
    cstm_status status = order_events(run, &parallel, error);
    if (status == CSTM_OK)
        status = writer_init(&run->writer, run->batch, run->portfolio, run->dates, result, error);
    parallel.progress = run->batch->progress;
    parallel.progress_data = run->batch->progress_data;
    if (status == CSTM_OK)
        status = parallel_for(&parallel, (result->n_blocks + run->together - 1) / run->together,
                              run->portfolio->members[0].n, task, run, error);
    if (status == CSTM_OK)
        status = writer_finish(&run->writer, error);
    if (status == CSTM_OK)
        status = collect(run, result, error);
    writer_clear(&run->writer);
    workers_clear(run);
    return status;
}

/* As an outcome's; a run over many dates has a star for its date. */
static void
write_digest(cstm_result *result, const struct run *run)
{
    const char *const parts[] = {"strategy ", result->strategy->digest_text, " libcustomer ",
                                 cstm_version_text(), " as_of "};
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = strlen(parts[i]);
        memcpy(result->digest + at, parts[i], size);
        at += size;
    }
    if (run->dates == NULL)
        at += text_from_int64(run->as_of, result->digest + at);
    else
        result->digest[at++] = '*';
    result->digest[at] = '\0';
}

cstm_status
run_result(const struct run *run, cstm_result **result, cstm_error **error)
{
    const cstm_strategy *strategy = run->batch->strategy;
    struct cstm_result *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_RESULT;
    made->strategy = cstm_strategy_ref(run->batch->strategy);
    made->day = run->day;
    made->lifecycles = run->dates == NULL && (run->batch->parts & CSTM_RUN_LIFECYCLES) != 0;
    made->segments = run->dates == NULL && (run->batch->parts & CSTM_RUN_SEGMENTS) != 0;
    made->n_blocks =
        ((int64_t) run->portfolio->members[0].n + BLOCK_CUSTOMERS - 1) / BLOCK_CUSTOMERS;
    made->tables = memory_new_array((size_t) strategy->schema.n_entities, sizeof *made->tables);
    made->logs = memory_new_array((size_t) strategy->n_machines, sizeof *made->logs);
    made->statuses = memory_new_array((size_t) strategy->n_segments, sizeof *made->statuses);
    bool done = made->tables != NULL && made->logs != NULL && made->statuses != NULL;
    for (int32_t m = 0; done && made->lifecycles && m < strategy->n_machines; m++) {
        made->logs[m] = memory_new_array((size_t) made->n_blocks, sizeof **made->logs);
        done = made->logs[m] != NULL;
    }
    if (!done) {
        cstm_result_free(made);
        return error_no_memory(error);
    }
    write_digest(made, run);
    *result = made;
    return CSTM_OK;
}

cstm_status
run_at(cstm_batch *batch, int64_t as_of, cstm_result **result, cstm_error **error)
{
    struct run run = {.batch = batch,
                      .portfolio = batch->portfolio,
                      .as_of = as_of,
                      .day = zone_day(batch->strategy->schema.zone, as_of, NULL)};
    run.ahead = run_ahead(&run);
    run.columns = batch_reads_columns(batch, run.day);
    struct cstm_result *made = NULL;
    cstm_status status = run_result(&run, &made, error);
    if (status == CSTM_OK)
        status = run_blocks(&run, run_together, made, error);
    if (status != CSTM_OK) {
        cstm_result_free(made);
        return status;
    }
    *result = made;
    return CSTM_OK;
}
