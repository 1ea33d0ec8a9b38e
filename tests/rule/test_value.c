/* What expressions come to: each table is one part of the language. Every case runs as a single row and as a vector. */
#include "sample.h"

START_TEST(numbers_are_computed_exactly_or_fail)
{
    /* 9223372036854775807 is INT64_MAX, -9223372036854775808 INT64_MIN; CEL's definition, "Overflow". */
    static const struct value_case cases[] = {
        {"age + 1", "42"},
        {"age - 42", "-1"},
        {"age * -2", "-82"},
        {"-age", "-41"},
        {"9223372036854775807 + 0", "9223372036854775807"},
        {"9223372036854775766 + age", "9223372036854775807"},
        {"9223372036854775767 + age", "RANGE"},
        {"9223372036854775807 - 41 + age", "9223372036854775807"},
        {"9223372036854775807 - 40 + age", "RANGE"},
        {"-9223372036854775808 + 41 - age", "-9223372036854775808"},
        {"-9223372036854775808 + 40 - age", "RANGE"},
        {"-(-9223372036854775807 - 42 + age)", "RANGE"},
        {"4611686018427387904 * (age - 39)", "RANGE"},
        {"4611686018427387904 * (39 - age)", "-9223372036854775808"},
        {"(-9223372036854775808 + 41 - age) / (40 - age)", "RANGE"},
        {"(-9223372036854775808 + 41 - age) % (40 - age)", "RANGE"},
        {"age % (40 - age)", "0"},
        {"age / 6", "6"},
        {"-age / 6", "-6"},
        {"age % 6", "5"},
        {"-age % 6", "-5"},
        {"age / (age - 41)", "DIVIDE"},
        {"age % (age - 41)", "DIVIDE"},
        {"18446744073709551615u + uint(age - 40)", "RANGE"},
        {"1u - uint(age)", "RANGE"},
        {"18446744073709551615u", "18446744073709551615u"},
        {"uint(age) / 2u", "20u"},
        {"uint(age) % 0u", "DIVIDE"},
        {"rate * 2.0", "5.0"},
        {"-rate", "-2.5"},
        {"rate / 0.0", "NOT_FINITE"},
        {"1.0 / (rate / 0.0)", "0.0"},                                 /* only the result must be finite */
        {"rate / 0.0 > 1e300", "true"},
        {"0.0 / (rate - 2.5) == 0.0 / (rate - 2.5)", "false"},          /* NaN */
        {"rate * 1e308", "NOT_FINITE"},
        {"rate - 0.1 - 2.4", "0.0"},
        {"0x29", "41"},
        {"-0x29", "-41"},
        {".5 + 1e-1", "0.6"},
        {"012", "12"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(numbers_of_different_kinds_are_compared_as_the_numbers_they_are)
{
    static const struct value_case cases[] = {
        {"age == 41.0", "true"},
        {"age < 41.5", "true"},
        {"age > rate", "true"},
        {"rate >= age", "false"},
        {"uint(age) == age", "true"},
        {"-1 < uint(age)", "true"},
        {"uint(age) > -1", "true"},
        {"9007199254740952 + age == 9007199254740992.0", "true"},    /* 2^53 + 1 as a double, as cel-go compares */
        {"9007199254740952 + age > 9007199254740992.0", "false"},
        {"9223372036854775766 + age < 9223372036854775808.0", "false"},  /* 2^63 */
        {"-9223372036854775767 - age == -9223372036854775808.0", "true"},
        {"18446744073709551615u < 18446744073709551616.0", "false"},
        {"uint(age) >= 41.000001", "false"},
        {"rate < 3", "true"},
        {"2u == rate", "false"},
        {"age in [1.5, 41.0]", "true"},
        {"rate in [2, 3]", "false"},
        {"rate * 2.0 in [5]", "true"},
        {"uint(age) in [-1, 41]", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(texts_count_code_points_and_compare_by_them)
{
    static const struct value_case cases[] = {
        {"size(city)", "6"},
        {"city.size()", "6"},
        {"size(b'Zürich')", "7"},
        {"city == 'Z\\u00fcrich'", "true"},
        {"city + '!' == 'Zürich!'", "true"},
        {"city.startsWith('Z\xc3\xbc')", "true"},
        {"city.startsWith('')", "true"},
        {"city.endsWith('rich')", "true"},
        {"city.endsWith('xxZürich')", "false"},
        {"city.contains('üri')", "true"},
        {"city.contains('x')", "false"},
        {"city < 'Zz'", "false"},        /* ü is beyond z */
        {"city >= 'Zurich'", "true"},
        {"city != education", "true"},
        {"'' + city", "'Z\xc3\xbcrich'"},
        {"'a\\'b' + string(age)", "'a\\'b41'"},
        {"education == 'university'", "true"},
        {"education in ['graduate', 'university']", "true"},
        {"city in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'Zürich']", "true"},
        {"city in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']", "false"},
        {"delinquency.stage == 'current'", "true"},
        {"r'\\d' == '\\\\d'", "true"},
        {"'''a'b''' + \"\"\"\"c\"\"\"", "'a\\'b\"c'"},
        {"b'\\xff' < b'\\xff\\x00'", "true"},
        {"'\\x41\\101\\u0041\\U00000041'", "'AAAA'"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(a_text_made_at_run_time_ends_at_its_limit)
{
    char text[4096] = "size(city + '";
    memset(text + strlen(text), 'x', 1016);
    strcat(text, "')");
    ck_assert_str_eq(value_of(text), "1022");     /* 7 + 1016 bytes, 6 + 1016 code points */
    text[strlen(text) - 2] = 0;
    strcat(text, "xx')");
    ck_assert_str_eq(value_of(text), "LIMIT");    /* 1025 bytes */
}
END_TEST

START_TEST(money_knows_only_what_makes_sense_of_it)
{
    static const struct value_case cases[] = {
        {"limit", "8000.00"},
        {"limit > money('7999.99')", "true"},
        {"limit + money('0.01')", "8000.01"},
        {"limit - money('10000')", "-2000.00"},
        {"-limit", "-8000.00"},
        {"limit * 3", "24000.00"},
        {"3 * limit", "24000.00"},
        {"limit / money('3200')", "2.5"},
        {"limit / money('0')", "DIVIDE"},
        {"double(limit)", "8000.0"},
        {"double(limit) / 3200.0", "2.5"},
        {"string(limit)", "'8000.00'"},
        {"limit * 11529215046068470", "RANGE"},
        {"limit in [money('8000'), money('1')]", "true"},
        {"limit + 1", "! 1:7: '+' does not take money and int; write money('...'), or double(...) of the money"},
        {"limit > 8000", "! 1:7: '>' does not take money and int; write money('...'), or double(...) of the money"},
        {"limit * 2.0", "! 1:7: '*' does not take money and double; write money('...'), or double(...) of the money"},
        {"limit * limit", "! 1:7: '*' does not take money and money; write money('...'), or double(...) of the money"},
        {"money('1.005')", "! 1:7: '1.005' is no amount of the currency: too great, or too many decimals"},
        {"money('x')", "! 1:7: 'x' is no money"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(dates_and_instants_follow_the_zone_of_the_scope)
{
    /* Taipei has been eight hours ahead of UTC since 1979 (IANA, asia). 2003-04-01 was a Tuesday. */
    static const struct value_case cases[] = {
        {"opened", "2003-04-01"},
        {"opened > date('2003-03-31')", "true"},
        {"opened - date('2003-03-01') == duration('744h')", "true"},
        {"opened + duration('24h')", "2003-04-02"},
        {"opened - duration('24h')", "2003-03-31"},
        {"opened + duration('36h')", "RANGE"},
        {"opened + duration('2d') == date('2003-04-03')", "true"},
        {"opened.getFullYear()", "2003"},
        {"opened.getMonth()", "3"},
        {"opened.getDate()", "1"},
        {"opened.getDayOfMonth()", "0"},
        {"opened.getDayOfYear()", "90"},
        {"opened.getDayOfWeek()", "2"},
        {"seen.getHours()", "0"},
        {"seen.getMinutes()", "30"},
        {"seen.getDate()", "1"},
        {"seen.getMonth()", "9"},
        {"seen.getHours('UTC')", "16"},
        {"seen.getDate('-08:00')", "30"},
        {"seen.getHours('America/New_York')", "12"},
        {"date(seen)", "2005-10-01"},
        {"timestamp(opened) == timestamp('2003-04-01')", "true"},
        {"timestamp(opened) == timestamp('2003-03-31T16:00:00Z')", "true"},
        {"seen == timestamp('2005-10-01 00:30:00')", "true"},
        {"seen - timestamp('2005-09-30T16:00:00Z')", "1800s"},
        {"seen + duration('1.5s') > seen", "true"},
        {"string(seen + duration('1.5s'))", "'2005-09-30T16:30:01.5Z'"},
        {"int(seen)", "1128097800"},           /* date -u -d 2005-09-30T16:30:00 +%s */
        {"timestamp(int(seen)) == seen", "true"},
        {"duration('1h30m').getMinutes()", "90"},
        {"duration('-1h') < duration('0s')", "true"},
        {"-duration('1h') == duration('-60m')", "true"},
        {"duration('250ms').getMilliseconds()", "250"},
        {"opened in [date('2003-04-01')]", "true"},
        {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "RANGE"},
        {"timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", "RANGE"},
        {"opened > '2003-01-01'", "! 1:8: '>' does not take date and string; write date('...')"},
        {"date('2003-02-29')", "! 1:6: '2003-02-29' is no date"},
        {"seen.getHours('Mars/Olympus')", "! 1:15: "},
    };
    for (size_t i = 0; i + 1 < sizeof cases / sizeof cases[0]; i++)
        check_values(&cases[i], 1);
    const struct value_case *last = &cases[sizeof cases / sizeof cases[0] - 1];
    ck_assert_int_eq(strncmp(value_of(last->text), last->value, strlen(last->value)), 0);
}
END_TEST

START_TEST(conversions_keep_the_value_or_say_that_they_cannot)
{
    static const struct value_case cases[] = {
        {"int(rate)", "2"},
        {"int(-rate)", "-2"},
        {"int(rate * 1e19)", "RANGE"},
        {"int(9223372036854775807u + uint(age - 40))", "RANGE"},
        {"int('-' + string(age))", "-41"},
        {"int(city)", "SYNTAX"},
        {"int('9' + '9999999999999999999')", "RANGE"},
        {"uint(-age)", "RANGE"},
        {"uint(rate)", "2u"},
        {"double(age)", "41.0"},
        {"double(string(rate))", "2.5"},
        {"double(city)", "SYNTAX"},
        {"string(active)", "'true'"},
        {"string(rate)", "'2.5'"},
        {"string(rate * 2.0)", "'5'"},
        {"string(opened)", "'2003-04-01'"},
        {"string(duration('90m'))", "'5400s'"},
        {"string(bytes(city)) == city", "true"},
        {"string(b'\\xff' + bytes(city))", "SYNTAX"},
        {"bool(string(active))", "true"},
        {"bool('f')", "false"},
        {"date(string(opened)) == opened", "true"},
        {"dyn(age) == 41.0", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(in_searches_small_lists_and_large_ones_alike)
{
    char text[8192] = "age in [", close[8192] = "age in [";
    for (int i = 0; i < 400; i++)
        sprintf(text + strlen(text), "%s%d", i == 0 ? "" : ", ", i * 1000 + (i == 200 ? -199959 : 0));
    strcat(text, "]");
    ck_assert_str_eq(value_of(text), "true");
    for (int i = 0; i < 400; i++)
        sprintf(close + strlen(close), "%s%d", i == 0 ? "" : ", ", i == 41 ? 500 : i);
    strcat(close, "]");
    ck_assert_str_eq(value_of(close), "false");
    static const struct value_case cases[] = {
        {"age in []", "false"},
        {"age in [41, 41]", "true"},
        {"age in [-9223372036854775808, 9223372036854775807]", "false"},
        {"!(age in [1, 2])", "true"},
        {"age in [40 + 1]", "true"},
        {"idle in [1]", "MISSING"},
        {"active in [false]", "false"},
        {"rate in [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]", "true"},
        {"rate in [0.5, 1.5, 2.25, 3.5, 4.5, 5.5, 6.5, 7.5]", "false"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(has_asks_for_missing_and_lets_errors_stand)
{
    static const struct value_case cases[] = {
        {"has(age)", "true"},
        {"has(idle)", "false"},
        {"!has(idle)", "true"},
        {"has(broken)", "RANGE"},
        {"has(delinquency.stage)", "true"},
        {"has(idle) && idle > 3", "false"},
        {"has(idle) ? idle : 7", "7"},
        {"idle > 3", "MISSING"},
    };
    CHECK_VALUES(cases);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, numbers_are_computed_exactly_or_fail);
    tcase_add_test(tests, numbers_of_different_kinds_are_compared_as_the_numbers_they_are);
    tcase_add_test(tests, texts_count_code_points_and_compare_by_them);
    tcase_add_test(tests, a_text_made_at_run_time_ends_at_its_limit);
    tcase_add_test(tests, money_knows_only_what_makes_sense_of_it);
    tcase_add_test(tests, dates_and_instants_follow_the_zone_of_the_scope);
    tcase_add_test(tests, conversions_keep_the_value_or_say_that_they_cannot);
    tcase_add_test(tests, in_searches_small_lists_and_large_ones_alike);
    tcase_add_test(tests, has_asks_for_missing_and_lets_errors_stand);
}

int
main(void)
{
    return run_suite("values", fill);
}
