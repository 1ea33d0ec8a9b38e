/* From an evaluated block into the columns of the result. Rows of a block belong to it alone, so
 * workers need no lock. */
#include "profile/result.h"

#include <string.h>

int32_t
writer_items(const cstm_strategy *strategy)
{
    return strategy->n_features + strategy->n_machines + strategy->n_scores + strategy->n_segments;
}

static void *
column_start(struct builder *builder, const cstm_strategy *strategy, const char *name,
             enum rule_kind kind, uint8_t **valid)
{
    switch (kind) {
    case RULE_BOOL:
        return builder_bools(builder, name, valid);
    case RULE_DOUBLE:
        return builder_doubles(builder, name, valid);
    case RULE_DATE:
        return builder_days(builder, name, valid);
    case RULE_TIMESTAMP:
        return builder_instants(builder, name, valid);
    case RULE_MONEY:
        return builder_money(builder, name, strategy->schema.currency, valid);
    default:
        return builder_int64s(builder, name, valid);
    }
}

/* Memory of its own for what the builder takes at the end. */
static bool
aside(struct output *output, size_t rows, size_t size)
{
    output->values = memory_new_array(rows, size);
    output->valid = memory_new_array(rows, 1);
    return output->values != NULL && output->valid != NULL;
}

static char *
name_with(const char *name, const char *suffix)
{
    size_t size = strlen(name), more = strlen(suffix);
    char *whole = memory_new(size + more + 1);
    if (whole != NULL) {
        memcpy(whole, name, size);
        memcpy(whole + size, suffix, more);
    }
    return whole;
}

static bool
start_machine(struct output *output, struct builder *builder, const struct machine *machine)
{
    static const char *const suffixes[4] = {".since", ".days", ".censored", ".stage"};
    for (int32_t i = 0; i < 4; i++) {
        output->more_names[i] = name_with(machine->name, suffixes[i]);
        if (output->more_names[i] == NULL)
            return false;
    }
    output->values =
        builder_codes(builder, output->more_names[3], (const char *const *) machine->stages,
                      machine->n_stages, &output->valid);
    output->since = output->values == NULL
                        ? NULL
                        : builder_days(builder, output->more_names[0], &output->more_valid[0]);
    output->days = output->since == NULL
                       ? NULL
                       : builder_int64s(builder, output->more_names[1], &output->more_valid[1]);
    output->censored = output->days == NULL
                           ? NULL
                           : builder_bools(builder, output->more_names[2], &output->more_valid[2]);
    return output->censored != NULL;
}

static bool
start_output(struct output *output, struct builder *builder, const cstm_strategy *strategy)
{
    size_t rows = (size_t) builder->rows;
    if (output->what == OUTPUT_MACHINE)
        return start_machine(output, builder, &strategy->machines[output->index]);
    if (output->what == OUTPUT_SCORE) {
        size_t reasons = (size_t) strategy->scores[output->index].scorer->max_reasons;
        output->more_names[0] = name_with(output->name, ".reasons");
        if (output->more_names[0] == NULL)
            return false;
        output->values = builder_doubles(builder, output->name, &output->valid);
        output->reasons = output->values == NULL
                              ? NULL
                              : memory_new_array(rows, reasons * sizeof *output->reasons);
        return output->reasons != NULL;
    }
    if (output->what == OUTPUT_SEGMENT) {
        output->values = builder_bools(builder, output->name, &output->valid);
        return output->values != NULL;
    }
    if (strategy->features[output->index].kind == RULE_STRING)
        return aside(output, rows, sizeof(struct rule_text));
    output->values = column_start(builder, strategy, output->name,
                                  strategy->features[output->index].kind, &output->valid);
    return output->values != NULL;
}

static void
list_outputs(const cstm_strategy *strategy, int32_t entity, int32_t parts,
             struct entity_writer *writer)
{
    for (int32_t i = 0; (parts & CSTM_RUN_FEATURES) != 0 && i < strategy->n_declared; i++)
        if (strategy->features[i].entity == entity)
            writer->outputs[writer->n_outputs++] = (struct output){
                .what = OUTPUT_FEATURE, .index = i, .name = strategy->features[i].name};
    for (int32_t i = 0; (parts & CSTM_RUN_LIFECYCLES) != 0 && i < strategy->n_machines; i++)
        if (strategy->machines[i].entity == entity)
            writer->outputs[writer->n_outputs++] = (struct output){
                .what = OUTPUT_MACHINE, .index = i, .name = strategy->machines[i].name};
    for (int32_t i = 0; (parts & CSTM_RUN_SCORES) != 0 && i < strategy->n_scores; i++)
        if (strategy->scores[i].entity == entity)
            writer->outputs[writer->n_outputs++] =
                (struct output){.what = OUTPUT_SCORE, .index = i, .name = strategy->scores[i].name};
    for (int32_t i = 0; (parts & CSTM_RUN_SEGMENTS) != 0 && i < strategy->n_segments; i++)
        if (strategy->segments[i].entity == entity)
            writer->outputs[writer->n_outputs++] = (struct output){
                .what = OUTPUT_SEGMENT, .index = i, .name = strategy->segments[i].column};
}

