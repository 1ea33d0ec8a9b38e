package org.libcustomer;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How the files of one source are written: delimited or of fixed width, in UTF-8 or GB 18030, with padding, dates, signs, texts
 * for missing and control totals as core systems have them. Filled once, it reads any number of files.
 */
public final class Layout extends Handle {
    /** How the columns of a record are told apart. */
    public enum Form {
        /** By a delimiter; positions are numbers of fields. */
        DELIMITED(Abi.CSTM_LAYOUT_DELIMITED),
        /** By start and width in bytes of the file. */
        BYTES(Abi.CSTM_LAYOUT_BYTES),
        /** By start and width in characters. */
        CHARACTERS(Abi.CSTM_LAYOUT_CHARACTERS);

        final int number;

        Form(int number) {
            this.number = number;
        }
    }

    /** How characters are written. */
    public enum Encoding {
        /** UTF-8; a byte order mark is skipped. */
        UTF8(Abi.CSTM_ENCODING_UTF8),
        /** GB 18030, of which GBK and GB 2312 are subsets. */
        GB18030(Abi.CSTM_ENCODING_GB18030);

        final int number;

        Encoding(int number) {
            this.number = number;
        }
    }

    /** Where the sign of a number stands. */
    public enum Sign {
        /** Before it. */
        LEADING(Abi.CSTM_SIGN_LEADING),
        /** Behind it. */
        TRAILING(Abi.CSTM_SIGN_TRAILING),
        /** In its last digit, as COBOL's zoned decimals have it. */
        OVERPUNCH(Abi.CSTM_SIGN_OVERPUNCH);

        final int number;

        Sign(int number) {
            this.number = number;
        }
    }

    /** What a control total counts. */
    public enum Total {
        /** The rows. */
        COUNT(Abi.CSTM_TOTAL_COUNT),
        /** The sum of a column. */
        SUM(Abi.CSTM_TOTAL_SUM),
        /** The sum of its absolute values. */
        ABSOLUTE(Abi.CSTM_TOTAL_ABSOLUTE);

        final int number;

        Total(int number) {
            this.number = number;
        }
    }

    private final Charset charset;

    /**
     * A layout with no columns; delimited by '|', records ending in LF or CRLF, every record a row.
     *
     * @param form of its records
     * @param encoding of its text
     */
    public Layout(Form form, Encoding encoding) {
        super(create((out, error) -> Abi.cstm_layout_new(form.number, encoding.number, out, error)), Abi::cstm_layout_free);
        charset = encoding == Encoding.UTF8 ? StandardCharsets.UTF_8 : Charset.forName("GB18030");
    }

    /**
     * Declares the next column of a delimited file, or the one of that name where the file names its fields.
     *
     * @param name of the column
     * @param type of its values
     * @return this
     */
    public Layout column(String name, Type type) {
        return column(name, type, 0, 0);
    }

    /**
     * Declares a column of a delimited file.
     *
     * @param name of the column
     * @param type of its values
     * @param field its number, from 1
     * @return this
     */
    public Layout column(String name, Type type, int field) {
        return column(name, type, field, 0);
    }

    /**
     * Declares a column of fixed width.
     *
     * @param name of the column
     * @param type of its values
     * @param start its first byte or character, from 1
     * @param width how many
     * @return this
     */
    public Layout column(String name, Type type, int start, int width) {
        call((p, error) -> Abi.cstm_layout_add_column(p, name(name), type.number, start, width, error));
        return this;
    }

    /**
     * Sets what separates fields.
     *
     * @param delimiter text of any length up to 16 bytes of the file's encoding
     * @return this
     */
    public Layout delimiter(String delimiter) {
        return delimiter(delimiter.getBytes(charset));
    }

    /**
     * Sets what separates fields.
     *
     * @param delimiter 1 to 16 bytes
     * @return this
     */
    public Layout delimiter(byte[] delimiter) {
        call((p, error) -> Abi.cstm_layout_set_delimiter(p, Row.some(delimiter), delimiter.length, error));
        return this;
    }

    /**
     * Sets what may stand around fields.
     *
     * @param quote a quotation mark or an apostrophe; 0: nothing may
     * @return this
     */
    public Layout quote(char quote) {
        call((p, error) -> Abi.cstm_layout_set_quote(p, quote, error));
        return this;
    }

    /**
     * Sets what ends a record, instead of LF or CRLF.
     *
     * @param end up to 16 bytes
     * @return this
     */
    public Layout recordEnd(byte[] end) {
        call((p, error) -> Abi.cstm_layout_set_record_end(p, Row.some(end), end.length, error));
        return this;
    }

    /**
     * Sets that records have so many bytes and no end.
     *
     * @param size of a record in bytes
     * @return this
     */
    public Layout recordSize(int size) {
        call((p, error) -> Abi.cstm_layout_set_record_size(p, size, error));
        return this;
    }

