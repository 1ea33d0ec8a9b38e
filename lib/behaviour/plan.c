/* The plan: what the state keeps of each event kind so that every feature can be read from it, and
 * how a record and a tile are laid out in memory. Each feature says what it needs
 * (feature_need_of); the plan of a kind is the union of these needs. Built once when a strategy
 * compiles. Read next: classify.c (masks of records), seal.c (tiles and kept events). */
#include "behaviour/reading.h"

#include "base/bytes.h"

#include <string.h>

static bool
kind_sums_exactly(cstm_type type)
{
    return type != CSTM_TYPE_DOUBLE;
}

void
feature_need_of(const struct plan *plan, const struct feature *feature, struct feature_need *need)
{
    const struct event_kind *event = &plan->schema->events[feature->event];
    const struct kind_plan *kind = &plan->kinds[feature->event];
    bool all = feature->window.unit == WINDOW_ALL;
    *need = (struct feature_need){
        .slot = -1, .by = feature->by ? feature->by_field : -1, .counted = -1};
    need->keep = (struct event_keep){.where = feature->where,
                                     .field = feature->field,
                                     .by = need->by,
                                     .n = 1,
                                     .window = feature->window};
    if (feature->window.unit == WINDOW_LAST) {
        need->keeps = true;
        need->keep = (struct event_keep){
            .how = KEEP_LAST, .where = -1, .field = -1, .by = -1, .n = feature->window.n};
        return;
    }
    switch (feature->operator) {
    case FEATURE_COUNT:
        need->tiles = true;
        break;
    case FEATURE_DISTINCT_DAYS:
        need->tiles = true;
        need->days = all;
        break;
    case FEATURE_SUM:
    case FEATURE_MEAN:
        need->tiles = kind_sums_exactly(event->fields[feature->field].type);
        need->slot = need->tiles ? FEATURE_SUM : -1;
        need->keeps = !need->tiles;
        need->keep.how = KEEP_WINDOW;
        break;
    case FEATURE_MIN:
    case FEATURE_MAX:
        need->tiles = true;
        need->slot = (int32_t) feature->operator;
        break;
    case FEATURE_VARIANCE:
    case FEATURE_DEVIATION:
        need->tiles = kind_sums_exactly(event->fields[feature->field].type);
        need->slot = need->tiles ? FEATURE_SUM : -1;
        need->squares = need->tiles;
        need->keeps = !need->tiles;
        need->keep.how = KEEP_WINDOW;
        break;
    case FEATURE_LONGEST_GAP:
    case FEATURE_MEAN_GAP:
    case FEATURE_GAP_VARIATION:
    case FEATURE_STREAK:
        need->tiles = true;
        need->days = all;
        break;
    case FEATURE_DECAYED:
        need->days = all;
        need->tiles = true;
        need->slot = feature->field >= 0 ? FEATURE_SUM : -1;
        break;
    case FEATURE_SHARE:
    case FEATURE_TREND:
    case FEATURE_RATIO:
        need->tiles = true;
        need->slot = feature->field >= 0 ? FEATURE_SUM : -1;
        break;
    case FEATURE_DISTINCT:
        need->keeps = true;
        need->keep.how = KEEP_DISTINCT;
        break;
    case FEATURE_MOST_FREQUENT:
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
        need->tiles = true;
        need->counted = feature->field;
        break;
    case FEATURE_QUANTILE:
        need->keeps = true;
        need->keep.how = KEEP_BUCKETS;
        break;
    case FEATURE_NEAR_COUNT:
    case FEATURE_NEAR_SUM:
    case FEATURE_NEAR_SHARE:
    case FEATURE_MEAN_DISTANCE:
        /* The part of a share is picked from the whole. */
        need->keeps = true;
        need->keep.how = KEEP_WINDOW;
        need->keep.field = -1;
        if (feature->operator== FEATURE_NEAR_SHARE) {
            need->keep.where = -1;
            need->keep.by = -1;
        }
        break;
    case FEATURE_SINCE_FIRST:
    case FEATURE_FIRST:
        need->keeps = true;
        need->keep.how = all ? KEEP_FIRST : KEEP_FIRST_OF_DAY;
        break;
    case FEATURE_LAST:
    case FEATURE_RECENCY:
        need->keeps = true;
        /* The last one of a window that ended earlier was one of many since. */
        need->keep.how = feature->window.before > 0 ||
                                 (feature->window.unit == WINDOW_CYCLES && feature->window.n > 0)
                             ? KEEP_WINDOW
                             : KEEP_LAST;
        break;
    }
    /* Of what counts values the lane says whether there is one: the bit is asked for all the same. */
    need->field_bit = need->slot >= 0 || need->counted >= 0;
    /* The errors of a rule show in a feature as long as they stand in its window: tiles remember
     * them by day. */
    if (feature->where >= 0 && kind->where_fails[feature->where])
        need->tiles = true;
    need->base = need->tiles && all && !need->days;
}

