/* Keys to numbers, once for all runs: which customers there are, what stands under them, and which
 * rows of the events are whose. Rows are not moved; a group is a list of row numbers by instance (a
 * counting sort, 4 bytes a row), or nothing at all where a table is in that order already. */
#include "profile/portfolio.h"

#include <string.h>

#define MAP_ROWS 16384

bool
rejections_add(struct rejections *list, int32_t source, int64_t row, int32_t field,
               cstm_status status)
{
    if (list->n + 1 > list->capacity &&
        !memory_reserve(&list->items, &list->capacity, list->n + 1, sizeof *list->items))
        return false;
    list->items[list->n++] =
        (struct rejection){.source = source, .row = row, .field = field, .status = status};
    return true;
}

static void
group_clear(struct group *group)
{
    memory_free(group->sources);
    memory_free(group->base);
    memory_free(group->start);
    memory_free(group->list);
}

void
portfolio_free(struct portfolio *portfolio, const struct schema *schema)
{
    if (portfolio == NULL)
        return;
    for (int32_t e = 0; portfolio->members != NULL && e < schema->n_entities; e++) {
        memory_free(portfolio->members[e].rows);
        memory_free(portfolio->members[e].parent);
        memory_free(portfolio->members[e].start);
        memory_free(portfolio->members[e].list);
        memory_free(portfolio->members[e].place);
    }
    for (int32_t e = 0; portfolio->attributes != NULL && e < schema->n_entities; e++)
        group_clear(&portfolio->attributes[e]);
    for (int32_t k = 0; portfolio->events != NULL && k < schema->n_events; k++)
        group_clear(&portfolio->events[k]);
    memory_free(portfolio->members);
    memory_free(portfolio->events);
    memory_free(portfolio->attributes);
    memory_free(portfolio->order);
    memory_free(portfolio->rejections.items);
    memory_free(portfolio);
}

int32_t
portfolio_find(const struct portfolio *portfolio, const char *key, size_t size)
{
    const struct members *customers = &portfolio->members[0];
    char digits[24];
    for (int32_t i = 0; i < customers->n; i++) {
        struct rule_text text = key_text(&customers->source->key, member_row(customers, i), digits);
        if (text.size == size && memcmp(text.bytes, key, size) == 0)
            return i;
    }
    return -1;
}

/* --- work in parallel --- */

static cstm_status
map_task(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) worker;
    (void) error;
    const struct map_piece *piece = &((const struct making *) argument)->pieces[block];
    const struct table_column *column = piece->column;
    if (piece->index->slots == NULL) {
        memset(piece->instances, 0xff,
               (size_t) (piece->until - piece->from) * sizeof *piece->instances);
        return CSTM_OK;
    }
    key_index_map(piece->index, column, piece->from, piece->until, piece->instances);
    return CSTM_OK;
}

static cstm_status
add_pieces(struct making *making, const struct key_index *index, const struct table_column *column,
           int32_t *instances, cstm_error **error)
{
    for (int64_t from = 0; from < column->rows; from += MAP_ROWS) {
        if (!memory_reserve(&making->pieces, &making->piece_capacity, making->n_pieces + 1,
                            sizeof *making->pieces))
            return error_no_memory(error);
        int64_t until = column->rows - from < MAP_ROWS ? column->rows : from + MAP_ROWS;
        making->pieces[making->n_pieces++] =
            (struct map_piece){index, column, from, until, instances + from};
    }
    return CSTM_OK;
}

static cstm_status
run_pieces(struct making *making, cstm_error **error)
{
    cstm_status status = parallel_for(making->parallel, (int64_t) making->n_pieces,
                                      (int64_t) making->n_pieces, map_task, making, error);
    making->n_pieces = 0;
    return status;
}

/* --- entities --- */

static cstm_status
order_entities(struct making *making, cstm_error **error)
{
    const struct schema *schema = making->schema;
    int32_t *order = memory_new_array((size_t) schema->n_entities, sizeof *order), n = 0;
    making->portfolio->order = order;
    if (order == NULL)
        return error_no_memory(error);
    for (int32_t depth = 0; n < schema->n_entities && depth < schema->n_entities; depth++)
        for (int32_t e = 0; e < schema->n_entities; e++) {
            int32_t above = 0;
            for (int32_t p = schema->entities[e].parent; p >= 0; p = schema->entities[p].parent)
                above++;
            if (above == depth)
                order[n++] = e;
        }
    return CSTM_OK;
}

