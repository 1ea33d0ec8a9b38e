/* Attributes on their way into a profile: one at a time by type, or several by a row buffer, which
 * count all or none. */
#include "profile/profile.h"

#include "base/memory.h"

#include <string.h>

/* What the setters have in common: whose, which, since when, and the setting's id. */
struct setting {
    cstm_entity entity;
    int64_t at;
    const char *id;
    size_t id_size;
};

static cstm_status
setting_check(const cstm_profile *profile, const struct setting *setting, cstm_error **error)
{
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (setting->entity < 0 || setting->entity >= profile->history.n_instances)
        return error_misuse(error, "entity is not in the profile");
    if (setting->id == NULL && setting->id_size > 0)
        return error_misuse(error, "id is NULL and id_size is not 0");
    return key_check(setting->id, setting->id_size, "the setting's id", error);
}

static cstm_status
attribute_check(const cstm_profile *profile, cstm_entity entity, int32_t attribute,
                cstm_error **error)
{
    const struct schema *schema = &profile->strategy->schema;
    if (attribute < 0 || attribute >= schema->n_attributes)
        return error_misuse(error, "attribute is not an attribute of the strategy");
    const struct attribute *declared = &schema->attributes[attribute];
    int32_t kind = profile->history.instances[entity].entity;
    if (declared->entity != kind)
        return error_set(error, CSTM_ERROR_MISUSE, "attribute '%s' is of entity '%s', not of '%s'",
                         declared->name, schema->entities[declared->entity].name,
                         schema->entities[kind].name);
    return CSTM_OK;
}

static cstm_status
apply(cstm_profile *profile, const struct setting *setting, int32_t attribute,
      const struct value *value, bool *changed, cstm_error **error)
{
    struct attribute_entry entry = {
        .time = setting->at,
        .present = value->present,
        .id = {setting->id_size == 0 ? "" : setting->id, setting->id_size},
    };
    cstm_type type = profile->strategy->schema.attributes[attribute].type;
    if (value->present && type == CSTM_TYPE_STRING)
        entry.value.text = value->as.text;
    else if (value->present && type == CSTM_TYPE_DOUBLE)
        entry.value.real = value->as.real;
    else if (value->present)
        entry.value.number = value->as.number;
    return history_set(&profile->history, setting->entity, attribute, &entry, changed, error);
}

/* From when on a setting can show: an opening tells of days before it was set. */
static int64_t
shows_from(const cstm_profile *profile, const struct setting *setting, int32_t attribute)
{
    return profile->strategy->schema.attributes[attribute].local == 0 ? PROFILE_ANY_TIME
                                                                      : setting->at;
}

static cstm_status
set(cstm_profile *profile, struct setting setting, int32_t attribute, cstm_type type,
    struct value *value, cstm_error **error)
{
    error_clear(error);
    cstm_status status = setting_check(profile, &setting, error);
    if (status == CSTM_OK)
        status = attribute_check(profile, setting.entity, attribute, error);
    if (status != CSTM_OK)
        return status;
    struct value_place place =
        value_place_of_attribute(&profile->strategy->schema.attributes[attribute]);
    if (value->present)
        status = place_check_type(&place, type, error);
    if (status == CSTM_OK)
        status = place_check(&place, value, error);
    if (status != CSTM_OK)
        return status;
    bool changed = false;
    status = apply(profile, &setting, attribute, value, &changed, error);
    if (changed)
        profile_changed(profile, shows_from(profile, &setting, attribute));
    return status;
}

static cstm_status
set_number(cstm_profile *profile, struct setting setting, int32_t attribute, cstm_type type,
           int64_t number, cstm_error **error)
{
    struct value value = {.present = true, .as.number = number};
    return set(profile, setting, attribute, type, &value, error);
}

cstm_status
cstm_profile_set_bool(cstm_profile *profile, cstm_entity entity, int32_t attribute, int32_t value,
                      int64_t at, const char *id, size_t id_size, cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    return set_number(profile, setting, attribute, CSTM_TYPE_BOOL, value, error);
}

cstm_status
cstm_profile_set_int64(cstm_profile *profile, cstm_entity entity, int32_t attribute, int64_t value,
                       int64_t at, const char *id, size_t id_size, cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    return set_number(profile, setting, attribute, CSTM_TYPE_INT, value, error);
}

cstm_status
cstm_profile_set_double(cstm_profile *profile, cstm_entity entity, int32_t attribute, double value,
                        int64_t at, const char *id, size_t id_size, cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    struct value real = {.present = true, .as.real = value};
    return set(profile, setting, attribute, CSTM_TYPE_DOUBLE, &real, error);
}

cstm_status
cstm_profile_set_string(cstm_profile *profile, cstm_entity entity, int32_t attribute,
                        const char *text, size_t size, int64_t at, const char *id, size_t id_size,
                        cstm_error **error)
{
    error_clear(error);
    if (text == NULL)
        return error_misuse(error, "text is NULL");
    struct setting setting = {entity, at, id, id_size};
    struct value value = {.present = true, .as.text = {text, size}};
    return set(profile, setting, attribute, CSTM_TYPE_STRING, &value, error);
}

cstm_status
cstm_profile_set_date(cstm_profile *profile, cstm_entity entity, int32_t attribute, int32_t value,
                      int64_t at, const char *id, size_t id_size, cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    return set_number(profile, setting, attribute, CSTM_TYPE_DATE, value, error);
}

cstm_status
cstm_profile_set_timestamp(cstm_profile *profile, cstm_entity entity, int32_t attribute,
                           int64_t value, int64_t at, const char *id, size_t id_size,
                           cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    return set_number(profile, setting, attribute, CSTM_TYPE_TIMESTAMP, value, error);
}

