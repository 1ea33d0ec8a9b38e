/* The columns of a pass and the steps that fill them. Every step writes one column over all rows of
 * its entity; rules and scorers run in chunks of RULE_ROWS rows, so that their scratch stays in the
 * cache; rows do not see each other, so chunks cannot show. */
#include "profile/evaluation.h"

#include "base/memory.h"

#include <string.h>

/* Each kind of step has a function of its own, so that choosing one costs no more than that. */
#define APART __attribute__((noinline))
#define FEW_ROWS 16 /* what cstm_strategy.scratch_size_one is for */

cstm_status
frame_init(struct frame *frame, const cstm_strategy *strategy, cstm_error **error)
{
    size_t slots = (size_t) strategy->n_slots, entities = (size_t) strategy->schema.n_entities;
    frame->columns = memory_new_array(slots, sizeof *frame->columns);
    frame->used = memory_new_array(slots, sizeof *frame->used);
    frame->rows = memory_new_array(entities, sizeof *frame->rows);
    frame->capacity = memory_new_array(entities, sizeof *frame->capacity);
    frame->behaviour = memory_new_array(entities, sizeof *frame->behaviour);
    if (frame->columns == NULL || frame->used == NULL || frame->rows == NULL ||
        frame->capacity == NULL || frame->behaviour == NULL)
        return error_no_memory(error);
    for (int32_t s = 0; s < strategy->n_slots; s++)
        frame->columns[s].kind = strategy->slots[s].kind;
    return CSTM_OK;
}

void
frame_clear(struct frame *frame, const cstm_strategy *strategy)
{
    for (int32_t s = 0; frame->columns != NULL && s < strategy->n_slots; s++)
        memory_free(frame->columns[s].as.any);
    for (int32_t e = 0; frame->behaviour != NULL && e < strategy->schema.n_entities; e++)
        memory_free(frame->behaviour[e]);
    memory_free(frame->columns);
    memory_free(frame->used);
    memory_free(frame->rows);
    memory_free(frame->capacity);
    memory_free(frame->behaviour);
}

/* All columns of an entity grow together, so that one comparison an entity tells whether a run has
 * room. What they held is not kept. */
static cstm_status
frame_grow(struct evaluation *evaluation, struct frame *frame, int32_t entity, cstm_error **error)
{
    const cstm_strategy *strategy = evaluation->strategy;
    int32_t capacity = frame->rows[entity] + frame->rows[entity] / 2;
    if (capacity < FEW_ROWS)
        capacity = FEW_ROWS;
    frame->capacity[entity] = 0;
    frame->grown++;
    struct behaviour_row *rows = memory_new_array((size_t) capacity, sizeof *rows);
    if (rows == NULL)
        return error_no_memory(error);
    memory_free(frame->behaviour[entity]);
    frame->behaviour[entity] = rows;
    for (int32_t s = 0; s < strategy->n_slots; s++) {
        if (strategy->slots[s].entity != entity || !frame->used[s])
            continue;
        struct rule_column *column = &frame->columns[s];
        size_t size = kind_size(column->kind);
        uint8_t *block = memory_new_array((size_t) capacity, size + 1);
        if (block == NULL)
            return error_no_memory(error);
        memory_free(column->as.any);
        column->as.any = block;
        column->states = block + size * (size_t) capacity;
    }
    frame->capacity[entity] = capacity;
    return CSTM_OK;
}

cstm_status
frame_prepare(struct evaluation *evaluation, enum pass pass, const bool *reads, int32_t first,
              int32_t until, cstm_error **error)
{
    struct frame *frame = &evaluation->frames[pass];
    for (int32_t e = 0; e < evaluation->strategy->schema.n_entities; e++) {
        if (frame->rows[e] <= frame->capacity[e])
            continue;
        cstm_status status = frame_grow(evaluation, frame, e, error);
        if (status != CSTM_OK)
            return status;
    }
    for (int32_t u = first; u < until; u++) {
        const struct unit *unit = &evaluation->units[u];
        if (!reads[unit->entity])
            continue;
        int32_t n;
        const int32_t *days = unit_days(evaluation, pass, unit, &n);
        struct behaviour_row *rows = frame->behaviour[unit->entity] + unit->row[pass];
        for (int32_t k = 0; k < n; k++)
            rows[k] = (struct behaviour_row){unit->history, unit->instance, days[k], 0};
    }
    return CSTM_OK;
}

cstm_status
scratch_for(struct evaluation *evaluation, size_t size, cstm_error **error)
{
    if (size <= evaluation->scratch_size)
        return CSTM_OK;
    void *scratch = memory_new(size);
    if (scratch == NULL)
        return error_no_memory(error);
    memory_free(evaluation->scratch);
    evaluation->scratch = scratch;
    evaluation->scratch_size = size;
    return CSTM_OK;
}

