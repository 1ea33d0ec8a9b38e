/* The block, the run and its results. What a step does to rows stands in the other evaluate files;
 * here is the order: days of each customer, history rows piece by piece with the machines folding
 * them, then final rows. */
#include "profile/evaluation.h"

#include "base/memory.h"

#include <string.h>

static cstm_status
machine_work_init(struct machine_work *work, const struct machine *machine, cstm_error **error)
{
    work->stages = memory_new_array((size_t) machine->n_stages, sizeof *work->stages);
    if (work->stages == NULL)
        return error_no_memory(error);
    for (int32_t s = 0; s < machine->n_stages; s++)
        work->stages[s] = (struct rule_text){machine->stages[s], strlen(machine->stages[s])};
    return CSTM_OK;
}

static cstm_status
evaluation_init(struct evaluation *evaluation, const cstm_strategy *strategy, cstm_error **error)
{
    size_t slots = (size_t) strategy->n_slots;
    evaluation->strategy = strategy;
    evaluation->slot_step = memory_new_array(slots, sizeof *evaluation->slot_step);
    evaluation->machines =
        memory_new_array((size_t) strategy->n_machines, sizeof *evaluation->machines);
    evaluation->scores = memory_new_array((size_t) strategy->n_scores, sizeof *evaluation->scores);
    evaluation->view = memory_new_array(slots, sizeof *evaluation->view);
    if (evaluation->slot_step == NULL || evaluation->machines == NULL ||
        evaluation->scores == NULL || evaluation->view == NULL)
        return error_no_memory(error);
    for (size_t s = 0; s < slots; s++)
        evaluation->slot_step[s] = -1;
    for (int32_t s = 0; s < strategy->n_steps; s++) {
        const struct step *step = &strategy->steps[s];
        if (step->slot >= 0)
            evaluation->slot_step[step->slot] = s;
        if (step->kind != STEP_MACHINE)
            continue;
        const struct machine *machine = &strategy->machines[step->index];
        if (machine->stage_slot >= 0)
            evaluation->slot_step[machine->stage_slot] = s;
        if (machine->days_slot >= 0)
            evaluation->slot_step[machine->days_slot] = s;
    }
    cstm_status status = CSTM_OK;
    for (int32_t p = 0; status == CSTM_OK && p < N_PASSES; p++)
        status = frame_init(&evaluation->frames[p], strategy, error);
    for (int32_t m = 0; status == CSTM_OK && m < strategy->n_machines; m++)
        status = machine_work_init(&evaluation->machines[m], &strategy->machines[m], error);
    for (int32_t s = 0; status == CSTM_OK && s < strategy->n_scores; s++) {
        evaluation->scores[s].inputs =
            memory_new_array((size_t) strategy->scores[s].n_inputs, sizeof(struct rule_column));
        if (evaluation->scores[s].inputs == NULL)
            status = error_no_memory(error);
    }
    return status;
}

cstm_status
evaluation_new(const cstm_strategy *strategy, struct evaluation **evaluation, cstm_error **error)
{
    struct evaluation *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    cstm_status status = evaluation_init(made, strategy, error);
    if (status != CSTM_OK) {
        evaluation_free(made);
        return status;
    }
    *evaluation = made;
    return CSTM_OK;
}

