#!/usr/bin/env python3
"""Writes sphere_cases.h: sines, cosines, angles and great-circle distances of doubles, computed in 80 decimal digits with Python's decimal
from the definitions (Taylor's series, the chord between two points of the sphere) and rounded once; and geodesics of the ellipsoid
WGS 84 by T. Vincenty's inverse formulae (Survey Review 23, 1975; to half a millimetre), for test_sphere.c.

    python3 tests/base/make_sphere_cases.py > tests/base/sphere_cases.h
"""
import decimal
import math
import random
from decimal import Decimal

decimal.getcontext().prec = 80
rng = random.Random(6371)
TINY = Decimal(10) ** -90


def arc_tangent(x):
    halvings = 0
    while abs(x) > Decimal("0.01"):
        x = x / (1 + (1 + x * x).sqrt())
        halvings += 1
    total = term = x
    n = 1
    while abs(term) > TINY:
        term = -term * x * x
        n += 2
        total += term / n
    return total * 2**halvings


PI = 4 * arc_tangent(Decimal(1))


def series(r, first, n):
    total = term = first
    while abs(term) > TINY:
        term = -term * r * r / ((n + 1) * (n + 2))
        n += 2
        total += term
    return total


def sine(degrees):
    r = Decimal(degrees) * PI / 180
    return series(r, r, 1)


def cosine(degrees):
    return series(Decimal(degrees) * PI / 180, Decimal(1), 0)


def angle(y, x):
    """Of y to x, both from 0 up."""
    if y > x:
        return PI / 2 - arc_tangent(x / y)
    return arc_tangent(y / x)


def distance(place, other):
    """By half the chord between the two points, and half the chord to the opposite of the second."""
    def point(latitude, longitude):
        c = cosine(latitude)
        return c * cosine(longitude), c * sine(longitude), sine(latitude)
    a, b = point(*place), point(*other)
    apart = sum((p - q) ** 2 for p, q in zip(a, b)).sqrt()
    together = sum((p + q) ** 2 for p, q in zip(a, b)).sqrt()
    return 2 * Decimal("6371.0088") * angle(apart, together)


def geodesic(place, other):
    """Kilometres on WGS 84; None where the formulae do not converge, near opposite places."""
    a, f = 6378.137, 1 / 298.257223563
    b = a * (1 - f)
    u1, u2 = (math.atan((1 - f) * math.tan(math.radians(p[0]))) for p in (place, other))
    length = lam = math.radians(other[1] - place[1])
    for _ in range(200):
        sin_sigma = math.hypot(math.cos(u2) * math.sin(lam), math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam))
        cos_sigma = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_sigma
        square = 1 - sin_alpha**2
        middle = cos_sigma - 2 * math.sin(u1) * math.sin(u2) / square if square else 0.0
        c = f / 16 * square * (4 + f * (4 - 3 * square))
        before = lam
        lam = length + (1 - c) * f * sin_alpha * (sigma + c * sin_sigma * (middle + c * cos_sigma * (2 * middle**2 - 1)))
        if abs(lam) > math.pi:
            return None
        if abs(lam - before) < 1e-13:
            break
    else:
        return None
    t = square * (a * a - b * b) / (b * b)
    big_a = 1 + t / 16384 * (4096 + t * (-768 + t * (320 - 175 * t)))
    big_b = t / 1024 * (256 + t * (-128 + t * (74 - 47 * t)))
    return b * big_a * (sigma - big_b * sin_sigma * (middle + big_b / 4 * (
        cos_sigma * (2 * middle**2 - 1) - big_b / 6 * middle * (4 * sin_sigma**2 - 3) * (4 * middle**2 - 3))))


def rounded(exact):
    """As a double, and what it is short of."""
    value = float(exact)
    return "%s, %s" % (value.hex(), float(exact - Decimal(value)).hex())


def angles():
    edges = [0.0, 5e-324, 1e-300, 1e-20, 1e-8, 30.0, 44.99999999999999, 45.0, 45.00000000000001, 60.0, 89.99999999999999, 90.0,
             90.00000000000001, 120.0, 135.0, 179.99999999999997, 180.0]
    return edges + [rng.uniform(0, 180) for _ in range(300)] + [10 ** rng.uniform(-12, 1) for _ in range(60)]