size_t
scratch_rows_size(const struct evaluation *evaluation, int32_t rows)
{
    return rows <= FEW_ROWS ? evaluation->strategy->scratch_size_one
                            : evaluation->strategy->scratch_size;
}

static void *
column_at(const struct rule_column *column, int32_t row)
{
    return (uint8_t *) column->as.any + kind_size(column->kind) * (size_t) row;
}

static struct rule_column
column_from(const struct rule_column *column, int32_t row)
{
    struct rule_column part = *column;
    part.as.any = column_at(column, row);
    part.states = column->states + row;
    return part;
}

void
rule_run_chunk(struct evaluation *evaluation, const struct frame *frame,
               const struct rule_program *program, int32_t from, int32_t n,
               struct rule_column *result)
{
    const struct rule_column *inputs = frame->columns;
    if (from > 0) {
        const int32_t *slots;
        int32_t reads = rule_program_reads(program, &slots);
        for (int32_t i = 0; i < reads; i++)
            evaluation->view[slots[i]] = column_from(&frame->columns[slots[i]], from);
        inputs = evaluation->view;
    }
    rule_run(program, inputs, n, evaluation->scratch, result);
}

/* Text that a rule made lies in the scratch, which the next rule writes over. */
static cstm_status
keep_texts(struct evaluation *evaluation, struct rule_column *column, int32_t n, cstm_error **error)
{
    uintptr_t from = (uintptr_t) evaluation->scratch, until = from + evaluation->scratch_size;
    for (int32_t i = 0; i < n; i++) {
        struct rule_text *text = &column->as.texts[i];
        uintptr_t at = (uintptr_t) text->bytes;
        if (column->states[i] != CSTM_OK || at < from || at >= until)
            continue;
        char *copy = arena_text(&evaluation->texts, text->bytes, text->size);
        if (copy == NULL)
            return error_no_memory(error);
        text->bytes = copy;
    }
    return CSTM_OK;
}

static inline const struct rule_program *
step_rule(const cstm_strategy *strategy, const struct step *step)
{
    return step->kind == STEP_SEGMENT ? strategy->segments[step->index].rule
                                      : strategy->features[step->index].rule;
}

static APART cstm_status
rule_step(struct evaluation *evaluation, struct frame *frame, const struct step *step,
          cstm_error **error)
{
    const struct rule_program *program = step_rule(evaluation->strategy, step);
    struct rule_column *out = &frame->columns[step->slot];
    int32_t rows = frame->rows[step->entity];
    cstm_status status = scratch_for(evaluation, scratch_rows_size(evaluation, rows), error);
    for (int32_t from = 0; status == CSTM_OK && from < rows; from += RULE_ROWS) {
        int32_t n = rows - from < RULE_ROWS ? rows - from : RULE_ROWS;
        struct rule_column part = from == 0 ? *out : column_from(out, from);
        rule_run_chunk(evaluation, frame, program, from, n, &part);
        if (out->kind == RULE_STRING)
            status = keep_texts(evaluation, &part, n, error);
    }
    return status;
}

static APART void
today_step(struct evaluation *evaluation, enum pass pass, const struct step *step, int32_t first,
           int32_t until)
{
    struct rule_column *out = &evaluation->frames[pass].columns[step->slot];
    for (int32_t u = first; u < until; u++) {
        const struct unit *unit = &evaluation->units[u];
        if (unit->entity != step->entity)
            continue;
        int32_t n;
        const int32_t *days = unit_days(evaluation, pass, unit, &n);
        for (int32_t k = 0; k < n; k++) {
            out->as.int64s[unit->row[pass] + k] = days[k];
            out->states[unit->row[pass] + k] = CSTM_OK;
        }
    }
}

static void
copy_rows(const struct rule_column *from, int32_t from_row, struct rule_column *to, int32_t to_row,
          int32_t n)
{
    if (n == 1 && to->kind != RULE_STRING && to->kind != RULE_BOOL)
        to->as.int64s[to_row] = from->as.int64s[from_row];
    else
        memcpy(column_at(to, to_row), column_at(from, from_row), kind_size(to->kind) * (size_t) n);
    if (n == 1)
        to->states[to_row] = from->states[from_row];
    else
        memcpy(to->states + to_row, from->states + from_row, (size_t) n);
}

