/* Names to columns, and who reads whom. Everything that an expression can read is a column over the
 * rows of its entity; an entity sees its own columns and those of the entities that it belongs to
 * (repeated on its rows). Edges are found by looking through the text of each rule for names,
 * before any rule is compiled: so cycles and what reaches which purpose are found along with all
 * other faults, and each edge has the place at which it is written. Read next: order.c. */
#include "strategy/keys.h"

#include "base/text.h"

#include <string.h>

struct column *
graph_column(const struct compiler *compiler, int32_t column)
{
    return &g_array_index(compiler->columns, struct column, column);
}

struct thing *
graph_thing(const struct compiler *compiler, int32_t thing)
{
    return &g_array_index(compiler->things, struct thing, thing);
}

/* Things. */

static int32_t
add_thing(struct compiler *compiler, struct thing thing)
{
    thing.edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
    thing.broken = thing.broken || thing.entity < 0;
    thing.column = -1;
    g_array_append_val(compiler->things, thing);
    return (int32_t) compiler->things->len - 1;
}

static void
add_sources(struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    for (int32_t i = 0; i < schema->n_attributes; i++) {
        const struct attribute *attribute = &schema->attributes[i];
        bool builtin = compiler->attribute_nodes[i] == NULL;
        add_thing(
            compiler,
            (struct thing){
                .kind = THING_ATTRIBUTE,
                .index = i,
                .entity = attribute->entity,
                .name = builtin ? g_strdup_printf("%s.%s", schema->entities[attribute->entity].name,
                                                  attribute->name)
                                : g_strdup(attribute->name),
                .at = compiler->attribute_nodes[i],
                .allowance = compiler->attribute_allowances[i],
                .broken = attribute->type == CSTM_TYPE_NONE});
    }
    compiler->field_things = g_new0(int32_t, (gsize) schema->n_events + 1);
    for (int32_t e = 0; e < schema->n_events; e++) {
        const struct event_kind *kind = &schema->events[e];
        compiler->field_things[e] = (int32_t) compiler->things->len;
        for (int32_t f = 0; f < kind->n_fields; f++)
            add_thing(compiler, (struct thing){.kind = THING_FIELD,
                                               .index = e,
                                               .field = f,
                                               .entity = kind->entity,
                                               .name = g_strdup_printf("%s.%s", kind->name,
                                                                       kind->fields[f].name),
                                               .at = compiler->field_nodes[e][f],
                                               .allowance = compiler->field_allowances[e][f]});
    }
}

static void
add_readers(struct compiler *compiler)
{
    const cstm_strategy *strategy = compiler->strategy;
    compiler->feature_things = (int32_t) compiler->things->len;
    for (int32_t i = 0; i < strategy->n_features; i++)
        add_thing(compiler, (struct thing){.kind = THING_FEATURE,
                                           .index = i,
                                           .entity = strategy->features[i].entity,
                                           .name = g_strdup(strategy->features[i].name),
                                           .at = i < strategy->n_declared
                                                     ? compiler->features[i].node->key
                                                     : NULL});
    compiler->machine_things = (int32_t) compiler->things->len;
    for (int32_t i = 0; i < strategy->n_machines; i++)
        add_thing(compiler, (struct thing){.kind = THING_MACHINE,
                                           .index = i,
                                           .entity = strategy->machines[i].entity,
                                           .name = g_strdup(strategy->machines[i].name),
                                           .at = compiler->machines[i].node->key,
                                           .purpose = strategy->machine_purposes[i]});
    compiler->score_things = (int32_t) compiler->things->len;
    for (int32_t i = 0; i < strategy->n_scores; i++)
        add_thing(compiler, (struct thing){.kind = THING_SCORE,
                                           .index = i,
                                           .entity = strategy->scores[i].entity,
                                           .name = g_strdup(strategy->scores[i].name),
                                           .at = compiler->scores[i].node->key,
                                           .purpose = strategy->scores[i].purpose});
    compiler->segment_things = (int32_t) compiler->things->len;
    for (int32_t i = 0; i < strategy->n_segments; i++)
        add_thing(compiler, (struct thing){.kind = THING_SEGMENT,
                                           .index = i,
                                           .entity = strategy->segments[i].entity,
                                           .name = g_strdup(strategy->segments[i].name),
                                           .at = compiler->segments[i].node->key,
                                           .purpose = strategy->segments[i].purpose});
}

