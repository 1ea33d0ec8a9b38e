/* matches(): RE2's syntax (https://github.com/google/re2/wiki/Syntax) row by row, the same answer from each of the ways to run a pattern,
 * agreement with Go's standard library on generated cases, and bounds on what a pattern and a match can cost. */
#include "sample.h"

#include "rule/regex.h"

static const char *cases_path;

static _Alignas(16) char heap_bytes[1 << 20];

static const struct regex *
compiled(struct arena *arena, const char *pattern)
{
    struct regex_fault fault;
    const struct regex *regex = regex_compile(arena, pattern, strlen(pattern), &fault);
    ck_assert_msg(regex != NULL, "/%s/ at %d: %s", pattern, fault.at, fault.message);
    return regex;
}

/* Runs by the table, by steps, and compiled in a heap; -1 where the pattern does not compile. */
static int
found(const char *pattern, size_t pattern_size, const char *text, size_t size)
{
    struct arena arena = {0};
    struct regex_fault fault, heap_fault;
    struct heap heap = {.base = heap_bytes, .size = sizeof heap_bytes};
    const struct regex_room room = {.heap = &heap};
    const struct regex *regex = regex_compile(&arena, pattern, pattern_size, &fault);
    const struct regex *in_heap = regex_new(pattern, pattern_size, &room, &room, &heap_fault);
    ck_assert_msg((regex == NULL) == (in_heap == NULL) && fault.state == heap_fault.state, "/%s/ in a heap: %s", pattern, heap_fault.message);
    if (regex == NULL) {
        ck_assert(fault.message != NULL && fault.at >= 0 && (size_t) fault.at <= pattern_size);
        return -1;
    }
    int64_t visits;
    const bool matched = regex_match(regex, text, size);
    ck_assert_msg(regex_match_stepwise(regex, text, size, &visits) == matched, "/%s/ on '%s' by steps", pattern, text);
    ck_assert_msg(regex_match(in_heap, text, size) == matched, "/%s/ on '%s' in a heap", pattern, text);
    ck_assert_int_le(visits, ((int64_t) size + 2) * 2 * regex->n_steps);
    arena_clear(&arena);
    return matched;
}

struct syntax_case {
    const char *pattern;
    const char *found, *absent;     /* texts with spaces between; "" is the empty text, "~" none at all; _ stands for a space */
};

static void
check_words(const char *pattern, const char *words, int expected)
{
    char word[64];
    if (strcmp(words, "~") == 0)
        return;
    do {
        const size_t size = strcspn(words, " ");
        ck_assert_uint_lt(size, sizeof word);
        memcpy(word, words, size);
        word[size] = 0;
        for (size_t i = 0; i < size; i++)
            word[i] = word[i] == '_' ? ' ' : word[i];
        ck_assert_msg(found(pattern, strlen(pattern), word, size) == expected, "/%s/ on '%s'", pattern, word);
        words += size + (words[size] == ' ');
    } while (*words != 0);
}

static void
check_syntax(const struct syntax_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        check_words(cases[i].pattern, cases[i].found, 1);
        check_words(cases[i].pattern, cases[i].absent, 0);
    }
}
#define CHECK_SYNTAX(cases) check_syntax(cases, sizeof cases / sizeof cases[0])

