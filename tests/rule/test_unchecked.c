/* Expressions whose checking was left out: what nothing declares, and what does not take its operands, is an error when it runs, and is
 * absorbed like any other. */
#include "sample.h"

static const char *
unchecked_value(const char *text)
{
    static char answer[1024];
    struct rule_scope *scope = sample_scope();
    rule_scope_set_unchecked(scope);
    struct sample sample;
    sample_fill(&sample);
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    ck_assert_msg(program != NULL, "%s: %s", text, program != NULL ? "" : cstm_error_message(errors.first));
    struct cell value[1];
    uint8_t state[1];
    struct rule_column result = {.as.any = value, .states = state};
    void *scratch = malloc(rule_scratch_size(program, 1) + 16);
    rule_run(program, sample.inputs, 1, scratch, &result);
    char *printed = state[0] != 0 ? strdup(cstm_status_name(state[0]) + strlen("CSTM_ERROR_"))
                                  : rule_print(scope, rule_program_kind(program), value);
    snprintf(answer, sizeof answer, "%s", printed);
    free(printed);
    free(scratch);
    rule_program_unref(program);
    rule_scope_free(scope);
    return answer;
}

static void
check_unchecked(const struct value_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = unchecked_value(cases[i].text);
        ck_assert_msg(strcmp(value, cases[i].value) == 0, "%s is %s, expected %s", cases[i].text, value, cases[i].value);
    }
}

START_TEST(what_nothing_declares_is_an_error_when_it_runs)
{
    static const struct value_case cases[] = {
        {"true || city.matches('(')", "true"},
        {"city.matches('(')", "SYNTAX"},
        {"city.matches('Z')", "true"},
        {"nobody", "UNKNOWN"}, {"nobody || true", "true"}, {"nobody && false", "false"}, {"true || nobody", "true"}, {"nobody && true", "UNKNOWN"},
        {"true ? 41 : nobody", "41"}, {"f_unknown(41)", "UNKNOWN"}, {"f_unknown(41) || true", "true"}, {"[nobody]", "UNKNOWN"}, {"age + nobody", "UNKNOWN"},
        {"[1, 2].exists(x, x == 1 || nobody)", "true"}, {"nobody.field || true", "true"}, {"has({'a': 41}.a) || nobody", "true"},
    };
    check_unchecked(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(operands_that_do_not_fit_are_an_error_when_they_meet)
{
    static const struct value_case cases[] = {
        {"1 + 'a'", "TYPE"}, {"1 + 'a' == 2 || true", "true"}, {"41 && true", "TYPE"}, {"41 || true", "true"}, {"'a' && false", "false"}, {"!41", "TYPE"},
        {"41 ? 1 : 2", "TYPE"}, {"41 == 'a'", "false"}, {"[1, 'a', 41.0][2] == 41", "true"}, {"{'a': 1, 2: 'b'}[2]", "'b'"}, {"41 in 'abc'", "TYPE"}, {"size(41)", "TYPE"},
        {"age.field", "TYPE"}, {"age[0]", "TYPE"}, {"1.0 / 0.0", "inf"}, {"[1] < [2]", "TYPE"}, {"city.startsWith(41)", "TYPE"},
    };
    check_unchecked(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, what_nothing_declares_is_an_error_when_it_runs);
    tcase_add_test(tests, operands_that_do_not_fit_are_an_error_when_they_meet);
}

int
main(void)
{
    return run_suite("unchecked", fill);
}
