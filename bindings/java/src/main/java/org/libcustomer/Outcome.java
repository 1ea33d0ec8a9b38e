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

    private final Strategy strategy;

    Outcome(Strategy strategy, long pointer) {
        super(pointer, Abi::cstm_outcome_free);
        this.strategy = strategy;
    }

    /** @return the instant that it was evaluated for. */
    public Instant asOf() {
        return Row.instant(get(Abi::cstm_outcome_as_of));
    }

    /** @return what made it, for the audit record. */
    public String digest() {
        return get(p -> text(Abi.cstm_outcome_digest(p)));
    }

    /** @return how many entities were evaluated. */
    public int entityCount() {
        return get(Abi::cstm_outcome_entity_count);
    }

    private static int of(Entity entity) {
        return entity == null ? Abi.CSTM_ENTITY_CUSTOMER : entity.number();
    }

    /**
     * @param part ATTRIBUTE, FEATURE, LIFECYCLE or SCORE
     * @param name its name
     * @param entity whose it is; null: the customer
     * @return whether it is there
     */
    public State state(Part part, String name, Entity entity) {
        int index = strategy.number(part, name);
        return State.of(get(p -> Abi.cstm_outcome_state(p, part.number, index, of(entity))));
    }

    /**
     * @param part ATTRIBUTE, FEATURE, LIFECYCLE or SCORE
     * @param name its name
     * @param entity whose it is; null: the customer
     * @return the name of the status that says why it is not there
     */
    public String status(Part part, String name, Entity entity) {
        int index = strategy.number(part, name);
        return get(p -> text(Abi.cstm_status_name(Abi.cstm_outcome_status(p, part.number, index, of(entity)))));
    }

    /**
     * @param part ATTRIBUTE, FEATURE or SCORE
     * @param name its name
     * @param entity whose it is; null: the customer
     * @return Boolean, Long, Double, String, LocalDate, Instant or BigDecimal; null where it is not there
     */
    public Object value(Part part, String name, Entity entity) {
        int index = strategy.number(part, name);
        int number = of(entity);
        if (state(part, name, entity) != State.VALUE) {
            return null;
        }
        Type type = part == Part.SCORE ? Type.DOUBLE : strategy.type(part, name);
        switch (type) {
            case DOUBLE:
                return get(p -> Abi.cstm_outcome_double(p, part.number, index, number));
            case STRING:
                return get(p -> {
                    long[] size = new long[1];
                    return text(Abi.cstm_outcome_string(p, part.number, index, number, size), size[0]);
                });
            default:
                long value = get(p -> Abi.cstm_outcome_int64(p, part.number, index, number));
                switch (type) {
                    case BOOL:
                        return value != 0;
                    case DATE:
                        return LocalDate.ofEpochDay(value);
                    case TIMESTAMP:
                        return Row.instant(value);
                    case MONEY:
                        return BigDecimal.valueOf(value, Customer.currencyExponent(strategy.currency()));
                    default:
                        return value;
                }
        }
    }

    /**
     * @param name of a feature of the customer
     * @return its value; null where it is not there
     */
    public Object feature(String name) {
        return value(Part.FEATURE, name, null);
    }

    /**
     * @param name of a score of the customer
     * @return the score; NaN where it is not there
     */
    public double score(String name) {
        int index = strategy.number(Part.SCORE, name);
        return get(p -> Abi.cstm_outcome_double(p, Abi.CSTM_PART_SCORE, index, Abi.CSTM_ENTITY_CUSTOMER));
    }

    /**
     * @param lifecycle of the customer
     * @return the stage's name, "" where there is none
     */
    public String stage(String lifecycle) {
        return stage(lifecycle, null);
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return the stage's name, "" where there is none
     */
    public String stage(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        return get(p -> text(Abi.cstm_outcome_stage_name(p, index, of(entity))));
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return the stage's index in {@link Strategy#stages(String)}, -1 where there is none
     */
    public int stageIndex(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        return get(p -> Abi.cstm_outcome_stage(p, index, of(entity)));
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return the day on which the stage was entered, null where there is none
     */
    public LocalDate stageSince(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        int day = get(p -> Abi.cstm_outcome_stage_since(p, index, of(entity)));
        return day == Integer.MIN_VALUE ? null : LocalDate.ofEpochDay(day);
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return days in the stage, a lower bound where {@link #stageCensored}; -1 where there is none
     */
    public int stageDays(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        return get(p -> Abi.cstm_outcome_stage_days(p, index, of(entity)));
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return whether the entity may have stood there before it was observed
     */
    public boolean stageCensored(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        return get(p -> Abi.cstm_outcome_stage_censored(p, index, of(entity))) != 0;
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return the index of the stage before, -1 in the first
     */
    public int stageFrom(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        return get(p -> Abi.cstm_outcome_stage_from(p, index, of(entity)));
    }

    /**
     * @param lifecycle its name
     * @param entity whose it is; null: the customer
     * @return the transition that led to the stage by its position in the document, -1 at the beginning
     */
    public int transition(String lifecycle, Entity entity) {
        int index = strategy.number(Part.LIFECYCLE, lifecycle);
        return get(p -> Abi.cstm_outcome_transition(p, index, of(entity)));
    }

    /**
     * @param score of the customer
     * @return its reasons, the greatest loss first
     */
    public List<Reason> reasons(String score) {
        return reasons(score, null);
    }

    /**
     * @param score its name
     * @param entity whose it is; null: the customer
     * @return its reasons, the greatest loss first
     */
    public List<Reason> reasons(String score, Entity entity) {
        int index = strategy.number(Part.SCORE, score);
        int number = of(entity);
        return get(p -> {
            int count = Abi.cstm_outcome_reason_count(p, index, number);
            List<Reason> all = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                all.add(new Reason(text(Abi.cstm_outcome_reason_code(p, index, number, i)), Abi.cstm_outcome_reason_points(p, index, number, i)));
            }
            return all;
        });
    }
}
