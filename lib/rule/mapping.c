/* Ranges of digits sorted by how many and by where they begin, other texts by their bytes. */
#include "rule/mapping.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct range {
    int64_t first, last;
    int32_t digits;          /* 0: of ints */
    int32_t category;
};

struct code {
    struct rule_text text;
    int32_t category;
};

struct mapping {
    _Atomic int32_t references;
    struct arena arena;      /* name, categories, codes */
    const char *name;
    enum rule_kind kind;
    int32_t n_categories, other;    /* other: -1 none */
    struct rule_text categories[MAPPING_CATEGORIES];
    struct range *ranges;
    struct code *codes;
    size_t n_ranges, range_capacity, n_codes, code_capacity;
};

struct mapping *
mapping_new(const char *name, enum rule_kind kind)
{
    struct mapping *mapping = memory_new(sizeof *mapping);
    if (mapping == NULL)
        return NULL;
    atomic_init(&mapping->references, 1);
    mapping->kind = kind;
    mapping->other = -1;
    mapping->name = arena_text(&mapping->arena, name, strlen(name));
    if (mapping->name != NULL)
        return mapping;
    mapping_unref(mapping);
    return NULL;
}

struct mapping *
mapping_ref(struct mapping *mapping)
{
    atomic_fetch_add_explicit(&mapping->references, 1, memory_order_relaxed);
    return mapping;
}

void
mapping_unref(struct mapping *mapping)
{
    if (mapping == NULL || atomic_fetch_sub_explicit(&mapping->references, 1, memory_order_acq_rel) != 1)
        return;
    memory_free(mapping->ranges);
    memory_free(mapping->codes);
    arena_clear(&mapping->arena);
    memory_free(mapping);
}

int32_t
mapping_category(struct mapping *mapping, const char *name, size_t size)
{
    for (int32_t i = 0; i < mapping->n_categories; i++)
        if (mapping->categories[i].size == size && memcmp(mapping->categories[i].bytes, name, size) == 0)
            return i;
    const char *copy = mapping->n_categories < MAPPING_CATEGORIES ? arena_text(&mapping->arena, name, size) : NULL;
    if (copy == NULL)
        return -1;
    mapping->categories[mapping->n_categories] = (struct rule_text){copy, size};
    return mapping->n_categories++;
}

bool
mapping_add_text(struct mapping *mapping, const char *code, size_t size, int32_t category)
{
    const char *copy = arena_text(&mapping->arena, code, size);
    if (copy == NULL || !memory_reserve(&mapping->codes, &mapping->code_capacity, mapping->n_codes + 1, sizeof *mapping->codes))
        return false;
    mapping->codes[mapping->n_codes++] = (struct code){.text = {copy, size}, .category = category};
    return true;
}

bool
mapping_add_range(struct mapping *mapping, int32_t digits, int64_t first, int64_t last, int32_t category)
{
    if (!memory_reserve(&mapping->ranges, &mapping->range_capacity, mapping->n_ranges + 1, sizeof *mapping->ranges))
        return false;
    mapping->ranges[mapping->n_ranges++] = (struct range){.first = first, .last = last, .digits = digits, .category = category};
    return true;
}

void
mapping_else(struct mapping *mapping, int32_t category)
{
    mapping->other = category;
}

