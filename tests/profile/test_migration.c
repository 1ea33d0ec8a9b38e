/* A new version of the strategy takes over profiles of the old one, and the old one takes them
 * back. */
#include "bank.h"

#include <string.h>

static cstm_profile *
customer_of_the_story(cstm_strategy *bank, const char *sealed_as_of)
{
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    ck_assert_int_eq(cstm_profile_set_string(customer, 0,
                                             bank_find(bank, CSTM_PART_ATTRIBUTE, "city"), "Taipei",
                                             6, bank_at(bank, "2004-02-01"), NULL, 0, NULL),
                     CSTM_OK);
    if (sealed_as_of != NULL)
        advance_to(customer, bank, sealed_as_of);
    return customer;
}

static cstm_profile *
migrated(cstm_strategy *to, const cstm_profile *customer, cstm_migration **migration)
{
    cstm_buffer *bytes = bytes_of(customer);
    cstm_profile *profile = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_profile_read(to, cstm_buffer_data(bytes), cstm_buffer_size(bytes),
                                           &profile, migration, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    cstm_buffer_free(bytes);
    return profile;
}

/* The fate of a part by name, 0 if the report does not speak of it; it must not speak of it twice.
 */
static cstm_fate
fate_of(const cstm_migration *migration, const char *name, int32_t *complete_day)
{
    cstm_fate fate = 0;
    for (int32_t i = 0; i < cstm_migration_count(migration); i++) {
        if (strcmp(cstm_migration_name(migration, i), name) != 0)
            continue;
        ck_assert_msg(fate == 0, "%s is reported twice", name);
        fate = cstm_migration_fate(migration, i);
        if (complete_day != NULL)
            *complete_day = cstm_migration_complete_day(migration, i);
    }
    return fate;
}

static const char *const relationship_changed[] = {"when: purchase_days == 0, for: 14 days",
                                                   "when: purchase_days == 0, for: 10 days", NULL};

START_TEST(same_strategy_keeps_everything)
{
    cstm_strategy *bank = bank_new(), *again = bank_new();
    cstm_profile *customer = customer_of_the_story(bank, "2004-06-20");
    cstm_migration *migration = NULL;
    cstm_profile *copy = migrated(again, customer, &migration);
    assert_same_bytes(customer, copy);
    ck_assert_int_eq(cstm_migration_count(migration),
                     8 + 6 + 13 + 2); /* attributes, events, features, lifecycles */
    for (int32_t i = 0; i < cstm_migration_count(migration); i++) {
        ck_assert_msg(cstm_migration_fate(migration, i) == CSTM_FATE_KEPT, "%s",
                      cstm_migration_name(migration, i));
        ck_assert_int_eq(cstm_migration_complete_day(migration, i), INT32_MIN);
    }
    cstm_migration_free(migration);
    cstm_profile_free(customer);
    cstm_profile_free(copy);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(again);
}
END_TEST

START_TEST(what_is_not_declared_any_more_is_dropped_and_comes_back)
{
    cstm_strategy *bank = bank_new();
    cstm_strategy *slim = bank_with((const char *const[]){
        "  city: {type: string}\n", "", "  utilisation: {for: account, rule: balance / limit}\n",
        "", "  highest_use: {max: account.utilisation}\n", "",
        "  card_closed: {on: card, closes: true}\n", "",
        "      - {from: current, to: overdue, when: last_status >= 1}\n      - {from: overdue, to: "
        "current, when: last_status <= 0}\n",
        "      - {from: current, to: late, when: last_status >= 1}\n      - {from: late, to: "
        "current, when: last_status <= 0}\n",
        NULL});
    cstm_profile *customer = customer_of_the_story(bank, "2004-06-20");
    cstm_migration *migration = NULL;
    cstm_profile *under = migrated(slim, customer, &migration);
    int32_t day = 0;
    ck_assert_int_eq(fate_of(migration, "city", &day), CSTM_FATE_DROPPED);
    ck_assert_int_eq(day, INT32_MIN);
    ck_assert_int_eq(fate_of(migration, "utilisation", NULL), CSTM_FATE_DROPPED);
    ck_assert_int_eq(fate_of(migration, "card_closed", NULL), CSTM_FATE_DROPPED);
    ck_assert_int_eq(fate_of(migration, "purchase", NULL), CSTM_FATE_KEPT);
    ck_assert_int_eq(fate_of(migration, "worst_status_6m", NULL), CSTM_FATE_KEPT);
    ck_assert_int_eq(fate_of(migration, "relationship", NULL), CSTM_FATE_KEPT);
    ck_assert_int_eq(fate_of(migration, "delinquency", &day), CSTM_FATE_WARMING);
    ck_assert_int_eq(day, bank_day("2004-06-13"));

    cstm_profile *back = migrated(bank, under, NULL);
    assert_same_bytes(customer, back);
    cstm_outcome *outcome = outcome_on(back, bank, "2004-06-20");
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_ATTRIBUTE,
                                         bank_find(bank, CSTM_PART_ATTRIBUTE, "city"), 0, NULL),
                     "Taipei");
    cstm_outcome_free(outcome);
    cstm_migration_free(migration);
    cstm_profile_free(customer);
    cstm_profile_free(under);
    cstm_profile_free(back);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(slim);
}
END_TEST

