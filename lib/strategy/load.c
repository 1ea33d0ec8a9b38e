/* A strategy from its document: the passes of compile.h in their order. Each goes on after a fault,
 * so that one call reports all that is wrong; only with no fault at all are steps, plan and digests
 * made, and a strategy comes out. */
#include "strategy/files.h"
#include "strategy/keys.h"

#include <string.h>

static void
compiler_init(struct compiler *compiler, const char *file)
{
    *compiler = (struct compiler){.file = file};
    compiler->strategy = keep_array(1, sizeof *compiler->strategy);
    compiler->strategy->handle.tag = HANDLE_STRATEGY;
    atomic_init(&compiler->strategy->references, 1);
    compiler->schema = &compiler->strategy->schema;
    compiler->purposes = g_ptr_array_new();
    compiler->names = g_hash_table_new(g_str_hash, g_str_equal);
    compiler->broken_entities = g_ptr_array_new();
    compiler->broken_events = g_ptr_array_new();
    compiler->things = g_array_new(FALSE, FALSE, sizeof(struct thing));
    compiler->columns = g_array_new(FALSE, FALSE, sizeof(struct column));
    compiler->order = g_array_new(FALSE, FALSE, sizeof(int32_t));
    constants_init(compiler);
}

static void
declarations_clear(struct compiler *compiler)
{
    const cstm_strategy *strategy = compiler->strategy;
    for (int32_t i = 0; i < strategy->n_machines; i++)
        g_array_free(compiler->machines[i].conditions, TRUE);
    for (int32_t i = 0; i < strategy->n_scores; i++)
        g_array_free(compiler->scores[i].characteristics, TRUE);
    for (int32_t i = 0; compiler->attribute_allowances != NULL && i < strategy->schema.n_attributes;
         i++)
        if (compiler->attribute_allowances[i].purposes != NULL)
            g_ptr_array_free(compiler->attribute_allowances[i].purposes, TRUE);
    for (int32_t e = 0; e < strategy->schema.n_events; e++) {
        for (int32_t f = 0; f < strategy->schema.events[e].n_fields; f++)
            if (compiler->field_allowances[e][f].purposes != NULL)
                g_ptr_array_free(compiler->field_allowances[e][f].purposes, TRUE);
        g_free(compiler->field_allowances[e]);
        g_free(compiler->field_nodes[e]);
        g_free(compiler->field_declarations[e]);
    }
    g_free(compiler->features);
    g_free(compiler->machines);
    g_free(compiler->scores);
    g_free(compiler->segments);
    g_free(compiler->attribute_allowances);
    g_free(compiler->attribute_nodes);
    g_free(compiler->field_allowances);
    g_free(compiler->field_nodes);
    g_free(compiler->event_nodes);
    g_free(compiler->field_declarations);
}

/* All but the strategy, which is the caller's or gone. */
static void
compiler_clear(struct compiler *compiler)
{
    declarations_clear(compiler);
    for (guint i = 0; i < compiler->things->len; i++) {
        g_free(graph_thing(compiler, (int32_t) i)->name);
        g_array_free(graph_thing(compiler, (int32_t) i)->edges, TRUE);
    }
    for (guint i = 0; i < compiler->columns->len; i++)
        g_free(graph_column(compiler, (int32_t) i)->name);
    for (int32_t e = 0; compiler->scope_columns != NULL && e < compiler->schema->n_entities; e++)
        g_hash_table_destroy(compiler->scope_columns[e]);
    g_free(compiler->scope_columns);
    g_free(compiler->slots);
    g_free(compiler->field_things);
    g_array_free(compiler->things, TRUE);
    g_array_free(compiler->columns, TRUE);
    g_array_free(compiler->order, TRUE);
    g_ptr_array_free(compiler->purposes, TRUE);
    g_ptr_array_free(compiler->broken_entities, TRUE);
    g_ptr_array_free(compiler->broken_events, TRUE);
    g_hash_table_destroy(compiler->names);
    constants_clear(compiler);
    document_clear(&compiler->document);
}

