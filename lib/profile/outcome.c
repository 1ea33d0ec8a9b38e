/* An outcome: made for a strategy, filled by an evaluation. What an entity shows is laid out once (its attributes, features and scores
 * as cells, its machines as stages), so that filling is one walk over columns, and a getter two look-ups. Filling first makes all
 * the room it needs, then runs, then copies: whatever fails leaves the results before it alone. The getters are in
 * outcome_read.c. */
#include "profile/outcome.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

enum { PLACE_ATTRIBUTE, PLACE_FEATURE, PLACE_SCORE, PLACE_LIFECYCLE };

static int32_t
attribute_slot(const cstm_strategy *strategy, int32_t attribute)
{
    for (int32_t i = 0; i < strategy->n_steps; i++)
        if (strategy->steps[i].kind == STEP_ATTRIBUTE && strategy->steps[i].index == attribute)
            return strategy->steps[i].slot;
    return -1;
}

/* Lays out what each entity shows; `count` only counts. */
static void
lay_out(struct cstm_outcome *outcome, bool count)
{
    const cstm_strategy *strategy = outcome->strategy;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        outcome->kinds[e].n_cells = 0;
        outcome->kinds[e].n_stages = 0;
        outcome->kinds[e].n_reasons = 0;
    }
    for (int32_t i = 0; i < strategy->schema.n_attributes; i++) {
        const struct attribute *attribute = &strategy->schema.attributes[i];
        struct outcome_kind *kind = &outcome->kinds[attribute->entity];
        outcome->places[PLACE_ATTRIBUTE][i] = (struct outcome_place) {attribute->entity, kind->n_cells++};
        if (!count)
            kind->columns[kind->n_cells - 1] = (struct outcome_column) {
                .slot = attribute_slot(strategy, i), .score = -1, .kind = rule_kind_of(attribute->type)};
    }
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->features[i];
        struct outcome_kind *kind = &outcome->kinds[feature->entity];
        outcome->places[PLACE_FEATURE][i] = (struct outcome_place) {feature->entity, kind->n_cells++};
        if (!count)
            kind->columns[kind->n_cells - 1] =
                (struct outcome_column) {.slot = feature->slot, .score = -1, .kind = feature->kind};
    }
    for (int32_t i = 0; i < strategy->n_scores; i++) {
        const struct score *score = &strategy->scores[i];
        struct outcome_kind *kind = &outcome->kinds[score->entity];
        outcome->places[PLACE_SCORE][i] = (struct outcome_place) {score->entity, kind->n_cells++};
        if (!count)
            kind->columns[kind->n_cells - 1] = (struct outcome_column) {
                .slot = -1, .score = i, .kind = RULE_DOUBLE, .reasons = kind->n_reasons};
        kind->n_reasons += score->scorer->max_reasons;
    }
    for (int32_t i = 0; i < strategy->n_machines; i++) {
        struct outcome_kind *kind = &outcome->kinds[strategy->machines[i].entity];
        outcome->places[PLACE_LIFECYCLE][i] =
            (struct outcome_place) {strategy->machines[i].entity, kind->n_stages++};
        if (!count)
            kind->machines[kind->n_stages - 1] = i;
    }
}

static bool
make_layout(struct cstm_outcome *outcome)
{
    const cstm_strategy *strategy = outcome->strategy;
    const int32_t counts[4] = {strategy->schema.n_attributes, strategy->n_features, strategy->n_scores,
                               strategy->n_machines};
    outcome->kinds = memory_new_array((size_t) strategy->schema.n_entities, sizeof *outcome->kinds);
    if (outcome->kinds == NULL)
        return false;
    for (int32_t i = 0; i < 4; i++) {
        outcome->places[i] = memory_new_array((size_t) counts[i] + 1, sizeof *outcome->places[i]);
        if (outcome->places[i] == NULL)
            return false;
    }
    lay_out(outcome, true);
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        struct outcome_kind *kind = &outcome->kinds[e];
        kind->columns = memory_new_array((size_t) kind->n_cells + 1, sizeof *kind->columns);
        kind->machines = memory_new_array((size_t) kind->n_stages + 1, sizeof *kind->machines);
        if (kind->columns == NULL || kind->machines == NULL)
            return false;
    }
    lay_out(outcome, false);
    return true;
}

static void
begin_digest(struct cstm_outcome *outcome)
{
    const char *const parts[] = {"strategy ", outcome->strategy->digest_text, " libcustomer ", cstm_version_text(),
                                 " as_of "};
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = strlen(parts[i]);
        memcpy(outcome->digest + at, parts[i], size);
        at += size;
    }
    outcome->digest_prefix = at;
    outcome->digest[0] = '\0';    /* nothing until the first evaluation */
}