bool
feature_reads_tiles(const struct plan *plan, const struct feature *feature)
{
    struct feature_need need;
    feature_need_of(plan, feature, &need);
    return need.tiles && !need.keeps;
}

static bool
add_window(struct kind_plan *kind, struct window window)
{
    for (int32_t i = 0; i < kind->n_windows; i++)
        if (window_equal(kind->windows[i], window))
            return true;
    size_t capacity = (size_t) kind->n_windows;
    if (!memory_reserve(&kind->windows, &capacity, capacity + 1, sizeof *kind->windows))
        return false;
    kind->windows[kind->n_windows++] = window;
    return true;
}

bool
keep_equal(const struct event_keep *a, const struct event_keep *b)
{
    return a->how == b->how && a->where == b->where && a->field == b->field && a->by == b->by &&
           window_equal(a->window, b->window);
}

/* Of the last n the greatest n serves; of windows each stays, as months and days do not compare. */
static bool
add_keep(struct kind_plan *kind, const struct event_keep *keep)
{
    for (int32_t i = 0; i < kind->n_keeps; i++) {
        struct event_keep *other = &kind->keeps[i];
        if (other->how != keep->how || other->where != keep->where ||
            other->field != keep->field || other->by != keep->by)
            continue;
        if (keep->how == KEEP_LAST) {
            other->n = other->n > keep->n ? other->n : keep->n;
            return true;
        }
        if (keep->how == KEEP_FIRST || window_equal(other->window, keep->window))
            return true;
    }
    size_t capacity = (size_t) kind->n_keeps;
    if (!memory_reserve(&kind->keeps, &capacity, capacity + 1, sizeof *kind->keeps))
        return false;
    struct event_keep *made = &kind->keeps[kind->n_keeps++];
    *made = *keep;
    if (made->how != KEEP_LAST)
        made->n = 0;
    if (made->how == KEEP_LAST || made->how == KEEP_FIRST)
        made->window = (struct window){.unit = WINDOW_ALL};
    return true;
}

static bool
add_slot(struct kind_plan *kind, int32_t field, enum feature_operator operator)
{
    for (int32_t i = 0; i < kind->n_tile_slots; i++)
        if (kind->tile_slots[i].field == field && kind->tile_slots[i].operator== operator)
            return true;
    size_t capacity = (size_t) kind->n_tile_slots;
    if (!memory_reserve(&kind->tile_slots, &capacity, capacity + 1, sizeof *kind->tile_slots))
        return false;
    kind->tile_slots[kind->n_tile_slots++] =
        (struct tile_slot){.field = field, .operator= operator};
    return true;
}

static bool
add_element(struct kind_plan *kind, int32_t part, int32_t index)
{
    size_t capacity = (size_t) kind->n_elements;
    if (!memory_reserve(&kind->elements, &capacity, capacity + 1, sizeof *kind->elements))
        return false;
    struct state_element *element = &kind->elements[kind->n_elements++];
    element->index = index;
    element->part = (__typeof__(element->part)) part;
    return true;
}

/* The rule and the types of what it reads, in names: the same rule over another type is another
 * rule. */
