/* The library math, function by function. Examples marked "README" are those of cel-go's ext/README.md. */
#include "library.h"

START_TEST(doubles_are_rounded_in_each_direction)
{
    const struct library_case cases[] = {
        CASE("math.ceil", "2.0000000000000000", D(1.2)),      /* README */
        CASE("math.ceil", "-1.0000000000000000", D(-1.2)),    /* README */
        CASE("math.floor", "1.0000000000000000", D(1.2)),     /* README */
        CASE("math.floor", "-2.0000000000000000", D(-1.2)),   /* README */
        CASE("math.round", "1.0000000000000000", D(1.2)),     /* README */
        CASE("math.round", "2.0000000000000000", D(1.5)),     /* README */
        CASE("math.round", "-2.0000000000000000", D(-1.5)),   /* README */
        CASE("math.round", "3.0000000000000000", D(2.5)),
        CASE("math.round", "0.0000000000000000", D(0x1.fffffffffffffp-2)),   /* the largest below a half */
        CASE("math.round", "4503599627370497.0", D(0x1.0000000000001p52)),
        CASE("math.trunc", "-1.0000000000000000", D(-1.3)),   /* README */
        CASE("math.trunc", "1.0000000000000000", D(1.3)),     /* README */
        CASE("math.round", "nan", D(NAN)),
        CASE("math.sqrt", "9.0000000000000000", D(81)),
        CASE("math.sqrt", "1.4142135623730951", D(2)),
        CASE("math.sqrt", "1.4142135623730951", I(2)),
        CASE("math.sqrt", "4294967296.0000000", U(UINT64_MAX)),
        CASE("math.sqrt", "nan", D(-1)),
        CASE("math.sqrt", "nan", I(-1)),
    };
    CHECK_LIBRARY(math_overloads, cases);
}
END_TEST

START_TEST(signs_are_asked_for_and_taken_away)
{
    const struct library_case cases[] = {
        CASE("math.abs", "1", I(-1)),                         /* README */
        CASE("math.abs", "1", I(1)),                          /* README */
        CASE("math.abs", "RANGE", I(INT64_MIN)),              /* README */
        CASE("math.abs", "9223372036854775807", I(-INT64_MAX)),
        CASE("math.abs", "1u", U(1)),
        CASE("math.abs", "234.50000000000000", D(-234.5)),
        CASE("math.abs", "nan", D(NAN)),
        CASE("math.abs", "$800000", M(-800000)),
        CASE("math.abs", "RANGE", M(INT64_MIN)),
        CASE("math.sign", "-1", I(-42)),                      /* README */
        CASE("math.sign", "0", I(0)),                         /* README */
        CASE("math.sign", "1", I(42)),                        /* README */
        CASE("math.sign", "-1", I(INT64_MIN)),
        CASE("math.sign", "1u", U(UINT64_MAX)),
        CASE("math.sign", "0u", U(0)),
        CASE("math.sign", "-1.0000000000000000", D(-0.3)),
        CASE("math.sign", "0.0000000000000000", D(-0.0)),
        CASE("math.sign", "nan", D(NAN)),
        CASE("math.sign", "1.0000000000000000", D(INFINITY)),
    };
    CHECK_LIBRARY(math_overloads, cases);
}
END_TEST

START_TEST(what_is_no_number_is_known)
{
    const struct library_case cases[] = {
        CASE("math.isNaN", "true", D(NAN)),        CASE("math.isNaN", "false", D(1.2)),      CASE("math.isNaN", "false", D(INFINITY)),
        CASE("math.isInf", "true", D(INFINITY)),   CASE("math.isInf", "true", D(-INFINITY)), CASE("math.isInf", "false", D(NAN)),
        CASE("math.isInf", "false", D(1e308)),     CASE("math.isFinite", "false", D(NAN)),   CASE("math.isFinite", "true", D(1.2)),
        CASE("math.isFinite", "false", D(-INFINITY)),
    };
    CHECK_LIBRARY(math_overloads, cases);
}
END_TEST

