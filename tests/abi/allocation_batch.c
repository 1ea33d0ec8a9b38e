/* Failing allocations in batches: tables handed over, runs on one thread, on two and on the caller's executor, what a result tells. */
#include "allocation.h"

#include <stdlib.h>

static int32_t
part(const struct world *world, cstm_part kind, const char *name)
{
    return cstm_strategy_find(world->strategy, kind, name);
}

static bool
with_tables(struct world *world)
{
    world->living.strategy = cstm_strategy_ref(world->strategy);
    return living_tables(&world->living) && cstm_batch_new(world->strategy, &world->batch, NULL) == CSTM_OK;
}

static bool
with_batch(struct world *world)
{
    return with_tables(world)
           && cstm_batch_add_entities(world->batch, part(world, CSTM_PART_ENTITY, "customer"), world->living.customers, NULL) == CSTM_OK
           && cstm_batch_add_entities(world->batch, part(world, CSTM_PART_ENTITY, "account"), world->living.accounts, NULL) == CSTM_OK
           && cstm_batch_add_entities(world->batch, part(world, CSTM_PART_ENTITY, "card"), world->living.cards, NULL) == CSTM_OK
           && cstm_batch_add_events(world->batch, part(world, CSTM_PART_EVENT, "spend"), world->living.spends, NULL) == CSTM_OK;
}

/* Customers of more than one block (256 customers), with one visit each, and a row that is rejected. */
static bool
with_blocks(struct world *world)
{
    enum { CUSTOMERS = 520 };
    static char keys[CUSTOMERS * 8];
    static int64_t offsets[CUSTOMERS + 1], times[CUSTOMERS], pages[CUSTOMERS];
    int64_t used = 0;
    for (int i = 0; i < CUSTOMERS; i++) {
        used += snprintf(keys + used, sizeof keys - (size_t) used, "c%d", i);
        offsets[i + 1] = used;
        times[i] = LIVING_AS_OF - (i % 30) * LIVING_DAY;
        pages[i] = i;
    }
    world->living.strategy = cstm_strategy_ref(world->strategy);
    struct living *living = &world->living;
    bool good = cstm_table_new(&living->customers, NULL) == CSTM_OK && cstm_table_new(&living->spends, NULL) == CSTM_OK
        && cstm_table_add_string(living->customers, "customer", offsets, keys, NULL, CUSTOMERS, NULL) == CSTM_OK;
    keys[1] = '?';      /* the first visit is of nobody */
    return good && cstm_table_add_string(living->spends, "customer", offsets, keys, NULL, CUSTOMERS, NULL) == CSTM_OK
           && cstm_table_add_timestamp(living->spends, "time", times, NULL, CUSTOMERS, NULL) == CSTM_OK
           && cstm_table_add_int64(living->spends, "pages", pages, NULL, CUSTOMERS, NULL) == CSTM_OK
           && cstm_batch_new(world->strategy, &world->batch, NULL) == CSTM_OK
           && cstm_batch_add_entities(world->batch, 0, living->customers, NULL) == CSTM_OK
           && cstm_batch_add_events(world->batch, part(world, CSTM_PART_EVENT, "visit"), living->spends, NULL) == CSTM_OK
           && cstm_batch_set_threads(world->batch, 2, NULL) == CSTM_OK;
}

static bool
with_result(struct world *world)
{
    return with_batch(world) && cstm_batch_run(world->batch, LIVING_AS_OF, &world->result, NULL) == CSTM_OK;
}

/* The caller's tables; what a batch holds is seen in the runs that are made again. */
static void
tables_state(struct world *world)
{
    note_table(world->living.customers);
    note_table(world->living.spends);
}

static cstm_status
act_new(struct world *world, cstm_error **error)
{
    return cstm_batch_new(world->strategy, (cstm_batch **) &world->out[0], error);
}

static cstm_status
act_add_entities(struct world *world, cstm_error **error)
{
    return cstm_batch_add_entities(world->batch, part(world, CSTM_PART_ENTITY, "customer"), world->living.customers, error);
}

static cstm_status
act_add_events(struct world *world, cstm_error **error)
{
    return cstm_batch_add_events(world->batch, part(world, CSTM_PART_EVENT, "spend"), world->living.spends, error);
}

static bool
with_dated_attributes(struct world *world)
{
    static const char *const customers[] = {"c1", "c2"};
    static const int64_t times[] = {LIVING_AS_OF - 10 * LIVING_DAY, LIVING_AS_OF}, ages[] = {33, 18};
    return with_tables(world) && cstm_table_new(&world->table, NULL) == CSTM_OK && living_add_texts(world->table, "customer", customers, 2)
           && cstm_table_add_timestamp(world->table, "time", times, NULL, 2, NULL) == CSTM_OK
           && cstm_table_add_int64(world->table, "age", ages, NULL, 2, NULL) == CSTM_OK;
}

static cstm_status
act_add_attributes(struct world *world, cstm_error **error)
{
    return cstm_batch_add_attributes(world->batch, part(world, CSTM_PART_ENTITY, "customer"), world->table, error);
}

static cstm_status
act_run(struct world *world, cstm_error **error)
{
    return cstm_batch_run(world->batch, LIVING_AS_OF, (cstm_result **) &world->out[0], error);
}

/* The last day from its end and from the middle of it, and some days before. */
static bool
with_dates(struct world *world)
{
    static const char *const customers[] = {"c1", "c1", "c2", "nobody", "c1"};
    static const int64_t times[] = {LIVING_AS_OF, LIVING_AS_OF - 5 * LIVING_DAY, LIVING_AS_OF - LIVING_DAY / 3, LIVING_AS_OF,
                                    LIVING_AS_OF - 20 * LIVING_DAY};
    return with_batch(world) && cstm_table_new(&world->table, NULL) == CSTM_OK && living_add_texts(world->table, "customer", customers, 5)
           && cstm_table_add_timestamp(world->table, "as_of", times, NULL, 5, NULL) == CSTM_OK;
}

