/* What a run gives out, and how workers write it. Columns of fixed width are written in place, each
 * block to its own rows; texts and reasons, whose sizes are known only at the end, are kept aside
 * until then (result_finish.c). Of the lifecycles every transition is kept, 12 bytes each, so that
 * the funnel of any day can be asked for later (funnel.c). */
#ifndef PROFILE_RESULT_H
#define PROFILE_RESULT_H

#include "profile/dates.h"

#include "table/builder.h"

#define STATUS_LIMIT 64 /* statuses are below it */

/* In the beginning of an instance's log: it stood there before it was observed. */
#define FROM_CENSORED (-3)

/* The logs of a block's instances, one after the other; each begins with a transition of -1. */
struct log_chunk {
    struct machine_log *entries;
    size_t n;
};

struct cstm_result {
    struct handle handle;
    cstm_strategy *strategy;
    int32_t day;
    bool lifecycles;     /* were computed */
    bool segments;       /* were computed */
    cstm_table **tables; /* per entity; NULL: none */
    cstm_table *rejected;
    cstm_table *errors;
    cstm_table *report;
    int64_t n_blocks;
    struct log_chunk **logs; /* per machine, per block; NULL where not computed */
    uint8_t **statuses;      /* per segment, per row of its entity; NULL where not computed */
    char digest[160];
};

/* One result of an entity: how it is read from an evaluation and where it goes. */
struct output {
    enum { OUTPUT_FEATURE, OUTPUT_MACHINE, OUTPUT_SCORE, OUTPUT_SEGMENT } what;
    int32_t index;
    char *name;          /* borrowed */
    char *more_names[4]; /* since, days, censored, stage; or reasons; owned */
    void *values; /* of the builder; struct rule_text for a string; int32_t codes of stages */
    uint8_t *valid;
    int32_t *since; /* OUTPUT_MACHINE, with one validity for all four */
    int64_t *days;
    uint8_t *censored;
    uint8_t *more_valid[3];
    int32_t *reasons; /* OUTPUT_SCORE: max_reasons a row, -1 behind the last */
};

struct text_chunk {
    struct text_chunk *next;
    char bytes[];
};

struct entity_writer {
    struct builder builder; /* columns of fixed width, in no order that shows */
    bool started;
    int32_t n_outputs;
    struct output *outputs;
    struct text_chunk **block_texts; /* per block: where its texts lie */
};

struct writer {
    const struct cstm_batch *batch;
    const struct portfolio *portfolio;
    const struct dates *dates; /* NULL: a row is an instance */
    cstm_result *result;
    struct entity_writer *entities;
};

/* Pairs whose rows are written together, all of one civil day, and room to say where to. */
struct dated_rows {
    int32_t day;
    int32_t n;
    const int32_t *pairs;
    int32_t *targets;
    size_t target_capacity;
};

/* result_write.c */
cstm_status writer_init(struct writer *writer, const struct cstm_batch *batch,
                        const struct portfolio *portfolio, const struct dates *dates,
                        cstm_result *result, cstm_error **error);
void writer_clear(struct writer *writer);
/* Writes the final rows of an evaluated block of customers from `first` on. errors: [part item *
 * STATUS_LIMIT + status], see writer_items(). */
cstm_status writer_block(struct writer *writer, const struct evaluation *evaluation, int64_t block,
                         int32_t first, int64_t *errors, cstm_error **error);
/* The same of an evaluation whose first customers are those of the pairs, in their order. */
cstm_status writer_dated(struct writer *writer, const struct evaluation *evaluation,
                         struct dated_rows *rows, int64_t block, int64_t *errors,
                         cstm_error **error);
/* Where the rows of the pairs are, for an entity: rows->targets, n of them. */
cstm_status writer_targets(const struct writer *writer, int32_t entity, struct dated_rows *rows,
                           int32_t *n, cstm_error **error);
/* Writes n rows of one feature of the entity: to the targets, or (NULL) to the places from `from`. */
cstm_status writer_column(struct writer *writer, int32_t entity, struct output *output,
                          const struct rule_column *column, int32_t from, int32_t n,
                          const int32_t *targets, int64_t block, int64_t *errors,
                          cstm_error **error);
/* The same of a block whose features alone were read, none of them a text. */
void writer_features(struct writer *writer, const struct block *block, int64_t *errors);
int32_t writer_items(const cstm_strategy *strategy); /* features, machines, scores, segments */

/* segments.c */
/* Room for the statuses of the entity's segments, where the run computes any. */
cstm_status result_need_statuses(cstm_result *result, int32_t entity, int32_t rows,
                                 cstm_error **error);
void result_free_statuses(cstm_result *result);

/* result_finish.c */
cstm_status writer_finish(struct writer *writer, cstm_error **error);
cstm_status result_errors(cstm_result *result, const int64_t *errors, cstm_error **error);
void rejections_sort(struct rejections *list);
/* report.c: fills in what workers do not count, given what was rejected and could not be computed. */
void counts_complete(const struct cstm_batch *batch, const struct rejections *rejected,
                     const int64_t *errors, int64_t *counts);
cstm_status result_report(cstm_result *result, const struct cstm_batch *batch,
                          const int64_t *counts, cstm_error **error);
/* Sorts the list. */
cstm_status result_rejected(cstm_result *result, const struct cstm_batch *batch,
                            struct rejections *list, cstm_error **error);

#endif