static APART void
broadcast_step(struct evaluation *evaluation, enum pass pass, const struct step *step,
               int32_t first, int32_t until)
{
    struct frame *frame = &evaluation->frames[pass];
    const struct rule_column *from = &frame->columns[step->index];
    struct rule_column *out = &frame->columns[step->slot];
    int32_t ancestor = evaluation->strategy->slots[step->index].entity;
    for (int32_t u = first; u < until; u++) {
        const struct unit *unit = &evaluation->units[u], *above = unit;
        if (unit->entity != step->entity)
            continue;
        while (above->entity != ancestor)
            above = &evaluation->units[above->parent];
        int32_t n;
        (void) unit_days(evaluation, pass, unit, &n);
        copy_rows(from, above->row[pass], out, unit->row[pass], n);
    }
}

static cstm_status
score_reserve(const struct score *score, struct score_work *work, int32_t rows, cstm_error **error)
{
    if (rows <= work->capacity)
        return CSTM_OK;
    int32_t capacity = rows + rows / 2;
    size_t reasons = (size_t) score->scorer->max_reasons;
    int32_t *numbers = memory_new_array((size_t) capacity, reasons * sizeof *numbers);
    double *lost = memory_new_array((size_t) capacity, reasons * sizeof *lost);
    if (numbers == NULL || lost == NULL) {
        memory_free(numbers);
        memory_free(lost);
        return error_no_memory(error);
    }
    memory_free(work->reasons);
    memory_free(work->lost);
    work->reasons = numbers;
    work->lost = lost;
    work->capacity = capacity;
    return CSTM_OK;
}

static void
bind_inputs(const struct score *score, struct score_work *work, const struct frame *frame,
            int32_t from)
{
    if (from == 0 && work->bound == frame->grown)
        return;
    for (int32_t i = 0; i < score->n_inputs; i++)
        work->inputs[i] = column_from(&frame->columns[score->input_slots[i]], from);
    work->bound = from == 0 ? frame->grown : 0;
}

static APART cstm_status
score_step(struct evaluation *evaluation, struct frame *frame, const struct step *step,
           cstm_error **error)
{
    const struct score *score = &evaluation->strategy->scores[step->index];
    struct score_work *work = &evaluation->scores[step->index];
    struct rule_column *out = &frame->columns[step->slot];
    int32_t rows = frame->rows[step->entity];
    size_t reasons = (size_t) score->scorer->max_reasons;
    cstm_status status = score_reserve(score, work, rows, error);
    if (status == CSTM_OK)
        status = scratch_for(
            evaluation, scorer_scratch_size(score->scorer, rows < RULE_ROWS ? rows : RULE_ROWS),
            error);
    for (int32_t from = 0; status == CSTM_OK && from < rows; from += RULE_ROWS) {
        int32_t n = rows - from < RULE_ROWS ? rows - from : RULE_ROWS;
        bind_inputs(score, work, frame, from);
        struct scorer_output part = {out->as.doubles + from, out->states + from,
                                     work->reasons + reasons * (size_t) from,
                                     work->lost + reasons * (size_t) from};
        scorer_run(score->scorer, work->inputs, n, evaluation->scratch, &part);
    }
    work->output = (struct scorer_output){out->as.doubles, out->states, work->reasons, work->lost};
    return status;
}

cstm_status
step_run(struct evaluation *evaluation, enum pass pass, const struct step *step, int32_t first,
         int32_t until, cstm_error **error)
{
    const cstm_strategy *strategy = evaluation->strategy;
    struct frame *frame = &evaluation->frames[pass];
    int32_t rows = frame->rows[step->entity];
    if (rows == 0)
        return CSTM_OK;
    /* One customer with hundreds of segments: what is around a rule must not cost what it does. */
    if (step->kind == STEP_SEGMENT && rows == 1 &&
        evaluation->scratch_size >= strategy->scratch_size_one) {
        rule_run(step_rule(strategy, step), frame->columns, 1, evaluation->scratch,
                 &frame->columns[step->slot]);
        return CSTM_OK;
    }
    switch (step->kind) {
    case STEP_TODAY:
        today_step(evaluation, pass, step, first, until);
        return CSTM_OK;
    case STEP_ATTRIBUTE:
        attribute_read(strategy->plan, step->index, frame->behaviour[step->entity], rows,
                       &frame->columns[step->slot]);
        return CSTM_OK;
    case STEP_AGGREGATE:
        feature_read(strategy->plan, &strategy->features[step->index],
                     frame->behaviour[step->entity], rows, &frame->columns[step->slot]);
        return CSTM_OK;
    case STEP_CHILDREN:
        return children_run(evaluation, pass, step, first, until, error);
    case STEP_RULE:
    case STEP_SEGMENT:
        return rule_step(evaluation, frame, step, error);
    case STEP_BROADCAST:
        broadcast_step(evaluation, pass, step, first, until);
        return CSTM_OK;
    case STEP_SCORE:
        return score_step(evaluation, frame, step, error);
    case STEP_MACHINE:
        break;
    }
    return CSTM_OK;
}
