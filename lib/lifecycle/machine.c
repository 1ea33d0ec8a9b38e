/* The fold of a lifecycle (生命周期) over civil days: S(d) = step(S(d - 1), conditions at the end
 * of day d).
 *
 * A naive machine would step every day. Between two days on which a condition can change all
 * conditions are constant, and then the day on which a transition fires can be read off: it is the
 * first day that is at once inside the segment, `for` days into the unbroken run of its condition,
 * and `stay` days into the stage. So a segment costs one look at the transitions for each one that
 * fires, and one look if none does, however long it is. A test compares this with naive stepping on
 * random machines.
 *
 * While a segment is folded the runs in state->held are only read (run_start() says what they will
 * be), and they are written at its end, so that a fold that finds no memory for its log has changed
 * nothing. */
#include "lifecycle/machine.h"

#include "base/memory.h"

#include <string.h>

void
machine_clear(struct machine *machine)
{
    for (int32_t i = 0; i < machine->n_stages && machine->stages != NULL; i++)
        memory_free(machine->stages[i]);
    for (int32_t i = 0; i < machine->n_conditions && machine->conditions != NULL; i++)
        if (machine->conditions[i] != NULL)
            rule_program_unref(machine->conditions[i]);
    memory_free(machine->name);
    memory_free(machine->stages);
    memory_free(machine->initial);
    memory_free(machine->transitions);
    memory_free(machine->conditions);
    memset(machine, 0, sizeof *machine);
}

static void
state_reset(struct machine_state *state, const struct machine *machine)
{
    state->day = NO_DAY;
    state->begun = NO_DAY;
    state->stage = STAGE_NONE;
    state->previous = STAGE_NONE;
    state->since = NO_DAY;
    state->transition = -1;
    state->censored = false;
    state->began_censored = false;
    state->undetermined = false;
    state->n_log = 0;
    for (int32_t i = 0; i < machine->n_conditions; i++)
        state->held[i] = NO_DAY;
}

cstm_status
machine_state_init(struct machine_state *state, const struct machine *machine, cstm_error **error)
{
    int32_t *held = memory_new_array((size_t) machine->n_conditions, sizeof *held);
    if (held == NULL)
        return error_no_memory(error);
    memset(state, 0, sizeof *state);
    state->held = held;
    state_reset(state, machine);
    return CSTM_OK;
}

void
machine_state_clear(struct machine_state *state)
{
    memory_free(state->held);
    memory_free(state->log);
    memset(state, 0, sizeof *state);
}

cstm_status
machine_state_copy(struct machine_state *to, const struct machine_state *from,
                   const struct machine *machine, cstm_error **error)
{
    struct machine_state copy = *from;
    copy.held = memory_new_array((size_t) machine->n_conditions, sizeof *copy.held);
    copy.log = NULL;
    copy.log_capacity = from->n_log;
    if (from->n_log > 0)
        copy.log = memory_copy(from->log, (size_t) from->n_log * sizeof *copy.log);
    if (copy.held == NULL || (from->n_log > 0 && copy.log == NULL)) {
        machine_state_clear(&copy);
        return error_no_memory(error);
    }
    if (machine->n_conditions > 0)
        memcpy(copy.held, from->held, (size_t) machine->n_conditions * sizeof *copy.held);
    machine_state_clear(to);
    *to = copy;
    return CSTM_OK;
}

void
machine_state_scratch(struct machine_state *to, const struct machine_state *from,
                      const struct machine *machine, int32_t *held)
{
    *to = *from;
    to->held = held;
    to->log = NULL;
    to->n_log = 0;
    to->log_capacity = 0;
    if (machine->n_conditions > 0)
        memcpy(held, from->held, (size_t) machine->n_conditions * sizeof *held);
}

void
machine_state_scratch_empty(struct machine_state *to, const struct machine *machine, int32_t *held)
{
    memset(to, 0, sizeof *to);
    to->held = held;
    state_reset(to, machine);
}

static bool
log_reserve(struct machine_state *state, int32_t more)
{
    if (more > INT32_MAX - state->n_log)
        return false;
    size_t capacity = (size_t) state->log_capacity;
    if (!memory_reserve(&state->log, &capacity, (size_t) (state->n_log + more), sizeof *state->log))
        return false;
    state->log_capacity = capacity > INT32_MAX ? INT32_MAX : (int32_t) capacity;
    return true;
}

static int32_t
initial_stage(const struct machine *machine, const uint8_t *conditions)
{
    for (int32_t i = 0; i < machine->n_initial; i++) {
        int32_t condition = machine->initial[i].condition;
        if (condition < 0 || conditions[condition] == CONDITION_TRUE)
            return machine->initial[i].stage;
    }
    return machine->n_initial > 0 ? machine->initial[machine->n_initial - 1].stage : 0;
}

