/* Memory that fails: malloc, calloc and realloc are wrapped by the linker (--wrap), so that each allocation of a piece of
 * work can be made to fail in turn. Whatever is in lib/base must then say so, and leave and leak nothing. */
#include "base/bytes.h"
#include "base/civil.h"
#include "base/error.h"
#include "base/memory.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);

static int countdown = -1;   /* -1: nothing fails; 0: every one from here on */
static int allocations;

static int
fails(void)
{
    allocations++;
    if (countdown > 0)
        countdown--;
    else if (countdown == 0)
        return 1;
    return 0;
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

START_TEST(new_memory_is_zero_and_copies_end_in_a_nul)
{
    unsigned char *bytes = memory_new_array(100, 3);
    for (int i = 0; i < 300; i++)
        ck_assert_int_eq(bytes[i], 0);
    memory_free(bytes);
    char *copy = memory_copy("card", 3);
    ck_assert_str_eq(copy, "car");
    memory_free(copy);
    copy = memory_copy(NULL, 0);
    ck_assert_str_eq(copy, "");
    memory_free(copy);
    void *nothing = memory_new(0);
    ck_assert_ptr_nonnull(nothing);
    memory_free(nothing);
    memory_free(NULL);
}
END_TEST

START_TEST(sizes_that_overflow_fail)
{
    ck_assert_ptr_null(memory_new_array(SIZE_MAX / 2, 3));
    ck_assert_ptr_null(memory_copy("", SIZE_MAX));
    int64_t *array = NULL;
    size_t capacity = 0;
    ck_assert(!memory_reserve(&array, &capacity, SIZE_MAX / 4, sizeof *array));
    ck_assert_ptr_null(array);
    ck_assert_uint_eq(capacity, 0);
}
END_TEST

START_TEST(an_array_grows_by_half_and_stays_as_it_was_on_failure)
{
    int32_t *array = NULL;
    size_t capacity = 0;
    ck_assert(memory_reserve(&array, &capacity, 1, sizeof *array));
    ck_assert_uint_eq(capacity, 8);
    for (int32_t i = 0; i < 8; i++)
        array[i] = i;
    ck_assert(memory_reserve(&array, &capacity, 9, sizeof *array));
    ck_assert_uint_eq(capacity, 12);
    int32_t *before = array;
    countdown = 0;
    bool grown = memory_reserve(&array, &capacity, 100, sizeof *array);
    countdown = -1;
    ck_assert(!grown);
    ck_assert_ptr_eq(array, before);
    ck_assert_uint_eq(capacity, 12);
    for (int32_t i = 0; i < 8; i++)
        ck_assert_int_eq(array[i], i);
    memory_free(array);
}
END_TEST

START_TEST(an_arena_gives_zeroed_aligned_memory_that_does_not_overlap)
{
    struct arena arena = {0};
    for (int round = 0; round < 2; round++) {
        unsigned char *places[500];
        for (size_t i = 0; i < 500; i++) {
            size_t size = i % 50 == 49 ? 40000 : i;
            places[i] = arena_new(&arena, size);
            ck_assert_uint_eq((uintptr_t) places[i] % 16, 0);
            size_t zeros = 0;
            for (size_t j = 0; j < size; j++)
                zeros += places[i][j] == 0;
            ck_assert_uint_eq(zeros, size);
            memset(places[i], (int) (i % 255) + 1, size);
        }
        for (size_t i = 1; i < 500; i++)
            ck_assert_uint_eq(places[i][0], i % 255 + 1);
        arena_reset(&arena);
    }
    ck_assert_str_eq(arena_text(&arena, "statement", 5), "state");
    ck_assert_str_eq(arena_text(&arena, NULL, 0), "");
    arena_clear(&arena);
    ck_assert_ptr_null(arena.blocks);
    arena_clear(&arena);
}
END_TEST

START_TEST(an_arena_that_was_reset_needs_no_new_memory_for_the_same_work)
{
    struct arena arena = {0};
    for (int i = 0; i < 1000; i++)
        arena_new(&arena, 30);
    arena_reset(&arena);
    int before = allocations, given = 0;
    for (int i = 0; i < 500; i++)
        given += arena_new(&arena, 30) != NULL;
    int needed = allocations - before;   /* Check allocates, too */
    ck_assert_int_eq(needed, 0);
    ck_assert_int_eq(given, 500);
    countdown = 0;
    void *large = arena_new(&arena, 100000);
    countdown = -1;
    ck_assert_ptr_null(large);
    ck_assert_ptr_null(arena_new(&arena, SIZE_MAX));
    arena_clear(&arena);
}
END_TEST

/* A zone of two changes and a rule, enough to grow every array in its reader. */
static const uint8_t *
prague(size_t *size)
{
    static uint8_t bytes[512];
    static const char footer[] = "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
    uint8_t *at = bytes;
    for (int body = 0; body < 2; body++) {
        memset(at, 0, 44);
        memcpy(at, "TZif2", 5);
        at[39] = 1;
        at[43] = 4;
        memset(at + 44, 0, 10);
        at += 54;
    }
    memcpy(at, footer, sizeof footer - 1);
    *size = (size_t) (at - bytes) + sizeof footer - 1;
    return bytes;
}

START_TEST(a_zone_that_finds_no_memory_says_so_and_leaks_nothing)
{
    size_t size;
    const uint8_t *bytes = prague(&size);
    for (int n = 0;; n++) {
        struct zone *zone = NULL;
        cstm_error *error = NULL;
        countdown = n;
        cstm_status status = zone_read("Europe/Prague", bytes, size, &zone, &error);
        bool ran_out = countdown == 0;
        countdown = -1;
        if (status == CSTM_OK && !ran_out) {
            ck_assert_int_gt(n, 5);
            zone_unref(zone);
            break;
        }
        if (status == CSTM_OK) {
            zone_unref(zone);
            continue;
        }
        ck_assert_int_eq(status, CSTM_ERROR_NO_MEMORY);
        ck_assert_ptr_null(zone);
        ck_assert_str_eq(cstm_error_message(error), "out of memory");
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(an_error_that_finds_no_memory_keeps_its_code_in_the_return_value)
{
    for (int n = 0; n < 2; n++) {
        cstm_error *error = NULL;
        countdown = n;
        cstm_status status = error_set(&error, CSTM_ERROR_RANGE, "beyond %d", 7);
        countdown = -1;
        ck_assert_int_eq(status, CSTM_ERROR_RANGE);
        ck_assert_int_eq(cstm_error_code(error), CSTM_ERROR_NO_MEMORY);
        cstm_error_free(error);
    }
}
END_TEST

START_TEST(a_place_that_finds_no_memory_leaves_the_message)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_RANGE, "beyond");
    countdown = 0;
    error_at(&error, "a.yaml", 3, 4);
    error_at_field(&error, "limit");
    countdown = -1;
    ck_assert_str_eq(cstm_error_message(error), "beyond");
    ck_assert_int_eq(cstm_error_line(error), 3);
    ck_assert_int_eq(cstm_error_column(error), 4);
    cstm_error_free(error);
}
END_TEST

START_TEST(a_buffer_and_a_cancel_that_find_no_memory_are_not_made)
{
    countdown = 0;
    cstm_buffer *buffer = buffer_new();
    cstm_cancel *cancel = NULL;
    cstm_error *error = NULL;
    cstm_status status = cstm_cancel_new(&cancel, &error);
    struct cstm_buffer stack = {0};
    bool put = buffer_put(&stack, "x", 1);
    countdown = -1;
    ck_assert_ptr_null(buffer);
    ck_assert_ptr_null(cancel);
    ck_assert_int_eq(status, CSTM_ERROR_NO_MEMORY);
    ck_assert(!put && stack.size == 0 && stack.data == NULL);
}
END_TEST

START_TEST(lookups_in_a_zone_allocate_nothing)
{
    size_t size;
    const uint8_t *bytes = prague(&size);
    struct zone *zone = NULL;
    ck_assert_int_eq(zone_read("Europe/Prague", bytes, size, &zone, NULL), CSTM_OK);
    struct zone_cursor cursor = {0};
    char text[40];
    int64_t instant;
    int before = allocations;
    for (int32_t day = 12000; day < 14000; day++) {
        instant = zone_day_start(zone, day);
        zone_day(zone, instant, &cursor);
        civil_write_instant(instant, zone, text);
        civil_parse_instant(text, strlen(text), zone, false, &instant);
    }
    int needed = allocations - before;
    ck_assert_int_eq(needed, 0);
    zone_unref(zone);
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("memory");
    tcase_add_test(tcase, new_memory_is_zero_and_copies_end_in_a_nul);
    tcase_add_test(tcase, sizes_that_overflow_fail);
    tcase_add_test(tcase, an_array_grows_by_half_and_stays_as_it_was_on_failure);
    tcase_add_test(tcase, an_arena_gives_zeroed_aligned_memory_that_does_not_overlap);
    tcase_add_test(tcase, an_arena_that_was_reset_needs_no_new_memory_for_the_same_work);
    tcase_add_test(tcase, a_zone_that_finds_no_memory_says_so_and_leaks_nothing);
    tcase_add_test(tcase, an_error_that_finds_no_memory_keeps_its_code_in_the_return_value);
    tcase_add_test(tcase, a_place_that_finds_no_memory_leaves_the_message);
    tcase_add_test(tcase, a_buffer_and_a_cancel_that_find_no_memory_are_not_made);
    tcase_add_test(tcase, lookups_in_a_zone_allocate_nothing);
    Suite *suite = suite_create("memory");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
