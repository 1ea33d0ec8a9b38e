/* The short way to a portfolio: where the keys of an entities' table rise, its instances are its
 * rows, and tables in the same order need no map. That is tried of all tables at once, each in
 * pieces, since every piece can be checked by itself; what does not hold is made the long way, by
 * portfolio.c, as if this had not been. */
#include "profile/portfolio.h"

#include <stdatomic.h>

#define PIECE_ROWS 16384

/* A key column that must keep to an order. */
struct subject {
    struct key_order order;
    const struct table_column *column; /* walked; NULL: the order's own is checked */
    int32_t *instances;                /* nullable */
    int32_t *start;
    _Atomic bool broken;
};

/* Entities' own keys, keys of their parents, groups: in this order. */
struct trial {
    struct making *making;
    struct subject *subjects;
    int32_t n_subjects;
    struct piece {
        int32_t subject, from, until;
    } * pieces;
    size_t n_pieces, piece_capacity;
};

static cstm_status
piece_task(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) worker;
    (void) error;
    const struct trial *trial = argument;
    const struct piece *piece = &trial->pieces[block];
    struct subject *subject = &trial->subjects[piece->subject];
    if (atomic_load_explicit(&subject->broken, memory_order_relaxed))
        return CSTM_OK;
    int32_t *instances = subject->instances == NULL ? NULL : subject->instances + piece->from;
    bool good = subject->column == NULL
                    ? key_order_holds(&subject->order, piece->from, piece->until)
                    : key_order_walk(&subject->order, subject->column, piece->from, piece->until,
                                     instances, subject->start);
    if (!good)
        atomic_store_explicit(&subject->broken, true, memory_order_relaxed);
    return CSTM_OK;
}

static cstm_status
add_pieces(struct trial *trial, int32_t number, cstm_error **error)
{
    const struct subject *subject = &trial->subjects[number];
    const struct table_column *column =
        subject->column == NULL ? subject->order.column : subject->column;
    for (int64_t from = 0; from < column->rows; from += PIECE_ROWS) {
        if (!memory_reserve(&trial->pieces, &trial->piece_capacity, trial->n_pieces + 1,
                            sizeof *trial->pieces))
            return error_no_memory(error);
        int64_t until = column->rows - from < PIECE_ROWS ? column->rows : from + PIECE_ROWS;
        trial->pieces[trial->n_pieces++] = (struct piece){number, (int32_t) from, (int32_t) until};
    }
    return CSTM_OK;
}

/* A subject whose rows are to be matched with the instances of an entity. */
static cstm_status
add_walk(struct trial *trial, int32_t number, int32_t entity, const struct table_column *column,
         cstm_error **error)
{
    struct subject *subject = &trial->subjects[number];
    subject->order = trial->subjects[entity].order;
    subject->column = column;
    subject->broken = subject->order.column == NULL;
    if (subject->broken)
        return CSTM_OK;
    subject->start =
        memory_new_array((size_t) subject->order.column->rows + 2, sizeof *subject->start);
    return subject->start != NULL ? add_pieces(trial, number, error) : error_no_memory(error);
}

static cstm_status
add_entity(struct trial *trial, int32_t entity, cstm_error **error)
{
    const struct schema *schema = trial->making->schema;
    const struct source *source = trial->making->portfolio->members[entity].source;
    struct subject *own = &trial->subjects[entity];
    own->broken = source == NULL;
    if (source == NULL)
        return CSTM_OK;
    own->order = key_order_of(&source->key);
    cstm_status status = add_pieces(trial, entity, error);
    if (status != CSTM_OK || schema->entities[entity].parent < 0)
        return status;
    struct subject *above = &trial->subjects[schema->n_entities + entity];
    above->instances = memory_new_array((size_t) source->rows, sizeof *above->instances);
    if (above->instances == NULL)
        return error_no_memory(error);
    return add_walk(trial, schema->n_entities + entity, schema->entities[entity].parent,
                    &source->parent, error);
}

