/* What is asked of texts that lie one after the other, without making texts of them first. */
#ifndef RULE_SPANS_H
#define RULE_SPANS_H

#include "rule/kernel.h"

#define SPANS_TEXTS 6        /* that are looked for at once, at most */

/* The operation after a text's load, where the column has spans: whether each row is one of n texts, or none of them where negated. */
const struct op *spans_among(const struct op *load, struct batch *batch, const struct rule_text *texts, int32_t n, bool negated);
/* The load alone: texts of the spans. */
const struct op *spans_load(const struct op *load, struct batch *batch);

#endif
