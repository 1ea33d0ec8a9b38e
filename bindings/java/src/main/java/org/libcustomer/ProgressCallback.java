package org.libcustomer;

import com.sun.jna.Pointer;

/** A {@link Progress} as a C callback: what it throws cancels the call, and is thrown again by whoever made the call. */
final class ProgressCallback implements Abi.ProgressFunction {
    private final Progress progress;
    private volatile Throwable failure;

    private ProgressCallback(Progress progress) {
        this.progress = progress;
    }

    static ProgressCallback of(Progress progress) {
        return progress == null ? null : new ProgressCallback(progress);
    }

    @Override
    public int invoke(Pointer data, long done, long total) {
        try {
            return progress.told(done, total) ? 0 : 1;
        } catch (Throwable thrown) {
            failure = thrown;
            return 1;
        }
    }

    /** What a failed call throws: what the callback threw, if it did. */
    static RuntimeException cause(ProgressCallback callback, CustomerException otherwise) {
        Throwable failure = callback == null ? null : callback.failure;
        if (failure instanceof Error) {
            throw (Error) failure;
        }
        return failure == null ? otherwise
                : failure instanceof RuntimeException ? (RuntimeException) failure : new IllegalStateException(failure);
    }
}
