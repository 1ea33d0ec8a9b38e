/* Why a value is what it is: the line of what is asked, and under it what it came from. Explaining
 * evaluates the customer again, at as_of and where need be on the day of a transition, and takes
 * the rule room's word for every operand. Nothing of it is on a path that is in a hurry. Read next:
 * explain_lifecycle.c, explain_feature.c. */
#include "profile/explain.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

cstm_status
explain_evaluate(struct explaining *explaining, int32_t day, cstm_error **error)
{
    const struct cstm_profile *profile = explaining->profile;
    evaluation_reset(explaining->evaluation);
    cstm_status status = evaluation_add(explaining->evaluation, &profile->history,
                                        &profile->standing.checkpoints, error);
    if (status == CSTM_OK)
        status = evaluation_run(explaining->evaluation, day, EVALUATE_ALL, true, error);
    if (status != CSTM_OK)
        return status;
    for (int32_t s = 0; s < explaining->strategy->n_slots; s++) {
        const struct rule_column *column = evaluation_slot(explaining->evaluation, s);
        explaining->columns[s] =
            column == NULL ? (struct rule_column){.kind = RULE_ERROR} : *column;
    }
    explaining->row = evaluation_row(explaining->evaluation, 0, explaining->instance);
    return CSTM_OK;
}

static cstm_status
line(struct explaining *explaining, const char *text, const char *value, int32_t state,
     int32_t depth, bool decisive, cstm_error **error)
{
    if (!explanation_add_line(explaining->explanation, text, value, state, depth, decisive))
        return error_no_memory(error);
    return CSTM_OK;
}

static const void *
value_at(const struct rule_column *column, int32_t row)
{
    size_t width = column->kind == RULE_BOOL     ? sizeof(uint8_t)
                   : column->kind == RULE_STRING ? sizeof(struct rule_text)
                                                 : sizeof(int64_t);
    return (const uint8_t *) column->as.any + width * (size_t) row;
}

cstm_status
explain_value(struct explaining *explaining, const char *text, const struct rule_column *column,
              int32_t row, int32_t depth, cstm_error **error)
{
    int32_t at = column->constant ? 0 : row;
    uint8_t state = CSTM_ERROR_MISSING;
    if (column->as.any != NULL)
        state = column->states == NULL ? CSTM_OK : column->states[at];
    if (state != CSTM_OK)
        return line(explaining, text, NULL, state, depth, true, error);
    int32_t entity = explaining->profile->history.instances[explaining->instance].entity;
    char *printed =
        rule_print(explaining->strategy->scopes[entity], column->kind, value_at(column, at));
    if (printed == NULL)
        return error_no_memory(error);
    cstm_status status = line(explaining, text, printed, CSTM_OK, depth, true, error);
    memory_free(printed);
    return status;
}

cstm_status
explain_text(struct explaining *explaining, const char *text, const char *value, int32_t depth,
             cstm_error **error)
{
    return line(explaining, text, value, CSTM_OK, depth, true, error);
}

cstm_status
explain_number(struct explaining *explaining, const char *text, double value, int32_t depth,
               bool decisive, cstm_error **error)
{
    char printed[33];
    printed[text_from_double(value, printed)] = '\0';
    return line(explaining, text, printed, CSTM_OK, depth, decisive, error);
}

cstm_status
explain_day(struct explaining *explaining, const char *text, int32_t day, int32_t depth,
            cstm_error **error)
{
    char printed[17];
    printed[civil_write_date(day, printed)] = '\0';
    return line(explaining, text, printed, CSTM_OK, depth, true, error);
}

cstm_status
explain_count(struct explaining *explaining, const char *text, int64_t n, const char *unit,
              int32_t depth, cstm_error **error)
{
    char printed[64];
    size_t size = text_from_int64(n, printed);
    for (size_t i = 0; unit[i] != '\0' && size + 1 < sizeof printed; i++)
        printed[size++] = unit[i];
    printed[size] = '\0';
    return line(explaining, text, printed, CSTM_OK, depth, true, error);
}