def pairs():
    named = [((39.9042, 116.4074), (31.2304, 121.4737)),          # Beijing, Shanghai
             ((25.033, 121.5654), (22.6273, 120.3014)),           # Taipei, Kaohsiung
             ((0.0, 0.0), (0.0, 180.0)), ((0.0, -180.0), (0.0, 180.0)), ((90.0, 12.0), (90.0, -170.0)), ((90.0, 0.0), (-90.0, 77.0)),
             ((0.0, 0.0), (0.0, 1.0)), ((0.0, 0.0), (1.0, 0.0)), ((31.2, 121.5), (31.2, 121.5)),
             ((31.2, 121.5), (-31.2, -58.5)), ((31.2, 121.5), (-31.2, -58.50000000000001)), ((1e-9, 0.0), (-1e-9, 180.0)),
             ((0.0, 179.9999999), (0.0, -179.9999999)), ((45.0, 0.0), (45.0, 1e-9)), ((0.0, 0.0), (1e-300, 0.0))]
    yield from named
    for _ in range(400):
        yield (rng.uniform(-90, 90), rng.uniform(-180, 180)), (rng.uniform(-90, 90), rng.uniform(-180, 180))
    for _ in range(200):                                           # neighbours, down to micrometres
        place = (rng.uniform(-89, 89), rng.uniform(-179, 179))
        near = 10 ** rng.uniform(-11, -1)
        yield place, (place[0] + near * rng.uniform(-1, 1), place[1] + near * rng.uniform(-1, 1))
    for _ in range(200):                                           # all but opposite
        place = (rng.uniform(-89, 89), rng.uniform(0.5, 179))
        near = 10 ** rng.uniform(-11, -1)
        yield place, (-place[0] + near * rng.uniform(-1, 1), place[1] - 180 + near * rng.uniform(0, 1))


print("/* Made by make_sphere_cases.py with Python's decimal; do not edit. Each result as a double and what that is short of. */")
print("struct angle_case {\n    double degrees, sine, sine_rest, cosine, cosine_rest;\n};")
print("static const struct angle_case angle_cases[] = {")
for x in angles():
    print("    {%s, %s, %s}," % (x.hex(), rounded(sine(x)), rounded(cosine(x))))
print("};\nstruct arc_case {\n    double y, x, angle, angle_rest;\n};\nstatic const struct arc_case arc_cases[] = {")
ratios = [(0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (1.0, 16.0), (3.0, 16.0), (15.0, 16.0), (16.0, 15.0), (1e-300, 1.0), (1.0, 1e-300)]
ratios += [(rng.random(), rng.random()) for _ in range(400)] + [(10 ** rng.uniform(-16, 0), rng.random()) for _ in range(60)]
for y, x in ratios:
    print("    {%s, %s, %s}," % (y.hex(), x.hex(), rounded(angle(Decimal(y), Decimal(x)))))
print("};\nstruct distance_case {\n    double latitude1, longitude1, latitude2, longitude2, km, km_rest;\n};")
print("static const struct distance_case distance_cases[] = {")
for a, b in pairs():
    print("    {%s, %s, %s, %s, %s}," % (a[0].hex(), a[1].hex(), b[0].hex(), b[1].hex(), rounded(distance(a, b))))
print("};")
print("struct geodesic_case {\n    double latitude1, longitude1, latitude2, longitude2, km;\n};")
print("static const struct geodesic_case geodesic_cases[] = {")
lines = [((0.0, 0.0), (0.0, 1.0)), ((0.0, 0.0), (1.0, 0.0)), ((89.0, 0.0), (90.0, 0.0)), ((0.0, 10.0), (0.0, 130.0))]
lines += [((rng.uniform(-90, 90), rng.uniform(-90, 90)), (rng.uniform(-90, 90), rng.uniform(-90, 90))) for _ in range(300)]
for a, b in lines:
    km = geodesic(a, b)
    if km is not None:
        print("    {%s, %s, %s, %s, %r}," % (a[0].hex(), a[1].hex(), b[0].hex(), b[1].hex(), km))
print("};")
