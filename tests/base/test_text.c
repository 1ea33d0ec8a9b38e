/* Text: well-formed UTF-8, integers, and the nearest known word. */
#include "base/text.h"

#include <check.h>
#include <string.h>

START_TEST(well_formed_text_has_no_error)
{
    static const char *const texts[] = {
        "", "a", "plain ASCII of more than eight bytes", "拉新 → 促活 → 转化", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
        "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_uint_eq(text_utf8_error(texts[i], strlen(texts[i])), strlen(texts[i]));
    ck_assert_uint_eq(text_utf8_error("a\0b", 3), 3);
}
END_TEST

START_TEST(malformed_text_is_found_where_it_starts)
{
    /* Unicode 15, table 3-7: lone and missing trailing bytes, over-long forms, surrogates, beyond U+10FFFF. */
    static const struct {
        const char *text;
        size_t at;
    } cases[] = {
        {"\x80", 0},         {"ab\xbf", 2},           {"\xc3", 0},            {"a\xc3z", 1},
        {"\xc0\x80", 0},     {"\xc1\xbf", 0},         {"\xe0\x9f\xbf", 0},    {"\xed\xa0\x80", 0},
        {"\xf0\x8f\xbf\xbf", 0}, {"\xf4\x90\x80\x80", 0}, {"\xf5\x80\x80\x80", 0}, {"\xff", 0},
        {"\xe5\x8d", 0},     {"twelve bytes\xfe", 12}, {"\xe5\x8d\xa1\xe5\x8d", 3}, {"\xf0\x9f\x98", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_uint_eq(text_utf8_error(cases[i].text, strlen(cases[i].text)), cases[i].at);
}
END_TEST

START_TEST(code_points_are_counted_not_bytes)
{
    ck_assert_int_eq(text_code_points("活户率 %", strlen("活户率 %")), 5);
    ck_assert_int_eq(text_code_points("", 0), 0);
    ck_assert_int_eq(text_code_points("\xf0\x9f\x98\x80", 4), 1);
}
END_TEST

START_TEST(integers_are_read_whole_and_in_range)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        {"0", 0}, {"-0", 0}, {"+7", 7}, {"012", 12}, {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN}, {"00000000000000000000000000000001", 1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = 99;
        ck_assert(text_int64(good[i].text, strlen(good[i].text), &value));
        ck_assert_int_eq(value, good[i].value);
    }
    static const char *const bad[] = {"", "-", "+", "+-1", "1 ", " 1", "1.0", "0x1", "1e3", "9223372036854775808",
                                      "-9223372036854775809", "99999999999999999999999", "１"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value = 99;
        ck_assert_msg(!text_int64(bad[i], strlen(bad[i]), &value), "%s", bad[i]);
        ck_assert_int_eq(value, 99);
    }
    int64_t value;
    ck_assert(!text_int64("1\0", 2, &value));
}
END_TEST

START_TEST(integers_are_written_whole)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"}, {-1, "-1"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[24];
        ck_assert_uint_eq(text_from_int64(cases[i].value, text), strlen(cases[i].text));
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(the_nearest_word_is_what_the_writer_meant)
{
    static const char *const words[] = {"limit", "balance", "utilisation", "used_6m", "used_3m", NULL, ""};
    static const struct {
        const char *word;
        const char *nearest;
    } cases[] = {
        {"limt", "limit"},     {"Limit", "limit"},          {"limit", "limit"},     {"ilmit", "limit"},
        {"blance", "balance"}, {"utilization", "utilisation"}, {"used_6", "used_6m"}, {"used_9m", "used_6m"},
        {"repayment", NULL},   {"x", NULL},                 {"", NULL},             {"lim", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest = text_nearest(cases[i].word, words, sizeof words / sizeof *words);
        if (cases[i].nearest == NULL)
            ck_assert_msg(nearest == NULL, "%s", cases[i].word);
        else
            ck_assert_str_eq(nearest, cases[i].nearest);
    }
    ck_assert_ptr_null(text_nearest("limit", NULL, 0));
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const long_words[] = {longest};
    ck_assert_ptr_null(text_nearest(longest, long_words, 1));
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("text");
    tcase_add_test(tcase, well_formed_text_has_no_error);
    tcase_add_test(tcase, malformed_text_is_found_where_it_starts);
    tcase_add_test(tcase, code_points_are_counted_not_bytes);
    tcase_add_test(tcase, integers_are_read_whole_and_in_range);
    tcase_add_test(tcase, integers_are_written_whole);
    tcase_add_test(tcase, the_nearest_word_is_what_the_writer_meant);
    Suite *suite = suite_create("text");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
