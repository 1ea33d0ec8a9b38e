/* Who may be read for what: the declarations, and every way along which a sensitive value reaches a purpose. */
#include "cases.h"

START_TEST(a_protected_attribute_is_never_allowed_to_decide)
{
    static const struct fault_case cases[] = {
        {HEAD "attributes:\n"
         "  s: {type: string, sensitivity: protected, purposes: [credit]}\n"
         "  t: {type: string, sensitivity: protected, purposes: [marketing]}\n"
         "  u: {type: string, sensitivity: protected}\n"
         "  w: {type: string, purposes: [servise]}\n"
         "  x: {type: string, sensitivity: protected, purposes: [service, marketing.price]}\n",
         "8:56 PRIVACY s is protected and cannot be allowed for credit: a protected attribute may shape content, never price, limit or eligibility\n"
         "9:56 PRIVACY t is protected and cannot be allowed for marketing, which includes marketing.price: a protected attribute may shape content, never price, limit or eligibility\n"
         "10:3 MISSING u is protected and needs 'purposes:', what it may be used for\n"
         "11:32 UNKNOWN unknown purpose 'servise', did you mean 'service'?\n"
         "12:65 PRIVACY x is protected and cannot be allowed for marketing.price: a protected attribute may shape content, never price, limit or eligibility\n"},
        {"format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "purposes: [lending.limit.first, service]\n"
         "attributes:\n"
         "  s: {type: string, sensitivity: protected, purposes: [lending.limit, service]}\n",
         "7:56 PRIVACY s is protected and cannot be allowed for lending.limit, which includes lending.limit.first: a protected attribute may shape content, never price, limit or eligibility\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_purpose_reads_only_what_is_allowed_for_it)
{
    static const struct fault_case cases[] = {
        {BASE "lifecycles:\n"
         "  m:\n"
         "    purpose: credit\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: \"sex == 'm'\"}\n",
         "18:33 PRIVACY lifecycle m (purpose credit) reads sex, which is protected and allowed for marketing.content only: m <- sex\n"},
        {BASE "features:\n"
         "  f: {count: buy, where: \"who == 'a'\"}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: credit\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: c, feature: f, reason: A, bins: [{up_to: 1, points: 1}, {above: 1, points: 2}]}\n",
         "20:30 PRIVACY score s (purpose credit) reads buy.who, which is personal and allowed for service only: s <- f <- buy.who\n"},
        {BASE "features:\n"
         "  riskiness: {rule: \"sex == 'm' ? 1 : 2\"}\n"
         "scores:\n"
         "  default_risk:\n"
         "    purpose: credit\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: c, feature: riskiness, reason: A, bins: [{up_to: 1, points: 1}, {above: 1, points: 2}]}\n",
         "20:30 PRIVACY score default_risk (purpose credit) reads sex, which is protected and allowed for marketing.content only: default_risk <- riskiness <- sex\n"},
        {BASE "features:\n"
         "  f: {rule: \"sex == 'm' ? 1 : 2\"}\n"
         "  g: {for: account, rule: f * 2}\n"
         "  h: {max: account.g}\n"
         "  i: {count: account, where: g > 1}\n"
         "scores:\n"
         "  s:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: c, feature: h, reason: A, bins: [{up_to: 1, points: 1}, {above: 1, points: 2}]}\n"
         "  t:\n"
         "    purpose: service\n"
         "    scorecard:\n"
         "      characteristics:\n"
         "        - {name: c, feature: i, reason: A, bins: [{up_to: 1, points: 1}, {above: 1, points: 2}]}\n",
         "23:30 PRIVACY score s (purpose service) reads sex, which is protected and allowed for marketing.content only: s <- h <- g <- f <- sex\n"
         "28:30 PRIVACY score t (purpose service) reads sex, which is protected and allowed for marketing.content only: t <- i <- g <- f <- sex\n"},
        {BASE "lifecycles:\n"
         "  m:\n"
         "    purpose: marketing.content\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: \"sex == 'm'\"}\n"
         "  n:\n"
         "    purpose: marketing.price\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: \"m.stage == 'y'\"}\n",
         "23:33 PRIVACY lifecycle n (purpose marketing.price) reads sex, which is protected and allowed for marketing.content only: n <- m <- sex\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_rule_that_does_not_compile_is_followed_all_the_same)
{
    static const struct fault_case cases[] = {
        {BASE "lifecycles:\n"
         "  m:\n"
         "    purpose: credit\n"
         "    initial: x\n"
         "    transitions:\n"
         "      - {from: x, to: y, when: \"sex == 1 && unknown_thing\"}\n",
         "18:33 PRIVACY lifecycle m (purpose credit) reads sex, which is protected and allowed for marketing.content only: m <- sex\n"
         "18:37 TYPE '==' does not take string and int\n"
         "18:45 UNKNOWN unknown name 'unknown_thing'\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

int
main(void)
{
    return run_tests("privacy", (const TTest *const[]){
        a_protected_attribute_is_never_allowed_to_decide,
        a_purpose_reads_only_what_is_allowed_for_it,
        a_rule_that_does_not_compile_is_followed_all_the_same,
        NULL});
}
