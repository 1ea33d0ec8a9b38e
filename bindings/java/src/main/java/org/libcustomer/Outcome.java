package org.libcustomer;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What follows from a profile at an instant. Without an entity the customer's. */
public final class Outcome extends Handle {
    /** A reason of a score. */
    public static final class Reason {
        /** Its code. */
        public final String code;
        /** The points that it cost. */
        public final double points;

        Reason(String code, double points) {
            this.code = code;
            this.points = points;
        }

        @Override
        public String toString() {
            return code;
        }
    }

    private final Names names;

    Outcome(Names names, long pointer) {
        super(pointer, Abi::cstm_outcome_free);
        this.names = names;
    }

    /** {@return the instant that it was evaluated for; null before the first evaluation} */
    public Instant asOf() {
        long instant = get(Abi::cstm_outcome_as_of);
        return instant == Long.MIN_VALUE ? null : Row.instant(instant);
    }

    /** {@return what made it, for the audit record} */
    public String digest() {
        return get(p -> text(Abi.cstm_outcome_digest(p)));
    }

    /** {@return how many entities were evaluated} */
    public int entityCount() {
        return get(Abi::cstm_outcome_entity_count);
    }

    private static int of(Entity entity) {
        return entity == null ? Abi.CSTM_ENTITY_CUSTOMER : entity.number();
    }

    /**
     * {@return whether it is there}
     *
     * @param part ATTRIBUTE, FEATURE, LIFECYCLE, SCORE or SEGMENT
     * @param name its name
     * @param entity whose it is; null: the customer
     */
    public State state(Part part, String name, Entity entity) {
        return State.of(get(p -> Abi.cstm_outcome_state(p, part.number, names.number(part, name), of(entity))));
    }

    /**
     * {@return the name of the status that says why it is not there}
     *
     * @param part ATTRIBUTE, FEATURE, LIFECYCLE, SCORE or SEGMENT
     * @param name its name
     * @param entity whose it is; null: the customer
     */
    public String status(Part part, String name, Entity entity) {
        return get(p -> text(Abi.cstm_status_name(
                Abi.cstm_outcome_status(p, part.number, names.number(part, name), of(entity)))));
    }

    /**
     * {@return whether it differs from the evaluation before this one: all does at the first, and after one of another
     * customer}
     *
     * @param part ATTRIBUTE, FEATURE, LIFECYCLE, SCORE or SEGMENT
     * @param name its name
     * @param entity whose it is; null: the customer
     */
    public boolean changed(Part part, String name, Entity entity) {
        return get(p -> Abi.cstm_outcome_changed(p, part.number, names.number(part, name), of(entity))) != 0;
    }

    /**
     * {@return how many values differ from the evaluation before, over all entities}
     *
     * @param part ATTRIBUTE, FEATURE, LIFECYCLE, SCORE or SEGMENT
     */
    public int changedCount(Part part) {
        return get(p -> Abi.cstm_outcome_changed_count(p, part.number));
    }

    /**
     * {@return Boolean, Long, Double, String, LocalDate, Instant or BigDecimal; null where it is not there}
     *
     * @param part ATTRIBUTE, FEATURE, SCORE or SEGMENT
     * @param name its name
     * @param entity whose it is; null: the customer
     */
    public Object value(Part part, String name, Entity entity) {
        int number = of(entity);
        return get(p -> {
            int index = names.number(part, name);
            if (Abi.cstm_outcome_state(p, part.number, index, number) != Abi.CSTM_STATE_VALUE) {
                return null;
            }
            switch (part == Part.SCORE ? Type.DOUBLE : names.type(part, index)) {
                case DOUBLE:
                    return Abi.cstm_outcome_double(p, part.number, index, number);
                case STRING:
                    long[] size = new long[1];
                    long text = Abi.cstm_outcome_string(p, part.number, index, number, size);
                    return text(text, size[0]);
                case BOOL:
                    return Abi.cstm_outcome_int64(p, part.number, index, number) != 0;
                case DATE:
                    return LocalDate.ofEpochDay(Abi.cstm_outcome_int64(p, part.number, index, number));
                case TIMESTAMP:
                    return Row.instant(Abi.cstm_outcome_int64(p, part.number, index, number));
                case MONEY:
                    return BigDecimal.valueOf(Abi.cstm_outcome_int64(p, part.number, index, number), names.currencyExponent());
                case INT:
                    return Abi.cstm_outcome_int64(p, part.number, index, number);
                default:
                    return null;
            }
        });
    }

