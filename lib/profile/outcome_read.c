/* What is asked of an outcome. Every getter has its documented answer for what is not there, and
 * none can fail. */
#include "profile/outcome.h"

#include <math.h>
#include <string.h>

/* The list of places of a part, in the order of outcome.places; NULL for parts that have no value.
 */
const struct outcome_place *
outcome_place(const cstm_outcome *outcome, cstm_part part, int32_t index)
{
    const cstm_strategy *strategy = outcome->strategy;
    int32_t list = -1, n = 0;
    switch (part) {
    case CSTM_PART_ATTRIBUTE:
        list = 0;
        n = strategy->schema.n_attributes;
        break;
    case CSTM_PART_FEATURE:
        list = 1;
        n = strategy->n_declared;
        break;
    case CSTM_PART_SCORE:
        list = 2;
        n = strategy->n_scores;
        break;
    case CSTM_PART_LIFECYCLE:
        list = 3;
        n = strategy->n_machines;
        break;
    case CSTM_PART_SEGMENT:
        list = 4;
        n = strategy->n_segments;
        break;
    default:
        return NULL;
    }
    return index < 0 || index >= n ? NULL : &outcome->places[list][index];
}

/* The row of an entity for that place; NULL if the entity is of another kind or there is none. */
static const struct outcome_row *
row_of(const cstm_outcome *outcome, const struct outcome_place *place, cstm_entity entity)
{
    if (place == NULL || entity < 0 || entity >= outcome->now.n_rows ||
        outcome->now.rows[entity].kind != place->entity)
        return NULL;
    return &outcome->now.rows[entity];
}

static const struct outcome_cell *
cell_of(const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity,
        enum rule_kind *kind)
{
    if (!handle_is(outcome, HANDLE_OUTCOME) || part == CSTM_PART_LIFECYCLE)
        return NULL;
    const struct outcome_place *place = outcome_place(outcome, part, index);
    const struct outcome_row *row = row_of(outcome, place, entity);
    if (row == NULL)
        return NULL;
    *kind = outcome->kinds[place->entity].columns[place->at].kind;
    return &outcome->now.cells[row->cells + (size_t) place->at];
}

static const struct outcome_stage *
stage_of(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    if (!handle_is(outcome, HANDLE_OUTCOME))
        return NULL;
    const struct outcome_place *place = outcome_place(outcome, CSTM_PART_LIFECYCLE, lifecycle);
    const struct outcome_row *row = row_of(outcome, place, entity);
    return row == NULL ? NULL : &outcome->now.stages[row->stages + (size_t) place->at];
}

int64_t
cstm_outcome_as_of(const cstm_outcome *outcome)
{
    return handle_is(outcome, HANDLE_OUTCOME) ? outcome->as_of : INT64_MIN;
}

const char *
cstm_outcome_digest(const cstm_outcome *outcome)
{
    return handle_is(outcome, HANDLE_OUTCOME) ? outcome->digest : "";
}

int32_t
cstm_outcome_entity_count(const cstm_outcome *outcome)
{
    return handle_is(outcome, HANDLE_OUTCOME) ? outcome->now.n_rows : 0;
}

cstm_status
cstm_outcome_status(const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity)
{
    if (part == CSTM_PART_LIFECYCLE) {
        const struct outcome_stage *stage = stage_of(outcome, index, entity);
        return stage == NULL ? CSTM_ERROR_MISUSE : stage->status;
    }
    enum rule_kind kind;
    const struct outcome_cell *cell = cell_of(outcome, part, index, entity, &kind);
    return cell == NULL ? CSTM_ERROR_MISUSE : cell->status;
}

cstm_state
cstm_outcome_state(const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity)
{
    switch (cstm_outcome_status(outcome, part, index, entity)) {
    case CSTM_OK:
        return CSTM_STATE_VALUE;
    case CSTM_ERROR_MISSING:
    case CSTM_ERROR_MISUSE:
        return CSTM_STATE_MISSING;
    default:
        return CSTM_STATE_ERROR;
    }
}

