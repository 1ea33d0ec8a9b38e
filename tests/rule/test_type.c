/* What type the checker gives an expression, which names it finds, and what it leaves for when the rule runs. */
#include "sample.h"

#include "rule/checker.h"
#include "rule/overload.h"
#include "rule/parser.h"

struct checked {
    struct arena arena;
    struct zone_list zones;
    struct error_list errors;
    struct node *root;           /* NULL: refused */
};

static void
check_text(struct checked *checked, const struct rule_scope *scope, const char *text)
{
    *checked = (struct checked){0};
    const struct source source = {.text = text, .size = (int32_t) strlen(text), .errors = &checked->errors};
    checked->root = parse(&source, &checked->arena);
    if (checked->root != NULL && !check(&source, &checked->arena, scope, &checked->zones, RULE_DYN, checked->root))
        checked->root = NULL;
}

static void
clear(struct checked *checked)
{
    zone_list_clear(&checked->zones);
    error_list_clear(&checked->errors);
    arena_clear(&checked->arena);
}

/* The sample's names, and l, m, d and o of kinds that no column of a table has. */
static struct rule_scope *
scope_of_any(void)
{
    struct rule_scope *scope = sample_scope();
    ck_assert(rule_scope_add(scope, "l", RULE_LIST, 100, NULL, 0));
    ck_assert(rule_scope_add(scope, "m", RULE_MAP, 101, NULL, 0));
    ck_assert(rule_scope_add(scope, "d", RULE_DYN, 102, NULL, 0));
    ck_assert(rule_scope_add(scope, "a.b", RULE_MAP, 103, NULL, 0));
    ck_assert(rule_scope_add(scope, "a.b.c", RULE_STRING, 104, NULL, 0));
    return scope;
}

struct type_case {
    const char *text;
    const char *type;            /* or "! " and the first error */
};

static void
check_types(struct rule_scope *scope, const struct type_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct checked checked;
        char type[256];
        check_text(&checked, scope, cases[i].text);
        if (checked.root == NULL) {
            snprintf(type, sizeof type, "! %s", cstm_error_message(checked.errors.first));
        } else {
            type_print(checked.root->full, type, sizeof type);
            ck_assert_int_eq(checked.root->full->kind, checked.root->type);
        }
        ck_assert_msg(strcmp(type, cases[i].type) == 0, "%s is %s, expected %s", cases[i].text, type, cases[i].type);
        clear(&checked);
    }
    rule_scope_free(scope);
}
#define CHECK_TYPES(scope, cases) check_types(scope, cases, sizeof cases / sizeof cases[0])

START_TEST(lists_and_maps_are_of_what_they_hold)
{
    static const struct type_case cases[] = {
        {"[1, 2]", "list(int)"},
        {"[age, 2]", "list(int)"},
        {"[1, 'a']", "list(dyn)"},
        {"[1, null]", "list(dyn)"},
        {"[]", "list(dyn)"},
        {"[[1], []]", "list(list(dyn))"},
        {"[[1], ['a']]", "list(dyn)"},
        {"{'a': 1}", "map(string, int)"},
        {"{'a': [1u]}", "map(string, list(uint))"},
        {"{1: 1, 'a': 2.0}", "map(dyn, dyn)"},
        {"{}", "map(dyn, dyn)"},
        {"[1] + [2]", "list(int)"},
        {"[1] + []", "list(dyn)"},
        {"[limit]", "list(money)"},
        {"null", "null"},
        {"[1, 2,]", "list(int)"},
        {"{'a': 1,}", "map(string, int)"},
        {"{1.5: 1}", "! 1:2: a key of a map is bool, int, uint or string, this is double"},
        {"[1] + ['a']", "! 1:5: '+' does not take list(int) and list(string)"},
    };
    CHECK_TYPES(scope_of_any(), cases);
}
END_TEST