cstm_status
cstm_outcome_new(cstm_strategy *strategy, cstm_outcome **outcome, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(strategy, HANDLE_STRATEGY))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (outcome == NULL)
        return error_misuse(error, "outcome is NULL");
    struct cstm_outcome *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_OUTCOME;
    made->strategy = cstm_strategy_ref(strategy);
    made->as_of = INT64_MIN;
    cstm_status status = make_layout(made) ? evaluation_new(strategy, &made->evaluation, error)
                                           : error_no_memory(error);
    if (status != CSTM_OK) {
        cstm_outcome_free(made);
        return status;
    }
    begin_digest(made);
    *outcome = made;
    return CSTM_OK;
}

void
cstm_outcome_free(cstm_outcome *outcome)
{
    if (!handle_is(outcome, HANDLE_OUTCOME))
        return;
    if (outcome->evaluation != NULL)
        evaluation_free(outcome->evaluation);
    for (int32_t e = 0; outcome->kinds != NULL && e < outcome->strategy->schema.n_entities; e++) {
        memory_free(outcome->kinds[e].columns);
        memory_free(outcome->kinds[e].machines);
    }
    memory_free(outcome->kinds);
    for (int32_t i = 0; i < 4; i++)
        memory_free(outcome->places[i]);
    memory_free(outcome->rows);
    memory_free(outcome->cells);
    memory_free(outcome->stages);
    memory_free(outcome->reasons);
    memory_free(outcome->texts);
    cstm_strategy_unref(outcome->strategy);
    outcome->handle.tag = HANDLE_FREED;
    memory_free(outcome);
}

/* Room for every result of the history's entities but texts; results stay readable. */
static bool
reserve(struct cstm_outcome *outcome, const struct history *history)
{
    size_t cells = 0, stages = 0, reasons = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct outcome_kind *kind = &outcome->kinds[history->instances[i].entity];
        cells += (size_t) kind->n_cells;
        stages += (size_t) kind->n_stages;
        reasons += (size_t) kind->n_reasons;
    }
    return memory_reserve(&outcome->rows, &outcome->row_capacity, (size_t) history->n_instances,
                          sizeof *outcome->rows) &&
           memory_reserve(&outcome->cells, &outcome->cell_capacity, cells, sizeof *outcome->cells) &&
           memory_reserve(&outcome->stages, &outcome->stage_capacity, stages, sizeof *outcome->stages) &&
           memory_reserve(&outcome->reasons, &outcome->reason_capacity, reasons, sizeof *outcome->reasons);
}

static const struct rule_text *
text_at(const struct outcome_column *column, const struct rule_column *values, int32_t row)
{
    if (column->kind != RULE_STRING || values == NULL || values->as.any == NULL)
        return NULL;
    int32_t at = values->constant ? 0 : row;
    return values->states == NULL || values->states[at] == 0 ? &values->as.texts[at] : NULL;
}

/* Bytes of all texts, each with a NUL. */
static size_t
text_size(const struct cstm_outcome *outcome, const struct history *history)
{
    size_t size = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct outcome_kind *kind = &outcome->kinds[history->instances[i].entity];
        int32_t row = evaluation_row(outcome->evaluation, 0, i);
        for (int32_t c = 0; c < kind->n_cells; c++) {
            const struct outcome_column *column = &kind->columns[c];
            if (column->kind != RULE_STRING || column->slot < 0)
                continue;
            const struct rule_text *text = text_at(column, evaluation_slot(outcome->evaluation, column->slot), row);
            if (text != NULL)
                size += text->size + 1;
        }
    }
    return size;
}

static struct outcome_cell
cell_from_column(struct cstm_outcome *outcome, const struct outcome_column *column,
                 const struct rule_column *values, int32_t row, size_t *texts)
{
    struct outcome_cell cell = {.status = CSTM_ERROR_MISSING};
    if (values == NULL || values->as.any == NULL)
        return cell;
    int32_t at = values->constant ? 0 : row;
    cell.status = values->states == NULL ? CSTM_OK : values->states[at];
    if (cell.status != CSTM_OK)
        return cell;
    switch (column->kind) {
    case RULE_BOOL:
        cell.as.number = values->as.bools[at] != 0;
        break;
    case RULE_DOUBLE:
        cell.as.real = values->as.doubles[at];
        break;
    case RULE_STRING: {
        struct rule_text text = values->as.texts[at];
        if (text.size > 0)
            memcpy(outcome->texts + *texts, text.bytes, text.size);
        outcome->texts[*texts + text.size] = '\0';
        cell.as.text = *texts;
        cell.size = (uint32_t) text.size;
        *texts += text.size + 1;
        break;
    }
    default:
        cell.as.number = values->as.int64s[at];
        break;
    }
    return cell;
}

