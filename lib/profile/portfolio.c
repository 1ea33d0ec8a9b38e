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
    memory_free(group->map);
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

static void
look_over(struct map_piece *piece)
{
    int32_t n = (int32_t) (piece->until - piece->from), unmapped = 0, falls = 0;
    const int32_t *instances = piece->instances;
    for (int32_t i = 0; i < n; i++)
        unmapped += instances[i] < 0;
    for (int32_t i = 1; i < n; i++)
        falls += instances[i] < instances[i - 1];
    piece->unmapped = unmapped;
    piece->rising = falls == 0;
    piece->first = instances[0];
    piece->last = instances[n - 1];
}

static cstm_status
map_task(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) worker;
    (void) error;
    struct map_piece *piece = &((const struct making *) argument)->pieces[block];
    if (!piece->index->ready)
        memset(piece->instances, 0xff,
               (size_t) (piece->until - piece->from) * sizeof *piece->instances);
    else
        key_index_map(piece->index, piece->column, piece->from, piece->until, piece->instances);
    look_over(piece);
    return CSTM_OK;
}

static cstm_status
add_pieces(struct making *making, const struct key_index *index, const struct table_column *column,
           int32_t *instances, int32_t group, cstm_error **error)
{
    for (int64_t from = 0; from < column->rows; from += MAP_ROWS) {
        if (!memory_reserve(&making->pieces, &making->piece_capacity, making->n_pieces + 1,
                            sizeof *making->pieces))
            return error_no_memory(error);
        int64_t until = column->rows - from < MAP_ROWS ? column->rows : from + MAP_ROWS;
        making->pieces[making->n_pieces++] =
            (struct map_piece){index, column, from, until, instances + from, group, 0, -1, -1, false};
    }
    return CSTM_OK;
}

static cstm_status
run_pieces(struct making *making, cstm_error **error)
{
    return parallel_for(making->parallel, (int64_t) making->n_pieces, (int64_t) making->n_pieces,
                        map_task, making, error);
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
    if (!making->ordered[entity] || index->ready)
        return CSTM_OK;
    return key_index_make(index, &members->source->key, members, true, error);
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
            add_pieces(making, &making->indexes[parent], &members->source->parent, parents, -1, error);
    if (status == CSTM_OK)
        status = run_pieces(making, error);
    making->n_pieces = 0;
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
                       &making->batch->sources[group->sources[s]].key, map + group->base[s], index, error);
    return status;
}

static bool
reject_unmapped(struct making *making, const struct group *group, const int32_t *map)
{
    for (int32_t s = 0; s < group->n_sources; s++) {
        const struct source *source = &making->batch->sources[group->sources[s]];
        for (int64_t row = 0; row < source->rows; row++) {
            if (map[group->base[s] + row] >= 0)
                continue;
            cstm_status status =
                column_is_valid(&source->key, row) ? CSTM_ERROR_UNKNOWN : CSTM_ERROR_MISSING;
            if (!rejections_add(&making->portfolio->rejections, group->sources[s], row, FIELD_KEY,
                                status))
                return false;
        }
    }
    return true;
}

/* Those of one group, over the pieces of its map: whether it is in order already. */
static cstm_status
look_over_group(struct making *making, int32_t number, bool *in_order, cstm_error **error)
{
    struct group *group = making_group(making, number);
    int32_t last = 0, unmapped = 0;
    const int32_t *map = making->maps[number];
    *in_order = true;
    for (size_t i = 0; i < making->n_pieces; i++) {
        const struct map_piece *piece = &making->pieces[i];
        if (piece->group != number)
            continue;
        unmapped += piece->unmapped;
        *in_order = *in_order && piece->rising && piece->first >= last;
        last = piece->last;
    }
    *in_order = *in_order && unmapped == 0;
    if (unmapped > 0 && !reject_unmapped(making, group, map))
        return error_no_memory(error);
    group->map = making->maps[number];
    making->maps[number] = NULL;
    return CSTM_OK;
}

static cstm_status
list_group(struct group *group, int32_t n, bool in_order, cstm_error **error)
{
    const int32_t *map = group->map;
    int32_t rows = group->base[group->n_sources], mapped = 0;
    int32_t *start = memory_new_array((size_t) n + 2, sizeof *start);
    if (start == NULL)
        return error_no_memory(error);
    for (int32_t row = 0; row < rows; row++)
        if (map[row] >= 0) {
            start[map[row] + 1]++;
            mapped++;
        }
    for (int32_t i = 0; i < n; i++)
        start[i + 1] += start[i];
    int32_t *list = in_order ? NULL : memory_new_array((size_t) mapped, sizeof *list);
    if (!in_order && list == NULL) {
        memory_free(start);
        return error_no_memory(error);
    }
    for (int32_t row = 0; list != NULL && row < rows; row++)
        if (map[row] >= 0)
            list[start[map[row]]++] = row;
    if (list != NULL) {
        memmove(start + 1, start, (size_t) n * sizeof *start);
        start[0] = 0;
    }
    group->start = start;
    group->list = list;
    memory_free(group->map);
    group->map = NULL;
    return CSTM_OK;
}

struct listing {
    struct portfolio *portfolio;
    int32_t n_events;
};

static cstm_status
list_task(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) worker;
    const struct listing *listing = argument;
    struct portfolio *portfolio = listing->portfolio;
    struct group *group = block < listing->n_events
                              ? &portfolio->events[block]
                              : &portfolio->attributes[block - listing->n_events];
    return group->map == NULL
               ? CSTM_OK
               : list_group(group, portfolio->members[group->entity].n, false, error);
}

cstm_status
portfolio_list(struct portfolio *portfolio, const struct schema *schema,
               const struct parallel *parallel, cstm_error **error)
{
    struct listing listing = {portfolio, schema->n_events};
    int32_t n = schema->n_events + schema->n_entities;
    return parallel_for(parallel, n, n, list_task, &listing, error);
}

/* Dated attributes are always wanted by instance. */
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
    for (int32_t i = 0; status == CSTM_OK && i < n; i++) {
        struct group *group = making_group(making, i);
        bool in_order;
        if (making->maps[i] == NULL || group->base[group->n_sources] == 0)
            continue;
        status = look_over_group(making, i, &in_order, error);
        if (status == CSTM_OK && (in_order || i >= making->schema->n_events))
            status = list_group(group, making->portfolio->members[group->entity].n, in_order, error);
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
    if (portfolio->members == NULL || portfolio->events == NULL || portfolio->attributes == NULL ||
        making->indexes == NULL || making->ordered == NULL || making->grouped == NULL ||
        making->maps == NULL)
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
    memory_free(making.indexes);
    memory_free(making.ordered);
    memory_free(making.grouped);
    memory_free(making.maps);
    memory_free(making.pieces);
    if (status != CSTM_OK) {
        portfolio_free(made, schema);
        return status;
    }
    *portfolio = made;
    return CSTM_OK;
}
