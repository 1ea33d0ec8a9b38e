/* Values of any kind: compared, hashed, gathered into lists and maps, kept. Numbers of different kinds stand on one line, so that 1, 1u
 * and 1.0 are equal and are one key of a map; anything else is equal only to its own kind. */
#include "rule/value.h"

#include "base/hash.h"

#include <math.h>

#define MAP_WALK 8           /* up to here a walk over the keys is faster than a look-up */

const char *
value_type_name(enum rule_kind kind)
{
    static const char *const names[] = {
        [RULE_ERROR] = "error", [RULE_BOOL] = "bool", [RULE_INT] = "int", [RULE_DOUBLE] = "double", [RULE_STRING] = "string",
        [RULE_DATE] = "date", [RULE_TIMESTAMP] = "google.protobuf.Timestamp", [RULE_MONEY] = "money",
        [RULE_DURATION] = "google.protobuf.Duration", [RULE_UINT] = "uint", [RULE_NULL] = "null_type", [RULE_BYTES] = "bytes",
        [RULE_TYPE] = "type", [RULE_LIST] = "list", [RULE_MAP] = "map", [RULE_DYN] = "dyn", [RULE_OPTIONAL] = "optional_type",
    };
    return (size_t) kind < sizeof names / sizeof names[0] ? names[kind] : "error";
}

/* Order. */

static bool
is_number(uint8_t kind)
{
    return kind == RULE_INT || kind == RULE_UINT || kind == RULE_DOUBLE;
}

static int
order_doubles(double a, double b)
{
    return isnan(a) || isnan(b) ? 2 : (a > b) - (a < b);
}

static int
mirrored(int order)
{
    return order == 2 ? 2 : -order;
}

/* -1, 0, 1; 2 where one is NaN. */
static int
order_numbers(const struct cell *a, const struct cell *b)
{
    switch (a->kind) {
    case RULE_INT:
        if (b->kind == RULE_INT)
            return (a->as.i > b->as.i) - (a->as.i < b->as.i);
        return b->kind == RULE_UINT ? order_int_uint(a->as.i, b->as.u) : order_int_double(a->as.i, b->as.d);
    case RULE_UINT:
        if (b->kind == RULE_UINT)
            return (a->as.u > b->as.u) - (a->as.u < b->as.u);
        return b->kind == RULE_INT ? -order_int_uint(b->as.i, a->as.u) : order_uint_double(a->as.u, b->as.d);
    default:
        if (b->kind == RULE_DOUBLE)
            return order_doubles(a->as.d, b->as.d);
        return mirrored(b->kind == RULE_INT ? order_int_double(b->as.i, a->as.d) : order_uint_double(b->as.u, a->as.d));
    }
}

int32_t
value_compare(const struct cell *a, const struct cell *b)
{
    if (is_number(a->kind) && is_number(b->kind)) {
        int order = order_numbers(a, b);
        return order == 2 ? 3 : order;
    }
    if (a->kind != b->kind)
        return 2;
    switch (a->kind) {
    case RULE_BOOL:
        return (a->as.b > b->as.b) - (a->as.b < b->as.b);
    case RULE_DATE:
    case RULE_TIMESTAMP:
    case RULE_MONEY:
    case RULE_DURATION:
        return (a->as.i > b->as.i) - (a->as.i < b->as.i);
    case RULE_STRING:
    case RULE_BYTES:
        return order_texts(a->as.text, b->as.text);
    default:
        return 2;
    }
}

/* Equality. */

static bool
equal_lists(const struct value_list *a, const struct value_list *b)
{
    if (a->n != b->n)
        return false;
    for (int32_t i = 0; i < a->n; i++)
        if (!value_equal(&a->items[i], &b->items[i]))
            return false;
    return true;
}

static bool
equal_maps(const struct value_map *a, const struct value_map *b)
{
    if (a->n != b->n)
        return false;
    for (int32_t i = 0; i < a->n; i++) {
        const struct cell *other = map_find(b, &a->keys[i]);
        if (other == NULL || !value_equal(&a->values[i], other))
            return false;
    }
    return true;
}

