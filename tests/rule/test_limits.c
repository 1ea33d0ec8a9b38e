/* Bad input of the largest size: a text that repeats one thing up to a megabyte, closed and unclosed, checked and unchecked, ends in an
 * error with a place, on a stack of 256 KB; and what is just within the limits is run, explained and printed on that stack. */
#include "sample.h"

#include "rule/ast.h"

#include <malloc.h>
#include <pthread.h>

#if defined(__SANITIZE_ADDRESS__)
#define STACK (4 * 256 * 1024)       /* its frames are several times as large */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STACK (4 * 256 * 1024)
#endif
#endif
#ifndef STACK
#define STACK (256 * 1024)
#endif

struct job {
    const char *text;
    size_t size;
    bool unchecked;
    bool run;                        /* where it compiles */
    cstm_status code;
    int64_t line, column;
    uint8_t state;
    int32_t explained;
};

static struct rule_scope *
job_scope(const struct job *job)
{
    struct rule_scope *scope = sample_scope();
    if (job->unchecked)
        rule_scope_set_unchecked(scope);
    return scope;
}

static void
run_program(struct job *job, const struct rule_program *program)
{
    static struct sample sample;
    sample_fill(&sample);
    struct cell value;
    struct rule_column result = {.as.any = &value, .states = &job->state};
    struct rule_explanation explanation = {0};
    void *scratch = aligned_alloc(16, (rule_scratch_size(program, 1) + 31) / 16 * 16);
    rule_run(program, sample.inputs, 1, scratch, &result);
    ck_assert_int_eq(rule_explain(program, sample.inputs, 0, &explanation, NULL), CSTM_OK);
    job->explained = explanation.n;
    rule_explanation_clear(&explanation);
    free(scratch);
}

static void *
compile(void *data)
{
    struct job *job = data;
    struct rule_scope *scope = job_scope(job);
    struct error_list errors = {0}, warnings = {0};
    struct rule_program *program = rule_compile(job->text, job->size, scope, RULE_DYN, NULL, &errors, &warnings);
    job->code = program != NULL ? CSTM_OK : cstm_error_code(errors.first);
    job->line = program != NULL ? 0 : cstm_error_line(errors.first);
    job->column = program != NULL ? 0 : cstm_error_column(errors.first);
    if (program != NULL && job->run)
        run_program(job, program);
    error_list_clear(&errors);
    error_list_clear(&warnings);
    rule_program_unref(program);
    rule_scope_free(scope);
    return NULL;
}

static void
run_job(struct job *job)
{
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, STACK), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, compile, job), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
}

/* before, then `part` as often as it fits, then after, then `closing` as often as part stands there if it fits, else not at all. */
static size_t
repeat(char *text, size_t size, size_t times, const char *part, const char *after, const char *closing)
{
    const size_t n = strlen(part);
    char *at = text;
    if (times > size / n)
        times = size / n;
    for (size_t i = 0; i < times; i++, at += n)
        memcpy(at, part, n);
    const size_t rest = strlen(after) + times * strlen(closing);
    if ((size_t) (at - text) + rest > size)
        return (size_t) (at - text);
    memcpy(at, after, strlen(after));
    at += strlen(after);
    for (size_t i = 0; i < times; i++, at += strlen(closing))
        memcpy(at, closing, strlen(closing));
    return (size_t) (at - text);
}

