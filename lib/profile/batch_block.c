/* The histories of a block of customers, built for a moment: the same structs that a profile has,
 * but laid side by side in a few arrays, with keys, ids and texts pointing into the tables. */
#include "profile/batch.h"
#include "profile/spread.h"

#include <string.h>

static cstm_status
block_init(struct block *block, cstm_error **error)
{
    const struct cstm_batch *batch = block->batch;
    const struct schema *schema = &batch->strategy->schema;
    size_t entities = (size_t) schema->n_entities, events = (size_t) schema->n_events, fields = 1;
    for (int32_t k = 0; k < schema->n_events; k++)
        if ((size_t) schema->events[k].n_fields > fields)
            fields = (size_t) schema->events[k].n_fields;
    block->units = memory_new_array(entities, sizeof *block->units);
    block->unit_capacity = memory_new_array(entities, sizeof *block->unit_capacity);
    block->n_units = memory_new_array(entities, sizeof *block->n_units);
    block->fields = memory_new_array(fields, sizeof *block->fields);
    block->columns = memory_new_array(fields, sizeof *block->columns);
    block->lanes = memory_new_array(fields, sizeof *block->lanes);
    block->codes = memory_new_array(fields, sizeof *block->codes);
    block->code_capacity = memory_new_array(fields, sizeof *block->code_capacity);
    block->coded_at = memory_new_array(fields, sizeof *block->coded_at);
    block->coded_fields = memory_new_array(fields, sizeof *block->coded_fields);
    block->partitions = memory_new_array(events, sizeof *block->partitions);
    block->records = memory_new_array(events, sizeof *block->records);
    block->record_capacity = memory_new_array(events, sizeof *block->record_capacity);
    block->scratch = memory_new(batch->strategy->plan->scratch_size_rows);
    block->observed_from = memory_new_array(events, sizeof *block->observed_from);
    block->observed_day = memory_new_array(events, sizeof *block->observed_day);
    block->days_from = memory_new_array(events, sizeof *block->days_from);
    block->counts = memory_new_array(counts_size(schema), sizeof *block->counts);
    block->kept_counts = memory_new_array(counts_size(schema), sizeof *block->kept_counts);
    if (block->codes == NULL || block->code_capacity == NULL || block->coded_at == NULL ||
        block->coded_fields == NULL || block->partitions == NULL || block->counts == NULL ||
        block->kept_counts == NULL)
        return error_no_memory(error);
    if (block->units == NULL || block->unit_capacity == NULL || block->n_units == NULL ||
        block->fields == NULL || block->columns == NULL || block->lanes == NULL ||
        block->records == NULL || block->record_capacity == NULL || block->scratch == NULL ||
        block->observed_from == NULL || block->observed_day == NULL || block->days_from == NULL)
        return error_no_memory(error);
    for (int32_t k = 0; k < schema->n_events; k++) {
        int64_t from = batch->observed_from[k];
        block->observed_from[k] = from;
        block->observed_day[k] =
            from == INT64_MAX ? INT32_MAX : zone_day(schema->zone, from, &block->cursor);
        block->days_from[k] = DAY_NONE;
    }
    block->context = (struct cell_context){.schema = schema, .texts = &block->texts};
    return CSTM_OK;
}

cstm_status
block_new(const struct cstm_batch *batch, const struct portfolio *portfolio, int64_t as_of,
          struct block **block, cstm_error **error)
{
    struct block *made = memory_new(sizeof *made);
    if (made == NULL)
        return error_no_memory(error);
    made->batch = batch;
    made->portfolio = portfolio;
    made->as_of = as_of;
    cstm_status status = block_init(made, error);
    if (status != CSTM_OK) {
        block_free(made);
        return status;
    }
    *block = made;
    return CSTM_OK;
}

/* What histories allocated themselves: rows that grew while facts were put in. */
static void
block_release(struct block *block)
{
    for (size_t i = 0; i < block->n_attribute_rows; i++)
        if (block->attribute_rows[i].capacity > 0)
            memory_free(block->attribute_rows[i].entries);
    for (size_t i = 0; i < block->n_event_rows; i++)
        if (block->event_rows[i].event_capacity > 0)
            memory_free(block->event_rows[i].events);
    block->n_attribute_rows = 0;
    block->n_event_rows = 0;
    block->n_entries = 0;
    block->n_instances = 0;
}

