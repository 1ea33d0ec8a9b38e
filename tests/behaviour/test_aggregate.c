/* Variance, gaps, streaks, shares, decay, trends and ratios: each value worked out by hand, and the
 * same before sealing, after it, after bytes, and from halves that were merged. */
#include "bank.h"

#include <math.h>

enum { PAID_LIMIT = 16 };

/* A payment of an account. */
struct paid {
    int32_t day;
    int64_t amount;
};

/* The history of an account with these payments, the even ones in one half, the odd in the other;
 * each half is sealed up to its own day before they merge. */
static void
live(const struct bank *bank, const struct paid *paid, int32_t n, int32_t sealed, int32_t sealed_odd,
     struct history *history)
{
    int32_t account, card;
    struct history odd;
    bank_customer(bank, history, &account, &card);
    bank_customer(bank, &odd, &account, &card);
    bank_set(history, account, OPENED_OF_ACCOUNT, HISTORY_ALWAYS, "", on(-30));
    for (int32_t i = 0; i < n; i++) {
        struct draft draft = draft_of(bank, PAYMENT, noon(paid[i].day), "");
        draft_number(bank, &draft, 0, paid[i].amount);
        ck_assert_int_eq(bank_record(bank, i % 2 == 0 ? history : &odd, account, &draft), CSTM_OK);
    }
    if (sealed >= 0)
        ck_assert_int_eq(history_seal(history, on(sealed), on(sealed + 1), NULL), CSTM_OK);
    if (sealed_odd >= 0)
        ck_assert_int_eq(history_seal(&odd, on(sealed_odd), on(sealed_odd + 1), NULL), CSTM_OK);
    ck_assert_int_eq(history_merge(history, &odd, NULL), CSTM_OK);
    ck_assert_int_eq(history_observe(history, PAYMENT, noon(-60), NULL), CSTM_OK);
    history_clear(&odd);
}

static int32_t
wide_feature(struct bank *bank, enum feature_operator operator, int32_t field, struct window window,
             enum rule_kind kind, int32_t parameter)
{
    int32_t at = bank_feature(bank, ACCOUNT, operator, PAYMENT, field, NULL, window);
    bank->features[at].kind = kind;
    bank->features[at].parameter = parameter;
    return at;
}

static void
give_whole(struct bank *bank, int32_t feature, const char *of)
{
    struct error_list errors = {.count = 0};
    bank->features[feature].of_rule =
        rule_compile(of, strlen(of), bank->scopes[PAYMENT], RULE_BOOL, NULL, &errors, NULL);
    ck_assert_ptr_nonnull(bank->features[feature].of_rule);
}

static int32_t
share_feature(struct bank *bank, int32_t field, const char *where, const char *of)
{
    int32_t at = bank_feature(bank, ACCOUNT, FEATURE_SHARE, PAYMENT, field, where, all());
    bank->features[at].kind = RULE_DOUBLE;
    if (of != NULL)
        give_whole(bank, at, of);
    return at;
}

static void
expect_answer(const struct bank *bank, int32_t feature, const struct history *history, int32_t day,
              double expected)
{
    struct answer answer = bank_read(bank, feature, history, 1, on(day));
    if (isnan(expected)) {
        ck_assert_int_eq(answer.state, CSTM_ERROR_MISSING);
        return;
    }
    ck_assert_int_eq(answer.state, CSTM_OK);
    double value = answer.kind == RULE_DOUBLE ? answer.real : (double) answer.number;
    ck_assert_msg(fabs(value - expected) <= 1e-14 * fabs(expected), "%.17g, not %.17g", value,
                  expected);
}

