/* Which steps a run needs. A run for features alone must not pay for lifecycles, unless a feature
 * reads a stage; what a machine reads is needed on history rows, what else is wanted on final rows
 * only. The steps stand in an order in which everything is computed before it is read, so one walk
 * backwards finds all of it. */
#include "profile/evaluation.h"

#include "base/memory.h"

struct marks {
    const struct evaluation *evaluation;
    bool *steps; /* that are needed */
    bool *slots; /* that are read */
};

static void
mark_slot(const struct marks *marks, int32_t slot)
{
    if (slot < 0 || slot >= marks->evaluation->strategy->n_slots)
        return;
    marks->slots[slot] = true;
    if (marks->evaluation->slot_step[slot] >= 0)
        marks->steps[marks->evaluation->slot_step[slot]] = true;
}

static void
mark_program(const struct marks *marks, const struct rule_program *program)
{
    const int32_t *slots;
    if (program == NULL)
        return;
    int32_t n = rule_program_reads(program, &slots);
    for (int32_t i = 0; i < n; i++)
        mark_slot(marks, slots[i]);
}

static void
mark_reads(const struct marks *marks, const struct step *step)
{
    const cstm_strategy *strategy = marks->evaluation->strategy;
    const struct feature *feature;
    switch (step->kind) {
    case STEP_TODAY:
    case STEP_ATTRIBUTE:
    case STEP_AGGREGATE:
        break;
    case STEP_CHILDREN:
        feature = &strategy->features[step->index];
        mark_slot(marks, feature->child_slot);
        mark_program(marks, feature->where_rule);
        break;
    case STEP_RULE:
        mark_program(marks, strategy->features[step->index].rule);
        break;
    case STEP_SEGMENT:
        mark_program(marks, strategy->segments[step->index].rule);
        break;
    case STEP_BROADCAST:
        mark_slot(marks, step->index);
        break;
    case STEP_MACHINE:
        for (int32_t i = 0; i < strategy->machines[step->index].n_conditions; i++)
            mark_program(marks, strategy->machines[step->index].conditions[i]);
        break;
    case STEP_SCORE:
        for (int32_t i = 0; i < strategy->scores[step->index].n_inputs; i++)
            mark_slot(marks, strategy->scores[step->index].input_slots[i]);
        break;
    }
}

static bool
reads_any(const struct rule_program *program, const bool *slots)
{
    const int32_t *reads;
    int32_t n = program == NULL ? 0 : rule_program_reads(program, &reads);
    for (int32_t i = 0; i < n; i++)
        if (slots[reads[i]])
            return true;
    return false;
}

/* Whether a step's rows differ from day to day though nothing happens. The step's own mark says so
 * of what reads a stage, too; but on which days a stage changes is found while machines run, so
 * here only the days in a stage count. daily: the slots that do. */
static bool
is_daily(const cstm_strategy *strategy, const struct step *step, const bool *daily)
{
    const struct feature *feature;
    switch (step->kind) {
    case STEP_TODAY:
        return true;
    case STEP_AGGREGATE:
        return feature_is_daily(&strategy->features[step->index]);
    case STEP_CHILDREN:
        feature = &strategy->features[step->index];
        return (feature->child_slot >= 0 && daily[feature->child_slot]) ||
               reads_any(feature->where_rule, daily);
    case STEP_RULE:
        return reads_any(strategy->features[step->index].rule, daily);
    case STEP_SEGMENT:
        return reads_any(strategy->segments[step->index].rule, daily);
    case STEP_BROADCAST:
        return daily[step->index];
    case STEP_MACHINE:
        for (int32_t i = 0; i < strategy->machines[step->index].n_conditions; i++)
            if (reads_any(strategy->machines[step->index].conditions[i], daily))
                return true;
        return false;
    case STEP_ATTRIBUTE:
    case STEP_SCORE:
        break;
    }
    return false;
}

/* In the order of the strategy, so that what is read comes first. */
static void
find_daily(const cstm_strategy *strategy, struct recipe *recipe, bool *daily)
{
    for (int32_t i = 0; i < recipe->n_history; i++) {
        const struct step *step = &strategy->steps[recipe->history[i]];
        bool is = is_daily(strategy, step, daily);
        recipe->every_day = recipe->every_day || is;
        if (step->kind != STEP_MACHINE)
            daily[step->slot] = is;
        else if (strategy->machines[step->index].days_slot >= 0)
            daily[strategy->machines[step->index].days_slot] = true;
    }
}

static bool
is_feature(const struct step *step)
{
    return step->kind == STEP_AGGREGATE || step->kind == STEP_CHILDREN || step->kind == STEP_RULE;
}

