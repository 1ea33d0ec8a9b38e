/* What YAML would do behind its author's back: each case is refused, at its place, with what to do about it. */
#include "cases.h"

START_TEST(rules_that_yaml_cuts_or_takes_for_its_own_must_be_quoted)
{
    static const struct fault_case cases[] = {
        {BASE "features:\n"
         "  a: {count: buy, where: f(n, 1) > 1}\n",
         "14:26 SYNTAX a rule inside {...} must be quoted: the comma in it ends the value\n"},
        {BASE "features:\n"
         "  a: {count: buy, where: \"f(n, 1)\", over: all}\n"
         "  b: {count: buy, where: max(n, 1, 2) > 1}\n",
         "14:27 UNKNOWN unknown function 'f'\n"
         "15:26 SYNTAX a rule inside {...} must be quoted: the comma in it ends the value\n"},
        {BASE "features:\n"
         "  a: {count: buy, where: n in [1, 2]}\n",
         "14:31 SYNTAX not YAML: did not find expected ',' or '}' (while parsing a flow mapping); a rule inside {...} must be quoted\n"},
        {BASE "features:\n"
         "  a: {count: buy, where: who == 'a, b'}\n",
         "14:26 SYNTAX a rule inside {...} must be quoted: the comma in it ends the value\n"},
        {BASE "features:\n"
         "  a:\n"
         "    rule: !has(sex)\n",
         "15:11 SYNTAX '!has(sex)' is read as a YAML tag: a rule that starts with ! must be quoted\n"},
        {BASE "features:\n"
         "  a:\n"
         "    rule: !has(sex) || limitx\n",
         "15:22 SYNTAX not YAML: did not find expected comment or line break; a rule that starts with ! must be quoted\n"},
        {BASE "features:\n"
         "  a:\n"
         "    rule: !has(sex)\n"
         "  b:\n"
         "    rule: !has(sex) && true\n",
         "15:11 SYNTAX '!has(sex)' is read as a YAML tag: a rule that starts with ! must be quoted\n"
         "17:22 SYNTAX not YAML: did not find expected alphabetic or numeric character; a rule that starts with ! must be quoted\n"},
        {BASE "features:\n"
         "  a:\n"
         "    rule: sex == 'a: b'\n",
         "15:20 SYNTAX not YAML: mapping values are not allowed in this context; a text with a colon in it must be quoted, and the keys of one mapping stand in one column\n"},
        {BASE "features:\n"
         "  a:\n"
         "    rule: 'a' == sex\n",
         "15:15 SYNTAX not YAML: did not find expected key; a rule that starts with a quote, bracket or other mark of YAML must be quoted as a whole\n"},
        {BASE "features:\n"
         "  a:\n"
         "    rule: n ? 1 : 2\n",
         "15:17 SYNTAX not YAML: mapping values are not allowed in this context; a text with a colon in it must be quoted, and the keys of one mapping stand in one column\n"},
        {BASE "features:\n"
         "  a: {rule: *n}\n",
         "14:13 SYNTAX '*n' is read as a YAML alias: aliases are not used in strategies\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(tags_anchors_merge_keys_and_second_documents_are_refused)
{
    static const struct fault_case cases[] = {
        {HEAD "attributes:\n"
         "  a: &x {type: int}\n"
         "  b: *x\n"
         "  c: {<<: 1, type: int}\n",
         "8:6 SYNTAX '&x' is read as a YAML anchor: anchors are not used in strategies\n"
         "9:6 SYNTAX '*x' is read as a YAML alias: aliases are not used in strategies\n"
         "10:7 SYNTAX merge keys (<<) are not used in strategies\n"},
        {HEAD "attributes:\n"
         "  a: {type: !!str int}\n",
         "8:13 SYNTAX YAML tags are not used in strategies\n"},
        {HEAD "---\n"
         "format: 1\n",
         "7:1 SYNTAX a second document: a strategy is one document\n"},
        {"%YAML 1.1\n"
         "---\n"
         "format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "currency: TWD\n"
         "purposes: [service, marketing.content, marketing.price, credit]\n",
         "1:1 SYNTAX YAML directives (%) are not used in strategies\n"},
        {HEAD "? [a, b]\n"
         ": 1\n",
         "7:3 SYNTAX a key must be a word; a text that starts with [ must be quoted\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_key_stands_once)
{
    static const struct fault_case cases[] = {
        {HEAD "strategy: u\n"
         "attributes:\n"
         "  a: {type: int}\n"
         "  a: {type: int, type: int}\n",
         "7:1 DUPLICATE the key 'strategy' stands here already on line 2\n"
         "10:3 DUPLICATE the key 'a' stands here already on line 9\n"
         "10:18 DUPLICATE the key 'type' stands here already on line 10\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(what_is_not_yaml_is_said_where_it_begins)
{
    static const struct fault_case cases[] = {
        {HEAD "attributes:\n"
         "	a: {type: int}\n",
         "8:1 SYNTAX a tab cannot indent: use blanks\n"},
        {BASE "features:\n"
         "  a: {count: buy\n",
         "14:6 SYNTAX the { that opens here is not closed\n"},
        {BASE "features:\n"
         "  a: {count: buy, where: \"n > 1\n",
         "14:26 SYNTAX the quote that opens here is not closed\n"},
        {BASE "features:\n"
         "  a: {count: [buy\n",
         "14:14 SYNTAX the [ that opens here is not closed\n"},
        {BASE "features:\n"
         " a: 1\n"
         "   b: 2\n",
         "15:5 SYNTAX not YAML: mapping values are not allowed in this context; a text with a colon in it must be quoted, and the keys of one mapping stand in one column\n"},
        {HEAD "x: \a\n",
         "7:4 SYNTAX not YAML: control characters are not allowed\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(a_document_has_something_in_it)
{
    static const struct fault_case cases[] = {
        {"",
         "1:1 MISSING the document is empty\n"},
        {"# nothing but a comment\n",
         "1:1 MISSING the document is empty\n"},
        {"- a\n",
         "1:1 TYPE a strategy is a mapping of keys to values\n"},
        {"text\n",
         "1:1 TYPE a strategy is a mapping of keys to values\n"},
        {" \n---",
         "2:4 MISSING a strategy is empty\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(the_format_is_stated_and_known)
{
    static const struct fault_case cases[] = {
        {"format: 2\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "currency: TWD\n"
         "purposes: [service, marketing.content, marketing.price, credit]\n"
         "nonsense: 1\n",
         "1:9 VERSION format 2 is not known to this release, which reads format 1\n"},
        {"format: 01\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "currency: TWD\n"
         "purposes: [service, marketing.content, marketing.price, credit]\n",
         "1:9 SYNTAX 'format:' is a whole number without leading zeros\n"},
        {"format: one\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "currency: TWD\n"
         "purposes: [service, marketing.content, marketing.price, credit]\n",
         "1:9 TYPE 'format:' is a whole number\n"},
        {"strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "currency: TWD\n"
         "purposes: [service, marketing.content, marketing.price, credit]\n",
         "1:1 MISSING a strategy needs 'format:'\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

int
main(void)
{
    return run_tests("yaml", (const TTest *const[]){
        rules_that_yaml_cuts_or_takes_for_its_own_must_be_quoted,
        tags_anchors_merge_keys_and_second_documents_are_refused,
        a_key_stands_once,
        what_is_not_yaml_is_said_where_it_begins,
        a_document_has_something_in_it,
        the_format_is_stated_and_known,
        NULL});
}
