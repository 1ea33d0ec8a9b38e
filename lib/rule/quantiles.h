/* Quantile tables: where a value stands among those of a whole portfolio, which no profile knows by itself. A table is measured
 * over a portfolio at the end of a day, frozen, and named by the strategy; one name holds the tables of several days. A row of a
 * day reads the latest table of that day or before, never a later one: what was not known then does not leak into it.
 *
 * A table is a list of points: values, ascending, each with how many of the portfolio's values are not above it. */
#ifndef RULE_QUANTILES_H
#define RULE_QUANTILES_H

#include "rule/rule.h"

struct quantiles;

/* NULL where memory failed. kind: int, double, money, date or timestamp; RULE_ERROR where it could not be read, and was reported. */
struct quantiles *quantiles_new(const char *name, enum rule_kind kind);
struct quantiles *quantiles_ref(struct quantiles *quantiles);
void quantiles_unref(struct quantiles *quantiles /* nullable */);
/* Adds the table of a day, which must be after all before. points: n values of 8 bytes, ascending, each once; counts: ascending, the last is
 * the number of all values, of which there is at least one. Copied. CSTM_OK; CSTM_ERROR_RANGE where they are not such;
 * CSTM_ERROR_NO_MEMORY. */
cstm_status quantiles_add(struct quantiles *quantiles, int32_t day, const void *points, const int64_t *counts, int32_t n);

/* The tables that there are, by day; one of them, its points and counts borrowed. */
int32_t quantiles_count(const struct quantiles *quantiles);
int32_t quantiles_table(const struct quantiles *quantiles, int32_t index, int32_t *day, const void **points, const int64_t **counts);
const char *quantiles_name(const struct quantiles *quantiles);
enum rule_kind quantiles_kind(const struct quantiles *quantiles);
bool quantiles_digest(const struct quantiles *quantiles, struct digest *digest);

/* How many values are not above this one, of how many, on the latest table of `day` or before: 0, or CSTM_ERROR_MISSING where there
 * is none. */
uint8_t quantiles_below_int(const struct quantiles *quantiles, int64_t value, int64_t day, int64_t *count, int64_t *total);
uint8_t quantiles_below_double(const struct quantiles *quantiles, double value, int64_t day, int64_t *count, int64_t *total);

#endif
