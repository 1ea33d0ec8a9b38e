/* Tables from arrays: what goes in comes out, what is wrong is refused with its column and row, and
 * nothing is half done. */
#include "arrays.h"
#include "tables.h"

#include <math.h>

static cstm_table *table;

static void
set_up(void)
{
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
}

static void
tear_down(void)
{
    cstm_table_free(table);
}

START_TEST(every_type_comes_out_as_it_went_in)
{
    cstm_table *all = every_type();
    ck_assert_int_eq(cstm_table_rows(all), 3);
    ck_assert_int_eq(cstm_table_columns(all), 9);
    assert_text(all, 1, cstm_table_find(all, "id"), "A2");
    ck_assert_int_eq(cstm_table_bool(all, 0, cstm_table_find(all, "open")), 1);
    ck_assert_int_eq(cstm_table_int64(all, 0, cstm_table_find(all, "age")), INT64_MIN);
    ck_assert_double_eq(cstm_table_double(all, 2, cstm_table_find(all, "share")), -1.5e300);
    ck_assert_int_eq(cstm_table_date(all, 2, cstm_table_find(all, "born")), 2932896);
    ck_assert_int_eq(cstm_table_timestamp(all, 2, cstm_table_find(all, "seen")), -1);
    ck_assert_int_eq(cstm_table_money(all, 0, cstm_table_find(all, "limit")), 20000000);
    ck_assert_str_eq(cstm_table_column_currency(all, cstm_table_find(all, "limit")), "TWD");
    ck_assert_int_eq(cstm_table_column_exponent(all, cstm_table_find(all, "limit")), 2);
    int32_t reasons = cstm_table_find(all, "reasons");
    ck_assert_int_eq(cstm_table_string_count(all, 0, reasons), 2);
    assert_item(all, 0, reasons, 0, "PAST");
    assert_item(all, 0, reasons, 1, "LIMIT");
    ck_assert_ptr_null(cstm_table_string_item(all, 0, reasons, 2, NULL));
    ck_assert_int_eq(cstm_table_string_count(all, 2, reasons), 0);
    for (int32_t c = 1; c < 9; c++) {
        ck_assert_int_eq(cstm_table_state(all, 0, c), CSTM_STATE_VALUE);
        ck_assert_int_eq(cstm_table_state(all, 1, c), CSTM_STATE_MISSING);
        ck_assert_ptr_nonnull(cstm_table_valid(all, c));
    }
    cstm_table_free(all);
}
END_TEST

START_TEST(a_column_with_all_its_cells_has_no_validity)
{
    ck_assert_int_eq(
        cstm_table_add_int64(table, "n", (const int64_t[]){1, 2}, (const uint8_t[]){1, 9}, 2, NULL),
        CSTM_OK);
    ck_assert_ptr_null(cstm_table_valid(table, 0));
    ck_assert_int_eq(cstm_table_int64_values(table, 0)[1], 2);
}
END_TEST

START_TEST(a_getter_of_another_type_or_place_gives_its_sentinel)
{
    cstm_table *all = every_type();
    int32_t id = cstm_table_find(all, "id"), age = cstm_table_find(all, "age");
    ck_assert_int_eq(cstm_table_int64(all, 0, id), 0);
    ck_assert_ptr_null(cstm_table_string(all, 0, age, NULL));
    ck_assert_ptr_null(cstm_table_string(all, 3, id, NULL));
    ck_assert_ptr_null(cstm_table_string(all, -1, id, NULL));
    ck_assert_int_eq(cstm_table_money(all, 0, age), 0);
    ck_assert_int_eq(cstm_table_state(all, 3, id), CSTM_STATE_ERROR);
    ck_assert_int_eq(cstm_table_state(all, 0, 9), CSTM_STATE_ERROR);
    ck_assert_int_eq(cstm_table_state(all, 0, -1), CSTM_STATE_ERROR);
    ck_assert_int_eq(cstm_table_decimal(all, 0, age, NULL, NULL), CSTM_STATE_ERROR);
    ck_assert_ptr_null(cstm_table_double_values(all, age));
    ck_assert_ptr_null(cstm_table_column_name(all, 9));
    ck_assert_int_eq(cstm_table_column_type(all, 9), CSTM_TYPE_NONE);
    ck_assert_str_eq(cstm_table_column_currency(all, age), "");
    ck_assert_int_eq(cstm_table_find(all, "nothing"), -1);
    cstm_table_free(all);
}
END_TEST

