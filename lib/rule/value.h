/* A value of the language as it is computed: one cell, whatever its kind, with its state. Scalars stand in the cell; lists,
 * maps and optionals are immutable and stand in the arena of a program or in the heap of a run, and cells point to them.
 *
 * The heap is a stretch of the caller's scratch that is taken from its front and given back all at once, before the next row. What
 * does not fit ends in CSTM_ERROR_LIMIT, as does a run that takes more steps than its budget. */
#ifndef RULE_VALUE_H
#define RULE_VALUE_H

#include "rule/rule.h"

#include "base/memory.h"

#include <string.h>

struct value_list;
struct value_map;

struct cell {
    union {
        int64_t i;                       /* int, date, timestamp, money, duration */
        uint64_t u;
        double d;
        uint8_t b;
        struct rule_text text;           /* string, bytes; of a type: its name */
        const struct value_list *list;
        const struct value_map *map;
        const struct cell *some;         /* optional: what it holds, NULL for none */
    } as;
    uint8_t state;                       /* 0 value, else a cstm_status */
    uint8_t kind;                        /* enum rule_kind; set wherever a value is not of a statically known kind */
};

_Static_assert(sizeof(struct cell) == 24, "an operand's offset is a multiple of 24");

struct value_list {
    int32_t n;
    const struct cell *items;            /* all of state 0, with their kinds */
    int32_t cells, depth;                /* of all below, as if it were written out: by value_measure() */
};

/* Keys are bool, int, uint or string; each once. They stand in the order in which they were written. */
struct value_map {
    int32_t n;
    const struct cell *keys, *values;
    const int32_t *buckets;              /* nullable: open addressing over keys by value_hash(), -1 free */
    uint32_t bucket_mask;
    int32_t cells, depth;
};

/* How an integer stands to a double: -1, 0, 1, or 2 where that is NaN. Beyond the integers' range the double decides; within,
 * the integer is made a double, as CEL's implementations do: 9007199254740993 == 9007199254740992.0. */
static inline int
order_int_double(int64_t a, double b)
{
    if (b != b)
        return 2;
    if (b > 0x1p63)
        return -1;
    if (b < -0x1p63)
        return 1;
    const double x = (double) a;
    return (x > b) - (x < b);
}

static inline int
order_uint_double(uint64_t a, double b)
{
    if (b != b)
        return 2;
    if (b > 0x1p64)
        return -1;
    if (b < 0)
        return 1;
    const double x = (double) a;
    return (x > b) - (x < b);
}

static inline int
order_int_uint(int64_t a, uint64_t b)
{
    if (a < 0)
        return -1;
    return ((uint64_t) a > b) - ((uint64_t) a < b);
}

static inline int
order_texts(struct rule_text a, struct rule_text b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n == 0 ? 0 : memcmp(a.bytes, b.bytes, n);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.size > b.size) - (a.size < b.size);
}

static inline bool
same_texts(struct rule_text a, struct rule_text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

struct heap {
    char *base;
    size_t size, used;
    int64_t steps;                       /* left; a loop takes one a turn */
};
#define HEAP_SIZE 65536                  /* bytes of a run's heap */
#define HEAP_STEPS 1000000

/* Values share what they hold, so that a short expression could name one of astronomic size: what it would be when written out is
 * bounded, and with it whatever walks a value. */
#define VALUE_CELLS 262144
#define VALUE_DEPTH 500

/* Not cleared, aligned to 16; NULL: it is full, the answer is CSTM_ERROR_LIMIT. */
static inline void *
heap_take(struct heap *heap, size_t size)
{
    const size_t rounded = (size + 15) & ~(size_t) 15;
    if (rounded < size || rounded > heap->size - heap->used)
        return NULL;
    void *taken = heap->base + heap->used;
    heap->used += rounded;
    return taken;
}

/* Equality of any two values: numbers across kinds as on one line, lists and maps by their elements, different kinds are
 * different, NaN equals nothing. */
bool value_equal(const struct cell *a, const struct cell *b);
/* -1, 0, 1; 2 where the kinds have no order (state CSTM_ERROR_TYPE) and 3 where one is NaN. */
int32_t value_compare(const struct cell *a, const struct cell *b);
/* Equal values have equal hashes. */
uint64_t value_hash(const struct cell *value);
/* The value under a key, NULL where there is none. 1, 1u and 1.0 are one key. */
const struct cell *map_find(const struct value_map *map, const struct cell *key);
/* A map over keys and values that live as long as it does. Gives CSTM_OK, CSTM_ERROR_DUPLICATE for a key twice, CSTM_ERROR_TYPE for a
 * key of another kind, CSTM_ERROR_LIMIT for a full heap. */
uint8_t map_new(struct heap *heap, const struct cell *keys, const struct cell *values, int32_t n, const struct value_map **map);
/* A list over room for n items, which the caller fills; NULL: the heap is full. */
struct value_list *list_new(struct heap *heap, int32_t n, struct cell **items);
/* A copy that lives in an arena: of a constant. False where memory failed. */
bool value_keep(struct arena *arena, const struct cell *value, struct cell *kept);
/* Bytes that value_keep() takes. */
size_t value_size(const struct cell *value);
/* Takes down the measure of a list or map from those of what it holds; CSTM_ERROR_LIMIT where it is too large. Others have none. */
uint8_t value_measure(const struct cell *value);
/* Whether nothing in it is NaN or infinite. */
bool value_is_finite(const struct cell *value);
/* type(value) as CEL names it: "int", "list", "google.protobuf.Timestamp", "null_type", "optional_type". */
const char *value_type_name(enum rule_kind kind);

static inline struct cell
cell_of_int(int64_t i)
{
    return (struct cell){.as.i = i, .kind = RULE_INT};
}

static inline struct cell
cell_of_bool(bool b)
{
    return (struct cell){.as.b = b, .kind = RULE_BOOL};
}

static inline struct cell
cell_of_text(const char *bytes, size_t size)
{
    return (struct cell){.as.text = {bytes, size}, .kind = RULE_STRING};
}

#endif