bool
value_equal(const struct cell *a, const struct cell *b)
{
    if (a->kind != b->kind)
        return is_number(a->kind) && is_number(b->kind) && order_numbers(a, b) == 0;
    switch (a->kind) {
    case RULE_BOOL:
        return a->as.b == b->as.b;
    case RULE_DOUBLE:
        return a->as.d == b->as.d;
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return same_texts(a->as.text, b->as.text);
    case RULE_NULL:
        return true;
    case RULE_LIST:
        return equal_lists(a->as.list, b->as.list);
    case RULE_MAP:
        return equal_maps(a->as.map, b->as.map);
    case RULE_OPTIONAL:
        if (a->as.some == NULL || b->as.some == NULL)
            return a->as.some == b->as.some;
        return value_equal(a->as.some, b->as.some);
    default:
        return a->as.i == b->as.i;
    }
}

/* Every number is hashed as the double that it is compared as, which makes -0 and 0 one. */
static uint64_t
hash_number(double value)
{
    const double plain = value == 0 ? 0.0 : value;
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    bits ^= bits >> 32;
    bits *= UINT64_C(0x9e3779b97f4a7c15);
    return bits ^ (bits >> 29);
}

uint64_t
value_hash(const struct cell *value)
{
    uint64_t hash = value->kind;
    switch (value->kind) {
    case RULE_BOOL:
        return hash_number(value->as.b != 0 ? -3.5 : -2.5);
    case RULE_INT:
        return hash_number((double) value->as.i);
    case RULE_UINT:
        return hash_number((double) value->as.u);
    case RULE_DOUBLE:
        return hash_number(value->as.d);
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return value->as.text.size == 0 ? hash : hash_bytes(value->as.text.bytes, value->as.text.size, hash);
    case RULE_NULL:
        return hash;
    case RULE_LIST:
        for (int32_t i = 0; i < value->as.list->n; i++)
            hash = hash * UINT64_C(0x100000001b3) + value_hash(&value->as.list->items[i]);
        return hash;
    case RULE_MAP:
        /* Whatever the order of the keys. */
        for (int32_t i = 0; i < value->as.map->n; i++)
            hash += value_hash(&value->as.map->keys[i]) * 31 + value_hash(&value->as.map->values[i]);
        return hash;
    case RULE_OPTIONAL:
        return value->as.some == NULL ? hash : hash * 31 + value_hash(value->as.some);
    default:
        return hash_number((double) value->as.i) ^ hash;
    }
}

/* The measure of a value: how many cells and how deep. */

static void
measure_of(const struct cell *value, int64_t *cells, int32_t *depth)
{
    int32_t below = 0;
    while (value->kind == RULE_OPTIONAL && value->as.some != NULL && below <= VALUE_DEPTH) {
        value = value->as.some;
        below++;
    }
    int64_t within = 0;
    if (value->kind == RULE_LIST) {
        within = value->as.list->cells;
        below += value->as.list->depth;
    } else if (value->kind == RULE_MAP) {
        within = value->as.map->cells;
        below += value->as.map->depth;
    }
    *cells += within + 1;
    if (*depth < below)
        *depth = below;
}

static uint8_t
measure(const struct cell *cells, int32_t n, int64_t *sum, int32_t *depth)
{
    for (int32_t i = 0; i < n; i++)
        measure_of(&cells[i], sum, depth);
    return *sum > VALUE_CELLS || *depth >= VALUE_DEPTH ? CSTM_ERROR_LIMIT : 0;
}

