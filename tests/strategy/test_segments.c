/* Segments in the document: what is declared, who may ask for one, and every fault with its place.
 */
#include "cases.h"

START_TEST(a_segment_needs_a_rule_and_a_purpose)
{
    static const struct fault_case cases[] = {
        {BASE "segments:\n"
              "  a: {when: \"true\", purpose: service}\n"
              "  b: {purpose: service}\n"
              "  c: {when: \"true\"}\n"
              "  d: {when: \"true\", purpose: servise, fore: account}\n"
              "  e: {when: \"1\", purpose: service}\n"
              "  f: x\n"
              "  limit: {when: \"true\", purpose: service}\n",
         "15:3 MISSING a segment needs 'when:'\n"
         "16:3 MISSING a segment needs 'purpose:'\n"
         "17:30 UNKNOWN unknown purpose 'servise', did you mean 'service'?\n"
         "17:39 UNKNOWN unknown key 'fore' of a segment, did you mean 'for'?\n"
         "18:14 TYPE the expression is int, bool is expected\n"
         "19:6 TYPE a segment is a mapping of keys to values\n"
         "20:3 DUPLICATE the name 'limit' is taken on line 10: constants, lists, attributes, features, lifecycles, "
         "scores and segments share one set of names\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(rules_of_any_part_may_ask_for_a_segment)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
              "  buys: {count: buy}\n"
              "  welcome: {rule: \"in_segment('buyers') ? 1 : 0\"}\n"
              "  big: {count: account, where: \"in_segment( \\\"large\\\" ) && in_segment('buyers')\"}\n"
              "lifecycles:\n"
              "  m:\n"
              "    purpose: service\n"
              "    initial: x\n"
              "    transitions:\n"
              "      - {from: x, to: y, when: \"in_segment('mixed')\"}\n"
              "segments:\n"
              "  buyers: {when: buys > 0, purpose: service}\n"
              "  large: {for: account, when: \"limit > money('5')\", purpose: service}\n"
              "  mixed: {when: \"!in_segment('buyers') || big > welcome\", purpose: service}\n"
              "  late: {when: \"m.stage == 'y'\", purpose: service}\n"
              "  known: {when: has(segment.buyers) && segment.buyers, purpose: service}\n"
              "  some: {when: \"['buyers'].exists(x, in_segment('buyers') && x == 'buyers')\", "
              "purpose: service}\n",
         ""},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_segment_that_is_not_there_is_told_with_the_nearest)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
              "  n: {count: account, where: \"in_segment('larg')\"}\n"
              "segments:\n"
              "  large: {for: account, when: \"limit > money('5')\", purpose: service}\n"
              "  a: {when: \"in_segment('zzzzzz')\", purpose: service}\n"
              "  b: {when: \"in_segment('large')\", purpose: service}\n"
              "  c: {when: \"in_segment(1)\", purpose: service}\n"
              "  d: {when: \"in_segment()\", purpose: service}\n",
         "14:42 UNKNOWN unknown segment 'larg', did you mean 'large'?\n"
         "17:25 UNKNOWN unknown segment 'zzzzzz'\n"
         "18:14 UNKNOWN 'large' belongs to account, of which one customer may have several: ask with "
         "a feature over them, like {count: account, where: \"in_segment('large')\"}\n"
         "19:14 SYNTAX in_segment() takes the name of a segment, written as a text\n"
         "20:14 SYNTAX in_segment() takes the name of a segment, written as a text\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_segment_is_not_a_name_and_events_are_in_none)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
              "  n: {count: buy, where: \"in_segment('a')\"}\n"
              "segments:\n"
              "  a: {when: b, purpose: service}\n"
              "  b: {when: \"true\", purpose: service}\n",
         "14:27 UNKNOWN 'where:' reads fields of the event, which is in no segment\n"
         "16:13 UNKNOWN 'b' is a segment: a rule asks for it with in_segment('b')\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(segments_that_read_each_other_are_a_circle)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
              "  f: {rule: \"in_segment('b') ? 1 : 2\"}\n"
              "segments:\n"
              "  a: {when: f > 1, purpose: service}\n"
              "  b: {when: \"in_segment('a')\", purpose: service}\n"
              "  c: {when: \"in_segment('c')\", purpose: service}\n",
         "16:13 CYCLE definitions read each other in a circle: f -> b -> a -> f\n"
         "18:14 CYCLE definitions read each other in a circle: c -> c\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(taint_reaches_a_purpose_through_a_segment)
{
    static const struct fault_case cases[] = {
        {BASE "segments:\n"
              "  men: {when: \"sex == 'm'\", purpose: marketing.content}\n"
              "  offered: {when: \"in_segment('men')\", purpose: marketing.price}\n"
              "lifecycles:\n"
              "  m:\n"
              "    purpose: credit\n"
              "    initial: x\n"
              "    transitions:\n"
              "      - {from: x, to: y, when: \"in_segment('men')\"}\n",
         "15:20 PRIVACY segment offered (purpose marketing.price) reads sex, which is protected and "
         "allowed for marketing.content only: offered <- men <- sex\n"
         "21:33 PRIVACY lifecycle m (purpose credit) reads sex, which is protected and allowed for "
         "marketing.content only: m <- men <- sex\n"},
        {BASE "segments:\n"
              "  men: {when: \"sex == 'm'\", purpose: credit}\n",
         "14:16 PRIVACY segment men (purpose credit) reads sex, which is protected and allowed for "
         "marketing.content only: men <- sex\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_name_of_two_columns_is_refused)
{
    static const struct fault_case cases[] = {
        {BASE "lifecycles:\n"
              "  segment: {purpose: service, initial: x}\n"
              "segments:\n"
              "  stage: {when: \"true\", purpose: service}\n"
              "  stages: {when: \"true\", purpose: service}\n",
         "16:3 DUPLICATE 'segment.stage' is a name of what is called 'segment': one of the two "
         "needs another\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

#define SEGMENT(rule) BASE "features: {buys: {count: buy}}\nsegments:\n  s: {when: \"" rule "\", purpose: service}\n"

START_TEST(a_segment_says_its_rule_purpose_and_entity)
{
    cstm_strategy *strategy =
        load(BASE "segments:\n"
                  "  a: {when: \"!has(sex)\", purpose: marketing.content}\n"
                  "  b: {for: account, when: \"limit > money('5') \", purpose: credit}\n"
                  "features: {f: {rule: \"1 + 1\"}, g: {count: buy}}\n");
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_SEGMENT), 2);
    int32_t b = cstm_strategy_find(strategy, CSTM_PART_SEGMENT, "b");
    ck_assert_int_eq(b, 1);
    ck_assert_str_eq(cstm_strategy_part_name(strategy, CSTM_PART_SEGMENT, b), "b");
    ck_assert_int_eq(cstm_strategy_part_entity(strategy, CSTM_PART_SEGMENT, b), 1);
    ck_assert_int_eq(cstm_strategy_part_type(strategy, CSTM_PART_SEGMENT, b), CSTM_TYPE_BOOL);
    ck_assert_str_eq(cstm_strategy_part_purpose(strategy, CSTM_PART_SEGMENT, b), "credit");
    ck_assert_str_eq(cstm_strategy_part_rule(strategy, CSTM_PART_SEGMENT, 0), "!has(sex)");
    ck_assert_str_eq(cstm_strategy_part_rule(strategy, CSTM_PART_FEATURE, 0), "1 + 1");
    ck_assert_str_eq(cstm_strategy_part_rule(strategy, CSTM_PART_FEATURE, 1), "");
    ck_assert_str_eq(cstm_strategy_part_purpose(strategy, CSTM_PART_FEATURE, 0), "");
    ck_assert_str_eq(cstm_strategy_part_rule(strategy, CSTM_PART_SEGMENT, 2), "");
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(the_digest_is_of_what_a_segment_means)
{
    cstm_strategy *one = load(SEGMENT("buys > 1")), *spaced = load(SEGMENT(" buys>1 "));
    cstm_strategy *other = load(SEGMENT("buys > 2"));
    ck_assert_str_eq(cstm_strategy_digest(one), cstm_strategy_digest(spaced));
    ck_assert_str_ne(cstm_strategy_digest(one), cstm_strategy_digest(other));
    cstm_strategy_unref(one);
    cstm_strategy_unref(spaced);
    cstm_strategy_unref(other);
}
END_TEST

int
main(void)
{
    const TTest *const tests[] = {
        a_segment_needs_a_rule_and_a_purpose,
        rules_of_any_part_may_ask_for_a_segment,
        a_segment_that_is_not_there_is_told_with_the_nearest,
        a_segment_is_not_a_name_and_events_are_in_none,
        segments_that_read_each_other_are_a_circle,
        taint_reaches_a_purpose_through_a_segment,
        a_name_of_two_columns_is_refused,
        a_segment_says_its_rule_purpose_and_entity,
        the_digest_is_of_what_a_segment_means,
        NULL,
    };
    return run_tests("strategy segments", tests);
}
