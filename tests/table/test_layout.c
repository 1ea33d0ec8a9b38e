/* Bank files through their layouts: what a file comes to is compared as CSV, the rejected rows with
 * it. Chinese text is written in the bytes of its encoding, with the characters beside it. */
#include "layouts.h"

/* ---- delimited ---- */

START_TEST(a_delimiter_is_any_bytes)
{
    static const struct {
        const char *delimiter, *file;
    } cases[] = {
        {"|", "A1|7|x y\n"},
        {"|@|", "A1|@|7|@|x y\n"},
        {"\x01", "A1\x01"
                 "7\x01x y\n"},
        {"\x1B", "A1\x1B"
                 "7\x1Bx y"},
        {"|+|", "A1|+|7|+|x y\r\n"},
        {"\xFF", "A1\xFF"
                 "7\xFFx y\n"},
        {"\xEF\xBD\x9C", "A1\xEF\xBD\x9C"
                         "7\xEF\xBD\x9Cx y\n"}, /* U+FF5C, a wide bar */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
        delimit(layout, cases[i].delimiter);
        column(layout, "card", TYPE(STRING), 0, 0);
        column(layout, "n", TYPE(INT), 0, 0);
        column(layout, "note", TYPE(STRING), 0, 0);
        gives(layout, cases[i].file, strlen(cases[i].file), "card,n,note\nA1,7,x y\n", NULL);
    }
}
END_TEST

START_TEST(a_nul_may_delimit)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_delimiter(layout, (const uint8_t *) "", 1, &error), &error);
    column(layout, "b", TYPE(STRING), 2, 0);
    column(layout, "a", TYPE(STRING), 1, 0);
    GIVES(layout, "x\0y\n", "b,a\ny,x\n", NULL);
}
END_TEST

START_TEST(columns_stand_by_position)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    column(layout, "third", TYPE(STRING), 3, 0);
    column(layout, "first", TYPE(INT), 1, 0);
    must(cstm_layout_set_fields(layout, 5, &error), &error);
    GIVES(layout, "1|x|c|y|\n2|x||y|\n", "third,first\nc,1\n,2\n", NULL);
}
END_TEST

START_TEST(a_bar_inside_a_character_is_no_delimiter)
{
    /* 潀 is 9D7C in GBK, whose second byte is '|'; 憒 is 917C. */
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030);
    column(layout, "name", TYPE(STRING), 1, 0);
    column(layout, "city", TYPE(STRING), 2, 0);
    GIVES(layout, "\x9D\x7C|\x91\x7C\n\xD6\xD0|\x95\x32\x82\x36\n",
          "name,city\n\xE6\xBD\x80,\xE6\x86\x92\n\xE4\xB8\xAD,\xF0\xA0\x80\x80\n", NULL);
}
END_TEST

START_TEST(a_byte_order_mark_is_skipped)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 1, 0);
    GIVES(layout, "\xEF\xBB\xBFx\n", "a\nx\n", NULL);
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030);
    column(layout, "a", TYPE(STRING), 1, 0);
    GIVES(layout, "\x84\x31\x95\x33x\n", "a\nx\n", NULL);
}
END_TEST

START_TEST(quotes_hold_delimiters_and_line_ends)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_quote(layout, '"', &error), &error);
    must(cstm_layout_set_padding(layout, NULL, ' ', ' ', &error), &error);
    delimit(layout, "||");
    column(layout, "a", TYPE(STRING), 1, 0);
    column(layout, "b", TYPE(STRING), 2, 0);
    collect(layout, 10);
    GIVES(layout,
          "\"x||\n\"\"y\"\"\"|| z \n\" p \"||\"\"\n\"\"\"\"||\n"
          "q\"||r\n\"s\"t||u\n\"v||w\n\"||x\nlast||1",
          "a,b\n\"x||\n\"\"y\"\"\",z\n p ,\"\"\n\"\"\"\",\n\"v||w\n\",x\nlast,1\n",
          "5,2,,a quote inside a field that does not begin with one,\"q\"\"||r\"\n"
          "6,4,,text after the closing quote of a field,\"\"\"s\"\"t||u\"\n");
}
END_TEST

START_TEST(without_quotes_a_quote_is_a_character)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 1, 0);
    column(layout, "b", TYPE(STRING), 2, 0);
    GIVES(layout, "\"x|5\"\n", "a,b\n\"\"\"x\",\"5\"\"\"\n", NULL);
}
END_TEST