START_TEST(single_characters_and_classes)
{
    static const struct syntax_case cases[] = {
        {".", "a é 漢 😀", "\n"},
        {"(?s).", "a \n", ""},
        {"^.$", "a é 漢", "ab"},
        {"[xyz]", "axa z", "abc"},
        {"[^xyz]", "xa \n", "xyz"},
        {"^[a-c]+$", "abc b", "abd"},
        {"[]a]", "] a", "b"},
        {"[^]a]", "b", "] a ]a"},
        {"^[a-]+$", "a- -", "b"},
        {"^[-a]+$", "a- -", "b"},
        {"^[\\d-z]$", "5 - z", "a"},
        {"^[a\\-c]$", "a - c", "b"},
        {"^[\\]\\\\]$", "] \\", "["},
        {"^[[:alpha:]]+$", "aZ", "a1 é"},
        {"^[[:^alpha:]]+$", "1 é", "a"},
        {"^[[:alnum:][:space:]]+$", "a1_", "-"},
        {"^[[:digit:]]$", "7", "a"},
        {"^[[:word:]]$", "a 1", "- _"},
        {"^[[:xdigit:]]+$", "fF09", "g"},
        {"^[[:punct:]]+$", "!/:@[`{~", "a"},
        {"^[[:blank:]]$", "_ \t", "\n"},
        {"^[[:upper:]]$", "A", "a É"},
        {"[[:a]b", "ab [b :b", "~"},
        {"^\\d\\D$", "1a", "a1 11"},
        {"^\\s$", "_ \t \n \r \f", "\v a"},
        {"^\\S$", "a \v", "_"},
        {"^\\w\\W$", "a- aé", "aa é"},
        {"^[^\\W\\d]$", "a", "1 -"},
        {"^\\pN$", "1 ½ Ⅷ", "a"},
        {"^\\PN$", "a", "1"},
        {"^\\p{Lu}$", "A É Ω", "a 漢"},
        {"^\\P{Lu}$", "a", "A"},
        {"^\\p{^Lu}$", "a", "A"},
        {"^\\P{^Lu}$", "A", "a"},
        {"^\\p{Greek}+$", "αβγ Ω", "abc"},
        {"^\\p{Han}+$", "漢字", "かな"},
        {"^[\\p{Hiragana}\\p{Katakana}]+$", "かな カナ", "漢"},
        {"^\\p{Any}$", "a 漢 \n", "ab"},
        {"^\\p{Sc}$", "$ € ¥", "a"},
        {"^\\pZ$", "_ \u00a0 \u2028", "\n"},
        {"^[\\x00-\\x{10FFFF}]$", "a 😀", ""},
        {"[^\\x00-\\x{10FFFF}]", "~", "a 😀"},
    };
    CHECK_SYNTAX(cases);
}
END_TEST

START_TEST(composites_and_repetitions)
{
    static const struct syntax_case cases[] = {
        {"xy", "xy axyb", "x y yx"},
        {"x|y", "x y axb", "a"},
        {"^(x|)$", "x", "y"},
        {"^(|x)(y|)$", "x y xy", "yx"},
        {"", "a", "~"},
        {"()", "a", "~"},
        {"a||b", "c", "~"},
        {"^x*$", "x xxx", "y"},
        {"^x+$", "x xxx", "y"},
        {"^x?$", "x", "xx"},
        {"^x{2,3}$", "xx xxx", "x xxxx"},
        {"^x{2,}$", "xx xxxx", "x"},
        {"^x{2}$", "xx", "x xxx"},
        {"^x*?$", "xx", "y"},
        {"^x+?$", "xx", "y"},
        {"^x??$", "x", "xx"},
        {"^x{2,3}?$", "xx xxx", "x xxxx"},
        {"^x{2,}?$", "xx xxx", "x"},
        {"^x{2}?$", "xx", "x xxx"},
        {"^x{0}$", "~", "x"},
        {"^(ab){2}$", "abab", "ab aabb"},
        {"^(a*)*$", "aaa", "b"},
        {"^(a|b)*$", "abba", "abc"},
        {"^(?:a{0,2}b){2}$", "aabb bb abaab", "aaabb b"},
        {"^x{,2}$", "x{,2}", "xx"},             /* no repetition: RE2 takes it letter by letter */
        {"^x{$", "x{", "x"},
        {"^x{a}$", "x{a}", "x"},
        {"^x{1,2$", "x{1,2", "x"},
        {"^x{01}$", "x{01}", "x"},
        {"^}]$", "}]", "}"},
    };
    CHECK_SYNTAX(cases);
}
END_TEST

