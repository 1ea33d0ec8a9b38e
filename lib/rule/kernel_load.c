/* Loads: inputs as the operators' vectors. A column that lies as a vector does is read where it is; only where a selection holds are
 * its rows gathered. Texts come in other forms, too: behind codes of a dictionary, or as spans of one buffer. What a rule asks of single
 * texts is then asked once of each entry of the dictionary and looked up by the rows' codes, and the commonest questions to spans
 * have loops of their own (rule/kernel.h: spans); for all else, texts are gathered. */
#include "rule/selection.h"

/* Integers and doubles are moved alike. */
typedef int64_t __attribute__((may_alias)) word;

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

/* The states of the rows that hold now; NULL where all are values. */
static const uint8_t *
gathered_states(const struct op *op, const struct batch *batch, const struct rule_column *input)
{
    if (input->states == NULL || batch->index == NULL)
        return input->states;
    const uint8_t *from = input->states;
    uint8_t *restrict states = batch_out_states(batch, op);
    const int32_t *index = batch->index;
    const int32_t n = batch->rows;
    for (int32_t i = 0; i < n; i++)
        states[i] = from[index[i]];
    return states;
}

#define LOAD_ROWS(NAME, T)                                                                          \
    static const struct op *NAME##_rows(const struct op *op, struct batch *batch)                   \
    {                                                                                               \
        const struct rule_column *input = &batch->inputs[op->slot];                                 \
        if (batch->index == NULL || input->constant) {                                              \
            batch_set(batch, op, input->as.any, input->states, input->constant);                    \
            return op + 1;                                                                          \
        }                                                                                           \
        const T *from = input->as.any;                                                              \
        T *restrict out = batch_out(batch, op);                                                     \
        const int32_t *index = batch->index, n = batch->rows;                                       \
        for (int32_t i = 0; i < n; i++)                                                             \
            out[i] = from[index[i]];                                                                \
        batch_set(batch, op, out, gathered_states(op, batch, input), false);                        \
        return op + 1;                                                                              \
    }

LOAD_ROWS(load_bool, uint8_t)
LOAD_ROWS(load_word, word)
LOAD_ROWS(load_plain_text, struct rule_text)

static const struct op *
load_text_rows(const struct op *op, struct batch *batch)
{
    const struct rule_column *input = &batch->inputs[op->slot];
    if (input->form == RULE_PLAIN)
        return load_plain_text_rows(op, batch);
    struct rule_text *out = batch_out(batch, op);
    if (input->form == RULE_CODED) {
        const struct rule_coded *coded = input->as.coded;
        for (int32_t i = 0; i < batch->rows; i++)
            out[i] = coded->entries[coded->codes[batch_row(batch, i)]];
    } else {
        const struct rule_spans *spans = input->as.spans;
        for (int32_t i = 0; i < batch->rows; i++) {
            const int64_t *at = &spans->offsets[batch_row(batch, i)];
            out[i] = (struct rule_text){spans->bytes + at[0], (size_t) (at[1] - at[0])};
        }
    }
    batch_set(batch, op, out, gathered_states(op, batch, input), false);
    return op + 1;
}

/* Runs the operation after the load over the entries of a dictionary, some at a time. */
static void
fill_look_up(const struct op *load, struct batch *batch, const struct rule_coded *coded, struct rule_look_up *look_up)
{
    const int32_t rows = batch->rows;
    const int32_t *index = batch->index;
    const size_t width = (size_t) load->c;
    const int32_t step = (int32_t) batch->stride;
    batch->index = NULL;
    look_up->has_states = false;
    for (int32_t from = 0; from < coded->n; from += step) {
        batch->rows = coded->n - from < step ? coded->n - from : step;
        batch_set(batch, load, coded->entries + from, NULL, false);
        load[1].rows(&load[1], batch);
        const struct vector *answer = batch_vector(batch, load[1].dst);
        char *values = (char *) look_up->values + (size_t) from * width;
        for (int32_t i = 0; i < batch->rows; i++) {
            memcpy(values + (size_t) i * width, (const char *) answer->data + (answer->constant ? 0 : (size_t) i) * width, width);
            look_up->states[from + i] = vector_state(answer, i);
        }
        look_up->has_states |= answer->states != NULL;
    }
    look_up->filled = true;
    batch->rows = rows;
    batch->index = index;
}

#define LOOK_UP_LOOP(T)                                                                             \
    {                                                                                               \
        const T *values = look_up->values;                                                          \
        T *restrict out = batch_out(batch, op);                                                     \
        const int32_t *codes = coded->codes, *index = batch->index, n = batch->rows;                \
        if (index == NULL) {                                                                        \
            for (int32_t i = 0; i < n; i++)                                                         \
                out[i] = values[codes[i]];                                                          \
        } else {                                                                                    \
            for (int32_t i = 0; i < n; i++)                                                         \
                out[i] = values[codes[index[i]]];                                                   \
        }                                                                                           \
    }

/* A row that is no value has its own state, others that of their entry. */
static const uint8_t *
look_up_states(const struct op *op, const struct batch *batch, const struct rule_column *input, const struct rule_look_up *look_up)
{
    uint8_t *restrict states = batch_out_states(batch, op);
    const int32_t n = batch->rows;
    if (!look_up->has_states && input->states == NULL)
        return NULL;
    for (int32_t i = 0; i < n; i++) {
        const int32_t row = batch_row(batch, i);
        const uint8_t own = input->states == NULL ? 0 : input->states[row];
        states[i] = own != 0 || !look_up->has_states ? own : look_up->states[input->as.coded->codes[row]];
    }
    return states;
}

static const struct op *
looked_up_rows(const struct op *load, struct batch *batch)
{
    const struct rule_column *input = &batch->inputs[load->slot];
    const struct op *op = load + 1;
    if (input->form == RULE_SPANS) {
        const struct kernel *kernel = load->data;
        return kernel->spans != NULL ? kernel->spans(load, batch) : load_text_rows(load, batch);
    }
    if (input->form != RULE_CODED)
        return load_plain_text_rows(load, batch);
    const struct rule_coded *coded = input->as.coded;
    struct rule_look_up *look_up = &coded->look_ups[load->imm];
    if (!look_up->filled)
        fill_look_up(load, batch, coded, look_up);
    if (load->c == 1)
        LOOK_UP_LOOP(uint8_t)
    else
        LOOK_UP_LOOP(word)
    batch_set(batch, op, batch_out(batch, op), look_up_states(op, batch, input, look_up), false);
    return op + 1;   /* past both */
}
const rows_kernel load_looked_up_rows = looked_up_rows;

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
        has_of(input->states[input->constant ? 0 : batch_row(batch, i)], &out[i], &states[i]);
        any |= states[i];
    }
    batch_set(batch, op, out, any != 0 ? states : NULL, input->constant);
    return op + 1;
}

const struct kernel load_bool_kernel = {.row = load_bool_row, .rows = load_bool_rows};
const struct kernel load_word_kernel = {.row = load_word_row, .rows = load_word_rows};
const struct kernel load_text_kernel = {.row = load_text_row, .rows = load_text_rows};
const struct kernel load_has_kernel = {.row = load_has_row, .rows = load_has_rows};
