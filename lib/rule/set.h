/* A literal list on the right of `in`, laid out once for look-ups: few elements are walked, integers that lie close together
 * are a bitmap, others are sorted, texts are hashed. */
#ifndef RULE_SET_H
#define RULE_SET_H

#include "rule/kernel.h"

#include "base/memory.h"

struct rule_set {
    int32_t n;
    const int64_t *ints;              /* ascending, each once */
    const double *doubles;            /* ascending, each once */
    const struct rule_text *texts;
    const uint64_t *bits;             /* nullable: of ints, from ints[0] */
    const int32_t *buckets;           /* nullable: open addressing over texts, -1 free */
    uint64_t bucket_mask;
};

/* elements are cells of the kind of what is looked up; NULL where memory failed. The set lives in the arena, texts too. */
const struct rule_set *set_new(struct arena *arena, enum rule_kind kind, const struct cell *elements, int32_t n);

#endif
