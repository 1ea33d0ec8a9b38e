/* The operators that do not ask for all of their operands: && || and ?:.
 *
 * CEL's logic is commutative in what it absorbs: false decides a &&, true decides a ||, whatever stands on the other side.
 * Where nothing decides and an operand is missing or an error, the result is the first such operand's state.
 *
 * Each is a pair: a jump after the left side, and a joining operation after the right side. For a single row the jump
 * skips the right side where the left decides; for vectors it does so where the left decides in every row, and goes on with the open
 * rows alone where that pays. */
#include "rule/selection.h"

/* The states of a vector as something to walk: a pointer and a step, whether it has states, is constant, or neither. */
struct state_walk {
    const uint8_t *at;
    int32_t step;
};

static inline struct state_walk
walk_states(const struct vector *vector)
{
    static const uint8_t none = 0;
    if (vector == NULL || vector->states == NULL)
        return (struct state_walk){&none, 0};
    return (struct state_walk){vector->states, vector->constant ? 0 : 1};
}

bool
vector_merge_states(const struct vector *a, const struct vector *b, bool keep, int32_t rows, uint8_t *restrict states)
{
    const struct state_walk x = walk_states(a), y = walk_states(b);
    const struct state_walk one = x.step == 1 ? x : y;
    const bool single = (a->states == NULL) != (b == NULL || b->states == NULL);
    uint8_t any = 0;
    if (!keep && single && one.step == 1) {
        memcpy(states, one.at, (size_t) rows);
        return true;
    }
    if (!keep)
        memset(states, 0, (size_t) rows);
    if (single && one.step == 1) {
        for (int32_t i = 0; i < rows; i++) {
            const uint8_t p = one.at[i], r = states[i];
            states[i] = p != 0 ? p : r;
            any |= p | r;
        }
        return any != 0;
    }
    for (int32_t i = 0; i < rows; i++) {
        const uint8_t p = x.at[i * x.step], q = y.at[i * y.step], r = states[i];
        const uint8_t rest = q != 0 ? q : r;
        states[i] = p != 0 ? p : rest;
        any |= p | rest;
    }
    return any != 0;
}

/* && and || are each other's mirror: `dominant` is the value that decides, 0 for && and 1 for ||. */

static inline void
join(uint8_t dominant, uint8_t a, uint8_t a_state, uint8_t b, uint8_t b_state, uint8_t *r, uint8_t *state)
{
    const bool decided = ((a_state == 0) & (a == dominant)) | ((b_state == 0) & (b == dominant));
    const uint8_t first = a_state != 0 ? a_state : b_state;
    *r = decided ? dominant : (uint8_t) !dominant;
    *state = decided ? 0 : first;
}

static inline const struct op *
join_row(const struct op *op, struct frame *frame, uint8_t dominant)
{
    const struct cell *a = frame_cell(frame, op->a);
    const struct cell *b = frame_cell(frame, op->b);
    struct cell *r = frame_result(frame, op);
    if ((a->state | b->state) == 0) {
        r->as.b = dominant == 0 ? a->as.b & b->as.b : a->as.b | b->as.b;
        r->state = 0;
    } else {
        join(dominant, a->as.b, a->state, b->as.b, b->state, &r->as.b, &r->state);
    }
    return op + 1;
}

/* Without states, eight rows at a time; bools are 0 or 1. out may be x itself. */
static inline void
join_plain(uint8_t *out, const uint8_t *x, const uint8_t *y, int32_t n, uint8_t dominant)
{
    int32_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t a, b;
        memcpy(&a, x + i, 8);
        memcpy(&b, y + i, 8);
        a = dominant == 0 ? a & b : a | b;
        memcpy(out + i, &a, 8);
    }
    for (; i < n; i++)
        out[i] = dominant == 0 ? x[i] & y[i] : x[i] | y[i];
}

/* What is written may be an operand itself, but then element by element. */
#if defined(__clang__)
#define ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define ELEMENTWISE _Pragma("GCC ivdep")
#else
#define ELEMENTWISE
#endif

/* Where no side is constant: the compiler makes a loop of its own for each way that states are there. */
static inline __attribute__((always_inline)) uint8_t
join_states(uint8_t *out, uint8_t *states, const struct vector *a, const struct vector *b, int32_t n, uint8_t dominant, bool of_a, bool of_b)
{
    const uint8_t *x = a->data, *y = b->data, *p = a->states, *q = b->states;
    uint8_t any = 0;
    ELEMENTWISE
    for (int32_t i = 0; i < n; i++) {
        uint8_t r, state;
        join(dominant, x[i], of_a ? p[i] : 0, y[i], of_b ? q[i] : 0, &r, &state);
        out[i] = r;
        states[i] = state;
        any |= state;
    }
    return any;
}