    /**
     * Sets what stands around the rows.
     *
     * @param before records at the beginning that are no rows
     * @param names whether the next one names the fields
     * @param after records at the end that are no rows
     * @return this
     */
    public Layout frame(int before, boolean names, int after) {
        call((p, error) -> Abi.cstm_layout_set_frame(p, before, names ? 1 : 0, after, error));
        return this;
    }

    /**
     * Sets how many fields a row has, where the last ones are not declared.
     *
     * @param fields of a row
     * @return this
     */
    public Layout fields(int fields) {
        call((p, error) -> Abi.cstm_layout_set_fields(p, fields, error));
        return this;
    }

    /**
     * Sets that records which begin so are skipped.
     *
     * @param beginning of a comment
     * @return this
     */
    public Layout comment(String beginning) {
        byte[] bytes = beginning.getBytes(charset);
        call((p, error) -> Abi.cstm_layout_add_comment(p, Row.some(bytes), bytes.length, error));
        return this;
    }

    /**
     * Declares a control total.
     *
     * @param total what it counts
     * @param column that it sums; null for a count
     * @param record in which it stands: 1, 2 and so on from the first, -1, -2 from the last
     * @param start number of its field, or its first byte or character, from 1
     * @param width how many; 0 in a delimited file
     * @return this
     */
    public Layout total(Total total, String column, int record, int start, int width) {
        call((p, error) -> Abi.cstm_layout_add_total(p, total.number, name(column), record, start, width, error));
        return this;
    }

    /**
     * Sets the characters that fill fields up.
     *
     * @param column null: every one
     * @param left code point before the value; -1: none
     * @param right code point behind it; -1: none
     * @return this
     */
    public Layout padding(String column, int left, int right) {
        call((p, error) -> Abi.cstm_layout_set_padding(p, name(column), left, right, error));
        return this;
    }

    /**
     * Sets how dates or timestamps are written.
     *
     * @param column of dates or timestamps
     * @param format such as YYYYMMDD or YYYYMMDDHHMMSS
     * @return this
     */
    public Layout format(String column, String format) {
        call((p, error) -> Abi.cstm_layout_set_format(p, name(column), name(format), error));
        return this;
    }

    /**
     * Declares a text that stands for missing.
     *
     * @param column null: every one
     * @param text such as 00000000
     * @return this
     */
    public Layout missing(String column, String text) {
        call((p, error) -> Abi.cstm_layout_add_missing(p, name(column), name(text), error));
        return this;
    }

    /**
     * Sets how numbers are written.
     *
     * @param column of numbers
     * @param decimals how many of the last digits are decimals; -1: a point is written
     * @param sign where it stands
     * @param separator between groups of three digits; 0: none
     * @return this
     */
    public Layout number(String column, int decimals, Sign sign, char separator) {
        call((p, error) -> Abi.cstm_layout_set_number(p, name(column), decimals, sign.number, separator, error));
        return this;
    }

    /**
     * Sets that the sign of a number stands in a field of its own.
     *
     * @param column of numbers
     * @param start number of the sign's field, or its first byte or character, from 1
     * @param width how many; 0 in a delimited file
     * @param positive what it holds beside a number that is not negative
     * @param negative what it holds beside a negative one
     * @return this
     */
    public Layout sign(String column, int start, int width, String positive, String negative) {
        call((p, error) -> Abi.cstm_layout_set_sign(p, name(column), start, width, name(positive), name(negative), error));
        return this;
    }

    /**
     * Sets the zone of timestamps.
     *
     * @param zone by its IANA name
     * @return this
     */
    public Layout timezone(String zone) {
        call((p, error) -> Abi.cstm_layout_set_zone(p, name(zone), error));
        return this;
    }

    /**
     * Sets the currency of the money columns.
     *
     * @param currency ISO 4217 code
     * @return this
     */
    public Layout currency(String currency) {
        call((p, error) -> Abi.cstm_layout_set_currency(p, name(currency), error));
        return this;
    }

    /**
     * Sets that rows which cannot be taken go to a table of their own instead of ending the call.
     *
     * @param limit how many may
     * @return this
     */
    public Layout collect(long limit) {
        call((p, error) -> Abi.cstm_layout_set_reject(p, Abi.CSTM_CSV_COLLECT, limit, error));
        return this;
    }

    /**
     * {@return the table}
     *
     * @param path of the file, plain or gzip
     */
    public Table read(Path path) {
        return read(path, null, null, null);
    }

    /**
     * {@return the table}
     *
     * @param path of the file, plain or gzip
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
                    Abi.cstm_layout_read_file(p, name(path.toString()), told, 0, flag, out, second, error));
            return Csv.taken(table, second, rejected);
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
     * @param bytes of the file, plain or gzip
     * @param rejected receives the table of rejected rows at index 0 where they are collected; nullable
     */
    public Table read(String name, byte[] bytes, Table[] rejected) {
        long[] second = rejected == null ? null : new long[1];
        long table = make((p, out, error) ->
                Abi.cstm_layout_read_bytes(p, name(name), Row.some(bytes), bytes.length, out, second, error));
        return Csv.taken(table, second, rejected);
    }
}
