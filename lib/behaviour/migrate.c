/* From one strategy to the next. The history goes through its bytes, which say in names and digests
 * what each part means, so a migration and a restore under another strategy are one thing. The
 * report says what became of each attribute, event kind and feature: kept; warming, which reads as
 * missing until its window lies in days that are complete; or dropped. What was dropped is still in
 * the bytes and comes back with a strategy that knows it. */
#include "behaviour/coverage.h"

#include <stdlib.h>

bool
report_add(struct migration_report *report, size_t *capacity, const char *name,
           enum migration_fate fate, int32_t complete_day)
{
    if (!memory_reserve(&report->lines, capacity, (size_t) report->n + 1, sizeof *report->lines))
        return false;
    char *copy = memory_copy(name, strlen(name));
    if (copy == NULL)
        return false;
    report->lines[report->n++] = (struct migration_line){copy, fate, complete_day};
    return true;
}

static bool
same_entity(const struct schema *a, int32_t x, const struct schema *b, int32_t y)
{
    return strcmp(a->entities[x].name, b->entities[y].name) == 0;
}

static bool
attribute_lives(const struct schema *from, const struct attribute *attribute,
                const struct schema *to)
{
    for (int32_t a = 0; a < to->n_attributes; a++)
        if (strcmp(to->attributes[a].name, attribute->name) == 0 &&
            to->attributes[a].type == attribute->type &&
            same_entity(from, attribute->entity, to, to->attributes[a].entity))
            return true;
    return false;
}

static bool
report_attributes(const struct schema *from, const struct schema *to,
                  struct migration_report *report, size_t *capacity)
{
    for (int32_t a = 0; a < from->n_attributes; a++) {
        const struct attribute *attribute = &from->attributes[a];
        if (attribute->local < 2)
            continue;
        enum migration_fate fate =
            attribute_lives(from, attribute, to) ? MIGRATION_KEPT : MIGRATION_DROPPED;
        if (!report_add(report, capacity, attribute->name, fate, DAY_NONE))
            return false;
    }
    return true;
}

static bool
report_events(const struct schema *from, const struct schema *to, struct migration_report *report,
              size_t *capacity)
{
    for (int32_t k = 0; k < from->n_events; k++) {
        int32_t now = schema_find_event(to, from->events[k].name);
        bool lives =
            now >= 0 && same_entity(from, from->events[k].entity, to, to->events[now].entity);
        if (!report_add(report, capacity, from->events[k].name,
                        lives ? MIGRATION_KEPT : MIGRATION_DROPPED, DAY_NONE))
            return false;
    }
    return true;
}

/* The first day on which the window starts in complete days; INT32_MAX if it never does. */
static int32_t
complete_on(const struct feature *feature, int32_t floor)
{
    return window_is_bounded(feature->window) ? window_leaves(feature->window, floor - 1) : INT32_MAX;
}

enum migration_fate
report_feature(const struct history *to, const struct feature *feature, int32_t *complete_day)
{
    *complete_day = DAY_NONE;
    if (feature->source != FEATURE_AGGREGATE || to->sealed_day == DAY_NONE)
        return MIGRATION_KEPT;
    int32_t floor = feature_floor(to, feature);
    if (floor == DAY_NONE)
        return MIGRATION_KEPT;
    int32_t day = complete_on(feature, floor);
    if (day <= to->sealed_day + 1)
        return MIGRATION_KEPT;
    /* The last event, or the last n, are there once they happen; all of history never is. */
    bool refills = feature->window.unit == WINDOW_LAST ||
                   feature->operator== FEATURE_LAST || feature->operator== FEATURE_RECENCY;
    if (day == INT32_MAX && !refills)
        return MIGRATION_DROPPED;
    *complete_day = day;
    return MIGRATION_WARMING;
}

static bool
report_features(const struct history *from, const struct history *to,
                struct migration_report *report, size_t *capacity)
{
    const struct plan *plan = to->plan;
    for (int32_t i = 0; i < plan->n_features; i++) {
        int32_t day;
        enum migration_fate fate = report_feature(to, &plan->features[i], &day);
        if (!report_add(report, capacity, plan->features[i].name, fate, day))
            return false;
    }
    for (int32_t i = 0; i < from->plan->n_features; i++) {
        bool lives = false;
        for (int32_t j = 0; j < plan->n_features && !lives; j++)
            lives = strcmp(from->plan->features[i].name, plan->features[j].name) == 0;
        if (!lives && !report_add(report, capacity, from->plan->features[i].name, MIGRATION_DROPPED,
                                  DAY_NONE))
            return false;
    }
    return true;
}

cstm_status
history_migrate(const struct history *from, const struct plan *plan, struct history *to,
                struct migration_report *report, cstm_error **error)
{
    struct cstm_buffer bytes = {.data = NULL};
    struct migration_report made = {.n = 0};
    struct history migrated;
    size_t capacity = 0;
    cstm_status status = history_write(from, &bytes) ? CSTM_OK : error_no_memory(error);
    if (status == CSTM_OK) {
        struct byte_reader reader;
        reader_init(&reader, bytes.data, bytes.size);
        status = history_read(&migrated, plan, &reader, error);
    }
    buffer_clear(&bytes);
    if (status != CSTM_OK)
        return status;
    if (report != NULL && (!report_attributes(from->plan->schema, plan->schema, &made, &capacity) ||
                           !report_events(from->plan->schema, plan->schema, &made, &capacity) ||
                           !report_features(from, &migrated, &made, &capacity))) {
        migration_report_clear(&made);
        history_clear(&migrated);
        return error_no_memory(error);
    }
    *to = migrated;
    if (report != NULL)
        *report = made;
    return CSTM_OK;
}

void
migration_report_clear(struct migration_report *report)
{
    for (int32_t i = 0; i < report->n; i++)
        memory_free(report->lines[i].name);
    memory_free(report->lines);
    *report = (struct migration_report){.n = 0};
}
