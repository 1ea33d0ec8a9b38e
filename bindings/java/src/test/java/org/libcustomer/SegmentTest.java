package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final String DOCUMENT = String.join("\n",
            "format: 1",
            "strategy: segments",
            "version: \"1\"",
            "timezone: Asia/Taipei",
            "currency: TWD",
            "purposes: [service, credit]",
            "entities: {account: {of: customer}}",
            "attributes:",
            "  limit: {for: account, type: money}",
            "events:",
            "  statement: {on: account, fields: {balance: money, status: int}}",
            "features:",
            "  status: {last: statement.status}",
            "  balance: {for: account, last: statement.balance}",
            "segments:",
            "  transactors: {when: status == -1, purpose: service}",
            "  revolvers: {when: status >= 0, purpose: service}",
            "  others: {when: \"!in_segment('transactors') && !in_segment('revolvers')\", purpose: service}",
            "  heavy: {for: account, when: balance / limit >= 0.5, purpose: credit}",
            "");

    private static Strategy strategy() {
        return Strategy.parse(DOCUMENT, "segments.yaml");
    }

    /** Of c there is no statement; d was billed and has a limit of 0. */
    private static Result run(Strategy strategy, String day) {
        try (Table customers = new Table().addStrings("customer", "a", "b", "c", "d");
             Table accounts = new Table().addStrings("account", "a1", "b1", "c1", "d1").addStrings("customer", "a", "b", "c", "d")
                     .addMoney("limit", "TWD", 100000L, 100000L, 100000L, 0L);
             Table statements = new Table().addStrings("account", "a1", "b1", "d1", "a1", "b1")
                     .addStrings("time", "2005-09-30", "2005-09-30", "2005-09-30", "2005-10-31", "2005-10-31")
                     .addMoney("balance", "TWD", 1000L, 60000L, 500L, 10000L, 0L).addLongs("status", -1L, 0L, 1L, 0L, -1L);
             Batch batch = strategy.batch()) {
            return batch.addEntities("customer", customers).addEntities("account", accounts).addEvents("statement", statements).run(day);
        }
    }

    @Test
    void aStrategySaysItsSegments() {
        try (Strategy strategy = strategy()) {
            assertEquals(Arrays.asList("transactors", "revolvers", "others", "heavy"), strategy.names(Part.SEGMENT));
            assertEquals("status >= 0", strategy.rule(Part.SEGMENT, "revolvers"));
            assertEquals("", strategy.rule(Part.FEATURE, "status"));
            assertEquals("credit", strategy.purpose(Part.SEGMENT, "heavy"));
            assertEquals("account", strategy.entityOf(Part.SEGMENT, "heavy"));
            assertEquals(Type.BOOL, strategy.type(Part.SEGMENT, "heavy"));
        }
    }

    @Test
    void aCustomerIsInASegmentOrNotOrItCannotBeSaid() {
        try (Strategy strategy = strategy(); Profile customer = strategy.profile("a"); Event statement = strategy.event("statement")) {
            Entity account = customer.entity("account", "a1").set("limit", new BigDecimal("0.00"), Customer.ALWAYS);
            try (Outcome outcome = customer.evaluate("2005-09-30")) {
                assertEquals(Verdict.UNDECIDED, outcome.verdict("revolvers"));
                assertEquals("CSTM_ERROR_MISSING", outcome.status(Part.SEGMENT, "revolvers", null));
            }
            account.record(statement.at("2005-09-30").set("balance", new BigDecimal("5.00")).set("status", 0));
            try (Outcome outcome = customer.evaluate("2005-09-30");
                 Explanation explanation = customer.explain("2005-09-30", Part.SEGMENT, "revolvers", customer.customer())) {
                assertEquals(Verdict.MET, outcome.verdict("revolvers"));
                assertEquals(Verdict.NOT_MET, outcome.verdict("transactors"));
                assertEquals(true, outcome.value(Part.SEGMENT, "revolvers", null));
                assertEquals(Verdict.UNDECIDED, outcome.verdict("heavy", account));
                assertEquals("CSTM_ERROR_DIVIDE", outcome.status(Part.SEGMENT, "heavy", account));
                assertEquals("revolvers", explanation.line(0).text);
                Nearest nearest = customer.nearest("2005-09-30", Part.SEGMENT, "revolvers", customer.customer());
                assertEquals("status: 0 -> -1 (<= -1)", nearest.changes.get(0).toString());
                assertEquals(-1, nearest.transition);
            }
        }
    }

    @Test
    void aPortfolioInSegments() {
        try (Strategy strategy = strategy(); Result result = run(strategy, "2005-09-30"); Table segments = result.segments();
             Table overlap = result.overlap("customer"); Membership heavy = result.membership("heavy");
             Table undecided = heavy.select(Verdict.UNDECIDED)) {
            assertEquals(true, result.table("customer").value(1, "segment.revolvers"));
            assertEquals("revolvers", segments.value(1, "segment"));
            assertEquals(0.5, segments.value(1, "share"));
            assertEquals(3, overlap.rows());
            assertEquals(3L, overlap.value(0, "either"));
            assertEquals(4, heavy.rows());
            assertEquals(1, heavy.count(Verdict.MET));
            assertEquals(Verdict.MET, heavy.verdict(1));
            assertEquals("CSTM_ERROR_DIVIDE", heavy.status(3));
            assertEquals("c1", undecided.value(0, "account"));
            assertEquals("CSTM_ERROR_MISSING", undecided.value(0, "reason"));
            assertArrayEquals(new byte[] {2}, heavy.bits(Verdict.MET));
            assertEquals(2, BitSet.valueOf(heavy.bits(Verdict.UNDECIDED)).cardinality());
            assertThrows(IllegalArgumentException.class, () -> heavy.bits(Verdict.NOT_MET));
            assertThrows(IndexOutOfBoundsException.class, () -> heavy.verdict(4));
        }
    }

    @Test
    void algebraKeepsTheUndecided() {
        try (Strategy strategy = strategy(); Result result = run(strategy, "2005-09-30");
             Membership transactors = result.membership("transactors"); Membership revolvers = result.membership("revolvers");
             Membership both = transactors.and(revolvers); Membership either = transactors.or(revolvers);
             Membership rest = revolvers.minus(transactors); Membership others = transactors.not()) {
            assertEquals(0, both.count(Verdict.MET));
            assertEquals(3, either.count(Verdict.MET));
            assertEquals(2, rest.count(Verdict.MET));
            assertEquals(1, others.count(Verdict.UNDECIDED));
            Membership.Overlap overlap = transactors.overlap(revolvers);
            assertEquals("0 of 3, 1 undecided", overlap.toString());
            assertEquals(0.0, overlap.jaccard());
            assertTrue(either.toString().contains("3 of 4"));
            try (Table table = new Table().addBools("met", true, null); Membership two = Membership.read(table, "met", null, null)) {
                assertEquals(1, two.count(Verdict.UNDECIDED));
                assertThrows(CustomerException.class, () -> two.and(revolvers));
            }
        }
    }

    @Test
    void whatChangedSince() {
        try (Strategy strategy = strategy(); Result september = run(strategy, "2005-09-30"); Result october = run(strategy, "2005-10-31");
             Membership then = september.membership("revolvers"); Membership now = october.membership("revolvers");
             Table changes = now.changes(then)) {
            assertEquals(2, changes.rows());
            assertEquals("a", changes.value(0, "customer"));
            assertEquals("joined", changes.value(0, "change"));
            assertEquals("not met", changes.value(1, "to"));
            Map<String, Long> expected = new LinkedHashMap<>();
            expected.put("joined", 1L);
            expected.put("left", 1L);
            expected.put("ruled out", 0L);
            expected.put("became undecided", 0L);
            expected.put("appeared", 0L);
            expected.put("vanished", 0L);
            expected.put("unchanged", 2L);
            assertEquals(expected, now.turnover(then));
            try (Table kept = then.table(); Membership again = Membership.read(kept, "met", "status", "customer")) {
                assertEquals(4L, again.turnover(then).get("unchanged"));
                assertEquals("CSTM_ERROR_MISSING", again.status(2));
            }
        }
    }

    @Test
    void aRuleOfItsOwnMakesOne() {
        try (Rule rule = Rule.compile("balance > 3", Collections.singletonMap("balance", Type.INT), Type.BOOL, null, null);
             Table table = new Table().addStrings("name", "x", "y", "z").addLongs("balance", 5L, null, 1L);
             Membership membership = Membership.of(rule, table, "name"); Table met = membership.select(Verdict.MET)) {
            assertEquals("x", met.value(0, "name"));
            assertEquals(Verdict.UNDECIDED, membership.verdict(1));
            assertEquals(Verdict.NOT_MET, membership.verdict(2));
        }
    }

    @Test
    void onlyWantedPartsAreComputed() {
        try (Strategy strategy = strategy(); Table customers = new Table().addStrings("customer", "a"); Batch batch = strategy.batch();
             Result result = batch.addEntities("customer", customers).setParts(Batch.Wanted.SEGMENTS).run("2005-09-30")) {
            assertEquals(4, result.table("customer").columns().size());
        }
    }
}
