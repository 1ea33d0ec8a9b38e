/* What can be said of a lifecycle before any customer is seen: stages that nothing leads to, and
 * transitions that can never fire. A stage that nobody can reach is nearly always a slip of the pen
 * in a `from` or `to`, so it is an error.
 *
 * Three questions, in this order. In which stages does a transition have an effect (not where it
 * leads to itself, not where an earlier one with the same condition, not asking for longer, fires
 * first)? Which stages can follow which, from the initial ones (a fixed point, because `to:
 * previous` leads where the machine came from)? What is left over? Conditions are opaque here: that
 * a rule is never true is the rule room's to say. */
#include "lifecycle/machine.h"

#include "base/memory.h"

#include <string.h>

#define STAGE_WORDS (STAGES_LIMIT / 64)

struct stage_set {
    uint64_t word[STAGE_WORDS];
};

static bool
set_has(const struct stage_set *set, int32_t stage)
{
    return (set->word[stage >> 6] >> (stage & 63) & 1) != 0;
}

/* Whether the stage was not there before. */
static bool
set_add(struct stage_set *set, int32_t stage)
{
    uint64_t bit = UINT64_C(1) << (stage & 63);
    bool new = (set->word[stage >> 6] & bit) == 0;
    set->word[stage >> 6] |= bit;
    return new;
}

static bool
set_is_empty(const struct stage_set *set)
{
    return (set->word[0] | set->word[1] | set->word[2] | set->word[3]) == 0;
}

static bool
from_has(const struct transition *transition, int32_t stage)
{
    return (transition->from[stage >> 6] >> (stage & 63) & 1) != 0;
}

static void
set_unite(struct stage_set *set, const struct stage_set *more)
{
    for (int32_t i = 0; i < STAGE_WORDS; i++)
        set->word[i] |= more->word[i];
}

static void
set_subtract(struct stage_set *set, const struct stage_set *less)
{
    for (int32_t i = 0; i < STAGE_WORDS; i++)
        set->word[i] &= ~less->word[i];
}

static struct stage_set
initial_stages(const struct machine *machine)
{
    struct stage_set set = {{0}};
    for (int32_t i = 0; i < machine->n_initial; i++)
        set_add(&set, machine->initial[i].stage);
    if (machine->n_initial == 0)
        set_add(&set, 0);
    return set;
}

/* The stages that a transition comes from, without its own: to stay is no transition. */
static struct stage_set
stages_left(const struct transition *transition)
{
    struct stage_set set;
    memcpy(set.word, transition->from, sizeof set.word);
    if (transition->to >= 0)
        set.word[transition->to >> 6] &= ~(UINT64_C(1) << (transition->to & 63));
    return set;
}

/* Those in which no earlier transition always fires before or with this one: of the same condition,
 * and not asking for longer. One to the previous stage does not where the machine may have begun:
 * there is no previous one then. */
static struct stage_set
effective_from(const struct machine *machine, int32_t index, const struct stage_set *initial)
{
    const struct transition *late = &machine->transitions[index];
    struct stage_set set = stages_left(late);
    for (int32_t i = 0; i < index; i++) {
        const struct transition *early = &machine->transitions[i];
        if (early->condition != late->condition || early->for_days > late->for_days ||
            early->stay_days > late->stay_days)
            continue;
        struct stage_set shadow = stages_left(early);
        if (early->to == STAGE_PREVIOUS)
            set_subtract(&shadow, initial);
        set_subtract(&set, &shadow);
    }
    return set;
}

/* All transitions to one stage taken together; and what is known to be reachable so far. */
struct reach {
    struct stage_set into[STAGES_LIMIT]; /* by stage: from where transitions lead to it by name */
    struct stage_set back;               /* from where one leads to the previous stage */
    struct stage_set stages;
    struct stage_set entered_from[STAGES_LIMIT]; /* by stage: those from which it is entered */
};

static bool
reach_move(struct reach *reach, int32_t from, int32_t to)
{
    bool grown = set_add(&reach->stages, to);
    return set_add(&reach->entered_from[to], from) || grown;
}