START_TEST(groups_and_flags)
{
    static const struct syntax_case cases[] = {
        {"^(a(b))c$", "abc", "ab"},
        {"^(?P<name>a)(?<other_1>b)$", "ab", "a"},
        {"^(?:a|b)c$", "ac bc", "a"},
        {"(?i)straße", "STRAßE straẞe", "strasse"},     /* simple folding: ß and ẞ, not ss */
        {"^(?i)k$", "k K \u212a", "x"},                  /* the Kelvin sign */
        {"^(?i)[s]$", "s S \u017f", "x"},
        {"^(?i)[^s]$", "x", "s S \u017f"},
        {"^(?i)\\p{Lu}$", "a A", "1"},
        {"^(?i)σ$", "σ Σ ς", "s"},
        {"^(?i)\u01c4$", "\u01c4 \u01c5 \u01c6", "\u01c7"},
        {"^(?i)[\u01c4\u01c7]$", "\u01c4 \u01c5 \u01c6 \u01c8", "\u01ca"},
        {"^(?i)\\w$", "a \u017f", "é"},
        {"^a(?i)b(?-i)c$", "abc aBc", "Abc abC"},
        {"^a(?i:b)c$", "aBc", "aBC"},
        {"^(a(?i)b)c$", "aBc", "aBC"},
        {"^(?i:a|b)c$", "Ac Bc", "AC"},
        {"^(?i)a|b$", "Ax xB", "xx"},
        {"(?m)^b$", "a\nb b\nc", "ab"},
        {"^b$", "b", "a\nb b\nc"},
        {"(?s)^a.b$", "a\nb", "a\n\nb"},
        {"(?is)^A.b$", "a\nB", "ab"},
        {"(?s-i)^a.b$", "a\nb", "A\nb"},
        {"(?U)^a+$", "aa", "b"},
        {"^(?s:.)(?-s:.)$", "\na", "\n\n"},
        {"^()a(?)b$", "ab", "a"},
        {"^a(?i)*B$", "b aab", "Ab"},                    /* the repetition is of what stood before the flag */
    };
    CHECK_SYNTAX(cases);
}
END_TEST

START_TEST(empty_strings)
{
    static const struct syntax_case cases[] = {
        {"^a", "a ab", "ba"},
        {"a$", "a ba", "ab a\n"},
        {"\\Aa", "ab", "ba"},
        {"a\\z", "ba", "ab a\n"},
        {"(?m)\\Ab", "ba", "a\nb"},
        {"(?m)a\\z", "ba", "a\nb"},
        {"\\bfoo\\b", "foo a_foo_b foo-", "foot afoo foo1"},
        {"\\Bo\\B", "foot", "o oo"},
        {"\\b", "a -a", "- é"},
        {"\\B", "aa - é", "a"},
        {"^$", "", "a \n"},
        {"(?m)^$", "\n a\n \nb a\n\nb", "a"},
        {"(?m)$^", "a\n\nb", "a a\nb"},
        {"(?m)(^a|b)$", "x\na\nc", "x\nac"},
        {"(a|^)b", "ab b", "cb"},
        {"^*a", "ba", "b"},
        {"(^|,)x(,|$)", "x a,x x,b", "ax xb"},
        {"a^b", "~", "ab a\nb"},
        {"$a", "~", "a"},
    };
    CHECK_SYNTAX(cases);
    ck_assert_int_eq(found("^$", 2, "", 0), 1);
    ck_assert_int_eq(found("\\B", 2, "", 0), 1);
    ck_assert_int_eq(found("\\b", 2, "", 0), 0);
    ck_assert_int_eq(found("^$", 2, NULL, 0), 1);
}
END_TEST

START_TEST(escapes)
{
    static const struct syntax_case cases[] = {
        {"^\\a\\f\\t\\n\\r\\v$", "\a\f\t\n\r\v", "a"},
        {"^\\123$", "S", "123"},
        {"^\\12$", "\n", "12"},
        {"^\\0$", "~", "0"},
        {"^\\1234$", "S4", "1234"},
        {"^\\x7E\\x41$", "~A", "7E"},
        {"^\\x{10FFFF}$", "\U0010ffff", "a"},
        {"^\\x{6f22}$", "漢", "字"},
        {"^\\*\\.\\\\\\?\\-\\/\\#\\@\\!$", "*.\\?-/#@!", "a"},
        {"^\\Qa.b*\\E+$", "a.b* a.b**", "aab a.b"},
        {"^\\Qa.b", "a.bc", "aab"},
        {"^\\Q\\E$", "~", "a"},
        {"^\\Q\\\\E$", "\\", "a"},
        {"^x\\Q\\E*$", "xx", "y"},
    };
    CHECK_SYNTAX(cases);
    ck_assert_int_eq(found("^\\0$", 4, "\0", 1), 1);
    ck_assert_int_eq(found("a\0b", 3, "xa\0by", 5), 1);
    ck_assert_int_eq(found("a\0b", 3, "ab", 2), 0);
}
END_TEST

