/* A machine's state as bytes: writing and reading is identity, damage is refused, and halves merge
 * in any order. */
#include "machines.h"

#include <check.h>
#include <stdlib.h>

static char *stages[] = {(char *) "acquired", (char *) "activated", (char *) "dormant"};
static struct transition transitions[] = {
    {.from = {1}, .to = 1, .condition = 0, .for_days = 1},
    {.from = {2}, .to = 2, .condition = 1, .for_days = 2},
    {.from = {4}, .to = STAGE_PREVIOUS, .condition = 0, .for_days = 1},
};
static const uint8_t used[] = {CONDITION_TRUE, CONDITION_FALSE},
                     idle[] = {CONDITION_FALSE, CONDITION_TRUE};

static struct machine
card_machine(void)
{
    return machine_of(stages, 3, transitions, 3, 2);
}

static struct machine_state
some_state(const struct machine *machine, int32_t day, bool censored)
{
    struct machine_state state;
    ck_assert_int_eq(machine_state_init(&state, machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_begin(&state, machine, day, idle, censored, NULL), CSTM_OK);
    ck_assert_int_eq(machine_fold(&state, machine, day + 10, used, NULL, NULL, NULL), CSTM_OK);
    ck_assert_int_eq(machine_fold(&state, machine, day + 400, idle, NULL, NULL, NULL), CSTM_OK);
    return state;
}

static struct cstm_buffer
bytes_of(const struct machine_state *state, const struct machine *machine)
{
    struct cstm_buffer buffer = {0};
    ck_assert(machine_state_write(state, machine, &buffer));
    return buffer;
}

/* The status of reading; on success the state is as good as its bytes: written again they are the
 * same. */
static cstm_status
read_back(const struct machine *machine, const uint8_t *bytes, size_t size)
{
    struct byte_reader reader;
    struct machine_state state;
    ck_assert_int_eq(machine_state_init(&state, machine, NULL), CSTM_OK);
    reader_init(&reader, bytes, size);
    cstm_status status = machine_state_read(&state, machine, &reader, NULL);
    if (status == CSTM_OK) {
        for (int32_t i = 0; i < state.n_log; i++) {
            ck_assert_int_ge(state.log[i].day, i == 0 ? state.begun : state.log[i - 1].day + 1);
            ck_assert_int_le(state.log[i].day, state.day);
        }
        struct cstm_buffer again = bytes_of(&state, machine);
        ck_assert_uint_eq(again.size, (size_t) (reader.at - bytes));
        ck_assert_mem_eq(again.data, bytes, again.size);
        buffer_clear(&again);
    } else {
        ck_assert_int_eq(state.day, NO_DAY);
    }
    machine_state_clear(&state);
    return status;
}

START_TEST(reading_what_was_written_is_identity)
{
    for (uint64_t trial = 1; trial <= 500; trial++) {
        uint64_t seed = trial * 77;
        struct random_machine random;
        draw_machine(&random, &seed);
        const struct machine *machine = &random.machine;
        uint8_t conditions[CONDITIONS_OF_RANDOM];
        struct machine_state state, read;
        ck_assert_int_eq(machine_state_init(&state, machine, NULL), CSTM_OK);
        ck_assert_int_eq(machine_state_init(&read, machine, NULL), CSTM_OK);
        draw_conditions(conditions, machine->n_conditions, &seed);
        ck_assert_int_eq(machine_begin(&state, machine, -200, conditions, trial % 2 == 0, NULL),
                         CSTM_OK);
        for (int32_t day = -190; day < 0; day += 10) {
            draw_conditions(conditions, machine->n_conditions, &seed);
            ck_assert_int_eq(machine_fold(&state, machine, day, conditions, NULL, NULL, NULL),
                             CSTM_OK);
        }
        struct cstm_buffer bytes = bytes_of(&state, machine);
        struct byte_reader reader;
        reader_init(&reader, bytes.data, bytes.size);
        ck_assert_int_eq(machine_state_read(&read, machine, &reader, NULL), CSTM_OK);
        ck_assert_ptr_eq(reader.at, reader.end);
        ck_assert_int_eq(read.day, state.day);
        ck_assert_int_eq(read.begun, state.begun);
        ck_assert_int_eq(read.stage, state.stage);
        ck_assert_int_eq(read.previous, state.previous);
        ck_assert_int_eq(read.since, state.since);
        ck_assert_int_eq(read.transition, state.transition);
        ck_assert_int_eq(read.censored, state.censored);
        ck_assert_int_eq(read.began_censored, state.began_censored);
        ck_assert_mem_eq(read.held, state.held, (size_t) machine->n_conditions * sizeof *read.held);
        ck_assert_int_eq(read.n_log, state.n_log);
        ck_assert_mem_eq(read.log, state.log, (size_t) read.n_log * sizeof *read.log);
        buffer_clear(&bytes);
        machine_state_clear(&state);
        machine_state_clear(&read);
    }
}
END_TEST

START_TEST(a_state_that_has_not_begun_is_one_byte)
{
    struct machine machine = card_machine();
    struct machine_state state;
    ck_assert_int_eq(machine_state_init(&state, &machine, NULL), CSTM_OK);
    struct cstm_buffer bytes = bytes_of(&state, &machine);
    ck_assert_uint_eq(bytes.size, 1);
    ck_assert_int_eq(read_back(&machine, bytes.data, bytes.size), CSTM_OK);
    buffer_clear(&bytes);
    machine_state_clear(&state);
}
END_TEST

START_TEST(truncated_bytes_are_corrupt)
{
    struct machine machine = card_machine();
    struct machine_state state = some_state(&machine, 12000, true);
    struct cstm_buffer bytes = bytes_of(&state, &machine);
    for (size_t size = 0; size < bytes.size; size++)
        ck_assert_int_eq(read_back(&machine, bytes.data, size), CSTM_ERROR_CORRUPT);
    buffer_clear(&bytes);
    machine_state_clear(&state);
}
END_TEST

START_TEST(damaged_bytes_are_corrupt_or_another_state_in_its_canonical_form)
{
    struct machine machine = card_machine();
    struct machine_state state = some_state(&machine, 12000, false);
    struct cstm_buffer bytes = bytes_of(&state, &machine);
    int32_t corrupt = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t kept = bytes.data[i];
        for (int32_t value = 0; value < 256; value++) {
            bytes.data[i] = (uint8_t) value;
            cstm_status status = read_back(&machine, bytes.data, bytes.size);
            ck_assert(status == CSTM_OK || status == CSTM_ERROR_CORRUPT);
            corrupt += status != CSTM_OK;
        }
        bytes.data[i] = kept;
    }
    ck_assert_int_gt(corrupt, (int32_t) bytes.size * 100);
    buffer_clear(&bytes);
    machine_state_clear(&state);
}
END_TEST

