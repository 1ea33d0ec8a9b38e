/* Failing allocations: each case is one call of the library over freshly made inputs. The loop (allocation.c) makes the call
 * once in peace for reference, then again and again with the first, second, third ... allocation failing, until the call
 * needs no more. Whatever fails must come back as CSTM_ERROR_NO_MEMORY with an error, leave outputs and inputs as they were, lose no
 * memory, and succeed with the reference's result when it is simply made again. */
#ifndef TESTS_ABI_ALLOCATION_H
#define TESTS_ABI_ALLOCATION_H

#include "living.h"

#include <libcustomer.h>

#include <stdbool.h>
#include <stdint.h>

/* What a case may need; what is set is freed after each round. */
struct world {
    cstm_strategy *strategy;    /* compiled once, before any allocation fails */
    cstm_strategy *later;       /* the next version of it */
    cstm_profile *profile, *other;
    cstm_event *event;
    cstm_outcome *outcome;
    cstm_buffer *bytes;
    cstm_table *table;
    cstm_csv *csv;
    cstm_layout *layout;
    cstm_scope *scope;
    cstm_rule *rule;
    cstm_scorecard *card;
    cstm_scorer *scorer;
    cstm_validation *validation;
    struct living living;       /* the tables of a batch */
    cstm_batch *batch;
    cstm_result *result;
    cstm_membership *membership, *earlier;
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct ArrowArrayStream stream;

    void *out[2];               /* handles that the call gives; a mark before it */
    int64_t number;             /* a number that it gives */
    _Alignas(16) unsigned char area[256];   /* Arrow structs that it gives */
};

/* A handle that a call gives: how its content is noted for comparison, and how it is freed. */
struct output {
    void (*note)(void *handle);
    void (*drop)(void *handle);
};
extern const struct output gives_table, gives_profile, gives_buffer, gives_event, gives_outcome, gives_explanation, gives_nearest,
    gives_migration, gives_batch, gives_result, gives_csv, gives_layout, gives_scope, gives_scorer, gives_scorecard, gives_validation, gives_cancel, gives_membership;

struct allocation_case {
    const char *name;
    bool (*prepare)(struct world *world);
    cstm_status (*act)(struct world *world, cstm_error **error);
    void (*state)(struct world *world);     /* notes the inputs: unchanged on failure, as the reference on success; NULL: none */
    const struct output *out[2];
    bool once;                              /* a call that reads its input away, so that it cannot be made again */
    bool without_error;                     /* a callback of Arrow: no error object */
};

/* Notes bytes for the comparison of two rounds. */
void note(const void *bytes, size_t size);
void note_text(const char *text);
void note_number(int64_t number);
void note_table(const cstm_table *table);
void note_profile(const cstm_profile *profile);
void note_outcome(const cstm_strategy *strategy, const cstm_outcome *outcome);

extern const struct allocation_case table_cases[], profile_cases[], score_cases[], batch_cases[], segment_cases[];
extern const int n_table_cases, n_profile_cases, n_score_cases, n_batch_cases, n_segment_cases;

/* The allocator under test (allocation_wrap.c). */
void allocation_arm(int64_t nth, bool for_good);    /* fail the nth from now on, that one or it and all that follow */
bool allocation_disarm(void);                       /* whether one failed */
int64_t allocation_living(void);                    /* pieces that are allocated and not freed */
int64_t allocation_count(void);                     /* allocations ever made */
bool allocation_seen(void);                         /* whether what the library allocates comes by here */

#endif