START_TEST(what_is_no_pattern_is_refused_at_its_place)
{
    static const struct { const char *pattern; uint8_t state; int32_t at; const char *message; } cases[] = {
        {"a(b", CSTM_ERROR_SYNTAX, 1, "the parenthesis is not closed"},
        {"a)b", CSTM_ERROR_SYNTAX, 1, "no parenthesis is open that this one closes"},
        {"x(?i", CSTM_ERROR_SYNTAX, 1, "the parenthesis is not closed"},
        {"x(?i-)", CSTM_ERROR_SYNTAX, 1, "unknown kind of group"},
        {"x(?x)", CSTM_ERROR_SYNTAX, 1, "unknown kind of group"},
        {"(?i--s)", CSTM_ERROR_SYNTAX, 0, "unknown kind of group"},
        {"(?#a)", CSTM_ERROR_SYNTAX, 0, "unknown kind of group"},
        {"(?>a)", CSTM_ERROR_SYNTAX, 0, "unknown kind of group"},
        {"(?P<a)", CSTM_ERROR_SYNTAX, 0, "malformed name of a group"},
        {"(?P<a-b>c)", CSTM_ERROR_SYNTAX, 0, "malformed name of a group"},
        {"(?P<>c)", CSTM_ERROR_SYNTAX, 0, "malformed name of a group"},
        {"(?P<n>a)(?P<n>b)", CSTM_ERROR_SYNTAX, 8, "another group has this name"},
        {"a[b", CSTM_ERROR_SYNTAX, 1, "the bracket is not closed"},
        {"a[]", CSTM_ERROR_SYNTAX, 1, "the bracket is not closed"},
        {"[a-", CSTM_ERROR_SYNTAX, 0, "the bracket is not closed"},
        {"x[b-a]", CSTM_ERROR_SYNTAX, 2, "the range's bounds are the wrong way round"},
        {"[a-\\d]", CSTM_ERROR_SYNTAX, 3, "unknown escape"},
        {"[[:alfa:]]", CSTM_ERROR_SYNTAX, 1, "no class has this name"},
        {"a\\p{Klingon}", CSTM_ERROR_SYNTAX, 1, "no category or script of Unicode has this name"},
        {"\\pX", CSTM_ERROR_SYNTAX, 0, "no category or script of Unicode has this name"},
        {"\\p{Lu", CSTM_ERROR_SYNTAX, 0, "the class's name is not closed"},
        {"\\p", CSTM_ERROR_SYNTAX, 0, "the class has no name"},
        {"*a", CSTM_ERROR_SYNTAX, 0, "there is nothing to repeat"},
        {"a|*", CSTM_ERROR_SYNTAX, 2, "there is nothing to repeat"},
        {"(+)", CSTM_ERROR_SYNTAX, 1, "there is nothing to repeat"},
        {"{2}", CSTM_ERROR_SYNTAX, 0, "there is nothing to repeat"},
        {"a**", CSTM_ERROR_SYNTAX, 2, "a repetition of a repetition needs parentheses"},
        {"a++", CSTM_ERROR_SYNTAX, 2, "a repetition of a repetition needs parentheses"},
        {"a{2}{3}", CSTM_ERROR_SYNTAX, 4, "a repetition of a repetition needs parentheses"},
        {"a*??", CSTM_ERROR_SYNTAX, 3, "a repetition of a repetition needs parentheses"},
        {"a{1001}", CSTM_ERROR_SYNTAX, 1, "a repetition goes up to 1000 times"},
        {"a{1,1001}", CSTM_ERROR_SYNTAX, 1, "a repetition goes up to 1000 times"},
        {"a{99999999999999999999}", CSTM_ERROR_SYNTAX, 1, "a repetition goes up to 1000 times"},
        {"a{3,2}", CSTM_ERROR_SYNTAX, 1, "the repetition's bounds are the wrong way round"},
        {"(a{100}){11}", CSTM_ERROR_SYNTAX, 8, "nested repetitions come to more than 1000 times"},
        {"ab\\", CSTM_ERROR_SYNTAX, 2, "the pattern ends in a backslash"},
        {"\\q", CSTM_ERROR_SYNTAX, 0, "unknown escape"},
        {"\\Z", CSTM_ERROR_SYNTAX, 0, "unknown escape"},
        {"a\\E", CSTM_ERROR_SYNTAX, 1, "unknown escape"},
        {"[\\b]", CSTM_ERROR_SYNTAX, 1, "unknown escape"},
        {"\\x4", CSTM_ERROR_SYNTAX, 0, "malformed escape"},
        {"\\x{}", CSTM_ERROR_SYNTAX, 0, "malformed escape"},
        {"\\x{41", CSTM_ERROR_SYNTAX, 0, "malformed escape"},
        {"\\x{110000}", CSTM_ERROR_SYNTAX, 0, "the escape is no code point"},
        {"\\é", CSTM_ERROR_SYNTAX, 0, "unknown escape"},
        {"a\xff", CSTM_ERROR_SYNTAX, 1, "malformed UTF-8"},
        {"a\xe6\xbc", CSTM_ERROR_SYNTAX, 1, "malformed UTF-8"},
        {"(a)\\1", CSTM_ERROR_UNSUPPORTED, 3, "back references cannot be matched in linear time"},
        {"(a)\\8", CSTM_ERROR_UNSUPPORTED, 3, "back references cannot be matched in linear time"},
        {"(?P<n>a)(?P=n)", CSTM_ERROR_UNSUPPORTED, 8, "back references cannot be matched in linear time"},
        {"(?<n>a)\\k<n>", CSTM_ERROR_UNSUPPORTED, 7, "back references cannot be matched in linear time"},
        {"a(?=b)", CSTM_ERROR_UNSUPPORTED, 1, "look-around cannot be matched in linear time"},
        {"a(?!b)", CSTM_ERROR_UNSUPPORTED, 1, "look-around cannot be matched in linear time"},
        {"(?<=a)b", CSTM_ERROR_UNSUPPORTED, 0, "look-around cannot be matched in linear time"},
        {"(?<!a)b", CSTM_ERROR_UNSUPPORTED, 0, "look-around cannot be matched in linear time"},
        {"\\C", CSTM_ERROR_UNSUPPORTED, 0, "a text is made of code points, \\C has no meaning"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        struct regex_fault fault;
        const struct regex *regex = regex_compile(&arena, cases[i].pattern, strlen(cases[i].pattern), &fault);
        ck_assert_msg(regex == NULL, "/%s/ compiles", cases[i].pattern);
        ck_assert_msg(fault.state == cases[i].state && fault.at == cases[i].at && strcmp(fault.message, cases[i].message) == 0,
                      "/%s/ says at %d: %s", cases[i].pattern, fault.at, fault.message);
        arena_clear(&arena);
    }
}
END_TEST

/* Generated cases: tests/data/regex/cases.go. */

static size_t
unquote(const char *from, size_t size, char *text)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        const bool escape = from[i] == '\\';
        i += escape;
        text[n++] = escape && from[i] == 'n' ? '\n' : escape && from[i] == 't' ? '\t' : from[i];
    }
    return n;
}