/* Whatever is sealed, and after bytes, the value on `day` is the same. */
static void
expect(struct bank *bank, int32_t feature, const struct paid *paid, int32_t n, int32_t day,
       double expected)
{
    static const struct {
        int32_t even, odd;
    } seals[] = {{-1, -1}, {3, -1}, {-1, 5}, {6, 6}, {9, 2}};
    for (size_t s = 0; s < sizeof seals / sizeof *seals; s++) {
        struct history history, restored;
        live(bank, paid, n, seals[s].even < day ? seals[s].even : -1,
             seals[s].odd < day ? seals[s].odd : -1, &history);
        expect_answer(bank, feature, &history, day, expected);
        struct cstm_buffer bytes = bank_bytes(&history);
        ck_assert_int_eq(bank_restore(bank->plan, bytes.data, bytes.size, &restored), CSTM_OK);
        expect_same_bytes(&history, &restored);
        expect_answer(bank, feature, &restored, day, expected);
        ck_assert_int_eq(history_seal(&restored, on(day - 1), on(day), NULL), CSTM_OK);
        expect_answer(bank, feature, &restored, day, expected);
        buffer_clear(&bytes);
        history_clear(&restored);
        history_clear(&history);
    }
}

static void
close(struct bank *bank)
{
    for (int32_t i = 0; i < bank->n_features; i++)
        rule_program_unref(bank->features[i].of_rule);
    bank_close(bank);
}

START_TEST(a_variance_is_of_the_sample)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t variance = wide_feature(&bank, FEATURE_VARIANCE, 0, all(), RULE_DOUBLE, 0);
    int32_t deviation = wide_feature(&bank, FEATURE_DEVIATION, 0, all(), RULE_MONEY, 0);
    int32_t recent = wide_feature(&bank, FEATURE_VARIANCE, 0, days(2), RULE_DOUBLE, 0);
    bank_plan(&bank);
    /* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squares around it 9+1+1+1+0+0+4+16 = 32, over n - 1 = 7. */
    static const struct paid paid[] = {{0, 200}, {1, 400}, {2, 400}, {3, 400},
                                       {4, 500}, {5, 500}, {7, 700}, {8, 900}};
    expect(&bank, variance, paid, 8, 10, 32.0 / 7);
    expect(&bank, deviation, paid, 8, 10, 214); /* 2.1381 */
    expect(&bank, recent, paid, 8, 8, 2);       /* 7 and 9 */
    expect(&bank, variance, paid, 1, 10, NAN);  /* one has none */
    expect(&bank, deviation, paid, 0, 10, NAN);
    close(&bank);
}
END_TEST

START_TEST(a_variance_loses_nothing_to_a_large_mean)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t variance = wide_feature(&bank, FEATURE_VARIANCE, 0, all(), RULE_DOUBLE, 0);
    int32_t deviation = wide_feature(&bank, FEATURE_DEVIATION, 0, all(), RULE_MONEY, 0);
    bank_plan(&bank);
    /* m-1, m, m+1 in minor units: variance 1, in major units 1e-4. */
    int64_t mean = INT64_C(1) << 60;
    struct paid paid[] = {{0, mean - 1}, {1, mean}, {2, mean + 1}};
    expect(&bank, variance, paid, 3, 10, 1e-4);
    expect(&bank, deviation, paid, 3, 10, 1);
    /* The sum of squares stops at 2^124, and says so. */
    struct paid huge[] = {{0, INT64_MAX}, {1, INT64_MIN}};
    struct history history;
    live(&bank, huge, 2, 5, -1, &history);
    expect_state(bank_read(&bank, variance, &history, 1, on(10)), CSTM_ERROR_RANGE);
    expect_state(bank_read(&bank, deviation, &history, 1, on(10)), CSTM_ERROR_RANGE);
    history_clear(&history);
    close(&bank);
}
END_TEST

