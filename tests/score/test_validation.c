/* Validation against published figures, scikit-learn and scipy (make_validation_cases.py), and
 * against its own definition. */
#include <libcustomer/score.h>

#include "validation_cases.h"

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OK(call) ck_assert_int_eq((call), CSTM_OK)
#define N(array) ((int64_t) (sizeof(array) / sizeof(array)[0]))

static cstm_validation *
validate(const double *scores, const uint8_t *outcomes, const double *weights, int64_t rows,
         int32_t higher_is)
{
    cstm_validation *validation = NULL;
    cstm_error *error = NULL;
    cstm_status status =
        cstm_validation_new(scores, outcomes, weights, rows, higher_is, &validation, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    return validation;
}

START_TEST(figures_are_those_of_scikit_learn_and_scipy)
{
    for (int64_t i = 0; i < N(validation_cases); i++) {
        cstm_validation *found =
            validate(validation_cases[i].scores, validation_cases[i].outcomes,
                     validation_cases[i].weights, validation_cases[i].rows, CSTM_HIGHER_IS_RISKIER);
        ck_assert_int_eq(cstm_validation_state(found), CSTM_STATE_VALUE);
        ck_assert_double_eq_tol(cstm_validation_auc(found), validation_cases[i].auc, 1e-14);
        ck_assert_double_eq_tol(cstm_validation_gini(found), 2 * validation_cases[i].auc - 1,
                                2e-14);
        ck_assert_double_eq_tol(cstm_validation_ks(found), validation_cases[i].ks, 1e-14);
        ck_assert_double_eq_tol(cstm_validation_brier(found), validation_cases[i].brier, 1e-14);
        ck_assert_int_eq(cstm_validation_brier_state(found), CSTM_STATE_VALUE);
        cstm_validation_free(found);
    }
}
END_TEST

/* toad 4317ece, tests/metrics_test.py:26 and :67, on the sample that its seed draws. */
START_TEST(figures_are_those_that_toad_publishes)
{
    ck_assert_str_eq(validation_cases[0].name, "toad");
    cstm_validation *found = validate(validation_cases[0].scores, validation_cases[0].outcomes,
                                      NULL, 500, CSTM_HIGHER_IS_RISKIER);
    ck_assert_double_eq(cstm_validation_ks(found), 0.05536775661256989);
    ck_assert_double_eq(cstm_validation_auc(found), 0.5038690142424582);
    cstm_validation_free(found);
}
END_TEST

/* A sample from counts: counts[i][0] others and counts[i][1] events of score i. */
static cstm_validation *
validate_counts(const int32_t counts[][2], int32_t n, int32_t higher_is)
{
    static double scores[2000];
    static uint8_t outcomes[2000];
    int64_t rows = 0;
    for (int32_t i = 0; i < n; i++)
        for (int32_t k = 0; k < counts[i][0] + counts[i][1]; k++) {
            scores[rows] = i;
            outcomes[rows++] = k >= counts[i][0];
        }
    return validate(scores, outcomes, NULL, rows, higher_is);
}

/* UCI breast cancer, mean radius in seven bins, others and events: Gini 0.8754162, KS 0.72862164.
 * optbinning 36a276f, README.rst, analysis(). */
START_TEST(gini_and_ks_of_counts_are_those_that_optbinning_publishes)
{
    static const int32_t counts[][2] = {{3, 115}, {3, 76},  {7, 61}, {10, 39},
                                        {28, 55}, {44, 10}, {117, 1}};
    cstm_validation *found = validate_counts(counts, 7, CSTM_HIGHER_IS_SAFER);
    ck_assert_double_eq_tol(cstm_validation_gini(found), 0.8754162, 5e-9);
    ck_assert_double_eq_tol(cstm_validation_ks(found), 0.72862164, 5e-9);
    ck_assert_double_eq(cstm_validation_ks_cut(found),
                        4); /* 346 of 357 events and 51 of 212 others lie up to there */
    cstm_validation_free(found);
}
END_TEST

/* Ratings of 109 CT images, normal and abnormal, 1 to 5: area 0.893. Hanley and McNeil 1982, tables
 * I and II. */
START_TEST(the_area_of_hanley_and_mcneils_ratings_is_theirs)
{
    static const int32_t counts[][2] = {{33, 3}, {6, 2}, {6, 2}, {11, 11}, {2, 33}};
    cstm_validation *found = validate_counts(counts, 5, CSTM_HIGHER_IS_RISKIER);
    ck_assert_double_eq_tol(cstm_validation_auc(found), 0.893, 5e-4);
    cstm_validation_free(found);
}
END_TEST

START_TEST(turning_the_score_round_turns_nothing_else)
{
    for (int64_t i = 0; i < N(validation_cases); i++) {
        int64_t rows = validation_cases[i].rows;
        const double *weights = validation_cases[i].weights;
        double turned[500];
        for (int64_t row = 0; row < rows; row++)
            turned[row] = -validation_cases[i].scores[row];
        cstm_validation *a = validate(validation_cases[i].scores, validation_cases[i].outcomes,
                                      weights, rows, CSTM_HIGHER_IS_RISKIER),
                        *b = validate(turned, validation_cases[i].outcomes, weights, rows,
                                      CSTM_HIGHER_IS_SAFER);
        ck_assert_double_eq(cstm_validation_auc(a), cstm_validation_auc(b));
        ck_assert_double_eq(cstm_validation_gini(a), cstm_validation_gini(b));
        ck_assert_double_eq(cstm_validation_ks(a), cstm_validation_ks(b));
        ck_assert_double_eq(cstm_validation_ks_cut(a), -cstm_validation_ks_cut(b));
        cstm_validation_free(a);
        cstm_validation_free(b);
    }
}
END_TEST

/* Mann-Whitney's U by comparing every event with every other, and the KS distance at every score.
 */
START_TEST(figures_are_those_of_their_definitions)
{
    uint64_t seed = 7;
    for (int32_t trial = 0; trial < 200; trial++) {
        enum { ROWS = 60 };
        double scores[ROWS], ks = 0;
        uint8_t outcomes[ROWS];
        int64_t twice_u = 0, events = 0;
        for (int32_t i = 0; i < ROWS; i++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            scores[i] = (double) (seed >> 40 & 15) / 16;
            outcomes[i] = (seed >> 33 & 3) == 0;
            events += outcomes[i];
        }
        if (events == 0 || events == ROWS)
            continue;
        for (int32_t i = 0; i < ROWS; i++) {
            int64_t event_share = 0, other_share = 0;
            for (int32_t k = 0; k < ROWS; k++) {
                if (outcomes[i] == 1 && outcomes[k] == 0)
                    twice_u += scores[i] > scores[k] ? 2 : scores[i] == scores[k];
                if (scores[k] >= scores[i])
                    *(outcomes[k] ? &event_share : &other_share) += 1;
            }
            ks = fmax(ks, fabs((double) (event_share * (ROWS - events) - other_share * events)));
        }
        cstm_validation *found = validate(scores, outcomes, NULL, ROWS, CSTM_HIGHER_IS_RISKIER);
        double pairs = (double) (events * (ROWS - events));
        ck_assert_double_eq(cstm_validation_auc(found), (double) twice_u / (2 * pairs));
        ck_assert_double_eq(cstm_validation_gini(found), ((double) twice_u - pairs) / pairs);
        ck_assert_double_eq(cstm_validation_ks(found), ks / pairs);
        cstm_validation_free(found);
    }
}
END_TEST

START_TEST(a_weight_of_3_is_a_row_three_times)
{
    double scores[500], weights[500], repeated[2000];
    uint8_t outcomes[500], repeated_outcomes[2000];
    int64_t rows = validation_cases[0].rows, many = 0;
    for (int64_t i = 0; i < rows; i++) {
        scores[i] = validation_cases[0].scores[i];
        outcomes[i] = validation_cases[0].outcomes[i];
        weights[i] = (double) (i % 4);
        for (int64_t k = 0; k < i % 4; k++) {
            repeated[many] = scores[i];
            repeated_outcomes[many++] = outcomes[i];
        }
    }
    cstm_validation *weighted = validate(scores, outcomes, weights, rows, CSTM_HIGHER_IS_RISKIER),
                    *counted =
                        validate(repeated, repeated_outcomes, NULL, many, CSTM_HIGHER_IS_RISKIER);
    ck_assert_double_eq(cstm_validation_auc(weighted), cstm_validation_auc(counted));
    ck_assert_double_eq(cstm_validation_gini(weighted), cstm_validation_gini(counted));
    ck_assert_double_eq(cstm_validation_ks(weighted), cstm_validation_ks(counted));
    ck_assert_double_eq(cstm_validation_ks_cut(weighted), cstm_validation_ks_cut(counted));
    ck_assert_double_eq_tol(cstm_validation_brier(weighted), cstm_validation_brier(counted), 1e-15);
    cstm_validation_free(weighted);
    cstm_validation_free(counted);
}
END_TEST

START_TEST(the_order_of_the_rows_never_shows)
{
    for (int64_t i = 0; i < N(validation_cases); i++) {
        int64_t rows = validation_cases[i].rows;
        double scores[500], weights[500];
        uint8_t outcomes[500];
        for (int64_t row = 0; row < rows; row++) {
            int64_t from = row * 7 % rows; /* 7 divides none of the numbers of rows */
            scores[row] = validation_cases[i].scores[from];
            outcomes[row] = validation_cases[i].outcomes[from];
            weights[row] =
                validation_cases[i].weights != NULL ? validation_cases[i].weights[from] : 0;
        }
        cstm_validation *a = validate(validation_cases[i].scores, validation_cases[i].outcomes,
                                      validation_cases[i].weights, rows, CSTM_HIGHER_IS_RISKIER),
                        *b = validate(scores, outcomes,
                                      validation_cases[i].weights != NULL ? weights : NULL, rows,
                                      CSTM_HIGHER_IS_RISKIER);
        ck_assert_double_eq(cstm_validation_auc(a), cstm_validation_auc(b));
        ck_assert_double_eq(cstm_validation_gini(a), cstm_validation_gini(b));
        ck_assert_double_eq(cstm_validation_ks(a), cstm_validation_ks(b));
        ck_assert_double_eq(cstm_validation_ks_cut(a), cstm_validation_ks_cut(b));
        ck_assert_double_eq(cstm_validation_brier(a), cstm_validation_brier(b));
        cstm_validation_free(a);
        cstm_validation_free(b);
    }
}
END_TEST

START_TEST(one_class_only_has_no_curve)
{
    static const double scores[] = {0.25, 0.5, 0.75}, weights[] = {1, 1, 0};
    static const uint8_t none[] = {0, 0, 0}, weightless[] = {0, 0, 1};
    const uint8_t *outcomes[] = {none, weightless};
    for (int32_t i = 0; i < 2; i++) {
        cstm_validation *found =
            validate(scores, outcomes[i], i == 1 ? weights : NULL, 3, CSTM_HIGHER_IS_RISKIER);
        ck_assert_int_eq(cstm_validation_state(found), CSTM_STATE_MISSING);
        ck_assert(isnan(cstm_validation_auc(found)));
        ck_assert(isnan(cstm_validation_gini(found)));
        ck_assert(isnan(cstm_validation_ks(found)));
        ck_assert(isnan(cstm_validation_ks_cut(found)));
        ck_assert_int_eq(cstm_validation_brier_state(found), CSTM_STATE_VALUE);
        ck_assert_int_eq(cstm_validation_events(found), i);
        cstm_validation_free(found);
    }
    cstm_validation *empty = validate(NULL, NULL, NULL, 0, CSTM_HIGHER_IS_SAFER);
    ck_assert_int_eq(cstm_validation_rows(empty), 0);
    ck_assert_int_eq(cstm_validation_state(empty), CSTM_STATE_MISSING);
    ck_assert_int_eq(cstm_validation_brier_state(empty), CSTM_STATE_MISSING);
    cstm_validation_free(empty);
}
END_TEST

START_TEST(scores_that_are_no_probabilities_have_no_brier)
{
    static const double scores[] = {0.5, 600}, safe[] = {0.75, 0.25};
    static const uint8_t outcomes[] = {0, 1};
    cstm_validation *found = validate(scores, outcomes, NULL, 2, CSTM_HIGHER_IS_SAFER);
    ck_assert_int_eq(cstm_validation_brier_state(found), CSTM_STATE_MISSING);
    ck_assert(isnan(cstm_validation_brier(found)));
    cstm_validation_free(found);
    found = validate(safe, outcomes, NULL, 2,
                     CSTM_HIGHER_IS_SAFER); /* p of an event is 0.25 and 0.75 */
    ck_assert_double_eq(cstm_validation_brier(found), 0.0625);
    cstm_validation_free(found);
}
END_TEST

START_TEST(what_cannot_be_compared_is_refused_with_its_row)
{
    static const struct {
        double score, weight;
        uint8_t outcome;
        cstm_status status;
    } cases[] = {{(double) NAN, 1, 0, CSTM_ERROR_NOT_FINITE},
                 {(double) INFINITY, 1, 0, CSTM_ERROR_NOT_FINITE},
                 {1, (double) NAN, 0, CSTM_ERROR_NOT_FINITE},
                 {1, -1, 0, CSTM_ERROR_RANGE},
                 {1, 1e-300, 0, CSTM_ERROR_RANGE},
                 {1, 1, 2, CSTM_ERROR_RANGE}};
    for (int64_t i = 0; i < N(cases); i++) {
        double scores[] = {0, 0, cases[i].score}, weights[] = {0, 1, cases[i].weight};
        uint8_t outcomes[] = {0, 1, cases[i].outcome};
        cstm_validation *validation = NULL;
        cstm_error *error = NULL;
        ck_assert_int_eq(cstm_validation_new(scores, outcomes, weights, 3, CSTM_HIGHER_IS_SAFER,
                                             &validation, &error),
                         cases[i].status);
        ck_assert_int_eq(cstm_error_row(error), 2);
        ck_assert_ptr_null(validation);
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(null_foreign_and_unknown_constants_are_misuse)
{
    static const double scores[] = {1};
    static const uint8_t outcomes[] = {1};
    cstm_validation *validation = NULL;
    cstm_table *table = NULL;
    ck_assert_int_eq(cstm_validation_new(NULL, outcomes, NULL, 1, 0, &validation, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_new(scores, NULL, NULL, 1, 0, &validation, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_new(scores, outcomes, NULL, -1, 0, &validation, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_new(scores, outcomes, NULL, 1, 2, &validation, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_new(scores, outcomes, NULL, 1, 0, NULL, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_new(scores, outcomes, NULL, CSTM_VALIDATION_LIMIT + INT64_C(1),
                                         0, &validation, NULL),
                     CSTM_ERROR_LIMIT);
    ck_assert_int_eq(cstm_validation_bands(NULL, 10, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_bands_at(NULL, scores, 1, &table, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_state(NULL), CSTM_STATE_ERROR);
    ck_assert_int_eq(cstm_validation_brier_state(NULL), CSTM_STATE_ERROR);
    ck_assert(isnan(cstm_validation_auc(NULL)));
    ck_assert_int_eq(cstm_validation_rows(NULL), 0);
    cstm_validation_free(NULL);
    validation = validate(scores, outcomes, NULL, 1, CSTM_HIGHER_IS_SAFER);
    ck_assert_int_eq(cstm_validation_bands(validation, 0, &table, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_validation_bands(validation, 10, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_bands_at(validation, NULL, 1, &table, NULL),
                     CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_validation_bands_at(validation, (const double[]){2, 2}, 2, &table, NULL),
                     CSTM_ERROR_RANGE);
    ck_assert_int_eq(
        cstm_validation_bands_at(validation, (const double[]){(double) NAN}, 1, &table, NULL),
        CSTM_ERROR_NOT_FINITE);
    ck_assert_ptr_null(table);
    cstm_validation_free(validation);
}
END_TEST

enum { FROM, TO, COUNT, EVENTS, WEIGHT, RATE, SHARE, EVENT_SHARE, OTHER_SHARE, LIFT };

/* Ten rows, scores 1 1 1 1 2 3 4 5 5 6, events at 1 1 2 5. */
static const double ten_scores[] = {5, 1, 3, 1, 6, 1, 2, 5, 1, 4};
static const uint8_t ten_outcomes[] = {1, 1, 0, 1, 0, 0, 1, 0, 0, 0};

START_TEST(bands_keep_ties_together_and_begin_at_the_risky_end)
{
    static const struct {
        double from, to;
        int64_t count, events;
        double share, event_share;
    } safer[] = {{1, 1, 4, 2, 0.4, 0.5},
                 {2, 2, 1, 1, 0.5, 0.75},
                 {3, 5, 4, 1, 0.9, 1},
                 {6, 6, 1, 0, 1, 1}},
      riskier[] = {{5, 6, 3, 1, 0.3, 0.25}, {3, 4, 2, 0, 0.5, 0.25}, {1, 2, 5, 3, 1, 1}};
    for (int32_t side = 0; side < 2; side++) {
        cstm_validation *validation = validate(ten_scores, ten_outcomes, NULL, 10, side);
        cstm_table *table = NULL;
        OK(cstm_validation_bands(validation, 4, &table, NULL));
        ck_assert_int_eq(cstm_table_rows(table),
                         side == CSTM_HIGHER_IS_SAFER ? N(safer) : N(riskier));
        for (int64_t i = 0; i < cstm_table_rows(table); i++) {
            bool is_safer = side == CSTM_HIGHER_IS_SAFER;
            ck_assert_double_eq(cstm_table_double(table, i, FROM),
                                is_safer ? safer[i].from : riskier[i].from);
            ck_assert_double_eq(cstm_table_double(table, i, TO),
                                is_safer ? safer[i].to : riskier[i].to);
            ck_assert_int_eq(cstm_table_int64(table, i, COUNT),
                             is_safer ? safer[i].count : riskier[i].count);
            ck_assert_int_eq(cstm_table_int64(table, i, EVENTS),
                             is_safer ? safer[i].events : riskier[i].events);
            ck_assert_double_eq(cstm_table_double(table, i, SHARE),
                                is_safer ? safer[i].share : riskier[i].share);
            ck_assert_double_eq(cstm_table_double(table, i, EVENT_SHARE),
                                is_safer ? safer[i].event_share : riskier[i].event_share);
        }
        cstm_table_free(table);
        cstm_validation_free(validation);
    }
}
END_TEST

START_TEST(given_cuts_leave_empty_bands_and_open_ends)
{
    static const double cuts[] = {0, 1, 5, 5.5};
    cstm_validation *validation =
        validate(ten_scores, ten_outcomes, NULL, 10, CSTM_HIGHER_IS_RISKIER);
    cstm_table *table = NULL;
    OK(cstm_validation_bands_at(validation, cuts, 4, &table, NULL));
    static const int64_t counts[] = {1, 0, 5, 4, 0}, events[] = {0, 0, 2, 2, 0};
    ck_assert_int_eq(cstm_table_rows(table), 5);
    for (int64_t i = 0; i < 5; i++) {
        ck_assert_int_eq(cstm_table_int64(table, i, COUNT), counts[i]);
        ck_assert_int_eq(cstm_table_int64(table, i, EVENTS), events[i]);
        ck_assert_int_eq(cstm_table_state(table, i, RATE),
                         counts[i] == 0 ? CSTM_STATE_MISSING : CSTM_STATE_VALUE);
    }
    ck_assert_int_eq(cstm_table_state(table, 0, TO), CSTM_STATE_MISSING);
    ck_assert_double_eq(cstm_table_double(table, 0, FROM), 5.5);
    ck_assert_int_eq(cstm_table_state(table, 4, FROM), CSTM_STATE_MISSING);
    ck_assert_double_eq(cstm_table_double(table, 2, RATE), 0.4);
    ck_assert_double_eq(cstm_table_double(table, 2, LIFT), 1);
    ck_assert_double_eq(cstm_table_double(table, 2, OTHER_SHARE), 4.0 / 6);
    cstm_table_free(table);
    OK(cstm_validation_bands_at(validation, NULL, 0, &table, NULL));
    ck_assert_int_eq(cstm_table_rows(table), 1);
    ck_assert_int_eq(cstm_table_int64(table, 0, COUNT), 10);
    cstm_table_free(table);
    cstm_validation_free(validation);
}
END_TEST

START_TEST(weights_show_in_the_rates_of_bands)
{
    static const double scores[] = {1, 1, 2, 2}, weights[] = {3, 1, 0, 2};
    static const uint8_t outcomes[] = {1, 0, 1, 0};
    cstm_validation *validation = validate(scores, outcomes, weights, 4, CSTM_HIGHER_IS_SAFER);
    cstm_table *table = NULL;
    OK(cstm_validation_bands(validation, 2, &table, NULL));
    ck_assert_double_eq(cstm_table_double(table, 0, WEIGHT), 4);
    ck_assert_double_eq(cstm_table_double(table, 0, RATE), 0.75);
    ck_assert_double_eq(cstm_table_double(table, 0, LIFT), 1.5);
    ck_assert_double_eq(cstm_table_double(table, 1, RATE), 0);
    ck_assert_double_eq(cstm_table_double(table, 1, SHARE), 1);
    ck_assert_int_eq(cstm_table_int64(table, 1, EVENTS), 1);
    cstm_table_free(table);
    cstm_validation_free(validation);
}
END_TEST

/* Events at 1 and 3, others at 2 and 4: the distance is 1/2 after 1 and again after 3. */
START_TEST(of_cuts_with_the_same_distance_the_riskiest_is_given)
{
    static const double scores[] = {4, 3, 2, 1};
    static const uint8_t outcomes[] = {0, 1, 0, 1};
    static const double weights[] = {1, 1, 1, 1};
    for (int32_t weighted = 0; weighted < 2; weighted++) {
        cstm_validation *safer = validate(scores, outcomes, weighted ? weights : NULL, 4,
                                          CSTM_HIGHER_IS_SAFER),
                        *riskier = validate(scores, outcomes, weighted ? weights : NULL, 4,
                                            CSTM_HIGHER_IS_RISKIER);
        ck_assert_double_eq(cstm_validation_ks(safer), 0.5);
        ck_assert_double_eq(cstm_validation_ks_cut(safer), 1);
        ck_assert_double_eq(cstm_validation_ks_cut(riskier), 4);
        cstm_validation_free(safer);
        cstm_validation_free(riskier);
    }
}
END_TEST

START_TEST(minus_zero_and_zero_are_one_score)
{
    static const double scores[] = {-0.0, 0.0};
    static const uint8_t outcomes[] = {1, 0};
    cstm_validation *validation = validate(scores, outcomes, NULL, 2, CSTM_HIGHER_IS_SAFER);
    ck_assert_double_eq(cstm_validation_auc(validation), 0.5);
    ck_assert(!signbit(cstm_validation_ks_cut(validation)));
    cstm_validation_free(validation);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("validation");
    TCase *tcase = tcase_create("validation");
    tcase_add_test(tcase, figures_are_those_of_scikit_learn_and_scipy);
    tcase_add_test(tcase, figures_are_those_that_toad_publishes);
    tcase_add_test(tcase, gini_and_ks_of_counts_are_those_that_optbinning_publishes);
    tcase_add_test(tcase, the_area_of_hanley_and_mcneils_ratings_is_theirs);
    tcase_add_test(tcase, turning_the_score_round_turns_nothing_else);
    tcase_add_test(tcase, figures_are_those_of_their_definitions);
    tcase_add_test(tcase, a_weight_of_3_is_a_row_three_times);
    tcase_add_test(tcase, the_order_of_the_rows_never_shows);
    tcase_add_test(tcase, one_class_only_has_no_curve);
    tcase_add_test(tcase, scores_that_are_no_probabilities_have_no_brier);
    tcase_add_test(tcase, what_cannot_be_compared_is_refused_with_its_row);
    tcase_add_test(tcase, null_foreign_and_unknown_constants_are_misuse);
    tcase_add_test(tcase, bands_keep_ties_together_and_begin_at_the_risky_end);
    tcase_add_test(tcase, given_cuts_leave_empty_bands_and_open_ends);
    tcase_add_test(tcase, weights_show_in_the_rates_of_bands);
    tcase_add_test(tcase, of_cuts_with_the_same_distance_the_riskiest_is_given);
    tcase_add_test(tcase, minus_zero_and_zero_are_one_score);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
