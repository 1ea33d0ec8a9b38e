/* The definition of a kind in bytes, out and in, and what it means to the plan that reads it. See
 * layout.h. */
#include "behaviour/layout.h"

cstm_status
corrupt(cstm_error **error, const char *what)
{
    return error_set(error, CSTM_ERROR_CORRUPT, "the history's bytes are damaged: %s", what);
}

/* A window's unit in its low bits; above them the unit of `before`, 0: there is none. */
#define BEFORE_SHIFT 4
#define KEEP_HAS_WHERE 1u
#define KEEP_HAS_BY 2u

static bool
put_window(struct cstm_buffer *buffer, struct window window)
{
    if (window.before == 0)
        return buffer_put_u8(buffer, (uint8_t) window.unit) &&
               buffer_put_uvar(buffer, (uint64_t) window.n);
    return buffer_put_u8(buffer, (uint8_t) ((uint32_t) window.unit |
                                            (uint32_t) window.before_in << BEFORE_SHIFT)) &&
           buffer_put_uvar(buffer, (uint64_t) window.n) &&
           buffer_put_uvar(buffer, (uint64_t) window.before);
}

static bool
put_element(const struct kind_plan *kind, const struct state_element *element,
            int32_t complete_from, struct cstm_buffer *buffer)
{
    bool ok = buffer_put_u8(buffer, (uint8_t) element->part);
    if (element->part == ELEMENT_FIELD) {
        ok = ok && buffer_put_uvar(buffer, (uint64_t) element->index);
    } else if (element->part == ELEMENT_WHERE) {
        ok = ok && buffer_put(buffer, kind->where_digest[element->index].bytes, DIGEST_KEPT);
    } else if (element->part == ELEMENT_SLOT) {
        const struct tile_slot *slot = &kind->tile_slots[element->index];
        ok = ok && buffer_put_uvar(buffer, (uint64_t) slot->field) &&
             buffer_put_u8(buffer, (uint8_t) slot->operator);
    } else if (element->part == ELEMENT_KEEP) {
        const struct event_keep *keep = &kind->keeps[element->index];
        ok = ok && buffer_put_u8(buffer, (uint8_t) keep->how) &&
             buffer_put_u8(buffer, (uint8_t) ((keep->where >= 0 ? KEEP_HAS_WHERE : 0) |
                                              (keep->by >= 0 ? KEEP_HAS_BY : 0))) &&
             (keep->where < 0 ||
              buffer_put(buffer, kind->where_digest[keep->where].bytes, DIGEST_KEPT)) &&
             (keep->by < 0 || buffer_put_uvar(buffer, (uint64_t) keep->by)) &&
             buffer_put_uvar(buffer, (uint64_t) (keep->field + 1)) &&
             buffer_put_uvar(buffer, (uint64_t) keep->n) && put_window(buffer, keep->window);
    }
    if (element->part == ELEMENT_LANE)
        ok = ok && buffer_put_uvar(buffer, (uint64_t) kind->lanes[element->index].field);
    return ok && buffer_put_svar(buffer, complete_from);
}

static bool
put_name(struct cstm_buffer *buffer, const char *name)
{
    return buffer_put_text(buffer, name, strlen(name));
}

/* Of a computed field behind its type: by what it was computed. */
#define IS_COMPUTED 0x80u

static bool
put_type(struct cstm_buffer *buffer, const struct event_field *field)
{
    if (!field_is_defined(field))
        return buffer_put_u8(buffer, (uint8_t) field->type);
    return buffer_put_u8(buffer, (uint8_t) (IS_COMPUTED | (uint32_t) field->type)) &&
           buffer_put(buffer, field->definition.bytes, DIGEST_KEPT);
}

