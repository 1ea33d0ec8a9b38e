/* What callers ask a compiled strategy: names to numbers and back, types, and the zone's reading of
 * times. All of it is looked up in what the compiler left; nothing here fails but for a caller's
 * mistake. */
#include "strategy/strategy.h"

#include "base/civil.h"
#include "base/memory.h"

#include <string.h>

static bool
is_strategy(const cstm_strategy *strategy)
{
    return handle_is(strategy, HANDLE_STRATEGY);
}

cstm_strategy *
cstm_strategy_ref(cstm_strategy *strategy)
{
    if (!is_strategy(strategy))
        return NULL;
    atomic_fetch_add_explicit(&strategy->references, 1, memory_order_relaxed);
    return strategy;
}

static void
texts_free(char **texts, int32_t n)
{
    for (int32_t i = 0; texts != NULL && i < n; i++)
        memory_free(texts[i]);
    memory_free(texts);
}

static void
parts_free(cstm_strategy *strategy)
{
    for (int32_t i = 0; i < strategy->n_features; i++) {
        memory_free(strategy->features[i].name);
        rule_program_unref(strategy->features[i].where_rule);
        rule_program_unref(strategy->features[i].of_rule);
        rule_program_unref(strategy->features[i].rule);
    }
    for (int32_t i = 0; i < strategy->n_machines; i++)
        machine_clear(&strategy->machines[i]);
    texts_free(strategy->machine_purposes, strategy->n_machines);
    for (int32_t i = 0; i < strategy->n_scores; i++) {
        memory_free(strategy->scores[i].name);
        memory_free(strategy->scores[i].purpose);
        memory_free(strategy->scores[i].input_slots);
        cstm_scorer_unref(strategy->scores[i].scorer);
    }
    for (int32_t i = 0; i < strategy->n_segments; i++)
        segment_clear(&strategy->segments[i]);
    for (int32_t i = 0; i < strategy->n_slots; i++)
        memory_free(strategy->slots[i].name);
    memory_free(strategy->features);
    memory_free(strategy->machines);
    memory_free(strategy->scores);
    memory_free(strategy->segments);
    memory_free(strategy->slots);
    memory_free(strategy->steps);
}

void
cstm_strategy_unref(cstm_strategy *strategy)
{
    if (!is_strategy(strategy) ||
        atomic_fetch_sub_explicit(&strategy->references, 1, memory_order_acq_rel) > 1)
        return;
    strategy->handle.tag = HANDLE_FREED;
    plan_free(strategy->plan);
    parts_free(strategy);
    for (int32_t i = 0; strategy->scopes != NULL && i < strategy->schema.n_entities; i++)
        rule_scope_free(strategy->scopes[i]);
    for (int32_t i = 0; strategy->event_scopes != NULL && i < strategy->schema.n_events; i++)
        rule_scope_free(strategy->event_scopes[i]);
    memory_free(strategy->scopes);
    memory_free(strategy->event_scopes);
    calendar_unref(strategy->calendar);
    rates_unref(strategy->rates);
    for (int32_t i = 0; i < strategy->n_quantiles; i++)
        quantiles_unref(strategy->quantiles[i]);
    memory_free(strategy->quantiles);
    for (int32_t i = 0; i < strategy->n_mappings; i++)
        mapping_unref(strategy->mappings[i]);
    memory_free(strategy->mappings);
    texts_free(strategy->attribute_names, strategy->schema.n_attributes);
    schema_clear(&strategy->schema);
    error_list_clear(&strategy->warnings);
    memory_free(strategy->name);
    memory_free(strategy->version);
    memory_free(strategy);
}

const char *
cstm_strategy_name(const cstm_strategy *strategy)
{
    return is_strategy(strategy) ? strategy->name : "";
}

const char *
cstm_strategy_version(const cstm_strategy *strategy)
{
    return is_strategy(strategy) ? strategy->version : "";
}

const char *
cstm_strategy_digest(const cstm_strategy *strategy)
{
    return is_strategy(strategy) ? strategy->digest_text : "";
}

const cstm_error *
cstm_strategy_warnings(const cstm_strategy *strategy)
{
    return is_strategy(strategy) ? strategy->warnings.first : NULL;
}

const char *
cstm_strategy_currency(const cstm_strategy *strategy)
{
    return is_strategy(strategy) ? strategy->schema.currency : "";
}

