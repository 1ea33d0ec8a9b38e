/* A machine's state as bytes. What is written is the history itself, the log, and the runs of the
 * conditions; where the machine stands follows from them and is not written twice, so that bytes
 * cannot contradict themselves.
 *
 *     u8    flags: 1 begun, 2 began censored, 4 undetermined; 0 alone: not begun, and nothing
 * follows svar  begun, the first day uvar  day - begun
 *     ...   nothing more if undetermined
 *     uvar  number of stages that the log names; text each, in the order in which the log first
 * names them uvar  number of log entries, at least 1; the first is the beginning: uvar stage (index
 * into those names) each other: uvar day - day of the one before - 1, uvar stage, uvar transition
 *     uvar  number of conditions; uvar each: 0 if it does not hold, else day - first day of its run
 * + 1
 *
 * There is one way to write a state, and the reader takes no other; it believes nothing that the
 * definition of the machine does not allow, so that damaged bytes end in CSTM_ERROR_CORRUPT and not
 * in a stage that nobody declared. */
#include "lifecycle/machine.h"

#include "base/civil.h"
#include "base/memory.h"

#include <string.h>

enum { FLAG_BEGUN = 1, FLAG_CENSORED = 2, FLAG_UNDETERMINED = 4 };

/* The stages that a log names, in the order in which it first does. */
struct stage_names {
    int32_t n;
    int16_t stage[STAGES_LIMIT]; /* by place in the bytes */
    int16_t place[STAGES_LIMIT]; /* by stage; -1: not named */
};

static void
stage_names_start(struct stage_names *names)
{
    names->n = 0;
    for (int32_t i = 0; i < STAGES_LIMIT; i++)
        names->place[i] = -1;
}

static void
stage_names_add(struct stage_names *names, int16_t stage)
{
    if (names->place[stage] >= 0)
        return;
    names->place[stage] = (int16_t) names->n;
    names->stage[names->n++] = stage;
}

static bool
write_names(const struct machine_state *state, const struct machine *machine,
            struct stage_names *names, struct cstm_buffer *buffer)
{
    stage_names_start(names);
    for (int32_t i = 0; i < state->n_log; i++)
        stage_names_add(names, state->log[i].to);
    if (!buffer_put_uvar(buffer, (uint64_t) names->n))
        return false;
    for (int32_t i = 0; i < names->n; i++) {
        const char *name = machine->stages[names->stage[i]];
        if (!buffer_put_text(buffer, name, strlen(name)))
            return false;
    }
    return true;
}

static bool
write_log(const struct machine_state *state, const struct stage_names *names,
          struct cstm_buffer *buffer)
{
    if (!buffer_put_uvar(buffer, (uint64_t) state->n_log))
        return false;
    for (int32_t i = 0; i < state->n_log; i++) {
        const struct machine_log *entry = &state->log[i];
        if (i > 0 &&
            !buffer_put_uvar(buffer, (uint64_t) ((int64_t) entry->day - entry[-1].day - 1)))
            return false;
        if (!buffer_put_uvar(buffer, (uint64_t) names->place[entry->to]))
            return false;
        if (i > 0 && !buffer_put_uvar(buffer, (uint64_t) entry->transition))
            return false;
    }
    return true;
}

bool
machine_state_write(const struct machine_state *state, const struct machine *machine,
                    struct cstm_buffer *buffer)
{
    if (state->day == NO_DAY)
        return buffer_put_u8(buffer, 0);
    uint8_t flags = FLAG_BEGUN;
    if (state->undetermined)
        flags |= FLAG_UNDETERMINED;
    else if (state->began_censored)
        flags |= FLAG_CENSORED;
    if (!buffer_put_u8(buffer, flags) || !buffer_put_svar(buffer, state->begun) ||
        !buffer_put_uvar(buffer, (uint64_t) ((int64_t) state->day - state->begun)))
        return false;
    if (state->undetermined)
        return true;

    struct stage_names names;
    if (!write_names(state, machine, &names, buffer) || !write_log(state, &names, buffer) ||
        !buffer_put_uvar(buffer, (uint64_t) machine->n_conditions))
        return false;
    for (int32_t i = 0; i < machine->n_conditions; i++) {
        int64_t run = state->held[i] == NO_DAY ? 0 : (int64_t) state->day - state->held[i] + 1;
        if (!buffer_put_uvar(buffer, (uint64_t) run))
            return false;
    }
    return true;
}

static int32_t
stage_find(const struct machine *machine, const char *name, size_t size)
{
    for (int32_t i = 0; i < machine->n_stages; i++)
        if (strlen(machine->stages[i]) == size && memcmp(machine->stages[i], name, size) == 0)
            return i;
    return -1;
}

static bool
read_names(struct stage_names *names, const struct machine *machine, struct byte_reader *reader)
{
    stage_names_start(names);
    uint64_t n = reader_uvar(reader);
    if (reader->failed || n == 0 || n > (uint64_t) machine->n_stages || n > STAGES_LIMIT)
        return false;
    for (uint64_t i = 0; i < n; i++) {
        size_t size = 0;
        const char *name = reader_text(reader, &size);
        int32_t stage = name == NULL ? -1 : stage_find(machine, name, size);
        if (stage < 0 || names->place[stage] >= 0)
            return false;
        stage_names_add(names, (int16_t) stage);
    }
    return true;
}

/* Whether the definition allows this step from the entries before it. */
static bool
entry_is_allowed(const struct machine *machine, const struct machine_log *entry, int16_t previous)
{
    const struct transition *transition = &machine->transitions[entry->transition];
    int32_t to = transition->to == STAGE_PREVIOUS ? previous : transition->to;
    return (transition->from[entry->from >> 6] >> (entry->from & 63) & 1) != 0 && to == entry->to &&
           to != entry->from;
}