START_TEST(elements_and_fields_have_the_type_that_is_held)
{
    static const struct type_case cases[] = {
        {"[1, 2][age]", "int"},
        {"[[1]][0][0]", "int"},
        {"{'a': [1]}['a']", "list(int)"},
        {"{'a': 2.5}.a", "double"},
        {"m.x", "dyn"},
        {"m.x.y[3].z", "dyn"},
        {"d.x", "dyn"},
        {"l[0]", "dyn"},
        {"m.?x", "optional(dyn)"},
        {"{'a': 1}.?a", "optional(int)"},
        {"{'a': 1}[?'a']", "optional(int)"},
        {"{'a': {'b': 1u}}.?a.b", "optional(uint)"},
        {"[1][?0]", "optional(int)"},
        {"[?m.?x, 1]", "list(dyn)"},
        {"[?[1][?0]]", "list(int)"},
        {"{?'a': [1][?0]}", "map(string, int)"},
        {"{'a-b': true}.`a-b`", "bool"},
        {"{'for': 1}.for", "int"},
        {"[1]['a']", "! 1:5: an index into a list is int, this is string"},
        {"{'a': 1}[2]", "! 1:10: the keys of this map are string, this is int"},
        {"{1: 2}.x", "! 1:8: map(int, int) has no field 'x'"},
        {"[1].x", "! 1:5: list(int) has no field 'x'"},
        {"age[0]", "! 1:4: only lists and maps have elements, this is int"},
        {"[?age]", "! 1:3: '?' takes an optional, this is int"},
        {"m.in", "! 1:3: a name is expected, not 'in'"},
        {"m.true", "! 1:3: a name is expected, not 'true'"},
        {"m.`a\"b`", "! 1:3: a quoted name is made of letters, digits, blanks and _ . - /"},
    };
    CHECK_TYPES(scope_of_any(), cases);
}
END_TEST

START_TEST(the_longest_declared_name_is_found_first)
{
    static const struct type_case cases[] = {
        {"a.b.c", "string"},
        {"a.b.x", "dyn"},
        {"(a.b).c", "dyn"},
        {"has((a.b).c)", "bool"},
        {"a.b", "map(dyn, dyn)"},
        {"a.b.`c`", "string"},
        {"a.b.c.x", "! 1:7: 'a.b.c' is string and has no field 'x'"},
        {"a.x", "! 1:1: unknown name 'a.x', did you mean 'a.b'?"},
        {".a.b.c", "string"},
        {"has(a.b.c)", "bool"},
        {"has(a.b.x)", "bool"},
        {"has(m.x.y)", "bool"},
        {"has(age.x)", "! 1:9: 'age' is int and has no field 'x'"},
        {"has(int)", "! 1:5: 'int' is a type and always there"},
        {"has([1][0])", "! 1:1: has() takes one name or field"},
        {"has(m.?x)", "! 1:1: has() takes one name or field"},
    };
    CHECK_TYPES(scope_of_any(), cases);
}
END_TEST

START_TEST(a_namespace_is_searched_from_the_inside)
{
    static const struct type_case cases[] = {
        {"x", "int"},
        {".x", "string"},
        {"y", "double"},
        {"z", "bool"},
        {"b.x", "int"},
        {"a.b.x", "int"},
        {"[true].exists(x, x)", "bool"},
        {"[true].map(x, .x)", "list(string)"},
        {"greatest(1, 2)", "! 1:1: unknown function 'greatest'"},
    };
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_set_container(scope, "a.b"));
    ck_assert(rule_scope_add(scope, "a.b.x", RULE_INT, 0, NULL, 0));
    ck_assert(rule_scope_add(scope, "a.y", RULE_DOUBLE, 1, NULL, 0));
    ck_assert(rule_scope_add(scope, "x", RULE_STRING, 2, NULL, 0));
    ck_assert(rule_scope_add(scope, "z", RULE_BOOL, 3, NULL, 0));
    CHECK_TYPES(scope, cases);
    static const struct type_case functions[] = {{"greatest(1, 2)", "int"}, {"math.greatest(1, 2.0)", "dyn"}};
    scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_set_container(scope, "math"));
    CHECK_TYPES(scope, functions);
}
END_TEST

