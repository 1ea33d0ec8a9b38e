/* Set algebra keeps the third state: Kleene's tables, every pair of verdicts, and the laws that
 * hold of them on rows of any number. */
#include "people.h"

/* All nine pairs: first - - - + + + ? ? ?, second - + ? three times. The strong tables of Kleene,
 * Introduction to Metamathematics, 1952, section 64, with f, t, u as -, +, ?. */
static const char first_of_pairs[] = "---+++?"
                                     "??",
                  second_of_pairs[] = "-+?-+?-+?";

typedef cstm_status combination(const cstm_membership *, const cstm_membership *,
                                cstm_membership **, cstm_error **);

START_TEST(undecided_goes_through_algebra_as_kleene_says)
{
    static const struct {
        combination *of;
        const char *expected;
    } cases[] = {
        {cstm_membership_and, "----+?-??"},
        {cstm_membership_or, "-+?+++?+?"},
        {cstm_membership_minus, "---+-?"
                                "?-?"},
    };
    cstm_membership *a = membership_from(first_of_pairs, NULL);
    cstm_membership *b = membership_from(second_of_pairs, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cstm_membership *c;
        must(cases[i].of(a, b, &c, NULL), NULL);
        ck_assert_str_eq(verdicts(c), cases[i].expected);
        cstm_membership_free(c);
    }
    cstm_membership *others;
    must(cstm_membership_not(a, &others, NULL), NULL);
    ck_assert_str_eq(verdicts(others), "+++---?"
                                       "??");
    cstm_membership_free(others);
    cstm_membership_free(a);
    cstm_membership_free(b);
}
END_TEST

/* Letters by a linear congruence (Knuth, TAOCP 2, 3.3.4, line 26). */
static void
random_letters(uint64_t *state, char *letters, int n)
{
    for (int i = 0; i < n; i++) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        letters[i] = "-+?"[(*state >> 33) % 3];
    }
    letters[n] = '\0';
}

static void
combine(combination *of, const cstm_membership *a, const cstm_membership *b, char *letters)
{
    cstm_membership *made;
    must(of(a, b, &made, NULL), NULL);
    strcpy(letters, verdicts(made));
    int64_t counts[3] = {0};
    for (const char *letter = letters; *letter != '\0'; letter++)
        counts[strchr("-+?", *letter) - "-+?"]++;
    for (cstm_verdict verdict = 0; verdict < 3; verdict++)
        ck_assert_int_eq(cstm_membership_count(made, verdict), counts[verdict]);
    cstm_membership_free(made);
}

START_TEST(not_of_and_is_or_of_nots_on_any_number_of_rows)
{
    static const int sizes[] = {1, 7, 8, 63, 64, 65, 127, 128, 200};
    uint64_t state = 1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char x[256], y[256], left[256], right[256];
        random_letters(&state, x, sizes[i]);
        random_letters(&state, y, sizes[i]);
        cstm_membership *a = membership_from(x, NULL), *b = membership_from(y, NULL), *both;
        cstm_membership *not_a, *not_b, *not_both;
        must(cstm_membership_and(a, b, &both, NULL), NULL);
        must(cstm_membership_not(a, &not_a, NULL), NULL);
        must(cstm_membership_not(b, &not_b, NULL), NULL);
        must(cstm_membership_not(both, &not_both, NULL), NULL);
        combine(cstm_membership_or, not_a, not_b, left);
        ck_assert_str_eq(left, verdicts(not_both));
        combine(cstm_membership_minus, a, b, left);
        combine(cstm_membership_and, a, not_b, right);
        ck_assert_str_eq(left, right);
        cstm_membership_free(a);
        cstm_membership_free(b);
        cstm_membership_free(both);
        cstm_membership_free(not_a);
        cstm_membership_free(not_b);
        cstm_membership_free(not_both);
    }
}
END_TEST

START_TEST(a_row_is_undecided_for_the_reason_of_the_first_that_is)
{
    cstm_table *people = people_new(3, (const char *[]){"a", "b", "c"},
                                    (int64_t[]){MISSING, 5, MISSING}, (int64_t[]){0, 0, 0});
    cstm_membership *rich = membership_of(people, "balance > 3");
    cstm_membership *used_up = membership_of(people, "balance / limit > 3"), *both;
    must(cstm_membership_and(rich, used_up, &both, NULL), NULL);
    ck_assert_int_eq(cstm_membership_count(both, CSTM_VERDICT_UNDECIDED), 3);
    ck_assert_int_eq(cstm_membership_status(both, 0), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_membership_status(both, 1), CSTM_ERROR_DIVIDE);
    cstm_membership_free(both);
    cstm_membership_free(used_up);
    cstm_membership_free(rich);
    cstm_table_free(people);
}
END_TEST

START_TEST(overlap_counts_both_either_and_whom_nobody_can_tell)
{
    cstm_membership *a = membership_from(first_of_pairs, NULL);
    cstm_membership *b = membership_from(second_of_pairs, NULL);
    int64_t both, either, undecided;
    must(cstm_membership_overlap(a, b, &both, &either, &undecided, NULL), NULL);
    ck_assert_int_eq(both, 1);
    ck_assert_int_eq(either, 5);
    ck_assert_int_eq(undecided, 5);
    cstm_membership_free(a);
    cstm_membership_free(b);
}
END_TEST

START_TEST(memberships_of_other_rows_do_not_combine)
{
    static const char *const names[] = {"a", "b"}, *const turned[] = {"b", "a"};
    cstm_membership *some = membership_from("+-", names), *more = membership_from("+-+", NULL);
    cstm_membership *others = membership_from("+-", turned), *numbers = membership_from("+-", NULL);
    cstm_membership *again = membership_from("-+", names), *out = NULL;
    const cstm_membership *const wrong[] = {more, others, numbers};
    cstm_error *error;
    int64_t count = 7;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(cstm_membership_and(some, wrong[i], &out, &error), CSTM_ERROR_MISMATCH);
        cstm_error_free(error);
        ck_assert_ptr_null(out);
        ck_assert_int_eq(cstm_membership_overlap(some, wrong[i], &count, &count, &count, NULL),
                         CSTM_ERROR_MISMATCH);
        ck_assert_int_eq(count, 7);
    }
    must(cstm_membership_or(some, again, &out, NULL), NULL); /* equal keys of another table */
    ck_assert_str_eq(verdicts(out), "++");
    cstm_membership_free(out);
    cstm_membership_free(some);
    cstm_membership_free(more);
    cstm_membership_free(others);
    cstm_membership_free(numbers);
    cstm_membership_free(again);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("segment algebra");
    TCase *tcase = tcase_create("algebra");
    tcase_add_test(tcase, undecided_goes_through_algebra_as_kleene_says);
    tcase_add_test(tcase, not_of_and_is_or_of_nots_on_any_number_of_rows);
    tcase_add_test(tcase, a_row_is_undecided_for_the_reason_of_the_first_that_is);
    tcase_add_test(tcase, overlap_counts_both_either_and_whom_nobody_can_tell);
    tcase_add_test(tcase, memberships_of_other_rows_do_not_combine);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
