/* A rule's inputs out of a table, a block of rows at a time: types checked once, then pointers where a column is as the
 * evaluator reads it, and small conversions where it is not. */
#ifndef RULE_BINDING_H
#define RULE_BINDING_H

#include "rule/handle.h"

#include "table/table.h"

struct binding;
cstm_status binding_new(const cstm_rule *rule, const cstm_table *table, struct binding **binding, cstm_error **error);
void binding_free(struct binding *binding);
/* Inputs by slot for rows [from, from + rows), rows at most RULE_ROWS; valid until the next block. */
const struct rule_column *binding_block(struct binding *binding, int64_t from, int32_t rows);

#endif