START_TEST(an_open_quote_fails_the_file)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_quote(layout, '\'', &error), &error);
    column(layout, "a", TYPE(STRING), 1, 0);
    collect(layout, 10);
    FAILS(layout, "x\n'y\nz\n", CSTM_ERROR_SYNTAX, "day.dat:2:1: a quote that is never closed");
}
END_TEST

START_TEST(names_place_the_columns)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030);
    cstm_error *error;
    must(cstm_layout_set_frame(layout, 1, 1, 0, &error), &error);
    must(cstm_layout_add_comment(layout, (const uint8_t *) "#", 1, &error), &error);
    column(layout, "\xE5\x8D\xA1\xE5\x8F\xB7", TYPE(STRING), 0, 0); /* 卡号 */
    column(layout, "n", TYPE(INT), 0, 0);
    GIVES(layout, "# made by\nH|20240105\n\nn| \xBF\xA8\xBA\xC5 |x\n#\n1|A1|\n2|A2|\n",
          "\xE5\x8D\xA1\xE5\x8F\xB7,n\nA1,1\nA2,2\n", NULL);
}
END_TEST

START_TEST(a_name_that_is_not_there_is_told_with_the_nearest)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_frame(layout, 0, 1, 0, &error), &error);
    column(layout, "amount", TYPE(INT), 0, 0);
    FAILS(layout, "card|amonut\n", CSTM_ERROR_UNKNOWN,
          "day.dat:1:1: the file names no field 'amount'; did you mean 'amonut'?");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    must(cstm_layout_set_frame(layout, 0, 1, 0, &error), &error);
    column(layout, "a", TYPE(INT), 0, 0);
    FAILS(layout, "a|b|a\n", CSTM_ERROR_DUPLICATE,
          "day.dat:1:5: column 'a': the file names it twice");
}
END_TEST

START_TEST(records_end_as_declared)
{
    static const struct {
        const char *end, *file;
    } cases[] = {
        {"", "1|x\n2|y\r\n3|z"},
        {"", "1|x\n2|y\n3|z\n\x1A"},
        {"", "1|x\n\n2|y\n3|z\n\n\n"},
        {"#", "1|x#2|y#3|z#"},
        {"@@", "1|x@@2|y@@3|z"},
        {"\x1E", "1|x\x1E"
                 "2|y\x1E"
                 "3|z"},
        {"\r", "1|x\r2|y\r3|z\r"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int32_t encoding = 0; encoding < 2; encoding++) {
            cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, encoding);
            cstm_error *error;
            must(cstm_layout_set_record_end(layout, (const uint8_t *) cases[i].end,
                                            strlen(cases[i].end), &error),
                 &error);
            column(layout, "n", TYPE(INT), 1, 0);
            column(layout, "s", TYPE(STRING), 2, 0);
            gives(layout, cases[i].file, strlen(cases[i].file), "n,s\n1,x\n2,y\n3,z\n", NULL);
        }
}
END_TEST

START_TEST(a_record_end_inside_a_character_ends_nothing)
{
    /* 咢 is 864C, 丂 is 8140: '@' is its second byte. */
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030);
    cstm_error *error;
    must(cstm_layout_set_record_end(layout, (const uint8_t *) "@", 1, &error), &error);
    column(layout, "s", TYPE(STRING), 1, 0);
    collect(layout, 10);
    GIVES(layout, "\x81\x40@\x81@x@", "s\n\xE4\xB8\x82\n\xE4\xB8\x82x\n", "");
}
END_TEST

START_TEST(rows_of_another_number_of_fields_are_rejected)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 1, 0);
    column(layout, "b", TYPE(STRING), 2, 0);
    collect(layout, 10);
    GIVES(layout, "1|2\n1\n1|2|3\n|\n", "a,b\n1,2\n,\n",
          "2,2,,fewer fields than a row has,1\n3,5,,more fields than a row has,1|2|3\n");
}
END_TEST

START_TEST(bytes_of_another_encoding_reject_the_row)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030);
    column(layout, "name", TYPE(STRING), 1, 0);
    column(layout, "n", TYPE(INT), 2, 0);
    collect(layout, 10);
    GIVES(layout, "\xD6\xD0\xB9\xFA|1\n\xD6\xD0\xB9|2\n\xD6\xD0\xFF|3\n4|4\n",
          "name,n\n\xE4\xB8\xAD\xE5\x9B\xBD,1\n4,4\n",
          /* B9 7C is a character, so that the row has one field; FF is none. */
          "2,4,,fewer fields than a row has,\xE4\xB8\xAD\xE7\xAE\x8C"
          "2\n"
          "3,2,,bytes that are not GB 18030,\xE4\xB8\xAD\xEF\xBF\xBD|3\n");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "name", TYPE(STRING), 1, 0);
    FAILS(layout, "\xE4\xB8\xAD\xD6\n", CSTM_ERROR_SYNTAX, "day.dat:1:2: bytes that are not UTF-8");
}
END_TEST

