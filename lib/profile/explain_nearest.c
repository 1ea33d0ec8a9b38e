/* The nearest change for a customer: everything is evaluated as of the day, and the rule room finds
 * what its rule would need otherwise. */
#include "profile/explain.h"

#include "base/memory.h"
#include "rule/nearest.h"

/* The rule (NULL of a lifecycle, which has several), and of which entity it is; *entity is -1 where
 * part and index name nothing. */
static const struct rule_program *
rule_of(const cstm_strategy *strategy, cstm_part part, int32_t index, int32_t *entity)
{
    *entity = -1;
    if (part == CSTM_PART_FEATURE && index >= 0 && index < strategy->n_declared) {
        *entity = strategy->features[index].entity;
        return strategy->features[index].rule;
    }
    if (part == CSTM_PART_SEGMENT && index >= 0 && index < strategy->n_segments) {
        *entity = strategy->segments[index].entity;
        return strategy->segments[index].rule;
    }
    if (part == CSTM_PART_LIFECYCLE && index >= 0 && index < strategy->n_machines)
        *entity = strategy->machines[index].entity;
    return NULL;
}

/* Whether a comes before b, which may be NULL: what can be done before what cannot, then the fewer
 * changes. */
static bool
is_nearer(const cstm_nearest *a, const cstm_nearest *b)
{
    if (b == NULL || a->possible != b->possible)
        return b == NULL || a->possible;
    return a->n < b->n;
}

/* Of the transitions out of a stage. */
static cstm_status
nearest_out_of(const struct explaining *explaining, const struct machine *machine, int32_t stage,
               cstm_nearest **nearest, cstm_error **error)
{
    cstm_nearest *best = NULL;
    for (int32_t t = 0; t < machine->n_transitions; t++) {
        const struct transition *transition = &machine->transitions[t];
        cstm_nearest *tried = NULL;
        if ((transition->from[stage >> 6] >> (stage & 63) & 1) == 0)
            continue;
        cstm_status status = nearest_of(machine->conditions[transition->condition],
                                        explaining->columns, explaining->row, &tried, error);
        if (status != CSTM_OK) {
            cstm_nearest_free(best);
            return status;
        }
        tried->transition = t;
        if (tried->wanted && is_nearer(tried, best)) {
            cstm_nearest_free(best);
            best = tried;
        } else {
            cstm_nearest_free(tried);
        }
    }
    if (best == NULL)
        return error_set(error, CSTM_ERROR_MISSING,
                         "no transition whose rule is not met leads out of stage '%s' of %s",
                         machine->stages[stage], machine->name);
    *nearest = best;
    return CSTM_OK;
}

static cstm_status
nearest_of_machine(const struct explaining *explaining, int32_t index, cstm_nearest **nearest,
                   cstm_error **error)
{
    const struct machine *machine = &explaining->strategy->machines[index];
    const struct machine_state *state =
        evaluation_machine(explaining->evaluation, index, explaining->row);
    if (state != NULL && state->undetermined)
        return error_set(error, CSTM_ERROR_SEALED_APART, "the stage of %s is not known",
                         machine->name);
    if (state == NULL || state->day == NO_DAY)
        return error_set(error, CSTM_ERROR_MISSING, "%s has no stage on that day", machine->name);
    return nearest_out_of(explaining, machine, state->stage, nearest, error);
}

static cstm_status
nearest_in(struct explaining *explaining, const struct rule_program *program, int32_t index,
           cstm_nearest **nearest, cstm_error **error)
{
    cstm_status status = evaluation_new(explaining->strategy, &explaining->evaluation, error);
    if (status != CSTM_OK)
        return status;
    explaining->columns =
        memory_new_array((size_t) explaining->strategy->n_slots + 1, sizeof *explaining->columns);
    if (explaining->columns == NULL)
        return error_no_memory(error);
    status = explain_evaluate(explaining, explaining->day, error);
    if (status != CSTM_OK)
        return status;
    if (program == NULL)
        return nearest_of_machine(explaining, index, nearest, error);
    return nearest_of(program, explaining->columns, explaining->row, nearest, error);
}

cstm_status
cstm_profile_nearest(const cstm_profile *profile, int64_t as_of, cstm_part part, int32_t index,
                     cstm_entity entity, cstm_nearest **nearest, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (nearest == NULL)
        return error_misuse(error, "nearest is NULL");
    int32_t kind;
    const struct rule_program *program = rule_of(profile->strategy, part, index, &kind);
    if (kind < 0)
        return error_misuse(error, "part and index name no feature, lifecycle or segment of the strategy");
    if (entity < 0 || entity >= profile->history.n_instances ||
        profile->history.instances[entity].entity != kind)
        return error_misuse(error, "entity is not in the profile, or of another kind");
    if (program == NULL && part != CSTM_PART_LIFECYCLE)
        return error_set(error, CSTM_ERROR_TYPE, "the feature has no rule");
    struct explaining explaining = {
        .profile = profile, .strategy = profile->strategy, .instance = entity, .subject = entity};
    cstm_status status = profile_day(profile, as_of, &explaining.day, error);
    if (status != CSTM_OK)
        return status;
    status = nearest_in(&explaining, program, index, nearest, error);
    if (explaining.evaluation != NULL)
        evaluation_free(explaining.evaluation);
    memory_free(explaining.columns);
    return status;
}