bool
layout_write(const struct history *history, int32_t event, struct cstm_buffer *buffer)
{
    const struct schema *schema = history->plan->schema;
    const struct event_kind *declared = &schema->events[event];
    const struct kind_plan *kind = &history->plan->kinds[event];
    bool ok = put_name(buffer, declared->name) &&
              put_name(buffer, schema->entities[declared->entity].name) &&
              put_name(buffer, zone_name(schema->zone)) &&
              buffer_put_uvar(buffer, (uint64_t) declared->n_members);
    for (int32_t m = 0; ok && m < declared->n_members; m++)
        ok = put_name(buffer, schema->events[declared->members[m]].name);
    ok = ok && buffer_put_uvar(buffer, (uint64_t) declared->n_fields);
    for (int32_t f = 0; ok && f < declared->n_fields; f++)
        ok = put_name(buffer, declared->fields[f].name) && put_type(buffer, &declared->fields[f]);
    ok = ok && buffer_put_svar(buffer, history->observed_from[event]) &&
         buffer_put_svar(buffer, history->days_from[event]) &&
         buffer_put_u8(buffer,
                       (uint8_t) (kind->counts | kind->keeps_all << 1 | kind->keeps_days << 2 |
                                  declared->amends.amends << 3 | (declared->settles > 0) << 4 |
                                  declared->sourced << 5)) &&
         (!declared->sourced || buffer_put_uvar(buffer, (uint64_t) (declared->accounting + 1))) &&
         buffer_put_uvar(buffer, (uint64_t) kind->n_elements);
    for (int32_t e = 0; ok && e < kind->n_elements; e++)
        ok = put_element(kind, &kind->elements[e],
                         history->complete_from == NULL
                             ? DAY_NONE
                             : history->complete_from[kind->first_element + e],
                         buffer);
    return ok;
}

void
layout_clear(struct layout *layout)
{
    memory_free(layout->fields);
    memory_free(layout->known);
    memory_free(layout->elements);
    memset(layout, 0, sizeof *layout);
}

static bool
text_is(const char *name, const char *text, size_t size)
{
    return strlen(name) == size && memcmp(name, text, size) == 0;
}

static bool
is_day(int64_t day)
{
    return day == DAY_NONE || (day >= CIVIL_DAY_MIN && day <= CIVIL_DAY_MAX + 1);
}

static void
find_event(struct layout *layout, const struct plan *plan, const char *name, size_t name_size,
           const char *entity, size_t entity_size)
{
    const struct schema *schema = plan->schema;
    layout->event = -1;
    for (int32_t k = 0; k < schema->n_events; k++)
        if (text_is(schema->events[k].name, name, name_size) &&
            text_is(schema->entities[schema->events[k].entity].name, entity, entity_size))
            layout->event = k;
}

static bool
is_computed_so(const struct event_field *field, const uint8_t *definition)
{
    if (!field_is_defined(field) || definition == NULL)
        return !field_is_defined(field) && definition == NULL;
    return memcmp(field->definition.bytes, definition, DIGEST_KEPT) == 0;
}

static bool
read_fields(struct layout *layout, const struct plan *plan, struct byte_reader *reader)
{
    const struct event_kind *declared =
        layout->event < 0 ? NULL : &plan->schema->events[layout->event];
    for (int32_t f = 0; f < layout->n_fields; f++) {
        struct layout_field *field = &layout->fields[f];
        field->name = reader_text(reader, &field->name_size);
        uint8_t type = reader_u8(reader);
        field->type = (cstm_type) (type & ~IS_COMPUTED);
        const uint8_t *definition =
            (type & IS_COMPUTED) != 0 ? reader_take(reader, DIGEST_KEPT) : NULL;
        field->field = -1;
        field->presence = -1;
        if (reader->failed || field->type < CSTM_TYPE_BOOL || field->type > CSTM_TYPE_MONEY)
            return false;
        for (int32_t g = 0; declared != NULL && g < declared->n_fields; g++)
            if (text_is(declared->fields[g].name, field->name, field->name_size) &&
                declared->fields[g].type == field->type &&
                is_computed_so(&declared->fields[g], definition))
                field->field = g;
        for (int32_t g = 0; field->field >= 0 && g < f; g++)
            if (layout->fields[g].field == field->field)
                return false;
        if (field->field >= 0)
            layout->known[field->field] = true;
        layout->exact = layout->exact && field->field == f;
    }
    layout->exact = layout->exact && declared != NULL && layout->n_fields == declared->n_fields;
    return true;
}

