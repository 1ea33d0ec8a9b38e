/* What is wrong with an expression is said at its place, all of it at once. */
#include "sample.h"

struct mistake {
    const char *text;
    cstm_status code;
    const char *message;
};

static void
check_mistakes(const struct mistake *cases, size_t n)
{
    struct rule_scope *scope = sample_scope();
    for (size_t i = 0; i < n; i++) {
        struct error_list errors = {0};
        struct rule_program *program = rule_compile(cases[i].text, strlen(cases[i].text), scope, RULE_DYN, NULL, &errors, NULL);
        ck_assert_msg(program == NULL, "%s compiles", cases[i].text);
        ck_assert_msg(errors.count >= 1, "%s fails without an error", cases[i].text);
        ck_assert_msg(strcmp(cstm_error_message(errors.first), cases[i].message) == 0, "%s says: %s", cases[i].text,
                      cstm_error_message(errors.first));
        ck_assert_msg(cstm_error_code(errors.first) == cases[i].code, "%s is %s", cases[i].text,
                      cstm_status_name(cstm_error_code(errors.first)));
        error_list_clear(&errors);
    }
    rule_scope_free(scope);
}
#define CHECK_MISTAKES(cases) check_mistakes(cases, sizeof cases / sizeof cases[0])

START_TEST(syntax_is_refused_where_it_goes_wrong)
{
    static const struct mistake cases[] = {
        {"", CSTM_ERROR_SYNTAX, "1:1: the expression ends where a value is expected"},
        {"age +", CSTM_ERROR_SYNTAX, "1:6: the expression ends where a value is expected"},
        {"age >\n  (rate", CSTM_ERROR_SYNTAX, "2:8: the expression ends where ')' is expected"},
        {"age age", CSTM_ERROR_SYNTAX, "1:5: an operator or the end is expected, not 'age'"},
        {"age = 41", CSTM_ERROR_SYNTAX, "1:5: '=' is no operator, '==' compares"},
        {"active & flag", CSTM_ERROR_SYNTAX, "1:8: '&' is no operator, '&&' is"},
        {"'Zürich' == 'abc", CSTM_ERROR_SYNTAX, "1:13: the text is not closed"},
        {"'a\nb'", CSTM_ERROR_SYNTAX, "1:1: the text is not closed on its line"},
        {"'\\q'", CSTM_ERROR_SYNTAX, "1:2: unknown escape"},
        {"'\\u12'", CSTM_ERROR_SYNTAX, "1:2: malformed escape"},
        {"'\\ud800'", CSTM_ERROR_SYNTAX, "1:2: the escape is no code point"},
        {"12abc", CSTM_ERROR_SYNTAX, "1:1: malformed number"},
        {"0x", CSTM_ERROR_SYNTAX, "1:1: malformed number"},
        {"1e", CSTM_ERROR_SYNTAX, "1:1: malformed number"},
        {"9223372036854775808", CSTM_ERROR_RANGE, "1:1: the number is beyond int"},
        {"-9223372036854775809", CSTM_ERROR_RANGE, "1:1: the number is beyond int"},
        {"18446744073709551616u", CSTM_ERROR_RANGE, "1:1: the number is beyond uint"},
        {"1e400", CSTM_ERROR_RANGE, "1:1: the number is beyond double"},
        {"while > 1", CSTM_ERROR_SYNTAX, "1:1: 'while' is a reserved word"},
        {"age ? 1", CSTM_ERROR_SYNTAX, "1:8: the expression ends where ':' is expected"},
        {"age in [1, 2", CSTM_ERROR_SYNTAX, "1:13: the expression ends where ',' or ']' is expected"},
        {"age > 1 and active", CSTM_ERROR_SYNTAX, "1:9: an operator or the end is expected, not 'and'; 'and' is written '&&'"},
        {"# comment", CSTM_ERROR_SYNTAX, "1:1: unexpected character '#'"},
        {"n ＞ 1", CSTM_ERROR_SYNTAX, "1:3: unexpected character '＞'; names and operators are ASCII"},
        {"age > 1 // and so on\n && ", CSTM_ERROR_SYNTAX, "2:5: the expression ends where a value is expected"},
    };
    CHECK_MISTAKES(cases);
}
END_TEST

