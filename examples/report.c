/* The report's drawing: plain HTML and SVG written front to back, no script, no file beside it. */
#include "report.h"

#include <math.h>
#include <string.h>

static const char *const COLOURS[] = {"#2a6f97", "#52a37a", "#e0a030", "#c8553d", "#7a5195", "#5b8c9c", "#8c6d46", "#a05195", "#667788", "#3f7f4f"};
#define N_COLOURS ((int) (sizeof COLOURS / sizeof *COLOURS))

static void
escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<': fputs("&lt;", file); break;
        case '>': fputs("&gt;", file); break;
        case '&': fputs("&amp;", file); break;
        case '"': fputs("&quot;", file); break;
        default: fputc(*text, file);
        }
    }
}

static int32_t
column(const cstm_table *table, const char *name)
{
    return cstm_table_find(table, name);
}

const char *
report_cell(struct report_text *room, const cstm_table *table, int64_t row, const char *name)
{
    size_t size;
    const char *text = cstm_table_string(table, row, column(table, name), &size);
    if (size >= sizeof room->text)
        size = sizeof room->text - 1;
    if (text != NULL)
        memcpy(room->text, text, size);
    room->text[size] = '\0';
    return room->text;
}

void
report_begin(FILE *file, const char *title, const char *as_of, int64_t customers)
{
    fputs("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>", file);
    escaped(file, title);
    fputs("</title><style>"
          "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#223}"
          "h1{font-size:1.6rem;margin-bottom:0}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid #ccd}"
          "p.sub{color:#667;margin-top:.2rem}.figure b{font-size:2rem;color:#2a6f97}svg{width:100%;height:auto;display:block}"
          "svg text{font:13px system-ui,sans-serif;fill:#223}svg text.soft{fill:#667}"
          "details{border:1px solid #dde;border-radius:6px;margin:.6rem 0;padding:.5rem 1rem}summary{cursor:pointer;font-weight:600}"
          "pre{background:#f6f7f9;padding:.6rem;overflow-x:auto;font-size:12.5px;line-height:1.45}footer{color:#889;font-size:12px;margin-top:3rem;word-break:break-all}"
          "</style><h1>", file);
    escaped(file, title);
    fprintf(file, "</h1><p class=\"sub\">%lld customers as of ", (long long) customers);
    escaped(file, as_of);
    fputs("</p>", file);
}

void
report_heading(FILE *file, const char *heading)
{
    fputs("<h2>", file);
    escaped(file, heading);
    fputs("</h2>", file);
}

void
report_figure(FILE *file, const char *name, double value, const char *unit)
{
    fputs("<p class=\"figure\">", file);
    escaped(file, name);
    fprintf(file, ": <b>%.1f</b> ", value);
    escaped(file, unit);
    fputs("</p>", file);
}

void
report_funnel(FILE *file, const char *lifecycle, const cstm_table *funnel)
{
    int64_t n = cstm_table_rows(funnel);
    double most = 0;
    struct report_text room;
    for (int64_t i = 0; i < n; i++)
        most = fmax(most, cstm_table_double(funnel, i, column(funnel, "share")));
    report_heading(file, lifecycle);
    fprintf(file, "<svg viewBox=\"0 0 900 %lld\" role=\"img\" aria-label=\"funnel\">", (long long) (n * 34 + 26));
    fputs("<text class=\"soft\" x=\"130\" y=\"16\">share of those who have begun (pale: there before they were observed)</text>"
          "<text class=\"soft\" x=\"890\" y=\"16\" text-anchor=\"end\">mean days in stage</text>", file);
    for (int64_t i = 0; i < n; i++) {
        double count = (double) cstm_table_int64(funnel, i, column(funnel, "count"));
        double share = cstm_table_double(funnel, i, column(funnel, "share"));
        double censored = (double) cstm_table_int64(funnel, i, column(funnel, "censored"));
        double width = most > 0 ? 520 * share / most : 0;
        double pale = count > 0 ? width * censored / count : 0;
        int y = (int) i * 34 + 26;
        fprintf(file, "<text x=\"120\" y=\"%d\" text-anchor=\"end\">", y + 19);
        escaped(file, report_cell(&room, funnel, i, "stage"));
        fprintf(file, "</text><rect x=\"130\" y=\"%d\" width=\"%.1f\" height=\"26\" rx=\"3\" fill=\"%s\"/>", y, width, COLOURS[i % N_COLOURS]);
        fprintf(file, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"26\" fill=\"#fff\" opacity=\".45\"/>", 130 + width - pale, y, pale);
        fprintf(file, "<text x=\"%.1f\" y=\"%d\">%.0f (%.1f %%)</text>", 138 + width, y + 19, count, 100 * share);
        if (cstm_table_state(funnel, i, column(funnel, "mean_days")) == CSTM_STATE_VALUE)
            fprintf(file, "<text class=\"soft\" x=\"890\" y=\"%d\" text-anchor=\"end\">%.0f</text>", y + 19, cstm_table_double(funnel, i, column(funnel, "mean_days")));
    }
    fputs("</svg>", file);
}

