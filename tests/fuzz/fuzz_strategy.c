/* Strategy documents under fuzz. Whatever comes in: a strategy or errors, never both, the errors in the order of their places and
 * inside the document; what loads computes every slot before it reads it, and has the same digest with a comment in front. */
#include "strategy/strategy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
check_errors(const cstm_error *error, const uint8_t *bytes, size_t size)
{
    int64_t lines = 1, line = 0, column = 0;
    for (size_t i = 0; i < size; i++)
        lines += bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] >= 0x80;   /* YAML knows more line breaks than one */
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e)) {
        must(cstm_error_code(e) > CSTM_OK && cstm_error_code(e) <= CSTM_ERROR_UNSUPPORTED);
        must(strlen(cstm_error_message(e)) > 0);
        must(cstm_error_line(e) <= lines && cstm_error_column(e) <= (int64_t) size + 1);
        if (cstm_error_next(e) == NULL && cstm_error_line(e) == 0)
            break;                                                           /* "and 12 more errors" */
        must(cstm_error_line(e) > line || (cstm_error_line(e) == line && cstm_error_column(e) >= column));
        line = cstm_error_line(e);
        column = cstm_error_column(e);
    }
}

static void
check_reads(const struct rule_program *program, const bool *written)
{
    const int32_t *slots;
    int32_t n = program != NULL ? rule_program_reads(program, &slots) : 0;
    for (int32_t i = 0; i < n; i++)
        must(written[slots[i]]);
}

static void
check_steps(const cstm_strategy *strategy)
{
    bool *written = calloc((size_t) strategy->n_slots + 1, sizeof *written);
    for (int32_t i = 0; written != NULL && i < strategy->n_steps; i++) {
        const struct step *step = &strategy->steps[i];
        must(!written[step->slot]);
        written[step->slot] = true;
        if (step->kind == STEP_BROADCAST)
            must(written[step->index]);
        if (step->kind == STEP_RULE)
            check_reads(strategy->features[step->index].rule, written);
        if (step->kind == STEP_CHILDREN)
            check_reads(strategy->features[step->index].where_rule, written);
        for (int32_t k = 0; step->kind == STEP_SCORE && k < strategy->scores[step->index].n_inputs; k++)
            must(written[strategy->scores[step->index].input_slots[k]]);
        if (step->kind == STEP_MACHINE) {
            const struct machine *machine = &strategy->machines[step->index];
            for (int32_t c = 0; c < machine->n_conditions; c++)
                check_reads(machine->conditions[c], written);
            written[machine->days_slot] = true;
        }
    }
    free(written);
}

/* What stands behind the first NUL is a document that the strategy may name: a calendar, quantile tables. */
static cstm_files *
files_of(const uint8_t *bytes, size_t size, size_t *own)
{
    const uint8_t *nul = size > 0 ? memchr(bytes, 0, size) : NULL;
    cstm_files *files = NULL;
    *own = nul == NULL ? size : (size_t) (nul - bytes);
    if (nul != NULL) {
        must(cstm_files_new(&files, NULL) == CSTM_OK);
        must(cstm_files_add(files, "a", (const char *) nul + 1, size - *own - 1, NULL) == CSTM_OK);
    }
    return files;
}

static void
check_digest(const cstm_strategy *strategy, const uint8_t *bytes, size_t size, const cstm_files *files)
{
    static const char comment[] = "# comment\n";
    char *text = malloc(size + sizeof comment);
    cstm_strategy *again = NULL;
    if (text == NULL || (size > 0 && bytes[0] == 0xef)) {
        free(text);
        return;
    }
    memcpy(text, comment, sizeof comment - 1);
    memcpy(text + sizeof comment - 1, bytes, size);
    must(cstm_strategy_parse_with(text, size + sizeof comment - 1, "again", files, &again, NULL) == CSTM_OK);
    must(strcmp(cstm_strategy_digest(strategy), cstm_strategy_digest(again)) == 0);
    cstm_strategy_unref(again);
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    cstm_strategy *strategy = NULL;
    cstm_error *error = NULL;
    size_t own;
    cstm_files *files = files_of(bytes, size, &own);
    cstm_status status = cstm_strategy_parse_with(size > 0 ? (const char *) bytes : "", own, "fuzz.yaml", files, &strategy, &error);
    must(status == cstm_error_code(error));
    must((status == CSTM_OK) == (strategy != NULL));
    check_errors(error, bytes, size);
    if (strategy != NULL) {
        check_steps(strategy);
        check_digest(strategy, bytes, own, files);
    }
    cstm_error_free(error);
    cstm_strategy_unref(strategy);
    cstm_files_free(files);
    return 0;
}
