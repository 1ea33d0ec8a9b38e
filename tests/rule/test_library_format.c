/* '...'.format([...]) and strings.quote(). Examples marked "README" are those of cel-go's ext/README.md. */
#include "library.h"

#include "base/civil.h"
#include "base/text.h"

static const struct cell three_keys[] = {S("b"), I(10), B(true)}, three_values[] = {I(1), S("ten"), NOTHING};
static const struct value_map three = {.n = 3, .keys = three_keys, .values = three_values};
static const struct value_map nothing = {.n = 0};
#define MAP(OF) {.as.map = &OF, .kind = RULE_MAP}
#define TYPE(NAME) {.as.text = {NAME, sizeof(NAME) - 1}, .kind = RULE_TYPE}
#define F(FORMAT, EXPECTED, ...) CASE("format", EXPECTED, S(FORMAT), L(__VA_ARGS__))

START_TEST(a_value_of_any_kind_is_written)
{
    const struct library_case cases[] = {
        F("this is a string: %s\nand an integer: %d", "this is a string: str\nand an integer: 42", S("str"), I(42)),   /* README */
        F("a double substituted with %%s: %s", "a double substituted with %s: 64.2", D(64.2)),                        /* README */
        F("string type: %s", "string type: string", TYPE("string")),                                                  /* README */
        F("%s %s %s", "true false null", B(true), B(false), NOTHING),
        F("%s %s", "-9223372036854775808 18446744073709551615", I(INT64_MIN), U(UINT64_MAX)),
        F("%s %s %s %s", "1 -0 0.1 100000000000000000000", D(1), D(-0.0), D(0.1), D(1e20)),
        F("%s %s %s", "NaN Infinity -Infinity", D(NAN), D(INFINITY), D(-INFINITY)),
        F("%s", "0.000001", D(1e-6)),
        F("%s", "a\xc3\xbc", Y("a\xc3\xbc")),
        F("%s", "SYNTAX", Y("\xff")),
        F("%s", "2005-10-01", {.as.i = 13057, .kind = RULE_DATE}),
        F("%s", "2023-02-03T23:31:20Z", {.as.i = INT64_C(1675467080000000), .kind = RULE_TIMESTAMP}),                 /* README */
        F("%s", "2023-02-03T23:31:20.05Z", {.as.i = INT64_C(1675467080050000), .kind = RULE_TIMESTAMP}),
        F("%s", "6347s", {.as.i = INT64_C(6347000000), .kind = RULE_DURATION}),                                       /* README */
        F("%s", "-0.5s", {.as.i = -500000, .kind = RULE_DURATION}),
        F("%s", "8000.00", M(800000)),
        F("%s", "[1, 2.5, a, [], {}]", L(I(1), D(2.5), S("a"), EMPTY, MAP(nothing))),
        F("%s", "TYPE", {.kind = RULE_OPTIONAL}),
        F("%s", "TYPE", L({.kind = RULE_OPTIONAL})),
    };
    CHECK_LIBRARY(format_overloads, cases);
}
END_TEST

START_TEST(a_map_is_written_in_the_order_of_the_texts_of_its_keys)
{
    const struct library_case cases[] = {
        F("%s", "{10: ten, b: 1, true: null}", MAP(three)),
        F("%s%s", "[{10: ten, b: 1, true: null}]{}", L(MAP(three)), MAP(nothing)),
    };
    CHECK_LIBRARY(format_overloads, cases);

    enum { N = 200 };
    static struct cell keys[N], values[N];
    for (int32_t i = 0; i < N; i++) {
        keys[i] = cell_of_int((i * 77) % N);
        values[i] = cell_of_bool(true);
    }
    const struct value_map map = {.n = N, .keys = keys, .values = values};
    const struct cell item = MAP(map);
    const struct value_list list = {.n = 1, .items = &item};
    const struct cell arguments[] = {S("%s"), {.as.list = &list, .kind = RULE_LIST}};
    struct heap heap = new_heap(HEAP_SIZE);
    struct cell result;
    call_row(row_of(&format_overloads, "format", arguments, 2), arguments, 2, &heap, &result);
    ck_assert_int_eq(result.state, 0);
    ck_assert_uint_eq(heap.size, HEAP_SIZE);
    /* "0: true, 1: true, 10: true, 100: true, 101: true, ..." */
    char last[24] = "";
    const char *at = result.as.text.bytes + 1, *end = result.as.text.bytes + result.as.text.size;
    for (int32_t i = 0; i < N; i++) {
        const size_t n = strcspn(at, ":");
        char key[24];
        snprintf(key, sizeof key, "%.*s", (int) n, at);
        ck_assert_msg(strcmp(last, key) < 0, "%s comes before %s", last, key);
        strcpy(last, key);
        at += n + strlen(": true");
        at += at[0] == ',' ? 2 : 0;
    }
    ck_assert_ptr_eq(at + 1, end);
}
END_TEST

