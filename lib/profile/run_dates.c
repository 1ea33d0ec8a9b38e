/* A run over many dates of each customer, none of which sees what came after it. Histories are built
 * once, with all facts up to the latest date of the run, and read at one civil day after the other,
 * the customers of a day together; machines go on from where the day before left them, so that a
 * fold over days passes each date and begins once.
 *
 * A history that is read on a day shows nothing of later days. Within a day it cannot tell what came
 * after an instant: a date with facts behind it on its own day gets a history of its own, of what
 * was known by then. */
#include "profile/dated_columns.h"

#include "profile/standing.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    int64_t as_of;
    int32_t day;
    int32_t customer;
    int32_t pair;
};

struct dated {
    const cstm_strategy *strategy;
    struct block *apart;    /* for dates that need a history of their own */
    struct entry *entries;  /* by day and customer */
    struct entry *divided;  /* those for `apart`, by instant and customer */
    size_t n_entries, n_divided, entry_capacity, divided_capacity;
    int32_t *pairs, *customers; /* of the rows that are written */
    size_t pair_capacity, customer_capacity;
    struct standing *standings; /* per customer: after the last day that was read */
    int32_t *last_day;          /* per customer: the last day that will be read */
    size_t standing_capacity, last_day_capacity;
    struct dated_rows rows;
    struct dated_columns *columns;
};

static void
forget_standings(struct dated *dated)
{
    for (size_t i = 0; dated->standings != NULL && i < dated->standing_capacity; i++)
        standing_clear(&dated->standings[i], dated->strategy);
}

void
dated_free(struct dated *dated)
{
    if (dated == NULL)
        return;
    forget_standings(dated);
    block_free(dated->apart);
    memory_free(dated->entries);
    memory_free(dated->divided);
    memory_free(dated->pairs);
    memory_free(dated->customers);
    memory_free(dated->standings);
    memory_free(dated->last_day);
    memory_free(dated->rows.targets);
    dated_columns_free(dated->columns);
    memory_free(dated);
}

static struct dated *
dated_new(const struct run *run, cstm_error **error)
{
    struct dated *dated = memory_new(sizeof *dated);
    if (dated != NULL) {
        dated->strategy = run->batch->strategy;
        dated->standings = memory_new_array(BLOCK_CUSTOMERS, sizeof *dated->standings);
        dated->standing_capacity = dated->standings == NULL ? 0 : BLOCK_CUSTOMERS;
        dated->last_day = memory_new_array(BLOCK_CUSTOMERS, sizeof *dated->last_day);
    }
    if (dated == NULL || dated->standings == NULL || dated->last_day == NULL) {
        dated_free(dated);
        (void) error_no_memory(error);
        return NULL;
    }
    return dated;
}

/* --- which pairs are read from which histories --- */

static int
by_day(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->pair > y->pair) - (x->pair < y->pair);
}

static int
by_instant(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->as_of != y->as_of)
        return x->as_of < y->as_of ? -1 : 1;
    if (x->customer != y->customer)
        return x->customer < y->customer ? -1 : 1;
    return (x->pair > y->pair) - (x->pair < y->pair);
}

/* Whether a history with later facts says on the day what one of then said: nothing is behind the
 * instant on its own day, or (where clocks went back over midnight) on the one before. */
static bool
day_is_over(const struct history *history, int64_t as_of, int32_t day)
{
    return history_latest_on(history, day) <= as_of &&
           (day == CIVIL_DAY_MIN || history_latest_on(history, day - 1) <= as_of);
}

static cstm_status
sort_out(struct dated *dated, const struct run *run, const struct block *block, cstm_error **error)
{
    const struct dates *dates = run->dates;
    size_t n = (size_t) (dates->start[block->until] - dates->start[block->first]);
    if (!memory_reserve(&dated->entries, &dated->entry_capacity, n, sizeof *dated->entries) ||
        !memory_reserve(&dated->divided, &dated->divided_capacity, n, sizeof *dated->divided) ||
        !memory_reserve(&dated->pairs, &dated->pair_capacity, n, sizeof *dated->pairs) ||
        !memory_reserve(&dated->customers, &dated->customer_capacity, n, sizeof *dated->customers))
        return error_no_memory(error);
    dated->n_entries = 0;
    dated->n_divided = 0;
    for (int32_t c = block->first; c < block->until; c++) {
        const struct history *history = &block->histories[c - block->first];
        dated->last_day[c - block->first] = INT32_MIN;
        for (int32_t i = dates->start[c]; i < dates->start[c + 1]; i++) {
            int32_t pair = dates->list[i];
            struct entry entry = {dates->as_of[pair], dates->day[pair], c, pair};
            if (!day_is_over(history, entry.as_of, entry.day)) {
                dated->divided[dated->n_divided++] = entry;
                continue;
            }
            dated->entries[dated->n_entries++] = entry;
            dated->last_day[c - block->first] = entry.day;
        }
    }
    if (dated->n_entries > 1)
        qsort(dated->entries, dated->n_entries, sizeof *dated->entries, by_day);
    if (dated->n_divided > 1)
        qsort(dated->divided, dated->n_divided, sizeof *dated->divided, by_instant);
    return CSTM_OK;
}