static void
cells_clear(struct cells *cells)
{
    memory_free(cells->values);
    memory_free(cells->states);
}

void
block_free(struct block *block)
{
    if (block == NULL)
        return;
    const struct schema *schema = &block->batch->strategy->schema;
    block_release(block);
    size_t fields = 1;
    for (int32_t k = 0; k < schema->n_events; k++)
        if ((size_t) schema->events[k].n_fields > fields)
            fields = (size_t) schema->events[k].n_fields;
    for (int32_t e = 0; block->units != NULL && e < schema->n_entities; e++)
        memory_free(block->units[e]);
    for (int32_t k = 0; block->records != NULL && k < schema->n_events; k++)
        memory_free(block->records[k]);
    for (size_t f = 0; block->fields != NULL && f < fields; f++)
        cells_clear(&block->fields[f]);
    for (size_t f = 0; block->codes != NULL && f < fields; f++)
        memory_free(block->codes[f]);
    memory_free(block->codes);
    memory_free(block->code_capacity);
    memory_free(block->coded_at);
    memory_free(block->coded_fields);
    partitions_free(block);
    lines_free(block->lines);
    cells_clear(&block->time);
    cells_clear(&block->id);
    cells_clear(&block->delivery);
    memory_free(block->histories);
    memory_free(block->instances);
    memory_free(block->customer_of);
    memory_free(block->attribute_rows);
    memory_free(block->event_rows);
    memory_free(block->units);
    memory_free(block->unit_capacity);
    memory_free(block->n_units);
    memory_free(block->rows);
    memory_free(block->row_units);
    memory_free(block->kept);
    memory_free(block->part_rows);
    memory_free(block->part_places);
    memory_free(block->fields);
    memory_free(block->columns);
    memory_free(block->lanes);
    memory_free(block->refused);
    memory_free(block->days);
    memory_free(block->masks);
    memory_free(block->records);
    memory_free(block->record_capacity);
    memory_free(block->entries);
    memory_free(block->scratch);
    memory_free(block->room.bytes);
    memory_free(block->observed_from);
    memory_free(block->observed_day);
    memory_free(block->days_from);
    memory_free(block->counts);
    memory_free(block->kept_counts);
    memory_free(block->rejections.items);
    arena_clear(&block->texts);
    block_free_features(block);
    memory_free(block);
}

/* Where each entity's rows of attributes and events begin in the block's arrays. */
struct layout {
    size_t attributes, events;
};

static size_t
most_bindings(const struct cstm_batch *batch, const struct group *group)
{
    int32_t most = 0;
    for (int32_t s = 0; s < group->n_sources; s++)
        if (batch->sources[group->sources[s]].n_bindings > most)
            most = batch->sources[group->sources[s]].n_bindings;
    return (size_t) most;
}

static cstm_status
reserve(struct block *block, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    const struct portfolio *portfolio = block->portfolio;
    size_t units = 0, attributes = 0, events = 0, entries = 0;
    for (int32_t e = 0; e < schema->n_entities; e++) {
        const struct members *members = &portfolio->members[e];
        size_t n = (size_t) (members_before(members, block->until) -
                             members_before(members, block->first));
        block->n_units[e] = (int32_t) n;
        units += n;
        attributes += n * (size_t) schema->entities[e].n_attributes;
        events += n * (size_t) schema->entities[e].n_events;
        if (members->source != NULL)
            entries += n * (size_t) members->source->n_bindings;
        entries += group_rows(block, &portfolio->attributes[e]) *
                   most_bindings(block->batch, &portfolio->attributes[e]);
        if (!memory_reserve(&block->units[e], &block->unit_capacity[e], n, sizeof **block->units))
            return error_no_memory(error);
    }
    size_t customers = (size_t) (block->until - block->first);
    if (!memory_reserve(&block->histories, &block->history_capacity, customers,
                        sizeof *block->histories) ||
        !memory_reserve(&block->instances, &block->instance_capacity, units,
                        sizeof *block->instances) ||
        !memory_reserve(&block->customer_of, &block->customer_of_capacity, units,
                        sizeof *block->customer_of) ||
        !memory_reserve(&block->attribute_rows, &block->attribute_row_capacity, attributes,
                        sizeof *block->attribute_rows) ||
        !memory_reserve(&block->event_rows, &block->event_row_capacity, events + 1,
                        sizeof *block->event_rows) ||
        !memory_reserve(&block->entries, &block->entry_capacity, entries, sizeof *block->entries))
        return error_no_memory(error);
    if (attributes > 0)
        memset(block->attribute_rows, 0, attributes * sizeof *block->attribute_rows);
    if (events > 0)
        memset(block->event_rows, 0, events * sizeof *block->event_rows);
    block->n_attribute_rows = attributes;
    block->n_event_rows = events;
    return CSTM_OK;
}

