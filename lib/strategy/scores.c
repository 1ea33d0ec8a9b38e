/* Scores: what each characteristic reads, and the card that is built of it with the calls that
 * everybody builds cards with. Bins are checked here, where their places are known; what the
 * builder still finds is placed at its characteristic. */
#include "strategy/keys.h"

#include <string.h>

static const char *const score_keys[] = {"for", "purpose", "scorecard"};
static const char *const later_keys[] = {"regression", "tree", "model", "pmml", "lifetime_value"};
static const char *const card_keys[] = {"base", "reasons", "scaling", "characteristics"};
static const char *const reasons_keys[] = {"method", "count"};
static const char *const scaling_keys[] = {"points_to_double", "odds", "at"};
static const char *const characteristic_keys[] = {"name", "feature", "reason", "neutral", "bins"};
static const char *const bin_keys[] = {"up_to", "above",  "values", "missing",
                                       "other", "points", "reason"};
static const char *const methods[] = {"below_best", "below_neutral"};

struct characteristic {
    const struct node *node;
    const char *name;
    const char *reason;
    const struct node *feature;
    const struct node *bins;
    int32_t column; /* -1 */
};

static void
read_characteristic(struct compiler *compiler, GArray *characteristics, const struct node *node)
{
    struct characteristic characteristic = {.node = node, .column = -1};
    if (!is_mapping(compiler, node, "a characteristic"))
        return;
    keys_check(compiler, node, "a characteristic", characteristic_keys,
               G_N_ELEMENTS(characteristic_keys));
    const struct node *name = key_need(compiler, node, "name", node, "a characteristic");
    const struct node *feature = key_need(compiler, node, "feature", node, "a characteristic");
    const struct node *reason = key_need(compiler, node, "reason", node, "a characteristic");
    const struct node *bins = key_need(compiler, node, "bins", node, "a characteristic");
    const char *text;
    if (name != NULL)
        read_text(compiler, name, "'name:'", &characteristic.name);
    if (reason != NULL)
        read_text(compiler, reason, "'reason:'", &characteristic.reason);
    if (feature != NULL && read_text(compiler, feature, "'feature:'", &text))
        characteristic.feature = feature;
    if (bins != NULL && is_sequence(compiler, bins, "'bins:'"))
        characteristic.bins = bins;
    for (guint i = 0; characteristic.name != NULL && i < characteristics->len; i++) {
        const char *other = g_array_index(characteristics, struct characteristic, i).name;
        if (other != NULL && strcmp(other, characteristic.name) == 0)
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, name,
                           "two characteristics are called '%s'", other);
    }
    g_array_append_val(characteristics, characteristic);
}

static void
read_score(struct compiler *compiler, const struct node *node)
{
    cstm_strategy *strategy = compiler->strategy;
    struct score *score = &strategy->scores[strategy->n_scores];
    struct score_declaration *declaration = &compiler->scores[strategy->n_scores];
    if (!declare_name(compiler, node->key, "a score's name") ||
        !is_mapping(compiler, node, "a score"))
        return;
    bool later = false;
    for (size_t i = 0; i < G_N_ELEMENTS(later_keys); i++) {
        const struct node *value = key_find(node, later_keys[i]);
        if (value != NULL)
            compiler_fault(compiler, CSTM_ERROR_UNSUPPORTED, value->key,
                           "'%s:' is not offered by this release; scores are scorecards",
                           later_keys[i]);
        later |= value != NULL;
    }
    if (!later)
        keys_check(compiler, node, "a score", score_keys, G_N_ELEMENTS(score_keys));
    *declaration = (struct score_declaration){
        .node = node, .characteristics = g_array_new(FALSE, FALSE, sizeof(struct characteristic))};
    *score = (struct score){.name = keep_text(node->key->text),
                            .entity = declare_owner(compiler, node, "for"),
                            .slot = -1};
    strategy->n_scores++;
    const struct node *purpose = key_need(compiler, node, "purpose", node->key, "a score");
    const char *name = purpose != NULL ? purpose_read(compiler, purpose, "'purpose:'") : NULL;
    score->purpose = name != NULL ? keep_text(name) : NULL;
    const struct node *card =
        later ? NULL : key_need(compiler, node, "scorecard", node->key, "a score");
    if (card == NULL || !is_mapping(compiler, card, "a scorecard"))
        return;
    keys_check(compiler, card, "a scorecard", card_keys, G_N_ELEMENTS(card_keys));
    const struct node *list = key_need(compiler, card, "characteristics", card->key, "a scorecard");
    if (list == NULL || !is_sequence(compiler, list, "'characteristics:'"))
        return;
    for (const struct node *item = list->first; item != NULL; item = item->next)
        read_characteristic(compiler, declaration->characteristics, item);
    if (list->first == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, list, "'characteristics:' is an empty list");
}

