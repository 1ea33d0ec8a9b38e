/* Bytes to a history, under the strategy that wrote them or another. Sections that the plan knows
 * are read into its own layout; the rest is kept as it is (opaque.c). The history is built aside
 * and only handed over whole. */
#include "behaviour/day_files.h"
#include "behaviour/layout.h"

/* An instance as the bytes number it. */
struct node {
    struct rule_text entity, key;
    int64_t begins;
    int32_t parent, depth;
    int32_t instance; /* -1: of an entity that the plan does not know */
};

struct reading {
    struct history *history;
    struct byte_reader *reader;
    int32_t n_nodes;
    struct node *nodes;
    bool *kind_seen;
    int32_t *complete_from;
    void *scratch;
    void *tile;
};

#define BEGINS_MIN ((int64_t) (CIVIL_DAY_MIN - 2) * CIVIL_MICROS_PER_DAY)
#define BEGINS_MAX ((int64_t) (CIVIL_DAY_MAX + 2) * CIVIL_MICROS_PER_DAY)

/* The opaque form of a section's payload: type and definition, the path of its instance (node -1:
 * none), the payload. */
static cstm_status
keep_opaque(struct reading *reading, uint8_t type, const char *definition, size_t definition_size,
            int32_t node, const char *payload, size_t payload_size, cstm_error **error)
{
    struct cstm_buffer buffer = {.data = NULL};
    struct opaque_section section;
    bool ok = buffer_put_u8(&buffer, type) && buffer_put_text(&buffer, definition, definition_size);
    section.definition_size = buffer.size;
    if (ok && node >= 0) {
        int32_t depth = reading->nodes[node].depth;
        ok = buffer_put_uvar(&buffer, (uint64_t) depth);
        for (int32_t level = 1; ok && level <= depth; level++) {
            int32_t at = node;
            while (reading->nodes[at].depth > level)
                at = reading->nodes[at].parent;
            ok =
                buffer_put_text(&buffer, reading->nodes[at].entity.bytes,
                                reading->nodes[at].entity.size) &&
                buffer_put_text(&buffer, reading->nodes[at].key.bytes, reading->nodes[at].key.size);
        }
    }
    section.path_size = buffer.size - section.definition_size;
    ok = ok && (payload_size == 0 || buffer_put(&buffer, payload, payload_size));
    section.bytes = ok ? memory_copy(buffer.data, buffer.size) : NULL;
    section.size = buffer.size;
    buffer_clear(&buffer);
    if (section.bytes == NULL)
        return error_no_memory(error);
    cstm_status status = opaque_add(reading->history, section, error);
    if (status != CSTM_OK)
        memory_free(section.bytes);
    return status;
}

/* The entity of a node under its parent; -1 if the plan has none of that name there. */
static int32_t
node_entity(const struct reading *reading, const struct node *node)
{
    const struct schema *schema = reading->history->plan->schema;
    int32_t above = reading->nodes[node->parent].instance;
    if (above < 0)
        return -1;
    for (int32_t e = 0; e < schema->n_entities; e++)
        if (schema->entities[e].parent == reading->history->instances[above].entity &&
            strlen(schema->entities[e].name) == node->entity.size &&
            memcmp(schema->entities[e].name, node->entity.bytes, node->entity.size) == 0)
            return e;
    return -1;
}

static int
node_order(const struct node *a, const struct node *b)
{
    if (a->depth != b->depth)
        return a->depth < b->depth ? -1 : 1;
    int order = text_compare(a->entity, b->entity);
    if (order == 0)
        order = (a->parent > b->parent) - (a->parent < b->parent);
    return order != 0 ? order : text_compare(a->key, b->key);
}

