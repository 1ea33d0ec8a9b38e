/* Why a value is what it is, as a clerk would read it to a customer. */
#include "bank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An explanation as text: two blanks a level, "text = value", or "text: STATUS" where there is
 * none. */
static char *
explained(const cstm_profile *customer, const cstm_strategy *bank, const char *day, cstm_part part,
          const char *name, cstm_entity entity)
{
    cstm_explanation *explanation = NULL;
    cstm_error *error = NULL;
    cstm_status status =
        cstm_profile_explain(customer, bank_end_of(bank, day), part, bank_find(bank, part, name),
                             entity, &explanation, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    static char text[4096];
    size_t at = 0;
    for (int32_t i = 0; i < cstm_explanation_count(explanation); i++) {
        at += (size_t) snprintf(text + at, sizeof text - at, "%*s%s",
                                2 * cstm_explanation_depth(explanation, i), "",
                                cstm_explanation_text(explanation, i));
        if (cstm_explanation_status(explanation, i) == CSTM_OK)
            at += (size_t) snprintf(text + at, sizeof text - at, " = %s\n",
                                    cstm_explanation_value(explanation, i));
        else if (cstm_explanation_status(explanation, i) > 0)
            at += (size_t) snprintf(text + at, sizeof text - at, ": %s\n",
                                    cstm_status_name(cstm_explanation_status(explanation, i)));
        else
            at += (size_t) snprintf(text + at, sizeof text - at, "\n");
    }
    cstm_explanation_free(explanation);
    return text;
}

static cstm_profile *
customer_of_the_story(cstm_strategy *bank)
{
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    return customer;
}

/* Statement of 2004-05-31 paid in full; the transition is line 61 of the document in bank.c. */
static const char paid_up[] = "delinquency = current\n"
                              "  since = 2004-05-31\n"
                              "  days in stage = 20\n"
                              "  from = overdue\n"
                              "  transition = 2\n"
                              "    line = 61\n"
                              "    last_status <= 0 = true\n"
                              "      last_status = -1\n";

START_TEST(stage_names_its_transition_and_what_the_rule_read)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank);
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-2");
    ck_assert_str_eq(
        explained(customer, bank, "2004-06-20", CSTM_PART_LIFECYCLE, "delinquency", account),
        paid_up);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(sealing_and_restoring_do_not_change_an_explanation)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank);
    advance_to(customer, bank, "2004-06-20");
    cstm_profile *again = restored(bank, customer);
    cstm_entity account = customer_entity(again, bank, "account", 0, "88-2");
    ck_assert_str_eq(
        explained(again, bank, "2004-06-20", CSTM_PART_LIFECYCLE, "delinquency", account), paid_up);
    advance_to(again, bank, "2004-06-21"); /* the witness moves on with the state */
    account = customer_entity(again, bank, "account", 0, "88-2");
    const char *text =
        explained(again, bank, "2004-06-20", CSTM_PART_LIFECYCLE, "delinquency", account);
    ck_assert_str_eq(text, paid_up);
    cstm_profile_free(customer);
    cstm_profile_free(again);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(first_stage_says_since_when)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank);
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-2");
    ck_assert_str_eq(
        explained(customer, bank, "2004-03-10", CSTM_PART_LIFECYCLE, "delinquency", account),
        "delinquency = current\n"
        "  since = 2004-02-20\n"
        "  days in stage = 19\n");
    ck_assert_str_eq(
        explained(customer, bank, "2004-02-10", CSTM_PART_LIFECYCLE, "delinquency", account),
        "delinquency: CSTM_ERROR_MISSING\n");
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(score_adds_up_line_by_line)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank);
    /* 2004-07-10: six months reach back to 2004-01-11, when the customer was known */
    ck_assert_str_eq(explained(customer, bank, "2004-07-10", CSTM_PART_SCORE, "default_risk", 0),
                     "default_risk = 560.0\n"
                     "  base = 600.0\n"
                     "  past due = -55.0\n"
                     "    worst_status_6m = 2\n"
                     "    bin = > 1\n"
                     "    points lost = 93.0\n"
                     "    reason = PAST_DUE\n"
                     "  repaid = 15.0\n"
                     "    repaid_90d = 4100.00\n"
                     "    bin = > 1000\n"
                     "    points lost = 0.0\n"
                     "    reason = LITTLE_REPAID\n");
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(feature_shows_its_window_its_operands_or_its_children)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank);
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    ck_assert_int_eq(cstm_profile_set_money(customer, account,
                                            bank_find(bank, CSTM_PART_ATTRIBUTE, "limit"), 80000,
                                            bank_at(bank, "2004-01-05"), NULL, 0, NULL),
                     CSTM_OK);
    ck_assert_str_eq(explained(customer, bank, "2004-07-10", CSTM_PART_FEATURE, "overdue_6m", 0),
                     "overdue_6m = 2\n"
                     "  count = statement\n"
                     "  where = status >= 1\n"
                     "  over = 6 months\n"
                     "    from = 2004-01-11\n"
                     "    to = 2004-07-10\n"
                     "  observed from = 2004-01-05\n"
                     "  events = 2\n");
    ck_assert_str_eq(
        explained(customer, bank, "2004-02-10", CSTM_PART_FEATURE, "utilisation", account),
        "utilisation = 0.5\n"
        "  balance / limit = 0.5\n"
        "    balance = 400.00\n"
        "    limit = 800.00\n");
    ck_assert_str_eq(explained(customer, bank, "2004-07-10", CSTM_PART_FEATURE, "open_cards", 0),
                     "open_cards = 1\n"
                     "  count = card\n"
                     "  card = c1\n"
                     "    !has(closed_on) = false\n"
                     "      has(closed_on) = true\n"
                     "  card = c2\n"
                     "    !has(closed_on) = true\n"
                     "      has(closed_on) = false\n");
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(halves_that_were_sealed_apart_have_nothing_to_explain)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank), *other = customer_new(bank, "A-1");
    advance_to(customer, bank, "2004-06-20");
    advance_to(other, bank, "2004-06-20");
    ck_assert_int_eq(cstm_profile_merge(customer, other, NULL), CSTM_OK);
    ck_assert_str_eq(
        explained(customer, bank, "2004-06-20", CSTM_PART_LIFECYCLE, "relationship", 0),
        "relationship: CSTM_ERROR_SEALED_APART\n");
    cstm_profile_free(customer);
    cstm_profile_free(other);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(what_cannot_be_explained_is_misuse)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_of_the_story(bank);
    int64_t as_of = bank_end_of(bank, "2004-06-20");
    cstm_explanation *explanation = NULL;
    int32_t delinquency = bank_find(bank, CSTM_PART_LIFECYCLE, "delinquency");
    ck_assert_int_eq(cstm_profile_explain(customer, as_of, CSTM_PART_LIFECYCLE, delinquency, 0,
                                          &explanation, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_profile_explain(customer, as_of, CSTM_PART_ENTITY, 0, 0, &explanation, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_profile_explain(customer, as_of, CSTM_PART_FEATURE, 99, 0, &explanation, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_profile_explain(customer, as_of, CSTM_PART_FEATURE, -1, 0, &explanation, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_profile_explain(customer, as_of, CSTM_PART_SCORE, 0, 77, &explanation, NULL),
        CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_explain(customer, as_of, CSTM_PART_SCORE, 0, 0, NULL, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(
        cstm_profile_explain(customer, INT64_MAX, CSTM_PART_SCORE, 0, 0, &explanation, NULL),
        CSTM_ERROR_RANGE);
    ck_assert_ptr_null(explanation);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("explain");
    TCase *tcase = tcase_create("explain");
    tcase_add_test(tcase, stage_names_its_transition_and_what_the_rule_read);
    tcase_add_test(tcase, sealing_and_restoring_do_not_change_an_explanation);
    tcase_add_test(tcase, first_stage_says_since_when);
    tcase_add_test(tcase, score_adds_up_line_by_line);
    tcase_add_test(tcase, feature_shows_its_window_its_operands_or_its_children);
    tcase_add_test(tcase, halves_that_were_sealed_apart_have_nothing_to_explain);
    tcase_add_test(tcase, what_cannot_be_explained_is_misuse);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
