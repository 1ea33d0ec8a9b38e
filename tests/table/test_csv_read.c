/* CSV in: RFC 4180, types, missing, zones, gzip; every error at its line and column; rows refused
 * and collected. */
#include "arrays.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

static cstm_csv *csv;

static void
set_up(void)
{
    ck_assert_int_eq(cstm_csv_new(&csv, NULL), CSTM_OK);
}

static void
tear_down(void)
{
    cstm_csv_free(csv);
}

static void
declare(const char *name, cstm_type type)
{
    ck_assert_int_eq(cstm_csv_add_column(csv, name, type, NULL), CSTM_OK);
}

static cstm_table *
read_sized(const void *bytes, size_t size)
{
    cstm_table *table = NULL;
    cstm_error *error;
    cstm_status status = cstm_csv_read_bytes(csv, "x.csv", bytes, size, &table, NULL, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    return table;
}

static cstm_table *
read_text(const char *text)
{
    return read_sized(text, strlen(text));
}

/* Reading fails with a status at a line and column, and writes nothing. */
static void
assert_fails(const char *text, size_t size, cstm_status status, int64_t line, int64_t column,
             const char *field)
{
    cstm_table *table = (cstm_table *) 7, *rejected = (cstm_table *) 8;
    cstm_error *error;
    cstm_status got =
        cstm_csv_read_bytes(csv, "x.csv", (const uint8_t *) text, size, &table, &rejected, &error);
    ck_assert_msg(got == status, "%s instead of %s: %s", cstm_status_name(got),
                  cstm_status_name(status), cstm_error_message(error));
    ck_assert_ptr_eq(table, (cstm_table *) 7);
    ck_assert_ptr_eq(rejected, (cstm_table *) 8);
    ck_assert_str_eq(cstm_error_file(error), "x.csv");
    ck_assert_int_eq(cstm_error_line(error), line);
    ck_assert_int_eq(cstm_error_column(error), column);
    ck_assert_str_eq(cstm_error_field(error), field);
    cstm_error_free(error);
}

START_TEST(every_type_is_read)
{
    declare("id", CSTM_TYPE_STRING);
    declare("open", CSTM_TYPE_BOOL);
    declare("age", CSTM_TYPE_INT);
    declare("share", CSTM_TYPE_DOUBLE);
    declare("born", CSTM_TYPE_DATE);
    declare("seen", CSTM_TYPE_TIMESTAMP);
    declare("limit", CSTM_TYPE_MONEY);
    declare("reasons", CSTM_TYPE_STRINGS);
    ck_assert_int_eq(cstm_csv_set_currency(csv, "TWD", NULL), CSTM_OK);
    cstm_table *table =
        read_text("id,open,age,share,born,seen,limit,reasons\n"
                  "A1,true,-5,0.1,2005-10-01,2005-10-01T00:00:00Z,200000.5,PAST;LIMIT\n"
                  "A2,0,+7,1e3,1969-12-31,2005-10-01 08:00:00+08:00,-0.01,ONE\n"
                  ",,,,,,,\n"
                  "\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\n");
    ck_assert_int_eq(cstm_table_rows(table), 4);
    assert_text(table, 0, 0, "A1");
    ck_assert_int_eq(cstm_table_bool(table, 0, 1), 1);
    ck_assert_int_eq(cstm_table_bool(table, 1, 1), 0);
    ck_assert_int_eq(cstm_table_int64(table, 0, 2), -5);
    ck_assert_int_eq(cstm_table_int64(table, 1, 2), 7);
    ck_assert_double_eq(cstm_table_double(table, 0, 3), 0.1);
    ck_assert_double_eq(cstm_table_double(table, 1, 3), 1000);
    ck_assert_int_eq(cstm_table_date(table, 0, 4), 13057);
    ck_assert_int_eq(cstm_table_date(table, 1, 4), -1);
    ck_assert_int_eq(cstm_table_timestamp(table, 0, 5), 1128124800000000);
    ck_assert_int_eq(cstm_table_timestamp(table, 1, 5), 1128124800000000);
    ck_assert_int_eq(cstm_table_column_civil(table, 5), 0);
    ck_assert_int_eq(cstm_table_money(table, 0, 6), 20000050);
    ck_assert_int_eq(cstm_table_money(table, 1, 6), -1);
    ck_assert_int_eq(cstm_table_string_count(table, 0, 7), 2);
    assert_item(table, 0, 7, 1, "LIMIT");
    for (int32_t c = 0; c < 8; c++)
        ck_assert_int_eq(cstm_table_state(table, 2, c), CSTM_STATE_MISSING);
    /* Quoted and empty: the empty text, the empty list, and missing elsewhere. */
    assert_text(table, 3, 0, "");
    for (int32_t c = 1; c < 7; c++)
        ck_assert_int_eq(cstm_table_state(table, 3, c), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_table_state(table, 3, 7), CSTM_STATE_VALUE);
    ck_assert_int_eq(cstm_table_string_count(table, 3, 7), 0);
    cstm_table_free(table);
}
END_TEST

START_TEST(quotes_line_ends_and_delimiters_are_those_of_rfc_4180)
{
    declare("a", CSTM_TYPE_STRING);
    declare("b", CSTM_TYPE_STRING);
    static const struct {
        const char *text;
        const char *a, *b;
    } cases[] = {
        {"a,b\r\n1,2\r\n", "1", "2"},               /* CRLF */
        {"a,b\n1,2", "1", "2"},                     /* no line end after the last */
        {"\"a\",\"b\"\n\"1\",\"2\"", "1", "2"},     /* quoted names, quoted end */
        {"a,b\n\"x\ny\",\"p,q\"\n", "x\ny", "p,q"}, /* a line end and a delimiter inside quotes */
        {"a,b\n\"x\r\ny\",\"\"\"q\"\"\"\n", "x\r\ny", "\"q\""},
        {"a,b\n\"\"\"\",\"\"\"\"\"\"\n", "\"", "\"\""},
        {"b,a\n1,2\n", "2", "1"},         /* the table has the order of the declarations */
        {"x,a,y,b\n0,1,0,2\n", "1", "2"}, /* what is not declared is skipped */
        {"\xEF\xBB\xBF"
         "a,b\n1,2\n",
         "1", "2"}, /* byte order mark */
        {"\xEF\xBB\xBF\"a\",b\n1,2\n", "1", "2"},
        {"a,b\n\n1,2\n\r\n", "1", "2"},   /* lines without a character */
        {"a,b\n 1 ,\t2\n", " 1 ", "\t2"}, /* blanks belong to the field */
        {"a,b\n\xE4\xBD\xA0,\xC3\xA9\n", "\xE4\xBD\xA0", "\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_table *table = read_text(cases[i].text);
        ck_assert_int_eq(cstm_table_rows(table), 1);
        assert_text(table, 0, 0, cases[i].a);
        assert_text(table, 0, 1, cases[i].b);
        cstm_table_free(table);
    }
}
END_TEST

START_TEST(another_delimiter_and_text_for_missing_may_be_set)
{
    declare("a", CSTM_TYPE_INT);
    declare("b", CSTM_TYPE_STRING);
    ck_assert_int_eq(cstm_csv_set_delimiter(csv, '|', NULL), CSTM_OK);
    ck_assert_int_eq(cstm_csv_set_missing(csv, "NA", NULL), CSTM_OK);
    cstm_table *table = read_text("a|b\nNA|NA\n1|\"NA\"\n|x,y\n");
    ck_assert_int_eq(cstm_table_state(table, 0, 0), CSTM_STATE_MISSING);
    assert_text(table, 0, 1, NULL);
    assert_text(table, 1, 1, "NA");
    ck_assert_int_eq(cstm_table_state(table, 2, 0), CSTM_STATE_MISSING);
    assert_text(table, 2, 1, "x,y");
    cstm_table_free(table);
    ck_assert_int_eq(cstm_csv_set_missing(csv, NULL, NULL), CSTM_OK);
    assert_fails("a|b\nNA|1\n", 9, CSTM_ERROR_SYNTAX, 2, 1, "a");
}
END_TEST

START_TEST(a_file_without_header_has_the_declared_columns)
{
    declare("a", CSTM_TYPE_INT);
    declare("b", CSTM_TYPE_INT);
    ck_assert_int_eq(cstm_csv_set_header(csv, 0, NULL), CSTM_OK);
    cstm_table *table = read_text("1,2\n3,4\n");
    ck_assert_int_eq(cstm_table_rows(table), 2);
    ck_assert_int_eq(cstm_table_int64(table, 1, 1), 4);
    cstm_table_free(table);
    table = read_text("");
    ck_assert_int_eq(cstm_table_rows(table), 0);
    cstm_table_free(table);
    assert_fails("1,2,3\n", 6, CSTM_ERROR_MISMATCH, 1, 5, "");
}
END_TEST

START_TEST(an_empty_line_of_a_file_of_one_column_is_a_missing_value)
{
    declare("a", CSTM_TYPE_STRING);
    cstm_table *table = read_text("a\n\nx\n\n");
    ck_assert_int_eq(cstm_table_rows(table), 3);
    assert_text(table, 0, 0, NULL);
    assert_text(table, 1, 0, "x");
    assert_text(table, 2, 0, NULL);
    cstm_table_free(table);
}
END_TEST

START_TEST(times_without_an_offset_are_civil_unless_a_zone_is_set)
{
    declare("t", CSTM_TYPE_TIMESTAMP);
    const char *text = "t\n2005-10-01T08:00:00\n\n2005-10-01\n2005-10-01 08:00:00.5\n";
    cstm_table *table = read_text(text);
    ck_assert_int_eq(cstm_table_column_civil(table, 0), 1);
    ck_assert_int_eq(cstm_table_timestamp(table, 0, 0), 1128153600000000);
    ck_assert_int_eq(cstm_table_timestamp(table, 2, 0), 1128124800000000);
    ck_assert_int_eq(cstm_table_timestamp(table, 3, 0), 1128153600500000);
    cstm_table_free(table);
    ck_assert_int_eq(cstm_csv_set_zone(csv, "Asia/Taipei", NULL), CSTM_OK);
    table = read_text(text);
    ck_assert_int_eq(cstm_table_column_civil(table, 0), 0);
    ck_assert_int_eq(cstm_table_timestamp(table, 0, 0), 1128124800000000);
    cstm_table_free(table);
    /* With a zone both kinds may stand in one column. */
    table = read_text("t\n2005-10-01T08:00:00\n2005-10-01T08:00:00+08:00\n");
    ck_assert_int_eq(cstm_table_timestamp(table, 0, 0), cstm_table_timestamp(table, 1, 0));
    cstm_table_free(table);
}
END_TEST

START_TEST(times_with_and_without_an_offset_do_not_mix)
{
    declare("t", CSTM_TYPE_TIMESTAMP);
    const char *text = "t\n2005-10-01T08:00:00Z\n2005-10-01T08:00:00\n";
    assert_fails(text, strlen(text), CSTM_ERROR_MISMATCH, 3, 1, "t");
    ck_assert_int_eq(cstm_csv_set_reject(csv, CSTM_CSV_COLLECT, NULL), CSTM_OK);
    assert_fails(text, strlen(text), CSTM_ERROR_MISMATCH, 3, 1, "t");
}
END_TEST

START_TEST(a_value_of_another_type_is_an_error_at_its_place)
{
    static const struct {
        cstm_type type;
        const char *text;
        cstm_status status;
    } cases[] = {
        {CSTM_TYPE_BOOL, "yes", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_BOOL, "2", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_INT, "1.0", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_INT, "0x10", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_INT, " 1", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_INT, "-", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_INT, "9223372036854775808", CSTM_ERROR_RANGE},
        {CSTM_TYPE_DOUBLE, "1,5", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_DOUBLE, "nan", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_DOUBLE, "inf", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_DATE, "2005-02-29", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_DATE, "01/10/2005", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_TIMESTAMP, "2005-10-01T25:00:00Z", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_TIMESTAMP, "now", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_MONEY, "1.005", CSTM_ERROR_RANGE},
        {CSTM_TYPE_MONEY, "1e3", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_MONEY, "$5", CSTM_ERROR_SYNTAX},
        {CSTM_TYPE_MONEY, "99999999999999999999", CSTM_ERROR_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        tear_down();
        set_up();
        declare("v", cases[i].type);
        ck_assert_int_eq(cstm_csv_set_currency(csv, "USD", NULL), CSTM_OK);
        /* The third line, after a field of two code points and one of two lines. */
        int size = snprintf(text, sizeof text,
                            "x,y,v\n,,\n\xE4\xBD\xA0\xE5\xA5\xBD,\"p\nq\",\"%s\"\n", cases[i].text);
        assert_fails(text, (size_t) size, cases[i].status, 4, 4, "v");
        cstm_error *error;
        cstm_table *table;
        cstm_csv_read_bytes(csv, "x.csv", (const uint8_t *) text, (size_t) size, &table, NULL,
                            &error);
        if (strlen(cases[i].text) > 2) /* the message names the field, never the value */
            ck_assert_ptr_null(strstr(cstm_error_message(error), cases[i].text));
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(a_record_of_wrong_form_is_an_error_at_its_place)
{
    static const struct {
        const char *text;
        size_t size;
        cstm_status status;
        int64_t line, column;
    } cases[] = {
#define TEXT(t) (t), sizeof(t) - 1
        {TEXT("a,b\n1\n"), CSTM_ERROR_MISMATCH, 2, 2},
        {TEXT("a,b\n1,2,3\n"), CSTM_ERROR_MISMATCH, 2, 5},
        {TEXT("a,b\n1,2\n1,x\"y\n"), CSTM_ERROR_SYNTAX, 3, 4},
        {TEXT("a,b\n1,\"y\"z\n"), CSTM_ERROR_SYNTAX, 2, 6},
        {TEXT("a,b\n1,\"y\" \n"), CSTM_ERROR_SYNTAX, 2, 6},
        {TEXT("a,b\n1,\"y\n2,3\n"), CSTM_ERROR_SYNTAX, 2, 3},
        {TEXT("a,b\n1,2\n3,\""), CSTM_ERROR_SYNTAX, 3, 3},
        {TEXT("a,b\n1,2\r3,4\n"), CSTM_ERROR_SYNTAX, 2, 4},
        {TEXT("a,b\n1,2\r"), CSTM_ERROR_SYNTAX, 2, 4},
        {TEXT("a,b\n1,2\0\n"), CSTM_ERROR_SYNTAX, 2, 4},
        {TEXT("a,b\n\xE4\xBD\xA0,\xFF\n"), CSTM_ERROR_SYNTAX, 2, 3},
        {TEXT("a,b\n1,\xE4\xBD"), CSTM_ERROR_SYNTAX, 2, 3},
        {TEXT("a,b\n\"\n\n\",\xED\xA0\x80\n"), CSTM_ERROR_SYNTAX, 4, 3},
    };
    declare("a", CSTM_TYPE_STRING);
    declare("b", CSTM_TYPE_STRING);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(cases[i].text, cases[i].size, cases[i].status, cases[i].line, cases[i].column,
                     "");
}
END_TEST

START_TEST(a_header_that_does_not_fit_is_an_error)
{
    declare("limit", CSTM_TYPE_INT);
    declare("age", CSTM_TYPE_INT);
    assert_fails("", 0, CSTM_ERROR_SYNTAX, 1, 1, "");
    assert_fails("limt,age\n", 9, CSTM_ERROR_UNKNOWN, 1, 1, "limit");
    assert_fails("limit,age,limit\n", 16, CSTM_ERROR_DUPLICATE, 1, 11, "limit");
    assert_fails("limit,a\"ge\n", 11, CSTM_ERROR_SYNTAX, 1, 8, "");
    assert_fails("limit,\xFF\n", 8, CSTM_ERROR_SYNTAX, 1, 7, "");
    cstm_table *table;
    cstm_error *error;
    const char *text = "age,limt\n";
    ck_assert_int_eq(
        cstm_csv_read_bytes(csv, "x.csv", (const uint8_t *) text, 9, &table, NULL, &error),
        CSTM_ERROR_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), "did you mean 'limt'?"));
    cstm_error_free(error);
    /* What is not declared may be there twice. */
    table = read_text("x,limit,x,age\n1,2,3,4\n");
    ck_assert_int_eq(cstm_table_int64(table, 0, 1), 4);
    cstm_table_free(table);
}
END_TEST

START_TEST(rows_that_are_refused_are_collected_with_their_place_reason_and_text)
{
    /* The bad field is the last to be put, so that what the others of its row left behind must go
     * again. */
    declare("s", CSTM_TYPE_STRING);
    declare("l", CSTM_TYPE_STRINGS);
    declare("t", CSTM_TYPE_TIMESTAMP);
    declare("a", CSTM_TYPE_INT);
    ck_assert_int_eq(cstm_csv_set_reject(csv, CSTM_CSV_COLLECT, NULL), CSTM_OK);
    static const char text[] =
        "s,l,t,a\n"
        "bad,r;s,2005-10-01T00:00:00,x\n" /* line 2: its time without offset does not count */
        "one,p;q,,1\n"
        "\"two\nlines\",,,2\n" /* lines 4 and 5 */
        "few,fields\n"         /* line 6 */
        "stray\"quote,,,\n"    /* line 7 */
        "nul\0,,,\xFF\n"       /* line 8 */
        "three,u,2005-10-02T00:00:00Z,3\r\n";
    cstm_table *table = NULL, *rejected = NULL;
    ck_assert_int_eq(cstm_csv_read_bytes(csv, "x.csv", (const uint8_t *) text, sizeof text - 1,
                                         &table, &rejected, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_table_rows(table), 3);
    for (int64_t row = 0; row < 3; row++)
        ck_assert_int_eq(cstm_table_int64(table, row, 3), row + 1);
    assert_text(table, 0, 0, "one");
    assert_text(table, 1, 0, "two\nlines");
    assert_text(table, 2, 0, "three");
    assert_item(table, 0, 1, 1, "q");
    ck_assert_int_eq(cstm_table_state(table, 1, 1), CSTM_STATE_MISSING);
    assert_item(table, 2, 1, 0, "u");
    ck_assert_int_eq(cstm_table_column_civil(table, 2), 0);
    ck_assert_int_eq(cstm_table_rows(rejected), 4);
    static const struct {
        int64_t line, column;
        const char *field, *text;
    } expected[] = {{2, 29, "a", "bad,r;s,2005-10-01T00:00:00,x"},
                    {6, 11, NULL, "few,fields"},
                    {7, 6, NULL, "stray\"quote,,,"},
                    {8, 4, NULL, "nul\xEF\xBF\xBD,,,\xEF\xBF\xBD"}};
    for (int64_t row = 0; row < 4; row++) {
        ck_assert_int_eq(cstm_table_int64(rejected, row, cstm_table_find(rejected, "line")),
                         expected[row].line);
        ck_assert_int_eq(cstm_table_int64(rejected, row, cstm_table_find(rejected, "column")),
                         expected[row].column);
        assert_text(rejected, row, cstm_table_find(rejected, "field"), expected[row].field);
        assert_text(rejected, row, cstm_table_find(rejected, "text"), expected[row].text);
        ck_assert_ptr_nonnull(
            cstm_table_string(rejected, row, cstm_table_find(rejected, "reason"), NULL));
    }
    assert_text(rejected, 0, 3, "not an integer");
    cstm_table_free(table);
    cstm_table_free(rejected);
}
END_TEST

START_TEST(what_concerns_the_whole_file_fails_even_when_rows_are_collected)
{
    declare("a", CSTM_TYPE_INT);
    ck_assert_int_eq(cstm_csv_set_reject(csv, CSTM_CSV_COLLECT, NULL), CSTM_OK);
    assert_fails("a\n1\n\"2\n", 7, CSTM_ERROR_SYNTAX, 3, 1, "");
    assert_fails("b\n", 2, CSTM_ERROR_UNKNOWN, 1, 1, "a");
    cstm_table *table;
    ck_assert_int_eq(cstm_csv_read_bytes(csv, "x", (const uint8_t *) "a\n", 2, &table, NULL, NULL),
                     CSTM_ERROR_MISUSE);
}
END_TEST

/* Many rows, so that records lie across the pieces in which files and gzip are read. */
static char *
many_rows(size_t *size, int64_t rows)
{
    char *text = malloc((size_t) rows * 64 + 64);
    size_t at = (size_t) sprintf(text, "id,n,note\n");
    for (int64_t i = 0; i < rows; i++)
        at += (size_t) sprintf(text + at, "C%lld,%lld,\"say \"\"%lld\"\"\nagain\"\n", (long long) i,
                               (long long) (i * 7), (long long) i);
    *size = at;
    return text;
}

static void
assert_many_rows(const cstm_table *table, int64_t rows)
{
    ck_assert_int_eq(cstm_table_rows(table), rows);
    for (int64_t i = 0; i < rows; i++) {
        char expected[64];
        sprintf(expected, "C%lld", (long long) i);
        assert_text(table, i, 0, expected);
        ck_assert_int_eq(cstm_table_int64(table, i, 1), i * 7);
        sprintf(expected, "say \"%lld\"\nagain", (long long) i);
        assert_text(table, i, 2, expected);
    }
}

/* One gzip member. */
static size_t
compress_into(uint8_t *out, size_t capacity, const void *bytes, size_t size)
{
    z_stream stream = {0};
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *) bytes;
    stream.avail_in = (uInt) size;
    stream.next_out = out;
    stream.avail_out = (uInt) capacity;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t made = capacity - stream.avail_out;
    deflateEnd(&stream);
    return made;
}

static void
declare_many(void)
{
    declare("id", CSTM_TYPE_STRING);
    declare("n", CSTM_TYPE_INT);
    declare("note", CSTM_TYPE_STRING);
}

START_TEST(a_large_file_is_read_whole_plain_and_gzip)
{
    size_t size;
    char *text = many_rows(&size, 20000);
    uint8_t *packed = malloc(size + 1024);
    declare_many();
    cstm_table *table = read_sized(text, size);
    assert_many_rows(table, 20000);
    cstm_table_free(table);
    size_t packed_size = compress_into(packed, size + 1024, text, size);
    table = read_sized(packed, packed_size);
    assert_many_rows(table, 20000);
    cstm_table_free(table);
    free(text);
    free(packed);
}
END_TEST

START_TEST(a_record_may_lie_anywhere_in_the_pieces_that_are_read)
{
    /* Rows of nine bytes after a header of 2 to 10: each byte of a row comes to lie on the ends of
     * the window. */
    enum { ROWS = 70000 };
    char *text = malloc(16 + ROWS * 9);
    declare("a", CSTM_TYPE_STRING);
    for (size_t shift = 0; shift < 9; shift++) {
        size_t at = 0;
        text[at++] = 'a';
        for (size_t i = 0; i < shift; i++)
            text[at++] = i == 0 ? ',' : 'b';
        text[at++] = '\n';
        for (size_t i = 0; i < ROWS; i++, at += 9) {
            memcpy(text + at, shift == 0 ? "\"x\"\"yz\"\r\n" : "\"x\"\"y\",\r\n",
                   9); /* one field, or two */
        }
        cstm_table *table = read_sized(text, at);
        ck_assert_int_eq(cstm_table_rows(table), ROWS);
        int64_t right = 0;
        for (int64_t i = 0; i < ROWS; i++) {
            size_t size;
            const char *got = cstm_table_string(table, i, 0, &size);
            right += size == (shift == 0 ? 4 : 3) && memcmp(got, "x\"yz", size) == 0;
        }
        ck_assert_int_eq(right, ROWS);
        cstm_table_free(table);
    }
    free(text);
}
END_TEST

START_TEST(gzip_may_have_several_members_and_padding)
{
    uint8_t packed[1024] = {0};
    declare("a", CSTM_TYPE_INT);
    size_t size = compress_into(packed, sizeof packed, "a\n1\n2", 5);
    size += compress_into(packed + size, sizeof packed - size, "", 0);
    size += compress_into(packed + size, sizeof packed - size, "3\n4\n", 4);
    for (size_t padding = 0; padding < 20; padding += 19) {
        cstm_table *table = read_sized(packed, size + padding);
        ck_assert_int_eq(cstm_table_rows(table), 3);
        ck_assert_int_eq(cstm_table_int64(table, 1, 0), 23);
        cstm_table_free(table);
    }
    packed[size] = 'x';
    assert_fails((char *) packed, size + 1, CSTM_ERROR_CORRUPT, 0, 0, "");
}
END_TEST

START_TEST(gzip_that_is_cut_or_changed_anywhere_is_corrupt)
{
    uint8_t packed[256];
    declare("a", CSTM_TYPE_INT);
    size_t size = compress_into(packed, sizeof packed, "a\n1\n2\n3\n", 8);
    for (size_t cut = 2; cut < size; cut++)
        assert_fails((char *) packed, cut, CSTM_ERROR_CORRUPT, 0, 0, "");
    for (size_t at = size - 8; at < size; at++) { /* checksum and length */
        packed[at] ^= 0x10;
        assert_fails((char *) packed, size, CSTM_ERROR_CORRUPT, 0, 0, "");
        packed[at] ^= 0x10;
    }
    packed[3] = 0xFF; /* flags that gzip reserves */
    assert_fails((char *) packed, size, CSTM_ERROR_CORRUPT, 0, 0, "");
}
END_TEST

static const char *
file_with(const void *bytes, size_t size)
{
    static char path[64];
    snprintf(path, sizeof path, "test_csv_read.%ld.csv", (long) getpid());
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return path;
}

struct watch {
    int64_t calls, last, stop_at;
};

static int32_t
watching(void *data, int64_t done, int64_t total)
{
    struct watch *watch = data;
    ck_assert_int_eq(total, 0);
    ck_assert_int_ge(done, watch->last);
    watch->last = done;
    return ++watch->calls == watch->stop_at;
}

START_TEST(a_file_is_read_and_tells_how_far_it_is)
{
    size_t size;
    char *text = many_rows(&size, 20000);
    const char *path = file_with(text, size);
    struct watch watch = {0};
    cstm_table *table = NULL, *rejected = (cstm_table *) 8;
    declare_many();
    ck_assert_int_eq(cstm_csv_read_file(csv, path, watching, &watch, NULL, &table, &rejected, NULL),
                     CSTM_OK);
    assert_many_rows(table, 20000);
    ck_assert_ptr_null(rejected);
    ck_assert_int_ge(watch.calls, 3);
    cstm_table_free(table);
    table = (cstm_table *) 7;
    watch = (struct watch){.stop_at = 2};
    ck_assert_int_eq(cstm_csv_read_file(csv, path, watching, &watch, NULL, &table, NULL, NULL),
                     CSTM_ERROR_CANCELLED);
    ck_assert_ptr_eq(table, (cstm_table *) 7);
    cstm_cancel *cancel;
    ck_assert_int_eq(cstm_cancel_new(&cancel, NULL), CSTM_OK);
    cstm_cancel_request(cancel);
    ck_assert_int_eq(cstm_csv_read_file(csv, path, NULL, NULL, cancel, &table, NULL, NULL),
                     CSTM_ERROR_CANCELLED);
    cstm_cancel_free(cancel);
    remove(path);
    free(text);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_error_with_its_name)
{
    cstm_table *table;
    cstm_error *error;
    declare("a", CSTM_TYPE_INT);
    ck_assert_int_eq(cstm_csv_read_file(csv, "no/such.csv", NULL, NULL, NULL, &table, NULL, &error),
                     CSTM_ERROR_IO);
    ck_assert_str_eq(cstm_error_file(error), "no/such.csv");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_csv_read_file(csv, ".", NULL, NULL, NULL, &table, NULL, NULL),
                     CSTM_ERROR_IO);
}
END_TEST

START_TEST(a_record_beyond_the_limit_is_refused)
{
    size_t size = CSTM_CSV_RECORD_LIMIT + 1000;
    char *text = malloc(size);
    memset(text, 'x', size);
    memcpy(text, "a\n\"", 3);
    declare("a", CSTM_TYPE_STRING);
    assert_fails(text, size, CSTM_ERROR_LIMIT, 2, 1, "");
    memcpy(text, "a\nx", 3);
    assert_fails(text, size, CSTM_ERROR_LIMIT, 2, 1, "");
    cstm_table *table = read_sized(text, CSTM_CSV_RECORD_LIMIT + 2);
    ck_assert_int_eq(cstm_table_rows(table), 1);
    cstm_table_free(table);
    free(text);
}
END_TEST

START_TEST(misuse_of_a_reader_is_told)
{
    cstm_table *table;
    uint32_t foreign = 5;
    cstm_csv *not_csv = (cstm_csv *) &foreign;
    ck_assert_int_eq(cstm_csv_new(NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_read_bytes(csv, "x", NULL, 0, &table, NULL, NULL),
                     CSTM_ERROR_MISUSE); /* no columns */
    declare("a", CSTM_TYPE_INT);
    ck_assert_int_eq(cstm_csv_add_column(csv, "a", CSTM_TYPE_INT, NULL), CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(cstm_csv_add_column(csv, "", CSTM_TYPE_INT, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_csv_add_column(csv, "b", CSTM_TYPE_DECIMAL, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_csv_add_column(csv, "b", CSTM_TYPE_NONE, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_csv_add_column(csv, NULL, CSTM_TYPE_INT, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_add_column(not_csv, "b", CSTM_TYPE_INT, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_set_delimiter(csv, '"', NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_csv_set_delimiter(csv, 0, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_csv_set_delimiter(csv, 0xE9, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_csv_set_missing(csv, "\"", NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_csv_set_zone(csv, "Asia/Nowhere", NULL), CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_csv_set_zone(csv, NULL, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_csv_set_currency(csv, "NTD", NULL), CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_csv_set_currency(csv, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_set_header(csv, 2, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_set_reject(csv, 2, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_read_bytes(csv, "x", NULL, 1, &table, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_read_bytes(csv, "x", NULL, 0, NULL, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_read_bytes(not_csv, "x", NULL, 0, &table, NULL, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_csv_read_file(csv, NULL, NULL, NULL, NULL, &table, NULL, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_csv_read_file(csv, "x", NULL, NULL, (cstm_cancel *) &foreign, &table, NULL, NULL),
        CSTM_ERROR_MISUSE);
    declare("m", CSTM_TYPE_MONEY);
    ck_assert_int_eq(cstm_csv_read_bytes(csv, "x", NULL, 0, &table, NULL, NULL), CSTM_ERROR_MISUSE);
    cstm_csv_free(NULL);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("csv read");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_type_is_read);
    tcase_add_test(tcase, quotes_line_ends_and_delimiters_are_those_of_rfc_4180);
    tcase_add_test(tcase, another_delimiter_and_text_for_missing_may_be_set);
    tcase_add_test(tcase, a_file_without_header_has_the_declared_columns);
    tcase_add_test(tcase, an_empty_line_of_a_file_of_one_column_is_a_missing_value);
    tcase_add_test(tcase, times_without_an_offset_are_civil_unless_a_zone_is_set);
    tcase_add_test(tcase, times_with_and_without_an_offset_do_not_mix);
    tcase_add_test(tcase, a_value_of_another_type_is_an_error_at_its_place);
    tcase_add_test(tcase, a_record_of_wrong_form_is_an_error_at_its_place);
    tcase_add_test(tcase, a_header_that_does_not_fit_is_an_error);
    tcase_add_test(tcase, rows_that_are_refused_are_collected_with_their_place_reason_and_text);
    tcase_add_test(tcase, what_concerns_the_whole_file_fails_even_when_rows_are_collected);
    tcase_add_test(tcase, a_large_file_is_read_whole_plain_and_gzip);
    tcase_add_test(tcase, a_record_may_lie_anywhere_in_the_pieces_that_are_read);
    tcase_add_test(tcase, gzip_may_have_several_members_and_padding);
    tcase_add_test(tcase, gzip_that_is_cut_or_changed_anywhere_is_corrupt);
    tcase_add_test(tcase, a_file_is_read_and_tells_how_far_it_is);
    tcase_add_test(tcase, a_file_that_cannot_be_read_is_an_error_with_its_name);
    tcase_add_test(tcase, a_record_beyond_the_limit_is_refused);
    tcase_add_test(tcase, misuse_of_a_reader_is_told);
    Suite *suite = suite_create("csv read");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
