/* Rules over tables: block by block into a result table, and one row explained. */
#include "rule/binding.h"
#include "rule/explanation.h"
#include "rule/nearest.h"

#include "base/memory.h"
#include "table/builder.h"

#include <string.h>

/* Where results go: one of the builder's columns, or texts that are gathered. */
struct output {
    enum rule_kind kind;
    union {
        uint8_t *bools;
        int64_t *int64s;
        double *doubles;
        int32_t *days;
    } as;
    uint8_t *valid;
    int64_t *states;
    int64_t *offsets;
    char *bytes;
    size_t size, capacity;
};

union block {
    uint8_t bools[RULE_ROWS];
    int64_t int64s[RULE_ROWS];
    double doubles[RULE_ROWS];
    struct rule_text texts[RULE_ROWS];
};

static bool
open_output(struct builder *builder, const cstm_rule *rule, int64_t rows, struct output *output)
{
    void *values = NULL;
    output->kind = rule_program_kind(rule->program);
    switch (output->kind) {
    case RULE_BOOL:
        values = output->as.bools = builder_bools(builder, "value", &output->valid);
        break;
    case RULE_INT:
        values = output->as.int64s = builder_int64s(builder, "value", &output->valid);
        break;
    case RULE_DOUBLE:
        values = output->as.doubles = builder_doubles(builder, "value", &output->valid);
        break;
    case RULE_DATE:
        values = output->as.days = builder_days(builder, "value", &output->valid);
        break;
    case RULE_TIMESTAMP:
        values = output->as.int64s = builder_instants(builder, "value", &output->valid);
        break;
    case RULE_MONEY:
        values = output->as.int64s = builder_money(builder, "value", rule->currency, &output->valid);
        break;
    default:
        output->offsets = memory_new_array((size_t) rows + 1, sizeof *output->offsets);
        output->valid = memory_new((size_t) rows);
        output->bytes = memory_new(1);
        return output->offsets != NULL && output->valid != NULL && output->bytes != NULL;
    }
    if (values != NULL)
        output->states = builder_int64s(builder, "state", NULL);
    return values != NULL && output->states != NULL;
}

static bool
write_texts(struct output *output, const struct rule_text *texts, int64_t from, int32_t rows)
{
    for (int32_t i = 0; i < rows; i++) {
        const struct rule_text *text = &texts[i];
        if (!memory_reserve(&output->bytes, &output->capacity, output->size + text->size + 1, 1))
            return false;
        if (text->size > 0)
            memcpy(output->bytes + output->size, text->bytes, text->size);
        output->size += text->size;
        output->offsets[from + i + 1] = (int64_t) output->size;
    }
    return true;
}

static bool
write_block(struct output *output, const union block *block, const uint8_t *states, int64_t from, int32_t rows)
{
    for (int32_t i = 0; i < rows; i++)
        output->valid[from + i] = states[i] == 0;
    for (int32_t i = 0; i < rows && output->states != NULL; i++)
        output->states[from + i] = states[i];
    switch (output->kind) {
    case RULE_BOOL:
        memcpy(output->as.bools + from, block->bools, (size_t) rows);
        return true;
    case RULE_DATE:
        for (int32_t i = 0; i < rows; i++)
            output->as.days[from + i] = (int32_t) block->int64s[i];
        return true;
    case RULE_DOUBLE:
        memcpy(output->as.doubles + from, block->doubles, sizeof(double) * (size_t) rows);
        return true;
    case RULE_STRING:
        return write_texts(output, block->texts, from, rows);
    default:
        memcpy(output->as.int64s + from, block->int64s, sizeof(int64_t) * (size_t) rows);
        return true;
    }
}

static bool
run_blocks(const cstm_rule *rule, struct binding *binding, int64_t rows, struct output *output, int64_t *states)
{
    union block *block = memory_new(sizeof *block);
    uint8_t *block_states = memory_new(RULE_ROWS);
    void *scratch = memory_new(rule_scratch_size(rule->program, RULE_ROWS));
    bool good = block != NULL && block_states != NULL && scratch != NULL;
    for (int64_t from = 0; good && from < rows; from += RULE_ROWS) {
        int32_t n = rows - from < RULE_ROWS ? (int32_t) (rows - from) : RULE_ROWS;
        struct rule_column result = {.as.any = block, .states = block_states};
        rule_run(rule->program, binding_block(binding, from, n), n, scratch, &result);
        good = write_block(output, block, block_states, from, n);
        for (int32_t i = 0; states != NULL && i < n; i++)
            states[from + i] = block_states[i];
    }
    memory_free(block);
    memory_free(block_states);
    memory_free(scratch);
    return good;
}