static const struct { const char *part, *after, *closing; } forms[] = {
    {"(", "1", ")"}, {"[", "1", "]"}, {"{", "1", "}"}, {"!", "true", ""}, {"-", "age", ""}, {"{'a':", "1", "}"}, {"a.", "b", ""}, {"'a'.", "b", ""},
    {"a?b:", "c", ""}, {"active?", "1", ":2"}, {"active?age:", "1", ""}, {"x && ", "x", ""}, {"age > 1 || ", "true", ""}, {"1+", "1", ""}, {"1<", "1", ""},
    {"age in [", "1", "]"}, {"[1].all(x,", "true", ")"}, {"[[1]].map(x,", "x", ")"}, {"cel.bind(x,1,", "x", ")"}, {"optional.of(", "1", ")"},
    {"optional.of(1).optMap(x,", "x", ")"}, {"a[", "1", "]"}, {"[1].map(y,[", "1", "])"}, {"has(", "age", ")"}, {"dyn(", "1", ")"}, {"f(", "1", ")"}, {"'a'.f(", "1", ")"},
    {"math.greatest(", "1", ")"}, {"a.?", "b", ""}, {"[?", "1", "]"}, {"{?", "1", "}"}, {"[?optional.of(", "1", ")]"}, {"a{b:", "1", "}"}, {"name_", "", ""}, {"1", "", ""},
    {"0x", "", ""}, {"'", "", ""}, {"'''", "", ""}, {"\"\\x41", "", ""}, {"//", "", ""}, {"`", "", ""}, {"b'a' + ", "b''", ""}, {"\\", "", ""}, {"\n", "1", ""}, {",", "", ""},
    {"in ", "", ""}, {"true ? true ? ", "1", ""}, {"matches('", "", ""}, {"[1,", "", "]"},
};
#define FORMS (sizeof forms / sizeof forms[0])

START_TEST(a_megabyte_of_anything_is_an_error_with_a_place)
{
    char *text = malloc(CSTM_RULE_LIMIT);
    for (size_t i = 0; i < 2 * FORMS; i++) {
        struct job job = {.text = text, .unchecked = i % 2 == 1};
        /* Half of it is opened and half closed; or all is opened. */
        for (size_t all = 0; all < 2; all++) {
            const size_t times = all == 1 ? SIZE_MAX : CSTM_RULE_LIMIT / (strlen(forms[i / 2].part) + strlen(forms[i / 2].closing) + 1);
            job.size = repeat(text, CSTM_RULE_LIMIT, times, forms[i / 2].part, forms[i / 2].after, forms[i / 2].closing);
            run_job(&job);
            const char *part = forms[i / 2].part;
            const bool is_unknown = strcmp(part, "name_") == 0 || strcmp(part, "x && ") == 0;
            const bool may_be_good = strcmp(part, "\n") == 0 || (job.unchecked && is_unknown);
            ck_assert_msg(job.code != CSTM_OK || may_be_good, "a megabyte of %s compiles", forms[i / 2].part);
            ck_assert_msg(job.code == CSTM_OK || (job.line >= 1 && job.column >= 1), "a megabyte of %s has its error at %d:%d", forms[i / 2].part,
                          (int) job.line, (int) job.column);
        }
    }
    free(text);
}
END_TEST

START_TEST(nesting_is_refused_where_it_is_too_deep)
{
    static const char *const nested[] = {"(", "[", "!", "-", "[1].all(x,", "optional.of(", "active?1:"};
    char *text = malloc(CSTM_RULE_LIMIT);
    for (size_t i = 0; i < sizeof nested / sizeof nested[0]; i++) {
        struct job job = {.text = text, .size = repeat(text, CSTM_RULE_LIMIT, SIZE_MAX, nested[i], "", "")};
        run_job(&job);
        ck_assert_msg(job.code == CSTM_ERROR_LIMIT, "%s: %s", nested[i], cstm_status_name(job.code));
        ck_assert_int_eq(job.line, 1);
        ck_assert_int_le(job.column, (int64_t) (strlen(nested[i]) * (RULE_DEPTH_LIMIT + 1) + 1));
    }
    free(text);
}
END_TEST

START_TEST(what_is_as_deep_as_may_be_runs_on_a_small_stack)
{
    char *text = malloc(CSTM_RULE_LIMIT);
    int32_t compiled = 0;
    for (size_t i = 0; i < 2 * FORMS; i++) {
        /* The deepest that is within the limits; some forms are never. */
        for (size_t times = RULE_DEPTH_LIMIT; times > 8; times -= times / 16 + 1) {
            struct job job = {.text = text, .unchecked = i % 2 == 1, .run = true};
            job.size = repeat(text, CSTM_RULE_LIMIT, times, forms[i / 2].part, forms[i / 2].after, forms[i / 2].closing);
            run_job(&job);
            compiled += job.code == CSTM_OK;
            if (job.code == CSTM_OK)
                break;
        }
    }
    ck_assert_int_gt(compiled, 30);
    free(text);
}
END_TEST

