/* Binds calls of domain functions, and says what is wrong with how they were written. */
#include "rule/domain.h"
#include "rule/mapping.h"
#include "rule/quantiles.h"
#include "rule/rates.h"
#include "rule/scope.h"

#include "base/text.h"

#include <math.h>

static bool
bind_calendar(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct node *node)
{
    if (scope->calendar == NULL) {
        source_error(source, CSTM_ERROR_MISSING, node->at, "'%.*s' asks a calendar, and none is named: a strategy names one with 'calendar:'",
                     (int) node->name.size, node->name.bytes);
        return false;
    }
    struct calendar_binding *binding = arena_new(arena, sizeof *binding);
    if (binding == NULL) {
        source_no_memory(source);
        return false;
    }
    binding->calendar = scope->calendar;
    binding->zone = node->data;
    node->data = binding;
    return true;
}

/* The edges are a list of constants: written out, or named. */
static bool
edge_as(const struct source *source, enum rule_kind kind, const struct node *edge, int64_t *i, double *d)
{
    if (edge->optional || !edge->constant) {
        source_error(source, CSTM_ERROR_TYPE, edge->begin, "an edge of a bucket must be a constant");
        return false;
    }
    if (edge->type == kind) {
        *i = edge->value.as.i;
        *d = edge->value.as.d;
    } else if (kind == RULE_DOUBLE && edge->type == RULE_INT) {
        *d = (double) edge->value.as.i;
    } else {
        source_error(source, CSTM_ERROR_TYPE, edge->begin, "the value is %s, this edge is %s", rule_kind_name(kind),
                     rule_kind_name(edge->type));
        return false;
    }
    if (kind == RULE_DOUBLE && !isfinite(*d)) {
        source_error(source, CSTM_ERROR_RANGE, edge->begin, "an edge of a bucket must be a finite number");
        return false;
    }
    return true;
}

static bool
bind_edges(const struct source *source, struct arena *arena, struct node *node)
{
    const enum rule_kind kind = node->children[0]->type;
    const struct node *list = node->children[1];
    if (list->kind != NODE_LIST) {
        source_error(source, CSTM_ERROR_TYPE, list->begin, "the edges of buckets are a list of constants, or the name of one");
        return false;
    }
    if (list->n == 0) {
        source_error(source, CSTM_ERROR_RANGE, list->begin, "buckets have at least one edge");
        return false;
    }
    struct bucket_edges *edges = arena_new(arena, sizeof *edges);
    int64_t *ints = arena_new(arena, sizeof *ints * (size_t) list->n);
    double *doubles = arena_new(arena, sizeof *doubles * (size_t) list->n);
    if (edges == NULL || ints == NULL || doubles == NULL) {
        source_no_memory(source);
        return false;
    }
    for (int32_t i = 0; i < list->n; i++) {
        if (!edge_as(source, kind, list->children[i], &ints[i], &doubles[i]))
            return false;
        if (i > 0 && !(kind == RULE_DOUBLE ? doubles[i - 1] < doubles[i] : ints[i - 1] < ints[i])) {
            source_error(source, CSTM_ERROR_RANGE, list->children[i]->begin,
                         "the edges of buckets ascend, edge %d is not above the one before it", i + 1);
            return false;
        }
    }
    edges->n = list->n;
    if (kind == RULE_DOUBLE)
        edges->as.doubles = doubles;
    else
        edges->as.ints = ints;
    node->data = edges;
    return true;
}

static bool
bind_quantiles(const struct source *source, const struct rule_scope *scope, struct node *node)
{
    const struct node *name = node->children[node->n - 1];
    if (!name->constant) {
        source_error(source, CSTM_ERROR_TYPE, name->begin, "a quantile table is named by a literal text");
        return false;
    }
    const struct rule_text text = name->value.as.text;
    const char *words[RULE_QUANTILES];
    char word[64];
    size_t n = 0;
    for (int32_t i = 0; i < scope->n_quantiles; i++) {
        const char *known = quantiles_name(scope->quantiles[i]);
        words[n++] = known;
        if (strlen(known) != text.size || memcmp(known, text.bytes, text.size) != 0)
            continue;
        node->data = scope->quantiles[i];
        const enum rule_kind kind = quantiles_kind(scope->quantiles[i]);
        if (kind == node->children[0]->type || kind == RULE_ERROR)
            return kind != RULE_ERROR;
        source_error(source, CSTM_ERROR_TYPE, node->children[0]->begin, "the quantile table '%s' is of %s, this is %s", known,
                     rule_kind_name(kind), rule_kind_name(node->children[0]->type));
        return false;
    }
    const size_t size = text.size < sizeof word ? text.size : sizeof word - 1;
    memcpy(word, text.bytes, size);
    word[size] = 0;
    const char *near = text_nearest(word, words, n);
    if (near != NULL)
        source_error(source, CSTM_ERROR_UNKNOWN, name->begin, "unknown quantile table '%s', did you mean '%s'?", word, near);
    else
        source_error(source, CSTM_ERROR_UNKNOWN, name->begin, "unknown quantile table '%s'; a strategy names them with 'quantiles:'",
                     word);
    return false;
}