START_TEST(numbers_are_written_in_every_base)
{
    const struct library_case cases[] = {
        F("5 in binary: %b", "5 in binary: 101", I(5)),                 /* README */
        F("26 in hex: %x", "26 in hex: 1a", I(26)),                     /* README */
        F("26 in hex (uppercase): %X", "26 in hex (uppercase): 1A", I(26)), /* README */
        F("30 in octal: %o", "30 in octal: 36", I(30)),                 /* README */
        F("%b %b", "1 0", B(true), B(false)),                           /* README */
        F("%x %o %b", "-1a -36 -101", I(-26), I(-30), I(-5)),
        F("%x", "-8000000000000000", I(INT64_MIN)),
        F("%b", "1111111111111111111111111111111111111111111111111111111111111111", U(UINT64_MAX)),
        F("%o", "1777777777777777777777", U(UINT64_MAX)),
        F("%x %X", "68656c6c6f 68656C6C6F", S("hello"), Y("hello")),
        F("%x", "c3bc00ff", Y("\xc3\xbc\x00\xff")),
        F("%d %d %d", "0 -7 7", I(0), I(-7), U(7)),
        F("%d %d", "2.5 NaN", D(2.5), D(NAN)),
    };
    CHECK_LIBRARY(format_overloads, cases);
}
END_TEST

START_TEST(doubles_are_rounded_to_the_decimals_asked_for)
{
    const struct library_case cases[] = {
        F("%f", "3.140000", D(3.14)),                                   /* README */
        F("scientific notation: %e", "scientific notation: 2.718280e+00", D(2.71828)),
        F("%.3f %.0f %.0f %.0f", "1.234 2 2 0", D(1.2345), D(1.5), D(2.5), D(0.5)),   /* 1.2345 is a little less */
        F("%.1f %.2f", "10.0 1.00", D(9.96), D(0.999)),
        F("%.0f %.0f", "1 -0", D(0.51), D(-0.4)),
        F("%.2f %.2f", "5.00 5.00", I(5), U(5)),
        F("%.2e %e", "1.00e+10 0.000000e+00", D(9999999999.0), D(0)),
        F("%.0e", "1e+300", D(9.9e299)),
        F("%e", "4.940656e-324", D(0x1p-1074)),
        F("%f %f %e", "NaN Infinity -Infinity", D(NAN), D(INFINITY), D(-INFINITY)),
        F("%.0f", "1267650600228229401496703205376", D(0x1p100)),
        F("%.20f", "0.10000000000000000555", D(0.1)),
        F("%.3s|%.3d", "abc|1", S("abc"), I(1)),
    };
    CHECK_LIBRARY(format_overloads, cases);
}
END_TEST

/* The C library of this machine writes doubles exactly, too. */
START_TEST(rounding_agrees_with_the_c_library)
{
    uint64_t state = 1;
    for (int turn = 0; turn < 20000; turn++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = state ^ state >> 29;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (turn < 4)
            value = turn == 0 ? __DBL_MAX__ : turn == 1 ? __DBL_MIN__ : turn == 2 ? 0x1p-1074 : 0x1.fffffffffffffp-1023;
        else if (turn % 4 != 0)
            value = (double) (int64_t) (bits % 2000000 - 1000000) / (turn % 4 == 1 ? 8 : 1000);
        if (!isfinite(value))
            continue;
        const int decimals = (int) (state >> 40) % (turn < 4 || turn % 100 == 0 ? 900 : 12);
        char text[1500], expected[1500];
        text[text_fixed(value, decimals, text)] = 0;
        snprintf(expected, sizeof expected, "%.*f", decimals, value);
        ck_assert_str_eq(text, expected);
        text[text_scientific(value, decimals, text)] = 0;
        snprintf(expected, sizeof expected, "%.*e", decimals, value);
        ck_assert_str_eq(text, expected);
        text[text_positional(value, text)] = 0;
        ck_assert(strtod(text, NULL) == value);
        ck_assert_ptr_null(strchr(text, 'e'));
    }
}
END_TEST

