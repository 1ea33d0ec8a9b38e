/* The starter strategy on a card business: every machine's stages now and ever, segments, and the
 * features with how many customers, accounts or cards have a value.
 *
 *     card_cn STRATEGY.yaml TABLES_DIRECTORY AS_OF REPORT.html
 *
 * Start at main(). Nothing here knows the strategy: folder.c reads the tables by what it declares,
 * and the parts are listed as they stand in it. */
#include "folder.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    cstm_strategy *strategy;
    struct folder folder;
    cstm_batch *batch;
    cstm_result *result;
    int64_t as_of;
    int32_t day;
    FILE *report;
};

static void
must(cstm_status status, cstm_error **error)
{
    if (status == CSTM_OK)
        return;
    for (const cstm_error *e = *error; e != NULL; e = cstm_error_next(e))
        fprintf(stderr, "%s\n", cstm_error_message(e));
    cstm_error_free(*error);
    exit(1);
}

static int32_t
column(const cstm_table *table, const char *name)
{
    int32_t found = cstm_table_find(table, name);
    if (found < 0) {
        fprintf(stderr, "the table has no column %s\n", name);
        exit(1);
    }
    return found;
}

/* How many stood in each stage at the end of every month of two years: the sum tells whether it was
 * ever reached. */
static void
add_months(struct job *job, int32_t lifecycle, int64_t *months, int32_t stages)
{
    cstm_error *error;
    cstm_table *funnel;
    for (int32_t month = 0; month < 24; month++) {
        must(cstm_result_funnel(job->result, lifecycle, job->day - 30 * month, &funnel, &error),
             &error);
        for (int32_t i = 0; i < stages; i++)
            months[i] += cstm_table_int64(funnel, i, column(funnel, "count"));
        cstm_table_free(funnel);
    }
}

static void
show_lifecycle(struct job *job, int32_t lifecycle)
{
    cstm_error *error;
    cstm_table *funnel, *moves;
    struct report_text room, to;
    const cstm_strategy *s = job->strategy;
    const char *name = cstm_strategy_part_name(s, CSTM_PART_LIFECYCLE, lifecycle);
    int32_t stages = cstm_strategy_stage_count(s, lifecycle);
    int64_t *months = calloc((size_t) stages, sizeof *months);
    if (months == NULL)
        exit(1);
    add_months(job, lifecycle, months, stages);
    must(cstm_result_funnel(job->result, lifecycle, job->day, &funnel, &error), &error);
    must(cstm_result_transitions(job->result, lifecycle, job->day - 90, job->day, &moves, &error),
         &error);
    printf("\n%s\n  %-12s %8s %7s %10s %15s\n", name, "stage", "count", "share", "mean days",
           "mean of 24 months");
    for (int32_t i = 0; i < stages; i++) {
        printf("  %-12s %8lld %6.1f%%", report_cell(&room, funnel, i, "stage"),
               (long long) cstm_table_int64(funnel, i, column(funnel, "count")),
               100 * cstm_table_double(funnel, i, column(funnel, "share")));
        if (cstm_table_state(funnel, i, column(funnel, "mean_days")) == CSTM_STATE_VALUE)
            printf(" %10.1f", cstm_table_double(funnel, i, column(funnel, "mean_days")));
        else
            printf(" %10s", "-");
        printf(" %17.1f\n", (double) months[i] / 24);
    }
    printf("%s: moves of the last 90 days\n", name);
    for (int64_t i = 0; i < cstm_table_rows(moves); i++)
        printf("  %-12s -> %-12s %6lld\n", report_cell(&room, moves, i, "from"),
               report_cell(&to, moves, i, "to"),
               (long long) cstm_table_int64(moves, i, column(moves, "count")));
    report_funnel(job->report, name, funnel);
    report_flow(job->report, name, moves);
    cstm_table_free(funnel);
    cstm_table_free(moves);
    free(months);
}

