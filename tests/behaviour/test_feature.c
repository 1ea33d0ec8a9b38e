/* What a window says: operators, missing fields, errors of rules, instances below a row, and
 * coverage. */
#include "bank.h"

struct desk {
    struct bank bank;
    struct history history;
    int32_t account, card, other; /* two cards of one account */
};

static void
open_desk(struct desk *desk)
{
    bank_open(&desk->bank, "Asia/Taipei");
}

static void
sit_down(struct desk *desk)
{
    bank_plan(&desk->bank);
    bank_customer(&desk->bank, &desk->history, &desk->account, &desk->card);
    ck_assert_int_eq(
        history_instance(&desk->history, CARD, desk->account, "4001", 4, &desk->other, NULL),
        CSTM_OK);
}

static void
close_desk(struct desk *desk)
{
    history_clear(&desk->history);
    bank_close(&desk->bank);
}

static void
pay(struct desk *desk, int32_t day, int64_t amount)
{
    struct draft draft = draft_of(&desk->bank, PAYMENT, noon(day), "");
    draft_number(&desk->bank, &draft, 0, amount);
    ck_assert_int_eq(bank_record(&desk->bank, &desk->history, desk->account, &draft), CSTM_OK);
}

START_TEST(a_mean_of_money_is_rounded_half_to_even_to_the_minor_unit)
{
    static const struct {
        int64_t amounts[3];
        int32_t n;
        int64_t mean;
    } cases[] = {
        {{1, 2}, 2, 2},    /* 1.5 */
        {{2, 3}, 2, 2},    /* 2.5 */
        {{-1, -2}, 2, -2}, /* -1.5 */
        {{-2, -3}, 2, -2}, /* -2.5 */
        {{1, 1, 2}, 3, 1}, /* 1.33 */
        {{1, 2, 2}, 3, 2}, /* 1.67 */
        {{-1, -2, -2}, 3, -2}, {{INT64_MAX, INT64_MAX}, 2, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct desk desk;
        open_desk(&desk);
        int32_t mean = bank_feature(&desk.bank, ACCOUNT, FEATURE_MEAN, PAYMENT, 0, NULL, all());
        sit_down(&desk);
        for (int32_t k = 0; k < cases[i].n; k++)
            pay(&desk, k, cases[i].amounts[k]);
        expect_number(bank_read(&desk.bank, mean, &desk.history, desk.account, on(9)),
                      cases[i].mean);
        close_desk(&desk);
    }
}
END_TEST

START_TEST(a_sum_beyond_int64_is_a_range_error_until_it_comes_back)
{
    struct desk desk;
    open_desk(&desk);
    int32_t sum = bank_feature(&desk.bank, ACCOUNT, FEATURE_SUM, PAYMENT, 0, NULL, all());
    sit_down(&desk);
    pay(&desk, 1, INT64_MAX);
    pay(&desk, 2, 1);
    pay(&desk, 3, -1);
    expect_number(bank_read(&desk.bank, sum, &desk.history, desk.account, on(1)), INT64_MAX);
    expect_state(bank_read(&desk.bank, sum, &desk.history, desk.account, on(2)), CSTM_ERROR_RANGE);
    expect_number(bank_read(&desk.bank, sum, &desk.history, desk.account, on(3)), INT64_MAX);
    ck_assert_int_eq(history_seal(&desk.history, on(2), on(3), NULL), CSTM_OK);
    expect_number(bank_read(&desk.bank, sum, &desk.history, desk.account, on(3)), INT64_MAX);
    close_desk(&desk);
}
END_TEST

START_TEST(a_sum_of_doubles_is_the_exact_sum_rounded_once_and_infinite_is_an_error)
{
    struct desk desk;
    open_desk(&desk);
    int32_t sum = bank_feature(&desk.bank, CARD, FEATURE_SUM, USE, USE_RATE, NULL, all());
    int32_t mean = bank_feature(&desk.bank, CARD, FEATURE_MEAN, USE, USE_RATE, NULL, last(3));
    sit_down(&desk);
    static const double values[] = {1e308, 1e308, -1e308, 1e-300, -1e308};
    for (int32_t i = 0; i < 5; i++) {
        struct draft draft = draft_of(&desk.bank, USE, noon(i), "");
        draft_real(&desk.bank, &draft, USE_RATE, values[i]);
        ck_assert_int_eq(bank_record(&desk.bank, &desk.history, desk.card, &draft), CSTM_OK);
    }
    expect_state(bank_read(&desk.bank, sum, &desk.history, desk.card, on(1)),
                 CSTM_ERROR_NOT_FINITE);
    ck_assert_double_eq(bank_read(&desk.bank, sum, &desk.history, desk.card, on(2)).real, 1e308);
    ck_assert_double_eq(bank_read(&desk.bank, sum, &desk.history, desk.card, on(4)).real, 1e-300);
    ck_assert_double_eq(bank_read(&desk.bank, mean, &desk.history, desk.card, on(2)).real,
                        1e308 / 3);
    close_desk(&desk);
}
END_TEST

START_TEST(an_event_without_the_field_counts_but_has_no_value)
{
    struct desk desk;
    open_desk(&desk);
    int32_t count = bank_feature(&desk.bank, CARD, FEATURE_COUNT, USE, -1, NULL, all());
    int32_t mean = bank_feature(&desk.bank, CARD, FEATURE_MEAN, USE, USE_STATUS, NULL, all());
    int32_t latest = bank_feature(&desk.bank, CARD, FEATURE_LAST, USE, USE_STATUS, NULL, all());
    int32_t positive = bank_feature(&desk.bank, CARD, FEATURE_COUNT, USE, -1, "status > 0", all());
    sit_down(&desk);
    bank_use(&desk.bank, &desk.history, desk.card, noon(1), "", 100, 3);
    struct draft bare = draft_of(&desk.bank, USE, noon(2), "");
    ck_assert_int_eq(bank_record(&desk.bank, &desk.history, desk.card, &bare), CSTM_OK);
    expect_number(bank_read(&desk.bank, count, &desk.history, desk.card, on(2)), 2);
    ck_assert_double_eq(bank_read(&desk.bank, mean, &desk.history, desk.card, on(2)).real, 3);
    expect_number(bank_read(&desk.bank, latest, &desk.history, desk.card, on(2)), 3);
    expect_number(bank_read(&desk.bank, positive, &desk.history, desk.card, on(2)), 1);
    close_desk(&desk);
}
END_TEST

START_TEST(empty_windows_count_0_and_have_no_extremes)
{
    struct desk desk;
    open_desk(&desk);
    static const enum feature_operator zero[] = {FEATURE_COUNT, FEATURE_SUM, FEATURE_DISTINCT_DAYS};
    static const enum feature_operator none[] = {FEATURE_MIN,   FEATURE_MAX,  FEATURE_MEAN,
                                                 FEATURE_FIRST, FEATURE_LAST, FEATURE_RECENCY};
    for (int32_t i = 0; i < 3; i++)
        bank_feature(&desk.bank, ACCOUNT, zero[i], PAYMENT, zero[i] == FEATURE_SUM ? 0 : -1, NULL,
                     days(30));
    for (int32_t i = 0; i < 6; i++)
        bank_feature(&desk.bank, ACCOUNT, none[i], PAYMENT, none[i] == FEATURE_RECENCY ? -1 : 0,
                     NULL, days(30));
    sit_down(&desk);
    pay(&desk, 0, 100);
    for (int32_t i = 0; i < 9; i++) {
        struct answer answer = bank_read(&desk.bank, i, &desk.history, desk.account, on(60));
        if (i < 3)
            expect_number(answer, 0);
        else
            expect_state(answer, CSTM_ERROR_MISSING);
    }
    close_desk(&desk);
}
END_TEST

START_TEST(an_error_of_the_rule_is_the_features_as_long_as_its_event_is_in_the_window)
{
    struct desk desk;
    open_desk(&desk);
    int32_t count =
        bank_feature(&desk.bank, CARD, FEATURE_COUNT, USE, -1, "10 / status > 2", days(10));
    int32_t recency =
        bank_feature(&desk.bank, CUSTOMER, FEATURE_RECENCY, USE, -1, "10 / status > 2", days(10));
    int32_t of_last =
        bank_feature(&desk.bank, CARD, FEATURE_COUNT, USE, -1, "10 / status > 2", last(1));
    sit_down(&desk);
    ck_assert_int_eq(history_observe(&desk.history, USE, noon(-99), NULL), CSTM_OK);
    bank_use(&desk.bank, &desk.history, desk.card, noon(0), "", 100, 1);
    bank_use(&desk.bank, &desk.history, desk.card, noon(5), "", 100, 0);
    bank_use(&desk.bank, &desk.history, desk.card, noon(6), "", 100, 2);
    for (int32_t sealed = 0; sealed < 2; sealed++) {
        for (int32_t day = 7; day < 15; day++) {
            expect_state(bank_read(&desk.bank, count, &desk.history, desk.card, on(day)),
                         CSTM_ERROR_DIVIDE);
            expect_state(bank_read(&desk.bank, recency, &desk.history, 0, on(day)),
                         CSTM_ERROR_DIVIDE);
            expect_number(bank_read(&desk.bank, of_last, &desk.history, desk.card, on(day)), 1);
        }
        expect_number(bank_read(&desk.bank, count, &desk.history, desk.card, on(15)), 1);
        expect_number(bank_read(&desk.bank, recency, &desk.history, 0, on(15)), 9);
        ck_assert_int_eq(history_seal(&desk.history, on(6), on(7), NULL), CSTM_OK);
    }
    close_desk(&desk);
}
END_TEST

START_TEST(of_two_errors_in_a_window_the_least_number_is_told_in_any_order)
{
    for (int32_t order = 0; order < 2; order++) {
        struct desk desk;
        open_desk(&desk);
        int32_t count = bank_feature(&desk.bank, CARD, FEATURE_COUNT, USE, -1,
                                     "10 / status + 9223372036854775800 > 0", all());
        sit_down(&desk);
        bank_use(&desk.bank, &desk.history, desk.card, noon(1 + order), "", 100,
                 0); /* division by zero: 19 */
        bank_use(&desk.bank, &desk.history, desk.card, noon(2 - order), "", 100,
                 1); /* beyond int64: 6 */
        expect_state(bank_read(&desk.bank, count, &desk.history, desk.card, on(3)),
                     CSTM_ERROR_RANGE);
        close_desk(&desk);
    }
}
END_TEST

START_TEST(an_event_on_a_card_counts_for_its_account_and_customer)
{
    struct desk desk;
    open_desk(&desk);
    int32_t of_card = bank_feature(&desk.bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, all());
    int32_t of_account =
        bank_feature(&desk.bank, ACCOUNT, FEATURE_SUM, USE, USE_AMOUNT, NULL, all());
    int32_t of_customer =
        bank_feature(&desk.bank, CUSTOMER, FEATURE_SUM, USE, USE_AMOUNT, NULL, all());
    sit_down(&desk);
    int32_t second, third;
    ck_assert_int_eq(history_instance(&desk.history, ACCOUNT, 0, "88-2", 4, &second, NULL),
                     CSTM_OK);
    ck_assert_int_eq(history_instance(&desk.history, CARD, second, "4000", 4, &third, NULL),
                     CSTM_OK);
    bank_use(&desk.bank, &desk.history, desk.card, noon(1), "", 1, 0);
    bank_use(&desk.bank, &desk.history, desk.other, noon(1), "", 10, 0);
    bank_use(&desk.bank, &desk.history, third, noon(1), "", 100, 0);
    expect_number(bank_read(&desk.bank, of_card, &desk.history, desk.other, on(1)), 10);
    expect_number(bank_read(&desk.bank, of_account, &desk.history, desk.account, on(1)), 11);
    expect_number(bank_read(&desk.bank, of_account, &desk.history, second, on(1)), 100);
    expect_number(bank_read(&desk.bank, of_customer, &desk.history, 0, on(1)), 111);
    close_desk(&desk);
}
END_TEST

START_TEST(two_cards_used_on_one_day_are_one_day_of_use)
{
    struct desk desk;
    open_desk(&desk);
    int32_t distinct =
        bank_feature(&desk.bank, CUSTOMER, FEATURE_DISTINCT_DAYS, USE, -1, NULL, all());
    sit_down(&desk);
    bank_use(&desk.bank, &desk.history, desk.card, noon(1), "", 1, 0);
    bank_use(&desk.bank, &desk.history, desk.other, noon(1), "", 1, 0);
    bank_use(&desk.bank, &desk.history, desk.other, noon(2), "", 1, 0);
    expect_number(bank_read(&desk.bank, distinct, &desk.history, 0, on(5)), 2);
    ck_assert_int_eq(history_seal(&desk.history, on(4), on(5), NULL), CSTM_OK);
    expect_number(bank_read(&desk.bank, distinct, &desk.history, 0, on(5)), 2);
    close_desk(&desk);
}
END_TEST

START_TEST(the_last_n_are_the_last_events_of_the_kind_and_where_looks_among_them)
{
    struct desk desk;
    open_desk(&desk);
    int32_t revolved =
        bank_feature(&desk.bank, CARD, FEATURE_COUNT, USE, -1, "status == 1", last(3));
    int32_t spent = bank_feature(&desk.bank, CUSTOMER, FEATURE_SUM, USE, USE_AMOUNT, NULL, last(3));
    sit_down(&desk);
    for (int32_t i = 0; i < 5; i++)
        bank_use(&desk.bank, &desk.history, desk.card, noon(i), "", 1 << i, i != 3);
    expect_number(bank_read(&desk.bank, revolved, &desk.history, desk.card, on(9)), 2);
    expect_number(bank_read(&desk.bank, spent, &desk.history, 0, on(9)), 4 + 8 + 16);
    bank_use(&desk.bank, &desk.history, desk.other, noon(3) + 1, "", 100, 0);
    expect_number(bank_read(&desk.bank, spent, &desk.history, 0, on(9)), 8 + 100 + 16);
    ck_assert_int_eq(history_seal(&desk.history, on(8), on(9), NULL), CSTM_OK);
    expect_number(bank_read(&desk.bank, spent, &desk.history, 0, on(9)), 8 + 100 + 16);
    close_desk(&desk);
}
END_TEST

START_TEST(equal_events_of_several_cards_are_several_of_the_last_n)
{
    struct desk desk;
    open_desk(&desk);
    int32_t spent = bank_feature(&desk.bank, CUSTOMER, FEATURE_SUM, USE, USE_AMOUNT, NULL, last(8));
    sit_down(&desk);
    /* Cards in an order of arrival that goes to and fro between accounts. */
    int32_t cards[4] = {desk.card, desk.other}, second;
    ck_assert_int_eq(history_instance(&desk.history, ACCOUNT, 0, "88-2", 4, &second, NULL),
                     CSTM_OK);
    ck_assert_int_eq(history_instance(&desk.history, CARD, second, "4002", 4, &cards[2], NULL),
                     CSTM_OK);
    ck_assert_int_eq(
        history_instance(&desk.history, CARD, desk.account, "4003", 4, &cards[3], NULL), CSTM_OK);
    bank_use(&desk.bank, &desk.history, desk.card, noon(0), "", 1000, 0);
    for (int32_t i = 0; i < 8; i++)
        bank_use(&desk.bank, &desk.history, cards[i % 4], noon(1), "", 1, 0);
    expect_number(bank_read(&desk.bank, spent, &desk.history, 0, on(2)), 8);
    close_desk(&desk);
}
END_TEST

START_TEST(recency_is_in_days_and_texts_come_first_and_last_by_time)
{
    struct desk desk;
    open_desk(&desk);
    int32_t recency = bank_feature(&desk.bank, CARD, FEATURE_RECENCY, USE, -1, NULL, all());
    int32_t newest = bank_feature(&desk.bank, CARD, FEATURE_LAST, USE, USE_SHOP, NULL, all());
    int32_t oldest = bank_feature(&desk.bank, CARD, FEATURE_FIRST, USE, USE_SHOP, NULL, all());
    sit_down(&desk);
    static const char *const shops[3] = {"travel", "food", "others"};
    static const int32_t of[3] = {5, 2, 9};
    for (int32_t i = 0; i < 3; i++) {
        struct draft draft = draft_of(&desk.bank, USE, noon(of[i]), "");
        draft_text(&desk.bank, &draft, USE_SHOP, shops[i]);
        ck_assert_int_eq(bank_record(&desk.bank, &desk.history, desk.card, &draft), CSTM_OK);
    }
    expect_number(bank_read(&desk.bank, recency, &desk.history, desk.card, on(9)), 0);
    expect_number(bank_read(&desk.bank, recency, &desk.history, desk.card, on(8)), 3);
    struct answer answer = bank_read(&desk.bank, newest, &desk.history, desk.card, on(8));
    ck_assert_mem_eq(answer.text.bytes, "travel", 6);
    answer = bank_read(&desk.bank, oldest, &desk.history, desk.card, on(8));
    ck_assert_mem_eq(answer.text.bytes, "food", 4);
    expect_state(bank_read(&desk.bank, recency, &desk.history, desk.card, on(1)),
                 CSTM_ERROR_MISSING);
    close_desk(&desk);
}
END_TEST

START_TEST(a_window_that_reaches_back_before_observation_is_missing_and_not_0)
{
    struct desk desk;
    open_desk(&desk);
    int32_t count = bank_feature(&desk.bank, ACCOUNT, FEATURE_COUNT, PAYMENT, -1, NULL, days(30));
    int32_t ever = bank_feature(&desk.bank, ACCOUNT, FEATURE_COUNT, PAYMENT, -1, NULL, all());
    int32_t latest = bank_feature(&desk.bank, ACCOUNT, FEATURE_LAST, PAYMENT, 0, NULL, all());
    int32_t three = bank_feature(&desk.bank, ACCOUNT, FEATURE_COUNT, PAYMENT, -1, NULL, last(2));
    sit_down(&desk);
    ck_assert_int_eq(history_observe(&desk.history, PAYMENT, noon(10), NULL), CSTM_OK);
    pay(&desk, 12, 500);
    expect_state(bank_read(&desk.bank, count, &desk.history, desk.account, on(38)),
                 CSTM_ERROR_MISSING); /* starts on day 9 */
    expect_number(bank_read(&desk.bank, count, &desk.history, desk.account, on(39)),
                  1); /* starts on day 10 */
    expect_state(bank_read(&desk.bank, ever, &desk.history, desk.account, on(39)),
                 CSTM_ERROR_MISSING);
    expect_number(bank_read(&desk.bank, latest, &desk.history, desk.account, on(39)), 500);
    expect_state(bank_read(&desk.bank, three, &desk.history, desk.account, on(39)),
                 CSTM_ERROR_MISSING);
    pay(&desk, 13, 500);
    expect_number(bank_read(&desk.bank, three, &desk.history, desk.account, on(39)), 2);
    close_desk(&desk);
}
END_TEST

START_TEST(what_opened_inside_the_window_is_covered_from_the_day_that_this_is_known)
{
    struct desk desk;
    open_desk(&desk);
    int32_t count = bank_feature(&desk.bank, ACCOUNT, FEATURE_COUNT, PAYMENT, -1, NULL, days(30));
    int32_t ever = bank_feature(&desk.bank, ACCOUNT, FEATURE_COUNT, PAYMENT, -1, NULL, all());
    sit_down(&desk);
    ck_assert_int_eq(history_observe(&desk.history, PAYMENT, noon(10), NULL), CSTM_OK);
    bank_set(&desk.history, desk.account, OPENED_OF_ACCOUNT, noon(15), "", on(11));
    expect_state(bank_read(&desk.bank, count, &desk.history, desk.account, on(14)),
                 CSTM_ERROR_MISSING);
    expect_number(bank_read(&desk.bank, count, &desk.history, desk.account, on(15)), 0);
    expect_number(bank_read(&desk.bank, ever, &desk.history, desk.account, on(15)), 0);
    close_desk(&desk);
}
END_TEST

START_TEST(the_strategys_observed_from_holds_where_the_customer_has_none)
{
    struct desk desk;
    open_desk(&desk);
    int32_t count = bank_feature(&desk.bank, ACCOUNT, FEATURE_COUNT, PAYMENT, -1, NULL, days(30));
    desk.bank.schema.events[PAYMENT].observed_from = noon(-100);
    sit_down(&desk);
    pay(&desk, 12, 500);
    expect_number(bank_read(&desk.bank, count, &desk.history, desk.account, on(12)), 1);
    /* 30 days that end on day -71 begin on day -100 */
    expect_number(bank_read(&desk.bank, count, &desk.history, desk.account, on(-71)), 0);
    expect_state(bank_read(&desk.bank, count, &desk.history, desk.account, on(-72)),
                 CSTM_ERROR_MISSING);
    ck_assert_int_eq(history_observed_day(&desk.history, PAYMENT), on(-100));
    ck_assert_int_eq(history_observed_day(&desk.history, VISIT),
                     on(12)); /* nothing stated: what is known first */
    close_desk(&desk);
}
END_TEST

START_TEST(a_civil_day_that_the_clocks_go_back_into_keeps_its_events_together)
{
    /* In St John's the clocks went back at 00:01 to 23:01 of the day before (tz database,
     * Canada/Newfoundland until 2011): the minute after midnight of 2005-10-30 comes before the
     * last hour of the 29th. */
    struct bank bank;
    bank_open(&bank, "America/St_Johns");
    int32_t distinct = bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, NULL, days(1));
    bank_plan(&bank);
    struct history history;
    int32_t account, card, day = civil_day(2005, 10, 30);
    bank_customer(&bank, &history, &account, &card);
    int64_t midnight =
        (int64_t) day * CIVIL_MICROS_PER_DAY + INT64_C(9000) * 1000000; /* 00:00 at UTC-2:30 */
    ck_assert_int_eq(history_observe(&history, USE, midnight - 5 * CIVIL_MICROS_PER_DAY, NULL),
                     CSTM_OK);
    bank_use(&bank, &history, card, midnight + 30 * 1000000, "", 1, 0); /* 00:00:30 of the 30th */
    bank_use(&bank, &history, card, midnight + INT64_C(600) * 1000000, "", 1,
             0); /* ten minutes on: 23:10 of the 29th */
    bank_use(&bank, &history, card, midnight + INT64_C(7200) * 1000000, "", 1, 0);
    expect_number(bank_read(&bank, distinct, &history, card, day - 1), 1);
    expect_number(bank_read(&bank, distinct, &history, card, day), 2);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_mean_of_money_is_rounded_half_to_even_to_the_minor_unit);
    tcase_add_test(tcase, a_sum_beyond_int64_is_a_range_error_until_it_comes_back);
    tcase_add_test(tcase, a_sum_of_doubles_is_the_exact_sum_rounded_once_and_infinite_is_an_error);
    tcase_add_test(tcase, an_event_without_the_field_counts_but_has_no_value);
    tcase_add_test(tcase, empty_windows_count_0_and_have_no_extremes);
    tcase_add_test(tcase,
                   an_error_of_the_rule_is_the_features_as_long_as_its_event_is_in_the_window);
    tcase_add_test(tcase, of_two_errors_in_a_window_the_least_number_is_told_in_any_order);
    tcase_add_test(tcase, an_event_on_a_card_counts_for_its_account_and_customer);
    tcase_add_test(tcase, two_cards_used_on_one_day_are_one_day_of_use);
    tcase_add_test(tcase, the_last_n_are_the_last_events_of_the_kind_and_where_looks_among_them);
    tcase_add_test(tcase, equal_events_of_several_cards_are_several_of_the_last_n);
    tcase_add_test(tcase, recency_is_in_days_and_texts_come_first_and_last_by_time);
    tcase_add_test(tcase, a_window_that_reaches_back_before_observation_is_missing_and_not_0);
    tcase_add_test(tcase, what_opened_inside_the_window_is_covered_from_the_day_that_this_is_known);
    tcase_add_test(tcase, the_strategys_observed_from_holds_where_the_customer_has_none);
    tcase_add_test(tcase, a_civil_day_that_the_clocks_go_back_into_keeps_its_events_together);
}

int
main(void)
{
    return run_tests("behaviour feature", add_tests);
}
