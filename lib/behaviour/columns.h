/* Features of many instances at once, straight from columns of events: what a batch does when
 * nothing else is asked of the events. There are no records and no histories. Which rows count is
 * found for all rows in one go, a byte each; those of an instance are counted eight at a time, its
 * sum is the difference of two running sums, and single events are found from the end of its rows.
 * It gives, bit for bit, what feature_read() gives of the same events. */
#ifndef BEHAVIOUR_COLUMNS_H
#define BEHAVIOUR_COLUMNS_H

#include "behaviour/feature.h"

#include "base/exact.h"

/* Rows [from, until) are events of one instance, or of instances below it. */
struct event_run {
    int32_t instance, from, until;
};

/* Events of one kind. */
struct event_columns {
    int32_t n;                        /* rows */
    int32_t first_day, last_day;      /* the least and the greatest of days */
    const int32_t *days;              /* civil days */
    const int64_t *times;             /* NULL: those of one day are equal */
    const struct rule_text *ids;      /* NULL: none has one */
    const struct rule_column *fields; /* per field of the kind; states NULL: all are there */
    const uint64_t *hashes; /* in place of ids: equal of equal ones, 0 of an empty one; nullable */
    const uint8_t *matched; /* per where rule, `stride` bytes apart: 1 where it holds, else 0;
                               COLUMN_PADDING bytes more at the end */
    size_t stride;
    const uint8_t *const *codes; /* per field of a lane: which of its values, from 0; where there is
                                    none, anything */
    const uint8_t *refused; /* nullable: 1 where a row is no event, else 0 */
    const int32_t *bounds;  /* instance i has the rows [bounds[i], bounds[i + 1]); NULL: has runs */
    const struct event_run *runs; /* in the order of instances, which may have several or none */
    int32_t n_runs;
    bool in_order; /* days do not fall within the rows of an instance, or within a run */
    bool texts_are_hashes; /* fields that are texts hold distinct_hash() of them, as int64s */
    bool sorted;   /* those of an instance, which has bounds, are in the order of records; times may be
                      NULL then, and fields that no feature reads */
};

/* Bytes behind the last row that may be read, whatever they are. */
#define COLUMN_PADDING 8

struct column_scratch {
    int64_t *sums;             /* room for n + 1 */
    uint8_t *selected, *whole; /* room for n + COLUMN_PADDING each */
    int32_t *picked;           /* room for n + 1 */
};

/* Whether the feature can be read so: neither the last n events, no sum of doubles, no quantile, no
 * text as its value, a rule that cannot fail, and of a kind whose events nothing amends. */
bool feature_reads_columns(const struct plan *plan, const struct feature *feature);
/* Whether it reads its field by the codes of values. */
bool columns_by_code(const struct feature *feature);
/* Whether its window is covered on `day`, for every instance alike, where no instance was opened or
 * sealed. observed_day: by the batch, INT32_MAX where it is not stated. False with *known = false
 * where that depends on the instance. */
bool columns_covered(const struct plan *plan, const struct feature *feature, int32_t observed_day,
                     int32_t day, bool *known);
/* Every where rule of the kind on up to RULE_ROWS rows of their days and times (nullable, as in
 * event_columns): the answers of rule w to matched + w *
 * stride. scratch: plan->scratch_size_rows. */
void columns_match(const struct plan *plan, int32_t event, const struct rule_column *fields,
                   const int64_t *times, const int32_t *days, int32_t rows, void *scratch,
                   uint8_t *matched, size_t stride);
/* Whether no two events of one of n instances, by their bounds, are of one day and one id, which is
 * not empty: no event is another one's copy. False also where that takes too long to see. */
bool columns_tell_apart(const struct event_columns *columns, int32_t n);
/* The rows that count for the feature on some day, a byte each, to `to` or elsewhere; NULL: all do. */
const uint8_t *columns_select(const struct feature *feature, const struct event_columns *columns,
                              uint8_t *to);
/* sums[i], i from 0 to n: the sum of the selected values before row i; false where one does not fit. */
bool columns_sum(const int64_t *values, const uint8_t *selected, int32_t n, int64_t *sums);
/* The feature of instances 0 to n - 1 on `day`; events of later days do not count. */
void feature_read_columns(const struct plan *plan, const struct feature *feature,
                          const struct event_columns *columns, bool covered, int32_t day, int32_t n,
                          const struct column_scratch *scratch, struct rule_column *out);
/* Whether the feature adds up or counts the events of one value of a field, as others may of other
 * values: then these are read together. */
bool columns_by_value(const struct feature *feature);
/* Whether two such differ in their value alone. */
bool columns_read_together(const struct feature *a, const struct feature *b);
/* Such features at once; outs: per value of the field, NULL: nobody asks. False where a sum leaves 64
 * bits: then they are to be read one by one. */
bool feature_read_by_value(const struct plan *plan, const struct feature *feature,
                           const struct event_columns *columns, int32_t day, int32_t n,
                           const struct column_scratch *scratch, struct rule_column *const *outs);

#endif
