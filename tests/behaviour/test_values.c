/* Different values, the commonest, entropy and quantiles: worked out by hand; sketches against what
 * is exact, and the same whatever was sealed or merged before. */
#include "bank.h"

#include <math.h>

static const char *const shops[4] = {"food", "travel", "cash", "others"};

static int32_t
value_feature(struct bank *bank, enum feature_operator operator, int32_t field,
              struct window window, enum rule_kind kind, int32_t parameter)
{
    int32_t at = bank_feature(bank, CARD, operator, USE, field, NULL, window);
    bank->features[at].kind = kind;
    bank->features[at].parameter = parameter;
    return at;
}

static void
declare_shops(struct bank *bank)
{
    struct event_field *field = &bank->schema.events[USE].fields[USE_SHOP];
    field->n_values = 4;
    field->values = memory_new_array(4, sizeof *field->values);
    for (int32_t i = 0; i < 4; i++)
        field->values[i] = bank_name(shops[i]);
}

static void
start(const struct bank *bank, struct history *history, int32_t *card)
{
    int32_t account;
    bank_customer(bank, history, &account, card);
    bank_set(history, *card, OPENED_OF_CARD, HISTORY_ALWAYS, "", on(-30));
    ck_assert_int_eq(history_observe(history, USE, noon(-60), NULL), CSTM_OK);
}

static void
shop(const struct bank *bank, struct history *history, int32_t card, int32_t day, const char *where)
{
    struct draft draft = draft_of(bank, USE, noon(day), "");
    draft_text(bank, &draft, USE_SHOP, where);
    ck_assert_int_eq(bank_record(bank, history, card, &draft), CSTM_OK);
}

/* Before sealing, after it, after bytes. */
static void
seal_and_restore(const struct bank *bank, struct history *history, int32_t turn, int32_t day)
{
    struct history restored;
    if (turn == 1)
        ck_assert_int_eq(history_seal(history, on(day), on(day + 1), NULL), CSTM_OK);
    if (turn != 2)
        return;
    struct cstm_buffer bytes = bank_bytes(history);
    ck_assert_int_eq(bank_restore(bank->plan, bytes.data, bytes.size, &restored), CSTM_OK);
    expect_same_bytes(history, &restored);
    buffer_clear(&bytes);
    history_clear(history);
    *history = restored;
}

static void
expect_real(struct answer answer, double expected)
{
    ck_assert_int_eq(answer.state, CSTM_OK);
    ck_assert_double_eq_tol(answer.real, expected, 1e-14);
}

