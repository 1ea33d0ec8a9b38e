package org.libcustomer;

import java.util.ArrayList;
import java.util.List;

/** Why a value is what it is: lines, outermost first. */
public final class Explanation extends Handle {
    /** One sub-expression or fact. */
    public static final class Line {
        /** How deep in the tree, 0 the whole. */
        public final int depth;
        /** The sub-expression's text. */
        public final String text;
        /** Its value as the language writes it, "" unless there is one. */
        public final String value;
        /** Whether there is a value; null for a label, and for what was not evaluated. */
        public final State state;
        /** The name of the status, "CSTM_OK" for a value; "" where there is no state. */
        public final String status;
        /** Whether it decided the outcome. */
        public final boolean decisive;

        Line(int depth, String text, String value, State state, String status, boolean decisive) {
            this.depth = depth;
            this.text = text;
            this.value = value;
            this.state = state;
            this.status = status;
            this.decisive = decisive;
        }

        @Override
        public String toString() {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < depth; i++) {
                line.append("  ");
            }
            String shown = state == State.VALUE ? value : state == State.MISSING ? "missing" : state == null ? "" : status;
            return line.append(text).append(shown.isEmpty() ? "" : " = " + shown).toString();
        }
    }

    Explanation(long pointer) {
        super(pointer, Abi::cstm_explanation_free);
    }

    /** {@return how many lines} */
    public int size() {
        return get(Abi::cstm_explanation_count);
    }

    /**
     * {@return a line}
     *
     * @param i from 0
     */
    public Line line(int i) {
        if (i < 0 || i >= size()) {
            throw new IndexOutOfBoundsException(String.valueOf(i));
        }
        return get(p -> {
            int state = Abi.cstm_explanation_state(p, i);
            return new Line(Abi.cstm_explanation_depth(p, i), text(Abi.cstm_explanation_text(p, i)),
                    text(Abi.cstm_explanation_value(p, i)), state < 0 ? null : State.of(state),
                    state < 0 ? "" : text(Abi.cstm_status_name(Abi.cstm_explanation_status(p, i))),
                    Abi.cstm_explanation_decisive(p, i) != 0);
        });
    }

    /** {@return all lines} */
    public List<Line> lines() {
        List<Line> all = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            all.add(line(i));
        }
        return all;
    }

    /** {@return all lines as text, indented by their depth} */
    @Override
    public String toString() {
        if (isClosed()) {
            return "Explanation (closed)";
        }
        StringBuilder all = new StringBuilder();
        for (Line line : lines()) {
            all.append(line).append('\n');
        }
        return all.toString();
    }
}