static void
show_segments(struct job *job)
{
    cstm_error *error;
    cstm_table *segments, *overlap;
    struct report_text room;
    must(cstm_result_segments(job->result, &segments, &error), &error);
    must(cstm_result_overlap(job->result, 0, &overlap, &error), &error);
    printf("\nsegments\n  %-24s %8s %7s %10s\n", "segment", "met", "share", "undecided");
    for (int64_t i = 0; i < cstm_table_rows(segments); i++)
        printf("  %-24s %8lld %6.1f%% %10lld\n", report_cell(&room, segments, i, "segment"),
               (long long) cstm_table_int64(segments, i, column(segments, "met")),
               100 * cstm_table_double(segments, i, column(segments, "share")),
               (long long) cstm_table_int64(segments, i, column(segments, "undecided")));
    report_segments(job->report, segments, overlap);
    cstm_table_free(segments);
    cstm_table_free(overlap);
}

/* A number as a double, money in major units of a currency with two decimals. */
static double
number(const cstm_table *table, int64_t row, int32_t at)
{
    switch (cstm_table_column_type(table, at)) {
    case CSTM_TYPE_DOUBLE:
        return cstm_table_double(table, row, at);
    case CSTM_TYPE_MONEY:
        return (double) cstm_table_money(table, row, at) / 100;
    case CSTM_TYPE_BOOL:
        return cstm_table_bool(table, row, at);
    default:
        return (double) cstm_table_int64(table, row, at);
    }
}

static void
show_feature(const cstm_table *table, const char *name, int32_t at)
{
    int64_t known = 0;
    double sum = 0, least = 0, most = 0;
    cstm_type type = cstm_table_column_type(table, at);
    int is_number = type == CSTM_TYPE_DOUBLE || type == CSTM_TYPE_MONEY || type == CSTM_TYPE_BOOL ||
                    type == CSTM_TYPE_INT;
    for (int64_t row = 0; row < cstm_table_rows(table); row++) {
        if (cstm_table_state(table, row, at) != CSTM_STATE_VALUE)
            continue;
        known++;
        if (!is_number)
            continue;
        double value = number(table, row, at);
        sum += value;
        least = known == 1 || value < least ? value : least;
        most = known == 1 || value > most ? value : most;
    }
    printf("  %-28s %7lld", name, (long long) known);
    if (is_number && known > 0)
        printf(" %14.2f %14.2f %14.2f", sum / (double) known, least, most);
    printf("\n");
}

static void
show_features(struct job *job, int32_t entity)
{
    const cstm_strategy *s = job->strategy;
    const cstm_table *table = cstm_result_table(job->result, entity);
    printf("\n%lld of %s\n  %-28s %7s %14s %14s %14s\n", (long long) cstm_table_rows(table),
           cstm_strategy_part_name(s, CSTM_PART_ENTITY, entity), "feature", "known", "mean",
           "least", "most");
    for (int32_t i = 0; i < cstm_strategy_count(s, CSTM_PART_FEATURE); i++) {
        const char *name = cstm_strategy_part_name(s, CSTM_PART_FEATURE, i);
        if (cstm_strategy_part_entity(s, CSTM_PART_FEATURE, i) == entity)
            show_feature(table, name, column(table, name));
    }
}

/* What could not be used or computed, if anything. */
static void
show_faults(struct job *job)
{
    const cstm_table *faults[] = {cstm_result_rejected(job->result),
                                  cstm_result_errors(job->result)};
    struct report_text room, why;
    if (cstm_table_rows(faults[0]) > 0)
        printf("%lld input rows could not be used; the first, of %s: %s\n",
               (long long) cstm_table_rows(faults[0]), report_cell(&room, faults[0], 0, "table"),
               report_cell(&why, faults[0], 0, "reason"));
    for (int64_t i = 0; i < cstm_table_rows(faults[1]); i++)
        printf("%lld values of %s could not be computed: %s\n",
               (long long) cstm_table_int64(faults[1], i, column(faults[1], "count")),
               report_cell(&room, faults[1], i, "name"),
               cstm_status_name(
                   (cstm_status) cstm_table_int64(faults[1], i, column(faults[1], "status"))));
}

