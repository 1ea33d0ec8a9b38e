/* What comes in: events and attributes, checked, deduplicated, refused without a trace. */
#include "bank.h"

#include <math.h>

struct shop {
    struct bank bank;
    struct history history;
    int32_t account, card;
};

static int32_t uses, spent;

static void
open_shop(struct shop *shop)
{
    bank_open(&shop->bank, "Asia/Taipei");
    uses = bank_feature(&shop->bank, CUSTOMER, FEATURE_COUNT, USE, -1, NULL, all());
    spent = bank_feature(&shop->bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, all());
    bank_plan(&shop->bank);
    bank_customer(&shop->bank, &shop->history, &shop->account, &shop->card);
}

static void
close_shop(struct shop *shop)
{
    history_clear(&shop->history);
    bank_close(&shop->bank);
}

/* The call fails with that status and a message that names the field, and nothing has changed. */
static void
expect_refused(struct shop *shop, int32_t instance, struct draft *draft, cstm_status status,
               const char *field)
{
    struct cstm_buffer before = bank_bytes(&shop->history);
    cstm_error *error = NULL;
    bool changed = false;
    ck_assert_int_eq(history_record(&shop->history, instance, draft->event, draft->bytes,
                                    shop->bank.scratch, &changed, &error),
                     status);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), field));
    ck_assert(!changed);
    cstm_error_free(error);
    struct cstm_buffer after = bank_bytes(&shop->history);
    ck_assert_uint_eq(before.size, after.size);
    ck_assert_mem_eq(before.data, after.data, before.size);
    buffer_clear(&before);
    buffer_clear(&after);
}

START_TEST(a_value_that_its_field_may_not_hold_is_refused_by_the_name_of_the_field)
{
    struct shop shop;
    open_shop(&shop);
    struct draft draft = draft_of(&shop.bank, USE, noon(1), "a");
    draft_real(&shop.bank, &draft, USE_RATE, NAN);
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_NOT_FINITE, "rate");
    draft_real(&shop.bank, &draft, USE_RATE, -INFINITY);
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_NOT_FINITE, "rate");
    draft_real(&shop.bank, &draft, USE_RATE, 1);
    draft_number(&shop.bank, &draft, USE_DUE, (int64_t) CIVIL_DAY_MAX + 1);
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_RANGE, "due");
    draft_number(&shop.bank, &draft, USE_DUE, 0);
    draft_number(&shop.bank, &draft, USE_ONLINE, 2);
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_RANGE, "online");
    draft_number(&shop.bank, &draft, USE_ONLINE, 1);
    draft_text(&shop.bank, &draft, USE_SHOP, "caf\xe9");
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_SYNTAX, "shop");
    struct rule_text nul = {"a\0b", 3};
    memcpy(draft.bytes + shop.bank.plan->kinds[USE].value_offset[USE_SHOP], &nul, sizeof nul);
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_SYNTAX, "shop");
    draft_text(&shop.bank, &draft, USE_SHOP, "food");
    ck_assert_int_eq(bank_record(&shop.bank, &shop.history, shop.card, &draft), CSTM_OK);
    close_shop(&shop);
}
END_TEST

START_TEST(a_text_outside_the_declared_values_is_unknown_and_is_not_repeated_in_the_message)
{
    struct shop shop;
    open_shop(&shop);
    char *values[2] = {(char *) "food", (char *) "travel"};
    struct event_field *field = &shop.bank.schema.events[USE].fields[USE_SHOP];
    field->values = values;
    field->n_values = 2;
    struct draft draft = draft_of(&shop.bank, USE, noon(1), "a");
    draft_text(&shop.bank, &draft, USE_SHOP, "canary");
    cstm_error *error = NULL;
    bool changed;
    ck_assert_int_eq(history_record(&shop.history, shop.card, USE, draft.bytes, shop.bank.scratch,
                                    &changed, &error),
                     CSTM_ERROR_UNKNOWN);
    ck_assert_ptr_nonnull(strstr(cstm_error_message(error), "shop"));
    ck_assert_ptr_null(strstr(cstm_error_message(error), "canary"));
    cstm_error_free(error);
    draft_text(&shop.bank, &draft, USE_SHOP, "travel");
    ck_assert_int_eq(bank_record(&shop.bank, &shop.history, shop.card, &draft), CSTM_OK);
    field->values = NULL;
    field->n_values = 0;
    close_shop(&shop);
}
END_TEST

