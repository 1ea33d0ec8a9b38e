/* A portfolio while it is made: portfolio_order.c finds what is in order already, portfolio.c maps
 * the rest. */
#ifndef PROFILE_PORTFOLIO_H
#define PROFILE_PORTFOLIO_H

#include "profile/key_index.h"
#include "profile/key_order.h"

/* Rows of one key column that are looked up by one worker. */
struct map_piece {
    const struct key_index *index;
    const struct table_column *column;
    int64_t from, until;
    int32_t *instances;
    int32_t group; /* whose rows they are; -1: of no group */
    /* found on the way: */
    int32_t unmapped, first, last; /* rows that are nobody's; the first and last instance */
    bool rising;                   /* instances do not fall from row to row */
};

/* What portfolio_new() has under way. */
struct making {
    const struct cstm_batch *batch;
    const struct schema *schema;
    const struct parallel *parallel;
    struct portfolio *portfolio;
    bool *ordered;             /* per entity: its instances are the rows, nothing is left to do */
    bool *grouped;             /* per group: likewise */
    struct key_index *indexes; /* per entity; of an ordered one only where it is needed */
    struct map_piece *pieces;
    size_t n_pieces, piece_capacity;
    int32_t **maps;              /* per group: row -> instance */
};

/* Groups: the event kinds, then the entities' dated attributes. */
static inline int32_t
making_groups(const struct making *making)
{
    return making->schema->n_events + making->schema->n_entities;
}
static inline struct group *
making_group(const struct making *making, int32_t index)
{
    return index < making->schema->n_events
               ? &making->portfolio->events[index]
               : &making->portfolio->attributes[index - making->schema->n_events];
}

/* Fills in members and groups that are in order, and says which; their sources are known. */
cstm_status portfolio_try_order(struct making *making, cstm_error **error);

#endif
