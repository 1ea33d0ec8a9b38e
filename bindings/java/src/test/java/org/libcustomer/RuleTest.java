package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleTest {
    private static Map<String, Type> names() {
        Map<String, Type> names = new LinkedHashMap<>();
        names.put("balance", Type.MONEY);
        names.put("limit", Type.MONEY);
        names.put("status", Type.INT);
        return names;
    }

    @Test
    void aRuleIsAValueMissingOrAnErrorPerRow() {
        try (Rule rule = Rule.compile("balance / limit", names(), Type.DOUBLE, "CNY", null);
             Table table = new Table().addMoney("balance", "CNY", 50L, null, 1L).addMoney("limit", "CNY", 200L, 1L, 0L);
             Table result = rule.evaluate(table)) {
            assertEquals("balance / limit", rule.text());
            assertEquals(Type.DOUBLE, rule.type());
            assertEquals(Arrays.asList("balance", "limit"), rule.reads());
            assertEquals(0.25, result.value(0, "value"));
            assertNull(result.value(1, "value"));
            assertNull(result.value(2, "value"));
            assertEquals((long) Abi.CSTM_OK, result.value(0, "state"));
            assertEquals((long) Abi.CSTM_ERROR_MISSING, result.value(1, "state"));
            assertEquals((long) Abi.CSTM_ERROR_DIVIDE, result.value(2, "state"));
        }
    }

    @Test
    void anExplanationShowsEveryOperand() {
        try (Rule rule = Rule.compile("status >= 1 && balance > limit", names(), Type.BOOL, "CNY", null);
             Table table = new Table().addMoney("balance", "CNY", 50L, 50L).addMoney("limit", "CNY", 200L, 200L).addLongs("status", 2L, null);
             Explanation explanation = rule.explain(table, 0); Explanation missing = rule.explain(table, 1)) {
            Explanation.Line whole = explanation.line(0);
            assertEquals(0, whole.depth);
            assertEquals("false", whole.value);
            assertEquals(State.VALUE, whole.state);
            assertEquals("CSTM_OK", whole.status);
            assertTrue(whole.decisive);
            List<Explanation.Line> lines = explanation.lines();
            assertEquals(explanation.size(), lines.size());
            Explanation.Line status = null;
            for (Explanation.Line line : lines) {
                if (line.text.equals("status")) {
                    status = line;
                }
            }
            assertEquals("2", status.value);
            assertTrue(status.depth > 0);
            assertTrue(explanation.toString().contains("status = 2\n"), explanation.toString());
            assertTrue(missing.toString().contains("status = missing\n"), missing.toString());
            // false whatever the status is: the error was absorbed
            assertEquals("false", missing.line(0).value);
            assertThrows(IndexOutOfBoundsException.class, () -> explanation.line(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> explanation.line(lines.size()));
            assertEquals("CSTM_ERROR_MISUSE", assertThrows(CustomerException.class, () -> rule.explain(table, 2)).name());
        }
    }

    @Test
    void civilDatesAreThoseOfTheZone() {
        try (Rule rule = Rule.compile("seen.getHours()", Collections.singletonMap("seen", Type.TIMESTAMP), Type.INT, null, "Asia/Taipei");
             Table table = new Table().addTimestamps("seen", java.time.Instant.parse("2005-10-01T00:00:00Z")); Table hours = rule.evaluate(table)) {
            assertEquals(8L, hours.value(0, "value"));
        }
    }

    @Test
    void aCopyLivesOnAfterTheFirst() {
        Rule rule = Rule.compile("1 + 1", Collections.emptyMap(), Type.NONE, null, null);
        try (Rule copy = rule.copy()) {
            rule.close();
            assertEquals("1 + 1", copy.text());
            assertEquals(Type.INT, copy.type());
            assertTrue(copy.reads().isEmpty());
        }
    }

    @Test
    void allThatIsWrongWithARuleIsReportedWithItsPlace() {
        CustomerException error = assertThrows(CustomerException.class, () -> Rule.compile("statu > 1 ||\n limt < balance", names(), Type.BOOL, "CNY", null));
        assertEquals(2, error.errors().size());
        assertEquals("CSTM_ERROR_UNKNOWN", error.name());
        assertEquals(1, error.line());
        assertEquals(2, error.errors().get(1).line());
        assertEquals(2, error.errors().get(1).column());
        assertEquals("CSTM_ERROR_SYNTAX", assertThrows(CustomerException.class, () -> Rule.compile("", names(), Type.BOOL, "CNY", null)).name());
        assertEquals("CSTM_ERROR_TYPE", assertThrows(CustomerException.class, () -> Rule.compile("1", names(), Type.BOOL, "CNY", null)).name());
        assertEquals("CSTM_ERROR_TYPE", assertThrows(CustomerException.class, () -> Rule.compile("1", names(), Type.INT, null, null)).name());
        assertEquals("CSTM_ERROR_UNKNOWN",
                assertThrows(CustomerException.class, () -> Rule.compile("1", names(), Type.INT, "CNY", "Asia/Nowhere")).name());
    }

    @Test
    void aTableWithoutTheRulesColumnIsRefused() {
        try (Rule rule = Rule.compile("status > 1", names(), Type.BOOL, "CNY", null); Table table = new Table().addLongs("other", 1L)) {
            assertFalse(rule.isClosed());
            assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> rule.evaluate(table)).name());
        }
    }

    @Test
    void moneyAndDatesComeOutAsSuch() {
        try (Rule sum = Rule.compile("balance + limit", names(), Type.MONEY, "CNY", null);
             Table table = new Table().addMoney("balance", "CNY", 50L).addMoney("limit", "CNY", 25L); Table result = sum.evaluate(table)) {
            assertEquals(new BigDecimal("0.75"), result.value(0, "value"));
        }
        try (Rule day = Rule.compile("date('2005-10-01')", Collections.emptyMap(), Type.DATE, null, null);
             Table table = new Table().addLongs("n", 1L); Table result = day.evaluate(table)) {
            assertEquals(LocalDate.of(2005, 10, 1), result.value(0, "value"));
        }
    }

    @Test
    void anActivationGivesWhatTheTableGives() {
        try (Rule rule = Rule.compile("status >= 1 ? balance : limit", names(), Type.MONEY, "CNY", null);
             Activation one = rule.activation()) {
            assertNull(one.evaluate());
            one.setLong(one.number("status"), 1).setLong(one.number("balance"), 391300);
            assertEquals(new BigDecimal("3913.00"), one.evaluate());
            one.setLong(one.number("status"), 0);
            assertNull(one.evaluate());
            one.setLong(one.number("limit"), 1);
            assertEquals(new BigDecimal("0.01"), one.evaluate());
            one.setMissing(one.number("limit"));
            assertNull(one.evaluate());
            try (Explanation explanation = one.explain()) {
                assertTrue(explanation.size() > 3);
            }
            assertThrows(IllegalArgumentException.class, () -> one.number("income"));
            assertThrows(CustomerException.class, () -> one.setDouble(0, 0.5));
        }
    }

    @Test
    void anActivationHoldsEveryType() {
        Map<String, Type> names = new LinkedHashMap<>();
        names.put("s", Type.STRING);
        names.put("d", Type.DATE);
        names.put("x", Type.DOUBLE);
        names.put("b", Type.BOOL);
        try (Rule text = Rule.compile("s + '!'", names, Type.STRING, null, null); Activation one = text.activation();
             Rule day = Rule.compile("d", names, Type.DATE, null, null); Activation two = day.activation();
             Rule real = Rule.compile("1.0 / x", names, Type.DOUBLE, null, null); Activation three = real.activation();
             Rule truth = Rule.compile("!b", names, Type.BOOL, null, null); Activation four = truth.activation()) {
            assertEquals("南京!", one.setString(0, "南京").evaluate());
            assertEquals(LocalDate.of(2004, 2, 29), two.setLong(0, LocalDate.of(2004, 2, 29).toEpochDay()).evaluate());
            assertEquals(2.0, three.setDouble(0, 0.5).evaluate());
            assertThrows(CustomerException.class, () -> three.setDouble(0, 0.0).evaluate());
            assertEquals(true, four.setLong(0, 0).evaluate());
            assertThrows(CustomerException.class, () -> four.setLong(0, 2));
        }
    }

    @Test
    void aRuleTellsItsCostAndWhatIsOddAboutIt() {
        try (Rule odd = Rule.compile("status > 5 && status < 3", names(), Type.BOOL, "CNY", null);
             Rule plain = Rule.compile("status > 5", names(), Type.BOOL, "CNY", null)) {
            assertEquals(1, odd.warnings().size());
            assertEquals("CSTM_ERROR_UNREACHABLE", odd.warnings().get(0).name());
            assertEquals(15, odd.warnings().get(0).column());
            assertTrue(plain.warnings().isEmpty());
            assertEquals(3, plain.cost());
            assertTrue(odd.cost() > plain.cost());
        }
    }

    @Test
    void theNearestChangeSaysWhatWouldHaveToBeOtherwise() {
        Map<String, Type> names = names();
        names.put("city", Type.STRING);
        names.put("born", Type.DATE);
        names.put("rate", Type.DOUBLE);
        names.put("vip", Type.BOOL);
        String text = "balance > money('80') && status == 3 && city == 'a' && born < date('1980-01-01') && rate >= 0.75 && !vip && !has(limit)";
        try (Rule rule = Rule.compile(text, names, Type.BOOL, "CNY", null); Activation one = rule.activation()) {
            one.setLong(one.number("balance"), 5000).setLong(one.number("limit"), 1).setLong(one.number("status"), 1);
            one.setString(one.number("city"), "x").setLong(one.number("born"), 7305).setDouble(one.number("rate"), 0.5);
            one.setLong(one.number("vip"), 1);
            Nearest nearest = one.nearest();
            assertTrue(nearest.possible && nearest.exact && nearest.outcome);
            List<Object> values = new java.util.ArrayList<>();
            nearest.changes.forEach(change -> values.add(change.value));
            assertEquals(Arrays.asList(new BigDecimal("80.01"), null, 3L, "a", LocalDate.of(1979, 12, 31), 0.75, false), values);
            Nearest.Change first = nearest.changes.get(0);
            assertEquals("balance: 50.00 -> 80.01 (>= 80.01)", first.toString());
            assertEquals(State.VALUE, first.state);
        }
        try (Rule rule = Rule.compile("status > 1", names(), Type.BOOL, "CNY", null); Table table = new Table().addLongs("status", 1L, null)) {
            assertEquals("status: missing -> 2 (>= 2)", rule.nearest(table, 1).changes.get(0).toString());
        }
    }
}