static cstm_status
read_node(struct reading *reading, int32_t at, cstm_error **error)
{
    struct byte_reader *reader = reading->reader;
    struct node *node = &reading->nodes[at];
    node->parent = -1;
    node->instance = -1;
    if (at > 0) {
        node->entity.bytes = reader_text(reader, &node->entity.size);
        uint64_t parent = reader_uvar(reader);
        if (reader->failed || parent >= (uint64_t) at)
            return corrupt(error, "an instance");
        node->parent = (int32_t) parent;
        node->depth = reading->nodes[parent].depth + 1;
    }
    node->key.bytes = reader_text(reader, &node->key.size);
    node->begins = reader_svar(reader);
    if (reader->failed ||
        value_check(CSTM_TYPE_STRING, "key", NULL, 0, &node->key, NULL) != CSTM_OK ||
        (node->begins != INT64_MAX && (node->begins < BEGINS_MIN || node->begins > BEGINS_MAX)) ||
        (at > 0 && (node->begins < reading->nodes[node->parent].begins ||
                    (at > 1 && node_order(node - 1, node) >= 0))))
        return corrupt(error, "an instance");

    struct history *history = reading->history;
    int32_t entity = at == 0 ? 0 : node_entity(reading, node);
    if (entity < 0) {
        struct cstm_buffer begins = {.data = NULL};
        cstm_status status =
            buffer_put_svar(&begins, node->begins) ? CSTM_OK : error_no_memory(error);
        if (status == CSTM_OK)
            status = keep_opaque(reading, SECTION_INSTANCE, "", 0, at, (const char *) begins.data,
                                 begins.size, error);
        buffer_clear(&begins);
        return status;
    }
    cstm_status status = CSTM_OK;
    if (at == 0)
        status = history_init(history, history->plan, node->key.bytes, node->key.size, error);
    node->instance = 0;
    if (at > 0)
        status = history_instance(history, entity, reading->nodes[node->parent].instance,
                                  node->key.bytes, node->key.size, &node->instance, error);
    if (status != CSTM_OK)
        return status;
    struct instance *instance = &history->instances[node->instance];
    instance->begins = node->begins;
    if (node->begins != INT64_MAX)
        instance->begins_day =
            zone_day(history->plan->schema->zone, node->begins, &history->cursor);
    return CSTM_OK;
}

/* The attribute that a definition means; -1: none of that entity, name and type here. */
static cstm_status
find_attribute(const struct reading *reading, const char *definition, size_t size,
               int32_t *attribute, cstm_error **error)
{
    const struct schema *schema = reading->history->plan->schema;
    struct byte_reader reader;
    reader_init(&reader, (const uint8_t *) definition, size);
    struct rule_text entity, name;
    entity.bytes = reader_text(&reader, &entity.size);
    name.bytes = reader_text(&reader, &name.size);
    cstm_type type = reader_u8(&reader);
    if (reader.failed || reader.at != reader.end || type < CSTM_TYPE_BOOL || type > CSTM_TYPE_MONEY)
        return corrupt(error, "the definition of an attribute");
    *attribute = -1;
    for (int32_t a = 0; a < schema->n_attributes; a++) {
        const char *own = schema->attributes[a].name,
                   *of = schema->entities[schema->attributes[a].entity].name;
        if (schema->attributes[a].type == type &&
            text_equal(name, (struct rule_text){own, strlen(own)}) &&
            text_equal(entity, (struct rule_text){of, strlen(of)}))
            *attribute = a;
    }
    return CSTM_OK;
}

/* Several payloads of one instance are halves that met where nobody knew them: they are added up.
 */
static cstm_status
read_entries(struct reading *reading, int32_t attribute, int32_t instance,
             struct byte_reader *payload, cstm_error **error)
{
    struct history *history = reading->history;
    cstm_type type = history->plan->schema->attributes[attribute].type;
    struct attribute_rows fresh = {.entries = NULL};
    cstm_status status = entries_read(history, attribute, payload, &fresh, error);
    struct attribute_rows *rows = history_attribute(history, instance, attribute);
    if (status == CSTM_OK && rows->n == 0) {
        *rows = fresh;
        return CSTM_OK;
    }
    if (status == CSTM_OK && !attribute_rows_merge(type, rows, &fresh))
        status = error_no_memory(error);
    memory_free(fresh.entries);
    return status;
}

