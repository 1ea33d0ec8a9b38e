/* Features of days to come say what the same feature over days past says when those days are past,
 * show in nothing else, are missing where nobody said that those days were observed, and are read by
 * nothing. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

static const char document[] =
    "format: 1\nstrategy: ahead\nversion: \"1\"\ntimezone: Asia/Taipei\ncurrency: TWD\n"
    "purposes: [service]\n"
    "entities:\n  account: {of: customer}\n"
    "events:\n"
    "  pay: {on: account, observed_from: \"2004-01-01\", fields: {amount: money, channel: string, "
    "part: {type: string, values: [a, b]}}}\n"
    "  visit: {observed_from: \"2004-01-01\", fields: {pages: int}}\n"
    "features:\n"
    "  spent: {sum: pay.amount, over: 20 days}\n"
    "  spends_to_come: {sum: pay.amount, ahead: 20 days}\n"
    "  pays_on: {for: account, count: pay, where: \"channel == 'web'\", over: 30 days}\n"
    "  pays_on_to_come: {for: account, count: pay, where: \"channel == 'web'\", ahead: 30 days}\n"
    "  last: {last: pay.channel, over: 20 days}\n"
    "  last_to_come: {last: pay.channel, ahead: 20 days}\n"
    "  most: {max: visit.pages, over: 1 day}\n"
    "  most_to_come: {max: visit.pages, ahead: 1 day}\n"
    "  parts: {count: pay, by: part, over: 10 days}\n"
    "  parts_to_come: {count: pay, by: part, ahead: 10 days}\n"
    "lifecycles:\n"
    "  life:\n    purpose: service\n    initial: quiet\n    transitions:\n"
    "      - {from: quiet, to: active, when: \"spent > money('3.00')\"}\n"
    "      - {from: active, to: quiet, when: \"spent <= money('3.00')\", for: 2 days}\n";

static const struct {
    const char *past, *to_come;
    int32_t entity, days;
} twins[] = {{"spent", "spends_to_come", 0, 20},
             {"pays_on", "pays_on_to_come", 1, 30},
             {"last", "last_to_come", 0, 20},
             {"most", "most_to_come", 0, 1},
             {"parts.a", "parts_to_come.a", 0, 10},
             {"parts.b", "parts_to_come.b", 0, 10}};

#define CUSTOMERS 30
#define ROWS 600
#define FIRST_DAY 12784 /* 2005-01-01 */

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((*seed >> 33) % below);
}

static cstm_batch *
batch_of(cstm_strategy *bank)
{
    static char texts[2][CUSTOMERS * 2][16];
    const char *customers[CUSTOMERS * 2], *accounts[CUSTOMERS * 2];
    const char *columns[4][ROWS];
    int64_t amounts[ROWS], times[2][ROWS], pages[ROWS];
    uint64_t seed = 1;
    cstm_batch *batch = NULL;
    for (int32_t a = 0; a < 2 * CUSTOMERS; a++) {
        snprintf(texts[0][a], 16, "c%d", a / 2);
        snprintf(texts[1][a], 16, "a%d", a);
        customers[a] = texts[0][a];
        accounts[a] = texts[1][a];
    }
    for (int32_t i = 0; i < ROWS; i++) {
        columns[0][i] = accounts[draw(&seed, 2 * CUSTOMERS)];
        columns[1][i] = draw(&seed, 5) < 2 ? "web" : "app";
        columns[2][i] = draw(&seed, 3) == 0 ? "a" : "b";
        columns[3][i] = customers[draw(&seed, 2 * CUSTOMERS)];
        amounts[i] = draw(&seed, 1000);
        pages[i] = draw(&seed, 50);
        for (int32_t k = 0; k < 2; k++)
            times[k][i] = (FIRST_DAY + (int64_t) draw(&seed, 120)) * INT64_C(86400000000) +
                          (int64_t) draw(&seed, 86400) * 1000000;
    }
    cstm_table *people = table_new(), *holdings = table_new(), *pays = table_new(),
               *visits = table_new();
    const char *each[CUSTOMERS];
    for (int32_t c = 0; c < CUSTOMERS; c++)
        each[c] = customers[2 * c];
    add_texts(people, "customer", CUSTOMERS, each);
    add_texts(holdings, "account", 2 * CUSTOMERS, accounts);
    add_texts(holdings, "customer", 2 * CUSTOMERS, customers);
    add_texts(pays, "account", ROWS, columns[0]);
    add_texts(pays, "channel", ROWS, columns[1]);
    add_texts(pays, "part", ROWS, columns[2]);
    must(cstm_table_add_timestamp(pays, "time", times[0], NULL, ROWS, NULL), NULL);
    add_money(pays, "amount", ROWS, amounts);
    add_texts(visits, "customer", ROWS, columns[3]);
    must(cstm_table_add_timestamp(visits, "time", times[1], NULL, ROWS, NULL), NULL);
    add_ints(visits, "pages", ROWS, pages);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, people, NULL), NULL);
    must(cstm_batch_add_entities(batch, 1, holdings, NULL), NULL);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "pay"), pays, NULL), NULL);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "visit"), visits, NULL),
         NULL);
    cstm_table_free(people);
    cstm_table_free(holdings);
    cstm_table_free(pays);
    cstm_table_free(visits);
    return batch;
}