static void
declare(struct compiler *compiler)
{
    calendar_declare(compiler);
    rates_declare(compiler);
    quantiles_declare(compiler);
    mappings_declare(compiler);
    constants_declare(compiler);
    declare_purposes(compiler);
    declare_entities(compiler);
    declare_attributes(compiler);
    declare_events(compiler);
    constants_check_fields(compiler);
    features_declare(compiler);
    lifecycles_declare(compiler);
    scores_declare(compiler);
    segments_declare(compiler);
    last_declare(compiler);
}

static void
compile_rules(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    const struct schema *schema = compiler->schema;
    strategy->scopes = keep_array((size_t) schema->n_entities, sizeof *strategy->scopes);
    strategy->event_scopes = keep_array((size_t) schema->n_events, sizeof *strategy->event_scopes);
    for (int32_t e = 0; e < schema->n_entities; e++)
        if ((strategy->scopes[e] = graph_scope(compiler, e)) == NULL)
            compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
    computed_compile(compiler);
    features_compile(compiler, strategy->scopes);
    lifecycles_compile(compiler, strategy->scopes);
    scores_compile(compiler);
    segments_compile(compiler, strategy->scopes);
}

/* Whether a program reads only slots that its entity has: the graph found in the text all that the
 * compiler found. */
static bool
is_traced(const struct compiler *compiler, int32_t entity, const struct rule_program *program)
{
    const int32_t *slots;
    int32_t n = program != NULL ? rule_program_reads(program, &slots) : 0;
    for (int32_t i = 0; i < n; i++)
        if (slots[i] < 0 || slots[i] >= compiler->strategy->n_slots ||
            compiler->strategy->slots[slots[i]].entity != entity)
            return false;
    return true;
}

/* What reads a name that was not seen would escape the checks of order and privacy: it does not
 * pass. */
static void
check_traced(struct compiler *compiler)
{
    const cstm_strategy *strategy = compiler->strategy;
    bool traced = true;
    for (int32_t i = 0; i < strategy->n_features; i++) {
        const struct feature *feature = &strategy->features[i];
        traced &= is_traced(compiler, feature->entity, feature->rule);
        if (feature->source == FEATURE_CHILDREN)
            traced &= is_traced(compiler, feature->child, feature->where_rule);
    }
    for (int32_t i = 0; i < strategy->n_machines; i++)
        for (int32_t c = 0; c < strategy->machines[i].n_conditions; c++)
            traced &= is_traced(compiler, strategy->machines[i].entity,
                                strategy->machines[i].conditions[c]);
    for (int32_t i = 0; i < strategy->n_segments; i++)
        traced &= is_traced(compiler, strategy->segments[i].entity, strategy->segments[i].rule);
    if (!traced)
        compiler_fault(compiler, CSTM_ERROR_UNSUPPORTED, compiler->root,
                       "a rule reads a name that could not be traced");
}

static void
widen(size_t *size, size_t other)
{
    if (*size < other)
        *size = other;
}

static void
widen_scratch(cstm_strategy *strategy, const struct rule_program *program)
{
    if (program == NULL)
        return;
    widen(&strategy->scratch_size, rule_scratch_size(program, RULE_ROWS));
    widen(&strategy->scratch_size_one, rule_scratch_size(program, STRATEGY_FEW_ROWS));
}

static void
find_scratch(cstm_strategy *strategy)
{
    strategy->scratch_size = strategy->plan->scratch_size;
    strategy->scratch_size_one = strategy->plan->scratch_size;
    for (int32_t i = 0; i < strategy->n_features; i++) {
        widen_scratch(strategy, strategy->features[i].rule);
        widen_scratch(strategy, strategy->features[i].where_rule);
    }
    for (int32_t i = 0; i < strategy->n_machines; i++)
        for (int32_t c = 0; c < strategy->machines[i].n_conditions; c++)
            widen_scratch(strategy, strategy->machines[i].conditions[c]);
    for (int32_t i = 0; i < strategy->n_segments; i++)
        widen_scratch(strategy, strategy->segments[i].rule);
    for (int32_t i = 0; i < strategy->n_scores; i++) {
        widen(&strategy->scratch_size, scorer_scratch_size(strategy->scores[i].scorer, RULE_ROWS));
        widen(&strategy->scratch_size_one,
              scorer_scratch_size(strategy->scores[i].scorer, STRATEGY_FEW_ROWS));
    }
}