void
scores_declare(struct compiler *compiler)
{
    const struct node *node = key_find(compiler->root, "scores");
    size_t n = 0;
    if (node != NULL && !is_mapping(compiler, node, "'scores:'"))
        node = NULL;
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        n++;
    compiler->strategy->scores = keep_array(n, sizeof *compiler->strategy->scores);
    compiler->scores = g_new0(struct score_declaration, n + 1);
    for (const struct node *item = node != NULL ? node->first : NULL; item != NULL;
         item = item->next)
        read_score(compiler, item);
}

static void
read_input(struct compiler *compiler, int32_t index, struct characteristic *characteristic)
{
    int32_t entity = compiler->strategy->scores[index].entity;
    const struct node *node = characteristic->feature;
    if (node == NULL || entity < 0)
        return;
    characteristic->column = graph_find(compiler, entity, node->text, node->size);
    if (characteristic->column < 0) {
        const struct node *key = g_hash_table_lookup(compiler->names, node->text);
        size_t n;
        const char **names = graph_names(compiler, entity, &n);
        for (guint i = 0; key != NULL && i < compiler->things->len; i++) {
            const struct thing *thing = graph_thing(compiler, (int32_t) i);
            if (thing->at == key && thing->entity >= 0)
                compiler_fault(compiler, CSTM_ERROR_UNKNOWN, node,
                               thing->kind == THING_SCORE || thing->kind == THING_MACHINE
                                   ? "'%s' is no feature or attribute"
                                   : "'%s' is not seen from %s",
                               node->text, compiler->schema->entities[entity].name);
        }
        if (key == NULL)
            compiler_fault_unknown(compiler, node, "feature", node->text, names, n);
        g_free(names);
        return;
    }
    graph_use(compiler, entity, characteristic->column);
    if (graph_column(compiler, characteristic->column)->thing >= 0)
        graph_edge(compiler, compiler->score_things + index,
                   graph_column(compiler, characteristic->column)->thing, node->line, node->column);
}

void
scores_read(struct compiler *compiler)
{
    for (int32_t i = 0; i < compiler->strategy->n_scores; i++) {
        GArray *characteristics = compiler->scores[i].characteristics;
        for (guint c = 0; c < characteristics->len; c++)
            read_input(compiler, i, &g_array_index(characteristics, struct characteristic, c));
    }
}

/* The builder's faults, at a place of the document. */
static void
take_error(struct compiler *compiler, const struct node *at, cstm_error *error)
{
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e))
        compiler_fault(compiler, cstm_error_code(e), at, "%s", error_text(e));
    cstm_error_free(error);
}

static bool
read_points(struct compiler *compiler, const struct node *bin, const char *what, double *points)
{
    const struct node *node = key_need(compiler, bin, "points", bin, what);
    return node != NULL && read_number(compiler, node, "'points:'", points);
}

/* One card under way. */
struct builder {
    struct compiler *compiler;
    cstm_scorecard *card;
    const struct characteristic *characteristic;
    int32_t number;
    cstm_type type; /* of the input as the card takes it; CSTM_TYPE_NONE: not known */
    double last;    /* up_to */
    const struct node *above, *missing, *other;
    bool any; /* an up_to stood before */
    GHashTable *texts;
};