/* Three days, of which the middle one has hundreds of events with half as many ids, at times drawn
 * anew for each copy: whatever the order, what stays is one of each id and day, the greatest. */
enum { DELIVERIES = 1500, IDS = 600 };

START_TEST(of_hundreds_of_events_a_day_each_id_stays_once_in_any_order)
{
    struct shop shop;
    struct history again;
    int32_t account, card, there = 0;
    uint64_t seed = 11;
    static struct {
        char id[8];
        int32_t of, day;
        int64_t time;
    } deliveries[DELIVERIES];
    static bool seen[2][3][IDS];
    open_shop(&shop);
    bank_customer(&shop.bank, &again, &account, &card);
    for (int32_t i = 0; i < DELIVERIES; i++) {
        int32_t id = draw_below(&seed, IDS), few = draw_below(&seed, 20);
        deliveries[i].day = few < 2 ? 2 * few + 1 : 2;
        deliveries[i].of = draw_below(&seed, 2);
        deliveries[i].time = noon(deliveries[i].day) + draw_below(&seed, 1000) * INT64_C(1000000);
        snprintf(deliveries[i].id, sizeof deliveries[i].id, "%d", id);
        bool *at = &seen[deliveries[i].of][deliveries[i].day - 1][id];
        there += !*at;
        *at = true;
    }
    for (int32_t round = 0; round < 2; round++)
        for (int32_t i = 0; i < DELIVERIES; i++) {
            int32_t next = round == 0 ? i : DELIVERIES - 1 - i;
            bool of_card = deliveries[next].of == 1;
            struct draft draft = draft_of(&shop.bank, of_card ? USE : PAYMENT,
                                          deliveries[next].time, deliveries[next].id);
            struct history *history = round == 0 ? &shop.history : &again;
            ck_assert_int_eq(bank_record(&shop.bank, history, of_card ? card : account, &draft),
                             CSTM_OK);
        }
    expect_same_bytes(&shop.history, &again);
    const struct schema *schema = &shop.bank.schema;
    ck_assert_int_eq(again.instances[card].kinds[schema->events[USE].local].n_events +
                         again.instances[account].kinds[schema->events[PAYMENT].local].n_events,
                     there);
    history_clear(&again);
    close_shop(&shop);
}
END_TEST

START_TEST(negative_zero_is_zero)
{
    struct shop shop;
    open_shop(&shop);
    struct history twin;
    int32_t account, card;
    bank_customer(&shop.bank, &twin, &account, &card);
    struct draft draft = draft_of(&shop.bank, USE, noon(1), "");
    draft_real(&shop.bank, &draft, USE_RATE, -0.0);
    ck_assert_int_eq(bank_record(&shop.bank, &shop.history, shop.card, &draft), CSTM_OK);
    draft_real(&shop.bank, &draft, USE_RATE, 0.0);
    ck_assert_int_eq(bank_record(&shop.bank, &twin, card, &draft), CSTM_OK);
    expect_same_bytes(&shop.history, &twin);
    history_clear(&twin);
    close_shop(&shop);
}
END_TEST

START_TEST(an_event_on_another_entity_is_a_mismatch)
{
    struct shop shop;
    open_shop(&shop);
    struct draft draft = draft_of(&shop.bank, USE, noon(1), "a");
    expect_refused(&shop, shop.account, &draft, CSTM_ERROR_MISMATCH, "use");
    expect_refused(&shop, 99, &draft, CSTM_ERROR_MISUSE, "range");
    close_shop(&shop);
}
END_TEST

START_TEST(an_event_dated_9999_does_not_disable_a_customer)
{
    struct shop shop;
    open_shop(&shop);
    int64_t last_day = (int64_t) CIVIL_DAY_MAX * CIVIL_MICROS_PER_DAY;
    bank_use(&shop.bank, &shop.history, shop.card, last_day, "far", 100, 0);
    bank_use(&shop.bank, &shop.history, shop.card, noon(5), "near", 200, 0);
    expect_number(bank_read(&shop.bank, uses, &shop.history, 0, on(5)), 1);
    ck_assert_int_eq(history_seal(&shop.history, on(20), on(21), NULL), CSTM_OK);
    bank_use(&shop.bank, &shop.history, shop.card, noon(21), "next", 300, 0);
    expect_number(bank_read(&shop.bank, uses, &shop.history, 0, on(21)), 2);
    expect_number(bank_read(&shop.bank, uses, &shop.history, 0, CIVIL_DAY_MAX), 3);
    close_shop(&shop);
}
END_TEST

