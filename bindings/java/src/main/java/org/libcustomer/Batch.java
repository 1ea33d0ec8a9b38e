package org.libcustomer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/** The same program over tables: a portfolio in, one row a customer, account or card out. */
public final class Batch extends Handle {
    /** What a run computes. */
    public enum Wanted {
        /** Features. */
        FEATURES(Abi.CSTM_RUN_FEATURES),
        /** Stages. */
        LIFECYCLES(Abi.CSTM_RUN_LIFECYCLES),
        /** Scores with reasons. */
        SCORES(Abi.CSTM_RUN_SCORES);

        final int bit;

        Wanted(int bit) {
            this.bit = bit;
        }
    }

    private final Strategy strategy;
    private final List<Table> tables = new ArrayList<>();
    private Abi.ExecutorSubmit submit;
    private Abi.ExecutorWait await;

    Batch(Strategy strategy, long pointer) {
        super(pointer, Abi::cstm_batch_free);
        this.strategy = strategy;
    }

    private interface Adder {
        int add(long batch, int index, long table, long[] error);
    }

    private Batch add(Adder function, int index, Table table) {
        long columns = table.enter();
        try {
            call((p, error) -> function.add(p, index, columns, error));
            tables.add(table);
        } finally {
            table.leave();
        }
        return this;
    }

    /**
     * @param kind name of an entity
     * @param table its key, its parent's key and attributes; must stay open until the batch is closed
     * @return this
     */
    public Batch addEntities(String kind, Table table) {
        return add(Abi::cstm_batch_add_entities, strategy.number(Part.ENTITY, kind), table);
    }

    /**
     * @param kind name of an entity
     * @param table its key, `time`, `id` and attributes; must stay open until the batch is closed
     * @return this
     */
    public Batch addAttributes(String kind, Table table) {
        return add(Abi::cstm_batch_add_attributes, strategy.number(Part.ENTITY, kind), table);
    }

    /**
     * @param kind name of an event kind
     * @param table the key of its entity, `time`, `id` and fields; must stay open until the batch is closed
     * @return this
     */
    public Batch addEvents(String kind, Table table) {
        return add(Abi::cstm_batch_add_events, strategy.number(Part.EVENT, kind), table);
    }

    /**
     * @param event name of an event kind
     * @param from from when on it has been observed for every customer
     * @return this
     */
    public Batch observe(String event, Object from) {
        int kind = strategy.number(Part.EVENT, event);
        long instant = strategy.instant(from, false);
        call((p, error) -> Abi.cstm_batch_observe(p, kind, instant, error));
        return this;
    }

    /**
     * @param wanted what to compute
     * @return this
     */
    public Batch setParts(Wanted... wanted) {
        int parts = 0;
        for (Wanted part : wanted) {
            parts |= part.bit;
        }
        int sum = parts;
        call((p, error) -> Abi.cstm_batch_set_parts(p, sum, error));
        return this;
    }

    /**
     * @param threads 1 to 1024
     * @return this
     */
    public Batch setThreads(int threads) {
        call((p, error) -> Abi.cstm_batch_set_threads(p, threads, error));
        return this;
    }

    /**
     * @param executor to run on instead of own threads; it must have free threads while a run waits for it. null: own threads
     * @return this
     */
    public Batch setExecutor(Executor executor) {
        if (executor == null) {
            submit = null;
            await = null;
        } else {
            List<CountDownLatch> waiting = new ArrayList<>();
            submit = (data, task, argument, count) -> {
                CountDownLatch latch = new CountDownLatch((int) count);
                waiting.add(latch);
                for (long i = 0; i < count; i++) {
                    long index = i;
                    Runnable run = () -> {
                        try {
                            task.invoke(argument, index);
                        } finally {
                            latch.countDown();
                        }
                    };
                    try {
                        executor.execute(run);
                    } catch (RuntimeException refused) {
                        run.run();
                    }
                }
                return 0;
            };
            await = data -> {
                for (CountDownLatch latch : waiting) {
                    boolean done = false;
                    while (!done) {
                        try {
                            latch.await();
                            done = true;
                        } catch (InterruptedException interrupted) {
                            Thread.interrupted();
                        }
                    }
                }
                waiting.clear();
            };
        }
        call((p, error) -> Abi.cstm_batch_set_executor(p, submit, await, 0, error));
        return this;
    }

    /**
     * @param asOf an instant or the end of a day
     * @return the result
     */
    public Result run(Object asOf) {
        return run(asOf, null, null);
    }

    /**
     * @param asOf an instant or the end of a day
     * @param progress nullable
     * @param cancel nullable
     * @return the result
     */
    public Result run(Object asOf, Progress progress, Cancel cancel) {
        long instant = strategy.instant(asOf, true);
        Progress.Callback told = Progress.Callback.of(progress);
        long flag = cancel == null ? 0 : cancel.enter();
        try {
            call((p, error) -> Abi.cstm_batch_set_progress(p, told, 0, flag, error));
            return new Result(strategy, make((p, out, error) -> Abi.cstm_batch_run(p, instant, out, error)));
        } catch (CustomerException failure) {
            throw Progress.Callback.cause(told, failure);
        } finally {
            call((p, error) -> Abi.cstm_batch_set_progress(p, null, 0, 0, error));
            if (cancel != null) {
                cancel.leave();
            }
        }
    }

    /**
     * @param key of a customer
     * @param asOf an instant or the end of a day
     * @return the profile with all facts up to then
     */
    public Profile profile(String key, Object asOf) {
        byte[] text = data(key);
        long instant = strategy.instant(asOf, true);
        return new Profile(strategy, make((p, out, error) -> Abi.cstm_batch_profile(p, text, text.length, instant, out, error)));
    }
}
