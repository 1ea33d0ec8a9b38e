/* Doubles in decimal: read and written as Python does, bit for bit (number_cases.h), and without the locale. */
#include "base/text.h"

#include "number_cases.h"

#include <check.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

static uint64_t
bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double
double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

START_TEST(decimals_are_read_correctly_rounded)
{
    for (size_t i = 0; i < sizeof read_cases / sizeof *read_cases; i++) {
        double value = -1;
        ck_assert_msg(text_double(read_cases[i].text, strlen(read_cases[i].text), &value), "%s", read_cases[i].text);
        ck_assert_msg(bits_of(value) == read_cases[i].bits, "%s", read_cases[i].text);
    }
}
END_TEST

START_TEST(what_is_no_decimal_or_too_large_is_refused)
{
    static const char *const bad[] = {
        "", "+", "-", ".", "-.", "e5", ".e5", "1e", "1e+", "1e-", "1 ", " 1", "1,5", "1.5.2", "0x1p3", "inf", "nan",
        "Infinity", "1e5.0", "1_000", "--1", "1e400", "-1e309", "1.7976931348623159e308", "1d5", "１",
        "1e999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 7;
        ck_assert_msg(!text_double(bad[i], strlen(bad[i]), &value), "%s", bad[i]);
        ck_assert_double_eq(value, 7);
    }
    double value;
    ck_assert(!text_double("1\0", 2, &value));
}
END_TEST

START_TEST(a_number_of_a_million_digits_is_read)
{
    static char text[1000010];
    memset(text, '0', sizeof text);
    text[1] = '.';
    text[1000000] = '1';
    memcpy(text + 1000001, "e1000000", 8);
    double value;
    ck_assert(text_double(text, 1000009, &value));   /* 10^-999999 * 10^1000000 */
    ck_assert_double_eq(value, 10);
    memset(text, '9', sizeof text);
    ck_assert(!text_double(text, sizeof text, &value));
    text[1] = '.';
    ck_assert(text_double(text, sizeof text, &value));
    ck_assert_double_eq(value, 10);
}
END_TEST

START_TEST(doubles_are_written_as_the_shortest_decimal)
{
    for (size_t i = 0; i < sizeof write_cases / sizeof *write_cases; i++) {
        char text[32];
        size_t size = text_from_double(double_of(write_cases[i].bits), text);
        ck_assert_str_eq(text, write_cases[i].text);
        ck_assert_uint_eq(size, strlen(text));
    }
}
END_TEST

START_TEST(zeros_infinities_and_nan_have_a_form)
{
    char text[32];
    text_from_double(0.0, text);
    ck_assert_str_eq(text, "0.0");
    text_from_double(-0.0, text);
    ck_assert_str_eq(text, "-0.0");
    text_from_double(INFINITY, text);
    ck_assert_str_eq(text, "inf");
    text_from_double(-INFINITY, text);
    ck_assert_str_eq(text, "-inf");
    text_from_double(NAN, text);
    ck_assert_str_eq(text, "nan");
}
END_TEST

START_TEST(every_double_written_is_read_back)
{
    /* A linear congruential walk through bit patterns (Knuth, MMIX). */
    uint64_t state = 4217;
    for (int i = 0; i < 20000; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value = double_of(state), back;
        if (!isfinite(value))
            continue;
        char text[32];
        size_t size = text_from_double(value, text);
        ck_assert(text_double(text, size, &back));
        ck_assert_uint_eq(bits_of(back), bits_of(value));
    }
}
END_TEST

START_TEST(the_locale_does_not_show)
{
    /* Where none of these is installed, the "C" locale stays and the test still holds. */
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "cs_CZ.UTF-8") == NULL)
        setlocale(LC_ALL, "fr_FR.UTF-8");
    char text[32];
    text_from_double(1234.5, text);
    double value;
    bool point = text_double("1234.5", 6, &value), comma = text_double("1234,5", 6, &value);
    setlocale(LC_ALL, "C");
    ck_assert_str_eq(text, "1234.5");
    ck_assert(point && !comma);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("number");
    tcase_add_test(tcase, decimals_are_read_correctly_rounded);
    tcase_add_test(tcase, what_is_no_decimal_or_too_large_is_refused);
    tcase_add_test(tcase, a_number_of_a_million_digits_is_read);
    tcase_add_test(tcase, doubles_are_written_as_the_shortest_decimal);
    tcase_add_test(tcase, zeros_infinities_and_nan_have_a_form);
    tcase_add_test(tcase, every_double_written_is_read_back);
    tcase_add_test(tcase, the_locale_does_not_show);
    Suite *suite = suite_create("number");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
