/* Rows of a batch's tables: which are taken, which are rejected and with what reason, in which
 * types their cells may come, and what a table must look like at all. */
#include "bank.h"
#include "tables.h"

#include <math.h>

static const char document[] = "format: 1\n"
                               "strategy: rows\n"
                               "version: \"1\"\n"
                               "timezone: Asia/Taipei\n"
                               "currency: TWD\n"
                               "purposes: [service]\n"
                               "entities:\n"
                               "  account: {of: customer}\n"
                               "attributes:\n"
                               "  town: {type: string, values: [north, south]}\n"
                               "  age: {type: int}\n"
                               "  born: {type: date}\n"
                               "  seen: {type: timestamp}\n"
                               "  rate: {type: double}\n"
                               "  vip: {type: bool}\n"
                               "  limit: {for: account, type: money}\n"
                               "events:\n"
                               "  pay: {on: account, fields: {amount: money, share: double, place: "
                               "string, day: date, at: timestamp, ok: bool}}\n"
                               "  call: {}\n"
                               "features:\n"
                               "  paid: {sum: pay.amount}\n"
                               "  pays: {count: pay}\n"
                               "  last_share: {last: pay.share}\n"
                               "  last_place: {last: pay.place}\n"
                               "  last_day: {last: pay.day}\n"
                               "  last_at: {last: pay.at}\n"
                               "  last_ok: {last: pay.ok}\n"
                               "  calls: {count: call}\n"
                               "  is_vip: {rule: vip}\n"
                               "  age_now: {rule: age}\n"
                               "  town_now: {rule: town}\n"
                               "  most: {max: account.limit}\n";

static cstm_strategy *bank;

static void
setup(void)
{
    bank = bank_compile(document);
}

static void
teardown(void)
{
    cstm_strategy_unref(bank);
}

static cstm_batch *
batch_new(void)
{
    cstm_batch *batch = NULL;
    must(cstm_batch_new(bank, &batch, NULL), NULL);
    return batch;
}

/* Customers a, b, c; account x of a and y of b. The tables are kept until the end of the test's
 * process. */
static cstm_batch *
batch_of_three(void)
{
    cstm_batch *batch = batch_new();
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *accounts = table_new();
    add_texts(customers, "customer", 3, (const char *[]){"a", "b", "c"});
    add_texts(accounts, "account", 2, (const char *[]){"x", "y"});
    add_texts(accounts, "customer", 2, (const char *[]){"a", "b"});
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, 1, accounts, &error), error);
    cstm_table_free(customers); /* columns are shared */
    cstm_table_free(accounts);
    return batch;
}

static cstm_status
add_pays(cstm_batch *batch, cstm_table *pays, cstm_error **error)
{
    cstm_status status =
        cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "pay"), pays, error);
    cstm_table_free(pays);
    return status;
}

static cstm_result *
run_batch(cstm_batch *batch)
{
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    must(cstm_batch_run(batch, bank_end_of(bank, "2005-12-31"), &result, &error), error);
    return result;
}

static void
assert_rejected(const cstm_result *result, int64_t row, const char *source, const char *number,
                const char *field, cstm_status status, const char *reason)
{
    const cstm_table *rejected = cstm_result_rejected(result);
    char code[16];
    snprintf(code, sizeof code, "%d", status);
    ck_assert_int_lt(row, cstm_table_rows(rejected));
    assert_cell(rejected, row, "source", source);
    assert_cell(rejected, row, "row", number);
    assert_cell(rejected, row, "field", field);
    assert_cell(rejected, row, "status", code);
    assert_cell(rejected, row, "reason", reason);
}

