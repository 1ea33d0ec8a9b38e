package org.libcustomer;

import com.sun.jna.Pointer;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        /** Calls under way, and CLOSED once closed. Whoever makes it exactly CLOSED frees; no call begins after that. */
        final AtomicLong calls = new AtomicLong();
        /** Handles that this one reads and keeps from being freed. */
        final List<Handle> held = new ArrayList<>();
        /** What the native side calls back, kept from being collected. */
        volatile Object[] callbacks;

        Owner(Handle handle, long pointer, LongConsumer free) {
            super(handle, QUEUE);
            this.pointer = pointer;
            this.free = free;
        }

        boolean enter() {
            while (true) {
                long now = calls.get();
                if ((now & CLOSED) != 0) {
                    return false;
                }
                if (calls.compareAndSet(now, now + 1)) {
                    return true;
                }
            }
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
            for (Handle other : held) {
                other.leave();
            }
        }
    }

    private final Owner owner;
    /** What owns the pointer, where this handle only borrows it; null for an owned one. */
    private final Handle lender;

    Handle(long pointer, LongConsumer free) {
        this(pointer, free, null);
    }

    /** A handle whose pointer belongs to another one, and which ends with it. */
    Handle(long pointer, Handle lender) {
        this(pointer, p -> { }, lender);
    }

    private Handle(long pointer, LongConsumer free, Handle lender) {
        for (Owner lost; (lost = (Owner) QUEUE.poll()) != null;) {
            lost.close();
        }
        this.lender = lender;
        owner = new Owner(this, pointer, free);
        OWNERS.add(owner);
    }

    /** Handles that are not freed yet. */
    static int living() {
        return OWNERS.size();
    }

    /** Begins a call: the pointer stays alive until {@link #leave()}. */
    final long enter() {
        if (lender != null) {
            lender.enter();
        }
        if (!owner.enter()) {
            if (lender != null) {
                lender.leave();
            }
            throw new IllegalStateException(getClass().getSimpleName() + " is closed");
        }
        return owner.pointer;
    }

    final void leave() {
        owner.leave();
        if (lender != null) {
            lender.leave();
        }
    }

    /** Keeps another handle from being freed until this one is, though it may be closed; only inside a call of this one. */
    final long hold(Handle other) {
        long pointer = other.enter();
        owner.held.add(other);
        return pointer;
    }

    /** Takes the last {@link #hold} back. */
    final void drop(Handle other) {
        owner.held.remove(owner.held.size() - 1);
        other.leave();
    }

    /** Keeps what C will call back from being collected until others take their place or the handle is freed. */
    final void keep(Object... callbacks) {
        owner.callbacks = callbacks;
    }

    final boolean isBorrowing() {
        return lender != null;
    }

    /** Frees the handle; closing twice is fine. */
    @Override
    public void close() {
        owner.close();
    }

    /** {@return whether it was closed, or what it belongs to was} */
    public final boolean isClosed() {
        return (owner.calls.get() & CLOSED) != 0 || (lender != null && lender.isClosed());
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
        return address == 0 || size == 0 ? ""
                : new String(new Pointer(address).getByteArray(0, Math.toIntExact(size)), StandardCharsets.UTF_8);
    }

    /** UTF-8 followed by NUL, for names; null stays null. */
    static byte[] name(String text) {
        if (text == null) {
            return null;
        }
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name, path or code holds NUL");
        }
        byte[] bytes = data(text);
        return java.util.Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** UTF-8 without NUL, for data that goes with its size. */
    static byte[] data(String text) {
        if (text == null) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isHighSurrogate(text.charAt(i)) || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException("a text is not well-formed: half of a surrogate pair at " + i);
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of an owned buffer, which is freed. */
    static byte[] take(long buffer) {
        try {
            long size = Abi.cstm_buffer_size(buffer);
            return size == 0 ? new byte[0] : new Pointer(Abi.cstm_buffer_data(buffer)).getByteArray(0, Math.toIntExact(size));
        } finally {
            Abi.cstm_buffer_free(buffer);
        }
    }
}
