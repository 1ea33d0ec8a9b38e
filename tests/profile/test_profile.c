/* A customer as a bank's backend meets them: opened, spending, late with a payment, read again from
 * their bytes. */
#include "bank.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* The story of the first screen, through every call that a backend makes in its day. */
START_TEST(statement_that_is_past_due_moves_the_account_and_the_score)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1001");
    cstm_entity account = customer_entity(customer, bank, "account", CSTM_ENTITY_CUSTOMER, "88-1");
    int64_t opened = bank_at(bank, "2005-04-01");
    ck_assert_int_eq(cstm_profile_set_money(customer, account,
                                            bank_find(bank, CSTM_PART_ATTRIBUTE, "limit"), 20000000,
                                            opened, NULL, 0, NULL),
                     CSTM_OK);

    cstm_event *event = NULL;
    int32_t kind = bank_find(bank, CSTM_PART_EVENT, "statement");
    ck_assert_int_eq(cstm_event_new(bank, kind, &event, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_entity(event, account, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_id(event, "88-1/200509", 11, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_event_set_time(event, bank_at(bank, "2005-09-30T22:00:00"), NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_event_set_money(event, cstm_strategy_find_field(bank, kind, "balance"), 391300, NULL),
        CSTM_OK);
    ck_assert_int_eq(
        cstm_event_set_int64(event, cstm_strategy_find_field(bank, kind, "status"), 2, NULL),
        CSTM_OK);
    ck_assert_int_eq(cstm_profile_record(customer, event, NULL), CSTM_OK);

    cstm_outcome *outcome = outcome_on(customer, bank, "2005-10-01");
    int32_t delinquency = bank_find(bank, CSTM_PART_LIFECYCLE, "delinquency");
    int32_t risk = bank_find(bank, CSTM_PART_SCORE, "default_risk");
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, delinquency, account), "overdue");
    ck_assert_int_eq(cstm_outcome_stage_since(outcome, delinquency, account),
                     bank_day("2005-09-30"));
    ck_assert_int_eq(cstm_outcome_stage_days(outcome, delinquency, account), 1);
    ck_assert_int_eq(cstm_outcome_transition(outcome, delinquency, account), 0);
    ck_assert_int_eq(cstm_outcome_stage_censored(outcome, delinquency, account), 0);
    ck_assert_int_eq(feature_int(outcome, bank, "balance", account), 391300);
    /* 600 - 55 for two months past due, - 20 for nothing repaid in 90 days */
    ck_assert_double_eq(cstm_outcome_double(outcome, CSTM_PART_SCORE, risk, CSTM_ENTITY_CUSTOMER),
                        525);
    ck_assert_int_eq(cstm_outcome_reason_count(outcome, risk, CSTM_ENTITY_CUSTOMER), 2);
    ck_assert_str_eq(cstm_outcome_reason_code(outcome, risk, CSTM_ENTITY_CUSTOMER, 0), "PAST_DUE");
    ck_assert_double_eq(cstm_outcome_reason_points(outcome, risk, CSTM_ENTITY_CUSTOMER, 0), 93);
    ck_assert_str_eq(cstm_outcome_reason_code(outcome, risk, CSTM_ENTITY_CUSTOMER, 1),
                     "LITTLE_REPAID");
    ck_assert_double_eq(cstm_outcome_reason_points(outcome, risk, CSTM_ENTITY_CUSTOMER, 1), 35);

    cstm_outcome_free(outcome);
    cstm_event_free(event);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(redelivery_counts_once_and_is_no_revision)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    observe(customer, bank, "repayment", "2005-01-01");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(repayment(customer, bank, account, "r", "2005-05-01T10:00:00", 500),
                         CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-05-02");
    ck_assert_int_eq(feature_int(outcome, bank, "repayments", 0), 1);
    cstm_profile *again = restored(bank, customer);
    ck_assert_int_eq(cstm_profile_revision(again), 1);
    ck_assert_int_eq(repayment(again, bank, customer_entity(again, bank, "account", 0, "88-1"), "r",
                               "2005-05-01T10:00:00", 500),
                     CSTM_OK);
    ck_assert_int_eq(cstm_profile_revision(again), 1);
    cstm_profile_free(again);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(events_without_an_id_are_never_redeliveries)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    observe(customer, bank, "repayment", "2005-01-01");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(repayment(customer, bank, account, NULL, "2005-05-01T10:00:00", 500),
                         CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-05-02");
    ck_assert_int_eq(feature_int(outcome, bank, "repayments", 0), 2);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(event_of_the_year_9999_does_not_disable_a_customer)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    observe(customer, bank, "repayment", "2005-01-01");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    ck_assert_int_eq(repayment(customer, bank, account, "far", "9999-12-31T23:59:59", 1), CSTM_OK);
    ck_assert_int_eq(repayment(customer, bank, account, "near", "2005-05-01T10:00:00", 500),
                     CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-05-02");
    ck_assert_int_eq(feature_int(outcome, bank, "repayments", 0), 1);
    advance_to(customer, bank, "2005-06-20");
    ck_assert_int_eq(repayment(customer, bank, account, "next", "2005-06-18T10:00:00", 700),
                     CSTM_OK);
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2005-06-20"), outcome, NULL), CSTM_OK);
    ck_assert_int_eq(feature_int(outcome, bank, "repayments", 0), 1);
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "9999-12-31"), outcome, NULL), CSTM_OK);
    ck_assert_int_eq(feature_int(outcome, bank, "repayments", 0), 1);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(as_of_before_a_later_event_of_its_day_is_the_past)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    ck_assert_int_eq(repayment(customer, bank, account, "r", "2005-05-01T10:00:00", 500), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-05-02");
    static const struct {
        const char *time;
        cstm_status status;
    } cases[] = {
        {"2005-05-01T09:59:59", CSTM_ERROR_PAST},
        {"2005-05-01T10:00:00", CSTM_OK},
        {"2005-04-30T10:00:00", CSTM_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t before = cstm_outcome_as_of(outcome), as_of = bank_at(bank, cases[i].time);
        ck_assert_int_eq(cstm_profile_evaluate(customer, as_of, outcome, NULL), cases[i].status);
        ck_assert_int_eq(cstm_outcome_as_of(outcome), cases[i].status == CSTM_OK ? as_of : before);
    }
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(opening_event_opens_its_entity_and_closing_closes_it)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    cstm_entity account = customer_entity(customer, bank, "account", 0, "88-1");
    cstm_entity card = customer_entity(customer, bank, "card", account, "c1");
    int32_t opened_on = bank_find(bank, CSTM_PART_ATTRIBUTE, "card.opened_on");
    int32_t closed_on = bank_find(bank, CSTM_PART_ATTRIBUTE, "card.closed_on");
    cstm_outcome *outcome = outcome_on(customer, bank, "2004-06-02");
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, opened_on, card),
                     bank_day("2004-01-06"));
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_ATTRIBUTE, closed_on, card),
                     CSTM_STATE_MISSING);
    ck_assert_int_eq(feature_int(outcome, bank, "open_cards", 0), 2);
    ck_assert_int_eq(
        cstm_profile_evaluate(customer, bank_end_of(bank, "2004-06-03"), outcome, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_ATTRIBUTE, closed_on, card),
                     bank_day("2004-06-03"));
    ck_assert_int_eq(feature_int(outcome, bank, "open_cards", 0), 1);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(any_order_of_recording_gives_the_same_bytes)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *forwards = customer_new(bank, "A-1"), *backwards = customer_new(bank, "A-1");
    cstm_profile *shuffled = customer_new(bank, "A-1");
    int32_t n = story_length();
    for (int32_t i = 0; i < n; i++) {
        ck_assert_int_eq(story_record(forwards, bank, i), CSTM_OK);
        ck_assert_int_eq(story_record(backwards, bank, n - 1 - i), CSTM_OK);
        ck_assert_int_eq(story_record(shuffled, bank, i * 7 % n),
                         CSTM_OK); /* 7 and 20 have no common factor */
    }
    assert_same_bytes(forwards, backwards);
    assert_same_bytes(forwards, shuffled);
    advance_to(forwards, bank, "2004-05-20");
    advance_to(backwards, bank, "2004-05-20");
    assert_same_bytes(forwards, backwards);
    cstm_profile_free(forwards);
    cstm_profile_free(backwards);
    cstm_profile_free(shuffled);
    cstm_strategy_unref(bank);
}
END_TEST

