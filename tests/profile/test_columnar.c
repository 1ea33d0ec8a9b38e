/* A run that asks for features of events alone goes a shorter way than one that asks for lifecycles
 * as well, and both say the same: of random tables, with missing and refused cells, several tables
 * of a kind, times that are equal to the last field, customers without events, and rows in no
 * order.
 */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

static const char document[] = "format: 1\n"
                               "strategy: columnar\n"
                               "version: \"1\"\n"
                               "timezone: Europe/Berlin\n"
                               "currency: TWD\n"
                               "purposes: [service]\n"
                               "entities:\n"
                               "  account: {of: customer}\n"
                               "  card: {of: account}\n"
                               "events:\n"
                               "  visit: {observed_from: 2005-01-10, fields: {channel: string, "
                               "weight: double, first: bool, due: date}}\n"
                               "  use: {on: card, observed_from: 2005-01-10, fields: {amount: "
                               "money, number: int}}\n"
                               "  letter: {on: account, fields: {pages: int}}\n"
                               "features:\n"
                               "  visits: {count: visit, over: 20 days}\n"
                               "  web: {count: visit, where: channel == 'web', over: 2 months}\n"
                               "  heavy: {max: visit.weight, where: weight > 1.5, over: 30 days}\n"
                               "  light: {min: visit.weight, over: 30 days}\n"
                               "  weight: {last: visit.weight}\n"
                               "  is_first: {last: visit.first, where: channel == 'web'}\n"
                               "  due: {last: visit.due, over: 40 days}\n"
                               "  weight_then: {first: visit.weight, over: 40 days}\n"
                               "  since: {recency: visit}\n"
                               "  before_all: {count: visit, over: 12 months}\n"
                               "  used: {sum: use.amount, over: 25 days}\n"
                               "  used_many: {sum: use.number, over: 25 days}\n"
                               "  mean_used: {mean: use.amount, over: 25 days}\n"
                               "  mean_number: {mean: use.number, over: 25 days}\n"
                               "  most: {for: account, max: use.amount, over: 1 months}\n"
                               "  last_used: {for: account, last: use.amount}\n"
                               "  uses: {for: card, count: use, where: number >= 3, over: 9 days}\n"
                               "  number: {for: card, last: use.number}\n"
                               "  letters: {count: letter}\n"
                               "  all_pages: {sum: letter.pages}\n"
                               "  pages: {for: account, last: letter.pages}\n"
                               "lifecycles:\n"
                               "  relation:\n"
                               "    purpose: service\n"
                               "    initial: quiet\n"
                               "    transitions:\n"
                               "      - {from: quiet, to: active, when: visits >= 1}\n";

#define CUSTOMERS 600 /* three blocks */
#define ACCOUNTS 900
#define CARDS 1300
#define ROWS 4000
#define FIRST_DAY 12790 /* 2005-01-07 */

static uint64_t seed;

static uint32_t
chance(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((seed >> 33) % below);
}

struct rows {
    char texts[ROWS][32], above[ROWS][32];
    const char *keys[ROWS], *parents[ROWS], *words[ROWS];
    int64_t times[ROWS], numbers[ROWS], amounts[ROWS];
    int32_t days[ROWS];
    double weights[ROWS];
    uint8_t flags[ROWS], there[ROWS];
};

static struct rows rows;

static const char *
key_of(char text[32], char what, uint32_t number)
{
    snprintf(text, 32, "%c%u", what, number);
    return text;
}

static cstm_table *
entities(const char *kind, const char *above, int64_t n, uint32_t parents)
{
    cstm_table *table = table_new();
    for (uint32_t i = 0; i < n; i++) {
        rows.keys[i] = key_of(rows.texts[i], kind[1], (uint32_t) n - 1 - i);
        if (above != NULL)
            rows.parents[i] = key_of(rows.above[i], above[1], chance(parents));
    }
    add_texts(table, kind, n, rows.keys);
    if (above != NULL)
        add_texts(table, above, n, rows.parents);
    return table;
}

/* Few instants, so that many rows share theirs; few values, so that some share all. */
static cstm_table *
events(const char *on, int32_t n_instances, int64_t n, bool dates)
{
    static const char *const words[] = {"web", "app", "shop"};
    cstm_table *table = table_new();
    for (int64_t i = 0; i < n; i++) {
        rows.keys[i] = chance(90) == 0 ? NULL
                       : chance(90) == 0
                           ? "nobody"
                           : key_of(rows.texts[i], on[1], chance((uint32_t) n_instances * 3 / 4));
        rows.days[i] = FIRST_DAY + (int32_t) chance(60);
        rows.times[i] =
            rows.days[i] * INT64_C(86400000000) + (int64_t) chance(3) * INT64_C(28000000000);
        rows.words[i] = chance(7) == 0 ? NULL : words[chance(3)];
        rows.numbers[i] = chance(8) == 0    ? MISSING
                          : chance(50) == 0 ? INT64_MAX - 5
                          : chance(50) == 0 ? INT64_MIN + 5
                                            : (int64_t) chance(6);
        rows.amounts[i] = chance(8) == 0 ? MISSING : (int64_t) chance(5000) - 2000;
        rows.weights[i] = (double) chance(40) / 8 - 1;
        if (chance(60) == 0)
            rows.weights[i] = chance(2) == 0 ? 1e300 * 1e300 : -0.0;
        rows.flags[i] = (uint8_t) chance(2);
        rows.there[i] = chance(9) != 0;
    }
    add_texts(table, on, n, rows.keys);
    if (dates)
        must(cstm_table_add_date(table, "time", rows.days, rows.there, n, NULL), NULL);
    else
        must(cstm_table_add_timestamp(table, "time", rows.times, rows.there, n, NULL), NULL);
    return table;
}

