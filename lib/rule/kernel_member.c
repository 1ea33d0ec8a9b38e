/* `in` over a literal list: membership in a set that was laid out when the rule was compiled. */
#include "rule/overload.h"
#include "rule/set.h"
#include "rule/spans.h"

#include "base/hash.h"

#include <stdlib.h>

#define SET_WALK 6           /* up to here a walk is faster than a look-up */
#define SET_SPAN 65536       /* widest bitmap, in bits */

static int
int_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

static int
double_order(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static bool
fill_ints(struct arena *arena, struct rule_set *set, const struct cell *elements, int32_t n, bool bools)
{
    int64_t *ints = arena_new(arena, sizeof *ints * (size_t) (n + 1));
    if (ints == NULL)
        return false;
    for (int32_t i = 0; i < n; i++)
        ints[i] = bools ? elements[i].as.b : elements[i].as.i;
    qsort(ints, (size_t) n, sizeof *ints, int_order);
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (kept == 0 || ints[i] != ints[kept - 1])
            ints[kept++] = ints[i];
    set->ints = ints;
    set->n = kept;
    uint64_t span = kept == 0 ? 0 : (uint64_t) ints[kept - 1] - (uint64_t) ints[0];
    if (kept == 0 || span >= (kept <= SET_WALK ? 64 : SET_SPAN))
        return true;
    uint64_t *bits = arena_new(arena, (size_t) (span / 64 + 1) * sizeof *bits);
    if (bits == NULL)
        return false;
    for (int32_t i = 0; i < kept; i++) {
        uint64_t at = (uint64_t) ints[i] - (uint64_t) ints[0];
        bits[at / 64] |= UINT64_C(1) << (at % 64);
    }
    set->bits = bits;
    return true;
}

static bool
fill_doubles(struct arena *arena, struct rule_set *set, const struct cell *elements, int32_t n)
{
    double *doubles = arena_new(arena, sizeof *doubles * (size_t) (n + 1));
    if (doubles == NULL)
        return false;
    for (int32_t i = 0; i < n; i++)
        doubles[i] = elements[i].as.d;
    qsort(doubles, (size_t) n, sizeof *doubles, double_order);
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++)
        if (kept == 0 || doubles[i] != doubles[kept - 1])
            doubles[kept++] = doubles[i];
    set->doubles = doubles;
    set->n = kept;
    return true;
}

static bool
fill_texts(struct arena *arena, struct rule_set *set, const struct cell *elements, int32_t n)
{
    struct rule_text *texts = arena_new(arena, sizeof *texts * (size_t) (n + 1));
    if (texts == NULL)
        return false;
    for (int32_t i = 0; i < n; i++)
        texts[i] = elements[i].as.text;
    set->texts = texts;
    set->n = n;
    if (n <= SET_WALK)
        return true;
    uint64_t size = 16;
    while (size < (uint64_t) n * 2)
        size *= 2;
    int32_t *buckets = arena_new(arena, sizeof *buckets * size);
    if (buckets == NULL)
        return false;
    memset(buckets, 0xff, sizeof *buckets * size);
    set->bucket_mask = size - 1;
    for (int32_t i = 0; i < n; i++) {
        uint64_t at = hash_bytes(texts[i].bytes, texts[i].size, 0) & set->bucket_mask;
        while (buckets[at] >= 0)
            at = (at + 1) & set->bucket_mask;
        buckets[at] = i;
    }
    set->buckets = buckets;
    return true;
}

const struct rule_set *
set_new(struct arena *arena, enum rule_kind kind, const struct cell *elements, int32_t n)
{
    struct rule_set *set = arena_new(arena, sizeof *set);
    if (set == NULL)
        return NULL;
    bool filled;
    if (kind == RULE_DOUBLE)
        filled = fill_doubles(arena, set, elements, n);
    else if (kind == RULE_STRING || kind == RULE_BYTES)
        filled = fill_texts(arena, set, elements, n);
    else
        filled = fill_ints(arena, set, elements, n, kind == RULE_BOOL || kind == RULE_NULL);
    return filled ? set : NULL;
}

static inline uint8_t
member_int(const struct op *op, int64_t a, uint8_t *r)
{
    const struct rule_set *set = op->data;
    *r = 0;
    if (set->bits != NULL) {
        uint64_t at = (uint64_t) a - (uint64_t) set->ints[0];
        if (at <= (uint64_t) set->ints[set->n - 1] - (uint64_t) set->ints[0])
            *r = (uint8_t) (set->bits[at / 64] >> (at % 64) & 1);
        return 0;
    }
    if (set->n <= SET_WALK) {
        for (int32_t i = 0; i < set->n; i++)
            *r |= set->ints[i] == a;
        return 0;
    }
    const int64_t *base = set->ints;
    for (int32_t n = set->n; n > 1; n -= n / 2)
        base += base[n / 2] <= a ? n / 2 : 0;
    *r = *base == a;
    return 0;
}

static inline uint8_t
member_bool(const struct op *op, uint8_t a, uint8_t *r)
{
    return member_int(op, a, r);
}

static inline uint8_t
member_double(const struct op *op, double a, uint8_t *r)
{
    const struct rule_set *set = op->data;
    *r = 0;
    if (set->n <= SET_WALK) {
        for (int32_t i = 0; i < set->n; i++)
            *r |= set->doubles[i] == a;
        return 0;
    }
    const double *base = set->doubles;
    for (int32_t n = set->n; n > 1; n -= n / 2)
        base += base[n / 2] <= a ? n / 2 : 0;
    *r = *base == a;
    return 0;
}