START_TEST(a_variance_of_doubles_does_not_show_the_order)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t variance = bank_feature(&bank, CARD, FEATURE_VARIANCE, USE, USE_RATE, NULL, all());
    bank.features[variance].kind = RULE_DOUBLE;
    bank_plan(&bank);
    static const double values[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    for (int32_t turn = 0; turn < 4; turn++) {
        struct history history;
        int32_t account, card;
        bank_customer(&bank, &history, &account, &card);
        for (int32_t i = 0; i < 4; i++) {
            struct draft draft = draft_of(&bank, USE, noon((i + turn) % 4), "");
            draft_real(&bank, &draft, USE_RATE, values[i]);
            ck_assert_int_eq(bank_record(&bank, &history, card, &draft), CSTM_OK);
        }
        ck_assert_int_eq(history_seal(&history, on(turn), on(turn + 1), NULL), CSTM_OK);
        /* 36 + 9 + 9 + 36 = 90 over 3: the example of Chan, Golub and LeVeque (1983) */
        ck_assert_double_eq(bank_read(&bank, variance, &history, card, on(9)).real, 30);
        history_clear(&history);
    }
    close(&bank);
}
END_TEST

START_TEST(gaps_lie_between_active_days)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t longest = wide_feature(&bank, FEATURE_LONGEST_GAP, -1, all(), RULE_INT, 0);
    int32_t mean = wide_feature(&bank, FEATURE_MEAN_GAP, -1, all(), RULE_DOUBLE, 0);
    int32_t variation = wide_feature(&bank, FEATURE_GAP_VARIATION, -1, all(), RULE_DOUBLE, 0);
    int32_t recent = wide_feature(&bank, FEATURE_LONGEST_GAP, -1, days(9), RULE_INT, 0);
    int32_t since = wide_feature(&bank, FEATURE_SINCE_FIRST, -1, all(), RULE_INT, 0);
    int32_t lately = wide_feature(&bank, FEATURE_SINCE_FIRST, -1, days(9), RULE_INT, 0);
    bank_plan(&bank);
    /* Days 0, 3, 3, 4, 10: gaps 3, 1, 6. */
    static const struct paid paid[] = {{0, 1}, {3, 1}, {3, 2}, {4, 1}, {10, 1}};
    expect(&bank, longest, paid, 5, 12, 6);
    expect(&bank, mean, paid, 5, 12, 10.0 / 3);
    /* Squares around 10/3: 1/9 + 49/9 + 64/9 = 114/9 over 2 = 57/9. */
    expect(&bank, variation, paid, 5, 12, sqrt(57.0 / 9) / (10.0 / 3));
    expect(&bank, recent, paid, 5, 11, 6);   /* of days 3 to 11: 3, 4, 10 */
    expect(&bank, recent, paid, 5, 13, NAN); /* of days 5 to 13: 10 alone */
    expect(&bank, longest, paid, 1, 12, NAN);
    expect(&bank, variation, paid, 3, 12, NAN); /* one gap varies not */
    expect(&bank, since, paid, 5, 12, 12);
    expect(&bank, lately, paid, 5, 12, 8); /* of days 4 to 12 */
    expect(&bank, since, paid, 0, 12, NAN);
    close(&bank);
}
END_TEST

START_TEST(a_streak_outlives_a_unit_that_is_not_over)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t by_days = wide_feature(&bank, FEATURE_STREAK, -1, all(), RULE_INT, STREAK_DAYS);
    int32_t weeks = wide_feature(&bank, FEATURE_STREAK, -1, all(), RULE_INT, STREAK_WEEKS);
    int32_t by_months = wide_feature(&bank, FEATURE_STREAK, -1, all(), RULE_INT, STREAK_MONTHS);
    bank_plan(&bank);
    static const struct paid run[] = {{1, 1}, {3, 1}, {4, 1}, {4, 1}, {5, 1}};
    expect(&bank, by_days, run, 5, 5, 3);
    expect(&bank, by_days, run, 5, 6, 3); /* today may still come */
    expect(&bank, by_days, run, 5, 7, 0);
    expect(&bank, by_days, run, 0, 7, 0);
    /* 2005-01-01 was a Saturday: weeks begin on days 2, 9, 16, 23. */
    static const struct paid weekly[] = {{1, 1}, {2, 1}, {15, 1}, {16, 1}};
    expect(&bank, weeks, weekly, 2, 8, 2);
    expect(&bank, weeks, weekly, 4, 22, 4);
    expect(&bank, weeks, weekly, 4, 29, 4);
    expect(&bank, weeks, weekly, 4, 30, 0);
    /* January, February, March; then May. */
    static const struct paid monthly[] = {{0, 1}, {40, 1}, {89, 1}, {120, 1}};
    expect(&bank, by_months, monthly, 3, 90, 3);  /* 1 April */
    expect(&bank, by_months, monthly, 3, 120, 0); /* 1 May */
    expect(&bank, by_months, monthly, 4, 121, 1);
    close(&bank);
}
END_TEST

