/* How large a profile is and what its strategy makes it keep, as tables: by what is kept, and by
 * feature. */
#include "profile/profile.h"

#include "base/memory.h"
#include "behaviour/footprint.h"
#include "table/builder.h"

#include <string.h>

enum { TOTAL, TILES, EVENTS, SKETCHES, OPEN, ATTRIBUTES, OTHER, FEATURE, N_PARTS };
static const char *const part_names[N_PARTS] = {"total", "tiles",      "events", "sketches",
                                                "open",  "attributes", "other",  "feature"};

/* The names of features as words of a column; nobody else's are in a strategy's features. */
static const char **
feature_names(const cstm_strategy *strategy)
{
    const char **names = memory_new_array((size_t) strategy->n_declared + 1, sizeof *names);
    for (int32_t i = 0; names != NULL && i < strategy->n_declared; i++)
        names[i] = strategy->features[i].name;
    return names;
}

static cstm_status
footprint_table(const cstm_strategy *strategy, const struct footprint *footprint, int64_t total,
                cstm_table **table, cstm_error **error)
{
    const int64_t parts[FEATURE] = {
        [TOTAL] = total,
        [TILES] = footprint->tiles,
        [EVENTS] = footprint->events,
        [SKETCHES] = footprint->sketches,
        [OPEN] = footprint->open,
        [ATTRIBUTES] = footprint->attributes,
        [OTHER] = total - footprint->tiles - footprint->events - footprint->sketches -
                  footprint->open - footprint->attributes,
    };
    const char **names = feature_names(strategy);
    if (names == NULL)
        return error_no_memory(error);
    struct builder builder;
    cstm_status status = builder_start(&builder, FEATURE + strategy->n_declared, error);
    uint8_t *named, *owned;
    int32_t *part = NULL, *name = NULL;
    int64_t *bytes = NULL, *own = NULL;
    if (status == CSTM_OK) {
        part = builder_codes(&builder, "part", part_names, N_PARTS, NULL);
        name = part == NULL ? NULL
                            : builder_codes(&builder, "feature", names, strategy->n_declared,
                                            &named);
        bytes = name == NULL ? NULL : builder_int64s(&builder, "bytes", NULL);
        own = bytes == NULL ? NULL : builder_int64s(&builder, "own", &owned);
    }
    for (int32_t i = 0; own != NULL && i < FEATURE; i++) {
        part[i] = i;
        bytes[i] = parts[i];
    }
    for (int32_t i = 0; own != NULL && i < strategy->n_declared; i++) {
        int32_t at = FEATURE + i;
        part[at] = FEATURE;
        name[at] = i;
        bytes[at] = footprint->reads[i];
        own[at] = footprint->own[i];
        named[at] = owned[at] = 1;
    }
    if (status == CSTM_OK)
        status = own == NULL ? builder_fail(&builder, error) : builder_end(&builder, table, error);
    memory_free(names);
    return status;
}

cstm_status
cstm_profile_footprint(const cstm_profile *profile, cstm_table **table, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(profile, HANDLE_PROFILE))
        return error_misuse(error, "profile is NULL or not a profile");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    cstm_buffer *bytes = NULL;
    cstm_status status = cstm_profile_write(profile, &bytes, error);
    if (status != CSTM_OK)
        return status;
    int64_t total = (int64_t) cstm_buffer_size(bytes);
    cstm_buffer_free(bytes);
    size_t n = (size_t) profile->strategy->plan->n_features + 1;
    struct footprint footprint = {.reads = memory_new_array(n, sizeof *footprint.reads),
                                  .own = memory_new_array(n, sizeof *footprint.own)};
    if (footprint.reads == NULL || footprint.own == NULL ||
        !history_footprint(&profile->history, &footprint))
        status = error_no_memory(error);
    else
        status = footprint_table(profile->strategy, &footprint, total, table, error);
    memory_free(footprint.reads);
    memory_free(footprint.own);
    return status;
}

/* --- what a strategy makes its profiles keep --- */

static const char *const keep_names[] = {
    [KEEP_LAST] = "the last events",
    [KEEP_FIRST] = "the first event",
    [KEEP_FIRST_OF_DAY] = "the first event of each day",
    [KEEP_WINDOW] = "every event",
    [KEEP_DISTINCT] = "an event of each value",
    [KEEP_BUCKETS] = "buckets",
};
#define N_KEEPS ((int32_t) (sizeof keep_names / sizeof *keep_names))

static const char *const unit_names[] = {
    [WINDOW_ALL] = "all", [WINDOW_DAYS] = "days",     [WINDOW_MONTHS] = "months",
    [WINDOW_LAST] = "events", [WINDOW_CYCLES] = "cycles",
};
#define N_UNITS ((int32_t) (sizeof unit_names / sizeof *unit_names))