const char *
cstm_strategy_timezone(const cstm_strategy *strategy)
{
    return is_strategy(strategy) ? zone_name(strategy->schema.zone) : "";
}

int32_t
cstm_strategy_count(const cstm_strategy *strategy, cstm_part part)
{
    if (!is_strategy(strategy))
        return 0;
    switch (part) {
    case CSTM_PART_ENTITY:
        return strategy->schema.n_entities;
    case CSTM_PART_ATTRIBUTE:
        return strategy->schema.n_attributes;
    case CSTM_PART_EVENT:
        return strategy->schema.n_events;
    case CSTM_PART_FEATURE:
        return strategy->n_declared;
    case CSTM_PART_LIFECYCLE:
        return strategy->n_machines;
    case CSTM_PART_SCORE:
        return strategy->n_scores;
    case CSTM_PART_SEGMENT:
        return strategy->n_segments;
    case CSTM_PART_SOURCE:
        return strategy->schema.n_sources;
    default:
        return 0;
    }
}

static bool
has_part(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    return index >= 0 && index < cstm_strategy_count(strategy, part);
}

const char *
cstm_strategy_part_name(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    if (!has_part(strategy, part, index))
        return "";
    switch (part) {
    case CSTM_PART_ENTITY:
        return strategy->schema.entities[index].name;
    case CSTM_PART_ATTRIBUTE:
        return strategy->attribute_names[index];
    case CSTM_PART_EVENT:
        return strategy->schema.events[index].name;
    case CSTM_PART_SOURCE:
        return strategy->schema.sources[index];
    case CSTM_PART_FEATURE:
        return strategy->features[index].name;
    case CSTM_PART_LIFECYCLE:
        return strategy->machines[index].name;
    case CSTM_PART_SEGMENT:
        return strategy->segments[index].name;
    default:
        return strategy->scores[index].name;
    }
}

int32_t
cstm_strategy_find(const cstm_strategy *strategy, cstm_part part, const char *name)
{
    int32_t n = cstm_strategy_count(strategy, part);
    for (int32_t i = 0; name != NULL && i < n; i++)
        if (strcmp(cstm_strategy_part_name(strategy, part, i), name) == 0)
            return i;
    return -1;
}

int32_t
cstm_strategy_part_entity(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    if (!has_part(strategy, part, index))
        return -1;
    switch (part) {
    case CSTM_PART_ENTITY:
        return strategy->schema.entities[index].parent;
    case CSTM_PART_ATTRIBUTE:
        return strategy->schema.attributes[index].entity;
    case CSTM_PART_EVENT:
        return strategy->schema.events[index].entity;
    case CSTM_PART_FEATURE:
        return strategy->features[index].entity;
    case CSTM_PART_LIFECYCLE:
        return strategy->machines[index].entity;
    case CSTM_PART_SEGMENT:
        return strategy->segments[index].entity;
    default:
        return strategy->scores[index].entity;
    }
}

cstm_type
cstm_strategy_part_type(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    if (!has_part(strategy, part, index))
        return CSTM_TYPE_NONE;
    if (part == CSTM_PART_ATTRIBUTE)
        return strategy->schema.attributes[index].type;
    if (part == CSTM_PART_SEGMENT)
        return CSTM_TYPE_BOOL;
    for (cstm_type type = CSTM_TYPE_BOOL; part == CSTM_PART_FEATURE && type <= CSTM_TYPE_MONEY;
         type++)
        if (rule_kind_of(type) == strategy->features[index].kind)
            return type;
    return CSTM_TYPE_NONE;
}

const char *
cstm_strategy_part_purpose(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    if (!has_part(strategy, part, index))
        return "";
    switch (part) {
    case CSTM_PART_LIFECYCLE:
        return strategy->machine_purposes[index];
    case CSTM_PART_SCORE:
        return strategy->scores[index].purpose;
    case CSTM_PART_SEGMENT:
        return strategy->segments[index].purpose;
    default:
        return "";
    }
}

const char *
cstm_strategy_part_rule(const cstm_strategy *strategy, cstm_part part, int32_t index)
{
    const struct rule_program *rule = NULL;
    if (has_part(strategy, part, index) && part == CSTM_PART_SEGMENT)
        rule = strategy->segments[index].rule;
    if (has_part(strategy, part, index) && part == CSTM_PART_FEATURE)
        rule = strategy->features[index].rule;
    return rule != NULL ? rule_program_text(rule) : "";
}