static int
compare_ranges(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    if (x->digits != y->digits)
        return x->digits < y->digits ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static int
compare_texts(struct rule_text a, struct rule_text b)
{
    const size_t size = a.size < b.size ? a.size : b.size;
    const int order = size == 0 ? 0 : memcmp(a.bytes, b.bytes, size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int
compare_codes(const void *a, const void *b)
{
    return compare_texts(((const struct code *) a)->text, ((const struct code *) b)->text);
}

void
mapping_close(struct mapping *mapping)
{
    if (mapping->n_ranges > 1)
        qsort(mapping->ranges, mapping->n_ranges, sizeof *mapping->ranges, compare_ranges);
    if (mapping->n_codes > 1)
        qsort(mapping->codes, mapping->n_codes, sizeof *mapping->codes, compare_codes);
}

const char *
mapping_name(const struct mapping *mapping)
{
    return mapping->name;
}

enum rule_kind
mapping_kind(const struct mapping *mapping)
{
    return mapping->kind;
}

int32_t
mapping_count(const struct mapping *mapping)
{
    return mapping->n_categories;
}

struct rule_text
mapping_text(const struct mapping *mapping, int32_t category)
{
    return mapping->categories[category];
}

static bool
put_category(struct cstm_buffer *bytes, const struct mapping *mapping, int32_t category)
{
    return category < 0 ? buffer_put_u8(bytes, 0)
                        : buffer_put_u8(bytes, 1) && buffer_put_text(bytes, mapping->categories[category].bytes,
                                                                     mapping->categories[category].size);
}

/* By what it says: the order in which categories stand shows in results alone, whose columns it orders. Ranges that touch are one, so
 * that 5811-5812 says what 5811 and 5812 say. */
bool
mapping_digest(const struct mapping *mapping, struct digest *digest)
{
    struct cstm_buffer bytes = {0};
    bool good = buffer_put_text(&bytes, "mapping 1", 9) && buffer_put_u8(&bytes, (uint8_t) mapping->kind) &&
                put_category(&bytes, mapping, mapping->other);
    for (size_t i = 0; good && i < mapping->n_ranges;) {
        const struct range *range = &mapping->ranges[i];
        int64_t last = range->last;
        for (i++; i < mapping->n_ranges && mapping->ranges[i].digits == range->digits &&
                  mapping->ranges[i].category == range->category && last < INT64_MAX && mapping->ranges[i].first == last + 1; i++)
            last = mapping->ranges[i].last;
        good = buffer_put_svar(&bytes, range->digits) && buffer_put_svar(&bytes, range->first) && buffer_put_svar(&bytes, last) &&
               put_category(&bytes, mapping, range->category);
    }
    good = good && buffer_put_svar(&bytes, -1);
    for (size_t i = 0; good && i < mapping->n_codes; i++)
        good = buffer_put_text(&bytes, mapping->codes[i].text.bytes, mapping->codes[i].text.size) &&
               put_category(&bytes, mapping, mapping->codes[i].category);
    if (good)
        *digest = digest_of(bytes.data, bytes.size);
    buffer_clear(&bytes);
    return good;
}

static uint8_t
answer(const struct mapping *mapping, int32_t category, struct rule_text *text)
{
    if (category < 0)
        category = mapping->other;
    *text = category < 0 ? (struct rule_text){"", 0} : mapping->categories[category];
    return category < 0 ? CSTM_ERROR_MISSING : 0;
}

static int32_t
find_number(const struct mapping *mapping, int32_t digits, int64_t number)
{
    size_t low = 0, high = mapping->n_ranges;
    while (low < high) {    /* the first that begins behind it */
        const size_t middle = low + (high - low) / 2;
        const struct range *range = &mapping->ranges[middle];
        if (range->digits < digits || (range->digits == digits && range->first <= number))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return -1;
    const struct range *range = &mapping->ranges[low - 1];
    return range->digits == digits && number <= range->last ? range->category : -1;
}

uint8_t
mapping_of_int(const struct mapping *mapping, int64_t code, struct rule_text *category)
{
    return answer(mapping, find_number(mapping, 0, code), category);
}

uint8_t
mapping_of_text(const struct mapping *mapping, struct rule_text code, struct rule_text *category)
{
    int64_t number = 0;
    size_t i = 0;
    while (i < code.size && i < MAPPING_DIGITS && code.bytes[i] >= '0' && code.bytes[i] <= '9')
        number = 10 * number + (code.bytes[i++] - '0');
    if (i > 0 && i == code.size)
        return answer(mapping, find_number(mapping, (int32_t) i, number), category);
    size_t low = 0, high = mapping->n_codes;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare_texts(mapping->codes[middle].text, code);
        if (order == 0)
            return answer(mapping, mapping->codes[middle].category, category);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return answer(mapping, -1, category);
}
