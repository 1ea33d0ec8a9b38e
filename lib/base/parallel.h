/* Work in fixed blocks: the partition depends on the length alone, so threads cannot show in a result. */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <libcustomer/base.h>

#include "base/handle.h"

#include <stdatomic.h>
#include <stdbool.h>

struct cstm_cancel {
    struct handle handle;
    _Atomic int32_t requested;
};

struct parallel {
    int32_t n_threads;                     /* 1: the calling thread only */
    cstm_executor_submit submit;           /* NULL: own pthreads, joined before the call returns */
    cstm_executor_wait wait;
    void *executor_data;
    cstm_progress_function progress;       /* nullable; called one at a time */
    void *progress_data;
    const cstm_cancel *cancel;             /* nullable */
};

/* Runs task(argument, block, worker) for every block in [0, n_blocks), workers numbered from 0 below parallel_workers().
 * A task returns CSTM_OK or sets its error; the error of the lowest failing block is the call's. Cancel and progress are
 * looked at between blocks. A thread that cannot be started is done without. units are what progress counts, in all. */
typedef cstm_status (*parallel_task)(void *argument, int64_t block, int32_t worker, cstm_error **error);
int32_t parallel_workers(const struct parallel *parallel);
cstm_status parallel_for(const struct parallel *parallel, int64_t n_blocks, int64_t units, parallel_task task, void *argument, cstm_error **error);

#endif
