/* The writer of random programs is worth what it reaches: nearly all that it writes compiles, and every row of the tables of
 * functions, one of a new function too, stands in some program that does. */
#include "program_writer.h"

#include <check.h>
#include <stdio.h>

#define PROGRAMS 60000
#define BYTES 160

static void
draw_bytes(uint64_t *state, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (uint8_t) (*state >> 56);
    }
}

START_TEST(every_function_is_reached)
{
    static struct program_writer writer;
    static uint8_t reached[1024];
    const struct scopes *scopes = shared_scopes();
    int32_t n_names, n_rows = overload_count(&n_names), good = 0, missed = 0;
    uint64_t state = 20051001;
    for (int i = 0; i < PROGRAMS; i++) {
        uint8_t bytes[BYTES], used[1024] = {0};
        draw_bytes(&state, bytes, sizeof bytes);
        write_program(&writer, bytes, 20 + (size_t) (i % (BYTES - 20)), used);
        struct error_list errors = {0};
        struct rule_program *program = writer.full ? NULL
            : rule_compile(writer.named.text, writer.named.n, scopes->checked, RULE_DYN, NULL, &errors, NULL);
        if (program == NULL && getenv("SHOW") != NULL && !writer.full)
            printf("%s\n  %.*s\n", cstm_error_message(errors.first), (int) writer.named.n, writer.named.text);
        for (int32_t row = 0; row < n_rows && program != NULL; row++)
            reached[row] |= used[row];
        good += program != NULL;
        error_list_clear(&errors);
        rule_program_unref(program);
    }
    for (int32_t row = 0; row < n_rows; row++) {
        if (reached[row] == 0)
            printf("not reached: %s %s\n", overload_at(row)->name, overload_at(row)->signature == NULL ? "" : overload_at(row)->signature);
        missed += reached[row] == 0;
    }
    ck_assert_int_gt(n_rows, 300);
    ck_assert_int_eq(missed, 0);
    ck_assert_int_gt(good, PROGRAMS * 9 / 10);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("program writer");
    TCase *tests = tcase_create("program writer");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_function_is_reached);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
