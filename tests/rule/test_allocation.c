/* Every allocation fails in turn: a scope, a rule, an evaluation and an explanation either come whole or not at all, say that
 * memory ran out, and leave nothing behind. */
#include "sample.h"

#include "rule/verdicts.h"

#include "base/memory.h"
#include "table/builder.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int64_t left = -1;     /* allocations until all fail; -1: none does */
static int64_t asked;         /* allocations so far */

static bool
fails(void)
{
    asked++;
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

static const char rule_text[] =
    "age > 3 && city + '!' in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'Taipei!'] || opened == date('2005-10-01') && has(age) "
    "|| age in [1, 2, 3, 4, 5, 6, 7, 100000] || city.matches('^T.*[aeiou]{2}$') || (age > 4 ? string(age) : city) == 'x' + 'y' "
    "|| [age, 2].exists(x, {'a': x, 'b': 3}.a == [1, 2, 3].map(y, y + 9)[0]) || optional.of([city]).optMap(v, v + ['x']).orValue([]).size() < dyn(1)";

static cstm_table *table;

static cstm_status
whole_way(bool *explained, cstm_error **error)
{
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    cstm_table *result = NULL;
    cstm_explanation *explanation = NULL;
    cstm_status status = cstm_scope_new("TWD", "Asia/Taipei", &scope, error);
    if (status == CSTM_OK)
        status = cstm_scope_declare(scope, "age", CSTM_TYPE_INT, error);
    if (status == CSTM_OK)
        status = cstm_scope_declare(scope, "city", CSTM_TYPE_STRING, error);
    if (status == CSTM_OK)
        status = cstm_scope_declare(scope, "opened", CSTM_TYPE_DATE, error);
    if (status == CSTM_OK)
        status = cstm_rule_compile(scope, rule_text, strlen(rule_text), CSTM_TYPE_BOOL, &rule, error);
    if (status == CSTM_OK)
        status = cstm_rule_evaluate(rule, table, &result, error);
    if (status == CSTM_OK)
        status = cstm_rule_explain(rule, table, 0, &explanation, error);
    *explained = explanation != NULL;
    cstm_explanation_free(explanation);
    cstm_table_free(result);
    cstm_rule_unref(rule);
    cstm_scope_free(scope);
    return status;
}

START_TEST(no_allocation_that_fails_does_harm)
{
    const int64_t ages[] = {3, 4}, offsets[] = {0, 6, 6};
    const int32_t days[] = {0, 1};
    ck_assert_int_eq(cstm_table_new(&table, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_int64(table, "age", ages, NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_string(table, "city", offsets, "Taipei", NULL, 2, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_table_add_date(table, "opened", days, NULL, 2, NULL), CSTM_OK);
    int64_t n = 0;
    for (cstm_status status = CSTM_ERROR_NO_MEMORY; status != CSTM_OK;) {
        cstm_error *error = NULL;
        left = ++n;
        bool explained = false;
        status = whole_way(&explained, &error);
        left = -1;
        ck_assert(explained == (status == CSTM_OK));
        ck_assert_msg(status == CSTM_OK || status == CSTM_ERROR_NO_MEMORY, "allocation %d: %s", (int) n, cstm_error_message(error));
        ck_assert_int_eq(cstm_error_code(error), status);
        cstm_error_free(error);
    }
    ck_assert_int_gt(n, 30);
    cstm_table_free(table);
}
END_TEST

START_TEST(mistakes_are_not_mistaken_for_want_of_memory)
{
    struct rule_scope *scope = sample_scope();
    const char *text = "agee + limt > 'x' && education == 'univresity' || foo(1)";
    for (int64_t n = 1; n < 60; n++) {
        struct error_list errors = {0};
        left = n;
        struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_BOOL, NULL, &errors, NULL);
        left = -1;
        ck_assert_ptr_null(program);
        ck_assert_int_gt(errors.count, 0);
        error_list_clear(&errors);
    }
    rule_scope_free(scope);
}
END_TEST

/* Texts behind codes and texts that lie one after the other, some of them missing. */
static cstm_table *
table_of_texts(int64_t rows)
{
    static const char *const words[] = {"student", "retired", "clerk"};
    struct builder builder;
    uint8_t *valid;
    ck_assert_int_eq(builder_start(&builder, rows, NULL), CSTM_OK);
    int32_t *codes = builder_codes(&builder, "occupation", words, 3, &valid);
    int64_t *ages = builder_int64s(&builder, "age", NULL);
    int64_t *offsets = memory_new_array((size_t) rows + 1, sizeof *offsets);
    char *bytes = memory_new((size_t) rows + 1);
    for (int64_t i = 0; i < rows; i++) {
        codes[i] = (int32_t) (i % 3);
        valid[i] = i % 7 != 0;
        ages[i] = i % 50;
        bytes[i] = (char) ('a' + i % 5);
        offsets[i + 1] = i + 1;
    }
    ck_assert(builder_texts(&builder, "city", offsets, bytes, NULL));
    cstm_table *made = NULL;
    ck_assert_int_eq(builder_end(&builder, &made, NULL), CSTM_OK);
    return made;
}

static cstm_rule *
rule_of_texts(void)
{
    static const char text[] = "age > 40 && !(occupation in ['student', 'retired']) && (city == 'a' || city.startsWith('b')) && occupation != ''";
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    ck_assert_int_eq(cstm_scope_new("TWD", "Asia/Taipei", &scope, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_scope_declare(scope, "age", CSTM_TYPE_INT, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_scope_declare(scope, "occupation", CSTM_TYPE_STRING, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_scope_declare(scope, "city", CSTM_TYPE_STRING, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_rule_compile(scope, text, strlen(text), CSTM_TYPE_BOOL, &rule, NULL), CSTM_OK);
    cstm_scope_free(scope);
    return rule;
}

static cstm_status
verdicts_of(const cstm_rule *rule, const cstm_table *rows, struct verdicts *verdicts, cstm_error **error)
{
    static uint8_t met[4096], undecided[4096];
    memset(met, 0, sizeof met);
    memset(undecided, 0, sizeof undecided);
    *verdicts = (struct verdicts){met, undecided, NULL};
    return rule_verdicts(rule, rows, verdicts, error);
}

START_TEST(many_rows_take_no_more_allocations_than_few)
{
    static const int64_t sizes[] = {1500, 30000};
    int64_t takes[2];
    cstm_rule *rule = rule_of_texts();
    for (int i = 0; i < 2; i++) {
        cstm_table *rows = table_of_texts(sizes[i]);
        struct verdicts verdicts;
        asked = 0;
        ck_assert_int_eq(verdicts_of(rule, rows, &verdicts, NULL), CSTM_OK);
        takes[i] = asked;
        ck_assert_ptr_nonnull(verdicts.statuses);
        memory_free(verdicts.statuses);
        cstm_table_free(rows);
    }
    ck_assert_int_eq(takes[0], takes[1]);
    ck_assert_int_gt(takes[0], 0);
    cstm_rule_unref(rule);
}
END_TEST

START_TEST(verdicts_come_whole_or_not_at_all)
{
    cstm_rule *rule = rule_of_texts();
    cstm_table *rows = table_of_texts(3000);
    int64_t n = 0;
    for (cstm_status status = CSTM_ERROR_NO_MEMORY; status != CSTM_OK;) {
        cstm_error *error = NULL;
        struct verdicts verdicts;
        left = ++n;
        status = verdicts_of(rule, rows, &verdicts, &error);
        left = -1;
        ck_assert(status == CSTM_OK || status == CSTM_ERROR_NO_MEMORY);
        ck_assert((verdicts.statuses != NULL) == (status == CSTM_OK));
        memory_free(verdicts.statuses);
        cstm_error_free(error);
    }
    ck_assert_int_gt(n, 8);
    cstm_table_free(rows);
    cstm_rule_unref(rule);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, no_allocation_that_fails_does_harm);
    tcase_add_test(tests, many_rows_take_no_more_allocations_than_few);
    tcase_add_test(tests, verdicts_come_whole_or_not_at_all);
    tcase_add_test(tests, mistakes_are_not_mistaken_for_want_of_memory);
}

int
main(void)
{
    return run_suite("allocation", fill);
}
