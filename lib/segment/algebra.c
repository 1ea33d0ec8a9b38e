/* Set algebra on segments, with Kleene's three-valued logic (S. C. Kleene, Introduction to
 * Metamathematics, 1952, section 64). With m for the rows that are met and u for the undecided:
 *
 *     not a      m = ~ma & ~ua                        u = ua
 *     a and b    m = ma & mb                          u = (ma | ua) & (mb | ub) & ~m
 *     a or b     m = ma | mb                          u = (ua | ub) & ~m
 *     a minus b  is a and not b
 *
 * word by word of 64 rows, whatever a row's table was. Only rows that are the same may be combined:
 * as many, with the same keys in the same order. */
#include "segment/membership.h"

struct pair {
    uint64_t met, undecided;
};

static struct pair
load(const struct cstm_membership *membership, size_t at)
{
    struct pair pair;
    memcpy(&pair.met, membership->bits[CSTM_VERDICT_MET] + at, sizeof pair.met);
    memcpy(&pair.undecided, membership->bits[CSTM_VERDICT_UNDECIDED] + at, sizeof pair.undecided);
    return pair;
}

static void
store(struct cstm_membership *membership, size_t at, struct pair pair)
{
    memcpy(membership->bits[CSTM_VERDICT_MET] + at, &pair.met, sizeof pair.met);
    memcpy(membership->bits[CSTM_VERDICT_UNDECIDED] + at, &pair.undecided, sizeof pair.undecided);
}

static struct pair
pair_not(struct pair a)
{
    return (struct pair){~a.met & ~a.undecided, a.undecided};
}

static struct pair
pair_and(struct pair a, struct pair b)
{
    uint64_t met = a.met & b.met;
    return (struct pair){met, (a.met | a.undecided) & (b.met | b.undecided) & ~met};
}

static struct pair
pair_or(struct pair a, struct pair b)
{
    uint64_t met = a.met | b.met;
    return (struct pair){met, (a.undecided | b.undecided) & ~met};
}

static struct pair
pair_minus(struct pair a, struct pair b)
{
    return pair_and(a, pair_not(b));
}

/* Rows of the word at byte `at`; behind the last row there are none. */
static uint64_t
rows_of_word(int64_t rows, size_t at)
{
    int64_t left = rows - (int64_t) at * 8;
    if (left >= 64)
        return UINT64_MAX;
    uint8_t mask[8] = {0};
    for (int64_t i = 0; i < left; i++)
        mask[i >> 3] = (uint8_t) (mask[i >> 3] | 1U << (i & 7));
    uint64_t word;
    memcpy(&word, mask, sizeof word);
    return word;
}

/* --- the same rows --- */

static bool
is_same_key(const struct cstm_membership *a, const struct cstm_membership *b, int64_t row)
{
    if (a->key.name != NULL && !column_is_valid(&a->key, row))
        return b->key.name != NULL && !column_is_valid(&b->key, row);
    if (b->key.name != NULL && !column_is_valid(&b->key, row))
        return false;
    char some[24], more[24];
    struct rule_text x = membership_key(a, row, some), y = membership_key(b, row, more);
    return x.size == y.size && (x.size == 0 || memcmp(x.bytes, y.bytes, x.size) == 0);
}

/* Keys that are one column of one table need no look at each row. */
static bool
is_one_column(const struct table_column *a, const struct table_column *b)
{
    if (a->name == NULL || b->name == NULL)
        return a->name == b->name;
    return a->type == b->type && a->codes == b->codes && a->valid == b->valid &&
           (a->type == CSTM_TYPE_INT ? a->as.int64s == b->as.int64s
                                     : a->offsets == b->offsets && a->bytes == b->bytes);
}

static bool
has_same_rows(const struct cstm_membership *a, const struct cstm_membership *b)
{
    bool same = a->rows == b->rows;
    if (same && is_one_column(&a->key, &b->key))
        return true;
    for (int64_t row = 0; same && row < a->rows; row++)
        same = is_same_key(a, b, row);
    return same;
}

static cstm_status
check_two(const cstm_membership *membership, const cstm_membership *other, cstm_error **error)
{
    if (!is_membership(membership))
        return error_misuse(error, "membership is NULL or not a membership");
    if (!is_membership(other))
        return error_misuse(error, "other is NULL or not a membership");
    return CSTM_OK;
}

static cstm_status
check_rows(const cstm_membership *membership, const cstm_membership *other, cstm_error **error)
{
    if (has_same_rows(membership, other))
        return CSTM_OK;
    return error_set(error, CSTM_ERROR_MISMATCH,
                     "the memberships are of other rows: as many are needed, with the same keys in "
                     "the same order");
}

