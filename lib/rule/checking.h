/* What the files of the checker share: names, calls, macros and sets are checked apart, and all of them come back to check_node()
 * for what stands below. */
#ifndef RULE_CHECKING_H
#define RULE_CHECKING_H

#include "rule/checker.h"

/* A macro's variable while its body is checked. */
struct local {
    struct rule_text name;
    const struct type *type;
};

struct checker {
    const struct source *source;
    struct arena *arena;
    const struct rule_scope *scope;
    struct zone_list *zones;
    struct zone *zone;           /* the scope's, once it was asked for */
    struct local *locals;
    size_t n_locals, locals_capacity;
    int32_t folds;               /* of macros, so far */
    size_t fold_room;            /* bytes that folded values may still take */
    bool failed;
};

#define FOLD_LIMIT 64            /* macros that are computed while a rule is compiled; others wait until it runs */

/* A node that is refused gets the kind RULE_ERROR, which everything above takes silently. */
#define REFUSE(checker, node, code, at, ...)                                                        \
    do {                                                                                            \
        source_error((checker)->source, code, at, __VA_ARGS__);                                     \
        checker_fail(checker, node);                                                                \
    } while (0)

/* What is wrong with names and kinds: where checking is left out, it is found when the rule runs. */
#define MISTAKE(checker, node, code, at, ...)                                                       \
    do {                                                                                            \
        if ((checker)->scope->unchecked)                                                            \
            checker_defer(node);                                                                    \
        else                                                                                        \
            REFUSE(checker, node, code, at, __VA_ARGS__);                                           \
    } while (0)

void checker_fail(struct checker *checker, struct node *node);
void checker_defer(struct node *node);
/* Memory failed: that is the error, whatever else is found. */
void checker_lost(struct checker *checker);
void checker_no_memory(struct checker *checker, struct node *node);
/* NULL: memory failed. */
void checker_type(struct checker *checker, struct node *node, const struct type *type);

void check_node(struct checker *checker, struct node *node);
/* After the operands: what the flags are, and its value where it is constant. check_node() does it for its own node. */
void check_settle(struct checker *checker, struct node *node);
/* Whether an operand is bool, or may be; false after an error. */
bool check_condition(struct checker *checker, struct node *node, struct node *operand, const char *what);
/* The elements are checked already. */
void check_list(struct checker *checker, struct node *node);

/* Names. */
void check_name(struct checker *checker, struct node *node);      /* of a NODE_NAME or NODE_SELECT */
void check_has(struct checker *checker, struct node *node);
void check_index(struct checker *checker, struct node *node);
/* Whether the dotted node, or what it begins with, is a variable, a declared name or a type. */
bool check_is_declared(struct checker *checker, const struct node *node);

/* Calls. */
void check_call(struct checker *checker, struct node *node);

/* in_segment('x'): whether the call is one; then it has been checked. */
bool check_segment(struct checker *checker, struct node *node);

/* `in`, and values that a name can have. */
void check_in(struct checker *checker, struct node *node);
void check_value(struct checker *checker, struct node *node, const struct node *name, const struct node *literal);

/* Macros: whether the call is one; then it has been checked. */
bool check_macro(struct checker *checker, struct node *node);

/* A constant pattern: false after an error. */
bool check_bind_regex(struct checker *checker, struct node *node);

/* Zones: false after an error. */
bool check_bind_zone(struct checker *checker, struct node *node);
bool check_bind_zone_text(struct checker *checker, struct node *node);

/* Of a node under check: whether it was refused by now. */
static inline bool
checker_refused(const struct node *node)
{
    return node->full != NULL && node->type == RULE_ERROR;
}

static inline bool
text_is(struct rule_text text, const char *name)
{
    return strlen(name) == text.size && memcmp(name, text.bytes, text.size) == 0;
}

#endif
