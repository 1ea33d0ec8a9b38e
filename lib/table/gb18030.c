/* Characters of GB 18030 to code points: two bytes by table, four bytes by number. The number of a
 * character of four bytes counts them in their order; those up to U+FFFF stand in runs, those
 * beyond follow each other from 90308130. */
#include "table/gb18030.h"

#include "base/memory.h"
#include "table/gb18030_table.h"

#include <string.h>

#define FOUR_IN_PLANE_0 39420
#define FOUR_FIRST_BEYOND 189000 /* of 90308130 */

static uint32_t
code_of_two(unsigned lead, unsigned trail)
{
    return gb18030_two[lead - 0x81][trail - (trail < 0x7F ? 0x40 : 0x41)];
}

/* 0 where the number stands for nothing. */
static uint32_t
code_of_number(uint32_t number)
{
    if (number >= FOUR_FIRST_BEYOND)
        return number - FOUR_FIRST_BEYOND <= 0xFFFFF ? 0x10000 + (number - FOUR_FIRST_BEYOND) : 0;
    if (number >= FOUR_IN_PLANE_0)
        return 0;
    size_t low = 0, high = sizeof gb18030_runs / sizeof gb18030_runs[0];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (gb18030_runs[middle].number <= number)
            low = middle;
        else
            high = middle;
    }
    return gb18030_runs[low].code + (number - gb18030_runs[low].number);
}

size_t
gb18030_next(const char *text, size_t size, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *) text;
    if (size == 0)
        return 0;
    *code = at[0];
    if (at[0] < 0x80)
        return 1;
    if (at[0] == 0x80 || at[0] == 0xFF || size < 2)
        return 0;
    if (at[1] >= 0x40 && at[1] != 0x7F && at[1] != 0xFF) {
        *code = code_of_two(at[0], at[1]);
        return 2;
    }
    if (size < 4 || at[1] < 0x30 || at[1] > 0x39 || at[2] < 0x81 || at[2] == 0xFF || at[3] < 0x30 ||
        at[3] > 0x39)
        return 0;
    uint32_t number = (at[0] - 0x81U) * 10 + (at[1] - 0x30U);
    number = (number * 126 + (at[2] - 0x81U)) * 10 + (at[3] - 0x30U);
    *code = code_of_number(number);
    return *code != 0 ? 4 : 0;
}

/* How many bytes from there on are ASCII. */
static size_t
ascii_run(const char *text, size_t size)
{
    size_t at = 0;
    for (uint64_t eight; size - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (at < size && ((unsigned char) text[at]) < 0x80)
        at++;
    return at;
}

size_t
gb18030_error(const char *text, size_t size)
{
    uint32_t code;
    for (size_t at = 0;;) {
        at += ascii_run(text + at, size - at);
        if (at == size)
            return size;
        size_t length = gb18030_next(text + at, size - at, &code);
        if (length == 0)
            return at;
        at += length;
    }
}

static size_t
write_utf8(uint32_t code, char *bytes)
{
    if (code < 0x80) {
        bytes[0] = (char) code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        bytes[i] = (char) (0x80 | (code & 0x3F));
    bytes[0] = (char) (leads[size] | code);
    return size;
}

/* Two bytes come to three at most, and no other character to more than it has. */
bool
gb18030_to_utf8(const char *text, size_t size, struct cstm_buffer *utf8)
{
    if (!memory_reserve(&utf8->data, &utf8->capacity, utf8->size + size + size / 2 + 1, 1))
        return false;
    char *out = (char *) utf8->data + utf8->size;
    for (size_t at = 0;;) {
        size_t run = ascii_run(text + at, size - at);
        memcpy(out, text + at, run);
        out += run;
        at += run;
        uint32_t code;
        size_t length = 0;
        while (at < size && (length = gb18030_next(text + at, size - at, &code)) > 1) {
            out += write_utf8(code, out);
            at += length;
        }
        if (at == size || length == 0)
            break;
    }
    *out = '\0';
    utf8->size = (size_t) (out - (char *) utf8->data);
    return true;
}