/* The segment that in_segment('x') asks for; -1: the node is something else. */
static int32_t
segment_asked(const cstm_strategy *strategy, const char *text, size_t size)
{
    static const char asks[] = "in_segment";
    size_t at = sizeof asks - 1;
    if (size < sizeof asks || memcmp(text, asks, sizeof asks - 1) != 0)
        return -1;
    while (at < size && text[at] != '\'' && text[at] != '"')
        at++;
    while (at < size && (text[at] == '\'' || text[at] == '"'))
        at++;
    size_t end = at;
    while (end < size && text[end] != '\'' && text[end] != '"')
        end++;
    size_t behind = end;
    while (behind < size && strchr("'\" \t\r\n", text[behind]) != NULL)
        behind++;
    if (behind + 1 != size || text[behind] != ')')
        return -1; /* the call is only how a longer expression begins */
    for (int32_t i = 0; i < strategy->n_segments; i++)
        if (strlen(strategy->segments[i].name) == end - at &&
            memcmp(strategy->segments[i].name, text + at, end - at) == 0)
            return i;
    return -1;
}

/* What in_segment('x') came to is explained by the rule of x, for the subject or what it belongs to. */
static cstm_status
explain_asked(struct explaining *explaining, const char *text, size_t size, int32_t depth,
              cstm_error **error)
{
    const struct history *history = &explaining->profile->history;
    int32_t index = segment_asked(explaining->strategy, text, size), at = explaining->subject;
    if (index < 0)
        return CSTM_OK;
    const struct segment *segment = &explaining->strategy->segments[index];
    while (at >= 0 && history->instances[at].entity != segment->entity)
        at = history->instances[at].parent;
    if (at < 0)
        return CSTM_OK;
    const int32_t subject = explaining->subject;
    explaining->subject = at;
    cstm_status status =
        explain_rule(explaining, segment->rule, explaining->columns,
                     evaluation_row(explaining->evaluation, 0, at), depth, NULL, error);
    explaining->subject = subject;
    return status;
}

cstm_status
explain_rule(struct explaining *explaining, const struct rule_program *program,
             const struct rule_column *columns, int32_t row, int32_t depth, bool *met,
             cstm_error **error)
{
    struct rule_explanation nodes = {.nodes = NULL};
    cstm_status status = rule_explain(program, columns, row, &nodes, error);
    if (status != CSTM_OK)
        return status;
    if (met != NULL)
        *met = nodes.n > 0 && nodes.nodes[0].state == CSTM_OK &&
               strcmp(nodes.nodes[0].value, "true") == 0;
    const char *text = rule_program_text(program);
    for (int32_t i = 0; status == CSTM_OK && i < nodes.n; i++) {
        const struct rule_node *node = &nodes.nodes[i];
        if (!explanation_add_node(explaining->explanation, program, node, depth))
            status = error_no_memory(error);
        /* What a witness kept of a day that is sealed does not say why a segment was what it was. */
        else if (node->state >= 0 && columns == explaining->columns)
            status = explain_asked(explaining, text + node->begin,
                                   (size_t) (node->end - node->begin), depth + node->depth + 1,
                                   error);
    }
    rule_explanation_clear(&nodes);
    return status;
}

/* ---- scores ---- */

static cstm_status
explain_part(struct explaining *explaining, const struct scorer_part *part,
             const struct rule_column *input, cstm_error **error)
{
    cstm_status status =
        part->state == CSTM_OK
            ? explain_number(explaining, part->name, part->points, 1, part->lost > 0, error)
            : line(explaining, part->name, NULL, part->state, 1, true, error);
    if (status == CSTM_OK)
        status = explain_value(explaining, part->input, input, explaining->row, 2, error);
    if (status != CSTM_OK || part->state != CSTM_OK)
        return status;
    status = explain_text(explaining, "bin", part->bin, 2, error);
    if (status == CSTM_OK)
        status = explain_number(explaining, "points lost", part->lost, 2, part->lost > 0, error);
    if (status == CSTM_OK && part->reason != NULL && part->reason[0] != '\0')
        status = explain_text(explaining, "reason", part->reason, 2, error);
    return status;
}

