/* `last.FIELD`: which event it is of, and what is wrong where that cannot be said. */
#include "cases.h"

#include "strategy/strategy.h"

#define PLANS                                                                                                          \
    HEAD "entities: {plan: {of: customer}}\n"                                                                          \
         "events:\n"                                                                                                   \
         "  due: {on: plan, fields: {status: {type: string, values: [open, late]}, left: money, on: date}}\n"          \
         "  paid: {on: plan, fields: {amount: money, left: money}}\n"                                                  \
         "  visit: {fields: {status: int}}\n"                                                                          \
         "features:\n"

START_TEST(every_name_behind_last_is_a_field_of_an_own_event_or_has_its_place)
{
    static const struct fault_case cases[] = {
        {PLANS "  a: {count: plan, where: \"last.status == 'open' && last.on < today\"}\n"
               "  b: {for: plan, rule: \"last.due.left - last.paid.left\"}\n"
               "  c: {rule: \"last.status\"}\n"
               "  d: {max: plan.last.amount}\n"
               "  e: {max: plan.last.paid.left}\n"
               "segments: {s: {for: plan, purpose: service, when: \"has(last.amount)\"}}\n"
               "lifecycles: {m: {for: plan, purpose: service, initial: x, transitions: [{from: x, to: y, when: \"last.status == 'late'\"}]}}\n",
         ""},
        {PLANS "  a: {count: plan, where: \"last.left > money('0')\"}\n",
         "13:28 DUPLICATE several events of plan have a field 'left', say which: last.due.left, last.paid.left; or declare them to be one with 'any_of:'\n"},
        {PLANS "  a: {count: plan, where: \"today == today && last.statu == 'open'\"}\n",
         "13:46 UNKNOWN no event of plan has a field 'statu', did you mean 'status'?\n"},
        {PLANS "  a: {count: plan, where: \"last.due.statu == 'open'\"}\n", "13:28 UNKNOWN 'due' has no field 'statu', did you mean 'status'?\n"},
        {PLANS "  a: {count: plan, where: \"last.visit.status == 1\"}\n", "13:28 UNKNOWN no event of plan has a field 'visit'\n"},
        {PLANS "  a: {count: plan, where: \"last.status == 'opne'\"}\n", "13:43 UNKNOWN 'opne' is no value of 'last.status', did you mean 'open'?\n"},
        {PLANS "  a: {max: plan.last.lefd}\n", "13:12 UNKNOWN no event of plan has a field 'lefd', did you mean 'left'?\n"},
        {HEAD "entities: {plan: {of: customer}}\n"
              "events:\n"
              "  due: {on: plan, fields: {left: money, n: int}}\n"
              "  paid: {on: plan, fields: {left: money, n: int}}\n"
              "  news: {any_of: [due, paid]}\n"
              "features:\n"
              "  a: {count: plan, where: \"last.left > money('0') && last.paid.n > 1\"}\n", ""},
        {PLANS "  last: {count: visit, over: all}\n  a: {rule: \"last + 1\"}\n", ""},
        {PLANS "  a: {rule: \"[1, 2].exists(last, last > 1)\"}\n", ""},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(a_sensitive_field_taints_what_reads_it_behind_last)
{
    static const struct fault_case cases[] = {
        {BASE "segments:\n  s: {purpose: marketing.price, when: \"last.who == 'me'\"}\n",
         "14:40 PRIVACY segment s (purpose marketing.price) reads buy.who, which is personal and allowed for service only: "
         "s <- customer.last.who <- buy.who\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(a_name_is_one_feature_however_often_it_is_read)
{
    cstm_strategy *strategy = load(PLANS "  a: {count: plan, where: \"last.status == 'open'\"}\n  b: {count: plan, where: \"last.status == 'late'\"}\n"
                                         "  c: {rule: \"last.status + 1\"}\n");
    ck_assert_int_eq(strategy->n_declared, 3);
    ck_assert_int_eq(strategy->n_features, 5);
    ck_assert_str_eq(strategy->features[3].name, "plan.last.status");
    ck_assert_str_eq(strategy->features[4].name, "customer.last.status");
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    return run_tests("last", (const TTest *const[]){every_name_behind_last_is_a_field_of_an_own_event_or_has_its_place,
                                                    a_sensitive_field_taints_what_reads_it_behind_last,
                                                    a_name_is_one_feature_however_often_it_is_read, NULL});
}
