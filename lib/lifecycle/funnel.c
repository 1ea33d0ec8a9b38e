/* The funnel (漏斗): who stands in which stage at the end of a day, and who moved between two days,
 * counted from logs of machines. All counts are integers, so that funnels of parts of a portfolio
 * add up to the funnel of the whole, in any order. */
#include "lifecycle/machine.h"

#include "base/memory.h"

#include <string.h>

cstm_status
funnel_init(struct funnel *funnel, const struct machine *machine, cstm_error **error)
{
    size_t n = (size_t) machine->n_stages;
    struct funnel made = {
        .n_stages = machine->n_stages,
        .standing = memory_new_array(n, sizeof(int64_t)),
        .censored = memory_new_array(n, sizeof(int64_t)),
        .days = memory_new_array(n, sizeof(int64_t)),
        .moved = memory_new_array(n * n, sizeof(int64_t)),
    };
    if (made.standing == NULL || made.censored == NULL || made.days == NULL || made.moved == NULL) {
        funnel_clear(&made);
        return error_no_memory(error);
    }
    *funnel = made;
    return CSTM_OK;
}

void
funnel_clear(struct funnel *funnel)
{
    memory_free(funnel->standing);
    memory_free(funnel->censored);
    memory_free(funnel->days);
    memory_free(funnel->moved);
    memset(funnel, 0, sizeof *funnel);
}

void
funnel_add(struct funnel *funnel, const struct machine_log *log, int32_t n, bool first_censored,
           int32_t at, int32_t from, int32_t to)
{
    int32_t last = -1;
    for (int32_t i = 0; i < n; i++) {
        if (log[i].day <= at)
            last = i;
        if (log[i].transition >= 0 && log[i].day > from && log[i].day <= to)
            funnel->moved[(int64_t) log[i].from * funnel->n_stages + log[i].to]++;
    }
    if (last < 0) {
        funnel->not_begun++;
        return;
    }
    int16_t stage = log[last].to;
    funnel->standing[stage]++;
    if (last == 0 && first_censored)
        funnel->censored[stage]++;
    else
        funnel->days[stage] += (int64_t) at - log[last].day;
}

void
funnel_merge(struct funnel *funnel, const struct funnel *other)
{
    for (int32_t i = 0; i < funnel->n_stages; i++) {
        funnel->standing[i] += other->standing[i];
        funnel->censored[i] += other->censored[i];
        funnel->days[i] += other->days[i];
    }
    for (int32_t i = 0; i < funnel->n_stages * funnel->n_stages; i++)
        funnel->moved[i] += other->moved[i];
    funnel->not_begun += other->not_begun;
    funnel->undetermined += other->undetermined;
}
