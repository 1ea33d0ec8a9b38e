/* What all kinds of scorers share: the count of references, the getters, and the way into a kind's
 * own functions. A scorer never changes once it is built, so everything but the count is read
 * without synchronisation. */
#include "score/scorer.h"

#include "base/memory.h"

size_t
scorer_scratch_size(const cstm_scorer *scorer, int32_t rows)
{
    return scorer->class->scratch_size(scorer, rows);
}

void
scorer_run(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t rows, void *scratch,
           struct scorer_output *output)
{
    scorer->class->run(scorer, inputs, rows, scratch, output);
}

cstm_status
scorer_explain(const cstm_scorer *scorer, const struct rule_column *inputs, int32_t row,
               struct scorer_breakdown *breakdown, cstm_error **error)
{
    return scorer->class->explain(scorer, inputs, row, breakdown, error);
}

void
scorer_breakdown_clear(struct scorer_breakdown *breakdown)
{
    for (int32_t i = 0; i < breakdown->n && breakdown->parts != NULL; i++)
        memory_free(breakdown->parts[i].bin);
    memory_free(breakdown->parts);
    *breakdown = (struct scorer_breakdown){0};
}

cstm_scorer *
cstm_scorer_ref(cstm_scorer *scorer)
{
    if (!handle_is(scorer, HANDLE_SCORER))
        return NULL;
    atomic_fetch_add_explicit(&scorer->references, 1, memory_order_relaxed);
    return scorer;
}

void
cstm_scorer_unref(cstm_scorer *scorer)
{
    if (!handle_is(scorer, HANDLE_SCORER))
        return;
    if (atomic_fetch_sub_explicit(&scorer->references, 1, memory_order_acq_rel) != 1)
        return;
    scorer->handle.tag = HANDLE_FREED;
    scorer->class->free(scorer);
}

const char *
cstm_scorer_kind(const cstm_scorer *scorer)
{
    return handle_is(scorer, HANDLE_SCORER) ? scorer->class->kind : "";
}

const char *
cstm_scorer_name(const cstm_scorer *scorer)
{
    return handle_is(scorer, HANDLE_SCORER) ? scorer->name : "";
}

const char *
cstm_scorer_digest(const cstm_scorer *scorer)
{
    return handle_is(scorer, HANDLE_SCORER) ? scorer->digest_text : "";
}

int32_t
cstm_scorer_input_count(const cstm_scorer *scorer)
{
    return handle_is(scorer, HANDLE_SCORER) ? scorer->n_inputs : 0;
}

static const struct scorer_input *
input_at(const cstm_scorer *scorer, int32_t input)
{
    if (!handle_is(scorer, HANDLE_SCORER) || input < 0 || input >= scorer->n_inputs)
        return NULL;
    return &scorer->inputs[input];
}

const char *
cstm_scorer_input_name(const cstm_scorer *scorer, int32_t input)
{
    const struct scorer_input *at = input_at(scorer, input);
    return at != NULL ? at->name : "";
}

cstm_type
cstm_scorer_input_type(const cstm_scorer *scorer, int32_t input)
{
    const struct scorer_input *at = input_at(scorer, input);
    if (at == NULL)
        return CSTM_TYPE_NONE;
    switch (at->kind) {
    case RULE_DOUBLE:
        return CSTM_TYPE_DOUBLE;
    case RULE_STRING:
        return CSTM_TYPE_STRING;
    case RULE_BOOL:
        return CSTM_TYPE_BOOL;
    default:
        return CSTM_TYPE_NONE;
    }
}

int32_t
cstm_scorer_reason_count(const cstm_scorer *scorer)
{
    return handle_is(scorer, HANDLE_SCORER) ? scorer->n_reasons : 0;
}

const char *
cstm_scorer_reason_code(const cstm_scorer *scorer, int32_t reason)
{
    if (!handle_is(scorer, HANDLE_SCORER) || reason < 0 || reason >= scorer->n_reasons)
        return "";
    return scorer->reasons[reason];
}