void
evaluation_free(struct evaluation *evaluation)
{
    if (evaluation == NULL)
        return;
    const cstm_strategy *strategy = evaluation->strategy;
    for (int32_t i = 0; i < N_RECIPES; i++)
        recipe_free(evaluation->recipes[i]);
    for (int32_t p = 0; p < N_PASSES; p++)
        frame_clear(&evaluation->frames[p], strategy);
    for (int32_t m = 0; evaluation->machines != NULL && m < strategy->n_machines; m++) {
        struct machine_work *work = &evaluation->machines[m];
        memory_free(work->stages);
        memory_free(work->states);
        memory_free(work->held);
        memory_free(work->log);
        memory_free(work->log_rows);
        memory_free(work->log_first);
    }
    for (int32_t s = 0; evaluation->scores != NULL && s < strategy->n_scores; s++) {
        memory_free(evaluation->scores[s].inputs);
        memory_free(evaluation->scores[s].reasons);
        memory_free(evaluation->scores[s].lost);
    }
    memory_free(evaluation->slot_step);
    memory_free(evaluation->machines);
    memory_free(evaluation->scores);
    memory_free(evaluation->view);
    memory_free(evaluation->customers);
    memory_free(evaluation->units);
    memory_free(evaluation->days);
    memory_free(evaluation->day_bits);
    memory_free(evaluation->extra);
    memory_free(evaluation->conditions);
    memory_free(evaluation->scratch);
    memory_free(evaluation->child_next);
    memory_free(evaluation->child_head);
    memory_free(evaluation->child_left);
    memory_free(evaluation->child_room);
    memory_free(evaluation->child_matches);
    memory_free(evaluation->child_states);
    arena_clear(&evaluation->texts);
    memory_free(evaluation);
}

void
evaluation_reset(struct evaluation *evaluation)
{
    evaluation->n_customers = 0;
    evaluation->n_units = 0;
    evaluation->recipe = NULL;
    for (int32_t e = 0; e < evaluation->strategy->schema.n_entities; e++)
        evaluation->frames[PASS_FINAL].rows[e] = 0;
}

cstm_status
evaluation_add(struct evaluation *evaluation, const struct history *history,
               const struct checkpoints *checkpoints, cstm_error **error)
{
    size_t customers = evaluation->n_customers + 1,
           units = evaluation->n_units + (size_t) history->n_instances;
    if ((customers > evaluation->customer_capacity &&
         !memory_reserve(&evaluation->customers, &evaluation->customer_capacity, customers,
                         sizeof *evaluation->customers)) ||
        (units > evaluation->unit_capacity &&
         !memory_reserve(&evaluation->units, &evaluation->unit_capacity, units,
                         sizeof *evaluation->units)))
        return error_no_memory(error);
    int32_t first = (int32_t) evaluation->n_units;
    int32_t *rows = evaluation->frames[PASS_FINAL].rows;
    evaluation->recipe = NULL;
    evaluation->customers[customers - 1] =
        (struct customer){.history = history, .checkpoints = checkpoints, .first_unit = first};
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *instance = &history->instances[i];
        struct unit *unit = &evaluation->units[first + i];
        unit->history = history;
        unit->instance = i;
        unit->entity = instance->entity;
        unit->customer = (int32_t) evaluation->n_customers;
        unit->parent = instance->parent < 0 ? -1 : first + instance->parent;
        unit->row[PASS_FINAL] = rows[instance->entity]++;
        unit->row[PASS_HISTORY] = 0;
        unit->begins = NO_DAY;
        unit->censored = false;
    }
    evaluation->n_customers = customers;
    evaluation->n_units = units;
    return CSTM_OK;
}

static int32_t
units_until(const struct evaluation *evaluation, int32_t customer)
{
    return customer + 1 < (int32_t) evaluation->n_customers
               ? evaluation->customers[customer + 1].first_unit
               : (int32_t) evaluation->n_units;
}

/* A piece under way: whole customers, or a slice of the days of one. `last` is the day up to which
 * machines are folded. */
struct piece {
    int32_t first, until; /* customers */
    int32_t first_unit, until_unit;
    int32_t last;
};

static void
place_rows(struct evaluation *evaluation, const struct piece *piece)
{
    int32_t *rows = evaluation->frames[PASS_HISTORY].rows;
    for (int32_t e = 0; e < evaluation->strategy->schema.n_entities; e++)
        rows[e] = 0;
    for (int32_t u = piece->first_unit; u < piece->until_unit; u++) {
        struct unit *unit = &evaluation->units[u];
        unit->row[PASS_HISTORY] = rows[unit->entity];
        rows[unit->entity] += evaluation->customers[unit->customer].n_days;
    }
}

