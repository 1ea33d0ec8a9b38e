/* Bytes of a history: canonical, complete, and read as if a stranger had sent them. */
#include "bank.h"

static void
add_features(struct bank *bank)
{
    bank_feature(bank, CARD, FEATURE_COUNT, USE, -1, "status == 1", days(30));
    bank_feature(bank, CARD, FEATURE_SUM, USE, USE_AMOUNT, NULL, months(2));
    bank_feature(bank, ACCOUNT, FEATURE_MIN, USE, USE_RATE, "10 / status > 2", days(20));
    bank_feature(bank, CARD, FEATURE_LAST, USE, USE_SHOP, NULL, all());
    bank_feature(bank, CUSTOMER, FEATURE_SUM, PAYMENT, 0, NULL, all());
    bank_feature(bank, CUSTOMER, FEATURE_COUNT, VISIT, -1, NULL, last(2));
    bank_feature(bank, ACCOUNT, FEATURE_DEVIATION, USE, USE_AMOUNT, NULL, days(40));
    bank_feature(bank, CARD, FEATURE_DISTINCT, USE, USE_SHOP, "status == 1", days(40));
    bank->features[bank->n_features - 1].kind = RULE_INT;
    bank_feature(bank, CARD, FEATURE_DISTINCT, USE, USE_STATUS, NULL, all());
}

/* A customer with something of everything, half of it sealed. */
static void
live(const struct bank *bank, struct history *history, uint64_t seed, int32_t n)
{
    int32_t account, card, other;
    bank_customer(bank, history, &account, &card);
    ck_assert_int_eq(history_instance(history, CARD, account, "4001", 4, &other, NULL), CSTM_OK);
    for (int32_t i = 0; i < n; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", draw_below(&seed, 1000));
        struct draft use = draft_of(bank, USE, noon(draw_below(&seed, 60)), i % 3 == 0 ? id : "");
        draft_number(bank, &use, USE_STATUS, draw_below(&seed, 4));
        if (i % 2 == 0) {
            draft_number(bank, &use, USE_AMOUNT, draw_below(&seed, 100000) - 100);
            draft_real(bank, &use, USE_RATE, draw_below(&seed, 1000) / 8.0 - 20);
            draft_text(bank, &use, USE_SHOP, i % 4 == 0 ? "食品" : "travel");
        }
        ck_assert_int_eq(bank_record(bank, history, i % 3 == 1 ? other : card, &use), CSTM_OK);
        if (i % 4 == 0) {
            struct draft payment = draft_of(bank, PAYMENT, noon(draw_below(&seed, 60)), id);
            draft_number(bank, &payment, 0, draw_below(&seed, 100000));
            ck_assert_int_eq(bank_record(bank, history, account, &payment), CSTM_OK);
            struct draft visit = draft_of(bank, VISIT, noon(draw_below(&seed, 60)), "");
            ck_assert_int_eq(bank_record(bank, history, 0, &visit), CSTM_OK);
        }
    }
    struct draft nothing = draft_of(bank, USE, noon(55), "");
    draft_real(bank, &nothing, USE_RATE, 0);
    ck_assert_int_eq(bank_record(bank, history, card, &nothing), CSTM_OK);
    struct draft opened = draft_of(bank, CARD_OPENED, noon(1), "o");
    ck_assert_int_eq(bank_record(bank, history, card, &opened), CSTM_OK);
    bank_set(history, 0, AGE, noon(2), "a", 40);
    bank_set(history, 0, AGE, noon(50), "b", 41);
    bank_set(history, account, LIMIT, noon(3), "", 20000000);
    bank_set(history, card, ACTIVE, noon(40), "", 1);
    struct attribute_entry city = {.time = noon(45), .present = true, .value.text = {"Taipei", 6}};
    bool changed;
    ck_assert_int_eq(history_set(history, 0, CITY, &city, &changed, NULL), CSTM_OK);
    ck_assert_int_eq(history_observe(history, USE, noon(-30), NULL), CSTM_OK);
    ck_assert_int_eq(history_seal(history, on(30), on(31), NULL), CSTM_OK);
}

START_TEST(what_is_read_back_is_what_was_written)
{
    struct bank bank;
    struct history history, restored;
    bank_open(&bank, "Asia/Taipei");
    add_features(&bank);
    bank_plan(&bank);
    live(&bank, &history, 1, 80);
    struct cstm_buffer bytes = bank_bytes(&history);
    ck_assert_int_eq(bank_restore(bank.plan, bytes.data, bytes.size, &restored), CSTM_OK);
    expect_same_bytes(&history, &restored);
    ck_assert_ptr_null(restored.complete_from);
    ck_assert_ptr_null(restored.feature_floor);
    int32_t card = history_find(&history, CARD, "4000", 4),
            same = history_find(&restored, CARD, "4000", 4);
    for (int32_t f = 0; f < bank.n_features; f++)
        for (int32_t day = 31; day < 100; day++)
            if (bank.features[f].entity == CARD) {
                struct answer a = bank_read(&bank, f, &history, card, on(day)),
                              b = bank_read(&bank, f, &restored, same, on(day));
                ck_assert(a.state == b.state && a.number == b.number && a.text.size == b.text.size);
            }
    history_clear(&history);
    history_clear(&restored);
    buffer_clear(&bytes);
    bank_close(&bank);
}
END_TEST

