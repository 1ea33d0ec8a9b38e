/* Features: an operator over events, over children, or a rule. First what can be read without rules
 * (operator, operand, window: so every aggregate has its type), later, in the order of the graph,
 * the types of rules, and at last the programs. */
#include "strategy/keys.h"

#include "base/text.h"

#include <string.h>

static const struct {
    const char *key;
    enum feature_operator operator;
    /* of events: ITS_FIELD, or counts them (or their days); EITHER leaves it to the document */
    enum { NO_FIELD, ITS_FIELD, EITHER } reads;
    bool over_children;
} operators[] = {
    {"count", FEATURE_COUNT, NO_FIELD, true},
    {"sum", FEATURE_SUM, ITS_FIELD, true},
    {"mean", FEATURE_MEAN, ITS_FIELD, true},
    {"min", FEATURE_MIN, ITS_FIELD, true},
    {"max", FEATURE_MAX, ITS_FIELD, true},
    {"first", FEATURE_FIRST, ITS_FIELD, false},
    {"last", FEATURE_LAST, ITS_FIELD, false},
    {"distinct_days", FEATURE_DISTINCT_DAYS, NO_FIELD, false},
    {"recency", FEATURE_RECENCY, NO_FIELD, false},
    {"variance", FEATURE_VARIANCE, ITS_FIELD, false},
    {"deviation", FEATURE_DEVIATION, ITS_FIELD, false},
    {"longest_gap", FEATURE_LONGEST_GAP, NO_FIELD, false},
    {"mean_gap", FEATURE_MEAN_GAP, NO_FIELD, false},
    {"gap_variation", FEATURE_GAP_VARIATION, NO_FIELD, false},
    {"streak", FEATURE_STREAK, NO_FIELD, false},
    {"since_first", FEATURE_SINCE_FIRST, NO_FIELD, false},
    {"share", FEATURE_SHARE, EITHER, false},
    {"decayed", FEATURE_DECAYED, EITHER, false},
    {"trend", FEATURE_TREND, EITHER, false},
    {"ratio", FEATURE_RATIO, EITHER, false},
    {"distinct", FEATURE_DISTINCT, ITS_FIELD, false},
    {"most_frequent", FEATURE_MOST_FREQUENT, ITS_FIELD, false},
    {"top_share", FEATURE_TOP_SHARE, ITS_FIELD, false},
    {"entropy", FEATURE_ENTROPY, ITS_FIELD, false},
    {"quantile", FEATURE_QUANTILE, ITS_FIELD, false},
};

static const char *const keys[] = {
    "for",       "count",         "sum",     "mean",        "min",           "max",
    "first",     "last",          "distinct_days",          "recency",       "variance",
    "deviation", "longest_gap",   "mean_gap", "gap_variation", "streak",     "since_first",
    "share",     "decayed",       "trend",   "ratio",       "rule",          "where",
    "over",      "before",   "of",            "unit",    "half_life",   "parts",         "distinct",
    "most_frequent", "top_share", "entropy", "quantile",    "at",
};

static const char *key_of(enum feature_operator operator)
{
    size_t i = 0;
    while (operators[i].operator!= operator)
        i++;
    return operators[i].key;
}