/* Columns. */

static void
add_column(struct compiler *compiler, struct column column)
{
    if (column.entity < 0) {
        g_free(column.name);
        return;
    }
    if (column.thing >= 0 && graph_thing(compiler, column.thing)->column < 0)
        graph_thing(compiler, column.thing)->column = (int32_t) compiler->columns->len;
    g_array_append_val(compiler->columns, column);
}

static void
add_columns(struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    const cstm_strategy *strategy = compiler->strategy;
    for (int32_t e = 0; e < schema->n_entities; e++)
        add_column(compiler, (struct column){.name = g_strdup("today"),
                                             .entity = e,
                                             .kind = RULE_DATE,
                                             .producer = STEP_TODAY,
                                             .thing = -1});
    for (int32_t i = 0; i < schema->n_attributes; i++) {
        const struct attribute *attribute = &schema->attributes[i];
        add_column(compiler, (struct column){.name = g_strdup(attribute->name),
                                             .entity = attribute->entity,
                                             .kind = attribute->type == CSTM_TYPE_NONE
                                                         ? RULE_ERROR
                                                         : rule_kind_of(attribute->type),
                                             .producer = STEP_ATTRIBUTE,
                                             .index = i,
                                             .thing = i,
                                             .values = attribute->values,
                                             .n_values = attribute->n_values});
    }
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->features[i];
        const struct event_field *field = NULL; /* first and last of a string have its values */
        if (feature->source == FEATURE_AGGREGATE && feature->event >= 0 && feature->field >= 0 &&
            feature->kind == RULE_STRING)
            field = &schema->events[feature->event].fields[feature->field];
        add_column(compiler,
                   (struct column){.name = g_strdup(i < strategy->n_declared
                                                        ? feature->name
                                                        : feature_last_name(feature)),
                                   .entity = feature->entity,
                                   .kind = feature->kind,
                                   .producer = feature->source == FEATURE_AGGREGATE ? STEP_AGGREGATE
                                               : feature->source == FEATURE_CHILDREN ? STEP_CHILDREN
                                                                                     : STEP_RULE,
                                   .index = i,
                                   .thing = compiler->feature_things + i,
                                   .values = field != NULL ? field->values : NULL,
                                   .n_values = field != NULL ? field->n_values : 0});
    }
    for (int32_t i = 0; i < strategy->n_machines; i++) {
        const struct machine *machine = &strategy->machines[i];
        add_column(compiler, (struct column){.name = g_strdup_printf("%s.stage", machine->name),
                                             .entity = machine->entity,
                                             .kind = RULE_STRING,
                                             .producer = STEP_MACHINE,
                                             .index = i,
                                             .thing = compiler->machine_things + i,
                                             .values = machine->stages,
                                             .n_values = machine->n_stages});
        add_column(compiler,
                   (struct column){.name = g_strdup_printf("%s.days_in_stage", machine->name),
                                   .entity = machine->entity,
                                   .kind = RULE_INT,
                                   .producer = STEP_MACHINE,
                                   .index = i,
                                   .thing = compiler->machine_things + i});
    }
    for (int32_t i = 0; i < strategy->n_segments; i++)
        add_column(compiler, (struct column){.name = g_strdup(strategy->segments[i].column),
                                             .entity = strategy->segments[i].entity,
                                             .kind = RULE_BOOL,
                                             .producer = STEP_SEGMENT,
                                             .index = i,
                                             .thing = compiler->segment_things + i});
}

static bool
is_last(const struct compiler *compiler, const struct column *column)
{
    return column->producer == STEP_AGGREGATE && column->index >= compiler->strategy->n_declared;
}