void
machine_begin_scratch(struct machine_state *state, const struct machine *machine, int32_t day,
                      const uint8_t *conditions, bool censored)
{
    state->day = day;
    state->begun = day;
    state->stage = (int16_t) initial_stage(machine, conditions);
    state->previous = STAGE_NONE;
    state->since = day;
    state->transition = -1;
    state->censored = censored;
    state->began_censored = censored;
    for (int32_t i = 0; i < machine->n_conditions; i++)
        state->held[i] = conditions[i] == CONDITION_TRUE ? day : NO_DAY;
}

cstm_status
machine_begin(struct machine_state *state, const struct machine *machine, int32_t day,
              const uint8_t *conditions, bool censored, cstm_error **error)
{
    if (state->day != NO_DAY)
        return error_set(error, CSTM_ERROR_MISUSE, "lifecycle '%s' has begun already",
                         machine->name);
    if (!log_reserve(state, 1))
        return error_no_memory(error);
    machine_begin_scratch(state, machine, day, conditions, censored);
    state->log[state->n_log++] =
        (struct machine_log){.day = day, .from = STAGE_NONE, .to = state->stage, .transition = -1};
    return CSTM_OK;
}

/* Where a fold stands inside a segment: `next` is the first day that has not been stepped. */
struct cursor {
    int64_t next;
    int32_t since;
    int16_t stage;
    int16_t previous;
    int32_t transition;
};

/* The first day of the run of a condition that is true throughout a segment which begins on
 * `first`. */
static inline int64_t
run_start(const struct machine_state *state, int32_t condition, int64_t first)
{
    return state->held[condition] == NO_DAY ? first : state->held[condition];
}

/* Moves the cursor over the next transition that fires up to `until`; false if none does. Of two
 * that are ready on the same day the first in document order fires. A transition to the stage in
 * which the machine stands is none. */
static bool
cursor_advance(struct cursor *cursor, const struct machine *machine,
               const struct machine_state *state, int64_t first, int64_t until,
               const uint8_t *conditions, struct machine_log *entry)
{
    int64_t best_day = until + 1;
    int32_t best = -1;
    for (int32_t i = 0; i < machine->n_transitions; i++) {
        const struct transition *transition = &machine->transitions[i];
        if ((transition->from[cursor->stage >> 6] >> (cursor->stage & 63) & 1) == 0 ||
            conditions[transition->condition] != CONDITION_TRUE)
            continue;
        int32_t to = transition->to == STAGE_PREVIOUS ? cursor->previous : transition->to;
        if (to < 0 || to == cursor->stage)
            continue;
        int64_t ready = cursor->next;
        int64_t matured = run_start(state, transition->condition, first) + transition->for_days - 1;
        int64_t stayed = (int64_t) cursor->since + transition->stay_days;
        if (matured > ready)
            ready = matured;
        if (stayed > ready)
            ready = stayed;
        if (ready < best_day) {
            best_day = ready;
            best = i;
            if (ready == cursor->next)
                break; /* nothing later in the document can be earlier */
        }
    }
    if (best < 0)
        return false;
    int32_t to = machine->transitions[best].to;
    *entry = (struct machine_log){.day = (int32_t) best_day,
                                  .from = cursor->stage,
                                  .to = to == STAGE_PREVIOUS ? cursor->previous : (int16_t) to,
                                  .transition = best};
    cursor->previous = cursor->stage;
    cursor->stage = entry->to;
    cursor->since = entry->day;
    cursor->transition = best;
    cursor->next = best_day + 1;
    return true;
}

static struct cursor
cursor_at(const struct machine_state *state)
{
    return (struct cursor){.next = (int64_t) state->day + 1,
                           .since = state->since,
                           .stage = state->stage,
                           .previous = state->previous,
                           .transition = state->transition};
}

/* Whether any transition has its stage and its condition: on most days none has, and that is all
 * there is to look at. */
static inline bool
may_fire(const struct machine_state *state, const struct machine *machine,
         const uint8_t *conditions)
{
    const struct transition *end = machine->transitions + machine->n_transitions;
    uint64_t bit = UINT64_C(1) << (state->stage & 63);
    int32_t word = state->stage >> 6;
    for (const struct transition *at = machine->transitions; at < end; at++)
        if ((at->from[word] & bit) != 0 && conditions[at->condition] == CONDITION_TRUE)
            return true;
    return false;
}

