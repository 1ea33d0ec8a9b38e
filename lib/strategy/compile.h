/* A compilation under way: the document's tree on one side, the strategy that grows on the other,
 * and between them what is only known while compiling: places, sensitivities, purposes, who reads
 * whom. The passes, in order (load.c):
 *
 *   calendar.c, rates.c, quantiles.c, mappings.c, constants.c   what rules read by name
 *   declare.c     head, entities, attributes                        -> schema
 *   events.c      events, their fields (fields.c)                   -> schema
 *   features.c    operators, windows, operands                      -> features, without rules
 *   lifecycles.c  stages and transitions                            -> machines, without conditions
 *   scores.c      what each characteristic reads                    -> scores, without scorers
 *   segments.c    named rules                                       -> segments, without rules
 *   last.c        last.FIELD in rules: features that nobody declared
 *   graph.c       names to columns; who reads whom (names.c)       -> edges
 *   order.c       cycles; an order; slots; steps
 *   privacy.c     taint along the edges
 *   features.c, lifecycles.c, scores.c, segments.c again: rules and cards are compiled
 *   digest.c      what the strategy means, in 32 bytes
 *
 * Every pass goes on after a fault: a part that could not be read is `broken`, and what reads it is
 * checked as far as it goes. */
#ifndef STRATEGY_COMPILE_H
#define STRATEGY_COMPILE_H

#include "strategy/document.h"
#include "strategy/strategy.h"

#include <glib.h>
#include <string.h>

#define ENTITY_LIMIT 64
#define STAGE_LIMIT 256
#define FEATURE_LIMIT 16384

enum sensitivity { SENSITIVITY_NONE, SENSITIVITY_PERSONAL, SENSITIVITY_PROTECTED };

/* Who may read an attribute or field. */
struct allowance {
    enum sensitivity sensitivity;
    bool limited;        /* to `purposes`; else every purpose may */
    GPtrArray *purposes; /* names, borrowed from the document; nullable */
};

enum thing_kind {
    THING_ATTRIBUTE,
    THING_FIELD,
    THING_FEATURE,
    THING_MACHINE,
    THING_SCORE,
    THING_SEGMENT,
};

/* `from` reads `to`, and says so at this place. */
struct edge {
    int32_t to;
    int64_t line, column;
};

/* What is read or reads: the nodes of the graph. */
struct thing {
    enum thing_kind kind;
    int32_t index; /* attribute, feature, machine, score, segment; of a field its event kind */
    int32_t field;
    int32_t entity;
    char *name;            /* as messages say it: "limit", "card.opened_on", "statement.status" */
    const struct node *at; /* where it is named; NULL for what every entity has */
    struct allowance allowance;
    const char *purpose; /* of a machine, score or segment; NULL: none, or not known */
    GArray *edges;       /* struct edge */
    int32_t column;      /* the first that it writes; -1 of fields, scores and the broken */
    bool broken;         /* reported already */
};

/* What an expression of some entity can read: a column over the rows of its own entity. */
struct column {
    char *name; /* in its own entity's scope: "limit", "delinquency.stage", "opened_on", "today" */
    int32_t entity;
    enum rule_kind kind; /* RULE_ERROR: not known (yet) */
    enum step_kind producer;
    int32_t index; /* attribute, feature, machine or segment */
    int32_t thing; /* -1: today */
    char **values; /* borrowed; the only texts that it can be */
    int32_t n_values;
};

/* What a field of an event is computed by: a rule, or the mapping of another field's codes. */
struct field_declaration {
    const struct node *rule; /* nullable */
    const struct node *of;   /* nullable: the field that `category:` maps */
    const struct mapping *mapping;
    bool broken; /* reported already */
};

struct feature_declaration {
    const struct node *node; /* the mapping */
    const struct node *operand;
    const struct node *where; /* nullable */
    const struct node *of;    /* nullable */
    const struct node *by;    /* nullable */
    const struct node *cycle; /* nullable */
    const struct node *rule;  /* nullable */
    const struct node *near;  /* nullable: what names the place and the home */
    int32_t child_column;     /* -1 */
};

struct condition_declaration {
    const struct node *node; /* the rule's text */
    int32_t transition;      /* -1: of the initial list */
    int32_t initial;
};

struct machine_declaration {
    const struct node *node;
    GArray *conditions; /* struct condition_declaration, in the order of the document */
};

struct score_declaration {
    const struct node *node;
    GArray *characteristics; /* struct characteristic (scores.c) */
};

struct segment_declaration {
    const struct node *node; /* the mapping */
    const struct node *rule; /* nullable */
};

struct compiler {
    const char *file;
    const char *path; /* nullable: where the document lies, and beside it the files that it names */
    const struct cstm_files *files; /* nullable: handed along with a text */
    struct document document;
    const struct node *root;
    struct error_list errors;
    cstm_strategy *strategy;
    struct schema *schema; /* of the strategy */