/* The stages that a side of the flow names, in order of appearance, with their sums. */
struct side {
    struct report_text names[64];
    double sums[64], at[64], used[64];
    int n;
};

static int
side_find(struct side *side, const char *name)
{
    for (int i = 0; i < side->n; i++)
        if (strcmp(side->names[i].text, name) == 0)
            return i;
    if (side->n == 64)
        return 63;
    snprintf(side->names[side->n].text, sizeof side->names[side->n].text, "%s", name);
    return side->n++;
}

void
report_flow(FILE *file, const char *lifecycle, const cstm_table *moves)
{
    struct side left = {0}, right = {0};
    struct report_text room;
    int64_t n = cstm_table_rows(moves);
    double total = 0;
    for (int64_t i = 0; i < n; i++) {
        double count = (double) cstm_table_int64(moves, i, column(moves, "count"));
        left.sums[side_find(&left, report_cell(&room, moves, i, "from"))] += count;
        right.sums[side_find(&right, report_cell(&room, moves, i, "to"))] += count;
        total += count;
    }
    fputs("<p class=\"sub\">Moves of the last 30 days in ", file);
    escaped(file, lifecycle);
    fprintf(file, ": %.0f</p>", total);
    if (total <= 0)
        return;
    int most = left.n > right.n ? left.n : right.n;
    double height = 260, gap = 26, scale = (height - gap * (most - 1)) / total;
    for (int s = 0; s < 2; s++) {
        struct side *side = s == 0 ? &left : &right;
        double y = 10;
        for (int i = 0; i < side->n; i++) {
            side->at[i] = y;
            y += side->sums[i] * scale + gap;
        }
    }
    fprintf(file, "<svg viewBox=\"0 0 900 %.0f\" role=\"img\" aria-label=\"flow between stages\">", height + 30);
    for (int64_t i = 0; i < n; i++) {
        double count = (double) cstm_table_int64(moves, i, column(moves, "count"));
        int a = side_find(&left, report_cell(&room, moves, i, "from"));
        int b = side_find(&right, report_cell(&room, moves, i, "to"));
        double thick = count * scale;
        double y0 = left.at[a] + left.used[a] + thick / 2, y1 = right.at[b] + right.used[b] + thick / 2;
        left.used[a] += thick;
        right.used[b] += thick;
        fprintf(file, "<path d=\"M190 %.1f C450 %.1f 450 %.1f 710 %.1f\" fill=\"none\" stroke=\"%s\" stroke-opacity=\".45\" stroke-width=\"%.2f\"><title>", y0, y0, y1, y1,
                COLOURS[a % N_COLOURS], fmax(thick, .6));
        escaped(file, left.names[a].text);
        fputs(" to ", file);
        escaped(file, right.names[b].text);
        fprintf(file, ": %.0f</title></path>", count);
    }
    for (int s = 0; s < 2; s++) {
        struct side *side = s == 0 ? &left : &right;
        for (int i = 0; i < side->n; i++) {
            fprintf(file, "<rect x=\"%d\" y=\"%.1f\" width=\"10\" height=\"%.2f\" fill=\"#445\"/>", s == 0 ? 180 : 710, side->at[i], fmax(side->sums[i] * scale, 1));
            fprintf(file, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"%s\">", s == 0 ? 172 : 728, side->at[i] + side->sums[i] * scale / 2 + 5, s == 0 ? "end" : "start");
            escaped(file, side->names[i].text);
            fprintf(file, " %.0f</text>", side->sums[i]);
        }
    }
    fputs("</svg>", file);
}

