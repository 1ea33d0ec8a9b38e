/* Events whose table is in no order of customers, for a run of features alone. Rows are not looked
 * up one by one from wherever they lie, which would wait for memory at every one of them. Instead
 * each table is read once from front to back: cells become values, rules are asked, and what the
 * features need of a row (struct spread says what) is written to the end of the partition that its
 * customer falls into. Later a partition, of some hundred kilobytes, is put in order of its
 * instances in memory that a core has near. spread.c plans and counts, spread_fill.c writes,
 * spread_open.c puts in order. */
#ifndef PROFILE_SPREAD_H
#define PROFILE_SPREAD_H

#include "profile/batch_span.h"

#define DAY_DEAD INT32_MIN /* of a row that is no event */

/* What travels of a kind's rows: 8-byte words, of which the first two are row and place (of the
 * instance, see struct members), day and bits. */
struct spread {
    const struct group *group; /* NULL: rows of the kind are read from where they lie */
    int32_t event;
    int32_t n_fields, n_rules;
    int32_t n_words, n_head; /* the words before the first value, time or id */
    int32_t first_bit,
        *present_bit;           /* of rule 0; per field, -1: nobody asks. Bits from word 0 on */
    int32_t *code_bit;          /* per field: where its byte begins; -1 */
    int32_t *value_word;        /* per field; -1 */
    bool *hashed;               /* per field: the value is the hash of a text */
    bool *wanted, *coded;       /* for struct block */
    int32_t time_word, id_word; /* -1: does not travel */
    bool ordered;               /* rows of an instance are wanted in the order of events */
    int32_t *starts;            /* per partition, and one more: rows before it */
    uint64_t *rows;             /* n_words a row, from the start of a cache line on */
    void *memory;
};

/* Rows of one table that are written by one worker. */
struct spread_piece {
    int32_t event, source;
    int32_t from, until; /* of the table */
    int32_t *next;       /* per partition: where its next row goes */
};

/* Whose rows they are, per instance of an entity; NULL for customers, who are their own. */
struct whereabouts {
    int32_t *partition, *place;
};

struct spreads {
    int32_t shift; /* a partition has 1 << shift customers */
    int32_t n_partitions;
    struct spread *kinds;            /* per event kind */
    struct whereabouts *whereabouts; /* per entity */
    struct spread_piece *pieces;
    int64_t n_pieces;
    size_t piece_capacity;
    int32_t day; /* of as_of */
    const struct portfolio *portfolio;
    const struct cstm_batch *batch;
};

/* Plans and counts; *spreads is NULL where no kind needs it. False for *possible: some kind cannot
 * travel, and rows have to be listed. */
cstm_status spreads_new(const struct cstm_batch *batch, const struct portfolio *portfolio,
                        const struct parallel *parallel, int32_t day, struct spreads **spreads,
                        bool *possible, cstm_error **error);
void spreads_free(struct spreads *spreads, const struct schema *schema);
/* Writes piece `number`, with the memory of one worker. */
cstm_status spreads_fill(const struct spreads *spreads, int64_t number, struct block *block,
                         cstm_error **error);
void lines_free(struct lines *lines);

static inline struct spread *
spread_of(const struct block *block, int32_t event)
{
    return block->spreads == NULL || block->spreads->kinds[event].group == NULL
               ? NULL
               : &block->spreads->kinds[event];
}

/* The events of the block's customers, in the order of their instances, and bounds for these;
 * values of fields, times, ids and codes as far as they travel. */
cstm_status spread_read(struct block *block, int32_t event, struct event_columns *columns,
                        cstm_error **error);
/* Their rows, numbered over all tables of the group, and whose they are, to block->rows and
 * row_units: for a block that goes the longer way. */
cstm_status spread_rows(struct block *block, int32_t event, int32_t *n, cstm_error **error);
void partitions_free(struct block *block);

#endif