/* Texts are known only when all rows have run; their states wait meanwhile, as `value` comes before `state`. */
static bool
run_texts(const cstm_rule *rule, struct binding *binding, int64_t rows, struct output *output, struct builder *builder)
{
    int64_t *waiting = memory_new_array((size_t) rows, sizeof *waiting);
    bool good = waiting != NULL && run_blocks(rule, binding, rows, output, waiting) &&
                builder_texts(builder, "value", output->offsets, output->bytes, output->valid);
    if (good) {
        output->offsets = NULL;
        output->bytes = NULL;
        output->states = builder_int64s(builder, "state", NULL);
        good = output->states != NULL;
    }
    if (good && rows > 0)
        memcpy(output->states, waiting, sizeof *waiting * (size_t) rows);
    memory_free(waiting);
    return good;
}

static cstm_status
check_call(const cstm_rule *rule, const cstm_table *table, cstm_error **error)
{
    if (!handle_is(rule, HANDLE_RULE))
        return error_misuse(error, "rule is NULL or not a rule");
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    return CSTM_OK;
}

static cstm_status
evaluate_into(const cstm_rule *rule, struct binding *binding, int64_t rows, cstm_table **result, cstm_error **error)
{
    struct builder builder;
    struct output output = {0};
    cstm_status status = builder_start(&builder, rows, error);
    if (status != CSTM_OK)
        return status;
    bool good = open_output(&builder, rule, rows, &output);
    if (good)
        good = output.offsets != NULL ? run_texts(rule, binding, rows, &output, &builder)
                                      : run_blocks(rule, binding, rows, &output, NULL);
    if (output.kind == RULE_STRING)
        memory_free(output.valid);
    memory_free(output.offsets);
    memory_free(output.bytes);
    return good ? builder_end(&builder, result, error) : builder_fail(&builder, error);
}

cstm_status
cstm_rule_evaluate(const cstm_rule *rule, const cstm_table *table, cstm_table **result, cstm_error **error)
{
    error_clear(error);
    cstm_status status = check_call(rule, table, error);
    if (status != CSTM_OK)
        return status;
    if (result == NULL)
        return error_misuse(error, "result is NULL");
    if (rule_type_of(rule_program_kind(rule->program)) == CSTM_TYPE_NONE)
        return error_set(error, CSTM_ERROR_TYPE, "the rule's result is %s, which no column can hold",
                         rule_kind_name(rule_program_kind(rule->program)));
    struct binding *binding = NULL;
    status = binding_new(rule, table, &binding, error);
    if (status != CSTM_OK)
        return status;
    status = evaluate_into(rule, binding, table->rows, result, error);
    binding_free(binding);
    return status;
}

cstm_status
cstm_rule_explain(const cstm_rule *rule, const cstm_table *table, int64_t row, cstm_explanation **explanation, cstm_error **error)
{
    error_clear(error);
    cstm_status status = check_call(rule, table, error);
    if (status != CSTM_OK)
        return status;
    if (explanation == NULL)
        return error_misuse(error, "explanation is NULL");
    if (row < 0 || row >= table->rows)
        return error_misuse(error, "row is out of range");
    struct binding *binding = NULL;
    status = binding_new(rule, table, &binding, error);
    if (status != CSTM_OK)
        return status;
    status = explanation_of(rule->program, binding_block(binding, row, 1), 0, explanation, error);
    binding_free(binding);
    return status;
}

cstm_status
cstm_rule_nearest(const cstm_rule *rule, const cstm_table *table, int64_t row, cstm_nearest **nearest, cstm_error **error)
{
    error_clear(error);
    cstm_status status = check_call(rule, table, error);
    if (status != CSTM_OK)
        return status;
    if (nearest == NULL)
        return error_misuse(error, "nearest is NULL");
    if (row < 0 || row >= table->rows)
        return error_misuse(error, "row is out of range");
    struct binding *binding = NULL;
    status = binding_new(rule, table, &binding, error);
    if (status != CSTM_OK)
        return status;
    status = nearest_of(rule->program, binding_block(binding, row, 1), 0, nearest, error);
    binding_free(binding);
    return status;
}
