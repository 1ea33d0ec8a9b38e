/* What an outcome answers where there is nothing to answer, and that a failed evaluation leaves it
 * as it was. */
#include "bank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

START_TEST(outcome_before_its_first_evaluation_has_nothing)
{
    cstm_strategy *bank = bank_new();
    cstm_outcome *outcome = NULL;
    ck_assert_int_eq(cstm_outcome_new(bank, &outcome, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_outcome_as_of(outcome), INT64_MIN);
    ck_assert_str_eq(cstm_outcome_digest(outcome), "");
    ck_assert_int_eq(cstm_outcome_entity_count(outcome), 0);
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE, 0, 0), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_FEATURE, 0, 0), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_outcome_stage(outcome, 0, 0), -1);
    ck_assert_int_eq(cstm_outcome_new(NULL, &outcome, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_outcome_new(bank, NULL, NULL), CSTM_ERROR_MISUSE);
    cstm_outcome_free(outcome);
    cstm_strategy_unref(bank);
}
END_TEST

/* Each getter for NULL, a foreign handle, and numbers outside every list. */
START_TEST(getters_have_their_sentinels)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    ck_assert_int_eq(story_record(customer, bank, 2), CSTM_OK);
    cstm_outcome *real = outcome_on(customer, bank, "2004-01-25");
    const cstm_outcome *handles[] = {
        NULL, (const cstm_outcome *) (const void *) customer, real, real, real, real};
    static const int32_t indices[] = {0, 0, -1, 99, 0, 0};
    static const cstm_entity entities[] = {0, 0, 0, 0, -1, 99};
    for (int i = 0; i < 6; i++) {
        const cstm_outcome *outcome = handles[i];
        int32_t index = indices[i];
        cstm_entity entity = entities[i];
        size_t size = 9;
        for (cstm_part part = 0; part < 8; part++) {
            ck_assert_int_eq(cstm_outcome_state(outcome, part, index, entity), CSTM_STATE_MISSING);
            ck_assert_int_eq(cstm_outcome_status(outcome, part, index, entity), CSTM_ERROR_MISUSE);
            ck_assert_int_eq(cstm_outcome_int64(outcome, part, index, entity), 0);
            ck_assert(isnan(cstm_outcome_double(outcome, part, index, entity)));
            ck_assert_str_eq(cstm_outcome_string(outcome, part, index, entity, &size), "");
            ck_assert_uint_eq(size, 0);
            ck_assert_str_eq(cstm_outcome_string(outcome, part, index, entity, NULL), "");
        }
        ck_assert_int_eq(cstm_outcome_stage(outcome, index, entity), -1);
        ck_assert_str_eq(cstm_outcome_stage_name(outcome, index, entity), "");
        ck_assert_int_eq(cstm_outcome_stage_since(outcome, index, entity), INT32_MIN);
        ck_assert_int_eq(cstm_outcome_stage_days(outcome, index, entity), -1);
        ck_assert_int_eq(cstm_outcome_stage_censored(outcome, index, entity), 0);
        ck_assert_int_eq(cstm_outcome_stage_from(outcome, index, entity), -1);
        ck_assert_int_eq(cstm_outcome_transition(outcome, index, entity), -1);
        ck_assert_int_eq(cstm_outcome_reason_count(outcome, index, entity), 0);
        ck_assert_str_eq(cstm_outcome_reason_code(outcome, index, entity, 0), "");
        ck_assert(isnan(cstm_outcome_reason_points(outcome, index, entity, 0)));
    }
    ck_assert_str_eq(cstm_outcome_reason_code(real, 0, 0, -1), "");
    ck_assert_str_eq(cstm_outcome_reason_code(real, 0, 0, 99), "");
    ck_assert(isnan(cstm_outcome_reason_points(real, 0, 0, 99)));
    cstm_outcome_free(real);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(value_of_another_type_is_not_given)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2004-06-20");
    int32_t place = bank_find(bank, CSTM_PART_FEATURE, "last_place"),
            spent = bank_find(bank, CSTM_PART_FEATURE, "spent_30d");
    int32_t balance = bank_find(bank, CSTM_PART_FEATURE, "balance");
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_FEATURE, place, 0), CSTM_STATE_VALUE);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, place, 0), 0);
    ck_assert(isnan(cstm_outcome_double(outcome, CSTM_PART_FEATURE, place, 0)));
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, spent, 0), 2 * 7700 + 900);
    ck_assert(isnan(cstm_outcome_double(outcome, CSTM_PART_FEATURE, spent, 0)));
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_FEATURE, spent, 0, NULL), "");
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_FEATURE, balance, 0),
                     CSTM_ERROR_MISUSE); /* an account's */
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_EVENT, 0, 0), CSTM_ERROR_MISUSE);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(digest_names_strategy_library_and_instant)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-01-01");
    char expected[200];
    snprintf(expected, sizeof expected, "strategy %s libcustomer %s as_of %lld",
             cstm_strategy_digest(bank), cstm_version_text(),
             (long long) bank_end_of(bank, "2005-01-01"));
    ck_assert_str_eq(cstm_outcome_digest(outcome), expected);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(failed_evaluation_leaves_the_results_before_it)
{
    cstm_strategy *bank = bank_new(), *other = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1"), *foreign = customer_new(other, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2004-06-20");
    char digest[200];
    strcpy(digest, cstm_outcome_digest(outcome));
    advance_to(customer, bank, "2004-09-01");
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2004-06-20"), outcome, NULL),
        CSTM_ERROR_PAST);
    ck_assert_int_eq(cstm_profile_evaluate(customer, INT64_MAX, outcome, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_profile_evaluate(foreign, bank_end_of(bank, "2004-06-20"), outcome, NULL),
                     CSTM_ERROR_MISMATCH);
    ck_assert_str_eq(cstm_outcome_digest(outcome), digest);
    ck_assert_int_eq(feature_int(outcome, bank, "spent_30d", 0), 2 * 7700 + 900);
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_FEATURE,
                                         bank_find(bank, CSTM_PART_FEATURE, "last_place"), 0, NULL),
                     "tea");
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_profile_free(foreign);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(other);
}
END_TEST

START_TEST(one_outcome_serves_customers_of_any_shape)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *large = customer_new(bank, "A-1"), *small = customer_new(bank, "B");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(large, bank, i), CSTM_OK);
    cstm_outcome *outcome = outcome_on(small, bank, "2004-06-20");
    ck_assert_int_eq(cstm_outcome_entity_count(outcome), 1);
    ck_assert_int_eq(cstm_profile_evaluate(large, bank_end_of(bank, "2004-06-20"), outcome, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_outcome_entity_count(outcome), 5);
    ck_assert_int_eq(cstm_profile_evaluate(small, bank_end_of(bank, "2004-06-20"), outcome, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_outcome_entity_count(outcome), 1);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_LIFECYCLE, 0, 0), CSTM_ERROR_MISSING);
    ck_assert_int_eq(feature_int(outcome, bank, "open_cards", 0), 0);
    cstm_outcome_free(outcome);
    cstm_profile_free(large);
    cstm_profile_free(small);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("outcome");
    TCase *tcase = tcase_create("outcome");
    tcase_add_test(tcase, outcome_before_its_first_evaluation_has_nothing);
    tcase_add_test(tcase, getters_have_their_sentinels);
    tcase_add_test(tcase, value_of_another_type_is_not_given);
    tcase_add_test(tcase, digest_names_strategy_library_and_instant);
    tcase_add_test(tcase, failed_evaluation_leaves_the_results_before_it);
    tcase_add_test(tcase, one_outcome_serves_customers_of_any_shape);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