static int32_t
find_where(const struct kind_plan *kind, const uint8_t *digest)
{
    for (int32_t w = 0; w < kind->n_where; w++)
        if (memcmp(kind->where_digest[w].bytes, digest, DIGEST_KEPT) == 0)
            return w;
    return -1;
}

static bool
read_window(struct byte_reader *reader, struct window *window)
{
    uint8_t unit = reader_u8(reader);
    uint64_t n = reader_uvar(reader);
    uint8_t before_in = unit >> BEFORE_SHIFT;
    unit &= (1u << BEFORE_SHIFT) - 1;
    uint64_t before = before_in == 0 ? 0 : reader_uvar(reader);
    *window = (struct window){.unit = (enum window_unit) unit,
                              .n = (int32_t) n,
                              .before = (int32_t) before,
                              .before_in = (enum window_unit) before_in};
    return !reader->failed && unit <= WINDOW_CYCLES && n <= 100000 &&
           (before_in == 0 ||
            (window_is_bounded(*window) &&
             (before_in == WINDOW_DAYS || before_in == WINDOW_MONTHS ||
              (before_in == WINDOW_CYCLES && unit == WINDOW_CYCLES)) &&
             before >= 1 && before <= 100000));
}

/* The index of the layout's field, in range. */
static bool
read_field_index(const struct layout *layout, struct byte_reader *reader, uint64_t shift,
                 int32_t *field)
{
    uint64_t index = reader_uvar(reader);
    *field = (int32_t) index - (int32_t) shift;
    return !reader->failed && index < (uint64_t) layout->n_fields + shift;
}

/* Whether one of that part and field was read before. */
static bool
has_element(const struct layout *layout, int32_t part, int32_t field)
{
    for (int32_t e = 0; e < layout->n_elements; e++)
        if (layout->elements[e].part == part && layout->elements[e].field == field)
            return true;
    return false;
}

static bool
read_element(struct layout *layout, const struct plan *plan, struct byte_reader *reader,
             struct layout_element *element)
{
    const struct kind_plan *kind = layout->event < 0 ? NULL : &plan->kinds[layout->event];
    *element =
        (struct layout_element){.part = reader_u8(reader), .field = -1, .bit = -1, .offset = -1};
    element->by = -1;
    bool ok = element->part <= ELEMENT_LANE;
    if (ok && element->part == ELEMENT_FIELD) {
        ok = read_field_index(layout, reader, 0, &element->field);
        int32_t field = ok ? layout->fields[element->field].field : -1;
        if (ok)
            layout->fields[element->field].presence = layout->mask_bits;
        layout->mask_bits++;
        if (field >= 0 && mask_bit(kind->mask_needed, field))
            element->bit = field;
        layout->exact = layout->exact && element->bit >= 0;
    } else if (ok && element->part == ELEMENT_WHERE) {
        element->where = reader_take(reader, DIGEST_KEPT);
        layout->mask_bits += 4;
        int32_t where =
            element->where == NULL || kind == NULL ? -1 : find_where(kind, element->where);
        if (where >= 0 && mask_where(kind, kind->mask_needed, where) != 0)
            element->bit = kind->where_bit + 4 * where;
        layout->exact = layout->exact && element->bit >= 0;
    } else if (ok && element->part == ELEMENT_SLOT) {
        ok = read_field_index(layout, reader, 0, &element->field);
        element->operator= reader_u8(reader);
        ok = ok &&
             (element->operator== FEATURE_SUM || element->operator== FEATURE_MIN ||
              element->operator== FEATURE_MAX || element->operator== FEATURE_VARIANCE) &&
             layout->fields[element->field].type != CSTM_TYPE_STRING &&
             layout->fields[element->field].presence >= 0;
        element->first = ok && !has_element(layout, ELEMENT_SLOT, element->field);
        for (int32_t s = 0; ok && kind != NULL && s < kind->n_tile_slots; s++)
            if (kind->tile_slots[s].field == layout->fields[element->field].field &&
                (int32_t) kind->tile_slots[s].operator== element->operator)
                element->offset = kind->tile_slots[s].offset;
        layout->exact = layout->exact && element->offset >= 0;
    } else if (ok && element->part == ELEMENT_KEEP) {
        element->how = reader_u8(reader);
        uint8_t has = reader_u8(reader);
        if ((has & KEEP_HAS_WHERE) != 0)
            element->where = reader_take(reader, DIGEST_KEPT);
        if ((has & KEEP_HAS_BY) != 0)
            ok = read_field_index(layout, reader, 0, &element->by);
        ok = ok && has <= 3 && element->how <= KEEP_BUCKETS &&
             read_field_index(layout, reader, 1, &element->field);
        uint64_t n = reader_uvar(reader);
        element->n = (int32_t) n;
        ok = ok && n <= 100000 && read_window(reader, &element->window) &&
             (element->how != KEEP_BUCKETS ||
              (element->field >= 0 && layout->fields[element->field].type != CSTM_TYPE_STRING));
    } else if (ok && element->part == ELEMENT_LANE) {
        ok = read_field_index(layout, reader, 0, &element->field) &&
             !has_element(layout, ELEMENT_LANE, element->field);
        layout->n_lanes++;
        int32_t field = ok ? layout->fields[element->field].field : -1;
        const struct value_lane *lane = field < 0 ? NULL : kind_lane(kind, field);
        if (lane != NULL && mask_lane(lane, kind->mask_needed) != 0)
            element->bit = lane->bit;
        layout->exact = layout->exact && element->bit >= 0;
    }
    int64_t from = reader_svar(reader);
    element->complete_from = (int32_t) from;
    return ok && !reader->failed && is_day(from);
}

