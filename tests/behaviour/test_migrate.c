/* From one strategy to the next: what is kept, what is warming and from when on it is there, what
 * is dropped. */
#include "bank.h"

static const struct migration_line *
line_of(const struct migration_report *report, const char *name)
{
    for (int32_t i = 0; i < report->n; i++)
        if (strcmp(report->lines[i].name, name) == 0)
            return &report->lines[i];
    ck_abort_msg("%s is not in the report", name);
    return NULL;
}

static void
expect_fate(const struct migration_report *report, int32_t feature, enum migration_fate fate,
            int32_t complete_day)
{
    char name[24];
    snprintf(name, sizeof name, "feature_%d", feature);
    ck_assert_int_eq(line_of(report, name)->fate, fate);
    ck_assert_int_eq(line_of(report, name)->complete_day, complete_day);
}

/* 120 days with a use a day of amount and status by the day, of a card opened and observed long
 * before; sealed up to day 100. */
static void
live(const struct bank *bank, struct history *history, int32_t *card)
{
    int32_t account;
    bank_customer(bank, history, &account, card);
    for (int32_t i = 0; i < 120; i++)
        bank_use(bank, history, *card, noon(i), "", 1 + i, i % 3);
    bank_set(history, 0, AGE, noon(2), "", 40);
    bank_set(history, *card, OPENED_OF_CARD, noon(0), "", on(-300));
    ck_assert_int_eq(history_observe(history, USE, noon(-400), NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(history, on(100), on(101), NULL), CSTM_OK);
}

/* The same history, migrated, with each feature read before and after it is complete. */
static void
expect_warming(int32_t feature, const struct bank *bank, const struct history *history,
               const struct migration_report *report, int32_t complete_day, int64_t value)
{
    expect_fate(report, feature, MIGRATION_WARMING, complete_day);
    int32_t card = history_find(history, CARD, "4000", 4);
    expect_state(bank_read(bank, feature, history, card, complete_day - 1), CSTM_ERROR_MISSING);
    expect_number(bank_read(bank, feature, history, card, complete_day), value);
}

START_TEST(what_the_old_tiles_and_events_hold_is_kept_and_the_rest_warms_up)
{
    struct bank old, new;
    struct history before, after;
    struct migration_report report;
    int32_t card;
    bank_open(&old, "UTC");
    bank_feature(&old, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, days(60));
    bank_feature(&old, CARD, FEATURE_COUNT, USE, -1, "status == 1", all());
    bank_feature(&old, CARD, FEATURE_LAST, USE, USE_AMOUNT, NULL, all());
    bank_plan(&old);
    live(&old, &before, &card);

    bank_open(&new, "UTC");
    enum { SHORTER, MEAN, SAME, LONGER, OTHER_RULE, LARGEST, NEVER, LATEST, LAST_TWO, SAME_RULE };
    bank_feature(&new, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, days(30));
    bank_feature(&new, CARD, FEATURE_MEAN, USE, USE_AMOUNT, NULL, days(60));
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, "status == 1", all());
    bank_feature(&new, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, days(90));
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, "status == 2", days(10));
    bank_feature(&new, CARD, FEATURE_MAX, USE, USE_AMOUNT, NULL, days(20));
    bank_feature(&new, CARD, FEATURE_MAX, USE, USE_AMOUNT, NULL, all());
    bank_feature(&new, CARD, FEATURE_LAST, USE, USE_AMOUNT, NULL, days(40));
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, NULL, last(2));
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, "status==1  // spaced otherwise", days(30));
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);

    expect_fate(&report, SHORTER, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, MEAN, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, SAME, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, LATEST, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, SAME_RULE, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, NEVER, MIGRATION_DROPPED, DAY_NONE);
    ck_assert_int_eq(line_of(&report, "age")->fate, MIGRATION_KEPT);
    ck_assert_int_eq(line_of(&report, "use")->fate, MIGRATION_KEPT);
    int32_t at = history_find(&after, CARD, "4000", 4);
    expect_number(bank_read(&new, SHORTER, &after, at, on(101)),
                  30 * 73 + 29 * 30 / 2); /* days 72 to 101: amounts 73 to 102 */
    expect_number(bank_read(&new, SAME, &after, at, on(101)), 34);
    expect_number(bank_read(&new, SAME_RULE, &after, at, on(101)), 10);
    expect_number(bank_read(&new, LATEST, &after, at, on(101)), 102);
    expect_state(bank_read(&new, NEVER, &after, at, on(119)), CSTM_ERROR_MISSING);

    /* The old windows of 60 days, read from day 101 on, left the tiles from day 42 on: 90 days from
     * there end on day 131. */
    expect_warming(LONGER, &new, &after, &report, on(131), (43 + 120) * 78 / 2);
    /* Of the other rule and of the greatest amount nothing was kept: complete from day 101 on. */
    expect_warming(OTHER_RULE, &new, &after, &report, on(110), 4);
    expect_warming(LARGEST, &new, &after, &report, on(120), 120);
    /* The last two are there with the second event after the seal, the last one with the first. */
    expect_fate(&report, LAST_TWO, MIGRATION_WARMING, INT32_MAX);
    expect_state(bank_read(&new, LAST_TWO, &after, at, on(101)), CSTM_ERROR_MISSING);
    expect_number(bank_read(&new, LAST_TWO, &after, at, on(102)), 2);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

