/* Result tables written in place, columns shared between tables, and columns read as another type.
 */
#include "arrays.h"
#include "base/memory.h"
#include "table/builder.h"
#include "table/convert.h"
#include "tables.h"

static struct builder builder;
static cstm_table *table;

static void
start(int64_t rows)
{
    ck_assert_int_eq(builder_start(&builder, rows, NULL), CSTM_OK);
}

static void
end(void)
{
    ck_assert_int_eq(builder_end(&builder, &table, NULL), CSTM_OK);
}

START_TEST(every_type_is_written_in_place)
{
    static const char *const words[] = {"activated", "at_risk"};
    uint8_t *valid;
    int64_t *lists;
    start(2);
    builder_bools(&builder, "open", NULL)[1] = 1;
    int64_t *n = builder_int64s(&builder, "n", &valid);
    n[1] = 7;
    valid[1] = 1;
    double *score = builder_doubles(&builder, "score", &valid);
    score[0] = 0.5;
    score[1] = 612;
    memset(valid, 1, 2);
    builder_days(&builder, "since", NULL)[0] = 13057;
    builder_instants(&builder, "seen", NULL)[0] = -1;
    builder_money(&builder, "limit", "JPY", NULL)[0] = 5;
    builder_codes(&builder, "stage", words, 2, NULL)[1] = 1;
    int32_t *codes = builder_code_lists(&builder, "reasons", words, 2, 3, &lists, NULL);
    codes[0] = codes[2] = 1;
    lists[1] = 1;
    lists[2] = 3;
    end();
    ck_assert_int_eq(cstm_table_rows(table), 2);
    ck_assert_int_eq(cstm_table_bool(table, 1, 0), 1);
    ck_assert_int_eq(cstm_table_state(table, 0, 1), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_table_int64(table, 1, 1), 7);
    ck_assert_double_eq(cstm_table_double(table, 1, 2), 612);
    ck_assert_ptr_null(cstm_table_valid(table, 2)); /* all there: no validity is kept */
    ck_assert_int_eq(cstm_table_date(table, 0, 3), 13057);
    ck_assert_int_eq(cstm_table_timestamp(table, 0, 4), -1);
    ck_assert_int_eq(cstm_table_money(table, 0, 5), 5);
    ck_assert_int_eq(cstm_table_column_exponent(table, 5), 0);
    assert_text(table, 0, 6, "activated");
    assert_text(table, 1, 6, "at_risk");
    ck_assert_int_eq(cstm_table_string_count(table, 1, 7), 2);
    assert_item(table, 0, 7, 0, "at_risk");
    assert_item(table, 1, 7, 0, "activated");
    cstm_table_free(table);
}
END_TEST

START_TEST(text_that_was_gathered_is_taken)
{
    int64_t *offsets = memory_new_array(3, sizeof *offsets),
            *lists = memory_new_array(3, sizeof *lists);
    int64_t *items = memory_copy((const int64_t[]){0, 1}, 16);
    offsets[1] = 2;
    offsets[2] = 3;
    lists[2] = 1;
    start(2);
    ck_assert(builder_texts(&builder, "id", offsets, memory_copy("abc", 3), NULL));
    ck_assert(builder_text_lists(&builder, "l", lists, items, memory_copy("z", 1),
                                 (const uint8_t[]){0, 1}));
    end();
    assert_text(table, 0, 0, "ab");
    assert_text(table, 1, 0, "c");
    ck_assert_int_eq(cstm_table_state(table, 0, 1), CSTM_STATE_MISSING);
    assert_item(table, 1, 1, 0, "z");
    cstm_table_free(table);
}
END_TEST

START_TEST(a_shared_column_outlives_its_table)
{
    cstm_table *all = every_type();
    start(3);
    ck_assert(builder_share(&builder, "customer", table_find(all, "id")));
    end();
    cstm_table_free(all);
    assert_text(table, 2, 0, "A3");
    ck_assert_str_eq(cstm_table_column_name(table, 0), "customer");
    cstm_table_free(table);
}
END_TEST

START_TEST(a_wrong_column_fails_the_build_with_its_reason)
{
    cstm_error *error;
    start(2);
    ck_assert_ptr_nonnull(builder_int64s(&builder, "n", NULL));
    ck_assert_ptr_null(builder_doubles(&builder, "n", NULL));
    ck_assert_ptr_null(builder_money(&builder, "m", "EUX", NULL));
    table = (cstm_table *) 7;
    ck_assert_int_eq(builder_end(&builder, &table, &error),
                     CSTM_ERROR_DUPLICATE); /* the first of both */
    ck_assert_ptr_eq(table, (cstm_table *) 7);
    ck_assert_str_eq(cstm_error_field(error), "n");
    cstm_error_free(error);
    /* What a failed column would have taken stays the caller's. */
    int64_t *offsets = memory_new_array(2, sizeof *offsets);
    char *bytes = memory_copy("", 0);
    start(1);
    ck_assert(!builder_texts(&builder, "", offsets, bytes, NULL));
    ck_assert_int_eq(builder_fail(&builder, NULL), CSTM_ERROR_SYNTAX);
    memory_free(offsets);
    memory_free(bytes);
    start(1);
    builder_drop(&builder);
}
END_TEST

START_TEST(a_table_of_no_rows_can_be_built)
{
    start(0);
    ck_assert_ptr_nonnull(builder_int64s(&builder, "n", NULL));
    ck_assert_ptr_nonnull(builder_codes(&builder, "s", NULL, 0, NULL));
    end();
    ck_assert_int_eq(cstm_table_rows(table), 0);
    cstm_table_free(table);
}
END_TEST

