/* malloc, calloc, realloc and free for the whole process, the library, GLib, zlib and the C library's own included: they count,
 * and fail when told to. Underneath is glibc's allocator by its internal names, so this works on glibc and without sanitizers. */
#include "allocation.h"

#include <errno.h>
#include <stdatomic.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void __libc_free(void *pointer);
/* Seen by the libraries, in the place of the C library's: the project's own default is to hide. */
#define SEEN __attribute__((visibility("default")))
SEEN void *malloc(size_t size);
SEEN void *calloc(size_t count, size_t size);
SEEN void *realloc(void *pointer, size_t size);
SEEN void free(void *pointer);

static _Atomic int64_t living_pieces, made, left;
static _Atomic bool armed, lasting, fired;

static bool
fails(void)
{
    atomic_fetch_add(&made, 1);
    if (!atomic_load(&armed))
        return false;
    int64_t rest = atomic_fetch_sub(&left, 1) - 1;
    if (rest > 0 || (rest < 0 && !atomic_load(&lasting)))
        return false;
    atomic_store(&fired, true);
    errno = ENOMEM;
    return true;
}

static void *
counted(void *pointer)
{
    if (pointer != NULL)
        atomic_fetch_add(&living_pieces, 1);
    return pointer;
}

void *
malloc(size_t size)
{
    return fails() ? NULL : counted(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__libc_calloc(count, size));
}

void *
realloc(void *pointer, size_t size)
{
    if (pointer == NULL)
        return malloc(size);
    if (size == 0) {
        free(pointer);
        return NULL;
    }
    return fails() ? NULL : __libc_realloc(pointer, size);
}

void
free(void *pointer)
{
    if (pointer != NULL)
        atomic_fetch_sub(&living_pieces, 1);
    __libc_free(pointer);
}

void
allocation_arm(int64_t nth, bool for_good)
{
    atomic_store(&left, nth);
    atomic_store(&lasting, for_good);
    atomic_store(&fired, false);
    atomic_store(&armed, true);
}

bool
allocation_disarm(void)
{
    atomic_store(&armed, false);
    return atomic_load(&fired);
}

int64_t
allocation_living(void)
{
    return atomic_load(&living_pieces);
}

int64_t
allocation_count(void)
{
    return atomic_load(&made);
}

bool
allocation_seen(void)
{
    int64_t count = allocation_count(), living = allocation_living();
    cstm_cancel *cancel;
    bool made_one = cstm_cancel_new(&cancel, NULL) == CSTM_OK && allocation_count() == count + 1 && allocation_living() == living + 1;
    cstm_cancel_free(cancel);
    return made_one && allocation_living() == living;
}
