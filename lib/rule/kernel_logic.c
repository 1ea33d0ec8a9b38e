/* Loads, and the operators that do not ask for all of their operands: && || ?: and has().
 *
 * CEL's logic is commutative in what it absorbs: false decides a &&, true decides a ||, whatever stands on the other side.
 * Where nothing decides and an operand is missing or an error, the result is the first such operand's state.
 *
 * Each is a pair: a jump after the left side, and a joining operation after the right side. For a single row the jump
 * skips the right side where the left decides; for vectors it does so where the left decides in every row, and otherwise
 * narrows the mask for what is dear on the right. */
#include "rule/kernel.h"

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

/* Loads. */

static inline uint8_t
input_state(const struct rule_column *input)
{
    return input->states == NULL ? 0 : input->states[0];
}

static const struct op *
load_bool_row(const struct op *op, struct frame *frame)
{
    const struct rule_column *input = &frame->inputs[op->slot];
    struct cell *r = frame_result(frame, op);
    r->as.b = input->as.bools[0] != 0;
    r->state = input_state(input);
    return op + 1;
}

static const struct op *
load_word_row(const struct op *op, struct frame *frame)
{
    const struct rule_column *input = &frame->inputs[op->slot];
    struct cell *r = frame_result(frame, op);
    memcpy(&r->as, input->as.any, 8);
    r->state = input_state(input);
    return op + 1;
}

static const struct op *
load_text_row(const struct op *op, struct frame *frame)
{
    const struct rule_column *input = &frame->inputs[op->slot];
    struct cell *r = frame_result(frame, op);
    r->as.text = input->as.texts[0];
    r->state = input_state(input);
    return op + 1;
}

static const struct op *
load_rows(const struct op *op, struct batch *batch)
{
    const struct rule_column *input = &batch->inputs[op->slot];
    batch_set(batch, op, input->as.any, input->states, input->constant);
    return op + 1;
}

static inline void
has_of(uint8_t state, uint8_t *value, uint8_t *result_state)
{
    *value = state == 0;
    *result_state = state == CSTM_ERROR_MISSING ? 0 : state;
}

static const struct op *
load_has_row(const struct op *op, struct frame *frame)
{
    struct cell *r = frame_result(frame, op);
    has_of(input_state(&frame->inputs[op->slot]), &r->as.b, &r->state);
    return op + 1;
}

static const struct op *
load_has_rows(const struct op *op, struct batch *batch)
{
    const struct rule_column *input = &batch->inputs[op->slot];
    uint8_t *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    uint8_t any = 0;
    if (input->states == NULL) {
        out[0] = 1;
        batch_set(batch, op, out, NULL, true);
        return op + 1;
    }
    int32_t n = input->constant ? 1 : batch->rows;
    for (int32_t i = 0; i < n; i++) {
        has_of(input->states[i], &out[i], &states[i]);
        any |= states[i];
    }
    batch_set(batch, op, out, any != 0 ? states : NULL, input->constant);
    return op + 1;
}

const struct kernel load_bool_kernel = {load_bool_row, NULL, load_rows, 0, 0};
const struct kernel load_word_kernel = {load_word_row, NULL, load_rows, 0, 0};
const struct kernel load_text_kernel = {load_text_row, NULL, load_rows, 0, 0};
const struct kernel load_has_kernel = {load_has_row, NULL, load_has_rows, 0, 0};

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

