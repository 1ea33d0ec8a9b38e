/* What changed since: one segment at two dates. Rows are found by their keys, because portfolios
 * grow and are sorted anew; whom only one of the two knows has appeared or vanished. The keys of
 * the earlier one are numbered in a hash table, the later one looks each of its own up. */
#include "segment/membership.h"

#include "base/hash.h"

/* Verdicts and, behind them, not being there. */
#define ABSENT N_VERDICTS
static const char *const verdict_names[] = {"not met", "met", "undecided", "absent"};

enum change { JOINED, LEFT, RULED_OUT, BECAME_UNDECIDED, APPEARED, VANISHED, UNCHANGED, N_CHANGES };
static const char *const change_names[] = {"joined",   "left",     "ruled out", "became undecided",
                                           "appeared", "vanished", "unchanged"};

static enum change
change_of(int32_t from, int32_t to)
{
    if (from == to)
        return UNCHANGED;
    if (from == ABSENT)
        return APPEARED;
    if (to == ABSENT)
        return VANISHED;
    if (to == CSTM_VERDICT_MET)
        return JOINED;
    if (to == CSTM_VERDICT_UNDECIDED)
        return BECAME_UNDECIDED;
    return from == CSTM_VERDICT_MET ? LEFT : RULED_OUT;
}

/* --- keys --- */

/* Two keys are numbers where both memberships have such, else texts. */
static inline int64_t
key_number(const struct cstm_membership *of, int64_t row)
{
    return of->key.name != NULL ? of->key.as.int64s[row] : row;
}

static bool
has_numbers(const struct cstm_membership *of)
{
    return of->key.name == NULL || of->key.type == CSTM_TYPE_INT;
}

static bool
is_same(const struct cstm_membership *a, int64_t row, const struct cstm_membership *b,
        int64_t other, bool numbers)
{
    char some[24], more[24];
    if (numbers)
        return key_number(a, row) == key_number(b, other);
    struct rule_text x = membership_key(a, row, some), y = membership_key(b, other, more);
    return x.size == y.size && (x.size == 0 || memcmp(x.bytes, y.bytes, x.size) == 0);
}

static uint64_t
key_hash(const struct cstm_membership *of, int64_t row, bool numbers)
{
    char digits[24];
    struct rule_text key;
    if (numbers) {
        int64_t number = key_number(of, row);
        return hash_bytes(&number, sizeof number, 0);
    }
    key = membership_key(of, row, digits);
    return hash_bytes(key.bytes, key.size, 0);
}

/* Keys to rows, open addressing, at most half full: the hash's upper half, row + 1; 0 free. */
struct index {
    const struct cstm_membership *of;
    bool numbers;
    uint64_t *slots;
    uint64_t mask;
};

#define AHEAD 16 /* look-ups under way at once: their slots are asked for before any is read */

static int32_t
hash_ahead(const struct index *index, const struct cstm_membership *of, int64_t row,
           uint64_t hashes[AHEAD])
{
    int32_t n = 0;
    for (; n < AHEAD && row + n < of->rows; n++) {
        hashes[n] = key_hash(of, row + n, index->numbers);
        __builtin_prefetch(&index->slots[hashes[n] & index->mask]);
    }
    return n;
}

/* The row that has the key of a row of `of`, -1 if none; *slot is where it stands or would. */
static int64_t
index_find(const struct index *index, const struct cstm_membership *of, int64_t row, uint64_t hash,
           uint64_t *slot)
{
    int64_t found = -1;
    uint64_t at = hash & index->mask;
    for (; index->slots[at] != 0; at = (at + 1) & index->mask) {
        if (index->slots[at] >> 32 != hash >> 32)
            continue;
        int64_t other = (int64_t) (index->slots[at] & UINT32_MAX) - 1;
        if (is_same(of, row, index->of, other, index->numbers)) {
            found = other;
            break;
        }
    }
    *slot = at;
    return found;
}

static cstm_status
index_fill(struct index *index, cstm_error **error)
{
    const struct cstm_membership *of = index->of;
    uint64_t hashes[AHEAD], slot;
    for (int64_t row = 0; row < of->rows;) {
        int32_t n = hash_ahead(index, of, row, hashes);
        for (int32_t i = 0; i < n; i++, row++) {
            if (index_find(index, of, row, hashes[i], &slot) >= 0) {
                error_set(error, CSTM_ERROR_DUPLICATE, "an earlier row has this key");
                error_at_row(error, row);
                error_at_field(error, membership_key_name(of));
                return CSTM_ERROR_DUPLICATE;
            }
            index->slots[slot] = (hashes[i] >> 32 << 32) | (uint64_t) (row + 1);
        }
    }
    return CSTM_OK;
}

