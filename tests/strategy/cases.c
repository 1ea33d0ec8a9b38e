#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "line:column CODE message", as the cases write it. */
static void
print_fault(FILE *out, const cstm_error *error)
{
    const char *message = cstm_error_message(error), *text = message;
    ck_assert_str_eq(cstm_error_file(error), "t.yaml");
    if (cstm_error_line(error) > 0) {        /* the place is the beginning of the message: t.yaml:3:1: ... */
        char place[64];
        int size = snprintf(place, sizeof place, "t.yaml:%lld:%lld: ", (long long) cstm_error_line(error),
                            (long long) cstm_error_column(error));
        ck_assert(strncmp(message, place, (size_t) size) == 0);
        text = message + size;
    }
    fprintf(out, "%lld:%lld %s %s\n", (long long) cstm_error_line(error), (long long) cstm_error_column(error),
            cstm_status_name(cstm_error_code(error)) + strlen("CSTM_ERROR_"), text);
}

void
check_cases(const struct fault_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cstm_strategy *strategy = NULL;
        cstm_error *error = NULL;
        char *faults = NULL;
        size_t size = 0;
        cstm_status status =
            cstm_strategy_parse(cases[i].document, strlen(cases[i].document), "t.yaml", &strategy, &error);
        FILE *out = open_memstream(&faults, &size);
        for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
            print_fault(out, e);
        fclose(out);
        ck_assert_msg(strcmp(faults, cases[i].faults) == 0, "case %zu\n%s\nfaults\n%s\nexpected\n%s", i, cases[i].document,
                      faults, cases[i].faults);
        ck_assert_int_eq(status, cstm_error_code(error));
        ck_assert_int_eq(status == CSTM_OK, strategy != NULL);
        free(faults);
        cstm_error_free(error);
        cstm_strategy_unref(strategy);
    }
}

cstm_strategy *
load(const char *document)
{
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    cstm_strategy_parse(document, strlen(document), "t.yaml", &strategy, &error);
    ck_assert_msg(error == NULL, "%s", cstm_error_message(error));
    return strategy;
}

int
run_tests(const char *name, const TTest *const *tests)
{
    Suite *suite = suite_create(name);
    TCase *all = tcase_create(name);
    tcase_set_timeout(all, 60);
    for (size_t i = 0; tests[i] != NULL; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
