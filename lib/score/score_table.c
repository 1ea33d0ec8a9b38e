/* Scoring a table: inputs bound to columns by name once, then blocks of rows in parallel, each
 * written to its own place in the result. A column of numbers or truth values is read where it
 * lies; texts and validity are translated block by block into the worker's scratch. */
#include "score/scorer.h"

#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

#define BLOCK_ROWS RULE_ROWS
#define THREADS_LIMIT 1024

struct table_run {
    const cstm_scorer *scorer;
    int64_t rows;
    const struct table_column **columns; /* by input */
    size_t scratch_size;                 /* of a worker */
    char *scratch;
    struct scorer_output output; /* of the whole table */
};

static bool
column_fits(const struct table_column *column, enum rule_kind kind)
{
    switch (column->type) {
    case CSTM_TYPE_INT:
    case CSTM_TYPE_DOUBLE:
    case CSTM_TYPE_MONEY:
        return kind == RULE_DOUBLE;
    case CSTM_TYPE_STRING:
        return kind == RULE_STRING;
    case CSTM_TYPE_BOOL:
        return kind == RULE_BOOL;
    default:
        return false;
    }
}

static const char *
input_kind_name(enum rule_kind kind)
{
    return kind == RULE_DOUBLE ? "numbers or money" : kind == RULE_BOOL ? "truth values" : "texts";
}

static void
complain_unknown(const cstm_table *table, const char *input, struct error_list *errors)
{
    const char *near = NULL;
    const char **names = memory_new_array((size_t) table->n_columns, sizeof *names);
    for (int32_t i = 0; names != NULL && i < table->n_columns; i++)
        names[i] = table->columns[i].name;
    if (names != NULL)
        near = text_nearest(input, names, (size_t) table->n_columns);
    cstm_error *error = NULL;
    if (near != NULL)
        error_set(&error, CSTM_ERROR_UNKNOWN, "the table has no column '%s', did you mean '%s'?",
                  input, near);
    else
        error_set(&error, CSTM_ERROR_UNKNOWN, "the table has no column '%s'", input);
    error_at_field(&error, input);
    error_list_add(errors, error);
    memory_free(names);
}

static void
bind_input(struct table_run *run, const cstm_table *table, int32_t input, struct error_list *errors)
{
    const struct scorer_input *want = &run->scorer->inputs[input];
    const struct table_column *column = table_find(table, want->name);
    if (column == NULL) {
        complain_unknown(table, want->name, errors);
        return;
    }
    run->columns[input] = column;
    cstm_error *error = NULL;
    if (!column_fits(column, want->kind))
        error_set(&error, CSTM_ERROR_TYPE, "column '%s' does not hold %s", want->name,
                  input_kind_name(want->kind));
    else if (column->type == CSTM_TYPE_MONEY &&
             strcmp(column->currency, run->scorer->currency) != 0)
        error_set(&error, CSTM_ERROR_MISMATCH, "column '%s' holds %s, the scorer takes %s",
                  want->name, column->currency,
                  run->scorer->currency[0] != '\0' ? run->scorer->currency : "no money");
    if (error == NULL)
        return;
    error_at_field(&error, want->name);
    error_list_add(errors, error);
}

/* A worker's scratch: the rule columns, then per input texts and states of a block, then the
 * scorer's own. */
static size_t
align(size_t size)
{
    return (size + 15) & ~(size_t) 15;
}

static size_t
scratch_of_inputs(const cstm_scorer *scorer)
{
    size_t n = (size_t) scorer->n_inputs;
    return align(n * sizeof(struct rule_column)) +
           n * (align(BLOCK_ROWS * sizeof(struct rule_text)) + align(BLOCK_ROWS));
}