static cstm_status
instance_text(struct block *block, const struct members *members, int32_t instance,
              struct rule_text *key, cstm_error **error)
{
    char digits[24];
    int64_t row = member_row(members, instance);
    *key = key_text(&members->source->key, row, digits);
    if (members->source->key.type != CSTM_TYPE_INT)
        return CSTM_OK;
    key->bytes = arena_text(&block->texts, digits, key->size);
    return key->bytes != NULL ? CSTM_OK : error_no_memory(error);
}

/* Puts one instance at the end of its customer's. */
static cstm_status
add_instance(struct block *block, const struct layout *layout, int32_t customer, int32_t entity,
             int32_t place, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    const struct members *members = &block->portfolio->members[entity];
    struct history *history = &block->histories[customer];
    int32_t number = (int32_t) block->n_instances++, global = member_at(members, place);
    int32_t at = place - members_before(members, block->first),
            above = schema->entities[entity].parent;
    struct instance *instance = &block->instances[number];
    *instance = (struct instance){
        .entity = entity,
        .parent = -1,
        .begins = INT64_MAX,
        .begins_day = INT32_MAX,
        .first_child = -1,
        .next_sibling = -1,
        .attributes = block->attribute_rows + layout->attributes +
                      (size_t) at * (size_t) schema->entities[entity].n_attributes,
        .kinds = block->event_rows + layout->events +
                 (size_t) at * (size_t) schema->entities[entity].n_events,
    };
    block->units[entity][at] = number;
    block->customer_of[number] = customer;
    int32_t local = history->n_instances++;
    if (above >= 0) {
        const struct members *parents = &block->portfolio->members[above];
        int32_t parent = members->parent[global];
        int32_t parent_place = parents->place == NULL ? parent : parents->place[parent];
        int32_t parent_number =
            block->units[above][parent_place - members_before(parents, block->first)];
        instance->parent = block_local(block, parent_number);
        instance->next_sibling = block->instances[parent_number].first_child;
        block->instances[parent_number].first_child = local;
    }
    return instance_text(block, members, global, &instance->key, error);
}

static cstm_status
add_instances(struct block *block, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    const struct portfolio *portfolio = block->portfolio;
    struct layout layouts[64] = {{0, 0}}; /* a strategy has at most 64 entities */
    struct layout next = {0, 0};
    for (int32_t e = 0; e < schema->n_entities; e++) {
        layouts[e] = next;
        next.attributes += (size_t) block->n_units[e] * (size_t) schema->entities[e].n_attributes;
        next.events += (size_t) block->n_units[e] * (size_t) schema->entities[e].n_events;
    }
    cstm_status status = CSTM_OK;
    for (int32_t c = block->first; status == CSTM_OK && c < block->until; c++) {
        block->histories[c - block->first] = (struct history){
            .plan = block->batch->strategy->plan,
            .instances = block->instances + block->n_instances,
            .observed_from = block->observed_from,
            .observed_day = block->observed_day,
            .days_from = block->days_from,
            .sealed_day = DAY_NONE,
            .borrows = true,
        };
        for (int32_t i = 0; status == CSTM_OK && i < schema->n_entities; i++) {
            int32_t e = portfolio->order[i];
            int32_t until = members_before(&portfolio->members[e], c + 1);
            for (int32_t place = members_before(&portfolio->members[e], c);
                 status == CSTM_OK && place < until; place++)
                status = add_instance(block, &layouts[e], c - block->first, e, place, error);
        }
    }
    return status;
}

/* The same instances in the target, under the same numbers. */
static cstm_status
make_instances(const struct block *block, cstm_error **error)
{
    cstm_status status = CSTM_OK;
    for (size_t i = 1; status == CSTM_OK && i < block->n_instances; i++) {
        const struct instance *instance = &block->instances[i];
        int32_t number;
        status = history_instance(block->target, instance->entity, instance->parent,
                                  instance->key.bytes, instance->key.size, &number, error);
    }
    return status;
}

