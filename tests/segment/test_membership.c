/* Who is in a segment: made of a rule or read back from a table, counted, asked for row by row, as
 * bits and as tables. */
#include "people.h"

/* b has no balance, d no limit at all: balance / limit divides by zero. */
static cstm_table *
four_people(void)
{
    return people_new(4, (const char *[]){"a", "b", "c", "d"}, (int64_t[]){500, MISSING, 90, 10},
                      (int64_t[]){100, 100, 100, 0});
}

START_TEST(whoever_cannot_be_said_to_meet_a_rule_is_undecided_with_the_reason)
{
    cstm_table *people = four_people();
    cstm_membership *membership = membership_of(people, "balance / limit >= 1");
    ck_assert_str_eq(verdicts(membership), "+?-?");
    ck_assert_int_eq(cstm_membership_status(membership, 0), CSTM_OK);
    ck_assert_int_eq(cstm_membership_status(membership, 1), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_membership_status(membership, 3), CSTM_ERROR_DIVIDE);
    ck_assert_int_eq(cstm_membership_rows(membership), 4);
    ck_assert_int_eq(cstm_membership_count(membership, CSTM_VERDICT_MET), 1);
    ck_assert_int_eq(cstm_membership_count(membership, CSTM_VERDICT_NOT_MET), 1);
    ck_assert_int_eq(cstm_membership_count(membership, CSTM_VERDICT_UNDECIDED), 2);
    cstm_membership_free(membership);
    cstm_table_free(people);
}
END_TEST

START_TEST(what_a_rule_absorbs_is_decided)
{
    cstm_table *people = four_people();
    cstm_membership *membership = membership_of(people, "limit == 100 || balance / limit >= 1");
    ck_assert_str_eq(verdicts(membership), "+++?");
    cstm_membership_free(membership);
    cstm_table_free(people);
}
END_TEST

START_TEST(bits_are_those_of_an_arrow_column)
{
    /* 70 rows: more than a word, less than two. */
    char letters[71];
    for (int i = 0; i < 70; i++)
        letters[i] = "+-?"[i % 3];
    letters[70] = '\0';
    cstm_membership *membership = membership_from(letters, NULL);
    for (cstm_verdict verdict = CSTM_VERDICT_MET; verdict <= CSTM_VERDICT_UNDECIDED; verdict++) {
        size_t size;
        const uint8_t *bits = cstm_membership_bits(membership, verdict, &size);
        ck_assert_uint_eq(size, 9);
        for (int row = 0; row < 72; row++) {
            int set = (bits[row / 8] >> (row % 8) & 1) != 0;
            ck_assert_int_eq(set, row < 70 && letters[row] == "-+?"[verdict]);
        }
    }
    size_t size = 1;
    ck_assert_ptr_null(cstm_membership_bits(membership, CSTM_VERDICT_NOT_MET, &size));
    ck_assert_uint_eq(size, 0);
    cstm_membership_free(membership);
}
END_TEST

START_TEST(the_undecided_can_be_asked_for_by_key_with_their_reason)
{
    cstm_table *people = four_people(), *undecided, *met;
    cstm_membership *membership = membership_of(people, "balance / limit >= 1");
    cstm_table_free(people); /* keys are kept */
    must(cstm_membership_select(membership, CSTM_VERDICT_UNDECIDED, &undecided, NULL), NULL);
    char *text = csv_of(undecided);
    ck_assert_str_eq(text, "customer,row,status,reason\n"
                           "b,1,9,CSTM_ERROR_MISSING\n"
                           "d,3,19,CSTM_ERROR_DIVIDE\n");
    free(text);
    must(cstm_membership_select(membership, CSTM_VERDICT_MET, &met, NULL), NULL);
    text = csv_of(met);
    ck_assert_str_eq(text, "customer,row\na,0\n");
    free(text);
    cstm_table_free(met);
    cstm_table_free(undecided);
    cstm_membership_free(membership);
}
END_TEST

