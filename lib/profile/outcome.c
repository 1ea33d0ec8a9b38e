/* An outcome: made for a strategy, filled by an evaluation. What an entity shows is laid out once
 * (its attributes, features and scores as cells, its machines as stages), so that filling is one
 * walk over columns, and a getter two look-ups. Filling first makes all the room it needs, then
 * runs, then copies: whatever fails leaves the results before it alone. The getters are in
 * outcome_read.c. */
#include "profile/outcome.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { PLACE_ATTRIBUTE, PLACE_FEATURE, PLACE_SCORE, PLACE_LIFECYCLE, PLACE_SEGMENT };

/* Lays out what each entity shows; `count` only counts. */
static void
lay_out(struct cstm_outcome *outcome, bool count)
{
    const cstm_strategy *strategy = outcome->strategy;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        outcome->kinds[e].n_attributes = 0;
        outcome->kinds[e].n_features = 0;
        outcome->kinds[e].n_cells = 0;
        outcome->kinds[e].n_stages = 0;
        outcome->kinds[e].n_reasons = 0;
    }
    for (int32_t i = 0; i < strategy->schema.n_attributes; i++) {
        const struct attribute *attribute = &strategy->schema.attributes[i];
        struct outcome_kind *kind = &outcome->kinds[attribute->entity];
        outcome->places[PLACE_ATTRIBUTE][i] =
            (struct outcome_place){attribute->entity, kind->n_cells++};
        kind->n_attributes++;
        kind->has_texts |= attribute->type == CSTM_TYPE_STRING;
        if (!count)
            kind->columns[kind->n_cells - 1] = (struct outcome_column){
                .index = i, .kind = rule_kind_of(attribute->type), .local = attribute->local};
    }
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->features[i];
        struct outcome_kind *kind = &outcome->kinds[feature->entity];
        outcome->places[PLACE_FEATURE][i] =
            (struct outcome_place){feature->entity, kind->n_cells++};
        kind->n_features++;
        kind->has_texts |= feature->kind == RULE_STRING;
        if (!count)
            kind->columns[kind->n_cells - 1] =
                (struct outcome_column){.index = feature->slot, .kind = feature->kind};
    }
    for (int32_t i = 0; i < strategy->n_segments; i++) {
        const struct segment *segment = &strategy->segments[i];
        struct outcome_kind *kind = &outcome->kinds[segment->entity];
        outcome->places[PLACE_SEGMENT][i] =
            (struct outcome_place){segment->entity, kind->n_cells++};
        kind->n_features++;
        if (!count)
            kind->columns[kind->n_cells - 1] =
                (struct outcome_column){.index = segment->slot, .kind = RULE_BOOL};
    }
    for (int32_t i = 0; i < strategy->n_scores; i++) {
        const struct score *score = &strategy->scores[i];
        struct outcome_kind *kind = &outcome->kinds[score->entity];
        outcome->places[PLACE_SCORE][i] = (struct outcome_place){score->entity, kind->n_cells++};
        if (!count)
            kind->columns[kind->n_cells - 1] = (struct outcome_column){
                .index = i, .kind = RULE_DOUBLE, .reasons = kind->n_reasons};
        kind->n_reasons += score->scorer->max_reasons;
    }
    for (int32_t i = 0; i < strategy->n_machines; i++) {
        struct outcome_kind *kind = &outcome->kinds[strategy->machines[i].entity];
        outcome->places[PLACE_LIFECYCLE][i] =
            (struct outcome_place){strategy->machines[i].entity, kind->n_stages++};
        if (!count)
            kind->machines[kind->n_stages - 1] = i;
    }
}

