/* Cards and results for tests of scoring: a card that DMG publishes with PMML, and short ways to
 * look at a result. */
#ifndef TESTS_SCORE_CARDS_H
#define TESTS_SCORE_CARDS_H

#include <libcustomer/score.h>

#include <check.h>
#include <string.h>

#define OK(call) ck_assert_int_eq((call), CSTM_OK)

static inline int32_t
add_characteristic(cstm_scorecard *card, const char *name, const char *input, cstm_type type,
                   const char *reason, double neutral)
{
    int32_t number = -1;
    OK(cstm_scorecard_add_characteristic(card, name, input, type, reason, &number, NULL));
    OK(cstm_scorecard_set_neutral(card, number, neutral, NULL));
    return number;
}

static inline void
add_text(cstm_scorecard *card, int32_t characteristic, const char *text, double points)
{
    OK(cstm_scorecard_add_bin_text(card, characteristic, text, strlen(text), points, NULL, NULL));
}

/* The sample scorecard of DMG's PMML specification (Scorecard, reasonCodeAlgorithm pointsBelow), as
 * pmml4s carries it in models/scorecard/dmg_scorecard_example.xml, without the two attributes with
 * a ComplexPartialScore, which no row of these tests reaches. age_reason: a reason code of the
 * third age attribute's own, as JPMML's variant of the sample has; NULL: none. */
static inline cstm_scorecard *
dmg_card(const char *age_reason)
{
    cstm_scorecard *card = NULL;
    OK(cstm_scorecard_new("SampleScorecard", 0, &card, NULL));
    OK(cstm_scorecard_set_reasons(card, CSTM_REASONS_BELOW_NEUTRAL, CSTM_REASONS_SUMMED, 3, NULL));
    int32_t department =
        add_characteristic(card, "departmentScore", "department", CSTM_TYPE_STRING, "RC1", 19);
    OK(cstm_scorecard_add_bin_missing(card, department, -9, NULL, NULL));
    add_text(card, department, "marketing", 19);
    add_text(card, department, "engineering", 3);
    add_text(card, department, "business", 6);
    OK(cstm_scorecard_add_bin_other(card, department, 0, NULL, NULL));
    int32_t age = add_characteristic(card, "ageScore", "age", CSTM_TYPE_DOUBLE, "RC2", 18);
    OK(cstm_scorecard_add_bin_missing(card, age, -1, NULL, NULL));
    OK(cstm_scorecard_add_bin_up_to(card, age, 18, -3, NULL, NULL));
    OK(cstm_scorecard_add_bin_up_to(card, age, 29, 0, age_reason, NULL));
    OK(cstm_scorecard_add_bin_up_to(card, age, 39, 12, NULL, NULL));
    OK(cstm_scorecard_add_bin_above(card, age, 39, 18, NULL, NULL));
    int32_t income = add_characteristic(card, "incomeScore", "income", CSTM_TYPE_DOUBLE, "RC3", 10);
    OK(cstm_scorecard_add_bin_missing(card, income, 3, NULL, NULL));
    OK(cstm_scorecard_add_bin_up_to(card, income, 1000, 26, NULL, NULL));
    OK(cstm_scorecard_add_bin_up_to(card, income, 2500, 5, NULL, NULL));
    OK(cstm_scorecard_add_bin_above(card, income, 2500, 5, NULL, NULL));
    return card;
}

static inline cstm_scorer *
build(const cstm_scorecard *card, const char *currency)
{
    cstm_scorer *scorer = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_scorecard_build(card, currency, &scorer, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    return scorer;
}

static inline cstm_table *
score(const cstm_scorer *scorer, const cstm_table *table)
{
    cstm_table *result = NULL;
    cstm_error *error = NULL;
    cstm_status status =
        cstm_scorer_score_table(scorer, table, 1, NULL, NULL, NULL, &result, &error);
    ck_assert_msg(status == CSTM_OK, "%s", cstm_error_message(error));
    return result;
}

/* "RC2 RC1", or "-" where the list is missing. */
static inline const char *
reasons_of(const cstm_table *result, int64_t row, char text[256])
{
    strcpy(text, cstm_table_state(result, row, 2) == CSTM_STATE_MISSING ? "-" : "");
    for (int64_t i = 0; i < cstm_table_string_count(result, row, 2); i++) {
        size_t size = 0;
        const char *code = cstm_table_string_item(result, row, 2, i, &size);
        if (i > 0)
            strcat(text, " ");
        strncat(text, code, size);
    }
    return text;
}

static inline void
add_texts(cstm_table *table, const char *name, const char *const *texts, int64_t rows)
{
    int64_t offsets[64] = {0};
    char bytes[1024];
    uint8_t valid[64];
    size_t size = 0;
    for (int64_t i = 0; i < rows; i++) {
        valid[i] = texts[i] != NULL;
        if (valid[i]) {
            memcpy(bytes + size, texts[i], strlen(texts[i]));
            size += strlen(texts[i]);
        }
        offsets[i + 1] = (int64_t) size;
    }
    OK(cstm_table_add_string(table, name, offsets, bytes, valid, rows, NULL));
}

#endif
