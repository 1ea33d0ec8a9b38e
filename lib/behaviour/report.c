/* What became of each part of a history that was read from bytes of another strategy: the plan says
 * what is wanted, the floors of its features from when it is there, and what the plan does not know
 * lies aside in opaque sections, which carry its name. */
#include "behaviour/coverage.h"
#include "behaviour/layout.h"

/* The name in the definition of an opaque attribute or event kind: its second and its first text.
 * Empty where it is none. */
static struct rule_text
opaque_name(const struct opaque_section *section)
{
    struct byte_reader head, definition;
    struct rule_text whole, name = {"", 0};
    reader_init(&head, section->bytes + 1, section->definition_size - 1);
    whole.bytes = reader_text(&head, &whole.size);
    if (whole.bytes == NULL || section->bytes[0] == SECTION_INSTANCE ||
        section->bytes[0] == SECTION_SOURCE)
        return name;
    reader_init(&definition, (const uint8_t *) whole.bytes, whole.size);
    name.bytes = reader_text(&definition, &name.size);
    if (section->bytes[0] == SECTION_ATTRIBUTE)
        name.bytes = reader_text(&definition, &name.size);
    if (name.bytes == NULL ||
        value_check(CSTM_TYPE_STRING, "name", NULL, 0, &name, NULL) != CSTM_OK)
        name = (struct rule_text){"", 0};
    return name;
}

static bool
is_reported(const struct migration_report *report, int32_t first, struct rule_text name)
{
    for (int32_t i = first; i < report->n; i++)
        if (text_equal(name,
                       (struct rule_text){report->lines[i].name, strlen(report->lines[i].name)}))
            return true;
    return false;
}

/* Dropped parts first, each once: a name that came back with another type is dropped, too. */
static bool
report_dropped(const struct history *history, struct migration_report *report, size_t *capacity)
{
    for (int32_t i = 0; i < history->n_opaque; i++) {
        struct rule_text name = opaque_name(&history->opaque[i]);
        if (name.size == 0 || is_reported(report, 0, name))
            continue;
        char *copy = memory_copy(name.bytes, name.size);
        bool added =
            copy != NULL && report_add(report, capacity, copy, MIGRATION_DROPPED, DAY_NONE);
        memory_free(copy);
        if (!added)
            return false;
    }
    return true;
}

static bool
report_declared(const struct history *history, struct migration_report *report, size_t *capacity)
{
    const struct schema *schema = history->plan->schema;
    int32_t dropped = report->n;
    for (int32_t a = 0; a < schema->n_attributes; a++) {
        const char *name = schema->attributes[a].name;
        if (schema->attributes[a].local >= 2 &&
            !is_reported(report, 0, (struct rule_text){name, strlen(name)}) &&
            !report_add(report, capacity, name, MIGRATION_KEPT, DAY_NONE))
            return false;
    }
    for (int32_t k = 0; k < schema->n_events; k++) {
        const char *name = schema->events[k].name;
        bool retyped = false;
        for (int32_t i = 0; i < dropped && !retyped; i++)
            retyped = strcmp(report->lines[i].name, name) == 0;
        if (!retyped && !report_add(report, capacity, name, MIGRATION_KEPT, DAY_NONE))
            return false;
    }
    for (int32_t f = 0; f < history->plan->n_features; f++) {
        int32_t day;
        enum migration_fate fate = report_feature(history, &history->plan->features[f], &day);
        if (!report_add(report, capacity, history->plan->features[f].name, fate, day))
            return false;
    }
    return true;
}

cstm_status
history_report(const struct history *history, struct migration_report *report, cstm_error **error)
{
    struct migration_report made = {.n = 0};
    size_t capacity = 0;
    if (!report_dropped(history, &made, &capacity) || !report_declared(history, &made, &capacity)) {
        migration_report_clear(&made);
        return error_no_memory(error);
    }
    *report = made;
    return CSTM_OK;
}
