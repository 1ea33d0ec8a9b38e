/* Bytes that this strategy or release does not understand and carries along unread: of one key one
 * piece, in the order of the keys' bytes, so that what is written does not tell in which order it
 * came. */
#include "profile/profile.h"

#include "base/memory.h"

#include <string.h>

static int
bytes_compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    size_t size = a_size < b_size ? a_size : b_size;
    int order = size == 0 ? 0 : memcmp(a, b, size);
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

/* Where a key is, or belongs: *found says which. */
static int32_t
place_of(const struct carried_list *list, const uint8_t *bytes, size_t key_size, bool *found)
{
    int32_t low = 0, high = list->n;
    *found = false;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        const struct carried *at = &list->items[middle];
        int order = bytes_compare(at->bytes, at->key_size, bytes, key_size);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
carried_reserve(struct carried_list *list, int32_t more)
{
    return memory_reserve(&list->items, &list->capacity, (size_t) list->n + (size_t) more,
                          sizeof *list->items);
}

/* Room was made: takes the item whether it stays or not. */
static void
insert(struct carried_list *list, struct carried item)
{
    bool found;
    int32_t place = place_of(list, item.bytes, item.key_size, &found);
    struct carried *at = &list->items[place];
    if (found) {
        bool greater = bytes_compare(item.bytes, item.size, at->bytes, at->size) > 0;
        memory_free(greater ? at->bytes : item.bytes);
        if (greater)
            *at = item;
        return;
    }
    memmove(at + 1, at, (size_t) (list->n - place) * sizeof *at);
    *at = item;
    list->n++;
}

bool
carried_add(struct carried_list *list, const uint8_t *bytes, size_t size, size_t key_size)
{
    struct carried item = {.size = size, .key_size = key_size};
    if (!carried_reserve(list, 1))
        return false;
    item.bytes = memory_copy(bytes, size);
    if (item.bytes == NULL)
        return false;
    insert(list, item);
    return true;
}

void
carried_take(struct carried_list *list, struct carried_list *from)
{
    for (int32_t i = 0; i < from->n; i++)
        insert(list, from->items[i]);
    from->n = 0;
    carried_clear(from);
}

bool
carried_copy(struct carried_list *to, const struct carried_list *from)
{
    for (int32_t i = 0; i < from->n; i++) {
        const struct carried *item = &from->items[i];
        if (!carried_add(to, item->bytes, item->size, item->key_size)) {
            carried_clear(to);
            return false;
        }
    }
    return true;
}

void
carried_clear(struct carried_list *list)
{
    for (int32_t i = 0; i < list->n; i++)
        memory_free(list->items[i].bytes);
    memory_free(list->items);
    *list = (struct carried_list){.items = NULL};
}