/* One customer of each stage, with the rule that put them there and its operands. */
static void
show_customers(struct job *job)
{
    cstm_error *error;
    const cstm_strategy *s = job->strategy;
    const cstm_table *table = cstm_result_table(job->result, 0);
    struct report_text room, key;
    int32_t lifecycle = cstm_strategy_find(s, CSTM_PART_LIFECYCLE, "customer");
    report_heading(job->report, "One customer of each stage");
    for (int32_t wanted = 0; wanted < cstm_strategy_stage_count(s, lifecycle); wanted++) {
        const char *name = cstm_strategy_stage_name(s, lifecycle, wanted);
        int64_t row = 0;
        while (row < cstm_table_rows(table) &&
               strcmp(report_cell(&room, table, row, "customer.stage"), name) != 0)
            row++;
        if (row == cstm_table_rows(table))
            continue;
        cstm_profile *profile;
        cstm_explanation *why;
        const char *customer = report_cell(&key, table, row, "customer");
        must(cstm_batch_profile(job->batch, customer, strlen(customer), job->as_of, &profile,
                                &error),
             &error);
        must(cstm_profile_explain(profile, job->as_of, CSTM_PART_LIFECYCLE, lifecycle,
                                  CSTM_ENTITY_CUSTOMER, &why, &error),
             &error);
        report_customer(job->report, customer, name, "");
        report_explanation(job->report, why);
        report_customer_end(job->report);
        cstm_explanation_free(why);
        cstm_profile_free(profile);
    }
}

int
main(int argc, char **argv)
{
    struct job job = {0};
    cstm_error *error;
    if (argc != 5) {
        fprintf(stderr, "usage: %s STRATEGY.yaml TABLES_DIRECTORY AS_OF REPORT.html\n", argv[0]);
        return 2;
    }
    must(cstm_strategy_load(argv[1], &job.strategy, &error), &error);
    for (const cstm_error *w = cstm_strategy_warnings(job.strategy); w != NULL;
         w = cstm_error_next(w))
        printf("warning: %s\n", cstm_error_message(w));
    must(cstm_strategy_parse_time(job.strategy, argv[3], strlen(argv[3]), 1, &job.as_of, &error),
         &error);
    must(cstm_strategy_day(job.strategy, job.as_of, &job.day, &error), &error);
    folder_read(&job.folder, job.strategy, argv[2]);
    job.batch = folder_batch(&job.folder);
    must(cstm_batch_set_threads(job.batch, 2, &error), &error);
    must(cstm_batch_run(job.batch, job.as_of, &job.result, &error), &error);

    job.report = fopen(argv[4], "w");
    if (job.report == NULL) {
        perror(argv[4]);
        return 1;
    }
    int64_t customers = cstm_table_rows(cstm_result_table(job.result, 0));
    printf("%s %s as of %s: %lld customers", cstm_strategy_name(job.strategy),
           cstm_strategy_version(job.strategy), argv[3], (long long) customers);
    for (int i = 0; i < job.folder.n; i++)
        if (job.folder.tables[i].holds == FOLDER_EVENTS)
            printf(
                ", %lld %s", (long long) cstm_table_rows(job.folder.tables[i].table),
                cstm_strategy_part_name(job.strategy, CSTM_PART_EVENT, job.folder.tables[i].index));
    printf("\n");
    show_faults(&job);
    report_begin(job.report, cstm_strategy_name(job.strategy), argv[3], customers);
    for (int32_t i = 0; i < cstm_strategy_count(job.strategy, CSTM_PART_ENTITY); i++)
        show_features(&job, i);
    for (int32_t i = 0; i < cstm_strategy_count(job.strategy, CSTM_PART_LIFECYCLE); i++)
        show_lifecycle(&job, i);
    show_segments(&job);
    show_customers(&job);
    report_end(job.report, cstm_result_digest(job.result));
    if (fclose(job.report) != 0) {
        perror(argv[4]);
        return 1;
    }
    printf("\nreport: %s\n", argv[4]);

    cstm_result_free(job.result);
    cstm_batch_free(job.batch);
    folder_clear(&job.folder);
    cstm_strategy_unref(job.strategy);
    return 0;
}
