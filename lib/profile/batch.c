/* A batch as its caller sees it: what was added, how to run, and the run itself: fixed blocks of
 * customers, each by whichever worker is free, in the memory of that worker. */
#include "profile/result.h"

#include "base/text.h"

#include <string.h>

cstm_status
cstm_batch_new(cstm_strategy *strategy, cstm_batch **batch, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(strategy, HANDLE_STRATEGY))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (batch == NULL)
        return error_misuse(error, "batch is NULL");
    struct cstm_batch *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->observed_from =
        memory_new_array((size_t) strategy->schema.n_events, sizeof *made->observed_from);
    if (made->observed_from == NULL) {
        memory_free(made);
        return error_no_memory(error);
    }
    for (int32_t k = 0; k < strategy->schema.n_events; k++)
        made->observed_from[k] = INT64_MAX;
    made->handle.tag = HANDLE_BATCH;
    made->strategy = cstm_strategy_ref(strategy);
    made->parts = CSTM_RUN_ALL;
    made->n_threads = 1;
    *batch = made;
    return CSTM_OK;
}

static void
forget_portfolio(cstm_batch *batch)
{
    portfolio_free(batch->portfolio, &batch->strategy->schema);
    batch->portfolio = NULL;
}

void
cstm_batch_free(cstm_batch *batch)
{
    if (!handle_is(batch, HANDLE_BATCH))
        return;
    forget_portfolio(batch);
    for (size_t i = 0; i < batch->n_sources; i++)
        source_clear(&batch->sources[i]);
    memory_free(batch->sources);
    memory_free(batch->observed_from);
    cstm_strategy_unref(batch->strategy);
    batch->handle.tag = HANDLE_FREED;
    memory_free(batch);
}

static cstm_status
check_batch(const cstm_batch *batch, cstm_error **error)
{
    error_clear(error);
    return handle_is(batch, HANDLE_BATCH) ? CSTM_OK
                                          : error_misuse(error, "batch is NULL or not a batch");
}

static cstm_status
add(cstm_batch *batch, enum source_kind kind, int32_t what, const cstm_table *table,
    cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    const struct schema *schema = &batch->strategy->schema;
    if (what < 0 || what >= (kind == SOURCE_EVENTS ? schema->n_events : schema->n_entities))
        return error_misuse(error, kind == SOURCE_EVENTS
                                       ? "event is not an event kind of the strategy"
                                       : "kind is not an entity of the strategy");
    status = batch_bind(batch, kind, what, table, error);
    if (status == CSTM_OK)
        forget_portfolio(batch);
    return status;
}

cstm_status
cstm_batch_add_entities(cstm_batch *batch, int32_t kind, const cstm_table *table,
                        cstm_error **error)
{
    return add(batch, SOURCE_ENTITIES, kind, table, error);
}

cstm_status
cstm_batch_add_attributes(cstm_batch *batch, int32_t kind, const cstm_table *table,
                          cstm_error **error)
{
    return add(batch, SOURCE_ATTRIBUTES, kind, table, error);
}

cstm_status
cstm_batch_add_events(cstm_batch *batch, int32_t event, const cstm_table *table, cstm_error **error)
{
    return add(batch, SOURCE_EVENTS, event, table, error);
}

/* An instant whose civil day lies in the years 1 to 9999. */
static bool
is_legal_in(const struct schema *schema, int64_t instant)
{
    if (!instant_is_legal(instant))
        return false;
    int32_t day = zone_day(schema->zone, instant, NULL);
    return day >= CIVIL_DAY_MIN && day <= CIVIL_DAY_MAX;
}

cstm_status
cstm_batch_observe(cstm_batch *batch, int32_t event, int64_t from, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (event < 0 || event >= batch->strategy->schema.n_events)
        return error_misuse(error, "event is not an event kind of the strategy");
    if (!is_legal_in(&batch->strategy->schema, from))
        return error_set(error, CSTM_ERROR_RANGE, "from lies outside the years 1 to 9999");
    if (from < batch->observed_from[event])
        batch->observed_from[event] = from;
    return CSTM_OK;
}

cstm_status
cstm_batch_set_parts(cstm_batch *batch, int32_t parts, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (parts <= 0 || (parts & ~CSTM_RUN_ALL) != 0)
        return error_misuse(error, "parts is no sum of CSTM_RUN_*");
    batch->parts = parts;
    return CSTM_OK;
}

cstm_status
cstm_batch_set_threads(cstm_batch *batch, int32_t n_threads, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (n_threads < 1 || n_threads > 1024)
        return error_set(error, CSTM_ERROR_RANGE, "n_threads lies outside 1 to 1024");
    batch->n_threads = n_threads;
    return CSTM_OK;
}

