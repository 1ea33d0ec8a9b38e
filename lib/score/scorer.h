/* A scorer: inputs bound once to columns, scored in vectors, with reasons. The scorecard is its
 * first kind; each kind is a row of functions. Immutable, counted by reference, no lock and no
 * allocation while scoring. */
#ifndef SCORE_SCORER_H
#define SCORE_SCORER_H

#include <libcustomer/score.h>

#include "base/error.h"
#include "base/handle.h"
#include "base/hash.h"
#include "rule/rule.h"

#include <stdatomic.h>

struct scorer_input {
    char *name;
    enum rule_kind kind; /* RULE_DOUBLE (takes columns of int, double and money), RULE_STRING,
                            RULE_BOOL */
};

/* Rows of results, in the score's own units (after any scaling): value and state of each row; up to
 * max_reasons reason numbers a row (-1 behind the last) with the points lost. */
struct scorer_output {
    double *values;   /* NaN where there is no score */
    uint8_t *states;  /* 0, or a cstm_status */
    int32_t *reasons; /* rows * max_reasons, nullable: indices into the scorer's reason codes */
    double *lost;     /* rows * max_reasons, nullable (then with reasons only); 0 behind the last */
};

struct scorer_breakdown;

struct scorer_class {
    const char *kind;
    size_t (*scratch_size)(const cstm_scorer *scorer, int32_t rows);
    void (*run)(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows,
                void *scratch, struct scorer_output *output);
    cstm_status (*explain)(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t row,
                           struct scorer_breakdown *breakdown, cstm_error **error);
    void (*free)(cstm_scorer *scorer);
};

struct cstm_scorer {
    struct handle handle;
    _Atomic int32_t references;
    const struct scorer_class *class;
    char *name;
    int32_t exponent; /* of the currency in which money inputs come; major = minor / 10^exponent */
    int32_t n_inputs;
    struct scorer_input *inputs;
    int32_t n_reasons; /* distinct reason codes, in card order */
    char **reasons;
    int32_t max_reasons; /* how many a row gives */
    struct digest digest;
    char digest_text[65];
    char currency[4]; /* of money inputs; "" takes none */
};

size_t scorer_scratch_size(const cstm_scorer *scorer, int32_t rows);
/* scratch: scorer_scratch_size() bytes for at least `rows`, aligned to 16, not read before it is
 * written. inputs: one column per input of the scorer, in its order, of a kind that the input
 * takes. */
void scorer_run(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows,
                void *scratch, struct scorer_output *output);

/* What one row's score is made of, for explanations: per characteristic its bin (as text), points,
 * and points lost, in the score's own units, so that base and points add up to the score but for
 * rounding. */
struct scorer_part {
    const char *name; /* borrowed from the scorer */
    const char *input;
    const char *reason;
    int32_t state; /* 0, or the cstm_status why there is no bin: points and lost are 0, bin is "" */
    char *bin; /* "<= 0", "(0, 2.5]", "> 2.5", "'text'", "true", "missing", "other"; owned by the
                  breakdown */
    double points;
    double lost;
};
struct scorer_breakdown {
    double base;
    int32_t n;
    struct scorer_part *parts;
};
cstm_status scorer_explain(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t row,
                           struct scorer_breakdown *breakdown, cstm_error **error);
void scorer_breakdown_clear(struct scorer_breakdown *breakdown);

#endif
