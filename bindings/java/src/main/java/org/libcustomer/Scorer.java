package org.libcustomer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores rows of named inputs. Immutable: any number of threads may use it. */
public final class Scorer extends Handle {
    Scorer(long pointer) {
        super(pointer, Abi::cstm_scorer_unref);
    }

    /** {@return one more reference to the same scorer, closed on its own} */
    public Scorer copy() {
        return new Scorer(get(Abi::cstm_scorer_ref));
    }

    /** {@return "scorecard"} */
    public String kind() {
        return get(p -> text(Abi.cstm_scorer_kind(p)));
    }

    /** {@return its name} */
    public String name() {
        return get(p -> text(Abi.cstm_scorer_name(p)));
    }

    /** {@return the digest of its definition} */
    public String digest() {
        return get(p -> text(Abi.cstm_scorer_digest(p)));
    }

    /** {@return name and type of each input} */
    public Map<String, Type> inputs() {
        return get(p -> {
            Map<String, Type> all = new LinkedHashMap<>();
            for (int i = 0; i < Abi.cstm_scorer_input_count(p); i++) {
                all.put(text(Abi.cstm_scorer_input_name(p, i)), Type.of(Abi.cstm_scorer_input_type(p, i)));
            }
            return all;
        });
    }

    /** {@return every reason code that it can give} */
    public List<String> reasons() {
        return get(p -> {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < Abi.cstm_scorer_reason_count(p); i++) {
                all.add(text(Abi.cstm_scorer_reason_code(p, i)));
            }
            return all;
        });
    }

    /**
     * {@return a table with `score`, `state` and `reasons`}
     *
     * @param table with the inputs as columns
     * @param threads at least 1
     * @param progress nullable
     * @param cancel nullable
     */
    public Table score(Table table, int threads, Progress progress, Cancel cancel) {
        ProgressCallback told = ProgressCallback.of(progress);
        long columns = table.enter();
        try {
            long flag = cancel == null ? 0 : cancel.enter();
            try {
                return new Table(make((p, out, error) ->
                        Abi.cstm_scorer_score_table(p, columns, threads, told, 0, flag, out, error)));
            } catch (CustomerException failure) {
                throw ProgressCallback.cause(told, failure);
            } finally {
                if (cancel != null) {
                    cancel.leave();
                }
            }
        } finally {
            table.leave();
        }
    }
}
