/* What travels of each kind's rows, where it goes to, and how much memory that takes; see
 * spread.h. */
#include "profile/spread.h"

#include <string.h>

#define PARTITIONS_MOST 1024 /* as many ends as a core's second cache holds */
#define PIECE_LEAST 65536
#define PIECES_MOST 128
#define LINE 64

/* --- what travels --- */

static bool
reads_order(const struct feature *feature)
{
    switch (feature->operator) {
    case FEATURE_FIRST:
    case FEATURE_LAST:
    case FEATURE_DISTINCT_DAYS:
    case FEATURE_LONGEST_GAP:
    case FEATURE_MEAN_GAP:
    case FEATURE_GAP_VARIATION:
    case FEATURE_STREAK:
    case FEATURE_DECAYED:
        return true;
    default:
        return false;
    }
}

static bool
reads_single(const struct feature *feature)
{
    return feature->operator== FEATURE_FIRST || feature->operator== FEATURE_LAST;
}

static bool
has_ids(const struct cstm_batch *batch, const struct group *group)
{
    for (int32_t s = 0; s < group->n_sources; s++)
        if (batch->sources[group->sources[s]].id.column.name != NULL)
            return true;
    return false;
}

/* Of entities above the event's own, the first and last of several instances' events would have to
 * be compared field by field; and computed fields are not where the rows came from. */
static bool
can_travel(const struct plan *plan, int32_t event)
{
    for (int32_t i = 0; i < plan->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        if (feature->event == event && reads_single(feature) &&
            (feature->entity != plan->schema->events[event].entity || plan->kinds[event].computes))
            return false;
    }
    return true;
}

/* Which fields travel, and how. */
static void
ask_features(struct spread *spread, const struct plan *plan, bool *values)
{
    const struct event_kind *declared = &plan->schema->events[spread->event];
    for (int32_t i = 0; i < plan->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        if (feature->event != spread->event)
            continue;
        spread->ordered = spread->ordered || reads_order(feature);
        if (reads_single(feature))
            spread->time_word = 0;
        if (feature->field < 0)
            continue;
        spread->present_bit[feature->field] = 0;
        if (columns_by_code(feature))
            continue;
        values[feature->field] = true;
        spread->wanted[feature->field] = true;
        spread->hashed[feature->field] = declared->fields[feature->field].type == CSTM_TYPE_STRING;
    }
    const struct kind_plan *kind = &plan->kinds[spread->event];
    for (int32_t i = 0; i < kind->n_lanes; i++) {
        int32_t field = kind->lanes[i].field;
        spread->coded[field] = true;
        spread->wanted[field] =
            spread->wanted[field] || declared->fields[field].type != CSTM_TYPE_STRING;
    }
    for (int32_t f = 0; kind->computes && f < spread->n_fields; f++)
        spread->wanted[f] = true;
    for (int32_t i = 0; i < kind->n_reads; i++)
        spread->wanted[kind->reads[i].field] = true;
}

/* Bits first, then codes from whole bytes on, then words. */
static void
lay_out(struct spread *spread, bool ids, const bool *values)
{
    int32_t bit = 96, fields = spread->n_fields;
    spread->first_bit = bit;
    bit += spread->n_rules;
    for (int32_t f = 0; f < fields; f++)
        if (spread->present_bit[f] >= 0 || spread->coded[f])
            spread->present_bit[f] = bit++;
    bit = (bit + 7) / 8 * 8;
    for (int32_t f = 0; f < fields; f++)
        if (spread->coded[f]) {
            spread->code_bit[f] = bit;
            bit += 8;
        }
    int32_t word = (bit + 63) / 64;
    spread->n_head = word;
    if (spread->time_word >= 0)
        spread->time_word = word++;
    if (ids)
        spread->id_word = word++;
    for (int32_t f = 0; f < fields; f++)
        if (values[f])
            spread->value_word[f] = word++;
    spread->n_words = word;
}

