package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bank files: what the C tests say of values is not said again here. */
class LayoutTest {
    private static final String DAY = "2\nA1|@|20240105|@|1250|@|\u8d37\nA2|@|00000000|@|2000|@|\u501f\n# end\n-750\n";

    private static Layout layout() {
        return new Layout(Layout.Form.DELIMITED, Layout.Encoding.GB18030).delimiter("|@|").quote('"').currency("CNY").comment("#")
                .frame(1, false, 1).fields(4).column("card", Type.STRING).column("posted", Type.DATE, 2).column("amount", Type.MONEY)
                .format("posted", "YYYYMMDD").missing("posted", "00000000").number("amount", 2, Layout.Sign.LEADING, (char) 0)
                .sign("amount", 4, 0, "\u8d37", "\u501f").total(Layout.Total.COUNT, null, 1, 1, 0)
                .total(Layout.Total.SUM, "amount", -1, 1, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(Charset.forName("GB18030"));
    }

    @Test
    void aDelimitedFileIsReadFromMemoryAndFromAFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("day.dat");
        Files.write(file, bytes(DAY));
        try (Layout layout = layout(); Table memory = layout.read("day.dat", bytes(DAY), null); Table read = layout.read(file)) {
            assertEquals("card,posted,amount\nA1,2024-01-05,12.50\nA2,,-20.00\n", memory.toCsv());
            assertEquals(memory.toCsv(), read.toCsv());
        }
    }

    @Test
    void rejectedRowsHaveTheirReason() {
        Table[] rejected = new Table[1];
        try (Layout layout = layout().collect(3); Table table = layout.read("day.dat", bytes(DAY.replace("A1|@|20240105", "A1|@|2024")), rejected);
             Table refused = rejected[0]) {
            assertEquals(1, table.rows());
            assertTrue(refused.toCsv().startsWith("line,column,field,reason,text\n2,6,posted,not a date of the declared format,"));
        }
        try (Layout layout = layout(); Table table = layout.read("day.dat", bytes(DAY), rejected = new Table[1])) {
            assertEquals(2, table.rows());
            assertNull(rejected[0]);
        }
    }

    @Test
    void aControlTotalThatIsNotMetRefusesTheFile() {
        try (Layout layout = layout()) {
            CustomerException failure = assertThrows(CustomerException.class, () -> layout.read("day.dat", bytes(DAY.replace("-750", "750")), null));
            assertEquals("CSTM_ERROR_MISMATCH", failure.name());
        }
    }

    @Test
    void fixedWidthIsReadByBytesAndByCharacters() {
        byte[] data = "\u5f20\u4e09 00012}20240105093000".getBytes(StandardCharsets.UTF_8);
        try (Layout bytes = new Layout(Layout.Form.BYTES, Layout.Encoding.UTF8).recordSize(27).recordEnd(new byte[0]).currency("CNY").timezone("Asia/Shanghai")
                .column("name", Type.STRING, 1, 7).column("paid", Type.MONEY, 8, 6).column("seen", Type.TIMESTAMP, 14, 14)
                .padding(null, -1, ' ').padding("name", -1, ' ').number("paid", 2, Layout.Sign.OVERPUNCH, (char) 0).format("seen", "YYYYMMDDHHMMSS");
             Table table = bytes.read("x", data, null);
             Layout characters = new Layout(Layout.Form.CHARACTERS, Layout.Encoding.UTF8).column("name", Type.STRING, 1, 2);
             Table named = characters.read("x", data, null)) {
            assertEquals("name,paid,seen\n\u5f20\u4e09,-1.20,2024-01-05T01:30:00Z\n", table.toCsv());
            assertEquals("name\n\u5f20\u4e09\n", named.toCsv());
        }
    }
}