/* ---- fixed width ---- */

START_TEST(columns_of_bytes_are_cut_before_they_are_decoded)
{
    /* Name in 8 bytes, blanks behind, number in 6, zeros before, city in 6 with ideographic spaces.
     */
    cstm_layout *layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_GB18030);
    cstm_error *error;
    column(layout, "name", TYPE(STRING), 1, 8);
    column(layout, "n", TYPE(INT), 9, 6);
    column(layout, "city", TYPE(STRING), 15, 6);
    must(cstm_layout_set_padding(layout, "city", -1, 0x3000, &error), &error);
    GIVES(layout,
          "\xD5\xC5\xC8\xFD    000042\xB1\xB1\xBE\xA9\xA1\xA1 ignored\r\n"
          "Li Si   -00007\xA1\xA1\xA1\xA1\xA1\xA1\n",
          "name,n,city\n\xE5\xBC\xA0\xE4\xB8\x89,42,\xE5\x8C\x97\xE4\xBA\xAC\nLi Si,-7,\n", NULL);
}
END_TEST

START_TEST(columns_of_characters_count_them)
{
    for (int32_t encoding = 0; encoding < 2; encoding++) {
        cstm_layout *layout = new_layout(CSTM_LAYOUT_CHARACTERS, encoding);
        column(layout, "name", TYPE(STRING), 1, 4);
        column(layout, "n", TYPE(INT), 5, 3);
        collect(layout, 10);
        if (encoding == CSTM_ENCODING_UTF8)
            GIVES(layout,
                  "\xE5\xBC\xA0\xE4\xB8\x89  042\nabcd  7\n\xE5\xBC\xA0"
                  "abc12\n",
                  "name,n\n\xE5\xBC\xA0\xE4\xB8\x89,42\nabcd,7\n",
                  "3,7,n,the record ends before it,\xE5\xBC\xA0"
                  "abc12\n");
        else
            GIVES(layout,
                  "\xD5\xC5\xC8\xFD  042\nabcd  7\n\xD5\xC5"
                  "abc12\n\xD5\xC5\xFF"
                  "a012\n",
                  "name,n\n\xE5\xBC\xA0\xE4\xB8\x89,42\nabcd,7\n",
                  "3,7,n,the record ends before it,\xE5\xBC\xA0"
                  "abc12\n"
                  "4,2,,bytes that are not GB 18030,\xE5\xBC\xA0\xEF\xBF\xBD"
                  "a012\n");
    }
}
END_TEST

START_TEST(a_character_that_is_cut_rejects_the_row)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_GB18030);
    column(layout, "name", TYPE(STRING), 1, 3);
    collect(layout, 1);
    GIVES(layout, "abc\n\xD5\xC5\xC8\xFD\n", "name\nabc\n",
          "2,1,name,bytes that are not GB 18030,\xE5\xBC\xA0\xE4\xB8\x89\n");
}
END_TEST

START_TEST(records_of_fixed_size_need_no_end)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_record_size(layout, 5, &error), &error);
    must(cstm_layout_set_padding(layout, NULL, -1, 0, &error), &error);
    column(layout, "a", TYPE(STRING), 1, 2);
    column(layout, "b", TYPE(STRING), 3, 3);
    collect(layout, 10);
    GIVES(layout, "ab\n\0\0cdxyz\0xy\0\0ef", "a,b\nab,\"\n\"\ncd,xyz\n",
          "3,1,a,a NUL byte,\xEF\xBF\xBDxy\xEF\xBF\xBD\xEF\xBF\xBD\n"
          "4,3,,the file ends inside a record,ef\n");
}
END_TEST

/* ---- control totals ---- */

