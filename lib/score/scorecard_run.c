/* Scoring with a card, a characteristic at a time over a vector of rows: find each row's bin, add its points. Points are
 * added in the order of the card, beginning with the base, so a row's score is the same whichever rows stand beside it.
 *
 * A number's bin is how many bounds lie below it, counted without a branch; cards have a handful of bounds, and beyond
 * sixteen a binary search narrows first. Reasons come last, from the bins found, with a total order: points lost
 * descending, then the order of the card. */
#include "score/scorecard.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

#define FEW_BOUNDS 16

/* Bins found are kept as int32 a characteristic and row, then sums of losses a reason code. */
static size_t
align(size_t size)
{
    return (size + 15) & ~(size_t) 15;
}

static size_t
card_scratch_size(const cstm_scorer *scorer, int32_t rows)
{
    const struct card *card = (const struct card *) scorer;
    return align((size_t) card->n_parts * (size_t) rows * sizeof(int32_t)) + align((size_t) scorer->n_reasons * sizeof(double));
}

static inline int32_t
doubles_below(const double *bounds, int32_t n, double value)
{
    int32_t base = 0;
    while (n > FEW_BOUNDS) {
        int32_t half = n / 2;
        base += bounds[base + half - 1] < value ? half : 0;
        n -= half;
    }
    int32_t count = 0;
    for (int32_t i = 0; i < n; i++)
        count += bounds[base + i] < value;
    return base + count;
}

static inline int32_t
int64s_below(const struct card_bounds *bounds, int64_t value)
{
    int32_t base = 0, n = bounds->n;
    while (n > FEW_BOUNDS) {
        int32_t half = n / 2;
        base += bounds->at[base + half - 1] < value ? half : 0;
        n -= half;
    }
    int32_t count = 0;
    for (int32_t i = 0; i < n; i++)
        count += bounds->at[base + i] < value;
    return bounds->skip + base + count;
}

static inline int32_t
or_other(const struct card_part *part, int32_t bin, cstm_status status)
{
    return bin >= 0 ? bin : part->other >= 0 ? part->other : -status;
}

static int32_t
text_bin(const struct card_part *part, const struct rule_text *text)
{
    int32_t low = 0, high = part->n_texts;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        const struct card_text *at = &part->texts[middle];
        int order = at->size != text->size ? (at->size < text->size ? -1 : 1)
                    : text->size == 0      ? 0
                                           : memcmp(at->bytes, text->bytes, text->size);
        if (order == 0)
            return at->bin;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return or_other(part, -1, CSTM_ERROR_UNKNOWN);
}

/* Of a value that is there. */
static inline int32_t
value_bin(const struct card_part *part, const struct rule_column *column, int32_t row)
{
    switch (column->kind) {
    case RULE_DOUBLE: {
        double value = column->as.doubles[row];
        if (!(fabs(value) < (double) INFINITY))
            return -CSTM_ERROR_NOT_FINITE;
        return doubles_below(part->bounds, part->n_bounds, value);
    }
    case RULE_INT:
        return int64s_below(&part->ints, column->as.int64s[row]);
    case RULE_MONEY:
        return int64s_below(&part->money, column->as.int64s[row]);
    case RULE_BOOL:
        return or_other(part, part->truth[column->as.bools[row] != 0], CSTM_ERROR_UNKNOWN);
    case RULE_STRING:
        return text_bin(part, &column->as.texts[row]);
    default:
        return -CSTM_ERROR_TYPE;
    }
}

int32_t
card_part_bin(const struct card_part *part, const struct rule_column *column, int32_t row)
{
    int32_t at = column->constant ? 0 : row;
    uint8_t state = column->states != NULL ? column->states[at] : 0;
    if (state == 0)
        return value_bin(part, column, at);
    if (state == CSTM_ERROR_MISSING && part->missing >= 0)
        return part->missing;
    return -(int32_t) state;
}

/* Adds the points of one characteristic to every row. The first fault of a row is its state. */
static void
part_add(const struct card_part *part, const struct rule_column *column, int32_t rows, int32_t *bins,
         struct scorer_output *output)
{
    for (int32_t row = 0; row < rows; row++) {
        int32_t bin = card_part_bin(part, column, row);
        bins[row] = bin;
        if (bin >= 0)
            output->values[row] += part->bins[bin].points;
        else if (output->states[row] == 0)
            output->states[row] = (uint8_t) -bin;
    }
}

/* The `most` greatest losses so far, greatest first; of equal ones the earlier stays in front. */
struct ranking {
    int32_t n, most;
    int32_t *reasons;
    double *lost;
    double kept[CSTM_REASONS_LIMIT];
};

