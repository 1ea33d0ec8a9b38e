package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    /** One column of each type that Java fills, a value and a missing cell in each. */
    private static Table everyType() {
        return new Table().addBools("bool", true, null).addLongs("int", Long.MIN_VALUE, null).addDoubles("double", -0.5, null)
                .addStrings("string", "\u5ba2\u6237 \ud83d\ude00", null).addDates("date", LocalDate.of(2005, 10, 1), null)
                .addTimestamps("timestamp", Instant.parse("1969-12-31T23:59:59.999999Z"), null).addMoney("money", "CNY", 800000L, null)
                .addStringLists("strings", Arrays.asList(Arrays.asList("a", "", "\u5ba2"), null));
    }

    private static void assertEveryType(Table table) {
        assertEquals(2, table.rows());
        assertEquals("[bool, int, double, string, date, timestamp, money, strings]", table.columns().keySet().toString());
        assertEquals("[BOOL, INT, DOUBLE, STRING, DATE, TIMESTAMP, MONEY, STRINGS]", table.columns().values().toString());
        assertEquals(true, table.value(0, "bool"));
        assertEquals(Long.MIN_VALUE, table.value(0, "int"));
        assertEquals(-0.5, table.value(0, "double"));
        assertEquals("\u5ba2\u6237 \ud83d\ude00", table.value(0, "string"));
        assertEquals(LocalDate.of(2005, 10, 1), table.value(0, "date"));
        assertEquals(Instant.parse("1969-12-31T23:59:59.999999Z"), table.value(0, "timestamp"));
        assertEquals(new BigDecimal("8000.00"), table.value(0, "money"));
        assertEquals("CNY", table.currency("money"));
        assertEquals(Arrays.asList("a", "", "\u5ba2"), table.value(0, "strings"));
        for (String column : table.columns().keySet()) {
            assertNull(table.value(1, column), column);
            assertArrayEquals(new byte[] {1, 0}, table.valid(column), column);
        }
    }

    @Test
    void aTableGivesBackWhatWasPutIn() {
        try (Table table = everyType()) {
            assertEveryType(table);
            assertFalse(table.isCivil("timestamp"));
            assertEquals("Table of 2 rows {bool=BOOL, int=INT, double=DOUBLE, string=STRING, date=DATE, timestamp=TIMESTAMP, "
                    + "money=MONEY, strings=STRINGS}", table.toString());
        }
    }

    @Test
    void wholeColumnsAreCopiedOut() {
        try (Table table = new Table().addLongs("n", 1L, -2L).addDoubles("x", 0.5, 2.0).addDates("d", LocalDate.ofEpochDay(7), LocalDate.ofEpochDay(-1))
                .addBools("b", true, false).addMoney("m", "JPY", 5L, 6L)) {
            assertArrayEquals(new long[] {1, -2}, table.longs("n"));
            assertArrayEquals(new long[] {5, 6}, table.longs("m"));
            assertArrayEquals(new double[] {0.5, 2}, table.doubles("x"));
            assertArrayEquals(new int[] {7, -1}, table.days("d"));
            assertArrayEquals(new byte[] {1, 0}, table.bools("b"));
            assertNull(table.valid("n"));
            assertThrows(IllegalArgumentException.class, () -> table.longs("x"));
            assertThrows(IllegalArgumentException.class, () -> table.days("n"));
            assertThrows(IllegalArgumentException.class, () -> table.bools("n"));
        }
    }

    @Test
    void aTableWithoutRowsHasColumnsAllTheSame() {
        try (Table table = new Table().addLongs("n").addStrings("s").addDoubles("x").addDates("d").addBools("b").addTimestamps("t")
                .addMoney("m", "CNY").addStringLists("l", Collections.emptyList())) {
            assertEquals(0, table.rows());
            assertEquals(8, table.columns().size());
            assertEquals(0, table.longs("n").length);
            assertEquals(0, table.doubles("x").length);
            assertEquals(0, table.days("d").length);
            assertEquals(0, table.bools("b").length);
            assertEquals("n,s,x,d,b,t,m,l\n", table.toCsv());
        }
    }

    @Test
    void aColumnOfAnotherLengthOrNameIsRefusedAndChangesNothing() {
        try (Table table = new Table().addLongs("n", 1L, 2L)) {
            assertEquals("CSTM_ERROR_MISMATCH", assertThrows(CustomerException.class, () -> table.addLongs("m", 1L)).name());
            assertEquals("CSTM_ERROR_DUPLICATE", assertThrows(CustomerException.class, () -> table.addDoubles("n", 1.0, 2.0)).name());
            assertThrows(ArithmeticException.class, () -> table.addDates("d", LocalDate.MAX, null));
            assertThrows(ArithmeticException.class, () -> table.addTimestamps("t", Instant.MAX, null));
            assertThrows(IllegalArgumentException.class, () -> table.addStrings("s", "\ud800", null));
            assertEquals(1, table.columns().size());
        }
    }

    @Test
    void numbersBecomeMoneyExactlyOrNotAtAll() {
        try (Table table = new Table().addLongs("minor", 5L).addLongs("major", 5L).addDoubles("double", 0.1).addStrings("text", "0.05")) {
            table.declareMoney("minor", "CNY", Table.Money.MINOR).declareMoney("major", "CNY", Table.Money.MAJOR)
                    .declareMoney("double", "CNY", Table.Money.DOUBLE).declareMoney("text", "CNY", Table.Money.MAJOR);
            assertEquals(new BigDecimal("0.05"), table.value(0, "minor"));
            assertEquals(new BigDecimal("5.00"), table.value(0, "major"));
            assertEquals(new BigDecimal("0.10"), table.value(0, "double"));
            assertEquals(new BigDecimal("0.05"), table.value(0, "text"));
        }
    }

    private static final String TEXT = "n,amount,when,tags,on\n1,8000.00,2005-10-01 08:00:00,a;b,true\n,,,,\n";

    private static Csv csv() {
        return new Csv().column("n", Type.INT).column("amount", Type.MONEY).column("when", Type.TIMESTAMP).column("tags", Type.STRINGS)
                .column("on", Type.BOOL).currency("CNY").timezone("Asia/Shanghai");
    }

    private static void assertText(Table table) {
        assertEquals(2, table.rows());
        assertEquals(1L, table.value(0, "n"));
        assertEquals(new BigDecimal("8000.00"), table.value(0, "amount"));
        assertEquals(Instant.parse("2005-10-01T00:00:00Z"), table.value(0, "when"));
        assertEquals(Arrays.asList("a", "b"), table.value(0, "tags"));
        assertEquals(true, table.value(0, "on"));
        for (String column : table.columns().keySet()) {
            assertNull(table.value(1, column));
        }
    }

    @Test
    void csvIsReadFromAFileFromMemoryAndFromGzip(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("plain.csv");
        Files.write(file, TEXT.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }
        try (Csv csv = csv(); Table plain = csv.read(file); Table memory = csv.read("memory.csv", TEXT.getBytes(StandardCharsets.UTF_8), null);
             Table gzip = csv.read("memory.csv.gz", zipped.toByteArray(), null)) {
            assertText(plain);
            assertText(memory);
            assertText(gzip);
        }
    }

    @Test
    void theHabitsOfAFileAreSet() {
        try (Csv csv = new Csv().column("a", Type.INT).column("b", Type.TIMESTAMP).delimiter('|').missing("NA").header(false);
             Table table = csv.read("x", "1|2005-10-01T00:00:00\nNA|NA\n".getBytes(StandardCharsets.UTF_8), null)) {
            assertEquals(1L, table.value(0, "a"));
            assertNull(table.value(1, "a"));
            assertTrue(table.isCivil("b"));
        }
        try (Csv csv = new Csv()) {
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class, () -> csv.delimiter('\u5ba2')).name());
            assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> csv.timezone("Asia/Nowhere")).name());
        }
    }

    @Test
    void rowsThatCannotBeReadStopTheCallOrAreCollected(@TempDir Path directory) throws Exception {
        byte[] text = "n\n1\nx\n3\n".getBytes(StandardCharsets.UTF_8);
        Path file = directory.resolve("bad.csv");
        Files.write(file, text);
        try (Csv csv = new Csv().column("n", Type.INT)) {
            CustomerException error = assertThrows(CustomerException.class, () -> csv.read("bad.csv", text, null));
            assertEquals("bad.csv", error.file());
            assertEquals(3, error.line());
            assertEquals(1, error.column());
            assertEquals("n", error.field());
            csv.collect(true);
            Table[] rejected = new Table[1];
            for (int i = 0; i < 2; i++) {
                try (Table table = i == 0 ? csv.read("bad.csv", text, rejected) : csv.read(file, rejected, null, null); Table no = rejected[0]) {
                    assertEquals(2, table.rows());
                    assertEquals(3L, table.value(1, "n"));
                    assertEquals(1, no.rows());
                    assertEquals(3L, no.value(0, "line"));
                    assertEquals("n", no.value(0, "field"));
                    assertEquals("x", no.value(0, "text"));
                }
            }
            csv.collect(false);
            assertThrows(CustomerException.class, () -> csv.read("bad.csv", text, null));
        }
    }

    @Test
    void aLongReadTellsHowFarItIsAndCanBeCancelled(@TempDir Path directory) throws Exception {
        StringBuilder text = new StringBuilder("n\n");
        for (int i = 0; i < 200000; i++) {
            text.append(i).append('\n');
        }
        Path file = directory.resolve("long.csv");
        Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
        try (Csv csv = new Csv().column("n", Type.INT); Cancel cancel = new Cancel()) {
            List<Long> told = new ArrayList<>();
            try (Table table = csv.read(file, null, (done, total) -> told.add(done), null)) {
                assertEquals(200000, table.rows());
            }
            assertFalse(told.isEmpty());
            assertEquals("CSTM_ERROR_CANCELLED",
                    assertThrows(CustomerException.class, () -> csv.read(file, null, (done, total) -> false, null)).name());
            assertEquals("mine", assertThrows(UnsupportedOperationException.class, () -> csv.read(file, null, (done, total) -> {
                throw new UnsupportedOperationException("mine");
            }, null)).getMessage());
            assertThrows(StackOverflowError.class, () -> csv.read(file, null, (done, total) -> {
                throw new StackOverflowError();
            }, null));
            assertFalse(cancel.requested());
            cancel.request();
            assertTrue(cancel.requested());
            assertEquals("CSTM_ERROR_CANCELLED", assertThrows(CustomerException.class, () -> csv.read(file, null, null, cancel)).name());
        }
    }

    @Test
    void whatIsWrittenAsCsvReadsBack(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("out.csv");
        try (Table table = everyType(); Csv csv = new Csv().currency("CNY")) {
            table.writeCsv(file);
            assertEquals(table.toCsv(), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            for (Map.Entry<String, Type> column : table.columns().entrySet()) {
                csv.column(column.getKey(), column.getValue());
            }
            try (Table read = csv.read(file)) {
                assertEveryType(read);
            }
            assertEquals("CSTM_ERROR_IO",
                    assertThrows(CustomerException.class, () -> table.writeCsv(directory.resolve("no").resolve("file.csv"))).name());
        }
    }

    /* Sizes and places of the C structs, as Arrow's specification lays them out for 64 bits: ArrowSchema is 72 bytes with release
     * at 56, ArrowArray 80 with release at 64, ArrowArrayStream 40 with release at 24. */
    private static final int SCHEMA = 72;
    private static final int ARRAY = 80;
    private static final int STREAM = 40;

    private static void release(Memory struct, int at) {
        Function.getFunction(struct.getPointer(at)).invoke(new Object[] {struct});
        assertEquals(Pointer.NULL, struct.getPointer(at), "not marked as released");
    }

    @Test
    void anArrowArrayCrossesByItsAddress() {
        Memory schema = new Memory(SCHEMA);
        Memory array = new Memory(ARRAY);
        Table table = everyType();
        table.exportArrow(Pointer.nativeValue(schema), Pointer.nativeValue(array));
        table.close();    // what was exported lives on
        assertEquals("+s", schema.getPointer(0).getString(0));
        assertEquals(2, array.getLong(0));
        try (Table taken = Table.importArrow(Pointer.nativeValue(schema), Pointer.nativeValue(array))) {
            assertEveryType(taken);
            assertEquals(Pointer.NULL, schema.getPointer(56));
            assertEquals(Pointer.NULL, array.getPointer(64));
            assertEquals("CSTM_ERROR_MISUSE", assertThrows(CustomerException.class,
                    () -> Table.importArrow(Pointer.nativeValue(schema), Pointer.nativeValue(array))).name());
        }
    }

    @Test
    void anArrowStreamCrossesByItsAddress() {
        Memory stream = new Memory(STREAM);
        Table table = everyType();
        table.exportStream(Pointer.nativeValue(stream));
        table.close();
        try (Table taken = Table.importStream(Pointer.nativeValue(stream))) {
            assertEveryType(taken);
            assertEquals(Pointer.NULL, stream.getPointer(24));
            assertEquals("CSTM_ERROR_MISUSE",
                    assertThrows(CustomerException.class, () -> Table.importStream(Pointer.nativeValue(stream))).name());
        }
    }

    @Test
    void whoeverWasHandedAnArrayOrStreamMayReleaseItUnread() {
        Memory schema = new Memory(SCHEMA);
        Memory array = new Memory(ARRAY);
        Memory stream = new Memory(STREAM);
        try (Table table = everyType()) {
            table.exportArrow(Pointer.nativeValue(schema), Pointer.nativeValue(array));
            table.exportStream(Pointer.nativeValue(stream));
            release(schema, 56);
            release(array, 64);
            release(stream, 24);
            assertEveryType(table);
        }
    }

    /** A decimal column without a currency stays a decimal: 128 bits of value and a scale. */
    @Test
    void decimalsOfArrowAreExact() {
        Memory schema = new Memory(SCHEMA);
        Memory array = new Memory(ARRAY);
        try (Table money = new Table().addMoney("d", "CNY", -800001L, Long.MIN_VALUE)) {
            money.exportArrow(Pointer.nativeValue(schema), Pointer.nativeValue(array));
            schema.getPointer(40).getPointer(0).setPointer(16, Pointer.NULL);    // the child's metadata, where the currency stands
            try (Table table = Table.importArrow(Pointer.nativeValue(schema), Pointer.nativeValue(array))) {
                assertEquals(Type.DECIMAL, table.columns().get("d"));
                assertEquals(new BigDecimal("-8000.01"), table.value(0, "d"));
                assertEquals(new BigDecimal("-92233720368547758.08"), table.value(1, "d"));
            }
        }
    }
}
