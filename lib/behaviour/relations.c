/* Which kinds follow from which: those that are amended by others, and those that are made of others.
 * Found once for a plan, so that an event that comes in knows what else it touches. Read next:
 * derived.h. */
#include "behaviour/reading.h"

#include <string.h>

static bool
push(int32_t **list, int32_t *n, int32_t item)
{
    size_t capacity = (size_t) *n;
    if (!memory_reserve(list, &capacity, capacity + 1, sizeof **list))
        return false;
    (*list)[(*n)++] = item;
    return true;
}

static bool
relate_members(struct plan *plan, int32_t event)
{
    const struct event_kind *declared = &plan->schema->events[event];
    struct kind_plan *kind = &plan->kinds[event];
    size_t fields = (size_t) declared->n_fields;
    kind->member_fields =
        memory_new_array((size_t) declared->n_members * fields, sizeof *kind->member_fields);
    if (kind->member_fields == NULL)
        return false;
    for (int32_t m = 0; m < declared->n_members; m++) {
        struct kind_plan *member = &plan->kinds[declared->members[m]];
        size_t capacity = (size_t) member->n_unions;
        if (!memory_reserve(&member->unions, &capacity, capacity + 1, sizeof *member->unions))
            return false;
        member->unions[member->n_unions++] = (struct union_place){event, m};
        kind->member_fields[(size_t) m * fields] = -1;
        for (int32_t f = 1; f < declared->n_fields; f++)
            kind->member_fields[(size_t) m * fields + (size_t) f] =
                schema_find_field(plan->schema, declared->members[m], declared->fields[f].name);
    }
    return true;
}

/* How many amendments lie behind a kind: of what amends it, and what amends that. */
static int32_t
depth_of(const struct plan *plan, int32_t event)
{
    int32_t most = 0;
    for (int32_t i = 0; i < plan->kinds[event].n_amenders; i++) {
        int32_t depth = 1 + depth_of(plan, plan->kinds[event].amenders[i]);
        most = depth > most ? depth : most;
    }
    return most;
}

bool
plan_relate(struct plan *plan)
{
    const struct schema *schema = plan->schema;
    bool ok = true;
    for (int32_t k = 0; ok && k < schema->n_events; k++) {
        const struct event_kind *declared = &schema->events[k];
        if (declared->amends.amends) {
            struct kind_plan *amended = &plan->kinds[declared->amends.event];
            ok = push(&amended->amenders, &amended->n_amenders, k);
        }
        if (ok && declared->n_members > 0) {
            plan->derives = true;
            ok = relate_members(plan, k);
        }
    }
    for (int32_t depth = 1; ok && depth <= AMENDMENT_DEPTH; depth++)
        for (int32_t k = 0; ok && k < schema->n_events; k++)
            if (depth_of(plan, k) == depth) {
                plan->derives = true;
                ok = push(&plan->amended, &plan->n_amended, k);
            }
    return ok;
}