static bool
is_wanted(const struct step *step, int32_t parts, bool final)
{
    if (step->kind == STEP_MACHINE)
        return (parts & CSTM_RUN_LIFECYCLES) != 0;
    if (!final)
        return false;
    if ((parts & EVALUATE_OPERANDS) != 0)
        return step->kind != STEP_SCORE || (parts & CSTM_RUN_SCORES) != 0;
    return (is_feature(step) && (parts & CSTM_RUN_FEATURES) != 0) ||
           (step->kind == STEP_SEGMENT && (parts & CSTM_RUN_SEGMENTS) != 0) ||
           (step->kind == STEP_SCORE && (parts & CSTM_RUN_SCORES) != 0);
}

void
recipe_free(struct recipe *recipe)
{
    if (recipe == NULL)
        return;
    memory_free(recipe->history);
    memory_free(recipe->final);
    memory_free(recipe->today);
    memory_free(recipe->reads_today);
    memory_free(recipe->copies);
    memory_free(recipe->changes);
    memory_free(recipe->machines);
    memory_free(recipe->machine);
    memory_free(recipe->rowwise);
    memory_free(recipe->reads[PASS_HISTORY]);
    memory_free(recipe->reads[PASS_FINAL]);
    memory_free(recipe->holds);
    memory_free(recipe->has_machine);
    memory_free(recipe);
}

static struct recipe *
recipe_new(const cstm_strategy *strategy)
{
    struct recipe *recipe = memory_new(sizeof *recipe);
    if (recipe == NULL)
        return NULL;
    size_t steps = (size_t) strategy->n_steps, machines = (size_t) strategy->n_machines;
    size_t entities = (size_t) strategy->schema.n_entities;
    recipe->history = memory_new_array(steps, sizeof(int32_t));
    recipe->final = memory_new_array(steps, sizeof(int32_t));
    recipe->today = memory_new_array(steps, sizeof(int32_t));
    recipe->reads_today = memory_new_array(entities, sizeof(bool));
    recipe->copies = memory_new_array(steps, sizeof(int32_t));
    recipe->changes = memory_new_array(steps, sizeof(int32_t));
    recipe->machines = memory_new_array(machines, sizeof(int32_t));
    recipe->machine = memory_new_array(machines, sizeof(bool));
    recipe->rowwise = memory_new_array(machines, sizeof(bool));
    recipe->reads[PASS_HISTORY] = memory_new_array(entities, sizeof(bool));
    recipe->reads[PASS_FINAL] = memory_new_array(entities, sizeof(bool));
    recipe->holds = memory_new_array((size_t) strategy->n_slots, sizeof(bool));
    recipe->has_machine = memory_new_array(entities, sizeof(bool));
    if (recipe->history == NULL || recipe->final == NULL || recipe->today == NULL ||
        recipe->reads_today == NULL || recipe->copies == NULL || recipe->changes == NULL ||
        recipe->machines == NULL || recipe->machine == NULL || recipe->rowwise == NULL ||
        recipe->reads[PASS_HISTORY] == NULL || recipe->reads[PASS_FINAL] == NULL ||
        recipe->holds == NULL || recipe->has_machine == NULL) {
        recipe_free(recipe);
        return NULL;
    }
    return recipe;
}

static void
recipe_add_machine(struct recipe *recipe, const cstm_strategy *strategy, int32_t index,
                   const bool *history_slots)
{
    const struct machine *machine = &strategy->machines[index];
    bool stage_read = machine->stage_slot >= 0 && history_slots[machine->stage_slot];
    bool days_read = machine->days_slot >= 0 && history_slots[machine->days_slot];
    recipe->machines[recipe->n_machines++] = index;
    recipe->machine[index] = true;
    recipe->has_machine[machine->entity] = true;
    recipe->rowwise[index] = stage_read || days_read;
    recipe->cross = recipe->cross || recipe->rowwise[index];
}

static void
recipe_add_history(struct recipe *recipe, const cstm_strategy *strategy, int32_t index,
                   const bool *history_slots)
{
    const struct step *step = &strategy->steps[index];
    recipe->history[recipe->n_history++] = index;
    if (step->kind == STEP_MACHINE) {
        recipe_add_machine(recipe, strategy, step->index, history_slots);
        return;
    }
    if (step->kind == STEP_CHILDREN)
        recipe->children = true;
    if (step->kind == STEP_AGGREGATE || step->kind == STEP_ATTRIBUTE) {
        recipe->changes[recipe->n_changes++] = index;
        recipe->reads[PASS_HISTORY][step->entity] = true;
    }
}

