/* Text of Arrow in: small and large offsets, views, dictionaries and lists of these; what is wrong
 * is refused with column and row. */
#include "arrays.h"

static void
nothing_is_alive(void)
{
    ck_assert_int_eq(live_arrays, 0);
    ck_assert_int_eq(live_schemas, 0);
}

/* Rows 1 to 3 of four, the second of them null: validity 0b1011 from bit 0. */
static const uint8_t bits[] = {0x0B};

static const int32_t u_offsets[] = {0, 2, 3, 6, 6};
static const int64_t U_offsets[] = {0, 2, 3, 6, 6};
static const char u_bytes[] = "xxb\xE4\xBD\xA0";

START_TEST(text_is_read_at_an_offset_with_small_and_large_offsets)
{
    cstm_table *table = NULL;
    struct batch batch = batch_new(3, 1);
    static const uint8_t u_bits[] = {0x0D};
    batch_add(&batch, schema_new("u", "small"),
              array_new(4, 0, 3, BUFFERS(u_bits, u_offsets, u_bytes)));
    batch_add(&batch, schema_new("U", "large"),
              array_new(4, 0, 3, BUFFERS(u_bits, U_offsets, u_bytes)));
    ck_assert_int_eq(batch_import(&batch, &table, NULL), CSTM_OK);
    for (int32_t c = 0; c < 2; c++) {
        assert_text(table, 0, c, NULL);
        assert_text(table, 1, c, "\xE4\xBD\xA0");
        assert_text(table, 2, c, "");
    }
    cstm_table_free(table);
    nothing_is_alive();
}
END_TEST

START_TEST(text_of_no_rows_needs_no_buffers)
{
    cstm_table *table = NULL;
    ck_assert_int_eq(import_column(schema_new("u", "s"),
                                   array_new(0, 0, 3, BUFFERS(NULL, NULL, NULL)), &table, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), 0);
    cstm_table_free(table);
    /* Rows of empty text need no bytes. */
    static const int32_t offsets[] = {0, 0, 0};
    ck_assert_int_eq(import_column(schema_new("u", "s"),
                                   array_new(2, 0, 3, BUFFERS(NULL, offsets, NULL)), &table, NULL),
                     CSTM_OK);
    assert_text(table, 1, 0, "");
    cstm_table_free(table);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_an_error_with_its_row_unless_null)
{
    static const int32_t offsets[] = {0, 1, 3, 4};
    static const uint8_t without_second[] = {0x05};
    cstm_table *table = NULL;
    cstm_error *error;
    ck_assert_int_eq(import_column(schema_new("u", "s"),
                                   array_new(3, 0, 3, BUFFERS(NULL, offsets, "a\xFF\xFEz")), &table,
                                   &error),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 1);
    ck_assert_str_eq(cstm_error_field(error), "s");
    cstm_error_free(error);
    ck_assert_int_eq(
        import_column(schema_new("u", "s"),
                      array_new(3, 0, 3, BUFFERS(without_second, offsets, "a\xFF\xFEz")), &table,
                      NULL),
        CSTM_OK);
    assert_text(table, 2, 0, "z");
    cstm_table_free(table);
}
END_TEST