static bool
has_children(const struct schema *schema, int32_t entity)
{
    for (int32_t e = 0; e < schema->n_entities; e++)
        if (schema->entities[e].parent == entity)
            return true;
    return false;
}

/* Puts the instances of a child entity into the order of their customers. */
static cstm_status
place_members(struct making *making, int32_t entity, const int32_t *customer_of, cstm_error **error)
{
    struct members *members = &making->portfolio->members[entity];
    int32_t customers = making->portfolio->members[0].n;
    members->start = memory_new_array((size_t) customers + 2, sizeof *members->start);
    if (members->start == NULL)
        return error_no_memory(error);
    bool in_order = true;
    for (int32_t i = 0; i < members->n; i++) {
        members->start[customer_of[i] + 1]++;
        in_order = in_order && (i == 0 || customer_of[i - 1] <= customer_of[i]);
    }
    for (int32_t c = 0; c < customers; c++)
        members->start[c + 1] += members->start[c];
    if (in_order)
        return CSTM_OK;
    members->list = memory_new_array((size_t) members->n, sizeof *members->list);
    bool below = has_children(making->schema, entity);
    if (below)
        members->place = memory_new_array((size_t) members->n, sizeof *members->place);
    if (members->list == NULL || (below && members->place == NULL))
        return error_no_memory(error);
    for (int32_t i = 0; i < members->n; i++) {
        int32_t place = members->start[customer_of[i]]++;
        members->list[place] = i;
        if (below)
            members->place[i] = place;
    }
    memmove(members->start + 1, members->start, (size_t) customers * sizeof *members->start);
    members->start[0] = 0;
    return CSTM_OK;
}

static cstm_status
relate_members(struct making *making, int32_t entity, const int32_t *parents, cstm_error **error)
{
    struct members *members = &making->portfolio->members[entity];
    members->parent = memory_new_array((size_t) members->n, sizeof *members->parent);
    int32_t *customer_of = memory_new_array((size_t) members->n, sizeof *customer_of);
    if (members->parent == NULL || customer_of == NULL) {
        memory_free(customer_of);
        return error_no_memory(error);
    }
    for (int32_t i = 0; i < members->n; i++) {
        int32_t at = parents[member_row(members, i)];
        members->parent[i] = at;
        for (int32_t e = making->schema->entities[entity].parent; e > 0;
             e = making->schema->entities[e].parent)
            at = making->portfolio->members[e].parent[at];
        customer_of[i] = at;
    }
    cstm_status status = place_members(making, entity, customer_of, error);
    memory_free(customer_of);
    return status;
}

static cstm_status
number_members(struct making *making, int32_t entity, int32_t source, const int32_t *parents,
               cstm_error **error)
{
    struct members *members = &making->portfolio->members[entity];
    const struct source *table = members->source;
    members->rows = memory_new_array((size_t) table->rows, sizeof *members->rows);
    if (members->rows == NULL)
        return error_no_memory(error);
    cstm_status status = key_index_init(&making->indexes[entity], &table->key, members, error);
    if (status == CSTM_OK)
        status = key_index_fill(&making->indexes[entity], members, table, source, parents,
                                &making->portfolio->rejections, error);
    if (status == CSTM_OK && members->n == table->rows) {
        memory_free(members->rows);
        members->rows = NULL;
    }
    return status;
}

/* The index of an entity whose instances are known already. */
static cstm_status
need_index(struct making *making, int32_t entity, cstm_error **error)
{
    struct key_index *index = &making->indexes[entity];
    const struct members *members = &making->portfolio->members[entity];
    if (!making->ordered[entity] || index->slots != NULL)
        return CSTM_OK;
    cstm_status status = key_index_init(index, &members->source->key, members, error);
    if (status == CSTM_OK)
        key_index_hash(index);
    return status;
}

