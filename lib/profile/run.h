/* A run of a batch: what its workers share and what each has. run.c: everybody at one instant;
 * run_dates.c: many dates each. */
#ifndef PROFILE_RUN_H
#define PROFILE_RUN_H

#include "profile/result.h"

/* What a worker has for many dates of one customer; run_dates.c. */
struct dated;
void dated_free(struct dated *dated);

/* What a worker has for features of days to come; ahead.c. */
struct ahead;
void ahead_free(struct ahead *ahead);

struct worker {
    struct block *block;
    struct evaluation *evaluation;
    int64_t *errors;
    struct dated *dated;
    struct ahead *ahead;
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
    int32_t ahead; /* run_ahead() */
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
/* How far the features that a run gives out look ahead, in days; 0: none does. */
int32_t run_ahead(const struct run *run);
/* Builds the histories of customers [first, until) anew, with the days to come; for a run that looks
 * ahead. n_listed: how many rejected rows the worker's block had listed before it built the same
 * customers; what both list is listed once. */
cstm_status ahead_build(const struct run *run, struct worker *worker, int32_t first, int32_t until,
                        size_t n_listed, cstm_error **error);
/* Writes the features of days to come of n customers, all as of one day. rows (nullable): the pairs
 * that they are. */
cstm_status ahead_write(struct run *run, struct worker *worker, const int32_t *customers, int32_t n,
                        int32_t day, struct dated_rows *rows, int64_t block, cstm_error **error);
cstm_status worker_start(struct run *run, struct worker *worker, cstm_error **error);

#endif
