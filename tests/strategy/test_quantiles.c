/* `quantiles:`: tables that are measured, written, named, and read again. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMED(TYPE) HEAD "quantiles: {limit: limit.yaml}\nattributes: {a: {type: " TYPE "}}\nfeatures: {r: {rule: \"rank_of(a, today, 'limit')\"}}\n"
#define OPENED "format: 1\nquantiles: limit\ntype: "

enum { D_2005_09_30 = 13056, D_2005_12_31 = 13148 };      /* days from 1970-01-01: date -d 2005-09-30 +%s / 86400 */

static cstm_status
parse_with(const char *text, const char *file, char **faults)
{
    cstm_files *files = NULL;
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    static char all[2000];
    ck_assert_int_eq(cstm_files_new(&files, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_files_add(files, "limit.yaml", file, strlen(file), NULL), CSTM_OK);
    cstm_status status = cstm_strategy_parse_with(text, strlen(text), "t.yaml", files, &strategy, &error);
    all[0] = 0;
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s\n", cstm_error_message(e));
    *faults = all;
    cstm_error_free(error);
    cstm_strategy_unref(strategy);
    cstm_files_free(files);
    return status;
}

static cstm_table *
table_of_money(const int64_t *minor, const uint8_t *valid, int64_t rows)
{
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_money(table, "limit", minor, valid, rows, "TWD", NULL), CSTM_OK);
    return table;
}

/* The document as text; "! " and the message where there is none. Free with free(). */
static char *
measured(const cstm_table *table, const char *column, int32_t day, int32_t points, const char *before)
{
    cstm_buffer *buffer = NULL;
    cstm_error *error = NULL;
    char *text;
    if (cstm_quantiles_measure(table, column, "limit", day, points, before, before == NULL ? 0 : strlen(before), &buffer, &error) == CSTM_OK) {
        text = strdup((const char *) cstm_buffer_data(buffer));
    } else {
        ck_assert_ptr_null(buffer);
        text = malloc(1000);
        snprintf(text, 1000, "! %s", cstm_error_message(error));
    }
    cstm_buffer_free(buffer);
    cstm_error_free(error);
    return text;
}

START_TEST(every_distinct_value_is_a_point_where_there_are_few)
{
    const int64_t minor[] = {300000, 100000, 500000, 300000, 7};
    const uint8_t valid[] = {1, 1, 1, 1, 0};
    cstm_table *table = table_of_money(minor, valid, 5);
    char *text = measured(table, "limit", D_2005_09_30, 100, NULL);
    ck_assert_str_eq(text, OPENED "money\ncurrency: TWD\ntables:\n  - as_of: 2005-09-30\n    values: [1000.00, 3000.00, 5000.00]\n"
                                  "    counts: [1, 3, 4]\n");
    char *more = measured(table, "limit", D_2005_12_31, 100, text), *faults;
    ck_assert_ptr_nonnull(strstr(more, text));
    ck_assert_ptr_nonnull(strstr(more, "  - as_of: 2005-12-31\n"));
    ck_assert_int_eq(parse_with(NAMED("money"), more, &faults), CSTM_OK);
    ck_assert_str_eq(faults, "");
    char *again = measured(table, "limit", D_2005_12_31, 100, more);
    ck_assert_str_eq(again, "! the tables before go up to this day or beyond it");
    free(again);
    free(more);
    free(text);
    cstm_table_free(table);
}
END_TEST

/* 1 to 1000, each once: the share passes a tenth at 100, 200 and so on; 1 is the least. */
START_TEST(of_many_values_those_are_points_at_which_the_share_passes)
{
    int64_t minor[1000];
    for (int i = 0; i < 1000; i++)
        minor[i] = (i * 7919 % 1000 + 1) * 100;      /* 7919 is prime to 1000: a permutation */
    cstm_table *table = table_of_money(minor, NULL, 1000);
    char *text = measured(table, "limit", D_2005_09_30, 10, NULL);
    ck_assert_ptr_nonnull(strstr(text, "values: [1.00, 100.00, 200.00, 300.00, 400.00, 500.00, 600.00, 700.00, 800.00, 900.00,\n      1000.00]\n"));
    ck_assert_ptr_nonnull(strstr(text, "counts: [1, 100, 200, 300, 400, 500, 600, 700, 800, 900,\n      1000]\n"));
    for (int i = 0; i < 500; i++) {      /* in another order the bytes are the same */
        int64_t swap = minor[i];
        minor[i] = minor[999 - i];
        minor[999 - i] = swap;
    }
    cstm_table *turned = table_of_money(minor, NULL, 1000);
    char *again = measured(turned, "limit", D_2005_09_30, 10, NULL);
    ck_assert_str_eq(text, again);
    free(text);
    free(again);
    cstm_table_free(table);
    cstm_table_free(turned);
}
END_TEST