static cstm_status
act_run_dates(struct world *world, cstm_error **error)
{
    return cstm_batch_run_dates(world->batch, world->table, (cstm_result **) &world->out[0], error);
}

static int32_t
submit(void *data, cstm_task_function task, void *argument, int64_t count)
{
    (void) data;
    for (int64_t i = 0; i < count; i++)
        task(argument, i);
    return 0;
}

static void
wait_for_all(void *data)
{
    (void) data;
}

static bool
with_executor(struct world *world)
{
    return with_blocks(world) && cstm_batch_set_executor(world->batch, submit, wait_for_all, NULL, NULL) == CSTM_OK;
}

static cstm_status
act_profile(struct world *world, cstm_error **error)
{
    return cstm_batch_profile(world->batch, "c1", 2, LIVING_AS_OF, (cstm_profile **) &world->out[0], error);
}

static cstm_status
act_funnel(struct world *world, cstm_error **error)
{
    int32_t day;
    cstm_strategy_day(world->strategy, LIVING_AS_OF, &day, NULL);
    return cstm_result_funnel(world->result, 0, day, (cstm_table **) &world->out[0], error);
}

static cstm_status
act_transitions(struct world *world, cstm_error **error)
{
    int32_t day;
    cstm_strategy_day(world->strategy, LIVING_AS_OF, &day, NULL);
    return cstm_result_transitions(world->result, 0, day - 60, day, (cstm_table **) &world->out[0], error);
}

static bool
with_visits(struct world *world)
{
    static const char *const customers[] = {"c1", "c1", "c2", "c3"};
    static const int64_t times[] = {LIVING_AS_OF, LIVING_AS_OF - LIVING_DAY, LIVING_AS_OF - LIVING_DAY, 0}, pages[] = {1, 2, 3, 4};
    return cstm_table_new(&world->table, NULL) == CSTM_OK && living_add_texts(world->table, "customer", customers, 4)
           && cstm_table_add_timestamp(world->table, "time", times, NULL, 4, NULL) == CSTM_OK
           && cstm_table_add_int64(world->table, "pages", pages, NULL, 4, NULL) == CSTM_OK;
}

/* The first rows of a stream that is made for them. */
static cstm_status
act_stream(struct world *world, cstm_error **error)
{
    cstm_batch *settings = NULL;
    cstm_stream *stream = NULL;
    struct ArrowArrayStream input = {.release = NULL};
    cstm_status status = cstm_batch_new(world->strategy, &settings, error);
    if (status == CSTM_OK)
        status = cstm_stream_new(settings, 0, LIVING_AS_OF, NULL, &stream, error);
    if (status == CSTM_OK)
        status = cstm_stream_set_rows(stream, 2, error);
    if (status == CSTM_OK)
        status = cstm_table_export_stream(world->table, &input, error);
    if (status == CSTM_OK)
        status = cstm_stream_add(stream, CSTM_SOURCE_EVENTS, part(world, CSTM_PART_EVENT, "visit"), &input, error);
    if (status == CSTM_OK)
        status = cstm_stream_declare_money(stream, CSTM_SOURCE_EVENTS, part(world, CSTM_PART_EVENT, "visit"), "none", "CNY",
                                           CSTM_MONEY_MINOR, error);
    if (input.release != NULL)
        input.release(&input);
    cstm_stream_free(stream);
    stream = NULL;
    if (status == CSTM_OK)
        status = cstm_stream_new(settings, 0, LIVING_AS_OF, NULL, &stream, error);
    if (status == CSTM_OK)
        status = cstm_table_export_stream(world->table, &input, error);
    if (status == CSTM_OK)
        status = cstm_stream_add(stream, CSTM_SOURCE_EVENTS, part(world, CSTM_PART_EVENT, "visit"), &input, error);
    if (input.release != NULL)
        input.release(&input);
    if (status == CSTM_OK)
        status = cstm_stream_next(stream, (cstm_table **) &world->out[0], error);
    cstm_stream_free(stream);
    cstm_batch_free(settings);
    return status;
}

const struct allocation_case batch_cases[] = {
    {"a batch", NULL, act_new, NULL, {&gives_batch, NULL}, false, false},
    {"customers of a batch", with_tables, act_add_entities, tables_state, {NULL, NULL}, false, false},
    {"events of a batch", with_tables, act_add_events, tables_state, {NULL, NULL}, false, false},
    {"dated attributes of a batch", with_dated_attributes, act_add_attributes, tables_state, {NULL, NULL}, false, false},
    {"a run", with_batch, act_run, tables_state, {&gives_result, NULL}, false, false},
    {"a run on two threads", with_blocks, act_run, tables_state, {&gives_result, NULL}, false, false},
    {"a run on the caller's executor", with_executor, act_run, tables_state, {&gives_result, NULL}, false, false},
    {"a run over many dates", with_dates, act_run_dates, tables_state, {&gives_result, NULL}, false, false},
    {"a stream", with_visits, act_stream, NULL, {&gives_table, NULL}, false, false},
    {"a profile of a batch", with_batch, act_profile, tables_state, {&gives_profile, NULL}, false, false},
    {"a funnel", with_result, act_funnel, NULL, {&gives_table, NULL}, false, false},
    {"transitions", with_result, act_transitions, NULL, {&gives_table, NULL}, false, false},
};
const int n_batch_cases = sizeof batch_cases / sizeof *batch_cases;
