/* Gives every node its kind over a scope, resolves every name and function, folds constants, and says all that is wrong. */
#ifndef RULE_CHECKER_H
#define RULE_CHECKER_H

#include "rule/ast.h"
#include "rule/scope.h"
#include "rule/source.h"

/* Zones that a program reads: held until it is freed. */
struct zone_list {
    struct zone **zones;
    size_t n, capacity;
};
void zone_list_clear(struct zone_list *list);

/* False: at least one error is in the source's list. */
bool check(const struct source *source, struct arena *arena, const struct rule_scope *scope, struct zone_list *zones,
           enum rule_kind expected, struct node *root);

#endif
