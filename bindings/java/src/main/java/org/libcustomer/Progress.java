package org.libcustomer;

/** Told how far a long call has come. */
@FunctionalInterface
public interface Progress {
    /**
     * @param done units finished
     * @param total all units, 0 while not known
     * @return false to cancel
     */
    boolean told(long done, long total);

    /** As a C callback; an exception cancels, and is thrown again by whoever made the long call. */
    final class Callback implements Abi.ProgressFunction {
        private final Progress progress;
        private volatile Throwable failure;

        Callback(Progress progress) {
            this.progress = progress;
        }

        static Callback of(Progress progress) {
            return progress == null ? null : new Callback(progress);
        }

        @Override
        public int invoke(com.sun.jna.Pointer data, long done, long total) {
            try {
                return progress.told(done, total) ? 0 : 1;
            } catch (Throwable thrown) {
                failure = thrown;
                return 1;
            }
        }

        static RuntimeException cause(Callback callback, RuntimeException otherwise) {
            if (callback == null || callback.failure == null) {
                return otherwise;
            }
            Throwable failure = callback.failure;
            return failure instanceof RuntimeException ? (RuntimeException) failure : new IllegalStateException(failure);
        }
    }
}
