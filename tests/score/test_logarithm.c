/* The correctly rounded logarithm, against references of 400 bits (make_logarithm_cases.py). */
#include "score/logarithm.h"

#include "logarithm_cases.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(every_bit_is_that_of_the_rounded_reference)
{
    for (size_t i = 0; i < sizeof logarithm_cases / sizeof logarithm_cases[0]; i++) {
        double found = logarithm(logarithm_cases[i][0]);
        ck_assert_msg(memcmp(&found, &logarithm_cases[i][1], sizeof found) == 0,
                      "ln %a is %a, found %a", logarithm_cases[i][0], logarithm_cases[i][1], found);
    }
}
END_TEST

START_TEST(it_never_leaves_the_c_librarys_by_more_than_an_ulp)
{
    for (double x = 1e-300; x < 1e300; x *= 1.9)
        ck_assert_double_le(fabs(logarithm(x) - log(x)),
                            fabs(nextafter(log(x), INFINITY) - log(x)));
}
END_TEST

START_TEST(what_has_no_logarithm_gives_nan)
{
    static const double none[] = {
        0.0, -0.0, -1.0, (double) NAN, (double) INFINITY, -(double) INFINITY};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        ck_assert(isnan(logarithm(none[i])));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("logarithm");
    TCase *tcase = tcase_create("logarithm");
    tcase_add_test(tcase, every_bit_is_that_of_the_rounded_reference);
    tcase_add_test(tcase, it_never_leaves_the_c_librarys_by_more_than_an_ulp);
    tcase_add_test(tcase, what_has_no_logarithm_gives_nan);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
