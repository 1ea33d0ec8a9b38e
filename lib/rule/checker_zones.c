/* Zones that a rule reads: the scope's, and those that it names. They are held until the program is freed. */
#include "rule/checking.h"
#include "rule/instant.h"

void
zone_list_clear(struct zone_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        zone_unref(list->zones[i]);
    memory_free(list->zones);
    *list = (struct zone_list){0};
}

static bool
hold_zone(struct checker *checker, struct zone *zone /* taken */)
{
    struct zone_list *list = checker->zones;
    if (!memory_reserve(&list->zones, &list->capacity, list->n + 1, sizeof *list->zones)) {
        zone_unref(zone);
        return false;
    }
    list->zones[list->n++] = zone;
    return true;
}

/* By name, held by the program; NULL after an error. */
static struct zone *
load_zone(struct checker *checker, struct node *node, const char *name, int32_t at)
{
    struct zone *zone = NULL;
    cstm_error *error = NULL;
    cstm_status status = zone_load(name, &zone, &error);
    if (status != CSTM_OK) {
        REFUSE(checker, node, status, at, "%s", error_text(error));
        cstm_error_free(error);
        return NULL;
    }
    if (!hold_zone(checker, zone)) {
        checker_no_memory(checker, node);
        return NULL;
    }
    return zone;
}

bool
check_bind_zone(struct checker *checker, struct node *node)
{
    if (checker->zone == NULL) {
        const struct rule_scope *scope = checker->scope;
        if (scope->zone == NULL) {
            checker->zone = load_zone(checker, node, scope->zone_name != NULL ? scope->zone_name : "UTC", node->at);
        } else if (hold_zone(checker, zone_ref(scope->zone))) {
            checker->zone = scope->zone;
        } else {
            checker_no_memory(checker, node);
        }
    }
    node->data = checker->zone;
    return checker->zone != NULL;
}

bool
check_bind_zone_text(struct checker *checker, struct node *node)
{
    const struct node *name = node->children[node->n - 1];
    struct rule_text text = name->value.as.text;
    if (offset_parse(text.bytes, text.size, &node->imm))
        return true;
    char *copy = arena_text(checker->arena, text.bytes, text.size);
    if (copy == NULL) {
        checker_no_memory(checker, node);
        return false;
    }
    node->data = load_zone(checker, node, copy, name->begin);
    return node->data != NULL;
}
