/* What became of the parts of a profile on the way from one version of a strategy to another. */
#ifndef PROFILE_MIGRATION_H
#define PROFILE_MIGRATION_H

#include <libcustomer/profile.h>

#include "base/handle.h"

struct migration_part {
    char *name; /* owned */
    cstm_fate fate;
    int32_t complete_day;
};

struct cstm_migration {
    struct handle handle;
    int32_t n;
    size_t capacity;
    struct migration_part *parts;
};

struct cstm_migration *migration_new(void); /* NULL on failure; free with cstm_migration_free() */
bool migration_add(struct cstm_migration *migration, const char *name, size_t size, cstm_fate fate,
                   int32_t complete_day);

#endif