static bool
make_layout(struct cstm_outcome *outcome)
{
    const cstm_strategy *strategy = outcome->strategy;
    const int32_t counts[N_PLACES] = {strategy->schema.n_attributes, strategy->n_features,
                                      strategy->n_scores, strategy->n_machines,
                                      strategy->n_segments};
    outcome->kinds = memory_new_array((size_t) strategy->schema.n_entities, sizeof *outcome->kinds);
    if (outcome->kinds == NULL)
        return false;
    for (int32_t i = 0; i < N_PLACES; i++) {
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
    const char *const parts[] = {"strategy ", outcome->strategy->digest_text, " libcustomer ",
                                 cstm_version_text(), " as_of "};
    size_t at = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t size = strlen(parts[i]);
        memcpy(outcome->digest + at, parts[i], size);
        at += size;
    }
    outcome->digest_prefix = at;
    outcome->digest[0] = '\0'; /* nothing until the first evaluation */
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

static void
free_kept(struct outcome_kept *kept)
{
    memory_free(kept->rows);
    memory_free(kept->cells);
    memory_free(kept->stages);
    memory_free(kept->texts);
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
    for (int32_t i = 0; i < N_PLACES; i++)
        memory_free(outcome->places[i]);
    free_kept(&outcome->now);
    free_kept(&outcome->before);
    memory_free(outcome->reasons);
    cstm_strategy_unref(outcome->strategy);
    outcome->handle.tag = HANDLE_FREED;
    memory_free(outcome);
}

static bool
reserve_kept(struct outcome_kept *kept, size_t rows, size_t cells, size_t stages)
{
    return memory_reserve(&kept->rows, &kept->row_capacity, rows, sizeof *kept->rows) &&
           memory_reserve(&kept->cells, &kept->cell_capacity, cells, sizeof *kept->cells) &&
           memory_reserve(&kept->stages, &kept->stage_capacity, stages, sizeof *kept->stages);
}

/* Room for every result of the history's entities but texts; results stay readable. What is there
 * now will be what was before: it gets room for the next evaluation, too, so that only the first one
 * of a shape allocates. */
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
    size_t rows = (size_t) history->n_instances;
    return reserve_kept(&outcome->before, rows, cells, stages) &&
           reserve_kept(&outcome->now, rows, cells, stages) &&
           memory_reserve(&outcome->reasons, &outcome->reason_capacity, reasons,
                          sizeof *outcome->reasons);
}

/* What is being copied: one entity of the profile. */
struct copying {
    struct cstm_outcome *outcome;
    const struct history *history;
    int32_t instance;
    int32_t row; /* its row in the columns of its entity */
    int32_t day;
    const struct rule_column *columns; /* the run's, by slot */
    size_t texts;                      /* bytes of texts so far */
    bool counting;                     /* only the texts */
};

static inline void
copy_text(struct copying *copying, struct rule_text text, struct outcome_cell *cell)
{
    if (!copying->counting) {
        char *to = copying->outcome->now.texts + copying->texts;
        if (text.size > 0)
            memcpy(to, text.bytes, text.size);
        to[text.size] = '\0';
        cell->as.text = copying->texts;
        cell->size = (uint32_t) text.size;
    }
    copying->texts += text.size + 1;
}

/* Read from the history itself, since a strategy computes columns of those attributes only that
 * something reads. */
static inline void
copy_attribute(struct copying *copying, const struct outcome_column *column,
               struct outcome_cell *cell)
{
    const struct attribute_entry *entry = attribute_rows_on(
        &copying->history->instances[copying->instance].attributes[column->local], copying->day);
    bool there = entry != NULL && entry->present;
    cell->status = there ? CSTM_OK : CSTM_ERROR_MISSING;
    if (!there)
        return;
    if (column->kind == RULE_STRING)
        copy_text(copying, entry->value.text, cell);
    else if (column->kind == RULE_DOUBLE)
        cell->as.real = entry->value.real;
    else if (column->kind == RULE_BOOL)
        cell->as.number = entry->value.number != 0;
    else
        cell->as.number = entry->value.number;
}

/* Every run for an outcome computes all features, over all rows. */
static inline void
copy_feature(struct copying *copying, const struct outcome_column *column,
             struct outcome_cell *cell)
{
    const struct rule_column *values = &copying->columns[column->index];
    int32_t at = copying->row;
    cell->status = values->states[at];
    if (cell->status != CSTM_OK)
        return;
    if (column->kind == RULE_STRING)
        copy_text(copying, values->as.texts[at], cell);
    else if (column->kind == RULE_DOUBLE)
        cell->as.real = values->as.doubles[at];
    else if (column->kind == RULE_BOOL)
        cell->as.number = values->as.bools[at] != 0;
    else
        cell->as.number = values->as.int64s[at];
}

