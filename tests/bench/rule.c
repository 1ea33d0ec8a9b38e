/* One rule from C: what compiling it with its schema costs, and what evaluating it for one case costs, as values stand ready and as
 * they are set anew each time.
 *
 *     bench_rule [ROUNDS]     prints for each the median of ROUNDS stretches, in nanoseconds a call */
#include <libcustomer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STRETCH 20000        /* evaluations that are timed at once */
#define COMPILES 500

static const char rule_text[] =
    "income > money('8000') && city_tier in [1, 2] && !(occupation in ['student', 'retired']) && "
    "double(spend_90d) >= 2.0 * double(spend_prev_90d)";

static double
now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double) at.tv_sec * 1e9 + (double) at.tv_nsec;
}

static void
must(cstm_status status, cstm_error **error)
{
    if (status == CSTM_OK)
        return;
    fprintf(stderr, "%s\n", *error == NULL ? cstm_status_name(status) : cstm_error_message(*error));
    exit(1);
}

static cstm_rule *
compile(void)
{
    static const struct { const char *name; cstm_type type; } names[] = {
        {"income", CSTM_TYPE_MONEY}, {"city_tier", CSTM_TYPE_INT}, {"occupation", CSTM_TYPE_STRING},
        {"spend_90d", CSTM_TYPE_MONEY}, {"spend_prev_90d", CSTM_TYPE_MONEY}};
    cstm_scope *scope = NULL;
    cstm_rule *rule = NULL;
    cstm_error *error = NULL;
    must(cstm_scope_new("CNY", NULL, &scope, &error), &error);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        must(cstm_scope_declare(scope, names[i].name, names[i].type, &error), &error);
    must(cstm_rule_compile(scope, rule_text, strlen(rule_text), CSTM_TYPE_BOOL, &rule, &error), &error);
    cstm_scope_free(scope);
    return rule;
}

static void
set(cstm_activation *activation, int64_t i)
{
    cstm_activation_set_int64(activation, 0, 800001 + i, NULL);
    cstm_activation_set_int64(activation, 1, 1 + (i & 1), NULL);
    cstm_activation_set_string(activation, 2, "engineer", 8, NULL);
    cstm_activation_set_int64(activation, 3, 500000, NULL);
    cstm_activation_set_int64(activation, 4, 100000, NULL);
}

static int
order(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static double
median(double *times, int n)
{
    qsort(times, (size_t) n, sizeof *times, order);
    return times[n / 2];
}

int
main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 21;
    double *ready = calloc((size_t) rounds, sizeof *ready), *fresh = calloc((size_t) rounds, sizeof *fresh),
           *compiled = calloc((size_t) rounds, sizeof *compiled);
    if (rounds < 1 || ready == NULL || fresh == NULL || compiled == NULL)
        return 2;
    cstm_error *error = NULL;
    cstm_rule *rule = compile();
    cstm_activation *activation = NULL;
    must(cstm_activation_new(rule, &activation, &error), &error);
    set(activation, 0);
    int64_t met = 0;
    for (int round = 0; round < rounds; round++) {
        double start = now();
        for (int64_t i = 0; i < STRETCH; i++) {
            cstm_activation_evaluate(activation, NULL);
            met += cstm_activation_int64(activation);
        }
        ready[round] = (now() - start) / STRETCH;
        start = now();
        for (int64_t i = 0; i < STRETCH; i++) {
            set(activation, i);
            cstm_activation_evaluate(activation, NULL);
            met += cstm_activation_int64(activation);
        }
        fresh[round] = (now() - start) / STRETCH;
        start = now();
        for (int i = 0; i < COMPILES; i++)
            cstm_rule_unref(compile());
        compiled[round] = (now() - start) / COMPILES;
    }
    if (met != 2 * (int64_t) rounds * STRETCH) {
        fprintf(stderr, "the rule is met in %lld cases of %lld\n", (long long) met, 2LL * rounds * STRETCH);
        return 1;
    }
    printf("libcustomer evaluate %.1f\nlibcustomer set-and-evaluate %.1f\nlibcustomer compile-with-schema %.1f\n",
           median(ready, rounds), median(fresh, rounds), median(compiled, rounds));
    cstm_activation_free(activation);
    cstm_rule_unref(rule);
    free(ready);
    free(fresh);
    free(compiled);
    return 0;
}
