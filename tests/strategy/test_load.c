/* Loading and asking a strategy through its public calls: files, sizes, what callers may do wrong. */
#include "cases.h"

#include "base/handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
read_portfolio(size_t *size)
{
    FILE *file = fopen(DOCUMENTS "/card-portfolio.yaml", "rb");
    char *text = malloc(65536);
    ck_assert(file != NULL && text != NULL);
    *size = fread(text, 1, 65536, file);
    fclose(file);
    return text;
}

static cstm_status
parse(const char *text, size_t size)
{
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_strategy_parse(text, size, "t.yaml", &strategy, &error);
    ck_assert_int_eq(status == CSTM_OK, strategy != NULL);
    ck_assert_int_eq(status == CSTM_OK, error == NULL);
    ck_assert_int_eq(status, cstm_error_code(error));
    cstm_error_free(error);
    cstm_strategy_unref(strategy);
    return status;
}

START_TEST(a_strategy_answers_what_its_document_says)
{
    cstm_strategy *strategy = NULL;
    ck_assert_int_eq(cstm_strategy_load(DOCUMENTS "/card-portfolio.yaml", &strategy, NULL), CSTM_OK);
    ck_assert_str_eq(cstm_strategy_name(strategy), "card-portfolio");
    ck_assert_str_eq(cstm_strategy_version(strategy), "2005.10");
    ck_assert_str_eq(cstm_strategy_currency(strategy), "TWD");
    ck_assert_str_eq(cstm_strategy_timezone(strategy), "Asia/Taipei");
    ck_assert_uint_eq(strlen(cstm_strategy_digest(strategy)), 64);
    ck_assert_ptr_null(cstm_strategy_warnings(strategy));
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_ENTITY), 3);
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_ATTRIBUTE), 10);     /* opened_on and closed_on of three, and four */
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_EVENT), 5);
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_FEATURE), 12);
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_LIFECYCLE), 2);
    ck_assert_int_eq(cstm_strategy_count(strategy, CSTM_PART_SCORE), 1);
    int32_t account = cstm_strategy_find(strategy, CSTM_PART_ENTITY, "account");
    int32_t card = cstm_strategy_find(strategy, CSTM_PART_ENTITY, "card");
    ck_assert_int_eq(cstm_strategy_part_entity(strategy, CSTM_PART_ENTITY, card), account);
    ck_assert_int_eq(cstm_strategy_part_entity(strategy, CSTM_PART_ENTITY, account), 0);
    ck_assert_int_eq(cstm_strategy_part_entity(strategy, CSTM_PART_ENTITY, 0), -1);
    int32_t opened = cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "card.opened_on");
    ck_assert_int_eq(cstm_strategy_part_entity(strategy, CSTM_PART_ATTRIBUTE, opened), card);
    ck_assert_int_eq(cstm_strategy_part_type(strategy, CSTM_PART_ATTRIBUTE, opened), CSTM_TYPE_DATE);
    int32_t statement = cstm_strategy_find(strategy, CSTM_PART_EVENT, "statement");
    ck_assert_int_eq(cstm_strategy_field_count(strategy, statement), 3);
    ck_assert_str_eq(cstm_strategy_field_name(strategy, statement, 1), "use");
    ck_assert_int_eq(cstm_strategy_field_type(strategy, statement, 1), CSTM_TYPE_MONEY);
    ck_assert_int_eq(cstm_strategy_stage_count(strategy, 0), 6);
    ck_assert_str_eq(cstm_strategy_stage_name(strategy, 0, 0), "activated");
    ck_assert_str_eq(cstm_strategy_stage_name(strategy, 0, 5), "won_back");
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(each_name_has_one_number_and_each_number_its_name)
{
    cstm_strategy *strategy = NULL;
    ck_assert_int_eq(cstm_strategy_load(DOCUMENTS "/card-portfolio.yaml", &strategy, NULL), CSTM_OK);
    for (cstm_part part = CSTM_PART_ENTITY; part <= CSTM_PART_SCORE; part++)
        for (int32_t i = 0; i < cstm_strategy_count(strategy, part); i++)
            ck_assert_int_eq(cstm_strategy_find(strategy, part, cstm_strategy_part_name(strategy, part, i)), i);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(the_scorer_outlives_its_strategy)
{
    cstm_strategy *strategy = NULL;
    cstm_scorer *scorer = NULL;
    ck_assert_int_eq(cstm_strategy_load(DOCUMENTS "/card-portfolio.yaml", &strategy, NULL), CSTM_OK);
    ck_assert_int_eq(cstm_strategy_scorer(strategy, 0, &scorer, NULL), CSTM_OK);
    cstm_strategy_unref(strategy);
    ck_assert_str_eq(cstm_scorer_name(scorer), "default_risk");
    ck_assert_int_eq(cstm_scorer_input_count(scorer), 3);
    ck_assert_str_eq(cstm_scorer_input_name(scorer, 2), "age");
    cstm_scorer_unref(scorer);
}
END_TEST

START_TEST(times_are_read_in_the_zone_of_the_strategy)
{
    cstm_strategy *strategy = NULL;
    int64_t instant;
    int32_t day;
    ck_assert_int_eq(cstm_strategy_load(DOCUMENTS "/card-portfolio.yaml", &strategy, NULL), CSTM_OK);
    /* Taipei is 8 hours ahead; 2005-10-01 is day 13057. */
    ck_assert_int_eq(cstm_strategy_parse_time(strategy, "2005-10-01", 10, 0, &instant, NULL), CSTM_OK);
    ck_assert_int_eq(instant, INT64_C(13057) * 86400000000 - INT64_C(8) * 3600000000);
    ck_assert_int_eq(cstm_strategy_day(strategy, instant, &day, NULL), CSTM_OK);
    ck_assert_int_eq(day, 13057);
    ck_assert_int_eq(cstm_strategy_day(strategy, instant - 1, &day, NULL), CSTM_OK);
    ck_assert_int_eq(day, 13056);
    ck_assert_int_eq(cstm_strategy_parse_time(strategy, "2005-10-01", 10, 1, &instant, NULL), CSTM_OK);
    ck_assert_int_eq(instant, INT64_C(13058) * 86400000000 - INT64_C(8) * 3600000000 - 1);
    ck_assert_int_eq(cstm_strategy_parse_time(strategy, "2005-10-01T00:00:00Z", 20, 1, &instant, NULL), CSTM_OK);
    ck_assert_int_eq(instant, INT64_C(13057) * 86400000000);
    ck_assert_int_eq(cstm_strategy_parse_time(strategy, "1 October", 9, 1, &instant, NULL), CSTM_ERROR_SYNTAX);
    ck_assert_int_eq(cstm_strategy_day(strategy, INT64_MAX, &day, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(cstm_strategy_day(strategy, INT64_MIN, &day, NULL), CSTM_ERROR_RANGE);
    ck_assert_int_eq(instant, INT64_C(13057) * 86400000000);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(a_callers_mistake_is_misuse_and_changes_nothing)
{
    cstm_strategy *strategy = load(BASE), *kept = (cstm_strategy *) (void *) &strategy;
    struct handle foreign = {.tag = HANDLE_TABLE};
    const cstm_strategy *no[] = {NULL, (const cstm_strategy *) (const void *) &foreign};
    cstm_scorer *scorer = NULL;
    cstm_error *error = NULL;
    int64_t instant = 7;
    int32_t day = 7;
    ck_assert_int_eq(cstm_strategy_parse(NULL, 0, "x", &kept, &error), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_MISUSE);
    cstm_error_free(error);
    ck_assert_int_eq(cstm_strategy_parse("", 0, NULL, &kept, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_parse("", 0, "x", NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_load(NULL, &kept, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_load("x", NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_ptr_eq(kept, (void *) &strategy);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_ptr_null(cstm_strategy_ref((cstm_strategy *) no[i]));
        cstm_strategy_unref((cstm_strategy *) no[i]);
        ck_assert_str_eq(cstm_strategy_name(no[i]), "");
        ck_assert_str_eq(cstm_strategy_version(no[i]), "");
        ck_assert_str_eq(cstm_strategy_digest(no[i]), "");
        ck_assert_str_eq(cstm_strategy_currency(no[i]), "");
        ck_assert_str_eq(cstm_strategy_timezone(no[i]), "");
        ck_assert_ptr_null(cstm_strategy_warnings(no[i]));
        ck_assert_int_eq(cstm_strategy_count(no[i], CSTM_PART_ENTITY), 0);
        ck_assert_int_eq(cstm_strategy_find(no[i], CSTM_PART_ENTITY, "customer"), -1);
        ck_assert_str_eq(cstm_strategy_part_name(no[i], CSTM_PART_ENTITY, 0), "");
        ck_assert_int_eq(cstm_strategy_part_entity(no[i], CSTM_PART_EVENT, 0), -1);
        ck_assert_int_eq(cstm_strategy_part_type(no[i], CSTM_PART_ATTRIBUTE, 0), CSTM_TYPE_NONE);
        ck_assert_int_eq(cstm_strategy_field_count(no[i], 0), 0);
        ck_assert_int_eq(cstm_strategy_stage_count(no[i], 0), 0);
        ck_assert_int_eq(cstm_strategy_scorer(no[i], 0, &scorer, NULL), CSTM_ERROR_MISUSE);
        ck_assert_int_eq(cstm_strategy_parse_time(no[i], "", 0, 0, &instant, NULL), CSTM_ERROR_MISUSE);
        ck_assert_int_eq(cstm_strategy_day(no[i], 0, &day, NULL), CSTM_ERROR_MISUSE);
    }
    for (cstm_part part = -1; part <= CSTM_PART_SCORE + 1; part++) {
        ck_assert_str_eq(cstm_strategy_part_name(strategy, part, -1), "");
        ck_assert_str_eq(cstm_strategy_part_name(strategy, part, 99), "");
        ck_assert_int_eq(cstm_strategy_part_entity(strategy, part, 99), -1);
        ck_assert_int_eq(cstm_strategy_part_type(strategy, part, -1), CSTM_TYPE_NONE);
        ck_assert_int_eq(cstm_strategy_find(strategy, part, NULL), -1);
        ck_assert_int_eq(cstm_strategy_find(strategy, part, ""), -1);
    }
    ck_assert_int_eq(cstm_strategy_count(strategy, 0), 0);
    ck_assert_str_eq(cstm_strategy_field_name(strategy, 0, 3), "");
    ck_assert_str_eq(cstm_strategy_field_name(strategy, 1, 0), "");
    ck_assert_int_eq(cstm_strategy_field_type(strategy, 0, -1), CSTM_TYPE_NONE);
    ck_assert_str_eq(cstm_strategy_stage_name(strategy, 0, 0), "");
    ck_assert_int_eq(cstm_strategy_scorer(strategy, 0, &scorer, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_parse_time(strategy, NULL, 0, 0, &instant, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_parse_time(strategy, "x", 1, 0, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_int_eq(cstm_strategy_day(strategy, 0, NULL, NULL), CSTM_ERROR_MISUSE);
    ck_assert_ptr_null(scorer);
    ck_assert(instant == 7 && day == 7);
    ck_assert_ptr_eq(cstm_strategy_ref(strategy), strategy);
    cstm_strategy_unref(strategy);
    ck_assert_str_eq(cstm_strategy_name(strategy), "t");
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_error_with_its_name)
{
    static const char *const paths[] = {DOCUMENTS "/no-such-file.yaml", DOCUMENTS};
    for (size_t i = 0; i < 2; i++) {
        cstm_strategy *strategy = NULL;
        cstm_error *error = NULL;
        ck_assert_int_eq(cstm_strategy_load(paths[i], &strategy, &error), CSTM_ERROR_IO);
        ck_assert_str_eq(cstm_error_file(error), paths[i]);
        ck_assert_ptr_null(strategy);
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(a_document_of_17_megabytes_is_refused)
{
    size_t size = 17 << 20;
    char *text = malloc(size);
    memset(text, '#', size);
    ck_assert_int_eq(parse(text, size), CSTM_ERROR_LIMIT);
    /* At the limit itself it is read: one long comment, and nothing in it. */
    ck_assert_int_eq(parse(text, CSTM_DOCUMENT_LIMIT), CSTM_ERROR_MISSING);
    ck_assert_int_eq(parse(text, CSTM_DOCUMENT_LIMIT + 1), CSTM_ERROR_LIMIT);
    free(text);
}
END_TEST

START_TEST(a_document_of_too_many_values_is_refused)
{
    size_t size = 2 << 20;
    char *text = malloc(size);
    for (size_t i = 0; i + 4 <= size; i += 4)
        memcpy(text + i, "- a\n", 4);
    ck_assert_int_eq(parse(text, size), CSTM_ERROR_LIMIT);
    free(text);
}
END_TEST

START_TEST(nesting_ends_at_a_limit)
{
    static const struct {
        int32_t depth;
        cstm_status status;
    } cases[] = {{20, CSTM_ERROR_UNKNOWN}, {33, CSTM_ERROR_LIMIT}, {5000, CSTM_ERROR_LIMIT}};
    for (size_t i = 0; i < 3; i++) {
        char *text = malloc(65536);
        size_t size = strlen(strcpy(text, HEAD "x: "));
        memset(text + size, '[', (size_t) cases[i].depth);
        memset(text + size + cases[i].depth, ']', (size_t) cases[i].depth);
        ck_assert_int_eq(parse(text, size + 2 * (size_t) cases[i].depth), cases[i].status);
        free(text);
    }
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused_where_they_stand)
{
    static const struct {
        const char *text;
        size_t size;
        int64_t line, column;
    } cases[] = {
        {"format: 1\n\xe7\x94\xb7: \0", 16, 2, 4},
        {"format: 1\nx: \xe7\x94", 15, 2, 4},
        {"\xff\xfe" "f\0", 4, 1, 1},          /* UTF-16 */
    };
    for (size_t i = 0; i < 3; i++) {
        cstm_strategy *strategy = NULL;
        cstm_error *error = NULL;
        ck_assert_int_eq(cstm_strategy_parse(cases[i].text, cases[i].size, "t", &strategy, &error), CSTM_ERROR_SYNTAX);
        ck_assert_int_eq(cstm_error_line(error), cases[i].line);
        ck_assert_int_eq(cstm_error_column(error), cases[i].column);
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(a_truncated_document_loads_whole_or_not_at_all)
{
    size_t size;
    char *text = read_portfolio(&size);
    ck_assert_int_eq(parse(text, size), CSTM_OK);
    for (size_t cut = 0; cut < size; cut += 5) {
        char *part = malloc(cut + 1);       /* its own block, so that a read behind its end is seen by a sanitizer */
        memcpy(part, text, cut);
        parse(part, cut);
        free(part);
    }
    free(text);
}
END_TEST

START_TEST(a_rule_that_is_always_true_is_wondered_at_not_refused)
{
    cstm_strategy *strategy = load(BASE
        "features: {n: {count: buy, where: \"n > 1 || true\"}}\n"
        "scores:\n"
        "  s:\n"
        "    purpose: service\n"
        "    scorecard: {characteristics: [{name: a, feature: n, reason: A, bins: [{up_to: 1, points: 2}, {other: true, points: 0}]}]}\n");
    const cstm_error *warning = cstm_strategy_warnings(strategy);
    ck_assert_ptr_nonnull(warning);
    ck_assert_int_eq(cstm_error_line(warning), 13);
    cstm_strategy_unref(strategy);
}
END_TEST

START_TEST(texts_that_no_bin_takes_are_wondered_at)
{
    cstm_strategy *strategy = load(HEAD
        "attributes: {e: {type: string, values: [low, middle, high]}}\n"
        "scores:\n"
        "  s:\n"
        "    purpose: service\n"
        "    scorecard: {characteristics: [{name: a, feature: e, reason: A, bins: [{values: [low, high], points: 2}]}]}\n");
    ck_assert_str_eq(cstm_error_message(cstm_strategy_warnings(strategy)),
                     "t.yaml:11:74: 'middle' of e is in no bin: its rows have no score");
    cstm_strategy_unref(strategy);
}
END_TEST

int
main(void)
{
    return run_tests("load", (const TTest *const[]){
        a_strategy_answers_what_its_document_says,
        each_name_has_one_number_and_each_number_its_name,
        the_scorer_outlives_its_strategy,
        times_are_read_in_the_zone_of_the_strategy,
        a_callers_mistake_is_misuse_and_changes_nothing,
        a_file_that_cannot_be_read_is_an_error_with_its_name,
        a_document_of_17_megabytes_is_refused,
        a_document_of_too_many_values_is_refused,
        nesting_ends_at_a_limit,
        bytes_that_are_no_text_are_refused_where_they_stand,
        a_truncated_document_loads_whole_or_not_at_all,
        a_rule_that_is_always_true_is_wondered_at_not_refused,
        texts_that_no_bin_takes_are_wondered_at,
        NULL});
}
