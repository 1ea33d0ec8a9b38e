/* The syntax tree of an expression: what the parser makes, the checker annotates, and the program, the digest and the
 * explanation walk. Nodes live in one arena with the program. A chain of && or || is one node with all of its operands. */
#ifndef RULE_AST_H
#define RULE_AST_H

#include "rule/overload.h"

#include "base/memory.h"

#define RULE_DEPTH_LIMIT 250       /* of the tree, and of nesting while it is parsed */
#define RULE_NODE_LIMIT 200000

enum node_kind {
    NODE_LITERAL,
    NODE_NAME,           /* name */
    NODE_SELECT,         /* children[0].name */
    NODE_CALL,           /* name(children); a method's receiver is children[0] */
    NODE_AND,
    NODE_OR,
    NODE_CONDITIONAL,    /* children[0] ? children[1] : children[2] */
    NODE_INDEX,          /* children[0][children[1]] */
    NODE_LIST,
    NODE_MAP,            /* key, value, key, value ... */
    NODE_MESSAGE,        /* name {field: value, ...}: children are the values */
};

struct scope_name;

struct node {
    enum node_kind kind;
    int32_t begin, end;              /* bytes of the text */
    int32_t at;                      /* where errors point: an operator, a name */
    int32_t depth;                   /* of the tree below; 1 for a leaf */
    int32_t n;
    struct node **children;
    struct rule_text name;
    bool method;
    bool optional;                   /* .? and [?  and ?element */
    bool absolute;                   /* a leading dot */

    /* By the checker: */
    enum rule_kind type;             /* RULE_ERROR where it was refused */
    enum rule_kind element;          /* of a list */
    const struct scope_name *declared; /* a name, or a chain of selects that is one; the scope's, gone after compilation */
    int32_t slot;                    /* of what is declared; -1: nothing is */
    const struct overload *overload; /* NULL where none is needed */
    const void *data;                /* as struct op has them */
    int64_t imm;
    bool has;                        /* has(name): declared is the name */
    bool constant;                   /* value is known */
    bool literal;                    /* written as one */
    bool slow;                       /* something in it is worth a mask */
    struct cell value;
};

/* NULL where memory failed. Children may be set later. */
struct node *node_new(struct arena *arena, enum node_kind kind, int32_t begin, int32_t end, int32_t n_children);
/* Whether the node is written x.y.z; then the dotted text, in the arena (NULL where memory failed). */
bool node_is_dotted(const struct node *node);
char *node_dotted(struct arena *arena, const struct node *node);

#endif
