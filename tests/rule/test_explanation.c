/* An explanation names every sub-expression in the order of the text, with what it came to and whether it decided. */
#include "sample.h"
#include "rule/explanation.h"

static struct rule_program *program;
static struct rule_explanation explanation;

static void
explain(const char *text)
{
    struct rule_scope *scope = sample_scope();
    struct sample sample;
    sample_fill(&sample);
    struct error_list errors = {0};
    program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    ck_assert_msg(program != NULL, "%s", cstm_error_message(errors.first));
    ck_assert_int_eq(rule_explain(program, sample.inputs, SAMPLE_ROWS - 1, &explanation, NULL), CSTM_OK);
    rule_scope_free(scope);
}

static void
done(void)
{
    rule_explanation_clear(&explanation);
    rule_program_unref(program);
}

struct line {
    int32_t depth;
    const char *text;
    const char *value;
    int32_t state;
    bool decisive;
};

static void
check_lines(const struct line *lines, int32_t n)
{
    ck_assert_int_eq(explanation.n, n);
    for (int32_t i = 0; i < n; i++) {
        const struct rule_node *node = &explanation.nodes[i];
        size_t size = (size_t) (node->end - node->begin);
        const char *text = rule_program_text(program) + node->begin;
        ck_assert_msg(size == strlen(lines[i].text) && memcmp(text, lines[i].text, size) == 0, "line %d is '%.*s', expected '%s'", i,
                      (int) size, text, lines[i].text);
        ck_assert_msg(node->depth == lines[i].depth, "'%s' is %d deep", lines[i].text, node->depth);
        ck_assert_msg(strcmp(node->value, lines[i].value) == 0, "'%s' is %s", lines[i].text, node->value);
        ck_assert_msg(node->state == lines[i].state, "'%s' has state %d", lines[i].text, node->state);
        ck_assert_msg(node->decisive == lines[i].decisive, "'%s' is %s", lines[i].text, node->decisive ? "decisive" : "not decisive");
    }
    done();
}
#define CHECK_LINES(lines) check_lines(lines, (int32_t) (sizeof lines / sizeof lines[0]))

