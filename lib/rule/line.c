/* Places of values, and sets of them. */
#include "rule/line.h"

#include "base/civil.h"

#include <float.h>

bool
line_has(enum rule_kind kind)
{
    return kind == RULE_BOOL || kind == RULE_INT || kind == RULE_DOUBLE || kind == RULE_DATE || kind == RULE_TIMESTAMP ||
           kind == RULE_MONEY;
}

/* The bits of a positive double ascend with it. */
static int64_t
place_of_double(double d)
{
    int64_t bits = 0;
    const double size = d < 0 ? -d : d;
    if (d == 0)
        return 0;
    memcpy(&bits, &size, sizeof bits);
    return d < 0 ? -bits : bits;
}

static double
double_at(int64_t place)
{
    const int64_t bits = place < 0 ? -place : place;
    double d;
    memcpy(&d, &bits, sizeof d);
    return place < 0 ? -d : d;
}

int64_t
line_first(enum rule_kind kind)
{
    switch (kind) {
    case RULE_BOOL:
        return 0;
    case RULE_DOUBLE:
        return place_of_double(-DBL_MAX);
    case RULE_DATE:
        return CIVIL_DAY_MIN;
    case RULE_TIMESTAMP:
        return INSTANT_MIN;
    default:
        return INT64_MIN;
    }
}

int64_t
line_last(enum rule_kind kind)
{
    switch (kind) {
    case RULE_BOOL:
        return 1;
    case RULE_DOUBLE:
        return place_of_double(DBL_MAX);
    case RULE_DATE:
        return CIVIL_DAY_MAX;
    case RULE_TIMESTAMP:
        return INSTANT_MAX;
    default:
        return INT64_MAX;
    }
}

int64_t
line_place(enum rule_kind kind, const struct cell *value)
{
    return kind == RULE_BOOL ? value->as.b != 0 : kind == RULE_DOUBLE ? place_of_double(value->as.d) : value->as.i;
}

struct cell
line_value(enum rule_kind kind, int64_t place)
{
    struct cell value = {.kind = (uint8_t) kind};
    if (kind == RULE_BOOL)
        value.as.b = (uint8_t) place;
    else if (kind == RULE_DOUBLE)
        value.as.d = double_at(place);
    else
        value.as.i = place;
    return value;
}

/* Sets. */

static void
append(struct line_set *set, int64_t first, int64_t last)
{
    struct stretch *end = set->n > 0 ? &set->stretches[set->n - 1] : NULL;
    if (first > last)
        return;
    if (end != NULL && (first <= end->last || first - 1 == end->last)) {
        if (end->last < last)
            end->last = last;
    } else if (set->n == LINE_STRETCHES) {
        set->lost = true;
    } else {
        set->stretches[set->n++] = (struct stretch){first, last};
    }
}

void
line_set_one(struct line_set *set, int64_t first, int64_t last)
{
    set->lost = false;
    set->n = 0;
    append(set, first, last);
}

void
line_set_join(struct line_set *set, const struct line_set *other)
{
    struct line_set joined = {.lost = set->lost || other->lost};
    for (int32_t i = 0, k = 0; i < set->n || k < other->n;) {
        const bool mine = k == other->n || (i < set->n && set->stretches[i].first <= other->stretches[k].first);
        const struct stretch next = mine ? set->stretches[i++] : other->stretches[k++];
        append(&joined, next.first, next.last);
    }
    *set = joined;
}

void
line_set_meet(struct line_set *set, const struct line_set *other)
{
    struct line_set met = {.lost = set->lost || other->lost};
    for (int32_t i = 0, k = 0; i < set->n && k < other->n;) {
        const struct stretch a = set->stretches[i], b = other->stretches[k];
        append(&met, a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last);
        if (a.last < b.last)
            i++;
        else
            k++;
    }
    *set = met;
}

void
line_set_invert(struct line_set *set, int64_t first, int64_t last)
{
    struct line_set inverse = {.lost = set->lost};
    bool open = true;
    for (int32_t i = 0; i < set->n && open; i++) {
        const struct stretch stretch = set->stretches[i];
        if (stretch.first > first)
            append(&inverse, first, stretch.first - 1 < last ? stretch.first - 1 : last);
        open = stretch.last < last;
        if (open && stretch.last >= first)
            first = stretch.last + 1;
    }
    if (open)
        append(&inverse, first, last);
    *set = inverse;
}

bool
line_set_within(const struct line_set *inner, const struct line_set *outer)
{
    if (inner->lost || outer->lost)
        return false;
    int32_t k = 0;
    for (int32_t i = 0; i < inner->n; i++) {
        while (k < outer->n && outer->stretches[k].last < inner->stretches[i].first)
            k++;
        if (k == outer->n || outer->stretches[k].first > inner->stretches[i].first ||
            outer->stretches[k].last < inner->stretches[i].last)
            return false;
    }
    return true;
}

bool
line_set_apart(const struct line_set *a, const struct line_set *b)
{
    struct line_set both = *a;
    line_set_meet(&both, b);
    return !both.lost && both.n == 0;
}
