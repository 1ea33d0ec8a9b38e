/* Many dates of a block's customers from columns of events; run_dates.c says when. */
#ifndef PROFILE_DATED_COLUMNS_H
#define PROFILE_DATED_COLUMNS_H

#include "behaviour/columns.h"
#include "profile/run.h"

struct dated_columns;
void dated_columns_free(struct dated_columns *dated);
/* Whether the features of a run over many dates can all be read so. */
bool dated_reads_columns(const struct run *run);
/* Reads and writes the features of the pairs of customers [first, until). *done = false, and nothing
 * written: these must go the longer way. */
cstm_status dated_columns_run(struct run *run, struct worker *worker,
                              struct dated_columns **dated, int32_t first, int32_t until,
                              int64_t number, bool *done, cstm_error **error);
/* batch_columns.c has read a kind's columns, with bounds of the entity's instances: reads the features
 * of the entity over it. */
void dated_read_entity(struct dated_columns *dated, const struct block *block, int32_t event,
                       int32_t entity, const struct event_columns *columns,
                       const struct column_scratch *scratch);

#endif
