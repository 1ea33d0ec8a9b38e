/* Events of a block that lie side by side in one table. */
#ifndef PROFILE_BATCH_SPAN_H
#define PROFILE_BATCH_SPAN_H

#include "profile/batch.h"

#include "behaviour/columns.h"

/* Rows [first, first + n) of the group's table. */
struct span {
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
void columns_find_days(struct event_columns *columns);
void columns_of_cells(struct rule_column *column, const struct cells *cells);
void ids_of_cells(struct cells *cells, int32_t n, struct event_columns *columns);

#endif
