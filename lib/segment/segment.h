/* A segment 客群 as a strategy declares it: a named rule with a purpose, over the rows of an
 * entity. It is a column of the strategy's graph like a feature, of type bool, and other rules read
 * it by in_segment('name'), which is the name "segment.name" of their scope. */
#ifndef SEGMENT_SEGMENT_H
#define SEGMENT_SEGMENT_H

#include "base/hash.h"
#include "base/memory.h"
#include "rule/rule.h"

/* What a segment's column is called, in scopes and in results. */
#define SEGMENT_PREFIX "segment."

struct segment {
    char *name;
    char *column; /* "segment.name" */
    int32_t entity;
    char *purpose;
    struct rule_program *rule;
    int32_t slot;
    struct digest digest; /* of the rule with all that it reads */
};

static inline void
segment_clear(struct segment *segment)
{
    memory_free(segment->name);
    memory_free(segment->column);
    memory_free(segment->purpose);
    rule_program_unref(segment->rule);
}

#endif
