/* Machines over history rows: the conditions of all rows in vectors, then each unit's days folded
 * one after the other. Between two of a unit's days conditions stay as they were on the earlier
 * one, so machine_fold_scratch() takes the gap in one go.
 *
 * A machine may move inside a gap, when a `for` or `stay` matures. Where other steps read its
 * stage, that day matters to them: it is put on the list of days, and the piece is computed again
 * with it. What moved so far moves the same way again, so this comes to an end after at most one
 * round for each machine that reads another. */
#include "profile/evaluation.h"

#include "base/memory.h"

#include <string.h>

static cstm_status
machine_reserve(const struct evaluation *evaluation, const struct machine *machine,
                struct machine_work *work, cstm_error **error)
{
    int32_t rows = evaluation->frames[PASS_FINAL].rows[machine->entity];
    if (rows <= work->capacity)
        return CSTM_OK;
    size_t capacity = (size_t) (rows + rows / 2), conditions = (size_t) machine->n_conditions;
    struct machine_state *states = memory_new_array(capacity, 2 * sizeof *states);
    int32_t *held = memory_new_array(capacity, 2 * conditions * sizeof *held);
    int32_t *logs = memory_new_array(capacity, 2 * sizeof *logs);
    if (states == NULL || held == NULL || logs == NULL) {
        memory_free(states);
        memory_free(held);
        memory_free(logs);
        return error_no_memory(error);
    }
    memory_free(work->states);
    memory_free(work->held);
    memory_free(work->log_first);
    work->states = states;
    work->saved = states + capacity;
    work->held = held;
    work->saved_held = held + capacity * conditions;
    work->log_first = logs;
    work->log_count = logs + capacity;
    work->capacity = (int32_t) capacity;
    return CSTM_OK;
}

static void
machine_start(struct evaluation *evaluation, int32_t index)
{
    const struct machine *machine = &evaluation->strategy->machines[index];
    struct machine_work *work = &evaluation->machines[index];
    for (size_t u = 0; u < evaluation->n_units; u++) {
        const struct unit *unit = &evaluation->units[u];
        if (unit->entity != machine->entity)
            continue;
        const struct machine_state *state = checkpoint_of(evaluation, unit, index);
        int32_t row = unit->row[PASS_FINAL];
        int32_t *held = work->held + (size_t) row * (size_t) machine->n_conditions;
        work->log_count[row] = 0;
        if (state != NULL)
            machine_state_scratch(&work->states[row], state, machine, held);
        else
            machine_state_scratch_empty(&work->states[row], machine, held);
        if (unit->history->sealed_parts >= 2)
            work->states[row].undetermined = true;
    }
    work->n_log = 0;
}

cstm_status
machines_start(struct evaluation *evaluation, cstm_error **error)
{
    const struct recipe *recipe = evaluation->recipe;
    for (int32_t i = 0; i < recipe->n_machines; i++) {
        int32_t index = recipe->machines[i];
        cstm_status status = machine_reserve(evaluation, &evaluation->strategy->machines[index],
                                             &evaluation->machines[index], error);
        if (status != CSTM_OK)
            return status;
        machine_start(evaluation, index);
    }
    return CSTM_OK;
}

static void
states_copy(struct evaluation *evaluation, int32_t first, int32_t until, bool back)
{
    const struct recipe *recipe = evaluation->recipe;
    for (int32_t i = 0; i < recipe->n_machines; i++) {
        int32_t index = recipe->machines[i];
        const struct machine *machine = &evaluation->strategy->machines[index];
        struct machine_work *work = &evaluation->machines[index];
        for (int32_t u = first; u < until; u++) {
            if (evaluation->units[u].entity != machine->entity)
                continue;
            size_t row = (size_t) evaluation->units[u].row[PASS_FINAL],
                   n = (size_t) machine->n_conditions;
            if (back)
                machine_state_scratch(&work->states[row], &work->saved[row], machine,
                                      work->held + row * n);
            else
                machine_state_scratch(&work->saved[row], &work->states[row], machine,
                                      work->saved_held + row * n);
        }
    }
}

void
machines_save(struct evaluation *evaluation, int32_t first, int32_t until)
{
    states_copy(evaluation, first, until, false);
    for (int32_t i = 0; i < evaluation->recipe->n_machines; i++) {
        struct machine_work *work = &evaluation->machines[evaluation->recipe->machines[i]];
        work->n_log_saved = work->n_log;
    }
}

void
machines_restore(struct evaluation *evaluation, int32_t first, int32_t until)
{
    states_copy(evaluation, first, until, true);
    for (int32_t i = 0; i < evaluation->recipe->n_machines; i++) {
        struct machine_work *work = &evaluation->machines[evaluation->recipe->machines[i]];
        for (size_t k = work->n_log_saved; k < work->n_log; k++)
            work->log_count[work->log_rows[k]]--;
        work->n_log = work->n_log_saved;
    }
}

