/* CEL's logic of four outcomes: true, false, missing and an error. Absorption goes both ways (CEL's definition, "Logical
 * Operators"): false decides a &&, true decides a ||, on either side of anything. */
#include "sample.h"

/* active: true, !active: false, flag: missing, broken: an error. */
static const char *const operands[] = {"active", "!active", "flag", "broken"};
static const char *const outcomes[] = {"true", "false", "MISSING", "RANGE"};

START_TEST(and_is_decided_by_false_and_otherwise_carries_the_first_trouble)
{
    static const int expected[4][4] = {
        {0, 1, 2, 3},
        {1, 1, 1, 1},
        {2, 1, 2, 2},
        {3, 1, 3, 3},
    };
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
            char text[64];
            snprintf(text, sizeof text, "%s && %s", operands[a], operands[b]);
            ck_assert_msg(strcmp(value_of(text), outcomes[expected[a][b]]) == 0, "%s is %s", text, value_of(text));
        }
    }
}
END_TEST

START_TEST(or_is_decided_by_true_and_otherwise_carries_the_first_trouble)
{
    static const int expected[4][4] = {
        {0, 0, 0, 0},
        {0, 1, 2, 3},
        {0, 2, 2, 2},
        {0, 3, 3, 3},
    };
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
            char text[64];
            snprintf(text, sizeof text, "%s || %s", operands[a], operands[b]);
            ck_assert_msg(strcmp(value_of(text), outcomes[expected[a][b]]) == 0, "%s is %s", text, value_of(text));
        }
    }
}
END_TEST

START_TEST(a_condition_that_is_no_value_is_the_outcome)
{
    static const struct value_case cases[] = {
        {"active ? age : idle", "41"},
        {"!active ? idle : age", "41"},
        {"active ? idle : age", "MISSING"},
        {"flag ? age : age", "MISSING"},
        {"broken ? age : age", "RANGE"},
        {"active ? (active ? 1 : 2) : 3", "1"},
        {"!active ? 1 : !active ? 2 : 3", "3"},
        {"!flag", "MISSING"},
        {"!!active", "true"},
        {"active ? city : education", "'Z\xc3\xbcrich'"},
        {"active ? city + '!' : education", "'Z\xc3\xbcrich!'"},
        {"flag == active", "MISSING"},
        {"(flag || active) == active", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(chains_are_decided_wherever_the_deciding_operand_stands)
{
    static const struct value_case cases[] = {
        {"flag && broken && !active", "false"},
        {"flag && !active && broken", "false"},
        {"!active && flag && broken", "false"},
        {"flag && broken && active", "MISSING"},
        {"active && broken && flag", "RANGE"},
        {"flag || broken || active", "true"},
        {"(flag || broken) && (broken || active)", "MISSING"},
        {"(flag && !active) || (broken || active)", "true"},
        {"age / 0 > 1 || active", "true"},
        {"active || age / 0 > 1", "true"},
        {"age / 0 > 1 && !active", "false"},
        {"idle > 3 || city.contains('rich')", "true"},
        {"city.contains('x') && int(city) > 3 || active", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(constants_in_a_chain_change_nothing_but_what_is_computed)
{
    static const struct value_case cases[] = {
        {"true && flag", "MISSING"},
        {"flag && true", "MISSING"},
        {"flag && false", "false"},
        {"broken || true", "true"},
        {"false || broken", "RANGE"},
        {"1 / 0 > 1 || true", "true"},
        {"1 / 0 > 1 && true", "DIVIDE"},
        {"true ? flag : active", "MISSING"},
        {"false && true || active", "true"},
        {"true", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

/* The first two operands are the same for all rows, and so is what they come to, which lies where the whole chain's result goes. */
START_TEST(a_chain_goes_on_from_what_is_the_same_for_all_rows)
{
    static const struct {
        const char *text;
        uint8_t c, c_state;
        const char *rows;      /* t, f; m missing */
    } cases[] = {
        {"c && has(a) && b", 1, 0, "ftmft"}, {"c && has(a) && b", 0, 0, "fffff"},
        {"c && has(a) && b", 1, CSTM_ERROR_MISSING, "fmmfm"}, {"c || !has(a) || b", 0, 0, "ftmft"},
        {"c || !has(a) || b", 0, CSTM_ERROR_MISSING, "mtmmt"}, {"c || !has(a) || b", 1, 0, "ttttt"},
    };
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_add(scope, "c", RULE_BOOL, 0, NULL, 0) && rule_scope_add(scope, "a", RULE_INT, 1, NULL, 0) &&
              rule_scope_add(scope, "b", RULE_BOOL, 2, NULL, 0));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t c = cases[i].c, c_state = cases[i].c_state, result[5], states[5];
        uint8_t b[] = {0, 1, 0, 0, 1}, b_states[] = {0, 0, CSTM_ERROR_MISSING, 0, 0};
        int64_t a[5] = {0};
        const struct rule_column inputs[] = {{.kind = RULE_BOOL, .constant = true, .as.bools = &c, .states = &c_state},
                                             {.kind = RULE_INT, .as.int64s = a},
                                             {.kind = RULE_BOOL, .as.bools = b, .states = b_states}};
        struct rule_program *program =
            rule_compile(cases[i].text, strlen(cases[i].text), scope, RULE_BOOL, NULL, &(struct error_list){0}, NULL);
        void *scratch = malloc(rule_scratch_size(program, 5) + 16);
        rule_run(program, inputs, 5, scratch, &(struct rule_column){.as.bools = result, .states = states});
        for (int row = 0; row < 5; row++)
            ck_assert_msg((states[row] == CSTM_ERROR_MISSING ? 'm' : result[row] != 0 ? 't' : 'f') == cases[i].rows[row],
                          "%s, case %zu, row %d: %d, state %d", cases[i].text, i, row, result[row], states[row]);
        free(scratch);
        rule_program_unref(program);
    }
    rule_scope_free(scope);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, a_chain_goes_on_from_what_is_the_same_for_all_rows);
    tcase_add_test(tests, and_is_decided_by_false_and_otherwise_carries_the_first_trouble);
    tcase_add_test(tests, or_is_decided_by_true_and_otherwise_carries_the_first_trouble);
    tcase_add_test(tests, a_condition_that_is_no_value_is_the_outcome);
    tcase_add_test(tests, chains_are_decided_wherever_the_deciding_operand_stands);
    tcase_add_test(tests, constants_in_a_chain_change_nothing_but_what_is_computed);
}

int
main(void)
{
    return run_suite("logic", fill);
}
