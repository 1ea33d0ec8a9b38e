/* What a program can be asked: what it reads, what it compares with, whether it can fail, what it is. */
#include "sample.h"

static struct rule_program *
compiled(const char *text)
{
    struct rule_scope *scope = sample_scope();
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    ck_assert_msg(program != NULL, "%s: %s", text, cstm_error_message(errors.first));
    rule_scope_free(scope);     /* a program outlives its scope */
    return program;
}

START_TEST(a_program_reads_each_slot_once_in_order)
{
    struct rule_program *program = compiled("limit > money('1') && age > 3 && (age < 9 || has(idle))");
    const int32_t *slots = NULL;
    ck_assert_int_eq(rule_program_reads(program, &slots), 3);
    ck_assert_int_eq(slots[0], SAMPLE_AGE);
    ck_assert_int_eq(slots[1], SAMPLE_LIMIT);
    ck_assert_int_eq(slots[2], SAMPLE_IDLE);
    ck_assert(rule_program_reads_value(program, SAMPLE_AGE));
    ck_assert(!rule_program_reads_value(program, SAMPLE_IDLE));
    ck_assert_str_eq(rule_program_text(program), "limit > money('1') && age > 3 && (age < 9 || has(idle))");
    ck_assert_int_eq(rule_program_kind(program), RULE_BOOL);
    rule_program_unref(program);
}
END_TEST

START_TEST(what_a_dead_branch_names_is_not_read)
{
    struct rule_program *program = compiled("true ? age : idle");
    const int32_t *slots = NULL;
    ck_assert_int_eq(rule_program_reads(program, &slots), 1);
    ck_assert_int_eq(slots[0], SAMPLE_AGE);
    rule_program_unref(program);
}
END_TEST

START_TEST(bounds_are_the_constants_that_a_slot_is_compared_with)
{
    struct rule_program *program = compiled("age >= 30 && 60 > age || age in [7, 30] || age < 2.5 || idle + 1 > 3");
    const int64_t *bounds = NULL;
    ck_assert_int_eq(rule_program_bounds(program, SAMPLE_AGE, &bounds), 4);
    ck_assert_int_eq(bounds[0], 2);
    ck_assert_int_eq(bounds[1], 7);
    ck_assert_int_eq(bounds[2], 30);
    ck_assert_int_eq(bounds[3], 60);
    ck_assert_int_eq(rule_program_bounds(program, SAMPLE_IDLE, &bounds), -1);
    ck_assert_int_eq(rule_program_bounds(program, SAMPLE_LIMIT, &bounds), 0);
    rule_program_unref(program);

    program = compiled("age < math.sqrt(-1) || age < 2");       /* NaN is no bound */
    ck_assert_int_eq(rule_program_bounds(program, SAMPLE_AGE, &bounds), 1);
    ck_assert_int_eq(bounds[0], 2);
    rule_program_unref(program);
    program = compiled("age > 3 && has(age)");
    ck_assert_int_eq(rule_program_bounds(program, SAMPLE_AGE, &bounds), -1);
    rule_program_unref(program);
    program = compiled("age > idle");
    ck_assert_int_eq(rule_program_bounds(program, SAMPLE_AGE, &bounds), -1);
    rule_program_unref(program);
}
END_TEST

