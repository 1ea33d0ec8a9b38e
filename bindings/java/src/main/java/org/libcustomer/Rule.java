package org.libcustomer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A compiled expression over named columns. Immutable: any number of threads may use it. */
public final class Rule extends Handle {
    private final String currency;

    private Rule(long pointer, String currency) {
        super(pointer, Abi::cstm_rule_unref);
        this.currency = currency;
    }

    /**
     * {@return the compiled rule}
     *
     * @param expression the rule
     * @param names the names that it may read, with their types
     * @param type what it must come to; NONE: anything
     * @param currency of its money; null: none
     * @param timezone of its civil times; null: UTC
     */
    public static Rule compile(String expression, Map<String, Type> names, Type type, String currency, String timezone) {
        long scope = create((out, error) -> Abi.cstm_scope_new(name(currency), name(timezone), out, error));
        try {
            for (Map.Entry<String, Type> entry : names.entrySet()) {
                long[] error = new long[1];
                CustomerException.check(Abi.cstm_scope_declare(scope, name(entry.getKey()), entry.getValue().number, error), error);
            }
            byte[] text = data(expression);
            return new Rule(create((out, error) -> Abi.cstm_rule_compile(scope, Row.some(text), text.length, type.number, out, error)),
                    currency);
        } finally {
            Abi.cstm_scope_free(scope);
        }
    }

    /** {@return one more reference to the same rule, closed on its own} */
    public Rule copy() {
        return new Rule(get(Abi::cstm_rule_ref), currency);
    }

    /** {@return the rule as it was written} */
    public String text() {
        return get(p -> text(Abi.cstm_rule_text(p)));
    }

    /** {@return what it comes to} */
    public Type type() {
        return Type.of(get(Abi::cstm_rule_type));
    }

    /** {@return the names that it reads} */
    public List<String> reads() {
        return get(p -> {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < Abi.cstm_rule_read_count(p); i++) {
                all.add(text(Abi.cstm_rule_read_name(p, i)));
            }
            return all;
        });
    }

    /**
     * {@return a table with `value` and `state` for each row}
     *
     * @param table with the columns that it reads
     */
    public Table evaluate(Table table) {
        long columns = table.enter();
        try {
            return new Table(make((p, out, error) -> Abi.cstm_rule_evaluate(p, columns, out, error)));
        } finally {
            table.leave();
        }
    }

    /**
     * {@return the value of every sub-expression}
     *
     * @param table with the columns that it reads
     * @param row from 0
     */
    public Explanation explain(Table table, long row) {
        long columns = table.enter();
        try {
            return new Explanation(make((p, out, error) -> Abi.cstm_rule_explain(p, columns, row, out, error)));
        } finally {
            table.leave();
        }
    }

    /**
     * {@return the fewest changes to one row that make a bool rule come out otherwise}
     *
     * @param table with the columns that it reads
     * @param row from 0
     */
    public Nearest nearest(Table table, long row) {
        long columns = table.enter();
        try {
            return Nearest.take(make((p, out, error) -> Abi.cstm_rule_nearest(p, columns, row, out, error)));
        } finally {
            table.leave();
        }
    }

    /** {@return a bound of what one row can cost, in steps} */
    public long cost() {
        return get(Abi::cstm_rule_cost);
    }

    /** {@return what the compiler wondered at without refusing it, each with its line and column} */
    public List<CustomerException> warnings() {
        return get(p -> CustomerException.chain(Abi.cstm_rule_warnings(p)));
    }

    /** {@return room for the values of one case, to be evaluated again and again} */
    public Activation activation() {
        return new Activation(make((p, out, error) -> Abi.cstm_activation_new(p, out, error)), this, currency);
    }
}