/* --- combining --- */

/* Why a row of the result is undecided: what the first says that is. */
static bool
combine_statuses(struct cstm_membership *made, const struct cstm_membership *a,
                 const struct cstm_membership *b)
{
    if (made->counts[CSTM_VERDICT_UNDECIDED] == 0)
        return true;
    if (!membership_need_statuses(made))
        return false;
    for (int64_t row = 0; row < made->rows; row++) {
        if (!membership_bit(made, CSTM_VERDICT_UNDECIDED, row))
            continue;
        uint8_t status = a->statuses != NULL ? a->statuses[row] : (uint8_t) CSTM_OK;
        if (status == CSTM_OK && b != NULL && b->statuses != NULL)
            status = b->statuses[row];
        made->statuses[row] = status;
    }
    return true;
}

/* b NULL: of a alone. */
static cstm_status
combine(const struct cstm_membership *a, const struct cstm_membership *b,
        struct pair (*of)(struct pair, struct pair), struct cstm_membership **result,
        cstm_error **error)
{
    struct cstm_membership *made = membership_new(a->rows, a->key.name != NULL ? &a->key : NULL);
    if (made == NULL)
        return error_no_memory(error);
    made->distinct = a->distinct;
    for (size_t at = 0; at < membership_bytes(a->rows); at += 8) {
        struct pair pair = b != NULL ? of(load(a, at), load(b, at)) : pair_not(load(a, at));
        pair.met &= rows_of_word(a->rows, at);
        store(made, at, pair);
    }
    membership_finish(made);
    if (!combine_statuses(made, a, b)) {
        cstm_membership_free(made);
        return error_no_memory(error);
    }
    *result = made;
    return CSTM_OK;
}

static cstm_status
combine_two(const cstm_membership *membership, const cstm_membership *other,
            struct pair (*of)(struct pair, struct pair), cstm_membership **result,
            const char *misuse, cstm_error **error)
{
    error_clear(error);
    cstm_status status = check_two(membership, other, error);
    if (status == CSTM_OK && result == NULL)
        status = error_misuse(error, misuse);
    if (status == CSTM_OK)
        status = check_rows(membership, other, error);
    return status == CSTM_OK ? combine(membership, other, of, result, error) : status;
}

cstm_status
cstm_membership_and(const cstm_membership *membership, const cstm_membership *other,
                    cstm_membership **both, cstm_error **error)
{
    return combine_two(membership, other, pair_and, both, "both is NULL", error);
}

cstm_status
cstm_membership_or(const cstm_membership *membership, const cstm_membership *other,
                   cstm_membership **either, cstm_error **error)
{
    return combine_two(membership, other, pair_or, either, "either is NULL", error);
}

cstm_status
cstm_membership_minus(const cstm_membership *membership, const cstm_membership *other,
                      cstm_membership **rest, cstm_error **error)
{
    return combine_two(membership, other, pair_minus, rest, "rest is NULL", error);
}

cstm_status
cstm_membership_not(const cstm_membership *membership, cstm_membership **others, cstm_error **error)
{
    error_clear(error);
    if (!is_membership(membership))
        return error_misuse(error, "membership is NULL or not a membership");
    if (others == NULL)
        return error_misuse(error, "others is NULL");
    return combine(membership, NULL, NULL, others, error);
}

cstm_status
cstm_membership_overlap(const cstm_membership *membership, const cstm_membership *other,
                        int64_t *both, int64_t *either, int64_t *undecided, cstm_error **error)
{
    error_clear(error);
    cstm_status status = check_two(membership, other, error);
    if (status == CSTM_OK && (both == NULL || either == NULL || undecided == NULL))
        status = error_misuse(error, both == NULL     ? "both is NULL"
                                     : either == NULL ? "either is NULL"
                                                      : "undecided is NULL");
    if (status == CSTM_OK)
        status = check_rows(membership, other, error);
    if (status != CSTM_OK)
        return status;
    int64_t counts[3] = {0};
    for (size_t at = 0; at < membership_bytes(membership->rows); at += 8) {
        struct pair a = load(membership, at), b = load(other, at);
        counts[0] += __builtin_popcountll(a.met & b.met);
        counts[1] += __builtin_popcountll(a.met | b.met);
        counts[2] += __builtin_popcountll(a.undecided | b.undecided);
    }
    *both = counts[0];
    *either = counts[1];
    *undecided = counts[2];
    return CSTM_OK;
}