static cstm_status
read_events(struct reading *reading, const struct layout *layout, int32_t instance,
            struct byte_reader *payload, cstm_error **error)
{
    struct history *history = reading->history;
    struct event_rows fresh = {.events = NULL};
    cstm_status status =
        events_read(history, layout, payload, reading->scratch, reading->tile, &fresh, error);
    struct event_rows *rows = history_rows(history, instance, layout->event);
    if (status == CSTM_OK && rows->n_events == 0 && rows->n_tiles == 0 && rows->n_buckets == 0 &&
        rows->unmatched == 0) {
        *rows = fresh;
        return CSTM_OK;
    }
    if (status == CSTM_OK && !event_rows_merge(history->plan, layout->event, rows, &fresh))
        status = error_no_memory(error);
    memory_free(fresh.events);
    memory_free(fresh.tiles);
    memory_free(fresh.buckets);
    return status;
}

static void
take_layout(struct reading *reading, const struct layout *layout, int32_t *completeness)
{
    struct history *history = reading->history;
    const struct kind_plan *kind = &history->plan->kinds[layout->event];
    if (layout->observed_from < history->observed_from[layout->event]) {
        history->observed_from[layout->event] = layout->observed_from;
        history->observed_day[layout->event] =
            zone_day(history->plan->schema->zone, layout->observed_from, &history->cursor);
    }
    if (kind->counts && layout->counts && layout->days_from > history->days_from[layout->event])
        history->days_from[layout->event] = layout->days_from;
    layout_completeness(layout, history->plan, layout->event, history->sealed_day, completeness);
    for (int32_t e = kind->first_element; e < kind->first_element + kind->n_elements; e++)
        if (completeness[e] > reading->complete_from[e])
            reading->complete_from[e] = completeness[e];
    reading->kind_seen[layout->event] = true;
}

struct definition {
    uint8_t type;
    const char *bytes;
    size_t size;
};

