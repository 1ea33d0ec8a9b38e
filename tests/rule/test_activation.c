/* One case at a time: the values that are set, what the rule comes to, and that a steady state allocates nothing. */
#include "sample.h"

#include "table/table.h"

#include <math.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int64_t allocations;
static int64_t left = -1;     /* until all fail; -1: none does */

static bool
fails(void)
{
    allocations++;
    if (left < 0)
        return false;
    return left == 0 || --left == 0;
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    return fails() ? NULL : __real_realloc(pointer, size);
}

static cstm_rule *
compiled(const char *text)
{
    static const struct { const char *name; cstm_type type; } names[] = {
        {"age", CSTM_TYPE_INT}, {"rate", CSTM_TYPE_DOUBLE}, {"city", CSTM_TYPE_STRING}, {"limit", CSTM_TYPE_MONEY},
        {"opened", CSTM_TYPE_DATE}, {"seen", CSTM_TYPE_TIMESTAMP}, {"active", CSTM_TYPE_BOOL}};
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    ck_assert_int_eq(cstm_scope_new("TWD", "Asia/Taipei", &scope, NULL), CSTM_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(cstm_scope_declare(scope, names[i].name, names[i].type, NULL), CSTM_OK);
    cstm_error *error = NULL;
    cstm_status status = cstm_rule_compile(scope, text, strlen(text), CSTM_TYPE_NONE, &rule, &error);
    ck_assert_msg(status == CSTM_OK, "%s: %s", text, cstm_error_message(error));
    cstm_scope_free(scope);
    return rule;
}

static cstm_activation *
activated(const char *text)
{
    cstm_rule *rule = compiled(text);
    cstm_activation *activation = NULL;
    ck_assert_int_eq(cstm_activation_new(rule, &activation, NULL), CSTM_OK);
    cstm_rule_unref(rule);    /* the activation holds it */
    return activation;
}

static cstm_status
status_after(cstm_activation *activation)
{
    ck_assert_int_eq(cstm_activation_evaluate(activation, NULL), CSTM_OK);
    return cstm_activation_status(activation);
}

START_TEST(every_value_is_missing_until_it_is_set)
{
    cstm_activation *activation = activated("age + 1");
    ck_assert_int_eq(cstm_activation_status(activation), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(status_after(activation), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_activation_int64(activation), 0);
    ck_assert_int_eq(cstm_activation_set_int64(activation, 0, 41, NULL), CSTM_OK);
    ck_assert_int_eq(status_after(activation), CSTM_OK);
    ck_assert_int_eq(cstm_activation_int64(activation), 42);
    ck_assert_int_eq(cstm_activation_set_missing(activation, 0, NULL), CSTM_OK);
    ck_assert_int_eq(status_after(activation), CSTM_ERROR_MISSING);
    cstm_activation_free(activation);
}
END_TEST

START_TEST(a_result_of_each_type_is_read_by_its_getter)
{
    static const struct { const char *text; int64_t in, out; } whole[] = {
        {"!active", 1, 0}, {"age", INT64_MIN, INT64_MIN}, {"opened", 13057, 13057}, {"limit", -1, -1},
        {"seen", INT64_C(1128038400000000), INT64_C(1128038400000000)}};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        cstm_activation *activation = activated(whole[i].text);
        ck_assert_int_eq(cstm_activation_set_int64(activation, 0, whole[i].in, NULL), CSTM_OK);
        ck_assert_int_eq(status_after(activation), CSTM_OK);
        ck_assert_int_eq(cstm_activation_int64(activation), whole[i].out);
        ck_assert(isnan(cstm_activation_double(activation)));
        size_t size = 9;
        ck_assert_str_eq(cstm_activation_string(activation, &size), "");
        ck_assert_uint_eq(size, 0);
        cstm_activation_free(activation);
    }
    cstm_activation *real = activated("rate * 2.0"), *text = activated("city + '!'");
    ck_assert_int_eq(cstm_activation_set_double(real, 0, 0.25, NULL), CSTM_OK);
    ck_assert_int_eq(status_after(real), CSTM_OK);
    ck_assert_double_eq(cstm_activation_double(real), 0.5);
    ck_assert_int_eq(cstm_activation_set_string(text, 0, "Taipei", 6, NULL), CSTM_OK);
    ck_assert_int_eq(status_after(text), CSTM_OK);
    size_t size = 0;
    ck_assert_mem_eq(cstm_activation_string(text, &size), "Taipei!", 7);
    ck_assert_uint_eq(size, 7);
    cstm_activation_free(real);
    cstm_activation_free(text);
}
END_TEST

START_TEST(a_value_that_does_not_fit_is_refused_and_the_old_one_stays)
{
    cstm_activation *day = activated("opened"), *real = activated("rate"), *text = activated("city"), *truth = activated("active"),
                    *instant = activated("seen");
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_activation_set_int64(day, 0, 10, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_activation_set_int64(day, 0, 2932897, &error), CSTM_ERROR_RANGE);    /* 10000-01-01 */
    ck_assert_str_eq(cstm_error_field(error), "opened");
    cstm_error_free(error);
    ck_assert_int_eq(cstm_activation_set_int64(day, 0, -719163, NULL), CSTM_ERROR_RANGE);      /* the last day of year 0 */
    ck_assert_int_eq(cstm_activation_set_double(day, 0, 1, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_activation_set_string(day, 0, "", 0, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(status_after(day), CSTM_OK);
    ck_assert_int_eq(cstm_activation_int64(day), 10);
    ck_assert_int_eq(cstm_activation_set_double(real, 0, INFINITY, NULL), CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_activation_set_double(real, 0, NAN, NULL), CSTM_ERROR_NOT_FINITE);
    ck_assert_int_eq(cstm_activation_set_int64(real, 0, 1, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(status_after(real), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_activation_set_string(text, 0, "\xff", 1, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_activation_set_int64(truth, 0, 2, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_activation_set_int64(instant, 0, INT64_MAX, NULL), CSTM_ERROR_RANGE);
    cstm_activation_free(day);
    cstm_activation_free(real);
    cstm_activation_free(text);
    cstm_activation_free(truth);
    cstm_activation_free(instant);
}
END_TEST

START_TEST(a_call_out_of_order_is_misuse)
{
    cstm_activation *activation = activated("age"), *none = NULL;
    cstm_rule *seconds = compiled("duration('1s')");
    ck_assert_int_eq(cstm_activation_new(seconds, &none, NULL), CSTM_ERROR_TYPE);
    ck_assert_ptr_null(none);
    ck_assert_int_eq(cstm_activation_new(seconds, NULL, NULL), CSTM_ERROR_MISUSE);
    cstm_rule_unref(seconds);
    ck_assert_int_eq(cstm_activation_set_int64(activation, 1, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_activation_set_missing(activation, -1, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_activation_set_string(activation, 0, NULL, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_activation_explain(activation, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_activation_status(NULL), CSTM_ERROR_MISUSE);
    cstm_activation_free(activation);
    cstm_activation_free(NULL);
}
END_TEST

START_TEST(an_explanation_shows_the_values_that_are_set)
{
    cstm_activation *activation = activated("age >= 18 && limit > money('100')");
    cstm_explanation *explanation = NULL;
    ck_assert_int_eq(cstm_activation_set_int64(activation, 0, 20, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_activation_set_int64(activation, 1, 5000, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_activation_explain(activation, &explanation, NULL), CSTM_OK);
    bool found = false;
    for (int32_t i = 0; i < cstm_explanation_count(explanation); i++)
        found |= strcmp(cstm_explanation_text(explanation, i), "limit") == 0 && strcmp(cstm_explanation_value(explanation, i), "50.00") == 0;
    ck_assert(found);
    cstm_explanation_free(explanation);
    cstm_activation_free(activation);
}
END_TEST

START_TEST(a_steady_state_allocates_nothing)
{
    cstm_activation *activation = activated("city + '!' in ['a!', 'Taipei!'] && age > 3 && double(limit) * rate > 2.0");
    ck_assert_int_eq(cstm_activation_set_string(activation, 2, "Kaohsiung", 9, NULL), CSTM_OK);
    int64_t right = 0;
    const int64_t before = allocations;
    for (int64_t i = 0; i < 100; i++) {
        cstm_activation_set_string(activation, 2, "Taipei", 6, NULL);
        cstm_activation_set_int64(activation, 0, i, NULL);
        cstm_activation_set_double(activation, 1, 1.5, NULL);
        cstm_activation_set_int64(activation, 3, i * 100, NULL);
        cstm_activation_evaluate(activation, NULL);
        right += cstm_activation_status(activation) == CSTM_OK && cstm_activation_int64(activation) == (i > 3);
    }
    const int64_t after = allocations;
    ck_assert_int_eq(right, 100);
    ck_assert_int_eq(after, before);
    cstm_activation_free(activation);
}
END_TEST

START_TEST(memory_that_fails_leaves_nothing_behind)
{
    cstm_rule *rule = compiled("city == 'a' && age > 3");
    bool whole = false;
    for (int64_t n = 1; !whole; n++) {
        cstm_activation *activation = NULL;
        left = n;
        cstm_status status = cstm_activation_new(rule, &activation, NULL);
        if (status == CSTM_OK)
            status = cstm_activation_set_string(activation, 1, "Taipei", 6, NULL);
        left = -1;
        whole = status == CSTM_OK;
        ck_assert(whole || status == CSTM_ERROR_NO_MEMORY);
        ck_assert_int_lt(n, 100);
        cstm_activation_free(activation);
    }
    cstm_rule_unref(rule);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("activation");
    TCase *tcase = tcase_create("activation");
    tcase_add_test(tcase, every_value_is_missing_until_it_is_set);
    tcase_add_test(tcase, a_result_of_each_type_is_read_by_its_getter);
    tcase_add_test(tcase, a_value_that_does_not_fit_is_refused_and_the_old_one_stays);
    tcase_add_test(tcase, a_call_out_of_order_is_misuse);
    tcase_add_test(tcase, an_explanation_shows_the_values_that_are_set);
    tcase_add_test(tcase, a_steady_state_allocates_nothing);
    tcase_add_test(tcase, memory_that_fails_leaves_nothing_behind);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
