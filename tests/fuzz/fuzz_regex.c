/* Patterns under fuzz: the first line is a pattern, the rest a text. What compiles gives one answer by its table, by steps, compiled in a
 * heap, and in a group of its own, for no more work than is said. What does not compile says why, at a place within the pattern. */
#define _GNU_SOURCE

#include "rule/regex.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
check(bool holds)
{
    if (!holds)
        abort();
}

static void
check_fault(const struct regex_fault *fault, size_t size)
{
    check(fault->state == CSTM_ERROR_SYNTAX || fault->state == CSTM_ERROR_UNSUPPORTED || fault->state == CSTM_ERROR_LIMIT);
    check(fault->message != NULL && fault->at >= 0 && (size_t) fault->at <= size);
}

/* In a heap as large as a run's. It may be too small for a pattern that compiles elsewhere. */
static void
check_in_heap(const char *pattern, size_t pattern_size, const char *text, size_t size, int expected)
{
    char *memory = aligned_alloc(16, HEAP_SIZE);
    check(memory != NULL);
    struct heap heap = {.base = memory, .size = HEAP_SIZE};
    const struct regex_room room = {.heap = &heap};
    struct regex_fault fault;
    const struct regex *regex = regex_new(pattern, pattern_size, &room, &room, &fault);
    check(heap.used <= heap.size);
    if (regex == NULL)
        check_fault(&fault, pattern_size);
    if (regex == NULL && expected >= 0)
        check(fault.state == CSTM_ERROR_LIMIT);
    if (regex != NULL)
        check(expected != -1 && (expected == -2 || regex_match(regex, text, size) == expected));
    free(memory);
}

/* (?:pattern) is the pattern, unless it takes it past a limit. */
static void
check_in_group(const char *pattern, size_t pattern_size, const char *text, size_t size, int expected)
{
    char *grouped = malloc(pattern_size + 4);
    check(grouped != NULL);
    memcpy(grouped, "(?:", 3);
    memcpy(grouped + 3, pattern, pattern_size);
    grouped[pattern_size + 3] = ')';
    struct arena arena = {0};
    struct regex_fault fault;
    const struct regex *regex = regex_compile(&arena, grouped, pattern_size + 4, &fault);
    /* \Q without its \E takes the parenthesis in. */
    if (regex == NULL)
        check(fault.state == CSTM_ERROR_LIMIT || memmem(pattern, pattern_size, "\\Q", 2) != NULL);
    else
        check(regex_match(regex, text, size) == expected);
    arena_clear(&arena);
    free(grouped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *pattern = (const char *) bytes;
    const uint8_t *end = size == 0 ? NULL : memchr(bytes, '\n', size);
    const size_t pattern_size = end == NULL ? size : (size_t) (end - bytes);
    const char *text = end == NULL ? pattern + size : (const char *) end + 1;
    const size_t text_size = size - (size_t) (text - pattern);
    struct arena arena = {0};
    struct regex_fault fault;
    const struct regex *regex = regex_compile(&arena, pattern, pattern_size, &fault);
    int expected = -1;
    if (regex == NULL) {
        check_fault(&fault, pattern_size);
    } else {
        int64_t visits;
        const bool matched = regex_match(regex, text, text_size);
        const bool stepwise = regex_match_stepwise(regex, text, text_size, &visits);
        check(visits <= ((int64_t) text_size + 2) * 2 * regex->n_steps && regex->n_steps <= REGEX_STEPS);
        expected = text_utf8_error(text, text_size) < text_size ? -2 : matched;
        check(expected == -2 || stepwise == matched);
    }
    check_in_heap(pattern, pattern_size, text, text_size, expected);
    if (expected >= 0)
        check_in_group(pattern, pattern_size, text, text_size, expected);
    arena_clear(&arena);
    return 0;
}
