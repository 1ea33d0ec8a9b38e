/* GB 18030 against what the standard says of itself: every scalar value of Unicode once; against
 * the converter of the C library, whose table is that of 2005, where it has one; and bytes that are
 * no characters. */
#include "table/gb18030.h"

#include <check.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

/* Every sequence of bytes that can be a character, and its code point. */
static void
every_character(void (*visit)(const char *bytes, size_t size, uint32_t code, void *data),
                void *data)
{
    for (unsigned a = 0; a < 0x80; a++)
        visit(&(char){(char) a}, 1, a, data);
    for (unsigned a = 0x81; a <= 0xFE; a++)
        for (unsigned b = 0x30; b <= 0xFE; b++) {
            char bytes[4] = {(char) a, (char) b, (char) 0x81, '0'};
            uint32_t code;
            if (b >= 0x40 && gb18030_next(bytes, 2, &code) == 2)
                visit(bytes, 2, code, data);
            for (unsigned c = 0x81; b <= 0x39 && c <= 0xFE; c++)
                for (unsigned d = 0x30; d <= 0x39; d++) {
                    bytes[2] = (char) c;
                    bytes[3] = (char) d;
                    if (gb18030_next(bytes, 4, &code) == 4)
                        visit(bytes, 4, code, data);
                }
        }
}

static void
count_code(const char *bytes, size_t size, uint32_t code, void *data)
{
    unsigned char *seen = data;
    (void) bytes;
    (void) size;
    ck_assert_uint_le(code, 0x10FFFF);
    seen[code]++;
}

START_TEST(every_scalar_value_is_one_character)
{
    unsigned char *seen = calloc(0x110000, 1);
    every_character(count_code, seen);
    for (uint32_t code = 0; code < 0x110000; code++)
        ck_assert_msg(seen[code] == (code < 0xD800 || code > 0xDFFF), "U+%04X", code);
    free(seen);
}
END_TEST

struct comparison {
    iconv_t converter;
    int differ;
};

/* Code points that the edition of 2022 moved, and those that glibc takes for characters beyond
 * U+FFFF where the standard keeps private use (FE51, FE52, FE53, FE6C, FE76, FE91). */
static int
is_known_to_differ(uint32_t code)
{
    static const uint16_t known[] = {0xE816, 0xE817, 0xE818, 0xE831, 0xE83B, 0xE855};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (code == known[i])
            return 1;
    return (code >= 0xE78D && code <= 0xE796) || (code >= 0xE81E && code <= 0xE864);
}

static void
compare(const char *bytes, size_t size, uint32_t code, void *data)
{
    struct comparison *comparison = data;
    char copy[4], *in = copy;
    uint32_t theirs = 0;
    char *out = (char *) &theirs;
    size_t left = size, room = sizeof theirs;
    memcpy(copy, bytes, size);
    size_t done = iconv(comparison->converter, &in, &left, &out, &room);
    if (done != (size_t) -1 && theirs == code)
        return;
    comparison->differ++;
    ck_assert_msg(is_known_to_differ(code), "U+%04X, not U+%04X", code, theirs);
}

START_TEST(the_converter_of_the_c_library_says_the_same)
{
    struct comparison comparison = {iconv_open("UCS-4LE", "GB18030"), 0};
    if (comparison.converter == (iconv_t) -1)
        return;
    every_character(compare, &comparison);
    /* 18 code points that moved and the 6 of private use; of two bytes, glibc agrees with 2022. */
    ck_assert_int_le(comparison.differ, 24);
    iconv_close(comparison.converter);
}
END_TEST

START_TEST(characters_are_those_of_the_standard)
{
    static const struct {
        const char *bytes;
        uint32_t code;
    } cases[] = {
        {"A", 'A'},
        {"\xB0\xA1", 0x554A},           /* GB 2312, row 16 cell 1: 啊 */
        {"\xD6\xD0", 0x4E2D},           /* 中 */
        {"\x81\x40", 0x4E02},           /* the first of GBK */
        {"\x95\x5C", 0x661E},           /* its second byte is a backslash */
        {"\xA1\xA1", 0x3000},           /* the ideographic space */
        {"\x81\x30\x81\x30", 0x80},     /* the first of four bytes */
        {"\x81\x39\xEE\x39", 0x3400},   /* CJK extension A */
        {"\x84\x31\xA4\x39", 0xFFFF},   /* the last of the plane 0 */
        {"\x90\x30\x81\x30", 0x10000},  /* the first beyond it */
        {"\x95\x32\x82\x36", 0x20000},  /* CJK extension B */
        {"\xE3\x32\x9A\x35", 0x10FFFF}, /* the last */
        {"\xA6\xD9", 0xFE10},           /* moved in 2022 */
        {"\xFE\x59", 0x9FB4},           /* moved in 2022 */
        {"\x82\x35\x90\x37", 0xE81E},   /* which went there */
        {"\xA8\xBC", 0x1E3F},           /* moved in 2005 */
        {"\x81\x35\xF4\x37", 0xE7C7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t code = 0;
        size_t size = strlen(cases[i].bytes);
        ck_assert_uint_eq(gb18030_next(cases[i].bytes, size, &code), size);
        ck_assert_uint_eq(code, cases[i].code);
    }
}
END_TEST

START_TEST(what_begins_no_character_is_found)
{
    static const struct {
        const char *bytes;
        size_t size, bad;
    } cases[] = {
        {"", 0, 0},
        {"abcdefghijkl", 12, 12},
        {"\x80", 1, 0},
        {"\xFF", 1, 0},
        {"abcdefghij\xB0", 11, 10}, /* cut off */
        {"a\xB0\x20", 3, 1},        /* no trail byte */
        {"\xB0\x7F", 2, 0},
        {"\xB0\xFF", 2, 0},
        {"\x81\x30\x81", 3, 0}, /* cut off */
        {"\x81\x30\x81\x2F", 4, 0},
        {"\x81\x30\x80\x30", 4, 0},
        {"\x84\x31\xA5\x30", 4, 0}, /* behind U+FFFF, before U+10000 */
        {"\xE3\x32\x9A\x36", 4, 0}, /* behind U+10FFFF */
        {"\xFE\x39\xFE\x39", 4, 0},
        {"\xD6\xD0\x81\x30\x81\x30\xB0\xA1", 8, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(gb18030_error(cases[i].bytes, cases[i].size) == cases[i].bad, "case %zu", i);
}
END_TEST

START_TEST(text_is_utf8_afterwards)
{
    struct cstm_buffer utf8 = {0};
    /* 借 of GB 2312, two of ASCII, an e with acute in two bytes, U+20000 in four. */
    ck_assert(gb18030_to_utf8("\xBD\xE8 x\xA8\xA6\x95\x32\x82\x36", 10, &utf8));
    ck_assert_str_eq((const char *) utf8.data, "\xE5\x80\x9F x\xC3\xA9\xF0\xA0\x80\x80");
    buffer_clear(&utf8);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("gb18030");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_scalar_value_is_one_character);
    tcase_add_test(tcase, the_converter_of_the_c_library_says_the_same);
    tcase_add_test(tcase, characters_are_those_of_the_standard);
    tcase_add_test(tcase, what_begins_no_character_is_found);
    tcase_add_test(tcase, text_is_utf8_afterwards);
    Suite *suite = suite_create("gb18030");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
