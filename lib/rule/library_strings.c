/* The functions of CEL's extension library for strings; format and quote stand in library_format.c.
 *
 * Positions count code points from 0, the one after the last included, and what lies beyond is CSTM_ERROR_RANGE. A part of
 * a text points into it. What is cheap and makes no new text is a kernel, so that it runs over vectors; the others are
 * builtins, whose texts and lists stand in the heap of the run. */
#define _GNU_SOURCE

#include "rule/heap_text.h"
#include "rule/overload.h"

#include "base/exact.h"
#include "base/text.h"

#define NOWHERE SIZE_MAX

/* The byte after the code point that begins at one, never beyond the text. */
static inline size_t
after_code_point(struct rule_text text, size_t at)
{
    const unsigned char c = (unsigned char) text.bytes[at];
    const size_t size = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return size < text.size - at ? at + size : text.size;
}

/* The byte at which the code point of that number begins; the size for the one after the last; else NOWHERE. */
static size_t
byte_of(struct rule_text text, int64_t index)
{
    if (index < 0 || (uint64_t) index > text.size)
        return NOWHERE;
    size_t at = 0;
    for (; index > 0 && at < text.size; index--)
        at = after_code_point(text, at);
    return index == 0 ? at : NOWHERE;
}

static inline struct rule_text
part(struct rule_text text, size_t from, size_t to)
{
    return (struct rule_text){from == to ? "" : text.bytes + from, to - from};
}

/* Where `searched` stands first at or after a byte. */
static size_t
first_from(struct rule_text text, struct rule_text searched, size_t from)
{
    if (searched.size == 0)
        return from;
    if (searched.size > text.size - from)
        return NOWHERE;
    const char *found = memmem(text.bytes + from, text.size - from, searched.bytes, searched.size);
    return found == NULL ? NOWHERE : (size_t) (found - text.bytes);
}

/* Where `searched` stands last at or before a byte: a window moves backwards, and its hash, a polynomial modulo 2^61 - 1, is
 * carried along (R. M. Karp and M. O. Rabin, 1987), so that a long searched text costs no more than a short one. */
#define HASH_PRIME ((UINT64_C(1) << 61) - 1)
#define HASH_BASE UINT64_C(1099511628211)

static inline uint64_t
hash_step(uint64_t hash, uint64_t factor, uint64_t addend)
{
    unsigned_wide product = (unsigned_wide) hash * factor + addend;
    uint64_t sum = (uint64_t) (product & HASH_PRIME) + (uint64_t) (product >> 61);
    return sum >= HASH_PRIME ? sum - HASH_PRIME : sum;
}

static size_t
last_from(struct rule_text text, struct rule_text searched, size_t from)
{
    const size_t n = searched.size;
    if (n > text.size)
        return NOWHERE;
    size_t at = from < text.size - n ? from : text.size - n;
    if (n == 0)
        return at;
    const unsigned char *bytes = (const unsigned char *) text.bytes;
    uint64_t wanted = 0, hash = 0, highest = 1;
    for (size_t i = n; i-- > 0;) {
        wanted = hash_step(wanted, HASH_BASE, (unsigned char) searched.bytes[i]);
        hash = hash_step(hash, HASH_BASE, bytes[at + i]);
        if (i > 0)
            highest = hash_step(highest, HASH_BASE, 0);
    }
    for (;; at--) {
        if (hash == wanted && memcmp(bytes + at, searched.bytes, n) == 0)
            return at;
        if (at == 0)
            return NOWHERE;
        uint64_t leaving = hash_step(highest, bytes[at + n - 1], 0);
        hash = hash_step(hash + HASH_PRIME - leaving, HASH_BASE, bytes[at - 1]);
    }
}

/* The number of the code point at a byte, -1 for NOWHERE. */
static int64_t
index_of_byte(struct rule_text text, size_t at)
{
    return at == NOWHERE ? -1 : at == 0 ? 0 : text_code_points(text.bytes, at);
}

