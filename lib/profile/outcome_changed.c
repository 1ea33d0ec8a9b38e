/* What has changed since the evaluation before, which the outcome still holds: asked value by value, so
 * that evaluating pays for nothing but keeping it. */
#include "profile/outcome.h"

#include <string.h>

static bool
cells_differ(const cstm_outcome *outcome, const struct outcome_cell *a,
             const struct outcome_cell *b, enum rule_kind kind)
{
    if (a->status != b->status || a->status != CSTM_OK)
        return a->status != b->status;
    if (kind != RULE_STRING)
        return a->as.number != b->as.number; /* of a double its bits, which are canonical */
    return a->size != b->size || memcmp(outcome->now.texts + a->as.text,
                                        outcome->before.texts + b->as.text, a->size) != 0;
}

static bool
stages_differ(const struct outcome_stage *a, const struct outcome_stage *b)
{
    return a->status != b->status || a->stage != b->stage || a->since != b->since;
}

static bool
differs(const cstm_outcome *outcome, cstm_part part, const struct outcome_place *place,
        const struct outcome_row *row)
{
    if (row->before < 0)
        return true;
    const struct outcome_row *before = &outcome->before.rows[row->before];
    size_t at = (size_t) place->at;
    if (part == CSTM_PART_LIFECYCLE)
        return stages_differ(&outcome->now.stages[row->stages + at],
                             &outcome->before.stages[before->stages + at]);
    return cells_differ(outcome, &outcome->now.cells[row->cells + at],
                        &outcome->before.cells[before->cells + at],
                        outcome->kinds[place->entity].columns[place->at].kind);
}

int32_t
cstm_outcome_changed(const cstm_outcome *outcome, cstm_part part, int32_t index,
                     cstm_entity entity)
{
    if (!handle_is(outcome, HANDLE_OUTCOME) || entity < 0 || entity >= outcome->now.n_rows)
        return 0;
    const struct outcome_place *place = outcome_place(outcome, part, index);
    const struct outcome_row *row = &outcome->now.rows[entity];
    return place != NULL && row->kind == place->entity && differs(outcome, part, place, row);
}

int32_t
cstm_outcome_changed_count(const cstm_outcome *outcome, cstm_part part)
{
    if (!handle_is(outcome, HANDLE_OUTCOME))
        return 0;
    int32_t n = 0;
    const struct outcome_place *place;
    for (int32_t index = 0; (place = outcome_place(outcome, part, index)) != NULL; index++)
        for (int32_t r = 0; r < outcome->now.n_rows; r++)
            if (outcome->now.rows[r].kind == place->entity)
                n += differs(outcome, part, place, &outcome->now.rows[r]);
    return n;
}
