/* Runs a rule block by block and packs what comes of it; blocks start at whole bytes of the bitmaps. */
#include "rule/verdicts.h"

#include "rule/binding.h"

#include "base/memory.h"

#include <string.h>

_Static_assert(RULE_ROWS % 8 == 0, "a block starts with a byte");

/* The lowest bits of eight bytes, that of the first byte lowest. */
static inline uint8_t
pack_eight(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return (uint8_t) ((word & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56);
}

static void
pack(const uint8_t *values, int32_t rows, uint8_t *bits)
{
    int32_t i = 0;
    for (; i + 8 <= rows; i += 8)
        bits[i >> 3] = pack_eight(values + i);
    for (; i < rows; i++)
        bits[i >> 3] = (uint8_t) (bits[i >> 3] | values[i] << (i & 7));
}

/* Values and states of a block with states; values only of what is one. */
struct pair {
    uint8_t values[RULE_ROWS];
    uint8_t states[RULE_ROWS];
};

static bool
put_block(const struct rule_column *result, struct pair *pair, int64_t from, int32_t n, int64_t rows, struct verdicts *verdicts)
{
    uint8_t *met = verdicts->met + from / 8;
    if (!result->constant && result->states == NULL) {
        pack(result->as.bools, n, met);
        return true;
    }
    const int32_t step = result->constant ? 0 : 1;
    uint8_t any = 0;
    for (int32_t i = 0; i < n; i++) {
        const uint8_t state = result->states == NULL ? 0 : result->states[i * step];
        pair->values[i] = (uint8_t) (result->as.bools[i * step] & (state == 0));
        pair->states[i] = state;
        any |= state;
    }
    pack(pair->values, n, met);
    if (any == 0)
        return true;
    if (verdicts->statuses == NULL) {
        verdicts->statuses = memory_new((size_t) rows + 1);
        if (verdicts->statuses == NULL)
            return false;
    }
    memcpy(verdicts->statuses + from, pair->states, (size_t) n);
    for (int32_t i = 0; i < n; i++)
        pair->values[i] = pair->states[i] != 0;
    pack(pair->values, n, verdicts->undecided + from / 8);
    return true;
}

cstm_status
rule_verdicts(const cstm_rule *rule, const cstm_table *table, struct verdicts *verdicts, cstm_error **error)
{
    struct binding *binding = NULL;
    cstm_status status = binding_new(rule, table, &binding, error);
    if (status != CSTM_OK)
        return status;
    void *scratch = memory_new(rule_scratch_size(rule->program, RULE_ROWS));
    struct pair pair;
    bool good = scratch != NULL;
    verdicts->statuses = NULL;
    for (int64_t from = 0; good && from < table->rows; from += RULE_ROWS) {
        const int32_t n = table->rows - from < RULE_ROWS ? (int32_t) (table->rows - from) : RULE_ROWS;
        struct rule_column result;
        rule_run_lent(rule->program, binding_block(binding, from, n), n, scratch, &result);
        good = put_block(&result, &pair, from, n, table->rows, verdicts);
    }
    memory_free(scratch);
    binding_free(binding);
    if (good)
        return CSTM_OK;
    memory_free(verdicts->statuses);
    verdicts->statuses = NULL;
    return error_no_memory(error);
}