static cstm_status
start_entity(struct writer *writer, int32_t entity, cstm_error **error)
{
    struct entity_writer *to = &writer->entities[entity];
    const cstm_strategy *strategy = writer->batch->strategy;
    const struct members *members = &writer->portfolio->members[entity];
    if (members->source == NULL)
        return CSTM_OK;
    to->outputs = memory_new_array((size_t) writer_items(strategy), sizeof *to->outputs);
    int32_t rows = writer->dates == NULL ? members->n : dates_rows(writer->dates, entity);
    to->block_texts = memory_new_array((size_t) writer->result->n_blocks, sizeof *to->block_texts);
    if (to->outputs == NULL || to->block_texts == NULL)
        return error_no_memory(error);
    list_outputs(strategy, entity, writer->batch->parts, to);
    cstm_status status = result_need_statuses(writer->result, entity, rows, error);
    if (status == CSTM_OK)
        status = builder_start(&to->builder, rows, error);
    to->started = status == CSTM_OK;
    for (int32_t i = 0; status == CSTM_OK && i < to->n_outputs; i++)
        if (!start_output(&to->outputs[i], &to->builder, strategy)) {
            to->started = false;
            status = builder_fail(&to->builder, error);
        }
    return status;
}

cstm_status
writer_init(struct writer *writer, const struct cstm_batch *batch,
            const struct portfolio *portfolio, const struct dates *dates, cstm_result *result,
            cstm_error **error)
{
    const cstm_strategy *strategy = batch->strategy;
    *writer = (struct writer){
        .batch = batch, .portfolio = portfolio, .dates = dates, .result = result};
    writer->entities =
        memory_new_array((size_t) strategy->schema.n_entities, sizeof *writer->entities);
    if (writer->entities == NULL)
        return error_no_memory(error);
    cstm_status status = CSTM_OK;
    for (int32_t e = 0; status == CSTM_OK && e < strategy->schema.n_entities; e++)
        status = start_entity(writer, e, error);
    return status;
}

static void
free_texts(struct text_chunk *chunk)
{
    while (chunk != NULL) {
        struct text_chunk *next = chunk->next;
        memory_free(chunk);
        chunk = next;
    }
}

void
writer_clear(struct writer *writer)
{
    if (writer->entities == NULL)
        return;
    const cstm_strategy *strategy = writer->batch->strategy;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        struct entity_writer *entity = &writer->entities[e];
        for (int32_t i = 0; i < entity->n_outputs; i++) {
            struct output *output = &entity->outputs[i];
            memory_free(output->reasons);
            for (size_t k = 0; k < sizeof output->more_names / sizeof *output->more_names; k++)
                memory_free(output->more_names[k]);
            if (output->what == OUTPUT_FEATURE &&
                strategy->features[output->index].kind == RULE_STRING) {
                memory_free(output->values);
                memory_free(output->valid);
            }
        }
        for (int64_t b = 0; entity->block_texts != NULL && b < writer->result->n_blocks; b++)
            free_texts(entity->block_texts[b]);
        if (entity->started)
            builder_drop(&entity->builder);
        memory_free(entity->outputs);
        memory_free(entity->block_texts);
    }
    memory_free(writer->entities);
    writer->entities = NULL;
}

/* The rows of one entity in a block: row r of the evaluation is row of instance target(r) of the
 * result. */
struct span {
    const struct evaluation *evaluation;
    const struct members *members;
    int32_t from; /* place of row 0 */
    int32_t n;
    char *texts;            /* room for the texts of the block */
    const int32_t *targets; /* NULL: as members and from say */
};

static inline int32_t
target(const struct span *span, int32_t row)
{
    return span->targets != NULL ? span->targets[row]
                                 : member_at(span->members, span->from + row);
}