cstm_status
cstm_batch_set_executor(cstm_batch *batch, cstm_executor_submit submit, cstm_executor_wait wait,
                        void *data, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (submit != NULL && wait == NULL)
        return error_misuse(error, "wait is NULL and submit is not");
    batch->submit = submit;
    batch->wait = wait;
    batch->executor_data = data;
    return CSTM_OK;
}

cstm_status
cstm_batch_set_progress(cstm_batch *batch, cstm_progress_function progress, void *data,
                        cstm_cancel *cancel, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (cancel != NULL && !handle_is(cancel, HANDLE_CANCEL))
        return error_misuse(error, "cancel is not a cancel flag");
    batch->progress = progress;
    batch->progress_data = data;
    batch->cancel = cancel;
    return CSTM_OK;
}

/* --- a run --- */

struct worker {
    struct block *block;
    struct evaluation *evaluation;
    int64_t *errors;
};

struct run {
    const struct cstm_batch *batch;
    const struct portfolio *portfolio;
    struct writer writer;
    struct worker *workers;
    int32_t n_workers;
    int64_t as_of;
    int32_t day;
    bool columns; /* features are read from columns of events */
};

static struct parallel
parallel_of(const struct cstm_batch *batch)
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

/* Keys are numbered once for all runs; what a run is told of its progress begins with its blocks.
 */
static cstm_status
prepare(cstm_batch *batch, cstm_error **error)
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
    struct parallel parallel = parallel_of(batch);
    return portfolio_new(batch, &parallel, &batch->portfolio, error);
}

static cstm_status
worker_start(struct run *run, struct worker *worker, cstm_error **error)
{
    const cstm_strategy *strategy = run->batch->strategy;
    if (worker->errors == NULL)
        worker->errors = memory_new_array((size_t) writer_items(strategy) * STATUS_LIMIT,
                                          sizeof *worker->errors);
    if (worker->errors == NULL)
        return error_no_memory(error);
    return worker->block == NULL
               ? block_new(run->batch, run->portfolio, run->as_of, &worker->block, error)
               : CSTM_OK;
}

static cstm_status
evaluate_block(struct run *run, struct worker *worker, int64_t number, int32_t first, int32_t until,
               cstm_error **error)
{
    cstm_status status = CSTM_OK;
    if (worker->evaluation == NULL)
        status = evaluation_new(run->batch->strategy, &worker->evaluation, error);
    if (status == CSTM_OK)
        status = block_build(worker->block, first, until, error);
    if (status != CSTM_OK)
        return status;
    evaluation_reset(worker->evaluation);
    for (int32_t c = 0; status == CSTM_OK && c < until - first; c++)
        status = evaluation_add(worker->evaluation, &worker->block->histories[c], NULL, error);
    if (status == CSTM_OK)
        status = evaluation_run(worker->evaluation, run->day, run->batch->parts, true, error);
    return status == CSTM_OK ? writer_block(&run->writer, worker->evaluation, number, first,
                                            worker->errors, error)
                             : status;
}

static cstm_status
run_block(void *argument, int64_t number, int32_t index, cstm_error **error)
{
    struct run *run = argument;
    struct worker *worker = &run->workers[index];
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

/* What workers counted and listed, together. */
static cstm_status
collect(struct run *run, cstm_result *result, cstm_error **error)
{
    const struct rejections *known = &run->portfolio->rejections;
    size_t items = (size_t) writer_items(run->batch->strategy) * STATUS_LIMIT, n = known->n;
    for (int32_t w = 0; w < run->n_workers; w++)
        n += run->workers[w].block == NULL ? 0 : run->workers[w].block->rejections.n;
    int64_t *errors = memory_new_array(items, sizeof *errors);
    struct rejections all = {.items = memory_new_array(n, sizeof *all.items)};
    cstm_status status = errors == NULL || all.items == NULL ? error_no_memory(error) : CSTM_OK;
    if (status == CSTM_OK && known->n > 0)
        memcpy(all.items, known->items, known->n * sizeof *all.items);
    all.n = known->n;
    for (int32_t w = 0; status == CSTM_OK && w < run->n_workers; w++) {
        const struct worker *worker = &run->workers[w];
        for (size_t i = 0; worker->errors != NULL && i < items; i++)
            errors[i] += worker->errors[i];
        if (worker->block == NULL || worker->block->rejections.n == 0)
            continue;
        memcpy(all.items + all.n, worker->block->rejections.items,
               worker->block->rejections.n * sizeof *all.items);
        all.n += worker->block->rejections.n;
    }
    if (status == CSTM_OK)
        status = result_errors(result, errors, error);
    if (status == CSTM_OK)
        status = result_rejected(result, run->batch, &all, error);
    memory_free(errors);
    memory_free(all.items);
    return status;
}

static void
workers_clear(struct run *run)
{
    for (int32_t w = 0; run->workers != NULL && w < run->n_workers; w++) {
        block_free(run->workers[w].block);
        evaluation_free(run->workers[w].evaluation);
        memory_free(run->workers[w].errors);
    }
    memory_free(run->workers);
}

static cstm_status
run_blocks(struct run *run, cstm_result *result, cstm_error **error)
{
    struct parallel parallel = parallel_of(run->batch);
    parallel.progress = run->batch->progress;
    parallel.progress_data = run->batch->progress_data;
    run->n_workers = parallel_workers(&parallel);
    run->workers = memory_new_array((size_t) run->n_workers, sizeof *run->workers);
    if (run->workers == NULL)
        return error_no_memory(error);
    cstm_status status = writer_init(&run->writer, run->batch, run->portfolio, result, error);
    if (status == CSTM_OK)
        status = parallel_for(&parallel, result->n_blocks, run->portfolio->members[0].n, run_block,
                              run, error);
    if (status == CSTM_OK)
        status = writer_finish(&run->writer, error);
    if (status == CSTM_OK)
        status = collect(run, result, error);
    writer_clear(&run->writer);
    workers_clear(run);
    return status;
}

/* As an outcome's. */
static void
write_digest(cstm_result *result, int64_t as_of)
{
    const char *const parts[] = {"strategy ", result->strategy->digest_text, " libcustomer ",
                                 cstm_version_text(), " as_of "};
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = strlen(parts[i]);
        memcpy(result->digest + at, parts[i], size);
        at += size;
    }
    result->digest[at + text_from_int64(as_of, result->digest + at)] = '\0';
}