/* Several tables of a kind are not one that is in order. */
static cstm_status
add_group(struct trial *trial, int32_t number, cstm_error **error)
{
    const struct making *making = trial->making;
    const struct group *group = making_group(making, number);
    int32_t subject = 2 * making->schema->n_entities + number;
    trial->subjects[subject].broken = true;
    if (group->n_sources != 1 || group->base[1] == 0)
        return CSTM_OK;
    return add_walk(trial, subject, group->entity, &making->batch->sources[group->sources[0]].key,
                    error);
}

/* Takes over what is known of an entity; not of one that stands under another that is not. */
static cstm_status
adopt_entity(struct trial *trial, int32_t entity, cstm_error **error)
{
    struct making *making = trial->making;
    struct portfolio *portfolio = making->portfolio;
    struct members *members = &portfolio->members[entity];
    int32_t parent = making->schema->entities[entity].parent;
    struct subject *above = &trial->subjects[making->schema->n_entities + entity];
    making->ordered[entity] = !trial->subjects[entity].broken &&
                              (parent < 0 || (making->ordered[parent] && !above->broken));
    if (!making->ordered[entity])
        return CSTM_OK;
    members->n = (int32_t) members->source->rows;
    if (parent < 0)
        return CSTM_OK;
    members->parent = above->instances;
    above->instances = NULL;
    members->start = above->start;
    above->start = NULL;
    if (parent == 0)
        return CSTM_OK;
    /* By instance of the parent; wanted by customer. */
    int32_t *by_parent = members->start, customers = portfolio->members[0].n;
    const int32_t *parents = portfolio->members[parent].start;
    members->start = memory_new_array((size_t) customers + 2, sizeof *members->start);
    for (int32_t c = 0; members->start != NULL && c <= customers; c++)
        members->start[c] = by_parent[parents[c]];
    memory_free(by_parent);
    return members->start != NULL ? CSTM_OK : error_no_memory(error);
}

static void
adopt_group(struct trial *trial, int32_t number)
{
    struct making *making = trial->making;
    struct group *group = making_group(making, number);
    struct subject *subject = &trial->subjects[2 * making->schema->n_entities + number];
    making->grouped[number] = making->ordered[group->entity] && !subject->broken;
    if (!making->grouped[number])
        return;
    group->start = subject->start;
    subject->start = NULL;
}

static cstm_status
attempt(struct trial *trial, cstm_error **error)
{
    struct making *making = trial->making;
    int32_t entities = making->schema->n_entities;
    cstm_status status = CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < entities; i++)
        status = add_entity(trial, making->portfolio->order[i], error);
    for (int32_t i = 0; status == CSTM_OK && i < making_groups(making); i++)
        status = add_group(trial, i, error);
    if (status == CSTM_OK)
        status = parallel_for(making->parallel, (int64_t) trial->n_pieces,
                              (int64_t) trial->n_pieces, piece_task, trial, error);
    for (int32_t i = 0; status == CSTM_OK && i < entities; i++)
        status = adopt_entity(trial, making->portfolio->order[i], error);
    for (int32_t i = 0; status == CSTM_OK && i < making_groups(making); i++)
        adopt_group(trial, i);
    return status;
}

cstm_status
portfolio_try_order(struct making *making, cstm_error **error)
{
    struct trial trial = {.making = making,
                          .n_subjects = 2 * making->schema->n_entities + making_groups(making)};
    trial.subjects = memory_new_array((size_t) trial.n_subjects, sizeof *trial.subjects);
    if (trial.subjects == NULL)
        return error_no_memory(error);
    cstm_status status = attempt(&trial, error);
    for (int32_t i = 0; i < trial.n_subjects; i++) {
        memory_free(trial.subjects[i].instances);
        memory_free(trial.subjects[i].start);
    }
    memory_free(trial.subjects);
    memory_free(trial.pieces);
    return status;
}
