/* Sealing days: what was true stays true, what comes too late is refused, and nothing else changes.
 */
#include "bank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Everything that an outcome says of every entity. Entities of both profiles have the same numbers
 * here. */
static void
assert_same_outcome(const cstm_strategy *bank, const cstm_outcome *a, const cstm_outcome *b,
                    const char *when)
{
    ck_assert_int_eq(cstm_outcome_entity_count(a), cstm_outcome_entity_count(b));
    static const cstm_part parts[] = {CSTM_PART_ATTRIBUTE, CSTM_PART_FEATURE, CSTM_PART_SCORE,
                                      CSTM_PART_LIFECYCLE};
    for (int32_t entity = 0; entity < cstm_outcome_entity_count(a); entity++)
        for (int p = 0; p < 4; p++)
            for (int32_t i = 0; i < cstm_strategy_count(bank, parts[p]); i++) {
                const char *name = cstm_strategy_part_name(bank, parts[p], i);
                ck_assert_msg(cstm_outcome_status(a, parts[p], i, entity) ==
                                  cstm_outcome_status(b, parts[p], i, entity),
                              "%s of entity %d on %s: %s, %s", name, entity, when,
                              cstm_status_name(cstm_outcome_status(a, parts[p], i, entity)),
                              cstm_status_name(cstm_outcome_status(b, parts[p], i, entity)));
                ck_assert_msg(cstm_outcome_int64(a, parts[p], i, entity) ==
                                  cstm_outcome_int64(b, parts[p], i, entity),
                              "%s of entity %d on %s", name, entity, when);
                double x = cstm_outcome_double(a, parts[p], i, entity),
                       y = cstm_outcome_double(b, parts[p], i, entity);
                ck_assert_msg(x == y || (isnan(x) && isnan(y)), "%s of entity %d on %s: %g, %g",
                              name, entity, when, x, y);
                ck_assert_str_eq(cstm_outcome_string(a, parts[p], i, entity, NULL),
                                 cstm_outcome_string(b, parts[p], i, entity, NULL));
                if (parts[p] != CSTM_PART_LIFECYCLE)
                    continue;
                ck_assert_msg(cstm_outcome_stage(a, i, entity) == cstm_outcome_stage(b, i, entity),
                              "%s of entity %d on %s", name, entity, when);
                ck_assert_int_eq(cstm_outcome_stage_since(a, i, entity),
                                 cstm_outcome_stage_since(b, i, entity));
                ck_assert_int_eq(cstm_outcome_stage_from(a, i, entity),
                                 cstm_outcome_stage_from(b, i, entity));
                ck_assert_int_eq(cstm_outcome_transition(a, i, entity),
                                 cstm_outcome_transition(b, i, entity));
                ck_assert_int_eq(cstm_outcome_stage_censored(a, i, entity),
                                 cstm_outcome_stage_censored(b, i, entity));
            }
}

static int32_t
story_day(int32_t i)
{
    static const char *const days[] = {"2004-01-05", "2004-01-06", "2004-01-20", "2004-01-20",
                                       "2004-01-31", "2004-02-14", "2004-02-20", "2004-02-21",
                                       "2004-02-25", "2004-02-29", "2004-02-29", "2004-03-31",
                                       "2004-04-10", "2004-04-30", "2004-05-02", "2004-05-31",
                                       "2004-06-03", "2004-06-09", "2004-06-09", "2004-06-15"};
    return bank_day(days[i]);
}

/* Day by day for half a year: one profile is advanced every evening, restored from its bytes every
 * week, and told of each event up to seven days late; the other is told at once and never advanced.
 * They agree every evening, and on what is to come. */
