/* The states of a profile's machines, see standing.h: made, grown, looked at. Most instances of
 * most profiles have begun, so states lie in one array per instance. */
#include "profile/standing.h"

#include "base/memory.h"

#include <string.h>

static size_t
cell_of(const cstm_strategy *strategy, int32_t instance, int32_t machine)
{
    return (size_t) instance * (size_t) strategy->n_machines + (size_t) machine;
}

bool
standing_room(struct standing *standing, const cstm_strategy *strategy, int32_t n_instances)
{
    struct checkpoints *checkpoints = &standing->checkpoints;
    if (n_instances <= checkpoints->capacity)
        return true;
    int32_t capacity = checkpoints->capacity + checkpoints->capacity / 2;
    if (capacity < n_instances)
        capacity = n_instances;
    struct machine_state **states = memory_new_array((size_t) capacity, sizeof *states);
    struct witness **witnesses =
        memory_new_array(cell_of(strategy, capacity, 0), sizeof *witnesses);
    if (states == NULL || witnesses == NULL) {
        memory_free(states);
        memory_free(witnesses);
        return false;
    }
    if (checkpoints->n_instances > 0) {
        size_t n = (size_t) checkpoints->n_instances;
        memcpy(states, checkpoints->states, n * sizeof *states);
        memcpy(witnesses, standing->witnesses,
               n * (size_t) strategy->n_machines * sizeof *witnesses);
    }
    memory_free(checkpoints->states);
    memory_free(standing->witnesses);
    checkpoints->states = states;
    standing->witnesses = witnesses;
    checkpoints->capacity = capacity;
    return true;
}

bool
standing_reserve(struct standing *standing, const cstm_strategy *strategy, int32_t n_instances)
{
    if (!standing_room(standing, strategy, n_instances))
        return false;
    if (n_instances > standing->checkpoints.n_instances)
        standing->checkpoints.n_instances = n_instances;
    return true;
}

static void
states_free(struct machine_state *states, const cstm_strategy *strategy)
{
    if (states == NULL)
        return;
    for (int32_t m = 0; m < strategy->n_machines; m++)
        machine_state_clear(&states[m]);
    memory_free(states);
}

void
standing_forget_one(struct standing *standing, const cstm_strategy *strategy, int32_t instance)
{
    if (instance >= standing->checkpoints.n_instances)
        return;
    states_free(standing->checkpoints.states[instance], strategy);
    standing->checkpoints.states[instance] = NULL;
    for (int32_t m = 0; m < strategy->n_machines; m++) {
        struct witness **cell = standing_witness(standing, strategy, instance, m);
        memory_free(*cell);
        *cell = NULL;
    }
}

void
standing_forget(struct standing *standing, const cstm_strategy *strategy)
{
    for (int32_t i = 0; i < standing->checkpoints.n_instances; i++)
        standing_forget_one(standing, strategy, i);
}

void
standing_clear(struct standing *standing, const cstm_strategy *strategy)
{
    standing_forget(standing, strategy);
    memory_free(standing->checkpoints.states);
    memory_free(standing->witnesses);
    *standing = (struct standing){.witnesses = NULL};
}

struct machine_state *
standing_make(struct standing *standing, const cstm_strategy *strategy, int32_t instance,
              int32_t entity)
{
    struct machine_state *states = standing->checkpoints.states[instance];
    if (states != NULL)
        return states;
    states = memory_new_array((size_t) strategy->n_machines + 1, sizeof *states);
    if (states == NULL)
        return NULL;
    for (int32_t m = 0; m < strategy->n_machines; m++) {
        states[m].day = NO_DAY;
        if (strategy->machines[m].entity == entity &&
            machine_state_init(&states[m], &strategy->machines[m], NULL) != CSTM_OK) {
            states_free(states, strategy);
            return NULL;
        }
    }
    standing->checkpoints.states[instance] = states;
    return states;
}

const struct machine_state *
standing_state(const struct standing *standing, int32_t instance, int32_t machine)
{
    if (instance >= standing->checkpoints.n_instances ||
        standing->checkpoints.states[instance] == NULL)
        return NULL;
    const struct machine_state *state = &standing->checkpoints.states[instance][machine];
    return state->day == NO_DAY ? NULL : state;
}

struct witness **
standing_witness(const struct standing *standing, const cstm_strategy *strategy, int32_t instance,
                 int32_t machine)
{
    return &standing->witnesses[cell_of(strategy, instance, machine)];
}

static bool
copy_instance(struct standing *to, const struct standing *from, const cstm_strategy *strategy,
              int32_t instance, int32_t entity)
{
    struct machine_state *states = standing_make(to, strategy, instance, entity);
    if (states == NULL)
        return false;
    for (int32_t m = 0; m < strategy->n_machines; m++) {
        const struct machine_state *state = standing_state(from, instance, m);
        const struct witness *witness = *standing_witness(from, strategy, instance, m);
        if (state != NULL &&
            machine_state_copy(&states[m], state, &strategy->machines[m], NULL) != CSTM_OK)
            return false;
        if (witness == NULL)
            continue;
        struct witness *copy = witness_copy(witness->bytes, witness->size);
        if (copy == NULL)
            return false;
        *standing_witness(to, strategy, instance, m) = copy;
    }
    return true;
}

bool
standing_copy(struct standing *to, const struct standing *from, const cstm_strategy *strategy,
              const struct history *history)
{
    *to = (struct standing){.witnesses = NULL};
    bool copied = standing_reserve(to, strategy, from->checkpoints.n_instances);
    for (int32_t i = 0; copied && i < from->checkpoints.n_instances; i++)
        if (from->checkpoints.states[i] != NULL)
            copied = copy_instance(to, from, strategy, i, history->instances[i].entity);
    if (!copied)
        standing_clear(to, strategy);
    return copied;
}
