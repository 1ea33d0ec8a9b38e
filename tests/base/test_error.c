/* Errors: what the reader of a message sees, how places are added, and how a document's errors come out together. */
#include "base/error.h"

#include <check.h>
#include <string.h>

START_TEST(an_error_without_a_place_is_its_text)
{
    cstm_error *error = NULL;
    ck_assert_int_eq(error_set(&error, CSTM_ERROR_RANGE, "value %d of '%s'", 3, "limit"), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_RANGE);
    ck_assert_str_eq(cstm_error_message(error), "value 3 of 'limit'");
    ck_assert_str_eq(cstm_error_file(error), "");
    ck_assert_int_eq(cstm_error_line(error), 0);
    ck_assert_int_eq(cstm_error_column(error), 0);
    ck_assert_int_eq(cstm_error_row(error), -1);
    ck_assert_str_eq(cstm_error_field(error), "");
    ck_assert_ptr_null(cstm_error_next(error));
    cstm_error_free(error);
}
END_TEST

START_TEST(a_place_stands_in_front_of_the_message)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_UNKNOWN, "unknown feature 'limt', did you mean 'limit'?");
    error_at(&error, "card-portfolio.yaml", 31, 14);
    ck_assert_str_eq(cstm_error_message(error),
                     "card-portfolio.yaml:31:14: unknown feature 'limt', did you mean 'limit'?");
    ck_assert_str_eq(error_text(error), "unknown feature 'limt', did you mean 'limit'?");
    ck_assert_str_eq(cstm_error_file(error), "card-portfolio.yaml");
    ck_assert_int_eq(cstm_error_line(error), 31);
    ck_assert_int_eq(cstm_error_column(error), 14);
    cstm_error_free(error);
}
END_TEST

START_TEST(a_file_a_line_and_a_column_may_each_be_wanting)
{
    static const struct {
        const char *file;
        int64_t line, column;
        const char *message;
    } cases[] = {
        {NULL, 0, 0, "wrong"},         {NULL, 2, 5, "2:5: wrong"},        {NULL, 2, 0, "2: wrong"},
        {"a.csv", 0, 0, "a.csv: wrong"}, {"a.csv", 7, 0, "a.csv:7: wrong"}, {"a.csv", 7, 1, "a.csv:7:1: wrong"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_error *error = NULL;
        error_set(&error, CSTM_ERROR_SYNTAX, "wrong");
        error_at(&error, cases[i].file, cases[i].line, cases[i].column);
        ck_assert_str_eq(cstm_error_message(error), cases[i].message);
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(row_and_field_follow_the_message_where_there_is_no_line)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_TYPE, "not a date");
    error_at_field(&error, "opened");
    ck_assert_str_eq(cstm_error_message(error), "not a date (opened)");
    error_at_row(&error, 12);
    ck_assert_str_eq(cstm_error_message(error), "not a date (row 12, opened)");
    ck_assert_int_eq(cstm_error_row(error), 12);
    ck_assert_str_eq(cstm_error_field(error), "opened");
    error_at(&error, "a.csv", 14, 2);
    ck_assert_str_eq(cstm_error_message(error), "a.csv:14:2: not a date");
    cstm_error_free(error);
}
END_TEST

START_TEST(a_field_that_the_message_names_is_not_said_twice)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_UNKNOWN, "there is no column 'limit'");
    error_at_field(&error, "limit");
    ck_assert_str_eq(cstm_error_message(error), "there is no column 'limit'");
    ck_assert_str_eq(cstm_error_field(error), "limit");
    error_at_row(&error, 3);
    ck_assert_str_eq(cstm_error_message(error), "there is no column 'limit' (row 3)");
    cstm_error_free(error);
    error_set(&error, CSTM_ERROR_UNKNOWN, "there is no column 'limits'");
    error_at_field(&error, "limit");
    ck_assert_str_eq(cstm_error_message(error), "there is no column 'limits' (limit)");
    cstm_error_free(error);
}
END_TEST

