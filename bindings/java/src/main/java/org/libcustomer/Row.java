package org.libcustomer;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * A row buffer: many fields in one native call. All but doubles goes as text, which the library reads as the field's type
 * says, so that a truth value is never taken for a number nor an instant for an amount.
 */
final class Row {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    private final ByteBuffer entry = ByteBuffer.allocate(11).order(ByteOrder.LITTLE_ENDIAN);

    void put(int index, String name, Object value) {
        byte[] text = null;
        entry.clear();
        entry.putShort((short) index);
        if (value == null) {
            entry.put((byte) Abi.CSTM_ROW_MISSING);
        } else if (value instanceof Double || value instanceof Float) {
            entry.put((byte) Abi.CSTM_ROW_DOUBLE).putDouble(((Number) value).doubleValue());
        } else {
            text = Handle.data(written(name, value));
            entry.put((byte) Abi.CSTM_ROW_TEXT).putInt(text.length);
        }
        out.write(entry.array(), 0, entry.position());
        if (text != null) {
            out.write(text, 0, text.length);
        }
    }

    private static String written(String name, Object value) {
        Instant exact = Names.exact(value);
        if (exact != null) {
            return exact.truncatedTo(ChronoUnit.MICROS).toString();
        }
        if (value instanceof BigDecimal) {
            return ((BigDecimal) value).toPlainString();
        }
        if (value instanceof LocalDateTime) {
            return ((LocalDateTime) value).format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
        }
        if (value instanceof CharSequence || value instanceof Boolean || value instanceof LocalDate || value instanceof Long
                || value instanceof Integer || value instanceof Short || value instanceof Byte || value instanceof BigInteger) {
            return value.toString();
        }
        throw new IllegalArgumentException(name + " cannot be a " + value.getClass().getName());
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** An array of at least one byte: C is given a size beside it and no pointer to nothing. */
    static byte[] some(byte[] bytes) {
        return bytes.length > 0 ? bytes : new byte[1];
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1000000L), instant.getNano() / 1000);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1000000L), Math.floorMod(micros, 1000000L) * 1000);
    }

    static LocalDate day(int day) {
        return day == Integer.MIN_VALUE ? null : LocalDate.ofEpochDay(day);
    }

    static int number(LocalDate day) {
        return Math.toIntExact(day.toEpochDay());
    }
}