static bool
where_digest_of(const struct event_kind *event, const struct rule_program *program,
                struct digest *digest)
{
    struct cstm_buffer text = {.data = NULL};
    struct digest rule = rule_program_digest(program);
    const int32_t *slots = NULL;
    int32_t n = rule_program_reads(program, &slots);
    bool ok = buffer_put(&text, rule.bytes, sizeof rule.bytes);
    for (int32_t i = 0; ok && i < n; i++) {
        if (slots[i] >= event->n_fields) {
            ok = buffer_put_text(&text, "", 0) &&
                 buffer_put_uvar(&text, (uint64_t) (slots[i] - event->n_fields));
            continue;
        }
        const struct event_field *field = &event->fields[slots[i]];
        ok = buffer_put_text(&text, field->name, strlen(field->name)) &&
             buffer_put_uvar(&text, (uint64_t) field->type) &&
             (!field_is_defined(field) ||
              buffer_put(&text, field->definition.bytes, sizeof field->definition.bytes));
    }
    if (ok)
        *digest = digest_of(text.data, text.size);
    buffer_clear(&text);
    return ok;
}

static bool
add_where(const struct event_kind *event, struct kind_plan *kind, struct rule_program *rule,
          int32_t *where)
{
    *where = -1;
    if (rule == NULL)
        return true;
    struct digest digest;
    if (!where_digest_of(event, rule, &digest))
        return false;
    for (int32_t i = 0; i < kind->n_where; i++) {
        if (memcmp(&kind->where_digest[i], &digest, sizeof digest) == 0) {
            *where = i;
            return true;
        }
    }
    size_t rules = (size_t) kind->n_where, digests = rules, fails = rules;
    if (!memory_reserve(&kind->where, &rules, rules + 1, sizeof *kind->where) ||
        !memory_reserve(&kind->where_digest, &digests, digests + 1, sizeof *kind->where_digest) ||
        !memory_reserve(&kind->where_fails, &fails, fails + 1, sizeof *kind->where_fails))
        return false;
    kind->where[kind->n_where] = rule_program_ref(rule);
    kind->where_digest[kind->n_where] = digest;
    kind->where_fails[kind->n_where] = rule_program_can_fail(rule);
    *where = kind->n_where++;
    return true;
}

const struct value_lane *
kind_lane(const struct kind_plan *kind, int32_t field)
{
    return field < 0 || kind->lane_of[field] < 0 ? NULL : &kind->lanes[kind->lane_of[field]];
}

/* Whether some feature reads the field by its value, not only what a rule makes of it. */
static bool
is_read_by_value(const struct plan *plan, int32_t event, int32_t field)
{
    for (int32_t i = 0; i < plan->n_features; i++) {
        const struct feature *feature = &plan->features[i];
        if (feature->source != FEATURE_AGGREGATE || feature->event != event)
            continue;
        bool counted = feature->operator== FEATURE_MOST_FREQUENT ||
                       feature->operator== FEATURE_TOP_SHARE ||
                       feature->operator== FEATURE_ENTROPY;
        if ((feature->by && feature->by_field == field) || (counted && feature->field == field))
            return true;
    }
    return false;
}

static int32_t
value_size(cstm_type type)
{
    return type == CSTM_TYPE_STRING ? (int32_t) sizeof(struct rule_text) : 8;
}

static void
list_fields(const struct event_kind *event, struct kind_plan *kind)
{
    for (int32_t f = 0; f < event->n_fields; f++) {
        cstm_type type = event->fields[f].type;
        uint64_t bit = UINT64_C(1) << (f % 64);
        kind->computes |= event->fields[f].computed != NULL;
        if ((type != CSTM_TYPE_INT && type != CSTM_TYPE_MONEY) || event->fields[f].ranged)
            kind->fields_checked[f / 64] |= bit;
        if (type == CSTM_TYPE_STRING)
            kind->fields_text[f / 64] |= bit;
        bool reads = false;
        for (int32_t w = 0; w < kind->n_where; w++) {
            const int32_t *slots = NULL;
            int32_t n = rule_program_reads(kind->where[w], &slots);
            for (int32_t i = 0; i < n; i++)
                reads |= slots[i] == f;
        }
        if (reads)
            kind->reads[kind->n_reads++] = (struct rule_read){f, rule_kind_of(type)};
    }
    for (int32_t w = 0; w < kind->n_where; w++) {
        const int32_t *slots = NULL;
        int32_t n = rule_program_reads(kind->where[w], &slots);
        for (int32_t i = 0; i < n; i++)
            if (slots[i] >= event->n_fields)
                kind->reads_own[slots[i] - event->n_fields] = true;
    }
}

