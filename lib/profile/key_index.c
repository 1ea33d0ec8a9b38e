/* See key_index.h. A table of events is often in the order of the entities' table, or has the rows
 * of one together; so the instance of the row before and the one after it are tried first, as long
 * as that goes well. Else look-ups go in small batches: hashes first, with the slots asked for
 * ahead of time, then comparisons. */
#include "profile/key_index.h"
#include "profile/key_order.h"

#include "base/hash.h"
#include "base/text.h"

#include <string.h>

#define AHEAD 16    /* look-ups under way at once */
#define PATIENCE 64 /* guesses that may fail */
#define PACKED_MOST 15
#define CLOSE 4 /* numbers there may be for each key */

struct rule_text
key_text(const struct table_column *column, int64_t row, char digits[24])
{
    struct rule_text text;
    if (column->type == CSTM_TYPE_INT) {
        text.size = text_from_int64(column->as.int64s[row], digits);
        text.bytes = digits;
        return text;
    }
    text.bytes = column_text(column, row, &text.size);
    return text;
}

cstm_status
key_index_init(struct key_index *index, const struct table_column *column,
               const struct members *members, cstm_error **error)
{
    size_t size = 16;
    while (size < 2 * (size_t) column->rows)
        size *= 2;
    *index = (struct key_index){
        .column = column, .members = members, .mask = (uint32_t) (size - 1)};
    index->slots = memory_new_array(size, sizeof *index->slots);
    index->ready = index->slots != NULL;
    return index->slots != NULL ? CSTM_OK : error_no_memory(error);
}

void
key_index_clear(struct key_index *index)
{
    memory_free(index->slots);
    memory_free(index->direct);
    memory_free(index->packed);
    *index = (struct key_index){.ready = false};
}

/* --- short texts --- */

