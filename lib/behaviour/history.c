/* One customer's history as a value: made, emptied, copied and cleared; its instances found by key;
 * coverage as stated. The facts themselves go in through record.c and attribute.c, the rows are
 * handled in rows.c. */
#include "behaviour/delivered.h"
#include "behaviour/summary.h"

#include "base/hash.h"

#define INDEX_FROM 16 /* instances: below it a walk is as quick */

static void
state_nothing(struct history *history)
{
    const struct plan *plan = history->plan;
    history->sealed_day = DAY_NONE;
    history->sealed_parts = 0;
    for (int32_t k = 0; k < plan->schema->n_events; k++) {
        history->observed_from[k] = INT64_MAX;
        history->observed_day[k] = INT32_MAX;
        history->days_from[k] = DAY_NONE;
    }
}

cstm_status
history_init(struct history *history, const struct plan *plan, const char *key, size_t size,
             cstm_error **error)
{
    memset(history, 0, sizeof *history);
    history->plan = plan;
    size_t n = (size_t) plan->schema->n_events + 1;
    history->observed_from = memory_new_array(n, sizeof *history->observed_from);
    history->observed_day = memory_new_array(n, sizeof *history->observed_day);
    history->days_from = memory_new_array(n, sizeof *history->days_from);
    if (history->observed_from == NULL || history->observed_day == NULL ||
        history->days_from == NULL) {
        history_clear(history);
        return error_no_memory(error);
    }
    state_nothing(history);
    int32_t customer;
    cstm_status status = history_instance(history, 0, -1, key, size, &customer, error);
    if (status != CSTM_OK)
        history_clear(history);
    return status;
}

/* Frees what the instances own beside their blocks. */
static void
rows_clear(struct history *history)
{
    const struct schema *schema = history->plan->schema;
    for (int32_t i = 0; i < history->n_instances; i++) {
        struct instance *instance = &history->instances[i];
        for (int32_t a = 0; a < schema->entities[instance->entity].n_attributes; a++)
            if (instance->attributes[a].capacity > 0)
                memory_free(instance->attributes[a].entries);
        for (int32_t k = 0; k < schema->entities[instance->entity].n_events; k++) {
            if (instance->kinds[k].event_capacity > 0)
                memory_free(instance->kinds[k].events);
            memory_free(instance->kinds[k].tiles);
            memory_free(instance->kinds[k].buckets);
        }
    }
    history_forget_summaries(history);
    delivered_free(history->delivered);
    history->delivered = NULL;
    history->n_instances = 0;
    memory_free(history->index);
    history->index = NULL;
    history->index_size = 0;
    for (int32_t i = 0; i < history->n_opaque; i++)
        memory_free(history->opaque[i].bytes);
    history->n_opaque = 0;
    history->n_day_files = 0;
    memory_free(history->complete_from);
    memory_free(history->feature_floor);
    history->complete_from = NULL;
    history->feature_floor = NULL;
    history->text_bytes = history->text_bytes_dead = 0;
}

void
history_clear(struct history *history)
{
    if (history->plan != NULL)
        rows_clear(history);
    memory_free(history->instances);
    memory_free(history->opaque);
    memory_free(history->day_files);
    memory_free(history->room.bytes);
    memory_free(history->observed_from);
    memory_free(history->observed_day);
    memory_free(history->days_from);
    arena_clear(&history->texts);
    arena_clear(&history->blocks);
    memset(history, 0, sizeof *history);
}

cstm_status
history_reset(struct history *history, const char *key, size_t size, bool borrows,
              cstm_error **error)
{
    rows_clear(history);
    arena_reset(&history->texts);
    arena_reset(&history->blocks);
    state_nothing(history);
    history->borrows = borrows;
    int32_t customer;
    return history_instance(history, 0, -1, key, size, &customer, error);
}

static uint64_t
instance_hash(int32_t entity, int32_t parent, const char *key, size_t size)
{
    return hash_bytes(key, size, (uint64_t) (uint32_t) entity << 32 | (uint32_t) parent);
}

