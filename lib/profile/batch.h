/* The inside of a batch. What was added is bound once (batch_bind.c): which column is which
 * attribute or field, and how its cells become values. A run goes in three steps:
 *
 *   portfolio.c      keys to numbers: customers and their entities get indices, rows of events and
 * attributes are grouped by the instance that they are of. Kept for the next run. batch_block.c
 * fixed blocks of customers, each by one worker in memory of its own that fits the cache: histories
 * that point into the tables, one evaluation for the block result_write.c   straight into the
 * columns of the result
 *
 * The partition depends on the tables alone, every block writes what is its own, and lists are put
 * in order at the end, so that the number of threads cannot show. */
#ifndef PROFILE_BATCH_H
#define PROFILE_BATCH_H

#include "profile/profile.h"

#include "base/memory.h"
#include "base/parallel.h"
#include "table/table.h"

#define BLOCK_CUSTOMERS 256

/* --- what was added --- */

/* What cells are read with: memories of the last look-up, and room for texts that are made. */
struct cell_context {
    const struct schema *schema;
    struct zone_cursor civil; /* for zone_instant_near() */
    struct arena *texts;
};

/* One cell as a value of the target's type, written to *value (uint8_t, int64_t, double or struct
 * rule_text); a status if it is not one. */
typedef cstm_status (*cell_reader)(struct cell_context *context, const struct table_column *column,
                                   int64_t row, void *value);

/* A column and what it is for. */
struct binding {
    struct table_column column; /* shared with the caller's table */
    int32_t target;             /* field of the event kind, or attribute of the strategy */
    cstm_type type;             /* of the target */
    cell_reader read;    /* NULL: 8 bytes as they are, but for the ranges of instants and doubles */
    char *const *values; /* the only texts allowed; nullable */
    int32_t n_values;
    bool ranged; /* of an int: only `low` to `low` + n_values - 1 */
    int64_t low;
    bool plain; /* texts as they are: none of the column holds a NUL byte, and any is allowed */
    struct declared *declared; /* of values; NULL: any is allowed */
};

enum source_kind { SOURCE_ENTITIES, SOURCE_ATTRIBUTES, SOURCE_EVENTS };

/* One table. */
struct source {
    enum source_kind kind;
    int32_t what;   /* entity or event kind */
    int32_t number; /* which of the tables of that name */
    int64_t rows;
    struct table_column key;
    struct table_column parent; /* SOURCE_ENTITIES of a child */
    struct binding time, id; /* not SOURCE_ENTITIES; id.column.name is NULL where there is none */
    struct binding delivery; /* likewise, of events of a source */
    int32_t n_bindings;
    struct binding *bindings;
};

/* Which cell of a row was refused. */
#define FIELD_KEY (-1)
#define FIELD_PARENT (-2)
#define FIELD_TIME (-3)
#define FIELD_ID (-4)
#define FIELD_DELIVERY (-5)
#define FIELD_COMPUTED (-6) /* minus the field: of those that a rule gives */

struct rejection {
    int32_t source;
    int32_t field; /* FIELD_*, or a binding */
    int64_t row;
    cstm_status status;
};
struct rejections {
    struct rejection *items;
    size_t n, capacity;
};
bool rejections_add(struct rejections *list, int32_t source, int64_t row, int32_t field,
                    cstm_status status);

/* --- keys to numbers --- */

/* Instances of one entity, numbered by the rows of its table that could be used. Of a child, also
 * whose they are. */
struct members {
    const struct source *source; /* NULL: no table, no instances */
    int32_t n;
    int32_t *rows;   /* instance -> row; NULL: the same */
    int32_t *parent; /* instance -> instance of the parent entity */
    int32_t *start; /* per customer, n_customers + 1: the first of its places; NULL for customers */
    int32_t *list;  /* place -> instance; NULL: the same. Places are in the order of customers */
    int32_t *place; /* instance -> place, where others stand below; NULL: the same */
};

/* Rows of one event kind, or of one entity's dated attributes, by instance. Rows are numbered over
 * all tables of the group. */
