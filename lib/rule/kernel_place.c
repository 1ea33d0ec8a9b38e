/* Places on the earth, in degrees: how far one is from another, and in which cell of a grid it lies. What is no place (a latitude beyond
 * 90 degrees, a longitude beyond 180, NaN) is CSTM_ERROR_RANGE. */
#include "rule/kernel_many.h"
#include "rule/overload.h"

#include "base/sphere.h"

static uint8_t
distance_km(const struct op *op, const void *const *operands, void *result)
{
    const double *latitude1 = operands[0], *longitude1 = operands[1], *latitude2 = operands[2], *longitude2 = operands[3];
    double *km = result;
    (void) op;
    const bool fits = sphere_has(*latitude1, *longitude1) && sphere_has(*latitude2, *longitude2);
    *km = fits ? sphere_distance(*latitude1, *longitude1, *latitude2, *longitude2) : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

static uint8_t
place_cell(const struct op *op, const void *const *operands, void *result)
{
    const double *latitude = operands[0], *longitude = operands[1];
    const int64_t *digits = operands[2];
    int64_t *cell = result;
    (void) op;
    const bool fits = sphere_has(*latitude, *longitude) && *digits >= 0 && *digits <= SPHERE_DIGITS_MAX;
    *cell = fits ? sphere_cell(*latitude, *longitude, (int32_t) *digits) : 0;
    return fits ? 0 : CSTM_ERROR_RANGE;
}

KERNEL_MANY(distance_km, double, 4, 8, 8, 8, 8)
KERNEL_MANY(place_cell, int64_t, 3, 8, 8, 8)

static const struct overload rows[] = {
    {.name = "distance_km", .style = STYLE_FUNCTION, .n = 4, .result = RULE_DOUBLE,
     .args = {RULE_DOUBLE, RULE_DOUBLE, RULE_DOUBLE, RULE_DOUBLE}, .kernel = &distance_km_kernel},
    {.name = "place_cell", .style = STYLE_FUNCTION, .n = 3, .result = RULE_INT, .args = {RULE_DOUBLE, RULE_DOUBLE, RULE_INT},
     .kernel = &place_cell_kernel},
};
const struct overload_table place_overloads = {rows, sizeof rows / sizeof rows[0]};