START_TEST(instants_outside_the_years_1_to_9999_of_the_zone_are_refused)
{
    struct shop shop;
    open_shop(&shop);
    static const int64_t instants[] = {
        INT64_MIN, INT64_MAX, (int64_t) CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY - CIVIL_MICROS_PER_DAY,
        (int64_t) (CIVIL_DAY_MAX + 1) * CIVIL_MICROS_PER_DAY - 1 /* 10000-01-01 in Taipei */};
    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
        struct draft draft = draft_of(&shop.bank, USE, instants[i], "a");
        expect_refused(&shop, shop.card, &draft, CSTM_ERROR_RANGE, "time");
        struct attribute_entry entry = {.time = instants[i], .present = true};
        bool changed;
        ck_assert_int_eq(history_set(&shop.history, 0, AGE, &entry, &changed, NULL),
                         CSTM_ERROR_RANGE);
        ck_assert_int_eq(history_observe(&shop.history, USE, instants[i], NULL), CSTM_ERROR_RANGE);
    }
    close_shop(&shop);
}
END_TEST

START_TEST(of_a_redelivery_the_greater_copy_stays_whichever_came_first)
{
    for (int32_t order = 0; order < 2; order++) {
        struct shop shop;
        open_shop(&shop);
        for (int32_t i = 0; i < 2; i++) {
            int64_t later = (i == order) ? 60000000 : 0;
            bank_use(&shop.bank, &shop.history, shop.card, noon(3) + later, "tx-1",
                     later > 0 ? 700 : 900, 0);
        }
        expect_number(bank_read(&shop.bank, uses, &shop.history, 0, on(3)), 1);
        expect_number(bank_read(&shop.bank, spent, &shop.history, shop.card, on(3)), 700);
        ck_assert_int_eq(shop.history.instances[0].begins, noon(3)); /* of all that was ever told */
        close_shop(&shop);
    }
}
END_TEST

START_TEST(the_same_id_on_another_day_kind_or_card_is_another_event)
{
    struct shop shop;
    open_shop(&shop);
    int32_t other;
    ck_assert_int_eq(history_instance(&shop.history, CARD, shop.account, "4001", 4, &other, NULL),
                     CSTM_OK);
    bank_use(&shop.bank, &shop.history, shop.card, noon(3), "tx-1", 100, 0);
    bank_use(&shop.bank, &shop.history, shop.card, noon(4), "tx-1", 100, 0);
    bank_use(&shop.bank, &shop.history, other, noon(3), "tx-1", 100, 0);
    expect_number(bank_read(&shop.bank, uses, &shop.history, 0, on(4)), 3);
    close_shop(&shop);
}
END_TEST

START_TEST(events_without_an_id_are_never_the_same_one)
{
    struct shop shop;
    open_shop(&shop);
    for (int32_t i = 0; i < 3; i++)
        bank_use(&shop.bank, &shop.history, shop.card, noon(3), "", 100, 0);
    expect_number(bank_read(&shop.bank, uses, &shop.history, 0, on(3)), 3);
    close_shop(&shop);
}
END_TEST

START_TEST(an_exact_redelivery_changes_nothing_and_says_so)
{
    struct shop shop;
    open_shop(&shop);
    struct draft draft = draft_of(&shop.bank, USE, noon(3), "tx-1");
    bool changed = false;
    ck_assert_int_eq(history_record(&shop.history, shop.card, USE, draft.bytes, shop.bank.scratch,
                                    &changed, NULL),
                     CSTM_OK);
    ck_assert(changed);
    ck_assert_int_eq(history_record(&shop.history, shop.card, USE, draft.bytes, shop.bank.scratch,
                                    &changed, NULL),
                     CSTM_OK);
    ck_assert(!changed);
    close_shop(&shop);
}
END_TEST

