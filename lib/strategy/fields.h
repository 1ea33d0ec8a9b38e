/* Reading what events have, and what they share with attributes. */
#ifndef STRATEGY_FIELDS_H
#define STRATEGY_FIELDS_H

#include "strategy/keys.h"

#include "rule/mapping.h"

/* How many entries a mapping or sequence has; 0 of NULL. */
size_t entry_count(const struct node *node);
/* `values:`, the only texts that there are. */
void values_read(struct compiler *compiler, const struct node *mapping, cstm_type type,
                 char ***values, int32_t *n);
/* `fields:` of event kind `index`; node is nullable. */
void fields_read(struct compiler *compiler, const struct node *node, struct event_kind *kind,
                 int32_t index);

#endif
