/* Features and lifecycles: types, names inside rules, circles, stages that cannot be reached. */
#include "cases.h"

START_TEST(operators_take_what_they_can_compute)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {sum: buy.who}\n"
         "  b: {last: buy}\n"
         "  c: {count: buy.n}\n"
         "  d: {count: byu}\n"
         "  e: {sum: buy.m}\n"
         "  f: {count: account, over: 3 days}\n"
         "  g: {for: account, count: buy}\n"
         "  j: {count: buy, sum: buy.n}\n"
         "  k: {}\n"
         "  l: {where: n > 1}\n"
         "  m: {for: accont, count: buy}\n"
         "  n2: {sum: account.limt}\n"
         "  p: {count: buy, where: n}\n"
         "  r: {sum: account.opened_on}\n"
         "  s: {last: account.limit}\n"
         "  t: {for: account, count: account}\n"
         "  u: {max: account}\n"
         "  v: {rule: \"duration('1s')\"}\n"
         "  w: {max: account.sex}\n",
         "14:12 TYPE 'sum' takes int, double or money, not string\n"
         "15:13 TYPE 'last' takes a field of the event, like 'buy.amount'\n"
         "16:14 TYPE 'count' takes an event, 'buy', not a field of it\n"
         "17:14 UNKNOWN unknown event or entity 'byu', did you mean 'buy'?\n"
         "18:12 UNKNOWN unknown field of buy 'm'\n"
         "19:23 TYPE 'over:' is for features over events\n"
         "20:28 TYPE 'buy' happens on customer, which is not account nor below it\n"
         "21:19 DUPLICATE a feature has one operator: 'sum:' stands beside 'count:'\n"
         "22:3 MISSING a feature needs an operator (count, sum, ...) or 'rule:'\n"
         "23:3 MISSING a feature needs an operator (count, sum, ...) or 'rule:'\n"
         "24:12 UNKNOWN unknown entity 'accont', did you mean 'account'?\n"
         "25:13 UNKNOWN unknown name of account 'limt', did you mean 'limit'?\n"
         "26:26 TYPE the expression is int, bool is expected\n"
         "27:12 TYPE 'sum' takes int, double or money, not date\n"
         "28:13 TYPE 'last' is over events; over 'account' there are count, sum, mean, min, max\n"
         "29:28 TYPE 'account' does not stand below account\n"
         "30:12 TYPE 'max' takes a name of the entity, like 'account.NAME'\n"
         "31:13 TYPE a feature is a bool, int, double, string, date, timestamp or money, not duration\n"
         "32:12 UNKNOWN 'sex' does not belong to account but to customer\n"},
        {BASE "features:\n"
         "  a: {count: buy, whre: n > 1}\n"
         "  b: {rule: \"1\", over: 3 days, where: \"true\"}\n",
         "14:19 UNKNOWN unknown key 'whre' of a feature, did you mean 'where'?\n"
         "15:18 TYPE 'over:' is for features over events\n"
         "15:32 TYPE 'where:' is for features over events or children\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(aggregates_say_what_they_take_besides)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {variance: buy.who}\n"
         "  b: {deviation: buy}\n"
         "  c: {longest_gap: buy.n}\n"
         "  d: {share: buy.amount}\n"
         "  e: {share: buy.amount, where: n > 1, of: n}\n"
         "  f: {decayed: buy}\n"
         "  g: {decayed: buy, half_life: 3 months}\n"
         "  h: {decayed: buy, half_life: 0 days}\n"
         "  i: {streak: buy, unit: month}\n"
         "  j: {count: buy, unit: days}\n"
         "  k: {trend: buy}\n"
         "  l: {trend: buy, over: 30 days}\n"
         "  m: {trend: buy, over: 30 days, parts: 4}\n"
         "  n2: {trend: buy, over: 3 months, parts: 1}\n"
         "  o: {ratio: buy.amount}\n"
         "  p: {ratio: buy.amount, over: last 3}\n"
         "  q: {trend: buy.who, over: 3 months}\n"
         "  r: {variance: account.limit}\n"
         "  s: {rule: '1', parts: 3}\n"
         "  t: {devation: buy.n}\n"
         "  u: {distinct: buy}\n"
         "  v: {entropy: buy.who}\n"
         "  w: {most_frequent: buy.n}\n"
         "  x: {quantile: buy.amount}\n"
         "  y: {quantile: buy.amount, at: 1.5}\n"
         "  z: {quantile: buy.who, at: 0.5}\n",
         "14:17 TYPE 'variance' takes int, double or money, not string\n"
         "15:18 TYPE 'deviation' takes a field of the event, like 'buy.amount'\n"
         "16:20 TYPE 'longest_gap' takes an event, 'buy', not a field of it\n"
         "17:14 MISSING 'share' needs 'where:', which events are the part, 'near:' a home, or 'by:', a part a value\n"
         "18:44 TYPE the expression is int, bool is expected\n"
         "19:16 MISSING 'decayed' needs 'half_life:'\n"
         "20:32 SYNTAX a half-life is written like '14 days'\n"
         "21:32 RANGE a half-life is from 1 to 3660 days\n"
         "22:26 UNKNOWN unknown unit 'month', did you mean 'months'?\n"
         "23:19 TYPE 'unit:' goes with 'streak:', not 'count:'\n"
         "24:14 MISSING 'trend' needs 'over:' with days, months or closed cycles\n"
         "25:14 MISSING 'trend' needs 'parts:', into how many parts of equal length the window is cut\n"
         "26:41 RANGE a window of 30 days is not cut into 4 equal parts\n"
         "27:43 RANGE the number of parts of a trend is from 2 to 120\n"
         "28:14 MISSING 'ratio' needs 'over:' with days, months or closed cycles\n"
         "29:32 TYPE 'ratio' is over days, months or all, not over the last events\n"
         "30:14 TYPE 'trend' takes int or money, not string\n"
         "31:17 TYPE 'variance' is over events; over 'account' there are count, sum, mean, min, max\n"
         "32:18 TYPE 'parts:' goes with 'trend:', not 'rule:'\n"
         "33:3 MISSING a feature needs an operator (count, sum, ...) or 'rule:'\n"
         "33:7 UNKNOWN unknown key 'devation' of a feature, did you mean 'deviation'?\n"
         "34:17 TYPE 'distinct' takes a field of the event, like 'buy.amount'\n"
         "35:16 TYPE 'entropy' takes a field that declares its 'values:' or 'range:'\n"
         "36:22 TYPE 'most_frequent' takes a field that declares its 'values:' or 'range:'\n"
         "37:17 MISSING 'quantile' needs 'at:'\n"
         "38:33 RANGE 'at:' is above 0 and at most 1\n"
         "39:17 TYPE 'quantile' takes int, double or money, not string\n"},
        {BASE "features:\n"
         "  a: {variance: buy.n, over: 90 days}\n"
         "  b: {deviation: buy.amount}\n"
         "  c: {gap_variation: buy, where: n > 1}\n"
         "  d: {share: buy.amount, where: n > 1, of: n > 0, over: 6 months}\n"
         "  e: {decayed: buy.amount, half_life: 30 days, over: 365 days}\n"
         "  f: {streak: buy, unit: months}\n"
         "  g: {trend: buy.amount, over: 6 months}\n"
         "  h: {ratio: buy.amount, over: 30 days}\n"
         "  j: {distinct: buy.who, over: 90 days}\n"
         "  k: {quantile: buy.amount, at: 0.95, over: 90 days}\n"
         "  i: {rule: \"b > money('1') && e > g && a > 0.5 && f > 1\"}\n",
         ""},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(windows_are_written_the_way_people_say_them)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  f0: {count: buy, over: 523 weeks}\n"
         "  f1: {count: buy, over: 5000 days}\n"
         "  f2: {count: buy, over: 0 days}\n"
         "  f3: {count: buy, over: 121 months}\n"
         "  f4: {count: buy, over: last 1001}\n"
         "  f5: {count: buy, over: last 0}\n"
         "  f6: {count: buy, over: last}\n"
         "  f7: {count: buy, over: 3days}\n"
         "  f8: {count: buy, over: 03 days}\n"
         "  f9: {count: buy, over: all days}\n"
         "  f10: {count: buy, over: -1 days}\n"
         "  f11: {count: buy, over: 1 month}\n"
         "  f12: {count: buy, over: 3660 days}\n"
         "  f13: {count: buy, over: last 1000}\n"
         "  f14: {count: buy, over: all}\n"
         "  f15: {count: buy, over: 522 weeks, before: 12 months}\n"
         "  f16: {count: buy, before: 3 days}\n"
         "  f17: {count: buy, over: last 3, before: 3 days}\n"
         "  f18: {count: buy, over: 3 days, before: last 3}\n"
         "  f19: {count: buy, over: 3 days, before: 0 weeks}\n"
         "  f20: {count: account, before: 3 days}\n"
         "  f21: {rule: \"1\", before: 3 days}\n",
         "14:26 RANGE a window of weeks is from 1 to 522\n"
         "15:26 RANGE a window of days is from 1 to 3660\n"
         "16:26 RANGE a window of days is from 1 to 3660\n"
         "17:26 RANGE a window of months is from 1 to 120\n"
         "18:26 RANGE a window of last events is from 1 to 1000\n"
         "19:26 RANGE a window of last events is from 1 to 1000\n"
         "20:26 SYNTAX a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', 'last 2' or 'all'\n"
         "21:26 SYNTAX a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', 'last 2' or 'all'\n"
         "22:26 SYNTAX a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', 'last 2' or 'all'\n"
         "23:26 SYNTAX a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', 'last 2' or 'all'\n"
         "24:27 SYNTAX a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', 'last 2' or 'all'\n"
         "30:21 TYPE 'before:' moves a window of days, weeks, months or cycles: 'over:' says which\n"
         "31:35 TYPE 'before:' moves a window of days, weeks, months or cycles: 'over:' says which\n"
         "32:43 TYPE 'before:' is a number of days, weeks, months or cycles\n"
         "33:43 RANGE a window of weeks is from 1 to 522\n"
         "34:25 TYPE 'before:' is for features over events\n"
         "35:20 TYPE 'before:' is for features over events\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_fault_inside_a_rule_has_its_own_column)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {sum: buy.n}\n"
         "  b:\n"
         "    rule: 1 +  aa + limt\n",
         "16:16 UNKNOWN unknown name 'aa', did you mean 'a'?\n"
         "16:21 UNKNOWN unknown name 'limt'\n"},
        {BASE "features:\n"
         "  a: {sum: buy.n}\n"
         "  c:\n"
         "    rule: >\n"
         "      a +\n"
         "      1 + \"x\" + limt\n",
         "18:9 TYPE '+' does not take int and string\n"
         "18:17 UNKNOWN unknown name 'limt'\n"},
        {BASE "features:\n"
         "  a: {sum: buy.n}\n"
         "  d:\n"
         "    rule: \"a + \\\"x\\\" + aa\"\n",
         "16:14 TYPE '+' does not take int and string\n"
         "16:24 UNKNOWN unknown name 'aa', did you mean 'a'?\n"},
        {BASE "features:\n"
         "  a: {sum: buy.n}\n"
         "  d:\n"
         "    rule: 'sex == ''男'' ? aa : a'\n",
         "16:27 UNKNOWN unknown name 'aa', did you mean 'a'?\n"},
        {BASE "features:\n"
         "  a: {sum: buy.n}\n"
         "  d:\n"
         "    rule: |\n"
         "      a\n"
         "        + aa\n",
         "18:11 UNKNOWN unknown name 'aa', did you mean 'a'?\n"},
        {BASE "features:\n"
         "  a: {sum: buy.n}\n"
         "  d:\n"
         "    rule: a +\n"
         "      aa\n",
         "17:7 UNKNOWN unknown name 'aa', did you mean 'a'?\n"},
        {BASE "features:\n"
         "  a: {count: buy, where: \"m > 1\"}\n",
         "14:27 UNKNOWN unknown name 'm'\n"},
        {BASE "features:\n"
         "  a: {rule: \"\"}\n"
         "  b:\n"
         "    rule:\n"
         "  c: {rule: [a]}\n",
         "14:13 MISSING a rule is empty\n"
         "16:5 MISSING a rule is empty\n"
         "17:13 TYPE a rule is a text\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(what_reads_a_broken_name_says_nothing_more)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {sum: buy.m}\n"
         "  b: {rule: a + 1}\n"
         "  c: {rule: b + a + 'x'}\n",
         "14:12 UNKNOWN unknown field of buy 'm'\n"},
        {BASE "lifecycles:\n"
         "  m:\n"
         "    bad: 1\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: f > 1}\n"
         "features:\n"
         "  f: 3\n"
         "  g: {rule: f > 2}\n",
         "15:5 UNKNOWN unknown key 'bad' of a lifecycle\n"
         "21:6 TYPE a feature is a mapping of keys to values\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(an_entity_does_not_see_below_or_beside_itself)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  d: {rule: \"limit > money('1')\"}\n",
         "14:14 UNKNOWN 'limit' belongs to account, of which one customer may have several: read it with a feature over them, like {max: account.limit}\n"},
        {BASE "features:\n"
         "  d: {rule: \"account.limit > money('1')\"}\n"
         "  e: {rule: customer.d}\n"
         "  f: {rule: buy.amount}\n"
         "  g: {rule: account.stage == 'x'}\n"
         "lifecycles:\n"
         "  account:\n"
         "    for: account\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: limit > money('1')}\n",
         "14:14 UNKNOWN 'limit' belongs to account, of which one customer may have several: read it with a feature over them, like {max: account.limit}\n"
         "15:13 UNKNOWN 'customer.d': a rule names what customer has without 'customer.' in front, as 'd'\n"
         "16:13 UNKNOWN 'buy' is an event: a rule reads it through a feature, like {last: buy.amount}\n"
         "17:13 UNKNOWN the lifecycle 'account' is of account, of which one customer may have several: ask with a feature over them, like {count: account, where: \"account.stage == '...'\"}\n"},
        {BASE "features:\n"
         "  d: {sum: worth}\n"
         "  e: {for: account, sum: worth}\n"
         "  worth: {for: account, rule: limit}\n",
         "14:12 UNKNOWN 'sum' takes EVENT.FIELD or CHILD.NAME, did you mean 'account.worth'?\n"
         "15:26 UNKNOWN 'sum' takes EVENT.FIELD or CHILD.NAME, and 'worth' is a single value of account\n"},
        {HEAD "entities: {a: {of: customer}, b: {of: customer}}\n"
         "attributes:\n"
         "  x: {for: a, type: int}\n"
         "features:\n"
         "  f: {for: b, rule: x + 1}\n",
         "11:21 UNKNOWN 'x' belongs to a and is not seen from b\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_variable_of_a_macro_may_be_called_as_what_an_entity_does_not_see)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  d: {rule: \"[1, 2].exists(limit, limit > 1)\"}\n"
         "  e: {rule: \"[1, 2].all( i , limit , i < limit)\"}\n"
         "  f: {rule: \"cel.bind(buy, {'x': 1}, buy.x)\"}\n",
         ""},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(definitions_in_a_circle_are_named_with_their_path)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {rule: b + 1}\n"
         "  b: {rule: c + 1}\n"
         "  c: {rule: a + 1}\n"
         "  d: {rule: \"d\"}\n",
         "16:13 CYCLE definitions read each other in a circle: a -> b -> c -> a\n"
         "17:14 CYCLE definitions read each other in a circle: d -> d\n"},
        {BASE "features:\n"
         "  e: {rule: m.days_in_stage}\n"
         "lifecycles:\n"
         "  m:\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: e > 3}\n",
         "20:32 CYCLE definitions read each other in a circle: e -> m -> e\n"},
        {BASE "lifecycles:\n"
         "  m:\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: \"m.stage == 'x'\"}\n",
         "18:33 CYCLE definitions read each other in a circle: m -> m\n"},
        {BASE "features:\n"
         "  a: {for: account, rule: top + 1}\n"
         "  top: {max: account.a}\n",
         "15:14 CYCLE definitions read each other in a circle: a -> top -> a\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(stages_are_reached_and_transitions_can_fire)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {count: buy}\n"
         "lifecycles:\n"
         "  m:\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: a > 3}\n"
         "      - {from: x, to: z, when: a > 3}\n"
         "      - {from: w, to: x, when: a > 4}\n",
         "21:9 UNREACHABLE lifecycle 'm': nothing leads to stage 'z'\n"
         "21:9 UNREACHABLE lifecycle 'm': this transition can never fire: an earlier one with the same condition fires before it\n"
         "22:9 UNREACHABLE lifecycle 'm': nothing leads to stage 'w'\n"},
        {BASE "features:\n"
         "  a: {count: buy}\n"
         "lifecycles:\n"
         "  m:\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: a > 3}\n"
         "      - {from: x, to: y, when: \"false\"}\n"
         "      - {from: y, to: x, when: \"1 > 2\"}\n"
         "      - {from: y, to: x, when: a > 1 && false}\n"
         "      - {from: x, to: x, when: a > 7}\n",
         "21:32 UNREACHABLE lifecycle 'm': this rule is never true, so its transition can never fire\n"
         "22:32 UNREACHABLE lifecycle 'm': this rule is never true, so its transition can never fire\n"
         "23:32 UNREACHABLE lifecycle 'm': this rule is never true, so its transition can never fire\n"
         "24:9 UNREACHABLE lifecycle 'm': this transition can never fire: it leads to the stage that it comes from\n"},
        {BASE "features:\n"
         "  a: {count: buy}\n"
         "lifecycles:\n"
         "  m:\n"
         "    purpose: service\n"
         "    initial:\n"
         "      - {stage: x, when: \"true\"}\n"
         "      - {stage: y, when: a > 1}\n"
         "      - {stage: z, when: a > 2}\n",
         "19:26 UNREACHABLE lifecycle 'm': this rule is always true, so nobody begins in the stages behind it\n"
         "21:20 TYPE the last initial stage has no 'when:': it is for all that no rule before it took\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_rule_that_is_always_true_forestalls_those_behind_it)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {count: buy}\n"
         "lifecycles:\n"
         "  m:\n"
         "    purpose: service\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: \"true\", for: 3 days}\n"
         "      - {from: x, to: z, when: a > 3}\n"
         "      - {from: [y, z], to: x, when: \"1 < 2\"}\n"
         "      - {from: z, to: y, when: a > 9}\n"
         "      - {from: [x, z], to: y, when: a > 8, for: 4 days}\n"
         "      - {from: y, to: previous, when: a > 7}\n",
         "23:9 UNREACHABLE lifecycle 'm': this transition can never fire: an earlier one, whose rule is always true, fires before it\n"
         "24:9 UNREACHABLE lifecycle 'm': this transition can never fire: an earlier one, whose rule is always true, fires before it\n"
         "25:9 UNREACHABLE lifecycle 'm': this transition can never fire: an earlier one, whose rule is always true, fires before it\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(lifecycles_are_checked)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {count: buy}\n"
         "lifecycles:\n"
         "  m: {}\n"
         "  n:\n"
         "    purpose: servce\n"
         "    initial: previous\n"
         "    transitions:\n"
         "      - {from: x, to: previous}\n"
         "      - {from: [x, x], to: y, when: a, for: 0 days, stay: 9999 days}\n"
         "      - {from: [], too: y, when: a > 1}\n"
         "      - 3\n",
         "16:3 MISSING a lifecycle needs 'purpose:'\n"
         "16:3 MISSING a lifecycle needs 'initial:'\n"
         "18:14 UNKNOWN unknown purpose 'servce', did you mean 'service'?\n"
         "19:14 SYNTAX 'previous' is the stage before the current one: only 'to:' can name it\n"
         "21:9 MISSING a transition needs 'when:'\n"
         "22:20 DUPLICATE the stage 'x' stands here twice\n"
         "22:37 TYPE the expression is int, bool is expected\n"
         "22:45 RANGE 'for:' is from 1 to 3660 days\n"
         "22:59 RANGE 'stay:' is from 1 to 3660 days\n"
         "23:9 MISSING a transition needs 'to:'\n"
         "23:16 MISSING 'from:' is an empty list\n"
         "23:20 UNKNOWN unknown key 'too' of a transition, did you mean 'to'?\n"
         "24:9 TYPE a transition is a mapping of keys to values\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

int
main(void)
{
    return run_tests("rules", (const TTest *const[]){
        operators_take_what_they_can_compute,
        aggregates_say_what_they_take_besides,
        windows_are_written_the_way_people_say_them,
        a_fault_inside_a_rule_has_its_own_column,
        what_reads_a_broken_name_says_nothing_more,
        an_entity_does_not_see_below_or_beside_itself,
        a_variable_of_a_macro_may_be_called_as_what_an_entity_does_not_see,
        definitions_in_a_circle_are_named_with_their_path,
        stages_are_reached_and_transitions_can_fire,
        a_rule_that_is_always_true_forestalls_those_behind_it,
        lifecycles_are_checked,
        NULL});
}