START_TEST(a_format_that_does_not_fit_its_values_is_an_error)
{
    const struct library_case cases[] = {
        CASE("format", "RANGE", S("%s"), EMPTY),
        F("%d %d", "RANGE", I(1)),
        F("%d", "1", I(1), I(2)),                   /* what is left over is left */
        CASE("format", "100%", S("100%%"), EMPTY),
        CASE("format", "", S(""), EMPTY),
        F("%", "SYNTAX", I(1)),
        F("%.", "SYNTAX", I(1)),
        F("%.f", "SYNTAX", D(1)),
        F("%.3", "SYNTAX", D(1)),
        F("%.1001f", "SYNTAX", D(1)),
        F("%.99999999999999999999f", "SYNTAX", D(1)),
        F("%-3d", "SYNTAX", I(1)),
        F("%a", "SYNTAX", I(1)),
        F("%E", "SYNTAX", D(0.5)),
        F("%\xc3\xbc", "SYNTAX", I(1)),
        F("%d", "TYPE", S("1")),
        F("%d", "TYPE", B(true)),
        F("%d", "TYPE", M(1)),
        F("%d", "TYPE", {.as.i = 1, .kind = RULE_DURATION}),
        F("%f", "TYPE", S("NaN")),
        F("%e", "TYPE", NOTHING),
        F("%b", "TYPE", S("abc")),
        F("%b", "TYPE", D(1)),
        F("%o", "TYPE", B(true)),
        F("%x", "TYPE", D(0.5)),
        F("%x", "TYPE", NOTHING),
        F("%X", "TYPE", L(I(1))),
    };
    CHECK_LIBRARY(format_overloads, cases);
}
END_TEST

START_TEST(quoting_writes_a_literal)
{
    const struct library_case cases[] = {
        CASE("strings.quote", "\"single-quote with \\\"double quote\\\"\"", S("single-quote with \"double quote\"")),   /* README */
        CASE("strings.quote", "\"two escape sequences \\a\\n\"", S("two escape sequences \a\n")),                       /* README */
        CASE("strings.quote", "\"\"", S("")),
        CASE("strings.quote", "\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"'\"", S("\a\b\f\n\r\t\v\\\"'")),
        CASE("strings.quote", "\"\xc3\xbc\"", S("\xc3\xbc")),
    };
    CHECK_LIBRARY(format_overloads, cases);
}
END_TEST

START_TEST(what_does_not_fit_the_heap_is_a_limit)
{
    const struct library_case cases[] = {
        F("%s", "LIMIT", S("this text has more than sixteen bytes")),
        F("%.100f", "LIMIT", D(1)),
        F("%x", "LIMIT", S("0123456789")),
        F("%s", "LIMIT", MAP(three)),
        F("%s", "LIMIT", L(S("0123456789"), S("0123456789"))),
        CASE("strings.quote", "LIMIT", S("\n\n\n\n\n\n\n\n")),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t size = 0; size <= 16; size += 16) {
            struct heap heap = new_heap(size);
            struct cell result;
            call_row(row_of(&format_overloads, cases[i].name, cases[i].arguments, cases[i].n), cases[i].arguments, cases[i].n, &heap,
                     &result);
            ck_assert_str_eq(state_word(result.state), cases[i].expected);
            ck_assert_uint_eq(heap.size, size);
        }
    }
}
END_TEST

RUN("format", a_value_of_any_kind_is_written, a_map_is_written_in_the_order_of_the_texts_of_its_keys, numbers_are_written_in_every_base,
    doubles_are_rounded_to_the_decimals_asked_for, rounding_agrees_with_the_c_library,
    a_format_that_does_not_fit_its_values_is_an_error, quoting_writes_a_literal, what_does_not_fit_the_heap_is_a_limit)
