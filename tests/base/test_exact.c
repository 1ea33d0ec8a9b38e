/* Exact sums and ratios against Python's fsum and Fraction (exact_cases.h), and their independence of order. */
#include "base/exact.h"

#include "exact_cases.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_SUMS ((int) (sizeof sum_cases / sizeof *sum_cases))

static uint64_t
bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double
double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

START_TEST(sums_are_correctly_rounded)
{
    for (int i = 0; i < N_SUMS; i++) {
        struct exact_sum sum;
        exact_sum_start(&sum);
        for (int j = 0; j < sum_cases[i].count; j++)
            exact_sum_add(&sum, double_of(sum_values[sum_cases[i].start + j]));
        ck_assert_uint_eq(bits_of(exact_sum_round(&sum)), sum_cases[i].sum);
    }
}
END_TEST

START_TEST(means_are_rounded_once)
{
    for (int i = 0; i < N_SUMS; i++) {
        struct exact_sum sum;
        exact_sum_start(&sum);
        for (int j = 0; j < sum_cases[i].count; j++)
            exact_sum_add(&sum, double_of(sum_values[sum_cases[i].start + j]));
        ck_assert_uint_eq(bits_of(exact_sum_ratio(&sum, sum_cases[i].n)), sum_cases[i].ratio);
    }
}
END_TEST

START_TEST(order_and_grouping_of_a_sum_do_not_show)
{
    int n = (int) (sizeof sum_values / sizeof *sum_values);
    struct exact_sum forward, backward, parts[3];
    exact_sum_start(&forward);
    exact_sum_start(&backward);
    for (int i = 0; i < 3; i++)
        exact_sum_start(parts + i);
    for (int i = 0; i < n; i++) {
        exact_sum_add(&forward, double_of(sum_values[i]));
        exact_sum_add(&backward, double_of(sum_values[n - 1 - i]));
        exact_sum_add(parts + i % 3, double_of(sum_values[i]));
    }
    exact_sum_merge(parts + 2, parts);
    exact_sum_merge(parts + 2, parts + 1);
    exact_sum_carry(&forward);
    exact_sum_carry(&backward);
    exact_sum_carry(parts + 2);
    ck_assert_mem_eq(forward.digit, backward.digit, sizeof forward.digit);
    ck_assert_mem_eq(forward.digit, parts[2].digit, sizeof forward.digit);
    ck_assert_uint_eq(bits_of(exact_sum_round(&forward)), bits_of(exact_sum_round(parts + 2)));
}
END_TEST

START_TEST(carries_that_are_due_lose_nothing)
{
    struct exact_sum sum;
    exact_sum_start(&sum);
    for (int i = 0; i < 100; i++) {
        exact_sum_add(&sum, DBL_MAX);
        exact_sum_add(&sum, -1.5);
        ck_assert(sum.pending >= 1 && sum.pending <= 1 << 30);
        sum.pending = 1 << 30;   /* as if that many additions had gone before */
    }
    for (int i = 0; i < 100; i++)
        exact_sum_add(&sum, -DBL_MAX);
    ck_assert_double_eq(exact_sum_round(&sum), -150);
    struct exact_sum other = sum;
    sum.pending = other.pending = 1 << 30;
    exact_sum_merge(&sum, &other);
    ck_assert(sum.pending >= 1 && sum.pending <= 1 << 30);
    ck_assert_double_eq(exact_sum_round(&sum), -300);
}
END_TEST

START_TEST(the_edges_of_a_sum_are_as_stated)
{
    struct exact_sum sum;
    exact_sum_start(&sum);
    ck_assert_uint_eq(bits_of(exact_sum_round(&sum)), 0);
    ck_assert_uint_eq(bits_of(exact_sum_ratio(&sum, 3)), 0);
    exact_sum_add(&sum, -0.0);
    ck_assert_uint_eq(bits_of(exact_sum_round(&sum)), 0);
    exact_sum_add(&sum, DBL_MAX);
    exact_sum_add(&sum, DBL_MAX);
    ck_assert(isinf(exact_sum_round(&sum)));
    ck_assert_double_eq(exact_sum_ratio(&sum, 2), DBL_MAX);
    exact_sum_add(&sum, -DBL_MAX);
    ck_assert_double_eq(exact_sum_round(&sum), DBL_MAX);
    exact_sum_add(&sum, INFINITY);
    ck_assert(isnan(exact_sum_round(&sum)) && isnan(exact_sum_ratio(&sum, 2)));
    struct exact_sum fresh;
    exact_sum_start(&fresh);
    exact_sum_merge(&fresh, &sum);
    ck_assert(fresh.not_finite);
}
END_TEST

