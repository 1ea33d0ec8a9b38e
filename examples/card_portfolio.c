/* The main job on a whole portfolio: customers, accounts, statements and repayments in; stages, scores, reasons and the
 * observed outcome out, as tables in the terminal and as a report to look at.
 *
 *     card_portfolio STRATEGY.yaml TABLES_DIRECTORY AS_OF REPORT.html
 *
 * Start at main(): load, read, run, then five sections, each of which prints and draws. report.c knows how to draw. */
#include "report.h"

#include <libcustomer.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    cstm_strategy *strategy;
    cstm_table *customers, *accounts, *statements, *repayments, *labels;
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

/* A CSV file with typed columns: name, type, name, type, ... */
static cstm_table *
read_table(const struct job *job, const char *directory, const char *file, const char *const *names,
           const cstm_type *types, int n)
{
    cstm_error *error;
    cstm_csv *csv;
    cstm_table *table;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    must(cstm_csv_new(&csv, &error), &error);
    must(cstm_csv_set_currency(csv, cstm_strategy_currency(job->strategy), &error), &error);
    must(cstm_csv_set_zone(csv, cstm_strategy_timezone(job->strategy), &error), &error);
    for (int i = 0; i < n; i++)
        must(cstm_csv_add_column(csv, names[i], types[i], &error), &error);
    must(cstm_csv_read_file(csv, path, NULL, NULL, NULL, &table, NULL, &error), &error);
    cstm_csv_free(csv);
    return table;
}

#define READ(job, directory, file, names, types) \
    read_table(job, directory, file, names, types, (int) (sizeof names / sizeof *names))

static void
read_tables(struct job *job, const char *directory)
{
    const char *const customers[] = {"customer", "age", "sex", "education", "marriage"};
    const cstm_type customers_types[] = {CSTM_TYPE_STRING, CSTM_TYPE_INT, CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_STRING};
    const char *const accounts[] = {"account", "customer", "limit"};
    const cstm_type accounts_types[] = {CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_MONEY};
    const char *const statements[] = {"account", "id", "time", "balance", "use", "status"};
    const cstm_type statements_types[] = {CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_DATE, CSTM_TYPE_MONEY, CSTM_TYPE_MONEY, CSTM_TYPE_INT};
    const char *const repayments[] = {"account", "id", "time", "amount"};
    const cstm_type repayments_types[] = {CSTM_TYPE_STRING, CSTM_TYPE_STRING, CSTM_TYPE_DATE, CSTM_TYPE_MONEY};
    const char *const labels[] = {"customer", "default"};
    const cstm_type labels_types[] = {CSTM_TYPE_STRING, CSTM_TYPE_INT};
    job->customers = READ(job, directory, "customers.csv", customers, customers_types);
    job->accounts = READ(job, directory, "accounts.csv", accounts, accounts_types);
    job->statements = READ(job, directory, "statements.csv", statements, statements_types);
    job->repayments = READ(job, directory, "repayments.csv", repayments, repayments_types);
    job->labels = READ(job, directory, "labels.csv", labels, labels_types);
}