/* The kind of what an operator makes of values of `kind`; RULE_ERROR if it cannot. */
static enum rule_kind
result_kind(enum feature_operator operator, enum rule_kind kind)
{
    bool adds = kind == RULE_INT || kind == RULE_DOUBLE || kind == RULE_MONEY;
    switch (operator) {
    case FEATURE_COUNT:
    case FEATURE_DISTINCT_DAYS:
    case FEATURE_RECENCY:
    case FEATURE_LONGEST_GAP:
    case FEATURE_STREAK:
    case FEATURE_SINCE_FIRST:
        return RULE_INT;
    case FEATURE_MEAN_GAP:
    case FEATURE_GAP_VARIATION:
        return RULE_DOUBLE;
    case FEATURE_VARIANCE:
        return adds ? RULE_DOUBLE : RULE_ERROR;
    case FEATURE_DEVIATION:
        return kind == RULE_INT ? RULE_DOUBLE : adds ? kind : RULE_ERROR;
    case FEATURE_DISTINCT:
        return RULE_INT;
    case FEATURE_MOST_FREQUENT:
        return kind == RULE_STRING ? RULE_STRING : RULE_ERROR;
    case FEATURE_TOP_SHARE:
    case FEATURE_ENTROPY:
        return kind == RULE_STRING ? RULE_DOUBLE : RULE_ERROR;
    case FEATURE_QUANTILE:
        return adds ? kind : RULE_ERROR;
    case FEATURE_SHARE:
    case FEATURE_RATIO:
        return kind == RULE_INT || kind == RULE_MONEY ? RULE_DOUBLE : RULE_ERROR;
    case FEATURE_DECAYED:
    case FEATURE_TREND:
        return kind == RULE_INT ? RULE_DOUBLE : kind == RULE_MONEY ? kind : RULE_ERROR;
    case FEATURE_SUM:
        return adds ? kind : RULE_ERROR;
    case FEATURE_MEAN:
        return kind == RULE_INT ? RULE_DOUBLE : adds ? kind : RULE_ERROR;
    case FEATURE_MIN:
    case FEATURE_MAX:
        return adds || kind == RULE_DATE || kind == RULE_TIMESTAMP ? kind : RULE_ERROR;
    default:
        return kind;
    }
}

static void
fault_kind(struct compiler *compiler, const struct node *at, enum feature_operator operator,
           enum rule_kind kind)
{
    const char *takes = "int, double or money";
    if (operator== FEATURE_MIN || operator== FEATURE_MAX)
        takes = "int, double, money, date or timestamp";
    else if (operator>= FEATURE_MOST_FREQUENT && operator<= FEATURE_ENTROPY)
        takes = "string";
    else if (operator>= FEATURE_SHARE && operator<= FEATURE_RATIO)
        takes = "int or money";
    compiler_fault(compiler, CSTM_ERROR_TYPE, at, "'%s' takes %s, not %s", key_of(operator), takes,
                   rule_kind_name(kind));
}

static bool
is_broken(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

static void
fault_unknown_operand(struct compiler *compiler, const struct node *at, const char *name)
{
    const struct schema *schema = compiler->schema;
    GPtrArray *known = g_ptr_array_new();
    for (int32_t i = 0; i < schema->n_events; i++)
        g_ptr_array_add(known, schema->events[i].name);
    for (int32_t i = 1; i < schema->n_entities; i++)
        g_ptr_array_add(known, schema->entities[i].name);
    compiler_fault_unknown(compiler, at, "event or entity", name,
                           (const char *const *) known->pdata, known->len);
    g_ptr_array_free(known, TRUE);
}

/* {sum: spend}: a feature or attribute where an event's field or a child's name is meant. False: it
 * is none. They are looked for in the document, as not all of it is read yet. */
static bool
fault_bare_name(struct compiler *compiler, const struct node *at, size_t o, const char *name,
                int32_t entity)
{
    const struct node *sections[] = {key_find(compiler->root, "features"),
                                     key_find(compiler->root, "attributes")};
    const struct schema *schema = compiler->schema;
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
        const struct node *found = sections[i] != NULL && sections[i]->kind == NODE_MAPPING
                                       ? key_find(sections[i], name)
                                       : NULL;
        if (found == NULL || found->kind != NODE_MAPPING)
            continue;
        const struct node *whose = key_find(found, "for");
        int32_t of = whose == NULL                  ? 0
                     : whose->kind == NODE_SCALAR ? schema_find_entity(schema, whose->text)
                                                  : -1;
        if (of < 0 || entity < 0)
            continue;
        if (of != entity && schema_is_under(schema, of, entity))
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at,
                           "'%s' takes EVENT.FIELD or CHILD.NAME, did you mean '%s.%s'?",
                           operators[o].key, schema->entities[of].name, name);
        else
            compiler_fault(compiler, CSTM_ERROR_UNKNOWN, at,
                           "'%s' takes EVENT.FIELD or CHILD.NAME, and '%s' is a single value of %s",
                           operators[o].key, name, schema->entities[of].name);
        return true;
    }
    return false;
}

