/* The library of strings, function by function. Examples marked "README" are those of cel-go's ext/README.md, the others
 * follow from what it says. */
#include "library.h"

START_TEST(characters_are_counted_in_code_points)
{
    const struct library_case cases[] = {
        CASE("charAt", "o", S("hello"), I(4)),               /* README */
        CASE("charAt", "", S("hello"), I(5)),                /* README */
        CASE("charAt", "RANGE", S("hello"), I(-1)),          /* README */
        CASE("charAt", "RANGE", S("hello"), I(6)),
        CASE("charAt", "\xc3\xbc", S("Z\xc3\xbcrich"), I(1)),
        CASE("charAt", "r", S("Z\xc3\xbcrich"), I(2)),
        CASE("charAt", "", S("Z\xc3\xbcrich"), I(6)),
        CASE("charAt", "RANGE", S("Z\xc3\xbcrich"), I(7)),
        CASE("charAt", "\xf0\x9f\x98\x81", S("\xf0\x9f\x98\x81"), I(0)),
        CASE("charAt", "", S(""), I(0)),
        CASE("charAt", "RANGE", S(""), I(1)),
        CASE("charAt", "RANGE", S("hello"), I(INT64_MAX)),
        CASE("charAt", "RANGE", S("hello"), I(INT64_MIN)),
        CASE("substring", "cat", S("tacocat"), I(4)),        /* README */
        CASE("substring", "taco", S("tacocat"), I(0), I(4)), /* README */
        CASE("substring", "RANGE", S("tacocat"), I(-1)),     /* README */
        CASE("substring", "RANGE", S("tacocat"), I(2), I(1)), /* README */
        CASE("substring", "", S("tacocat"), I(7)),
        CASE("substring", "RANGE", S("tacocat"), I(8)),
        CASE("substring", "", S("tacocat"), I(7), I(7)),
        CASE("substring", "RANGE", S("tacocat"), I(0), I(8)),
        CASE("substring", "RANGE", S("tacocat"), I(-1), I(3)),
        CASE("substring", "RANGE", S("tacocat"), I(INT64_MIN), I(INT64_MAX)),
        CASE("substring", "\xc3\xbcr", S("Z\xc3\xbcrich"), I(1), I(3)),
        CASE("substring", "", S(""), I(0), I(0)),
    };
    CHECK_LIBRARY(strings_overloads, cases);
}
END_TEST

START_TEST(a_text_is_found_from_either_end)
{
    const struct library_case cases[] = {
        CASE("indexOf", "0", S("hello mellow"), S("")),            /* README, as the next five */
        CASE("indexOf", "1", S("hello mellow"), S("ello")),
        CASE("indexOf", "-1", S("hello mellow"), S("jello")),
        CASE("indexOf", "2", S("hello mellow"), S(""), I(2)),
        CASE("indexOf", "7", S("hello mellow"), S("ello"), I(2)),
        CASE("indexOf", "RANGE", S("hello mellow"), S("ello"), I(20)),
        CASE("indexOf", "RANGE", S("hello mellow"), S("ello"), I(-1)),
        CASE("indexOf", "-1", S("hello mellow"), S("ello"), I(12)),
        CASE("indexOf", "-1", S(""), S("a")),
        CASE("indexOf", "0", S(""), S("")),
        CASE("indexOf", "-1", S("abc"), S("abcd")),
        CASE("indexOf", "2", S("Z\xc3\xbcrich"), S("r")),
        CASE("indexOf", "1", S("Z\xc3\xbcrich"), S("\xc3\xbc"), I(1)),
        CASE("indexOf", "-1", S("Z\xc3\xbcrich"), S("\xc3\xbc"), I(2)),
        CASE("lastIndexOf", "12", S("hello mellow"), S("")),       /* README, as the next four */
        CASE("lastIndexOf", "7", S("hello mellow"), S("ello")),
        CASE("lastIndexOf", "-1", S("hello mellow"), S("jello")),
        CASE("lastIndexOf", "1", S("hello mellow"), S("ello"), I(6)),
        CASE("lastIndexOf", "RANGE", S("hello mellow"), S("ello"), I(-1)),
        CASE("lastIndexOf", "RANGE", S("hello mellow"), S("ello"), I(20)),
        CASE("lastIndexOf", "7", S("hello mellow"), S("ello"), I(7)),
        CASE("lastIndexOf", "7", S("hello mellow"), S("ello"), I(12)),
        CASE("lastIndexOf", "3", S("hello mellow"), S(""), I(3)),
        CASE("lastIndexOf", "-1", S(""), S("a")),
        CASE("lastIndexOf", "-1", S("ello"), S("hello")),
        CASE("lastIndexOf", "0", S("aaa"), S("aaa")),
        CASE("lastIndexOf", "1", S("aaa"), S("aa")),
        CASE("lastIndexOf", "6", S("Z\xc3\xbcrich \xc3\xbc"), S(" \xc3\xbc")),
        CASE("lastIndexOf", "1", S("Z\xc3\xbcrich \xc3\xbc"), S("\xc3\xbc"), I(6)),
    };
    CHECK_LIBRARY(strings_overloads, cases);
}
END_TEST