static cstm_status
index_init(struct index *index, const struct cstm_membership *of, bool numbers, cstm_error **error)
{
    *index = (struct index){.of = of, .numbers = numbers, .mask = 15};
    while (index->mask + 1 < (uint64_t) of->rows * 2)
        index->mask = index->mask * 2 + 1;
    index->slots = memory_new_array((size_t) index->mask + 1, sizeof *index->slots);
    return index->slots != NULL ? index_fill(index, error) : error_no_memory(error);
}

/* Every row has a key, and no two the same. */
static cstm_status
check_keys(const struct cstm_membership *of, cstm_error **error)
{
    struct index index = {.slots = NULL};
    if (of->rows >= INT32_MAX)
        return error_set(error, CSTM_ERROR_LIMIT, "a membership of more than 2,147,483,646 rows");
    if (of->distinct)
        return CSTM_OK;
    for (int64_t row = 0; of->key.valid != NULL && row < of->rows; row++) {
        if (of->key.valid[row] != 0)
            continue;
        error_set(error, CSTM_ERROR_MISSING, "a key is missing, so its row cannot be found again");
        error_at_row(error, row);
        error_at_field(error, of->key.name);
        return CSTM_ERROR_MISSING;
    }
    cstm_status status = index_init(&index, of, has_numbers(of), error);
    memory_free(index.slots);
    return status;
}

/* Two memberships with their rows found in each other. */
struct alignment {
    const struct cstm_membership *now, *then;
    int64_t *found; /* per row of now: its row of then, -1 none */
    uint8_t *stays; /* per row of then: it is in now */
    int64_t counts[N_CHANGES];
};

static void
alignment_clear(struct alignment *alignment)
{
    memory_free(alignment->found);
    memory_free(alignment->stays);
}

static int32_t
verdict_then(const struct alignment *alignment, int64_t row)
{
    int64_t found = alignment->found[row];
    return found < 0 ? ABSENT : membership_verdict(alignment->then, found);
}

/* Two dates of one portfolio mostly have the same rows in the same order: the row behind the one
 * that was found last is tried first. Returns how far that went. */
static int64_t
align_in_order(struct alignment *alignment, bool numbers)
{
    const struct cstm_membership *now = alignment->now, *then = alignment->then;
    int64_t row = 0;
    for (; row < now->rows && row < then->rows && is_same(now, row, then, row, numbers); row++)
        alignment->found[row] = row;
    return row;
}

static cstm_status
align_by_key(struct alignment *alignment, int64_t row, bool numbers, cstm_error **error)
{
    const struct cstm_membership *now = alignment->now;
    struct index index;
    uint64_t hashes[AHEAD], slot;
    if (row == now->rows)
        return CSTM_OK;
    cstm_status status = index_init(&index, alignment->then, numbers, error);
    while (status == CSTM_OK && row < now->rows) {
        int32_t n = hash_ahead(&index, now, row, hashes);
        for (int32_t i = 0; i < n; i++, row++)
            alignment->found[row] = index_find(&index, now, row, hashes[i], &slot);
    }
    memory_free(index.slots);
    return status;
}

static void
count_changes(struct alignment *alignment)
{
    for (int64_t row = 0; row < alignment->now->rows; row++) {
        if (alignment->found[row] >= 0)
            alignment->stays[alignment->found[row]] = 1;
        alignment->counts[change_of(verdict_then(alignment, row),
                                    membership_verdict(alignment->now, row))]++;
    }
    for (int64_t row = 0; row < alignment->then->rows; row++)
        alignment->counts[VANISHED] += alignment->stays[row] == 0;
}

static cstm_status
align(struct alignment *alignment, const cstm_membership *now, const cstm_membership *then,
      cstm_error **error)
{
    bool numbers = has_numbers(now) && has_numbers(then);
    *alignment = (struct alignment){.now = now, .then = then};
    cstm_status status = check_keys(now, error);
    if (status == CSTM_OK && then != now)
        status = check_keys(then, error);
    if (status != CSTM_OK)
        return status;
    alignment->found = memory_new_array((size_t) now->rows + 1, sizeof *alignment->found);
    alignment->stays = memory_new((size_t) then->rows + 1);
    status =
        alignment->found != NULL && alignment->stays != NULL ? CSTM_OK : error_no_memory(error);
    if (status == CSTM_OK)
        status = align_by_key(alignment, align_in_order(alignment, numbers), numbers, error);
    if (status == CSTM_OK)
        count_changes(alignment);
    else
        alignment_clear(alignment);
    return status;
}