static inline uint8_t
char_at(struct rule_text a, int64_t index, struct rule_text *r)
{
    size_t at = byte_of(a, index);
    *r = part(a, 0, 0);
    if (at == NOWHERE)
        return CSTM_ERROR_RANGE;
    if (at < a.size)
        *r = part(a, at, after_code_point(a, at));
    return 0;
}

static inline uint8_t
index_of(struct rule_text a, struct rule_text b, int64_t *r)
{
    *r = index_of_byte(a, first_from(a, b, 0));
    return 0;
}

static inline uint8_t
last_index_of(struct rule_text a, struct rule_text b, int64_t *r)
{
    *r = index_of_byte(a, last_from(a, b, a.size));
    return 0;
}

static inline uint8_t
rest_of(struct rule_text a, int64_t from, struct rule_text *r)
{
    size_t at = byte_of(a, from);
    *r = at == NOWHERE ? part(a, 0, 0) : part(a, at, a.size);
    return at == NOWHERE ? CSTM_ERROR_RANGE : 0;
}

/* The length of the blank that begins at `at`, 0 if none does: what Unicode calls white space. */
static size_t
blank_size(const char *at, size_t left)
{
    const unsigned char *c = (const unsigned char *) at;
    if (left >= 1 && (c[0] == ' ' || (c[0] >= '\t' && c[0] <= '\r')))
        return 1;
    if (left >= 2 && c[0] == 0xC2)                               /* U+0085, U+00A0 */
        return c[1] == 0x85 || c[1] == 0xA0 ? 2 : 0;
    if (left < 3)
        return 0;
    const uint32_t three = (uint32_t) c[0] << 16 | (uint32_t) c[1] << 8 | c[2];
    bool is_blank = three == 0xE19A80 ||                         /* U+1680 */
                    (three >= 0xE28080 && three <= 0xE2808A) ||  /* U+2000 to U+200A */
                    three == 0xE280A8 || three == 0xE280A9 ||    /* U+2028, U+2029 */
                    three == 0xE280AF || three == 0xE2819F ||    /* U+202F, U+205F */
                    three == 0xE38080;                           /* U+3000 */
    return is_blank ? 3 : 0;
}

static inline uint8_t
trimmed(struct rule_text a, struct rule_text *r)
{
    size_t from = 0, to = a.size;
    for (size_t n; from < to && (n = blank_size(a.bytes + from, to - from)) > 0;)
        from += n;
    for (size_t n = 1; n <= 3 && n <= to - from;) {
        bool is_blank = blank_size(a.bytes + to - n, n) == n;
        to -= is_blank ? n : 0;
        n = is_blank ? 1 : n + 1;
    }
    *r = part(a, from, to);
    return 0;
}

#define TEXTS KERNEL_GUARDED | KERNEL_SLOW
KERNEL_BINARY(BINARY_PLAIN, char_at, struct rule_text, int64_t, struct rule_text, KERNEL_FAILS | TEXTS, 0)
KERNEL_BINARY(BINARY_PLAIN, index_of, struct rule_text, struct rule_text, int64_t, TEXTS, 0)
KERNEL_BINARY(BINARY_PLAIN, last_index_of, struct rule_text, struct rule_text, int64_t, TEXTS, 0)
KERNEL_BINARY(BINARY_PLAIN, rest_of, struct rule_text, int64_t, struct rule_text, KERNEL_FAILS | TEXTS, 0)
KERNEL_UNARY(UNARY_PLAIN, trimmed, struct rule_text, struct rule_text, TEXTS, 0)

static uint8_t
text_result(struct rule_text text, struct cell *result)
{
    *result = (struct cell){.as.text = text, .kind = RULE_STRING};
    return 0;
}

/* The empty text stands at whichever position the search begins. */
static uint8_t
index_of_from(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    const struct rule_text text = arguments[0].as.text, searched = arguments[1].as.text;
    *result = arguments[2];
    if (searched.size == 0)
        return 0;
    size_t from = byte_of(text, arguments[2].as.i);
    if (from == NOWHERE)
        return CSTM_ERROR_RANGE;
    result->as.i = index_of_byte(text, first_from(text, searched, from));
    return 0;
}

