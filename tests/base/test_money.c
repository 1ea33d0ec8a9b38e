/* Money: exact in, exact out, for every exponent of ISO 4217. */
#include "base/error.h"
#include "base/exact.h"
#include "base/money.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <string.h>

START_TEST(amounts_are_read_exactly)
{
    static const struct {
        const char *text, *currency;
        int64_t minor;
    } cases[] = {
        {"8000.00", "CNY", 800000}, {"8000", "CNY", 800000}, {"8000.5", "CNY", 800050}, {"-0.01", "CNY", -1},
        {"+3.10", "USD", 310},      {"007", "USD", 700},     {"0", "JPY", 0},           {"-0", "JPY", 0},
        {"1234", "JPY", 1234},      {"1234.000", "JPY", 1234}, {"1.234", "KWD", 1234},  {"1.2345", "CLF", 12345},
        {"1.50000000000000000000000", "TWD", 150},
        {"92233720368547758.07", "USD", INT64_MAX}, {"-92233720368547758.08", "USD", INT64_MIN},
        {"9223372036854775807", "JPY", INT64_MAX},  {"-9223372036854775808", "JPY", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t minor = 77;
        cstm_error *error = NULL;
        ck_assert_msg(cstm_money_parse(cases[i].text, strlen(cases[i].text), cases[i].currency, &minor, &error) == CSTM_OK,
                      "%s", cases[i].text);
        ck_assert_int_eq(minor, cases[i].minor);
        ck_assert_ptr_null(error);
    }
}
END_TEST

START_TEST(what_is_no_amount_is_refused_and_nothing_written)
{
    static const struct {
        const char *text, *currency;
        cstm_status status;
    } cases[] = {
        {"", "CNY", CSTM_ERROR_SYNTAX},       {"-", "CNY", CSTM_ERROR_SYNTAX},      {".50", "CNY", CSTM_ERROR_SYNTAX},
        {"5.", "CNY", CSTM_ERROR_SYNTAX},     {"1,000", "CNY", CSTM_ERROR_SYNTAX},  {"1e3", "CNY", CSTM_ERROR_SYNTAX},
        {" 1", "CNY", CSTM_ERROR_SYNTAX},     {"1 ", "CNY", CSTM_ERROR_SYNTAX},     {"¥5", "CNY", CSTM_ERROR_SYNTAX},
        {"1.2.3", "CNY", CSTM_ERROR_SYNTAX},  {"--1", "CNY", CSTM_ERROR_SYNTAX},    {"0x1", "CNY", CSTM_ERROR_SYNTAX},
        {"1.234", "CNY", CSTM_ERROR_RANGE},   {"0.1", "JPY", CSTM_ERROR_RANGE},     {"1.00001", "CLF", CSTM_ERROR_RANGE},
        {"92233720368547758.08", "USD", CSTM_ERROR_RANGE}, {"-92233720368547758.09", "USD", CSTM_ERROR_RANGE},
        {"99999999999999999999999999", "JPY", CSTM_ERROR_RANGE}, {"9223372036854775807", "USD", CSTM_ERROR_RANGE},
        {"1", "XAU", CSTM_ERROR_UNKNOWN},     {"1", "ABC", CSTM_ERROR_UNKNOWN},     {"1", "cny", CSTM_ERROR_UNKNOWN},
        {"1", "", CSTM_ERROR_UNKNOWN},        {"1", "CNYX", CSTM_ERROR_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t minor = 77;
        cstm_error *error = NULL;
        ck_assert_msg(cstm_money_parse(cases[i].text, strlen(cases[i].text), cases[i].currency, &minor, &error) ==
                          cases[i].status, "%s %s", cases[i].text, cases[i].currency);
        ck_assert_int_eq(minor, 77);
        ck_assert_int_eq(cstm_error_code(error), cases[i].status);
        cstm_error_free(error);
    }
    int64_t minor;
    ck_assert_int_eq(cstm_money_parse("1\0", 2, "CNY", &minor, NULL), CSTM_ERROR_SYNTAX);
}
END_TEST

START_TEST(null_is_misuse)
{
    int64_t minor;
    char text[32];
    ck_assert_int_eq(cstm_money_parse(NULL, 0, "CNY", &minor, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_money_parse("1", 1, NULL, &minor, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_money_parse("1", 1, "CNY", NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_money_format(1, NULL, text, 32, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_money_format(1, "CNY", NULL, 32, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_currency_exponent(NULL), -1);
}
END_TEST

START_TEST(amounts_are_written_with_all_their_decimals)
{
    static const struct {
        int64_t minor;
        const char *currency, *text;
    } cases[] = {
        {800000, "CNY", "8000.00"}, {1, "CNY", "0.01"},   {-1, "CNY", "-0.01"},  {10, "CNY", "0.10"}, {0, "CNY", "0.00"},
        {0, "JPY", "0"},            {-5, "JPY", "-5"},    {5, "KWD", "0.005"},   {12345, "CLF", "1.2345"},
        {INT64_MAX, "USD", "92233720368547758.07"},       {INT64_MIN, "USD", "-92233720368547758.08"},
        {INT64_MIN, "JPY", "-9223372036854775808"},       {INT64_MIN, "CLF", "-922337203685477.5808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        ck_assert_int_eq(cstm_money_format(cases[i].minor, cases[i].currency, text, sizeof text, NULL), CSTM_OK);
        ck_assert_str_eq(text, cases[i].text);
        int64_t back;
        ck_assert_int_eq(cstm_money_parse(text, strlen(text), cases[i].currency, &back, NULL), CSTM_OK);
        ck_assert_int_eq(back, cases[i].minor);
        /* Just enough room, and one byte less. */
        size_t size = strlen(text);
        char guarded[32];
        memset(guarded, '#', sizeof guarded);
        ck_assert_int_eq(cstm_money_format(cases[i].minor, cases[i].currency, guarded, size, NULL), CSTM_ERROR_LIMIT);
        ck_assert_int_eq(guarded[0], '#');
        ck_assert_int_eq(cstm_money_format(cases[i].minor, cases[i].currency, guarded, size + 1, NULL), CSTM_OK);
        ck_assert_int_eq(guarded[size + 1], '#');
    }
}
END_TEST

/* Exponents: ISO 4217, table A.1, column "Minor unit". */
START_TEST(currencies_have_the_minor_unit_of_iso_4217)
{
    static const struct {
        const char *code;
        int32_t exponent;
    } cases[] = {
        {"AED", 2}, {"TWD", 2}, {"CNY", 2}, {"USD", 2}, {"EUR", 2}, {"JPY", 0}, {"KRW", 0}, {"VND", 0}, {"ISK", 0},
        {"CLP", 0}, {"XAF", 0}, {"BIF", 0}, {"KWD", 3}, {"BHD", 3}, {"TND", 3}, {"CLF", 4}, {"UYW", 4}, {"UYI", 0},
        {"MRU", 2}, {"ZMW", 2}, {"ZWG", 2}, {"XCG", 2},
        {"XAU", -1}, {"XXX", -1}, {"XTS", -1}, {"XDR", -1}, {"XSU", -1}, {"XUA", -1}, {"XBA", -1}, {"XPT", -1},
        {"AAA", -1}, {"ZZZ", -1}, {"US", -1}, {"USDX", -1}, {"", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(cstm_currency_exponent(cases[i].code) == cases[i].exponent, "%s", cases[i].code);
    ck_assert_int_eq(currency_find("TWD", 3)->number, 901);
    ck_assert_int_eq(currency_find("CNY", 3)->number, 156);
}
END_TEST

START_TEST(the_table_of_currencies_is_sorted_and_complete)
{
    /* Every code can be found by the search only if the table is in order: walk all 17576. 181 codes of iso-codes 4.15
     * without its 13 that have no minor unit, and XCG and ZWG of 2024. */
    int found = 0, wrong = 0;
    for (int i = 0; i < 26 * 26 * 26; i++) {
        char code[3] = {(char) ('A' + i / 676), (char) ('A' + i / 26 % 26), (char) ('A' + i % 26)};
        const struct currency *currency = currency_find(code, 3);
        found += currency != NULL;
        wrong += currency != NULL && (memcmp(currency->code, code, 3) != 0 || currency->number < 1 || currency->number > 999);
    }
    ck_assert_int_eq(found, 170);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

START_TEST(money_as_a_double_is_correctly_rounded)
{
    ck_assert_double_eq(money_to_double(391300, 2), 3913.0);
    ck_assert_double_eq(money_to_double(1, 2), 0.01);
    ck_assert_double_eq(money_to_double(-12345, 4), -1.2345);
    ck_assert_double_eq(money_to_double(INT64_MIN, 0), -0x1p63);
    /* Beyond 2^53 a division of rounded operands would be off: int(m) / 1000 of Python's exact integers. */
    ck_assert_double_eq(money_to_double(INT64_C(9007199254740993), 3), 9007199254740.993);
    ck_assert_double_eq(money_to_double(INT64_C(9223372036854775807), 2), 92233720368547758.07);
    ck_assert_double_eq(money_to_double(INT64_C(-9223372036854775807), 4), -922337203685477.5807);
    /* fractions.Fraction, where float(m) / 10**e is one unit off. */
    ck_assert_double_eq(money_to_double(INT64_C(5611633825035178630), 2), 5.6116338250351784e+16);
    ck_assert_double_eq(money_to_double(INT64_C(7052905603194210557), 3), 7052905603194211.0);
    ck_assert_double_eq(money_to_double(INT64_C(5813763171132345735), 4), 581376317113234.6);
}
END_TEST

START_TEST(a_double_is_money_if_its_shortest_decimal_is)
{
    static const struct {
        double major;
        int32_t exponent;
        bool exact;
        int64_t minor;
    } cases[] = {
        {0.1, 2, true, 10},         {0.29, 2, true, 29},      {4.35, 2, true, 435},     {-1.005, 3, true, -1005},
        {1.005, 2, false, 0},       {0.1 + 0.2, 2, false, 0}, {1e-5, 4, false, 0},      {-0.0, 2, true, 0},
        {8000, 0, true, 8000},      {8000.5, 0, false, 0},    {1e15, 2, true, INT64_C(100000000000000000)},
        {9.2e16, 2, true, INT64_C(9200000000000000000)},
        {92233720368547758.0, 2, false, 0},   /* shortest: 9.223372036854776e+16, beyond int64 */
        {9.3e16, 2, false, 0},      {1e300, 2, false, 0},     {1e-300, 2, false, 0},    {INFINITY, 2, false, 0},
        {NAN, 2, false, 0},         {12345678901234.56, 2, true, INT64_C(1234567890123456)},
        {9007199254740993.0, 0, true, INT64_C(9007199254740992)}, {-92233720368547758.08, 2, false, 0},
        {999999999999999.9, 1, true, INT64_C(9999999999999999)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t minor = 77;
        bool exact = money_from_double(cases[i].major, cases[i].exponent, &minor);
        ck_assert_msg(exact == cases[i].exact, "%.17g", cases[i].major);
        ck_assert_int_eq(minor, exact ? cases[i].minor : 77);
    }
    for (int64_t minor = -100000; minor < 100000; minor += 7) {
        int64_t back;
        ck_assert(money_from_double(money_to_double(minor, 2), 2, &back) && back == minor);
    }
}
END_TEST

START_TEST(a_decimal_is_money_if_nothing_is_lost)
{
    wide large = (wide) INT64_MAX * 1000000;
    int64_t minor = 77;
    ck_assert(money_from_decimal(391300, 2, 2, &minor) && minor == 391300);
    ck_assert(money_from_decimal(3913, 0, 2, &minor) && minor == 391300);
    ck_assert(money_from_decimal(39, -2, 2, &minor) && minor == 390000);
    ck_assert(money_from_decimal(-391300000, 5, 2, &minor) && minor == -391300);
    ck_assert(money_from_decimal(large, 8, 2, &minor) && minor == INT64_MAX);
    ck_assert(money_from_decimal(0, 1000000, -1000000, &minor) && minor == 0);
    ck_assert(money_from_decimal(0, -1000000, 2, &minor) && minor == 0);
    minor = 77;
    ck_assert(!money_from_decimal(391300001, 5, 2, &minor));
    ck_assert(!money_from_decimal(large, 2, 2, &minor));
    ck_assert(!money_from_decimal(1, -100, 2, &minor));
    ck_assert(!money_from_decimal(1, 100, 2, &minor));
    ck_assert(!money_from_decimal((wide) INT64_MIN - 1, 2, 2, &minor));
    ck_assert(!money_from_decimal(1, INT32_MIN, 4, &minor));
    ck_assert(!money_from_decimal(1, INT32_MAX, 0, &minor));
    ck_assert_int_eq(minor, 77);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("money");
    tcase_add_test(tcase, amounts_are_read_exactly);
    tcase_add_test(tcase, what_is_no_amount_is_refused_and_nothing_written);
    tcase_add_test(tcase, null_is_misuse);
    tcase_add_test(tcase, amounts_are_written_with_all_their_decimals);
    tcase_add_test(tcase, currencies_have_the_minor_unit_of_iso_4217);
    tcase_add_test(tcase, the_table_of_currencies_is_sorted_and_complete);
    tcase_add_test(tcase, money_as_a_double_is_correctly_rounded);
    tcase_add_test(tcase, a_double_is_money_if_its_shortest_decimal_is);
    tcase_add_test(tcase, a_decimal_is_money_if_nothing_is_lost);
    Suite *suite = suite_create("money");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
