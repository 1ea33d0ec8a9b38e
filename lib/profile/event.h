/* An event that is being filled in: laid out as the plan lays out a raw event, so that recording
 * hands it on as it is. */
#ifndef PROFILE_EVENT_H
#define PROFILE_EVENT_H

#include <libcustomer/event.h>

#include "strategy/strategy.h"

struct event_text {
    char *bytes;
    size_t capacity;
};

struct cstm_event {
    struct handle handle;
    cstm_strategy *strategy;
    int32_t kind;
    cstm_entity entity;
    bool timed;
    const struct kind_plan *plan; /* the strategy's */
    const struct event_kind *declared;
    uint8_t *record;          /* struct event_record, mask, values: at the plan's offsets */
    struct event_text *texts; /* per field, and the id's behind them: what the record points to */
    struct value *staged;     /* per field: a row buffer between reading and taking */
    bool *is_staged;
};

#endif
