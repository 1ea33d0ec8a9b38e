/* `last.FIELD` in rules: what the last event of the entity that has the field says of it, without a feature that the document declares:
 * {count: plan, where: "last.status == 'open'"}. Each such name becomes a feature of its own, {last: KIND.FIELD} over all, behind
 * those that the document declares; no result shows it, and no other entity's rules see it. `last.KIND.FIELD` says
 * which event is meant where several of the entity have such a field. */
#include "strategy/aggregate.h"

#include "base/text.h"

#include <string.h>

/* What is found while rules are looked through. */
struct finder {
    struct compiler *compiler;
    GArray *features;     /* struct feature */
    GArray *declarations; /* struct feature_declaration */
};

static void
place_of(struct compiler *compiler, const struct node *node, size_t at, int64_t *line,
         int64_t *column)
{
    const int32_t(*places)[2] = node_places(&compiler->document, (struct node *) node);
    *line = places != NULL ? places[at][0] : node->line;
    *column = places != NULL ? places[at][1] : node->column;
}

static bool
is_known(const struct finder *finder, int32_t entity, const char *name)
{
    for (guint i = 0; i < finder->features->len; i++) {
        const struct feature *feature = &g_array_index(finder->features, struct feature, i);
        if (feature->entity == entity && strcmp(feature_last_name(feature), name) == 0)
            return true;
    }
    return false;
}

/* event -1: what it is could not be found, and was reported; rules that name it add nothing. */
static void
add_feature(struct finder *finder, int32_t entity, const char *name, const struct node *rule,
            int32_t event, int32_t field)
{
    const struct schema *schema = finder->compiler->schema;
    const cstm_type type =
        event >= 0 ? schema->events[event].fields[field].type : CSTM_TYPE_NONE;
    char *full = g_strdup_printf("%s.%s", schema->entities[entity].name, name);
    struct feature feature = {.name = keep_text(full),
                              .entity = entity,
                              .source = FEATURE_AGGREGATE,
                              .operator= FEATURE_LAST,
                              .kind = type == CSTM_TYPE_NONE ? RULE_ERROR : rule_kind_of(type),
                              .event = type == CSTM_TYPE_NONE ? -1 : event,
                              .field = type == CSTM_TYPE_NONE ? -1 : field,
                              .where = -1,
                              .of = -1,
                              .child = -1,
                              .child_slot = -1,
                              .slot = -1};
    struct feature_declaration declaration = {.operand = rule, .child_column = -1};
    g_array_append_val(finder->features, feature);
    g_array_append_val(finder->declarations, declaration);
    g_free(full);
}

/* "did you mean": the fields of all the entity's events. */
static void
fault_no_field(struct finder *finder, int32_t entity, const char *field, int64_t line,
               int64_t column)
{
    const struct schema *schema = finder->compiler->schema;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t e = 0; e < schema->n_events; e++)
        for (int32_t f = 0; schema->events[e].entity == entity && f < schema->events[e].n_fields;
             f++)
            g_ptr_array_add(known, schema->events[e].fields[f].name);
    const char *near = text_nearest(field, (const char *const *) known->pdata, known->len);
    compiler_fault_at(finder->compiler, CSTM_ERROR_UNKNOWN, line, column,
                      near != NULL ? "no event of %s has a field '%s', did you mean '%s'?"
                                   : "no event of %s has a field '%s'",
                      schema->entities[entity].name, field, near);
    g_ptr_array_free(known, TRUE);
}

static void
fault_several(struct finder *finder, int32_t entity, const char *field, int64_t line,
              int64_t column)
{
    const struct schema *schema = finder->compiler->schema;
    GString *names = g_string_new(NULL);
    for (int32_t e = 0; e < schema->n_events; e++)
        if (schema->events[e].entity == entity && schema->events[e].n_members == 0 &&
            schema_find_field(schema, e, field) >= 0)
            g_string_append_printf(names, "%slast.%s.%s", names->len > 0 ? ", " : "",
                                   schema->events[e].name, field);
    compiler_fault_at(finder->compiler, CSTM_ERROR_DUPLICATE, line, column,
                      "several events of %s have a field '%s', say which: %s; or declare them "
                      "to be one with 'any_of:'",
                      schema->entities[entity].name, field, names->str);
    g_string_free(names, TRUE);
}

/* Of several events that have the field: the kind that is made of just these, as `any_of` says that it
 * means the same in all. */
static int32_t
find_union(const struct schema *schema, int32_t entity, const char *field, int32_t n)
{
    for (int32_t e = 0; e < schema->n_events; e++)
        if (schema->events[e].entity == entity && schema->events[e].n_members == n &&
            schema_find_field(schema, e, field) >= 0)
            return e;
    return -1;
}

/* last.FIELD of the one event of the entity that has it. */
static void
want_field(struct finder *finder, int32_t entity, const char *field, const struct node *rule,
           int64_t line, int64_t column)
{
    const struct schema *schema = finder->compiler->schema;
    int32_t event = -1, n = 0;
    for (int32_t e = 0; e < schema->n_events; e++) {
        const struct event_kind *kind = &schema->events[e];
        if (kind->entity != entity || kind->n_members > 0 ||
            schema_find_field(schema, e, field) < 0)
            continue;
        event = e;
        n++;
    }
    if (n > 1)
        event = find_union(schema, entity, field, n);
    char *name = g_strdup_printf("last.%s", field);
    if (!is_known(finder, entity, name)) {
        if (n == 0)
            fault_no_field(finder, entity, field, line, column);
        else if (event < 0)
            fault_several(finder, entity, field, line, column);
        add_feature(finder, entity, name, rule, event,
                    event >= 0 ? schema_find_field(schema, event, field) : -1);
    }
    g_free(name);
}