/* Joins a and b into out and states, or says that the result is one of them. */
static inline struct vector
join_vectors(const struct vector *a, const struct vector *b, int32_t rows, uint8_t dominant, uint8_t *out, uint8_t *states)
{
    const uint8_t *x = a->data, *y = b->data;
    const bool constant = a->constant && b->constant;
    const int32_t n = constant ? 1 : rows;
    uint8_t any = 0;

    if (a->states == NULL && b->states == NULL && a->constant == b->constant) {
        join_plain(out, x, y, n, dominant);
        return (struct vector){out, NULL, constant};
    }
    if (!a->constant && !b->constant) {
        if (a->states == NULL)
            any = join_states(out, states, a, b, n, dominant, false, true);
        else if (b->states == NULL)
            any = join_states(out, states, a, b, n, dominant, true, false);
        else
            any = join_states(out, states, a, b, n, dominant, true, true);
        return (struct vector){out, any != 0 ? states : NULL, false};
    }
    const int32_t x_step = a->constant ? 0 : 1, y_step = b->constant ? 0 : 1;
    struct state_walk p = walk_states(a), q = walk_states(b);
    /* The left side may lie where the result goes: one value for all rows is taken out before the first of them is written. */
    const uint8_t one = x[0], one_state = p.at[0];
    if (a->constant) {
        x = &one;
        p.at = &one_state;
    }
    for (int32_t i = 0; i < n; i++) {
        join(dominant, x[i * x_step], p.at[i * p.step], y[i * y_step], q.at[i * q.step], &out[i], &states[i]);
        any |= states[i];
    }
    return (struct vector){out, any != 0 ? states : NULL, constant};
}

/* What a selection leaves of a left side without states: it is open everywhere, so that the right side is the result. */
static inline bool
is_open(const struct vector *a, uint8_t dominant)
{
    return a->constant && a->states == NULL && *(const uint8_t *) a->data != dominant;
}

static inline const struct op *
join_rows(const struct op *op, struct batch *batch, uint8_t dominant)
{
    const struct vector *a = batch_vector(batch, op->a);
    const struct vector *b = batch_vector(batch, op->b);
    uint8_t *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    if (is_open(a, dominant)) {
        /* b's own buffer is soon another's. */
        const size_t n = b->constant ? 1 : (size_t) batch->rows;
        memcpy(out, b->data, n);
        if (b->states != NULL)
            memcpy(states, b->states, n);
        batch_set(batch, op, out, b->states != NULL ? states : NULL, b->constant);
        return op + 1;
    }
    const struct vector joined = join_vectors(a, b, batch->rows, dominant, out, states);
    batch_set(batch, op, joined.data, joined.states, joined.constant);
    return op + 1;
}

/* The result of a selection back among all rows, the others of which are decided. */
static void
scatter(const struct vector *from, const struct level *level, uint8_t dominant, uint8_t *out, uint8_t *states)
{
    const uint8_t *values = from->data;
    const int32_t *within = level->within;
    const int32_t n = level->rows, step = from->constant ? 0 : 1;
    memset(out, dominant, (size_t) level->base_rows);
    for (int32_t j = 0; j < n; j++)
        out[within[j]] = values[j * step];
    if (from->states == NULL)
        return;
    memset(states, 0, (size_t) level->base_rows);
    for (int32_t j = 0; j < n; j++)
        states[within[j]] = from->states[j * step];
}

static inline const struct op *
end_rows(const struct op *op, struct batch *batch, uint8_t dominant)
{
    const struct level *level = &batch->levels[op->level];
    if (!level->active)
        return join_rows(op, batch, dominant);
    const struct vector *a = batch_vector(batch, op->a);
    const struct vector *b = batch_vector(batch, op->b);
    uint8_t *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    const struct vector joined = is_open(a, dominant) ? *b : join_vectors(a, b, batch->rows, dominant, level_values(op, batch),
                                                                         level_states(op, batch));
    scatter(&joined, level, dominant, out, states);
    level_close(level, batch);
    batch_set(batch, op, out, joined.states != NULL ? states : NULL, false);
    return op + 1;
}

static inline const struct op *
skip_row(const struct op *op, struct frame *frame, uint8_t dominant)
{
    const struct cell *a = frame_cell(frame, op->a);
    if (a->state != 0 || a->as.b != dominant)
        return op + 1;
    struct cell *r = frame_result(frame, op);
    r->as.b = dominant;
    r->state = 0;
    return op + op->jump;
}