static void
add_number_bin(struct builder *builder, const struct node *bin, const struct node *bound,
               double points, const char *reason)
{
    struct compiler *compiler = builder->compiler;
    bool above = strcmp(bound->key->text, "above") == 0;
    double value;
    cstm_error *error = NULL;
    if (builder->type == CSTM_TYPE_STRING || builder->type == CSTM_TYPE_BOOL) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, bound->key,
                       "'%s:' is for numbers; bins of a %s are {values: [...], points: ...}",
                       bound->key->text, type_name(builder->type));
        return;
    }
    if (!read_number(compiler, bound, above ? "'above:'" : "'up_to:'", &value))
        return;
    if (builder->above != NULL)
        compiler_fault(compiler, CSTM_ERROR_RANGE, bin, "'above:' is the last bin of numbers");
    else if (above && builder->any && value != builder->last)
        compiler_fault(compiler, CSTM_ERROR_RANGE, bound, "'above:' is the last 'up_to:'");
    else if (!above && builder->any && !(value > builder->last))
        compiler_fault(compiler, CSTM_ERROR_RANGE, bound,
                       "bins ascend: 'up_to:' is not greater than the one before");
    else if (builder->card != NULL && builder->type == CSTM_TYPE_DOUBLE &&
             (above ? cstm_scorecard_add_bin_above : cstm_scorecard_add_bin_up_to)(
                 builder->card, builder->number, value, points, reason, &error) != CSTM_OK)
        take_error(compiler, bin, error);
    builder->any = true;
    builder->last = value;
    if (above)
        builder->above = bin;
}

static void
add_text_bin(struct builder *builder, const struct node *values, double points, const char *reason)
{
    struct compiler *compiler = builder->compiler;
    if (builder->type == CSTM_TYPE_DOUBLE) {
        compiler_fault(compiler, CSTM_ERROR_TYPE, values->key,
                       "'values:' is for strings and bools; bins of numbers are {up_to: ...} and "
                       "{above: ...}");
        return;
    }
    GPtrArray *texts = read_texts(compiler, values, "'values:'");
    const struct column *column = builder->characteristic->column >= 0
                                      ? graph_column(compiler, builder->characteristic->column)
                                      : NULL;
    const struct node *item = values->first;
    for (guint i = 0; texts != NULL && i < texts->len; i++, item = item->next) {
        const char *text = texts->pdata[i];
        cstm_error *error = NULL;
        bool known = column == NULL || column->n_values == 0;
        for (int32_t v = 0; !known && v < column->n_values; v++)
            known = strcmp(column->values[v], text) == 0;
        if (!known)
            compiler_fault_unknown(compiler, item, "value", text,
                                   (const char *const *) column->values, (size_t) column->n_values);
        else if (!g_hash_table_add(builder->texts, (gpointer) text))
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, item, "'%s' stands in two bins", text);
        else if (builder->type == CSTM_TYPE_BOOL && strcmp(text, "true") != 0 &&
                 strcmp(text, "false") != 0)
            compiler_fault(compiler, CSTM_ERROR_TYPE, item, "a bool is true or false");
        else if (builder->card != NULL && builder->type != CSTM_TYPE_NONE &&
                 cstm_scorecard_add_bin_text(builder->card, builder->number, text, strlen(text),
                                             points, reason, &error) != CSTM_OK)
            take_error(compiler, item, error);
    }
    if (texts != NULL)
        g_ptr_array_free(texts, TRUE);
}

