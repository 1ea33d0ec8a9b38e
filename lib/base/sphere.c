/* Great circles. With L half the difference of the longitudes, D half that of the latitudes and M half the latitudes' sum, the angle t
 * between two places has
 *
 *     sin^2 (t/2) = (sin D cos L)^2 + (cos M sin L)^2
 *     cos^2 (t/2) = (cos D cos L)^2 + (sin M sin L)^2
 *
 * The first is the haversine formula (R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68, 1984) with cos a cos b written
 * as cos^2 M - sin^2 D, the second what is left to 1. Nothing is subtracted in either, so that t = 2 atan2 is as good for
 * opposite places as for neighbours, where the law of cosines and the haversine alone each lose half of their digits at one end.
 *
 * Sine and cosine are Taylor's series on [0, 45] degrees, up to r^17 and r^18; the reductions to it, 180 - x and 90 - x, are exact.
 * The arc tangent takes the nearest eighth c off its argument t, atan t = atan c + atan ((t - c) / (1 + t c)), and sums
 * the series of what is left, 1/16 at most, up to u^13. What the series leave out is below a hundredth of a unit in the last place. */
#include "base/sphere.h"

#include <math.h>

#define RADIANS_OF_DEGREE 0x1.1df46a2529d39p-6

static double
sine(double r)
{
    const double z = r * r;
    const double rest = 1.0 / 6 - z * (1.0 / 120 - z * (1.0 / 5040 - z * (1.0 / 362880 - z * (1.0 / 39916800 - z * (1.0 / 6227020800 -
                        z * (1.0 / 1307674368000 - z * (1.0 / 355687428096000)))))));
    return r - r * z * rest;
}

/* 1 - z/2 is rounded; what the rounding took is given back with the rest of the series. */
static double
cosine(double r)
{
    const double z = r * r, half = z / 2, first = 1 - half;
    const double rest = 1.0 / 24 - z * (1.0 / 720 - z * (1.0 / 40320 - z * (1.0 / 3628800 - z * (1.0 / 479001600 - z * (1.0 / 87178291200 -
                        z * (1.0 / 20922789888000 - z * (1.0 / 6402373705728000)))))));
    return first + ((1 - first - half) + z * z * rest);
}

void
sphere_sine_cosine(double degrees, double *sine_of, double *cosine_of)
{
    const bool back = degrees > 90;
    const double x = back ? 180 - degrees : degrees;
    const bool steep = x > 45;
    const double r = (steep ? 90 - x : x) * RADIANS_OF_DEGREE;
    const double s = sine(r), c = cosine(r);
    *sine_of = steep ? c : s;
    *cosine_of = back ? -(steep ? s : c) : steep ? s : c;
}

/* atan (i / 8), and what each double is short of. */
static const double eighths[9][2] = {
    {0, 0},
    {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
    {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
    {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
    {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
    {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
    {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
    {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
    {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
};

double
sphere_angle(double y, double x)
{
    const bool steep = y > x;
    const double t = steep ? x / y : y / x;
    const int i = (int) (t * 8 + 0.5);
    const double c = i / 8.0, u = (t - c) / (1 + t * c), z = u * u;
    const double rest = 1.0 / 3 - z * (1.0 / 5 - z * (1.0 / 7 - z * (1.0 / 9 - z * (1.0 / 11 - z * (1.0 / 13)))));
    const double little = eighths[i][1] - u * z * rest;
    if (!steep)
        return eighths[i][0] + (u + little);
    return (2 * eighths[8][0] - eighths[i][0]) - (u + (little - 2 * eighths[8][1]));
}

double
sphere_distance(double latitude1, double longitude1, double latitude2, double longitude2)
{
    double sin_l, cos_l, sin_d, cos_d, sin_m, cos_m;
    sphere_sine_cosine(fabs(longitude2 - longitude1) / 2, &sin_l, &cos_l);
    sphere_sine_cosine(fabs(latitude2 - latitude1) / 2, &sin_d, &cos_d);
    sphere_sine_cosine(fabs(latitude1 + latitude2) / 2, &sin_m, &cos_m);
    const double a = sin_d * cos_l, b = cos_m * sin_l, c = cos_d * cos_l, d = sin_m * sin_l;
    return sphere_angle(sqrt(a * a + b * b), sqrt(c * c + d * d)) * (2 * SPHERE_RADIUS_KM);
}

int64_t
sphere_cell(double latitude, double longitude, int32_t digits)
{
    static const int64_t powers[SPHERE_DIGITS_MAX + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    const int64_t unit = powers[digits];
    const int64_t row = (int64_t) rint(latitude * (double) unit) + 90 * unit;
    const int64_t column = (int64_t) rint(longitude * (double) unit) + 180 * unit;
    return row * (1000 * unit) + (column == 360 * unit ? 0 : column);
}
