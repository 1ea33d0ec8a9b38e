/* Memory that fails: each allocation of building, scoring and validating fails in turn; each call
 * says so, and leaves and leaks nothing. And scoring itself allocates nothing. malloc, calloc and
 * realloc are wrapped by the linker (--wrap). */
#include "cards.h"

#include "score/scorer.h"

#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int32_t countdown = -1; /* -1: nothing fails; 0: the next one does */
static int32_t allocations;
static bool consistent =
    true; /* outputs were written on success only; checked outside, where Check may allocate */

static bool
fails(void)
{
    allocations++;
    if (countdown < 0)
        return false;
    return countdown-- == 0;
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

/* One piece of work as often as it has allocations, with one more of them succeeding each time. */
static void
fail_in_turn(cstm_status (*work)(void *argument), void *argument)
{
    int32_t turn = 0;
    for (;; turn++) {
        countdown = turn;
        cstm_status status = work(argument);
        bool all_passed = countdown >= 0;
        countdown = -1;
        ck_assert(consistent);
        if (all_passed) {
            ck_assert_int_eq(status, CSTM_OK);
            break;
        }
        ck_assert_msg(status == CSTM_ERROR_NO_MEMORY, "%d after allocation %d", status, turn);
    }
    ck_assert_int_gt(turn, 2);
}

static cstm_status
make_card(void *argument)
{
    (void) argument;
    cstm_scorecard *card = NULL;
    int32_t number = 0;
    cstm_status status = cstm_scorecard_new("card", 1, &card, NULL);
    if (status == CSTM_OK)
        status =
            cstm_scorecard_add_characteristic(card, "x", "x", CSTM_TYPE_STRING, "X", &number, NULL);
    if (status == CSTM_OK)
        status = cstm_scorecard_add_bin_text(card, number, "a", 1, 1, "A", NULL);
    cstm_scorecard_free(card);
    return status;
}

static cstm_status
build_card(void *argument)
{
    cstm_scorer *scorer = NULL;
    cstm_status status = cstm_scorecard_build(argument, "CNY", &scorer, NULL);
    consistent &= (scorer != NULL) == (status == CSTM_OK);
    cstm_scorer_unref(scorer);
    return status;
}

struct pair {
    cstm_scorer *scorer;
    cstm_table *table;
};

static cstm_status
score_table(void *argument)
{
    struct pair *pair = argument;
    cstm_table *result = NULL;
    cstm_status status =
        cstm_scorer_score_table(pair->scorer, pair->table, 1, NULL, NULL, NULL, &result, NULL);
    consistent &= (result != NULL) == (status == CSTM_OK);
    cstm_table_free(result);
    return status;
}

static cstm_status
validate(void *argument)
{
    (void) argument;
    static const double scores[] = {1, 2, 3, 3};
    static const uint8_t outcomes[] = {0, 1, 0, 1};
    cstm_validation *validation = NULL;
    cstm_table *table = NULL;
    cstm_status status =
        cstm_validation_new(scores, outcomes, NULL, 4, CSTM_HIGHER_IS_RISKIER, &validation, NULL);
    if (status == CSTM_OK)
        status = cstm_validation_bands(validation, 2, &table, NULL);
    consistent &= (table != NULL) == (status == CSTM_OK);
    cstm_table_free(table);
    cstm_validation_free(validation);
    return status;
}

static cstm_table *
one_row(void)
{
    static const char *const department[] = {"engineering"};
    static const double age = 25, income = 500;
    cstm_table *table = NULL;
    OK(cstm_table_new(&table, NULL));
    add_texts(table, "department", department, 1);
    OK(cstm_table_add_double(table, "age", &age, NULL, 1, NULL));
    OK(cstm_table_add_double(table, "income", &income, NULL, 1, NULL));
    return table;
}

START_TEST(every_allocation_may_fail)
{
    cstm_scorecard *card = dmg_card("RC2_3");
    struct pair pair = {.scorer = build(card, NULL), .table = one_row()};
    fail_in_turn(make_card, NULL);
    fail_in_turn(build_card, card);
    fail_in_turn(score_table, &pair);
    fail_in_turn(validate, NULL);
    cstm_table_free(pair.table);
    cstm_scorer_unref(pair.scorer);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(scoring_rows_allocates_nothing)
{
    cstm_scorecard *card = dmg_card(NULL);
    cstm_scorer *scorer = build(card, NULL);
    struct rule_text department = {"business", 8};
    double age = 50, income = 1200, value;
    uint8_t state;
    int32_t reasons[3];
    double lost[3];
    char scratch[512] __attribute__((aligned(16)));
    struct rule_column columns[] = {{.kind = RULE_STRING, .as.texts = &department},
                                    {.kind = RULE_DOUBLE, .as.doubles = &age},
                                    {.kind = RULE_DOUBLE, .as.doubles = &income}};
    struct scorer_output output = {
        .values = &value, .states = &state, .reasons = reasons, .lost = lost};
    ck_assert_uint_le(scorer_scratch_size(scorer, 1), sizeof scratch);
    allocations = 0;
    scorer_run(scorer, columns, 1, scratch, &output);
    ck_assert_int_eq(allocations, 0);
    ck_assert_double_eq(value, 29);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("score memory");
    TCase *tcase = tcase_create("score memory");
    tcase_add_test(tcase, every_allocation_may_fail);
    tcase_add_test(tcase, scoring_rows_allocates_nothing);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
