/* A scorecard twice: as it is written (the builder), and as it is run (bounds and points in arrays, one reason number a
 * bin). Compiling goes one way; the digest is of what was written. */
#ifndef SCORE_SCORECARD_H
#define SCORE_SCORECARD_H

#include "base/memory.h"
#include "score/scorer.h"

enum bin_kind { BIN_UP_TO, BIN_ABOVE, BIN_TEXT, BIN_MISSING, BIN_OTHER };

/* Where something stands in a strategy's document; 0 where it comes from calls. */
struct card_place {
    int64_t line;
    int64_t column;
};

struct bin {
    enum bin_kind kind;
    double bound;             /* UP_TO, ABOVE */
    char *text;               /* TEXT */
    size_t size;
    double points;
    char *reason;             /* NULL: the characteristic's */
    struct card_place place;
};

struct characteristic {
    char *name;
    char *input;
    cstm_type type;
    char *reason;
    bool has_neutral;
    double neutral;
    size_t n_bins, bin_capacity;
    struct bin *bins;
    struct card_place place;
};

struct cstm_scorecard {
    struct handle handle;
    char *name;
    double base;
    int32_t method;
    int32_t sharing;
    int32_t count;
    bool scaled;
    double points_to_double, odds, at;
    size_t n, capacity;
    struct characteristic *characteristics;
    int32_t n_bins;
    struct card_place place;  /* of what is added next */
};

/* For the strategy's compiler: where the characteristics and bins added from here on stand in the document. */
void scorecard_set_place(cstm_scorecard *card, int64_t line, int64_t column);
/* Everything that cstm_scorecard_build() would refuse, with places in `file` (nullable). */
void scorecard_check(const cstm_scorecard *card, const char *file, struct error_list *errors);

/* As it is run. Bin numbers are per characteristic: a number's bin is how many bounds lie below it. */
struct card_bin {
    double points;
    double lost;              /* baseline - points */
    int32_t reason;
};

/* The bounds as the greatest whole number not above each: a value is in bin `skip` + the number of them below it. */
struct card_bounds {
    int32_t skip;             /* bounds that are below every int64 */
    int32_t n;
    int64_t *at;
};

struct card_text {
    const char *bytes;
    size_t size;
    int32_t bin;
};

struct card_part {
    char *name;
    int32_t input;
    int32_t reason;
    int32_t n_bounds;
    double *bounds;
    struct card_bounds ints;
    struct card_bounds money; /* in minor units */
    int32_t n_texts;
    struct card_text *texts;  /* by size, then bytes */
    int32_t truth[2];         /* bins of false and true; -1 none */
    int32_t missing;          /* -1: none */
    int32_t other;            /* -1: none */
    int32_t n_bins;
    struct card_bin *bins;
    const char **labels;      /* of the bins, for explanations */
};

struct card {
    struct cstm_scorer scorer;
    struct arena arena;       /* everything below, and the scorer's texts */
    double base;
    int32_t sharing;
    bool scaled;
    double at, factor, ln_odds;
    int32_t n_parts;
    struct card_part *parts;
};

extern const struct scorer_class scorecard_class;

/* How a total becomes a score, and a loss of the total one of the score. */
static inline double
card_score(const struct card *card, double total)
{
    return card->scaled ? card->at + card->factor * (total - card->ln_odds) : total;
}

static inline double
card_loss(const struct card *card, double lost)
{
    return card->scaled ? card->factor * lost : lost;
}

/* The bin of one row of a column, or minus the status why there is none. */
int32_t card_part_bin(const struct card_part *part, const struct rule_column *column, int32_t row);

#endif
