/* What an outcome says has changed is what differs between it and the evaluation before, compared value
 * by value with getters. */
#include "bank.h"

#include <stdio.h>
#include <string.h>

static const cstm_part parts[] = {CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE,
                                  CSTM_PART_LIFECYCLE, CSTM_PART_SEGMENT};

/* entity in `now` and the one in `before` that it is; before NULL: there was none. */
static int32_t
is_other(const cstm_outcome *now, const cstm_outcome *before, cstm_part part, int32_t index,
         cstm_entity entity, cstm_entity was)
{
    if (cstm_outcome_status(now, part, index, entity) == CSTM_ERROR_MISUSE)
        return 0;
    if (before == NULL || was >= cstm_outcome_entity_count(before))
        return 1;
    if (cstm_outcome_status(now, part, index, entity) !=
        cstm_outcome_status(before, part, index, was))
        return 1;
    double a = cstm_outcome_double(now, part, index, entity),
           b = cstm_outcome_double(before, part, index, was);
    return cstm_outcome_int64(now, part, index, entity) !=
               cstm_outcome_int64(before, part, index, was) ||
           memcmp(&a, &b, sizeof a) != 0 ||
           strcmp(cstm_outcome_string(now, part, index, entity, NULL),
                  cstm_outcome_string(before, part, index, was, NULL)) != 0 ||
           (part == CSTM_PART_LIFECYCLE &&
            (cstm_outcome_stage(now, index, entity) != cstm_outcome_stage(before, index, was) ||
             cstm_outcome_stage_since(now, index, entity) !=
                 cstm_outcome_stage_since(before, index, was)));
}

/* Entities have the numbers that they had. Returns how many values have changed. */
static int32_t
expect_changes(const cstm_strategy *bank, const cstm_outcome *now, const cstm_outcome *before)
{
    int32_t all = 0;
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        int32_t n = 0;
        for (int32_t i = 0; i < cstm_strategy_count(bank, parts[p]); i++)
            for (cstm_entity e = 0; e < cstm_outcome_entity_count(now); e++) {
                int32_t changed = is_other(now, before, parts[p], i, e, e);
                ck_assert_msg(cstm_outcome_changed(now, parts[p], i, e) == changed,
                              "part %d, %d of entity %d: %d", parts[p], i, e, changed);
                n += changed;
            }
        ck_assert_int_eq(cstm_outcome_changed_count(now, parts[p]), n);
        all += n;
    }
    return all;
}

START_TEST(what_differs_from_the_evaluation_before_has_changed)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_outcome *outcome = NULL;
    ck_assert_int_eq(cstm_outcome_new(bank, &outcome, NULL), CSTM_OK);
    ck_assert_int_eq(expect_changes(bank, outcome, NULL), 0);
    static const char *const days[] = {"2004-03-05", "2004-05-05", "2004-05-05", "2004-09-30",
                                       "2005-01-31", "2005-06-30"};
    cstm_outcome *before = NULL;
    int32_t at = 0, n = story_length(), changes[6];
    for (int32_t d = 0; d < 6; d++) {
        for (; d != 2 && at < n * (d + 1) / 6; at++)
            ck_assert_int_eq(story_record(customer, bank, at), CSTM_OK);
        int64_t as_of = bank_end_of(bank, days[d]);
        ck_assert_int_eq(cstm_profile_evaluate(customer, as_of, outcome, NULL), CSTM_OK);
        changes[d] = expect_changes(bank, outcome, before);
        cstm_outcome_free(before);
        before = outcome_on(customer, bank, days[d]);
    }
    ck_assert_int_gt(changes[0], 0);
    ck_assert_int_gt(changes[1], 0);
    ck_assert_int_eq(changes[2], 0); /* the same day, and nothing new */
    ck_assert_int_gt(changes[4], 0);
    cstm_outcome_free(before);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(of_another_customer_all_has_changed_and_of_a_failed_evaluation_nothing)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1"), *other = customer_new(bank, "A-2");
    for (int32_t i = 0; i < story_length(); i++) {
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
        ck_assert_int_eq(story_record(other, bank, i), CSTM_OK);
    }
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-06-30");
    int64_t as_of = bank_end_of(bank, "2005-06-30");
    int32_t all = expect_changes(bank, outcome, NULL);
    ck_assert_int_eq(cstm_profile_evaluate(other, as_of, outcome, NULL), CSTM_OK);
    ck_assert_int_eq(expect_changes(bank, outcome, NULL), all);
    ck_assert_int_eq(cstm_profile_evaluate(other, as_of, outcome, NULL), CSTM_OK);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        ck_assert_int_eq(cstm_outcome_changed_count(outcome, parts[p]), 0);
    ck_assert_int_eq(cstm_profile_evaluate(customer, as_of, outcome, NULL), CSTM_OK);
    advance_to(customer, bank, "2005-06-30");
    ck_assert_int_eq(cstm_profile_evaluate(customer, bank_end_of(bank, "2004-06-30"), outcome, NULL),
                     CSTM_ERROR_PAST);
    ck_assert_int_eq(expect_changes(bank, outcome, NULL), all);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_profile_free(other);
    cstm_strategy_unref(bank);
}
END_TEST

