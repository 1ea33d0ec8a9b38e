/* A named constant is its value: the checker replaces the name before it looks at anything else, so that folding, warnings, sets and
 * digests have nothing to know about names. Also what else a scope is given beside names: a calendar, rates, quantile tables, mappings. */
#include "rule/constant.h"
#include "rule/mapping.h"
#include "rule/quantiles.h"

static bool
copy_cells(struct arena *arena, const struct cell *cells, int32_t n, struct cell **copies)
{
    *copies = arena_new(arena, sizeof **copies * (size_t) (n > 0 ? n : 1));
    for (int32_t i = 0; *copies != NULL && i < n; i++) {
        (*copies)[i] = cells[i];
        if (cells[i].kind != RULE_STRING)
            continue;
        (*copies)[i].as.text.bytes = arena_text(arena, cells[i].as.text.bytes, cells[i].as.text.size);
        if ((*copies)[i].as.text.bytes == NULL)
            return false;
    }
    return *copies != NULL;
}

static bool
add_cells(struct rule_scope *scope, const char *name, enum rule_kind kind, const struct cell *cells, int32_t n, bool is_list)
{
    struct cell *copies;
    if (!copy_cells(&scope->arena, cells, n, &copies) || !rule_scope_add(scope, name, kind, -1, NULL, 0))
        return false;
    struct scope_name *added = &scope->names[scope->n - 1];
    added->constants = copies;
    added->n_constants = n;
    added->is_list = is_list;
    return true;
}

bool
rule_scope_add_constant(struct rule_scope *scope, const char *name, const struct cell *value)
{
    return add_cells(scope, name, (enum rule_kind) value->kind, value, 1, false);
}

bool
rule_scope_add_list(struct rule_scope *scope, const char *name, enum rule_kind kind, const struct cell *values, int32_t n)
{
    return add_cells(scope, name, kind, values, n, true);
}

void
rule_scope_set_calendar(struct rule_scope *scope, const struct calendar *calendar)
{
    scope->calendar = calendar;
}

void
rule_scope_set_rates(struct rule_scope *scope, const struct rates *rates)
{
    scope->rates = rates;
}

bool
rule_scope_add_quantiles(struct rule_scope *scope, const struct quantiles *quantiles)
{
    if (scope->n_quantiles == RULE_QUANTILES)
        return false;
    for (int32_t i = 0; i < scope->n_quantiles; i++)
        if (strcmp(quantiles_name(scope->quantiles[i]), quantiles_name(quantiles)) == 0)
            return false;
    scope->quantiles[scope->n_quantiles++] = quantiles;
    return true;
}

bool
rule_scope_add_mapping(struct rule_scope *scope, const struct mapping *mapping)
{
    if (scope->n_mappings == RULE_MAPPINGS)
        return false;
    for (int32_t i = 0; i < scope->n_mappings; i++)
        if (strcmp(mapping_name(scope->mappings[i]), mapping_name(mapping)) == 0)
            return false;
    scope->mappings[scope->n_mappings++] = mapping;
    return true;
}

static bool
become_literal(struct arena *arena, const struct cell *value, struct node *node)
{
    node->kind = NODE_LITERAL;
    node->type = (enum rule_kind) value->kind;
    node->literal = true;
    node->constant = true;
    node->value = *value;
    if (value->kind != RULE_STRING)
        return true;
    node->value.as.text.bytes = arena_text(arena, value->as.text.bytes, value->as.text.size);
    return node->value.as.text.bytes != NULL;
}

bool
constant_expand(struct arena *arena, const struct scope_name *name, struct node *node)
{
    if (!name->is_list)
        return become_literal(arena, name->constants, node);
    node->children = arena_new(arena, sizeof *node->children * (size_t) (name->n_constants > 0 ? name->n_constants : 1));
    if (node->children == NULL)
        return false;
    for (int32_t i = 0; i < name->n_constants; i++) {
        node->children[i] = node_new(arena, NODE_LITERAL, node->begin, node->end, 0);
        if (node->children[i] == NULL || !become_literal(arena, &name->constants[i], node->children[i]))
            return false;
    }
    node->kind = NODE_LIST;
    node->n = name->n_constants;
    node->depth = 2;
    return true;
}