static inline void
state_arrive(struct machine_state *state, const struct cursor *cursor)
{
    state->stage = cursor->stage;
    state->previous = cursor->previous;
    state->since = cursor->since;
    state->transition = cursor->transition;
    state->censored = state->censored && cursor->transition < 0;
}

/* Past the segment: how long each condition has held. */
static inline void
state_pass(struct machine_state *state, const struct machine *machine, int32_t until,
           const uint8_t *conditions)
{
    int32_t first = state->day + 1, *held = state->held;
    for (int32_t i = 0; i < machine->n_conditions; i++) {
        if (conditions[i] != CONDITION_TRUE)
            held[i] = NO_DAY;
        else if (held[i] == NO_DAY)
            held[i] = first;
    }
    state->day = until;
}

cstm_status
machine_fold(struct machine_state *state, const struct machine *machine, int32_t until,
             const uint8_t *conditions,
             void (*fired)(void *argument, const struct machine_log *entry), void *argument,
             cstm_error **error)
{
    if (state->day == NO_DAY)
        return error_set(error, CSTM_ERROR_MISUSE, "lifecycle '%s' has not begun", machine->name);
    if (until > state->day && !state->undetermined) {
        int64_t first = (int64_t) state->day + 1;
        struct machine_log entry;
        struct cursor cursor = cursor_at(state);
        int32_t count = 0;
        while (cursor_advance(&cursor, machine, state, first, until, conditions, &entry))
            count++;
        if (count > 0 && !log_reserve(state, count))
            return error_no_memory(error);
        cursor = cursor_at(state);
        while (count-- > 0 &&
               cursor_advance(&cursor, machine, state, first, until, conditions, &entry)) {
            state->log[state->n_log++] = entry;
            if (fired != NULL)
                fired(argument, &entry);
        }
        state_arrive(state, &cursor);
        state_pass(state, machine, until, conditions);
    } else if (until > state->day) {
        state->day = until;
    }
    return CSTM_OK;
}

void
machine_fold_scratch(struct machine_state *state, const struct machine *machine, int32_t until,
                     const uint8_t *conditions,
                     void (*fired)(void *argument, const struct machine_log *entry), void *argument)
{
    if (state->day == NO_DAY || until <= state->day)
        return;
    if (state->undetermined) {
        state->day = until;
        return;
    }
    if (may_fire(state, machine, conditions)) {
        int64_t first = (int64_t) state->day + 1;
        struct machine_log entry;
        struct cursor cursor = cursor_at(state);
        while (cursor_advance(&cursor, machine, state, first, until, conditions, &entry))
            if (fired != NULL)
                fired(argument, &entry);
        state_arrive(state, &cursor);
    }
    state_pass(state, machine, until, conditions);
}

/* Whether `for` and `stay` let a transition fire on `day`, if its condition is true then. */
static inline bool
is_ripe(const struct machine_state *state, const struct transition *transition, int32_t day)
{
    return run_start(state, transition->condition, day) + transition->for_days - 1 <= day &&
           (int64_t) state->since + transition->stay_days <= day;
}

bool
machine_step_scratch(struct machine_state *state, const struct machine *machine,
                     bool (*holds)(void *argument, int32_t condition), void *argument,
                     struct machine_log *entry)
{
    const struct transition *transition = machine->transitions,
                            *end = transition + machine->n_transitions;
    uint64_t bit = UINT64_C(1) << (state->stage & 63);
    int32_t word = state->stage >> 6, day = state->day + 1;
    state->day = day;
    for (; transition < end; transition++) {
        if ((transition->from[word] & bit) == 0)
            continue;
        int32_t to = transition->to == STAGE_PREVIOUS ? state->previous : transition->to;
        if (to < 0 || to == state->stage || !is_ripe(state, transition, day) ||
            !holds(argument, transition->condition))
            continue;
        *entry = (struct machine_log){.day = day,
                                      .from = state->stage,
                                      .to = (int16_t) to,
                                      .transition = (int32_t) (transition - machine->transitions)};
        struct cursor cursor = {.since = day,
                                .stage = entry->to,
                                .previous = entry->from,
                                .transition = entry->transition};
        state_arrive(state, &cursor);
        return true;
    }
    return false;
}

bool
machine_state_merge(struct machine_state *state, const struct machine_state *other,
                    const struct machine *machine)
{
    if (other->day == NO_DAY)
        return true;
    if (state->day == NO_DAY)
        return machine_state_copy(state, other, machine, NULL) == CSTM_OK;
    int32_t day = state->day > other->day ? state->day : other->day;
    int32_t begun = state->begun < other->begun ? state->begun : other->begun;
    state_reset(state, machine);
    state->day = day;
    state->begun = begun;
    state->undetermined = true;
    return true;
}
