/* Features of many instances at once, straight from columns of events: what a batch does when
 * nothing else is asked of the events. There are no records, no histories and no order of rows; an
 * instance's total is the same sum in another order, and single events are found by comparison. It
 * gives, bit for bit, what feature_read() gives of the same events. */
#ifndef BEHAVIOUR_COLUMNS_H
#define BEHAVIOUR_COLUMNS_H

#include "behaviour/feature.h"

#include "base/exact.h"

/* Rows [from, until) are events of one instance, or of instances below it. */
struct event_run {
    int32_t instance, from, until;
};

/* Events of one kind, none later than the day that features are read on. */
struct event_columns {
    const int64_t *times;
    const int32_t *days;
    const uint64_t *masks;            /* kind_plan.mask_words a row */
    const struct rule_column *fields; /* per field of the kind; what is missing, the mask says */
    const struct event_run *runs;     /* in any order; an instance may have several */
    int32_t n_runs;
};

/* What is summed up of one instance. */
struct column_total {
    wide sum;
    int64_t count, extreme;
    int32_t best; /* row; -1 */
};

/* Whether the feature can be read so: neither the last n events nor days are counted, no sum of
 * doubles, no texts, and a rule that cannot fail. */
bool feature_reads_columns(const struct plan *plan, const struct feature *feature);
/* Whether its window is covered on `day`, for every instance alike, where no instance was opened or
 * sealed. observed_day: by the batch, INT32_MAX where it is not stated. False with *known = false
 * where that depends on the instance. */
bool columns_covered(const struct plan *plan, const struct feature *feature, int32_t observed_day,
                     int32_t day, bool *known);
/* The feature of instances 0 to n - 1 on `day`; totals: room for n. */
void feature_read_columns(const struct plan *plan, const struct feature *feature,
                          const struct event_columns *columns, bool covered, int32_t day, int32_t n,
                          struct column_total *totals, struct rule_column *out);

#endif