/* Bytes of all texts, each with a NUL. */
static size_t
text_size(struct cstm_outcome *outcome, const struct history *history, int32_t day)
{
    struct copying copying = {.outcome = outcome, .history = history, .day = day, .counting = true};
    copying.columns = evaluation_columns(outcome->evaluation);
    struct outcome_cell unused;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct outcome_kind *kind = &outcome->kinds[history->instances[i].entity];
        if (!kind->has_texts)
            continue;
        copying.instance = i;
        copying.row = evaluation_row(outcome->evaluation, 0, i);
        for (int32_t c = 0; c < kind->n_attributes + kind->n_features; c++) {
            if (kind->columns[c].kind != RULE_STRING)
                continue;
            if (c < kind->n_attributes)
                copy_attribute(&copying, &kind->columns[c], &unused);
            else
                copy_feature(&copying, &kind->columns[c], &unused);
        }
    }
    return copying.texts;
}

static inline void
copy_score(struct copying *copying, const struct outcome_column *column, struct outcome_cell *cell,
           struct outcome_reason *reasons)
{
    const struct cstm_outcome *outcome = copying->outcome;
    const struct scorer_output *output = evaluation_score(outcome->evaluation, column->index);
    int32_t most = outcome->strategy->scores[column->index].scorer->max_reasons, n = 0;
    cell->status = output->states[copying->row];
    cell->as.real = output->values[copying->row];
    if (cell->status == CSTM_OK && output->reasons != NULL) {
        size_t first = (size_t) copying->row * (size_t) most;
        for (; n < most && output->reasons[first + (size_t) n] >= 0; n++) {
            reasons[n].reason = output->reasons[first + (size_t) n];
            reasons[n].points = output->lost[first + (size_t) n];
        }
    }
    for (; n < most; n++)
        reasons[n] = (struct outcome_reason){.reason = -1};
}

static inline void
copy_stage(const struct machine_state *state, struct outcome_stage *stage)
{
    if (state == NULL || state->undetermined || state->day == NO_DAY) {
        bool apart = state != NULL && state->undetermined;
        *stage =
            (struct outcome_stage){.status = apart ? CSTM_ERROR_SEALED_APART : CSTM_ERROR_MISSING,
                                   .stage = -1,
                                   .from = -1,
                                   .since = INT32_MIN,
                                   .transition = -1};
        return;
    }
    stage->status = CSTM_OK;
    stage->stage = state->stage;
    stage->from = state->previous < 0 ? -1 : state->previous;
    stage->since = state->since;
    stage->transition = state->transition;
    stage->censored = state->censored;
}

