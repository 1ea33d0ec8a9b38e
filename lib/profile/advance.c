/* Sealing: the days that no event may come for any more are summed up, and the machines stand where
 * those days put them.
 *
 * Machines step first, while single events are still there to be read; what the rule of the last
 * transition read is kept beside the state, so that it can be explained later. Everything new is
 * built beside the old and put in its place when nothing can fail any more, the sealing of the
 * history being the last that can. */
#include "profile/profile.h"

#include "base/memory.h"

#include <string.h>

/* A transition or beginning of the new days: whose values are to be kept. */
struct moved {
    int32_t day;
    int32_t instance;
    int32_t machine;
};

struct advance {
    struct cstm_profile *profile;
    struct evaluation *evaluation;
    int32_t day; /* the new sealed day */
    struct standing next;
    struct moved *moved; /* ascending by day */
    size_t n_moved, moved_capacity;
    struct rule_column *columns; /* per slot */
};

static void
add_moved(struct advance *advance, struct moved moved)
{
    size_t place = advance->n_moved++;
    while (place > 0 && advance->moved[place - 1].day > moved.day) {
        advance->moved[place] = advance->moved[place - 1];
        place--;
    }
    advance->moved[place] = moved;
}

/* The state after the run with the log so far and what was added to it. */
static cstm_status
take_state(struct advance *advance, int32_t instance, int32_t machine, cstm_error **error)
{
    struct cstm_profile *profile = advance->profile;
    const cstm_strategy *strategy = profile->strategy;
    int32_t row = evaluation_row(advance->evaluation, 0, instance);
    const struct machine_state *state = evaluation_machine(advance->evaluation, machine, row);
    if (state == NULL || state->day == NO_DAY)
        return CSTM_OK;
    struct machine_state *states = standing_make(&advance->next, strategy, instance,
                                                 profile->history.instances[instance].entity);
    if (states == NULL)
        return error_no_memory(error);
    struct machine_state *to = &states[machine];
    cstm_status status = machine_state_copy(to, state, &strategy->machines[machine], error);
    if (status != CSTM_OK)
        return status;

    const struct machine_state *before = standing_state(&profile->standing, instance, machine);
    const struct machine_log *added;
    int32_t n_added = evaluation_log(advance->evaluation, machine, row, &added);
    int32_t n_before = before == NULL ? 0 : before->n_log;
    memory_free(to->log);
    to->n_log = to->log_capacity = 0;
    to->log = memory_new_array((size_t) n_before + (size_t) n_added, sizeof *to->log);
    if (to->log == NULL || !memory_reserve(&advance->moved, &advance->moved_capacity,
                                           advance->n_moved + 1, sizeof *advance->moved))
        return error_no_memory(error);
    if (n_before > 0)
        memcpy(to->log, before->log, (size_t) n_before * sizeof *to->log);
    if (n_added > 0)
        memcpy(to->log + n_before, added, (size_t) n_added * sizeof *to->log);
    to->n_log = to->log_capacity = n_before + n_added;
    if (n_added > 0 && !to->undetermined)
        add_moved(advance, (struct moved){added[n_added - 1].day, instance, machine});
    return CSTM_OK;
}

static cstm_status
run_to(struct advance *advance, int32_t day, bool final, cstm_error **error)
{
    evaluation_reset(advance->evaluation);
    cstm_status status = evaluation_add(advance->evaluation, &advance->profile->history,
                                        &advance->profile->standing.checkpoints, error);
    if (status == CSTM_OK)
        status = evaluation_run(advance->evaluation, day,
                                final ? EVALUATE_ALL : CSTM_RUN_LIFECYCLES, final, error);
    return status;
}

static cstm_status
step_machines(struct advance *advance, cstm_error **error)
{
    const struct history *history = &advance->profile->history;
    const cstm_strategy *strategy = advance->profile->strategy;
    cstm_status status = run_to(advance, advance->day, false, error);
    if (status != CSTM_OK)
        return status;
    if (!standing_reserve(&advance->next, strategy, history->n_instances))
        return error_no_memory(error);
    for (int32_t i = 0; i < history->n_instances; i++)
        for (int32_t m = 0; m < strategy->n_machines; m++)
            if (strategy->machines[m].entity == history->instances[i].entity) {
                status = take_state(advance, i, m, error);
                if (status != CSTM_OK)
                    return status;
            }
    return CSTM_OK;
}

