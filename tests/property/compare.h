/* What must be equal, told apart to the last value: a profile's outcome beside a batch's row, an outcome beside another one,
 * bytes beside bytes. A difference ends the test with the seed and the document of its world. */
#ifndef PROPERTY_COMPARE_H
#define PROPERTY_COMPARE_H

#include "random.h"

/* How many values were compared so far. */
extern int64_t compared;

/* Every feature, stage, score and segment of every entity of one customer: the outcome against the batch's row. */
void compare_with_batch(struct world *world, const cstm_result *result, const cstm_profile *profile, const cstm_outcome *outcome, int32_t day, const char *how);

/* A profile that was evaluated. */
struct said {
    const cstm_strategy *strategy;
    const cstm_profile *profile;
    const cstm_outcome *outcome;
};
/* The same by name, between two profiles of a customer; the strategies may declare things in another order. With `apart` the
 * other may say CSTM_ERROR_SEALED_APART instead: how often it does is returned. */
int32_t compare_profiles(const struct world *world, const struct said *one, const struct said *other, int apart, const char *how);
/* Each cell of `other` against the column of its name in `one`, row by row. */
void compare_tables(const struct world *world, const cstm_table *one, const cstm_table *other, const char *how);
/* Each row of a table of dates against the rows of its date: `runs` has a result for each of n dates, which rise. */
void compare_dates(const struct world *world, const cstm_result *dates, int32_t kind, const int64_t *instants, cstm_result *const *runs, int32_t n);
void compare_bytes(const struct world *world, const cstm_profile *a, const cstm_profile *b, const char *how);
/* What is read of what was written. */
cstm_profile *copy_of(const struct world *world, const cstm_profile *profile);

#endif
