/* The expression language as the rooms above use it: names typed by a schema, an expression compiled to a program, one
 * evaluator over vectors of rows, and an explanation of any row.
 *
 * Every value of a row is a value, missing, or an error: one state byte, 0 or a cstm_status, where CSTM_ERROR_MISSING is
 * missing (the CEL error `missing`, absorbed like any other by && || and ?:). A vector of one row is the single evaluation. */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include <libcustomer/rule.h>

#include "base/error.h"
#include "base/hash.h"

#include <stdbool.h>

/* Every kind of the language has its number now; which operators exist on it is the checker's table. */
enum rule_kind {
    RULE_ERROR,        /* of an expression that did not check */
    RULE_BOOL,         /* uint8_t */
    RULE_INT,          /* int64_t */
    RULE_DOUBLE,       /* double */
    RULE_STRING,       /* struct rule_text */
    RULE_DATE,         /* int64_t: civil days since 1970-01-01 */
    RULE_TIMESTAMP,    /* int64_t: microseconds since the epoch */
    RULE_MONEY,        /* int64_t: minor units of the scope's currency */
    RULE_DURATION,     /* int64_t: microseconds */
    RULE_UINT,         /* uint64_t in an int64_t */
    RULE_NULL,
    RULE_BYTES,        /* struct rule_text */
    RULE_TYPE,
    RULE_LIST,
    RULE_MAP,
    RULE_DYN,
    RULE_OPTIONAL,
};
enum rule_kind rule_kind_of(cstm_type type);   /* BOOL .. MONEY */
const char *rule_kind_name(enum rule_kind kind);

struct cell;               /* rule/value.h */

struct rule_text {
    const char *bytes;
    size_t size;
};

/* How the texts of an input lie. Forms other than plain ones are for RULE_STRING, for runs over more than one row (constant false),
 * and for programs without islands (rule_program_takes_forms()). */
enum rule_form {
    RULE_PLAIN,        /* struct rule_text, as the kind says */
    RULE_CODED,        /* as.coded: a dictionary */
    RULE_SPANS,        /* as.spans: one after the other */
};

/* Row i is entries[codes[i]]; the code of a row that is no value is one of an entry, too. What the program asks of single texts is
 * asked once of each entry and kept in look_ups, one for each that the program has (rule_program_look_ups()); they are the program's and
 * the dictionary's, and zeroed before their first run. */
struct rule_look_up {
    bool filled;
    void *values;          /* room for n of what the program says, and 8 bytes each suffice */
    uint8_t *states;       /* room for n */
    bool has_states;
};
struct rule_coded {
    const int32_t *codes;
    const struct rule_text *entries;
    int32_t n;
    struct rule_look_up *look_ups;
};

/* Row i is bytes[offsets[i]] up to offsets[i + 1]; every byte before `end` can be read. */
struct rule_spans {
    const int64_t *offsets;
    const char *bytes;
    const char *end;
};

/* A column of rows as a program reads or writes it. Exactly `rows` elements of the kind's C type, or one that stands for all
 * rows where constant. states is NULL where every row is a value. */
struct rule_column {
    enum rule_kind kind;
    bool constant;
    uint8_t form;          /* enum rule_form */
    union {
        void *any;
        uint8_t *bools;
        int64_t *int64s;
        double *doubles;
        struct rule_text *texts;
        struct cell *cells;    /* of a null, type, list, map, optional or dyn: each with its own kind and state */
        const struct rule_coded *coded;
        const struct rule_spans *spans;
    } as;
    uint8_t *states;   /* 0 value, else a cstm_status */
};

/* The names that an expression may read, each with a slot. A scope is filled once, then shared by any number of compilations. */
struct rule_scope;
struct rule_scope *rule_scope_new(const char *zone_name_or_null, const char *currency /* "" none */);
void rule_scope_free(struct rule_scope *scope);
/* name may be dotted ("delinquency.stage"). values (nullable): the only texts that a string of this name can be, so that a
 * comparison with any other is an error with the nearest suggested. Slots are the caller's numbers. False: the name is there
 * already, is a reserved word of CEL, or is no identifier. A name of the kind RULE_ERROR was declared but could not be
 * read: an expression that names it does not compile, but adds no error of its own for it. */
bool rule_scope_add(struct rule_scope *scope, const char *name, enum rule_kind kind, int32_t slot, const char *const *values, int32_t n_values);
/* The timezone for getHours() and the like, and for naive texts in timestamp('...'): frozen by the caller; not owned. */
struct zone;
void rule_scope_set_zone(struct rule_scope *scope, struct zone *zone);

/* Constants and lists that rules read by name as if their values were written there. Values have their kinds, scalar ones; all of
 * a list have the list's. Copied. False as rule_scope_add() gives it. */
bool rule_scope_add_constant(struct rule_scope *scope, const char *name, const struct cell *value);
bool rule_scope_add_list(struct rule_scope *scope, const char *name, enum rule_kind kind, const struct cell *values, int32_t n);
/* What is_workday() and the like ask, and the tables of quantile() and rank_of(): not owned, and living as long as any program that was
 * compiled over the scope. False: there are RULE_QUANTILES, or one of this name, already. */
struct calendar;
struct quantiles;
#define RULE_QUANTILES 64
struct rates;
void rule_scope_set_rates(struct rule_scope *scope, const struct rates *rates);      /* of convert() */
struct mapping;
#define RULE_MAPPINGS 64
void rule_scope_set_calendar(struct rule_scope *scope, const struct calendar *calendar);
bool rule_scope_add_quantiles(struct rule_scope *scope, const struct quantiles *quantiles);
/* What category_of() asks, likewise. */
bool rule_scope_add_mapping(struct rule_scope *scope, const struct mapping *mapping);

