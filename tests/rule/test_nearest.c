/* The nearest change: tables of rules with what is nearest, and random rules over small domains against trying all there is. */
#include "sample.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static const struct name {
    const char *name;
    cstm_type type;
} names[] = {
    {"age", CSTM_TYPE_INT},       {"n", CSTM_TYPE_INT},          {"m", CSTM_TYPE_INT},     {"rate", CSTM_TYPE_DOUBLE}, {"old", CSTM_TYPE_DOUBLE},
    {"income", CSTM_TYPE_MONEY},  {"limit", CSTM_TYPE_MONEY},    {"city", CSTM_TYPE_STRING}, {"job", CSTM_TYPE_STRING},  {"opened", CSTM_TYPE_DATE},
    {"seen", CSTM_TYPE_TIMESTAMP}, {"active", CSTM_TYPE_BOOL},   {"vip", CSTM_TYPE_BOOL},
};
#define N_NAMES (sizeof names / sizeof names[0])

static cstm_activation *
activated(const char *text)
{
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    cstm_activation *activation = NULL;
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_scope_new("CNY", "Asia/Shanghai", &scope, NULL), CSTM_OK);
    for (size_t i = 0; i < N_NAMES; i++)
        ck_assert_int_eq(cstm_scope_declare(scope, names[i].name, names[i].type, NULL), CSTM_OK);
    cstm_status status = cstm_rule_compile(scope, text, strlen(text), CSTM_TYPE_NONE, &rule, &error);
    ck_assert_msg(status == CSTM_OK, "%s: %s", text, error == NULL ? "" : cstm_error_message(error));
    ck_assert_int_eq(cstm_activation_new(rule, &activation, NULL), CSTM_OK);
    for (int32_t i = 0; i < cstm_rule_read_count(rule); i++) {
        /* age 30, n 3, m 5, rate 2.5, old 0.0, income 5000.00, limit 20000.00, city 'x', job 'clerk', opened 2005-10-01,
         * seen 2005-10-01T00:00:00Z, active true, vip missing */
        const char *name = cstm_rule_read_name(rule, i);
        if (strcmp(name, "age") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 30, NULL), CSTM_OK);
        else if (strcmp(name, "n") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 3, NULL), CSTM_OK);
        else if (strcmp(name, "m") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 5, NULL), CSTM_OK);
        else if (strcmp(name, "rate") == 0)
            ck_assert_int_eq(cstm_activation_set_double(activation, i, 2.5, NULL), CSTM_OK);
        else if (strcmp(name, "old") == 0)
            ck_assert_int_eq(cstm_activation_set_double(activation, i, 0, NULL), CSTM_OK);
        else if (strcmp(name, "income") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 500000, NULL), CSTM_OK);
        else if (strcmp(name, "limit") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 2000000, NULL), CSTM_OK);
        else if (strcmp(name, "city") == 0)
            ck_assert_int_eq(cstm_activation_set_string(activation, i, "x", 1, NULL), CSTM_OK);
        else if (strcmp(name, "job") == 0)
            ck_assert_int_eq(cstm_activation_set_string(activation, i, "clerk", 5, NULL), CSTM_OK);
        else if (strcmp(name, "opened") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 13057, NULL), CSTM_OK);
        else if (strcmp(name, "seen") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, INT64_C(13057) * 86400000000, NULL), CSTM_OK);
        else if (strcmp(name, "active") == 0)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 1, NULL), CSTM_OK);
    }
    cstm_rule_unref(rule);
    cstm_scope_free(scope);
    return activation;
}

/* "age 30 -> 40 (>= 40)", joined by ", "; with "~" before it where it is not exact, "never" where nothing does it. */
static void
describe(const cstm_nearest *nearest, char *text, size_t size)
{
    size_t n = (size_t) snprintf(text, size, "%s%s", cstm_nearest_exact(nearest) ? "" : "~", cstm_nearest_possible(nearest) ? "" : "never");
    for (int32_t i = 0; i < cstm_nearest_count(nearest); i++) {
        const char *present = cstm_nearest_present(nearest, i), *value = cstm_nearest_value(nearest, i);
        n += (size_t) snprintf(text + n, size - n, "%s%s %s -> %s (%s)", i > 0 ? ", " : "", cstm_nearest_name(nearest, i),
                               present[0] == 0 ? "-" : present, value[0] == 0 ? "-" : value, cstm_nearest_condition(nearest, i));
    }
}

