/* Reading features, in parts: words and types of the operators (operators.c), what they stand over
 * (operands.c), what else some of them take (parameters.c). features.c puts them together. */
#ifndef STRATEGY_AGGREGATE_H
#define STRATEGY_AGGREGATE_H

#include "strategy/keys.h"

/* operators.c */
struct operator_word {
    const char *key;
    enum feature_operator operator;
    /* of events: ITS_FIELD, or counts them (or their days); EITHER leaves it to the document */
    enum { NO_FIELD, ITS_FIELD, EITHER } reads;
    bool over_children;
};
extern const struct operator_word operators[];
extern const size_t n_operators;

const char *operator_key(enum feature_operator operator);
/* The kind of what an operator makes of values of `kind`; RULE_ERROR if it cannot. */
enum rule_kind operator_kind(enum feature_operator operator, enum rule_kind kind);
void operator_fault_kind(struct compiler *compiler, const struct node *at,
                         enum feature_operator operator, enum rule_kind kind);
/* What it is if nothing but events is named. */
enum rule_kind operator_counted_kind(size_t o);
/* Which of the operators or `rule` (n_operators) stands there; exactly one must. -1: reported. */
int32_t operator_find(struct compiler *compiler, const struct node *node,
                      const struct node **operand);
/* Reports keys that no feature has. */
void feature_keys_check(struct compiler *compiler, const struct node *node);

/* near.c: of an aggregate over events, after its window was read; false: reported */
bool near_read(struct compiler *compiler, struct feature_declaration *declaration,
               struct feature *feature, const char *key);

/* operands.c */
/* What operator `o` stands over, into the feature, with its kind. False: reported. */
bool operand_read(struct compiler *compiler, const struct node *operand, size_t o,
                  struct feature *feature);

/* cycle.c */
/* `cycle:` of a feature over statement cycles: the attribute that gives their closing day. False: reported. */
bool cycle_read(struct compiler *compiler, struct feature_declaration *declaration,
                struct feature *feature);

/* by.c */
/* The field by whose values a feature over events is told apart, into the feature, and how many values
 * there are. False: reported, or not known. */
bool by_read(struct compiler *compiler, const struct node *by, struct feature *feature, int32_t *n);
/* NAME.VALUE, to be kept. */
char *by_name(const struct compiler *compiler, const struct feature *feature, int32_t value);

#endif
