/* The cancel flag: one word that any thread may raise. Relaxed order is enough, since nothing else is read because of it. */
#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

cstm_status
cstm_cancel_new(cstm_cancel **cancel, cstm_error **error)
{
    error_clear(error);
    if (cancel == NULL)
        return error_misuse(error, "cancel is NULL");
    cstm_cancel *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->handle.tag = HANDLE_CANCEL;
    atomic_init(&made->requested, 0);
    *cancel = made;
    return CSTM_OK;
}

void
cstm_cancel_request(cstm_cancel *cancel)
{
    if (handle_is(cancel, HANDLE_CANCEL))
        atomic_store_explicit(&cancel->requested, 1, memory_order_relaxed);
}

int32_t
cstm_cancel_requested(const cstm_cancel *cancel)
{
    return handle_is(cancel, HANDLE_CANCEL)
               ? atomic_load_explicit(&((cstm_cancel *) cancel)->requested, memory_order_relaxed)
               : 0;
}

void
cstm_cancel_free(cstm_cancel *cancel)
{
    if (!handle_is(cancel, HANDLE_CANCEL))
        return;
    cancel->handle.tag = HANDLE_FREED;
    memory_free(cancel);
}