static const struct { const char *rule, *nearest; } cases[] = {
    /* Numbers: strict and not, both ways. */
    {"age > 40", "age 30 -> 41 (>= 41)"},
    {"age >= 40", "age 30 -> 40 (>= 40)"},
    {"age < 40", "age 30 -> 40 (>= 40)"},
    {"age == 33", "age 30 -> 33 (== 33)"},
    {"age != 30", "age 30 -> 29 (!= 30)"},
    {"age >= 30 && age <= 30", "age 30 -> 29 (!= 30)"},
    {"age > 40 && age < 50", "age 30 -> 41 (>= 41 && <= 49)"},
    {"age in [35, 20, 41]", "age 30 -> 35 (in [20, 35, 41])"},
    {"!(age in [30, 31])", "age 30 -> 29 (<= 29 || >= 32)"},
    {"rate > 3.0", "rate 2.5 -> 3.0000000000000004 (> 3.0)"},
    {"rate >= 3.0", "rate 2.5 -> 3.0 (>= 3.0)"},
    {"rate < 2.5", "rate 2.5 -> 2.4999999999999996 (< 2.5)"},
    {"rate > 0.0", "rate 2.5 -> 0.0 (<= 0.0)"},
    {"age > 40.5", "age 30 -> 41 (>= 41)"},
    {"rate >= 3", "rate 2.5 -> 3.0 (>= 3.0)"},
    /* Expressions that rise or fall with a name. */
    {"double(age) * 1.5 > 60.0", "age 30 -> 41 (>= 41)"},
    {"100 - age < 50", "age 30 -> 51 (>= 51)"},
    {"-age <= -40", "age 30 -> 40 (>= 40)"},
    {"age / 7 == 5", "age 30 -> 35 (>= 35 && <= 41)"},
    {"age * 2 in [61, 90]", "age 30 -> 45 (== 45)"},
    {"income / limit > 0.5", "limit 20000.00 -> 9999.99 (>= 0.01 && <= 9999.99)"},
    {"income / limit > 0.5 && limit >= money('20000')", "income 5000.00 -> 10000.01 (>= 10000.01)"},
    {"2.0 * rate >= old + 6.0", "rate 2.5 -> 3.0 (>= 3.0)"},
    {"income * 3 > money('30000')", "income 5000.00 -> 10000.01 (>= 10000.01 && <= 30744573456182586.02)"},
    {"2.0 * double(age) >= rate * 100.0 && city == 'a'", "rate 2.5 -> 0.6 (<= 0.6), city 'x' -> 'a' (== 'a')"},
    {"rate * old > 6.0 && city == 'a'", "~old 0.0 -> 2.4000000000000004 (> 2.4), city 'x' -> 'a' (== 'a')"},
    /* Money by minor units, dates by days, instants by microseconds. */
    {"income > money('8000')", "income 5000.00 -> 8000.01 (>= 8000.01)"},
    {"income >= money('8000') && income != money('8000')", "income 5000.00 -> 8000.01 (>= 8000.01)"},
    {"opened < date('2005-09-01')", "opened 2005-10-01 -> 2005-08-31 (<= 2005-08-31)"},
    {"opened + duration('48h') > date('2005-10-31')", "opened 2005-10-01 -> 2005-10-30 (>= 2005-10-30 && <= 9999-12-29)"},
    {"seen > timestamp('2005-10-01T00:00:00Z')", "seen 2005-10-01T08:00:00+08:00 -> 2005-10-01T08:00:00.000001+08:00 (>= 2005-10-01T08:00:00.000001+08:00)"},
    {"days_between(opened, date('2005-10-31')) >= 60", "opened 2005-10-01 -> 2005-09-01 (<= 2005-09-01)"},
    /* Names against names. */
    {"n > m", "m 5 -> 2 (<= 2)"},
    {"n == m", "m 5 -> 3 (== 3)"},
    {"n > m && n < 5", "m 5 -> 2 (<= 2)"},
    {"n > m && m > 8", "n 3 -> 10 (>= 10), m 5 -> 9 (== 9)"},
    {"income > limit", "limit 20000.00 -> 4999.99 (<= 4999.99)"},
    {"city == job", "city 'x' -> 'clerk' (== 'clerk')"},
    /* Texts. */
    {"city == 'a'", "city 'x' -> 'a' (== 'a')"},
    {"city in ['b', 'a']", "city 'x' -> 'b' (in ['b', 'a'])"},
    {"city != 'x'", "city 'x' -> 'other' (!= 'x')"},
    {"!(city in ['x', 'y'])", "city 'x' -> 'other' (not in ['x', 'y'])"},
    {"city == 'other' || job == 'clerk'", "job 'clerk' -> 'other' (!= 'clerk')"},
    {"city > 'y'", "city 'x' -> 'y ' (== 'y ')"},
    {"city.startsWith('ab')", "~city 'x' -> 'ab' (== 'ab')"},
    /* Bools, and what is there or not. */
    {"!active", "active true -> false (== false)"},
    {"vip", "vip - -> true (== true)"},
    {"has(vip)", "vip - -> false (is present)"},
    {"!has(age)", "age 30 -> - (is missing)"},
    {"has(age) && age > 18", "age 30 -> 18 (<= 18)"},
    {"vip && age > 40", "age 30 -> 41 (>= 41), vip - -> true (== true)"},
    {"vip || age > 40", "age 30 -> 41 (>= 41)"},
    {"active == (age > 40)", "age 30 -> 41 (>= 41)"},
    /* Structure. */
    {"age > 40 && n > 5 && m > 5", "age 30 -> 41 (>= 41), n 3 -> 6 (>= 6), m 5 -> 6 (>= 6)"},
    {"age > 40 && n > 5 || m > 9", "m 5 -> 10 (>= 10)"},
    {"(age > 40 || n > 5) && (age < 20 || n > 7)", "n 3 -> 8 (>= 8)"},
    {"age > 60 || n > 4", "n 3 -> 5 (>= 5)"},
    {"active ? age > 90 && m > 10000 : n > 2", "active true -> false (== false)"},
    {"active ? age > 31 : n > 2 && m > 7", "age 30 -> 32 (>= 32)"},
    {"income > money('8000') && city in ['a', 'b'] && !(job in ['student', 'clerk'])",
     "income 5000.00 -> 8000.01 (>= 8000.01), city 'x' -> 'a' (in ['a', 'b']), job 'clerk' -> 'other' (not in ['student', 'clerk'])"},
    /* What cannot be. */
    {"age > 40 && age < 30", "never"},
    {"age >= 0 || age < 10", "never"},
    {"opened < date('0001-01-01')", "never"},
    {"n > m && m > n", "never"},
    {"active && !active", "never"},
    {"n == m && n != m", "never"},
    /* What is not solved exactly, but found. */
    {"age % 7 == 3", "~age 30 -> 31 (== 31)"},
    {"math.abs(age) > 40", "~age 30 -> 41 (== 41)"},
    {"[1, 2].exists(i, age + i > 60)", "~age 30 -> 59 (== 59)"},
};

