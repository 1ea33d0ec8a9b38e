/* A batch as its caller sees it: what was added and how to run; the runs themselves are in run.c and
 * run_dates.c. */
#include "profile/run.h"

#include <string.h>

cstm_status
batch_init(struct cstm_batch *batch, cstm_strategy *strategy, cstm_error **error)
{
    int32_t events = strategy->schema.n_events;
    batch->observed_from = memory_new_array((size_t) events, sizeof *batch->observed_from);
    batch->observed_until = memory_new_array((size_t) events, sizeof *batch->observed_until);
    if (batch->observed_from == NULL || batch->observed_until == NULL) {
        memory_free(batch->observed_from);
        memory_free(batch->observed_until);
        return error_no_memory(error);
    }
    for (int32_t k = 0; k < events; k++) {
        batch->observed_from[k] = INT64_MAX;
        batch->observed_until[k] = INT64_MIN;
    }
    batch->handle.tag = HANDLE_BATCH;
    batch->strategy = cstm_strategy_ref(strategy);
    batch->parts = CSTM_RUN_ALL;
    batch->n_threads = 1;
    return CSTM_OK;
}

static void
forget_portfolio(cstm_batch *batch)
{
    portfolio_free(batch->portfolio, &batch->strategy->schema);
    batch->portfolio = NULL;
}

void
batch_empty(struct cstm_batch *batch)
{
    forget_portfolio(batch);
    for (size_t i = 0; i < batch->n_sources; i++)
        source_clear(&batch->sources[i]);
    batch->n_sources = 0;
}

void
batch_clear(struct cstm_batch *batch)
{
    if (batch->strategy == NULL)
        return;
    batch_empty(batch);
    memory_free(batch->sources);
    memory_free(batch->observed_from);
    memory_free(batch->observed_until);
    cstm_strategy_unref(batch->strategy);
    batch->handle.tag = HANDLE_FREED;
}

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
    cstm_status status = batch_init(made, strategy, error);
    if (status != CSTM_OK) {
        memory_free(made);
        return status;
    }
    *batch = made;
    return CSTM_OK;
}

void
cstm_batch_free(cstm_batch *batch)
{
    if (!handle_is(batch, HANDLE_BATCH))
        return;
    batch_clear(batch);
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
    if (kind == SOURCE_EVENTS && schema->events[what].n_members > 0)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "an event '%s' is made of others; their tables are its own",
                         schema->events[what].name);
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

cstm_status
cstm_batch_observe(cstm_batch *batch, int32_t event, int64_t from, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (event < 0 || event >= batch->strategy->schema.n_events)
        return error_misuse(error, "event is not an event kind of the strategy");
    if (batch->strategy->schema.events[event].n_members > 0)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "an event '%s' is made of others, which are observed",
                         batch->strategy->schema.events[event].name);
    if (!instant_is_legal_in(batch->strategy->schema.zone, from))
        return error_set(error, CSTM_ERROR_RANGE, "from lies outside the years 1 to 9999");
    if (from < batch->observed_from[event])
        batch->observed_from[event] = from;
    return CSTM_OK;
}

cstm_status
cstm_batch_observe_until(cstm_batch *batch, int32_t event, int64_t until, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (event < 0 || event >= batch->strategy->schema.n_events)
        return error_misuse(error, "event is not an event kind of the strategy");
    if (!instant_is_legal_in(batch->strategy->schema.zone, until))
        return error_set(error, CSTM_ERROR_RANGE, "until lies outside the years 1 to 9999");
    batch->observed_until[event] = until;
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

/* --- runs --- */

/* Instants of the years 1 to 9999 only. */
static cstm_status
check_as_of(const cstm_batch *batch, int64_t as_of, cstm_error **error)
{
    return instant_is_legal_in(batch->strategy->schema.zone, as_of)
               ? CSTM_OK
               : error_set(error, CSTM_ERROR_RANGE, "as_of lies outside the years 1 to 9999");
}

cstm_status
cstm_batch_run(cstm_batch *batch, int64_t as_of, cstm_result **result, cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (result == NULL)
        return error_misuse(error, "result is NULL");
    status = check_as_of(batch, as_of, error);
    if (status == CSTM_OK)
        status = batch_prepare(batch, error);
    return status == CSTM_OK ? run_at(batch, as_of, result, error) : status;
}

cstm_status
cstm_batch_run_dates(cstm_batch *batch, const cstm_table *dates, cstm_result **result,
                     cstm_error **error)
{
    cstm_status status = check_batch(batch, error);
    if (status != CSTM_OK)
        return status;
    if (!handle_is(dates, HANDLE_TABLE))
        return error_misuse(error, "dates is NULL or not a table");
    if (result == NULL)
        return error_misuse(error, "result is NULL");
    status = batch_prepare(batch, error);
    return status == CSTM_OK ? run_dates(batch, dates, result, error) : status;
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
    status = check_as_of(batch, as_of, error);
    if (status == CSTM_OK)
        status = batch_prepare(batch, error);
    struct parallel parallel = batch_parallel(batch);
    if (status == CSTM_OK)
        status = portfolio_list(batch->portfolio, &batch->strategy->schema, &parallel, error);
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