static cstm_status
result_new(const struct run *run, cstm_result **result, cstm_error **error)
{
    const cstm_strategy *strategy = run->batch->strategy;
    struct cstm_result *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_RESULT;
    made->strategy = cstm_strategy_ref(run->batch->strategy);
    made->day = run->day;
    made->lifecycles = (run->batch->parts & CSTM_RUN_LIFECYCLES) != 0;
    made->segments = (run->batch->parts & CSTM_RUN_SEGMENTS) != 0;
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
    write_digest(made, run->as_of);
    *result = made;
    return CSTM_OK;
}

cstm_status
cstm_batch_run(cstm_batch *batch, int64_t as_of, cstm_result **result, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (result == NULL)
        return error_misuse(error, "result is NULL");
    if (!is_legal_in(&batch->strategy->schema, as_of))
        return error_set(error, CSTM_ERROR_RANGE, "as_of lies outside the years 1 to 9999");
    status = prepare(batch, error);
    if (status != CSTM_OK)
        return status;
    struct run run = {.batch = batch,
                      .portfolio = batch->portfolio,
                      .as_of = as_of,
                      .day = zone_day(batch->strategy->schema.zone, as_of, NULL)};
    run.columns = batch_reads_columns(batch, run.day);
    struct cstm_result *made = NULL;
    status = result_new(&run, &made, error);
    if (status != CSTM_OK)
        return status;
    status = run_blocks(&run, made, error);
    if (status != CSTM_OK) {
        cstm_result_free(made);
        return status;
    }
    *result = made;
    return CSTM_OK;
}

/* --- one customer --- */

static cstm_status
fill_profile(const cstm_batch *batch, cstm_profile *profile, int32_t customer, int64_t as_of,
             cstm_error **error)
{
    struct block *block;
    cstm_status status = block_new(batch, batch->portfolio, as_of, &block, error);
    if (status != CSTM_OK)
        return status;
    block->target = &profile->history;
    for (int32_t k = 0; status == CSTM_OK && k < batch->strategy->schema.n_events; k++)
        if (batch->observed_from[k] != INT64_MAX)
            status = history_observe(&profile->history, k, batch->observed_from[k], error);
    if (status == CSTM_OK)
        status = block_build(block, customer, customer + 1, error);
    block_free(block);
    profile_changed(profile, PROFILE_ANY_TIME);
    return status;
}

cstm_status
cstm_batch_profile(cstm_batch *batch, const char *key, size_t size, int64_t as_of,
                   cstm_profile **profile, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (key == NULL || profile == NULL)
        return error_misuse(error, key == NULL ? "key is NULL" : "profile is NULL");
    if (!is_legal_in(&batch->strategy->schema, as_of))
        return error_set(error, CSTM_ERROR_RANGE, "as_of lies outside the years 1 to 9999");
    status = prepare(batch, error);
    if (status != CSTM_OK)
        return status;
    int32_t customer = portfolio_find(batch->portfolio, key, size);
    if (customer < 0)
        return error_set(error, CSTM_ERROR_UNKNOWN, "no customer of the batch has this key");
    cstm_profile *made = NULL;
    status = cstm_profile_new(batch->strategy, key, size, &made, error);
    if (status != CSTM_OK)
        return status;
    status = fill_profile(batch, made, customer, as_of, error);
    if (status != CSTM_OK) {
        cstm_profile_free(made);
        return status;
    }
    *profile = made;
    return CSTM_OK;
}
