/* Allocations counted on the hot paths: evaluating a customer into an outcome that has seen one of that shape allocates nothing, nor
 * does filling an event again; recording allocates only when what holds a customer's events has to grow. */
#include "allocation.h"

#include <check.h>
#include <stdlib.h>

static cstm_strategy *strategy;

static int64_t
allocations_of_evaluating(cstm_profile *profile, int64_t as_of, cstm_outcome *outcome)
{
    int64_t before = allocation_count();
    cstm_status status = cstm_profile_evaluate(profile, as_of, outcome, NULL);
    int64_t made = allocation_count() - before;
    ck_assert_int_eq(status, CSTM_OK);      /* Check allocates, so it waits until the count is read */
    return made;
}

START_TEST(evaluating_into_a_used_outcome_allocates_nothing)
{
    cstm_profile *profile;
    cstm_outcome *outcome;
    ck_assert(living_profile(strategy, 40, &profile));
    ck_assert_int_eq(cstm_outcome_new(strategy, &outcome, NULL), CSTM_OK);
    allocations_of_evaluating(profile, LIVING_AS_OF, outcome);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(allocations_of_evaluating(profile, LIVING_AS_OF, outcome), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(profile);
}
END_TEST

START_TEST(evaluating_what_was_sealed_to_yesterday_allocates_nothing)
{
    cstm_profile *profile;
    cstm_outcome *outcome;
    ck_assert(living_profile(strategy, 40, &profile));
    ck_assert_int_eq(cstm_profile_advance(profile, LIVING_AS_OF - LIVING_DAY, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_outcome_new(strategy, &outcome, NULL), CSTM_OK);
    allocations_of_evaluating(profile, LIVING_AS_OF, outcome);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(allocations_of_evaluating(profile, LIVING_AS_OF, outcome), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(profile);
}
END_TEST

START_TEST(another_customer_of_the_same_shape_allocates_nothing)
{
    cstm_profile *one, *other;
    cstm_outcome *outcome;
    ck_assert(living_profile(strategy, 40, &one));
    ck_assert(living_profile(strategy, 40, &other));
    ck_assert_int_eq(cstm_outcome_new(strategy, &outcome, NULL), CSTM_OK);
    allocations_of_evaluating(one, LIVING_AS_OF, outcome);
    ck_assert_int_eq(allocations_of_evaluating(other, LIVING_AS_OF, outcome), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(one);
    cstm_profile_free(other);
}
END_TEST

static int
fill(cstm_event *event, int i)
{
    char id[16];
    int size = snprintf(id, sizeof id, "n%06d", i);
    return cstm_event_clear(event, NULL) == CSTM_OK && cstm_event_set_entity(event, 2, NULL) == CSTM_OK
           && cstm_event_set_id(event, id, (size_t) size, NULL) == CSTM_OK
           && cstm_event_set_time(event, LIVING_AS_OF - LIVING_DAY + i, NULL) == CSTM_OK
           && cstm_event_set_money(event, cstm_strategy_find_field(strategy, 0, "amount"), 100 + i, NULL) == CSTM_OK;
}

START_TEST(filling_an_event_again_allocates_nothing)
{
    cstm_event *event;
    ck_assert_int_eq(cstm_event_new(strategy, 0, &event, NULL), CSTM_OK);
    int good = fill(event, 0);
    int64_t before = allocation_count();
    for (int i = 1; i < 100; i++)
        good = good && fill(event, i);
    int64_t made = allocation_count() - before;
    ck_assert(good);
    ck_assert_int_eq(made, 0);
    cstm_event_free(event);
}
END_TEST

START_TEST(recording_allocates_only_to_grow)
{
    enum { EVENTS = 2000 };
    cstm_profile *profile;
    cstm_event *event;
    ck_assert(living_profile(strategy, 4, &profile));
    ck_assert_int_eq(cstm_event_new(strategy, 0, &event, NULL), CSTM_OK);
    int64_t before = allocation_count();
    int quiet = 0, good = 1;
    for (int i = 0; i < EVENTS; i++) {
        int64_t now = allocation_count();
        good = good && fill(event, i) && cstm_profile_record(profile, event, NULL) == CSTM_OK;
        quiet += allocation_count() == now;
    }
    int64_t made = allocation_count() - before;
    ck_assert(good);
    /* What grows by half each time grows less than 20 times up to 2,000 events; there are fewer than 5 such arrays. */
    ck_assert_int_lt(made, 100);
    ck_assert_int_gt(quiet, EVENTS - 100);

    before = allocation_count();    /* a redelivery */
    cstm_status status = cstm_profile_record(profile, event, NULL);
    made = allocation_count() - before;
    ck_assert_int_eq(status, CSTM_OK);
    ck_assert_int_eq(made, 0);
    cstm_event_free(event);
    cstm_profile_free(profile);
}
END_TEST

int
main(void)
{
    if (!allocation_seen() || !living_strategy(&strategy))
        return 2;
    Suite *suite = suite_create("allocation counts");
    TCase *tcase = tcase_create("hot paths");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, evaluating_into_a_used_outcome_allocates_nothing);
    tcase_add_test(tcase, evaluating_what_was_sealed_to_yesterday_allocates_nothing);
    tcase_add_test(tcase, another_customer_of_the_same_shape_allocates_nothing);
    tcase_add_test(tcase, filling_an_event_again_allocates_nothing);
    tcase_add_test(tcase, recording_allocates_only_to_grow);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    cstm_strategy_unref(strategy);
    return failed != 0;
}
