/* Warnings for what an operand cannot change, each at its place. */
#include "sample.h"

#include <stdio.h>

static const struct { const char *rule; const char *warnings; /* "line:column: message", or how it begins; joined by " / " */ } cases[] = {
    /* Contradictions. */
    {"age > 5 && age < 3", "1:12: no value of 'age' satisfies this operand and those before it: the whole is never true"},
    {"city in ['a'] && city == 'b'", "1:18: no value of 'city' satisfies this operand and those before it: the whole is never true"},
    {"has(age) && !has(age)", "1:13: no value of 'age' satisfies this operand and those before it: the whole is never true"},
    {"flag && !flag", "1:9: no value of 'flag' satisfies this operand and those before it: the whole is never true"},
    {"age > 5 && flag && (age < 3 || age == 4)", "1:21: this operand adds nothing: no value of 'age' that comes here makes it true / 1:32: this operand adds nothing: no value of 'age' that comes here makes it true"},
    {"limit > money('10') && limit <= money('10')", "1:24: no value of 'limit' satisfies"},
    {"opened < date('2005-01-01') && opened > date('2005-01-01')", "1:32: no value of 'opened' satisfies"},
    {"rate > 2.5 && rate < 2.5", "1:15: no value of 'rate' satisfies"},
    {"age > 2.5 && age < 3", "1:14: no value of 'age' satisfies"},
    {"city == 'a' && city > 'b'", "1:16: no value of 'city' satisfies"},
    /* What covers everything. */
    {"age >= 0 || age < 10", "1:13: one of this operand and those before it is true for every value of 'age': the whole is never false"},
    {"city != 'a' || city != 'b'", "1:16: one of this operand and those before it is true for every value of 'city'"},
    {"!(age > 5 && age < 3)", "1:14: no value of 'age' satisfies"},
    {"age >= -9223372036854775808", "1:1: this is true for every value of 'age'"},
    {"stage in ['current', 'late', 'lost']", "1:1: this is true for every value of 'stage'"},
    {"stage != 'current' && stage != 'late' && stage != 'lost'", "1:42: no value of 'stage' satisfies"},
    {"stage < 'a'", "1:1: this is false for every value of 'stage'"},
    {"flag || stage < 'a'", "1:9: this is false for every value of 'stage'"},
    /* What adds nothing. */
    {"age > 5 && age > 3", "1:12: this operand adds nothing: every value of 'age' that comes here makes it true"},
    {"age == 1 || age in [1, 2] || age == 2", "1:30: this operand adds nothing: no value of 'age' that comes here makes it true"},
    {"age > 5 && flag && age > 5", "1:20: this operand repeats one before it"},
    {"age == 1 || age == 1", "1:13: this operand repeats one before it"},
    {"flag && flag", "1:9: this operand repeats one before it"},
    {"city.startsWith('a') || flag || city.startsWith('a')", "1:33: this operand repeats one before it"},
    /* Branches. */
    {"age > 5 ? (age > 3 ? 1 : 2) : 3", "1:26: this branch is never taken: no value of 'age' makes the condition false here"},
    {"age > 5 ? 1 : age > 7 ? 2 : 3", "1:25: this branch is never taken: no value of 'age' makes the condition true here"},
    {"has(age) ? 1 : age > 5 ? 2 : 3", ""},
    {"age in [1, 2] && (age < 5 ? flag : active)", "1:36: this branch is never taken"},
    /* Nothing to say. */
    {"age > 3 && age > 5", ""},
    {"age > 3 && age < 5", ""},
    {"has(age) && age > 5", ""},
    {"age > 5 && has(age)", ""},
    {"!has(age) || age > 5", ""},
    {"age > 5 || !has(age)", ""},
    {"age > 5 && city == 'a' || age < 3 && city == 'b'", ""},
    {"age > idle && idle > age", ""},
    {"age % 2 == 0 && age % 2 == 1", ""},
    {"age < 2 || age > 3 || age > 5 && flag", "1:23: no value of 'age' satisfies this operand and those before it"},
    {"[1, age].exists(i, i > 5 && i > 3)", ""},
    {"city > 'a' && city < 'b'", ""},
    {"stage == 'current' || stage == 'late'", ""},
    {"age > 5 && flag", ""},
    /* Digits that an instant has no room for. */
    {"seen > timestamp('2005-09-30T16:30:00.1234567Z')", "1:18: digits below a microsecond are cut off"},
    {"seen > timestamp('2005-09-30T16:30:00.123456000Z')", ""},
    {"seen - seen > duration('1.0000005s')", "1:24: digits below a microsecond are cut off"},
    {"seen - seen > duration('-1500ns')", "1:24: digits below a microsecond are cut off"},
    {"seen - seen > duration('2000ns')", ""},
    /* On lines of their own. */
    {"flag &&\n  age > 5 &&\n  age < 3", "3:3: no value of 'age' satisfies"},
};