/* statement.status: the field, its type decides the feature's. False: reported. */
static bool
read_event_operand(struct compiler *compiler, const struct node *operand, const char *dot, size_t o,
                   struct feature *feature)
{
    const struct event_kind *kind = &compiler->schema->events[feature->event];
    if (kind->entity >= 0 && feature->entity >= 0 &&
        !schema_is_under(compiler->schema, kind->entity, feature->entity)) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' happens on %s, which is not %s nor below it", kind->name,
                       compiler->schema->entities[kind->entity].name,
                       compiler->schema->entities[feature->entity].name);
        return false;
    }
    if (operators[o].reads == NO_FIELD) {
        if (dot != NULL)
            compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                           "'%s' takes an event, '%s', not a field of it", operators[o].key,
                           kind->name);
        return dot == NULL;
    }
    if (dot == NULL && operators[o].reads == EITHER)
        return true;
    if (dot == NULL) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' takes a field of the event, like '%s.%s'", operators[o].key,
                       kind->name, kind->n_fields > 0 ? kind->fields[0].name : "amount");
        return false;
    }
    feature->field = schema_find_field(compiler->schema, feature->event, dot + 1);
    if (feature->field < 0) {
        GPtrArray *known = g_ptr_array_new();
        char *what = g_strdup_printf("field of %s", kind->name);
        for (int32_t i = 0; i < kind->n_fields; i++)
            g_ptr_array_add(known, kind->fields[i].name);
        compiler_fault_unknown(compiler, operand, what, dot + 1, (const char *const *) known->pdata,
                               known->len);
        g_ptr_array_free(known, TRUE);
        g_free(what);
        return false;
    }
    cstm_type type = kind->fields[feature->field].type;
    if (type == CSTM_TYPE_NONE)
        return false; /* its type was reported */
    feature->kind = result_kind(feature->operator, rule_kind_of(type));
    if (feature->kind == RULE_ERROR)
        fault_kind(compiler, operand, feature->operator, rule_kind_of(type));
    return feature->kind != RULE_ERROR;
}

/* card, card.days_since_use: the name is looked up when all names are known (graph.c). */
static bool
read_child_operand(struct compiler *compiler, const struct node *operand, const char *dot, size_t o,
                   struct feature *feature)
{
    const struct entity *entities = compiler->schema->entities;
    const char *child = entities[feature->child].name;
    if (!operators[o].over_children) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' is over events; over '%s' there are count, sum, mean, min, max",
                       operators[o].key, child);
        return false;
    }
    if (feature->entity >= 0 &&
        (feature->child == feature->entity ||
         !schema_is_under(compiler->schema, feature->child, feature->entity))) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand, "'%s' does not stand below %s", child,
                       entities[feature->entity].name);
        return false;
    }
    if (feature->operator== FEATURE_COUNT && dot != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'count' takes an entity, '%s', not a name of it", child);
    else if (feature->operator!= FEATURE_COUNT && dot == NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, operand,
                       "'%s' takes a name of the entity, like '%s.NAME'", operators[o].key, child);
    return (feature->operator== FEATURE_COUNT) == (dot == NULL);
}

/* What it is if nothing but events is named. */
static enum rule_kind
counted_kind(size_t o)
{
    return operators[o].reads == ITS_FIELD ? RULE_ERROR
                                           : result_kind(operators[o].operator, RULE_INT);
}

