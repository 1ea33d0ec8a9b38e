/* Reading what events have, and what they share with attributes. */
#ifndef STRATEGY_FIELDS_H
#define STRATEGY_FIELDS_H

#include "strategy/keys.h"

#include "rule/mapping.h"

#define RANGE_LIMIT 1000000

/* How many entries a mapping or sequence has; 0 of NULL. */
size_t entry_count(const struct node *node);
/* `values:`, the only texts that there are. */
void values_read(struct compiler *compiler, const struct node *mapping, cstm_type type,
                 char ***values, int32_t *n);
/* `fields:` of event kind `index`; node is nullable. */
void fields_read(struct compiler *compiler, const struct node *node, struct event_kind *kind,
                 int32_t index);

/* unions.c: kinds that are made of others. How many more than the document's there may be. */
size_t unions_unnamed(const struct compiler *compiler);
void union_read(struct compiler *compiler, int32_t index, const struct node *list);

/* amendments.c: `sources:`; of an event that is declared, who sends it and what it amends; what follows
 * once all are read. */
void sources_declare(struct compiler *compiler);
void source_read(struct compiler *compiler, int32_t index, const struct node *node);
void amendment_read(struct compiler *compiler, int32_t index, const struct node *node);
void amendments_settle(struct compiler *compiler);

#endif
