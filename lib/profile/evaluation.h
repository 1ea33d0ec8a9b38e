/* The inside of an evaluation. A unit is one instance of the block; it has one final row in its
 * entity, and while the piece that its customer is in is computed, one history row for each of the
 * customer's days, side by side:
 *
 *     row of (unit, k-th day) = unit.row[pass] + k
 *
 * so what goes from parents to children and back (evaluate_rows.c) is walking two runs of rows
 * together.
 *
 * History rows are computed in pieces of whole customers, about PIECE_ROWS rows of an entity at a
 * time, so that columns stay in the cache and memory does not grow with the block; a customer with
 * more is cut by days, which a fold over days allows.
 *
 *   evaluate.c           block, run, results
 *   evaluate_recipe.c    which steps a run needs
 *   evaluate_days.c      when machines begin, which days matter
 *   evaluate_rows.c      columns and the steps that fill them
 *   evaluate_children.c  aggregates over child instances
 *   evaluate_machine.c   conditions and folds
 *   evaluate_today.c     one customer on the day after their machines' */
#ifndef PROFILE_EVALUATION_H
#define PROFILE_EVALUATION_H

#include "profile/evaluate.h"

#define PIECE_ROWS 4096

enum pass { PASS_HISTORY, PASS_FINAL, N_PASSES };

/* One instance of the block. */
struct unit {
    const struct history *history;
    int32_t instance;
    int32_t entity;
    int32_t customer;
    int32_t parent; /* unit; -1 */
    int32_t row[N_PASSES];
    int32_t begins; /* where the entity has machines: their first day; NO_DAY: none yet */
    bool censored;
};

struct customer {
    const struct history *history;
    const struct checkpoints *checkpoints;
    int32_t first_unit;
    int32_t first_day,
        n_days; /* in evaluation.days: the days of the piece (or of the slice of it) */
};

/* What one kind of run computes: made once for each sum of parts. Steps are indices into the
 * strategy's. */
struct recipe {
    int32_t n_history, *history; /* steps on history rows, machines among them */
    int32_t n_final, *final;     /* steps on final rows that history rows do not hold */
    int32_t n_today,
        *today; /* both, in the order of the strategy: where history is the last day alone */
    int32_t n_copies, *copies;   /* slots that final rows take from the last history row */
    int32_t n_changes, *changes; /* history steps whose change days count */
    int32_t n_machines, *machines;
    bool every_day;        /* some history step changes with the day */
    bool children;         /* some history step counts child instances: their beginnings count */
    bool *machine;         /* per machine: whether it is run */
    bool *rowwise;         /* per machine: its stage (or days in it) is read on history rows */
    bool cross;            /* any such */
    bool *reads[N_PASSES]; /* per entity: some step reads histories on its rows */
    bool *reads_today;     /* in either */
    bool *holds;           /* per slot: computed on final rows */
    bool *has_machine;     /* per entity */
};
#define N_RECIPES 64

/* The columns of one pass. Each slot's memory is one block: values, then states. */
struct frame {
    struct rule_column *columns;      /* per slot; as.any NULL until it is used */
    bool *used;                       /* per slot: by any recipe so far */
    int32_t *rows;                    /* per entity */
    int32_t *capacity;                /* per entity */
    int64_t grown;                    /* how often columns moved */
    struct behaviour_row **behaviour; /* per entity */
};

struct machine_work {
    struct rule_text *stages;     /* names */
    struct machine_state *states; /* per final row */
    struct machine_state
        *saved; /* as they were when the slice began (only where machines read each other) */
    int32_t *held, *saved_held;
    int32_t capacity;        /* rows */
    struct machine_log *log; /* of the whole block */
    int32_t *log_rows;       /* whose entry it is */
    size_t n_log, log_capacity, log_rows_capacity;
    size_t n_log_saved;             /* when the states were saved */
    size_t n_log_before;            /* when a sliced customer began */
    int32_t *log_first, *log_count; /* per final row */
};

struct score_work {
    struct rule_column *inputs; /* the first rows of the frame's columns, as they were when .. */
    int64_t bound;              /* .. the frame had grown so often; 0: they are others */
    int32_t *reasons;
    double *lost;
    struct scorer_output output;
    int32_t capacity;
};

/* A day on which a machine that others read moved, although nothing else happened. */
struct extra_day {
    int32_t customer;
    int32_t day;
};

struct evaluation {
    const cstm_strategy *strategy;
    int32_t *slot_step; /* per slot: the step that writes it */
    bool *feature_slot;
    struct recipe *recipes[N_RECIPES];

    struct customer *customers;
    size_t n_customers, customer_capacity;
    struct unit *units;
    size_t n_units, unit_capacity;

    int32_t day;
    const struct recipe *recipe; /* of the last run; NULL: nothing can be read */
    bool final;
    enum pass pass; /* whose rows machines run over */
    bool failed;    /* memory failed where nothing could be returned */
    struct frame frames[N_PASSES];

    int32_t *days;
    size_t n_days, day_capacity;
    uint64_t *day_bits;
    size_t day_words;
    struct extra_day *extra;
    size_t n_extra, extra_capacity;