struct group {
    int32_t entity;
    int32_t n_sources;
    int32_t *sources; /* into batch.sources */
    int32_t *base;    /* n_sources + 1: the number of each table's first row */
    int32_t *start;   /* per instance, n + 1 */
    int32_t *list;    /* NULL: the rows are in that order */
    int32_t *map; /* row -> instance, -1 none: until it is listed; NULL: start and list are there */
};

struct portfolio {
    struct members *members;      /* per entity */
    struct group *events;         /* per event kind */
    struct group *attributes;     /* per entity: dated ones */
    int32_t *order;               /* entities, parents first */
    struct rejections rejections; /* rows whose key leads nowhere */
};
cstm_status portfolio_new(const struct cstm_batch *batch, const struct parallel *parallel,
                          struct portfolio **portfolio, cstm_error **error);
void portfolio_free(struct portfolio *portfolio, const struct schema *schema);
/* Lists the rows of every group by instance: portfolio_new() leaves events that are in no order
 * mapped only, which is all that a run of features alone needs. */
cstm_status portfolio_list(struct portfolio *portfolio, const struct schema *schema,
                           const struct parallel *parallel, cstm_error **error);
/* The instance of entity 0 with that key; -1. */
int32_t portfolio_find(const struct portfolio *portfolio, const char *key, size_t size);
static inline int64_t
member_row(const struct members *members, int32_t instance)
{
    return members->rows == NULL ? instance : members->rows[instance];
}
static inline int32_t
member_at(const struct members *members, int32_t place)
{
    return members->list == NULL ? place : members->list[place];
}
/* The places of an entity's instances that belong to customers before `customer`. */
static inline int32_t
members_before(const struct members *members, int32_t customer)
{
    return members->source == NULL  ? 0
           : members->start == NULL ? customer
                                    : members->start[customer];
}
/* Keys are texts; one of an int column is its decimal, written to `digits`. */
struct rule_text key_text(const struct table_column *column, int64_t row, char digits[24]);

/* What is counted of every kind of source: the columns of a run's report, in their order. */
enum report_count {
    COUNT_ROWS,
    COUNT_TAKEN,
    COUNT_LATER,
    COUNT_REDELIVERED,
    COUNT_REJECTED,
    COUNT_UNKNOWN_KEY, /* of those that are rejected, as the next ones */
    COUNT_MISSING,
    COUNT_MALFORMED,
    COUNT_UNKNOWN_VALUE,
    COUNT_OUT_OF_RANGE,
    COUNT_DUPLICATE,
    COUNT_BEFORE_OPENING,
    COUNT_SUMS_OUT_OF_RANGE,
    COUNT_REPLACED,
    COUNT_UNMATCHED,
    N_COUNTS
};
/* Where in an array of counts those of a source's kind are; and how long it is. */
static inline size_t
counts_of(const struct schema *schema, enum source_kind kind, int32_t what)
{
    int32_t before = kind == SOURCE_EVENTS       ? 2 * schema->n_entities
                     : kind == SOURCE_ATTRIBUTES ? schema->n_entities
                                                 : 0;
    return (size_t) (before + what) * N_COUNTS;
}
static inline size_t
counts_size(const struct schema *schema)
{
    return (size_t) (2 * schema->n_entities + schema->n_events) * N_COUNTS;
}

/* What runs of one stream leave behind beside their rows, together. */
struct tally {
    int64_t *errors; /* as of writer_block() */
    int64_t *counts;
    struct rejections first;
    size_t most;     /* of them are kept */
    const int64_t *base; /* per source: the number of its first row in its stream; -1: not listed */
};

struct cstm_batch {
    struct handle handle;
    cstm_strategy *strategy;
    struct source *sources;
    size_t n_sources, source_capacity;
    int64_t *observed_from; /* per event kind; INT64_MAX: not stated */
    int64_t *observed_until; /* per event kind; INT64_MIN: not stated */
    int32_t parts;
    int32_t n_threads;
    cstm_executor_submit submit;
    cstm_executor_wait wait;
    void *executor_data;
    cstm_progress_function progress;
    void *progress_data;
    const cstm_cancel *cancel;
    struct portfolio *portfolio; /* of the sources as they are; NULL: not made yet */
    struct tally *tally;         /* NULL: a result tells */
    bool plain_keys;             /* texts of keys in results are never shared or coded */
};
/* A batch of that strategy with nothing in it; and what it holds taken out of it. */
cstm_status batch_init(struct cstm_batch *batch, cstm_strategy *strategy, cstm_error **error);
void batch_empty(struct cstm_batch *batch);
void batch_clear(struct cstm_batch *batch);