static cstm_status
plan_spread(struct spreads *spreads, int32_t event, cstm_error **error)
{
    const struct plan *plan = spreads->batch->strategy->plan;
    const struct group *group = &spreads->portfolio->events[event];
    struct spread *spread = &spreads->kinds[event];
    size_t n = (size_t) plan->schema->events[event].n_fields + 1;
    spread->event = event;
    spread->n_fields = plan->schema->events[event].n_fields;
    spread->n_rules = plan->kinds[event].n_where;
    spread->time_word = spread->id_word = -1;
    spread->present_bit = memory_new_array(n, sizeof *spread->present_bit);
    spread->code_bit = memory_new_array(n, sizeof *spread->code_bit);
    spread->value_word = memory_new_array(n, sizeof *spread->value_word);
    spread->hashed = memory_new_array(n, sizeof *spread->hashed);
    spread->wanted = memory_new_array(n, sizeof *spread->wanted);
    spread->coded = memory_new_array(n, sizeof *spread->coded);
    bool *values = memory_new_array(n, sizeof *values);
    if (spread->present_bit == NULL || spread->code_bit == NULL || spread->value_word == NULL ||
        spread->hashed == NULL || spread->wanted == NULL || spread->coded == NULL ||
        values == NULL) {
        memory_free(values);
        return error_no_memory(error);
    }
    for (size_t f = 0; f < n; f++)
        spread->present_bit[f] = spread->code_bit[f] = spread->value_word[f] = -1;
    bool ids = has_ids(spreads->batch, group);
    ask_features(spread, plan, values);
    spread->ordered = spread->ordered || ids;
    lay_out(spread, ids, values);
    memory_free(values);
    spread->group = group;
    return CSTM_OK;
}

/* --- where it goes --- */

static cstm_status
find_whereabouts(struct spreads *spreads, int32_t entity, cstm_error **error)
{
    const struct members *members = &spreads->portfolio->members[entity];
    struct whereabouts *at = &spreads->whereabouts[entity];
    int32_t customers = spreads->portfolio->members[0].n;
    if (entity == 0 || at->partition != NULL)
        return CSTM_OK;
    at->partition = memory_new_array((size_t) members->n + 1, sizeof *at->partition);
    at->place = memory_new_array((size_t) members->n + 1, sizeof *at->place);
    if (at->partition == NULL || at->place == NULL)
        return error_no_memory(error);
    for (int32_t p = 0, place = 0; p < spreads->n_partitions; p++) {
        int64_t until = ((int64_t) p + 1) << spreads->shift;
        int32_t end = members_before(members, until < customers ? (int32_t) until : customers);
        for (; place < end; place++) {
            int32_t instance = member_at(members, place);
            at->partition[instance] = p;
            at->place[instance] = place;
        }
    }
    return CSTM_OK;
}

static cstm_status
add_pieces(struct spreads *spreads, int32_t event, cstm_error **error)
{
    const struct group *group = spreads->kinds[event].group;
    for (int32_t s = 0; s < group->n_sources; s++) {
        int64_t rows = group->base[s + 1] - group->base[s];
        int64_t step = (rows + PIECES_MOST - 1) / PIECES_MOST;
        step = step < PIECE_LEAST ? PIECE_LEAST : step;
        for (int64_t from = 0; from < rows; from += step) {
            if (!memory_reserve(&spreads->pieces, &spreads->piece_capacity,
                                (size_t) spreads->n_pieces + 1, sizeof *spreads->pieces))
                return error_no_memory(error);
            struct spread_piece *piece = &spreads->pieces[spreads->n_pieces];
            *piece =
                (struct spread_piece){event, s, (int32_t) from,
                                      (int32_t) (rows - from < step ? rows : from + step), NULL};
            piece->next = memory_new_array((size_t) spreads->n_partitions, sizeof *piece->next);
            if (piece->next == NULL)
                return error_no_memory(error);
            spreads->n_pieces++;
        }
    }
    return CSTM_OK;
}

static cstm_status
count_task(void *argument, int64_t number, int32_t worker, cstm_error **error)
{
    (void) worker;
    (void) error;
    const struct spreads *spreads = argument;
    const struct spread_piece *piece = &spreads->pieces[number];
    const struct group *group = spreads->kinds[piece->event].group;
    const int32_t *map = group->map + group->base[piece->source];
    const int32_t *partition = spreads->whereabouts[group->entity].partition;
    int32_t shift = spreads->shift, *next = piece->next;
    for (int32_t row = piece->from; row < piece->until; row++)
        if (map[row] >= 0)
            next[partition == NULL ? map[row] >> shift : partition[map[row]]]++;
    return CSTM_OK;
}

/* From how many rows each piece has for each partition to where they go: partition by partition,
 * piece by piece, so that rows keep their order. */