    GPtrArray *purposes; /* declared names, borrowed from the document */
    GHashTable *
        names; /* name -> struct node * of the key, over constants, lists, attributes,
                  features, lifecycles, scores, segments */
    GArray *constants; /* struct constant (constants.c) */
    const struct node *currency; /* nullable: where it stands */
    bool currency_broken;
    int64_t rule_cost;           /* no rule may cost more */
    GPtrArray *broken_entities; /* names whose declaration failed: not reported again where they are
                                   used */
    GPtrArray *broken_events;

    GArray *things; /* struct thing: attributes, fields by event kind, features, machines, scores,
                       segments */
    int32_t *field_things; /* per event kind: the thing of its first field */
    int32_t feature_things, machine_things, score_things, segment_things;
    GArray *columns;            /* struct column */
    GHashTable **scope_columns; /* per entity: name as seen there -> column + 1 */
    int32_t *slots;             /* [entity * n_columns + column]: -1 not read there */
    struct feature_declaration *features;
    gsize feature_capacity;
    struct machine_declaration *machines;
    struct score_declaration *scores;
    struct segment_declaration *segments;
    struct allowance *attribute_allowances; /* per attribute of the schema */
    struct allowance **field_allowances;    /* per event kind, per field */
    const struct node **event_nodes;        /* where each kind is named; of the document's only */
    const struct node **attribute_nodes;    /* where each is named; NULL for opened_on, closed_on */
    const struct node ***field_nodes;
    struct field_declaration **field_declarations; /* per event kind, per field */
    GArray *order; /* int32_t: things, each after what it reads; cycles and what stands on them left
                      out */
};

