/* A compiled rule: the operations, the constants beside them, and the tree that they came from, which explanations walk. */
#ifndef RULE_PROGRAM_H
#define RULE_PROGRAM_H

#include "rule/checker.h"

#include "base/civil.h"

#include <stdatomic.h>

struct slot_read {
    int32_t slot;
    bool value;                  /* read other than by has() */
    bool bounded;                /* read only by comparison with constants */
    int32_t n_bounds;
    int64_t *bounds;             /* ascending, each once */
    const char *name;
    enum rule_kind kind;
    int32_t n_values;            /* the only texts that it can have, where that is declared */
    const struct rule_text *values;
};

/* Operations and constants of several programs in one stretch of memory; held by each of them. */
struct rule_pack {
    _Atomic int32_t references;
};

struct rule_program {
    /* What a run of one row reads comes first, within a line of the cache. */
    const struct op *ops;
    const struct cell *constants_end;
    int32_t result;              /* operand */
    int32_t n_registers;
    enum rule_kind kind;
    int32_t width;               /* bytes of a value: 1, 8 or 16; of a struct cell where no vector holds it */
    const struct vector *constant_vectors_end;
    int32_t n_ops;               /* with the one that ends the program */
    int32_t n_constants;
    _Atomic int32_t references;
    struct rule_pack *pack;      /* nullable: operations and constants stand in the arena */
    struct arena arena;          /* tree, operations, constants, texts */
    char *text;
    int32_t size;
    const struct node *root;
    int32_t units;               /* bytes a row of all buffers */
    int32_t n_levels;            /* of selections */
    int32_t level_units;         /* where their buffers begin */
    int32_t n_look_ups;
    int32_t *look_up_slots;
    bool infinite;               /* the result may be infinite or NaN */
    bool has_heap;               /* an island needs one */
    int32_t n_locals;            /* of all macros, at most */
    bool can_fail;
    int32_t n_reads;
    struct slot_read *reads;     /* ascending by slot */
    int32_t *read_slots;
    int32_t exponent;
    struct zone_list zones;
    struct zone *zone;           /* the scope's, for printing; one of zones; nullable: UTC */
    struct digest digest;
    int64_t cost;                /* rule/cost.h */
};

/* Fills in operations, constants and reads from the checked root; false where memory failed. */
bool program_generate(struct rule_program *program);
/* Names and kinds of what is read, from the scope that the tree was checked over; false where memory failed. */
bool program_name_reads(struct rule_program *program);
/* Of the tree and what it is bound to. False where memory failed. */
bool program_digest(struct rule_program *program, const struct rule_scope *scope);

/* Bytes of one value in a column: of a struct cell for what is no scalar. */
int32_t kind_width(enum rule_kind kind);
/* Prints a value into an owned text, NULL where memory failed. */
char *print_value(enum rule_kind kind, const struct cell *value, int32_t exponent, const struct zone *zone);

#endif