    /**
     * {@return its value; null where it is not there}
     *
     * @param name of a feature of the customer
     */
    public Object feature(String name) {
        return feature(name, null);
    }

    /**
     * {@return its value; null where it is not there}
     *
     * @param name of a feature
     * @param entity whose it is; null: the customer
     */
    public Object feature(String name, Entity entity) {
        return value(Part.FEATURE, name, entity);
    }

    /**
     * {@return the score; NaN where it is not there}
     *
     * @param name of a score of the customer
     */
    public double score(String name) {
        return score(name, null);
    }

    /**
     * {@return the score; NaN where it is not there}
     *
     * @param name of a score
     * @param entity whose it is; null: the customer
     */
    public double score(String name, Entity entity) {
        return get(p -> Abi.cstm_outcome_double(p, Abi.CSTM_PART_SCORE, names.number(Part.SCORE, name), of(entity)));
    }

    /**
     * {@return the stage's name, "" where there is none}
     *
     * @param lifecycle of the customer
     */
    public String stage(String lifecycle) {
        return stage(lifecycle, null);
    }

    /**
     * {@return the stage's name, "" where there is none}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public String stage(String lifecycle, Entity entity) {
        return get(p -> text(Abi.cstm_outcome_stage_name(p, names.number(Part.LIFECYCLE, lifecycle), of(entity))));
    }

    /**
     * {@return the stage's index in {@link Strategy#stages(String)}, -1 where there is none}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public int stageIndex(String lifecycle, Entity entity) {
        return get(p -> Abi.cstm_outcome_stage(p, names.number(Part.LIFECYCLE, lifecycle), of(entity)));
    }

    /**
     * {@return the day on which the stage was entered, null where there is none}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public LocalDate stageSince(String lifecycle, Entity entity) {
        return Row.day(get(p -> Abi.cstm_outcome_stage_since(p, names.number(Part.LIFECYCLE, lifecycle), of(entity))));
    }

    /**
     * {@return days in the stage, a lower bound where {@link #stageCensored}; -1 where there is none}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public int stageDays(String lifecycle, Entity entity) {
        return get(p -> Abi.cstm_outcome_stage_days(p, names.number(Part.LIFECYCLE, lifecycle), of(entity)));
    }

    /**
     * {@return whether the entity may have stood there before it was observed}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public boolean stageCensored(String lifecycle, Entity entity) {
        return get(p -> Abi.cstm_outcome_stage_censored(p, names.number(Part.LIFECYCLE, lifecycle), of(entity))) != 0;
    }

    /**
     * {@return the index of the stage before, -1 in the first}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public int stageFrom(String lifecycle, Entity entity) {
        return get(p -> Abi.cstm_outcome_stage_from(p, names.number(Part.LIFECYCLE, lifecycle), of(entity)));
    }

    /**
     * {@return the transition that led to the stage by its position in the document, -1 at the beginning}
     *
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     */
    public int transition(String lifecycle, Entity entity) {
        return get(p -> Abi.cstm_outcome_transition(p, names.number(Part.LIFECYCLE, lifecycle), of(entity)));
    }

    /**
     * {@return whether the customer is in the segment}
     *
     * @param segment of the customer
     */
    public Verdict verdict(String segment) {
        return verdict(segment, null);
    }

    /**
     * {@return whether it is in the segment; why it is undecided says {@link #status}}
     *
     * @param segment its name
     * @param entity whose it is; null: the customer
     */
    public Verdict verdict(String segment, Entity entity) {
        return Verdict.of(get(p -> Abi.cstm_outcome_verdict(p, names.number(Part.SEGMENT, segment), of(entity))));
    }

    /**
     * {@return its reasons, the greatest loss first}
     *
     * @param score of the customer
     */
    public List<Reason> reasons(String score) {
        return reasons(score, null);
    }

    /**
     * {@return its reasons, the greatest loss first}
     *
     * @param score its name
     * @param entity whose it is; null: the customer
     */
    public List<Reason> reasons(String score, Entity entity) {
        int number = of(entity);
        return get(p -> {
            int index = names.number(Part.SCORE, score);
            int count = Abi.cstm_outcome_reason_count(p, index, number);
            List<Reason> all = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                all.add(new Reason(text(Abi.cstm_outcome_reason_code(p, index, number, i)),
                        Abi.cstm_outcome_reason_points(p, index, number, i)));
            }
            return all;
        });
    }
}