/* What could not be computed is counted; what is missing is only missing. */
static inline bool
is_value(uint8_t state, int64_t *errors)
{
    if (state == CSTM_OK)
        return true;
    if (state != CSTM_ERROR_MISSING)
        errors[state % STATUS_LIMIT]++;
    return false;
}

static void
write_texts(struct span *span, const struct rule_column *column, struct output *output,
            int64_t *errors)
{
    struct rule_text *to = output->values;
    for (int32_t r = 0; r < span->n; r++) {
        int32_t t = target(span, r);
        if (!is_value(column->states[r], errors))
            continue;
        to[t] = (struct rule_text){span->texts, column->as.texts[r].size};
        if (to[t].size > 0)
            memcpy(span->texts, column->as.texts[r].bytes, to[t].size);
        span->texts += to[t].size;
        output->valid[t] = 1;
    }
}

/* Rows that stand in the result as they do here, of values of 8 bytes. */
static void
write_run(const struct span *span, const struct rule_column *column, const struct output *output,
          int64_t *errors)
{
    int64_t *restrict numbers = (int64_t *) output->values + span->from;
    uint8_t *restrict valid = output->valid + span->from;
    const uint8_t *states = column->states;
    const int64_t *values = column->as.int64s;
    uint8_t other = 0;
    for (int32_t r = 0; r < span->n; r++) {
        valid[r] = states[r] == CSTM_OK;
        other |= (uint8_t) ((states[r] != CSTM_OK) & (states[r] != CSTM_ERROR_MISSING));
    }
    for (int32_t r = 0; r < span->n; r++)
        numbers[r] = values[r] & -(int64_t) valid[r];
    for (int32_t r = 0; other != 0 && r < span->n; r++)
        (void) is_value(states[r], errors);
}

static void
write_feature(struct span *span, const cstm_strategy *strategy, const struct rule_column *column,
              struct output *output, int64_t *errors)
{
    if (column == NULL)
        return;
    enum rule_kind kind = strategy->features[output->index].kind;
    if (kind == RULE_STRING) {
        write_texts(span, column, output, errors);
        return;
    }
    if (kind != RULE_BOOL && kind != RULE_DATE && span->members->list == NULL &&
        span->targets == NULL) {
        write_run(span, column, output, errors);
        return;
    }
    uint8_t *bools = output->values;
    int32_t *days = output->values;
    int64_t *numbers = output->values;
    for (int32_t r = 0; r < span->n; r++) {
        int32_t t = target(span, r);
        if (!is_value(column->states[r], errors))
            continue;
        output->valid[t] = 1;
        if (kind == RULE_BOOL)
            bools[t] = column->as.bools[r];
        else if (kind == RULE_DATE)
            days[t] = (int32_t) column->as.int64s[r];
        else
            numbers[t] = column->as.int64s[r];
    }
}

static void
write_machine(const struct span *span, const struct output *output, int32_t day, int64_t *errors)
{
    int32_t *codes = output->values;
    for (int32_t r = 0; r < span->n; r++) {
        const struct machine_state *state = evaluation_machine(span->evaluation, output->index, r);
        int32_t t = target(span, r);
        if (state == NULL || state->day == NO_DAY)
            continue;
        if (state->undetermined) {
            errors[CSTM_ERROR_SEALED_APART]++;
            continue;
        }
        codes[t] = state->stage;
        output->since[t] = state->since;
        output->days[t] = (int64_t) day - state->since;
        output->censored[t] = state->censored;
        output->valid[t] = output->more_valid[0][t] = output->more_valid[1][t] =
            output->more_valid[2][t] = 1;
    }
}

static void
write_score(const struct span *span, const cstm_strategy *strategy, const struct output *output,
            int64_t *errors)
{
    const struct scorer_output *scored = evaluation_score(span->evaluation, output->index);
    if (scored == NULL)
        return;
    size_t reasons = (size_t) strategy->scores[output->index].scorer->max_reasons;
    double *values = output->values;
    for (int32_t r = 0; r < span->n; r++) {
        int32_t t = target(span, r);
        if (!is_value(scored->states[r], errors)) {
            for (size_t i = 0; i < reasons; i++)
                output->reasons[(size_t) t * reasons + i] = -1;
            continue;
        }
        values[t] = scored->values[r];
        output->valid[t] = 1;
        memcpy(output->reasons + (size_t) t * reasons, scored->reasons + (size_t) r * reasons,
               reasons * sizeof *output->reasons);
    }
}