START_TEST(unknown_names_come_with_the_nearest_known)
{
    static const struct mistake cases[] = {
        {"lmit > money('1')", CSTM_ERROR_UNKNOWN, "1:1: unknown name 'lmit', did you mean 'limit'?"},
        {"'ü' == city && agee > 3", CSTM_ERROR_UNKNOWN, "1:16: unknown name 'agee', did you mean 'age'?"},
        {"delinquency.stge == 'x'", CSTM_ERROR_UNKNOWN, "1:1: unknown name 'delinquency.stge', did you mean 'delinquency.stage'?"},
        {"delinquency.stage.name", CSTM_ERROR_TYPE, "1:19: 'delinquency.stage' is string and has no field 'name'"},
        {"age.foo", CSTM_ERROR_TYPE, "1:5: 'age' is int and has no field 'foo'"},
        {"qqqqqqqq", CSTM_ERROR_UNKNOWN, "1:1: unknown name 'qqqqqqqq'"},
        {"active == True", CSTM_ERROR_UNKNOWN, "1:11: unknown name 'True', did you mean 'true'?"},
        {"has(lmit)", CSTM_ERROR_UNKNOWN, "1:5: unknown name 'lmit', did you mean 'limit'?"},
        {"city.startWith('a')", CSTM_ERROR_UNKNOWN, "1:6: unknown function 'startWith', did you mean 'startsWith'?"},
        {"education == 'univresity'", CSTM_ERROR_UNKNOWN, "1:14: 'univresity' is no value of 'education', did you mean 'university'?"},
        {"'phd' != education", CSTM_ERROR_UNKNOWN, "1:1: 'phd' is no value of 'education'"},
        {"education in ['university', 'high school']", CSTM_ERROR_UNKNOWN,
         "1:29: 'high school' is no value of 'education', did you mean 'high_school'?"},
    };
    CHECK_MISTAKES(cases);
}
END_TEST

START_TEST(kinds_that_do_not_fit_are_named)
{
    static const struct mistake cases[] = {
        {"age + rate", CSTM_ERROR_TYPE, "1:5: '+' does not take int and double; write double(...)"},
        {"limit == null", CSTM_ERROR_TYPE, "1:7: '==' does not take money and null; write has(...)"},
        {"age > 'x'", CSTM_ERROR_TYPE, "1:5: '>' does not take int and string"},
        {"!age", CSTM_ERROR_TYPE, "1:1: '!' does not take int"},
        {"age && active", CSTM_ERROR_TYPE, "1:1: '&&' takes bool, this is int"},
        {"active || rate", CSTM_ERROR_TYPE, "1:11: '||' takes bool, this is double"},
        {"age ? 1 : 2", CSTM_ERROR_TYPE, "1:1: '?' takes bool, this is int"},
        {"active ? 1 : 'a'", CSTM_ERROR_TYPE, "1:14: the branches are int and string; they must be alike"},
        {"startsWith(city, 'a')", CSTM_ERROR_UNKNOWN, "1:1: 'startsWith' is a method; write x.startsWith()"},
        {"age.int()", CSTM_ERROR_UNKNOWN, "1:5: 'int' is no method; write int(x)"},
        {"city.startsWith()", CSTM_ERROR_TYPE, "1:6: 'startsWith' does not take string; it takes string and string"},
        {"age in ['a']", CSTM_ERROR_TYPE, "1:9: the list is searched for int, this element is string"},
        {"age in rate", CSTM_ERROR_TYPE, "1:8: 'in' searches a list or the keys of a map, this is double"},
        {"has(age + 1)", CSTM_ERROR_SYNTAX, "1:1: has() takes one name or field"},
        {"age.orValue(2)", CSTM_ERROR_TYPE, "1:5: 'orValue' does not take int and int; it takes optional and any value"},
        {"['a', 'b'].join(age)", CSTM_ERROR_TYPE,
         "1:12: 'join' does not take list(string) and int; it takes list(string), or list(string) and string"},
        {"(age + 1).foo", CSTM_ERROR_TYPE, "1:11: int has no field 'foo'"},
    };
    CHECK_MISTAKES(cases);
}
END_TEST

START_TEST(messages_are_refused)
{
    static const struct mistake cases[] = {
        {"a.b.Message{x: 1}", CSTM_ERROR_UNSUPPORTED, "1:1: messages are not offered"},
        {"Message{x: lmit}", CSTM_ERROR_UNKNOWN, "1:12: unknown name 'lmit', did you mean 'limit'?"},
    };
    CHECK_MISTAKES(cases);
}
END_TEST