/* The namespace that names are resolved in: in "a.b", x is a.b.x, else a.x, else x. Copied; false where memory failed. */
bool rule_scope_set_container(struct rule_scope *scope, const char *container);
/* Leaves out checking: a name that nothing declares, or a function that does not take its operands, is an error when it runs.
 * For expressions that come unchecked from elsewhere; a strategy's rules are always checked. */
void rule_scope_set_unchecked(struct rule_scope *scope);
/* Lets a result be infinite or NaN, as CEL itself does; a strategy's rules end in CSTM_ERROR_NOT_FINITE there. Left out with checking. */
void rule_scope_set_infinite(struct rule_scope *scope);

/* Where the expression's text starts in its document, so that an error inside it has its own line and column. Block
 * scalars and quoted text shift columns: map (nullable) gives for each byte of text its line and column. */
struct rule_place {
    const char *file;              /* nullable */
    int64_t line;
    int64_t column;
    const int32_t (*map)[2];
};

struct rule_program;
/* NULL, with at least one error in `errors`, if the expression is not well-formed or does not check. expected: the kind that
 * the result must have, or RULE_DYN for any. Warnings (always true or false, dead branches) go to `warnings` (nullable). */
struct rule_program *rule_compile(const char *text, size_t size, const struct rule_scope *scope, enum rule_kind expected,
                                  const struct rule_place *place, struct error_list *errors, struct error_list *warnings);
struct rule_program *rule_program_ref(struct rule_program *program);
void rule_program_unref(struct rule_program *program);
/* Moves what a run reads of each program into one stretch of memory, so that hundreds of programs that run one after the other
 * over one row do not each wait for memory of their own. Before programs are shared between threads. False where memory
 * failed: they stay as they were, and as right. */
bool rule_programs_pack(struct rule_program *const *programs, int32_t n);
enum rule_kind rule_program_kind(const struct rule_program *program);
const char *rule_program_text(const struct rule_program *program);   /* as it was written */
/* The slots that it reads, ascending, each once; and whether it reads a slot other than by has(). */
int32_t rule_program_reads(const struct rule_program *program, const int32_t **slots);
bool rule_program_reads_value(const struct rule_program *program, int32_t slot);   /* outside has() */
/* Whether any row can end in an error other than missing. */
bool rule_program_can_fail(const struct rule_program *program);
/* A bound of what a row can cost, as cstm_rule_cost() gives it. */
int64_t rule_program_cost(const struct rule_program *program);
/* A digest of the checked tree with names (not slots), so that spacing and comments do not change it. */
struct digest rule_program_digest(const struct rule_program *program);
/* For a comparison-only dependency on one numeric slot: every constant that `slot` is compared with anywhere in the
 * program, ascending, where the program reads it in no other way; -1 if it does. (What lets a lifecycle step only the days
 * on which a count of days crosses a bound.) */
int32_t rule_program_bounds(const struct rule_program *program, int32_t slot, const int64_t **bounds);

bool rule_program_takes_forms(const struct rule_program *program);
/* How many look-ups it has, each with the slot that it reads. */
int32_t rule_program_look_ups(const struct rule_program *program, const int32_t **slots);

/* Bytes of scratch for up to `rows` rows; RULE_ROWS is the size that the evaluator is tuned for. The scratch is the caller's, aligned to 16, and
 * is not read before it is written. Running allocates nothing (lists and maps of run-time values excepted, which take theirs
 * from the scratch's tail and end in CSTM_ERROR_LIMIT). */
#define RULE_ROWS 1024
size_t rule_scratch_size(const struct rule_program *program, int32_t rows);

/* Runs over rows [0, rows). inputs is indexed by slot; only the slots that the program reads are looked at. result->as and
 * result->states point to the caller's arrays of at least `rows` elements; both are written whole (states always). Texts
 * in the result point into inputs, the program or the scratch. A result that no vector holds (a list, a map, null, dyn ...) is one
 * cell for one row, valid until the scratch is used again; over several rows all states are CSTM_ERROR_UNSUPPORTED and no cell is written. */
void rule_run(const struct rule_program *program, const struct rule_column *inputs, int32_t rows, void *scratch, struct rule_column *result);
/* The same without writing the result anywhere: *result points to where it lies, in inputs, the program or the scratch; rows that are no
 * values have any, states are NULL where all are, and the result may be constant. For scalar results. */
void rule_run_lent(const struct rule_program *program, const struct rule_column *inputs, int32_t rows, void *scratch,
                   struct rule_column *result);

/* The tree of sub-expressions of one row in the order of the text: each with its place in the text, value, state, and
 * whether it decided the outcome (absorbed and skipped operands did not). */
struct rule_node {
    int32_t begin, end;      /* bytes of the program's text */
    int32_t depth;           /* 0 is the whole expression */
    int32_t state;           /* 0 value, else a cstm_status; -1: not evaluated */
    bool decisive;
    enum rule_kind kind;
    char *value;             /* printed, "" unless a value; owned by the explanation */
};
struct rule_explanation {
    int32_t n;
    struct rule_node *nodes;
};
cstm_status rule_explain(const struct rule_program *program, const struct rule_column *inputs, int32_t row, struct rule_explanation *explanation, cstm_error **error);
void rule_explanation_clear(struct rule_explanation *explanation);
/* Prints one value as the language would write it ('text', 8000.00, 2005-10-01); returns an owned text or NULL. */
char *rule_print(const struct rule_scope *scope, enum rule_kind kind, const void *value);

#endif