/* Lists and chains within the limit of nodes, of names and of literals, known and unknown. */
START_TEST(what_is_wide_is_no_depth)
{
    static const struct { const char *part, *after; size_t times; cstm_status code; } wide[] = {
        {"age == 41 || ", "true", 40000, CSTM_OK}, {"active && ", "true", 80000, CSTM_OK}, {"nobody || ", "true", 80000, CSTM_ERROR_UNKNOWN},
        {"age == 41 || ", "true", 70000, CSTM_ERROR_LIMIT}, {"city == 'x' || ", "1", 30000, CSTM_ERROR_TYPE},
    };
    char *text = malloc(CSTM_RULE_LIMIT);
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        struct job job = {.text = text, .run = true, .size = repeat(text, CSTM_RULE_LIMIT, wide[i].times, wide[i].part, wide[i].after, "")};
        run_job(&job);
        ck_assert_msg(job.code == wide[i].code, "%s: %s", wide[i].part, cstm_status_name(job.code));
    }
    free(text);
}
END_TEST

START_TEST(long_lists_maps_and_texts_compile)
{
    char *text = malloc(CSTM_RULE_LIMIT);
    for (int form = 0; form < 4; form++) {
        size_t n = (size_t) sprintf(text, "%s", form == 0 ? "age in [" : form == 1 ? "size([" : form == 2 ? "size({" : "size('");
        for (int i = 0; n < CSTM_RULE_LIMIT - 40 && i < (form == 3 ? 1000000 : 60000); i++)
            n += (size_t) sprintf(text + n, form == 3 ? "x" : form == 2 ? "%d:1," : "%d,", i);
        n += (size_t) sprintf(text + n, form == 0 ? "-1]" : form == 1 ? "-1])" : form == 2 ? "-1:1})" : "')");
        struct job job = {.text = text, .size = n, .run = true};
        run_job(&job);
        ck_assert_msg(job.code == CSTM_OK && job.state == 0, "form %d: %s, %s", form, cstm_status_name(job.code), cstm_status_name(job.state));
    }
    free(text);
}
END_TEST

static size_t
memory_in_use(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* 20,000 lists of 80,000 numbers would be 38 GB: what has no room is left to the run. */
START_TEST(short_texts_fold_into_no_large_values)
{
    static const char *const forms_of_much[] = {"lists.range(80000) == [age] || ", "[1].map(x, lists.range(80000)) == [[age]] || ",
                                                "size(lists.range(200000)) == age || ", "size(lists.range(9000000)) == age || "};
    char *text = malloc(CSTM_RULE_LIMIT);
    for (size_t i = 0; i < sizeof forms_of_much / sizeof forms_of_much[0]; i++) {
        const size_t size = repeat(text, CSTM_RULE_LIMIT, 10000, forms_of_much[i], "true", "");
        struct rule_scope *scope = sample_scope();
        struct error_list errors = {0};
        const size_t before = memory_in_use();
        struct rule_program *program = rule_compile(text, size, scope, RULE_BOOL, NULL, &errors, NULL);
        ck_assert_msg(program != NULL, "%s", program != NULL ? "" : cstm_error_message(errors.first));
        ck_assert_msg(memory_in_use() - before < (size_t) 100 << 20, "%s takes %zu bytes", forms_of_much[i], memory_in_use() - before);
        rule_program_unref(program);
        rule_scope_free(scope);
    }
    free(text);
}
END_TEST

static void
fill(TCase *tests)
{
    tcase_add_test(tests, a_megabyte_of_anything_is_an_error_with_a_place);
    tcase_add_test(tests, nesting_is_refused_where_it_is_too_deep);
    tcase_add_test(tests, what_is_as_deep_as_may_be_runs_on_a_small_stack);
    tcase_add_test(tests, what_is_wide_is_no_depth);
    tcase_add_test(tests, short_texts_fold_into_no_large_values);
    tcase_add_test(tests, long_lists_maps_and_texts_compile);
}

int
main(void)
{
    return run_suite("limits", fill);
}
