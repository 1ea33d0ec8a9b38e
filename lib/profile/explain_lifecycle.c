/* Why a customer stands where they stand: the stage, since when, from where, and the rule of the
 * transition with the values that it read on its day. That day is evaluated again where it is not
 * sealed; where it is, the witness says what the rule read (standing.h). */
#include "profile/explain.h"

#include "base/memory.h"

#include <string.h>

/* Columns of one constant row, as a witness has them. */
struct recalled {
    struct rule_column *columns;  /* per slot */
    struct witness_value *values; /* what they point to */
};

static cstm_status
recall(struct recalled *recalled, const cstm_strategy *strategy, int32_t entity,
       const struct witness *witness, cstm_error **error)
{
    static uint8_t missing = CSTM_ERROR_MISSING;
    static struct rule_text nothing = {"", 0}; /* as wide as any value */
    struct byte_reader reader;
    int32_t n;
    witness_open(witness, &reader, &n);
    recalled->columns = memory_new_array((size_t) strategy->n_slots + 1, sizeof *recalled->columns);
    recalled->values = memory_new_array((size_t) n + 1, sizeof *recalled->values);
    if (recalled->columns == NULL || recalled->values == NULL)
        return error_no_memory(error);
    for (int32_t s = 0; s < strategy->n_slots; s++)
        recalled->columns[s] = (struct rule_column){.kind = strategy->slots[s].kind,
                                                    .constant = true,
                                                    .as.any = &nothing,
                                                    .states = &missing};
    for (int32_t i = 0; i < n; i++) {
        struct witness_value *value = &recalled->values[i];
        if (!witness_next(&reader, value))
            break;
        for (int32_t s = 0; s < strategy->n_slots; s++) {
            const struct slot *slot = &strategy->slots[s];
            if (slot->entity != entity || slot->kind != value->kind ||
                strlen(slot->name) != value->name_size ||
                memcmp(slot->name, value->name, value->name_size) != 0)
                continue;
            recalled->columns[s].as.any = &value->as;
            recalled->columns[s].states = &value->state;
        }
    }
    return CSTM_OK;
}

static void
recalled_clear(struct recalled *recalled)
{
    memory_free(recalled->columns);
    memory_free(recalled->values);
}

/* The rules that were asked on the first day, up to the one that was true. */
static cstm_status
explain_beginning(struct explaining *explaining, const struct machine *machine,
                  const struct rule_column *columns, int32_t row, cstm_error **error)
{
    for (int32_t i = 0; i < machine->n_initial; i++) {
        const struct initial_rule *initial = &machine->initial[i];
        if (initial->condition < 0)
            return CSTM_OK;
        bool met = false;
        cstm_status status =
            explain_text(explaining, "began as", machine->stages[initial->stage], 1, error);
        if (status == CSTM_OK)
            status = explain_rule(explaining, machine->conditions[initial->condition], columns, row,
                                  2, &met, error);
        if (status != CSTM_OK || met)
            return status;
    }
    return CSTM_OK;
}

static cstm_status
explain_transition(struct explaining *explaining, const struct machine *machine, int32_t index,
                   const struct rule_column *columns, int32_t row, cstm_error **error)
{
    const struct transition *transition = &machine->transitions[index];
    cstm_status status = explain_count(explaining, "transition", index + 1, "", 1, error);
    if (status == CSTM_OK && transition->line > 0)
        status = explain_count(explaining, "line", transition->line, "", 2, error);
    if (status == CSTM_OK && transition->for_days > 1)
        status = explain_count(explaining, "for", transition->for_days, " days", 2, error);
    if (status == CSTM_OK && transition->stay_days > 0)
        status = explain_count(explaining, "stay", transition->stay_days, " days", 2, error);
    if (status == CSTM_OK)
        status = explain_rule(explaining, machine->conditions[transition->condition], columns, row,
                              2, NULL, error);
    return status;
}

static cstm_status
explain_cause(struct explaining *explaining, const struct machine *machine, int32_t transition,
              const struct rule_column *columns, int32_t row, cstm_error **error)
{
    if (transition < 0)
        return explain_beginning(explaining, machine, columns, row, error);
    return explain_transition(explaining, machine, transition, columns, row, error);
}

/* Where the day is sealed, from the witness. */
static cstm_status
explain_sealed_cause(struct explaining *explaining, int32_t index, int32_t transition,
                     cstm_error **error)
{
    const cstm_strategy *strategy = explaining->strategy;
    const struct standing *standing = &explaining->profile->standing;
    const struct machine *machine = &strategy->machines[index];
    const struct witness *witness = NULL;
    if (explaining->instance < standing->checkpoints.n_instances)
        witness = *standing_witness(standing, strategy, explaining->instance, index);
    if (witness == NULL) {
        if (!explanation_add_label(explaining->explanation,
                                   "the day is sealed, and what was read on it was not kept", 1))
            return error_no_memory(error);
        return CSTM_OK;
    }
    struct recalled recalled = {.columns = NULL};
    cstm_status status = recall(&recalled, strategy, machine->entity, witness, error);
    if (status == CSTM_OK)
        status = explain_cause(explaining, machine, transition, recalled.columns, 0, error);
    recalled_clear(&recalled);
    return status;
}

static cstm_status
explain_stage(struct explaining *explaining, const struct machine *machine,
              const struct machine_state *state, cstm_error **error)
{
    cstm_status status =
        explain_text(explaining, machine->name, machine->stages[state->stage], 0, error);
    if (status == CSTM_OK)
        status = explain_day(explaining, "since", state->since, 1, error);
    if (status == CSTM_OK)
        status = explain_count(
            explaining, "days in stage", (int64_t) explaining->day - state->since,
            state->censored ? " or more: it may have stood there before it was observed" : "", 1,
            error);
    if (status == CSTM_OK && state->previous >= 0)
        status = explain_text(explaining, "from", machine->stages[state->previous], 1, error);
    return status;
}

cstm_status
explain_lifecycle(struct explaining *explaining, int32_t index, cstm_error **error)
{
    const struct machine *machine = &explaining->strategy->machines[index];
    const struct machine_state *found =
        evaluation_machine(explaining->evaluation, index, explaining->row);
    int32_t state_of = found == NULL || found->day == NO_DAY ? CSTM_ERROR_MISSING : CSTM_OK;
    if (found != NULL && found->undetermined)
        state_of = CSTM_ERROR_SEALED_APART;
    if (state_of != CSTM_OK) {
        if (!explanation_add_line(explaining->explanation, machine->name, NULL, state_of, 0, true))
            return error_no_memory(error);
        return CSTM_OK;
    }
    struct machine_state state = *found; /* the run of another day writes over it */
    cstm_status status = explain_stage(explaining, machine, &state, error);
    if (status != CSTM_OK)
        return status;
    if (state.since <= explaining->profile->history.sealed_day)
        return explain_sealed_cause(explaining, index, state.transition, error);
    if (state.since != explaining->day)
        status = explain_evaluate(explaining, state.since, error);
    if (status == CSTM_OK)
        status = explain_cause(explaining, machine, state.transition, explaining->columns,
                               explaining->row, error);
    return status;
}
