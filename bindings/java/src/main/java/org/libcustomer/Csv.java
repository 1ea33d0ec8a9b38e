package org.libcustomer;

import java.nio.file.Path;

/** How to read a kind of CSV file (RFC 4180, plain or gzip): columns with their types and the file's habits. */
public final class Csv extends Handle {
    /** A reader with no columns, comma, a heading, empty for missing, and the first error ending the call. */
    public Csv() {
        super(create(Abi::cstm_csv_new), Abi::cstm_csv_free);
    }

    /**
     * Declares a column to read.
     *
     * @param name of the column
     * @param type of its values
     * @return this
     */
    public Csv column(String name, Type type) {
        call((p, error) -> Abi.cstm_csv_add_column(p, name(name), type.number, error));
        return this;
    }

    /**
     * Sets what separates fields.
     *
     * @param delimiter one ASCII character
     * @return this
     */
    public Csv delimiter(char delimiter) {
        call((p, error) -> Abi.cstm_csv_set_delimiter(p, delimiter, error));
        return this;
    }

    /**
     * Sets a text that means missing, beside the empty field.
     *
     * @param text that stands for a missing value
     * @return this
     */
    public Csv missing(String text) {
        call((p, error) -> Abi.cstm_csv_set_missing(p, name(text), error));
        return this;
    }

    /**
     * Sets the zone of timestamps that are written without an offset.
     *
     * @param zone of naive times
     * @return this
     */
    public Csv timezone(String zone) {
        call((p, error) -> Abi.cstm_csv_set_zone(p, name(zone), error));
        return this;
    }

    /**
     * Sets the currency of the money columns.
     *
     * @param currency of money columns
     * @return this
     */
    public Csv currency(String currency) {
        call((p, error) -> Abi.cstm_csv_set_currency(p, name(currency), error));
        return this;
    }

    /**
     * Sets whether the file begins with a line of names.
     *
     * @param header whether the first record names the columns
     * @return this
     */
    public Csv header(boolean header) {
        call((p, error) -> Abi.cstm_csv_set_header(p, header ? 1 : 0, error));
        return this;
    }

    /**
     * Sets what happens to a row that cannot be taken.
     *
     * @param collect whether rows that cannot be read go to the table of the rejected instead of ending the call
     * @return this
     */
    public Csv collect(boolean collect) {
        call((p, error) -> Abi.cstm_csv_set_reject(p, collect ? Abi.CSTM_CSV_COLLECT : Abi.CSTM_CSV_STOP, error));
        return this;
    }

    /**
     * {@return the table}
     *
     * @param path of the file
     */
    public Table read(Path path) {
        return read(path, null, null, null);
    }

    /**
     * {@return the table}
     *
     * @param path of the file
     * @param rejected receives the table of rejected rows at index 0 where they are collected; nullable
     * @param progress nullable
     * @param cancel nullable
     */
    public Table read(Path path, Table[] rejected, Progress progress, Cancel cancel) {
        long[] second = rejected == null ? null : new long[1];
        ProgressCallback told = ProgressCallback.of(progress);
        long flag = cancel == null ? 0 : cancel.enter();
        try {
            long table = make((p, out, error) ->
                    Abi.cstm_csv_read_file(p, name(path.toString()), told, 0, flag, out, second, error));
            return taken(table, second, rejected);
        } catch (CustomerException failure) {
            throw ProgressCallback.cause(told, failure);
        } finally {
            if (cancel != null) {
                cancel.leave();
            }
        }
    }

    /**
     * {@return the table}
     *
     * @param name stands for the file in messages
     * @param bytes of the file
     * @param rejected receives the table of rejected rows at index 0 where they are collected; nullable
     */
    public Table read(String name, byte[] bytes, Table[] rejected) {
        long[] second = rejected == null ? null : new long[1];
        long table = make((p, out, error) -> Abi.cstm_csv_read_bytes(p, name(name), Row.some(bytes), bytes.length, out, second, error));
        return taken(table, second, rejected);
    }

    static Table taken(long table, long[] second, Table[] rejected) {
        Table taken = new Table(table);
        if (second != null && second[0] != 0) {
            rejected[0] = new Table(second[0]);
        }
        return taken;
    }
}
