/* The report of a migration: a list that is filled while a profile is read, and asked afterwards.
 */
#include "profile/migration.h"

#include "base/memory.h"

struct cstm_migration *
migration_new(void)
{
    struct cstm_migration *migration = memory_new(sizeof *migration);
    if (migration != NULL)
        migration->handle.tag = HANDLE_MIGRATION;
    return migration;
}

bool
migration_add(struct cstm_migration *migration, const char *name, size_t size, cstm_fate fate,
              int32_t complete_day)
{
    struct migration_part part = {.fate = fate, .complete_day = complete_day};
    if (!memory_reserve(&migration->parts, &migration->capacity, (size_t) migration->n + 1,
                        sizeof part))
        return false;
    part.name = memory_copy(name, size);
    if (part.name == NULL)
        return false;
    migration->parts[migration->n++] = part;
    return true;
}

static const struct migration_part *
part_of(const cstm_migration *migration, int32_t index)
{
    if (!handle_is(migration, HANDLE_MIGRATION) || index < 0 || index >= migration->n)
        return NULL;
    return &migration->parts[index];
}

int32_t
cstm_migration_count(const cstm_migration *migration)
{
    return handle_is(migration, HANDLE_MIGRATION) ? migration->n : 0;
}

const char *
cstm_migration_name(const cstm_migration *migration, int32_t index)
{
    const struct migration_part *part = part_of(migration, index);
    return part == NULL ? "" : part->name;
}

cstm_fate
cstm_migration_fate(const cstm_migration *migration, int32_t index)
{
    const struct migration_part *part = part_of(migration, index);
    return part == NULL ? 0 : part->fate;
}

int32_t
cstm_migration_complete_day(const cstm_migration *migration, int32_t index)
{
    const struct migration_part *part = part_of(migration, index);
    return part == NULL ? INT32_MIN : part->complete_day;
}

void
cstm_migration_free(cstm_migration *migration)
{
    if (!handle_is(migration, HANDLE_MIGRATION))
        return;
    for (int32_t i = 0; i < migration->n; i++)
        memory_free(migration->parts[i].name);
    memory_free(migration->parts);
    migration->handle.tag = HANDLE_FREED;
    memory_free(migration);
}
