package org.libcustomer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static Scorecard card() {
        Scorecard card = new Scorecard("behaviour", 600);
        card.characteristic("utilisation", "utilisation", Type.DOUBLE, "HIGH_USE").neutral(5).upTo(0.3, 20, null).upTo(0.9, 0, null)
                .above(0.9, -30, "OVER_LIMIT").missing(-5, null);
        card.characteristic("education", "education", Type.STRING, "EDUCATION").neutral(0).value("graduate", 10, null)
                .value("university", 4, null).other(-2, null);
        card.characteristic("employed", "employed", Type.BOOL, "EMPLOYMENT").neutral(0).value("true", 6, null).value("false", -6, null);
        return card;
    }

    private static Table applicants() {
        return new Table().addDoubles("utilisation", 0.1, 0.95, null).addStrings("education", "graduate", "other", "university")
                .addBools("employed", true, false, null);
    }

    @Test
    void aScorecardScoresWithItsReasons() {
        try (Scorecard card = card(); Scorer scorer = card.build(null); Table table = applicants(); Table scores = scorer.score(table, 1, null, null)) {
            assertEquals("scorecard", scorer.kind());
            assertEquals("behaviour", scorer.name());
            assertEquals(64, scorer.digest().length());
            assertEquals("{utilisation=DOUBLE, education=STRING, employed=BOOL}", scorer.inputs().toString());
            assertEquals(Arrays.asList("HIGH_USE", "OVER_LIMIT", "EDUCATION", "EMPLOYMENT"), scorer.reasons());
            // 600 + 20 + 10 + 6; 600 - 30 - 2 - 6
            assertEquals(636.0, scores.value(0, "score"));
            assertEquals(562.0, scores.value(1, "score"));
            assertEquals(Collections.emptyList(), scores.value(0, "reasons"));
            // lost: 20 - -30 = 50, 10 - -2 = 12, 6 - -6 = 12
            assertEquals(Arrays.asList("OVER_LIMIT", "EDUCATION", "EMPLOYMENT"), scores.value(1, "reasons"));
            assertNull(scores.value(2, "score"));
            assertEquals((long) Abi.CSTM_ERROR_MISSING, scores.value(2, "state"));
        }
    }

    @Test
    void reasonsCanBeMeasuredFromNeutralAndBeFewer() {
        try (Scorecard card = card(); Table table = applicants();
             Scorer scorer = card.setReasons(Scorecard.Method.BELOW_NEUTRAL, Scorecard.Sharing.APART, 1).build(null);
             Table scores = scorer.score(table, 1, null, null)) {
            assertEquals(Collections.singletonList("OVER_LIMIT"), scores.value(1, "reasons"));
            for (Scorecard.Sharing sharing : Scorecard.Sharing.values()) {
                card.setReasons(Scorecard.Method.BELOW_BEST, sharing, 10).build(null).close();
            }
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class,
                    () -> card.setReasons(Scorecard.Method.BELOW_BEST, Scorecard.Sharing.SUMMED, 11)).name());
        }
    }

    /** score = at + points_to_double / ln 2 * (total - ln odds): of a total of ln odds it is `at`, of ln 2 more a doubling more. */
    @Test
    void aScalingMakesPointsLogOdds() {
        try (Scorecard card = new Scorecard("scaled", Math.log(19))) {
            card.characteristic("x", "x", Type.DOUBLE, "X").upTo(0, 0, null).above(0, Math.log(2), null);
            try (Scorer scorer = card.setScaling(50, 19, 600).build(null); Table table = new Table().addDoubles("x", 0.0, 1.0);
                 Table scores = scorer.score(table, 1, null, null)) {
                assertEquals(600, (Double) scores.value(0, "score"), 1e-9);
                assertEquals(650, (Double) scores.value(1, "score"), 1e-9);
            }
            assertThrows(CustomerException.class, () -> card.setScaling(0, 19, 600));
        }
    }

    @Test
    void allThatIsWrongWithACardIsReportedAtOnce() {
        try (Scorecard card = new Scorecard("wrong", 0)) {
            assertEquals("CSTM_ERROR_MISSING", assertThrows(CustomerException.class, () -> card.build(null)).name());
            card.characteristic("a", "a", Type.DOUBLE, "A").upTo(1, 0, null).upTo(1, 0, null).above(1, 0, null);
            card.characteristic("b", "b", Type.DOUBLE, "B").upTo(1, 0, null);
            CustomerException error = assertThrows(CustomerException.class, () -> card.build(null));
            assertEquals(2, error.errors().size(), error.toString());
            assertEquals("a", error.errors().get(0).field());
            assertEquals("b", error.errors().get(1).field());
            assertEquals("CSTM_ERROR_NOT_FINITE", assertThrows(CustomerException.class,
                    () -> card.characteristic("c", "c", Type.DOUBLE, "C").upTo(Double.NaN, 0, null)).name());
            assertEquals("CSTM_ERROR_UNKNOWN", assertThrows(CustomerException.class, () -> card.build("ABC")).name());
        }
    }

    @Test
    void threadsDoNotShowInScoresAndTheCallCanBeCancelled() {
        int rows = 200000;
        Double[] values = new Double[rows];
        String[] educations = new String[rows];
        Boolean[] employed = new Boolean[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = i % 101 / 100.0;
            educations[i] = i % 3 == 0 ? "graduate" : "other";
            employed[i] = i % 2 == 0;
        }
        List<Long> told = new ArrayList<>();
        try (Scorecard card = card(); Scorer scorer = card.build(null); Cancel cancel = new Cancel();
             Table table = new Table().addDoubles("utilisation", values).addStrings("education", educations).addBools("employed", employed);
             Table one = scorer.score(table, 1, null, null); Table two = scorer.score(table, 2, (done, total) -> {
                 assertEquals(rows, total);
                 told.add(done);
                 return true;
             }, null)) {
            assertEquals(one.toCsv(), two.toCsv());
            assertEquals(rows, told.get(told.size() - 1));
            assertThrows(IllegalArgumentException.class, () -> scorer.score(table, 2, (done, total) -> {
                throw new IllegalArgumentException();
            }, null));
            cancel.request();
            assertEquals("CSTM_ERROR_CANCELLED", assertThrows(CustomerException.class, () -> scorer.score(table, 2, null, cancel)).name());
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class, () -> scorer.score(table, 0, null, null)).name());
            try (Scorer copy = scorer.copy()) {
                scorer.close();
                assertEquals("behaviour", copy.name());
            }
        }
    }

    /** Scores 1 2 3 4 with events at 1 and 3: of the four pairs event-other, 1<2, 1<4, 3<4 are right: AUC 3/4, Gini 1/2. */
    @Test
    void aValidationMeasuresHowWellScoresSeparate() {
        try (Validation validation = new Validation(new double[] {1, 2, 3, 4}, new boolean[] {true, false, true, false}, null, true)) {
            assertEquals(4, validation.rows());
            assertEquals(2, validation.events());
            assertEquals(State.VALUE, validation.state());
            assertEquals(0.75, validation.auc());
            assertEquals(0.5, validation.gini());
            assertEquals(0.5, validation.ks());
            assertEquals(1, validation.ksCut());
            assertEquals(State.MISSING, validation.brierState());
            assertTrue(Double.isNaN(validation.brier()));
            try (Table bands = validation.bands(2); Table cuts = validation.bandsAt(2.5); Table none = validation.bandsAt()) {
                assertEquals(2, bands.rows());
                assertEquals(1L, bands.value(0, "events"));
                assertEquals(2, cuts.rows());
                assertEquals(2L, cuts.value(0, "count"));
                assertEquals(1, none.rows());
            }
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class, () -> validation.bands(0)).name());
            assertEquals("CSTM_ERROR_RANGE", assertThrows(CustomerException.class, () -> validation.bandsAt(2, 1)).name());
        }
    }

    /** Weight 3 on the first pair: (0.8 - 1)^2 * 3 + (0.4 - 0)^2 * 1, over 4. */
    @Test
    void probabilitiesHaveABrierScoreWithWeights() {
        try (Validation validation = new Validation(new double[] {0.8, 0.4}, new boolean[] {true, false}, new double[] {3, 1}, false)) {
            assertEquals(State.VALUE, validation.brierState());
            assertEquals((0.04 * 3 + 0.16) / 4, validation.brier(), 1e-15);
            assertEquals(1, validation.auc());
        }
    }

    @Test
    void oneClassAloneHasNoMeasures() {
        try (Validation none = new Validation(new double[0], new boolean[0], null, true);
             Validation events = new Validation(new double[] {1}, new boolean[] {true}, null, true)) {
            assertEquals(0, none.rows());
            assertEquals(State.MISSING, none.state());
            assertTrue(Double.isNaN(events.auc()) && Double.isNaN(events.ks()) && Double.isNaN(events.ksCut()) && Double.isNaN(events.gini()));
        }
        assertThrows(IllegalArgumentException.class, () -> new Validation(new double[1], new boolean[2], null, true));
        assertThrows(IllegalArgumentException.class, () -> new Validation(new double[1], new boolean[1], new double[2], true));
        CustomerException error = assertThrows(CustomerException.class, () -> new Validation(new double[] {1, Double.NaN}, new boolean[2], null, true));
        assertEquals("CSTM_ERROR_NOT_FINITE", error.name());
        assertEquals(1, error.row());
    }
}