/* What an entity calls a column, NULL if it does not see it. */
static char *
name_seen(const struct compiler *compiler, int32_t entity, const struct column *column)
{
    bool own = column->entity == entity;
    bool builtin =
        column->producer == STEP_ATTRIBUTE && compiler->attribute_nodes[column->index] == NULL;
    if (!schema_is_under(compiler->schema, entity, column->entity) ||
        (!own && (column->producer == STEP_TODAY || is_last(compiler, column))))
        return NULL;
    if (own || !builtin)
        return g_strdup(column->name);
    return g_strdup_printf("%s.%s", compiler->schema->entities[column->entity].name, column->name);
}

static void
add_scopes(struct compiler *compiler)
{
    int32_t n = compiler->schema->n_entities;
    compiler->scope_columns = g_new0(GHashTable *, (gsize) n);
    for (int32_t e = 0; e < n; e++) {
        compiler->scope_columns[e] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (guint c = 0; c < compiler->columns->len; c++) {
            char *name = name_seen(compiler, e, graph_column(compiler, (int32_t) c));
            if (name != NULL)
                g_hash_table_insert(compiler->scope_columns[e], name,
                                    GINT_TO_POINTER((gint) c + 1));
        }
    }
    gsize size = (gsize) n * compiler->columns->len;
    compiler->slots = g_new(int32_t, size > 0 ? size : 1);
    for (gsize i = 0; i < size; i++)
        compiler->slots[i] = -1;
}

int32_t
graph_find(const struct compiler *compiler, int32_t entity, const char *name, size_t size)
{
    char *key = g_strndup(name, size);
    int32_t column = GPOINTER_TO_INT(g_hash_table_lookup(compiler->scope_columns[entity], key)) - 1;
    g_free(key);
    return column;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

const char **
graph_names(const struct compiler *compiler, int32_t entity, size_t *n)
{
    guint count;
    const char **names =
        (const char **) g_hash_table_get_keys_as_array(compiler->scope_columns[entity], &count);
    qsort(names, count, sizeof *names, compare_names);
    *n = count;
    return names;
}

/* Edges. */

void
graph_edge(struct compiler *compiler, int32_t from, int32_t to, int64_t line, int64_t column)
{
    GArray *edges = graph_thing(compiler, from)->edges;
    const struct thing *read = graph_thing(compiler, to);
    if (read->kind == THING_FEATURE && compiler->strategy->features[read->index].ahead > 0)
        compiler_fault_at(compiler, CSTM_ERROR_TYPE, line, column,
                          "'%s' is of days to come, which nothing may read: it is there to be fitted to",
                          compiler->strategy->features[read->index].name);
    for (guint i = 0; i < edges->len; i++)
        if (g_array_index(edges, struct edge, i).to == to)
            return;
    struct edge edge = {.to = to, .line = line, .column = column};
    g_array_append_val(edges, edge);
}

void
graph_use(struct compiler *compiler, int32_t entity, int32_t column)
{
    int32_t n = (int32_t) compiler->columns->len;
    compiler->slots[entity * n + column] = 0;
    compiler->slots[graph_column(compiler, column)->entity * n + column] = 0;
}

static void
place_of(struct compiler *compiler, const struct node *node, size_t at, int64_t *line,
         int64_t *column)
{
    const int32_t(*places)[2] = node_places(&compiler->document, (struct node *) node);
    *line = places != NULL ? places[at][0] : node->line;
    *column = places != NULL ? places[at][1] : node->column;
}

/* Whether it is written in_segment('x'), or segment.x. */
static bool
is_segment(const struct rule_name *name)
{
    return name->second > 0 && strncmp(name->text, SEGMENT_PREFIX, strlen(SEGMENT_PREFIX)) == 0;
}

/* A segment of an entity below this one, or one that is written like a feature. */
static void
fault_segment(struct compiler *compiler, int32_t entity, const struct thing *thing, bool asked,
              int64_t line, int64_t column)
{
    const struct entity *entities = compiler->schema->entities;
    const char *of = entities[thing->entity].name;
    if (!asked)
        compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                          "'%s' is a segment: a rule asks for it with in_segment('%s')",
                          thing->name, thing->name);
    else if (schema_is_under(compiler->schema, thing->entity, entity))
        compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                          "'%s' belongs to %s, of which one %s may have several: ask with a "
                          "feature over them, like {count: %s, where: \"in_segment('%s')\"}",
                          thing->name, of, entities[entity].name, of, thing->name);
    else
        compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                          "'%s' belongs to %s and is not seen from %s", thing->name, of,
                          entities[entity].name);
}