int32_t
cstm_strategy_field_count(const cstm_strategy *strategy, int32_t event)
{
    return has_part(strategy, CSTM_PART_EVENT, event) ? strategy->schema.events[event].n_fields : 0;
}

const char *
cstm_strategy_field_name(const cstm_strategy *strategy, int32_t event, int32_t field)
{
    if (field < 0 || field >= cstm_strategy_field_count(strategy, event))
        return "";
    return strategy->schema.events[event].fields[field].name;
}

cstm_type
cstm_strategy_field_type(const cstm_strategy *strategy, int32_t event, int32_t field)
{
    if (field < 0 || field >= cstm_strategy_field_count(strategy, event))
        return CSTM_TYPE_NONE;
    return strategy->schema.events[event].fields[field].type;
}

int32_t
cstm_strategy_find_field(const cstm_strategy *strategy, int32_t event, const char *name)
{
    if (name == NULL || !has_part(strategy, CSTM_PART_EVENT, event))
        return -1;
    return schema_find_field(&strategy->schema, event, name);
}

int32_t
cstm_strategy_stage_count(const cstm_strategy *strategy, int32_t lifecycle)
{
    return has_part(strategy, CSTM_PART_LIFECYCLE, lifecycle)
               ? strategy->machines[lifecycle].n_stages
               : 0;
}

const char *
cstm_strategy_stage_name(const cstm_strategy *strategy, int32_t lifecycle, int32_t stage)
{
    if (stage < 0 || stage >= cstm_strategy_stage_count(strategy, lifecycle))
        return "";
    return strategy->machines[lifecycle].stages[stage];
}

cstm_status
cstm_strategy_scorer(const cstm_strategy *strategy, int32_t score, cstm_scorer **scorer,
                     cstm_error **error)
{
    error_clear(error);
    if (!is_strategy(strategy))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (!has_part(strategy, CSTM_PART_SCORE, score))
        return error_misuse(error, "score is not the number of a score");
    if (scorer == NULL)
        return error_misuse(error, "scorer is NULL");
    *scorer = cstm_scorer_ref(strategy->scores[score].scorer);
    return CSTM_OK;
}

cstm_status
cstm_strategy_parse_time(const cstm_strategy *strategy, const char *text, size_t size,
                         int32_t end_of_day, int64_t *instant, cstm_error **error)
{
    error_clear(error);
    if (!is_strategy(strategy))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (text == NULL || instant == NULL)
        return error_misuse(error, text == NULL ? "text is NULL" : "instant is NULL");
    int64_t read;
    if (!civil_parse_instant(text, size, strategy->schema.zone, end_of_day != 0, &read))
        return error_set(
            error, CSTM_ERROR_SYNTAX,
            "a time is written like 2005-10-01, 2005-10-01 08:30 or 2005-10-01T08:30:00+08:00");
    if (read < CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY ||
        read >= (CIVIL_DAY_MAX + INT64_C(1)) * CIVIL_MICROS_PER_DAY)
        return error_set(error, CSTM_ERROR_RANGE, "a time outside the years 1 to 9999");
    *instant = read;
    return CSTM_OK;
}

cstm_status
cstm_strategy_day(const cstm_strategy *strategy, int64_t instant, int32_t *day, cstm_error **error)
{
    error_clear(error);
    if (!is_strategy(strategy))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (day == NULL)
        return error_misuse(error, "day is NULL");
    if (instant < CIVIL_DAY_MIN * CIVIL_MICROS_PER_DAY ||
        instant >= (CIVIL_DAY_MAX + INT64_C(1)) * CIVIL_MICROS_PER_DAY)
        return error_set(error, CSTM_ERROR_RANGE, "a time outside the years 1 to 9999");
    *day = zone_day(strategy->schema.zone, instant, NULL);
    return CSTM_OK;
}

int32_t
strategy_slot(const cstm_strategy *strategy, int32_t entity, const char *name)
{
    for (int32_t i = 0; i < strategy->n_slots; i++)
        if (strategy->slots[i].entity == entity && strcmp(strategy->slots[i].name, name) == 0)
            return i;
    return -1;
}

int32_t
strategy_step_of(const cstm_strategy *strategy, int32_t slot)
{
    for (int32_t i = 0; i < strategy->n_steps; i++)
        if (strategy->steps[i].slot == slot ||
            (strategy->steps[i].kind == STEP_MACHINE &&
             strategy->machines[strategy->steps[i].index].days_slot == slot))
            return i;
    return -1;
}
