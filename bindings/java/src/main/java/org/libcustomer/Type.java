package org.libcustomer;

/** Types of columns, attributes, event fields, features and rules. */
public enum Type {
    /** None, or any. */
    NONE(Abi.CSTM_TYPE_NONE),
    /** true or false. */
    BOOL(Abi.CSTM_TYPE_BOOL),
    /** 64-bit integer. */
    INT(Abi.CSTM_TYPE_INT),
    /** IEEE 754 double. */
    DOUBLE(Abi.CSTM_TYPE_DOUBLE),
    /** UTF-8 text. */
    STRING(Abi.CSTM_TYPE_STRING),
    /** Civil day. */
    DATE(Abi.CSTM_TYPE_DATE),
    /** Instant in microseconds. */
    TIMESTAMP(Abi.CSTM_TYPE_TIMESTAMP),
    /** Minor units of one currency. */
    MONEY(Abi.CSTM_TYPE_MONEY),
    /** List of strings; columns only. */
    STRINGS(Abi.CSTM_TYPE_STRINGS),
    /** Decimal of Arrow; columns only. */
    DECIMAL(Abi.CSTM_TYPE_DECIMAL);

    final int number;

    Type(int number) {
        this.number = number;
    }

    static Type of(int number) {
        for (Type type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("type " + number);
    }
}
