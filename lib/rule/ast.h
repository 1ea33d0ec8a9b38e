/* The syntax tree of an expression: what the parser makes, the checker annotates, and the program, the digest and the
 * explanation walk. Nodes live in one arena with the program. A chain of && or || is one node with all of its operands. */
#ifndef RULE_AST_H
#define RULE_AST_H

#include "rule/overload.h"
#include "rule/type.h"

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
    NODE_MACRO,          /* by the checker, from a NODE_CALL: children as its macro says */
};

/* The macros that bind variables. Children: what is walked (or bound), the body, and where there are three, a condition that stands
 * before the body. The variables are locals number `local` and, of n_locals == 2, `local + 1`: over a list the element, or index
 * and element; over a map the key, or key and value. */
enum macro {
    MACRO_ALL,
    MACRO_EXISTS,
    MACRO_EXISTS_ONE,
    MACRO_MAP,               /* map(x, f), map(x, p, f): children range, f, p */
    MACRO_FILTER,
    MACRO_TRANSFORM_LIST,    /* (i, v, f), (i, v, p, f): children range, f, p */
    MACRO_TRANSFORM_MAP,
    MACRO_TRANSFORM_ENTRY,   /* f gives a map, whose entries are gathered */
    MACRO_BIND,              /* cel.bind(x, value, body): children value, body */
    MACRO_OPT_MAP,           /* x.optMap(v, f): children x, f */
    MACRO_OPT_FLAT_MAP,
    MACRO_SORT_BY,           /* list.sortBy(v, key): children list, key */
};

#define NO_LOCAL INT32_MAX

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
    bool optional;                   /* .? and [? */
    bool optional_element;           /* ?element of a list, ?key: value of a map (set on the key) */
    bool absolute;                   /* a leading dot */
    bool enclosed;                   /* in brackets: (a.b).c is a field of a.b, whatever a.b.c is */

    /* By the checker: */
    enum rule_kind type;             /* RULE_ERROR where it was refused; always full->kind */
    const struct type *full;         /* with what a list, map or optional is of */
    enum macro macro;                /* of a NODE_MACRO */
    int32_t local;                   /* of a NODE_NAME: the macro's variable that it is, else -1; of a NODE_MACRO: its first */
    int32_t n_locals;                /* of a NODE_MACRO: 1 or 2 */
    bool reads_locals;               /* it or something below is a macro's variable that is bound outside of it */
    bool dynamic;                    /* the tree evaluator's: see rule/tree.h */
    bool unknown;                    /* a name that nothing declares, where checking was left out: CSTM_ERROR_UNKNOWN when it runs */
    bool present;                    /* has(e.f), by the checker: children[0] is e and name is f; whether the key is there */
    const struct scope_name *declared; /* a name, or a chain of selects that is one; the scope's, gone after compilation */
    int32_t slot;                    /* of what is declared; -1: nothing is */
    const struct overload *overload; /* NULL where none is needed, or where it is found when it runs, by tree_call() */
    const struct overload_family *family;    /* where overload is NULL: the rows of that name, by tree_prepare() */
    const void *data;                /* as struct op has them; where overload is NULL: the zone, for rows that bind one */
    int64_t imm;
    bool has;                        /* has(name): declared is the name */
    bool constant;                   /* value is known */
    bool literal;                    /* written as one */
    bool slow;                       /* something in it is worth a mask */
    bool fixed;                      /* it reads no name and does not fail for certain: known once its macros' variables are */
    int32_t lowest;                  /* the least number of the macros' variables that it reads, NO_LOCAL where it reads none */
    struct cell value;
};

/* NULL where memory failed. Children may be set later. */
struct node *node_new(struct arena *arena, enum node_kind kind, int32_t begin, int32_t end, int32_t n_children);
/* Whether the node is written x.y.z; then the dotted text, in the arena (NULL where memory failed). */
bool node_is_dotted(const struct node *node);
char *node_dotted(struct arena *arena, const struct node *node);

#endif