/* A kind of the plan that is made of others is the same one if it is made of the same. */
static void
read_members(struct layout *layout, const struct plan *plan, struct byte_reader *reader)
{
    const struct schema *schema = plan->schema;
    const struct event_kind *declared = layout->event < 0 ? NULL : &schema->events[layout->event];
    uint64_t n = reader_uvar(reader);
    bool same = declared != NULL && n == (uint64_t) declared->n_members;
    for (uint64_t m = 0; m < n && !reader->failed; m++) {
        size_t size;
        const char *name = reader_text(reader, &size);
        same = same && !reader->failed &&
               text_is(schema->events[declared->members[m]].name, name, size);
    }
    if (!same)
        layout->event = -1;
}

/* Which field holds the accounting day: copies are told by it. */
static bool
read_source(struct layout *layout, const struct plan *plan, struct byte_reader *reader)
{
    layout->accounting = -1;
    if (layout->sourced) {
        uint64_t field = reader_uvar(reader);
        if (reader->failed || field > (uint64_t) layout->n_fields)
            return false;
        layout->accounting = (int32_t) field - 1;
        if (layout->accounting >= 0 && layout->fields[layout->accounting].type != CSTM_TYPE_DATE)
            return false;
    }
    if (layout->event < 0)
        return true;
    const struct event_kind *declared = &plan->schema->events[layout->event];
    int32_t field = layout->accounting < 0 ? -1 : layout->fields[layout->accounting].field;
    layout->exact = layout->exact && declared->sourced == layout->sourced &&
                    (!layout->sourced || (field == declared->accounting &&
                                          (layout->accounting < 0) == (field < 0)));
    return true;
}

