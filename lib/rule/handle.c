/* Scopes and rules as handles. A rule keeps what it needs of its scope, so the scope may go first. */
#include "rule/handle.h"
#include "rule/scope.h"

#include "base/memory.h"
#include "base/money.h"

#include <string.h>

cstm_type
rule_type_of(enum rule_kind kind)
{
    for (cstm_type type = CSTM_TYPE_BOOL; type <= CSTM_TYPE_MONEY; type++)
        if (rule_kind_of(type) == kind)
            return type;
    return CSTM_TYPE_NONE;
}

cstm_status
cstm_scope_new(const char *currency, const char *zone, cstm_scope **scope, cstm_error **error)
{
    error_clear(error);
    if (scope == NULL)
        return error_misuse(error, "scope is NULL");
    if (currency != NULL && currency_find(currency, strlen(currency)) == NULL)
        return error_set(error, CSTM_ERROR_UNKNOWN, "unknown currency '%.8s'", currency);
    struct zone *loaded = NULL;
    cstm_status status = zone_load(zone != NULL ? zone : "UTC", &loaded, error);
    if (status != CSTM_OK)
        return status;
    cstm_scope *made = memory_new(sizeof *made);
    if (made != NULL)
        made->names = rule_scope_new(zone, currency != NULL ? currency : "");
    if (made == NULL || made->names == NULL) {
        memory_free(made);
        zone_unref(loaded);
        return error_no_memory(error);
    }
    made->handle.tag = HANDLE_SCOPE;
    made->zone = loaded;
    rule_scope_set_zone(made->names, loaded);
    *scope = made;
    return CSTM_OK;
}

cstm_status
cstm_scope_declare(cstm_scope *scope, const char *name, cstm_type type, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(scope, HANDLE_SCOPE))
        return error_misuse(error, "scope is NULL or not a scope");
    if (name == NULL)
        return error_misuse(error, "name is NULL");
    enum rule_kind kind = rule_kind_of(type);
    if (kind == RULE_ERROR)
        return error_set(error, CSTM_ERROR_TYPE, "no name can be of type %d", (int) type);
    if (kind == RULE_MONEY && scope->names->exponent < 0)
        return error_set(error, CSTM_ERROR_TYPE, "money needs a currency, and the scope has none");
    if (!scope_is_name(name))
        return error_set(error, CSTM_ERROR_SYNTAX, "'%.80s' is no identifier, or a reserved word", name);
    if (scope_find(scope->names, name, strlen(name)) != NULL)
        return error_set(error, CSTM_ERROR_DUPLICATE, "'%.80s' is declared already", name);
    if (!rule_scope_add(scope->names, name, kind, scope->n, NULL, 0))
        return error_no_memory(error);
    scope->n++;
    return CSTM_OK;
}

void
cstm_scope_free(cstm_scope *scope)
{
    if (!handle_is(scope, HANDLE_SCOPE))
        return;
    scope->handle.tag = HANDLE_FREED;
    rule_scope_free(scope->names);
    zone_unref(scope->zone);
    memory_free(scope);
}

static void
rule_free(cstm_rule *rule)
{
    for (int32_t i = 0; i < rule->n_inputs; i++)
        memory_free(rule->inputs[i].name);
    memory_free(rule->inputs);
    rule_program_unref(rule->program);
    zone_unref(rule->zone);
    cstm_error_free(rule->warnings);
    rule->handle.tag = HANDLE_FREED;
    memory_free(rule);
}

static bool
keep_inputs(cstm_rule *rule, const cstm_scope *scope)
{
    const int32_t *slots = NULL;
    int32_t n = rule_program_reads(rule->program, &slots);
    rule->inputs = memory_new_array((size_t) n, sizeof *rule->inputs);
    if (rule->inputs == NULL)
        return false;
    for (int32_t i = 0; i < n; i++) {
        /* A name's slot is its place in the order of declaration. */
        const struct scope_name *name = &scope->names->names[slots[i]];
        char *copy = memory_copy(name->name, name->size);
        if (copy == NULL)
            return false;
        rule->inputs[rule->n_inputs++] = (struct rule_input){
            .name = copy, .kind = name->kind, .type = rule_type_of(name->kind), .slot = slots[i]};
        rule->n_slots = slots[i] + 1;
    }
    return true;
}

