/* Operators, and the two schedules that run each of them.
 *
 * An operator is one inline function over C values that returns a state: 0 and a result, or a cstm_status. From that one
 * definition the templates below make two schedules: `row`, which reads and writes cells and serves a single row with some twenty
 * instructions, and `rows`, which walks whole vectors. They cannot differ in a bit, since the arithmetic is written once; a
 * property test holds them to it.
 *
 * An operand is a byte offset: from 0 up a register, below 0 a constant of the program (cells and vectors have the same
 * size, so one offset serves both schedules). Every operation returns the next one, so that a jump is an operation, too.
 *
 * A vector without states has a value in every row, and the loops without states are the fast ones. Where a && || or ?: has
 * decided many rows already, the rest of it runs over a selection: loads gather the rows that are left, and what is around it gets
 * the results back where they belong (rule/selection.h). */
#ifndef RULE_KERNEL_H
#define RULE_KERNEL_H

#include "rule/value.h"

struct vector {
    const void *data;
    const uint8_t *states;   /* NULL: every row is a value */
    bool constant;           /* one element stands for all rows */
};

_Static_assert(sizeof(struct vector) == sizeof(struct cell), "one offset serves both schedules");

#define OPERAND_SIZE 24
#define TEXT_LIMIT 1024      /* bytes of a text that is made at run time */

struct frame;
struct batch;
struct op;
typedef const struct op *(*row_kernel)(const struct op *op, struct frame *frame);
typedef const struct op *(*rows_kernel)(const struct op *op, struct batch *batch);

/* An operation of a program. Offsets into the batch's buffers are in bytes a row: times the batch's stride. */
struct op {
    row_kernel row;          /* NULL ends the program */
    rows_kernel rows;
    int32_t dst, a, b, c;    /* operands */
    int32_t jump;            /* operations to go on by where the rest is decided */
    int32_t out, out_states; /* the result's own buffers */
    int32_t text;            /* buffer of texts that are made here */
    union {
        int32_t slot;        /* loads */
        int32_t d;           /* of an operator of four operands the fourth */
    };
    int16_t level;           /* of && || ?: where their selection is kept */
    bool first;              /* the first jump of a && or || */
    uint8_t worth;           /* how much there is to spare by a selection: WORTH_.. */
    int64_t imm;             /* an exponent, an offset from UTC; of a load, the number of its look-up */
    const void *data;        /* a set, a zone; of a load before what it may be looked up for, that operator's struct kernel */
};

/* A single row. */
struct frame {
    struct cell *cells;
    const struct cell *constants_end;
    const struct rule_column *inputs;
    char *text;
};

/* Many rows. */
struct batch {
    struct vector *vectors;
    const struct vector *constants_end;
    const struct rule_column *inputs;
    struct level *levels;
    uint8_t *buffers;
    size_t stride;           /* rows, rounded up to 16 */
    int32_t rows;
    const int32_t *index;    /* row of the inputs for each row; NULL: the same */
    int32_t level_units;     /* where the buffers of the levels begin */
};

#define WORTH_NOTHING 0
#define WORTH_SOME 1
#define WORTH_MUCH 2

#define KERNEL_FAILS 1       /* may end in an error other than those of its operands */
#define KERNEL_GUARDED 2     /* must not look at a row that is not a value */
#define KERNEL_SLOW 4        /* worth a selection, and worth leaving out rows that are no values */

struct kernel {
    row_kernel row;
    row_kernel loaded;       /* stands in for the load right before: loads `a` and computes, in one step; nullable */
    rows_kernel rows;
    int32_t text_size;       /* bytes a row of text that it makes */
    int32_t flags;
    rows_kernel spans;       /* like `loaded`, over rows of a column of spans, the other operand being constant; nullable */
    rows_kernel wide;        /* `rows` for machines with wide vectors; nullable */
};

/* Whether the machine has the vectors that `wide` is compiled for. */
bool kernel_wide(void);
#if defined(__x86_64__) && defined(__GNUC__)
#define WIDE_TARGET __attribute__((target("avx2")))
#else
#define WIDE_TARGET
#endif

