package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StrategyTest {
    @Test
    void aStrategySaysWhatItDeclares() {
        try (Strategy strategy = Bank.strategy()) {
            assertEquals("test-bank", strategy.name());
            assertEquals("1", strategy.version());
            assertEquals("TWD", strategy.currency());
            assertEquals("Asia/Taipei", strategy.timezone());
            assertEquals(64, strategy.digest().length());
            assertEquals("Strategy test-bank 1", strategy.toString());
            assertEquals(Arrays.asList("customer", "account", "card"), strategy.names(Part.ENTITY));
            assertEquals(Arrays.asList("statement", "repayment", "purchase"), strategy.names(Part.EVENT));
            assertEquals(Arrays.asList("relationship", "delinquency"), strategy.names(Part.LIFECYCLE));
            assertEquals(Arrays.asList("default_risk"), strategy.names(Part.SCORE));
            assertEquals("customer.opened_on", strategy.names(Part.ATTRIBUTE).get(0));
            assertTrue(strategy.names(Part.FEATURE).contains("utilisation"));
            assertNull(strategy.entityOf(Part.ENTITY, "customer"));
            assertEquals("account", strategy.entityOf(Part.ENTITY, "card"));
            assertEquals("card", strategy.entityOf(Part.EVENT, "purchase"));
            assertEquals("account", strategy.entityOf(Part.ATTRIBUTE, "limit"));
            assertEquals(Type.DOUBLE, strategy.type(Part.FEATURE, "utilisation"));
            assertEquals(Type.MONEY, strategy.type(Part.ATTRIBUTE, "limit"));
            assertEquals(Type.DATE, strategy.type(Part.ATTRIBUTE, "card.opened_on"));
            assertEquals("{balance=MONEY, status=INT}", strategy.fields("statement").toString());
            assertEquals(Arrays.asList("acquired", "active", "at_risk"), strategy.stages("relationship"));
            assertThrows(UnsupportedOperationException.class, () -> strategy.names(Part.EVENT).clear());
        }
    }

    @Test
    void theDigestTellsStrategiesApart() {
        try (Strategy one = Bank.strategy(); Strategy same = Bank.strategy(); Strategy copy = one.copy();
             Strategy other = Strategy.parse(Bank.DOCUMENT.replace("base: 600", "base: 601"), "bank.yaml")) {
            assertEquals(one.digest(), same.digest());
            assertNotEquals(one.digest(), other.digest());
            one.close();
            assertEquals(same.digest(), copy.digest());
        }
    }

    @Test
    void documentsAreHandedAlongByName() {
        String text = "format: 1\nstrategy: s\nversion: 1\ntimezone: Asia/Shanghai\ncalendar: c.yaml\nquantiles: {age: q.yaml}\n"
                + "attributes: {age: {type: int}}\nfeatures: {worked: {rule: is_workday(today)}, rank: {rule: \"rank_of(age, today, 'age')\"}}\n";
        Map<String, String> files = new HashMap<>();
        files.put("c.yaml", "format: 1\ncalendar: x\nyears: [2024]\nworkdays: [2024-02-04]\n");
        LocalDate day = LocalDate.of(2024, 1, 31);
        try (Table table = new Table().addLongs("age", 20L, 30L, 30L, 40L)) {
            String ages = table.quantiles("age", "age", day, 100, "");
            assertTrue(ages.endsWith("values: [20, 30, 40]\n    counts: [1, 3, 4]\n"), ages);
            assertTrue(table.quantiles("age", "age", day.plusDays(1), 100, ages).startsWith(ages));
            files.put("q.yaml", ages);
        }
        try (Strategy strategy = Strategy.parse(text, "s.yaml", files)) {
            assertEquals(Arrays.asList("worked", "rank"), strategy.names(Part.FEATURE));
        }
        files.remove("c.yaml");
        CustomerException missing =
                assertThrows(CustomerException.class, () -> Strategy.parse(text, "s.yaml", files).close());
        assertTrue(missing.getMessage().contains("'c.yaml', which was not handed along"), missing.getMessage());
    }

    @Test
    void warningsAreToldWithoutRefusing() {
        String document = Bank.DOCUMENT.replace("      - {from: acquired, to: active, when: purchase_days >= 1}",
                "      - {from: acquired, to: active, when: \"purchase_days >= 1 || true\"}");
        try (Strategy strategy = Bank.strategy(); Strategy wondered = Strategy.parse(document, "bank.yaml")) {
            assertTrue(strategy.warnings().isEmpty());
            assertFalse(wondered.warnings().isEmpty());
            for (CustomerException warning : wondered.warnings()) {
                assertEquals("bank.yaml", warning.file());
                assertTrue(warning.line() > 0 && !warning.getMessage().isEmpty());
            }
        }
    }

    /** Taipei is eight hours ahead of UTC. */
    @Test
    void timesAreReadInTheStrategysZone() {
        try (Strategy strategy = Bank.strategy()) {
            long midnight = Instant.parse("2005-09-30T16:00:00Z").getEpochSecond() * 1000000;
            Object[] same = {"2005-10-01", LocalDate.of(2005, 10, 1), LocalDateTime.of(2005, 10, 1, 0, 0), "2005-10-01T00:00:00",
                "2005-09-30T16:00:00Z", Instant.parse("2005-09-30T16:00:00Z"), OffsetDateTime.parse("2005-10-01T00:00+08:00"),
                ZonedDateTime.parse("2005-10-01T00:00+08:00[Asia/Taipei]"), midnight, new StringBuilder("2005-10-01")};
            for (Object when : same) {
                assertEquals(midnight, strategy.instant(when, false), when.toString());
                assertEquals(LocalDate.of(2005, 10, 1), strategy.day(when));
            }
            assertEquals(midnight + 86400L * 1000000 - 1, strategy.instant("2005-10-01", true));
            assertEquals(midnight, strategy.instant("2005-10-01T00:00:00", true));
            assertEquals("CSTM_ERROR_SYNTAX", assertThrows(CustomerException.class, () -> strategy.instant("yesterday", false)).name());
            assertThrows(ArithmeticException.class, () -> strategy.instant(Instant.MAX, false));
            assertThrows(IllegalArgumentException.class, () -> strategy.instant(null, false));
            assertThrows(IllegalArgumentException.class, () -> strategy.instant(1, false));
        }
    }

    @Test
    void aScoresScorerScoresTablesOfItsInputs() {
        try (Strategy strategy = Bank.strategy(); Scorer scorer = strategy.scorer("default_risk");
             Table table = new Table().addLongs("worst_status_6m", 2L).addMoney("repaid_90d", "TWD", 500000L);
             Table scores = scorer.score(table, 1, null, null)) {
            assertEquals("{worst_status_6m=DOUBLE, repaid_90d=DOUBLE}", scorer.inputs().toString());
            assertEquals(600.0 - 55 + 15, scores.value(0, "score"));
            assertEquals("[PAST_DUE]", scores.value(0, "reasons").toString());
        }
    }
}