START_TEST(the_out_of_memory_error_is_never_written_to_or_freed)
{
    cstm_error *error = NULL;
    ck_assert_int_eq(error_no_memory(&error), CSTM_ERROR_NO_MEMORY);
    cstm_error *first = error;
    error_at(&error, "a.yaml", 1, 1);
    error_at_row(&error, 4);
    error_at_field(&error, "x");
    ck_assert_str_eq(cstm_error_message(error), "out of memory");
    ck_assert_int_eq(cstm_error_row(error), -1);
    cstm_error_free(error);
    error_no_memory(&error);
    ck_assert_ptr_eq(error, first);
    ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_NO_MEMORY);
}
END_TEST

START_TEST(nobody_has_to_want_the_error)
{
    error_clear(NULL);
    ck_assert_int_eq(error_set(NULL, CSTM_ERROR_IO, "%s", "x"), CSTM_ERROR_IO);
    ck_assert_int_eq(error_no_memory(NULL), CSTM_ERROR_NO_MEMORY);
    ck_assert_int_eq(error_misuse(NULL, "x"), CSTM_ERROR_MISUSE);
    error_at(NULL, "x", 1, 1);
    error_at_row(NULL, 1);
    error_at_field(NULL, "x");
}
END_TEST

START_TEST(no_error_answers_as_the_header_says)
{
    ck_assert_int_eq(cstm_error_code(NULL), CSTM_OK);
    ck_assert_str_eq(cstm_error_message(NULL), "");
    ck_assert_str_eq(cstm_error_file(NULL), "");
    ck_assert_int_eq(cstm_error_line(NULL), 0);
    ck_assert_int_eq(cstm_error_column(NULL), 0);
    ck_assert_int_eq(cstm_error_row(NULL), -1);
    ck_assert_str_eq(cstm_error_field(NULL), "");
    ck_assert_ptr_null(cstm_error_next(NULL));
    cstm_error_free(NULL);
    ck_assert_str_eq(error_text(NULL), "");
}
END_TEST

START_TEST(a_foreign_pointer_is_told_from_an_error)
{
    uint32_t foreign[32] = {0x12345678};
    cstm_error *error = (cstm_error *) foreign;
    ck_assert_int_eq(cstm_error_code(error), CSTM_OK);
    ck_assert_str_eq(cstm_error_message(error), "");
    cstm_error_free(error);
}
END_TEST

START_TEST(a_message_is_always_well_formed_and_of_bounded_length)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_UNKNOWN, "unknown name '%s'", "a\xff\xc3");
    ck_assert_str_eq(cstm_error_message(error), "unknown name 'a\?\?'");
    cstm_error_free(error);

    char name[9001];
    for (size_t i = 0; i < 3000; i++)
        memcpy(name + 3 * i, "\xe5\x8d\xa1", 3);   /* 卡 */
    name[9000] = '\0';
    error_set(&error, CSTM_ERROR_UNKNOWN, "%s", name);
    size_t size = strlen(cstm_error_message(error));
    ck_assert(size > 1900 && size <= 2004);
    ck_assert_ptr_null(strchr(cstm_error_message(error), '?'));
    ck_assert_str_eq(cstm_error_message(error) + size - 3, "...");
    cstm_error_free(error);
}
END_TEST

static void
add(struct error_list *list, int64_t line, int64_t column, const char *text)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_SYNTAX, "%s", text);
    error_at(&error, NULL, line, column);
    error_list_add(list, error);
}

START_TEST(a_list_comes_out_in_the_order_of_places)
{
    struct error_list list = {0};
    add(&list, 9, 1, "d");
    add(&list, 2, 8, "b");
    add(&list, 2, 3, "a");
    add(&list, 2, 8, "c");
    ck_assert_int_eq(list.count, 4);
    cstm_error *error = NULL;
    ck_assert_int_eq(error_list_take(&list, &error), CSTM_ERROR_SYNTAX);
    char order[5] = "";
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
        strcat(order, error_text(e));
    ck_assert_str_eq(order, "abcd");
    ck_assert_int_eq(list.count, 0);
    ck_assert_ptr_null(list.first);
    cstm_error_free(error);
}
END_TEST

START_TEST(an_empty_list_is_no_error)
{
    struct error_list list = {0};
    cstm_error *error = (cstm_error *) &list;
    error_list_add(&list, NULL);
    ck_assert_int_eq(error_list_take(&list, &error), CSTM_OK);
    ck_assert_ptr_null(error);
    error_list_clear(&list);
}
END_TEST