/* Against a search that tries every place. */
START_TEST(searching_backwards_agrees_with_trying_every_place)
{
    uint64_t state = 7;
    for (int turn = 0; turn < 20000; turn++) {
        char text[48], searched[6];
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = state >> 8;
        size_t n = bits % 48, m = (bits >> 8) % 6;
        for (size_t i = 0; i < n; i++)
            text[i] = (char) ('a' + (bits >> (i % 50) & 1));
        for (size_t i = 0; i < m; i++)
            searched[i] = (char) ('a' + (state >> (i + 3) & 1));
        int64_t expected = -1;
        for (size_t at = 0; m <= n && at <= n - m; at++)
            if (memcmp(text + at, searched, m) == 0)
                expected = (int64_t) at;
        const struct cell arguments[] = {cell_of_text(text, n), cell_of_text(searched, m)};
        struct cell result;
        call_row(row_of(&strings_overloads, "lastIndexOf", arguments, 2), arguments, 2, NULL, &result);
        ck_assert_int_eq(result.as.i, expected);
    }
}
END_TEST

/* A search that starts over at every place would take 10^10 steps. */
START_TEST(searching_backwards_is_linear)
{
    enum { SIZE = 200000 };
    char *text = malloc(2 * SIZE);
    memset(text, 'a', 2 * SIZE);
    text[0] = 'b';
    text[SIZE] = 'b';
    const struct cell arguments[] = {cell_of_text(text + 1, SIZE - 1), cell_of_text(text + SIZE, SIZE / 2)};
    struct cell result;
    call_row(row_of(&strings_overloads, "lastIndexOf", arguments, 2), arguments, 2, NULL, &result);
    ck_assert_int_eq(result.as.i, -1);
    free(text);
}
END_TEST

START_TEST(only_letters_of_ascii_change_their_case)
{
    const struct library_case cases[] = {
        CASE("lowerAscii", "tacocat", S("TacoCat")),                         /* README */
        CASE("lowerAscii", "tacoc\xc3\x86t xii", S("TacoC\xc3\x86t Xii")),   /* README */
        CASE("upperAscii", "TACOCAT", S("TacoCat")),                         /* README */
        CASE("upperAscii", "TACOC\xc3\x86T XII", S("TacoC\xc3\x86t Xii")),   /* README */
        CASE("lowerAscii", "", S("")),
        CASE("lowerAscii", "@[`{az", S("@[`{AZ")),
        CASE("upperAscii", "@[`{AZ", S("@[`{az")),
    };
    CHECK_LIBRARY(strings_overloads, cases);
}
END_TEST

START_TEST(replacing_goes_from_the_left_up_to_a_limit)
{
    const struct library_case cases[] = {
        CASE("replace", "wello wello", S("hello hello"), S("he"), S("we")),         /* README, as the next three */
        CASE("replace", "wello wello", S("hello hello"), S("he"), S("we"), I(-1)),
        CASE("replace", "wello hello", S("hello hello"), S("he"), S("we"), I(1)),
        CASE("replace", "hello hello", S("hello hello"), S("he"), S("we"), I(0)),
        CASE("replace", "llo llo", S("hello hello"), S("he"), S("")),
        CASE("replace", "", S("aaaa"), S("a"), S("")),
        CASE("replace", "aa", S("aaaa"), S("aa"), S(""), I(1)),
        CASE("replace", "bba", S("aaaaa"), S("aa"), S("b")),
        CASE("replace", "aabaab", S("abab"), S("a"), S("aa")),
        CASE("replace", "hello", S("hello"), S("x"), S("y")),
        CASE("replace", "", S(""), S("x"), S("y")),
        /* Go's strings.Replace: the empty text stands before each code point and at the end. */
        CASE("replace", "-a-\xc3\xbc-c-", S("a\xc3\xbc" "c"), S(""), S("-")),
        CASE("replace", "-a-\xc3\xbc" "c", S("a\xc3\xbc" "c"), S(""), S("-"), I(2)),
        CASE("replace", "-", S(""), S(""), S("-")),
        CASE("replace", "-a", S("a"), S(""), S("-"), I(1)),
        CASE("replace", "abc", S("abc"), S("b"), S("b"), I(INT64_MIN)),
    };
    CHECK_LIBRARY(strings_overloads, cases);
}
END_TEST