static bool
read_operand(struct compiler *compiler, const struct node *operand, size_t o,
             struct feature *feature)
{
    const char *text;
    feature->operator= operators[o].operator;
    feature->kind = counted_kind(o);
    if (!read_text(compiler, operand, "what is aggregated", &text))
        return false;
    const char *dot = strchr(text, '.');
    char *head = dot != NULL ? g_strndup(text, (gsize) (dot - text)) : g_strdup(text);
    bool good = false;
    if ((feature->event = schema_find_event(compiler->schema, head)) >= 0)
        good = read_event_operand(compiler, operand, dot, o, feature);
    else if ((feature->child = schema_find_entity(compiler->schema, head)) >= 0)
        good = read_child_operand(compiler, operand, dot, o, feature);
    else if (!is_broken(compiler->broken_events, head) &&
             !is_broken(compiler->broken_entities, head) &&
             (dot != NULL || !fault_bare_name(compiler, operand, o, head, feature->entity)))
        fault_unknown_operand(compiler, operand, head);
    feature->source = feature->child >= 0 ? FEATURE_CHILDREN : FEATURE_AGGREGATE;
    g_free(head);
    if (!good) { /* its `where` is checked all the same, over the event if that is known */
        feature->child = -1;
        feature->kind = counted_kind(o);
    }
    return good;
}

static bool
is_rule_text(struct compiler *compiler, const struct node *node, const char *what)
{
    const char *text;
    return read_text(compiler, node, what, &text);
}

/* Which of the operators or `rule` stands there; exactly one must. -1: reported. */
static int32_t
find_operator(struct compiler *compiler, const struct node *node, const struct node **operand)
{
    int32_t found = -1;
    *operand = NULL;
    for (const struct node *value = node->first; value != NULL; value = value->next) {
        int32_t o = strcmp(value->key->text, "rule") == 0 ? (int32_t) G_N_ELEMENTS(operators) : -1;
        for (size_t i = 0; i < G_N_ELEMENTS(operators); i++)
            if (strcmp(value->key->text, operators[i].key) == 0)
                o = (int32_t) i;
        if (o < 0)
            continue;
        if (found >= 0) {
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, value->key,
                           "a feature has one operator: '%s:' stands beside '%s:'",
                           value->key->text, (*operand)->key->text);
            return -1;
        }
        found = o;
        *operand = value;
    }
    if (found < 0)
        compiler_fault(compiler, CSTM_ERROR_MISSING, node->key,
                       "a feature needs an operator (count, sum, ...) or 'rule:'");
    return found;
}

static void
refuse_key(struct compiler *compiler, const struct node *node, const char *key, const char *what)
{
    const struct node *value = key_find(node, key);
    if (value != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, value->key, "'%s:' is for features over events%s",
                       key, what);
}