START_TEST(all_mistakes_of_an_expression_are_reported)
{
    struct rule_scope *scope = sample_scope();
    const char *text = "agee > 3 && city > 1\n|| education == 'x' && unknown_function(lmit)";
    struct error_list errors = {0};
    ck_assert_ptr_null(rule_compile(text, strlen(text), scope, RULE_BOOL, NULL, &errors, NULL));
    cstm_error *error = NULL;
    error_list_take(&errors, &error);
    static const char *const messages[] = {
        "1:1: unknown name 'agee', did you mean 'age'?",
        "1:18: '>' does not take string and int",
        "2:17: 'x' is no value of 'education'",
        "2:24: unknown function 'unknown_function'",
        "2:41: unknown name 'lmit', did you mean 'limit'?",
    };
    const cstm_error *at = error;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++, at = cstm_error_next(at)) {
        ck_assert_ptr_nonnull(at);
        ck_assert_str_eq(cstm_error_message(at), messages[i]);
    }
    ck_assert_ptr_null(at);
    cstm_error_free(error);
    rule_scope_free(scope);
}
END_TEST

START_TEST(the_result_must_be_of_the_expected_kind)
{
    struct rule_scope *scope = sample_scope();
    struct error_list errors = {0};
    ck_assert_ptr_null(rule_compile("age + 1", 7, scope, RULE_BOOL, NULL, &errors, NULL));
    ck_assert_str_eq(cstm_error_message(errors.first), "1:1: the expression is int, bool is expected");
    error_list_clear(&errors);
    ck_assert_ptr_null(rule_compile("dyn(age)", 8, scope, RULE_BOOL, NULL, &errors, NULL));
    ck_assert_str_eq(cstm_error_message(errors.first), "1:1: the expression is dyn, bool is expected; convert it");
    error_list_clear(&errors);
    rule_scope_free(scope);
}
END_TEST

START_TEST(places_are_those_of_the_document)
{
    struct rule_scope *scope = sample_scope();
    struct error_list errors = {0};
    const struct rule_place plain = {.file = "card.yaml", .line = 31, .column = 14};
    ck_assert_ptr_null(rule_compile("age >\nlmit", 10, scope, RULE_BOOL, &plain, &errors, NULL));
    ck_assert_str_eq(cstm_error_message(errors.first), "card.yaml:32:1: unknown name 'lmit', did you mean 'limit'?");
    error_list_clear(&errors);
    ck_assert_ptr_null(rule_compile("lmit", 4, scope, RULE_MONEY, &plain, &errors, NULL));
    ck_assert_int_eq(cstm_error_line(errors.first), 31);
    ck_assert_int_eq(cstm_error_column(errors.first), 14);
    error_list_clear(&errors);

    /* A folded block: the second word stands on the next line, indented by four. */
    int32_t map[11][2];
    for (int32_t i = 0; i < 11; i++) {
        map[i][0] = i < 6 ? 7 : 8;
        map[i][1] = i < 6 ? 5 + i : 5 + i - 6;
    }
    const struct rule_place mapped = {.file = "card.yaml", .line = 7, .column = 5, .map = (const int32_t(*)[2]) map};
    ck_assert_ptr_null(rule_compile("age > lmit", 10, scope, RULE_BOOL, &mapped, &errors, NULL));
    ck_assert_str_eq(cstm_error_message(errors.first), "card.yaml:8:5: unknown name 'lmit', did you mean 'limit'?");
    error_list_clear(&errors);
    rule_scope_free(scope);
}
END_TEST

static int32_t
warnings_of(const char *text, const char *first)
{
    struct rule_scope *scope = sample_scope();
    struct error_list errors = {0}, warnings = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, &warnings);
    ck_assert_msg(program != NULL, "%s: %s", text, cstm_error_message(errors.first));
    int32_t n = warnings.count;
    if (first != NULL && n > 0)
        ck_assert_str_eq(cstm_error_message(warnings.first), first);
    error_list_clear(&warnings);
    rule_program_unref(program);
    rule_scope_free(scope);
    return n;
}

START_TEST(what_is_always_so_is_warned_about)
{
    ck_assert_int_eq(warnings_of("age > 3 || 1 < 2", "1:12: this operand is always true"), 2);
    ck_assert_int_eq(warnings_of("1 > 2", "1:1: the expression is always false"), 1);
    ck_assert_int_eq(warnings_of("1 < 2 ? age : 7", "1:15: this branch is never taken: the condition is always true"), 1);
    ck_assert_int_eq(warnings_of("age > 1 / 0", "1:9: this always fails: CSTM_ERROR_DIVIDE"), 1);
    ck_assert_int_eq(warnings_of("true", NULL), 0);
    ck_assert_int_eq(warnings_of("age > 2 + 3 && active", NULL), 0);
}
END_TEST

static cstm_status
code_of(const char *text, size_t size)
{
    struct rule_scope *scope = sample_scope();
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, size, scope, RULE_DYN, NULL, &errors, NULL);
    cstm_status code = program != NULL ? CSTM_OK : cstm_error_code(errors.first);
    error_list_clear(&errors);
    rule_program_unref(program);
    rule_scope_free(scope);
    return code;
}