START_TEST(garbage_is_never_read_as_a_state_out_of_bounds)
{
    struct machine machine = card_machine();
    uint64_t seed = 5;
    for (int32_t trial = 0; trial < 20000; trial++) {
        uint8_t bytes[40];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t) (draw(&seed) >> (draw_below(&seed, 2) == 0 ? 56 : 61));
        bytes[0] &= 7;
        cstm_status status = read_back(&machine, bytes, sizeof bytes);
        ck_assert(status == CSTM_OK || status == CSTM_ERROR_CORRUPT);
    }
}
END_TEST

START_TEST(a_length_that_no_bytes_stand_behind_asks_for_no_memory)
{
    struct machine machine = card_machine();
    struct cstm_buffer bytes = {0};
    ck_assert(buffer_put_u8(&bytes, 1) && buffer_put_svar(&bytes, 0) &&
              buffer_put_uvar(&bytes, 1000000) && buffer_put_uvar(&bytes, 1) &&
              buffer_put_text(&bytes, "acquired", 8) && buffer_put_uvar(&bytes, 2000000000));
    ck_assert_int_eq(read_back(&machine, bytes.data, bytes.size), CSTM_ERROR_CORRUPT);
    buffer_clear(&bytes);
}
END_TEST

START_TEST(a_transition_that_the_definition_does_not_allow_is_corrupt)
{
    struct machine machine = card_machine();
    struct machine_state state = some_state(&machine, 0, false);
    ck_assert_int_ge(state.n_log, 2);
    state.log[1].transition = 1; /* leads to dormant, from activated only */
    struct cstm_buffer bytes = bytes_of(&state, &machine);
    ck_assert_int_eq(read_back(&machine, bytes.data, bytes.size), CSTM_ERROR_CORRUPT);
    buffer_clear(&bytes);
    machine_state_clear(&state);
}
END_TEST

