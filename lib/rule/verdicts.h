/* Which rows of a table meet a rule, as bitmaps: what a segment is made of. */
#ifndef RULE_VERDICTS_H
#define RULE_VERDICTS_H

#include "rule/handle.h"

#include "table/table.h"

struct verdicts {
    uint8_t *met, *undecided;   /* the caller's, all 0: bit i & 7 of byte i >> 3 is row i */
    uint8_t *statuses;          /* (out) from base/memory, why each row is undecided; NULL where none is */
};

/* The rule is one of type bool. */
cstm_status rule_verdicts(const cstm_rule *rule, const cstm_table *table, struct verdicts *verdicts, cstm_error **error);

#endif
