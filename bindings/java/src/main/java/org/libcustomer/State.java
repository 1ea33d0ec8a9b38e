package org.libcustomer;

/** What a value is. */
public enum State {
    /** It is there. */
    VALUE,
    /** It is missing. */
    MISSING,
    /** It could not be computed. */
    ERROR;

    static State of(int number) {
        return number == Abi.CSTM_STATE_VALUE ? VALUE : number == Abi.CSTM_STATE_MISSING ? MISSING : ERROR;
    }
}