/* Bytes have entities in their own order, whatever order they came in. */
START_TEST(entities_are_told_by_their_keys)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity second = customer_entity(customer, bank, "account", 0, "88-2");
    cstm_entity first = customer_entity(customer, bank, "account", 0, "88-1");
    ck_assert_int_eq(statement(customer, bank, second, "S-1", "2005-01-10", 500000, 0), CSTM_OK);
    ck_assert_int_eq(statement(customer, bank, first, "S-2", "2005-01-11", 100000, 0), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-01-31");
    cstm_profile *again = restored(bank, customer);
    cstm_entity moved = customer_entity(again, bank, "account", 0, "88-1");
    ck_assert_int_ne(moved, first);
    ck_assert_int_eq(
        cstm_profile_evaluate(again, bank_end_of(bank, "2005-01-31"), outcome, NULL), CSTM_OK);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        ck_assert_int_eq(cstm_outcome_changed_count(outcome, parts[p]), 0);
    ck_assert_int_eq(statement(again, bank, moved, "S-3", "2005-01-12", 200000, 1), CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_evaluate(again, bank_end_of(bank, "2005-01-31"), outcome, NULL), CSTM_OK);
    ck_assert_int_gt(cstm_outcome_changed_count(outcome, CSTM_PART_FEATURE), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(again);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(nothing_has_changed_of_what_is_not_there)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-01-31");
    const cstm_outcome *foreign = (const cstm_outcome *) (const void *) customer;
    ck_assert_int_eq(cstm_outcome_changed(NULL, CSTM_PART_FEATURE, 0, 0), 0);
    ck_assert_int_eq(cstm_outcome_changed(foreign, CSTM_PART_FEATURE, 0, 0), 0);
    ck_assert_int_eq(cstm_outcome_changed(outcome, CSTM_PART_FEATURE, -1, 0), 0);
    ck_assert_int_eq(cstm_outcome_changed(outcome, CSTM_PART_FEATURE, 999, 0), 0);
    ck_assert_int_eq(cstm_outcome_changed(outcome, CSTM_PART_FEATURE, 0, -1), 0);
    ck_assert_int_eq(cstm_outcome_changed(outcome, CSTM_PART_FEATURE, 0, 99), 0);
    ck_assert_int_eq(cstm_outcome_changed(outcome, CSTM_PART_EVENT, 0, 0), 0);
    ck_assert_int_eq(cstm_outcome_changed(outcome, 99, 0, 0), 0);
    ck_assert_int_eq(cstm_outcome_changed_count(NULL, CSTM_PART_FEATURE), 0);
    ck_assert_int_eq(cstm_outcome_changed_count(foreign, CSTM_PART_FEATURE), 0);
    ck_assert_int_eq(cstm_outcome_changed_count(outcome, CSTM_PART_EVENT), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("changed");
    TCase *tcase = tcase_create("changed");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_differs_from_the_evaluation_before_has_changed);
    tcase_add_test(tcase, of_another_customer_all_has_changed_and_of_a_failed_evaluation_nothing);
    tcase_add_test(tcase, entities_are_told_by_their_keys);
    tcase_add_test(tcase, nothing_has_changed_of_what_is_not_there);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
