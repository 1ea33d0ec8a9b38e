/* The fold of a machine: what `for`, `stay` and `previous` mean, and that folding segments is
 * stepping days. */
#include "machines.h"

#include <check.h>
#include <stdlib.h>

enum { ACQUIRED, ACTIVATED, AT_RISK, DORMANT, N_STAGES };
static char *stages[] = {(char *) "acquired", (char *) "activated", (char *) "at_risk",
                         (char *) "dormant"};

static const uint8_t no[] = {CONDITION_FALSE}, yes[] = {CONDITION_TRUE},
                     unknown[] = {CONDITION_UNDECIDED};

static void
begin(struct machine_state *state, const struct machine *machine, int32_t day,
      const uint8_t *conditions)
{
    ck_assert_int_eq(machine_state_init(state, machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_begin(state, machine, day, conditions, false, NULL), CSTM_OK);
}

static void
fold(struct machine_state *state, const struct machine *machine, int32_t until,
     const uint8_t *conditions)
{
    ck_assert_int_eq(machine_fold(state, machine, until, conditions, NULL, NULL, NULL), CSTM_OK);
    ck_assert_int_eq(state->day, until);
}

START_TEST(the_first_day_takes_the_initial_stage_and_makes_no_transition)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 0, 1, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state;
    begin(&state, &machine, 100, yes);
    ck_assert_int_eq(state.stage, ACQUIRED);
    ck_assert_int_eq(state.previous, STAGE_NONE);
    fold(&state, &machine, 101, yes);
    ck_assert_int_eq(state.stage, ACTIVATED);
    ck_assert_int_eq(state.since, 101);
    ck_assert_int_eq(state.previous, ACQUIRED);
    ck_assert_int_eq(state.n_log, 2);
    machine_state_clear(&state);
}
END_TEST

START_TEST(the_first_initial_rule_that_is_true_decides_where_it_begins)
{
    static const struct {
        uint8_t conditions[2];
        int16_t stage;
    } cases[] = {
        {{CONDITION_TRUE, CONDITION_TRUE}, DORMANT},
        {{CONDITION_FALSE, CONDITION_TRUE}, ACTIVATED},
        {{CONDITION_UNDECIDED, CONDITION_TRUE}, ACTIVATED},
        {{CONDITION_FALSE, CONDITION_UNDECIDED}, ACQUIRED},
    };
    struct initial_rule initial[] = {{0, DORMANT}, {1, ACTIVATED}, {-1, ACQUIRED}};
    struct machine machine = machine_of(stages, N_STAGES, NULL, 0, 2);
    machine.initial = initial;
    machine.n_initial = 3;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine_state state;
        begin(&state, &machine, 0, cases[i].conditions);
        ck_assert_int_eq(state.stage, cases[i].stage);
        machine_state_clear(&state);
    }
}
END_TEST

START_TEST(for_3_days_fires_at_the_end_of_the_third_day_running_and_counts_the_first_day)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 0, 3, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state;
    begin(&state, &machine, 10, yes);
    fold(&state, &machine, 11, yes);
    ck_assert_int_eq(state.stage, ACQUIRED);
    fold(&state, &machine, 40, yes);
    ck_assert_int_eq(state.stage, ACTIVATED);
    ck_assert_int_eq(state.since, 12);
    machine_state_clear(&state);
}
END_TEST

START_TEST(an_undecided_day_breaks_the_run_of_a_condition)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 0, 3, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state;
    begin(&state, &machine, 10, yes);
    fold(&state, &machine, 11, yes);
    fold(&state, &machine, 12, unknown);
    fold(&state, &machine, 14, yes);
    ck_assert_int_eq(state.stage, ACQUIRED);
    fold(&state, &machine, 15, yes);
    ck_assert_int_eq(state.since, 15);
    machine_state_clear(&state);
}
END_TEST

START_TEST(a_run_of_a_condition_counts_whatever_the_stage)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 1, 1, 0),
                                       move(in(ACTIVATED), DORMANT, 0, 5, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 2, 2);
    const uint8_t idle[] = {CONDITION_TRUE, CONDITION_FALSE},
                  used[] = {CONDITION_TRUE, CONDITION_TRUE};
    struct machine_state state;
    begin(&state, &machine, 1, idle);
    fold(&state, &machine, 5, idle);
    fold(&state, &machine, 6, used);
    ck_assert_int_eq(state.stage, ACTIVATED);
    fold(&state, &machine, 7, used);
    ck_assert_int_eq(state.stage, DORMANT);
    machine_state_clear(&state);
}
END_TEST