/* What is told of each transition: whose it is, and whether the day has a row. */
struct listener {
    struct evaluation *evaluation;
    struct machine_work *work;
    const struct unit *unit;
    bool in_gap;
};

static void
log_add(const struct listener *listener, const struct machine_log *entry)
{
    struct machine_work *work = listener->work;
    size_t need = work->n_log + 1;
    if ((need > work->log_capacity &&
         !memory_reserve(&work->log, &work->log_capacity, need, sizeof *work->log)) ||
        (need > work->log_rows_capacity &&
         !memory_reserve(&work->log_rows, &work->log_rows_capacity, need,
                         sizeof *work->log_rows))) {
        listener->evaluation->failed = true;
        return;
    }
    int32_t row = listener->unit->row[PASS_FINAL];
    if (work->log_count[row]++ == 0)
        work->log_first[row] = (int32_t) work->n_log;
    work->log[work->n_log] = *entry;
    work->log_rows[work->n_log++] = row;
}

static void
on_fired(void *argument, const struct machine_log *entry)
{
    const struct listener *listener = argument;
    struct evaluation *evaluation = listener->evaluation;
    log_add(listener, entry);
    if (!listener->in_gap)
        return;
    if (!memory_reserve(&evaluation->extra, &evaluation->extra_capacity, evaluation->n_extra + 1,
                        sizeof *evaluation->extra)) {
        evaluation->failed = true;
        return;
    }
    evaluation->extra[evaluation->n_extra++] =
        (struct extra_day){listener->unit->customer, entry->day};
}

static void
put_stage(const struct evaluation *evaluation, const struct frame *frame, int32_t index,
          const struct machine_state *state, int32_t row, int32_t day)
{
    const struct machine *machine = &evaluation->strategy->machines[index];
    uint8_t status = state->undetermined                          ? CSTM_ERROR_SEALED_APART
                     : state->day == NO_DAY || day < state->since ? CSTM_ERROR_MISSING
                                                                  : CSTM_OK;
    if (machine->stage_slot >= 0 && frame->used[machine->stage_slot]) {
        const struct rule_column *column = &frame->columns[machine->stage_slot];
        column->as.texts[row] = status == CSTM_OK ? evaluation->machines[index].stages[state->stage]
                                                  : (struct rule_text){"", 0};
        column->states[row] = status;
    }
    if (machine->days_slot >= 0 && frame->used[machine->days_slot]) {
        const struct rule_column *column = &frame->columns[machine->days_slot];
        column->as.int64s[row] = status == CSTM_OK ? (int64_t) day - state->since : 0;
        column->states[row] = status;
    }
}

/* Rows at which the machine stands still: before it begins, up to its checkpoint, or undetermined.
 * Returns the first row after them. */
static int32_t
skip_rows(const struct evaluation *evaluation, int32_t index, const struct machine_state *state,
          int32_t row, const int32_t *days, int32_t n, int32_t until)
{
    int32_t k = 0;
    bool rowwise = evaluation->recipe->rowwise[index];
    for (; k < n && days[k] <= until; k++)
        if (rowwise)
            put_stage(evaluation, &evaluation->frames[evaluation->pass], index, state, row + k,
                      days[k]);
    return k;
}

static void
fold_rowwise(struct listener *listener, int32_t index, struct machine_state *state,
             const uint8_t *conditions, const int32_t *days, int32_t k, int32_t n, int32_t last)
{
    const struct evaluation *evaluation = listener->evaluation;
    const struct machine *machine = &evaluation->strategy->machines[index];
    int32_t row = listener->unit->row[evaluation->pass];
    for (; k < n; k++) {
        const uint8_t *now = conditions + (size_t) k * (size_t) machine->n_conditions;
        machine_fold_scratch(state, machine, days[k], now, on_fired, listener);
        put_stage(evaluation, &evaluation->frames[evaluation->pass], index, state, row + k,
                  days[k]);
        listener->in_gap = true;
        machine_fold_scratch(state, machine, k + 1 < n ? days[k + 1] - 1 : last, now, on_fired,
                             listener);
        listener->in_gap = false;
    }
}

static void
fold_plain(struct listener *listener, int32_t index, struct machine_state *state,
           const uint8_t *conditions, const int32_t *days, int32_t k, int32_t n, int32_t last)
{
    const struct machine *machine = &listener->evaluation->strategy->machines[index];
    size_t width = (size_t) machine->n_conditions;
    for (; k < n; k++) {
        const uint8_t *now = conditions + (size_t) k * width;
        while (k + 1 < n && memcmp(now, conditions + (size_t) (k + 1) * width, width) == 0)
            k++;
        machine_fold_scratch(state, machine, k + 1 < n ? days[k + 1] - 1 : last, now, on_fired,
                             listener);
    }
}