START_TEST(macros_bind_what_they_walk)
{
    static const struct type_case cases[] = {
        {"[1, 2].all(x, x > age)", "bool"},
        {"[1].exists(i, v, i == v)", "bool"},
        {"[1].exists_one(i, i > 0) && [1].existsOne(i, v, v > i)", "bool"},
        {"['a'].map(x, size(x))", "list(int)"},
        {"['a'].map(x, x != city, [x])", "list(list(string))"},
        {"['a'].filter(x, x == city)", "list(string)"},
        {"{1: 'a'}.filter(k, k > 0)", "list(int)"},
        {"{1: 'a'}.exists(k, v, k > 0 && v == 'a')", "bool"},
        {"['a'].transformList(i, v, i)", "list(int)"},
        {"['a'].transformMap(i, v, v)", "map(int, string)"},
        {"{'k': 2u}.transformMap(k, v, v > 1u, v * v)", "map(string, uint)"},
        {"['a'].transformMapEntry(i, v, {v: i})", "map(string, int)"},
        {"cel.bind(x, age + 1, [x, x])", "list(int)"},
        {"{'a': 1}.?a.optMap(v, string(v))", "optional(string)"},
        {"{'a': {'b': 1u}}.?a.optFlatMap(v, v.?b)", "optional(uint)"},
        {"[3, 1].sortBy(v, -v)", "list(int)"},
        {"m.all(k, k == 'a')", "bool"},
        {"d.map(x, x.y)", "list(dyn)"},
        {"[1].map(age, [age].map(age, age + 1))", "list(list(int))"},
        {"[m].map(age, age.x)", "list(dyn)"},
        {"[{'c': 1}].map(a, a.b)", "list(int)"},
        {"[1].all(x, x)", "! 1:12: 'all' takes bool, this is int"},
        {"[1].all(x + 1, true)", "! 1:9: the variable of 'all' must be a plain name"},
        {"[1].all(m.x, true)", "! 1:9: the variable of 'all' must be a plain name"},
        {"[1].all(.x, true)", "! 1:9: the variable of 'all' must be a plain name"},
        {"[1].all(x, x, true)", "! 1:12: the two variables of 'all' must differ"},
        {"age.all(x, true)", "! 1:5: 'all' takes a list or a map, this is int"},
        {"age.optMap(x, x)", "! 1:5: 'optMap' takes an optional, this is int"},
        {"{1: 2}.sortBy(x, x)", "! 1:8: 'sortBy' takes a list, this is map(int, int)"},
        {"[1].sortBy(x, [x])", "! 1:15: 'sortBy' takes keys that have an order, this is list(int)"},
        {"[1].transformMapEntry(i, v, v)", "! 1:29: 'transformMapEntry' gathers maps, this is int"},
        {"[1].map(elem, elm)", "! 1:15: unknown name 'elm', did you mean 'elem'?"},
        {"[1].map(x, x) == [x]", "! 1:19: unknown name 'x'"},
        {"[x].map(x, x)", "! 1:2: unknown name 'x'"},
        {"[1].map(x, has(x))", "! 1:16: 'x' is a variable of a macro and always there"},
        {"[1].map(x, __result__)", "! 1:12: unknown name '__result__'"},
    };
    CHECK_TYPES(scope_of_any(), cases);
}
END_TEST