/* Takes the extra days into the lists of their customers. */
static cstm_status
insert_days(struct evaluation *evaluation, const struct piece *piece, cstm_error **error)
{
    for (size_t i = 0; i < evaluation->n_extra; i++) {
        struct extra_day extra = evaluation->extra[i];
        struct customer *customer = &evaluation->customers[extra.customer];
        if (evaluation->n_days + 1 > evaluation->day_capacity &&
            !memory_reserve(&evaluation->days, &evaluation->day_capacity, evaluation->n_days + 1,
                            sizeof *evaluation->days))
            return error_no_memory(error);
        int32_t at = customer->first_day, end = customer->first_day + customer->n_days;
        while (at < end && evaluation->days[at] < extra.day)
            at++;
        if (at < end && evaluation->days[at] == extra.day)
            continue;
        memmove(evaluation->days + at + 1, evaluation->days + at,
                (evaluation->n_days - (size_t) at) * sizeof *evaluation->days);
        evaluation->days[at] = extra.day;
        evaluation->n_days++;
        customer->n_days++;
        for (int32_t c = extra.customer + 1; c < piece->until; c++)
            evaluation->customers[c].first_day++;
    }
    evaluation->n_extra = 0;
    return CSTM_OK;
}

/* One round over the history steps of a piece; ends early when a machine moved on a day that others
 * must see. */
static cstm_status
history_round(struct evaluation *evaluation, const struct piece *piece, cstm_error **error)
{
    const struct recipe *recipe = evaluation->recipe;
    place_rows(evaluation, piece);
    cstm_status status = frame_prepare(evaluation, PASS_HISTORY, recipe->reads[PASS_HISTORY],
                                       piece->first_unit, piece->until_unit, error);
    for (int32_t i = 0; status == CSTM_OK && evaluation->n_extra == 0 && i < recipe->n_history;
         i++) {
        const struct step *step = &evaluation->strategy->steps[recipe->history[i]];
        if (step->kind == STEP_MACHINE)
            status = machine_run(evaluation, step->index, piece->first_unit, piece->until_unit,
                                 piece->last, error);
        else
            status = step_run(evaluation, PASS_HISTORY, step, piece->first_unit, piece->until_unit,
                              error);
    }
    return status;
}

static cstm_status
run_piece(struct evaluation *evaluation, const struct piece *piece, cstm_error **error)
{
    if (evaluation->recipe->cross)
        machines_save(evaluation, piece->first_unit, piece->until_unit);
    evaluation->n_extra = 0;
    cstm_status status = history_round(evaluation, piece, error);
    while (status == CSTM_OK && evaluation->n_extra > 0) {
        machines_restore(evaluation, piece->first_unit, piece->until_unit);
        status = insert_days(evaluation, piece, error);
        if (status == CSTM_OK)
            status = history_round(evaluation, piece, error);
    }
    return status;
}

/* What the last history row holds is what the final row would say: nothing changes after it, or it
 * is of the same day. */
static void
copy_final(struct evaluation *evaluation, const struct piece *piece)
{
    const struct recipe *recipe = evaluation->recipe;
    const struct frame *from = &evaluation->frames[PASS_HISTORY];
    struct frame *to = &evaluation->frames[PASS_FINAL];
    for (int32_t i = 0; i < recipe->n_copies; i++) {
        int32_t slot = recipe->copies[i], entity = evaluation->strategy->slots[slot].entity;
        const struct rule_column *source = &from->columns[slot];
        struct rule_column *target = &to->columns[slot];
        for (int32_t u = piece->first_unit; u < piece->until_unit; u++) {
            const struct unit *unit = &evaluation->units[u];
            if (unit->entity != entity)
                continue;
            int32_t row =
                        unit->row[PASS_HISTORY] + evaluation->customers[unit->customer].n_days - 1,
                    final = unit->row[PASS_FINAL];
            if (source->kind == RULE_STRING)
                target->as.texts[final] = source->as.texts[row];
            else if (source->kind == RULE_BOOL)
                target->as.bools[final] = source->as.bools[row];
            else
                target->as.int64s[final] = source->as.int64s[row];
            target->states[final] = source->states[row];
        }
    }
}