static cstm_status
rule_new(const cstm_scope *scope, struct rule_program *program /* taken */, cstm_rule **rule, cstm_error **error)
{
    cstm_rule *made = memory_new(sizeof *made);
    if (made == NULL) {
        rule_program_unref(program);
        return error_no_memory(error);
    }
    made->handle.tag = HANDLE_RULE;
    atomic_init(&made->references, 1);
    made->program = program;
    made->zone = zone_ref(scope->zone);
    memcpy(made->currency, scope->names->currency, sizeof made->currency);
    if (!keep_inputs(made, scope)) {
        rule_free(made);
        return error_no_memory(error);
    }
    *rule = made;
    return CSTM_OK;
}

cstm_status
cstm_rule_compile(const cstm_scope *scope, const char *text, size_t size, cstm_type type, cstm_rule **rule, cstm_error **error)
{
    error_clear(error);
    if (!handle_is(scope, HANDLE_SCOPE))
        return error_misuse(error, "scope is NULL or not a scope");
    if (text == NULL || rule == NULL)
        return error_misuse(error, text == NULL ? "text is NULL" : "rule is NULL");
    enum rule_kind expected = type == CSTM_TYPE_NONE ? RULE_DYN : rule_kind_of(type);
    if (expected == RULE_ERROR)
        return error_misuse(error, "type is none that a rule can have");
    struct error_list errors = {0}, warnings = {0};
    struct rule_program *program = rule_compile(text, size, scope->names, expected, NULL, &errors, &warnings);
    if (program == NULL) {
        error_list_clear(&warnings);
        return error_list_take(&errors, error);
    }
    cstm_status status = rule_new(scope, program, rule, error);
    if (status == CSTM_OK)
        error_list_take(&warnings, &(*rule)->warnings);
    else
        error_list_clear(&warnings);
    return status;
}

cstm_rule *
cstm_rule_ref(cstm_rule *rule)
{
    if (!handle_is(rule, HANDLE_RULE))
        return NULL;
    atomic_fetch_add_explicit(&rule->references, 1, memory_order_relaxed);
    return rule;
}

void
cstm_rule_unref(cstm_rule *rule)
{
    if (!handle_is(rule, HANDLE_RULE))
        return;
    if (atomic_fetch_sub_explicit(&rule->references, 1, memory_order_acq_rel) == 1)
        rule_free(rule);
}

cstm_type
cstm_rule_type(const cstm_rule *rule)
{
    return handle_is(rule, HANDLE_RULE) ? rule_type_of(rule_program_kind(rule->program)) : CSTM_TYPE_NONE;
}

const char *
cstm_rule_text(const cstm_rule *rule)
{
    return handle_is(rule, HANDLE_RULE) ? rule_program_text(rule->program) : "";
}

int32_t
cstm_rule_read_count(const cstm_rule *rule)
{
    return handle_is(rule, HANDLE_RULE) ? rule->n_inputs : 0;
}

const char *
cstm_rule_read_name(const cstm_rule *rule, int32_t i)
{
    if (!handle_is(rule, HANDLE_RULE) || i < 0 || i >= rule->n_inputs)
        return NULL;
    return rule->inputs[i].name;
}

int64_t
cstm_rule_cost(const cstm_rule *rule)
{
    return handle_is(rule, HANDLE_RULE) ? rule_program_cost(rule->program) : 0;
}

const cstm_error *
cstm_rule_warnings(const cstm_rule *rule)
{
    return handle_is(rule, HANDLE_RULE) ? rule->warnings : NULL;
}