START_TEST(patterns_find_what_go_finds)
{
    char line[8192], pattern[4096], text[4096];
    int32_t n = 0;
    FILE *file = fopen(cases_path, "r");
    ck_assert_msg(file != NULL, "%s cannot be read", cases_path);
    while (fgets(line, sizeof line, file) != NULL) {
        const char *first = strchr(line, '\t') + 1, *second = strchr(first, '\t') + 1;
        const size_t pattern_size = unquote(first, (size_t) (second - 1 - first), pattern);
        const size_t size = unquote(second, strcspn(second, "\n"), text);
        pattern[pattern_size] = text[size] = 0;
        const int expected = line[0] == 'e' ? -1 : line[0] == '1';
        ck_assert_msg(found(pattern, pattern_size, text, size) == expected, "/%s/ on '%s'", pattern, text);
        n++;
    }
    fclose(file);
    ck_assert_int_eq(n, 8425);
}
END_TEST

/* What it can cost. */

START_TEST(a_plain_literal_needs_no_automaton)
{
    static const struct { const char *pattern; enum regex_form form; } cases[] = {
        {"abc", REGEX_CONTAINS}, {"^abc", REGEX_BEGINS}, {"abc$", REGEX_ENDS}, {"^abc$", REGEX_EQUALS}, {"\\Aabc\\z", REGEX_EQUALS},
        {"", REGEX_ALWAYS}, {"x*", REGEX_ALWAYS}, {".*abc.*", REGEX_CONTAINS}, {"(abc)+", REGEX_CONTAINS}, {"^abc.*", REGEX_BEGINS},
        {".*abc$", REGEX_ENDS}, {"\\Qa.c\\E", REGEX_CONTAINS}, {"(?:漢)字", REGEX_CONTAINS}, {"^.*abc", REGEX_TABLE_BYTES},
        {"a.c", REGEX_TABLE_BYTES}, {"漢.", REGEX_TABLE_CODES}, {"(?i)abc", REGEX_TABLE_BYTES}, {"(?i)k", REGEX_TABLE_CODES},
        {"(?m)^abc", REGEX_TABLE_BYTES}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = {0};
        const struct regex *regex = compiled(&arena, cases[i].pattern);
        ck_assert_msg(regex->form == cases[i].form, "/%s/ is of form %d", cases[i].pattern, regex->form);
        arena_clear(&arena);
    }
}
END_TEST

