/* The nearest change for a customer: everything is evaluated as of the day, and the rule room finds
 * what its rule would need otherwise. */
#include "profile/explain.h"

#include "base/memory.h"
#include "rule/nearest.h"

/* The rule, and of which entity it is; NULL with *entity -1 where part and index name nothing. */
static const struct rule_program *
rule_of(const cstm_strategy *strategy, cstm_part part, int32_t index, int32_t *entity)
{
    *entity = -1;
    if (part == CSTM_PART_FEATURE && index >= 0 && index < strategy->n_features) {
        *entity = strategy->features[index].entity;
        return strategy->features[index].rule;
    }
    if (part == CSTM_PART_SEGMENT && index >= 0 && index < strategy->n_segments) {
        *entity = strategy->segments[index].entity;
        return strategy->segments[index].rule;
    }
    return NULL;
}

static cstm_status
nearest_in(struct explaining *explaining, const struct rule_program *program,
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
        return error_misuse(error, "part and index name no feature or segment of the strategy");
    if (entity < 0 || entity >= profile->history.n_instances ||
        profile->history.instances[entity].entity != kind)
        return error_misuse(error, "entity is not in the profile, or of another kind");
    if (program == NULL)
        return error_set(error, CSTM_ERROR_TYPE, "the feature has no rule");
    struct explaining explaining = {
        .profile = profile, .strategy = profile->strategy, .instance = entity};
    cstm_status status = profile_day(profile, as_of, &explaining.day, error);
    if (status != CSTM_OK)
        return status;
    status = nearest_in(&explaining, program, nearest, error);
    if (explaining.evaluation != NULL)
        evaluation_free(explaining.evaluation);
    memory_free(explaining.columns);
    return status;
}
