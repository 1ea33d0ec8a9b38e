/* The report of a run says what became of every row: by histories and from columns alike, of one
 * run, of many dates and of streams. */
#include "bank.h"
#include "tables.h"

#include <stdbool.h>

static const char document[] =
    "format: 1\nstrategy: report\nversion: \"1\"\ntimezone: Asia/Taipei\ncurrency: TWD\n"
    "purposes: [service]\n"
    "entities:\n  account: {of: customer}\n"
    "attributes:\n  age: {type: int}\n"
    "events:\n"
    "  pay: {on: account, observed_from: \"2000-01-01\", fields: {amount: money, part: {type: int, "
    "range: [1, 3]}, channel: {type: string, values: [web, app]}}}\n"
    "  visit: {fields: {pages: int}}\n"
    "features:\n"
    "  paid: {for: account, sum: pay.amount, over: 30 days}\n"
    "  pays: {count: pay, over: 30 days}\n"
    "%s";

static const char stages[] = "lifecycles:\n"
                             "  life:\n    purpose: service\n    initial: new\n    transitions:\n"
                             "      - {from: new, to: used, when: pays >= 1}\n";

#define ROWS 12
/* What is wrong with a row, if anything. */
static const struct {
    const char *account, *id, *time, *channel, *why;
    int64_t amount, part;
} rows[ROWS] = {
    {"a1", "1", "2005-03-01", "web", "taken", 100, 1},
    {"a1", "1", "2005-03-01", "web", "redelivered", 100, 1},
    {"a1", "2", "2005-03-02", "web", "taken", INT64_MAX, 1},
    {"a1", "3", "2005-03-02", "web", "taken", INT64_MAX, 1},
    {"a2", "4", "2005-02-01", "app", "before_opening", 100, 1},
    {"a2", "5", "2005-03-20", "app", "later", 100, 1},
    {"a9", "6", "2005-03-01", "app", "unknown_key", 100, 1},
    {NULL, "7", "2005-03-01", "app", "missing", 100, 1},
    {"a2", "8", NULL, "app", "missing", 100, 1},
    {"a2", "9", "2005-02-30", "app", "malformed", 100, 1},
    {"a2", "10", "2005-03-01", "fax", "unknown_value", 100, 1},
    {"a2", "11", "2005-03-01", "app", "unknown_value", 100, 7},
};

static cstm_batch *
batch_of(cstm_strategy *bank, bool opened)
{
    static const char *const customers[] = {"c1", "c2", "c1", ""};
    static const char *const accounts[] = {"a1", "a2", "a3"}, *const of[] = {"c1", "c2", "c7"};
    const char *columns[4][ROWS];
    int64_t amounts[ROWS], parts[ROWS];
    int32_t days[] = {12800, 12830, 12830}; /* 2005-01-17, 2005-02-16 */
    cstm_batch *batch = NULL;
    cstm_table *people = table_new(), *holdings = table_new(), *pays = table_new();
    for (int32_t i = 0; i < ROWS; i++) {
        columns[0][i] = rows[i].account;
        columns[1][i] = rows[i].id;
        columns[2][i] = rows[i].time;
        columns[3][i] = rows[i].channel;
        amounts[i] = rows[i].amount;
        parts[i] = rows[i].part;
    }
    add_texts(people, "customer", 4, customers);
    add_texts(holdings, "account", 3, accounts);
    add_texts(holdings, "customer", 3, of);
    if (opened)
        must(cstm_table_add_date(holdings, "opened_on", days, NULL, 3, NULL), NULL);
    add_texts(pays, "account", ROWS, columns[0]);
    add_texts(pays, "id", ROWS, columns[1]);
    add_texts(pays, "time", ROWS, columns[2]);
    add_texts(pays, "channel", ROWS, columns[3]);
    add_money(pays, "amount", ROWS, amounts);
    add_ints(pays, "part", ROWS, parts);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, people, NULL), NULL);
    must(cstm_batch_add_entities(batch, 1, holdings, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, pays, NULL), NULL);
    cstm_table_free(people);
    cstm_table_free(holdings);
    cstm_table_free(pays);
    return batch;
}

static int64_t
counted(const cstm_table *report, const char *name, const char *column)
{
    for (int64_t row = 0; row < cstm_table_rows(report); row++)
        if (strcmp(cell(report, row, "name"), name) == 0)
            return cstm_table_int64(report, row, column_of(report, column));
    ck_abort_msg("nothing of %s", name);
    return -1;
}