static void
index_put(struct history *history, int32_t instance)
{
    const struct instance *at = &history->instances[instance];
    uint32_t mask = (uint32_t) history->index_size - 1;
    uint32_t place =
        (uint32_t) instance_hash(at->entity, at->parent, at->key.bytes, at->key.size) & mask;
    while (history->index[place] >= 0)
        place = (place + 1) & mask;
    history->index[place] = instance;
}

/* Keeps the index at most half full. */
static bool
index_reserve(struct history *history)
{
    int32_t n = history->n_instances + 1;
    if (n <= INDEX_FROM || n <= history->index_size / 2)
        return true;
    if (n > INT32_MAX / 8)
        return false;
    int32_t size = 64;
    while (size < 4 * n)
        size *= 2;
    int32_t *index = memory_new_array((size_t) size, sizeof *index);
    if (index == NULL)
        return false;
    memset(index, 0xff, (size_t) size * sizeof *index);
    memory_free(history->index);
    history->index = index;
    history->index_size = size;
    for (int32_t i = 0; i < history->n_instances; i++)
        index_put(history, i);
    return true;
}

static bool
instance_is(const struct instance *at, int32_t entity, int32_t parent, const char *key, size_t size)
{
    return at->entity == entity && at->parent == parent && at->key.size == size &&
           (size == 0 || memcmp(at->key.bytes, key, size) == 0);
}

int32_t
history_find_child(const struct history *history, int32_t entity, int32_t parent, const char *key,
                   size_t size)
{
    if (history->index == NULL) {
        for (int32_t i = 0; i < history->n_instances; i++)
            if (instance_is(&history->instances[i], entity, parent, key, size))
                return i;
        return -1;
    }
    uint32_t mask = (uint32_t) history->index_size - 1;
    uint32_t place = (uint32_t) instance_hash(entity, parent, key, size) & mask;
    for (; history->index[place] >= 0; place = (place + 1) & mask)
        if (instance_is(&history->instances[history->index[place]], entity, parent, key, size))
            return history->index[place];
    return -1;
}

static cstm_status
key_check(const struct history *history, int32_t entity, int32_t parent, const char *key,
          size_t size, cstm_error **error)
{
    const struct schema *schema = history->plan->schema;
    if (entity < 0 || entity >= schema->n_entities || parent >= history->n_instances || parent < -1)
        return error_misuse(error, "entity or parent is out of range");
    int32_t above = parent < 0 ? -1 : history->instances[parent].entity;
    if (schema->entities[entity].parent != above || (parent < 0 && history->n_instances > 0))
        return error_set(error, CSTM_ERROR_MISMATCH, "%s does not stand under this instance",
                         schema->entities[entity].name);
    struct rule_text text = {key, size};
    return value_check(CSTM_TYPE_STRING, "key", NULL, 0, &text, error);
}

cstm_status
history_instance(struct history *history, int32_t entity, int32_t parent, const char *key,
                 size_t size, int32_t *instance, cstm_error **error)
{
    if (history->n_instances > 0) {
        int32_t found = history_find_child(history, entity, parent, key, size);
        if (found >= 0) {
            *instance = found;
            return CSTM_OK;
        }
    }
    cstm_status status = history->borrows && history->n_instances == 0
                             ? CSTM_OK
                             : key_check(history, entity, parent, key, size, error);
    if (status != CSTM_OK)
        return status;
    const struct entity *declared = &history->plan->schema->entities[entity];
    size_t capacity = (size_t) history->instance_capacity,
           attributes = (size_t) declared->n_attributes * sizeof(struct attribute_rows);
    struct rule_text kept = {key, size};
    if (history->n_instances == INT32_MAX)
        return error_set(error, CSTM_ERROR_LIMIT, "too many instances under one customer");
    if (!memory_reserve(&history->instances, &capacity, (size_t) history->n_instances + 1,
                        sizeof *history->instances))
        return error_no_memory(error);
    history->instance_capacity = (int32_t) capacity;
    uint8_t *block = arena_new(
        &history->blocks, attributes + (size_t) declared->n_events * sizeof(struct event_rows) + 1);
    if (block == NULL || !index_reserve(history) || !history_keep_text(history, &kept))
        return error_no_memory(error);

    int32_t at = history->n_instances++;
    history->instances[at] = (struct instance){
        .entity = entity,
        .parent = parent,
        .key = kept,
        .begins = INT64_MAX,
        .begins_day = INT32_MAX,
        .first_child = -1,
        .next_sibling = -1,
        .attributes = (struct attribute_rows *) (void *) block,
        .kinds = (struct event_rows *) (void *) (block + attributes),
    };
    if (parent >= 0) {
        history->instances[at].next_sibling = history->instances[parent].first_child;
        history->instances[parent].first_child = at;
    }
    if (history->index != NULL)
        index_put(history, at);
    *instance = at;
    return CSTM_OK;
}

