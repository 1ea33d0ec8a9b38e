/* Text as data: is it UTF-8, is it an integer, and which known word did the writer mean. Doubles are read and written in
 * number.c. */
#include "base/text.h"

#include <string.h>

/* The length of the well-formed sequence at `at`, 0 if there is none (Unicode 15, table 3-7). */
static size_t
sequence_length(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || left < length)
        return 0;
    /* Over-long forms, surrogates and what lies beyond U+10FFFF differ in the second byte. */
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

size_t
text_utf8_error(const char *text, size_t size)
{
    const unsigned char *bytes = (const unsigned char *) text;
    size_t at = 0;
    while (at < size) {
        /* Eight bytes of ASCII at a time: most of what banks keep is. */
        uint64_t eight;
        if (size - at >= sizeof eight) {
            memcpy(&eight, bytes + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        size_t length = sequence_length(bytes + at, size - at);
        if (length == 0)
            return at;
        at += length;
    }
    return size;
}

int64_t
text_code_points(const char *text, size_t size)
{
    int64_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char) text[i] & 0xC0) != 0x80;
    return count;
}

bool
text_int64(const char *text, size_t size, int64_t *value)
{
    size_t at = size > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    bool negative = at == 1 && text[0] == '-';
    if (at == size)
        return false;
    int64_t sum = 0;
    for (; at < size; at++) {
        int digit = text[at] - '0';
        if (digit < 0 || digit > 9)
            return false;
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, negative ? -digit : digit, &sum))
            return false;
    }
    *value = sum;
    return true;
}

size_t
text_from_int64(int64_t value, char text[24])
{
    char reversed[24];
    size_t length = 0;
    uint64_t left = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
    do {
        reversed[length++] = (char) ('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        reversed[length++] = '-';
    for (size_t i = 0; i < length; i++)
        text[i] = reversed[length - 1 - i];
    text[length] = '\0';
    return length;
}

/* Longer words are not compared: nobody mistypes one by a letter. */
#define NEAREST_LONGEST 120

/* Edits (insert, drop, replace a byte, swap two neighbours) that turn a into b; more than `limit` is limit + 1. */
static size_t
edit_distance(const char *a, size_t a_size, const char *b, size_t b_size, size_t limit)
{
    size_t rows[3][NEAREST_LONGEST + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_size; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_size] > limit ? limit + 1 : above[b_size];
}

const char *
text_nearest(const char *word, const char *const *words, size_t n)
{
    size_t size = strlen(word);
    if (size > NEAREST_LONGEST)
        return NULL;
    size_t limit = size / 3 > 1 ? size / 3 : 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = words[i] == NULL ? 0 : strlen(words[i]);
        size_t apart = other > size ? other - size : size - other;
        if (other == 0 || other > NEAREST_LONGEST || apart > limit)
            continue;
        size_t distance = edit_distance(word, size, words[i], other, limit);
        /* A word of which nothing is left is not near: 'x' does not mean 'y'. */
        if (distance > limit || distance >= size)
            continue;
        nearest = words[i];
        if (distance == 0)
            return nearest;
        limit = distance - 1;
    }
    return nearest;
}