static inline const struct cell *
frame_cell(const struct frame *frame, int32_t operand)
{
    const char *base = operand >= 0 ? (const char *) frame->cells : (const char *) frame->constants_end;
    return (const struct cell *) (base + operand);
}

static inline struct cell *
frame_result(struct frame *frame, const struct op *op)
{
    return (struct cell *) ((char *) frame->cells + op->dst);
}

static inline const struct vector *
batch_vector(const struct batch *batch, int32_t operand)
{
    const char *base = operand >= 0 ? (const char *) batch->vectors : (const char *) batch->constants_end;
    return (const struct vector *) (base + operand);
}

static inline void *
batch_out(const struct batch *batch, const struct op *op)
{
    return batch->buffers + (size_t) op->out * batch->stride;
}

static inline uint8_t *
batch_out_states(const struct batch *batch, const struct op *op)
{
    return batch->buffers + (size_t) op->out_states * batch->stride;
}

/* The row of the inputs that row i of the batch is. */
static inline int32_t
batch_row(const struct batch *batch, int32_t i)
{
    return batch->index == NULL ? i : batch->index[i];
}

static inline void
batch_set(struct batch *batch, const struct op *op, const void *data, const uint8_t *states, bool constant)
{
    struct vector *result = (struct vector *) ((char *) batch->vectors + op->dst);
    result->data = data;
    result->states = states;
    result->constant = constant;
}

static inline uint8_t
vector_state(const struct vector *vector, int32_t row)
{
    return vector->states == NULL ? 0 : vector->states[vector->constant ? 0 : row];
}

/* states[i] = the state of a; where that is a value, that of b (nullable); where that is one, too, states[i] itself if
 * `keep`, else a value. Returns whether any is not a value. */
bool vector_merge_states(const struct vector *a, const struct vector *b, bool keep, int32_t rows, uint8_t *states);

/* NAME_apply(op, buffer, a, b, &result): what the templates call. PLAIN operators see values alone; OP ones also their operation
 * (a zone, a set); TEXT ones also a buffer for what they make. */
#define BINARY_PLAIN(NAME, TA, TB, TR)                                                              \
    static inline uint8_t NAME##_apply(const struct op *op, char *buffer, TA a, TB b, TR *r)        \
    {                                                                                               \
        (void) op;                                                                                  \
        (void) buffer;                                                                              \
        return NAME(a, b, r);                                                                       \
    }
#define BINARY_OP(NAME, TA, TB, TR)                                                                 \
    static inline uint8_t NAME##_apply(const struct op *op, char *buffer, TA a, TB b, TR *r)        \
    {                                                                                               \
        (void) buffer;                                                                              \
        return NAME(op, a, b, r);                                                                   \
    }
#define BINARY_TEXT(NAME, TA, TB, TR)                                                               \
    static inline uint8_t NAME##_apply(const struct op *op, char *buffer, TA a, TB b, TR *r)        \
    {                                                                                               \
        (void) op;                                                                                  \
        return NAME(buffer, a, b, r);                                                               \
    }
#define UNARY_PLAIN(NAME, TA, TR)                                                                   \
    static inline uint8_t NAME##_apply(const struct op *op, char *buffer, TA a, TR *r)              \
    {                                                                                               \
        (void) op;                                                                                  \
        (void) buffer;                                                                              \
        return NAME(a, r);                                                                          \
    }
#define UNARY_OP(NAME, TA, TR)                                                                      \
    static inline uint8_t NAME##_apply(const struct op *op, char *buffer, TA a, TR *r)              \
    {                                                                                               \
        (void) buffer;                                                                              \
        return NAME(op, a, r);                                                                      \
    }
#define UNARY_TEXT(NAME, TA, TR)                                                                    \
    static inline uint8_t NAME##_apply(const struct op *op, char *buffer, TA a, TR *r)              \
    {                                                                                               \
        return NAME(op, buffer, a, r);                                                              \
    }