START_TEST(a_membership_that_was_kept_as_a_table_comes_back_the_same)
{
    cstm_table *people = four_people(), *kept;
    cstm_membership *membership = membership_of(people, "balance / limit >= 1"), *again;
    must(cstm_membership_table(membership, &kept, NULL), NULL);
    char *text = csv_of(kept);
    ck_assert_str_eq(text, "customer,met,status\n"
                           "a,true,0\n"
                           "b,,9\n"
                           "c,false,0\n"
                           "d,,19\n");
    free(text);
    must(cstm_membership_of_table(kept, "met", "status", "customer", &again, NULL), NULL);
    ck_assert_str_eq(verdicts(again), verdicts(membership));
    for (int64_t row = 0; row < 4; row++)
        ck_assert_int_eq(cstm_membership_status(again, row),
                         cstm_membership_status(membership, row));
    cstm_membership_free(again);
    cstm_membership_free(membership);
    cstm_table_free(kept);
    cstm_table_free(people);
}
END_TEST

START_TEST(rows_without_a_key_are_known_by_their_number)
{
    cstm_table *met;
    cstm_membership *membership = membership_from("-+?+", NULL);
    must(cstm_membership_select(membership, CSTM_VERDICT_MET, &met, NULL), NULL);
    char *text = csv_of(met);
    ck_assert_str_eq(text, "row\n1\n3\n");
    free(text);
    cstm_table_free(met);
    cstm_membership_free(membership);
}
END_TEST

START_TEST(no_rows_make_an_empty_membership)
{
    cstm_table *met;
    cstm_membership *membership = membership_from("", NULL), *others;
    ck_assert_int_eq(cstm_membership_rows(membership), 0);
    must(cstm_membership_not(membership, &others, NULL), NULL);
    ck_assert_int_eq(cstm_membership_count(others, CSTM_VERDICT_MET), 0);
    must(cstm_membership_select(others, CSTM_VERDICT_UNDECIDED, &met, NULL), NULL);
    ck_assert_int_eq(cstm_table_rows(met), 0);
    cstm_table_free(met);
    cstm_membership_free(others);
    cstm_membership_free(membership);
}
END_TEST

START_TEST(only_a_bool_over_columns_that_are_there_makes_a_membership)
{
    cstm_table *people = four_people();
    cstm_membership *membership = (cstm_membership *) people;
    cstm_error *error;
    static const struct {
        const char *rule, *key;
        cstm_status status;
        const char *message;
    } cases[] = {
        {"balance + limit", "customer", CSTM_ERROR_TYPE,
         "a segment's rule is bool, and this one is not"},
        {"balance > limit", "account", CSTM_ERROR_UNKNOWN, "the table has no column 'account'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_rule *rule = rule_new(cases[i].rule);
        ck_assert_int_eq(cstm_membership_of_rule(rule, people, cases[i].key, &membership, &error),
                         cases[i].status);
        ck_assert_str_eq(cstm_error_message(error), cases[i].message);
        ck_assert_ptr_eq(membership, (cstm_membership *) people);
        cstm_error_free(error);
        cstm_rule_unref(rule);
    }
    ck_assert_int_eq(
        cstm_membership_of_table(people, "balance", NULL, "customer", &membership, &error),
        CSTM_ERROR_TYPE);
    ck_assert_str_eq(cstm_error_message(error), "the column 'balance' is not bool");
    cstm_error_free(error);
    cstm_table_free(people);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("segment membership");
    TCase *tcase = tcase_create("membership");
    tcase_add_test(tcase, whoever_cannot_be_said_to_meet_a_rule_is_undecided_with_the_reason);
    tcase_add_test(tcase, what_a_rule_absorbs_is_decided);
    tcase_add_test(tcase, bits_are_those_of_an_arrow_column);
    tcase_add_test(tcase, the_undecided_can_be_asked_for_by_key_with_their_reason);
    tcase_add_test(tcase, a_membership_that_was_kept_as_a_table_comes_back_the_same);
    tcase_add_test(tcase, rows_without_a_key_are_known_by_their_number);
    tcase_add_test(tcase, no_rows_make_an_empty_membership);
    tcase_add_test(tcase, only_a_bool_over_columns_that_are_there_makes_a_membership);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
