/* The one door to the allocator. Everything on a data path comes through here and gets NULL when memory runs out; nothing
 * aborts, and nothing but malloc, calloc, realloc and free is called, so that a test can fail each of them in turn. */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *
memory_new(size_t size)
{
    return calloc(1, size == 0 ? 1 : size);
}

void *
memory_new_array(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return memory_new(bytes);
}

void *
memory_copy(const void *bytes, size_t size)
{
    if (size == SIZE_MAX)
        return NULL;
    char *copy = malloc(size + 1);
    if (copy == NULL)
        return NULL;
    if (size > 0)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

void
memory_free(void *pointer)
{
    free(pointer);
}

bool
memory_reserve(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return true;
    size_t grown = *capacity + *capacity / 2;
    if (grown < need)
        grown = need < 8 ? 8 : need;
    size_t bytes;
    if (__builtin_mul_overflow(grown, size, &bytes))
        return false;
    /* The caller's pointer has a type of its own; copying it in and out keeps the aliasing rules. */
    void *old;
    memcpy(&old, array, sizeof old);
    void *moved = realloc(old, bytes == 0 ? 1 : bytes);
    if (moved == NULL)
        return false;
    memcpy(array, &moved, sizeof moved);
    *capacity = grown;
    return true;
}