START_TEST(the_commonest_of_several_is_the_one_declared_first)
{
    struct bank bank;
    struct history history;
    int32_t card;
    bank_open(&bank, "UTC");
    declare_shops(&bank);
    int32_t most = value_feature(&bank, FEATURE_MOST_FREQUENT, USE_SHOP, all(), RULE_STRING, 0);
    int32_t share = value_feature(&bank, FEATURE_TOP_SHARE, USE_SHOP, all(), RULE_DOUBLE, 0);
    int32_t entropy = value_feature(&bank, FEATURE_ENTROPY, USE_SHOP, all(), RULE_DOUBLE, 0);
    int32_t recent = value_feature(&bank, FEATURE_ENTROPY, USE_SHOP, days(3), RULE_DOUBLE, 0);
    int32_t lately = value_feature(&bank, FEATURE_MOST_FREQUENT, USE_SHOP, days(3), RULE_STRING, 0);
    bank_plan(&bank);
    start(&bank, &history, &card);
    expect_state(bank_read(&bank, most, &history, card, on(1)), CSTM_ERROR_MISSING);
    expect_state(bank_read(&bank, share, &history, card, on(1)), CSTM_ERROR_MISSING);
    expect_state(bank_read(&bank, entropy, &history, card, on(1)), CSTM_ERROR_MISSING);
    /* cash 4, travel 4, food 2, others 2 of 12; on days 8 to 10 cash alone. */
    static const int32_t of[12] = {2, 1, 1, 2, 0, 1, 3, 0, 1, 3, 2, 2};
    static const int32_t when[12] = {0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (int32_t i = 0; i < 12; i++)
        shop(&bank, &history, card, when[i], shops[of[i]]);
    for (int32_t turn = 0; turn < 3; turn++) {
        seal_and_restore(&bank, &history, turn, 8);
        struct answer answer = bank_read(&bank, most, &history, card, on(10));
        ck_assert_int_eq(answer.state, CSTM_OK);
        ck_assert_uint_eq(answer.text.size, 6);
        ck_assert_mem_eq(answer.text.bytes, "travel", 6);
        expect_real(bank_read(&bank, share, &history, card, on(10)), 1.0 / 3);
        /* 2/3 log2(3) + 1/3 log2(6) = log2(3) + 1/3 */
        expect_real(bank_read(&bank, entropy, &history, card, on(10)), log2(3) + 1.0 / 3);
        expect_real(bank_read(&bank, recent, &history, card, on(10)), 0);
        answer = bank_read(&bank, lately, &history, card, on(10));
        ck_assert_uint_eq(answer.text.size, 4);
        ck_assert_mem_eq(answer.text.bytes, "cash", 4);
    }
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(a_quantile_is_the_value_of_the_nearest_rank)
{
    struct bank bank;
    struct history history;
    int32_t card;
    bank_open(&bank, "UTC");
    /* The example of the nearest-rank method: 15, 20, 35, 40, 50. */
    static const struct {
        int32_t at;
        int64_t value;
    } cases[] = {{50000, 15},  {300000, 20}, {400000, 20},
                 {500000, 35}, {1000000, 50}, {1, 15}};
    static const int64_t amounts[] = {35, 15, 50, 40, 20};
    int32_t features[6];
    for (int32_t i = 0; i < 6; i++)
        features[i] = value_feature(&bank, FEATURE_QUANTILE, USE_AMOUNT, days(20), RULE_MONEY,
                                    cases[i].at);
    int32_t real = value_feature(&bank, FEATURE_QUANTILE, USE_RATE, days(20), RULE_DOUBLE, 500000);
    bank_plan(&bank);
    start(&bank, &history, &card);
    expect_state(bank_read(&bank, features[0], &history, card, on(1)), CSTM_ERROR_MISSING);
    for (int32_t i = 0; i < 5; i++) {
        bank_use(&bank, &history, card, noon(i), "", amounts[i], 1);
        struct draft draft = draft_of(&bank, USE, noon(i), "");
        draft_real(&bank, &draft, USE_RATE, -(double) amounts[i] / 4);
        ck_assert_int_eq(bank_record(&bank, &history, card, &draft), CSTM_OK);
    }
    for (int32_t turn = 0; turn < 3; turn++) {
        seal_and_restore(&bank, &history, turn, 3);
        for (int32_t i = 0; i < 6; i++)
            expect_number(bank_read(&bank, features[i], &history, card, on(10)), cases[i].value);
        /* -8.75 lies in [8.75, 8.8125), whose middle says so. */
        ck_assert_double_eq(bank_read(&bank, real, &history, card, on(10)).real, -8.78125);
    }
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

/* Of each size of numbers, in one order and in the other, sealed and not. */
START_TEST(a_quantile_of_large_values_is_within_two_fifths_of_a_percent)
{
    struct bank bank;
    struct history history;
    int32_t card;
    bank_open(&bank, "UTC");
    int32_t money = value_feature(&bank, FEATURE_QUANTILE, USE_AMOUNT, days(2), RULE_MONEY, 1);
    int32_t real = value_feature(&bank, FEATURE_QUANTILE, USE_RATE, days(2), RULE_DOUBLE, 1);
    int32_t most = value_feature(&bank, FEATURE_QUANTILE, USE_RATE, days(2), RULE_DOUBLE, 1000000);
    bank_plan(&bank);
    start(&bank, &history, &card);
    int64_t amount = 200;
    for (int32_t i = 0; i < 160; i++) {
        struct draft draft = draft_of(&bank, USE, noon(2 * i), "");
        double rate = (double) amount / 3e60 * pow(10, i);
        draft_number(&bank, &draft, USE_AMOUNT, i % 2 == 0 ? amount : -amount);
        draft_real(&bank, &draft, USE_RATE, i % 3 == 0 ? -rate : rate);
        ck_assert_int_eq(bank_record(&bank, &history, card, &draft), CSTM_OK);
        for (int32_t turn = 0; turn < 2; turn++) {
            double is = (double) bank_read(&bank, money, &history, card, on(2 * i)).number;
            ck_assert_double_le(fabs(fabs(is) / (double) amount - 1), 1.0 / 256);
            ck_assert((is < 0) == (i % 2 == 1));
            is = bank_read(&bank, real, &history, card, on(2 * i)).real;
            ck_assert_double_le(fabs(fabs(is) / rate - 1), 1.0 / 256);
            ck_assert_double_eq(is, bank_read(&bank, most, &history, card, on(2 * i)).real);
            ck_assert((is < 0) == (i % 3 == 0));
            if (turn == 0)
                ck_assert_int_eq(history_seal(&history, on(2 * i), on(2 * i), NULL), CSTM_OK);
        }
        ck_assert_int_eq(history.instances[card].kinds[0].n_events, 0);
        ck_assert_int_le(history.instances[card].kinds[0].n_buckets, 4);
        amount += amount / 4 + 1;
    }
    ck_assert_int_gt(amount, INT64_C(1) << 58);
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

/* The least and greatest numbers there are. */
START_TEST(quantiles_of_the_ends_of_the_numbers_are_there)
{
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, 255, INT64_MAX};
    static const int64_t is[] = {INT64_MIN, INT64_MIN + (INT64_C(1) << 54), -1, 0, 1, 255,
                                 INT64_MAX - (INT64_C(1) << 54) + 1};
    struct bank bank;
    struct history history;
    int32_t card, features[7];
    bank_open(&bank, "UTC");
    for (int32_t i = 0; i < 7; i++)
        features[i] = value_feature(&bank, FEATURE_QUANTILE, USE_STATUS, all(), RULE_INT,
                                    (i + 1) * 142857);
    bank_plan(&bank);
    start(&bank, &history, &card);
    for (int32_t i = 6; i >= 0; i--)
        bank_use(&bank, &history, card, noon(i), "", 1, ends[i]);
    for (int32_t turn = 0; turn < 3; turn++) {
        seal_and_restore(&bank, &history, turn, 4);
        for (int32_t i = 0; i < 7; i++)
            expect_number(bank_read(&bank, features[i], &history, card, on(10)), is[i]);
    }
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

START_TEST(few_different_values_are_counted_exactly)
{
    struct bank bank;
    struct history history;
    int32_t card;
    bank_open(&bank, "UTC");
    int32_t texts = value_feature(&bank, FEATURE_DISTINCT, USE_SHOP, all(), RULE_INT, 0);
    int32_t numbers = value_feature(&bank, FEATURE_DISTINCT, USE_STATUS, days(5), RULE_INT, 0);
    bank_plan(&bank);
    start(&bank, &history, &card);
    expect_number(bank_read(&bank, texts, &history, card, on(1)), 0);
    static const char *const visited[] = {"a", "b", "a", "", "c", "b", "b", "aa"};
    for (int32_t i = 0; i < 8; i++) {
        shop(&bank, &history, card, i, visited[i]);
        bank_use(&bank, &history, card, noon(i), "", 1, i % 4);
        bank_use(&bank, &history, card, noon(i), "", 2, i % 4);
    }
    for (int32_t turn = 0; turn < 3; turn++) {
        seal_and_restore(&bank, &history, turn, 6);
        expect_number(bank_read(&bank, texts, &history, card, on(9)), 5);
        expect_number(bank_read(&bank, numbers, &history, card, on(9)), 3); /* days 5, 6, 7 */
        expect_number(bank_read(&bank, numbers, &history, card, on(11)), 1);
    }
    history_clear(&history);
    bank_close(&bank);
}
END_TEST

static void
use_values(const struct bank *bank, struct history *history, int32_t card, int32_t n, int32_t step)
{
    for (int32_t i = step; i < n; i += 2)
        bank_use(bank, history, card, noon(i % 7), "", 1, i);
}

/* Exact for as long as it may be, then within four standard errors; halves and orders do not show. */
START_TEST(many_different_values_are_estimated)
{
    static const int32_t numbers[] = {255, 256, 257, 400, 1000, 3000, 6000};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct bank bank;
        struct history whole, half, other;
        int32_t card, n = numbers[i];
        bank_open(&bank, "UTC");
        int32_t ever = value_feature(&bank, FEATURE_DISTINCT, USE_STATUS, all(), RULE_INT, 0);
        bank_plan(&bank);
        start(&bank, &whole, &card);
        start(&bank, &half, &card);
        start(&bank, &other, &card);
        use_values(&bank, &whole, card, n, 0);
        use_values(&bank, &whole, card, n, 1);
        use_values(&bank, &half, card, n, 1);
        use_values(&bank, &other, card, n, 0);
        use_values(&bank, &other, card, n / 3, 1); /* some are in both */
        int64_t count = bank_read(&bank, ever, &whole, card, on(9)).number;
        if (n <= DISTINCT_EXACT)
            ck_assert_int_eq(count, n);
        else
            ck_assert_double_eq_tol((double) count, n, 4 * 0.0325 * n);
        ck_assert_int_eq(history_seal(&whole, on(3), on(4), NULL), CSTM_OK);
        expect_number(bank_read(&bank, ever, &whole, card, on(9)), count);
        ck_assert_int_eq(history_seal(&whole, on(7), on(8), NULL), CSTM_OK);
        expect_number(bank_read(&bank, ever, &whole, card, on(9)), count);
        ck_assert_int_le(whole.instances[card].kinds[0].n_events, 257 + 1024);
        ck_assert_int_eq(history_seal(&half, on(5), on(6), NULL), CSTM_OK);
        ck_assert_int_eq(history_merge(&half, &other, NULL), CSTM_OK);
        expect_number(bank_read(&bank, ever, &half, card, on(9)), count);
        ck_assert_int_eq(history_seal(&half, on(7), on(8), NULL), CSTM_OK);
        expect_number(bank_read(&bank, ever, &half, card, on(9)), count);
        history_clear(&whole);
        history_clear(&half);
        history_clear(&other);
        bank_close(&bank);
    }
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, the_commonest_of_several_is_the_one_declared_first);
    tcase_add_test(tcase, a_quantile_is_the_value_of_the_nearest_rank);
    tcase_add_test(tcase, a_quantile_of_large_values_is_within_two_fifths_of_a_percent);
    tcase_add_test(tcase, quantiles_of_the_ends_of_the_numbers_are_there);
    tcase_add_test(tcase, few_different_values_are_counted_exactly);
    tcase_add_test(tcase, many_different_values_are_estimated);
}

int
main(void)
{
    return run_tests("behaviour values", add);
}
