package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ErrorTest {
    @Test
    void aDocumentReportsAllThatIsWrongWithItWithPlaces() {
        String wrong = Bank.DOCUMENT.replace("balance / limit", "balance / limt").replace("base: 600", "bose: 600");
        CustomerException error = assertThrows(CustomerException.class, () -> Strategy.parse(wrong, "wrong.yaml"));
        assertTrue(error.errors().size() >= 2, error.toString());
        assertSame(error, error.errors().get(0));
        List<String> lines = java.util.Arrays.asList(wrong.split("\n"));
        boolean limit = false;
        for (CustomerException each : error.errors()) {
            assertEquals("wrong.yaml", each.file());
            assertTrue(each.line() > 0 && each.column() > 0, each.getMessage());
            assertEquals(-1, each.row());
            if (each.getMessage().contains("limt")) {
                limit = true;
                assertEquals(Abi.CSTM_ERROR_UNKNOWN, each.status());
                assertEquals("CSTM_ERROR_UNKNOWN", each.name());
                String line = lines.get((int) each.line() - 1);
                assertEquals(line.indexOf("limt") + 1, each.column());
                assertTrue(each.getMessage().startsWith("wrong.yaml:" + each.line() + ":" + each.column() + ": "), each.getMessage());
                assertTrue(each.getMessage().contains("did you mean 'limit'"), each.getMessage());
            }
            assertTrue(error.toString().contains(each.getMessage()));
        }
        assertTrue(limit);
        assertThrows(UnsupportedOperationException.class, () -> error.errors().clear());
    }

    @Test
    void aRowOfATableIsNamedWithItsField() {
        try (Table table = new Table().addDoubles("amount", 1.0, 0.125)) {
            CustomerException error = assertThrows(CustomerException.class, () -> table.declareMoney("amount", "CNY", Table.Money.DOUBLE));
            assertEquals(1, error.row());
            assertEquals("amount", error.field());
            assertEquals("", error.file());
            assertEquals(0, error.line());
            assertEquals(0, error.column());
        }
    }

    @Test
    void anErrorThatWasSerialisedStillHasItsFields() throws Exception {
        CustomerException error = assertThrows(CustomerException.class, () -> Strategy.parse("format: 1\nstrategi: x\n", "x.yaml"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(error);
        }
        CustomerException read;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            read = (CustomerException) in.readObject();
        }
        assertEquals(error.getMessage(), read.getMessage());
        assertEquals(error.line(), read.line());
        assertEquals(Collections.singletonList(read), read.errors());
    }

    @Test
    void aFileThatIsNotThereIsAnInputError() {
        CustomerException error = assertThrows(CustomerException.class, () -> Strategy.load(Paths.get("no-such-file.yaml")));
        assertEquals("CSTM_ERROR_IO", error.name());
        assertTrue(error.getMessage().contains("no-such-file.yaml"));
    }

    @Test
    void namesThatNothingDeclaresAreIllegalArguments() {
        try (Strategy strategy = Bank.strategy(); Profile customer = Bank.customer(strategy, "A"); Outcome outcome = customer.evaluate("2005-10-01");
             Table table = new Table().addLongs("a", 1L)) {
            List<Executable> calls = new ArrayList<>();
            calls.add(() -> strategy.event("no"));
            calls.add(() -> strategy.type(Part.FEATURE, "no"));
            calls.add(() -> customer.entity("no", "1"));
            calls.add(() -> customer.customer().set("no", 1, Customer.ALWAYS));
            calls.add(() -> outcome.feature("no"));
            calls.add(() -> outcome.stage("no"));
            calls.add(() -> outcome.score("no"));
            calls.add(() -> table.value(0, "no"));
            calls.add(() -> table.doubles("a"));
            for (Executable call : calls) {
                assertThrows(IllegalArgumentException.class, call);
            }
            assertThrows(IndexOutOfBoundsException.class, () -> table.value(1, "a"));
            assertThrows(IndexOutOfBoundsException.class, () -> table.value(-1, "a"));
        }
    }

    /** Values that stand nowhere but in customers' data: no message may hold one, whatever goes wrong. */
    @Test
    void noMessageHoldsACustomersValue() {
        String canary = "Canary-4711";
        List<Throwable> all = new ArrayList<>();
        try (Strategy strategy = Bank.strategy(); Profile customer = strategy.profile(canary); Event purchase = strategy.event("purchase");
             Event statement = strategy.event("statement"); Table table = new Table().addStrings("amount", canary); Csv csv = new Csv()) {
            csv.column("a", Type.INT).column("d", Type.DATE);
            Entity account = customer.entity("account", canary);
            Entity card = account.entity("card", canary);
            List<Executable> calls = new ArrayList<>();
            for (String attribute : new String[] {"age", "vip", "rating", "education", "born", "seen"}) {
                calls.add(() -> customer.customer().set(attribute, canary, Customer.ALWAYS));
                calls.add(() -> customer.customer().set(attribute, Collections.singleton(canary), Customer.ALWAYS));
            }
            calls.add(() -> account.set("limit", canary, Customer.ALWAYS));
            calls.add(() -> customer.customer().set("age", 1, canary));
            for (String field : new String[] {"amount", "rate", "online", "settles", "posted", "parts"}) {
                calls.add(() -> card.record(purchase.clear().at("2005-09-01").set(field, canary)));
            }
            calls.add(() -> purchase.at(canary));
            calls.add(() -> customer.evaluate(canary));
            calls.add(() -> card.entity("card", canary));
            calls.add(() -> account.record(purchase.clear().at("2005-09-01").id(canary).set("place", canary)));
            calls.add(() -> account.record(statement.id(canary).set("status", 1)));
            calls.add(() -> Customer.parseMoney(canary, "TWD"));
            calls.add(() -> table.declareMoney("amount", "TWD", Table.Money.MAJOR));
            calls.add(() -> csv.read("a.csv", ("a,d\n" + canary + ",2005-10-01\n").getBytes(StandardCharsets.UTF_8), null));
            calls.add(() -> csv.read("a.csv", ("a,d\n1," + canary + "\n").getBytes(StandardCharsets.UTF_8), null));
            calls.add(() -> strategy.read(canary.getBytes(StandardCharsets.UTF_8)));
            calls.add(() -> table.value(0, "nothing"));
            for (Executable call : calls) {
                all.add(assertThrows(RuntimeException.class, call));
            }
            assertFalse(table.toString().contains(canary));
        }
        for (Throwable thrown : all) {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            assertFalse(text.toString().contains("Canary") || text.toString().contains("4711"), text.toString());
        }
    }

    @Test
    void whatIsNoValueOfAnyFieldIsRefused() {
        try (Strategy strategy = Bank.strategy(); Profile customer = strategy.profile("A")) {
            assertThrows(IllegalArgumentException.class, () -> customer.customer().set("city", new Object(), Customer.ALWAYS));
            assertThrows(IllegalArgumentException.class, () -> strategy.instant(new Object(), false));
            // a truth value is no number, an instant no amount
            assertThrows(CustomerException.class, () -> customer.customer().set("age", true, Customer.ALWAYS));
            assertThrows(CustomerException.class, () -> customer.entity("account", "1").set("limit", java.time.Instant.EPOCH, Customer.ALWAYS));
            assertThrows(CustomerException.class, () -> customer.entity("account", "1").set("limit", 1.5, Customer.ALWAYS));
            assertThrows(CustomerException.class, () -> customer.entity("account", "1").set("limit", new BigDecimal("0.001"), Customer.ALWAYS));
        }
    }
}