START_TEST(an_event_for_a_sealed_day_is_late_and_changes_nothing)
{
    struct shop shop;
    open_shop(&shop);
    bank_use(&shop.bank, &shop.history, shop.card, noon(3), "tx-1", 100, 0);
    ck_assert_int_eq(history_seal(&shop.history, on(10), on(11), NULL), CSTM_OK);
    struct draft draft = draft_of(&shop.bank, USE, noon(10), "tx-2");
    expect_refused(&shop, shop.card, &draft, CSTM_ERROR_LATE, "use");
    struct attribute_entry entry = {.time = noon(10), .present = true, .value.number = 30};
    bool changed;
    ck_assert_int_eq(history_set(&shop.history, 0, AGE, &entry, &changed, NULL), CSTM_ERROR_LATE);
    draft = draft_of(&shop.bank, USE, noon(11), "tx-2");
    ck_assert_int_eq(bank_record(&shop.bank, &shop.history, shop.card, &draft), CSTM_OK);
    close_shop(&shop);
}
END_TEST

START_TEST(an_instance_begins_with_the_earliest_of_it_and_of_what_stands_below_it)
{
    struct shop shop;
    open_shop(&shop);
    ck_assert_int_eq(shop.history.instances[0].begins, INT64_MAX);
    bank_use(&shop.bank, &shop.history, shop.card, noon(9), "", 100, 0);
    bank_set(&shop.history, shop.account, LIMIT, noon(7), "", 100);
    ck_assert_int_eq(shop.history.instances[0].begins, noon(7));
    ck_assert_int_eq(shop.history.instances[shop.account].begins, noon(7));
    ck_assert_int_eq(shop.history.instances[shop.card].begins, noon(9));
    /* An opening that is learnt on a day tells nothing of the days before; one that has always been
     * known does. */
    bank_set(&shop.history, shop.card, OPENED_OF_CARD, noon(9), "", on(2));
    ck_assert_int_eq(shop.history.instances[0].begins_day, on(7));
    bank_set(&shop.history, shop.card, OPENED_OF_CARD, HISTORY_ALWAYS, "", on(2));
    ck_assert_int_eq(shop.history.instances[0].begins,
                     zone_day_start(shop.bank.schema.zone, on(2)));
    ck_assert_int_eq(shop.history.instances[0].begins_day, on(2));
    close_shop(&shop);
}
END_TEST

START_TEST(an_event_that_opens_or_closes_sets_the_day_as_known_from_its_time_on)
{
    struct shop shop;
    open_shop(&shop);
    struct draft opened = draft_of(&shop.bank, CARD_OPENED, noon(4), "o"),
                 closed = draft_of(&shop.bank, CARD_CLOSED, noon(30), "c");
    ck_assert_int_eq(bank_record(&shop.bank, &shop.history, shop.card, &closed), CSTM_OK);
    ck_assert_int_eq(bank_record(&shop.bank, &shop.history, shop.card, &opened), CSTM_OK);
    ck_assert_int_eq(history_opened(&shop.history, shop.card, on(3)), DAY_NONE);
    ck_assert_int_eq(history_opened(&shop.history, shop.card, on(4)), on(4));
    expect_state(
        bank_attribute_on(&shop.bank, OPENED_OF_CARD + 1, &shop.history, shop.card, on(29)),
        CSTM_ERROR_MISSING);
    expect_number(
        bank_attribute_on(&shop.bank, OPENED_OF_CARD + 1, &shop.history, shop.card, on(30)),
        on(30));
    close_shop(&shop);
}
END_TEST

START_TEST(an_attribute_is_read_as_it_was_known_on_the_day)
{
    struct shop shop;
    open_shop(&shop);
    bank_set(&shop.history, 0, AGE, noon(20), "b", 41);
    bank_set(&shop.history, 0, AGE, noon(10), "a", 40);
    struct attribute_entry gone = {.time = noon(30), .present = false};
    bool changed;
    ck_assert_int_eq(history_set(&shop.history, 0, AGE, &gone, &changed, NULL), CSTM_OK);
    expect_state(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(9)), CSTM_ERROR_MISSING);
    expect_number(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(10)), 40);
    expect_number(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(19)), 40);
    expect_number(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(29)), 41);
    expect_state(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(30)), CSTM_ERROR_MISSING);
    close_shop(&shop);
}
END_TEST