cstm_status
layout_read(struct layout *layout, const struct plan *plan, const uint8_t *bytes, size_t size,
            cstm_error **error)
{
    struct byte_reader reader;
    reader_init(&reader, bytes, size);
    *layout = (struct layout){.exact = true};
    size_t name_size, entity_size, zone_size;
    const char *name = reader_text(&reader, &name_size),
               *entity = reader_text(&reader, &entity_size);
    const char *zone = reader_text(&reader, &zone_size);
    find_event(layout, plan, name, name_size, entity, entity_size);
    read_members(layout, plan, &reader);
    uint64_t n_fields = reader_uvar(&reader);
    if (reader.failed || n_fields > (size_t) (reader.end - reader.at) / 2)
        return corrupt(error, "the definition of an event kind");
    layout->same_zone = text_is(zone_name(plan->schema->zone), zone, zone_size);
    layout->n_fields = (int32_t) n_fields;
    layout->fields = memory_new_array((size_t) n_fields + 1, sizeof *layout->fields);
    layout->known = memory_new_array(
        (size_t) (layout->event < 0 ? 0 : plan->schema->events[layout->event].n_fields) + 1,
        sizeof *layout->known);
    if (layout->fields == NULL || layout->known == NULL) {
        layout_clear(layout);
        return error_no_memory(error);
    }
    bool ok = read_fields(layout, plan, &reader);
    layout->observed_from = reader_svar(&reader);
    int64_t days_from = reader_svar(&reader);
    layout->days_from = (int32_t) days_from;
    uint8_t flags = reader_u8(&reader);
    layout->counts = flags & 1;
    layout->keeps_all = (flags & 2) != 0;
    layout->keeps_days = (flags & 4) != 0;
    layout->amends = (flags & 8) != 0;
    layout->settles = (flags & 16) != 0;
    layout->sourced = (flags & 32) != 0;
    ok = ok && read_source(layout, plan, &reader);
    uint64_t n_elements = reader_uvar(&reader);
    ok = ok && !reader.failed && flags <= 63 && is_day(days_from) &&
         n_elements <= (size_t) (reader.end - reader.at) / 2 &&
         (layout->observed_from == INT64_MAX || instant_is_legal(layout->observed_from));
    if (ok) {
        layout->elements = memory_new_array((size_t) n_elements + 1, sizeof *layout->elements);
        if (layout->elements == NULL) {
            layout_clear(layout);
            return error_no_memory(error);
        }
    }
    for (uint64_t e = 0; ok && e < n_elements; e++, layout->n_elements++)
        ok = read_element(layout, plan, &reader, &layout->elements[e]);
    if (!ok || reader.failed || reader.at != reader.end) {
        layout_clear(layout);
        return corrupt(error, "the definition of an event kind");
    }
    return CSTM_OK;
}

static int32_t
later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The element of that part, NULL if the layout has none. */
static const struct layout_element *
part_of(const struct layout *layout, int32_t part)
{
    for (int32_t e = 0; e < layout->n_elements; e++)
        if (layout->elements[e].part == part)
            return &layout->elements[e];
    return NULL;
}

static bool
where_covers(const struct kind_plan *kind, const struct layout_element *old, int32_t where)
{
    if (where < 0)
        return old->where == NULL;
    return old->where == NULL ||
           memcmp(old->where, kind->where_digest[where].bytes, DIGEST_KEPT) == 0;
}

static bool
where_equals(const struct kind_plan *kind, const struct layout_element *old, int32_t where)
{
    return (old->where == NULL) == (where < 0) && where_covers(kind, old, where);
}

/* From when on buckets of the same values are what the keep asks for. */
static int32_t
buckets_from(const struct layout_element *old, const struct event_keep *keep, int32_t sealed_day)
{
    if (window_equal(old->window, keep->window) || sealed_day == DAY_NONE)
        return old->complete_from;
    return later(old->complete_from, window_start(old->window, sealed_day + 1));
}

/* Buckets of all history are of no use to a window, nor the other way round. Of those of windows the
 * one that is complete from the earliest day serves. */
int32_t
layout_buckets(const struct layout *layout, const struct kind_plan *kind,
               const struct event_keep *keep, int32_t sealed_day)
{
    int32_t best = -1, best_from = INT32_MAX;
    for (int32_t e = 0; e < layout->n_elements; e++) {
        const struct layout_element *old = &layout->elements[e];
        if (old->part != ELEMENT_KEEP || old->how != KEEP_BUCKETS ||
            layout->fields[old->field].field != keep->field ||
            (old->by < 0 ? -1 : layout->fields[old->by].field) != keep->by ||
            (old->by < 0) != (keep->by < 0) || !where_equals(kind, old, keep->where) ||
            (old->window.unit == WINDOW_ALL) != (keep->window.unit == WINDOW_ALL))
            continue;
        int32_t from = buckets_from(old, keep, sealed_day);
        if (best < 0 || from < best_from) {
            best = e;
            best_from = from;
        }
    }
    return best;
}