static void
run_portfolio(struct job *job)
{
    cstm_error *error;
    const cstm_strategy *s = job->strategy;
    must(cstm_batch_new(job->strategy, &job->batch, &error), &error);
    must(cstm_batch_add_entities(job->batch, cstm_strategy_find(s, CSTM_PART_ENTITY, "customer"), job->customers, &error), &error);
    must(cstm_batch_add_entities(job->batch, cstm_strategy_find(s, CSTM_PART_ENTITY, "account"), job->accounts, &error), &error);
    must(cstm_batch_add_events(job->batch, cstm_strategy_find(s, CSTM_PART_EVENT, "statement"), job->statements, &error), &error);
    must(cstm_batch_add_events(job->batch, cstm_strategy_find(s, CSTM_PART_EVENT, "repayment"), job->repayments, &error), &error);
    must(cstm_batch_set_threads(job->batch, 2, &error), &error);
    must(cstm_batch_run(job->batch, job->as_of, &job->result, &error), &error);
    const cstm_table *rejected = cstm_result_rejected(job->result);
    if (cstm_table_rows(rejected) > 0)
        printf("%lld input rows could not be used\n", (long long) cstm_table_rows(rejected));
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

/* Who stands where, and who moved in the last month. */
static void
show_lifecycle(struct job *job, int32_t lifecycle)
{
    cstm_error *error;
    cstm_table *funnel, *moves;
    struct report_text room, to;
    const char *name = cstm_strategy_part_name(job->strategy, CSTM_PART_LIFECYCLE, lifecycle);
    must(cstm_result_funnel(job->result, lifecycle, job->day, &funnel, &error), &error);
    must(cstm_result_transitions(job->result, lifecycle, job->day - 30, job->day, &moves, &error), &error);

    printf("\n%s: who stands where\n  %-12s %8s %7s %14s %10s\n", name, "stage", "count", "share", "left-censored", "mean days");
    for (int64_t i = 0; i < cstm_table_rows(funnel); i++) {
        printf("  %-12s %8lld %6.1f%% %14lld", report_cell(&room, funnel, i, "stage"),
               (long long) cstm_table_int64(funnel, i, column(funnel, "count")),
               100 * cstm_table_double(funnel, i, column(funnel, "share")),
               (long long) cstm_table_int64(funnel, i, column(funnel, "censored")));
        if (cstm_table_state(funnel, i, column(funnel, "mean_days")) == CSTM_STATE_VALUE)
            printf(" %10.1f\n", cstm_table_double(funnel, i, column(funnel, "mean_days")));
        else
            printf(" %10s\n", "-");
    }
    printf("%s: moves of the last 30 days\n", name);
    for (int64_t i = 0; i < cstm_table_rows(moves); i++)
        printf("  %-12s -> %-12s %8lld\n", report_cell(&room, moves, i, "from"), report_cell(&to, moves, i, "to"), (long long) cstm_table_int64(moves, i, column(moves, "count")));
    report_funnel(job->report, name, funnel);
    report_flow(job->report, name, moves);
    cstm_table_free(funnel);
    cstm_table_free(moves);
}

/* Who is in which segment 客群, of whom it cannot be said, and which customers two of them share. */
static void
show_segments(struct job *job)
{
    cstm_error *error;
    cstm_table *segments, *overlap;
    struct report_text room, other;
    must(cstm_result_segments(job->result, &segments, &error), &error);
    must(cstm_result_overlap(job->result, 0, &overlap, &error), &error);
    printf("\nsegments\n  %-12s %8s %7s %10s\n", "segment", "met", "share", "undecided");
    for (int64_t i = 0; i < cstm_table_rows(segments); i++)
        printf("  %-12s %8lld %6.1f%% %10lld\n", report_cell(&room, segments, i, "segment"), (long long) cstm_table_int64(segments, i, column(segments, "met")),
               100 * cstm_table_double(segments, i, column(segments, "share")), (long long) cstm_table_int64(segments, i, column(segments, "undecided")));
    printf("segments: in both of two\n");
    for (int64_t i = 0; i < cstm_table_rows(overlap); i++)
        printf("  %-12s and %-12s %8lld of %8lld in either\n", report_cell(&room, overlap, i, "segment"), report_cell(&other, overlap, i, "other"),
               (long long) cstm_table_int64(overlap, i, column(overlap, "both")), (long long) cstm_table_int64(overlap, i, column(overlap, "either")));
    report_segments(job->report, segments, overlap);
    cstm_table_free(segments);
    cstm_table_free(overlap);
}

/* The share of customers whose account was used in one of the last three statements 活户率. */
static void
show_active_share(struct job *job)
{
    const cstm_table *table = cstm_result_table(job->result, 0);
    int32_t used = column(table, "used_last_3");
    int64_t active = 0, known = 0;
    for (int64_t i = 0; i < cstm_table_rows(table); i++) {
        if (cstm_table_state(table, i, used) != CSTM_STATE_VALUE)
            continue;
        known++;
        active += cstm_table_int64(table, i, used) > 0;
    }
    printf("\nactive share: %.1f%% of %lld customers used their account in one of the last three statements\n",
           100.0 * (double) active / (double) known, (long long) known);
    report_figure(job->report, "Active share", 100.0 * (double) active / (double) known, "% of customers with use in the last three statements");
}

/* The score against what happened. Points were fitted on customers with odd numbers, so those with even ones are the test. */
static void
show_score(struct job *job)
{
    cstm_error *error;
    const cstm_table *table = cstm_result_table(job->result, 0);
    int32_t score = column(table, "default_risk");
    int64_t rows = cstm_table_rows(table), n = 0;
    double *scores = malloc((size_t) rows * sizeof *scores);
    uint8_t *outcomes = malloc((size_t) rows);
    if (scores == NULL || outcomes == NULL)
        exit(1);
    for (int64_t i = 0; i < rows; i++) {
        if (i % 2 == 0 || cstm_table_state(table, i, score) != CSTM_STATE_VALUE)
            continue;                           /* row 0 is customer 1: odd */
        scores[n] = cstm_table_double(table, i, score);
        outcomes[n++] = (uint8_t) cstm_table_int64(job->labels, i, column(job->labels, "default"));
    }
    cstm_validation *validation;
    cstm_table *bands;
    must(cstm_validation_new(scores, outcomes, NULL, n, CSTM_HIGHER_IS_SAFER, &validation, &error), &error);
    must(cstm_validation_bands(validation, 10, &bands, &error), &error);
    printf("\ndefault_risk on the %lld customers that it was not fitted on: AUC %.4f, Gini %.4f, KS %.4f at %.0f\n", (long long) n,
           cstm_validation_auc(validation), cstm_validation_gini(validation), cstm_validation_ks(validation), cstm_validation_ks_cut(validation));
    printf("  %8s %8s %8s %9s %13s\n", "from", "to", "count", "defaults", "default rate");
    for (int64_t i = 0; i < cstm_table_rows(bands); i++)
        printf("  %8.0f %8.0f %8lld %9lld %12.1f%%\n", cstm_table_double(bands, i, column(bands, "from")), cstm_table_double(bands, i, column(bands, "to")),
               (long long) cstm_table_int64(bands, i, column(bands, "count")), (long long) cstm_table_int64(bands, i, column(bands, "events")),
               100 * cstm_table_double(bands, i, column(bands, "rate")));
    report_bands(job->report, "default_risk", bands, cstm_validation_auc(validation), cstm_validation_ks(validation));
    cstm_table_free(bands);
    cstm_validation_free(validation);
    free(scores);
    free(outcomes);
}

static const char *
value_of(const cstm_explanation *explanation, int32_t i)
{
    return cstm_explanation_state(explanation, i) == CSTM_STATE_MISSING ? "missing" : cstm_explanation_value(explanation, i);
}

/* The rule that put the customer there with the value of every operand; of a score what each characteristic gave. */
static void
show_explanation(struct job *job, const cstm_profile *profile, cstm_part part, int32_t index)
{
    cstm_error *error;
    cstm_explanation *explanation;
    must(cstm_profile_explain(profile, job->as_of, part, index, CSTM_ENTITY_CUSTOMER, &explanation, &error), &error);
    int32_t n = cstm_explanation_count(explanation);
    for (int32_t i = 0; i < n; i++) {
        int32_t depth = cstm_explanation_depth(explanation, i);
        if (part == CSTM_PART_SCORE && depth > 1)
            continue;                           /* the first line below a characteristic is its value */
        printf("    %*s%s", 2 * depth, "", cstm_explanation_text(explanation, i));
        if (*value_of(explanation, i) != '\0')
            printf(" = %s", value_of(explanation, i));
        if (part == CSTM_PART_SCORE && i + 1 < n && cstm_explanation_depth(explanation, i + 1) == 2)
            printf("  (%s = %s)", cstm_explanation_text(explanation, i + 1), value_of(explanation, i + 1));
        printf("\n");
    }
    report_explanation(job->report, explanation);
    cstm_explanation_free(explanation);
}

/* One customer of each of up to five stages: where they stand and why, what they score and why. */
static void
show_customers(struct job *job)
{
    cstm_error *error;
    const cstm_strategy *s = job->strategy;
    const cstm_table *table = cstm_result_table(job->result, 0);
    struct report_text room, customer_room;
    int32_t lifecycle = cstm_strategy_find(s, CSTM_PART_LIFECYCLE, "customer");
    int32_t score = cstm_strategy_find(s, CSTM_PART_SCORE, "default_risk");
    int32_t shown = 0;
    char note[64];
    cstm_outcome *outcome;
    must(cstm_outcome_new(job->strategy, &outcome, &error), &error);
    report_heading(job->report, "Five customers");
    for (int32_t wanted = 0; wanted < cstm_strategy_stage_count(s, lifecycle) && shown < 5; wanted++) {
        const char *name = cstm_strategy_stage_name(s, lifecycle, wanted);
        int64_t row = 0;
        while (row < cstm_table_rows(table) && strcmp(report_cell(&room, table, row, "customer.stage"), name) != 0)
            row++;
        if (row == cstm_table_rows(table))
            continue;
        cstm_profile *profile;
        const char *customer = report_cell(&customer_room, table, row, "customer");
        must(cstm_batch_profile(job->batch, customer, strlen(customer), job->as_of, &profile, &error), &error);
        must(cstm_profile_evaluate(profile, job->as_of, outcome, &error), &error);
        printf("\ncustomer %s: %s for %d days%s, score %.0f, reasons", customer, cstm_outcome_stage_name(outcome, lifecycle, 0),
               cstm_outcome_stage_days(outcome, lifecycle, 0), cstm_outcome_stage_censored(outcome, lifecycle, 0) ? " at least" : "",
               cstm_outcome_double(outcome, CSTM_PART_SCORE, score, 0));
        for (int32_t i = 0; i < cstm_outcome_reason_count(outcome, score, 0); i++)
            printf("%s %s (-%.0f)", i > 0 ? "," : "", cstm_outcome_reason_code(outcome, score, 0, i), cstm_outcome_reason_points(outcome, score, 0, i));
        printf("\n");
        snprintf(note, sizeof note, ", score %.0f", cstm_outcome_double(outcome, CSTM_PART_SCORE, score, 0));
        report_customer(job->report, customer, cstm_outcome_stage_name(outcome, lifecycle, 0), note);
        show_explanation(job, profile, CSTM_PART_LIFECYCLE, lifecycle);
        show_explanation(job, profile, CSTM_PART_SCORE, score);
        report_customer_end(job->report);
        cstm_profile_free(profile);
        shown++;
    }
    cstm_outcome_free(outcome);
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
    for (const cstm_error *w = cstm_strategy_warnings(job.strategy); w != NULL; w = cstm_error_next(w))
        printf("warning: %s\n", cstm_error_message(w));
    must(cstm_strategy_parse_time(job.strategy, argv[3], strlen(argv[3]), 1, &job.as_of, &error), &error);
    must(cstm_strategy_day(job.strategy, job.as_of, &job.day, &error), &error);
    read_tables(&job, argv[2]);
    run_portfolio(&job);

    job.report = fopen(argv[4], "w");
    if (job.report == NULL) {
        perror(argv[4]);
        return 1;
    }
    printf("%s %s as of %s: %lld customers, %lld accounts, %lld statements, %lld repayments\n", cstm_strategy_name(job.strategy),
           cstm_strategy_version(job.strategy), argv[3], (long long) cstm_table_rows(job.customers), (long long) cstm_table_rows(job.accounts),
           (long long) cstm_table_rows(job.statements), (long long) cstm_table_rows(job.repayments));
    report_begin(job.report, cstm_strategy_name(job.strategy), argv[3], cstm_table_rows(job.customers));
    show_active_share(&job);
    for (int32_t i = 0; i < cstm_strategy_count(job.strategy, CSTM_PART_LIFECYCLE); i++)
        show_lifecycle(&job, i);
    show_segments(&job);
    show_score(&job);
    show_customers(&job);
    report_end(job.report, cstm_result_digest(job.result));
    if (fclose(job.report) != 0) {
        perror(argv[4]);
        return 1;
    }
    printf("\nreport: %s\n", argv[4]);

    cstm_result_free(job.result);
    cstm_batch_free(job.batch);
    cstm_table_free(job.customers);
    cstm_table_free(job.accounts);
    cstm_table_free(job.statements);
    cstm_table_free(job.repayments);
    cstm_table_free(job.labels);
    cstm_strategy_unref(job.strategy);
    return 0;
}
