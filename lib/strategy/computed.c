/* Fields that events are not given: what their rules read, so that purposes reach through them, and at
 * last the programs. A rule reads the fields before its own, the event's `time` and `day`, constants,
 * lists and all functions; the category of a field is the rule category_of(FIELD, 'MAPPING'). */
#include "strategy/keys.h"

#include "rule/mapping.h"

#include <string.h>

static struct field_declaration *
declaration_of(const struct compiler *compiler, int32_t event, int32_t field)
{
    return &compiler->field_declarations[event][field];
}

bool
computed_is_broken(const struct compiler *compiler, int32_t event, int32_t field)
{
    return compiler->field_declarations[event] != NULL &&
           compiler->field_declarations[event][field].broken;
}

static void
fault_unknown_field(struct compiler *compiler, const struct node *at, const struct event_kind *kind,
                    int32_t n)
{
    GPtrArray *known = g_ptr_array_new();
    char *what = g_strdup_printf("field of %s", kind->name);
    for (int32_t i = 0; i < n; i++)
        g_ptr_array_add(known, kind->fields[i].name);
    compiler_fault_unknown(compiler, at, what, at->text, (const char *const *) known->pdata,
                           known->len);
    g_ptr_array_free(known, TRUE);
    g_free(what);
}

/* The codes that a mapping maps: a field that stands before and is of the mapping's type. */
static void
read_codes(struct compiler *compiler, int32_t event, int32_t f,
           struct field_declaration *declaration)
{
    const struct event_kind *kind = &compiler->schema->events[event];
    const struct node *of = declaration->of;
    int32_t field = schema_find_field(compiler->schema, event, of->text);
    declaration->broken = true;
    if (field < 0) {
        fault_unknown_field(compiler, of, kind, f);
        return;
    }
    if (field >= f) {
        compiler_fault(compiler, CSTM_ERROR_CYCLE, of,
                       "a computed field reads the fields that stand before it, and '%s' %s",
                       of->text, field == f ? "is itself" : "stands behind it");
        return;
    }
    int32_t first = compiler->field_things[event];
    graph_edge(compiler, first + f, first + field, of->line, of->column);
    if (kind->fields[field].type == CSTM_TYPE_NONE)
        return;
    enum rule_kind type = rule_kind_of(kind->fields[field].type);
    declaration->broken = type != mapping_kind(declaration->mapping);
    if (declaration->broken)
        compiler_fault(compiler, CSTM_ERROR_TYPE, of,
                       "the mapping '%s' is of codes that are %s, '%s' is %s",
                       mapping_name(declaration->mapping),
                       rule_kind_name(mapping_kind(declaration->mapping)), of->text,
                       rule_kind_name(type));
}

void
computed_read(struct compiler *compiler)
{
    const struct schema *schema = compiler->schema;
    for (int32_t e = 0; e < schema->n_events; e++) {
        bool declares = compiler->field_declarations[e] != NULL;
        for (int32_t f = 0; declares && f < schema->events[e].n_fields; f++) {
            struct field_declaration *declaration = declaration_of(compiler, e, f);
            if (declaration->of != NULL)
                read_codes(compiler, e, f, declaration);
            else
                graph_read_event(compiler, compiler->field_things[e] + f, e, f, declaration->rule);
        }
    }
}

static struct rule_program *
compile_category(struct compiler *compiler, const struct rule_scope *scope,
                 const struct field_declaration *declaration)
{
    struct error_list none = {0};
    char *text = g_strdup_printf("category_of(%s, '%s')", declaration->of->text,
                                 mapping_name(declaration->mapping));
    struct rule_place place = {.file = compiler->file,
                               .line = declaration->of->line,
                               .column = declaration->of->column};
    struct rule_program *program =
        rule_compile(text, strlen(text), scope, RULE_STRING, &place, &none, NULL);
    if (program == NULL)
        compiler_fault(compiler, CSTM_ERROR_NO_MEMORY, NULL, "out of memory");
    error_list_clear(&none);
    g_free(text);
    return program;
}

/* What a value is computed by, down to the fields that events are given. */
static struct digest
definition_of(const struct compiler *compiler, const struct event_kind *kind,
              const struct rule_program *program)
{
    GString *bytes = g_string_new("computed 1 ");
    struct digest rule = rule_program_digest(program), digest;
    const int32_t *slots;
    int32_t n = rule_program_reads(program, &slots);
    g_string_append_len(bytes, (const char *) rule.bytes, sizeof rule.bytes);
    if (compiler->schema->zone != NULL)
        g_string_append(bytes, zone_name(compiler->schema->zone));
    g_string_append_c(bytes, ' ');
    g_string_append(bytes, compiler->schema->currency);
    for (int32_t f = 0; f < kind->n_fields; f++)
        for (int32_t i = 0; i < n; i++)
            if (slots[i] == f && kind->fields[f].computed != NULL)
                g_string_append_len(bytes, (const char *) kind->fields[f].definition.bytes,
                                    sizeof kind->fields[f].definition.bytes);
    digest = digest_of(bytes->str, bytes->len);
    g_string_free(bytes, TRUE);
    return digest;
}

static void
compile_field(struct compiler *compiler, int32_t event, int32_t f)
{
    struct event_kind *kind = &compiler->schema->events[event];
    struct event_field *field = &kind->fields[f];
    const struct field_declaration *declaration = declaration_of(compiler, event, f);
    if (declaration->broken || (declaration->rule == NULL && declaration->of == NULL))
        return;
    struct rule_scope *scope = graph_event_scope(compiler, event, f);
    field->computed = declaration->of != NULL
                          ? compile_category(compiler, scope, declaration)
                          : graph_compile(compiler, declaration->rule, scope,
                                          rule_kind_of(field->type), &compiler->errors,
                                          &compiler->strategy->warnings);
    if (field->computed != NULL)
        field->definition = definition_of(compiler, kind, field->computed);
    rule_scope_free(scope);
}

/* A field of a kind that is made of others is computed where a member's is. */
static void
define_union(struct compiler *compiler, struct event_kind *kind)
{
    struct schema *schema = compiler->schema;
    for (int32_t f = 0; f < kind->n_fields; f++) {
        GString *bytes = g_string_new("members 1 ");
        bool computed = false;
        for (int32_t m = 0; m < kind->n_members; m++) {
            const struct event_kind *member = &schema->events[kind->members[m]];
            int32_t own = schema_find_field(schema, kind->members[m], kind->fields[f].name);
            if (own < 0 || !field_is_defined(&member->fields[own]))
                continue;
            computed = true;
            g_string_append_printf(bytes, "%s ", member->name);
            g_string_append_len(bytes, (const char *) member->fields[own].definition.bytes,
                                sizeof member->fields[own].definition.bytes);
        }
        if (computed)
            kind->fields[f].definition = digest_of(bytes->str, bytes->len);
        g_string_free(bytes, TRUE);
    }
}

void
computed_compile(struct compiler *compiler)
{
    for (int32_t e = 0; e < compiler->schema->n_events; e++)
        for (int32_t f = 0; compiler->field_declarations[e] != NULL &&
                            f < compiler->schema->events[e].n_fields;
             f++)
            compile_field(compiler, e, f);
    for (int32_t e = 0; e < compiler->schema->n_events; e++)
        define_union(compiler, &compiler->schema->events[e]);
}
