package org.libcustomer;

import java.time.LocalDate;

/** What became of each part of a profile under another strategy. */
public final class Migration extends Handle {
    /** Kept, warming or dropped. */
    public enum Fate {
        /** Same definition. */
        KEPT,
        /** Missing until enough has been observed again. */
        WARMING,
        /** Not declared any more; carried in the bytes unread. */
        DROPPED
    }

    Migration(long pointer) {
        super(pointer, Abi::cstm_migration_free);
    }

    private static int within(long migration, int i) {
        if (i < 0 || i >= Abi.cstm_migration_count(migration)) {
            throw new IndexOutOfBoundsException(String.valueOf(i));
        }
        return i;
    }

    /** {@return how many parts it speaks of} */
    public int size() {
        return get(Abi::cstm_migration_count);
    }

    /**
     * {@return the part's name}
     *
     * @param i from 0
     */
    public String name(int i) {
        return get(p -> text(Abi.cstm_migration_name(p, within(p, i))));
    }

    /**
     * {@return what became of it}
     *
     * @param i from 0
     */
    public Fate fate(int i) {
        return Fate.values()[get(p -> Abi.cstm_migration_fate(p, within(p, i))) - Abi.CSTM_FATE_KEPT];
    }

    /**
     * {@return the first day on which a warming part has values again; null if there is none}
     *
     * @param i from 0
     */
    public LocalDate completeDay(int i) {
        return Row.day(get(p -> Abi.cstm_migration_complete_day(p, within(p, i))));
    }
}
