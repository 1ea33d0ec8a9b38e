/* Binds columns by name and type. A missing cell is CSTM_ERROR_MISSING; a double that is not finite is
 * CSTM_ERROR_NOT_FINITE, as any result of the language would be. Texts are handed on as the column keeps them, behind codes or as
 * spans, so that no block of them is made where the rule does not ask for one. */
#include "rule/binding.h"

#include "base/memory.h"
#include "table/convert.h"

#include <math.h>
#include <string.h>

struct bound_column {
    struct table_column column;      /* shared with the table */
    enum rule_kind kind;
    int32_t slot;
    enum rule_form form;             /* of blocks of more than one row */
    struct rule_coded coded;
    struct rule_spans spans;
    struct rule_text *entries;
    uint8_t states[RULE_ROWS];
    union {
        uint8_t bools[RULE_ROWS];
        int64_t int64s[RULE_ROWS];
        struct rule_text texts[RULE_ROWS];
    } block;
};

struct binding {
    struct rule_column *inputs;
    struct bound_column *columns;
    int32_t n;
    struct rule_look_up *look_ups;   /* as the program numbers them */
    int32_t n_look_ups;
};

void
binding_free(struct binding *binding)
{
    if (binding == NULL)
        return;
    for (int32_t i = 0; i < binding->n; i++) {
        column_clear(&binding->columns[i].column);
        memory_free(binding->columns[i].entries);
    }
    for (int32_t i = 0; binding->look_ups != NULL && i < binding->n_look_ups; i++) {
        memory_free(binding->look_ups[i].values);
        memory_free(binding->look_ups[i].states);
    }
    memory_free(binding->look_ups);
    memory_free(binding->columns);
    memory_free(binding->inputs);
    memory_free(binding);
}

static cstm_status
bind_column(const cstm_rule *rule, const struct rule_input *input, const cstm_table *table, struct bound_column *bound,
            cstm_error **error)
{
    const struct table_column *column = table_find(table, input->name);
    cstm_status status = CSTM_OK;
    if (column == NULL)
        status = error_set(error, CSTM_ERROR_UNKNOWN, "the table has no column '%s'", input->name);
    else if (column->type != input->type)
        status = error_set(error, CSTM_ERROR_TYPE, "column '%s' is not %s", input->name, rule_kind_name(input->kind));
    else if (column->type == CSTM_TYPE_MONEY && strcmp(column->currency, rule->currency) != 0)
        status = error_set(error, CSTM_ERROR_TYPE, "column '%s' is money in %s, the rule's is %s", input->name, column->currency,
                           rule->currency);
    if (status != CSTM_OK) {
        error_at_field(error, input->name);
        return status;
    }
    bound->kind = input->kind;
    bound->slot = input->slot;
    if (column->type == CSTM_TYPE_TIMESTAMP)
        return convert_to_instants(column, rule->zone, false, &bound->column, error);
    return column_share(column, input->name, &bound->column) ? CSTM_OK : error_no_memory(error);
}