/* last.KIND.FIELD */
static void
want_field_of(struct finder *finder, int32_t entity, int32_t event, const char *field,
              const struct node *rule, int64_t line, int64_t column)
{
    const struct schema *schema = finder->compiler->schema;
    const struct event_kind *kind = &schema->events[event];
    const int32_t found = schema_find_field(schema, event, field);
    char *name = g_strdup_printf("last.%s.%s", kind->name, field);
    if (!is_known(finder, entity, name)) {
        if (found < 0) {
            const char **known = g_new0(const char *, (gsize) kind->n_fields + 1);
            for (int32_t f = 0; f < kind->n_fields; f++)
                known[f] = kind->fields[f].name;
            const char *near = text_nearest(field, known, (size_t) kind->n_fields);
            compiler_fault_at(finder->compiler, CSTM_ERROR_UNKNOWN, line, column,
                              near != NULL ? "'%s' has no field '%s', did you mean '%s'?"
                                           : "'%s' has no field '%s'",
                              kind->name, field, near);
            g_free(known);
        }
        add_feature(finder, entity, name, rule, found < 0 ? -1 : event, found);
    }
    g_free(name);
}

/* What stands behind `last.` */
static void
want(struct finder *finder, int32_t entity, const char *word, const char *field,
     const struct node *rule, int64_t line, int64_t column)
{
    const struct schema *schema = finder->compiler->schema;
    const int32_t event = schema_find_event(schema, word);
    if (field != NULL && event >= 0 && schema->events[event].entity == entity)
        want_field_of(finder, entity, event, field, rule, line, column);
    else
        want_field(finder, entity, word, rule, line, column);
}

static void
look_through(struct finder *finder, int32_t entity, const struct node *rule)
{
    struct compiler *compiler = finder->compiler;
    size_t at = 0;
    struct rule_name name;
    if (rule == NULL || rule->kind != NODE_SCALAR || entity < 0)
        return;
    while (names_next(rule->text, rule->size, &at, &name)) {
        int64_t line, column;
        if (strncmp(name.text, LAST_PREFIX, strlen(LAST_PREFIX)) != 0 ||
            names_binds(rule->text, rule->size, "last", strlen("last")))
            continue;
        place_of(compiler, rule, name.begin, &line, &column);
        char *word = g_strndup(name.text + name.first + 1, name.second - name.first - 1);
        char *field = name.third == 0
                          ? NULL
                          : g_strndup(name.text + name.second + 1, name.third - name.second - 1);
        want(finder, entity, word, field, rule, line, column);
        g_free(field);
        g_free(word);
    }
}

/* {max: plan.last.due}: the place is the operand's. */
static void
look_at_operand(struct finder *finder, int32_t entity, const struct node *operand)
{
    const char *dot = operand->kind == NODE_SCALAR ? strchr(operand->text, '.') : NULL;
    if (dot == NULL || entity < 0 || strncmp(dot + 1, LAST_PREFIX, strlen(LAST_PREFIX)) != 0)
        return;
    char **words = g_strsplit(dot + 1 + strlen(LAST_PREFIX), ".", 2);
    if (words[0] != NULL)
        want(finder, entity, words[0], words[1], operand, operand->line, operand->column);
    g_strfreev(words);
}

static void
look_through_all(struct finder *finder)
{
    struct compiler *compiler = finder->compiler;
    const cstm_strategy *strategy = compiler->strategy;
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->features[i];
        if (feature->source == FEATURE_RULE)
            look_through(finder, feature->entity, compiler->features[i].rule);
        if (feature->source != FEATURE_CHILDREN)
            continue;
        look_at_operand(finder, feature->child, compiler->features[i].operand);
        look_through(finder, feature->child, compiler->features[i].where);
    }
    for (int32_t i = 0; i < strategy->n_machines; i++) {
        const GArray *conditions = compiler->machines[i].conditions;
        for (guint c = 0; c < conditions->len; c++)
            look_through(finder, strategy->machines[i].entity,
                         g_array_index(conditions, struct condition_declaration, c).node);
    }
    for (int32_t i = 0; i < strategy->n_segments; i++)
        look_through(finder, strategy->segments[i].entity, compiler->segments[i].rule);
}

static void
append(struct compiler *compiler, const struct finder *finder)
{
    cstm_strategy *strategy = compiler->strategy;
    const size_t n = (size_t) strategy->n_features, more = finder->features->len;
    struct feature *features = keep_array(n + more, sizeof *features);
    if (n > 0)
        memcpy(features, strategy->features, n * sizeof *features);
    memcpy(features + n, finder->features->data, more * sizeof *features);
    memory_free(strategy->features);
    strategy->features = features;
    compiler->features = g_renew(struct feature_declaration, compiler->features, n + more + 1);
    memcpy(compiler->features + n, finder->declarations->data, more * sizeof *compiler->features);
    strategy->n_features = (int32_t) (n + more);
}

void
last_declare(struct compiler *compiler)
{
    struct finder finder = {compiler, g_array_new(FALSE, FALSE, sizeof(struct feature)),
                            g_array_new(FALSE, FALSE, sizeof(struct feature_declaration))};
    compiler->strategy->n_declared = compiler->strategy->n_features;
    /* What the document itself calls `last` is that. */
    if (!g_hash_table_contains(compiler->names, "last") &&
        schema_find_entity(compiler->schema, "last") < 0 &&
        schema_find_event(compiler->schema, "last") < 0)
        look_through_all(&finder);
    if (finder.features->len > 0)
        append(compiler, &finder);
    g_array_free(finder.features, TRUE);
    g_array_free(finder.declarations, TRUE);
}
