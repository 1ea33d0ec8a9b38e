/* One case at a time: the values that a rule reads stand in columns of one row, and the rule runs over that row. The columns and the
 * scratch are laid out once, so that setting and evaluating touch no allocator; only a text that is longer than any before it
 * makes its buffer grow. */
#include "rule/explanation.h"
#include "rule/handle.h"
#include "rule/nearest.h"

#include "base/civil.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

union scalar {
    uint8_t b;
    int64_t i;
    double d;
    struct rule_text text;
};

struct activation_value {
    union scalar as;
    uint8_t state;
    char *bytes;                 /* of a string; owned */
    size_t capacity;
};

struct cstm_activation {
    struct handle handle;
    cstm_rule *rule;
    struct rule_column *inputs;  /* by slot */
    struct activation_value *values;     /* by the order of the rule's inputs */
    void *scratch;
    union scalar result;
    uint8_t state;
    bool evaluated;
};

void
cstm_activation_free(cstm_activation *activation)
{
    if (!handle_is(activation, HANDLE_ACTIVATION))
        return;
    activation->handle.tag = HANDLE_FREED;
    for (int32_t i = 0; activation->values != NULL && i < activation->rule->n_inputs; i++)
        memory_free(activation->values[i].bytes);
    memory_free(activation->values);
    memory_free(activation->inputs);
    memory_free(activation->scratch);
    cstm_rule_unref(activation->rule);
    memory_free(activation);
}

static bool
lay_out(cstm_activation *activation)
{
    const cstm_rule *rule = activation->rule;
    activation->values = memory_new_array((size_t) rule->n_inputs, sizeof *activation->values);
    activation->inputs = memory_new_array((size_t) rule->n_slots, sizeof *activation->inputs);
    activation->scratch = memory_new(rule_scratch_size(rule->program, 1));
    if (activation->values == NULL || activation->inputs == NULL || activation->scratch == NULL)
        return false;
    for (int32_t i = 0; i < rule->n_inputs; i++) {
        struct activation_value *value = &activation->values[i];
        value->state = CSTM_ERROR_MISSING;
        if (rule->inputs[i].kind == RULE_STRING)
            value->as.text = (struct rule_text){"", 0};
        activation->inputs[rule->inputs[i].slot] = (struct rule_column){
            .kind = rule->inputs[i].kind, .as.any = &value->as, .states = &value->state};
    }
    return true;
}

cstm_status
cstm_activation_new(cstm_rule *rule, cstm_activation **activation, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(rule, HANDLE_RULE))
        return error_misuse(error, "rule is NULL or not a rule");
    if (activation == NULL)
        return error_misuse(error, "activation is NULL");
    if (rule_type_of(rule_program_kind(rule->program)) == CSTM_TYPE_NONE)
        return error_set(error, CSTM_ERROR_TYPE, "the rule's result is %s, which no column can hold",
                         rule_kind_name(rule_program_kind(rule->program)));
    cstm_activation *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_ACTIVATION;
    made->rule = cstm_rule_ref(rule);
    if (!lay_out(made)) {
        cstm_activation_free(made);
        return error_no_memory(error);
    }
    *activation = made;
    return CSTM_OK;
}

static cstm_status
check_name(const cstm_activation *activation, int32_t i, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(activation, HANDLE_ACTIVATION))
        return error_misuse(error, "activation is NULL or not an activation");
    if (i < 0 || i >= activation->rule->n_inputs)
        return error_misuse(error, "i is out of range");
    return CSTM_OK;
}

static cstm_status
refuse(const cstm_activation *activation, int32_t i, cstm_status status, const char *what, cstm_error **error)
{
    const struct rule_input *input = &activation->rule->inputs[i];
    error_set(error, status, "'%s' is %s; %s", input->name, rule_kind_name(input->kind), what);
    error_at_field(error, input->name);
    return status;
}

cstm_status
cstm_activation_set_missing(cstm_activation *activation, int32_t i, cstm_error **error)
{
    cstm_status status = check_name(activation, i, error);
    if (status == CSTM_OK)
        activation->values[i].state = CSTM_ERROR_MISSING;
    return status;
}