START_TEST(a_share_is_one_sum_over_another)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t amount = share_feature(&bank, 0, "amount > money('3.00')", NULL);
    int32_t count = share_feature(&bank, -1, "amount > money('3.00')", NULL);
    int32_t of = share_feature(&bank, 0, "amount > money('3.00')", "amount > money('1.00')");
    bank_plan(&bank);
    static const struct paid paid[] = {{0, 100}, {1, 200}, {2, 300}, {6, 400}};
    expect(&bank, amount, paid, 4, 8, 0.4);
    expect(&bank, count, paid, 4, 8, 0.25);
    expect(&bank, of, paid, 4, 8, 4.0 / 9);
    expect(&bank, amount, paid, 3, 8, 0);
    expect(&bank, amount, paid, 0, 8, NAN);
    expect(&bank, of, paid, 1, 8, NAN); /* nothing of nothing */
    close(&bank);
}
END_TEST

START_TEST(what_decays_weighs_half_a_half_life_later)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t count = wide_feature(&bank, FEATURE_DECAYED, -1, all(), RULE_DOUBLE, 4);
    int32_t sum = wide_feature(&bank, FEATURE_DECAYED, 0, all(), RULE_MONEY, 4);
    int32_t recent = wide_feature(&bank, FEATURE_DECAYED, 0, days(5), RULE_MONEY, 4);
    bank_plan(&bank);
    static const struct paid paid[] = {{0, 100}, {4, 600}, {4, 200}, {6, 100}, {8, 1000}};
    /* On day 8: 1/4 + 2/2 + 2^-0.5 + 1. */
    expect(&bank, count, paid, 5, 8, 2.25 + sqrt(0.5));
    expect(&bank, sum, paid, 5, 8, 25 + 400 + 71 + 1000); /* 70.71 */
    expect(&bank, recent, paid, 5, 8, 400 + 71 + 1000);
    expect(&bank, count, paid, 0, 8, 0);
    expect(&bank, count, paid, 1, 7, pow(2, -1.75));
    close(&bank);
}
END_TEST

START_TEST(a_trend_is_the_slope_over_equal_parts)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    int32_t count = wide_feature(&bank, FEATURE_TREND, -1, days(12), RULE_DOUBLE, 4);
    int32_t sum = wide_feature(&bank, FEATURE_TREND, 0, days(12), RULE_MONEY, 4);
    bank_plan(&bank);
    /* On day 11, of parts 0-2, 3-5, 6-8, 9-11: counts 1, 0, 2, 2, amounts 1, 0, 4, 7. Slope
     * (-3 y0 - y1 + y2 + 3 y3) / 10: counts 5/10, amounts 22/10. */
    static const struct paid paid[] = {{2, 100}, {6, 200}, {8, 200}, {9, 300}, {11, 400}};
    expect(&bank, count, paid, 5, 11, 0.5);
    expect(&bank, sum, paid, 5, 11, 220);
    expect(&bank, count, paid, 0, 11, 0); /* nothing, and steadily so */
    close(&bank);
}
END_TEST

