/* What vectors do not hold: lists, maps, null, types, optionals, dyn and the macros, from CEL's language definition and the documents of
 * its extensions. Every expression is computed twice: as it is written, which folds it, and with 41 and true replaced by names that have
 * these values, which runs it. */
#include "sample.h"

/* The expression with its constants made names; false where it has none. */
static bool
unfolded(const char *text, char *result, size_t size)
{
    static const struct { const char *from, *to; } words[] = {{"41", "age"}, {"true", "active"}, {"'Z\xc3\xbcrich'", "city"}};
    size_t n = 0;
    bool any = false;
    for (const char *at = text; *at != 0;) {
        size_t k = 0;
        while (k < 3 && strncmp(at, words[k].from, strlen(words[k].from)) != 0)
            k++;
        const char after = k < 3 ? at[strlen(words[k].from)] : 0;
        const bool inside = (at > text && (at[-1] == '\'' || (at[-1] >= '0' && at[-1] <= '9'))) || after == '.' || after == 'u' || after == '\'';
        ck_assert_uint_lt(n + 16, size);
        if (k < 3 && !inside) {
            n += (size_t) snprintf(result + n, size - n, "%s", words[k].to);
            at += strlen(words[k].from);
            any = true;
        } else {
            result[n++] = *at++;
        }
    }
    result[n] = 0;
    return any;
}

static void
check_both(const struct value_case *cases, size_t n)
{
    check_values(cases, n);
    for (size_t i = 0; i < n; i++) {
        char text[2048];
        if (!unfolded(cases[i].text, text, sizeof text))
            continue;
        const char *value = value_of(text);
        ck_assert_msg(strcmp(value, cases[i].value) == 0, "%s is %s, expected %s", text, value, cases[i].value);
    }
}
#define CHECK_BOTH(cases) check_both(cases, sizeof cases / sizeof cases[0])

