package org.libcustomer;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** One customer under a strategy. Changing it is for one thread at a time; evaluating may be done by several. */
public final class Profile extends Handle {
    private final Names names;

    Profile(Names names, long pointer) {
        super(pointer, Abi::cstm_profile_free);
        this.names = names;
    }

    Names names() {
        return names;
    }

    /** The number of an entity, which must be one of this profile: elsewhere the number is another's. */
    private int own(Entity entity) {
        if (entity.profile() != this) {
            throw new IllegalArgumentException("the entity belongs to another profile");
        }
        return entity.number();
    }

    /**
     * {@return its index, for the native setters}
     *
     * @param attribute its name; those that every entity has with the entity in front, "account.opened_on"
     */
    public int attribute(String attribute) {
        return get(p -> names.number(Part.ATTRIBUTE, attribute));
    }

    /** {@return the customer's key} */
    public String key() {
        return get(p -> {
            long[] size = new long[1];
            return text(Abi.cstm_profile_key(p, size), size[0]);
        });
    }

    /** {@return the revision for compare-and-set} */
    public long revision() {
        return get(Abi::cstm_profile_revision);
    }

    /** {@return the last sealed day; null while nothing is sealed} */
    public LocalDate sealedDay() {
        return Row.day(get(Abi::cstm_profile_sealed_day));
    }

    /** {@return the customer itself} */
    public Entity customer() {
        return new Entity(this, Abi.CSTM_ENTITY_CUSTOMER);
    }

    /**
     * {@return the child, made if it is not known}
     *
     * @param kind name of a child entity
     * @param key its key
     */
    public Entity entity(String kind, String key) {
        return customer().entity(kind, key);
    }

