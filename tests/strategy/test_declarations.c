/* The head of a document, entities, attributes and events: all that is wrong, at once, with its place and the nearest word. */
#include "cases.h"

START_TEST(a_key_decides_how_its_text_is_read)
{
    static const struct fault_case cases[] = {
        {HEAD "late: 012 days\n",
         "7:7 SYNTAX 'late:' is written like '14 days'\n"},
        {"format: 1\n"
         "strategy: no\n"
         "version: 012\n"
         "timezone: UTC\n"
         "attributes:\n"
         "  no: {type: string, values: [no, yes, 2005-10-01, 012]}\n"
         "events:\n"
         "  e: {observed_from: 2005-10-01, opens: true}\n",
         ""},
        {HEAD "events:\n"
         "  e: {opens: yes, observed_from: 2005-13-01}\n"
         "  f: {opens: true, closes: true}\n",
         "8:14 TYPE 'opens:' is true or false\n"
         "8:34 TYPE 'observed_from:' is a date like 2005-10-01\n"
         "9:28 DUPLICATE an event cannot both open and close its entity\n"},
        {HEAD "late: 7\n",
         "7:7 SYNTAX 'late:' is written like '14 days'\n"},
        {HEAD "late: 367 days\n",
         "7:7 RANGE 'late:' is from 0 to 366 days\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(the_head_is_checked)
{
    static const struct fault_case cases[] = {
        {"format: 1\n"
         "strategy: t\n"
         "version:\n"
         "timezone: Asia/Taipe\n"
         "currency: TWX\n"
         "purposes: [service, marketing.content, marketing.price, credit]\n",
         "3:1 MISSING 'version:' is empty\n"
         "4:11 UNKNOWN unknown time zone 'Asia/Taipe', did you mean 'Asia/Taipei'?\n"
         "5:11 UNKNOWN unknown currency 'TWX'; a currency is a code of ISO 4217 with a minor unit, like TWD\n"},
        {"format: 1\n",
         "1:1 MISSING a strategy needs 'strategy:'\n"
         "1:1 MISSING a strategy needs 'version:'\n"
         "1:1 MISSING a strategy needs 'timezone:'\n"},
        {"format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "attributes:\n"
         "  a: {type: money}\n",
         "6:13 MISSING money needs the strategy's 'currency:'\n"},
        {"format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "purposes: [a, a, B, a..b]\n",
         "5:15 DUPLICATE the purpose 'a' stands here twice\n"
         "5:18 SYNTAX a purpose is words of a-z, 0-9 and _ with dots between them\n"
         "5:21 SYNTAX a purpose is words of a-z, 0-9 and _ with dots between them\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(unknown_keys_suggest_the_nearest)
{
    static const struct fault_case cases[] = {
        {HEAD "lifecylces: {}\n"
         "offers: {}\n"
         "zzz: 1\n"
         "attributes:\n"
         "  a: {typ: int}\n",
         "7:1 UNKNOWN unknown key 'lifecylces' of a strategy, did you mean 'lifecycles'?\n"
         "8:1 UNSUPPORTED 'offers:' is not offered by this release\n"
         "9:1 UNKNOWN unknown key 'zzz' of a strategy\n"
         "11:3 MISSING an attribute needs 'type:'\n"
         "11:7 UNKNOWN unknown key 'typ' of an attribute, did you mean 'type'?\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(entities_stand_below_the_customer)
{
    static const struct fault_case cases[] = {
        {HEAD "entities:\n"
         "  a: {of: b}\n"
         "  b: {of: a}\n"
         "  c: {of: d}\n"
         "  customer: {of: a}\n"
         "  e: {off: customer}\n"
         "  f:\n"
         "  g: {of: e}\n"
         "  h: {of: h}\n"
         "events:\n"
         "  x: {on: e}\n"
         "  y: {on: cc}\n",
         "8:11 CYCLE the entity 'a' belongs to itself\n"
         "9:11 CYCLE the entity 'b' belongs to itself\n"
         "10:11 UNKNOWN unknown entity 'd'\n"
         "11:3 DUPLICATE 'customer' is there in every strategy\n"
         "12:3 MISSING an entity needs 'of:'\n"
         "12:7 UNKNOWN unknown key 'off' of an entity, did you mean 'of'?\n"
         "13:3 MISSING an entity is empty\n"
         "15:11 CYCLE the entity 'h' belongs to itself\n"
         "18:11 UNKNOWN unknown entity 'cc'\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(names_are_identifiers_and_taken_once)
{
    static const struct fault_case cases[] = {
        {HEAD "attributes:\n"
         "  today: {type: int}\n"
         "  if: {type: int}\n"
         "  Age: {type: int}\n"
         "  9a: {type: int}\n"
         "  age: {type: int}\n"
         "features:\n"
         "  age: {rule: \"1\"}\n",
         "8:3 DUPLICATE 'today' is there in every strategy\n"
         "9:3 SYNTAX 'if' is a reserved word of rules\n"
         "10:3 SYNTAX an attribute's name is written with a-z, 0-9 and _, and does not begin with a digit\n"
         "11:3 SYNTAX an attribute's name is written with a-z, 0-9 and _, and does not begin with a digit\n"
         "14:3 DUPLICATE the name 'age' is taken on line 12: constants, lists, attributes, features, lifecycles, scores and segments share one set of names\n"},
        {HEAD "entities: {card: {of: customer}}\n"
         "events:\n"
         "  card: {}\n",
         "9:3 DUPLICATE 'card' is an entity; an event needs another name\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

START_TEST(attributes_and_fields_are_checked)
{
    static const struct fault_case cases[] = {
        {HEAD "attributes:\n"
         "  a: {type: integer}\n"
         "  b: {type: int, values: [x]}\n"
         "  c: {type: string, values: [x, x]}\n"
         "  d: {type: string, values: []}\n"
         "  e: {}\n"
         "  f: [int]\n"
         "  g: {type: string, values: x}\n"
         "  h: date\n"
         "events:\n"
         "  e: {fields: {a: txt, b: {type: int, sensitivity: low}, C: int}}\n"
         "  f: {fields: [a]}\n"
         "  g: 1\n",
         "8:13 UNKNOWN unknown type 'integer', there are bool, int, double, string, date, timestamp, money\n"
         "9:18 TYPE 'values:' is for strings, not for int\n"
         "10:33 DUPLICATE 'x' stands twice in 'values:'\n"
         "11:29 MISSING 'values:' is an empty list\n"
         "12:3 MISSING an attribute needs 'type:'\n"
         "13:6 TYPE an attribute is a mapping of keys to values\n"
         "14:29 TYPE 'values:' is a list\n"
         "15:6 TYPE an attribute is a mapping of keys to values: {type: date}\n"
         "17:19 UNKNOWN unknown type 'txt', there are bool, int, double, string, date, timestamp, money\n"
         "17:52 UNKNOWN unknown sensitivity 'low', there are none, personal, protected\n"
         "17:58 SYNTAX a field's name is written with a-z, 0-9 and _, and does not begin with a digit\n"
         "18:15 TYPE 'fields:' is a mapping of keys to values\n"
         "19:6 TYPE an event is a mapping of keys to values\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

int
main(void)
{
    return run_tests("declarations", (const TTest *const[]){
        a_key_decides_how_its_text_is_read,
        the_head_is_checked,
        unknown_keys_suggest_the_nearest,
        entities_stand_below_the_customer,
        names_are_identifiers_and_taken_once,
        attributes_and_fields_are_checked,
        NULL});
}
