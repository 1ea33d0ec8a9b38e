/* Random batches of a shape, for the tests of the way that reads features from columns: whether
 * keys rise, rows are in their order or nearly, events have ids that are unique or come twice, and
 * cells are all good. The same seed and shape give the same batch. */
#ifndef TESTS_PROFILE_COLUMNAR_H
#define TESTS_PROFILE_COLUMNAR_H

#include "bank.h"
#include "tables.h"

#include <stdbool.h>

#define COLUMNAR_FIRST_DAY 12790 /* 2005-01-07 */
#define COLUMNAR_DAYS 60
#define COLUMNAR_ROWS 40000

extern const char columnar_document[], spread_document[], wide_document[];

struct shape {
    int32_t customers, accounts, cards, rows;
    enum { KEYS_PADDED, KEYS_PLAIN, KEYS_FALLING, KEYS_NUMBERS, KEYS_BAD, N_KEYS } keys;
    enum { ROWS_IN_ORDER, ROWS_BROKEN, ROWS_ANYHOW, N_ROWS } order;
    enum { IDS_NONE, IDS_UNIQUE, IDS_TWICE, N_IDS } ids;
    bool bad;        /* missing and unknown keys, cells that are refused, extremes */
    bool days_rise;  /* within an instance */
    bool two_tables; /* of visits */
    bool crossed;    /* cards of a customer's accounts by turns */
};

/* A few words for messages. */
const char *shape_text(const struct shape *shape);
/* Number i of many shapes, small ones. */
struct shape shape_number(int32_t i);
cstm_batch *columnar_batch(cstm_strategy *bank, const struct shape *shape, uint64_t seed);

#endif