static void
add_flag_bin(struct builder *builder, const struct node *bin, const struct node *flag,
             double points, const char *reason)
{
    struct compiler *compiler = builder->compiler;
    bool missing = strcmp(flag->key->text, "missing") == 0, set = false;
    const struct node **seen = missing ? &builder->missing : &builder->other;
    cstm_error *error = NULL;
    if (!read_bool(compiler, flag, missing ? "'missing:'" : "'other:'", &set))
        return;
    if (!set)
        compiler_fault(compiler, CSTM_ERROR_TYPE, flag, "'%s:' is true, or does not stand there",
                       flag->key->text);
    else if (*seen != NULL)
        compiler_fault(compiler, CSTM_ERROR_DUPLICATE, bin, "a second bin of '%s'",
                       flag->key->text);
    else if (builder->card != NULL && builder->type != CSTM_TYPE_NONE &&
             (missing ? cstm_scorecard_add_bin_missing : cstm_scorecard_add_bin_other)(
                 builder->card, builder->number, points, reason, &error) != CSTM_OK)
        take_error(compiler, bin, error);
    *seen = bin;
}

static void
add_bin(struct builder *builder, const struct node *bin)
{
    struct compiler *compiler = builder->compiler;
    const struct node *what = NULL;
    const char *reason = NULL;
    double points = 0;
    if (!is_mapping(compiler, bin, "a bin"))
        return;
    keys_check(compiler, bin, "a bin", bin_keys, G_N_ELEMENTS(bin_keys));
    for (size_t i = 0; i < 5; i++) {
        const struct node *value = key_find(bin, bin_keys[i]);
        if (value != NULL && what != NULL)
            compiler_fault(compiler, CSTM_ERROR_DUPLICATE, value->key,
                           "'%s:' stands beside '%s:': a bin is one of them", bin_keys[i],
                           what->key->text);
        else if (value != NULL)
            what = value;
    }
    const struct node *own = key_find(bin, "reason");
    if (own != NULL)
        read_text(compiler, own, "'reason:'", &reason);
    bool read = read_points(compiler, bin, "a bin", &points);
    if (what == NULL)
        compiler_fault(compiler, CSTM_ERROR_MISSING, bin,
                       "a bin needs 'up_to:', 'above:', 'values:', 'missing:' or 'other:'");
    if (what == NULL || !read)
        return;
    if (strcmp(what->key->text, "values") == 0)
        add_text_bin(builder, what, points, reason);
    else if (what->key->text[0] == 'u' || what->key->text[0] == 'a')
        add_number_bin(builder, bin, what, points, reason);
    else
        add_flag_bin(builder, bin, what, points, reason);
}

/* Values that the schema allows and no bin takes: each row with one is an error, so the author
 * should know. */
static void
warn_uncovered(struct builder *builder)
{
    struct compiler *compiler = builder->compiler;
    const struct characteristic *characteristic = builder->characteristic;
    if (builder->other != NULL || characteristic->column < 0 || builder->type != CSTM_TYPE_STRING)
        return;
    const struct column *column = graph_column(compiler, characteristic->column);
    for (int32_t v = 0; v < column->n_values; v++) {
        cstm_error *warning = NULL;
        if (g_hash_table_contains(builder->texts, column->values[v]))
            continue;
        error_set(&warning, CSTM_ERROR_RANGE, "'%s' of %s is in no bin: its rows have no score",
                  column->values[v], column->name);
        error_at(&warning, compiler->file, characteristic->bins->line,
                 characteristic->bins->column);
        error_list_add(&compiler->strategy->warnings, warning);
    }
}

static cstm_type
input_type(struct compiler *compiler, const struct characteristic *characteristic)
{
    if (characteristic->column < 0)
        return CSTM_TYPE_NONE;
    enum rule_kind kind = graph_column(compiler, characteristic->column)->kind;
    switch (kind) {
    case RULE_INT:
    case RULE_DOUBLE:
    case RULE_MONEY:
        return CSTM_TYPE_DOUBLE;
    case RULE_STRING:
        return CSTM_TYPE_STRING;
    case RULE_BOOL:
        return CSTM_TYPE_BOOL;
    case RULE_DATE:
    case RULE_TIMESTAMP:
        compiler_fault(compiler, CSTM_ERROR_TYPE, characteristic->feature,
                       "bins are of numbers, strings or bools, not of %s: make it a number with a "
                       "feature by rule",
                       rule_kind_name(kind));
        return CSTM_TYPE_NONE;
    default:
        return CSTM_TYPE_NONE;
    }
}

