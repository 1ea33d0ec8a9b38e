/* Scorecards in a document: each fault at its bin. */
#include "cases.h"

START_TEST(bins_are_checked_where_they_stand)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  n: {count: buy}\n"
         "  who: {last: buy.who}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: a, feature: n, reason: A, bins: [{up_to: 1, points: 1}, {up_to: 1, points: 2}]}\n"
         "        - {name: b, feature: nn, reason: A, bins: [{up_to: 1, points: 1}, {above: 2, points: 2}]}\n"
         "        - {name: c, feature: n, reason: A, bins: [{above: 1, points: 1}, {up_to: 3, points: x}]}\n"
         "        - {name: c, feature: who, reason: A, bins: [{up_to: 1, points: 1}, {values: [x, x], points: 1}]}\n"
         "        - {name: e, feature: opened_on, reason: A, bins: [{missing: true, other: true, points: 1}, {points: 1}, {other: true}]}\n"
         "        - {nam: e}\n"
         "        - {name: g, feature: limit, reason: A, bins: []}\n"
         "        - {name: h, feature: n, reason: A, bins: [{missing: true, points: 1}, {missing: true, points: 1}, {other: no, points: 1}]}\n"
         "        - {name: i, feature: n, reason: A, bins: [{values: [x], points: 1}]}\n",
         "21:82 RANGE bins ascend: 'up_to:' is not greater than the one before\n"
         "22:30 UNKNOWN unknown feature 'nn', did you mean 'n'?\n"
         "22:83 RANGE 'above:' is the last 'up_to:'\n"
         "23:93 TYPE 'points:' is a number\n"
         "24:18 DUPLICATE two characteristics are called 'c'\n"
         "24:54 TYPE 'up_to:' is for numbers; bins of a string are {values: [...], points: ...}\n"
         "24:89 DUPLICATE 'x' stands twice in 'values:'\n"
         "25:30 TYPE bins are of numbers, strings or bools, not of date: make it a number with a feature by rule\n"
         "25:75 DUPLICATE 'other:' stands beside 'missing:': a bin is one of them\n"
         "25:100 MISSING a bin needs 'up_to:', 'above:', 'values:', 'missing:' or 'other:'\n"
         "25:113 MISSING a bin needs 'points:'\n"
         "26:11 MISSING a characteristic needs 'name:'\n"
         "26:11 MISSING a characteristic needs 'feature:'\n"
         "26:11 MISSING a characteristic needs 'reason:'\n"
         "26:11 MISSING a characteristic needs 'bins:'\n"
         "26:12 UNKNOWN unknown key 'nam' of a characteristic, did you mean 'name'?\n"
         "27:30 UNKNOWN 'limit' is not seen from customer\n"
         "28:79 DUPLICATE a second bin of 'missing'\n"
         "28:115 TYPE 'other:' is true or false\n"
         "29:52 TYPE 'values:' is for strings and bools; bins of numbers are {up_to: ...} and {above: ...}\n"},
        {BASE "features:\n"
         "  n: {count: buy}\n"
         "  who: {last: buy.who}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: a, feature: n, reason: A, bins: [{up_to: 1, points: 1}]}\n"
         "        - {name: d, feature: n, reason: A, neutral: 3, bins: [{above: 1, points: 1}]}\n",
         "22:44 TYPE 'neutral:' is for 'method: below_neutral'\n"},
        {BASE "features:\n"
         "  n: {count: buy}\n"
         "  who: {last: buy.who}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: a, feature: n, reason: A, bins: [{up_to: 1, points: 1}]}\n"
         "        - {name: b, feature: n, reason: A, bins: []}\n",
         "21:50 MISSING characteristic 'a': high numbers are in no bin: give the bins an above, or one of all others\n"
         "22:50 MISSING characteristic 'b': has no bins\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(values_of_a_closed_list_are_known)
{
    static const struct fault_case cases[] = {
        {HEAD "attributes:\n"
         "  e: {type: string, values: [low, high]}\n"
         "  b: {type: bool}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: a, feature: e, reason: A, bins: [{values: [lwo], points: 1}]}\n"
         "        - {name: b, feature: b, reason: A, bins: [{values: [yes], points: 1}]}\n"
         "        - {name: c, feature: e, reason: A, bins: [{values: [low], points: 1}, {values: [low], points: 2}]}\n",
         "15:61 UNKNOWN unknown value 'lwo', did you mean 'low'?\n"
         "16:61 TYPE a bool is true or false\n"
         "17:89 DUPLICATE 'low' stands in two bins\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(the_card_itself_is_checked)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  n: {count: buy}\n"
         "  who: {last: buy.who}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      base: 012\n"
         "      reasons: {method: below_nuetral, count: 11}\n"
         "      scaling: {points_to_double: 0, odds: 19}\n"
         "      characteristics:\n"
         "        - {name: a, feature: n, reason: A, bins: [{up_to: 1, points: 1}, {above: 1, points: 2}]}\n",
         "20:13 SYNTAX 'base:' is a number without leading zeros\n"
         "21:25 UNKNOWN unknown method 'below_nuetral', did you mean 'below_neutral'?\n"
         "21:47 RANGE 'count:' is from 1 to 10\n"
         "22:7 MISSING a scaling needs 'at:'\n"
         "22:35 RANGE 'points_to_double:' is greater than 0\n"},
        {BASE "features:\n"
         "  n: {count: buy}\n"
         "  who: {last: buy.who}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      reasons: {method: below_neutral}\n"
         "      characteristics:\n"
         "        - {name: a, feature: n, reason: A, bins: [{up_to: 1, points: 1}, {above: 1, points: 2}]}\n",
         "22:11 MISSING with 'method: below_neutral' a characteristic needs 'neutral:'\n"},
        {BASE "scores:\n"
         "  s: {purpose: service, pmml: x}\n"
         "  t: {purpose: service}\n"
         "  u: {purpose: service, scorecard: {}}\n"
         "  v: {purpose: service, scorecard: {characteristics: []}}\n"
         "  w: {scorecard: 1}\n",
         "14:25 UNSUPPORTED 'pmml:' is not offered by this release; scores are scorecards\n"
         "15:3 MISSING a score needs 'scorecard:'\n"
         "16:25 MISSING a scorecard needs 'characteristics:'\n"
         "17:54 MISSING 'characteristics:' is an empty list\n"
         "18:3 MISSING a score needs 'purpose:'\n"
         "18:18 TYPE a scorecard is a mapping of keys to values\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

int
main(void)
{
    return run_tests("scores", (const TTest *const[]){
        bins_are_checked_where_they_stand,
        values_of_a_closed_list_are_known,
        the_card_itself_is_checked,
        NULL});
}