static bool
reach_extend(struct reach *reach, int32_t n_stages)
{
    bool grown = false;
    for (int32_t from = 0; from < n_stages; from++) {
        if (!set_has(&reach->stages, from))
            continue;
        bool back = set_has(&reach->back, from);
        for (int32_t to = 0; to < n_stages; to++)
            if (set_has(&reach->into[to], from) ||
                (back && set_has(&reach->entered_from[from], to)))
                grown |= reach_move(reach, from, to);
    }
    return grown;
}

static void
reach_find(struct reach *reach, const struct machine *machine, const struct stage_set *effective)
{
    memset(reach, 0, sizeof *reach);
    for (int32_t i = 0; i < machine->n_transitions; i++) {
        int32_t to = machine->transitions[i].to;
        set_unite(to == STAGE_PREVIOUS ? &reach->back : &reach->into[to], &effective[i]);
    }
    reach->stages = initial_stages(machine);
    while (reach_extend(reach, machine->n_stages))
        continue;
}

static void
complain(struct error_list *errors, const char *file, const struct transition *at, const char *name,
         const char *text, const char *stage)
{
    cstm_error *error = NULL;
    error_set(&error, CSTM_ERROR_UNREACHABLE, "lifecycle '%s': %s%s%s%s", name, text,
              stage != NULL ? " '" : "", stage != NULL ? stage : "", stage != NULL ? "'" : "");
    if (at != NULL)
        error_at(&error, file, at->line, at->column);
    error_list_add(errors, error);
}

/* The stage has no place of its own: it stands in the transitions. */
static const struct transition *
first_mention(const struct machine *machine, int32_t stage)
{
    for (int32_t i = 0; i < machine->n_transitions; i++) {
        const struct transition *transition = &machine->transitions[i];
        if (from_has(transition, stage) || transition->to == stage)
            return transition;
    }
    return NULL;
}

static void
check_transition(const struct machine *machine, const struct transition *transition,
                 const struct stage_set *effective, const struct reach *reach, const char *file,
                 struct error_list *errors)
{
    struct stage_set leaving = stages_left(transition);
    bool reached = false, leads = false, returns = false;
    for (int32_t stage = 0; stage < machine->n_stages; stage++) {
        if (!from_has(transition, stage) || !set_has(&reach->stages, stage))
            continue;
        bool has_target =
            transition->to != STAGE_PREVIOUS || !set_is_empty(&reach->entered_from[stage]);
        if (set_has(effective, stage) && has_target)
            return;
        reached = true;
        leads |= set_has(&leaving, stage);
        returns |= has_target;
    }
    if (!reached)
        return; /* its stages have their own messages */
    const char *text =
        !leads     ? "this transition can never fire: it leads to the stage that it comes from"
        : !returns ? "this transition can never fire: there is no previous stage to go back to"
                   : "this transition can never fire: an earlier one with the same condition fires "
                     "before it";
    complain(errors, file, transition, machine->name, text, NULL);
}

void
machine_check(const struct machine *machine, const char *file, struct error_list *errors)
{
    cstm_error *error = NULL;
    if (machine->n_stages > STAGES_LIMIT || machine->n_transitions > TRANSITIONS_LIMIT) {
        error_set(&error, CSTM_ERROR_LIMIT, "lifecycle '%s': more than %d stages or %d transitions",
                  machine->name, STAGES_LIMIT, TRANSITIONS_LIMIT);
        error_list_add(errors, error);
        return;
    }
    struct stage_set initial = initial_stages(machine);
    struct stage_set *effective =
        memory_new_array((size_t) machine->n_transitions, sizeof *effective);
    if (effective == NULL) {
        error_no_memory(&error);
        error_list_add(errors, error);
        return;
    }
    for (int32_t i = 0; i < machine->n_transitions; i++)
        effective[i] = effective_from(machine, i, &initial);
    struct reach reach;
    reach_find(&reach, machine, effective);
    for (int32_t stage = 0; stage < machine->n_stages; stage++)
        if (!set_has(&reach.stages, stage))
            complain(errors, file, first_mention(machine, stage), machine->name,
                     "nothing leads to stage", machine->stages[stage]);
    for (int32_t i = 0; i < machine->n_transitions; i++)
        check_transition(machine, &machine->transitions[i], &effective[i], &reach, file, errors);
    memory_free(effective);
}