static cstm_layout *
controlled(void)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_frame(layout, 1, 0, 2, &error), &error);
    column(layout, "card", TYPE(STRING), 1, 0);
    column(layout, "amount", TYPE(MONEY), 2, 0);
    column(layout, "points", TYPE(INT), 3, 0);
    must(cstm_layout_set_number(layout, "amount", 2, CSTM_SIGN_TRAILING, 0, &error), &error);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_COUNT, NULL, 1, 2, 0, &error), &error);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "amount", -2, 2, 0, &error), &error);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_ABSOLUTE, "amount", -2, 3, 0, &error), &error);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "points", -1, 1, 0, &error), &error);
    return layout;
}

START_TEST(a_file_that_adds_up_is_taken)
{
    GIVES(controlled(), "H| 0003\nA|1250|7\nB|2000-|1\nC||\nT|750-|3250\n8\n",
          "card,amount,points\nA,12.50,7\nB,-20.00,1\nC,,\n", NULL);
    GIVES(controlled(), "H|0\nT|0|0\n0\n", "card,amount,points\n", NULL);
}
END_TEST

START_TEST(rejected_rows_count_for_the_totals)
{
    cstm_layout *layout = controlled();
    collect(layout, 10);
    GIVES(layout, "H|4\nA|1250|7\n\xFF|2000-|1\nC|x|1\nD|5|x\nT|1255|1255\n8\n",
          "card,amount,points\nA,12.50,7\n",
          "3,1,,bytes that are not UTF-8,\xEF\xBF\xBD|2000-|1\n"
          "4,3,amount,not a number as it is declared,C|x|1\n"
          "5,5,points,not an integer,D|5|x\n");
}
END_TEST

START_TEST(a_file_that_does_not_add_up_is_refused_whole)
{
    FAILS(controlled(), "H|4\nA|1250|7\nB|2000-|1\nC||\nT|750-|3250\n8\n", CSTM_ERROR_MISMATCH,
          "day.dat:1:3: the control total says 4 rows, but the file has 3 (0 of them rejected)");
    FAILS(controlled(), "H|2\nA|1250|7\nB|2000-|1\nT|751-|3250\n8\n", CSTM_ERROR_MISMATCH,
          "day.dat:4:3: the control total says that the column 'amount' comes to -7.51, but its 2 "
          "rows come "
          "to -7.50 (0 of them rejected)");
    FAILS(controlled(), "H|2\nA|1250|7\nB|2000-|1\nT|750-|750\n8\n", CSTM_ERROR_MISMATCH,
          "day.dat:4:8: the control total says that the absolute values of column 'amount' comes "
          "to 7.50, but its "
          "2 rows come to 32.50 (0 of them rejected)");
    /* One row: its amount is the customer's. */
    FAILS(controlled(), "H|1\nA|1250|7\nT|1250|1250\n8\n", CSTM_ERROR_MISMATCH,
          "day.dat:4:1: the control total of the column 'points' is not what its rows come to (0 "
          "of 1 rejected)");
    FAILS(controlled(), "H|x\nA|1250|7\nT|1250|1250\n8\n", CSTM_ERROR_SYNTAX,
          "day.dat:1:3: the control total is not a number of its column");
    FAILS(controlled(), "H|1\nA|1250|7\nT|1250\n7\n", CSTM_ERROR_SYNTAX,
          "day.dat:3:7: column 'amount': the record ends before its control total");
    FAILS(controlled(), "H|1\nT|0|0\n", CSTM_ERROR_SYNTAX,
          "day.dat:3:1: the file has fewer records than stand before and after its rows");
}
END_TEST

START_TEST(sums_beyond_64_bits_are_exact)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    must(cstm_layout_set_frame(layout, 0, 0, 1, &error), &error);
    column(layout, "n", TYPE(INT), 1, 0);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "n", -1, 1, 0, &error), &error);
    /* 2 * (2^63 - 1) = 18446744073709551614 */
    FAILS(layout, "9223372036854775807\n9223372036854775807\n-2\n", CSTM_ERROR_MISMATCH,
          "day.dat:3:1: the control total says that the column 'n' comes to -2, but its 2 rows "
          "come to "
          "18446744073709551614 (0 of them rejected)");
}
END_TEST

/* ---- rejecting ---- */

START_TEST(the_first_bad_row_stops_or_rows_are_collected_up_to_a_limit)
{
    static const char file[] = "1\nx\n3\ny\nz\n";
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "n", TYPE(INT), 1, 0);
    FAILS(layout, file, CSTM_ERROR_SYNTAX, "day.dat:2:1: column 'n': not an integer");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "n", TYPE(INT), 1, 0);
    collect(layout, 3);
    GIVES(layout, file, "n\n1\n3\n",
          "2,1,n,not an integer,x\n4,1,n,not an integer,y\n5,1,n,not an integer,z\n");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "n", TYPE(INT), 1, 0);
    collect(layout, 2);
    FAILS(layout, file, CSTM_ERROR_LIMIT,
          "day.dat:5:1: more than 2 rows are rejected; this one: column 'n': not an integer");
}
END_TEST