START_TEST(what_is_dyn_is_like_anything)
{
    static const struct type_case cases[] = {
        {"dyn(age) == 'a'", "bool"},
        {"dyn(1) + 2", "int"},
        {"d + d", "dyn"},
        {"d > 3", "bool"},
        {"d && active", "bool"},
        {"d ? 1 : 2", "int"},
        {"active ? 1 : dyn('a')", "dyn"},
        {"active ? null : [1]", "dyn"},
        {"active ? [1] : []", "list(dyn)"},
        {"size(d)", "int"},
        {"string(d)", "string"},
        {"d.startsWith('a')", "bool"},
        {"d in [1, 2]", "bool"},
        {"1 in d", "bool"},
        {"1 in l", "bool"},
        {"'a' in m", "bool"},
        {"age in [1, age]", "bool"},
        {"age in {1: 2}", "bool"},
        {"age in [1.0, 2u]", "bool"},
        {"age in [1, 'a']", "bool"},
        {"[1] == [1.0]", "bool"},
        {"null == null", "bool"},
        {"[1] == ['a']", "! 1:5: '==' does not take list(int) and list(string)"},
        {"{1: 2} != [1]", "! 1:8: '!=' does not take map(int, int) and list(int)"},
        {"age == null", "! 1:5: '==' does not take int and null; write has(...)"},
        {"'a' in [[1]]", "! 1:5: 'in' does not find string in list(list(int))"},
        {"age in {'a': 1}", "! 1:5: 'in' does not find int in map(string, int)"},
        {"[1] < [2]", "! 1:5: '<' does not take list(int) and list(int)"},
        {"active ? [1] : ['a']", "! 1:16: the branches are list(int) and list(string); they must be alike"},
    };
    CHECK_TYPES(scope_of_any(), cases);
}
END_TEST

START_TEST(types_are_values)
{
    static const struct type_case cases[] = {
        {"int", "type(int)"},
        {"type(age)", "type"},
        {"type(age) == int", "bool"},
        {"google.protobuf.Timestamp", "type(timestamp)"},
        {"[int, string]", "list(type)"},
        {"null_type", "type(null)"},
        {"money", "type(money)"},
        {"google.protobuf.Timestam", "! 1:1: unknown name 'google.protobuf.Timestam'"},
    };
    CHECK_TYPES(scope_of_any(), cases);
    ck_assert_str_eq(value_of("timestamp == google.protobuf.Timestamp && duration == google.protobuf.Duration"), "true");
}
END_TEST

START_TEST(dotted_functions_are_no_methods_unless_a_name_hides_them)
{
    static const struct type_case cases[] = {
        {"math.greatest(1, 2)", "int"},
        {"math.greatest([1.5, 2.5])", "double"},
        {"math.least(1, 2u)", "dyn"},
        {"optional.of(1)", "optional(int)"},
        {"optional.none()", "optional(dyn)"},
        {"optional.of(1).orValue(2)", "int"},
        {"base64.encode(b'a')", "string"},
        {"math.greatst(1, 2)", "! 1:1: unknown function 'math.greatst', did you mean 'math.greatest'?"},
        {"[d].map(math, math.greatest(1, 2))", "! 1:20: unknown function 'greatest'"},
        {"mth.x(1)", "! 1:1: unknown name 'mth'"},
    };
    CHECK_TYPES(scope_of_any(), cases);
}
END_TEST

START_TEST(left_unchecked_a_mistake_waits_until_the_rule_runs)
{
    static const char *const texts[] = {
        "nothing", "nothing.there > 3", "nothing.there() || true", "1 + 'a'", "'a' && 1", "!1", "1 ? 2 : 'a'", "[1] < [2]", "unknown_function(1)",
        "1.all(x, true)", "{1.5: 1}", "age.x.y", "'a' in 3", "1 in ['a']", "math.greatst(1)", "[?1]", "1[2]", "has(nothing.there)", "-false",
        "[1].sortBy(x, [x])",
    };
    struct rule_scope *scope = scope_of_any();
    rule_scope_set_unchecked(scope);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct checked checked;
        check_text(&checked, scope, texts[i]);
        ck_assert_msg(checked.root != NULL, "%s: %s", texts[i], cstm_error_message(checked.errors.first));
        clear(&checked);
    }
    static const char *const refused[] = {"1 +", "[1].all(1, true)", "a.b.M{}", "has(1)", "'\\q'"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct checked checked;
        check_text(&checked, scope, refused[i]);
        ck_assert_msg(checked.root == NULL, "%s", refused[i]);
        clear(&checked);
    }
    rule_scope_free(scope);
}
END_TEST

