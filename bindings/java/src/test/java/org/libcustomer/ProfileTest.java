package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private Strategy strategy;

    @BeforeEach
    void compile() {
        strategy = Bank.strategy();
    }

    @AfterEach
    void free() {
        strategy.close();
    }

    @Test
    void aProfileKnowsItsEntities() {
        try (Profile customer = strategy.profile("\u5ba2\u6237-1")) {
            assertEquals("\u5ba2\u6237-1", customer.key());
            assertEquals(0, customer.revision());
            assertNull(customer.sealedDay());
            Entity account = customer.entity("account", "88-1");
            Entity card = account.entity("card", "9-1");
            assertEquals("account", account.kind());
            assertEquals("88-1", account.key());
            assertEquals(customer.customer(), account.parent());
            assertEquals(account, card.parent());
            assertNull(customer.customer().parent());
            assertEquals("customer", customer.customer().kind());
            assertEquals(account, customer.entity("account", "88-1"));
            assertEquals(account.hashCode(), customer.entity("account", "88-1").hashCode());
            assertEquals(Arrays.asList(customer.customer(), account, card), customer.entities());
            assertNotEquals(account, card);
            assertEquals(2, card.number());
            assertEquals(1, customer.revision());
            customer.entity("account", "88-2");
            assertEquals("CSTM_ERROR_MISMATCH", assertThrows(CustomerException.class,
                    () -> customer.entity("account", "88-2").entity("card", "9-1")).name());
            assertEquals("CSTM_ERROR_LIMIT", assertThrows(CustomerException.class, () -> strategy.profile("")).name());
        }
    }

    @Test
    void attributesOfEveryTypeComeBackFromAnOutcome() {
        Map<String, Object> values = new HashMap<>();
        values.put("age", 33);
        values.put("vip", true);
        values.put("rating", 0.5);
        values.put("education", "graduate");
        values.put("city", "\u53f0\u5317");
        values.put("born", LocalDate.of(1972, 3, 1));
        values.put("seen", LocalDateTime.of(2005, 9, 1, 8, 0));
        values.put("opened_on", LocalDate.of(2005, 1, 1));
        try (Profile customer = strategy.profile("A")) {
            customer.customer().set(values, "2005-01-01", "import-1");
            customer.customer().set(values, "2005-01-01", "import-1");    // a redelivery
            Entity account = customer.entity("account", "1").set("limit", new BigDecimal("2E+5"), "2005-09-01");
            account.set("limit", null, OffsetDateTime.parse("2005-11-01T00:00+08:00"));
            try (Outcome outcome = customer.evaluate("2005-10-01"); Outcome later = customer.evaluate("2005-11-01")) {
                assertEquals(33L, outcome.value(Part.ATTRIBUTE, "age", null));
                assertEquals(true, outcome.value(Part.ATTRIBUTE, "vip", null));
                assertEquals(0.5, outcome.value(Part.ATTRIBUTE, "rating", null));
                assertEquals("graduate", outcome.value(Part.ATTRIBUTE, "education", null));
                assertEquals("\u53f0\u5317", outcome.value(Part.ATTRIBUTE, "city", null));
                assertEquals(LocalDate.of(1972, 3, 1), outcome.value(Part.ATTRIBUTE, "born", null));
                assertEquals(Instant.parse("2005-09-01T00:00:00Z"), outcome.value(Part.ATTRIBUTE, "seen", null));
                assertEquals(LocalDate.of(2005, 1, 1), outcome.value(Part.ATTRIBUTE, "customer.opened_on", null));
                assertEquals(new BigDecimal("200000.00"), outcome.value(Part.ATTRIBUTE, "limit", account));
                assertNull(outcome.value(Part.ATTRIBUTE, "limit", null));
                assertNull(later.value(Part.ATTRIBUTE, "limit", account));
                assertEquals(State.MISSING, later.state(Part.ATTRIBUTE, "limit", account));
            }
        }
    }

    /** All or none: an attribute that is refused takes the others with it. */
    @Test
    void severalAttributesAreSetAllOrNone() {
        Map<String, Object> values = new java.util.LinkedHashMap<>();
        values.put("age", 33);
        values.put("education", "none of these");
        try (Profile customer = strategy.profile("A")) {
            byte[] before = customer.toBytes();
            assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> customer.customer().set(values, Customer.ALWAYS, null)).name());
            assertArrayEquals(before, customer.toBytes());
            customer.customer().set(Collections.<String, Object>emptyMap(), Customer.ALWAYS, null);
        }
    }

    @Test
    void nativeSettersSetWhatNamesSet() {
        try (Profile named = strategy.profile("A"); Profile fast = strategy.profile("A")) {
            long at = strategy.instant("2005-09-01", false);
            named.customer().set("age", 33, at).set("vip", false, at).set("born", "1972-03-01", at).set("seen", "2005-09-01", at)
                    .set("rating", 0.5, at).set("city", "Taipei", at).set("education", null, at);
            named.entity("account", "1").set("limit", "200.00", at);
            Entity customer = fast.customer();
            fast.setNative(customer, fast.attribute("age"), 33, at).setNative(customer, fast.attribute("vip"), 0, at)
                    .setNative(customer, fast.attribute("born"), LocalDate.of(1972, 3, 1).toEpochDay(), at)
                    .setNative(customer, fast.attribute("seen"), at, at).setDouble(customer, fast.attribute("rating"), 0.5, at)
                    .setString(customer, fast.attribute("city"), "Taipei", at).setString(customer, fast.attribute("education"), null, at);
            fast.setNative(fast.entity("account", "1"), fast.attribute("limit"), 20000, at);
            assertArrayEquals(named.toBytes(), fast.toBytes());
            assertThrows(IllegalArgumentException.class, () -> fast.setNative(named.customer(), 0, 1, at));
            assertThrows(IllegalArgumentException.class, () -> fast.explain("2005-10-01", Part.SCORE, "default_risk", named.customer()));
            assertEquals("CSTM_ERROR_TYPE", assertThrows(CustomerException.class,
                    () -> fast.setDouble(customer, fast.attribute("age"), 1, at)).name());
        }
    }

    @Test
    void fieldsOfEveryTypeComeBackAsFeatures() {
        Instant posted = Instant.parse("2005-09-02T01:02:03.000004Z");
        Object[] amounts = {new BigDecimal("12.50"), "12.50"};
        Object[] parts = {3, 3L, (short) 3, (byte) 3, BigInteger.valueOf(3), "3"};
        Object[] moments = {posted, OffsetDateTime.parse("2005-09-02T09:02:03.000004+08:00"), LocalDateTime.parse("2005-09-02T09:02:03.000004"),
            posted.plusNanos(999)};
        Object[] rates = {0.5, 0.5f};
        for (int i = 0; i < 6; i++) {
            try (Profile customer = strategy.profile("A"); Event purchase = strategy.event("purchase")) {
                Entity card = customer.entity("account", "1").entity("card", "2");
                card.record(purchase.at("2005-09-01").id("p1").set("amount", amounts[i % 2]).set("parts", parts[i]).set("posted", moments[i % 4])
                        .set("rate", rates[i % 2]).set("online", true).set("settles", LocalDate.of(2005, 9, 3)).set("place", "\u53f0\u5317"));
                try (Outcome outcome = customer.evaluate("2005-09-05")) {
                    assertEquals(new BigDecimal("12.50"), outcome.feature("spent"));
                    assertTrue(outcome.changed(Part.FEATURE, "spent", null));
                    assertTrue(outcome.changedCount(Part.FEATURE) > 0);
                }
                try (Table footprint = customer.footprint(); Table keeps = strategy.footprint()) {
                    assertEquals(footprint.rows(), keeps.rows() + 7);
                }
                try (Outcome outcome = customer.evaluate("2005-09-05")) {
                    assertEquals(3L, outcome.feature("last_parts"));
                    assertEquals(posted, outcome.feature("last_posted"));
                    assertEquals(0.5, outcome.feature("last_rate"));
                    assertEquals(true, outcome.feature("last_online"));
                    assertEquals(LocalDate.of(2005, 9, 3), outcome.feature("last_settles"));
                    assertEquals("\u53f0\u5317", outcome.feature("last_place"));
                }
            }
        }
    }

    @Test
    void nativeFieldsAreWhatNamedFieldsAre() {
        long at = strategy.instant("2005-09-01T10:00:00", false);
        try (Profile named = strategy.profile("A"); Profile fast = strategy.profile("A"); Event purchase = strategy.event("purchase")) {
            named.entity("account", "1").entity("card", "2").record(purchase.at(at).id("p1").set("amount", "12.50").set("parts", 3)
                    .set("posted", Row.instant(at)).set("rate", 0.5).set("online", false).set("settles", "2005-09-03").set("place", null));
            purchase.clear();
            purchase.on(fast.entity("account", "1").entity("card", "2")).at(at).id("p1").set("place", "overwritten")
                    .setMoney(purchase.field("amount"), 1250).setInt64(purchase.field("parts"), 3).setTimestamp(purchase.field("posted"), at)
                    .setDouble(purchase.field("rate"), 0.5).setBool(purchase.field("online"), false)
                    .setDate(purchase.field("settles"), (int) LocalDate.of(2005, 9, 3).toEpochDay())
                    .setString(purchase.field("place"), "also").setString(purchase.field("place"), "").setMissing(purchase.field("place"));
            fast.record(purchase);
            assertArrayEquals(named.toBytes(), fast.toBytes());
            purchase.setString(purchase.field("place"), null);
            fast.record(purchase);    // the same again
            assertArrayEquals(named.toBytes(), fast.toBytes());
        }
    }

    @Test
    void aFieldThatWasRefusedCanBeSetAgain() {
        try (Profile customer = strategy.profile("A"); Event statement = strategy.event("statement")) {
            Entity account = customer.entity("account", "1");
            statement.at("2005-09-30").set("balance", "1.00").set("status", "two");
            byte[] before = customer.toBytes();
            CustomerException error = assertThrows(CustomerException.class, () -> account.record(statement));
            assertEquals("status", error.field());
            assertArrayEquals(before, customer.toBytes());
            account.record(statement.set("status", 2));
            try (Outcome outcome = customer.evaluate("2005-09-30")) {
                assertEquals(2L, outcome.feature("last_status"));
                assertEquals(new BigDecimal("1.00"), outcome.feature("balance", account));
            }
            assertEquals("CSTM_ERROR_MISSING", assertThrows(CustomerException.class, () -> account.record(statement.clear())).name());
            assertEquals("CSTM_ERROR_MISMATCH", assertThrows(CustomerException.class, () -> customer.customer().record(statement.at("2005-09-30"))).name());
            assertThrows(IllegalArgumentException.class, () -> statement.set("no", 1));
        }
    }

    @Test
    void aRedeliveredEventCountsOnce() {
        try (Profile customer = Bank.customer(strategy, "A"); Event repayment = strategy.event("repayment")) {
            byte[] once = customer.toBytes();
            customer.entity("account", "A-1").record(repayment.id("r1").at("2005-09-20").set("amount", "10.00"));
            assertArrayEquals(once, customer.toBytes());
            customer.entity("account", "A-1").record(repayment.id(null));
            assertFalse(Arrays.equals(once, customer.toBytes()));
        }
    }

    @Test
    void anOutcomeHoldsStagesScoresAndReasons() {
        try (Profile customer = Bank.customer(strategy, "A")) {
            Entity account = customer.entity("account", "A-1");
            customer.observe("statement", "2005-09-01").observe("repayment", "2005-09-01");
            try (Outcome outcome = customer.evaluate("2005-10-01")) {
                assertEquals(strategy.instant("2005-10-01", true), Row.micros(outcome.asOf()));
                assertTrue(outcome.digest().contains(strategy.digest()) && outcome.digest().contains(Customer.version()), outcome.digest());
                assertEquals(2, outcome.entityCount());
                assertEquals(0.25, outcome.feature("utilisation", account));
                assertEquals(new BigDecimal("10.00"), outcome.feature("repaid_90d"));
                assertEquals("acquired", outcome.stage("relationship"));
                assertEquals("overdue", outcome.stage("delinquency", account));
                assertEquals(1, outcome.stageIndex("delinquency", account));
                assertEquals(0, outcome.stageFrom("delinquency", account));
                assertEquals(0, outcome.transition("delinquency", account));
                assertEquals(LocalDate.of(2005, 9, 30), outcome.stageSince("delinquency", account));
                assertEquals(1, outcome.stageDays("delinquency", account));
                assertFalse(outcome.stageCensored("delinquency", account));
                assertEquals(-1, outcome.transition("relationship", null));
                assertEquals(-1, outcome.stageFrom("relationship", null));
                // an account's machine is none of the customer's
                assertEquals("", outcome.stage("delinquency"));
                assertEquals(-1, outcome.stageIndex("delinquency", null));
                assertNull(outcome.stageSince("delinquency", null));
                assertEquals(-1, outcome.stageDays("delinquency", null));
                // 600 - 55 (two months past due) - 20 (10.00 repaid); lost against the best bins: 93 and 35
                assertEquals(525, outcome.score("default_risk"));
                assertEquals(525.0, outcome.value(Part.SCORE, "default_risk", null));
                List<Outcome.Reason> reasons = outcome.reasons("default_risk");
                assertEquals("[PAST_DUE, LITTLE_REPAID]", reasons.toString());
                assertEquals(93, reasons.get(0).points);
                assertEquals(35, reasons.get(1).points);
                assertEquals(Collections.emptyList(), outcome.reasons("default_risk", account));
                assertTrue(Double.isNaN(outcome.score("default_risk", account)));
                assertEquals(State.VALUE, outcome.state(Part.SCORE, "default_risk", null));
                assertEquals("CSTM_OK", outcome.status(Part.SCORE, "default_risk", null));
                assertEquals(State.MISSING, outcome.state(Part.FEATURE, "years_left", null));
                assertEquals("CSTM_ERROR_MISSING", outcome.status(Part.FEATURE, "years_left", null));
            }
            customer.customer().set("age", 40, Customer.ALWAYS);
            try (Outcome outcome = customer.evaluate("2005-10-01")) {
                assertEquals(State.ERROR, outcome.state(Part.FEATURE, "years_left", null));
                assertEquals("CSTM_ERROR_DIVIDE", outcome.status(Part.FEATURE, "years_left", null));
                assertNull(outcome.feature("years_left"));
            }
        }
    }

    @Test
    void anOutcomeIsReusedAndAFailureLeavesItAlone() {
        try (Profile customer = Bank.customer(strategy, "A"); Outcome outcome = strategy.outcome()) {
            assertSame(outcome, customer.evaluate(strategy.instant("2005-10-01", true), outcome));
            String digest = outcome.digest();
            customer.advance("2005-12-01");
            assertEquals("CSTM_ERROR_PAST", assertThrows(CustomerException.class,
                    () -> customer.evaluate(strategy.instant("2005-10-02", true), outcome)).name());
            assertEquals(digest, outcome.digest());
            customer.evaluate(strategy.instant("2005-12-01", true), outcome);
            assertNotEquals(digest, outcome.digest());
            try (Strategy other = Strategy.parse(Bank.DOCUMENT.replace("base: 600", "base: 601"), "other.yaml"); Outcome foreign = other.outcome()) {
                assertEquals("CSTM_ERROR_MISMATCH", assertThrows(CustomerException.class,
                        () -> customer.evaluate(strategy.instant("2005-12-02", true), foreign)).name());
            }
        }
    }

    @Test
    void sealedDaysRefuseWhatComesLate() {
        try (Profile customer = Bank.customer(strategy, "A"); Event repayment = strategy.event("repayment")) {
            customer.advance("2005-12-01");
            assertEquals(LocalDate.of(2005, 11, 23), customer.sealedDay());    // seven days may still change
            Entity account = customer.entity("account", "A-1");
            byte[] before = customer.toBytes();
            assertEquals("CSTM_ERROR_LATE", assertThrows(CustomerException.class,
                    () -> account.record(repayment.at("2005-11-23").set("amount", 1))).name());
            assertArrayEquals(before, customer.toBytes());
            account.record(repayment.at("2005-11-24"));
            assertEquals("CSTM_ERROR_PAST", assertThrows(CustomerException.class, () -> customer.evaluate("2005-11-23")).name());
            customer.evaluate("2005-12-01").close();
        }
    }

    @Test
    void explanationsSayWhatLedThere() {
        try (Profile customer = Bank.customer(strategy, "A")) {
            Entity account = customer.entity("account", "A-1");
            try (Explanation stage = customer.explain("2005-10-01", Part.LIFECYCLE, "delinquency", account);
                 Explanation score = customer.explain("2005-10-01", Part.SCORE, "default_risk", customer.customer());
                 Explanation feature = customer.explain("2005-10-01", Part.FEATURE, "utilisation", account)) {
                assertTrue(stage.toString().contains("last_status"), stage.toString());
                assertTrue(stage.toString().contains("= 2"), stage.toString());
                assertTrue(score.toString().contains("past due"), score.toString());
                assertTrue(feature.toString().contains("balance"), feature.toString());
                assertFalse((stage.toString() + score + feature).contains("CSTM_ERROR_?"));
                for (Explanation each : new Explanation[] {stage, score, feature}) {
                    for (Explanation.Line line : each.lines()) {
                        assertEquals(line.state == null, line.status.isEmpty(), line.toString());
                        assertEquals(line.state == State.VALUE, line.status.equals("CSTM_OK"), line.toString());
                    }
                }
            }
            assertEquals("CSTM_ERROR_MISUSE", assertThrows(CustomerException.class,
                    () -> customer.explain("2005-10-01", Part.LIFECYCLE, "delinquency", customer.customer())).name());
        }
    }

    @Test
    void bytesRestoreTheProfile() {
        try (Profile customer = Bank.customer(strategy, "A")) {
            byte[] bytes = customer.toBytes();
            try (Profile restored = strategy.read(bytes); Outcome outcome = restored.evaluate("2005-10-01")) {
                assertArrayEquals(bytes, restored.toBytes());
                assertEquals("A", restored.key());
                assertEquals("overdue", outcome.stage("delinquency", restored.entity("account", "A-1")));
            }
            byte[] damaged = bytes.clone();
            damaged[bytes.length / 2] ^= 1;
            for (byte[] wrong : new byte[][] {damaged, Arrays.copyOf(bytes, bytes.length - 1), new byte[0], new byte[100]}) {
                assertEquals("CSTM_ERROR_CORRUPT", assertThrows(CustomerException.class, () -> strategy.read(wrong)).name());
            }
        }
    }

    @Test
    void anotherVersionOfTheStrategySaysWhatBecameOfEachPart() {
        String next = Bank.DOCUMENT.replace("over: 90 days", "over: 120 days").replace("  years_left: {rule: 100 / (age - 40)}\n", "");
        try (Profile customer = Bank.customer(strategy, "A").advance("2005-12-01"); Strategy changed = Strategy.parse(next, "next.yaml")) {
            Migration[] report = new Migration[1];
            try (Profile restored = changed.read(customer.toBytes(), report); Migration migration = report[0]) {
                assertEquals("A", restored.key());
                Map<String, Migration.Fate> fates = new HashMap<>();
                for (int i = 0; i < migration.size(); i++) {
                    fates.put(migration.name(i), migration.fate(i));
                    assertTrue(migration.completeDay(i) == null || migration.fate(i) == Migration.Fate.WARMING);
                }
                assertEquals(Migration.Fate.KEPT, fates.get("age"));
                assertEquals(Migration.Fate.WARMING, fates.get("repaid_90d"));
                assertEquals(Migration.Fate.DROPPED, fates.get("years_left"));
                assertThrows(IndexOutOfBoundsException.class, () -> migration.name(-1));
                assertThrows(IndexOutOfBoundsException.class, () -> migration.fate(migration.size()));
                assertThrows(IndexOutOfBoundsException.class, () -> migration.completeDay(migration.size()));
            }
        }
    }

    @Test
    void halvesMergeToTheSameBytesInEitherOrder() {
        try (Profile a = Bank.customer(strategy, "A"); Profile b = strategy.profile("A"); Event repayment = strategy.event("repayment")) {
            b.entity("account", "A-1").record(repayment.id("r2").at("2005-09-25").set("amount", "5.00"));
            byte[] before = b.toBytes();
            try (Profile ab = strategy.read(a.toBytes()).merge(b); Profile ba = strategy.read(b.toBytes()).merge(a);
                 Outcome outcome = ab.evaluate("2005-10-01"); Profile other = strategy.profile("B")) {
                assertArrayEquals(ab.toBytes(), ba.toBytes());
                assertArrayEquals(before, b.toBytes());
                assertEquals(new BigDecimal("15.00"), outcome.feature("repaid_90d"));
                assertEquals("CSTM_ERROR_MISMATCH", assertThrows(CustomerException.class, () -> a.merge(other)).name());
            }
        }
    }

    @Test
    void threadsReadOneProfileAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Profile customer = Bank.customer(strategy, "A")) {
            Entity account = customer.entity("account", "A-1");
            List<Future<Integer>> readers = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                readers.add(pool.submit(() -> {
                    int right = 0;
                    try (Outcome outcome = strategy.outcome()) {
                        long asOf = strategy.instant("2005-10-01", true);
                        for (int i = 0; i < 500; i++) {
                            customer.evaluate(asOf, outcome);
                            right += outcome.stage("delinquency", account).equals("overdue") && outcome.feature("utilisation", account).equals(0.25) ? 1 : 0;
                        }
                    }
                    return right;
                }));
            }
            for (Future<Integer> reader : readers) {
                assertEquals(500, reader.get());
            }
        } finally {
            pool.shutdown();
        }
    }

    static final String CARDS = String.join("\n",
            "format: 1",
            "strategy: cards",
            "version: \"1\"",
            "timezone: Asia/Taipei",
            "currency: TWD",
            "late: 7 days",
            "sources: [core]",
            "events:",
            "  purchase: {source: core, accounting_day: posted, fields: {amount: money, posted: date}}",
            "  cash: {fields: {amount: money}}",
            "  refund: {reduces: purchase.amount, with: amount, by: reference, within: 90 days, fields: {reference: string, amount: money}}",
            "  use: {any_of: [purchase, cash]}",
            "features:",
            "  spent: {sum: purchase.amount}",
            "  used: {sum: [purchase.amount, cash.amount]}",
            "  uses: {count: use}",
            "");

    @Test
    void refundsCountFromTheirOwnDayOn() {
        try (Strategy cards = Strategy.parse(CARDS, "cards.yaml"); Profile customer = cards.profile("A")) {
            customer.record(cards.event("purchase").id("p1").at("2005-09-10").set("amount", "100.00"));
            customer.record(cards.event("cash").id("c1").at("2005-09-10").set("amount", "5.00"));
            customer.record(cards.event("refund").id("r1").at("2005-09-15").set("reference", "p1").set("amount", "40.00"));
            customer.record(cards.event("refund").id("r2").at("2005-09-16").set("reference", "p1").set("amount", "60.01"));
            try (Outcome before = customer.evaluate("2005-09-14"); Outcome after = customer.evaluate("2005-09-16")) {
                assertEquals(new BigDecimal("100.00"), before.feature("spent"));
                assertEquals(new BigDecimal("60.00"), after.feature("spent"));
                assertEquals(new BigDecimal("65.00"), after.feature("used"));
                assertEquals(2L, after.feature("uses"));
            }
            assertEquals(0, customer.unmatched("refund", "2005-09-15"));
            assertEquals(1, customer.unmatched("refund", "2005-09-16"));
        }
    }

    @Test
    void fieldsAreComputedAndFeaturesAreByValue() {
        String document = String.join("\n",
                "format: 1", "strategy: habits", "version: \"1\"", "timezone: Asia/Shanghai", "currency: CNY",
                "mappings: {scene: {type: string, dining: [5811-5814], travel: [3000-3999], else: other}}",
                "events:",
                "  purchase:",
                "    observed_from: 2024-01-01",
                "    fields:",
                "      amount: money",
                "      mcc: string",
                "      scene: {category: scene, of: mcc}",
                "      hour: {type: int, range: [0, 23], rule: time.getHours()}",
                "features:",
                "  spend: {sum: purchase.amount, by: scene, over: 30 days}",
                "  late: {count: purchase, where: hour >= 22, over: 30 days}",
                "");
        try (Strategy habits = Strategy.parse(document, "habits.yaml"); Profile customer = habits.profile("A")) {
            customer.record(habits.event("purchase").at("2024-10-05T22:30:00").set("amount", "8.00").set("mcc", "5812"));
            customer.record(habits.event("purchase").at("2024-10-06T12:00:00").set("amount", "2.00").set("mcc", "4111"));
            CustomerException refused = assertThrows(CustomerException.class,
                    () -> customer.record(habits.event("purchase").at("2024-10-06T12:00:00").set("hour", 1L)));
            assertTrue(refused.getMessage().contains("'hour' is computed by the strategy"));
            try (Outcome outcome = customer.evaluate("2024-10-10")) {
                assertEquals(new BigDecimal("8.00"), outcome.feature("spend.dining"));
                assertEquals(new BigDecimal("0.00"), outcome.feature("spend.travel"));
                assertEquals(new BigDecimal("2.00"), outcome.feature("spend.other"));
                assertEquals(1L, outcome.feature("late"));
            }
        }
    }

    @Test
    void theGreatestDeliveryOfADayCounts() {
        try (Strategy cards = Strategy.parse(CARDS, "cards.yaml"); Profile customer = cards.profile("A")) {
            LocalDate posted = LocalDate.of(2005, 9, 11);
            Event purchase = cards.event("purchase");
            customer.record(purchase.id("p1").at("2005-09-10").delivery(1).set("amount", "100.00").set("posted", posted));
            customer.record(purchase.clear().id("p2").at("2005-09-11").delivery(2).set("amount", "30.00").set("posted", posted));
            try (Outcome outcome = customer.evaluate("2005-09-12")) {
                assertEquals(new BigDecimal("30.00"), outcome.feature("spent"));
            }
            customer.replaceDay("core", posted, 3);
            try (Outcome outcome = customer.evaluate("2005-09-12")) {
                assertEquals(new BigDecimal("0.00"), outcome.feature("spent"));
            }
        }
    }
}