static bool
bind_rates(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct node *node)
{
    const struct node *code = node->children[1];
    if (scope->rates == NULL) {
        source_error(source, CSTM_ERROR_MISSING, node->at, "'convert' asks a table of rates, and none is named: a strategy names one with 'rates:'");
        return false;
    }
    if (rates_base(scope->rates) == NULL)
        return false;                    /* it could not be read, and was reported */
    if (scope->exponent < 0 || strcmp(rates_base(scope->rates)->code, scope->currency) != 0) {
        source_error(source, CSTM_ERROR_MISMATCH, node->at, "the rates are into %s, the rule's money is %s", rates_base(scope->rates)->code,
                     scope->exponent < 0 ? "of no currency" : scope->currency);
        return false;
    }
    if (code->constant && currency_find(code->value.as.text.bytes, code->value.as.text.size) == NULL) {
        source_error(source, CSTM_ERROR_UNKNOWN, code->begin, "'%.*s' is no currency with a minor unit (ISO 4217)",
                     (int) code->value.as.text.size, code->value.as.text.bytes);
        return false;
    }
    struct rates_binding *binding = arena_new(arena, sizeof *binding);
    if (binding == NULL) {
        source_no_memory(source);
        return false;
    }
    binding->rates = scope->rates;
    binding->zone = node->data;
    node->data = binding;
    return true;
}

static bool
bind_mapping(const struct source *source, const struct rule_scope *scope, struct node *node)
{
    const struct node *name = node->children[node->n - 1];
    if (!name->constant) {
        source_error(source, CSTM_ERROR_TYPE, name->begin, "a mapping is named by a literal text");
        return false;
    }
    const struct rule_text text = name->value.as.text;
    const char *words[RULE_MAPPINGS];
    char word[64];
    for (int32_t i = 0; i < scope->n_mappings; i++) {
        words[i] = mapping_name(scope->mappings[i]);
        if (strlen(words[i]) != text.size || memcmp(words[i], text.bytes, text.size) != 0)
            continue;
        node->data = scope->mappings[i];
        const enum rule_kind kind = mapping_kind(scope->mappings[i]);
        if (kind == node->children[0]->type || kind == RULE_ERROR)
            return kind != RULE_ERROR;
        source_error(source, CSTM_ERROR_TYPE, node->children[0]->begin, "the mapping '%s' is of codes that are %s, this is %s", words[i],
                     rule_kind_name(kind), rule_kind_name(node->children[0]->type));
        return false;
    }
    const size_t size = text.size < sizeof word ? text.size : sizeof word - 1;
    memcpy(word, text.bytes, size);
    word[size] = 0;
    const char *near = text_nearest(word, words, (size_t) scope->n_mappings);
    if (near != NULL)
        source_error(source, CSTM_ERROR_UNKNOWN, name->begin, "unknown mapping '%s', did you mean '%s'?", word, near);
    else
        source_error(source, CSTM_ERROR_UNKNOWN, name->begin, "unknown mapping '%s'; a strategy names them with 'mappings:'", word);
    return false;
}

bool
domain_bind(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct node *node)
{
    switch (node->overload->binding) {
    case BIND_CALENDAR:
    case BIND_CALENDAR_ZONE:
        return bind_calendar(source, arena, scope, node);
    case BIND_EDGES:
        return bind_edges(source, arena, node);
    case BIND_RATES:
    case BIND_RATES_ZONE:
        return bind_rates(source, arena, scope, node);
    case BIND_MAPPING:
        return bind_mapping(source, scope, node);
    default:
        return bind_quantiles(source, scope, node);
    }
}