/* Bytes as the format says, put together by hand: from day 10 to day 20, names, log (stage; then
 * gap, stage, transition) and two conditions. */
struct crafted {
    const char *what;
    const char *names[3];
    uint64_t log[12];
    size_t n_log; /* numbers of it */
    uint64_t entries;
    uint64_t held[2];
    cstm_status status;
};

static const struct crafted crafted[] = {
    {"a move on the last day", {"acquired", "activated"}, {0, 9, 1, 0}, 4, 2, {0, 0}, CSTM_OK},
    {"a move after the last day",
     {"acquired", "activated"},
     {0, 10, 1, 0},
     4,
     2,
     {0, 0},
     CSTM_ERROR_CORRUPT},
    {"a move far after it",
     {"acquired", "activated"},
     {0, UINT64_MAX, 1, 0},
     4,
     2,
     {0, 0},
     CSTM_ERROR_CORRUPT},
    {"a run since before the beginning", {"acquired"}, {0}, 1, 1, {11, 12}, CSTM_ERROR_CORRUPT},
    {"a run since the beginning", {"acquired"}, {0}, 1, 1, {11, 0}, CSTM_OK},
    {"names in another order than the log's",
     {"activated", "acquired"},
     {1, 0, 0, 0},
     4,
     2,
     {0, 0},
     CSTM_ERROR_CORRUPT},
    {"names in the log's order",
     {"acquired", "activated", "dormant"},
     {0, 0, 1, 0, 0, 2, 1, 0, 1, 2},
     10,
     4,
     {0, 0},
     CSTM_OK},
    {"two names in each other's place",
     {"acquired", "dormant", "activated"},
     {0, 0, 2, 0, 0, 1, 1, 0, 2, 2},
     10,
     4,
     {0, 0},
     CSTM_ERROR_CORRUPT},
    {"a name that the log does not use",
     {"acquired", "activated"},
     {0},
     1,
     1,
     {0, 0},
     CSTM_ERROR_CORRUPT},
    {"a name twice", {"acquired", "acquired"}, {0, 0, 1, 0}, 4, 2, {0, 0}, CSTM_ERROR_CORRUPT},
    {"a name that is no stage", {"lost"}, {0}, 1, 1, {0, 0}, CSTM_ERROR_CORRUPT},
    {"a beginning where none can be", {"activated"}, {0}, 1, 1, {0, 0}, CSTM_ERROR_CORRUPT},
    {"a place beyond the names", {"acquired"}, {1}, 1, 1, {0, 0}, CSTM_ERROR_CORRUPT},
    {"a transition that is not there",
     {"acquired", "activated"},
     {0, 0, 1, 3},
     4,
     2,
     {0, 0},
     CSTM_ERROR_CORRUPT},
    {"no log", {"acquired"}, {0}, 0, 0, {0, 0}, CSTM_ERROR_CORRUPT},
};

START_TEST(bytes_are_taken_in_one_form_only)
{
    const struct crafted *from = &crafted[_i];
    struct machine machine = card_machine();
    struct cstm_buffer bytes = {0};
    uint64_t names = 0;
    while (names < 3 && from->names[names] != NULL)
        names++;
    ck_assert(buffer_put_u8(&bytes, 1) && buffer_put_svar(&bytes, 10) &&
              buffer_put_uvar(&bytes, 10) && buffer_put_uvar(&bytes, names));
    for (uint64_t i = 0; i < names; i++)
        ck_assert(buffer_put_text(&bytes, from->names[i], strlen(from->names[i])));
    ck_assert(buffer_put_uvar(&bytes, from->entries));
    for (size_t i = 0; i < from->n_log; i++)
        ck_assert(buffer_put_uvar(&bytes, from->log[i]));
    ck_assert(buffer_put_uvar(&bytes, 2) && buffer_put_uvar(&bytes, from->held[0]) &&
              buffer_put_uvar(&bytes, from->held[1]));
    ck_assert_msg(read_back(&machine, bytes.data, bytes.size) == from->status, "%s", from->what);
    buffer_clear(&bytes);
}
END_TEST