START_TEST(what_has_always_been_so_is_read_on_any_day_and_begins_nothing)
{
    static const char *const zones[] = {"UTC", "Asia/Taipei", "America/St_Johns"};
    for (int32_t z = 0; z < 3; z++) {
        struct bank bank;
        struct history history;
        int32_t account, card;
        bank_open(&bank, zones[z]);
        bank_plan(&bank);
        bank_customer(&bank, &history, &account, &card);
        bank_set(&history, 0, AGE, HISTORY_ALWAYS, "", 40);
        expect_number(bank_attribute_on(&bank, AGE, &history, 0, CIVIL_DAY_MIN), 40);
        ck_assert_int_eq(history.instances[0].begins, INT64_MAX);
        history_clear(&history);
        bank_close(&bank);
    }
}
END_TEST

START_TEST(of_two_settings_at_one_instant_the_greater_id_then_value_holds)
{
    for (int32_t order = 0; order < 2; order++) {
        struct shop shop;
        open_shop(&shop);
        for (int32_t i = 0; i < 2; i++)
            bank_set(&shop.history, 0, AGE, noon(1), i == order ? "b" : "a", i == order ? 1 : 2);
        expect_number(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(1)), 1);
        for (int32_t i = 0; i < 2; i++)
            bank_set(&shop.history, 0, AGE, noon(2), "", i == order ? 5 : 6);
        expect_number(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(2)), 6);
        close_shop(&shop);
    }
}
END_TEST

START_TEST(a_value_holds_against_its_absence_at_the_same_instant)
{
    for (int32_t order = 0; order < 2; order++) {
        struct shop shop;
        open_shop(&shop);
        for (int32_t i = 0; i < 2; i++) {
            struct attribute_entry entry = {.time = noon(1), .present = i == order};
            bool changed;
            ck_assert_int_eq(history_set(&shop.history, 0, AGE, &entry, &changed, NULL), CSTM_OK);
        }
        expect_number(bank_attribute_on(&shop.bank, AGE, &shop.history, 0, on(1)), 0);
        close_shop(&shop);
    }
}
END_TEST

START_TEST(of_two_cards_with_one_key_the_one_of_the_first_account_is_found)
{
    for (int32_t order = 0; order < 2; order++) {
        struct bank bank;
        struct history history;
        int32_t account[2], card[2];
        bank_open(&bank, "UTC");
        bank_plan(&bank);
        ck_assert_int_eq(history_init(&history, bank.plan, "A", 1, NULL), CSTM_OK);
        for (int32_t i = 0; i < 2; i++) {
            int32_t which = i == order;
            ck_assert_int_eq(
                history_instance(&history, ACCOUNT, 0, which ? "2" : "1", 1, &account[which], NULL),
                CSTM_OK);
            ck_assert_int_eq(
                history_instance(&history, CARD, account[which], "4000", 4, &card[which], NULL),
                CSTM_OK);
        }
        ck_assert_int_eq(history_find(&history, CARD, "4000", 4), card[0]);
        history_clear(&history);
        bank_close(&bank);
    }
}
END_TEST

START_TEST(text_is_utf8_without_nul_wherever_in_it_the_fault_is)
{
    struct shop shop;
    open_shop(&shop);
    for (size_t size = 1; size < 20; size++)
        for (size_t at = 0; at < size; at++)
            for (int32_t fault = 0; fault < 3; fault++) {
                char text[20];
                memset(text, 'a', sizeof text);
                text[at] = fault == 0 ? 0 : fault == 1 ? (char) 0x80 : (char) 0x7f;
                struct rule_text value = {text, size};
                cstm_status status = value_check(CSTM_TYPE_STRING, "shop", NULL, 0, &value, NULL);
                ck_assert_int_eq(status, fault < 2 ? CSTM_ERROR_SYNTAX : CSTM_OK);
            }
    struct rule_text chinese = {"信用卡客戶", 15};
    ck_assert_int_eq(value_check(CSTM_TYPE_STRING, "shop", NULL, 0, &chinese, NULL), CSTM_OK);
    close_shop(&shop);
}
END_TEST