static void
declare_shops(struct bank *bank, int32_t n, const char *const *shops)
{
    struct event_field *field = &bank->schema.events[USE].fields[USE_SHOP];
    field->n_values = n;
    field->values = memory_new_array((size_t) n, sizeof *field->values);
    for (int32_t i = 0; i < n; i++)
        field->values[i] = bank_name(shops[i]);
}

static int32_t
sum_by_shop(struct bank *bank, int32_t shop, struct window window)
{
    int32_t at = bank_feature(bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, window);
    bank->features[at].by = true;
    bank->features[at].by_field = USE_SHOP;
    bank->features[at].by_value = shop;
    return at;
}

/* Ten uses of each of three shops, then the list of shops in another order, with one more and one
 * less: tiles go by the shops' names. */
START_TEST(values_keep_their_tiles_in_a_list_of_another_order)
{
    static const char *const old_shops[] = {"food", "travel", "cash"};
    static const char *const new_shops[] = {"online", "cash", "food"};
    struct bank old, new;
    struct history before, after;
    struct migration_report report;
    int32_t account, card;
    bank_open(&old, "UTC");
    declare_shops(&old, 3, old_shops);
    for (int32_t i = 0; i < 3; i++)
        sum_by_shop(&old, i, days(40));
    bank_plan(&old);
    bank_customer(&old, &before, &account, &card);
    for (int32_t i = 0; i < 30; i++) {
        struct draft draft = draft_of(&old, USE, noon(i), "");
        draft_number(&old, &draft, USE_AMOUNT, 1 + i);
        draft_text(&old, &draft, USE_SHOP, old_shops[i % 3]);
        ck_assert_int_eq(bank_record(&old, &before, card, &draft), CSTM_OK);
    }
    ck_assert_int_eq(history_observe(&before, USE, noon(-400), NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(&before, on(29), on(30), NULL), CSTM_OK);
    ck_assert_int_eq(before.instances[card].kinds[0].n_events, 0);
    expect_number(bank_read(&old, 2, &before, card, on(30)), 165); /* 3 + 6 + ... + 30 */

    bank_open(&new, "UTC");
    declare_shops(&new, 3, new_shops);
    for (int32_t i = 0; i < 3; i++)
        sum_by_shop(&new, i, days(40));
    int32_t status = bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, NULL, days(40));
    new.features[status].by = true;
    new.features[status].by_field = USE_STATUS;
    new.schema.events[USE].fields[USE_STATUS].ranged = true;
    new.schema.events[USE].fields[USE_STATUS].n_values = 9;
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);
    for (int32_t i = 0; i < 3; i++)
        expect_fate(&report, i, MIGRATION_KEPT, DAY_NONE);
    /* By its status no tile was kept. */
    expect_fate(&report, status, MIGRATION_WARMING, on(69));
    int32_t at = history_find(&after, CARD, "4000", 4);
    expect_number(bank_read(&new, 0, &after, at, on(30)), 0);
    expect_number(bank_read(&new, 1, &after, at, on(30)), 165);
    expect_number(bank_read(&new, 2, &after, at, on(30)), 145); /* 1 + 4 + ... + 28 */
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

