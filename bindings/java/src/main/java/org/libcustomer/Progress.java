package org.libcustomer;

/** Told how far a long call has come. An exception that it throws cancels the call, which throws it again. */
@FunctionalInterface
public interface Progress {
    /**
     * {@return false to cancel}
     *
     * @param done units finished
     * @param total all units, 0 while not known
     */
    boolean told(long done, long total);
}
