package org.libcustomer;

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
        SCORES(Abi.CSTM_RUN_SCORES),
        /** Who is in which segment. */
        SEGMENTS(Abi.CSTM_RUN_SEGMENTS);

        final int bit;

        Wanted(int bit) {
            this.bit = bit;
        }
    }

    private final Names names;

    Batch(Names names, long pointer) {
        super(pointer, Abi::cstm_batch_free);
        this.names = names;
    }

    private interface Adder {
        int add(long batch, int index, long table, long[] error);
    }

    private Batch add(Adder function, Part part, String name, Table table) {
        call((p, error) -> {
            int index = names.number(part, name);
            long columns = hold(table);
            int status = function.add(p, index, columns, error);
            if (status != Abi.CSTM_OK) {
                drop(table);
            }
            return status;
        });
        return this;
    }

    /**
     * Gives all entities of a kind, one row each.
     *
     * @param kind name of an entity
     * @param table its key, its parent's key and attributes; closing it before the batch is fine
     * @return this
     */
    public Batch addEntities(String kind, Table table) {
        return add(Abi::cstm_batch_add_entities, Part.ENTITY, kind, table);
    }

    /**
     * Gives dated attributes of a kind of entity, one row a setting.
     *
     * @param kind name of an entity
     * @param table its key, `time`, `id` and attributes; closing it before the batch is fine
     * @return this
     */
    public Batch addAttributes(String kind, Table table) {
        return add(Abi::cstm_batch_add_attributes, Part.ENTITY, kind, table);
    }

    /**
     * Gives events of a kind, one row each, in any order.
     *
     * @param kind name of an event kind
     * @param table the key of its entity, `time`, `id` and fields; closing it before the batch is fine
     * @return this
     */
    public Batch addEvents(String kind, Table table) {
        return add(Abi::cstm_batch_add_events, Part.EVENT, kind, table);
    }

    /**
     * Says from when on events of a kind have been observed.
     *
     * @param event name of an event kind
     * @param from from when on it has been observed for every customer
     * @return this
     */
    public Batch observe(String event, Object from) {
        call((p, error) -> Abi.cstm_batch_observe(p, names.number(Part.EVENT, event), names.instant(from, false), error));
        return this;
    }

    /**
     * Says until when events of a kind have been observed: what features of days to come need.
     *
     * @param event name of an event kind
     * @param until until when it has been observed for every customer; a day to its end
     * @return this
     */
    public Batch observeUntil(String event, Object until) {
        call((p, error) -> Abi.cstm_batch_observe_until(p, names.number(Part.EVENT, event), names.instant(until, true), error));
        return this;
    }

    /**
     * Says what a run computes; all of it if this is not called.
     *
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
     * Says how many threads a run may use; it cannot be seen in a result.
     *
     * @param threads 1 to 1024
     * @return this
     */
    public Batch setThreads(int threads) {
        call((p, error) -> Abi.cstm_batch_set_threads(p, threads, error));
        return this;
    }

    /**
     * Runs on an executor instead of own threads, in as many tasks as {@link #setThreads(int)} says. Tasks that the executor has
     * not begun when nothing else is left are run by the thread that called {@link #run}, so a busy executor cannot stop a run.
     *
     * @param executor null: own threads again
     * @return this
     */
    public Batch setExecutor(Executor executor) {
        Tasks tasks = executor == null ? null : new Tasks(executor);
        Abi.ExecutorSubmit submit = tasks == null ? null : tasks::submit;
        Abi.ExecutorWait await = tasks == null ? null : tasks::await;
        call((p, error) -> {
            int status = Abi.cstm_batch_set_executor(p, submit, await, 0, error);
            if (status == Abi.CSTM_OK) {
                keep(submit, await);
            }
            return status;
        });
        return this;
    }

    /**
     * {@return the result}
     *
     * @param asOf an instant or the end of a day
     */
    public Result run(Object asOf) {
        return run(asOf, null, null);
    }

    /**
     * {@return the result}
     *
     * @param asOf an instant or the end of a day
     * @param progress nullable
     * @param cancel nullable
     */
    public Result run(Object asOf, Progress progress, Cancel cancel) {
        return watched((p, out, error) -> Abi.cstm_batch_run(p, names.instant(asOf, true), out, error), progress, cancel);
    }

    /**
     * {@return the result, with one row for each row of dates, in their order, and its date as {@code as_of}} Computes every
     * customer as they were at each of many dates, in one pass: the table that a model is fitted on. Nothing that came later than
     * its date shows in a row.
     *
     * @param dates {@code as_of} and the key of customers; without the key every customer is asked for at every date
     */
    public Result runDates(Table dates) {
        return runDates(dates, null, null);
    }

    /**
     * {@return the result} The same, watched.
     *
     * @param dates as above
     * @param progress nullable
     * @param cancel nullable
     */
    public Result runDates(Table dates, Progress progress, Cancel cancel) {
        long columns = dates.enter();
        try {
            return watched((p, out, error) -> Abi.cstm_batch_run_dates(p, columns, out, error), progress, cancel);
        } finally {
            dates.leave();
        }
    }

    private Result watched(Maker maker, Progress progress, Cancel cancel) {
        ProgressCallback told = ProgressCallback.of(progress);
        long flag = cancel == null ? 0 : cancel.enter();
        try {
            return new Result(names, make((p, out, error) -> {
                int status = Abi.cstm_batch_set_progress(p, told, 0, flag, error);
                if (status == Abi.CSTM_OK) {
                    status = maker.make(p, out, error);
                    Abi.cstm_batch_set_progress(p, null, 0, 0, null);
                }
                return status;
            }));
        } catch (CustomerException failure) {
            throw ProgressCallback.cause(told, failure);
        } finally {
            if (cancel != null) {
                cancel.leave();
            }
        }
    }

    /**
     * {@return a stream with the settings of this batch, which must have no tables}
     *
     * @param kind name of the entity whose rows come out
     * @param asOf an instant or the end of a day
     */
    public Stream stream(String kind, Object asOf) {
        return new Stream(names, make((p, out, error) ->
                Abi.cstm_stream_new(p, names.number(Part.ENTITY, kind), names.instant(asOf, true), 0, out, error)));
    }

    /**
     * {@return a stream of every customer at each of many dates}
     *
     * @param kind name of the entity whose rows come out
     * @param dates one column, {@code as_of}
     */
    public Stream streamDates(String kind, Table dates) {
        long columns = dates.enter();
        try {
            return new Stream(names, make((p, out, error) ->
                    Abi.cstm_stream_new(p, names.number(Part.ENTITY, kind), 0, columns, out, error)));
        } finally {
            dates.leave();
        }
    }

    /**
     * {@return the profile with all facts up to then}
     *
     * @param key of a customer
     * @param asOf an instant or the end of a day
     */
    public Profile profile(String key, Object asOf) {
        byte[] text = data(key);
        return new Profile(names, make((p, out, error) ->
                Abi.cstm_batch_profile(p, Row.some(text), text.length, names.instant(asOf, true), out, error)));
    }
}