/* What was evaluated of the entries, and what comes after. */
static cstm_status
write_rows(struct run *run, struct worker *worker, int64_t number, const struct entry *entries,
           size_t n, cstm_error **error)
{
    struct dated *dated = worker->dated;
    for (size_t i = 0; i < n; i++) {
        dated->pairs[i] = entries[i].pair;
        dated->customers[i] = entries[i].customer;
    }
    dated->rows.day = entries[0].day;
    dated->rows.n = (int32_t) n;
    dated->rows.pairs = dated->pairs;
    cstm_status status =
        writer_dated(&run->writer, worker->evaluation, &dated->rows, number, worker->errors, error);
    return status == CSTM_OK && run->ahead > 0
               ? ahead_write(run, worker, dated->customers, (int32_t) n, entries[0].day,
                             &dated->rows, number, error)
               : status;
}

/* --- machines from date to date --- */

static cstm_status
take_states(struct dated *dated, const struct evaluation *evaluation, int32_t at,
            const struct history *history, struct standing *standing, cstm_error **error)
{
    const cstm_strategy *strategy = dated->strategy;
    if (!standing_reserve(standing, strategy, history->n_instances))
        return error_no_memory(error);
    for (int32_t i = 0; i < history->n_instances; i++) {
        int32_t entity = history->instances[i].entity, row = evaluation_row(evaluation, at, i);
        for (int32_t m = 0; m < strategy->n_machines; m++) {
            const struct machine_state *state = strategy->machines[m].entity == entity
                                                    ? evaluation_machine(evaluation, m, row)
                                                    : NULL;
            if (state == NULL || state->day == NO_DAY)
                continue;
            struct machine_state *states = standing_make(standing, strategy, i, entity);
            if (states == NULL)
                return error_no_memory(error);
            cstm_status status =
                machine_state_copy(&states[m], state, &strategy->machines[m], error);
            if (status != CSTM_OK)
                return status;
        }
    }
    return CSTM_OK;
}

/* The entries [from, until) of one day. */
static cstm_status
read_day(struct run *run, struct worker *worker, int64_t number, size_t from, size_t until,
         cstm_error **error)
{
    struct dated *dated = worker->dated;
    const struct block *block = worker->block;
    const struct entry *entries = dated->entries;
    bool machines = dated->strategy->n_machines > 0, later = false;
    cstm_status status = CSTM_OK;
    evaluation_reset(worker->evaluation);
    for (size_t i = from; status == CSTM_OK && i < until; i++) {
        int32_t c = entries[i].customer - block->first;
        later = later || dated->last_day[c] > entries[i].day;
        status = evaluation_add(worker->evaluation, &block->histories[c],
                                &dated->standings[c].checkpoints, error);
    }
    /* One customer alone is asked no more than decides where they stand, which is not enough to go
     * on from. */
    if (status == CSTM_OK && machines && later && until - from == 1) {
        int32_t c = entries[from].customer - block->first;
        status = evaluation_add(worker->evaluation, &block->histories[c],
                                &dated->standings[c].checkpoints, error);
    }
    if (status == CSTM_OK)
        status =
            evaluation_run(worker->evaluation, entries[from].day, run->batch->parts, true, error);
    if (status != CSTM_OK)
        return status;
    status = write_rows(run, worker, number, entries + from, until - from, error);
    for (size_t i = from; status == CSTM_OK && machines && i < until; i++) {
        int32_t c = entries[i].customer - block->first;
        if (dated->last_day[c] > entries[i].day)
            status = take_states(dated, worker->evaluation, (int32_t) (i - from),
                                 &block->histories[c], &dated->standings[c], error);
    }
    return status;
}

/* --- dates with histories of their own --- */