/* card.balance, statement.status: what stands behind an entity or event as if it were a field. False:
 * it is nothing of that sort. */
static bool
fault_qualified(struct compiler *compiler, int32_t entity, const char *head, const char *name,
                int64_t line, int64_t column)
{
    const struct schema *schema = compiler->schema;
    int32_t of = schema_find_entity(schema, head), event = schema_find_event(schema, head);
    bool known = of >= 0 && g_hash_table_contains(compiler->names, name);
    if (known && schema_is_under(schema, entity, of))
        compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                          "'%s.%s': a rule names what %s has without '%s.' in front, as '%s'", head,
                          name, head, head, name);
    else if (known && schema_is_under(schema, of, entity))
        compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                          "'%s' belongs to %s, of which one %s may have several: read it with a "
                          "feature over them, like {max: %s.%s}",
                          name, head, schema->entities[entity].name, head, name);
    else if (of < 0 && event >= 0 && !g_hash_table_contains(compiler->names, head))
        compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                          "'%s' is an event: a rule reads it through a feature, like {last: %s.%s}",
                          head, head, name);
    else
        return false;
    return true;
}

/* spend_by_scene where one of spend_by_scene.dining and the others is meant. */
static void
fault_by(struct compiler *compiler, int32_t index, const struct rule_name *name, int64_t line,
         int64_t column)
{
    const cstm_strategy *strategy = compiler->strategy;
    const struct feature *first = &strategy->features[index];
    const char *field = compiler->schema->events[first->event].fields[first->by_field].name;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t i = index; i < strategy->n_features &&
                            compiler->features[i].node == compiler->features[index].node; i++)
        g_ptr_array_add(known, strategy->features[i].name);
    const char *near = NULL;
    if (name->second > 0) {
        char *whole = g_strndup(name->text, name->first);
        char *word = g_strdup_printf("%s.%.*s", whole, (int) (name->second - name->first - 1),
                                     name->text + name->first + 1);
        near = text_nearest(word, (const char *const *) known->pdata, known->len);
        g_free(word);
        g_free(whole);
    }
    bool numbers = compiler->schema->events[first->event].fields[first->by_field].ranged;
    compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                      numbers        ? "'%s' has a feature for each '%s', and a rule cannot name '%s': ask "
                                       "with 'where:' for what a rule reads"
                      : near != NULL ? "'%s' has a feature for each '%s', did you mean '%s'?"
                                     : "'%s' has a feature for each '%s': a rule names one of them, like "
                                       "'%s'",
                      compiler->features[index].node->key->text, field,
                      near != NULL ? near : first->name);
    g_ptr_array_free(known, TRUE);
}

/* A name that is declared, but for an entity that this one does not belong to: of several cards
 * none is `the` card. */