static cstm_status
check(const cstm_membership *membership, const cstm_membership *earlier, cstm_table **table,
      cstm_error **error)
{
    if (!is_membership(membership))
        return error_misuse(error, "membership is NULL or not a membership");
    if (!is_membership(earlier))
        return error_misuse(error, "earlier is NULL or not a membership");
    return table == NULL ? error_misuse(error, "table is NULL") : CSTM_OK;
}

/* The rows whose verdict differs: of now, then the vanished of then, in one array. Returns how many
 * are of now. */
static int64_t
list_rows(const struct alignment *alignment, int64_t *rows)
{
    int64_t n = 0, of_now;
    for (int64_t row = 0; row < alignment->now->rows; row++)
        if (verdict_then(alignment, row) != membership_verdict(alignment->now, row))
            rows[n++] = row;
    of_now = n;
    for (int64_t row = 0; row < alignment->then->rows; row++)
        if (alignment->stays[row] == 0)
            rows[n++] = row;
    return of_now;
}

static cstm_status
write_changes(const struct alignment *alignment, int64_t *rows, int64_t n, cstm_table **table,
              cstm_error **error)
{
    int64_t of_now = list_rows(alignment, rows);
    struct builder builder;
    cstm_status status = builder_start(&builder, n, error);
    if (status != CSTM_OK)
        return status;
    bool put = membership_put_two_keys(&builder, alignment->now, rows, of_now, alignment->then,
                                       rows + of_now, n - of_now);
    int32_t *from = put ? builder_codes(&builder, "from", verdict_names, ABSENT + 1, NULL) : NULL;
    int32_t *to =
        from == NULL ? NULL : builder_codes(&builder, "to", verdict_names, ABSENT + 1, NULL);
    int32_t *change =
        to == NULL ? NULL : builder_codes(&builder, "change", change_names, N_CHANGES, NULL);
    if (change == NULL)
        return builder_fail(&builder, error);
    for (int64_t i = 0; i < n; i++) {
        bool vanished = i >= of_now;
        from[i] = vanished ? membership_verdict(alignment->then, rows[i])
                           : verdict_then(alignment, rows[i]);
        to[i] = vanished ? ABSENT : membership_verdict(alignment->now, rows[i]);
        change[i] = (int32_t) change_of(from[i], to[i]);
    }
    return builder_end(&builder, table, error);
}

cstm_status
cstm_membership_changes(const cstm_membership *membership, const cstm_membership *earlier,
                        cstm_table **table, cstm_error **error)
{
    error_clear(error);
    struct alignment alignment;
    cstm_status status = check(membership, earlier, table, error);
    if (status == CSTM_OK)
        status = align(&alignment, membership, earlier, error);
    if (status != CSTM_OK)
        return status;
    int64_t n = 0;
    for (int32_t i = 0; i < UNCHANGED; i++)
        n += alignment.counts[i];
    int64_t *rows = memory_new_array((size_t) n + 1, sizeof *rows);
    status =
        rows != NULL ? write_changes(&alignment, rows, n, table, error) : error_no_memory(error);
    memory_free(rows);
    alignment_clear(&alignment);
    return status;
}

cstm_status
cstm_membership_turnover(const cstm_membership *membership, const cstm_membership *earlier,
                         cstm_table **table, cstm_error **error)
{
    error_clear(error);
    struct alignment alignment;
    struct builder builder;
    cstm_status status = check(membership, earlier, table, error);
    if (status == CSTM_OK)
        status = align(&alignment, membership, earlier, error);
    if (status != CSTM_OK)
        return status;
    alignment_clear(&alignment);
    status = builder_start(&builder, N_CHANGES, error);
    if (status != CSTM_OK)
        return status;
    int32_t *change = builder_codes(&builder, "change", change_names, N_CHANGES, NULL);
    int64_t *count = change == NULL ? NULL : builder_int64s(&builder, "count", NULL);
    for (int32_t i = 0; count != NULL && i < N_CHANGES; i++) {
        change[i] = i;
        count[i] = alignment.counts[i];
    }
    return count == NULL ? builder_fail(&builder, error) : builder_end(&builder, table, error);
}
