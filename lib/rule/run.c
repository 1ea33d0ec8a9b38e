/* Runs programs. A single row lives in cells at the start of the scratch; many rows live in vectors whose descriptors stand
 * at its start and whose buffers follow. Nothing is cleared beforehand: an operation writes before another reads. */
#include "rule/program.h"
#include "rule/selection.h"

static size_t
round_up(size_t n)
{
    return (n + 15) & ~(size_t) 15;
}

bool
kernel_wide(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

/* Descriptors at the start of a scratch for many rows. */
static size_t
descriptors_size(const struct rule_program *program)
{
    return round_up((size_t) program->n_registers * OPERAND_SIZE + (size_t) program->n_levels * sizeof(struct level));
}

bool
rule_program_takes_forms(const struct rule_program *program)
{
    return !program->has_heap;
}

int32_t
rule_program_look_ups(const struct rule_program *program, const int32_t **slots)
{
    *slots = program->look_up_slots;
    return program->n_look_ups;
}

size_t
rule_scratch_size(const struct rule_program *program, int32_t rows)
{
    size_t stride = rows <= 1 ? 1 : round_up((size_t) rows);
    /* A heap begins at a multiple of 16. */
    return descriptors_size(program) + (size_t) program->units * stride + (program->has_heap ? HEAP_SIZE + 16 : 0);
}

static inline struct frame
frame_of(const struct rule_program *program, const struct rule_column *inputs, void *scratch)
{
    return (struct frame){
        .cells = scratch,
        .constants_end = program->constants_end,
        .inputs = inputs,
        .text = (char *) scratch + (size_t) program->n_registers * OPERAND_SIZE,
    };
}

static inline const struct cell *
run_frame(const struct rule_program *program, struct frame *frame)
{
    for (const struct op *op = program->ops; op->row != NULL;)
        op = op->row(op, frame);
    return frame_cell(frame, program->result);
}

static void
run_row(const struct rule_program *program, const struct rule_column *inputs, void *scratch, struct rule_column *result)
{
    struct frame frame = frame_of(program, inputs, scratch);
    const struct cell *value = run_frame(program, &frame);
    result->states[0] = value->state;
    if (program->width == 1)
        result->as.bools[0] = value->state == 0 ? value->as.b : 0;
    else if (program->width == 8)
        result->as.int64s[0] = value->state == 0 ? value->as.i : 0;
    else if (program->width == (int32_t) sizeof(struct rule_text))
        result->as.texts[0] = value->state == 0 ? value->as.text : (struct rule_text){"", 0};
    else
        result->as.cells[0] = value->state == 0 ? *value : (struct cell){.state = value->state};
}

/* Rows without a value are written as zeros, so that nothing of what stood there shows. */
static void
write_result(const struct vector *from, int32_t width, int32_t rows, struct rule_column *result)
{
    char *out = result->as.any;
    if (!from->constant) {
        memcpy(out, from->data, (size_t) width * (size_t) rows);
    } else {
        for (int32_t i = 0; i < rows; i++)
            memcpy(out + (size_t) i * (size_t) width, from->data, (size_t) width);
    }
    if (from->states == NULL) {
        memset(result->states, 0, (size_t) rows);
        return;
    }
    const int32_t step = from->constant ? 0 : 1;
    for (int32_t i = 0; i < rows; i++)
        result->states[i] = from->states[i * step];
    if (width == 1) {
        for (int32_t i = 0; i < rows; i++)
            result->as.bools[i] = result->states[i] == 0 ? result->as.bools[i] : 0;
    } else if (width == 8) {
        for (int32_t i = 0; i < rows; i++)
            result->as.int64s[i] &= -(int64_t) (result->states[i] == 0);
    } else {
        for (int32_t i = 0; i < rows; i++)
            if (result->states[i] != 0)
                result->as.texts[i] = (struct rule_text){"", 0};
    }
}

static inline __attribute__((always_inline)) struct vector
run_vectors(const struct rule_program *program, const struct rule_column *inputs, int32_t rows, void *scratch)
{
    struct batch batch = {
        .vectors = scratch,
        .constants_end = program->constant_vectors_end,
        .inputs = inputs,
        .levels = (struct level *) (void *) ((char *) scratch + (size_t) program->n_registers * OPERAND_SIZE),
        .buffers = (uint8_t *) scratch + descriptors_size(program),
        .stride = round_up((size_t) rows),
        .rows = rows,
        .level_units = program->level_units,
    };
    for (const struct op *op = program->ops; op->rows != NULL;)
        op = op->rows(op, &batch);
    return *batch_vector(&batch, program->result);
}

/* Apart, so that the single row does not pay for its registers. */
static __attribute__((noinline)) void
run_rows(const struct rule_program *program, const struct rule_column *inputs, int32_t rows, void *scratch, struct rule_column *result)
{
    const struct vector value = run_vectors(program, inputs, rows, scratch);
    write_result(&value, program->width, rows, result);
}

void
rule_run_lent(const struct rule_program *program, const struct rule_column *inputs, int32_t rows, void *scratch, struct rule_column *result)
{
    *result = (struct rule_column){.kind = program->kind};
    if (rows == 1) {
        struct frame frame = frame_of(program, inputs, scratch);
        const struct cell *value = run_frame(program, &frame);
        result->constant = true;
        result->as.any = (void *) &value->as;
        result->states = value->state == 0 ? NULL : (uint8_t *) &value->state;
        return;
    }
    const struct vector value = run_vectors(program, inputs, rows, scratch);
    result->constant = value.constant;
    result->as.any = (void *) value.data;
    result->states = (uint8_t *) value.states;
}

void
rule_run(const struct rule_program *program, const struct rule_column *inputs, int32_t rows, void *scratch, struct rule_column *result)
{
    result->kind = program->kind;
    result->constant = false;
    result->form = RULE_PLAIN;
    if (rows == 1)
        run_row(program, inputs, scratch, result);
    else if (rows > 1 && program->width == (int32_t) sizeof(struct cell))
        memset(result->states, CSTM_ERROR_UNSUPPORTED, (size_t) rows);
    else if (rows > 1)
        run_rows(program, inputs, rows, scratch, result);
}