START_TEST(a_ratio_is_to_the_window_before)
{
    struct bank bank;
    bank_open(&bank, "UTC");
    /* The document says 4 days; the plan reads them and the 4 before. */
    int32_t count = wide_feature(&bank, FEATURE_RATIO, -1, days(8), RULE_DOUBLE, 2);
    int32_t sum = wide_feature(&bank, FEATURE_RATIO, 0, days(8), RULE_DOUBLE, 2);
    bank_plan(&bank);
    static const struct paid paid[] = {{2, 100}, {4, 200}, {5, 200}, {8, 300}, {9, 800}, {9, 100}};
    expect(&bank, count, paid, 6, 9, 3.0 / 3); /* days 6-9 over 2-5 */
    expect(&bank, sum, paid, 6, 9, 12.0 / 5);
    expect(&bank, sum, paid, 6, 10, 12.0 / 4);
    expect(&bank, sum, paid, 6, 15, 0);      /* days 12-15 over 8-11 */
    expect(&bank, sum, paid, 2, 15, NAN);    /* over nothing */
    close(&bank);
}
END_TEST

START_TEST(an_error_of_the_rule_is_an_error_of_the_aggregate)
{
    static const struct {
        enum feature_operator operator;
        enum rule_kind kind;
        int32_t field, parameter;
    } cases[] = {
        {FEATURE_VARIANCE, RULE_DOUBLE, USE_AMOUNT, 0}, {FEATURE_LONGEST_GAP, RULE_INT, -1, 0},
        {FEATURE_STREAK, RULE_INT, -1, STREAK_DAYS},    {FEATURE_SHARE, RULE_DOUBLE, -1, 0},
        {FEATURE_DECAYED, RULE_DOUBLE, -1, 3},          {FEATURE_SINCE_FIRST, RULE_INT, -1, 0},
        {FEATURE_VARIANCE, RULE_DOUBLE, USE_RATE, 0},   {FEATURE_TREND, RULE_DOUBLE, -1, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bank bank;
        bank_open(&bank, "UTC");
        int32_t at = bank_feature(&bank, CARD, cases[i].operator, USE, cases[i].field,
                                  "10 / status > 2", days(10));
        bank.features[at].kind = cases[i].kind;
        bank.features[at].parameter = cases[i].parameter;
        bank_plan(&bank);
        struct history history;
        int32_t account, card;
        bank_customer(&bank, &history, &account, &card);
        ck_assert_int_eq(history_observe(&history, USE, noon(-60), NULL), CSTM_OK);
        bank_use(&bank, &history, card, noon(0), "", 100, 2);
        bank_use(&bank, &history, card, noon(1), "", 100, 0);
        expect_state(bank_read(&bank, at, &history, card, on(5)), CSTM_ERROR_DIVIDE);
        ck_assert_int_eq(history_seal(&history, on(3), on(4), NULL), CSTM_OK);
        expect_state(bank_read(&bank, at, &history, card, on(5)), CSTM_ERROR_DIVIDE);
        history_clear(&history);
        close(&bank);
    }
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, a_variance_is_of_the_sample);
    tcase_add_test(tcase, a_variance_loses_nothing_to_a_large_mean);
    tcase_add_test(tcase, a_variance_of_doubles_does_not_show_the_order);
    tcase_add_test(tcase, gaps_lie_between_active_days);
    tcase_add_test(tcase, a_streak_outlives_a_unit_that_is_not_over);
    tcase_add_test(tcase, a_share_is_one_sum_over_another);
    tcase_add_test(tcase, what_decays_weighs_half_a_half_life_later);
    tcase_add_test(tcase, a_trend_is_the_slope_over_equal_parts);
    tcase_add_test(tcase, a_ratio_is_to_the_window_before);
    tcase_add_test(tcase, an_error_of_the_rule_is_an_error_of_the_aggregate);
}

int
main(void)
{
    return run_tests("behaviour aggregate", add);
}