/* Reads every day of a last transition once, and keeps what the rules read. */
static cstm_status
keep_witnesses(struct advance *advance, cstm_error **error)
{
    const cstm_strategy *strategy = advance->profile->strategy;
    int32_t at = NO_DAY;
    for (size_t i = 0; i < advance->n_moved; i++) {
        const struct moved *moved = &advance->moved[i];
        if (moved->day != at) {
            cstm_status status = run_to(advance, moved->day, true, error);
            if (status != CSTM_OK)
                return status;
            at = moved->day;
        }
        for (int32_t s = 0; s < strategy->n_slots; s++) {
            const struct rule_column *column = evaluation_slot(advance->evaluation, s);
            advance->columns[s] =
                column == NULL ? (struct rule_column){.kind = RULE_ERROR} : *column;
        }
        const struct machine *machine = &strategy->machines[moved->machine];
        const struct machine_state *state =
            standing_state(&advance->next, moved->instance, moved->machine);
        struct witness *witness =
            witness_new(strategy, machine, state->transition, advance->columns,
                        evaluation_row(advance->evaluation, 0, moved->instance));
        if (witness == NULL)
            return error_no_memory(error);
        *standing_witness(&advance->next, strategy, moved->instance, moved->machine) = witness;
    }
    return CSTM_OK;
}

/* Witnesses of transitions that are older than the new days move over from the old standing, which
 * is given up. */
static void
take_place(struct advance *advance)
{
    struct cstm_profile *profile = advance->profile;
    const cstm_strategy *strategy = profile->strategy;
    for (int32_t i = 0; i < profile->standing.checkpoints.n_instances; i++)
        for (int32_t m = 0; m < strategy->n_machines; m++) {
            struct witness **old = standing_witness(&profile->standing, strategy, i, m);
            struct witness **new = standing_witness(&advance->next, strategy, i, m);
            const struct machine_state *state = standing_state(&advance->next, i, m);
            if (*new == NULL && state != NULL && !state->undetermined) {
                *new = *old;
                *old = NULL;
            }
        }
    standing_clear(&profile->standing, strategy);
    profile->standing = advance->next;
    advance->next = (struct standing){.witnesses = NULL};
}

static cstm_status
advance_machines(struct advance *advance, cstm_error **error)
{
    const cstm_strategy *strategy = advance->profile->strategy;
    cstm_status status = evaluation_new(strategy, &advance->evaluation, error);
    if (status != CSTM_OK)
        return status;
    advance->columns = memory_new_array((size_t) strategy->n_slots + 1, sizeof *advance->columns);
    if (advance->columns == NULL)
        return error_no_memory(error);
    status = step_machines(advance, error);
    return status == CSTM_OK ? keep_witnesses(advance, error) : status;
}

static cstm_status
advance_to(cstm_profile *profile, int32_t day, cstm_error **error)
{
    struct advance advance = {.profile = profile, .day = day};
    /* Of halves that were sealed apart no machine is known, and none will be. */
    bool steps = profile->strategy->n_machines > 0 && profile->history.sealed_parts < 2;
    cstm_status status = steps ? advance_machines(&advance, error) : CSTM_OK;
    if (status == CSTM_OK)
        status = history_seal(&profile->history, day, day + 1, error);
    if (status == CSTM_OK) {
        if (steps)
            take_place(&advance);
        for (int32_t i = 0; i < profile->history.n_instances; i++)
            if (profile->history.instances[i].left) { /* it is known no more, or begins anew */
                standing_forget_one(&profile->standing, profile->strategy, i);
                provisional_forget(profile);
            }
        /* Machines of another version would miss the days that are sealed now. */
        carried_clear(&profile->machines);
        /* What is provisional of a later day follows from the sealed days as it did. */
        profile->changed = true;
    }
    standing_clear(&advance.next, profile->strategy);
    if (advance.evaluation != NULL)
        evaluation_free(advance.evaluation);
    memory_free(advance.moved);
    memory_free(advance.columns);
    return status;
}

cstm_status
cstm_profile_advance(cstm_profile *profile, int64_t as_of, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    const struct schema *schema = &profile->strategy->schema;
    if (!instant_is_legal_in(schema->zone, as_of))
        return error_set(error, CSTM_ERROR_RANGE, "as_of is outside the years 1 to 9999");
    int32_t today = zone_day(schema->zone, as_of, NULL), day = today - schema->late_days - 1;
    cstm_status status = CSTM_OK;
    if (day >= CIVIL_DAY_MIN && day > profile->history.sealed_day)
        status = advance_to(profile, day, error);
    if (status == CSTM_OK)
        provisional_keep(profile, today);
    return status;
}