/* The two schedules of an operator, and the constant struct kernel NAME_kernel. */
#define KERNEL_BINARY(FAMILY, NAME, TA, TB, TR, FLAGS, TEXT_SIZE)                                   \
    BINARY_SCHEDULES(FAMILY, NAME, TA, TB, TR, FLAGS, TEXT_SIZE)                                    \
    static const struct kernel NAME##_kernel = {                                                    \
        .row = NAME##_row, .loaded = NAME##_loaded, .rows = NAME##_rows, .text_size = TEXT_SIZE, .flags = FLAGS};
#define KERNEL_UNARY(FAMILY, NAME, TA, TR, FLAGS, TEXT_SIZE)                                        \
    UNARY_SCHEDULES(FAMILY, NAME, TA, TR, FLAGS, TEXT_SIZE)                                         \
    static const struct kernel NAME##_kernel = {                                                    \
        .row = NAME##_row, .loaded = NAME##_loaded, .rows = NAME##_rows, .text_size = TEXT_SIZE, .flags = FLAGS};

/* The same, and the rows once more for wide vectors: for operators that take an instruction or two. */
#define WIDE_ROWS(NAME)                                                                             \
    WIDE_TARGET static const struct op *NAME##_wide(const struct op *op, struct batch *batch) { return NAME##_body(op, batch); }
#define KERNEL_BINARY_WIDE(FAMILY, NAME, TA, TB, TR, FLAGS)                                         \
    BINARY_SCHEDULES(FAMILY, NAME, TA, TB, TR, FLAGS, 0)                                            \
    WIDE_ROWS(NAME)                                                                                 \
    static const struct kernel NAME##_kernel = {                                                    \
        .row = NAME##_row, .loaded = NAME##_loaded, .rows = NAME##_rows, .flags = FLAGS, .wide = NAME##_wide};
#define KERNEL_UNARY_WIDE(FAMILY, NAME, TA, TR, FLAGS)                                              \
    UNARY_SCHEDULES(FAMILY, NAME, TA, TR, FLAGS, 0)                                                 \
    WIDE_ROWS(NAME)                                                                                 \
    static const struct kernel NAME##_kernel = {                                                    \
        .row = NAME##_row, .loaded = NAME##_loaded, .rows = NAME##_rows, .flags = FLAGS, .wide = NAME##_wide};

