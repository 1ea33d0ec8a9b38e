package org.libcustomer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A failed call, with the fields of the C error; a document's exception holds all that is wrong with it in {@link #errors()}. */
public class CustomerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Number of the status. */
    private final int status;
    /** File or document, or "". */
    private final String file;
    /** Line from 1, or 0. */
    private final long line;
    /** Column from 1, or 0. */
    private final long column;
    /** Row from 0, or -1. */
    private final long row;
    /** Column, field or rule, or "". */
    private final String field;
    private transient List<CustomerException> errors = Collections.singletonList(this);

    CustomerException(int status, String message, String file, long line, long column, long row, String field) {
        super(message);
        this.status = status;
        this.file = file;
        this.line = line;
        this.column = column;
        this.row = row;
        this.field = field;
    }

    /** {@return the number of the status, one of CSTM_ERROR_* of base.h} */
    public int status() {
        return status;
    }

    /** {@return the name of the status: "CSTM_ERROR_LATE"} */
    public String name() {
        return Handle.text(Abi.cstm_status_name(status));
    }

    /** {@return the file or document, "" if there is none} */
    public String file() {
        return file;
    }

    /** {@return the line from 1, 0 if there is none} */
    public long line() {
        return line;
    }

    /** {@return the column from 1 in code points, 0 if there is none} */
    public long column() {
        return column;
    }

    /** {@return the row of a table from 0, -1 if there is none} */
    public long row() {
        return row;
    }

    /** {@return the column, field, feature or rule by name, "" if there is none} */
    public String field() {
        return field;
    }

    /** {@return every error of the call, this one first} */
    public List<CustomerException> errors() {
        return errors == null ? Collections.singletonList(this) : errors;
    }

    /** {@return the message, and below it those of the other errors of the call} */
    @Override
    public String toString() {
        StringBuilder all = new StringBuilder(super.toString());
        for (CustomerException error : errors()) {
            if (error != this) {
                all.append("\n  ").append(error.getMessage());
            }
        }
        return all.toString();
    }

    /** Every error of a chain; the chain stays whose it was. */
    static List<CustomerException> chain(long error) {
        List<CustomerException> all = new ArrayList<>();
        for (long e = error; e != 0; e = Abi.cstm_error_next(e)) {
            all.add(new CustomerException(Abi.cstm_error_code(e), Handle.text(Abi.cstm_error_message(e)),
                    Handle.text(Abi.cstm_error_file(e)), Abi.cstm_error_line(e), Abi.cstm_error_column(e),
                    Abi.cstm_error_row(e), Handle.text(Abi.cstm_error_field(e))));
        }
        return all;
    }

    /** The exception of a failed call; its error object is freed. */
    static CustomerException of(int status, long error) {
        List<CustomerException> all = chain(error);
        Abi.cstm_error_free(error);
        if (all.isEmpty()) {
            all.add(new CustomerException(status, Handle.text(Abi.cstm_status_name(status)), "", 0, 0, -1, ""));
        }
        CustomerException first = all.get(0);
        first.errors = Collections.unmodifiableList(all);
        return first;
    }

    static void check(int status, long[] error) {
        if (status != 0) {
            throw of(status, error[0]);
        }
    }
}