/* Names have to come in the order in which the log first uses them, all of them: `named` is how
 * many it has so far. */
static bool
read_stage(const struct stage_names *names, struct byte_reader *reader, int32_t *named,
           int16_t *stage)
{
    uint64_t place = reader_uvar(reader);
    if (reader->failed || place > (uint64_t) *named || place >= (uint64_t) names->n)
        return false;
    if (place == (uint64_t) *named)
        (*named)++;
    *stage = names->stage[place];
    return true;
}

static bool
read_log(struct machine_state *state, const struct machine *machine,
         const struct stage_names *names, struct byte_reader *reader)
{
    int32_t named = 0;
    for (int32_t i = 0; i < state->n_log; i++) {
        struct machine_log *entry = &state->log[i];
        uint64_t gap = i > 0 ? reader_uvar(reader) : 0;
        if (!read_stage(names, reader, &named, &entry->to))
            return false;
        if (i == 0) {
            entry->day = state->begun;
            entry->from = STAGE_NONE;
            entry->transition = -1;
            continue;
        }
        uint64_t transition = reader_uvar(reader);
        if (reader->failed || gap >= (uint64_t) ((int64_t) state->day - entry[-1].day) ||
            transition >= (uint64_t) machine->n_transitions)
            return false;
        entry->day = (int32_t) (entry[-1].day + (int64_t) gap + 1);
        entry->from = entry[-1].to;
        entry->transition = (int32_t) transition;
        if (!entry_is_allowed(machine, entry, entry[-1].from))
            return false;
    }
    return named == names->n;
}

static bool
begins_in(const struct machine *machine, int16_t stage)
{
    for (int32_t i = 0; i < machine->n_initial; i++)
        if (machine->initial[i].stage == stage)
            return true;
    return machine->n_initial == 0 && stage == 0;
}

static bool
read_held(struct machine_state *state, const struct machine *machine, struct byte_reader *reader)
{
    if (reader_uvar(reader) != (uint64_t) machine->n_conditions)
        return false;
    for (int32_t i = 0; i < machine->n_conditions; i++) {
        uint64_t run = reader_uvar(reader);
        if (reader->failed || run > (uint64_t) ((int64_t) state->day - state->begun + 1))
            return false;
        state->held[i] = run == 0 ? NO_DAY : (int32_t) ((int64_t) state->day - (int64_t) run + 1);
    }
    return !reader->failed;
}

static cstm_status
read_begun(struct machine_state *state, const struct machine *machine, struct byte_reader *reader,
           cstm_error **error)
{
    struct stage_names names;
    if (!read_names(&names, machine, reader))
        return CSTM_ERROR_CORRUPT;
    uint64_t n = reader_uvar(reader);
    /* Each entry takes at least a byte, so that a length cannot ask for more memory than there are
     * bytes for it. */
    if (reader->failed || n == 0 || n > (uint64_t) (reader->end - reader->at) || n > INT32_MAX)
        return CSTM_ERROR_CORRUPT;
    state->log = memory_new_array((size_t) n, sizeof *state->log);
    if (state->log == NULL)
        return error_no_memory(error);
    state->n_log = state->log_capacity = (int32_t) n;
    if (!read_log(state, machine, &names, reader) || !begins_in(machine, state->log[0].to) ||
        !read_held(state, machine, reader))
        return CSTM_ERROR_CORRUPT;

    const struct machine_log *last = &state->log[state->n_log - 1];
    state->stage = last->to;
    state->previous = last->from;
    state->since = last->day;
    state->transition = last->transition;
    state->censored = state->began_censored && state->n_log == 1;
    return CSTM_OK;
}

static cstm_status
read_state(struct machine_state *state, const struct machine *machine, struct byte_reader *reader,
           cstm_error **error)
{
    uint8_t flags = reader_u8(reader);
    if (flags == 0 && !reader->failed)
        return CSTM_OK;
    if (flags != FLAG_BEGUN && flags != (FLAG_BEGUN | FLAG_CENSORED) &&
        flags != (FLAG_BEGUN | FLAG_UNDETERMINED))
        return CSTM_ERROR_CORRUPT;
    int64_t begun = reader_svar(reader);
    uint64_t length = reader_uvar(reader);
    if (reader->failed || begun < CIVIL_DAY_MIN || begun > CIVIL_DAY_MAX ||
        length > (uint64_t) (CIVIL_DAY_MAX - begun))
        return CSTM_ERROR_CORRUPT;
    state->begun = (int32_t) begun;
    state->day = (int32_t) (begun + (int64_t) length);
    state->undetermined = (flags & FLAG_UNDETERMINED) != 0;
    state->began_censored = (flags & FLAG_CENSORED) != 0;
    return state->undetermined ? CSTM_OK : read_begun(state, machine, reader, error);
}

cstm_status
machine_state_read(struct machine_state *state, const struct machine *machine,
                   struct byte_reader *reader, cstm_error **error)
{
    struct machine_state read;
    cstm_status status = machine_state_init(&read, machine, error);
    if (status != CSTM_OK)
        return status;
    status = read_state(&read, machine, reader, error);
    if (status != CSTM_OK) {
        machine_state_clear(&read);
        if (status == CSTM_ERROR_CORRUPT)
            return error_set(error, status, "the state of lifecycle '%s' is damaged",
                             machine->name);
        return status;
    }
    machine_state_clear(state);
    *state = read;
    return CSTM_OK;
}