static void
write_segment(const struct span *span, const struct rule_column *column,
              const struct output *output, uint8_t *statuses, int64_t *errors)
{
    uint8_t *met = output->values;
    for (int32_t r = 0; column != NULL && r < span->n; r++) {
        int32_t t = target(span, r);
        if (statuses != NULL)
            statuses[t] = column->states[r];
        if (!is_value(column->states[r], errors))
            continue;
        met[t] = column->as.bools[r];
        output->valid[t] = 1;
    }
}

static cstm_status
add_room(struct entity_writer *entity, struct span *span, int64_t block, size_t size,
         cstm_error **error)
{
    struct text_chunk *chunk = memory_new(sizeof *chunk + size + 1);
    if (chunk == NULL)
        return error_no_memory(error);
    chunk->next = entity->block_texts[block];
    entity->block_texts[block] = chunk;
    span->texts = chunk->bytes;
    return CSTM_OK;
}

static cstm_status
text_room(const struct writer *writer, struct entity_writer *entity, struct span *span,
          int64_t block, cstm_error **error)
{
    const cstm_strategy *strategy = writer->batch->strategy;
    size_t size = 0;
    bool any = false;
    for (int32_t i = 0; i < entity->n_outputs; i++) {
        const struct output *output = &entity->outputs[i];
        if (output->what != OUTPUT_FEATURE || strategy->features[output->index].kind != RULE_STRING)
            continue;
        const struct rule_column *column =
            evaluation_slot(span->evaluation, strategy->features[output->index].slot);
        any = true;
        for (int32_t r = 0; column != NULL && r < span->n; r++)
            size += column->states[r] == CSTM_OK ? column->as.texts[r].size : 0;
    }
    if (!any)
        return CSTM_OK;
    return add_room(entity, span, block, size, error);
}

static cstm_status
write_log(const struct writer *writer, const struct evaluation *evaluation, int32_t machine,
          int64_t block, cstm_error **error)
{
    int32_t rows = evaluation_rows(evaluation, writer->batch->strategy->machines[machine].entity);
    struct log_chunk *chunk = &writer->result->logs[machine][block];
    const struct machine_log *log;
    size_t n = 0;
    for (int32_t r = 0; r < rows; r++)
        n += (size_t) evaluation_log(evaluation, machine, r, &log);
    if (n == 0)
        return CSTM_OK;
    chunk->entries = memory_new_array(n, sizeof *chunk->entries);
    if (chunk->entries == NULL)
        return error_no_memory(error);
    for (int32_t r = 0; r < rows; r++) {
        size_t some = (size_t) evaluation_log(evaluation, machine, r, &log);
        if (some == 0)
            continue;
        memcpy(chunk->entries + chunk->n, log, some * sizeof *log);
        if (evaluation_machine(evaluation, machine, r)->began_censored)
            chunk->entries[chunk->n].from = FROM_CENSORED;
        chunk->n += some;
    }
    return CSTM_OK;
}

static cstm_status
write_span(struct writer *writer, int32_t entity, struct span *span, int32_t day, int64_t block,
           int64_t *errors, cstm_error **error)
{
    const cstm_strategy *strategy = writer->batch->strategy;
    const struct evaluation *evaluation = span->evaluation;
    struct entity_writer *to = &writer->entities[entity];
    cstm_status status = text_room(writer, to, span, block, error);
    for (int32_t i = 0; status == CSTM_OK && i < to->n_outputs; i++) {
        struct output *output = &to->outputs[i];
        int32_t item = output->index;
        if (output->what != OUTPUT_FEATURE)
            item += strategy->n_features;
        if (output->what == OUTPUT_SCORE || output->what == OUTPUT_SEGMENT)
            item += strategy->n_machines;
        if (output->what == OUTPUT_SEGMENT)
            item += strategy->n_scores;
        int64_t *counts = errors + (size_t) item * STATUS_LIMIT;
        if (output->what == OUTPUT_FEATURE)
            write_feature(span, strategy,
                          evaluation_slot(evaluation, strategy->features[item].slot), output,
                          counts);
        else if (output->what == OUTPUT_MACHINE)
            write_machine(span, output, day, counts);
        else if (output->what == OUTPUT_SEGMENT)
            write_segment(span,
                          evaluation_slot(evaluation, strategy->segments[output->index].slot),
                          output, writer->result->statuses[output->index], counts);
        else
            write_score(span, strategy, output, counts);
    }
    return status;
}

