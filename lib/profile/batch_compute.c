/* The computed fields of a block's rows, once the others are gathered: column by column into the cells
 * of the block, where rules and records find them like any other. A row whose rule ends in an error is
 * left out and listed, once. */
#include "profile/batch_gather.h"

#include <string.h>

static cstm_status
refuse_failed(struct block *block, const struct group *group, int32_t field, int32_t n,
              uint8_t *states, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < n; i++) {
        if (states[i] == CSTM_OK || states[i] == CSTM_ERROR_MISSING ||
            block->refused[i] != REFUSED_NOT)
            continue;
        block->refused[i] = REFUSED;
        status = reject_row(block, group, block->rows[i], FIELD_COMPUTED - field, states[i], error);
    }
    return status;
}

cstm_status
compute_fields(struct block *block, int32_t event, int32_t n, const int64_t *times,
               const int32_t *days, cstm_error **error)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct event_kind *declared = &plan->schema->events[event];
    const struct group *group = &block->portfolio->events[event];
    for (int32_t f = 0; f < declared->n_fields; f++) {
        /* Plain columns, as the rules of computed fields read them. */
        if (block->columns[f].states == NULL && !block->fields[f].whole &&
            block->columns[f].as.any == block->fields[f].values)
            block->columns[f].states = block->fields[f].states;
    }
    const struct event_rows_given given = {
        .n = n, .fields = block->columns, .times = times, .days = days};
    for (int32_t f = 0; f < declared->n_fields; f++) {
        const struct event_field *field = &declared->fields[f];
        struct cells *cells = &block->fields[f];
        if (field->computed == NULL)
            continue;
        if (!cells_reserve(cells, (size_t) n, type_size(field->type)))
            return error_no_memory(error);
        cells->whole = event_compute_rows(plan, event, f, &given, &block->cursor, cells->values,
                                          cells->states, block->scratch);
        block->columns[f] = (struct rule_column){.kind = rule_kind_of(field->type),
                                                 .as.any = cells->values,
                                                 .states = cells->whole ? NULL : cells->states};
        cstm_status status =
            cells->whole ? CSTM_OK : refuse_failed(block, group, f, n, cells->states, error);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}
