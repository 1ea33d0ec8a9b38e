/* The funnel: who stands where at the end of a day, and who moved between two days. */
#include "machines.h"

#include <check.h>
#include <stdlib.h>

enum { ACQUIRED, ACTIVATED, DORMANT, N_STAGES };
static char *stages[] = {(char *) "acquired", (char *) "activated", (char *) "dormant"};

/* Three customers: one who goes all the way and comes back, one who stays, one who begins later. */
static const struct machine_log anna[] = {{10, STAGE_NONE, ACQUIRED, -1},
                                          {20, ACQUIRED, ACTIVATED, 0},
                                          {50, ACTIVATED, DORMANT, 1},
                                          {60, DORMANT, ACTIVATED, 2}};
static const struct machine_log bao[] = {{10, STAGE_NONE, ACQUIRED, -1}};
static const struct machine_log chen[] = {{55, STAGE_NONE, ACQUIRED, -1}};

static struct funnel
new_funnel(void)
{
    struct machine machine = machine_of(stages, N_STAGES, NULL, 0, 0);
    struct funnel funnel;
    ck_assert_int_eq(funnel_init(&funnel, &machine, NULL), CSTM_OK);
    return funnel;
}

static void
add_all(struct funnel *funnel, int32_t at, int32_t from, int32_t to)
{
    funnel_add(funnel, anna, 4, false, at, from, to);
    funnel_add(funnel, bao, 1, true, at, from, to);
    funnel_add(funnel, chen, 1, false, at, from, to);
}

START_TEST(each_stands_where_the_last_move_up_to_the_day_led)
{
    struct funnel funnel = new_funnel();
    add_all(&funnel, 54, 0, 0);
    ck_assert_int_eq(funnel.standing[DORMANT], 1);
    ck_assert_int_eq(funnel.days[DORMANT], 4);
    ck_assert_int_eq(funnel.standing[ACQUIRED], 1);
    ck_assert_int_eq(funnel.not_begun, 1);
    funnel_clear(&funnel);
}
END_TEST

START_TEST(days_of_a_censored_stage_are_counted_apart)
{
    struct funnel funnel = new_funnel();
    add_all(&funnel, 55, 0, 0);
    ck_assert_int_eq(funnel.standing[ACQUIRED], 2);
    ck_assert_int_eq(funnel.censored[ACQUIRED], 1);
    ck_assert_int_eq(funnel.days[ACQUIRED], 0);
    funnel_clear(&funnel);
}
END_TEST

START_TEST(moves_are_those_after_the_first_day_up_to_the_last)
{
    struct funnel funnel = new_funnel();
    add_all(&funnel, 60, 20, 60);
    ck_assert_int_eq(funnel.moved[ACQUIRED * N_STAGES + ACTIVATED], 0);
    ck_assert_int_eq(funnel.moved[ACTIVATED * N_STAGES + DORMANT], 1);
    ck_assert_int_eq(funnel.moved[DORMANT * N_STAGES + ACTIVATED], 1);
    funnel_clear(&funnel);
}
END_TEST

START_TEST(funnels_of_parts_add_up_to_that_of_the_whole)
{
    struct funnel whole = new_funnel(), first = new_funnel(), second = new_funnel();
    add_all(&whole, 57, 5, 57);
    funnel_add(&first, anna, 4, false, 57, 5, 57);
    funnel_add(&second, bao, 1, true, 57, 5, 57);
    funnel_add(&second, chen, 1, false, 57, 5, 57);
    second.undetermined++;
    funnel_merge(&first, &second);
    ck_assert_mem_eq(first.standing, whole.standing, sizeof(int64_t) * N_STAGES);
    ck_assert_mem_eq(first.censored, whole.censored, sizeof(int64_t) * N_STAGES);
    ck_assert_mem_eq(first.days, whole.days, sizeof(int64_t) * N_STAGES);
    ck_assert_mem_eq(first.moved, whole.moved, sizeof(int64_t) * N_STAGES * N_STAGES);
    ck_assert_int_eq(first.undetermined, 1);
    funnel_clear(&whole);
    funnel_clear(&first);
    funnel_clear(&second);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("funnel");
    TCase *tcase = tcase_create("funnel");
    tcase_add_test(tcase, each_stands_where_the_last_move_up_to_the_day_led);
    tcase_add_test(tcase, days_of_a_censored_stage_are_counted_apart);
    tcase_add_test(tcase, moves_are_those_after_the_first_day_up_to_the_last);
    tcase_add_test(tcase, funnels_of_parts_add_up_to_that_of_the_whole);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