static inline void
ranking_add(struct ranking *ranking, int32_t reason, double lost)
{
    if (!(lost > 0.0) || (ranking->n == ranking->most && !(lost > ranking->kept[ranking->n - 1])))
        return;
    int32_t at = ranking->n < ranking->most ? ranking->n++ : ranking->n - 1;
    for (; at > 0 && ranking->kept[at - 1] < lost; at--) {
        ranking->kept[at] = ranking->kept[at - 1];
        ranking->reasons[at] = ranking->reasons[at - 1];
    }
    ranking->kept[at] = lost;
    ranking->reasons[at] = reason;
}

static void
rank_row(const struct card *card, const int32_t *bins, int32_t rows, double *losses, struct ranking *ranking)
{
    int32_t n_reasons = card->scorer.n_reasons;
    if (card->sharing == CSTM_REASONS_APART) {
        for (int32_t i = 0; i < card->n_parts; i++) {
            const struct card_bin *bin = &card->parts[i].bins[bins[(size_t) i * (size_t) rows]];
            ranking_add(ranking, bin->reason, bin->lost);
        }
        return;
    }
    memset(losses, 0, (size_t) n_reasons * sizeof *losses);
    for (int32_t i = 0; i < card->n_parts; i++) {
        const struct card_bin *bin = &card->parts[i].bins[bins[(size_t) i * (size_t) rows]];
        double *at = &losses[bin->reason];
        *at = card->sharing == CSTM_REASONS_SUMMED ? *at + bin->lost : *at > bin->lost ? *at : bin->lost;
    }
    for (int32_t i = 0; i < n_reasons; i++)
        ranking_add(ranking, i, losses[i]);
}

static void
reasons_of_row(const struct card *card, const int32_t *bins, int32_t row, int32_t rows, double *losses,
               struct scorer_output *output)
{
    int32_t most = card->scorer.max_reasons;
    struct ranking ranking = { .most = most, .reasons = output->reasons + (size_t) row * (size_t) most };
    if (output->states[row] == 0)
        rank_row(card, bins + row, rows, losses, &ranking);
    for (int32_t i = ranking.n; i < most; i++)
        ranking.reasons[i] = -1;
    if (output->lost == NULL)
        return;
    double *lost = output->lost + (size_t) row * (size_t) most;
    for (int32_t i = 0; i < most; i++)
        lost[i] = i < ranking.n ? card_loss(card, ranking.kept[i]) : 0.0;
}

static void
card_run(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows, void *scratch,
         struct scorer_output *output)
{
    const struct card *card = (const struct card *) scorer;
    int32_t *bins = scratch;
    double *losses = (double *) ((char *) scratch + align((size_t) card->n_parts * (size_t) rows * sizeof *bins));
    for (int32_t row = 0; row < rows; row++) {
        output->values[row] = card->base;
        output->states[row] = 0;
    }
    for (int32_t i = 0; i < card->n_parts; i++)
        part_add(&card->parts[i], &inputs[card->parts[i].input], rows, bins + (size_t) i * (size_t) rows, output);
    for (int32_t row = 0; row < rows; row++)
        output->values[row] = output->states[row] == 0 ? card_score(card, output->values[row]) : (double) NAN;
    if (output->reasons == NULL || scorer->max_reasons == 0)
        return;
    for (int32_t row = 0; row < rows; row++)
        reasons_of_row(card, bins, row, rows, losses, output);
}

static cstm_status
card_explain(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t row, struct scorer_breakdown *breakdown,
             cstm_error **error)
{
    const struct card *card = (const struct card *) scorer;
    struct scorer_breakdown made = { .base = card_score(card, card->base), .n = card->n_parts };
    made.parts = memory_new_array((size_t) made.n, sizeof *made.parts);
    if (made.parts == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < made.n; i++) {
        const struct card_part *from = &card->parts[i];
        struct scorer_part *part = &made.parts[i];
        int32_t bin = card_part_bin(from, &inputs[from->input], row);
        const char *label = bin >= 0 ? from->labels[bin] : "";
        part->name = from->name;
        part->input = scorer->inputs[from->input].name;
        part->reason = scorer->reasons[bin >= 0 ? from->bins[bin].reason : from->reason];
        part->state = bin >= 0 ? 0 : -bin;
        part->points = bin >= 0 ? card_loss(card, from->bins[bin].points) : 0.0;
        part->lost = bin >= 0 ? card_loss(card, from->bins[bin].lost) : 0.0;
        part->bin = memory_copy(label, strlen(label));
        if (part->bin == NULL) {
            scorer_breakdown_clear(&made);
            return error_no_memory(error);
        }
    }
    *breakdown = made;
    return CSTM_OK;
}

static void
card_free(cstm_scorer *scorer)
{
    struct card *card = (struct card *) scorer;
    arena_clear(&card->arena);
    memory_free(card);
}

const struct scorer_class scorecard_class = {
    .kind = "scorecard",
    .scratch_size = card_scratch_size,
    .run = card_run,
    .explain = card_explain,
    .free = card_free,
};