/* Every event is in one half or in both (those with an id); by kind and by day, the halves meet in
 * either order. */
static void
record_part(cstm_profile *part, cstm_strategy *bank, int32_t of, int32_t parts, bool overlap)
{
    for (int32_t i = 0; i < story_length(); i++)
        if (i % parts == of || (overlap && i < 16 && i % parts == (of + 1) % parts))
            ck_assert_int_eq(story_record(part, bank, i), CSTM_OK);
}

START_TEST(thirds_merge_to_the_bytes_of_the_whole_in_every_order)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    cstm_strategy *bank = bank_new();
    cstm_profile *whole = customer_new(bank, "A-1");
    record_part(whole, bank, 0, 1, false);
    for (int i = 0; i < 12; i++) {
        const int *order = orders[i / 2];
        cstm_profile *parts[3];
        for (int p = 0; p < 3; p++) {
            parts[p] = customer_new(bank, "A-1");
            record_part(parts[p], bank, order[p], 3, true);
        }
        if (i % 2 == 0) { /* (0 + 1) + 2 */
            ck_assert_int_eq(cstm_profile_merge(parts[0], parts[1], NULL), CSTM_OK);
            ck_assert_int_eq(cstm_profile_merge(parts[0], parts[2], NULL), CSTM_OK);
        } else { /* 0 + (1 + 2) */
            ck_assert_int_eq(cstm_profile_merge(parts[1], parts[2], NULL), CSTM_OK);
            ck_assert_int_eq(cstm_profile_merge(parts[0], parts[1], NULL), CSTM_OK);
        }
        assert_same_bytes(parts[0], whole);
        for (int p = 0; p < 3; p++)
            cstm_profile_free(parts[p]);
    }
    cstm_profile_free(whole);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(half_that_was_sealed_keeps_its_machines_through_a_merge)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *old = customer_new(bank, "A-1"), *fresh = customer_new(bank, "A-1");
    cstm_profile *other_way = customer_new(bank, "A-1"), *whole = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++) {
        cstm_profile *half = i < 12 ? old : fresh;
        ck_assert_int_eq(story_record(half, bank, i), CSTM_OK);
        ck_assert_int_eq(story_record(whole, bank, i), CSTM_OK);
        if (i >= 12)
            ck_assert_int_eq(story_record(other_way, bank, i), CSTM_OK);
    }
    advance_to(old, bank, "2004-04-15");
    advance_to(whole, bank, "2004-04-15");
    ck_assert_int_eq(cstm_profile_merge(other_way, old, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_merge(old, fresh, NULL), CSTM_OK);
    assert_same_bytes(old, other_way);
    assert_same_bytes(old, whole);
    cstm_profile_free(old);
    cstm_profile_free(fresh);
    cstm_profile_free(other_way);
    cstm_profile_free(whole);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(halves_that_were_sealed_apart_have_right_features_and_no_stage)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *whole = customer_new(bank, "A-1"), *even = customer_new(bank, "A-1"),
                 *odd = customer_new(bank, "A-1");
    cstm_profile *other_way = customer_new(bank, "A-1");
    record_part(whole, bank, 0, 1, false);
    record_part(even, bank, 0, 2, false);
    record_part(odd, bank, 1, 2, false);
    record_part(other_way, bank, 1, 2, false);
    advance_to(whole, bank, "2004-05-20");
    advance_to(even, bank, "2004-05-20");
    advance_to(odd, bank, "2004-05-20");
    advance_to(other_way, bank, "2004-05-20");
    ck_assert_int_eq(cstm_profile_merge(other_way, even, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_profile_merge(even, odd, NULL), CSTM_OK);
    assert_same_bytes(even, other_way);

    cstm_outcome *outcome = outcome_on(even, bank, "2004-06-20"),
                 *expected = outcome_on(whole, bank, "2004-06-20");
    for (int32_t f = 0; f < cstm_strategy_count(bank, CSTM_PART_FEATURE); f++) {
        if (cstm_strategy_part_entity(bank, CSTM_PART_FEATURE, f) != 0)
            continue;
        ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_FEATURE, f, 0),
                         cstm_outcome_status(expected, CSTM_PART_FEATURE, f, 0));
        ck_assert_int_eq(cstm_outcome_int64(outcome, CSTM_PART_FEATURE, f, 0),
                         cstm_outcome_int64(expected, CSTM_PART_FEATURE, f, 0));
    }
    int32_t relationship = bank_find(bank, CSTM_PART_LIFECYCLE, "relationship");
    ck_assert_str_eq(cstm_outcome_stage_name(expected, relationship, 0), "active");
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_LIFECYCLE, relationship, 0),
                     CSTM_ERROR_SEALED_APART);
    ck_assert_int_eq(cstm_outcome_state(outcome, CSTM_PART_LIFECYCLE, relationship, 0),
                     CSTM_STATE_ERROR);
    ck_assert_int_eq(cstm_outcome_stage(outcome, relationship, 0), -1);
    ck_assert_str_eq(cstm_outcome_stage_name(outcome, relationship, 0), "");
    advance_to(even, bank, "2004-07-20"); /* goes on being sealed, and unknown */
    ck_assert_int_eq(cstm_profile_evaluate(even, bank_end_of(bank, "2004-07-20"), outcome, NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_outcome_status(outcome, CSTM_PART_LIFECYCLE, relationship, 0),
                     CSTM_ERROR_SEALED_APART);
    cstm_profile *again = restored(bank, even);
    assert_same_bytes(again, even);
    cstm_profile_free(again);
    cstm_outcome_free(outcome);
    cstm_outcome_free(expected);
    cstm_profile_free(whole);
    cstm_profile_free(even);
    cstm_profile_free(odd);
    cstm_profile_free(other_way);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(profiles_of_other_customers_or_strategies_do_not_merge)
{
    cstm_strategy *bank = bank_new(), *other_bank = bank_new();
    cstm_profile *a = customer_new(bank, "A"), *b = customer_new(bank, "B"),
                 *c = customer_new(other_bank, "A");
    cstm_buffer *before = bytes_of(a), *after;
    ck_assert_int_eq(cstm_profile_merge(a, b, NULL), CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_profile_merge(a, c, NULL), CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_profile_merge(a, a, NULL), CSTM_ERROR_MISUSE);
    after = bytes_of(a);
    ck_assert_mem_eq(cstm_buffer_data(before), cstm_buffer_data(after), cstm_buffer_size(before));
    cstm_buffer_free(before);
    cstm_buffer_free(after);
    cstm_profile_free(a);
    cstm_profile_free(b);
    cstm_profile_free(c);
    cstm_strategy_unref(bank);
    cstm_strategy_unref(other_bank);
}
END_TEST

START_TEST(handles_are_freed_in_any_order)
{
    for (int order = 0; order < 24; order++) {
        cstm_strategy *bank = bank_new();
        cstm_profile *customer = customer_new(bank, "A-1");
        ck_assert_int_eq(story_record(customer, bank, 2), CSTM_OK);
        cstm_event *event = event_of(bank, "repayment", 1, "r", "2004-01-21");
        cstm_outcome *outcome = outcome_on(customer, bank, "2004-01-21");
        int left[4] = {0, 1, 2, 3}, code = order;
        for (int n = 4; n > 0; n--) {
            int pick = code % n, which = left[pick];
            code /= n;
            left[pick] = left[n - 1];
            if (which == 0)
                cstm_strategy_unref(bank);
            else if (which == 1)
                cstm_profile_free(customer);
            else if (which == 2)
                cstm_event_free(event);
            else
                cstm_outcome_free(outcome);
        }
    }
    cstm_profile_free(NULL);
    cstm_event_free(NULL);
    cstm_outcome_free(NULL);
}
END_TEST

START_TEST(outcome_outlives_its_profile)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    cstm_outcome *outcome = outcome_on(customer, bank, "2004-06-20");
    cstm_profile_free(customer);
    size_t size = 0;
    int32_t place = bank_find(bank, CSTM_PART_FEATURE, "last_place");
    ck_assert_str_eq(cstm_outcome_string(outcome, CSTM_PART_FEATURE, place, 0, &size), "tea");
    ck_assert_uint_eq(size, 3);
    cstm_outcome_free(outcome);
    cstm_strategy_unref(bank);
}
END_TEST