START_TEST(profile_that_is_advanced_daily_says_what_a_replay_says)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *daily = customer_new(bank, "A-1");
    int32_t first = bank_day("2004-01-05"), last = bank_day("2004-07-31"), n = story_length(),
            told = 0;
    cstm_outcome *a = NULL, *b = NULL;
    ck_assert_int_eq(cstm_outcome_new(bank, &a, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_outcome_new(bank, &b, NULL), CSTM_OK);
    for (int32_t day = first; day <= last; day++) {
        int64_t evening = bank_end_of(bank, "2004-01-05") + (int64_t) (day - first) * 86400000000;
        /* Events come in pairs, the second before the first, as soon as the first would be too
         * late. */
        while (told < n &&
               (story_day(told) + 6 <= day || (told + 1 < n && story_day(told + 1) <= day))) {
            if (told + 1 < n && story_day(told + 1) <= day)
                ck_assert_int_eq(story_record(daily, bank, told + 1), CSTM_OK);
            ck_assert_int_eq(story_record(daily, bank, told), CSTM_OK);
            told += told + 1 < n && story_day(told + 1) <= day ? 2 : 1;
        }
        cstm_profile *replay = customer_new(bank, "A-1");
        for (int32_t i = 0; i < cstm_profile_entity_count(daily); i++) {
            cstm_entity entity = 0;
            if (i > 0)
                ck_assert_int_eq(
                    cstm_profile_entity(replay, cstm_profile_entity_kind(daily, i),
                                        cstm_profile_entity_parent(daily, i),
                                        cstm_profile_entity_key(daily, i, NULL),
                                        strlen(cstm_profile_entity_key(daily, i, NULL)), &entity,
                                        NULL),
                    CSTM_OK);
        }
        for (int32_t i = 0; i < told; i++)
            ck_assert_int_eq(story_record(replay, bank, i), CSTM_OK);
        ck_assert_int_eq(cstm_profile_advance(daily, evening, NULL), CSTM_OK);
        if (day % 7 == 0) {
            cstm_profile *copy = restored(bank, daily);
            assert_same_bytes(copy, daily);
            /* Entities are numbered anew by a restore, so the restored one only says the same and
             * goes. */
            ck_assert_int_eq(cstm_profile_evaluate(copy, evening, a, NULL), CSTM_OK);
            cstm_profile_free(copy);
        }
        static const int32_t ahead[] = {0, 1, 20};
        for (int i = 0; i < 3; i++) {
            int64_t as_of = evening + ahead[i] * INT64_C(86400000000);
            ck_assert_int_eq(cstm_profile_evaluate(daily, as_of, a, NULL), CSTM_OK);
            ck_assert_int_eq(cstm_profile_evaluate(replay, as_of, b, NULL), CSTM_OK);
            char when[32];
            snprintf(when, sizeof when, "day %d and %d", day - first, ahead[i]);
            assert_same_outcome(bank, a, b, when);
        }
        cstm_profile_free(replay);
    }
    ck_assert_int_eq(told, n);
    cstm_outcome_free(a);
    cstm_outcome_free(b);
    cstm_profile_free(daily);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(advance_seals_all_but_the_late_days)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    advance_to(customer, bank, "2005-03-20");
    ck_assert_int_eq(cstm_profile_sealed_day(customer), bank_day("2005-03-12")); /* late: 7 days */
    ck_assert_int_eq(cstm_profile_revision(customer), 1);
    cstm_profile *again = restored(bank, customer);
    ck_assert_int_eq(cstm_profile_sealed_day(again), bank_day("2005-03-12"));
    advance_to(again, bank, "2005-03-20");
    advance_to(again, bank, "2005-03-01");
    ck_assert_int_eq(cstm_profile_sealed_day(again), bank_day("2005-03-12"));
    ck_assert_int_eq(cstm_profile_revision(again), 1);
    ck_assert_int_eq(cstm_profile_advance(again, INT64_MAX, NULL), CSTM_ERROR_RANGE);
    advance_to(again, bank, "2005-03-21");
    ck_assert_int_eq(cstm_profile_revision(again), 2);
    cstm_profile_free(again);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(event_of_a_sealed_day_is_late_and_changes_nothing)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    advance_to(customer, bank, "2004-06-20");
    cstm_buffer *before = bytes_of(customer);
    ck_assert_int_eq(repayment(customer, bank, account, "late", "2004-06-12T23:59:59", 1),
                     CSTM_ERROR_LATE);
    ck_assert_int_eq(cstm_profile_set_int64(customer, 0,
                                            bank_find(bank, CSTM_PART_ATTRIBUTE, "age"), 4,
                                            bank_at(bank, "2004-06-12"), NULL, 0, NULL),
                     CSTM_ERROR_LATE);
    cstm_buffer *after = bytes_of(customer);
    ck_assert_uint_eq(cstm_buffer_size(before), cstm_buffer_size(after));
    ck_assert_mem_eq(cstm_buffer_data(before), cstm_buffer_data(after), cstm_buffer_size(before));
    ck_assert_int_eq(repayment(customer, bank, account, "timely", "2004-06-13T00:00:00", 1),
                     CSTM_OK);
    cstm_buffer_free(before);
    cstm_buffer_free(after);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(sealed_day_is_the_past)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    advance_to(customer, bank, "2005-03-20");
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-03-13");
    cstm_explanation *explanation = NULL;
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2005-03-12"), outcome, NULL),
        CSTM_ERROR_PAST);
    ck_assert_int_eq(cstm_profile_explain(customer, bank_end_of(bank, "2005-03-12"),
                                          CSTM_PART_LIFECYCLE, 0, 0, &explanation, NULL),
                     CSTM_ERROR_PAST);
    ck_assert_ptr_null(explanation);
    ck_assert_int_eq(cstm_outcome_as_of(outcome), bank_end_of(bank, "2005-03-13"));
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(advancing_at_once_and_day_by_day_give_the_same_bytes)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *at_once = customer_new(bank, "A-1"), *daily = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++) {
        ck_assert_int_eq(story_record(at_once, bank, i), CSTM_OK);
        ck_assert_int_eq(story_record(daily, bank, i), CSTM_OK);
    }
    for (int32_t day = 0; day < 150; day++)
        ck_assert_int_eq(
            cstm_profile_advance(
                daily, bank_end_of(bank, "2004-01-15") + (int64_t) day * 86400000000, NULL),
            CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_advance(at_once, bank_end_of(bank, "2004-01-15") + INT64_C(149) * 86400000000,
                             NULL),
        CSTM_OK);
    assert_same_bytes(at_once, daily);
    cstm_profile_free(at_once);
    cstm_profile_free(daily);
    cstm_strategy_unref(bank);
}
END_TEST

