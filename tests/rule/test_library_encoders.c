/* base64 as RFC 4648 and cel-go's ext/README.md have it. */
#include "library.h"

START_TEST(the_examples_of_rfc_4648_come_out)
{
    const struct library_case cases[] = {
        /* Section 10. */
        CASE("base64.encode", "", Y("")),
        CASE("base64.encode", "Zg==", Y("f")),
        CASE("base64.encode", "Zm8=", Y("fo")),
        CASE("base64.encode", "Zm9v", Y("foo")),
        CASE("base64.encode", "Zm9vYg==", Y("foob")),
        CASE("base64.encode", "Zm9vYmE=", Y("fooba")),
        CASE("base64.encode", "Zm9vYmFy", Y("foobar")),
        CASE("base64.encode", "+/8=", Y("\xfb\xff")),
        CASE("base64.decode", "b:", S("")),
        CASE("base64.decode", "b:f", S("Zg==")),
        CASE("base64.decode", "b:fo", S("Zm8=")),
        CASE("base64.decode", "b:foo", S("Zm9v")),
        CASE("base64.decode", "b:foob", S("Zm9vYg==")),
        CASE("base64.decode", "b:foobar", S("Zm9vYmFy")),
        CASE("base64.decode", "b:\xfb\xff", S("+/8=")),
    };
    CHECK_LIBRARY(encoders_overloads, cases);
}
END_TEST

START_TEST(padding_is_whole_or_left_out)
{
    const struct library_case cases[] = {
        CASE("base64.decode", "b:hello", S("aGVsbG8=")),      /* README */
        CASE("base64.decode", "b:hello", S("aGVsbG8")),       /* README */
        CASE("base64.decode", "b:hello", S("aGVs\r\nbG8=\n")),
        CASE("base64.decode", "b:f", S("Zh")),                /* bits beyond the byte are not looked at */
        CASE("base64.decode", "SYNTAX", S("Zg=")),
        CASE("base64.decode", "SYNTAX", S("aGVsbG8==")),
        CASE("base64.decode", "SYNTAX", S("Zm9v=")),
        CASE("base64.decode", "SYNTAX", S("Zm9v====")),
        CASE("base64.decode", "SYNTAX", S("Z")),
        CASE("base64.decode", "SYNTAX", S("Zm9vZ")),
        CASE("base64.decode", "SYNTAX", S("=")),
        CASE("base64.decode", "SYNTAX", S("Zg==Zg==")),
        CASE("base64.decode", "SYNTAX", S("Z=g=")),
        CASE("base64.decode", "SYNTAX", S("z=")),
        CASE("base64.decode", "SYNTAX", S("Zm 9v")),
        CASE("base64.decode", "SYNTAX", S("Zm-_")),
        CASE("base64.decode", "SYNTAX", S("Zm\xc3\xbc")),
    };
    CHECK_LIBRARY(encoders_overloads, cases);
}
END_TEST

START_TEST(every_byte_comes_back)
{
    char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char) i;
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct heap heap = new_heap(HEAP_SIZE);
        struct cell value = cell_of_text(bytes, n), text, back;
        value.kind = RULE_BYTES;
        call_row(row_of(&encoders_overloads, "base64.encode", &value, 1), &value, 1, &heap, &text);
        call_row(row_of(&encoders_overloads, "base64.decode", &text, 1), &text, 1, &heap, &back);
        ck_assert_uint_eq(back.as.text.size, n);
        ck_assert(n == 0 || memcmp(back.as.text.bytes, bytes, n) == 0);
    }
}
END_TEST

START_TEST(what_does_not_fit_the_heap_is_a_limit)
{
    const struct cell bytes = Y("0123456789abc"), text = S("0123456789abcdefghijklmno");
    struct heap heap = new_heap(16);
    struct cell result;
    call_row(row_of(&encoders_overloads, "base64.encode", &bytes, 1), &bytes, 1, &heap, &result);
    ck_assert_str_eq(state_word(result.state), "LIMIT");
    call_row(row_of(&encoders_overloads, "base64.decode", &text, 1), &text, 1, &heap, &result);
    ck_assert_str_eq(state_word(result.state), "LIMIT");
}
END_TEST

RUN("encoders", the_examples_of_rfc_4648_come_out, padding_is_whole_or_left_out, every_byte_comes_back,
    what_does_not_fit_the_heap_is_a_limit)