    struct machine_work *machines; /* per machine */
    struct score_work *scores;     /* per score */
    uint8_t *conditions;           /* [row * n_conditions + condition] of one machine */
    size_t condition_capacity;
    struct rule_column *view; /* per slot: a chunk's columns */
    void *scratch;
    size_t scratch_size;
    struct arena texts;               /* of rules whose text is made while running */
    int32_t *child_next, *child_head; /* per unit of one customer */
    size_t child_next_capacity, child_head_capacity;
    int32_t *child_left;              /* likewise, where children leave: from which day on it is not there */
    struct child_closing *child_room;
    size_t child_left_capacity, child_room_capacity;
    uint8_t *child_matches, *child_states; /* of `where` over child rows */
    size_t child_match_capacity, child_state_capacity;
    struct zone_cursor cursor;
};

/* evaluate_recipe.c */
const struct recipe *recipe_of(struct evaluation *evaluation, int32_t parts, bool final,
                               cstm_error **error);
void recipe_free(struct recipe *recipe);

/* evaluate_days.c */
/* Where a machine of a unit stood when its history was sealed; NULL: it had not begun. */
static inline const struct machine_state *
checkpoint_of(const struct evaluation *evaluation, const struct unit *unit, int32_t machine)
{
    const struct checkpoints *checkpoints = evaluation->customers[unit->customer].checkpoints;
    if (checkpoints == NULL || unit->instance >= checkpoints->n_instances)
        return NULL;
    const struct machine_state *states = checkpoints->states[unit->instance];
    return states == NULL || states[machine].day == NO_DAY ? NULL : &states[machine];
}
/* Fills in begins and censored of a customer's units, and appends the days on which history rows
 * are needed to evaluation.days. */
cstm_status customer_days(struct evaluation *evaluation, int32_t customer, cstm_error **error);

/* evaluate_rows.c */
static inline size_t
kind_size(enum rule_kind kind)
{
    return kind == RULE_BOOL ? 1 : kind == RULE_STRING ? sizeof(struct rule_text) : 8;
}
/* The rows of a unit in a pass: how many and of which days. */
static inline const int32_t *
unit_days(const struct evaluation *evaluation, enum pass pass, const struct unit *unit, int32_t *n)
{
    if (pass == PASS_FINAL) {
        *n = 1;
        return &evaluation->day;
    }
    const struct customer *customer = &evaluation->customers[unit->customer];
    *n = customer->n_days;
    return evaluation->days + customer->first_day;
}
cstm_status frame_init(struct frame *frame, const cstm_strategy *strategy, cstm_error **error);
void frame_clear(struct frame *frame, const cstm_strategy *strategy);
/* Room for frame.rows of each entity, and the rows that histories are read at, of units [first,
 * until) of the entities that `reads` says. */
cstm_status frame_prepare(struct evaluation *evaluation, enum pass pass, const bool *reads,
                          int32_t first, int32_t until, cstm_error **error);
/* Runs one step other than a machine over all rows of the pass. */
cstm_status step_run(struct evaluation *evaluation, enum pass pass, const struct step *step,
                     int32_t first, int32_t until, cstm_error **error);
/* Runs a rule over rows [from, from + n) of a frame, n at most RULE_ROWS. */
void rule_run_chunk(struct evaluation *evaluation, const struct frame *frame,
                    const struct rule_program *program, int32_t from, int32_t n,
                    struct rule_column *result);
cstm_status scratch_for(struct evaluation *evaluation, size_t size, cstm_error **error);
size_t scratch_rows_size(const struct evaluation *evaluation, int32_t rows);

/* evaluate_today.c */
/* All rows of the last day, which is the only one: of one customer. stand: of machines_stand(). */
cstm_status today_run(struct evaluation *evaluation, bool stand, cstm_error **error);

/* evaluate_children.c */
cstm_status children_run(struct evaluation *evaluation, enum pass pass, const struct step *step,
                         int32_t first, int32_t until, cstm_error **error);

/* evaluate_machine.c */
/* The states of all units before the first day, from their checkpoints. */
cstm_status machines_start(struct evaluation *evaluation, cstm_error **error);
/* Folds a machine over the rows (of evaluation.pass) of units [first, until), up to `last`
 * (evaluation.day, or the day before the next slice). */
cstm_status machine_run(struct evaluation *evaluation, int32_t machine, int32_t first,
                        int32_t until, int32_t last, cstm_error **error);
/* Keeps the states of units as they are, and goes back to them (with the log). */
void machines_save(struct evaluation *evaluation, int32_t first, int32_t until);
void machines_restore(struct evaluation *evaluation, int32_t first, int32_t until);
/* For a run of the last day alone: the states of all units as they stood at the end of the day
 * before it. *stand: whether all did; otherwise machines_start() is to be called. */
cstm_status machines_stand(struct evaluation *evaluation, bool *stand, cstm_error **error);
/* Steps a machine from there to the last day, asking no more conditions than decide where it
 * stands. */
cstm_status machine_step(struct evaluation *evaluation, int32_t machine, cstm_error **error);
/* Writes stage and days in it of final rows. */
void machine_final(struct evaluation *evaluation, int32_t machine);
/* A customer in slices leaves its units' entries in turns: marks where its logs begin, and puts
 * them unit by unit after the last slice. */
void machines_mark_logs(struct evaluation *evaluation);
cstm_status machines_sort_logs(struct evaluation *evaluation, cstm_error **error);

#endif