/* The entries [from, until) of one instant, and of customers that follow each other. */
static cstm_status
read_instant(struct run *run, struct worker *worker, int64_t number, size_t from, size_t until,
             cstm_error **error)
{
    struct dated *dated = worker->dated;
    const struct entry *entries = dated->divided;
    cstm_status status = CSTM_OK;
    if (dated->apart == NULL)
        status = block_new(run->batch, run->portfolio, entries[from].as_of, &dated->apart, error);
    if (status != CSTM_OK)
        return status;
    dated->apart->as_of = entries[from].as_of;
    status =
        block_build(dated->apart, entries[from].customer, entries[until - 1].customer + 1, error);
    dated->apart->rejections.n = 0; /* the whole history has listed them */
    evaluation_reset(worker->evaluation);
    for (size_t i = from; status == CSTM_OK && i < until; i++) {
        int32_t c = entries[i].customer - dated->apart->first;
        status = evaluation_add(worker->evaluation, &dated->apart->histories[c], NULL, error);
    }
    if (status == CSTM_OK)
        status =
            evaluation_run(worker->evaluation, entries[from].day, run->batch->parts, true, error);
    return status == CSTM_OK
               ? write_rows(run, worker, number, entries + from, until - from, error)
               : status;
}

/* --- blocks --- */

static cstm_status
read_histories(struct run *run, struct worker *worker, int64_t number, int32_t first, int32_t until,
               cstm_error **error)
{
    struct dated *dated = worker->dated;
    cstm_status status = CSTM_OK;
    if (worker->evaluation == NULL)
        status = evaluation_new(run->batch->strategy, &worker->evaluation, error);
    size_t listed = worker->block->rejections.n;
    if (status == CSTM_OK)
        status = block_build(worker->block, first, until, error);
    if (status == CSTM_OK && run->ahead > 0)
        status = ahead_build(run, worker, first, until, listed, error);
    if (status == CSTM_OK)
        status = block_count_unmatched(worker->block, run->day, error);
    if (status == CSTM_OK)
        status = sort_out(dated, run, worker->block, error);
    for (size_t from = 0; status == CSTM_OK && from < dated->n_entries;) {
        size_t end = from + 1;
        while (end < dated->n_entries && dated->entries[end].day == dated->entries[from].day)
            end++;
        status = read_day(run, worker, number, from, end, error);
        from = end;
    }
    forget_standings(dated);
    for (size_t from = 0; status == CSTM_OK && from < dated->n_divided;) {
        const struct entry *entries = dated->divided;
        size_t end = from + 1;
        while (end < dated->n_divided && entries[end].as_of == entries[from].as_of &&
               entries[end].customer <= entries[end - 1].customer + 1)
            end++;
        status = read_instant(run, worker, number, from, end, error);
        from = end;
    }
    return status;
}

/* Customers that nothing is asked of are passed over. */
static cstm_status
run_dated_block(void *argument, int64_t number, int32_t index, cstm_error **error)
{
    struct run *run = argument;
    struct worker *worker = &run->workers[index];
    const int32_t *start = run->dates->start;
    int32_t customers = run->portfolio->members[0].n, first = (int32_t) number * BLOCK_CUSTOMERS;
    int32_t until = customers - first < BLOCK_CUSTOMERS ? customers : first + BLOCK_CUSTOMERS;
    if (start[first] == start[until])
        return CSTM_OK;
    cstm_status status = worker_start(run, worker, error);
    if (status == CSTM_OK && worker->dated == NULL) {
        worker->dated = dated_new(run, error);
        status = worker->dated == NULL ? CSTM_ERROR_NO_MEMORY : CSTM_OK;
    }
    while (status == CSTM_OK && first < until) {
        int32_t end = first;
        while (end < until && start[end] < start[end + 1])
            end++;
        bool done = end == first;
        if (!done && run->columns)
            status = dated_columns_run(run, worker, &worker->dated->columns, first, end, number,
                                       &done, error);
        if (status == CSTM_OK && !done)
            status = read_histories(run, worker, number, first, end, error);
        first = end + 1;
    }
    return status;
}

cstm_status
run_dates(cstm_batch *batch, const cstm_table *table, cstm_result **result, cstm_error **error)
{
    struct dates dates;
    struct cstm_result *made = NULL;
    cstm_status status = dates_read(batch, batch->portfolio, table, &dates, error);
    if (status == CSTM_OK) {
        struct run run = {.batch = batch,
                          .portfolio = batch->portfolio,
                          .dates = &dates,
                          .as_of = dates.latest,
                          .day = dates.n == 0 ? 0
                                              : zone_day(batch->strategy->schema.zone,
                                                         dates.latest, NULL)};
        run.ahead = run_ahead(&run);
        run.columns = dates.n > 0 && dated_reads_columns(&run);
        status = run_result(&run, &made, error);
        if (status == CSTM_OK)
            status = run_blocks(&run, run_dated_block, made, error);
    }
    dates_clear(&dates, &batch->strategy->schema);
    if (status != CSTM_OK) {
        cstm_result_free(made);
        return status;
    }
    *result = made;
    return CSTM_OK;
}