START_TEST(a_history_that_is_cut_off_anywhere_is_corrupt)
{
    struct bank bank;
    struct history history, restored;
    bank_open(&bank, "UTC");
    add_features(&bank);
    bank_plan(&bank);
    live(&bank, &history, 2, 30);
    struct cstm_buffer bytes = bank_bytes(&history);
    for (size_t size = 0; size < bytes.size; size++) {
        uint8_t *cut = malloc(size + 1); /* exactly as long, so that a read past the end is seen */
        memcpy(cut, bytes.data, size);
        cut = realloc(cut, size == 0 ? 1 : size);
        ck_assert_int_eq(bank_restore(bank.plan, cut, size, &restored), CSTM_ERROR_CORRUPT);
        free(cut);
    }
    buffer_clear(&bytes);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

/* A changed byte is found, or what was read is a history that writes and reads back like any other.
 */
static int32_t
expect_sound(const struct bank *bank, const uint8_t *bytes, size_t size)
{
    struct history restored, again;
    cstm_status status = bank_restore(bank->plan, bytes, size, &restored);
    if (status != CSTM_OK) {
        ck_assert_msg(status == CSTM_ERROR_CORRUPT || status == CSTM_ERROR_VERSION, "%s",
                      cstm_status_name(status));
        return 0;
    }
    struct cstm_buffer once = bank_bytes(&restored);
    int32_t other = once.size != size || memcmp(once.data, bytes, size) != 0;
    ck_assert_int_eq(bank_restore(bank->plan, once.data, once.size, &again), CSTM_OK);
    expect_same_bytes(&restored, &again);
    for (int32_t f = 0; f < bank->n_features; f++)
        for (int32_t i = 0; i < restored.n_instances; i++)
            if (restored.instances[i].entity == bank->features[f].entity)
                (void) bank_read(bank, f, &restored, i, on(70));
    ck_assert_int_eq(history_seal(&restored, CIVIL_DAY_MAX - 400, CIVIL_DAY_MAX - 399, NULL),
                     CSTM_OK);
    history_clear(&restored);
    history_clear(&again);
    buffer_clear(&once);
    return other;
}

/* Marks the bytes that define a section: what is changed there may be the sound history of another
 * strategy. Format 1 as layout.h describes it. */
static void
mark_definitions(const struct cstm_buffer *bytes, uint8_t *marks)
{
    struct byte_reader reader;
    size_t size;
    reader_init(&reader, bytes->data, bytes->size);
    (void) reader_u8(&reader);
    (void) reader_svar(&reader);
    (void) reader_uvar(&reader);
    uint64_t nodes = reader_uvar(&reader);
    for (uint64_t i = 0; i < nodes; i++) {
        const uint8_t *entity = reader.at;
        if (i > 0) {
            (void) reader_text(&reader, &size);
            memset(marks + (entity - bytes->data), 1, (size_t) (reader.at - entity));
            (void) reader_uvar(&reader);
        }
        (void) reader_text(&reader, &size);
        (void) reader_svar(&reader);
    }
    uint64_t sections = reader_uvar(&reader);
    for (uint64_t s = 0; s < sections; s++) {
        const uint8_t *definition = reader.at;
        (void) reader_u8(&reader);
        (void) reader_text(&reader, &size);
        memset(marks + (definition - bytes->data), 1, (size_t) (reader.at - definition));
        for (uint64_t n = reader_uvar(&reader); n > 0; n--) {
            (void) reader_uvar(&reader);
            (void) reader_text(&reader, &size);
        }
    }
    ck_assert(!reader.failed && reader.at == reader.end);
}

START_TEST(a_flipped_bit_is_corrupt_or_writes_back_as_it_came)
{
    struct bank bank;
    struct history history;
    bank_open(&bank, "UTC");
    add_features(&bank);
    bank_plan(&bank);
    live(&bank, &history, 3, 12);
    struct cstm_buffer bytes = bank_bytes(&history);
    uint8_t *definitions = calloc(1, bytes.size);
    mark_definitions(&bytes, definitions);
    for (size_t at = 0; at < bytes.size; at++)
        for (int32_t bit = 0; bit < 8; bit++) {
            bytes.data[at] ^= (uint8_t) (1u << bit);
            int32_t other = expect_sound(&bank, bytes.data, bytes.size);
            ck_assert_msg(!other || definitions[at], "bit %d of byte %zu", bit, at);
            bytes.data[at] ^= (uint8_t) (1u << bit);
        }
    free(definitions);
    buffer_clear(&bytes);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(random_damage_is_corrupt_or_another_sound_history)
{
    uint64_t seed = 4;
    struct bank bank;
    struct history history;
    bank_open(&bank, "UTC");
    add_features(&bank);
    bank_plan(&bank);
    live(&bank, &history, 4, 20);
    struct cstm_buffer bytes = bank_bytes(&history);
    uint8_t *damaged = malloc(bytes.size * 2);
    for (int32_t trial = 0; trial < 3000; trial++) {
        size_t size = bytes.size;
        memcpy(damaged, bytes.data, size);
        for (int32_t i = draw_below(&seed, 4); i >= 0; i--) {
            size_t at = draw(&seed) % size, n = 1 + draw(&seed) % 12;
            n = n > size - at ? size - at : n;
            if (draw_below(&seed, 3) == 0) {
                memmove(damaged + at, damaged + at + n, size - at - n);
                size -= n;
            } else if (draw_below(&seed, 2) == 0 && size + n < bytes.size * 2) {
                memmove(damaged + at + n, damaged + at, size - at);
                size += n;
            } else {
                damaged[at] = draw_below(&seed, 2) == 0 ? 0xff : (uint8_t) draw(&seed);
            }
        }
        (void) expect_sound(&bank, damaged, size);
    }
    free(damaged);
    buffer_clear(&bytes);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(another_format_is_said_to_be_one)
{
    struct bank bank;
    struct history history, restored;
    bank_open(&bank, "UTC");
    bank_plan(&bank);
    live(&bank, &history, 5, 5);
    struct cstm_buffer bytes = bank_bytes(&history);
    bytes.data[0]++;
    ck_assert_int_eq(bank_restore(bank.plan, bytes.data, bytes.size, &restored),
                     CSTM_ERROR_VERSION);
    buffer_clear(&bytes);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(counts_beyond_what_is_left_are_refused_before_any_memory_is_asked_for)
{
    struct bank bank;
    struct history restored;
    bank_open(&bank, "UTC");
    bank_plan(&bank);
    /* format, nothing sealed (-2^31 zig-zag), no parts, then 2^62 instances */
    static const uint8_t bytes[] = {2,    0xff, 0xff, 0xff, 0xff, 0x0f, 0,    0x80,
                                    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40};
    ck_assert_int_eq(bank_restore(bank.plan, bytes, sizeof bytes, &restored), CSTM_ERROR_CORRUPT);
    bank_close(&bank);
}
END_TEST

START_TEST(a_strategy_that_knows_less_passes_the_rest_on_unharmed)
{
    struct bank bank, small;
    struct history history, passing, back;
    bank_open(&bank, "UTC");
    add_features(&bank);
    bank_plan(&bank);
    bank_open_small(&small);
    bank_feature(&small, CUSTOMER, FEATURE_SUM, SMALL_PAYMENT, 0, NULL, all());
    bank_feature(&small, CUSTOMER, FEATURE_COUNT, SMALL_VISIT, -1, NULL, last(2));
    bank_plan(&small);
    live(&bank, &history, 6, 40);
    struct cstm_buffer bytes = bank_bytes(&history);
    ck_assert_int_eq(bank_restore(small.plan, bytes.data, bytes.size, &passing), CSTM_OK);
    ck_assert_int_eq(passing.n_instances, 2); /* it knows no cards */
    expect_same_bytes(&history, &passing);
    expect_number(bank_read(&small, 0, &passing, 0, on(70)),
                  bank_read(&bank, 4, &history, 0, on(70)).number);

    /* It goes on working with what it knows; the cards are there when the other strategy comes
     * back. */
    struct draft visit = draft_of(&small, SMALL_VISIT, noon(65), "");
    ck_assert_int_eq(bank_record(&small, &passing, 0, &visit), CSTM_OK);
    ck_assert_int_eq(history_seal(&passing, on(40), on(41), NULL), CSTM_OK);
    struct cstm_buffer later = bank_bytes(&passing);
    ck_assert_int_eq(bank_restore(bank.plan, later.data, later.size, &back), CSTM_OK);
    struct draft same = draft_of(&bank, VISIT, noon(65), "");
    ck_assert_int_eq(bank_record(&bank, &history, 0, &same), CSTM_OK);
    for (int32_t day = 41; day < 90; day++)
        for (int32_t f = 0; f < bank.n_features; f++) {
            int32_t at = bank.features[f].entity == CUSTOMER
                             ? 0
                             : history_find(&history, bank.features[f].entity,
                                            bank.features[f].entity == CARD ? "4000" : "88-1", 4);
            int32_t to = bank.features[f].entity == CUSTOMER
                             ? 0
                             : history_find(&back, bank.features[f].entity,
                                            bank.features[f].entity == CARD ? "4000" : "88-1", 4);
            struct answer a = bank_read(&bank, f, &history, at, on(day)),
                          b = bank_read(&bank, f, &back, to, on(day));
            ck_assert_msg(a.state == b.state && a.number == b.number, "feature %d on day %d", f,
                          day);
        }
    buffer_clear(&bytes);
    buffer_clear(&later);
    history_clear(&history);
    history_clear(&passing);
    history_clear(&back);
    bank_close(&bank);
    bank_close(&small);
}
END_TEST

START_TEST(halves_that_meet_where_nobody_knows_them_are_added_up_by_who_does)
{
    struct bank bank, small;
    struct history half[2], known, unknown[2], back;
    bank_open(&bank, "UTC");
    add_features(&bank);
    bank_plan(&bank);
    bank_open_small(&small);
    bank_feature(&small, CUSTOMER, FEATURE_SUM, SMALL_PAYMENT, 0, NULL, all());
    bank_feature(&small, CUSTOMER, FEATURE_COUNT, SMALL_VISIT, -1, NULL, last(2));
    bank_plan(&small);
    for (int32_t h = 0; h < 2; h++) {
        live(&bank, &half[h], 7 + (uint64_t) h, 30);
        struct cstm_buffer bytes = bank_bytes(&half[h]);
        ck_assert_int_eq(bank_restore(small.plan, bytes.data, bytes.size, &unknown[h]), CSTM_OK);
        buffer_clear(&bytes);
    }
    ck_assert_int_eq(history_copy(&known, &half[0], NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(&known, &half[1], NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(&unknown[0], &unknown[1], NULL), CSTM_OK);
    struct cstm_buffer bytes = bank_bytes(&unknown[0]);
    ck_assert_int_eq(bank_restore(bank.plan, bytes.data, bytes.size, &back), CSTM_OK);
    expect_same_bytes(&known, &back);
    int32_t card = history_find(&known, CARD, "4000", 4),
            same = history_find(&back, CARD, "4000", 4);
    for (int32_t day = 31; day < 90; day++)
        for (int32_t f = 0; f < bank.n_features; f++)
            if (bank.features[f].entity == CARD) {
                struct answer a = bank_read(&bank, f, &known, card, on(day)),
                              b = bank_read(&bank, f, &back, same, on(day));
                ck_assert_msg(a.state == b.state && a.number == b.number, "feature %d on day %d", f,
                              day);
            }
    buffer_clear(&bytes);
    for (int32_t h = 0; h < 2; h++) {
        history_clear(&half[h]);
        history_clear(&unknown[h]);
    }
    history_clear(&known);
    history_clear(&back);
    bank_close(&bank);
    bank_close(&small);
}
END_TEST

START_TEST(histories_of_two_customers_or_strategies_do_not_merge)
{
    struct bank bank, small;
    struct history a, b, c;
    bank_open(&bank, "UTC");
    bank_plan(&bank);
    bank_open_small(&small);
    bank_plan(&small);
    ck_assert_int_eq(history_init(&a, bank.plan, "A", 1, NULL), CSTM_OK);
    ck_assert_int_eq(history_init(&b, bank.plan, "B", 1, NULL), CSTM_OK);
    ck_assert_int_eq(history_init(&c, small.plan, "A", 1, NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(&a, &b, NULL), CSTM_ERROR_MISMATCH);
    ck_assert_int_eq(history_merge(&a, &c, NULL), CSTM_ERROR_MISMATCH);
    history_clear(&a);
    history_clear(&b);
    history_clear(&c);
    bank_close(&bank);
    bank_close(&small);
}
END_TEST

static void
add_tests(TCase *tcase)
{
    tcase_add_test(tcase, what_is_read_back_is_what_was_written);
    tcase_add_test(tcase, a_history_that_is_cut_off_anywhere_is_corrupt);
    tcase_add_test(tcase, a_flipped_bit_is_corrupt_or_writes_back_as_it_came);
    tcase_add_test(tcase, random_damage_is_corrupt_or_another_sound_history);
    tcase_add_test(tcase, another_format_is_said_to_be_one);
    tcase_add_test(tcase, counts_beyond_what_is_left_are_refused_before_any_memory_is_asked_for);
    tcase_add_test(tcase, a_strategy_that_knows_less_passes_the_rest_on_unharmed);
    tcase_add_test(tcase, halves_that_meet_where_nobody_knows_them_are_added_up_by_who_does);
    tcase_add_test(tcase, histories_of_two_customers_or_strategies_do_not_merge);
}

int
main(void)
{
    return run_tests("behaviour bytes", add_tests);
}
