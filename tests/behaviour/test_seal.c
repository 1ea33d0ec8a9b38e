/* Sealing: what stays, what goes, and that nothing is said twice. */
#include "bank.h"

static const struct event_rows *
uses_of(const struct bank *bank, const struct history *history, int32_t card)
{
    return &history->instances[card].kinds[bank->schema.events[USE].local];
}

START_TEST(events_that_no_feature_reads_singly_become_tiles_of_their_day)
{
    struct bank bank;
    struct history history;
    int32_t account, card;
    bank_open(&bank, "UTC");
    int32_t count = bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, NULL, days(90));
    bank_plan(&bank);
    bank_customer(&bank, &history, &account, &card);
    for (int32_t i = 0; i < 60; i++)
        bank_use(&bank, &history, card, noon(i / 3), "", 100, 0);
    ck_assert_int_eq(history_seal(&history, on(14), on(15), NULL), CSTM_OK);
    ck_assert_int_eq(uses_of(&bank, &history, card)->n_events, 15);
    ck_assert_int_eq(uses_of(&bank, &history, card)->n_tiles, 15);
    ck_assert_int_eq(history_observe(&history, USE, noon(-200), NULL), CSTM_OK);
    expect_number(bank_read(&bank, count, &history, card, on(19)), 60);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(days_that_no_window_reaches_go_and_for_all_of_history_they_fold_into_one)
{
    for (int32_t keeps = 0; keeps < 2; keeps++) {
        struct bank bank;
        struct history history;
        int32_t account, card;
        bank_open(&bank, "UTC");
        bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, NULL, days(30));
        int32_t sum =
            keeps ? bank_feature(&bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, all()) : -1;
        bank_plan(&bank);
        bank_customer(&bank, &history, &account, &card);
        for (int32_t i = 0; i < 100; i++)
            bank_use(&bank, &history, card, noon(i), "", 100, 0);
        ck_assert_int_eq(history_seal(&history, on(99), on(100), NULL), CSTM_OK);
        /* Read from day 100 on, 30 days reach back to day 71. */
        ck_assert_int_eq(uses_of(&bank, &history, card)->n_tiles, keeps ? 30 : 29);
        ck_assert_int_eq(uses_of(&bank, &history, card)->n_events, 0);
        if (keeps)
            expect_number(bank_read(&bank, sum, &history, card, on(100)), 10000);
        history_clear(&history);
        bank_close(&bank);
    }
}
END_TEST

