package org.libcustomer;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a bank has and computes of it: one document, compiled once, shared by any number of threads. What was made of a strategy
 * goes on after it is closed.
 */
public final class Strategy extends Handle {
    private final Names names;

    Strategy(long pointer) {
        super(pointer, Abi::cstm_strategy_unref);
        names = new Names(pointer);
    }

    /**
     * {@return the compiled strategy}
     *
     * @param path the YAML document
     * @throws CustomerException with all that is wrong with the document in {@link CustomerException#errors()}
     */
    public static Strategy load(Path path) {
        return new Strategy(create((out, error) -> Abi.cstm_strategy_load(name(path.toString()), out, error)));
    }

    /**
     * {@return the compiled strategy}
     *
     * @param document YAML text
     * @param name stands for the file in messages
     */
    public static Strategy parse(String document, String name) {
        byte[] text = data(document);
        return new Strategy(create((out, error) -> Abi.cstm_strategy_parse(Row.some(text), text.length, name(name), out, error)));
    }

    /**
     * {@return the compiled strategy} Of a document that names further ones, such as a calendar or quantile tables; none is read
     * from disk.
     *
     * @param document YAML text
     * @param name stands for the file in messages
     * @param files the documents, under the names by which the text names them
     */
    public static Strategy parse(String document, String name, Map<String, String> files) {
        byte[] text = data(document);
        long held = create(Abi::cstm_files_new);
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = data(file.getValue());
                long[] error = new long[1];
                CustomerException.check(
                        Abi.cstm_files_add(held, name(file.getKey()), Row.some(content), content.length, error), error);
            }
            return new Strategy(create((out, error) ->
                    Abi.cstm_strategy_parse_with(Row.some(text), text.length, name(name), held, out, error)));
        } finally {
            Abi.cstm_files_free(held);
        }
    }

    /** {@return one more reference to the same strategy, closed on its own} */
    public Strategy copy() {
        return new Strategy(get(Abi::cstm_strategy_ref));
    }

    /** {@return the name that the document gives itself} */
    public String name() {
        return get(p -> text(Abi.cstm_strategy_name(p)));
    }

    /** {@return the version that the document gives itself} */
    public String version() {
        return get(p -> text(Abi.cstm_strategy_version(p)));
    }

    /** {@return the digest of all that determines results} */
    public String digest() {
        return get(p -> text(Abi.cstm_strategy_digest(p)));
    }

    /** {@return what each feature makes profiles keep: feature, event, tiles, single, over, unit, before and by} */
    public Table footprint() {
        return new Table(make(Abi::cstm_strategy_footprint));
    }

    /** {@return ISO 4217 code, "" if it has none} */
    public String currency() {
        return get(p -> text(Abi.cstm_strategy_currency(p)));
    }

    /** {@return IANA name of the zone} */
    public String timezone() {
        return get(p -> text(Abi.cstm_strategy_timezone(p)));
    }

    /** {@return what the compiler wondered at without refusing it} */
    public List<CustomerException> warnings() {
        return get(p -> CustomerException.chain(Abi.cstm_strategy_warnings(p)));
    }

    /**
     * {@return the names of all parts of that kind in the order of the document}
     *
     * @param part a kind of part
     */
    public List<String> names(Part part) {
        return get(p -> names.all(part));
    }

    /**
     * {@return the name of the entity that it belongs to; of the customer itself null}
     *
     * @param part a kind of part
     * @param name its name
     */
    public String entityOf(Part part, String name) {
        return get(p -> {
            int entity = Abi.cstm_strategy_part_entity(p, part.number, names.number(part, name));
            return entity < 0 ? null : names.name(Part.ENTITY, entity);
        });
    }

    /**
     * {@return the type of its values}
     *
     * @param part ATTRIBUTE, FEATURE or SEGMENT
     * @param name its name
     */
    public Type type(Part part, String name) {
        return get(p -> names.type(part, names.number(part, name)));
    }

    /**
     * {@return what it was declared for, "" of other parts}
     *
     * @param part LIFECYCLE, SCORE or SEGMENT
     * @param name its name
     */
    public String purpose(Part part, String name) {
        return get(p -> text(Abi.cstm_strategy_part_purpose(p, part.number, names.number(part, name))));
    }

    /**
     * {@return its rule as it was written, "" of other parts}
     *
     * @param part SEGMENT, or FEATURE that is a rule
     * @param name its name
     */
    public String rule(Part part, String name) {
        return get(p -> text(Abi.cstm_strategy_part_rule(p, part.number, names.number(part, name))));
    }

    /**
     * {@return names and types of its fields}
     *
     * @param event name of an event kind
     */
    public Map<String, Type> fields(String event) {
        int index = number(Part.EVENT, event);
        return get(p -> {
            Map<String, Type> all = new java.util.LinkedHashMap<>();
            for (int i = 0; i < Abi.cstm_strategy_field_count(p, index); i++) {
                all.put(text(Abi.cstm_strategy_field_name(p, index, i)), Type.of(Abi.cstm_strategy_field_type(p, index, i)));
            }
            return all;
        });
    }

    /**
     * {@return its stages}
     *
     * @param lifecycle its name
     */
    public List<String> stages(String lifecycle) {
        int index = number(Part.LIFECYCLE, lifecycle);
        return get(p -> {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < Abi.cstm_strategy_stage_count(p, index); i++) {
                all.add(text(Abi.cstm_strategy_stage_name(p, index, i)));
            }
            return all;
        });
    }

    /**
     * {@return its scorer}
     *
     * @param score its name
     */
    public Scorer scorer(String score) {
        int index = number(Part.SCORE, score);
        return new Scorer(make((p, out, error) -> Abi.cstm_strategy_scorer(p, index, out, error)));
    }

    private int number(Part part, String name) {
        return get(p -> names.number(part, name));
    }

    /**
     * Reads a time as the strategy's zone understands it.
     *
     * @param when an {@link java.time.Instant}, OffsetDateTime or ZonedDateTime; text, LocalDate or LocalDateTime in the strategy's zone;
     *     microseconds since the epoch as a Long, {@link Customer#ALWAYS} among them
     * @param endOfDay whether a bare date is its last microsecond (as_of) or its first
     * @return microseconds since the epoch
     */
    public long instant(Object when, boolean endOfDay) {
        return get(p -> names.instant(when, endOfDay));
    }

    /**
     * {@return the civil day in the strategy's zone}
     *
     * @param when as {@link #instant(Object, boolean)}
     */
    public LocalDate day(Object when) {
        long instant = instant(when, false);
        int[] day = new int[1];
        call((p, error) -> Abi.cstm_strategy_day(p, instant, day, error));
        return LocalDate.ofEpochDay(day[0]);
    }

    /**
     * {@return an empty profile}
     *
     * @param key the customer's key
     */
    public Profile profile(String key) {
        byte[] text = data(key);
        return new Profile(names, make((p, out, error) -> Abi.cstm_profile_new(p, Row.some(text), text.length, out, error)));
    }

    /**
     * {@return the profile}
     *
     * @param bytes what {@link Profile#toBytes()} gave
     */
    public Profile read(byte[] bytes) {
        return new Profile(names, make((p, out, error) -> Abi.cstm_profile_read(p, Row.some(bytes), bytes.length, out, null, error)));
    }

    /**
     * Restores a profile and says what became of each of its parts under this strategy.
     *
     * @param bytes what {@link Profile#toBytes()} gave, perhaps under another version of the strategy
     * @param report receives the migration at index 0
     * @return the profile
     */
    public Profile read(byte[] bytes, Migration[] report) {
        long[] migration = new long[1];
        long profile = make((p, out, error) -> Abi.cstm_profile_read(p, Row.some(bytes), bytes.length, out, migration, error));
        Profile restored = new Profile(names, profile);
        report[0] = new Migration(migration[0]);
        return restored;
    }

    /**
     * {@return an event to fill in and record}
     *
     * @param kind name of an event kind
     */
    public Event event(String kind) {
        int index = number(Part.EVENT, kind);
        return new Event(names, index, make((p, out, error) -> Abi.cstm_event_new(p, index, out, error)));
    }

    /** {@return an outcome to evaluate into again and again} */
    public Outcome outcome() {
        return new Outcome(names, make(Abi::cstm_outcome_new));
    }

    /** {@return an empty batch} */
    public Batch batch() {
        return new Batch(names, make(Abi::cstm_batch_new));
    }

    @Override
    public String toString() {
        return isClosed() ? "Strategy (closed)" : "Strategy " + name() + " " + version();
    }
}