static void
fault_unseen(struct compiler *compiler, int32_t entity, struct rule_name *name, int64_t line,
             int64_t column)
{
    const struct entity *entities = compiler->schema->entities;
    bool segment = is_segment(name);
    if (!segment && name->second > 0 && compiler->errors.count <= 100) {
        char *head = g_strndup(name->text, name->first);
        char *tail = g_strndup(name->text + name->first + 1, name->second - name->first - 1);
        bool said = fault_qualified(compiler, entity, head, tail, line, column);
        g_free(head);
        g_free(tail);
        if (said)
            return;
    }
    name->text[segment ? name->second : name->first] = '\0';
    const char *word = segment ? name->text + strlen(SEGMENT_PREFIX) : name->text;
    const struct node *key = g_hash_table_lookup(compiler->names, word);
    if (key == NULL || compiler->errors.count > 100)
        return;
    for (guint i = 0; i < compiler->things->len; i++) {
        const struct thing *thing = graph_thing(compiler, (int32_t) i);
        if (thing->at != key || thing->entity < 0 || thing->kind == THING_SCORE ||
            (segment && thing->kind != THING_SEGMENT))
            continue;
        if (thing->kind == THING_FEATURE && compiler->strategy->features[thing->index].by &&
            schema_is_under(compiler->schema, entity, thing->entity)) {
            fault_by(compiler, thing->index, name, line, column);
            return;
        }
        if (thing->kind == THING_SEGMENT)
            fault_segment(compiler, entity, thing, segment, line, column);
        else if (schema_is_under(compiler->schema, thing->entity, entity) &&
                 thing->kind == THING_MACHINE)
            compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                              "the lifecycle '%s' is of %s, of which one %s may have several: ask "
                              "with a feature over them, like {count: %s, where: \"%s.stage == "
                              "'...'\"}",
                              name->text, entities[thing->entity].name, entities[entity].name,
                              entities[thing->entity].name, name->text);
        else if (schema_is_under(compiler->schema, thing->entity, entity))
            compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                              "'%s' belongs to %s, of which one %s may have several: read it with a "
                              "feature over them, like "
                              "{max: %s.%s}",
                              name->text, entities[thing->entity].name, entities[entity].name,
                              entities[thing->entity].name, name->text);
        else if (!schema_is_under(compiler->schema, entity, thing->entity))
            compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, column,
                              "'%s' belongs to %s and is not seen from %s", name->text,
                              entities[thing->entity].name, entities[entity].name);
    }
}

/* `thing` reads what the rule names, over rows of `entity`. */
static void
read_rule(struct compiler *compiler, int32_t thing, int32_t entity, const struct node *node)
{
    size_t at = 0;
    struct rule_name name;
    if (node == NULL || node->kind != NODE_SCALAR || entity < 0)
        return;
    while (names_next(node->text, node->size, &at, &name)) {
        int64_t line, place;
        int32_t column =
            name.third > 0 ? graph_find(compiler, entity, name.text, name.third) : -1;
        if (column < 0 && name.second > 0)
            column = graph_find(compiler, entity, name.text, name.second);
        if (column < 0)
            column = graph_find(compiler, entity, name.text, name.first);
        place_of(compiler, node, name.begin, &line, &place);
        if (column < 0) {
            constants_use(compiler, name.text, name.first);
            if (is_segment(&name) || !names_binds(node->text, node->size, name.text, name.first))
                fault_unseen(compiler, entity, &name, line, place);
            continue;
        }
        graph_use(compiler, entity, column);
        if (graph_column(compiler, column)->thing >= 0)
            graph_edge(compiler, thing, graph_column(compiler, column)->thing, line, place);
    }
}

void
graph_read_event(struct compiler *compiler, int32_t thing, int32_t event, int32_t until,
                 const struct node *node)
{
    size_t at = 0;
    struct rule_name name;
    if (node == NULL || node->kind != NODE_SCALAR)
        return;
    while (names_next(node->text, node->size, &at, &name)) {
        int64_t line, place;
        if (is_segment(&name)) {
            place_of(compiler, node, name.begin, &line, &place);
            compiler_fault_at(compiler, CSTM_ERROR_UNKNOWN, line, place,
                              until == INT32_MAX
                                  ? "'where:' reads fields of the event, which is in no segment"
                                  : "a computed field reads fields of the event, which is in no segment");
            continue;
        }
        name.text[name.first] = '\0';
        int32_t field = schema_find_field(compiler->schema, event, name.text);
        if (field < 0) {
            constants_use(compiler, name.text, name.first);
            continue;
        }
        place_of(compiler, node, name.begin, &line, &place);
        if (field < until)
            graph_edge(compiler, thing, compiler->field_things[event] + field, line, place);
        else
            compiler_fault_at(compiler, CSTM_ERROR_CYCLE, line, place,
                              "a computed field reads the fields that stand before it, and '%s' %s",
                              name.text,
                              thing == compiler->field_things[event] + field ? "is itself"
                                                                             : "stands behind it");
    }
}