/* Backtracking matchers take exponential time for most of these. */
static const char *const pathological[] = {
    "(a*)*b", "^(a*)*b$", "(a|aa)*c", "^(a|a)*$b", "(a+)+c", "^(a?){30}a{30}$", "(x+x+)+y", "a{1000}b", "^(.*)*=(.*)*$", "(.*)(.*)(.*)(.*)c",
    "(a{0,30}){30}c", "^(([a-z])+.)+[A-Z]([a-z])+$", "a(a|b){12}c", "(a|b)*a(a|b){12}$", "(?i)(ſ|s|a)*k", "(\\pL{1,100}){1,10}\\d",
    "(((((a*)*)*)*)*)*b", "(\\ba?\\B)*c", "(^|a)+b"};

START_TEST(time_is_linear_in_the_text_and_bounded_by_the_steps)
{
    static char text[20000];
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof pathological / sizeof pathological[0]; i++) {
        struct arena arena = {0};
        const struct regex *regex = compiled(&arena, pathological[i]);
        int64_t visits;
        const bool matched = regex_match(regex, text, sizeof text);
        ck_assert_int_eq(regex_match_stepwise(regex, text, sizeof text, &visits), matched);
        ck_assert_msg(visits <= (int64_t) (sizeof text + 2) * regex->n_steps, "/%s/ looks at %ld", pathological[i], (long) visits);
        ck_assert_int_le(regex->n_steps, REGEX_STEPS);
        arena_clear(&arena);
    }
}
END_TEST

/* Whether the 13th letter from the end is an a: 2^13 sets of steps, more than a table may have. */
START_TEST(too_many_states_for_a_table_are_run_as_sets_of_steps)
{
    struct arena arena = {0};
    const struct regex *regex = compiled(&arena, "^(?:a|b)*a(?:a|b){12}$");
    ck_assert_int_eq(regex->form, REGEX_STEPWISE);
    struct random_letters { uint64_t state; } random = {7};
    for (int32_t turn = 0; turn < 300; turn++) {
        char text[40];
        const size_t size = (size_t) (turn % 40);
        for (size_t i = 0; i < size; i++) {
            random.state = random.state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            text[i] = (random.state >> 33) % 2 == 0 ? 'a' : 'b';
        }
        ck_assert_int_eq(regex_match(regex, text, size), size >= 13 && text[size - 13] == 'a');
    }
    arena_clear(&arena);
    const struct regex *small = compiled(&arena, "^(?:a|b)*a(?:a|b){5}$");
    ck_assert_int_eq(small->form, REGEX_TABLE_BYTES);
    arena_clear(&arena);
}
END_TEST

static void
check_fault(const char *pattern, size_t size, uint8_t state, const char *message)
{
    struct arena arena = {0};
    struct regex_fault fault;
    ck_assert_ptr_null(regex_compile(&arena, pattern, size, &fault));
    ck_assert_int_eq(fault.state, state);
    ck_assert_str_eq(fault.message, message);
    arena_clear(&arena);
}

