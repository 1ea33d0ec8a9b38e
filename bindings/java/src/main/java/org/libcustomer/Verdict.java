package org.libcustomer;

/** What a segment says of one customer, account or card. */
public enum Verdict {
    /** It is not in the segment. */
    NOT_MET(Abi.CSTM_VERDICT_NOT_MET),
    /** It is in the segment. */
    MET(Abi.CSTM_VERDICT_MET),
    /** It cannot be said: the rule ended in missing or an error. */
    UNDECIDED(Abi.CSTM_VERDICT_UNDECIDED);

    final int number;

    Verdict(int number) {
        this.number = number;
    }

    static Verdict of(int number) {
        return number == Abi.CSTM_VERDICT_MET ? MET : number == Abi.CSTM_VERDICT_NOT_MET ? NOT_MET : UNDECIDED;
    }
}
