/* Who is in a segment, over the rows of a table: a bitmap of those who meet it and one of the
 * undecided, least bit first, as Arrow has them; and why a row is undecided. The bitmaps are padded
 * to whole words of 64 bits, so that algebra and counts go by words; bits behind the last row
 * are 0. Read next: membership.c makes them, algebra.c combines them, changes.c compares two. */
#ifndef SEGMENT_MEMBERSHIP_H
#define SEGMENT_MEMBERSHIP_H

#include <libcustomer/segment.h>

#include "base/error.h"
#include "base/memory.h"
#include "rule/rule.h"
#include "table/builder.h"

#include <string.h>

#define N_VERDICTS 3
#define N_STATUSES 64 /* numbers of statuses are below it */

struct cstm_membership {
    struct handle handle;
    int64_t rows;
    bool distinct;             /* every row is known to have a key of its own */
    struct table_column key;   /* shared; without a name where rows have none */
    uint8_t *bits[N_VERDICTS]; /* of met and undecided; NULL of not met */
    uint8_t *statuses;         /* per row, CSTM_OK where decided; NULL: all are decided */
    int64_t counts[N_VERDICTS];
};

static inline size_t
membership_bytes(int64_t rows)
{
    return (size_t) ((rows + 63) / 64) * 8;
}

static inline bool
membership_bit(const struct cstm_membership *membership, cstm_verdict verdict, int64_t row)
{
    return (membership->bits[verdict][row >> 3] >> (row & 7) & 1) != 0;
}

static inline cstm_verdict
membership_verdict(const struct cstm_membership *membership, int64_t row)
{
    if (membership_bit(membership, CSTM_VERDICT_MET, row))
        return CSTM_VERDICT_MET;
    return membership_bit(membership, CSTM_VERDICT_UNDECIDED, row) ? CSTM_VERDICT_UNDECIDED
                                                                   : CSTM_VERDICT_NOT_MET;
}

static inline bool
is_membership(const struct cstm_membership *membership)
{
    return handle_is(membership, HANDLE_MEMBERSHIP);
}

/* The name of the rows' key; "row" where they have none. */
static inline const char *
membership_key_name(const struct cstm_membership *membership)
{
    return membership->key.name != NULL ? membership->key.name : "row";
}

/* Empty bitmaps over as many rows as the key has, or (key NULL) over `rows`. NULL on failed
 * memory. */
struct cstm_membership *membership_new(int64_t rows, const struct table_column *key);
/* Room for statuses, all CSTM_OK; false on failed memory. */
bool membership_need_statuses(struct cstm_membership *membership);
/* Counts, once the bitmaps are filled in. */
void membership_finish(struct cstm_membership *membership);
/* A membership of a column of bools. statuses: per row, CSTM_OK where values has the verdict. */
cstm_status membership_of_column(const uint8_t *values, const uint8_t *statuses, int64_t rows,
                                 const struct table_column *key,
                                 struct cstm_membership **membership, cstm_error **error);
/* The keys of the rows as a column; false on failed memory or a name that is taken. */
bool membership_put_key(struct builder *builder, const struct cstm_membership *membership);
/* The same of some of the rows. */
bool membership_put_keys(struct builder *builder, const struct cstm_membership *membership,
                         const int64_t *rows, int64_t n);
/* Some rows of one, then some of another, under the key's name of the first. A key of another type
 * makes texts of both. */
bool membership_put_two_keys(struct builder *builder, const struct cstm_membership *first,
                             const int64_t *rows, int64_t n, const struct cstm_membership *second,
                             const int64_t *more_rows, int64_t n_more);
/* A key as a text; of an int its decimal, written to `digits`. */
struct rule_text membership_key(const struct cstm_membership *membership, int64_t row,
                                char digits[24]);

#endif