static void
fill_column(struct rule_column *to, const struct table_column *from, int64_t first, int32_t rows,
            struct rule_text *texts, uint8_t *states)
{
    *to = (struct rule_column){.kind = RULE_STRING};
    if (from->valid != NULL) {
        for (int32_t i = 0; i < rows; i++)
            states[i] = from->valid[first + i] != 0 ? 0 : CSTM_ERROR_MISSING;
        to->states = states;
    }
    switch (from->type) {
    case CSTM_TYPE_BOOL:
        to->kind = RULE_BOOL;
        to->as.bools = (uint8_t *) from->as.bools + first;
        break;
    case CSTM_TYPE_DOUBLE:
        to->kind = RULE_DOUBLE;
        to->as.doubles = (double *) from->as.doubles + first;
        break;
    case CSTM_TYPE_INT:
    case CSTM_TYPE_MONEY:
        to->kind = from->type == CSTM_TYPE_INT ? RULE_INT : RULE_MONEY;
        to->as.int64s = (int64_t *) from->as.int64s + first;
        break;
    default:
        to->as.texts = texts;
        for (int32_t i = 0; i < rows; i++) {
            texts[i] = (struct rule_text){.bytes = "", .size = 0};
            if (column_is_valid(from, first + i))
                texts[i].bytes = column_text(from, first + i, &texts[i].size);
        }
    }
}

static cstm_status
score_block(void *argument, int64_t block, int32_t worker, cstm_error **error)
{
    (void) error;
    const struct table_run *run = argument;
    const cstm_scorer *scorer = run->scorer;
    int64_t first = block * BLOCK_ROWS;
    int32_t rows = run->rows - first < BLOCK_ROWS ? (int32_t) (run->rows - first) : BLOCK_ROWS;
    size_t n = (size_t) scorer->n_inputs;
    char *at = run->scratch + (size_t) worker * run->scratch_size;
    struct rule_column *columns = (struct rule_column *) at;
    at += align(n * sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        struct rule_text *texts = (struct rule_text *) at;
        uint8_t *states = (uint8_t *) (at + align(BLOCK_ROWS * sizeof *texts));
        fill_column(&columns[i], run->columns[i], first, rows, texts, states);
        at += align(BLOCK_ROWS * sizeof *texts) + align(BLOCK_ROWS);
    }
    struct scorer_output output = {
        .values = run->output.values + first,
        .states = run->output.states + first,
        .reasons = run->output.reasons + first * scorer->max_reasons,
    };
    scorer_run(scorer, columns, rows, at, &output);
    return CSTM_OK;
}

static cstm_status
add_score(cstm_table *table, const struct table_run *run, cstm_error **error)
{
    size_t n = (size_t) run->rows;
    uint8_t *valid = memory_new_array(n, 1);
    int64_t *states = memory_new_array(n, sizeof *states);
    cstm_status status = valid != NULL && states != NULL ? CSTM_OK : error_no_memory(error);
    if (status == CSTM_OK) {
        for (size_t i = 0; i < n; i++) {
            states[i] = run->output.states[i];
            valid[i] = states[i] == 0;
        }
        status = cstm_table_add_double(table, "score", run->output.values, valid, run->rows, error);
    }
    if (status == CSTM_OK)
        status = cstm_table_add_int64(table, "state", states, NULL, run->rows, error);
    memory_free(valid);
    memory_free(states);
    return status;
}

struct reason_lists {
    int64_t *list_offsets;
    int64_t *offsets;
    char *bytes;
    uint8_t *valid;
};

static bool
fill_reasons(struct reason_lists *lists, const struct table_run *run)
{
    const cstm_scorer *scorer = run->scorer;
    size_t rows = (size_t) run->rows, most = (size_t) scorer->max_reasons, count = 0, size = 0;
    for (size_t i = 0; i < rows * most; i++) {
        if (run->output.reasons[i] < 0)
            continue;
        count++;
        size += strlen(scorer->reasons[run->output.reasons[i]]);
    }
    lists->list_offsets = memory_new_array(rows + 1, sizeof(int64_t));
    lists->offsets = memory_new_array(count + 1, sizeof(int64_t));
    lists->bytes = memory_new_array(size, 1);
    lists->valid = memory_new_array(rows, 1);
    if (lists->list_offsets == NULL || lists->offsets == NULL || lists->bytes == NULL ||
        lists->valid == NULL)
        return false;
    count = size = 0;
    for (size_t row = 0; row < rows; row++) {
        lists->valid[row] = run->output.states[row] == 0;
        for (size_t i = 0; i < most && run->output.reasons[row * most + i] >= 0; i++) {
            const char *code = scorer->reasons[run->output.reasons[row * most + i]];
            memcpy(lists->bytes + size, code, strlen(code));
            size += strlen(code);
            lists->offsets[++count] = (int64_t) size;
        }
        lists->list_offsets[row + 1] = (int64_t) count;
    }
    return true;
}