START_TEST(a_split_text_joins_again)
{
    const struct library_case cases[] = {
        CASE("split", "[hello|hello|hello]", S("hello hello hello"), S(" ")),        /* README, as the next four */
        CASE("split", "[]", S("hello hello hello"), S(" "), I(0)),
        CASE("split", "[hello hello hello]", S("hello hello hello"), S(" "), I(1)),
        CASE("split", "[hello|hello hello]", S("hello hello hello"), S(" "), I(2)),
        CASE("split", "[hello|hello|hello]", S("hello hello hello"), S(" "), I(-1)),
        CASE("split", "[hello|hello|hello]", S("hello hello hello"), S(" "), I(9)),
        CASE("split", "[]", S(""), S("")),               /* Go's strings.Split: nothing, where both are empty */
        CASE("split", "[]", S(""), S(""), I(3)),
        CASE("split", "[]", S(""), S(","), I(0)),
        CASE("split", "[|]", S(","), S(",")),
        CASE("split", "[a||b|]", S("a,,b,"), S(",")),
        CASE("split", "[abc]", S("abc"), S("x")),
        CASE("split", "[Z|\xc3\xbc|r]", S("Z\xc3\xbcr"), S("")),
        CASE("split", "[Z|\xc3\xbcr]", S("Z\xc3\xbcr"), S(""), I(2)),
        CASE("split", "[Z\xc3\xbcr]", S("Z\xc3\xbcr"), S(""), I(1)),
        CASE("split", "[|a]", S("aaa"), S("aa")),
        CASE("join", "hellomellow", L(S("hello"), S("mellow"))),                     /* README, as the next three */
        CASE("join", "hello mellow", L(S("hello"), S("mellow")), S(" ")),
        CASE("join", "", EMPTY),
        CASE("join", "", EMPTY, S("/")),
        CASE("join", "a", L(S("a")), S("/")),
        CASE("join", "/", L(S(""), S("")), S("/")),
        CASE("join", "TYPE", L(S("a"), I(1)), S("/")),
    };
    CHECK_LIBRARY(strings_overloads, cases);
    const struct cell arguments[] = {S(""), S(",")};
    struct heap heap = new_heap(HEAP_SIZE);
    struct cell result;
    call_row(row_of(&strings_overloads, "split", arguments, 2), arguments, 2, &heap, &result);
    ck_assert_int_eq(result.as.list->n, 1);
    ck_assert_uint_eq(result.as.list->items[0].as.text.size, 0);
}
END_TEST

/* White_Space of Unicode, and its neighbours that are none. */
START_TEST(trimming_takes_what_unicode_calls_white_space)
{
    const struct library_case cases[] = {
        CASE("trim", "trim", S("  \ttrim\n    ")),                   /* README */
        CASE("trim", "a b", S("\t\n\v\f\r a b\r\n")),
        CASE("trim", "", S(" \t ")),
        CASE("trim", "", S("")),
        CASE("trim", "x", S("\xc2\x85\xc2\xa0\xe1\x9a\x80x\xe2\x80\x80\xe2\x80\x8a")),
        CASE("trim", "x", S("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xafx\xe2\x81\x9f\xe3\x80\x80")),
        CASE("trim", "\xe2\x80\x8b", S("\xe2\x80\x8b ")),            /* U+200B, zero width */
        CASE("trim", "\xe1\xa0\x8e", S("\xe1\xa0\x8e")),             /* U+180E, no longer a blank */
        CASE("trim", "\xe2\x81\xa0", S(" \xe2\x81\xa0")),            /* U+2060 */
        CASE("trim", "\xef\xbb\xbf", S("\xef\xbb\xbf\xc2\xa0")),     /* U+FEFF */
        CASE("trim", "\xc2\x86", S("\xc2\x86")),
        CASE("trim", "", S("\xc2\xa0")),
    };
    CHECK_LIBRARY(strings_overloads, cases);
}
END_TEST

START_TEST(reversing_keeps_code_points_whole)
{
    const struct library_case cases[] = {
        CASE("reverse", "smug", S("gums")),
        CASE("reverse", "hcir\xc3\xbcZ", S("Z\xc3\xbcrich")),
        CASE("reverse", "b\xf0\x9f\x98\x81" "a", S("a\xf0\x9f\x98\x81" "b")),
        CASE("reverse", "", S("")),
    };
    CHECK_LIBRARY(strings_overloads, cases);
}
END_TEST

START_TEST(what_does_not_fit_the_heap_is_a_limit)
{
    const struct library_case cases[] = {
        CASE("lowerAscii", "LIMIT", S("THIS TEXT HAS MORE THAN SIXTEEN BYTES")),
        CASE("replace", "LIMIT", S("0123456789"), S(""), S("----")),
        CASE("split", "LIMIT", S("a,b,c"), S(",")),
        CASE("join", "LIMIT", L(S("0123456789"), S("0123456789"))),
        CASE("reverse", "LIMIT", S("this text has more than sixteen bytes")),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct heap heap = new_heap(16);
        struct cell result;
        call_row(row_of(&strings_overloads, cases[i].name, cases[i].arguments, cases[i].n), cases[i].arguments, cases[i].n, &heap,
                 &result);
        ck_assert_str_eq(state_word(result.state), cases[i].expected);
    }
}
END_TEST

RUN("strings", characters_are_counted_in_code_points, a_text_is_found_from_either_end,
    searching_backwards_agrees_with_trying_every_place, searching_backwards_is_linear, only_letters_of_ascii_change_their_case,
    replacing_goes_from_the_left_up_to_a_limit, a_split_text_joins_again, trimming_takes_what_unicode_calls_white_space,
    reversing_keeps_code_points_whole, what_does_not_fit_the_heap_is_a_limit)