static cstm_status
make_members(struct making *making, int32_t entity, cstm_error **error)
{
    struct members *members = &making->portfolio->members[entity];
    int32_t parent = making->schema->entities[entity].parent;
    if (members->source == NULL || making->ordered[entity])
        return CSTM_OK;
    int32_t source = (int32_t) (members->source - making->batch->sources);
    if (parent < 0)
        return number_members(making, entity, source, NULL, error);
    int32_t *parents = memory_new_array((size_t) members->source->rows, sizeof *parents);
    if (parents == NULL)
        return error_no_memory(error);
    cstm_status status = need_index(making, parent, error);
    if (status == CSTM_OK)
        status =
            add_pieces(making, &making->indexes[parent], &members->source->parent, parents, error);
    if (status == CSTM_OK)
        status = run_pieces(making, error);
    if (status == CSTM_OK)
        status = number_members(making, entity, source, parents, error);
    if (status == CSTM_OK)
        status = relate_members(making, entity, parents, error);
    memory_free(parents);
    return status;
}

/* --- groups --- */

static cstm_status
gather_sources(struct making *making, int32_t index, cstm_error **error)
{
    const struct schema *schema = making->schema;
    const struct cstm_batch *batch = making->batch;
    struct group *group = making_group(making, index);
    bool events = index < schema->n_events;
    int32_t what = events ? index : index - schema->n_events;
    group->entity = events ? schema->events[index].entity : what;
    group->sources = memory_new_array(batch->n_sources + 1, sizeof *group->sources);
    group->base = memory_new_array(batch->n_sources + 1, sizeof *group->base);
    if (group->sources == NULL || group->base == NULL)
        return error_no_memory(error);
    int64_t rows = 0;
    for (size_t i = 0; i < batch->n_sources; i++) {
        const struct source *source = &batch->sources[i];
        if (source->what != what || source->kind != (events ? SOURCE_EVENTS : SOURCE_ATTRIBUTES))
            continue;
        group->sources[group->n_sources++] = (int32_t) i;
        rows += source->rows;
        if (rows > INT32_MAX - 1)
            return error_set(error, CSTM_ERROR_LIMIT,
                             "tables of %s: more than 2,147,483,646 rows together",
                             events ? schema->events[what].name : schema->entities[what].name);
        group->base[group->n_sources] = (int32_t) rows;
    }
    return CSTM_OK;
}

/* Asks for the instance of every row. */
static cstm_status
map_group(struct making *making, int32_t index, cstm_error **error)
{
    const struct group *group = making_group(making, index);
    int32_t rows = group->base[group->n_sources];
    if (making->grouped[index] || rows == 0)
        return CSTM_OK;
    int32_t *map = memory_new_array((size_t) rows, sizeof *map);
    making->maps[index] = map;
    if (map == NULL)
        return error_no_memory(error);
    cstm_status status = need_index(making, group->entity, error);
    for (int32_t s = 0; status == CSTM_OK && s < group->n_sources; s++)
        status =
            add_pieces(making, &making->indexes[group->entity],
                       &making->batch->sources[group->sources[s]].key, map + group->base[s], error);
    return status;
}

static bool
reject_unmapped(struct making *making, const struct group *group, const int32_t *map,
                struct rejections *rejected)
{
    for (int32_t s = 0; s < group->n_sources; s++) {
        const struct source *source = &making->batch->sources[group->sources[s]];
        for (int64_t row = 0; row < source->rows; row++) {
            if (map[group->base[s] + row] >= 0)
                continue;
            cstm_status status =
                column_is_valid(&source->key, row) ? CSTM_ERROR_UNKNOWN : CSTM_ERROR_MISSING;
            if (!rejections_add(rejected, group->sources[s], row, FIELD_KEY, status))
                return false;
        }
    }
    return true;
}

static cstm_status
group_task(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) worker;
    struct making *making = argument;
    struct group *group = making_group(making, (int32_t) block);
    const int32_t *map = making->maps[block];
    int32_t n = making->portfolio->members[group->entity].n, rows = group->base[group->n_sources];
    if (rows == 0 || making->grouped[block])
        return CSTM_OK;
    int32_t *start = memory_new_array((size_t) n + 2, sizeof *start);
    group->start = start;
    if (start == NULL)
        return error_no_memory(error);
    bool in_order = true;
    int32_t last = 0, unmapped = 0;
    for (int32_t row = 0; row < rows; row++) {
        int32_t instance = map[row];
        if (instance < 0) {
            unmapped++;
            continue;
        }
        start[instance + 1]++;
        in_order = in_order && instance >= last;
        last = instance;
    }
    if (unmapped > 0 && !reject_unmapped(making, group, map, &making->rejected[block]))
        return error_no_memory(error);
    for (int32_t i = 0; i < n; i++)
        start[i + 1] += start[i];
    if (in_order && unmapped == 0)
        return CSTM_OK;
    group->list = memory_new_array((size_t) (rows - unmapped), sizeof *group->list);
    if (group->list == NULL)
        return error_no_memory(error);
    for (int32_t row = 0; row < rows; row++)
        if (map[row] >= 0)
            group->list[start[map[row]]++] = row;
    memmove(start + 1, start, (size_t) n * sizeof *start);
    start[0] = 0;
    return CSTM_OK;
}

