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

/* Keys to rows, open addressing, at most half full: the hash's upper half, row + 1; 0 free. */
struct index {
    const struct cstm_membership *of;
    uint64_t *slots;
    uint64_t mask;
};

static uint64_t
key_hash(struct rule_text key)
{
    return hash_bytes(key.bytes, key.size, 0);
}

/* The row that has the key, -1 if none; *slot is where it stands or would. */
static int64_t
index_find(const struct index *index, struct rule_text key, uint64_t hash, uint64_t *slot)
{
    char digits[24];
    uint64_t at = hash & index->mask;
    for (; index->slots[at] != 0; at = (at + 1) & index->mask) {
        if (index->slots[at] >> 32 != hash >> 32)
            continue;
        int64_t row = (int64_t) (index->slots[at] & UINT32_MAX) - 1;
        struct rule_text other = membership_key(index->of, row, digits);
        if (other.size == key.size &&
            (key.size == 0 || memcmp(other.bytes, key.bytes, key.size) == 0)) {
            *slot = at;
            return row;
        }
    }
    *slot = at;
    return -1;
}

static cstm_status
index_fill(struct index *index, cstm_error **error)
{
    const struct cstm_membership *of = index->of;
    for (int64_t row = 0; row < of->rows; row++) {
        char digits[24];
        uint64_t slot;
        if (of->key.name != NULL && !column_is_valid(&of->key, row)) {
            error_set(error, CSTM_ERROR_MISSING,
                      "a key is missing, so its row cannot be found again");
            error_at_row(error, row);
            error_at_field(error, of->key.name);
            return CSTM_ERROR_MISSING;
        }
        struct rule_text key = membership_key(of, row, digits);
        uint64_t hash = key_hash(key);
        if (index_find(index, key, hash, &slot) >= 0) {
            error_set(error, CSTM_ERROR_DUPLICATE, "an earlier row has this key");
            error_at_row(error, row);
            error_at_field(error, membership_key_name(of));
            return CSTM_ERROR_DUPLICATE;
        }
        index->slots[slot] = (hash >> 32 << 32) | (uint64_t) (row + 1);
    }
    return CSTM_OK;
}

static cstm_status
index_init(struct index *index, const struct cstm_membership *of, cstm_error **error)
{
    *index = (struct index){.of = of, .mask = 15};
    if (of->rows >= INT32_MAX)
        return error_set(error, CSTM_ERROR_LIMIT, "a membership of more than 2,147,483,646 rows");
    while (index->mask + 1 < (uint64_t) of->rows * 2)
        index->mask = index->mask * 2 + 1;
    index->slots = memory_new_array((size_t) index->mask + 1, sizeof *index->slots);
    return index->slots != NULL ? index_fill(index, error) : error_no_memory(error);
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

static void
align_rows(struct alignment *alignment, const struct index *index)
{
    for (int64_t row = 0; row < alignment->now->rows; row++) {
        char digits[24];
        uint64_t slot;
        struct rule_text key = membership_key(alignment->now, row, digits);
        int64_t found = index_find(index, key, key_hash(key), &slot);
        alignment->found[row] = found;
        if (found >= 0)
            alignment->stays[found] = 1;
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
    struct index index, own; /* own only finds what stands twice */
    *alignment = (struct alignment){.now = now, .then = then};
    cstm_status status = index_init(&own, now, error);
    memory_free(own.slots);
    if (status != CSTM_OK)
        return status;
    status = index_init(&index, then, error);
    if (status == CSTM_OK) {
        alignment->found = memory_new_array((size_t) now->rows + 1, sizeof *alignment->found);
        alignment->stays = memory_new((size_t) then->rows + 1);
        if (alignment->found == NULL || alignment->stays == NULL)
            status = error_no_memory(error);
    }
    if (status == CSTM_OK)
        align_rows(alignment, &index);
    memory_free(index.slots);
    if (status != CSTM_OK)
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