/* A name that is not the child's: of another entity, or of nobody. */
static void
fault_child(struct compiler *compiler, int32_t child, const struct node *at, const char *name,
            int32_t column)
{
    const struct entity *entities = compiler->schema->entities;
    GPtrArray *known = g_ptr_array_new();
    for (guint c = 0; c < compiler->columns->len; c++)
        if (graph_column(compiler, (int32_t) c)->entity == child)
            g_ptr_array_add(known, graph_column(compiler, (int32_t) c)->name);
    char *what = g_strdup_printf("name of %s", entities[child].name);
    if (column >= 0)
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at, "'%s' does not belong to %s but to %s",
                       name, entities[child].name,
                       entities[graph_column(compiler, column)->entity].name);
    else if (g_hash_table_contains(compiler->names, name))
        compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at, "'%s' does not belong to %s", name,
                       entities[child].name);
    else
        compiler_fault_unknown(compiler, at, what, name, (const char *const *) known->pdata,
                               known->len);
    g_free(what);
    g_ptr_array_free(known, TRUE);
}

/* `max: card.days_since_use`: the column of the child that is aggregated. */
static void
read_child(struct compiler *compiler, int32_t index, const struct feature *feature)
{
    struct feature_declaration *declaration = &compiler->features[index];
    const char *dot =
        declaration->operand->kind == NODE_SCALAR ? strchr(declaration->operand->text, '.') : NULL;
    declaration->child_column = -1;
    if (feature->operator == FEATURE_COUNT || dot == NULL)
        return;
    int32_t column = graph_find(compiler, feature->child, dot + 1, strlen(dot + 1));
    if (column < 0 || graph_column(compiler, column)->entity != feature->child) {
        fault_child(compiler, feature->child, declaration->operand, dot + 1, column);
        graph_thing(compiler, compiler->feature_things + index)->broken = true;
        return;
    }
    declaration->child_column = column;
    graph_use(compiler, feature->child, column);
    if (graph_column(compiler, column)->thing >= 0)
        graph_edge(compiler, compiler->feature_things + index,
                   graph_column(compiler, column)->thing, declaration->operand->line,
                   declaration->operand->column);
}

/* The features of one `by:` read the same. */
static void
copy_edges(struct compiler *compiler, int32_t from, int32_t to)
{
    const GArray *edges = graph_thing(compiler, from)->edges;
    g_array_append_vals(graph_thing(compiler, to)->edges, edges->data, edges->len);
}

static void
read_features(struct compiler *compiler)
{
    for (int32_t i = 0; i < compiler->strategy->n_features; i++) {
        const struct feature *feature = &compiler->strategy->features[i];
        const struct feature_declaration *declaration = &compiler->features[i];
        int32_t thing = compiler->feature_things + i;
        if (feature->by_value > 0) {
            copy_edges(compiler, thing - feature->by_value, thing);
        } else if (feature->source == FEATURE_RULE) {
            read_rule(compiler, thing, feature->entity, declaration->rule);
        } else if (feature->source == FEATURE_CHILDREN && feature->child >= 0) {
            read_child(compiler, i, feature);
            read_rule(compiler, thing, feature->child, declaration->where);
        } else if (feature->source == FEATURE_AGGREGATE && feature->event >= 0) {
            if (feature->field >= 0)
                graph_edge(compiler, thing, compiler->field_things[feature->event] + feature->field,
                           declaration->operand->line, declaration->operand->column);
            if (declaration->cycle != NULL)
                graph_edge(compiler, thing, feature->cycle, declaration->cycle->line,
                           declaration->cycle->column);
            if (declaration->near != NULL)
                near_edges(compiler, thing, feature, declaration);
            if (feature->by)
                graph_edge(compiler, thing, compiler->field_things[feature->event] + feature->by_field,
                           declaration->by->line, declaration->by->column);
            graph_read_event(compiler, thing, feature->event, INT32_MAX, declaration->where);
            graph_read_event(compiler, thing, feature->event, INT32_MAX, declaration->of);
        }
    }
}

