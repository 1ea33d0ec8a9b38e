/* What one evaluation and one recording cost under a wide strategy, how large its customer is in
 * bytes, and whether two threads that work on profiles of their own slow each other.
 *
 *     bench_wide STRATEGY.yaml evaluate|today|record|both|threads|size ROUNDS
 *
 * The customer has a year of purchases, on eight days a month, every fourth of them with two, and is
 * advanced to yesterday: seven days are not sealed. `record` records purchases eight hours apart,
 * three a day; `both` goes on as the year before, advances every evening, records a purchase a day and
 * evaluates, of which the last two are timed. `threads` runs `both` on one thread and on two. `size`
 * says what the customer's bytes come to and fails where that is 2 KB or more without the set of
 * merchants, which is counted apart.
 */
#include <libcustomer.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY INT64_C(86400000000)
#define TODAY (INT64_C(13000) * DAY + 4 * 3600 * INT64_C(1000000))

static const char *const scenes[30] = {
    "dining",    "coffee",     "groceries",   "convenience", "fuel",      "taxi",
    "metro",     "rail",       "airline",     "hotel",       "cinema",    "games",
    "books",     "music",      "sport",       "clothing",    "shoes",     "jewellery",
    "cosmetics", "furniture",  "appliances",  "electronics", "telecom",   "utilities",
    "insurance", "education",  "hospital",    "pharmacy",    "pets",      "other"};

struct customer {
    cstm_strategy *strategy;
    cstm_profile *profile;
    cstm_event *purchase;
    cstm_outcome *outcome;
    int rounds;
    double each;
};

static void
must(cstm_status status, cstm_error **error)
{
    if (status != CSTM_OK) {
        fprintf(stderr, "%s\n", cstm_error_message(*error));
        exit(1);
    }
}

/* Eight days a month; how many of them there are before the day. */
static int64_t
active_day(int64_t n)
{
    return n / 4 * 15 + n % 4;
}

/* Half of the purchases are in five scenes; amounts from 1.00 to 900.00; 40 merchants. */
static void
fill(const struct customer *customer, int64_t n, int64_t time)
{
    cstm_error *error;
    cstm_event *event = customer->purchase;
    char text[24];
    const char *scene = scenes[n % 2 == 0 ? n / 2 % 5 : n * 7 % 30];
    must(cstm_event_set_entity(event, 0, &error), &error);
    must(cstm_event_set_id(event, text, (size_t) snprintf(text, sizeof text, "P-%06d", (int) n),
                           &error),
         &error);
    must(cstm_event_set_time(event, time, &error), &error);
    must(cstm_event_set_money(event, 0, 100 + n * 7919 % 90000, &error), &error);
    must(cstm_event_set_string(
             event, 1, text,
             (size_t) snprintf(text, sizeof text, "M%05d", (int) (n * 31 % 40)), &error),
         &error);
    must(cstm_event_set_string(event, 2, scene, strlen(scene), &error), &error);
}

static void
record(const struct customer *customer, int64_t n, int64_t time)
{
    cstm_error *error;
    fill(customer, n, time);
    must(cstm_profile_record(customer->profile, customer->purchase, &error), &error);
}

static void
start(struct customer *customer)
{
    cstm_error *error;
    must(cstm_profile_new(customer->strategy, "A-1001", 6, &customer->profile, &error), &error);
    must(cstm_profile_set_date(customer->profile, 0,
                               cstm_strategy_find(customer->strategy, CSTM_PART_ATTRIBUTE,
                                                  "customer.opened_on"),
                               12600, CSTM_ALWAYS, NULL, 0, &error),
         &error);
    must(cstm_event_new(customer->strategy, 0, &customer->purchase, &error), &error);
    must(cstm_outcome_new(customer->strategy, &customer->outcome, &error), &error);
    for (int64_t day = 365; day >= 1; day--) {
        if (day % 15 < 4)
            record(customer, day, TODAY - day * DAY);
        if (day % 60 < 4)
            record(customer, 400 + day, TODAY - day * DAY + DAY / 3);
        if (day % 5 == 0)
            must(cstm_profile_advance(customer->profile, TODAY - day * DAY, &error), &error);
    }
    must(cstm_profile_advance(customer->profile, TODAY - DAY, &error), &error);
    must(cstm_profile_evaluate(customer->profile, TODAY, customer->outcome, &error), &error);
}