static void
read_feature(struct compiler *compiler, const struct node *node)
{
    cstm_strategy *strategy = compiler->strategy;
    struct feature *feature = &strategy->features[strategy->n_features];
    struct feature_declaration *declaration = &compiler->features[strategy->n_features];
    if (!declare_name(compiler, node->key, "a feature's name") ||
        !is_mapping(compiler, node, "a feature"))
        return;
    keys_check(compiler, node, "a feature", keys, G_N_ELEMENTS(keys));
    *declaration = (struct feature_declaration){.node = node, .child_column = -1};
    *feature = (struct feature){.name = keep_text(node->key->text),
                                .entity = declare_owner(compiler, node, "for"),
                                .source = FEATURE_RULE,
                                .event = -1,
                                .field = -1,
                                .where = -1,
                                .of = -1,
                                .child = -1,
                                .child_slot = -1,
                                .slot = -1};
    strategy->n_features++;
    int32_t o = find_operator(compiler, node, &declaration->operand);
    const struct node *where = key_find(node, "where"), *over = key_find(node, "over");
    const struct node *before = key_find(node, "before");
    if (o == (int32_t) G_N_ELEMENTS(operators)) {
        if (is_rule_text(compiler, declaration->operand, "a rule"))
            declaration->rule = declaration->operand;
        refuse_key(compiler, node, "where", " or children");
        refuse_key(compiler, node, "over", "");
        refuse_key(compiler, node, "before", "");
        parameters_check(compiler, node, FEATURE_COUNT, "rule");
        return;
    }
    bool takes = o >= 0 && parameters_check(compiler, node, operators[o].operator, operators[o].key);
    bool read = o >= 0 && read_operand(compiler, declaration->operand, (size_t) o, feature);
    if (where != NULL && is_rule_text(compiler, where, "'where:'"))
        declaration->where = where;
    if (read && feature->source == FEATURE_CHILDREN) {
        refuse_key(compiler, node, "over", "");
        refuse_key(compiler, node, "before", "");
    } else if ((over == NULL || read_window(compiler, over, &feature->window)) &&
               (before == NULL || read_window_before(compiler, before, &feature->window))) {
        takes = takes && parameters_read(compiler, declaration, feature, operators[o].key);
    }
}

void
features_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "features");
    size_t n = 0;
    if (node != NULL && !is_mapping(compiler, node, "'features:'"))
        node = NULL;
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        n++;
    compiler->strategy->features = keep_array(n, sizeof *compiler->strategy->features);
    compiler->features = g_new0(struct feature_declaration, n + 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        read_feature(compiler, item);
}

/* The types of rules and of aggregates over children, each after what it reads. Faults are left to
 * features_compile(): here rules are compiled under scopes that grow as types become known. */

static bool
is_value_kind(enum rule_kind kind)
{
    return kind >= RULE_BOOL && kind <= RULE_MONEY;
}

static enum rule_kind
infer_kind(struct compiler *compiler, int32_t index, struct rule_scope *const *scopes)
{
    const struct feature *feature = &compiler->strategy->features[index];
    const struct feature_declaration *declaration = &compiler->features[index];
    if (feature->source == FEATURE_CHILDREN && declaration->child_column >= 0)
        return result_kind(feature->operator,
                           graph_column(compiler, declaration->child_column)->kind);
    if (feature->source != FEATURE_RULE || declaration->rule == NULL)
        return feature->kind;
    struct error_list errors = {0};
    struct rule_program *program = graph_compile(compiler, declaration->rule,
                                                 scopes[feature->entity], RULE_DYN, &errors, NULL);
    enum rule_kind kind = program != NULL ? rule_program_kind(program) : RULE_ERROR;
    rule_program_unref(program);
    error_list_clear(&errors);
    return is_value_kind(kind) ? kind : RULE_ERROR;
}

static bool
is_inferred(const struct feature *feature)
{
    return feature->source != FEATURE_AGGREGATE && feature->kind != RULE_INT;
}

/* Scopes without the features whose types are not known yet. */
static struct rule_scope **
growing_scopes(struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    struct rule_scope **scopes = g_new0(struct rule_scope *, (gsize) schema->n_entities);
    for (int32_t e = 0; e < schema->n_entities; e++) {
        scopes[e] = graph_empty_scope(compiler);
        GHashTableIter iterator;
        gpointer name, value;
        g_hash_table_iter_init(&iterator, compiler->scope_columns[e]);
        while (scopes[e] != NULL && g_hash_table_iter_next(&iterator, &name, &value)) {
            const struct column *column = graph_column(compiler, GPOINTER_TO_INT(value) - 1);
            if (column->producer != STEP_RULE && column->producer != STEP_CHILDREN)
                rule_scope_add(scopes[e], name, column->kind, GPOINTER_TO_INT(value) - 1,
                               (const char *const *) column->values, column->n_values);
        }
    }
    return scopes;
}

