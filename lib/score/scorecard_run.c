/* Scoring with a card, row by row: find the bin of each characteristic, add its points in the order
 * of the card, beginning with the base. So a row's score is the same whichever rows stand beside
 * it, and a row costs about a hundred instructions a characteristic. A number's bin is how many
 * bounds lie below it. Reasons come last, from the bins found, with a total order: points lost
 * descending, then the order of the card. */
#include "score/scorecard.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

/* The bins of one row, then the sums of losses by reason. */
static size_t
size_of_bins(const struct card *card)
{
    return ((size_t) card->n_parts * sizeof(int32_t) + 15) & ~(size_t) 15;
}

static size_t
card_scratch_size(const cstm_scorer *scorer, int32_t rows)
{
    (void) rows;
    return size_of_bins((const struct card *) scorer) + (size_t) scorer->n_reasons * sizeof(double);
}

/* Comparing a pair gives -1 or 0 in each half, so subtracting counts. Beyond a few groups of bounds
 * a binary search first narrows down to them; its steps move a pointer instead of branching. */
typedef double double_pair __attribute__((vector_size(16)));
typedef int64_t int64_pair __attribute__((vector_size(16)));

#define FEW_GROUPS 4

static inline int32_t
doubles_below(const struct card_bounds *bounds, double value)
{
    const double *at = bounds->at;
    uint32_t groups = bounds->groups;
    while (groups > FEW_GROUPS) {
        uint32_t half = groups / 2;
        at += at[half * BOUNDS_GROUP - 1] < value ? half * BOUNDS_GROUP : 0;
        groups -= half;
    }
    double_pair both = {value, value};
    const double_pair *pair = (const double_pair *) at;
    int64_pair count = -(pair[0] < both) - (pair[1] < both);
    for (const double_pair *end = pair + 2 * groups; (pair += 2) < end;) {
        count -= pair[0] < both;
        count -= pair[1] < both;
    }
    return (int32_t) (at - bounds->at) + (int32_t) (count[0] + count[1]);
}

static int32_t
whole_below(const struct card_bounds *bounds, int64_t value)
{
    int32_t count = bounds->skip;
    while (count < bounds->n && bounds->whole[count - bounds->skip] < value)
        count++;
    return count;
}

static inline int32_t
int64s_below(const struct card_bounds *bounds, int64_t value)
{
    const int64_t exact = INT64_C(1) << 53;
    if (value > -exact && value < exact)
        return doubles_below(bounds, (double) value);
    return whole_below(bounds, value);
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
        return doubles_below(&part->numbers, value);
    }
    case RULE_INT:
        return int64s_below(&part->numbers, column->as.int64s[row]);
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

/* The bin of one row of a column, or minus the status why there is none. */
static inline int32_t
part_bin(const struct card_part *part, const struct rule_column *column, int32_t row)
{
    int32_t at = column->constant ? 0 : row;
    uint8_t state = column->states != NULL ? column->states[at] : 0;
    if (state == 0)
        return value_bin(part, column, at);
    if (state == CSTM_ERROR_MISSING && part->missing >= 0)
        return part->missing;
    return -(int32_t) state;
}

/* The total of a row; its bins are left in `bins`. The first fault in the order of the card is the
 * row's. */
static inline cstm_status
add_points(const struct card *card, const struct rule_column *inputs, int32_t row, int32_t *bins,
           double *total)
{
    double sum = card->base;
    const struct card_part *end = card->parts + card->n_parts;
    for (const struct card_part *part = card->parts; part < end; part++) {
        int32_t bin = part_bin(part, &inputs[part->input], row);
        if (bin < 0)
            return -bin;
        *bins++ = bin;
        sum += part->points[bin];
    }
    *total = sum;
    return CSTM_OK;
}

/* The greatest losses so far, greatest first; of equal ones the earlier stays in front. Only what
 * is above `least` comes in: 0, and the last of the list once that is full. */
struct ranked {
    double lost;
    int32_t reason;
};

struct ranking {
    int32_t n, most;
    double least;
    struct ranked kept[CSTM_REASONS_LIMIT];
};