static int32_t
wide_feature(struct bank *bank, enum feature_operator operator, int32_t field, struct window window,
             enum rule_kind kind, int32_t parameter)
{
    int32_t at = bank_feature(bank, CARD, operator, USE, field, NULL, window);
    bank->features[at].kind = kind;
    bank->features[at].parameter = parameter;
    return at;
}

/* Tiles and kept events of the old features serve new ones as far as they go. */
START_TEST(aggregates_that_are_new_take_over_what_they_can_and_warm_up_for_the_rest)
{
    struct bank old, new;
    struct history before, after;
    struct migration_report report;
    int32_t card;
    bank_open(&old, "UTC");
    bank_feature(&old, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, days(60));
    wide_feature(&old, FEATURE_QUANTILE, USE_STATUS, days(15), RULE_INT, 500000);
    bank_plan(&old);
    live(&old, &before, &card);

    bank_open(&new, "UTC");
    int32_t gap = wide_feature(&new, FEATURE_LONGEST_GAP, -1, days(30), RULE_INT, 0);
    int32_t streak = wide_feature(&new, FEATURE_STREAK, -1, days(30), RULE_INT, STREAK_DAYS);
    int32_t ratio = wide_feature(&new, FEATURE_RATIO, USE_AMOUNT, days(20), RULE_DOUBLE, 2);
    int32_t deviation = wide_feature(&new, FEATURE_DEVIATION, USE_AMOUNT, days(20), RULE_MONEY, 0);
    int32_t statuses = wide_feature(&new, FEATURE_DISTINCT, USE_STATUS, days(10), RULE_INT, 0);
    int32_t amounts = wide_feature(&new, FEATURE_DISTINCT, USE_AMOUNT, days(10), RULE_INT, 0);
    int32_t middle = wide_feature(&new, FEATURE_QUANTILE, USE_STATUS, days(15), RULE_INT, 900000);
    int32_t shorter = wide_feature(&new, FEATURE_QUANTILE, USE_STATUS, days(10), RULE_INT, 500000);
    int32_t longer = wide_feature(&new, FEATURE_QUANTILE, USE_STATUS, days(20), RULE_INT, 900000);
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);
    expect_fate(&report, gap, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, streak, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, ratio, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, middle, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, shorter, MIGRATION_KEPT, DAY_NONE);
    int32_t at = history_find(&after, CARD, "4000", 4);
    expect_number(bank_read(&new, gap, &after, at, on(101)), 1);
    expect_number(bank_read(&new, streak, &after, at, on(101)), 30);
    expect_number(bank_read(&new, shorter, &after, at, on(101)), 1);
    expect_number(bank_read(&new, middle, &after, at, on(101)), 2);
    /* days 92 to 101 over 82 to 91: amounts 93 to 102 over 83 to 92 */
    ck_assert_double_eq(bank_read(&new, ratio, &after, at, on(101)).real, 975.0 / 875);
    /* There were no squares: complete from day 101 on; 19 amounts in a row, 19 * 20 / 12 = 5.63^2 */
    expect_warming(deviation, &new, &after, &report, on(120), 6);
    expect_warming(amounts, &new, &after, &report, on(110), 10);
    expect_warming(statuses, &new, &after, &report, on(110), 3);
    /* The buckets of 15 days, read from day 101 on, are from day 87 on. */
    expect_warming(longer, &new, &after, &report, on(106), 2);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