/* From when on the old layout kept what the keep asks for. */
static int32_t
keep_complete(const struct layout *layout, const struct kind_plan *kind,
              const struct event_keep *keep, int32_t sealed_day, int32_t lost)
{
    int32_t best = lost;
    if (keep->how == KEEP_BUCKETS) {
        int32_t of = layout->same_zone ? layout_buckets(layout, kind, keep, sealed_day) : -1;
        return of < 0 ? lost : buckets_from(&layout->elements[of], keep, sealed_day);
    }
    for (int32_t e = 0; e < layout->n_elements; e++) {
        const struct layout_element *old = &layout->elements[e];
        if (old->part != ELEMENT_KEEP)
            continue;
        int32_t field = old->field < 0 ? -1 : layout->fields[old->field].field;
        int32_t by = old->by < 0 ? -1 : layout->fields[old->by].field;
        bool same = where_equals(kind, old, keep->where) && field == keep->field &&
                    (old->field < 0) == (keep->field < 0) && by == keep->by &&
                    (old->by < 0) == (keep->by < 0);
        bool covers = where_covers(kind, old, keep->where) &&
                      (old->field < 0 || (field >= 0 && field == keep->field)) &&
                      (old->by < 0 || (by >= 0 && by == keep->by));
        bool window = window_equal(old->window, keep->window);
        int32_t from = lost;
        if (same && old->how == (int32_t) keep->how &&
            (keep->how == KEEP_LAST ? old->n >= keep->n : keep->how == KEEP_FIRST || window))
            from = old->complete_from;
        else if (covers && (old->how == KEEP_WINDOW || (same && old->how == KEEP_FIRST_OF_DAY &&
                                                        keep->how == KEEP_FIRST_OF_DAY)))
            from = later(old->complete_from, old->window.unit == WINDOW_ALL
                                                 ? DAY_NONE
                                                 : window_start(old->window, sealed_day + 1));
        best = from < best ? from : best;
    }
    return best;
}

static int32_t
element_complete(const struct layout *layout, const struct kind_plan *kind,
                 const struct state_element *element, int32_t sealed_day)
{
    int32_t lost = sealed_day == DAY_NONE ? DAY_NONE : sealed_day + 1;
    if (layout == NULL)
        return lost;
    if (element->part == ELEMENT_KEEP)
        return keep_complete(layout, kind, &kind->keeps[element->index], sealed_day, lost);
    const struct layout_element *tiles = part_of(layout, ELEMENT_TILES),
                                *base = part_of(layout, ELEMENT_BASE);
    const struct layout_element *days = part_of(layout, ELEMENT_DAYS);
    if (!layout->counts || !layout->same_zone || tiles == NULL)
        return lost;
    int32_t by_day = later(tiles->complete_from, layout->days_from);
    if (element->part == ELEMENT_TILES)
        return tiles->complete_from;
    if (element->part == ELEMENT_BASE && base == NULL && days != NULL)
        return days->complete_from;
    if (element->part == ELEMENT_BASE)
        return base != NULL ? base->complete_from : by_day;
    if (element->part == ELEMENT_DAYS)
        return days != NULL ? days->complete_from : by_day;
    for (int32_t e = 0; e < layout->n_elements; e++) {
        const struct layout_element *old = &layout->elements[e];
        if ((int32_t) element->part != old->part)
            continue;
        if ((element->part == ELEMENT_FIELD && old->bit == element->index) ||
            (element->part == ELEMENT_WHERE && old->bit == kind->where_bit + 4 * element->index) ||
            (element->part == ELEMENT_LANE && old->bit == kind->lanes[element->index].bit) ||
            (element->part == ELEMENT_SLOT &&
             old->offset == kind->tile_slots[element->index].offset))
            return old->complete_from;
    }
    return lost;
}

void
layout_completeness(const struct layout *layout, const struct plan *plan, int32_t event,
                    int32_t sealed_day, int32_t *complete_from)
{
    const struct kind_plan *kind = &plan->kinds[event];
    /* What was sealed as it came in is not what amendments would have left of it. */
    if (layout != NULL && layout->settles != (plan->schema->events[event].settles > 0))
        layout = NULL;
    for (int32_t e = 0; e < kind->n_elements; e++)
        complete_from[kind->first_element + e] =
            element_complete(layout, kind, &kind->elements[e], sealed_day);
}