static void
stop(struct customer *customer)
{
    cstm_outcome_free(customer->outcome);
    cstm_event_free(customer->purchase);
    cstm_profile_free(customer->profile);
}

static double
now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

static void *
work(void *argument)
{
    struct customer *customer = argument;
    cstm_error *error;
    double spent = 0;
    for (int i = 0; i < customer->rounds; i++) {
        int64_t time = TODAY + active_day(i) * DAY;
        if (i > 0)
            must(cstm_profile_advance(customer->profile, time - DAY, &error), &error);
        double from = now();
        record(customer, 1000 + i, time);
        must(cstm_profile_evaluate(customer->profile, time, customer->outcome, &error), &error);
        spent += now() - from;
    }
    customer->each = spent / customer->rounds;
    return NULL;
}

static void
threads(cstm_strategy *strategy, int rounds)
{
    struct customer alone = {.strategy = strategy, .rounds = rounds}, two[2] = {alone, alone};
    pthread_t thread[2];
    start(&alone);
    work(&alone);
    for (int i = 0; i < 2; i++) {
        start(&two[i]);
        if (pthread_create(&thread[i], NULL, work, &two[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    printf("both: %.0f ns alone, %.0f and %.0f ns on two threads\n", alone.each, two[0].each,
           two[1].each);
    for (int i = 0; i < 2; i++)
        stop(&two[i]);
    stop(&alone);
}

/* Below 2 KB, sketches counted apart. */
#define SIZE_MOST 2048

static int
size(const struct customer *customer)
{
    cstm_error *error;
    cstm_table *table;
    int64_t bytes[7];
    must(cstm_profile_footprint(customer->profile, &table, &error), &error);
    int32_t column = cstm_table_find(table, "bytes");
    for (int64_t row = 0; row < 7; row++)
        bytes[row] = cstm_table_int64(table, row, column);
    cstm_table_free(table);
    printf("size: %d bytes: tiles %d, events %d, sketches %d, open %d, attributes %d, other %d\n",
           (int) bytes[0], (int) bytes[1], (int) bytes[2], (int) bytes[3], (int) bytes[4],
           (int) bytes[5], (int) bytes[6]);
    return bytes[0] - bytes[3] < SIZE_MOST ? 0 : 1;
}

int
main(int argc, char **argv)
{
    cstm_error *error;
    struct customer customer = {.rounds = 0};
    if (argc != 4)
        return 2;
    int rounds = atoi(argv[3]);
    must(cstm_strategy_load(argv[1], &customer.strategy, &error), &error);
    if (strcmp(argv[2], "threads") == 0) {
        threads(customer.strategy, rounds);
        cstm_strategy_unref(customer.strategy);
        return 0;
    }
    start(&customer);
    if (strcmp(argv[2], "size") == 0) {
        int failed = size(&customer);
        stop(&customer);
        cstm_strategy_unref(customer.strategy);
        return failed;
    }
    if (strcmp(argv[2], "today") == 0)
        record(&customer, 1000, TODAY - DAY / 12);
    double from = now(), spent = -1;
    if (strcmp(argv[2], "both") == 0) {
        customer.rounds = rounds;
        work(&customer);
        spent = customer.each * rounds;
    } else if (strcmp(argv[2], "record") == 0) {
        for (int i = 0; i < rounds; i++)
            record(&customer, 1000 + i, TODAY + i * (DAY / 3));
        spent = now() - from;
        from = now();
        for (int i = 0; i < rounds; i++)
            fill(&customer, 1000 + i, TODAY + i * (DAY / 3));
        spent -= now() - from; /* writing the event is the caller's */
    } else {
        for (int i = 0; i < rounds; i++)
            must(cstm_profile_evaluate(customer.profile, TODAY, customer.outcome, &error), &error);
    }
    printf("%s: %.0f ns each over %d rounds\n", argv[2],
           (spent >= 0 ? spent : now() - from) / rounds, rounds);
    stop(&customer);
    cstm_strategy_unref(customer.strategy);
    return 0;
}
