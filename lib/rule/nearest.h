/* The nearest change: the fewest names whose values, changed, give a rule the other value, and for each of them the nearest value that
 * does it.
 *
 * Each name has regions: stretches of its values (or texts, or being missing) within which no comparison of the rule changes, ordered by
 * how far the nearest value of each is from the present one; the first is the present value. nearest_regions.c finds them by asking
 * the rule's own kernels where they change. What is searched for is then a region for each name: nearest_search.c branches over what
 * the rule still needs and bounds by what was found. Whatever comes out has been run by the program itself. */
#ifndef RULE_NEAREST_H
#define RULE_NEAREST_H

#include "rule/line.h"
#include "rule/program.h"

#include "base/handle.h"

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_NONE };

struct region {
    struct cell value;               /* the nearest of it, or state CSTM_ERROR_MISSING */
    int64_t first, last;             /* places, of kinds that stand on a line */
    double size;                     /* 0 of the present value; of others what the order adds up */
    double far;                      /* within the name: how far the value is */
    uint64_t exact_far;              /* in places */
};

/* A name as the search sees it. */
struct variable {
    const struct slot_read *read;
    enum rule_kind kind;
    struct cell now;                 /* as given, and */
    struct cell cell;                /* as it is tried: the column reads it */
    int64_t at;                      /* the place of the present value, or of what stands for it where there is none */
    bool has;                        /* somewhere it is asked whether it is there */
    int64_t *cuts;                   /* places at which a region begins */
    size_t n_cuts, cuts_capacity;
    struct rule_text *texts;         /* that the rule mentions beside it */
    size_t n_texts, texts_capacity, n_mentioned;
    int32_t group;                   /* of names that are compared with one another; its own number where it is alone */
    int32_t n_regions;
    struct region *regions;          /* in the order of size; the first is the present value */
    int32_t word, n_words;           /* of a set of regions */
};

struct solver {
    const struct rule_program *program;
    struct rule_column *columns;     /* by slot, over the variables' cells */
    int32_t n;
    struct variable *variables;      /* in the order of the slots */
    int32_t n_words;
    char *memory;                    /* of a heap */
    void *scratch;
    struct arena arena;
    bool wanted;
    bool exact_one;                  /* the regions are exact where one name changes, */
    bool exact_all;                  /* and where several do */
    int64_t work;                    /* left */
    bool has_apart;                  /* an atom of several names that stand nowhere else */
    bool split;                      /* the expression that was looked at last is monotone below and above zero, each for itself */
    bool failed;                     /* memory */
    bool found, cut_off;
    int32_t count;
    double size;
    int32_t *chosen;                 /* regions, of what was found */
};

#define NEAREST_WORK 20000000        /* evaluated nodes and steps of the tree evaluator */
#define NEAREST_CUTS 4096            /* of a name */

void solver_evaluate(struct solver *solver, const struct node *node, struct cell *value);
enum truth solver_truth(struct solver *solver, const struct node *node);
void solver_set(struct variable *variable, const struct cell *value);
/* The variable of a slot, -1 where it is none. */
int32_t solver_variable(const struct solver *solver, int32_t slot);
bool reads_variable(const struct node *node, int32_t slot);
/* Whether a node is && || ! ?: or == and != of bools: what the search takes apart. Anything else is an atom. */
bool is_structure(const struct node *node);
bool is_equality(const struct node *node, bool *equal);
int32_t node_count(const struct node *node);

/* Fills in the regions of all variables, with all at their present values. */
void regions_find(struct solver *solver);
/* The regions of one name while all others are as they are now in their cells. False: they may not be all. */
bool regions_refine(struct solver *solver, int32_t variable);
/* The fewest changes; into found, chosen. */
void search(struct solver *solver);
/* What a value must be, the others being as they are: "in [1, 2]". An owned text. */
char *condition_of(struct solver *solver, int32_t variable, const struct cell *chosen);

/* Whether the program, run with what is in the cells, comes to what is wanted. */
bool solver_verify(struct solver *solver);

/* The handle. */
struct nearest_change {
    char *name, *present, *condition, *value;
    enum rule_kind kind;
    cstm_state state;                /* of the present value */
    struct cell cell;                /* the new value; of a text: bytes, size */
    char *bytes;
};

struct cstm_nearest {
    struct handle handle;
    bool wanted, possible, exact;
    int32_t transition;              /* of a lifecycle whose rule it is, by its position in the document; else -1 */
    int32_t n;
    struct nearest_change *changes;
};

/* Of one row of a program's inputs. CSTM_ERROR_TYPE: the rule is no bool. */
cstm_status nearest_of(const struct rule_program *program, const struct rule_column *inputs, int32_t row, cstm_nearest **nearest,
                       cstm_error **error);

#endif