/* What is always computed has its slot, whether or not anything reads it. */
static void
use_results(struct compiler *compiler)
{
    for (guint c = 0; c < compiler->columns->len; c++) {
        const struct column *column = graph_column(compiler, (int32_t) c);
        if (column->producer != STEP_TODAY && column->producer != STEP_ATTRIBUTE)
            graph_use(compiler, column->entity, (int32_t) c);
    }
}

void
graph_build(struct compiler *compiler)
{
    add_sources(compiler);
    add_readers(compiler);
    add_columns(compiler);
    add_scopes(compiler);
    use_results(compiler);
    computed_read(compiler);
    unions_trace(compiler);
    read_features(compiler);
    for (int32_t i = 0; i < compiler->strategy->n_machines; i++) {
        const GArray *conditions = compiler->machines[i].conditions;
        for (guint c = 0; c < conditions->len; c++)
            read_rule(compiler, compiler->machine_things + i,
                      compiler->strategy->machines[i].entity,
                      g_array_index(conditions, struct condition_declaration, c).node);
    }
    for (int32_t i = 0; i < compiler->strategy->n_segments; i++)
        read_rule(compiler, compiler->segment_things + i, compiler->strategy->segments[i].entity,
                  compiler->segments[i].rule);
    scores_read(compiler);
}

/* Scopes for the rule compiler. */

struct rule_scope *
graph_empty_scope(const struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    const cstm_strategy *strategy = compiler->strategy;
    struct rule_scope *scope =
        rule_scope_new(schema->zone != NULL ? zone_name(schema->zone) : NULL, schema->currency);
    if (scope == NULL)
        return NULL;
    if (schema->zone != NULL)
        rule_scope_set_zone(scope, schema->zone);
    rule_scope_set_calendar(scope, strategy->calendar);
    rule_scope_set_rates(scope, strategy->rates);
    for (int32_t i = 0; i < strategy->n_quantiles; i++)
        rule_scope_add_quantiles(scope, strategy->quantiles[i]);
    for (int32_t i = 0; i < strategy->n_mappings; i++)
        rule_scope_add_mapping(scope, strategy->mappings[i]);
    constants_add(compiler, scope);
    return scope;
}

/* An entity or event, in front of something that was refused where the names were read. */
static void
add_head(const struct compiler *compiler, int32_t entity, struct rule_scope *scope,
         const char *name, int32_t *slot)
{
    if (!g_hash_table_contains(compiler->names, name) &&
        !g_hash_table_contains(compiler->scope_columns[entity], name))
        rule_scope_add(scope, name, RULE_ERROR, (*slot)++, NULL, 0);
}

/* Names that are declared but could not be read, or belong to an entity that is not seen from here:
 * their fault is reported elsewhere, and a rule that names them must not add one of its own. */
static void
add_broken_names(const struct compiler *compiler, int32_t entity, struct rule_scope *scope,
                 int32_t slot)
{
    GHashTableIter iterator;
    gpointer name;
    for (int32_t i = 0; i < compiler->schema->n_entities; i++)
        add_head(compiler, entity, scope, compiler->schema->entities[i].name, &slot);
    for (int32_t i = 0; i < compiler->schema->n_events; i++)
        add_head(compiler, entity, scope, compiler->schema->events[i].name, &slot);
    g_hash_table_iter_init(&iterator, compiler->names);
    while (g_hash_table_iter_next(&iterator, &name, NULL)) {
        bool seen = g_hash_table_contains(compiler->scope_columns[entity], name);
        char *stage = g_strconcat(name, ".stage", NULL);
        char *segment = g_strconcat(SEGMENT_PREFIX, name, NULL);
        if (!seen && !g_hash_table_contains(compiler->scope_columns[entity], stage))
            rule_scope_add(scope, name, RULE_ERROR, slot++, NULL, 0);
        if (!g_hash_table_contains(compiler->scope_columns[entity], segment))
            rule_scope_add(scope, segment, RULE_ERROR, slot++, NULL, 0);
        g_free(segment);
        g_free(stage);
    }
}