START_TEST(an_instance_is_found_by_its_key_among_thousands)
{
    struct shop shop;
    open_shop(&shop);
    char key[16];
    for (int32_t i = 0; i < 3000; i++) {
        int32_t made, again;
        int size = snprintf(key, sizeof key, "c%d", i);
        ck_assert_int_eq(
            history_instance(&shop.history, CARD, shop.account, key, (size_t) size, &made, NULL),
            CSTM_OK);
        ck_assert_int_eq(
            history_instance(&shop.history, CARD, shop.account, key, (size_t) size, &again, NULL),
            CSTM_OK);
        ck_assert_int_eq(made, again);
    }
    ck_assert_int_eq(shop.history.n_instances, 3003);
    ck_assert_int_ge(history_find(&shop.history, CARD, "c2999", 5), 0);
    ck_assert_int_eq(history_find(&shop.history, CARD, "c3000", 5), -1);
    int32_t made;
    ck_assert_int_eq(history_instance(&shop.history, CARD, 0, "x", 1, &made, NULL),
                     CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(history_instance(&shop.history, CARD, shop.account, "\xff", 1, &made, NULL),
                     CSTM_ERROR_SYNTAX);
    close_shop(&shop);
}
END_TEST

START_TEST(the_latest_instant_of_a_day_is_known_over_all_instances)
{
    struct shop shop;
    open_shop(&shop);
    bank_use(&shop.bank, &shop.history, shop.card, noon(3), "", 100, 0);
    bank_set(&shop.history, shop.account, LIMIT, noon(3) + 1000, "", 100);
    bank_use(&shop.bank, &shop.history, shop.card, noon(5), "", 100, 0);
    ck_assert_int_eq(history_latest_on(&shop.history, on(3)), noon(3) + 1000);
    ck_assert_int_eq(history_latest_on(&shop.history, on(4)), INT64_MIN);
    ck_assert_int_eq(history_latest_on(&shop.history, on(5)), noon(5));
    close_shop(&shop);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, a_value_that_its_field_may_not_hold_is_refused_by_the_name_of_the_field);
    tcase_add_test(
        tcase, a_text_outside_the_declared_values_is_unknown_and_is_not_repeated_in_the_message);
    tcase_add_test(tcase, of_hundreds_of_events_a_day_each_id_stays_once_in_any_order);
    tcase_add_test(tcase, negative_zero_is_zero);
    tcase_add_test(tcase, an_event_on_another_entity_is_a_mismatch);
    tcase_add_test(tcase, an_event_dated_9999_does_not_disable_a_customer);
    tcase_add_test(tcase, instants_outside_the_years_1_to_9999_of_the_zone_are_refused);
    tcase_add_test(tcase, of_a_redelivery_the_greater_copy_stays_whichever_came_first);
    tcase_add_test(tcase, the_same_id_on_another_day_kind_or_card_is_another_event);
    tcase_add_test(tcase, events_without_an_id_are_never_the_same_one);
    tcase_add_test(tcase, an_exact_redelivery_changes_nothing_and_says_so);
    tcase_add_test(tcase, an_event_for_a_sealed_day_is_late_and_changes_nothing);
    tcase_add_test(tcase, an_instance_begins_with_the_earliest_of_it_and_of_what_stands_below_it);
    tcase_add_test(tcase, an_event_that_opens_or_closes_sets_the_day_as_known_from_its_time_on);
    tcase_add_test(tcase, an_attribute_is_read_as_it_was_known_on_the_day);
    tcase_add_test(tcase, what_has_always_been_so_is_read_on_any_day_and_begins_nothing);
    tcase_add_test(tcase, of_two_settings_at_one_instant_the_greater_id_then_value_holds);
    tcase_add_test(tcase, a_value_holds_against_its_absence_at_the_same_instant);
    tcase_add_test(tcase, of_two_cards_with_one_key_the_one_of_the_first_account_is_found);
    tcase_add_test(tcase, text_is_utf8_without_nul_wherever_in_it_the_fault_is);
    tcase_add_test(tcase, an_instance_is_found_by_its_key_among_thousands);
    tcase_add_test(tcase, the_latest_instant_of_a_day_is_known_over_all_instances);
}

int
main(void)
{
    return run_tests("behaviour record", add_tests);
}