START_TEST(what_reads_no_name_is_computed_at_once)
{
    static const struct { const char *text; bool constant; } cases[] = {
        {"[1, 2].map(x, x * x)[1]", true},
        {"size([1, 2]) + 1", true},
        {"[1, 2].exists(x, x == age)", false},
        {"{'a': 1}.a == 1", true},
        {"cel.bind(x, 2, x * x)", true},
        {"[1][3]", false},
        {"dyn(1) == 1u", true},
        {"true || m.x", true},
        {"age > 1", false},
        {"type(1) == int", true},
    };
    struct rule_scope *scope = scope_of_any();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct checked checked;
        check_text(&checked, scope, cases[i].text);
        ck_assert_msg(checked.root != NULL && checked.root->constant == cases[i].constant, "%s", cases[i].text);
        clear(&checked);
    }
    rule_scope_free(scope);
}
END_TEST

/* The vector evaluator knows scalars alone; whatever is no scalar, or is made of such, belongs to the tree evaluator. */
START_TEST(what_vectors_cannot_hold_is_walked)
{
    static const struct { const char *text; bool dynamic; } cases[] = {
        {"age > 1 && city == 'x'", false},
        {"age in [1, 2]", false},
        {"age in [1, age]", true},
        {"city in ['a', 'b'] || m.x", true},
        {"size(city) > 1", false},
        {"size(l) + age", false},
        {"size(l)", true},
        {"l", true},
        {"has(m.x)", true},
        {"has(age)", false},
        {"active ? 1 : d", true},
        {"[age].all(x, x > 1)", true},
        {"active && [age].all(x, x > 1)", false},
    };
    struct rule_scope *scope = scope_of_any();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct checked checked;
        check_text(&checked, scope, cases[i].text);
        ck_assert_msg(checked.root != NULL && checked.root->dynamic == cases[i].dynamic, "%s", cases[i].text);
        clear(&checked);
    }
    rule_scope_free(scope);
}
END_TEST

START_TEST(locals_are_numbered_by_their_nesting)
{
    struct rule_scope *scope = scope_of_any();
    struct checked checked;
    check_text(&checked, scope, "[1].map(x, [2].map(i, v, true, x)) == [[1].map(y, y)]");
    ck_assert_ptr_null(checked.root);       /* map has no two variables */
    clear(&checked);
    check_text(&checked, scope, "[age].map(x, [2].transformList(i, v, x + v))");
    const struct node *outer = checked.root, *inner = outer->children[1];
    ck_assert_int_eq(outer->kind, NODE_MACRO);
    ck_assert_int_eq(outer->local, 0);
    ck_assert(!outer->reads_locals);
    ck_assert_int_eq(inner->local, 1);
    ck_assert_int_eq(inner->n_locals, 2);
    ck_assert(inner->reads_locals);
    ck_assert_int_eq(inner->children[1]->children[0]->local, 0);
    ck_assert_int_eq(inner->children[1]->children[1]->local, 2);
    clear(&checked);
    rule_scope_free(scope);
}
END_TEST

static struct digest
digest_of_text(const char *text)
{
    struct rule_scope *scope = scope_of_any();
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    ck_assert_msg(program != NULL, "%s: %s", text, cstm_error_message(errors.first));
    struct digest digest = rule_program_digest(program);
    rule_program_unref(program);
    rule_scope_free(scope);
    return digest;
}

