/* A lifecycle is a machine over civil days: S(d) = step(S(d - 1), conditions at the end of day d),
 * at most one transition a day, the first that matches in document order. The conditions are
 * computed elsewhere, in vectors over days; here is the fold. Between two days on which conditions
 * may change they are constant, so a segment of days is folded in one go: `for` and `stay` mature
 * inside it. */
#ifndef LIFECYCLE_MACHINE_H
#define LIFECYCLE_MACHINE_H

#include "base/bytes.h"
#include "base/error.h"
#include "rule/rule.h"

#define STAGE_PREVIOUS (-1)
#define STAGE_NONE (-2)
#define NO_DAY INT32_MIN

/* Of one lifecycle. machine_check() compares each transition with all before it. */
#define STAGES_LIMIT 256
#define TRANSITIONS_LIMIT 4096

struct transition {
    uint64_t from[4];     /* a set of stages: a lifecycle has at most STAGES_LIMIT */
    int32_t to;           /* a stage or STAGE_PREVIOUS: the one before the current */
    int32_t condition;    /* index into the machine's conditions (distinct rules) */
    int32_t for_days;     /* 1: at once */
    int32_t stay_days;    /* 0: at once */
    int64_t line, column; /* in the document */
};

struct initial_rule {
    int32_t condition; /* -1: always (the last) */
    int32_t stage;
};

struct machine {
    char *name;
    int32_t entity;
    int32_t n_stages;
    char **stages;
    int32_t n_initial;
    struct initial_rule *initial;
    int32_t n_transitions;
    struct transition *transitions;
    int32_t n_conditions;
    struct rule_program **conditions; /* over slots of the entity's frame */
    bool daily;           /* some condition changes with every day: each day is a segment */
    int32_t stage_slot;   /* frame slot that the stage's name is written to ("<lifecycle>.stage") */
    int32_t days_slot;    /* "<lifecycle>.days_in_stage", int */
    struct digest digest; /* of the definition: what keys its state in the bytes */
};
void machine_clear(struct machine *machine);

struct machine_log {
    int32_t day;
    int16_t from;
    int16_t to;
    int32_t transition; /* -1: the beginning */
};

/* Where an instance stands at the end of `day`. Fixed size but for the log; `held` has n_conditions
 * entries: the first day of the unbroken run of days on which the condition has been true, NO_DAY
 * while it is not. */
struct machine_state {
    int32_t day;   /* NO_DAY: not begun */
    int32_t begun; /* the first day */
    int16_t stage;
    int16_t previous;   /* STAGE_NONE */
    int32_t since;      /* the day on which the stage was entered */
    int32_t transition; /* that led here; -1 the beginning */
    /* The entity stood in this stage before it was observed: days in stage are a lower bound. */
    bool censored;
    /* The same of the stage in which it began; stays when that is left (funnel_add() asks). */
    bool began_censored;
    bool undetermined; /* halves sealed apart: CSTM_ERROR_SEALED_APART */
    int32_t *held;
    int32_t n_log, log_capacity;
    struct machine_log *log; /* every transition since begun, ascending */
};

/* Conditions of one day or of a run of equal days: per condition 0 false, 1 true, 2 undecided. */
enum { CONDITION_FALSE, CONDITION_TRUE, CONDITION_UNDECIDED };

cstm_status machine_state_init(struct machine_state *state, const struct machine *machine,
                               cstm_error **error);
void machine_state_clear(struct machine_state *state);
/* Replaces *to, which is initialised or zeroed; on failure it is as it was. */
cstm_status machine_state_copy(struct machine_state *to, const struct machine_state *from,
                               const struct machine *machine, cstm_error **error);
/* A state without a log in the caller's memory: held has room for n_conditions. It is never
 * cleared, written or merged. */
void machine_state_scratch(struct machine_state *to, const struct machine_state *from,
                           const struct machine *machine, int32_t *held);