START_TEST(stay_180_days_waits_until_the_stage_is_180_days_old)
{
    struct transition transitions[] = {move(in(ACQUIRED), DORMANT, 0, 1, 180)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state;
    begin(&state, &machine, 1000, no);
    fold(&state, &machine, 1179, yes);
    ck_assert_int_eq(state.stage, ACQUIRED);
    fold(&state, &machine, 5000, yes);
    ck_assert_int_eq(state.since, 1180);
    machine_state_clear(&state);
}
END_TEST

START_TEST(of_two_ready_on_one_day_the_first_in_the_document_fires_and_only_one)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 0, 3, 0),
                                       move(in(ACQUIRED), DORMANT, 0, 1, 2),
                                       move(in(ACTIVATED) | in(DORMANT), AT_RISK, 0, 1, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 3, 1);
    struct machine_state state;
    begin(&state, &machine, 0, yes);
    fold(&state, &machine, 2, yes); /* both are ready at the end of day 2 */
    ck_assert_int_eq(state.stage, ACTIVATED);
    fold(&state, &machine, 3, yes);
    ck_assert_int_eq(state.stage, AT_RISK);
    machine_state_clear(&state);
}
END_TEST

START_TEST(previous_goes_back_where_the_machine_came_from_and_nowhere_from_the_first_stage)
{
    struct transition transitions[] = {move(in(ACQUIRED) | in(AT_RISK), STAGE_PREVIOUS, 0, 1, 0),
                                       move(in(ACQUIRED), ACTIVATED, 1, 1, 0),
                                       move(in(ACTIVATED), AT_RISK, 1, 1, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 3, 2);
    const uint8_t back[] = {CONDITION_TRUE, CONDITION_FALSE},
                  forth[] = {CONDITION_FALSE, CONDITION_TRUE};
    struct machine_state state;
    begin(&state, &machine, 0, back);
    fold(&state, &machine, 5, back);
    ck_assert_int_eq(state.stage, ACQUIRED);
    fold(&state, &machine, 7, forth);
    ck_assert_int_eq(state.stage, AT_RISK);
    fold(&state, &machine, 8, back);
    ck_assert_int_eq(state.stage, ACTIVATED);
    ck_assert_int_eq(state.previous, AT_RISK);
    ck_assert_int_eq(state.log[state.n_log - 1].transition, 0);
    machine_state_clear(&state);
}
END_TEST

START_TEST(a_transition_to_the_stage_itself_is_none)
{
    struct transition transitions[] = {move(in(ACQUIRED) | in(ACTIVATED), ACTIVATED, 0, 1, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state;
    begin(&state, &machine, 0, no);
    fold(&state, &machine, 9, yes);
    ck_assert_int_eq(state.stage, ACTIVATED);
    ck_assert_int_eq(state.since, 1);
    ck_assert_int_eq(state.n_log, 2);
    machine_state_clear(&state);
}
END_TEST

START_TEST(days_in_stage_are_known_once_a_censored_stage_is_left)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 0, 1, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state;
    ck_assert_int_eq(machine_state_init(&state, &machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_begin(&state, &machine, 3, no, true, NULL), CSTM_OK);
    fold(&state, &machine, 4, no);
    ck_assert(state.censored);
    fold(&state, &machine, 5, yes);
    ck_assert(!state.censored);
    ck_assert(state.began_censored);
    machine_state_clear(&state);
}
END_TEST

START_TEST(a_fold_that_comes_out_of_turn_is_refused_or_does_nothing)
{
    struct machine machine = machine_of(stages, N_STAGES, NULL, 0, 1);
    struct machine_state state;
    cstm_error *error = NULL;
    ck_assert_int_eq(machine_state_init(&state, &machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_fold(&state, &machine, 5, yes, NULL, NULL, &error), CSTM_ERROR_MISUSE);
    cstm_error_free(error);
    ck_assert_int_eq(machine_begin(&state, &machine, 5, yes, false, NULL), CSTM_OK);
    ck_assert_int_eq(machine_begin(&state, &machine, 6, yes, false, &error), CSTM_ERROR_MISUSE);
    cstm_error_free(error);
    ck_assert_int_eq(machine_fold(&state, &machine, 4, no, NULL, NULL, NULL), CSTM_OK);
    ck_assert_int_eq(state.day, 5);
    ck_assert_int_eq(state.held[0], 5);
    machine_state_clear(&state);
}
END_TEST

/* The definition itself: one day after the other, with the length of each condition's run counted.
 */
struct naive {
    int32_t stage, previous, since, transition;
    int32_t run[CONDITIONS_OF_RANDOM];
    int32_t n_log;
    struct machine_log log[4096];
};

static void
naive_enter(struct naive *naive, int32_t day, int32_t stage, int32_t transition)
{
    naive->log[naive->n_log++] =
        (struct machine_log){day, (int16_t) naive->stage, (int16_t) stage, transition};
    naive->previous = naive->stage;
    naive->stage = stage;
    naive->since = day;
    naive->transition = transition;
}

static void
naive_count(struct naive *naive, const struct machine *machine, const uint8_t *conditions)
{
    for (int32_t i = 0; i < machine->n_conditions; i++)
        naive->run[i] = conditions[i] == CONDITION_TRUE ? naive->run[i] + 1 : 0;
}

static void
naive_begin(struct naive *naive, const struct machine *machine, int32_t day,
            const uint8_t *conditions)
{
    memset(naive, 0, sizeof *naive);
    naive->stage = STAGE_NONE;
    naive_count(naive, machine, conditions);
    int32_t rule = machine->initial[0].condition;
    bool first = rule < 0 || conditions[rule] == CONDITION_TRUE;
    naive_enter(naive, day, machine->initial[first ? 0 : 1].stage, -1);
}

static void
naive_step(struct naive *naive, const struct machine *machine, int32_t day,
           const uint8_t *conditions)
{
    naive_count(naive, machine, conditions);
    for (int32_t i = 0; i < machine->n_transitions; i++) {
        const struct transition *transition = &machine->transitions[i];
        int32_t to = transition->to == STAGE_PREVIOUS ? naive->previous : transition->to;
        if ((transition->from[0] & in(naive->stage)) != 0 && to >= 0 && to != naive->stage &&
            naive->run[transition->condition] >= transition->for_days &&
            day - naive->since >= transition->stay_days) {
            naive_enter(naive, day, to, i);
            return;
        }
    }
}

static void
assert_same(const struct machine_state *state, const struct naive *naive,
            const struct machine *machine)
{
    ck_assert_int_eq(state->stage, naive->stage);
    ck_assert_int_eq(state->previous, naive->previous);
    ck_assert_int_eq(state->since, naive->since);
    ck_assert_int_eq(state->transition, naive->transition);
    for (int32_t i = 0; i < machine->n_conditions; i++)
        ck_assert_int_eq(naive->run[i] == 0 ? NO_DAY : state->day - naive->run[i] + 1,
                         state->held[i]);
}

struct seen {
    int32_t n;
    struct machine_log log[4096];
};

static void
see(void *argument, const struct machine_log *entry)
{
    struct seen *seen = argument;
    seen->log[seen->n++] = *entry;
}

START_TEST(folding_segments_is_stepping_day_by_day)
{
    static struct naive naive;
    static struct seen seen;
    int32_t transitions = 0;
    for (uint64_t trial = 1; trial <= 3000; trial++) {
        uint64_t seed = trial;
        struct random_machine random;
        draw_machine(&random, &seed);
        const struct machine *machine = &random.machine;
        uint8_t conditions[CONDITIONS_OF_RANDOM];
        int32_t held[CONDITIONS_OF_RANDOM];
        struct machine_state state, split, scratch;
        int32_t day = draw_below(&seed, 1000) - 500;

        draw_conditions(conditions, machine->n_conditions, &seed);
        naive_begin(&naive, machine, day, conditions);
        begin(&state, machine, day, conditions);
        begin(&split, machine, day, conditions);
        machine_state_scratch_empty(&scratch, machine, held);
        machine_begin_scratch(&scratch, machine, day, conditions, false);
        seen.n = 0;
        for (int32_t segment = 0; segment < 12; segment++) {
            int32_t length = 1 + draw_below(&seed, 14), cut = day + 1 + draw_below(&seed, length);
            draw_conditions(conditions, machine->n_conditions, &seed);
            for (int32_t i = 1; i <= length; i++)
                naive_step(&naive, machine, day + i, conditions);
            fold(&state, machine, day + length, conditions);
            fold(&split, machine, cut, conditions);
            fold(&split, machine, day + length, conditions);
            machine_fold_scratch(&scratch, machine, day + length, conditions, see, &seen);
            day += length;
            assert_same(&state, &naive, machine);
            assert_same(&split, &naive, machine);
            assert_same(&scratch, &naive, machine);
        }
        ck_assert_int_eq(state.n_log, naive.n_log);
        ck_assert_mem_eq(state.log, naive.log, (size_t) naive.n_log * sizeof naive.log[0]);
        ck_assert_mem_eq(split.log, naive.log, (size_t) naive.n_log * sizeof naive.log[0]);
        ck_assert_int_eq(seen.n, naive.n_log - 1);
        ck_assert_mem_eq(seen.log, naive.log + 1, (size_t) seen.n * sizeof naive.log[0]);
        transitions += seen.n;
        machine_state_clear(&state);
        machine_state_clear(&split);
    }
    ck_assert_int_gt(transitions, 10000); /* or the machines drawn prove nothing */
}
END_TEST

/* Conditions of a day, and whether each was asked for. */
struct oracle {
    const uint8_t *conditions;
    int32_t asked;
};

static bool
answer(void *argument, int32_t condition)
{
    struct oracle *oracle = argument;
    oracle->asked++;
    return oracle->conditions[condition] == CONDITION_TRUE;
}

START_TEST(a_day_that_asks_only_what_it_needs_ends_where_a_fold_does)
{
    int32_t fired = 0, asked = 0, conditions_there = 0;
    for (uint64_t trial = 1; trial <= 3000; trial++) {
        uint64_t seed = trial;
        struct random_machine random;
        draw_machine(&random, &seed);
        const struct machine *machine = &random.machine;
        uint8_t conditions[CONDITIONS_OF_RANDOM];
        struct machine_state state, stepped;
        draw_conditions(conditions, machine->n_conditions, &seed);
        begin(&state, machine, 0, conditions);
        for (int32_t day = 1; day < 60; day++) {
            struct oracle oracle = {.conditions = conditions};
            struct machine_log entry;
            int32_t n_log = state.n_log;
            if (draw_below(&seed, 3) == 0)
                draw_conditions(conditions, machine->n_conditions, &seed);
            stepped = state; /* its runs are those of the state */
            bool moved = machine_step_scratch(&stepped, machine, answer, &oracle, &entry);
            fold(&state, machine, day, conditions);
            ck_assert_int_eq(stepped.day, day);
            ck_assert_int_eq(stepped.stage, state.stage);
            ck_assert_int_eq(stepped.previous, state.previous);
            ck_assert_int_eq(stepped.since, state.since);
            ck_assert_int_eq(stepped.transition, state.transition);
            ck_assert_int_eq(stepped.censored, state.censored);
            ck_assert_int_eq(moved, state.n_log > n_log);
            if (moved)
                ck_assert_mem_eq(&entry, &state.log[n_log], sizeof entry);
            fired += moved;
            asked += oracle.asked;
            conditions_there += machine->n_conditions;
        }
        machine_state_clear(&state);
    }
    ck_assert_int_gt(fired, 10000); /* or the machines drawn prove nothing */
    ck_assert_int_lt(asked, conditions_there);
}
END_TEST

START_TEST(a_copy_is_folded_without_touching_the_state_it_was_taken_from)
{
    struct transition transitions[] = {move(in(ACQUIRED), ACTIVATED, 0, 1, 0)};
    struct machine machine = machine_of(stages, N_STAGES, transitions, 1, 1);
    struct machine_state state, copy, scratch;
    int32_t held[1];
    begin(&state, &machine, 1, no);
    ck_assert_int_eq(machine_state_init(&copy, &machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_state_copy(&copy, &state, &machine, NULL), CSTM_OK);
    machine_state_scratch(&scratch, &state, &machine, held);
    fold(&copy, &machine, 3, yes);
    machine_fold_scratch(&scratch, &machine, 3, yes, NULL, NULL);
    ck_assert_int_eq(scratch.stage, ACTIVATED);
    ck_assert_int_eq(copy.stage, ACTIVATED);
    ck_assert_int_eq(state.stage, ACQUIRED);
    ck_assert_int_eq(state.held[0], NO_DAY);
    ck_assert_int_eq(state.n_log, 1);
    machine_state_clear(&state);
    machine_state_clear(&copy);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("machine");
    TCase *tcase = tcase_create("machine");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_first_day_takes_the_initial_stage_and_makes_no_transition);
    tcase_add_test(tcase, the_first_initial_rule_that_is_true_decides_where_it_begins);
    tcase_add_test(tcase,
                   for_3_days_fires_at_the_end_of_the_third_day_running_and_counts_the_first_day);
    tcase_add_test(tcase, an_undecided_day_breaks_the_run_of_a_condition);
    tcase_add_test(tcase, a_run_of_a_condition_counts_whatever_the_stage);
    tcase_add_test(tcase, stay_180_days_waits_until_the_stage_is_180_days_old);
    tcase_add_test(tcase, of_two_ready_on_one_day_the_first_in_the_document_fires_and_only_one);
    tcase_add_test(tcase,
                   previous_goes_back_where_the_machine_came_from_and_nowhere_from_the_first_stage);
    tcase_add_test(tcase, a_transition_to_the_stage_itself_is_none);
    tcase_add_test(tcase, days_in_stage_are_known_once_a_censored_stage_is_left);
    tcase_add_test(tcase, a_fold_that_comes_out_of_turn_is_refused_or_does_nothing);
    tcase_add_test(tcase, folding_segments_is_stepping_day_by_day);
    tcase_add_test(tcase, a_day_that_asks_only_what_it_needs_ends_where_a_fold_does);
    tcase_add_test(tcase, a_copy_is_folded_without_touching_the_state_it_was_taken_from);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
