/* A customer to write rules about, for the tests of this room: a few names of every kind with known values, and one call that
 * compiles an expression, runs it for one row and for several, and gives what came out as text. */
#ifndef TESTS_RULE_SAMPLE_H
#define TESTS_RULE_SAMPLE_H

#include "rule/type.h"
#include "rule/value.h"

#include "base/civil.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_ROWS 5

enum sample_slot {
    SAMPLE_AGE,          /* int 41 */
    SAMPLE_RATE,         /* double 2.5 */
    SAMPLE_EDUCATION,    /* string 'university', of three values */
    SAMPLE_LIMIT,        /* money 8000.00 */
    SAMPLE_ACTIVE,       /* bool true */
    SAMPLE_OPENED,       /* date 2003-04-01 */
    SAMPLE_SEEN,         /* timestamp 2005-09-30T16:30:00Z: 00:30 of October in Taipei */
    SAMPLE_IDLE,         /* int, missing */
    SAMPLE_FLAG,         /* bool, missing */
    SAMPLE_BROKEN,       /* bool, CSTM_ERROR_RANGE */
    SAMPLE_CITY,         /* string 'Zürich' */
    SAMPLE_STAGE,        /* "delinquency.stage": string 'current' */
    SAMPLE_NAMES,
};

static const char *const sample_values[] = {"graduate", "university", "high_school"};

static inline struct rule_scope *
sample_scope(void)
{
    struct rule_scope *scope = rule_scope_new("Asia/Taipei", "TWD");
    ck_assert_ptr_nonnull(scope);
    const struct { const char *name; enum rule_kind kind; } names[SAMPLE_NAMES] = {
        {"age", RULE_INT}, {"rate", RULE_DOUBLE}, {"education", RULE_STRING}, {"limit", RULE_MONEY}, {"active", RULE_BOOL},
        {"opened", RULE_DATE}, {"seen", RULE_TIMESTAMP}, {"idle", RULE_INT}, {"flag", RULE_BOOL}, {"broken", RULE_BOOL},
        {"city", RULE_STRING}, {"delinquency.stage", RULE_STRING}};
    for (int32_t i = 0; i < SAMPLE_NAMES; i++) {
        bool has_values = i == SAMPLE_EDUCATION;
        ck_assert(rule_scope_add(scope, names[i].name, names[i].kind, i, has_values ? sample_values : NULL, has_values ? 3 : 0));
    }
    return scope;
}

/* Arrays of SAMPLE_ROWS equal rows. */
struct sample {
    struct rule_column inputs[SAMPLE_NAMES];
    int64_t ints[SAMPLE_NAMES][SAMPLE_ROWS];
    double doubles[SAMPLE_ROWS];
    uint8_t bools[SAMPLE_NAMES][SAMPLE_ROWS];
    struct rule_text texts[SAMPLE_NAMES][SAMPLE_ROWS];
    uint8_t states[SAMPLE_NAMES][SAMPLE_ROWS];
};

static inline void
sample_fill(struct sample *sample)
{
    memset(sample, 0, sizeof *sample);
    int64_t seen = 0;
    ck_assert(civil_parse_instant("2005-09-30T16:30:00Z", 20, NULL, false, &seen));
    for (int32_t i = 0; i < SAMPLE_ROWS; i++) {
        sample->ints[SAMPLE_AGE][i] = 41;
        sample->doubles[i] = 2.5;
        sample->texts[SAMPLE_EDUCATION][i] = (struct rule_text){"university", 10};
        sample->ints[SAMPLE_LIMIT][i] = 800000;
        sample->bools[SAMPLE_ACTIVE][i] = 1;
        sample->ints[SAMPLE_OPENED][i] = civil_day(2003, 4, 1);
        sample->ints[SAMPLE_SEEN][i] = seen;
        sample->states[SAMPLE_IDLE][i] = CSTM_ERROR_MISSING;
        sample->states[SAMPLE_FLAG][i] = CSTM_ERROR_MISSING;
        sample->states[SAMPLE_BROKEN][i] = CSTM_ERROR_RANGE;
        sample->texts[SAMPLE_CITY][i] = (struct rule_text){"Z\xc3\xbcrich", 7};
        sample->texts[SAMPLE_STAGE][i] = (struct rule_text){"current", 7};
    }
    for (int32_t k = 0; k < SAMPLE_NAMES; k++) {
        struct rule_column *input = &sample->inputs[k];
        bool is_text = k == SAMPLE_EDUCATION || k == SAMPLE_CITY || k == SAMPLE_STAGE;
        bool is_bool = k == SAMPLE_ACTIVE || k == SAMPLE_FLAG || k == SAMPLE_BROKEN;
        if (is_text)
            input->as.texts = sample->texts[k];
        else if (is_bool)
            input->as.bools = sample->bools[k];
        else if (k == SAMPLE_RATE)
            input->as.doubles = sample->doubles;
        else
            input->as.int64s = sample->ints[k];
        if (sample->states[k][0] != 0)
            input->states = sample->states[k];
    }
}