START_TEST(only_what_can_fail_says_so)
{
    static const struct { const char *text; bool can; } cases[] = {
        {"age > 3 && city == 'x'", false}, {"age + 1 > 3", true},      {"age / 2 > 3", false},
        {"age / idle > 3", true},          {"age / -1 > 3", true},     {"double(limit) > 3.0", false},
        {"int(city) > 3", true},           {"limit / money('2') > 3.0", false}, {"opened.getMonth() == 3", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rule_program *program = compiled(cases[i].text);
        ck_assert_msg(rule_program_can_fail(program) == cases[i].can, "%s", cases[i].text);
        rule_program_unref(program);
    }
}
END_TEST

static bool
same_digest(const char *a, const char *b)
{
    struct rule_program *x = compiled(a), *y = compiled(b);
    struct digest p = rule_program_digest(x), q = rule_program_digest(y);
    rule_program_unref(x);
    rule_program_unref(y);
    return memcmp(&p, &q, sizeof p) == 0;
}

START_TEST(the_digest_is_of_the_meaning_and_not_of_the_spelling)
{
    ck_assert(same_digest("age > 3 && active", "(age>3)  // old enough\n && (active)"));
    ck_assert(same_digest("city == 'a'", "city == \"\\x61\""));
    ck_assert(same_digest("age == 10", "age == 0xA"));
    ck_assert(!same_digest("age > 3", "age > 4"));
    ck_assert(!same_digest("age > 3", "age >= 3"));
    ck_assert(!same_digest("age > 3", "idle > 3"));
    ck_assert(!same_digest("age == 3", "age == 3.0"));
    ck_assert(!same_digest("active && flag", "active || flag"));
    ck_assert(!same_digest("has(age)", "!has(age)"));
    ck_assert(!same_digest("(active || flag) && broken", "active || flag && broken"));
}
END_TEST

START_TEST(the_digest_of_what_depends_on_zone_or_currency_holds_them)
{
    struct digest digests[2][2];
    const char *texts[] = {"date(seen) == opened", "limit == money('1')"};
    for (int k = 0; k < 2; k++) {
        struct rule_scope *scope = rule_scope_new(k == 0 ? "Asia/Taipei" : "UTC", k == 0 ? "TWD" : "CNY");
        rule_scope_add(scope, "seen", RULE_TIMESTAMP, 0, NULL, 0);
        rule_scope_add(scope, "opened", RULE_DATE, 1, NULL, 0);
        rule_scope_add(scope, "limit", RULE_MONEY, 2, NULL, 0);
        for (int i = 0; i < 2; i++) {
            struct error_list errors = {0};
            struct rule_program *program = rule_compile(texts[i], strlen(texts[i]), scope, RULE_BOOL, NULL, &errors, NULL);
            ck_assert_ptr_nonnull(program);
            digests[k][i] = rule_program_digest(program);
            rule_program_unref(program);
        }
        rule_scope_free(scope);
    }
    for (int i = 0; i < 2; i++)
        ck_assert_mem_ne(&digests[0][i], &digests[1][i], sizeof digests[0][i]);
}
END_TEST

START_TEST(running_writes_nothing_beyond_its_scratch)
{
    struct rule_program *program = compiled("city + string(age) == 'x' || rate * 2.0 > 1.0 && age in [1, 41] ? active : flag");
    struct sample sample;
    sample_fill(&sample);
    for (int32_t rows = 1; rows <= SAMPLE_ROWS; rows++) {
        size_t size = rule_scratch_size(program, rows);
        char *scratch = aligned_alloc(16, (size + 31) / 16 * 16);
        memset(scratch + size, 0x5a, (size + 31) / 16 * 16 - size);
        uint8_t values[SAMPLE_ROWS], states[SAMPLE_ROWS];
        struct rule_column result = {.as.bools = values, .states = states};
        rule_run(program, sample.inputs, rows, scratch, &result);
        for (size_t i = size; i < (size + 31) / 16 * 16; i++)
            ck_assert_int_eq(scratch[i], 0x5a);
        ck_assert_int_eq(states[rows - 1], 0);
        ck_assert_int_eq(values[rows - 1], 1);
        free(scratch);
    }
    rule_program_unref(program);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, a_program_reads_each_slot_once_in_order);
    tcase_add_test(tests, what_a_dead_branch_names_is_not_read);
    tcase_add_test(tests, bounds_are_the_constants_that_a_slot_is_compared_with);
    tcase_add_test(tests, only_what_can_fail_says_so);
    tcase_add_test(tests, the_digest_is_of_the_meaning_and_not_of_the_spelling);
    tcase_add_test(tests, the_digest_of_what_depends_on_zone_or_currency_holds_them);
    tcase_add_test(tests, running_writes_nothing_beyond_its_scratch);
}

int
main(void)
{
    return run_suite("program", fill);
}