static cstm_status
add_reasons(cstm_table *table, const struct table_run *run, cstm_error **error)
{
    struct reason_lists lists = {0};
    cstm_status status = CSTM_OK;
    if (!fill_reasons(&lists, run))
        status = error_no_memory(error);
    else
        status = cstm_table_add_strings(table, "reasons", lists.list_offsets, lists.offsets,
                                        lists.bytes, lists.valid, run->rows, error);
    memory_free(lists.list_offsets);
    memory_free(lists.offsets);
    memory_free(lists.bytes);
    memory_free(lists.valid);
    return status;
}

static cstm_status
run_blocks(struct table_run *run, const struct parallel *parallel, cstm_error **error)
{
    const cstm_scorer *scorer = run->scorer;
    size_t rows = (size_t) run->rows;
    run->scratch_size = align(scratch_of_inputs(scorer) + scorer_scratch_size(scorer, BLOCK_ROWS));
    run->scratch = memory_new_array((size_t) parallel_workers(parallel), run->scratch_size);
    run->output.values = memory_new_array(rows, sizeof *run->output.values);
    run->output.states = memory_new_array(rows, sizeof *run->output.states);
    run->output.reasons =
        memory_new_array(rows * (size_t) scorer->max_reasons, sizeof *run->output.reasons);
    if (run->scratch == NULL || run->output.values == NULL || run->output.states == NULL ||
        run->output.reasons == NULL)
        return error_no_memory(error);
    return parallel_for(parallel, (run->rows + BLOCK_ROWS - 1) / BLOCK_ROWS, run->rows, score_block,
                        run, error);
}

static cstm_status
score_columns(struct table_run *run, const struct parallel *parallel, cstm_table **result,
              cstm_error **error)
{
    cstm_table *table = NULL;
    cstm_status status = run_blocks(run, parallel, error);
    if (status == CSTM_OK)
        status = cstm_table_new(&table, error);
    if (status == CSTM_OK)
        status = add_score(table, run, error);
    if (status == CSTM_OK)
        status = add_reasons(table, run, error);
    memory_free(run->scratch);
    memory_free(run->output.values);
    memory_free(run->output.states);
    memory_free(run->output.reasons);
    if (status != CSTM_OK)
        cstm_table_free(table);
    else
        *result = table;
    return status;
}

cstm_status
cstm_scorer_score_table(const cstm_scorer *scorer, const cstm_table *table, int32_t n_threads,
                        cstm_progress_function progress, void *progress_data,
                        const cstm_cancel *cancel, cstm_table **result, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(scorer, HANDLE_SCORER))
        return error_misuse(error, "scorer is NULL or not a scorer");
    if (!handle_is(table, HANDLE_TABLE))
        return error_misuse(error, "table is NULL or not a table");
    if (cancel != NULL && !handle_is(cancel, HANDLE_CANCEL))
        return error_misuse(error, "cancel is not a cancel flag");
    if (result == NULL)
        return error_misuse(error, "result is NULL");
    if (n_threads < 1 || n_threads > THREADS_LIMIT)
        return error_set(error, CSTM_ERROR_RANGE, "the number of threads is not from 1 to %d",
                         THREADS_LIMIT);

    struct table_run run = {.scorer = scorer, .rows = table->rows};
    run.columns = memory_new_array((size_t) scorer->n_inputs, sizeof *run.columns);
    if (run.columns == NULL)
        return error_no_memory(error);
    struct error_list errors = {0};
    for (int32_t i = 0; i < scorer->n_inputs; i++)
        bind_input(&run, table, i, &errors);
    cstm_status status = error_list_take(&errors, error);
    struct parallel parallel = {.n_threads = n_threads,
                                .progress = progress,
                                .progress_data = progress_data,
                                .cancel = cancel};
    if (status == CSTM_OK)
        status = score_columns(&run, &parallel, result, error);
    memory_free(run.columns);
    return status;
}