static inline bool
same_text(struct rule_text a, struct rule_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

static inline uint8_t
member_text(const struct op *op, struct rule_text a, uint8_t *r)
{
    const struct rule_set *set = op->data;
    *r = 0;
    if (set->buckets == NULL) {
        for (int32_t i = 0; i < set->n && *r == 0; i++)
            *r = same_text(set->texts[i], a);
        return 0;
    }
    uint64_t at = hash_bytes(a.bytes, a.size, 0) & set->bucket_mask;
    for (; set->buckets[at] >= 0; at = (at + 1) & set->bucket_mask) {
        if (same_text(set->texts[set->buckets[at]], a)) {
            *r = 1;
            return 0;
        }
    }
    return 0;
}

/* Integers of a narrow range are bits of one word, a few others are compared one by one, and both without branches: values are as
 * good as random. A row that is no value is asked, too, and its answer not used. */
static inline __attribute__((always_inline)) void
ask_few(const int64_t *ints, int32_t few, const int64_t *restrict x, int32_t n, uint8_t *restrict out)
{
    for (int32_t i = 0; i < n; i++) {
        bool is = false;
        for (int32_t k = 0; k < few; k++)
            is |= x[i] == ints[k];
        out[i] = is;
    }
}

static inline __attribute__((always_inline)) bool
ask_ints(const struct rule_set *set, const int64_t *restrict x, int32_t n, uint8_t *restrict out)
{
    if (set->n >= 1 && set->n <= 3) {
        const int64_t ints[3] = {set->ints[0], set->ints[set->n - 1], set->ints[set->n / 2]};
        if (set->n == 1)
            ask_few(ints, 1, x, n, out);
        else if (set->n == 2)
            ask_few(ints, 2, x, n, out);
        else
            ask_few(ints, 3, x, n, out);
        return true;
    }
    if (set->bits == NULL)
        return false;
    const uint64_t least = (uint64_t) set->ints[0], span = (uint64_t) set->ints[set->n - 1] - least;
    if (span >= 64)
        return false;
    const uint64_t bits = set->bits[0];
    for (int32_t i = 0; i < n; i++) {
        const uint64_t at = (uint64_t) x[i] - least;
        out[i] = (uint8_t) ((at <= span) & (bits >> (at & 63)));
    }
    return true;
}

static bool
ask_ints_plain(const struct rule_set *set, const int64_t *x, int32_t n, uint8_t *out)
{
    return ask_ints(set, x, n, out);
}

WIDE_TARGET static bool
ask_ints_wide(const struct rule_set *set, const int64_t *x, int32_t n, uint8_t *out)
{
    return ask_ints(set, x, n, out);
}

KERNEL_UNARY(UNARY_OP, member_bool, uint8_t, uint8_t, KERNEL_GUARDED, 0)
UNARY_SCHEDULES(UNARY_OP, member_int, int64_t, uint8_t, KERNEL_GUARDED, 0)
KERNEL_UNARY(UNARY_OP, member_double, double, uint8_t, KERNEL_GUARDED, 0)
UNARY_SCHEDULES(UNARY_OP, member_text, struct rule_text, uint8_t, KERNEL_GUARDED | KERNEL_SLOW, 0)

static inline const struct op *
member_int_many(const struct op *op, struct batch *batch, bool wide)
{
    const struct vector *a = batch_vector(batch, op->a);
    const int32_t n = a->constant ? 1 : batch->rows;
    uint8_t *out = batch_out(batch, op), *states = batch_out_states(batch, op);
    if (!(wide ? ask_ints_wide : ask_ints_plain)(op->data, a->data, n, out))
        return member_int_rows(op, batch);
    if (a->states != NULL)
        memcpy(states, a->states, (size_t) n);
    batch_set(batch, op, out, a->states != NULL ? states : NULL, a->constant);
    return op + 1;
}

static const struct op *member_int_quick(const struct op *op, struct batch *batch) { return member_int_many(op, batch, false); }
static const struct op *member_int_wide(const struct op *op, struct batch *batch) { return member_int_many(op, batch, true); }

static const struct kernel member_int_kernel = {
    .row = member_int_row, .loaded = member_int_loaded, .rows = member_int_quick, .flags = KERNEL_GUARDED, .wide = member_int_wide};

static const struct op *
member_text_spans(const struct op *load, struct batch *batch)
{
    const struct rule_set *set = load[1].data;
    if (set->n <= SET_WALK)
        return spans_among(load, batch, set->texts, set->n, false);
    return spans_load(load, batch);
}

static const struct kernel member_text_kernel = {
    .row = member_text_row, .loaded = member_text_loaded, .rows = member_text_rows, .flags = KERNEL_GUARDED | KERNEL_SLOW,
    .spans = member_text_spans};

/* The second argument stands for the list; the checker has made its elements of the kind of the first. */
#define MEMBER(KIND, KERNEL)                                                                        \
    {.name = "@in", .style = STYLE_FUNCTION, .n = 2, .result = RULE_BOOL, .args = {KIND, RULE_LIST}, \
     .binding = BIND_SET, .kernel = &KERNEL##_kernel}

static const struct overload rows[] = {
    MEMBER(RULE_BOOL, member_bool),
    MEMBER(RULE_NULL, member_bool),
    MEMBER(RULE_INT, member_int),
    MEMBER(RULE_UINT, member_int),
    MEMBER(RULE_DATE, member_int),
    MEMBER(RULE_TIMESTAMP, member_int),
    MEMBER(RULE_MONEY, member_int),
    MEMBER(RULE_DURATION, member_int),
    MEMBER(RULE_DOUBLE, member_double),
    MEMBER(RULE_STRING, member_text),
    MEMBER(RULE_BYTES, member_text),
};
const struct overload_table member_overloads = {rows, sizeof rows / sizeof rows[0]};