START_TEST(of_single_events_only_those_that_can_still_be_read_stay)
{
    struct bank bank;
    struct history history;
    int32_t account, card;
    bank_open(&bank, "UTC");
    bank_feature(&bank, CARD, FEATURE_RECENCY, USE, -1, NULL, all());
    bank_feature(&bank, CARD, FEATURE_LAST, USE, USE_AMOUNT, "status == 1", all());
    bank_feature(&bank, CARD, FEATURE_FIRST, USE, USE_AMOUNT, NULL, all());
    bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, NULL, last(3));
    bank_plan(&bank);
    bank_customer(&bank, &history, &account, &card);
    for (int32_t i = 0; i < 100; i++)
        bank_use(&bank, &history, card, noon(i), "", i, i == 40);
    ck_assert_int_eq(history_seal(&history, on(99), on(100), NULL), CSTM_OK);
    const struct event_rows *rows = uses_of(&bank, &history, card);
    static const int32_t kept[] = {0, 40, 97, 98, 99};
    ck_assert_int_eq(rows->n_events, 5);
    for (int32_t i = 0; i < 5; i++) {
        const uint8_t *record = rows->events + i * bank.plan->kinds[USE].record_size;
        ck_assert_int_eq(((const struct event_record *) (const void *) record)->day, on(kept[i]));
    }
    ck_assert_int_eq(rows->n_tiles, 0);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(sealing_a_day_again_or_an_earlier_one_changes_nothing)
{
    struct bank bank;
    struct history history, before;
    int32_t account, card;
    bank_open(&bank, "UTC");
    bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, NULL, days(30));
    bank_plan(&bank);
    bank_customer(&bank, &history, &account, &card);
    for (int32_t i = 0; i < 20; i++)
        bank_use(&bank, &history, card, noon(i), "", 100, 0);
    ck_assert_int_eq(history_seal(&history, on(10), on(11), NULL), CSTM_OK);
    ck_assert_int_eq(history_copy(&before, &history, NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(&history, on(10), on(11), NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(&history, on(5), on(6), NULL), CSTM_OK);
    expect_same_bytes(&history, &before);
    ck_assert_int_eq(history.sealed_parts, 1);
    history_clear(&history);
    history_clear(&before);
    bank_close(&bank);
}
END_TEST

START_TEST(what_a_merge_brings_for_sealed_days_waits_for_the_next_seal)
{
    struct bank bank;
    struct history sealed, late, before;
    int32_t account, card;
    bank_open(&bank, "UTC");
    int32_t count = bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, NULL, days(30));
    bank_plan(&bank);
    bank_customer(&bank, &sealed, &account, &card);
    bank_customer(&bank, &late, &account, &card);
    ck_assert_int_eq(history_observe(&sealed, USE, noon(-99), NULL), CSTM_OK);
    bank_use(&bank, &sealed, card, noon(3), "a", 100, 0);
    bank_use(&bank, &late, card, noon(4), "b", 100, 0);
    ck_assert_int_eq(history_seal(&sealed, on(10), on(11), NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(&sealed, &late, NULL), CSTM_OK);
    ck_assert_int_eq(sealed.sealed_parts, 2); /* what was folded over the sealed days lacks one */
    expect_number(bank_read(&bank, count, &sealed, card, on(11)), 2);
    ck_assert_int_eq(history_copy(&before, &sealed, NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(&sealed, on(10), on(11), NULL), CSTM_OK);
    expect_same_bytes(&sealed, &before);
    ck_assert_int_eq(history_seal(&sealed, on(11), on(12), NULL), CSTM_OK);
    ck_assert_int_eq(uses_of(&bank, &sealed, card)->n_events, 0);
    ck_assert_int_eq(uses_of(&bank, &sealed, card)->n_tiles, 2);
    expect_number(bank_read(&bank, count, &sealed, card, on(12)), 2);
    history_clear(&sealed);
    history_clear(&late);
    history_clear(&before);
    bank_close(&bank);
}
END_TEST

START_TEST(three_parts_that_were_sealed_are_two_or_more)
{
    struct bank bank;
    struct history part[3], restored;
    bank_open(&bank, "UTC");
    bank_plan(&bank);
    for (int32_t p = 0; p < 3; p++) {
        ck_assert_int_eq(history_init(&part[p], bank.plan, "A", 1, NULL), CSTM_OK);
        ck_assert_int_eq(history_seal(&part[p], on(p), on(p) + 1, NULL), CSTM_OK);
    }
    ck_assert_int_eq(history_merge(&part[0], &part[1], NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(&part[0], &part[2], NULL), CSTM_OK);
    ck_assert_int_eq(part[0].sealed_parts, 2);
    ck_assert_int_eq(part[0].sealed_day, on(2));
    struct cstm_buffer bytes = bank_bytes(&part[0]);
    ck_assert_int_eq(bank_restore(bank.plan, bytes.data, bytes.size, &restored), CSTM_OK);
    history_clear(&restored);
    buffer_clear(&bytes);
    for (int32_t p = 0; p < 3; p++)
        history_clear(&part[p]);
    bank_close(&bank);
}
END_TEST

START_TEST(sealing_in_steps_or_at_once_leaves_the_same_bytes)
{
    uint64_t seed = 7;
    struct bank bank;
    struct history steps, once;
    int32_t account, card;
    bank_open(&bank, "Asia/Taipei");
    bank_feature(&bank, CARD, FEATURE_COUNT, USE, -1, "status == 1", days(30));
    bank_feature(&bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, months(2));
    bank_feature(&bank, CARD, FEATURE_MAX, USE, USE_RATE, NULL, all());
    bank_feature(&bank, CARD, FEATURE_FIRST, USE, USE_AMOUNT, NULL, days(40));
    bank_feature(&bank, CARD, FEATURE_LAST, USE, USE_AMOUNT, NULL, all());
    bank_plan(&bank);
    bank_customer(&bank, &steps, &account, &card);
    for (int32_t i = 0; i < 200; i++)
        bank_use(&bank, &steps, card, noon(draw_below(&seed, 200)), "", i, draw_below(&seed, 3));
    ck_assert_int_eq(history_copy(&once, &steps, NULL), CSTM_OK);
    for (int32_t day = 0; day <= 150; day += 10)
        ck_assert_int_eq(history_seal(&steps, on(day), on(day) + 1, NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(&once, on(150), on(151), NULL), CSTM_OK);
    expect_same_bytes(&steps, &once);
    history_clear(&steps);
    history_clear(&once);
    bank_close(&bank);
}
END_TEST

START_TEST(texts_that_are_dead_are_given_back)
{
    struct bank bank;
    struct history history;
    int32_t account, card;
    bank_open(&bank, "UTC");
    int32_t shop = bank_feature(&bank, CARD, FEATURE_LAST, USE, USE_SHOP, NULL, all());
    bank_plan(&bank);
    bank_customer(&bank, &history, &account, &card);
    char id[40];
    for (int32_t i = 0; i < 2000; i++) {
        snprintf(id, sizeof id, "transaction-%020d", i);
        struct draft draft = draft_of(&bank, USE, noon(i), id);
        draft_text(&bank, &draft, USE_SHOP, "a shop with a long name");
        ck_assert_int_eq(bank_record(&bank, &history, card, &draft), CSTM_OK);
        if (i % 100 == 99)
            ck_assert_int_eq(history_seal(&history, on(i - 1), on(i), NULL), CSTM_OK);
    }
    ck_assert_uint_lt(history.text_bytes, 16384); /* of 114,000 bytes that came in */
    ck_assert_uint_eq(bank_read(&bank, shop, &history, card, on(2000)).text.size, 23);
    ck_assert_int_eq(history_find(&history, CARD, "4000", 4), card);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(of_the_settings_of_sealed_days_the_last_stays)
{
    struct bank bank;
    struct history history;
    int32_t account, card;
    bank_open(&bank, "UTC");
    bank_plan(&bank);
    bank_customer(&bank, &history, &account, &card);
    for (int32_t i = 0; i < 10; i++)
        bank_set(&history, 0, AGE, noon(i), "", 30 + i);
    ck_assert_int_eq(history_seal(&history, on(6), on(7), NULL), CSTM_OK);
    ck_assert_int_eq(history.instances[0].attributes[2].n, 4);
    expect_number(bank_attribute_on(&bank, AGE, &history, 0, on(6)), 36);
    expect_number(bank_attribute_on(&bank, AGE, &history, 0, on(8)), 38);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, events_that_no_feature_reads_singly_become_tiles_of_their_day);
    tcase_add_test(tcase, days_that_no_window_reaches_go_and_for_all_of_history_they_fold_into_one);
    tcase_add_test(tcase, of_single_events_only_those_that_can_still_be_read_stay);
    tcase_add_test(tcase, sealing_a_day_again_or_an_earlier_one_changes_nothing);
    tcase_add_test(tcase, what_a_merge_brings_for_sealed_days_waits_for_the_next_seal);
    tcase_add_test(tcase, three_parts_that_were_sealed_are_two_or_more);
    tcase_add_test(tcase, sealing_in_steps_or_at_once_leaves_the_same_bytes);
    tcase_add_test(tcase, texts_that_are_dead_are_given_back);
    tcase_add_test(tcase, of_the_settings_of_sealed_days_the_last_stays);
}

int
main(void)
{
    return run_tests("behaviour seal", add_tests);
}