START_TEST(parts_that_the_old_state_had_less_of_are_not_taken_for_whole)
{
    struct bank old, new;
    struct history before, after;
    struct migration_report report;
    int32_t card;
    bank_open(&old, "UTC");
    bank_feature(&old, CARD, FEATURE_COUNT, USE, -1, NULL, days(60));
    bank_feature(&old, CARD, FEATURE_FIRST, USE, USE_AMOUNT, NULL, all());
    bank_feature(&old, CARD, FEATURE_COUNT, USE, -1, NULL, last(2));
    bank_plan(&old);
    live(&old, &before, &card);
    bank_open(&new, "UTC");
    enum { EVER, DAYS_EVER, THREE, LATEST, TODAY };
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, NULL, all());
    bank_feature(&new, CARD, FEATURE_DISTINCT_DAYS, USE, -1, NULL, all());
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, NULL, last(3));
    bank_feature(&new, CARD, FEATURE_LAST, USE, USE_AMOUNT, "status == 0", all());
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, "status == 2", days(1));
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);
    int32_t at = history_find(&after, CARD, "4000", 4);
    expect_fate(&report, EVER, MIGRATION_DROPPED, DAY_NONE);
    expect_state(bank_read(&new, EVER, &after, at, on(119)), CSTM_ERROR_MISSING);
    expect_fate(&report, DAYS_EVER, MIGRATION_DROPPED, DAY_NONE);
    expect_state(bank_read(&new, DAYS_EVER, &after, at, on(119)), CSTM_ERROR_MISSING);
    expect_fate(&report, THREE, MIGRATION_WARMING, INT32_MAX);
    expect_state(bank_read(&new, THREE, &after, at, on(102)), CSTM_ERROR_MISSING);
    expect_number(bank_read(&new, THREE, &after, at, on(103)), 3);
    /* The first of all is kept and has status 0, but it is not the last that had. */
    expect_fate(&report, LATEST, MIGRATION_WARMING, INT32_MAX);
    expect_state(bank_read(&new, LATEST, &after, at, on(101)), CSTM_ERROR_MISSING);
    expect_number(bank_read(&new, LATEST, &after, at, on(102)), 103);
    /* A window of a day needs nothing of what is sealed. */
    expect_fate(&report, TODAY, MIGRATION_KEPT, DAY_NONE);
    expect_number(bank_read(&new, TODAY, &after, at, on(101)), 1);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