/* What an expression comes to, as text: a value as the language writes it, the name of a status without its prefix
 * ("MISSING"), or "! " and the message of the first error of compiling it. The single row and the vector must agree. */
static inline const char *
value_of(const char *text)
{
    static char answer[4096];
    struct rule_scope *scope = sample_scope();
    struct sample sample;
    sample_fill(&sample);
    struct error_list errors = {0};
    struct rule_program *program = rule_compile(text, strlen(text), scope, RULE_DYN, NULL, &errors, NULL);
    if (program == NULL) {
        snprintf(answer, sizeof answer, "! %s", cstm_error_message(errors.first));
        error_list_clear(&errors);
        rule_scope_free(scope);
        return answer;
    }
    struct cell one[1], many[SAMPLE_ROWS];
    uint8_t one_state[1], many_states[SAMPLE_ROWS];
    struct rule_column single = {.as.any = one, .states = one_state}, vector = {.as.any = many, .states = many_states};
    void *scratch = malloc(rule_scratch_size(program, SAMPLE_ROWS) + 16);
    enum rule_kind kind = rule_program_kind(program);
    const bool is_scalar = type_is_scalar(kind);
    const size_t width = kind == RULE_BOOL ? 1 : kind == RULE_STRING || kind == RULE_BYTES ? 16 : 8;
    char *printed[SAMPLE_ROWS];
    if (is_scalar) {
        rule_run(program, sample.inputs, SAMPLE_ROWS, scratch, &vector);
        for (int32_t i = 0; i < SAMPLE_ROWS; i++)
            printed[i] = rule_print(scope, kind, (char *) many + (size_t) i * width);
    }
    rule_run(program, sample.inputs, 1, scratch, &single);
    char *alone = one_state[0] != 0 && !is_scalar ? strdup("") : rule_print(scope, kind, one);
    for (int32_t i = 0; i < SAMPLE_ROWS && is_scalar; i++) {
        ck_assert_msg(many_states[i] == one_state[0], "%s: row %d has state %d, alone it is %d", text, i, many_states[i], one_state[0]);
        ck_assert_msg(strcmp(printed[i], alone) == 0, "%s: row %d is %s, alone it is %s", text, i, printed[i], alone);
        free(printed[i]);
    }
    struct rule_explanation explanation = {0};
    ck_assert_int_eq(rule_explain(program, sample.inputs, 1, &explanation, NULL), CSTM_OK);
    const struct rule_node *root = &explanation.nodes[0];
    ck_assert_msg(root->state == one_state[0], "%s: explained it has state %d, run it is %d", text, root->state, one_state[0]);
    ck_assert_msg(root->state != 0 || strcmp(root->value, alone) == 0, "%s: explained as %s, run it is %s", text, root->value, alone);
    rule_explanation_clear(&explanation);
    snprintf(answer, sizeof answer, "%s", one_state[0] != 0 ? cstm_status_name(one_state[0]) + strlen("CSTM_ERROR_") : alone);
    free(alone);
    free(scratch);
    rule_program_unref(program);
    rule_scope_free(scope);
    return answer;
}

struct value_case {
    const char *text;
    const char *value;
};

static inline void
check_values(const struct value_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = value_of(cases[i].text);
        ck_assert_msg(strcmp(value, cases[i].value) == 0, "%s is %s, expected %s", cases[i].text, value, cases[i].value);
    }
}
#define CHECK_VALUES(cases) check_values(cases, sizeof cases / sizeof cases[0])

static inline int
run_suite(const char *name, void (*fill)(TCase *))
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    tcase_set_timeout(tests, 60);
    fill(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