uint8_t
value_measure(const struct cell *value)
{
    int64_t sum = 0;
    int32_t depth = 0;
    if (value->kind == RULE_LIST) {
        struct value_list *list = (struct value_list *) value->as.list;
        if (measure(list->items, list->n, &sum, &depth) != 0)
            return CSTM_ERROR_LIMIT;
        list->cells = (int32_t) sum;
        list->depth = depth + 1;
    } else if (value->kind == RULE_MAP) {
        struct value_map *map = (struct value_map *) value->as.map;
        sum = map->n;
        if (measure(map->values, map->n, &sum, &depth) != 0)
            return CSTM_ERROR_LIMIT;
        map->cells = (int32_t) sum;
        map->depth = depth + 1;
    } else if (value->kind == RULE_OPTIONAL) {
        measure_of(value, &sum, &depth);
        if (depth >= VALUE_DEPTH)
            return CSTM_ERROR_LIMIT;
    }
    return 0;
}

/* Lists and maps. */

struct value_list *
list_new(struct heap *heap, int32_t n, struct cell **items)
{
    struct value_list *list = heap_take(heap, sizeof *list);
    struct cell *cells = list == NULL ? NULL : heap_take(heap, sizeof *cells * (size_t) n);
    if (cells == NULL)
        return NULL;
    *list = (struct value_list){.n = n, .items = cells, .cells = n, .depth = 1};
    *items = cells;
    return list;
}

static bool
is_key(uint8_t kind)
{
    return kind == RULE_BOOL || kind == RULE_INT || kind == RULE_UINT || kind == RULE_STRING;
}

const struct cell *
map_find(const struct value_map *map, const struct cell *key)
{
    if (map->buckets == NULL) {
        for (int32_t i = 0; i < map->n; i++)
            if (value_equal(&map->keys[i], key))
                return &map->values[i];
        return NULL;
    }
    for (uint32_t at = (uint32_t) value_hash(key) & map->bucket_mask; map->buckets[at] >= 0; at = (at + 1) & map->bucket_mask)
        if (value_equal(&map->keys[map->buckets[at]], key))
            return &map->values[map->buckets[at]];
    return NULL;
}

/* Where the key stands, or would: a free bucket. */
static uint32_t
bucket_of(const struct value_map *map, const int32_t *buckets, const struct cell *key)
{
    uint32_t at = (uint32_t) value_hash(key) & map->bucket_mask;
    while (buckets[at] >= 0 && !value_equal(&map->keys[buckets[at]], key))
        at = (at + 1) & map->bucket_mask;
    return at;
}

static uint8_t
fill_buckets(struct heap *heap, struct value_map *map)
{
    uint32_t size = 16;
    while (size < (uint32_t) map->n * 2)
        size *= 2;
    int32_t *buckets = heap_take(heap, sizeof *buckets * size);
    if (buckets == NULL)
        return CSTM_ERROR_LIMIT;
    memset(buckets, 0xff, sizeof *buckets * size);
    map->bucket_mask = size - 1;
    for (int32_t i = 0; i < map->n; i++) {
        uint32_t at = bucket_of(map, buckets, &map->keys[i]);
        if (buckets[at] >= 0)
            return CSTM_ERROR_DUPLICATE;
        buckets[at] = i;
    }
    map->buckets = buckets;
    return 0;
}

uint8_t
map_new(struct heap *heap, const struct cell *keys, const struct cell *values, int32_t n, const struct value_map **map)
{
    for (int32_t i = 0; i < n; i++)
        if (!is_key(keys[i].kind))
            return CSTM_ERROR_TYPE;
    struct value_map *made = heap_take(heap, sizeof *made);
    if (made == NULL)
        return CSTM_ERROR_LIMIT;
    *made = (struct value_map){.n = n, .keys = keys, .values = values};
    if (n > MAP_WALK) {
        uint8_t state = fill_buckets(heap, made);
        if (state != 0)
            return state;
    } else {
        for (int32_t i = 1; i < n; i++)
            for (int32_t k = 0; k < i; k++)
                if (value_equal(&keys[i], &keys[k]))
                    return CSTM_ERROR_DUPLICATE;
    }
    *map = made;
    const struct cell whole = {.as.map = made, .kind = RULE_MAP};
    return value_measure(&whole);
}

/* Keeping. */