/* The left side's open rows, and the selection of them. Without states all of them are known: the value that does not decide. */
static void
narrow(const struct op *op, struct batch *batch, const struct vector *a, uint8_t dominant)
{
    static const uint8_t values[2] = {0, 1};
    const uint8_t *x = a->data, *pick = x;
    struct vector *left = (struct vector *) ((char *) batch->vectors + op->a);
    uint8_t *restrict open = level_states(op, batch);
    const int32_t rows = batch->rows;
    if (a->states != NULL) {
        const uint8_t *from = a->states;
        for (int32_t i = 0; i < rows; i++)
            open[i] = (x[i] != dominant) | (from[i] != 0);
        pick = open;
        uint8_t *out = batch_out(batch, op), *states = batch_out_states(batch, op);
        int32_t n = 0;
        for (int32_t i = 0; i < rows; i++) {
            out[n] = x[i];
            states[n] = from[i];
            n += open[i];
        }
        *left = (struct vector){out, states, false};
    } else {
        if (dominant != 0) {
            for (int32_t i = 0; i < rows; i++)
                open[i] = x[i] ^ 1;
            pick = open;
        }
        *left = (struct vector){&values[!dominant], NULL, true};
    }
    level_narrow(op, batch, pick);
}

static inline const struct op *
skip_rows(const struct op *op, struct batch *batch, uint8_t dominant)
{
    const struct vector *a = batch_vector(batch, op->a);
    struct level *level = op->first ? level_open(op, batch) : &batch->levels[op->level];
    const int32_t rows = a->constant ? 1 : batch->rows;
    const int32_t open = count_open(a->data, a->states, rows, dominant);
    if (open > 0) {
        if (!a->constant && selection_pays(op, open, rows))
            narrow(op, batch, a, dominant);
        return op + 1;
    }
    /* Rows that a selection has left out are decided already. */
    level_close(level, batch);
    uint8_t *out = batch_out(batch, op);
    out[0] = dominant;
    batch_set(batch, op, out, NULL, true);
    return op + op->jump;
}

static const struct op *and_row(const struct op *op, struct frame *frame) { return join_row(op, frame, 0); }
static const struct op *or_row(const struct op *op, struct frame *frame) { return join_row(op, frame, 1); }
static const struct op *and_rows(const struct op *op, struct batch *batch) { return join_rows(op, batch, 0); }
static const struct op *or_rows(const struct op *op, struct batch *batch) { return join_rows(op, batch, 1); }
static const struct op *and_end_rows(const struct op *op, struct batch *batch) { return end_rows(op, batch, 0); }
static const struct op *or_end_rows(const struct op *op, struct batch *batch) { return end_rows(op, batch, 1); }
static const struct op *and_skip_row(const struct op *op, struct frame *frame) { return skip_row(op, frame, 0); }
static const struct op *or_skip_row(const struct op *op, struct frame *frame) { return skip_row(op, frame, 1); }
static const struct op *and_skip_rows(const struct op *op, struct batch *batch) { return skip_rows(op, batch, 0); }
static const struct op *or_skip_rows(const struct op *op, struct batch *batch) { return skip_rows(op, batch, 1); }

const struct kernel and_kernel = {.row = and_row, .rows = and_rows};
const struct kernel or_kernel = {.row = or_row, .rows = or_rows};
const struct kernel and_end_kernel = {.row = and_row, .rows = and_end_rows};
const struct kernel or_end_kernel = {.row = or_row, .rows = or_end_rows};
const struct kernel and_skip_kernel = {.row = and_skip_row, .rows = and_skip_rows};
const struct kernel or_skip_kernel = {.row = or_skip_row, .rows = or_skip_rows};

/* The conditional. A single row goes one way; vectors go both, each side over a selection where that pays, and select. */

static const struct op *
choose_row(const struct op *op, struct frame *frame)
{
    const struct cell *a = frame_cell(frame, op->a);
    if (a->state == 0)
        return a->as.b != 0 ? op + 1 : op + op->jump;
    frame_result(frame, op)->state = a->state;
    return op + op->imm;
}

/* Goes on with the rows where the condition is `value`, and no more than that: where it has a state, neither side is asked. */
static inline void
choose(const struct op *op, struct batch *batch, uint8_t value)
{
    level_open(op, batch);
    if (op->worth == WORTH_NOTHING)
        return;
    const struct vector *a = batch_vector(batch, op->a);
    const struct state_walk p = walk_states(a);
    const uint8_t *x = a->data;
    const int32_t step = a->constant ? 0 : 1, rows = batch->rows;
    uint8_t *restrict pick = level_states(op, batch);
    int32_t n = 0;
    for (int32_t i = 0; i < rows; i++) {
        pick[i] = (x[i * step] == value) & (p.at[i * p.step] == 0);
        n += pick[i];
    }
    if (n == 0 || selection_pays(op, n, rows))
        level_narrow(op, batch, pick);
}

static const struct op *
choose_rows(const struct op *op, struct batch *batch)
{
    choose(op, batch, 1);
    return op + 1;
}

static const struct op *
else_row(const struct op *op, struct frame *frame)
{
    *frame_result(frame, op) = *frame_cell(frame, op->b);
    return op + op->jump;
}