    /** {@return every entity, the customer first} */
    public List<Entity> entities() {
        int count = get(Abi::cstm_profile_entity_count);
        List<Entity> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new Entity(this, i));
        }
        return all;
    }

    /**
     * Records an event.
     *
     * @param event to record on the entity that it was given; it may be filled in again afterwards
     * @return this
     */
    public Profile record(Event event) {
        long pointer = event.enter();
        try {
            event.flush();
            call((p, error) -> Abi.cstm_profile_record(p, pointer, error));
        } finally {
            event.leave();
        }
        return this;
    }

    /**
     * Sets one attribute natively, for hot paths.
     *
     * @param entity whose it is
     * @param attribute index of the attribute
     * @param value bool, int, date, timestamp or money in minor units, as the attribute's type says
     * @param at microseconds since the epoch
     * @return this
     */
    public Profile setNative(Entity entity, int attribute, long value, long at) {
        int number = own(entity);
        call((p, error) -> {
            switch (names.type(Part.ATTRIBUTE, attribute)) {
                case BOOL:
                    return Abi.cstm_profile_set_bool(p, number, attribute, (int) value, at, null, 0, error);
                case DATE:
                    return Abi.cstm_profile_set_date(p, number, attribute, (int) value, at, null, 0, error);
                case TIMESTAMP:
                    return Abi.cstm_profile_set_timestamp(p, number, attribute, value, at, null, 0, error);
                case MONEY:
                    return Abi.cstm_profile_set_money(p, number, attribute, value, at, null, 0, error);
                default:
                    return Abi.cstm_profile_set_int64(p, number, attribute, value, at, null, 0, error);
            }
        });
        return this;
    }

    /**
     * Sets an attribute of type double natively.
     *
     * @param entity whose it is
     * @param attribute index of an attribute of type double
     * @param value finite
     * @param at microseconds since the epoch
     * @return this
     */
    public Profile setDouble(Entity entity, int attribute, double value, long at) {
        int number = own(entity);
        call((p, error) -> Abi.cstm_profile_set_double(p, number, attribute, value, at, null, 0, error));
        return this;
    }

    /**
     * Sets an attribute of type string natively.
     *
     * @param entity whose it is
     * @param attribute index of an attribute of type string
     * @param value null: not known from then on
     * @param at microseconds since the epoch
     * @return this
     */
    public Profile setString(Entity entity, int attribute, String value, long at) {
        int number = own(entity);
        byte[] text = data(value);
        call((p, error) -> text == null ? Abi.cstm_profile_set_missing(p, number, attribute, at, null, 0, error)
                : Abi.cstm_profile_set_string(p, number, attribute, Row.some(text), text.length, at, null, 0, error));
        return this;
    }

    /**
     * Says from when on events of a kind have been observed.
     *
     * @param event name of an event kind
     * @param from from when on it has been observed for this customer
     * @return this
     */
    public Profile observe(String event, Object from) {
        call((p, error) -> Abi.cstm_profile_observe(p, names.number(Part.EVENT, event), names.instant(from, false), error));
        return this;
    }

    /**
     * Says that a source has delivered an accounting day again: only events of this delivery count, or of a greater one.
     *
     * @param source name of a source
     * @param day the accounting day
     * @param number of the delivery
     * @return this
     */
    public Profile replaceDay(String source, LocalDate day, long number) {
        call((p, error) -> Abi.cstm_profile_replace_day(p, names.number(Part.SOURCE, source), Row.number(day), number, error));
        return this;
    }

    /**
     * Counts amendments that found nothing to amend, or not as much as they would take.
     *
     * @param event name of a kind that cancels or reduces another
     * @param asOf as known on this day: an instant or the end of a day
     * @return how many there are
     */
    public long unmatched(String event, Object asOf) {
        long[] count = new long[1];
        call((p, error) -> Abi.cstm_profile_unmatched(p, names.number(Part.EVENT, event), names.instant(asOf, true), count, error));
        return count[0];
    }

    /**
     * Seals the days before day(as_of) - late.
     *
     * @param asOf an instant or the end of a day
     * @return this
     */
    public Profile advance(Object asOf) {
        call((p, error) -> Abi.cstm_profile_advance(p, names.instant(asOf, true), error));
        return this;
    }

    /**
     * {@return every feature, stage and score}
     *
     * @param asOf an instant or the end of a day
     */
    public Outcome evaluate(Object asOf) {
        Outcome outcome = new Outcome(names, make((p, out, error) -> Abi.cstm_outcome_new(names.strategy(), out, error)));
        try {
            return evaluate(get(p -> names.instant(asOf, true)), outcome);
        } catch (RuntimeException failure) {
            outcome.close();
            throw failure;
        }
    }

    /**
     * For hot paths: nothing is allocated natively.
     *
     * @param asOf microseconds since the epoch
     * @param into receives the results; unchanged on failure
     * @return into
     */
    public Outcome evaluate(long asOf, Outcome into) {
        long room = into.enter();
        try {
            call((p, error) -> Abi.cstm_profile_evaluate(p, asOf, room, error));
        } finally {
            into.leave();
        }
        return into;
    }

    /**
     * {@return why it is what it is}
     *
     * @param asOf an instant or the end of a day
     * @param part FEATURE, LIFECYCLE or SCORE
     * @param name its name
     * @param entity whose it is
     */
    public Explanation explain(Object asOf, Part part, String name, Entity entity) {
        int number = own(entity);
        return new Explanation(make((p, out, error) -> Abi.cstm_profile_explain(p, names.instant(asOf, true), part.number,
                names.number(part, name), number, out, error)));
    }

    /**
     * {@return the fewest changes to what a rule reads that make it come out otherwise}
     *
     * @param asOf an instant, or a day whose end it is
     * @param part SEGMENT, or FEATURE of a bool rule
     * @param name its name
     * @param entity whose it is
     */
    public Nearest nearest(Object asOf, Part part, String name, Entity entity) {
        int number = own(entity);
        return Nearest.take(make((p, out, error) -> Abi.cstm_profile_nearest(p, names.instant(asOf, true), part.number,
                names.number(part, name), number, out, error)));
    }

    /**
     * Adds another half of the same customer's history.
     *
     * @param other stays as it is
     * @return this
     */
    public Profile merge(Profile other) {
        long pointer = other.enter();
        try {
            call((p, error) -> Abi.cstm_profile_merge(p, pointer, error));
        } finally {
            other.leave();
        }
        return this;
    }

    /** {@return canonical bytes, the same for the same facts in whatever order they came} */
    public byte[] toBytes() {
        return take(make(Abi::cstm_profile_write));
    }

    /**
     * {@return how large it is: part ("total", "tiles", "events", "sketches", "open", "attributes", "other", then a row a
     * feature), feature, bytes, and `own`, those that no other feature reads}
     */
    public Table footprint() {
        return new Table(make(Abi::cstm_profile_footprint));
    }
}