START_TEST(digests_tell_rules_apart_and_not_their_spelling)
{
    static const struct { const char *a, *b; bool same; } cases[] = {
        {"[1].all(x, x > age)", "[1].all(y,  y > age)", true},
        {"[1].all(x, x > age)", "[1].exists(x, x > age)", false},
        {"[1].all(i, v, i > age)", "[1].all(i, v, v > age)", false},
        {"m.x", "m.y", false},
        {"m.x", "m.?x", false},
        {"has(m.x)", "has(m.y)", false},
        {"[?m.?x]", "[m.?x]", false},
        {"int", "uint", false},
        {"timestamp", "google.protobuf.Timestamp", true},
        {"{'a': age}", "['a', age]", false},
        {"m[0]", "m[?0]", false},
        {"null", "false", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct digest a = digest_of_text(cases[i].a), b = digest_of_text(cases[i].b);
        ck_assert_msg((memcmp(&a, &b, sizeof a) == 0) == cases[i].same, "%s and %s", cases[i].a, cases[i].b);
    }
}
END_TEST

START_TEST(the_index_holds_every_function)
{
    int32_t n_names = 0, n = overload_count(&n_names);
    ck_assert_int_gt(n, 150);
    ck_assert_int_gt(n_names, 40);
    const struct overload_family *family = overload_family("size", 4);
    ck_assert_ptr_nonnull(family);
    for (int32_t i = 0; i < family->n; i++)
        ck_assert_str_eq(family->rows[i]->name, "size");
    ck_assert_ptr_null(overload_family("siz", 3));
    ck_assert_ptr_null(overload_family("", 0));
}
END_TEST

START_TEST(types_print_and_join_whatever_their_size)
{
    struct arena arena = {0};
    const struct type *type = type_of(RULE_INT);
    for (int i = 0; i < 50; i++)
        type = type_list(&arena, type);
    char text[24];
    type_print(type, text, sizeof text);
    ck_assert_str_eq(text, "list(list(list(list(lis");
    ck_assert(type_same(type_join(&arena, type, type), type));
    ck_assert_ptr_eq(type_join(&arena, type_of(RULE_INT), type_of(RULE_STRING)), type_of(RULE_ERROR));
    ck_assert_ptr_eq(type_list(&arena, type_of(RULE_INT)), type_list(&arena, type_of(RULE_INT)));
    ck_assert_ptr_null(type_list(&arena, NULL));
    ck_assert(type_like(type_of(RULE_NULL), type_of(RULE_TIMESTAMP)));
    ck_assert(!type_like(type_of(RULE_NULL), type_of(RULE_INT)));
    arena_clear(&arena);
}
END_TEST

START_TEST(texts_are_read_as_the_definition_says)
{
    static const struct value_case cases[] = {
        {"'\\ud83d\\ude00' == '\xf0\x9f\x98\x80'", "true"},
        {"'\\U0001f600' == '\xf0\x9f\x98\x80'", "true"},
        {"'\\ud83d\\u0041'", "! 1:2: the escape is no code point"},
        {"'\\ude00'", "! 1:2: the escape is no code point"},
        {"'''a\r\nb\rc''' == 'a\\nb\\nc'", "true"},
        {"r'\\' == '\\\\'", "true"},
        {"br'\\x' == b'\\\\x'", "true"},
        {"rb'a'", "! 1:3: an operator or the end is expected, not ''a''"},
        {"b'\\u0041'", "! 1:3: bytes have no escapes for code points"},
        {"size('\\?\\`\\a\\v')", "4"},
    };
    CHECK_VALUES(cases);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, lists_and_maps_are_of_what_they_hold);
    tcase_add_test(tests, elements_and_fields_have_the_type_that_is_held);
    tcase_add_test(tests, the_longest_declared_name_is_found_first);
    tcase_add_test(tests, a_namespace_is_searched_from_the_inside);
    tcase_add_test(tests, macros_bind_what_they_walk);
    tcase_add_test(tests, what_is_dyn_is_like_anything);
    tcase_add_test(tests, types_are_values);
    tcase_add_test(tests, dotted_functions_are_no_methods_unless_a_name_hides_them);
    tcase_add_test(tests, left_unchecked_a_mistake_waits_until_the_rule_runs);
    tcase_add_test(tests, what_reads_no_name_is_computed_at_once);
    tcase_add_test(tests, what_vectors_cannot_hold_is_walked);
    tcase_add_test(tests, locals_are_numbered_by_their_nesting);
    tcase_add_test(tests, digests_tell_rules_apart_and_not_their_spelling);
    tcase_add_test(tests, the_index_holds_every_function);
    tcase_add_test(tests, texts_are_read_as_the_definition_says);
    tcase_add_test(tests, types_print_and_join_whatever_their_size);
}

int
main(void)
{
    return run_suite("types", fill);
}