static inline uint64_t
load_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Bytes beside the text are not looked at. */
static inline struct packed_key
pack_text(const char *bytes, size_t size)
{
    struct packed_key key = {{0, (uint64_t) size << 56}};
    if (size >= 8) {
        key.words[0] = load_word(bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        uint64_t rest = 0;
        memcpy(&rest, bytes + 8, size - 8);
        key.words[1] ^= rest;
#else
        /* What the first word has as well is shifted out. */
        if (size > 8)
            key.words[1] |= load_word(bytes + size - 8) >> (8 * (16 - size));
#endif
        return key;
    }
    memcpy(&key.words[0], bytes, size);
    return key;
}

static inline uint64_t
packed_hash(const struct packed_key *key)
{
    unsigned_wide product = (unsigned_wide) (key->words[0] ^ UINT64_C(0xa0761d6478bd642f)) *
                            (key->words[1] ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t) product ^ (uint64_t) (product >> 64);
}

/* A key as it is compared: the number where the entities' keys are ints. */
struct probe {
    bool possible; /* there, and of a form that an entity can have */
    int64_t number;
    struct rule_text text;
    uint64_t hash;
};

static uint64_t
number_hash(int64_t number)
{
    return hash_bytes(&number, sizeof number, 0);
}

/* Of short texts from their packed form alone. */
static inline uint64_t
text_hash(struct rule_text text)
{
    if (text.size > PACKED_MOST)
        return hash_bytes(text.bytes, text.size, 0);
    struct packed_key key = pack_text(text.bytes, text.size);
    return packed_hash(&key);
}

static inline void
probe_text(const struct key_index *index, struct probe *probe)
{
    if (index->column->type == CSTM_TYPE_STRING) {
        probe->hash = text_hash(probe->text);
        return;
    }
    char digits[24];
    probe->possible = text_int64(probe->text.bytes, probe->text.size, &probe->number) &&
                      text_from_int64(probe->number, digits) == probe->text.size &&
                      memcmp(digits, probe->text.bytes, probe->text.size) == 0;
    probe->hash = number_hash(probe->number);
}

/* digits: where the text of a number is written; it must live as long as the probe. */
static inline void
probe_row(const struct key_index *index, const struct table_column *column, int64_t row,
          struct probe *probe, char digits[24])
{
    probe->possible = column_is_valid(column, row);
    probe->hash = 0;
    if (!probe->possible)
        return;
    if (column->type == CSTM_TYPE_INT && index->column->type == CSTM_TYPE_INT) {
        probe->number = column->as.int64s[row];
        probe->hash = number_hash(probe->number);
        return;
    }
    probe->text = key_text(column, row, digits);
    probe_text(index, probe);
}

static inline bool
is_text(const struct key_index *index, int32_t instance, struct rule_text text)
{
    size_t size;
    const char *bytes = column_text(index->column, member_row(index->members, instance), &size);
    return size == text.size && same_bytes(bytes, text.bytes, size);
}

static inline bool
is_key(const struct key_index *index, int32_t instance, const struct probe *probe)
{
    if (index->column->type == CSTM_TYPE_INT)
        return index->column->as.int64s[member_row(index->members, instance)] == probe->number;
    return is_text(index, instance, probe->text);
}

static inline uint64_t
slot_of(uint64_t hash, int32_t instance)
{
    return (hash & ~UINT64_C(0xffffffff)) | (uint32_t) (instance + 1);
}

/* The instance, or -1 and the free slot where it belongs. */
static inline int32_t
look_up(const struct key_index *index, const struct probe *probe, uint32_t *place)
{
    uint32_t at = (uint32_t) probe->hash & index->mask;
    for (;; at = (at + 1) & index->mask) {
        uint64_t slot = index->slots[at];
        if (slot == 0)
            break;
        int32_t instance = (int32_t) (uint32_t) slot - 1;
        if (((slot ^ probe->hash) >> 32) == 0 && is_key(index, instance, probe))
            return instance;
    }
    *place = at;
    return -1;
}

/* A key that a profile would not take: empty, longer than 65,535 bytes, with a NUL in it. */
static cstm_status
key_status(const struct table_column *column, int64_t row, const struct probe *probe)
{
    if (!column_is_valid(column, row))
        return CSTM_ERROR_MISSING;
    if (column->type == CSTM_TYPE_INT)
        return CSTM_OK;
    if (probe->text.size == 0 || probe->text.size > KEY_LIMIT)
        return CSTM_ERROR_LIMIT;
    return memchr(probe->text.bytes, 0, probe->text.size) == NULL ? CSTM_OK : CSTM_ERROR_SYNTAX;
}

static void
hash_members(struct key_index *index)
{
    struct probe probe;
    char digits[24];
    for (int32_t i = 0; i < index->members->n; i++) {
        probe_row(index, index->column, member_row(index->members, i), &probe, digits);
        uint32_t at = (uint32_t) probe.hash & index->mask;
        while (index->slots[at] != 0)
            at = (at + 1) & index->mask;
        index->slots[at] = slot_of(probe.hash, i);
    }
}

/* Where keys are whole numbers that lie close together; index->range says so. */
static cstm_status
make_direct(struct key_index *index, bool rising, cstm_error **error)
{
    const struct members *members = index->members;
    const int64_t *keys = index->column->as.int64s;
    if (index->column->type != CSTM_TYPE_INT || members->n == 0)
        return CSTM_OK;
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (int32_t i = 0; i < members->n; i++) {
        int64_t key = keys[member_row(members, i)];
        least = key < least ? key : least;
        most = key > most ? key : most;
    }
    uint64_t above = (uint64_t) most - (uint64_t) least, n = (uint64_t) members->n;
    if (above >= CLOSE * n)
        return CSTM_OK;
    index->least = least;
    if (!(rising && above == n - 1)) {
        index->direct = memory_new_array((size_t) above + 1, sizeof *index->direct);
        if (index->direct == NULL)
            return error_no_memory(error);
        for (int32_t i = 0; i < members->n; i++)
            index->direct[(uint64_t) keys[member_row(members, i)] - (uint64_t) least] = i + 1;
    }
    index->range = above + 1;
    return CSTM_OK;
}

/* Where keys are short texts. */
static cstm_status
pack_members(struct key_index *index, cstm_error **error)
{
    const struct members *members = index->members;
    if (index->column->type != CSTM_TYPE_STRING || members->n == 0)
        return CSTM_OK;
    struct packed_key *packed = memory_new_array((size_t) members->n, sizeof *packed);
    if (packed == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < members->n; i++) {
        size_t size;
        const char *bytes = column_text(index->column, member_row(members, i), &size);
        if (size > PACKED_MOST) {
            memory_free(packed);
            return CSTM_OK;
        }
        packed[i] = pack_text(bytes, size);
    }
    index->packed = packed;
    return CSTM_OK;
}

cstm_status
key_index_fill(struct key_index *index, struct members *members, const struct source *table,
               int32_t source, const int32_t *parents, struct rejections *rejections,
               cstm_error **error)
{
    const struct table_column *column = &table->key;
    struct probe probes[AHEAD];
    char digits[24];
    bool kept = true;
    for (int64_t from = 0; from < table->rows; from += AHEAD) {
        int64_t n = table->rows - from < AHEAD ? table->rows - from : AHEAD;
        for (int64_t i = 0; i < n; i++) {
            probe_row(index, column, from + i, &probes[i], digits);
            __builtin_prefetch(&index->slots[(uint32_t) probes[i].hash & index->mask], 1);
        }
        for (int64_t i = 0; i < n; i++) {
            int64_t row = from + i;
            uint32_t place = 0;
            cstm_status status = key_status(column, row, &probes[i]);
            int32_t field = FIELD_KEY;
            if (status == CSTM_OK && parents != NULL && parents[row] < 0) {
                status =
                    column_is_valid(&table->parent, row) ? CSTM_ERROR_UNKNOWN : CSTM_ERROR_MISSING;
                field = FIELD_PARENT;
            }
            if (status == CSTM_OK && look_up(index, &probes[i], &place) >= 0)
                status = CSTM_ERROR_DUPLICATE;
            if (status != CSTM_OK) {
                kept = kept && rejections_add(rejections, source, row, field, status);
                continue;
            }
            members->rows[members->n] = (int32_t) row;
            index->slots[place] = slot_of(probes[i].hash, members->n);
            members->n++;
        }
    }
    if (!kept)
        return error_no_memory(error);
    cstm_status status = make_direct(index, false, error);
    return status == CSTM_OK ? pack_members(index, error) : status;
}

cstm_status
key_index_make(struct key_index *index, const struct table_column *column,
               const struct members *members, bool rising, cstm_error **error)
{
    *index = (struct key_index){.column = column, .members = members};
    cstm_status status = make_direct(index, rising, error);
    index->ready = index->range > 0;
    if (status != CSTM_OK || index->ready)
        return status;
    status = key_index_init(index, column, members, error);
    if (status != CSTM_OK)
        return status;
    hash_members(index);
    return pack_members(index, error);
}

/* Texts among texts, while each is that of the instance before or the next: the number of rows that
 * it mapped before one was not. */
static int64_t
map_while_guessed(const struct key_index *index, const struct table_column *column, int64_t from,
                  int64_t until, int32_t *last, int32_t *instances)
{
    int32_t n = index->members->n, at = *last;
    int64_t row = from;
    for (; row < until && column_is_valid(column, row); row++) {
        struct rule_text text;
        text.bytes = column_text(column, row, &text.size);
        if (at + 1 < n && is_text(index, at + 1, text))
            at++;
        else if (at < 0 || !is_text(index, at, text))
            break;
        instances[row - from] = at;
    }
    *last = at;
    return row;
}

/* Tries the instance before and the next; the number of rows that it mapped before it lost
 * patience. */
static int64_t
map_by_guess(const struct key_index *index, const struct table_column *column, int64_t from,
             int64_t until, int32_t *instances)
{
    int32_t last = -1, patience = PATIENCE;
    int64_t row = from;
    char digits[24];
    bool texts = column->type == CSTM_TYPE_STRING && index->column->type == CSTM_TYPE_STRING;
    for (; row < until && patience > 0; row++) {
        struct probe probe;
        uint32_t place;
        int64_t before = row;
        if (texts)
            row = map_while_guessed(index, column, row, until, &last, instances + (row - from));
        if (row == until)
            break;
        if (row - before > 4 && patience < PATIENCE)
            patience++;
        int32_t found = -1;
        probe.possible = column_is_valid(column, row);
        if (probe.possible && column->type == CSTM_TYPE_INT && index->column->type == CSTM_TYPE_INT)
            probe.number = column->as.int64s[row];
        else if (probe.possible)
            probe.text = key_text(column, row, digits);
        if (probe.possible && index->column->type == column->type) {
            if (last + 1 < index->members->n && is_key(index, last + 1, &probe))
                found = last + 1;
            else if (last >= 0 && is_key(index, last, &probe))
                found = last;
        }
        if (found < 0) {
            patience--;
            probe_row(index, column, row, &probe, digits);
            if (probe.possible)
                found = look_up(index, &probe, &place);
        } else if (patience < PATIENCE) {
            patience++;
        }
        instances[row - from] = found;
        last = found >= 0 ? found : last;
    }
    return row;
}

static void
map_by_hash(const struct key_index *index, const struct table_column *column, int64_t from,
            int64_t until, int32_t *instances)
{
    struct probe probes[AHEAD];
    char digits[AHEAD][24];
    for (int64_t at = from; at < until; at += AHEAD) {
        int64_t n = until - at < AHEAD ? until - at : AHEAD;
        for (int64_t i = 0; i < n; i++) {
            probe_row(index, column, at + i, &probes[i], digits[i]);
            __builtin_prefetch(&index->slots[(uint32_t) probes[i].hash & index->mask]);
        }
        for (int64_t i = 0; i < n; i++) {
            uint32_t place;
            instances[at - from + i] = probes[i].possible ? look_up(index, &probes[i], &place) : -1;
        }
    }
}

static void
map_by_packed(const struct key_index *index, const struct table_column *column, int64_t from,
              int64_t until, int32_t *instances)
{
    struct packed_key keys[AHEAD];
    uint64_t hashes[AHEAD];
    int32_t found[AHEAD];
    for (int64_t at = from; at < until; at += AHEAD) {
        int32_t n = (int32_t) (until - at < AHEAD ? until - at : AHEAD);
        for (int32_t i = 0; i < n; i++) {
            size_t size = PACKED_MOST + 1;
            const char *bytes = NULL;
            if (column_is_valid(column, at + i))
                bytes = column_text(column, at + i, &size);
            found[i] = size > PACKED_MOST ? -1 : 0;
            if (found[i] < 0)
                continue;
            keys[i] = pack_text(bytes, size);
            hashes[i] = packed_hash(&keys[i]);
            __builtin_prefetch(&index->slots[(uint32_t) hashes[i] & index->mask]);
        }
        /* The first slot that may be it, and its key. */
        for (int32_t i = 0; i < n; i++) {
            if (found[i] < 0)
                continue;
            uint64_t slot = index->slots[(uint32_t) hashes[i] & index->mask];
            if (slot != 0)
                __builtin_prefetch(&index->packed[(uint32_t) slot - 1]);
        }
        for (int32_t i = 0; i < n; i++) {
            int32_t instance = -1;
            uint32_t place = (uint32_t) hashes[i] & index->mask;
            for (uint64_t slot; found[i] >= 0 && (slot = index->slots[place]) != 0;
                 place = (place + 1) & index->mask) {
                const struct packed_key *key = &index->packed[(uint32_t) slot - 1];
                if (((slot ^ hashes[i]) >> 32) == 0 && key->words[0] == keys[i].words[0] &&
                    key->words[1] == keys[i].words[1]) {
                    instance = (int32_t) (uint32_t) slot - 1;
                    break;
                }
            }
            instances[at - from + i] = instance;
        }
    }
}

static void
map_direct(const struct key_index *index, const struct table_column *column, int64_t from,
           int64_t until, int32_t *instances)
{
    const int64_t *keys = column->as.int64s + from;
    const int32_t *direct = index->direct;
    uint64_t least = (uint64_t) index->least, range = index->range;
    int64_t n = until - from;
    for (int64_t i = 0; direct == NULL && i < n; i++) {
        uint64_t above = (uint64_t) keys[i] - least;
        instances[i] = above < range ? (int32_t) above : -1;
    }
    for (int64_t i = 0; direct != NULL && i < n; i++) {
        uint64_t above = (uint64_t) keys[i] - least;
        instances[i] = above < range ? direct[above] - 1 : -1;
    }
    for (int64_t i = 0; column->valid != NULL && i < n; i++)
        instances[i] = column->valid[from + i] != 0 ? instances[i] : -1;
}

/* Texts among numbers. */
static void
map_direct_texts(const struct key_index *index, const struct table_column *column, int64_t from,
                 int64_t until, int32_t *instances)
{
    char digits[24];
    for (int64_t row = from; row < until; row++) {
        struct probe probe;
        probe_row(index, column, row, &probe, digits);
        uint64_t above = (uint64_t) probe.number - (uint64_t) index->least;
        bool there = probe.possible && above < index->range;
        instances[row - from] = !there                  ? -1
                                : index->direct == NULL ? (int32_t) above
                                                        : index->direct[above] - 1;
    }
}

void
key_index_map(const struct key_index *index, const struct table_column *column, int64_t from,
              int64_t until, int32_t *instances)
{
    if (index->range > 0) {
        if (column->type == CSTM_TYPE_INT)
            map_direct(index, column, from, until, instances);
        else
            map_direct_texts(index, column, from, until, instances);
        return;
    }
    int64_t done = map_by_guess(index, column, from, until, instances);
    if (index->packed != NULL && column->type == CSTM_TYPE_STRING)
        map_by_packed(index, column, done, until, instances + (done - from));
    else
        map_by_hash(index, column, done, until, instances + (done - from));
}