static void
build_characteristic(struct builder *builder, bool neutral_needed)
{
    struct compiler *compiler = builder->compiler;
    const struct characteristic *characteristic = builder->characteristic;
    cstm_error *error = NULL;
    double points;
    builder->type = input_type(compiler, characteristic);
    bool known = characteristic->name != NULL && characteristic->reason != NULL &&
                 builder->type != CSTM_TYPE_NONE;
    if (known && builder->card != NULL &&
        cstm_scorecard_add_characteristic(
            builder->card, characteristic->name, characteristic->feature->text, builder->type,
            characteristic->reason, &builder->number, &error) != CSTM_OK) {
        take_error(compiler, characteristic->node, error);
        error = NULL;
        known = false;
    }
    cstm_scorecard *card = builder->card;
    builder->card = known ? card : NULL;
    const struct node *neutral = key_find(characteristic->node, "neutral");
    if (neutral == NULL && neutral_needed)
        compiler_fault(compiler, CSTM_ERROR_MISSING, characteristic->node,
                       "with 'method: below_neutral' a characteristic needs 'neutral:'");
    else if (neutral != NULL && !neutral_needed)
        compiler_fault(compiler, CSTM_ERROR_TYPE, neutral->key,
                       "'neutral:' is for 'method: below_neutral'");
    else if (neutral != NULL && read_number(compiler, neutral, "'neutral:'", &points) &&
             builder->card != NULL &&
             cstm_scorecard_set_neutral(builder->card, builder->number, points, &error) != CSTM_OK)
        take_error(compiler, neutral, error);
    builder->texts = g_hash_table_new(g_str_hash, g_str_equal);
    for (const struct node *bin = characteristic->bins != NULL ? characteristic->bins->first : NULL;
         bin != NULL; bin = bin->next)
        add_bin(builder, bin);
    if (known && characteristic->bins != NULL)
        warn_uncovered(builder);
    g_hash_table_destroy(builder->texts);
    builder->card = card;
}

static void
read_reasons(struct compiler *compiler, cstm_scorecard *card, const struct node *node,
             int32_t *method)
{
    int64_t count = 4;
    cstm_error *error = NULL;
    *method = CSTM_REASONS_BELOW_BEST;
    if (node == NULL || !is_mapping(compiler, node, "'reasons:'"))
        return;
    keys_check(compiler, node, "'reasons:'", reasons_keys, G_N_ELEMENTS(reasons_keys));
    const struct node *how = key_find(node, "method"), *many = key_find(node, "count");
    if (how != NULL)
        read_word(compiler, how, "method", methods, G_N_ELEMENTS(methods), method);
    if (many != NULL)
        read_integer(compiler, many, "'count:'", 1, CSTM_REASONS_LIMIT, &count);
    if (cstm_scorecard_set_reasons(card, *method, CSTM_REASONS_SUMMED, (int32_t) count, &error) !=
        CSTM_OK)
        take_error(compiler, node, error);
}

static void
read_scaling(struct compiler *compiler, cstm_scorecard *card, const struct node *node)
{
    double values[3] = {0};
    bool read = true;
    cstm_error *error = NULL;
    if (node == NULL || !is_mapping(compiler, node, "'scaling:'"))
        return;
    keys_check(compiler, node, "'scaling:'", scaling_keys, G_N_ELEMENTS(scaling_keys));
    for (size_t i = 0; i < G_N_ELEMENTS(scaling_keys); i++) {
        const struct node *value =
            key_need(compiler, node, scaling_keys[i], node->key, "a scaling");
        bool good = value != NULL && read_number(compiler, value, scaling_keys[i], &values[i]);
        if (good && i < 2 && !(values[i] > 0)) {
            compiler_fault(compiler, CSTM_ERROR_RANGE, value, "'%s:' is greater than 0",
                           scaling_keys[i]);
            good = false;
        }
        read &= good;
    }
    if (read &&
        cstm_scorecard_set_scaling(card, values[0], values[1], values[2], &error) != CSTM_OK)
        take_error(compiler, node, error);
}