/* Segments run one after the other over one customer, often hundreds of them. */
static bool
pack_segments(cstm_strategy *strategy)
{
    struct rule_program **programs = memory_new_array((size_t) strategy->n_segments, sizeof *programs);
    if (programs == NULL)
        return false;
    int32_t n = 0;
    for (int32_t i = 0; i < strategy->n_segments; i++)
        programs[n++] = strategy->segments[i].rule;
    bool good = rule_programs_pack(programs, n);
    memory_free(programs);
    return good;
}

/* What only a strategy without faults has. */
static void
finish(struct compiler *compiler)
{
    cstm_strategy *strategy = compiler->strategy;
    const struct schema *schema = compiler->schema;
    check_traced(compiler);
    if (compiler->errors.count > 0)
        return;
    order_steps(compiler);
    digest_features(compiler);
    digest_strategy(compiler);
    strategy->plan = plan_build(schema, strategy->features, strategy->n_features);
    if (strategy->plan == NULL || !pack_segments(strategy)) {
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
        return;
    }
    find_scratch(strategy);
    strategy->attribute_names =
        keep_array((size_t) schema->n_attributes, sizeof *strategy->attribute_names);
    for (int32_t i = 0; i < schema->n_attributes; i++)
        strategy->attribute_names[i] = keep_text(graph_thing(compiler, i)->name);
    constants_warn(compiler);
    cstm_error *warnings = NULL;
    error_list_take(&strategy->warnings, &warnings);
    strategy->warnings.first = warnings;
}

static void
compile(struct compiler *compiler)
{
    compiler->root = compiler->document.root;
    if (compiler->root == NULL || !is_mapping(compiler, compiler->root, "a strategy") ||
        !declare_head(compiler))
        return;
    declare(compiler);
    graph_build(compiler);
    order_find(compiler);
    features_infer_kinds(compiler);
    order_slots(compiler);
    privacy_check(compiler);
    compile_rules(compiler);
    if (compiler->errors.count == 0)
        finish(compiler);
}

static cstm_status
compile_text(const char *text, size_t size, const char *name, const char *path, const cstm_files *files,
             cstm_strategy **strategy, cstm_error **error)
{
    struct compiler compiler;
    compiler_init(&compiler, name);
    compiler.path = path;
    compiler.files = files;
    document_read(&compiler.document, text, size, name, &compiler.errors);
    if (compiler.document.well_formed)
        compile(&compiler);
    cstm_strategy *made = compiler.strategy;
    cstm_status status = error_list_take(&compiler.errors, error);
    compiler_clear(&compiler);
    if (status == CSTM_OK)
        *strategy = made;
    else
        cstm_strategy_unref(made);
    return status;
}

cstm_status
cstm_strategy_parse_with(const char *text, size_t size, const char *name, const cstm_files *files,
                         cstm_strategy **strategy, cstm_error **error)
{
    error_clear(error);
    if (text == NULL)
        return error_misuse(error, "text is NULL");
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    if (files != NULL && !handle_is(files, HANDLE_FILES))
        return error_misuse(error, "files is no files");
    if (strategy == NULL)
        return error_misuse(error, "strategy is NULL");
    return compile_text(text, size, name, NULL, files, strategy, error);
}

cstm_status
cstm_strategy_parse(const char *text, size_t size, const char *name, cstm_strategy **strategy,
                    cstm_error **error)
{
    return cstm_strategy_parse_with(text, size, name, NULL, strategy, error);
}

cstm_status
cstm_strategy_load(const char *path, cstm_strategy **strategy, cstm_error **error)
{
    error_clear(error);
    if (path == NULL)
        return error_misuse(error, "path is NULL");
    if (strategy == NULL)
        return error_misuse(error, "strategy is NULL");
    GByteArray *bytes = g_byte_array_new();
    cstm_status status = file_read(path, bytes, error);
    if (status == CSTM_OK)
        status = compile_text(bytes->len > 0 ? (const char *) bytes->data : "", bytes->len, path, path,
                              NULL, strategy, error);
    g_byte_array_free(bytes, TRUE);
    return status;
}