/* Compares two instances of one entity by the keys on the way down from the customer. */
static int
path_compare(const struct history *history, int32_t a, int32_t b)
{
    if (a == b)
        return 0;
    const struct instance *x = &history->instances[a], *y = &history->instances[b];
    int order = x->parent < 0 || y->parent < 0 ? 0 : path_compare(history, x->parent, y->parent);
    return order != 0 ? order : text_compare(x->key, y->key);
}

int32_t
history_find(const struct history *history, int32_t entity, const char *key, size_t size)
{
    int32_t found = -1;
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *at = &history->instances[i];
        if (instance_is(at, entity, at->parent, key, size) &&
            (found < 0 || path_compare(history, i, found) < 0))
            found = i;
    }
    return found;
}

bool
instance_begins(struct history *history, int32_t instance, int64_t time, int32_t day)
{
    bool changed = false;
    for (int32_t at = instance; at >= 0 && time < history->instances[at].begins;
         at = history->instances[at].parent) {
        history->instances[at].begins = time;
        history->instances[at].begins_day = day;
        changed = true;
    }
    return changed;
}

cstm_status
history_observe(struct history *history, int32_t event, int64_t from, cstm_error **error)
{
    const struct schema *schema = history->plan->schema;
    if (event < 0 || event >= schema->n_events)
        return error_misuse(error, "event kind is out of range");
    if (!instant_is_legal_in(schema->zone, from))
        return error_set(error, CSTM_ERROR_RANGE, "observed_from lies outside the years 1 to 9999");
    if (from < history->observed_from[event]) {
        history_forget_summaries(history); /* what was covered by the first fact may not be now */
        history->observed_from[event] = from;
        history->observed_day[event] = zone_day(schema->zone, from, &history->cursor);
    }
    return CSTM_OK;
}

int64_t
history_latest_on(const struct history *history, int32_t day)
{
    const struct schema *schema = history->plan->schema;
    const struct summaries *summaries = history->summaries;
    int64_t latest = INT64_MIN;
    if (summaries != NULL && !summaries->touched_any && day > summaries->day)
        return latest; /* nothing is known of any day after the summary's */
    for (int32_t i = 0; i < history->n_instances; i++) {
        const struct instance *instance = &history->instances[i];
        const struct entity *entity = &schema->entities[instance->entity];
        for (int32_t a = 0; a < entity->n_attributes; a++) {
            const struct attribute_rows *rows = &instance->attributes[a];
            if (rows->n == 0 || rows->entries[rows->n - 1].day < day)
                continue;
            int32_t n = attribute_rows_until(rows, day);
            if (n > 0 && rows->entries[n - 1].day == day && rows->entries[n - 1].time > latest)
                latest = rows->entries[n - 1].time;
        }
        for (int32_t l = 0; l < entity->n_events; l++) {
            const struct event_rows *rows = &instance->kinds[l];
            const struct kind_plan *kind =
                &history->plan->kinds[history->plan->entities[instance->entity].events[l]];
            int32_t low = 0, high = rows->n_events;
            /* Mostly nothing has come on the day yet. */
            if (high == 0 || record_at(kind, rows->events, high - 1)->day < day)
                continue;
            while (low < high) {
                int32_t middle = low + (high - low) / 2;
                if (record_at(kind, rows->events, middle)->day <= day)
                    low = middle + 1;
                else
                    high = middle;
            }
            const struct event_record *last =
                low > 0 ? record_at(kind, rows->events, low - 1) : NULL;
            if (last != NULL && last->day == day && last->time > latest)
                latest = last->time;
        }
    }
    return latest;
}