START_TEST(what_changes_nothing_is_warned_about_at_its_place)
{
    struct rule_scope *scope = rule_scope_new(NULL, "CNY");
    static const char *const stages[] = {"current", "late", "lost"};
    static const struct { const char *name; enum rule_kind kind; } names[] = {
        {"age", RULE_INT}, {"idle", RULE_INT}, {"rate", RULE_DOUBLE}, {"city", RULE_STRING}, {"limit", RULE_MONEY}, {"opened", RULE_DATE},
        {"flag", RULE_BOOL}, {"active", RULE_BOOL}, {"seen", RULE_TIMESTAMP}};
    for (int32_t i = 0; i < (int32_t) (sizeof names / sizeof names[0]); i++)
        ck_assert(rule_scope_add(scope, names[i].name, names[i].kind, i, NULL, 0));
    ck_assert(rule_scope_add(scope, "stage", RULE_STRING, 20, stages, 3));
    struct error_list errors = {0}, warnings = {0};
    const char *text = cases[_i].rule, *expected = cases[_i].warnings;
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, &warnings);
    ck_assert_msg(program != NULL, "%s", text);
    cstm_error *all = NULL;
    error_list_take(&warnings, &all);
    char said[2000] = "";
    for (const cstm_error *at = all; at != NULL; at = cstm_error_next(at)) {
        const size_t n = strlen(said);
        const char *before = n > 0 ? " / " : "";
        ck_assert_int_eq(cstm_error_code(at), CSTM_ERROR_UNREACHABLE);
        snprintf(said + n, sizeof said - n, "%s%s", before, cstm_error_message(at));
    }
    ck_assert_msg(expected[0] == 0 ? said[0] == 0 : strncmp(said, expected, strlen(expected)) == 0 && strstr(said + strlen(expected), " / ") == NULL,
                  "%s\n  says      %s\n  should say %s", text, said, expected);
    cstm_error_free(all);
    rule_program_unref(program);
    rule_scope_free(scope);
}
END_TEST

/* A warning is a claim about every value: over random rules, none is wrong. */
static uint32_t
pick(uint64_t *random, uint32_t below)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((*random >> 33) % below);
}

static void
write_condition(uint64_t *random, char *text, size_t size)
{
    static const char *const operators[] = {"<", "<=", ">", ">=", "==", "!="};
    const char *name = pick(random, 3) == 0 ? "b" : "a";
    switch (pick(random, 5)) {
    case 0:
        snprintf(text, size, "%s in [%u, %u]", name, pick(random, 5), pick(random, 5));
        return;
    case 1:
        snprintf(text, size, "has(%s)", name);
        return;
    case 2:
        snprintf(text, size, "!(%s %s %u)", name, operators[pick(random, 6)], pick(random, 5));
        return;
    default:
        snprintf(text, size, "%s %s %u", name, operators[pick(random, 6)], pick(random, 5));
        return;
    }
}

/* Whether two rules come to the same for every value of a and b, missing ones, too: 1; where both are the same but for one being undecided: 2. */
static bool
is_same(const struct rule_program *x, const struct rule_program *y)
{
    char scratch[8192] __attribute__((aligned(16)));
    ck_assert_uint_lt(rule_scratch_size(x, 1), sizeof scratch);
    ck_assert_uint_lt(rule_scratch_size(y, 1), sizeof scratch);
    for (int64_t a = -3; a < 7; a++) {
        for (int64_t b = -3; b < 7; b++) {
            int64_t values[2] = {a, b};
            uint8_t states[2] = {a == -3 ? CSTM_ERROR_MISSING : 0, b == -3 ? CSTM_ERROR_MISSING : 0};
            struct rule_column inputs[2] = {{.kind = RULE_INT, .as.int64s = &values[0], .states = &states[0]},
                                            {.kind = RULE_INT, .as.int64s = &values[1], .states = &states[1]}};
            uint8_t r[2] = {0, 0}, s[2] = {0, 0};
            struct rule_column one = {.as.bools = &r[0], .states = &s[0]}, two = {.as.bools = &r[1], .states = &s[1]};
            rule_run(x, inputs, 1, scratch, &one);
            rule_run(y, inputs, 1, scratch, &two);
            if (s[0] != s[1] || (s[0] == 0 && r[0] != r[1]))
                return false;
        }
    }
    return true;
}

