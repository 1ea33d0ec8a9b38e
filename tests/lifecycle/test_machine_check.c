/* What is refused of a lifecycle before it ever runs. */
#include "machines.h"

#include <check.h>
#include <stdlib.h>

enum { A, B, C, D, N_STAGES };
static char *stages[] = {(char *) "a", (char *) "b", (char *) "c", (char *) "d"};

#define MAX_TRANSITIONS 5

struct example {
    const char *name;
    struct transition transitions[MAX_TRANSITIONS];
    int32_t n;
    int32_t n_stages;
    const char *message; /* NULL: nothing is wrong */
    int64_t line;
};

static const struct example examples[] = {
    {"a chain", {{{1}, B, 0, 1, 0, 0, 0}, {{2}, C, 0, 1, 0, 0, 0}}, 2, 3, NULL, 0},
    {"a stage that is only left",
     {{{1}, B, 0, 1, 0, 0, 0}, {{4}, B, 0, 1, 0, 7, 5}},
     2,
     3,
     "nothing leads to stage 'c'",
     7},
    {"a stage that only an unreachable one leads to",
     {{{1}, B, 0, 1, 0, 0, 0}, {{4}, D, 0, 1, 0, 7, 5}, {{8}, C, 0, 1, 0, 8, 5}},
     3,
     4,
     "nothing leads to stage 'c'",
     7},
    {"the same condition from the same stage",
     {{{1}, B, 0, 1, 0, 3, 1}, {{1}, C, 1, 1, 0, 4, 1}, {{1}, C, 0, 1, 0, 5, 1}},
     3,
     3,
     "an earlier one with the same condition",
     5},
    {"the same condition, asking for longer",
     {{{1}, B, 0, 2, 0, 3, 1}, {{1 | 2}, C, 1, 1, 0, 4, 1}, {{1}, C, 0, 3, 9, 5, 1}},
     3,
     3,
     "an earlier one with the same condition",
     5},
    {"the same condition, asking for less",
     {{{1}, B, 0, 3, 0, 0, 0}, {{1}, C, 0, 1, 0, 0, 0}, {{4}, B, 0, 1, 0, 0, 0}},
     3,
     3,
     NULL,
     0},
    {"shadowed in one of two stages only",
     {{{1}, B, 0, 1, 0, 0, 0}, {{1 | 2}, C, 0, 1, 0, 0, 0}},
     2,
     3,
     NULL,
     0},
    {"shadowed in two stages by two transitions",
     {{{1}, B, 0, 1, 0, 3, 1},
      {{2}, A, 0, 1, 0, 4, 1},
      {{1 | 2}, C, 0, 1, 0, 5, 1},
      {{1}, C, 1, 1, 0, 6, 1}},
     4,
     3,
     "an earlier one with the same condition",
     5},
    {"not shadowed by one that leads to its own stage",
     {{{1 | 2}, B, 0, 1, 0, 0, 0}, {{2}, C, 0, 1, 0, 0, 0}},
     2,
     3,
     NULL,
     0},
    {"a stage that only a shadowed transition leads to",
     {{{1}, B, 0, 1, 0, 3, 1}, {{1}, C, 0, 1, 0, 4, 1}},
     2,
     3,
     "nothing leads to stage 'c'",
     4},
    {"from a stage to itself",
     {{{1}, B, 0, 1, 0, 3, 1}, {{2}, B, 1, 1, 0, 4, 1}},
     2,
     2,
     "leads to the stage that it comes from",
     4},
    {"previous of a stage that is only begun in",
     {{{1}, B, 0, 1, 0, 3, 1}, {{1}, STAGE_PREVIOUS, 1, 1, 0, 4, 1}},
     2,
     2,
     "no previous stage",
     4},
    {"previous of a stage that is returned to",
     {{{1}, B, 0, 1, 0, 0, 0},
      {{2}, STAGE_PREVIOUS, 1, 1, 0, 0, 0},
      {{1}, STAGE_PREVIOUS, 1, 1, 0, 0, 0}},
     3,
     2,
     NULL,
     0},
    {"previous in the stage where it begins shadows nothing",
     {{{1}, B, 1, 1, 0, 0, 0}, {{1 | 2}, STAGE_PREVIOUS, 0, 1, 0, 0, 0}, {{1}, C, 0, 1, 0, 0, 0}},
     3,
     3,
     NULL,
     0},
};