static void
recipe_add_final(struct recipe *recipe, const cstm_strategy *strategy, int32_t index,
                 bool in_history)
{
    const struct step *step = &strategy->steps[index];
    if (step->kind == STEP_MACHINE) {
        const struct machine *machine = &strategy->machines[step->index];
        if (machine->stage_slot >= 0)
            recipe->holds[machine->stage_slot] = true;
        if (machine->days_slot >= 0)
            recipe->holds[machine->days_slot] = true;
        recipe->final[recipe->n_final++] = index;
        return;
    }
    recipe->holds[step->slot] = true;
    if (in_history) {
        recipe->copies[recipe->n_copies++] = step->slot;
        return;
    }
    recipe->final[recipe->n_final++] = index;
    if (step->kind == STEP_AGGREGATE || step->kind == STEP_ATTRIBUTE)
        recipe->reads[PASS_FINAL][step->entity] = true;
}

/* Slots that this recipe is the first to use must get memory: capacities begin again at 0. */
static void
frames_admit(struct evaluation *evaluation, const struct recipe *recipe, const bool *history_slots,
             const bool *in_history)
{
    const cstm_strategy *strategy = evaluation->strategy;
    for (int32_t s = 0; s < strategy->n_steps; s++)
        if (in_history[s] && strategy->steps[s].kind != STEP_MACHINE)
            evaluation->frames[PASS_HISTORY].used[strategy->steps[s].slot] =
                evaluation->frames[PASS_FINAL].used[strategy->steps[s].slot] = true;
    for (int32_t i = 0; i < recipe->n_machines; i++) {
        const struct machine *machine = &strategy->machines[recipe->machines[i]];
        const int32_t slots[2] = {machine->stage_slot, machine->days_slot};
        for (int32_t k = 0; k < 2; k++)
            if (slots[k] >= 0 && history_slots[slots[k]])
                evaluation->frames[PASS_HISTORY].used[slots[k]] =
                    evaluation->frames[PASS_FINAL].used[slots[k]] = true;
    }
    for (int32_t s = 0; s < strategy->n_slots; s++)
        if (recipe->holds[s])
            evaluation->frames[PASS_FINAL].used[s] = true;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        evaluation->frames[PASS_HISTORY].capacity[e] = 0;
        evaluation->frames[PASS_FINAL].capacity[e] = 0;
    }
}

static void
recipe_fill(struct evaluation *evaluation, struct recipe *recipe, int32_t parts, bool final,
            bool *needed, bool *in_history, bool *slots, bool *history_slots, bool *daily)
{
    const cstm_strategy *strategy = evaluation->strategy;
    struct marks last = {evaluation, needed, slots},
                 history = {evaluation, in_history, history_slots};
    for (int32_t s = strategy->n_steps - 1; s >= 0; s--) {
        const struct step *step = &strategy->steps[s];
        needed[s] = needed[s] || is_wanted(step, parts, final);
        if (step->kind == STEP_MACHINE)
            in_history[s] = in_history[s] || needed[s];
        else if (needed[s])
            mark_reads(&last, step);
        if (in_history[s])
            mark_reads(&history, step);
    }
    for (int32_t s = 0; s < strategy->n_steps; s++) {
        if (in_history[s])
            recipe_add_history(recipe, strategy, s, history_slots);
        if (final && needed[s])
            recipe_add_final(recipe, strategy, s, in_history[s]);
        if (in_history[s] || (final && needed[s]))
            recipe->today[recipe->n_today++] = s;
    }
    find_daily(strategy, recipe, daily);
    for (int32_t e = 0; e < strategy->schema.n_entities; e++)
        recipe->reads_today[e] = recipe->reads[PASS_HISTORY][e] || recipe->reads[PASS_FINAL][e];
    frames_admit(evaluation, recipe, history_slots, in_history);
}

const struct recipe *
recipe_of(struct evaluation *evaluation, int32_t parts, bool final, cstm_error **error)
{
    int32_t key = (parts & EVALUATE_ALL) | (final ? EVALUATE_ALL + 1 : 0);
    if (evaluation->recipes[key] != NULL)
        return evaluation->recipes[key];
    const cstm_strategy *strategy = evaluation->strategy;
    size_t steps = (size_t) strategy->n_steps, slots = (size_t) strategy->n_slots;
    struct recipe *recipe = recipe_new(strategy);
    bool *marks = memory_new_array(2 * steps + 3 * slots, sizeof *marks);
    if (recipe == NULL || marks == NULL) {
        recipe_free(recipe);
        memory_free(marks);
        error_no_memory(error);
        return NULL;
    }
    recipe_fill(evaluation, recipe, parts, final, marks, marks + steps, marks + 2 * steps,
                marks + 2 * steps + slots, marks + 2 * steps + 2 * slots);
    memory_free(marks);
    evaluation->recipes[key] = recipe;
    return recipe;
}
