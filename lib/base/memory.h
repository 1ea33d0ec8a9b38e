/* All memory of the data paths: plain malloc underneath, NULL on failure, never an abort. Sizes are multiplied with an
 * overflow check. Zero bytes give a pointer that may be freed. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *memory_new(size_t size);                       /* zeroed */
void *memory_new_array(size_t count, size_t size);   /* zeroed */
void *memory_copy(const void *bytes, size_t size);   /* a copy followed by one NUL that is not counted */
void memory_free(void *pointer);

/* Makes room for `need` elements in *array, growing by half; new elements are not set. False leaves everything as it was. */
bool memory_reserve(void *array /* T ** */, size_t *capacity, size_t need, size_t size);

/* An arena: many small allocations that go together. Blocks double to 64 KiB. */
struct arena {
    struct arena_block *blocks;
    size_t used;
};
void *arena_new(struct arena *arena, size_t size);   /* zeroed, aligned to 16; NULL on failure */
char *arena_text(struct arena *arena, const char *text, size_t size);  /* a NUL-terminated copy */
void arena_reset(struct arena *arena);               /* keeps the largest block for reuse */
void arena_clear(struct arena *arena);

#endif