/* What the builder found as a whole, at the characteristic that it names. */
static void
take_build_errors(struct compiler *compiler, const struct score_declaration *declaration,
                  cstm_error *error)
{
    for (const cstm_error *e = error; e != NULL; e = cstm_error_next(e)) {
        const struct node *at = declaration->node->key;
        bool named = false;
        for (guint c = 0; c < declaration->characteristics->len; c++) {
            const struct characteristic *characteristic =
                &g_array_index(declaration->characteristics, struct characteristic, c);
            if (characteristic->name == NULL ||
                strcmp(characteristic->name, cstm_error_field(e)) != 0)
                continue;
            at = characteristic->bins != NULL ? characteristic->bins : characteristic->node;
            named = true;
        }
        if (named)
            compiler_fault(compiler, cstm_error_code(e), at, "characteristic '%s': %s",
                           cstm_error_field(e), error_text(e));
        else
            compiler_fault(compiler, cstm_error_code(e), at, "%s", error_text(e));
    }
    cstm_error_free(error);
}

static void
bind_inputs(struct compiler *compiler, struct score *score)
{
    score->n_inputs = cstm_scorer_input_count(score->scorer);
    score->input_slots = keep_array((size_t) score->n_inputs, sizeof *score->input_slots);
    for (int32_t i = 0; i < score->n_inputs; i++) {
        const char *name = cstm_scorer_input_name(score->scorer, i);
        int32_t column = graph_find(compiler, score->entity, name, strlen(name));
        score->input_slots[i] =
            compiler->slots[score->entity * (int32_t) compiler->columns->len + column];
    }
}

static void
compile_score(struct compiler *compiler, struct score *score,
              const struct score_declaration *declaration)
{
    const struct node *node = key_find(declaration->node, "scorecard");
    int32_t faults = compiler->errors.count, method;
    cstm_error *error = NULL;
    double base = 0;
    if (node == NULL || node->kind != NODE_MAPPING)
        return;
    const struct node *stated = key_find(node, "base");
    if (stated != NULL)
        read_number(compiler, stated, "'base:'", &base);
    struct builder builder = {.compiler = compiler};
    if (cstm_scorecard_new(score->name, base, &builder.card, &error) != CSTM_OK) {
        take_error(compiler, declaration->node->key, error);
        return;
    }
    read_reasons(compiler, builder.card, key_find(node, "reasons"), &method);
    read_scaling(compiler, builder.card, key_find(node, "scaling"));
    bool whole = score->entity >= 0 && declaration->characteristics->len > 0;
    for (guint c = 0; c < declaration->characteristics->len; c++) {
        builder = (struct builder){.compiler = compiler,
                                   .card = builder.card,
                                   .characteristic = &g_array_index(declaration->characteristics,
                                                                    struct characteristic, c)};
        build_characteristic(&builder, method == CSTM_REASONS_BELOW_NEUTRAL);
        whole &= builder.type != CSTM_TYPE_NONE && builder.characteristic->name != NULL &&
                 builder.characteristic->reason != NULL && builder.characteristic->bins != NULL;
    }
    const char *currency = compiler->schema->currency;
    if (whole && faults == compiler->errors.count) {
        if (cstm_scorecard_build(builder.card, currency[0] != '\0' ? currency : NULL,
                                 &score->scorer, &error) == CSTM_OK)
            bind_inputs(compiler, score);
        else
            take_build_errors(compiler, declaration, error);
    }
    cstm_scorecard_free(builder.card);
}

void
scores_compile(struct compiler *compiler)
{
    for (int32_t i = 0; i < compiler->strategy->n_scores; i++)
        compile_score(compiler, &compiler->strategy->scores[i], &compiler->scores[i]);
}
