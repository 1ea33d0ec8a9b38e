/* A run of a batch: what its workers share and what each has. run.c: everybody at one instant;
 * run_dates.c: many dates each. */
#ifndef PROFILE_RUN_H
#define PROFILE_RUN_H

#include "profile/result.h"

/* What a worker has for many dates of one customer; run_dates.c. */
struct dated;
void dated_free(struct dated *dated);

struct worker {
    struct block *block;
    struct evaluation *evaluation;
    int64_t *errors;
    struct dated *dated;
};

struct run {
    const struct cstm_batch *batch;
    const struct portfolio *portfolio;
    const struct dates *dates; /* NULL: one for all */
    struct writer writer;
    struct worker *workers;
    int32_t n_workers;
    int64_t as_of; /* the latest */
    int32_t day;
    bool columns; /* features are read from columns of events */
    struct spreads *spreads; /* of events in no order; NULL: none */
    int32_t together;        /* blocks that one worker does, one after the other */
};

struct parallel batch_parallel(const struct cstm_batch *batch);
/* Checks that every table is there that the others need, and numbers the keys, once for all runs. Rows
 * of events in no order are not listed yet. */
cstm_status batch_prepare(cstm_batch *batch, cstm_error **error);

/* Both take a batch that is prepared. */
cstm_status run_at(cstm_batch *batch, int64_t as_of, cstm_result **result, cstm_error **error);
cstm_status run_dates(cstm_batch *batch, const cstm_table *dates, cstm_result **result,
                      cstm_error **error);

cstm_status run_result(const struct run *run, cstm_result **result, cstm_error **error);
cstm_status run_blocks(struct run *run, parallel_task task, cstm_result *result,
                       cstm_error **error);
cstm_status worker_start(struct run *run, struct worker *worker, cstm_error **error);

#endif
