/* A validation in memory: scores grouped into ties, riskiest first, with what is counted and
 * weighed in each. Every figure and every table of bands is read off these. */
#ifndef SCORE_VALIDATION_H
#define SCORE_VALIDATION_H

#include <libcustomer/score.h>

#include "base/handle.h"

#include <stdbool.h>

struct tie {
    double score;
    int64_t rows;
    int64_t events;
    double weight; /* correctly rounded sum of the weights; the count of rows without weights */
    double event_weight;
    double other_weight;
};

struct cstm_validation {
    struct handle handle;
    bool weighted;
    bool riskier; /* higher is riskier */
    int64_t rows;
    int64_t events;
    double weight, event_weight, other_weight;
    int64_t n;
    struct tie *ties;
    bool has_curve; /* both classes are there, with weight */
    double auc, gini, ks, ks_cut;
    bool has_brier;
    double brier;
};

#endif
