package org.libcustomer;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The fewest changes that make a rule come out otherwise. */
public final class Nearest {
    /** One name that changes. */
    public static final class Change {
        /** The name. */
        public final String name;
        /** Its value now as the language writes it, "" unless there is one. */
        public final String present;
        /** Whether there is a value now. */
        public final State state;
        /** What the new value must be while the other changes are as given. */
        public final String condition;
        /** The nearest new value as the language writes it, "" where it is to be taken away. */
        public final String text;
        /** It as Boolean, Long, Double, String, LocalDate, Instant or BigDecimal; null where it is to be taken away. */
        public final Object value;

        Change(String name, String present, State state, String condition, String text, Object value) {
            this.name = name;
            this.present = present;
            this.state = state;
            this.condition = condition;
            this.text = text;
            this.value = value;
        }

        @Override
        public String toString() {
            return name + ": " + (present.isEmpty() ? "missing" : present) + " -> " + (text.isEmpty() ? "missing" : text) + " (" + condition + ")";
        }
    }

    /** The changes in the order of declaration; empty where none makes the rule come out otherwise. */
    public final List<Change> changes;
    /** What the rule then is. */
    public final boolean outcome;
    /** Whether the changes do it. */
    public final boolean possible;
    /** Whether nothing nearer is possible, or none at all. */
    public final boolean exact;
    /** Of a lifecycle, which of its transitions it is, from 0; else -1. */
    public final int transition;

    private Nearest(List<Change> changes, boolean outcome, boolean possible, boolean exact, int transition) {
        this.changes = Collections.unmodifiableList(changes);
        this.outcome = outcome;
        this.possible = possible;
        this.exact = exact;
        this.transition = transition;
    }

    /** Reads a native answer, and frees it. */
    static Nearest take(long nearest) {
        try {
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < Abi.cstm_nearest_count(nearest); i++) {
                changes.add(new Change(Handle.text(Abi.cstm_nearest_name(nearest, i)), Handle.text(Abi.cstm_nearest_present(nearest, i)),
                        State.of(Abi.cstm_nearest_present_state(nearest, i)), Handle.text(Abi.cstm_nearest_condition(nearest, i)),
                        Handle.text(Abi.cstm_nearest_value(nearest, i)), value(nearest, i)));
            }
            return new Nearest(changes, Abi.cstm_nearest_outcome(nearest) != 0, Abi.cstm_nearest_possible(nearest) != 0,
                    Abi.cstm_nearest_exact(nearest) != 0, Abi.cstm_nearest_transition(nearest));
        } finally {
            Abi.cstm_nearest_free(nearest);
        }
    }

    private static Object value(long nearest, int i) {
        long number = Abi.cstm_nearest_int64(nearest, i);
        switch (Type.of(Abi.cstm_nearest_type(nearest, i))) {
            case BOOL:
                return number != 0;
            case INT:
                return number;
            case DOUBLE:
                return Abi.cstm_nearest_double(nearest, i);
            case STRING:
                long[] size = new long[1];
                long text = Abi.cstm_nearest_string(nearest, i, size);
                return Handle.text(text, size[0]);
            case DATE:
                return LocalDate.ofEpochDay(number);
            case TIMESTAMP:
                return Row.instant(number);
            case MONEY:
                return new BigDecimal(Handle.text(Abi.cstm_nearest_value(nearest, i)));
            default:
                return null;
        }
    }
}
