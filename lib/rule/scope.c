/* A scope: filled once, then read by any number of compilations. */
#include "rule/scope.h"
#include "rule/lexer.h"

#include "base/hash.h"
#include "base/money.h"
#include "base/text.h"

struct rule_scope *
rule_scope_new(const char *zone_name_or_null, const char *currency)
{
    struct rule_scope *scope = memory_new(sizeof *scope);
    if (scope == NULL)
        return NULL;
    const struct currency *known = currency == NULL || currency[0] == 0 ? NULL : currency_find(currency, strlen(currency));
    scope->exponent = known == NULL ? -1 : known->exponent;
    if (known != NULL)
        memcpy(scope->currency, known->code, sizeof scope->currency);
    if (zone_name_or_null != NULL) {
        scope->zone_name = arena_text(&scope->arena, zone_name_or_null, strlen(zone_name_or_null));
        if (scope->zone_name == NULL) {
            rule_scope_free(scope);
            return NULL;
        }
    }
    return scope;
}

void
rule_scope_free(struct rule_scope *scope)
{
    if (scope == NULL)
        return;
    memory_free(scope->names);
    memory_free(scope->buckets);
    arena_clear(&scope->arena);
    memory_free(scope);
}

void
rule_scope_set_zone(struct rule_scope *scope, struct zone *zone)
{
    scope->zone = zone;
}

bool
rule_scope_set_container(struct rule_scope *scope, const char *container)
{
    scope->container = NULL;
    if (container[0] == 0)
        return true;
    scope->container = arena_text(&scope->arena, container, strlen(container));
    return scope->container != NULL;
}

void
rule_scope_set_unchecked(struct rule_scope *scope)
{
    scope->unchecked = true;
    scope->infinite = true;
}

void
rule_scope_set_infinite(struct rule_scope *scope)
{
    scope->infinite = true;
}

static size_t
bucket_of(const struct rule_scope *scope, const char *name, size_t size)
{
    size_t at = (size_t) hash_bytes(name, size, 0) & (scope->n_buckets - 1);
    for (; scope->buckets[at] >= 0; at = (at + 1) & (scope->n_buckets - 1)) {
        const struct scope_name *entry = &scope->names[scope->buckets[at]];
        if (entry->size == size && memcmp(entry->name, name, size) == 0)
            break;
    }
    return at;
}

const struct scope_name *
scope_find(const struct rule_scope *scope, const char *name, size_t size)
{
    if (scope->n == 0)
        return NULL;
    int32_t i = scope->buckets[bucket_of(scope, name, size)];
    return i < 0 ? NULL : &scope->names[i];
}

const char *
scope_nearest(const struct rule_scope *scope, const char *name)
{
    const char **words = memory_new_array(scope->n + 1, sizeof *words);
    if (words == NULL)
        return NULL;
    for (size_t i = 0; i < scope->n; i++)
        words[i] = scope->names[i].name;
    const char *nearest = text_nearest(name, words, scope->n);
    memory_free(words);
    return nearest;
}

bool
scope_is_name(const char *name)
{
    for (;;) {
        size_t size = strcspn(name, ".");
        if (!lexer_is_identifier(name, size) || lexer_is_reserved(name, size))
            return false;
        if (name[size] == 0)
            return true;
        name += size + 1;
    }
}

static bool
grow_buckets(struct rule_scope *scope)
{
    if (scope->n_buckets >= (scope->n + 1) * 2)
        return true;
    size_t wanted = scope->n_buckets == 0 ? 16 : scope->n_buckets * 2;
    int32_t *buckets = memory_new_array(wanted, sizeof *buckets);
    if (buckets == NULL)
        return false;
    memory_free(scope->buckets);
    memset(buckets, 0xff, wanted * sizeof *buckets);
    scope->buckets = buckets;
    scope->n_buckets = wanted;
    for (size_t i = 0; i < scope->n; i++)
        buckets[bucket_of(scope, scope->names[i].name, scope->names[i].size)] = (int32_t) i;
    return true;
}

bool
rule_scope_add(struct rule_scope *scope, const char *name, enum rule_kind kind, int32_t slot, const char *const *values, int32_t n_values)
{
    size_t size = strlen(name);
    if (!scope_is_name(name) || scope_find(scope, name, size) != NULL)
        return false;
    if (!grow_buckets(scope) || !memory_reserve(&scope->names, &scope->capacity, scope->n + 1, sizeof *scope->names))
        return false;
    const char **copies = NULL;
    if (values != NULL && n_values > 0) {
        copies = arena_new(&scope->arena, sizeof *copies * (size_t) n_values);
        for (int32_t i = 0; copies != NULL && i < n_values; i++) {
            copies[i] = arena_text(&scope->arena, values[i], strlen(values[i]));
            if (copies[i] == NULL)
                return false;
        }
        if (copies == NULL)
            return false;
    }
    char *copy = arena_text(&scope->arena, name, size);
    if (copy == NULL)
        return false;
    scope->names[scope->n] = (struct scope_name){
        .name = copy, .size = size, .kind = kind, .slot = slot, .values = copies, .n_values = copies == NULL ? 0 : n_values};
    scope->buckets[bucket_of(scope, name, size)] = (int32_t) scope->n;
    scope->n++;
    return true;
}