static bool
lay_out_record(const struct plan *plan, int32_t k)
{
    const struct event_kind *event = &plan->schema->events[k];
    struct kind_plan *kind = &plan->kinds[k];
    kind->where_bit = (event->n_fields + 3) / 4 * 4;
    int32_t bits = (kind->where_bit + 4 * kind->n_where + LANE_BITS - 1) / LANE_BITS * LANE_BITS;
    kind->lanes = memory_new_array((size_t) event->n_fields + 1, sizeof *kind->lanes);
    kind->lane_of = memory_new_array((size_t) event->n_fields + 1, sizeof *kind->lane_of);
    if (kind->lanes == NULL || kind->lane_of == NULL)
        return false;
    for (int32_t f = 0; f < event->n_fields; f++) {
        kind->lane_of[f] = -1;
        if (!is_read_by_value(plan, k, f))
            continue;
        kind->lane_of[f] = kind->n_lanes;
        struct value_lane *lane = &kind->lanes[kind->n_lanes++];
        lane->field = f;
        lane->bit = bits;
        bits += LANE_BITS;
        if (!lane_prepare(&event->fields[f], lane))
            return false;
    }
    kind->mask_words = bits == 0 ? 1 : (bits + 63) / 64;
    kind->mask_needed = memory_new_array((size_t) kind->mask_words, sizeof *kind->mask_needed);
    kind->value_offset = memory_new_array((size_t) event->n_fields + 1, sizeof *kind->value_offset);
    if (kind->mask_needed == NULL || kind->value_offset == NULL)
        return false;
    kind->fields_checked =
        memory_new_array((size_t) kind->mask_words, sizeof *kind->fields_checked);
    kind->fields_text = memory_new_array((size_t) kind->mask_words, sizeof *kind->fields_text);
    kind->reads = memory_new_array((size_t) event->n_fields + 1, sizeof *kind->reads);
    if (kind->fields_checked == NULL || kind->fields_text == NULL || kind->reads == NULL)
        return false;
    list_fields(event, kind);
    kind->mask_offset = (int32_t) sizeof(struct event_record);
    int32_t at = kind->mask_offset + 8 * kind->mask_words;
    for (int32_t f = 0; f < event->n_fields; f++) {
        kind->value_offset[f] = at;
        at += value_size(event->fields[f].type);
    }
    if (event->settles > 0) {
        kind->validity_offset = at;
        at += (int32_t) sizeof(struct event_validity);
    }
    if (event->sourced) {
        kind->delivery_offset = at;
        at += (int32_t) sizeof(int64_t);
    }
    kind->record_size = at;
    return true;
}

static bool
add_need(const struct plan *plan, struct kind_plan *kind, const struct feature *feature)
{
    struct feature_need need;
    feature_need_of(plan, feature, &need);
    if (need.keeps && !add_keep(kind, &need.keep))
        return false;
    if (!need.tiles)
        return true;
    kind->counts = true;
    kind->keeps_all |= need.base;
    kind->keeps_days |= need.days;
    for (int32_t i = 0; i < 2; i++) {
        int32_t where = i == 0 ? feature->where : feature->of;
        int32_t bit = kind->where_bit + 4 * where;
        if (where >= 0)
            kind->mask_needed[bit / 64] |= UINT64_C(15) << (bit % 64);
    }
    for (int32_t i = 0; i < 2; i++) {
        const struct value_lane *lane = kind_lane(kind, i == 0 ? need.by : need.counted);
        if (lane != NULL)
            kind->mask_needed[lane->bit / 64] |= LANE_MASK << (lane->bit % 64);
    }
    if (need.field_bit)
        kind->mask_needed[feature->field / 64] |= UINT64_C(1) << (feature->field % 64);
    if (need.slot >= 0 && !add_slot(kind, feature->field, (enum feature_operator) need.slot))
        return false;
    if (need.squares && !add_slot(kind, feature->field, FEATURE_VARIANCE))
        return false;
    return !window_is_bounded(feature->window) || add_window(kind, feature->window);
}