void
features_infer_kinds(struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    struct rule_scope **scopes = growing_scopes(compiler);
    for (guint i = 0; i < compiler->order->len; i++) {
        const struct thing *thing =
            graph_thing(compiler, g_array_index(compiler->order, int32_t, i));
        if (thing->kind != THING_FEATURE || thing->entity < 0)
            continue;
        struct feature *feature = &compiler->strategy->features[thing->index];
        if (feature->source == FEATURE_AGGREGATE)
            continue;
        if (is_inferred(feature) && !thing->broken)
            feature->kind = infer_kind(compiler, thing->index, scopes);
        graph_column(compiler, thing->column)->kind = feature->kind;
        for (int32_t e = 0; e < schema->n_entities; e++)
            if (scopes[e] != NULL && schema_is_under(schema, e, feature->entity))
                rule_scope_add(scopes[e], feature->name, feature->kind, 0, NULL, 0);
    }
    for (int32_t e = 0; e < schema->n_entities; e++)
        rule_scope_free(scopes[e]);
    g_free(scopes);
}

/* At last the programs. */

static void
compile_rule_feature(struct compiler *compiler, int32_t index, struct rule_scope *const *scopes)
{
    struct feature *feature = &compiler->strategy->features[index];
    const struct node *node = compiler->features[index].rule;
    feature->rule = graph_compile(compiler, node, scopes[feature->entity], RULE_DYN,
                                  &compiler->errors, &compiler->strategy->warnings);
    enum rule_kind kind = feature->rule != NULL ? rule_program_kind(feature->rule) : RULE_ERROR;
    if (feature->rule != NULL && kind != RULE_ERROR && !is_value_kind(kind))
        compiler_fault(compiler, CSTM_ERROR_TYPE, node,
                       "a feature is a bool, int, double, string, date, timestamp or money, not %s",
                       rule_kind_name(kind));
}

static void
compile_where(struct compiler *compiler, int32_t index, struct rule_scope *const *scopes,
              struct rule_scope **event_scopes)
{
    struct feature *feature = &compiler->strategy->features[index];
    const struct feature_declaration *declaration = &compiler->features[index];
    if (feature->source == FEATURE_CHILDREN && declaration->child_column >= 0) {
        const struct column *column = graph_column(compiler, declaration->child_column);
        if (feature->kind == RULE_ERROR && column->kind != RULE_ERROR)
            fault_kind(compiler, declaration->operand, feature->operator, column->kind);
        feature->child_slot = compiler->slots[feature->child * (int32_t) compiler->columns->len +
                                              declaration->child_column];
    }
    if (declaration->where == NULL && declaration->of == NULL)
        return;
    const struct rule_scope *scope = feature->child >= 0 ? scopes[feature->child] : NULL;
    if (feature->child < 0 && feature->event >= 0) {
        if (event_scopes[feature->event] == NULL)
            event_scopes[feature->event] = graph_event_scope(compiler, feature->event);
        scope = event_scopes[feature->event];
    }
    if (declaration->where != NULL)
        feature->where_rule = graph_compile(compiler, declaration->where, scope, RULE_BOOL,
                                            &compiler->errors, &compiler->strategy->warnings);
    if (declaration->of != NULL)
        feature->of_rule = graph_compile(compiler, declaration->of, scope, RULE_BOOL,
                                         &compiler->errors, &compiler->strategy->warnings);
}

void
features_compile(struct compiler *compiler, struct rule_scope *const *scopes)
{
    struct rule_scope **event_scopes = compiler->strategy->event_scopes;
    for (int32_t i = 0; i < compiler->strategy->n_features; i++) {
        const struct feature *feature = &compiler->strategy->features[i];
        if (feature->entity < 0 || graph_thing(compiler, compiler->feature_things + i)->broken)
            continue;
        if (feature->source == FEATURE_RULE)
            compile_rule_feature(compiler, i, scopes);
        else
            compile_where(compiler, i, scopes, event_scopes);
    }
}
