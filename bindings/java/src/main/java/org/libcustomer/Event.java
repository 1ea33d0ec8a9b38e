package org.libcustomer;

import java.util.ArrayList;
import java.util.List;

/** An event to fill in and record, any number of times. Fields cross in one call when it is recorded. */
public final class Event extends Handle {
    private final Strategy strategy;
    private final int kind;
    private final List<Object[]> pending = new ArrayList<>();

    Event(Strategy strategy, int kind, long pointer) {
        super(pointer, Abi::cstm_event_free);
        this.strategy = strategy;
        this.kind = kind;
    }

    /** @return this, emptied. */
    public Event clear() {
        pending.clear();
        call(Abi::cstm_event_clear);
        return this;
    }

    /**
     * @param entity the number of an entity in its profile
     * @return this
     */
    public Event on(Entity entity) {
        return on(entity.number());
    }

    Event on(int entity) {
        call((p, error) -> Abi.cstm_event_set_entity(p, entity, error));
        return this;
    }

    /**
     * @param id names the event, so that a redelivery counts once; null: none
     * @return this
     */
    public Event id(String id) {
        byte[] text = data(id);
        call((p, error) -> Abi.cstm_event_set_id(p, text, text == null ? 0 : text.length, error));
        return this;
    }

    /**
     * @param time an Instant, or a time in the strategy's zone
     * @return this
     */
    public Event at(Object time) {
        long instant = strategy.instant(time, false);
        call((p, error) -> Abi.cstm_event_set_time(p, instant, error));
        return this;
    }

    /**
     * @param field its name
     * @param value null makes it missing; BigDecimal, Long, Integer, Double, Boolean, String, LocalDate, Instant
     * @return this
     */
    public Event set(String field, Object value) {
        pending.add(new Object[] {strategy.field(kind, field), value});
        return this;
    }

    /** Sends the fields that were set since the last time, all or none. */
    Event flush() {
        if (!pending.isEmpty()) {
            Row row = new Row();
            for (Object[] field : pending) {
                Object value = field[1] instanceof java.time.LocalDateTime ? Row.instant(strategy.instant(field[1], false)) : field[1];
                row.put((Integer) field[0], value);
            }
            byte[] bytes = row.bytes();
            call((p, error) -> Abi.cstm_event_set_row(p, bytes, bytes.length, error));
            pending.clear();
        }
        return this;
    }

    /**
     * Sets a field natively, for hot paths.
     *
     * @param field index of the field
     * @param value a value of type int
     * @return this
     */
    public Event setInt64(int field, long value) {
        call((p, error) -> Abi.cstm_event_set_int64(p, field, value, error));
        return this;
    }

    /**
     * @param field index of the field
     * @param value a value of type bool
     * @return this
     */
    public Event setBool(int field, boolean value) {
        call((p, error) -> Abi.cstm_event_set_bool(p, field, value ? 1 : 0, error));
        return this;
    }

    /**
     * @param field index of the field
     * @param value a value of type double
     * @return this
     */
    public Event setDouble(int field, double value) {
        call((p, error) -> Abi.cstm_event_set_double(p, field, value, error));
        return this;
    }

    /**
     * @param field index of the field
     * @param value a value of type string
     * @return this
     */
    public Event setString(int field, String value) {
        byte[] text = data(value);
        call((p, error) -> Abi.cstm_event_set_string(p, field, text, text.length, error));
        return this;
    }

    /**
     * @param field index of the field
     * @param day a value of type date, days since 1970-01-01
     * @return this
     */
    public Event setDate(int field, int day) {
        call((p, error) -> Abi.cstm_event_set_date(p, field, day, error));
        return this;
    }

    /**
     * @param field index of the field
     * @param micros a value of type timestamp
     * @return this
     */
    public Event setTimestamp(int field, long micros) {
        call((p, error) -> Abi.cstm_event_set_timestamp(p, field, micros, error));
        return this;
    }

    /**
     * @param field index of the field
     * @param minor a value of type money, in minor units
     * @return this
     */
    public Event setMoney(int field, long minor) {
        call((p, error) -> Abi.cstm_event_set_money(p, field, minor, error));
        return this;
    }

    /**
     * @param field index of the field
     * @return this, with the field missing
     */
    public Event setMissing(int field) {
        call((p, error) -> Abi.cstm_event_set_missing(p, field, error));
        return this;
    }

    /**
     * @param name of a field
     * @return its index
     */
    public int field(String name) {
        return strategy.field(kind, name);
    }
}