static void
give_events(cstm_batch *batch, const cstm_strategy *bank, const char *event, cstm_table *table)
{
    cstm_error *error = NULL;
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, event), table, &error),
         error);
    cstm_table_free(table);
}

static void
give_entities(cstm_batch *batch, int32_t entity, cstm_table *table)
{
    cstm_error *error = NULL;
    must(cstm_batch_add_entities(batch, entity, table, &error), error);
    cstm_table_free(table);
}

static cstm_batch *
random_batch(cstm_strategy *bank)
{
    cstm_batch *batch;
    cstm_error *error = NULL;
    must(cstm_batch_new(bank, &batch, &error), error);
    give_entities(batch, 0, entities("customer", NULL, CUSTOMERS, 0));
    give_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "account"),
                  entities("account", "customer", ACCOUNTS, CUSTOMERS));
    give_entities(batch, bank_find(bank, CSTM_PART_ENTITY, "card"),
                  entities("card", "account", CARDS, ACCOUNTS));
    for (int32_t part = 0; part < 2; part++) {
        int64_t n = ROWS / 2 + (int64_t) chance(ROWS / 2);
        cstm_table *visits = events("customer", CUSTOMERS, n, part == 1);
        add_texts(visits, "channel", n, rows.words);
        must(cstm_table_add_double(visits, "weight", rows.weights, NULL, n, NULL), NULL);
        if (part == 0) {
            must(cstm_table_add_bool(visits, "first", rows.flags, rows.there, n, NULL), NULL);
            must(cstm_table_add_date(visits, "due", rows.days, NULL, n, NULL), NULL);
        }
        give_events(batch, bank, "visit", visits);
    }
    cstm_table *uses = events("card", CARDS, ROWS, chance(2) == 0);
    add_money(uses, "amount", ROWS, rows.amounts);
    add_ints(uses, "number", ROWS, rows.numbers);
    give_events(batch, bank, "use", uses);
    cstm_table *letters = events("account", ACCOUNTS, ROWS / 4, true);
    add_ints(letters, "pages", ROWS / 4, rows.amounts);
    give_events(batch, bank, "letter", letters);
    return batch;
}

static void
same_tables(const cstm_table *a, const cstm_table *b, bool all)
{
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_nonnull(b);
    ck_assert_int_eq(cstm_table_rows(a), cstm_table_rows(b));
    for (int32_t c = 0; c < cstm_table_columns(a); c++) {
        const char *name = cstm_table_column_name(a, c);
        if (!all && strncmp(name, "relation", 8) == 0)
            continue;
        for (int64_t r = 0; r < cstm_table_rows(a); r++)
            ck_assert_msg(strcmp(cell(a, r, name), cell(b, r, name)) == 0,
                          "%s of row %lld: %s against %s", name, (long long) r, cell(a, r, name),
                          cell(b, r, name));
    }
}

static cstm_result *
run(cstm_batch *batch, int32_t parts, int32_t threads, int64_t as_of)
{
    cstm_error *error = NULL;
    cstm_result *result = NULL;
    must(cstm_batch_set_parts(batch, parts, &error), error);
    must(cstm_batch_set_threads(batch, threads, &error), error);
    must(cstm_batch_run(batch, as_of, &result, &error), error);
    return result;
}

START_TEST(features_alone_are_those_of_a_run_with_lifecycles)
{
    cstm_strategy *bank = bank_compile(document);
    seed = (uint64_t) _i + 1;
    cstm_batch *batch = random_batch(bank);
    static const char *const kinds[] = {"customer", "account", "card"};
    for (int32_t day = FIRST_DAY; day < FIRST_DAY + 75; day += 17) {
        int64_t as_of = day * INT64_C(86400000000) + INT64_C(40000000000);
        cstm_result *whole = run(batch, CSTM_RUN_FEATURES | CSTM_RUN_LIFECYCLES, 1, as_of);
        cstm_result *alone = run(batch, CSTM_RUN_FEATURES, 1 + day % 3, as_of);
        for (int32_t e = 0; e < 3; e++) {
            int32_t entity = bank_find(bank, CSTM_PART_ENTITY, kinds[e]);
            same_tables(cstm_result_table(alone, entity), cstm_result_table(whole, entity), false);
        }
        same_tables(cstm_result_rejected(alone), cstm_result_rejected(whole), true);
        same_tables(cstm_result_errors(alone), cstm_result_errors(whole), true);
        cstm_result_free(whole);
        cstm_result_free(alone);
    }
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("columnar");
    TCase *tests = tcase_create("columnar");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, features_alone_are_those_of_a_run_with_lifecycles, 0, 6);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
