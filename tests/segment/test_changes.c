/* What changed since: the same segment at two dates, whoever came and went in between. */
#include "people.h"

static void
assert_csv(cstm_table *table, const char *expected)
{
    char *text = csv_of(table);
    ck_assert_str_eq(text, expected);
    free(text);
    cstm_table_free(table);
}

static cstm_table *
changes(const cstm_membership *now, const cstm_membership *then)
{
    cstm_table *table;
    cstm_error *error = NULL;
    cstm_status status = cstm_membership_changes(now, then, &table, &error);
    must(status, error);
    return table;
}

static cstm_table *
turnover(const cstm_membership *now, const cstm_membership *then)
{
    cstm_table *table;
    cstm_error *error = NULL;
    cstm_status status = cstm_membership_turnover(now, then, &table, &error);
    must(status, error);
    return table;
}

START_TEST(each_change_has_its_name_whatever_the_order_of_rows)
{
    cstm_membership *then = membership_from(
        "-+?+-?+-", (const char *[]){"in", "out", "ruled", "lost", "dim", "clear", "same", "gone"});
    cstm_membership *now =
        membership_from("+-+-??+-+", (const char *[]){"new", "fresh", "in", "out", "lost", "dim",
                                                      "same", "ruled", "clear"});
    assert_csv(changes(now, then), "customer,from,to,change\n"
                                   "new,absent,met,appeared\n"
                                   "fresh,absent,not met,appeared\n"
                                   "in,not met,met,joined\n"
                                   "out,met,not met,left\n"
                                   "lost,met,undecided,became undecided\n"
                                   "dim,not met,undecided,became undecided\n"
                                   "ruled,undecided,not met,ruled out\n"
                                   "clear,undecided,met,joined\n"
                                   "gone,not met,absent,vanished\n");
    assert_csv(turnover(now, then), "change,count\n"
                                    "joined,2\n"
                                    "left,1\n"
                                    "ruled out,1\n"
                                    "became undecided,2\n"
                                    "appeared,2\n"
                                    "vanished,1\n"
                                    "unchanged,1\n");
    cstm_membership_free(now);
    cstm_membership_free(then);
}
END_TEST

START_TEST(a_row_that_came_in_between_moves_no_other)
{
    cstm_membership *then = membership_from("+-+", (const char *[]){"a", "b", "d"});
    cstm_membership *now = membership_from("++-+", (const char *[]){"a", "c", "b", "d"});
    assert_csv(changes(now, then), "customer,from,to,change\nc,absent,met,appeared\n");
    assert_csv(changes(then, now), "customer,from,to,change\nc,met,absent,vanished\n");
    cstm_membership_free(now);
    cstm_membership_free(then);
}
END_TEST

START_TEST(nothing_changes_from_a_date_to_itself)
{
    cstm_membership *now = membership_from("+-?", (const char *[]){"a", "b", "c"});
    cstm_table *table = changes(now, now);
    ck_assert_int_eq(cstm_table_rows(table), 0);
    cstm_table_free(table);
    table = turnover(now, now);
    assert_cell(table, 6, "count", "3");
    cstm_table_free(table);
    cstm_membership_free(now);
}
END_TEST

static cstm_membership *
membership_by_number(int64_t rows, const int64_t *keys, const char *letters)
{
    cstm_table *table = table_new();
    cstm_membership *membership;
    add_ints(table, "customer", rows, keys);
    uint8_t met[16], valid[16];
    for (int64_t i = 0; i < rows; i++) {
        met[i] = letters[i] == '+';
        valid[i] = letters[i] != '?';
    }
    must(cstm_table_add_bool(table, "met", met, valid, rows, NULL), NULL);
    must(cstm_membership_of_table(table, "met", NULL, "customer", &membership, NULL), NULL);
    cstm_table_free(table);
    return membership;
}

START_TEST(an_int_and_its_decimal_are_one_key)
{
    cstm_membership *then = membership_by_number(3, (int64_t[]){7, -8, 9}, "+-+");
    cstm_membership *now = membership_from("++", (const char *[]){"-8", "7"});
    assert_csv(changes(now, then), "customer,from,to,change\n"
                                   "-8,not met,met,joined\n"
                                   "9,met,absent,vanished\n");
    cstm_membership_free(now);
    now = membership_by_number(2, (int64_t[]){9, 10}, "-+");
    assert_csv(changes(now, then), "customer,from,to,change\n"
                                   "9,met,not met,left\n"
                                   "10,absent,met,appeared\n"
                                   "7,met,absent,vanished\n"
                                   "-8,not met,absent,vanished\n");
    cstm_membership_free(now);
    cstm_membership_free(then);
}
END_TEST

START_TEST(a_key_that_stands_twice_or_is_missing_cannot_be_followed)
{
    cstm_membership *good = membership_from("+-", (const char *[]){"a", "b"});
    cstm_membership *twice = membership_from("+-+", (const char *[]){"a", "b", "a"});
    cstm_membership *lacks = membership_from("+-", (const char *[]){"a", NULL});
    cstm_table *table = (cstm_table *) good;
    cstm_error *error;
    ck_assert_int_eq(cstm_membership_changes(good, twice, &table, &error), CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(cstm_error_row(error), 2);
    ck_assert_str_eq(cstm_error_field(error), "customer");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_membership_changes(twice, good, &table, NULL), CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(cstm_membership_turnover(lacks, good, &table, &error), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_error_row(error), 1);
    cstm_error_free(error);
    ck_assert_ptr_eq(table, (cstm_table *) good);
    cstm_membership_free(good);
    cstm_membership_free(twice);
    cstm_membership_free(lacks);
}
END_TEST

/* More keys than one probe sequence, some of them equal in every byte but the last. */
START_TEST(thousands_of_keys_are_found_again)
{
    enum { N = 5000 };
    static char keys[N][16];
    static const char *forward[N], *backward[N];
    static char then_letters[N + 1], now_letters[N + 1];
    for (int i = 0; i < N; i++) {
        snprintf(keys[i], sizeof keys[i], "customer-%05d", i);
        forward[i] = backward[N - 1 - i] = keys[i];
        then_letters[i] = i % 2 == 0 ? '+' : '-';
        now_letters[N - 1 - i] = i % 3 == 0 ? '+' : '-';
    }
    cstm_membership *then = membership_from(then_letters, forward);
    cstm_membership *now = membership_from(now_letters, backward);
    int joined = 0, left = 0;
    for (int i = 0; i < N; i++) {
        joined += i % 2 != 0 && i % 3 == 0;
        left += i % 2 == 0 && i % 3 != 0;
    }
    cstm_table *table = turnover(now, then);
    ck_assert_int_eq(cstm_table_int64(table, 0, column_of(table, "count")), joined);
    ck_assert_int_eq(cstm_table_int64(table, 1, column_of(table, "count")), left);
    ck_assert_int_eq(cstm_table_int64(table, 6, column_of(table, "count")), N - joined - left);
    cstm_table_free(table);
    cstm_membership_free(now);
    cstm_membership_free(then);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("segment changes");
    TCase *tcase = tcase_create("changes");
    tcase_add_test(tcase, each_change_has_its_name_whatever_the_order_of_rows);
    tcase_add_test(tcase, a_row_that_came_in_between_moves_no_other);
    tcase_add_test(tcase, nothing_changes_from_a_date_to_itself);
    tcase_add_test(tcase, an_int_and_its_decimal_are_one_key);
    tcase_add_test(tcase, a_key_that_stands_twice_or_is_missing_cannot_be_followed);
    tcase_add_test(tcase, thousands_of_keys_are_found_again);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
