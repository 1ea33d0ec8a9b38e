package org.libcustomer;

/** How well scores separate those who had the event from those who had not. Ties are exact. */
public final class Validation extends Handle {
    /**
     * Compares scores with what came of the customers.
     *
     * @param scores numbers
     * @param outcomes true for the event
     * @param weights null: all 1
     * @param higherIsSafer as scorecards have it; false: higher is riskier
     */
    public Validation(double[] scores, boolean[] outcomes, double[] weights, boolean higherIsSafer) {
        super(make(scores, outcomes, weights, higherIsSafer), Abi::cstm_validation_free);
    }

    private static long make(double[] scores, boolean[] outcomes, double[] weights, boolean higherIsSafer) {
        if (outcomes.length != scores.length || (weights != null && weights.length != scores.length)) {
            throw new IllegalArgumentException("scores, outcomes and weights must have the same length");
        }
        byte[] events = new byte[Math.max(outcomes.length, 1)];
        for (int i = 0; i < outcomes.length; i++) {
            events[i] = (byte) (outcomes[i] ? 1 : 0);
        }
        double[] values = scores.length > 0 ? scores : new double[1];
        return create((out, error) -> Abi.cstm_validation_new(values, events, weights, scores.length,
                higherIsSafer ? Abi.CSTM_HIGHER_IS_SAFER : Abi.CSTM_HIGHER_IS_RISKIER, out, error));
    }

    /** {@return how many rows} */
    public long rows() {
        return get(Abi::cstm_validation_rows);
    }

    /** {@return how many had the event} */
    public long events() {
        return get(Abi::cstm_validation_events);
    }

    /** {@return MISSING if all had the event or none had: then the measures are NaN} */
    public State state() {
        return State.of(get(Abi::cstm_validation_state));
    }

    /** {@return area under the ROC curve} */
    public double auc() {
        return get(Abi::cstm_validation_auc);
    }

    /** {@return 2 AUC - 1} */
    public double gini() {
        return get(Abi::cstm_validation_gini);
    }

    /** {@return Kolmogorov-Smirnov distance} */
    public double ks() {
        return get(Abi::cstm_validation_ks);
    }

    /** {@return the score at which it is greatest} */
    public double ksCut() {
        return get(Abi::cstm_validation_ks_cut);
    }

    /** {@return whether the scores are probabilities} */
    public State brierState() {
        return State.of(get(Abi::cstm_validation_brier_state));
    }

    /** {@return mean squared error of probabilities} */
    public double brier() {
        return get(Abi::cstm_validation_brier);
    }

    /**
     * {@return a row a band}
     *
     * @param count of bands of about equal size
     */
    public Table bands(int count) {
        return new Table(make((p, out, error) -> Abi.cstm_validation_bands(p, count, out, error)));
    }

    /**
     * {@return a row a band between cuts}
     *
     * @param cuts ascending
     */
    public Table bandsAt(double... cuts) {
        double[] some = cuts.length > 0 ? cuts : new double[1];
        return new Table(make((p, out, error) -> Abi.cstm_validation_bands_at(p, some, cuts.length, out, error)));
    }
}