/* Inputs are columns in the order of the scorer's inputs; a part names its own. */
static cstm_status
explain_parts(struct explaining *explaining, const struct score *score,
              const struct rule_column *inputs, cstm_error **error)
{
    struct scorer_breakdown breakdown = {.parts = NULL};
    cstm_status status = scorer_explain(score->scorer, inputs, explaining->row, &breakdown, error);
    if (status != CSTM_OK)
        return status;
    status = explain_number(explaining, "base", breakdown.base, 1, true, error);
    for (int32_t i = 0; status == CSTM_OK && i < breakdown.n; i++) {
        int32_t input = 0;
        while (input + 1 < score->n_inputs &&
               strcmp(score->scorer->inputs[input].name, breakdown.parts[i].input) != 0)
            input++;
        status = explain_part(explaining, &breakdown.parts[i], &inputs[input], error);
    }
    scorer_breakdown_clear(&breakdown);
    return status;
}

static cstm_status
explain_score(struct explaining *explaining, int32_t index, cstm_error **error)
{
    const struct score *score = &explaining->strategy->scores[index];
    const struct scorer_output *output = evaluation_score(explaining->evaluation, index);
    uint8_t state = output == NULL ? CSTM_ERROR_MISSING : output->states[explaining->row];
    cstm_status status = state == CSTM_OK
                             ? explain_number(explaining, score->name,
                                              output->values[explaining->row], 0, true, error)
                             : line(explaining, score->name, NULL, state, 0, true, error);
    if (status != CSTM_OK)
        return status;
    struct rule_column *inputs = memory_new_array((size_t) score->n_inputs + 1, sizeof *inputs);
    if (inputs == NULL)
        return error_no_memory(error);
    for (int32_t i = 0; i < score->n_inputs; i++)
        inputs[i] = explaining->columns[score->input_slots[i]];
    status = explain_parts(explaining, score, inputs, error);
    memory_free(inputs);
    return status;
}

/* ---- the public entry ---- */

static int32_t
entity_of_part(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    if (index < 0)
        return -1;
    if (part == CSTM_PART_FEATURE && index < strategy->n_declared)
        return strategy->features[index].entity;
    if (part == CSTM_PART_LIFECYCLE && index < strategy->n_machines)
        return strategy->machines[index].entity;
    if (part == CSTM_PART_SCORE && index < strategy->n_scores)
        return strategy->scores[index].entity;
    if (part == CSTM_PART_SEGMENT && index < strategy->n_segments)
        return strategy->segments[index].entity;
    return -1;
}

static cstm_status
explain_part_of(struct explaining *explaining, cstm_part part, int32_t index, cstm_error **error)
{
    cstm_status status = evaluation_new(explaining->strategy, &explaining->evaluation, error);
    if (status != CSTM_OK)
        return status;
    explaining->columns =
        memory_new_array((size_t) explaining->strategy->n_slots + 1, sizeof *explaining->columns);
    explaining->explanation = explanation_new();
    if (explaining->columns == NULL || explaining->explanation == NULL)
        return error_no_memory(error);
    status = explain_evaluate(explaining, explaining->day, error);
    if (status != CSTM_OK)
        return status;
    if (part == CSTM_PART_FEATURE)
        return explain_feature(explaining, index, error);
    if (part == CSTM_PART_LIFECYCLE)
        return explain_lifecycle(explaining, index, error);
    if (part == CSTM_PART_SEGMENT)
        return explain_segment(explaining, index, error);
    return explain_score(explaining, index, error);
}

cstm_status
cstm_profile_explain(const cstm_profile *profile, int64_t as_of, cstm_part part, int32_t index,
                     cstm_entity entity, cstm_explanation **explanation, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (explanation == NULL)
        return error_misuse(error, "explanation is NULL");
    int32_t kind = entity_of_part(profile->strategy, part, index);
    if (kind < 0)
        return error_misuse(error,
                            "part and index name no feature, lifecycle, score or segment of the strategy");
    if (entity < 0 || entity >= profile->history.n_instances ||
        profile->history.instances[entity].entity != kind)
        return error_misuse(error, "entity is not in the profile, or of another kind");
    struct explaining explaining = {
        .profile = profile, .strategy = profile->strategy, .instance = entity, .subject = entity};
    cstm_status status = profile_day(profile, as_of, &explaining.day, error);
    if (status != CSTM_OK)
        return status;
    status = explain_part_of(&explaining, part, index, error);
    if (explaining.evaluation != NULL)
        evaluation_free(explaining.evaluation);
    memory_free(explaining.columns);
    if (status == CSTM_OK)
        *explanation = explaining.explanation;
    else
        cstm_explanation_free(explaining.explanation);
    return status;
}