START_TEST(bits_are_those_of_64_bit_words)
{
    const struct library_case cases[] = {
        CASE("math.bitOr", "3u", U(1), U(2)),                 /* README, to the end of the table unless said otherwise */
        CASE("math.bitOr", "-2", I(-2), I(-4)),
        CASE("math.bitAnd", "2u", U(3), U(2)),
        CASE("math.bitAnd", "1", I(3), I(5)),                 /* 011 and 101; the README's 3 is a slip */
        CASE("math.bitAnd", "-7", I(-3), I(-5)),
        CASE("math.bitXor", "6u", U(3), U(5)),
        CASE("math.bitXor", "2", I(1), I(3)),
        CASE("math.bitNot", "-2", I(1)),                      /* the README's -1 is a slip */
        CASE("math.bitNot", "0", I(-1)),
        CASE("math.bitNot", "18446744073709551615u", U(0)),
        CASE("math.bitShiftLeft", "4", I(1), I(2)),
        CASE("math.bitShiftLeft", "-4", I(-1), I(2)),
        CASE("math.bitShiftLeft", "4u", U(1), I(2)),
        CASE("math.bitShiftLeft", "0u", U(1), I(200)),
        CASE("math.bitShiftLeft", "-9223372036854775808", I(1), I(63)),
        CASE("math.bitShiftLeft", "0", I(1), I(64)),
        CASE("math.bitShiftLeft", "RANGE", I(1), I(-1)),
        CASE("math.bitShiftRight", "256", I(1024), I(2)),
        CASE("math.bitShiftRight", "256u", U(1024), I(2)),
        CASE("math.bitShiftRight", "0u", U(1024), I(64)),
        CASE("math.bitShiftRight", "2305843009213693824", I(-1024), I(3)),   /* 2^61 - 128: zeros come in */
        CASE("math.bitShiftRight", "0", I(-1), I(INT64_MAX)),
        CASE("math.bitShiftRight", "RANGE", U(1), I(INT64_MIN)),
    };
    CHECK_LIBRARY(math_overloads, cases);
}
END_TEST

START_TEST(the_greatest_and_the_least_stay_what_they_were)
{
    const struct library_case cases[] = {
        CASE("math.greatest", "1", I(1)),                                             /* README */
        CASE("math.greatest", "2u", U(1), U(2)),                                      /* README */
        CASE("math.greatest", "-21.500000000000000", D(-42.0), D(-21.5), D(-100.0)),  /* README */
        CASE("math.greatest", "-21.500000000000000", L(D(-42.0), D(-21.5), D(-100.0))), /* README */
        CASE("math.least", "-100.00000000000000", D(-42.0), D(-21.5), D(-100.0)),     /* README */
        CASE("math.least", "1u", U(1), U(2)),                                         /* README */
        CASE("math.greatest", "RANGE", EMPTY),
        CASE("math.least", "RANGE", EMPTY),
        CASE("math.greatest", "TYPE", L(I(1), S("a"))),
        CASE("math.least", "TYPE", L(S("a"))),
        CASE("math.least", "TYPE", L(I(1), M(1))),
        CASE("math.greatest", "2.5000000000000000", I(2), D(2.5)),
        CASE("math.greatest", "2", I(2), D(2.0), U(2)),
        CASE("math.least", "2u", U(2), D(2.0), I(2)),
        CASE("math.greatest", "9007199254740994", D(9007199254740992.0), I(9007199254740994)),
        CASE("math.greatest", "18446744073709551615u", I(-1), U(UINT64_MAX), I(INT64_MAX)),
        CASE("math.least", "-1", U(0), I(-1), D(-0.5)),
        CASE("math.least", "-inf", D(1), D(-INFINITY)),
        CASE("math.greatest", "NOT_FINITE", D(1), D(NAN)),
        CASE("math.least", "NOT_FINITE", D(NAN), I(1)),
        CASE("math.least", "NOT_FINITE", I(1), I(2), D(NAN)),
        CASE("math.greatest", "nan", D(NAN)),
        CASE("math.greatest", "$900", M(800), M(900)),
        CASE("math.least", "$700", M(800), M(900), M(700)),
        CASE("math.least", "$-1", L(M(8), M(-1))),
        CASE("math.greatest", "-7", I(-8), I(-7)),
        CASE("math.least", "-8", I(-8), I(-7)),
    };
    CHECK_LIBRARY(math_overloads, cases);
}
END_TEST

RUN("math", doubles_are_rounded_in_each_direction, signs_are_asked_for_and_taken_away, what_is_no_number_is_known,
    bits_are_those_of_64_bit_words, the_greatest_and_the_least_stay_what_they_were)