static uint8_t
last_index_of_from(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    const struct rule_text text = arguments[0].as.text, searched = arguments[1].as.text;
    *result = arguments[2];
    if (searched.size == 0)
        return 0;
    size_t from = byte_of(text, arguments[2].as.i);
    if (from == NOWHERE)
        return CSTM_ERROR_RANGE;
    result->as.i = index_of_byte(text, last_from(text, searched, from));
    return 0;
}

static uint8_t
substring(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) call;
    (void) n;
    const struct rule_text text = arguments[0].as.text;
    const size_t from = byte_of(text, arguments[1].as.i), to = byte_of(text, arguments[2].as.i);
    if (from == NOWHERE || to == NOWHERE || from > to)
        return CSTM_ERROR_RANGE;
    return text_result(part(text, from, to), result);
}

/* Letters of ASCII from `first` to `last` change their case; a text without any is its own result. */
static uint8_t
change_case(const struct builtin_call *call, struct rule_text text, char first, char last, struct cell *result)
{
    size_t at = 0;
    while (at < text.size && (text.bytes[at] < first || text.bytes[at] > last))
        at++;
    if (at == text.size)
        return text_result(text, result);
    char *changed = heap_take(call->heap, text.size);
    if (changed == NULL)
        return CSTM_ERROR_LIMIT;
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.bytes[i];
        changed[i] = c >= first && c <= last ? (char) (c ^ 0x20) : c;
    }
    return text_result((struct rule_text){changed, text.size}, result);
}

static uint8_t
lower_ascii(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    return change_case(call, arguments[0].as.text, 'A', 'Z', result);
}

static uint8_t
upper_ascii(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    return change_case(call, arguments[0].as.text, 'a', 'z', result);
}

static uint8_t
reverse(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    (void) n;
    const struct rule_text text = arguments[0].as.text;
    char *reversed = heap_take(call->heap, text.size);
    if (reversed == NULL)
        return CSTM_ERROR_LIMIT;
    for (size_t at = 0, end; at < text.size; at = end) {
        end = after_code_point(text, at);
        memcpy(reversed + (text.size - end), text.bytes + at, end - at);
    }
    return text_result((struct rule_text){reversed, text.size}, result);
}

/* A limit below 0 is none. The empty text stands before every code point and at the end. */
static uint8_t
replace(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    const struct rule_text text = arguments[0].as.text, old = arguments[1].as.text, new = arguments[2].as.text;
    const int64_t limit = n == 4 ? arguments[3].as.i : -1;
    struct heap_text made = heap_text_new(call->heap);
    size_t copied = 0;
    for (int64_t count = 0; count != limit && !made.full; count++) {
        size_t from = copied;
        if (old.size == 0 && count > 0)
            from = copied < text.size ? after_code_point(text, copied) : text.size + 1;
        size_t found = from > text.size ? NOWHERE : first_from(text, old, from);
        if (found == NOWHERE)
            break;
        heap_text_put(&made, text.bytes + copied, found - copied);
        heap_text_put(&made, new.bytes, new.size);
        copied = found + old.size;
    }
    if (copied == 0 && made.size == 0 && !made.full)
        return text_result(text, result);
    heap_text_put(&made, text.bytes + copied, text.size - copied);
    return heap_text_finish(&made, result);
}

/* The end of the piece that begins at a byte: before a separator, or after one code point where that is empty. */
static size_t
piece_end(struct rule_text text, struct rule_text separator, size_t from)
{
    if (separator.size > 0)
        return first_from(text, separator, from);
    const size_t end = after_code_point(text, from);
    return end < text.size ? end : NOWHERE;
}

