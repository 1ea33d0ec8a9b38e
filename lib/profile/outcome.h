/* What an evaluation came to, kept by itself: values, stages and reasons are copied out of the
 * workspace, so that an outcome outlives the profile, and a failed evaluation leaves the one before
 * as it was. */
#ifndef PROFILE_OUTCOME_H
#define PROFILE_OUTCOME_H

#include <libcustomer/outcome.h>

#include "profile/evaluate.h"

/* A value of an attribute, feature or score: 16 bytes, so that a customer's lie on few cache lines.
 */
struct outcome_cell {
    union {
        int64_t number;
        double real;
        size_t text; /* offset into the outcome's texts */
    } as;
    int32_t status; /* CSTM_OK, CSTM_ERROR_MISSING or another error */
    uint32_t size;  /* of a text */
};
_Static_assert(sizeof(struct outcome_cell) == 16, "a cell is 16 bytes");

struct outcome_stage {
    int32_t status;
    int32_t stage, from; /* -1: none */
    int32_t since;
    int32_t transition;
    bool censored;
};

struct outcome_reason {
    int32_t reason; /* index into the scorer's codes */
    double points;
};

/* One entity of the profile: its first cell, stage and reason. */
struct outcome_row {
    int32_t kind;
    int32_t before;    /* its row in the evaluation before this one; -1: it was not there */
    uint64_t identity; /* of its kind, its key and those above it */
    size_t cells, stages, reasons;
};

/* A column of an entity kind: where a cell's value comes from. */
struct outcome_column {
    int32_t index; /* the attribute, the feature's or segment's slot, the score */
    enum rule_kind kind;
    int32_t local; /* of an attribute: its place in the entity */
    int32_t
        reasons; /* of a score: the first of its reasons in the row; scorer.max_reasons of them */
};

/* What one kind of entity shows: attributes, then features, segments among them, then scores. */
struct outcome_kind {
    int32_t n_attributes, n_features, n_cells;
    struct outcome_column *columns;
    bool has_texts;
    int32_t n_stages;
    int32_t *machines;
    int32_t n_reasons;
};

/* Where a part stands in the rows of its entity; per attribute, feature, score, lifecycle,
 * segment. */
#define N_PLACES 5
struct outcome_place {
    int32_t entity;
    int32_t at;
};

/* What the evaluation before this one came to, to tell what has changed; the next one is written over
 * it, and then they change places. */
struct outcome_kept {
    int32_t n_rows;
    struct outcome_row *rows;
    struct outcome_cell *cells;
    struct outcome_stage *stages;
    char *texts;
    size_t row_capacity, cell_capacity, stage_capacity, text_capacity;
};

struct cstm_outcome {
    struct handle handle;
    cstm_strategy *strategy;
    struct evaluation *evaluation;
    struct outcome_kind *kinds;      /* per entity of the strategy */
    struct outcome_place *places[N_PLACES]; /* by part: see place_list() */

    int64_t as_of; /* INT64_MIN: not evaluated yet */
    int32_t day;
    struct outcome_kept now, before;
    struct outcome_reason *reasons;
    size_t reason_capacity;
    size_t digest_prefix;
    char digest[160];
};

/* Where a part stands in the rows of its entity; NULL for what has no value. */
const struct outcome_place *outcome_place(const cstm_outcome *outcome, cstm_part part,
                                          int32_t index);

cstm_status outcome_fill(struct cstm_outcome *outcome, const struct history *history,
                         const struct checkpoints *checkpoints, int64_t as_of, int32_t day,
                         cstm_error **error);

#endif
