/* Counted memory of columns; see owner.h. */
#include "table/owner.h"

#include "base/memory.h"

struct table_owner *
owner_new(void)
{
    struct table_owner *owner = memory_new(sizeof *owner);
    if (owner != NULL)
        atomic_init(&owner->references, 1);
    return owner;
}

struct table_owner *
owner_ref(struct table_owner *owner)
{
    if (owner != NULL)
        atomic_fetch_add_explicit(&owner->references, 1, memory_order_relaxed);
    return owner;
}

void
owner_unref(struct table_owner *owner)
{
    while (owner != NULL) {
        /* Whoever frees must see all that the others did before they let go. */
        if (atomic_fetch_sub_explicit(&owner->references, 1, memory_order_acq_rel) != 1)
            return;
        if (owner->array.release != NULL)
            owner->array.release(&owner->array);
        for (int32_t i = 0; i < owner->n_blocks; i++)
            memory_free(owner->blocks[i]);
        struct table_owner *lender = owner->lender;
        memory_free(owner);
        owner = lender;
    }
}

void *
owner_block(struct table_owner *owner, size_t count, size_t size)
{
    void *block = memory_new_array(count, size);
    if (block == NULL || owner_take(owner, block))
        return block;
    memory_free(block);
    return NULL;
}

bool
owner_take(struct table_owner *owner, void *block)
{
    if (owner->n_blocks == OWNER_BLOCKS)
        return false;
    owner->blocks[owner->n_blocks++] = block;
    return true;
}

void
owner_borrow(struct table_owner *owner, struct table_owner *lender)
{
    if (owner->lender == NULL)
        owner->lender = owner_ref(lender);
}