START_TEST(an_operand_that_is_said_to_add_nothing_can_be_left_out)
{
    uint64_t random = 77 + (uint64_t) _i;
    struct rule_scope *scope = rule_scope_new(NULL, "");
    ck_assert(rule_scope_add(scope, "a", RULE_INT, 0, NULL, 0));
    ck_assert(rule_scope_add(scope, "b", RULE_INT, 1, NULL, 0));
    int32_t warned = 0;
    for (int32_t round = 0; round < 400; round++) {
        char parts[5][64], whole[400] = "", left[400] = "";
        const int32_t n = 2 + (int32_t) pick(&random, 4);
        const char *joint = pick(&random, 2) == 0 ? " && " : " || ";
        size_t begins[5];
        for (int32_t i = 0; i < n; i++) {
            write_condition(&random, parts[i], sizeof parts[i]);
            strcat(whole, i > 0 ? joint : "");
            begins[i] = strlen(whole) + 1;
            strcat(whole, parts[i]);
        }
        struct error_list errors = {0}, warnings = {0};
        struct rule_program *program = rule_compile(whole, strlen(whole), scope, RULE_BOOL, NULL, &errors, &warnings);
        ck_assert_ptr_nonnull(program);
        cstm_error *all = NULL;
        error_list_take(&warnings, &all);
        for (const cstm_error *at = all; at != NULL; at = cstm_error_next(at)) {
            const char *message = cstm_error_message(at);
            if (strstr(message, "adds nothing") == NULL && strstr(message, "repeats") == NULL)
                continue;
            warned++;
            left[0] = 0;
            for (int32_t i = 0; i < n; i++) {
                if ((int64_t) begins[i] == cstm_error_column(at))
                    continue;
                strcat(left, left[0] != 0 ? joint : "");
                strcat(left, parts[i]);
            }
            struct rule_program *without = rule_compile(left, strlen(left), scope, RULE_BOOL, NULL, &errors, NULL);
            ck_assert_msg(is_same(program, without), "%s: %s, but %s is another rule", whole, message, left);
            rule_program_unref(without);
        }
        if (strstr(all == NULL ? "" : cstm_error_message(all), "the whole is never") != NULL && cstm_error_next(all) == NULL) {
            struct rule_program *never = rule_compile(joint[1] == '&' ? "false" : "true", joint[1] == '&' ? 5 : 4, scope, RULE_BOOL, NULL, &errors, NULL);
            char scratch[8192] __attribute__((aligned(16)));
            for (int64_t v = 0; v < 100; v++) {
                int64_t values[2] = {v % 10 - 3, v / 10 - 3};
                uint8_t states[2] = {values[0] == -3 ? CSTM_ERROR_MISSING : 0, values[1] == -3 ? CSTM_ERROR_MISSING : 0}, r = 0, s = 0;
                struct rule_column inputs[2] = {{.kind = RULE_INT, .as.int64s = &values[0], .states = &states[0]},
                                                {.kind = RULE_INT, .as.int64s = &values[1], .states = &states[1]}};
                struct rule_column result = {.as.bools = &r, .states = &s};
                rule_run(program, inputs, 1, scratch, &result);
                ck_assert_msg(s != 0 || r == (joint[1] != '&'), "%s: %s", whole, cstm_error_message(all));
            }
            rule_program_unref(never);
        }
        cstm_error_free(all);
        error_list_clear(&errors);
        rule_program_unref(program);
    }
    ck_assert_int_gt(warned, 20);
    rule_scope_free(scope);
}
END_TEST

START_TEST(a_rule_keeps_its_warnings)
{
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    ck_assert_int_eq(cstm_scope_new(NULL, NULL, &scope, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_scope_declare(scope, "n", CSTM_TYPE_INT, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_rule_compile(scope, "n > 5 && n < 3 && n == n", 24, CSTM_TYPE_BOOL, &rule, NULL), CSTM_OK);
    const cstm_error *warnings = cstm_rule_warnings(rule);
    ck_assert_int_eq(cstm_error_column(warnings), 10);
    ck_assert_ptr_null(cstm_error_next(warnings));
    cstm_rule_unref(rule);
    ck_assert_int_eq(cstm_rule_compile(scope, "n > 5", 5, CSTM_TYPE_BOOL, &rule, NULL), CSTM_OK);
    ck_assert_ptr_null(cstm_rule_warnings(rule));
    ck_assert_ptr_null(cstm_rule_warnings(NULL));
    cstm_rule_unref(rule);
    cstm_scope_free(scope);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("warnings");
    tcase_add_loop_test(tcase, what_changes_nothing_is_warned_about_at_its_place, 0, (int) (sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tcase, an_operand_that_is_said_to_add_nothing_can_be_left_out, 0, 8);
    tcase_add_test(tcase, a_rule_keeps_its_warnings);
    tcase_set_timeout(tcase, 60);
    Suite *suite = suite_create("warnings");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