/* FNV-1a over the key, from what stands above it. Rows of one identity are of one entity. */
static uint64_t
identity_of(const struct history *history, int32_t instance, const struct outcome_row *rows)
{
    const struct instance *at = &history->instances[instance];
    uint64_t hash = at->parent < 0 ? UINT64_C(0xcbf29ce484222325) : rows[at->parent].identity;
    hash = (hash ^ (uint64_t) at->entity) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < at->key.size; i++)
        hash = (hash ^ (uint8_t) at->key.bytes[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

/* Nearly always in the same place; a profile that was written and read again numbers its entities
 * anew. */
static int32_t
row_before(const struct cstm_outcome *outcome, int32_t at, uint64_t identity)
{
    const struct outcome_kept *before = &outcome->before;
    if (at < before->n_rows && before->rows[at].identity == identity)
        return at;
    for (int32_t r = 0; r < before->n_rows; r++)
        if (before->rows[r].identity == identity)
            return r;
    return -1;
}

/* Of what is no child of the bank's, but holds what happened on those that are gone. */
static void
put_nothing(struct cstm_outcome *outcome, const struct outcome_kind *kind,
            const struct outcome_row *row)
{
    for (int32_t c = 0; c < kind->n_cells; c++)
        outcome->now.cells[row->cells + (size_t) c] =
            (struct outcome_cell){.status = CSTM_ERROR_MISSING};
    for (int32_t r = 0; r < kind->n_reasons; r++)
        outcome->reasons[row->reasons + (size_t) r] = (struct outcome_reason){.reason = -1};
}

/* Copies the run's results; room was made for all of them. */
static void
copy_results(struct cstm_outcome *outcome, const struct history *history, int32_t day)
{
    struct copying copying = {.outcome = outcome, .history = history, .day = day};
    copying.columns = evaluation_columns(outcome->evaluation);
    struct outcome_row next = {.kind = 0};
    for (int32_t i = 0; i < history->n_instances; i++) {
        next.kind = history->instances[i].entity;
        const struct outcome_kind *kind = &outcome->kinds[next.kind];
        const struct outcome_column *column = kind->columns,
                                    *features = column + kind->n_attributes,
                                    *scores = features + kind->n_features,
                                    *end = column + kind->n_cells;
        struct outcome_cell *cell = &outcome->now.cells[next.cells];
        copying.instance = i;
        copying.row = evaluation_row(outcome->evaluation, 0, i);
        if (instance_is_nameless(&history->instances[i])) {
            put_nothing(outcome, kind, &next);
            column = features = scores = end;
        }
        for (; column < features; column++, cell++)
            copy_attribute(&copying, column, cell);
        for (; column < scores; column++, cell++)
            copy_feature(&copying, column, cell);
        for (; column < end; column++, cell++)
            copy_score(&copying, column, cell, outcome->reasons + next.reasons + column->reasons);
        for (int32_t s = 0; s < kind->n_stages; s++)
            copy_stage(evaluation_machine(outcome->evaluation, kind->machines[s], copying.row),
                       &outcome->now.stages[next.stages + (size_t) s]);
        next.identity = identity_of(history, i, outcome->now.rows);
        next.before = row_before(outcome, i, next.identity);
        outcome->now.rows[i] = next;
        next.cells += (size_t) kind->n_cells;
        next.stages += (size_t) kind->n_stages;
        next.reasons += (size_t) kind->n_reasons;
    }
    outcome->now.n_rows = history->n_instances;
}

/* Many customers are evaluated at the same instant: its digits are written once. */
static void
set_as_of(struct cstm_outcome *outcome, int64_t as_of, int32_t day)
{
    outcome->day = day;
    if (outcome->as_of == as_of)
        return;
    outcome->as_of = as_of;
    outcome->digest[0] = 's';
    outcome->digest[outcome->digest_prefix +
                    text_from_int64(as_of, outcome->digest + outcome->digest_prefix)] = '\0';
}

cstm_status
outcome_fill(struct cstm_outcome *outcome, const struct history *history,
             const struct checkpoints *checkpoints, int64_t as_of, int32_t day, cstm_error **error)
{
    struct evaluation *evaluation = outcome->evaluation;
    if (!reserve(outcome, history))
        return error_no_memory(error);
    evaluation_reset(evaluation);
    cstm_status status = evaluation_add(evaluation, history, checkpoints, error);
    if (status == CSTM_OK)
        status = evaluation_run(evaluation, day, CSTM_RUN_ALL, true, error);
    if (status != CSTM_OK)
        return status;
    size_t texts = text_size(outcome, history, day);
    if (!memory_reserve(&outcome->before.texts, &outcome->before.text_capacity, texts, 1) ||
        (outcome->now.texts == NULL && /* else callers may hold texts in it */
         !memory_reserve(&outcome->now.texts, &outcome->now.text_capacity, texts, 1)))
        return error_no_memory(error);
    struct outcome_kept next = outcome->before;
    outcome->before = outcome->now;
    outcome->now = next;
    copy_results(outcome, history, day);
    set_as_of(outcome, as_of, day);
    return CSTM_OK;
}
