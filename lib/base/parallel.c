/* Work in fixed blocks on any number of threads. Which blocks there are depends on the length alone; workers take the
 * next block from one counter, so which worker runs a block is chance and must not show: a task writes what belongs to
 * its block and keeps nothing but scratch memory by worker.
 *
 * Blocks are taken in rising order and a block that was taken is run. So when one fails, every block below it has been
 * or is being run, and the failure with the lowest number is the same on every run. */
#include "base/parallel.h"

#include "base/error.h"
#include "base/exact.h"

#include <pthread.h>
#include <signal.h>

#define THREADS_MAX 256
/* An executor does not say how many threads it has. Each worker that it never runs costs its scratch memory, no more. */
#define EXECUTOR_WORKERS 8

struct run {
    const struct parallel *parallel;
    parallel_task task;
    void *argument;
    int64_t n_blocks;
    int64_t units;
    int32_t n_workers;
    _Atomic int64_t next_block;
    _Atomic int32_t next_worker;
    _Atomic bool stop;
    pthread_mutex_t lock;      /* what follows, and the progress function */
    int64_t done;
    int64_t failed_block;      /* n_blocks: none */
    cstm_status failed_status;
    cstm_error *failed_error;
    bool cancelled;
};

int32_t
parallel_workers(const struct parallel *parallel)
{
    int32_t n = parallel->n_threads;
    if (parallel->submit != NULL && n <= 1)
        n = EXECUTOR_WORKERS;
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n;
}

static void
block_failed(struct run *run, int64_t block, cstm_status status, cstm_error *error)
{
    atomic_store(&run->stop, true);
    pthread_mutex_lock(&run->lock);
    if (block < run->failed_block) {
        cstm_error *other = run->failed_error;
        run->failed_block = block;
        run->failed_status = status;
        run->failed_error = error;
        error = other;
    }
    pthread_mutex_unlock(&run->lock);
    cstm_error_free(error);
}

/* One at a time, and in the order of `done`, so that it never decreases. */
static void
block_done(struct run *run)
{
    const struct parallel *parallel = run->parallel;
    pthread_mutex_lock(&run->lock);
    run->done++;
    if (parallel->progress != NULL && !run->cancelled) {
        int64_t units = (int64_t) ((wide) run->units * run->done / run->n_blocks);
        if (parallel->progress(parallel->progress_data, units, run->units) != 0) {
            run->cancelled = true;
            atomic_store(&run->stop, true);
        }
    }
    pthread_mutex_unlock(&run->lock);
}

static bool
asked_to_cancel(struct run *run)
{
    if (!cstm_cancel_requested(run->parallel->cancel))
        return false;
    pthread_mutex_lock(&run->lock);
    run->cancelled = true;
    pthread_mutex_unlock(&run->lock);
    atomic_store(&run->stop, true);
    return true;
}

static void
work(struct run *run, int32_t worker)
{
    while (!atomic_load(&run->stop) && atomic_load(&run->next_block) < run->n_blocks && !asked_to_cancel(run)) {
        int64_t block = atomic_fetch_add(&run->next_block, 1);
        if (block >= run->n_blocks)
            return;
        cstm_error *error = NULL;
        cstm_status status = run->task(run->argument, block, worker, &error);
        if (status != CSTM_OK) {
            block_failed(run, block, status, error);
            return;
        }
        block_done(run);
    }
}

/* Workers are numbered as they start: an executor may run its indices in any order, or one of them twice. */
static void
start_worker(struct run *run)
{
    int32_t worker = atomic_fetch_add(&run->next_worker, 1);
    if (worker < run->n_workers)
        work(run, worker);
}

static void *
thread_main(void *run)
{
    start_worker(run);
    return NULL;
}

static void
executor_task(void *run, int64_t index)
{
    (void) index;
    start_worker(run);
}

/* Threads of our own take no signals: those are for the threads of the program. */
static void
run_on_threads(struct run *run, int32_t n)
{
    pthread_t threads[THREADS_MAX];
    int32_t started = 0;
    sigset_t all, before;
    sigfillset(&all);
    bool masked = n > 1 && pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
    while (started < n - 1 && pthread_create(threads + started, NULL, thread_main, run) == 0)
        started++;
    if (masked)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    start_worker(run);
    for (int32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static void
run_on_executor(struct run *run, int32_t n)
{
    const struct parallel *parallel = run->parallel;
    if (parallel->submit(parallel->executor_data, executor_task, run, n) == 0 && parallel->wait != NULL)
        parallel->wait(parallel->executor_data);
    /* Whatever the executor left undone, all of it if it refused. Nobody else works any more. */
    work(run, 0);
}

static cstm_status
conclude(struct run *run, cstm_error **error)
{
    if (run->failed_block < run->n_blocks) {
        if (error == NULL)
            cstm_error_free(run->failed_error);
        else if (run->failed_error == NULL)
            error_set(error, run->failed_status, "%s", cstm_status_name(run->failed_status));
        else
            *error = run->failed_error;
        return run->failed_status;
    }
    if (run->cancelled)
        return error_set(error, CSTM_ERROR_CANCELLED, "cancelled by the caller");
    return CSTM_OK;
}

cstm_status
parallel_for(const struct parallel *parallel, int64_t n_blocks, int64_t units, parallel_task task, void *argument,
             cstm_error **error)
{
    error_clear(error);
    struct run run = {
        .parallel = parallel,
        .task = task,
        .argument = argument,
        .n_blocks = n_blocks < 0 ? 0 : n_blocks,
        .units = units,
        .n_workers = parallel_workers(parallel),
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .failed_block = n_blocks < 0 ? 0 : n_blocks,
    };
    int32_t n = run.n_workers;
    if (n > run.n_blocks)
        n = (int32_t) run.n_blocks;
    if (!asked_to_cancel(&run) && n > 0) {
        if (parallel->submit != NULL && n > 1)
            run_on_executor(&run, n);
        else
            run_on_threads(&run, n);
    }
    pthread_mutex_destroy(&run.lock);
    return conclude(&run, error);
}
