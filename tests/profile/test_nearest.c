/* What would have to be otherwise for one customer: the nearest change to a segment's rule, and to the
 * rules that lead out of the stage of a lifecycle. */
#include "bank.h"

#include <string.h>

static const char document[] = "format: 1\n"
                               "strategy: nearest\n"
                               "version: \"1\"\n"
                               "timezone: Asia/Taipei\n"
                               "purposes: [service]\n"
                               "attributes:\n"
                               "  visits: {type: int}\n"
                               "  points: {type: int}\n"
                               "events:\n"
                               "  call: {on: customer}\n"
                               "features:\n"
                               "  calls: {count: call, over: 30 days}\n"
                               "  busy: {rule: visits > 3}\n"
                               "segments:\n"
                               "  loyal: {when: visits >= 10 && points >= 5, purpose: service}\n"
                               "lifecycles:\n"
                               "  care:\n"
                               "    purpose: service\n"
                               "    initial: new\n"
                               "    transitions:\n"
                               "      - {from: new, to: gold, when: visits >= 10 && points >= 100}\n"
                               "      - {from: new, to: silver, when: points >= 50}\n"
                               "      - {from: new, to: bronze, when: visits >= 1000}\n"
                               "      - {from: silver, to: gold, when: points >= 55, stay: 300 days}\n"
                               "      - {from: silver, to: new, when: points < 10}\n"
                               "      - {from: [gold, bronze], to: new, when: points < 1}\n";

static cstm_strategy *strategy;
static cstm_profile *profile;

static void
must(cstm_status status)
{
    ck_assert_int_eq(status, CSTM_OK);
}

static void
set_up(void)
{
    strategy = bank_compile(document);
    must(cstm_profile_new(strategy, "a", 1, &profile, NULL));
    int32_t i = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "customer.opened_on");
    must(cstm_profile_set_date(profile, 0, i, bank_day("2005-09-01"), CSTM_ALWAYS, NULL, 0, NULL));
}

static void
tear_down(void)
{
    cstm_profile_free(profile);
    cstm_strategy_unref(strategy);
}

static void
set_int(const char *name, int64_t value)
{
    must(cstm_profile_set_int64(profile, 0, bank_find(strategy, CSTM_PART_ATTRIBUTE, name), value,
                                CSTM_ALWAYS, NULL, 0, NULL));
}

static cstm_status
ask(cstm_part part, const char *name, cstm_nearest **nearest, cstm_error **error)
{
    return cstm_profile_nearest(profile, bank_end_of(strategy, "2005-09-10"), part,
                                bank_find(strategy, part, name), 0, nearest, error);
}

START_TEST(a_lifecycle_goes_on_by_the_transition_that_needs_the_fewest_changes)
{
    cstm_nearest *nearest = NULL;
    set_int("visits", 2);
    set_int("points", 20);
    must(ask(CSTM_PART_LIFECYCLE, "care", &nearest, NULL));
    /* To gold two values would have to change, to silver and bronze one: silver comes first. */
    ck_assert_int_eq(cstm_nearest_transition(nearest), 1);
    ck_assert_int_eq(cstm_nearest_possible(nearest), 1);
    ck_assert_int_eq(cstm_nearest_exact(nearest), 1);
    ck_assert_int_eq(cstm_nearest_outcome(nearest), 1);
    ck_assert_int_eq(cstm_nearest_count(nearest), 1);
    ck_assert_str_eq(cstm_nearest_name(nearest, 0), "points");
    ck_assert_int_eq(cstm_nearest_int64(nearest, 0), 50);
    cstm_nearest_free(nearest);
}
END_TEST

START_TEST(the_stage_of_the_day_says_which_transitions_there_are)
{
    cstm_nearest *nearest = NULL;
    set_int("visits", 2);
    set_int("points", 60);
    must(ask(CSTM_PART_LIFECYCLE, "care", &nearest, NULL));
    /* The rule to gold is met and waits for its days: nothing needs to change for it. */
    ck_assert_int_eq(cstm_nearest_transition(nearest), 4);
    ck_assert_int_eq(cstm_nearest_int64(nearest, 0), 9);
    cstm_nearest_free(nearest);
}
END_TEST

START_TEST(a_rule_that_is_undecided_is_not_met)
{
    cstm_nearest *nearest = NULL;
    set_int("visits", 2);
    must(ask(CSTM_PART_LIFECYCLE, "care", &nearest, NULL));
    ck_assert_int_eq(cstm_nearest_transition(nearest), 1);
    ck_assert_int_eq(cstm_nearest_present_state(nearest, 0), CSTM_STATE_MISSING);
    cstm_nearest_free(nearest);
}
END_TEST

START_TEST(without_a_stage_there_is_nothing_to_go_on_from)
{
    cstm_profile *other = NULL, *kept = profile;
    cstm_nearest *nearest = NULL;
    cstm_error *error = NULL;
    must(cstm_profile_new(strategy, "b", 1, &other, NULL));
    profile = other;
    ck_assert_int_eq(ask(CSTM_PART_LIFECYCLE, "care", &nearest, &error), CSTM_ERROR_MISSING);
    ck_assert_ptr_null(nearest);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), "care has no stage"));
    cstm_error_free(error);
    cstm_profile_free(other);
    profile = kept;
}
END_TEST

START_TEST(segments_and_features_have_no_transition)
{
    cstm_nearest *nearest = NULL;
    set_int("visits", 2);
    set_int("points", 20);
    must(ask(CSTM_PART_SEGMENT, "loyal", &nearest, NULL));
    ck_assert_int_eq(cstm_nearest_transition(nearest), -1);
    ck_assert_int_eq(cstm_nearest_count(nearest), 1);
    ck_assert_int_eq(cstm_nearest_int64(nearest, 0), 10);
    cstm_nearest_free(nearest);
    nearest = NULL;
    must(ask(CSTM_PART_FEATURE, "busy", &nearest, NULL));
    ck_assert_int_eq(cstm_nearest_transition(nearest), -1);
    ck_assert_int_eq(cstm_nearest_int64(nearest, 0), 4);
    cstm_nearest_free(nearest);
    nearest = NULL;
    ck_assert_int_eq(ask(CSTM_PART_FEATURE, "calls", &nearest, NULL), CSTM_ERROR_TYPE);
    ck_assert_int_eq(cstm_nearest_transition(NULL), -1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tcase = tcase_create("nearest");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_lifecycle_goes_on_by_the_transition_that_needs_the_fewest_changes);
    tcase_add_test(tcase, the_stage_of_the_day_says_which_transitions_there_are);
    tcase_add_test(tcase, a_rule_that_is_undecided_is_not_met);
    tcase_add_test(tcase, without_a_stage_there_is_nothing_to_go_on_from);
    tcase_add_test(tcase, segments_and_features_have_no_transition);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