/* The end of a day so many after the first of 2005; Taipei is 8 hours ahead. */
static int64_t
end_of(int32_t day)
{
    return (FIRST_DAY + (int64_t) day + 1) * INT64_C(86400000000) - INT64_C(28800000000) - 1;
}

static void
observe_until(cstm_batch *batch, int32_t day)
{
    must(cstm_batch_observe_until(batch, 0, end_of(day), NULL), NULL);
    must(cstm_batch_observe_until(batch, 1, end_of(day), NULL), NULL);
}

static cstm_result *
run_at(cstm_batch *batch, int64_t as_of)
{
    cstm_result *result = NULL;
    must(cstm_batch_run(batch, as_of, &result, NULL), NULL);
    return result;
}

/* Calibration as of T and holdout of the days behind it, in one table. */
START_TEST(what_is_to_come_is_what_will_have_been)
{
    static const int32_t days[] = {10, 40, 41, 75};
    cstm_strategy *bank = bank_compile(document);
    cstm_batch *batch = batch_of(bank);
    cstm_table *dates = table_new();
    int64_t as_of[4];
    cstm_result *dated = NULL;
    for (int32_t d = 0; d < 4; d++)
        as_of[d] = end_of(days[d]);
    as_of[2] -= INT64_C(40000000000); /* within the day: the days after it are to come all the same */
    must(cstm_table_add_timestamp(dates, "as_of", as_of, NULL, 4, NULL), NULL);
    observe_until(batch, 119);
    must(cstm_batch_run_dates(batch, dates, &dated, NULL), NULL);
    int32_t found = 0;
    for (int32_t d = 0; d < 4; d++) {
        cstm_result *now = run_at(batch, as_of[d]);
        for (size_t t = 0; t < sizeof twins / sizeof *twins; t++) {
            cstm_result *then = run_at(batch, end_of(days[d] + twins[t].days));
            const cstm_table *many = cstm_result_table(dated, twins[t].entity),
                             *one = cstm_result_table(now, twins[t].entity),
                             *later = cstm_result_table(then, twins[t].entity);
            int64_t each = twins[t].entity == 0 ? 1 : 2;
            for (int64_t row = 0; row < cstm_table_rows(later); row++) {
                int64_t at = (row / each * 4 + d) * each + row % each;
                const char *expected = cell(later, row, twins[t].past);
                found += strcmp(expected, "-") != 0 && strcmp(expected, "0") != 0;
                assert_cell(many, at, twins[t].to_come, expected);
                assert_cell(one, row, twins[t].to_come, expected);
                assert_cell(many, at, twins[t].past, cell(one, row, twins[t].past));
            }
            cstm_result_free(then);
        }
        cstm_result_free(now);
    }
    ck_assert_int_gt(found, 300);
    cstm_result_free(dated);
    cstm_table_free(dates);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

/* Whatever happens afterwards, or is said of it. */
START_TEST(nothing_else_of_a_run_sees_what_is_to_come)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_batch *batch = batch_of(bank);
    cstm_result *blind = run_at(batch, end_of(50));
    observe_until(batch, 119);
    cstm_result *seeing = run_at(batch, end_of(50));
    for (int32_t kind = 0; kind < 2; kind++) {
        const cstm_table *a = cstm_result_table(blind, kind), *b = cstm_result_table(seeing, kind);
        for (int32_t c = 0; c < cstm_table_columns(a); c++)
            for (int64_t row = 0; row < cstm_table_rows(a); row++) {
                const char *name = cstm_table_column_name(a, c);
                if (strstr(name, "to_come") == NULL)
                    ck_assert_str_eq(cell(a, row, name), cell(b, row, name));
                else
                    assert_cell(a, row, name, "-");
            }
    }
    cstm_result_free(blind);
    cstm_result_free(seeing);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(days_that_were_not_observed_are_missing)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_batch *batch = batch_of(bank);
    observe_until(batch, 70); /* twenty days behind the 50th, but not thirty */
    cstm_result *result = run_at(batch, end_of(50)), *next = run_at(batch, end_of(51));
    for (int64_t row = 0; row < CUSTOMERS; row++) {
        ck_assert_str_ne(cell(cstm_result_table(result, 0), row, "spends_to_come"), "-");
        assert_cell(cstm_result_table(result, 1), row, "pays_on_to_come", "-");
        assert_cell(cstm_result_table(next, 0), row, "spends_to_come", "-");
    }
    cstm_result_free(result);
    cstm_result_free(next);
    ck_assert_int_eq(cstm_batch_observe_until(batch, 2, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_batch_observe_until(batch, 0, INT64_MAX, NULL), CSTM_ERROR_RANGE);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(a_profile_knows_nothing_of_days_to_come)
{
    cstm_strategy *bank = bank_compile(document);
    cstm_batch *batch = batch_of(bank);
    cstm_profile *profile = NULL;
    cstm_outcome *outcome = NULL;
    observe_until(batch, 119);
    must(cstm_batch_profile(batch, "c1", 2, end_of(119), &profile, NULL), NULL);
    must(cstm_outcome_new(bank, &outcome, NULL), NULL);
    must(cstm_profile_evaluate(profile, end_of(50), outcome, NULL), NULL);
    ck_assert_int_eq(
        cstm_outcome_state(outcome, CSTM_PART_FEATURE,
                           bank_find(bank, CSTM_PART_FEATURE, "spends_to_come"), 0),
        CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE,
                                        bank_find(bank, CSTM_PART_FEATURE, "spent"), 0),
                     CSTM_STATE_VALUE);
    cstm_outcome_free(outcome);
    cstm_profile_free(profile);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

/* A document with a line more, and where it is refused. */
static const struct {
    const char *more, *message;
    int64_t column;
} refused[] = {
    {"features:\n  to_come: {count: visit, ahead: 9 days}\n  twice: {rule: to_come * 2}\n",
     "'to_come' is of days to come, which nothing may read: it is there to be fitted to", 17},
    {"entities:\n  card: {of: customer}\nfeatures:\n  to_come: {for: card, count: tap, ahead: 9 "
     "days}\n  most: {max: card.to_come}\n",
     "'to_come' is of days to come, which nothing may read: it is there to be fitted to", 15},
    {"features:\n  to_come: {count: visit, ahead: 9 days}\nsegments:\n  busy: {purpose: service, "
     "when: to_come > 2}\n",
     "'to_come' is of days to come, which nothing may read: it is there to be fitted to", 34},
    {"features:\n  to_come: {count: visit, ahead: 9 days}\nlifecycles:\n  life: {purpose: service, "
     "initial: a, transitions: [{from: a, to: b, when: to_come > 2}]}\n",
     "'to_come' is of days to come, which nothing may read: it is there to be fitted to", 77},
    {"features:\n  to_come: {count: visit, over: 9 days, ahead: 9 days}\n",
     "'over:' is of days that are past, and 'ahead:' of days to come", 27},
    {"features:\n  to_come: {count: visit, ahead: 2 months}\n", "'ahead:' is a number of days", 34},
    {"features:\n  to_come: {rule: 1 + 1, ahead: 2 days}\n",
     "'ahead:' is for features over events", 26},
};

START_TEST(nothing_may_read_what_is_to_come)
{
    char text[2048];
    bool cards = strstr(refused[_i].more, "card") != NULL;
    snprintf(text, sizeof text,
             "format: 1\nstrategy: ahead\nversion: \"1\"\ntimezone: Asia/Taipei\npurposes: "
             "[service]\nevents:\n  visit: {fields: {pages: int}}\n%s%s",
             cards ? "  tap: {on: card}\n" : "", refused[_i].more);
    cstm_strategy *bank = NULL;
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_strategy_parse(text, strlen(text), "ahead.yaml", &bank, &error),
                     CSTM_ERROR_TYPE);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), refused[_i].message));
    ck_assert_int_eq(cstm_error_column(error), refused[_i].column);
    cstm_error_free(error);
}
END_TEST

static Suite *
ahead_suite(void)
{
    Suite *suite = suite_create("ahead");
    TCase *tests = tcase_create("ahead");
    tcase_add_test(tests, what_is_to_come_is_what_will_have_been);
    tcase_add_test(tests, nothing_else_of_a_run_sees_what_is_to_come);
    tcase_add_test(tests, days_that_were_not_observed_are_missing);
    tcase_add_test(tests, a_profile_knows_nothing_of_days_to_come);
    tcase_add_loop_test(tests, nothing_may_read_what_is_to_come, 0,
                        sizeof refused / sizeof *refused);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(ahead_suite());
}
