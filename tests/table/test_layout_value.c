/* Values as banks write them: dates and their sentinels, amounts and their signs, padding. */
#include "layouts.h"

START_TEST(dates_are_written_as_declared)
{
    static const struct {
        const char *format, *text;
        const char *date; /* NULL: refused */
    } cases[] = {
        {"YYYYMMDD", "20240229", "2024-02-29"},
        {"YYYYMMDD", "20230229", NULL},
        {"YYYYMMDD", "2024022", NULL},
        {"YYYYMMDD", "202402290", NULL},
        {"YYYYMMDD", "00000000", ""},
        {"YYYYMMDD", "99991231", ""},
        {"YYYYMMDD", "19000101", ""},
        {"YYYYMMDD", "19000102", "1900-01-02"},
        {"YYYYMMDD", "00010101", "0001-01-01"},
        {"YYYYMMDD", "00001231", NULL},
        {"YYYYMMDD", "", ""},
        {"YYYY/MM/DD", "2024/02/29", "2024-02-29"},
        {"YYYY/MM/DD", "2024/2/9", NULL},
        {"YYYY/M/D", "2024/2/9", "2024-02-09"},
        {"YYYY/M/D", "2024/12/31", "2024-12-31"},
        {"D.M.YYYY", "9.12.2024", "2024-12-09"},
        {"YYYY\xE5\xB9\xB4MM\xE6\x9C\x88"
         "DD\xE6\x97\xA5",
         "2024\xE5\xB9\xB4"
         "01\xE6\x9C\x88"
         "05\xE6\x97\xA5",
         "2024-01-05"}, /* 年月日 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
        cstm_error *error;
        char want[64];
        column(layout, "d", TYPE(DATE), 1, 0);
        column(layout, "x", TYPE(INT), 2, 0);
        must(cstm_layout_set_format(layout, "d", cases[i].format, &error), &error);
        must(cstm_layout_add_missing(layout, "d", "00000000", &error), &error);
        must(cstm_layout_add_missing(layout, NULL, "99991231", &error), &error);
        must(cstm_layout_add_missing(layout, "d", "19000101", &error), &error);
        char file[64];
        int size = snprintf(file, sizeof file, "%s|1\n", cases[i].text);
        collect(layout, 1);
        if (cases[i].date != NULL) {
            snprintf(want, sizeof want, "d,x\n%s,1\n", cases[i].date);
            gives(layout, file, (size_t) size, want, "");
        } else {
            cstm_table *taken, *refused;
            must(cstm_layout_read_bytes(layout, NULL, (const uint8_t *) file, (size_t) size, &taken,
                                        &refused, &error),
                 &error);
            ck_assert_msg(cstm_table_rows(refused) == 1, "%s as %s", cases[i].text,
                          cases[i].format);
            cstm_table_free(taken);
            cstm_table_free(refused);
            cstm_layout_free(layout);
        }
    }
}
END_TEST

/* The instants of `date -u -d @N`. */
START_TEST(instants_are_counted_since_1970)
{
    static const struct {
        const char *format, *text, *instant; /* NULL: refused */
    } cases[] = {
        {"seconds", "1546310697", "2019-01-01T02:44:57Z"},
        {"seconds", "0", "1970-01-01T00:00:00Z"},
        {"seconds", "-1", "1969-12-31T23:59:59Z"},
        {"seconds", "-62135596800", "0001-01-01T00:00:00Z"},
        {"seconds", "-62135596801", NULL},
        {"seconds", "253402300799", "9999-12-31T23:59:59Z"},
        {"seconds", "253402300800", NULL},
        {"seconds", "1546310697.5", NULL},
        {"seconds", "+1", NULL},
        {"seconds", "-", NULL},
        {"seconds", "1000000000000000000", NULL},
        {"milliseconds", "1546310697250", "2019-01-01T02:44:57.250000Z"},
        {"microseconds", "-1", "1969-12-31T23:59:59.999999Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
        cstm_error *error;
        column(layout, "t", TYPE(TIMESTAMP), 1, 0);
        must(cstm_layout_set_format(layout, "t", cases[i].format, &error), &error);
        collect(layout, 1);
        cstm_table *taken, *refused;
        must(cstm_layout_read_bytes(layout, NULL, (const uint8_t *) cases[i].text,
                                    strlen(cases[i].text), &taken, &refused, &error),
             &error);
        ck_assert_msg((cstm_table_rows(taken) == 1) == (cases[i].instant != NULL), "%s",
                      cases[i].text);
        cstm_table_free(taken);
        cstm_table_free(refused);
        char file[64], want[64];
        int size = snprintf(file, sizeof file, "%s\n", cases[i].text);
        snprintf(want, sizeof want, "t\n%s\n", cases[i].instant);
        if (cases[i].instant != NULL)
            gives(layout, file, (size_t) size, want, "");
        else
            cstm_layout_free(layout);
    }
}
END_TEST

START_TEST(times_are_read_in_the_zone)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    column(layout, "a", TYPE(TIMESTAMP), 1, 0);
    column(layout, "b", TYPE(TIMESTAMP), 2, 0);
    must(cstm_layout_set_format(layout, "a", "YYYYMMDDHHMMSS", &error), &error);
    must(cstm_layout_set_format(layout, "b", "YYYY-MM-DD-HH.mm.ss.ffffff", &error), &error);
    must(cstm_layout_set_zone(layout, "Asia/Shanghai", &error), &error);
    collect(layout, 5);
    GIVES(
        layout,
        "20240105093000|2024-01-05-00.00.00.000001\n20240105240000|\n|2024-01-05-24.00.00.000000\n",
        "a,b\n2024-01-05T01:30:00Z,2024-01-04T16:00:00.000001Z\n",
        "2,1,a,no such date or time,20240105240000|\n"
        "3,2,b,no such date or time,|2024-01-05-24.00.00.000000\n");
    layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    column(layout, "a", TYPE(TIMESTAMP), 1, 0);
    must(cstm_layout_set_format(layout, "a", "YYYYMMDD HHMM", &error), &error);
    GIVES(layout, "20240105 0930\n", "a\n2024-01-05T09:30:00\n", NULL); /* civil */
}
END_TEST

START_TEST(amounts_are_written_as_declared)
{
    enum {
        LEADING = CSTM_SIGN_LEADING,
        TRAILING = CSTM_SIGN_TRAILING,
        OVERPUNCH = CSTM_SIGN_OVERPUNCH
    };
    static const struct {
        int32_t decimals, sign, separator;
        const char *text;
        const char *amount; /* NULL: refused */
    } cases[] = {
        {2, LEADING, 0, "1250", "12.50"},
        {2, LEADING, 0, "-0000000001250", "-12.50"},
        {2, LEADING, 0, "5", "0.05"},
        {2, LEADING, 0, "0", "0.00"},
        {2, LEADING, 0, "12.50", NULL},
        {2, LEADING, 0, "12 50", NULL},
        {2, LEADING, 0, "-", NULL},
        {0, LEADING, 0, "7", "7.00"},
        {3, LEADING, 0, "12500", "12.50"},
        {3, LEADING, 0, "12501", NULL}, /* a tenth of a fen */
        {2, LEADING, 0, "9223372036854775807", "92233720368547758.07"},
        {2, LEADING, 0, "-9223372036854775808", "-92233720368547758.08"},
        {2, LEADING, 0, "9223372036854775808", NULL},
        {2, TRAILING, 0, "0001250-", "-12.50"},
        {2, TRAILING, 0, "0001250+", "12.50"},
        {2, TRAILING, 0, "0001250", "12.50"},
        {2, TRAILING, 0, "-0001250", NULL},
        {2, TRAILING, 0, "-", NULL},
        {-1, TRAILING, 0, "12.5-", "-12.50"},
        {-1, TRAILING, 0, "12.-", NULL},
        {-1, LEADING, ',', "1,234,567.89", "1234567.89"},
        {-1, LEADING, ',', "-234,567.8", "-234567.80"},
        {-1, LEADING, ',', "1234567.89", "1234567.89"},
        {-1, LEADING, ',', "1,23,456.00", NULL},
        {-1, LEADING, ',', "1234,567.00", NULL},
        {-1, LEADING, ',', ",567.00", NULL},
        {-1, LEADING, ',', "1,234,56", NULL},
        {-1, LEADING, ',', "1,234.5,6", NULL},
        {-1, TRAILING, ',', "1,234.56-", "-1234.56"},
        {2, LEADING, '.', "1.234.567", "12345.67"},
        {2, OVERPUNCH, 0, "00012{", "1.20"},
        {2, OVERPUNCH, 0, "00012A", "1.21"},
        {2, OVERPUNCH, 0, "00012I", "1.29"},
        {2, OVERPUNCH, 0, "00012}", "-1.20"},
        {2, OVERPUNCH, 0, "00012J", "-1.21"},
        {2, OVERPUNCH, 0, "00012R", "-1.29"},
        {2, OVERPUNCH, 0, "000125", "1.25"},
        {2, OVERPUNCH, 0, "00012S", NULL},
        {2, OVERPUNCH, 0, "{", "0.00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cstm_layout *layout = new_layout(CSTM_LAYOUT_BYTES, CSTM_ENCODING_UTF8);
        cstm_error *error;
        cstm_table *taken, *refused;
        char file[64], want[64] = "";
        column(layout, "amount", TYPE(MONEY), 1, 20);
        must(cstm_layout_set_number(layout, "amount", cases[i].decimals, cases[i].sign,
                                    cases[i].separator, &error),
             &error);
        collect(layout, 1);
        int size = snprintf(file, sizeof file, i % 2 ? "%20s\n" : "%-20s\n", cases[i].text);
        must(cstm_layout_read_bytes(layout, NULL, (const uint8_t *) file, (size_t) size, &taken,
                                    &refused, &error),
             &error);
        ck_assert_msg(cstm_table_rows(taken) == (cases[i].amount != NULL), "%s: %d rows",
                      cases[i].text, (int) cstm_table_rows(taken));
        if (cases[i].amount != NULL) {
            snprintf(want, sizeof want, "amount\n%s\n", cases[i].amount);
            char *text = csv_of(taken);
            ck_assert_str_eq(text, want);
            free(text);
        }
        cstm_table_free(taken);
        cstm_table_free(refused);
        cstm_layout_free(layout);
    }
}
END_TEST

START_TEST(a_sign_may_stand_in_a_field_of_its_own)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_GB18030);
    cstm_error *error;
    column(layout, "amount", TYPE(MONEY), 2, 0);
    column(layout, "points", TYPE(INT), 4, 0);
    must(cstm_layout_set_number(layout, "amount", 2, CSTM_SIGN_LEADING, 0, &error), &error);
    /* 贷 and 借 */
    must(cstm_layout_set_sign(layout, "amount", 1, 0, "\xE8\xB4\xB7", "\xE5\x80\x9F", &error),
         &error);
    must(cstm_layout_set_sign(layout, "points", 3, 0, "", "-", &error), &error);
    collect(layout, 10);
    GIVES(layout,
          "\xB4\xFB|1250| |7\n\xBD\xE8|1250|-|7\n|1250||7\n\xBD\xE8|-1250||7\n||+|\n|||5\n||+|5\n",
          "amount,points\n12.50,7\n-12.50,-7\n,\n,5\n",
          "3,1,amount,its sign is neither of the words that are declared,|1250||7\n"
          "4,3,amount,not a number as it is declared,\xE5\x80\x9F|-1250||7\n"
          "7,3,points,its sign is neither of the words that are declared,||+|5\n");
}
END_TEST

START_TEST(padding_is_taken_away)
{
    cstm_layout *layout = new_layout(CSTM_LAYOUT_DELIMITED, CSTM_ENCODING_UTF8);
    cstm_error *error;
    column(layout, "card", TYPE(STRING), 1, 0);
    column(layout, "n", TYPE(INT), 2, 0);
    column(layout, "x", TYPE(DOUBLE), 3, 0);
    column(layout, "plain", TYPE(STRING), 4, 0);
    must(cstm_layout_set_padding(layout, "card", '0', ' ', &error), &error);
    must(cstm_layout_set_padding(layout, "n", '0', '0', &error), &error);
    must(cstm_layout_set_padding(layout, "x", '*', -1, &error), &error);
    must(cstm_layout_set_number(layout, "x", 3, CSTM_SIGN_LEADING, 0, &error), &error);
    GIVES(layout, "0010 |000|***1500| a \n0000  |0500|**|\n",
          "card,n,x,plain\n10,0,1.5, a \n,500,,\n", NULL);
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
    Suite *suite = suite_create("layout values");
    TCase *tcase;
    tcase = new_case(suite, "values");
    tcase_add_test(tcase, dates_are_written_as_declared);
    tcase_add_test(tcase, instants_are_counted_since_1970);
    tcase_add_test(tcase, times_are_read_in_the_zone);
    tcase_add_test(tcase, amounts_are_written_as_declared);
    tcase_add_test(tcase, a_sign_may_stand_in_a_field_of_its_own);
    tcase_add_test(tcase, padding_is_taken_away);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
