/* Functions of texts. A text is well-formed UTF-8; its size counts code points, that of bytes counts bytes. */
#define _GNU_SOURCE

#include "rule/overload.h"

#include "base/text.h"

static inline uint8_t
starts_with(struct rule_text a, struct rule_text b, uint8_t *r)
{
    *r = a.size >= b.size && (b.size == 0 || memcmp(a.bytes, b.bytes, b.size) == 0);
    return 0;
}

static inline uint8_t
ends_with(struct rule_text a, struct rule_text b, uint8_t *r)
{
    *r = a.size >= b.size && (b.size == 0 || memcmp(a.bytes + (a.size - b.size), b.bytes, b.size) == 0);
    return 0;
}

static inline uint8_t
contains(struct rule_text a, struct rule_text b, uint8_t *r)
{
    *r = b.size == 0 || (a.size >= b.size && memmem(a.bytes, a.size, b.bytes, b.size) != NULL);
    return 0;
}

static inline uint8_t
size_text(struct rule_text a, int64_t *r)
{
    *r = a.size == 0 ? 0 : text_code_points(a.bytes, a.size);
    return 0;
}

static inline uint8_t
size_bytes(struct rule_text a, int64_t *r)
{
    *r = (int64_t) a.size;
    return 0;
}

static inline uint8_t
concatenate(char *buffer, struct rule_text a, struct rule_text b, struct rule_text *r)
{
    if (a.size == 0 || b.size == 0) {
        *r = a.size == 0 ? b : a;
        return 0;
    }
    r->bytes = "";
    r->size = 0;
    if (a.size > TEXT_LIMIT || b.size > TEXT_LIMIT - a.size)
        return CSTM_ERROR_LIMIT;
    memcpy(buffer, a.bytes, a.size);
    memcpy(buffer + a.size, b.bytes, b.size);
    r->bytes = buffer;
    r->size = a.size + b.size;
    return 0;
}

#define TEXTS KERNEL_GUARDED | KERNEL_SLOW
KERNEL_BINARY(BINARY_PLAIN, starts_with, struct rule_text, struct rule_text, uint8_t, TEXTS, 0)
KERNEL_BINARY(BINARY_PLAIN, ends_with, struct rule_text, struct rule_text, uint8_t, TEXTS, 0)
KERNEL_BINARY(BINARY_PLAIN, contains, struct rule_text, struct rule_text, uint8_t, TEXTS, 0)
KERNEL_UNARY(UNARY_PLAIN, size_text, struct rule_text, int64_t, TEXTS, 0)
KERNEL_UNARY(UNARY_PLAIN, size_bytes, struct rule_text, int64_t, TEXTS, 0)
KERNEL_BINARY(BINARY_TEXT, concatenate, struct rule_text, struct rule_text, struct rule_text,
              KERNEL_FAILS | KERNEL_GUARDED | KERNEL_SLOW, TEXT_LIMIT)

#define METHOD(NAME, KERNEL)                                                                        \
    {.name = NAME, .style = STYLE_METHOD, .n = 2, .result = RULE_BOOL, .args = {RULE_STRING, RULE_STRING}, \
     .kernel = &KERNEL##_kernel}

static const struct overload rows[] = {
    METHOD("startsWith", starts_with),
    METHOD("endsWith", ends_with),
    METHOD("contains", contains),
    {.name = "size", .style = STYLE_BOTH, .n = 1, .result = RULE_INT, .args = {RULE_STRING}, .kernel = &size_text_kernel},
    {.name = "size", .style = STYLE_BOTH, .n = 1, .result = RULE_INT, .args = {RULE_BYTES}, .kernel = &size_bytes_kernel},
    {.name = "_+_", .style = STYLE_FUNCTION, .n = 2, .result = RULE_STRING, .args = {RULE_STRING, RULE_STRING},
     .kernel = &concatenate_kernel},
    {.name = "_+_", .style = STYLE_FUNCTION, .n = 2, .result = RULE_BYTES, .args = {RULE_BYTES, RULE_BYTES},
     .kernel = &concatenate_kernel},
};
const struct overload_table text_overloads = {rows, sizeof rows / sizeof rows[0]};