START_TEST(rows_without_a_usable_key_or_time_are_listed)
{
    cstm_batch *batch = batch_of_three();
    cstm_error *error = NULL;
    cstm_table *pays = table_new();
    add_texts(pays, "account", 6, (const char *[]){"x", "z", NULL, "x", "x", "y"});
    add_texts(
        pays, "time", 6,
        (const char *[]){"2005-06-01", "2005-06-01", "2005-06-01", NULL, "soon", "2005-06-02"});
    add_texts(pays, "amount", 6, (const char *[]){"1.00", "2", "3", "4", "5", "6.5"});
    must(add_pays(batch, pays, &error), error);
    cstm_result *result = run_batch(batch);
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 4);
    assert_rejected(result, 0, "pay", "1", "account", CSTM_ERROR_UNKNOWN, "nothing has this key");
    assert_rejected(result, 1, "pay", "2", "account", CSTM_ERROR_MISSING, "the key is missing");
    assert_rejected(result, 2, "pay", "3", "time", CSTM_ERROR_MISSING, "the time is missing");
    assert_rejected(result, 3, "pay", "4", "time", CSTM_ERROR_SYNTAX, "the text is no time");
    assert_cell(cstm_result_table(result, 0), 0, "paid", "100");
    assert_cell(cstm_result_table(result, 0), 1, "paid", "650");
    cstm_result_free(result);
    cstm_batch_free(batch);
}
END_TEST

START_TEST(a_row_with_a_value_that_does_not_fit_is_rejected_whole)
{
    cstm_batch *batch = batch_of_three();
    cstm_error *error = NULL;
    cstm_table *pays = table_new();
    add_texts(pays, "account", 4, (const char *[]){"x", "x", "x", "x"});
    add_texts(pays, "time", 4,
              (const char *[]){"2005-06-01", "2005-06-02", "2005-06-03", "2005-06-04"});
    add_texts(pays, "amount", 4, (const char *[]){"1.005", "much", "3.00", NULL});
    must(
        cstm_table_add_double(pays, "share", (double[]){0.5, 0.5, INFINITY, 0.25}, NULL, 4, &error),
        error);
    must(add_pays(batch, pays, &error), error);
    cstm_result *result = run_batch(batch);
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 3);
    assert_rejected(result, 0, "pay", "0", "amount", CSTM_ERROR_RANGE,
                    "outside the type's range, or not exact in it");
    assert_rejected(result, 1, "pay", "1", "amount", CSTM_ERROR_SYNTAX,
                    "the text does not read as a value of the type");
    assert_rejected(result, 2, "pay", "2", "share", CSTM_ERROR_NOT_FINITE,
                    "infinite or not a number");
    assert_cell(cstm_result_table(result, 0), 0, "pays",
                "1"); /* an amount that is missing is none the less an event */
    assert_cell(cstm_result_table(result, 0), 0, "paid", "0");
    assert_cell(cstm_result_table(result, 0), 0, "last_share", "0.25");
    cstm_result_free(result);
    cstm_batch_free(batch);
}
END_TEST

START_TEST(an_attribute_that_does_not_fit_is_left_out_and_its_customer_is_not)
{
    cstm_batch *batch = batch_new();
    cstm_error *error = NULL;
    cstm_table *customers = table_new();
    add_texts(customers, "customer", 2, (const char *[]){"a", "b"});
    add_texts(customers, "town", 2, (const char *[]){"east", "north"});
    add_ints(customers, "age", 2, (int64_t[]){33, MISSING});
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    cstm_result *result = run_batch(batch);
    assert_rejected(result, 0, "customer", "0", "town", CSTM_ERROR_UNKNOWN,
                    "none of the values that the strategy declares");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 1);
    assert_cell(cstm_result_table(result, 0), 0, "town_now", "-");
    assert_cell(cstm_result_table(result, 0), 0, "age_now", "33");
    assert_cell(cstm_result_table(result, 0), 1, "town_now", "north");
    assert_cell(cstm_result_table(result, 0), 1, "age_now", "-");
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
}
END_TEST

