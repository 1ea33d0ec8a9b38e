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

START_TEST(events_of_several_kinds_amendments_and_sources_are_checked)
{
    static const struct fault_case cases[] = {
        {"format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "currency: TWD\n"
         "purposes: [service]\n"
         "sources: [core]\n"
         "entities:\n"
         "  card: {of: customer}\n"
         "events:\n"
         "  buy: {on: card, fields: {amount: money, kind: string, shop: string, posted: date}}\n"
         "  cash: {on: card, fields: {amount: money, shop: int}}\n"
         "  visit: {fields: {pages: int}}\n"
         "  opening: {on: card, opens: true}\n"
         "  use: {any_of: [buy, cash]}\n"
         "  one: {any_of: [buy]}\n"
         "  twice: {any_of: [buy, buy]}\n"
         "  far: {any_of: [buy, visit]}\n"
         "  nested: {any_of: [use, cash]}\n"
         "  typo: {any_of: [bui, cash], on: card}\n"
         "  r1: {on: card, cancels: buy, reduces: buy.amount, by: reference, within: 3 days, fields: {reference: string}}\n"
         "  r2: {on: card, reduces: buy, with: amount, by: reference, within: 0 days, fields: {reference: string, amount: money}}\n"
         "  r3: {on: card, reduces: buy.shop, with: amount, by: amount, within: 3 days, fields: {reference: string, amount: money}}\n"
         "  r4: {on: card, cancels: opening, by: ref, within: 3 days, fields: {reference: string}}\n"
         "  r5: {cancels: buy, by: reference, within: 3 days, fields: {reference: string}}\n"
         "  r6: {on: card, cancels: use, fields: {reference: string}}\n"
         "  r7: {on: card, reduces: buy.amount, with: pages, by: reference, within: 3 days, fields: {reference: string, pages: int}}\n"
         "  r8: {on: card, cancels: r8, by: reference, within: 3 days, fields: {reference: string}}\n"
         "  r9: {on: card, within: 3 days}\n"
         "  s1: {source: cor, accounting_day: posted, fields: {posted: date}}\n"
         "  s2: {accounting_day: posted, fields: {posted: date}}\n"
         "  s3: {source: core, opens: true}\n"
         "  s4: {source: core, accounting_day: pages, fields: {pages: int}}\n"
         "features:\n"
         "  a: {sum: [buy.amount, cash.shop]}\n"
         "  b: {sum: [buy.shop, cash.shop]}\n"
         "  c: {count: [buy, nothing]}\n"
         "  d: {count: [buy]}\n"
         "  e: {count: [buy, visit], for: customer}\n"
         "  f: {count: use, where: \"shop == 'x'\"}\n",
         "16:17 LIMIT events of several kinds are of 2 to 64 kinds\n"
         "17:25 DUPLICATE 'buy' stands twice\n"
         "18:23 TYPE 'visit' happens on customer and 'buy' on card: events of several kinds happen on one entity\n"
         "19:21 TYPE 'use' is made of others itself; name those\n"
         "20:19 UNKNOWN unknown event 'bui', did you mean 'buy'?\n"
         "20:31 UNKNOWN unknown key 'on' of an event that is made of others\n"
         "21:32 DUPLICATE an event cancels another or reduces it, not both\n"
         "22:27 TYPE 'reduces:' takes a field of an event, like 'buy.amount'\n"
         "22:69 RANGE 'within:' is from 1 to 3660 days\n"
         "23:27 TYPE what is reduced is money, or an int without a range, that the event is given\n"
         "23:55 TYPE 'by:' is a string field, which holds the other event's id\n"
         "24:27 TYPE 'opening' opens or closes its entity, and is not amended\n"
         "24:40 UNKNOWN unknown field of r4 'ref'\n"
         "25:17 TYPE 'buy' happens on card: an event amends events of its own entity\n"
         "26:18 MISSING an amendment needs 'by:'\n"
         "26:18 MISSING an amendment needs 'within:'\n"
         "27:45 TYPE 'pages' is int, and 'buy.amount' is money\n"
         "28:27 TYPE 'r8' does not amend itself\n"
         "29:18 MISSING 'within:' goes with 'cancels:' or 'reduces:'\n"
         "30:16 UNKNOWN unknown source 'cor', did you mean 'core'?\n"
         "31:8 MISSING 'accounting_day:' needs 'source:', whose day it is\n"
         "32:8 TYPE an event that opens or closes its entity is not replaced with a day file, and has no 'source:'\n"
         "33:38 TYPE 'accounting_day:' is a date that the event is given\n"
         "35:12 TYPE what is aggregated of several events is a list of events, or of one field under one name, like [purchase.amount, cash.amount]\n"
         "36:12 UNKNOWN unknown field of buy+cash 'shop'\n"
         "37:20 UNKNOWN unknown event 'nothing'\n"
         "38:14 LIMIT events of several kinds are of 2 to 64 kinds\n"
         "39:20 TYPE 'visit' happens on customer and 'buy' on card: events of several kinds happen on one entity\n"
         "40:27 UNKNOWN unknown name 'shop'\n"},
        {"format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "events:\n"
         "  a: {cancels: b, by: r, within: 2 days, fields: {r: string}}\n"
         "  b: {cancels: c, by: r, within: 2 days, fields: {r: string}}\n"
         "  c: {cancels: a, by: r, within: 2 days, fields: {r: string}}\n",
         "6:3 CYCLE events amend each other in a ring, or over more than 3 steps\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}
END_TEST

/* A union's field is as sensitive as its members'. */
START_TEST(what_a_member_may_not_be_used_for_its_union_may_not_either)
{
    static const struct fault_case cases[] = {
        {"format: 1\n"
         "strategy: t\n"
         "version: 1\n"
         "timezone: UTC\n"
         "purposes: [service, credit]\n"
         "events:\n"
         "  buy: {fields: {shop: {type: string, purposes: [service]}}}\n"
         "  cash: {fields: {shop: string}}\n"
         "  use: {any_of: [buy, cash]}\n"
         "features:\n"
         "  a: {count: use, where: \"shop == 'x'\"}\n"
         "lifecycles:\n"
         "  m: {purpose: credit, initial: x, transitions: [{from: x, to: y, when: a > 1}]}\n",
         "13:73 PRIVACY lifecycle m (purpose credit) reads buy.shop, which is allowed for service only: m <- a <- use.shop <- buy.shop\n"},
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
        events_of_several_kinds_amendments_and_sources_are_checked,
        what_a_member_may_not_be_used_for_its_union_may_not_either,
        NULL});
}
