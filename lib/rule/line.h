/* Values on a line: of the kinds that have a next value, each value has a place, an int64, in the order of the language and without
 * gaps. The next double after 2.5 has the next place, as has the next day, microsecond and minor unit. Sets of values are then sets of
 * stretches of places, exact for every kind alike. */
#ifndef RULE_LINE_H
#define RULE_LINE_H

#include "rule/value.h"

/* bool, int, double, date, timestamp and money. */
bool line_has(enum rule_kind kind);
/* The places of the least and greatest value that a name of the kind can have. */
int64_t line_first(enum rule_kind kind);
int64_t line_last(enum rule_kind kind);
/* Of a value that is finite; -0.0 and 0.0 have one place. */
int64_t line_place(enum rule_kind kind, const struct cell *value);
struct cell line_value(enum rule_kind kind, int64_t place);

struct stretch {
    int64_t first, last;
};

#define LINE_STRETCHES 24

/* Stretches ascend and neither touch nor overlap. What does not fit is lost: nothing is known of such a set. */
struct line_set {
    bool lost;
    int32_t n;
    struct stretch stretches[LINE_STRETCHES];
};

void line_set_one(struct line_set *set, int64_t first, int64_t last);     /* first > last: the empty set */
void line_set_join(struct line_set *set, const struct line_set *other);
void line_set_meet(struct line_set *set, const struct line_set *other);
/* What is left of [first, last]. */
void line_set_invert(struct line_set *set, int64_t first, int64_t last);
/* False where one of them is lost. */
bool line_set_within(const struct line_set *inner, const struct line_set *outer);
bool line_set_apart(const struct line_set *a, const struct line_set *b);

#endif
