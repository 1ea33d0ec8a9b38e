/* The values that a field declares, found from the texts of a column: by a small table of hashes,
 * or, where the column is a dictionary, once for each of its entries. A code is the number of the
 * value in the declaration, and takes a byte where there are not more than 256. */
#include "profile/batch.h"

#include "base/hash.h"

#include <string.h>

#define DICTIONARY_MOST 65536 /* entries that are looked up beforehand */

struct declared {
    char *const *values;
    int32_t *sizes;
    uint32_t mask;
    int32_t *slots; /* value + 1; 0: free */
    int32_t *known; /* per entry of the column's dictionary: value, -1 none; NULL: not known */
    int32_t n_known;
};

void
declared_free(struct declared *declared)
{
    if (declared == NULL)
        return;
    memory_free(declared->sizes);
    memory_free(declared->slots);
    memory_free(declared->known);
    memory_free(declared);
}

int32_t
declared_find_text(const struct declared *declared, const char *bytes, size_t size)
{
    uint32_t at = (uint32_t) hash_bytes(bytes, size, 0) & declared->mask;
    for (; declared->slots[at] != 0; at = (at + 1) & declared->mask) {
        int32_t value = declared->slots[at] - 1;
        if ((size_t) declared->sizes[value] == size &&
            (size == 0 || memcmp(declared->values[value], bytes, size) == 0))
            return value;
    }
    return -1;
}

static bool
fill(struct declared *declared, int32_t n, const struct table_column *column)
{
    uint32_t size = 4;
    while (size < 2 * (uint32_t) n)
        size *= 2;
    declared->mask = size - 1;
    declared->sizes = memory_new_array((size_t) n, sizeof *declared->sizes);
    declared->slots = memory_new_array(size, sizeof *declared->slots);
    if (declared->sizes == NULL || declared->slots == NULL)
        return false;
    for (int32_t i = 0; i < n; i++) {
        size_t length = strlen(declared->values[i]);
        declared->sizes[i] = (int32_t) length;
        uint32_t at = (uint32_t) hash_bytes(declared->values[i], length, 0) & declared->mask;
        while (declared->slots[at] != 0)
            at = (at + 1) & declared->mask;
        declared->slots[at] = i + 1;
    }
    if (column->type != CSTM_TYPE_STRING || column->codes == NULL ||
        column->dictionary_size > DICTIONARY_MOST)
        return true;
    declared->n_known = (int32_t) column->dictionary_size;
    declared->known = memory_new_array((size_t) declared->n_known, sizeof *declared->known);
    for (int32_t i = 0; declared->known != NULL && i < declared->n_known; i++)
        declared->known[i] =
            declared_find_text(declared, column->bytes + column->offsets[i],
                               (size_t) (column->offsets[i + 1] - column->offsets[i]));
    return declared->known != NULL;
}

struct declared *
declared_new(char *const *values, int32_t n, const struct table_column *column)
{
    struct declared *made = memory_new(sizeof *made);
    if (made == NULL)
        return NULL;
    made->values = values;
    if (fill(made, n, column))
        return made;
    declared_free(made);
    return NULL;
}

int32_t
declared_find(const struct declared *declared, const struct table_column *column, int64_t row)
{
    if (declared->known != NULL)
        return declared->known[column->codes[row]];
    size_t size;
    const char *bytes = column_text(column, row, &size);
    return declared_find_text(declared, bytes, size);
}
