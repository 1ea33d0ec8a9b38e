/* Distances on the sphere against 80 decimal digits (sphere_cases.h), against the ellipsoid that the sphere stands for, and at the edges
 * of the map; and the grid's cells. */
#include "base/sphere.h"

#include "sphere_cases.h"

#include <check.h>
#include <math.h>

/* How far a value is from the true one, in units in the last place of the latter. */
static double
off(double value, double expected, double rest)
{
    if (fabs(expected) < 1e-60 && value == 0)
        return 0;                      /* 80 digits leave as much of a zero */
    const double unit = expected == 0 ? 0x1p-1074 : nextafter(fabs(expected), INFINITY) - fabs(expected);
    return fabs((value - expected) - rest) / unit;
}

START_TEST(sines_cosines_and_angles_are_within_one_and_a_half_units_in_the_last_place)
{
    double worst = 0;
    for (size_t i = 0; i < sizeof angle_cases / sizeof *angle_cases; i++) {
        const struct angle_case *c = &angle_cases[i];
        double sine, cosine;
        sphere_sine_cosine(c->degrees, &sine, &cosine);
        ck_assert_msg(off(sine, c->sine, c->sine_rest) < 1.5, "sin %a is %a", c->degrees, sine);
        ck_assert_msg(off(cosine, c->cosine, c->cosine_rest) < 1.5, "cos %a is %a", c->degrees, cosine);
        worst = fmax(worst, fmax(off(sine, c->sine, c->sine_rest), off(cosine, c->cosine, c->cosine_rest)));
    }
    for (size_t i = 0; i < sizeof arc_cases / sizeof *arc_cases; i++) {
        const struct arc_case *c = &arc_cases[i];
        const double angle = sphere_angle(c->y, c->x);
        ck_assert_msg(off(angle, c->angle, c->angle_rest) < 1.5, "of %a and %a: %a", c->y, c->x, angle);
        worst = fmax(worst, off(angle, c->angle, c->angle_rest));
    }
    ck_assert_msg(worst > 0.4, "nothing was compared");
}
END_TEST

START_TEST(distances_are_within_ten_nanometres_and_keep_their_digits)
{
    for (size_t i = 0; i < sizeof distance_cases / sizeof *distance_cases; i++) {
        const struct distance_case *c = &distance_cases[i];
        const double km = sphere_distance(c->latitude1, c->longitude1, c->latitude2, c->longitude2);
        ck_assert_msg(fabs((km - c->km) - c->km_rest) < 1e-11, "%a %a to %a %a: %.17g km", c->latitude1, c->longitude1, c->latitude2,
                      c->longitude2, km);
        if (c->latitude1 * c->latitude2 >= 0 && fabs(c->latitude1 + c->latitude2) < 179.8)
            ck_assert_msg(off(km, c->km, c->km_rest) < 8, "%a %a to %a %a: %.17g km", c->latitude1, c->longitude1, c->latitude2,
                          c->longitude2, km);
        ck_assert(km == sphere_distance(c->latitude2, c->longitude2, c->latitude1, c->longitude1));
    }
}
END_TEST

/* 0.56 %: the meridian's radius of curvature at the equator, 6335.439 km, is 0.558 % below the mean radius; the greatest there is, at the
 * poles, 6399.594 km, 0.449 % above it. */
START_TEST(the_sphere_is_within_0_56_percent_of_the_ellipsoid)
{
    double most = 0;
    for (size_t i = 0; i < sizeof geodesic_cases / sizeof *geodesic_cases; i++) {
        const struct geodesic_case *c = &geodesic_cases[i];
        const double km = sphere_distance(c->latitude1, c->longitude1, c->latitude2, c->longitude2);
        ck_assert_msg(fabs(c->km / km - 1) < 0.0056, "%.17g km, %.17g km on the ellipsoid", km, c->km);
        most = fmax(most, fabs(c->km / km - 1));
    }
    ck_assert_msg(most > 0.0055, "no line along a meridian at the equator");
}
END_TEST