/* At most `limit` pieces, of which the last is all that is left; a limit below 0 is none. */
static uint8_t
split(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    const struct rule_text text = arguments[0].as.text, separator = arguments[1].as.text;
    int64_t limit = n == 3 ? arguments[2].as.i : -1;
    if (text.size == 0 && separator.size == 0)
        limit = 0;
    const int64_t most = (int64_t) (call->heap->size / sizeof(struct cell));
    int64_t pieces = limit == 0 ? 0 : 1;
    for (size_t at = 0; pieces != limit; pieces++, at += separator.size) {
        at = piece_end(text, separator, at);
        if (at == NOWHERE)
            break;
        if (pieces >= most)
            return CSTM_ERROR_LIMIT;
    }
    struct cell *items = NULL;
    struct value_list *list = list_new(call->heap, (int32_t) pieces, &items);
    if (list == NULL)
        return CSTM_ERROR_LIMIT;
    size_t from = 0;
    for (int64_t i = 0; i < pieces; i++) {
        size_t to = i + 1 < pieces ? piece_end(text, separator, from) : text.size;
        text_result(part(text, from, to), &items[i]);
        from = to + separator.size;
    }
    *result = (struct cell){.as.list = list, .kind = RULE_LIST};
    return 0;
}

static uint8_t
join(const struct builtin_call *call, const struct cell *arguments, int32_t n, struct cell *result)
{
    const struct value_list *list = arguments[0].as.list;
    const struct rule_text separator = n == 2 ? arguments[1].as.text : (struct rule_text){"", 0};
    struct heap_text made = heap_text_new(call->heap);
    for (int32_t i = 0; i < list->n; i++) {
        if (list->items[i].kind != RULE_STRING)
            return CSTM_ERROR_TYPE;
        if (i > 0)
            heap_text_put(&made, separator.bytes, separator.size);
        heap_text_put(&made, list->items[i].as.text.bytes, list->items[i].as.text.size);
    }
    return heap_text_finish(&made, result);
}

#define KERNEL(NAME, N, RESULT, SECOND, KERNEL)                                                     \
    {.name = NAME, .style = STYLE_METHOD, .n = N, .result = RESULT, .args = {RULE_STRING, SECOND},  \
     .kernel = &KERNEL##_kernel}
#define BUILTIN(NAME, N, RESULT, SIGNATURE, CALL)                                                   \
    {.name = NAME, .style = STYLE_METHOD, .n = N, .result = RESULT, .call = CALL, .signature = SIGNATURE}

static const struct overload rows[] = {
    KERNEL("charAt", 2, RULE_STRING, RULE_INT, char_at),
    KERNEL("indexOf", 2, RULE_INT, RULE_STRING, index_of),
    BUILTIN("indexOf", 3, RULE_INT, "s,s,i>i", index_of_from),
    KERNEL("lastIndexOf", 2, RULE_INT, RULE_STRING, last_index_of),
    BUILTIN("lastIndexOf", 3, RULE_INT, "s,s,i>i", last_index_of_from),
    BUILTIN("lowerAscii", 1, RULE_STRING, "s>s", lower_ascii),
    BUILTIN("upperAscii", 1, RULE_STRING, "s>s", upper_ascii),
    BUILTIN("replace", 3, RULE_STRING, "s,s,s>s", replace),
    BUILTIN("replace", 4, RULE_STRING, "s,s,s,i>s", replace),
    BUILTIN("split", 2, RULE_LIST, "s,s>ls", split),
    BUILTIN("split", 3, RULE_LIST, "s,s,i>ls", split),
    BUILTIN("join", 1, RULE_STRING, "ls>s", join),
    BUILTIN("join", 2, RULE_STRING, "ls,s>s", join),
    KERNEL("substring", 2, RULE_STRING, RULE_INT, rest_of),
    BUILTIN("substring", 3, RULE_STRING, "s,i,i>s", substring),
    KERNEL("trim", 1, RULE_STRING, RULE_ERROR, trimmed),
    BUILTIN("reverse", 1, RULE_STRING, "s>s", reverse),
};
const struct overload_table strings_overloads = {rows, sizeof rows / sizeof rows[0]};