START_TEST(a_large_file_with_trailers_is_read_through)
{
    /* Some windows long, so that records lie across their ends. */
    enum { ROWS = 60000 };
    char *file = malloc(ROWS * 32 + 64), *at = file;
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "%08d\xD6\xD0\x81\x30\x81\x30%04d%s", i, i % 7, i % 2 ? "\r\n" : "\n");
    at += sprintf(at, "T%08d\n", ROWS);
    cstm_layout *layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_GB18030);
    cstm_error *error;
    cstm_table *table;
    must(cstm_layout_set_frame(layout, 0, 0, 1, &error), &error);
    column(layout, "i", TYPE(INT), 1, 8);
    column(layout, "s", TYPE(STRING), 9, 6);
    column(layout, "k", TYPE(INT), 15, 4);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_COUNT, NULL, -1, 2, 8, &error), &error);
    must(cstm_layout_read_bytes(layout, NULL, (const uint8_t *) file, (size_t) (at - file), &table,
                                NULL, &error),
         &error);
    ck_assert_int_eq(cstm_table_rows(table), ROWS);
    for (int i = 0; i < ROWS; i++) {
        size_t size;
        ck_assert_int_eq(cstm_table_int64(table, i, 0), i);
        ck_assert_int_eq(cstm_table_int64(table, i, 2), i % 7);
        const char *text = cstm_table_string(table, i, 1, &size);
        ck_assert(size == 5 && memcmp(text, "\xE4\xB8\xAD\xC2\x80", 5) == 0);
    }
    cstm_table_free(table);
    cstm_layout_free(layout);
    free(file);
}
END_TEST

/* ---- layouts that say nothing sensible ---- */

START_TEST(a_layout_that_contradicts_itself_is_refused)
{
    cstm_error *error;
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    FAILS(layout, "x", CSTM_ERROR_MISUSE, "the layout has no columns");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 1, 0);
    delimit(layout, "|\n");
    FAILS(layout, "x", CSTM_ERROR_MISUSE,
          "the delimiter and the end of a record hold one the other");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 1, 0);
    delimit(layout, "\"");
    must(cstm_layout_set_quote(layout, '"', &error), &error);
    FAILS(layout, "x", CSTM_ERROR_MISUSE, "the delimiter or the end of a record holds the quote");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 1, 0);
    delimit(layout, "\x80");
    FAILS(layout, "x", CSTM_ERROR_MISUSE, "the delimiter begins inside a character of UTF-8");
    layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(STRING), 4, 3);
    must(cstm_layout_set_record_size(layout, 5, &error), &error);
    FAILS(layout, "x", CSTM_ERROR_MISUSE, "a column lies beyond the size of a record");
    layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(INT), 1, 3);
    must(cstm_layout_add_total(layout, CSTM_TOTAL_SUM, "a", -1, 1, 3, &error), &error);
    FAILS(layout, "x", CSTM_ERROR_MISUSE,
          "a control total stands in a record that is not before or after the rows");
}
END_TEST