/* Bars of the shares, and under them how far each two overlap: the darker, the closer. */
void
report_segments(FILE *file, const cstm_table *segments, const cstm_table *overlap)
{
    int64_t n = cstm_table_rows(segments), pairs = cstm_table_rows(overlap);
    struct report_text room, other;
    report_heading(file, "segments");
    fprintf(file, "<svg viewBox=\"0 0 900 %lld\" role=\"img\" aria-label=\"segments\">", (long long) (n * 34 + pairs * 26 + 60));
    fputs("<text class=\"soft\" x=\"130\" y=\"16\">share of all customers</text><text class=\"soft\" x=\"890\" y=\"16\" text-anchor=\"end\">undecided</text>", file);
    for (int64_t i = 0; i < n; i++) {
        double share = cstm_table_double(segments, i, column(segments, "share"));
        int y = (int) i * 34 + 26;
        fprintf(file, "<text x=\"120\" y=\"%d\" text-anchor=\"end\">", y + 19);
        escaped(file, report_cell(&room, segments, i, "segment"));
        fprintf(file, "</text><rect x=\"130\" y=\"%d\" width=\"%.1f\" height=\"26\" rx=\"3\" fill=\"%s\"/>", y, 520 * share, COLOURS[i % N_COLOURS]);
        fprintf(file, "<text x=\"%.1f\" y=\"%d\">%lld (%.1f %%)</text>", 138 + 520 * share, y + 19,
                (long long) cstm_table_int64(segments, i, column(segments, "met")), 100 * share);
        fprintf(file, "<text class=\"soft\" x=\"890\" y=\"%d\" text-anchor=\"end\">%lld</text>", y + 19,
                (long long) cstm_table_int64(segments, i, column(segments, "undecided")));
    }
    fprintf(file, "<text class=\"soft\" x=\"130\" y=\"%lld\">in both, of those in either</text>", (long long) (n * 34 + 44));
    for (int64_t i = 0; i < pairs; i++) {
        double jaccard = cstm_table_double(overlap, i, column(overlap, "jaccard"));
        int y = (int) (n * 34 + i * 26) + 54;
        fprintf(file, "<rect x=\"130\" y=\"%d\" width=\"60\" height=\"22\" rx=\"3\" fill=\"#2a6f97\" opacity=\"%.2f\"/>", y, 0.08 + 0.92 * (jaccard > 0 ? jaccard : 0));
        fprintf(file, "<text x=\"200\" y=\"%d\">%.0f %% ", y + 16, jaccard > 0 ? 100 * jaccard : 0);
        escaped(file, report_cell(&room, overlap, i, "segment"));
        fputs(" and ", file);
        escaped(file, report_cell(&other, overlap, i, "other"));
        fprintf(file, ": %lld of %lld</text>", (long long) cstm_table_int64(overlap, i, column(overlap, "both")),
                (long long) cstm_table_int64(overlap, i, column(overlap, "either")));
    }
    fputs("</svg>", file);
}

void
report_bands(FILE *file, const char *score, const cstm_table *bands, double auc, double ks)
{
    int64_t n = cstm_table_rows(bands);
    double most_rate = 0, most_count = 0;
    for (int64_t i = 0; i < n; i++) {
        most_rate = fmax(most_rate, cstm_table_double(bands, i, column(bands, "rate")));
        most_count = fmax(most_count, (double) cstm_table_int64(bands, i, column(bands, "count")));
    }
    report_heading(file, score);
    fprintf(file, "<p class=\"sub\">Score bands against the observed outcome, on the customers that it was not fitted on: AUC %.4f, KS %.4f</p>", auc, ks);
    if (n == 0 || most_rate <= 0 || most_count <= 0)
        return;
    fputs("<svg viewBox=\"0 0 900 330\" role=\"img\" aria-label=\"score bands\">", file);
    double step = 800.0 / (double) n;
    for (int64_t i = 0; i < n; i++) {
        double count = (double) cstm_table_int64(bands, i, column(bands, "count"));
        double rate = cstm_table_double(bands, i, column(bands, "rate"));
        double x = 50 + step * (double) i, bar = 230 * rate / most_rate, ghost = 60 * count / most_count;
        fprintf(file, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#dfe5ec\"/>", x + 3, 270 - ghost, step - 6, ghost);
        fprintf(file, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" fill=\"#c8553d\" opacity=\".85\"/>", x + step * .25, 270 - bar, step * .5, bar);
        fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.1f %%</text>", x + step / 2, 262 - bar, 100 * rate);
        fprintf(file, "<text class=\"soft\" x=\"%.1f\" y=\"290\" text-anchor=\"middle\">%.0f to %.0f</text>", x + step / 2, cstm_table_double(bands, i, column(bands, "from")),
                cstm_table_double(bands, i, column(bands, "to")));
        fprintf(file, "<text class=\"soft\" x=\"%.1f\" y=\"308\" text-anchor=\"middle\">%.0f</text>", x + step / 2, count);
    }
    fputs("<text class=\"soft\" x=\"50\" y=\"325\">red: observed default rate; grey: customers in the band</text></svg>", file);
}

void
report_customer(FILE *file, const char *customer, const char *stage, const char *note)
{
    fputs("<details open><summary>", file);
    escaped(file, customer);
    fputs(": ", file);
    escaped(file, stage);
    escaped(file, note);
    fputs("</summary>", file);
}

void
report_explanation(FILE *file, const cstm_explanation *explanation)
{
    fputs("<pre>", file);
    for (int32_t i = 0; i < cstm_explanation_count(explanation); i++) {
        const char *value = cstm_explanation_value(explanation, i);
        if (cstm_explanation_state(explanation, i) == CSTM_STATE_MISSING)
            value = "missing";
        fprintf(file, "%*s%s", 2 * cstm_explanation_depth(explanation, i), "", cstm_explanation_decisive(explanation, i) ? "<b>" : "");
        escaped(file, cstm_explanation_text(explanation, i));
        if (*value != '\0') {
            fputs(" = ", file);
            escaped(file, value);
        }
        fprintf(file, "%s\n", cstm_explanation_decisive(explanation, i) ? "</b>" : "");
    }
    fputs("</pre>", file);
}

void
report_customer_end(FILE *file)
{
    fputs("</details>", file);
}

void
report_end(FILE *file, const char *digest)
{
    fputs("<footer>made by ", file);
    escaped(file, digest);
    fputs("</footer></html>\n", file);
}
