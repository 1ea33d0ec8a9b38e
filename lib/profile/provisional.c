/* Where the machines stand at the end of the day that a profile was advanced to, kept so that an evaluation on a later day
 * steps that day alone and not every day since the last sealed one. It is a memory of what follows from the facts, not a fact: not
 * written, not merged, and forgotten with the first change that a day up to it may see. Evaluating only reads it. */
#include "profile/profile.h"

#include "base/memory.h"

void
provisional_forget(struct cstm_profile *profile)
{
    if (profile->provisional_day == NO_DAY)
        return;
    standing_clear(&profile->provisional, profile->strategy);
    profile->provisional_day = NO_DAY;
}

void
profile_changed(struct cstm_profile *profile, int64_t time)
{
    profile->changed = true;
    if (profile->provisional_day != NO_DAY &&
        (time == PROFILE_ANY_TIME ||
         zone_day(profile->strategy->schema.zone, time, &profile->cursor) <= profile->provisional_day))
        provisional_forget(profile);
}

static bool
take_states(struct cstm_profile *profile, const struct evaluation *evaluation)
{
    const cstm_strategy *strategy = profile->strategy;
    const struct history *history = &profile->history;
    if (!standing_reserve(&profile->provisional, strategy, history->n_instances))
        return false;
    for (int32_t i = 0; i < history->n_instances; i++) {
        int32_t row = evaluation_row(evaluation, 0, i);
        for (int32_t m = 0; m < strategy->n_machines; m++) {
            if (strategy->machines[m].entity != history->instances[i].entity)
                continue;
            const struct machine_state *state = evaluation_machine(evaluation, m, row);
            if (state == NULL || state->day == NO_DAY)
                continue;
            struct machine_state *states =
                standing_make(&profile->provisional, strategy, i, history->instances[i].entity);
            if (states == NULL || machine_state_copy(&states[m], state, &strategy->machines[m], NULL) != CSTM_OK)
                return false;
        }
    }
    return true;
}

void
provisional_keep(struct cstm_profile *profile, int32_t day)
{
    const cstm_strategy *strategy = profile->strategy;
    struct evaluation *evaluation;
    history_summarise(&profile->history, day);
    if (strategy->n_machines == 0 || profile->history.sealed_parts >= 2 || profile->provisional_day >= day ||
        day <= profile->history.sealed_day)
        return;
    provisional_forget(profile);
    if (evaluation_new(strategy, &evaluation, NULL) != CSTM_OK)
        return;
    bool kept = evaluation_add(evaluation, &profile->history, &profile->standing.checkpoints, NULL) == CSTM_OK &&
                evaluation_run(evaluation, day, CSTM_RUN_LIFECYCLES, false, NULL) == CSTM_OK &&
                take_states(profile, evaluation);
    if (kept)
        profile->provisional_day = day;
    else
        standing_clear(&profile->provisional, strategy);
    evaluation_free(evaluation);
}

const struct checkpoints *
profile_checkpoints(const struct cstm_profile *profile, int32_t day)
{
    return profile->provisional_day != NO_DAY && day > profile->provisional_day ? &profile->provisional.checkpoints
                                                                                 : &profile->standing.checkpoints;
}