START_TEST(a_list_keeps_a_hundred_and_counts_the_rest)
{
    struct error_list list = {0};
    for (int64_t i = 0; i < 130; i++)
        add(&list, i + 1, 1, "x");
    cstm_error *error = NULL;
    error_list_take(&list, &error);
    int n = 0;
    const cstm_error *last = NULL;
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e), n++)
        last = e;
    ck_assert_int_eq(n, 101);
    ck_assert_str_eq(cstm_error_message(last), "and 30 more errors");
    ck_assert_int_eq(cstm_error_code(last), CSTM_ERROR_LIMIT);
    cstm_error_free(error);
}
END_TEST

START_TEST(a_chain_can_be_added_to_a_list_whole)
{
    struct error_list inner = {0}, outer = {0};
    add(&inner, 5, 1, "b");
    add(&inner, 6, 1, "c");
    cstm_error *chain = NULL;
    error_list_take(&inner, &chain);
    error_list_add(&outer, chain);
    add(&outer, 1, 1, "a");
    ck_assert_int_eq(outer.count, 3);
    ck_assert_int_eq(error_list_take(&outer, NULL), CSTM_ERROR_SYNTAX);
}
END_TEST

START_TEST(running_out_of_memory_replaces_the_whole_list)
{
    struct error_list list = {0};
    cstm_error *none = NULL;
    add(&list, 5, 1, "b");
    error_no_memory(&none);
    error_list_add(&list, none);
    add(&list, 1, 1, "a");
    cstm_error *error = NULL;
    ck_assert_int_eq(error_list_take(&list, &error), CSTM_ERROR_NO_MEMORY);
    ck_assert_ptr_null(cstm_error_next(error));
    cstm_error_free(error);
}
END_TEST

START_TEST(every_status_has_its_name)
{
    ck_assert_str_eq(cstm_status_name(CSTM_OK), "CSTM_OK");
    ck_assert_str_eq(cstm_status_name(CSTM_ERROR_LATE), "CSTM_ERROR_LATE");
    ck_assert_str_eq(cstm_status_name(CSTM_ERROR_UNSUPPORTED), "CSTM_ERROR_UNSUPPORTED");
    for (cstm_status i = 0; i <= CSTM_ERROR_UNSUPPORTED; i++)
        ck_assert(cstm_status_name(i) != NULL && strchr(cstm_status_name(i), '?') == NULL);
    ck_assert_str_eq(cstm_status_name(-1), "CSTM_ERROR_?");
    ck_assert_str_eq(cstm_status_name(24), "CSTM_ERROR_?");
}
END_TEST

START_TEST(the_version_is_that_of_the_headers)
{
    ck_assert_int_eq(cstm_version_number(),
                     CSTM_VERSION_MAJOR * 10000 + CSTM_VERSION_MINOR * 100 + CSTM_VERSION_PATCH);
    ck_assert_str_eq(cstm_version_text(), PROJECT_VERSION);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("error");
    tcase_add_test(tcase, an_error_without_a_place_is_its_text);
    tcase_add_test(tcase, a_place_stands_in_front_of_the_message);
    tcase_add_test(tcase, a_file_a_line_and_a_column_may_each_be_wanting);
    tcase_add_test(tcase, row_and_field_follow_the_message_where_there_is_no_line);
    tcase_add_test(tcase, a_field_that_the_message_names_is_not_said_twice);
    tcase_add_test(tcase, the_out_of_memory_error_is_never_written_to_or_freed);
    tcase_add_test(tcase, nobody_has_to_want_the_error);
    tcase_add_test(tcase, no_error_answers_as_the_header_says);
    tcase_add_test(tcase, a_foreign_pointer_is_told_from_an_error);
    tcase_add_test(tcase, a_message_is_always_well_formed_and_of_bounded_length);
    tcase_add_test(tcase, a_list_comes_out_in_the_order_of_places);
    tcase_add_test(tcase, an_empty_list_is_no_error);
    tcase_add_test(tcase, a_list_keeps_a_hundred_and_counts_the_rest);
    tcase_add_test(tcase, a_chain_can_be_added_to_a_list_whole);
    tcase_add_test(tcase, running_out_of_memory_replaces_the_whole_list);
    tcase_add_test(tcase, every_status_has_its_name);
    tcase_add_test(tcase, the_version_is_that_of_the_headers);
    Suite *suite = suite_create("error");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
