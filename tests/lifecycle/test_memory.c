/* Memory that fails: each allocation of a machine's work fails in turn; each call says so and leaves
 * the state as it was, to the byte. And evaluating allocates nothing. malloc, calloc and realloc are
 * wrapped by the linker (--wrap). */
#include "machines.h"

#include <check.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int32_t countdown = -1; /* -1: nothing fails; 0: the next one does */
static int32_t allocations;

static bool
fails(void)
{
    allocations++;
    if (countdown < 0)
        return false;
    return countdown-- == 0;
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *pointer, size_t size)
{
    return fails() ? NULL : __real_realloc(pointer, size);
}

static char *stages[] = {(char *) "acquired", (char *) "activated"};
static struct transition transitions[] = {
    {.from = {1}, .to = 1, .condition = 0, .for_days = 1},
    {.from = {2}, .to = 0, .condition = 0, .for_days = 1},
};
static const uint8_t yes[] = {CONDITION_TRUE};

static struct machine
restless_machine(void)
{
    return machine_of(stages, 2, transitions, 2, 1);
}

static struct cstm_buffer
bytes_of(const struct machine_state *state, const struct machine *machine)
{
    struct cstm_buffer buffer = {0};
    ck_assert(machine_state_write(state, machine, &buffer));
    return buffer;
}

static void
assert_bytes(const struct machine_state *state, const struct machine *machine,
             const struct cstm_buffer *bytes)
{
    struct cstm_buffer now = bytes_of(state, machine);
    ck_assert_uint_eq(now.size, bytes->size);
    ck_assert_mem_eq(now.data, bytes->data, now.size);
    buffer_clear(&now);
}

static struct machine_state
begun(const struct machine *machine)
{
    struct machine_state state;
    ck_assert_int_eq(machine_state_init(&state, machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_begin(&state, machine, 0, yes, false, NULL), CSTM_OK);
    return state;
}

static void
note(void *argument, const struct machine_log *entry)
{
    (void) entry;
    ++*(int32_t *) argument;
}

START_TEST(a_fold_without_memory_for_its_log_changes_nothing)
{
    struct machine machine = restless_machine();
    struct machine_state state = begun(&machine);
    struct cstm_buffer before = bytes_of(&state, &machine);
    int32_t fired = 0;
    countdown = 0;
    cstm_status status = machine_fold(&state, &machine, 1000, yes, note, &fired, NULL);
    countdown = -1;
    ck_assert_int_eq(status, CSTM_ERROR_NO_MEMORY);
    ck_assert_int_eq(fired, 0);
    assert_bytes(&state, &machine, &before);
    ck_assert_int_eq(machine_fold(&state, &machine, 1000, yes, note, &fired, NULL), CSTM_OK);
    ck_assert_int_eq(fired, 1000);
    buffer_clear(&before);
    machine_state_clear(&state);
}
END_TEST

/* Everything else that allocates, as often as it has allocations. */
START_TEST(copies_reads_and_merges_without_memory_change_nothing)
{
    struct machine machine = restless_machine();
    struct machine_state state = begun(&machine), target = begun(&machine), empty;
    struct funnel funnel;
    ck_assert_int_eq(machine_state_init(&empty, &machine, NULL), CSTM_OK);
    ck_assert_int_eq(machine_fold(&state, &machine, 50, yes, NULL, NULL, NULL), CSTM_OK);
    struct cstm_buffer before = bytes_of(&target, &machine), bytes = bytes_of(&state, &machine);
    for (int32_t turn = 0; turn < 2; turn++) {
        struct byte_reader reader;
        struct machine_state fresh;
        reader_init(&reader, bytes.data, bytes.size);
        countdown = turn;
        cstm_status copied = machine_state_copy(&target, &state, &machine, NULL);
        countdown = turn;
        cstm_status read = machine_state_read(&target, &machine, &reader, NULL);
        countdown = turn;
        bool merged = machine_state_merge(&empty, &state, &machine);
        countdown = 2 * turn;
        cstm_status counted = funnel_init(&funnel, &machine, NULL);
        countdown = 0;
        cstm_status made = machine_state_init(&fresh, &machine, NULL);
        countdown = -1;
        ck_assert_int_eq(copied, CSTM_ERROR_NO_MEMORY);
        ck_assert_int_eq(read, CSTM_ERROR_NO_MEMORY);
        ck_assert(!merged);
        ck_assert_int_eq(counted, CSTM_ERROR_NO_MEMORY);
        ck_assert_int_eq(made, CSTM_ERROR_NO_MEMORY);
        ck_assert_int_eq(empty.day, NO_DAY);
        assert_bytes(&target, &machine, &before);
    }
    buffer_clear(&before);
    buffer_clear(&bytes);
    machine_state_clear(&state);
    machine_state_clear(&target);
    machine_state_clear(&empty);
}
END_TEST

START_TEST(folding_in_the_callers_scratch_allocates_nothing)
{
    struct machine machine = restless_machine();
    struct machine_state scratch;
    int32_t held[1], fired = 0;
    allocations = 0;
    machine_state_scratch_empty(&scratch, &machine, held);
    machine_begin_scratch(&scratch, &machine, 0, yes, false);
    machine_fold_scratch(&scratch, &machine, 100, yes, note, &fired);
    int32_t made = allocations;
    ck_assert_int_eq(made, 0);
    ck_assert_int_eq(fired, 100);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("lifecycle memory");
    TCase *tcase = tcase_create("lifecycle memory");
    tcase_add_test(tcase, a_fold_without_memory_for_its_log_changes_nothing);
    tcase_add_test(tcase, copies_reads_and_merges_without_memory_change_nothing);
    tcase_add_test(tcase, folding_in_the_callers_scratch_allocates_nothing);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