static struct outcome_cell
cell_from_score(const struct cstm_outcome *outcome, const struct outcome_column *column, int32_t row,
                struct outcome_reason *reasons)
{
    struct outcome_cell cell = {.status = CSTM_ERROR_MISSING};
    const struct scorer_output *output = evaluation_score(outcome->evaluation, column->score);
    int32_t most = outcome->strategy->scores[column->score].scorer->max_reasons;
    for (int32_t i = 0; i < most; i++)
        reasons[i] = (struct outcome_reason) {.reason = -1};
    if (output == NULL)
        return cell;
    cell.status = output->states[row];
    cell.as.real = output->values[row];
    if (cell.status != CSTM_OK || output->reasons == NULL)
        return cell;
    size_t first = (size_t) row * (size_t) most;
    for (int32_t i = 0; i < most && output->reasons[first + (size_t) i] >= 0; i++)
        reasons[i] = (struct outcome_reason) {.reason = output->reasons[first + (size_t) i],
                                              .points = output->lost[first + (size_t) i]};
    return cell;
}

static struct outcome_stage
stage_from_state(const struct machine_state *state)
{
    struct outcome_stage stage = {
        .status = CSTM_ERROR_MISSING, .stage = -1, .from = -1, .since = INT32_MIN, .transition = -1};
    if (state != NULL && state->undetermined)
        stage.status = CSTM_ERROR_SEALED_APART;
    if (state == NULL || state->undetermined || state->day == NO_DAY)
        return stage;
    stage.status = CSTM_OK;
    stage.stage = state->stage;
    stage.from = state->previous < 0 ? -1 : state->previous;
    stage.since = state->since;
    stage.transition = state->transition;
    stage.censored = state->censored;
    return stage;
}

/* Copies the run's results; room was made for all of them. */
static void
copy_results(struct cstm_outcome *outcome, const struct history *history)
{
    struct outcome_row next = {.kind = 0};
    size_t texts = 0;
    for (int32_t i = 0; i < history->n_instances; i++) {
        next.kind = history->instances[i].entity;
        const struct outcome_kind *kind = &outcome->kinds[next.kind];
        int32_t row = evaluation_row(outcome->evaluation, 0, i);
        for (int32_t c = 0; c < kind->n_cells; c++) {
            const struct outcome_column *column = &kind->columns[c];
            outcome->cells[next.cells + (size_t) c] =
                column->score >= 0 ? cell_from_score(outcome, column, row,
                                                     outcome->reasons + next.reasons + column->reasons)
                : column->slot < 0 ? (struct outcome_cell) {.status = CSTM_ERROR_MISSING}
                                   : cell_from_column(outcome, column,
                                                      evaluation_slot(outcome->evaluation, column->slot), row,
                                                      &texts);
        }
        for (int32_t s = 0; s < kind->n_stages; s++)
            outcome->stages[next.stages + (size_t) s] =
                stage_from_state(evaluation_machine(outcome->evaluation, kind->machines[s], row));
        outcome->rows[i] = next;
        next.cells += (size_t) kind->n_cells;
        next.stages += (size_t) kind->n_stages;
        next.reasons += (size_t) kind->n_reasons;
    }
    outcome->n_rows = history->n_instances;
}

cstm_status
outcome_fill(struct cstm_outcome *outcome, const struct history *history, const struct checkpoints *checkpoints,
             int64_t as_of, int32_t day, cstm_error **error)
{
    struct evaluation *evaluation = outcome->evaluation;
    if (!reserve(outcome, history))
        return error_no_memory(error);
    evaluation_reset(evaluation);
    cstm_status status = evaluation_add(evaluation, history, checkpoints, error);
    if (status == CSTM_OK)
        status = evaluation_run(evaluation, day, EVALUATE_ALL, true, error);
    if (status != CSTM_OK)
        return status;
    if (!memory_reserve(&outcome->texts, &outcome->text_capacity, text_size(outcome, history), 1))
        return error_no_memory(error);
    copy_results(outcome, history);
    outcome->as_of = as_of;
    outcome->day = day;
    outcome->digest[0] = 's';
    outcome->digest[outcome->digest_prefix + text_from_int64(as_of, outcome->digest + outcome->digest_prefix)] = '\0';
    return CSTM_OK;
}
