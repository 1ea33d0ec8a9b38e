/* Fields that are computed, features by their values, mappings and statement cycles, as a document says them: every
 * fault with its place, who may read what through them, and what their meaning is. */
#include "cases.h"

#include "strategy/strategy.h"

#include <stdio.h>
#include <string.h>

START_TEST(what_a_mapping_says_wrongly_has_its_place)
{
    static const struct fault_case cases[] = {
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [5811-5814, '5462'], air: [3000-3999], else: other}\n", ""},
        {BASE
         "mappings:\n"
         "  scene: {type: int, food: [5811-5814, -1], air: [7]}\n", ""},
        {BASE
         "mappings:\n"
         "  scene: {food: [5811]}\n",
         "14:3 MISSING a mapping needs 'type:'\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: money, food: [5811]}\n",
         "14:17 UNKNOWN unknown type of a mapping 'money', there are string, int\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: sting, food: [5811]}\n",
         "14:17 UNKNOWN unknown type of a mapping 'sting', did you mean 'string'?\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string}\n",
         "14:3 MISSING the mapping 'scene' has no categories\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: 5811}\n",
         "14:31 TYPE what a category stands for is a list\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: []}\n",
         "14:31 MISSING the category 'food' has no code\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [5811-581]}\n",
         "14:32 SYNTAX the ends of a range have as many digits, at most 18, like 0700-0799\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [5814-5811]}\n",
         "14:32 RANGE the range '5814-5811' ends before it begins\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [[1]]}\n",
         "14:32 TYPE a code is a text\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [5811-5814, 5812]}\n",
         "14:43 DUPLICATE '5812' holds codes that '5811-5814' of line 14 holds, too\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [5811-5814], air: [5800-5812, 5820]}\n",
         "14:50 DUPLICATE '5800-5812' holds codes that '5811-5814' of line 14 holds, which are of 'food'\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [ABC], air: [ABC]}\n",
         "14:44 DUPLICATE 'ABC' holds codes that 'ABC' of line 14 holds, which are of 'food'\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [5811, 05811]}\n", ""},
        {BASE
         "mappings:\n"
         "  scene: {type: int, food: [0811]}\n",
         "14:29 SYNTAX a code is a whole number without leading zeros\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: int, food: [011-12]}\n",
         "14:29 SYNTAX a code of a mapping of type int is written 742 or 700-799, without leading zeros\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: int, food: [abc]}\n",
         "14:29 TYPE a code is a whole number\n"},
        {BASE
         "mappings:\n"
         "  scene: {type: string, food: [1], else: []}\n",
         "14:42 TYPE 'else:' is a text\n"},
        {BASE
         "mappings: [scene]\n",
         "13:11 TYPE 'mappings:' is a mapping of keys to values\n"},
        {BASE
         "mappings: {Scene: {type: string, food: [1]}}\n",
         "13:12 SYNTAX a mapping's name is written with a-z, 0-9 and _, and does not begin with a digit\n"},
        {BASE
         "mappings: {scene: scene.yaml}\n",
         "13:19 MISSING 'mappings:' names the file 'scene.yaml', which was not handed along with this text\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(what_a_computed_field_says_wrongly_has_its_place)
{
    static const struct fault_case cases[] = {
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      scene: {category: scene, of: mcc}\n"
         "      hour: {type: int, range: [0, 23], rule: time.getHours()}\n"
         "      late: {type: bool, rule: hour >= 22}\n"
         "      size: {type: string, values: [big, small], rule: \"amount > money('9.00') ? 'big' : 'small'\"}\n", ""},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: y + 1}\n"
         "      y: int\n",
         "14:28 CYCLE a computed field reads the fields that stand before it, and 'y' stands behind it\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: x + 1}\n",
         "14:28 CYCLE a computed field reads the fields that stand before it, and 'x' is itself\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: m + 1}\n",
         "14:28 UNKNOWN unknown name 'm'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: amount}\n",
         "14:28 TYPE the expression is money, int is expected\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: today}\n",
         "14:28 UNKNOWN unknown name 'today'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: \"in_segment('s') ? 1 : 0\"}\n"
         "segments: {s: {when: 1 == 1, purpose: service}}\n",
         "14:29 UNKNOWN a computed field reads fields of the event, which is in no segment\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: n +}\n",
         "14:31 SYNTAX the expression ends where a value is expected\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rule: []}\n",
         "14:28 TYPE a rule is a text\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {rule: n + 1}\n",
         "14:7 MISSING a field needs 'type:'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: string, rule: mcc}\n",
         "14:7 MISSING a computed field of type string needs 'values:', the only texts that it can be, or is the 'category:' of a field\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: string, values: [a], rule: \"'b'\"}\n", ""},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, values: [a], rule: n}\n",
         "14:22 TYPE 'values:' is for strings, not for int\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: string, range: [0, 1], values: [a]}\n",
         "14:25 TYPE 'range:' is for ints, not for string\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, range: 5}\n",
         "14:29 TYPE 'range:' is a list\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, range: [5]}\n",
         "14:29 TYPE 'range:' is the least and the greatest, like [0, 23]\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, range: [5, 1]}\n",
         "14:29 RANGE a range ends before it begins\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, range: [0, 1000000]}\n",
         "14:29 LIMIT a range has at most 1000000 values\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, range: [a, 1]}\n",
         "14:30 TYPE an end of a range is a whole number\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scen, of: mcc}\n",
         "14:21 UNKNOWN unknown mapping 'scen', did you mean 'scene'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scene}\n",
         "14:11 MISSING 'category:' needs 'of:'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scene, of: mc}\n",
         "14:32 UNKNOWN unknown field of use 'mc', did you mean 'mcc'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scene, of: n}\n",
         "14:32 TYPE the mapping 'scene' is of codes that are string, 'n' is int\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scene, of: y}\n"
         "      y: string\n",
         "14:32 CYCLE a computed field reads the fields that stand before it, and 'y' stands behind it\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scene, of: mcc, type: string, rule: mcc}\n",
         "14:37 DUPLICATE 'type:' stands beside 'category:', whose mapping says what the field is\n"
         "14:51 DUPLICATE 'rule:' stands beside 'category:', whose mapping says what the field is\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, of: mcc}\n",
         "14:22 TYPE 'of:' goes with 'category:', which names the mapping\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: int, rul: n}\n",
         "14:22 UNKNOWN unknown key 'rul' of a field, did you mean 'rule'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: string, values: [food, air], rule: \"category_of(mcc, 'scen')\"}\n",
         "14:70 UNKNOWN unknown mapping 'scen', did you mean 'scene'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: bool, rule: \"category_of(mcc, 'scene') == 'foot'\"}\n",
         "14:59 UNKNOWN 'foot' is no value of 'scene', did you mean 'food'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: bool, rule: \"category_of(n, 'scene') == 'food'\"}\n",
         "14:42 TYPE the mapping 'scene' is of codes that are string, this is int\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {type: bool, rule: \"category_of(mcc, mcc) == 'food'\"}\n",
         "14:47 TYPE a mapping is named by a literal text\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields:\n"
         "      mcc: string\n"
         "      amount: money\n"
         "      n: int\n"
         "      x: {category: scene, of: mcc}\n"
         "      y: {type: bool, rule: x == 'fod'}\n",
         "15:34 UNKNOWN 'fod' is no value of 'x', did you mean 'food'?\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(what_by_says_wrongly_has_its_place)
{
    static const struct fault_case cases[] = {
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scene}\n", ""},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scene, over: 30 days}\n"
         "  y: {rule: x.food}\n"
         "  z: {max: use.amount, by: scene}\n", ""},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scen}\n",
         "13:28 UNKNOWN unknown field of use 'scen', did you mean 'scene'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: mcc}\n",
         "13:28 MISSING 'by:' takes a field that says which values it can have: 'mcc' needs 'values:'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: n}\n",
         "13:28 MISSING 'by:' takes a field that says which values it can have: 'n' needs 'range:'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: r}\n",
         "13:28 LIMIT 'by:' takes a field of at most 256 values\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: amount}\n",
         "13:28 TYPE 'by:' takes a string field with 'values:' or an int field with 'range:', not money\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: [scene]}\n",
         "13:28 TYPE 'by:' is a text\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {rule: 1 + 1, by: scene}\n",
         "13:20 TYPE 'by:' is for features over events\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {share: use.amount}\n",
         "13:14 MISSING 'share' needs 'where:', which events are the part, 'near:' a home, or 'by:', a part a value\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {share: use.amount, by: scene}\n", ""},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scene, where: m > 1}\n",
         "13:42 UNKNOWN unknown name 'm'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scene}\n"
         "  y: {rule: x}\n",
         "14:13 UNKNOWN 'x' has a feature for each 'scene': a rule names one of them, like 'x.food'\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scene}\n"
         "  y: {rule: x.fod}\n",
         "14:13 UNKNOWN 'x' has a feature for each 'scene', did you mean 'x.food'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scen}\n"
         "  y: {rule: x.food}\n",
         "13:28 UNKNOWN unknown field of use 'scen', did you mean 'scene'?\n"},
        {HEAD
         "mappings: {scene: {type: string, food: [1], air: [2]}}\n"
         "events:\n"
         "  use:\n"
         "    fields: {mcc: string, amount: money, n: int, r: {type: int, range: [1, 300]}, scene: {category: scene, of: mcc}}\n"
         "    observed_from: 2005-01-01\n"
         "features:\n"
         "  x: {sum: use.amount, by: scene}\n"
         "  x.food: {count: use}\n",
         "14:3 SYNTAX a feature's name is written with a-z, 0-9 and _, and does not begin with a digit\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

START_TEST(what_a_cycle_says_wrongly_has_its_place)
{
    static const struct fault_case cases[] = {
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {for: account, sum: use.amount, over: 1 cycle, cycle: sd}\n", ""},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {for: account, sum: use.amount, over: current cycle, cycle: own}\n", ""},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {for: account, sum: use.amount, over: 3 cycles, before: 2 cycles, cycle: sd}\n", ""},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {for: account, trend: use.amount, over: 3 cycles, cycle: sd}\n", ""},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {for: account, sum: use.amount, over: 1 cycle}\n",
         "11:44 MISSING a window of cycles needs 'cycle:', the attribute that gives the day of the month on which they close\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {for: account, sum: use.amount, over: 1 cycle, cycle: st}\n",
         "11:60 UNKNOWN unknown attribute 'st', did you mean 'sd'?\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 1 cycle, cycle: sd}\n",
         "11:46 TYPE 'sd' belongs to account and is not seen from customer\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 1 cycle, cycle: name}\n",
         "11:46 TYPE 'cycle:' takes an int attribute, from 1 to 31, and 'name' is string\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 1 month, cycle: own}\n",
         "11:39 TYPE 'cycle:' goes with 'over:' in cycles, like '3 cycles' or 'current cycle'\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 0 cycles, cycle: own}\n",
         "11:30 RANGE a window of cycles is from 1 to 120\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 121 cycles, cycle: own}\n",
         "11:30 RANGE a window of cycles is from 1 to 120\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: current cycles, cycle: own}\n",
         "11:30 SYNTAX a window is written '90 days', '4 weeks', '6 months', '3 cycles', 'current cycle', 'last 2' or 'all'\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: current cycle, before: 1 cycle, cycle: own}\n",
         "11:53 TYPE 'before:' counts cycles where 'over:' counts closed ones\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 30 days, before: 1 cycle, cycle: own}\n",
         "11:47 TYPE 'before:' counts cycles where 'over:' counts closed ones\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {sum: use.amount, over: 1 cycle, before: current cycle, cycle: own}\n",
         "11:47 TYPE 'before:' is a number of days, weeks, months or cycles\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {trend: use.amount, over: current cycle, cycle: own}\n",
         "11:14 MISSING 'trend' needs 'over:' with days, months or closed cycles\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {ratio: use.amount, over: current cycle, cycle: own}\n",
         "11:14 MISSING 'ratio' needs 'over:' with days, months or closed cycles\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {rule: 1 + 1, cycle: own}\n",
         "11:20 TYPE 'cycle:' is for features over events\n"},
        {HEAD
         "entities: {account: {of: customer}}\n"
         "attributes: {sd: {for: account, type: int}, name: {type: string}, own: {type: int}}\n"
         "events: {use: {on: account, fields: {amount: money}}}\n"
         "features:\n"
         "  x: {count: account, cycle: own}\n",
         "11:23 TYPE 'cycle:' is for features over events\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

#define COMPUTED                                                                                                       \
    HEAD                                                                                                               \
    "attributes:\n"                                                                                                    \
    "  day_of_statement: {type: int, sensitivity: personal, purposes: [service]}\n"                                    \
    "events:\n"                                                                                                        \
    "  buy:\n"                                                                                                         \
    "    fields:\n"                                                                                                    \
    "      who: {type: string, sensitivity: personal, purposes: [service]}\n"                                          \
    "      length: {type: int, range: [0, 99], rule: size(who)}\n"                                                     \
    "      long: {type: bool, rule: length > 9}\n"
#define DECIDE "lifecycles:\n  m: {purpose: credit, initial: a, transitions: [{from: a, to: b, when: x > 1}]}\n"

START_TEST(a_computed_field_is_as_sensitive_as_what_it_reads)
{
    static const struct fault_case cases[] = {
        {COMPUTED "features:\n  x: {count: buy, where: long}\n" DECIDE,
         "18:73 PRIVACY lifecycle m (purpose credit) reads buy.who, which is personal and allowed for service only: "
         "m <- x <- buy.long <- buy.length <- buy.who\n"},
        {COMPUTED "features:\n  y: {count: buy, by: length}\n  x: {rule: y + 1}\n",
         "17:13 UNKNOWN 'y' has a feature for each 'length', and a rule cannot name 'y.0': ask with 'where:' for what a rule "
         "reads\n"},
        {COMPUTED "features:\n  x: {distinct: buy.length}\n" DECIDE,
         "18:73 PRIVACY lifecycle m (purpose credit) reads buy.who, which is personal and allowed for service only: "
         "m <- x <- buy.length <- buy.who\n"},
        {COMPUTED "features:\n  x: {count: buy, over: 1 cycle, cycle: day_of_statement}\n" DECIDE,
         "18:73 PRIVACY lifecycle m (purpose credit) reads day_of_statement, which is personal and allowed for service only: "
         "m <- x <- day_of_statement\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

#define TOLD                                                                                                           \
    HEAD                                                                                                               \
    "mappings: {scene: {type: string, food: [10-19, '5'], air: [20-29], else: other}}\n"                               \
    "attributes: {a: {type: int}, b: {type: int}}\n"                                                                   \
    "events:\n"                                                                                                        \
    "  use:\n"                                                                                                         \
    "    fields: {mcc: string, n: int, scene: {category: scene, of: mcc}, twice: {type: int, rule: n * 2}}\n"          \
    "features:\n"                                                                                                      \
    "  last: {last: use.twice, over: 2 cycles, cycle: a}\n"                                                            \
    "  food: {count: use, by: scene}\n"                                                                                \
    "  airs: {count: use, where: scene == 'air'}\n"

static void
replace(const char *text, const char *old, const char *new, char *out, size_t size)
{
    const char *at = old == NULL ? NULL : strstr(text, old);
    if (at == NULL)
        snprintf(out, size, "%s", text);
    else
        snprintf(out, size, "%.*s%s%s", (int) (at - text), text, new, at + strlen(old));
}

static void
digests_of(const char *document, struct digest digests[5])
{
    cstm_strategy *strategy = load(document);
    ck_assert_int_eq(strategy->n_features, 5); /* last, food.food, food.air, food.other, airs */
    for (int32_t i = 0; i < 5; i++)
        digests[i] = strategy->features[i].digest;
    cstm_strategy_unref(strategy);
}

START_TEST(features_are_known_by_what_fields_are_computed_by)
{
    static const struct {
        const char *old, *new;
        bool same[5];
    } cases[] = {
        {NULL, NULL, {true, true, true, true, true}},
        {"10-19, '5'", "'5', 10-12, 13-19", {true, true, true, true, true}},
        {"n * 2", "n  *  (2)", {true, true, true, true, true}},
        {"n * 2", "n * 3", {false, true, true, true, true}},
        {"20-29", "20-28", {true, false, false, false, false}},
        {"else: other", "else: others", {true, false, false, false, false}},
        {"cycle: a", "cycle: b", {false, true, true, true, true}},
        {"2 cycles", "3 cycles", {false, true, true, true, true}},
        {"2 cycles", "current cycle", {false, true, true, true, true}},
        {"2 cycles", "2 cycles, before: 1 cycle", {false, true, true, true, true}},
        {"timezone: UTC", "timezone: Asia/Taipei", {false, false, false, false, false}},
    };
    struct digest before[5], after[5];
    char document[4096];
    digests_of(TOLD, before);
    for (int a = 1; a < 4; a++)
        ck_assert_int_ne(memcmp(&before[a], &before[a + 1], sizeof before[a]), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        replace(TOLD, cases[i].old, cases[i].new, document, sizeof document);
        digests_of(document, after);
        for (int f = 0; f < 5; f++)
            ck_assert_msg((memcmp(&before[f], &after[f], sizeof after[f]) == 0) == cases[i].same[f], "%s: feature %d",
                          cases[i].new == NULL ? "" : cases[i].new, f);
    }
}
END_TEST

START_TEST(a_mapping_may_be_a_document_of_its_own)
{
    static const struct {
        const char *text, *faults;
    } cases[] = {
        {"format: 1\nmapping: scene\ntype: string\ncategories: {food: [1], air: [2]}\nelse: other\n", NULL},
        {"format: 1\nmapping: scen\ntype: string\ncategories: {food: [1]}\n",
         "scenes.yaml:2:10: this is the mapping 'scen', the strategy asks for 'scene'"},
        {"format: 2\nmapping: scene\ntype: string\ncategories: {food: [1]}\n",
         "scenes.yaml:1:9: format 2 is not known to this release, which reads format 1"},
        {"format: 1\nmapping: scene\ncategories: {food: [1]}\n", "scenes.yaml:1:1: a mapping needs 'type:'"},
        {"format: 1\nmapping: scene\ntype: string\ncategorie: {food: [1]}\n",
         "scenes.yaml:1:1: a mapping needs 'categories:'"},
        {"format: 1\nmapping: scene\ntype: string\ncategories: {food: [1], air: [1]}\n",
         "scenes.yaml:4:31: '1' holds codes that '1' of line 4 holds, which are of 'food'"},
        {"format: 1\nmapping: scene\ntype: string\ncategories: {}\n",
         "scenes.yaml:4:1: the mapping 'scene' has no categories"},
    };
    const char *document = HEAD "mappings: {scene: scenes.yaml}\n"
                                "events: {use: {fields: {mcc: string, scene: {category: scene, of: mcc}}}}\n"
                                "features: {f: {count: use, by: scene}}\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_files *files = NULL;
        cstm_strategy *strategy = NULL;
        cstm_error *error = NULL;
        ck_assert_int_eq(cstm_files_new(&files, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_files_add(files, "scenes.yaml", cases[i].text, strlen(cases[i].text), NULL), CSTM_OK);
        cstm_status status = cstm_strategy_parse_with(document, strlen(document), "t", files, &strategy, &error);
        if (cases[i].faults == NULL) {
            ck_assert_int_eq(status, CSTM_OK);
            ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_FEATURE), 3);
            ck_assert_str_eq(cstm_strategy_part_name(strategy, CSTM_PART_FEATURE, 2), "f.other");
        } else {
            ck_assert_int_ne(status, CSTM_OK);
            ck_assert_str_eq(cstm_error_message(error), cases[i].faults);
        }
        cstm_error_free(error);
        cstm_strategy_unref(strategy);
        cstm_files_free(files);
    }
}
END_TEST

int
main(void)
{
    return run_tests("computed", (const TTest *const[]){
        what_a_mapping_says_wrongly_has_its_place,
        what_a_computed_field_says_wrongly_has_its_place,
        what_by_says_wrongly_has_its_place,
        what_a_cycle_says_wrongly_has_its_place,
        a_computed_field_is_as_sensitive_as_what_it_reads,
        features_are_known_by_what_fields_are_computed_by,
        a_mapping_may_be_a_document_of_its_own,
        NULL});
}
