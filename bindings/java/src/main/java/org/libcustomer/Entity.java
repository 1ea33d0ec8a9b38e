package org.libcustomer;

import java.util.Collections;
import java.util.Map;

/** The customer, an account, a card of one profile. */
public final class Entity {
    private final Profile profile;
    private final int number;

    Entity(Profile profile, int number) {
        this.profile = profile;
        this.number = number;
    }

    Profile profile() {
        return profile;
    }

    /** {@return its number in the profile} */
    public int number() {
        return number;
    }

    /** {@return the entity's name in the strategy} */
    public String kind() {
        return profile.get(p -> profile.names().name(Part.ENTITY, Abi.cstm_profile_entity_kind(p, number)));
    }

    /** {@return its key} */
    public String key() {
        return profile.get(p -> {
            long[] size = new long[1];
            return Handle.text(Abi.cstm_profile_entity_key(p, number, size), size[0]);
        });
    }

    /** {@return what it belongs to; null for the customer} */
    public Entity parent() {
        int parent = profile.get(p -> Abi.cstm_profile_entity_parent(p, number));
        return parent < 0 ? null : new Entity(profile, parent);
    }

    /**
     * {@return the child, made if it is not known}
     *
     * @param kind name of a child entity
     * @param key its key
     */
    public Entity entity(String kind, String key) {
        byte[] text = Handle.data(key);
        int[] entity = new int[1];
        profile.call((p, error) -> Abi.cstm_profile_entity(p, profile.names().number(Part.ENTITY, kind), number,
                Row.some(text), text.length, entity, error));
        return new Entity(profile, entity[0]);
    }

    /**
     * Sets an attribute from an instant on.
     *
     * @param attribute its name
     * @param value null: not known from then on; else as {@link Event#set(String, Object)}
     * @param at since when, as {@link Strategy#instant(Object, boolean)}, or {@link Customer#ALWAYS}
     * @return this
     */
    public Entity set(String attribute, Object value, Object at) {
        return set(Collections.singletonMap(attribute, value), at, null);
    }

    /**
     * Sets several attributes at once, all or none.
     *
     * @param values attribute to value
     * @param at since when, as {@link Strategy#instant(Object, boolean)}, or {@link Customer#ALWAYS}
     * @param id names the setting, so that a redelivery is known; null: none
     * @return this
     */
    public Entity set(Map<String, ?> values, Object at, String id) {
        Row row = new Row();
        String kind = kind();
        for (Map.Entry<String, ?> entry : values.entrySet()) {
            String name = entry.getKey();
            boolean builtin = name.equals("opened_on") || name.equals("closed_on");
            row.put(profile.attribute(builtin ? kind + "." + name : name), name, entry.getValue());
        }
        byte[] bytes = row.bytes();
        byte[] text = Handle.data(id);
        profile.call((p, error) -> Abi.cstm_profile_set_row(p, number, Row.some(bytes), bytes.length,
                profile.names().instant(at, false), text, text == null ? 0 : text.length, error));
        return this;
    }

    /**
     * Records an event on this entity.
     *
     * @param event to record on this entity; it may be filled in again afterwards
     * @return this
     */
    public Entity record(Event event) {
        profile.record(event.on(number));
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entity && ((Entity) other).profile == profile && ((Entity) other).number == number;
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(profile) + number;
    }
}