static cstm_status
read_payloads(struct reading *reading, const struct definition *definition, int32_t attribute,
              const struct layout *layout, cstm_error **error)
{
    struct byte_reader *reader = reading->reader;
    const struct schema *schema = reading->history->plan->schema;
    bool known = attribute >= 0 || layout->event >= 0;
    uint64_t n = reader_uvar(reader);
    if (reader->failed || n > (size_t) (reader->end - reader->at) / 2 ||
        (definition->type == SECTION_ATTRIBUTE && n == 0))
        return corrupt(error, "the number of rows");
    if (n == 0 && !known)
        return keep_opaque(reading, definition->type, definition->bytes, definition->size, -1, NULL,
                           0, error);
    int64_t before = -1;
    struct rule_text last = {"", 0};
    for (uint64_t p = 0; p < n; p++) {
        uint64_t at = reader_uvar(reader);
        struct rule_text payload;
        payload.bytes = reader_text(reader, &payload.size);
        if (reader->failed || at >= (uint64_t) reading->n_nodes || (int64_t) at < before ||
            ((int64_t) at == before && text_compare(last, payload) > 0))
            return corrupt(error, "the order of rows");
        before = (int64_t) at;
        last = payload;
        cstm_status status;
        if (!known) {
            status = keep_opaque(reading, definition->type, definition->bytes, definition->size,
                                 (int32_t) at, payload.bytes, payload.size, error);
        } else {
            int32_t instance = reading->nodes[at].instance;
            int32_t entity = attribute >= 0 ? schema->attributes[attribute].entity
                                            : schema->events[layout->event].entity;
            if (instance < 0 || reading->history->instances[instance].entity != entity)
                return corrupt(error, "rows of another entity");
            struct byte_reader own;
            reader_init(&own, (const uint8_t *) payload.bytes, payload.size);
            status = attribute >= 0 ? read_entries(reading, attribute, instance, &own, error)
                                    : read_events(reading, layout, instance, &own, error);
            if (status == CSTM_OK && own.at != own.end)
                status = corrupt(error, "bytes after the rows");
        }
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

/* Deliveries stand with the customer. */
static cstm_status
read_source(struct reading *reading, const struct definition *definition, cstm_error **error)
{
    const struct schema *schema = reading->history->plan->schema;
    struct byte_reader *reader = reading->reader, name;
    reader_init(&name, (const uint8_t *) definition->bytes, definition->size);
    struct rule_text text;
    text.bytes = reader_text(&name, &text.size);
    int32_t source = -1;
    for (int32_t s = 0; s < schema->n_sources; s++)
        if (text_equal(text, (struct rule_text){schema->sources[s], strlen(schema->sources[s])}))
            source = s;
    uint64_t n = reader_uvar(reader);
    if (name.failed || name.at != name.end || reader->failed || n == 0 ||
        n > (size_t) (reader->end - reader->at) / 2)
        return corrupt(error, "the deliveries of a source");
    struct rule_text last = {"", 0};
    for (uint64_t p = 0; p < n; p++) {
        uint64_t at = reader_uvar(reader);
        struct rule_text payload;
        payload.bytes = reader_text(reader, &payload.size);
        if (reader->failed || at != 0 || text_compare(last, payload) > 0)
            return corrupt(error, "the deliveries of a source");
        last = payload;
        struct byte_reader own;
        reader_init(&own, (const uint8_t *) payload.bytes, payload.size);
        cstm_status status =
            source < 0 ? keep_opaque(reading, definition->type, definition->bytes,
                                     definition->size, 0, payload.bytes, payload.size, error)
                       : day_files_read(reading->history, source, &own, error);
        if (status == CSTM_OK && source >= 0 && own.at != own.end)
            status = corrupt(error, "the deliveries of a source");
        if (status != CSTM_OK)
            return status;
    }
    return CSTM_OK;
}

static cstm_status
read_section(struct reading *reading, struct definition *before, int32_t *completeness,
             cstm_error **error)
{
    struct definition definition = {.type = reader_u8(reading->reader)};
    definition.bytes = reader_text(reading->reader, &definition.size);
    if (reading->reader->failed ||
        (definition.type != SECTION_ATTRIBUTE && definition.type != SECTION_KIND &&
         definition.type != SECTION_SOURCE))
        return corrupt(error, "a section");
    struct rule_text old = {before->bytes, before->size}, now = {definition.bytes, definition.size};
    if (before->type > definition.type ||
        (before->type == definition.type && text_compare(old, now) >= 0))
        return corrupt(error, "the order of sections");
    *before = definition;
    if (definition.type == SECTION_ATTRIBUTE) {
        int32_t attribute = -1;
        struct layout none = {.event = -1};
        cstm_status status =
            find_attribute(reading, definition.bytes, definition.size, &attribute, error);
        return status != CSTM_OK ? status
                                 : read_payloads(reading, &definition, attribute, &none, error);
    }
    if (definition.type == SECTION_SOURCE)
        return read_source(reading, &definition, error);
    struct layout layout;
    cstm_status status = layout_read(&layout, reading->history->plan,
                                     (const uint8_t *) definition.bytes, definition.size, error);
    if (status != CSTM_OK)
        return status;
    if (layout.event >= 0)
        take_layout(reading, &layout, completeness);
    status = read_payloads(reading, &definition, -1, &layout, error);
    layout_clear(&layout);
    return status;
}

/* What the bytes do not speak of was never recorded: for the days that are sealed it cannot be any
 * more. */
static void
finish_completeness(struct reading *reading)
{
    struct history *history = reading->history;
    const struct plan *plan = history->plan;
    bool any = false;
    for (int32_t k = 0; k < plan->schema->n_events; k++)
        if (!reading->kind_seen[k])
            layout_completeness(NULL, plan, k, history->sealed_day, reading->complete_from);
    for (int32_t e = 0; e < plan->n_elements; e++)
        any |= reading->complete_from[e] != DAY_NONE;
    if (any) {
        history->complete_from = reading->complete_from;
        reading->complete_from = NULL;
    }
}

static cstm_status
read_all(struct reading *reading, int32_t *completeness, int32_t sealed_day, int32_t sealed_parts,
         cstm_error **error)
{
    for (int32_t i = 0; i < reading->n_nodes; i++) {
        cstm_status status = read_node(reading, i, error);
        if (status != CSTM_OK)
            return status;
    }
    reading->history->sealed_day = sealed_day;
    reading->history->sealed_parts = sealed_parts;
    uint64_t n = reader_uvar(reading->reader);
    if (reading->reader->failed)
        return corrupt(error, "the number of sections");
    struct definition before = {.type = 0, .bytes = ""};
    for (uint64_t s = 0; s < n; s++) {
        cstm_status status = read_section(reading, &before, completeness, error);
        if (status != CSTM_OK)
            return status;
    }
    finish_completeness(reading);
    day_files_sweep(reading->history);
    cstm_status status = history_derive(reading->history, &reading->history->room,
                                        reading->scratch, error);
    return status != CSTM_OK ? status : history_find_floors(reading->history, error);
}

cstm_status
history_read(struct history *history, const struct plan *plan, struct byte_reader *reader,
             cstm_error **error)
{
    uint8_t format = reader_u8(reader);
    if (!reader->failed && format != HISTORY_FORMAT)
        return error_set(error, CSTM_ERROR_VERSION,
                         "the history's bytes are of format %d; this release reads format %d",
                         format, HISTORY_FORMAT);
    int64_t sealed_day = reader_svar(reader);
    uint64_t sealed_parts = reader_uvar(reader), n = reader_uvar(reader);
    bool sealed = sealed_day != DAY_NONE;
    if (reader->failed || (sealed && (sealed_day < CIVIL_DAY_MIN || sealed_day > CIVIL_DAY_MAX)) ||
        sealed_parts > 2 || sealed != (sealed_parts > 0) || n == 0 ||
        n > (size_t) (reader->end - reader->at) / 2)
        return corrupt(error, "the head");

    int32_t largest = 0;
    for (int32_t k = 0; k < plan->schema->n_events; k++)
        largest = plan->kinds[k].tile_size > largest ? plan->kinds[k].tile_size : largest;
    struct history made = {.plan = plan};
    size_t elements = (size_t) plan->n_elements + 1;
    struct reading reading = {
        .history = &made,
        .reader = reader,
        .n_nodes = (int32_t) n,
        .nodes = memory_new_array((size_t) n, sizeof *reading.nodes),
        .kind_seen =
            memory_new_array((size_t) plan->schema->n_events + 1, sizeof *reading.kind_seen),
        .complete_from = memory_new_array(elements, sizeof *reading.complete_from),
        .scratch = memory_new(plan->scratch_size + 16),
        .tile = memory_new((size_t) largest + 16),
    };
    int32_t *completeness = memory_new_array(elements, sizeof *completeness);
    cstm_status status = CSTM_OK;
    if (reading.nodes == NULL || reading.kind_seen == NULL || reading.complete_from == NULL ||
        reading.scratch == NULL || reading.tile == NULL || completeness == NULL) {
        status = error_no_memory(error);
    } else {
        for (size_t e = 0; e < elements; e++)
            reading.complete_from[e] = DAY_NONE;
        status =
            read_all(&reading, completeness, (int32_t) sealed_day, (int32_t) sealed_parts, error);
    }
    memory_free(reading.nodes);
    memory_free(reading.kind_seen);
    memory_free(reading.complete_from);
    memory_free(reading.scratch);
    memory_free(reading.tile);
    memory_free(completeness);
    if (status != CSTM_OK) {
        history_clear(&made);
        return status;
    }
    *history = made;
    return CSTM_OK;
}