static void
fold_unit(struct evaluation *evaluation, int32_t index, const struct unit *unit, int32_t last)
{
    const struct machine *machine = &evaluation->strategy->machines[index];
    struct machine_work *work = &evaluation->machines[index];
    struct machine_state *state = &work->states[unit->row[PASS_FINAL]];
    struct listener listener = {evaluation, work, unit, false};
    int32_t n, k, row = unit->row[evaluation->pass];
    const int32_t *days = unit_days(evaluation, evaluation->pass, unit, &n);
    const uint8_t *conditions =
        evaluation->conditions + (size_t) row * (size_t) machine->n_conditions;
    if (state->undetermined) {
        skip_rows(evaluation, index, state, row, days, n, INT32_MAX);
        if (state->day < last)
            state->day = last;
        return;
    }
    if (state->day != NO_DAY) {
        k = skip_rows(evaluation, index, state, row, days, n, state->day);
    } else {
        k = skip_rows(evaluation, index, state, row, days, n,
                      unit->begins == NO_DAY ? INT32_MAX : unit->begins - 1);
        if (k == n)
            return;
        machine_begin_scratch(state, machine, days[k],
                              conditions + (size_t) k * (size_t) machine->n_conditions,
                              unit->censored);
        struct machine_log entry = {
            .day = days[k], .from = STAGE_NONE, .to = state->stage, .transition = -1};
        log_add(&listener, &entry);
    }
    if (evaluation->recipe->rowwise[index])
        fold_rowwise(&listener, index, state, conditions, days, k, n, last);
    else
        fold_plain(&listener, index, state, conditions, days, k, n, last);
}

static cstm_status
run_conditions(struct evaluation *evaluation, const struct machine *machine, cstm_error **error)
{
    const struct frame *frame = &evaluation->frames[evaluation->pass];
    int32_t rows = frame->rows[machine->entity];
    size_t width = (size_t) machine->n_conditions, need = (size_t) rows * width + 1;
    if (need > evaluation->condition_capacity &&
        !memory_reserve(&evaluation->conditions, &evaluation->condition_capacity, need, 1))
        return error_no_memory(error);
    cstm_status status = scratch_for(evaluation, scratch_rows_size(evaluation, rows), error);
    if (status != CSTM_OK)
        return status;
    uint8_t values[RULE_ROWS], states[RULE_ROWS];
    for (int32_t from = 0; from < rows; from += RULE_ROWS) {
        int32_t n = rows - from < RULE_ROWS ? rows - from : RULE_ROWS;
        for (int32_t c = 0; c < machine->n_conditions; c++) {
            struct rule_column answer = {.kind = RULE_BOOL, .as.bools = values, .states = states};
            if (from == 0)
                rule_run(machine->conditions[c], frame->columns, n, evaluation->scratch, &answer);
            else
                rule_run_chunk(evaluation, frame, machine->conditions[c], from, n, &answer);
            uint8_t *out = evaluation->conditions + (size_t) from * width + (size_t) c;
            for (int32_t i = 0; i < n; i++)
                out[(size_t) i * width] = states[i] != CSTM_OK ? CONDITION_UNDECIDED
                                          : values[i] != 0     ? CONDITION_TRUE
                                                               : CONDITION_FALSE;
        }
    }
    return CSTM_OK;
}

cstm_status
machine_run(struct evaluation *evaluation, int32_t index, int32_t first, int32_t until,
            int32_t last, cstm_error **error)
{
    const struct machine *machine = &evaluation->strategy->machines[index];
    if (evaluation->frames[evaluation->pass].rows[machine->entity] == 0)
        return CSTM_OK;
    cstm_status status = run_conditions(evaluation, machine, error);
    if (status != CSTM_OK)
        return status;
    for (int32_t u = first; u < until; u++)
        if (evaluation->units[u].entity == machine->entity)
            fold_unit(evaluation, index, &evaluation->units[u], last);
    return evaluation->failed ? error_no_memory(error) : CSTM_OK;
}

cstm_status
machines_stand(struct evaluation *evaluation, bool *stand, cstm_error **error)
{
    const struct recipe *recipe = evaluation->recipe;
    *stand = false;
    for (int32_t i = 0; i < recipe->n_machines; i++) {
        int32_t index = recipe->machines[i];
        const struct machine *machine = &evaluation->strategy->machines[index];
        struct machine_work *work = &evaluation->machines[index];
        cstm_status status = machine_reserve(evaluation, machine, work, error);
        if (status != CSTM_OK)
            return status;
        for (size_t u = 0; u < evaluation->n_units; u++) {
            const struct unit *unit = &evaluation->units[u];
            if (unit->entity != machine->entity)
                continue;
            const struct machine_state *state = checkpoint_of(evaluation, unit, index);
            if (state == NULL || state->day != evaluation->day - 1 || state->undetermined ||
                unit->history->sealed_parts >= 2)
                return CSTM_OK;
            work->states[unit->row[PASS_FINAL]] = *state; /* `held` stays the checkpoint's */
            work->log_count[unit->row[PASS_FINAL]] = 0;
        }
        work->n_log = 0;
    }
    *stand = true;
    return CSTM_OK;
}

