package org.libcustomer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An event to fill in and record, any number of times: what was set stays until it is set again or {@link #clear()}. Fields
 * cross in one call when it is recorded.
 */
public final class Event extends Handle {
    private final Names names;
    private final int kind;
    private final Map<String, Object> pending = new LinkedHashMap<>();

    Event(Names names, int kind, long pointer) {
        super(pointer, Abi::cstm_event_free);
        this.names = names;
        this.kind = kind;
    }

    /** {@return this, emptied} */
    public Event clear() {
        call(Abi::cstm_event_clear);
        pending.clear();
        return this;
    }

    /**
     * Says on which entity it happened.
     *
     * @param entity on which it happened; {@link Entity#record(Event)} says so itself
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
     * Names the event.
     *
     * @param id names the event, so that a redelivery counts once; null: none
     * @return this
     */
    public Event id(String id) {
        byte[] text = data(id);
        call((p, error) -> Abi.cstm_event_set_id(p, text, text == null ? 0 : text.length, error));
        return this;
    }

    /**
     * Says which delivery of its source's accounting day brings it: of those only the greatest counts.
     *
     * @param number from 1; 0: none
     * @return this
     */
    public Event delivery(long number) {
        call((p, error) -> Abi.cstm_event_set_delivery(p, number, error));
        return this;
    }

    /**
     * Says when it happened.
     *
     * @param time as {@link Strategy#instant(Object, boolean)}
     * @return this
     */
    public Event at(Object time) {
        call((p, error) -> Abi.cstm_event_set_time(p, names.instant(time, false), error));
        return this;
    }

    /**
     * Sets a field by its name.
     *
     * @param field its name
     * @param value null makes it missing; a Boolean, whole number, BigDecimal, Double, text, LocalDate, LocalDateTime (in the
     *     strategy's zone), Instant, OffsetDateTime or ZonedDateTime, read as the field's type says when the event is recorded
     * @return this
     */
    public Event set(String field, Object value) {
        field(field);
        pending.put(field, value);
        return this;
    }

    /** Sends the fields that were set since the last time, all or none; on failure they wait to be set again. */
    Event flush() {
        if (!pending.isEmpty()) {
            Row row = new Row();
            for (Map.Entry<String, Object> entry : pending.entrySet()) {
                row.put(field(entry.getKey()), entry.getKey(), entry.getValue());
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
        flush().call((p, error) -> Abi.cstm_event_set_int64(p, field, value, error));
        return this;
    }

    /**
     * Sets a field of type bool natively.
     *
     * @param field index of the field
     * @param value a value of type bool
     * @return this
     */
    public Event setBool(int field, boolean value) {
        flush().call((p, error) -> Abi.cstm_event_set_bool(p, field, value ? 1 : 0, error));
        return this;
    }

    /**
     * Sets a field of type double natively.
     *
     * @param field index of the field
     * @param value a value of type double
     * @return this
     */
    public Event setDouble(int field, double value) {
        flush().call((p, error) -> Abi.cstm_event_set_double(p, field, value, error));
        return this;
    }

    /**
     * Sets a field of type string natively.
     *
     * @param field index of the field
     * @param value a value of type string; null: missing
     * @return this
     */
    public Event setString(int field, String value) {
        byte[] text = data(value);
        flush().call((p, error) -> text == null ? Abi.cstm_event_set_missing(p, field, error)
                : Abi.cstm_event_set_string(p, field, Row.some(text), text.length, error));
        return this;
    }

    /**
     * Sets a field of type date natively.
     *
     * @param field index of the field
     * @param day a value of type date, days since 1970-01-01
     * @return this
     */
    public Event setDate(int field, int day) {
        flush().call((p, error) -> Abi.cstm_event_set_date(p, field, day, error));
        return this;
    }

    /**
     * Sets a field of type timestamp natively.
     *
     * @param field index of the field
     * @param micros a value of type timestamp
     * @return this
     */
    public Event setTimestamp(int field, long micros) {
        flush().call((p, error) -> Abi.cstm_event_set_timestamp(p, field, micros, error));
        return this;
    }

    /**
     * Sets a field of type money natively.
     *
     * @param field index of the field
     * @param minor a value of type money, in minor units
     * @return this
     */
    public Event setMoney(int field, long minor) {
        flush().call((p, error) -> Abi.cstm_event_set_money(p, field, minor, error));
        return this;
    }

    /**
     * {@return this, with the field missing}
     *
     * @param field index of the field
     */
    public Event setMissing(int field) {
        flush().call((p, error) -> Abi.cstm_event_set_missing(p, field, error));
        return this;
    }

    /**
     * {@return its index}
     *
     * @param name of a field
     */
    public int field(String name) {
        return get(p -> names.field(kind, name));
    }
}
