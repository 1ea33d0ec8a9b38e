/* Places on the earth, taken as a sphere, in degrees: distances along great circles and cells of a grid. Own functions of angles, made of
 * additions, multiplications, divisions and square roots alone, so that every machine gives the same bits, which the C library
 * does not promise of sin() and its kind. */
#ifndef BASE_SPHERE_H
#define BASE_SPHERE_H

#include <stdbool.h>
#include <stdint.h>

#define SPHERE_RADIUS_KM 6371.0088   /* the mean radius R1 of the earth (H. Moritz, Geodetic Reference System 1980; IUGG) */
#define SPHERE_DIGITS_MAX 6          /* of a cell */

/* Within [-90, 90] and [-180, 180]; NaN is not. */
static inline bool
sphere_has(double latitude, double longitude)
{
    return latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
}

/* Kilometres from one place to the other: 0 to 20015.114. Both are on the sphere. Within 10 nanometres of the great circle between
 * the doubles as they are given, and within 8 units in the last place where the latitudes have one sign and lie below 89.9
 * degrees, however near or far the places are; the same with the places changed over. The sphere itself is up to 0.56 % off the ellipsoid
 * WGS 84: what its radii of curvature, 6335.4 km to 6399.6 km, are off the mean radius. */
double sphere_distance(double latitude1, double longitude1, double latitude2, double longitude2);

/* The cell of the grid around (latitude, longitude), both rounded to so many decimals of a degree, 0 to SPHERE_DIGITS_MAX, halves to
 * even: (90 + latitude) 10^digits, and behind it in digits + 3 decimal digits (180 + longitude) 10^digits, where 180 and -180 are
 * one. Cells are 111.195 km 10^-digits from south to north, and that times the cosine of the latitude from west to east. */
int64_t sphere_cell(double latitude, double longitude, int32_t digits);

/* sin and cos of 0 to 180 degrees, and the angle in radians, 0 to pi/2, whose sine and cosine are as y to x, both from 0 up and not
 * both 0: each within 1.5 units in the last place. */
void sphere_sine_cosine(double degrees, double *sine, double *cosine);
double sphere_angle(double y, double x);

#endif