struct reader {
    const cstm_profile *customer;
    cstm_strategy *bank;
    int64_t sum;
};

static void *
read_many_days(void *argument)
{
    struct reader *reader = argument;
    cstm_outcome *outcome = NULL;
    cstm_outcome_new(reader->bank, &outcome, NULL);
    int64_t day = bank_end_of(reader->bank, "2004-06-01");
    for (int i = 0; i < 40; i++) {
        cstm_profile_evaluate(reader->customer, day + (int64_t) i * 86400000000, outcome, NULL);
        for (int32_t f = 0; f < cstm_strategy_count(reader->bank, CSTM_PART_FEATURE); f++)
            reader->sum =
                (int64_t) ((uint64_t) reader->sum * 31 +
                           (uint64_t) cstm_outcome_int64(outcome, CSTM_PART_FEATURE, f, 0));
        reader->sum += cstm_outcome_stage(outcome, 0, 0);
    }
    cstm_outcome_free(outcome);
    return NULL;
}

START_TEST(threads_read_one_profile_at_once)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    for (int32_t i = 0; i < story_length(); i++)
        ck_assert_int_eq(story_record(customer, bank, i), CSTM_OK);
    advance_to(customer, bank, "2004-06-05");
    struct reader readers[2] = {{customer, bank, 0}, {customer, bank, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_many_days, &readers[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(readers[0].sum, readers[1].sum);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(entity_is_known_under_one_parent)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_entity first = customer_entity(customer, bank, "account", 0, "88-1");
    cstm_entity second = customer_entity(customer, bank, "account", 0, "88-2");
    cstm_entity card = customer_entity(customer, bank, "card", first, "c"), same = -1;
    int32_t kind = bank_find(bank, CSTM_PART_ENTITY, "card");
    ck_assert_int_eq(cstm_profile_entity(customer, kind, first, "c", 1, &same, NULL), CSTM_OK);
    ck_assert_int_eq(same, card);
    same = -7;
    ck_assert_int_eq(cstm_profile_entity(customer, kind, second, "c", 1, &same, NULL),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(cstm_profile_entity(customer, kind, card, "d", 1, &same, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_entity(customer, 0, 0, "d", 1, &same, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_entity(customer, kind, first, "", 0, &same, NULL),
                     CSTM_ERROR_LIMIT);
    ck_assert_int_eq(cstm_profile_entity(customer, kind, first, "\xff", 1, &same, NULL),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_profile_entity(customer, kind, first, "a\0b", 3, &same, NULL),
                     CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(same, -7);
    ck_assert_int_eq(cstm_profile_entity_count(customer), 4);
    ck_assert_int_eq(cstm_profile_entity_parent(customer, card), first);
    ck_assert_int_eq(cstm_profile_entity_kind(customer, card), kind);
    ck_assert_str_eq(cstm_profile_entity_key(customer, card, NULL), "c");
    ck_assert_int_eq(cstm_profile_entity_parent(customer, 0), -1);
    ck_assert_str_eq(cstm_profile_key(customer, NULL), "A-1");
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(keys_have_limits)
{
    cstm_strategy *bank = bank_new();
    static char longest[65536];
    memset(longest, 'x', sizeof longest);
    cstm_profile *customer = NULL;
    ck_assert_int_eq(cstm_profile_new(bank, longest, 65535, &customer, NULL), CSTM_OK);
    cstm_profile_free(customer);
    customer = NULL;
    ck_assert_int_eq(cstm_profile_new(bank, longest, 65536, &customer, NULL), CSTM_ERROR_LIMIT);
    ck_assert_int_eq(cstm_profile_new(bank, longest, 0, &customer, NULL), CSTM_ERROR_LIMIT);
    ck_assert_int_eq(cstm_profile_new(bank, "\xc3", 1, &customer, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_ptr_null(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(observed_from_makes_short_windows_whole_and_long_ones_missing)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    int32_t kind = bank_find(bank, CSTM_PART_EVENT, "repayment");
    ck_assert_int_eq(cstm_profile_observe(customer, kind, bank_at(bank, "2005-04-01"), NULL),
                     CSTM_OK);
    ck_assert_int_eq(cstm_profile_revision(customer), 1);
    cstm_outcome *outcome = outcome_on(customer, bank, "2005-05-20");
    ck_assert_int_eq(feature_int(outcome, bank, "repayments", 0), 0);
    ck_assert_int_eq(feature_status(outcome, bank, "repaid_90d", 0), CSTM_ERROR_MISSING);
    ck_assert_int_eq(cstm_profile_observe(customer, 999, 0, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_observe(customer, kind, INT64_MAX, NULL), CSTM_ERROR_RANGE);
    cstm_outcome_free(outcome);
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

START_TEST(foreign_handles_are_misuse)
{
    cstm_strategy *bank = bank_new();
    cstm_profile *customer = customer_new(bank, "A-1");
    cstm_error *error = NULL;
    ck_assert_int_eq(cstm_profile_record(customer, (cstm_event *) (void *) bank, &error),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_MISUSE);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_profile_record(NULL, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_evaluate(customer, 0, (cstm_outcome *) (void *) customer, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_advance((cstm_profile *) (void *) bank, 0, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_profile_revision(NULL), -1);
    ck_assert_int_eq(cstm_profile_revision((cstm_profile *) (void *) bank), -1);
    ck_assert_int_eq(cstm_profile_sealed_day(NULL), INT32_MIN);
    ck_assert_int_eq(cstm_profile_sealed_day(customer), INT32_MIN);
    ck_assert_str_eq(cstm_profile_key(NULL, NULL), "");
    cstm_profile_free(customer);
    cstm_strategy_unref(bank);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("profile");
    TCase *tcase = tcase_create("profile");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, statement_that_is_past_due_moves_the_account_and_the_score);
    tcase_add_test(tcase, redelivery_counts_once_and_is_no_revision);
    tcase_add_test(tcase, events_without_an_id_are_never_redeliveries);
    tcase_add_test(tcase, event_of_the_year_9999_does_not_disable_a_customer);
    tcase_add_test(tcase, as_of_before_a_later_event_of_its_day_is_the_past);
    tcase_add_test(tcase, opening_event_opens_its_entity_and_closing_closes_it);
    tcase_add_test(tcase, any_order_of_recording_gives_the_same_bytes);
    tcase_add_test(tcase, thirds_merge_to_the_bytes_of_the_whole_in_every_order);
    tcase_add_test(tcase, half_that_was_sealed_keeps_its_machines_through_a_merge);
    tcase_add_test(tcase, halves_that_were_sealed_apart_have_right_features_and_no_stage);
    tcase_add_test(tcase, profiles_of_other_customers_or_strategies_do_not_merge);
    tcase_add_test(tcase, handles_are_freed_in_any_order);
    tcase_add_test(tcase, outcome_outlives_its_profile);
    tcase_add_test(tcase, threads_read_one_profile_at_once);
    tcase_add_test(tcase, entity_is_known_under_one_parent);
    tcase_add_test(tcase, keys_have_limits);
    tcase_add_test(tcase, observed_from_makes_short_windows_whole_and_long_ones_missing);
    tcase_add_test(tcase, foreign_handles_are_misuse);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
