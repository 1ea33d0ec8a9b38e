/* The table of a pattern, built when it is compiled: a row for each set of steps that some text leads to, a column for each symbol
 * and one for the end. It is made by the very moves that run a pattern without a table, so the two cannot differ. A pattern whose sets
 * are too many, as they are for some, stays without. */
#include "rule/regex.h"

struct builder {
    struct regex *regex;
    const struct regex_room *temporary;
    int32_t words;                   /* of a set; its key has one more for what stood before */
    const uint64_t *lasting;         /* the steps that tell sets apart */
    uint64_t *keys;
    uint16_t *table;
    int32_t n, capacity, most;       /* states: 0 is the match, 1 the end of hope */
    int32_t *buckets;
    uint32_t bucket_mask;
    struct regex_threads now, next;
    int64_t visits;
    bool resumes;                    /* a match may begin after a line's end, so that an empty set is not without hope */
    bool failed, too_large;
};

static void *
take(struct builder *builder, size_t count, size_t size)
{
    void *taken = regex_take(builder->temporary, count * size + 1);
    builder->failed |= taken == NULL;
    return taken;
}

static bool
make_room(struct builder *builder)
{
    if (builder->n < builder->capacity)
        return true;
    const size_t stride = (size_t) builder->words + 1, columns = builder->regex->columns;
    int32_t capacity = builder->capacity * 2 + 16;
    if (builder->n == builder->most || (size_t) capacity * stride > REGEX_BUILD) {
        builder->too_large = true;
        return false;
    }
    uint64_t *keys = take(builder, (size_t) capacity * stride, sizeof *keys);
    uint16_t *table = take(builder, (size_t) capacity * columns, sizeof *table);
    if (builder->failed)
        return false;
    if (builder->n > 0) {
        memcpy(keys, builder->keys, (size_t) builder->n * stride * sizeof *keys);
        memcpy(table, builder->table, (size_t) builder->n * columns * sizeof *table);
    }
    builder->keys = keys;
    builder->table = table;
    builder->capacity = capacity;
    return true;
}