START_TEST(entities_need_keys_of_their_own_and_of_what_they_belong_to)
{
    cstm_batch *batch = batch_new();
    cstm_error *error = NULL;
    char *long_key = malloc(65537);
    memset(long_key, 'k', 65536);
    long_key[65536] = '\0';
    cstm_table *customers = table_new(), *accounts = table_new();
    add_texts(customers, "customer", 6, (const char *[]){"a", NULL, "b", "a", "", long_key});
    add_texts(accounts, "account", 5, (const char *[]){"x", "y", "z", "w", "x"});
    add_texts(accounts, "customer", 5, (const char *[]){"b", "c", NULL, "a", "a"});
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_entities(batch, 1, accounts, &error), error);
    cstm_result *result = run_batch(batch);
    const cstm_table *customer_rows = cstm_result_table(result, 0),
                     *account_rows = cstm_result_table(result, 1);
    ck_assert_int_eq(cstm_table_rows(customer_rows), 2);
    assert_cell(customer_rows, 0, "customer", "a");
    assert_cell(customer_rows, 1, "customer", "b");
    ck_assert_int_eq(cstm_table_rows(account_rows), 2);
    assert_cell(account_rows, 0, "account", "x");
    assert_cell(account_rows, 0, "customer", "b");
    assert_cell(account_rows, 1, "account", "w");
    assert_cell(account_rows, 1, "customer", "a");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 7);
    assert_rejected(result, 0, "customer", "1", "customer", CSTM_ERROR_MISSING,
                    "the key is missing");
    assert_rejected(result, 1, "customer", "3", "customer", CSTM_ERROR_DUPLICATE,
                    "an earlier row has this key");
    assert_rejected(result, 2, "customer", "4", "customer", CSTM_ERROR_LIMIT,
                    "the key is empty or longer than 65,535 bytes");
    assert_rejected(result, 3, "customer", "5", "customer", CSTM_ERROR_LIMIT,
                    "the key is empty or longer than 65,535 bytes");
    assert_rejected(result, 4, "account", "1", "customer", CSTM_ERROR_UNKNOWN,
                    "nothing has the key of what it belongs to");
    assert_rejected(result, 5, "account", "2", "customer", CSTM_ERROR_MISSING,
                    "the key of what it belongs to is missing");
    assert_rejected(result, 6, "account", "4", "account", CSTM_ERROR_DUPLICATE,
                    "an earlier row has this key");
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(accounts);
    free(long_key);
}
END_TEST

START_TEST(events_of_entities_without_a_table_fail_the_run)
{
    cstm_batch *batch = batch_new();
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *pays = table_new();
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    add_texts(pays, "account", 1, (const char *[]){"x"});
    add_texts(pays, "time", 1, (const char *[]){"2005-06-01"});
    must(add_pays(batch, pays, &error), error);
    cstm_result *result = NULL;
    ck_assert_int_eq(cstm_batch_run(batch, INT64_C(1128182400000000), &result, &error),
                     CSTM_ERROR_MISSING);
    ck_assert_str_eq(cstm_error_message(error),
                     "the batch was given no table of account, to which rows of pay belong");
    ck_assert_ptr_null(result);
    cstm_error_free(error);
    cstm_batch_free(batch);
    cstm_table_free(customers);
}
END_TEST

START_TEST(no_events_need_no_table_of_their_entity)
{
    cstm_batch *batch = batch_new();
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *pays = table_new();
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    add_texts(pays, "account", 0, NULL);
    add_texts(pays, "time", 0, NULL);
    must(add_pays(batch, pays, &error), error);
    cstm_result *result = run_batch(batch);
    ck_assert_ptr_null(cstm_result_table(result, 1));
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
}
END_TEST

START_TEST(keys_may_be_numbers_on_either_side)
{
    cstm_batch *batch = batch_new();
    cstm_error *error = NULL;
    cstm_table *customers = table_new(), *calls = table_new(), *more = table_new();
    add_ints(customers, "customer", 3, (int64_t[]){1000001, 7, -3});
    add_ints(calls, "customer", 3, (int64_t[]){7, 7, 8});
    add_texts(calls, "time", 3, (const char *[]){"2005-06-01", "2005-06-01", "2005-06-01"});
    add_texts(more, "customer", 4, (const char *[]){"-3", "07", "+7", "1000001"});
    add_texts(more, "time", 4,
              (const char *[]){"2005-06-01", "2005-06-01", "2005-06-01", "2005-06-01"});
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "call"), calls, &error),
         error);
    must(cstm_batch_add_events(batch, bank_find(bank, CSTM_PART_EVENT, "call"), more, &error),
         error);
    cstm_result *result = run_batch(batch);
    const cstm_table *table = cstm_result_table(result, 0);
    assert_cell(table, 0, "customer", "1000001");
    assert_cell(table, 0, "calls", "1");
    assert_cell(table, 1, "calls", "2");
    assert_cell(table, 2, "calls", "1");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)), 3);
    assert_cell(cstm_result_rejected(result), 0, "table", "0");
    assert_cell(cstm_result_rejected(result), 1, "table", "1");
    assert_cell(cstm_result_rejected(result), 1, "row", "1");
    cstm_profile *profile = NULL;
    must(cstm_batch_profile(batch, "-3", 2, bank_end_of(bank, "2005-12-31"), &profile, &error),
         error);
    ck_assert_str_eq(cstm_profile_key(profile, NULL), "-3");
    cstm_profile_free(profile);
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
    cstm_table_free(calls);
    cstm_table_free(more);
}
END_TEST

