/* The reference of the language in README.md names every function that there is. Its path is the first argument. */
#include "rule/overload.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *reference;

static bool
is_word(char c)
{
    return isalnum((unsigned char) c) || c == '_';
}

/* As a word of its own, dots included. */
static bool
is_named(const char *name)
{
    const size_t size = strlen(name);
    for (const char *at = strstr(reference, name); at != NULL; at = strstr(at + 1, name))
        if ((at == reference || !is_word(at[-1])) && !is_word(at[size]))
            return true;
    return false;
}

/* Operators are named as CEL's definition does: "_+_", "@in", "!_". */
static bool
is_operator(const char *name)
{
    const char last = name[strlen(name) - 1];
    return name[0] == '@' || name[0] == '_' || last == '_' || last == ']';
}

START_TEST(every_function_is_in_the_reference)
{
    int32_t n = 0;
    for (int32_t i = 0; overload_at(i) != NULL; i++) {
        const char *name = overload_at(i)->name;
        if (is_operator(name))
            continue;
        n++;
        ck_assert_msg(is_named(name), "README.md does not name %s", name);
    }
    ck_assert_int_gt(n, 100);
    ck_assert_ptr_null(overload_at(-1));
}
END_TEST

static char *
read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *text = calloc((size_t) size + 1, 1);
    if (text != NULL && fread(text, 1, (size_t) size, file) != (size_t) size) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

int
main(int argc, char **argv)
{
    reference = argc == 2 ? read_whole(argv[1]) : NULL;
    if (reference == NULL) {
        fprintf(stderr, "usage: test_rule_reference README.md\n");
        return 2;
    }
    Suite *suite = suite_create("reference");
    TCase *tcase = tcase_create("reference");
    tcase_add_test(tcase, every_function_is_in_the_reference);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    free(reference);
    return failed != 0;
}
