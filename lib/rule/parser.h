/* From text to syntax tree: the whole grammar of CEL, whatever of it the checker then offers. */
#ifndef RULE_PARSER_H
#define RULE_PARSER_H

#include "rule/ast.h"
#include "rule/source.h"

/* NULL: an error is in the source's list. */
struct node *parse(const struct source *source, struct arena *arena);

#endif
