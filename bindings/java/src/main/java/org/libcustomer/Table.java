package org.libcustomer;

import com.sun.jna.Pointer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Typed columns of equal length with missing values. Arrow data crosses by the addresses of its C structs
 * ({@code ArrowArray.memoryAddress()} and the like of Java's Arrow).
 */
public final class Table extends Handle {
    /** An empty table, to add columns to. */
    public Table() {
        this(create(Abi::cstm_table_new));
    }

    Table(long pointer) {
        super(pointer, Abi::cstm_table_free);
    }

    Table(long pointer, Result owner) {
        super(pointer, owner);
    }

    /** {@return whether it belongs to a result: then it cannot be changed, and ends with the result} */
    public boolean isBorrowed() {
        return isBorrowing();
    }

    private Table change(Call function) {
        if (isBorrowing()) {
            throw new UnsupportedOperationException("the table of a result cannot be changed");
        }
        call(function);
        return this;
    }

    /** How integers and doubles become money. */
    public enum Money {
        /** An int column of minor units. */
        MINOR(Abi.CSTM_MONEY_MINOR),
        /** An int column of major units. */
        MAJOR(Abi.CSTM_MONEY_MAJOR),
        /** A double column whose values are decimals of the currency. */
        DOUBLE(Abi.CSTM_MONEY_DOUBLE);

        final int number;

        Money(int number) {
            this.number = number;
        }
    }

    private static byte[] valid(Object[] values) {
        byte[] valid = new byte[Math.max(values.length, 1)];
        for (int i = 0; i < values.length; i++) {
            valid[i] = (byte) (values[i] == null ? 0 : 1);
        }
        return valid;
    }

    /**
     * Adds a column of truth values.
     *
     * @param name of the column
     * @param values null: missing
     * @return this
     */
    public Table addBools(String name, Boolean... values) {
        byte[] of = new byte[Math.max(values.length, 1)];
        for (int i = 0; i < values.length; i++) {
            of[i] = (byte) (values[i] != null && values[i] ? 1 : 0);
        }
        return change((p, error) -> Abi.cstm_table_add_bool(p, name(name), of, valid(values), values.length, error));
    }

    private static long[] longs(Long[] values) {
        long[] of = new long[Math.max(values.length, 1)];
        for (int i = 0; i < values.length; i++) {
            of[i] = values[i] == null ? 0 : values[i];
        }
        return of;
    }

    /**
     * Adds a column of integers.
     *
     * @param name of the column
     * @param values null: missing
     * @return this
     */
    public Table addLongs(String name, Long... values) {
        return change((p, error) -> Abi.cstm_table_add_int64(p, name(name), longs(values), valid(values), values.length, error));
    }

    /**
     * Adds a column of doubles.
     *
     * @param name of the column
     * @param values null: missing
     * @return this
     */
    public Table addDoubles(String name, Double... values) {
        double[] of = new double[Math.max(values.length, 1)];
        for (int i = 0; i < values.length; i++) {
            of[i] = values[i] == null ? 0 : values[i];
        }
        return change((p, error) -> Abi.cstm_table_add_double(p, name(name), of, valid(values), values.length, error));
    }

    /**
     * Adds a column of civil days.
     *
     * @param name of the column
     * @param values null: missing
     * @return this
     */
    public Table addDates(String name, LocalDate... values) {
        int[] of = new int[Math.max(values.length, 1)];
        for (int i = 0; i < values.length; i++) {
            of[i] = values[i] == null ? 0 : Row.number(values[i]);
        }
        return change((p, error) -> Abi.cstm_table_add_date(p, name(name), of, valid(values), values.length, error));
    }

    /**
     * Adds a column of instants, cut to the microsecond.
     *
     * @param name of the column
     * @param values null: missing
     * @return this
     */
    public Table addTimestamps(String name, java.time.Instant... values) {
        long[] of = new long[Math.max(values.length, 1)];
        for (int i = 0; i < values.length; i++) {
            of[i] = values[i] == null ? 0 : Row.micros(values[i]);
        }
        return change((p, error) -> Abi.cstm_table_add_timestamp(p, name(name), of, valid(values), values.length, error));
    }

    /**
     * Adds a column of money.
     *
     * @param name of the column
     * @param currency ISO 4217 code
     * @param minor units; null: missing
     * @return this
     */
    public Table addMoney(String name, String currency, Long... minor) {
        return change((p, error) -> Abi.cstm_table_add_money(p, name(name), longs(minor), valid(minor), minor.length,
                name(currency), error));
    }

    private static byte[] packed(List<String> texts, long[] offsets) {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i) == null ? new byte[0] : data(texts.get(i));
            bytes.write(text, 0, text.length);
            offsets[i + 1] = bytes.size();
        }
        bytes.write(0);    // an array of at least one byte
        return bytes.toByteArray();
    }

    /**
     * Adds a column of texts.
     *
     * @param name of the column
     * @param values null: missing
     * @return this
     */
    public Table addStrings(String name, String... values) {
        long[] offsets = new long[values.length + 1];
        byte[] bytes = packed(java.util.Arrays.asList(values), offsets);
        return change((p, error) -> Abi.cstm_table_add_string(p, name(name), offsets, bytes, valid(values), values.length, error));
    }

    /**
     * Adds a column of lists of texts.
     *
     * @param name of the column
     * @param values lists of texts; null: missing
     * @return this
     */
    public Table addStringLists(String name, List<List<String>> values) {
        List<String> items = new ArrayList<>();
        long[] lists = new long[values.size() + 1];
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                items.addAll(values.get(i));
            }
            lists[i + 1] = items.size();
        }
        long[] offsets = new long[items.size() + 1];
        byte[] bytes = packed(items, offsets);
        return change((p, error) -> Abi.cstm_table_add_strings(p, name(name), lists, offsets, bytes,
                valid(values.toArray()), values.size(), error));
    }

    /**
     * Makes a column money, exactly or not at all.
     *
     * @param name of the column
     * @param currency ISO 4217 code
     * @param how its numbers are to be read
     * @return this
     */
    public Table declareMoney(String name, String currency, Money how) {
        return change((p, error) -> Abi.cstm_table_declare_money(p, name(name), name(currency), how.number, error));
    }

    /** {@return how many rows} */
    public long rows() {
        return get(Abi::cstm_table_rows);
    }

    /** {@return name and type of each column} */
    public Map<String, Type> columns() {
        return get(p -> {
            Map<String, Type> all = new LinkedHashMap<>();
            for (int i = 0; i < Abi.cstm_table_columns(p); i++) {
                all.put(text(Abi.cstm_table_column_name(p, i)), Type.of(Abi.cstm_table_column_type(p, i)));
            }
            return all;
        });
    }

    /**
     * {@return ISO 4217 code}
     *
     * @param name of a column of money
     */
    public String currency(String name) {
        int column = index(name);
        return get(p -> text(Abi.cstm_table_column_currency(p, column)));
    }

    /**
     * {@return whether it came without a zone}
     *
     * @param name of a column of timestamps
     */
    public boolean isCivil(String name) {
        int column = index(name);
        return get(p -> Abi.cstm_table_column_civil(p, column)) != 0;
    }

    private int index(String name) {
        int column = get(p -> Abi.cstm_table_find(p, name(name)));
        if (column < 0) {
            throw new IllegalArgumentException("the table has no column " + name);
        }
        return column;
    }

    /**
     * {@return Boolean, Long, Double, String, LocalDate, Instant, BigDecimal (money in major units) or a list of texts; null if missing}
     *
     * @param row from 0
     * @param name of a column
     */
    public Object value(long row, String name) {
        int column = index(name);
        return get(p -> {
            if (row < 0 || row >= Abi.cstm_table_rows(p)) {
                throw new IndexOutOfBoundsException(String.valueOf(row));
            }
            if (Abi.cstm_table_state(p, row, column) != Abi.CSTM_STATE_VALUE) {
                return null;
            }
            long[] size = new long[1];
            switch (Type.of(Abi.cstm_table_column_type(p, column))) {
                case BOOL:
                    return Abi.cstm_table_bool(p, row, column) != 0;
                case INT:
                    return Abi.cstm_table_int64(p, row, column);
                case DOUBLE:
                    return Abi.cstm_table_double(p, row, column);
                case DATE:
                    return LocalDate.ofEpochDay(Abi.cstm_table_date(p, row, column));
                case TIMESTAMP:
                    return Row.instant(Abi.cstm_table_timestamp(p, row, column));
                case MONEY:
                    return BigDecimal.valueOf(Abi.cstm_table_money(p, row, column), Abi.cstm_table_column_exponent(p, column));
                case DECIMAL:
                    long[] high = new long[1];
                    long[] low = new long[1];
                    Abi.cstm_table_decimal(p, row, column, high, low);
                    BigInteger whole = BigInteger.valueOf(high[0]).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low[0])));
                    return new BigDecimal(whole, Abi.cstm_table_column_exponent(p, column));
                case STRINGS:
                    List<String> items = new ArrayList<>();
                    for (long i = 0; i < Abi.cstm_table_string_count(p, row, column); i++) {
                        long item = Abi.cstm_table_string_item(p, row, column, i, size);
                        items.add(text(item, size[0]));
                    }
                    return items;
                default:
                    long text = Abi.cstm_table_string(p, row, column, size);
                    return text(text, size[0]);
            }
        });
    }

    /** That there are no values is right for a table without rows only. */
    private static int none(long table, String name) {
        if (Abi.cstm_table_rows(table) > 0) {
            throw new IllegalArgumentException("the column " + name + " is of another type");
        }
        return 0;
    }

    /**
     * {@return a copy of its values, unspecified where missing}
     *
     * @param name of a column of type int, timestamp or money (minor units)
     */
    public long[] longs(String name) {
        int column = index(name);
        return get(p -> {
            long address = Abi.cstm_table_int64_values(p, column);
            return address == 0 ? new long[none(p, name)]
                    : new Pointer(address).getLongArray(0, Math.toIntExact(Abi.cstm_table_rows(p)));
        });
    }

    /**
     * {@return a copy of its values, unspecified where missing}
     *
     * @param name of a column of type double
     */
    public double[] doubles(String name) {
        int column = index(name);
        return get(p -> {
            long address = Abi.cstm_table_double_values(p, column);
            return address == 0 ? new double[none(p, name)]
                    : new Pointer(address).getDoubleArray(0, Math.toIntExact(Abi.cstm_table_rows(p)));
        });
    }

    /**
     * {@return a copy of its days since 1970-01-01, unspecified where missing}
     *
     * @param name of a column of type date
     */
    public int[] days(String name) {
        int column = index(name);
        return get(p -> {
            long address = Abi.cstm_table_date_values(p, column);
            return address == 0 ? new int[none(p, name)]
                    : new Pointer(address).getIntArray(0, Math.toIntExact(Abi.cstm_table_rows(p)));
        });
    }

    /**
     * {@return a copy of its values as 0 and 1, unspecified where missing}
     *
     * @param name of a column of type bool
     */
    public byte[] bools(String name) {
        int column = index(name);
        return get(p -> {
            long address = Abi.cstm_table_bool_values(p, column);
            return address == 0 ? new byte[none(p, name)]
                    : new Pointer(address).getByteArray(0, Math.toIntExact(Abi.cstm_table_rows(p)));
        });
    }

    /**
     * {@return 1 where there is a value; null if there is one in every row}
     *
     * @param name of a column
     */
    public byte[] valid(String name) {
        int column = index(name);
        return get(p -> {
            long address = Abi.cstm_table_valid(p, column);
            return address == 0 ? null : new Pointer(address).getByteArray(0, Math.toIntExact(Abi.cstm_table_rows(p)));
        });
    }

    /**
     * {@return the table}
     *
     * @param schema address of an ArrowSchema; consumed
     * @param array address of an ArrowArray of struct type; consumed
     */
    public static Table importArrow(long schema, long array) {
        return new Table(create((out, error) -> Abi.cstm_table_import_arrow(schema, array, out, error)));
    }

    /**
     * {@return the table}
     *
     * @param stream address of an ArrowArrayStream; consumed
     */
    public static Table importStream(long stream) {
        return new Table(create((out, error) -> Abi.cstm_table_import_stream(stream, out, error)));
    }

    /**
     * Hands the table over as one Arrow struct array, which outlives it.
     *
     * @param schema address of an empty ArrowSchema; the caller releases it
     * @param array address of an empty ArrowArray; the caller releases it
     */
    public void exportArrow(long schema, long array) {
        call((p, error) -> Abi.cstm_table_export_arrow(p, schema, array, error));
    }

    /**
     * Hands the table over as an Arrow stream, which outlives it.
     *
     * @param stream address of an empty ArrowArrayStream; the caller releases it.
     */
    public void exportStream(long stream) {
        call((p, error) -> Abi.cstm_table_export_stream(p, stream, error));
    }

    /**
     * Writes the table as a CSV file, whole or not at all.
     *
     * @param path of a CSV file to write.
     */
    public void writeCsv(Path path) {
        call((p, error) -> Abi.cstm_table_write_csv(p, name(path.toString()), error));
    }

    /** {@return the table as CSV} */
    public String toCsv() {
        return new String(take(make(Abi::cstm_table_write_csv_buffer)), java.nio.charset.StandardCharsets.UTF_8);
    }

    /**
     * {@return a document of quantile tables, which a strategy names under {@code quantiles:}} It measures how the values of a
     * column lie at the end of a day; rules read the table from that day on.
     *
     * @param column of int, double, money, date, or timestamp with a zone
     * @param name of the quantiles, as rules write it
     * @param day at whose end the values held
     * @param points 1 to 10000: how finely the share is told where there are many values
     * @param before the document so far, whose tables are kept; "" for none
     */
    public String quantiles(String column, String name, LocalDate day, int points, String before) {
        byte[] text = data(before);
        int number = Math.toIntExact(day.toEpochDay());
        return new String(take(make((p, out, error) -> Abi.cstm_quantiles_measure(
                p, name(column), name(name), number, points, Row.some(text), text.length, out, error))),
                java.nio.charset.StandardCharsets.UTF_8);
    }

    /** {@return how many rows, and name and type of each column; never what is in them} */
    @Override
    public String toString() {
        return isClosed() ? "Table (closed)" : "Table of " + rows() + " rows " + columns();
    }
}