#define BINARY_SCHEDULES(FAMILY, NAME, TA, TB, TR, FLAGS, TEXT_SIZE)                                \
    FAMILY(NAME, TA, TB, TR)                                                                        \
    static const struct op *NAME##_row(const struct op *op, struct frame *frame)                    \
    {                                                                                               \
        const struct cell *a = frame_cell(frame, op->a);                                            \
        const struct cell *b = frame_cell(frame, op->b);                                            \
        struct cell *r = frame_result(frame, op);                                                   \
        if ((a->state | b->state) != 0) {                                                           \
            r->state = a->state != 0 ? a->state : b->state;                                         \
            return op + 1;                                                                          \
        }                                                                                           \
        r->state = NAME##_apply(op, frame->text + op->text, *(const TA *) &a->as,                   \
                                *(const TB *) &b->as, (TR *) &r->as);                               \
        return op + 1;                                                                              \
    }                                                                                               \
    static const struct op *NAME##_loaded(const struct op *load, struct frame *frame)               \
    {                                                                                               \
        const struct op *op = load + 1;                                                             \
        const struct rule_column *a = &frame->inputs[load->slot];                                   \
        const struct cell *b = frame_cell(frame, op->b);                                            \
        struct cell *r = frame_result(frame, op);                                                   \
        const uint8_t a_state = a->states == NULL ? 0 : a->states[0];                               \
        if ((a_state | b->state) != 0) {                                                            \
            r->state = a_state != 0 ? a_state : b->state;                                           \
            return op + 1;                                                                          \
        }                                                                                           \
        r->state = NAME##_apply(op, frame->text + op->text, *(const TA *) a->as.any,                \
                                *(const TB *) &b->as, (TR *) &r->as);                               \
        return op + 1;                                                                              \
    }                                                                                               \
    static inline __attribute__((always_inline)) const struct op *                                  \
    NAME##_body(const struct op *op, struct batch *batch)                                           \
    {                                                                                               \
        const struct vector *a = batch_vector(batch, op->a);                                        \
        const struct vector *b = batch_vector(batch, op->b);                                        \
        const bool constant = a->constant && b->constant;                                           \
        const int32_t n = constant ? 1 : batch->rows;                                               \
        const TA *x = a->data;                                                                      \
        const TB *y = b->data;                                                                      \
        TR *restrict out = batch_out(batch, op);                                                    \
        uint8_t *restrict states = batch_out_states(batch, op);                                     \
        char *buffer = (char *) batch->buffers + (size_t) op->text * batch->stride;                 \
        const bool all = a->states == NULL && b->states == NULL;                                    \
        uint8_t any = 0;                                                                            \
        if (!all && ((FLAGS) & (KERNEL_GUARDED | KERNEL_SLOW)) != 0) {                              \
            for (int32_t i = 0; i < n; i++) {                                                       \
                uint8_t state = vector_state(a, i);                                                 \
                if (state == 0)                                                                     \
                    state = vector_state(b, i);                                                     \
                if (state != 0)                                                                     \
                    memset(&out[i], 0, sizeof out[i]);                                              \
                else                                                                                \
                    state = NAME##_apply(op, buffer + (TEXT_SIZE) * i, x[a->constant ? 0 : i],      \
                                         y[b->constant ? 0 : i], &out[i]);                          \
                states[i] = state;                                                                  \
                any |= state;                                                                       \
            }                                                                                       \
            batch_set(batch, op, out, any != 0 ? states : NULL, constant);                          \
            return op + 1;                                                                          \
        }                                                                                           \
        if (a->constant) {                                                                          \
            const TA k = x[0];                                                                      \
            KERNEL_LOOP(NAME, k, y[i], FLAGS, TEXT_SIZE)                                            \
        } else if (b->constant) {                                                                   \
            const TB k = y[0];                                                                      \
            KERNEL_LOOP(NAME, x[i], k, FLAGS, TEXT_SIZE)                                            \
        } else {                                                                                    \
            KERNEL_LOOP(NAME, x[i], y[i], FLAGS, TEXT_SIZE)                                         \
        }                                                                                           \
        if (!all)                                                                                   \
            any = vector_merge_states(a, b, ((FLAGS) & KERNEL_FAILS) != 0, n, states);              \
        batch_set(batch, op, out, any != 0 ? states : NULL, constant);                              \
        return op + 1;                                                                              \
    }                                                                                               \
    static const struct op *NAME##_rows(const struct op *op, struct batch *batch) { return NAME##_body(op, batch); }

#define KERNEL_LOOP(NAME, X, Y, FLAGS, TEXT_SIZE)                                                   \
    for (int32_t i = 0; i < n; i++) {                                                               \
        uint8_t state = NAME##_apply(op, buffer + (TEXT_SIZE) * i, X, Y, &out[i]);                  \
        if (((FLAGS) & KERNEL_FAILS) != 0) {                                                        \
            states[i] = state;                                                                      \
            any |= state;                                                                           \
        }                                                                                           \
    }