/* The columns of the table; each valid beside its values. */
struct keeps_table {
    struct builder builder;
    const char **names, **events, **fields;
    int32_t n_fields;
    int32_t *feature, *event, *keeps, *unit, *by;
    int64_t *over, *before;
    uint8_t *tiles;
    uint8_t *has_event, *has_keeps, *has_unit, *has_over, *has_before, *has_by, *has_tiles;
};

/* Fields by their places among all of the schema's. */
static int32_t
field_place(const struct schema *schema, int32_t event, int32_t field)
{
    int32_t at = field;
    for (int32_t k = 0; k < event; k++)
        at += schema->events[k].n_fields;
    return at;
}

static bool
list_names(struct keeps_table *table, const cstm_strategy *strategy)
{
    const struct schema *schema = &strategy->schema;
    table->n_fields = field_place(schema, schema->n_events, 0);
    table->names = feature_names(strategy);
    table->events = memory_new_array((size_t) schema->n_events + 1, sizeof *table->events);
    table->fields = memory_new_array((size_t) table->n_fields + 1, sizeof *table->fields);
    if (table->names == NULL || table->events == NULL || table->fields == NULL)
        return false;
    for (int32_t k = 0; k < schema->n_events; k++) {
        table->events[k] = schema->events[k].name;
        for (int32_t f = 0; f < schema->events[k].n_fields; f++)
            table->fields[field_place(schema, k, f)] = schema->events[k].fields[f].name;
    }
    return true;
}

static bool
make_columns(struct keeps_table *table, const cstm_strategy *strategy)
{
    struct builder *to = &table->builder;
    table->feature = builder_codes(to, "feature", table->names, strategy->n_declared, NULL);
    if (table->feature == NULL)
        return false;
    table->event = builder_codes(to, "event", table->events, strategy->schema.n_events,
                                 &table->has_event);
    if (table->event == NULL)
        return false;
    table->tiles = builder_bools(to, "tiles", &table->has_tiles);
    if (table->tiles == NULL)
        return false;
    table->keeps = builder_codes(to, "single", keep_names, N_KEEPS, &table->has_keeps);
    if (table->keeps == NULL)
        return false;
    table->over = builder_int64s(to, "over", &table->has_over);
    if (table->over == NULL)
        return false;
    table->unit = builder_codes(to, "unit", unit_names, N_UNITS, &table->has_unit);
    if (table->unit == NULL)
        return false;
    table->before = builder_int64s(to, "before", &table->has_before);
    if (table->before == NULL)
        return false;
    table->by = builder_codes(to, "by", table->fields, table->n_fields, &table->has_by);
    return table->by != NULL;
}

static void
put_feature(struct keeps_table *table, const cstm_strategy *strategy, int32_t i)
{
    const struct feature *feature = &strategy->features[i];
    table->feature[i] = i;
    if (feature->source != FEATURE_AGGREGATE)
        return;
    struct feature_need need;
    feature_need_of(strategy->plan, feature, &need);
    table->event[i] = feature->event;
    table->has_event[i] = 1;
    table->tiles[i] = need.tiles;
    table->has_tiles[i] = 1;
    if (need.keeps) {
        table->keeps[i] = (int32_t) need.keep.how;
        table->has_keeps[i] = 1;
    }
    table->unit[i] = (int32_t) feature->window.unit;
    table->has_unit[i] = 1;
    if (feature->window.unit != WINDOW_ALL) {
        table->over[i] = feature->window.n;
        table->has_over[i] = 1;
    }
    if (feature->window.before > 0) {
        table->before[i] = feature->window.before;
        table->has_before[i] = 1;
    }
    int32_t by = need.by >= 0 ? need.by : need.counted;
    if (by >= 0) {
        table->by[i] = field_place(&strategy->schema, feature->event, by);
        table->has_by[i] = 1;
    }
}

cstm_status
cstm_strategy_footprint(cstm_strategy *strategy, cstm_table **table, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(strategy, HANDLE_STRATEGY))
        return error_misuse(error, "strategy is NULL or not a strategy");
    if (table == NULL)
        return error_misuse(error, "table is NULL");
    struct keeps_table made = {.n_fields = 0};
    cstm_status status = list_names(&made, strategy)
                             ? builder_start(&made.builder, strategy->n_declared, error)
                             : error_no_memory(error);
    if (status == CSTM_OK && make_columns(&made, strategy)) {
        for (int32_t i = 0; i < strategy->n_declared; i++)
            put_feature(&made, strategy, i);
        status = builder_end(&made.builder, table, error);
    } else if (status == CSTM_OK) {
        status = builder_fail(&made.builder, error);
    }
    memory_free(made.names);
    memory_free(made.events);
    memory_free(made.fields);
    return status;
}