static bool
keep_text(struct arena *arena, const struct rule_text *text, struct rule_text *kept)
{
    char *bytes = arena_text(arena, text->size == 0 ? "" : text->bytes, text->size);
    *kept = (struct rule_text){bytes, text->size};
    return bytes != NULL;
}

static struct cell *
keep_cells(struct arena *arena, const struct cell *cells, int32_t n)
{
    struct cell *kept = arena_new(arena, sizeof *kept * (size_t) (n + 1));
    for (int32_t i = 0; kept != NULL && i < n; i++)
        if (!value_keep(arena, &cells[i], &kept[i]))
            return NULL;
    return kept;
}

static bool
keep_list(struct arena *arena, const struct value_list *list, struct cell *kept)
{
    struct value_list *copy = arena_new(arena, sizeof *copy);
    if (copy == NULL)
        return false;
    *copy = *list;
    copy->items = keep_cells(arena, list->items, list->n);
    kept->as.list = copy;
    return copy->items != NULL;
}

static bool
keep_map(struct arena *arena, const struct value_map *map, struct cell *kept)
{
    struct value_map *copy = arena_new(arena, sizeof *copy);
    if (copy == NULL)
        return false;
    *copy = *map;
    copy->keys = keep_cells(arena, map->keys, map->n);
    copy->values = keep_cells(arena, map->values, map->n);
    kept->as.map = copy;
    if (copy->keys == NULL || copy->values == NULL)
        return false;
    if (map->buckets == NULL)
        return true;
    const size_t size = sizeof *map->buckets * ((size_t) map->bucket_mask + 1);
    int32_t *buckets = arena_new(arena, size);
    if (buckets == NULL)
        return false;
    memcpy(buckets, map->buckets, size);
    copy->buckets = buckets;
    return true;
}

bool
value_keep(struct arena *arena, const struct cell *value, struct cell *kept)
{
    *kept = *value;
    if (value->state != 0)
        return true;
    switch (value->kind) {
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return keep_text(arena, &value->as.text, &kept->as.text);
    case RULE_LIST:
        return keep_list(arena, value->as.list, kept);
    case RULE_MAP:
        return keep_map(arena, value->as.map, kept);
    case RULE_OPTIONAL:
        if (value->as.some != NULL) {
            kept->as.some = keep_cells(arena, value->as.some, 1);
            return kept->as.some != NULL;
        }
        return true;
    default:
        return true;
    }
}

static size_t
sizes(const struct cell *cells, int32_t n)
{
    size_t size = sizeof *cells * ((size_t) n + 1);
    for (int32_t i = 0; i < n; i++)
        size += value_size(&cells[i]);
    return size;
}

size_t
value_size(const struct cell *value)
{
    const struct value_map *map;
    switch (value->kind) {
    case RULE_STRING:
    case RULE_BYTES:
    case RULE_TYPE:
        return value->as.text.size + 1;
    case RULE_LIST:
        return sizeof *value->as.list + sizes(value->as.list->items, value->as.list->n);
    case RULE_MAP:
        map = value->as.map;
        return sizeof *map + sizes(map->keys, map->n) + sizes(map->values, map->n) +
               (map->buckets == NULL ? 0 : sizeof *map->buckets * ((size_t) map->bucket_mask + 1));
    case RULE_OPTIONAL:
        return value->as.some == NULL ? 0 : sizes(value->as.some, 1);
    default:
        return 0;
    }
}

static bool
all_finite(const struct cell *cells, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        if (!value_is_finite(&cells[i]))
            return false;
    return true;
}

bool
value_is_finite(const struct cell *value)
{
    switch (value->kind) {
    case RULE_DOUBLE:
        return fabs(value->as.d) <= __DBL_MAX__;
    case RULE_LIST:
        return all_finite(value->as.list->items, value->as.list->n);
    case RULE_MAP:
        return all_finite(value->as.map->values, value->as.map->n);
    case RULE_OPTIONAL:
        return value->as.some == NULL || value_is_finite(value->as.some);
    default:
        return true;
    }
}