static cstm_status
make_groups(struct making *making, cstm_error **error)
{
    int32_t n = making_groups(making);
    cstm_status status = CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < n; i++)
        status = map_group(making, i, error);
    if (status != CSTM_OK || making->n_pieces == 0)
        return status;
    status = run_pieces(making, error);
    if (status == CSTM_OK)
        status = parallel_for(making->parallel, n, n, group_task, making, error);
    struct rejections *all = &making->portfolio->rejections;
    for (int32_t i = 0; status == CSTM_OK && i < n; i++) {
        const struct rejections *some = &making->rejected[i];
        if (some->n == 0)
            continue;
        if (!memory_reserve(&all->items, &all->capacity, all->n + some->n, sizeof *all->items))
            return error_no_memory(error);
        memcpy(all->items + all->n, some->items, some->n * sizeof *all->items);
        all->n += some->n;
    }
    return status;
}

static cstm_status
make(struct making *making, cstm_error **error)
{
    const struct schema *schema = making->schema;
    struct portfolio *portfolio = making->portfolio;
    portfolio->members = memory_new_array((size_t) schema->n_entities, sizeof *portfolio->members);
    portfolio->events = memory_new_array((size_t) schema->n_events, sizeof *portfolio->events);
    portfolio->attributes =
        memory_new_array((size_t) schema->n_entities, sizeof *portfolio->attributes);
    size_t groups = (size_t) making_groups(making);
    making->indexes = memory_new_array((size_t) schema->n_entities, sizeof *making->indexes);
    making->ordered = memory_new_array((size_t) schema->n_entities, sizeof *making->ordered);
    making->grouped = memory_new_array(groups, sizeof *making->grouped);
    making->maps = memory_new_array(groups, sizeof *making->maps);
    making->rejected = memory_new_array(groups, sizeof *making->rejected);
    if (portfolio->members == NULL || portfolio->events == NULL || portfolio->attributes == NULL ||
        making->indexes == NULL || making->ordered == NULL || making->grouped == NULL ||
        making->maps == NULL || making->rejected == NULL)
        return error_no_memory(error);
    for (size_t i = 0; i < making->batch->n_sources; i++)
        if (making->batch->sources[i].kind == SOURCE_ENTITIES)
            portfolio->members[making->batch->sources[i].what].source = &making->batch->sources[i];
    cstm_status status = order_entities(making, error);
    for (int32_t i = 0; status == CSTM_OK && i < making_groups(making); i++)
        status = gather_sources(making, i, error);
    if (status == CSTM_OK)
        status = portfolio_try_order(making, error);
    for (int32_t i = 0; status == CSTM_OK && i < schema->n_entities; i++)
        status = make_members(making, portfolio->order[i], error);
    return status == CSTM_OK ? make_groups(making, error) : status;
}

cstm_status
portfolio_new(const struct cstm_batch *batch, const struct parallel *parallel,
              struct portfolio **portfolio, cstm_error **error)
{
    const struct schema *schema = &batch->strategy->schema;
    struct portfolio *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    struct making making = {
        .batch = batch, .schema = schema, .parallel = parallel, .portfolio = made};
    cstm_status status = make(&making, error);
    for (int32_t e = 0; making.indexes != NULL && e < schema->n_entities; e++)
        key_index_clear(&making.indexes[e]);
    for (int32_t i = 0; making.maps != NULL && i < making_groups(&making); i++)
        memory_free(making.maps[i]);
    for (int32_t i = 0; making.rejected != NULL && i < making_groups(&making); i++)
        memory_free(making.rejected[i].items);
    memory_free(making.indexes);
    memory_free(making.ordered);
    memory_free(making.grouped);
    memory_free(making.maps);
    memory_free(making.rejected);
    memory_free(making.pieces);
    if (status != CSTM_OK) {
        portfolio_free(made, schema);
        return status;
    }
    *portfolio = made;
    return CSTM_OK;
}