/* A column of text and one of dates, of which the second row is missing. */
static cstm_table *
texts_and_dates(const char *bytes, int64_t each)
{
    static const uint8_t valid[] = {1, 0};
    int64_t offsets[] = {0, each, each};
    cstm_table *made = NULL;
    ck_assert_int_eq(cstm_table_new(&made, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_string(made, "text", offsets, bytes, valid, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_date(made, "day", (const int32_t[]){13057, 0}, valid, 2, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_add_timestamp(made, "seen", (const int64_t[]){1128096000000000, 0},
                                              valid, 2, NULL),
                     CSTM_OK);
    return made;
}

START_TEST(dates_and_text_and_civil_times_are_read_as_instants_in_a_zone)
{
    struct zone *taipei = NULL;
    ck_assert_int_eq(zone_load("Asia/Taipei", &taipei, NULL), CSTM_OK);
    cstm_table *made = texts_and_dates("2005-10-01T08:00:00", 19);
    struct table_column instants;
    ck_assert_int_eq(convert_to_instants(table_find(made, "text"), taipei, false, &instants, NULL),
                     CSTM_OK);
    ck_assert_int_eq(instants.as.int64s[0], 1128124800000000);
    ck_assert(!column_is_valid(&instants, 1));
    column_clear(&instants);
    ck_assert_int_eq(convert_to_instants(table_find(made, "day"), taipei, false, &instants, NULL),
                     CSTM_OK);
    ck_assert_int_eq(instants.as.int64s[0], 1128096000000000); /* 2005-10-01 00:00 +08:00 */
    column_clear(&instants);
    ck_assert_int_eq(convert_to_instants(table_find(made, "day"), taipei, true, &instants, NULL),
                     CSTM_OK);
    ck_assert_int_eq(instants.as.int64s[0], 1128096000000000 + 86400000000 - 1);
    column_clear(&instants);
    struct table_column civil = *table_find(made, "seen");
    civil.civil = true;
    ck_assert_int_eq(convert_to_instants(&civil, taipei, false, &instants, NULL), CSTM_OK);
    ck_assert_int_eq(instants.as.int64s[0], 1128096000000000 - INT64_C(8) * 3600000000);
    ck_assert(!instants.civil);
    column_clear(&instants);
    /* An instant is shared as it is. */
    ck_assert_int_eq(convert_to_instants(table_find(made, "seen"), taipei, false, &instants, NULL),
                     CSTM_OK);
    ck_assert_ptr_eq(instants.as.int64s, table_find(made, "seen")->as.int64s);
    cstm_table_free(made);
    ck_assert_int_eq(instants.as.int64s[0], 1128096000000000);
    column_clear(&instants);
    zone_unref(taipei);
}
END_TEST

START_TEST(text_and_times_are_read_as_days_in_a_zone)
{
    struct zone *taipei = NULL;
    ck_assert_int_eq(zone_load("Asia/Taipei", &taipei, NULL), CSTM_OK);
    cstm_table *made = texts_and_dates("2005-10-01", 10);
    struct table_column days;
    ck_assert_int_eq(convert_to_days(table_find(made, "text"), taipei, &days, NULL), CSTM_OK);
    ck_assert_int_eq(days.as.days[0], 13057);
    column_clear(&days);
    /* 2005-09-30T16:00Z is the first instant of October in Taipei, but still September on the wall
     * of Greenwich. */
    ck_assert_int_eq(convert_to_days(table_find(made, "seen"), taipei, &days, NULL), CSTM_OK);
    ck_assert_int_eq(days.as.days[0], 13057);
    column_clear(&days);
    struct table_column civil = *table_find(made, "seen");
    civil.civil = true;
    ck_assert_int_eq(convert_to_days(&civil, taipei, &days, NULL), CSTM_OK);
    ck_assert_int_eq(days.as.days[0], 13056);
    column_clear(&days);
    cstm_table_free(made);
    zone_unref(taipei);
}
END_TEST

START_TEST(what_cannot_be_read_as_a_time_is_told_with_column_and_row)
{
    struct zone *utc = NULL;
    struct table_column out;
    cstm_error *error = NULL;
    ck_assert_int_eq(zone_load("UTC", &utc, NULL), CSTM_OK);
    cstm_table *made = texts_and_dates("yesterday", 9);
    ck_assert_int_eq(convert_to_instants(table_find(made, "text"), utc, false, &out, &error),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_error_row(error), 0);
    ck_assert_str_eq(cstm_error_field(error), "text");
    ck_assert_ptr_null(strstr(cstm_error_message(error), "yesterday"));
    cstm_error_free(error);
    ck_assert_int_eq(convert_to_days(table_find(made, "text"), utc, &out, NULL), CSTM_ERROR_SYNTAX);
    cstm_table *all = every_type();
    ck_assert_int_eq(convert_to_instants(table_find(all, "age"), utc, false, &out, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(convert_to_days(table_find(all, "age"), utc, &out, NULL), CSTM_ERROR_TYPE);
    cstm_table_free(all);
    cstm_table_free(made);
    zone_unref(utc);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("builder");
    tcase_add_test(tcase, every_type_is_written_in_place);
    tcase_add_test(tcase, text_that_was_gathered_is_taken);
    tcase_add_test(tcase, a_shared_column_outlives_its_table);
    tcase_add_test(tcase, a_wrong_column_fails_the_build_with_its_reason);
    tcase_add_test(tcase, a_table_of_no_rows_can_be_built);
    tcase_add_test(tcase, dates_and_text_and_civil_times_are_read_as_instants_in_a_zone);
    tcase_add_test(tcase, text_and_times_are_read_as_days_in_a_zone);
    tcase_add_test(tcase, what_cannot_be_read_as_a_time_is_told_with_column_and_row);
    Suite *suite = suite_create("builder");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
