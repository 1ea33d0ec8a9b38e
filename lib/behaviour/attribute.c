/* Dated attributes: each setting is an event of its own, and the value as of a day is that of the
 * greatest (day, time, id, bytes) up to it (a 拉链表), so what must not see the future reads it as
 * it was known then. Opening and closing are attributes too. */
#include "behaviour/summary.h"

/* What is dated to CSTM_ALWAYS has always been so: it stands on the first civil day there is, in
 * whatever zone, and opens no history. */
bool
entry_day(const struct zone *zone, int64_t time, struct zone_cursor *cursor, int32_t *day)
{
    if (time == HISTORY_ALWAYS) {
        *day = CIVIL_DAY_MIN;
        return true;
    }
    if (!instant_is_legal_in(zone, time))
        return false;
    *day = zone_day(zone, time, cursor);
    return true;
}

static cstm_status
entry_check(struct history *history, const struct attribute *attribute,
            struct attribute_entry *entry, cstm_error **error)
{
    if (!entry_day(history->plan->schema->zone, entry->time, &history->cursor, &entry->day)) {
        error_set(error, CSTM_ERROR_RANGE, "the time of %s lies outside the years 1 to 9999",
                  attribute->name);
        error_at_field(error, attribute->name);
        return CSTM_ERROR_RANGE;
    }
    cstm_status status = value_check(CSTM_TYPE_STRING, "id", NULL, 0, &entry->id, error);
    if (status == CSTM_OK && entry->present)
        status = value_check(attribute->type, attribute->name, attribute->values,
                             attribute->n_values, &entry->value, error);
    if (!entry->present)
        memset(&entry->value, 0, sizeof entry->value);
    return status;
}

/* An opening that has always been known lets the instance begin with its day, if not before. One that is dated is known from
 * its own instant on, and no day before that may see it: what was said of those days stands. */
static bool
entry_begins(struct history *history, int32_t instance, const struct attribute *attribute,
             const struct attribute_entry *entry)
{
    bool changed =
        entry->day != CIVIL_DAY_MIN && instance_begins(history, instance, entry->time, entry->day);
    if (attribute->local != 0 || !entry->present || entry->day != CIVIL_DAY_MIN)
        return changed;
    int32_t day = (int32_t) entry->value.number;
    return instance_begins(history, instance, zone_day_start(history->plan->schema->zone, day),
                           day) ||
           changed;
}

cstm_status
history_set(struct history *history, int32_t instance, int32_t attribute,
            const struct attribute_entry *entry, bool *changed, cstm_error **error)
{
    const struct schema *schema = history->plan->schema;
    if (instance < 0 || instance >= history->n_instances || attribute < 0 ||
        attribute >= schema->n_attributes)
        return error_misuse(error, "instance or attribute is out of range");
    const struct attribute *declared = &schema->attributes[attribute];
    if (history->instances[instance].entity != declared->entity)
        return error_set(error, CSTM_ERROR_MISMATCH, "%s is an attribute of %s, not of %s",
                         declared->name, schema->entities[declared->entity].name,
                         schema->entities[history->instances[instance].entity].name);
    struct attribute_entry kept = *entry;
    cstm_status status = entry_check(history, declared, &kept, error);
    if (status != CSTM_OK)
        return status;
    if (kept.day <= history->sealed_day) {
        error_set(error, CSTM_ERROR_LATE,
                  "%s is dated to a day that is sealed; a rebuild from history takes it",
                  declared->name);
        error_at_field(error, declared->name);
        return CSTM_ERROR_LATE;
    }
    struct attribute_rows *rows = history_attribute(history, instance, attribute);
    if (rows->n > INT32_MAX / 2 - 1)
        return error_set(error, CSTM_ERROR_LIMIT, "too many settings of %s", declared->name);
    if (!attribute_rows_reserve(rows, rows->n + 1) || !history_keep_text(history, &kept.id) ||
        (declared->type == CSTM_TYPE_STRING && kept.present &&
         !history_keep_text(history, &kept.value.text)))
        return error_no_memory(error);
    if (history->summaries != NULL)
        history->summaries->touched_any = true;
    bool inserted = attribute_rows_insert(declared->type, rows, &kept);
    bool earlier = entry_begins(history, instance, declared, &kept);
    *changed = inserted || earlier;
    return CSTM_OK;
}

cstm_status
history_adopt_entries(struct history *history, int32_t instance, int32_t attribute,
                      struct attribute_entry *entries, int32_t n, cstm_error **error)
{
    const struct attribute *declared = &history->plan->schema->attributes[attribute];
    struct attribute_rows *rows = history_attribute(history, instance, attribute);
    if (history->instances[instance].entity != declared->entity || history->sealed_day != DAY_NONE)
        return error_misuse(error,
                            "entries are adopted into another entity, or into a sealed history");
    if (n == 0)
        return CSTM_OK;
    if (rows->n > 0) {
        /* An event that opens was there first: the few entries join it. */
        if (!attribute_rows_reserve(rows, rows->n + n))
            return error_no_memory(error);
    } else {
        /* Inserted one by one into the room that they stand in: the first i are in order, the next
         * is read before it is moved. */
        rows->entries = entries;
        rows->capacity = 0;
    }
    for (int32_t i = 0; i < n; i++) {
        struct attribute_entry entry = entries[i];
        entry_begins(history, instance, declared, &entry);
        attribute_rows_insert(declared->type, rows, &entry);
    }
    return CSTM_OK;
}

void
attribute_read(const struct plan *plan, int32_t attribute, const struct behaviour_row *rows,
               int32_t n, struct rule_column *out)
{
    const struct attribute *declared = &plan->schema->attributes[attribute];
    int32_t local = declared->local;
    for (int32_t r = 0; r < n; r++) {
        const struct attribute_rows *own =
            &rows[r].history->instances[rows[r].instance].attributes[local];
        const struct attribute_entry *entry = attribute_rows_on(own, rows[r].day);
        bool there = entry != NULL && entry->present;
        out->states[r] = there ? CSTM_OK : CSTM_ERROR_MISSING;
        switch (declared->type) {
        case CSTM_TYPE_BOOL:
            out->as.bools[r] = there && entry->value.number != 0;
            break;
        case CSTM_TYPE_DOUBLE:
            out->as.doubles[r] = there ? entry->value.real : 0;
            break;
        case CSTM_TYPE_STRING:
            out->as.texts[r] = there ? entry->value.text : (struct rule_text){"", 0};
            break;
        default:
            out->as.int64s[r] = there ? entry->value.number : 0;
            break;
        }
    }
}

int32_t
history_opened(const struct history *history, int32_t instance, int32_t day)
{
    const struct attribute_rows *own = &history->instances[instance].attributes[0];
    const struct attribute_entry *entry = attribute_rows_on(own, day);
    return entry != NULL && entry->present ? (int32_t) entry->value.number : DAY_NONE;
}

void
attribute_change_days(const struct plan *plan, int32_t attribute, const struct history *history,
                      int32_t instance, int32_t after, int32_t until,
                      void (*add)(void *argument, int32_t day), void *argument)
{
    const struct attribute_rows *own =
        &history->instances[instance].attributes[plan->schema->attributes[attribute].local];
    for (int32_t i = attribute_rows_until(own, after); i < own->n && own->entries[i].day <= until;
         i++)
        add(argument, own->entries[i].day);
}
