/* The rows of a run over many dates: whose they are and as of when. A pair is one customer at one
 * instant, numbered as the rows that the result has of customers; of an entity below, a pair has as
 * many rows as its customer has instances of it. */
#ifndef PROFILE_DATES_H
#define PROFILE_DATES_H

#include "profile/batch.h"

/* The one of a rejection that is of the table of dates, which is no source of the batch. */
#define SOURCE_DATES (-1)
#define DATES_NAME "dates"
#define DATES_AS_OF "as_of"

struct dates {
    int32_t n;         /* pairs */
    int64_t *as_of;    /* per pair */
    int32_t *day;      /* its civil day */
    int32_t *customer; /* per pair */
    int32_t *start;    /* per customer, n_customers + 1: the first of its pairs in list */
    int32_t *list;     /* pairs, customer by customer, from the earliest on */
    int32_t **first;   /* per entity, per pair and one more: its first row; NULL: the pair itself */
    int64_t latest;    /* the greatest as_of; INT64_MIN: there is no pair */
    struct rejections rejections;
};

/* Reads a table with a column as_of and, where it names one, the key column of customers; without
 * it, every customer is asked for at every date. */
cstm_status dates_read(const struct cstm_batch *batch, const struct portfolio *portfolio,
                       const cstm_table *table, struct dates *dates, cstm_error **error);
void dates_clear(struct dates *dates, const struct schema *schema);
static inline int32_t
dates_rows(const struct dates *dates, int32_t entity)
{
    return dates->first[entity] == NULL ? dates->n : dates->first[entity][dates->n];
}
static inline int32_t
dates_first(const struct dates *dates, int32_t entity, int32_t pair)
{
    return dates->first[entity] == NULL ? pair : dates->first[entity][pair];
}

#endif
