/* Which days matter to a customer's machines. Between two days on which something can change
 * everything stays as it is, so rows are computed on the change days only: when an event comes or
 * leaves a window, an attribute changes, coverage begins, an instance begins, and on the first day
 * after a checkpoint.
 *
 * A machine begins on the first day on which the bank knows of its instance: of anything that
 * happened or was set on it, or of an opening that has come; but not before the first day that is
 * observed at all. It stood there before (censored) unless it opened on that day or later. */
#include "profile/evaluation.h"

#include "base/memory.h"

#include <string.h>

struct day_set {
    uint64_t *bits;
    int32_t first;
};

static void
day_set_add(void *argument, int32_t day)
{
    const struct day_set *set = argument;
    uint32_t at = (uint32_t) (day - set->first);
    set->bits[at >> 6] |= UINT64_C(1) << (at & 63);
}

static int32_t
first_observed_day(const struct history *history, int32_t n_events)
{
    int32_t first = history->instances[0].begins_day;
    for (int32_t k = 0; k < n_events; k++) {
        int32_t day = history_observed_day(history, k);
        if (k == 0 || day < first)
            first = day;
    }
    return first;
}

/* What is known first is where the history begins: an event, a setting, or an opening that has
 * always been known. */
static void
unit_begin(const struct evaluation *evaluation, struct unit *unit, int32_t observed)
{
    const struct history *history = unit->history;
    const struct instance *instance = &history->instances[unit->instance];
    unit->begins = NO_DAY;
    unit->censored = false;
    int32_t day = instance->begins_day > observed ? instance->begins_day : observed;
    if (history->sealed_parts > 0 && day <= history->sealed_day)
        day = history->sealed_day + 1;
    if (day > evaluation->day)
        return;
    int32_t opened = history_opened(history, unit->instance, day);
    unit->begins = day;
    unit->censored = opened == DAY_NONE || opened < day;
}

/* The first day that some machine of the unit has not stepped; INT32_MAX: none. */
static int32_t
unit_first_day(const struct evaluation *evaluation, struct unit *unit, int32_t *observed)
{
    const struct recipe *recipe = evaluation->recipe;
    int32_t first = INT32_MAX;
    unit->begins = NO_DAY;
    if (!recipe->has_machine[unit->entity])
        return first;
    bool asked = false;
    for (int32_t i = 0; i < recipe->n_machines; i++) {
        int32_t m = recipe->machines[i];
        if (evaluation->strategy->machines[m].entity != unit->entity)
            continue;
        const struct machine_state *state = checkpoint_of(evaluation, unit, m);
        int32_t day = INT32_MAX;
        if (state != NULL) {
            day = state->day + 1;
        } else {
            if (*observed == NO_DAY)
                *observed =
                    first_observed_day(unit->history, evaluation->strategy->schema.n_events);
            if (!asked)
                unit_begin(evaluation, unit, *observed);
            asked = true;
            if (unit->begins != NO_DAY)
                day = unit->begins;
        }
        if (day < first)
            first = day;
    }
    return first;
}

static cstm_status
days_reserve(struct evaluation *evaluation, size_t more, cstm_error **error)
{
    if (evaluation->n_days + more <= evaluation->day_capacity ||
        memory_reserve(&evaluation->days, &evaluation->day_capacity, evaluation->n_days + more,
                       sizeof *evaluation->days))
        return CSTM_OK;
    return error_no_memory(error);
}

static cstm_status
add_every_day(struct evaluation *evaluation, int32_t first, cstm_error **error)
{
    size_t n = (size_t) (evaluation->day - first) + 1;
    cstm_status status = days_reserve(evaluation, n, error);
    if (status != CSTM_OK)
        return status;
    for (int32_t day = first; day <= evaluation->day; day++)
        evaluation->days[evaluation->n_days++] = day;
    return CSTM_OK;
}

/* An opening shows from the day on which it is known, and on the day for which it is known. */
static void
collect_openings(const struct attribute_rows *opened, struct day_set *set, int32_t after,
                 int32_t until)
{
    for (int32_t i = 0; i < opened->n; i++) {
        const struct attribute_entry *entry = &opened->entries[i];
        int64_t value = entry->present ? entry->value.number : INT64_MIN;
        if (entry->day > after && entry->day <= until)
            day_set_add(set, entry->day);
        if (value > after && value <= until)
            day_set_add(set, (int32_t) value);
    }
}

