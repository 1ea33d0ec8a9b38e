/* Inside the room: between columns.c, which finds the rows that count, and columns_picked.c. */
#ifndef BEHAVIOUR_COLUMNS_PICKED_H
#define BEHAVIOUR_COLUMNS_PICKED_H

#include "behaviour/columns.h"
#include "behaviour/reading.h"

/* Of a feature, for all instances. */
struct picking {
    const struct reading *reading;
    const struct event_columns *columns;
    const uint8_t *selected;          /* the rows that count; NULL: all */
    const struct rule_column *column; /* the field; NULL: there is none */
    const int64_t *numbers;           /* its whole numbers, or hashes; NULL: events count */
    int32_t *picked;                  /* room for as many as there are rows */
    int64_t *numbers_room;            /* likewise */
    int32_t day;
};

/* whole: of what a share is taken; NULL: all rows. */
void read_picked(const struct picking *picking, const uint8_t *whole, int32_t n,
                 struct rule_column *out);
bool read_by_value(const struct picking *picking, const uint8_t *codes, int32_t n_values, int32_t n,
                   struct rule_column *const *outs);

#endif