static const struct op *
else_rows(const struct op *op, struct batch *batch)
{
    level_close(&batch->levels[op->level - 1], batch);
    choose(op, batch, 0);
    return op + 1;
}

static const struct op *
select_row(const struct op *op, struct frame *frame)
{
    *frame_result(frame, op) = *frame_cell(frame, op->c);
    return op + 1;
}

/* Integers and doubles are moved alike. */
typedef int64_t __attribute__((may_alias)) word;

/* One side's rows into the result: those of its selection, or those where the condition is `value`. */
#define SELECT_SIDE(T)                                                                              \
    for (int32_t j = 0; j < n; j++) {                                                               \
        const int32_t i = level->active ? level->within[j] : j;                                     \
        if (!level->active && ((x[i * x_step] != 0) != value || states[i] != 0))                    \
            continue;                                                                               \
        ((T *) out)[i] = ((const T *) side->data)[side->constant ? 0 : j];                          \
        states[i] = vector_state(side, j);                                                          \
        any |= states[i];                                                                           \
    }

#define SELECT_ROWS(NAME, T)                                                                        \
    static uint8_t NAME##_side(const struct vector *a, const struct vector *side, const struct level *level, bool value, int32_t n, \
                               void *out, uint8_t *states)                                          \
    {                                                                                               \
        const uint8_t *x = a->data;                                                                 \
        const int32_t x_step = a->constant ? 0 : 1;                                                 \
        uint8_t any = 0;                                                                            \
        SELECT_SIDE(T)                                                                              \
        return any;                                                                                 \
    }                                                                                               \
    static const struct op *NAME##_rows(const struct op *op, struct batch *batch)                   \
    {                                                                                               \
        const struct level *no_level = &batch->levels[op->level], *yes_level = no_level - 1;        \
        level_close(no_level, batch);                                                               \
        const struct vector *a = batch_vector(batch, op->a);                                        \
        const struct vector *b = batch_vector(batch, op->b);                                        \
        const struct vector *c = batch_vector(batch, op->c);                                        \
        const uint8_t *x = a->data;                                                                 \
        const T *y = b->data, *z = c->data;                                                         \
        T *restrict out = batch_out(batch, op);                                                     \
        uint8_t *restrict states = batch_out_states(batch, op);                                     \
        const int32_t x_step = a->constant ? 0 : 1;                                                 \
        const int32_t y_step = b->constant ? 0 : 1, z_step = c->constant ? 0 : 1;                   \
        const bool all = a->states == NULL && b->states == NULL && c->states == NULL;               \
        const struct state_walk p = walk_states(a), q = walk_states(b), s = walk_states(c);         \
        uint8_t any = 0;                                                                            \
        if (yes_level->active || no_level->active) {                                                \
            memset(out, 0, sizeof *out * (size_t) batch->rows);                                     \
            for (int32_t i = 0; i < batch->rows; i++) {                                             \
                states[i] = p.at[i * p.step];                                                       \
                any |= states[i];                                                                   \
            }                                                                                       \
            any |= NAME##_side(a, b, yes_level, true, yes_level->active ? yes_level->rows : batch->rows, out, states); \
            any |= NAME##_side(a, c, no_level, false, no_level->active ? no_level->rows : batch->rows, out, states); \
            batch_set(batch, op, out, any != 0 ? states : NULL, false);                             \
            return op + 1;                                                                          \
        }                                                                                           \
        for (int32_t i = 0; i < batch->rows; i++) {                                                 \
            const T yes = y[i * y_step], no = z[i * z_step];                                        \
            out[i] = x[i * x_step] != 0 ? yes : no;                                                 \
        }                                                                                           \
        for (int32_t i = 0; !all && i < batch->rows; i++) {                                         \
            const uint8_t condition = p.at[i * p.step], yes = q.at[i * q.step], no = s.at[i * s.step]; \
            const uint8_t taken = x[i * x_step] != 0 ? yes : no;                                    \
            states[i] = condition != 0 ? condition : taken;                                         \
            any |= states[i];                                                                       \
        }                                                                                           \
        batch_set(batch, op, out, any != 0 ? states : NULL, false);                                 \
        return op + 1;                                                                              \
    }

SELECT_ROWS(select_bool, uint8_t)
SELECT_ROWS(select_word, word)
SELECT_ROWS(select_text, struct rule_text)

const struct kernel choose_kernel = {.row = choose_row, .rows = choose_rows};
const struct kernel else_kernel = {.row = else_row, .rows = else_rows};
const struct kernel select_bool_kernel = {.row = select_row, .rows = select_bool_rows};
const struct kernel select_word_kernel = {.row = select_row, .rows = select_word_rows};
const struct kernel select_text_kernel = {.row = select_row, .rows = select_text_rows};
