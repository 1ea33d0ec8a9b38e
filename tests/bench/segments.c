/* What many rules over one profile cost: a strategy with as many generated segments as asked for, each of two to four comparisons of
 * shared features, evaluated for one customer, and once more the same strategy without segments. The difference is the rules'.
 *
 *     bench_segments [SEGMENTS [ROUNDS]]      default: 500 segments; prints medians of ROUNDS stretches */
#include <libcustomer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY INT64_C(86400000000)
#define TODAY (INT64_C(13000) * DAY + 12 * 3600 * INT64_C(1000000))
#define STRETCH 400

static const char head[] =
    "format: 1\nstrategy: bench-segments\nversion: \"1\"\ntimezone: Asia/Shanghai\ncurrency: CNY\nlate: 7 days\npurposes: [service]\n"
    "entities:\n  account: {of: customer}\n"
    "attributes:\n  age: {type: int}\n  city: {type: string}\n  income: {type: money}\n"
    "events:\n  purchase:\n    on: account\n    fields: {amount: money, online: bool}\n"
    "features:\n"
    "  purchases_30d:   {count: purchase, over: 30 days}\n"
    "  purchases_90d:   {count: purchase, over: 90 days}\n"
    "  spend_30d:       {sum: purchase.amount, over: 30 days}\n"
    "  spend_90d:       {sum: purchase.amount, over: 90 days}\n"
    "  online_90d:      {count: purchase, where: online, over: 90 days}\n"
    "  largest_90d:     {max: purchase.amount, over: 90 days}\n"
    "  active_days_90d: {distinct_days: purchase, over: 90 days}\n"
    "  last_purchase:   {recency: purchase}\n";

/* Comparisons with a number that differs from segment to segment: what stands before it and behind it. */
static const char *const conditions[][2] = {
    {"purchases_30d >= ", ""}, {"spend_90d > money('", "')"}, {"city in ['Taipei', 'Hsinchu', 'Tainan', 'city ", "']"}, {"age < ", ""},
    {"online_90d != ", ""}, {"double(spend_90d) >= 2.0 * double(spend_30d) + ", ".0"}, {"income > money('", "')"},
    {"active_days_90d in [1, 2, 3, 1", "]"}, {"last_purchase <= ", ""}, {"purchases_90d - purchases_30d > ", ""},
    {"largest_90d < money('", "')"}};
#define N_CONDITIONS ((int) (sizeof conditions / sizeof *conditions))

static void
must(cstm_status status, cstm_error **error)
{
    if (status == CSTM_OK)
        return;
    fprintf(stderr, "%s\n", *error == NULL ? cstm_status_name(status) : cstm_error_message(*error));
    exit(1);
}

static double
now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double) at.tv_sec * 1e9 + (double) at.tv_nsec;
}

static cstm_strategy *
strategy_with(int segments)
{
    const size_t room = sizeof head + 64 + (size_t) segments * 400;
    char *text = malloc(room);
    size_t size = (size_t) snprintf(text, room, "%s%s", head, segments > 0 ? "segments:\n" : "");
    for (int s = 0; s < segments; s++) {
        size += (size_t) snprintf(text + size, room - size, "  s%d: {purpose: service, when: \"", s);
        for (int c = 0; c < 2 + s % 3; c++) {
            const char *const *condition = conditions[(s + c * 3) % N_CONDITIONS];
            const char *joint = c == 0 ? "" : (s + c) % 4 == 0 ? " || " : " && ";
            size += (size_t) snprintf(text + size, room - size, "%s%s%d%s", joint, condition[0], 1 + s % 40, condition[1]);
        }
        size += (size_t) snprintf(text + size, room - size, "\"}\n");
    }
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    must(cstm_strategy_parse(text, size, "segments.yaml", &strategy, &error), &error);
    free(text);
    return strategy;
}

static cstm_profile *
profile_of(cstm_strategy *strategy)
{
    cstm_error *error = NULL;
    cstm_profile *profile = NULL;
    cstm_entity account;
    cstm_event *purchase = NULL;
    must(cstm_profile_new(strategy, "A-1001", 6, &profile, &error), &error);
    must(cstm_profile_entity(profile, 1, 0, "88-1", 4, &account, &error), &error);
    must(cstm_profile_set_date(profile, 0, cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "customer.opened_on"), 12600, CSTM_ALWAYS,
                               NULL, 0, &error), &error);
    must(cstm_profile_set_int64(profile, 0, cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "age"), 41, CSTM_ALWAYS, NULL, 0, &error),
         &error);
    must(cstm_profile_set_string(profile, 0, cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "city"), "Taipei", 6, CSTM_ALWAYS, NULL, 0,
                                 &error), &error);
    must(cstm_profile_set_money(profile, 0, cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "income"), 800000, CSTM_ALWAYS, NULL, 0,
                                &error), &error);
    must(cstm_event_new(strategy, 0, &purchase, &error), &error);
    for (int64_t day = 120; day >= 1; day -= 4) {
        char id[24];
        must(cstm_event_set_entity(purchase, account, &error), &error);
        must(cstm_event_set_id(purchase, id, (size_t) snprintf(id, sizeof id, "P-%d", (int) day), &error), &error);
        must(cstm_event_set_time(purchase, TODAY - day * DAY, &error), &error);
        must(cstm_event_set_money(purchase, 0, 1000 + day * 137, &error), &error);
        must(cstm_event_set_bool(purchase, 1, day % 3 == 0, &error), &error);
        must(cstm_profile_record(profile, purchase, &error), &error);
    }
    cstm_event_free(purchase);
    must(cstm_profile_advance(profile, TODAY - DAY, &error), &error);
    return profile;
}

static int
order(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

/* The median of nanoseconds an evaluation; how many segments are met. */
static double
measure(int segments, int rounds, int *met)
{
    cstm_error *error = NULL;
    cstm_strategy *strategy = strategy_with(segments);
    cstm_profile *profile = profile_of(strategy);
    cstm_outcome *outcome = NULL;
    double *times = calloc((size_t) rounds, sizeof *times);
    must(cstm_outcome_new(strategy, &outcome, &error), &error);
    must(cstm_profile_evaluate(profile, TODAY, outcome, &error), &error);
    for (int round = 0; round < rounds; round++) {
        const double start = now();
        for (int i = 0; i < STRETCH; i++)
            must(cstm_profile_evaluate(profile, TODAY, outcome, &error), &error);
        times[round] = (now() - start) / STRETCH;
    }
    *met = 0;
    for (int s = 0; s < segments; s++)
        *met += cstm_outcome_verdict(outcome, s, 0) == CSTM_VERDICT_MET;
    qsort(times, (size_t) rounds, sizeof *times, order);
    const double median = times[rounds / 2];
    free(times);
    cstm_outcome_free(outcome);
    cstm_profile_free(profile);
    cstm_strategy_unref(strategy);
    return median;
}

int
main(int argc, char **argv)
{
    const int segments = argc > 1 ? atoi(argv[1]) : 500, rounds = argc > 2 ? atoi(argv[2]) : 15;
    if (segments < 1 || rounds < 1)
        return 2;
    int met;
    const double without = measure(0, rounds, &met), with = measure(segments, rounds, &met);
    printf("%d segments over one profile: %.2f us, without them %.2f us, the rules %.2f us, %.1f ns each; %d are met\n", segments,
           with / 1000, without / 1000, (with - without) / 1000, (with - without) / segments, met);
    return 0;
}
