/* The nearest change as a handle. */
#include "rule/nearest.h"

#include <math.h>

static const struct nearest_change *
change_at(const cstm_nearest *nearest, int32_t i)
{
    if (!handle_is(nearest, HANDLE_NEAREST) || i < 0 || i >= nearest->n)
        return NULL;
    return &nearest->changes[i];
}

int32_t
cstm_nearest_possible(const cstm_nearest *nearest)
{
    return handle_is(nearest, HANDLE_NEAREST) && nearest->possible;
}

int32_t
cstm_nearest_exact(const cstm_nearest *nearest)
{
    return handle_is(nearest, HANDLE_NEAREST) && nearest->exact;
}

int32_t
cstm_nearest_outcome(const cstm_nearest *nearest)
{
    return handle_is(nearest, HANDLE_NEAREST) && nearest->wanted;
}

int32_t
cstm_nearest_transition(const cstm_nearest *nearest)
{
    return handle_is(nearest, HANDLE_NEAREST) ? nearest->transition : -1;
}

int32_t
cstm_nearest_count(const cstm_nearest *nearest)
{
    return handle_is(nearest, HANDLE_NEAREST) ? nearest->n : 0;
}

const char *
cstm_nearest_name(const cstm_nearest *nearest, int32_t i)
{
    const struct nearest_change *change = change_at(nearest, i);
    return change == NULL ? NULL : change->name;
}

const char *
cstm_nearest_present(const cstm_nearest *nearest, int32_t i)
{
    const struct nearest_change *change = change_at(nearest, i);
    return change == NULL ? NULL : change->present;
}

cstm_state
cstm_nearest_present_state(const cstm_nearest *nearest, int32_t i)
{
    const struct nearest_change *change = change_at(nearest, i);
    return change == NULL ? -1 : change->state;
}

const char *
cstm_nearest_condition(const cstm_nearest *nearest, int32_t i)
{
    const struct nearest_change *change = change_at(nearest, i);
    return change == NULL ? NULL : change->condition;
}

const char *
cstm_nearest_value(const cstm_nearest *nearest, int32_t i)
{
    const struct nearest_change *change = change_at(nearest, i);
    return change == NULL ? NULL : change->value;
}

cstm_type
cstm_nearest_type(const cstm_nearest *nearest, int32_t i)
{
    const struct nearest_change *change = change_at(nearest, i);
    if (change == NULL || change->cell.state != 0)
        return CSTM_TYPE_NONE;
    for (cstm_type type = CSTM_TYPE_BOOL; type <= CSTM_TYPE_MONEY; type++)
        if (rule_kind_of(type) == change->kind)
            return type;
    return CSTM_TYPE_NONE;
}

int64_t
cstm_nearest_int64(const cstm_nearest *nearest, int32_t i)
{
    switch (cstm_nearest_type(nearest, i)) {
    case CSTM_TYPE_BOOL:
        return nearest->changes[i].cell.as.b;
    case CSTM_TYPE_INT:
    case CSTM_TYPE_DATE:
    case CSTM_TYPE_TIMESTAMP:
    case CSTM_TYPE_MONEY:
        return nearest->changes[i].cell.as.i;
    default:
        return 0;
    }
}

double
cstm_nearest_double(const cstm_nearest *nearest, int32_t i)
{
    return cstm_nearest_type(nearest, i) == CSTM_TYPE_DOUBLE ? nearest->changes[i].cell.as.d : NAN;
}

const char *
cstm_nearest_string(const cstm_nearest *nearest, int32_t i, size_t *size)
{
    struct rule_text text = {"", 0};
    if (cstm_nearest_type(nearest, i) == CSTM_TYPE_STRING)
        text = nearest->changes[i].cell.as.text;
    if (size != NULL)
        *size = text.size;
    return text.bytes;
}

void
cstm_nearest_free(cstm_nearest *nearest)
{
    if (!handle_is(nearest, HANDLE_NEAREST))
        return;
    for (int32_t i = 0; nearest->changes != NULL && i < nearest->n; i++) {
        struct nearest_change *change = &nearest->changes[i];
        memory_free(change->name);
        memory_free(change->present);
        memory_free(change->condition);
        memory_free(change->value);
        memory_free(change->bytes);
    }
    memory_free(nearest->changes);
    nearest->handle.tag = HANDLE_FREED;
    memory_free(nearest);
}