cstm_status
cstm_activation_set_int64(cstm_activation *activation, int32_t i, int64_t value, cstm_error **error)
{
    cstm_status status = check_name(activation, i, error);
    if (status != CSTM_OK)
        return status;
    struct activation_value *set = &activation->values[i];
    switch (activation->rule->inputs[i].kind) {
    case RULE_BOOL:
        if (value != 0 && value != 1)
            return refuse(activation, i, CSTM_ERROR_RANGE, "the value is neither 0 nor 1", error);
        set->as.b = (uint8_t) value;
        break;
    case RULE_DATE:
        if (value < CIVIL_DAY_MIN || value > CIVIL_DAY_MAX)
            return refuse(activation, i, CSTM_ERROR_RANGE, "the day is outside the years 1 to 9999", error);
        set->as.i = value;
        break;
    case RULE_TIMESTAMP:
        if (value < INSTANT_MIN || value > INSTANT_MAX)
            return refuse(activation, i, CSTM_ERROR_RANGE, "the instant is outside the years 1 to 9999", error);
        set->as.i = value;
        break;
    case RULE_INT:
    case RULE_MONEY:
        set->as.i = value;
        break;
    default:
        return refuse(activation, i, CSTM_ERROR_TYPE, "an integer does not fit it", error);
    }
    set->state = 0;
    return CSTM_OK;
}

cstm_status
cstm_activation_set_double(cstm_activation *activation, int32_t i, double value, cstm_error **error)
{
    cstm_status status = check_name(activation, i, error);
    if (status != CSTM_OK)
        return status;
    if (activation->rule->inputs[i].kind != RULE_DOUBLE)
        return refuse(activation, i, CSTM_ERROR_TYPE, "a double does not fit it", error);
    if (!isfinite(value))
        return refuse(activation, i, CSTM_ERROR_NOT_FINITE, "the value is not finite", error);
    activation->values[i].as.d = value;
    activation->values[i].state = 0;
    return CSTM_OK;
}

cstm_status
cstm_activation_set_string(cstm_activation *activation, int32_t i, const char *text, size_t size, cstm_error **error)
{
    cstm_status status = check_name(activation, i, error);
    if (status != CSTM_OK)
        return status;
    if (text == NULL)
        return error_misuse(error, "text is NULL");
    if (activation->rule->inputs[i].kind != RULE_STRING)
        return refuse(activation, i, CSTM_ERROR_TYPE, "a string does not fit it", error);
    if (text_utf8_error(text, size) < size)
        return refuse(activation, i, CSTM_ERROR_SYNTAX, "the text is not UTF-8", error);
    struct activation_value *set = &activation->values[i];
    if (!memory_reserve(&set->bytes, &set->capacity, size + 1, 1))
        return error_no_memory(error);
    memmove(set->bytes, text, size);
    set->as.text = (struct rule_text){set->bytes, size};
    set->state = 0;
    return CSTM_OK;
}

cstm_status
cstm_activation_evaluate(cstm_activation *activation, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(activation, HANDLE_ACTIVATION))
        return error_misuse(error, "activation is NULL or not an activation");
    struct rule_column result = {.as.any = &activation->result, .states = &activation->state};
    rule_run(activation->rule->program, activation->inputs, 1, activation->scratch, &result);
    activation->evaluated = true;
    return CSTM_OK;
}

/* The kind of the value that is there, RULE_ERROR where there is none. */
static enum rule_kind
result_kind(const cstm_activation *activation)
{
    if (!handle_is(activation, HANDLE_ACTIVATION) || !activation->evaluated || activation->state != 0)
        return RULE_ERROR;
    return rule_program_kind(activation->rule->program);
}

cstm_status
cstm_activation_status(const cstm_activation *activation)
{
    if (!handle_is(activation, HANDLE_ACTIVATION) || !activation->evaluated)
        return CSTM_ERROR_MISUSE;
    return activation->state;
}

int64_t
cstm_activation_int64(const cstm_activation *activation)
{
    switch (result_kind(activation)) {
    case RULE_BOOL:
        return activation->result.b;
    case RULE_INT:
    case RULE_DATE:
    case RULE_TIMESTAMP:
    case RULE_MONEY:
        return activation->result.i;
    default:
        return 0;
    }
}

double
cstm_activation_double(const cstm_activation *activation)
{
    return result_kind(activation) == RULE_DOUBLE ? activation->result.d : NAN;
}

const char *
cstm_activation_string(const cstm_activation *activation, size_t *size)
{
    struct rule_text text = {"", 0};
    if (result_kind(activation) == RULE_STRING)
        text = activation->result.text;
    if (size != NULL)
        *size = text.size;
    return text.bytes;
}

cstm_status
cstm_activation_explain(const cstm_activation *activation, cstm_explanation **explanation, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(activation, HANDLE_ACTIVATION))
        return error_misuse(error, "activation is NULL or not an activation");
    if (explanation == NULL)
        return error_misuse(error, "explanation is NULL");
    return explanation_of(activation->rule->program, activation->inputs, 0, explanation, error);
}

cstm_status
cstm_activation_nearest(const cstm_activation *activation, cstm_nearest **nearest, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(activation, HANDLE_ACTIVATION))
        return error_misuse(error, "activation is NULL or not an activation");
    if (nearest == NULL)
        return error_misuse(error, "nearest is NULL");
    return nearest_of(activation->rule->program, activation->inputs, 0, nearest, error);
}
