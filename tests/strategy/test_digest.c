/* The digest is of the meaning: what cannot change a result cannot change it, and what can does. */
#include "cases.h"

#include "strategy/strategy.h"

#include <string.h>

#define EVENTS                                                                                                         \
    "format: 1\nstrategy: t\nversion: 1\ntimezone: UTC\ncurrency: TWD\nlate: 3 days\npurposes: [service, credit]\n"     \
    "attributes: {age: {type: int}, city: {type: string, values: [a, b]}}\n"                                           \
    "events: {buy: {fields: {amount: money, n: int}}}\n"
#define MACHINES                                                                                                       \
    "lifecycles: {m: {purpose: service, initial: x, transitions: [{from: x, to: y, when: f > 1}, "                      \
    "{from: x, to: z, when: f > 0}]}}\n"
#define FEATURES "features: {f: {count: buy, where: n > 1, over: 6 months}, g: {rule: f + age}}\n"
#define SCORES                                                                                                         \
    "scores: {s: {purpose: credit, scorecard: {base: 1, characteristics: [{name: a, feature: g, reason: A, bins: "      \
    "[{up_to: 1, points: 2}, {above: 1, points: 3}]}]}}}\n"

static void
digest_of_document(const char *document, char digest[65])
{
    cstm_strategy *strategy = load(document);
    memcpy(digest, cstm_strategy_digest(strategy), 65);
    cstm_strategy_unref(strategy);
}

START_TEST(what_has_no_meaning_does_not_show)
{
    static const char *const same[] = {
        EVENTS "# a comment\n\n" FEATURES MACHINES SCORES,
        SCORES MACHINES FEATURES EVENTS,
        EVENTS "features:\n  g:\n    rule: >\n      f   +\n      age\n"
        "  f:\n    over: '6 months'\n    count: buy\n    where: (n > 1)\n" MACHINES SCORES,
        "purposes: [credit, service]\nversion: '1'\n"
        "format: 1\nstrategy: t\ntimezone: UTC\ncurrency: TWD\nlate: \"3 days\"\n"
        "attributes: {city: {values: [b, a], type: string, sensitivity: none}, age: {for: customer, type: int}}\n"
        "events: {buy: {on: customer, fields: {n: {type: int}, amount: money}}}\n" FEATURES MACHINES SCORES,
    };
    char expected[65], digest[65];
    digest_of_document(EVENTS FEATURES MACHINES SCORES, expected);
    ck_assert_uint_eq(strspn(expected, "0123456789abcdef"), 64);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        digest_of_document(same[i], digest);
        ck_assert_msg(strcmp(digest, expected) == 0, "%s", same[i]);
    }
}
END_TEST

START_TEST(what_has_a_meaning_shows)
{
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"strategy: t", "strategy: u"},       {"version: 1", "version: 2"},
        {"timezone: UTC", "timezone: Asia/Taipei"}, {"currency: TWD", "currency: CNY"},
        {"late: 3 days", "late: 4 days"},     {"purposes: [service", "purposes: [other, service"},
        {"age: {type: int}", "age: {type: int, purposes: [service, credit]}"},
        {"values: [a, b]", "values: [a, b, c]"},
        {"n: int}", "n: int, o: int}"},       {"amount: money, n: int}", "amount: money, n: int}, opens: true"},
        {"{fields: {amount", "{observed_from: 2005-01-01, fields: {amount"},
        {"over: 6 months", "over: 7 months"}, {"over: 6 months", "over: 6 days"},
        {"where: n > 1", "where: n > 2"},     {"f + age", "f - age"},
        {"f > 1", "f > 2"},                   {"initial: x", "initial: [{stage: z, when: f > 9}, {stage: x}]"},
        {"f > 0}", "f > 0, for: 2 days}"},    {"f > 0}", "f > 0, stay: 2 days}"},
        {"{m: {purpose: service", "{m: {purpose: credit"}, {"{m: {", "{mm: {"},
        {"base: 1", "base: 2"},               {"points: 2", "points: 2.5"},
        {"feature: g", "feature: f"},         {"reason: A", "reason: B"},
        {"[{from: x, to: y, when: f > 1}, {from: x, to: z, when: f > 0}]",
         "[{from: x, to: z, when: f > 0}, {from: x, to: y, when: f > 1}]"},
    };
    static const char document[] = EVENTS FEATURES MACHINES SCORES;
    char expected[65], digest[65], changed[4096];
    digest_of_document(document, expected);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = strstr(document, changes[i].from);
        ck_assert_ptr_nonnull(at);
        ck_assert_ptr_null(strstr(at + 1, changes[i].from));
        size_t before = (size_t) (at - document);
        memcpy(changed, document, before);
        strcpy(changed + before, changes[i].to);
        strcat(changed, at + strlen(changes[i].from));
        digest_of_document(changed, digest);
        ck_assert_msg(strcmp(digest, expected) != 0, "%s", changes[i].to);
    }
}
END_TEST

static struct digest
feature_digest_of(const char *document, const char *name)
{
    cstm_strategy *strategy = load(document);
    struct digest digest = strategy->features[cstm_strategy_find(strategy, CSTM_PART_FEATURE, name)].digest;
    cstm_strategy_unref(strategy);
    return digest;
}

START_TEST(a_feature_is_known_by_its_definition_and_all_that_it_reads)
{
    static const struct {
        const char *features, *name;
        bool same;
    } cases[] = {
        {FEATURES, "g", true},
        {"features: {h: {count: buy}, f: {count: buy, where: n > 1, over: 6 months}, g: {rule: f + age}}\n", "g", true},
        {"features: {other: {rule: f + age}, f: {count: buy, where: n > 1, over: 6 months}}\n", "other", true},
        {"features: {f: {count: buy, where: n > 1, over: 5 months}, g: {rule: f + age}}\n", "g", false},
        {"features: {f: {count: buy, where: n > 2, over: 6 months}, g: {rule: f + age}}\n", "g", false},
        {"features: {f: {rule: '1'}, g: {rule: f + age}}\n", "g", false},
    };
    struct digest expected = feature_digest_of(EVENTS FEATURES, "g");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char document[2048];
        strcpy(document, EVENTS);
        strcat(document, cases[i].features);
        struct digest digest = feature_digest_of(document, cases[i].name);
        ck_assert_msg((memcmp(&digest, &expected, sizeof digest) == 0) == cases[i].same, "%s", cases[i].features);
    }
}
END_TEST

START_TEST(features_of_children_are_known_by_what_the_children_are)
{
    static const char *const documents[] = {
        BASE "features: {f: {max: account.limit}}\n",
        BASE "features: {f: {min: account.limit}}\n",
        BASE "features: {f: {max: account.limit, where: \"limit > money('1')\"}}\n",
        BASE "features: {f: {max: account.x}, x: {for: account, rule: limit}}\n",
        BASE "features: {f: {max: account.x}, x: {for: account, rule: limit + limit}}\n",
        BASE "features: {f: {count: account}}\n",
        BASE "features: {f: {sum: buy.amount}}\n",
    };
    struct digest digests[7];
    for (size_t i = 0; i < 7; i++) {
        digests[i] = feature_digest_of(documents[i], "f");
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(memcmp(&digests[i], &digests[k], sizeof digests[i]) != 0, "%s%s", documents[i], documents[k]);
    }
}
END_TEST

int
main(void)
{
    return run_tests("digest", (const TTest *const[]){
        what_has_no_meaning_does_not_show,
        what_has_a_meaning_shows,
        a_feature_is_known_by_its_definition_and_all_that_it_reads,
        features_of_children_are_known_by_what_the_children_are,
        NULL});
}