static bool
says(const cstm_error *error, const char *message, int64_t line)
{
    for (; error != NULL; error = cstm_error_next(error))
        if (strstr(cstm_error_message(error), message) != NULL && cstm_error_line(error) == line &&
            cstm_error_code(error) == CSTM_ERROR_UNREACHABLE)
            return true;
    return false;
}

START_TEST(what_can_never_happen_is_told_with_its_place)
{
    const struct example *example = &examples[_i];
    struct transition transitions[MAX_TRANSITIONS];
    memcpy(transitions, example->transitions, sizeof transitions);
    struct machine machine = machine_of(stages, example->n_stages, transitions, example->n, 2);
    struct error_list errors = {0};
    cstm_error *error = NULL;
    machine_check(&machine, "card.yaml", &errors);
    cstm_status status = error_list_take(&errors, &error);
    if (example->message == NULL)
        ck_assert_msg(status == CSTM_OK, "%s: %s", example->name, cstm_error_message(error));
    else
        ck_assert_msg(says(error, example->message, example->line), "%s: %s", example->name,
                      cstm_error_message(error));
    cstm_error_free(error);
}
END_TEST

/* Random machines run over random days: a stage that is reached was not called unreachable, a
 * transition that fired was not said to never fire. */
START_TEST(nothing_that_happens_is_said_to_be_impossible)
{
    int32_t complaints = 0;
    for (uint64_t trial = 1; trial <= 2000; trial++) {
        uint64_t seed = trial * 31;
        struct random_machine random;
        draw_machine(&random, &seed);
        struct machine *machine = &random.machine;
        for (int32_t i = 0; i < machine->n_transitions; i++)
            random.transitions[i].line = i + 1;
        struct error_list errors = {0};
        cstm_error *error = NULL;
        machine_check(machine, NULL, &errors);
        complaints += errors.count;
        error_list_take(&errors, &error);

        uint8_t conditions[CONDITIONS_OF_RANDOM];
        struct machine_state state;
        ck_assert_int_eq(machine_state_init(&state, machine, NULL), CSTM_OK);
        draw_conditions(conditions, machine->n_conditions, &seed);
        ck_assert_int_eq(machine_begin(&state, machine, 0, conditions, false, NULL), CSTM_OK);
        for (int32_t day = 3; day < 200; day += 3) {
            draw_conditions(conditions, machine->n_conditions, &seed);
            ck_assert_int_eq(machine_fold(&state, machine, day, conditions, NULL, NULL, NULL),
                             CSTM_OK);
        }
        for (int32_t i = 0; i < state.n_log; i++) {
            char stage[64] = "nothing leads to stage '";
            strcat(strcat(stage, machine->stages[state.log[i].to]), "'");
            for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e)) {
                ck_assert_ptr_null(strstr(cstm_error_message(e), stage));
                if (strstr(cstm_error_message(e), "can never fire") != NULL)
                    ck_assert_int_ne(cstm_error_line(e), state.log[i].transition + 1);
            }
        }
        machine_state_clear(&state);
        cstm_error_free(error);
    }
    ck_assert_int_gt(complaints, 1000);
}
END_TEST

START_TEST(a_lifecycle_beyond_its_limits_is_refused)
{
    struct transition transitions[] = {{{1}, B, 0, 1, 0, 0, 0}};
    struct machine machine = machine_of(stages, 2, transitions, TRANSITIONS_LIMIT + 1, 1);
    struct error_list errors = {0};
    machine_check(&machine, NULL, &errors);
    ck_assert_int_eq(error_list_take(&errors, NULL), CSTM_ERROR_LIMIT);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("machine check");
    TCase *tcase = tcase_create("machine check");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, what_can_never_happen_is_told_with_its_place, 0,
                        (int) (sizeof examples / sizeof examples[0]));
    tcase_add_test(tcase, nothing_that_happens_is_said_to_be_impossible);
    tcase_add_test(tcase, a_lifecycle_beyond_its_limits_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
