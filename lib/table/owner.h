/* The memory of a column, counted: blocks of our own, and at most one other owner that it borrows
 * from (the arrays that Arrow handed over, which go back to their producer when the last column
 * that points into them is gone).
 *
 * Columns shared between tables and arrays exported to others each hold a reference, so any order
 * of freeing on any thread is right. */
#ifndef TABLE_OWNER_H
#define TABLE_OWNER_H

#include <libcustomer/arrow.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define OWNER_BLOCKS                                                                               \
    12 /* more than the neediest column has: a list of dictionary text, none of it as we keep it   \
        */

struct table_owner {
    _Atomic int64_t references;
    struct table_owner *lender; /* nullable */
    struct ArrowArray array;    /* release set: goes back with the last reference */
    int32_t n_blocks;
    void *blocks[OWNER_BLOCKS];
};

struct table_owner *owner_new(void);                      /* one reference; NULL on failure */
struct table_owner *owner_ref(struct table_owner *owner); /* NULL gives NULL */
void owner_unref(struct table_owner *owner);              /* NULL is fine */

/* A zeroed block that lives as long as the owner; NULL on failure. Zero elements give a pointer,
 * too. */
void *owner_block(struct table_owner *owner, size_t count, size_t size);
/* Takes a block that memory_*() made. False (and the block stays the caller's) if there is no place
 * left. */
bool owner_take(struct table_owner *owner, void *block);
/* From now on the lender lives as long as the owner. Lending twice from the same is once. */
void owner_borrow(struct table_owner *owner, struct table_owner *lender);

#endif