static struct cstm_buffer
merged(const struct machine *machine, const struct machine_state *a, const struct machine_state *b,
       const struct machine_state *c, bool right_first)
{
    struct machine_state left, right;
    ck_assert_int_eq(machine_state_init(&left, machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_state_init(&right, machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_state_copy(&left, a, machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_state_copy(&right, b, machine, NULL), CSTM_OK);
    if (right_first) {
        ck_assert(machine_state_merge(&right, c, machine));
        ck_assert(machine_state_merge(&left, &right, machine));
    } else {
        ck_assert(machine_state_merge(&left, &right, machine));
        ck_assert(machine_state_merge(&left, c, machine));
    }
    struct cstm_buffer bytes = bytes_of(&left, machine);
    machine_state_clear(&left);
    machine_state_clear(&right);
    return bytes;
}

START_TEST(merging_commutes_and_associates_to_the_byte)
{
    struct machine machine = card_machine();
    struct machine_state states[3] = {some_state(&machine, 5, true),
                                      some_state(&machine, 900, false)};
    ck_assert_int_eq(machine_state_init(&states[2], &machine, NULL), CSTM_OK);
    for (int32_t i = 0; i < 27; i++) {
        const struct machine_state *a = &states[i % 3], *b = &states[i / 3 % 3],
                                   *c = &states[i / 9];
        struct cstm_buffer first = merged(&machine, a, b, c, false),
                           second = merged(&machine, a, b, c, true),
                           third = merged(&machine, c, b, a, true);
        ck_assert_uint_eq(first.size, second.size);
        ck_assert_mem_eq(first.data, second.data, first.size);
        ck_assert_uint_eq(first.size, third.size);
        ck_assert_mem_eq(first.data, third.data, first.size);
        buffer_clear(&first);
        buffer_clear(&second);
        buffer_clear(&third);
    }
    for (int32_t i = 0; i < 3; i++)
        machine_state_clear(&states[i]);
}
END_TEST

START_TEST(two_halves_that_have_begun_leave_the_stage_undetermined_and_it_stays_so)
{
    struct machine machine = card_machine();
    struct machine_state a = some_state(&machine, 5, false), b = some_state(&machine, 7, false);
    ck_assert(machine_state_merge(&a, &b, &machine));
    ck_assert(a.undetermined);
    ck_assert_int_eq(a.begun, 5);
    ck_assert_int_eq(a.day, 407);
    ck_assert_int_eq(machine_fold(&a, &machine, 500, used, NULL, NULL, NULL), CSTM_OK);
    ck_assert(a.undetermined);
    ck_assert_int_eq(a.day, 500);
    struct cstm_buffer bytes = bytes_of(&a, &machine);
    ck_assert_int_eq(read_back(&machine, bytes.data, bytes.size), CSTM_OK);
    buffer_clear(&bytes);
    machine_state_clear(&a);
    machine_state_clear(&b);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("machine bytes");
    TCase *tcase = tcase_create("machine bytes");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, reading_what_was_written_is_identity);
    tcase_add_test(tcase, a_state_that_has_not_begun_is_one_byte);
    tcase_add_test(tcase, truncated_bytes_are_corrupt);
    tcase_add_test(tcase, damaged_bytes_are_corrupt_or_another_state_in_its_canonical_form);
    tcase_add_test(tcase, garbage_is_never_read_as_a_state_out_of_bounds);
    tcase_add_test(tcase, a_length_that_no_bytes_stand_behind_asks_for_no_memory);
    tcase_add_test(tcase, a_transition_that_the_definition_does_not_allow_is_corrupt);
    tcase_add_loop_test(tcase, bytes_are_taken_in_one_form_only, 0,
                        (int) (sizeof crafted / sizeof crafted[0]));
    tcase_add_test(tcase, merging_commutes_and_associates_to_the_byte);
    tcase_add_test(tcase, two_halves_that_have_begun_leave_the_stage_undetermined_and_it_stays_so);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
