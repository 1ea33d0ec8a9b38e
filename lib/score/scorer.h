/* A scorer: inputs bound once to columns, scored in vectors, with reasons. The scorecard is its first kind; each kind is a row
 * of functions. Immutable, counted by reference, no lock and no allocation while scoring. */
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
    enum rule_kind kind;      /* RULE_DOUBLE takes int, double and money (in major units) too; RULE_STRING, RULE_BOOL, RULE_DATE */
};

/* Rows of results: value and state of each row; up to max_reasons reason numbers a row (-1 behind the last) with the points lost. */
struct scorer_output {
    double *values;
    uint8_t *states;          /* 0, or a cstm_status */
    int32_t *reasons;         /* rows * max_reasons, nullable: indices into the scorer's reason codes */
    double *lost;             /* rows * max_reasons, nullable */
};

struct scorer_class {
    const char *kind;
    size_t (*scratch_size)(const cstm_scorer *scorer, int32_t rows);
    void (*run)(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows, void *scratch, struct scorer_output *output);
    void (*free)(cstm_scorer *scorer);
};

struct cstm_scorer {
    struct handle handle;
    _Atomic int32_t references;
    const struct scorer_class *class;
    char *name;
    int32_t exponent;         /* of the currency in which money inputs come; major = minor / 10^exponent */
    int32_t n_inputs;
    struct scorer_input *inputs;
    int32_t n_reasons;        /* distinct reason codes, in card order */
    char **reasons;
    int32_t max_reasons;      /* how many a row gives */
    struct digest digest;
};

size_t scorer_scratch_size(const cstm_scorer *scorer, int32_t rows);
/* inputs: one column per input of the scorer, in its order, of a kind that the input takes. */
void scorer_run(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows, void *scratch, struct scorer_output *output);

/* What one row's score is made of, for explanations: per characteristic its input, bin (as text), points, and points lost. */
struct scorer_part {
    const char *name;         /* borrowed from the scorer */
    const char *reason;
    char *bin;                /* owned by the breakdown */
    double points;
    double lost;
};
struct scorer_breakdown {
    double base;
    int32_t n;
    struct scorer_part *parts;
};
cstm_status scorer_explain(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t row, struct scorer_breakdown *breakdown, cstm_error **error);
void scorer_breakdown_clear(struct scorer_breakdown *breakdown);

#endif