/* What sealed days kept for a feature goes with the feature; declared again, it is fed again. */
START_TEST(feature_that_comes_back_is_warming)
{
    cstm_strategy *bank = bank_new();
    cstm_strategy *slim = bank_with(
        (const char *const[]){"  last_place: {last: purchase.place, over: 90 days}\n", "", NULL});
    cstm_profile *customer = customer_of_the_story(bank, "2004-06-20");
    cstm_migration *migration = NULL, *return_migration = NULL;
    cstm_profile *under = migrated(slim, customer, &migration),
                 *back = migrated(bank, under, &return_migration);
    ck_assert_int_eq(fate_of(migration, "last_place", NULL), CSTM_FATE_DROPPED);
    ck_assert_int_eq(fate_of(return_migration, "last_place", NULL), CSTM_FATE_WARMING);
    ck_assert_int_eq(fate_of(return_migration, "relationship", NULL), CSTM_FATE_KEPT);
    cstm_outcome *outcome =
        outcome_on(back, bank, "2004-06-20"); /* the tea of 2004-06-15 is not sealed */
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_FEATURE,
                                         bank_find(bank, CSTM_PART_FEATURE, "last_place"), 0, NULL),
                     "tea");
    cstm_outcome_free(outcome);
    cstm_migration_free(migration);
    cstm_migration_free(return_migration);
    cstm_profile_free(customer);
    cstm_profile_free(under);
    cstm_profile_free(back);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(slim);
}
END_TEST

START_TEST(changed_lifecycle_begins_anew_behind_the_sealed_days)
{
    cstm_strategy *bank = bank_new(), *next = bank_with(relationship_changed);
    cstm_profile *customer = customer_of_the_story(bank, "2004-06-20");
    cstm_migration *migration = NULL;
    cstm_profile *under = migrated(next, customer, &migration);
    int32_t day = 0, relationship = bank_find(next, CSTM_PART_LIFECYCLE, "relationship");
    int32_t delinquency = bank_find(next, CSTM_PART_LIFECYCLE, "delinquency");
    ck_assert_int_eq(fate_of(migration, "relationship", &day), CSTM_FATE_WARMING);
    ck_assert_int_eq(day, bank_day("2004-06-13")); /* 2004-06-12 is sealed */
    ck_assert_int_eq(fate_of(migration, "delinquency", NULL), CSTM_FATE_KEPT);

    cstm_outcome *outcome = outcome_on(under, next, "2004-06-13");
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, relationship, 0), "acquired");
    ck_assert_int_eq(cstm_outcome_stage_since(outcome, relationship, 0), bank_day("2004-06-13"));
    ck_assert_int_eq(cstm_outcome_stage_censored(outcome, relationship, 0), 1);
    cstm_entity account = customer_entity(under, next, "account", 0, "88-2");
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, delinquency, account), "current");
    ck_assert_int_eq(cstm_outcome_stage_since(outcome, delinquency, account),
                     bank_day("2004-05-31"));
    ck_assert_int_eq(cstm_profile_evaluate(under, bank_end_of(next, "2004-06-14"), outcome, NULL),
                     CSTM_OK);
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, relationship, 0), "active");

    /* Sealing goes on from there, and a restore keeps it. */
    advance_to(under, next, "2004-07-20");
    cstm_profile *again = restored(next, under);
    assert_same_bytes(under, again);
    ck_assert_int_eq(cstm_profile_evaluate(again, bank_end_of(next, "2004-07-20"), outcome, NULL),
                     CSTM_OK);
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, relationship, 0), "active");
    cstm_outcome_free(outcome);
    cstm_migration_free(migration);
    cstm_profile_free(customer);
    cstm_profile_free(under);
    cstm_profile_free(again);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(next);
}
END_TEST