START_TEST(the_operand_that_is_false_decides_a_conjunction)
{
    explain("age > 3 && (rate < 2.0 || flag) && !has(limit)");
    static const struct line lines[] = {
        {0, "age > 3 && (rate < 2.0 || flag) && !has(limit)", "false", 0, true},
        {1, "age > 3", "true", 0, false},
        {2, "age", "41", 0, false},
        {1, "rate < 2.0 || flag", "", CSTM_ERROR_MISSING, false},
        {2, "rate < 2.0", "false", 0, false},
        {3, "rate", "2.5", 0, false},
        {2, "flag", "", CSTM_ERROR_MISSING, false},
        {1, "!has(limit)", "false", 0, true},
        {2, "has(limit)", "true", 0, true},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(what_is_skipped_says_so)
{
    explain("age < 3 && broken || education == 'university'");
    static const struct line lines[] = {
        {0, "age < 3 && broken || education == 'university'", "true", 0, true},
        {1, "age < 3 && broken", "false", 0, false},
        {2, "age < 3", "false", 0, false},
        {3, "age", "41", 0, false},
        {2, "broken", "", -1, false},
        {1, "education == 'university'", "true", 0, true},
        {2, "education", "'university'", 0, true},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(the_first_trouble_decides_where_nothing_else_does)
{
    explain("active && flag && broken");
    static const struct line lines[] = {
        {0, "active && flag && broken", "", CSTM_ERROR_MISSING, true},
        {1, "active", "true", 0, false},
        {1, "flag", "", CSTM_ERROR_MISSING, true},
        {1, "broken", "", CSTM_ERROR_RANGE, false},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(a_conditional_is_decided_by_its_condition_and_the_branch_taken)
{
    explain("active ? (age + 1) * 2 : idle");
    static const struct line lines[] = {
        {0, "active ? (age + 1) * 2 : idle", "84", 0, true},
        {1, "active", "true", 0, true},
        {1, "(age + 1) * 2", "84", 0, true},
        {2, "age + 1", "42", 0, true},
        {3, "age", "41", 0, true},
        {1, "idle", "", -1, false},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(an_error_that_arises_here_comes_of_all_operands)
{
    explain("age / (age - 41) > 3");
    static const struct line lines[] = {
        {0, "age / (age - 41) > 3", "", CSTM_ERROR_DIVIDE, true},
        {1, "age / (age - 41)", "", CSTM_ERROR_DIVIDE, true},
        {2, "age", "41", 0, true},
        {2, "age - 41", "0", 0, true},
        {3, "age", "41", 0, true},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(values_are_printed_as_the_language_writes_them)
{
    explain("limit > money('1.00') && opened in [date('2003-04-01')] && seen > timestamp('2000-01-01') && delinquency.stage != city");
    static const struct { int32_t line; const char *value; } cases[] = {
        {2, "8000.00"}, {3, "1.00"}, {5, "2003-04-01"}, {10, "'current'"}, {11, "'Z\xc3\xbcrich'"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(explanation.nodes[cases[i].line].value, cases[i].value);
    done();
}
END_TEST

START_TEST(a_handle_carries_labels_and_lines)
{
    explain("age > 3 && idle > 2");
    cstm_explanation *handle = explanation_new();
    ck_assert(explanation_add_label(handle, "at_risk", 0));
    ck_assert(explanation_add_rule(handle, program, &explanation, 1));
    done();
    ck_assert_int_eq(cstm_explanation_count(handle), 6);
    ck_assert_str_eq(cstm_explanation_text(handle, 0), "at_risk");
    ck_assert_int_eq(cstm_explanation_state(handle, 0), -1);
    ck_assert_str_eq(cstm_explanation_text(handle, 3), "age");
    ck_assert_str_eq(cstm_explanation_value(handle, 3), "41");
    ck_assert_int_eq(cstm_explanation_state(handle, 3), CSTM_STATE_VALUE);
    ck_assert_int_eq(cstm_explanation_depth(handle, 3), 3);
    ck_assert_int_eq(cstm_explanation_state(handle, 5), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_explanation_status(handle, 5), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_explanation_decisive(handle, 5), 1);
    ck_assert_ptr_null(cstm_explanation_text(handle, 6));
    ck_assert_ptr_null(cstm_explanation_text(handle, -1));
    ck_assert_int_eq(cstm_explanation_depth(NULL, 0), -1);
    cstm_explanation_free(handle);
}
END_TEST

START_TEST(the_element_that_decides_stands_for_a_macro)
{
    explain("[1, age, 50].exists(x, x > 40 && active)");
    static const struct line exists[] = {
        {0, "[1, age, 50].exists(x, x > 40 && active)", "true", 0, true},
        {1, "[1, age, 50]", "[1, 41, 50]", 0, true},
        {2, "age", "41", 0, true},
        {1, "x > 40 && active", "true", 0, true},
        {2, "x > 40", "true", 0, true},
        {3, "x", "41", 0, true},
        {2, "active", "true", 0, true},
    };
    CHECK_LINES(exists);

    explain("[age, 0].all(x, x / (x - 41) > 2)");
    static const struct line fails[] = {
        {0, "[age, 0].all(x, x / (x - 41) > 2)", "false", 0, true},
        {1, "[age, 0]", "[41, 0]", 0, true},
        {2, "age", "41", 0, true},
        {1, "x / (x - 41) > 2", "false", 0, true},
        {2, "x / (x - 41)", "0", 0, true},
        {3, "x", "0", 0, true},
        {3, "x - 41", "-41", 0, true},
        {4, "x", "0", 0, true},
    };
    CHECK_LINES(fails);
}
END_TEST

START_TEST(no_element_stands_for_a_macro_that_all_of_them_decided)
{
    explain("[1, age].all(x, x > 0)");
    static const struct line lines[] = {
        {0, "[1, age].all(x, x > 0)", "true", 0, true},
        {1, "[1, age]", "[1, 41]", 0, true},
        {2, "age", "41", 0, true},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(values_of_every_kind_are_shown)
{
    explain("{'a': [age, 2]}.a[0] > 40 && optional.of(age).optMap(v, v + 1).orValue(0) > 50");
    static const struct line lines[] = {
        {0, "{'a': [age, 2]}.a[0] > 40 && optional.of(age).optMap(v, v + 1).orValue(0) > 50", "false", 0, true},
        {1, "{'a': [age, 2]}.a[0] > 40", "true", 0, false},
        {2, "{'a': [age, 2]}.a[0]", "41", 0, false},
        {3, "{'a': [age, 2]}.a", "[41, 2]", 0, false},
        {4, "{'a': [age, 2]}", "{'a': [41, 2]}", 0, false},
        {5, "[age, 2]", "[41, 2]", 0, false},
        {6, "age", "41", 0, false},
        {1, "optional.of(age).optMap(v, v + 1).orValue(0) > 50", "false", 0, true},
        {2, "optional.of(age).optMap(v, v + 1).orValue(0)", "42", 0, true},
        {3, "optional.of(age).optMap(v, v + 1)", "optional.of(42)", 0, true},
        {4, "optional.of(age)", "optional.of(41)", 0, true},
        {5, "age", "41", 0, true},
        {4, "v + 1", "42", 0, true},
        {5, "v", "41", 0, true},
    };
    CHECK_LINES(lines);
}
END_TEST

START_TEST(what_an_island_misses_is_traced_to_its_name)
{
    explain("[1, idle].all(x, x > 0) || age < 3");
    static const struct line lines[] = {
        {0, "[1, idle].all(x, x > 0) || age < 3", "", CSTM_ERROR_MISSING, true},
        {1, "[1, idle].all(x, x > 0)", "", CSTM_ERROR_MISSING, true},
        {2, "[1, idle]", "", CSTM_ERROR_MISSING, true},
        {3, "idle", "", CSTM_ERROR_MISSING, true},
        {1, "age < 3", "false", 0, false},
        {2, "age", "41", 0, false},
    };
    CHECK_LINES(lines);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, the_element_that_decides_stands_for_a_macro);
    tcase_add_test(tests, no_element_stands_for_a_macro_that_all_of_them_decided);
    tcase_add_test(tests, values_of_every_kind_are_shown);
    tcase_add_test(tests, what_an_island_misses_is_traced_to_its_name);
    tcase_add_test(tests, the_operand_that_is_false_decides_a_conjunction);
    tcase_add_test(tests, what_is_skipped_says_so);
    tcase_add_test(tests, the_first_trouble_decides_where_nothing_else_does);
    tcase_add_test(tests, a_conditional_is_decided_by_its_condition_and_the_branch_taken);
    tcase_add_test(tests, an_error_that_arises_here_comes_of_all_operands);
    tcase_add_test(tests, values_are_printed_as_the_language_writes_them);
    tcase_add_test(tests, a_handle_carries_labels_and_lines);
}

int
main(void)
{
    return run_suite("explanations", fill);
}