int64_t
cstm_outcome_int64(const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity)
{
    enum rule_kind kind;
    const struct outcome_cell *cell = cell_of(outcome, part, index, entity, &kind);
    if (cell == NULL || cell->status != CSTM_OK || kind == RULE_DOUBLE || kind == RULE_STRING)
        return 0;
    return cell->as.number;
}

double
cstm_outcome_double(const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity)
{
    enum rule_kind kind;
    const struct outcome_cell *cell = cell_of(outcome, part, index, entity, &kind);
    if (cell == NULL || cell->status != CSTM_OK || kind != RULE_DOUBLE)
        return NAN;
    return cell->as.real;
}

const char *
cstm_outcome_string(const cstm_outcome *outcome, cstm_part part, int32_t index, cstm_entity entity,
                    size_t *size)
{
    enum rule_kind kind;
    const struct outcome_cell *cell = cell_of(outcome, part, index, entity, &kind);
    bool there = cell != NULL && cell->status == CSTM_OK && kind == RULE_STRING;
    if (size != NULL)
        *size = there ? cell->size : 0;
    return there ? outcome->now.texts + cell->as.text : "";
}

int32_t
cstm_outcome_stage(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    const struct outcome_stage *stage = stage_of(outcome, lifecycle, entity);
    return stage == NULL ? -1 : stage->stage;
}

const char *
cstm_outcome_stage_name(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    int32_t stage = cstm_outcome_stage(outcome, lifecycle, entity);
    return stage < 0 ? "" : outcome->strategy->machines[lifecycle].stages[stage];
}

int32_t
cstm_outcome_stage_since(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    const struct outcome_stage *stage = stage_of(outcome, lifecycle, entity);
    return stage == NULL ? INT32_MIN : stage->since;
}

int32_t
cstm_outcome_stage_days(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    const struct outcome_stage *stage = stage_of(outcome, lifecycle, entity);
    return stage == NULL || stage->stage < 0 ? -1 : outcome->day - stage->since;
}

int32_t
cstm_outcome_stage_censored(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    const struct outcome_stage *stage = stage_of(outcome, lifecycle, entity);
    return stage != NULL && stage->censored;
}

int32_t
cstm_outcome_stage_from(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    const struct outcome_stage *stage = stage_of(outcome, lifecycle, entity);
    return stage == NULL ? -1 : stage->from;
}

int32_t
cstm_outcome_transition(const cstm_outcome *outcome, int32_t lifecycle, cstm_entity entity)
{
    const struct outcome_stage *stage = stage_of(outcome, lifecycle, entity);
    return stage == NULL ? -1 : stage->transition;
}

static const struct outcome_reason *
reasons_of(const cstm_outcome *outcome, int32_t score, cstm_entity entity)
{
    if (!handle_is(outcome, HANDLE_OUTCOME))
        return NULL;
    const struct outcome_place *place = outcome_place(outcome, CSTM_PART_SCORE, score);
    const struct outcome_row *row = row_of(outcome, place, entity);
    if (row == NULL)
        return NULL;
    return outcome->reasons + row->reasons +
           outcome->kinds[place->entity].columns[place->at].reasons;
}

int32_t
cstm_outcome_reason_count(const cstm_outcome *outcome, int32_t score, cstm_entity entity)
{
    const struct outcome_reason *reasons = reasons_of(outcome, score, entity);
    int32_t n = 0;
    while (reasons != NULL && n < outcome->strategy->scores[score].scorer->max_reasons &&
           reasons[n].reason >= 0)
        n++;
    return n;
}

const char *
cstm_outcome_reason_code(const cstm_outcome *outcome, int32_t score, cstm_entity entity,
                         int32_t index)
{
    if (index < 0 || index >= cstm_outcome_reason_count(outcome, score, entity))
        return "";
    return outcome->strategy->scores[score]
        .scorer->reasons[reasons_of(outcome, score, entity)[index].reason];
}

double
cstm_outcome_reason_points(const cstm_outcome *outcome, int32_t score, cstm_entity entity,
                           int32_t index)
{
    if (index < 0 || index >= cstm_outcome_reason_count(outcome, score, entity))
        return NAN;
    return reasons_of(outcome, score, entity)[index].points;
}
