#!/usr/bin/env python3
"""Writes number_cases.h or exact_cases.h: doubles read, written, summed and divided by Python (correctly rounded by its definition of
float(), repr(), math.fsum() and fractions.Fraction), for test_number.c and test_exact.c to agree with.

    python3 tests/base/make_number_cases.py number > tests/base/number_cases.h
    python3 tests/base/make_number_cases.py exact > tests/base/exact_cases.h
"""
import fractions
import math
import random
import struct
import sys

rng = random.Random(4217)


def bits(value):
    return "UINT64_C(0x%016x)" % struct.unpack("<Q", struct.pack("<d", value))[0]


def any_double():
    while True:
        value = struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]
        if math.isfinite(value):
            return value


def exactly(value):
    """All digits of a double, or of a fraction whose denominator is a power of two."""
    f = fractions.Fraction(value)
    places = f.denominator.bit_length() - 1
    digits = str(abs(f.numerator) * 5 ** places).rjust(places + 1, "0")
    text = digits[:len(digits) - places] + ("." + digits[len(digits) - places:] if places else "")
    return ("-" if f < 0 else "") + text


def number():
    texts = ["0", "-0", "1", "0.1", ".5", "5.", "1e0", "1E+5", "-2.5e-3", "9007199254740993", "9007199254740992.999",
             "9007199254740993.0000000000000000000000000000000000001", "1e23", "8.5e22", "1.7976931348623157e308",
             "1.7976931348623158079e308", "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9406564584124654e-324",
             "2.4703282292062327208e-324", "2.4703282292062328e-324", "1e-400", "0e999999999999999999999",
             "6.02214076e23", "123456789012345678901234567890", "0.000000000000000000000000000000000000012345",
             "00000000000000000000000000000000001.50000000000000000000000000000000000"]
    for _ in range(80):
        texts.append(repr(any_double()))
        texts.append("%.*e" % (rng.randrange(0, 25), any_double()))
        texts.append("%d.%0*d" % (rng.randrange(10 ** 7), rng.randrange(1, 20), rng.randrange(10 ** 6)))
    for _ in range(12):
        low = abs(any_double()) % 1e6 or 1.5
        low = math.ldexp(math.frexp(low)[0], rng.randrange(-120, 60))
        middle = (fractions.Fraction(low) + fractions.Fraction(math.nextafter(low, math.inf))) / 2
        texts.append(exactly(middle))
        texts.append(exactly(middle) + ("" if "." in exactly(middle) else ".") + "0" * 30 + "1")
    texts.append(exactly(5e-324)[:-1] + "4" + "9" * 50)
    print("struct text_case {\n    const char *text;\n    uint64_t bits;\n};")
    print("static const struct text_case read_cases[] = {")
    for text in texts:
        if math.isfinite(float(text)):
            shown = '"\n        "'.join(text[i:i + 90] for i in range(0, len(text), 90))
            print(f'    {{"{shown}", {bits(float(text))}}},')
    print("};")
    print("static const struct text_case write_cases[] = {")
    values = [0.1, 1.0, 1e16, 1e15, 1e-4, 1e-5, 5e-324, 1e22, 1e23, 2.0 ** -44, 2.0 ** 60, 2.0 ** -1022, 1e100, -1.5e-7,
              1.7976931348623157e308, 9007199254740993.0, 4.35, 0.3, 2 / 3, 100.0, -123456.789, 1e21, 2.0 ** 89,
              20000000000000032.0, 20000000000000008.0]  # the shortest is the very end of the interval
    values += [2.0 ** rng.randrange(-1074, 1024) for _ in range(40)]
    values += [any_double() for _ in range(120)] + [rng.randrange(10 ** 9) / 100 for _ in range(40)]
    for value in values:
        print(f'    {{"{value!r}", {bits(value)}}},')
    print("};")


def exact():
    print("/* Sums: count values from sum_values, their correctly rounded sum, and that divided by n, rounded once. */")
    print("struct sum_case {\n    int start;\n    int count;\n    uint64_t sum;\n    int64_t n;\n    uint64_t ratio;\n};")
    pool, cases = [], []
    for case in range(40):
        count = rng.randrange(1, 20)
        if case % 4 == 0:
            numbers = [any_double() * 2.0 ** -30 for _ in range(count)]
        elif case % 4 == 1:
            numbers = [rng.uniform(-1e6, 1e6) for _ in range(count)]
        elif case % 4 == 2:
            numbers = [x for _ in range(count) for x in (lambda y: (y, -y * (1 + 2.0 ** -rng.randrange(20, 52))))(rng.uniform(0, 1e9))]
        else:
            numbers = [math.ldexp(rng.randrange(1, 2 ** 53), rng.randrange(-1074, -1010)) * rng.choice((1, -1)) for _ in range(count)]
        if case == 0:
            numbers = [1e308, 1e308, -1e308, -1e308, 5e-324]
        if case == 4:
            numbers = [1.0, 1e100, 1.0, -1e100]
        n = rng.choice((1, 2, 3, 7, 10, count, 2 ** 53 + 1, 2 ** 63 - 1, rng.randrange(1, 10 ** 6)))
        whole = sum(map(fractions.Fraction, numbers))
        total = whole.numerator / whole.denominator
        if case:
            assert total == math.fsum(numbers)
        mean = whole / n
        cases.append((len(pool), len(numbers), total, n, mean.numerator / mean.denominator))
        pool += numbers
    print("static const uint64_t sum_values[] = {")
    for value in pool:
        print(f"    {bits(value)},")
    print("};\nstatic const struct sum_case sum_cases[] = {")
    for start, count, total, n, mean in cases:
        print(f"    {{{start}, {count}, {bits(total)}, INT64_C({n}), {bits(mean)}}},")
    print("};")

    print("/* (high * 2^64 + low) / n */")
    print("struct ratio_case {\n    int64_t high;\n    uint64_t low;\n    int64_t n;\n    uint64_t bits;\n};")
    print("static const struct ratio_case ratio_cases[] = {")
    numerators = [0, 1, -1, 2 ** 127 - 1, -2 ** 127, 2 ** 53 + 1, 2 ** 54 + 3, 2 ** 54 + 1, -(2 ** 63), 2 ** 63 - 1, 9007199254740993]
    for _ in range(60):
        numerators.append(rng.getrandbits(rng.randrange(1, 127)) * rng.choice((1, -1)))
    for w in numerators:
        for n in (1, rng.choice((2, 3, 10, 100, 1000, 10000, 2 ** 63 - 1, rng.getrandbits(rng.randrange(2, 62)) + 1))):
            high, low = (w >> 64), w & (2 ** 64 - 1)
            shown = "INT64_MIN" if high == -2 ** 63 else f"INT64_C({high})"
            f = fractions.Fraction(w, n)
            print(f"    {{{shown}, UINT64_C({low}), INT64_C({n}), {bits(f.numerator / f.denominator)}}},")
    print("};")


print("/* Made by make_number_cases.py from Python's float, repr, fsum and Fraction; do not edit. */")
exact() if sys.argv[1] == "exact" else number()