/* A customer with very many rows, some days at a time. */
static cstm_status
run_slices(struct evaluation *evaluation, struct piece *piece, cstm_error **error)
{
    struct customer *customer = &evaluation->customers[piece->first];
    int32_t units = piece->until_unit - piece->first_unit;
    int32_t width = PIECE_ROWS / units > 1 ? PIECE_ROWS / units : 1;
    int32_t at = customer->first_day;
    cstm_status status = CSTM_OK;
    machines_mark_logs(evaluation);
    while (status == CSTM_OK && at < (int32_t) evaluation->n_days) {
        int32_t left = (int32_t) evaluation->n_days - at;
        customer->first_day = at;
        customer->n_days = left < width ? left : width;
        piece->last = left > width ? evaluation->days[at + width] - 1 : evaluation->day;
        status = run_piece(evaluation, piece, error);
        at = customer->first_day + customer->n_days;
    }
    return status == CSTM_OK ? machines_sort_logs(evaluation, error) : status;
}

/* Takes customers into a piece, from `next` on, while there is room; at least one, and one that is
 * large stays alone. *known: the days of the customer after the piece were found already and stand
 * at the end of the list. Returns the rows. */
static cstm_status
gather_piece(struct evaluation *evaluation, struct piece *piece, bool *known, int64_t *rows,
             cstm_error **error)
{
    int32_t n = (int32_t) evaluation->n_customers;
    size_t kept = *known ? (size_t) evaluation->customers[piece->first].n_days : 0;
    if (*known)
        memmove(evaluation->days, evaluation->days + evaluation->n_days - kept,
                kept * sizeof *evaluation->days);
    evaluation->n_days = kept;
    evaluation->customers[piece->first].first_day = 0;
    piece->until = piece->first;
    *rows = 0;
    while (piece->until < n && *rows <= PIECE_ROWS) {
        cstm_status status = *known ? CSTM_OK : customer_days(evaluation, piece->until, error);
        if (status != CSTM_OK)
            return status;
        const struct customer *customer = &evaluation->customers[piece->until];
        int64_t more = (int64_t) customer->n_days *
                       (units_until(evaluation, piece->until) - customer->first_unit);
        *known = piece->until > piece->first && *rows + more > PIECE_ROWS;
        if (*known)
            break;
        *rows += more;
        piece->until++;
    }
    piece->first_unit = evaluation->customers[piece->first].first_unit;
    piece->until_unit = units_until(evaluation, piece->until - 1);
    return CSTM_OK;
}

/* known: the days of the first customer were found already. */
static cstm_status
run_history(struct evaluation *evaluation, bool known, cstm_error **error)
{
    struct piece piece = {0};
    cstm_status status = CSTM_OK;
    evaluation->pass = PASS_HISTORY;
    while (status == CSTM_OK && piece.first < (int32_t) evaluation->n_customers) {
        int64_t rows;
        piece.last = evaluation->day;
        status = gather_piece(evaluation, &piece, &known, &rows, error);
        if (status == CSTM_OK && rows > 2 * PIECE_ROWS)
            status = run_slices(evaluation, &piece, error);
        else if (status == CSTM_OK)
            status = run_piece(evaluation, &piece, error);
        if (status == CSTM_OK && evaluation->final)
            copy_final(evaluation, &piece);
        piece.first = piece.until;
    }
    return status;
}