START_TEST(one_place_is_no_way_from_itself_however_it_is_written)
{
    ck_assert(sphere_distance(31.2304, 121.4737, 31.2304, 121.4737) == 0);
    ck_assert(sphere_distance(12.5, 180, 12.5, -180) == 0);
    ck_assert(sphere_distance(90, 17, 90, -163) == 0);
    ck_assert(sphere_distance(-90, 0, -90, 179) == 0);
    ck_assert(sphere_distance(0.0, -0.0, -0.0, 0.0) == 0);
}
END_TEST

/* Half of a great circle, and a quarter: pi R and pi R / 2. */
START_TEST(opposite_places_are_half_a_great_circle_apart)
{
    const double half = 3.14159265358979323846 * SPHERE_RADIUS_KM;
    ck_assert(fabs(sphere_distance(0, 0, 0, 180) - half) < 1e-11);
    ck_assert(fabs(sphere_distance(90, 0, -90, 0) - half) < 1e-11);
    ck_assert(fabs(sphere_distance(31.25, 121.5, -31.25, -58.5) - half) < 1e-11);
    ck_assert(fabs(sphere_distance(0, 0, 90, 55) - half / 2) < 1e-11);
}
END_TEST

START_TEST(impossible_places_are_not_on_the_sphere)
{
    ck_assert(sphere_has(90, 180) && sphere_has(-90, -180) && sphere_has(-0.0, 0.0));
    ck_assert(!sphere_has(nextafter(90, 91), 0) && !sphere_has(nextafter(-90, -91), 0));
    ck_assert(!sphere_has(0, nextafter(180, 181)) && !sphere_has(0, nextafter(-180, -181)));
    ck_assert(!sphere_has(NAN, 0) && !sphere_has(0, NAN) && !sphere_has(INFINITY, 0) && !sphere_has(0, -INFINITY));
}
END_TEST

START_TEST(a_cell_is_named_by_its_decimals)
{
    ck_assert_int_eq(sphere_cell(31.23, 121.47, 2), INT64_C(1212330147));
    ck_assert_int_eq(sphere_cell(31.2251, 121.4749, 2), INT64_C(1212330147));
    ck_assert_int_eq(sphere_cell(31.2349, 121.4651, 2), INT64_C(1212330147));
    ck_assert_int_eq(sphere_cell(31.2351, 121.47, 2), INT64_C(1212430147));
    ck_assert_int_eq(sphere_cell(0, 0, 0), 90180);
    ck_assert_int_eq(sphere_cell(-90, -180, 6), 0);
    ck_assert_int_eq(sphere_cell(90, 179.999999, 6), INT64_C(180000000359999999));
}
END_TEST

START_TEST(cells_on_both_sides_of_the_date_line_are_one_only_at_180_degrees)
{
    ck_assert_int_eq(sphere_cell(10, 180, 3), sphere_cell(10, -180, 3));
    ck_assert_int_eq(sphere_cell(10, 179.9996, 3), sphere_cell(10, -179.9996, 3));
    ck_assert_int_ne(sphere_cell(10, 179.999, 3), sphere_cell(10, -179.999, 3));
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("sphere");
    tcase_add_test(tcase, sines_cosines_and_angles_are_within_one_and_a_half_units_in_the_last_place);
    tcase_add_test(tcase, distances_are_within_ten_nanometres_and_keep_their_digits);
    tcase_add_test(tcase, the_sphere_is_within_0_56_percent_of_the_ellipsoid);
    tcase_add_test(tcase, one_place_is_no_way_from_itself_however_it_is_written);
    tcase_add_test(tcase, opposite_places_are_half_a_great_circle_apart);
    tcase_add_test(tcase, impossible_places_are_not_on_the_sphere);
    tcase_add_test(tcase, a_cell_is_named_by_its_decimals);
    tcase_add_test(tcase, cells_on_both_sides_of_the_date_line_are_one_only_at_180_degrees);
    Suite *suite = suite_create("sphere");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