void machine_state_scratch_empty(struct machine_state *to, const struct machine *machine,
                                 int32_t *held);

/* Begins at `day` with the first initial rule that is true (the last, if none is). */
cstm_status machine_begin(struct machine_state *state, const struct machine *machine, int32_t day,
                          const uint8_t *conditions, bool censored, cstm_error **error);
/* The same without a log; allocates nothing. */
void machine_begin_scratch(struct machine_state *state, const struct machine *machine, int32_t day,
                           const uint8_t *conditions, bool censored);
/* Folds the days (state->day, until], on all of which the conditions are the ones given. fired
 * (nullable) is called at each transition, with its day. On failure (no memory for the log, not
 * begun) nothing has changed and fired has not been called. An undetermined state only moves its
 * day. */
cstm_status machine_fold(struct machine_state *state, const struct machine *machine, int32_t until,
                         const uint8_t *conditions,
                         void (*fired)(void *argument, const struct machine_log *entry),
                         void *argument, cstm_error **error);
/* The same without a log (state->log is left alone and may be NULL): what evaluating uses on a
 * state in the caller's scratch; allocates nothing. fired sees all. */
void machine_fold_scratch(struct machine_state *state, const struct machine *machine, int32_t until,
                          const uint8_t *conditions,
                          void (*fired)(void *argument, const struct machine_log *entry),
                          void *argument);

/* The one day after state->day, for a caller that asks where the machine stands on it and nothing
 * after: conditions are asked for as they are needed, those of the transitions that leave the stage
 * and are ripe, in document order, up to the one that fires. holds(argument, condition): whether it
 * is true on the day. The runs in state->held are read, and not carried on; they may be another
 * state's. Returns whether a transition fired: *entry. The state has begun and is not undetermined.
 */
bool machine_step_scratch(struct machine_state *state, const struct machine *machine,
                          bool (*holds)(void *argument, int32_t condition), void *argument,
                          struct machine_log *entry);

/* Canonical bytes, stages by name: the log and the runs of conditions, from which all else follows.
 * Reading replaces *state, which is initialised or zeroed; on failure it is as it was
 * (CSTM_ERROR_CORRUPT, CSTM_ERROR_NO_MEMORY). */
bool machine_state_write(const struct machine_state *state, const struct machine *machine,
                         struct cstm_buffer *buffer);
cstm_status machine_state_read(struct machine_state *state, const struct machine *machine,
                               struct byte_reader *reader, cstm_error **error);
/* Where two halves meet: not begun is neutral, two begun ones are undetermined. False: no memory,
 * *state is as it was. */
bool machine_state_merge(struct machine_state *state, const struct machine_state *other,
                         const struct machine *machine);

/* Static checks, for the strategy's compiler: stages that nothing leads to, transitions that can
 * never fire (never-true condition is the rule room's; here: from a stage that is unreachable, or
 * shadowed by an earlier transition with the same condition from the same stages without longer
 * for/stay). One message each. */
void machine_check(const struct machine *machine, const char *file, struct error_list *errors);

/* Who stands where, from logs: counts per stage at the end of a day, and per (from, to) in a range
 * of days. Mergeable. */
struct funnel {
    int32_t n_stages;
    int64_t *standing; /* per stage */
    int64_t *censored; /* of those, censored */
    int64_t *days;     /* sum of days in stage of the not censored */
    int64_t *moved;    /* n_stages * n_stages, from-major */
    int64_t not_begun;
    int64_t undetermined; /* counted by the caller */
};
cstm_status funnel_init(struct funnel *funnel, const struct machine *machine, cstm_error **error);
void funnel_clear(struct funnel *funnel);
/* One instance by its log: stands at the end of `at`, moves in (from, to]. */
void funnel_add(struct funnel *funnel, const struct machine_log *log, int32_t n,
                bool first_censored, int32_t at, int32_t from, int32_t to);
void funnel_merge(struct funnel *funnel, const struct funnel *other);

#endif