START_TEST(the_nearest_change_is_as_the_table_says)
{
    const size_t i = (size_t) _i;
    cstm_activation *activation = activated(cases[i].rule);
    cstm_nearest *nearest = NULL;
    char text[1000];
    ck_assert_int_eq(cstm_activation_nearest(activation, &nearest, NULL), CSTM_OK);
    describe(nearest, text, sizeof text);
    ck_assert_msg(strcmp(text, cases[i].nearest) == 0, "%s\n  is        %s\n  should be %s", cases[i].rule, text, cases[i].nearest);
    cstm_nearest_free(nearest);
    cstm_activation_free(activation);
}
END_TEST

/* ------------------------------------------------------------------------------------------------------------ the oracle */

#define DOMAIN 5
#define ORACLE_NAMES 4

static uint32_t
pick(uint64_t *random, uint32_t below)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) ((*random >> 33) % below);
}

/* Rules over a, b, c, of 0 to 4, and the bool p. The bounds are part of each rule's meaning: a value outside never helps. */
static void
write_rule(uint64_t *random, char *text, size_t size, int depth)
{
    static const char *const ints[] = {"a", "b", "c"};
    static const char *const operators[] = {"<", "<=", ">", ">=", "==", "!="};
    char left[2000], right[2000], middle[2000];
    const uint32_t form = depth == 0 ? pick(random, 6) : pick(random, 13);
    const char *x = ints[pick(random, 3)], *y = ints[pick(random, 3)], *operator = operators[pick(random, 6)];
    const uint32_t k = pick(random, DOMAIN), l = pick(random, DOMAIN);
    switch (form) {
    case 0:
    case 1:
        snprintf(text, size, "%s %s %u", x, operator, k);
        return;
    case 2:
        snprintf(text, size, "%s in [%u, %u]", x, k, l);
        return;
    case 3:
        snprintf(text, size, "p");
        return;
    case 4:
        snprintf(text, size, "%s %s %s", x, operator, x == y ? ints[x == ints[0]] : y);
        return;
    case 5:
        snprintf(text, size, "%s * 2 - 1 %s %u", x, operator, k);
        return;
    default:
        break;
    }
    write_rule(random, left, sizeof left, depth - 1);
    write_rule(random, right, sizeof right, depth - 1);
    switch (form) {
    case 6:
    case 7:
        snprintf(text, size, "(%.700s && %.700s)", left, right);
        return;
    case 8:
    case 9:
        snprintf(text, size, "(%.700s || %.700s)", left, right);
        return;
    case 10:
        snprintf(text, size, "!(%.700s)", left);
        return;
    case 11:
        snprintf(text, size, "((%.700s) == (%.700s))", left, right);
        return;
    default:
        write_rule(random, middle, sizeof middle, depth - 1);
        snprintf(text, size, "((%.500s) ? (%.500s) : (%.500s))", left, middle, right);
        return;
    }
}