static void
assert_counts(const cstm_table *report, bool opened)
{
    static const char *const reasons[] = {"later",     "redelivered",   "unknown_key",
                                          "missing",   "malformed",     "unknown_value",
                                          "duplicate", "before_opening"};
    for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++) {
        int64_t expected = 0;
        for (int32_t i = 0; i < ROWS; i++)
            expected += strcmp(rows[i].why, reasons[k]) == 0;
        if (!opened && strcmp(reasons[k], "before_opening") == 0)
            expected = 0;
        ck_assert_msg(counted(report, "pay", reasons[k]) == expected, "%s: %lld, not %lld",
                      reasons[k], (long long) counted(report, "pay", reasons[k]),
                      (long long) expected);
    }
    ck_assert_int_eq(counted(report, "pay", "rows"), ROWS);
    ck_assert_int_eq(counted(report, "pay", "taken"), 4);
    ck_assert_int_eq(counted(report, "pay", "rejected"), 6);
    ck_assert_int_eq(counted(report, "customer", "rows"), 4);
    ck_assert_int_eq(counted(report, "customer", "taken"), 2);
    ck_assert_int_eq(counted(report, "customer", "duplicate"), 1);
    ck_assert_int_eq(counted(report, "customer", "out_of_range"), 1);
    ck_assert_int_eq(counted(report, "account", "unknown_key"), 1);
    ck_assert_int_eq(counted(report, "account", "taken"), 2);
}

/* From columns, by histories (openings), by a machine. */
START_TEST(every_row_is_counted_once)
{
    char text[4096];
    snprintf(text, sizeof text, document, _i == 2 ? stages : "");
    cstm_strategy *bank = bank_compile(text);
    cstm_batch *batch = batch_of(bank, _i > 0);
    cstm_result *result = NULL;
    must(cstm_batch_run(batch, bank_end_of(bank, "2005-03-10"), &result, NULL), NULL);
    const cstm_table *report = cstm_result_report(result);
    ck_assert_int_eq(cstm_table_rows(report), 3);
    assert_cell(report, 0, "source", "entities");
    assert_cell(report, 2, "source", "events");
    assert_counts(report, _i > 0);
    ck_assert_int_eq(counted(report, "pay", "sums_out_of_range"), 1);
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(many_dates_count_as_of_the_latest)
{
    char text[4096];
    snprintf(text, sizeof text, document, _i == 1 ? stages : "");
    cstm_strategy *bank = bank_compile(text);
    cstm_batch *batch = batch_of(bank, _i == 1);
    static const char *const dates[] = {"2005-03-01T12:00:00", "2005-03-10", "2005-01-01"};
    cstm_table *asked = table_new();
    add_texts(asked, "as_of", 3, dates);
    cstm_result *result = NULL;
    must(cstm_batch_run_dates(batch, asked, &result, NULL), NULL);
    assert_counts(cstm_result_report(result), _i == 1);
    cstm_result_free(result);
    cstm_table_free(asked);
    cstm_batch_free(batch);
    cstm_strategy_unref(bank);
}
END_TEST

/* Of a table in the order of its entities, whose days are read where they lie. */
START_TEST(later_days_are_counted_where_they_lie)
{
    static const char *const customers[] = {"c1", "c2"}, *const of[] = {"c1", "c1", "c2", "c2"};
    const int32_t days[] = {12800, 12900, 12800, 12801};
    const int64_t pages[] = {1, 2, 3, 4};
    cstm_strategy *bank = bank_compile(
        "format: 1\nstrategy: visits\nversion: \"1\"\ntimezone: Asia/Taipei\ncurrency: TWD\n"
        "purposes: [service]\nevents:\n  visit: {fields: {pages: int}}\n"
        "features:\n  visits: {count: visit}\n  pages: {sum: visit.pages}\n");
    cstm_table *people = table_new(), *visits = table_new();
    cstm_batch *batch = NULL;
    cstm_result *result = NULL;
    add_texts(people, "customer", 2, customers);
    add_texts(visits, "customer", 4, of);
    must(cstm_table_add_date(visits, "time", days, NULL, 4, NULL), NULL);
    add_ints(visits, "pages", 4, pages);
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    must(cstm_batch_add_entities(batch, 0, people, NULL), NULL);
    must(cstm_batch_add_events(batch, 0, visits, NULL), NULL);
    must(cstm_batch_run(batch, bank_end_of(bank, "2005-01-17"), &result, NULL), NULL);
    ck_assert_int_eq(counted(cstm_result_report(result), "visit", "taken"), 2);
    ck_assert_int_eq(counted(cstm_result_report(result), "visit", "later"), 2);
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(people);
    cstm_table_free(visits);
    cstm_strategy_unref(bank);
}
END_TEST

static Suite *
report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *tests = tcase_create("report");
    tcase_add_loop_test(tests, every_row_is_counted_once, 0, 3);
    tcase_add_loop_test(tests, many_dates_count_as_of_the_latest, 0, 2);
    tcase_add_test(tests, later_days_are_counted_where_they_lie);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(report_suite());
}