START_TEST(cells_come_in_any_type_that_reads_exactly)
{
    cstm_batch *batch = batch_of_three();
    cstm_error *error = NULL;
    cstm_table *pays = table_new(), *again = table_new();
    int32_t day = bank_day("2005-06-01");
    int64_t at = bank_at(bank, "2005-06-01 12:30:00");
    add_texts(pays, "account", 1, (const char *[]){"x"});
    must(cstm_table_add_timestamp(pays, "time", &at, NULL, 1, &error), error);
    add_money(pays, "amount", 1, (int64_t[]){123});
    add_ints(pays, "share", 1, (int64_t[]){3});
    must(cstm_table_add_date(pays, "day", &day, NULL, 1, &error), error);
    must(cstm_table_add_date(pays, "at", &day, NULL, 1, &error), error);
    must(cstm_table_add_bool(pays, "ok", (uint8_t[]){1}, NULL, 1, &error), error);
    add_ints(pays, "id", 1, (int64_t[]){17});
    must(add_pays(batch, pays, &error), error);
    /* The same id on the same day of the same account: a redelivery; the later of the copies stays.
     */
    add_texts(again, "account", 1, (const char *[]){"x"});
    must(cstm_table_add_date(again, "time", &day, NULL, 1, &error), error);
    add_texts(again, "id", 1, (const char *[]){"17"});
    add_texts(again, "amount", 1, (const char *[]){"9.99"});
    must(add_pays(batch, again, &error), error);
    cstm_result *result = run_batch(batch);
    const cstm_table *table = cstm_result_table(result, 0);
    assert_cell(table, 0, "pays", "1");
    assert_cell(table, 0, "paid", "123");
    assert_cell(table, 0, "last_share", "3");
    assert_cell(table, 0, "last_ok", "1");
    ck_assert_int_eq(cstm_table_date(table, 0, column_of(table, "last_day")), day);
    ck_assert_int_eq(cstm_table_timestamp(table, 0, column_of(table, "last_at")),
                     bank_at(bank, "2005-06-01"));
    cstm_result_free(result);
    cstm_batch_free(batch);
}
END_TEST

START_TEST(dated_attributes_hold_from_their_time_on)
{
    cstm_batch *batch = batch_of_three();
    cstm_error *error = NULL;
    cstm_table *dated = table_new();
    add_texts(dated, "customer", 4, (const char *[]){"b", "a", "a", "a"});
    add_texts(dated, "time", 4,
              (const char *[]){"2005-02-01", "2005-03-01", "2005-01-01", "2006-01-01"});
    add_ints(dated, "age", 4, (int64_t[]){50, 41, 40, 99});
    add_texts(dated, "town", 4, (const char *[]){NULL, NULL, "south", "west"});
    must(cstm_batch_add_attributes(batch, 0, dated, &error), error);
    cstm_result *result = run_batch(batch);
    const cstm_table *table = cstm_result_table(result, 0);
    assert_cell(table, 0, "age_now", "41");
    assert_cell(table, 0, "town_now", "south"); /* a missing value sets nothing */
    assert_cell(table, 1, "age_now", "50");
    assert_cell(table, 2, "age_now", "-");
    ck_assert_int_eq(cstm_table_rows(cstm_result_rejected(result)),
                     0); /* what is later is not looked at */
    cstm_result_free(result);
    must(cstm_batch_run(batch, bank_end_of(bank, "2005-02-28"), &result, &error), error);
    assert_cell(cstm_result_table(result, 0), 0, "age_now", "40");
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(dated);
}
END_TEST

