/* Keys that rise from row to row: then no two are equal, one is found by halving, and the rows of a
 * table in the same order are matched by walking through both, with no index at all. */
#ifndef PROFILE_KEY_ORDER_H
#define PROFILE_KEY_ORDER_H

#include "profile/batch.h"

#include <string.h>

struct key_order {
    const struct table_column *column; /* of an entities' table */
    bool by_size; /* shorter texts before longer ones, as in C9, C10; else by their bytes alone */
};

/* Keys are short: most are compared by two loads that may overlap. */
static inline bool
same_bytes(const char *a, const char *b, size_t size)
{
    uint64_t x[2], y[2];
    uint32_t v[2], w[2];
    if (size > 16 || size < 4)
        return memcmp(a, b, size) == 0;
    if (size < 8) {
        memcpy(&v[0], a, 4);
        memcpy(&v[1], a + size - 4, 4);
        memcpy(&w[0], b, 4);
        memcpy(&w[1], b + size - 4, 4);
        return ((v[0] ^ w[0]) | (v[1] ^ w[1])) == 0;
    }
    memcpy(&x[0], a, 8);
    memcpy(&x[1], a + size - 8, 8);
    memcpy(&y[0], b, 8);
    memcpy(&y[1], b + size - 8, 8);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

/* Which order it is, if any, from a few of the keys. */
struct key_order key_order_of(const struct table_column *column);
/* Whether the keys of rows [from, until) are ones that an entity may have, each greater than the
 * one of the row before. */
bool key_order_holds(const struct key_order *order, int32_t from, int32_t until);
/* Matches rows [from, until) of another table's keys, where they rise or stay: the instance of each
 * row to instances (nullable; row `from` first), and to start[i] the first row that is of instance
 * i or a later one, for all i that are greater than the instance of row from - 1 and not greater
 * than the last row's; to the end of start[] (as long as the keys, and one more) with the table's
 * last row. False where a key is missing, is nobody's, or falls; what was written means nothing
 * then. Pieces of one table may be walked by several threads. */
bool key_order_walk(const struct key_order *order, const struct table_column *column, int32_t from,
                    int32_t until, int32_t *instances, int32_t *start);

#endif