static inline void
ranking_add(struct ranking *ranking, int32_t reason, double lost)
{
    int32_t at = ranking->n < ranking->most ? ranking->n++ : ranking->n - 1;
    for (; at > 0 && ranking->kept[at - 1].lost < lost; at--)
        ranking->kept[at] = ranking->kept[at - 1];
    ranking->kept[at] = (struct ranked){.lost = lost, .reason = reason};
    if (ranking->n == ranking->most)
        ranking->least = ranking->kept[ranking->n - 1].lost;
}

/* Codes that several characteristics share: their losses first, by reason, then the ranking. */
static void
rank_shared(const struct card *card, const int32_t *bins, double *losses, struct ranking *ranking)
{
    memset(losses, 0, (size_t) card->scorer.n_reasons * sizeof *losses);
    for (int32_t i = 0; i < card->n_parts; i++) {
        const struct card_part *part = &card->parts[i];
        double lost = part->lost[bins[i]], *at = &losses[part->reasons[bins[i]]];
        *at = card->sharing == CSTM_REASONS_SUMMED ? *at + lost : *at > lost ? *at : lost;
    }
    for (int32_t i = 0; i < card->scorer.n_reasons; i++)
        if (losses[i] > ranking->least)
            ranking_add(ranking, i, losses[i]);
}

static inline void
rank_apart(const struct card *card, const int32_t *bins, struct ranking *ranking)
{
    const struct card_part *end = card->parts + card->n_parts;
    for (const struct card_part *part = card->parts; part < end; part++, bins++) {
        double lost = part->lost[*bins];
        if (lost > ranking->least)
            ranking_add(ranking, part->reasons[*bins], lost);
    }
}

static inline void
find_reasons(const struct card *card, const int32_t *bins, double *losses, struct ranking *ranking)
{
    ranking->n = 0;
    ranking->most = card->scorer.max_reasons;
    ranking->least = 0.0;
    if (bins == NULL)
        return;
    if (card->sharing == CSTM_REASONS_APART)
        rank_apart(card, bins, ranking);
    else
        rank_shared(card, bins, losses, ranking);
}

static inline void
write_reasons(const struct card *card, const struct ranking *ranking, int32_t *reasons,
              double *lost)
{
    for (int32_t i = 0; i < ranking->most; i++)
        reasons[i] = i < ranking->n ? ranking->kept[i].reason : -1;
    for (int32_t i = 0; lost != NULL && i < ranking->most; i++)
        lost[i] = i < ranking->n ? card_loss(card, ranking->kept[i].lost) : 0.0;
}

static void
card_run(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows, void *scratch,
         struct scorer_output *output)
{
    const struct card *card = (const struct card *) scorer;
    int32_t *bins = scratch;
    double *losses = (double *) ((char *) scratch + size_of_bins(card));
    size_t most = (size_t) scorer->max_reasons;
    for (int32_t row = 0; row < rows; row++) {
        double total = 0.0;
        cstm_status state = add_points(card, inputs, row, bins, &total);
        output->states[row] = (uint8_t) state;
        output->values[row] = state == CSTM_OK ? card_score(card, total) : (double) NAN;
        if (output->reasons == NULL || most == 0)
            continue;
        struct ranking ranking;
        find_reasons(card, state == CSTM_OK ? bins : NULL, losses, &ranking);
        write_reasons(card, &ranking, output->reasons + (size_t) row * most,
                      output->lost != NULL ? output->lost + (size_t) row * most : NULL);
    }
}

static cstm_status
card_explain(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t row,
             struct scorer_breakdown *breakdown, cstm_error **error)
{
    const struct card *card = (const struct card *) scorer;
    struct scorer_breakdown made = {.base = card_score(card, card->base), .n = card->n_parts};
    made.parts = memory_new_array((size_t) made.n, sizeof *made.parts);
    if (made.parts == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < made.n; i++) {
        const struct card_part *from = &card->parts[i];
        struct scorer_part *part = &made.parts[i];
        int32_t bin = part_bin(from, &inputs[from->input], row);
        const char *label = bin >= 0 ? from->labels[bin] : "";
        part->name = from->name;
        part->input = scorer->inputs[from->input].name;
        part->reason = scorer->reasons[bin >= 0 ? from->reasons[bin] : from->reason];
        part->state = bin >= 0 ? 0 : -bin;
        part->points = bin >= 0 ? card_loss(card, from->points[bin]) : 0.0;
        part->lost = bin >= 0 ? card_loss(card, from->lost[bin]) : 0.0;
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
