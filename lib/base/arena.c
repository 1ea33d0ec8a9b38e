/* An arena: what belongs to one compilation or one document lies together and goes together. The first block in the
 * chain is the one being filled; each new one is twice as large, up to 64 KiB. What does not fit a block of that size
 * gets one of its own behind the current block, so that the room left in the current one is not lost. */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_FIRST 1024
#define ARENA_LARGEST 65536
#define ARENA_ALIGN 16

struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(ARENA_ALIGN) unsigned char data[];
};

static struct arena_block *
block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->next = NULL;
    block->size = size;
    return block;
}

static void *
arena_new_alone(struct arena *arena, size_t size)
{
    struct arena_block *block = block_new(size);
    if (block == NULL)
        return NULL;
    if (arena->blocks == NULL) {
        arena->blocks = block;
        arena->used = size;
    } else {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    }
    return memset(block->data, 0, size);
}

void *
arena_new(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ARENA_ALIGN)
        return NULL;
    size_t rounded = size == 0 ? ARENA_ALIGN : (size + ARENA_ALIGN - 1) & ~(size_t) (ARENA_ALIGN - 1);
    if (arena->blocks == NULL || rounded > arena->blocks->size - arena->used) {
        if (rounded > ARENA_LARGEST / 4)
            return arena_new_alone(arena, rounded);
        size_t next = arena->blocks == NULL ? ARENA_FIRST : arena->blocks->size * 2;
        if (next > ARENA_LARGEST)
            next = ARENA_LARGEST;
        struct arena_block *block = block_new(next < rounded ? rounded : next);
        if (block == NULL)
            return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
        arena->used = 0;
    }
    void *place = arena->blocks->data + arena->used;
    arena->used += rounded;
    return memset(place, 0, rounded);
}

char *
arena_text(struct arena *arena, const char *text, size_t size)
{
    if (size == SIZE_MAX)
        return NULL;
    char *copy = arena_new(arena, size + 1);
    if (copy != NULL && size > 0)
        memcpy(copy, text, size);
    return copy;
}

void
arena_reset(struct arena *arena)
{
    struct arena_block *largest = arena->blocks;
    for (struct arena_block *block = arena->blocks; block != NULL; block = block->next)
        if (block->size > largest->size)
            largest = block;
    struct arena_block *block = arena->blocks;
    while (block != NULL) {
        struct arena_block *next = block->next;
        if (block != largest)
            free(block);
        block = next;
    }
    if (largest != NULL)
        largest->next = NULL;
    arena->blocks = largest;
    arena->used = 0;
}

void
arena_clear(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block != NULL) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct arena) {NULL, 0};
}