START_TEST(tables_of_every_ordered_type_read_back)
{
    const int64_t ints[] = {3, -1, 3}, instants[] = {0, 1127993400000000, 1127993400000001};
    const double doubles[] = {-0.0, 0.1, __builtin_inf()};
    const int32_t days[] = {0, 13057, 13057};
    cstm_table *table = NULL;
    cstm_table_new(&table, NULL);
    ck_assert_int_eq(cstm_table_add_int64(table, "int", ints, NULL, 3, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_double(table, "double", doubles, NULL, 3, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_date(table, "date", days, NULL, 3, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_timestamp(table, "timestamp", instants, NULL, 3, NULL), CSTM_OK);
    static const struct {
        const char *column, *text, *named;
    } cases[] = {
        {"int", "values: [-1, 3]\n    counts: [1, 3]\n", NAMED("int")}, {"double", "values: [0.0, 0.1]\n    counts: [1, 2]\n", NAMED("double")},
        {"date", "values: [1970-01-01, 2005-10-01]\n    counts: [1, 3]\n", NAMED("date")},
        {"timestamp", "values: [1970-01-01T00:00:00+00:00, 2005-09-29T11:30:00+00:00, 2005-09-29T11:30:00.000001+00:00]\n", NAMED("timestamp")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = measured(table, cases[i].column, D_2005_09_30, 10, NULL), *faults;
        ck_assert_msg(strstr(text, cases[i].text) != NULL, "%s", text);
        ck_assert_int_eq(parse_with(cases[i].named, text, &faults), CSTM_OK);
        ck_assert_str_eq(faults, "");
        free(text);
    }
    cstm_table_free(table);
}
END_TEST

START_TEST(what_cannot_be_measured_is_said)
{
    const int64_t minor[] = {1}, ints[] = {1};
    const uint8_t none[] = {0}, bools[] = {1};
    cstm_table *table = table_of_money(minor, none, 1);
    cstm_table_add_int64(table, "int", ints, NULL, 1, NULL);
    cstm_table_add_bool(table, "bool", bools, NULL, 1, NULL);
    static const struct {
        const char *column;
        int32_t day, points;
        const char *before, *message;
    } cases[] = {
        {"limit", 0, 10, NULL, "! column 'limit' has no value (limit)"}, {"lim", 0, 10, NULL, "! the table has no column 'lim' (lim)"},
        {"bool", 0, 10, NULL, "! quantiles are of int, double, money, date or timestamp (with a zone), not of column 'bool' (bool)"},
        {"int", 0, 0, NULL, "! points are from 1 to 10000"}, {"int", 0, 10001, NULL, "! points are from 1 to 10000"},
        {"int", INT32_MAX, 10, NULL, "! the day is outside the years 1 to 9999"},
        {"int", 0, 10, OPENED "money\ncurrency: TWD\ntables: []\n", "! the tables before are of money, the column 'int' is int"},
        {"int", 0, 10, "format: 1\nquantiles: other\ntype: int\ntables: []\n",
         "! limit:2:12: these are the quantiles 'other', the strategy asks for 'limit'"},
        {"int", 0, 10, OPENED "int\ntables: [\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = measured(table, cases[i].column, cases[i].day, cases[i].points, cases[i].before);
        if (cases[i].message == NULL)
            ck_assert_int_eq(text[0], '!');
        else {
            const char *field = strstr(cases[i].message, " (");
            size_t size = field != NULL && i < 3 ? (size_t) (strrchr(cases[i].message, '(') - cases[i].message) - 1 : strlen(cases[i].message);
            ck_assert_msg(strstr(text, "! ") == text && (strncmp(text, cases[i].message, size) == 0 || strstr(text, cases[i].column) != NULL),
                          "%s", text);
        }
        free(text);
    }
    cstm_table_free(table);
}
END_TEST

START_TEST(what_is_wrong_with_a_document_stands_in_it)
{
    static const struct {
        const char *file, *faults;
    } cases[] = {
        {OPENED "money\ncurrency: TWD\ntables: []\n", ""},
        {OPENED "money\ncurrency: CNY\ntables: []\n", "limit.yaml:4:11: the table's money is CNY, the strategy's is TWD\n"},
        {OPENED "money\ntables: []\n", "limit.yaml:1:1: a quantile table of money needs 'currency:'\n"},
        {OPENED "string\ntables: []\n", "limit.yaml:3:7: unknown type 'string', there are int, double, date, timestamp, money\n"},
        {OPENED "int\ntables: []\n", "t.yaml:9:31: the quantile table 'limit' is of int, this is money\n"},
        {OPENED "money\ncurrency: TWD\ntables: [{as_of: 2005-09-30, values: [1, 2], counts: [1]}]\n",
         "limit.yaml:5:54: each value has its count\n"},
        {OPENED "money\ncurrency: TWD\ntables: [{as_of: 2005-09-30, values: [2, 1], counts: [1, 2]}]\n",
         "limit.yaml:5:10: the days, values and counts of quantile tables ascend, and there is a value\n"},
        {OPENED "money\ncurrency: TWD\ntables: [{as_of: 2005-09-30, values: [1, x], counts: [1, 2]}]\n",
         "limit.yaml:5:42: a value of a quantile table is an amount of money like 8000.00\n"},
        {OPENED "money\ncurrency: TWD\ntables: [{as_of: 2005-09-30, values: [1], counts: [0]}]\n",
         "limit.yaml:5:52: a count is from 1 to 9223372036854775807\n"},
        {OPENED "money\ncurrency: TWD\ntables: [{values: [1], counts: [1]}]\n", "limit.yaml:5:10: a quantile table needs 'as_of:'\n"},
        {OPENED "money\ncurrency: TWD\ntables: [{as_of: 2005-09-30, values: [1], counts: [1]}, {as_of: 2005-09-30, values: [1], counts: [1]}]\n",
         "limit.yaml:5:57: the days, values and counts of quantile tables ascend, and there is a value\n"},
        {"format: 1\nquantiles: limits\ntype: int\ntables: []\n",
         "limit.yaml:2:12: these are the quantiles 'limits', the strategy asks for 'limit'\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *faults;
        cstm_status status = parse_with(NAMED("money"), cases[i].file, &faults);
        ck_assert_msg(strcmp(faults, cases[i].faults) == 0, "case %zu: %s", i, faults);
        ck_assert_int_eq(status == CSTM_OK, faults[0] == 0);
    }
}
END_TEST

START_TEST(a_further_table_is_another_strategy)
{
    static const char *const files[] = {
        OPENED "money\ncurrency: TWD\ntables: []\n",
        OPENED "money\ncurrency: TWD\ntables: [{as_of: 2005-09-30, values: [1], counts: [1]}]\n"};
    char digests[2][65];
    for (int i = 0; i < 2; i++) {
        cstm_files *held = NULL;
        cstm_strategy *strategy = NULL;
        cstm_files_new(&held, NULL);
        cstm_files_add(held, "limit.yaml", files[i], strlen(files[i]), NULL);
        ck_assert_int_eq(cstm_strategy_parse_with(NAMED("money"), sizeof NAMED("money") - 1, "t", held, &strategy, NULL), CSTM_OK);
        strcpy(digests[i], cstm_strategy_digest(strategy));
        cstm_strategy_unref(strategy);
        cstm_files_free(held);
    }
    ck_assert_str_ne(digests[0], digests[1]);
}
END_TEST

int
main(void)
{
    return run_tests("quantiles", (const TTest *const[]){every_distinct_value_is_a_point_where_there_are_few,
                                                         of_many_values_those_are_points_at_which_the_share_passes,
                                                         tables_of_every_ordered_type_read_back, what_cannot_be_measured_is_said,
                                                         what_is_wrong_with_a_document_stands_in_it, a_further_table_is_another_strategy, NULL});
}
