package org.libcustomer;

/** What a name of a strategy is. */
public enum Part {
    /** Customer, account, card. */
    ENTITY(Abi.CSTM_PART_ENTITY),
    /** What is known of an entity. */
    ATTRIBUTE(Abi.CSTM_PART_ATTRIBUTE),
    /** What happens. */
    EVENT(Abi.CSTM_PART_EVENT),
    /** What is computed. */
    FEATURE(Abi.CSTM_PART_FEATURE),
    /** Where an entity stands. */
    LIFECYCLE(Abi.CSTM_PART_LIFECYCLE),
    /** What it scores. */
    SCORE(Abi.CSTM_PART_SCORE),
    /** Whether it meets a named rule. */
    SEGMENT(Abi.CSTM_PART_SEGMENT),
    /** Who sends day files. */
    SOURCE(Abi.CSTM_PART_SOURCE);

    final int number;

    Part(int number) {
        this.number = number;
    }
}
