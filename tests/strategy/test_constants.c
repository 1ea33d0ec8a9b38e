/* `constants:` and `lists:`: one value, one name, every rule. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#define DECLARED                                                                                                       \
    BASE                                                                                                               \
    "constants:\n"                                                                                                     \
    "  vip_income: {type: money, value: 50000.00}\n"                                                                   \
    "  adult: {type: int, value: 18}\n"                                                                                \
    "  launch: {type: date, value: 2005-10-01}\n"                                                                      \
    "lists:\n"                                                                                                         \
    "  tiers: {type: int, values: [1, 2]}\n"

START_TEST(constants_and_lists_are_read_by_every_rule)
{
    static const struct fault_case cases[] = {
        {BASE "constants: {b: {type: bool, value: true}, d: {type: double, value: 2.5}, s: {type: string, value: '18'},\n"
              "  t: {type: timestamp, value: '2005-10-01T09:30:00'}, m: {type: money, value: '-0.5'}}\n"
              "lists: {l: {type: money, values: [1, 2.50]}, w: {type: string, values: [true, null, '']}}\n",
         ""},
        {BASE "lists: {l: {type: string, values: [a, ]}}\nconstants: {c: {type: string, value: }}\n",
         "14:31 MISSING 'value:' is empty\n"},
        {DECLARED "features:\n  rich: {rule: \"vip_income > money('1') && adult in tiers\"}\n"
                  "  bought: {count: buy, where: amount >= vip_income && n in tiers && launch > date('2000-01-01')}\n"
                  "segments: {rich: {when: vip_income > money('1'), purpose: service}}\n", "22:12 DUPLICATE the name 'rich' is taken on line "
                  "20: constants, lists, attributes, features, lifecycles, scores and segments share one set of names\n"},
        {DECLARED "features:\n  x: {rule: adult == 'a'}\n", "20:19 TYPE '==' does not take int and string\n"},
        {DECLARED "features:\n  x: {count: buy, where: amount in tiers}\n",
         "20:36 TYPE the list is searched for money, this element is int\n"},
        {DECLARED "features:\n  x: {rule: has(adult)}\n", "20:17 SYNTAX 'adult' is a constant and always there\n"},
        {DECLARED "features:\n  x: {rule: adlt + 1}\n", "20:13 UNKNOWN unknown name 'adlt', did you mean 'adult'?\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(what_is_wrong_with_them_has_its_place)
{
    static const struct fault_case cases[] = {
        {BASE "constants: {sex: {type: int, value: 1}}\n",
         "9:3 DUPLICATE the name 'sex' is taken on line 13: constants, lists, attributes, features, lifecycles, scores and segments "
         "share one set of names\n"},
        {BASE "constants: {a: {type: int, value: 1}}\nlists: {a: {type: int, values: [1]}}\n",
         "14:9 DUPLICATE the name 'a' is taken on line 13: constants, lists, attributes, features, lifecycles, scores and segments "
         "share one set of names\n"},
        {BASE "constants: {amount: {type: int, value: 1}}\n",
         "12:18 DUPLICATE the name 'amount' is taken on line 13 by a constant, which rules over events read, too\n"},
        {BASE "constants: {today: {type: int, value: 1}}\n", "13:13 DUPLICATE 'today' is there in every strategy\n"},
        {BASE "constants: {a: {type: int}}\n", "13:13 MISSING a constant needs 'value:'\n"},
        {BASE "constants: {a: {value: 1}}\n", "13:13 MISSING a constant needs 'type:'\n"},
        {BASE "constants: {a: 1}\n", "13:16 TYPE a constant is a mapping of keys to values\n"},
        {BASE "constants: {a: {type: int, values: [1]}}\n",
         "13:13 MISSING a constant needs 'value:'\n13:28 UNKNOWN unknown key 'values' of a constant, did you mean 'value'?\n"},
        {BASE "constants: {a: {type: int, value: 1.5}}\n", "13:35 TYPE 'value:' is a whole number\n"},
        {BASE "constants: {a: {type: int, value: 007}}\n",
         "13:35 SYNTAX 'value:' is a whole number without leading zeros\n"},
        {BASE "constants: {a: {type: bool, value: yes}}\n", "13:36 TYPE 'value:' is true or false\n"},
        {BASE "constants: {a: {type: date, value: 2005-02-30}}\n", "13:36 TYPE 'value:' is a date like 2005-10-01\n"},
        {BASE "constants: {a: {type: timestamp, value: noon}}\n", "13:41 TYPE 'value:' is a time like 2005-10-01T09:30:00\n"},
        {BASE "constants: {a: {type: money, value: 1.005}}\n",
         "13:37 RANGE 'value:' is no amount of TWD: too great, or too many decimals\n"},
        {BASE "constants: {a: {type: money, value: much}}\n", "13:37 TYPE 'value:' is an amount of money like 8000.00\n"},
        {BASE "constants: {a: {type: monney, value: 1}}\n", "13:23 UNKNOWN unknown type 'monney', did you mean 'money'?\n"},
        {BASE "lists: {a: {type: int, values: []}}\n", "13:32 MISSING 'values:' is an empty list\n"},
        {BASE "lists: {a: {type: int, values: 1}}\n", "13:32 TYPE 'values:' is a list\n"},
        {BASE "lists: {a: {type: int, values: [1, 2, 1]}}\n", "13:39 DUPLICATE '1' stands twice in the list\n"},
        {BASE "lists: {a: {type: int, values: [1, x]}}\n", "13:36 TYPE a value of the list is a whole number\n"},
        {BASE "lists: {a: {type: string, values: [x, x]}}\n", "13:39 DUPLICATE 'x' stands twice in the list\n"},
        {BASE "lists: [a]\n", "13:8 TYPE 'lists:' is a mapping of keys to values\n"},
        /* What reads a constant that could not be read adds no fault of its own. */
        {BASE "constants: {a: {type: int, value: x}}\nfeatures: {f: {rule: a + 1}}\n", "13:35 TYPE 'value:' is a whole number\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(one_that_no_rule_names_is_warned_about)
{
    cstm_strategy *strategy = load(DECLARED "features:\n  x: {rule: adult + 1}\n  y: {count: buy, where: n in tiers}\n");
    const cstm_error *warning = cstm_strategy_warnings(strategy);
    ck_assert_ptr_nonnull(warning);
    ck_assert_str_eq(cstm_error_message(warning), "t.yaml:14:3: no rule reads the constant 'vip_income'");
    ck_assert_str_eq(cstm_error_message(cstm_error_next(warning)), "t.yaml:16:3: no rule reads the constant 'launch'");
    ck_assert_ptr_null(cstm_error_next(cstm_error_next(warning)));
    cstm_strategy_unref(strategy);
}
END_TEST

/* The digest is of what is meant. */
START_TEST(another_name_for_a_value_is_the_same_strategy_and_another_value_is_not)
{
    static const char *const texts[] = {
        BASE "constants: {adult: {type: int, value: 18}}\nfeatures: {f: {count: buy, where: n > adult}}\n",
        BASE "constants: {grown: {type: int, value: 18}}\nfeatures: {f: {count: buy, where: n > grown}}\n",
        BASE "features: {f: {count: buy, where: n > 18}}\n",
        BASE "constants: {adult: {type: int, value: 20}}\nfeatures: {f: {count: buy, where: n > adult}}\n",
    };
    char digests[4][65];
    for (size_t i = 0; i < 4; i++) {
        cstm_strategy *strategy = load(texts[i]);
        strcpy(digests[i], cstm_strategy_digest(strategy));
        cstm_strategy_unref(strategy);
    }
    ck_assert_str_eq(digests[0], digests[1]);
    ck_assert_str_eq(digests[0], digests[2]);
    ck_assert_str_ne(digests[0], digests[3]);
}
END_TEST

int
main(void)
{
    return run_tests("constants", (const TTest *const[]){constants_and_lists_are_read_by_every_rule,
                                                         what_is_wrong_with_them_has_its_place,
                                                         one_that_no_rule_names_is_warned_about,
                                                         another_name_for_a_value_is_the_same_strategy_and_another_value_is_not, NULL});
}