/* Where machines stand today is remembered by an advance; what is learnt later must give what a
 * profile without that memory gives. */
START_TEST(opening_that_is_learnt_late_leaves_the_days_before_as_they_were)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    ck_assert_int_eq(repayment(customer, bank, account, "r", "2005-03-18T10:00:00", 5), CSTM_OK);
    advance_to(customer, bank, "2005-03-20");
    ck_assert_int_eq(
        cstm_profile_set_date(customer, account,
                              bank_find(bank, CSTM_PART_ATTRIBUTE, "account.opened_on"),
                              bank_day("2005-03-15"), bank_at(bank, "2005-03-21"), NULL, 0, NULL),
        CSTM_OK);
    cstm_profile *again = restored(bank, customer);
    cstm_outcome *a = outcome_on(customer, bank, "2005-03-22"),
                 *b = outcome_on(again, bank, "2005-03-22");
    assert_same_outcome(bank, a, b, "2005-03-22");
    ck_assert_int_eq(
        cstm_outcome_stage_since(a, bank_find(bank, CSTM_PART_LIFECYCLE, "delinquency"), account),
        bank_day("2005-03-18"));
    cstm_outcome_free(a);
    cstm_outcome_free(b);
    cstm_profile_free(again);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("advance");
    TCase *tcase = tcase_create("advance");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, profile_that_is_advanced_daily_says_what_a_replay_says);
    tcase_add_test(tcase, advance_seals_all_but_the_late_days);
    tcase_add_test(tcase, event_of_a_sealed_day_is_late_and_changes_nothing);
    tcase_add_test(tcase, sealed_day_is_the_past);
    tcase_add_test(tcase, advancing_at_once_and_day_by_day_give_the_same_bytes);
    tcase_add_test(tcase, opening_that_is_learnt_late_leaves_the_days_before_as_they_were);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
