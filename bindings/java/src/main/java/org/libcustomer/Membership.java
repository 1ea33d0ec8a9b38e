package org.libcustomer;

import com.sun.jna.Pointer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who is in a segment, over the rows of a table, and of whom it cannot be said. {@link #and}, {@link #or}, {@link #minus} and
 * {@link #not} are of memberships of the same rows and keep the undecided as three-valued logic does. Immutable: any number
 * of threads may use it. What it was made of may be closed before it.
 */
public final class Membership extends Handle {
    /** How far two memberships overlap. */
    public static final class Overlap {
        /** Rows that are met in both. */
        public final long both;
        /** Rows that are met in one or both. */
        public final long either;
        /** Rows that are undecided in one or both. */
        public final long undecided;

        Overlap(long both, long either, long undecided) {
            this.both = both;
            this.either = either;
            this.undecided = undecided;
        }

        /** {@return both / either; NaN where nobody is in either} */
        public double jaccard() {
            return either == 0 ? Double.NaN : (double) both / (double) either;
        }

        @Override
        public String toString() {
            return both + " of " + either + ", " + undecided + " undecided";
        }
    }

    Membership(long pointer) {
        super(pointer, Abi::cstm_membership_free);
    }

    /**
     * {@return who of a table meets a rule}
     *
     * @param rule of type bool
     * @param table with the columns that it reads
     * @param key the column that says who a row is; null: its number
     */
    public static Membership of(Rule rule, Table table, String key) {
        long columns = table.enter();
        try {
            return new Membership(rule.make((p, out, error) -> Abi.cstm_membership_of_rule(p, columns, name(key), out, error)));
        } finally {
            table.leave();
        }
    }

    /**
     * {@return a membership back from a table that was kept}
     *
     * @param table a result's, or what {@link #table()} gave
     * @param column of type bool, undecided where it is missing
     * @param status the column that says why; null: none
     * @param key the column that says who a row is; null: its number
     */
    public static Membership read(Table table, String column, String status, String key) {
        return new Membership(table.make((p, out, error) ->
                Abi.cstm_membership_of_table(p, name(column), name(status), name(key), out, error)));
    }

    private interface Two {
        int on(long pointer, long other, long[] out, long[] error);
    }

    private long with(Membership other, Two function) {
        long pointer = other.enter();
        try {
            return make((p, out, error) -> function.on(p, pointer, out, error));
        } finally {
            other.leave();
        }
    }

    /**
     * {@return who is in both}
     *
     * @param other of the same rows
     */
    public Membership and(Membership other) {
        return new Membership(with(other, Abi::cstm_membership_and));
    }

    /**
     * {@return who is in one or both}
     *
     * @param other of the same rows
     */
    public Membership or(Membership other) {
        return new Membership(with(other, Abi::cstm_membership_or));
    }

    /**
     * {@return who is in this one and not in the other}
     *
     * @param other of the same rows
     */
    public Membership minus(Membership other) {
        return new Membership(with(other, Abi::cstm_membership_minus));
    }

    /** {@return who is not in it; the undecided stay so} */
    public Membership not() {
        return new Membership(make(Abi::cstm_membership_not));
    }

    /**
     * {@return how many are in both, in either, and undecided}
     *
     * @param other of the same rows
     */
    public Overlap overlap(Membership other) {
        long[] both = new long[1];
        long[] either = new long[1];
        long[] undecided = new long[1];
        long pointer = other.enter();
        try {
            call((p, error) -> Abi.cstm_membership_overlap(p, pointer, both, either, undecided, error));
        } finally {
            other.leave();
        }
        return new Overlap(both[0], either[0], undecided[0]);
    }

    /** {@return how many rows it is over} */
    public long rows() {
        return get(Abi::cstm_membership_rows);
    }

    /**
     * {@return how many rows have the verdict}
     *
     * @param verdict which
     */
    public long count(Verdict verdict) {
        return get(p -> Abi.cstm_membership_count(p, verdict.number));
    }

    private void check(long row) {
        if (row < 0 || row >= rows()) {
            throw new IndexOutOfBoundsException("row " + row);
        }
    }

    /**
     * {@return what it says of a row}
     *
     * @param row from 0
     */
    public Verdict verdict(long row) {
        check(row);
        return Verdict.of(get(p -> Abi.cstm_membership_verdict(p, row)));
    }

    /**
     * {@return the name of the status that says why a row is undecided}
     *
     * @param row from 0
     */
    public String status(long row) {
        check(row);
        return get(p -> text(Abi.cstm_status_name(Abi.cstm_membership_status(p, row))));
    }

    /**
     * {@return a bitmap over the rows, least bit first as Arrow's and as {@link java.util.BitSet#valueOf(byte[])} reads it}
     *
     * @param verdict MET or UNDECIDED
     */
    public byte[] bits(Verdict verdict) {
        return get(p -> {
            long[] size = new long[1];
            long bits = Abi.cstm_membership_bits(p, verdict.number, size);
            if (bits == 0) {
                throw new IllegalArgumentException("a bitmap is of MET or UNDECIDED");
            }
            return size[0] == 0 ? new byte[0] : new Pointer(bits).getByteArray(0, Math.toIntExact(size[0]));
        });
    }

    /**
     * {@return the rows that have the verdict: key and `row`; of the undecided also `status` and `reason`}
     *
     * @param verdict which
     */
    public Table select(Verdict verdict) {
        return new Table(make((p, out, error) -> Abi.cstm_membership_select(p, verdict.number, out, error)));
    }

    /** {@return all rows: key, `met` and `status`; {@link #read} reads it back} */
    public Table table() {
        return new Table(make(Abi::cstm_membership_table));
    }

    /**
     * {@return who changed since: key, `from`, `to`, `change`}
     *
     * @param earlier the segment at an earlier date; rows are found by their keys
     */
    public Table changes(Membership earlier) {
        return new Table(with(earlier, Abi::cstm_membership_changes));
    }

    /**
     * {@return how many joined, left, were ruled out, became undecided, appeared, vanished and are unchanged}
     *
     * @param earlier the segment at an earlier date
     */
    public Map<String, Long> turnover(Membership earlier) {
        Map<String, Long> all = new LinkedHashMap<>();
        try (Table table = new Table(with(earlier, Abi::cstm_membership_turnover))) {
            for (long row = 0; row < table.rows(); row++) {
                all.put((String) table.value(row, "change"), (Long) table.value(row, "count"));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return isClosed() ? "Membership (closed)" : "Membership of " + count(Verdict.MET) + " of " + rows() + " rows, "
                + count(Verdict.UNDECIDED) + " undecided";
    }
}
