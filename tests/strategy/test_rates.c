/* `rates:`: the document of rates, what is wrong with one, and what it leaves as it was. */
#include "cases.h"

#include "strategy/strategy.h"

#include <stdio.h>
#include <string.h>

#define NAMED HEAD "rates: twd.yaml\nevents: {buy: {fields: {amount: money, code: string}}}\n" \
    "features:\n  spent: {sum: buy.amount, where: \"convert(amount, code, day) >= money('100')\", over: all}\n"
#define RATES "format: 1\nrates: twd\nbase: TWD\n"
#define TABLE RATES "tables:\n  - as_of: 2005-09-30\n    rates: {USD: 33.19, JPY: {rate: 29.2, per: 100}}\n"

static cstm_strategy *
parse_with(const char *text, const char *file, char faults[2000])
{
    cstm_files *files = NULL;
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_files_new(&files, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_files_add(files, "twd.yaml", file, strlen(file), NULL), CSTM_OK);
    cstm_strategy_parse_with(text, strlen(text), "t.yaml", files, &strategy, &error);
    faults[0] = 0;
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
        snprintf(faults + strlen(faults), 2000 - strlen(faults), "%s\n", cstm_error_message(e));
    cstm_error_free(error);
    cstm_files_free(files);
    return strategy;
}

START_TEST(every_fault_of_a_document_of_rates_has_its_place)
{
    static const struct {
        const char *document, *faults;
    } cases[] = {
        {TABLE, ""},
        {RATES "tables: []\n", ""},
        {RATES "stale: 7 days\ntables:\n- {as_of: 2005-09-30, rates: {}}\n", ""},
        {"format: 2\nrates: twd\n", "twd.yaml:1:9: format 2 is not known to this release, which reads format 1\n"},
        {"format: 1\nrate: twd\ntables: 3\n",
         "twd.yaml:1:1: a document of rates needs 'rates:'\n"
         "twd.yaml:1:1: a document of rates needs 'base:'\n"
         "twd.yaml:2:1: unknown key 'rate' of a document of rates, did you mean 'rates'?\n"
         "twd.yaml:3:9: 'tables:' is a list\n"},
        {"format: 1\nrates: twd\nbase: CNY\ntables: []\n", "twd.yaml:3:7: the rates are into CNY, the strategy's currency is TWD\n"},
        {"format: 1\nrates: 1\nbase: XAU\nstale: soon\ntables: []\n",
         "twd.yaml:2:8: 'rates:' is written with a-z, 0-9 and _, and does not begin with a digit\n"
         "twd.yaml:3:7: unknown currency 'XAU', or one without a minor unit (ISO 4217)\n"
         "twd.yaml:4:8: 'stale:' is written like '14 days'\n"},
        {RATES "tables:\n  - as_of: 2005-09-30\n    rates: {USD: -33, JPY: {rates: 29, per: 0}, TWD: 1, ABC: 2, EUR: 0.0000000000001, GBP: x, HKD: {rate: 4, per: 0},"
               " CNY: 1000000000000000000, KRW: 0.00}\n",
         "twd.yaml:6:18: a rate is a decimal number above 0, like 7.0770\n"
         "twd.yaml:6:28: a rate needs 'rate:'\n"
         "twd.yaml:6:29: unknown key 'rates' of a rate, did you mean 'rate'?\n"
         "twd.yaml:6:49: TWD is the base, a unit of which is worth one\n"
         "twd.yaml:6:57: unknown currency 'ABC', or one without a minor unit (ISO 4217)\n"
         "twd.yaml:6:70: a rate has at most 18 digits, 12 of them behind the point\n"
         "twd.yaml:6:92: a rate is a decimal number above 0, like 7.0770\n"
         "twd.yaml:6:115: 'per:' is from 1 to 1000000\n"
         "twd.yaml:6:124: a rate has at most 18 digits, 12 of them behind the point\n"
         "twd.yaml:6:150: a rate is a decimal number above 0, like 7.0770\n"},
        {RATES "tables:\n  - {as_of: 2005-09-30, rates: {USD: 33}}\n  - {as_of: 2005-09-30, rates: {USD: 33}}\n  - {as_of: 30, rates: 5}\n  - 7\n",
         "twd.yaml:6:13: the days of the tables ascend\n"
         "twd.yaml:7:13: 'as_of:' is a date like 2005-10-01\n"
         "twd.yaml:8:5: a table of rates is a mapping of keys to values\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char faults[2000];
        cstm_strategy *strategy = parse_with(NAMED, cases[i].document, faults);
        ck_assert_msg(strcmp(faults, cases[i].faults) == 0, "%s\nhas the faults\n%s, not\n%s", cases[i].document, faults, cases[i].faults);
        ck_assert((strategy != NULL) == (faults[0] == 0));
        cstm_strategy_unref(strategy);
    }
}
END_TEST

START_TEST(a_rule_that_converts_needs_rates_and_a_currency_that_is_one)
{
    static const struct fault_case cases[] = {
        {HEAD "events: {buy: {fields: {amount: money}}}\nfeatures:\n  s: {sum: buy.amount, where: \"convert(amount, 'USD', day) > money('1')\", over: all}\n",
         "9:32 MISSING 'convert' asks a table of rates, and none is named: a strategy names one with 'rates:'\n"},
        {HEAD "rates: nowhere.yaml\n",
         "7:8 MISSING 'rates:' names the file 'nowhere.yaml', which was not handed along with this text\n"},
    };
    check_cases(cases, sizeof cases / sizeof *cases);
}
END_TEST

/* As with calendars: the strategy's digest covers what the tables say, what is stored of a feature knows their name alone. */
START_TEST(a_further_day_changes_the_digest_and_leaves_what_is_stored_as_good_as_it_was)
{
    char faults[2000];
    cstm_strategy *before = parse_with(NAMED, TABLE, faults);
    cstm_strategy *after = parse_with(NAMED, TABLE "  - as_of: 2005-10-01\n    rates: {USD: 33.2}\n", faults);
    cstm_strategy *same = parse_with(NAMED, RATES "tables: [{rates: {JPY: {per: 100, rate: 29.20}, USD: 33.190}, as_of: 2005-09-30}]\n", faults);
    ck_assert_str_eq(faults, "");
    ck_assert_str_ne(cstm_strategy_digest(before), cstm_strategy_digest(after));
    ck_assert_str_eq(cstm_strategy_digest(before), cstm_strategy_digest(same));
    ck_assert_mem_eq(&before->features[0].digest, &after->features[0].digest, sizeof before->features[0].digest);
    cstm_strategy *other = parse_with(NAMED, "format: 1\nrates: twd_card\nbase: TWD\ntables: []\n", faults);
    ck_assert_mem_ne(&before->features[0].digest, &other->features[0].digest, sizeof before->features[0].digest);
    cstm_strategy_unref(other);
    cstm_strategy_unref(before);
    cstm_strategy_unref(after);
    cstm_strategy_unref(same);
}
END_TEST

int
main(void)
{
    return run_tests("rates", (const TTest *const[]){every_fault_of_a_document_of_rates_has_its_place,
                                                     a_rule_that_converts_needs_rates_and_a_currency_that_is_one,
                                                     a_further_day_changes_the_digest_and_leaves_what_is_stored_as_good_as_it_was, NULL});
}