/* The state of a closed set, as an offset into the table; a new one if it was not met before. */
static uint16_t
state_of(struct builder *builder, const struct regex_threads *threads, enum regex_side before)
{
    const uint16_t columns = builder->regex->columns;
    if (threads->matched)
        return 0;
    if (!make_room(builder))
        return columns;
    const size_t stride = (size_t) builder->words + 1;
    uint64_t *key = builder->keys + (size_t) builder->n * stride;
    uint64_t any = 0, hash = 0;
    for (int32_t w = 0; w < builder->words; w++) {
        key[w] = threads->marks[w] & builder->lasting[w];
        any |= key[w];
        hash = (hash ^ key[w]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;          /* the low bits are to know of the high ones */
    }
    if (any == 0 && !builder->resumes)
        return columns;
    key[builder->words] = threads->pending ? before : SIDE_OTHER;
    hash = (hash ^ key[builder->words]) * UINT64_C(0xd6e8feb86659fd93);
    hash ^= hash >> 32;
    uint32_t at = (uint32_t) hash & builder->bucket_mask;
    for (; builder->buckets[at] != 0; at = (at + 1) & builder->bucket_mask, builder->visits++)
        if (memcmp(builder->keys + (size_t) builder->buckets[at] * stride, key, stride * sizeof *key) == 0)
            return (uint16_t) (builder->buckets[at] * columns);
    if (builder->n == builder->most) {
        builder->too_large = true;
        return columns;
    }
    builder->buckets[at] = builder->n;
    return (uint16_t) (builder->n++ * columns);
}

static void
recall(struct builder *builder, int32_t state)
{
    const uint64_t *key = builder->keys + (size_t) state * ((size_t) builder->words + 1);
    threads_clear(&builder->now);
    for (int32_t w = 0; w < builder->words; w++)
        for (uint64_t bits = key[w]; bits != 0; bits &= bits - 1)
            threads_put(&builder->now, w * 64 + __builtin_ctzll(bits));
    for (int32_t i = 0; i < builder->now.n; i++)
        builder->now.pending |= builder->regex->steps[builder->now.list[i]].kind == STEP_ASSERT;
    builder->visits += builder->words + builder->now.n;
}

/* The rows that follow from a state where `after` stands next. */
static void
fill_side(struct builder *builder, int32_t state, enum regex_side before, enum regex_side after)
{
    const struct regex *regex = builder->regex;
    const size_t row = (size_t) state * regex->columns;
    if (builder->now.pending) {
        recall(builder, state);
        threads_close(regex, &builder->now, 0, before, after);
    }
    if (after == SIDE_EDGE)
        builder->table[row + (size_t) regex->n_symbols] = builder->now.matched ? 0 : regex->columns;
    for (int32_t symbol = 0; symbol < regex->n_symbols && !builder->failed && !builder->too_large; symbol++) {
        if (regex->sides[symbol] != after)
            continue;
        uint16_t to = 0;
        if (!builder->now.matched) {
            threads_clear(&builder->next);
            threads_move(regex, &builder->now, &builder->next, symbol);
            if (!regex->anchored)
                threads_put(&builder->next, regex->start);
            threads_close(regex, &builder->next, 0, after, SIDE_UNKNOWN);
            to = state_of(builder, &builder->next, after);
            builder->visits += builder->now.n + builder->next.n + builder->words;
        }
        builder->table[row + (size_t) symbol] = to;
    }
    builder->too_large |= builder->visits > REGEX_BUILD;
}

static bool
prepare(struct builder *builder)
{
    struct regex *regex = builder->regex;
    const size_t n = (size_t) regex->n_steps;
    builder->words = (regex->n_steps + 63) / 64;
    builder->most = REGEX_TABLE / regex->columns < REGEX_STATES ? REGEX_TABLE / regex->columns : REGEX_STATES;
    uint32_t buckets = 64;
    while (buckets < 2 * (uint32_t) builder->most)
        buckets *= 2;
    builder->bucket_mask = buckets - 1;
    builder->buckets = take(builder, buckets, sizeof *builder->buckets);
    uint64_t *lasting = take(builder, (size_t) builder->words, sizeof *lasting);
    uint16_t *lists = take(builder, 2 * n, sizeof *lists);
    uint64_t *marks = take(builder, 2 * (size_t) builder->words, sizeof *marks);
    if (builder->failed)
        return false;
    for (int32_t i = 0; i < regex->n_steps; i++) {
        const struct regex_step *step = &regex->steps[i];
        const bool waits = step->kind == STEP_ASSERT && step->assertion >= AT_TEXT_END;
        if (waits || step->kind == STEP_SYMBOL || step->kind == STEP_CLASS)
            lasting[i / 64] |= UINT64_C(1) << (i % 64);
        builder->resumes |= !regex->anchored && step->kind == STEP_ASSERT && step->assertion == AT_LINE_BEGIN;
    }
    builder->lasting = lasting;
    builder->now = (struct regex_threads){.list = lists, .marks = marks};
    builder->next = (struct regex_threads){.list = lists + n, .marks = marks + builder->words};
    return true;
}

bool
regex_build_table(struct regex *regex, const struct regex_room *room, const struct regex_room *temporary)
{
    struct builder builder = {.regex = regex, .temporary = temporary};
    const int32_t columns = regex->n_symbols + 2;
    if (columns * 4 > REGEX_TABLE)
        return true;
    regex->columns = (uint16_t) columns;
    if (!prepare(&builder) || !make_room(&builder))
        return !builder.failed;
    builder.n = 2;
    for (int32_t i = 0; i < columns; i++)
        builder.table[columns + i] = (uint16_t) columns;
    threads_put(&builder.now, regex->start);
    threads_close(regex, &builder.now, 0, SIDE_EDGE, SIDE_UNKNOWN);
    const uint16_t first = state_of(&builder, &builder.now, SIDE_EDGE);
    for (int32_t state = 2; state < builder.n && !builder.failed && !builder.too_large; state++) {
        const uint64_t *key = builder.keys + (size_t) state * ((size_t) builder.words + 1);
        const enum regex_side before = (enum regex_side) key[builder.words];
        recall(&builder, state);
        for (enum regex_side after = SIDE_OTHER; after <= SIDE_EDGE; after++)
            fill_side(&builder, state, before, after);
        builder.table[state * columns + columns - 1] = (uint16_t) (state * columns);
    }
    if (builder.failed || builder.too_large)
        return !builder.failed;
    const size_t size = (size_t) (builder.n * columns) * sizeof *builder.table;
    uint16_t *table = regex_take(room, size);
    if (table == NULL)
        return false;
    memcpy(table, builder.table, size);
    regex->table = table;
    regex->first = first;
    regex->form = regex->pages == NULL ? REGEX_TABLE_BYTES : REGEX_TABLE_CODES;
    return true;
}