int64_t *
block_counts(const struct block *block, const struct group *group)
{
    const struct schema *schema = &block->batch->strategy->schema;
    const struct portfolio *portfolio = block->portfolio;
    bool events = group >= portfolio->events && group < portfolio->events + schema->n_events;
    return block->counts +
           (events ? counts_of(schema, SOURCE_EVENTS, (int32_t) (group - portfolio->events))
                   : counts_of(schema, SOURCE_ATTRIBUTES, group->entity));
}

/* Events of days before their entity is said to have opened: they count, but may be wrong. */
static void
count_before_opening(struct block *block)
{
    const struct plan *plan = block->batch->strategy->plan;
    const struct schema *schema = plan->schema;
    int32_t day = zone_day(schema->zone, block->as_of, &block->cursor);
    for (size_t i = 0; i < block->n_instances; i++) {
        const struct instance *instance = &block->instances[i];
        int32_t opened =
            history_opened(block_history(block, (int32_t) i), block_local(block, (int32_t) i), day);
        for (int32_t l = 0; opened != DAY_NONE && l < schema->entities[instance->entity].n_events;
             l++) {
            int32_t event = plan->entities[instance->entity].events[l];
            if (schema->events[event].n_members > 0)
                continue; /* counted where they came in */
            size_t size = (size_t) plan->kinds[event].record_size;
            const struct event_rows *rows = &instance->kinds[l];
            int64_t n = 0;
            while (n < rows->n_events &&
                   ((const struct event_record *) (const void *) (rows->events + (size_t) n * size))
                           ->day < opened)
                n++;
            block->counts[counts_of(schema, SOURCE_EVENTS, event) + COUNT_BEFORE_OPENING] += n;
        }
    }
}

/* Of the events of day files those that count, up to as_of. */
static cstm_status
sift_deliveries(struct block *block, int32_t customer, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    struct history *history = &block->histories[customer];
    cstm_status status = history_sift_deliveries(history, &block->room, error);
    for (int32_t k = 0; status == CSTM_OK && k < schema->n_events; k++) {
        int64_t *counts = block->counts + counts_of(schema, SOURCE_EVENTS, k), later, replaced;
        if (!schema->events[k].sourced)
            continue;
        history_drop_replaced(history, k, block->as_of, &replaced, &later);
        counts[COUNT_TAKEN] -= replaced + later;
        counts[COUNT_REPLACED] += replaced;
        counts[COUNT_LATER] += later;
    }
    return status;
}

cstm_status
block_count_unmatched(struct block *block, int32_t day, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    cstm_status status = CSTM_OK;
    for (int32_t k = 0; k < schema->n_events; k++)
        for (int32_t c = 0;
             schema->events[k].amends.amends && status == CSTM_OK && c < block->until - block->first;
             c++) {
            int64_t count;
            status = history_unmatched(&block->histories[c], k, day, &block->room, &count, error);
            if (status == CSTM_OK)
                block->counts[counts_of(schema, SOURCE_EVENTS, k) + COUNT_UNMATCHED] += count;
        }
    return status;
}

cstm_status
block_build(struct block *block, int32_t first, int32_t until, cstm_error **error)
{
    const struct schema *schema = &block->batch->strategy->schema;
    block_release(block);
    if (block->texts.blocks != NULL)
        arena_reset(&block->texts);
    block->first = first;
    block->until = until;
    block->deliveries = false;
    cstm_status status = reserve(block, error);
    if (status == CSTM_OK)
        status = add_instances(block, error);
    if (status == CSTM_OK && block->target != NULL)
        status = make_instances(block, error);
    for (int32_t e = 0; status == CSTM_OK && e < schema->n_entities; e++)
        status = block_add_constants(block, e, error);
    for (int32_t k = 0; status == CSTM_OK && k < schema->n_events; k++)
        status = block_add_events(block, k, error);
    /* A target makes what follows from its events as they come in. */
    for (int32_t c = 0; status == CSTM_OK && block->target == NULL && c < until - first; c++) {
        if (block->deliveries)
            status = sift_deliveries(block, c, error);
        if (status == CSTM_OK)
            status = history_derive(&block->histories[c], &block->room, block->scratch, error);
    }
    for (int32_t e = 0; status == CSTM_OK && e < schema->n_entities; e++)
        status = block_add_attributes(block, e, error);
    if (status == CSTM_OK && block->target == NULL)
        count_before_opening(block);
    return status;
}
