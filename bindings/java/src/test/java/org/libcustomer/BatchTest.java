package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int CUSTOMERS = 5000;
    private Strategy strategy;

    @BeforeEach
    void compile() {
        strategy = Bank.strategy();
    }

    @AfterEach
    void free() {
        strategy.close();
    }

    /** Customers C0 to C4999 with one account each; every third is two months overdue. */
    private Batch portfolio() {
        String[] customers = new String[CUSTOMERS];
        String[] accounts = new String[CUSTOMERS];
        LocalDate[] opened = new LocalDate[CUSTOMERS];
        LocalDate[] closing = new LocalDate[CUSTOMERS];
        Long[] limits = new Long[CUSTOMERS];
        Long[] balances = new Long[CUSTOMERS];
        Long[] statuses = new Long[CUSTOMERS];
        for (int i = 0; i < CUSTOMERS; i++) {
            customers[i] = "C" + i;
            accounts[i] = "A" + i;
            opened[i] = LocalDate.of(2005, 9, 1);
            closing[i] = LocalDate.of(2005, 9, 30);
            limits[i] = 100000L;
            balances[i] = 25000L;
            statuses[i] = i % 3 == 0 ? 2L : 0L;
        }
        Batch batch = strategy.batch();
        try (Table people = new Table().addStrings("customer", customers).addDates("opened_on", opened);
             Table holdings = new Table().addStrings("account", accounts).addStrings("customer", customers).addDates("opened_on", opened);
             Table changes = new Table().addStrings("account", accounts).addDates("time", opened).addMoney("limit", "TWD", limits);
             Table statements = new Table().addStrings("account", accounts).addDates("time", closing).addMoney("balance", "TWD", balances)
                     .addLongs("status", statuses)) {
            return batch.addEntities("customer", people).addEntities("account", holdings).addAttributes("account", changes)
                    .addEvents("statement", statements).observe("statement", "2005-09-01")
                    .observeUntil("statement", "2005-12-31");
        }
    }

    private static String all(Result result) {
        return result.table("customer").toCsv() + result.table("account").toCsv() + result.errors().toCsv() + result.rejected().toCsv();
    }

    private static long exported(Memory stream, Table table) {
        table.exportStream(Pointer.nativeValue(stream));
        return Pointer.nativeValue(stream);
    }

    /** In the order of keys as texts: C0, C1, C10, C11 ... */
    @Test
    void aStreamGivesTheRowsOfABatch() {
        String[] keys = {"C0", "C1", "C10", "C2"};
        String[] accounts = {"A0", "A1", "A10", "A2"};
        LocalDate[] days = {LocalDate.of(2005, 9, 30), LocalDate.of(2005, 9, 30), LocalDate.of(2005, 9, 30), LocalDate.of(2005, 9, 30)};
        Long[] balances = {25000L, 1L, 2L, 3L};
        Memory in = new Memory(40);
        Memory out = new Memory(40);
        try (Table people = new Table().addStrings("customer", keys);
             Table holdings = new Table().addStrings("account", accounts).addStrings("customer", keys);
             Table limits = new Table().addStrings("account", accounts).addStrings("customer", keys).addDates("time", days)
                     .addMoney("limit", "TWD", balances);
             Table statements = new Table().addStrings("account", accounts).addStrings("customer", keys).addDates("time", days)
                     .addLongs("balance", balances);
             Table dates = new Table().addStrings("as_of", "2005-10-01", "2005-09-29");
             Batch settings = strategy.batch();
             Stream stream = settings.stream("account", "2005-10-01"); Stream dated = settings.streamDates("customer", dates)) {
            stream.addEntities("customer", exported(in, people)).addEntities("account", exported(in, holdings))
                    .addAttributes("account", exported(in, limits)).addEvents("statement", exported(in, statements))
                    .declareMoney("statement", "balance", "TWD").setRows(2);
            int rows = 0;
            for (Table table = stream.next(); table != null; table = stream.next()) {
                assertEquals(keys[rows], table.value(0, "customer"));
                assertEquals(BigDecimal.valueOf(balances[rows], 2), table.value(0, "balance"));
                rows += table.rows();
                table.close();
            }
            assertEquals(4, rows);
            assertEquals(0, stream.rejected().rows());
            assertTrue(stream.errors().rows() >= 0);
            assertEquals(4L, stream.report().value(3, "taken"));
            dated.addEntities("customer", exported(in, people)).exportStream(Pointer.nativeValue(out));
            dated.close();
            try (Table all = Table.importStream(Pointer.nativeValue(out))) {
                assertEquals(8, all.rows());
            }
        }
    }

    @Test
    void manyDatesAtOnceSayWhatEachAloneSays() {
        String[] keys = {"C3", "C4", "C3", "nobody"};
        String[] dates = {"2005-10-01", "2005-09-29", "2005-09-15", "2005-09-15"};
        try (Batch batch = portfolio(); Table asked = new Table().addStrings("customer", keys).addStrings("as_of", dates);
             Result result = batch.runDates(asked, null, null); Result again = batch.runDates(asked)) {
            Table rows = result.table("customer");
            assertEquals(3, rows.rows());
            assertEquals(all(result), all(again));
            assertEquals("nothing has this key", result.rejected().value(0, "reason"));
            for (int i = 0; i < 3; i++) {
                try (Result alone = batch.run(dates[i])) {
                    int row = i == 1 ? 4 : 3;
                    for (String column : new String[] {"customer", "relationship.stage", "default_risk"}) {
                        assertEquals(alone.table("customer").value(row, column), rows.value(i, column));
                    }
                }
            }
        }
    }

    @Test
    void aPortfolioGivesARowForEachCustomerAndAccount() {
        try (Batch batch = portfolio(); Result result = batch.run("2005-10-01")) {
            Table customers = result.table("customer");
            Table accounts = result.table("account");
            assertEquals(CUSTOMERS, customers.rows());
            assertEquals(CUSTOMERS, accounts.rows());
            assertEquals("C7", customers.value(7, "customer"));
            assertEquals("acquired", customers.value(7, "relationship.stage"));
            // 600, two months past due -55, nothing repaid -20
            assertEquals(525.0, customers.value(3, "default_risk"));
            assertEquals(Arrays.asList("PAST_DUE", "LITTLE_REPAID"), customers.value(3, "default_risk.reasons"));
            assertEquals(0.25, accounts.value(0, "utilisation"));
            assertEquals(new BigDecimal("250.00"), accounts.value(0, "balance"));
            assertEquals("overdue", accounts.value(3, "delinquency.stage"));
            assertEquals(LocalDate.of(2005, 9, 30), accounts.value(3, "delinquency.since"));
            assertEquals("current", accounts.value(4, "delinquency.stage"));
            assertEquals(0, result.rejected().rows());
            assertEquals("statement", result.report().value(3, "name"));
            assertEquals((long) CUSTOMERS, result.report().value(3, "taken"));
            assertTrue(result.digest().contains(strategy.digest()));
            // the same as event by event
            try (Profile customer = batch.profile("C3", "2005-10-01"); Outcome outcome = customer.evaluate("2005-10-01")) {
                assertEquals(customers.value(3, "default_risk"), outcome.score("default_risk"));
                assertEquals("overdue", outcome.stage("delinquency", customer.entity("account", "A3")));
            }
            assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> batch.profile("nobody", "2005-10-01")).name());
            assertThrows(IllegalArgumentException.class, () -> result.table("nothing"));
        }
    }

    /** Every third of 5000 from 0: 1667 went from current to overdue on 30 September. */
    @Test
    void funnelsAndTransitionsCountWhoStandsAndMoves() {
        try (Batch batch = portfolio(); Result result = batch.run("2005-10-01");
             Table before = result.funnel("delinquency", LocalDate.of(2005, 9, 29)); Table after = result.funnel("delinquency", LocalDate.of(2005, 9, 30));
             Table moves = result.transitions("delinquency", LocalDate.of(2005, 9, 1), LocalDate.of(2005, 9, 30))) {
            assertEquals("current", before.value(0, "stage"));
            assertEquals((long) CUSTOMERS, before.value(0, "count"));
            assertEquals(1667L, after.value(1, "count"));
            assertEquals(1, moves.rows());
            assertEquals(Arrays.<Object>asList("current", "overdue", 1667L),
                    Arrays.asList(moves.value(0, "from"), moves.value(0, "to"), moves.value(0, "count")));
            assertFalse(moves.isBorrowed());
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class,
                    () -> result.funnel("delinquency", LocalDate.of(2005, 10, 2))).name());
        }
    }

    @Test
    void onlyWhatIsWantedIsGivenOut() {
        try (Batch batch = portfolio().setParts(Batch.Wanted.FEATURES); Result features = batch.run("2005-10-01")) {
            assertFalse(features.table("customer").columns().containsKey("default_risk"));
            assertThrows(CustomerException.class, () -> features.funnel("delinquency", LocalDate.of(2005, 9, 30)));
            try (Result rest = batch.setParts(Batch.Wanted.LIFECYCLES, Batch.Wanted.SCORES).run("2005-10-01")) {
                assertTrue(rest.table("customer").columns().containsKey("default_risk"));
                assertFalse(rest.table("account").columns().containsKey("utilisation"));
            }
        }
    }

    @Test
    void rowsThatCannotBeUsedAreListedWithTheirReason() {
        try (Batch batch = strategy.batch(); Table customers = new Table().addStrings("customer", "A", null, "A");
             Table accounts = new Table().addStrings("account", "A-1").addStrings("customer", "A");
             Table statements = new Table().addStrings("account", "nobody's").addStrings("time", "2005-09-30")) {
            batch.addEntities("customer", customers).addEvents("statement", statements);
            assertEquals("CSTM_ERROR_MISSING", assertThrows(CustomerException.class, () -> batch.run("2005-10-01")).name());
            try (Result result = batch.addEntities("account", accounts).run("2005-10-01")) {
                Table rejected = result.rejected();
                assertEquals(3, rejected.rows());
                assertEquals("customer", rejected.value(0, "source"));
                assertEquals(1L, rejected.value(0, "row"));
                assertTrue(result.errors().rows() >= 0);
            }
            try (Table wrong = new Table().addStrings("customer", "A").addLongs("no_attribute", 1L); Batch other = strategy.batch();
                 Table amounts = new Table().addStrings("account", "A").addDates("time", LocalDate.of(2005, 9, 1)).addDoubles("balance", 1.0)) {
                assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> other.addEntities("customer", wrong)).name());
                assertEquals("CSTM_ERROR_TYPE", assertThrows(CustomerException.class, () -> other.addEvents("statement", amounts)).name());
                assertEquals("CSTM_ERROR_MISSING", assertThrows(CustomerException.class, () -> other.run("2005-10-01")).name());
            }
        }
    }

    @Test
    void threadsAndExecutorsDoNotShowInResults() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Batch batch = portfolio(); Result one = batch.run("2005-10-01"); Result two = batch.setThreads(2).run("2005-10-01")) {
            String expected = all(one);
            assertEquals(expected, all(two));
            AtomicInteger ran = new AtomicInteger();
            Executor counting = task -> pool.execute(() -> {
                ran.incrementAndGet();
                task.run();
            });
            for (int i = 0; i < 3; i++) {
                try (Result result = batch.setExecutor(counting).setThreads(3).run("2005-10-01")) {
                    assertEquals(expected, all(result));
                }
            }
            List<Runnable> late = Collections.synchronizedList(new ArrayList<>());
            Executor[] odd = {Runnable::run, late::add, task -> {
                throw new RejectedExecutionException();
            }, task -> { }};
            for (Executor executor : odd) {
                try (Result result = batch.setExecutor(executor).run("2005-10-01")) {
                    assertEquals(expected, all(result));
                }
            }
            for (Runnable task : late) {
                task.run();    // after its run: does nothing
            }
            assertFalse(late.isEmpty());
            try (Result result = batch.setExecutor(null).run("2005-10-01")) {
                assertEquals(expected, all(result));
            }
            pool.shutdown();
            assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
            assertTrue(ran.get() > 0);
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class, () -> batch.setThreads(0)).name());
        } finally {
            pool.shutdown();
        }
    }

    /** The run occupies the only thread of the pool that it hands its tasks to. */
    @Test
    void aBusyExecutorCannotStopARun() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Batch batch = portfolio()) {
            Future<Long> rows = pool.submit(() -> {
                try (Result result = batch.setThreads(4).setExecutor(pool).run("2005-10-01")) {
                    return result.table("account").rows();
                }
            });
            assertEquals(CUSTOMERS, rows.get(60, TimeUnit.SECONDS));
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void anInterruptOutlivesARunOnAnExecutor() {
        try (Batch batch = portfolio().setThreads(2)) {
            ExecutorService pool = Executors.newFixedThreadPool(2);
            batch.setExecutor(pool);
            Thread.currentThread().interrupt();
            try (Result result = batch.run("2005-10-01")) {
                assertEquals(CUSTOMERS, result.table("customer").rows());
            }
            assertTrue(Thread.interrupted());
            pool.shutdown();
        }
    }

    @Test
    void progressIsToldAndCancels() {
        for (int threads = 1; threads <= 2; threads++) {
            try (Batch batch = portfolio().setThreads(threads); Cancel cancel = new Cancel()) {
                List<Long> told = Collections.synchronizedList(new ArrayList<>());
                try (Result result = batch.run("2005-10-01", (done, total) -> told.add(done), cancel)) {
                    assertEquals(CUSTOMERS, result.table("customer").rows());
                }
                List<Long> sorted = new ArrayList<>(told);
                Collections.sort(sorted);
                assertEquals(sorted, told);
                assertFalse(told.isEmpty());
                assertEquals("CSTM_ERROR_CANCELLED", assertThrows(CustomerException.class, () -> batch.run("2005-10-01", (done, total) -> false, null)).name());
                IllegalArgumentException mine = new IllegalArgumentException("mine");
                assertEquals(mine, assertThrows(IllegalArgumentException.class, () -> batch.run("2005-10-01", (done, total) -> {
                    throw mine;
                }, null)));
                cancel.request();
                assertEquals("CSTM_ERROR_CANCELLED", assertThrows(CustomerException.class, () -> batch.run("2005-10-01", null, cancel)).name());
                // nothing of it stays
                batch.run("2005-10-01").close();
            }
        }
    }

    @Test
    void anotherThreadCancelsARun() throws Exception {
        try (Batch batch = portfolio(); Cancel cancel = new Cancel()) {
            CustomerException error = assertThrows(CustomerException.class, () -> batch.run("2005-10-01", (done, total) -> {
                Thread other = new Thread(cancel::request);
                other.start();
                try {
                    other.join();
                } catch (InterruptedException interrupted) {
                    return false;
                }
                return true;
            }, cancel));
            assertEquals(Abi.CSTM_ERROR_CANCELLED, error.status());
        }
    }

    @Test
    void aCancelFlagMayBeClosedWhileItIsUsed() {
        try (Batch batch = portfolio()) {
            Cancel cancel = new Cancel();
            batch.run("2005-10-01", (done, total) -> {
                cancel.close();
                return true;
            }, cancel).close();
            assertThrows(IllegalStateException.class, cancel::requested);
            assertNull(batch.run("2005-10-01").table("customer").value(0, "last_place"));
        }
    }
}