/* batch_bind.c: checks a table and appends a source. Nothing is added on failure. */
cstm_status batch_bind(struct cstm_batch *batch, enum source_kind kind, int32_t what,
                       const cstm_table *table, cstm_error **error);
void source_clear(struct source *source);

/* declared.c: the values that a column may hold, found by their texts. NULL without memory. */
struct declared *declared_new(char *const *values, int32_t n, const struct table_column *column);
void declared_free(struct declared *declared);
/* The number of the value that a cell of that column holds; -1: it holds another one. */
int32_t declared_find(const struct declared *declared, const struct table_column *column,
                      int64_t row);
/* Likewise of a text. */
int32_t declared_find_text(const struct declared *declared, const char *bytes, size_t size);
/* cell.c: how cells of a column become values of a type; CSTM_ERROR_TYPE where they do not. */
cstm_status cell_way(const struct schema *schema, cstm_type type, const struct table_column *column,
                     cell_reader *read, const char **why);

/* --- one block of customers --- */

/* Values of one column over the rows of a block. */
struct cells {
    void *values;
    uint8_t *states;
    size_t capacity, state_capacity; /* bytes */
    bool whole;                      /* every cell is a value, and states is not filled in */
};

/* A field on its way from cells into records. */
struct lane {
    const uint8_t *values;
    const uint8_t *states; /* NULL: all are there */
    size_t size;           /* of a value */
    int32_t offset;        /* in a record */
};

/* What one worker has. Histories, records and entries stand until the next block. */
struct block {
    const struct cstm_batch *batch;
    const struct portfolio *portfolio;
    int64_t as_of;
    struct history *target; /* facts go into this one instead, copied; its instances are those of
                               the block's customer */

    int32_t first, until;      /* customers */
    struct history *histories; /* per customer */
    size_t history_capacity;
    struct instance *instances; /* a customer's stand together */
    size_t instance_capacity, n_instances;
    int32_t *customer_of; /* per instance */
    size_t customer_of_capacity;
    struct attribute_rows *attribute_rows; /* entity by entity, place by place */
    size_t attribute_row_capacity, n_attribute_rows;
    struct event_rows *event_rows;
    size_t event_row_capacity, n_event_rows;
    int32_t **units; /* per entity, per place in the block: into instances */
    size_t *unit_capacity;
    int32_t *n_units; /* per entity */

    /* Rows of the group that is being read. */
    int32_t *rows;      /* numbers over all tables, by unit */
    int32_t *row_units; /* whose they are: place in the block */
    int32_t *kept;      /* of the rows, those that become records */
    size_t row_capacity, row_unit_capacity, kept_capacity;
    int32_t *part_rows, *part_places; /* those of one of several tables */
    size_t part_row_capacity, part_place_capacity;
    struct cells time, id, delivery;
    bool deliveries;    /* rows of the block's histories carry the numbers of theirs */
    struct cells *fields; /* as many as any event kind has; the first also for attributes */
    struct rule_column *columns;
    struct lane *lanes;
    uint8_t *refused;
    size_t refused_capacity;
    int32_t *days;
    size_t day_capacity;
    bool days_known; /* times came as days */
    uint64_t *masks;
    size_t mask_capacity;

    uint8_t **records; /* per event kind */
    size_t *record_capacity;
    struct attribute_entry *entries;
    size_t entry_capacity, n_entries;
    void *scratch; /* for the where rules */
    struct workroom room; /* for amendments */

    int64_t *observed_from; /* what all histories of the batch say */
    int32_t *observed_day, *days_from;
    struct cell_context context;
    struct arena texts; /* made of cells */
    struct zone_cursor cursor;
    struct rejections rejections;
    int64_t *counts; /* TAKEN, LATER, REDELIVERED, BEFORE_OPENING */
    struct dated_columns *dated; /* reads the features of many dates instead; NULL: of one */
    int64_t *kept_counts; /* as they were before a block that may go the longer way */