START_TEST(declarations_are_checked)
{
    cstm_layout *delimited = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_layout *fixed = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_UTF8);
    column(delimited, "s", TYPE(STRING), 1, 0);
    column(delimited, "n", TYPE(INT), 2, 0);
    column(delimited, "d", TYPE(DATE), 3, 0);
    static const struct {
        const char *format;
        cstm_status status;
    } formats[] = {
        {"YYYYMMDD", CSTM_OK},
        {"YYYYMM", CSTM_ERROR_SYNTAX},
        {"YYMMDD", CSTM_ERROR_SYNTAX},
        {"YYYYMMDDDD", CSTM_ERROR_SYNTAX},
        {"YYYYMMDDMM", CSTM_ERROR_SYNTAX},
        {"", CSTM_ERROR_SYNTAX},
        {"YYYYMMDDHH", CSTM_ERROR_SYNTAX},
        {"YYYYMMDDHHMM", CSTM_ERROR_TYPE},
        {"seconds", CSTM_ERROR_TYPE},
        {"seconds ", CSTM_ERROR_SYNTAX},
        {"YYYYMMDDssHHMM", CSTM_ERROR_SYNTAX},
        {"HHMMSSYYYYMMDD", CSTM_ERROR_SYNTAX},
        {"\xFFYYYYMMDD", CSTM_ERROR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        ck_assert_msg(cstm_layout_set_format(delimited, "d", formats[i].format, NULL) ==
                          formats[i].status,
                      "%s", formats[i].format);
    ck_assert_int_eq(cstm_layout_set_format(delimited, "n", "YYYYMMDD", NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_layout_set_number(delimited, "s", 2, 0, 0, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_layout_set_number(delimited, "n", 2, 0, 0, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_layout_set_number(delimited, "n", -1, 0, '.', NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_layout_set_number(delimited, "x", 0, 0, 0, NULL), CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_layout_set_sign(delimited, "n", 1, 0, "C", "C", NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_layout_set_sign(delimited, "s", 1, 0, "C", "D", NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_layout_add_column(delimited, "n", CSTM_TYPE_INT, 1, 0, NULL),
                     CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(cstm_layout_add_column(delimited, "w", CSTM_TYPE_INT, 1, 2, NULL),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_layout_add_column(delimited, "w", CSTM_TYPE_DECIMAL, 1, 0, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_layout_add_column(fixed, "w", CSTM_TYPE_INT, 1, 0, NULL),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_layout_add_column(fixed, "", CSTM_TYPE_INT, 1, 1, NULL),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_layout_set_delimiter(fixed, (const uint8_t *) "|", 1, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_layout_set_frame(fixed, 0, 1, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_layout_set_record_size(delimited, 5, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_layout_add_total(delimited, CSTM_TOTAL_SUM, "d", 1, 1, 0, NULL),
                     CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_layout_add_missing(delimited, "d", "", NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_layout_set_padding(delimited, NULL, 0xD800, -1, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_layout_set_reject(delimited, CSTM_CSV_COLLECT, -1, NULL),
                     CSTM_ERROR_RANGE);
    cstm_layout_free(delimited);
    cstm_layout_free(fixed);
}
END_TEST

static TCase *
new_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int
main(void)
{
    Suite *suite = suite_create("layout");
    TCase *tcase;
    tcase = new_case(suite, "delimited");
    tcase_add_test(tcase, a_delimiter_is_any_bytes);
    tcase_add_test(tcase, a_nul_may_delimit);
    tcase_add_test(tcase, columns_stand_by_position);
    tcase_add_test(tcase, a_bar_inside_a_character_is_no_delimiter);
    tcase_add_test(tcase, a_byte_order_mark_is_skipped);
    tcase_add_test(tcase, quotes_hold_delimiters_and_line_ends);
    tcase_add_test(tcase, without_quotes_a_quote_is_a_character);
    tcase_add_test(tcase, an_open_quote_fails_the_file);
    tcase_add_test(tcase, names_place_the_columns);
    tcase_add_test(tcase, a_name_that_is_not_there_is_told_with_the_nearest);
    tcase_add_test(tcase, records_end_as_declared);
    tcase_add_test(tcase, a_record_end_inside_a_character_ends_nothing);
    tcase_add_test(tcase, rows_of_another_number_of_fields_are_rejected);
    tcase_add_test(tcase, bytes_of_another_encoding_reject_the_row);
    tcase = new_case(suite, "fixed");
    tcase_add_test(tcase, columns_of_bytes_are_cut_before_they_are_decoded);
    tcase_add_test(tcase, columns_of_characters_count_them);
    tcase_add_test(tcase, a_character_that_is_cut_rejects_the_row);
    tcase_add_test(tcase, records_of_fixed_size_need_no_end);
    tcase = new_case(suite, "totals");
    tcase_add_test(tcase, a_file_that_adds_up_is_taken);
    tcase_add_test(tcase, a_file_that_does_not_add_up_is_refused_whole);
    tcase_add_test(tcase, rejected_rows_count_for_the_totals);
    tcase_add_test(tcase, sums_beyond_64_bits_are_exact);
    tcase = new_case(suite, "whole");
    tcase_add_test(tcase, the_first_bad_row_stops_or_rows_are_collected_up_to_a_limit);
    tcase_add_test(tcase, a_large_file_with_trailers_is_read_through);
    tcase_add_test(tcase, a_layout_that_contradicts_itself_is_refused);
    tcase_add_test(tcase, declarations_are_checked);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
