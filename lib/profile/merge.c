/* Merging two halves of one customer's history. The facts are a commutative monoid
 * (behaviour/history.h); machines are not: a half that nothing was sealed in adds nothing to them,
 * and where both halves were sealed, no machine can be known without the history itself, and none
 * is kept.
 *
 * All that can fail comes before the histories are joined; what is behind moves memory that is
 * there. */
#include "profile/profile.h"

#include "base/memory.h"

#include <string.h>

/* What is copied of the other half before anything changes. */
struct half {
    struct standing standing;
    struct carried_list machines;
    struct carried_list sections;
};

static void
half_clear(struct half *half, const cstm_strategy *strategy)
{
    standing_clear(&half->standing, strategy);
    carried_clear(&half->machines);
    carried_clear(&half->sections);
}

static bool
half_copy(struct half *half, const cstm_profile *other)
{
    return standing_copy(&half->standing, &other->standing, other->strategy, &other->history) &&
           carried_copy(&half->machines, &other->machines) &&
           carried_copy(&half->sections, &other->sections);
}

static bool
make_room(cstm_profile *profile, const cstm_profile *other, const struct half *half)
{
    int32_t n = profile->history.n_instances, more = other->history.n_instances;
    return more <= INT32_MAX - n &&
           standing_room(&profile->standing, profile->strategy, n + more) &&
           carried_reserve(&profile->machines, half->machines.n) &&
           carried_reserve(&profile->sections, half->sections.n);
}

/* Takes the states of one instance of the other half; nothing is allocated: either cell is empty,
 * or merging two states that have begun only says that neither is known. */
static void
take_instance(cstm_profile *profile, int32_t instance, struct half *half, int32_t theirs)
{
    const cstm_strategy *strategy = profile->strategy;
    struct machine_state **own = &profile->standing.checkpoints.states[instance];
    struct machine_state **other = &half->standing.checkpoints.states[theirs];
    if (*own == NULL) {
        *own = *other;
        *other = NULL;
    }
    for (int32_t m = 0; m < strategy->n_machines; m++) {
        struct witness **witness = standing_witness(&profile->standing, strategy, instance, m);
        struct witness **their_witness = standing_witness(&half->standing, strategy, theirs, m);
        struct machine_state *state = &(*own)[m];
        bool both = *other != NULL && state->day != NO_DAY && (*other)[m].day != NO_DAY;
        if (both) {
            machine_state_merge(state, &(*other)[m], &strategy->machines[m]);
            memory_free(*witness);
            *witness = NULL;
            continue;
        }
        if (*other != NULL && state->day == NO_DAY) {
            struct machine_state empty = *state;
            *state = (*other)[m];
            (*other)[m] = empty;
        }
        if (*witness == NULL) {
            *witness = *their_witness;
            *their_witness = NULL;
        }
    }
}

/* The histories are one: every instance of the other half is found in it, parents before children.
 */
static void
take_half(cstm_profile *profile, const cstm_profile *other, struct half *half, int32_t *map)
{
    const struct history *theirs = &other->history;
    standing_reserve(&profile->standing, profile->strategy, profile->history.n_instances);
    for (int32_t i = 0; i < theirs->n_instances; i++) {
        const struct instance *instance = &theirs->instances[i];
        map[i] = 0;
        if (i > 0)
            history_instance(&profile->history, instance->entity, map[instance->parent],
                             instance->key.bytes, instance->key.size, &map[i], NULL);
        if (i < half->standing.checkpoints.n_instances &&
            half->standing.checkpoints.states[i] != NULL)
            take_instance(profile, map[i], half, i);
    }
    carried_take(&profile->machines, &half->machines);
    carried_take(&profile->sections, &half->sections);
    if (profile->history.sealed_parts >= 2) {
        standing_forget(&profile->standing, profile->strategy);
        carried_clear(&profile->machines);
    }
    if (other->base_revision > profile->base_revision)
        profile->base_revision = other->base_revision;
    profile_changed(profile, PROFILE_ANY_TIME);
}

cstm_status
cstm_profile_merge(cstm_profile *profile, const cstm_profile *other, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE) || !handle_is(other, HANDLE_PROFILE))
        return error_misuse(error, "profile or other is NULL or not a profile");
    if (profile == other)
        return error_misuse(error, "a profile cannot be merged with itself");
    if (profile->strategy != other->strategy)
        return error_set(error, CSTM_ERROR_MISMATCH,
                         "the two profiles are of different strategies");
    const struct rule_text *key = &profile->history.instances[0].key,
                           *their_key = &other->history.instances[0].key;
    if (key->size != their_key->size || memcmp(key->bytes, their_key->bytes, key->size) != 0)
        return error_set(error, CSTM_ERROR_MISMATCH, "the two profiles are of different customers");

    struct half half = {.standing.witnesses = NULL};
    int32_t *map = memory_new_array((size_t) other->history.n_instances, sizeof *map);
    bool ready = map != NULL && half_copy(&half, other) && make_room(profile, other, &half);
    cstm_status status =
        ready ? history_merge(&profile->history, &other->history, error) : error_no_memory(error);
    if (status == CSTM_OK)
        take_half(profile, other, &half, map);
    half_clear(&half, profile->strategy);
    memory_free(map);
    return status;
}