static void
collect_unit(const struct evaluation *evaluation, const struct unit *unit, struct day_set *set,
             int32_t after)
{
    const cstm_strategy *strategy = evaluation->strategy;
    const struct recipe *recipe = evaluation->recipe;
    if (recipe->children) {
        int32_t begins = unit->history->instances[unit->instance].begins_day;
        if (begins > after && begins <= evaluation->day)
            day_set_add(set, begins);
        collect_openings(&unit->history->instances[unit->instance].attributes[0], set, after,
                         evaluation->day);
        if (strategy->schema.entities[unit->entity].keep_closed > 0) /* others may leave */
            collect_openings(&unit->history->instances[unit->instance].attributes[1], set, after,
                             evaluation->day);
    }
    if (recipe->has_machine[unit->entity]) {
        if (unit->begins != NO_DAY && unit->begins > after)
            day_set_add(set, unit->begins);
        for (int32_t i = 0; i < recipe->n_machines; i++) {
            int32_t m = recipe->machines[i];
            if (strategy->machines[m].entity != unit->entity)
                continue;
            const struct machine_state *state = checkpoint_of(evaluation, unit, m);
            if (state != NULL && state->day < evaluation->day)
                day_set_add(set, state->day + 1);
        }
    }
    for (int32_t i = 0; i < recipe->n_changes; i++) {
        const struct step *step = &strategy->steps[recipe->changes[i]];
        if (step->entity != unit->entity)
            continue;
        if (step->kind == STEP_AGGREGATE)
            feature_change_days(strategy->plan, &strategy->features[step->index], unit->history,
                                unit->instance, after, evaluation->day, day_set_add, set);
        else
            attribute_change_days(strategy->plan, step->index, unit->history, unit->instance, after,
                                  evaluation->day, day_set_add, set);
    }
}

static cstm_status
add_change_days(struct evaluation *evaluation, struct customer *customer, int32_t until_unit,
                int32_t first, cstm_error **error)
{
    if (first == evaluation->day)
        return add_every_day(evaluation, first, error);
    size_t span = (size_t) (evaluation->day - first) + 1, words = (span + 63) / 64;
    if (words > evaluation->day_words &&
        !memory_reserve(&evaluation->day_bits, &evaluation->day_words, words,
                        sizeof *evaluation->day_bits))
        return error_no_memory(error);
    uint64_t *bits = evaluation->day_bits;
    for (size_t w = 0; w < words; w++)
        bits[w] = 0;
    struct day_set set = {bits, first};
    for (int32_t u = customer->first_unit; u < until_unit; u++)
        collect_unit(evaluation, &evaluation->units[u], &set, first - 1);
    size_t n = 0;
    for (size_t w = 0; w < words; w++)
        n += (size_t) __builtin_popcountll(bits[w]);
    cstm_status status = days_reserve(evaluation, n, error);
    if (status != CSTM_OK)
        return status;
    for (size_t w = 0; w < words; w++)
        for (uint64_t left = bits[w]; left != 0; left &= left - 1)
            evaluation->days[evaluation->n_days++] =
                first + (int32_t) (w * 64) + __builtin_ctzll(left);
    return CSTM_OK;
}

cstm_status
customer_days(struct evaluation *evaluation, int32_t index, cstm_error **error)
{
    struct customer *customer = &evaluation->customers[index];
    int32_t until = index + 1 < (int32_t) evaluation->n_customers ? customer[1].first_unit
                                                                  : (int32_t) evaluation->n_units;
    int32_t observed = NO_DAY, first = INT32_MAX;
    for (int32_t u = customer->first_unit; u < until; u++) {
        int32_t day = unit_first_day(evaluation, &evaluation->units[u], &observed);
        if (day < first)
            first = day;
    }
    customer->first_day = (int32_t) evaluation->n_days;
    if (first > evaluation->day)
        first = evaluation->day; /* nothing to fold: the row that final rows copy */
    size_t before = evaluation->n_days;
    cstm_status status = CSTM_OK;
    if (evaluation->recipe->every_day || first == evaluation->day)
        status = add_every_day(evaluation, first, error);
    else
        status = add_change_days(evaluation, customer, until, first, error);
    customer->n_days = (int32_t) (evaluation->n_days - before);
    return status;
}
