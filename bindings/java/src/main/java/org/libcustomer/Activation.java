package org.libcustomer;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of one case, and what a rule comes to with them. For one thread at a time; values stay until they are set again. Names
 * go by their place in {@link Rule#reads()}.
 */
public final class Activation extends Handle {
    private final List<String> names;
    private final Type type;
    private final int exponent;

    Activation(long pointer, Rule rule, String currency) {
        super(pointer, Abi::cstm_activation_free);
        names = new ArrayList<>(rule.reads());
        type = rule.type();
        exponent = currency == null ? 0 : Abi.cstm_currency_exponent(name(currency));
    }

    /**
     * {@return the place of a name}
     *
     * @param name one that the rule reads
     */
    public int number(String name) {
        int i = names.indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException("the rule does not read " + name);
        }
        return i;
    }

    /**
     * Sets a bool (0 or 1), an int, a date (days since 1970-01-01), a timestamp (microseconds) or money (minor units).
     *
     * @param i place of the name
     * @param value in those units
     * @return this
     */
    public Activation setLong(int i, long value) {
        call((p, error) -> Abi.cstm_activation_set_int64(p, i, value, error));
        return this;
    }

    /**
     * Sets a double.
     *
     * @param i place of the name
     * @param value finite
     * @return this
     */
    public Activation setDouble(int i, double value) {
        call((p, error) -> Abi.cstm_activation_set_double(p, i, value, error));
        return this;
    }

    /**
     * Sets a string.
     *
     * @param i place of the name
     * @param value the text
     * @return this
     */
    public Activation setString(int i, String value) {
        byte[] text = data(value);
        call((p, error) -> Abi.cstm_activation_set_string(p, i, Row.some(text), text.length, error));
        return this;
    }

    /**
     * Takes a value away.
     *
     * @param i place of the name
     * @return this
     */
    public Activation setMissing(int i) {
        call((p, error) -> Abi.cstm_activation_set_missing(p, i, error));
        return this;
    }

    /**
     * Evaluates the rule.
     *
     * @return its value (Boolean, Long, Double, String, LocalDate, Instant, BigDecimal); null where it is missing
     * @throws CustomerException where it is an error, such as a division by zero
     */
    public Object evaluate() {
        call((p, error) -> Abi.cstm_activation_evaluate(p, error));
        int status = get(Abi::cstm_activation_status);
        if (status == Abi.CSTM_ERROR_MISSING) {
            return null;
        }
        CustomerException.check(status, new long[1]);
        return get(this::value);
    }

    private Object value(long p) {
        long number = Abi.cstm_activation_int64(p);
        switch (type) {
            case BOOL:
                return number != 0;
            case INT:
                return number;
            case DOUBLE:
                return Abi.cstm_activation_double(p);
            case DATE:
                return LocalDate.ofEpochDay(number);
            case TIMESTAMP:
                return Row.instant(number);
            case MONEY:
                return BigDecimal.valueOf(number, exponent);
            default:
                long[] size = new long[1];
                long text = Abi.cstm_activation_string(p, size);
                return text(text, size[0]);
        }
    }

    /** {@return the value of every sub-expression for the values that are set} */
    public Explanation explain() {
        return new Explanation(make((p, out, error) -> Abi.cstm_activation_explain(p, out, error)));
    }

    /** {@return the fewest changes to the values that are set that make a bool rule come out otherwise} */
    public Nearest nearest() {
        return Nearest.take(make((p, out, error) -> Abi.cstm_activation_nearest(p, out, error)));
    }
}
