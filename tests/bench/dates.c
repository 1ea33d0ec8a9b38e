/* Many dates in one pass beside one: 10,000 customers with a thousand events each over three years,
 * as of the ends of twelve months.
 *
 *     bench_dates CUSTOMERS EVENTS_OF_EACH ROUNDS [most times one date] */
#include <libcustomer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DATES 12
#define LAST_DAY 19844 /* 2024-05-01 */

static const char document[] =
    "format: 1\nstrategy: dates\nversion: \"1\"\ntimezone: Asia/Shanghai\ncurrency: CNY\n"
    "purposes: [service]\n"
    "events:\n  purchase: {observed_from: \"2019-01-01\", fields: {amount: money, online: bool}}\n"
    "features:\n"
    "  count_7d: {count: purchase, over: 7 days}\n"
    "  count_30d: {count: purchase, over: 30 days}\n"
    "  count_90d: {count: purchase, over: 90 days}\n"
    "  count_180d: {count: purchase, over: 180 days}\n"
    "  count_365d: {count: purchase, over: 365 days}\n"
    "  spend_7d: {sum: purchase.amount, over: 7 days}\n"
    "  spend_30d: {sum: purchase.amount, over: 30 days}\n"
    "  spend_90d: {sum: purchase.amount, over: 90 days}\n"
    "  spend_180d: {sum: purchase.amount, over: 180 days}\n"
    "  spend_365d: {sum: purchase.amount, over: 365 days}\n"
    "  largest_7d: {max: purchase.amount, over: 7 days}\n"
    "  largest_30d: {max: purchase.amount, over: 30 days}\n"
    "  largest_90d: {max: purchase.amount, over: 90 days}\n"
    "  largest_180d: {max: purchase.amount, over: 180 days}\n"
    "  largest_365d: {max: purchase.amount, over: 365 days}\n"
    "  online_90d: {sum: purchase.amount, where: online, over: 90 days}\n"
    "  idle: {recency: purchase}\n";

static double
now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

static void
must(cstm_status status, cstm_error *error)
{
    if (status == CSTM_OK)
        return;
    fprintf(stderr, "%s\n", error != NULL ? cstm_error_message(error) : cstm_status_name(status));
    exit(1);
}

int
main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    int64_t customers = atoll(argv[1]), each = atoll(argv[2]), n = customers * each;
    int rounds = atoi(argv[3]);
    int64_t *keys = malloc((size_t) n * sizeof *keys), *amounts = malloc((size_t) n * sizeof *keys),
            *people = malloc((size_t) customers * sizeof *people);
    int32_t *days = malloc((size_t) n * sizeof *days);
    uint8_t *online = malloc((size_t) n);
    if (keys == NULL || amounts == NULL || people == NULL || days == NULL || online == NULL)
        return 1;
    uint64_t seed = 1;
    for (int64_t c = 0; c < customers; c++)
        people[c] = c;
    for (int64_t i = 0; i < n; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        keys[i] = i / each;
        days[i] = LAST_DAY - 1095 + (int32_t) (i % each * 1095 / each);
        amounts[i] = (int64_t) (seed >> 33) % 100000;
        online[i] = (uint8_t) (seed >> 63);
    }
    cstm_error *error = NULL;
    cstm_strategy *strategy;
    cstm_batch *batch;
    cstm_table *customer_table, *events, *dates;
    int64_t as_of[DATES];
    for (int d = 0; d < DATES; d++)
        as_of[d] = ((int64_t) LAST_DAY + 1 - 30 * (DATES - 1 - d)) * INT64_C(86400000000) -
                   INT64_C(28800000000) - 1;
    must(cstm_strategy_parse(document, strlen(document), "dates.yaml", &strategy, &error), error);
    must(cstm_table_new(&customer_table, &error), error);
    must(cstm_table_add_int64(customer_table, "customer", people, NULL, customers, &error), error);
    must(cstm_table_new(&events, &error), error);
    must(cstm_table_add_int64(events, "customer", keys, NULL, n, &error), error);
    must(cstm_table_add_date(events, "time", days, NULL, n, &error), error);
    must(cstm_table_add_money(events, "amount", amounts, NULL, n, "CNY", &error), error);
    must(cstm_table_add_bool(events, "online", online, NULL, n, &error), error);
    must(cstm_table_new(&dates, &error), error);
    must(cstm_table_add_timestamp(dates, "as_of", as_of, NULL, DATES, &error), error);
    double best[2] = {1e9, 1e9};
    for (int r = 0; r < rounds; r++)
        for (int many = 0; many < 2; many++) {
            cstm_result *result;
            double start = now();
            must(cstm_batch_new(strategy, &batch, &error), error);
            must(cstm_batch_add_entities(batch, 0, customer_table, &error), error);
            must(cstm_batch_add_events(batch, 0, events, &error), error);
            must(many ? cstm_batch_run_dates(batch, dates, &result, &error)
                      : cstm_batch_run(batch, as_of[DATES - 1], &result, &error),
                 error);
            double seconds = now() - start;
            best[many] = seconds < best[many] ? seconds : best[many];
            cstm_result_free(result);
            cstm_batch_free(batch);
        }
    double ratio = best[1] / best[0];
    printf("%s customers with %s events each: one date %.1f ms, %d dates %.1f ms: %.2f times\n",
           argv[1], argv[2], best[0] * 1e3, DATES, best[1] * 1e3, ratio);
    cstm_table_free(customer_table);
    cstm_table_free(events);
    cstm_table_free(dates);
    cstm_strategy_unref(strategy);
    free(keys);
    free(amounts);
    free(people);
    free(days);
    free(online);
    return argc > 4 && ratio > atof(argv[4]) ? 1 : 0;
}
