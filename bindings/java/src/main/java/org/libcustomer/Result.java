package org.libcustomer;

import java.time.LocalDate;

/** What a run computed. The tables that belong to it end with it; funnels and transitions are tables of their own. */
public final class Result extends Handle {
    private final Names names;

    Result(Names names, long pointer) {
        super(pointer, Abi::cstm_result_free);
        this.names = names;
    }

    /**
     * {@return one row an entity: features, stages, scores, reasons, segments}
     *
     * @param kind name of an entity
     */
    public Table table(String kind) {
        long pointer = get(p -> Abi.cstm_result_table(p, names.number(Part.ENTITY, kind)));
        if (pointer == 0) {
            throw new IllegalArgumentException("no results of " + kind);
        }
        return new Table(pointer, this);
    }

    /** {@return input rows that could not be used, with their reasons} */
    public Table rejected() {
        return new Table(get(Abi::cstm_result_rejected), this);
    }

    /** {@return how many values could not be computed, by part and status} */
    public Table errors() {
        return new Table(get(Abi::cstm_result_errors), this);
    }

    /** {@return what became of the rows of every kind that it was given, counted} */
    public Table report() {
        return new Table(get(Abi::cstm_result_report), this);
    }

    /** {@return what made it, for the audit record} */
    public String digest() {
        return get(p -> text(Abi.cstm_result_digest(p)));
    }

    /**
     * {@return who stood where at its end}
     *
     * @param lifecycle its name
     * @param day a civil day
     */
    public Table funnel(String lifecycle, LocalDate day) {
        return new Table(make((p, out, error) -> Abi.cstm_result_funnel(p, names.number(Part.LIFECYCLE, lifecycle),
                Row.number(day), out, error)));
    }

    /**
     * {@return who is in a segment, over the rows of its entity's table}
     *
     * @param segment its name
     */
    public Membership membership(String segment) {
        return new Membership(make((p, out, error) ->
                Abi.cstm_result_membership(p, names.number(Part.SEGMENT, segment), out, error)));
    }

    /** {@return how many are in each segment: segment, entity, met, not_met, undecided, share} */
    public Table segments() {
        return new Table(make(Abi::cstm_result_segments));
    }

    /**
     * {@return how far its segments overlap, pair by pair: segment, other, both, either, undecided, jaccard}
     *
     * @param kind name of an entity
     */
    public Table overlap(String kind) {
        return new Table(make((p, out, error) -> Abi.cstm_result_overlap(p, names.number(Part.ENTITY, kind), out, error)));
    }

    /**
     * {@return who moved from where to where}
     *
     * @param lifecycle its name
     * @param after days after this one
     * @param until up to this one
     */
    public Table transitions(String lifecycle, LocalDate after, LocalDate until) {
        return new Table(make((p, out, error) -> Abi.cstm_result_transitions(p, names.number(Part.LIFECYCLE, lifecycle),
                Row.number(after), Row.number(until), out, error)));
    }
}