START_TEST(lists_are_joined_indexed_measured_and_searched)
{
    static const struct value_case cases[] = {
        {"[1, 41] + [2]", "[1, 41, 2]"}, {"[] + [41]", "[41]"}, {"[41][0]", "41"}, {"[7, 8, 9][dyn(1.0)]", "8"}, {"[7, 8, 41][dyn(2u)]", "41"},
        {"[7, 41][2]", "RANGE"}, {"[7, 41][-1]", "RANGE"}, {"[7, 41][dyn(0.5)]", "TYPE"}, {"[7, 41][dyn('0')]", "TYPE"},
        {"size([1, 41])", "2"}, {"[1, 41].size()", "2"}, {"size([])", "0"}, {"41 in [1, 41]", "true"}, {"dyn(41) in [1.0, 41.0]", "true"},
        {"41 in []", "false"}, {"[41] in [[1], [41]]", "true"}, {"'a' in ['b', 'Z\xc3\xbcrich']", "false"}, {"dyn('41') in [41]", "false"},
        {"[[1], [41]][1][0]", "41"}, {"[41, 1 / 0]", "DIVIDE"}, {"[1, 'a', null, 41]", "[1, 'a', null, 41]"},
        {"[1, 41] == [1.0, dyn(41)]", "true"}, {"[1, 41] == [41, 1]", "false"}, {"[1, 41] != [1]", "true"}, {"[] == []", "true"},
        {"[0.0 / 0.0] == [0.0 / 0.0]", "false"}, {"dyn([41]) < dyn([2])", "TYPE"}, {"dyn([41]) + dyn([2])", "[41, 2]"},
        {"dyn([41]) + dyn(2)", "TYPE"}, {"[1, 41,]", "[1, 41]"}, {"[?optional.of(41), ?optional.none()]", "[41]"},
        {"[?dyn(41)]", "TYPE"}, {"[b'\\xff', 41u, 2.5]", "[b'\\xff', 41u, 2.5]"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(maps_find_numbers_across_kinds)
{
    static const struct value_case cases[] = {
        {"{1: 41}[1]", "41"}, {"{1: 41}[dyn(1u)]", "41"}, {"{1u: 41}[dyn(1.0)]", "41"}, {"{1: 41}[dyn(1.5)]", "UNKNOWN"}, {"{'a': 41}.a", "41"},
        {"{'a': 41}['b']", "UNKNOWN"}, {"{'a': 41}.b", "UNKNOWN"}, {"has({'a': 41}.a)", "true"}, {"has({'a': 41}.b)", "false"},
        {"'a' in {'a': 41}", "true"}, {"dyn(1.0) in {1: 41}", "true"}, {"41 in {1: 41}", "false"}, {"size({'a': 41, 'b': 1})", "2"},
        {"{'a': 41}.size()", "1"}, {"{'a': 41, 'a': 1}", "DUPLICATE"}, {"{1: 41, dyn(1u): 1}", "DUPLICATE"}, {"{true: 41, false: 1}[true]", "41"},
        {"{dyn(1.0): 41}", "TYPE"}, {"{dyn(null): 41}", "TYPE"}, {"{'a': 41} == {'a': 41.0}", "true"}, {"{'a': 1, 'b': 41} == {'b': 41, 'a': 1}", "true"},
        {"{'a': 41} == {'a': 1}", "false"}, {"{'a': 41} == {'b': 41}", "false"}, {"{1: 41} == {dyn(1u): 41}", "true"}, {"{} == {}", "true"},
        {"{'a': {'b': 41}}.a.b", "41"}, {"{'a': 41}.a.b", "! 1:12: "}, {"dyn({'a': 41}).a.b", "TYPE"}, {"{?'a': optional.of(41), ?'b': optional.none()}", "{'a': 41}"},
        {"{'a': 1 / 0, 'b': 41}.b", "DIVIDE"}, {"{0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 41: 'x'}[41]", "'x'"},
        {"{0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 41: 'x'}[dyn(41.0)]", "'x'"},
        {"{0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 41: 'x', 8: 1}", "DUPLICATE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (cases[i].value[0] != '!')
            check_both(&cases[i], 1);
}
END_TEST

START_TEST(all_and_exists_absorb_what_fails)
{
    static const struct value_case cases[] = {
        {"[1, 0, 41].all(x, 41 / x > 0)", "DIVIDE"}, {"[1, 0, -41].all(x, 41 / x > 0)", "false"}, {"[0, 1, 41].exists(x, 41 / x == 1)", "true"},
        {"[0, 1].exists(x, 41 / x == 2)", "DIVIDE"}, {"[].all(x, 41 / x > 0)", "true"}, {"[].exists(x, 41 > 0)", "false"},
        {"[1, 0, 41].exists_one(x, 41 / x == 1)", "DIVIDE"}, {"[1, 2, 41].exists_one(x, x == 41)", "true"}, {"[41, 41].exists_one(x, x == 41)", "false"},
        {"[1, 2].existsOne(x, x > 41)", "false"}, {"{'a': 1, 'b': 41}.all(k, k in ['a', 'b'])", "true"}, {"{'a': 41}.exists(k, v, v == 41 && k == 'a')", "true"},
        {"[41, 7].exists(i, v, i == 1 && v == 7)", "true"}, {"[1, 41].all(i, v, i < v)", "true"}, {"[1, 41].exists(x, dyn(x))", "TYPE"},
        {"dyn(41).all(x, true)", "TYPE"}, {"[1, 2].all(x, [41].exists(y, y > x))", "true"}, {"[[1, 41], [2]].exists(x, x.exists(y, y == 41))", "true"},
        {"[1, 2].all(x, x > 0 && idle > 0)", "MISSING"}, {"[1, 2].exists(x, x > 0 || idle > 0)", "true"}, {"[1, 41].existsOne(i, v, i == 1)", "true"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(macros_make_lists_and_maps)
{
    static const struct value_case cases[] = {
        {"[1, 41].map(x, x * 2)", "[2, 82]"}, {"[1, 2, 41].map(x, x > 1, x * 2)", "[4, 82]"}, {"[1, 2, 41].filter(x, x > 1)", "[2, 41]"},
        {"{'a': 41, 'b': 1}.map(k, k + 'x')", "['ax', 'bx']"}, {"{'a': 41}.filter(k, k == 'b')", "[]"}, {"[1, 41].map(x, [x])", "[[1], [41]]"},
        {"[1, 0].map(x, 41 / x)", "DIVIDE"}, {"[1, 0].filter(x, 41 / x > 0)", "DIVIDE"}, {"[41, 7].transformList(i, v, i + v)", "[41, 8]"},
        {"[41, 7].transformList(i, v, i > 0, i + v)", "[8]"}, {"{'a': 41}.transformList(k, v, k + string(v))", "['a41']"},
        {"{'a': 41, 'b': 1}.transformMap(k, v, v * 2)", "{'a': 82, 'b': 2}"}, {"{'a': 41, 'b': 1}.transformMap(k, v, k == 'b', v * 2)", "{'b': 2}"},
        {"['x', 'y'].transformMap(i, v, v + 'Z\xc3\xbcrich')", "{0: 'xZ\xc3\xbcrich', 1: 'yZ\xc3\xbcrich'}"},
        {"{'a': 41}.transformMapEntry(k, v, {v: k})", "{41: 'a'}"}, {"[41, 41].transformMapEntry(i, v, {v: i})", "DUPLICATE"},
        {"[1, 2].transformMapEntry(i, v, {string(v): 41})", "{'1': 41, '2': 41}"},
        {"cel.bind(x, 41, x + x)", "82"}, {"cel.bind(x, 1 / 0, true)", "true"}, {"cel.bind(x, 41 / 0, x > 0 || true)", "true"},
        {"cel.bind(x, 41 / 0, x)", "DIVIDE"}, {"cel.bind(x, [1, 41], x + x)", "[1, 41, 1, 41]"}, {"cel.bind(x, 41, cel.bind(y, x + 1, x * y))", "1722"},
        {"[3, 1, 41, 2].sortBy(x, -x)", "[41, 3, 2, 1]"}, {"['b', 'a', 'c'].sortBy(x, x == 'c' ? 0 : 41)", "['c', 'b', 'a']"},
        {"[1, 41].sortBy(x, dyn(x == 1 ? dyn('a') : dyn(2)))", "TYPE"}, {"[].sortBy(x, 41)", "[]"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(optionals_hold_a_value_or_none)
{
    static const struct value_case cases[] = {
        {"optional.of(41)", "optional.of(41)"}, {"optional.none()", "optional.none()"}, {"optional.of(41).value()", "41"},
        {"optional.none().value()", "UNKNOWN"}, {"optional.of(41).hasValue()", "true"}, {"optional.ofNonZeroValue(0).hasValue()", "false"},
        {"optional.ofNonZeroValue(41)", "optional.of(41)"}, {"optional.ofNonZeroValue([])", "optional.none()"}, {"optional.ofNonZeroValue('')", "optional.none()"},
        {"optional.ofNonZeroValue({'a': 41}).hasValue()", "true"}, {"optional.of(41).orValue(1 / 0)", "41"}, {"optional.none().orValue(41)", "41"},
        {"optional.none().or(optional.of(41)).value()", "41"}, {"optional.of(41).or(optional.of(1 / 0)).value()", "41"},
        {"{'a': 41}.?a", "optional.of(41)"}, {"{'a': 41}.?b", "optional.none()"}, {"{'a': {'b': 41}}.?a.b", "optional.of(41)"},
        {"{'a': {'b': 41}}.?a.?c", "optional.none()"}, {"{'a': {'b': 41}}.?x.b", "optional.none()"}, {"[41][?0]", "optional.of(41)"}, {"[41][?1]", "optional.none()"},
        {"{1: 41}[?dyn(1.0)].value()", "41"}, {"has({'a': {'b': 41}}.?a.b)", "true"}, {"has({'a': {'b': 41}}.?a.c)", "false"}, {"has({'a': {'x': 41}}.?b.c)", "false"},
        {"optional.of(41) == optional.of(41.0)", "true"}, {"optional.of(41) == optional.none()", "false"}, {"optional.of(41).optMap(x, x + 1)", "optional.of(42)"},
        {"optional.none().optMap(x, 41)", "optional.none()"}, {"optional.of(41).optMap(x, x / 0)", "DIVIDE"},
        {"optional.of(41).optFlatMap(x, x > 50 ? optional.of(x) : optional.none())", "optional.none()"},
        {"optional.of([1, 41]).optFlatMap(x, x[?1]).value()", "41"}, {"[optional.of(41), optional.none()].unwrapOpt()", "[41]"},
        {"optional.unwrap([optional.none(), optional.of(41)])", "[41]"}, {"type(optional.of(41)) == optional_type", "true"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(dyn_finds_its_operator_when_it_runs)
{
    static const struct value_case cases[] = {
        {"dyn(41) + 1", "42"}, {"dyn(41) + 1.0", "TYPE"}, {"dyn(41) < 41.5", "true"}, {"dyn(41) == 'a'", "false"}, {"dyn(41) != 'a'", "true"},
        {"dyn('Z\xc3\xbcrich') + 'x'", "'Z\xc3\xbcrichx'"}, {"dyn('Z\xc3\xbcrich').size()", "6"}, {"size(dyn(41))", "TYPE"}, {"dyn('a') < 41", "TYPE"},
        {"int(dyn('41'))", "41"}, {"int(dyn(41.9))", "41"}, {"string(dyn(41))", "'41'"}, {"double(dyn(41))", "41.0"}, {"bool(dyn('true'))", "true"},
        {"timestamp(dyn('2005-10-01T00:00:00Z')) == timestamp('2005-10-01T00:00:00Z')", "true"}, {"dyn(timestamp('2005-10-01T00:00:00Z')).getFullYear()", "2005"},
        {"dyn(seen).getHours()", "0"}, {"dyn(seen).getHours('+05:30')", "22"}, {"dyn(seen).getHours('UTC')", "16"},
        {"dyn(opened) + duration('24h') == date('2003-04-02')", "true"}, {"dyn(limit) + money('1') == money('8001')", "true"}, {"money(dyn('8000')) == limit", "true"},
        {"double(dyn(limit))", "8000.0"}, {"-dyn(41)", "-41"}, {"!dyn(true)", "false"}, {"!dyn(41)", "TYPE"}, {"dyn(true) && false", "false"},
        {"dyn(41) && false", "false"}, {"dyn(41) && true", "TYPE"}, {"dyn(41) || true", "true"}, {"dyn(41) ? 1 : 2", "TYPE"}, {"dyn(true) ? 1 : 2", "1"},
        {"dyn(9223372036854775807) + 41", "RANGE"}, {"dyn(41) / 0", "DIVIDE"}, {"dyn('Z\xc3\xbcrich').startsWith('Z')", "true"}, {"dyn(41).startsWith('Z')", "TYPE"},
        {"dyn(0.0 / 0.0) == dyn(0.0 / 0.0)", "false"}, {"dyn(0.0 / 0.0) < 41", "false"}, {"dyn(41) / 0.5", "TYPE"}, {"dyn(41.0) / 0.0", "NOT_FINITE"},
        {"true ? dyn(41) : dyn('a')", "41"}, {"dyn([1, 41])[1] + 1", "42"}, {"dyn({'a': 41}).a + 1", "42"}, {"dyn([1.0 / 0.0])", "NOT_FINITE"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(types_are_values)
{
    static const struct value_case cases[] = {
        {"type(41)", "int"}, {"type(41) == int", "true"}, {"type(2.5)", "double"}, {"type([41])", "list"}, {"type({'a': 41}) == map", "true"},
        {"type(null)", "null_type"}, {"type(type(41))", "type"}, {"type(dyn(41)) == uint", "false"}, {"type('Z\xc3\xbcrich') == string", "true"},
        {"type(b'a') == bytes", "true"}, {"type(41u) == uint", "true"}, {"type(true) == bool", "true"}, {"type(duration('1s'))", "google.protobuf.Duration"},
        {"type(seen) == google.protobuf.Timestamp", "true"}, {"type(opened)", "date"}, {"type(limit)", "money"}, {"type(41) in [int, string]", "true"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(null_equals_only_itself)
{
    static const struct value_case cases[] = {
        {"null == null", "true"}, {"null != null", "false"}, {"dyn(41) == null", "false"}, {"null == dyn(null)", "true"}, {"[null, 41] == [null, 41]", "true"},
        {"null in [null, 41]", "true"}, {"dyn(null) < 41", "TYPE"}, {"null", "null"}, {"{'a': null, 'b': 41}.a", "null"},
    };
    CHECK_BOTH(cases);
}
END_TEST

START_TEST(a_zone_may_be_known_only_when_it_runs)
{
    static const struct value_case cases[] = {
        {"seen.getHours('+' + '05:30')", "22"}, {"seen.getHours(age > 40 ? '-08:00' : '+01:00')", "8"}, {"seen.getHours(city)", "UNSUPPORTED"},
        {"['+00:00', '+09:00'].map(z, seen.getHours(z))", "[16, 1]"}, {"seen.getDate('Asia/' + 'Tokyo')", "1"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(conversions_read_and_write_what_cel_says)
{
    static const struct value_case cases[] = {
        {"math.isNaN(double('NaN'))", "true"}, {"double('-Infinity') < 41.0", "true"}, {"double('inf') > 41.0", "true"}, {"double('infinit') > 41.0", "! "},
        {"uint(-0.5)", "RANGE"}, {"uint(41.9)", "41u"}, {"int(-41.9)", "-41"}, {"int(1e19)", "RANGE"}, {"bool('1')", "true"}, {"bool('T' + '')", "SYNTAX"},
        {"timestamp('2009-02-13T23:31:20.123456789Z').getMilliseconds()", "123"}, {"duration('123.321456789s').getMilliseconds()", "321"},
        {"string(b'\\xff')", "SYNTAX"}, {"bytes('\xc3\xbc')", "b'\\xc3\\xbc'"}, {"string(41.0)", "'41'"}, {"string(true)", "'true'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (cases[i].value[0] == '!')
            ck_assert_int_eq(value_of(cases[i].text)[0], '!');
        else
            check_both(&cases[i], 1);
}
END_TEST

START_TEST(the_heap_and_the_budget_end_in_limit)
{
    static const struct value_case cases[] = {
        /* 30 doublings of one list would be 2^30 cells. */
        {"cel.bind(a, [age, age], cel.bind(b, [a, a], cel.bind(c, [b, b, b, b], cel.bind(d, [c, c, c, c], cel.bind(e, [d, d, d, d], cel.bind(f, "
         "[e, e, e, e], cel.bind(g, [f, f, f, f], cel.bind(h, [g, g, g, g], cel.bind(i, [h, h, h, h], cel.bind(j, [i, i, i, i], j == j))))))))))", "LIMIT"},
        {"cel.bind(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, age], a.all(p, a.all(q, a.all(r, a.all(s, a.all(t, a.all(u, a.all(v, p > 0))))))))", "LIMIT"},
        {"cel.bind(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, age], size(a.map(p, a.map(q, a.map(r, a.map(s, p + q + r + s))))))", "LIMIT"},
        /* What a turn took is given back, so a long loop over texts stays within the heap. */
        {"cel.bind(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, age], a.all(p, a.all(q, a.all(r, a.all(s, size(string(p) + city + string(q)) > 0)))))", "true"},
    };
    CHECK_VALUES(cases);
}
END_TEST

START_TEST(texts_of_an_island_are_copied_within_their_limit)
{
    static const struct value_case cases[] = {
        {"[city, 'x'].map(s, s + '!')[0]", "'Z\xc3\xbcrich!'"}, {"[city][0] + [city + '?'][0]", "'Z\xc3\xbcrichZ\xc3\xbcrich?'"},
        {"age > 40 && [city][0] == 'Z\xc3\xbcrich' ? {'a': string(age)}.a : 'no'", "'41'"},
        {"age < 40 || [age].exists(x, x == 41)", "true"}, {"[age, 1][0] + [2, age][1]", "82"}, {"has(idle) && [idle][0] > 0", "false"},
        {"[idle][0] > 0 || active", "true"}, {"[idle].size()", "MISSING"},
    };
    CHECK_VALUES(cases);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, lists_are_joined_indexed_measured_and_searched);
    tcase_add_test(tests, maps_find_numbers_across_kinds);
    tcase_add_test(tests, all_and_exists_absorb_what_fails);
    tcase_add_test(tests, macros_make_lists_and_maps);
    tcase_add_test(tests, optionals_hold_a_value_or_none);
    tcase_add_test(tests, dyn_finds_its_operator_when_it_runs);
    tcase_add_test(tests, types_are_values);
    tcase_add_test(tests, null_equals_only_itself);
    tcase_add_test(tests, a_zone_may_be_known_only_when_it_runs);
    tcase_add_test(tests, conversions_read_and_write_what_cel_says);
    tcase_add_test(tests, the_heap_and_the_budget_end_in_limit);
    tcase_add_test(tests, texts_of_an_island_are_copied_within_their_limit);
}

int
main(void)
{
    return run_suite("trees", fill);
}
