/* Events of a block that lie side by side in one table. */
#ifndef PROFILE_BATCH_SPAN_H
#define PROFILE_BATCH_SPAN_H

#include "profile/batch.h"

#include "behaviour/columns.h"

/* Rows [first, first + n) of one of the group's tables. */
struct span {
    int32_t source; /* the first, second... of the group */
    int32_t first, n;
};

/* False where the block's rows of the group do not lie side by side, in the order of its units. */
bool span_find(const struct block *block, const struct group *group, struct span *span);
/* The columns of the span but for runs and rules. *read = false, and nothing listed as rejected,
 * where rows have to be looked at one by one. day: of as_of. */
cstm_status span_read(struct block *block, int32_t event, const struct span *span, int32_t day,
                      bool *read, struct event_columns *columns, cstm_error **error);

/* For both ways of reading: the range of the days, gathered cells as a rule's column, gathered ids.
 */
/* The columns of n rows that stand in block->rows, none of them refused: those that are left, with
 * whose they are in block->row_units. */
cstm_status block_columns_of(struct block *block, int32_t event, int32_t n,
                             struct event_columns *columns, cstm_error **error);
/* What every where rule says of every row. */
cstm_status block_match(struct block *block, int32_t event, struct event_columns *columns,
                        cstm_error **error);
/* Room for what features of n rows need. */
bool block_reserve_scratch(struct block *block, size_t n);
/* Which value each row has of the fields that are counted by their values. */
cstm_status block_code(struct block *block, int32_t event, struct event_columns *columns,
                       cstm_error **error);
void columns_find_days(struct event_columns *columns);
void columns_of_cells(struct rule_column *column, const struct cells *cells);
void ids_of_cells(struct cells *cells, int32_t n, struct event_columns *columns);

#endif
