package org.libcustomer;

import com.sun.jna.Pointer;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * An owned native handle, freed once: by {@link #close()}, or, where that was forgotten, after the object is unreachable.
 *
 * <p>Calls that run while another thread closes the handle finish safely: the last one out frees. Calls after close throw
 * {@link IllegalStateException}.
 */
public abstract class Handle implements AutoCloseable {
    private static final long CLOSED = 1L << 62;
    private static final ReferenceQueue<Handle> QUEUE = new ReferenceQueue<>();
    private static final Set<Owner> OWNERS = ConcurrentHashMap.newKeySet();

    /** The native side, apart from the object that Java sees, so that it outlives it by as much as it must. */
    private static final class Owner extends PhantomReference<Handle> {
        final long pointer;
        final LongConsumer free;
        /** Calls under way, and CLOSED once closed. Whoever makes it exactly CLOSED frees. */
        final AtomicLong calls = new AtomicLong();

        Owner(Handle handle, long pointer, LongConsumer free) {
            super(handle, QUEUE);
            this.pointer = pointer;
            this.free = free;
        }

        void leave() {
            if (calls.decrementAndGet() == CLOSED) {
                release();
            }
        }

        void close() {
            while (true) {
                long now = calls.get();
                if ((now & CLOSED) != 0) {
                    return;
                }
                if (calls.compareAndSet(now, now | CLOSED)) {
                    if (now == 0) {
                        release();
                    }
                    return;
                }
            }
        }

        private void release() {
            OWNERS.remove(this);
            clear();
            free.accept(pointer);
        }
    }

    private final Owner owner;

    Handle(long pointer, LongConsumer free) {
        for (Owner lost; (lost = (Owner) QUEUE.poll()) != null;) {
            lost.close();
        }
        owner = new Owner(this, pointer, free);
        OWNERS.add(owner);
    }

    /** Begins a call: the pointer stays alive until {@link #leave()}. */
    final long enter() {
        if ((owner.calls.incrementAndGet() & CLOSED) != 0) {
            owner.leave();
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return owner.pointer;
    }

    final void leave() {
        owner.leave();
    }

    /** Frees the handle; closing twice is fine. */
    @Override
    public void close() {
        owner.close();
    }

    /** @return whether {@link #close()} was called. */
    public final boolean isClosed() {
        return (owner.calls.get() & CLOSED) != 0;
    }

    interface Call {
        int on(long pointer, long[] error);
    }

    interface Maker {
        int make(long pointer, long[] out, long[] error);
    }

    interface Getter<T> {
        T get(long pointer);
    }

    final void call(Call function) {
        long pointer = enter();
        try {
            long[] error = new long[1];
            CustomerException.check(function.on(pointer, error), error);
        } finally {
            leave();
        }
    }

    final long make(Maker function) {
        long pointer = enter();
        try {
            long[] out = new long[1];
            long[] error = new long[1];
            CustomerException.check(function.make(pointer, out, error), error);
            return out[0];
        } finally {
            leave();
        }
    }

    final <T> T get(Getter<T> function) {
        long pointer = enter();
        try {
            return function.get(pointer);
        } finally {
            leave();
        }
    }

    interface Creator {
        int create(long[] out, long[] error);
    }

    static long create(Creator function) {
        long[] out = new long[1];
        long[] error = new long[1];
        CustomerException.check(function.create(out, error), error);
        return out[0];
    }

    /** Borrowed NUL-terminated text. */
    static String text(long address) {
        return address == 0 ? "" : new Pointer(address).getString(0, "UTF-8");
    }

    /** Borrowed text of a size. */
    static String text(long address, long size) {
        return address == 0 || size == 0 ? "" : new String(new Pointer(address).getByteArray(0, (int) size), StandardCharsets.UTF_8);
    }

    /** UTF-8 followed by NUL, for names; null stays null. */
    static byte[] name(String text) {
        if (text == null) {
            return null;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] terminated = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, terminated, 0, bytes.length);
        return terminated;
    }

    /** UTF-8 without NUL, for data that goes with its size. */
    static byte[] data(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of an owned buffer, which is freed. */
    static byte[] take(long buffer) {
        try {
            long size = Abi.cstm_buffer_size(buffer);
            return size == 0 ? new byte[0] : new Pointer(Abi.cstm_buffer_data(buffer)).getByteArray(0, (int) size);
        } finally {
            Abi.cstm_buffer_free(buffer);
        }
    }
}