START_TEST(null_and_foreign_handles_are_misuse)
{
    uint32_t foreign = 0x12345678;
    cstm_table *not_a_table = (cstm_table *) &foreign;
    int64_t one = 1;
    ck_assert_int_eq(cstm_table_new(NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_int64(NULL, "n", &one, NULL, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_int64(not_a_table, "n", &one, NULL, 1, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_int64(table, NULL, &one, NULL, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_int64(table, "n", NULL, NULL, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_int64(table, "n", &one, NULL, -1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_money(table, "n", &one, NULL, 1, NULL, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_money(NULL, "n", &one, NULL, 1, "XXY", NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_string(table, "n", NULL, "", NULL, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_table_add_string(table, "n", (const int64_t[]){0, 1}, NULL, NULL, 1, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_strings(table, "n", NULL, NULL, NULL, NULL, 1, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_rows(not_a_table), -1);
    ck_assert_int_eq(cstm_table_columns(NULL), -1);
    ck_assert_int_eq(cstm_table_state(NULL, 0, 0), CSTM_STATE_ERROR);
    ck_assert_int_eq(cstm_table_columns(table), 0);
    cstm_table_free(NULL);
    cstm_table_free(not_a_table);
}
END_TEST

START_TEST(a_second_column_of_the_same_name_is_refused)
{
    int64_t one = 1;
    cstm_error *error;
    ck_assert_int_eq(cstm_table_add_int64(table, "age", &one, NULL, 1, &error), CSTM_OK);
    ck_assert_ptr_null(error);
    ck_assert_int_eq(cstm_table_add_int64(table, "age", &one, NULL, 1, &error),
                     CSTM_ERROR_DUPLICATE);
    ck_assert_str_eq(cstm_error_field(error), "age");
    ck_assert_int_eq(cstm_table_columns(table), 1);
    cstm_error_free(error);
}
END_TEST

START_TEST(columns_are_of_one_length)
{
    ck_assert_int_eq(cstm_table_add_int64(table, "a", (const int64_t[]){1, 2}, NULL, 2, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_add_int64(table, "b", (const int64_t[]){1}, NULL, 1, NULL),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_table_add_int64(table, "b", NULL, NULL, 0, NULL), CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_table_columns(table), 1);
}
END_TEST

START_TEST(a_table_may_have_columns_and_no_rows)
{
    ck_assert_int_eq(cstm_table_add_int64(table, "a", NULL, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_string(table, "b", NULL, NULL, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_strings(table, "c", NULL, NULL, NULL, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), 0);
    ck_assert_int_eq(cstm_table_add_int64(table, "d", (const int64_t[]){1}, NULL, 1, NULL),
                     CSTM_ERROR_MISMATCH);
    ck_assert_ptr_null(cstm_table_int64_values(table, 0));
}
END_TEST

START_TEST(names_are_utf8_and_not_empty)
{
    int64_t one = 1;
    ck_assert_int_eq(cstm_table_add_int64(table, "", &one, NULL, 1, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_table_add_int64(table, "\xC3(", &one, NULL, 1, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_table_add_int64(table, "\xE5\xA7\x93\xE5\x90\x8D", &one, NULL, 1, NULL),
                     CSTM_OK);
}
END_TEST

START_TEST(days_and_instants_lie_in_the_years_1_to_9999)
{
    cstm_error *error;
    ck_assert_int_eq(
        cstm_table_add_date(table, "d", (const int32_t[]){0, 2932897}, NULL, 2, &error),
        CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    ck_assert_str_eq(cstm_error_field(error), "d");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_table_add_date(table, "d", (const int32_t[]){-719163}, NULL, 1, NULL),
                     CSTM_ERROR_RANGE);
    /* One microsecond after 9999-12-31T23:59:59.999999Z: (2932896 + 1) * 86400 seconds. */
    ck_assert_int_eq(cstm_table_add_timestamp(table, "t",
                                              (const int64_t[]){INT64_C(253402300800000000)}, NULL,
                                              1, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 0);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_table_add_timestamp(
                         table, "t", (const int64_t[]){INT64_C(253402300799999999)}, NULL, 1, NULL),
                     CSTM_OK);
    /* What is missing may hold anything. */
    ck_assert_int_eq(cstm_table_add_date(table, "d", (const int32_t[]){INT32_MAX},
                                         (const uint8_t[]){0}, 1, NULL),
                     CSTM_OK);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_refused_with_its_row)
{
    cstm_error *error;
    ck_assert_int_eq(
        cstm_table_add_string(table, "s", (const int64_t[]){0, 1, 3}, "a\xC3(", NULL, 2, &error),
        CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 1);
    ck_assert_str_eq(cstm_error_field(error), "s");
    cstm_error_free(error);
    /* Good as a whole, but cut inside a character. */
    ck_assert_int_eq(
        cstm_table_add_string(table, "s", (const int64_t[]){0, 1, 2}, "\xC3\xA9", NULL, 2, &error),
        CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 0);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_table_add_strings(table, "l", (const int64_t[]){0, 1, 3},
                                            (const int64_t[]){0, 1, 2, 3}, "ab\xFF", NULL, 2,
                                            &error),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_table_add_string(table, "s", (const int64_t[]){0, 1, 2}, "a\xFF",
                                           (const uint8_t[]){1, 0}, 2, NULL),
                     CSTM_OK);
}
END_TEST

START_TEST(offsets_that_decrease_or_are_negative_are_refused)
{
    cstm_error *error;
    ck_assert_int_eq(
        cstm_table_add_string(table, "s", (const int64_t[]){0, 2, 1}, "ab", NULL, 2, &error),
        CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    ck_assert_int_eq(
        cstm_table_add_string(table, "s", (const int64_t[]){-1, 2}, "ab", NULL, 1, NULL),
        CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_table_add_strings(table, "l", (const int64_t[]){0, 1, 0},
                                            (const int64_t[]){0, 1}, "a", NULL, 2, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_table_add_strings(table, "l", (const int64_t[]){0, 0, 2},
                                            (const int64_t[]){0, 2, 1}, "ab", NULL, 2, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
}
END_TEST

START_TEST(text_need_not_begin_at_offset_0)
{
    ck_assert_int_eq(
        cstm_table_add_string(table, "s", (const int64_t[]){2, 3, 5}, "xxabc", NULL, 2, NULL),
        CSTM_OK);
    assert_text(table, 0, 0, "a");
    assert_text(table, 1, 0, "bc");
    ck_assert_int_eq(cstm_table_add_strings(table, "l", (const int64_t[]){1, 2, 3},
                                            (const int64_t[]){0, 1, 3, 4}, "xabc", NULL, 2, NULL),
                     CSTM_OK);
    assert_item(table, 0, 1, 0, "ab");
    assert_item(table, 1, 1, 0, "c");
}
END_TEST

START_TEST(a_nan_is_a_value)
{
    ck_assert_int_eq(cstm_table_add_double(table, "x", (const double[]){NAN}, NULL, 1, NULL),
                     CSTM_OK);
    ck_assert(isnan(cstm_table_double(table, 0, 0)));
    ck_assert_int_eq(cstm_table_state(table, 0, 0), CSTM_STATE_VALUE);
}
END_TEST

START_TEST(an_unknown_currency_is_refused)
{
    int64_t one = 1;
    ck_assert_int_eq(cstm_table_add_money(table, "m", &one, NULL, 1, "XXY", NULL),
                     CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_table_columns(table), 0);
}
END_TEST

START_TEST(integers_become_money_as_minor_or_major_units)
{
    ck_assert_int_eq(cstm_table_add_int64(table, "cents", (const int64_t[]){12345, 0},
                                          (const uint8_t[]){1, 0}, 2, NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_table_add_int64(table, "yuan", (const int64_t[]){-8000, 1}, NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_declare_money(table, "cents", "CNY", CSTM_MONEY_MINOR, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_declare_money(table, "yuan", "CNY", CSTM_MONEY_MAJOR, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_MONEY);
    ck_assert_int_eq(cstm_table_money(table, 0, 0), 12345);
    ck_assert_int_eq(cstm_table_state(table, 1, 0), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_table_money(table, 0, 1), -800000);
    ck_assert_str_eq(cstm_table_column_name(table, 1), "yuan");
}
END_TEST

START_TEST(an_amount_that_is_not_exact_is_refused_with_its_row)
{
    static const int64_t offsets[] = {0, 5, 10};
    static const struct {
        const char *text;
        cstm_status status;
    } cases[] = {{"1.2501.255", CSTM_ERROR_RANGE},
                 {"1.2501,250", CSTM_ERROR_SYNTAX},
                 {"1.250     ", CSTM_ERROR_SYNTAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_error *error;
        cstm_table *amounts;
        ck_assert_int_eq(cstm_table_new(&amounts, NULL), CSTM_OK);
        ck_assert_int_eq(
            cstm_table_add_string(amounts, "amount", offsets, cases[i].text, NULL, 2, NULL),
            CSTM_OK);
        ck_assert_int_eq(
            cstm_table_declare_money(amounts, "amount", "TWD", CSTM_MONEY_MAJOR, &error),
            cases[i].status);
        ck_assert_int_eq(cstm_error_row(error), 1);
        ck_assert_str_eq(cstm_error_field(error), "amount");
        ck_assert_ptr_null(strstr(cstm_error_message(error), "25"));
        ck_assert_int_eq(cstm_table_column_type(amounts, 0), CSTM_TYPE_STRING);
        cstm_error_free(error);
        cstm_table_free(amounts);
    }
    ck_assert_int_eq(
        cstm_table_add_int64(table, "n", (const int64_t[]){0, INT64_MAX / 10}, NULL, 2, NULL),
        CSTM_OK);
    cstm_error *error;
    ck_assert_int_eq(cstm_table_declare_money(table, "n", "USD", CSTM_MONEY_MAJOR, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
}
END_TEST

START_TEST(a_double_is_money_only_where_that_is_asked_for)
{
    cstm_error *error;
    ck_assert_int_eq(cstm_table_add_double(table, "x", (const double[]){0.1, 19.99}, NULL, 2, NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_table_add_double(table, "y", (const double[]){0.1, 0.1 + 0.2}, NULL, 2, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_table_add_double(table, "z", (const double[]){1, NAN}, NULL, 2, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_declare_money(table, "x", "USD", CSTM_MONEY_MAJOR, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_table_declare_money(table, "x", "USD", CSTM_MONEY_DOUBLE, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_money(table, 0, 0), 10);
    ck_assert_int_eq(cstm_table_money(table, 1, 0), 1999);
    /* 0.30000000000000004 is not 0.30. */
    ck_assert_int_eq(cstm_table_declare_money(table, "y", "USD", CSTM_MONEY_DOUBLE, &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_table_declare_money(table, "z", "USD", CSTM_MONEY_DOUBLE, NULL),
                     CSTM_ERROR_RANGE);
}
END_TEST

START_TEST(money_is_declared_of_a_column_that_is_there_in_a_currency_that_is)
{
    ck_assert_int_eq(cstm_table_add_money(table, "m", (const int64_t[]){5}, NULL, 1, "USD", NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_declare_money(table, "m", "USD", CSTM_MONEY_MAJOR, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_money(table, 0, 0), 5);
    ck_assert_int_eq(cstm_table_declare_money(table, "m", "EUR", CSTM_MONEY_MAJOR, NULL),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_table_declare_money(table, "n", "EUR", CSTM_MONEY_MAJOR, NULL),
                     CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_table_declare_money(table, "m", "EUX", CSTM_MONEY_MAJOR, NULL),
                     CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_table_declare_money(table, "m", "EUR", 4, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_declare_money(table, NULL, "EUR", 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_declare_money(NULL, "m", "EUR", 1, NULL), CSTM_ERROR_MISUSE);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("table");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_type_comes_out_as_it_went_in);
    tcase_add_test(tcase, a_column_with_all_its_cells_has_no_validity);
    tcase_add_test(tcase, a_getter_of_another_type_or_place_gives_its_sentinel);
    tcase_add_test(tcase, null_and_foreign_handles_are_misuse);
    tcase_add_test(tcase, a_second_column_of_the_same_name_is_refused);
    tcase_add_test(tcase, columns_are_of_one_length);
    tcase_add_test(tcase, a_table_may_have_columns_and_no_rows);
    tcase_add_test(tcase, names_are_utf8_and_not_empty);
    tcase_add_test(tcase, days_and_instants_lie_in_the_years_1_to_9999);
    tcase_add_test(tcase, text_that_is_not_utf8_is_refused_with_its_row);
    tcase_add_test(tcase, offsets_that_decrease_or_are_negative_are_refused);
    tcase_add_test(tcase, text_need_not_begin_at_offset_0);
    tcase_add_test(tcase, a_nan_is_a_value);
    tcase_add_test(tcase, an_unknown_currency_is_refused);
    tcase_add_test(tcase, integers_become_money_as_minor_or_major_units);
    tcase_add_test(tcase, an_amount_that_is_not_exact_is_refused_with_its_row);
    tcase_add_test(tcase, a_double_is_money_only_where_that_is_asked_for);
    tcase_add_test(tcase, money_is_declared_of_a_column_that_is_there_in_a_currency_that_is);
    Suite *suite = suite_create("table");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