static inline const struct op *
join_rows(const struct op *op, struct batch *batch, uint8_t dominant)
{
    const struct vector *a = batch_vector(batch, op->a);
    const struct vector *b = batch_vector(batch, op->b);
    const uint8_t *x = a->data, *y = b->data;
    uint8_t *out = batch_out(batch, op);
    uint8_t *states = batch_out_states(batch, op);
    const bool constant = a->constant && b->constant;
    const int32_t n = constant ? 1 : batch->rows;
    uint8_t any = 0;

    if (a->states == NULL && b->states == NULL && a->constant == b->constant) {
        join_plain(out, x, y, n, dominant);
        batch_set(batch, op, out, NULL, constant);
        return op + 1;
    }
    if (!a->constant && !b->constant) {
        if (a->states == NULL)
            any = join_states(out, states, a, b, n, dominant, false, true);
        else if (b->states == NULL)
            any = join_states(out, states, a, b, n, dominant, true, false);
        else
            any = join_states(out, states, a, b, n, dominant, true, true);
        batch_set(batch, op, out, any != 0 ? states : NULL, false);
        return op + 1;
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
    batch_set(batch, op, out, any != 0 ? states : NULL, constant);
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

/* Rows that the left side leaves open. Where a mask is asked for, it is written; the answer is whether any is open. */
static inline bool
leave_open(const struct op *op, struct batch *batch, const struct vector *a, uint8_t dominant)
{
    const uint8_t *x = a->data;
    const uint8_t *within = batch_mask(batch, op);
    uint8_t any = 0;
    if (op->mask_out < 0) {
        int32_t n = a->constant ? 1 : batch->rows;
        for (int32_t i = 0; i < n; i++)
            any |= x[i] ^ dominant;
        if (a->states != NULL)
            for (int32_t i = 0; i < n; i++)
                any |= a->states[i];
        return any != 0;
    }
    uint8_t *mask = batch->buffers + (size_t) op->mask_out * batch->stride;
    int32_t step = a->constant ? 0 : 1;
    for (int32_t i = 0; i < batch->rows; i++) {
        uint8_t open = x[i * step] != dominant || vector_state(a, i) != 0;
        if (within != NULL)
            open &= within[i];
        mask[i] = open;
        any |= open;
    }
    return any != 0;
}

static inline const struct op *
skip_rows(const struct op *op, struct batch *batch, uint8_t dominant)
{
    const struct vector *a = batch_vector(batch, op->a);
    if (leave_open(op, batch, a, dominant))
        return op + 1;
    /* Rows outside an outer mask may have been left undecided: nobody reads them. */
    uint8_t *out = batch_out(batch, op);
    out[0] = dominant;
    batch_set(batch, op, out, NULL, true);
    return op + op->jump;
}

static const struct op *and_row(const struct op *op, struct frame *frame) { return join_row(op, frame, 0); }
static const struct op *or_row(const struct op *op, struct frame *frame) { return join_row(op, frame, 1); }
static const struct op *and_rows(const struct op *op, struct batch *batch) { return join_rows(op, batch, 0); }
static const struct op *or_rows(const struct op *op, struct batch *batch) { return join_rows(op, batch, 1); }
static const struct op *and_skip_row(const struct op *op, struct frame *frame) { return skip_row(op, frame, 0); }
static const struct op *or_skip_row(const struct op *op, struct frame *frame) { return skip_row(op, frame, 1); }
static const struct op *and_skip_rows(const struct op *op, struct batch *batch) { return skip_rows(op, batch, 0); }
static const struct op *or_skip_rows(const struct op *op, struct batch *batch) { return skip_rows(op, batch, 1); }

const struct kernel and_kernel = {and_row, NULL, and_rows, 0, 0};
const struct kernel or_kernel = {or_row, NULL, or_rows, 0, 0};
const struct kernel and_skip_kernel = {and_skip_row, NULL, and_skip_rows, 0, 0};
const struct kernel or_skip_kernel = {or_skip_row, NULL, or_skip_rows, 0, 0};

/* The conditional. A single row goes one way; vectors go both, each side with its mask, and select. */

static const struct op *
choose_row(const struct op *op, struct frame *frame)
{
    const struct cell *a = frame_cell(frame, op->a);
    if (a->state == 0)
        return a->as.b != 0 ? op + 1 : op + op->jump;
    frame_result(frame, op)->state = a->state;
    return op + op->imm;
}

static const struct op *
choose_rows(const struct op *op, struct batch *batch)
{
    if (op->mask_out >= 0)
        leave_open(op, batch, batch_vector(batch, op->a), 0);
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
    if (op->mask_out >= 0)
        leave_open(op, batch, batch_vector(batch, op->a), 1);
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

#define SELECT_ROWS(NAME, T)                                                                        \
    static const struct op *NAME##_rows(const struct op *op, struct batch *batch)                   \
    {                                                                                               \
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
        uint8_t any = 0;                                                                            \
        for (int32_t i = 0; i < batch->rows; i++) {                                                 \
            const T yes = y[i * y_step], no = z[i * z_step];                                        \
            out[i] = x[i * x_step] != 0 ? yes : no;                                                 \
        }                                                                                           \
        const struct state_walk p = walk_states(a), q = walk_states(b), s = walk_states(c);         \
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

const struct kernel choose_kernel = {choose_row, NULL, choose_rows, 0, 0};
const struct kernel else_kernel = {else_row, NULL, else_rows, 0, 0};
const struct kernel select_bool_kernel = {select_row, NULL, select_bool_rows, 0, 0};
const struct kernel select_word_kernel = {select_row, NULL, select_word_rows, 0, 0};
const struct kernel select_text_kernel = {select_row, NULL, select_text_rows, 0, 0};