struct rule_scope *
graph_scope(struct compiler *compiler, int32_t entity)
{
    struct rule_scope *scope = graph_empty_scope(compiler);
    int32_t n_columns = (int32_t) compiler->columns->len;
    int32_t unread =
        compiler->strategy->n_slots; /* names that nothing reads have numbers behind the slots */
    if (scope == NULL)
        return NULL;
    for (int32_t c = 0; c < n_columns; c++) {
        const struct column *column = graph_column(compiler, c);
        char *name = name_seen(compiler, entity, column);
        int32_t slot = compiler->slots[entity * n_columns + c];
        if (name != NULL)
            rule_scope_add(scope, name, column->kind, slot >= 0 ? slot : unread++,
                           (const char *const *) column->values, column->n_values);
        g_free(name);
    }
    if (compiler->errors.count > 0)
        add_broken_names(compiler, entity, scope, unread);
    return scope;
}

struct rule_scope *
graph_event_scope(struct compiler *compiler, int32_t event, int32_t until)
{
    const struct event_kind *kind = &compiler->schema->events[event];
    const cstm_strategy *strategy = compiler->strategy;
    struct rule_scope *scope = graph_empty_scope(compiler);
    for (int32_t f = 0; scope != NULL && f < kind->n_fields; f++) {
        const struct event_field *field = &kind->fields[f];
        bool known = f < until && field->type != CSTM_TYPE_NONE;
        rule_scope_add(scope, field->name, known ? rule_kind_of(field->type) : RULE_ERROR, f,
                       (const char *const *) field->values, field->n_values);
    }
    /* A field, constant or list of that name is there before, and stays what the name means. */
    if (scope != NULL && schema_find_field(compiler->schema, event, "time") < 0)
        rule_scope_add(scope, "time", RULE_TIMESTAMP, kind->n_fields + OWN_TIME, NULL, 0);
    if (scope != NULL && schema_find_field(compiler->schema, event, "day") < 0)
        rule_scope_add(scope, "day", RULE_DATE, kind->n_fields + OWN_DAY, NULL, 0);
    for (int32_t i = 0; scope != NULL && compiler->errors.count > 0 && i < strategy->n_segments; i++)
        rule_scope_add(scope, strategy->segments[i].column, RULE_ERROR,
                       kind->n_fields + OWN_SLOTS + i, NULL, 0);
    return scope;
}

struct rule_program *
graph_compile(struct compiler *compiler, const struct node *node, const struct rule_scope *scope,
              enum rule_kind expected, struct error_list *errors, struct error_list *warnings)
{
    if (node == NULL || node->kind != NODE_SCALAR || node->size == 0 || scope == NULL)
        return NULL; /* reported where it was declared */
    struct rule_place place = {
        .file = compiler->file,
        .line = node->line,
        .column = node->column,
        .map = node_places(&compiler->document, (struct node *) node),
    };
    struct rule_program *program =
        rule_compile(node->text, node->size, scope, expected, &place, errors, warnings);
    if (program == NULL || rule_program_cost(program) <= compiler->rule_cost)
        return program;
    /* Kinds are found by compiling once more before, with errors that nobody sees. */
    if (errors == &compiler->errors)
        compiler_fault(compiler, CSTM_ERROR_LIMIT, node,
                       "the rule may cost %" G_GINT64_FORMAT
                       " steps a row, the strategy's limit is %" G_GINT64_FORMAT,
                       rule_program_cost(program), compiler->rule_cost);
    rule_program_unref(program);
    return NULL;
}
