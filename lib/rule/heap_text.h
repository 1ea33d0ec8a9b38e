/* A text that grows at the end of a run's heap. While one is being made, nothing else is taken from that heap; what has been
 * written becomes part of it when it is finished, and is forgotten if it never is. */
#ifndef RULE_HEAP_TEXT_H
#define RULE_HEAP_TEXT_H

#include "rule/value.h"

#include <libcustomer/base.h>

struct heap_text {
    struct heap *heap;
    char *bytes;
    size_t size;
    bool full;
};

static inline struct heap_text
heap_text_new(struct heap *heap)
{
    return (struct heap_text){.heap = heap, .bytes = heap->base + heap->used};
}

static inline void
heap_text_put(struct heap_text *text, const char *bytes, size_t size)
{
    if (text->full || size > text->heap->size - text->heap->used - text->size) {
        text->full = true;
        return;
    }
    if (size > 0)
        memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

static inline void
heap_text_put_char(struct heap_text *text, char c)
{
    heap_text_put(text, &c, 1);
}

/* The text as a string; CSTM_ERROR_LIMIT where it did not fit. */
static inline uint8_t
heap_text_finish(struct heap_text *text, struct cell *result)
{
    if (text->full || heap_take(text->heap, text->size) == NULL)
        return CSTM_ERROR_LIMIT;
    *result = cell_of_text(text->bytes, text->size);
    return 0;
}

#endif
