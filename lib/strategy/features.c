/* Features: an operator over events, over children, or a rule. First what can be read without rules
 * (operator, operand, window: so every aggregate has its type), later, in the order of the graph,
 * the types of rules, and at last the programs. */
#include "strategy/aggregate.h"

#include <string.h>

static bool
is_rule_text(struct compiler *compiler, const struct node *node, const char *what)
{
    const char *text;
    return read_text(compiler, node, what, &text);
}

static void
refuse_key(struct compiler *compiler, const struct node *node, const char *key, const char *what)
{
    const struct node *value = key_find(node, key);
    if (value != NULL)
        compiler_fault(compiler, CSTM_ERROR_TYPE, value->key, "'%s:' is for features over events%s",
                       key, what);
}

/* Room for n more. */
static void
reserve_features(struct compiler *compiler, int32_t n)
{
    cstm_strategy *strategy = compiler->strategy;
    gsize all = (gsize) strategy->n_features + (gsize) n;
    if (all <= compiler->feature_capacity)
        return;
    compiler->feature_capacity = all + all / 2;
    strategy->features = g_renew(struct feature, strategy->features, compiler->feature_capacity);
    compiler->features =
        g_renew(struct feature_declaration, compiler->features, compiler->feature_capacity);
}

/* `by: FIELD`: in place of the last feature one for each value of the field, named NAME.VALUE. */
static void
expand_by(struct compiler *compiler, const struct node *by)
{
    cstm_strategy *strategy = compiler->strategy;
    int32_t index = strategy->n_features - 1, n = 0;
    if (!by_read(compiler, by, &strategy->features[index], &n)) {
        strategy->features[index].kind = RULE_ERROR;
        return;
    }
    if (n > FEATURE_LIMIT - strategy->n_features) {
        compiler_fault(compiler, CSTM_ERROR_LIMIT, by,
                       "a strategy has at most %d features, of which 'by:' makes one a value",
                       FEATURE_LIMIT);
        return;
    }
    reserve_features(compiler, n);
    struct feature whole = strategy->features[index];
    strategy->n_features += n - 1;
    compiler->features[index].by = by;
    for (int32_t i = 0; i < n; i++) {
        strategy->features[index + i] = whole;
        strategy->features[index + i].name = by_name(compiler, &whole, i);
        strategy->features[index + i].by_value = i;
        compiler->features[index + i] = compiler->features[index];
    }
    memory_free(whole.name);
}

/* `ahead: n days`, in place of `over:`. */
static bool
read_ahead(struct compiler *compiler, const struct node *node, struct feature *feature)
{
    static const char *const others[] = {"over", "before", "cycle"};
    const struct node *ahead = key_find(node, "ahead");
    if (ahead == NULL)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        const struct node *other = key_find(node, others[i]);
        if (other == NULL)
            continue;
        compiler_fault(compiler, CSTM_ERROR_TYPE, other->key,
                       "'%s:' is of days that are past, and 'ahead:' of days to come", others[i]);
        return false;
    }
    if (!read_window(compiler, ahead, &feature->window))
        return false;
    if (feature->window.unit != WINDOW_DAYS) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, ahead, "'ahead:' is a number of days");
        return false;
    }
    feature->ahead = feature->window.n;
    return true;
}

static void
read_feature(struct compiler *compiler, const struct node *node)
{
    cstm_strategy *strategy = compiler->strategy;
    reserve_features(compiler, 1);
    struct feature *feature = &strategy->features[strategy->n_features];
    struct feature_declaration *declaration = &compiler->features[strategy->n_features];
    if (!declare_name(compiler, node->key, "a feature's name") ||
        !is_mapping(compiler, node, "a feature"))
        return;
    feature_keys_check(compiler, node);
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
    int32_t o = operator_find(compiler, node, &declaration->operand);
    const struct node *where = key_find(node, "where"), *over = key_find(node, "over");
    const struct node *before = key_find(node, "before"), *by = key_find(node, "by");
    if (o == (int32_t) n_operators) {
        if (is_rule_text(compiler, declaration->operand, "a rule"))
            declaration->rule = declaration->operand;
        refuse_key(compiler, node, "where", " or children");
        refuse_key(compiler, node, "over", "");
        refuse_key(compiler, node, "before", "");
        refuse_key(compiler, node, "by", "");
        refuse_key(compiler, node, "cycle", "");
        refuse_key(compiler, node, "near", "");
        refuse_key(compiler, node, "ahead", "");
        parameters_check(compiler, node, FEATURE_COUNT, "rule");
        return;
    }
    bool takes = o >= 0 && parameters_check(compiler, node, operators[o].operator, operators[o].key);
    bool read = o >= 0 && operand_read(compiler, declaration->operand, (size_t) o, feature);
    if (where != NULL && is_rule_text(compiler, where, "'where:'"))
        declaration->where = where;
    if (read && feature->source == FEATURE_CHILDREN) {
        refuse_key(compiler, node, "over", "");
        refuse_key(compiler, node, "before", "");
        refuse_key(compiler, node, "by", "");
        refuse_key(compiler, node, "cycle", "");
        refuse_key(compiler, node, "near", "");
        refuse_key(compiler, node, "ahead", "");
    } else if ((over == NULL || read_window(compiler, over, &feature->window)) &&
               read_ahead(compiler, node, feature) &&
               (before == NULL || read_window_before(compiler, before, &feature->window))) {
        takes = takes && cycle_read(compiler, declaration, feature) &&
                parameters_read(compiler, declaration, feature, operators[o].key) &&
                near_read(compiler, declaration, feature, operators[o].key);
    }
    if (by != NULL && feature->source == FEATURE_AGGREGATE && feature->event >= 0)
        expand_by(compiler, by);
}

void
features_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "features");
    if (node != NULL && !is_mapping(compiler, node, "'features:'"))
        node = NULL;
    reserve_features(compiler, 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next) {
        if (compiler->strategy->n_features == FEATURE_LIMIT) {
            compiler_fault(compiler, CSTM_ERROR_LIMIT, item->key,
                           "a strategy has at most %d features", FEATURE_LIMIT);
            return;
        }
        read_feature(compiler, item);
    }
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
        return operator_kind(feature->operator,
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

static struct rule_program *
share_program(struct rule_program *program)
{
    return program != NULL ? rule_program_ref(program) : NULL;
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
            operator_fault_kind(compiler, declaration->operand, feature->operator, column->kind);
        feature->child_slot = compiler->slots[feature->child * (int32_t) compiler->columns->len +
                                              declaration->child_column];
    }
    if (declaration->where == NULL && declaration->of == NULL)
        return;
    if (feature->by_value > 0) { /* one rule for all values */
        const struct feature *first = feature - feature->by_value;
        feature->where_rule = share_program(first->where_rule);
        feature->of_rule = share_program(first->of_rule);
        return;
    }
    const struct rule_scope *scope = feature->child >= 0 ? scopes[feature->child] : NULL;
    if (feature->child < 0 && feature->event >= 0) {
        if (event_scopes[feature->event] == NULL)
            event_scopes[feature->event] = graph_event_scope(compiler, feature->event, INT32_MAX);
        scope = event_scopes[feature->event];
    }
    if (declaration->where != NULL)
        feature->where_rule = graph_compile(compiler, declaration->where, scope, RULE_BOOL,
                                            &compiler->errors, &compiler->strategy->warnings);
    if (declaration->of != NULL && declaration->of == declaration->where)
        feature->of_rule = share_program(feature->where_rule);
    else if (declaration->of != NULL)
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