START_TEST(a_pattern_has_limits)
{
    static char text[REGEX_SIZE + 1];
    memset(text, '(', sizeof text);
    check_fault(text, 10000, CSTM_ERROR_LIMIT, "groups are nested too deeply");
    check_fault(text, sizeof text, CSTM_ERROR_LIMIT, "the pattern is too long");
    memset(text, 'a', sizeof text);
    text[0] = '.';
    check_fault(text, 9000, CSTM_ERROR_LIMIT, "the pattern comes to more than 8192 steps");
    ck_assert_int_eq(found(text, 8000, "ab", 2), 0);
    check_fault("(?:a{10}.{501}){2}", 18, CSTM_ERROR_SYNTAX, "nested repetitions come to more than 1000 times");
    check_fault("(?:[ab]cdefghi[jk]){1000}", 25, CSTM_ERROR_LIMIT, "the pattern comes to more than 8192 steps");
    check_fault("(?:(?:a|bc){0,500}){2}[xy](?:a|bc|d){0,1000}$", 45, CSTM_ERROR_LIMIT, "the pattern comes to more than 8192 steps");
    size_t n = 0;
    for (int32_t k = 0; k < 200; k++)       /* classes of hundreds of ranges, no two alike */
        n += (size_t) sprintf(text + n, "[\\x{%x}\\PL]", 0x4e00 + 2 * k);
    check_fault(text, n, CSTM_ERROR_LIMIT, "the classes of the pattern are too large");
    n = 0;
    for (int32_t k = 0; k < 2000; k++)      /* the same one again and again, which costs time each time */
        n += (size_t) sprintf(text + n, "(?i)\\pL");
    check_fault(text, n, CSTM_ERROR_LIMIT, "the classes of the pattern are too large");
    ck_assert_int_eq(found("[^\\pL\\pN]\\p{Greek}{1,500}[\\PM]", 30, "-\u03b1b", 4), 1);
}
END_TEST

START_TEST(groups_may_be_nested_as_deeply_as_is_said)
{
    char text[2 * REGEX_DEPTH + 8];
    for (int32_t depth = REGEX_DEPTH; depth <= REGEX_DEPTH + 1; depth++) {
        memset(text, '(', (size_t) depth);
        text[depth] = '.';
        memset(text + depth + 1, ')', (size_t) depth);
        ck_assert_int_eq(found(text, (size_t) (2 * depth + 1), "a", 1), depth == REGEX_DEPTH ? 1 : -1);
    }
}
END_TEST

/* A pattern that is not there before the rule runs takes what the heap has, and no more. */
START_TEST(a_full_heap_is_a_limit)
{
    static const char *const patterns[] = {"^[a-z]+@[a-z.]+\\.(com|org)$", "\\pL+", "(a|b){1,100}", "漢[字x]"};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        bool compiles = false;
        for (size_t size = 0; size <= 65536 && !compiles; size += 16) {
            struct heap heap = {.base = heap_bytes, .size = size};
            const struct regex_room room = {.heap = &heap};
            struct regex_fault fault;
            const struct regex *regex = regex_new(patterns[i], strlen(patterns[i]), &room, &room, &fault);
            ck_assert_uint_le(heap.used, size);
            compiles = regex != NULL;
            ck_assert(compiles || fault.state == CSTM_ERROR_LIMIT);
        }
        ck_assert_msg(compiles, "/%s/ needs more than a run's heap", patterns[i]);
    }
}
END_TEST

/* Texts of the language are well-formed; still, no bytes do any harm. */
START_TEST(malformed_text_is_read_within_its_bounds)
{
    static const char *const patterns[] = {"漢.", "(?i)k$", "[^a]x", "\\p{Han}+$", "(?:漢|é)*a(?:漢|é){12}$", "."};
    static const char *const texts[] = {"\xff", "\xe6", "\xe6\xbc", "\xf0\x9f\x98", "\xc3", "\x80\x80", "a\xf8\x88\x80\x80\x80", "\xf7\xbf\xbf\xbf",
                                        "\xed\xa0\x80"};
    for (size_t p = 0; p < sizeof patterns / sizeof patterns[0]; p++) {
        for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
            const size_t size = strlen(texts[t]);
            char *exact = malloc(size);     /* reading past it is seen by valgrind and ASan */
            memcpy(exact, texts[t], size);
            struct arena arena = {0};
            regex_match(compiled(&arena, patterns[p]), exact, size);
            regex_match_stepwise(compiled(&arena, patterns[p]), exact, size, NULL);
            arena_clear(&arena);
            free(exact);
        }
    }
}
END_TEST

