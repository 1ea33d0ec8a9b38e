/* Quantile documents, read where a strategy names one and where a further table is measured. */
#ifndef STRATEGY_QUANTILES_H
#define STRATEGY_QUANTILES_H

#include "rule/quantiles.h"
#include "strategy/files.h"

/* NULL: reported. expected (nullable): the name that it must have. */
struct quantiles *quantiles_read(struct compiler *compiler, const struct named_file *file,
                                 const char *expected);

#endif