START_TEST(offsets_of_text_that_decrease_are_an_error_with_their_row)
{
    static const int32_t offsets[] = {0, 3, 2};
    static const int32_t negative[] = {-1, 3};
    cstm_table *table = NULL;
    cstm_error *error;
    ck_assert_int_eq(import_column(schema_new("u", "s"),
                                   array_new(2, 0, 3, BUFFERS(NULL, offsets, "abc")), &table,
                                   &error),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    ck_assert_int_eq(import_column(schema_new("u", "s"),
                                   array_new(1, 0, 3, BUFFERS(NULL, negative, "abc")), &table,
                                   NULL),
                     CSTM_ERROR_RANGE);
}
END_TEST

struct view {
    int32_t size;
    char start[4];
    int32_t buffer;
    int32_t offset;
};
_Static_assert(sizeof(struct view) == 16, "a view is 16 bytes");

START_TEST(views_are_gathered_from_themselves_and_their_buffers)
{
    static const char first[] = "a text of more than twelve bytes";
    static const int64_t sizes[] = {sizeof first - 1};
    struct view views[4] = {
        {0}, {.size = 3, .start = "abc"}, {.size = -5}, {.size = 20, .start = "text", .offset = 2}};
    cstm_table *table = NULL;
    ck_assert_int_eq(import_column(schema_new("vu", "v"),
                                   array_new(3, 1, 4, BUFFERS(bits, views, first, sizes)), &table,
                                   NULL),
                     CSTM_OK);
    assert_text(table, 0, 0, "abc");
    assert_text(table, 1, 0, NULL);
    assert_text(table, 2, 0, "text of more than tw");
    cstm_table_free(table);
    nothing_is_alive();
}
END_TEST

START_TEST(a_view_out_of_its_buffer_is_an_error_with_its_row)
{
    static const char data[] = "a text of more than twelve bytes";
    static const int64_t sizes[] = {sizeof data - 1};
    struct view bad[] = {{.size = 20, .offset = 13}, {.size = 13, .buffer = 1},
                         {.size = 13, .offset = -1}, {.size = -1},
                         {.size = 13, .buffer = -1}, {.size = INT32_MAX, .offset = INT32_MAX}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct view views[] = {{.size = 1, .start = "a"}, bad[i]};
        cstm_table *table = NULL;
        cstm_error *error;
        ck_assert_int_eq(import_column(schema_new("vu", "v"),
                                       array_new(2, 0, 4, BUFFERS(NULL, views, data, sizes)),
                                       &table, &error),
                         CSTM_ERROR_CORRUPT);
        ck_assert_int_eq(cstm_error_row(error), 1);
        cstm_error_free(error);
    }
    nothing_is_alive();
}
END_TEST

START_TEST(dictionaries_keep_their_codes_whatever_their_index_is)
{
    static const int8_t c[] = {9, 2, 77, 1};
    static const uint16_t S[] = {9, 2, 77, 1};
    static const int32_t i[] = {9, 2, 77, 1};
    static const uint64_t L[] = {9, 2, 77, 1};
    static const struct {
        const char *format;
        const void *codes;
    } cases[] = {{"c", c}, {"S", S}, {"i", i}, {"L", L}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        cstm_table *table = NULL;
        struct ArrowArray *entries = array_new(3, 1, 3, BUFFERS(NULL, u_offsets, u_bytes));
        struct ArrowArray *codes =
            with_dictionary(array_new(3, 1, 2, BUFFERS(bits, cases[k].codes)), entries);
        ck_assert_int_eq(import_column(coded(cases[k].format, "d", "u"), codes, &table, NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_STRING);
        assert_text(table, 0, 0, "");
        assert_text(table, 1, 0, NULL);
        assert_text(table, 2, 0, "\xE4\xBD\xA0");
        cstm_table_free(table);
        nothing_is_alive();
    }
}
END_TEST

START_TEST(a_code_of_a_missing_entry_is_a_missing_cell)
{
    static const int32_t i[] = {0, 1, 2};
    static const uint8_t without_second[] = {0x05};
    cstm_table *table = NULL;
    struct ArrowArray *entries = array_new(3, 0, 3, BUFFERS(without_second, u_offsets, u_bytes));
    ck_assert_int_eq(import_column(coded("i", "d", "u"),
                                   with_dictionary(array_new(3, 0, 2, BUFFERS(NULL, i)), entries),
                                   &table, NULL),
                     CSTM_OK);
    assert_text(table, 0, 0, "xx");
    assert_text(table, 1, 0, NULL);
    assert_text(table, 2, 0, "\xE4\xBD\xA0");
    cstm_table_free(table);
}
END_TEST

START_TEST(a_code_outside_its_dictionary_is_an_error_with_its_row)
{
    static const int32_t bad[][2] = {{0, 3}, {0, -1}, {0, INT32_MAX}};
    for (size_t k = 0; k < 3; k++) {
        cstm_table *table = NULL;
        cstm_error *error;
        struct ArrowArray *entries = array_new(3, 0, 3, BUFFERS(NULL, u_offsets, u_bytes));
        ck_assert_int_eq(
            import_column(coded("i", "d", "u"),
                          with_dictionary(array_new(2, 0, 2, BUFFERS(NULL, bad[k])), entries),
                          &table, &error),
            CSTM_ERROR_CORRUPT);
        ck_assert_int_eq(cstm_error_row(error), 1);
        cstm_error_free(error);
        nothing_is_alive();
    }
}
END_TEST

START_TEST(an_empty_dictionary_serves_missing_cells)
{
    static const int32_t i[] = {5, 5};
    static const uint8_t none[] = {0};
    cstm_table *table = NULL;
    struct ArrowArray *entries = array_new(0, 0, 3, BUFFERS(NULL, NULL, NULL));
    ck_assert_int_eq(import_column(coded("i", "d", "u"),
                                   with_dictionary(array_new(2, 0, 2, BUFFERS(none, i)), entries),
                                   &table, NULL),
                     CSTM_OK);
    assert_text(table, 0, 0, NULL);
    assert_text(table, 1, 0, NULL);
    cstm_table_free(table);
}
END_TEST

START_TEST(lists_of_text_are_read_at_offsets_of_both)
{
    static const int32_t l[] = {0, 1, 2, 2, 3};
    static const int64_t L[] = {0, 1, 2, 2, 3};
    for (int32_t large = 0; large < 2; large++) {
        cstm_table *table = NULL;
        struct ArrowArray *elements = array_new(3, 1, 3, BUFFERS(NULL, u_offsets, u_bytes));
        struct ArrowArray *list =
            list_array(array_new(3, 1, 2, BUFFERS(bits, large ? (const void *) L : l)), elements);
        ck_assert_int_eq(import_column(list_of(large ? "+L" : "+l", schema_new("u", "item")), list,
                                       &table, NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_column_type(table, 0), CSTM_TYPE_STRINGS);
        ck_assert_int_eq(cstm_table_string_count(table, 0, 0), 1);
        assert_item(table, 0, 0, 0, "\xE4\xBD\xA0");
        ck_assert_int_eq(cstm_table_state(table, 1, 0), CSTM_STATE_MISSING);
        ck_assert_int_eq(cstm_table_string_count(table, 2, 0), 1);
        assert_item(table, 2, 0, 0, "");
        cstm_table_free(table);
        nothing_is_alive();
    }
}
END_TEST

START_TEST(elements_of_lists_may_be_codes)
{
    static const int32_t l[] = {0, 2, 3};
    static const int16_t s[] = {2, 0, 1};
    cstm_table *table = NULL;
    struct ArrowArray *entries = array_new(3, 0, 3, BUFFERS(NULL, u_offsets, u_bytes));
    struct ArrowArray *elements = with_dictionary(array_new(3, 0, 2, BUFFERS(NULL, s)), entries);
    ck_assert_int_eq(import_column(list_of("+l", coded("s", "item", "u")),
                                   list_array(array_new(2, 0, 2, BUFFERS(NULL, l)), elements),
                                   &table, NULL),
                     CSTM_OK);
    assert_item(table, 0, 0, 0, "\xE4\xBD\xA0");
    assert_item(table, 0, 0, 1, "xx");
    assert_item(table, 1, 0, 0, "b");
    cstm_table_free(table);
    nothing_is_alive();
}
END_TEST

START_TEST(a_missing_element_is_an_error_with_the_row_of_its_list_unless_that_is_null)
{
    static const int32_t l[] = {0, 1, 3};
    static const uint8_t without_third[] = {0x03}, without_second_list[] = {0x01};
    cstm_table *table = NULL;
    cstm_error *error;
    struct ArrowArray *elements = array_new(3, 0, 3, BUFFERS(without_third, u_offsets, u_bytes));
    ck_assert_int_eq(import_column(list_of("+l", schema_new("u", "item")),
                                   list_array(array_new(2, 0, 2, BUFFERS(NULL, l)), elements),
                                   &table, &error),
                     CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    elements = array_new(3, 0, 3, BUFFERS(without_third, u_offsets, u_bytes));
    ck_assert_int_eq(
        import_column(list_of("+l", schema_new("u", "item")),
                      list_array(array_new(2, 0, 2, BUFFERS(without_second_list, l)), elements),
                      &table, NULL),
        CSTM_OK);
    cstm_table_free(table);
}
END_TEST

START_TEST(a_bad_element_is_told_by_the_row_of_its_list)
{
    static const int32_t l[] = {0, 2, 2, 3}, offsets[] = {0, 1, 2, 3};
    cstm_table *table = NULL;
    cstm_error *error;
    struct ArrowArray *elements = array_new(3, 0, 3, BUFFERS(NULL, offsets, "ab\xFF"));
    ck_assert_int_eq(import_column(list_of("+l", schema_new("u", "item")),
                                   list_array(array_new(3, 0, 2, BUFFERS(NULL, l)), elements),
                                   &table, &error),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 2);
    ck_assert_str_eq(cstm_error_field(error), "l");
    cstm_error_free(error);
    /* The same of lists that begin at their second element. */
    elements = array_new(3, 0, 3, BUFFERS(NULL, offsets, "ab\xFF"));
    struct batch batch = batch_new(2, 0);
    static const int32_t later[] = {1, 2, 3};
    batch_add(&batch, list_of("+l", schema_new("u", "item")),
              list_array(array_new(2, 0, 2, BUFFERS(NULL, later)), elements));
    ck_assert_int_eq(batch_import(&batch, &table, &error), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("arrow text");
    tcase_add_test(tcase, text_is_read_at_an_offset_with_small_and_large_offsets);
    tcase_add_test(tcase, text_of_no_rows_needs_no_buffers);
    tcase_add_test(tcase, text_that_is_not_utf8_is_an_error_with_its_row_unless_null);
    tcase_add_test(tcase, offsets_of_text_that_decrease_are_an_error_with_their_row);
    tcase_add_test(tcase, views_are_gathered_from_themselves_and_their_buffers);
    tcase_add_test(tcase, a_view_out_of_its_buffer_is_an_error_with_its_row);
    tcase_add_test(tcase, dictionaries_keep_their_codes_whatever_their_index_is);
    tcase_add_test(tcase, a_code_of_a_missing_entry_is_a_missing_cell);
    tcase_add_test(tcase, a_code_outside_its_dictionary_is_an_error_with_its_row);
    tcase_add_test(tcase, an_empty_dictionary_serves_missing_cells);
    tcase_add_test(tcase, lists_of_text_are_read_at_offsets_of_both);
    tcase_add_test(tcase, elements_of_lists_may_be_codes);
    tcase_add_test(tcase,
                   a_missing_element_is_an_error_with_the_row_of_its_list_unless_that_is_null);
    tcase_add_test(tcase, a_bad_element_is_told_by_the_row_of_its_list);
    Suite *suite = suite_create("arrow text");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