START_TEST(tables_of_unicode_are_in_order)
{
    for (int32_t i = 1; i < regex_category_runs.n; i++)
        ck_assert_uint_lt(regex_category_runs.runs[i - 1] >> 5, regex_category_runs.runs[i] >> 5);
    for (int32_t i = 1; i < regex_script_runs.n; i++)
        ck_assert_uint_lt(regex_script_runs.runs[i - 1] >> 8, regex_script_runs.runs[i] >> 8);
    for (int32_t i = 1; i < REGEX_CATEGORIES; i++)
        ck_assert_int_lt(strcmp(regex_category_names[i - 1], regex_category_names[i]), 0);
    for (int32_t i = 1; i < regex_n_folds; i++)
        ck_assert_uint_le(regex_folds[i - 1].lo, regex_folds[i].lo);
    /* Folding leads back in at most four steps. */
    int32_t folded = 0;
    for (uint32_t code = 0; code < 0x11000; code++) {
        uint32_t at = fold_next(code);
        folded += at != code;
        for (int turn = 0; turn < 3 && at != code; turn++)
            at = fold_next(at);
        ck_assert_msg(at == code, "U+%04X", code);
    }
    ck_assert_int_gt(folded, 2500);
}
END_TEST

/* In expressions. */

START_TEST(rules_ask_for_patterns_constant_and_not)
{
    static const struct value_case cases[] = {
        {"city.matches('^Z.rich$')", "true"},
        {"matches(city, 'r[a-z]{3}$')", "true"},
        {"city.matches('^rich')", "false"},
        {"city.matches('(?i)ZÜRICH')", "true"},
        {"city.matches('^' + 'Z')", "true"},
        {"city.matches(city)", "true"},
        {"city.matches(city + '$')", "true"},
        {"'current stage'.matches(delinquency.stage)", "true"},
        {"city.matches(delinquency.stage + '|ri')", "true"},
        {"city.matches('(' + delinquency.stage)", "SYNTAX"},
        {"city.matches(delinquency.stage + '{1000}{2}')", "SYNTAX"},
        {"city.matches(delinquency.stage + '{1000}')", "false"},
        {"city.matches('(?:' + delinquency.stage + 'xy){1000}z')", "LIMIT"},
        {"city.matches(delinquency.stage + '|\\\\pL{4}h$')", "true"},
        {"['^Z', 'h$', 'ric'].all(p, city.matches(p))", "true"},
        {"['a+', '.h$'].exists(p, city.matches(p))", "true"},
        {"dyn(city).matches('^Z')", "true"},
        {"city.matches('Z') && flag", "MISSING"},
        {"city.matches('x') && flag", "false"},
        {"['Zug', 'Bern'].exists(c, c.matches('^Z'))", "true"},
        {"dyn(age).matches('4')", "TYPE"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(a_mistake_in_a_pattern_is_told_at_its_letter)
{
    static const struct value_case cases[] = {
        {"city.matches('ab(c')", "! 1:17: in the pattern: the parenthesis is not closed"},
        {"city.matches(r'\\d+\\1')", "! 1:19: in the pattern: back references cannot be matched in linear time"},
        {"city.matches('\\\\d+[')", "! 1:19: in the pattern: the bracket is not closed"},
        {"city.matches('\\u00fc\\x41\\101(')", "! 1:29: in the pattern: the parenthesis is not closed"},
        {"city.matches('''a\n  *?*''')", "! 2:5: in the pattern: a repetition of a repetition needs parentheses"},
        {"city.matches('a' + '(')", "! 1:14: in the pattern: the parenthesis is not closed"},
        {"age > 3 || matches(city, \"*\")", "! 1:27: in the pattern: there is nothing to repeat"},
    };
    CHECK_VALUES(cases);
}
END_TEST

int
main(int argc, char **argv)
{
    const TTest *const tests[] = {
        single_characters_and_classes, composites_and_repetitions, groups_and_flags, empty_strings, escapes,
        what_is_no_pattern_is_refused_at_its_place, patterns_find_what_go_finds, a_plain_literal_needs_no_automaton,
        time_is_linear_in_the_text_and_bounded_by_the_steps, too_many_states_for_a_table_are_run_as_sets_of_steps,
        a_pattern_has_limits, groups_may_be_nested_as_deeply_as_is_said, a_full_heap_is_a_limit,
        malformed_text_is_read_within_its_bounds, tables_of_unicode_are_in_order, rules_ask_for_patterns_constant_and_not,
        a_mistake_in_a_pattern_is_told_at_its_letter};
    cases_path = argc > 1 ? argv[1] : "tests/data/regex/cases.tsv";
    TCase *tcase = tcase_create("regex");
    tcase_set_timeout(tcase, 120);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    Suite *suite = suite_create("rule regular expressions");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
