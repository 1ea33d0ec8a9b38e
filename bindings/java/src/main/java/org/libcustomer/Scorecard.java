package org.libcustomer;

/** Builds a scorecard, characteristic by characteristic. */
public final class Scorecard extends Handle {
    /** How reasons are measured. */
    public enum Method {
        /** Points below the best bin. */
        BELOW_BEST,
        /** Points below the neutral points. */
        BELOW_NEUTRAL
    }

    /** What becomes of characteristics that share a reason code. */
    public enum Sharing {
        /** Their losses are added. */
        SUMMED,
        /** The greatest counts. */
        GREATEST,
        /** Each counts. */
        APART
    }

    /** The bins of one characteristic, in order; a reason may be null. */
    public final class Characteristic {
        private final int index;

        private Characteristic(int index) {
            this.index = index;
        }

        /**
         * States the points from which losses are counted with {@link Method#BELOW_NEUTRAL}.
         *
         * @param points that count as neutral
         * @return this
         */
        public Characteristic neutral(double points) {
            call((p, error) -> Abi.cstm_scorecard_set_neutral(p, index, points, error));
            return this;
        }

        /**
         * Adds a bin of numbers.
         *
         * @param upTo the bin is (previous, upTo]
         * @param points of the bin
         * @param reason of its own, or null
         * @return this
         */
        public Characteristic upTo(double upTo, double points, String reason) {
            call((p, error) -> Abi.cstm_scorecard_add_bin_up_to(p, index, upTo, points, name(reason), error));
            return this;
        }

        /**
         * Adds the last bin of numbers.
         *
         * @param above the last bound
         * @param points of the bin
         * @param reason of its own, or null
         * @return this
         */
        public Characteristic above(double above, double points, String reason) {
            call((p, error) -> Abi.cstm_scorecard_add_bin_above(p, index, above, points, name(reason), error));
            return this;
        }

        /**
         * Adds a bin of one text, or of true or false.
         *
         * @param value a text
         * @param points of the bin
         * @param reason of its own, or null
         * @return this
         */
        public Characteristic value(String value, double points, String reason) {
            byte[] text = data(value);
            call((p, error) ->
                    Abi.cstm_scorecard_add_bin_text(p, index, Row.some(text), text.length, points, name(reason), error));
            return this;
        }

        /**
         * Adds the bin of a missing value.
         *
         * @param points of a missing value
         * @param reason of its own, or null
         * @return this
         */
        public Characteristic missing(double points, String reason) {
            call((p, error) -> Abi.cstm_scorecard_add_bin_missing(p, index, points, name(reason), error));
            return this;
        }

        /**
         * Adds the bin of all values that are in no other.
         *
         * @param points of a value that no other bin takes
         * @param reason of its own, or null
         * @return this
         */
        public Characteristic other(double points, String reason) {
            call((p, error) -> Abi.cstm_scorecard_add_bin_other(p, index, points, name(reason), error));
            return this;
        }
    }

    /**
     * A card without characteristics: points below the best, four reasons, no scaling.
     *
     * @param name of the card
     * @param base points
     */
    public Scorecard(String name, double base) {
        super(create((out, error) -> Abi.cstm_scorecard_new(name(name), base, out, error)), Abi::cstm_scorecard_free);
    }

    /**
     * Sets how reasons are found and how many a row gives.
     *
     * @param method how reasons are measured
     * @param sharing what becomes of shared codes
     * @param count how many reasons a row gives
     * @return this
     */
    public Scorecard setReasons(Method method, Sharing sharing, int count) {
        int of = method == Method.BELOW_BEST ? Abi.CSTM_REASONS_BELOW_BEST : Abi.CSTM_REASONS_BELOW_NEUTRAL;
        int how = sharing == Sharing.SUMMED ? Abi.CSTM_REASONS_SUMMED
                : sharing == Sharing.GREATEST ? Abi.CSTM_REASONS_GREATEST : Abi.CSTM_REASONS_APART;
        call((p, error) -> Abi.cstm_scorecard_set_reasons(p, of, how, count, error));
        return this;
    }

    /**
     * Makes the points log-odds: score = at + pointsToDouble / ln 2 * (total - ln odds).
     *
     * @param pointsToDouble the odds
     * @param odds of good
     * @param at the score that they stand for
     * @return this
     */
    public Scorecard setScaling(double pointsToDouble, double odds, double at) {
        call((p, error) -> Abi.cstm_scorecard_set_scaling(p, pointsToDouble, odds, at, error));
        return this;
    }

    /**
     * {@return its bins}
     *
     * @param name of the characteristic
     * @param input the column that it reads
     * @param type DOUBLE for numbers, STRING or BOOL
     * @param reason its code
     */
    public Characteristic characteristic(String name, String input, Type type, String reason) {
        int[] index = new int[1];
        call((p, error) -> Abi.cstm_scorecard_add_characteristic(p, name(name), name(input), type.number, name(reason),
                index, error));
        return new Characteristic(index[0]);
    }

    /**
     * {@return the scorer; the builder may go on}
     *
     * @param currency of money inputs; null: none
     */
    public Scorer build(String currency) {
        return new Scorer(make((p, out, error) -> Abi.cstm_scorecard_build(p, name(currency), out, error)));
    }
}