START_TEST(a_table_must_have_what_is_needed_and_nothing_else)
{
    cstm_batch *batch = batch_of_three();
    cstm_error *error = NULL;
    cstm_table *pays = table_new();
    add_texts(pays, "time", 1, (const char *[]){"2005-06-01"});
    ck_assert_int_eq(add_pays(batch, pays, &error), CSTM_ERROR_MISSING);
    ck_assert_str_eq(cstm_error_field(error), "account");
    cstm_error_free(error);

    pays = table_new();
    add_texts(pays, "account", 1, (const char *[]){"x"});
    ck_assert_int_eq(add_pays(batch, pays, &error), CSTM_ERROR_MISSING);
    ck_assert_str_eq(cstm_error_field(error), "time");
    cstm_error_free(error);

    pays = table_new();
    add_texts(pays, "account", 1, (const char *[]){"x"});
    add_texts(pays, "time", 1, (const char *[]){"2005-06-01"});
    add_texts(pays, "amonut", 1, (const char *[]){"1"});
    ck_assert_int_eq(add_pays(batch, pays, &error), CSTM_ERROR_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), "did you mean 'amount'?"));
    cstm_error_free(error);

    pays = table_new();
    add_texts(pays, "account", 1, (const char *[]){"x"});
    add_texts(pays, "time", 1, (const char *[]){"2005-06-01"});
    must(cstm_table_add_double(pays, "amount", (double[]){1}, NULL, 1, NULL), NULL);
    ck_assert_int_eq(add_pays(batch, pays, &error), CSTM_ERROR_TYPE);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), "cstm_table_declare_money()"));
    cstm_error_free(error);

    cstm_table *customers = table_new();
    add_texts(customers, "customer", 1, (const char *[]){"a"});
    ck_assert_int_eq(cstm_batch_add_entities(batch, 0, customers, &error), CSTM_ERROR_DUPLICATE);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_batch_add_entities(batch, 2, customers, &error), CSTM_ERROR_MISUSE);
    cstm_error_free(error);
    cstm_table_free(customers);
    cstm_batch_free(batch);
}
END_TEST

START_TEST(a_batch_without_customers_cannot_run)
{
    cstm_batch *batch = batch_new();
    cstm_result *result = NULL;
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_batch_run(batch, 0, &result, &error), CSTM_ERROR_MISSING);
    ck_assert_ptr_null(result);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_batch_run(batch, INT64_MAX, &result, NULL), CSTM_ERROR_RANGE);
    cstm_batch_free(batch);
}
END_TEST

START_TEST(an_empty_table_of_customers_gives_an_empty_result)
{
    cstm_batch *batch = batch_new();
    cstm_table *customers = table_new();
    cstm_error *error = NULL;
    add_texts(customers, "customer", 0, NULL);
    must(cstm_batch_add_entities(batch, 0, customers, &error), error);
    cstm_result *result = run_batch(batch);
    ck_assert_int_eq(cstm_table_rows(cstm_result_table(result, 0)), 0);
    ck_assert_int_gt(cstm_table_columns(cstm_result_table(result, 0)), 5);
    cstm_result_free(result);
    cstm_batch_free(batch);
    cstm_table_free(customers);
}
END_TEST

static Suite *
batch_rows_suite(void)
{
    Suite *suite = suite_create("rows of a batch");
    TCase *tests = tcase_create("rows");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, rows_without_a_usable_key_or_time_are_listed);
    tcase_add_test(tests, a_row_with_a_value_that_does_not_fit_is_rejected_whole);
    tcase_add_test(tests, an_attribute_that_does_not_fit_is_left_out_and_its_customer_is_not);
    tcase_add_test(tests, entities_need_keys_of_their_own_and_of_what_they_belong_to);
    tcase_add_test(tests, events_of_entities_without_a_table_fail_the_run);
    tcase_add_test(tests, no_events_need_no_table_of_their_entity);
    tcase_add_test(tests, keys_may_be_numbers_on_either_side);
    tcase_add_test(tests, cells_come_in_any_type_that_reads_exactly);
    tcase_add_test(tests, dated_attributes_hold_from_their_time_on);
    tcase_add_test(tests, a_table_must_have_what_is_needed_and_nothing_else);
    tcase_add_test(tests, a_batch_without_customers_cannot_run);
    tcase_add_test(tests, an_empty_table_of_customers_gives_an_empty_result);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return run_suite(batch_rows_suite());
}
