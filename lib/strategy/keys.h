/* Reading nodes as what their key says they are. Nothing is guessed from the look of a text:
 * `version: 012` is the text "012", `count: 012` is refused, and a bool is true or false and
 * nothing else. Each reader reports its own fault, with what was expected, and says whether it
 * read; of a node that was reported before it says no in silence. `what` names the thing in
 * messages: "the base of a scorecard". */
#ifndef STRATEGY_KEYS_H
#define STRATEGY_KEYS_H

#include "strategy/compile.h"

/* The value of a key, NULL if it does not stand there. */
const struct node *key_find(const struct node *mapping, const char *key);
/* The same, reported as missing at `at` if it does not stand there. */
const struct node *key_need(struct compiler *compiler, const struct node *mapping, const char *key,
                            const struct node *at, const char *what);
/* Reports every key that is not one of `known`, with the nearest. */
void keys_check(struct compiler *compiler, const struct node *mapping, const char *what,
                const char *const *known, size_t n);

bool is_mapping(struct compiler *compiler, const struct node *node, const char *what);
bool is_sequence(struct compiler *compiler, const struct node *node, const char *what);
bool is_empty(const struct node *node); /* `key:` with nothing behind it */

bool read_text(struct compiler *compiler, const struct node *node, const char *what,
               const char **text);
bool read_integer(struct compiler *compiler, const struct node *node, const char *what,
                  int64_t least, int64_t greatest, int64_t *value);
bool read_number(struct compiler *compiler, const struct node *node, const char *what,
                 double *value);
bool read_bool(struct compiler *compiler, const struct node *node, const char *what, bool *value);
bool read_date(struct compiler *compiler, const struct node *node, const char *what, int32_t *day);
bool read_days(struct compiler *compiler, const struct node *node, const char *what, int32_t least,
               int32_t greatest, int32_t *days);
bool read_window(struct compiler *compiler, const struct node *node, struct window *window);
/* `before:` beside it: how much earlier it ended. */
bool read_window_before(struct compiler *compiler, const struct node *node, struct window *window);
bool read_type(struct compiler *compiler, const struct node *node, cstm_type *type);
/* One of n words; its position. */
bool read_word(struct compiler *compiler, const struct node *node, const char *what,
               const char *const *words, size_t n, int32_t *word);
/* Texts of a sequence, no two alike, borrowed from the document; NULL if something was reported. */
GPtrArray *read_texts(struct compiler *compiler, const struct node *node, const char *what);

/* [a-z_][a-z0-9_]*, and no reserved word of the rule language unless `reserved`. */
bool read_identifier(struct compiler *compiler, const struct node *node, const char *what,
                     bool reserved, const char **name);

const char *type_name(cstm_type type);

#endif