START_TEST(depth_and_length_have_limits_and_not_the_stack)
{
    const size_t size = CSTM_RULE_LIMIT;
    char *text = malloc(size + 1);
    const char openings[] = "([{!-";
    for (size_t i = 0; i < sizeof openings - 1; i++) {
        memset(text, openings[i], size);
        ck_assert_int_eq(code_of(text, size), CSTM_ERROR_LIMIT);
    }
    memset(text, ' ', size + 1);
    ck_assert_int_eq(code_of(text, size + 1), CSTM_ERROR_LIMIT);
    for (size_t i = 0; i + 1 < size; i += 2)
        memcpy(text + i, "1+", 2);
    text[size - 1] = '1';
    ck_assert_int_eq(code_of(text, size - 1), CSTM_ERROR_LIMIT);
    for (size_t i = 0; i + 2 <= size; i += 2)
        memcpy(text + i, "a.", 2);
    ck_assert_int_eq(code_of(text, size - 1), CSTM_ERROR_LIMIT);
    for (size_t i = 0; i + 4 <= size; i += 4)
        memcpy(text + i, "1?1:", 4);
    ck_assert_int_eq(code_of(text, size), CSTM_ERROR_LIMIT);
    free(text);
    char deep[512] = "";
    for (int i = 0; i < 100; i++)
        strcat(deep, "(");
    strcat(deep, "1");
    for (int i = 0; i < 100; i++)
        strcat(deep, ")");
    ck_assert_int_eq(code_of(deep, strlen(deep)), CSTM_OK);
}
END_TEST

START_TEST(long_chains_of_and_and_or_are_no_depth)
{
    char *text = malloc(200000);
    strcpy(text, "age == 1");
    char *end = text + strlen(text);
    for (int i = 2; i <= 5000; i++)
        end += sprintf(end, " || age == %d", i);
    ck_assert_str_eq(value_of(text), "true");
    free(text);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused)
{
    ck_assert_int_eq(code_of("'\xff'", 3), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(code_of("'\xc3'", 3), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(code_of("'a\0b'", 5), CSTM_OK);          /* but NUL is one, within a text */
    ck_assert_int_eq(code_of("'a\\\0b'", 6), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(code_of("\0age", 4), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(code_of("age\0", 4), CSTM_ERROR_SYNTAX);
}
END_TEST

START_TEST(a_scope_takes_identifiers_once)
{
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_add(scope, "card.days_since_use", RULE_INT, 0, NULL, 0));
    ck_assert(!rule_scope_add(scope, "card.days_since_use", RULE_INT, 1, NULL, 0));
    ck_assert(!rule_scope_add(scope, "in", RULE_INT, 1, NULL, 0));
    ck_assert(!rule_scope_add(scope, "card.true", RULE_INT, 1, NULL, 0));
    ck_assert(!rule_scope_add(scope, "", RULE_INT, 1, NULL, 0));
    ck_assert(!rule_scope_add(scope, "2x", RULE_INT, 1, NULL, 0));
    ck_assert(!rule_scope_add(scope, "a-b", RULE_INT, 1, NULL, 0));
    ck_assert(!rule_scope_add(scope, "a..b", RULE_INT, 1, NULL, 0));
    struct error_list errors = {0};
    ck_assert_ptr_null(rule_compile("money('1') > money('2')", 23, scope, RULE_BOOL, NULL, &errors, NULL));
    ck_assert_str_eq(cstm_error_message(errors.first), "1:1: money needs a currency, and none is declared");
    error_list_clear(&errors);
    rule_scope_free(scope);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, syntax_is_refused_where_it_goes_wrong);
    tcase_add_test(tests, unknown_names_come_with_the_nearest_known);
    tcase_add_test(tests, kinds_that_do_not_fit_are_named);
    tcase_add_test(tests, messages_are_refused);
    tcase_add_test(tests, all_mistakes_of_an_expression_are_reported);
    tcase_add_test(tests, the_result_must_be_of_the_expected_kind);
    tcase_add_test(tests, places_are_those_of_the_document);
    tcase_add_test(tests, what_is_always_so_is_warned_about);
    tcase_add_test(tests, depth_and_length_have_limits_and_not_the_stack);
    tcase_add_test(tests, long_chains_of_and_and_or_are_no_depth);
    tcase_add_test(tests, bytes_that_are_no_text_are_refused);
    tcase_add_test(tests, a_scope_takes_identifiers_once);
}

int
main(void)
{
    return run_suite("mistakes", fill);
}
