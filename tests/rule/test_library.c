/* The libraries inside expressions, over the sample's names: as a single row and as a vector, which sample.h compares. */
#include "sample.h"

#include "rule/program.h"

START_TEST(functions_of_texts_take_names_and_each_other)
{
    static const struct value_case cases[] = {
        {"city.upperAscii()", "'Z\xc3\xbcRICH'"},
        {"city.charAt(1)", "'\xc3\xbc'"},
        {"city.charAt(age)", "RANGE"},
        {"city.substring(2)", "'rich'"},
        {"city.substring(2, 4).reverse()", "'ir'"},
        {"city.indexOf('rich')", "2"},
        {"city.lastIndexOf('i', 3)", "3"},
        {"(' ' + city + '\\t').trim() == city", "true"},
        {"city.replace('i', 'ii').split('ii').join('-')", "'Z\xc3\xbcr-ch'"},
        {"education.split('').size()", "10"},
        {"strings.quote(city)", "'\"Z\xc3\xbcrich\"'"},
        {"'%s of %d: %.1f, %s, %s'.format([city, age, rate, limit, opened])", "'Z\xc3\xbcrich of 41: 2.5, 8000.00, 2003-04-01'"},
        {"'%s'.format([idle])", "MISSING"},
        {"'%d'.format([city])", "TYPE"},
        {"base64.encode(bytes(city))", "'WsO8cmljaA=='"},
        {"string(base64.decode('WsO8cmljaA')) == city", "true"},
        {"base64.decode(city)", "SYNTAX"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(functions_of_numbers_take_names_and_each_other)
{
    static const struct value_case cases[] = {
        {"math.round(rate)", "3.0"},
        {"math.trunc(-rate)", "-2.0"},
        {"math.abs(age - 50)", "9"},
        {"math.abs(limit - money('9000'))", "1000.00"},
        {"math.sign(rate - 3.0)", "-1.0"},
        {"math.sqrt(rate * 2.5)", "2.5"},
        {"math.bitShiftLeft(age, age)", "90159953477632"},
        {"math.bitShiftRight(age, -age)", "RANGE"},
        {"math.greatest(limit, money('1'), money('8000.01'))", "8000.01"},
        {"math.least(age, 40, 50, 39, 77)", "39"},
        {"math.greatest(rate, 1.0, 2.25) * 2.0", "5.0"},
        {"math.greatest(age, idle)", "MISSING"},
        {"math.greatest(age, 1, idle)", "MISSING"},
        {"math.greatest(age, rate) == age", "true"},
        {"math.least([age, 7])", "7"},
        {"math.isFinite(rate)", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

/* 10^4 turns, each over some 23,000 bytes twice: far more work than a million steps are meant for. */
START_TEST(searching_long_texts_again_and_again_ends)
{
#define TEN "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all("
#define HUNDRED "'0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789'"
    static const struct value_case cases[] = {
        {"cel.bind(t, city.replace('', " HUNDRED ").replace('', '01234567890123456789012345678901'), " TEN "a, " TEN "b, " TEN "c, " TEN
         "d, t.indexOf('z') < 0 && t.lastIndexOf('zz') < 0)))))", "LIMIT"},
        {"cel.bind(t, city, " TEN "a, " TEN "b, " TEN "c, " TEN "d, t.indexOf('z') < 0 && t.lastIndexOf('zz') < 0)))))", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

/* Whether an expression runs over vectors to its end. */
static bool
is_vector(const char *text)
{
    struct rule_scope *scope = sample_scope();
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    ck_assert_msg(program != NULL, "%s: %s", text, program == NULL ? cstm_error_message(errors.first) : "");
    const bool has_island = program->has_heap;
    rule_program_unref(program);
    rule_scope_free(scope);
    return !has_island;
}

START_TEST(hot_functions_make_no_island)
{
    static const char *const vectors[] = {
        "math.abs(rate)", "math.abs(age)", "math.abs(limit)", "math.ceil(rate)", "math.floor(rate)", "math.round(rate)", "math.trunc(rate)",
        "math.sign(age)", "math.sqrt(rate)", "math.isNaN(rate)", "math.bitAnd(age, 1)", "math.greatest(age, 1)", "math.least(rate, 1.0, 2.0)",
        "math.greatest(limit, money('1'), money('2'), limit, limit)", "city.trim()", "city.charAt(0)", "city.indexOf('a')", "city.substring(1)",
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        ck_assert_msg(is_vector(vectors[i]), "%s has an island", vectors[i]);
    ck_assert(!is_vector("city.reverse()"));
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, functions_of_texts_take_names_and_each_other);
    tcase_add_test(tests, functions_of_numbers_take_names_and_each_other);
    tcase_add_test(tests, searching_long_texts_again_and_again_ends);
    tcase_add_test(tests, hot_functions_make_no_island);
}

int
main(void)
{
    return run_suite("libraries", fill);
}
