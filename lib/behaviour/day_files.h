/* Inside the room: day files that are sent again whole. An event may carry the number of its delivery;
 * of one source and accounting day (会计日) only the greatest number counts, whatever came first. */
#ifndef BEHAVIOUR_DAY_FILES_H
#define BEHAVIOUR_DAY_FILES_H

#include "behaviour/derived.h"

/* The accounting day of an event of a source: what its field says, else its civil day. */
int32_t accounting_day(const struct plan *plan, int32_t event, const struct event_record *record);
static inline int64_t
delivery_number(const struct kind_plan *kind, const struct event_record *record)
{
    return kind->delivery_offset == 0 ? 0
                                      : *(const int64_t *) (const void *) ((const uint8_t *) record +
                                                                         kind->delivery_offset);
}
static inline void
set_delivery_number(const struct kind_plan *kind, struct event_record *record, int64_t number)
{
    if (kind->delivery_offset != 0)
        *(int64_t *) (void *) ((uint8_t *) record + kind->delivery_offset) = number;
}

/* What is known of the source's day; NULL: nothing. */
const struct day_file *day_file_find(const struct history *history, int32_t source, int32_t day);
/* Whether a greater number would take out events, and whether some of them are of sealed days. */
bool day_file_replaces(const struct history *history, int32_t source, int32_t day, int64_t number,
                       bool *sealed);
bool day_files_reserve(struct history *history, int32_t more);
/* Says the number (room was reserved) and takes lesser events out; what is derived is not remade. */
void day_file_raise(struct history *history, int32_t source, int32_t day, int64_t number);
/* Takes in another half's, events among them that are of lesser deliveries taken out of both. */
cstm_status day_files_merge(struct history *history, const struct history *other,
                            cstm_error **error);
void day_files_sweep(struct history *history);
/* How many days of files sealing up to `day` may have to remember, and what it does with them. */
int32_t day_files_to_close(const struct history *history, int32_t day);
void day_files_seal(struct history *history, int32_t day);

#endif
