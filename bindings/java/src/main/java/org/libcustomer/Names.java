package org.libcustomer;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a compiled strategy calls its parts, each looked up once, and how it reads times. Shared by the strategy and what
 * was made of it, each of which holds the native strategy alive: whoever asks must be inside a call of one of those.
 */
final class Names {
    private final long strategy;
    private final List<Map<String, Integer>> parts = new ArrayList<>();
    private final Map<Integer, Map<String, Integer>> fields = new ConcurrentHashMap<>();

    Names(long strategy) {
        this.strategy = strategy;
        for (int i = 0; i < Part.values().length; i++) {
            parts.add(new ConcurrentHashMap<>());
        }
    }

    long strategy() {
        return strategy;
    }

    int number(Part part, String name) {
        Integer known = parts.get(part.ordinal()).get(name);
        if (known != null) {
            return known;
        }
        int index = Abi.cstm_strategy_find(strategy, part.number, Handle.name(name));
        if (index < 0) {
            throw new IllegalArgumentException("the strategy has no " + part.name().toLowerCase(Locale.ROOT) + " " + name);
        }
        parts.get(part.ordinal()).put(name, index);
        return index;
    }

    String name(Part part, int index) {
        return Handle.text(Abi.cstm_strategy_part_name(strategy, part.number, index));
    }

    List<String> all(Part part) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Abi.cstm_strategy_count(strategy, part.number); i++) {
            all.add(name(part, i));
        }
        return Collections.unmodifiableList(all);
    }

    Type type(Part part, int index) {
        return Type.of(Abi.cstm_strategy_part_type(strategy, part.number, index));
    }

    int field(int event, String name) {
        Map<String, Integer> of = fields.computeIfAbsent(event, e -> new ConcurrentHashMap<>());
        Integer known = of.get(name);
        if (known != null) {
            return known;
        }
        int index = Abi.cstm_strategy_find_field(strategy, event, Handle.name(name));
        if (index < 0) {
            throw new IllegalArgumentException("the event " + name(Part.EVENT, event) + " has no field " + name);
        }
        of.put(name, index);
        return index;
    }

    int currencyExponent() {
        return Abi.cstm_currency_exponent(Handle.name(Handle.text(Abi.cstm_strategy_currency(strategy))));
    }

    long instant(Object when, boolean endOfDay) {
        if (when instanceof Long) {
            return (Long) when;
        }
        Instant exact = exact(when);
        if (exact != null) {
            return Row.micros(exact);
        }
        byte[] text = Handle.data(civil(when));
        long[] instant = new long[1];
        long[] error = new long[1];
        CustomerException.check(Abi.cstm_strategy_parse_time(strategy, Row.some(text), text.length, endOfDay ? 1 : 0,
                instant, error), error);
        return instant[0];
    }

    /** The instant that a value stands for in whatever zone; null if it does not say. */
    static Instant exact(Object when) {
        return when instanceof Instant ? (Instant) when
                : when instanceof OffsetDateTime ? ((OffsetDateTime) when).toInstant()
                : when instanceof ZonedDateTime ? ((ZonedDateTime) when).toInstant() : null;
    }

    private static String civil(Object when) {
        if (when instanceof LocalDateTime) {
            return ((LocalDateTime) when).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
        }
        if (when instanceof LocalDate || when instanceof CharSequence) {
            return when.toString();
        }
        throw new IllegalArgumentException(
                "a time is an Instant, OffsetDateTime, ZonedDateTime, LocalDate, LocalDateTime, text or microseconds as a Long");
    }
}