cstm_status
cstm_profile_set_money(cstm_profile *profile, cstm_entity entity, int32_t attribute, int64_t value,
                       int64_t at, const char *id, size_t id_size, cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    return set_number(profile, setting, attribute, CSTM_TYPE_MONEY, value, error);
}

cstm_status
cstm_profile_set_missing(cstm_profile *profile, cstm_entity entity, int32_t attribute, int64_t at,
                         const char *id, size_t id_size, cstm_error **error)
{
    struct setting setting = {entity, at, id, id_size};
    struct value missing = {.present = false};
    return set(profile, setting, attribute, CSTM_TYPE_NONE, &missing, error);
}

static cstm_status
stage_row(cstm_profile *profile, cstm_entity entity, const uint8_t *row, size_t size,
          cstm_error **error)
{
    const struct schema *schema = &profile->strategy->schema;
    struct byte_reader reader;
    reader_init(&reader, row, size);
    memset(profile->is_staged, 0, (size_t) schema->n_attributes * sizeof *profile->is_staged);
    while (reader.at < reader.end) {
        struct row_entry entry;
        cstm_status status = row_next(&reader, &entry, error);
        if (status == CSTM_OK)
            status = attribute_check(profile, entity, entry.index, error);
        if (status != CSTM_OK)
            return status;
        struct value_place place = value_place_of_attribute(&schema->attributes[entry.index]);
        if (profile->is_staged[entry.index])
            return error_set(error, CSTM_ERROR_CORRUPT, "the row names attribute '%s' twice",
                             place.name);
        status = row_value(&entry, &place, schema, &profile->staged[entry.index], error);
        if (status != CSTM_OK)
            return status;
        profile->is_staged[entry.index] = true;
    }
    return CSTM_OK;
}

/* A row may run out of memory after its first attribute; then the entries, and where the entity and
 * those above it begin, are put back. Texts that came in stay in the arena, referred to by nothing.
 */
static bool
undo_keep(cstm_profile *profile, cstm_entity entity)
{
    const struct schema *schema = &profile->strategy->schema;
    const struct instance *instance = &profile->history.instances[entity];
    size_t need = 0;
    for (int32_t i = 0; i < schema->n_attributes; i++)
        if (profile->is_staged[i])
            need += (size_t) instance->attributes[schema->attributes[i].local].n;
    if (!memory_reserve(&profile->undo, &profile->undo_capacity, need, sizeof *profile->undo))
        return false;
    size_t at = 0;
    for (int32_t i = 0; i < schema->n_attributes; i++) {
        if (!profile->is_staged[i])
            continue;
        const struct attribute_rows *rows = &instance->attributes[schema->attributes[i].local];
        if (rows->n > 0)
            memcpy(profile->undo + at, rows->entries, (size_t) rows->n * sizeof *rows->entries);
        profile->staged[i].kept = rows->n;
        at += (size_t) rows->n;
    }
    return true;
}

static void
undo_entries(cstm_profile *profile, cstm_entity entity)
{
    const struct schema *schema = &profile->strategy->schema;
    struct instance *instance = &profile->history.instances[entity];
    size_t at = 0;
    for (int32_t i = 0; i < schema->n_attributes; i++) {
        if (!profile->is_staged[i])
            continue;
        struct attribute_rows *rows = &instance->attributes[schema->attributes[i].local];
        rows->n = profile->staged[i].kept;
        if (rows->n > 0)
            memcpy(rows->entries, profile->undo + at, (size_t) rows->n * sizeof *rows->entries);
        at += (size_t) rows->n;
    }
}

/* Where the entity and all above it begin, kept or put back. */
static void
beginnings_keep(cstm_profile *profile, cstm_entity entity)
{
    const struct instance *instances = profile->history.instances;
    struct beginning *to = profile->beginnings;
    for (int32_t at = entity; at >= 0; at = instances[at].parent)
        *to++ = (struct beginning){instances[at].begins, instances[at].begins_day};
}

static void
beginnings_put_back(cstm_profile *profile, cstm_entity entity)
{
    struct instance *instances = profile->history.instances;
    const struct beginning *from = profile->beginnings;
    for (int32_t at = entity; at >= 0; at = instances[at].parent, from++) {
        instances[at].begins = from->time;
        instances[at].begins_day = from->day;
    }
}

static cstm_status
apply_row(cstm_profile *profile, const struct setting *setting, cstm_error **error)
{
    beginnings_keep(profile, setting->entity);
    bool changed = false;
    int64_t from = INT64_MAX;
    for (int32_t i = 0; i < profile->strategy->schema.n_attributes; i++) {
        bool one = false;
        if (!profile->is_staged[i])
            continue;
        cstm_status status = apply(profile, setting, i, &profile->staged[i], &one, error);
        if (status != CSTM_OK) {
            undo_entries(profile, setting->entity);
            beginnings_put_back(profile, setting->entity);
            return status;
        }
        int64_t shows = shows_from(profile, setting, i);
        from = one && shows < from ? shows : from;
        changed |= one;
    }
    if (changed)
        profile_changed(profile, from);
    return CSTM_OK;
}

cstm_status
cstm_profile_set_row(cstm_profile *profile, cstm_entity entity, const uint8_t *row, size_t size,
                     int64_t at, const char *id, size_t id_size, cstm_error **error)
{
    error_clear(error);
    struct setting setting = {entity, at, id, id_size};
    cstm_status status = setting_check(profile, &setting, error);
    if (status != CSTM_OK)
        return status;
    if (row == NULL && size > 0)
        return error_misuse(error, "row is NULL");
    if (size == 0)
        return CSTM_OK;
    status = stage_row(profile, entity, row, size, error);
    if (status != CSTM_OK)
        return status;
    if (!undo_keep(profile, entity))
        return error_no_memory(error);
    return apply_row(profile, &setting, error);
}
