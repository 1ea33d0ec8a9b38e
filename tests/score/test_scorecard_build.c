/* Building cards: what is refused at once, what is refused of the whole card, and what a scorer
 * says of itself. */
#include "cards.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static cstm_scorecard *
new_card(void)
{
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("card", 600, &card, NULL));
    return card;
}

static int32_t
add(cstm_scorecard *card, const char *name, const char *input, cstm_type type)
{
    int32_t number = -1;
    OK(cstm_scorecard_add_characteristic(card, name, input, type, "R", &number, NULL));
    return number;
}

static void
up_to(cstm_scorecard *card, int32_t number, double bound)
{
    OK(cstm_scorecard_add_bin_up_to(card, number, bound, 1, NULL, NULL));
}

static void
above(cstm_scorecard *card, int32_t number, double bound)
{
    OK(cstm_scorecard_add_bin_above(card, number, bound, 2, NULL, NULL));
}

static bool
complains(const cstm_error *error, cstm_status code, const char *field, const char *part)
{
    for (; error != NULL; error = cstm_error_next(error))
        if (cstm_error_code(error) == code && strcmp(cstm_error_field(error), field) == 0 &&
            strstr(cstm_error_message(error), part) != NULL)
            return true;
    return false;
}

START_TEST(all_that_is_wrong_with_a_card_is_said_at_once_by_characteristic)
{
    cstm_scorecard *card = new_card();
    cstm_scorer *untouched = (cstm_scorer *) &card, *scorer = untouched;
    cstm_error *error = NULL;
    OK(cstm_scorecard_set_reasons(card, CSTM_REASONS_BELOW_NEUTRAL, CSTM_REASONS_SUMMED, 4, NULL));
    int32_t a = add(card, "order", "x", CSTM_TYPE_DOUBLE),
            b = add(card, "gap", "y", CSTM_TYPE_DOUBLE),
            c = add(card, "open", "z", CSTM_TYPE_DOUBLE),
            d = add(card, "texts", "t", CSTM_TYPE_STRING);
    add(card, "empty", "u", CSTM_TYPE_DOUBLE);
    int32_t f = add(card, "texts", "x", CSTM_TYPE_BOOL),
            g = add(card, "two", "v", CSTM_TYPE_DOUBLE);
    OK(cstm_scorecard_set_neutral(card, a, 0, NULL));
    up_to(card, a, 2);
    up_to(card, a, 2);
    above(card, a, 2);
    up_to(card, a, 9);
    up_to(card, b, 1);
    above(card, b, 1.5);
    up_to(card, c, 1);
    add_text(card, d, "s", 1);
    add_text(card, d, "s", 2);
    add_text(card, f, "true", 2);
    above(card, g, 0);
    above(card, g, 0);
    OK(cstm_scorecard_add_bin_missing(card, g, 0, NULL, NULL));
    OK(cstm_scorecard_add_bin_missing(card, g, 0, NULL, NULL));
    OK(cstm_scorecard_add_bin_other(card, g, 0, NULL, NULL));
    OK(cstm_scorecard_add_bin_other(card, g, 0, NULL, NULL));

    ck_assert_int_eq(cstm_scorecard_build(card, NULL, &scorer, &error), CSTM_ERROR_RANGE);
    ck_assert_ptr_eq(scorer, untouched);
    ck_assert(complains(error, CSTM_ERROR_RANGE, "order", "not greater than the one before"));
    ck_assert(complains(error, CSTM_ERROR_RANGE, "order", "after the above"));
    ck_assert(complains(error, CSTM_ERROR_RANGE, "gap", "numbers between are in no bin"));
    ck_assert(complains(error, CSTM_ERROR_MISSING, "gap", "neutral"));
    ck_assert(complains(error, CSTM_ERROR_MISSING, "open", "high numbers are in no bin"));
    ck_assert(complains(error, CSTM_ERROR_DUPLICATE, "texts", "'s' is in two bins"));
    ck_assert(complains(error, CSTM_ERROR_DUPLICATE, "texts", "a second characteristic 'texts'"));
    ck_assert(
        complains(error, CSTM_ERROR_TYPE, "texts", "reads 'x' as another type than 'order' does"));
    ck_assert(complains(error, CSTM_ERROR_MISSING, "empty", "has no bins"));
    ck_assert(complains(error, CSTM_ERROR_DUPLICATE, "two", "a second above"));
    ck_assert(complains(error, CSTM_ERROR_DUPLICATE, "two", "a second bin of missing"));
    ck_assert(complains(error, CSTM_ERROR_DUPLICATE, "two", "a second bin of all others"));
    ck_assert(!complains(error, CSTM_ERROR_MISSING, "order", "neutral"));
    cstm_error_free(error);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(a_card_without_characteristics_is_none)
{
    cstm_scorecard *card = new_card();
    cstm_scorer *scorer = NULL;
    ck_assert_int_eq(cstm_scorecard_build(card, NULL, &scorer, NULL), CSTM_ERROR_MISSING);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(points_whose_sum_leaves_the_range_are_refused)
{
    cstm_scorecard *card = new_card();
    cstm_scorer *scorer = NULL;
    for (int32_t i = 0; i < 2; i++) {
        char name[2] = {(char) ('a' + i)};
        int32_t number = add(card, name, "x", CSTM_TYPE_DOUBLE);
        OK(cstm_scorecard_add_bin_other(card, number, 1.7e308, NULL, NULL));
    }
    ck_assert_int_eq(cstm_scorecard_build(card, NULL, &scorer, NULL), CSTM_ERROR_NOT_FINITE);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(what_is_wrong_by_itself_is_refused_at_once_and_changes_nothing)
{
    cstm_scorecard *card = new_card();
    int32_t number = add(card, "n", "n", CSTM_TYPE_DOUBLE),
            text = add(card, "t", "t", CSTM_TYPE_STRING),
            truth = add(card, "b", "b", CSTM_TYPE_BOOL), out = -7;
    cstm_error *error = NULL;
    const char *bad = "\xc3(";
    ck_assert_int_eq(cstm_scorecard_add_bin_up_to(card, number, NAN, 1, NULL, NULL),
                     CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_scorecard_add_bin_above(card, number, 1, INFINITY, NULL, NULL),
                     CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_scorecard_add_bin_missing(card, number, NAN, NULL, NULL),
                     CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_scorecard_set_neutral(card, number, NAN, NULL), CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_scorecard_add_bin_up_to(card, number, 1, 1, "", NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_scorecard_add_bin_other(card, number, 1, bad, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_scorecard_add_bin_text(card, number, "a", 1, 1, NULL, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_scorecard_add_bin_up_to(card, text, 1, 1, NULL, &error), CSTM_ERROR_TYPE);
    ck_assert_str_eq(cstm_error_field(error), "t");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_scorecard_add_bin_text(card, text, bad, 2, 1, NULL, NULL),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_scorecard_add_bin_text(card, truth, "yes", 3, 1, NULL, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(card, "", "x", CSTM_TYPE_DOUBLE, "R", &out, NULL),
        CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(card, "x", bad, CSTM_TYPE_DOUBLE, "R", &out, NULL),
        CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(card, "x", "x", CSTM_TYPE_DATE, "R", &out, NULL),
        CSTM_ERROR_TYPE);
    ck_assert_int_eq(out, -7);
    ck_assert_int_eq(cstm_scorecard_set_scaling(card, 0, 19, 600, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_scorecard_set_scaling(card, 50, -1, 600, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_scorecard_set_scaling(card, 50, NAN, 600, NULL), CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_scorecard_set_reasons(card, 0, 0, 11, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_scorecard_set_reasons(card, 0, 0, -1, NULL), CSTM_ERROR_RANGE);
    /* Nothing of it stayed: all three are still without bins. */
    cstm_scorer *scorer = NULL;
    ck_assert_int_eq(cstm_scorecard_build(card, NULL, &scorer, &error), CSTM_ERROR_MISSING);
    ck_assert(complains(error, CSTM_ERROR_MISSING, "n", "has no bins") &&
              complains(error, CSTM_ERROR_MISSING, "t", "has no bins") &&
              complains(error, CSTM_ERROR_MISSING, "b", "has no bins"));
    cstm_error_free(error);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(null_foreign_and_numbers_out_of_bounds_are_misuse)
{
    cstm_scorecard *card = new_card();
    cstm_scorer *scorer = NULL;
    cstm_table *table = NULL, *result = NULL;
    int32_t number = 0;
    cstm_error *error = NULL;
    cstm_scorecard *foreign;
    OK(cstm_table_new(&table, NULL));
    foreign = (cstm_scorecard *) table;
    ck_assert_int_eq(cstm_scorecard_new(NULL, 0, &card, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_new("x", 0, NULL, &error), CSTM_ERROR_MISUSE);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_scorecard_set_reasons(foreign, 0, 0, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_set_reasons(card, 2, 0, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_set_reasons(card, 0, 3, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_set_scaling(NULL, 1, 1, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(NULL, "x", "x", CSTM_TYPE_DOUBLE, "R", &number, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(card, NULL, "x", CSTM_TYPE_DOUBLE, "R", &number, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(card, "x", "x", CSTM_TYPE_DOUBLE, NULL, &number, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_scorecard_add_characteristic(card, "x", "x", CSTM_TYPE_DOUBLE, "R", NULL, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_set_neutral(card, 0, 1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_add_bin_up_to(card, -1, 1, 1, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_add_bin_above(NULL, 0, 1, 1, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_add_bin_text(card, 0, NULL, 1, 1, NULL, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_add_bin_missing(foreign, 0, 1, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_add_bin_other(card, 1, 1, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_build(NULL, NULL, &scorer, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_build(card, NULL, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scorecard_build(card, "XXL", &scorer, NULL), CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_scorer_score_table(NULL, table, 1, NULL, NULL, NULL, &result, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_ptr_null(cstm_scorer_ref(NULL));
    ck_assert_ptr_null(cstm_scorer_ref((cstm_scorer *) table));
    cstm_scorer_unref(NULL);
    cstm_scorer_unref((cstm_scorer *) table);
    cstm_scorecard_free(NULL);
    cstm_scorecard_free(foreign);
    ck_assert_str_eq(cstm_scorer_kind(NULL), "");
    ck_assert_str_eq(cstm_scorer_name(NULL), "");
    ck_assert_str_eq(cstm_scorer_digest((cstm_scorer *) table), "");
    ck_assert_int_eq(cstm_scorer_input_count(NULL), 0);
    ck_assert_str_eq(cstm_scorer_input_name(NULL, 0), "");
    ck_assert_int_eq(cstm_scorer_input_type(NULL, 0), CSTM_TYPE_NONE);
    ck_assert_int_eq(cstm_scorer_reason_count(NULL), 0);
    ck_assert_str_eq(cstm_scorer_reason_code(NULL, 0), "");
    cstm_table_free(table);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(a_scorer_says_what_it_reads_and_which_reasons_it_knows)
{
    cstm_scorecard *card = dmg_card("RC2_3");
    cstm_scorer *scorer = build(card, NULL);
    ck_assert_str_eq(cstm_scorer_kind(scorer), "scorecard");
    ck_assert_str_eq(cstm_scorer_name(scorer), "SampleScorecard");
    ck_assert_int_eq(cstm_scorer_input_count(scorer), 3);
    ck_assert_str_eq(cstm_scorer_input_name(scorer, 0), "department");
    ck_assert_int_eq(cstm_scorer_input_type(scorer, 0), CSTM_TYPE_STRING);
    ck_assert_int_eq(cstm_scorer_input_type(scorer, 1), CSTM_TYPE_DOUBLE);
    ck_assert_str_eq(cstm_scorer_input_name(scorer, 3), "");
    ck_assert_int_eq(cstm_scorer_reason_count(scorer), 4);
    ck_assert_str_eq(cstm_scorer_reason_code(scorer, 0), "RC1");
    ck_assert_str_eq(cstm_scorer_reason_code(scorer, 1), "RC2");
    ck_assert_str_eq(cstm_scorer_reason_code(scorer, 2), "RC2_3");
    ck_assert_str_eq(cstm_scorer_reason_code(scorer, 3), "RC3");
    ck_assert_str_eq(cstm_scorer_reason_code(scorer, -1), "");
    ck_assert_uint_eq(strlen(cstm_scorer_digest(scorer)), 64);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(the_builder_can_be_added_to_and_built_again_and_its_scorers_live_on)
{
    cstm_scorecard *card = dmg_card(NULL);
    cstm_scorer *first = build(card, NULL), *again = build(card, NULL), *money = build(card, "CNY");
    ck_assert_str_eq(cstm_scorer_digest(first), cstm_scorer_digest(again));
    ck_assert_str_ne(cstm_scorer_digest(first), cstm_scorer_digest(money));
    int32_t more = add_characteristic(card, "more", "more", CSTM_TYPE_BOOL, "RC4", 1);
    OK(cstm_scorecard_add_bin_other(card, more, 0, NULL, NULL));
    cstm_scorer *second = build(card, NULL);
    cstm_scorecard_free(card);
    ck_assert_str_ne(cstm_scorer_digest(first), cstm_scorer_digest(second));
    ck_assert_int_eq(cstm_scorer_input_count(first), 3);
    ck_assert_int_eq(cstm_scorer_input_count(second), 4);
    ck_assert_ptr_eq(cstm_scorer_ref(first), first);
    cstm_scorer_unref(first);
    ck_assert_str_eq(cstm_scorer_name(first), "SampleScorecard");
    cstm_scorer_unref(first);
    cstm_scorer_unref(again);
    cstm_scorer_unref(money);
    cstm_scorer_unref(second);
}
END_TEST

START_TEST(columns_that_do_not_fit_are_all_named_with_the_nearest)
{
    static const double number = 1;
    static const int64_t cents = 100;
    cstm_scorecard *card = dmg_card(NULL);
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL, *result = NULL;
    cstm_error *error = NULL;
    OK(cstm_table_new(&table, NULL));
    OK(cstm_table_add_double(table, "departmnt", &number, NULL, 1, NULL));
    OK(cstm_table_add_money(table, "income", &cents, NULL, 1, "CNY", NULL));
    OK(cstm_table_add_bool(table, "age", (const uint8_t *) "\1", NULL, 1, NULL));
    ck_assert_int_eq(cstm_scorer_score_table(scorer, table, 1, NULL, NULL, NULL, &result, &error),
                     CSTM_ERROR_UNKNOWN);
    ck_assert(complains(error, CSTM_ERROR_UNKNOWN, "department", "did you mean 'departmnt'?"));
    ck_assert(complains(error, CSTM_ERROR_TYPE, "age", "does not hold numbers"));
    ck_assert(complains(error, CSTM_ERROR_MISMATCH, "income", "CNY"));
    ck_assert_ptr_null(result);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_scorer_score_table(scorer, table, 0, NULL, NULL, NULL, &result, NULL),
                     CSTM_ERROR_RANGE);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

static int32_t
stop_at_once(void *data, int64_t done, int64_t total)
{
    (void) done;
    *(int64_t *) data = total;
    return 1;
}

START_TEST(a_cancelled_call_writes_nothing)
{
    enum { ROWS = 3000 };
    static double x[ROWS];
    cstm_scorecard *card = new_card();
    int32_t number = add(card, "x", "x", CSTM_TYPE_DOUBLE);
    OK(cstm_scorecard_add_bin_other(card, number, 1, NULL, NULL));
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL, *result = NULL;
    cstm_cancel *cancel = NULL;
    int64_t total = 0;
    OK(cstm_table_new(&table, NULL));
    OK(cstm_table_add_double(table, "x", x, NULL, ROWS, NULL));
    OK(cstm_cancel_new(&cancel, NULL));
    ck_assert_int_eq(
        cstm_scorer_score_table(scorer, table, 2, stop_at_once, &total, NULL, &result, NULL),
        CSTM_ERROR_CANCELLED);
    ck_assert_int_eq(total, ROWS);
    cstm_cancel_request(cancel);
    ck_assert_int_eq(cstm_scorer_score_table(scorer, table, 1, NULL, NULL, cancel, &result, NULL),
                     CSTM_ERROR_CANCELLED);
    ck_assert_ptr_null(result);
    cstm_cancel_free(cancel);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(a_table_without_rows_gives_a_result_without_rows)
{
    cstm_scorecard *card = dmg_card(NULL);
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL;
    int64_t offset = 0;
    OK(cstm_table_new(&table, NULL));
    OK(cstm_table_add_string(table, "department", &offset, NULL, NULL, 0, NULL));
    OK(cstm_table_add_double(table, "age", NULL, NULL, 0, NULL));
    OK(cstm_table_add_double(table, "income", NULL, NULL, 0, NULL));
    cstm_table *result = score(scorer, table);
    ck_assert_int_eq(cstm_table_rows(result), 0);
    ck_assert_int_eq(cstm_table_columns(result), 3);
    cstm_table_free(result);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("scorecard build");
    TCase *tcase = tcase_create("scorecard build");
    tcase_add_test(tcase, all_that_is_wrong_with_a_card_is_said_at_once_by_characteristic);
    tcase_add_test(tcase, a_card_without_characteristics_is_none);
    tcase_add_test(tcase, points_whose_sum_leaves_the_range_are_refused);
    tcase_add_test(tcase, what_is_wrong_by_itself_is_refused_at_once_and_changes_nothing);
    tcase_add_test(tcase, null_foreign_and_numbers_out_of_bounds_are_misuse);
    tcase_add_test(tcase, a_scorer_says_what_it_reads_and_which_reasons_it_knows);
    tcase_add_test(tcase, the_builder_can_be_added_to_and_built_again_and_its_scorers_live_on);
    tcase_add_test(tcase, columns_that_do_not_fit_are_all_named_with_the_nearest);
    tcase_add_test(tcase, a_cancelled_call_writes_nothing);
    tcase_add_test(tcase, a_table_without_rows_gives_a_result_without_rows);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
