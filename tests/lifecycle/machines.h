/* Machines for tests: written as tables of transitions, or drawn at random from a seed. No
 * expression is compiled here; a test gives the conditions of each day itself. */
#ifndef TESTS_LIFECYCLE_MACHINES_H
#define TESTS_LIFECYCLE_MACHINES_H

#include "lifecycle/machine.h"

#include <string.h>

enum { STAGES_OF_RANDOM = 6, CONDITIONS_OF_RANDOM = 5, TRANSITIONS_OF_RANDOM = 8 };

static inline struct transition
move(uint64_t from, int32_t to, int32_t condition, int32_t for_days, int32_t stay_days)
{
    return (struct transition){.from = {from},
                               .to = to,
                               .condition = condition,
                               .for_days = for_days,
                               .stay_days = stay_days};
}

static inline uint64_t
in(int32_t stage)
{
    return UINT64_C(1) << stage;
}

/* Borrows everything. */
static inline struct machine
machine_of(char **stages, int32_t n_stages, struct transition *transitions, int32_t n_transitions,
           int32_t n_conditions)
{
    static struct initial_rule first = {.condition = -1, .stage = 0};
    return (struct machine){.name = (char *) "customer",
                            .n_stages = n_stages,
                            .stages = stages,
                            .n_initial = 1,
                            .initial = &first,
                            .n_transitions = n_transitions,
                            .transitions = transitions,
                            .n_conditions = n_conditions};
}

/* splitmix64: the same draws on every machine. */
static inline uint64_t
draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int32_t
draw_below(uint64_t *seed, int32_t n)
{
    return (int32_t) (draw(seed) % (uint64_t) n);
}

struct random_machine {
    struct machine machine;
    char names[STAGES_OF_RANDOM][2];
    char *stages[STAGES_OF_RANDOM];
    struct initial_rule initial[2];
    struct transition transitions[TRANSITIONS_OF_RANDOM];
};

static inline void
draw_machine(struct random_machine *random, uint64_t *seed)
{
    memset(random, 0, sizeof *random);
    struct machine *machine = &random->machine;
    machine->name = (char *) "random";
    machine->n_stages = 2 + draw_below(seed, STAGES_OF_RANDOM - 1);
    machine->n_conditions = 1 + draw_below(seed, CONDITIONS_OF_RANDOM);
    machine->n_transitions = draw_below(seed, TRANSITIONS_OF_RANDOM + 1);
    for (int32_t i = 0; i < machine->n_stages; i++) {
        random->names[i][0] = (char) ('a' + i);
        random->stages[i] = random->names[i];
    }
    machine->stages = random->stages;
    machine->initial = random->initial;
    machine->transitions = random->transitions;
    machine->n_initial = 2;
    random->initial[0] = (struct initial_rule){draw_below(seed, machine->n_conditions),
                                               draw_below(seed, machine->n_stages)};
    random->initial[1] = (struct initial_rule){-1, draw_below(seed, machine->n_stages)};
    for (int32_t i = 0; i < machine->n_transitions; i++)
        random->transitions[i] = move(draw(seed) & ((UINT64_C(1) << machine->n_stages) - 1),
                                      draw_below(seed, machine->n_stages + 1) - 1,
                                      draw_below(seed, machine->n_conditions),
                                      1 + draw_below(seed, 4), draw_below(seed, 5));
}

/* Each condition is true, false or undecided, true more often than not. */
static inline void
draw_conditions(uint8_t *conditions, int32_t n, uint64_t *seed)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t die = draw_below(seed, 8);
        conditions[i] = die < 5 ? CONDITION_TRUE : die < 7 ? CONDITION_FALSE : CONDITION_UNDECIDED;
    }
}

#endif