static cstm_status
run_final(struct evaluation *evaluation, cstm_error **error)
{
    const struct recipe *recipe = evaluation->recipe;
    int32_t until = (int32_t) evaluation->n_units;
    for (int32_t i = 0; i < recipe->n_final; i++) {
        const struct step *step = &evaluation->strategy->steps[recipe->final[i]];
        cstm_status status = CSTM_OK;
        if (step->kind == STEP_MACHINE)
            machine_final(evaluation, step->index);
        else
            status = step_run(evaluation, PASS_FINAL, step, 0, until, error);
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

/* History, then the last day; or both at once. */
static cstm_status
run_passes(struct evaluation *evaluation, cstm_error **error)
{
    const struct recipe *recipe = evaluation->recipe;
    int32_t until = (int32_t) evaluation->n_units;
    bool known = evaluation->n_customers == 1, stand = false;
    cstm_status status = CSTM_OK;
    if (known && evaluation->final)
        status = machines_stand(evaluation, &stand, error);
    if (status == CSTM_OK && stand)
        return today_run(evaluation, true, error);
    if (status == CSTM_OK)
        status = machines_start(evaluation, error);
    evaluation->n_days = 0;
    if (status == CSTM_OK && known)
        status = customer_days(evaluation, 0, error);
    if (status != CSTM_OK)
        return status;
    if (known && evaluation->final && evaluation->n_days == 1 &&
        evaluation->days[0] == evaluation->day)
        return today_run(evaluation, false, error);
    if (evaluation->final)
        status = frame_prepare(evaluation, PASS_FINAL, recipe->reads[PASS_FINAL], 0, until, error);
    if (status == CSTM_OK)
        status = run_history(evaluation, known, error);
    return status == CSTM_OK && evaluation->final ? run_final(evaluation, error) : status;
}

cstm_status
evaluation_run(struct evaluation *evaluation, int32_t day, int32_t parts, bool final,
               cstm_error **error)
{
    const struct recipe *recipe = recipe_of(evaluation, parts, final, error);
    evaluation->recipe = recipe;
    if (recipe == NULL)
        return CSTM_ERROR_NO_MEMORY;
    evaluation->day = day;
    evaluation->final = final;
    evaluation->failed = false;
    if (evaluation->texts.blocks != NULL)
        arena_reset(&evaluation->texts);
    cstm_status status = CSTM_OK;
    if (recipe->n_machines > 0) {
        status = run_passes(evaluation, error);
    } else if (final) {
        status = frame_prepare(evaluation, PASS_FINAL, recipe->reads[PASS_FINAL], 0,
                               (int32_t) evaluation->n_units, error);
        if (status == CSTM_OK)
            status = run_final(evaluation, error);
    }
    if (status != CSTM_OK)
        evaluation->recipe = NULL;
    return status;
}

int32_t
evaluation_rows(const struct evaluation *evaluation, int32_t entity)
{
    return evaluation->frames[PASS_FINAL].rows[entity];
}

int32_t
evaluation_row(const struct evaluation *evaluation, int32_t customer, int32_t instance)
{
    if (customer < 0 || (size_t) customer >= evaluation->n_customers || instance < 0 ||
        instance >= evaluation->customers[customer].history->n_instances)
        return -1;
    return evaluation->units[evaluation->customers[customer].first_unit + instance].row[PASS_FINAL];
}

const struct rule_column *
evaluation_slot(const struct evaluation *evaluation, int32_t slot)
{
    if (evaluation->recipe == NULL || slot < 0 || slot >= evaluation->strategy->n_slots ||
        !evaluation->recipe->holds[slot])
        return NULL;
    return &evaluation->frames[PASS_FINAL].columns[slot];
}

const struct rule_column *
evaluation_columns(const struct evaluation *evaluation)
{
    return evaluation->frames[PASS_FINAL].columns;
}

const struct scorer_output *
evaluation_score(const struct evaluation *evaluation, int32_t score)
{
    if (score < 0 || score >= evaluation->strategy->n_scores ||
        evaluation_slot(evaluation, evaluation->strategy->scores[score].slot) == NULL)
        return NULL;
    return &evaluation->scores[score].output;
}

const struct machine_state *
evaluation_machine(const struct evaluation *evaluation, int32_t machine, int32_t row)
{
    if (evaluation->recipe == NULL || machine < 0 || machine >= evaluation->strategy->n_machines ||
        !evaluation->recipe->machine[machine] || row < 0 ||
        row >= evaluation->frames[PASS_FINAL].rows[evaluation->strategy->machines[machine].entity])
        return NULL;
    return &evaluation->machines[machine].states[row];
}

int32_t
evaluation_log(const struct evaluation *evaluation, int32_t machine, int32_t row,
               const struct machine_log **log)
{
    *log = NULL;
    if (evaluation_machine(evaluation, machine, row) == NULL)
        return 0;
    const struct machine_work *work = &evaluation->machines[machine];
    if (work->log_count[row] > 0)
        *log = work->log + work->log_first[row];
    return work->log_count[row];
}
