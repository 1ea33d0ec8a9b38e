package org.libcustomer;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;

/** A row buffer: many fields in one native call. What is not boolean, double or instant goes as text, read by the library as the field's type says. */
final class Row {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    private final ByteBuffer entry = ByteBuffer.allocate(11).order(ByteOrder.LITTLE_ENDIAN);

    void put(int index, Object value) {
        entry.clear();
        entry.putShort((short) index);
        if (value == null) {
            entry.put((byte) Abi.CSTM_ROW_MISSING);
        } else if (value instanceof Boolean) {
            entry.put((byte) Abi.CSTM_ROW_INT64).putLong((Boolean) value ? 1 : 0);
        } else if (value instanceof Double || value instanceof Float) {
            entry.put((byte) Abi.CSTM_ROW_DOUBLE).putDouble(((Number) value).doubleValue());
        } else if (value instanceof Instant) {
            entry.put((byte) Abi.CSTM_ROW_INT64).putLong(micros((Instant) value));
        } else {
            byte[] text = Handle.data(value instanceof BigDecimal ? ((BigDecimal) value).toPlainString() : String.valueOf(value));
            entry.put((byte) Abi.CSTM_ROW_TEXT).putInt(text.length);
            out.write(entry.array(), 0, entry.position());
            out.write(text, 0, text.length);
            return;
        }
        out.write(entry.array(), 0, entry.position());
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1000000L), instant.getNano() / 1000);
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1000000L), Math.floorMod(micros, 1000000L) * 1000);
    }

    static boolean isCivil(Object when) {
        return when instanceof LocalDate || when instanceof LocalDateTime || when instanceof CharSequence;
    }
}
