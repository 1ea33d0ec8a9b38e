/* Every public handle begins with a tag, so that a NULL, foreign or freed pointer is told from a living one and the
 * entry returns CSTM_ERROR_MISUSE. A free writes HANDLE_FREED over the tag before the memory goes back. */
#ifndef BASE_HANDLE_H
#define BASE_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum handle_tag {
    HANDLE_FREED = 0x66726565,
    HANDLE_ERROR = 0x63737401,
    HANDLE_BUFFER,
    HANDLE_CANCEL,
    HANDLE_TABLE,
    HANDLE_CSV,
    HANDLE_LAYOUT,
    HANDLE_SCOPE,
    HANDLE_RULE,
    HANDLE_EXPLANATION,
    HANDLE_ACTIVATION,
    HANDLE_SCORECARD,
    HANDLE_SCORER,
    HANDLE_VALIDATION,
    HANDLE_FILES,
    HANDLE_NEAREST,
    HANDLE_STRATEGY,
    HANDLE_PROFILE,
    HANDLE_EVENT,
    HANDLE_OUTCOME,
    HANDLE_BATCH,
    HANDLE_RESULT,
    HANDLE_MIGRATION,
    HANDLE_MEMBERSHIP,
    HANDLE_STREAM,
};

/* The first member of every handle's struct. */
struct handle {
    uint32_t tag;
};

static inline bool
handle_is(const void *pointer, enum handle_tag tag)
{
    return pointer != NULL && ((const struct handle *) pointer)->tag == (uint32_t) tag;
}

#endif