static bool
lay_out_tile(const struct event_kind *event, struct kind_plan *kind)
{
    int32_t at = TILE_MASK_OFFSET + 8 * kind->mask_words;
    at = (at + 15) / 16 * 16;
    for (int32_t i = 0; i < kind->n_tile_slots; i++)
        if (slot_is_wide(&kind->tile_slots[i])) {
            kind->tile_slots[i].offset = at;
            at += (int32_t) sizeof(wide);
        }
    for (int32_t i = 0; i < kind->n_tile_slots; i++)
        if (!slot_is_wide(&kind->tile_slots[i])) {
            kind->tile_slots[i].offset = at;
            at += 8;
        }
    kind->tile_size = (at + 15) / 16 * 16;

    bool ok = true;
    if (kind->counts) {
        ok = add_element(kind, ELEMENT_TILES, 0) &&
             (!kind->keeps_all || add_element(kind, ELEMENT_BASE, 0)) &&
             (!kind->keeps_days || add_element(kind, ELEMENT_DAYS, 0));
        for (int32_t f = 0; ok && f < event->n_fields; f++)
            ok = !mask_bit(kind->mask_needed, f) || add_element(kind, ELEMENT_FIELD, f);
        for (int32_t w = 0; ok && w < kind->n_where; w++)
            ok = mask_where(kind, kind->mask_needed, w) == 0 || add_element(kind, ELEMENT_WHERE, w);
        for (int32_t l = 0; ok && l < kind->n_lanes; l++)
            ok = mask_lane(&kind->lanes[l], kind->mask_needed) == 0 ||
                 add_element(kind, ELEMENT_LANE, l);
        for (int32_t i = 0; ok && i < kind->n_tile_slots; i++)
            ok = add_element(kind, ELEMENT_SLOT, i);
    }
    for (int32_t i = 0; ok && i < kind->n_keeps; i++)
        ok = add_element(kind, ELEMENT_KEEP, i);
    return ok;
}

static bool
list_of_entities(struct plan *plan)
{
    const struct schema *schema = plan->schema;
    for (int32_t e = 0; e < schema->n_entities; e++) {
        struct entity_plan *entity = &plan->entities[e];
        entity->attributes =
            memory_new_array((size_t) schema->entities[e].n_attributes + 1, sizeof(int32_t));
        entity->events =
            memory_new_array((size_t) schema->entities[e].n_events + 1, sizeof(int32_t));
        if (entity->attributes == NULL || entity->events == NULL)
            return false;
    }
    for (int32_t a = 0; a < schema->n_attributes; a++)
        plan->entities[schema->attributes[a].entity].attributes[schema->attributes[a].local] = a;
    for (int32_t k = 0; k < schema->n_events; k++)
        plan->entities[schema->events[k].entity].events[schema->events[k].local] = k;
    return true;
}

/* Scratch: an input column and a state byte a field, the event's own instant and day, two result
 * bytes a row, and the rule's own. */
static void
measure_scratch(struct plan *plan)
{
    size_t fields = 0, one = 0, many = 0;
    for (int32_t k = 0; k < plan->schema->n_events; k++) {
        const struct kind_plan *kind = &plan->kinds[k];
        size_t n = (size_t) plan->schema->events[k].n_fields + OWN_SLOTS;
        fields = n > fields ? n : fields;
        for (int32_t w = 0; w < kind->n_where; w++) {
            size_t size = rule_scratch_size(kind->where[w], 1);
            one = size > one ? size : one;
            size = rule_scratch_size(kind->where[w], RULE_ROWS);
            many = size > many ? size : many;
        }
    }
    size_t inputs = (fields * (sizeof(struct rule_column) + 1) + 15) / 16 * 16;
    plan->scratch_size = inputs + OWN_SLOTS * sizeof(int64_t) + 16 + one;
    plan->scratch_size_rows =
        inputs + OWN_SLOTS * sizeof(int64_t) * RULE_ROWS + 2 * RULE_ROWS + many;
    for (int32_t k = 0; k < plan->schema->n_events; k++) {
        compute_scratch(&plan->schema->events[k], &one, &many);
        plan->scratch_size = one > plan->scratch_size ? one : plan->scratch_size;
        plan->scratch_size_rows = many > plan->scratch_size_rows ? many : plan->scratch_size_rows;
    }
}

