package org.libcustomer;

/** A flag that any thread may raise; the long call that was given it ends with CSTM_ERROR_CANCELLED. */
public final class Cancel extends Handle {
    /** A flag that is not raised. */
    public Cancel() {
        super(create(Abi::cstm_cancel_new), Abi::cstm_cancel_free);
    }

    /** Raises the flag; it stays raised. */
    public void request() {
        get(p -> {
            Abi.cstm_cancel_request(p);
            return null;
        });
    }

    /** {@return whether the flag is raised} */
    public boolean requested() {
        return get(Abi::cstm_cancel_requested) != 0;
    }
}