START_TEST(wide_ratios_are_correctly_rounded)
{
    for (size_t i = 0; i < sizeof ratio_cases / sizeof *ratio_cases; i++) {
        wide w = (wide) ((unsigned_wide) ratio_cases[i].high << 64 | ratio_cases[i].low);
        ck_assert_msg(bits_of(wide_ratio(w, ratio_cases[i].n)) == ratio_cases[i].bits, "case %zu", i);
    }
}
END_TEST

START_TEST(composing_rounds_half_to_even_also_below_the_normal_range)
{
    static const struct {
        uint64_t mantissa;
        int32_t exponent;
        bool sticky;
        double value;
    } cases[] = {
        {3, -1075, false, 0x1p-1073},   /* a tie between 1 and 2 units */
        {5, -1075, false, 0x1p-1073},   /* between 2 and 3 */
        {5, -1075, true, 0x1.8p-1073},
        {1, -1075, false, 0},           /* between 0 and 1 */
        {1, -1075, true, 0x1p-1074},
        {1, -1076, true, 0},
        {UINT64_MAX, 960, false, INFINITY},
        {UINT64_C(0x1fffffffffffff), 971, false, DBL_MAX},
        {1, 1024, false, INFINITY},
        {1, -2000, true, 0},
        {0, 5, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_double_eq(exact_compose(false, cases[i].mantissa, cases[i].exponent, cases[i].sticky), cases[i].value);
        ck_assert_double_eq(exact_compose(true, cases[i].mantissa, cases[i].exponent, cases[i].sticky), -cases[i].value);
    }
}
END_TEST

START_TEST(checked_arithmetic_refuses_what_does_not_fit)
{
    int64_t r;
    ck_assert(exact_add(INT64_MAX, 0, &r) && r == INT64_MAX);
    ck_assert(!exact_add(INT64_MAX, 1, &r));
    ck_assert(exact_sub(-1, INT64_MAX, &r) && r == INT64_MIN);
    ck_assert(!exact_sub(0, INT64_MIN, &r));
    ck_assert(!exact_mul(INT64_MIN, -1, &r));
    ck_assert(wide_fits(INT64_MIN) && wide_fits(INT64_MAX));
    ck_assert(!wide_fits((wide) INT64_MAX + 1) && !wide_fits((wide) INT64_MIN - 1));
}
END_TEST

START_TEST(the_order_of_doubles_is_that_of_their_integers)
{
    static const double rising[] = {-INFINITY, -DBL_MAX, -1.5, -1, -0x1p-1074, 0, 0x1p-1074, 0.1, 1, DBL_MAX, INFINITY};
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++) {
        ck_assert_double_eq(exact_to_double(exact_from_double(rising[i])), rising[i]);
        if (i > 0)
            ck_assert_int_lt(exact_from_double(rising[i - 1]), exact_from_double(rising[i]));
    }
    ck_assert_int_eq(exact_from_double(-0.0), exact_from_double(0.0));
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("exact");
    tcase_add_test(tcase, sums_are_correctly_rounded);
    tcase_add_test(tcase, means_are_rounded_once);
    tcase_add_test(tcase, order_and_grouping_of_a_sum_do_not_show);
    tcase_add_test(tcase, carries_that_are_due_lose_nothing);
    tcase_add_test(tcase, the_edges_of_a_sum_are_as_stated);
    tcase_add_test(tcase, wide_ratios_are_correctly_rounded);
    tcase_add_test(tcase, composing_rounds_half_to_even_also_below_the_normal_range);
    tcase_add_test(tcase, checked_arithmetic_refuses_what_does_not_fit);
    tcase_add_test(tcase, the_order_of_doubles_is_that_of_their_integers);
    Suite *suite = suite_create("exact");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
