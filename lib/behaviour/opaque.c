/* What another strategy wrote and this one does not know: unknown entities' instances, attributes
 * and event kinds. Each payload is kept whole under the path of its instance, by names and keys,
 * and goes back where it came from when the history is written. Two halves' payloads stay side by
 * side until a strategy that knows them adds them up. */
#include "behaviour/layout.h"

int
opaque_compare(const void *a, const void *b)
{
    const struct opaque_section *x = a, *y = b;
    size_t size = x->size < y->size ? x->size : y->size;
    int order = memcmp(x->bytes, y->bytes, size);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

cstm_status
opaque_add(struct history *history, struct opaque_section section, cstm_error **error)
{
    size_t capacity = (size_t) history->opaque_capacity;
    if (history->n_opaque == INT32_MAX ||
        !memory_reserve(&history->opaque, &capacity, (size_t) history->n_opaque + 1,
                        sizeof section))
        return error_no_memory(error);
    history->opaque_capacity = (int32_t) capacity;
    int32_t low = 0, high = history->n_opaque;
    if (high > 0 && opaque_compare(&history->opaque[high - 1], &section) <= 0)
        low = high;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (opaque_compare(&history->opaque[middle], &section) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(&history->opaque[low + 1], &history->opaque[low],
            (size_t) (history->n_opaque - low) * sizeof section);
    history->opaque[low] = section;
    history->n_opaque++;
    return CSTM_OK;
}