START_TEST(a_warming_feature_stays_so_through_bytes_seals_and_merges)
{
    struct bank old, new;
    struct history before, after, restored, empty;
    int32_t card;
    bank_open(&old, "UTC");
    bank_feature(&old, CARD, FEATURE_COUNT, USE, -1, NULL, days(30));
    bank_plan(&old);
    live(&old, &before, &card);
    bank_open(&new, "UTC");
    int32_t sum = bank_feature(&new, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, days(20));
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, NULL, NULL), CSTM_OK);
    struct cstm_buffer bytes = bank_bytes(&after);
    ck_assert_int_eq(bank_restore(new.plan, bytes.data, bytes.size, &restored), CSTM_OK);
    expect_same_bytes(&after, &restored);
    ck_assert_int_eq(history_init(&empty, new.plan, "A-1001", 6, NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(&empty, &restored, NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(&empty, on(110), on(111), NULL), CSTM_OK);
    int32_t at = history_find(&empty, CARD, "4000", 4);
    expect_state(bank_read(&new, sum, &empty, at, on(119)), CSTM_ERROR_MISSING);
    expect_number(bank_read(&new, sum, &empty, at, on(120)), (102 + 120) * 19 / 2);
    buffer_clear(&bytes);
    history_clear(&before);
    history_clear(&after);
    history_clear(&restored);
    history_clear(&empty);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

START_TEST(what_never_was_sealed_migrates_whole)
{
    struct bank old, new;
    struct history before, after;
    struct migration_report report;
    int32_t account, card;
    bank_open(&old, "UTC");
    bank_plan(&old);
    bank_customer(&old, &before, &account, &card);
    for (int32_t i = 0; i < 50; i++)
        bank_use(&old, &before, card, noon(i), "", 1, i % 2);
    bank_open(&new, "Asia/Taipei");
    int32_t count = bank_feature(&new, CUSTOMER, FEATURE_COUNT, USE, -1, "status == 1", all());
    int32_t largest = bank_feature(&new, CARD, FEATURE_MAX, USE, USE_AMOUNT, NULL, days(10));
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);
    expect_fate(&report, count, MIGRATION_KEPT, DAY_NONE);
    expect_fate(&report, largest, MIGRATION_KEPT, DAY_NONE);
    expect_number(bank_read(&new, count, &after, 0, on(60)), 25);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

START_TEST(another_zone_keeps_events_and_lets_what_was_summed_by_day_warm_up)
{
    struct bank old, new;
    struct history before, after;
    struct migration_report report;
    int32_t card;
    bank_open(&old, "UTC");
    bank_feature(&old, CARD, FEATURE_COUNT, USE, -1, NULL, days(10));
    bank_feature(&old, CARD, FEATURE_LAST, USE, USE_AMOUNT, NULL, all());
    bank_plan(&old);
    live(&old, &before, &card);
    bank_open(&new, "Asia/Taipei");
    bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, NULL, days(10));
    bank_feature(&new, CARD, FEATURE_LAST, USE, USE_AMOUNT, NULL, all());
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);
    expect_warming(0, &new, &after, &report, on(110), 10);
    expect_fate(&report, 1, MIGRATION_KEPT, DAY_NONE);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

START_TEST(
    what_the_new_strategy_does_not_declare_is_dropped_by_name_and_comes_back_with_the_old_one)
{
    struct bank old, small;
    struct history before, after, back;
    struct migration_report report;
    int32_t card;
    bank_open(&old, "UTC");
    bank_feature(&old, CARD, FEATURE_COUNT, USE, -1, NULL, days(10));
    bank_plan(&old);
    live(&old, &before, &card);
    bank_open_small(&small);
    bank_plan(&small);
    ck_assert_int_eq(history_migrate(&before, small.plan, &after, &report, NULL), CSTM_OK);
    expect_fate(&report, 0, MIGRATION_DROPPED, DAY_NONE);
    ck_assert_int_eq(line_of(&report, "use")->fate, MIGRATION_DROPPED);
    ck_assert_int_eq(line_of(&report, "visit")->fate, MIGRATION_KEPT);
    ck_assert_int_eq(line_of(&report, "city")->fate, MIGRATION_DROPPED);
    ck_assert_int_eq(line_of(&report, "age")->fate, MIGRATION_KEPT);
    migration_report_clear(&report);
    /* Told from the bytes alone, where the old strategy is not at hand. */
    ck_assert_int_eq(history_report(&after, &report, NULL), CSTM_OK);
    ck_assert_int_eq(line_of(&report, "use")->fate, MIGRATION_DROPPED);
    ck_assert_int_eq(line_of(&report, "visit")->fate, MIGRATION_KEPT);
    ck_assert_int_eq(line_of(&report, "age")->fate, MIGRATION_KEPT);
    ck_assert_int_eq(history_migrate(&after, old.plan, &back, NULL, NULL), CSTM_OK);
    expect_same_bytes(&before, &back);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    history_clear(&back);
    bank_close(&old);
    bank_close(&small);
}
END_TEST

START_TEST(a_kind_that_the_old_strategy_did_not_know_is_complete_after_the_sealed_day)
{
    struct bank small, new;
    struct history before, after;
    struct migration_report report;
    bank_open_small(&small);
    bank_plan(&small);
    ck_assert_int_eq(history_init(&before, small.plan, "A-1001", 6, NULL), CSTM_OK);
    struct draft visit = draft_of(&small, SMALL_VISIT, noon(0), "");
    ck_assert_int_eq(bank_record(&small, &before, 0, &visit), CSTM_OK);
    ck_assert_int_eq(history_seal(&before, on(100), on(101), NULL), CSTM_OK);
    bank_open(&new, "UTC");
    int32_t count = bank_feature(&new, CUSTOMER, FEATURE_COUNT, USE, -1, NULL, days(10));
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, &report, NULL), CSTM_OK);
    expect_fate(&report, count, MIGRATION_WARMING, on(110));
    expect_state(bank_read(&new, count, &after, 0, on(109)), CSTM_ERROR_MISSING);
    expect_number(bank_read(&new, count, &after, 0, on(110)), 0);
    migration_report_clear(&report);
    history_clear(&before);
    history_clear(&after);
    bank_close(&small);
    bank_close(&new);
}
END_TEST