/* Faults, each with its place; printf-like, without the place in the text. */
void compiler_fault(struct compiler *compiler, cstm_status code, const struct node *at,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));
void compiler_fault_at(struct compiler *compiler, cstm_status code, int64_t line, int64_t column,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
void compiler_warning(struct compiler *compiler, cstm_status code, const struct node *at,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "unknown feature 'limt', did you mean 'limit'?" */
void compiler_fault_unknown(struct compiler *compiler, const struct node *at, const char *what,
                            const char *word, const char *const *known, size_t n);

/* Memory that the strategy keeps, given back with memory_free(). GLib's allocator is the C
 * library's (since 2.46), and ends the process where memory runs out, as version.h says of
 * compiling. */
void *keep_array(size_t n, size_t size);
char *keep_text(const char *text);

/* declare.c */
bool declare_head(struct compiler *compiler); /* false: another format, nothing else can be said */
void declare_purposes(struct compiler *compiler);
void declare_entities(struct compiler *compiler);
void declare_attributes(struct compiler *compiler);
void declare_events(struct compiler *compiler); /* events.c */
/* True if the name is free over attributes, features, lifecycles, scores and segments; reports
 * otherwise. */
bool declare_name(struct compiler *compiler, const struct node *key, const char *what);
/* The entity that `for:` or `on:` names; the customer where it does not stand; -1 if it was
 * reported. */
int32_t declare_owner(struct compiler *compiler, const struct node *mapping, const char *key);

/* unions.c */
/* The kind that a list of events stands for, or of one field of theirs under one name (*field; NULL:
 * none), made if it is not there; -1: reported. */
int32_t union_of_operand(struct compiler *compiler, const struct node *list, const char **field);
void unions_trace(struct compiler *compiler); /* what their fields read: their members' */

/* computed.c */
void computed_read(struct compiler *compiler); /* what computed fields read: their edges */
void computed_compile(struct compiler *compiler);
/* Whether a field's rule or mapping was reported. */
bool computed_is_broken(const struct compiler *compiler, int32_t event, int32_t field);

/* calendar.c, rates.c, quantiles.c */
void calendar_declare(struct compiler *compiler);
void rates_declare(struct compiler *compiler);
void quantiles_declare(struct compiler *compiler);

/* mappings.c */
void mappings_declare(struct compiler *compiler);
/* NULL if there is none of that name. */
const struct mapping *mappings_find(const struct compiler *compiler, const char *name);

/* constants.c */
struct cell;
void constants_init(struct compiler *compiler);
void constants_declare(struct compiler *compiler);
void constants_check_fields(struct compiler *compiler); /* after the events */
/* A rule names it. */
void constants_use(struct compiler *compiler, const char *name, size_t size);
void constants_add(const struct compiler *compiler, struct rule_scope *scope);
void constants_warn(struct compiler *compiler); /* of those that no rule names */
void constants_clear(struct compiler *compiler);
/* A scalar as the type that its key gives it; texts in the cell are the document's. */
bool value_read(struct compiler *compiler, const struct node *node, const char *what,
                cstm_type type, struct cell *cell);

/* parameters.c */
/* Refuses the keys that other operators take than `key` does; false: reported. */
bool parameters_check(struct compiler *compiler, const struct node *node,
                      enum feature_operator operator, const char *key);
/* Of an aggregate over events, after its window was read: its parameter, the rule of its whole. */
bool parameters_read(struct compiler *compiler, struct feature_declaration *declaration,
                     struct feature *feature, const char *key);

/* features.c */
void features_declare(struct compiler *compiler);
void features_infer_kinds(struct compiler *compiler);
void features_compile(struct compiler *compiler, struct rule_scope *const *scopes);

/* last.c */
#define LAST_PREFIX "last."
void last_declare(struct compiler *compiler); /* after all that has rules */
/* What rules call a feature behind the declared ones: its name without its entity's. */
static inline const char *
feature_last_name(const struct feature *feature)
{
    return strchr(feature->name, '.') + 1;
}

/* near.c */
void near_edges(struct compiler *compiler, int32_t thing, const struct feature *feature,
                const struct feature_declaration *declaration);

/* lifecycles.c */
void lifecycles_declare(struct compiler *compiler);
void lifecycles_compile(struct compiler *compiler, struct rule_scope *const *scopes);

/* scores.c */
void scores_declare(struct compiler *compiler);
void scores_read(struct compiler *compiler); /* their edges */
void scores_compile(struct compiler *compiler);

/* segments.c */
void segments_declare(struct compiler *compiler);
void segments_compile(struct compiler *compiler, struct rule_scope *const *scopes);

/* purposes.c */
/* Whether what is allowed for `allowed` may serve `purpose`: equal or below by dots. */
bool purpose_covers(const char *allowed, const char *purpose);
bool purpose_is_known(const struct compiler *compiler, const char *name);
const char *purpose_read(struct compiler *compiler, const struct node *node,
                         const char *what); /* NULL: reported */
void allowance_read(struct compiler *compiler, const struct node *mapping, const struct node *name,
                    struct allowance *allowance);

/* names.c */
#define IDENTIFIER_LIMIT 128
/* A name as a rule writes it, `a` or `a.b.c`, without blanks between its words; in_segment('x') is
 * the name segment.x. */
struct rule_name {
    size_t begin; /* byte of the rule's text */
    char text[3 * IDENTIFIER_LIMIT + 3];
    size_t first, second, third; /* bytes of `a`, of `a.b`, of `a.b.c` (0: there is none) */
};
/* The next name at or after *at, which moves behind it. */
bool names_next(const char *text, size_t size, size_t *at, struct rule_name *name);
/* Whether a macro of the rule has a variable of that name: then only the checker can tell what the
 * name means at a place. */
bool names_binds(const char *text, size_t size, const char *word, size_t word_size);

/* graph.c */
void graph_build(struct compiler *compiler);
struct column *graph_column(const struct compiler *compiler, int32_t column);
struct thing *graph_thing(const struct compiler *compiler, int32_t thing);
/* The column that a name means for `entity`, -1 if none. */
int32_t graph_find(const struct compiler *compiler, int32_t entity, const char *name, size_t size);
/* `thing` reads the fields that the rule names, of events of a kind: of the first `until`. */
void graph_read_event(struct compiler *compiler, int32_t thing, int32_t event, int32_t until,
                      const struct node *node);
void graph_edge(struct compiler *compiler, int32_t from, int32_t to, int64_t line, int64_t column);
/* The rows of `entity` read `column`: it gets a slot there. */
void graph_use(struct compiler *compiler, int32_t entity, int32_t column);
/* All names of an entity's scope, for suggestions; free with g_free(). */
const char **graph_names(const struct compiler *compiler, int32_t entity, size_t *n);
/* A scope with what every rule reads: zone, currency, calendar, quantiles and constants, no column. */
struct rule_scope *graph_empty_scope(const struct compiler *compiler);
/* One scope per entity (and one per event kind, of its fields), with the kinds known by now; NULL
 * on lack of memory. */
struct rule_scope *graph_scope(struct compiler *compiler, int32_t entity);
/* Of its first `until` fields; the others are known to be there and not read. */
struct rule_scope *graph_event_scope(struct compiler *compiler, int32_t event, int32_t until);
struct rule_program *graph_compile(struct compiler *compiler, const struct node *node,
                                   const struct rule_scope *scope, enum rule_kind expected,
                                   struct error_list *errors, struct error_list *warnings);

/* order.c */
void order_find(struct compiler *compiler);  /* the order, cycles reported */
void order_slots(struct compiler *compiler); /* numbers for what is read */
void order_steps(struct compiler *compiler); /* of a strategy without faults */

/* privacy.c */
void privacy_check(struct compiler *compiler);

/* digest.c */
void digest_features(struct compiler *compiler); /* and machines, in order */
void digest_strategy(struct compiler *compiler);

#endif
