/* What a result can be asked for: its tables, and of each lifecycle who stood where at the end of a
 * day and who moved between two. The logs of all instances lie one after the other, each begun by
 * its beginning. */
#include "profile/result.h"

void
cstm_result_free(cstm_result *result)
{
    if (!handle_is(result, HANDLE_RESULT))
        return;
    const cstm_strategy *strategy = result->strategy;
    for (int32_t e = 0; result->tables != NULL && e < strategy->schema.n_entities; e++)
        cstm_table_free(result->tables[e]);
    for (int32_t m = 0; result->logs != NULL && m < strategy->n_machines; m++) {
        for (int64_t b = 0; result->logs[m] != NULL && b < result->n_blocks; b++)
            memory_free(result->logs[m][b].entries);
        memory_free(result->logs[m]);
    }
    memory_free(result->tables);
    memory_free(result->logs);
    result_free_statuses(result);
    cstm_table_free(result->rejected);
    cstm_table_free(result->errors);
    cstm_table_free(result->report);
    cstm_strategy_unref(result->strategy);
    result->handle.tag = HANDLE_FREED;
    memory_free(result);
}

const cstm_table *
cstm_result_table(const cstm_result *result, int32_t kind)
{
    if (!handle_is(result, HANDLE_RESULT) || kind < 0 ||
        kind >= result->strategy->schema.n_entities)
        return NULL;
    return result->tables[kind];
}

const cstm_table *
cstm_result_rejected(const cstm_result *result)
{
    return handle_is(result, HANDLE_RESULT) ? result->rejected : NULL;
}

const cstm_table *
cstm_result_errors(const cstm_result *result)
{
    return handle_is(result, HANDLE_RESULT) ? result->errors : NULL;
}

const cstm_table *
cstm_result_report(const cstm_result *result)
{
    return handle_is(result, HANDLE_RESULT) ? result->report : NULL;
}

const char *
cstm_result_digest(const cstm_result *result)
{
    return handle_is(result, HANDLE_RESULT) ? result->digest : "";
}

/* Takes the logs of a chunk apart. */
static void
add_chunk(struct funnel *funnel, const struct log_chunk *chunk, int32_t at, int32_t from,
          int32_t to)
{
    for (size_t i = 0; i < chunk->n;) {
        size_t end = i + 1;
        while (end < chunk->n && chunk->entries[end].transition >= 0)
            end++;
        funnel_add(funnel, chunk->entries + i, (int32_t) (end - i),
                   chunk->entries[i].from == FROM_CENSORED, at, from, to);
        i = end;
    }
}

static cstm_status
count(const cstm_result *result, int32_t lifecycle, int32_t at, int32_t from, int32_t to,
      struct funnel *funnel, cstm_error **error)
{
    cstm_status status = funnel_init(funnel, &result->strategy->machines[lifecycle], error);
    for (int64_t b = 0; status == CSTM_OK && b < result->n_blocks; b++)
        add_chunk(funnel, &result->logs[lifecycle][b], at, from, to);
    return status;
}

static cstm_status
check(const cstm_result *result, int32_t lifecycle, int32_t day, cstm_table **table,
      cstm_error **error)
{
    if (!handle_is(result, HANDLE_RESULT))
        return error_misuse(error, "result is NULL or not a result");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    if (lifecycle < 0 || lifecycle >= result->strategy->n_machines)
        return error_misuse(error, "lifecycle is not a lifecycle of the strategy");
    if (!result->lifecycles)
        return error_misuse(error, "the run did not compute lifecycles");
    if (day > result->day)
        return error_set(error, CSTM_ERROR_RANGE,
                         "the day lies after the day that the result is of");
    return CSTM_OK;
}

cstm_status
cstm_result_funnel(const cstm_result *result, int32_t lifecycle, int32_t day, cstm_table **table,
                   cstm_error **error)
{
    error_clear(error);
    struct funnel funnel;
    cstm_status status = check(result, lifecycle, day, table, error);
    if (status == CSTM_OK)
        status = count(result, lifecycle, day, INT32_MAX, INT32_MIN, &funnel, error);
    if (status != CSTM_OK)
        return status;
    const struct machine *machine = &result->strategy->machines[lifecycle];
    struct builder builder;
    uint8_t *share_valid, *mean_valid;
    status = builder_start(&builder, machine->n_stages, error);
    if (status != CSTM_OK) {
        funnel_clear(&funnel);
        return status;
    }
    int32_t *stage = builder_codes(&builder, "stage", (const char *const *) machine->stages,
                                   machine->n_stages, NULL);
    int64_t *standing = stage == NULL ? NULL : builder_int64s(&builder, "count", NULL);
    double *share = standing == NULL ? NULL : builder_doubles(&builder, "share", &share_valid);
    int64_t *censored = share == NULL ? NULL : builder_int64s(&builder, "censored", NULL);
    double *mean = censored == NULL ? NULL : builder_doubles(&builder, "mean_days", &mean_valid);
    int64_t all = 0;
    for (int32_t s = 0; s < machine->n_stages; s++)
        all += funnel.standing[s];
    for (int32_t s = 0; mean != NULL && s < machine->n_stages; s++) {
        int64_t others = funnel.standing[s] - funnel.censored[s];
        stage[s] = s;
        standing[s] = funnel.standing[s];
        censored[s] = funnel.censored[s];
        share_valid[s] = all > 0;
        share[s] = all > 0 ? wide_ratio(funnel.standing[s], all) : 0;
        mean_valid[s] = others > 0;
        mean[s] = others > 0 ? wide_ratio(funnel.days[s], others) : 0;
    }
    funnel_clear(&funnel);
    return mean == NULL ? builder_fail(&builder, error) : builder_end(&builder, table, error);
}

cstm_status
cstm_result_transitions(const cstm_result *result, int32_t lifecycle, int32_t after, int32_t until,
                        cstm_table **table, cstm_error **error)
{
    error_clear(error);
    struct funnel funnel;
    cstm_status status = check(result, lifecycle, until, table, error);
    if (status == CSTM_OK && until < after)
        status = error_set(error, CSTM_ERROR_RANGE, "the last day lies before the first");
    if (status == CSTM_OK)
        status = count(result, lifecycle, until, after, until, &funnel, error);
    if (status != CSTM_OK)
        return status;
    const struct machine *machine = &result->strategy->machines[lifecycle];
    const char *const *stages = (const char *const *) machine->stages;
    int64_t rows = 0, row = 0, cells = (int64_t) machine->n_stages * machine->n_stages;
    for (int64_t i = 0; i < cells; i++)
        rows += funnel.moved[i] > 0;
    struct builder builder;
    status = builder_start(&builder, rows, error);
    if (status != CSTM_OK) {
        funnel_clear(&funnel);
        return status;
    }
    int32_t *from = builder_codes(&builder, "from", stages, machine->n_stages, NULL);
    int32_t *to =
        from == NULL ? NULL : builder_codes(&builder, "to", stages, machine->n_stages, NULL);
    int64_t *moved = to == NULL ? NULL : builder_int64s(&builder, "count", NULL);
    for (int64_t i = 0; moved != NULL && i < cells; i++) {
        if (funnel.moved[i] == 0)
            continue;
        from[row] = (int32_t) (i / machine->n_stages);
        to[row] = (int32_t) (i % machine->n_stages);
        moved[row++] = funnel.moved[i];
    }
    funnel_clear(&funnel);
    return moved == NULL ? builder_fail(&builder, error) : builder_end(&builder, table, error);
}
