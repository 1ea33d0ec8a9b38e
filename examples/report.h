/* Draws one self-contained HTML page: figures, funnels, flows between stages, segments, score bands, explained customers. */
#ifndef EXAMPLES_REPORT_H
#define EXAMPLES_REPORT_H

#include <libcustomer.h>

#include <stdio.h>

/* A text of a table, which is not NUL-terminated there, in the caller's room. */
struct report_text {
    char text[128];
};
const char *report_cell(struct report_text *room, const cstm_table *table, int64_t row, const char *column);

void report_begin(FILE *file, const char *title, const char *as_of, int64_t customers);
void report_heading(FILE *file, const char *heading);
void report_figure(FILE *file, const char *name, double value, const char *unit);
void report_funnel(FILE *file, const char *lifecycle, const cstm_table *funnel);
void report_flow(FILE *file, const char *lifecycle, const cstm_table *moves);
void report_segments(FILE *file, const cstm_table *segments, const cstm_table *overlap);
void report_bands(FILE *file, const char *score, const cstm_table *bands, double auc, double ks);
/* note: what stands behind the stage, as ", score 600" */
void report_customer(FILE *file, const char *customer, const char *stage, const char *note);
void report_explanation(FILE *file, const cstm_explanation *explanation);
void report_customer_end(FILE *file);
void report_end(FILE *file, const char *digest);

#endif
