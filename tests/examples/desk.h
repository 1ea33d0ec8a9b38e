/* What both sets' tests do: turn the set into tables with examples/cards.py, read them, and say
 * what a batch and a profile hold in the same words, so that one can be held against the other. */
#ifndef TESTS_EXAMPLES_DESK_H
#define TESTS_EXAMPLES_DESK_H

#include "../profile/tables.h"

#include <libcustomer.h>

#include <stdint.h>

#define SKIPPED 77 /* what Meson takes for a skipped test */

/* PYTHON CARDS.PY SET SOURCE OUTPUT_DIRECTORY; the status of the program. */
int desk_convert(const char *python, const char *script, const char *set, const char *source,
                 const char *directory);
/* PYTHON SCRIPT SOURCE OUTPUT_DIRECTORY, likewise. */
int desk_make(const char *python, const char *script, const char *source, const char *directory);
cstm_strategy *desk_strategy(const char *path);
/* columns: "card:s time:t amount:m"; s string, t timestamp, d date, m money, b bool. */
cstm_table *desk_read(const cstm_strategy *strategy, const char *directory, const char *file,
                      const char *columns);
int32_t desk_find(const cstm_strategy *strategy, cstm_part part, const char *name);
int64_t desk_end_of(const cstm_strategy *strategy, const char *day);

/* The row of a key in a table whose first column is the key; fails the test where there is none. */
int64_t desk_row(const cstm_table *table, const char *key);
/* The cells of a row by "name name name", joined by blanks. Borrowed until the next call. */
const char *desk_cells(const cstm_table *table, int64_t row, const char *columns);

/* Records a row of an event table: entity key, id, time and then fields by the names of the
 * columns. */
void desk_record(cstm_profile *profile, const cstm_strategy *strategy, cstm_event *event,
                 int32_t kind, cstm_entity entity, const cstm_table *table, int64_t row);
/* Likewise, as brought by a delivery of its day file. */
void desk_record_again(cstm_profile *profile, const cstm_strategy *strategy, cstm_event *event,
                       int32_t kind, cstm_entity entity, const cstm_table *table, int64_t row,
                       int64_t delivery);
/* Holds every feature, stage, since and censoring of a profile's entity against its row of the
 * batch. */
void desk_assert_same(const cstm_strategy *strategy, const cstm_outcome *outcome,
                      cstm_entity entity, int32_t kind, const cstm_result *result, int64_t row);
/* All tables of a result, as text. Freed by the caller. */
char *desk_text(const cstm_strategy *strategy, const cstm_result *result);

int desk_run(Suite *suite);

#endif