/* One row whose conditions are asked for. */
struct asked {
    struct evaluation *evaluation;
    const struct machine *machine;
    int32_t row;
};

static bool
holds(void *argument, int32_t condition)
{
    const struct asked *asked = argument;
    uint8_t value, state;
    struct rule_column answer = {.kind = RULE_BOOL, .as.bools = &value, .states = &state};
    rule_run_chunk(asked->evaluation, &asked->evaluation->frames[PASS_FINAL],
                   asked->machine->conditions[condition], asked->row, 1, &answer);
    return state == CSTM_OK && value != 0;
}

cstm_status
machine_step(struct evaluation *evaluation, int32_t index, cstm_error **error)
{
    const struct machine *machine = &evaluation->strategy->machines[index];
    struct machine_work *work = &evaluation->machines[index];
    cstm_status status = scratch_for(evaluation, scratch_rows_size(evaluation, 1), error);
    for (size_t u = 0; status == CSTM_OK && u < evaluation->n_units; u++) {
        const struct unit *unit = &evaluation->units[u];
        if (unit->entity != machine->entity)
            continue;
        struct asked asked = {evaluation, machine, unit->row[PASS_FINAL]};
        struct machine_log entry;
        if (machine_step_scratch(&work->states[asked.row], machine, holds, &asked, &entry))
            log_add(&(struct listener){evaluation, work, unit, false}, &entry);
    }
    if (status == CSTM_OK && evaluation->failed)
        status = error_no_memory(error);
    return status;
}

void
machine_final(struct evaluation *evaluation, int32_t index)
{
    const struct machine *machine = &evaluation->strategy->machines[index];
    const struct machine_work *work = &evaluation->machines[index];
    const struct frame *frame = &evaluation->frames[PASS_FINAL];
    int32_t rows = frame->rows[machine->entity];
    bool stage = machine->stage_slot >= 0 && frame->used[machine->stage_slot];
    bool days = machine->days_slot >= 0 && frame->used[machine->days_slot];
    if (!stage && !days) /* nobody reads them */
        return;
    for (int32_t row = 0; row < rows; row++)
        put_stage(evaluation, &evaluation->frames[PASS_FINAL], index, &work->states[row], row,
                  evaluation->day);
}

static cstm_status
sort_log(struct machine_work *work, size_t from, cstm_error **error)
{
    bool sorted = true;
    for (size_t i = from + 1; i < work->n_log && sorted; i++)
        sorted = work->log_rows[i - 1] <= work->log_rows[i];
    if (sorted)
        return CSTM_OK;
    size_t n = work->n_log - from;
    struct machine_log *log = memory_new_array(n, sizeof *log);
    int32_t *rows = memory_new_array(n, sizeof *rows);
    if (log == NULL || rows == NULL) {
        memory_free(log);
        memory_free(rows);
        return error_no_memory(error);
    }
    int32_t least = INT32_MAX, greatest = 0;
    for (size_t i = from; i < work->n_log; i++) {
        least = work->log_rows[i] < least ? work->log_rows[i] : least;
        greatest = work->log_rows[i] > greatest ? work->log_rows[i] : greatest;
    }
    size_t at = from;
    for (int32_t row = least; row <= greatest; row++) {
        work->log_first[row] = (int32_t) at;
        at += (size_t) work->log_count[row];
        work->log_count[row] = 0;
    }
    for (size_t i = from; i < work->n_log; i++) {
        int32_t row = work->log_rows[i];
        size_t to = (size_t) work->log_first[row] + (size_t) work->log_count[row]++ - from;
        log[to] = work->log[i];
        rows[to] = row;
    }
    memcpy(work->log + from, log, n * sizeof *log);
    memcpy(work->log_rows + from, rows, n * sizeof *rows);
    memory_free(log);
    memory_free(rows);
    return CSTM_OK;
}

cstm_status
machines_sort_logs(struct evaluation *evaluation, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < evaluation->recipe->n_machines; i++) {
        struct machine_work *work = &evaluation->machines[evaluation->recipe->machines[i]];
        status = sort_log(work, work->n_log_before, error);
    }
    return status;
}

void
machines_mark_logs(struct evaluation *evaluation)
{
    for (int32_t i = 0; i < evaluation->recipe->n_machines; i++) {
        struct machine_work *work = &evaluation->machines[evaluation->recipe->machines[i]];
        work->n_log_before = work->n_log;
    }
}