/* A dictionary with more entries than there are rows is not worth it. */
static bool
take_dictionary(struct binding *binding, struct bound_column *bound, const struct rule_program *program)
{
    const struct table_column *column = &bound->column;
    const size_t n = (size_t) column->dictionary_size;
    const int32_t *slots;
    if (column->dictionary_size > column->rows)
        return true;
    bound->entries = memory_new_array(n, sizeof *bound->entries);
    if (bound->entries == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        bound->entries[i] = (struct rule_text){column->bytes + column->offsets[i], (size_t) (column->offsets[i + 1] - column->offsets[i])};
    rule_program_look_ups(program, &slots);
    for (int32_t k = 0; k < binding->n_look_ups; k++) {
        if (slots[k] != bound->slot)
            continue;
        binding->look_ups[k].values = memory_new_array(n, 8);
        binding->look_ups[k].states = memory_new(n);
        if (binding->look_ups[k].values == NULL || binding->look_ups[k].states == NULL)
            return false;
    }
    bound->form = RULE_CODED;
    bound->coded = (struct rule_coded){.entries = bound->entries, .n = (int32_t) n, .look_ups = binding->look_ups};
    return true;
}

static bool
take_forms(struct binding *binding, const struct rule_program *program)
{
    const int32_t *slots;
    binding->n_look_ups = rule_program_look_ups(program, &slots);
    binding->look_ups = memory_new_array((size_t) binding->n_look_ups, sizeof *binding->look_ups);
    if (binding->look_ups == NULL)
        return false;
    for (int32_t i = 0; i < binding->n; i++) {
        struct bound_column *bound = &binding->columns[i];
        const struct table_column *column = &bound->column;
        if (bound->kind != RULE_STRING || column->rows == 0)
            continue;
        if (column->codes != NULL) {
            if (!take_dictionary(binding, bound, program))
                return false;
            continue;
        }
        bound->form = RULE_SPANS;
        bound->spans = (struct rule_spans){.bytes = column->bytes, .end = column->bytes + column->offsets[column->rows]};
    }
    return true;
}

cstm_status
binding_new(const cstm_rule *rule, const cstm_table *table, struct binding **binding, cstm_error **error)
{
    struct binding *made = memory_new(sizeof *made);
    if (made != NULL) {
        made->inputs = memory_new_array((size_t) rule->n_slots, sizeof *made->inputs);
        made->columns = memory_new_array((size_t) rule->n_inputs, sizeof *made->columns);
    }
    if (made == NULL || made->inputs == NULL || made->columns == NULL) {
        binding_free(made);
        return error_no_memory(error);
    }
    for (int32_t i = 0; i < rule->n_inputs; i++) {
        cstm_status status = bind_column(rule, &rule->inputs[i], table, &made->columns[made->n], error);
        if (status != CSTM_OK) {
            binding_free(made);
            return status;
        }
        made->n++;
    }
    if (rule_program_takes_forms(rule->program) && !take_forms(made, rule->program)) {
        binding_free(made);
        return error_no_memory(error);
    }
    *binding = made;
    return CSTM_OK;
}

static void
block_states(struct bound_column *bound, int64_t from, int32_t rows, struct rule_column *input)
{
    input->states = NULL;
    if (bound->column.valid == NULL)
        return;
    for (int32_t i = 0; i < rows; i++)
        bound->states[i] = bound->column.valid[from + i] != 0 ? 0 : CSTM_ERROR_MISSING;
    input->states = bound->states;
}

static void
block_doubles(struct bound_column *bound, int64_t from, int32_t rows, struct rule_column *input)
{
    const double *doubles = bound->column.as.doubles + from;
    bool all = true;
    for (int32_t i = 0; i < rows; i++)
        all &= fabs(doubles[i]) <= __DBL_MAX__;
    input->as.doubles = (double *) doubles;
    if (all)
        return;
    if (input->states == NULL)
        memset(bound->states, 0, (size_t) rows);
    for (int32_t i = 0; i < rows; i++)
        if (bound->states[i] == 0 && !(fabs(doubles[i]) <= __DBL_MAX__))
            bound->states[i] = CSTM_ERROR_NOT_FINITE;
    input->states = bound->states;
}

static void
block_texts(struct bound_column *bound, int64_t from, int32_t rows, struct rule_column *input)
{
    const struct table_column *column = &bound->column;
    input->form = rows > 1 ? (uint8_t) bound->form : RULE_PLAIN;
    if (input->form == RULE_CODED) {
        bound->coded.codes = column->codes + from;
        input->as.coded = &bound->coded;
        return;
    }
    if (input->form == RULE_SPANS) {
        bound->spans.offsets = column->offsets + from;
        input->as.spans = &bound->spans;
        return;
    }
    for (int32_t i = 0; i < rows; i++) {
        bound->block.texts[i] = (struct rule_text){"", 0};
        if (column_is_valid(column, from + i))
            bound->block.texts[i].bytes = column_text(column, from + i, &bound->block.texts[i].size);
    }
    input->as.texts = bound->block.texts;
}

static void
block_values(struct bound_column *bound, int64_t from, int32_t rows, struct rule_column *input)
{
    const struct table_column *column = &bound->column;
    switch (bound->kind) {
    case RULE_BOOL:
        for (int32_t i = 0; i < rows; i++)
            bound->block.bools[i] = column->as.bools[from + i] != 0;
        input->as.bools = bound->block.bools;
        break;
    case RULE_DATE:
        for (int32_t i = 0; i < rows; i++)
            bound->block.int64s[i] = column->as.days[from + i];
        input->as.int64s = bound->block.int64s;
        break;
    case RULE_STRING:
        block_texts(bound, from, rows, input);
        break;
    case RULE_DOUBLE:
        block_doubles(bound, from, rows, input);
        break;
    default:
        input->as.int64s = (int64_t *) column->as.int64s + from;
        break;
    }
}

const struct rule_column *
binding_block(struct binding *binding, int64_t from, int32_t rows)
{
    for (int32_t i = 0; i < binding->n; i++) {
        struct bound_column *bound = &binding->columns[i];
        struct rule_column *input = &binding->inputs[bound->slot];
        input->kind = bound->kind;
        block_states(bound, from, rows, input);
        block_values(bound, from, rows, input);
    }
    return binding->inputs;
}
