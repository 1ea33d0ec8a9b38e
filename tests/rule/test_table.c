/* Rules through the public calls: over tables, with every kind of column in and out, and with every misuse. */
#include "sample.h"

#include "table/table.h"

#include <math.h>

static cstm_scope *
new_scope(void)
{
    cstm_scope *scope = NULL;
    ck_assert_int_eq(cstm_scope_new("TWD", "Asia/Taipei", &scope, NULL), CSTM_OK);
    static const struct { const char *name; cstm_type type; } names[] = {
        {"age", CSTM_TYPE_INT}, {"rate", CSTM_TYPE_DOUBLE}, {"city", CSTM_TYPE_STRING}, {"limit", CSTM_TYPE_MONEY},
        {"opened", CSTM_TYPE_DATE}, {"seen", CSTM_TYPE_TIMESTAMP}, {"active", CSTM_TYPE_BOOL}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(cstm_scope_declare(scope, names[i].name, names[i].type, NULL), CSTM_OK);
    return scope;
}

static cstm_rule *
compiled(const char *text, cstm_type type)
{
    cstm_scope *scope = new_scope();
    cstm_rule *rule = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_rule_compile(scope, text, strlen(text), type, &rule, &error);
    ck_assert_msg(status == CSTM_OK, "%s: %s", text, cstm_error_message(error));
    cstm_scope_free(scope);    /* a rule outlives its scope */
    return rule;
}

/* Rows 0, 1, 2; in row 2 nothing is known. */
static cstm_table *
new_table(int64_t repeat)
{
    cstm_table *table = NULL;
    int64_t rows = 3 * repeat;
    int64_t *ints = calloc((size_t) rows, 8), *offsets = calloc((size_t) rows + 1, 8);
    double *doubles = calloc((size_t) rows, 8);
    int32_t *days = calloc((size_t) rows, 4);
    uint8_t *bools = calloc((size_t) rows, 1), *valid = calloc((size_t) rows, 1);
    char *bytes = calloc((size_t) rows, 8);
    for (int64_t i = 0; i < rows; i++) {
        const char *city = i % 3 == 0 ? "Taipei" : i % 3 == 1 ? "Tainan" : "";
        ints[i] = i % 3 == 0 ? 41 : 17;
        doubles[i] = i % 3 == 0 ? 2.5 : (double) INFINITY;
        days[i] = civil_day(2003, 4, 1) + (int32_t) (i % 3);
        bools[i] = i % 3 == 0 ? 7 : 0;     /* anything but 0 is true */
        valid[i] = i % 3 != 2;
        memcpy(bytes + offsets[i], city, strlen(city));
        offsets[i + 1] = offsets[i] + (int64_t) strlen(city);
    }
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_int64(table, "age", ints, valid, rows, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_double(table, "rate", doubles, valid, rows, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_string(table, "city", offsets, bytes, valid, rows, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_money(table, "limit", ints, valid, rows, "TWD", NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_date(table, "opened", days, valid, rows, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_timestamp(table, "seen", ints, valid, rows, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_bool(table, "active", bools, valid, rows, NULL), CSTM_OK);
    free(ints);
    free(offsets);
    free(doubles);
    free(days);
    free(bools);
    free(valid);
    free(bytes);
    return table;
}

static cstm_table *
evaluated(const char *text, const cstm_table *table)
{
    cstm_rule *rule = compiled(text, CSTM_TYPE_NONE);
    cstm_table *result = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_rule_evaluate(rule, table, &result, &error);
    ck_assert_msg(status == CSTM_OK, "%s: %s", text, cstm_error_message(error));
    cstm_rule_unref(rule);
    return result;
}

static int64_t
state_of(const cstm_table *result, int64_t row)
{
    return table_find(result, "state")->as.int64s[row];
}

START_TEST(every_kind_of_column_goes_in_and_comes_out)
{
    cstm_table *table = new_table(1);
    static const struct { const char *text; cstm_type type; } cases[] = {
        {"age + 1", CSTM_TYPE_INT}, {"rate * 2.0", CSTM_TYPE_DOUBLE}, {"city + '!'", CSTM_TYPE_STRING}, {"limit * 2", CSTM_TYPE_MONEY},
        {"opened + duration('24h')", CSTM_TYPE_DATE}, {"seen + duration('1us')", CSTM_TYPE_TIMESTAMP}, {"!active", CSTM_TYPE_BOOL},
        {"city", CSTM_TYPE_STRING}, {"opened", CSTM_TYPE_DATE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cstm_table *result = evaluated(cases[i].text, table);
        const struct table_column *value = table_find(result, "value");
        size_t size;
        ck_assert_int_eq(result->rows, 3);
        ck_assert_int_eq(result->n_columns, 2);
        ck_assert_int_eq(value->type, cases[i].type);
        ck_assert_str_eq(result->columns[0].name, "value");
        ck_assert_int_eq(state_of(result, 0), 0);
        ck_assert_int_eq(state_of(result, 2), CSTM_ERROR_MISSING);
        ck_assert(column_is_valid(value, 0));
        ck_assert(!column_is_valid(value, 2));
        switch (i) {
        case 0: ck_assert_int_eq(value->as.int64s[0], 42); break;
        case 1: ck_assert_double_eq(value->as.doubles[0], 5.0);
                ck_assert_int_eq(state_of(result, 1), CSTM_ERROR_NOT_FINITE); break;
        case 2: ck_assert_mem_eq(column_text(value, 1, &size), "Tainan!", 7); ck_assert_uint_eq(size, 7); break;
        case 3: ck_assert_int_eq(value->as.int64s[0], 82); ck_assert_str_eq(value->currency, "TWD"); break;
        case 4: ck_assert_int_eq(value->as.days[0], civil_day(2003, 4, 2)); break;
        case 5: ck_assert_int_eq(value->as.int64s[0], 42); break;
        case 6: ck_assert_int_eq(value->as.bools[0], 0); ck_assert_int_eq(value->as.bools[1], 1); break;
        default: break;
        }
        cstm_table_free(result);
    }
    cstm_table_free(table);
}
END_TEST

START_TEST(long_tables_are_evaluated_row_for_row)
{
    cstm_table *table = new_table(1500);
    cstm_table *result = evaluated("city.startsWith('Taip') ? city + string(age) : 'other'", table);
    const struct table_column *value = table_find(result, "value");
    for (int64_t i = 0; i < 4500; i++) {
        size_t size = 0;
        const char *text = column_text(value, i, &size);
        const char *expected = i % 3 == 0 ? "Taipei41" : i % 3 == 1 ? "other" : "";
        ck_assert_uint_eq(size, strlen(expected));
        ck_assert_mem_eq(text, expected, size);
        ck_assert_int_eq(state_of(result, i), i % 3 == 2 ? CSTM_ERROR_MISSING : 0);
    }
    cstm_table_free(result);
    cstm_table_free(table);
    table = new_table(0);
    result = evaluated("age", table);
    ck_assert_int_eq(result->rows, 0);
    cstm_table_free(result);
    result = evaluated("city", table);
    ck_assert_int_eq(result->rows, 0);
    cstm_table_free(result);
    cstm_table_free(table);
}
END_TEST

START_TEST(a_table_that_does_not_fit_is_refused_by_name)
{
    cstm_rule *rule = compiled("age > 3 && limit > money('1')", CSTM_TYPE_BOOL);
    ck_assert_int_eq(cstm_rule_read_count(rule), 2);
    ck_assert_str_eq(cstm_rule_read_name(rule, 1), "limit");
    int64_t one = 1;
    double half = 0.5;
    cstm_table *table = NULL, *result = NULL;
    cstm_error *error = NULL;
    cstm_table_new(&table, NULL);
    cstm_table_add_int64(table, "age", &one, NULL, 1, NULL);
    ck_assert_int_eq(cstm_rule_evaluate(rule, table, &result, &error), CSTM_ERROR_UNKNOWN);
    ck_assert_str_eq(cstm_error_field(error), "limit");
    cstm_error_free(error);
    cstm_table_add_money(table, "limit", &one, NULL, 1, "JPY", NULL);
    ck_assert_int_eq(cstm_rule_evaluate(rule, table, &result, NULL), CSTM_ERROR_TYPE);
    cstm_table_free(table);
    cstm_table_new(&table, NULL);
    cstm_table_add_double(table, "age", &half, NULL, 1, NULL);
    ck_assert_int_eq(cstm_rule_evaluate(rule, table, &result, NULL), CSTM_ERROR_TYPE);
    ck_assert_ptr_null(result);
    cstm_table_free(table);
    cstm_rule_unref(rule);
}
END_TEST

START_TEST(a_row_of_a_table_is_explained)
{
    cstm_table *table = new_table(1);
    cstm_rule *rule = compiled("active && opened > date('2000-01-01') || age < 18", CSTM_TYPE_BOOL);
    cstm_explanation *explanation = NULL;
    ck_assert_int_eq(cstm_rule_explain(rule, table, 1, &explanation, NULL), CSTM_OK);
    ck_assert_str_eq(cstm_explanation_value(explanation, 0), "true");
    ck_assert_str_eq(cstm_explanation_text(explanation, 1), "active && opened > date('2000-01-01')");
    ck_assert_int_eq(cstm_explanation_decisive(explanation, 1), 0);
    ck_assert_int_eq(cstm_explanation_state(explanation, 3), -1);
    int32_t last = cstm_explanation_count(explanation) - 1;
    ck_assert_str_eq(cstm_explanation_text(explanation, last), "age");
    ck_assert_str_eq(cstm_explanation_value(explanation, last), "17");
    ck_assert_int_eq(cstm_explanation_decisive(explanation, last), 1);
    cstm_explanation_free(explanation);
    ck_assert_int_eq(cstm_rule_explain(rule, table, 3, &explanation, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_explain(rule, table, -1, &explanation, NULL), CSTM_ERROR_MISUSE);
    cstm_rule_unref(rule);
    cstm_table_free(table);
}
END_TEST

START_TEST(misuse_is_told_and_changes_nothing)
{
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    cstm_table *table = new_table(1), *result = NULL;
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_scope_new("TWD", NULL, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scope_new("XXQ", NULL, &scope, NULL), CSTM_ERROR_UNKNOWN);
    ck_assert_int_eq(cstm_scope_new(NULL, "No/Where", &scope, &error), cstm_error_code(error));
    ck_assert_int_ne(cstm_error_code(error), CSTM_OK);
    cstm_error_free(error);
    ck_assert_ptr_null(scope);
    ck_assert_int_eq(cstm_scope_new(NULL, NULL, &scope, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_scope_declare(NULL, "a", CSTM_TYPE_INT, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scope_declare(scope, NULL, CSTM_TYPE_INT, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_scope_declare(scope, "a b", CSTM_TYPE_INT, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_scope_declare(scope, "a", CSTM_TYPE_STRINGS, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_scope_declare(scope, "a", CSTM_TYPE_MONEY, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_scope_declare(scope, "a", CSTM_TYPE_INT, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_scope_declare(scope, "a", CSTM_TYPE_INT, NULL), CSTM_ERROR_DUPLICATE);
    ck_assert_int_eq(cstm_rule_compile(NULL, "a", 1, CSTM_TYPE_NONE, &rule, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_compile((cstm_scope *) (void *) table, "a", 1, CSTM_TYPE_NONE, &rule, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_compile(scope, NULL, 1, CSTM_TYPE_NONE, &rule, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_compile(scope, "a", 1, 77, &rule, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_compile(scope, "a", 1, CSTM_TYPE_NONE, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_compile(scope, "b + c", 5, CSTM_TYPE_NONE, &rule, &error), CSTM_ERROR_UNKNOWN);
    ck_assert_ptr_nonnull(cstm_error_next(error));
    cstm_error_free(error);
    ck_assert_ptr_null(rule);
    ck_assert_int_eq(cstm_rule_compile(scope, "duration('1h')", 14, CSTM_TYPE_NONE, &rule, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_rule_type(rule), CSTM_TYPE_NONE);
    ck_assert_int_eq(cstm_rule_evaluate(rule, table, &result, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_rule_evaluate(NULL, table, &result, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_evaluate(rule, NULL, &result, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_evaluate(rule, table, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_rule_explain(rule, table, 0, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_ptr_null(result);
    ck_assert_ptr_eq(cstm_rule_ref(rule), rule);
    ck_assert_ptr_null(cstm_rule_ref(NULL));
    cstm_rule_unref(rule);
    ck_assert_str_eq(cstm_rule_text(rule), "duration('1h')");
    ck_assert_str_eq(cstm_rule_text(NULL), "");
    ck_assert_ptr_null(cstm_rule_read_name(rule, 0));
    cstm_rule_unref(rule);
    cstm_rule_unref(NULL);
    cstm_scope_free(scope);
    cstm_scope_free(NULL);
    cstm_explanation_free(NULL);
    cstm_table_free(table);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, every_kind_of_column_goes_in_and_comes_out);
    tcase_add_test(tests, long_tables_are_evaluated_row_for_row);
    tcase_add_test(tests, a_table_that_does_not_fit_is_refused_by_name);
    tcase_add_test(tests, a_row_of_a_table_is_explained);
    tcase_add_test(tests, misuse_is_told_and_changes_nothing);
}

int
main(void)
{
    return run_suite("tables", fill);
}
