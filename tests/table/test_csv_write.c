/* CSV out, and round: what is written reads back to an equal table, and a file is there whole or
 * not at all. */
#include "arrays.h"
#include "tables.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
assert_written(const cstm_table *table, const char *expected)
{
    cstm_buffer *buffer = NULL;
    cstm_error *error;
    cstm_status status = cstm_table_write_csv_buffer(table, &buffer, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    ck_assert_str_eq((const char *) cstm_buffer_data(buffer), expected);
    ck_assert_uint_eq(cstm_buffer_size(buffer), strlen(expected));
    cstm_buffer_free(buffer);
}

static const char every_type_as_csv[] =
    "id,open,age,share,born,seen,limit,note,reasons\n"
    "A1,true,-9223372036854775808,0.1,0001-01-01,2005-10-01T00:00:00Z,200000.00,\"\",PAST;LIMIT\n"
    "A2,,,,,,,,\n"
    "A3,false,41,-1.5e+300,9999-12-31,1969-12-31T23:59:59.999999Z,-0.01,\"says, "
    "\"\"\xE4\xBD\xA0\"\"\",\"\"\n";

START_TEST(every_type_is_written_exactly)
{
    cstm_table *table = every_type();
    assert_written(table, every_type_as_csv);
    cstm_table_free(table);
}
END_TEST

static cstm_csv *
reader_of(const cstm_table *table)
{
    cstm_csv *csv = NULL;
    ck_assert_int_eq(cstm_csv_new(&csv, NULL), CSTM_OK);
    for (int32_t c = 0; c < cstm_table_columns(table); c++) {
        ck_assert_int_eq(cstm_csv_add_column(csv, cstm_table_column_name(table, c),
                                             cstm_table_column_type(table, c), NULL),
                         CSTM_OK);
        if (cstm_table_column_type(table, c) == CSTM_TYPE_MONEY)
            ck_assert_int_eq(cstm_csv_set_currency(csv, cstm_table_column_currency(table, c), NULL),
                             CSTM_OK);
    }
    return csv;
}

static void
assert_goes_round(const cstm_table *table)
{
    cstm_buffer *buffer = NULL, *second = NULL;
    cstm_table *again = NULL;
    cstm_error *error;
    cstm_csv *csv = reader_of(table);
    ck_assert_int_eq(cstm_table_write_csv_buffer(table, &buffer, NULL), CSTM_OK);
    cstm_status status = cstm_csv_read_bytes(csv, "again.csv", cstm_buffer_data(buffer),
                                             cstm_buffer_size(buffer), &again, NULL, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    assert_tables_equal(table, again);
    ck_assert_int_eq(cstm_table_write_csv_buffer(again, &second, NULL), CSTM_OK);
    ck_assert_str_eq((const char *) cstm_buffer_data(buffer),
                     (const char *) cstm_buffer_data(second));
    cstm_buffer_free(buffer);
    cstm_buffer_free(second);
    cstm_table_free(again);
    cstm_csv_free(csv);
}

START_TEST(what_is_written_reads_back_to_an_equal_table)
{
    cstm_table *table = every_type();
    assert_goes_round(table);
    cstm_table_free(table);
}
END_TEST

START_TEST(awkward_text_goes_round)
{
    static const char *const texts[] = {"",
                                        "a",
                                        ",",
                                        "\"",
                                        "\"\"",
                                        "\n",
                                        "\r",
                                        "\r\n",
                                        "a\nb",
                                        " a ",
                                        "\xEF\xBB\xBFx",
                                        ";",
                                        "a\"b,c\r\nd",
                                        "NA",
                                        "\t",
                                        "\xF0\x9F\x98\x80"};
    enum { N = sizeof texts / sizeof *texts };
    int64_t offsets[N + 1] = {0};
    char bytes[256];
    for (size_t i = 0; i < N; i++) {
        memcpy(bytes + offsets[i], texts[i], strlen(texts[i]));
        offsets[i + 1] = offsets[i] + (int64_t) strlen(texts[i]);
    }
    /* Alone, where an empty line must stay a row, and with a name that needs quotes, too. */
    for (int32_t columns = 1; columns <= 2; columns++) {
        cstm_table *table = NULL;
        uint8_t valid[N];
        memset(valid, 1, sizeof valid);
        valid[N - 2] = 0;
        ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_table_add_string(table, "a \"name\",\nof two lines", offsets, bytes,
                                               valid, N, NULL),
                         CSTM_OK);
        if (columns == 2)
            ck_assert_int_eq(
                cstm_table_add_string(table, "\xEF\xBB\xBFmark", offsets, bytes, NULL, N, NULL),
                CSTM_OK);
        assert_goes_round(table);
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(numbers_at_their_ends_go_round)
{
    static const double doubles[] = {
        0,    -0.0,     0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -2.2250738585072014e-308,
        1e22, 123456789};
    static const int64_t ints[] = {0, 1, -1, INT64_MAX, INT64_MIN, 10, 100, 7, 9};
    static const int64_t times[] = {
        0,       1,      -1,      INT64_C(253402300799999999), INT64_C(-62135596800000000), 1000,
        1000000, 999999, 60000000};
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_double(table, "d", doubles, NULL, 9, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_int64(table, "i", ints, NULL, 9, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_money(table, "m", ints, NULL, 9, "KWD", NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_timestamp(table, "t", times, NULL, 9, NULL), CSTM_OK);
    assert_goes_round(table);
    cstm_table_free(table);
}
END_TEST

START_TEST(civil_times_are_written_without_an_offset)
{
    static const int64_t times[] = {1128124800000000, 1128124800500000};
    cstm_table *table = NULL;
    ck_assert_int_eq(import_column(schema_new("tsu:", "t"),
                                   array_new(2, 0, 2, BUFFERS(NULL, times)), &table, NULL),
                     CSTM_OK);
    cstm_buffer *buffer = NULL;
    ck_assert_int_eq(cstm_table_write_csv_buffer(table, &buffer, NULL), CSTM_OK);
    ck_assert_ptr_null(strchr((const char *) cstm_buffer_data(buffer), 'Z'));
    ck_assert_ptr_null(strchr((const char *) cstm_buffer_data(buffer), '+'));
    cstm_buffer_free(buffer);
    assert_goes_round(table);
    cstm_table_free(table);
}
END_TEST

START_TEST(decimals_are_written_with_all_their_digits)
{
    _Alignas(16) static const uint64_t values[] = {
        0, 0, 5, 0, (uint64_t) -5, UINT64_MAX, 12345, 0, 0x098A223FFFFFFFFF, 0x4B3B4CA85A86C47A};
    static const struct {
        const char *format, *expected;
    } cases[] = {
        {"d:38,0", "d\n0\n5\n-5\n12345\n99999999999999999999999999999999999999\n"},
        {"d:38,2", "d\n0.00\n0.05\n-0.05\n123.45\n999999999999999999999999999999999999.99\n"},
        {"d:38,7", "d\n0.0000000\n0.0000005\n-0.0000005\n0."
                   "0012345\n9999999999999999999999999999999.9999999\n"},
        {"d:38,-2", "d\n0\n500\n-500\n1234500\n9999999999999999999999999999999999999900\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_table *table = NULL;
        ck_assert_int_eq(import_column(schema_new(cases[i].format, "d"),
                                       array_new(5, 0, 2, BUFFERS(NULL, values)), &table, NULL),
                         CSTM_OK);
        assert_written(table, cases[i].expected);
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(a_list_that_cannot_be_joined_is_refused_with_column_and_row)
{
    static const struct {
        const char *bytes;
        int64_t offsets[3];
        int64_t lists[3];
    } cases[] = {{"aa;b", {0, 1, 4}, {0, 1, 2}}, {"a", {0, 1, 1}, {0, 1, 2}}};
    for (size_t i = 0; i < 2; i++) {
        cstm_table *table = NULL;
        cstm_buffer *buffer = (cstm_buffer *) 7;
        cstm_error *error;
        ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_table_add_strings(table, "l", cases[i].lists, cases[i].offsets,
                                                cases[i].bytes, NULL, 2, NULL),
                         CSTM_OK);
        ck_assert_int_eq(cstm_table_write_csv_buffer(table, &buffer, &error),
                         CSTM_ERROR_UNSUPPORTED);
        ck_assert_ptr_eq(buffer, (cstm_buffer *) 7);
        ck_assert_int_eq(cstm_error_row(error), 1);
        ck_assert_str_eq(cstm_error_field(error), "l");
        cstm_error_free(error);
        cstm_table_free(table);
    }
}
END_TEST

static char directory[64];

static void
make_directory(void)
{
    snprintf(directory, sizeof directory, "test_csv_write.%ld", (long) getpid());
    ck_assert_int_eq(mkdir(directory, 0700), 0);
}

static int
files_in_directory(void)
{
    int n = 0;
    DIR *dir = opendir(directory);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

START_TEST(a_file_is_replaced_whole_or_stays_as_it_was)
{
    make_directory();
    char path[128], expected[2048];
    snprintf(path, sizeof path, "%s/out.csv", directory);
    cstm_table *table = every_type(), *bad = NULL;
    ck_assert_int_eq(cstm_table_write_csv(table, path, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_write_csv(table, path, NULL), CSTM_OK);
    ck_assert_int_eq(files_in_directory(), 1);
    cstm_csv *csv = reader_of(table);
    cstm_table *again = NULL;
    ck_assert_int_eq(cstm_csv_read_file(csv, path, NULL, NULL, NULL, &again, NULL, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    cstm_table_free(again);
    /* A table that cannot be written leaves the file of the one before. */
    ck_assert_int_eq(cstm_table_new(&bad, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_strings(bad, "l", (const int64_t[]){0, 1},
                                            (const int64_t[]){0, 1}, ";", NULL, 1, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_write_csv(bad, path, NULL), CSTM_ERROR_UNSUPPORTED);
    ck_assert_int_eq(files_in_directory(), 1);
    ck_assert_int_eq(cstm_csv_read_file(csv, path, NULL, NULL, NULL, &again, NULL, NULL), CSTM_OK);
    assert_tables_equal(table, again);
    cstm_table_free(again);
    cstm_error *error;
    snprintf(expected, sizeof expected, "%s/none/out.csv", directory);
    ck_assert_int_eq(cstm_table_write_csv(table, expected, &error), CSTM_ERROR_IO);
    ck_assert_str_eq(cstm_error_file(error), expected);
    cstm_error_free(error);
    cstm_csv_free(csv);
    cstm_table_free(table);
    cstm_table_free(bad);
    remove(path);
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

START_TEST(what_is_no_regular_file_is_written_straight)
{
    cstm_table *table = every_type();
    ck_assert_int_eq(cstm_table_write_csv(table, "/dev/null", NULL), CSTM_OK);
    struct stat still;
    ck_assert_int_eq(stat("/dev/null", &still), 0);
    ck_assert(S_ISCHR(still.st_mode));
    /* Every write to it fails, as on a disk that is full. */
    cstm_error *error;
    ck_assert_int_eq(cstm_table_write_csv(table, "/dev/full", &error), CSTM_ERROR_IO);
    ck_assert_str_eq(cstm_error_file(error), "/dev/full");
    cstm_error_free(error);
    cstm_table_free(table);
}
END_TEST

START_TEST(misuse_is_told)
{
    cstm_table *table = NULL;
    cstm_buffer *buffer;
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_write_csv_buffer(table, &buffer, NULL),
                     CSTM_ERROR_MISUSE); /* no columns */
    ck_assert_int_eq(cstm_table_write_csv_buffer(NULL, &buffer, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_write_csv(NULL, "x", NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_add_int64(table, "a", NULL, NULL, 0, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_write_csv(table, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_table_write_csv_buffer(table, NULL, NULL), CSTM_ERROR_MISUSE);
    assert_written(table, "a\n");
    cstm_table_free(table);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("csv write");
    tcase_add_test(tcase, every_type_is_written_exactly);
    tcase_add_test(tcase, what_is_written_reads_back_to_an_equal_table);
    tcase_add_test(tcase, awkward_text_goes_round);
    tcase_add_test(tcase, numbers_at_their_ends_go_round);
    tcase_add_test(tcase, civil_times_are_written_without_an_offset);
    tcase_add_test(tcase, decimals_are_written_with_all_their_digits);
    tcase_add_test(tcase, a_list_that_cannot_be_joined_is_refused_with_column_and_row);
    tcase_add_test(tcase, a_file_is_replaced_whole_or_stays_as_it_was);
    tcase_add_test(tcase, what_is_no_regular_file_is_written_straight);
    tcase_add_test(tcase, misuse_is_told);
    Suite *suite = suite_create("csv write");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
