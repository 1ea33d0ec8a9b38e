package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HandleTest {
    /** A handle of no native thing, which counts how often it is freed. */
    private static final class Counted extends Handle {
        Counted(AtomicInteger freed) {
            super(1, p -> freed.incrementAndGet());
        }
    }

    @Test
    void aHandleIsFreedOnceHoweverOftenItIsClosedAndUsedAfterwards() {
        AtomicInteger freed = new AtomicInteger();
        Counted handle = new Counted(freed);
        assertFalse(handle.isClosed());
        handle.close();
        assertTrue(handle.isClosed());
        for (int i = 0; i < 3; i++) {
            handle.close();
            assertEquals("Counted is closed", assertThrows(IllegalStateException.class, handle::enter).getMessage());
        }
        assertEquals(1, freed.get());
    }

    @Test
    void theLastCallOutFreesAHandleThatWasClosedMeanwhile() {
        AtomicInteger freed = new AtomicInteger();
        Counted handle = new Counted(freed);
        handle.enter();
        handle.enter();
        handle.close();
        assertThrows(IllegalStateException.class, handle::enter);
        handle.leave();
        assertEquals(0, freed.get());
        handle.leave();
        assertEquals(1, freed.get());
    }

    @Test
    void manyThreadsThatUseAndCloseAHandleFreeItOnceAndNeverTooEarly() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicInteger freed = new AtomicInteger();
            AtomicInteger early = new AtomicInteger();
            Counted handle = new Counted(freed);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                boolean closes = t == 0;
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                        for (int i = 0; i < 50; i++) {
                            handle.enter();
                            early.addAndGet(freed.get());
                            handle.leave();
                            if (closes && i == 10) {
                                handle.close();
                            }
                        }
                    } catch (IllegalStateException closed) {
                        // what the others come to
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
                threads.add(thread);
                thread.start();
            }
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(1, freed.get());
            assertEquals(0, early.get());
        }
    }

    @Test
    void handlesThatAreForgottenAreFreedAfterTheyWereCollected() throws Exception {
        AtomicInteger freed = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            new Counted(freed);
        }
        for (int i = 0; i < 200 && freed.get() < 100; i++) {
            System.gc();
            Thread.sleep(10);
            new Cancel().close();    // a new handle frees those that were lost
        }
        assertEquals(100, freed.get());
    }

    @Test
    void nativeHandlesThatAreForgottenDoNotPileUp() throws Exception {
        int before = Handle.living();
        try (Strategy strategy = Bank.strategy()) {
            for (int i = 0; i < 200; i++) {
                Bank.customer(strategy, "A" + i).evaluate("2005-10-01").asOf();
            }
        }
        for (int i = 0; i < 200 && Handle.living() > before; i++) {
            System.gc();
            Thread.sleep(10);
            new Cancel().close();
        }
        assertTrue(Handle.living() <= before, Handle.living() + " living, " + before + " before");
    }

    @Test
    void everyClassSaysThatItIsClosed() {
        Strategy strategy = Bank.strategy();
        Profile customer = Bank.customer(strategy, "A");
        Entity entity = customer.customer();
        Event event = strategy.event("statement");
        Outcome outcome = customer.evaluate("2005-10-01");
        Explanation explanation = customer.explain("2005-10-01", Part.SCORE, "default_risk", entity);
        Migration[] migration = new Migration[1];
        Profile restored = strategy.read(customer.toBytes(), migration);
        Table table = new Table().addStrings("customer", "A");
        Batch batch = strategy.batch().addEntities("customer", table);
        Result result = batch.run("2005-10-01");
        Table rows = result.table("customer");
        Rule rule = Rule.compile("1 + 1", Collections.emptyMap(), Type.NONE, null, null);
        Scorecard card = new Scorecard("card", 1);
        Scorer scorer = strategy.scorer("default_risk");
        Validation validation = new Validation(new double[] {1}, new boolean[] {true}, null, true);
        Csv csv = new Csv();
        Cancel cancel = new Cancel();
        Handle[] all = {strategy, customer, event, outcome, explanation, migration[0], restored, batch, result, table, rule, card, scorer,
            validation, csv, cancel};
        for (Handle handle : all) {
            assertFalse(handle.isClosed());
            handle.close();
            assertTrue(handle.isClosed());
        }
        assertTrue(rows.isClosed());
        Runnable[] calls = {strategy::name, customer::key, () -> event.id("x"), outcome::digest, explanation::size, migration[0]::size,
            restored::key, () -> batch.setThreads(1), result::digest, table::rows, rule::text, () -> card.build(null), scorer::name,
            validation::rows, () -> csv.header(true), cancel::request, rows::rows, entity::key, () -> entity.set("age", 1, Customer.ALWAYS)};
        for (Runnable call : calls) {
            for (int i = 0; i < 2; i++) {
                String message = assertThrows(IllegalStateException.class, call::run).getMessage();
                assertTrue(message.endsWith(" is closed"), message);
            }
        }
        assertEquals("Strategy (closed)", strategy.toString());
        assertEquals("Table (closed)", table.toString());
        assertEquals("Explanation (closed)", explanation.toString());
    }

    @Test
    void aClosedHandleAsAnArgumentIsRefused() {
        try (Strategy strategy = Bank.strategy(); Profile customer = strategy.profile("A"); Batch batch = strategy.batch()) {
            Table table = new Table().addStrings("customer", "A");
            Event event = strategy.event("statement");
            Outcome outcome = strategy.outcome();
            Profile other = strategy.profile("A");
            Cancel cancel = new Cancel();
            for (Handle each : new Handle[] {table, event, outcome, other, cancel}) {
                each.close();
            }
            assertThrows(IllegalStateException.class, () -> batch.addEntities("customer", table));
            assertThrows(IllegalStateException.class, () -> customer.record(event));
            assertThrows(IllegalStateException.class, () -> customer.evaluate(0L, outcome));
            assertThrows(IllegalStateException.class, () -> customer.merge(other));
            assertThrows(IllegalStateException.class, () -> batch.run("2005-10-01", null, cancel));
            assertThrows(IllegalStateException.class, () -> strategy.scorer("default_risk").score(table, 1, null, null));
        }
    }

    @Test
    void whatWasMadeOfAStrategyGoesOnAfterItIsClosed() {
        Strategy strategy = Bank.strategy();
        Profile customer = Bank.customer(strategy, "A");
        Event statement = strategy.event("statement");
        Batch batch = strategy.batch();
        strategy.close();
        customer.entity("account", "A-1").record(statement.id("s2").at("2005-10-31").set("status", 0));
        try (Outcome outcome = customer.evaluate("2005-11-01"); Table table = new Table().addStrings("customer", "A");
             Result result = batch.addEntities("customer", table).run("2005-10-01")) {
            assertEquals("current", outcome.stage("delinquency", customer.entity("account", "A-1")));
            assertEquals(1, result.table("customer").rows());
        }
        batch.close();
        statement.close();
        customer.close();
    }

    @Test
    void aBatchReadsItsTablesThoughTheyAreClosed() {
        try (Strategy strategy = Bank.strategy(); Batch batch = strategy.batch()) {
            Table customers = new Table().addStrings("customer", "A", "B");
            batch.addEntities("customer", customers);
            customers.close();
            try (Result result = batch.run("2005-10-01")) {
                assertEquals("B", result.table("customer").value(1, "customer"));
            }
        }
    }

    @Test
    void aTableOfAResultEndsWithIt() {
        try (Strategy strategy = Bank.strategy(); Batch batch = strategy.batch(); Table customers = new Table().addStrings("customer", "A")) {
            Result result = batch.addEntities("customer", customers).run("2005-10-01");
            Table table = result.table("customer");
            assertTrue(table.isBorrowed());
            assertFalse(customers.isBorrowed());
            assertThrows(UnsupportedOperationException.class, () -> table.addLongs("x", 1L));
            table.close();
            assertEquals(1, result.table("customer").rows());
            Table again = result.table("customer");
            try (Batch next = strategy.batch().addEntities("customer", again)) {
                result.close();
                assertThrows(IllegalStateException.class, again::rows);
                next.run("2005-10-01").close();    // held by the batch until that is closed
            } catch (CustomerException structure) {
                assertEquals("CSTM_ERROR_UNKNOWN", structure.name());    // columns that no attribute declares
            }
        }
    }

    /** Every order of closing twelve things that know each other; the valgrind and sanitizer builds of C see to the rest. */
    @Test
    void thingsAreClosedInAnyOrder() {
        for (int seed = 0; seed < 50; seed++) {
            Strategy strategy = Bank.strategy();
            Profile customer = Bank.customer(strategy, "A");
            Table table = new Table().addStrings("customer", "A");
            Batch batch = strategy.batch().addEntities("customer", table);
            Result result = batch.run("2005-10-01");
            List<Handle> all = new ArrayList<>();
            Collections.addAll(all, strategy, customer, table, batch, result, result.table("customer"), result.rejected(),
                    customer.evaluate("2005-10-01"), strategy.event("statement"), strategy.copy(), batch.profile("A", "2005-10-01"),
                    strategy.scorer("default_risk"), customer.explain("2005-10-01", Part.LIFECYCLE, "relationship", customer.customer()));
            Collections.shuffle(all, new Random(seed));
            for (Handle handle : all) {
                handle.close();
            }
        }
    }

    @Test
    void aProfileThatIsClosedWhileAnotherThreadReadsItEndsThatThreadsCallsCleanly() throws Exception {
        try (Strategy strategy = Bank.strategy()) {
            byte[] expected;
            try (Profile customer = Bank.customer(strategy, "A")) {
                expected = customer.toBytes();
            }
            for (int round = 0; round < 20; round++) {
                Profile customer = Bank.customer(strategy, "A");
                CountDownLatch reading = new CountDownLatch(1);
                AtomicReference<Throwable> end = new AtomicReference<>();
                Thread reader = new Thread(() -> {
                    try {
                        while (true) {
                            assertArrayEquals(expected, customer.toBytes());
                            reading.countDown();
                        }
                    } catch (Throwable thrown) {
                        end.set(thrown);
                    }
                });
                reader.start();
                assertTrue(reading.await(30, TimeUnit.SECONDS));
                customer.close();
                reader.join(30000);
                if (!(end.get() instanceof IllegalStateException)) {
                    fail(end.get());
                }
            }
        }
    }

    @Test
    void aBatchThatIsClosedByItsOwnProgressFinishesFirst() {
        try (Strategy strategy = Bank.strategy(); Table customers = new Table().addStrings("customer", "A", "B")) {
            Batch batch = strategy.batch().addEntities("customer", customers);
            try (Result result = batch.run("2005-10-01", (done, total) -> {
                batch.close();
                return true;
            }, null)) {
                assertEquals(2, result.table("customer").rows());
            }
            assertThrows(IllegalStateException.class, () -> batch.run("2005-10-01"));
        }
    }

    @Test
    void anOutcomeBeforeItsFirstEvaluationHoldsNothing() {
        try (Strategy strategy = Bank.strategy(); Outcome outcome = strategy.outcome()) {
            assertNull(outcome.asOf());
            assertEquals("", outcome.digest());
            assertEquals(0, outcome.entityCount());
            assertNull(outcome.feature("last_place"));
            assertTrue(Double.isNaN(outcome.score("default_risk")));
        }
    }
}
