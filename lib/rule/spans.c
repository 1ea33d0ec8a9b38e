/* Texts are compared by their sizes and their first eight bytes as one word, without branches; bytes behind those are looked at only
 * where both agree. */
#include "rule/spans.h"

/* Bytes of a word that a text of this size has. */
static inline uint64_t
word_mask(size_t size)
{
    if (size >= 8)
        return UINT64_MAX;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return ~(UINT64_MAX >> (8 * size));
#else
    return ~(UINT64_MAX << (8 * size));
#endif
}

static uint64_t
short_word(const char *bytes, size_t size)
{
    uint64_t word = 0;
    if (size > 0)
        memcpy(&word, bytes, size < 8 ? size : 8);
    return word;
}

/* Only the last texts of a column have no eight bytes behind where they begin. */
static inline uint64_t
word_at(const char *bytes, size_t size, const char *end)
{
    uint64_t word;
    if (end - bytes < 8)
        return short_word(bytes, size);
    memcpy(&word, bytes, sizeof word);
    return word & word_mask(size);
}

struct wanted {
    uint64_t word;
    size_t size;
    const char *bytes;
};

static inline __attribute__((always_inline)) void
ask(const struct rule_spans *spans, const int32_t *index, int32_t rows, const struct wanted *wanted, int32_t n, bool negated,
    uint8_t *restrict out)
{
    for (int32_t i = 0; i < rows; i++) {
        const int64_t *at = &spans->offsets[index == NULL ? i : index[i]];
        const char *bytes = spans->bytes + at[0];
        const size_t size = (size_t) (at[1] - at[0]);
        const uint64_t word = word_at(bytes, size, spans->end);
        bool is = false;
        for (int32_t k = 0; k < n; k++) {
            bool same = ((word ^ wanted[k].word) | (size ^ wanted[k].size)) == 0;
            if (wanted[k].size > 8)
                same = same && memcmp(bytes + 8, wanted[k].bytes + 8, size - 8) == 0;
            is |= same;
        }
        out[i] = is ^ negated;
    }
}

const struct op *
spans_among(const struct op *load, struct batch *batch, const struct rule_text *texts, int32_t n, bool negated)
{
    const struct rule_column *input = &batch->inputs[load->slot];
    const struct rule_spans *spans = input->as.spans;
    const struct op *op = load + 1;
    struct wanted wanted[SPANS_TEXTS];
    for (int32_t k = 0; k < n; k++)
        wanted[k] = (struct wanted){short_word(texts[k].bytes, texts[k].size), texts[k].size, texts[k].bytes};
    uint8_t *out = batch_out(batch, op);
    const int32_t rows = batch->rows;
    if (n == 1)
        ask(spans, batch->index, rows, wanted, 1, negated, out);
    else if (n == 2)
        ask(spans, batch->index, rows, wanted, 2, negated, out);
    else
        ask(spans, batch->index, rows, wanted, n, negated, out);
    uint8_t *restrict states = batch_out_states(batch, op);
    for (int32_t i = 0; input->states != NULL && i < rows; i++)
        states[i] = input->states[batch_row(batch, i)];
    batch_set(batch, op, out, input->states != NULL ? states : NULL, false);
    return op + 1;
}

const struct op *
spans_load(const struct op *load, struct batch *batch)
{
    return load_text_kernel.rows(load, batch);
}
