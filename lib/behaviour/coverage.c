/* Coverage as others ask for it, and the floors of features after a migration: the latest day from
 * which any part of the state that the feature needs is complete. */
#include "behaviour/coverage.h"

bool
union_stated(const struct history *history, int32_t event)
{
    const struct event_kind *declared = &history->plan->schema->events[event];
    bool any = false;
    for (int32_t m = 0; m < declared->n_members; m++)
        any |= observation_stated(history, declared->members[m]);
    return any;
}

int32_t
union_observed_day(const struct history *history, int32_t event)
{
    const struct event_kind *declared = &history->plan->schema->events[event];
    int32_t latest = DAY_NONE;
    for (int32_t m = 0; m < declared->n_members; m++) {
        int32_t day = observed_day(history, declared->members[m]);
        latest = day > latest ? day : latest;
    }
    return latest;
}

int32_t
history_observed_day(const struct history *history, int32_t event)
{
    return observed_day(history, event);
}

bool
history_is_there(const struct history *history, int32_t instance, int32_t day)
{
    const struct instance *of = &history->instances[instance];
    const struct entity *entity = &history->plan->schema->entities[of->entity];
    if (of->begins_day <= day && entity->keep_closed == 0)
        return true;
    int32_t opened = history_opened(history, instance, day);
    if (entity->keep_closed > 0)
        return opened != DAY_NONE && opened <= day;
    if (opened != DAY_NONE)
        return opened <= day;
    for (int32_t a = 0; a < entity->n_attributes; a++)
        if (of->attributes[a].n > 0 && of->attributes[a].entries[0].day == CIVIL_DAY_MIN)
            return true;
    return false;
}

/* Whether a feature with this need reads the element. */
static bool
need_reads(const struct kind_plan *kind, const struct feature *feature,
           const struct feature_need *need, const struct state_element *element)
{
    switch (element->part) {
    case ELEMENT_TILES:
        return need->tiles && !need->base && !need->days;
    case ELEMENT_BASE:
        return need->base;
    case ELEMENT_DAYS:
        return need->days;
    case ELEMENT_FIELD:
        return need->field_bit && element->index == feature->field;
    case ELEMENT_WHERE:
        return need->tiles && (element->index == feature->where || element->index == feature->of);
    case ELEMENT_SLOT:
        return need->slot >= 0 && kind->tile_slots[element->index].field == feature->field &&
               ((int32_t) kind->tile_slots[element->index].operator== need->slot ||
                (need->squares && kind->tile_slots[element->index].operator== FEATURE_VARIANCE));
    case ELEMENT_LANE:
        return need->tiles && (kind->lanes[element->index].field == need->by ||
                               kind->lanes[element->index].field == need->counted);
    default:
        break;
    }
    const struct event_keep *keep = &kind->keeps[element->index];
    if (!need->keeps || keep->how != need->keep.how || keep->where != need->keep.where ||
        keep->field != need->keep.field || keep->by != need->keep.by)
        return false;
    return keep->how == KEEP_LAST || keep->how == KEEP_FIRST ||
           window_equal(keep->window, need->keep.window);
}

/* The windows of this plan never reach back before the days that sealing under it left; those of
 * another plan's did not ask for as many. */
static int32_t
days_floor(const struct history *history, const struct feature *feature,
           const struct feature_need *need)
{
    bool by_day = need->tiles && window_is_bounded(feature->window);
    if (!by_day || history->sealed_day == DAY_NONE)
        return DAY_NONE;
    int32_t from = history->days_from[feature->event];
    return from > window_start(feature->window, history->sealed_day + 1) ? from : DAY_NONE;
}

static int32_t
floor_of(const struct history *history, const struct feature *feature)
{
    const struct kind_plan *kind = &history->plan->kinds[feature->event];
    struct feature_need need;
    feature_need_of(history->plan, feature, &need);
    int32_t floor = days_floor(history, feature, &need);
    for (int32_t e = 0; history->complete_from != NULL && e < kind->n_elements; e++) {
        int32_t from = history->complete_from[kind->first_element + e];
        if (from > floor && need_reads(kind, feature, &need, &kind->elements[e]))
            floor = from;
    }
    return floor;
}

cstm_status
history_find_floors(struct history *history, cstm_error **error)
{
    const struct plan *plan = history->plan;
    memory_free(history->feature_floor);
    history->feature_floor = NULL;
    if (history->sealed_day == DAY_NONE && history->complete_from == NULL)
        return CSTM_OK;
    int32_t *floors = memory_new_array((size_t) plan->n_features + 1, sizeof *floors);
    if (floors == NULL)
        return error_no_memory(error);
    bool any = false;
    for (int32_t i = 0; i < plan->n_features; i++) {
        bool reads = plan->features[i].source == FEATURE_AGGREGATE;
        floors[i] = reads ? floor_of(history, &plan->features[i]) : DAY_NONE;
        any |= floors[i] != DAY_NONE;
    }
    if (any)
        history->feature_floor = floors;
    else
        memory_free(floors);
    return CSTM_OK;
}
