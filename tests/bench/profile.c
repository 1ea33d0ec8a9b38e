/* What one evaluation and one recording cost: run under callgrind with --toggle-collect by
 * tests/bench/instructions.py, or alone for nanoseconds.
 *
 *     bench_profile STRATEGY.yaml evaluate|today|record ROUNDS
 *
 * The customer has one account, a year of purchases (eight active days a month) and monthly
 * statements, and is advanced to yesterday: seven days are not sealed. What is recorded then comes
 * eight hours apart, three events a day: an event is looked up among those of its own day, so that
 * a day with hundreds of them would measure the search alone. With `today` a purchase of this
 * morning came in after the advance. */
#include <libcustomer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY INT64_C(86400000000)
#define TODAY (INT64_C(13000) * DAY + 12 * 3600 * INT64_C(1000000))

static void
must(cstm_status status, cstm_error **error)
{
    if (status != CSTM_OK) {
        fprintf(stderr, "%s\n", cstm_error_message(*error));
        exit(1);
    }
}

static void
fill(cstm_event *event, cstm_entity account, int64_t n, int64_t time, cstm_error **error)
{
    char id[24];
    must(cstm_event_set_entity(event, account, error), error);
    must(cstm_event_set_id(event, id, (size_t) snprintf(id, sizeof id, "P-%06d", (int) n), error),
         error);
    must(cstm_event_set_time(event, time, error), error);
    must(cstm_event_set_money(event, 0, 1000 + n * 137 % 90000, error), error);
    must(cstm_event_set_bool(event, 1, n % 3 == 0, error), error);
    must(cstm_event_set_string(event, 2, "dining", 6, error), error);
}

static double
now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

int
main(int argc, char **argv)
{
    cstm_error *error;
    cstm_strategy *strategy;
    cstm_profile *profile;
    cstm_entity account;
    cstm_event *purchase, *statement;
    cstm_outcome *outcome;
    if (argc != 4)
        return 2;
    int rounds = atoi(argv[3]);
    must(cstm_strategy_load(argv[1], &strategy, &error), &error);
    must(cstm_profile_new(strategy, "A-1001", 6, &profile, &error), &error);
    must(cstm_profile_entity(profile, 1, 0, "88-1", 4, &account, &error), &error);
    must(cstm_profile_set_date(
             profile, 0, cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "customer.opened_on"),
             12600, CSTM_ALWAYS, NULL, 0, &error),
         &error);
    must(cstm_profile_set_date(
             profile, account,
             cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "account.opened_on"), 12600,
             CSTM_ALWAYS, NULL, 0, &error),
         &error);
    must(cstm_profile_set_money(profile, account,
                                cstm_strategy_find(strategy, CSTM_PART_ATTRIBUTE, "limit"), 5000000,
                                CSTM_ALWAYS, NULL, 0, &error),
         &error);
    must(cstm_event_new(strategy, 0, &purchase, &error), &error);
    must(cstm_event_new(strategy, 1, &statement, &error), &error);
    for (int64_t day = 365; day >= 1; day--) {
        if (day % 15 < 4) {
            fill(purchase, account, day, TODAY - day * DAY, &error);
            must(cstm_profile_record(profile, purchase, &error), &error);
        }
        if (day % 30 == 10) {
            must(cstm_event_set_entity(statement, account, &error), &error);
            must(cstm_event_set_time(statement, TODAY - day * DAY, &error), &error);
            must(cstm_event_set_money(statement, 0, 100000 + day * 1000, &error), &error);
            must(cstm_event_set_int64(statement, 1, day % 7 == 0, &error), &error);
            must(cstm_profile_record(profile, statement, &error), &error);
        }
        if (day % 5 == 0)
            must(cstm_profile_advance(profile, TODAY - day * DAY, &error), &error);
    }
    must(cstm_profile_advance(profile, TODAY - DAY, &error), &error);
    must(cstm_outcome_new(strategy, &outcome, &error), &error);
    must(cstm_profile_evaluate(profile, TODAY, outcome, &error), &error);
    printf("stage %s, account %s, score %.1f\n", cstm_outcome_stage_name(outcome, 0, 0),
           cstm_outcome_stage_name(outcome, 1, account),
           cstm_outcome_double(outcome, CSTM_PART_SCORE, 0, 0));

    if (strcmp(argv[2], "today") == 0) {
        fill(purchase, account, 0, TODAY - DAY / 4, &error);
        must(cstm_profile_record(profile, purchase, &error), &error);
    }
    double start = now();
    if (strcmp(argv[2], "record") != 0) {
        for (int i = 0; i < rounds; i++)
            must(cstm_profile_evaluate(profile, TODAY, outcome, &error), &error);
    } else {
        for (int i = 0; i < rounds; i++) {
            fill(purchase, account, 1000 + i, TODAY + i * (DAY / 3), &error);
            must(cstm_profile_record(profile, purchase, &error), &error);
        }
    }
    printf("%s: %.0f ns each over %d rounds\n", argv[2], (now() - start) / rounds, rounds);
    cstm_outcome_free(outcome);
    cstm_event_free(purchase);
    cstm_event_free(statement);
    cstm_profile_free(profile);
    cstm_strategy_unref(strategy);
    return 0;
}