    /* Of a run that reads columns. */
    struct rule_column *results; /* per feature, over the units of its entity */
    size_t *result_capacity;
    int32_t *bounds, *above; /* per unit of the kind's own entity, per customer: first rows */
    size_t bound_capacity, above_capacity;
    struct event_run *runs; /* of an entity between */
    size_t run_capacity;
    uint8_t *matched, *selected, *whole;
    size_t matched_capacity, selected_capacity, whole_capacity;
    int32_t *picked;
    size_t picked_capacity;
    int32_t *leaders; /* per feature: the first of those that are read with it; -1: it is read alone */
    int64_t *sums;
    size_t sum_capacity;
    struct rule_column *slices; /* of the columns, for one call of a rule */
    size_t slice_capacity;
    uint8_t **codes;    /* per field: of declared values, where a feature counts them apart */
    size_t *code_capacity;
    const uint8_t **coded_at; /* per field: where the codes of the rows that are read lie */
    bool *coded_fields;
    const bool *wanted; /* per field of the kind that is being read: someone looks at it; NULL: all */
    const bool *coded;  /* likewise: its codes are wanted; NULL: none */
    struct lines *lines;             /* rows on their way to their partitions */
    struct partition **partitions;   /* per event kind: the one that is open */
    const struct spreads *spreads;   /* of the run; NULL: none */
};
cstm_status block_new(const struct cstm_batch *batch, const struct portfolio *portfolio,
                      int64_t as_of, struct block **block, cstm_error **error);
void block_free(struct block *block);
/* Builds the histories of customers [first, until). */
cstm_status block_build(struct block *block, int32_t first, int32_t until, cstm_error **error);
/* Adds amendments of the block's histories that found nothing, as known on the day, to block->counts. */
cstm_status block_count_unmatched(struct block *block, int32_t day, cstm_error **error);
static inline struct history *
block_history(const struct block *block, int32_t instance)
{
    return &block->histories[block->customer_of[instance]];
}
/* The number of a block's instance within its history. */
static inline int32_t
block_local(const struct block *block, int32_t instance)
{
    return (int32_t) (&block->instances[instance] - block_history(block, instance)->instances);
}

/* batch_rows.c: rows of tables into histories. */
cstm_status block_add_constants(struct block *block, int32_t entity, cstm_error **error);
cstm_status block_add_attributes(struct block *block, int32_t entity, cstm_error **error);
cstm_status block_add_events(struct block *block, int32_t event, cstm_error **error);
/* The first half of it: the times, days, fields, refusals and, where asked for, masks of the
 * block's n rows of the kind. */
cstm_status block_read_events(struct block *block, int32_t event, bool classified, int32_t *n,
                              bool *ids, cstm_error **error);
/* The rows of the block's instances, unit by unit, to block->rows, row_units and refused. */
cstm_status block_list_rows(struct block *block, int32_t event, int32_t *n, cstm_error **error);
/* The first half of block_read_events(), of n rows that stand in block->rows already, with none of them refused; *n: those that
 * are left. */
cstm_status block_read_rows(struct block *block, int32_t event, bool classified, int32_t *n,
                            bool *ids, cstm_error **error);

/* The counts of a group of the block's portfolio. */
int64_t *block_counts(const struct block *block, const struct group *group);

/* batch_columns.c: the shorter way of a run that asks for features of events only. */
/* Whether the batch's features can all be read from columns on that day. */
bool batch_reads_columns(const struct cstm_batch *batch, int32_t day);
/* Reads the features of customers [first, until), with no history built, into block->results.
 * *done = false, and nothing listed: these must go the longer way. */
cstm_status block_read_features(struct block *block, int32_t day, int32_t first, int32_t until,
                                bool *done, cstm_error **error);
void block_free_features(struct block *block);
/* What block_read_features() listed, where the first n_listed were there before, and counted: these
 * customers go the longer way after all. */
void block_forget(struct block *block, size_t n_listed);

/* How many dated rows the block's instances of an entity have. */
size_t group_rows(const struct block *block, const struct group *group);

#endif
