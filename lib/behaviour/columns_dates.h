/* Features of columns on many dates of each instance. An instance's rows are in the order of days,
 * so that what a window holds is a stretch of them, found by halving; totals of a stretch come from
 * running sums, and the greatest of it from those of its parts. It gives what feature_read_columns()
 * gives of each date. */
#ifndef BEHAVIOUR_COLUMNS_DATES_H
#define BEHAVIOUR_COLUMNS_DATES_H

#include "behaviour/columns.h"

/* An instance's rows [from, until) are those that are known on the day. */
struct column_date {
    int32_t day, from, until;
    bool covered; /* the window of the feature that is read */
};

struct dates_scratch {
    struct column_scratch columns;
    struct rule_column *fields; /* room for the kind's, and one more */
};

/* Whether a feature that feature_reads_columns() can be read so. */
bool feature_reads_dates(const struct feature *feature);
/* One value a date; days do not fall within the rows of an instance. */
void feature_read_dates(const struct plan *plan, const struct feature *feature,
                        const struct event_columns *columns, const struct column_date *dates,
                        int32_t n, const struct dates_scratch *scratch, struct rule_column *out);

#endif