START_TEST(while_nothing_is_sealed_a_changed_lifecycle_is_told_again)
{
    cstm_strategy *bank = bank_new(), *next = bank_with(relationship_changed);
    cstm_profile *customer = customer_of_the_story(bank, NULL);
    cstm_migration *migration = NULL;
    cstm_profile *under = migrated(next, customer, &migration),
                 *fresh = customer_of_the_story(next, NULL);
    ck_assert_int_eq(fate_of(migration, "relationship", NULL), CSTM_FATE_KEPT);
    cstm_outcome *a = outcome_on(under, next, "2004-06-20"),
                 *b = outcome_on(fresh, next, "2004-06-20");
    ck_assert_str_eq(stage_of(a, next, "relationship", 0), stage_of(b, next, "relationship", 0));
    ck_assert_int_eq(cstm_outcome_stage_since(a, 0, 0), cstm_outcome_stage_since(b, 0, 0));
    cstm_outcome_free(a);
    cstm_outcome_free(b);
    cstm_migration_free(migration);
    cstm_profile_free(customer);
    cstm_profile_free(under);
    cstm_profile_free(fresh);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(next);
}
END_TEST

/* The old lifecycle's state would miss the days that the new version sealed. */
START_TEST(lifecycle_that_comes_back_after_more_days_were_sealed_begins_anew)
{
    cstm_strategy *bank = bank_new(), *next = bank_with(relationship_changed);
    cstm_profile *customer = customer_of_the_story(bank, "2004-06-20");
    cstm_profile *under = migrated(next, customer, NULL);
    advance_to(under, next, "2004-07-01");
    cstm_migration *migration = NULL;
    cstm_profile *back = migrated(bank, under, &migration);
    int32_t day = 0;
    ck_assert_int_eq(fate_of(migration, "relationship", &day), CSTM_FATE_WARMING);
    ck_assert_int_eq(day, bank_day("2004-06-24"));
    cstm_outcome *outcome = outcome_on(back, bank, "2004-06-24");
    ck_assert_str_eq(stage_of(outcome, bank, "relationship", 0), "acquired");
    cstm_outcome_free(outcome);
    cstm_migration_free(migration);
    cstm_profile_free(customer);
    cstm_profile_free(under);
    cstm_profile_free(back);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(next);
}
END_TEST

START_TEST(new_feature_is_missing_until_its_window_is_whole)
{
    cstm_strategy *bank = bank_new();
    cstm_strategy *next = bank_with((const char *const[]){
        "  repayments:",
        "  tea_30d: {count: purchase, where: place == 'tea', over: 30 days}\n  repayments:", NULL});
    cstm_profile *customer = customer_of_the_story(bank, "2004-06-20");
    cstm_migration *migration = NULL;
    cstm_profile *under = migrated(next, customer, &migration);
    int32_t day = 0;
    ck_assert_int_eq(fate_of(migration, "tea_30d", &day), CSTM_FATE_WARMING);
    ck_assert_int_eq(day, bank_day("2004-07-12")); /* 30 days with 2004-06-13 as the first */
    cstm_outcome *outcome = outcome_on(under, next, "2004-07-11");
    ck_assert_int_eq(feature_status(outcome, next, "tea_30d", 0), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_profile_evaluate(under, bank_end_of(next, "2004-07-12"), outcome, NULL),
                     CSTM_OK);
    ck_assert_int_eq(feature_int(outcome, next, "tea_30d", 0), 1);
    cstm_outcome_free(outcome);
    cstm_migration_free(migration);
    cstm_profile_free(customer);
    cstm_profile_free(under);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(next);
}
END_TEST

START_TEST(report_has_its_sentinels)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_migration *migration = NULL;
    cstm_profile *copy = migrated(bank, customer, &migration);
    const cstm_migration *handles[] = {NULL, (const cstm_migration *) (const void *) bank,
                                       migration, migration};
    static const int32_t indices[] = {0, 0, -1, 1000};
    for (int i = 0; i < 4; i++) {
        ck_assert_str_eq(cstm_migration_name(handles[i], indices[i]), "");
        ck_assert_int_eq(cstm_migration_fate(handles[i], indices[i]), 0);
        ck_assert_int_eq(cstm_migration_complete_day(handles[i], indices[i]), INT32_MIN);
    }
    ck_assert_int_eq(cstm_migration_count(NULL), 0);
    cstm_migration_free(NULL);
    cstm_migration_free(migration);
    cstm_profile_free(copy);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("migration");
    TCase *tcase = tcase_create("migration");
    tcase_add_test(tcase, same_strategy_keeps_everything);
    tcase_add_test(tcase, what_is_not_declared_any_more_is_dropped_and_comes_back);
    tcase_add_test(tcase, feature_that_comes_back_is_warming);
    tcase_add_test(tcase, changed_lifecycle_begins_anew_behind_the_sealed_days);
    tcase_add_test(tcase, while_nothing_is_sealed_a_changed_lifecycle_is_told_again);
    tcase_add_test(tcase, lifecycle_that_comes_back_after_more_days_were_sealed_begins_anew);
    tcase_add_test(tcase, new_feature_is_missing_until_its_window_is_whole);
    tcase_add_test(tcase, report_has_its_sentinels);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
