#!/usr/bin/env python3
"""Writes logarithm_cases.h: doubles and their natural logarithms, correctly rounded.

The logarithms are computed with mpmath at 400 bits and rounded once; float(mpf) rounds to nearest, half to even. The last
rows are hard to round: for x = 1 + k 2^-52 the second term of the series, k^2/2 2^-104, can fall on the middle between two
doubles, and the logarithm then lies within 2^-35 of it, as main() makes sure. That of 0x1.62a88613629b6p+678 lies within
2^-64 of a double, nearer than any other's (Lefevre and Muller, Worst cases for correct rounding of the elementary functions
in double precision, 2001).

    python3 make_logarithm_cases.py > logarithm_cases.h
"""
import math
import random

import mpmath

NEAREST_DOUBLE = float.fromhex("0x1.62a88613629b6p+678")
MIDDLES = [1 + math.ldexp(k, -52) for k in (6, 20, 28, 72, 88, 104, 120)]


def halves(x):
    """The logarithm in halves of its last place: the nearest whole number (odd: between two doubles), and how far it is."""
    y = abs(mpmath.log(mpmath.mpf(x)))
    scaled = y * mpmath.mpf(2) ** (53 - mpmath.floor(mpmath.log(y, 2)))
    nearest = mpmath.nint(scaled)
    return nearest, abs(scaled - nearest)


def cases():
    rng = random.Random(20051001)
    values = [2.0, 19.0, 50.0, 1.0, 0.5, 3.0, 10.0, 1 / 19, math.e, 600.0, 5e-324, 2.2250738585072014e-308,
              1.7976931348623157e308, math.nextafter(1.0, 2.0), math.nextafter(1.0, 0.0), math.sqrt(2), math.sqrt(0.5),
              math.nextafter(math.sqrt(0.5), 0.0)]
    values += [math.ldexp(1 + rng.random(), rng.randrange(-1074, 1023)) for _ in range(300)]
    values += [1 + rng.choice([-1, 1]) * math.ldexp(rng.random(), -rng.randrange(1, 50)) for _ in range(300)]
    return values + [NEAREST_DOUBLE] + MIDDLES


def main():
    mpmath.mp.prec = 400
    assert halves(NEAREST_DOUBLE)[1] < mpmath.mpf(2) ** -64
    assert all(halves(x)[0] % 2 == 1 and halves(x)[1] < mpmath.mpf(2) ** -35 for x in MIDDLES)
    print("/* Made by make_logarithm_cases.py; do not edit. x and ln x, correctly rounded. */")
    print("static const double logarithm_cases[][2] = {")
    for x in cases():
        print("    { %s, %s }," % (x.hex(), float(mpmath.log(mpmath.mpf(x))).hex()))
    print("};")


main()