static cstm_status
write_entity(struct writer *writer, const struct evaluation *evaluation, int32_t entity,
             int64_t block, int32_t first, int64_t *errors, cstm_error **error)
{
    const struct members *members = &writer->portfolio->members[entity];
    struct span span = {evaluation,
                        members,
                        members_before(members, first),
                        evaluation_rows(evaluation, entity),
                        NULL,
                        NULL};
    return write_span(writer, entity, &span, writer->result->day, block, errors, error);
}

/* The rows of the pairs, in the order of an evaluation's. */
cstm_status
writer_targets(const struct writer *writer, int32_t entity, struct dated_rows *rows, int32_t *n,
               cstm_error **error)
{
    const struct members *members = &writer->portfolio->members[entity];
    const struct dates *dates = writer->dates;
    *n = 0;
    for (int32_t i = 0; i < rows->n; i++) {
        int32_t customer = dates->customer[rows->pairs[i]],
                first = dates_first(dates, entity, rows->pairs[i]),
                some = members_before(members, customer + 1) - members_before(members, customer);
        if (!memory_reserve(&rows->targets, &rows->target_capacity, (size_t) *n + (size_t) some,
                            sizeof *rows->targets))
            return error_no_memory(error);
        for (int32_t k = 0; k < some; k++)
            rows->targets[(*n)++] = first + k;
    }
    return CSTM_OK;
}

cstm_status
writer_column(struct writer *writer, int32_t entity, struct output *output,
              const struct rule_column *column, int32_t from, int32_t n, const int32_t *targets,
              int64_t block, int64_t *errors, cstm_error **error)
{
    struct span span = {NULL, &writer->portfolio->members[entity], from, n, NULL, targets};
    cstm_status status = CSTM_OK;
    if (column->kind == RULE_STRING) {
        size_t size = 0;
        for (int32_t r = 0; r < n; r++)
            size += column->states[r] == CSTM_OK ? column->as.texts[r].size : 0;
        status = add_room(&writer->entities[entity], &span, block, size, error);
    }
    if (status == CSTM_OK)
        write_feature(&span, writer->batch->strategy, column, output,
                      errors + (size_t) output->index * STATUS_LIMIT);
    return status;
}

cstm_status
writer_dated(struct writer *writer, const struct evaluation *evaluation, struct dated_rows *rows,
             int64_t block, int64_t *errors, cstm_error **error)
{
    const struct schema *schema = &writer->batch->strategy->schema;
    cstm_status status = CSTM_OK;
    for (int32_t e = 0; status == CSTM_OK && e < schema->n_entities; e++) {
        const struct members *members = &writer->portfolio->members[e];
        int32_t n;
        if (members->source == NULL)
            continue;
        status = writer_targets(writer, e, rows, &n, error);
        if (status != CSTM_OK || n == 0)
            continue;
        struct span span = {evaluation, members, 0, n, NULL, rows->targets};
        status = write_span(writer, e, &span, rows->day, block, errors, error);
    }
    return status;
}

cstm_status
writer_block(struct writer *writer, const struct evaluation *evaluation, int64_t block,
             int32_t first, int64_t *errors, cstm_error **error)
{
    const cstm_strategy *strategy = writer->batch->strategy;
    cstm_status status = CSTM_OK;
    for (int32_t e = 0; status == CSTM_OK && e < strategy->schema.n_entities; e++)
        if (writer->portfolio->members[e].source != NULL)
            status = write_entity(writer, evaluation, e, block, first, errors, error);
    for (int32_t m = 0; status == CSTM_OK && writer->result->lifecycles && m < strategy->n_machines;
         m++)
        status = write_log(writer, evaluation, m, block, error);
    return status;
}

void
writer_features(struct writer *writer, const struct block *block, int64_t *errors)
{
    const cstm_strategy *strategy = writer->batch->strategy;
    for (int32_t e = 0; e < strategy->schema.n_entities; e++) {
        const struct members *members = &writer->portfolio->members[e];
        struct span span = {
            NULL, members, members_before(members, block->first), block->n_units[e], NULL, NULL};
        for (int32_t i = 0; i < writer->entities[e].n_outputs; i++) {
            struct output *output = &writer->entities[e].outputs[i];
            write_feature(&span, strategy, &block->results[output->index], output,
                          errors + (size_t) output->index * STATUS_LIMIT);
        }
    }
}