static cstm_status
find_room(struct spreads *spreads, struct spread *spread, cstm_error **error)
{
    spread->starts = memory_new_array((size_t) spreads->n_partitions + 1, sizeof *spread->starts);
    if (spread->starts == NULL)
        return error_no_memory(error);
    int32_t at = 0;
    for (int32_t p = 0; p < spreads->n_partitions; p++) {
        spread->starts[p] = at;
        for (int64_t i = 0; i < spreads->n_pieces; i++) {
            struct spread_piece *piece = &spreads->pieces[i];
            if (piece->event != spread->event)
                continue;
            int32_t n = piece->next[p];
            piece->next[p] = at;
            at += n;
        }
    }
    spread->starts[spreads->n_partitions] = at;
    spread->memory = memory_new_array((size_t) at * (size_t) spread->n_words + 2 * LINE / 8, 8);
    if (spread->memory == NULL)
        return error_no_memory(error);
    spread->rows = (uint64_t *) (((uintptr_t) spread->memory + LINE - 1) / LINE * LINE);
    return CSTM_OK;
}

static cstm_status
make(struct spreads *spreads, const struct parallel *parallel, cstm_error **error)
{
    const struct schema *schema = &spreads->batch->strategy->schema;
    cstm_status status = CSTM_OK;
    spreads->kinds = memory_new_array((size_t) schema->n_events, sizeof *spreads->kinds);
    spreads->whereabouts =
        memory_new_array((size_t) schema->n_entities, sizeof *spreads->whereabouts);
    if (spreads->kinds == NULL || spreads->whereabouts == NULL)
        return error_no_memory(error);
    for (int32_t k = 0; status == CSTM_OK && k < schema->n_events; k++) {
        if (spreads->portfolio->events[k].map == NULL)
            continue;
        status = plan_spread(spreads, k, error);
        if (status == CSTM_OK)
            status = find_whereabouts(spreads, schema->events[k].entity, error);
        if (status == CSTM_OK)
            status = add_pieces(spreads, k, error);
    }
    if (status == CSTM_OK)
        status = parallel_for(parallel, spreads->n_pieces, spreads->n_pieces, count_task, spreads,
                              error);
    for (int32_t k = 0; status == CSTM_OK && k < schema->n_events; k++)
        if (spreads->kinds[k].group != NULL)
            status = find_room(spreads, &spreads->kinds[k], error);
    return status;
}

cstm_status
spreads_new(const struct cstm_batch *batch, const struct portfolio *portfolio,
            const struct parallel *parallel, int32_t day, struct spreads **spreads, bool *possible,
            cstm_error **error)
{
    const cstm_strategy *strategy = batch->strategy;
    bool any = false;
    *possible = true;
    for (int32_t k = 0; k < strategy->schema.n_events; k++) {
        bool mapped = portfolio->events[k].map != NULL;
        any = any || mapped;
        *possible = *possible && (!mapped || can_travel(strategy->plan, k));
    }
    if (!any || !*possible)
        return CSTM_OK;
    struct spreads *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    *made = (struct spreads){.batch = batch, .portfolio = portfolio, .day = day};
    int64_t customers = portfolio->members[0].n;
    made->shift = 8; /* a partition is made of whole blocks */
    _Static_assert(BLOCK_CUSTOMERS == 256, "a block is 1 << 8 customers");
    while ((customers + (1 << made->shift) - 1) >> made->shift > PARTITIONS_MOST)
        made->shift++;
    made->n_partitions = (int32_t) ((customers + (1 << made->shift) - 1) >> made->shift);
    cstm_status status = make(made, parallel, error);
    if (status != CSTM_OK) {
        spreads_free(made, &strategy->schema);
        return status;
    }
    *spreads = made;
    return CSTM_OK;
}

void
spreads_free(struct spreads *spreads, const struct schema *schema)
{
    if (spreads == NULL)
        return;
    for (int32_t k = 0; spreads->kinds != NULL && k < schema->n_events; k++) {
        struct spread *spread = &spreads->kinds[k];
        memory_free(spread->present_bit);
        memory_free(spread->code_bit);
        memory_free(spread->value_word);
        memory_free(spread->hashed);
        memory_free(spread->wanted);
        memory_free(spread->coded);
        memory_free(spread->starts);
        memory_free(spread->memory);
    }
    for (int32_t e = 0; spreads->whereabouts != NULL && e < schema->n_entities; e++) {
        memory_free(spreads->whereabouts[e].partition);
        memory_free(spreads->whereabouts[e].place);
    }
    for (int64_t i = 0; i < spreads->n_pieces; i++)
        memory_free(spreads->pieces[i].next);
    memory_free(spreads->pieces);
    memory_free(spreads->kinds);
    memory_free(spreads->whereabouts);
    memory_free(spreads);
}
