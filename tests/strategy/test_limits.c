/* What a strategy limits its rules to, and what it is warned about in them. */
#include "cases.h"

START_TEST(a_rule_that_costs_more_than_the_limit_is_refused_at_its_place)
{
    static const struct fault_case cases[] = {
        {BASE "limits: {rule_cost: 5}\n"
         "features:\n"
         "  n: {count: buy}\n"
         "  a: {rule: n > 5}\n"
         "  b: {rule: n > 5 && n < 9 && n != 7}\n"
         "  c: {count: buy, where: n > 5 && n < 9 && n != 7}\n"
         "segments:\n"
         "  s: {when: \"[1, 2].exists(i, i > n)\", purpose: service}\n"
         "lifecycles:\n"
         "  l: {purpose: service, initial: x, transitions: [{from: x, to: y, when: n > 5 || n < -5 }]}\n",
         "17:13 LIMIT the rule may cost 10 steps a row, the strategy's limit is 5\n"
         "18:26 LIMIT the rule may cost 10 steps a row, the strategy's limit is 5\n"
         "20:13 LIMIT the rule may cost 10 steps a row, the strategy's limit is 5\n"
         "22:74 LIMIT the rule may cost 7 steps a row, the strategy's limit is 5\n"},
        {BASE "limits: {rule_cost: 10}\n"
         "features:\n"
         "  n: {count: buy}\n"
         "  b: {rule: n > 5 && n < 9 && n != 7}\n", ""},
        {BASE "limits: {rule_cots: 10}\n", "13:10 UNKNOWN unknown key 'rule_cots' of 'limits:', did you mean 'rule_cost'?\n"},
        {BASE "limits: {rule_cost: 0}\n", "13:21 RANGE 'rule_cost:' is from 1 to 9223372036854775807\n"},
        {BASE "limits: 10\n", "13:9 TYPE 'limits:' is a mapping of keys to values\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(conditions_that_contradict_one_another_are_warned_about_at_their_place)
{
    cstm_strategy *strategy = load(BASE "features:\n"
                                   "  n: {count: buy}\n"
                                   "  a: {rule: n > 5 && n < 3}\n"
                                   "  b:\n"
                                   "    rule: >\n"
                                   "      n > 5 &&\n"
                                   "      n > 3\n");
    const cstm_error *warning = cstm_strategy_warnings(strategy);
    ck_assert_ptr_nonnull(warning);
    ck_assert_str_eq(cstm_error_message(warning),
                     "t.yaml:15:22: no value of 'n' satisfies this operand and those before it: the whole is never true");
    ck_assert_int_eq(cstm_error_code(warning), CSTM_ERROR_UNREACHABLE);
    warning = cstm_error_next(warning);
    ck_assert_ptr_nonnull(warning);
    ck_assert_int_eq(cstm_error_line(warning), 19);
    ck_assert_int_eq(cstm_error_column(warning), 7);
    ck_assert_ptr_null(cstm_error_next(warning));
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    const TTest *const tests[] = {a_rule_that_costs_more_than_the_limit_is_refused_at_its_place,
                                  conditions_that_contradict_one_another_are_warned_about_at_their_place, NULL};
    return run_tests("limits", tests);
}
