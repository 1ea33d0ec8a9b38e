/* Which of the declared values a field has, as a number: a category is looked up once, when its
 * event arrives, and is sixteen bits of the mask from then on. Texts are found by a table of hashes
 * that the plan makes of them; whole numbers count from the least. */
#include "behaviour/rows.h"

/* Of its size and its first and last eight bytes, which tell most lists of words apart. In memory
 * only: it may be another on another machine. */
static uint32_t
hash_of(const char *bytes, size_t size)
{
    uint64_t first = 0, last = 0;
    size_t part = size < 8 ? size : 8;
    if (size > 0) {
        memcpy(&first, bytes, part);
        memcpy(&last, bytes + size - part, part);
    }
    uint64_t hash = (first ^ last << 1 ^ size << 56) * UINT64_C(0x9e3779b97f4a7c15);
    hash = (hash ^ last) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t) (hash >> 32);
}

/* The values are few, at most CATEGORY_LIMIT. */
static void
rank_texts(const struct event_field *field, struct value_lane *lane)
{
    for (int32_t v = 0; v < field->n_values; v++) {
        int32_t at = v;
        struct rule_text own = {field->values[v], lane->sizes[v]};
        for (; at > 0; at--) {
            int32_t other = lane->ranked[at - 1];
            struct rule_text text = {field->values[other], lane->sizes[other]};
            if (text_compare(text, own) <= 0)
                break;
            lane->ranked[at] = lane->ranked[at - 1];
        }
        lane->ranked[at] = (uint16_t) v;
    }
}

bool
lane_prepare(const struct event_field *field, struct value_lane *lane)
{
    if (field->values == NULL)
        return true;
    size_t n = (size_t) field->n_values;
    lane->slots = 4;
    while (lane->slots < 2 * field->n_values)
        lane->slots *= 2;
    lane->table = memory_new_array((size_t) lane->slots, sizeof *lane->table);
    lane->sizes = memory_new_array(n + 1, sizeof *lane->sizes);
    lane->ranked = memory_new_array(n + 1, sizeof *lane->ranked);
    if (lane->table == NULL || lane->sizes == NULL || lane->ranked == NULL)
        return false;
    for (int32_t v = 0; v < field->n_values; v++) {
        size_t size = strlen(field->values[v]);
        lane->sizes[v] = (uint32_t) size;
        uint32_t at = hash_of(field->values[v], size);
        while (lane->table[at & (uint32_t) (lane->slots - 1)] != 0)
            at++;
        lane->table[at & (uint32_t) (lane->slots - 1)] = (uint16_t) (v + 1);
    }
    rank_texts(field, lane);
    return true;
}

void
lane_free(struct value_lane *lane)
{
    memory_free(lane->table);
    memory_free(lane->sizes);
    memory_free(lane->ranked);
}

uint64_t
lane_of_value(const struct event_field *field, const struct value_lane *lane, const void *value)
{
    if (field->values == NULL) {
        int64_t number = *(const int64_t *) value;
        uint64_t above = (uint64_t) number - (uint64_t) field->low;
        return number >= field->low && above < (uint64_t) field->n_values ? above + 1 : 0;
    }
    const struct rule_text *text = value;
    for (uint32_t at = hash_of(text->bytes, text->size);; at++) {
        uint32_t place = lane->table[at & (uint32_t) (lane->slots - 1)];
        if (place == 0 || (lane->sizes[place - 1] == text->size &&
                           (text->size == 0 ||
                            memcmp(field->values[place - 1], text->bytes, text->size) == 0)))
            return place;
    }
}
