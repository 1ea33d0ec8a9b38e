/* A scorecard twice: as it is written (the builder), and as it is run (bounds and points in arrays,
 * one reason number a bin). Compiling goes one way; the digest is of what was written. */
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
    double bound; /* UP_TO, ABOVE */
    char *text;   /* TEXT */
    size_t size;
    double points;
    char *reason; /* NULL: the characteristic's */
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
    struct card_place place; /* of what is added next */
};

/* For the strategy's compiler: where the characteristics and bins added from here on stand in the
 * document. */
void scorecard_set_place(cstm_scorecard *card, int64_t line, int64_t column);
/* Everything that cstm_scorecard_build() would refuse, with places in `file` (nullable). */
void scorecard_check(const cstm_scorecard *card, const char *file, struct error_list *errors);

/* As it is run. Bin numbers are per characteristic. */
/* Bounds of one kind of column. A value is in the bin whose number is how many of them are below
 * it. Doubles stand in groups of BOUNDS_GROUP, at least one, the last one filled up with infinity,
 * to be compared together. They are exact for all doubles, and for whole numbers within 2^53;
 * `whole` is for those beyond: the greatest whole number not above each bound, without the first
 * `skip`, which are below every int64. */
#define BOUNDS_GROUP 4
struct card_bounds {
    int32_t n;
    uint32_t groups;
    int32_t skip;
    double *at;
    int64_t *whole; /* n - skip */
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
    struct card_bounds numbers; /* of doubles and integers */
    struct card_bounds money;   /* in minor units */
    int32_t n_texts;
    struct card_text *texts; /* by size, then bytes */
    int32_t truth[2];        /* bins of false and true; -1 none */
    int32_t missing;         /* -1: none */
    int32_t other;           /* -1: none */
    int32_t n_bins;
    double *points; /* by bin */
    double *lost;   /* baseline - points */
    int32_t *reasons;
    const char **labels; /* for explanations */
};

struct card {
    struct cstm_scorer scorer;
    struct arena arena; /* everything below, and the scorer's texts */
    double base;
    /* CSTM_REASONS_APART also where no two characteristics share a code: all policies are one. */
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

#endif