START_TEST(a_text_that_is_no_longer_declared_becomes_missing)
{
    struct bank old, new;
    struct history before, after;
    int32_t account, card;
    bank_open(&old, "UTC");
    bank_plan(&old);
    bank_customer(&old, &before, &account, &card);
    struct draft draft = draft_of(&old, USE, noon(1), "");
    draft_text(&old, &draft, USE_SHOP, "closed shop");
    ck_assert_int_eq(bank_record(&old, &before, card, &draft), CSTM_OK);
    bank_open(&new, "UTC");
    char *values[1] = {(char *) "food"};
    new.schema.events[USE].fields[USE_SHOP].values = values;
    new.schema.events[USE].fields[USE_SHOP].n_values = 1;
    int32_t shop = bank_feature(&new, CARD, FEATURE_LAST, USE, USE_SHOP, NULL, all());
    int32_t count = bank_feature(&new, CARD, FEATURE_COUNT, USE, -1, NULL, all());
    bank_plan(&new);
    ck_assert_int_eq(history_migrate(&before, new.plan, &after, NULL, NULL), CSTM_OK);
    card = history_find(&after, CARD, "4000", 4);
    expect_state(bank_read(&new, shop, &after, card, on(2)), CSTM_ERROR_MISSING);
    expect_number(bank_read(&new, count, &after, card, on(2)), 1);
    new.schema.events[USE].fields[USE_SHOP].values = NULL;
    new.schema.events[USE].fields[USE_SHOP].n_values = 0;
    history_clear(&before);
    history_clear(&after);
    bank_close(&old);
    bank_close(&new);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, values_keep_their_tiles_in_a_list_of_another_order);
    tcase_add_test(tcase, what_the_old_tiles_and_events_hold_is_kept_and_the_rest_warms_up);
    tcase_add_test(tcase,
                   aggregates_that_are_new_take_over_what_they_can_and_warm_up_for_the_rest);
    tcase_add_test(tcase, parts_that_the_old_state_had_less_of_are_not_taken_for_whole);
    tcase_add_test(tcase, a_warming_feature_stays_so_through_bytes_seals_and_merges);
    tcase_add_test(tcase, what_never_was_sealed_migrates_whole);
    tcase_add_test(tcase, another_zone_keeps_events_and_lets_what_was_summed_by_day_warm_up);
    tcase_add_test(
        tcase,
        what_the_new_strategy_does_not_declare_is_dropped_by_name_and_comes_back_with_the_old_one);
    tcase_add_test(tcase,
                   a_kind_that_the_old_strategy_did_not_know_is_complete_after_the_sealed_day);
    tcase_add_test(tcase, a_text_that_is_no_longer_declared_becomes_missing);
}

int
main(void)
{
    return run_tests("behaviour migrate", add_tests);
}