struct trial {
    cstm_activation *activation;
    int32_t n;
    int32_t limit[ORACLE_NAMES];     /* values of each name */
    int64_t now[ORACLE_NAMES];
};

static bool
outcome(const struct trial *trial, const int64_t *values)
{
    for (int32_t i = 0; i < trial->n; i++)
        ck_assert_int_eq(cstm_activation_set_int64(trial->activation, i, values[i], NULL), CSTM_OK);
    ck_assert_int_eq(cstm_activation_evaluate(trial->activation, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_activation_status(trial->activation), CSTM_OK);
    return cstm_activation_int64(trial->activation) != 0;
}

/* Over values from -2 to 6 (what lies beyond is told apart by nothing in the rule), the fewest names that must change. */
static int32_t
fewest(const struct trial *trial, bool wanted, double *least)
{
    int32_t best = 1000;
    int64_t values[ORACLE_NAMES] = {0};
    int64_t total = 1;
    for (int32_t i = 0; i < trial->n; i++)
        total *= trial->limit[i];
    for (int64_t t = 0; t < total; t++) {
        int64_t rest = t;
        int32_t count = 0;
        double size = 0;
        for (int32_t i = 0; i < trial->n; i++) {
            values[i] = rest % trial->limit[i] - (trial->limit[i] > 2 ? 4 : 0);
            rest /= trial->limit[i];
            count += values[i] != trial->now[i];
            const double far = fabs((double) (values[i] - trial->now[i]));
            const double v = fmax(fabs((double) trial->now[i]), 1);
            size += far == 0 ? 0 : trial->limit[i] == 2 ? 1 : far / (far + v);
        }
        if (count > best || (count == best && size >= *least) || outcome(trial, values) != wanted)
            continue;
        best = count;
        *least = size;
    }
    return best;
}

static void
try_rule(const char *text, uint64_t *random)
{
    static const char *const names_of[] = {"a", "b", "c", "p"};
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    ck_assert_int_eq(cstm_scope_new(NULL, NULL, &scope, NULL), CSTM_OK);
    for (int32_t i = 0; i < ORACLE_NAMES; i++)
        ck_assert_int_eq(cstm_scope_declare(scope, names_of[i], i == 3 ? CSTM_TYPE_BOOL : CSTM_TYPE_INT, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_rule_compile(scope, text, strlen(text), CSTM_TYPE_BOOL, &rule, NULL), CSTM_OK);
    struct trial trial = {.n = cstm_rule_read_count(rule)};
    ck_assert_int_eq(cstm_activation_new(rule, &trial.activation, NULL), CSTM_OK);
    for (int32_t i = 0; i < trial.n; i++) {
        const bool is_bool = strcmp(cstm_rule_read_name(rule, i), "p") == 0;
        trial.limit[i] = is_bool ? 2 : 13;          /* -4 to 8 */
        trial.now[i] = pick(random, is_bool ? 2 : DOMAIN);
    }
    const bool now = outcome(&trial, trial.now);
    double least = 1e9, size = 0;
    const int32_t count = fewest(&trial, !now, &least);
    outcome(&trial, trial.now);
    cstm_nearest *nearest = NULL;
    ck_assert_int_eq(cstm_activation_nearest(trial.activation, &nearest, NULL), CSTM_OK);
    char said[500];
    describe(nearest, said, sizeof said);
    ck_assert_msg(cstm_nearest_exact(nearest), "%s: %s", text, said);
    ck_assert_msg(cstm_nearest_possible(nearest) == (count < 1000), "%s: %s, fewest are %d", text, said, count);
    ck_assert_int_eq(cstm_nearest_outcome(nearest), !now);
    if (count < 1000) {
        ck_assert_msg(cstm_nearest_count(nearest) == count, "%s: %s, fewest are %d", text, said, count);
        int64_t values[ORACLE_NAMES];
        memcpy(values, trial.now, sizeof values);
        for (int32_t i = 0; i < cstm_nearest_count(nearest); i++)
            for (int32_t k = 0; k < trial.n; k++)
                if (strcmp(cstm_rule_read_name(rule, k), cstm_nearest_name(nearest, i)) == 0) {
                    values[k] = cstm_nearest_int64(nearest, i);
                    const double far = fabs((double) (values[k] - trial.now[k]));
                    size += trial.limit[k] == 2 ? 1 : far / (far + fmax(fabs((double) trial.now[k]), 1));
                }
        ck_assert_msg(outcome(&trial, values) == !now, "%s: %s does not do it", text, said);
        ck_assert_msg(fabs(size - least) < 1e-9, "%s: %s is %g, the least is %g", text, said, size, least);
    }
    cstm_nearest_free(nearest);
    cstm_activation_free(trial.activation);
    cstm_rule_unref(rule);
    cstm_scope_free(scope);
}

START_TEST(no_fewer_and_no_smaller_changes_do_it)
{
    uint64_t random = 20051001 + (uint64_t) _i;
    for (int32_t i = 0; i < 60; i++) {
        char text[3000];
        write_rule(&random, text, sizeof text, 3);
        try_rule(text, &random);
    }
}
END_TEST

/* ------------------------------------------------------------------------------------------------------------ the rest */

START_TEST(values_come_with_their_types)
{
    cstm_activation *activation = activated("age > 40 && rate > 3.0 && city == 'a' && !active && !has(n)");
    cstm_nearest *nearest = NULL;
    size_t size = 0;
    ck_assert_int_eq(cstm_activation_nearest(activation, &nearest, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_nearest_count(nearest), 5);
    ck_assert_int_eq(cstm_nearest_outcome(nearest), 1);
    ck_assert_int_eq(cstm_nearest_type(nearest, 0), CSTM_TYPE_INT);
    ck_assert_int_eq(cstm_nearest_int64(nearest, 0), 41);
    ck_assert_int_eq(cstm_nearest_type(nearest, 1), CSTM_TYPE_NONE);
    ck_assert_int_eq(cstm_nearest_int64(nearest, 1), 0);
    ck_assert_int_eq(cstm_nearest_type(nearest, 2), CSTM_TYPE_DOUBLE);
    ck_assert(cstm_nearest_double(nearest, 2) == nextafter(3.0, 4.0));
    ck_assert(isnan(cstm_nearest_double(nearest, 0)));
    ck_assert_int_eq(cstm_nearest_type(nearest, 3), CSTM_TYPE_STRING);
    ck_assert_str_eq(cstm_nearest_string(nearest, 3, &size), "a");
    ck_assert_uint_eq(size, 1);
    ck_assert_str_eq(cstm_nearest_string(nearest, 0, &size), "");
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(cstm_nearest_type(nearest, 4), CSTM_TYPE_BOOL);
    ck_assert_int_eq(cstm_nearest_present_state(nearest, 4), CSTM_STATE_VALUE);
    ck_assert_ptr_null(cstm_nearest_name(nearest, 5));
    ck_assert_int_eq(cstm_nearest_present_state(nearest, -1), -1);
    cstm_nearest_free(nearest);
    cstm_activation_free(activation);
}
END_TEST

START_TEST(an_undecided_rule_becomes_true)
{
    cstm_activation *activation = activated("vip");
    cstm_nearest *nearest = NULL;
    ck_assert_int_eq(cstm_activation_nearest(activation, &nearest, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_nearest_outcome(nearest), 1);
    ck_assert_int_eq(cstm_nearest_present_state(nearest, 0), CSTM_STATE_MISSING);
    cstm_nearest_free(nearest);
    cstm_activation_free(activation);
}
END_TEST

START_TEST(only_a_rule_that_is_true_or_false_has_one)
{
    cstm_activation *activation = activated("age + 1");
    cstm_nearest *nearest = NULL;
    ck_assert_int_eq(cstm_activation_nearest(activation, &nearest, NULL), CSTM_ERROR_TYPE);
    ck_assert_ptr_null(nearest);
    ck_assert_int_eq(cstm_activation_nearest(activation, NULL, NULL), CSTM_ERROR_MISUSE);
    cstm_activation_free(activation);
}
END_TEST

/* Forty names, all of which must change, and a rule with as many choices. */
START_TEST(a_long_rule_is_solved_without_trying_everything)
{
    char all[4000] = "", any[4000] = "";
    cstm_scope *scope = NULL;
    ck_assert_int_eq(cstm_scope_new(NULL, NULL, &scope, NULL), CSTM_OK);
    for (int32_t i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", i);
        ck_assert_int_eq(cstm_scope_declare(scope, name, CSTM_TYPE_INT, NULL), CSTM_OK);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s > %d", i > 0 ? " && " : "", name, i);
        snprintf(any + strlen(any), sizeof any - strlen(any), "%s(%s > 50 || x%d > %d)", i > 0 ? " && " : "", name, i ^ 1, 9 + i);
    }
    const struct { const char *text; int32_t count; } rules[] = {{all, 40}, {any, 20}};
    for (size_t r = 0; r < 2; r++) {
        cstm_rule *rule = NULL;
        cstm_activation *activation = NULL;
        cstm_nearest *nearest = NULL;
        ck_assert_int_eq(cstm_rule_compile(scope, rules[r].text, strlen(rules[r].text), CSTM_TYPE_BOOL, &rule, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_activation_new(rule, &activation, NULL), CSTM_OK);
        for (int32_t i = 0; i < 40; i++)
            ck_assert_int_eq(cstm_activation_set_int64(activation, i, 0, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_activation_nearest(activation, &nearest, NULL), CSTM_OK);
        ck_assert_int_eq(cstm_nearest_possible(nearest), 1);
        if (r == 0) {
            ck_assert_int_eq(cstm_nearest_count(nearest), rules[r].count);
            ck_assert_int_eq(cstm_nearest_exact(nearest), 1);
        }
        cstm_nearest_free(nearest);
        cstm_activation_free(activation);
        cstm_rule_unref(rule);
    }
    cstm_scope_free(scope);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("nearest");
    tcase_add_loop_test(tcase, the_nearest_change_is_as_the_table_says, 0, (int) (sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tcase, no_fewer_and_no_smaller_changes_do_it, 0, 10);
    tcase_add_test(tcase, values_come_with_their_types);
    tcase_add_test(tcase, an_undecided_rule_becomes_true);
    tcase_add_test(tcase, only_a_rule_that_is_true_or_false_has_one);
    tcase_add_test(tcase, a_long_rule_is_solved_without_trying_everything);
    tcase_set_timeout(tcase, 120);
    Suite *suite = suite_create("nearest");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