#define UNARY_SCHEDULES(FAMILY, NAME, TA, TR, FLAGS, TEXT_SIZE)                                     \
    FAMILY(NAME, TA, TR)                                                                            \
    static const struct op *NAME##_row(const struct op *op, struct frame *frame)                    \
    {                                                                                               \
        const struct cell *a = frame_cell(frame, op->a);                                            \
        struct cell *r = frame_result(frame, op);                                                   \
        r->state = a->state;                                                                        \
        if (a->state == 0)                                                                          \
            r->state = NAME##_apply(op, frame->text + op->text, *(const TA *) &a->as, (TR *) &r->as); \
        return op + 1;                                                                              \
    }                                                                                               \
    static const struct op *NAME##_loaded(const struct op *load, struct frame *frame)               \
    {                                                                                               \
        const struct op *op = load + 1;                                                             \
        const struct rule_column *a = &frame->inputs[load->slot];                                   \
        struct cell *r = frame_result(frame, op);                                                   \
        r->state = a->states == NULL ? 0 : a->states[0];                                            \
        if (r->state == 0)                                                                          \
            r->state = NAME##_apply(op, frame->text + op->text, *(const TA *) a->as.any, (TR *) &r->as); \
        return op + 1;                                                                              \
    }                                                                                               \
    static inline __attribute__((always_inline)) const struct op *                                  \
    NAME##_body(const struct op *op, struct batch *batch)                                           \
    {                                                                                               \
        const struct vector *a = batch_vector(batch, op->a);                                        \
        const int32_t n = a->constant ? 1 : batch->rows;                                            \
        const TA *x = a->data;                                                                      \
        TR *restrict out = batch_out(batch, op);                                                    \
        uint8_t *restrict states = batch_out_states(batch, op);                                     \
        char *buffer = (char *) batch->buffers + (size_t) op->text * batch->stride;                 \
        uint8_t any = 0;                                                                            \
        if (a->states != NULL && ((FLAGS) & (KERNEL_GUARDED | KERNEL_SLOW)) != 0) {                 \
            for (int32_t i = 0; i < n; i++) {                                                       \
                uint8_t state = a->states == NULL ? 0 : a->states[i];                               \
                if (state != 0)                                                                     \
                    memset(&out[i], 0, sizeof out[i]);                                              \
                else                                                                                \
                    state = NAME##_apply(op, buffer + (TEXT_SIZE) * i, x[i], &out[i]);              \
                states[i] = state;                                                                  \
                any |= state;                                                                       \
            }                                                                                       \
            batch_set(batch, op, out, any != 0 ? states : NULL, a->constant);                       \
            return op + 1;                                                                          \
        }                                                                                           \
        for (int32_t i = 0; i < n; i++) {                                                           \
            uint8_t state = NAME##_apply(op, buffer + (TEXT_SIZE) * i, x[i], &out[i]);              \
            if (((FLAGS) & KERNEL_FAILS) != 0) {                                                    \
                states[i] = state;                                                                  \
                any |= state;                                                                       \
            }                                                                                       \
        }                                                                                           \
        if (a->states != NULL)                                                                      \
            any = vector_merge_states(a, NULL, ((FLAGS) & KERNEL_FAILS) != 0, n, states);           \
        batch_set(batch, op, out, any != 0 ? states : NULL, a->constant);                           \
        return op + 1;                                                                              \
    }                                                                                               \
    static const struct op *NAME##_rows(const struct op *op, struct batch *batch) { return NAME##_body(op, batch); }

/* Operators that are no strict functions of their operands. */
extern const struct kernel load_bool_kernel, load_word_kernel, load_text_kernel, load_has_kernel;
extern const rows_kernel load_looked_up_rows;              /* a text's load and the operator after it; kernel_load.c */
extern const struct kernel and_kernel, or_kernel;          /* dst = a && b; both evaluated as far as needed */
extern const struct kernel and_end_kernel, or_end_kernel;  /* the last of a chain: gives back its selection */
extern const struct kernel and_skip_kernel, or_skip_kernel; /* dst = a and jump where a decides */
extern const struct kernel choose_kernel;                  /* a: the condition; jumps to else, or past all where it fails */
extern const struct kernel else_kernel;                    /* dst = b (single row) and jump past all */
extern const struct kernel select_bool_kernel, select_word_kernel, select_text_kernel;   /* dst = a ? b : c */
extern const struct kernel *const finite_kernel;           /* dst = a, a double, where it is finite */
extern const struct kernel island_kernel, island_text_kernel;   /* rule/island.h */

#endif