struct plan *
plan_build(const struct schema *schema, struct feature *features, int32_t n_features)
{
    struct plan *plan = memory_new(sizeof *plan);
    if (plan == NULL)
        return NULL;
    plan->schema = schema;
    plan->features = features;
    plan->n_features = n_features;
    plan->kinds = memory_new_array((size_t) schema->n_events + 1, sizeof *plan->kinds);
    plan->entities = memory_new_array((size_t) schema->n_entities + 1, sizeof *plan->entities);
    bool ok = plan->kinds != NULL && plan->entities != NULL && list_of_entities(plan) &&
              plan_relate(plan);
    for (int32_t i = 0; ok && i < n_features; i++) {
        struct feature *feature = &features[i];
        feature->index = i;
        plan->n_slots = feature->slot + 1 > plan->n_slots ? feature->slot + 1 : plan->n_slots;
        if (feature->source == FEATURE_AGGREGATE)
            ok = add_where(&schema->events[feature->event], &plan->kinds[feature->event],
                           feature->where_rule, &feature->where) &&
                 add_where(&schema->events[feature->event], &plan->kinds[feature->event],
                           feature->of_rule, &feature->of);
    }
    for (int32_t k = 0; ok && k < schema->n_events; k++)
        ok = lay_out_record(plan, k);
    for (int32_t i = 0; ok && i < n_features; i++)
        if (features[i].source == FEATURE_AGGREGATE)
            ok = add_need(plan, &plan->kinds[features[i].event], &features[i]);
    for (int32_t k = 0; ok && k < schema->n_events; k++) {
        struct kind_plan *kind = &plan->kinds[k];
        ok = lay_out_tile(&schema->events[k], kind);
        kind->first_element = plan->n_elements;
        plan->n_elements += kind->n_elements;
        int64_t from = schema->events[k].observed_from;
        kind->observed_day = from == INT64_MAX ? INT32_MAX : zone_day(schema->zone, from, NULL);
    }
    if (!ok) {
        plan_free(plan);
        return NULL;
    }
    measure_scratch(plan);
    if (!plan_prepare_readings(plan)) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}

void
plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    for (int32_t k = 0; plan->kinds != NULL && k < plan->schema->n_events; k++) {
        struct kind_plan *kind = &plan->kinds[k];
        for (int32_t w = 0; w < kind->n_where; w++)
            rule_program_unref(kind->where[w]);
        memory_free(kind->where);
        memory_free(kind->where_digest);
        memory_free(kind->where_fails);
        for (int32_t l = 0; kind->lanes != NULL && l < kind->n_lanes; l++)
            lane_free(&kind->lanes[l]);
        memory_free(kind->lanes);
        memory_free(kind->lane_of);
        memory_free(kind->mask_needed);
        memory_free(kind->value_offset);
        memory_free(kind->fields_checked);
        memory_free(kind->fields_text);
        memory_free(kind->reads);
        memory_free(kind->tile_slots);
        memory_free(kind->windows);
        memory_free(kind->keeps);
        memory_free(kind->elements);
        memory_free(kind->amenders);
        memory_free(kind->unions);
        memory_free(kind->member_fields);
    }
    for (int32_t e = 0; plan->entities != NULL && e < plan->schema->n_entities; e++) {
        memory_free(plan->entities[e].attributes);
        memory_free(plan->entities[e].events);
    }
    memory_free(plan->kinds);
    memory_free(plan->entities);
    memory_free(plan->readings);
    memory_free(plan->plain);
    memory_free(plan->amended);
    memory_free(plan);
}
