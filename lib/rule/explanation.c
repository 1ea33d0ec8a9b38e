/* Explanations as a handle: built line by line, then read through the ABI. */
#include "rule/explanation.h"

#include "base/memory.h"

#include <string.h>

cstm_explanation *
explanation_new(void)
{
    cstm_explanation *explanation = memory_new(sizeof *explanation);
    if (explanation != NULL)
        explanation->handle.tag = HANDLE_EXPLANATION;
    return explanation;
}

static bool
add(cstm_explanation *explanation, const char *text, size_t size, const char *value, int32_t status, int32_t depth, bool decisive)
{
    if (value == NULL)
        value = "";
    if (!memory_reserve(&explanation->lines, &explanation->capacity, (size_t) explanation->n + 1, sizeof *explanation->lines))
        return false;
    struct explanation_line line = {.text = memory_copy(text, size), .value = memory_copy(value, strlen(value)),
                                    .status = status, .depth = depth, .decisive = decisive};
    if (line.text == NULL || line.value == NULL) {
        memory_free(line.text);
        memory_free(line.value);
        return false;
    }
    explanation->lines[explanation->n++] = line;
    return true;
}

bool
explanation_add_line(cstm_explanation *explanation, const char *text, const char *value, int32_t status, int32_t depth, bool decisive)
{
    return add(explanation, text, strlen(text), value, status, depth, decisive);
}

bool
explanation_add_label(cstm_explanation *explanation, const char *text, int32_t depth)
{
    return explanation_add_line(explanation, text, NULL, -1, depth, false);
}

bool
explanation_add_node(cstm_explanation *explanation, const struct rule_program *program,
                     const struct rule_node *node, int32_t depth)
{
    return add(explanation, rule_program_text(program) + node->begin, (size_t) (node->end - node->begin), node->value, node->state,
               depth + node->depth, node->decisive);
}

bool
explanation_add_rule(cstm_explanation *explanation, const struct rule_program *program,
                     const struct rule_explanation *nodes, int32_t depth)
{
    for (int32_t i = 0; i < nodes->n; i++)
        if (!explanation_add_node(explanation, program, &nodes->nodes[i], depth))
            return false;
    return true;
}

static const struct explanation_line *
line_at(const cstm_explanation *explanation, int32_t i)
{
    if (!handle_is(explanation, HANDLE_EXPLANATION) || i < 0 || i >= explanation->n)
        return NULL;
    return &explanation->lines[i];
}

cstm_status
explanation_of(const struct rule_program *program, const struct rule_column *inputs, int32_t row,
               cstm_explanation **explanation, cstm_error **error)
{
    struct rule_explanation nodes = {0};
    cstm_status status = rule_explain(program, inputs, row, &nodes, error);
    if (status != CSTM_OK)
        return status;
    cstm_explanation *made = explanation_new();
    bool good = made != NULL && explanation_add_rule(made, program, &nodes, 0);
    rule_explanation_clear(&nodes);
    if (!good) {
        cstm_explanation_free(made);
        return error_no_memory(error);
    }
    *explanation = made;
    return CSTM_OK;
}

int32_t
cstm_explanation_count(const cstm_explanation *explanation)
{
    return handle_is(explanation, HANDLE_EXPLANATION) ? explanation->n : 0;
}

const char *
cstm_explanation_text(const cstm_explanation *explanation, int32_t i)
{
    const struct explanation_line *line = line_at(explanation, i);
    return line == NULL ? NULL : line->text;
}

const char *
cstm_explanation_value(const cstm_explanation *explanation, int32_t i)
{
    const struct explanation_line *line = line_at(explanation, i);
    return line == NULL ? NULL : line->value;
}

cstm_state
cstm_explanation_state(const cstm_explanation *explanation, int32_t i)
{
    const struct explanation_line *line = line_at(explanation, i);
    if (line == NULL || line->status < 0)
        return -1;
    return line->status == CSTM_OK ? CSTM_STATE_VALUE : line->status == CSTM_ERROR_MISSING ? CSTM_STATE_MISSING : CSTM_STATE_ERROR;
}

cstm_status
cstm_explanation_status(const cstm_explanation *explanation, int32_t i)
{
    const struct explanation_line *line = line_at(explanation, i);
    return line == NULL ? -1 : line->status;
}

int32_t
cstm_explanation_depth(const cstm_explanation *explanation, int32_t i)
{
    const struct explanation_line *line = line_at(explanation, i);
    return line == NULL ? -1 : line->depth;
}

int32_t
cstm_explanation_decisive(const cstm_explanation *explanation, int32_t i)
{
    const struct explanation_line *line = line_at(explanation, i);
    return line != NULL && line->decisive;
}

void
cstm_explanation_free(cstm_explanation *explanation)
{
    if (!handle_is(explanation, HANDLE_EXPLANATION))
        return;
    for (int32_t i = 0; i < explanation->n; i++) {
        memory_free(explanation->lines[i].text);
        memory_free(explanation->lines[i].value);
    }
    memory_free(explanation->lines);
    explanation->handle.tag = HANDLE_FREED;
    memory_free(explanation);
}
