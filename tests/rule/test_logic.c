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

static void
fill(TCase *tests)
{
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
