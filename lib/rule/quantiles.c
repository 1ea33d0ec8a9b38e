/* Tables by day, points by value: two binary searches. */
#include "rule/quantiles.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <stdatomic.h>
#include <string.h>

struct table {
    int32_t day;
    int32_t n;
    const void *points;      /* int64_t or double */
    const int64_t *counts;
};

struct quantiles {
    _Atomic int32_t references;
    struct arena arena;      /* name, points, counts */
    const char *name;
    enum rule_kind kind;
    struct table *tables;
    size_t n, capacity;
};

struct quantiles *
quantiles_new(const char *name, enum rule_kind kind)
{
    struct quantiles *quantiles = memory_new(sizeof *quantiles);
    if (quantiles == NULL)
        return NULL;
    atomic_init(&quantiles->references, 1);
    quantiles->kind = kind;
    quantiles->name = arena_text(&quantiles->arena, name, strlen(name));
    if (quantiles->name != NULL)
        return quantiles;
    quantiles_unref(quantiles);
    return NULL;
}

struct quantiles *
quantiles_ref(struct quantiles *quantiles)
{
    atomic_fetch_add_explicit(&quantiles->references, 1, memory_order_relaxed);
    return quantiles;
}

void
quantiles_unref(struct quantiles *quantiles)
{
    if (quantiles == NULL || atomic_fetch_sub_explicit(&quantiles->references, 1, memory_order_acq_rel) != 1)
        return;
    memory_free(quantiles->tables);
    arena_clear(&quantiles->arena);
    memory_free(quantiles);
}

static bool
ascends(enum rule_kind kind, const void *points, const int64_t *counts, int32_t n)
{
    const double *doubles = points;
    const int64_t *ints = points;
    if (n < 1 || counts[0] < 1 || (kind == RULE_DOUBLE && !(doubles[0] - doubles[0] == 0)))
        return false;
    for (int32_t i = 1; i < n; i++)
        if (counts[i] <= counts[i - 1] || !(kind == RULE_DOUBLE ? doubles[i - 1] < doubles[i] && doubles[i] - doubles[i] == 0 : ints[i - 1] < ints[i]))
            return false;
    return true;
}

cstm_status
quantiles_add(struct quantiles *quantiles, int32_t day, const void *points, const int64_t *counts, int32_t n)
{
    if (!ascends(quantiles->kind, points, counts, n) || (quantiles->n > 0 && quantiles->tables[quantiles->n - 1].day >= day))
        return CSTM_ERROR_RANGE;
    int64_t *kept_points = arena_new(&quantiles->arena, sizeof *kept_points * (size_t) n);
    int64_t *kept_counts = arena_new(&quantiles->arena, sizeof *kept_counts * (size_t) n);
    if (kept_points == NULL || kept_counts == NULL ||
        !memory_reserve(&quantiles->tables, &quantiles->capacity, quantiles->n + 1, sizeof *quantiles->tables))
        return CSTM_ERROR_NO_MEMORY;
    memcpy(kept_points, points, sizeof *kept_points * (size_t) n);
    memcpy(kept_counts, counts, sizeof *kept_counts * (size_t) n);
    quantiles->tables[quantiles->n++] = (struct table){.day = day, .n = n, .points = kept_points, .counts = kept_counts};
    return CSTM_OK;
}

int32_t
quantiles_count(const struct quantiles *quantiles)
{
    return (int32_t) quantiles->n;
}

int32_t
quantiles_table(const struct quantiles *quantiles, int32_t index, int32_t *day, const void **points, const int64_t **counts)
{
    const struct table *table = &quantiles->tables[index];
    *day = table->day;
    *points = table->points;
    *counts = table->counts;
    return table->n;
}

const char *
quantiles_name(const struct quantiles *quantiles)
{
    return quantiles->name;
}

enum rule_kind
quantiles_kind(const struct quantiles *quantiles)
{
    return quantiles->kind;
}

bool
quantiles_digest(const struct quantiles *quantiles, struct digest *digest)
{
    struct cstm_buffer bytes = {0};
    bool good = buffer_put_text(&bytes, "quantiles 1", 11) &&
                buffer_put_text(&bytes, quantiles->name, strlen(quantiles->name)) &&
                buffer_put_u8(&bytes, (uint8_t) quantiles->kind);
    for (size_t t = 0; good && t < quantiles->n; t++) {
        const struct table *table = &quantiles->tables[t];
        good = buffer_put_svar(&bytes, table->day) && buffer_put_svar(&bytes, table->n);
        for (int32_t i = 0; good && i < table->n; i++) {
            uint64_t point;
            memcpy(&point, (const char *) table->points + sizeof point * (size_t) i, sizeof point);
            good = buffer_put_u64(&bytes, point) && buffer_put_svar(&bytes, table->counts[i]);
        }
    }
    if (good)
        *digest = digest_of(bytes.data, bytes.size);
    buffer_clear(&bytes);
    return good;
}

/* The latest of `day` or before, NULL if there is none. */
static const struct table *
table_of(const struct quantiles *quantiles, int64_t day)
{
    size_t low = 0, high = quantiles->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (quantiles->tables[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &quantiles->tables[low - 1];
}

/* Of the points that are not above the value the last one counts. */
#define BELOW(NAME, TYPE)                                                                           \
    uint8_t NAME(const struct quantiles *quantiles, TYPE value, int64_t day, int64_t *count, int64_t *total) \
    {                                                                                               \
        const struct table *table = table_of(quantiles, day);                                       \
        if (table == NULL)                                                                          \
            return CSTM_ERROR_MISSING;                                                              \
        const TYPE *points = table->points;                                                         \
        int32_t low = 0, high = table->n;                                                           \
        while (low < high) {                                                                        \
            int32_t middle = low + (high - low) / 2;                                                \
            if (points[middle] <= value)                                                            \
                low = middle + 1;                                                                   \
            else                                                                                    \
                high = middle;                                                                      \
        }                                                                                           \
        *count = low == 0 ? 0 : table->counts[low - 1];                                             \
        *total = table->counts[table->n - 1];                                                       \
        return 0;                                                                                   \
    }

BELOW(quantiles_below_int, int64_t)
BELOW(quantiles_below_double, double)
